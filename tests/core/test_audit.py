"""``zhicheng audit`` finds and names every edit behind the application's back."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.utils import translation

from tests.core.test_erasure import person, request
from tests.house import build
from tests.ledger.forger import leaf_made_anew, put_back, taken_out
from tests.ledger.forger import sql as sql
from tests.metrics.test_evaluate import year
from tests.processes.test_document import document, draft
from tests.test_catalogue import CHINESE
from zhicheng.core import audit_parts
from zhicheng.core.audit import Finding, audit
from zhicheng.core.audit_files import file_findings
from zhicheng.core.files import Stored, path_of, store
from zhicheng.core.process import registry
from zhicheng.core.writers import amend, open_record
from zhicheng.ledger import checkpoints, keys, log, outside

if TYPE_CHECKING:
    from tests.house import House


def found() -> list[Finding]:
    return audit().findings or []


def named(*codes: str) -> set[tuple[str, str, str, int | None]]:
    """What was found, of these codes (none: of all)."""
    return {(f.code, f.record, f.fact, f.seq) for f in found() if not codes or f.code in codes}


def test_an_honest_database_has_no_findings(house: House) -> None:
    house.judged(verdict="rejected")
    checkpoints.sign("on_demand")
    result = audit()
    assert result.findings == []
    assert result.rows > 10
    assert result.entries == log.head().size


@pytest.mark.proves("E-3.1")
def test_an_edited_row_is_named_with_fact_and_entry(house: House) -> None:
    lot = house.judged(verdict="rejected")
    sql("UPDATE inspection_lot SET verdict = %s, quantity = %s WHERE k = %s", "accepted", 1, lot.k)
    findings = found()
    assert {(f.code, f.record, f.fact, f.seq) for f in findings} == {
        ("edited", f"inspection.lot/{lot.k}", "verdict", lot.seq),
        ("edited", f"inspection.lot/{lot.k}", "quantity", lot.seq),
    }
    assert lot.number in findings[0].sentence


def test_version_and_business_key_of_a_row_are_held_to_the_log(house: House) -> None:
    """The key numbers submissions, the version guards against stale forms: neither is a fact."""
    lot, supplier = house.judged("po-1 "), house.supplier
    sql("UPDATE inspection_lot SET version = %s, business_key = %s WHERE k = %s", 9, "1|PO-2|1", lot.k)
    assert named() == {
        ("edited", f"inspection.lot/{lot.k}", name, lot.seq) for name in ("version", "business_key")
    }
    sql(
        "UPDATE inspection_lot SET version = %s, business_key = %s WHERE k = %s",
        lot.version,
        lot.business_key,
        lot.k,
    )
    # the key of what was renamed stays that of its opening
    renamed = amend(
        house.fresh(supplier),
        {"name": "新名"},
        by=house.actor("purchasing"),
        version=supplier.version,
        reason="改名",
    )
    assert renamed.business_key == supplier.business_key
    assert found() == []
    sql("UPDATE supplier_supplier SET business_key = %s WHERE k = %s", "别家", supplier.k)
    assert named() == {("edited", f"supplier.supplier/{supplier.k}", "business_key", renamed.seq)}


@pytest.mark.proves("E-3.1")
def test_an_added_and_a_removed_row_are_named(house: House) -> None:
    first, second = house.lot("PO-1"), house.lot("PO-2")
    sql("DELETE FROM inspection_lot WHERE k = %s", second.k)
    columns = ", ".join(
        f.column for f in first._meta.concrete_fields if f.name not in ("k", "number", "business_key")
    )
    sql(
        f"INSERT INTO inspection_lot (k, number, business_key, {columns}) "
        f"SELECT 77, 'LL-FAKE', 'X', {columns} FROM inspection_lot WHERE k = %s",
        first.k,
    )
    assert named() == {
        ("removed", f"inspection.lot/{second.k}", "", second.seq),
        ("added", "inspection.lot/77", "", None),
    }


@pytest.mark.proves("E-3.1")
@pytest.mark.parametrize("what", ["value", "salt"])
def test_an_edited_fact_of_an_entry_is_named(house: House, what: str) -> None:
    lot = house.lot()
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM ledger_sealedfacts WHERE seq = %s", [lot.seq])
        content = json.loads(cursor.fetchone()[0])
    content["note"] = [content["note"][0], "改过"] if what == "value" else [content["unit"][0], ""]
    sql("UPDATE ledger_sealedfacts SET content = %s WHERE seq = %s", json.dumps(content), lot.seq)
    assert ("fact", f"inspection.lot/{lot.k}", "note", lot.seq) in {
        (f.code, f.record, f.fact, f.seq) for f in found()
    }


def test_what_no_format_has_is_named_and_stops_nothing(house: House) -> None:
    lots = [house.lot(f"PO-{n}") for n in range(4)]
    lots.append(declared(house, stored(b"report")))
    for lot, (table, column, value) in zip(
        lots,
        [
            ("entry", "outer_salt", "no salt"), ("entry", "digests", '{"A-b":7}'), ("entry", "digests", "[]"),
            ("sealedfacts", "content", "[1]"), ("sealedfacts", "content", "{"),
        ],
        strict=True,
    ):  # fmt: skip
        sql(f"UPDATE ledger_{table} SET {column} = %s WHERE seq = %s", value, lot.seq)
    faults = {(f.record, f.seq) for f in found()}
    assert faults == {(f"{registry.of(lot).name}/{lot.k}", lot.seq) for lot in lots}


def test_an_edited_header_is_found_even_with_its_leaf_recomputed(house: House) -> None:
    """What was kept tells where: first nodes of the head, then those of a checkpoint."""
    lots = [house.lot(f"PO-{n}") for n in range(3)]
    name = f"inspection.lot/{lots[-1].k}"
    sql(
        "UPDATE ledger_entry SET header = REPLACE(header, '\"open\"', '\"void\"') WHERE seq = %s",
        lots[-1].seq,
    )
    assert ("leaf", name, "", lots[-1].seq) in named()
    assert ("root", "", "", None) in named()
    sql(
        "UPDATE ledger_entry SET header = REPLACE(header, '\"void\"', '\"open\"') WHERE seq = %s",
        lots[-1].seq,
    )
    assert found() == []
    size = log.head().size
    if size % 2 == 0:
        lots.append(house.lot("PO-9"))
    leaf_made_anew(lots[-1].seq, {"act": "void"})
    last = f"inspection.lot/{lots[-1].k}"
    assert named() == {("root", "", "", None), ("rewritten", last, "", lots[-1].seq)}
    leaf_made_anew(lots[-1].seq, {"act": "open"})
    signed = checkpoints.sign("on_demand")
    house.lot("PO-10")
    leaf_made_anew(lots[-1].seq, {"act": "void"})
    assert named() == {("checkpoint", "", "", signed.size - 1), ("rewritten", last, "", lots[-1].seq)}


def test_tiles_name_the_entry_that_was_rewritten_in_a_long_log(house: House) -> None:
    year(house, 300, 5)
    signed = checkpoints.sign("on_demand")
    lot = registry["inspection.lot"].model.objects.get(k=100)
    house.lot()
    checkpoints.sign("on_demand")
    leaf_made_anew(lot.seq, {"act": "open"})
    name = f"inspection.lot/{lot.k}"
    assert named() == {("checkpoint", "", "", signed.size - 1), ("rewritten", name, "", lot.seq)}
    leaf_made_anew(lot.seq, {"act": "import"})
    assert found() == []
    sql("UPDATE ledger_tile SET hashes = %s WHERE level = 1", bytes(32))
    assert named() == {("tile", "", "", None)}
    sql("UPDATE ledger_tile SET hashes = %s WHERE level = 0", bytes(256 * 32))
    assert named() == {("tile", "", "", 0), ("tile", "", "", None)}


@pytest.mark.proves("E-3.1")
def test_entries_removed_in_the_middle_are_named(house: House) -> None:
    """By the row that points there; by the next version, or the head's count, where none does any more."""
    first, last = house.judged("PO-1"), house.lot("PO-2")
    other = house.lot("PO-3")
    sql("DELETE FROM ledger_entry WHERE seq = %s", last.seq)
    name = f"inspection.lot/{last.k}"
    assert ("missing_entry", name, "", last.seq) in named()
    assert not {code for code, record, _fact, _seq in named() if record == name} - {"missing_entry"}
    sql("DELETE FROM inspection_lot WHERE k = %s", last.k)
    assert {("missing_entry", "", "", last.seq), ("missing_record", name, "", None)} <= named()
    assert ("order", f"inspection.lot/{other.k}", "", other.seq) in named()
    opened = log.versions("inspection.lot", first.k)[0].seq
    sql("DELETE FROM ledger_entry WHERE seq = %s", opened)
    name = f"inspection.lot/{first.k}"
    assert {("missing_entry", "", "", opened), ("version", name, "", first.seq)} <= named()


@pytest.mark.proves("E-3.1")
def test_entries_removed_at_the_end_are_named(house: House) -> None:
    first, last = house.lot("PO-1"), house.lot("PO-2")
    sql("DELETE FROM ledger_entry WHERE seq >= %s", first.seq)
    names = [f"inspection.lot/{lot.k}" for lot in (first, last)]
    assert named("truncated") == {
        ("truncated", name, "", lot.seq) for name, lot in zip(names, (first, last), strict=True)
    }
    assert "added" not in {f.code for f in found()}
    sql("DELETE FROM inspection_lot WHERE k >= %s", first.k)
    assert named("truncated", "missing_record") == {
        ("truncated", "", "", first.seq),
        *(("missing_record", name, "", None) for name in names),
    }


def test_history_rewritten_after_a_checkpoint_is_found(house: House) -> None:
    lot = house.lot()
    signed = checkpoints.sign("on_demand")
    sql("UPDATE ledger_checkpoint SET root = %s WHERE size = %s", "0" * 64, signed.size)
    assert ("checkpoint", signed.size - 1) in {(f.code, f.seq) for f in found()}
    sql(
        "UPDATE ledger_checkpoint SET note = REPLACE(note, %s, %s)",
        f"\n{signed.size}\n",
        f"\n{signed.size + 1}\n",
    )
    assert "signature" in {f.code for f in found()}
    assert lot.seq < signed.size


def test_a_checkpoint_and_the_entry_that_logged_it_stand_together(house: House) -> None:
    house.lot()
    signed = checkpoints.sign("on_demand")
    k = log.head().records["ledger.checkpoint"]
    house.lot("PO-2")
    checkpoints.sign("on_demand")
    sql("UPDATE ledger_checkpoint SET size = 3 WHERE size = %s", signed.size)
    at = ("checkpoint_removed", f"ledger.checkpoint/{k}", "", signed.size)
    assert {at, ("checkpoint_added", "", "", 3)} <= named()
    sql("DELETE FROM ledger_checkpoint WHERE size = 3")
    assert named() == {at}


def test_without_its_checkpoints_a_replaced_key_signs_nothing(house: House) -> None:
    """The log itself tells that there were some: no table emptied makes another key the log's."""
    signed = checkpoints.sign("on_demand")
    sql("DELETE FROM ledger_checkpoint")
    keys.path().unlink()
    keys.make()
    house.lot()
    assert named() == {("checkpoint_removed", "ledger.checkpoint/1", "", signed.size)}
    with pytest.raises(log.LogRefused, match="检查点表却是空的"):
        checkpoints.sign("on_demand")


def test_nothing_is_signed_that_goes_on_from_nodes_that_were_not(house: House) -> None:
    """Whoever holds the database and not the key rewrites what is signed already: the next checkpoint would cover it."""
    lot = house.lot()
    checkpoints.sign("on_demand")
    house.lot("PO-2")
    lines = taken_out()
    lines[lot.seq].header["act"] = "void"
    put_back(lines, None)
    assert {"signature"} == {f.code for f in found()}
    with pytest.raises(log.LogRefused, match="不是当时签署的"):
        checkpoints.sign("on_demand")


def test_signing_refuses_when_a_row_was_flipped(house: House) -> None:
    lot = house.lot()
    sql("UPDATE ledger_entry SET header = REPLACE(header, '\"k\":1', '\"k\":2') WHERE seq = %s", lot.seq)
    with pytest.raises(log.LogRefused, match=str(lot.seq)):
        checkpoints.sign("on_demand")
    sql("UPDATE ledger_entry SET header = REPLACE(header, '\"k\":2', '\"k\"!1') WHERE seq = %s", lot.seq)
    with pytest.raises(log.LogRefused, match=str(lot.seq)):
        checkpoints.sign("on_demand")


def stored(data: bytes, name: str = "证据.txt") -> Stored:
    return store(BytesIO(data), name, "text/plain")


def declared(house: House, file: Stored) -> Any:
    """A declared fact, which keeps the hash of its attached evidence in a field of its own as well."""
    facts = {
        "name": "honour_count",
        "subject": "荣誉数",
        "value": "3",
        "period_from": "2020-01-01",
        "period_to": "2020-12-31",
    }
    return open_record(registry["report.declared"], facts, by=house.actor("quality_manager"), files=[file])


@pytest.mark.proves("E-3.1")
def test_a_changed_or_missing_attachment_is_named(house: House) -> None:
    file = stored(b"report")
    fact = declared(house, file)
    assert fact.evidence == file.sha256
    assert found() == []
    path_of(file.sha256).write_bytes(b"Report")
    record = f"report.declared/{fact.k}"
    assert named() == {("file_changed", record, name, fact.seq) for name in ("_files", "evidence")}
    path_of(file.sha256).unlink()
    assert named() == {("file_missing", record, name, fact.seq) for name in ("_files", "evidence")}


@pytest.mark.proves("E-3.1")
def test_an_attachment_replaced_removed_or_added_in_the_table_is_named(house: House) -> None:
    fact, bare = declared(house, stored(b"report")), house.lot()
    record = f"report.declared/{fact.k}"
    forged = stored(b"another")
    sql("UPDATE core_attachment SET sha256 = %s, size = %s WHERE k = %s", forged.sha256, forged.size, fact.k)
    assert named() == {
        ("file_removed", record, "_files", fact.seq),
        ("file_added", record, "_files", fact.seq),
    }
    sql("DELETE FROM core_attachment WHERE k = %s", fact.k)
    path_of(fact.evidence).unlink()
    assert named() == {
        ("file_removed", record, "_files", fact.seq),
        ("file_missing", record, "_files", fact.seq),
        ("file_missing", record, "evidence", fact.seq),
    }
    stored(b"report")
    sql(
        "INSERT INTO core_attachment (type, k, ver, sha256, name, size, media_type) VALUES (%s, %s, 1, %s, %s, 7, '')",
        "inspection.lot", bare.k, forged.sha256, "合格证.pdf",
    )  # fmt: skip
    assert named("file_added") == {("file_added", f"inspection.lot/{bare.k}", "_files", bare.seq)}


def test_a_file_that_was_disposed_of_is_not_missed_though_a_fact_still_has_its_hash(house: House) -> None:
    fact = declared(house, stored(b"report"))
    path_of(fact.evidence).unlink()
    size, disposed = log.head().size, {("report.declared", fact.k): {"_files": fact.seq}}
    assert [one.fact for one in file_findings({}, {}, size) if one.fact == "evidence"] == ["evidence"]
    assert [one.fact for one in file_findings({}, disposed, size) if one.fact == "evidence"] == []


def test_what_was_erased_and_stands_in_the_row_again_is_named(house: House) -> None:
    one = person(house)
    house.perform(request(house, one), "erase", "general_manager")
    assert found() == []
    one = house.fresh(one)
    sql("UPDATE core_person SET name = %s WHERE k = %s", "张三丰收", one.k)
    assert named() == {("edited", f"org.person/{one.k}", "name", one.seq)}
    one = amend(
        house.fresh(one), {"name": "李四"}, by=house.actor("quality_manager"), version=3, reason="误删"
    )
    assert found() == []
    sql("UPDATE core_person SET staff_number = %s WHERE k = %s", "工号八零零一", one.k)
    assert named() == {("edited", f"org.person/{one.k}", "staff_number", one.seq)}


def test_a_file_that_only_a_field_of_the_record_names_is_read(house: House) -> None:
    """The extracted text of a document's edition is attached nowhere."""
    edition = draft(house, document(house))
    record = f"document.edition/{edition.k}"
    assert found() == []
    path_of(edition.plain).write_bytes(b"other words")
    assert named() == {("file_changed", record, "plain", edition.seq)}
    path_of(edition.plain).unlink()
    assert named() == {("file_missing", record, "plain", edition.seq)}


def test_a_database_rolled_back_behind_a_kept_checkpoint_is_refused(house: House) -> None:
    house.lot()
    note = checkpoints.sign("on_demand").note
    checkpoints.guard()
    origin, size, *rest = note.split("\n")
    path = outside.latest()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.write_text("\n".join([origin, str(int(size) + 5), *rest]), "utf-8")
        with pytest.raises(log.LogRefused, match="回退"):
            checkpoints.guard()
        path.write_text("\n".join([origin, str(int(size) - 1), *rest]), "utf-8")
        with pytest.raises(log.LogRefused, match="不一致"):
            checkpoints.guard()
    finally:
        path.unlink()


def test_several_processes_find_what_one_does(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    house = build()
    lots = [house.judged(f"PO-{n}") for n in range(40)]
    sql("UPDATE inspection_lot SET verdict = %s WHERE k = %s", "rejected", lots[3].k)
    sql("UPDATE inspection_lot SET seq = %s WHERE k = %s", lots[5].seq, lots[6].k)
    sql("DELETE FROM inspection_lot WHERE k = %s", lots[39].k)
    sql("UPDATE ledger_sealedfacts SET content = %s WHERE seq = %s", "{}", lots[8].seq)
    sql("DELETE FROM ledger_entry WHERE seq = %s", lots[20].seq)
    alone = audit()
    assert {f.code for f in alone.findings or []} >= {"edited", "pointer", "removed", "fact", "missing_entry"}
    monkeypatch.setattr(audit_parts, "MANY", 0)
    monkeypatch.setattr(audit_parts, "CHUNK", 7)
    monkeypatch.setattr(audit_parts, "Looker", None)  # what is done here fails
    monkeypatch.setattr(audit_parts, "hands", lambda: 2)
    with translation.override("en"):
        together = audit()
    assert [replace(f, sentence="") for f in together.findings or []] == [
        replace(f, sentence="") for f in alone.findings or []
    ]
    assert (together.entries, together.rows) == (alone.entries, alone.rows)
    assert not any(
        CHINESE.search(f.sentence) for f in together.findings or [] if f.code in ("fact", "pointer")
    )
