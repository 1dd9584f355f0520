"""Run chart: values in order of time about their median, with tests for what is not random.

Source: Wald and Wolfowitz (runs about the median); NIST handbook 1.3.5.13; expected runs up and down: Levene and Wolfowitz.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from zhicheng.stats.readings import sample


@dataclass(frozen=True, slots=True)
class RunChart:
    """Median; number of runs about it and expected number; longest run; p-values (one-sided, normal approximation) of too few runs
    (clustering), too many (mixtures), and from runs up and down too few (trends), too many (oscillation)."""

    n: int
    median: float
    runs_about: int
    expected_about: float
    longest_about: int
    p_clustering: float
    p_mixture: float
    runs_up_down: int
    expected_up_down: float
    longest_up_down: int
    p_trend: float
    p_oscillation: float


def run_chart(values: ArrayLike) -> RunChart:
    """The run chart of values in order of time; values on the median count as below it, equal neighbours continue a run.

    Errors: ValueError for fewer than 10 or constant values.

    >>> found = run_chart([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    >>> found.runs_about, found.p_trend < 0.001
    (2, True)
    """
    data = sample(values, "数据", 10, varied=True)
    n, middle = data.size, float(np.median(data))
    above = data > middle
    m = int(above.sum())
    about, longest = _runs(above.tolist())
    expected = 1 + 2 * m * (n - m) / n
    z = (about - expected) / math.sqrt((expected - 1) * (expected - 2) / (n - 1))
    signs = np.sign(np.diff(data))
    for at in range(1, signs.size):
        if signs[at] == 0:
            signs[at] = signs[at - 1]
    up_down, longest_ud = _runs(signs[signs != 0].tolist())
    expected_ud = (2 * n - 1) / 3
    z_ud = (up_down - expected_ud) / math.sqrt((16 * n - 29) / 90)
    return RunChart(
        n,
        middle,
        about,
        expected,
        longest,
        float(stats.norm.cdf(z)),
        float(stats.norm.sf(z)),
        up_down,
        expected_ud,
        longest_ud,
        float(stats.norm.cdf(z_ud)),
        float(stats.norm.sf(z_ud)),
    )


def _runs(marks: list[object]) -> tuple[int, int]:
    """Number of runs of equal marks and the length of the longest."""
    runs = longest = length = 0
    last: object = None
    for mark in marks:
        length = length + 1 if runs and mark == last else 1
        runs += length == 1
        longest, last = max(longest, length), mark
    return runs, longest
