"""What the account tells in words and as data, the reader's windows, what cannot be read, and the command line."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.proof import test_account
from tests.proof.build import ENTERPRISE, LOT, ORIGIN, PDF, Case, fingerprint, good_house
from tests.proof.test_anchors import cosigned, keys
from tests.proof.test_judging_to_the_letter import NAME, defined, said
from tests.proof.test_quotient import rated
from tests.proof.test_reading_to_the_letter import verdict
from zhicheng.proof import note as notes
from zhicheng.proof import verify as v

# Windows


def test_a_checkpoint_that_was_never_logged_dates_from_the_last_entry_below_it(tmp_path: Path) -> None:
    house = defined("2017-02-01")
    for day in ("2017-03-01", "2017-04-01", "2017-10-01"):
        house.day = day
        house.lot(day, "accepted")
        if day == "2017-04-01":
            text = notes.checkpoint_text(house.origin, house.tree.size, house.tree.root())
            kept = notes.sign_note(text, house.origin, house.keys[-1]).encode()
    log = verdict(Case(house), tmp_path, since=[("kept.txt", kept)]).data["log"]
    assert log["first_anchor"] == {"entries": 4, "d": "2017-04-01"}
    assert log["longest_without_anchor"] == {"from": "2017-04-01", "to": "2017-12-31", "days": 274}


def test_a_checkpoint_dates_from_the_day_on_which_it_was_first_logged(tmp_path: Path) -> None:
    house = defined()
    house.day = "2017-03-01"
    house.lot("2017-03-01", "accepted")
    house.day = "2017-03-05"
    size, root = house.tree.size, house.tree.root().hex()
    kept = house.checkpoint().encode()
    house.day = "2017-03-09"
    house.write("ledger.checkpoint", "sign", size=size, root=root, occasion="again")
    log = verdict(Case(house), tmp_path, since=[("kept.txt", kept)]).data["log"]
    assert log["first_anchor"] == {"entries": size, "d": "2017-03-05"}
    assert log["longest_without_anchor"] == {"from": "2017-03-05", "to": "2017-12-31", "days": 301}


@pytest.mark.parametrize(("last", "days"), [("2017-01-01", 0), ("2017-01-02", 1)])
def test_the_times_without_an_anchor_or_a_checkpoint_of_the_shortest_periods(
    tmp_path: Path, last: str, days: int
) -> None:
    house = good_house()
    kept = [("kept.txt", house.checkpoint().encode())]
    found = verdict(Case(house, period=("2017-01-01", last)), tmp_path, since=kept)
    whole = {"from": "2017-01-01", "to": last, "days": days}
    assert found.data["log"]["longest_without_anchor"] == whole
    assert found.data["log"]["longest_without_checkpoint"] == whole


def test_of_equal_times_and_days_the_earliest_is_told(tmp_path: Path) -> None:
    """Thirty days before the kept checkpoint and thirty after it; three entries on the first day and on the last."""
    house = defined("2017-01-01")
    house.lot("2017-01-01", "accepted")
    house.day = "2017-01-31"
    kept = [("kept.txt", house.checkpoint().encode())]
    house.day = "2017-04-01"
    log = verdict(Case(house, period=("2017-01-01", "2017-03-02")), tmp_path, since=kept).data["log"]
    assert log["longest_without_anchor"] == {"from": "2017-01-01", "to": "2017-01-31", "days": 30}
    assert log["longest_without_checkpoint"] == {"from": "2017-01-01", "to": "2017-01-31", "days": 30}
    assert (log["entries"], log["busiest_day"]) == (7, {"d": "2017-01-01", "entries": 3})


# The account as data


@pytest.fixture(scope="module")
def eventful(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """What is said as data of the report of which there is most to say."""
    case, held = test_account.eventful()
    return v.verify_bundle(case.bundle(tmp_path_factory.mktemp("telling")), PDF, fingerprint(), held).data


def test_as_data_the_report_the_checkpoints_and_the_binding(eventful: Mapping[str, Any]) -> None:
    case, _ = test_account.eventful()
    case.members()
    house = case.house
    a = next(one.facts for one in house.entries if one.facts.get("occasion") == "publication")
    pdf = sha256(PDF).hexdigest()
    assert eventful["report"] == {
        "origin": ORIGIN,
        "enterprise": ENTERPRISE,
        "title": "2017 年度质量报告",
        "edition": "1",
        "record": "report.report/1",
        "period": {"from": "2017-01-01", "to": "2017-12-31"},
        "issued_on": "2018-03-01",
        "fingerprint": fingerprint().replace(" ", ""),
        "checkpoint_a": {"size": 24, "root": a["root"]},
        "checkpoint_b": {"size": 26, "root": house.tree.root().hex()},
    }
    assert eventful["binding"] == {
        "pdf_sha256": pdf,
        "bound": True,
        "seq": 25,
        "date": "2018-03-01",
        "stated": pdf,
    }
    assert [eventful[one] for one in ("format", "verdict", "exit", "key_given", "report_given")] == [
        1,
        "proved",
        0,
        True,
        True,
    ]


def test_as_data_the_log_and_its_anchors(eventful: Mapping[str, Any]) -> None:
    log = dict(eventful["log"])
    types = log.pop("types")
    longest = {"from": "2017-02-01", "to": "2017-12-31", "days": 333}
    assert log == {
        "entries": 26,
        "began": "2017-02-01",
        "began_after_period": False,
        "busiest_day": {"d": "2017-02-01", "entries": 6},
        "longest_without_checkpoint": longest,
        "first_anchor": {"entries": 2, "d": "2017-02-01"},
        "longest_without_anchor": longest,
    }
    assert types[LOT] == {"records": 12, "entries": 14, "counted": True}
    assert types["ledger.define"] == {"records": 1, "entries": 2, "counted": False}
    assert {name for name, one in types.items() if one["counted"]} == {
        LOT,
        "objective.objective",
        "report.declared",
    }
    assert [(one["entries"], one["text_en"].split(" ")[0]) for one in eventful["anchors"]] == [
        (2, "The"),
        (24, "Witness"),
    ]


def test_as_data_a_figure_with_everything_behind_it(eventful: Mapping[str, Any]) -> None:
    figure = dict(eventful["figures"][0])
    words, funnel = figure.pop("definition"), figure.pop("funnel")
    assert words["zh"].startswith(f"取 {LOT} 的每条记录")
    assert words["en"].startswith(f"Of every {LOT} whose occurred_on lies in the period")
    assert funnel[0] == {"zh": f"{LOT} 的全部记录", "en": f"all records of {LOT}", "records": 12}
    stated = {"numerator": 4, "denominator": 7, "value": "57.14"}

    def entry(seq: int, act: str) -> dict[str, Any]:
        return {"seq": seq, "d": "2018-02-20", "act": act}

    out = "不在期内 out"
    assert figure == {
        "no": "F1",
        "metric": NAME,
        "from": "2017-01-01",
        "to": "2017-12-31",
        "slice": [],
        "unit": "%",
        "status": "proved",
        "stated": stated,
        "recomputed": stated,
        "then": {"size": 19, "numerator": 6, "denominator": 7, "value": "85.71"},
        "defined_since": "2017-02-01",
        "defined_after_period_began": True,
        "parts": [],
        "undecided": 2,
        "bounds": {"all_failed": "44.44", "all_passed": "66.67"},
        "adjusted_records": 3,
        "adjustments": [
            {"record": f"{LOT}/1", "before": "1/1", "after": "0/1", "entries": [entry(20, "amend")]},
            {"record": f"{LOT}/2", "before": "1/1", "after": out, "entries": [entry(21, "amend")]},
            {"record": f"{LOT}/12", "before": out, "after": "0/1", "entries": [entry(22, "open")]},
        ],
        "changed_records_after_a": 0,
        "changes_after_a": [],
        "provenance": {"entered": 6, "reconstructed": 1},
        "late": {"records": 4, "imported_or_reconstructed": 0},
        "verdicts": {"at_once": 2, "all": 7},
    }
    assert eventful["figures"][1]["slice"] == [["purchase_kind", "is", "raw"]]


def test_as_data_targets_declared_facts_and_numerals(eventful: Mapping[str, Any]) -> None:
    assert eventful["targets"] == [
        {
            "no": "T1",
            "figure": "F1",
            "record": "objective.objective/1",
            "value": "75.0",
            "operator": "ge",
            "met": False,
            "since": "2017-06-01",
            "before": "90.0",
            "after_period_began": True,
        }
    ]
    assert eventful["declared"] == [
        {"no": "D1", "record": "report.declared/1", "value": "168", "unit": "人", "evidence": None}
    ]
    assert eventful["numerals"] == [
        {"numeral": "12", "text": "全年 12 批，合格率为"},
        {"numeral": "3", "text": "，第二季度 3 批。"},
    ]


def test_as_data_a_quotient_has_parts_and_no_records_of_its_own(tmp_path: Path) -> None:
    figure = dict(verdict(rated(), tmp_path).data["figures"][2])
    figure.pop("definition")
    stated = {"numerator": 1, "denominator": 3_000_000, "value": "0.33"}
    assert figure == {
        "no": "F3",
        "metric": "rejected_per_thousand",
        "from": "2017-01-01",
        "to": "2017-12-31",
        "slice": [],
        "unit": "批/千台",
        "status": "proved",
        "stated": stated,
        "recomputed": stated,
        "then": {**stated, "size": 7},
        "defined_since": "2016-12-01",
        "defined_after_period_began": False,
        "parts": ["F1", "F2"],
        "funnel": [],
        "undecided": None,
        "bounds": None,
        "adjusted_records": None,
        "adjustments": [],
        "changed_records_after_a": None,
        "changes_after_a": [],
        "provenance": {},
        "late": None,
        "verdicts": None,
    }


@pytest.mark.parametrize(("number", "shown"), [(50, 50), (51, 50)])
def test_fifty_changes_are_listed_and_the_rest_is_data(tmp_path: Path, number: int, shown: int) -> None:
    house = good_house()
    for _ in range(number):
        house.lot("2017-08-08", "accepted")
    found = verdict(Case(house), tmp_path)
    assert f"  Adjustments after the period (then → now): {number} records.\n" in found.text("en")
    assert found.text("en").count("    inspection.lot/") == shown
    assert ("    The rest: --format json.\n" in found.text("en")) == (number > shown)
    assert len(found.data["figures"][0]["adjustments"]) == number


def test_a_thousand_changes_are_kept_as_data() -> None:
    one = v.Adjustment("a.b/1", "0", "1/1", ((7, "2018-01-02", "amend"),))
    kept = v._changes_data([one] * 1001)
    assert len(kept) == 1000
    entries = [{"seq": 7, "d": "2018-01-02", "act": "amend"}]
    assert kept[-1] == {"record": "a.b/1", "before": "0", "after": "1/1", "entries": entries}


# What cannot be read


def test_what_cannot_be_read_is_the_whole_account() -> None:
    assert v.verify_bundle(b"no zip", PDF, fingerprint()).data == {
        "format": 1,
        "verdict": "unreadable",
        "exit": 2,
        "findings": [
            {
                "level": "red",
                "code": "unreadable",
                "text": "证明包不是完整的 zip 文件（可能被截断）。",
                "text_en": "the bundle is not a whole zip file (cut short?).",
                "where": "bundle.zip",
                "unchecked": False,
            }
        ],
        "anchors": [],
        "figures": [],
        "closing": [],
    }


@pytest.mark.parametrize("of_report", [False, True])
def test_what_no_rule_foresaw_is_a_sentence_too(tmp_path: Path, of_report: bool) -> None:
    """A path that no system takes: nothing is raised."""
    found = v.verify_bundle(b"" if of_report else "b\0.zip", "r\0.pdf" if of_report else None)
    assert found.exit == 2
    assert said(found, "unreadable") == [("The bundle cannot be processed (ValueError).", "")]


# The command line


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["b.zip", "c.zip"],
        ["b.zip", "-v"],
        ["b.zip", "--what"],
        ["b.zip", "--key"],
        ["b.zip", "--tsa"],
        ["b.zip", "--since", "--lang", "en"],
        ["b.zip", "--format", "xml"],
        ["b.zip", "--format=text", "--lang=fr"],
    ],
)
def test_a_command_line_that_is_not_understood_gets_the_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert v.main(arguments) == 2
    told = capsys.readouterr().out.splitlines()
    assert [one.split("verify.py")[0] for one in told] == ["用法：python ", "Usage: python "]


def test_all_witnesses_are_asked_for_unless_a_number_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = Case(good_house(), anchors=lambda house, a, b: [{"note": cosigned(a, "w.example/1"), "tsr": None}])
    case.bundle(tmp_path)
    (tmp_path / "r.pdf").write_bytes(PDF)
    given = [str(tmp_path / "bundle.zip"), "--report", str(tmp_path / "r.pdf"), "--key", fingerprint()]
    names = ("w.example/1", "w.example/2")
    texts = [notes.witness_key(name, bytes([i]) * 32)[0] for i, name in enumerate(names, 65)]
    assert [v.parse_witness(one) for one in texts] == keys(*names)
    assert v.main([*given, "--lang", "en", "--witness", *texts]) == 3
    assert "2 of your 2 witnesses should have seen checkpoint A" in capsys.readouterr().out
    assert v.main([*given, "--witness", *texts, "--quorum", "1"]) == 0


def test_data_are_printed_with_sorted_keys_one_a_line_indented_by_one_in_ascii(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert v.main(["/没有.zip", "--format", "json"]) == 2
    out = capsys.readouterr().out
    assert out.startswith('{\n "anchors": [],\n "closing": [],\n "exit": 2,\n "figures": [],\n')
    assert out.isascii()
    assert r"\u6ca1\u6709.zip" in out


def test_the_programs_own_arguments_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Case(good_house()).bundle(tmp_path)
    monkeypatch.setattr(sys, "argv", ["verify.py", str(tmp_path / "bundle.zip")])
    assert v.main() == 3
    assert capsys.readouterr().out.endswith("Verdict: nothing false, but something was not checked.\n")


def test_signs_that_the_terminal_lacks_are_printed_by_their_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Case(good_house()).bundle(tmp_path)
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii", write_through=True))
    assert v.main([str(tmp_path / "bundle.zip"), "--key", fingerprint()]) == 3
    assert raw.getvalue().splitlines()[-2].startswith(rb"\u7ed3\u8bba\uff1a")
