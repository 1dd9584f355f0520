"""Anchors: what others said that they saw of the log. Kept here, carried in bundles; they count for whoever knows the signers."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db import transaction

from zhicheng.ledger import keys, log, tiles
from zhicheng.ledger.log import LogRefused
from zhicheng.ledger.models import Anchor, Checkpoint, Entry
from zhicheng.proof import timestamp
from zhicheng.proof.canonical import jcs
from zhicheng.proof.verify import (
    Refused,
    Token,
    VerifierKey,
    parse_checkpoint,
    parse_note,
    verify_cosignature,
)


def note_of(checkpoint: Checkpoint) -> str:
    """The checkpoint's signed note with every cosignature that came for it."""
    lines = Anchor.objects.filter(size=checkpoint.size, kind="witness").order_by("name")
    return checkpoint.note + "".join(f"{line}\n" for line in lines.values_list("content", flat=True))


def lines(below: int) -> Iterator[bytes]:
    """The lines of ``anchors.jsonl``: every checkpoint of at most this size that somebody saw (docs/evidence-format.md §5)."""
    rows = Anchor.objects.filter(size__lte=below).order_by("size", "kind", "at", "name")
    for size, group in groupby(rows, key=lambda row: row.size):
        token = next((row.content for row in group if row.kind == "timestamp"), None)
        checkpoint = Checkpoint.objects.get(size=size)
        yield jcs({"note": note_of(checkpoint), "tsr": token}) + b"\n"


def take_cosignature(note: str, witness: VerifierKey) -> Anchor:
    """Keep a witness's cosignature of one of our checkpoints. Errors: LogRefused."""
    try:
        parsed = parse_note(note.encode())
        stated = parse_checkpoint(parsed.text)
        at = verify_cosignature(parsed, witness)
    except Refused as error:
        raise LogRefused(
            f"见证签名不成立：{error.zh}。 The cosignature does not hold: {error.en}."
        ) from error
    ours = Checkpoint.objects.filter(size=stated.size, root=stated.root.hex()).first()
    if at is None or ours is None or parse_note(ours.note.encode()).text != parsed.text:
        raise LogRefused(
            "这不是该见证人对本日志某个检查点的签名。 Not a cosignature of a checkpoint of this log."
        )
    line = next(
        one for one in note.splitlines() if one.startswith(f"\u2014 {witness.name} ") and _is_of(one, witness)
    )
    return _keep(stated.size, "witness", witness.name, line, dt.datetime.fromtimestamp(at, dt.UTC))


def _is_of(line: str, witness: VerifierKey) -> bool:
    return base64.b64decode(line.rpartition(" ")[2])[:4] == witness.id


def stamp(address: str) -> Anchor:
    """Have the last checkpoint stamped by the authority at ``address`` and keep the token. Errors: LogRefused."""
    checkpoint = Checkpoint.objects.order_by("-size").first()
    if checkpoint is None:
        raise LogRefused("还没有检查点可盖时间戳。 There is no checkpoint yet.")
    message = parse_note(checkpoint.note.encode()).text.encode()
    try:
        token = timestamp.stamp(message, address)
    except Refused as error:
        raise LogRefused(f"{error.zh}。 {error.en}.") from error
    except OSError as error:
        raise LogRefused(f"时间戳服务没有应答：{error}。 The authority did not answer.") from error
    time = dt.datetime.strptime(Token(token).time, "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
    return _keep(checkpoint.size, "timestamp", address, base64.b64encode(token).decode(), time)


def stamp_if_due(address: str, every: dt.timedelta = dt.timedelta(days=1)) -> Anchor | None:
    """Stamp the last checkpoint once a day, if there is an authority and the log grew. Errors: LogRefused."""
    if not address:
        return None
    newest = Anchor.objects.filter(kind="timestamp").order_by("-at").first()
    checkpoint = Checkpoint.objects.order_by("-size").first()
    fresh = newest is not None and (checkpoint is None or checkpoint.size <= newest.size)
    if checkpoint is None or fresh or (newest is not None and log.now() - newest.at < every):
        return None
    return stamp(address)


def _keep(size: int, kind: str, name: str, content: str, at: dt.datetime) -> Anchor:
    """Keep an anchor and log that it came, with its hash."""
    with transaction.atomic():
        anchor, made = Anchor.objects.update_or_create(
            size=size, kind=kind, name=name[:200], defaults={"content": content, "at": at}
        )
        if made:
            facts: dict[str, str | int] = {
                "size": size,
                "kind": kind,
                "name": name[:200],
                "sha256": hashlib.sha256(content.encode()).hexdigest(),
                "at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
            }
            with log.locked() as writer:
                writer.append("ledger.anchor", writer.next_record("ledger.anchor"), 1, "anchor", facts)
    return anchor


def receipt(seq: int) -> dict[str, Any]:
    """What shows to anybody that an entry is in the log: its header, the proof, and the last checkpoint (format §7).

    Errors: LogRefused when no checkpoint covers the entry yet.
    """
    checkpoint = Checkpoint.objects.order_by("-size").first()
    if checkpoint is None or seq >= checkpoint.size:
        raise LogRefused(f"第 {seq} 条之后还没有检查点。 No checkpoint covers entry {seq} yet.")
    return {
        "header": Entry.objects.get(seq=seq).header,
        "proof": [base64.b64encode(one).decode() for one in tiles.inclusion(seq, checkpoint.size)],
        "note": note_of(checkpoint),
    }


def presentation(since: int) -> dict[str, Any]:
    """What a witness is shown: the last checkpoint, the proof that it follows from size ``since``, and the key's replacements.

    Errors: LogRefused when there is no checkpoint yet, or the log was shorter than ``since`` at the last one.
    """
    checkpoint = Checkpoint.objects.order_by("-size").first()
    if checkpoint is None or since > checkpoint.size:
        raise LogRefused(f"没有达到 {since} 条的检查点。 No checkpoint of that size.")
    proof = tiles.consistency(since, checkpoint.size) if since else []
    names = ("old", "new", "signed_old", "signed_new")
    return {
        "note": checkpoint.note,
        "from": since,
        "proof": [base64.b64encode(one).decode() for one in proof],
        "keys": [{"seq": seq, **{n: facts[n] for n in names}} for seq, facts in keys.rotations()],
    }


def last() -> Anchor | None:
    """The anchor over the longest log."""
    return Anchor.objects.order_by("-size", "-at").first()
