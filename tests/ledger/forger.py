"""What somebody can do who holds the database and perhaps the key: the log taken out, changed at will, and put back.

For the tests of what is found, and for ``bench/faults.py``.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db import connection

from zhicheng.core.process import registry
from zhicheng.ledger import log, tiles
from zhicheng.ledger.models import Checkpoint, Entry, Head, SealedFacts
from zhicheng.proof import note as notes
from zhicheng.proof.canonical import digests_text, facts_digest, header_bytes, seals
from zhicheng.proof.tree import CompactRange, leaf_hash

LOGGED = "ledger.checkpoint"


def sql(statement: str, *values: Any, many: list[tuple[Any, ...]] | None = None) -> None:
    """What somebody with the database's password can do, triggers taken away first."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER IF EXISTS ledger_entry_no_UPDATE")
            cursor.execute("DROP TRIGGER IF EXISTS ledger_entry_no_DELETE")
        else:
            cursor.execute("SET session_replication_role = replica")
        if many is None:
            cursor.execute(statement, values)
        else:
            cursor.executemany(statement, many)
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")


@dataclass
class Line:
    """An entry taken out of the log: ``was`` is its number there (None: it is new)."""

    header: dict[str, Any]
    outer: str
    digests: dict[str, str]
    content: dict[str, Any]
    was: int | None

    @property
    def record(self) -> str:
        return f"{self.header['type']}/{self.header['k']}"


def taken_out() -> list[Line]:
    """Every entry, in order."""
    contents = dict(SealedFacts.objects.values_list("seq", "content"))
    return [
        Line(json.loads(e.header), e.outer_salt, json.loads(e.digests), json.loads(contents[e.seq]), e.seq)
        for e in Entry.objects.order_by("seq")
    ]


def put_back(lines: list[Line], key: bytes | None, *, logged: bool = True) -> None:
    """The lines as the log: numbers, digests, leaves, tiles, checkpoints, head and the rows' pointers fit together again.

    Without the key the notes of the checkpoints stay as they were. Unless ``logged``, what the log's own entries say of the
    checkpoints stays as well. What was not among the lines is gone, the rows that pointed to it are left.
    """
    marks = {mark.size: mark for mark in Checkpoint.objects.all()}
    origin, tree = log.head().origin, CompactRange()
    entries, facts, signed = [], [], []
    moved: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    records: dict[str, int] = {}
    for seq, line in enumerate(lines):
        header = line.header
        if header["type"] == LOGGED:
            if logged:
                line.content["size"][1], line.content["root"][1] = seq, tree.root().hex()
            if mark := marks.get(-1 if line.was is None else line.was):
                text = notes.checkpoint_text(origin, seq, tree.root())
                note = notes.sign_note(text, origin, key) if key else mark.note
                signed.append(
                    Checkpoint(
                        size=seq, root=tree.root().hex(), nodes=tree.to_hex(), note=note,
                        signed_at=mark.signed_at, occasion=mark.occasion,
                    )
                )  # fmt: skip
        line.digests |= seals({name: one for name, one in line.content.items() if one})
        header |= {"seq": seq, "facts": facts_digest(line.outer, line.digests)}
        text_ = header_bytes(
            **{name: header[name] for name in ("seq", "d", "type", "k", "ver", "act", "facts")}
        )
        leaf = leaf_hash(text_)
        tree.append(leaf)
        place = (header["type"], header["k"], header["ver"])
        entries.append((seq, leaf, text_.decode(), digests_text(line.digests), line.outer, *place))
        facts.append((seq, json.dumps(line.content, ensure_ascii=False, separators=(",", ":"))))
        records[header["type"]] = max(records.get(header["type"], 0), header["k"])
        process = registry.get(header["type"])
        if process and line.was not in (None, seq):
            moved[process.model._meta.db_table].append((seq, header["k"], line.was))
    for table in ("entry", "sealedfacts", "checkpoint", "tile"):
        sql(f"DELETE FROM ledger_{table}")
    columns = "seq, leaf, header, digests, outer_salt, type, k, ver"
    sql(f"INSERT INTO ledger_entry ({columns}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", many=entries)
    sql("INSERT INTO ledger_sealedfacts (seq, content) VALUES (%s, %s)", many=facts)
    Checkpoint.objects.bulk_create(signed)
    if signed:
        tiles.extend(signed[-1].size)
    for table, pointers in moved.items():
        sql(f"UPDATE {table} SET seq = %s WHERE k = %s AND seq = %s", many=pointers)
    Head.objects.update(size=len(lines), nodes=tree.to_hex(), records=records)


def copied(line: Line, **header: Any) -> Line:
    """A line like another one, for something that never happened."""
    return Line({**line.header, **header}, line.outer, {}, json.loads(json.dumps(line.content)), None)


def leaf_made_anew(seq: int, change: dict[str, Any]) -> None:
    """One header changed, its leaf with it, and nothing else."""
    header = json.loads(Entry.objects.get(seq=seq).header) | change
    names = ("seq", "d", "type", "k", "ver", "act", "facts")
    data = header_bytes(**{name: header[name] for name in names})
    sql("UPDATE ledger_entry SET header = %s, leaf = %s WHERE seq = %s", data.decode(), leaf_hash(data), seq)
