"""Measured characteristics of a lot go to the control charts of its item, as they arrive."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhicheng.core.writers import Write
from zhicheng.processes.inspection.models import Lot
from zhicheng.processes.spc.models import PLACES, ControlChart
from zhicheng.processes.spc.workflow import SUBGROUP


def chart_measurements(lot: Lot, by: Write) -> None:
    """Open a subgroup on each chart of a measured characteristic; single values one by one.

    Errors: ValidationError when the values of a characteristic do not make up whole subgroups: a chart with gaps says nothing.
    """
    if not lot.measurements:
        return
    charts = ControlChart.objects.filter(item=lot.item).exclude(state=ControlChart.State.ENDED)
    for chart in charts.order_by("k"):
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
            by.open(
                SUBGROUP, chart=chart, values=rows, source=f"inspection.lot/{lot.k}", source_number=lot.number,
                occurred_on=by.today,
            )  # fmt: skip
