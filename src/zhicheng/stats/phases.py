"""Phase II and stages: apply frozen limits whatever their chart, and draw one series in segments with limits of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from zhicheng.stats import counts, individuals, rare_events, variables, weighted
from zhicheng.stats.judging import Signals
from zhicheng.stats.limits import ControlChart, Limits
from zhicheng.stats.observations import BoolArray, Unusable
from zhicheng.stats.rules import RuleSet, nelson

_MEASURED: dict[str, Callable[..., ControlChart]] = {
    "xbar": variables.xbar_chart,
    "r": variables.r_chart,
    "s": variables.s_chart,
    "median": variables.median_chart,
    "i": individuals.i_chart,
    "mr": individuals.mr_chart,
    "c": counts.c_chart,
    "g": rare_events.g_chart,
    "t": rare_events.t_chart,
    "moving_average": weighted.moving_average,
}
_SIZED: dict[str, Callable[..., ControlChart]] = {
    "p": counts.p_chart,
    "np": counts.np_chart,
    "u": counts.u_chart,
    "laney_p": counts.laney_p,
    "laney_u": counts.laney_u,
}


def apply_limits(limits: Limits, data: Any, sizes: Any = None) -> ControlChart:
    """Judge later data by frozen limits (phase II): nothing is estimated anew.

    ``sizes`` only for p, np, u and Laney charts. EWMA is returned as its chart; CUSUM has two sums: use ``cusum``.
    Errors: Unusable for limits of an unknown chart, sizes missing or superfluous, data as the chart says.
    Example: ``apply_limits(i_chart([1, 3, 2]).limits, [9]).beyond.tolist()`` is ``[True]``.
    """
    if limits.chart in _SIZED:
        if sizes is None:
            raise Unusable(f"{limits.chart} 图要给出样本量 sizes。")
        return _SIZED[limits.chart](data, sizes, limits=limits)
    if sizes is not None:
        raise Unusable(f"{limits.chart} 图没有另给的样本量：请去掉 sizes。")
    if limits.chart == "ewma":
        return weighted.ewma(data, limits=limits).chart
    if limits.chart not in _MEASURED:
        raise Unusable(f"不能直接套用 {limits.chart} 图的控制限。")
    return _MEASURED[limits.chart](data, limits=limits)


@dataclass(frozen=True, slots=True)
class Stages:
    """One series in stages: ``starts`` (from 0) where each begins, a chart and signals for each; runs do not cross a border."""

    starts: tuple[int, ...]
    charts: tuple[ControlChart, ...]
    signals: tuple[Signals, ...]

    @property
    def beyond(self) -> BoolArray:
        """Which points of the whole series lie beyond the limits of their stage."""
        return np.concatenate([chart.beyond for chart in self.charts], axis=-1)

    def points(self, test: str) -> list[int]:
        """The points of the whole series, counted from 1, that completed a test within their stage."""
        return [
            start + at
            for start, one in zip(self.starts, self.signals, strict=True)
            for at in one.points(test)
        ]


def in_stages(
    chart: Callable[..., ControlChart], data: Sequence[Any], starts: Sequence[int], *, sizes: Sequence[Any] | None = None, rules: RuleSet | None = None, **options: Any
) -> Stages:  # fmt: skip
    """Draw one characteristic in stages (before and after a change), each with limits from its own points.

    ``starts``: points, counted from 0, where a new stage begins (0 may be left out). Errors: Unusable for a start outside the
    series; what the chart says of a stage, with its number. Example: ``in_stages(i_chart, [1, 2, 1, 8, 9, 8], [3])`` has two charts.
    """
    total = len(data)
    if wrong := [s for s in starts if not 0 <= s < total]:
        raise Unusable(f"阶段的起点 {wrong[0]} 不在 0 到 {total - 1} 之间。")
    edges = sorted({0, *starts})
    charts: list[ControlChart] = []
    for number, (start, stop) in enumerate(zip(edges, [*edges[1:], total], strict=True), 1):
        given = (data[start:stop],) if sizes is None else (data[start:stop], sizes[start:stop])
        try:
            charts.append(chart(*given, **options))
        except Unusable as error:
            raise Unusable(f"阶段 {number}（第 {start + 1} 到 {stop} 点）：{error}") from error
    chosen = rules or nelson()
    return Stages(tuple(edges), tuple(charts), tuple(one.signals(chosen) for one in charts))
