"""The p chart: a worked example, its borders, and what must hold for any samples."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zhicheng.stats import MIN_POINTS, TooFew, share_chart

SAMPLES = st.lists(
    st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=MIN_POINTS,
    max_size=24,
)


def test_a_worked_example() -> None:
    """Six samples, worked by hand: Σx = 60, Σn = 1200, p̄ = 0.05; for n = 100 and 400, 3σ = 0.0653835 and 0.0326917."""
    chart = share_chart([(5, 100), (4, 100), (6, 200), (12, 100), (13, 300), (20, 400)])
    assert chart.centre == 0.05
    first, last = chart.points[0], chart.points[-1]
    assert first is not None
    assert last is not None
    assert (first.share, first.lower) == (0.05, 0.0), "the lower limit would be negative and is cut"
    assert first.upper == pytest.approx(0.1153835, abs=1e-7)
    assert (last.lower, last.upper) == pytest.approx((0.0173083, 0.0826917), abs=1e-7)
    assert chart.beyond == (3,)


def test_a_share_on_its_limit_is_not_beyond_it() -> None:
    """p̄ = 1/2, n = 36: 3σ = 1/4 exactly, so 27 of 36 lie on the limit and 28 of 36 beyond."""
    assert share_chart([(27, 36), (9, 36), *[(18, 36)] * 4]).beyond == ()
    assert share_chart([(28, 36), (8, 36), *[(18, 36)] * 4]).beyond == (0, 1)


@pytest.mark.parametrize("x", [0, 10])
def test_samples_that_are_all_alike_have_limits_on_the_centre(x: int) -> None:
    chart = share_chart([(x, 10)] * 6)
    assert all(p is not None and p.lower == p.upper == chart.centre for p in chart.points)
    assert chart.beyond == ()


def test_samples_without_units_are_left_out_but_keep_their_place() -> None:
    with_gap = share_chart([(1, 10), (0, 0), *[(2, 10)] * 5])
    without = share_chart([(1, 10), *[(2, 10)] * 5])
    assert with_gap.points[1] is None
    assert [p for p in with_gap.points if p] == list(without.points)
    assert with_gap.centre == without.centre


def test_too_few_samples_and_impossible_ones_are_refused() -> None:
    with pytest.raises(TooFew):
        share_chart([(1, 10)] * 5)
    with pytest.raises(TooFew):
        share_chart([*[(1, 10)] * 5, (0, 0), (0, 0)])
    for wrong in ((3, 2), (-1, 2), (0, -1)):
        with pytest.raises(ValueError, match="needs"):
            share_chart([*[(1, 10)] * 6, wrong])


@given(SAMPLES)
@example([(0, 1)] * 5 + [(1, 1)])
def test_limits_hold_the_centre_and_lie_between_0_and_1(counts: list[tuple[int, int]]) -> None:
    chart = share_chart(counts)
    assert chart.centre == pytest.approx(sum(x for x, _n in counts) / sum(n for _x, n in counts))
    for point in chart.points:
        assert point is not None
        assert 0.0 <= point.lower <= chart.centre <= point.upper <= 1.0


@given(SAMPLES)
def test_counting_the_other_feature_mirrors_the_chart(counts: list[tuple[int, int]]) -> None:
    """Of passed and failed units the same months stand out."""
    passed, failed = share_chart(counts), share_chart([(n - x, n) for x, n in counts])
    assert passed.beyond == failed.beyond
    for one, other in zip(passed.points, failed.points, strict=True):
        assert one is not None
        assert other is not None
        assert (one.lower, one.upper) == pytest.approx((1 - other.upper, 1 - other.lower))


@given(SAMPLES)
def test_larger_samples_have_limits_at_least_as_narrow(counts: list[tuple[int, int]]) -> None:
    chart = share_chart(counts)
    by_size = sorted(zip((n for _x, n in counts), chart.points, strict=True), key=lambda pair: pair[0])
    widths = [point.upper - point.lower for _n, point in by_size if point]
    assert all(a >= b - 1e-12 for a, b in pairwise(widths))


@given(SAMPLES)
def test_rule_1_is_the_distance_of_three_standard_deviations(counts: list[tuple[int, int]]) -> None:
    chart = share_chart(counts)
    hits, units = sum(x for x, _n in counts), sum(n for _x, n in counts)
    centre = Fraction(hits, units)
    for (x, n), point in zip(counts, chart.points, strict=True):
        assert point is not None
        distance, variance = abs(Fraction(x, n) - centre), centre * (1 - centre) / n
        assert (point.rule == 1) == (distance**2 > 9 * variance)
        assert point.upper == pytest.approx(min(float(centre) + 3 * math.sqrt(variance), 1.0))
