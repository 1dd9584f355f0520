"""Shewhart charts of counted features: p, np, c, u with samples of any size, and Laney's p′ and u′.

Source: GB/T 17989.2-2020 and ISO 7870-2, clauses on attributes charts (未核对原文); Montgomery, chapter 7; Laney (2002),
"Improved control charts for attributes", Quality Engineering 14. Data: counts (…, samples) with sizes of the same shape, or one
size for all. Limits are cut at what the statistic can be.

Common arguments. ``limits``: frozen limits of phase I. ``centre``: known p (for p and np), c or u. ``nsigma``; ``probability``:
limits from the binomial or Poisson distribution that leave at most (1 − probability)/2 outside on each side.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np

from zhicheng.stats import constants as k
from zhicheng.stats.limits import ControlChart, Limits, drawn, given
from zhicheng.stats.observations import FloatArray, Unusable, numbers, place, positive, share

SOURCE = "GB/T 17989.2-2020 / ISO 7870-2，计数控制图（未核对原文）"


def _counts(counts: Any, name: str) -> FloatArray:
    x = numbers(counts, name)
    wrong = np.argwhere((x < 0) | (x != np.floor(x)))
    if wrong.size:
        raise Unusable(f"{name}的{place(wrong[0])}是 {x[tuple(wrong[0])]:g}：应为不小于 0 的整数。")
    return x


def _sizes(sizes: Any, x: FloatArray, name: str) -> FloatArray:
    n = numbers(np.atleast_1d(sizes) if np.ndim(sizes) == 0 else sizes, name)
    wrong = np.argwhere(n <= 0)
    if wrong.size:
        raise Unusable(
            f"{name}的{place(wrong[0])}是 {n[tuple(wrong[0])]:g}：应大于 0；没有检验的样本请去掉。"
        )
    try:
        return np.asarray(np.broadcast_to(n, x.shape))
    except ValueError as error:
        raise Unusable(
            f"{name}的形状 {n.shape} 与计数的形状 {x.shape} 不配：应一一对应，或只给一个。"
        ) from error


def _no_more(x: FloatArray, n: FloatArray) -> None:
    wrong = np.argwhere(x > n)
    if wrong.size:
        at = tuple(wrong[0])
        raise Unusable(f"{place(wrong[0])}：不合格数 {x[at]:g} 大于样本量 {n[at]:g}，请核对。")


def _small(n: FloatArray) -> FloatArray:
    """One column where every sample has the same size."""
    return n[..., :1] if (n == n.flat[0]).all() else n


def _limits(
    chart: str,
    x: FloatArray,
    n: FloatArray,
    centre: FloatArray,
    known: bool,
    nsigma: float,
    probability: float | None,
) -> Limits:
    if not known and x.shape[-1] < 2:
        raise Unusable("只有 1 个样本，不能估计控制限：至少要 2 个（建议 20 个以上）。")
    return Limits(
        chart=chart,
        centre=centre,
        sigma=np.sqrt(centre * (1 - centre)) if chart in ("p", "np", "laney_p") else np.sqrt(centre),
        estimator="given" if known else "pooled",
        subgroups=x.shape[-1],
        observations=int(n.reshape(-1, n.shape[-1])[0].sum()),
        size=int(n.flat[0]) if (n == n.flat[0]).all() and float(n.flat[0]).is_integer() else None,
        nsigma=None if probability is not None else positive(nsigma, "控制限的倍数 nsigma"),
        probability=None if probability is None else share(probability, "控制限内的概率"),
        source=SOURCE,
    )


def _known_share(centre: Any) -> FloatArray:
    p = given(centre, "中心线 p")
    if ((p < 0) | (p > 1)).any():
        raise Unusable(f"给定的 p 应在 0 与 1 之间，现在是 {centre!r}。")
    return p


def _tails(
    limits: Limits, n: FloatArray, kind: Literal["binomial", "poisson"]
) -> tuple[FloatArray, FloatArray]:
    """Lower and upper counts of the discrete distribution."""
    from scipy import stats

    assert limits.probability is not None
    tail, centre = (1 - limits.probability) / 2, limits.centre[..., None]
    spread = stats.binom(n, centre) if kind == "binomial" else stats.poisson(centre * n)
    return np.asarray(spread.ppf(tail), dtype=np.float64), np.asarray(spread.isf(tail), dtype=np.float64)


def _estimate_p(
    chart: str, x: FloatArray, n: FloatArray, centre: Any, nsigma: float, probability: float | None
) -> Limits:
    p = np.asarray(x.sum(axis=-1) / n.sum(axis=-1)) if centre is None else _known_share(centre)
    return _limits(chart, x, n, p, centre is not None, nsigma, probability)


def p_chart(
    counts: Any, sizes: Any, *, limits: Limits | None = None, centre: Any = None, nsigma: float = 3.0, probability: float | None = None
) -> ControlChart:  # fmt: skip
    """The p chart: shares x/n about p̄ = Σx/Σn, limits p̄ ± nsigma·√(p̄(1−p̄)/n), cut at 0 and 1.

    Errors: Unusable unless 0 ≤ x ≤ n in whole numbers. Example: ``float(p_chart([1, 3], [10, 10]).limits.centre)`` is 0.2.
    """
    x = _counts(counts, "不合格数")
    n = _sizes(sizes, x, "样本量")
    _no_more(x, n)
    held = limits.expect("p") if limits else _estimate_p("p", x, n, centre, nsigma, probability)
    each = _small(n)
    error = held.sigma[..., None] / np.sqrt(each)
    between = None
    if held.probability is not None:
        low, high = _tails(held, each, "binomial")
        between = (low / each, high / each)
    return drawn(held, x / n, error, 2 if limits else 1, floor=0.0, ceiling=1.0, between=between)


def np_chart(
    counts: Any, sizes: Any, *, limits: Limits | None = None, centre: Any = None, nsigma: float = 3.0, probability: float | None = None
) -> ControlChart:  # fmt: skip
    """The np chart: counts x about n·p̄, limits n·p̄ ± nsigma·√(n·p̄(1−p̄)), cut at 0 and n. ``limits.centre`` holds p̄.

    Errors: as ``p_chart``. Example: ``float(np_chart([1, 3], 10).centre[0])`` is 2.
    """
    x = _counts(counts, "不合格数")
    n = _sizes(sizes, x, "样本量")
    _no_more(x, n)
    held = limits.expect("np") if limits else _estimate_p("np", x, n, centre, nsigma, probability)
    each = _small(n)
    middle, error = held.centre[..., None] * each, held.sigma[..., None] * np.sqrt(each)
    between = _tails(held, each, "binomial") if held.probability is not None else None
    return drawn(held, x, error, 2 if limits else 1, centre=middle, floor=0.0, ceiling=each, between=between)


def c_chart(
    counts: Any, *, limits: Limits | None = None, centre: Any = None, nsigma: float = 3.0, probability: float | None = None
) -> ControlChart:  # fmt: skip
    """The c chart: counts of nonconformities in equal areas of opportunity about c̄, limits c̄ ± nsigma·√c̄, not below 0.

    Errors: Unusable for counts that are no whole numbers ≥ 0. Example: ``float(c_chart([1, 3]).limits.centre)`` is 2.
    """
    x = _counts(counts, "不合格数")
    ones = np.ones_like(x)
    if limits:
        held = limits.expect("c")
    else:
        middle = np.asarray(x.mean(axis=-1)) if centre is None else given(centre, "中心线 c")
        held = _limits("c", x, ones, middle, centre is not None, nsigma, probability)
    between = _tails(held, ones[..., :1], "poisson") if held.probability is not None else None
    return drawn(held, x, held.sigma[..., None], 2 if limits else 1, floor=0.0, between=between)


def u_chart(
    counts: Any, sizes: Any, *, limits: Limits | None = None, centre: Any = None, nsigma: float = 3.0, probability: float | None = None
) -> ControlChart:  # fmt: skip
    """The u chart: nonconformities per unit x/n about ū = Σx/Σn, limits ū ± nsigma·√(ū/n), not below 0; n may be fractional.

    Errors: as ``c_chart``; sizes ≤ 0. Example: ``float(u_chart([1, 3], [2, 2]).limits.centre)`` is 1.
    """
    x = _counts(counts, "不合格数")
    n = _sizes(sizes, x, "检验单位数")
    if limits:
        held = limits.expect("u")
    else:
        middle = np.asarray(x.sum(axis=-1) / n.sum(axis=-1)) if centre is None else given(centre, "中心线 u")
        held = _limits("u", x, n, middle, centre is not None, nsigma, probability)
    each = _small(n)
    between = None
    if held.probability is not None:
        low, high = _tails(held, each, "poisson")
        between = (low / each, high / each)
    return drawn(
        held, x / n, held.sigma[..., None] / np.sqrt(each), 2 if limits else 1, floor=0.0, between=between
    )


def _laney(
    base: ControlChart, name: str, limits: Limits | None, ceiling: float | None, convention: k.Convention
) -> ControlChart:
    """Widen the limits of a p or u chart by sigma z, the spread of the standardised points from their moving range.

    The limits keep sigma·σz as their sigma, so that they hold for one characteristic as for many.
    """
    error = np.asarray(base.standard_error)
    if limits:
        held = limits
    else:
        if (error == 0).any():
            raise Unusable("所有样本都没有（或全是）不合格，没有变差，画不出 Laney 图。")
        z = (base.statistic - base.centre) / error
        ratio = np.asarray(np.abs(np.diff(z, axis=-1)).mean(axis=-1) / k.d2(2, convention))
        if (ratio == 0).any():
            raise Unusable("各样本的不合格率全都相同，没有变差，画不出 Laney 图。")
        parameters = {} if ratio.ndim else {"sigma_z": float(ratio)}
        held = replace(
            base.limits,
            chart=name,
            constants=convention,
            sigma=base.limits.sigma * ratio,
            parameters=parameters,
        )
    widened = error * (held.sigma / base.limits.sigma)[..., None]
    return drawn(held, base.statistic, widened, 2 if limits else 1, floor=0.0, ceiling=ceiling)


def laney_p(
    counts: Any, sizes: Any, *, limits: Limits | None = None, centre: Any = None, nsigma: float = 3.0, constants: k.Convention = "exact"
) -> ControlChart:  # fmt: skip
    """Laney's p′ chart: the p chart with limits widened (or narrowed) by σz = MR̄(z)/d2, z = (p − p̄)/√(p̄(1−p̄)/n).

    For large samples whose shares vary more than the binomial does. ``limits.parameters["sigma_z"]`` is σz of a single
    characteristic; of many it is ``limits.sigma`` / √(p̄(1−p̄)). Errors: as ``p_chart``. Example: with σz = 1 the limits are those of the p chart.
    """
    known = limits.expect("laney_p").centre if limits else centre
    base = p_chart(counts, sizes, centre=known, nsigma=nsigma)
    return _laney(base, "laney_p", limits, 1.0, constants)


def laney_u(
    counts: Any, sizes: Any, *, limits: Limits | None = None, centre: Any = None, nsigma: float = 3.0, constants: k.Convention = "exact"
) -> ControlChart:  # fmt: skip
    """Laney's u′ chart: the u chart with limits widened by σz, as ``laney_p``."""
    known = limits.expect("laney_u").centre if limits else centre
    base = u_chart(counts, sizes, centre=known, nsigma=nsigma)
    return _laney(base, "laney_u", limits, None, constants)
