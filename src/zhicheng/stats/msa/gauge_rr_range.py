"""Gauge R&R by average and range (AIAG MSA, 4th edition, chapter III section B; no interaction)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from zhicheng.stats.msa.gauge import Components, components, study
from zhicheng.stats.readings import Floats

K1 = {2: 0.8862, 3: 0.5908}
K2 = {2: 0.7071, 3: 0.5231}
K3 = {2: 0.7071, 3: 0.5231, 4: 0.4467, 5: 0.4030, 6: 0.3742, 7: 0.3534, 8: 0.3375, 9: 0.3249, 10: 0.3146}
D4 = {2: 3.27, 3: 2.58}
"""As the AIAG form prints them; outside them the constants are computed."""


@dataclass(frozen=True, slots=True)
class RangeStudy:
    """Result of the average and range method, arrays with one value for each study.

    ``r_bar_by_operator``, ``x_bar_by_operator`` (last axis: operators); ``r_bar_bar``: mean range; ``x_bar_diff``: range of operator
    means; ``r_part``: range of part means; ``ucl_r``: upper limit of the ranges; ``k1``, ``k2``, ``k3``: the constants used;
    ``components``: the breakdown, of which the form's own names below are views.
    """

    r_bar_by_operator: Floats
    x_bar_by_operator: Floats
    r_bar_bar: Floats
    x_bar_diff: Floats
    r_part: Floats
    ucl_r: Floats
    k1: float
    k2: float
    k3: float
    components: Components

    @property
    def ev(self) -> Floats:
        """Equipment variation (repeatability), as a standard deviation."""
        return self.components.repeatability.sd

    @property
    def av(self) -> Floats:
        """Appraiser variation (reproducibility), as a standard deviation."""
        return self.components.operator.sd

    @property
    def grr(self) -> Floats:
        """Gauge repeatability and reproducibility, as a standard deviation."""
        return self.components.grr.sd

    @property
    def pv(self) -> Floats:
        """Part variation, as a standard deviation."""
        return self.components.part.sd

    @property
    def tv(self) -> Floats:
        """Total variation, as a standard deviation."""
        return self.components.total.sd

    @property
    def pct_ev(self) -> Floats:
        """EV in per cent of TV."""
        return self.components.repeatability.pct_study_variation

    @property
    def pct_av(self) -> Floats:
        """AV in per cent of TV."""
        return self.components.operator.pct_study_variation

    @property
    def pct_grr(self) -> Floats:
        """GRR in per cent of TV."""
        return self.components.grr.pct_study_variation

    @property
    def pct_pv(self) -> Floats:
        """PV in per cent of TV."""
        return self.components.part.pct_study_variation

    @property
    def ndc_raw(self) -> Floats:
        """1.41·PV/GRR."""
        return self.components.ndc_raw

    @property
    def ndc(self) -> Floats:
        """Number of distinct categories."""
        return self.components.ndc


def gauge_rr_range(
    data: ArrayLike,
    *,
    k1: float | None = None,
    k2: float | None = None,
    k3: float | None = None,
    k_study: float = 6.0,
    tolerance: float | None = None,
    process_sd: float | None = None,
) -> RangeStudy:
    """Gauge R&R of crossed studies by average and range.

    ``data``: [operator][part][trial], leading dimensions for many studies at once. ``k1``, ``k2``, ``k3``: the constants 1/d2*; None
    takes those of the AIAG form (2 or 3 trials and operators, 2 to 10 parts), computed ones outside it.
    Errors: ValueError with fewer than 2 operators, parts or trials, or values that are not finite.

    >>> found = gauge_rr_range([[[1.0, 1.2], [2.0, 2.2]], [[1.1, 1.3], [2.2, 2.0]]])
    >>> round(float(found.ev), 5)
    0.17724
    """
    values = study(data)
    operators, parts, trials = values.shape[-3:]
    k1 = k1 or K1.get(trials) or 1 / _range_moments(trials)[0]
    k2 = k2 or K2.get(operators) or _single_range_constant(operators)
    k3 = k3 or K3.get(parts) or _single_range_constant(parts)
    ranges = np.ptp(values, axis=-1)
    by_operator, means = ranges.mean(axis=-1), values.mean(axis=(-1, -2))
    r_bar, x_diff = by_operator.mean(axis=-1), np.ptp(means, axis=-1)
    r_part = np.ptp(values.mean(axis=(-1, -3)), axis=-1)
    ev = r_bar * k1
    av = np.sqrt(np.maximum((x_diff * k2) ** 2 - ev**2 / (parts * trials), 0.0))
    found = components(
        ev**2,
        av**2,
        np.zeros_like(ev),
        (r_part * k3) ** 2,
        k_study=k_study,
        tolerance=tolerance,
        process_sd=process_sd,
    )
    ucl_r = r_bar * (D4.get(trials) or _d4(trials))
    return RangeStudy(by_operator, means, r_bar, x_diff, r_part, ucl_r, k1, k2, k3, found)


@cache
def _range_moments(n: int) -> tuple[float, float]:
    """d2 and d3: mean and standard deviation of the range of n standard normal values, by quadrature of its density."""
    nodes, weights = np.polynomial.legendre.leggauss(160)
    x, w = 9 * nodes, 7 * (nodes + 1)
    low, high = x[None, :], x[None, :] + w[:, None]
    between = special.ndtr(high) - special.ndtr(low)
    inner = np.exp(-(low**2 + high**2) / 2) / (2 * math.pi) * between ** (n - 2)
    density = n * (n - 1) * (inner @ (9 * weights)) * 7 * weights
    mean, square = float(density @ w), float(density @ w**2)
    return mean, math.sqrt(square - mean**2)


def _single_range_constant(n: int) -> float:
    """1/d2* for one range of n values: d2* = √(d2² + d3²)."""
    return 1 / math.hypot(*_range_moments(n))


def _d4(n: int) -> float:
    d2, d3 = _range_moments(n)
    return 1 + 3 * d3 / d2
