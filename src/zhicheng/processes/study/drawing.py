"""Pictures that several kinds of study share: histogram with fit and limits, points in order, probability plot, control chart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from zhicheng.core.comparisons import scatter
from zhicheng.core.pictures import Line, Picture, histogram, series_chart
from zhicheng.processes.study.finding import probability, shown

CURVE_POINTS = 120
PLOTTED = 5000
"""So many points of a probability plot are drawn; of more, evenly chosen ones."""
Density = Callable[[Any], Any]


def upright(*given: tuple[str, float | None]) -> list[Line]:
    """Lines for the limits that are there."""
    return [Line(word, at, shown(at)) for word, at in given if at is not None]


def histogram_picture(
    title: str, values: Any, lines: Sequence[Line], density: Density | None, *, unit: str, note: str = ""
) -> Picture:
    """A histogram with the density of a fitted distribution in counts."""
    import numpy as np

    from zhicheng.stats import histogram as classes

    found = classes(values)
    edges = [float(one) for one in found.edges]
    curve = []
    if density is not None:
        known = [line.at for line in lines if not isinstance(line.at, Sequence)]
        low, high = min(edges[0], *known, edges[0]), max(edges[-1], *known, edges[-1])
        at = np.linspace(low, high, CURVE_POINTS)
        heights = density(at) * found.n * (edges[1] - edges[0])
        curve = [(float(x), float(y)) for x, y in zip(at, heights, strict=True)]
    option = histogram(
        edges, [int(c) for c in found.counts], name=_("频数"), unit=unit, curve=curve, lines=lines
    )
    return Picture(title, option, note)


def normal_density(mean: float, sd: float) -> Density:
    """The density of a normal distribution."""
    from scipy import stats

    return lambda x: stats.norm.pdf(x, mean, sd)


def fitted_density(fitted: Any) -> Density:
    """The density of a fitted distribution, by small differences of its cdf."""
    import numpy as np

    def density(x: Any) -> Any:
        step = float(np.ptp(x)) / 1e4 or 1e-6
        return (fitted.cdf(x + step) - fitted.cdf(x - step)) / (2 * step)

    return density


def in_order(
    title: str,
    values: Any,
    lines: Sequence[Line],
    *,
    unit: str,
    note: str = "",
    marks: Mapping[int, str] | None = None,
) -> Picture:
    """Values in order of time."""
    numbers = [float(one) for one in values]
    labels = [str(at) for at in range(1, len(numbers) + 1)]
    return Picture(title, series_chart(labels, numbers, lines, name=title, unit=unit, marks=marks), note)


def control_chart(title: str, chart: Any, signals: Any, unit: str) -> Picture:
    """A control chart of ``zhicheng.stats`` with the points that completed a test."""
    import numpy as np

    marks: dict[int, str] = {}
    for test in signals.rules.tests:
        for point in signals.points(test.name):
            marks[point - 1] = ",".join(filter(None, (marks.get(point - 1, ""), str(test.number))))
    lines = []
    for word, values in (("UCL", chart.upper), ("CL", chart.centre), ("LCL", chart.lower)):
        flat = np.asarray(values, dtype=float).reshape(-1)
        if float(np.ptp(flat)) == 0:
            lines.append(Line(word, float(flat[0]), shown(flat[0])))
        else:
            lines.append(Line(word, [float(one) for one in np.broadcast_to(flat, chart.statistic.shape)]))
    said = "；".join(signals.sentences()) or _("没有判异信号。")
    return in_order(title, chart.statistic, lines, unit=unit, note=said, marks=marks)


def probability_plot(values: Any, p_value: float, unit: str) -> Picture:
    """Normal probability plot: ordered values against normal scores ((i − 0.375)/(n + 0.25), Blom), with the line of mean and s."""
    import numpy as np
    from scipy import special

    x = np.sort(np.asarray(values, dtype=float).ravel())
    z = special.ndtri((np.arange(1, x.size + 1) - 0.375) / (x.size + 0.25))
    kept = np.unique(np.linspace(0, x.size - 1, min(x.size, PLOTTED)).astype(int))
    mean, sd = float(x.mean()), float(x.std(ddof=1))
    line = [(mean + sd * float(q), float(q)) for q in (z[0], z[-1])]
    option = scatter(
        {_("数据"): [(float(x[at]), float(z[at])) for at in kept]},
        x=unit or _("值"),
        y=_("正态分位数"),
        fits={_("正态直线"): line},
    )
    note = _("Anderson–Darling 检验 p = %s；点沿直线即与正态相符。") % probability(p_value)
    return Picture(_("正态概率图"), option, note)
