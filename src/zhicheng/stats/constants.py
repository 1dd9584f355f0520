"""Constants of control charts for samples of a normal distribution: d2, d3, c4 and what follows from them.

d2 and d3 are mean and standard deviation of the range of n values with sigma 1, c4 is the mean of their standard deviation.
Source: ISO 7870-2 and GB/T 17989.2 (tables of factors); ASTM STP 15D; Montgomery, Introduction to Statistical Quality
Control, Appendix VI. "exact" integrates the distribution of the range (Tippett 1925); "table" holds the printed values.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

import numpy as np
from scipy import special

from zhicheng.stats.observations import FloatArray, IntArray, Unusable

Convention: TypeAlias = Literal["exact", "table"]

_D2_PRINTED = (
    1.128, 1.693, 2.059, 2.326, 2.534, 2.704, 2.847, 2.970, 3.078, 3.173, 3.258, 3.336, 3.407, 3.472, 3.532, 3.588,
    3.640, 3.689, 3.735, 3.778, 3.819, 3.858, 3.895, 3.931,
)  # fmt: skip
_D3_PRINTED = (
    0.8525033, 0.8883697, 0.8798108, 0.8640855, 0.8480442, 0.8332108, 0.8198378, 0.8078413, 0.7970584, 0.7873230,
    0.7784873, 0.7704257, 0.7630330, 0.7562217, 0.7499188, 0.7440627, 0.7386021, 0.7334929, 0.7286980, 0.7241851,
    0.7199267, 0.7158987, 0.7120802, 0.7084528,
)  # fmt: skip
LARGEST_PRINTED = 25
"""The printed table ends here."""
_WIDEST = 14.0
"""A range beyond 14 sigma has a probability below 1e-20 even in a sample of a thousand."""


@lru_cache(maxsize=8)
def _nodes(count: int) -> tuple[FloatArray, FloatArray]:
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return nodes, weights


def range_cdf(width: float | FloatArray, n: int) -> FloatArray:
    """The probability that the range of n standard normal values is at most ``width``.

    P(W ≤ w) = n ∫ φ(x) [Φ(x + w) − Φ(x)]^(n−1) dx (Tippett 1925). Example: ``float(range_cdf(2.326, 5)[0])`` is about 0.53.
    """
    x = np.linspace(-9.0, 9.0, 361)
    w = np.atleast_1d(np.asarray(width, dtype=np.float64))
    density = np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)
    between = special.ndtr(x + w[:, None]) - special.ndtr(x)
    return np.asarray(n * (density * between ** (n - 1)).sum(axis=-1) * (x[1] - x[0]))


@lru_cache(maxsize=256)
def _range_moments(n: int) -> tuple[float, float]:
    nodes, weights = _nodes(128)
    w = _WIDEST / 2 * (nodes + 1)
    above = 1.0 - range_cdf(w, n)
    mean = float((above * weights).sum() * _WIDEST / 2)
    square = float(2 * (w * above * weights).sum() * _WIDEST / 2)
    return mean, math.sqrt(square - mean * mean)


def _size(n: int) -> int:
    if isinstance(n, bool) or int(n) != n or n < 2:
        raise Unusable(f"子组大小应为不小于 2 的整数，现在是 {n}。")
    return int(n)


def _printed(table: tuple[float, ...], n: int) -> float:
    if n > LARGEST_PRINTED:
        raise Unusable(f"印出的系数表只到 n = {LARGEST_PRINTED}，现在是 {n}：请用 constants='exact'。")
    return table[n - 2]


def d2(n: int, convention: Convention = "exact") -> float:
    """The mean of the range of n values in units of sigma. ``d2(5)`` is 2.325929…; printed: 2.326."""
    return _printed(_D2_PRINTED, _size(n)) if convention == "table" else _range_moments(_size(n))[0]


def d3(n: int, convention: Convention = "exact") -> float:
    """The standard deviation of the range of n values in units of sigma. ``d3(5)`` is 0.864082…; printed: 0.8640855."""
    return _printed(_D3_PRINTED, _size(n)) if convention == "table" else _range_moments(_size(n))[1]


def c4(n: float) -> float:
    """The mean of the standard deviation of n values in units of sigma: √(2/(n−1)) Γ(n/2)/Γ((n−1)/2). ``c4(5)`` is 0.939986…"""
    if n < 2:
        raise Unusable(f"子组大小应不小于 2，现在是 {n}。")
    return math.sqrt(2 / (n - 1)) * math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2))


@lru_cache(maxsize=64)
def median_error(n: int) -> float:
    """The standard deviation of the median of n values in units of sigma. ``median_error(3)`` is 0.669829…

    Odd n: from the density of the middle order statistic. Even n: from the joint density of the two middle ones.
    """
    n = _size(n)
    x = np.linspace(-8.5, 8.5, 681)
    step, phi, cdf = x[1] - x[0], np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi), special.ndtr(x)
    half = n // 2
    if n % 2:
        scale = math.exp(math.lgamma(n + 1) - 2 * math.lgamma(half + 1))
        return math.sqrt(float(scale * (x * x * phi * (cdf * (1 - cdf)) ** half).sum() * step))
    scale = math.exp(math.lgamma(n + 1) - 2 * math.lgamma(half))
    low = phi * cdf ** (half - 1)
    high = phi * (1 - cdf) ** (half - 1)
    # ∬_{u<v} ((u+v)/2)² low(u) high(v): the diagonal counts half, so that the trapezoid stays exact to step²
    upper = np.triu(((x[:, None] + x[None, :]) / 2) ** 2 * low[:, None] * high[None, :])
    diagonal = np.trace(upper)
    return math.sqrt(float(scale * (upper.sum() - diagonal / 2) * step * step))


def range_quantile(share: float, n: int) -> float:
    """The width that the range of n standard normal values stays within with that probability."""
    from scipy import optimize

    return float(optimize.brentq(lambda w: float(range_cdf(w, n)[0]) - share, 1e-9, _WIDEST, xtol=1e-12))


@dataclass(frozen=True, slots=True)
class Factors:
    """The factors of ISO 7870-2 for subgroups of n: limits as multiples of R̄ and s̄.

    ``A2`` X̄ from R̄, ``A3`` X̄ from s̄, ``A4`` median from R̄, ``D3``/``D4`` R, ``B3``/``B4`` s (lower, upper).
    """

    n: int
    d2: float
    d3: float
    c4: float
    A2: float
    A3: float
    A4: float
    B3: float
    B4: float
    D3: float
    D4: float


def factors(n: int, convention: Convention = "exact", nsigma: float = 3.0) -> Factors:
    """The factors for subgroups of n at limits of ``nsigma`` standard errors. ``round(factors(5).A2, 3)`` is 0.577."""
    mean, error, correction = d2(n, convention), d3(n, convention), c4(n)
    spread = nsigma * math.sqrt(1 - correction**2) / correction
    return Factors(
        n=n,
        d2=mean,
        d3=error,
        c4=correction,
        A2=nsigma / (mean * math.sqrt(n)),
        A3=nsigma / (correction * math.sqrt(n)),
        A4=nsigma * median_error(n) / mean,
        B3=max(0.0, 1 - spread),
        B4=1 + spread,
        D3=max(0.0, 1 - nsigma * error / mean),
        D4=1 + nsigma * error / mean,
    )


def by_size(
    sizes: IntArray, name: Literal["d2", "d3", "c4", "median"], convention: Convention = "exact"
) -> FloatArray:
    """A constant for each of an array of subgroup sizes."""
    by_name: dict[str, Callable[[int], float]] = {
        "d2": lambda n: d2(n, convention),
        "d3": lambda n: d3(n, convention),
        "c4": c4,
        "median": median_error,
    }
    distinct, back = np.unique(sizes, return_inverse=True)
    return np.array([by_name[name](int(n)) for n in distinct])[back].reshape(sizes.shape)
