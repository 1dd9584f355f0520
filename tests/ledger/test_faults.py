"""The fault matrix of docs/faults.md, as far as other tests do not have it: each fault is found and named, or honestly is not.

Faults of the database are found by ``zhicheng audit``, faults of a published report by the verifier, and what whoever holds key and
database can undo without a trace only by what lies outside: the reader's checkpoint, witnesses, time stamps.
"""

from __future__ import annotations

import base64
import json
import threading
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from tests.authority import Authority
from tests.core.test_audit import found, sql
from tests.house import House, build, today
from tests.metrics.test_evaluate import year
from tests.publishing.test_publish import approved
from zhicheng.core.process import registry
from zhicheng.core.setup import Enterprise, establish
from zhicheng.core.writers import open_record
from zhicheng.ledger import checkpoints, keys, log
from zhicheng.ledger.models import Entry
from zhicheng.proof import note as notes
from zhicheng.proof import timestamp
from zhicheng.proof import verify as v
from zhicheng.proof.bundle import write_bundle
from zhicheng.proof.canonical import jcs
from zhicheng.proof.tree import CompactRange, leaf_hash
from zhicheng.proof.verify import parse_checkpoint, parse_note
from zhicheng.reports import publish as publishing

# In the database


def swapped(a: int, b: int, columns: str) -> None:
    """Two entries change places."""
    free = log.head().size + 10
    for old, new in ((a, free), (b, a), (free, b)):
        for table in ("ledger_entry", "ledger_sealedfacts"):
            sql(f"UPDATE {table} SET seq = %s WHERE seq = %s", new, old)


def test_entries_that_changed_places_are_named(house: House) -> None:
    first, second = house.lot("PO-1"), house.lot("PO-2")
    swapped(first.seq, second.seq, "seq")
    named = {(f.code, f.record, f.seq) for f in found()}
    assert ("index", f"inspection.lot/{second.k}", first.seq) in named
    assert ("order", f"inspection.lot/{second.k}", first.seq) in named
    assert "root" in {code for code, _record, _seq in named}


def test_an_inserted_entry_is_named(house: House) -> None:
    lot = house.lot("PO-1")
    size = log.head().size
    header = v.read_header(Entry.objects.get(seq=lot.seq).header.encode())
    forged = jcs({**header._asdict(), "seq": size, "ver": 2, "act": "void", "v": 1} | {"facts": header.facts})
    sql(
        "INSERT INTO ledger_entry (seq, leaf, header, digests, outer_salt, type, k, ver) "
        "SELECT %s, %s, %s, digests, outer_salt, type, k, 2 FROM ledger_entry WHERE seq = %s",
        size, leaf_hash(forged), forged.decode(), lot.seq,
    )  # fmt: skip
    sql(
        "INSERT INTO ledger_sealedfacts SELECT %s, content FROM ledger_sealedfacts WHERE seq = %s",
        size,
        lot.seq,
    )
    named = {(f.code, f.seq) for f in found()}
    assert ("beyond", size) in named


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


def red(found: v.Verdict) -> set[str]:
    return {one.code for one in found.findings if one.level == "red"}


def test_a_figure_typed_into_the_report_is_false(published: publishing.Published) -> None:
    parts = members(published)
    report = json.loads(parts["report.json"])
    report["figures"][0]["value"] = "99.99"
    parts["report.json"] = jcs(report)
    result = verify(published, parts)
    assert result.exit == 1
    assert {"figure.value", "publish.report_json"} <= red(result)
    assert any(one.where == "F1" for one in result.findings if one.code == "figure.value")


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


def test_a_report_published_twice_is_false(house: House, published: publishing.Published) -> None:
    report = house.fresh(published.report)
    facts = {
        f: getattr(report, f) for f in ("docx", "html", "report_json", "definitions", "a_size", "a_root")
    }
    from django.db import transaction

    with transaction.atomic(), log.locked() as writer:
        versions = log.versions("report.report", report.k)
        writer.append(
            "report.report", report.k, len(versions) + 1, "publish",
            {**versions[-1].facts, **facts, "pdf": "0" * 64, "state": "published"},
        )  # fmt: skip
    again = members(published)
    b = checkpoints.sign("publication")
    from zhicheng.reports import bundle

    bundle.write(
        published.folder / "bundle.zip", json.loads(again["report.json"]), again["definitions.json"],
        checkpoints.Signed(report.a_size, report.a_root, again["checkpoint-a.txt"].decode()), b,
    )  # fmt: skip
    assert "publish.number" in red(verify(published))


def test_a_target_lowered_after_the_period_is_told(house: House) -> None:
    from tests.processes.test_requirements import objective
    from tests.publishing.test_publish import TEXT

    year(house, 60, 12)
    objective(house, "进货合格率", "incoming_acceptance", "50", year=2017)
    text = TEXT.replace("# 签署", '{{table objectives judge=yes caption="目标"}}\n\n# 签署')
    result = verify(publishing.publish(approved(house, text), by=house.actor("quality_manager")))
    assert result.exit == 0
    assert "target.late" in {one.code for one in result.findings}


def rewritten(house: House) -> None:
    """Whoever holds key and database: a rejected lot becomes accepted, every later leaf, root and signature is made anew."""
    lot = (
        registry["inspection.lot"]
        .model.objects.filter(occurred_on__year=2017, first_verdict="rejected")
        .first()
    )
    sql(
        "UPDATE inspection_lot SET verdict = 'accepted', first_verdict = 'accepted', state = 'accepted' WHERE k = %s",
        lot.k,
    )
    from zhicheng.core.facts import facts_of
    from zhicheng.ledger.models import Checkpoint, SealedFacts
    from zhicheng.proof.canonical import facts_digest, header_bytes, seal

    content = json.loads(SealedFacts.objects.get(seq=lot.seq).content)
    now = facts_of(type(lot).objects.get(k=lot.k))
    content = {n: [salt, now.get(n, value)] for n, (salt, value) in content.items()}
    digests = {n: seal(salt, n, value) for n, (salt, value) in content.items()}
    entry = Entry.objects.get(seq=lot.seq)
    old = json.loads(entry.header)
    header = header_bytes(
        **{k: old[k] for k in ("seq", "d", "type", "k", "ver", "act")},
        facts=facts_digest(entry.outer_salt, digests),
    )
    sql(
        "UPDATE ledger_sealedfacts SET content = %s WHERE seq = %s",
        json.dumps(content, ensure_ascii=False),
        lot.seq,
    )
    sql(
        "UPDATE ledger_entry SET header = %s, leaf = %s, digests = %s WHERE seq = %s",
        header.decode(), leaf_hash(header), json.dumps(digests), lot.seq,
    )  # fmt: skip
    for mark in Checkpoint.objects.order_by("size"):
        _sign_again(mark.size)
    tree = CompactRange(0, [])
    for leaf in Entry.objects.order_by("seq").values_list("leaf", flat=True):
        tree.append(bytes(leaf))
    sql("UPDATE ledger_head SET nodes = %s", json.dumps([n.hex() for n in tree.nodes]))


def _sign_again(size: int) -> None:
    tree = CompactRange(0, [])
    for leaf in Entry.objects.filter(seq__lt=size).order_by("seq").values_list("leaf", flat=True):
        tree.append(bytes(leaf))
    origin = log.head().origin
    note = notes.sign_note(notes.checkpoint_text(origin, size, tree.root()), origin, keys.private())
    sql(
        "UPDATE ledger_checkpoint SET root = %s, nodes = %s, note = %s WHERE size = %s",
        tree.root().hex(), json.dumps([n.hex() for n in tree.nodes]), note, size,
    )  # fmt: skip


def test_history_rewritten_with_key_and_database_is_found_only_from_outside(
    house: House, tmp_path: Path
) -> None:
    """The honest zero: nothing inside tells. A checkpoint that the reader kept, a witness, a time stamp do."""
    year(house, 40, 5)
    kept = checkpoints.sign("on_demand").note.encode()
    last = Entry.objects.filter(type="ledger.checkpoint").count()
    rewritten(house)
    # the logged checkpoint names the old root: the forger takes the entry away too
    seq = Entry.objects.filter(type="ledger.checkpoint").order_by("-seq").values_list("seq", flat=True)[0]
    for table in ("ledger_entry", "ledger_sealedfacts"):
        sql(f"DELETE FROM {table} WHERE seq = %s", seq)
    head = log.head()
    tree = CompactRange(0, [])
    for leaf in Entry.objects.order_by("seq").values_list("leaf", flat=True):
        tree.append(bytes(leaf))
    head.size, head.nodes, head.records["ledger.checkpoint"] = seq, [n.hex() for n in tree.nodes], last - 1
    head.save()
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


def test_text_of_the_bundle_cannot_steer_the_terminal(house: House) -> None:
    from tests.publishing.test_publish import TEXT

    year(house, 30, 3)
    bad = TEXT.replace("# 产品质量水平", "# 产品\u202e质量\u200b水平")
    done = publishing.publish(approved(house, bad), by=house.actor("quality_manager"))
    said = verify(done).text()
    assert not {c for c in said if c < " " and c != "\n"}
    assert not {"\u202e", "\u200b"} & set(said)


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
