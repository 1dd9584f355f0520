"""Histogram with a fitted normal distribution, its moments and a test of the fit."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from zhicheng.stats.readings import Floats, count, sample

RULES = ("sturges", "freedman_diaconis", "scott", "square_root")


@dataclass(frozen=True, slots=True)
class Histogram:
    """Classes [edge, next edge) (the last closed) with their counts and, for a normal distribution with the mean and s of the data,
    the expected counts; mean, s, skewness and excess kurtosis (bias-corrected); Anderson–Darling test of normality; how many values lie
    below and above the limits given."""

    edges: Floats
    counts: Floats
    expected: Floats
    n: int
    mean: float
    sd: float
    skewness: float
    kurtosis: float
    anderson_darling: float
    normality_p: float
    below: int
    above: int


def histogram(
    values: ArrayLike,
    *,
    classes: int | None = None,
    rule: str = "sturges",
    lower: float | None = None,
    upper: float | None = None,
    resolution: float | None = None,
) -> Histogram:
    """Histogram of a sample, with the normal distribution fitted.

    ``classes``: their number; None takes it from ``rule``. ``resolution``: of the measurement; class widths are then whole multiples
    of it and edges lie between readings, so that no class is favoured. Errors: ValueError for fewer than 8 or constant values.

    >>> found = histogram([1, 2, 2, 3, 3, 3, 4, 4, 5], classes=5)
    >>> found.counts.tolist()
    [1.0, 2.0, 3.0, 2.0, 1.0]
    """
    data = sample(values, "数据", 8, varied=True)
    edges = _edges(data, _classes(data, classes, rule), resolution)
    counts = np.histogram(data, edges)[0].astype(np.float64)
    mean, sd = float(data.mean()), float(data.std(ddof=1))
    expected = data.size * np.diff(stats.norm.cdf(edges, mean, sd))
    a2, p = normality_test(data)
    return Histogram(
        edges,
        counts,
        expected,
        data.size,
        mean,
        sd,
        float(stats.skew(data, bias=False)),
        float(stats.kurtosis(data, bias=False)),
        a2,
        p,
        0 if lower is None else int((data < lower).sum()),
        0 if upper is None else int((data > upper).sum()),
    )


def _classes(data: Floats, classes: int | None, rule: str) -> int:
    if classes is not None:
        return count(classes, "组数", 1)
    n, width = data.size, float(np.ptp(data))
    if rule == "sturges":
        return math.ceil(math.log2(n) + 1)
    if rule == "square_root":
        return math.ceil(math.sqrt(n))
    if rule not in RULES:
        raise ValueError(f"分组规则“{rule}”：{'、'.join(RULES)}。")
    scale = 2 * float(stats.iqr(data)) if rule == "freedman_diaconis" else 3.49 * float(data.std(ddof=1))
    step = scale / n ** (1 / 3)
    return math.ceil(width / step) if step > 0 else math.ceil(math.sqrt(n))


def _edges(data: Floats, classes: int, resolution: float | None) -> Floats:
    low, high = float(data.min()), float(data.max())
    if resolution is None:
        return np.linspace(low, high, classes + 1, dtype=np.float64)
    if not resolution > 0:
        raise ValueError("分辨力须大于 0。")
    step = max(round((high - low + resolution) / classes / resolution), 1) * resolution
    first = low - resolution / 2
    number = math.ceil((high - first) / step)
    return np.asarray(first + step * np.arange(number + 1), dtype=np.float64)


def normality_test(values: ArrayLike) -> tuple[float, float]:
    """Anderson–Darling A² (not adjusted) for normality with mean and s estimated, and its p-value (D'Agostino and Stephens 1986).

    >>> a2, p = normality_test([9.9, 10.1, 10.0, 9.8, 10.2, 10.0, 9.9, 10.1])
    >>> round(a2, 3), p > 0.5
    (0.223, True)
    """
    data = np.sort(sample(values, "数据", 8, varied=True))
    n = data.size
    z = (data - data.mean()) / data.std(ddof=1)
    at = np.arange(1, n + 1)
    a2 = float(-n - ((2 * at - 1) * (stats.norm.logcdf(z) + stats.norm.logsf(z[::-1]))).mean())
    return a2, _normality_p(a2 * (1 + 0.75 / n + 2.25 / n**2))


def _normality_p(a: float) -> float:
    """p-value of the adjusted A*, by the four pieces of D'Agostino and Stephens, table 4.9."""
    if a >= 0.6:
        return min(math.exp(1.2937 - 5.709 * a + 0.0186 * a**2), 1.0)
    if a > 0.34:
        return math.exp(0.9177 - 4.279 * a - 1.38 * a**2)
    if a > 0.2:
        return 1 - math.exp(-8.318 + 42.796 * a - 59.938 * a**2)
    return 1 - math.exp(-13.436 + 101.14 * a - 223.73 * a**2)
