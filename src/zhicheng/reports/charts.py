"""Charts: from a spec and the report's numbers to an ECharts option, and from the option to an SVG.

The option is plain JSON. The web page gives it to ECharts in the browser, the report gives it to the same
ECharts in an embedded V8: one look. One accent, greys told apart by dash and symbol, limits as thin lines
whose value stands at the end; so a chart also reads when it is printed without colour.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from py_mini_racer import MiniRacer

from zhicheng.reports.document import ChartSpec, Limit
from zhicheng.reports.report import Report
from zhicheng.reports.values import Figure, Target, scaled

Option = dict[str, Any]

ACCENT = "#1f4e79"
INKS = (ACCENT, "#7a7a7a", "#a6a6a6", "#4d4d4d")
FILLS = (ACCENT, "#b8b8b8", "#7d7d7d", "#dadada")
DASHES = ("solid", "dashed", "dotted", "solid")
SYMBOLS = ("circle", "emptyCircle", "triangle", "emptyDiamond")
FONT = "Noto Sans SC"
WIDTH, HEIGHT = 640, 270
RENDER_TIMEOUT_SECONDS = 30
LABELLED_POINTS = 13
LABELS_AT_MOST = 16
TICKS = 5


def chart_option(report: Report, spec: ChartSpec, around: Sequence[float] = ()) -> Option:
    """The ECharts option of a chart, as JSON data without functions. ``around``: more values that the axis must hold."""
    rows = [[_figure(report, no) for no in series.figures] for series in spec.series]
    x = list(spec.x)
    if spec.type == "pareto":
        x, rows = _descending(x, rows)
    limits = [(limit.name, *_limit(report, limit)) for limit in spec.limits]
    plotted = [_number(f) for row in rows for f in row]
    low, high, step = _axis(spec, [*plotted, *(at for _, at, _ in limits), *around])
    series = [_series(spec, at, row) for at, row in enumerate(rows)]
    if limits and series:
        series[0]["markLine"] = _mark_line(limits)
    option = _frame(spec, x, right=_room_at_right(spec, limits))
    option["yAxis"] = [_value_axis(spec.unit, low, high, step)]
    option["series"] = series
    if spec.type == "pareto":
        option["yAxis"].append(_share_axis())
        option["series"].append(_cumulated(rows[0]))
    return option


def describe(report: Report, spec: ChartSpec) -> str:
    """What a chart plots, in words, for readers who do not see it."""
    parts = []
    for series in spec.series:
        points = (
            f"{label} {_figure(report, no).shown()}" for label, no in zip(spec.x, series.figures, strict=True)
        )
        parts.append(f"{series.name}：{'，'.join(points)}")
    parts += [f"{limit.name}：{_limit(report, limit)[1]}" for limit in spec.limits]
    return "；".join(parts)


def draw_charts(options: Sequence[Option], script: Path) -> tuple[str, ...]:
    """One SVG for each option, drawn by the ECharts script in an embedded V8.

    A fresh V8 each time: names inside the SVG count from zero, so equal options give equal bytes. Raises
    FileNotFoundError without the script, and py_mini_racer's errors when a chart does not come out in time.
    """
    if not options:
        return ()
    # A thread of its own: V8's time limit refuses to work where an event loop runs, as it may in the caller's thread.
    with ThreadPoolExecutor(1) as own:
        return own.submit(_draw_all, options, script).result()


def _draw_all(options: Sequence[Option], script: Path) -> tuple[str, ...]:
    with MiniRacer() as engine:
        engine.eval("var window = undefined;" + script.read_text("utf-8"))
        return tuple(_draw(engine, option) for option in options)


def _draw(engine: MiniRacer, option: Option) -> str:
    size = json.dumps({"renderer": "svg", "ssr": True, "width": WIDTH, "height": HEIGHT})
    call = f"(() => {{ const chart = echarts.init(null, null, {size}); chart.setOption({json.dumps(option)});"
    drawn = engine.eval(
        call + " const svg = chart.renderToSVGString(); chart.dispose(); return svg; })()",
        timeout_sec=RENDER_TIMEOUT_SECONDS,
    )
    return str(drawn)


def _figure(report: Report, no: str) -> Figure:
    value = report.value(no)
    if not isinstance(value, Figure):
        raise TypeError(f"{no} is no figure and cannot be plotted")
    return value


def _number(figure: Figure) -> float | None:
    return float(figure.value) if figure.has_value else None


def _limit(report: Report, limit: Limit) -> tuple[float, str]:
    value = report.value(limit.target or limit.figure)
    if isinstance(value, Target):
        return float(scaled(value.value, value.places)), value.shown()
    if isinstance(value, Figure) and value.has_value:
        return float(value.value), value.shown()
    raise TypeError(f"{limit.name}: a limit is a target or a figure that has a value")


def _descending(x: list[str], rows: list[list[Figure]]) -> tuple[list[str], list[list[Figure]]]:
    order = sorted(range(len(x)), key=lambda at: -(_number(rows[0][at]) or 0))
    return [x[at] for at in order], [[row[at] for at in order] for row in rows]


def _axis(spec: ChartSpec, numbers: Sequence[float | None]) -> tuple[float, float, float]:
    """Ends and step of the value axis: bars from zero, lines around what they show, shares at most to 100."""
    known = [one for one in numbers if one is not None] or [0.0, 1.0]
    low, high = min(known), max(known)
    if spec.type != "line":
        low = min(low, 0.0)
    span = (high - low) or abs(high) or 1.0
    step = _round_step(span / TICKS)
    bottom = math.floor((low - (step * 0.3 if spec.type == "line" else 0)) / step) * step
    top = math.ceil((high + step * 0.3) / step) * step
    if spec.unit == "%" and high <= 100:
        top = min(top, 100.0)
    return round(bottom, 6), round(top, 6), round(step, 6)


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return float(next(nice * power for nice in (1, 2, 2.5, 5, 10) if rough <= nice * power * 1.0001))


def _series(spec: ChartSpec, at: int, row: list[Figure]) -> Option:
    ink = (INKS if spec.type == "line" else FILLS)[at % len(INKS)]
    label = {"position": "top", "fontSize": 10.5, "color": "#333333", "distance": 5}
    drawn: Option = {"name": spec.series[at].name, "label": label, "itemStyle": {"color": ink}}
    few = len(row) <= LABELLED_POINTS
    if spec.type != "line":
        return {**drawn, "type": "bar", "data": _points(row, few), "barMaxWidth": 34, "barGap": "15%"}
    return {
        **drawn,
        "type": "line",
        "data": _with_valleys(_points(row, few and len(spec.series) == 1)),
        "symbol": SYMBOLS[at % len(SYMBOLS)],
        "symbolSize": 5.5,
        "showAllSymbol": True,
        "lineStyle": {"color": ink, "width": 1.3 if at else 1.8, "type": DASHES[at % len(DASHES)]},
    }


def _points(row: Sequence[Figure], labelled: bool) -> list[Option]:
    """Points with the figure's own characters as label; a figure without records leaves a gap."""
    return [
        {
            "value": "-" if number is None else number,
            "label": {"show": labelled, "formatter": figure.shown("bare")},
        }
        for figure, number in ((figure, _number(figure)) for figure in row)
    ]


def _with_valleys(points: list[Option]) -> list[Option]:
    """The label goes below a point that lies lower than its neighbours: above it, the line would run
    through.
    """
    values = [point["value"] for point in points]
    for at, point in enumerate(points):
        beside = [*values[max(at - 1, 0) : at], *values[at + 1 : at + 2]]
        if point["value"] != "-" and beside and all(one != "-" and one > point["value"] for one in beside):
            point["label"]["position"] = "bottom"
    return points


def _mark_line(limits: list[tuple[str, float, str]]) -> Option:
    lines = [
        {"yAxis": at, "label": {"formatter": f"{name}\n{shown}", "position": "end"}}
        for name, at, shown in limits
    ]
    return {
        "symbol": "none",
        "silent": True,
        "animation": False,
        "precision": -1,  # by default ECharts draws such a line at its value rounded to two decimals
        "lineStyle": {"color": "#555555", "width": 1, "type": [5, 3]},
        "label": {"fontSize": 10, "color": "#333333", "lineHeight": 13, "align": "left"},
        "data": lines,
    }


def _room_at_right(spec: ChartSpec, limits: list[tuple[str, float, str]]) -> int:
    longest = max((max(len(name) * 10, len(shown) * 6) for name, _, shown in limits), default=0)
    return max(20 + longest, 52 if spec.type == "pareto" else 20)


def _frame(spec: ChartSpec, x: list[str], right: int) -> Option:
    named = len(spec.series) > 1 or spec.type == "pareto"
    text = {"fontFamily": FONT, "fontSize": 11, "color": "#333333"}
    return {
        "animation": False,
        "backgroundColor": "transparent",
        "textStyle": text,
        "grid": {"left": 14, "right": right, "top": 46 if named else 34, "bottom": 8, "containLabel": True},
        "legend": {
            "show": named,
            "top": 0,
            "right": 0,
            "itemWidth": 22,
            "itemHeight": 8,
            "textStyle": {**text, "color": "#333333"},
        },
        "xAxis": {
            "type": "category",
            "data": x,
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": "#8c8c8c"}},
            "axisLabel": _labels(len(x), right),
        },
    }


def _labels(count: int, right: int) -> Option:
    """Labels along the axis: all of them, broken into lines where they are long; of very many, some."""
    look: Option = {"color": "#444444", "fontSize": 11}
    if count > LABELS_AT_MOST:
        return {**look, "hideOverlap": True}
    room = (WIDTH - right - 50) // max(count, 1) - 4
    return {**look, "interval": 0, "width": room, "overflow": "break"}


def _value_axis(unit: str, low: float, high: float, step: float) -> Option:
    return {
        "type": "value",
        "min": low,
        "max": high,
        "interval": step,
        "name": unit,
        "nameGap": 12,
        "nameTextStyle": {"color": "#555555", "align": "right", "fontSize": 10.5},
        "axisLabel": {"color": "#555555", "fontSize": 10.5},
        "splitLine": {"lineStyle": {"color": "#e8e8e8"}},
    }


def _share_axis() -> Option:
    axis = _value_axis("%", 0, 100, 20)
    return {**axis, "splitLine": {"show": False}, "nameTextStyle": {"color": "#555555", "align": "left"}}


def _cumulated(row: list[Figure]) -> Option:
    """The running share of a Pareto chart, for the eye only: it carries no numbers."""
    numbers = [_number(figure) or 0.0 for figure in row]
    total, running, shares = sum(numbers) or 1.0, 0.0, []
    for number in numbers:
        running += number
        shares.append(round(running / total * 100, 4))
    return {
        "type": "line",
        "name": "累计占比",
        "yAxisIndex": 1,
        "data": shares,
        "symbol": "emptyCircle",
        "symbolSize": 5.5,
        "lineStyle": {"color": INKS[1], "width": 1.3, "type": "dashed"},
        "itemStyle": {"color": INKS[1]},
    }
