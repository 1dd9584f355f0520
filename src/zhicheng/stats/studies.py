"""A capability study: the index, and beside it what it rests on: stability, distribution, interval, how many values.

Source: ISO 22514-2 and AIAG SPC (未核对原文): without shown stability an index is called a performance index (Pp, Ppk), not a
capability (Cp, Cpk).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from zhicheng.stats.distributions import Distribution
from zhicheng.stats.indices import USUAL, Capability, Conventions, capability
from zhicheng.stats.individuals import i_mr
from zhicheng.stats.judging import Signals
from zhicheng.stats.limits import ControlChart
from zhicheng.stats.nonnormal import NonnormalPerformance, nonnormal_performance
from zhicheng.stats.normality import LEAST, AndersonDarling, anderson_darling
from zhicheng.stats.observations import Unusable, numbers, share
from zhicheng.stats.process_models import ProcessModel, process_model
from zhicheng.stats.rules import RuleSet, beyond_limits, nelson
from zhicheng.stats.variables import xbar_r, xbar_s

Grade: TypeAlias = Literal["不足", "勉强", "足够", "充分"]
GATES: tuple[tuple[float, Grade], ...] = ((1.0, "不足"), (1.33, "勉强"), (1.67, "足够"))
"""Customary boundaries of Cpk and Ppk (1.00, 1.33, 1.67); from the last on it is 充分. A customer's own requirement goes first."""


@dataclass(frozen=True, slots=True)
class CapabilityStudy:
    """The whole of a study of one characteristic.

    ``stable``: no signal on the charts of location and dispersion; ``normal``: Anderson–Darling does not speak against it;
    ``headline``: "Cpk" when stable, else "Ppk", with ``value``; ``notes``: what the reader must know, in Chinese.
    """

    capability: Capability
    location: ControlChart
    dispersion: ControlChart
    location_signals: Signals
    dispersion_signals: Signals
    stable: bool
    normality: AndersonDarling
    normal: bool
    fitted: NonnormalPerformance | None
    model: ProcessModel | None
    headline: Literal["Cpk", "Ppk"]
    value: float
    grade: Grade
    notes: tuple[str, ...]


def capability_study(
    data: Any,
    *,
    lsl: float | None = None,
    usl: float | None = None,
    target: float | None = None,
    distribution: Distribution | None = None,
    rules: RuleSet | None = None,
    alpha: float = 0.05,
    confidence: float = 0.95,
    conventions: Conventions = USUAL,
) -> CapabilityStudy:
    """Study one characteristic: individual values in the order of time, or subgroups (subgroups, n).

    With ``distribution`` the headline is Ppk by its quantiles. ``alpha``: level of the normality test. ``rules`` for the chart of
    location; the chart of dispersion is judged by its limits. Errors: Unusable, as ``capability``; fewer than 8 values.
    Example: a stable normal process with Cpk 1.4 has the headline "Cpk" and the grade 足够.
    """
    x = numbers(data, "数据")
    if x.ndim > 2:
        raise Unusable("能力研究一次做一个特性：个别值，或（子组, n）。")
    if x.size < LEAST:
        raise Unusable(f"只有 {x.size} 个值：至少要 {LEAST} 个才能判断分布（建议 100 个以上）。")
    share(alpha, "显著性水平")
    indices = capability(x, lsl=lsl, usl=usl, target=target, confidence=confidence, conventions=conventions)
    location, dispersion = _charts(x)
    located, dispersed = location.signals(rules or nelson()), dispersion.signals(beyond_limits())
    stable = not (bool(located.any) or bool(dispersed.any))
    normality = anderson_darling(x.ravel())
    normal = float(normality.p_value) >= alpha
    fitted = (
        nonnormal_performance(x.ravel(), lsl=lsl, usl=usl, distribution=distribution)
        if distribution
        else None
    )
    model = process_model(x) if x.ndim == 2 and x.shape[0] >= 5 and x.shape[1] >= 2 else None
    headline: Literal["Cpk", "Ppk"] = "Cpk" if stable and normal and fitted is None else "Ppk"
    value = float(fitted.ppk if fitted else (indices.cpk if headline == "Cpk" else indices.ppk).value)
    return CapabilityStudy(
        capability=indices,
        location=location,
        dispersion=dispersion,
        location_signals=located,
        dispersion_signals=dispersed,
        stable=stable,
        normality=normality,
        normal=normal,
        fitted=fitted,
        model=model,
        headline=headline,
        value=value,
        grade=next((word for gate, word in GATES if value < gate), "充分"),
        notes=_notes(x.size, stable, normal, fitted, model),
    )


def _charts(x: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[ControlChart, ControlChart]:
    if x.ndim == 1:
        pair = i_mr(x)
        return pair.i, pair.mr
    if x.shape[-1] < 10:
        ranged = xbar_r(x)
        return ranged.xbar, ranged.r
    deviating = xbar_s(x)
    return deviating.xbar, deviating.s


def _notes(
    n: int, stable: bool, normal: bool, fitted: NonnormalPerformance | None, model: ProcessModel | None
) -> tuple[str, ...]:
    said = []
    if not stable:
        said.append("过程未显示稳定：只报告性能指数 Ppk，不称为能力；先查明控制图上的信号。")
    if not normal and fitted is None:
        said.append("数据不像正态分布：按正态算出的指数和不合格率不可信，请用百分位法或变换。")
    if n < 100:
        said.append(f"只有 {n} 个值，指数的置信区间很宽：一般要 100 个以上。")
    if model is not None:
        said.append(
            f"时间相关分布模型：{model.model}（{model.says}）；按记忆的 ISO 22514-2 划分，未核对原文。"
        )
    return tuple(said)
