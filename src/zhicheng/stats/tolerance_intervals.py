"""Statistical tolerance intervals: normal (GB/T 3359, ISO 16269-6), distribution-free, binomial, Poisson; prediction interval.

A tolerance interval contains at least a share ``coverage`` of the population with ``confidence``. Compared with R tolerance and NIST
handbook 7.2.6.3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

from zhicheng.stats.readings import array, count, positive, sample, share

METHODS = ("exact", "howe", "howe_corrected")


@dataclass(frozen=True, slots=True)
class ToleranceInterval:
    """A tolerance interval: ``lower``, ``upper`` (−∞ or ∞ on the open side), ``k`` (NaN unless normal), the ``confidence`` and
    ``coverage`` asked for and the confidence really reached (distribution-free intervals reach more; normal ones just that)."""

    lower: float
    upper: float
    k: float
    confidence: float
    coverage: float
    reached: float
    method: str


def _sided(side: str) -> None:
    if side not in ("two", "lower", "upper"):
        raise ValueError(f"侧“{side}”：two（双侧）、lower（只有下限）或 upper（只有上限）。")


def normal_k(
    n: int,
    coverage: float,
    confidence: float = 0.95,
    *,
    sides: int = 2,
    method: str = "exact",
    df: int | None = None,
) -> float:
    """The factor k of a normal tolerance interval x̄ ± k·s.

    ``n``: sample size (at least 2); ``sides``: 1 (noncentral t, exact) or 2; ``method`` for two sides: "exact" (integral equation),
    "howe" (Howe 1969, as in the NIST handbook) or "howe_corrected" (with his second-order correction); ``df``: of s, n − 1 by default.

    >>> round(normal_k(43, 0.90, 0.99, method="howe"), 4)
    2.2173
    """
    n, coverage, confidence = (
        count(n, "样本量 n", 2),
        share(coverage, "覆盖率"),
        share(confidence, "置信水平"),
    )
    f = n - 1 if df is None else count(df, "自由度", 1)
    if sides == 1:
        return float(stats.nct.ppf(confidence, f, stats.norm.ppf(coverage) * math.sqrt(n))) / math.sqrt(n)
    if sides != 2 or method not in METHODS:
        raise ValueError(f"侧数须为 1 或 2，方法须为 {'、'.join(METHODS)}。")
    if method == "exact":
        return _exact_k(n, f, coverage, confidence)
    low = float(stats.chi2.ppf(1 - confidence, f))
    z = float(stats.norm.ppf((1 + coverage) / 2))
    k = z * math.sqrt((1 + 1 / n) * f / low)
    if method == "howe":
        return k
    z_a = float(stats.norm.ppf((1 + confidence) / 2))
    if f > n**2 * (1 + 1 / z_a**2):
        v = 1 + z_a**2 / n + (3 - z**2) * z_a**4 / (6 * n**2)
        return z * math.sqrt(v * (1 + n * v / (2 * f) * (1 + 1 / z_a**2)))
    return k * math.sqrt(max(1 + (f - 2 - low) / (2 * (n + 1) ** 2), 0.0))


def _exact_k(n: int, f: int, coverage: float, confidence: float) -> float:
    """Solve √(2n/π)∫₀^∞ P(χ²_f > f·χ²_{P;1}(z²)/k²) exp(−nz²/2) dz = confidence for k."""
    nodes, weights = np.polynomial.legendre.leggauss(120)
    half = 4.5 / math.sqrt(n)  # beyond nine standard errors of the mean nothing is left
    z = half * (nodes + 1)
    density = half * weights * np.exp(-n * z * z / 2) * math.sqrt(2 * n / math.pi)
    quantiles = stats.ncx2.ppf(coverage, 1, z * z)

    def reached(k: float) -> float:
        return float(density @ stats.chi2.sf(f * quantiles / k**2, f))

    start = float(stats.norm.ppf((1 + coverage) / 2)) * math.sqrt(
        (1 + 1 / n) * f / stats.chi2.ppf(1 - confidence, f)
    )
    return float(optimize.brentq(lambda k: reached(k) - confidence, start / 2, start * 2, xtol=1e-10))


def normal_tolerance_interval(
    values: ArrayLike,
    coverage: float,
    confidence: float = 0.95,
    *,
    side: str = "two",
    method: str = "exact",
) -> ToleranceInterval:
    """Tolerance interval of a normal distribution from a sample.

    ``side``: "two", "lower" or "upper". Errors: ValueError for fewer than 2 or constant values.

    >>> found = normal_tolerance_interval([9.8, 10.1, 10.0, 9.9, 10.2], 0.95, side="upper")
    >>> round(found.upper, 3)
    10.665
    """
    _sided(side)
    data = sample(values, "数据", 2, varied=True)
    k = normal_k(data.size, coverage, confidence, sides=2 if side == "two" else 1, method=method)
    mean, reach = float(data.mean()), k * float(data.std(ddof=1))
    low = -math.inf if side == "upper" else mean - reach
    high = math.inf if side == "lower" else mean + reach
    name = f"normal_{method if side == 'two' else 'exact'}"
    return ToleranceInterval(low, high, k, confidence, coverage, confidence, name)


def nonparametric_sample_size(
    coverage: float, confidence: float = 0.95, *, sides: int = 2, outer: int = 1
) -> int:
    """The smallest sample whose extremes (or ``outer``-th extremes) bound a share ``coverage`` with ``confidence`` (Wilks 1941).

    >>> [nonparametric_sample_size(0.95, sides=sides) for sides in (1, 2)]
    [59, 93]
    """
    coverage, confidence = share(coverage, "覆盖率"), share(confidence, "置信水平")
    cut = count(outer, "去掉的极值序号", 1) * _two(sides)
    n, step = cut, 1
    while _reached(n + step, cut, coverage) < confidence:
        n, step = n + step, step * 2
    low, high = n, n + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _reached(middle, cut, coverage) >= confidence else (middle, high)
    return high


def _two(sides: int) -> int:
    if sides not in (1, 2):
        raise ValueError("侧数须为 1（单侧）或 2（双侧）。")
    return sides


def _reached(n: int, cut: int, coverage: float) -> float:
    """Confidence that n values without the ``cut`` outer intervals cover the share: coverage follows Beta(n − cut + 1, cut)."""
    # the last digit must not decide where the confidence is just reached
    return float(stats.beta.sf(coverage, n - cut + 1, cut)) + 1e-12 if n >= cut else 0.0


def nonparametric_tolerance_interval(
    values: ArrayLike, coverage: float, confidence: float = 0.95, *, side: str = "two"
) -> ToleranceInterval:
    """Distribution-free tolerance interval between order statistics, as far inside as the confidence allows (symmetric ranks).

    Errors: ValueError when even the extremes do not reach the confidence; the sentence says how many values are needed.

    >>> found = nonparametric_tolerance_interval(range(1, 101), 0.95)
    >>> found.lower, found.upper, round(found.reached, 4)
    (1.0, 100.0, 0.9629)
    """
    _sided(side)
    data = np.sort(sample(values, "数据", 2))
    coverage, confidence = share(coverage, "覆盖率"), share(confidence, "置信水平")
    sides, n, rank = 2 if side == "two" else 1, data.size, 0
    while _reached(n, (rank + 1) * sides, coverage) >= confidence:
        rank += 1
    if rank == 0:
        need = nonparametric_sample_size(coverage, confidence, sides=sides)
        raise ValueError(
            f"{n} 个值不够：非参数容许区间在覆盖率 {coverage:g}、置信水平 {confidence:g} 下至少须 {need} 个。"
        )
    low = -math.inf if side == "upper" else float(data[rank - 1])
    high = math.inf if side == "lower" else float(data[n - rank])
    reached = _reached(n, rank * sides, coverage)
    return ToleranceInterval(low, high, math.nan, confidence, coverage, reached, "nonparametric")


def binomial_tolerance_interval(
    x: int, n: int, m: int, coverage: float, confidence: float = 0.95, *, side: str = "two"
) -> ToleranceInterval:
    """Tolerance limits of the number nonconforming among ``m`` future items, from ``x`` of ``n`` (Clopper–Pearson limits of p).

    >>> found = binomial_tolerance_interval(3, 200, 1000, 0.95)
    >>> found.lower, found.upper
    (0.0, 56.0)
    """
    _sided(side)
    n, m = count(n, "样本量 n", 1), count(m, "将来的件数 m", 1)
    x = count(x, "不合格品数 x")
    if x > n:
        raise ValueError(f"不合格品数 {x} 大于样本量 {n}。")
    alpha, tail = _tails(coverage, confidence, side)
    p_low = float(stats.beta.ppf(alpha, x, n - x + 1)) if x else 0.0
    p_high = float(stats.beta.isf(alpha, x + 1, n - x)) if x < n else 1.0
    low, high = float(stats.binom.ppf(1 - tail, m, p_low)), float(stats.binom.ppf(tail, m, p_high))
    return _discrete(low, high, coverage, confidence, side, "binomial_clopper_pearson")


def poisson_tolerance_interval(
    x: int, n: float, m: float, coverage: float, confidence: float = 0.95, *, side: str = "two"
) -> ToleranceInterval:
    """Tolerance limits of the number of nonconformities in ``m`` future units, from ``x`` in ``n`` units (exact limits of the rate).

    >>> found = poisson_tolerance_interval(45, 9, 1, 0.90)
    >>> found.lower, found.upper
    (1.0, 11.0)
    """
    _sided(side)
    x, size, ahead = count(x, "不合格数 x"), positive(n, "已检单位数 n"), positive(m, "将来的单位数 m")
    alpha, tail = _tails(coverage, confidence, side)
    rate_low = float(stats.chi2.ppf(alpha, 2 * x)) / 2 / size if x else 0.0
    rate_high = float(stats.chi2.isf(alpha, 2 * x + 2)) / 2 / size
    low = float(stats.poisson.ppf(1 - tail, ahead * rate_low))
    high = float(stats.poisson.ppf(tail, ahead * rate_high))
    return _discrete(low, high, coverage, confidence, side, "poisson_exact")


def _tails(coverage: float, confidence: float, side: str) -> tuple[float, float]:
    coverage, confidence = share(coverage, "覆盖率"), share(confidence, "置信水平")
    if side == "two":
        return (1 - confidence) / 2, (1 + coverage) / 2
    return 1 - confidence, coverage


def _discrete(
    low: float, high: float, coverage: float, confidence: float, side: str, method: str
) -> ToleranceInterval:
    lower = 0.0 if side == "upper" else max(low, 0.0)
    upper = math.inf if side == "lower" else high
    return ToleranceInterval(lower, upper, math.nan, confidence, coverage, confidence, method)


def prediction_interval(values: ArrayLike, m: int = 1, confidence: float = 0.95) -> tuple[float, float]:
    """Interval that contains the mean of ``m`` further values of a normal distribution: x̄ ± t·s·√(1/m + 1/n).

    >>> low, high = prediction_interval([9.8, 10.1, 10.0, 9.9, 10.2])
    >>> round(low, 3), round(high, 3)
    (9.519, 10.481)
    """
    data = sample(array(values, "数据"), "数据", 2, varied=True)
    t = float(stats.t.isf((1 - share(confidence, "置信水平")) / 2, data.size - 1))
    reach = t * float(data.std(ddof=1)) * math.sqrt(1 / count(m, "将来的个数 m", 1) + 1 / data.size)
    return float(data.mean()) - reach, float(data.mean()) + reach
