"""Intervals and tests for proportions and counts: Clopper–Pearson, Wilson, one and two proportions, Poisson rates, chi-square tables.

Sources: Clopper and Pearson (1934), Wilson (1927), Newcombe (1998), Fisher; NIST handbook 7.2.4 and 7.3.3; ISO 11453. Compared with R stats.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from zhicheng.stats.hypothesis_test import HypothesisTest, bounds, check_alternative, tail_alpha
from zhicheng.stats.readings import Floats, array, count, positive, share

METHODS = ("clopper_pearson", "wilson", "agresti_coull", "jeffreys")


@dataclass(frozen=True, slots=True)
class ProportionInterval:
    """A proportion x/n with its confidence interval and the name of the method."""

    x: int
    n: int
    estimate: float
    lower: float
    upper: float
    confidence: float
    method: str


def _of(x: int, n: int) -> tuple[int, int]:
    n, x = count(n, "样本量 n", 1), count(x, "个数 x")
    if x > n:
        raise ValueError(f"个数 {x} 大于样本量 {n}：请核对。")
    return x, n


def proportion_interval(
    x: int,
    n: int,
    confidence: float = 0.95,
    *,
    method: str = "clopper_pearson",
    alternative: str = "two-sided",
) -> ProportionInterval:
    """Confidence interval of a proportion from ``x`` in ``n``.

    ``method``: "clopper_pearson" (exact, never less than the confidence), "wilson" (score), "agresti_coull", "jeffreys".

    >>> found = proportion_interval(3, 200)
    >>> round(found.lower, 6), round(found.upper, 6)
    (0.003104, 0.043208)
    """
    x, n = _of(x, n)
    alpha = tail_alpha(confidence, alternative)
    if method == "clopper_pearson":
        low = float(stats.beta.ppf(alpha, x, n - x + 1)) if x else 0.0
        high = float(stats.beta.isf(alpha, x + 1, n - x)) if x < n else 1.0
    elif method == "jeffreys":
        low = float(stats.beta.ppf(alpha, x + 0.5, n - x + 0.5)) if x else 0.0
        high = float(stats.beta.isf(alpha, x + 0.5, n - x + 0.5)) if x < n else 1.0
    elif method in ("wilson", "agresti_coull"):
        low, high = _score_interval(x, n, float(stats.norm.isf(alpha)), method)
    else:
        raise ValueError(f"区间方法“{method}”：{'、'.join(METHODS)}。")
    low, high = bounds(low, high, alternative, 0.0, 1.0)
    return ProportionInterval(x, n, x / n, low, high, confidence, method)


def _score_interval(x: int, n: int, z: float, method: str) -> tuple[float, float]:
    p, wide = x / n, n + z * z
    centre = (x + z * z / 2) / wide
    if method == "wilson":
        reach = z * math.sqrt(n) / wide * math.sqrt(p * (1 - p) + z * z / (4 * n))
    else:
        reach = z * math.sqrt(centre * (1 - centre) / wide)
    return centre - reach, centre + reach


def proportion_test(
    x: int, n: int, p0: float, *, alternative: str = "two-sided", confidence: float = 0.95
) -> HypothesisTest:
    """Exact binomial test of a proportion against ``p0`` (two-sided: all outcomes that are not more probable count).

    >>> round(proportion_test(7, 100, 0.03, alternative="greater").p, 6)
    0.031228
    """
    x, n = _of(x, n)
    found = stats.binomtest(x, n, share(p0, "p0"), alternative=check_alternative(alternative))
    held = proportion_interval(x, n, confidence, alternative=alternative)
    return HypothesisTest(
        "单个比率的精确检验",
        float(x),
        math.nan,
        math.nan,
        float(found.pvalue),
        x / n,
        (held.lower, held.upper),
        alternative,
        confidence,
    )


def two_proportions_test(
    x1: int,
    n1: int,
    x2: int,
    n2: int,
    *,
    method: str = "fisher",
    alternative: str = "two-sided",
    confidence: float = 0.95,
) -> HypothesisTest:
    """Test whether two proportions differ; the interval of p1 − p2 is Newcombe's (hybrid score).

    ``method``: "fisher" (exact, conditional), "z" (pooled normal, no continuity correction).

    >>> round(two_proportions_test(15, 200, 5, 200, method="z").p, 6)
    0.021781
    """
    (x1, n1), (x2, n2) = _of(x1, n1), _of(x2, n2)
    p1, p2, pooled = x1 / n1, x2 / n2, (x1 + x2) / (n1 + n2)
    if method == "fisher":
        table = [[x1, n1 - x1], [x2, n2 - x2]]
        odds, p = stats.fisher_exact(table, alternative=check_alternative(alternative))
        statistic, name = float(odds), "两个比率的 Fisher 精确检验"
    elif method == "z":
        spread = math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
        if spread == 0:
            raise ValueError("两个样本的个数都是 0 或都是全部，正态近似不能用：请用 fisher。")
        statistic, name = (p1 - p2) / spread, "两个比率的正态近似检验"
        p = _normal_p(statistic, check_alternative(alternative))
    else:
        raise ValueError(f"检验方法“{method}”：fisher 或 z。")
    z = float(stats.norm.isf(tail_alpha(confidence, alternative)))
    (l1, u1), (l2, u2) = _score_interval(x1, n1, z, "wilson"), _score_interval(x2, n2, z, "wilson")
    difference = p1 - p2
    low = difference - math.hypot(p1 - l1, u2 - p2)
    high = difference + math.hypot(u1 - p1, p2 - l2)
    interval = bounds(low, high, alternative, -1.0, 1.0)
    return HypothesisTest(
        name, statistic, math.nan, math.nan, float(p), difference, interval, alternative, confidence
    )


def _normal_p(z: float, alternative: str) -> float:
    if alternative == "less":
        return float(stats.norm.cdf(z))
    return float(stats.norm.sf(z)) if alternative == "greater" else float(2 * stats.norm.sf(abs(z)))


def rate_interval(x: int, size: float, confidence: float = 0.95) -> tuple[float, float]:
    """Exact confidence interval of a Poisson rate: ``x`` nonconformities in ``size`` units.

    >>> low, high = rate_interval(45, 9)
    >>> round(low, 4), round(high, 4)
    (3.647, 6.6904)
    """
    x, size = count(x, "不合格数 x"), positive(size, "单位数")
    alpha = (1 - share(confidence, "置信水平")) / 2
    low = float(stats.chi2.ppf(alpha, 2 * x)) / 2 / size if x else 0.0
    return low, float(stats.chi2.isf(alpha, 2 * x + 2)) / 2 / size


@dataclass(frozen=True, slots=True)
class ChiSquareTest:
    """Pearson's chi-square test: expected counts, contribution of each cell, Cramér's V (NaN for goodness of fit) and whether the usual
    condition holds (no more than 20 % of expected counts below 5, none below 1)."""

    chi_square: float
    df: int
    p: float
    expected: Floats
    contribution: Floats
    cramers_v: float
    condition_met: bool


def chi_square_table(counts: ArrayLike) -> ChiSquareTest:
    """Test of independence of the rows and columns of a table of counts (no continuity correction).

    >>> round(chi_square_table([[10, 20], [20, 10]]).chi_square, 4)
    6.6667
    """
    table = array(counts, "列联表")
    if (
        table.ndim != 2
        or min(table.shape) < 2
        or (table < 0).any()
        or not np.allclose(table, np.round(table))
    ):
        raise ValueError("列联表须不少于 2 行 2 列，各格是不小于 0 的整数个数。")
    if (table.sum(axis=0) == 0).any() or (table.sum(axis=1) == 0).any():
        raise ValueError("列联表有整行或整列为 0：请去掉后再算。")
    n = table.sum()
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    df = (table.shape[0] - 1) * (table.shape[1] - 1)
    return _chi_square(table, expected, df, min(table.shape) - 1)


def chi_square_fit(
    counts: ArrayLike, probabilities: Sequence[float] | None = None, estimated: int = 0
) -> ChiSquareTest:
    """Goodness of fit of counts to given probabilities (equal ones by default); ``estimated``: parameters estimated from the same data.

    >>> round(chi_square_fit([22, 17, 21, 25, 15]).p, 4)
    0.5249
    """
    found = array(counts, "频数")
    if found.ndim != 1 or found.size < 2 or (found < 0).any() or found.sum() == 0:
        raise ValueError("频数须是不少于 2 个不小于 0 的数，且不全为 0。")
    p = np.full(found.size, 1 / found.size) if probabilities is None else array(probabilities, "概率")
    if p.shape != found.shape or (p <= 0).any() or not math.isclose(float(p.sum()), 1.0, rel_tol=1e-9):
        raise ValueError("概率须与频数一一对应，都大于 0，合计为 1。")
    df = found.size - 1 - count(estimated, "估计的参数个数")
    if df < 1:
        raise ValueError("类数太少，没有自由度：请减少估计的参数或增加类。")
    return _chi_square(found, p * found.sum(), df, 0)


def _chi_square(found: Floats, expected: Floats, df: int, smaller: int) -> ChiSquareTest:
    parts = (found - expected) ** 2 / expected
    value = float(parts.sum())
    v = math.sqrt(value / (found.sum() * smaller)) if smaller else math.nan
    met = bool((expected < 5).mean() <= 0.2 and (expected >= 1).all())
    return ChiSquareTest(value, df, float(stats.chi2.sf(value, df)), expected, parts, v, met)
