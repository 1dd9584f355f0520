"""Attribute agreement of appraisers: matched parts, kappa, effectiveness, miss and false alarm rates (AIAG MSA, 4th edition, III section C)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from zhicheng.stats.msa.kappa import Kappa, cohen_kappa, fleiss_kappa, rating_categories
from zhicheng.stats.readings import share


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many of the inspected parts matched, in per cent, with the exact (Clopper–Pearson) interval in per cent."""

    inspected: int
    matched: int
    percent: float
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Effectiveness:
    """One appraiser against the standard: ``effectiveness`` is the share of parts rated right at each trial; ``miss_rate`` the share of
    ratings of positive parts that were not positive; ``false_alarm_rate`` the share of ratings of other parts that were positive;
    in per cent, with the customary word for each (acceptable, marginal, unacceptable)."""

    effectiveness: float
    miss_rate: float
    false_alarm_rate: float
    words: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class AgreementStudy:
    """Result of an attribute study; dictionaries by appraiser. What needs a standard is empty or None without one, ``effectiveness``
    also without a positive category, ``within`` without repeated trials."""

    within: dict[str, Agreement]
    between: Agreement
    each_vs_standard: dict[str, Agreement]
    all_vs_standard: Agreement | None
    effectiveness: dict[str, Effectiveness]
    cohen_vs_standard: dict[str, Kappa]
    cohen_between: dict[tuple[str, str], Kappa]
    fleiss_within: dict[str, Kappa]
    fleiss_between: Kappa
    fleiss_vs_standard: dict[str, float]


def attribute_agreement(
    ratings: Mapping[str, Sequence[Sequence[object]]],
    standard: Sequence[object] | None = None,
    *,
    positive: object = None,
    confidence: float = 0.95,
) -> AgreementStudy:
    """All figures of an attribute agreement study.

    ``ratings``: appraiser → [part][trial], the same parts and equally many trials for each; ``standard``: the true category of each
    part; ``positive``: the category that is to be detected (for AIAG "nonconforming": a miss is then a bad part accepted).
    Errors: ValueError for missing ratings, appraisers with other numbers of parts or trials, an unknown positive category.

    >>> study = attribute_agreement({"A": [["Y", "Y"], ["N", "N"]], "B": [["Y", "N"], ["N", "N"]]}, ["Y", "N"], positive="N")
    >>> study.each_vs_standard["B"].percent, study.effectiveness["B"].false_alarm_rate
    (50.0, 50.0)
    """
    parts = _check(ratings, standard, positive)
    repeated = len(next(iter(ratings.values()))[0]) > 1
    together = [[value for rows in ratings.values() for value in rows[at]] for at in range(parts)]
    flat = {name: [value for row in rows for value in row] for name, rows in ratings.items()}
    pairs = [(a, b) for at, a in enumerate(flat) for b in list(flat)[at + 1 :]]
    found = AgreementStudy(
        within={name: _same(rows, confidence) for name, rows in ratings.items()} if repeated else {},
        between=_same(together, confidence),
        each_vs_standard={},
        all_vs_standard=None,
        effectiveness={},
        cohen_vs_standard={},
        cohen_between={(a, b): cohen_kappa(flat[a], flat[b], confidence=confidence) for a, b in pairs},
        fleiss_within={n: fleiss_kappa(rows, confidence=confidence) for n, rows in ratings.items()}
        if repeated
        else {},
        fleiss_between=fleiss_kappa(together, confidence=confidence),
        fleiss_vs_standard={},
    )
    return found if standard is None else _against(found, ratings, standard, positive, confidence)


def _against(
    found: AgreementStudy,
    ratings: Mapping[str, Sequence[Sequence[object]]],
    truth: Sequence[object],
    positive: object,
    confidence: float,
) -> AgreementStudy:
    """Add what a standard makes possible."""
    trials = len(next(iter(ratings.values()))[0])
    with_truth = {
        name: [[*row, t] for row, t in zip(rows, truth, strict=True)] for name, rows in ratings.items()
    }
    everything = [[*(v for rows in ratings.values() for v in rows[at]), t] for at, t in enumerate(truth)]
    long_truth = [t for t in truth for _ in range(trials)]
    flat = {name: [value for row in rows for value in row] for name, rows in ratings.items()}
    return replace(
        found,
        each_vs_standard={name: _same(rows, confidence) for name, rows in with_truth.items()},
        all_vs_standard=_same(everything, confidence),
        effectiveness={n: _effectiveness(rows, truth, positive) for n, rows in ratings.items()}
        if positive is not None
        else {},
        cohen_vs_standard={
            n: cohen_kappa(values, long_truth, confidence=confidence) for n, values in flat.items()
        },
        fleiss_vs_standard={
            name: float(
                np.mean([fleiss_kappa([[row[k], row[-1]] for row in rows]).kappa for k in range(trials)])
            )
            for name, rows in with_truth.items()
        },
    )


def _same(rows: Sequence[Sequence[object]], confidence: float) -> Agreement:
    """How many rows hold one category only."""
    return _agreement(sum(len(set(row)) == 1 for row in rows), len(rows), confidence)


def _check(
    ratings: Mapping[str, Sequence[Sequence[object]]], standard: Sequence[object] | None, positive: object
) -> int:
    if len(ratings) < 2:
        raise ValueError("计数型一致性研究至少须 2 位评价者。")
    shapes = {(len(rows), len(row)) for rows in ratings.values() for row in rows}
    if len(shapes) != 1:
        raise ValueError("各评价者评的零件数与各零件的次数须相同：请补齐缺少的评级。")
    parts = next(iter(shapes))[0]
    values = rating_categories([value for rows in ratings.values() for row in rows for value in row])
    if standard is not None:
        if len(standard) != parts:
            raise ValueError(f"基准有 {len(standard)} 个，零件有 {parts} 个：须一一对应。")
        values = rating_categories([*values, *standard])
    if positive is not None and positive not in values:
        raise ValueError(f"要检出的类别“{positive}”不在评级里：{'、'.join(map(str, values))}。")
    return parts


def _agreement(matched: int, inspected: int, confidence: float) -> Agreement:
    alpha = 1 - share(confidence, "置信水平")
    low = float(stats.beta.ppf(alpha / 2, matched, inspected - matched + 1)) if matched else 0.0
    high = float(stats.beta.isf(alpha / 2, matched + 1, inspected - matched)) if matched < inspected else 1.0
    return Agreement(inspected, matched, 100 * matched / inspected, (100 * low, 100 * high))


def _effectiveness(
    rows: Sequence[Sequence[object]], truth: Sequence[object], positive: object
) -> Effectiveness:
    right = sum(all(value == t for value in row) for row, t in zip(rows, truth, strict=True))
    bad = [value for row, t in zip(rows, truth, strict=True) if t == positive for value in row]
    rest = [value for row, t in zip(rows, truth, strict=True) if t != positive for value in row]
    miss = 100 * sum(value != positive for value in bad) / len(bad) if bad else math.nan
    alarm = 100 * sum(value == positive for value in rest) / len(rest) if rest else math.nan
    effect = 100 * right / len(truth)
    words = (_word(-effect, -90, -80), _word(miss, 2, 5), _word(alarm, 5, 10))
    return Effectiveness(effect, miss, alarm, words)


def _word(value: float, good: float, marginal: float) -> str:
    if math.isnan(value):
        return "无数据"
    return "可接受" if value <= good else "临界" if value <= marginal else "不可接受"
