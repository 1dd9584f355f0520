"""Stratification: the same figures for each stratum, and whether strata differ."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from numpy.typing import ArrayLike

from zhicheng.stats.means import AnovaTable, levene_test, one_way_anova
from zhicheng.stats.readings import sample


@dataclass(frozen=True, slots=True)
class Stratum:
    """One stratum: its name, number of values, mean, s (NaN for one value), least and greatest."""

    name: Hashable
    n: int
    mean: float
    sd: float
    least: float
    greatest: float


@dataclass(frozen=True, slots=True)
class Stratification:
    """The strata in the order of first appearance, and tests between those with two values or more: means by one-way analysis of
    variance, spreads of those with three or more by Levene's test (None when there are not two such strata)."""

    strata: tuple[Stratum, ...]
    anova: AnovaTable | None
    levene_p: float | None


def stratify(values: ArrayLike, by: Sequence[Hashable]) -> Stratification:
    """Split values by a factor (machine, shift, supplier …) and compare the strata.

    Errors: ValueError for columns of different length or values that are not finite.

    >>> found = stratify([1, 2, 5, 6], ["甲", "甲", "乙", "乙"])
    >>> [(stratum.name, stratum.mean) for stratum in found.strata]
    [('甲', 1.5), ('乙', 5.5)]
    """
    data = sample(values, "数据", 1)
    if len(by) != data.size:
        raise ValueError(f"分层标志 {len(by)} 个、数据 {data.size} 个：须一一对应。")
    groups: dict[Hashable, list[float]] = {}
    for name, value in zip(by, data.tolist(), strict=True):
        groups.setdefault(name, []).append(value)
    strata = []
    for name, values_ in groups.items():
        column = sample(values_, "数据", 1)
        spread = float(column.std(ddof=1)) if column.size > 1 else float("nan")
        strata.append(
            Stratum(name, column.size, float(column.mean()), spread, float(column.min()), float(column.max()))
        )
    usable = [group for group in groups.values() if len(group) > 1]
    varied = len(usable) > 1 and any(min(group) != max(group) for group in usable)
    anova = one_way_anova(usable) if varied else None
    # with two values each the deviations from the median are the same in every stratum: Levene has nothing to compare
    enough = [group for group in usable if len(group) > 2]
    levene = levene_test(enough).p if varied and len(enough) > 1 else None
    return Stratification(tuple(strata), anova, levene)
