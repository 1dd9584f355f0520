"""The seven tools and the signals of untrue records."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from zhicheng.stats.record_truth import (
    benjamini_hochberg,
    digit_preference,
    late_bursts,
    piling_at_limit,
    regular_timing,
    repeated_readings,
    repeated_series,
)
from zhicheng.stats.tools.association import correlation
from zhicheng.stats.tools.cause_effect import cause_and_effect
from zhicheng.stats.tools.check_sheet import check_sheet
from zhicheng.stats.tools.histogram import _normality_p, histogram, normality_test
from zhicheng.stats.tools.pareto import pareto
from zhicheng.stats.tools.run_chart import run_chart
from zhicheng.stats.tools.stratification import stratify


def test_pareto_like_qcc():
    found = pareto(
        {"price code": 80, "schedule date": 27, "supplier code": 66, "contact num.": 94, "part num.": 33}
    )
    assert found.order == ("contact num.", "price code", "supplier code", "part num.", "schedule date")
    assert list(found.cum_frequency) == [94, 174, 240, 273, 300]
    assert list(found.percentage) == pytest.approx([31.3333333333333, 26.6666666666667, 22, 11, 9])
    assert found.vital == 3
    gathered = pareto({"a": 50, "b": 45, "c": 3, "d": 2, "其他": 40}, other="其他", least=0.05)
    assert gathered.order == ("a", "b", "其他")
    assert gathered.frequency[-1] == 45
    for wrong in ({}, {"a": 0}, {"a": -1}, {"a": math.nan}):
        with pytest.raises(ValueError, match="排列图"):
            pareto(wrong)


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.text(min_size=1, max_size=4), st.integers(0, 1000), min_size=1, max_size=12).filter(
        lambda x: sum(x.values())
    )
)
def test_pareto_keeps_all_and_falls(counts):
    found = pareto(counts)
    assert sorted(found.order) == sorted(counts)
    assert list(found.frequency) == sorted(counts.values(), reverse=True)
    assert found.cum_percentage[-1] == pytest.approx(100)
    assert sum(found.frequency[: found.vital]) >= 0.8 * found.total - 1e-6


def test_histogram_and_normality():
    data = np.random.default_rng(1).normal(10, 0.2, 400).round(2)
    found = histogram(data, resolution=0.01, lower=9.5, upper=10.5)
    assert found.counts.sum() == 400
    widths = np.diff(found.edges) / 0.01
    assert widths == pytest.approx(np.round(widths))
    assert not np.isclose((found.edges * 100) % 1, 0).any()
    assert found.expected.sum() == pytest.approx(400, abs=4)
    assert found.below == int((data < 9.5).sum())
    assert found.normality_p > 0.05
    skewed = np.random.default_rng(2).exponential(size=200)
    assert histogram(skewed, rule="freedman_diaconis").normality_p < 1e-4
    a2, _p = normality_test(data)
    z = np.sort((data - data.mean()) / data.std(ddof=1))
    at = np.arange(1, 401)
    plain = -400 - np.mean((2 * at - 1) * (stats.norm.logcdf(z) + stats.norm.logcdf(-z[::-1])))
    assert a2 == pytest.approx(plain)
    # upper points of A* that Stephens prints
    for a, p in ((0.470, 0.25), (0.631, 0.10), (0.752, 0.05), (0.873, 0.025), (1.035, 0.01)):
        assert _normality_p(a) == pytest.approx(p, rel=0.03)
    assert _normality_p(0.3401) == pytest.approx(_normality_p(0.3399), rel=0.03)
    with pytest.raises(ValueError, match="分组规则"):
        histogram(data, rule="mine")


def test_p_values_of_the_normality_test_are_uniform_enough():
    rng = np.random.default_rng(3)
    p = np.array([normality_test(rng.standard_normal(30))[1] for _ in range(1500)])
    for level in (0.01, 0.05, 0.25):
        assert (p < level).mean() == pytest.approx(level, abs=0.02)


def test_correlation_like_r():
    # R: cor.test, Hollander and Wolfe (1973): r 0.5712, p 0.1082, interval −0.1497 to 0.8956
    x = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1]
    y = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8]
    found = correlation(x, y)
    assert (found.r, found.t, found.p) == pytest.approx((0.5711816, 1.8411, 0.1082), rel=1e-3)
    assert found.r_interval == pytest.approx((-0.1497426, 0.8955795), abs=1e-6)
    line = stats.linregress(x, y)
    assert (found.slope, found.intercept) == pytest.approx((float(line.slope), float(line.intercept)))
    exact = correlation([1, 2, 3, 4], [2, 4, 6, 8])
    assert (exact.r, exact.p) == (1.0, 0.0)
    with pytest.raises(ValueError, match="全都相同"):
        correlation([1, 1, 1, 1], [1, 2, 3, 4])


def test_stratification_and_run_chart():
    found = stratify([1, 2, 3, 11, 12, 13, 5], ["a", "a", "a", "b", "b", "b", "c"])
    assert [(s.name, s.n, s.mean) for s in found.strata] == [("a", 3, 2), ("b", 3, 12), ("c", 1, 5)]
    assert found.anova is not None
    assert found.anova.p < 0.001
    assert math.isnan(found.strata[2].sd)
    assert found.levene_p == pytest.approx(1.0)
    random = run_chart(np.random.default_rng(4).normal(size=60))
    assert min(random.p_clustering, random.p_mixture, random.p_trend, random.p_oscillation) > 0.01
    assert run_chart(np.repeat([1.0, 2.0], 15) + np.tile([0, 0.1, 0.05], 10)).p_clustering < 1e-4
    assert run_chart([1, 9, 2, 8] * 6).p_oscillation < 0.01
    assert run_chart([1, 9, 2, 8] * 6).p_mixture < 0.01
    with pytest.raises(ValueError, match="至少须有 10"):
        run_chart([1, 2, 3])


def test_runs_have_the_expected_number_in_simulation():
    rng = np.random.default_rng(5)
    charts = [run_chart(rng.normal(size=40)) for _ in range(600)]
    assert np.mean([c.runs_about for c in charts]) == pytest.approx(charts[0].expected_about, abs=0.5)
    assert np.mean([c.runs_up_down for c in charts]) == pytest.approx(charts[0].expected_up_down, abs=0.4)


def test_cause_and_effect_and_check_sheet():
    found = cause_and_effect(
        "气孔", [(["料", "焊丝", "受潮"], True), (["料", "焊丝", "错用"], False), (["人", "培训"], None)]
    )
    assert found.confirmed == (("料", "焊丝", "受潮"),)
    assert ("人", "培训") in found.open
    assert ("料", "焊丝", "错用") not in found.open
    with pytest.raises(ValueError, match="大骨"):
        cause_and_effect("气孔", [(["运输"], None)])
    sheet = check_sheet([("划伤", "早"), ("划伤", "早"), ("色差", "晚", 3)], columns=["早", "中", "晚"])
    assert sheet.counts == ((2, 0, 0), (0, 0, 3))
    assert (sheet.row_totals, sheet.column_totals, sheet.total) == ((2, 3), (2, 0, 3), 5)
    with pytest.raises(ValueError, match="不小于 0"):
        check_sheet([("划伤", "早", -1)])


def test_digit_preference_is_found_and_not_found():
    rng = np.random.default_rng(6)
    honest = [f"{x:.2f}" for x in rng.normal(10, 0.5, 300)]
    counts = [sum(text[-1] == str(digit) for text in honest) for digit in range(10)]
    assert digit_preference(honest).p == pytest.approx(float(stats.chisquare(counts).pvalue))
    assert digit_preference(honest).p > 0.01
    rounded = [
        f"{round(x * 20) / 20:.2f}" if rng.random() < 0.4 else f"{x:.2f}" for x in rng.normal(10, 0.5, 300)
    ]
    found = digit_preference(rounded)
    assert found.p < 1e-6
    assert set(found.where) == {0, 5}
    assert "不是造假的证明" in found.sentence
    even = [f"{2 * int(x)}" for x in rng.normal(500, 50, 200)]
    assert digit_preference(even, resolution=2).p > 0.01
    with pytest.raises(ValueError, match="不到 20 个最小步"):
        digit_preference(["5.1", "5.2"] * 40)
    with pytest.raises(ValueError, match="小数位数不一致"):
        digit_preference(["5.1", "5.25"] * 40)
    with pytest.raises(ValueError, match="至少须 50"):
        digit_preference(["5.1"] * 10)
    with pytest.raises(ValueError, match="不是数"):
        digit_preference(["合格"] * 60)


def test_p_values_of_the_signals_hold_their_level():
    """Where nothing is wrong, about one in twenty (at most, for discrete ones) is below 0.05."""
    rng = np.random.default_rng(7)
    seen: dict[str, list[float]] = {"digits": [], "limit": [], "repeats": [], "timing": []}
    for _ in range(200):
        values = rng.normal(10, 0.5, 200)
        seen["digits"].append(digit_preference([f"{x:.2f}" for x in values]).p)
        seen["limit"].append(piling_at_limit(values, 10.5, side="upper", window=0.15).p)
        seen["repeats"].append(repeated_readings(values[:60].round(1), resolution=0.1, draws=200).p)
        gaps = rng.lognormal(4, math.sqrt(math.log(1.09)), 40)
        seen["timing"].append(regular_timing(np.cumsum(gaps)).p)
    for name, p in seen.items():
        assert np.mean(np.array(p) < 0.05) <= 0.09, name


def test_values_piling_at_a_limit():
    rng = np.random.default_rng(8)
    values = rng.normal(10, 0.5, 500)
    moved = np.where((values > 10.5) & (values < 10.7), 10.5 - rng.uniform(0, 0.05, 500), values)
    assert piling_at_limit(moved, 10.5, side="upper", window=0.15).p < 1e-6
    assert piling_at_limit(-moved, -10.5, side="lower", window=0.15).p < 1e-6
    with pytest.raises(ValueError, match="至少须 10 个"):
        piling_at_limit(values, 20, side="upper", window=0.1)


def test_repeated_readings_series_and_timing():
    rng = np.random.default_rng(9)
    honest = rng.normal(5, 0.05, 80).round(2)
    assert repeated_readings(honest, resolution=0.01).p > 0.01
    copied = np.repeat(honest[:40], 2)
    assert repeated_readings(copied, resolution=0.01).p < 0.01
    assert repeated_series(honest, resolution=0.01).where == ()
    pasted = [*honest[:40], *honest[5:15]]
    assert repeated_series(pasted, resolution=0.01).p < 1e-3
    steady = np.arange(30) * 60.0 + rng.normal(0, 1, 30)
    assert regular_timing(np.sort(steady)).p < 1e-6
    with pytest.raises(ValueError, match="早于前一个"):
        regular_timing([0, 10, 5, 20, 30, 40, 50, 60])
    late = late_bursts(
        [0, 3600, 7200, 10800, 14400, 20400], [20000, 20060, 20120, 20180, 20240, 20401], delay=1800
    )
    assert late.where == (1, 2, 3, 4, 5)
    assert late_bursts([0, 3600], [10, 3610], delay=1800).where == ()


def test_false_discoveries_are_held():
    assert benjamini_hochberg([0.01, 0.02, 0.03, 0.04, 0.05]) == (True,) * 5
    assert benjamini_hochberg([0.03, 0.5]) == (False, False)
    assert benjamini_hochberg([]) == ()
