"""Tests and intervals for means and spreads: t, Welch, paired, variance ratio, Levene, Bartlett, one-way analysis of variance.

Sources: NIST handbook 7.2, 7.3, 7.4; ISO 2854; GB/T 4889. Compared with NIST examples and R stats.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from zhicheng.stats.hypothesis_test import HypothesisTest, bounds, check_alternative, tail_alpha
from zhicheng.stats.readings import Floats, positive, sample, share


def _t_p(t: float, df: float, alternative: str) -> float:
    if alternative == "less":
        return float(stats.t.cdf(t, df))
    return float(stats.t.sf(t, df)) if alternative == "greater" else float(2 * stats.t.sf(abs(t), df))


def _t_test(
    name: str, estimate: float, error: float, null: float, df: float, alternative: str, confidence: float
) -> HypothesisTest:
    if error == 0:
        raise ValueError(f"{name}：数据没有变差，t 没有定义。请检查分辨力与记录。")
    t = (estimate - null) / error
    reach = float(stats.t.isf(tail_alpha(confidence, alternative), df)) * error
    interval = bounds(estimate - reach, estimate + reach, check_alternative(alternative))
    p = _t_p(t, df, alternative)
    return HypothesisTest(name, t, df, math.nan, p, estimate, interval, alternative, confidence)


def mean_test(
    values: ArrayLike, mean: float = 0.0, *, alternative: str = "two-sided", confidence: float = 0.95
) -> HypothesisTest:
    """One-sample t-test of the mean, with its confidence interval.

    >>> found = mean_test([50.1, 49.8, 50.3, 50.2, 50.0], 50.0)
    >>> round(found.statistic, 4), round(found.p, 4)
    (0.93, 0.405)
    """
    data = sample(values)
    error = float(data.std(ddof=1)) / math.sqrt(data.size)
    return _t_test("单样本 t 检验", float(data.mean()), error, mean, data.size - 1, alternative, confidence)


def two_means_test(
    first: ArrayLike,
    second: ArrayLike,
    *,
    equal_variances: bool = False,
    difference: float = 0.0,
    alternative: str = "two-sided",
    confidence: float = 0.95,
) -> HypothesisTest:
    """Two-sample t-test of the difference of means: Welch by default, pooled with ``equal_variances``.

    >>> round(two_means_test([1, 2, 3, 4], [2, 4, 6, 8]).df, 4)
    4.4118
    """
    a, b = sample(first, "第一组"), sample(second, "第二组")
    v_a, v_b = float(a.var(ddof=1)) / a.size, float(b.var(ddof=1)) / b.size
    if equal_variances:
        df = float(a.size + b.size - 2)
        pooled = ((a.size - 1) * a.var(ddof=1) + (b.size - 1) * b.var(ddof=1)) / df
        error, name = math.sqrt(float(pooled) * (1 / a.size + 1 / b.size)), "两样本 t 检验（方差相等）"
    else:
        below = v_a**2 / (a.size - 1) + v_b**2 / (b.size - 1)
        df = (v_a + v_b) ** 2 / below if below else math.nan
        error, name = math.sqrt(v_a + v_b), "两样本 Welch t 检验"
    estimate = float(a.mean() - b.mean())
    return _t_test(name, estimate, error, difference, df, alternative, confidence)


def paired_test(
    first: ArrayLike, second: ArrayLike, *, alternative: str = "two-sided", confidence: float = 0.95
) -> HypothesisTest:
    """Paired t-test of the mean difference first − second.

    >>> round(paired_test([10.1, 9.9, 10.4], [10.0, 9.7, 10.1]).statistic, 4)
    3.4641
    """
    a, b = sample(first, "第一组"), sample(second, "第二组")
    if a.size != b.size:
        raise ValueError(f"成对数据须一一对应，现在是 {a.size} 与 {b.size} 个。")
    d = a - b
    error = float(d.std(ddof=1)) / math.sqrt(d.size)
    return _t_test("成对 t 检验", float(d.mean()), error, 0.0, d.size - 1, alternative, confidence)


def deviation_interval(values: ArrayLike, confidence: float = 0.95) -> tuple[float, float]:
    """Confidence interval of the standard deviation of a normal distribution.

    >>> low, high = deviation_interval([9.8, 10.1, 10.0, 9.9, 10.2])
    >>> round(low, 4), round(high, 4)
    (0.0947, 0.4543)
    """
    data = sample(values, varied=True)
    alpha, df = (1 - share(confidence, "置信水平")) / 2, data.size - 1
    square = df * float(data.var(ddof=1))
    return math.sqrt(square / stats.chi2.isf(alpha, df)), math.sqrt(square / stats.chi2.ppf(alpha, df))


def deviation_test(
    values: ArrayLike, sigma: float, *, alternative: str = "two-sided", confidence: float = 0.95
) -> HypothesisTest:
    """Chi-square test of the standard deviation of a normal distribution against ``sigma``.

    >>> round(deviation_test([9.8, 10.1, 10.0, 9.9, 10.2], 0.1, alternative="greater").statistic, 4)
    10.0
    """
    data = sample(values, varied=True)
    df = data.size - 1
    square = df * float(data.var(ddof=1))
    value = square / positive(sigma, "标准差 σ") ** 2
    low_p, high_p = float(stats.chi2.cdf(value, df)), float(stats.chi2.sf(value, df))
    p = {"less": low_p, "greater": high_p}.get(
        check_alternative(alternative), min(2 * min(low_p, high_p), 1.0)
    )
    alpha = tail_alpha(confidence, alternative)
    low, high = math.sqrt(square / stats.chi2.isf(alpha, df)), math.sqrt(square / stats.chi2.ppf(alpha, df))
    interval = bounds(low, high, alternative, 0.0)
    estimate = float(data.std(ddof=1))
    return HypothesisTest(
        "标准差的卡方检验", value, df, math.nan, p, estimate, interval, alternative, confidence
    )


def variances_test(
    first: ArrayLike, second: ArrayLike, *, alternative: str = "two-sided", confidence: float = 0.95
) -> HypothesisTest:
    """F-test of the ratio of two variances of normal distributions (sensitive to other distributions: see ``levene_test``).

    >>> round(variances_test([1, 2, 3, 4], [2, 4, 6, 8]).statistic, 4)
    0.25
    """
    a, b = sample(first, "第一组", varied=True), sample(second, "第二组", varied=True)
    ratio, df_a, df_b = float(a.var(ddof=1) / b.var(ddof=1)), a.size - 1, b.size - 1
    low_p, high_p = float(stats.f.cdf(ratio, df_a, df_b)), float(stats.f.sf(ratio, df_a, df_b))
    p = {"less": low_p, "greater": high_p}.get(
        check_alternative(alternative), min(2 * min(low_p, high_p), 1.0)
    )
    alpha = tail_alpha(confidence, alternative)
    low, high = ratio / stats.f.isf(alpha, df_a, df_b), ratio / stats.f.ppf(alpha, df_a, df_b)
    interval = bounds(float(low), float(high), alternative, 0.0)
    return HypothesisTest("方差比的 F 检验", ratio, df_a, df_b, p, ratio, interval, alternative, confidence)


def _groups(groups: Sequence[ArrayLike]) -> list[Floats]:
    found = [sample(group, f"第 {at} 组") for at, group in enumerate(groups, 1)]
    if len(found) < 2:
        raise ValueError("至少须有 2 组数据。")
    return found


def levene_test(
    groups: Sequence[ArrayLike], *, center: str = "median", confidence: float = 0.95
) -> HypothesisTest:
    """Levene's test of equal variances; with ``center`` "median" (default) that of Brown and Forsythe, or "mean".

    >>> round(levene_test([[1, 2, 3, 4], [2, 4, 6, 8]]).statistic, 4)
    2.4
    """
    data = _groups(groups)
    if center not in ("median", "mean"):
        raise ValueError(f"中心“{center}”：median（中位数）或 mean（均值）。")
    found = stats.levene(*data, center=center)
    df, df_2 = len(data) - 1, sum(group.size for group in data) - len(data)
    nothing = (math.nan, math.nan)
    return HypothesisTest(
        "方差齐性的 Levene 检验",
        float(found.statistic),
        df,
        df_2,
        float(found.pvalue),
        math.nan,
        nothing,
        "two-sided",
        confidence,
    )


def bartlett_test(groups: Sequence[ArrayLike], *, confidence: float = 0.95) -> HypothesisTest:
    """Bartlett's test of equal variances of normal distributions.

    >>> round(bartlett_test([[1, 2, 3, 4], [2, 4, 6, 8]]).statistic, 4)
    1.1476
    """
    data = _groups(groups)
    if any(np.ptp(group) == 0 for group in data):
        raise ValueError("有一组的值全都相同，Bartlett 检验没有定义：请用 Levene 检验。")
    found = stats.bartlett(*data)
    return HypothesisTest(
        "方差齐性的 Bartlett 检验",
        float(found.statistic),
        len(data) - 1,
        math.nan,
        float(found.pvalue),
        math.nan,
        (math.nan, math.nan),
        "two-sided",
        confidence,
    )


@dataclass(frozen=True, slots=True)
class AnovaTable:
    """One-way analysis of variance: sums of squares, mean squares and degrees of freedom between and within groups, F, p, the pooled
    standard deviation, the means with their confidence intervals from it, and R²."""

    ss_between: float
    ss_within: float
    df_between: int
    df_within: int
    ms_between: float
    ms_within: float
    f: float
    p: float
    pooled_sd: float
    means: tuple[float, ...]
    mean_intervals: tuple[tuple[float, float], ...]
    r_squared: float


def one_way_anova(groups: Sequence[ArrayLike], *, confidence: float = 0.95) -> AnovaTable:
    """One-way analysis of variance of two or more groups of any sizes.

    >>> found = one_way_anova([[6, 8, 4, 5, 3, 4], [8, 12, 9, 11, 6, 8], [13, 9, 11, 8, 7, 12]])
    >>> round(found.f, 4), round(found.p, 6)
    (9.2647, 0.002399)
    """
    data = _groups(groups)
    everything = np.concatenate(data)
    # sums about the grand mean: large offsets do not cost digits
    grand = float(everything.mean())
    centred = [group - grand for group in data]
    means = [float(group.mean()) for group in centred]
    offset = float(np.concatenate(centred).mean())
    between = sum(group.size * (mean - offset) ** 2 for group, mean in zip(centred, means, strict=True))
    within = sum(float(((group - mean) ** 2).sum()) for group, mean in zip(centred, means, strict=True))
    df_b, df_w = len(data) - 1, everything.size - len(data)
    if within == 0:
        raise ValueError("各组内没有变差，F 没有定义：请检查分辨力与记录。")
    ms_b, ms_w = between / df_b, within / df_w
    f = ms_b / ms_w
    t = float(stats.t.isf((1 - share(confidence, "置信水平")) / 2, df_w))
    reaches = [t * math.sqrt(ms_w / group.size) for group in data]
    real = [mean + grand for mean in means]
    intervals = tuple((mean - reach, mean + reach) for mean, reach in zip(real, reaches, strict=True))
    p = float(stats.f.sf(f, df_b, df_w))
    whole = between + within
    return AnovaTable(
        between,
        within,
        df_b,
        df_w,
        ms_b,
        ms_w,
        f,
        p,
        math.sqrt(ms_w),
        tuple(real),
        intervals,
        between / whole,
    )
