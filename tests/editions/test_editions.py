"""How editions are named and what makes one major, against the case's table of versions and rules (K-0.1 to K-0.6)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhicheng.editions import Change, Changes, Edition, Kind, Reason, Scheme, UnknownEdition, propose

TABLE = {"V1.0": "A/1", "V1.1": "A/2", "V2.0": "B/1", "V2.1": "B/2", "V3.0": "C/1", "V3.1": "C/2"}
"""Versions and editions as the service company's manual lists them."""
EDITIONS = st.builds(Edition, st.integers(1, 900), st.integers(0, 99))
SCHEMES = st.sampled_from([Scheme(True, 1), Scheme(True, 0), Scheme(False)])


@pytest.mark.proves("K-0.6")
def test_the_table_of_versions_and_editions() -> None:
    scheme = Scheme.starting("A/1")
    for version, edition in TABLE.items():
        assert scheme.read(version) == scheme.read(edition)
        assert (scheme.read(edition).version, scheme.write(scheme.read(version))) == (version, edition)


@pytest.mark.proves("K-0.5")
def test_the_first_is_v1_0_a_major_one_adds_1_and_a_minor_one_a_tenth() -> None:
    first = Edition(1)
    assert first.version == "V1.0"
    assert first.next(major=False).version == "V1.1"
    assert first.next(major=False).next(major=True).version == "V2.0"
    assert Edition(1, 9).next(major=False).version == "V1.10"


def test_where_a_firm_starts_is_its_own_choice() -> None:
    assert Scheme.starting("a/0").write(Edition(1)) == "A/0"
    assert Scheme.starting("V1.0").write(Edition(2, 1)) == "V2.1"
    assert Scheme.starting("A／1").write(Edition(27)) == "AA/1"
    for wrong in ("B/1", "", "1", "V2.0"):
        with pytest.raises(UnknownEdition):
            Scheme.starting(wrong)
    for wrong in ("A/0", "V0.1", "A1", "/", "V1", "A/-1"):
        with pytest.raises(UnknownEdition):
            Scheme.starting("A/1").read(wrong)


@given(SCHEMES, EDITIONS)
def test_what_is_written_is_read_again(scheme: Scheme, edition: Edition) -> None:
    assert scheme.read(scheme.write(edition)) == edition == scheme.read(edition.version)


@given(SCHEMES, EDITIONS, st.booleans())
def test_the_next_edition_comes_after_and_has_another_name(
    scheme: Scheme, edition: Edition, major: bool
) -> None:
    following = edition.next(major=major)
    assert following > edition
    assert scheme.write(following) != scheme.write(edition)
    assert (following.minor == 0) is major


def _changed(*named: str, how: Change = Change.CHANGED) -> tuple[tuple[str, Change], ...]:
    return tuple((name, how) for name in named)


@pytest.mark.proves("K-0.1", "K-0.3")
@pytest.mark.parametrize(
    ("changes", "kind", "reason"),
    [
        (Changes(whole=True), Kind.MAJOR, Reason.WHOLE),
        (Changes(customer_system=True), Kind.MAJOR, Reason.SYSTEM),
        (Changes(_changed(*"abcde")), Kind.MAJOR, Reason.MANY),
        (Changes(_changed(*"abcd")), Kind.MINOR, Reason.FEW),
        (Changes(_changed(*"abcda")), Kind.MINOR, Reason.FEW),
        (Changes(), Kind.MINOR, Reason.FEW),
        (Changes(_changed("a"), first=True), Kind.FIRST, Reason.FIRST),
    ],
)
def test_five_changed_processes_or_the_whole_make_a_major_one(
    changes: Changes, kind: Kind, reason: Reason
) -> None:
    found = propose(changes)
    assert (found.kind, found.reason) == (kind, reason)


@pytest.mark.proves("K-0.2")
@given(st.sampled_from([Change.ADDED, Change.DROPPED]), st.sets(st.text("abcdefgh", min_size=1), max_size=4))
def test_one_process_added_or_dropped_makes_a_major_one_whatever_the_count(
    how: Change, others: set[str]
) -> None:
    found = propose(Changes((*_changed(*others), ("新流程", how)), yearly_review=True))
    assert (found.kind, found.reason) == (Kind.MAJOR, Reason.ADDED_OR_DROPPED)


@pytest.mark.proves("K-0.4")
def test_the_yearly_review_brings_a_minor_one() -> None:
    found = propose(Changes(_changed("a"), yearly_review=True))
    assert (found.kind, found.reason, found.count) == (Kind.MINOR, Reason.YEARLY, 1)


@given(st.sets(st.text("abcdefghij", min_size=1), max_size=9), st.integers(1, 9))
def test_the_limit_is_a_parameter(names: set[str], limit: int) -> None:
    found = propose(Changes(_changed(*names)), major_from=limit)
    assert (found.kind is Kind.MAJOR) is (len(names) >= limit)
