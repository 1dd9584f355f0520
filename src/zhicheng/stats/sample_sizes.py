"""How many are needed: sample sizes for estimating and testing means and proportions.

Source: NIST handbook 7.2.2.2 and 7.2.4.2; Fleiss, Levin and Paik (2003). Compared with R power.t.test and power.prop.test.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy import stats

from zhicheng.stats.hypothesis_test import tail_alpha
from zhicheng.stats.readings import count, positive, share


def mean_sample_size(sigma: float, margin: float, confidence: float = 0.95) -> int:
    """How many values estimate a mean to ± ``margin`` when the standard deviation is known to be ``sigma``.

    >>> mean_sample_size(2.0, 0.5)
    62
    """
    z = float(stats.norm.isf((1 - share(confidence, "置信水平")) / 2))
    return math.ceil((z * positive(sigma, "标准差 σ") / positive(margin, "允许误差")) ** 2)


def proportion_sample_size(
    p: float, margin: float, confidence: float = 0.95, *, population: int | None = None
) -> int:
    """How many items estimate a proportion near ``p`` to ± ``margin`` (normal approximation; finite ``population`` corrected).

    >>> proportion_sample_size(0.5, 0.05), proportion_sample_size(0.5, 0.05, population=1000)
    (385, 278)
    """
    z = float(stats.norm.isf((1 - share(confidence, "置信水平")) / 2))
    p, margin = share(p, "比率 p"), share(margin, "允许误差")
    n = z**2 * p * (1 - p) / margin**2
    if population is not None:
        size = count(population, "总体大小", 1)
        n = n / (1 + (n - 1) / size)
    return math.ceil(n)


def zero_failure_sample_size(reliability: float, confidence: float = 0.95) -> int:
    """How many items must all conform to show that at least a share ``reliability`` conforms (success run).

    >>> zero_failure_sample_size(0.95), zero_failure_sample_size(0.90, 0.90)
    (59, 22)
    """
    reliability, confidence = share(reliability, "合格率"), share(confidence, "置信水平")
    return math.ceil(round(math.log(1 - confidence) / math.log(reliability), 9))


def t_test_power(
    n: int,
    difference: float,
    sigma: float,
    *,
    samples: int = 2,
    alternative: str = "two-sided",
    confidence: float = 0.95,
) -> float:
    """Power of a t-test with ``n`` values in each of ``samples`` (1 or paired, or 2) to find a difference of means.

    >>> round(t_test_power(20, 1.0, 1.0), 5)
    0.86895
    """
    if samples not in (1, 2):
        raise ValueError("样本组数须为 1（单样本或成对）或 2。")
    n = count(n, "样本量 n", 2)
    df = samples * (n - 1)
    shift = abs(difference) / positive(sigma, "标准差 σ") * math.sqrt(n / samples)
    cut = float(stats.t.isf(tail_alpha(confidence, alternative), df))
    power = float(stats.nct.sf(cut, df, shift))
    return power + float(stats.nct.cdf(-cut, df, shift)) if alternative == "two-sided" else power


def t_test_sample_size(
    difference: float,
    sigma: float,
    power: float = 0.9,
    *,
    samples: int = 2,
    alternative: str = "two-sided",
    confidence: float = 0.95,
) -> int:
    """Smallest size of each sample with which a t-test has the power to find a difference of means.

    >>> t_test_sample_size(1.0, 1.0, 0.90)
    23
    """
    power = share(power, "检验功效")
    if difference == 0:
        raise ValueError("要检出的差异须不等于 0。")
    return _smallest(
        lambda n: (
            t_test_power(
                n, difference, sigma, samples=samples, alternative=alternative, confidence=confidence
            )
            >= power
        )
    )


def two_proportions_sample_size(
    p1: float, p2: float, power: float = 0.9, *, alternative: str = "two-sided", confidence: float = 0.95
) -> int:
    """Size of each sample to find the difference of two proportions (normal approximation, no continuity correction).

    >>> two_proportions_sample_size(0.05, 0.10, 0.90)
    582
    """
    p1, p2, power = share(p1, "比率 p1"), share(p2, "比率 p2"), share(power, "检验功效")
    if p1 == p2:
        raise ValueError("两个比率相同，没有要检出的差异。")
    z, z_power = float(stats.norm.isf(tail_alpha(confidence, alternative))), float(stats.norm.ppf(power))
    middle = (p1 + p2) / 2
    null = z * math.sqrt(2 * middle * (1 - middle))
    real = z_power * math.sqrt(p1 * (1 - p1) + p2 * (1 - p2))
    return math.ceil(((null + real) / (p1 - p2)) ** 2)


def _smallest(enough: Callable[[int], bool], low: int = 2, most: int = 10_000_000) -> int:
    """The smallest whole number from ``low`` that is enough."""
    high = low
    while not enough(high):
        low, high = high, high * 2
        if high > most:
            raise ValueError(f"须多于 {most} 个：差异相对于变差太小，请重新考虑。")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
