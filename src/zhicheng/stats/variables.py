"""Shewhart charts of measured values: X̄, R, s, median, individual values and moving range.

Source: GB/T 17989.2-2020 and ISO 7870-2, clauses on variables charts (未核对原文); Montgomery, Introduction to Statistical
Quality Control, chapter 6. Data: (…, subgroups, n) or, for individual values, (…, values), in the unit of measurement.

Common arguments. ``limits``: frozen limits of phase I, then nothing is estimated. ``estimator``: see ``sigma``. ``centre``,
``sigma``: known values ("given"). ``nsigma``: distance of the limits. ``probability``: limits that hold this share of points
in control instead. ``constants``: "exact" or "table". ``missing``: "refuse" NaN, or "omit" them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy import special

from zhicheng.stats import constants as k
from zhicheng.stats import sigma as sg
from zhicheng.stats.limits import ControlChart, Limits, drawn, given
from zhicheng.stats.observations import FloatArray, IntArray, Missing, Unusable, positive, share, subgroups

SOURCE = "GB/T 17989.2-2020 / ISO 7870-2，计量控制图（未核对原文）"
WIDE = 10
"""From here on the range wastes so much information that s is recommended."""


@dataclass(frozen=True, slots=True)
class Options:
    """How phase I is to estimate: the common arguments of every chart of this module."""

    limits: Limits | None = None
    estimator: str = "UWAVE-R"
    centre: Any = None
    sigma: Any = None
    nsigma: float = 3.0
    probability: float | None = None
    constants: k.Convention = "exact"
    missing: Missing = "refuse"

    def __post_init__(self) -> None:
        if self.constants not in ("exact", "table"):
            raise Unusable(f"constants 应为 'exact' 或 'table'，现在是 {self.constants!r}。")
        positive(self.nsigma, "控制限的倍数 nsigma")
        if self.probability is not None:
            share(self.probability, "控制限内的概率")


@dataclass(frozen=True, slots=True)
class XbarR:
    """The pair X̄ and R: location and dispersion of the same subgroups."""

    xbar: ControlChart
    r: ControlChart


@dataclass(frozen=True, slots=True)
class XbarS:
    """The pair X̄ and s."""

    xbar: ControlChart
    s: ControlChart


@dataclass(frozen=True, slots=True)
class MedianR:
    """The pair median and R."""

    median: ControlChart
    r: ControlChart


@dataclass(frozen=True, slots=True)
class IMR:
    """The pair individual values and moving range."""

    i: ControlChart
    mr: ControlChart


def _looked_at(data: Any, o: Options) -> tuple[FloatArray, IntArray]:
    values, sizes = subgroups(data, missing=o.missing)
    if o.limits is None and o.sigma is None and values.shape[-2] < 2:
        raise Unusable("只有 1 个子组，不能估计控制限：至少要 2 个（GB/T 17989.2 建议 20 个以上）。")
    return values, sizes


def _sigma(values: FloatArray, sizes: IntArray, o: Options) -> tuple[FloatArray, str]:
    if o.sigma is not None:
        found = given(o.sigma, " σ")
        _no_zero(found)
        return found, "given"
    found = sg.estimate(values, sizes, sg.known(o.estimator), o.constants)
    _no_zero(found)
    return found, o.estimator


def _no_zero(sigma: FloatArray) -> None:
    flat = np.atleast_1d(sigma)
    if (flat <= 0).any():
        where = f"（特性 {int(np.flatnonzero(flat.ravel() <= 0)[0]) + 1}）" if flat.size > 1 else ""
        raise Unusable(f"数据{where}没有组内变差，σ 为 0，画不出控制限：请检查量具的分辨力或数据来源。")


def _limits(
    chart: str,
    values: FloatArray,
    sizes: IntArray,
    centre: FloatArray,
    found: tuple[FloatArray, str],
    o: Options,
) -> Limits:
    equal = bool((sizes == sizes.flat[0]).all())
    return Limits(
        chart=chart,
        centre=np.asarray(centre),
        sigma=found[0],
        estimator=found[1],
        subgroups=values.shape[-2],
        observations=int(sizes.reshape(-1, sizes.shape[-1])[0].sum()),
        size=int(sizes.flat[0]) if equal else None,
        nsigma=None if o.probability is not None else o.nsigma,
        probability=o.probability,
        constants=o.constants,
        source=SOURCE,
    )


def _phase(o: Options) -> Literal[1, 2]:
    return 1 if o.limits is None else 2


def _each(values: FloatArray, sizes: IntArray) -> IntArray:
    """The sizes, or one size where all are equal: later arrays then stay small."""
    return sizes[..., :1] * 0 + sizes.flat[0] if (sizes == sizes.flat[0]).all() else sizes


def _weighted(statistic: FloatArray, sizes: IntArray) -> FloatArray:
    if (sizes == sizes.flat[0]).all():
        return np.asarray(statistic.mean(axis=-1))
    return np.asarray((statistic * sizes).sum(axis=-1) / sizes.sum(axis=-1))


def _xbar(
    values: FloatArray, sizes: IntArray, found: tuple[FloatArray, str] | None, o: Options
) -> ControlChart:
    statistic = sg.means(values, sizes)
    if o.limits is not None:
        limits = o.limits.expect("xbar")
    else:
        centre = _weighted(statistic, sizes) if o.centre is None else given(o.centre, "中心线")
        limits = _limits("xbar", values, sizes, centre, found or _sigma(values, sizes, o), o)
    return drawn(limits, statistic, limits.sigma[..., None] / np.sqrt(_each(values, sizes)), _phase(o))


def xbar_chart(data: Any, **options: Any) -> ControlChart:
    """The X̄ chart: subgroup means about their weighted mean X̿, limits X̿ ± nsigma·σ/√n (n of each subgroup).

    Options and errors: see the module. Example: ``float(xbar_chart([[1, 3], [2, 4]]).limits.centre)`` is 2.5.
    """
    o = Options(**options)
    return _xbar(*_looked_at(data, o), None, o)


def _r(values: FloatArray, sizes: IntArray, found: tuple[FloatArray, str] | None, o: Options) -> ControlChart:
    if (sizes < 2).any():
        raise Unusable("有只含 1 个值的子组，没有极差：请去掉它，或改用单值—移动极差图。")
    statistic = sg.ranges(values)
    each = _each(values, sizes)
    if o.limits is not None:
        limits = o.limits.expect("r")
    else:
        sigma = found or _sigma(values, sizes, o)
        centre = (
            sigma[0] * k.d2(_one_size(sizes), o.constants)
            if o.sigma is not None
            else _weighted(statistic, sizes)
        )
        limits = _limits("r", values, sizes, centre, sigma, o)
    if limits.probability is not None:
        tails = [(1 - limits.probability) / 2, (1 + limits.probability) / 2]
        low, high = (_range_quantiles(each, tail) * limits.sigma[..., None] for tail in tails)
        return drawn(
            limits, statistic, limits.sigma[..., None] * k.by_size(each, "d3"), _phase(o), between=(low, high)
        )
    error = k.by_size(each, "d3", limits.constants) * limits.sigma[..., None]
    return drawn(limits, statistic, error, _phase(o), floor=0.0)


def _range_quantiles(sizes: IntArray, tail: float) -> FloatArray:
    distinct, back = np.unique(sizes, return_inverse=True)
    return np.array([k.range_quantile(tail, int(n)) for n in distinct])[back].reshape(sizes.shape)


def _one_size(sizes: IntArray) -> int:
    if (sizes != sizes.flat[0]).any():
        raise Unusable("子组大小不等而 σ 为给定值时，极差图和标准差图没有共同的中心线：请用相等的子组。")
    return int(sizes.flat[0])


def r_chart(data: Any, **options: Any) -> ControlChart:
    """The R chart: subgroup ranges about R̄ (weighted by size), limits R̄ ± nsigma·d3(n)·σ, not below 0.

    With equal subgroups these are D3·R̄ and D4·R̄; with a known sigma the centre is d2·σ. ``probability``: quantiles of the
    distribution of the range. Options and errors: see the module. Example: ``float(r_chart([[1, 3], [2, 5]]).limits.centre)`` is 2.5.
    """
    o = Options(**options)
    return _r(*_looked_at(data, o), None, o)


def _s(values: FloatArray, sizes: IntArray, found: tuple[FloatArray, str] | None, o: Options) -> ControlChart:
    if (sizes < 2).any():
        raise Unusable("有只含 1 个值的子组，没有标准差：请去掉它，或改用单值—移动极差图。")
    statistic = sg.deviations(values, sizes)
    each = _each(values, sizes)
    if o.limits is not None:
        limits = o.limits.expect("s")
    else:
        sigma = found or _sigma(values, sizes, o)
        centre = sigma[0] * k.c4(_one_size(sizes)) if o.sigma is not None else _weighted(statistic, sizes)
        limits = _limits("s", values, sizes, centre, sigma, o)
    error = np.sqrt(1 - k.by_size(each, "c4") ** 2) * limits.sigma[..., None]
    if limits.probability is None:
        return drawn(limits, statistic, error, _phase(o), floor=0.0)
    tail = (1 - limits.probability) / 2
    low, high = (
        limits.sigma[..., None] * np.sqrt(special.chdtri(each - 1, above) / (each - 1))
        for above in (1 - tail, tail)
    )
    return drawn(limits, statistic, error, _phase(o), between=(low, high))


def s_chart(data: Any, **options: Any) -> ControlChart:
    """The s chart: subgroup standard deviations about s̄ (weighted by size), limits s̄ ± nsigma·√(1−c4²)·σ, not below 0.

    With equal subgroups these are B3·s̄ and B4·s̄. ``probability``: quantiles of χ². ``estimator`` defaults to UWAVE-SD.
    Options and errors: see the module. Example: ``float(s_chart([[1, 3], [2, 4]]).limits.centre)`` is 1.414, that is √2.
    """
    o = Options(**{"estimator": "UWAVE-SD", **options})
    return _s(*_looked_at(data, o), None, o)


def _median(
    values: FloatArray, sizes: IntArray, found: tuple[FloatArray, str] | None, o: Options
) -> ControlChart:
    statistic = np.asarray(np.nanmedian(values, axis=-1))
    each = _each(values, sizes)
    if o.limits is not None:
        limits = o.limits.expect("median")
    else:
        centre = np.asarray(statistic.mean(axis=-1)) if o.centre is None else given(o.centre, "中心线")
        limits = _limits("median", values, sizes, centre, found or _sigma(values, sizes, o), o)
    return drawn(limits, statistic, limits.sigma[..., None] * k.by_size(each, "median"), _phase(o))


def median_chart(data: Any, **options: Any) -> ControlChart:
    """The median chart: subgroup medians about their mean, limits ± nsigma·σ·SE(median of n); with R̄ these are ± A4·R̄.

    Options and errors: see the module. Example: ``float(median_chart([[1, 2, 6], [2, 4, 9]]).limits.centre)`` is 3.
    """
    o = Options(**options)
    return _median(*_looked_at(data, o), None, o)


def xbar_r(data: Any, **options: Any) -> XbarR:
    """X̄ and R charts of the same subgroups; sigma from ranges (``estimator`` UWAVE-R or MVLUE-R) unless given.

    For n ≥ 10 prefer ``xbar_s``. Options and errors: see the module. Example (published limits of the piston rings in
    Montgomery, 25 subgroups of 5: X̿ = 74.00118, R̄ = 0.02276): X̄ limits 73.988 and 74.014, R limits 0 and 0.048.
    """
    o = Options(**options)
    values, sizes = _looked_at(data, o)
    if (sizes < 2).any():
        raise Unusable("有只含 1 个值的子组，没有极差：请去掉它，或改用单值—移动极差图。")
    found = _sigma(values, sizes, o) if o.limits is None else None
    return XbarR(_xbar(values, sizes, found, o), _r(values, sizes, found, o))


def xbar_s(data: Any, **options: Any) -> XbarS:
    """X̄ and s charts of the same subgroups; sigma from standard deviations (``estimator`` defaults to UWAVE-SD).

    Options and errors: see the module. Example: ``float(xbar_s([[1, 3], [2, 4]]).xbar.limits.centre)`` is 2.5.
    """
    o = Options(**{"estimator": "UWAVE-SD", **options})
    values, sizes = _looked_at(data, o)
    found = _sigma(values, sizes, o) if o.limits is None else None
    return XbarS(_xbar(values, sizes, found, o), _s(values, sizes, found, o))


def median_r(data: Any, **options: Any) -> MedianR:
    """Median and R charts of the same subgroups. Options and errors: see the module."""
    o = Options(**options)
    values, sizes = _looked_at(data, o)
    found = _sigma(values, sizes, o) if o.limits is None else None
    return MedianR(_median(values, sizes, found, o), _r(values, sizes, found, o))
