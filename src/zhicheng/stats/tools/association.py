"""Scatter diagram: correlation and straight-line regression of two characteristics."""

from __future__ import annotations

import math
from dataclasses import dataclass

from numpy.typing import ArrayLike
from scipy import stats

from zhicheng.stats.readings import sample, share


@dataclass(frozen=True, slots=True)
class Correlation:
    """Pearson's r with its t-test and Fisher's interval, Spearman's rho with its p-value, and the least-squares line of y on x with the
    interval of its slope."""

    n: int
    r: float
    r_interval: tuple[float, float]
    t: float
    p: float
    spearman: float
    spearman_p: float
    slope: float
    intercept: float
    slope_interval: tuple[float, float]
    residual_sd: float
    r_squared: float


def correlation(x: ArrayLike, y: ArrayLike, *, confidence: float = 0.95) -> Correlation:
    """Correlation and regression of two characteristics measured on the same items. Correlation is not cause.

    Errors: ValueError for fewer than 4 pairs, series of different length, constant values.

    >>> found = correlation([1, 2, 3, 4, 5], [2.1, 3.9, 6.2, 7.8, 10.1])
    >>> round(found.r, 5), round(found.slope, 3)
    (0.99865, 1.99)
    """
    a, b = sample(x, "x", 4, varied=True), sample(y, "y", 4, varied=True)
    if a.size != b.size:
        raise ValueError(f"散布图的两列须一一对应，现在是 {a.size} 与 {b.size} 个。")
    n, alpha = a.size, (1 - share(confidence, "置信水平")) / 2
    d_a, d_b = a - a.mean(), b - b.mean()
    s_aa, s_bb, s_ab = float(d_a @ d_a), float(d_b @ d_b), float(d_a @ d_b)
    r = min(max(s_ab / math.sqrt(s_aa * s_bb), -1.0), 1.0)
    t = r * math.sqrt((n - 2) / (1 - r * r)) if abs(r) < 1 else math.copysign(math.inf, r)
    if abs(r) < 1:
        reach = float(stats.norm.isf(alpha)) / math.sqrt(n - 3)
        interval = math.tanh(math.atanh(r) - reach), math.tanh(math.atanh(r) + reach)
    else:
        interval = (r, r)
    slope = s_ab / s_aa
    residual = math.sqrt(max(s_bb - slope * s_ab, 0.0) / (n - 2))
    slope_reach = float(stats.t.isf(alpha, n - 2)) * residual / math.sqrt(s_aa)
    rank = stats.spearmanr(a, b)
    return Correlation(
        n,
        r,
        interval,
        t,
        float(2 * stats.t.sf(abs(t), n - 2)),
        float(rank.statistic),
        float(rank.pvalue),
        slope,
        float(b.mean() - slope * a.mean()),
        (slope - slope_reach, slope + slope_reach),
        residual,
        r * r,
    )
