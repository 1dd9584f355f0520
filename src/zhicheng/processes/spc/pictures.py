"""The pictures of a control chart: location and spread of its subgroups with the limits that hold."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import ExpressionWrapper, F, Field
from django.utils.translation import gettext as _

from zhicheng.core.pictures import Line, Option, Picture, series_chart
from zhicheng.processes.spc import limits, summing
from zhicheng.processes.spc.models import FINE, ControlChart, Subgroup

SPREADS = {"xbar_r": "R", "xbar_s": "s", "i_mr": "MR"}
LOCATIONS = {
    "xbar_r": "X̄",
    "xbar_s": "X̄",
    "i_mr": "X",
    "laney_p": "p′",
    "laney_u": "u′",
    "ewma": "EWMA",
    "cusum": "X",
}
WORDS = (("UCL", "upper"), ("CL", "centre"), ("LCL", "lower"))
Steps = tuple[str, tuple[int, ...]]
"""A line's word, and where it runs: one scaled number, or one for each point."""


@dataclass(frozen=True)
class Plotted:
    """What one chart shows: values and lines scaled by ``10**FINE``, and at which points tests were completed."""

    name: str
    values: list[int | None]
    lines: list[Steps]
    marks: dict[int, str]
    unit: str = ""


def rows_of(subgroups: Any) -> list[Any]:
    """Number, location, spread, signals, state and values of subgroups, in order; no Decimal for each point."""
    whole: dict[str, Any] = {
        f"{name}_": ExpressionWrapper(F(name), output_field=Field()) for name in ("location", "spread")
    }
    names = ["number", "location_", "spread_", "signals", "state"]
    return list(subgroups.order_by("k").annotate(**whole).values_list(*names))


def plotted(chart: ControlChart, subgroups: Any, rows: list[Any]) -> list[Plotted]:
    """Location and spread (a chart of counts: one); frozen limits where there are any, else those proposed."""
    used = chart.lines or chart.proposed_lines
    if chart.kind == ControlChart.Kind.EWMA and used:
        return [_running(chart, rows)]
    if chart.kind == ControlChart.Kind.CUSUM and used:
        return _summed(chart, rows)
    if chart.kind in (*ControlChart.COUNTED, *ControlChart.REMEMBERING):
        lines = _stepped(chart, subgroups) if used else []
        name = LOCATIONS.get(chart.kind, chart.kind)
        return [Plotted(name, [row[1] for row in rows], lines, _marks(rows, spread=False), chart.unit)]
    found = []
    for at, names in enumerate((LOCATIONS, SPREADS)):
        lines = [(word, (used[at][key],)) for word, key in WORDS] if used else []
        values = [row[1 + at] for row in rows]
        found.append(Plotted(names[chart.kind], values, lines, _marks(rows, spread=bool(at)), chart.unit))
    return found


def _summed(chart: ControlChart, rows: list[Any]) -> list[Plotted]:
    """C⁺ and C⁻ of a CUSUM with the decision interval; a gap where a subgroup is not counted."""
    frozen = chart.limits or chart.proposed
    sums = summing.plotted(chart, frozen)
    interval = round(json.loads(frozen)["parameters"]["h"] * 10**FINE)
    found = []
    for at, name in enumerate(("C⁺", "C⁻")):
        values = [round(sums[row[0]][at] * 10**FINE) if row[0] in sums else None for row in rows]
        marks = _marks(rows, spread=bool(at))
        found.append(Plotted(name, values, [("h", (interval,))], marks, summing.UNIT))
    return found


def _running(chart: ControlChart, rows: list[Any]) -> Plotted:
    """The EWMA at each of these subgroups, run on from the chart's first; a gap where one is not counted."""
    counted = limits.singles(Subgroup.objects.filter(chart=chart, state=Subgroup.State.TAKEN))
    drawn, _none = limits.charts(
        chart, [[value] for _number, value in counted], (chart.limits or chart.proposed, "")
    )
    place = {number: at for at, (number, _value) in enumerate(counted)}
    at = [place.get(row[0]) for row in rows]

    def scaled(name: str) -> list[int]:
        line = getattr(drawn, name).reshape(-1)
        return [round(one * 10**FINE) for one in (line if line.size > 1 else [line[0]] * len(counted))]

    statistic = scaled("statistic")
    lines = []
    for word, key in WORDS:
        line, last = scaled(key), 0
        run = tuple(line[last := last if one is None else one] for one in at)
        lines.append((word, run if len(set(run)) > 1 else run[:1]))
    values = [None if one is None else statistic[one] for one in at]
    return Plotted(LOCATIONS[chart.kind], values, lines, _marks(rows, spread=False), chart.unit)


def _stepped(chart: ControlChart, subgroups: Any) -> list[Steps]:
    """The limits of counts at each point, which differ with the number inspected."""
    values = subgroups.order_by("k").values_list("values", flat=True)
    frozen = (chart.limits or chart.proposed, "")
    drawn, _none = limits.charts(chart, [limits.of_rows(chart, one) for one in values], frozen)
    found = []
    for word, key in WORDS:
        line = getattr(drawn, key).reshape(-1)
        at = tuple(round(one * 10**FINE) for one in line.tolist())
        found.append((word, at if len(set(at)) > 1 else at[:1]))
    return found


def of_chart(chart: ControlChart) -> list[Picture]:
    """The pictures of the record's page."""
    subgroups = Subgroup.objects.filter(chart=chart)
    rows = rows_of(subgroups)
    if not rows:
        return []
    excluded = _("（不计）")
    labels = [row[0] + excluded if row[4] == Subgroup.State.EXCLUDED else row[0] for row in rows]
    word = _("第 %s 版控制限") % chart.edition if chart.lines else _("建议的控制限，尚未批准")
    note = word if chart.lines or chart.proposed_lines else _("还没有控制限：积累数据后建议、批准。")
    return [
        Picture(f"{one.name} {chart.characteristic}", _drawn(labels, one), note)
        for one in plotted(chart, subgroups, rows)
    ]


def _marks(rows: list[Any], *, spread: bool) -> dict[int, str]:
    judged = [(at, row[3]) for at, row in enumerate(rows) if row[3]]
    return {at: tests for at, signals in judged if (tests := _tests(signals, spread))}


def _tests(signals: str, spread: bool) -> str:
    """The tests that concern the location chart, or the one of the spread chart (written 0 in the record, 1 on the chart)."""
    numbers = [one for one in signals.split(",") if one]
    return "1" * ("0" in numbers) if spread else ",".join(one for one in numbers if one != "0")


def _drawn(labels: list[str], one: Plotted) -> Option:
    lines = [
        Line(word, at[0] / 10**FINE, shown(at[0])) if len(at) == 1 else Line(word, [y / 10**FINE for y in at])
        for word, at in one.lines
    ]
    numbers = [None if value is None else value / 10**FINE for value in one.values]
    return series_chart(labels, numbers, lines, name=one.name, unit=one.unit, marks=one.marks)


def shown(scaled: int) -> str:
    """A limit as it is printed at the end of its line."""
    return f"{scaled / 10**FINE:.6g}"
