"""What of a readable log counts: facts that must be open and of a kind, undecided records, versions, the words of the document."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from tests.proof.build import LOT, METRIC, Case, Entry, House, good_house, metric
from tests.proof.mutate import AnyCase
from tests.proof.test_malformed import REPORT, spoilt
from tests.proof.test_quotient import METRICS, PARTS, RATE, SHIPMENT
from tests.proof.test_reading_to_the_letter import red, said, verdict
from zhicheng.proof import verify as v

# Facts of a wrong kind


@pytest.mark.parametrize(
    ("name", "value"),
    [("provenance", "made up"), ("state", 1), ("judged_at_once", 1), ("judged_at_once", "yes")],
)
def test_each_record_with_a_fact_of_the_wrong_kind_is_named(tmp_path: Path, name: str, value: Any) -> None:
    house = good_house()
    at = len(house.entries)
    for _ in range(3):
        house.lot("2017-03-03", "accepted", **{name: value})
    found = verdict(Case(house), tmp_path)
    named = [one.where for one in found.findings if one.code == "facts.kind"]
    assert named == [f"seq {at + n} {LOT}/{7 + n} v1" for n in range(3)]
    assert said(found, "facts.kind") == [f"Facts of the wrong type or not open: {name}."] * 3


@pytest.mark.parametrize("name", ["judged_at_once", "occurred_on"])
def test_a_record_may_be_undated_or_without_a_verdict(tmp_path: Path, name: str) -> None:
    house = good_house()
    house.write(LOT, "amend", 1, **{name: None})
    found = verdict(Case(house), tmp_path)
    assert (found.exit, red(found)) == (0, [])


# What is kept of many records


def test_versions_whose_facts_are_written_alike_share_them(tmp_path: Path) -> None:
    """The first line of a shape is read in another way; the facts of all others are one object for each content."""
    house = good_house()
    for day in ("2017-03-03", "2017-03-04") * 5:
        house.lot(day, "accepted")
    bundle = v.Container(io.BytesIO(Case(house).bundle(tmp_path)))
    wanted = {LOT: {"occurred_on", "state", "provenance", "judged_at_once"}}
    log = v.LogReader(bundle, v.Findings(), wanted, {LOT: {"occurred_on"}}, {LOT}).read(())
    lots = [one.known for (one,) in log.records[LOT]]
    assert len(lots) == 16
    assert [one.facts["occurred_on"] for one in lots[6:]] == ["2017-03-03", "2017-03-04"] * 5
    assert {id(one) for one in lots[6:]} == {id(one) for one in lots[6:8]}
    assert lots[6] is not lots[7]


def test_at_most_20_000_contents_of_a_kind_are_remembered() -> None:
    kind = v.Kind(v.Shape(("a",), ("a",)), {"a"})
    for number in range(20_000):
        kind.keep((str(number).encode(),), v.NOTHING_KNOWN)
    assert len(kind.known) == 20_000
    kind.keep((b"more",), v.NOTHING_KNOWN)
    assert list(kind.known) == [(b"more",)]


# Facts that must be open


def released(house: House, **facts: Any) -> Case:
    """A report on one lot that is placed by the day of its release."""
    metrics = {METRIC["name"]: metric(placed_by="released_on")}
    house.define(metrics, {})
    house.lot("2016-03-03", "accepted", **{"released_on": "2017-03-03", **facts})
    return Case(house, metrics=metrics)


@pytest.mark.parametrize(
    ("kept_back", "false"), [("occurred_on", []), ("released_on", ["facts.withheld", "facts.withheld"])]
)
def test_the_day_that_places_must_be_open_and_no_other(
    tmp_path: Path, kept_back: str, false: list[str]
) -> None:
    case = released(House())
    case.withhold = lambda entry, names: names - {kept_back}
    found = verdict(case, tmp_path)
    assert [code for code, _ in red(found)] == false
    assert found.exit == (1 if false else 0)


@pytest.mark.parametrize("day", ["2017-02-29", 20170303])
def test_the_day_that_places_is_a_day(tmp_path: Path, day: Any) -> None:
    def redated(house: House) -> None:
        house.write(LOT, "amend", 1, released_on=day)

    assert red(verdict(released(House(), occurred_on=day), tmp_path)) == []
    case = released(House())
    case.after = redated
    found = verdict(case, tmp_path)
    assert said(found, "facts.kind") == ["Facts of the wrong type or not open: released_on."]
    assert found.exit == 1


# Undecided records


def failing(fact: str) -> dict[str, Any]:
    """A share of the raw ones, whose ``failed`` names a fact that nothing else reads."""
    return metric(
        where=[],
        numerator={"of": "count", "fact": None, "where": [["purchase_kind", "is", "raw"]]},
        failed=[fact, "accepted"],
    )


@pytest.mark.parametrize(("opened", "undecided"), [(False, 0), (True, 1)])
def test_a_record_that_does_not_open_what_failed_names_is_not_undecided(
    tmp_path: Path, opened: bool, undecided: int
) -> None:
    def kept(entry: Entry, names: set[str]) -> set[str]:
        return names | {"first_verdict"} if opened and entry.type == LOT else names

    house = House()
    metrics = {METRIC["name"]: failing("first_verdict")}
    house.define(metrics, {})
    house.lot("2017-03-03", "accepted")
    house.lot("2017-03-04", None)
    found = verdict(Case(house, metrics=metrics, withhold=kept), tmp_path)
    figure = found.data["figures"][0]
    assert (figure["undecided"], figure["bounds"]) == (undecided, None)


def test_without_failed_no_record_is_undecided(tmp_path: Path) -> None:
    house = good_house()
    metrics = {METRIC["name"]: metric(failed=None)}
    house.define(metrics, {})
    figure = verdict(Case(house, metrics=metrics), tmp_path).data["figures"][0]
    assert (figure["undecided"], figure["bounds"]) == (0, None)


def test_an_undecided_record_that_counts_as_it_is_is_not_counted_twice(tmp_path: Path) -> None:
    """Two accepted, one rejected, one without a verdict that the denominator holds all the same: 2/4, 3/4."""
    metrics = {METRIC["name"]: metric(where=[], states=["accepted", "rejected", "open"])}
    house = House()
    house.define(metrics, {})
    for decided in ("accepted", "accepted", "rejected", None):
        house.lot("2017-03-03", decided)
    figure = verdict(Case(house, metrics=metrics), tmp_path).data["figures"][0]
    assert (figure["recomputed"]["value"], figure["undecided"]) == ("50.00", 1)
    assert figure["bounds"] == {"all_failed": "50.00", "all_passed": "75.00"}


# Versions and adjustments


def test_the_version_in_force_is_the_last_one_below_the_size() -> None:
    first, second = (v.Version(seq, "2017-01-01", "open", v.NOTHING_KNOWN) for seq in (3, 5))
    found = [v.version_at([first, second], size) for size in (3, 4, 5, 6)]
    assert found == [None, first, first, second]


def test_what_changed_between_two_sizes_is_below_the_second_and_not_below_the_first() -> None:
    known = v.Known({})
    versions = [v.Version(seq, "2017-01-01", "amend", known) for seq in (2, 3, 4, 5)]
    before, after = (v.Recomputed(v.Measured(n, 1, ""), {1: (n, 1)}, (), 0, None, 0) for n in (0, 1))
    (one,) = v.adjustments("a.b", [versions], before, after, (3, 5))
    assert one.entries == ((3, "2017-01-01", "amend"), (4, "2017-01-01", "amend"))


# The document


def test_the_document_is_walked_with_its_keys_sorted_and_its_lists_in_order() -> None:
    tree = {
        "b": [{"text": "1"}, {"text": "2", "figure": "F1"}],
        "a": {"declared": "D1", "target": "T1"},
        "figures": ["F2", 3],
        "c": {"text": {"text": "3"}},
    }
    assert list(v.walk_document(tree)) == [
        ("figure", "F2"),
        ("figure", "3"),
        ("declared", "D1"),
        ("target", "T1"),
        ("text", "1"),
        ("figure", "F1"),
        ("text", "2"),
        ("text", "3"),
    ]


def test_what_names_nothing_is_no_reference() -> None:
    tree = [
        {"figure": ""},
        {"figure": None},
        {"target": 1},
        {"declared": ["D1"]},
        {"figures": "F1"},
        {"other": "F1"},
        {"other": ["F1"]},
    ]
    assert list(v.walk_document(tree)) == []
    assert list(v.walk_document("text")) == []


# Values from soon after the period


def test_a_value_may_rest_on_a_checkpoint_of_nothing() -> None:
    report = v.parse_report(spoilt(REPORT, "figures.0.then.size", 0))
    assert report.figures[0].then == v.Then(0, v.Measured(1, 2, "50.0"))


def test_a_quotient_of_a_figure_that_cannot_be_computed_soon_after_the_period_is_false(
    tmp_path: Path,
) -> None:
    """The summed quantity was empty at E and is a number at A."""
    facts = {"state": "shipped", "occurred_on": "2017-03-01", "purchase_kind": "raw", "provenance": "entered"}
    house = House(day="2016-12-01")
    house.define(METRICS, {})
    house.lot("2017-12-31", "rejected")
    house.write(SHIPMENT, "open", None, quantity=None, **facts)
    house.day = "2018-02-01"
    house.checkpoint()
    house.write(SHIPMENT, "amend", 1, quantity=1_000)
    case = AnyCase(
        house, metrics=METRICS, figures=[{**one, "full_only": False} for one in (*PARTS, RATE)], document=[]
    )
    found = verdict(case, tmp_path)
    assert found.exit == 1
    assert red(found)[1:] == [("figure.facts", "F2"), ("figure.part", "F3")]
    parts = found.data["figures"]
    assert [one["status"] for one in parts] == ["proved", "false", "false"]
    assert [one["then"] is None for one in parts] == [False, True, True]
