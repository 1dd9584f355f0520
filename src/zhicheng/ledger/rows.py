"""The log's own statements, written out: every write of a record needs them, and Django would compile them anew each time."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection

from zhicheng.ledger.models import Head

EntryRow = tuple[int, bytes, str, str, str, str, int, int, str]
"""seq, leaf, header, digests, outer salt, type, k, version; and the content of the sealed facts."""

_HEAD: Final = ("origin", "size", "nodes", "last_at", "records", "series", "stirred")
_ENTRY: Final = "seq, leaf, header, digests, outer_salt, type, k, ver"


@contextmanager
def together(*, commits: bool) -> Iterator[None]:
    """Send the statements of the block, of which none asks for an answer, to PostgreSQL at once.

    With ``commits`` the COMMIT goes with them when nothing but this transaction is open (Django's own COMMIT then finds
    nothing to do). The head is locked until then, so every round trip saved lets the next writer begin sooner. Nor does
    that writer wait for the disk: the COMMIT returns before its log record is on disk, and behind it goes another one
    that does wait. PostgreSQL writes its log in order, so the block ends when all is on disk, with one wait for all
    writers that came meanwhile; what a crash takes before that was told to nobody.
    Errors: as each statement alone, at the end of the block.
    """
    if connection.vendor != "postgresql":
        yield
        return
    driver: Any = connection.connection  # the head was read over it
    with connection.wrap_database_errors, driver.pipeline():
        yield
        if commits and len(connection.atomic_blocks) == 1:
            cursor = driver.cursor()
            cursor.execute("SET LOCAL synchronous_commit = off", prepare=False)
            cursor.execute("COMMIT", prepare=False)
            cursor.execute("SELECT pg_logical_emit_message(true, 'zhicheng', '')")


def locked_head() -> Head | None:
    """The head row, locked until the transaction ends (on SQLite the transaction itself holds the lock)."""
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(_HEAD)} FROM ledger_head WHERE id = 1{lock}")
        row = cursor.fetchone()
    if row is None:
        return None
    values: dict[str, Any] = dict(zip(_HEAD, row, strict=True))
    at = values["last_at"]
    at = dt.datetime.fromisoformat(at) if isinstance(at, str) else at
    values["last_at"] = at.replace(tzinfo=at.tzinfo or dt.UTC)  # SQLite keeps UTC without saying so
    head = Head(id=1, **values)
    head.nodes, head.records, head.series = (json.loads(v) for v in (head.nodes, head.records, head.series))
    head.stirred = bool(head.stirred)
    return head


def store(head: Head) -> None:
    """Write where the log stands now."""
    values = (
        head.size,
        *(json.dumps(v, separators=(",", ":")) for v in (head.nodes, head.records, head.series)),
        connection.ops.adapt_datetimefield_value(head.last_at),
        head.stirred,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_head SET size = %s, nodes = %s, records = %s, series = %s, last_at = %s, stirred = %s WHERE id = 1",
            values,
        )


def insert(rows: Sequence[EntryRow]) -> None:
    """Write entries and their sealed facts."""
    entry = f"INSERT INTO ledger_entry ({_ENTRY}) VALUES ({', '.join(['%s'] * 8)})"
    facts = "INSERT INTO ledger_sealedfacts (seq, content) VALUES (%s, %s)"
    with connection.cursor() as cursor:
        if len(rows) == 1 and connection.vendor == "postgresql":
            one: tuple[Any, ...] = rows[0]
            cursor.execute(f"WITH entry AS ({entry}) {facts}", (*one[:8], one[0], one[8]))
        else:
            cursor.executemany(entry, [row[:8] for row in rows])
            cursor.executemany(facts, [(row[0], row[8]) for row in rows])
