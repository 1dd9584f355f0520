"""What is owed for a failed unit, by example and against a slow way that counts days one by one (X-5.3.1 to X-5.3.4)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhicheng.warranty import LAW, Case, Term, decide, in_force, last_day
from zhicheng.warranty.deciding import BASES, CONDITIONS, EXCLUSIONS, REMEDIES, UNITS

REFUND = Term("refund", 90, "day", "包退")
REPLACEMENT = Term("replacement", 1, "year", "包换", condition="unrepairable")
REPAIR = Term("repair", 2, "year", "保修")
PROMISE = (REFUND, REPLACEMENT, REPAIR)
SHIPPED = dt.date(2019, 3, 1)


def after(days: int, **known: object) -> Case:
    return Case(SHIPPED, SHIPPED + dt.timedelta(days=days), **known)  # type: ignore[arg-type]


@pytest.mark.proves("X-5.3.1")
def test_day_90_is_refunded_and_day_91_is_not() -> None:
    assert decide(after(0), PROMISE).remedy == "refund"
    owed = decide(after(90), PROMISE)
    assert (owed.remedy, owed.why, owed.term, owed.last_day) == (
        "refund",
        "within",
        REFUND,
        dt.date(2019, 5, 30),
    )
    assert decide(after(91), PROMISE).remedy == "repair"


@pytest.mark.proves("X-5.3.2")
def test_a_year_is_replaced_only_what_cannot_be_repaired() -> None:
    last, after_it = dt.date(2020, 3, 1), dt.date(2020, 3, 2)
    unrepairable = Case(SHIPPED, last, installed=True, repairable=False)
    assert decide(unrepairable, PROMISE).term == REPLACEMENT
    assert decide(replace(unrepairable, reported_on=after_it), PROMISE).remedy == "repair"
    assert decide(replace(unrepairable, repairable=True), PROMISE).remedy == "repair"
    unknown = decide(replace(unrepairable, repairable=None), PROMISE)
    assert (unknown.remedy, unknown.open_facts) == ("repair", ("repairable",))


@pytest.mark.proves("X-5.3.2")
def test_what_was_never_installed_is_replaced_on_the_verdict_of_a_third_party() -> None:
    without = decide(after(200, installed=False, repairable=False), PROMISE)
    assert (without.remedy, without.open_facts) == ("repair", ("third_party",))
    assert decide(after(200, installed=False, third_party="nonconforming"), PROMISE).remedy == "replacement"
    found = decide(after(10, installed=False, third_party="conforming"), PROMISE)
    assert (found.remedy, found.why) == ("paid", "conforming")


@pytest.mark.proves("X-5.3.3")
def test_two_years_are_repaired_free_and_then_paid() -> None:
    owed = decide(Case(SHIPPED, dt.date(2021, 3, 1)), PROMISE)
    assert (owed.remedy, owed.term, owed.last_day) == ("repair", REPAIR, dt.date(2021, 3, 1))
    over = decide(Case(SHIPPED, dt.date(2021, 3, 2)), PROMISE)
    assert (over.remedy, over.why, over.last_day) == ("paid", "expired", dt.date(2021, 3, 1))
    unmet = decide(after(100, repairable=True), (REFUND, REPLACEMENT))
    assert (unmet.remedy, unmet.why, unmet.term) == ("paid", "unmet", REPLACEMENT)
    nothing = decide(after(1), ())
    assert (nothing.remedy, nothing.why, nothing.term) == ("paid", "no_term", None)


@pytest.mark.proves("X-5.3.4")
@pytest.mark.parametrize("exclusion", EXCLUSIONS)
def test_an_exclusion_counts_with_evidence_only(exclusion: str) -> None:
    proved = decide(after(10, exclusion=exclusion, evidence=True), PROMISE)
    assert (proved.remedy, proved.why) == ("paid", "excluded")
    claimed = decide(after(10, exclusion=exclusion), PROMISE)
    assert (claimed.remedy, claimed.open_facts) == ("refund", ("evidence",))


def test_a_better_contract_or_the_law_wins_and_a_worse_one_changes_nothing() -> None:
    contract = Term("repair", 3, "year", "合同 HT-7", "contract")
    assert decide(after(900), (*PROMISE, contract)).term == contract
    assert decide(after(500), (*PROMISE, contract)).term == contract
    worse = replace(contract, length=1)
    assert decide(after(500), (*PROMISE, worse)).term == REPAIR
    same = replace(contract, length=2)
    assert decide(after(500), (same, *PROMISE)).term == REPAIR  # our own promise is named first
    law = [row.term for row in in_force(consumer=True, listed=True)]
    seventh = decide(after(7), (REPAIR, *law)).term
    assert seventh is not None
    assert seventh.clause == "消费者权益保护法第二十四条"
    fifteenth = decide(after(15), (REPAIR, *law))
    assert (fifteenth.remedy, fifteenth.last_day) == ("replacement", dt.date(2019, 3, 16))
    assert decide(after(16), (REPAIR, *law)).term == REPAIR
    assert (
        decide(after(30, repairs=2), (replace(REPLACEMENT, condition="two_repairs"), REPAIR)).remedy
        == "replacement"
    )


def test_the_law_applies_to_consumers_and_its_catalogue_only_and_every_row_says_what_was_not_compared() -> (
    None
):
    assert list(in_force(consumer=False, listed=True)) == []
    assert [row.applies_to for row in in_force(consumer=True, listed=False)] == ["consumer"]
    assert tuple(in_force(consumer=True, listed=True)) == LAW
    assert {row.confidence for row in LAW} == {"未核对原文"}


@pytest.mark.parametrize(
    ("shipped", "length", "unit", "last"),
    [
        ("2020-02-29", 1, "year", "2021-02-28"),
        ("2020-02-29", 4, "year", "2024-02-29"),
        ("2019-02-28", 1, "year", "2020-02-28"),
        ("2020-01-31", 1, "month", "2020-02-29"),
        ("2020-12-31", 2, "month", "2021-02-28"),
        ("2019-12-01", 90, "day", "2020-02-29"),
        ("2019-12-31", 1, "month", "2020-01-31"),
    ],
)
def test_last_days(shipped: str, length: int, unit: str, last: str) -> None:
    assert last_day(dt.date.fromisoformat(shipped), length, unit) == dt.date.fromisoformat(last)


def test_what_cannot_be_is_refused() -> None:
    for wrong in (
        lambda: Case(SHIPPED, SHIPPED - dt.timedelta(days=1)),
        lambda: after(1, exclusion="weather"),
        lambda: after(1, third_party="perhaps"),
        lambda: Term("gift", 1, "day", "x"),
        lambda: Term("repair", 0, "day", "x"),
    ):
        with pytest.raises(ValueError):
            wrong()
    with pytest.raises(OverflowError):
        last_day(SHIPPED, 9000, "year")


DAYS = st.dates(dt.date(1999, 1, 1), dt.date(2030, 1, 1))
TERMS = st.builds(
    Term, st.sampled_from(REMEDIES[:3]), st.integers(1, 40), st.sampled_from(UNITS), st.just("条"), st.sampled_from(BASES),
    st.sampled_from(CONDITIONS),
)  # fmt: skip
KNOWN = st.sampled_from([None, True, False])


@st.composite
def cases(draw: st.DrawFn) -> Case:
    shipped = draw(DAYS)
    return Case(
        shipped, shipped + dt.timedelta(days=draw(st.integers(0, 4000))), draw(KNOWN), draw(KNOWN),
        draw(st.sampled_from([None, "conforming", "nonconforming"])), draw(st.integers(0, 3)),
        draw(st.sampled_from([None, *EXCLUSIONS])), draw(st.booleans()),
    )  # fmt: skip


@given(DAYS, st.integers(1, 40), st.sampled_from(UNITS))
def test_a_last_day_is_the_one_that_counting_day_by_day_finds(
    shipped: dt.date, length: int, unit: str
) -> None:
    """The slow way: walk on until so many days, or so many month ends, are behind."""
    day, left = shipped, length * (12 if unit == "year" else 1)
    while left:
        day += dt.timedelta(days=1)
        month_over = (day + dt.timedelta(days=1)).day == 1
        corresponds = day.day == shipped.day or (month_over and day.day < shipped.day)
        left -= unit == "day" or corresponds
    assert last_day(shipped, length, unit) == day


def rank(case: Case, terms: tuple[Term, ...]) -> int:
    return REMEDIES.index(decide(case, terms).remedy)


@given(cases(), st.lists(TERMS, max_size=5).map(tuple), st.integers(0, 400))
def test_who_reports_later_never_gets_more(case: Case, terms: tuple[Term, ...], days: int) -> None:
    later = replace(case, reported_on=case.reported_on + dt.timedelta(days=days))
    assert rank(case, terms) <= rank(later, terms)


@given(cases(), st.lists(TERMS, max_size=5).map(tuple), TERMS)
def test_one_more_term_never_gives_less(case: Case, terms: tuple[Term, ...], more: Term) -> None:
    assert rank(case, (*terms, more)) <= rank(case, terms)


@given(cases(), st.lists(TERMS, min_size=1, max_size=5).map(tuple), st.randoms())
def test_the_order_of_terms_does_not_matter_and_the_named_one_is_in_time(
    case: Case, terms: tuple[Term, ...], rnd: object
) -> None:
    shuffled = list(terms)
    rnd.shuffle(shuffled)  # type: ignore[attr-defined]
    owed = decide(case, terms)
    assert owed.remedy == decide(case, shuffled).remedy
    if owed.why == "within":
        assert owed.term is not None
        assert owed.last_day is not None
        assert owed.term.remedy == owed.remedy
        assert case.reported_on <= owed.last_day
    else:
        assert owed.remedy == "paid"
    if owed.why == "expired":
        assert not any(one.in_time for one in owed.considered)
    if owed.why == "unmet":
        assert not any(one.in_time and one.holds for one in owed.considered)


@given(cases(), st.lists(TERMS, max_size=5).map(tuple))
def test_a_fact_named_as_open_is_one_that_is_not_known(case: Case, terms: tuple[Term, ...]) -> None:
    named = decide(case, terms).open_facts
    unknown = {
        "evidence": not case.evidence,
        "repairable": case.repairable is None,
        "third_party": case.third_party is None,
    }
    assert all(unknown[name] for name in named)
