"""A disk that is full or fails at the k-th operation of one append, for every k; and attachments stored while it fails.

Usage: ``python bench/disk_faults.py [--lots 6] [--stride 1]``.

SQLite: the statements of recorded writers (``tests/reliability/replay.py``) run on a disk in memory whose k-th operation (write,
truncation, sync) from the beginning of an append fails, once or from then on, with "full" (ENOSPC; writes only) or an I/O error
(EIO), for every k until the append runs through. Each time: the statement is refused with an error; after the rollback a new
connection, and the library's sqlite3 on a copy of the files, find the log as it was before or, where only the end of the commit
failed, as it is after, never between; once the disk works again the same append succeeds. Journal TRUNCATE with FULL, and WAL.

Attachments: ``core.files.store`` and a record that names the file, with each of the store's steps (writing the file, its fsync, the
rename) made to fail: no record without its file, the record can be written afterwards, and nothing but a swept orphan stays.

Control: the same with the fault ignored by the shim (a disk that claims success and writes nothing) must be found broken; if it is
not, this program cannot see a half-written append. Exit 0: clean, and the control was found.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

if TYPE_CHECKING:
    from tests.house import House
    from tests.reliability.disk import Disk
    from tests.reliability.replay import Checker, Recording

FAULTS = ("full", "full for good", "error", "error for good")
MODES = ("rollback FULL", "WAL FULL")


def main() -> int:
    """Fail every operation once, count, print; see the module's text for the exit."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lots", type=int, default=6, help="appends that are made to fail")
    parser.add_argument("--stride", type=int, default=1, help="fail only every so manieth operation")
    given = parser.parse_args()
    from bench.kills import set_up
    from bench.power_cuts import memory

    began = time.perf_counter()
    result: dict[str, Any] = {}
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory(dir=memory()) as folder:
        house = set_up(Path(home))
        from tests.reliability.replay import Checker, record

        recording = record(house, given.lots)
        checker = Checker(Path(folder), recording.image)
        for mode in MODES:
            for fault in FAULTS:
                run = Faulty(recording, checker, mode, fault, given.stride)
                run.all()
                result[f"{mode}, {fault}"] = [run.failed, run.refused, len(run.broken)]
                faults += [f"{mode}, {fault}: {one}" for one in run.broken]
        control = Faulty(recording, checker, MODES[0], "ignored", 1)
        control.all()
        result["control broken"] = len(control.broken)
        result["attachments"], more = attachments(house)
        faults += more
    result["broken"] = len(faults)
    result["seconds"] = round(time.perf_counter() - began, 1)
    for one in faults[:10]:
        print(one)
    print(json.dumps(result))
    return int(bool(faults) or not control.broken)


class Faulty:
    """Every append of a recording with every operation failing in turn."""

    def __init__(self, recording: Recording, checker: Checker, mode: str, fault: str, stride: int) -> None:
        self.stride = stride
        self.recording, self.checker, self.mode, self.fault = recording, checker, mode, fault
        self.failed = self.refused = 0
        self.broken: list[str] = []
        self.turn = 0

    def all(self) -> None:
        """All appends one after another, each first with every fault."""
        image = {"/log.sqlite3": self.recording.image}
        for transaction in self.recording.transactions:
            k = 0
            while self.one(image, transaction, k) and not (self.fault == "ignored" and self.broken):
                k += self.stride
            if self.fault == "ignored" and self.broken:
                return
            image = self.through(image, transaction)

    def open(self, image: dict[str, bytes]) -> tuple[Disk, Any]:
        """A disk with these files and a connection with the product's PRAGMAs."""
        from bench.power_cuts import pragmas
        from tests.reliability.disk import Disk, Shim
        from tests.reliability.replay import NAME

        disk = Disk()
        for name, content in image.items():
            disk.load(name, content)
        self.turn += 1
        connection = Shim(disk, f"faulty-{id(self)}-{self.turn}").connect(NAME)
        for one in pragmas(self.mode).split(";"):
            connection.execute(one)
        return disk, connection

    def through(self, image: dict[str, bytes], transaction: list[str]) -> dict[str, bytes]:
        """The append without a fault; the files after it."""
        disk, connection = self.open(image)
        for sql in transaction:
            connection.execute(sql)
        connection.close()
        return {name: bytes(file.now) for name, file in disk.files.items()}

    def one(self, image: dict[str, bytes], transaction: list[str], k: int) -> bool:
        """The append with operation ``k`` failing; False if it has no such operation."""
        import apsw

        from tests.reliability.disk import Ignored
        from tests.reliability.replay import size_of

        disk, connection = self.open(image)
        before, step, hit = size_of(connection), 0, False

        def fail(kind: str, name: str) -> None:
            nonlocal step, hit
            mine = kind == "write" if self.fault.startswith("full") else kind in ("write", "truncate", "sync")
            if not mine:
                return
            now, step = step, step + 1
            if now == k or (now > k and self.fault.endswith("for good")):
                hit = True
                if self.fault == "ignored":
                    raise Ignored
                raise apsw.FullError("disk full") if self.fault.startswith("full") else apsw.IOError("failed")

        disk.before = fail
        refused = False
        try:
            for sql in transaction:
                connection.execute(sql)
        except apsw.Error:
            refused = True
        if not hit:
            disk.before = lambda kind, name: None
            connection.close()
            return False
        self.failed += 1
        self.refused += refused
        left = {name: bytes(file.now) for name, file in disk.files.items()}  # as if the process died here
        disk.before = lambda kind, name: None
        after = before + sum("ledger_entry" in sql and sql.startswith("INSERT") for sql in transaction)
        where = f"operation {k} of the append after {before}"
        self._judge(left, {before, after} if refused else {after}, where + ", files as they lay")
        if refused and not connection.in_transaction:
            pass  # SQLite rolled back by itself
        elif refused:
            connection.execute("ROLLBACK")
        self._again(disk, connection, transaction, before, after, where)
        return True

    def _again(
        self, disk: Disk, connection: Any, transaction: list[str], before: int, after: int, where: str
    ) -> None:
        """The same connection goes on: the append is there whole, or is made now."""
        import apsw

        from tests.reliability.replay import size_of

        try:
            if size_of(connection) == before:
                for sql in transaction:
                    connection.execute(sql)
            connection.close()
        except apsw.Error as error:
            self.broken.append(f"{where}: the next append failed: {error!r}")
            connection.close(True)
            return
        self._judge(
            {name: bytes(file.now) for name, file in disk.files.items()}, {after}, where + ", next append"
        )

    def _judge(self, files: dict[str, bytes], sizes: set[int], where: str) -> None:
        state = self.checker.state(files)
        if state.fault or state.size not in sizes:
            self.broken.append(f"{where}: {state.fault or f'{state.size} entries, not {sizes}'}")


def attachments(house: House) -> tuple[list[int], list[str]]:
    """Fail each step of storing a file; how many failed and were refused, and what is wrong."""
    import io

    from django.db import connection

    from zhicheng.core import files
    from zhicheng.core.audit import audit
    from zhicheng.core.process import registry
    from zhicheng.core.writers import open_record

    facts = {"name": "证书", "kind": "体系", "occurred_on": "2020-01-01"}
    process, by = registry["register.certificate"], house.actor("quality_manager")
    steps = ("tempfile.NamedTemporaryFile", "os.fsync", "pathlib.Path.replace", "pathlib.Path.mkdir")
    failed, refused, wrong = 0, 0, []
    for step in steps:
        before = process.model.objects.count()
        try:
            with mock.patch(step, side_effect=OSError(28, "No space left on device")):
                failed += 1
                stored = files.store(io.BytesIO(step.encode()), "a.pdf")
                open_record(process, {**facts, "certificate_number": step}, by=by, files=[stored])
        except OSError:
            refused += 1
        if process.model.objects.count() != before:
            wrong.append(f"{step} failed, and the record was written")
        stored = files.store(io.BytesIO(step.encode()), "a.pdf")
        open_record(process, {**facts, "certificate_number": step}, by=by, files=[stored])
        if not files.path_of(stored.sha256).exists():
            wrong.append(f"after {step} the next record has no file")
    wrong += [f"{one.code}: {one.sentence}" for one in audit().findings or []]
    left = [path for path in files.folder().glob("*") if path.is_file()]
    files.sweep(set(), time.time() + 60)
    wrong += [f"{one.code}: {one.sentence}" for one in audit().findings or []]
    connection.close()
    return [failed, refused, len(left)], wrong


if __name__ == "__main__":
    sys.exit(main())
