"""Gauge R&R by analysis of variance: crossed and nested studies, all effects random (AIAG MSA, 4th edition, appendix A)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from zhicheng.stats.msa.gauge import Components, components, study
from zhicheng.stats.readings import Floats, share

POOLING_P = 0.25
"""Above this p-value the interaction is pooled with repeatability (AIAG; JASP and older Minitab use 0.05)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an analysis of variance: sum of squares, degrees of freedom, mean square, F and its p-value (NaN where none)."""

    ss: Floats
    df: float
    ms: Floats
    f: Floats
    p: Floats


@dataclass(frozen=True, slots=True)
class CrossedStudy:
    """Result of a crossed study, arrays with one value for each study.

    ``part``, ``operator``, ``interaction``, ``repeatability``: the two-way table with interaction; part and operator are tested
    against the interaction. ``pooled``: whether the interaction was pooled; ``pooled_error``, ``part_pooled``, ``operator_pooled``:
    the table without it. ``components``: variance components of the table that counts.
    """

    part: Line
    operator: Line
    interaction: Line
    repeatability: Line
    pooled: np.ndarray
    pooled_error: Line
    part_pooled: Line
    operator_pooled: Line
    components: Components


@dataclass(frozen=True, slots=True)
class NestedStudy:
    """Result of a nested study: operator is tested against part(operator), that against repeatability."""

    operator: Line
    part_in_operator: Line
    repeatability: Line
    components: Components


@dataclass(frozen=True, slots=True)
class VarianceIntervals:
    """Two-sided confidence intervals (low, high) of variance components; arrays with one value for each study."""

    confidence: float
    repeatability: tuple[Floats, Floats]
    grr: tuple[Floats, Floats]
    part: tuple[Floats, Floats]


def gauge_rr_anova(
    data: ArrayLike,
    *,
    pooling_p: float | None = POOLING_P,
    k_study: float = 6.0,
    tolerance: float | None = None,
    process_sd: float | None = None,
) -> CrossedStudy:
    """Gauge R&R of crossed studies by analysis of variance.

    ``data``: [operator][part][trial], leading dimensions for many studies at once. ``pooling_p``: the interaction is pooled with
    repeatability when its p-value exceeds this; None never pools. ``k_study``, ``tolerance``, ``process_sd``: see ``components``.
    Errors: ValueError with fewer than 2 operators, parts or trials, or values that are not finite.

    >>> found = gauge_rr_anova([[[1.0, 1.2], [2.0, 2.2]], [[1.1, 1.3], [2.2, 2.0]]])
    >>> bool(found.pooled), round(float(found.components.repeatability.variance), 5)
    (True, 0.017)
    """
    y = study(data)
    if pooling_p is not None:
        share(pooling_p, "合并交互作用的 p 值界限")
    o, p, r = y.shape[-3:]
    cell, operator, part = y.mean(axis=-1), y.mean(axis=(-1, -2)), y.mean(axis=(-1, -3))
    grand = y.mean(axis=(-1, -2, -3))
    ss_o = p * r * ((operator - grand[..., None]) ** 2).sum(axis=-1)
    ss_p = o * r * ((part - grand[..., None]) ** 2).sum(axis=-1)
    effect = cell - operator[..., :, None] - part[..., None, :] + grand[..., None, None]
    ss_i = r * (effect**2).sum(axis=(-1, -2))
    ss_e = ((y - cell[..., None]) ** 2).sum(axis=(-1, -2, -3))
    df_o, df_p, df_i, df_e = o - 1, p - 1, (o - 1) * (p - 1), o * p * (r - 1)
    error = _line(ss_e, df_e)
    interaction = _line(ss_i, df_i, error)
    pooled = interaction.p > pooling_p if pooling_p is not None else np.zeros(ss_i.shape, dtype=bool)
    both = _line(ss_i + ss_e, df_i + df_e)
    lines = (_line(ss_p, df_p, interaction), _line(ss_o, df_o, interaction))
    pooled_lines = (_line(ss_p, df_p, both), _line(ss_o, df_o, both))
    below = np.where(pooled, both.ms, interaction.ms)
    found = components(
        np.where(pooled, both.ms, error.ms),
        (lines[1].ms - below) / (p * r),
        np.where(pooled, 0.0, (interaction.ms - error.ms) / r),
        (lines[0].ms - below) / (o * r),
        k_study=k_study,
        tolerance=tolerance,
        process_sd=process_sd,
    )
    return CrossedStudy(*lines, interaction, error, np.asarray(pooled), both, *pooled_lines, found)


def gauge_rr_nested(
    data: ArrayLike,
    *,
    k_study: float = 6.0,
    tolerance: float | None = None,
    process_sd: float | None = None,
) -> NestedStudy:
    """Gauge R&R of nested studies (destructive tests): each operator has parts of his own.

    ``data``: [operator][part of that operator][trial], leading dimensions for many studies at once.

    >>> found = gauge_rr_nested([[[1.0, 1.2], [2.0, 2.2]], [[1.1, 1.3], [2.2, 2.0]]])
    >>> round(float(found.repeatability.ms), 5)
    0.02
    """
    y = study(data)
    o, p, r = y.shape[-3:]
    cell, operator = y.mean(axis=-1), y.mean(axis=(-1, -2))
    grand = y.mean(axis=(-1, -2, -3))
    ss_o = p * r * ((operator - grand[..., None]) ** 2).sum(axis=-1)
    ss_p = r * ((cell - operator[..., None]) ** 2).sum(axis=(-1, -2))
    error = _line(((y - cell[..., None]) ** 2).sum(axis=(-1, -2, -3)), o * p * (r - 1))
    part = _line(ss_p, o * (p - 1), error)
    operators = _line(ss_o, o - 1, part)
    found = components(
        error.ms,
        (operators.ms - part.ms) / (p * r),
        np.zeros_like(ss_o),
        (part.ms - error.ms) / r,
        k_study=k_study,
        tolerance=tolerance,
        process_sd=process_sd,
    )
    return NestedStudy(operators, part, error, found)


def _line(ss: Floats, df: int, against: Line | None = None) -> Line:
    ms = np.asarray(ss / df)
    if against is None:
        nothing = np.full_like(ms, np.nan)
        return Line(ss, df, ms, nothing, nothing)
    with np.errstate(divide="ignore", invalid="ignore"):
        f = ms / against.ms
    return Line(ss, df, ms, f, np.asarray(stats.f.sf(f, df, against.df)))


def variance_intervals(found: CrossedStudy, confidence: float = 0.95) -> VarianceIntervals:
    """Confidence intervals of repeatability, GRR and part variance of a crossed study, each two-sided at ``confidence``.

    Repeatability: chi-square, exact. GRR, a sum of mean squares: modified large sample (Graybill and Wang 1980). Part, a difference:
    the same for differences (Ting et al. 1990). Source: Burdick, Borror and Montgomery, Design and Analysis of Gauge R&R Studies (2005).

    >>> study = gauge_rr_anova([[[1.0, 1.2], [2.0, 2.2]], [[1.1, 1.3], [2.2, 2.0]]])
    >>> low, high = variance_intervals(study).repeatability
    >>> bool(low < study.components.repeatability.variance < high)
    True
    """
    alpha = 1 - share(confidence, "置信水平")
    o, p = found.operator.df + 1, found.part.df + 1
    r = found.repeatability.df / (o * p) + 1
    pooled = found.pooled
    error_ms = np.where(pooled, found.pooled_error.ms, found.repeatability.ms)
    error_df = np.where(pooled, found.pooled_error.df, found.repeatability.df)
    below_ms = np.where(pooled, found.pooled_error.ms, found.interaction.ms)
    below_df = np.where(pooled, found.pooled_error.df, found.interaction.df)
    repeatability = (
        error_df * error_ms / stats.chi2.isf(alpha / 2, error_df),
        error_df * error_ms / stats.chi2.ppf(alpha / 2, error_df),
    )
    last = np.where(pooled, p * r - 1, p * (r - 1))
    terms = [
        (found.operator.ms / (p * r), np.full_like(error_ms, found.operator.df)),
        (np.where(pooled, 0.0, (p - 1) * found.interaction.ms / (p * r)), below_df),
        (last * error_ms / (p * r), error_df),
    ]
    grr = _sum_interval(terms, alpha)
    part = _difference_interval(found.part.ms / (o * r), found.part.df, below_ms / (o * r), below_df, alpha)
    return VarianceIntervals(confidence, repeatability, grr, part)


def _sum_interval(terms: list[tuple[Floats, Floats]], alpha: float) -> tuple[Floats, Floats]:
    """Graybill–Wang interval of a sum of independent mean squares with positive weights."""
    total = sum((value for value, _df in terms), start=np.zeros_like(terms[0][0]))
    down = sum((((1 - df / stats.chi2.isf(alpha / 2, df)) * value) ** 2 for value, df in terms), start=0.0)
    up = sum(((df / stats.chi2.ppf(alpha / 2, df) - 1) * value) ** 2 for value, df in terms)
    return np.maximum(total - np.sqrt(down), 0.0), total + np.sqrt(up)


def _difference_interval(
    first: Floats, df_1: float, second: Floats, df_2: Floats, alpha: float
) -> tuple[Floats, Floats]:
    """Ting's interval of a difference of two independent weighted mean squares; a negative bound is 0."""
    g_1 = 1 - df_1 / stats.chi2.isf(alpha / 2, df_1)
    h_1 = df_1 / stats.chi2.ppf(alpha / 2, df_1) - 1
    g_2 = 1 - df_2 / stats.chi2.isf(alpha / 2, df_2)
    h_2 = df_2 / stats.chi2.ppf(alpha / 2, df_2) - 1
    high, low = stats.f.isf(alpha / 2, df_1, df_2), stats.f.ppf(alpha / 2, df_1, df_2)
    g_12 = ((high - 1) ** 2 - (g_1 * high) ** 2 - h_2**2) / high
    h_12 = ((1 - low) ** 2 - (h_1 * low) ** 2 - g_2**2) / low
    down = (g_1 * first) ** 2 + (h_2 * second) ** 2 + g_12 * first * second
    up = (h_1 * first) ** 2 + (g_2 * second) ** 2 + h_12 * first * second
    middle = first - second
    return (
        np.maximum(middle - np.sqrt(np.maximum(down, 0.0)), 0.0),
        np.maximum(middle + np.sqrt(np.maximum(up, 0.0)), 0.0),
    )
