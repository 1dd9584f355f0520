"""Charts for rare events: g (how many units between events) and t (how much time between events).

Source: Benneyan (2001), "Number-between g-type statistical quality control charts", Health Care Management Science 4; Nelson
(1994), "A control chart for parts-per-million nonconforming items", J. Quality Technology 26; Xie, Goh (1997) on quantile
limits. Limits by quantiles leave 0.135 % on each side unless ``probability`` says otherwise.
"""

from __future__ import annotations

import math
from typing import Any, Literal, TypeAlias

import numpy as np
from scipy import special

from zhicheng.stats import sigma as sg
from zhicheng.stats.constants import d2
from zhicheng.stats.limits import ControlChart, Limits, drawn
from zhicheng.stats.observations import FloatArray, Unusable, numbers, place, positive, share

NORMAL_SHARE = 0.9973002039367398
"""What a normal statistic has within three standard deviations."""
POWER = 1 / 3.6
"""Nelson's power, which makes exponential times nearly normal."""

GLimits: TypeAlias = Literal["sigma", "quantile"]
GCount: TypeAlias = Literal["between", "trials"]
TMethod: TypeAlias = Literal["power", "exponential", "weibull"]


def g_chart(
    counts: Any,
    *,
    limits: Limits | None = None,
    method: GLimits = "sigma",
    counting: GCount = "between",
    nsigma: float = 3.0,
    probability: float = NORMAL_SHARE,
) -> ControlChart:
    """The g chart of units between events, about ḡ; the counts follow a geometric distribution.

    ``counting``: "between" counts the good units between two events (from 0; p = 1/(ḡ+1)), "trials" counts the event, too (from
    1; p = 1/ḡ). ``method``: "sigma" draws ḡ ± nsigma·√(1−p)/p, not below the least count; "quantile" draws the quantiles of
    the geometric distribution, for it is very skew. No zones: only the limits are tested.
    Errors: Unusable for counts that are no whole numbers, or whose mean leaves no variation.
    Example: ``float(g_chart([2, 4]).limits.centre)`` is 3 and its sigma √(3·4) = 3.464….
    """
    x = numbers(counts, "两次事件之间的件数")
    least = 0 if counting == "between" else 1
    wrong = np.argwhere((x < least) | (x != np.floor(x)))
    if wrong.size:
        raise Unusable(f"{place(wrong[0])}是 {x[tuple(wrong[0])]:g}：应为不小于 {least} 的整数。")
    if limits:
        held = limits.expect("g")
    else:
        mean = np.asarray(x.mean(axis=-1))
        if (mean <= least).any():
            raise Unusable("各次事件之间的件数都是最小值，没有变差，画不出 g 图。")
        spread = np.sqrt((mean - least) * (mean - least + 1))
        by_sigma = method == "sigma"
        held = Limits(
            "g", mean, np.asarray(spread), "geometric", x.shape[-1], x.shape[-1], 1,
            nsigma=positive(nsigma, "控制限的倍数 nsigma") if by_sigma else None,
            probability=None if by_sigma else share(probability, "控制限内的概率"),
            parameters={"least": least}, source="Benneyan (2001)",
        )  # fmt: skip
    least = int(held.parameters["least"])
    phase: Literal[1, 2] = 2 if limits else 1
    error = held.sigma[..., None]
    if held.probability is None:
        return drawn(held, x, error, phase, floor=float(least), independent=False)
    p = 1 / (held.centre[..., None] - least + 1)
    tail = (1 - held.probability) / 2
    between = _geometric_quantile(tail, p) + least, _geometric_quantile(1 - tail, p) + least
    return drawn(held, x, error, phase, between=between, independent=False)


def _geometric_quantile(below: float, p: FloatArray) -> FloatArray:
    """The least count from 0 whose cumulative probability 1 − (1−p)^(count+1) reaches ``below``."""
    exact = np.log1p(-below) / np.log1p(-p) - 1
    return np.asarray(np.maximum(0.0, np.ceil(exact - 1e-10)))


def t_chart(
    times: Any,
    *,
    limits: Limits | None = None,
    method: TMethod = "power",
    nsigma: float = 3.0,
    probability: float = NORMAL_SHARE,
) -> ControlChart:
    """The t chart of times between events (all > 0, any unit).

    ``method``: "power" (Nelson 1994) draws an individuals chart of y = t^(1/3.6) and turns its lines back into time;
    "exponential" and "weibull" fit that distribution by maximum likelihood and draw its quantiles about its median.
    No zones in time: only the limits are tested. Errors: Unusable for times ≤ 0 (events of the same moment: give finer times).
    Example: ``float(t_chart([1, 2, 3], method="exponential").centre[0])`` is 1.386, that is 2·ln 2.
    """
    x = numbers(times, "两次事件之间的时间")
    wrong = np.argwhere(x <= 0)
    if wrong.size:
        raise Unusable(
            f"{place(wrong[0])}是 {x[tuple(wrong[0])]:g}：时间应大于 0；同一时刻的事件请用更细的时间单位。"
        )
    if limits:
        held = limits.expect("t")
    else:
        if x.shape[-1] < 2:
            raise Unusable("只有 1 个间隔，不能估计控制限：至少要 2 个。")
        held = _t_limits(x, method, nsigma, probability)
    phase: Literal[1, 2] = 2 if limits else 1
    if "power" in held.parameters:
        y, distance = held.centre[..., None], float(held.nsigma or 3.0) * held.sigma[..., None]
        low, high = np.maximum(0.0, y - distance) ** 3.6, (y + distance) ** 3.6
        return _without_zones(held, x, y**3.6, low, high, phase)
    tail = (1 - float(held.probability or NORMAL_SHARE)) / 2
    shape = held.parameters["shape"]
    lines = [held.sigma[..., None] * (-math.log1p(-q)) ** (1 / shape) for q in (tail, 0.5, 1 - tail)]
    return _without_zones(held, x, lines[1], lines[0], lines[2], phase)


def _without_zones(
    held: Limits, x: FloatArray, centre: FloatArray, low: FloatArray, high: FloatArray, phase: Literal[1, 2]
) -> ControlChart:
    return ControlChart(
        "t", x, np.asarray(centre), np.asarray(low), np.asarray(high), None, held, phase, False
    )


def _t_limits(x: FloatArray, method: TMethod, nsigma: float, probability: float) -> Limits:
    count = x.shape[-1]
    if method == "power":
        y = x**POWER
        sigma = np.asarray(sg.moving_ranges(y).mean(axis=-1) / d2(2))
        if (sigma <= 0).any():
            raise Unusable("各次间隔全都相同，没有变差，画不出 t 图。")
        distance = positive(nsigma, "控制限的倍数 nsigma")
        return Limits(
            "t", np.asarray(y.mean(axis=-1)), sigma, "MR", count, count, 1,
            nsigma=distance, parameters={"power": POWER}, source="Nelson (1994)",
        )  # fmt: skip
    if method not in ("exponential", "weibull"):
        raise Unusable(f"t 图的方法应为 power、exponential 或 weibull，现在是 {method!r}。")
    if method == "weibull":
        if x.ndim > 1:
            raise Unusable("威布尔 t 图一次只画一个特性：请逐个调用。")
        from zhicheng.stats.families import weibull_estimate

        shape, scale = weibull_estimate(x)
    else:
        shape, scale = np.asarray(1.0), np.asarray(x.mean(axis=-1))
    inside = share(probability, "控制限内的概率")
    middle = scale * special.gamma(1 + 1 / shape)
    return Limits(
        "t", np.asarray(middle), np.asarray(scale), method, count, count, 1,
        nsigma=None, probability=inside, parameters={"shape": float(shape)}, source="Xie, Goh (1997)",
    )  # fmt: skip
