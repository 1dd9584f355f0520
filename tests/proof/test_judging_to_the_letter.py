"""What is judged of publication, definitions, figures and targets: each limit to the day and the entry."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.proof.build import LOT, METRIC, PDF, Case, House, fingerprint, good_house, metric
from tests.proof.test_quotient import PARTS, RATE, SHIPMENT, rated
from tests.proof.test_reading_to_the_letter import verdict
from tests.proof.test_verdict import codes
from zhicheng.proof import verify as v
from zhicheng.proof.bundle import write_bundle

NAME = METRIC["name"]
TYPES = {LOT: {"may_open": ["occurred_on", "state"], "graph": [["open", "accepted"]]}}


def said(found: v.Verdict, code: str) -> list[tuple[str, str]]:
    """What the findings of a kind say in English, and where."""
    return [(one.say.en, one.where) for one in found.findings if one.code == code]


def defined(day: str = "2016-12-01") -> House:
    """A log begun on a day, with the example metric defined and nothing else in it."""
    house = House(day=day)
    house.define({NAME: metric()}, TYPES)
    return house


def right_behind_a(house: House, write: Callable[[House], Any]) -> Case:
    """A case in which something is written between checkpoint A, which is not logged, and the publish entry."""

    def publish(facts: dict[str, Any]) -> dict[str, Any]:
        write(house)
        return facts

    return Case(house, log_a=False, spoil_publish=publish)


# Publication and definitions


def test_a_report_published_before_its_checkpoint_a_is_false(tmp_path: Path) -> None:
    members = Case(good_house()).members()
    write_bundle(tmp_path / "b.zip", {**members, "checkpoint-a.txt": members["checkpoint-b.txt"]})
    found = v.verify_bundle(tmp_path / "b.zip", PDF, fingerprint())
    assert found.exit == 1
    assert said(found, "publish.order") == [("The publish entry is older than checkpoint A.", "seq 13")]


@pytest.mark.parametrize("later", [False, True])
def test_a_log_without_definitions_before_a_proves_no_figure(tmp_path: Path, later: bool) -> None:
    house = House()
    house.lot("2017-03-03", "accepted")
    after = (lambda house: house.define({NAME: metric()}, TYPES)) if later else (lambda house: None)
    found = verdict(Case(house, after=after), tmp_path)
    assert (found.exit, codes(found)) == (1, {"define.none"})
    assert said(found, "define.none") == [("No definitions were logged before A.", "ledger.define")]
    assert found.data["figures"][0]["status"] == "false"


@pytest.mark.parametrize(
    "change", [{"graph": [["open", "rejected"]]}, {"may_open": ["state", "occurred_on"]}]
)
def test_a_state_graph_other_than_the_one_logged_is_false(tmp_path: Path, change: dict[str, Any]) -> None:
    def other(definitions: dict[str, Any]) -> dict[str, Any]:
        return {**definitions, "types": {LOT: {**TYPES[LOT], **change}}}

    found = verdict(Case(good_house(), spoil_definitions=other), tmp_path)
    assert (found.exit, codes(found)) == (1, {"define.type"})
    assert said(found, "define.type") == [
        ("The state graph of inspection.lot is not the one logged.", "seq 1")
    ]


@pytest.mark.parametrize(
    ("day", "late"),
    [("2016-12-31", False), ("2017-01-01", False), ("2017-01-02", True), ("2017-12-31", True)],
)
def test_a_definition_of_the_first_day_of_the_period_is_not_late(
    tmp_path: Path, day: str, late: bool
) -> None:
    found = verdict(Case(defined(day)), tmp_path)
    figure = found.data["figures"][0]
    assert (figure["from"], figure["to"]) == ("2017-01-01", "2017-12-31")
    assert (figure["defined_since"], figure["defined_after_period_began"]) == (day, late)
    assert ("figure.defined_late" in codes(found, "amber")) == late
    began = "after the period began." if late else "not after the period began."
    assert f"  The definition stands since {day}, {began}\n" in found.text("en")


def test_a_changed_definition_is_told_by_twelve_digits_of_its_hashes(tmp_path: Path) -> None:
    house, late = good_house(), {NAME: metric(places=1)}
    was = house.entries[1].facts["metric_" + NAME]
    house.define(late, TYPES)
    now = house.entries[-1].facts["metric_" + NAME]
    told = (
        f"F1: the definition, limits in it included, was changed on 2018-03-01, hash {was[:12]}… → {now[:12]}…"
        " (the old one is not in the bundle), after the period began (2017-01-01)."
    )
    assert said(verdict(Case(house, metrics=late), tmp_path), "figure.defined_late") == [(told, "")]


# Figures


def test_what_is_written_right_behind_a_has_changed_after_a(tmp_path: Path) -> None:
    house = good_house()
    found = verdict(right_behind_a(house, lambda house: house.write(LOT, "void", 1, state="void")), tmp_path)
    assert (found.exit, codes(found)) == (0, set())
    assert [one["record"] for one in found.data["figures"][0]["changes_after_a"]] == ["inspection.lot/1"]
    assert said(found, "figure.changed_after_a") == [
        ("F1: 1 records changed after checkpoint A; the report does not show it.", "")
    ]


def test_a_value_from_another_checkpoint_than_e_is_told_with_both_sizes(tmp_path: Path) -> None:
    def spoil(report: dict[str, Any]) -> dict[str, Any]:
        report["figures"][0]["then"]["size"] = 3
        return report

    found = verdict(Case(good_house(), spoil_report=spoil), tmp_path)
    assert said(found, "figure.then") == [
        ("F1: the value from the time of the period rests on another checkpoint: 3, should be 10.", "F1")
    ]


@pytest.mark.parametrize(("logged", "late"), [("2017-02-08", 0), ("2017-02-09", 1)])
def test_a_record_is_late_when_logged_more_than_seven_days_after(
    tmp_path: Path, logged: str, late: int
) -> None:
    house = defined()
    house.day = logged
    house.lot("2017-02-01", "accepted")
    found = verdict(Case(house), tmp_path)
    assert found.data["figures"][0]["late"] == {"records": late, "imported_or_reconstructed": 0}


@pytest.mark.parametrize(
    ("first", "current", "late"),
    [
        ("2017-01-01", "2017-01-20", 1),  # dated anew: it was late all the same
        ("2017-01-20", "2017-01-01", 0),
        (None, "2017-01-01", 1),  # undated at first: what it was given later counts
        (None, "2017-01-20", 0),
    ],
)
def test_how_late_a_record_is_goes_by_its_first_date(
    tmp_path: Path, first: str, current: str, late: int
) -> None:
    house = defined()
    house.day = "2017-01-20"
    house.lot(first, "accepted")
    house.write(LOT, "amend", 1, occurred_on=current)
    assert verdict(Case(house), tmp_path).data["figures"][0]["late"]["records"] == late


# Quotients


def test_a_quotient_of_what_only_the_full_bundle_proves_is_told(tmp_path: Path) -> None:
    case = rated(figures=[PARTS[0], {**PARTS[1], "full_only": True}, RATE])
    case.withhold = lambda entry, names: set() if entry.type == SHIPMENT else names
    assert said(verdict(case, tmp_path), "figure.full_only") == [
        ("F2 is proved only by the holder's full bundle and was not checked here.", "F2"),
        ("F3 rests on a figure that only the holder's full bundle proves; it was not checked here.", "F3"),
    ]


# Targets


def aimed(house: House, ver: int = 1, k: int = 1) -> Case:
    """A report with a target of 75.0 for F1, of a version of an objective."""
    record = {"type": "objective.objective", "k": k, "ver": ver}
    target = {"no": "T1", "figure": "F1", "record": record, "fact": "target", "value": 750, "places": 1,
              "operator": "ge", "met": None}  # fmt: skip
    return Case(house, targets=[target])


def test_each_target_is_read_from_the_versions_of_its_own_record(tmp_path: Path) -> None:
    """The first objective was lowered, the second one never touched: neither stands in the other's place."""
    for k, ver, since, before in ((1, 2, "2017-03-01", "80.0"), (2, 1, "2017-04-01", None)):
        house = defined()
        house.objective(800)
        house.day = "2017-03-01"
        house.write("objective.objective", "amend", 1, target=750)
        house.day = "2017-04-01"
        house.objective(750)
        found = verdict(aimed(house, ver, k), tmp_path)
        assert (found.exit, codes(found)) == (0, set())
        (target,) = found.data["targets"]
        assert (target["since"], target["before"], target["after_period_began"]) == (since, before, True)


@pytest.mark.parametrize(("day", "late"), [("2017-01-01", False), ("2017-01-02", True)])
def test_a_target_of_the_first_day_of_the_period_is_not_late(tmp_path: Path, day: str, late: bool) -> None:
    house = defined()
    house.day = day
    house.objective(750)
    found = verdict(aimed(house), tmp_path)
    (target,) = found.data["targets"]
    assert (target["since"], target["after_period_began"]) == (day, late)
    assert ("target.late" in codes(found, "amber")) == late
    assert f"stands since {day}, {'after' if late else 'not after'} the period began." in found.text("en")


def test_a_target_set_right_behind_a_is_not_the_reports(tmp_path: Path) -> None:
    house = defined()
    house.objective(700)
    case = right_behind_a(house, lambda house: house.write("objective.objective", "amend", 1, target=750))
    case.targets = aimed(house, ver=2).targets
    found = verdict(case, tmp_path)
    assert (found.exit, codes(found)) == (1, {"target.closed"})
    assert said(found, "target.closed") == [
        ("The value of T1 is not open.", "T1 objective.objective/1 v2"),
    ]


@pytest.mark.parametrize(
    ("operator", "held_by"),
    [("is", {750}), ("ge", {749, 750}), ("le", {750, 751}), ("gt", {749}), ("lt", {751})],
)
def test_a_target_is_compared_exactly_with_what_is_printed(
    tmp_path: Path, operator: str, held_by: set[int]
) -> None:
    """F1 prints 75.00; the targets are tenths."""
    for right in (True, False):
        house, targets = good_house(), []
        for at, value in enumerate((749, 750, 751), 1):
            house.objective(value)
            (one,) = aimed(house, k=at).targets
            met = (value in held_by) == right
            targets.append({**one, "no": f"T{at}", "value": value, "operator": operator, "met": met})
        found = verdict(Case(house, targets=targets), tmp_path)
        assert (found.exit, len(said(found, "target.met"))) == ((0, 0) if right else (1, 3))


@pytest.mark.parametrize("what", ["target", "declared"])
@pytest.mark.parametrize("name", ["provenance", "state", "occurred_on"])
def test_the_record_of_a_target_or_declared_fact_opens_when_and_where_from_it_is(
    tmp_path: Path, what: str, name: str
) -> None:
    house = defined()
    house.objective(750)
    house.declare("168")
    declared = {"no": "D1", "record": {"type": "report.declared", "k": 1}, "fact": "value", "value": "168", "unit": "人",
                "evidence": None}  # fmt: skip
    case = aimed(house) if what == "target" else Case(house, declared=[declared])
    of = {"target": "objective.objective", "declared": "report.declared"}[what]
    case.withhold = lambda entry, names: names - {name} if entry.type == of else names
    found = verdict(case, tmp_path)
    assert (found.exit, codes(found)) == (1, {"facts.withheld"})
    (told,) = said(found, "facts.withheld")
    assert told == (f"facts that must be open are withheld: {name}.", f"seq {told[1].split()[1]} {of}/1 v1")


# When the log began, and what was imported


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2016-12-31", None),
        ("2017-01-01", None),
        ("2017-01-02", "log.began_in_period"),
        ("2017-12-31", "log.began_in_period"),
        ("2018-01-01", "log.began_after_period"),
    ],
)
def test_when_the_log_began_is_measured_by_both_ends_of_the_period(
    tmp_path: Path, day: str, told: str | None
) -> None:
    found = verdict(Case(defined(day)), tmp_path)
    assert {one for one in codes(found, "amber") if one.startswith("log.began")} == ({told} - {None})
    assert found.data["log"]["began"] == day
    assert found.data["log"]["began_after_period"] == (told == "log.began_after_period")
    text = found.text("en")
    assert ("  The log began within the period: " in text) == (told == "log.began_in_period")
    assert (f"  The log began {day}, after the period ended" in text) == (told == "log.began_after_period")


@pytest.mark.parametrize(("process", "told"), [(LOT, True), ("supplier.supplier", False)])
def test_what_imports_refused_is_told_of_counted_types_only(tmp_path: Path, process: str, told: bool) -> None:
    house = defined()
    house.take_in(0, 2, process=process)
    house.take_in(0, 1, process=process)
    found = verdict(Case(house), tmp_path)
    said_ = (f"{LOT}: 2 imports read 3 rows, of which 3 were refused and became no records.", "")
    assert said(found, "import.refused") == ([said_] if told else [])
