"""Operating characteristic and average sample number of attribute plans: single, double and multiple.

Distributions: binomial (share nonconforming of a process), Poisson (nonconformities), hypergeometric (share in a lot of known size).
Sources: ISO 2859-1:1999 clause 12 (OC curves); Montgomery, Introduction to Statistical Quality Control, chapter 15; compared with R
AcceptanceSampling (``OC2c``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

from zhicheng.stats.readings import Floats, array, share
from zhicheng.stats.sampling.plans import SamplingPlan

DISTRIBUTIONS = ("binomial", "poisson", "hypergeometric")


@dataclass(frozen=True, slots=True)
class AttributePlan:
    """An attribute plan: sizes of the samples, and acceptance and rejection numbers for the cumulative count after each.

    ``ac`` None: acceptance is not permitted at that sample. The last sample decides: its Re is its Ac + 1.
    """

    n: tuple[int, ...]
    ac: tuple[int | None, ...]
    re: tuple[int, ...]

    def __post_init__(self) -> None:
        if not len(self.n) == len(self.ac) == len(self.re) or not self.n:
            raise ValueError("n、Ac、Re 须各有一个值对应每个样本。")
        if any(n < 1 for n in self.n):
            raise ValueError("每个样本量 n 须不小于 1。")
        lows = [-1 if ac is None else ac for ac in self.ac]
        if any(ac < -1 or re <= ac for ac, re in zip(lows, self.re, strict=True)):
            raise ValueError("每个样本的 Ac 须不小于 0，Re 须大于 Ac。")
        if self.ac[-1] is None or self.re[-1] != self.ac[-1] + 1:
            raise ValueError("最后一个样本必须能作出判定：Re 须等于 Ac + 1。")
        if any(re == ac + 1 for ac, re in zip(lows[:-1], self.re[:-1], strict=True)):
            raise ValueError("中间的样本已经一定能作出判定（Re = Ac + 1），后面的样本多余：请核对。")
        if sorted(lows) != lows or sorted(self.re) != list(self.re):
            raise ValueError("Ac 与 Re 是累计数，后一个样本不能小于前一个。")


@dataclass(frozen=True, slots=True)
class OperatingCharacteristic:
    """Probabilities of a plan at each quality ``p``: acceptance ``pa``; that each sample is drawn ``drawn``, accepts ``accepted_at`` or
    rejects ``rejected_at`` (a row for each sample); ``asn``: average number of items inspected in an accepted or rejected lot, without
    curtailment and without rectifying inspection."""

    p: Floats
    pa: Floats
    asn: Floats
    drawn: Floats
    accepted_at: Floats
    rejected_at: Floats


def attribute_plan(
    n: int | Sequence[int], ac: int | Sequence[int | None] | None, re: int | Sequence[int] | None = None
) -> AttributePlan:
    """An ``AttributePlan`` from numbers (single) or sequences; ``re`` may be left out for a single plan.

    >>> attribute_plan(80, 2)
    AttributePlan(n=(80,), ac=(2,), re=(3,))
    """
    many = (Sequence, np.ndarray)
    sizes = tuple(n) if isinstance(n, many) else (n,)
    accepts = tuple(ac) if isinstance(ac, many) else (ac,)
    if re is None:
        if len(accepts) != 1 or accepts[0] is None:
            raise ValueError("二次或多次抽样须给出每个样本的拒收数 Re。")
        re = accepts[0] + 1
    rejects = tuple(re) if isinstance(re, many) else (re,)
    numbers = (*sizes, *(a for a in accepts if a is not None), *rejects)
    if any(isinstance(x, bool) or not isinstance(x, (int, np.integer)) for x in numbers):
        raise ValueError("n、Ac、Re 须是整数。")
    lows = tuple(None if a is None else int(a) for a in accepts)
    return AttributePlan(tuple(int(x) for x in sizes), lows, tuple(int(x) for x in rejects))


def as_attribute_plan(plan: AttributePlan | SamplingPlan) -> AttributePlan:
    """The numbers of a plan of GB/T 2828.1, for its curves (as in the table: a small lot does not shorten the sample)."""
    return plan if isinstance(plan, AttributePlan) else AttributePlan(plan.n, plan.ac, plan.re)


def operating_characteristic(
    plan: AttributePlan | SamplingPlan,
    p: ArrayLike,
    *,
    distribution: str = "binomial",
    lot_size: int | None = None,
) -> OperatingCharacteristic:
    """OC curve and ASN of an attribute plan at qualities ``p``.

    ``p``: shares nonconforming (binomial, hypergeometric), or nonconformities per item (poisson). ``lot_size`` is needed for the
    hypergeometric; there ``p`` times the lot size must be whole numbers.

    Errors: ValueError for a share outside 0 to 1, a lot smaller than the samples together, a count in the lot that is not whole.

    >>> operating_characteristic(attribute_plan(10, 3), [0.1]).pa.round(7).tolist()
    [0.9872048]
    """
    plan = as_attribute_plan(plan)
    quality = np.atleast_1d(array(p, "质量水平 p"))
    _check(plan, quality, distribution, lot_size)
    size = max(plan.re)
    alive = np.zeros((quality.size, size))
    alive[:, 0] = 1.0
    before, rows = 0, []
    for n, ac, re in zip(plan.n, plan.ac, plan.re, strict=True):
        drawn = alive.sum(axis=1)
        reached = _next(alive, n, before, quality, distribution, lot_size)
        low = 0 if ac is None else ac + 1
        accepted = reached[:, :low].sum(axis=1)
        alive = reached.copy()
        alive[:, :low] = 0.0
        alive[:, re:] = 0.0
        rows.append((drawn, accepted, drawn - accepted - alive.sum(axis=1)))
        before += n
    drawn, accepted_at, rejected_at = (np.array([row[i] for row in rows]) for i in range(3))
    asn = np.tensordot(np.array(plan.n, dtype=np.float64), drawn, axes=1)
    pa = np.minimum(accepted_at.sum(axis=0), 1.0)
    return OperatingCharacteristic(quality, pa, asn, drawn, accepted_at, np.maximum(rejected_at, 0.0))


def _check(plan: AttributePlan, p: Floats, distribution: str, lot_size: int | None) -> None:
    if distribution not in DISTRIBUTIONS:
        raise ValueError(f"分布“{distribution}”不存在：binomial、poisson 或 hypergeometric。")
    if (p < 0).any() or (distribution != "poisson" and (p > 1).any()):
        raise ValueError(
            "质量水平 p 须在 0 到 1 之间（泊松时为每单位不合格数，不小于 0）；百分数请先除以 100。"
        )
    if distribution != "hypergeometric":
        return
    if lot_size is None or lot_size < sum(plan.n):
        raise ValueError(f"超几何分布须给出批量 lot_size，且不小于样本量合计 {sum(plan.n)}。")
    counts = p * lot_size
    if not np.allclose(counts, np.round(counts), rtol=0, atol=1e-6):
        raise ValueError(
            f"批量 {lot_size} 乘 p 须是整数：批中的不合格品数不能是分数。请改用 k/{lot_size} 形式的 p。"
        )


def _next(alive: Floats, n: int, before: int, p: Floats, distribution: str, lot_size: int | None) -> Floats:
    """Probabilities of the cumulative counts after one more sample; counts of Re or more are dropped (they reject)."""
    size = alive.shape[1]
    extra = np.arange(size)
    reached = np.zeros_like(alive)
    for had in np.flatnonzero(alive.any(axis=0)):
        if distribution == "hypergeometric":
            assert lot_size is not None
            left = np.maximum(np.round(p * lot_size) - had, 0)
            pmf = stats.hypergeom.pmf(extra[None, :], lot_size - before, left[:, None], n)
        elif distribution == "binomial":
            pmf = stats.binom.pmf(extra[None, :], n, p[:, None])
        else:
            pmf = stats.poisson.pmf(extra[None, :], n * p[:, None])
        reached[:, had:] += alive[:, [had]] * pmf[:, : size - had]
    return reached


def acceptance_probability(
    plan: AttributePlan | SamplingPlan,
    p: float,
    *,
    distribution: str = "binomial",
    lot_size: int | None = None,
) -> float:
    """Probability of acceptance at one quality.

    >>> round(acceptance_probability(attribute_plan(80, 2), 0.01), 6)
    0.953447
    """
    return float(operating_characteristic(plan, [p], distribution=distribution, lot_size=lot_size).pa[0])


@dataclass(frozen=True, slots=True)
class Risks:
    """Producer's risk: probability that a lot of quality ``p_producer`` is not accepted. Consumer's risk: that one of quality
    ``p_consumer`` is accepted."""

    p_producer: float
    producer_risk: float
    p_consumer: float
    consumer_risk: float


def risks(
    plan: AttributePlan | SamplingPlan,
    p_producer: float,
    p_consumer: float,
    *,
    distribution: str = "binomial",
    lot_size: int | None = None,
) -> Risks:
    """Producer's and consumer's risk of a plan at a good and a bad quality.

    >>> found = risks(attribute_plan(80, 7), 0.05, 0.15)
    >>> round(found.producer_risk, 6), round(found.consumer_risk, 6)
    (0.046592, 0.072717)
    """
    if not 0 <= p_producer < p_consumer:
        raise ValueError("生产方风险质量须小于使用方风险质量。")
    curve = operating_characteristic(
        plan, [p_producer, p_consumer], distribution=distribution, lot_size=lot_size
    )
    return Risks(p_producer, float(1 - curve.pa[0]), p_consumer, float(curve.pa[1]))


def quality_at(plan: AttributePlan | SamplingPlan, pa: float, *, distribution: str = "binomial") -> float:
    """The quality at which a plan accepts with probability ``pa``: 0.95 producer's, 0.5 indifference, 0.10 consumer's (LQ).

    For a lot of known size the curve has steps, so only binomial and Poisson are answered.

    >>> round(quality_at(attribute_plan(80, 2), 0.10), 5)
    0.06516
    """
    pa = share(pa, "接收概率")
    if distribution not in ("binomial", "poisson"):
        raise ValueError("由接收概率求质量水平只用 binomial 或 poisson：超几何的曲线是台阶。")
    plan = as_attribute_plan(plan)

    def above(p: float) -> float:
        return acceptance_probability(plan, p, distribution=distribution) - pa

    top = 1.0 if distribution == "binomial" else (10.0 + 4 * plan.re[-1]) / plan.n[0]
    if above(top) > 0:
        raise ValueError("即使全部不合格，接收概率也不会这样低：样本量太小或 Ac 太大。")
    return float(optimize.brentq(above, 0.0, top, xtol=1e-14, rtol=1e-13))
