"""The fault matrix of docs/faults.md, as far as other tests do not have it: each fault is found and named, or honestly is not.

Faults of the database are found by ``zhicheng audit``, faults of a published report by the verifier, and what whoever holds key and
database can undo without a trace only by what lies outside: the reader's checkpoint, witnesses, time stamps.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import zipfile
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction

from tests.authority import Authority
from tests.core.test_audit import found, named
from tests.forger import Forger
from tests.house import House, build, today
from tests.ledger.forger import copied, put_back, sql, taken_out
from tests.metrics.test_evaluate import year
from tests.processes.test_requirements import objective
from tests.publishing.test_publish import TEXT, approved
from zhicheng.core import bulk
from zhicheng.core.authority import SYSTEM
from zhicheng.core.process import registry
from zhicheng.core.setup import Enterprise, establish
from zhicheng.core.writers import amend, open_record
from zhicheng.ledger import checkpoints, keys, log
from zhicheng.ledger.models import Checkpoint, Entry
from zhicheng.metrics.definition import metrics
from zhicheng.metrics.definitions import log_definitions
from zhicheng.proof import note as notes
from zhicheng.proof import timestamp
from zhicheng.proof import verify as v
from zhicheng.proof.bundle import write_bundle
from zhicheng.proof.canonical import jcs
from zhicheng.proof.tree import leaf_hash
from zhicheng.proof.verify import parse_checkpoint, parse_note
from zhicheng.reports import bundle
from zhicheng.reports import publish as publishing

# In the database


def swapped(a: int, b: int, columns: str) -> None:
    """Two entries change places."""
    free = log.head().size + 10
    for old, new in ((a, free), (b, a), (free, b)):
        for table in ("ledger_entry", "ledger_sealedfacts"):
            sql(f"UPDATE {table} SET seq = %s WHERE seq = %s", new, old)


@pytest.mark.proves("E-3.1")
def test_entries_that_changed_places_are_named(house: House) -> None:
    first, second = house.lot("PO-1"), house.lot("PO-2")
    swapped(first.seq, second.seq, "seq")
    named = {(f.code, f.record, f.seq) for f in found()}
    assert ("index", f"inspection.lot/{second.k}", first.seq) in named
    assert ("order", f"inspection.lot/{second.k}", first.seq) in named
    assert "root" in {code for code, _record, _seq in named}


def test_entries_beyond_the_head_are_named(house: House) -> None:
    lot = house.lot("PO-1")
    size = log.head().size
    header = v.read_header(Entry.objects.get(seq=lot.seq).header.encode())
    for seq, ver in ((size, 2), (size + 1, 3)):
        forged = jcs(
            {**header._asdict(), "seq": seq, "ver": ver, "act": "void", "v": 1} | {"facts": header.facts}
        )
        sql(
            "INSERT INTO ledger_entry (seq, leaf, header, digests, outer_salt, type, k, ver) "
            "SELECT %s, %s, %s, digests, outer_salt, type, k, %s FROM ledger_entry WHERE seq = %s",
            seq, leaf_hash(forged), forged.decode(), ver, lot.seq,
        )  # fmt: skip
    name = f"inspection.lot/{lot.k}"
    assert named() == {("beyond", name, "", size), ("beyond", name, "", size + 1)}


def inserted(house: House, key: bytes | None, *, logged: bool = True) -> tuple[Any, list[Checkpoint]]:
    """A void that nobody wrote stands behind a lot, all that follows is numbered anew; the lot, and what was signed before."""
    lot = house.lot("PO-1")
    for document in ("PO-2", "PO-3"):
        house.lot(document)
        checkpoints.sign("on_demand")
    signed = list(Checkpoint.objects.order_by("size"))
    lines = taken_out()
    forged = copied(lines[lot.seq], act="void", ver=2)
    forged.content["state"][1] = "void"
    put_back([*lines[: lot.seq + 1], forged, *lines[lot.seq + 1 :]], key, logged=logged)
    sql("UPDATE inspection_lot SET seq = %s, version = 2, state = 'void' WHERE k = %s", lot.seq + 1, lot.k)
    return lot, signed


def test_an_entry_inserted_in_the_middle_without_the_key_is_found(house: House) -> None:
    """The notes cannot be made anew, and no new one is signed."""
    inserted(house, None)
    sizes = Checkpoint.objects.values_list("size", flat=True)
    assert named() == {("signature", "", "", size - 1) for size in sizes}
    with pytest.raises(log.LogRefused):
        checkpoints.sign("on_demand")


def test_an_entry_inserted_behind_checkpoints_left_standing_is_placed(house: House) -> None:
    """The checkpoints and what the log says of them are those of before: between which two it stands, and where it moved them."""
    lot, signed = inserted(house, None, logged=False)
    Checkpoint.objects.all().delete()
    Checkpoint.objects.bulk_create(signed)
    first, second = (mark.size for mark in signed)
    assert min(seq or 0 for _code, _record, _fact, seq in named("rewritten")) == lot.seq
    assert named("checkpoint", "signature") == {
        ("checkpoint", "", "", first - 1),
        ("checkpoint", "ledger.checkpoint/1", "", first + 1),
        ("checkpoint", "", "", second - 1),
        ("checkpoint", "ledger.checkpoint/2", "", second + 1),
    }
    assert named("checkpoint_added") == {("checkpoint_added", "", "", size) for size in (first, second)}


def test_an_entry_inserted_in_the_middle_with_the_key_is_found_only_from_outside(house: House) -> None:
    """The honest zero of an insertion: whoever kept a checkpoint, or a witness, sees another log."""
    year(house, 40, 5)
    _lot, signed = inserted(house, keys.private())
    kept = signed[0].note.encode()
    assert found() == []
    done = publishing.publish(approved(house), by=house.actor("quality_manager"))
    assert verify(done).exit == 0, "nothing inside can tell"
    assert red(verify(done, since=[("kept.txt", kept)])) == {"anchor.differs"}


@pytest.mark.proves("E-3.1")
def test_salts_swapped_between_facts_are_named(house: House) -> None:
    lot = house.lot()
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM ledger_sealedfacts WHERE seq = %s", [lot.seq])
        content = json.loads(cursor.fetchone()[0])
    content["document"][0], content["unit"][0] = content["unit"][0], content["document"][0]
    sql("UPDATE ledger_sealedfacts SET content = %s WHERE seq = %s", json.dumps(content), lot.seq)
    record = f"inspection.lot/{lot.k}"
    assert {(f.code, f.record, f.fact, f.seq) for f in found()} == {
        ("fact", record, "document", lot.seq),
        ("fact", record, "unit", lot.seq),
    }


def test_a_replaced_key_file_signs_nothing_and_is_found(house: House) -> None:
    signed = checkpoints.sign("on_demand")
    keys.path().unlink()
    keys.make()
    house.lot()
    with pytest.raises(log.LogRefused, match="不是签署上一个检查点的密钥"):
        checkpoints.sign("on_demand")
    assert [(f.code, f.seq) for f in found()] == [("signature", signed.size - 1)]


@pytest.mark.proves("E-9.2")
def test_writers_at_once_lose_nothing_and_leave_no_gap(fresh_database: str) -> None:
    house = build()
    by, before = house.actor("inspector"), log.head().size
    faults: list[Exception] = []

    def write(name: int) -> None:
        try:
            for i in range(8):
                facts = {
                    "supplier": house.supplier, "document": f"T{name}-{i}", "line": 1, "quantity": "1",
                    "item": house.items["raw_material"], "occurred_on": today(),
                }  # fmt: skip
                open_record(registry["inspection.lot"], facts, by=by)
        except Exception as error:  # noqa: BLE001 - any is a fault
            faults.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert log.head().size == before + 32
    assert registry["inspection.lot"].model.objects.count() == 32
    assert found() == []


# In what was published


@pytest.fixture
def published(house: House) -> publishing.Published:
    year(house, 40, 5)
    return publishing.publish(approved(house), by=house.actor("quality_manager"))


def members(done: publishing.Published) -> dict[str, bytes]:
    with zipfile.ZipFile(done.folder / "bundle.zip") as bundle:
        return {name: bundle.read(name) for name in bundle.namelist() if name != "manifest.json"}


def verify(
    done: publishing.Published, parts: dict[str, bytes] | None = None, pdf: bytes | None = None, **held: Any
) -> v.Verdict:
    path = done.folder / "bundle.zip"
    if parts is not None:
        path = done.folder / "spoiled.zip"
        write_bundle(path, parts)
    paper = (done.folder / "report.pdf").read_bytes() if pdf is None else pdf
    return v.verify_bundle(path, paper, keys.fingerprint(), v.Held(**held))


def codes(found: v.Verdict, level: str) -> set[str]:
    return {one.code for one in found.findings if one.level == level}


def red(found: v.Verdict) -> set[str]:
    return codes(found, "red")


@pytest.mark.proves("E-2.2")
def test_a_figure_typed_into_the_report_is_false(published: publishing.Published) -> None:
    parts = members(published)
    report = json.loads(parts["report.json"])
    report["figures"][0]["value"] = "99.99"
    parts["report.json"] = jcs(report)
    result = verify(published, parts)
    assert result.exit == 1
    assert {"figure.value", "publish.report_json"} <= red(result)
    assert any(one.where == "F1" for one in result.findings if one.code == "figure.value")


@pytest.mark.proves("E-2.2")
def test_a_record_type_left_out_of_the_bundle_is_false(published: publishing.Published) -> None:
    parts = members(published)
    lots = {
        h["seq"]
        for h in map(json.loads, parts["headers.jsonl"].splitlines())
        if h["type"] == "inspection.lot"
    }
    kept = [one for one in parts["opened.jsonl"].splitlines() if json.loads(one)["seq"] not in lots]
    parts["opened.jsonl"] = b"".join(one + b"\n" for one in kept)
    result = verify(published, parts)
    assert result.exit == 1
    assert "facts.withheld" in red(result)
    headers = [
        one for one in parts["headers.jsonl"].splitlines() if json.loads(one)["type"] != "inspection.lot"
    ]
    parts["headers.jsonl"] = b"".join(one + b"\n" for one in headers)
    assert {"headers.gap", "root.b"} <= red(verify(published, parts))


def test_an_older_editions_bundle_with_a_newer_pdf_is_false(
    house: House, published: publishing.Published
) -> None:
    newer = publishing.publish(
        approved(house, edition="2", supersedes=published.report), by=house.actor("quality_manager")
    )
    result = verify(published, pdf=(newer.folder / "report.pdf").read_bytes())
    assert red(result) == {"report.other"}


def test_a_forged_checkpoint_is_false(published: publishing.Published) -> None:
    parts = members(published)
    stated = v.parse_checkpoint(v.parse_note(parts["checkpoint-b.txt"]).text)
    text = notes.checkpoint_text(stated.origin, stated.size, bytes(32))
    parts["checkpoint-b.txt"] = notes.sign_note(text, stated.origin, bytes(range(32))).encode()
    assert {"note.unsigned", "root.b"} <= red(verify(published, parts))


def appended(record: Any, act: str, **facts: Any) -> int:
    """Another version of a record in the log, past every rule of the product; returns its ``seq``."""
    name = registry.of(record).name
    with transaction.atomic(), log.locked() as writer:
        versions = log.versions(name, record.k)
        return writer.append(name, record.k, len(versions) + 1, act, {**versions[-1].facts, **facts})


def edited(done: publishing.Published) -> bytes:
    """The published PDF with another byte, as of a figure retouched on the page."""
    pdf = bytearray((done.folder / "report.pdf").read_bytes())
    pdf[len(pdf) // 2] ^= 1
    return bytes(pdf)


def test_a_report_published_twice_is_false(house: House, published: publishing.Published) -> None:
    """A PDF is edited and its hash published by a second entry."""
    pdf = edited(published)
    assert red(verify(published, pdf=pdf)) == {"report.other"}
    report = house.fresh(published.report)
    facts = {
        f: getattr(report, f) for f in ("docx", "html", "report_json", "definitions", "a_size", "a_root")
    }
    appended(report, "publish", **facts, pdf=hashlib.sha256(pdf).hexdigest(), state="published")
    again = members(published)
    b = checkpoints.sign("publication")
    bundle.write(
        published.folder / "bundle.zip", json.loads(again["report.json"]), again["definitions.json"],
        checkpoints.Signed(report.a_size, report.a_root, again["checkpoint-a.txt"].decode()), b,
    )  # fmt: skip
    result = verify(published, pdf=pdf)
    assert (result.exit, red(result)) == (1, {"publish.number"})
    assert "publish.number" in red(verify(published)), "nor does the true one prove anything any more"


def test_an_edited_pdf_whose_hash_is_written_over_the_published_one(published: publishing.Published) -> None:
    """Without the key B differs. With it nothing inside can tell: what the reader kept does, and the figures are told as they are."""
    pdf, kept = edited(published), members(published)["checkpoint-b.txt"]
    forger = Forger(members(published))
    (seq,) = forger.seqs("report.report", "publish")
    forger.change(seq, pdf=hashlib.sha256(pdf).hexdigest())
    forged = forger.members()
    assert verify(published, {**forged, "checkpoint-b.txt": kept}, pdf).exit == 1
    assert red(verify(published, {**forged, "checkpoint-b.txt": kept}, pdf)) == {"root.b"}
    result = verify(published, forged, pdf)
    assert (result.exit, codes(result, "amber") & {"anchors.none"}) == (0, {"anchors.none"})
    told = [(one["no"], one["recomputed"]) for one in result.data["figures"]]
    assert told == [(one["no"], one["recomputed"]) for one in verify(published).data["figures"]]
    assert red(verify(published, forged, pdf, since=[("kept.txt", kept)])) == {"anchor.differs"}


@pytest.mark.proves("E-2.2")
def test_what_is_spoiled_in_a_real_bundle_is_named(house: House) -> None:
    """One report, spoiled by whoever holds the key in one thing after the other: the code and the place."""
    year(house, 40, 5)
    facts = {"supplier": house.supplier, "line": 1, "quantity": "10", "occurred_on": "2017-03-03"}
    rows = [
        (n, {**facts, "document": f"R-{n}", "item": item})
        for n, item in enumerate((house.items["raw_material"], None))
    ]
    found_ = bulk.check(registry["inspection.lot"], rows, by=SYSTEM)
    bulk.write(found_, by=SYSTEM, file_name="y.xlsx", file_sha256="1" * 64)
    done = publishing.publish(approved(house), by=house.actor("quality_manager"))
    whole = verify(done)
    assert (whole.exit, red(whole)) == (0, set())
    assert "其中 1 行被拒绝" in whole.text()

    def spoiled(change: Any) -> set[tuple[str, str]]:
        forger = Forger(members(done))
        change(forger)
        result = verify(done, forger.members())
        assert result.exit == (1 if red(result) else 0)
        return {(one.code, one.where) for one in result.findings if one.level == "red"}

    untouched = Forger(members(done))
    assert untouched.members() == members(done)
    counted = next(
        seq
        for seq in untouched.seqs("inspection.lot", "import")
        if "2017" in untouched.fact(seq, "occurred_on") and untouched.fact(seq, "first_verdict")
    )
    place = f"seq {counted} inspection.lot/{untouched.headers[counted]['k']} v1"
    withheld = spoiled(lambda forger: forger.hide(counted, "first_verdict"))
    assert ("facts.withheld", place) in withheld, withheld
    first, second = untouched.seqs("core.import", "open")
    assert second > first
    at = f"seq {second} core.import/2"
    assert ("import.sum", at) in spoiled(lambda forger: forger.change(second, rows_refused=0))
    assert ("import.closed", at) in spoiled(lambda forger: forger.hide(second, "rows_refused"))
    more = spoiled(lambda forger: forger.change(second, rows_read=3, rows_opened=2))
    assert {code for code, _ in more} == {"import.short"}
    # The honest zero: rows that left no record, denied in both numbers.
    assert spoiled(lambda forger: forger.change(second, rows_refused=0, rows_read=1)) == set()

    def set_back(forger: Forger) -> None:
        forger.headers[counted]["d"] = "2020-02-02"

    assert spoiled(set_back) == {("headers.day", f"headers.jsonl:{counted + 1}")}


def test_re_dated_and_un_judged_after_e_is_told_record_by_record(house: House) -> None:
    """Past every rule of the product, in log and rows alike: the value of then stands beside, and from what to what."""
    year(house, 40, 5)
    checkpoints.sign("on_demand")  # E
    inside = registry["inspection.lot"].model.objects.filter(occurred_on__year=2017, submission=1)
    gone, back = inside.filter(first_verdict="rejected").order_by("k")[:2]
    seq = appended(gone, "amend", occurred_on="2018-01-01")
    sql(
        "UPDATE inspection_lot SET occurred_on = '2018-01-01', version = 2, seq = %s WHERE k = %s",
        seq,
        gone.k,
    )
    seq = appended(back, "amend", first_verdict=None, verdict="", state="received", judged_on=None)
    unjudged = "first_verdict = NULL, verdict = '', state = 'received', judged_on = NULL"
    sql(f"UPDATE inspection_lot SET {unjudged}, version = 2, seq = %s WHERE k = %s", seq, back.k)
    result = verify(publishing.publish(approved(house), by=house.actor("quality_manager")))
    assert (result.exit, red(result)) == (0, set())
    figure = result.data["figures"][0]
    now, then = figure["recomputed"], figure["then"]
    assert (now["numerator"], now["denominator"]) == (then["numerator"], then["denominator"] - 2)
    told = {
        one["record"]: (one["before"], one["after"], one["entries"][0]["d"]) for one in figure["adjustments"]
    }
    assert told == {
        f"inspection.lot/{gone.k}": ("0/1", "不在期内 out", str(log.now().date())),
        f"inspection.lot/{back.k}": ("0/1", "0", str(log.now().date())),
    }
    assert "figure.adjusted" in codes(result, "amber")


def test_the_verdict_on_a_log_that_was_reopened_says_that_the_earlier_one_was_not_checked(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin = "91330000TEST000001/quality"
    lost = notes.sign_note(notes.checkpoint_text(origin, 417, bytes(32)), origin, bytes(32))
    monkeypatch.setattr("tests.house.establish", partial(establish, predecessor=lost))
    house = build()
    year(house, 40, 5)
    result = verify(publishing.publish(approved(house), by=house.actor("quality_manager")))
    assert (result.exit, red(result)) == (3, set())
    assert {one.code for one in result.findings if one.unchecked} == {
        "origin.reopened",
        "genesis.predecessor",
    }
    assert f"{origin} 417 {bytes(32).hex()}" in result.text()


WITH_TARGETS = TEXT.replace("# 签署", '{{table objectives judge=yes caption="目标"}}\n\n# 签署')


def told(result: v.Verdict, code: str) -> list[str]:
    """The findings of a code, in Chinese."""
    return [one.say.zh for one in result.findings if one.code == code]


def test_a_target_lowered_after_the_period_is_told(house: House) -> None:
    year(house, 60, 12)
    facts = {"name": "进货合格率", "level": "company", "year": 2017, "metric": "incoming_acceptance",
             "operator": "ge", "target": "99.5"}  # fmt: skip
    quality = house.actor("quality_manager")
    drafted = open_record(registry["objective.objective"], facts, by=quality)
    drafted = amend(drafted, {"target": "50"}, by=quality, version=1, reason="达不到")
    house.perform(drafted, "approve", "general_manager")
    result = verify(publishing.publish(approved(house, WITH_TARGETS), by=quality))
    assert result.exit == 0
    assert told(result, "target.late") == [
        f"T1（F1，objective.objective/{drafted.k}）：目标于 {log.now().date()} 由 99.50 改为 50.00，晚于期初 2017-01-01。"
    ]
    # One that was approved is amended no more: it is ended, and another takes its place, from a day of its own.
    house.perform(house.fresh(drafted), "finish", "quality_manager", reason="达不到")
    other = objective(house, "进货合格率", "incoming_acceptance", "10", year=2017)
    result = verify(publishing.publish(approved(house, WITH_TARGETS, edition="2"), by=quality))
    assert told(result, "target.late")[-1] == (
        f"T2（F1，objective.objective/{other.k}）：目标 10.00 自 {log.now().date()} 才有，晚于期初 2017-01-01。"
    )


def test_a_limit_lowered_after_the_period_is_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit in a definition: the log has the hash of both, with the day; the bundle only the new one."""
    was = metrics["incoming_acceptance"]
    digests = []
    for limit in (2, 1):
        now = replace(was, where=(("submission", "ge", limit), ("first_verdict", "not_null", None)))
        monkeypatch.setitem(metrics, was.name, now)
        log_definitions()
        digests.append(hashlib.sha256(jcs(now.data())).hexdigest()[:12])
        year(house, 20, limit)
    result = verify(publishing.publish(approved(house), by=house.actor("quality_manager")))
    assert result.exit == 0
    assert told(result, "figure.defined_late")[0] == (
        f"F1：定义（其中的限值也算）于 {log.now().date()} 改过，散列值 {digests[0]}… → {digests[1]}…；"
        "原来的不在证明包里，晚于期初 2017-01-01。"
    )
    assert "≥ 1" in result.text()


def rewritten(key: bytes | None, *, logged: bool = True) -> None:
    """A rejected lot of the past becomes accepted; every later leaf, root and checkpoint is made anew."""
    process = registry["inspection.lot"]
    lot = process.model.objects.filter(occurred_on__year=2017, first_verdict="rejected").first()
    now = dict.fromkeys(("verdict", "first_verdict", "state"), "accepted")
    sql(
        "UPDATE inspection_lot SET verdict = %s, first_verdict = %s, state = %s WHERE k = %s",
        *now.values(),
        lot.k,
    )
    lines = taken_out()
    for name, value in now.items():
        lines[lot.seq].content[name][1] = value
    put_back(lines, key, logged=logged)


def test_history_rewritten_under_the_logs_own_word_is_found(house: House) -> None:
    """Even with the key: the entry that logged a checkpoint still names the old root."""
    year(house, 40, 5)
    signed = checkpoints.sign("on_demand")
    rewritten(keys.private(), logged=False)
    assert ("checkpoint", "ledger.checkpoint/1", "", signed.size) in named()
    assert not named("signature")


def test_a_day_that_falls_is_found_even_with_the_key(house: House) -> None:
    lot = house.lot()
    house.lot("PO-2")
    checkpoints.sign("on_demand")
    lines = taken_out()
    lines[lot.seq].header["d"] = "2017-01-03"
    put_back(lines, keys.private())
    assert named() == {("day", f"inspection.lot/{lot.k}", "", lot.seq)}


@pytest.mark.proves("E-3.2")
def test_history_rewritten_with_key_and_database_is_found_only_from_outside(
    house: House, tmp_path: Path
) -> None:
    """The honest zero: nothing inside tells. A checkpoint that the reader kept, a witness, a time stamp do."""
    year(house, 300, 5)
    kept = checkpoints.sign("on_demand").note.encode()
    # the logged checkpoint names the old root, the tiles keep the old leaves: the forger makes them anew too
    rewritten(keys.private())
    assert found() == []
    done = publishing.publish(approved(house), by=house.actor("quality_manager"))
    assert verify(done).exit == 0, "nothing inside can tell"
    assert red(verify(done, since=[("kept.txt", kept)])) == {"anchor.differs"}
    witness = bytes([7]) * 32
    shown = {"note": notes.cosign(kept.decode(), "w.example.org", witness, 1_520_000_000), "tsr": None}
    parts = {**members(done), v.ANCHORS: jcs(shown) + b"\n"}
    assert red(verify(done, parts)) == {"anchor.differs"}


def test_key_witness_and_time_stamp_all_of_the_forgers_own_prove_nothing(
    published: publishing.Published, tmp_path: Path
) -> None:
    """A whole house of cards, signed through and through by its maker."""
    parts, forger, own = members(published), bytes(range(9, 41)), bytes([9]) * 32
    a = v.parse_note(parts["checkpoint-a.txt"]).text
    origin = v.parse_checkpoint(a).origin
    for name in ("checkpoint-a.txt", "checkpoint-b.txt"):
        parts[name] = notes.sign_note(v.parse_note(parts[name]).text, origin, forger).encode()
    parts["key.txt"] = (notes.make_vkey(origin, forger) + "\n").encode()
    authority = Authority(tmp_path / "forger")
    nonce = 1 << 63
    token = timestamp.token_of(authority.answer(timestamp.request(a.encode(), nonce)), a.encode(), nonce)
    cosigned = notes.cosign(parts["checkpoint-a.txt"].decode(), "w.example.org", own, 1_520_000_000)
    parts[v.ANCHORS] = jcs({"note": cosigned, "tsr": base64.b64encode(token).decode()}) + b"\n"
    honest = Authority(tmp_path / "honest")
    held: dict[str, Any] = {
        "witnesses": [v.parse_witness(notes.witness_key("w.example.org", bytes([8]) * 32)[0])],
        "authorities": v.read_certificates((honest.folder / "root.pem").read_bytes()),
    }
    result = verify(published, parts, **held)
    assert result.exit == 1
    assert {"key.other", "key.report"} <= red(result)
    unproved = {one.code for one in result.findings if one.unchecked}
    assert {"witness.quorum", "stamp.none"} <= unproved
    # whoever checks no key, no witness and no stamp is told so
    assert v.verify_bundle(published.folder / "bundle.zip", None, None).exit == 3


def test_text_of_the_bundle_cannot_steer_the_terminal(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs that turn text round or command a terminal, in a metric's words, the enterprise's name and the typed text."""
    evil, plain = "结论\u202e\x1b[2J\u200b」", r"结论\u202e\u001b[2J\u200b\u300d"
    was = metrics["incoming_acceptance"]
    monkeypatch.setitem(metrics, was.name, replace(was, labels={"first_verdict": {"": evil}}))
    year(house, 30, 3)
    bad = TEXT.replace("# 产品质量水平", "# 产品\u202e质量\u200b水平 2017")
    done = publishing.publish(approved(house, bad), by=house.actor("quality_manager"))
    parts = members(done)
    report = {**json.loads(parts["report.json"]), "enterprise": evil}
    for result, exit_ in ((verify(done), 0), (verify(done, {**parts, "report.json": jcs(report)}), 1)):
        assert result.exit == exit_
        for lang in ("zh", "en"):
            said = result.text(lang)
            assert f"「{plain}」" in said
            assert r"产品\u202e质量\u200b水平" in said
            assert not {c for c in said if (c < " " and c != "\n") or c == "\x7f"}
            assert not {"\u202e", "\u200b"} & set(said)
    assert f"「{plain}」，版次" in result.text()


def test_one_bit_of_the_containers_own_fields_is_unreadable(published: publishing.Published) -> None:
    data = bytearray((published.folder / "bundle.zip").read_bytes())
    with zipfile.ZipFile(BytesIO(bytes(data))) as bundle:
        at = bundle.infolist()[3].header_offset + 10  # the time of a member
    data[at] ^= 1
    assert v.verify_bundle(bytes(data)).exit == 2


def test_a_reopened_log_names_the_one_before_and_is_not_excused(fresh_database: str) -> None:
    """``init --predecessor``: the log that lost entries is never signed on; its successor says so in its first entry."""
    origin = "91330000TEST000001/quality"
    lost = notes.sign_note(notes.checkpoint_text(origin, 417, bytes(32)), origin, bytes(32))
    establish(Enterprise("测试仪表有限公司", "91330000TEST000001", "总部"), "管理员", predecessor=lost)
    assert log.head().origin == f"{origin}/2"
    genesis = log.versions("ledger.genesis", 1)[0].facts
    assert genesis["predecessor"] == f"{origin} 417 {bytes(32).hex()}"
    assert (
        parse_checkpoint(parse_note(checkpoints.sign("on_demand").note.encode()).text).origin == f"{origin}/2"
    )
    from zhicheng.core.setup import _next_origin

    assert _next_origin(f"{origin}/2") == f"{origin}/3"
