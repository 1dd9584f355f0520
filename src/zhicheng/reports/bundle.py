"""The bundle: headers of all entries, the facts that the figures need, checkpoints and definitions (docs/evidence-format.md §5)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from zhicheng.ledger import anchors, checkpoints, keys
from zhicheng.ledger.models import Entry, SealedFacts
from zhicheng.proof.bundle import write_bundle
from zhicheng.proof.canonical import jcs
from zhicheng.proof.note import vkey_of
from zhicheng.proof.verify import ANCHORS, IMPORT_FACTS
from zhicheng.reports.disclosure import IMPORT, Opening, openings

CHUNK = 2000
LOG_TYPES = frozenset({"ledger.genesis", "ledger.define", "ledger.checkpoint", "ledger.key", "ledger.anchor"})
PUBLISHED = frozenset(
    {
        "pdf",
        "docx",
        "html",
        "report_json",
        "definitions",
        "a_size",
        "a_root",
        "edition",
        "opened_list",
        "state",
    }
)


def write(
    path: Path, data: Mapping[str, Any], definitions: bytes, a: checkpoints.Signed, b: checkpoints.Signed
) -> None:
    """Write the bundle of a published report. ``data`` is report.json, ``b`` the checkpoint after the publish entry."""
    members = {
        "checkpoint-a.txt": a.note.encode(),
        "checkpoint-b.txt": b.note.encode(),
        "key.txt": f"{vkey_of(keys.at(b.size, keys.history()))}\n".encode(),
        "headers.jsonl": b"".join(_headers(b.size)),
        "opened.jsonl": b"".join(_opened(data, b.size)),
        "definitions.json": definitions,
        "report.json": jcs(data),
    }
    anchored = b"".join(anchors.lines(b.size))
    write_bundle(path, {**members, **({ANCHORS: anchored} if anchored else {})})


def _headers(size: int) -> Iterator[bytes]:
    for header in (
        Entry.objects.filter(seq__lt=size).order_by("seq").values_list("header", flat=True).iterator(CHUNK)
    ):
        yield header.encode() + b"\n"


def _opened(data: Mapping[str, Any], size: int) -> Iterator[bytes]:
    wanted = openings(data)
    placed = {t: _placed(o, size) for t, o in wanted.items()}
    report = (data["record"]["type"], data["record"]["k"])
    types = [*wanted, *LOG_TYPES, IMPORT, report[0]]
    entries = Entry.objects.filter(seq__lt=size, type__in=types).order_by("seq")
    batch: list[Entry] = []
    for entry in entries.iterator(CHUNK):
        batch.append(entry)
        if len(batch) == CHUNK:
            yield from _lines(batch, wanted, placed, report)
            batch = []
    yield from _lines(batch, wanted, placed, report)


def _lines(
    batch: list[Entry],
    wanted: Mapping[str, Opening],
    placed: Mapping[str, Mapping[int, set[str]]],
    report: tuple[str, int],
) -> Iterator[bytes]:
    contents = dict(SealedFacts.objects.filter(seq__in=[e.seq for e in batch]).values_list("seq", "content"))
    for entry in batch:
        facts: dict[str, list[Any]] = json.loads(contents[entry.seq])
        if entry.type in LOG_TYPES:
            names = set(facts)
        elif entry.type in wanted:
            opening = wanted[entry.type]
            names = opening.always | placed[entry.type].get(entry.k, set())
            names |= opening.named(entry.k)
        else:
            names = set[str]()
        if entry.type == IMPORT and entry.ver == 1:
            names |= set(IMPORT_FACTS)
        if (entry.type, entry.k) == report and json.loads(entry.header)["act"] == "publish":
            names |= PUBLISHED
        if names:
            yield _line(entry, facts, names) + b"\n"


def _line(entry: Entry, facts: Mapping[str, list[Any]], names: set[str]) -> bytes:
    line = {
        "seq": entry.seq,
        "outer": entry.outer_salt,
        "digests": json.loads(entry.digests),
        "facts": {n: facts[n] for n in names if n in facts},
    }
    # Keys are ASCII and there are no floats: sorted compact JSON is the canonical form.
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _placed(opening: Opening, size: int) -> dict[int, set[str]]:
    """For each record with any version placed in a figure's period: the facts to be opened of all its versions."""
    out: dict[int, set[str]] = {}
    for seqs, entries in _chunks(opening.type, size):
        contents = dict(SealedFacts.objects.filter(seq__in=seqs).values_list("seq", "content"))
        for entry in entries:
            facts = json.loads(contents[entry.seq])
            for names, by, first, last in opening.figures:
                day = facts.get(by, [None, None])[1]
                if day and first <= dt.date.fromisoformat(day) <= last:
                    out.setdefault(entry.k, set()).update(names)
    return out


def _chunks(type_: str, size: int) -> Iterator[tuple[list[int], list[Entry]]]:
    rows = Entry.objects.filter(type=type_, seq__lt=size).only("seq", "k").order_by("seq")
    batch: list[Entry] = []
    for entry in rows.iterator(CHUNK):
        batch.append(entry)
        if len(batch) == CHUNK:
            yield [e.seq for e in batch], batch
            batch = []
    if batch:
        yield [e.seq for e in batch], batch
