"""Rectifying inspection: average outgoing quality (AOQ), its limit (AOQL) and average total inspection (ATI).

Lots not accepted are inspected completely. Source: Montgomery, Introduction to Statistical Quality Control, 15.2.3; Dodge and Romig.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from zhicheng.stats.readings import Floats
from zhicheng.stats.sampling.oc import AttributePlan, as_attribute_plan, operating_characteristic
from zhicheng.stats.sampling.plans import SamplingPlan
from zhicheng.stats.sampling.variables import variables_oc

Rectification = Literal["replace", "remove"]


@dataclass(frozen=True, slots=True)
class Rectified:
    """At each incoming quality ``p``: acceptance ``pa``, outgoing quality ``aoq``, average number of items inspected in a lot ``ati``."""

    p: Floats
    pa: Floats
    aoq: Floats
    ati: Floats


@dataclass(frozen=True, slots=True)
class OutgoingLimit:
    """The worst average outgoing quality ``aoql`` and the incoming quality ``p`` at which it occurs."""

    aoql: float
    p: float


def rectified(
    plan: AttributePlan | SamplingPlan,
    p: ArrayLike,
    *,
    lot_size: int | None,
    distribution: str = "binomial",
    nonconforming: Rectification = "replace",
) -> Rectified:
    """AOQ and ATI of a plan with rectifying inspection.

    ``lot_size`` None: lots so large that the sample does not count; AOQ is then p·Pa and ATI is infinite unless the plan always
    accepts, so it is given as NaN. ``nonconforming``: those found are "replace"d by good ones (default), or "remove"d, which makes
    the lot smaller.

    >>> found = rectified(AttributePlan((89,), (2,), (3,)), [0.01], lot_size=10000)
    >>> float(found.aoq[0].round(8)), float(found.ati[0].round(3))
    (0.00931327, 686.733)
    """
    plan = as_attribute_plan(plan)
    size = lot_size if distribution == "hypergeometric" else None
    curve = operating_characteristic(plan, p, distribution=distribution, lot_size=size)
    if nonconforming not in ("replace", "remove"):
        raise ValueError(f"发现的不合格品“{nonconforming}”：replace（换成合格品）或 remove（剔除不补）。")
    if lot_size is None:
        return Rectified(curve.p, curve.pa, curve.p * curve.pa, np.full_like(curve.pa, np.nan))
    sampled = np.cumsum(plan.n)
    if lot_size < sampled[-1]:
        raise ValueError(f"批量 {lot_size} 小于样本量合计 {sampled[-1]}。")
    rejected = 1 - curve.pa
    ati = sampled @ curve.accepted_at + rejected * lot_size
    passed = curve.p * ((lot_size - sampled) @ curve.accepted_at)
    left = lot_size - (curve.p * ati if nonconforming == "remove" else 0.0)
    aoq = np.divide(passed, left, out=np.zeros_like(passed), where=left > 0)
    return Rectified(curve.p, curve.pa, aoq, ati)


def rectified_variables(
    n: int, k: float, p: ArrayLike, *, lot_size: int, sigma: str = "unknown"
) -> Rectified:
    """AOQ and ATI of a variables plan of form k with rectifying inspection; nonconforming items found are replaced.

    >>> found = rectified_variables(24, 1.309, [0.05], lot_size=1000, sigma="known")
    >>> float(found.aoq[0].round(4)), float(found.ati[0].round(1))
    (0.0464, 72.8)
    """
    pa = variables_oc(n, k, p, sigma=sigma)
    if lot_size < n:
        raise ValueError(f"批量 {lot_size} 小于样本量 {n}。")
    quality = np.atleast_1d(np.asarray(p, dtype=np.float64))
    return Rectified(quality, pa, quality * pa * (lot_size - n) / lot_size, n + (1 - pa) * (lot_size - n))


def outgoing_limit(
    plan: AttributePlan | SamplingPlan,
    *,
    lot_size: int | None = None,
    distribution: str = "binomial",
    nonconforming: Rectification = "replace",
) -> OutgoingLimit:
    """AOQL: the maximum of the AOQ curve (binomial or Poisson).

    >>> found = outgoing_limit(AttributePlan((89,), (2,), (3,)), lot_size=10000)
    >>> round(found.aoql, 5), round(found.p, 4)
    (0.01525, 0.0253)
    """
    if distribution not in ("binomial", "poisson"):
        raise ValueError("平均检出质量上限只用 binomial 或 poisson：超几何的曲线是台阶。")
    plan = as_attribute_plan(plan)
    most = (10.0 + 4 * plan.re[-1]) / plan.n[0]
    top = most if distribution == "poisson" else min(1.0, most)

    def outgoing(p: ArrayLike) -> Floats:
        found = rectified(plan, p, lot_size=lot_size, distribution=distribution, nonconforming=nonconforming)
        return found.aoq

    grid = np.linspace(0, top, 401)
    best = int(np.argmax(outgoing(grid)))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)]
    found = optimize.minimize_scalar(
        lambda p: -float(outgoing([p])[0]), bounds=(low, high), method="bounded", options={"xatol": 1e-12}
    )
    return OutgoingLimit(float(-found.fun), float(found.x))
