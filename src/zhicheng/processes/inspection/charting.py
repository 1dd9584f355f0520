"""Measured characteristics and counts of a lot go to the control charts of its item, those of a batch to its product's, as they arrive."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhicheng.core.process import registry
from zhicheng.core.writers import Write
from zhicheng.processes.inspection.models import Batch, Lot, Verdict
from zhicheng.processes.spc.models import PLACES, ControlChart
from zhicheng.processes.spc.workflow import SUBGROUP


def chart_measurements(lot: Lot, by: Write) -> None:
    """Open a subgroup on each chart of a measured characteristic (single values one by one) and on each that counts lots.

    Errors: ValidationError when the values of a characteristic do not make up whole subgroups: a chart with gaps says nothing.
    """
    charts = ControlChart.objects.filter(item=lot.item).exclude(state=ControlChart.State.ENDED)
    for chart in charts.order_by("k"):
        if chart.from_lots:
            _count(lot, chart, by)
        if chart.kind in ControlChart.COUNTED or not lot.measurements:
            continue
        values = [row["value"] for row in lot.measurements if row["characteristic"] == chart.characteristic]
        if len(values) % chart.size:
            raise ValidationError(
                {
                    "measurements": _("控制图 %(c)s（%(t)s）的子组大小是 %(n)s，这里有 %(m)s 个值。")
                    % {"c": chart.number, "t": chart.characteristic, "n": chart.size, "m": len(values)}
                }
            )
        for start in range(0, len(values), chart.size):
            rows = [{"value": Decimal(one).scaleb(-PLACES)} for one in values[start : start + chart.size]]
            _open(lot, chart, rows, by)


def _count(lot: Lot, chart: ControlChart, by: Write) -> None:
    """Nonconforming items of the first sample of a first submission (later samples are taken only of doubtful lots), or the defects
    of all that was inspected."""
    if chart.kind in ControlChart.OF_DEFECTS:
        count, inspected = lot.defects, lot.sample_size
    elif lot.samples and lot.plan_stages:
        count, inspected = lot.samples[0]["nonconforming"], lot.plan_stages[0]["n"]
    else:
        count, inspected = lot.nonconforming, lot.sample_size
    if (
        lot.submission != 1
        or not inspected
        or count is None
        or int(inspected) != inspected
        or int(count) != count
    ):
        return  # what is not counted in items is on no such chart
    _open(lot, chart, [{"value": Decimal(int(count)), "inspected": int(inspected)}], by)


def chart_units(batch: Batch, by: Write) -> None:
    """Units not accepted at first, of the units presented, come to the charts of the product: first submissions only."""
    if batch.submission != 1:
        return
    running = ControlChart.objects.filter(product=batch.product, from_lots=True)
    rejected = sum(unit["verdict"] == Verdict.REJECTED for unit in batch.units)
    for chart in running.exclude(state=ControlChart.State.ENDED).order_by("k"):
        _open(batch, chart, [{"value": Decimal(rejected), "inspected": len(batch.units)}], by)


def _open(source: Lot | Batch, chart: ControlChart, rows: list[dict[str, Any]], by: Write) -> None:
    by.open(
        SUBGROUP, chart=chart, values=rows, source=f"{registry.of(source).name}/{source.k}", source_number=source.number,
        occurred_on=by.today,
    )  # fmt: skip
