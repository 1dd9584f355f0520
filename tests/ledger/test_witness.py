"""Witnesses and time stamps of a real log: what they prove, what they refuse, and what is gone without them."""

from __future__ import annotations

import json
import shutil
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection

from tests.authority import Authority
from tests.house import House, build
from tests.ledger.forger import sql
from zhicheng.core.audit import audit
from zhicheng.core.authority import SYSTEM
from zhicheng.core.process import registry
from zhicheng.core.writers import open_record
from zhicheng.evidence_cli import log_group
from zhicheng.evidence_cli import witness as command
from zhicheng.ledger import anchors, checkpoints, keys, log, outside
from zhicheng.ledger.models import Anchor, Checkpoint, Entry
from zhicheng.proof import note as notes
from zhicheng.proof.tree import CompactRange
from zhicheng.proof.verify import Refused, parse_checkpoint, parse_note, parse_witness, verify_cosignature
from zhicheng.proof.witness import Conflict, Witness


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return Witness.establish(tmp_path / "witness", "witness.example.org")


def grow(house: House, document: str) -> None:
    house.lot(document)
    checkpoints.sign("on_demand")


def visit(witness: Witness, since: int = 0) -> str:
    return witness.visit(anchors.presentation(since), keys.vkey())


def last(witness: Witness) -> int:
    seen = witness.seen(log.head().origin)
    return seen.checkpoint.size if seen else 0


def test_a_witness_sees_the_log_grow_and_its_word_is_kept_and_logged(house: House, witness: Witness) -> None:
    grow(house, "PO-1")
    first = anchors.take_cosignature(visit(witness), parse_witness(witness.vkey))
    grow(house, "PO-2")
    keys.rotate("每年更换")
    checkpoints.sign("on_demand")
    cosigned = witness.visit(anchors.presentation(last(witness)))
    second = anchors.take_cosignature(cosigned, parse_witness(witness.vkey))
    assert second.size > first.size
    assert [e.type for e in Entry.objects.order_by("-seq")[:1]] == ["ledger.anchor"]
    shown = [json.loads(line) for line in anchors.lines(log.head().size)]
    assert [one["note"].count("\u2014") for one in shown] == [2, 2]
    seen = [
        verify_cosignature(parse_note(one["note"].encode()), parse_witness(witness.vkey)) for one in shown
    ]
    assert all(seen), "what a bundle carries is the witness's line as it gave it"
    assert audit().findings == []


def test_the_first_visit_needs_the_logs_key_and_a_later_one_trusts_no_other(
    house: House, witness: Witness
) -> None:
    grow(house, "PO-1")
    with pytest.raises(Refused, match="first visit"):
        witness.visit(anchors.presentation(0))
    with pytest.raises(Refused, match="not signed by this log"):
        witness.visit(anchors.presentation(0), notes.make_vkey(log.head().origin, bytes(32)))
    visit(witness)
    with pytest.raises(Refused, match="not the one trusted"):
        witness.visit(anchors.presentation(0), notes.make_vkey(log.head().origin, bytes(32)))


def forged(shown: dict[str, Any], size: int, root: bytes) -> dict[str, Any]:
    text = notes.checkpoint_text(log.head().origin, size, root)
    return {**shown, "note": notes.sign_note(text, log.head().origin, keys.private())}


@pytest.mark.proves("E-4.1")
def test_a_fork_and_a_rollback_are_refused_and_both_notes_kept(house: House, witness: Witness) -> None:
    grow(house, "PO-1")
    visit(witness)
    size = last(witness)
    shown = anchors.presentation(size)
    with pytest.raises(Conflict, match="a fork"):
        witness.visit(forged(shown, size, bytes(32)))
    with pytest.raises(Conflict, match="rolled back"):
        witness.visit(forged(shown, size - 1, bytes(32)))
    with pytest.raises(Conflict, match="not rewritten"):
        witness.visit(forged(shown, size + 5, bytes(32)))
    kept = list(witness.folder.glob("conflict-*.txt"))
    assert len(kept) == 3, "within one second, too"
    assert all(one.read_text("utf-8").count(log.head().origin) >= 4 for one in kept)
    assert last(witness) == size


def test_a_rollback_behind_a_replacement_of_the_key_is_a_conflict(house: House, witness: Witness) -> None:
    """The log signs with the key that it had then; a stranger's key proves nothing against it."""
    grow(house, "PO-1")
    old, vkey = keys.private(), keys.vkey()
    visit(witness)
    shown = anchors.presentation(0)
    keys.rotate("每年更换")
    checkpoints.sign("on_demand")
    witness.visit(anchors.presentation(last(witness)))
    text, origin = notes.checkpoint_text(log.head().origin, 1, bytes(32)), log.head().origin
    with pytest.raises(Conflict, match="rolled back"):
        witness.visit(shown)
    assert old != keys.private()
    with pytest.raises(Conflict, match="rolled back"):
        witness.visit({**shown, "note": notes.sign_note(text, origin, old)})
    stranger = {**shown, "note": notes.sign_note(text, origin, bytes(32))}
    with pytest.raises(Refused, match="not signed by this log"):
        witness.visit(stranger)
    larger = notes.checkpoint_text(origin, last(witness) + 5, bytes(32))
    with pytest.raises(Refused, match="not signed by this log"):
        witness.visit({**shown, "note": notes.sign_note(larger, origin, old)})
    assert len(list(witness.folder.glob("conflict-*.txt"))) == 2
    assert vkey in json.loads(next(witness.folder.glob("*.json")).read_text("utf-8"))["former"]


def test_a_proof_from_another_size_is_asked_for_again(house: House, witness: Witness) -> None:
    grow(house, "PO-1")
    visit(witness)
    grow(house, "PO-2")
    with pytest.raises(Refused, match="a proof from size"):
        witness.visit(anchors.presentation(0))
    for malformed in ({}, {"note": 1}, {"note": "x", "proof": ["?"], "from": 0, "keys": []}):
        with pytest.raises(Refused):
            witness.visit(malformed)


def test_a_cosignature_of_something_else_is_not_taken(house: House, witness: Witness) -> None:
    grow(house, "PO-1")
    cosigned = visit(witness)
    with pytest.raises(log.LogRefused):
        anchors.take_cosignature(
            cosigned.replace("\u2014 witness", "\u2014 other"), parse_witness(witness.vkey)
        )
    with pytest.raises(log.LogRefused):
        anchors.take_cosignature(cosigned[:-8] + "AAAAAA=\n", parse_witness(witness.vkey))
    assert not Anchor.objects.exists()


@pytest.mark.proves("E-3.2")
def test_the_database_rolled_back_to_yesterday_is_found_only_by_what_lies_outside(
    fresh_database: str, witness: Witness
) -> None:
    """The administrator's strongest move with the key in hand: yesterday's copy, other entries since, all files replaced."""
    house = build()
    grow(house, "PO-1")
    at_yesterday = log.head().size
    grow(house, "PO-2")
    visit(witness)
    seen = last(witness)
    rolled_back(at_yesterday)
    with pytest.raises(log.LogRefused, match="已被回退"):
        checkpoints.guard()
    shutil.rmtree(outside.latest().parent)
    checkpoints.guard()
    assert audit().findings == []
    for i in range(seen):
        house.lot(f"NEW-{i}")
    checkpoints.sign("on_demand")
    with pytest.raises(Conflict, match="not rewritten"):
        witness.visit(anchors.presentation(seen))


def rolled_back(size: int) -> None:
    """The database as it was at a size, when there was one lot: the entries since are gone for good."""
    sql("DELETE FROM ledger_entry WHERE seq >= %s", size)
    sql("DELETE FROM ledger_sealedfacts WHERE seq >= %s", size)
    sql("DELETE FROM ledger_checkpoint WHERE size >= %s", size)
    tree = CompactRange(0, [])
    for leaf in Entry.objects.order_by("seq").values_list("leaf", flat=True):
        tree.append(bytes(leaf))
    head = log.head()
    head.size, head.nodes = size, [n.hex() for n in tree.nodes]
    head.records["inspection.lot"] = 1
    for own in ("checkpoint", "anchor"):
        head.records[f"ledger.{own}"] = Entry.objects.filter(type=f"ledger.{own}").count()
    head.save()
    lots = registry["inspection.lot"].model
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {lots._meta.db_table} WHERE k > 1")


@pytest.mark.proves("E-4.1")
def test_a_rollback_is_reported_over_http_and_by_files(live_site: str, tmp_path: Path) -> None:
    """The log has fewer entries than the witness saw: asked for what it has, it signs the evidence against itself."""
    house = build()
    grow(house, "PO-1")
    yesterday = log.head().size
    grow(house, "PO-2")
    folder, run = tmp_path / "w", CliRunner()
    mine = Witness.establish(folder, "w.example.org")
    mine.visit(anchors.presentation(0), keys.vkey())
    seen = mine.seen(log.head().origin)
    assert seen is not None
    rolled_back(yesterday)
    shutil.rmtree(outside.latest().parent)
    visit = ["visit", live_site, "--folder", str(folder), "--key", keys.vkey()]
    done = run.invoke(command, visit)
    assert (done.exit_code, "rolled back" in done.output, "Both signed notes" in done.output) == (
        1,
        True,
        True,
    )
    (kept,) = folder.glob("conflict-*.txt")
    text = kept.read_text("utf-8")
    now = anchors.presentation(0)["note"]
    assert text == f"{seen.note}\n{now}"
    assert parse_checkpoint(parse_note(now.encode()).text).size < seen.checkpoint.size
    # by files
    shown = tmp_path / "shown.json"
    done = run.invoke(log_group, ["present", "--since", str(seen.checkpoint.size), str(shown)])
    assert (done.exit_code, "照实出示" in done.output) == (0, True), done.output
    done = run.invoke(command, ["visit", str(shown), "--folder", str(folder)])
    assert (done.exit_code, "rolled back" in done.output) == (1, True)
    assert len(list(folder.glob("conflict-*.txt"))) == 2
    # a log that shows nothing at all any more gives no evidence, and is not passed over either
    sql("DELETE FROM ledger_checkpoint")
    done = run.invoke(command, visit)
    assert (done.exit_code, "shows no checkpoint at all" in done.output) == (1, True)


@pytest.mark.proves("E-4.1")
def test_a_witness_elsewhere_visits_over_http_and_by_files(live_site: str, tmp_path: Path) -> None:
    house = build()
    grow(house, "PO-1")
    folder, run = str(tmp_path / "w"), CliRunner()
    made = run.invoke(command, ["init", "w.example.org", "--folder", folder])
    vkey = made.output.strip()
    assert run.invoke(command, ["key", "--folder", folder]).output.strip() == vkey
    assert run.invoke(command, ["init", "w.example.org", "--folder", folder]).exit_code == 1
    visit = ["visit", live_site, "--folder", folder, "--key", keys.vkey()]
    assert run.invoke(command, visit).exit_code == 2  # not registered
    open_record(registry["core.parameter"], {"key": "core.witnesses", "value": json.dumps([vkey])}, by=SYSTEM)
    checkpoints.sign("on_demand")
    done = run.invoke(command, visit)
    assert done.exit_code == 0, done.output
    assert Anchor.objects.filter(kind="witness", name="w.example.org").count() == 1
    with urllib.request.urlopen(f"{live_site}/log/checkpoint") as answer:
        assert "\u2014 w.example.org " in answer.read().decode()
    # by files
    house.lot("PO-3")
    checkpoints.sign("on_demand")
    size = last(Witness(Path(folder)))
    (tmp_path / "shown.json").write_text(json.dumps(anchors.presentation(size)), "utf-8")
    out = tmp_path / "cosigned.txt"
    done = run.invoke(command, ["visit", str(tmp_path / "shown.json"), "--folder", folder, "--out", str(out)])
    assert done.exit_code == 0, done.output
    anchors.take_cosignature(out.read_text("utf-8"), parse_witness(vkey))
    assert Anchor.objects.count() == 2
    # a fork
    spoiled = forged(anchors.presentation(0), log.head().size + 3, bytes(32))
    spoiled["from"] = last(Witness(Path(folder)))
    (tmp_path / "shown.json").write_text(json.dumps(spoiled), "utf-8")
    done = run.invoke(command, ["visit", str(tmp_path / "shown.json"), "--folder", folder, "--out", str(out)])
    assert (done.exit_code, "Both signed notes" in done.output) == (1, True)


@pytest.mark.parametrize(
    ("what", "body", "status"),
    [
        ("presentation?since=x", None, 400),
        ("presentation?since=99999", None, 404),
        ("cosignature", b"x", 403),
        ("cosignature", b"x" * 20000, 413),
    ],
)
def test_the_logs_public_addresses_refuse_nonsense(
    live_site: str, what: str, body: bytes | None, status: int
) -> None:
    build()
    checkpoints.sign("on_demand")
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(f"{live_site}/log/{what}", body)
    assert error.value.code == status


@pytest.mark.proves("E-4.2")
def test_a_log_stamped_once_a_day(house: House, tmp_path: Path) -> None:
    server = Authority(tmp_path).serve()
    try:
        address = f"http://127.0.0.1:{server.server_port}/"
        assert anchors.stamp_if_due("") is None
        assert anchors.stamp_if_due(address) is None  # nothing signed yet
        grow(house, "PO-1")
        first = anchors.stamp_if_due(address)
        assert first is not None
        grow(house, "PO-2")
        assert anchors.stamp_if_due(address) is None
        Anchor.objects.update(at="2020-01-01T00:00:00Z")
        second = anchors.stamp_if_due(address)
        assert second is not None
        assert second.size > first.size
    finally:
        server.shutdown()
        server.server_close()
    with pytest.raises(log.LogRefused, match="没有应答"):
        anchors.stamp(address)
    Checkpoint.objects.all().delete()
    with pytest.raises(log.LogRefused, match="还没有检查点"):
        anchors.stamp(address)


def test_a_receipt_is_given_for_what_was_signed(client: Any, house: House) -> None:
    from zhicheng.core.account import Account

    lot = house.lot()
    client.force_login(Account.objects.make("inspector", "a-long-password", house.people["inspector"]))
    assert "还没有签署检查点" in client.get(f"/log/{lot.seq}").content.decode()
    signed = checkpoints.sign("on_demand")
    page = client.get(f"/log/{lot.seq}")
    assert signed.note.split("\n")[2] in page.content.decode()
    receipt = client.get(f"/log/{lot.seq}?receipt")
    from zhicheng.proof.verify import leaf_hash, parse_checkpoint, read_receipt, verify_inclusion

    note, header, proof = read_receipt(receipt.content)
    stated = parse_checkpoint(note.text)
    assert verify_inclusion(header[0].seq, stated.size, leaf_hash(header[1]), proof, stated.root)
    assert client.get("/log/99999").status_code == 404
    client.force_login(Account.objects.make("reader", "a-long-password", house.people["reader"]))
    assert client.get(f"/log/{lot.seq}").status_code == 403
