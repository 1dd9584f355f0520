"""Bias, linearity and stability of a measurement system (AIAG MSA, 4th edition, chapter III section B)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from zhicheng.stats.readings import Floats, array, positive, sample, share


@dataclass(frozen=True, slots=True)
class BiasStudy:
    """Bias of repeated measurements of one part against its reference value: t-test of bias 0 and confidence interval of the bias."""

    reference: float
    n: int
    mean: float
    bias: float
    sd: float
    t: float
    df: int
    p: float
    interval: tuple[float, float]
    pct_bias: float


@dataclass(frozen=True, slots=True)
class Regression:
    """Intercept and slope of bias on reference, with standard errors, t, p and the coefficient of determination."""

    intercept: float
    slope: float
    intercept_se: float
    slope_se: float
    intercept_t: float
    slope_t: float
    intercept_p: float
    slope_p: float
    s: float
    r_squared: float
    df: int


@dataclass(frozen=True, slots=True)
class LinearityStudy:
    """Result of a linearity study: the bias of each reference, the regression of all biases, ``linearity`` = |slope|·process variation
    and ``pct_linearity`` = 100·|slope|, the average bias and the p-value of "the bias is 0 at the mean reference"."""

    parts: tuple[BiasStudy, ...]
    regression: Regression
    average_bias: float
    average_bias_p: float
    linearity: float
    pct_linearity: float
    pct_average_bias: float


@dataclass(frozen=True, slots=True)
class StabilityStudy:
    """Readings of a master part over time: X̄ limits from the variation within periods, periods beyond them (counted from 1), one-way
    analysis of variance between periods, slope of the means over the periods with its p-value."""

    means: Floats
    centre: float
    lower: float
    upper: float
    beyond: tuple[int, ...]
    f: float
    p_between: float
    slope: float
    slope_p: float
    bias: float


def bias_study(
    values: ArrayLike, reference: float, *, process_variation: float | None = None, confidence: float = 0.95
) -> BiasStudy:
    """Bias of repeated measurements of one part.

    ``pct_bias``: |bias| in per cent of ``process_variation`` (6σ of the process, or its tolerance; NaN when not given). The
    repeatability is s of the values themselves.

    >>> found = bias_study([5.8, 5.7, 5.9, 5.9, 6.0, 6.1, 6.0, 6.1, 6.4, 6.3, 6.0, 6.1, 6.2, 5.6, 6.0], 6.0)
    >>> round(found.bias, 4), round(found.t, 4)
    (0.0067, 0.1218)
    """
    data = sample(values, "测量值", 2, varied=True)
    if not math.isfinite(reference):
        raise ValueError("参考值须是有限的数。")
    alpha = 1 - share(confidence, "置信水平")
    n, mean, sd = data.size, float(data.mean()), float(data.std(ddof=1))
    bias, error = mean - reference, sd / math.sqrt(n)
    reach = float(stats.t.isf(alpha / 2, n - 1)) * error
    whole = math.nan if process_variation is None else positive(process_variation, "过程变差")
    p = float(2 * stats.t.sf(abs(bias / error), n - 1))
    return BiasStudy(
        reference,
        n,
        mean,
        bias,
        sd,
        bias / error,
        n - 1,
        p,
        (bias - reach, bias + reach),
        100 * abs(bias) / whole,
    )


def linearity_study(
    references: ArrayLike,
    values: ArrayLike,
    *,
    process_variation: float | None = None,
    confidence: float = 0.95,
) -> LinearityStudy:
    """Linearity: how the bias changes over the range of the gauge.

    ``references``, ``values``: the reference and the measured value of each reading; readings of one part share a reference. At least
    2 references with 2 readings each.

    >>> found = linearity_study([2, 2, 4, 4, 6, 6], [2.1, 2.2, 4.0, 4.1, 5.9, 5.8])
    >>> round(found.regression.slope, 4)
    -0.075
    """
    x, y = sample(references, "参考值", 4, varied=True), sample(values, "测量值", 4)
    if x.size != y.size:
        raise ValueError(f"参考值 {x.size} 个、测量值 {y.size} 个：须一一对应。")
    levels = np.unique(x)
    groups = [y[x == level] for level in levels]
    if min(group.size for group in groups) < 2:
        raise ValueError("每个参考值至少须有 2 次测量，才能知道重复性。")
    fit = _regress(x, y - x)
    parts = tuple(
        bias_study(group, float(level), process_variation=process_variation, confidence=confidence)
        for level, group in zip(levels, groups, strict=True)
    )
    average = float((y - x).mean())
    t = average / (fit.s / math.sqrt(x.size)) if fit.s else math.inf
    whole = math.nan if process_variation is None else positive(process_variation, "过程变差")
    return LinearityStudy(
        parts,
        fit,
        average,
        float(2 * stats.t.sf(abs(t), fit.df)),
        abs(fit.slope) * whole,
        100 * abs(fit.slope),
        100 * abs(average) / whole,
    )


def _regress(x: Floats, y: Floats) -> Regression:
    n, centre = x.size, x.mean()
    sxx = float(((x - centre) ** 2).sum())
    slope = float(((x - centre) * y).sum()) / sxx
    intercept = float(y.mean() - slope * centre)
    rest = float(((y - intercept - slope * x) ** 2).sum())
    s, whole = math.sqrt(rest / (n - 2)), float(((y - y.mean()) ** 2).sum())
    slope_se, intercept_se = s / math.sqrt(sxx), s * math.sqrt(1 / n + centre**2 / sxx)
    t = [
        value / error if error else math.inf
        for value, error in ((intercept, intercept_se), (slope, slope_se))
    ]
    p = [float(2 * stats.t.sf(abs(value), n - 2)) for value in t]
    explained = 1 - rest / whole if whole else math.nan
    return Regression(intercept, slope, intercept_se, slope_se, t[0], t[1], p[0], p[1], s, explained, n - 2)


def stability_study(readings: ArrayLike, reference: float = math.nan) -> StabilityStudy:
    """Stability of a gauge on a master part measured several times in each of several periods.

    ``readings``: [period][trial], at least 3 periods of 2. X̄ limits: mean ± 3·s̄/(c4·√n). Control charts over time with their rules:
    the module of control charts; this is the summary of the study.

    >>> stability_study([[5.0, 5.1], [5.1, 5.0], [5.0, 5.2]]).beyond
    ()
    """
    data = array(readings, "读数")
    if data.ndim != 2 or data.shape[0] < 3 or data.shape[1] < 2:
        raise ValueError("稳定性研究须有不少于 3 个时段，每个时段不少于 2 次读数（[时段][次数]）。")
    n, periods = data.shape[1], data.shape[0]
    means, spread = data.mean(axis=1), data.std(axis=1, ddof=1).mean()
    if spread == 0:
        raise ValueError("每个时段内的读数全都相同，没有重复性可算：请检查分辨力。")
    c4 = math.sqrt(2 / (n - 1)) * math.exp(special.gammaln(n / 2) - special.gammaln((n - 1) / 2))
    centre, reach = float(means.mean()), 3 * float(spread) / (c4 * math.sqrt(n))
    beyond = tuple(int(at) + 1 for at in np.flatnonzero(np.abs(means - centre) > reach))
    f, p = stats.f_oneway(*data)
    fit = stats.linregress(np.arange(1, periods + 1), means)
    return StabilityStudy(
        means,
        centre,
        centre - reach,
        centre + reach,
        beyond,
        float(f),
        float(p),
        float(fit.slope),
        float(fit.pvalue),
        centre - reference,
    )
