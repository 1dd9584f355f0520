"""Pictures of a record: what a process draws of its data, as plain ECharts options in one look.

A process names a function ``(record) -> list of Picture``; the record's page shows them, and what can be printed of a page can be
printed of them (more kinds: ``core.comparisons``): one accent, greys, limits as thin lines with their values at the end, points that completed a test marked with
the test's number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Option = dict[str, Any]
ACCENT, GREY, DARK = "#1f4e79", "#7a7a7a", "#333333"
ALARM = "#b3261e"
FONT = "Noto Sans SC"
TICKS = 5
FEW = 60
"""So many points show their symbols; of more, only the marked ones."""


@dataclass(frozen=True)
class Picture:
    """A drawing: ``title`` and what stands below it (``note``, plain sentences), and the option."""

    title: str
    option: Option
    note: str = ""


@dataclass(frozen=True)
class Line:
    """A thin line across: its word and value, or one value a point (steps, limits that differ)."""

    word: str
    at: float | Sequence[float]
    shown: str = ""


def series_chart(
    labels: Sequence[str],
    values: Sequence[float | None],
    lines: Sequence[Line],
    *,
    name: str,
    unit: str = "",
    marks: Mapping[int, str] | None = None,
) -> Option:
    """Points in order with limits; ``marks``: index of a point → the numbers of the tests that it completed."""
    data: list[Any] = [("-" if v is None else v) for v in values]
    many = len(data) > FEW
    series: Option = {
        "name": name,
        "type": "line",
        "data": data,
        "symbol": "circle",
        "symbolSize": 5,
        "showSymbol": not many,
        "showAllSymbol": not many,
        "sampling": "minmax",
        "lineStyle": {"color": ACCENT, "width": 1.2 if many else 1.6},
        "itemStyle": {"color": ACCENT},
    }
    flat = [one for one in lines if not isinstance(one.at, Sequence)]
    if flat:
        series["markLine"] = ruled(flat)
    steps = [one for one in lines if isinstance(one.at, Sequence)]
    option = frame(labels, unit, right=96 if lines else 24)
    option["series"] = [series, *(_step(one) for one in steps)]
    if marks:
        option["series"].append(_marked(name, data, marks))
    known = [v for v in values if v is not None] + [x for one in lines for x in _numbers(one)]
    option["yAxis"] |= ends(known)
    return option


def histogram(
    edges: Sequence[float],
    counts: Sequence[int],
    *,
    name: str,
    unit: str = "",
    curve: Sequence[tuple[float, float]] = (),
    lines: Sequence[Line] = (),
) -> Option:
    """Bars between edges, a fitted curve in counts, and vertical lines (limits, target, mean)."""
    option = frame((), unit, right=24)
    option["xAxis"] = {**number_axis(unit), "scale": True}
    option["yAxis"] = {**number_axis(""), "min": 0, "minInterval": 1}
    bars = [[(a + b) / 2, n, a, b] for a, b, n in zip(edges[:-1], edges[1:], counts, strict=True)]
    ends = [(a, n) for a, b, n in zip(edges[:-1], edges[1:], counts, strict=True) for a in (a, b)]
    area = [[edges[0], 0], *([x, y] for x, y in ends), [edges[-1], 0]] if edges else []
    option["series"] = [
        {"name": name, "type": "line", "data": area, "symbol": "none", "lineStyle": {"color": GREY, "width": 1},
         "areaStyle": {"color": "#c9d6e4", "opacity": 1}},
        {"name": name, "type": "scatter", "data": bars, "symbolSize": 1, "itemStyle": {"opacity": 0},
         "label": {"show": len(bars) <= 20, "position": "top", "formatter": "{@[1]}", "fontSize": 10, "color": DARK}},
    ]  # fmt: skip
    if curve:
        option["series"].append(
            {
                "type": "line",
                "data": [list(p) for p in curve],
                "symbol": "none",
                "smooth": True,
                "lineStyle": {"color": ACCENT, "width": 1.6},
            }
        )
    if lines:
        option["series"][0]["markLine"] = ruled(lines, axis="xAxis")
    xs = [*edges, *(x for one in lines for x in _numbers(one))]
    if xs:
        room = (max(xs) - min(xs)) * 0.04 or 1.0
        option["xAxis"] |= {"min": round(min(xs) - room, 9), "max": round(max(xs) + room, 9)}
    return option


def curve(
    points: Sequence[tuple[float, float]], *, name: str, x: str, y: str, lines: Sequence[Line] = ()
) -> Option:
    """A smooth curve over a number axis: an operating characteristic, for one."""
    option = frame((), y, right=24)
    option["xAxis"] = {**number_axis(x), "nameLocation": "middle", "nameGap": 26}
    option["grid"]["bottom"] = 26
    option["series"] = [
        {
            "name": name,
            "type": "line",
            "data": [list(p) for p in points],
            "symbol": "none",
            "lineStyle": {"color": ACCENT, "width": 1.8},
        }
    ]
    if lines:
        option["series"][0]["markLine"] = ruled(lines, axis="xAxis")
    return option


def _marked(name: str, data: Sequence[Any], marks: Mapping[int, str]) -> Option:
    """The points that completed a test: another shape, and the test's number above, readable without colour."""
    label = {"show": True, "position": "top", "color": ALARM, "fontWeight": "bold"}
    return {
        "name": name, "type": "scatter", "symbol": "diamond", "symbolSize": 10, "itemStyle": {"color": ALARM}, "labelLayout": {"hideOverlap": True},
        "data": [{"value": [at, data[at]], "label": {**label, "formatter": text}} for at, text in sorted(marks.items())],
    }  # fmt: skip


def _numbers(line: Line) -> list[float]:
    return list(line.at) if isinstance(line.at, Sequence) else [line.at]


def ends(known: Sequence[float]) -> Option:
    """Ends of a value axis with some room around what it holds."""
    if not known:
        return {}
    low, high = min(known), max(known)
    room = (high - low) * 0.08 or abs(high) * 0.05 or 1.0
    step = tick((high - low + 2 * room) / TICKS)
    bottom, top = math.floor((low - room) / step) * step, math.ceil((high + room) / step) * step
    bottom = max(0.0, bottom) if low >= 0 else bottom
    return {"min": float(f"{bottom:.9g}"), "max": float(f"{top:.9g}"), "interval": float(f"{step:.9g}")}


def tick(rough: float) -> float:
    """The next round step: 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(rough))
    return float(next(nice * power for nice in (1, 2, 2.5, 5, 10) if rough <= nice * power * 1.0001))


def _step(line: Line) -> Option:
    return {
        "name": line.word, "type": "line", "step": "middle", "data": list(_numbers(line)), "symbol": "none", "silent": True,
        "endLabel": {"show": True, "formatter": line.word, "fontSize": 10, "color": DARK},
        "lineStyle": {"color": "#555555", "width": 1, "type": "dashed"},
    }  # fmt: skip


def ruled(lines: Sequence[Line], axis: str = "yAxis", between: str = " ") -> Option:
    """Thin lines across (or upright: ``xAxis``) with word and value at the end, ``between`` the two a space or a line break."""
    return {
        "symbol": "none",
        "silent": True,
        "animation": False,
        "precision": -1,  # by default ECharts draws such a line at its value rounded to two decimals
        "lineStyle": {"color": "#555555", "width": 1, "type": [5, 3]},
        "label": {"fontSize": 10, "color": DARK, "lineHeight": 13, "align": "left" if axis == "yAxis" else "center"},
        "data": [
            {axis: one.at, "label": {"formatter": f"{one.word}{between}{one.shown}".strip(), "position": "end"}} for one in lines
        ],
    }  # fmt: skip


def frame(labels: Sequence[str], unit: str, right: int) -> Option:
    """What every picture shares; ``right`` leaves room for the words of limits."""
    text = {"fontFamily": FONT, "fontSize": 11, "color": DARK}
    return {
        "animation": False,
        "backgroundColor": "transparent",
        "textStyle": text,
        "grid": {"left": 14, "right": right, "top": 34, "bottom": 8, "containLabel": True},
        "xAxis": {
            "type": "category", "data": list(labels), "axisTick": {"show": False},
            "axisLine": {"onZero": False, "lineStyle": {"color": "#8c8c8c"}}, "axisLabel": {"color": "#444444", "fontSize": 11, "hideOverlap": True},
        },
        "yAxis": number_axis(unit),
    }  # fmt: skip


def number_axis(unit: str) -> Option:
    """An axis of numbers, its unit at the end."""
    return {
        "type": "value",
        "name": unit,
        "nameGap": 12,
        "nameTextStyle": {"color": "#555555", "fontSize": 10.5},
        "axisLabel": {"color": "#555555", "fontSize": 10.5},
        "splitLine": {"lineStyle": {"color": "#e8e8e8"}},
    }
