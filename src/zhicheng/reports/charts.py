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

from zhicheng.core.pictures import (
    ACCENT,
    DARK,
    TICKS,
    Line,
    frame,
    number_axis,
    ruled,
    series_chart,
    tick,
)
from zhicheng.reports.document import ChartSpec, ControlLimit, ControlSpec, Limit
from zhicheng.reports.report import Report
from zhicheng.reports.values import Figure, Target, scaled

Option = dict[str, Any]

INKS = (ACCENT, "#7a7a7a", "#a6a6a6", "#4d4d4d")
FILLS = (ACCENT, "#b8b8b8", "#7d7d7d", "#dadada")
DASHES = ("solid", "dashed", "dotted", "solid")
SYMBOLS = ("circle", "emptyCircle", "triangle", "emptyDiamond")
WIDTH, HEIGHT = 640, 270
RENDER_TIMEOUT_SECONDS = 30
LABELLED_POINTS = 13
LABELS_AT_MOST = 16
UNPROVED = (
    "各点取自 {n} 个子组（{first} 至 {last}），{limits}。证明包列有子组登记的次序，不公开其值与控制限："
    "本图不能由证明包重算，只能凭原记录核对。"
)
NO_LIMITS = "没有批准的控制限"
"""What a control chart in a report says of itself, whoever wrote the report."""


def control_option(spec: ControlSpec) -> Option:
    """The ECharts option of a control chart, in the look of the page."""
    lines = [Line(one.word, _run(one, spec.places), one.shown) for one in spec.limits]
    values = [None if one is None else one / 10**spec.places for one in spec.values]
    return series_chart(spec.x, values, lines, name=spec.name, unit=spec.unit, marks=dict(spec.marks))


def _run(one: ControlLimit, places: int) -> float | tuple[float, ...]:
    at = tuple(value / 10**places for value in one.at)
    return at[0] if len(at) == 1 else at


def control_words(spec: ControlSpec) -> str:
    """What a control chart shows, in words."""
    limits = "，".join(f"{one.word} {one.shown or '随样本量变动'}" for one in spec.limits) or NO_LIMITS
    marked = "，".join(f"{spec.x[at]}（准则 {tests}）" for at, tests in spec.marks) or "无"
    return f"{spec.name} 控制图，{len(spec.x)} 个子组；{limits}；判异：{marked}"


def control_note(spec: ControlSpec) -> str:
    """Where the points come from, and that no bundle proves them."""
    limits = f"控制限为第 {spec.edition} 版" if spec.limits else NO_LIMITS
    return UNPROVED.format(n=len(spec.x), first=spec.x[0], last=spec.x[-1], limits=limits)


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
    step = tick(span / TICKS)
    bottom = math.floor((low - (step * 0.3 if spec.type == "line" else 0)) / step) * step
    top = math.ceil((high + step * 0.3) / step) * step
    if spec.unit == "%" and high <= 100:
        top = min(top, 100.0)
    return round(bottom, 6), round(top, 6), round(step, 6)


def _series(spec: ChartSpec, at: int, row: list[Figure]) -> Option:
    ink = (INKS if spec.type == "line" else FILLS)[at % len(INKS)]
    label = {"position": "top", "fontSize": 10.5, "color": DARK, "distance": 5}
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
    return ruled([Line(name, at, shown) for name, at, shown in limits], between="\n")


def _room_at_right(spec: ChartSpec, limits: list[tuple[str, float, str]]) -> int:
    longest = max((max(len(name) * 10, len(shown) * 6) for name, _, shown in limits), default=0)
    return max(20 + longest, 52 if spec.type == "pareto" else 20)


def _frame(spec: ChartSpec, x: list[str], right: int) -> Option:
    named = len(spec.series) > 1 or spec.type == "pareto"
    option = frame(x, spec.unit, right)
    option["grid"]["top"] = 46 if named else 34
    option["legend"] = {
        "show": named, "top": 0, "right": 0, "itemWidth": 22, "itemHeight": 8, "textStyle": dict(option["textStyle"]),
    }  # fmt: skip
    option["xAxis"]["axisLine"].pop("onZero")  # bars stand on zero
    option["xAxis"]["axisLabel"] = _labels(len(x), right)
    return option


def _labels(count: int, right: int) -> Option:
    """Labels along the axis: all of them, broken into lines where they are long; of very many, some."""
    look: Option = {"color": "#444444", "fontSize": 11}
    if count > LABELS_AT_MOST:
        return {**look, "hideOverlap": True}
    room = (WIDTH - right - 50) // max(count, 1) - 4
    return {**look, "interval": 0, "width": room, "overflow": "break"}


def _value_axis(unit: str, low: float, high: float, step: float) -> Option:
    axis = number_axis(unit)
    axis["nameTextStyle"] |= {"align": "right"}
    return axis | {"min": low, "max": high, "interval": step}


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
