"""Confidence intervals of capability indices.

Source: Bissell (1990), Applied Statistics 39 (Cpk); Kane (1986), J. Quality Technology 18 (Cp, χ²); Boyles (1991), J. Quality
Technology 23 (Cpm, χ² with equivalent degrees of freedom).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from zhicheng.stats.observations import FloatArray


@dataclass(frozen=True, slots=True)
class Index:
    """An index with its confidence limits, shape (characteristics…)."""

    value: FloatArray
    lower: FloatArray
    upper: FloatArray


def bissell(value: FloatArray, z: float, freedom: float, n: int, nsigma: float = 3.0) -> Index:
    """Bissell's normal approximation: value·(1 ± z·√(1/(nsigma²·n·value²) + 1/(2ν)))."""
    half = z * np.sqrt(1 / (nsigma**2 * n) + value * value / (2 * freedom))
    return Index(value, np.asarray(value - half), np.asarray(value + half))


def chi_square(value: FloatArray, freedom: float | FloatArray, confidence: float) -> Index:
    """The interval value·√(χ²(ν)/ν) of an index that is a constant over a standard deviation."""
    tail = (1 - confidence) / 2
    low, high = (chi_ratio(np.asarray(freedom, dtype=np.float64), q) for q in (tail, 1 - tail))
    return Index(value, np.asarray(value * low), np.asarray(value * high))


def chi_ratio(freedom: FloatArray, below: float) -> FloatArray:
    """√(χ²(ν)/ν) at the quantile ``below``, for many degrees of freedom at once.

    It is a smooth function of 1/√ν: beyond some dozens of values a Chebyshev polynomial through exact values is as good to
    the last digits and twenty times faster than inverting the incomplete gamma function for each.
    """
    if freedom.size <= 2 * _NODES or freedom.min() < _SMOOTH:
        return np.asarray(np.sqrt(2 * special.gammaincinv(freedom / 2, below) / freedom))
    ends = freedom.max() ** -0.5, freedom.min() ** -0.5
    width = max(ends[1] - ends[0], 1e-9 * ends[1])
    polynomial = np.polynomial.Chebyshev.interpolate(
        lambda t: np.sqrt(2 * special.gammaincinv(0.5 / t**2, below)) * t,
        _NODES - 1,
        domain=[ends[0], ends[0] + width],
    )
    return np.asarray(polynomial(freedom**-0.5))


_NODES = 24
_SMOOTH = 5.0
"""Below this many degrees of freedom the polynomial would need more nodes."""
