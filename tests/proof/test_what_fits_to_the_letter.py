"""What report, notes, log and publish entry say of each other: which sentence each difference deserves, and where it stands."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.proof.build import (
    ENTERPRISE,
    LOT,
    METRIC,
    ORIGIN,
    PDF,
    Case,
    House,
    fingerprint,
    good_house,
    metric,
)
from tests.proof.test_reading_to_the_letter import NEW, red, refused, said, verdict, written
from zhicheng.proof import note as notes
from zhicheng.proof import verify as v


def places(found: v.Verdict, code: str) -> list[str]:
    return [one.where for one in found.findings if one.code == code]


# The report and its definitions


def test_a_figure_without_a_definition_is_false_and_nothing_is_recomputed(tmp_path: Path) -> None:
    def renamed(report: dict[str, Any]) -> dict[str, Any]:
        return {**report, "figures": [{**report["figures"][0], "metric": "other"}]}

    found = verdict(Case(good_house(), spoil_report=renamed), tmp_path)
    assert (found.exit, red(found)) == (1, [("log.false", "definitions.json")])
    assert said(found, "log.false") == ["F1 has no definition."]
    assert found.data["figures"] == []


def test_a_target_of_no_figure_is_false_and_nothing_is_recomputed(tmp_path: Path) -> None:
    house = good_house()
    house.objective(750)
    target = {
        "no": "T1", "figure": "F2", "record": {"type": "objective.objective", "k": 1, "ver": 1}, "fact": "target",
        "value": 750, "places": 1, "operator": "ge", "met": None,
    }  # fmt: skip
    found = verdict(Case(house, targets=[target]), tmp_path)
    assert (found.exit, red(found)) == (1, [("log.false", "report.json")])
    assert said(found, "log.false") == ["T1 names no figure."]
    house = good_house()
    house.objective(750)
    assert verdict(Case(house, targets=[{**target, "figure": None}]), tmp_path).exit == 0


def test_a_figure_sliced_by_what_is_no_dimension_is_named(tmp_path: Path) -> None:
    figures = [
        {"metric": METRIC["name"], "slice": [["purchase_kind", "is", "raw"]]},
        {"metric": METRIC["name"], "slice": [["purchase_kind", "is", "raw"], ["quantity", "is", 10]]},
    ]
    found = verdict(Case(good_house(), figures=figures), tmp_path)
    assert red(found) == [("figure.slice", "F2")]
    assert said(found, "figure.slice") == ["F2 is sliced by a fact that is no dimension of its metric."]
    assert [one["status"] for one in found.data["figures"]] == ["proved", "false"]


# Roots


def test_a_log_cut_off_before_a_is_narrowed_down_from_the_last_checkpoint_that_fits(tmp_path: Path) -> None:
    found = verdict(Case(good_house(), spoil_headers=lambda lines: lines[:11]), tmp_path)
    assert {"headers.number_of", "root.b", "root.a"} <= {code for code, _ in red(found)}
    assert said(found, "headers.number_of") == [
        "Checkpoint B states 14 entries, the bundle has 11: some were removed or added."
    ]
    assert "a header between entries 10 and 10 was changed" in said(found, "root.b")[0]
    assert said(found, "root.a") == ["The root over the first 12 headers is not that of checkpoint A."]
    assert [places(found, one) for one in ("root.a", "root.b")] == [["checkpoint-a.txt"], ["headers.jsonl"]]


@pytest.mark.parametrize(("size", "root"), [("4", "0" * 64), (4, 7), (None, None)])
def test_a_malformed_checkpoint_entry_narrows_nothing_down(tmp_path: Path, size: Any, root: Any) -> None:
    house = good_house()
    house.write("ledger.checkpoint", "sign", size=size, root=root, occasion="hourly")

    def changed(lines: list[bytes]) -> list[bytes]:
        return [*lines[:4], lines[4].replace(b'"act":"open"', b'"act":"edit"'), *lines[5:]]

    found = verdict(Case(house, spoil_headers=changed), tmp_path)
    assert "a header between entries 2 and 9 was changed" in said(found, "root.b")[0]


def test_a_checkpoint_a_that_is_not_logged_is_told(tmp_path: Path) -> None:
    found = verdict(Case(good_house(), log_a=False), tmp_path)
    assert (found.exit, places(found, "checkpoint.a_unlogged")) == (0, ["checkpoint-a.txt"])
    assert places(verdict(Case(good_house()), tmp_path), "checkpoint.a_unlogged") == []


# The name of the log and its beginning


def test_different_names_of_the_log_are_told_apart(tmp_path: Path) -> None:
    def renamed(report: dict[str, Any]) -> dict[str, Any]:
        return {**report, "origin": "other.example/quality"}

    found = verdict(Case(good_house(), spoil_report=renamed), tmp_path)
    assert said(found, "origin.differs") == [
        f"Checkpoints, key and report name different logs: 「{ORIGIN}」, 「other.example/quality」."
    ]
    assert red(found) == [("origin.differs", "report.json"), ("genesis.origin", "seq 0")]


@pytest.mark.parametrize(
    ("origin", "reopened"),
    [(ORIGIN + "/2", True), (ORIGIN + "/20", True), (ORIGIN + "/2a", False), (ORIGIN + "2", False)],
)
def test_a_log_named_by_a_number_was_opened_again(tmp_path: Path, origin: str, reopened: bool) -> None:
    house = House(origin)
    house.define({METRIC["name"]: metric()}, {})
    found = verdict(Case(house), tmp_path)
    assert (found.exit, red(found)) == (3 if reopened else 0, [])
    assert places(found, "origin.reopened") == ["report.json"] * reopened


def test_the_fingerprint_in_the_report_is_that_of_the_key_that_signed_a(tmp_path: Path) -> None:
    def printed(report: dict[str, Any]) -> dict[str, Any]:
        return {**report, "fingerprint": v.plain_fingerprint(notes.fingerprint(NEW))}

    case = Case(good_house(), spoil_report=printed, after=lambda house: house.rotate(NEW))
    found = verdict(case, tmp_path)
    assert red(found) == [("key.report", "report.json")]
    assert said(found, "key.report") == ["The fingerprint in the report is not that of the key that signed."]


@pytest.mark.parametrize(
    "changed",
    [
        lambda lines: [lines[0].replace(b'"act":"genesis"', b'"act":"open"'), *lines[1:]],
        lambda lines: [lines[0].replace(b'"type":"ledger.genesis"', b'"type":"ledger.birth"'), *lines[1:]],
        lambda lines: [
            lines[0].replace(b'"type":"ledger.genesis"', b'"type":"ledger.birth"'),
            lines[1]
            .replace(b'"type":"ledger.define"', b'"type":"ledger.genesis"')
            .replace(b'"act":"define"', b'"act":"genesis"'),
            *lines[2:],
        ],
    ],
)
def test_entry_0_is_the_genesis_of_the_log(tmp_path: Path, changed: Any) -> None:
    found = verdict(Case(good_house(), spoil_headers=changed), tmp_path)
    assert ("genesis", "seq 0") in red(found)
    assert said(found, "genesis") == ["Entry 0 is not the genesis of the log."]


def test_another_enterprise_or_an_earlier_log_in_the_genesis_is_told(tmp_path: Path) -> None:
    house = House(predecessor="older.example/quality")
    house.define({METRIC["name"]: metric()}, {})
    found = verdict(Case(house, spoil_report=lambda one: {**one, "enterprise": "另一家"}), tmp_path)
    assert (found.exit, red(found)) == (3, [])
    assert said(found, "genesis.enterprise") == [
        f"The genesis names 「{ENTERPRISE}」, the report 「另一家」."
    ]
    assert said(found, "genesis.predecessor") == [
        "There is an earlier log 「older.example/quality」, which is not in the bundle."
    ]
    assert places(found, "genesis.enterprise") == places(found, "genesis.predecessor") == ["seq 0"]
    plain = verdict(Case(good_house()), tmp_path)
    assert places(plain, "genesis.enterprise") + places(plain, "genesis.predecessor") == []


# The publish entry


def published_again(house: House, number: int, pdf: bytes = b"another") -> None:
    """Other reports that were published."""
    facts = {**house.state["report.report", 1], "pdf": sha256(pdf).hexdigest()}
    for _ in range(number):
        house.write("report.report", "publish", None, **facts)


def test_other_publish_entries_are_counted(tmp_path: Path) -> None:
    found = verdict(Case(good_house(), after=lambda house: published_again(house, 2)), tmp_path)
    assert (found.exit, red(found)) == (0, [])
    assert said(found, "publish.others") == [
        "The log holds 2 other publish entries (other reports or editions); they are not opened here."
    ]
    assert said(verdict(Case(good_house()), tmp_path), "publish.others") == []


@pytest.mark.parametrize("times", [0, 2])
def test_a_report_is_published_once(tmp_path: Path, times: int) -> None:
    found = verdict(Case(good_house(), publishes=times), tmp_path, report=b"another")
    assert ("publish.number", "report.report/1") in red(found)
    assert said(found, "publish.number") == [
        f"This report has {times} publish entries in the log and should have exactly one."
    ]


def test_a_report_is_a_record_of_its_type(tmp_path: Path) -> None:
    def other(report: dict[str, Any]) -> dict[str, Any]:
        return {**report, "record": {"type": LOT, "k": 1}}

    assert red(verdict(Case(good_house(), spoil_report=other), tmp_path)) == [
        ("publish.number", "report.report/1")
    ]


def test_a_pdf_is_published_once(tmp_path: Path) -> None:
    case = Case(good_house(), after=lambda house: published_again(house, 1, PDF))
    found = verdict(case, tmp_path)
    assert red(found) == [("publish.pdf", f"seq {len(case.house.entries) - 1}")]
    again = Case(good_house(), after=lambda house: published_again(house, 1, PDF))
    assert verdict(again, tmp_path, report=None).exit == 3


def test_a_publish_entry_behind_which_a_was_signed_is_older_than_a(tmp_path: Path) -> None:
    case = Case(good_house())
    members = case.members()
    size, root = case.house.tree.size, case.house.tree.root()
    note = notes.sign_note(notes.checkpoint_text(ORIGIN, size, root), ORIGIN, case.house.keys[-1])
    found = written({**members, "checkpoint-a.txt": note.encode()}, tmp_path)
    at = f"seq {size - 1}"
    assert [one for one in red(found) if one[0].startswith("publish.")] == [
        ("publish.a_size", at),
        ("publish.a_root", at),
        ("publish.checkpoint_a.size", at),
        ("publish.checkpoint_a.root", at),
        ("publish.order", at),
    ]
    assert said(found, "publish.a_size") == [
        f"a_size in the publish entry or report is not that of the bundle (「12」, 「{size}」)."
    ]


def test_what_a_publish_entry_keeps_back_is_listed(tmp_path: Path) -> None:
    case = Case(good_house(), withhold=lambda entry, names: names - {"html", "a_root"})
    found = verdict(case, tmp_path)
    assert red(found) == [("publish.closed", f"seq {len(case.house.entries) - 1}")]
    assert said(found, "publish.closed") == ["The publish entry keeps back: html、a_root."]


# What the reader brings


def test_what_the_reader_brings_and_is_no_note_is_named(tmp_path: Path) -> None:
    found = verdict(Case(good_house()), tmp_path, since=[("kept.txt", b"no note")])
    assert refused(found) == ("malformed note", "--since kept.txt")


@pytest.mark.parametrize("name", ["checkpoint-a.txt", "checkpoint-b.txt"])
def test_a_note_that_is_none_is_named(tmp_path: Path, name: str) -> None:
    found = written({**Case(good_house()).members(), name: b"no note"}, tmp_path)
    assert refused(found) == ("malformed note", name)


def test_without_the_report_nothing_is_bound(tmp_path: Path) -> None:
    found = v.verify_bundle(Case(good_house()).bundle(tmp_path), None, fingerprint())
    assert (found.exit, red(found)) == (3, [])
    assert found.data["binding"]["bound"] is None


def test_what_was_not_checked_is_left_out_of_what_is_proved(tmp_path: Path) -> None:
    found = v.verify_bundle(Case(good_house()).bundle(tmp_path), None, fingerprint())
    assert found.exit == 3
    assert found.data["closing"][0]["en"] == (
        "Proved: arithmetic and completeness within this log, except for what is marked above as not checked."
    )
    assert found.text("en").splitlines()[-4] == found.data["closing"][0]["en"]
