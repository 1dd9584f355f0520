"""Plans for given risks: the smallest plan that meets a producer's and a consumer's risk point, by attributes and by variables.

Source: two-point design; Schilling and Neubauer, Acceptance Sampling in Quality Control; compared with R AcceptanceSampling (``find.plan``).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from scipy import stats

from zhicheng.stats.readings import share
from zhicheng.stats.sampling.oc import acceptance_probability, attribute_plan
from zhicheng.stats.sampling.variables import k_for, variables_acceptance

LARGEST = 50_000
"""A plan with more items than this is not one that anybody could use."""
_NONE = "样本量到 {} 也没有方案同时满足两个风险点：请放宽风险，或拉开两个质量水平。"


@dataclass(frozen=True, slots=True)
class FoundPlan:
    """A single attribute plan with the probabilities of acceptance that it really has at the two risk points."""

    n: int
    ac: int
    re: int
    distribution: str
    lot_size: int | None
    pa_at_producer: float
    pa_at_consumer: float


@dataclass(frozen=True, slots=True)
class FoundVariablesPlan:
    """A variables plan of form k for one limit: accept when the quality statistic is at least ``k``; ``sigma``: known or unknown."""

    n: int
    k: float
    sigma: str
    pa_at_producer: float
    pa_at_consumer: float


def find_plan(
    p_producer: float,
    pa_producer: float,
    p_consumer: float,
    pa_consumer: float,
    *,
    distribution: str = "binomial",
    lot_size: int | None = None,
) -> FoundPlan:
    """The smallest single attribute plan that accepts quality ``p_producer`` with probability ``pa_producer`` at least, and
    ``p_consumer`` with ``pa_consumer`` at most.

    ``distribution``: binomial, poisson (nonconformities per item) or hypergeometric (then ``lot_size``, and both qualities times the
    lot size must be whole numbers). Errors: ValueError when the points contradict each other or no plan in the lot meets them.

    >>> found = find_plan(0.05, 0.95, 0.15, 0.075)
    >>> found.n, found.ac
    (80, 7)
    """
    _points(p_producer, pa_producer, p_consumer, pa_consumer)
    for p in (p_producer, p_consumer):  # what cannot be computed is refused before the search
        acceptance_probability(attribute_plan(1, 0), p, distribution=distribution, lot_size=lot_size)
    most = lot_size if distribution == "hypergeometric" and lot_size else LARGEST
    if most == LARGEST and _about(p_producer, pa_producer, p_consumer, pa_consumer) > LARGEST:
        raise ValueError(_NONE.format(LARGEST))

    def pa(n: int, ac: int, p: float) -> float:
        if distribution == "binomial":
            return float(stats.binom.cdf(ac, n, p))
        if distribution == "poisson":
            return float(stats.poisson.cdf(ac, n * p))
        return float(stats.hypergeom.cdf(ac, most, round(p * most), n))

    n, ac = 1, 0
    while n <= most:
        # for a given Ac the smallest n that protects the consumer is the best one for the producer
        protects = partial(_at_most, pa, ac, p_consumer, pa_consumer)
        n = _smallest(protects, max(n, ac + 1), most)
        if n <= most and pa(n, ac, p_producer) >= pa_producer:
            return FoundPlan(
                n, ac, ac + 1, distribution, lot_size, pa(n, ac, p_producer), pa(n, ac, p_consumer)
            )
        ac += 1
    raise ValueError(_NONE.format(most))


def _about(p_producer: float, pa_producer: float, p_consumer: float, pa_consumer: float) -> float:
    """About how many items two risk points need, by the normal approximation."""
    z_good, z_bad = float(stats.norm.ppf(pa_producer)), float(stats.norm.isf(pa_consumer))
    spread = z_good * math.sqrt(p_producer) + z_bad * math.sqrt(p_consumer)
    return (spread / (p_consumer - p_producer)) ** 2


def _at_most(pa: Callable[[int, int, float], float], ac: int, p: float, most: float, n: int) -> bool:
    return pa(n, ac, p) <= most


def _smallest(holds: Callable[[int], bool], low: int, most: int) -> int:
    """The smallest whole number from ``low`` at which a condition that stays true holds; ``most`` + 1 when there is none."""
    if holds(low):
        return low
    step = 1
    while low + step <= most and not holds(low + step):
        low, step = low + step, step * 2
    high = min(low + step, most + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def find_variables_plan(
    p_producer: float,
    pa_producer: float,
    p_consumer: float,
    pa_consumer: float,
    *,
    sigma: str = "unknown",
) -> FoundVariablesPlan:
    """The smallest variables plan of form k (one limit, normal distribution) for two risk points.

    ``sigma``: "known" (σ method) or "unknown" (s method). k is set so that the producer's point is met exactly; n is then the smallest
    that meets the consumer's.

    >>> found = find_variables_plan(0.05, 0.95, 0.15, 0.075)
    >>> found.n, round(found.k, 5)
    (49, 1.32653)
    """
    _points(p_producer, pa_producer, p_consumer, pa_consumer)
    if sigma not in ("known", "unknown"):
        raise ValueError(f"σ “{sigma}”：known（已知，σ 法）或 unknown（未知，s 法）。")
    if sigma == "known":
        spread = stats.norm.ppf(1 - pa_producer) + stats.norm.ppf(pa_consumer)
        n = max(math.ceil((spread / (stats.norm.ppf(p_consumer) - stats.norm.ppf(p_producer))) ** 2), 1)
    else:
        n = _smallest(
            lambda size: (
                variables_acceptance(size, k_for(size, p_producer, pa_producer), p_consumer) <= pa_consumer
            ),
            2,
            LARGEST,
        )
    k = k_for(n, p_producer, pa_producer, sigma=sigma)
    good = variables_acceptance(n, k, p_producer, sigma=sigma)
    return FoundVariablesPlan(n, k, sigma, good, variables_acceptance(n, k, p_consumer, sigma=sigma))


def _points(p_producer: float, pa_producer: float, p_consumer: float, pa_consumer: float) -> None:
    for value, name in (
        (p_producer, "生产方风险质量"),
        (pa_producer, "生产方风险点的接收概率"),
        (p_consumer, "使用方风险质量"),
        (pa_consumer, "使用方风险点的接收概率"),
    ):
        share(value, name)
    if p_producer >= p_consumer:
        raise ValueError("使用方风险质量须大于生产方风险质量。")
    if pa_consumer >= pa_producer:
        raise ValueError("使用方风险点的接收概率须小于生产方风险点的接收概率。")
