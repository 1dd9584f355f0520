"""Tests for special causes against qcc, Rspc and JASP, by hand, and against a plain second way of judging."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stats.published import ALL_RULES, ORANGE_JUICE, PISTON_RINGS
from zhicheng.stats import (
    ControlChart,
    Unusable,
    beyond_limits,
    ewma,
    i_chart,
    iso7870_2,
    nelson,
    p_chart,
    western_electric,
    xbar_chart,
)
from zhicheng.stats.judging import judge, run


def plain(values: list[float]) -> ControlChart:
    """An individuals chart with centre 0 and sigma 1."""
    return i_chart(values, centre=0.0, sigma=1.0)


# What R qcc 3.0 asserts of each test in its own tests (tests/testthat/test-rules.R)
QCC = [
    ("nelson1", [0, 3.2, -3.4, 3], [2, 3]),
    ("nelson2", [0.5] * 10 + [-0.5] * 10, [9, 10, 19, 20]),
    ("nelson3", [1, 2, 3, 4, 5, 6, 7, 7, 6, 5, 4, 3, 2, 1], [6, 7, 13, 14]),
    ("nelson4", [1, 3, 2, 4, 3, 5, 4, 6, 5, 7, 6, 8, 7, 9, 8], [14, 15]),
    ("nelson5", [0, 2.3, 0.4, 2.2, -2.4, -0.2, -2.5], [4, 7]),
    ("nelson6", [1.2, 1.3, 0.2, 1.4, 1.5, -1.2, -1.3, -0.1, -1.4, -1.5], [5, 10]),
    ("nelson7", [0.3] * 16 + [1.2], [15, 16]),
    ("nelson8", [1.2, -1.3, 1.1, -1.4, 1.5, -1.2, 1.3, -1.1, 0.2], [8]),
    ("nelson8", [1.2] * 8, []),
]


@pytest.mark.parametrize(("test", "values", "points"), QCC)
def test_each_test_as_qcc(test: str, values: list[float], points: list[int]) -> None:
    assert plain(values).signals().points(test) == points


def test_piston_rings_as_qcc_and_rspc() -> None:
    limits = xbar_chart(PISTON_RINGS[:25], constants="table").limits
    chart = xbar_chart(PISTON_RINGS, limits=limits)
    found = chart.signals().found()
    assert found["nelson1"] == [37, 38, 39]
    assert found["nelson5"] == [35, 37, 38, 39, 40]
    assert found["nelson6"] == [35, 38, 39, 40]
    assert [found[f"nelson{n}"] for n in (2, 3, 4, 7, 8)] == [[]] * 5
    assert chart.signals(western_electric()).found() == {
        "we1": [37, 38, 39],
        "we2": [35, 37, 38, 39, 40],
        "we3": [35, 38, 39, 40],
        "we4": [],
    }


def test_orange_juice_as_qcc_and_rspc() -> None:
    limits = p_chart(ORANGE_JUICE[:30], 50).limits
    chart = p_chart(ORANGE_JUICE, 50, limits=limits)
    found = chart.signals().found()
    assert found["nelson1"] == [15, 23, 41]
    assert found["nelson2"] == list(range(42, 55))
    assert found["nelson5"] == [22, 23, 36, 38, 42, 43, 45, 46, 48, 53, 54]
    assert found["nelson6"] == [24, *range(36, 55)]
    assert found["nelson8"] == []
    assert chart.signals(nelson(both_sides=False)).points("nelson8") == list(range(41, 55))  # Rspc 1.2.2
    assert chart.signals(western_electric()).points("we4") == list(range(41, 55))


def test_steps_and_one_side_are_the_conventions_of_minitab_and_jasp() -> None:
    chart = i_chart(ALL_RULES, constants="table")
    minitab = nelson(same_side=7, trend=7, alternating=14, count="steps", both_sides=False)
    found = chart.signals(minitab).found()
    assert found["nelson1"] == list(range(37, 46))
    assert found["nelson2"] == [*range(22, 37), 43, 44]
    assert found["nelson3"] == [22]
    assert found["nelson4"] == [15, 16]
    assert found["nelson5"] == list(range(38, 45))
    assert found["nelson6"] == list(range(40, 45))
    assert found["nelson7"] == list(range(29, 37))
    assert found["nelson8"] == [44, 45]
    points = nelson(same_side=7, trend=7, alternating=14)
    assert chart.signals(points).points("nelson3") == [21, 22]
    assert chart.signals(points).points("nelson4") == [14, 15, 16]


def test_the_completing_point_may_be_inside_if_the_convention_says_so() -> None:
    values = [2.5, 2.5, 0.0]
    assert plain(values).signals().points("nelson5") == []
    assert plain(values).signals(nelson(last=False)).points("nelson5") == [3]


def test_the_short_set_of_iso() -> None:
    found = plain([float(v) for v in range(1, 8)]).signals(iso7870_2()).found()
    assert found == {"iso1": [4, 5, 6, 7], "iso2": [7], "iso3": [7]}


def test_a_point_on_a_line_is_inside_and_on_the_centre_ends_a_run() -> None:
    assert plain([3.0, -3.0]).signals().points("nelson1") == []
    assert plain([0.5] * 8 + [0.0] + [0.5] * 8).signals().points("nelson2") == []
    assert plain([1.0] * 15).signals().points("nelson7") == [15]


def test_equal_means_are_equal_whatever_the_last_bit_says() -> None:
    """0.1 + 0.7 and 0.3 + 0.5 differ in binary; their means do not rise, nor do they lie off the centre."""
    rows = [
        [0.1, 0.7],
        [0.3, 0.5],
        [0.2, 0.6],
        [0.4, 0.4],
        [0.7, 0.1],
        [0.5, 0.3],
        [0.6, 0.2],
        [0.1, 0.7],
        [0.3, 0.5],
    ]
    assert len({sum(row) for row in rows}) > 1
    chart = xbar_chart(rows, centre=0.4, sigma=0.1)
    assert not bool(chart.signals(nelson(same_side=2, trend=3, alternating=3).only(2, 3, 4)).any)


def test_signals_say_number_and_points() -> None:
    signals = plain([0.0, 3.5, 0.1]).signals()
    assert signals.sentences() == ["准则 1（1 点落在控制限外）：第 2 点"]
    assert bool(signals.any)
    assert not bool(plain([0.1, -0.1, 0.2]).signals().any)
    assert list(plain([0.0, 3.5]).signals(nelson().only(1)).flags) == ["nelson1"]


def test_runs_start_anew_where_a_stage_begins() -> None:
    chart = plain([0.5] * 12)
    assert judge(chart, nelson()).points("nelson2") == [9, 10, 11, 12]
    assert judge(chart, nelson(), starts=[6]).points("nelson2") == []


def test_run_tests_are_refused_where_points_are_not_independent() -> None:
    chart = ewma([1.0, 2.0, 3.0, 1.0]).chart
    with pytest.raises(Unusable, match="不独立"):
        chart.signals()
    assert list(chart.signals(beyond_limits()).flags) == ["beyond"]


def test_wrong_parameters_are_refused() -> None:
    with pytest.raises(Unusable, match="nelson3"):
        nelson(trend=2)
    with pytest.raises(Unusable, match="count"):
        nelson(count="laps")  # type: ignore[arg-type]
    with pytest.raises(Unusable, match="没有第 9 条"):
        nelson().only(9)
    with pytest.raises(Unusable, match="没有判过"):
        plain([1.0, 2.0]).signals().points("we1")


def slow(values: list[float]) -> dict[str, list[int]]:
    """The eight tests, point by point, from their sentences."""
    out: dict[str, list[int]] = {f"nelson{n}": [] for n in range(1, 9)}
    for i in range(1, len(values) + 1):
        past = values[:i]
        steps = [b - a for a, b in pairwise(past)]

        def last(n: int, past: list[float] = past) -> list[float]:
            return past[-n:] if len(past) >= n else []

        checks = {
            1: abs(past[-1]) > 3,
            2: any(last(9) and all(s * v > 0 for v in last(9)) for s in (1, -1)),
            3: any(len(steps) >= 5 and all(s * d > 0 for d in steps[-5:]) for s in (1, -1)),
            4: len(steps) >= 13 and all(a * b < 0 for a, b in zip(steps[-13:], steps[-12:], strict=False)),
            5: any(last(3) and s * past[-1] > 2 and sum(s * v > 2 for v in last(3)) >= 2 for s in (1, -1)),
            6: any(last(5) and s * past[-1] > 1 and sum(s * v > 1 for v in last(5)) >= 4 for s in (1, -1)),
            7: bool(last(15)) and all(abs(v) <= 1 for v in last(15)),
            8: bool(last(8)) and all(abs(v) > 1 for v in last(8)) and max(last(8)) > 1 and min(last(8)) < -1,
        }
        for number, fires in checks.items():
            if fires:
                out[f"nelson{number}"].append(i)
    return out


STEPPED = st.lists(
    st.sampled_from([-3.5, -2.5, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.5, 3.5]), min_size=2, max_size=40
)
CALM = st.lists(st.sampled_from([-0.6, -0.3, 0.2, 0.4, 0.9]), min_size=14, max_size=40)


@settings(max_examples=150, deadline=None)
@given(st.one_of(STEPPED, CALM))
def test_blocks_judge_as_a_person_would_point_by_point(values: list[float]) -> None:
    assert plain(values).signals().found() == slow(values)


@settings(max_examples=60, deadline=None)
@given(STEPPED)
def test_both_sides_are_treated_alike(values: list[float]) -> None:
    assert plain(values).signals().found() == plain([-v for v in values]).signals().found()


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.integers(1, 20))
@settings(max_examples=80, deadline=None)
def test_doubling_finds_runs(flags: list[bool], length: int) -> None:
    found = run(np.array([flags]), length)[0].tolist()
    assert found == [i + 1 >= length and all(flags[i + 1 - length : i + 1]) for i in range(len(flags))]
