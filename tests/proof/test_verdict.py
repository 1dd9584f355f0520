"""The verifier's verdict on whole bundles: a truthful one, and each way of spoiling one."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.proof import build
from tests.proof.build import LOT, METRIC, PDF, Case, Entry, House, fingerprint, good_house, metric, zipped
from zhicheng.proof import verify as v
from zhicheng.proof.bundle import write_bundle
from zhicheng.proof.canonical import jcs


def verdict(case: Case, folder: Path, report: bytes | None = PDF, key: str | None = None) -> v.Verdict:
    return v.verify_bundle(case.bundle(folder), report, fingerprint() if key is None else key)


def codes(found: v.Verdict, level: str = "red") -> set[str]:
    return {one.code for one in found.findings if one.level == level}


@pytest.fixture
def case() -> Case:
    return Case(good_house())


def test_truthful_bundle_is_proved_with_key_and_report(case, tmp_path):
    found = verdict(case, tmp_path)
    assert (found.exit, found.word, codes(found)) == (0, "proved", set())
    figure = found.data["figures"][0]
    assert figure["recomputed"] == {"numerator": 3, "denominator": 4, "value": "75.00"}
    assert figure["then"]["value"] == "75.00"
    assert figure["bounds"] == {"all_failed": "60.00", "all_passed": "80.00"}
    assert [step["records"] for step in figure["funnel"]] == [6, 0, 1, 5, 1, 0, 0, 4]
    assert figure["provenance"] == {"entered": 3, "reconstructed": 1}


def test_last_line_is_the_verdict_in_both_languages(case, tmp_path):
    found = verdict(case, tmp_path)
    assert found.text().splitlines()[-2:] == ["结论：全部证明。", "Verdict: everything proved."]
    assert found.text("en").splitlines()[-1] == "Verdict: everything proved."
    assert v.NOT_PROVED.en in found.text()
    assert v.COMPARED.zh in found.text()


@pytest.mark.parametrize(("report", "key"), [(None, ""), (PDF, ""), (None, fingerprint())])
def test_without_key_or_report_nothing_is_false_but_not_all_checked(case, tmp_path, report, key):
    found = v.verify_bundle(case.bundle(tmp_path), report, key or None)
    assert found.exit == 3
    assert (not key) == any(one.code == "key.not_given" and one.unchecked for one in found.findings)
    assert (report is None) == any(one.code == "report.not_given" for one in found.findings)


def test_key_may_be_typed_with_spaces_and_capitals(case, tmp_path):
    assert verdict(case, tmp_path, key=fingerprint().upper()).exit == 0


def test_wrong_key_is_false_and_malformed_key_unreadable(case, tmp_path):
    found = verdict(case, tmp_path, key="0" * 64)
    assert (found.exit, codes(found)) == (1, {"key.other"})
    assert verdict(Case(good_house()), tmp_path, key="abc").exit == 2


def test_edited_pdf_is_false(case, tmp_path):
    found = verdict(case, tmp_path, report=PDF.replace(b"1.7", b"1.8"))
    assert (found.exit, codes(found)) == (1, {"report.other"})


def test_a_bundle_of_another_report_is_false(tmp_path):
    other = Case(good_house(), pdf=b"%PDF another")
    assert codes(verdict(other, tmp_path)) == {"report.other"}


def test_docx_of_the_report_is_not_the_pdf_and_said_so(tmp_path):
    import hashlib

    case = Case(
        good_house(), spoil_publish=lambda facts: {**facts, "docx": hashlib.sha256(b"docx").hexdigest()}
    )
    found = verdict(case, tmp_path, report=b"docx")
    assert found.exit == 3
    assert "report.not_pdf" in codes(found, "amber")


def test_every_truncation_is_unreadable(case, tmp_path):
    data = case.bundle(tmp_path)
    for length in [0, 1, 21, 22, 100, len(data) // 2, len(data) - 23, len(data) - 1]:
        found = v.verify_bundle(data[:length], PDF, fingerprint())
        assert found.exit == 2, length
        assert len(found.findings) == 1
    assert v.verify_bundle(data + b"x", PDF, fingerprint()).exit == 2


def test_every_changed_byte_is_noticed_and_placed(case, tmp_path):
    data = case.bundle(tmp_path)
    for at in range(0, len(data), 31):
        spoiled = data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :]
        found = v.verify_bundle(spoiled, PDF, fingerprint())
        assert found.exit in (1, 2), at
        assert any(one.where for one in found.findings if one.level == "red"), at
        assert "cannot be processed" not in found.text(), at


def member_with(data: bytes, folder: Path, name: str, change: Any) -> bytes:
    """The bundle with one member changed and its manifest and checksums made right again."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    members = {one: archive.read(one) for one in archive.namelist() if one != "manifest.json"}
    members[name] = change(members[name])
    write_bundle(folder / "changed.zip", members)
    return (folder / "changed.zip").read_bytes()


def test_a_removed_header_is_named(tmp_path):
    case = Case(good_house(), spoil_headers=lambda headers: headers[:5] + headers[6:])
    found = verdict(case, tmp_path)
    assert found.exit == 1
    assert {"headers.gap", "headers.number_of", "root.b"} <= codes(found)
    assert any(one.where == "headers.jsonl:6" for one in found.findings)
    assert "三、" not in found.text()
    assert "五、" not in found.text(), "nothing was recomputed, so nothing is said of the text either"


@pytest.mark.parametrize(
    ("member", "report", "log"),
    [("report.json", False, False), ("headers.jsonl", True, False), (None, True, True)],
)
def test_the_account_holds_what_was_reached(tmp_path, member, report, log):
    """A member changed into nonsense behind the manifest's back is false; so is a log with a gap, which is read to its end."""
    if member is None:
        found = verdict(Case(good_house(), spoil_headers=lambda headers: headers[:5] + headers[6:]), tmp_path)
    else:
        data = Case(good_house()).bundle(tmp_path)
        container = v.Container(io.BytesIO(data))
        contents = {name: container.read(name) for name in container.members}
        found = v.verify_bundle(zipped(list(contents), {**contents, member: b"{}\n"}), PDF, fingerprint())
    assert found.exit == 1
    assert (found.data["report"] is not None, found.data["log"] is not None) == (report, log)
    text = found.text()
    assert ("一、" in text, "二、" in text, "六、" in text) == (report, log, True)
    assert (found.data["targets"], found.data["declared"], found.data["figures"]) == ([], [], [])


def test_a_record_removed_at_the_end_is_noticed(tmp_path):
    found = verdict(Case(good_house(), spoil_headers=lambda headers: headers[:-1]), tmp_path)
    assert {"headers.number_of", "root.b"} <= codes(found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"type":"inspection.lot"', b'"type":"inspection.lox"'),
        (b'"d":"2017-05-05"', b'"d":"2017-05-06"'),
        (b'"act":"open"', b'"act":"edit"'),
    ],
)
def test_a_relabelled_header_breaks_the_root(tmp_path, old, new):
    def relabel(headers: list[bytes]) -> list[bytes]:
        at = next(i for i, one in enumerate(headers) if old in one and b"inspection" in one)
        return [one.replace(old, new) if i == at else one for i, one in enumerate(headers)]

    found = verdict(Case(good_house(), spoil_headers=relabel), tmp_path)
    assert found.exit == 1
    assert "root.b" in codes(found)


def test_a_changed_header_is_narrowed_down_by_logged_checkpoints(tmp_path):
    def change(headers: list[bytes]) -> list[bytes]:
        return [
            one.replace(b'"act":"open"', b'"act":"edit"') if i == 4 else one for i, one in enumerate(headers)
        ]

    found = verdict(Case(good_house(), spoil_headers=change), tmp_path)
    text = next(one.say.en for one in found.findings if one.code == "root.b")
    assert "between entries 2 and 9" in text


def test_a_changed_header_behind_the_last_checkpoint_is_narrowed_down_to_the_end(tmp_path):
    house = good_house()

    def change(headers: list[bytes]) -> list[bytes]:
        assert b'"type":"report.report"' in headers[-1]
        return [*headers[:-1], headers[-1].replace(b'"ver":', b'"ver":9')]

    found = verdict(Case(house, spoil_headers=change), tmp_path)
    last = len(house.entries) - 1
    text = next(one.say.en for one in found.findings if one.code == "root.b")
    assert f"and {last} was changed" in text, text


@pytest.mark.parametrize(
    "name", ["first_verdict", "submission", "state", "occurred_on", "provenance", "judged_at_once"]
)
def test_a_fact_withheld_on_one_counted_record_is_false(tmp_path, name):
    def withhold(entry: Entry, names: set[str]) -> set[str]:
        return names - {name} if (entry.type, entry.k) == (LOT, 2) else names

    found = verdict(Case(good_house(), withhold=withhold), tmp_path)
    assert found.exit == 1
    assert any(name in one.say.zh and "inspection.lot/2 v1" in one.where for one in found.findings)


def test_a_type_whose_graph_is_in_no_definition_is_told(tmp_path):
    def without(definitions: dict[str, Any]) -> dict[str, Any]:
        return {**definitions, "types": {n: one for n, one in definitions["types"].items() if n != LOT}}

    found = verdict(Case(good_house(), spoil_definitions=without), tmp_path)
    assert "define.type_unknown" in codes(found, "amber")
    assert "define.type_unknown" not in codes(verdict(Case(good_house()), tmp_path), "amber")


def test_the_details_of_a_record_outside_the_period_may_stay_closed(tmp_path):
    def withhold(entry: Entry, names: set[str]) -> set[str]:
        outside = (entry.type, entry.k) == (LOT, 6)
        return names & {"state", "occurred_on", "provenance", "judged_at_once"} if outside else names

    assert verdict(Case(good_house(), withhold=withhold), tmp_path).exit == 0


def test_an_opened_entry_left_out_is_false(tmp_path):
    found = verdict(Case(good_house(), spoil_opened=lambda lines: lines[:4] + lines[5:]), tmp_path)
    assert found.exit == 1
    assert "facts.withheld" in codes(found)


def test_a_changed_fact_breaks_its_seal_and_is_named(tmp_path):
    def change(lines: list[bytes]) -> list[bytes]:
        return [one.replace(b'"rejected"', b'"accepted"') for one in lines]

    found = verdict(Case(good_house(), spoil_opened=change), tmp_path)
    assert found.exit == 1
    assert "opened.seal" in codes(found)


@pytest.mark.parametrize(
    "change",
    [
        {"numerator": 4},
        {"denominator": 3},
        {"value": "75.01"},
        {"then": None},
        {"then": {"size": 3, "numerator": 3, "denominator": 4, "value": "75.00"}},
        {"then": {"size": 10, "numerator": 2, "denominator": 4, "value": "50.00"}},
    ],
)
def test_a_figure_that_does_not_recompute_is_false(tmp_path, change):
    def spoil(report: dict[str, Any]) -> dict[str, Any]:
        report["figures"][0].update(change)
        return report

    found = verdict(Case(good_house(), spoil_report=spoil), tmp_path)
    assert found.exit == 1
    assert codes(found) <= {"figure.value", "figure.then"}
    assert found.data["figures"][0]["status"] == "false"


@pytest.mark.parametrize("member", ["report.json", "definitions.json"])
def test_report_and_definitions_count_only_as_published(case, tmp_path, member):
    def change(data: bytes) -> bytes:
        value = json.loads(data)
        value.update({"title": "另一份"} if member == "report.json" else {"release": "9"})
        return jcs(value)

    found = v.verify_bundle(member_with(case.bundle(tmp_path), tmp_path, member, change), PDF, fingerprint())
    assert found.exit == 1
    assert codes(found) == {"publish.report_json" if member == "report.json" else "publish.definitions"}


def test_a_foreign_signature_is_false(case, tmp_path):
    from zhicheng.proof import note

    def sign(data: bytes) -> bytes:
        text = v.parse_note(data).text
        line = note.sign_note(text, case.house.origin, KEY2).rsplit("\n\n", 1)[1]
        return (text + "\n" + line).encode()

    spoiled = member_with(case.bundle(tmp_path), tmp_path, "checkpoint-b.txt", sign)
    assert codes(v.verify_bundle(spoiled, PDF, fingerprint())) == {"note.unsigned"}


KEY2 = bytes(range(1, 33))


def test_two_publish_entries_are_false(tmp_path):
    found = verdict(Case(good_house(), publishes=2), tmp_path)
    assert "publish.number" in codes(found)


def test_a_pdf_published_twice_is_false(tmp_path):
    def other(house: House) -> None:
        facts = house.state["report.report", 1]
        house.write("report.report", "publish", None, **facts)

    found = verdict(Case(good_house(), after=other), tmp_path)
    assert {"publish.pdf"} == codes(found)


def test_another_edition_is_told(tmp_path):
    import hashlib

    def other(house: House) -> None:
        facts = {**house.state["report.report", 1], "pdf": hashlib.sha256(b"second").hexdigest()}
        house.write("report.report", "publish", None, **facts)

    found = verdict(Case(good_house(), after=other), tmp_path)
    assert found.exit == 0
    assert "publish.others" in codes(found, "amber")


def test_a_publish_entry_that_keeps_something_back_is_false(tmp_path):
    def withhold(entry: Entry, names: set[str]) -> set[str]:
        return names - {"a_root"}

    assert codes(verdict(Case(good_house(), withhold=withhold), tmp_path)) == {"publish.closed"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"a_size": 1}, "publish.a_size"),
        ({"a_root": "0" * 64}, "publish.a_root"),
        ({"edition": "2"}, "publish.edition"),
        ({"state": "approved"}, "publish.state"),
        ({"opened_list": "all"}, "publish.opened_list"),
        ({"opened_list": ""}, "publish.opened_list"),
        ({"opened_list": 5}, "publish.opened_list"),
    ],
)
def test_a_publish_entry_that_says_otherwise_is_false(tmp_path, change, code):
    found = verdict(Case(good_house(), spoil_publish=lambda facts: {**facts, **change}), tmp_path)
    assert codes(found) == {code}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"fingerprint": "0" * 64}, "key.report"),
        ({"origin": "other.example/quality"}, "origin.differs"),
        ({"checkpoint_a": {"size": 12, "root": "0" * 64}}, "publish.checkpoint_a.root"),
        ({"record": {"type": "report.report", "k": 2}}, "publish.number"),
    ],
)
def test_a_report_that_says_otherwise_is_false(tmp_path, change, code):
    found = verdict(Case(good_house(), spoil_report=lambda report: {**report, **change}), tmp_path)
    assert found.exit == 1
    assert code in codes(found)


def test_facts_beyond_the_approved_list_are_told(tmp_path):
    rows = [{"type": LOT, "facts": "state, occurred_on", "smallest": 5}]
    found = verdict(Case(good_house(), spoil_publish=lambda facts: {**facts, "opened_list": rows}), tmp_path)
    assert found.exit == 0
    assert "opened.more" in codes(found, "amber")


def test_a_logged_checkpoint_with_another_root_is_false(tmp_path):
    house = good_house()
    house.write("ledger.checkpoint", "sign", size=4, root="0" * 64, occasion="hourly")
    assert "checkpoint.root" in codes(verdict(Case(house), tmp_path))


def test_a_checkpoint_logged_later_than_it_was_signed_is_recomputed(tmp_path):
    house, other = good_house(), good_house()
    size = house.tree.size
    root = house.tree.root().hex()
    house.lot("2017-02-02", "accepted")
    house.write("ledger.checkpoint", "sign", size=size, root=root, occasion="hourly")
    assert verdict(Case(house), tmp_path).exit == 0
    other.lot("2017-02-02", "accepted")
    other.write("ledger.checkpoint", "sign", size=size - 1, root=root, occasion="hourly")
    assert codes(verdict(Case(other), tmp_path)) == {"checkpoint.root"}


@pytest.mark.parametrize("true_at", [0, 1, 2])
def test_each_checkpoint_logged_for_one_size_is_recomputed(tmp_path, true_at):
    """A true one beside a false one of the same size does not cover it, whichever stands first."""
    house = good_house()
    size, true = house.tree.size, house.tree.root().hex()
    house.lot("2017-02-02", "accepted")
    for n in range(3):
        root = true if n == true_at else f"{n}" * 64
        house.write("ledger.checkpoint", "sign", size=size, root=root, occasion="hourly")
    found = verdict(Case(house), tmp_path)
    assert [one.code for one in found.findings if one.level == "red"] == ["checkpoint.root"] * 2


def test_a_log_whose_day_falls_is_false(tmp_path):
    house = good_house()
    house.day = "2018-01-31"
    assert "headers.day" in codes(verdict(Case(house), tmp_path))


@pytest.mark.parametrize(
    ("name", "value"), [("occurred_on", "2017-13-01"), ("state", 1), ("provenance", "made up")]
)
def test_a_fact_of_the_wrong_kind_is_false(tmp_path, name, value):
    house = good_house()
    house.lot("2017-03-03", "accepted", **({} if name == "occurred_on" else {name: value}))
    if name == "occurred_on":
        house.write(LOT, "amend", 1, occurred_on=value)
    found = verdict(Case(house), tmp_path)
    assert found.exit == 1
    assert "facts.kind" in codes(found)


def test_a_summed_fact_that_is_empty_is_false(tmp_path):
    part = {"of": "sum", "fact": "quantity", "where": []}
    metrics = {METRIC["name"]: metric(form="sum", numerator=part, denominator=None, failed=None)}
    house = House()
    house.define(metrics, {})
    house.lot("2017-03-03", "accepted")
    assert verdict(Case(house, metrics=metrics), tmp_path).exit == 0

    def empty(house: House) -> None:
        house.write(LOT, "amend", 1, quantity=None)

    house = House()
    house.define(metrics, {})
    house.lot("2017-03-03", "accepted")
    found = verdict(Case(house, metrics=metrics, after=empty), tmp_path)
    assert codes(found) == {"figure.facts"}


def test_a_share_whose_numerator_is_no_part_of_its_denominator_is_false(tmp_path):
    denominator = {"of": "count", "fact": None, "where": [["quantity", "gt", 99]]}
    metrics = {METRIC["name"]: metric(denominator=denominator)}
    house = House()
    house.define(metrics, {})
    house.lot("2017-03-03", "accepted")
    assert "figure.not_share" in codes(verdict(Case(house, metrics=metrics), tmp_path))


def test_every_declared_number_and_day_of_the_period_counts_both_ends(tmp_path):
    figures = [
        {"metric": METRIC["name"], "slice": [], "from": "2017-01-01", "to": "2017-01-01"},
        {"metric": METRIC["name"], "slice": [], "from": "2017-01-02", "to": "2017-12-30"},
        {"metric": METRIC["name"], "slice": [], "from": "2017-12-31", "to": "2017-12-31"},
    ]
    found = verdict(Case(good_house(), figures=figures), tmp_path)
    assert [one["recomputed"]["denominator"] for one in found.data["figures"]] == [1, 2, 1]


def test_e_is_the_first_checkpoint_at_least_the_settling_days_after_the_period(tmp_path):
    for day, then in (("2018-01-30", None), ("2018-01-31", 6)):
        house = House()
        house.define({METRIC["name"]: metric()}, {})
        house.checkpoint()
        house.day = "2017-05-05"
        house.lot("2017-05-05", "accepted")
        house.day = "2018-01-29"
        house.checkpoint()
        house.day = day
        house.lot("2017-12-31", "rejected")
        house.checkpoint()
        found = verdict(Case(house), tmp_path)
        assert found.exit == 0
        got = found.data["figures"][0]["then"]
        assert (got and got["size"]) == then


def test_a_definition_logged_after_the_period_is_told(tmp_path):
    house = good_house()
    late = {METRIC["name"]: metric(places=1)}
    types = {LOT: {"may_open": ["occurred_on", "state"], "graph": [["open", "accepted"]]}}
    house.define(late, types, release="0.2.0")
    found = verdict(Case(house, metrics=late), tmp_path)
    assert found.exit == 0
    assert "figure.defined_late" in codes(found, "amber")
    assert found.data["figures"][0]["defined_since"] == "2018-03-01"
    digests = [hashlib.sha256(jcs(one)).hexdigest()[:12] for one in (metric(), late[METRIC["name"]])]
    assert f"于 2018-03-01 改过，散列值 {digests[0]}… → {digests[1]}…" in found.text()
    new = metric(name="another")
    house = good_house()
    house.define({METRIC["name"]: metric(), "another": new}, types, release="0.2.0")
    case = Case(house, metrics={"another": new}, figures=[{"metric": "another", "slice": []}])
    assert "定义自 2018-03-01 才登记" in verdict(case, tmp_path).text()


def test_a_definition_never_logged_is_false(tmp_path):
    found = verdict(Case(good_house(), metrics={METRIC["name"]: metric(places=1)}), tmp_path)
    assert "define.metric" in codes(found)


CHANGES: dict[str, dict[str, Any]] = {
    "amend": {"first_verdict": "accepted", "state": "accepted"},
    "void": {"state": "voided"},
    "redate": {"occurred_on": "2018-01-01"},
    "unjudge": {"first_verdict": None, "state": "open"},
}


@pytest.mark.parametrize("act", CHANGES)
def test_changes_after_the_period_are_proved_and_told(tmp_path, act):
    house = good_house()
    house.write(LOT, act, 3, **CHANGES[act])
    found = verdict(Case(house), tmp_path)
    figure = found.data["figures"][0]
    assert found.exit == 0
    assert figure["then"]["value"] == "75.00"
    assert figure["recomputed"]["value"] == "100.00"
    assert [one["record"] for one in figure["adjustments"]] == ["inspection.lot/3"]
    assert [one["act"] for one in figure["adjustments"][0]["entries"]] == [act]
    assert "figure.adjusted" in codes(found, "amber")


def test_a_record_opened_late_is_an_adjustment(tmp_path):
    house = good_house()
    house.take_in(1)
    house.lot("2017-09-09", "accepted", provenance="imported")
    figure = verdict(Case(house), tmp_path).data["figures"][0]
    assert [one["record"] for one in figure["adjustments"]] == ["inspection.lot/7"]
    assert figure["late"] == {"records": 2, "imported_or_reconstructed": 2}


def test_changes_after_checkpoint_a_are_told(tmp_path):
    def void(house: House) -> None:
        house.write(LOT, "void", 1, state="voided")

    found = verdict(Case(good_house(), after=void), tmp_path)
    assert found.exit == 0
    assert "figure.changed_after_a" in codes(found, "amber")


def test_a_log_begun_after_the_period_has_no_value_from_then(tmp_path):
    house = House(day="2018-02-20")
    house.define({METRIC["name"]: metric()}, {})
    house.take_in(1)
    house.lot("2017-02-02", "accepted", provenance="imported")
    found = verdict(Case(house), tmp_path)
    assert found.exit == 0
    assert {"log.began_after_period", "figure.no_then", "records.not_entered"} <= codes(found, "amber")
    assert found.data["figures"][0]["then"] is None


@pytest.mark.parametrize("origin", ["91110000000000000X/quality/2", "example.org/quality/17"])
def test_a_reopened_log_is_reported_and_not_excused(tmp_path, origin):
    house = House(origin)
    house.define({METRIC["name"]: metric()}, {})
    house.lot("2017-02-02", "accepted")
    house.day = "2018-03-01"
    found = verdict(Case(house), tmp_path)
    assert found.exit == 3
    assert "origin.reopened" in codes(found, "amber")


def test_a_log_with_a_predecessor_is_not_wholly_checked(tmp_path):
    house = House(predecessor="older.example/quality")
    house.define({METRIC["name"]: metric()}, {})
    assert verdict(Case(house), tmp_path).exit == 3


def test_empty_denominator_prints_no_records(tmp_path):
    house = House()
    house.define({METRIC["name"]: metric()}, {})
    found = verdict(Case(house), tmp_path)
    assert found.exit == 0
    assert found.data["figures"][0]["recomputed"] == {"numerator": 0, "denominator": 0, "value": "无记录"}


def test_full_only_figures_are_not_checked_in_the_public_bundle(tmp_path):
    def withhold(entry: Entry, names: set[str]) -> set[str]:
        return set() if entry.type == LOT else names

    figures = [{"metric": METRIC["name"], "slice": [], "full_only": True}]
    found = verdict(Case(good_house(), figures=figures, withhold=withhold), tmp_path)
    assert found.exit == 3
    assert found.data["figures"][0]["status"] == "unchecked"
    assert verdict(Case(good_house(), figures=figures), tmp_path).exit == 0


def test_slices_must_be_dimensions(tmp_path):
    figures = [{"metric": METRIC["name"], "slice": [["purchase_kind", "is", "raw"]]}]
    assert verdict(Case(good_house(), figures=figures), tmp_path).exit == 0
    other = [{"metric": METRIC["name"], "slice": [["quantity", "is", 10]]}]
    assert "figure.slice" in codes(verdict(Case(good_house(), figures=other), tmp_path))


def targeted(value: int, met: bool | None, stated: int | None = None) -> Case:
    house = good_house()
    house.objective(value)
    target = {
        "no": "T1",
        "figure": "F1",
        "record": {"type": "objective.objective", "k": 1, "ver": 1},
        "fact": "target",
        "value": value if stated is None else stated,
        "places": 1,
        "operator": "ge",
        "met": met,
    }
    return Case(house, targets=[target])


def test_targets_are_recorded_compared_and_dated(tmp_path):
    found = verdict(targeted(750, True), tmp_path)
    assert found.exit == 0
    assert found.data["targets"][0]["since"] == "2018-03-01"
    assert "target.late" in codes(found, "amber")
    assert codes(verdict(targeted(751, True), tmp_path)) == {"target.met"}
    assert codes(verdict(targeted(900, True, stated=700), tmp_path)) == {"target.value"}


def declared(stated: str, fact: str = "value") -> Case:
    house = good_house()
    house.declare("168")
    one = {
        "no": "D1",
        "record": {"type": "report.declared", "k": 1},
        "fact": fact,
        "value": stated,
        "unit": "人",
        "evidence": None,
    }
    return Case(house, declared=[one])


def test_declared_facts_are_compared_with_their_record(tmp_path):
    assert verdict(declared("168"), tmp_path).exit == 0
    assert codes(verdict(declared("169"), tmp_path)) == {"declared.value"}
    assert codes(verdict(declared("168", "other"), tmp_path)) == {"declared.closed"}


@pytest.mark.parametrize(("k", "false"), [(1, set()), (2, {"declared.value"})])
def test_a_declared_fact_is_compared_with_its_own_record(tmp_path, k, false):
    case = declared("168")
    case.house.declare("170")
    case.declared[0]["record"]["k"] = k
    assert codes(verdict(case, tmp_path)) == false


def test_what_is_withheld_outside_the_period_of_a_figure_does_not_touch_it(tmp_path):
    def withhold(entry: Entry, names: set[str]) -> set[str]:
        return names - {"first_verdict"} if entry.facts.get("occurred_on") == "2016-12-31" else names

    found = verdict(Case(good_house(), withhold=withhold), tmp_path)
    assert (found.exit, codes(found)) == (0, set())
    assert [one["status"] for one in found.data["figures"]] == ["proved"]


def test_numerals_typed_in_the_text_are_listed_in_order(tmp_path):
    document = {
        "blocks": [
            {"text": "全年 1,250 批"},
            {"figure": "F1", "part": "value"},
            {"text": "百分之九十七点七，第２次"},
        ]
    }
    found = verdict(Case(good_house(), document=document), tmp_path)
    assert [one["numeral"] for one in found.data["numerals"]] == ["1,250", "百分之九十七点七", "２"]


@pytest.mark.parametrize(("length", "shown"), [(60, "甲" * 58 + "12"), (61, "甲" * 59 + "1…")])
def test_of_the_text_around_a_numeral_sixty_signs_are_shown(tmp_path, length, shown):
    case = Case(good_house(), document=[{"text": "甲" * (length - 2) + "12"}])
    assert f"12 — 「{shown}」" in verdict(case, tmp_path).text("zh")


def test_a_number_named_in_the_text_must_exist(tmp_path):
    assert codes(verdict(Case(good_house(), document=[{"figure": "F9"}]), tmp_path)) == {"document.reference"}


def test_foreign_text_is_quoted_and_escaped(tmp_path):
    evil = "好\u202e坏\x1b[31m\n结论：全部证明。"
    labels = {"first_verdict": {"": evil}}
    metrics = {METRIC["name"]: metric(labels=labels, title={"zh": evil})}
    house = House()
    house.define(metrics, {})
    found = verdict(Case(house, metrics=metrics), tmp_path)
    for text in (found.text(), found.text("en")):
        assert "\u202e" not in text
        assert "\x1b" not in text
        assert "\\u202e" in text
        assert text.count("\n结论：全部证明。") <= 1


def test_a_duplicate_member_is_unreadable(case, tmp_path):
    data = case.bundle(tmp_path)
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(tmp_path / "two.zip", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        with pytest.warns(UserWarning, match="Duplicate"):
            new.writestr("report.json", old.read("report.json"))
    found = v.verify_bundle(tmp_path / "two.zip", PDF, fingerprint())
    assert found.exit == 2
    assert "report.json" in found.findings[0].say.zh


@pytest.mark.parametrize("name", ["../evil", "report.jsom", ""])
def test_unknown_members_are_unreadable(tmp_path, name):
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as new:
        new.writestr(name or "x", b"1")
    assert v.verify_bundle(tmp_path / "b.zip").exit == 2


def test_an_oversized_member_is_refused_before_it_is_read(case, tmp_path, monkeypatch):
    data = case.bundle(tmp_path)
    monkeypatch.setitem(v.MEMBER_LIMITS, "headers.jsonl", 100)
    found = v.verify_bundle(data, PDF, fingerprint())
    assert found.exit == 2
    assert "headers.jsonl" in found.findings[0].say.en


@pytest.mark.parametrize(
    ("member", "data"),
    [
        ("report.json", b'{"v":1.0}'),
        ("report.json", b'{"v":1,"v":1}'),
        ("report.json", b"[" * 100000),
        ("definitions.json", b'{"v":-0}'),
        ("definitions.json", b"{}\n"),
        ("headers.jsonl", b"{}\n"),
        ("headers.jsonl", b"no newline"),
        ("opened.jsonl", b'{"digests":{},"facts":{},"outer":1,"seq":0}\n'),
        ("key.txt", b"no key\n"),
        ("checkpoint-a.txt", b"not a note"),
    ],
)
def test_members_not_of_the_format_are_unreadable_and_named(case, tmp_path, member, data):
    spoiled = member_with(case.bundle(tmp_path), tmp_path, member, lambda _: data)
    found = v.verify_bundle(spoiled, PDF, fingerprint())
    assert found.exit == 2
    assert member.split(".")[0] in found.findings[0].where


def test_missing_files_give_one_sentence(tmp_path):
    found = v.verify_bundle(tmp_path / "none.zip")
    assert (found.exit, len(found.findings)) == (2, 1)


def test_command_line(case, tmp_path, capsys):
    (tmp_path / "b.zip").write_bytes(case.bundle(tmp_path))
    (tmp_path / "r.pdf").write_bytes(PDF)
    arguments = [str(tmp_path / "b.zip"), "--report", str(tmp_path / "r.pdf"), f"--key={fingerprint()}"]
    assert v.main(arguments) == 0
    assert capsys.readouterr().out.endswith("结论：全部证明。\nVerdict: everything proved.\n")
    assert v.main([*arguments, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "proved"
    assert v.main([*arguments, "--lang", "en"]) == 0
    assert "结论：" not in capsys.readouterr().out
    assert v.main(["--what"]) == 2
    assert v.main([]) == 2
    assert v.main([str(tmp_path / "missing.zip")]) == 2


def test_builder_is_deterministic(tmp_path):
    assert Case(good_house()).bundle(tmp_path) == Case(good_house()).bundle(tmp_path)
    assert build.PDF == PDF


def test_the_logs_own_entries_must_be_wholly_open(tmp_path):
    def close(case: Case, act: str) -> bytes:
        members = case.members()
        lines = members["opened.jsonl"].splitlines()
        at = next(i for i, one in enumerate(lines) if json.loads(one)["seq"] == 1)
        value = json.loads(lines[at])
        value["facts"].pop("release")
        lines[at] = jcs(value)
        members["opened.jsonl"] = b"".join(
            one + b"\n" for one in (lines if act == "one" else lines[:at] + lines[at + 1 :])
        )
        write_bundle(tmp_path / "closed.zip", members)
        return Path(tmp_path / "closed.zip").read_bytes()

    for act in ("one", "all"):
        found = v.verify_bundle(close(Case(good_house()), act), PDF, fingerprint())
        assert "ledger.closed" in codes(found)


def test_an_opened_entry_beyond_the_log_is_false(tmp_path):
    def beyond(lines: list[bytes]) -> list[bytes]:
        return [*lines, lines[-1].replace(b'"seq":', b'"seq":9')]

    assert codes(verdict(Case(good_house(), spoil_opened=beyond), tmp_path)) == {"opened.beyond"}


def test_opened_entries_out_of_order_are_not_accepted(tmp_path):
    assert verdict(Case(good_house(), spoil_opened=lambda lines: lines[::-1]), tmp_path).exit == 2
    assert verdict(Case(good_house(), spoil_opened=lambda lines: [lines[0], *lines]), tmp_path).exit == 2


def test_a_checkpoint_a_that_is_not_logged_is_told_and_still_checked(tmp_path):
    found = verdict(Case(good_house(), log_a=False), tmp_path)
    assert found.exit == 0
    assert "checkpoint.a_unlogged" in codes(found, "amber")


def test_a_genesis_of_another_log_is_false(tmp_path):
    house = House()
    house.origin = "other.example/quality"
    house.define({METRIC["name"]: metric()}, {})
    assert "genesis.origin" in codes(verdict(Case(house), tmp_path))


def test_two_genesis_entries_are_false(tmp_path):
    house = good_house()
    house.write("ledger.genesis", "genesis", origin=house.origin)
    assert "genesis" in codes(verdict(Case(house), tmp_path))


@pytest.mark.parametrize(("size", "root"), [("4", "0" * 64), (4, 7), (999, "0" * 64), (-1, "0" * 64)])
def test_a_malformed_checkpoint_entry_is_false(tmp_path, size, root):
    house = good_house()
    house.write("ledger.checkpoint", "sign", size=size, root=root, occasion="hourly")
    assert "checkpoint.facts" in codes(verdict(Case(house), tmp_path))


def test_since_when_a_target_stands_is_read_from_its_versions(tmp_path):
    for first, since in ((750, "2016-12-02"), (700, "2018-03-01")):
        house = House(day="2016-12-02")
        house.define({METRIC["name"]: metric()}, {})
        house.objective(first)
        house.day = "2018-03-01"
        house.write("objective.objective", "amend", 1, target=750)
        case = targeted(750, None)
        case.house = house
        case.targets[0]["record"]["ver"] = 2
        found = verdict(case, tmp_path)
        assert found.exit == 0
        assert found.data["targets"][0]["since"] == since
        assert ("target.late" in codes(found, "amber")) == (since > "2017-01-01")
        assert found.data["targets"][0]["before"] == (None if first == 750 else "70.0")
        assert ("于 2018-03-01 由 70.0 改为 75.0" in found.text()) == (first == 700)
        hidden = case.house
        case = targeted(750, None)
        case.house, case.targets[0]["record"]["ver"] = hidden, 2
        case.withhold = lambda entry, names: names - {"target"} if entry.ver == 1 else names
        found = verdict(case, tmp_path).data["targets"][0]
        assert (found["since"], found["before"]) == ("2018-03-01", None)


def test_an_older_version_of_a_target_is_told(tmp_path):
    case = targeted(750, True)
    case.house.write("objective.objective", "amend", 1, target=990)
    found = verdict(case, tmp_path)
    assert found.exit == 0
    assert "target.later" in codes(found, "amber")


@pytest.mark.parametrize("record", [{"k": 2, "ver": 1}, {"k": 1, "ver": 2}])
def test_a_target_that_is_not_in_the_log_is_false(tmp_path, record):
    case = targeted(750, True)
    case.targets[0]["record"].update(record)
    assert codes(verdict(case, tmp_path)) == {"target.closed"}


def test_adjustments_say_from_what_to_what(tmp_path):
    house = good_house()
    house.write(LOT, "amend", 3, **CHANGES["amend"])
    house.write(LOT, "void", 2, state="voided")
    house.write(LOT, "amend", 1, occurred_on="2018-01-01")
    figure = verdict(Case(house), tmp_path).data["figures"][0]
    told = [(one["record"][-1], one["before"], one["after"]) for one in figure["adjustments"]]
    assert told == [("1", "1/1", "不在期内 out"), ("2", "1/1", "0"), ("3", "0/1", "1/1")]
    assert figure["adjusted_records"] == 3


def test_many_findings_of_a_kind_are_counted_not_listed(tmp_path):
    house = good_house()
    for _ in range(30):
        house.lot("2017-08-08", "accepted")
    found = verdict(Case(house, withhold=lambda entry, names: names - {"submission"}), tmp_path)
    withheld = [one for one in found.findings if one.code == "facts.withheld"]
    assert len(withheld) == 21
    assert withheld[-1].say.en == "35 of this kind in all."


def test_nothing_is_called_proved_when_something_is_false(case, tmp_path):
    text = verdict(case, tmp_path, report=b"other").text()
    assert v.PROVED.zh not in text
    assert "已证明：无" in text
    assert text.endswith("Verdict: something is false.\n")


def test_shares_of_sums_have_no_bounds(tmp_path):
    part = {"of": "sum", "fact": "quantity"}
    metrics = {
        METRIC["name"]: metric(
            numerator={**part, "where": [["first_verdict", "is", "accepted"]]},
            denominator={**part, "where": []},
        )
    }
    house = House()
    house.define(metrics, {})
    house.lot("2017-03-03", "accepted", quantity=30)
    house.lot("2017-03-04", "rejected", quantity=10)
    house.lot("2017-03-05", None)
    figure = verdict(Case(house, metrics=metrics), tmp_path).data["figures"][0]
    assert (figure["recomputed"]["value"], figure["undecided"], figure["bounds"]) == ("75.00", 1, None)


def test_counts_end_their_funnel_in_the_numerator(tmp_path):
    metrics = {METRIC["name"]: metric(form="count", denominator=None, scale=1, places=0)}
    house = good_house()
    house.define(metrics, {})
    figure = verdict(Case(house, metrics=metrics), tmp_path).data["figures"][0]
    assert figure["recomputed"] == {"numerator": 3, "denominator": None, "value": "3"}
    assert figure["funnel"][-1] == {"zh": "计入分子的", "en": "counted in the numerator", "records": 3}
    assert [one["records"] for one in figure["funnel"]] == [6, 0, 1, 5, 1, 0, 0, 1, 3]


def test_the_key_stands_on_one_line_of_its_own(case, tmp_path):
    members = case.members()
    for change in (
        lambda key: key.rstrip(b"\n"), lambda key: key + b"\n", lambda key: b"\n" + key,
        lambda key: key[:-1] + b"\r", lambda key: key[:-1] + b"=",
    ):  # fmt: skip
        write_bundle(tmp_path / "b.zip", {**members, "key.txt": change(members["key.txt"])})
        assert v.verify_bundle((tmp_path / "b.zip").read_bytes(), PDF, fingerprint()).exit == 2


def test_an_opened_line_is_named_by_its_number(case, tmp_path):
    found = verdict(Case(good_house(), spoil_opened=lambda lines: [*lines[:2], lines[2] + b" ", *lines[3:]]), tmp_path)  # fmt: skip
    assert [one.where for one in found.findings] == ["opened.jsonl:3"]
