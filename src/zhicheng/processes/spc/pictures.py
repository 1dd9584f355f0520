"""The pictures of a control chart: location and spread of its subgroups with the limits that hold, histogram of the values."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.db.models import ExpressionWrapper, F, Field
from django.utils.translation import gettext as _

from zhicheng.core.pictures import Line, Option, Picture, series_chart
from zhicheng.processes.spc.models import FINE, ControlChart, Subgroup

SPREADS = {"xbar_r": "R", "xbar_s": "s", "i_mr": "MR"}
LOCATIONS = {"xbar_r": "X̄", "xbar_s": "X̄", "i_mr": "X"}


def of_chart(chart: ControlChart) -> list[Picture]:
    """Location and spread; frozen limits where there are any, else those proposed."""
    whole: dict[str, Any] = {  # the stored integers as they are: no Decimal for each point
        f"{name}_": ExpressionWrapper(F(name), output_field=Field()) for name in ("location", "spread")
    }
    found_rows = Subgroup.objects.filter(chart=chart).order_by("k").annotate(**whole)
    rows = list(found_rows.values_list("number", "location_", "spread_", "signals", "state"))
    if not rows:
        return []
    excluded = _("（不计）")
    labels = [row[0] + excluded if row[4] == Subgroup.State.EXCLUDED else row[0] for row in rows]
    used = chart.lines or chart.proposed_lines
    word = _("第 %s 版控制限") % chart.edition if chart.lines else _("建议的控制限，尚未批准")
    note = word if used else _("还没有控制限：积累数据后建议、批准。")
    judged = [(at, row[3]) for at, row in enumerate(rows) if row[3]]
    marks = [
        {at: _tests(signals, spread) for at, signals in judged if _tests(signals, spread)}
        for spread in (False, True)
    ]
    found = []
    for at, names in enumerate((LOCATIONS, SPREADS)):
        option = _drawn(
            chart,
            labels,
            [row[1 + at] for row in rows],
            used[at] if used else None,
            names[chart.kind],
            marks[at],
        )
        found.append(Picture(f"{names[chart.kind]} {chart.characteristic}", option, note))
    return found


def _moving(rows: list[Any]) -> list[Any]:
    """Moving ranges of single values; the first has none."""
    return [None, *(abs(b[1] - a[1]) for a, b in pairwise(rows))]


def _tests(signals: str, spread: bool) -> str:
    """The tests that concern the location chart, or the one of the spread chart (written 0 in the record, 1 on the chart)."""
    numbers = [one for one in signals.split(",") if one]
    return "1" * ("0" in numbers) if spread else ",".join(one for one in numbers if one != "0")


def _drawn(
    chart: ControlChart, labels: list[str], values: list[Any], line: Any, name: str, marks: dict[int, str]
) -> Option:
    lines = []
    if line:
        for word, key in (("UCL", "upper"), ("CL", "centre"), ("LCL", "lower")):
            at = line[key] / 10**FINE
            lines.append(Line(word, at, f"{at:.6g}"))
    numbers = [None if value is None else value / 10**FINE for value in values]
    return series_chart(labels, numbers, lines, name=name, unit=chart.unit, marks=marks)
