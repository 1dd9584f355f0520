"""Who watches writers that die: writers forked from one warm process, and a witness who heard what was acknowledged.

POSIX only (fork, signals, pipes). The parent must hold no connection while it forks.
"""

from __future__ import annotations

import io
import os
import random
import select
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

from tests.house import House
from zhicheng.ledger.log import LogRefused

Say = Callable[[Any], None]
"""Tells the parent that a record is written."""
LONGEST_MESSAGE = 200  # well below PIPE_BUF: a message is written whole or not at all
PATIENCE = 60.0


@dataclass(frozen=True)
class Told:
    """A record version that a writer acknowledged."""

    number: str
    type: str
    k: int
    ver: int
    seq: int
    """The last entry of the version."""
    began: int
    ended: int
    """Nanoseconds of a clock that all processes share: when the writer had acknowledged the one before, and when this one."""


@dataclass
class Writer:
    """A forked writer and what it said so far."""

    pid: int
    pipe: int
    heard: bytes = b""
    over: bool = False
    status: int | None = None

    def listen(self, seconds: float = 0.0) -> None:
        """Take in what the writer says within so many seconds, at least what lies ready."""
        until = time.monotonic() + seconds
        while not self.over:
            ready = select.select([self.pipe], [], [], max(0.0, until - time.monotonic()))[0]
            if not ready:
                return
            part = os.read(self.pipe, 1 << 16)
            self.heard += part
            self.over = not part

    def wait_ready(self) -> None:
        """Until the writer said its first line. Errors: RuntimeError if it never does."""
        until = time.monotonic() + PATIENCE
        while b"\n" not in self.heard:
            self.listen(0.01)
            if self.over or time.monotonic() > until:
                raise RuntimeError("the writer did not begin: " + self.heard.decode())

    def kill(self) -> None:
        """``kill -9``; then what it had said is read to the end."""
        os.kill(self.pid, signal.SIGKILL)
        self.join()

    def join(self) -> None:
        """Wait until it is gone and all it said is heard. Errors: RuntimeError if it hangs, saying nothing; it is killed then."""
        if self.status is None:
            heard = -1
            while not self.over and heard < len(self.heard):
                heard = len(self.heard)
                self.listen(PATIENCE)
            if not self.over:
                os.kill(self.pid, signal.SIGKILL)
                raise RuntimeError("the writer hangs")
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            os.close(self.pipe)

    def told(self) -> list[Told]:
        """Everything it acknowledged."""
        out: list[Told] = []
        lines = self.heard.decode().splitlines()
        before = int(lines[0]) if lines else 0
        for line in lines[1:]:
            number, type_, *numbers = line.split()
            k, ver, seq, ended = map(int, numbers)
            out.append(Told(number, type_, k, ver, seq, before, ended))
            before = ended
        return out


def hear_out(writers: list[Writer]) -> None:
    """Listen to all until they end or nobody says anything any more: a writer whose pipe is full would wait for those before it."""
    heard, last = 0, time.monotonic()
    while not all(writer.over for writer in writers) and time.monotonic() - last < PATIENCE:
        for writer in writers:
            writer.listen(0.01)
        if heard != (heard := sum(len(writer.heard) for writer in writers)):
            last = time.monotonic()


def fork(work: Callable[[Say], None], *, quiet: bool = False) -> Writer:
    """Run ``work`` in a process of its own; what it says comes through a pipe. ``quiet``: that it fails is expected."""
    from django.db import connections

    connections.close_all()
    out, into = os.pipe()
    pid = os.fork()
    if not pid:
        _child(work, into, quiet=quiet)
    os.close(into)
    return Writer(pid, out)


def _child(work: Callable[[Say], None], into: int, *, quiet: bool) -> NoReturn:
    from zhicheng.core.process import registry

    def say(record: Any) -> None:
        what = f"{record.number} {registry.of(record).name} {record.k} {record.version} {record.seq}"
        line = f"{what} {time.monotonic_ns()}\n".encode()
        assert len(line) <= LONGEST_MESSAGE
        os.write(into, line)

    status = 1
    try:
        random.seed(os.getpid())
        from django.db import connection

        connection.ensure_connection()
        os.write(into, f"{time.monotonic_ns()}\n".encode())
        work(say)
        connection.close()
        status = 0
    except BaseException:  # noqa: BLE001 - whatever it is, a fork must not go on as its parent
        import traceback

        if not quiet:
            traceback.print_exc()
    finally:
        os._exit(status)


def write_lots(house: House, name: str, say: Say, count: int | None = None) -> None:
    """Open lots, every third with a file of its own, and judge most of them, some into a nonconformity (two entries in one transaction),
    without end or ``count`` times."""
    from zhicheng.core.files import store

    n = 0
    while count is None or n < count:
        n += 1
        own = [store(io.BytesIO(f"{name}-{n}".encode()), "合格证.pdf")] if n % 3 == 0 else []
        lot = house.lot(f"{name}-{n}", files=own)
        say(lot)
        if random.random() < 0.7:
            bad = random.choice(("0", "0", "2"))
            verdict = "rejected" if bad != "0" else "accepted"
            asked = {"sample_size": "10", "nonconforming": bad, "verdict": verdict}
            say(house.perform(lot, "judge", "inspector", asked))


def out_of_order(told: list[Told]) -> list[str]:
    """Versions that came after one that was acknowledged before they were begun, and yet stand before it in the log: there must be one order
    of all writes, and it must be that of the clock (linearizability; Herlihy and Wing, ACM TOPLAS 12 (1990) 463)."""
    faults, latest = [], None
    ended = sorted(told, key=lambda one: one.ended)
    at = 0
    for one in sorted(told, key=lambda one: one.began):
        while ended[at].ended < one.began:
            if latest is None or ended[at].seq > latest.seq:
                latest = ended[at]
            at += 1
        if latest is not None and one.seq < latest.seq:
            faults.append(
                f"{one.number} version {one.ver} is entry {one.seq}, begun after entry {latest.seq} was acknowledged"
            )
    return faults


@dataclass
class Findings:
    """What was counted, and every fault found."""

    acknowledged: int = 0
    entries: int = 0
    lost: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not self.lost and not self.broken


class Witness:
    """Compares what was acknowledged with what is in the database: after each crash on what is new, at the end on all."""

    def __init__(self, house: House) -> None:
        from zhicheng.core.audit import Auditor

        self.house, self.auditor, self.found = house, Auditor(), Findings()
        self.look([])
        self.found.entries = 0

    def look(self, told: list[Told]) -> None:
        """Read what is new over a new connection; then write a record and see that, too."""
        with reading():
            before = self.auditor.size
            self._faults()
            self.found.entries += self.auditor.size - before
        for one in told:
            last = self.auditor.last.get(one.type, {}).get(one.k)
            if last is None or last[0] < one.ver or not _row_is(one):
                self.found.lost.append(f"{one.number} version {one.ver} was acknowledged")
        self.found.broken += out_of_order(told)
        self.found.acknowledged += len(told)
        self._next()
        from django.db import connection

        connection.close()

    def _faults(self) -> None:
        self.found.broken += [f"{one.code}: {one.sentence}" for one in self.auditor.read()]
        self.found.broken += counted(self.auditor.opened)

    def _next(self) -> None:
        """The next write works, takes the next number, and is not lost: the witness does not live with the risk that it tests."""
        from django.db import Error, connection

        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET synchronous_commit = on")
        try:
            lot = self.house.lot(f"next-{self.auditor.size}")
        except (Error, LogRefused) as error:
            self.found.broken.append(f"the next write failed: {error!r}")
            return
        if lot.seq != self.auditor.size:
            self.found.broken.append(f"the next entry is {lot.seq}, not {self.auditor.size}")
        with reading():
            self._faults()

    def everything(self) -> None:
        """The whole audit, from entry 0."""
        from zhicheng.core.audit import audit

        self.found.broken += [f"{one.code}: {one.sentence}" for one in audit().findings or []]
        from django.db import connection

        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA integrity_check")
                answer = cursor.fetchone()[0]
            if answer != "ok":
                self.found.broken.append(f"integrity_check: {answer}")
        connection.close()


def counted(opened: dict[str, int]) -> list[str]:
    """No more rows than records that the log opened."""
    from zhicheng.core.process import registry

    faults = []
    for process in registry.all():
        rows = process.model.objects.count()
        if rows != opened.get(process.name, 0):
            faults.append(f"{process.name}: {rows} rows, {opened.get(process.name, 0)} records in the log")
    return faults


def _row_is(one: Told) -> bool:
    from zhicheng.core.process import registry

    row = registry[one.type].model.objects.filter(k=one.k).values_list("number", "version").first()
    return row is not None and row[0] == one.number and row[1] >= one.ver


@contextmanager
def reading() -> Iterator[None]:
    """One state of the database for all that is read (a transaction of a killed process may still end)."""
    from django.db import connection, transaction

    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
