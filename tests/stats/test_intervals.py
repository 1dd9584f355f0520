"""Tolerance intervals and intervals of proportions and rates: printed tables, R, simulation of coverage."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from zhicheng.stats.proportions import proportion_interval, rate_interval
from zhicheng.stats.tolerance_intervals import (
    binomial_tolerance_interval,
    nonparametric_sample_size,
    nonparametric_tolerance_interval,
    normal_k,
    normal_tolerance_interval,
    poisson_tolerance_interval,
    prediction_interval,
)


def test_factors_of_printed_tables():
    # NIST handbook 7.2.6.3: n=43, 90 % of the population, 99 % confidence; two-sided by Howe 2.217, one-sided 1.8740
    assert normal_k(43, 0.90, 0.99, method="howe") == pytest.approx(2.217, abs=5e-4)
    assert normal_k(43, 0.90, 0.99, sides=1) == pytest.approx(1.8740, abs=1e-4)
    # ISO 16269-6, exact, coverage and confidence 0.95
    for n, k in ((2, 36.519), (5, 5.077), (10, 3.394), (20, 2.761), (50, 2.382), (100, 2.234)):
        assert normal_k(n, 0.95) == pytest.approx(k, abs=1e-3)
    for n, k in ((2, 26.260), (5, 4.203), (10, 2.911), (20, 2.396), (50, 2.065), (100, 1.927)):
        assert normal_k(n, 0.95, sides=1) == pytest.approx(k, abs=1e-3)
    assert normal_k(10, 0.95, method="howe") == pytest.approx(3.382, abs=1e-3)
    assert normal_k(20, 0.99, 0.9) < normal_k(20, 0.99, 0.95) < normal_k(20, 0.999, 0.95)


@pytest.mark.parametrize("side", ["two", "lower", "upper"])
def test_normal_interval_covers_as_promised(side):
    rng, n, wanted = np.random.default_rng(6), 12, 0.9
    draws = rng.standard_normal((20_000, n))
    k = normal_tolerance_interval(draws[0], wanted, 0.95, side=side).k
    mean, s = draws.mean(axis=1), draws.std(axis=1, ddof=1)
    low = stats.norm.cdf(mean - k * s) if side != "upper" else 0
    high = stats.norm.cdf(mean + k * s) if side != "lower" else 1
    assert np.mean(high - low >= wanted) == pytest.approx(0.95, abs=0.006)


def test_sample_sizes_without_a_distribution():
    shown = [(0.95, 0.95, 1), (0.95, 0.95, 2), (0.99, 0.95, 1), (0.90, 0.90, 2)]
    assert [nonparametric_sample_size(p, c, sides=s) for p, c, s in shown] == [59, 93, 299, 38]
    assert nonparametric_sample_size(0.99, 0.99, sides=2) == 662
    # second extremes: R tolerance nptol and Conover
    assert nonparametric_sample_size(0.95, 0.95, sides=1, outer=2) == 93


@settings(max_examples=40, deadline=None)
@given(st.floats(0.5, 0.99), st.floats(0.5, 0.99), st.sampled_from([1, 2]), st.integers(1, 4))
def test_the_sample_size_is_the_smallest(coverage, confidence, sides, outer):
    n = nonparametric_sample_size(coverage, confidence, sides=sides, outer=outer)
    cut = outer * sides
    assert stats.binom.sf(cut - 1, n, 1 - coverage) >= confidence - 1e-12
    assert n == cut or stats.binom.sf(cut - 1, n - 1, 1 - coverage) < confidence + 1e-9


def test_interval_between_order_statistics():
    data = list(range(1, 501))
    found = nonparametric_tolerance_interval(data, 0.90, 0.95)
    rank = int(found.lower)
    assert found.upper == 501 - rank
    assert stats.beta.sf(0.90, 500 - 2 * rank + 1, 2 * rank) >= 0.95
    assert stats.beta.sf(0.90, 500 - 2 * (rank + 1) + 1, 2 * (rank + 1)) < 0.95
    upper = nonparametric_tolerance_interval(data, 0.95, side="upper")
    assert upper.lower == -math.inf
    assert upper.reached >= 0.95
    with pytest.raises(ValueError, match="至少须 93 个"):
        nonparametric_tolerance_interval(range(50), 0.95)


def test_discrete_limits_like_r():
    # R tolerance 3.0.0: bintol.int CP, poistol.int TAB
    binomial = binomial_tolerance_interval(3, 200, 1000, 0.95)
    poisson = poisson_tolerance_interval(45, 9, 1, 0.90)
    assert (binomial.lower, binomial.upper, poisson.lower, poisson.upper) == (0, 56, 1, 11)
    assert binomial_tolerance_interval(0, 200, 1000, 0.95, side="upper").lower == 0
    with pytest.raises(ValueError, match="大于样本量"):
        binomial_tolerance_interval(5, 4, 10, 0.9)


def test_intervals_of_proportions_like_newcombe():
    """Newcombe (1998), Statistics in Medicine 17, table I: exact and score intervals of four proportions."""
    printed = {
        (81, 263): ((0.2527, 0.3676), (0.2553, 0.3662)),
        (15, 148): ((0.0578, 0.1617), (0.0624, 0.1605)),
        (0, 20): ((0.0, 0.1684), (0.0, 0.1611)),
        (1, 29): ((0.0009, 0.1776), (0.0061, 0.1718)),
    }
    for (x, n), (exact, score) in printed.items():
        for method, pair in (("clopper_pearson", exact), ("wilson", score)):
            found = proportion_interval(x, n, method=method)
            assert (found.lower, found.upper) == pytest.approx(pair, abs=6e-5)
    # R: binom.test(682, 925)
    found = proportion_interval(682, 925)
    assert (found.lower, found.upper) == pytest.approx((0.7076683, 0.7654066), abs=1e-7)
    # R: poisson.test(137, 24.19893)
    assert rate_interval(137, 24.19893) == pytest.approx((4.753125, 6.692709), abs=1e-6)


@pytest.mark.parametrize("method", ["clopper_pearson", "wilson", "agresti_coull", "jeffreys"])
def test_coverage_of_the_proportion_intervals(method):
    n, p = 40, np.linspace(0.05, 0.95, 91)
    pairs = [proportion_interval(x, n, method=method) for x in range(n + 1)]
    covered = sum(
        stats.binom.pmf(x, n, p) * ((pair.lower <= p) & (p <= pair.upper)) for x, pair in enumerate(pairs)
    )
    if method == "clopper_pearson":
        assert covered.min() >= 0.95
    assert covered.mean() == pytest.approx(0.955, abs=0.02)


def test_broken_input_is_refused_in_words():
    with pytest.raises(ValueError, match="百分数请先除以 100"):
        normal_k(10, 95)
    with pytest.raises(ValueError, match="样本量 n 须是不小于 2"):
        normal_k(1, 0.9)
    with pytest.raises(ValueError, match="侧"):
        normal_tolerance_interval([1, 2, 3], 0.9, side="both")
    with pytest.raises(ValueError, match="全都相同"):
        normal_tolerance_interval([2, 2, 2], 0.9)
    text: Any = [1, "x", 3]
    with pytest.raises(ValueError, match="第 2 个是“x”"):
        normal_tolerance_interval(text, 0.9)
    with pytest.raises(ValueError, match="无穷大"):
        prediction_interval([1, 2, math.inf])
    with pytest.raises(ValueError, match="大于样本量"):
        proportion_interval(5, 4)
    with pytest.raises(ValueError, match="区间方法"):
        proportion_interval(1, 4, method="wald")
