"""More pictures in the look of ``core.pictures``: bars side by side, points in the plane, lines of several groups, Pareto.

Groups differ by grey, dash and symbol, not by colour alone: they can be told apart in print and by colour-blind people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zhicheng.core.pictures import ACCENT, DARK, FONT, Line, Option, ends, frame, number_axis, ruled

FILLS = (ACCENT, "#b8b8b8", "#7d7d7d", "#dadada")
INKS = (ACCENT, "#7a7a7a", "#4d4d4d", "#a6a6a6")
DASHES = ("solid", "dashed", "dotted", [8, 3, 2, 3])
SYMBOLS = ("circle", "emptyCircle", "triangle", "emptyDiamond", "rect", "emptyTriangle")
Point = tuple[float, float]
FEW_BARS = 12


def bars(
    labels: Sequence[str],
    groups: Mapping[str, Sequence[float | None]],
    *,
    unit: str = "",
    lines: Sequence[Line] = (),
) -> Option:
    """Bars side by side, one colour a group; ``lines`` across are thresholds."""
    option = frame(labels, unit, right=96 if lines else 24)
    option["xAxis"]["axisLabel"] |= {"interval": 0} if len(labels) <= FEW_BARS else {}
    option["series"] = [
        {
            "name": name, "type": "bar", "data": [("-" if v is None else round(v, 9)) for v in values], "barMaxWidth": 34, "barGap": "15%",
            "itemStyle": {"color": FILLS[at % len(FILLS)]},
            "label": {"show": len(labels) * len(groups) <= 2 * FEW_BARS, "position": "top", "fontSize": 10, "color": DARK, "formatter": "{c}"},
        }
        for at, (name, values) in enumerate(groups.items())
    ]  # fmt: skip
    if len(labels) * len(groups) <= 2 * FEW_BARS:
        for one in option["series"]:
            one["data"] = [
                v if v == "-" else {"value": v, "label": {"formatter": f"{v:.3g}"}} for v in one["data"]
            ]
    option["yAxis"]["min"] = 0
    _across(option, lines)
    return _legend(option, list(groups))


def scatter(
    groups: Mapping[str, Sequence[Point]],
    *,
    x: str,
    y: str,
    fits: Mapping[str, Sequence[Point]] | None = None,
    lines: Sequence[Line] = (),
) -> Option:
    """Points in the plane by group, fitted lines through them, ``lines`` across."""
    option = frame((), y, right=96 if lines else 30)
    option["xAxis"] = {**number_axis(x), "scale": True, "nameLocation": "middle", "nameGap": 26}
    option["grid"]["bottom"] = 26
    option["yAxis"]["scale"] = True
    option["series"] = [
        {
            "name": name, "type": "scatter", "data": [list(p) for p in points], "symbol": SYMBOLS[at % len(SYMBOLS)],
            "symbolSize": 6, "itemStyle": {"color": INKS[at % len(INKS)]},
        }
        for at, (name, points) in enumerate(groups.items())
    ]  # fmt: skip
    option["series"] += [
        {
            "name": name, "type": "line", "data": [list(p) for p in points], "symbol": "none",
            "lineStyle": {"color": DARK if at else ACCENT, "width": 1.4, "type": DASHES[at % len(DASHES)]},
            "itemStyle": {"color": DARK if at else ACCENT},
        }
        for at, (name, points) in enumerate((fits or {}).items())
    ]  # fmt: skip
    _across(option, lines)
    known = [p[1] for one in (*groups.values(), *(fits or {}).values()) for p in one]
    option["yAxis"] |= _around(known, lines)
    option["xAxis"]["axisLine"] = {"onZero": False}
    return _legend(option, [*groups, *(fits or {})])


def profiles(
    labels: Sequence[str],
    groups: Mapping[str, Sequence[float | None]],
    *,
    unit: str = "",
    lines: Sequence[Line] = (),
) -> Option:
    """One line a group over the same labels: operators over parts, for one."""
    option = frame(labels, unit, right=96 if lines else 24)
    option["series"] = [
        {
            "name": name, "type": "line", "data": [("-" if v is None else v) for v in values], "symbol": SYMBOLS[at % len(SYMBOLS)],
            "symbolSize": 6, "showAllSymbol": True, "itemStyle": {"color": INKS[at % len(INKS)]},
            "lineStyle": {"color": INKS[at % len(INKS)], "width": 1.4, "type": DASHES[at % len(DASHES)]},
        }
        for at, (name, values) in enumerate(groups.items())
    ]  # fmt: skip
    _across(option, lines)
    known = [v for values in groups.values() for v in values if v is not None]
    option["yAxis"] |= _around(known, lines)
    return _legend(option, list(groups))


def pareto_chart(
    labels: Sequence[str], counts: Sequence[float], cumulated: Sequence[float], *, name: str, share: str
) -> Option:
    """Bars by falling frequency and the line of cumulated per cent on an axis of its own."""
    option = bars(labels, {name: list(counts)})
    option["grid"]["right"] = 52
    option["yAxis"] = [
        option["yAxis"],
        {**number_axis("%"), "min": 0, "max": 100, "splitLine": {"show": False}},
    ]
    option["series"].append(
        {
            "name": share, "type": "line", "yAxisIndex": 1, "data": [round(c, 4) for c in cumulated], "symbol": "emptyCircle", "symbolSize": 5.5,
            "lineStyle": {"color": INKS[1], "width": 1.3, "type": "dashed"}, "itemStyle": {"color": INKS[1]},
        }
    )  # fmt: skip
    return _legend(option, [name, share])


def _across(option: Option, lines: Sequence[Line]) -> None:
    if lines and option["series"]:
        option["series"][0]["markLine"] = ruled(lines)


def _around(known: Sequence[float], lines: Sequence[Line]) -> Option:
    return ends([*known, *(one.at for one in lines if not isinstance(one.at, Sequence))])


def _legend(option: Option, names: Sequence[str]) -> Option:
    if len(names) > 1:
        option["legend"] = {
            "show": True, "type": "scroll", "top": 0, "right": 0, "itemWidth": 22, "itemHeight": 8, "data": list(names),
            "textStyle": {"fontFamily": FONT, "fontSize": 11, "color": DARK},
        }  # fmt: skip
        option["grid"]["top"] = 46
    return option
