"""The product's own statements, recorded from writers that ran in Django, to be run again on a disk that fails.

Django speaks to the library's sqlite3, which takes no shim. So the writers run once on an ordinary file, the statements
that SQLite executed are recorded with their values, and the changing ones (BEGIN, INSERT, UPDATE, COMMIT) are run by apsw on a
copy of the same database. What is read in between is left out: it changes nothing on the disk.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import apsw

from zhicheng.proof.tree import CompactRange, leaf_hash

if TYPE_CHECKING:
    from tests.house import House

NAME = "/log.sqlite3"
FOLLOWING = ("-journal", "-wal")
CHANGING = ("BEGIN", "COMMIT", "INSERT", "UPDATE", "DELETE", "SAVEPOINT", "RELEASE", "WITH")


@dataclass
class Recording:
    """A database as a file, and the transactions that writers then made, each a list of statements."""

    image: bytes
    transactions: list[list[str]]


def record(house: House, count: int) -> Recording:
    """Let writers open and judge so many lots; what SQLite executed."""
    import random

    from django.conf import settings
    from django.db import connection

    from tests.reliability.witness import write_lots

    connection.close()
    image = Path(str(settings.DATABASES["default"]["NAME"])).read_bytes()
    statements: list[str] = []
    connection.ensure_connection()
    driver: Any = connection.connection
    driver.set_trace_callback(statements.append)
    random.seed(1)
    write_lots(house, "PO", lambda told: None, count)
    driver.set_trace_callback(None)
    connection.close()
    return Recording(image, list(_transactions(statements)))


def _transactions(statements: list[str]) -> Iterator[list[str]]:
    current: list[str] = []
    for sql in statements:
        if sql.lstrip().startswith(CHANGING):
            current.append(sql)
        if sql.startswith("COMMIT"):
            yield current
            current = []


def size_of(connection: apsw.Connection) -> int:
    """How many entries the log has."""
    row = connection.execute("SELECT size FROM ledger_head").fetchone()
    assert row is not None
    return int(row[0])


@dataclass(frozen=True)
class State:
    """What a database holds after a crash: entries of a whole log, or why it is none."""

    size: int
    fault: str = ""


class Checker:
    """Opens crashed databases with the library's sqlite3 and recomputes the log. What the image held is recomputed once."""

    def __init__(self, folder: Path, image: bytes) -> None:
        self.folder = folder
        self.before, self.nodes = 0, list[bytes]()
        first = self.state({NAME: image}, "integrity_check")
        if first.fault:
            raise ValueError(first.fault)
        tree = CompactRange(0, [])
        with sqlite3.connect(folder / NAME[1:]) as database:
            for (leaf,) in database.execute("SELECT leaf FROM ledger_entry ORDER BY seq"):
                tree.append(leaf)
        self.before, self.nodes = tree.size, list(tree.nodes)

    def state(self, files: dict[str, bytes], check: str = "integrity_check") -> State:
        """What these files hold, recovered as SQLite does when it opens them."""
        for path in self.folder.iterdir():
            path.unlink()
        for name, content in files.items():
            (self.folder / name[1:]).write_bytes(content)
        try:
            database = sqlite3.connect(self.folder / NAME[1:])
            try:
                return self._read(database, check)
            finally:
                database.close()
        except (sqlite3.Error, ValueError, TypeError) as error:
            return State(0, f"unreadable: {error}")

    def _read(self, database: sqlite3.Connection, check: str) -> State:
        sound = database.execute(f"PRAGMA {check}").fetchone()[0]
        if sound != "ok":
            return State(0, f"{check}: {sound}")
        size, nodes = database.execute("SELECT size, nodes FROM ledger_head").fetchone()
        tree = CompactRange(self.before, list(self.nodes))
        for seq, leaf, header in database.execute(
            "SELECT seq, leaf, header FROM ledger_entry WHERE seq >= ? ORDER BY seq", [self.before]
        ):
            if seq != tree.size or leaf_hash(header.encode()) != leaf:
                return State(size, f"entry {seq} where {tree.size} was due, or its leaf is not its header's")
            tree.append(leaf)
        if tree.size != size or [one.hex() for one in tree.nodes] != json.loads(nodes):
            return State(size, f"the head says {size} entries, there are {tree.size}, or the nodes differ")
        return State(size, _disagreement(database))


def _disagreement(database: sqlite3.Connection) -> str:
    """Rows without their entry, records without their row, entries without their facts."""
    rows, agreeing, opened, facts, entries = database.execute(
        "SELECT (SELECT count(*) FROM inspection_lot),"
        " (SELECT count(*) FROM inspection_lot l JOIN ledger_entry e ON e.seq = l.seq AND e.type = 'inspection.lot'"
        "  AND e.k = l.k AND e.ver = l.version),"
        " (SELECT count(*) FROM ledger_entry WHERE type = 'inspection.lot' AND ver = 1),"
        " (SELECT count(*) FROM ledger_sealedfacts), (SELECT count(*) FROM ledger_entry)"
    ).fetchone()
    if not rows == agreeing == opened:
        return f"{rows} lots, {agreeing} agree with an entry, the log opened {opened}"
    return "" if facts == entries else f"{entries} entries, facts of {facts}"
