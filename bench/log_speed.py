"""How fast the evidence log is, against the same database without it, and how it goes on when it is long.

Usage: ``python bench/log_speed.py [--entries 1000000] [--bundle 200000] [--only NAME…] [--short]``: on a new SQLite database in
a temporary folder, or on the empty PostgreSQL database that ZHICHENG_DATABASE names (use ``bench/on_postgresql.py``: fsync on).

``bulk``        an import of 100,000 inspection lots (``core.bulk.write``: rows, entries, one commit) against ``executemany`` of the
                same rows, already converted, into a copy of the table with its indexes, also one commit. At least 0.1.
``single``      ``open_record`` in process against INSERT and COMMIT of the same converted row in the copy. At least 0.2.
``eight``       eight processes that open and judge lots (PostgreSQL only). At least 300 entries/s.
``long``        fills the log to ``--entries`` with imports of lots, then: an inclusion proof under 2 ms (median; new ``tiles``
                objects each time); ``checkpoints.sign`` after one new entry no slower than twice what it took at a hundredth of
                the size (and never over 50 ms): old entries are not read again; the full audit under 3 min per million.
``verifier``    a synthetic bundle of ``--bundle`` records, every one of a counted type and opened, judged by ``verify.py`` in a
                process of its own: at least 20,000 entries/s, under 300 MB at 200,000.

Ratios come from one run, rounds alternating where that is possible; limits are judged by the clock, and the processor's own
seconds are printed beside it because other work on the machine slows the clock only. ``--short`` is for the tests: small sizes, limits
printed but not judged (the tests set looser ones that hold under load). Exit 1: a limit is missed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

if TYPE_CHECKING:
    from tests.house import House

ALL = ("bulk", "single", "eight", "long", "verifier")
CHUNK = 1000
AT_ONCE = 100_000
WRITERS = 8


class Results:
    """Figures with their limits, printed as they come."""

    def __init__(self) -> None:
        self.figures: dict[str, float] = {}
        self.missed: list[str] = []

    def add(self, name: str, value: float, *, least: float | None = None, most: float | None = None) -> None:
        """A figure, with the limit that it must keep, if any."""
        missed = (least is not None and value < least) or (most is not None and value > most)
        limit = f"  (at least {least:g})" if least is not None else f"  (at most {most:g})" if most is not None else ""  # fmt: skip
        print(f"{name:<34}{value:>14,.4g}{limit}{'  MISSED' if missed else ''}", flush=True)
        self.figures[name] = round(value, 4)
        if missed:
            self.missed.append(name)


def main() -> int:
    """Measure what is asked for; see the module's text."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--bundle", type=int, default=200_000)
    parser.add_argument("--only", nargs="*", default=ALL, choices=ALL)
    parser.add_argument("--short", action="store_true")
    given = parser.parse_args()
    out, wanted = Results(), set(given.only)
    if "verifier" in wanted:  # before Django is loaded here: a child's peak begins with its parent's size
        verifier(out, 2000 if given.short else given.bundle)
    if wanted - {"verifier"}:
        with tempfile.TemporaryDirectory() as home:
            from bench.kills import set_up

            house = set_up(Path(home))
            in_database(house, out, wanted, given.entries, short=given.short)
    print(json.dumps({"missed": out.missed, **out.figures}))
    return int(bool(out.missed) and not given.short)


def in_database(house: House, out: Results, wanted: set[str], entries: int, *, short: bool) -> None:
    """What needs a database."""
    from django.db import connection

    print(connection.vendor)
    if wanted & {"bulk", "single"}:
        bare = Bare()
    if "single" in wanted:
        single(house, bare, out, 40 if short else 300)
    if "bulk" in wanted:
        bulk(house, bare, out, 2000 if short else AT_ONCE)
    if "eight" in wanted and connection.vendor == "postgresql":
        eight(house, out, 10 if short else 150)
    if "long" in wanted:
        long(house, out, entries)
    connection.close()


class Bare:
    """A copy of the lots' table with its indexes and without a log, and the plainest way to fill it."""

    def __init__(self) -> None:
        from django.db import connection

        from zhicheng.core.process import registry

        self.model: Any = registry["inspection.lot"].model
        self.table = self.model._meta.db_table
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f"CREATE TABLE bare (LIKE {self.table} INCLUDING ALL)")
            else:
                cursor.execute("SELECT sql FROM sqlite_master WHERE tbl_name = %s AND sql NOT NULL", [self.table])  # fmt: skip
                for (sql,) in sorted(cursor.fetchall(), key=lambda row: "TABLE" not in row[0][:12]):
                    cursor.execute(sql.replace(f'"{self.table}', '"bare').replace('INDEX "', 'INDEX "bare_'))
        self.fields = self.model._meta.concrete_fields
        columns = ", ".join(f'"{f.column}"' for f in self.fields)
        mark = "%s" if connection.vendor == "postgresql" else "?"
        self.sql = f'INSERT INTO "bare" ({columns}) VALUES ({", ".join([mark] * len(self.fields))})'

    def values(self, record: Any) -> list[Any]:
        """The row as the driver takes it."""
        from django.db import connection

        return [f.get_db_prep_save(getattr(record, f.attname), connection) for f in self.fields]

    def insert(self, rows: list[list[Any]]) -> float:
        """Insert and commit with the driver alone; returns seconds."""
        from django.db import connection, transaction

        driver = connection.connection
        began = time.perf_counter()
        with transaction.atomic():
            for start in range(0, len(rows), CHUNK):
                driver.cursor().executemany(self.sql, rows[start : start + CHUNK])
        return time.perf_counter() - began


def single(house: House, bare: Bare, out: Results, each: int) -> None:
    """Single appends, alternating with single bare inserts."""
    from zhicheng.core.process import registry

    process, by = registry["inspection.lot"], house.actor("inspector")
    logged, plain = [], []
    for n in range(each + 10):
        began = time.perf_counter()
        lot = open_lot(house, process, f"single-{n}", by)
        middle = time.perf_counter()
        seconds = bare.insert([bare.values(lot)])
        if n >= 10:
            logged.append(middle - began)
            plain.append(seconds)
    opened, inserted = 1 / statistics.median(logged), 1 / statistics.median(plain)
    out.add("single open_record /s", opened)
    out.add("single bare insert /s", inserted)
    out.add("single ratio", opened / inserted, least=0.2)


def open_lot(house: House, process: Any, document: str, by: Any) -> Any:
    """One lot of today through the writer."""
    from tests.house import today
    from zhicheng.core.writers import open_record

    facts = {"supplier": house.supplier, "document": document, "line": 1, "item": house.items["raw_material"],
             "quantity": "100", "occurred_on": today()}  # fmt: skip
    return open_record(process, facts, by=by)


def rows(house: House, name: str, count: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Judged lots as an import's file gives them, spread over 2017."""
    first = dt.date(2017, 1, 1)
    for n in range(count):
        bad = n % 40 == 0
        yield n + 2, {
            "supplier": house.supplier.number, "document": f"{name}-{n}", "line": 1,
            "item": house.items["bought_part"].number, "quantity": str(100 + n % 900),
            "occurred_on": (first + dt.timedelta(days=n % 365)).isoformat(), "sample_size": "20",
            "nonconforming": "3" if bad else "0", "verdict": "rejected" if bad else "accepted", "note": f"第 {n} 批",
        }  # fmt: skip


def taken_in(house: House, name: str, count: int) -> tuple[Any, float, float]:
    """Import that many lots; what was checked, and the seconds of checking and of writing."""
    from zhicheng.core import bulk as importing
    from zhicheng.core.authority import SYSTEM
    from zhicheng.core.process import registry

    began = time.perf_counter()
    checked = importing.check(registry["inspection.lot"], rows(house, name, count), by=SYSTEM)
    judged = time.perf_counter()
    if checked.errors:
        raise SystemExit(str(checked.errors[:3]))
    importing.write(checked, by=SYSTEM, file_name=name, file_sha256="0" * 64)
    return checked, judged - began, time.perf_counter() - judged


def bulk(house: House, bare: Bare, out: Results, count: int) -> None:
    """An import, and the same rows without a log."""
    checked, judging, writing = taken_in(house, "bulk", count)
    plain = bare.insert([bare.values(record) for record in checked.ready])
    out.add("bulk rows", count)
    out.add("bulk check /s", count / judging)
    out.add("bulk write with log /s", count / writing)
    out.add("bulk bare executemany /s", count / plain)
    out.add("bulk ratio", plain / writing, least=0.1)


def eight(house: House, out: Results, each: int) -> None:
    """Eight processes at once."""
    from tests.reliability.witness import fork, write_lots
    from zhicheng.ledger import log

    before = log.head().size
    began = time.perf_counter()
    writers = [
        fork(lambda say, i=i: write_lots(house, f"eight-{i}", say, each))  # type: ignore[misc]
        for i in range(WRITERS)
    ]
    for writer in writers:
        writer.wait_ready()
    for writer in writers:
        writer.join()
    seconds = time.perf_counter() - began
    if any(writer.status for writer in writers):
        raise SystemExit("a writer failed")
    out.add("eight writers, entries /s", (log.head().size - before) / seconds, least=300)


def long(house: House, out: Results, entries: int) -> None:
    """A log of many entries: checkpoint, proof, audit."""
    from zhicheng.core.audit import audit
    from zhicheng.core.process import registry
    from zhicheng.ledger import checkpoints, log

    began, part = time.perf_counter(), 0

    def fill(upto: int) -> None:
        nonlocal part
        while (missing := upto - log.head().size) > 1:
            part += 1
            taken_in(house, f"long-{part}", min(missing - 1, AT_ONCE))

    def signed() -> float:
        start = time.perf_counter()
        checkpoints.sign("on_demand")
        return (time.perf_counter() - start) * 1000

    process, by, turns = registry["inspection.lot"], house.actor("inspector"), iter(range(10**6))

    def after_one() -> float:
        times = []
        for _ in range(9):
            open_lot(house, process, f"one-{next(turns)}", by)
            times.append(signed())
        return statistics.median(times)

    fill(entries // 100)
    signed()
    small = after_one()
    fill(entries)
    out.add("long entries", log.head().size)
    out.add("long filled, s", time.perf_counter() - began)
    out.add("checkpoint over all that is new, s", signed() / 1000)
    out.add("checkpoint of 1 new, short log, ms", small)
    out.add("checkpoint of 1 new, long log, ms", after_one(), most=min(50.0, 2 * small))
    proofs(out, 300)
    start, busy = time.perf_counter(), time.process_time()
    result = audit()
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    if result.findings:
        raise SystemExit(str(result.findings[:3]))
    out.add("audit, entries /s", result.entries / seconds)
    out.add("audit, s of processor here", busy)
    out.add("audit, s", seconds, most=180 * result.entries / 10**6)


def proofs(out: Results, count: int) -> None:
    """Inclusion proofs of random entries, each checked."""
    from zhicheng.ledger import log, tiles
    from zhicheng.ledger.models import Checkpoint, Entry
    from zhicheng.proof.tree import node_hash

    last = Checkpoint.objects.order_by("-size")[0]
    times = []
    for seq in random.Random(1).sample(range(last.size), min(count, last.size)):
        start = time.perf_counter()
        path = tiles.inclusion(seq, last.size)
        times.append((time.perf_counter() - start) * 1000)
        node, index, size = bytes(Entry.objects.get(seq=seq).leaf), seq, last.size - 1
        for one in path:  # RFC 9162 §2.1.3.2
            if index & 1 or index == size:
                node = node_hash(one, node)
                while not index & 1 and index:
                    index, size = index >> 1, size >> 1
            else:
                node = node_hash(node, one)
            index, size = index >> 1, size >> 1
        if node.hex() != last.root:
            raise SystemExit(f"the proof of {seq} does not lead to the root")
    assert log.head().size >= last.size
    out.add("inclusion proof, median ms", statistics.median(times), most=2.0)
    out.add("inclusion proof, 95th percentile ms", sorted(times)[len(times) * 95 // 100])


MAKE = """
import sys
from pathlib import Path
from tests.proof.build import PDF, Case, fingerprint, good_house
count, folder = int(sys.argv[1]), Path(sys.argv[2])
house = good_house(day="2016-12-01")
house.day = "2018-03-01"
for n in range(count):
    house.lot(f"2017-{n % 12 + 1:02d}-{n % 28 + 1:02d}", "rejected" if n % 40 == 0 else "accepted")
from zhicheng.proof.bundle import write_bundle
write_bundle(folder / "bundle.zip", Case(house).members())
(folder / "report.pdf").write_bytes(PDF)
print(len(house.entries), fingerprint())
"""


def verifier(out: Results, count: int) -> None:
    """Make a bundle, verify it as its reader does, and see how much memory that took."""
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run(
            [sys.executable, "-c", MAKE, str(count), folder], cwd=ROOT, check=True, capture_output=True, text=True,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"},
        )  # fmt: skip
        entries, fingerprint = made.stdout.strip().split(maxsplit=1)
        command = [
            sys.executable, str(ROOT / "src/zhicheng/proof/verify.py"), f"{folder}/bundle.zip",
            "--report", f"{folder}/report.pdf", "--key", fingerprint, "--format", "json",
        ]  # fmt: skip
        began = time.perf_counter()
        with Path(folder, "verdict.json").open("wb") as verdict:
            child = subprocess.Popen(command, stdout=verdict)
            _pid, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - began
        if child.returncode not in (0, 3):
            raise SystemExit(
                f"the verifier says {child.returncode}: {Path(folder, 'verdict.json').read_text()[:2000]}"
            )
        out.add("verifier exit", child.returncode)
        out.add("verifier entries", int(entries))
        out.add("verifier bundle, MB", Path(folder, "bundle.zip").stat().st_size / 2**20)
        out.add("verifier entries /s", int(entries) / seconds, least=20_000)
        out.add("verifier entries /s of processor", int(entries) / (used.ru_utime + used.ru_stime))
        out.add("verifier peak memory, MB", used.ru_maxrss / 1024, most=300)


if __name__ == "__main__":
    sys.exit(main())
