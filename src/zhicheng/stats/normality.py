"""Does a distribution fit? Anderson–Darling, with honest p-values where parameters were estimated from the same data.

Source: Stephens, in D'Agostino and Stephens (1986), Goodness-of-Fit Techniques, chapter 4 (normal, both parameters estimated:
table 4.7 and the p-value formulas of table 4.9); GB/T 4882 names the question, not this test (未核对原文). Other distributions:
parametric bootstrap, which needs no table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from zhicheng.stats.distributions import Fitted
from zhicheng.stats.families import FAMILIES
from zhicheng.stats.observations import FloatArray, Unusable, sample

LEAST = 8
"""With fewer values the p-value formula does not hold."""


@dataclass(frozen=True, slots=True)
class AndersonDarling:
    """``statistic`` A²; ``modified`` A²(1 + 0.75/n + 2.25/n²), the one that the p-value is read from; ``n`` values."""

    statistic: FloatArray
    modified: FloatArray
    p_value: FloatArray
    n: int


def anderson_darling(data: Any) -> AndersonDarling:
    """Anderson–Darling test of the normal distribution with mean and standard deviation (n − 1) from the data.

    Data (…, values), at least 8, not all equal. p-values below about 1e-4 are only known to be small.
    Errors: Unusable, as ``sample``. Example: for 1, 2, …, 10 A² is 0.1411 and p 0.957.
    """
    x = sample(data, least=LEAST)
    z = np.sort(x, axis=-1)
    z = (z - z.mean(axis=-1, keepdims=True)) / z.std(axis=-1, ddof=1, keepdims=True)
    statistic = _squared(special.log_ndtr(z), special.log_ndtr(-z))
    n = x.shape[-1]
    modified = np.asarray(statistic * (1 + 0.75 / n + 2.25 / n**2))
    return AndersonDarling(statistic, modified, _normal_p(modified), n)


def _squared(log_below: FloatArray, log_above: FloatArray) -> FloatArray:
    """A² from the logarithms of cdf and survival at the sorted values."""
    n = log_below.shape[-1]
    weight = 2 * np.arange(1, n + 1) - 1
    return np.asarray(-n - ((log_below + log_above[..., ::-1]) * weight).sum(axis=-1) / n)


def _normal_p(a: FloatArray) -> FloatArray:
    """The four pieces of Stephens' table 4.9."""
    low = 1 - np.exp(-13.436 + 101.14 * a - 223.73 * a**2)
    second = 1 - np.exp(-8.318 + 42.796 * a - 59.938 * a**2)
    third = np.exp(0.9177 - 4.279 * a - 1.38 * a**2)
    capped = np.minimum(a, 153.0)  # the last parabola turns upward beyond
    last = np.exp(1.2937 - 5.709 * capped + 0.0186 * capped**2)
    return np.asarray(np.select([a < 0.2, a < 0.34, a < 0.6], [low, second, third], last))


@dataclass(frozen=True, slots=True)
class GoodnessOfFit:
    """Anderson–Darling of a fitted distribution: A² and the share of samples of that very distribution that fit worse."""

    statistic: float
    p_value: float
    replicates: int


def goodness_of_fit(fitted: Fitted, data: Any, *, replicates: int = 499, seed: int = 1) -> GoodnessOfFit:
    """Anderson–Darling of one characteristic under a fitted distribution, p-value by parametric bootstrap.

    Each replicate is drawn from the fitted distribution, fitted anew and compared; p = (1 + how many are worse)/(1 + replicates).
    Deterministic for a seed. Errors: Unusable for many characteristics, or a distribution with a threshold.
    Example: a p-value of 0.002 with 499 replicates means that no replicate fitted as badly.
    """
    x = sample(data, least=LEAST)
    if x.ndim > 1:
        raise Unusable("拟合优度检验一次只做一个特性：请逐个调用。")
    if "threshold" in fitted.parameters:
        raise Unusable("三参数分布没有可靠的拟合优度检验：请看概率图，或改用两参数分布。")
    family = FAMILIES[fitted.distribution]

    def squared(values: FloatArray, parameters: dict[str, FloatArray]) -> FloatArray:
        s = np.sort(values, axis=-1)
        tiny = np.finfo(np.float64).tiny
        below, above = family.cdf(s, parameters), family.sf(s, parameters)
        return _squared(np.log(np.maximum(below, tiny)), np.log(np.maximum(above, tiny)))

    statistic = float(squared(x, dict(fitted.parameters)))
    uniform = np.random.default_rng(seed).random((replicates, x.size))
    drawn = family.ppf(np.clip(uniform, 1e-15, 1 - 1e-15), fitted.parameters)
    worse = int(np.count_nonzero(squared(drawn, family.fit(drawn)) >= statistic))
    return GoodnessOfFit(statistic, (1 + worse) / (1 + replicates), replicates)
