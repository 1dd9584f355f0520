"""The fault table: each fault done many times at random places to a log of about 1,000 entries, and who finds it.

Usage: ``python bench/faults.py [--part N] [--seed N]``: on a new SQLite database in a temporary folder, or on the empty PostgreSQL
database that ZHICHENG_DATABASE names (``python bench/on_postgresql.py bench/faults.py``). ``--part 10`` does a tenth of each.

Checkpoints are signed at about 300, 600, 900 and 960 entries; what was signed at 300, 600 and 900 is kept outside with the key's
name, as a reader keeps it (``verify.py --since``), that of 960 lies in the database only: the file
beside it, by which a rolled-back log is refused, is taken away by whoever has the database. *Inside* looks ``zhicheng audit``, and a new
checkpoint is asked for; *outside* the kept checkpoints and the key are held against the log. Each fault is done in a transaction that is rolled
back, but for the bit that flips in the database file (SQLite): there the file is put back.

Rows marked ``nothing`` must be zero: they are what nobody can find. Exit 1: a cell is not what is claimed.
"""

from __future__ import annotations

import argparse
import base64
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

if TYPE_CHECKING:
    from tests.house import House
    from zhicheng.proof.verify import VerifierKey

KEPT, ALONE, END = (300, 600, 900), 960, 1000
OTHER = bytes(range(32))
"""The key of somebody else."""


class Undone(Exception):
    """Ends a transaction that is not to stay."""


@dataclass
class World:
    """The log as it was, and what was kept of it elsewhere."""

    house: House
    notes: dict[int, str]
    key: VerifierKey
    files: list[str]

    def inside(self) -> set[str]:
        """What the audit finds, and whether a checkpoint is refused."""
        from django.db import transaction

        from zhicheng.core.audit import audit
        from zhicheng.ledger import checkpoints, log

        found = {one.code for one in audit().findings or []}
        try:
            with transaction.atomic():
                checkpoints.sign("on_demand")
                raise Undone
        except log.LogRefused:
            found.add("not signed")
        except Undone:
            pass
        return found

    def outside(self) -> set[str]:
        """What whoever kept the checkpoints and the key's name sees, by the verifier's own functions."""
        from zhicheng.ledger import log
        from zhicheng.ledger.models import Checkpoint, Entry
        from zhicheng.proof.verify import (
            CompactRange,
            leaf_hash,
            parse_checkpoint,
            parse_note,
            verify_note,
        )

        found, tree, roots = set(), CompactRange(), {}
        for header in Entry.objects.order_by("seq").values_list("header", flat=True):
            tree.append(leaf_hash(header.encode()))
            roots[tree.size] = tree.root()
        for size, note in self.notes.items():
            if size > log.head().size:
                found.add("outside size")
            elif roots.get(size) != parse_checkpoint(parse_note(note.encode()).text).root:
                found.add("outside root")
        last = Checkpoint.objects.order_by("-size").first()
        if last is not None and not verify_note(parse_note(last.note.encode()), [self.key]):
            found.add("outside key")
        return found


@dataclass
class Row:
    """A line of the table: the fault, how often, whether it is found inside, and outside."""

    name: str
    times: int
    fault: Callable[[World, random.Random], None]
    inside: bool
    outside: bool | None = None
    """None: it is not asked."""
    found: Counter[str] = field(default_factory=Counter)
    detected: Counter[str] = field(default_factory=Counter)

    def done(self, world: World, chance: random.Random) -> None:
        """Do it once, see who finds it, undo it."""
        from django.db import transaction

        from zhicheng.ledger import keys

        key = keys.path().read_bytes()
        try:
            with transaction.atomic():
                self.fault(world, chance)
                for who, look in (("inside", world.inside), ("outside", world.outside)):
                    if self.claims[who] is not None:
                        codes = look()
                        self.detected[who] += bool(codes)
                        self.found.update(codes)
                raise Undone
        except Undone:
            keys.path().write_bytes(key)
            for name in world.files:
                put(name)

    @property
    def claims(self) -> dict[str, bool | None]:
        """Whether each finds it."""
        return {"inside": self.inside, "outside": self.outside}

    def cells(self) -> list[int | None]:
        """How often each found it, and how often it was done."""
        asked = [None if claim is None else self.detected[who] for who, claim in self.claims.items()]
        return [*asked, self.times]

    def wrong(self) -> bool:
        """Whether a cell is not what is claimed."""
        asked = {who: claim for who, claim in self.claims.items() if claim is not None}
        return any(self.detected[who] != self.times * claim for who, claim in asked.items())


def main() -> int:
    """Do every fault; see the module's text."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--part", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        from bench.kills import set_up

        house = set_up(Path(home))
        from django.db import connection

        from tests.ledger.forger import sql

        began, chance = time.perf_counter(), random.Random(given.seed)
        world, wrong, cells, bits = build(house), 0, {}, {}
        sql("UPDATE ledger_head SET stirred = stirred")  # the triggers go once, not in every transaction
        for row in table():
            row.times = max(1, row.times // given.part)
            for _ in range(row.times):
                row.done(world, chance)
            wrong += row.wrong()
            cells[row.name] = row.cells()
            print(said(row), flush=True)
        if connection.vendor == "sqlite":
            bits = flips(world, chance, max(1, 300 // given.part))
            wrong += bits["missed"]
            print(f"{'a bit of the database file flips':<66} {bits}", flush=True)
        seconds = round(time.perf_counter() - began, 1)
        result = {
            "database": connection.vendor,
            "cells": cells,
            "bits": bits,
            "wrong": wrong,
            "seconds": seconds,
        }
        print(json.dumps(result))
        connection.close()
    return int(wrong > 0)


def said(row: Row) -> str:
    """A line of the table."""
    elsewhere = "-" if row.outside is None else f"{row.detected['outside']}/{row.times}"
    by = " ".join(f"{code} {count}" for code, count in sorted(row.found.items()))
    mark = "  WRONG" if row.wrong() else ""
    return f"{row.name:<66} {row.detected['inside']}/{row.times:<6}{elsewhere:<9} {by or 'nothing'}{mark}"


CONTENTS: dict[str, bytes] = {}
"""What the attached files hold."""


def put(name: str) -> None:
    """An attached file as it was."""
    from zhicheng.core.files import path_of

    path_of(name).write_bytes(CONTENTS[name])


def build(house: House) -> World:
    """About 1,000 entries: lots judged one by one, facts with evidence, and imports; four checkpoints."""
    from bench.log_speed import taken_in
    from zhicheng.core.files import store
    from zhicheng.core.process import registry
    from zhicheng.core.writers import open_record
    from zhicheng.ledger import checkpoints, keys, log, outside
    from zhicheng.proof.verify import parse_vkey

    for n in range(20):
        house.judged(f"PO-{n}", "rejected" if n % 3 else "accepted")
        data = f"evidence {n}".encode()
        facts = {
            "name": "honour_count", "subject": "荣誉数", "value": "3", "period_from": f"20{n:02}-01-01", "period_to": f"20{n:02}-12-31",
        }  # fmt: skip
        file = store(BytesIO(data), f"证据{n}.txt", "text/plain")
        CONTENTS[file.sha256] = data
        open_record(registry["report.declared"], facts, by=house.actor("quality_manager"), files=[file])
    notes = {}
    for size in (*KEPT, ALONE):
        taken_in(house, f"to {size}", size - log.head().size - 1)
        signed = checkpoints.sign("on_demand")
        notes[signed.size] = signed.note
    taken_in(house, "the rest", END - log.head().size - 1)
    shutil.rmtree(outside.folder())  # whoever has the database takes away the file beside it too
    kept = {size: notes[size] for size in KEPT}
    return World(house, kept, parse_vkey(keys.vkey()), sorted(CONTENTS))


# What is done


def any_of(chance: random.Random, first: int = 1, beyond: int = END) -> int:
    """An entry, but none of those by which the log speaks of itself."""
    from zhicheng.ledger.models import Entry

    own = Entry.objects.filter(type__startswith="ledger.").values_list("seq", flat=True)
    return chance.choice(sorted(set(range(first, beyond)) - set(own)))


def lot_of(chance: random.Random, first: int, beyond: int) -> int:
    """An entry of a lot."""
    from zhicheng.ledger.models import Entry

    lots = Entry.objects.filter(type="inspection.lot", seq__gte=first, seq__lt=beyond)
    return chance.choice(list(lots.order_by("seq").values_list("seq", flat=True)))


def rewriting(first: int, beyond: int, key: str = "", **how: Any) -> Callable[[World, random.Random], None]:
    """An entry and its row are edited and everything that follows is made anew: without a key, with another one, with the log's."""

    def fault(world: World, chance: random.Random) -> None:
        from tests.ledger.forger import put_back, sql, taken_out
        from zhicheng.ledger import keys

        lines, seq = taken_out(), lot_of(chance, first, beyond)
        lines[seq].content["note"][1] = "改过"
        if key == "other":
            keys.path().write_bytes(base64.b64encode(OTHER) + b"\n")
        put_back(lines, keys.private() if key else None, **how)
        sql("UPDATE inspection_lot SET note = %s WHERE seq = %s", "改过", seq)

    return fault


def entry_edited(world: World, chance: random.Random) -> None:
    """The header says something else, or a sealed fact does."""
    from tests.ledger.forger import sql

    if chance.random() < 0.5:
        there = '"act":"', '"act":"un'
        sql("UPDATE ledger_entry SET header = REPLACE(header, %s, %s) WHERE seq = %s", *there, any_of(chance))
    else:
        there = '"document":["', '"document":["0'
        seq = lot_of(chance, 1, END)
        sql("UPDATE ledger_sealedfacts SET content = REPLACE(content, %s, %s) WHERE seq = %s", *there, seq)


def bit_of_entry(world: World, chance: random.Random) -> None:
    """One bit of one column of an entry or of its sealed facts flips (such as the database can still hold)."""
    from tests.ledger.forger import sql
    from zhicheng.ledger.models import Entry, SealedFacts

    seq = any_of(chance)
    column = chance.choice(["header", "digests", "outer_salt", "leaf", "content"])
    model: Any = SealedFacts if column == "content" else Entry
    held = model.objects.values_list(column, flat=True).get(seq=seq)
    while True:
        data = bytearray(held.encode() if isinstance(held, str) else bytes(held))
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        value: Any = bytes(data)
        if isinstance(held, str):
            try:
                value = value.decode()
            except UnicodeDecodeError:
                continue
            if "\0" in value:
                continue
        break
    sql(f"UPDATE {model._meta.db_table} SET {column} = %s WHERE seq = %s", value, seq)


def leaf_made_anew(world: World, chance: random.Random) -> None:
    """An entry's header and its leaf."""
    from tests.ledger import forger

    forger.leaf_made_anew(any_of(chance), {"act": "forged"})


def cut_out(world: World, chance: random.Random) -> None:
    """An entry is deleted from the middle."""
    from tests.ledger.forger import sql

    seq = any_of(chance, 1, END - 1)
    for table in ("entry", "sealedfacts"):
        sql(f"DELETE FROM ledger_{table} WHERE seq = %s", seq)


def swapped(world: World, chance: random.Random) -> None:
    """Two entries change places."""
    from tests.ledger.forger import sql

    a = any_of(chance, 1, 500)
    b = any_of(chance, 500, END)
    for old, new in ((a, END + 9), (b, a), (END + 9, b)):
        for table in ("entry", "sealedfacts"):
            sql(f"UPDATE ledger_{table} SET seq = %s WHERE seq = %s", new, old)


def inserting(key: str) -> Callable[[World, random.Random], None]:
    """An entry that was never written stands in the middle, all that follows is numbered anew."""

    def fault(world: World, chance: random.Random) -> None:
        from tests.ledger.forger import copied, put_back, sql, taken_out
        from zhicheng.core.process import registry
        from zhicheng.ledger import keys

        lines = taken_out()
        process = registry["inspection.lot"]
        lot = chance.choice(list(process.model.objects.filter(version=1, seq__lt=KEPT[2] - 1)))
        lines.insert(lot.seq + 1, copied(lines[lot.seq], ver=2, act="amend"))
        put_back(lines, keys.private() if key else None)
        sql("UPDATE inspection_lot SET seq = %s, version = 2 WHERE k = %s", lot.seq + 1, lot.k)

    return fault


def newest_deleted(world: World, chance: random.Random) -> None:
    """The newest entries are deleted, nothing else is touched."""
    from tests.ledger.forger import sql

    seq = chance.randrange(END - 30, END)
    for table in ("entry", "sealedfacts"):
        sql(f"DELETE FROM ledger_{table} WHERE seq >= %s", seq)


def back(first: int, beyond: int) -> Callable[[World, random.Random], None]:
    """All of the database as it was at some size: whoever has the key need not even restore a backup."""

    def fault(world: World, chance: random.Random) -> None:
        from tests.ledger.forger import put_back, sql, taken_out
        from zhicheng.core.process import registry
        from zhicheng.ledger import keys

        size = chance.randrange(first, beyond)
        put_back(taken_out()[:size], keys.private())
        for process in registry.all():
            sql(f"DELETE FROM {process.model._meta.db_table} WHERE seq >= %s", size)

    return fault


def day_set_back(world: World, chance: random.Random) -> None:
    """The day of an entry lies before that of the one before it; the rest is made anew with the key."""
    from tests.ledger.forger import put_back, taken_out
    from zhicheng.ledger import keys

    lines = taken_out()
    lines[any_of(chance, KEPT[2], END)].header["d"] = "2017-01-03"
    put_back(lines, keys.private())


def row_edited(world: World, chance: random.Random) -> None:
    """A typed row says something else."""
    from tests.ledger.forger import sql
    from zhicheng.core.process import registry

    lot = chance.choice(list(registry["inspection.lot"].model.objects.values_list("k", flat=True)))
    column, value = chance.choice(
        [("quantity", 7), ("note", "改过"), ("state", "released"), ("version", 9), ("business_key", "X")]
    )
    sql(f"UPDATE inspection_lot SET {column} = %s WHERE k = %s", value, lot)


def attachment(what: str) -> Callable[[World, random.Random], None]:
    """An attached file loses a bit or is gone, or the table names another one."""

    def fault(world: World, chance: random.Random) -> None:
        from tests.ledger.forger import sql
        from zhicheng.core.files import path_of

        name, other = chance.sample(world.files, 2)
        if what == "bit":
            data = bytearray(CONTENTS[name])
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            path_of(name).write_bytes(data)
        elif what == "removed":
            path_of(name).unlink()
        else:
            sql("UPDATE core_attachment SET sha256 = %s WHERE sha256 = %s", other, name)

    return fault


def checkpoints_deleted(world: World, chance: random.Random) -> None:
    """The table of checkpoints is emptied, or one is taken out."""
    from tests.ledger.forger import sql

    if chance.random() < 0.5:
        sql("DELETE FROM ledger_checkpoint")
    else:
        sql("DELETE FROM ledger_checkpoint WHERE size = %s", chance.choice([*KEPT, ALONE]))


def false_record(world: World, chance: random.Random) -> None:
    """Somebody who may records what did not happen."""
    world.house.judged(f"FALSE-{chance.random()}")


def table() -> list[Row]:
    """The claims: docs/faults.md, and THREAT_MODEL.md for what is found by nothing."""
    first, last, alone = 1, KEPT[2], ALONE
    return [
        Row("an entry edited", 200, entry_edited, inside=True),
        Row("one bit of an entry", 300, bit_of_entry, inside=True),
        Row("an entry edited, its leaf made anew", 100, leaf_made_anew, inside=True, outside=None),
        Row("all rebuilt before the last outside checkpoint, no key", 50, rewriting(first, last), inside=True, outside=True),
        Row("the same, another key", 20, rewriting(first, last, "other"), inside=False, outside=True),
        Row("the same, the log's key", 20, rewriting(first, last, "own"), inside=False, outside=True),
        Row("the same, the log's own word left standing", 20, rewriting(first, last, "own", logged=False), inside=True, outside=True),
        Row("rebuilt behind the last outside checkpoint, no key", 50, rewriting(last, alone), inside=True, outside=False),
        Row("rebuilt behind the last checkpoint, no key: nothing", 50, rewriting(alone + 1, END), inside=False, outside=False),
        Row("rebuilt behind the last outside checkpoint, the key: nothing", 20, rewriting(last, END, "own"), inside=False, outside=False),
        Row("all history rebuilt, the key, none outside: nothing", 20, rewriting(first, END, "own"), inside=False),
        Row("an entry deleted from the middle", 100, cut_out, inside=True),
        Row("two entries swapped", 5, swapped, inside=True),
        Row("an entry inserted, no key", 5, inserting(""), inside=True, outside=True),
        Row("an entry inserted, the key", 5, inserting("own"), inside=False, outside=True),
        Row("the newest deleted, nothing else", 50, newest_deleted, inside=True),
        Row("back behind an outside checkpoint", 5, back(last - 80, last - 1), inside=False, outside=True),
        Row("back, but not behind an outside checkpoint: nothing", 5, back(alone + 1, END), inside=False, outside=False),
        Row("a day set back, the key", 20, day_set_back, inside=True, outside=False),
        Row("a row edited", 50, row_edited, inside=True),
        Row("an attached file loses a bit", 50, attachment("bit"), inside=True),
        Row("an attached file is removed", 20, attachment("removed"), inside=True),
        Row("the table names another file", 20, attachment("other"), inside=True),
        Row("checkpoints deleted", 10, checkpoints_deleted, inside=True),
        Row("a false record by whoever may: nothing", 5, false_record, inside=False, outside=False),
    ]  # fmt: skip


# A bit of the file


def evidence() -> str:
    """All that the log rests on and the records, as text. Not what only serves (sessions, messages, counters of number series)."""
    from django.db import connection

    from zhicheng.core.process import registry

    tables = ["ledger_entry", "ledger_sealedfacts", "ledger_checkpoint", "ledger_tile", "core_attachment"]
    tables += [process.model._meta.db_table for process in registry.all()]
    out = []
    with connection.cursor() as cursor:
        for name in tables:
            cursor.execute(f"SELECT * FROM {name} ORDER BY 1")
            out.append(repr(cursor.fetchall()))
        cursor.execute("SELECT origin, size, nodes, records FROM ledger_head")
        out.append(repr(cursor.fetchall()))
    return "\n".join(out)


def flips(world: World, chance: random.Random, times: int) -> dict[str, int]:
    """One bit of the file flips: found, or it cannot be read, or nothing that the log rests on is another."""
    from django.conf import settings
    from django.db import Error, connection

    path = Path(settings.DATABASES["default"]["NAME"])
    before = evidence()
    connection.close()
    kept = path.with_suffix(".kept")
    shutil.copyfile(path, kept)
    counts = dict.fromkeys(("found", "unreadable", "unchanged", "missed"), 0)
    for _ in range(times):
        data = bytearray(kept.read_bytes())
        at, bit = chance.randrange(len(data)), 1 << chance.randrange(8)
        data[at] ^= bit
        path.write_bytes(data)
        try:
            result = "found" if world.inside() else "unchanged" if evidence() == before else "missed"
        except (Error, ValueError, TypeError, AttributeError, LookupError, OverflowError) as error:
            result = "unreadable"
            if not isinstance(error, Error):
                print(f"byte {at}: {error!r}", flush=True)
        if result == "missed":
            print(f"byte {at} bit {bit}", flush=True)
        counts[result] += 1
        connection.close()
    shutil.copyfile(kept, path)
    return counts


if __name__ == "__main__":
    sys.exit(main())
