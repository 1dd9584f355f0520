"""Control charts of the period in a report: ``{{chart control number=KZ-0001}}``, with ``part=spread`` that of the spread."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from zhicheng.processes.spc.models import FINE, ControlChart, Subgroup
from zhicheng.processes.spc.pictures import plotted, rows_of, shown
from zhicheng.reports.document import ControlLimit, ControlSpec
from zhicheng.reports.resolver import Unresolved

PARTS = ("location", "spread")
MOST = 200
"""Points that can still be told apart across a page."""


def control_chart(params: Mapping[str, str], first: dt.date, last: dt.date, size: int) -> ControlSpec:
    """The chart of a number with the subgroups of the period, as of a size of the log. Errors: Unresolved.

    Only limits that were approved are drawn: a proposal is nobody's limit.
    """
    number, part = params.get("number", ""), params.get("part", PARTS[0])
    chart = ControlChart.objects.filter(number=number, seq__lt=size).first()
    if chart is None:
        raise Unresolved(f"没有控制图 {number or '（缺少 number=）'}", f"no control chart {number}")
    if part not in PARTS:
        raise Unresolved(f"没有 part={part}，可用：{'、'.join(PARTS)}", f"no part={part}")
    subgroups = Subgroup.objects.filter(
        chart=chart, state=Subgroup.State.TAKEN, occurred_on__range=(first, last), seq__lt=size
    )
    rows = rows_of(subgroups)
    if not rows:
        raise Unresolved(f"控制图 {number} 在本期没有子组", f"{number} has no subgroups in the period")
    if len(rows) > MOST:
        raise Unresolved(
            f"控制图 {number} 在本期有 {len(rows)} 个子组，一张图最多 {MOST} 个：请用 month= 或 quarter= 缩短期间",
            f"{number} has {len(rows)} subgroups, at most {MOST} a chart",
        )
    drawn = plotted(chart, subgroups, rows)
    if part == "spread" and len(drawn) < 2:
        raise Unresolved(f"控制图 {number} 没有离散图", f"{number} has no chart of spread")
    one = drawn[PARTS.index(part)]
    limits = one.lines if chart.lines else []
    return ControlSpec(
        name=f"{one.name} {chart.characteristic}",
        x=tuple(row[0] for row in rows),
        values=tuple(one.values),
        places=FINE,
        edition=chart.edition,
        unit=one.unit,
        limits=tuple(ControlLimit(word, shown(at[0]) if len(at) == 1 else "", at) for word, at in limits),
        marks=tuple(sorted(one.marks.items())),
    )
