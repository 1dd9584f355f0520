"""Between the records and ``zhicheng.stats``: values out of subgroups, limits as text, tests that a subgroup completed.

Statistics are loaded when they are needed: pages that show no chart do not wait for NumPy.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import ExpressionWrapper, F, Field
from django.utils.translation import gettext as _

from zhicheng.core.language import listed
from zhicheng.processes.spc import summing
from zhicheng.processes.spc.models import FINE, PLACES, ControlChart, Subgroup, fine

WINDOW = 25
"""Subgroups before the new one that a test may look at: the longest test, 15 in a row, is covered in every rule set."""
NAMES = {
    "xbar": "X̄",
    "r": "R",
    "s": "s",
    "i": "X",
    "mr": "MR",
    "laney_p": "p′",
    "laney_u": "u′",
    "ewma": "EWMA",
}
Rows = Sequence[Sequence[float]]
Pair = tuple[Any, Any]
"""Location and spread chart of one characteristic (``zhicheng.stats.ControlChart``); a chart of counts has no spread (None)."""


def measured(subgroup: Subgroup) -> list[float]:
    """The values of a subgroup in their unit; of a chart of counts the count and the number inspected."""
    return of_rows(subgroup.chart, subgroup.values)


def of_rows(chart: ControlChart, rows: Sequence[dict[str, Any]]) -> list[float]:
    """The values of a subgroup's rows, as ``measured``."""
    if chart.kind in ControlChart.COUNTED:
        return [rows[0]["value"] / 10**PLACES, float(rows[0].get("inspected") or 1)]
    return [row["value"] / 10**PLACES for row in rows]


def before(chart: ControlChart) -> list[list[float]]:
    """The subgroups that count and that a new one is judged together with; for EWMA, which forgets nothing wholly, all."""
    if chart.kind == ControlChart.Kind.CUSUM:
        return summing.before(chart)
    taken = Subgroup.objects.filter(chart=chart, state=Subgroup.State.TAKEN)
    if chart.kind == ControlChart.Kind.EWMA:
        return [[value] for _number, value in singles(taken)]
    return [measured(one) for one in reversed(taken.order_by("-k")[:WINDOW])]


def singles(subgroups: Any) -> list[tuple[str, float]]:
    """Number and single value of subgroups in order, without an object for each."""
    whole: dict[str, Any] = {"whole": ExpressionWrapper(F("location"), output_field=Field())}
    rows = subgroups.order_by("k").annotate(**whole).values_list("number", "whole")
    return [(number, value / 10**FINE) for number, value in rows]


def charts(chart: ControlChart, rows: Rows, frozen: tuple[str, str] | None = None) -> Pair:
    """Location and spread of subgroups: phase I without ``frozen`` limits, else phase II by those.

    Errors: ``zhicheng.stats.Unusable`` with a sentence, for data that no chart can be made of.
    """
    from zhicheng import stats

    if chart.kind in ControlChart.COUNTED:
        return _counted(chart, rows, frozen), None
    data: Any = [row[0] for row in rows] if chart.kind in ControlChart.SINGLE else rows
    if chart.kind == ControlChart.Kind.CUSUM:
        return summing.sums(data, frozen[0] if frozen else ""), None
    if chart.kind == ControlChart.Kind.EWMA:
        held = stats.Limits.from_data(json.loads(frozen[0])) if frozen else None
        return stats.ewma(data, limits=held).chart, None
    if frozen:
        location, spread = (stats.Limits.from_data(json.loads(text)) for text in frozen)
        return stats.apply_limits(location, data), stats.apply_limits(spread, data)
    if chart.kind == ControlChart.Kind.I_MR:
        single = stats.i_mr(data)
        return single.i, single.mr
    if chart.kind == ControlChart.Kind.XBAR_S:
        deviations = stats.xbar_s(data)
        return deviations.xbar, deviations.s
    ranges = stats.xbar_r(data)
    return ranges.xbar, ranges.r


def _counted(chart: ControlChart, rows: Rows, frozen: tuple[str, str] | None) -> Any:
    from zhicheng import stats

    counts, sizes = [row[0] for row in rows], [row[1] for row in rows]
    sized = (sizes,) if chart.kind != ControlChart.Kind.C else ()
    if frozen:
        return stats.apply_limits(stats.Limits.from_data(json.loads(frozen[0])), counts, *sized)
    makers: dict[str, Any] = {
        "p": stats.p_chart, "np": stats.np_chart, "c": stats.c_chart, "u": stats.u_chart,
        "laney_p": stats.laney_p, "laney_u": stats.laney_u,
    }  # fmt: skip
    return makers[chart.kind](counts, *sized)


def rule_set(chart: ControlChart) -> Any:
    """The tests that the chart is judged by."""
    from zhicheng import stats

    return stats.RULE_SETS[chart.rules]()


def texts(pair: Pair) -> tuple[str, str]:
    """Both limits as text that gives the same numbers back to the last digit."""
    location, spread = pair
    return json.dumps(location.limits.to_data()), json.dumps(spread.limits.to_data()) if spread else ""


def lines(pair: Pair) -> list[dict[str, Any]]:
    """The limits for people, one row a chart; where limits differ from point to point, those of the last."""
    if pair[0].limits.chart == "cusum":
        return [summing.line(pair[0])]
    return [
        {
            "chart": NAMES.get(one.chart, one.chart),
            "centre": _scaled(_last(one.centre)),
            "lower": _scaled(_last(one.lower)),
            "upper": _scaled(_last(one.upper)),
            "estimator": one.limits.estimator,
            "subgroups": one.limits.subgroups,
        }
        for one in pair
        if one
    ]


def _last(values: Any) -> float:
    return float(values.reshape(-1)[-1])


def _scaled(value: float) -> int:
    return int(fine(value).scaleb(FINE))


def judged_last(chart: ControlChart, rows: Rows) -> tuple[list[int], list[str]]:
    """Numbers and sentences of the tests that the last of these subgroups completes, by the frozen limits.

    Location is judged by the chart's rule set, spread only against its limits.
    """
    location, spread = charts(chart, rows, (chart.limits, chart.spread_limits))
    if chart.kind == ControlChart.Kind.CUSUM:
        return summing.completed(location)
    last, numbers, said = len(rows), list[int](), list[str]()
    signals = location.signals(rule_set(chart))
    for test in signals.rules.tests:
        if last in signals.points(test.name):
            numbers.append(test.number)
            said.append(_("准则 %(n)s（%(w)s）") % {"n": test.number, "w": test.says})
    if spread and bool(spread.beyond.reshape(-1)[-1]):
        numbers.append(0)
        said.append(_("%s 超出控制限") % NAMES[spread.chart])
    return numbers, said


def finding(chart: ControlChart, pair: Pair) -> str:
    """What phase I says of itself: how many subgroups, which lie outside or complete a test."""
    if chart.kind == ControlChart.Kind.CUSUM:
        said = summing.finding(pair[0])
    else:
        said = [str(one) for one in pair[0].signals(rule_set(chart)).sentences()]
    beyond = int(pair[1].beyond.sum()) if pair[1] else 0
    if beyond:
        said.append(_("%(c)s 图有 %(n)s 点超出控制限") % {"c": NAMES[pair[1].chart], "n": beyond})
    count = pair[0].limits.subgroups
    if not said:
        return str(_("阶段一 %s 个子组没有判异，可以批准。") % count)
    return (
        _("阶段一 %(n)s 个子组有判异：%(s)s。查明特殊原因的子组应标为不计入，再重新建议。")
        % {"n": count, "s": listed(said)}
    )[:300]
