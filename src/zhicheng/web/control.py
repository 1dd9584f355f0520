"""Control limits in a chart of months: the p chart of its counts, drawn over the line, and said in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhicheng.core.language import listed
from zhicheng.reports.charts import Option
from zhicheng.reports.values import OPERATOR_SIGNS, scaled
from zhicheng.stats import MIN_POINTS, ProportionChart, TooFew, share_chart
from zhicheng.web.charts import Monthly, month_names

INK, GREY = "#1a1a1a", "#6b6b6b"
PLOT = 170
"""About how high the plot is on a screen, in pixels: it decides how far apart labels must stand."""
LABEL = 13
LETTER = 10
MARK = 36
"""How high a value with its mark is."""


@dataclass(frozen=True)
class Control:
    """The limits of a year's months, as printed values: ``scale`` 100 for percent. None: too few months for limits."""

    series: Monthly
    chart: ProportionChart | None

    @property
    def known(self) -> int:
        """How many months have records."""
        return sum(bool(c.denominator) for c in self.series.months)

    @property
    def beyond(self) -> tuple[int, ...]:
        """The months beyond their limits, January 0."""
        return self.chart.beyond if self.chart else ()

    def text(self, share: float) -> str:
        """A share as the metric prints it."""
        return f"{share * self.series.metric.scale:.{self.series.metric.places}f}"

    def limits(self, at: int) -> tuple[str, str] | None:
        """The lower and upper limit of a month, as text."""
        point = self.chart.points[at] if self.chart else None
        return (self.text(point.lower), self.text(point.upper)) if point else None

    def note(self) -> list[str]:
        """What the reader must know: which months stand out, and where the limits come from; or why there are none."""
        if self.chart is None:
            few = _("有记录的月份：%(n)s 个，不足 %(m)s 个，不画控制限。")
            return [few % {"n": self.known, "m": MIN_POINTS}]
        out = listed(month_names()[at] for at in self.beyond)
        said = _("超出控制限（图中标 1，判异准则 1）：%s。") % out if out else _("没有月份超出控制限。")
        source = _(
            "控制限由图中这 %s 个月算出（第一阶段）：p 图，p̄ ± 3√(p̄(1−p̄)/n)，随各月数量变；右端是最近一个月的。依据 GB/T 17989.2，未核对原文。"
        )
        return [said, source % self.known]


def control(series: Monthly) -> Control:
    """The control limits of a share by month."""
    try:
        chart = share_chart([(c.numerator, c.denominator or 0) for c in series.months])
    except TooFew:
        chart = None
    return Control(series, chart)


def around(given: Control) -> list[float]:
    """Values that the axis must hold beside the line itself: the limits, and room for the marks."""
    if given.chart is None:
        return []
    points = [p for p in given.chart.points if p]
    held = [v for p in points for v in (p.lower, p.upper, p.share)]
    room = MARK / (PLOT - MARK) * (max(held) - min(held))
    held += [p.share + (room if p.share > given.chart.centre else -room) for p in points if p.rule]
    return [min(max(v, 0.0), 1.0) * given.series.metric.scale for v in held]


def draw(option: Option, given: Control, target: tuple[str, int] | None) -> None:
    """Add to the option of the line: limits as steps, the centre, marks of rule 1, and every value at the right end.

    ``target``: as for ``charts.by_month``.
    """
    chart, scale = given.chart, given.series.metric.scale
    if chart is None:
        return
    points = chart.points
    last = next(p for p in reversed(points) if p)
    ends = [
        (_("下限 %s") % given.text(last.lower), last.lower * scale),
        (_("中心线 %s") % given.text(chart.centre), chart.centre * scale),
    ]
    aim = target[1] / 100 if target else None
    if target and aim is not None:
        said = f"{OPERATOR_SIGNS.get(target[0], target[0])} {scaled(target[1], 2)}"
        ends.append((f"{pgettext('line', '目标')} {said}", aim))
    ends.append((_("上限 %s") % given.text(last.upper), last.upper * scale))
    lines = [
        {"yAxis": chart.centre * scale, "label": {"show": False}, "lineStyle": {"color": GREY, "width": 1, "type": "dotted"}},
        *([{"yAxis": aim, "label": {"show": False}}] if target else []),
    ]  # fmt: skip
    axis = option["yAxis"][0]
    gap = LABEL / PLOT * (axis["max"] - axis["min"])
    ends.sort(key=lambda end: end[1])
    places = apart([at for _text, at in ends], gap, axis["min"], axis["max"])
    lines += [
        {"yAxis": at, "lineStyle": {"width": 0}, "label": {"formatter": text, "position": "end"}}
        for (text, _at), at in zip(ends, places, strict=True)
    ]
    main = option["series"][0]
    main["markLine"] = {
        "symbol": "none", "silent": True, "animation": False, "data": lines,
        "lineStyle": {"color": "#555555", "width": 1, "type": [5, 3]},
        "label": {"fontSize": 10, "color": "#333333", "align": "left"},
    }  # fmt: skip
    main["z"] = 3
    for at in given.beyond:
        _mark(main["data"][at])
    option["series"] += [
        _steps("UCL", [p.upper * scale if p else None for p in points]),
        _steps("LCL", [p.lower * scale if p else None for p in points]),
    ]
    if given.beyond:
        option["grid"]["top"] += 12
    option["grid"]["right"] = 20 + max(_width(text) for text, _at in ends)


def _width(text: str) -> float:
    return sum(LETTER if ord(c) > 255 else LETTER * 0.6 for c in text)


def _steps(name: str, values: Sequence[float | None]) -> Option:
    return {
        "name": name,
        "type": "line",
        "step": "middle",
        "symbol": "rect",
        "symbolSize": [16, 1],  # a month between two without records has its dash too
        "showAllSymbol": True,
        "silent": True,
        "data": ["-" if v is None else round(v, 6) for v in values],
        "itemStyle": {"color": GREY},
        "lineStyle": {"color": GREY, "width": 1, "type": "solid"},
    }


def _mark(point: Option) -> None:
    """A point that broke rule 1: square and black, with a ringed 1 on the far side of its value."""
    label = point["label"]
    parts = (
        [label["formatter"], "{rule|1}"]
        if label.get("position") == "bottom"
        else ["{rule|1}", label["formatter"]]
    )
    ring = {
        "borderColor": INK,
        "borderWidth": 1,
        "borderRadius": 8,
        "padding": [2, 5, 1, 5],
        "backgroundColor": "#ffffff",
    }
    rich = {
        "rule": {
            **ring,
            "color": INK,
            "fontWeight": "bold",
            "fontSize": 10,
            "lineHeight": 18,
            "align": "center",
        }
    }
    point |= {"symbol": "rect", "symbolSize": 8, "itemStyle": {"color": INK}}
    point["label"] = {**label, "show": True, "formatter": "\n".join(parts), "rich": rich, "align": "center"}


def apart(values: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Rising values moved as little as needed so that neighbours are ``gap`` apart and, if there is room, inside the axis."""
    placed: list[float] = []
    for value in values:
        placed.append(max(value, placed[-1] + gap) if placed else max(value, low))
    top = max(high, low + gap * (len(placed) - 1))
    for at in range(len(placed) - 1, -1, -1):
        ceiling = top if at == len(placed) - 1 else placed[at + 1] - gap
        placed[at] = min(placed[at], ceiling)
    return placed
