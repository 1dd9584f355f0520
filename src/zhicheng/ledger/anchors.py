"""Anchors: what others said that they saw of the log. Kept here, carried in bundles; they count for whoever knows the signers."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterator
from itertools import groupby

from django.db import transaction

from zhicheng.ledger.log import LogRefused
from zhicheng.ledger.models import Anchor, Checkpoint
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


def take_token(size: int, authority: str, token: bytes) -> Anchor:
    """Keep a time-stamp token (DER) over our checkpoint of this size."""
    time = dt.datetime.strptime(Token(token).time, "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
    return _keep(size, "timestamp", authority, base64.b64encode(token).decode(), time)


def _keep(size: int, kind: str, name: str, content: str, at: dt.datetime) -> Anchor:
    with transaction.atomic():
        anchor, _made = Anchor.objects.update_or_create(
            size=size, kind=kind, name=name[:200], defaults={"content": content, "at": at}
        )
    return anchor


def last() -> Anchor | None:
    """The anchor over the longest log."""
    return Anchor.objects.order_by("-size", "-at").first()
