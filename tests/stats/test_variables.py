"""Shewhart charts of measured values against published limits, and what must hold for any data."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.stats.published import BOILER, PISTON_RINGS
from zhicheng.stats import (
    Limits,
    apply_limits,
    i_chart,
    i_mr,
    in_stages,
    individual_sigma,
    median_chart,
    median_r,
    mr_chart,
    r_chart,
    s_chart,
    within_sigma,
    xbar_chart,
    xbar_r,
    xbar_s,
)

FIRST, LATER = PISTON_RINGS[:25], PISTON_RINGS[25:]
SUBGROUPS = arrays(np.float64, (6, 4), elements=st.integers(-1000, 1000).map(float)).filter(
    lambda x: bool((np.ptp(x, axis=1) > 0).any())
)


def test_piston_rings_as_qcc_prints_them() -> None:
    """R qcc 3.0, qcc(diameter[1:25,], type = "xbar"), "R" and "S"."""
    pair = xbar_r(FIRST, constants="table")
    assert float(pair.xbar.centre[0]) == pytest.approx(74.001176, abs=1e-9)
    assert float(pair.xbar.limits.sigma) == pytest.approx(0.0097850386930353, rel=1e-12)
    assert float(pair.xbar.lower[0]) == pytest.approx(73.9880479929919, rel=1e-12)
    assert float(pair.xbar.upper[0]) == pytest.approx(74.014304007008, rel=1e-12)
    assert float(pair.r.centre[0]) == pytest.approx(0.02276, rel=1e-9)
    assert float(pair.r.lower[0]) == 0
    assert float(pair.r.upper[0]) == pytest.approx(0.0481253301547724, rel=1e-12)
    s = s_chart(FIRST)
    assert float(s.centre[0]) == pytest.approx(0.009240037, rel=1e-6)
    assert float(s.limits.sigma) == pytest.approx(0.009829977, rel=1e-6)
    assert float(s.upper[0]) == pytest.approx(0.01930242, rel=1e-6)
    assert not pair.xbar.beyond.any()


def test_piston_rings_as_montgomery_prints_them() -> None:
    """Montgomery, section 6.3: X̄-s limits 74.014 and 73.988, s limit 0.0193."""
    pair = xbar_s(FIRST)
    assert [round(float(v[0]), 3) for v in (pair.xbar.lower, pair.xbar.upper)] == [73.988, 74.014]
    assert round(float(pair.s.upper[0]), 4) == 0.0193


def test_burner_temperatures_as_qcc_prints_them() -> None:
    """R qcc 2.7, qcc(boiler[, j], type = "xbar.one"), all columns at once."""
    chart = i_chart(BOILER.T, constants="table")
    assert chart.centre[:, 0].tolist() == pytest.approx(
        [525, 513.56, 538.92, 521.68, 503.8, 512.44, 478.72, 477.24]
    )
    expected = [
        509.485815602837,
        507.354326241135,
        529.722304964539,
        509.157836879433,
        495.932092198582,
        506.677588652482,
    ]
    assert chart.lower[:6, 0].tolist() == pytest.approx(expected, rel=1e-12)
    beyond = [(np.flatnonzero(row) + 1).tolist() for row in chart.beyond]
    assert beyond == [[1], [], [1, 9], [], [], [], [19], []]


def test_moving_range_by_hand() -> None:
    """Values 10, 12, 11, 15: moving ranges 2, 1, 4; mean 7/3; D4 = 3.267."""
    pair = i_mr([10, 12, 11, 15], constants="table")
    assert pair.mr.statistic.tolist() == [2, 1, 4]
    assert float(pair.mr.centre[0]) == pytest.approx(7 / 3)
    assert float(pair.mr.upper[0]) == pytest.approx(3.267 * 7 / 3, rel=1e-3)
    assert float(pair.i.upper[0]) == pytest.approx(12 + 2.66 * 7 / 3, rel=1e-3)


def test_each_estimator_of_sigma_by_hand() -> None:
    """Two subgroups, 1 3 and 2 2 8: ranges 2 and 6, variances 2 and 12."""
    rows = [[1, 3], [2, 2, 8]]
    d2 = {2: 1.1283791670955126, 3: 1.692568750643269}
    c4 = {2: 0.7978845608028654, 3: 0.886226925452758}
    assert float(within_sigma(rows, "UWAVE-R")) == pytest.approx((2 / d2[2] + 6 / d2[3]) / 2, rel=1e-9)
    assert float(within_sigma(rows, "UWAVE-SD")) == pytest.approx((2**0.5 / c4[2] + 12**0.5 / c4[3]) / 2)
    d3 = {2: 0.8525024664, 3: 0.8883680040}
    w = {n: (d2[n] / d3[n]) ** 2 for n in (2, 3)}
    assert float(within_sigma(rows, "MVLUE-R")) == pytest.approx(
        (w[2] * 2 / d2[2] + w[3] * 6 / d2[3]) / (w[2] + w[3]), rel=1e-9
    )
    v = {n: c4[n] ** 2 / (1 - c4[n] ** 2) for n in (2, 3)}
    assert float(within_sigma(rows, "MVLUE-SD")) == pytest.approx(
        (v[2] * 2**0.5 / c4[2] + v[3] * 12**0.5 / c4[3]) / (v[2] + v[3])
    )
    pooled = ((1 * 2 + 2 * 12) / 3) ** 0.5
    assert float(within_sigma(rows, "POOLED")) == pytest.approx(pooled)
    assert float(within_sigma(rows, "RMSDF")) == pytest.approx(pooled / 0.921317731923561)
    values = [1, 4, 2, 8]
    assert float(individual_sigma(values, "MR")) == pytest.approx((3 + 2 + 6) / 3 / d2[2])
    assert float(individual_sigma(values, "MEDIAN-MR")) == pytest.approx(3 / 0.95387255)
    assert float(individual_sigma(values, "SD-RAW")) == pytest.approx(np.std(values, ddof=1))
    assert float(individual_sigma(values, "MR", span=3)) == pytest.approx((3 + 6) / 2 / d2[3], rel=1e-9)


@pytest.mark.parametrize("estimator", ["UWAVE-R", "UWAVE-SD", "MVLUE-R", "MVLUE-SD", "RMSDF"])
def test_estimators_are_unbiased(estimator: str) -> None:
    x = np.random.default_rng(3).normal(0, 2.0, (4000, 10, 4))
    assert within_sigma(x, estimator).mean() == pytest.approx(2.0, abs=0.02)  # type: ignore[arg-type]


def test_unequal_subgroups_have_limits_of_their_own() -> None:
    rows = [[1.0, 3.0], [2.0, 4.0, 6.0], [3.0, 5.0]]
    chart = xbar_chart(rows)
    assert float(chart.centre[0]) == pytest.approx((4 + 12 + 8) / 7)
    width = np.broadcast_to(chart.upper - chart.centre, (3,))
    assert width[0] / width[1] == pytest.approx((3 / 2) ** 0.5)
    padded = np.array([[1, 3, np.nan], [2, 4, 6], [3, 5, np.nan]])
    assert xbar_chart(padded, missing="omit").upper.tolist() == pytest.approx(chart.upper.tolist())
    assert xbar_chart([np.array(row) for row in rows]).upper.tolist() == chart.upper.tolist()
    r = r_chart(rows)
    assert float(r.centre[0]) == pytest.approx((2 * 2 + 4 * 3 + 2 * 2) / 7)


def test_known_values_are_used_as_given() -> None:
    chart = xbar_chart(FIRST, centre=74.0, sigma=0.01)
    assert float(chart.upper[0]) == pytest.approx(74 + 0.03 / 5**0.5)
    assert chart.limits.estimator == "given"
    assert float(r_chart(FIRST, sigma=0.01).centre[0]) == pytest.approx(0.0232592894730)
    assert float(s_chart(FIRST, sigma=0.01).centre[0]) == pytest.approx(0.00939985602986)


def test_probability_limits_hold_their_share() -> None:
    x = np.random.default_rng(11).normal(5.0, 1.0, (40_000, 5))
    for chart in (
        xbar_chart(x, sigma=1.0, centre=5.0, probability=0.98),
        r_chart(x, sigma=1.0, probability=0.98),
        s_chart(x, sigma=1.0, probability=0.98),
    ):
        low, high = (chart.statistic < chart.lower).mean(), (chart.statistic > chart.upper).mean()
        assert (low, high) == pytest.approx((0.01, 0.01), abs=0.0025)


def test_median_chart_by_hand() -> None:
    """Medians 3 and 5, mean range 5; A4 of n = 3 is 1.187."""
    pair = median_r([[1, 3, 6], [2, 5, 7]])
    assert float(pair.median.centre[0]) == 4
    assert float(pair.median.upper[0]) == pytest.approx(4 + 1.187 * 5, abs=0.01)
    assert median_chart([[1, 3, 6], [2, 5, 7]]).limits.sigma == pair.median.limits.sigma


def test_phase_two_judges_by_frozen_limits() -> None:
    phase1 = xbar_chart(FIRST, constants="table")
    frozen = Limits.from_data(json.loads(json.dumps(phase1.limits.to_data())))
    chart = apply_limits(frozen, LATER)
    assert chart.phase == 2
    assert phase1.phase == 1
    assert (np.flatnonzero(chart.beyond) + 26).tolist() == [37, 38, 39]  # R qcc 3.0
    assert float(chart.upper[0]) == float(phase1.upper[0])
    for one in (r_chart(FIRST), s_chart(FIRST), median_chart(FIRST)):
        again = apply_limits(Limits.from_data(one.limits.to_data()), FIRST)
        assert again.beyond.tolist() == one.beyond.tolist()
        assert float(again.upper[0]) == float(one.upper[0])
    single = i_chart(BOILER[:, 0])
    assert apply_limits(single.limits, [1.0]).beyond.tolist() == [True]
    ranges = mr_chart(BOILER[:, 0])
    assert apply_limits(ranges.limits, [500.0, 600.0]).beyond.tolist() == [True]


def test_stages_have_limits_of_their_own_and_runs_end_at_their_border() -> None:
    low, high = [1.0, 2.0] * 5, [11.0, 12.0] * 5
    staged = in_stages(i_chart, low + high, [10])
    assert [round(float(one.centre[0]), 1) for one in staged.charts] == [1.5, 11.5]
    assert not staged.beyond.any()
    rising = [float(v) for v in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)]
    assert in_stages(i_chart, rising, []).points("nelson3") == [6, 7, 8, 9, 10]
    assert in_stages(i_chart, rising, [5]).points("nelson3") == []
    assert in_stages(i_chart, [3.0, 1.0, 2.0, *rising], [3]).points("nelson3") == [9, 10, 11, 12, 13]


@settings(max_examples=40, deadline=None)
@given(SUBGROUPS, st.floats(0.5, 20), st.floats(-100, 100))
def test_shift_and_scale_move_the_chart_with_the_data(x: np.ndarray, scale: float, shift: float) -> None:
    one, other = xbar_r(x), xbar_r(scale * x + shift)
    tolerance = 1e-9 * (abs(shift) + scale * 1000 + 1)
    assert np.allclose(other.xbar.upper, scale * one.xbar.upper + shift, atol=tolerance)
    assert np.allclose(other.xbar.lower, scale * one.xbar.lower + shift, atol=tolerance)
    assert np.allclose(other.r.upper, scale * one.r.upper, atol=tolerance)


@settings(max_examples=25, deadline=None)
@given(SUBGROUPS, st.permutations(range(4)), st.permutations(range(6)))
def test_order_within_subgroups_and_of_subgroups_leaves_the_limits(
    x: np.ndarray, columns: list[int], rows: list[int]
) -> None:
    one, other = xbar_s(x), xbar_s(x[rows][:, columns])
    assert np.allclose(
        [one.xbar.upper, one.xbar.lower, one.s.upper], [other.xbar.upper, other.xbar.lower, other.s.upper]
    )


def test_many_characteristics_are_each_as_one_alone() -> None:
    x = np.random.default_rng(5).normal(size=(3, 2, 12, 4))
    many = xbar_r(x)
    for a in range(3):
        for b in range(2):
            alone = xbar_r(x[a, b])
            assert many.xbar.upper[a, b].tolist() == pytest.approx(alone.xbar.upper.tolist())
            assert many.r.beyond[a, b].tolist() == alone.r.beyond.tolist()
            assert many.xbar.signals().found((a, b)) == alone.xbar.signals().found()
