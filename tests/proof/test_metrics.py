"""The metric language: what counts, and the one function that divides and rounds."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.proof.build import metric
from zhicheng.proof import verify as v

YEAR = ("2017-01-01", "2017-12-31")
FACTS: dict[str, Any] = {
    "occurred_on": "2017-01-01",
    "state": "accepted",
    "submission": 1,
    "first_verdict": "accepted",
}


def parsed(**changes: Any) -> v.Metric:
    return v.parse_metric(metric(**changes))


def part(of: str = "count", fact: str | None = None, where: Any = ()) -> dict[str, Any]:
    return {"of": of, "fact": fact, "where": list(where)}


@given(
    numerator=st.integers(-(10**12), 10**12),
    denominator=st.integers(-(10**9), 10**9).filter(bool),
    places=st.integers(0, 6),
    fact_places=st.integers(0, 4),
    scale=st.sampled_from([1, 100, 1000, 10**6]),
    form=st.sampled_from(["ratio", "mean", "sum", "count"]),
    rule=st.sampled_from([("half_up", ROUND_HALF_UP), ("gbt8170", ROUND_HALF_EVEN)]),
)
def test_rounding_agrees_with_decimal(numerator, denominator, places, fact_places, scale, form, rule):
    one = parsed(
        form=form,
        places=places,
        fact_places=fact_places,
        scale=scale,
        round=rule[0],
        denominator=None if form in ("sum", "count") else part(),
    )
    if form in ("sum", "count"):
        exact = Fraction(numerator, 10**fact_places)
    else:
        exact = Fraction(numerator * scale, denominator * 10**fact_places)
    units = exact * 10**places
    whole = units.numerator // units.denominator
    # The nearest integer, by a decimal wide enough that the half is exact.
    rest = units - whole
    half = Fraction(1, 2)
    if rest == half:
        expected = int((Decimal(whole) + Decimal("0.5")).quantize(Decimal(1), rule[1]))
    else:
        expected = whole + (rest > half)
    text = v.figure_text(numerator, denominator, one)
    assert Decimal(text) == Decimal(expected).scaleb(-places)
    assert len(text.partition(".")[2]) == places
    assert not (text.startswith("-") and not expected)


@given(
    numerator=st.integers(0, 10**9),
    rest=st.integers(0, 10**9),
    places=st.integers(0, 4),
    rule=st.sampled_from(v.ROUNDINGS),
)
def test_a_share_is_never_rounded_to_all_or_nothing(numerator, rest, places, rule):
    one = parsed(places=places, round=rule)
    denominator = numerator + rest
    text = v.figure_text(numerator, denominator, one)
    if not denominator:
        assert text == "无记录"
        return
    assert (Decimal(text) == 100) == (rest == 0)
    assert (Decimal(text) == 0) == (numerator == 0)
    assert abs(Decimal(text) - Decimal(numerator) * 100 / denominator) <= Decimal(1).scaleb(-places)


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [
        (99999, 100000, "99.99"),
        (1, 100000, "0.01"),
        (0, 5, "0.00"),
        (5, 5, "100.00"),
        (11319, 11585, "97.70"),
        (0, 0, "无记录"),
    ],
)
def test_known_shares(numerator, denominator, text):
    assert v.figure_text(numerator, denominator, parsed()) == text


@pytest.mark.parametrize(
    ("rule", "text"), [("half_up", ["0.3", "0.4", "-0.3"]), ("gbt8170", ["0.2", "0.4", "-0.2"])]
)
def test_halves(rule, text):
    one = parsed(form="sum", denominator=None, fact_places=2, places=1, round=rule)
    assert [v.figure_text(n, None, one) for n in (25, 35, -25)] == text


def test_decimal_text():
    assert [v.decimal_text(n, p) for n, p in ((9770, 2), (5, 2), (-5, 2), (7, 0), (0, 1))] == [
        "97.70",
        "0.05",
        "-0.05",
        "7",
        "0.0",
    ]


OPERATIONS = [
    ("is", 1, 1, True),
    ("is", 1, True, False),
    ("is", "1", 1, False),
    ("is", None, 1, False),
    ("is_not", 2, 1, True),
    ("is_not", True, 1, True),
    ("is_not", None, 1, False),
    ("in", "a", ["a", "b"], True),
    ("in", True, [1], False),
    ("in", None, ["a"], False),
    ("not_in", "c", ["a", "b"], True),
    ("not_in", None, ["a"], False),
    ("ge", 3, 3, True),
    ("gt", 3, 3, False),
    ("le", "2017-01-01", "2017-01-02", True),
    ("lt", 2, 3, True),
    ("lt", None, 3, False),
    ("is_null", None, None, True),
    ("is_null", False, None, False),
    ("not_null", 0, None, True),
    ("not_null", None, None, False),
]


@pytest.mark.parametrize(("op", "value", "given_", "expected"), OPERATIONS)
def test_operators_are_type_strict_and_null_meets_none(op, value, given_, expected):
    assert v.holds(v.Condition("x", op, given_), {"x": value}) is expected


@pytest.mark.parametrize(("value", "given_"), [("3", 3), (True, 1), ([], 1)])
def test_an_order_of_different_kinds_is_an_error(value, given_):
    with pytest.raises(v.FactMissing):
        v.holds(v.Condition("x", "ge", given_), {"x": value})


def test_an_absent_fact_is_an_error():
    for name in FACTS:
        with pytest.raises(v.FactMissing):
            v.counts(parsed(), (), YEAR, {key: one for key, one in FACTS.items() if key != name})


@pytest.mark.parametrize(
    ("change", "counted"),
    [
        ({}, True),
        ({"occurred_on": "2017-12-31"}, True),
        ({"occurred_on": "2018-01-01"}, False),
        ({"occurred_on": "2016-12-31"}, False),
        ({"occurred_on": None}, False),
        ({"state": "voided"}, False),
        ({"submission": 2}, False),
        ({"submission": True}, False),
        ({"first_verdict": None}, False),
    ],
)
def test_what_counts(change, counted):
    assert v.counts(parsed(), (), YEAR, {**FACTS, **change}) is counted


def test_forms():
    rows = [
        {**FACTS, "quantity": n, "first_verdict": verdict}
        for n, verdict in ((10, "accepted"), (30, "rejected"))
    ]
    assert v.measure(parsed(), (), YEAR, rows) == (1, 2)
    count = parsed(form="count", denominator=None)
    assert v.evaluate(count, (), YEAR, rows) == v.Measured(1, None, "1.00")
    total = parsed(form="sum", denominator=None, numerator=part("sum", "quantity"), places=0)
    assert v.evaluate(total, (), YEAR, rows) == v.Measured(40, None, "40")
    mean = parsed(form="mean", numerator=part("sum", "quantity"), scale=1, fact_places=1)
    assert v.evaluate(mean, (), YEAR, rows) == v.Measured(40, 2, "2.00")
    slice_ = v.parse_conditions([["quantity", "ge", 20]])
    assert v.measure(parsed(), slice_, YEAR, rows) == (0, 1)
    with pytest.raises(v.FactMissing):
        v.measure(total, (), YEAR, [{**rows[0], "quantity": None}])


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"name": "Bad Name"},
        {"form": "median"},
        {"round": "up"},
        {"places": -1},
        {"scale": 0},
        {"denominator": None},
        {"form": "count"},
        {"where": [["a", "like", "b"]]},
        {"where": [["a", "in", "b"]]},
        {"where": [["a", "is_null", 1]]},
        {"where": [["a", "ge", True]]},
        {"where": [["a", "is"]]},
        {"failed": ["a"]},
        {"labels": {"a": 1}},
        {"numerator": part("sum")},
        {"numerator": part("count", "a")},
        {"extra": 1},
        {"states": "accepted"},
    ],
)
def test_malformed_metrics_are_refused(change):
    with pytest.raises(v.Refused):
        parsed(**change)


def test_facts_that_a_figure_reads():
    slice_ = v.parse_conditions([["purchase_kind", "is", "raw"]])
    assert v.facts_read(parsed(), slice_) == (
        "first_verdict",
        "occurred_on",
        "purchase_kind",
        "state",
        "submission",
    )


def test_definition_in_words_is_made_from_data():
    words = v.definition_words(
        parsed(where=[["a", "in", ["x", "y"]], ["b", "is_null", None], ["c", "ge", 3]])
    )
    for expected in (
        "inspection.lot",
        "a 为 「x」、「y」 之一",
        "b 未填",
        "c ≥ 3",
        "接收",
        "分子 ÷ 分母 × 100",
        "2 位小数",
    ):
        assert expected in words.zh
    assert "incoming_acceptance" not in words.zh + words.en
    assert "a is one of 「x」, 「y」" in words.en


CENSUS_FACT = st.fixed_dictionaries(
    {
        "occurred_on": st.sampled_from([None, "2016-12-31", "2017-01-01", "2017-06-06", "2018-01-01"]),
        "state": st.sampled_from(["accepted", "rejected", "open", "voided"]),
        "submission": st.sampled_from([1, 2, None]),
        "first_verdict": st.sampled_from(["accepted", "rejected", None]),
    }
)


@given(st.lists(CENSUS_FACT, max_size=30))
def test_the_funnel_ends_where_the_plain_count_does(rows):
    one = parsed()
    records = [[v.Version(i, "2017-01-01", "open", v.Known(row))] for i, row in enumerate(rows)]
    found = v.recompute(one, (), YEAR, v.Census(records, len(rows), "occurred_on"))
    assert (found.measured.numerator, found.measured.denominator) == v.measure(one, (), YEAR, rows)
    steps = [step.records for step in found.funnel]
    assert steps[0] - steps[1] - steps[2] == steps[3]
    assert steps[3] - sum(steps[4:-1]) == steps[-1] == found.measured.denominator
    if found.bounds and "无记录" not in (*found.bounds, found.measured.value):
        low, high = map(Decimal, found.bounds)
        assert low <= Decimal(found.measured.value) <= high
