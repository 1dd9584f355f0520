"""Sampling by variables, form k and form p*, s and σ methods: GB/T 6378.1 (ISO 3951-1), ANSI/ASQ Z1.9.

The tables of GB/T 6378.1 (k by code letter and AQL) are not carried: no source was found against which they could be checked. What is
derivable stands here: the decision for given n and k, its OC, n and k for given risks (``finder.find_variables_plan``), k and n that
match an attribute plan (``matching_variables_plan``), the estimate of the share nonconforming. Z1.9 look-ups: ``z19``.
Sources: Lieberman and Resnikoff (1955); Schilling and Neubauer, chapter 10; compared with R AcceptanceSampling and AQLSchemes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from zhicheng.stats.readings import Floats, array, count, positive, sample, share


def _sigma(sigma: str) -> None:
    if sigma not in ("known", "unknown"):
        raise ValueError(f"σ “{sigma}”：known（已知，σ 法）或 unknown（未知，s 法）。")


def variables_oc(n: int, k: float, p: ArrayLike, *, sigma: str = "unknown") -> Floats:
    """Probability of acceptance of the plan (n, k) with one limit, at shares ``p`` beyond it.

    σ known: Φ(√n(z_p − k)), z_p the upper p quantile; unknown: the noncentral t distribution.

    >>> variables_oc(20, 1.96, [0.05]).round(6).tolist()
    [0.229414]
    """
    _sigma(sigma)
    n = count(n, "样本量 n", 1 if sigma == "known" else 2)
    quality = np.atleast_1d(array(p, "质量水平 p"))
    if ((quality <= 0) | (quality >= 1)).any():
        raise ValueError("计量抽样的质量水平 p 须大于 0 且小于 1（百分数请先除以 100）。")
    z = stats.norm.isf(quality)
    if sigma == "known":
        return np.asarray(stats.norm.cdf(math.sqrt(n) * (z - k)))
    return np.asarray(stats.nct.sf(k * math.sqrt(n), n - 1, z * math.sqrt(n)))


def variables_acceptance(n: int, k: float, p: float, *, sigma: str = "unknown") -> float:
    """Probability of acceptance at one quality."""
    return float(variables_oc(n, k, [p], sigma=sigma)[0])


def k_for(n: int, p: float, pa: float, *, sigma: str = "unknown") -> float:
    """The acceptance constant k with which n items accept quality ``p`` with probability ``pa``.

    >>> round(k_for(49, 0.05, 0.95), 5)
    1.32653
    """
    _sigma(sigma)
    p, pa = share(p, "质量水平"), share(pa, "接收概率")
    n = count(n, "样本量 n", 1 if sigma == "known" else 2)
    z, root = float(stats.norm.isf(p)), math.sqrt(n)
    if sigma == "known":
        return z - float(stats.norm.ppf(pa)) / root
    return float(stats.nct.ppf(1 - pa, n - 1, z * root)) / root


@dataclass(frozen=True, slots=True)
class EstimatedShare:
    """Estimated share nonconforming below, above and in all; ``q_lower``, ``q_upper`` are the quality statistics (distance of the mean
    from the limit in standard deviations; NaN without that limit)."""

    below: float
    above: float
    total: float
    q_lower: float
    q_upper: float


def estimated_share(
    mean: float,
    spread: float,
    n: int,
    *,
    lower: float | None = None,
    upper: float | None = None,
    sigma: str = "unknown",
) -> EstimatedShare:
    """Minimum variance unbiased estimate of the share of a normal distribution beyond the limits (M method, Lieberman–Resnikoff).

    ``spread``: sample standard deviation s (sigma "unknown") or known σ. Unknown: the beta distribution with a = b = n/2 − 1 at
    x = ½(1 − Q√n/(n−1)); known: Φ(−Q√(n/(n−1))).

    >>> found = estimated_share(195, 8.803408, 5, lower=180, upper=209)
    >>> round(found.above, 4), round(found.below, 4)
    (0.0218, 0.0062)
    """
    _sigma(sigma)
    positive(spread, "标准差")
    n = count(n, "样本量 n", 2 if sigma == "known" else 3)
    if lower is None and upper is None:
        raise ValueError("须至少给出一个规范限：lower（下限）或 upper（上限）。")
    if lower is not None and upper is not None and lower >= upper:
        raise ValueError(f"下规范限 {lower} 须小于上规范限 {upper}。")
    q_low = math.nan if lower is None else (mean - lower) / spread
    q_high = math.nan if upper is None else (upper - mean) / spread
    below, above = _beyond(q_low, n, sigma), _beyond(q_high, n, sigma)
    return EstimatedShare(below, above, below + above, q_low, q_high)


def _beyond(q: float, n: int, sigma: str) -> float:
    if math.isnan(q):
        return 0.0
    if sigma == "known":
        return float(stats.norm.sf(q * math.sqrt(n / (n - 1))))
    x = min(max(0.5 - 0.5 * q * math.sqrt(n) / (n - 1), 0.0), 1.0)
    return float(stats.beta.cdf(x, n / 2 - 1, n / 2 - 1))


def share_for_k(n: int, k: float, *, sigma: str = "unknown") -> float:
    """The largest estimated share (p*, in Z1.9: M) that corresponds to an acceptance constant k.

    >>> round(share_for_k(20, 1.82585554), 4)
    0.0293
    """
    return _beyond(k, count(n, "样本量 n", 2 if sigma == "known" else 3), sigma)


@dataclass(frozen=True, slots=True)
class VariablesDecision:
    """Whether a lot is accepted by variables: mean, standard deviation used, quality statistics, estimated share, the constant it was
    held against, and the Chinese sentence that says why."""

    accepted: bool
    n: int
    mean: float
    spread: float
    estimate: EstimatedShare
    k: float
    p_star: float
    sentence: str


def variables_decision(
    values: ArrayLike,
    k: float,
    *,
    lower: float | None = None,
    upper: float | None = None,
    sigma: float | None = None,
    control: Literal["separate", "combined"] = "separate",
) -> VariablesDecision:
    """Decide on a lot from the measurements of its sample.

    ``k``: acceptance constant of the plan. ``sigma``: the known process standard deviation (σ method); None: s of the sample (s
    method). Two limits: "separate" holds the quality statistic of each limit against k (form k); "combined" holds the estimated share
    beyond both together against the share that corresponds to k (form p*).

    Errors: ValueError for fewer than 3 values (s) or 2 (σ), constant values with the s method, no limit.

    >>> variables_decision([275, 268, 280, 264, 279, 284, 271, 265, 283, 270], 1.62, upper=300).accepted
    True
    """
    kind = "unknown" if sigma is None else "known"
    data = sample(values, "测量值", 3 if sigma is None else 2, varied=sigma is None)
    if control not in ("separate", "combined"):
        raise ValueError(f"双侧限的控制方式“{control}”：separate（分别控制）或 combined（综合控制）。")
    mean = float(data.mean())
    spread = float(data.std(ddof=1)) if sigma is None else positive(sigma, "过程标准差 σ")
    found = estimated_share(mean, spread, data.size, lower=lower, upper=upper, sigma=kind)
    p_star = share_for_k(data.size, k, sigma=kind)
    if control == "combined":
        accepted = found.total <= p_star
        said = f"不合格品率估计 {found.total:.4%} {'≤' if accepted else '>'} p*={p_star:.4%}"
    else:
        parts = [(name, q) for name, q in (("下", found.q_lower), ("上", found.q_upper)) if not math.isnan(q)]
        accepted = all(q >= k for _name, q in parts)
        said = "，".join(f"{name}限质量统计量 {q:.4f} {'≥' if q >= k else '<'} k={k:g}" for name, q in parts)
    verdict = "接收" if accepted else "不接收"
    return VariablesDecision(accepted, data.size, mean, spread, found, k, p_star, f"{said}：{verdict}。")


@dataclass(frozen=True, slots=True)
class MatchedPlan:
    """A variables plan whose OC passes near that of a single attribute plan at the two points where that accepts with 0.95 and 0.10."""

    n: int
    k: float
    sigma: str
    p_95: float
    p_10: float


def matching_variables_plan(n: int, ac: int, *, sigma: str = "unknown") -> MatchedPlan:
    """The variables plan that protects like the single attribute plan (n, Ac): a derived plan, not one of the standard's tables.

    It accepts with probability 0.95 the quality that the attribute plan does, and with 0.10 at most that for which the attribute plan
    has 0.10.

    >>> found = matching_variables_plan(80, 2)
    >>> found.n < 80
    True
    """
    from zhicheng.stats.sampling.finder import find_variables_plan
    from zhicheng.stats.sampling.oc import attribute_plan, quality_at

    plan = attribute_plan(n, ac)
    good, bad = quality_at(plan, 0.95), quality_at(plan, 0.10)
    found = find_variables_plan(good, 0.95, bad, 0.10, sigma=sigma)
    return MatchedPlan(found.n, found.k, sigma, good, bad)
