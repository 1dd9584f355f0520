"""The standard deviation of a process from its subgroups or its individual values, by each usual estimator.

Names of estimators as in Burr (1969, "Control charts for measurements with varying sample sizes", J. Quality Technology 1)
and ASTM: UWAVE unweighted average, MVLUE minimum variance linear unbiased estimate, RMSDF root mean square within subgroups.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, cast, get_args

import numpy as np

from zhicheng.stats import constants as k
from zhicheng.stats.observations import FloatArray, IntArray, Missing, Unusable, numbers, slices, subgroups

Estimator: TypeAlias = Literal["UWAVE-R", "UWAVE-SD", "MVLUE-R", "MVLUE-SD", "RMSDF", "POOLED"]
IndividualEstimator: TypeAlias = Literal["MR", "MEDIAN-MR", "SD", "SD-RAW"]

METHODS: dict[str, str] = {
    "UWAVE-R": "R̄/d2",
    "UWAVE-SD": "s̄/c4",
    "MVLUE-R": "R/d2 的最小方差加权",
    "MVLUE-SD": "s/c4 的最小方差加权",
    "RMSDF": "合并标准差/c4",
    "POOLED": "合并标准差",
    "MR": "移动极差平均/d2",
    "MEDIAN-MR": "移动极差中位数/d4",
    "SD": "s/c4",
    "SD-RAW": "s",
    "pooled": "由中心线",
    "given": "给定",
}
"""How each estimator finds sigma, in words for a screen."""


def ranges(data: FloatArray) -> FloatArray:
    """The range of each subgroup, along the last axis; NaN are left out.

    Short rows go column by column in blocks that stay in a cache: several times faster than a reduction along a short axis.
    """
    if data.shape[-1] > SHORT or np.isnan(data[..., -1]).any():
        return np.asarray(np.nanmax(data, axis=-1) - np.nanmin(data, axis=-1))
    rows = data.reshape(-1, data.shape[-1])
    out = np.empty(rows.shape[0])
    for block in slices(rows.shape[0], rows.shape[1]):
        columns = rows[block].T
        high, low = columns[0].copy(), columns[0].copy()
        for column in columns[1:]:
            np.maximum(high, column, out=high)
            np.minimum(low, column, out=low)
        np.subtract(high, low, out=out[block])
    return out.reshape(data.shape[:-1])


def means(data: FloatArray, sizes: IntArray) -> FloatArray:
    """The mean of each subgroup, along the last axis; NaN are left out."""
    n = data.shape[-1]
    if (sizes != n).any():
        return np.asarray(np.nansum(data, axis=-1) / sizes)
    if n > SHORT:
        return np.asarray(data.mean(axis=-1))
    rows = data.reshape(-1, n)
    out = np.empty(rows.shape[0])
    for block in slices(rows.shape[0], n):
        columns = rows[block].T
        total = out[block]
        total[...] = columns[0]
        for column in columns[1:]:
            total += column
    out /= n
    return out.reshape(data.shape[:-1])


SHORT = 32
"""Rows longer than this are reduced by NumPy itself."""


def deviations(data: FloatArray, sizes: IntArray) -> FloatArray:
    """The standard deviation (n − 1) of each subgroup, along the last axis; NaN are left out."""
    away = data - means(data, sizes)[..., None]
    return np.asarray(np.sqrt(np.nansum(away * away, axis=-1) / (sizes - 1)))


def within_sigma(
    data: object,
    estimator: Estimator = "UWAVE-R",
    *,
    constants: k.Convention = "exact",
    missing: Missing = "refuse",
) -> FloatArray:
    """Sigma within subgroups, shape (…,) from data of shape (…, subgroups, n), in the unit of the data.

    UWAVE-R: mean of R/d2; UWAVE-SD: mean of s/c4; MVLUE-R, MVLUE-SD: the same, weighted by (d2/d3)² and c4²/(1−c4²); RMSDF:
    √(Σ(n−1)s²/Σ(n−1)) / c4(Σ(n−1)+1); POOLED: the same without c4.

    Errors: Unusable for a subgroup of one value, an unknown estimator, data that ``subgroups`` refuses.
    Example: ``float(within_sigma([[1, 3], [2, 4]]))`` is 1.772453, that is 2/d2(2).
    """
    values, sizes = subgroups(data, missing=missing)
    return estimate(values, sizes, estimator, constants)


def estimate(data: FloatArray, sizes: IntArray, estimator: Estimator, convention: k.Convention) -> FloatArray:
    """``within_sigma`` of data that was looked at already."""
    if estimator not in get_args(Estimator):
        raise Unusable(f"不认识的 σ 估计方法 {estimator!r}：可用 {'、'.join(get_args(Estimator))}。")
    if (sizes < 2).any():
        raise Unusable("有只含 1 个值的子组，不能估计组内标准差：请去掉它，或改用单值—移动极差图。")
    if estimator.endswith("-R"):
        return _from_ranges(ranges(data), sizes, estimator, convention)
    return _from_deviations(deviations(data, sizes), sizes, estimator)


def _from_ranges(r: FloatArray, sizes: IntArray, estimator: str, convention: k.Convention) -> FloatArray:
    if (sizes == sizes.flat[0]).all():  # equal weights: every estimator is R̄/d2
        return np.asarray(r.mean(axis=-1) / k.d2(int(sizes.flat[0]), convention))
    mean, error = k.by_size(sizes, "d2", convention), k.by_size(sizes, "d3", convention)
    weight = (mean / error) ** 2 if estimator == "MVLUE-R" else np.ones_like(mean)
    return np.asarray((r / mean * weight).sum(axis=-1) / weight.sum(axis=-1))


def _from_deviations(s: FloatArray, sizes: IntArray, estimator: str) -> FloatArray:
    if estimator in ("RMSDF", "POOLED"):
        freedom = sizes - 1
        total = freedom.sum(axis=-1)
        pooled = np.sqrt((freedom * s * s).sum(axis=-1) / total)
        corrected = k.by_size(np.asarray(total + 1), "c4") if estimator == "RMSDF" else 1.0
        return np.asarray(pooled / corrected)
    c4 = k.by_size(sizes, "c4")
    weight = c4**2 / (1 - c4**2) if estimator == "MVLUE-SD" else np.ones_like(c4)
    return np.asarray((s / c4 * weight).sum(axis=-1) / weight.sum(axis=-1))


def moving_ranges(data: FloatArray, span: int = 2) -> FloatArray:
    """The range of each ``span`` values in a row along the last axis: one shorter than the data by span − 1.

    Errors: Unusable for a span that is no whole number of at least 2, or longer than the data.
    """
    if span < 2 or int(span) != span:
        raise Unusable(f"移动极差的跨度应为不小于 2 的整数，现在是 {span}。")
    if data.shape[-1] < span:
        raise Unusable(f"只有 {data.shape[-1]} 个值，不够算跨度为 {span} 的移动极差。")
    if span == 2:
        step = np.subtract(data[..., 1:], data[..., :-1])
        return np.asarray(np.abs(step, out=step))
    windows = np.lib.stride_tricks.sliding_window_view(data, span, axis=-1)
    return np.asarray(windows.max(axis=-1) - windows.min(axis=-1))


def individual_sigma(
    data: object, estimator: IndividualEstimator = "MR", *, span: int = 2, constants: k.Convention = "exact"
) -> FloatArray:
    """Sigma of individual values in the order of time, shape (…,) from (…, values), in the unit of the data.

    MR: mean moving range / d2(span); MEDIAN-MR: median moving range / 0.953873 (span 2 only: √2·Φ⁻¹(¾)); SD: s/c4(n);
    SD-RAW: s. Example: ``float(individual_sigma([1, 3, 2]))`` is 1.329340, that is 1.5/d2(2).
    """
    values = numbers(data, "数据")
    return estimate_individual(values, estimator, span, constants)


def estimate_individual(
    values: FloatArray, estimator: IndividualEstimator, span: int, convention: k.Convention
) -> FloatArray:
    """``individual_sigma`` of data that was looked at already."""
    if estimator not in get_args(IndividualEstimator):
        raise Unusable(
            f"不认识的 σ 估计方法 {estimator!r}：可用 {'、'.join(get_args(IndividualEstimator))}。"
        )
    if values.shape[-1] < 2:
        raise Unusable("只有 1 个值，不能估计标准差：至少要 2 个。")
    if estimator == "MR":
        return np.asarray(moving_ranges(values, span).mean(axis=-1) / k.d2(span, convention))
    if estimator == "MEDIAN-MR":
        if span != 2:
            raise Unusable("移动极差中位数法只用于跨度 2。")
        return np.asarray(np.median(moving_ranges(values), axis=-1) / MEDIAN_OF_TWO)
    s = values.std(axis=-1, ddof=1)
    return np.asarray(s / k.c4(values.shape[-1]) if estimator == "SD" else s)


MEDIAN_OF_TWO = 0.9538725524
"""d4 for two values: the median of |x − y| is √2 · Φ⁻¹(0.75) sigma."""


def known(estimator: str) -> Estimator:
    """The name of an estimator of subgroups, checked."""
    if estimator not in get_args(Estimator):
        raise Unusable(f"不认识的 σ 估计方法 {estimator!r}：可用 {'、'.join(get_args(Estimator))}。")
    return cast(Estimator, estimator)
