"""Tests of hypotheses: R's documented examples and textbooks, scipy as a second computation, simulation of the error of the first kind."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from zhicheng.stats.means import (
    bartlett_test,
    deviation_interval,
    deviation_test,
    levene_test,
    mean_test,
    one_way_anova,
    paired_test,
    two_means_test,
    variances_test,
)
from zhicheng.stats.proportions import chi_square_fit, chi_square_table, proportion_test, two_proportions_test
from zhicheng.stats.sample_sizes import (
    mean_sample_size,
    proportion_sample_size,
    t_test_power,
    t_test_sample_size,
    two_proportions_sample_size,
    zero_failure_sample_size,
)

# R data sets sleep and PlantGrowth
DRUG_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
DRUG_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
PLANTS = [
    [4.17, 5.58, 5.18, 6.11, 4.50, 4.61, 5.17, 4.53, 5.33, 5.14],
    [4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32, 4.69],
    [6.31, 5.12, 5.54, 5.50, 5.37, 5.29, 4.92, 6.15, 5.80, 5.26],
]


def test_t_tests_like_r():
    welch = two_means_test(DRUG_1, DRUG_2)
    assert (welch.statistic, welch.df, welch.p) == pytest.approx((-1.8608, 17.776, 0.07939), rel=1e-4)
    assert welch.interval == pytest.approx((-3.3654832, 0.2054832), abs=1e-7)
    paired = paired_test(DRUG_1, DRUG_2)
    assert (paired.statistic, paired.df, paired.p) == pytest.approx((-4.0621, 9, 0.002833), rel=1e-4)
    assert paired.interval == pytest.approx((-2.4598858, -0.7001142), abs=1e-7)
    pooled = two_means_test(DRUG_1, DRUG_2, equal_variances=True)
    assert (pooled.df, pooled.p) == pytest.approx((18, 0.07919), rel=1e-4)
    assert "没有足够证据" in welch.sentence
    assert "差异显著" in paired.sentence


def test_spreads_and_analysis_of_variance_like_r():
    table = one_way_anova(PLANTS)
    assert (table.f, table.p) == pytest.approx((4.846, 0.01591), rel=1e-4)
    assert (table.ss_between, table.ss_within) == pytest.approx((3.76634, 10.49209), rel=1e-6)
    assert bartlett_test(PLANTS).statistic == pytest.approx(2.8786, abs=5e-5)
    assert bartlett_test(PLANTS).p == pytest.approx(0.2371, abs=5e-5)
    levene = levene_test(PLANTS)
    assert (levene.statistic, levene.p) == pytest.approx((1.1192, 0.3412), abs=5e-5)
    # NIST StRD SmLs: a large offset must not cost digits
    shifted = one_way_anova(
        [[value + 1e12 for value in (1, 2, 3, 2)], [value + 1e12 for value in (3, 4, 5, 4)]]
    )
    assert shifted.f == pytest.approx(12.0, rel=1e-9)


def test_proportions_like_r():
    assert proportion_test(682, 925, 0.75).p == pytest.approx(0.3825, abs=5e-5)
    tea = two_proportions_test(3, 4, 1, 4, alternative="greater")
    assert tea.p == pytest.approx(0.2429, abs=5e-5)
    # Newcombe (1998), method 10: 56/70 − 48/80
    found = two_proportions_test(56, 70, 48, 80, method="z")
    assert found.interval == pytest.approx((0.0524, 0.3339), abs=5e-5)
    party = chi_square_table([[762, 327, 468], [484, 239, 477]])
    assert (party.chi_square, party.df, party.p) == pytest.approx((30.07015, 2, 2.9536e-07), rel=1e-4)
    assert chi_square_fit([20, 20, 20]).p == pytest.approx(1.0)
    assert not chi_square_table([[1, 2], [3, 4]]).condition_met
    with pytest.raises(ValueError, match="fisher"):
        two_proportions_test(0, 10, 0, 12, method="z")


def test_sizes_and_power_like_r():
    # power.t.test(power=.90, delta=1): n = 22.02; power.prop.test(p1=.50, p2=.75, power=.90): n = 76.65
    assert t_test_sample_size(1.0, 1.0, 0.90) == 23
    assert t_test_power(20, 1.0, 1.0) == pytest.approx(0.8689528, abs=2e-6)
    assert two_proportions_sample_size(0.50, 0.75, 0.90) == 77
    assert zero_failure_sample_size(0.9, 0.9) == 22
    assert zero_failure_sample_size(0.5, 0.75) == 2
    assert mean_sample_size(2, 0.5) == 62
    assert proportion_sample_size(0.5, 0.05, population=1000) == 278
    with pytest.raises(ValueError, match="没有要检出的差异"):
        two_proportions_sample_size(0.5, 0.5)


samples = st.lists(st.integers(-500, 500).map(lambda x: x / 10), min_size=3, max_size=12).filter(
    lambda x: len(set(x)) > 1
)


@settings(max_examples=60, deadline=None)
@given(samples, samples, st.sampled_from(["two-sided", "less", "greater"]))
def test_like_scipy_and_the_interval_agrees_with_the_verdict(first, second, alternative):
    ours = two_means_test(first, second, alternative=alternative)
    theirs = stats.ttest_ind(first, second, equal_var=False, alternative=alternative)
    assert ours.statistic == pytest.approx(float(theirs.statistic), rel=1e-9, abs=1e-12)
    assert ours.p == pytest.approx(float(theirs.pvalue), rel=1e-7, abs=1e-12)
    if abs(ours.p - 0.05) > 1e-6:
        assert (ours.p < 0.05) == (not ours.interval[0] <= 0 <= ours.interval[1])
    one = mean_test(first, 1.0, alternative=alternative)
    assert one.p == pytest.approx(
        float(stats.ttest_1samp(first, 1.0, alternative=alternative).pvalue), rel=1e-7, abs=1e-12
    )
    groups = one_way_anova([first, second])
    assert groups.f == pytest.approx(
        two_means_test(first, second, equal_variances=True).statistic ** 2, rel=1e-6, abs=1e-9
    )


def test_error_of_the_first_kind():
    rng = np.random.default_rng(12)
    draws = rng.standard_normal((1500, 2, 8))
    p = {
        "t": [two_means_test(a, b).p for a, b in draws],
        "F": [variances_test(a, b).p for a, b in draws],
        "chi": [deviation_test(a, 1.0).p for a, _b in draws],
    }
    for name, values in p.items():
        assert np.mean(np.array(values) < 0.05) == pytest.approx(0.05, abs=0.02), name
    covered = [low <= 1 <= high for low, high in (deviation_interval(a) for a, _b in draws)]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.02)


def test_one_sided_tests_have_one_sided_intervals():
    found = variances_test(DRUG_1, DRUG_2, alternative="less")
    assert found.interval[0] == 0
    assert deviation_test(DRUG_1, 1.0, alternative="greater").interval[1] == float("inf")
    assert mean_test(DRUG_1, alternative="greater").interval[1] == float("inf")


def test_broken_input_is_refused_in_words():
    with pytest.raises(ValueError, match="没有变差"):
        mean_test([1.0, 1.0, 1.0])
    with pytest.raises(ValueError, match="一一对应"):
        paired_test([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="备择假设"):
        mean_test([1, 2], alternative="bigger")
    with pytest.raises(ValueError, match="至少须有 2 组"):
        one_way_anova([[1, 2]])
    with pytest.raises(ValueError, match="没有变差"):
        one_way_anova([[1, 1], [2, 2]])
    with pytest.raises(ValueError, match="只有 1 个值"):
        mean_test([1.0])
    with pytest.raises(ValueError, match="整行或整列"):
        chi_square_table([[0, 0], [1, 2]])
    with pytest.raises(ValueError, match="合计为 1"):
        chi_square_fit([1, 2], [0.5, 0.6])
    with pytest.raises(ValueError, match="全都相同"):
        bartlett_test([[1, 1], [1, 2]])
