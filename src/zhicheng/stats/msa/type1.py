"""Type-1 gauge study: one part of known value measured many times by one operator (Cg, Cgk).

Source: customary in the motor industry (Bosch booklet 10, VDA 5; Minitab and JASP print the same figures); not part of AIAG MSA.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from zhicheng.stats.readings import positive, sample, share

LEAST_INDEX = 1.33


@dataclass(frozen=True, slots=True)
class Type1Study:
    """Result: ``cg`` (repeatability), ``cgk`` (with bias); ``pct_var_repeatability`` = K/Cg and ``pct_var_repeatability_and_bias`` =
    K/Cgk in per cent of the tolerance; the t-test of the bias with its confidence interval; ``resolution_ok`` None when not asked."""

    n: int
    mean: float
    bias: float
    sd: float
    study_variation: float
    cg: float
    cgk: float
    pct_var_repeatability: float
    pct_var_repeatability_and_bias: float
    t: float
    df: int
    p: float
    bias_interval: tuple[float, float]
    resolution_ok: bool | None
    sentence: str


def type1_study(
    values: ArrayLike,
    reference: float,
    tolerance: float,
    *,
    k_percent: float = 20.0,
    spread: float = 6.0,
    resolution: float | None = None,
    confidence: float = 0.95,
) -> Type1Study:
    """Cg and Cgk of repeated measurements of one part.

    Cg = (K% of the tolerance) / (``spread``·s); Cgk = (half of K% of the tolerance − |bias|) / (half of ``spread``·s). ``k_percent``:
    20 (Minitab, Bosch), 15 or 10 elsewhere; ``spread``: 6, formerly 4 standard deviations. ``resolution``: of the gauge, at most 5 per
    cent of the tolerance. Errors: ValueError for fewer than 2 values, constant values, a tolerance that is not positive.

    >>> found = type1_study([10.0, 10.1, 9.9, 10.0, 10.1], 10.0, 3.0)
    >>> round(found.cg, 3), round(found.cgk, 3)
    (1.195, 1.116)
    """
    data = sample(values, "重复测量值", 2, varied=True)
    width, factor = positive(tolerance, "公差"), positive(spread, "研究变差的倍数")
    k, alpha = positive(k_percent, "公差百分比 K"), 1 - share(confidence, "置信水平")
    mean, sd, n = float(data.mean()), float(data.std(ddof=1)), data.size
    bias, error = mean - reference, sd / math.sqrt(n)
    if not math.isfinite(bias):
        raise ValueError("参考值须是有限的数。")
    cg = k / 100 * width / (factor * sd)
    cgk = (k / 200 * width - abs(bias)) / (factor / 2 * sd)
    reach = float(stats.t.isf(alpha / 2, n - 1)) * error
    t = bias / error
    fine = None if resolution is None else positive(resolution, "分辨力") <= width / 20
    return Type1Study(
        n,
        mean,
        bias,
        sd,
        factor * sd,
        cg,
        cgk,
        k / cg,
        k / cgk if cgk > 0 else np.inf,
        t,
        n - 1,
        float(2 * stats.t.sf(abs(t), n - 1)),
        (bias - reach, bias + reach),
        fine,
        _verdict(cg, cgk, fine),
    )


def _verdict(cg: float, cgk: float, fine: bool | None) -> str:
    good = min(cg, cgk) >= LEAST_INDEX and fine is not False
    words = f"Cg={cg:.2f}、Cgk={cgk:.2f}（要求不小于 {LEAST_INDEX}）"
    if fine is False:
        words += "，分辨力大于公差的 5%"
    return f"{words}：量具{'能胜任' if good else '不能胜任'}。"
