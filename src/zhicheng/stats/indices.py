"""Capability and performance indices of normal characteristics, with confidence intervals and nonconforming shares.

Source: ISO 22514-2 and GB/T 40681 series (未核对原文); Kane (1986), J. Quality Technology 18; Chan, Cheng, Spiring (1988) Cpm;
Pearn, Kotz, Johnson (1992) Cpmk; Bissell (1990), Applied Statistics 39 (interval of Cpk); Boyles (1991), J. Quality Technology
23 (interval of Cpm); Heavlin (1988) as quoted by Kotz and Johnson. Cp, Cpk, Cpm rest on sigma within subgroups, Pp, Ppk on the
standard deviation of all values. What speaks of stability and distribution stands in ``studies``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

import numpy as np
from scipy import special

from zhicheng.stats import constants as k
from zhicheng.stats.index_intervals import Index, bissell, chi_square
from zhicheng.stats.moments import Moments, Of, moments
from zhicheng.stats.observations import (
    FloatArray,
    Unusable,
    numbers,
    positive,
    share,
)

Freedom: TypeAlias = Literal["within", "total", "minitab"]
CpmInterval: TypeAlias = Literal["boyles", "qcc"]
Side: TypeAlias = Literal["two-sided", "each-side"]


@dataclass(frozen=True, slots=True)
class Conventions:
    """Where good tools differ.

    ``freedom`` of Cp, Cpk, Cpm: "within" counts what sigma within rests on (k(n−1) for pooled s; Patnaik's equivalent for s̄ and R̄;
    0.62(n−1) for moving ranges, Bissell 1990), "total" is n − 1 for all (qcc), "minitab" 0.9·k(n−1) (JASP, too). ``cpm``: "boyles" has ν = (1+δ²)²/(1/ν₀ + 2δ²/n), ν₀ what sigma rests on (n for sigma overall: Boyles 1991), "qcc" leaves out the square. ``sides``: the intervals of Cpl, Cpu, Ppl, Ppu are "two-sided", or "each-side" one-sided.
    ``nsigma``: half the width of the process in sigma.
    """

    freedom: Freedom = "within"
    cpm: CpmInterval = "boyles"
    sides: Side = "two-sided"
    nsigma: float = 3.0


USUAL = Conventions()
"""Ours: each interval rests on what its own sigma rests on, and is two-sided."""
QCC = Conventions(freedom="total", cpm="qcc", sides="each-side")
"""The conventions of the R package qcc 3.0."""


@dataclass(frozen=True, slots=True)
class Capability:
    """Indices of each characteristic; None where a limit is missing. Shares are fractions of 1.

    ``cp`` … ``cpm`` from ``sigma_within``; ``pp`` … from ``sigma_overall``; ``ppm_taguchi`` is Cpm from ``sigma_overall``; ``cpmk``
    and ``ppmk`` take the nearer limit. ``expected_*``: normal distribution with that sigma; ``observed_*``: counted.
    """

    mean: FloatArray
    sigma_within: FloatArray
    sigma_overall: FloatArray
    estimator: str
    observations: int
    subgroups: int
    lsl: FloatArray | None
    usl: FloatArray | None
    target: FloatArray | None
    confidence: float
    conventions: Conventions
    cp: Index | None
    cpl: Index | None
    cpu: Index | None
    cpk: Index
    cpm: Index | None
    cpmk: FloatArray | None
    pp: Index | None
    ppl: Index | None
    ppu: Index | None
    ppk: Index
    ppm_taguchi: Index | None
    ppmk: FloatArray | None
    expected_within_below: FloatArray | None
    expected_within_above: FloatArray | None
    expected_overall_below: FloatArray | None
    expected_overall_above: FloatArray | None
    observed_below: FloatArray | None
    observed_above: FloatArray | None


def capability(
    data: Any,
    *,
    lsl: Any = None,
    usl: Any = None,
    target: Any = None,
    of: Of | None = None,
    estimator: str | None = None,
    sigma: Any = None,
    centre: Any = None,
    confidence: float = 0.95,
    conventions: Conventions = USUAL,
    constants: k.Convention = "exact",
) -> Capability:
    """Capability of one or many normal characteristics against a lower, an upper, or both limits.

    Data: one dimension is individual values in the order of time; more are subgroups (…, subgroups, n) unless
    ``of="individuals"``. ``lsl``, ``usl``, ``target``: one number, or one a characteristic, in the unit of the data; ``target``
    defaults to the middle of two limits. ``estimator`` of sigma within: see ``sigma`` (default MR, UWAVE-R below 10 a subgroup,
    else UWAVE-SD); ``sigma``, ``centre``: known values instead.

    Errors: Unusable without limits, with lsl ≥ usl, without variation, for data that ``subgroups`` refuses.
    Example: values 9 and 11 alternating, limits 4 and 16: mean 10, Pp = 12/(6 s).
    """
    lower, upper, aim = _limits(lsl, usl, target)
    share(confidence, "置信水平")
    positive(conventions.nsigma, "过程宽度的一半 nsigma")
    found = moments(data, lower, upper, of=of, estimator=estimator, constants=constants)
    if sigma is not None:
        known = numbers(np.atleast_1d(sigma), "给定的 σ")
        if (known <= 0).any():
            raise Unusable("给定的 σ 应大于 0。")
        found = _with(found, within=np.asarray(known if np.ndim(sigma) else known[0]), estimator="given")
    if centre is not None:
        found = _with(
            found, mean=np.asarray(numbers(np.atleast_1d(centre), "给定的中心"))[() if np.ndim(centre) else 0]
        )
    return _indices(found, lower, upper, aim, confidence, conventions)


def _with(found: Moments, **changes: Any) -> Moments:
    from dataclasses import replace

    return replace(found, **changes)


def _limits(
    lsl: Any, usl: Any, target: Any
) -> tuple[FloatArray | None, FloatArray | None, FloatArray | None]:
    if lsl is None and usl is None:
        raise Unusable("没有规格限，无从谈能力：请至少给出下限 lsl 或上限 usl。")
    lower, upper, aim = (
        None if v is None else numbers(np.atleast_1d(v), name)[() if np.ndim(v) else 0]
        for v, name in ((lsl, "规格下限"), (usl, "规格上限"), (target, "目标值"))
    )
    if lower is not None and upper is not None:
        if np.any(lower >= upper):
            raise Unusable(f"规格下限 {lsl} 应小于规格上限 {usl}：请核对两个规格限。")
        if aim is None:
            aim = np.asarray((lower + upper) / 2)
    return lower, upper, aim


def _indices(
    m: Moments, lower: FloatArray | None, upper: FloatArray | None, aim: FloatArray | None, confidence: float, c: Conventions
) -> Capability:  # fmt: skip
    freedom, spread = m.observations - 1.0, float(m.observations)
    if c.freedom == "within":
        freedom = spread = m.freedom
    elif c.freedom == "minitab" and m.observations > m.subgroups:
        freedom = spread = 0.9 * (m.observations - m.subgroups)
    within = _family(m.mean, m.within, lower, upper, aim, confidence, c, (freedom, spread), m.observations)
    overall = _family(
        m.mean,
        m.overall,
        lower,
        upper,
        aim,
        confidence,
        c,
        (m.observations - 1, m.observations),
        m.observations,
    )
    return Capability(
        mean=m.mean,
        sigma_within=m.within,
        sigma_overall=m.overall,
        estimator=m.estimator,
        observations=m.observations,
        subgroups=m.subgroups,
        lsl=lower,
        usl=upper,
        target=aim,
        confidence=confidence,
        conventions=c,
        **{f"c{name}": value for name, value in within.items()},
        pp=overall["p"],
        ppl=overall["pl"],
        ppu=overall["pu"],
        ppk=overall["pk"],
        ppm_taguchi=overall["pm"],
        ppmk=overall["pmk"],
        expected_within_below=_tail(lower, m.mean, m.within, -1),
        expected_within_above=_tail(upper, m.mean, m.within, 1),
        expected_overall_below=_tail(lower, m.mean, m.overall, -1),
        expected_overall_above=_tail(upper, m.mean, m.overall, 1),
        observed_below=m.below,
        observed_above=m.above,
    )


def _family(
    mean: FloatArray, sigma: FloatArray, lower: FloatArray | None, upper: FloatArray | None, aim: FloatArray | None, confidence: float, c: Conventions, rests_on: tuple[float, float], n: int
) -> dict[str, Any]:  # fmt: skip
    """Cp, Cpl, Cpu, Cpk, Cpm, Cpmk of one sigma; ``rests_on``: degrees of freedom of sigma, for Cp and Cpk, and for Cpm."""
    freedom, spread = rests_on
    both = float(special.ndtri(0.5 + confidence / 2))
    single = both if c.sides == "two-sided" else float(special.ndtri(confidence))
    reach = c.nsigma * sigma
    pl = None if lower is None else np.asarray((mean - lower) / reach)
    pu = None if upper is None else np.asarray((upper - mean) / reach)
    pk = (
        np.minimum(pl, pu)
        if pl is not None and pu is not None
        else cast(FloatArray, pu if pl is None else pl)
    )
    out: dict[str, Any] = {
        "p": None,
        "pl": None if pl is None else bissell(pl, single, freedom, n, c.nsigma),
        "pu": None if pu is None else bissell(pu, single, freedom, n, c.nsigma),
        "pk": bissell(pk, both, freedom, n, c.nsigma),
        "pm": None,
        "pmk": None,
    }
    if lower is None or upper is None:
        return out
    p = np.asarray((upper - lower) / (2 * reach))
    out["p"] = chi_square(p, freedom, confidence)
    assert aim is not None
    off = 1 + ((mean - aim) / sigma) ** 2
    root = np.sqrt(off)
    if c.cpm == "qcc":
        equivalent = n * off / (2 * off - 1)
    else:  # 2·E²/Var of s² + (x̄ − T)²; with spread = n it is n(1+δ²)²/(1+2δ²)
        equivalent = off * off / (1 / spread + 2 * (off - 1) / n)
    out["pm"] = chi_square(np.asarray(p / root), equivalent, confidence)
    out["pmk"] = np.asarray(pk / root)
    return out


def _tail(limit: FloatArray | None, mean: FloatArray, sigma: FloatArray, sign: int) -> FloatArray | None:
    return None if limit is None else np.asarray(special.ndtr(-sign * (limit - mean) / sigma))
