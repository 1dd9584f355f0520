"""Agreement beyond chance: Cohen's and Fleiss' kappa, Kendall's W and tau.

Sources: Fleiss, Cohen and Everitt (1969); Fleiss, Nee and Landis (1979); Kendall; AIAG MSA, 4th edition, chapter III section C.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from zhicheng.stats.readings import Floats, share

GOOD_KAPPA, POOR_KAPPA = 0.75, 0.40
"""Customary limits of AIAG: above good agreement, below poor."""


@dataclass(frozen=True, slots=True)
class Kappa:
    """A kappa with its standard error (``se``: for the interval; ``se_null``: if there were only chance agreement), z and p of kappa 0
    (upper tail), and a two-sided confidence interval."""

    kappa: float
    se: float
    se_null: float
    z: float
    p: float
    interval: tuple[float, float]


def cohen_kappa(
    first: Sequence[object], second: Sequence[object], *, weights: str = "none", confidence: float = 0.95
) -> Kappa:
    """Cohen's kappa of two series of ratings of the same items.

    ``weights``: "none", "linear" or "quadratic" (then categories are ordered as sorted). Standard errors: Fleiss, Cohen and Everitt
    (1969). Errors: ValueError for series of different length or without two categories.

    >>> round(cohen_kappa("YYNNYN", "YYNYYN").kappa, 4)
    0.6667
    """
    if len(first) != len(second) or not first:
        raise ValueError(f"两组评级须一一对应，现在是 {len(first)} 与 {len(second)} 个。")
    categories = rating_categories([*first, *second])
    at = {category: i for i, category in enumerate(categories)}
    table = np.zeros((len(categories), len(categories)))
    for a, b in zip(first, second, strict=True):
        table[at[a], at[b]] += 1
    return kappa_from_table(table, weights=weights, confidence=confidence)


def kappa_from_table(table: ArrayLike, *, weights: str = "none", confidence: float = 0.95) -> Kappa:
    """Cohen's kappa of a square table of counts (rows: first rater).

    >>> round(kappa_from_table([[20, 5], [10, 15]]).kappa, 4)
    0.4
    """
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or (counts < 0).any() or counts.sum() == 0:
        raise ValueError("一致性列联表须是方阵，各格为不小于 0 的个数，且不全为 0。")
    size, n = counts.shape[0], counts.sum()
    p = counts / n
    row, col = p.sum(axis=1), p.sum(axis=0)
    gap = np.abs(np.subtract.outer(np.arange(size), np.arange(size))) / max(size - 1, 1)
    if weights not in ("none", "linear", "quadratic"):
        raise ValueError(f"权“{weights}”：none、linear 或 quadratic。")
    w = np.eye(size) if weights == "none" else 1 - gap ** (1 if weights == "linear" else 2)
    observed, chance = float((w * p).sum()), float((w * np.outer(row, col)).sum())
    if math.isclose(chance, 1.0):
        raise ValueError("全部评级都是同一类，偶然一致率为 1，kappa 没有定义：请选入不同类别的零件。")
    kappa = (observed - chance) / (1 - chance)
    w_row, w_col = w @ col, w.T @ row
    mixed = w_row[:, None] + w_col[None, :]
    spread = (p * (w - mixed * (1 - kappa)) ** 2).sum() - (kappa - chance * (1 - kappa)) ** 2
    null = (np.outer(row, col) * (w - mixed) ** 2).sum() - chance**2
    se, se_null = (math.sqrt(max(float(v), 0.0) / n) / (1 - chance) for v in (spread, null))
    return _kappa(kappa, se, se_null, confidence)


def fleiss_kappa(ratings: Sequence[Sequence[object]], *, confidence: float = 0.95) -> Kappa:
    """Fleiss' kappa of several ratings of each item.

    ``ratings``: [item][rating], equally many for each item, at least 2. Standard error under chance agreement: Fleiss, Nee and Landis
    (1979); the interval uses it, as R irr does.

    >>> round(fleiss_kappa(["YYY", "NNN", "YYN", "NNN"]).kappa, 4)
    0.6571
    """
    counts = _counts(ratings)[0]
    n, m = counts.shape[0], int(counts[0].sum())
    share_j = counts.sum(axis=0) / (n * m)
    chance = float((share_j**2).sum())
    if math.isclose(chance, 1.0):
        raise ValueError("全部评级都是同一类，kappa 没有定义：请选入不同类别的零件。")
    agree = float(((counts**2).sum() - n * m) / (n * m * (m - 1)))
    kappa = (agree - chance) / (1 - chance)
    q = share_j * (1 - share_j)
    inner = q.sum() ** 2 - (q * (1 - 2 * share_j)).sum()
    se = math.sqrt(2 * max(float(inner), 0.0)) / (float(q.sum()) * math.sqrt(n * m * (m - 1)))
    return _kappa(kappa, se, se, confidence)


def fleiss_kappa_by_category(
    ratings: Sequence[Sequence[object]], *, confidence: float = 0.95
) -> dict[str, Kappa]:
    """Fleiss' kappa of each category against all others together."""
    counts, categories = _counts(ratings)
    n, m = counts.shape[0], int(counts[0].sum())
    found = {}
    for j, category in enumerate(categories):
        p = counts[:, j].sum() / (n * m)
        spread = float((counts[:, j] * (m - counts[:, j])).sum())
        kappa = 1 - spread / (n * m * (m - 1) * p * (1 - p))
        se = math.sqrt(2 / (n * m * (m - 1)))
        found[str(category)] = _kappa(kappa, se, se, confidence)
    return found


def _kappa(kappa: float, se: float, se_null: float, confidence: float) -> Kappa:
    reach = float(stats.norm.isf((1 - share(confidence, "置信水平")) / 2)) * se
    z = kappa / se_null if se_null > 0 else math.nan
    return Kappa(kappa, se, se_null, z, float(stats.norm.sf(z)), (kappa - reach, min(kappa + reach, 1.0)))


def rating_categories(values: Sequence[object]) -> list[object]:
    """The categories that occur, in order; ValueError for a missing rating."""
    found = set(values)
    if any(
        value is None or value == "" or (isinstance(value, float) and math.isnan(value)) for value in found
    ):
        raise ValueError("有缺失的评级：请补上或去掉该零件后再算。")
    try:
        return sorted(found)  # type: ignore[type-var]
    except TypeError:
        return sorted(found, key=str)


def _counts(ratings: Sequence[Sequence[object]]) -> tuple[Floats, list[object]]:
    sizes = {len(row) for row in ratings}
    if len(sizes) != 1 or min(sizes) < 2:
        raise ValueError("每个零件的评级次数须相同，且不少于 2 次。")
    categories = rating_categories([value for row in ratings for value in row])
    at = {category: i for i, category in enumerate(categories)}
    counts = np.zeros((len(ratings), len(categories)))
    for i, row in enumerate(ratings):
        for value in row:
            counts[i, at[value]] += 1
    return counts, categories


@dataclass(frozen=True, slots=True)
class Kendall:
    """Kendall's coefficient of concordance W (0 to 1), corrected for ties, with the chi-square test of no concordance."""

    w: float
    chi_square: float
    df: int
    p: float


def kendall_w(ratings: Sequence[Sequence[float]]) -> Kendall:
    """Kendall's W of several ordinal ratings of each item.

    ``ratings``: [item][rater], numbers whose order means something.

    >>> round(kendall_w([[1, 1, 2], [2, 2, 1], [3, 3, 3]]).w, 4)
    0.7778
    """
    data = np.asarray(ratings, dtype=np.float64)
    if data.ndim != 2 or data.shape[0] < 3 or data.shape[1] < 2 or not np.isfinite(data).all():
        raise ValueError("Kendall 系数须有不少于 3 个零件、2 位评价者，评级是有次序的数且不缺失。")
    n, m = data.shape
    ranks = stats.rankdata(data, axis=0)
    spread = float(((ranks.sum(axis=1) - m * (n + 1) / 2) ** 2).sum())
    ties = sum(float((c**3 - c).sum()) for c in (np.unique(col, return_counts=True)[1] for col in data.T))
    below = m**2 * (n**3 - n) - m * ties
    if below == 0:
        raise ValueError("每位评价者的评级全都相同，Kendall 系数没有定义。")
    w = 12 * spread / below
    chi = m * (n - 1) * w
    return Kendall(w, chi, n - 1, float(stats.chi2.sf(chi, n - 1)))


def kendall_tau(first: Sequence[float], second: Sequence[float]) -> tuple[float, float]:
    """Kendall's tau-b of two series of ordinal ratings and its p-value.

    >>> round(kendall_tau([1, 2, 3, 4], [1, 2, 4, 3])[0], 4)
    0.6667
    """
    found = stats.kendalltau(first, second)
    return float(found.statistic), float(found.pvalue)
