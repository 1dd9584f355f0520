"""What every gauge R&R study gives: components of variation, their shares, and the figures by which they are judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from zhicheng.stats.readings import Floats, array, positive

NDC_FACTOR = 1.41
"""AIAG writes 1.41, not √2."""
ACCEPTABLE, MARGINAL, LEAST_NDC = 10.0, 30.0, 5


@dataclass(frozen=True, slots=True)
class Component:
    """One source of variation: variance, standard deviation, and in per cent the share of the total variance (%contribution), of the
    total standard deviation (%study variation) and of the tolerance (NaN when none was given). Arrays with one value for each study."""

    variance: Floats
    sd: Floats
    pct_contribution: Floats
    study_variation: Floats
    pct_study_variation: Floats
    pct_tolerance: Floats


@dataclass(frozen=True, slots=True)
class Components:
    """The usual breakdown of a gauge R&R study. ``operator`` and ``interaction`` make up ``reproducibility``; ``ndc_raw`` is
    1.41·part/GRR, ``ndc`` (number of distinct categories) the same cut to a whole number, at least 1."""

    grr: Component
    repeatability: Component
    reproducibility: Component
    operator: Component
    interaction: Component
    part: Component
    total: Component
    ndc_raw: Floats
    ndc: Floats


def components(
    repeatability: Floats,
    operator: Floats,
    interaction: Floats,
    part: Floats,
    *,
    k_study: float = 6.0,
    tolerance: float | None = None,
    process_sd: float | None = None,
) -> Components:
    """``Components`` from estimated variances; negative estimates count as 0.

    ``k_study``: standard deviations that make the study variation (6; formerly 5.15). ``process_sd``: a historical standard deviation
    of the process that takes the place of the study's total variation; the part variation is then what remains beside GRR.
    """
    positive(k_study, "研究变差的倍数 k")
    width = np.nan if tolerance is None else positive(tolerance, "公差")
    e, o, i, p = (
        np.maximum(np.asarray(v, dtype=np.float64), 0.0) for v in (repeatability, operator, interaction, part)
    )
    grr = e + o + i
    if process_sd is not None:
        p = np.maximum(positive(process_sd, "过程标准差") ** 2 - grr, 0.0)
        total = np.maximum(np.full_like(grr, process_sd**2), grr)
    else:
        total = grr + p

    def one(variance: Floats) -> Component:
        sd = np.sqrt(variance)
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = 100 * variance / total, 100 * sd / np.sqrt(total)
        return Component(variance, sd, shares[0], k_study * sd, shares[1], 100 * k_study * sd / width)

    with np.errstate(divide="ignore", invalid="ignore"):
        ndc = NDC_FACTOR * np.sqrt(p) / np.sqrt(grr)
    whole = np.where(np.isfinite(ndc), np.maximum(np.floor(ndc), 1.0), np.nan)
    return Components(one(grr), one(e), one(o + i), one(o), one(i), one(p), one(total), ndc, whole)


def gauge_verdict(found: Components, at: int | tuple[int, ...] = ()) -> str:
    """The customary AIAG verdict of one study as a Chinese sentence: %GRR below 10 acceptable, to 30 conditional, ndc 5 or more."""
    share, ndc = float(found.grr.pct_study_variation[at]), float(found.ndc[at])
    if np.isnan(share):
        return "总变差为零，无法评价：请检查数据。"
    if share < ACCEPTABLE:
        words = "测量系统可接受"
    elif share <= MARGINAL:
        words = "测量系统有条件接受，取决于用途、成本与风险"
    else:
        words = "测量系统不可接受，须改进"
    count = "无穷大" if np.isnan(ndc) else f"{ndc:.0f}"
    resolved = "" if np.isnan(ndc) or ndc >= LEAST_NDC else f"，可区分类别数不足 {LEAST_NDC}"
    return f"GRR 占研究变差 {share:.2f}%，ndc={count}：{words}{resolved}。"


def study(data: ArrayLike, name: str = "测量数据") -> Floats:
    """A crossed or nested layout [operator][part][trial], or many with leading dimensions, checked.

    Errors: ValueError with fewer than 2 operators, parts or trials, missing or infinite values, text.
    """
    found = array(data, name)
    if found.ndim < 3:
        raise ValueError(
            f"{name}须按 [操作者][零件][次数] 排成三层（多项研究再加在前面），现在是 {found.ndim} 层。"
        )
    operators, parts, trials = found.shape[-3:]
    if operators < 2:
        raise ValueError(f"只有 {operators} 位操作者：再现性至少须 2 位操作者；只有一位时请做 1 型量具研究。")
    if parts < 2 or trials < 2:
        raise ValueError(f"零件 {parts} 个、重复 {trials} 次：都至少须 2。")
    return found


def crossed_layout(
    rows: Iterable[tuple[object, object, float]],
) -> tuple[Floats, tuple[object, ...], tuple[object, ...]]:
    """Rows (part, operator, value) as [operator][part][trial], with the operators and parts in the order of first appearance.

    Errors: ValueError unless each operator measured each part equally often; use ``gauge_rr_expanded`` then.

    >>> data, operators, parts = crossed_layout([(1, "A", 5.0), (1, "A", 5.1), (2, "A", 6.0), (2, "A", 6.2)])
    >>> data.shape, operators
    ((1, 2, 2), ('A',))
    """
    found: dict[tuple[object, object], list[float]] = {}
    for part, operator, value in rows:
        found.setdefault((operator, part), []).append(value)
    operators = tuple(dict.fromkeys(operator for operator, _part in found))
    parts = tuple(dict.fromkeys(part for _operator, part in found))
    counts = {len(found.get((operator, part), ())) for operator in operators for part in parts}
    if len(counts) != 1:
        raise ValueError(
            f"数据不均衡（各操作者对各零件的重复次数为 {'、'.join(map(str, sorted(counts)))}）：请补齐，或用扩展的量具研究。"
        )
    layers = [[found[operator, part] for part in parts] for operator in operators]
    return array(layers, "测量数据"), operators, parts


def nested_layout(
    rows: Iterable[tuple[object, object, float]],
) -> tuple[Floats, tuple[object, ...]]:
    """Rows (part, operator, value) of a nested study, each operator with parts of his own, as [operator][part][trial].

    Errors: ValueError unless all operators have as many parts and each part as many trials.
    """
    found: dict[object, dict[object, list[float]]] = {}
    for part, operator, value in rows:
        found.setdefault(operator, {}).setdefault(part, []).append(value)
    shapes = {(len(parts), len(values)) for parts in found.values() for values in parts.values()}
    if len(shapes) != 1:
        raise ValueError("嵌套研究的数据不均衡：各操作者的零件数与各零件的重复次数须相同。")
    return array([list(parts.values()) for parts in found.values()], "测量数据"), tuple(found)
