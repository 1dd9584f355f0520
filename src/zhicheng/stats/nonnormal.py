"""Performance indices of characteristics that are not normal: quantiles of a fitted distribution, equivalent share, transformation.

Source: ISO 22514-2, general geometric method with the quantiles at 0.135 %, 50 % and 99.865 % (未核对原文); Clements (1989);
AIAG SPC, 2nd ed., chapter IV. The indices are Pp and Ppk: a distribution is fitted to all values, so they speak of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

import numpy as np
from scipy import special

from zhicheng.stats.distributions import Distribution, Fitted, fit_distribution
from zhicheng.stats.indices import Capability, capability
from zhicheng.stats.observations import FloatArray, Unusable, numbers, sample
from zhicheng.stats.transformations import BoxCox, Johnson, box_cox, johnson

Method: TypeAlias = Literal["percentile", "nonconformance"]
LOW, MIDDLE, HIGH = 0.0013498980316300933, 0.5, 0.9986501019683699
"""The quantiles that stand for the width and the location of a process: Φ(−3), Φ(0), Φ(3), which standards print as 0.135 %, 50 %
and 99.865 %. Unrounded, so that the normal case gives the Pp of six sigma to the last digit."""


@dataclass(frozen=True, slots=True)
class NonnormalPerformance:
    """Pp, Ppl, Ppu, Ppk of a fitted distribution; None where a limit is missing; shares are fractions of 1.

    ``quantiles``: the values at 0.135 %, 50 % and 99.865 %, last axis.
    """

    fitted: Fitted
    method: Method
    quantiles: FloatArray
    pp: FloatArray | None
    ppl: FloatArray | None
    ppu: FloatArray | None
    ppk: FloatArray
    expected_below: FloatArray | None
    expected_above: FloatArray | None
    observed_below: FloatArray | None
    observed_above: FloatArray | None

    @property
    def expected_total(self) -> FloatArray:
        """The expected share outside the limits."""
        return np.asarray(sum(one for one in (self.expected_below, self.expected_above) if one is not None))


def nonnormal_performance(
    data: Any,
    *,
    lsl: Any = None,
    usl: Any = None,
    distribution: Distribution = "weibull",
    method: Method = "percentile",
    quantiles: tuple[float, float, float] = (LOW, MIDDLE, HIGH),
) -> NonnormalPerformance:
    """Performance by a fitted distribution, along the last axis of (…, values); fitted by maximum likelihood
    (the sd of the normal distribution is that of the sample, so that the normal case gives the Pp of ``capability``).

    "percentile": Pp = (USL−LSL)/(Q_high−Q_low), Ppu = (USL−Q_mid)/(Q_high−Q_mid), Ppl = (Q_mid−LSL)/(Q_mid−Q_low). "nonconformance":
    Ppu = −Φ⁻¹(share above)/3, Ppl likewise, Pp = −Φ⁻¹(half the share of both)/3. Ppk is the lesser of Ppl and Ppu.
    Errors: Unusable without limits, with lsl ≥ usl, for values that the distribution cannot have.
    Example: for the normal distribution both methods give the same Ppk.
    """
    x = sample(data, least=3)
    if lsl is None and usl is None:
        raise Unusable("没有规格限，无从谈能力：请至少给出下限 lsl 或上限 usl。")
    if lsl is not None and usl is not None and np.any(np.asarray(lsl) >= np.asarray(usl)):
        raise Unusable(f"规格下限 {lsl} 应小于规格上限 {usl}：请核对两个规格限。")
    if method not in ("percentile", "nonconformance"):
        raise Unusable(f"方法应为 'percentile' 或 'nonconformance'，现在是 {method!r}。")
    fitted = fit_distribution(x, distribution, normal_sd="sample")
    q = fitted.ppf(np.broadcast_to(np.array(quantiles), (*x.shape[:-1], 3)))
    lower, upper = (
        None
        if v is None
        else np.broadcast_to(numbers(np.atleast_1d(v), "规格限")[() if np.ndim(v) else 0], x.shape[:-1])
        for v in (lsl, usl)
    )
    below = None if lower is None else fitted.cdf(lower[..., None])[..., 0]
    above = None if upper is None else fitted.sf(upper[..., None])[..., 0]
    pp, ppl, ppu = _by_quantiles(q, lower, upper) if method == "percentile" else _by_share(below, above)
    return NonnormalPerformance(
        fitted=fitted,
        method=method,
        quantiles=q,
        pp=pp,
        ppl=ppl,
        ppu=ppu,
        ppk=np.minimum(ppl, ppu) if ppl is not None and ppu is not None else cast(FloatArray, ppu if ppl is None else ppl),
        expected_below=below,
        expected_above=above,
        observed_below=None if lower is None else np.asarray((x < lower[..., None]).mean(axis=-1)),
        observed_above=None if upper is None else np.asarray((x > upper[..., None]).mean(axis=-1)),
    )  # fmt: skip


_Three: TypeAlias = tuple[FloatArray | None, FloatArray | None, FloatArray | None]


def _by_quantiles(q: FloatArray, lower: FloatArray | None, upper: FloatArray | None) -> _Three:
    low, middle, high = q[..., 0], q[..., 1], q[..., 2]
    pp = None if lower is None or upper is None else np.asarray((upper - lower) / (high - low))
    ppl = None if lower is None else np.asarray((middle - lower) / (middle - low))
    ppu = None if upper is None else np.asarray((upper - middle) / (high - middle))
    return pp, ppl, ppu


def _by_share(below: FloatArray | None, above: FloatArray | None) -> _Three:
    def index(share: FloatArray) -> FloatArray:
        return np.asarray(-special.ndtri(share) / 3)

    pp = None if below is None or above is None else index((below + above) / 2)
    return pp, None if below is None else index(below), None if above is None else index(above)


@dataclass(frozen=True, slots=True)
class TransformedCapability:
    """Capability of transformed values against transformed limits, and the transformation. Its unit is that of the transform."""

    transformation: BoxCox | Johnson
    capability: Capability


def transformed_capability(
    data: Any,
    *,
    lsl: float | None = None,
    usl: float | None = None,
    by: Literal["box-cox", "johnson"] = "box-cox",
    lam: float | None = None,
    **options: Any,
) -> TransformedCapability:
    """Transform one characteristic and its limits, then ``capability`` as for a normal one (``options`` are its).

    Data: individual values, or subgroups (subgroups, n), whose values are transformed where they stand. A target has no meaning
    here. Box–Cox with a negative λ keeps the order, for y = (x^λ−1)/λ. Errors: Unusable for a limit outside the support.
    Example: with λ = 1 Box–Cox only shifts, so every index is as before.
    """
    values = numbers(data, "数据")
    found: BoxCox | Johnson
    if by == "box-cox":
        found = box_cox(values.ravel(), lam=lam)
    elif by == "johnson":
        found = johnson(values.ravel())
    else:
        raise Unusable(f"变换应为 'box-cox' 或 'johnson'，现在是 {by!r}。")
    low, high = (None if limit is None else float(found(limit)) for limit in (lsl, usl))
    return TransformedCapability(found, capability(found(values), lsl=low, usl=high, **options))
