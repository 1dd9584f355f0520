"""Appending to the log and reading it back.

Inside a transaction, ``locked()`` takes the one head row; what it yields gives record numbers and sequence
numbers and collects entries, which are written when the block ends. Work first, lock last.
"""

import datetime as dt
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from django.db import connection, transaction

from zhicheng.ledger import outside, rows
from zhicheng.ledger.models import Entry, Head, SealedFacts
from zhicheng.proof.canonical import digests_text, facts_digest, header_bytes, seals
from zhicheng.proof.tree import CompactRange, leaf_hash

Scalar: TypeAlias = str | int | bool | None
Fact: TypeAlias = Scalar | Sequence[Mapping[str, Scalar]]
Facts: TypeAlias = Mapping[str, Fact]

CLOCK_SLACK: Final = dt.timedelta(seconds=5)
CHUNK: Final = 1000
UNSTIRRING: Final = frozenset({"ledger.checkpoint", "ledger.anchor"})
"""Entries about checkpoints: they alone are no reason to sign another one."""


_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class LogRefused(Exception):
    """The log cannot take an entry now; the message says why and what to do."""


def now() -> dt.datetime:
    """The present moment in UTC, to the second (the log's resolution)."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


@dataclass
class Log:
    """The locked head: everything a writer may ask of it. Lives only inside ``locked()``."""

    head: Head
    at: dt.datetime
    tree: CompactRange
    entries: list[rows.EntryRow] = field(default_factory=list)
    deferred: list[Callable[[], None]] = field(default_factory=list)

    def next_record(self, type_: str) -> int:
        """The number of a new record of this type (1, 2, … in the order of opening)."""
        self.head.records[type_] = k = int(self.head.records.get(type_, 0)) + 1
        return k

    def next_in_series(self, series: str) -> int:
        """The next number of a number series such as ``inspection.lot/2017``."""
        self.head.series[series] = n = int(self.head.series.get(series, 0)) + 1
        return n

    @property
    def next_seq(self) -> int:
        """The sequence number that the next entry will have."""
        return self.head.size

    def append(self, type_: str, k: int, ver: int, act: str, facts: Facts) -> int:
        """Seal the facts, add the entry to the tree and return its ``seq``."""
        seq = self.head.size
        salts = os.urandom(16 * (len(facts) + 1)).hex()
        outer = salts[:32]
        sealed = {name: (salts[32 * i : 32 * i + 32], facts[name]) for i, name in enumerate(sorted(facts), 1)}
        digests = seals(sealed)
        header = header_bytes(
            seq=seq,
            d=self.at.date().isoformat(),
            type=type_,
            k=k,
            ver=ver,
            act=act,
            facts=facts_digest(outer, digests),
        )
        leaf = leaf_hash(header)
        self.tree.append(leaf)
        self.head.size = seq + 1
        if type_ not in UNSTIRRING:
            self.head.stirred = True
        content, digested = _written(sealed), digests_text(digests)
        self.entries.append((seq, leaf, header.decode(), digested, outer, type_, k, ver, content))
        if len(self.entries) >= CHUNK:
            self.flush()
        return seq

    def at_last(self, write: Callable[[], None]) -> None:
        """Let rows be written at the end, with the entries: one journey to the server for all. ``write`` must not read."""
        self.deferred.append(write)

    def flush(self) -> None:
        """Write the collected entries; also done by itself every thousand."""
        if self.entries:
            rows.insert(self.entries)
            self.entries.clear()


def head() -> Head:
    """The head row as it stands, not locked. Errors: LogRefused when the installation was not set up."""
    try:
        return Head.objects.get(pk=1)
    except Head.DoesNotExist:
        raise LogRefused(
            "证据日志尚未建立：请先运行 zhicheng init。 The evidence log is not set up: run `zhicheng init`."
        ) from None


def not_unproved() -> None:
    """Errors: LogRefused when a restoring was interrupted, or what it brought did not hold."""
    if not outside.usable():
        raise LogRefused(
            "恢复没有做完，或没有通过核对，不能使用：请再运行 zhicheng restore（可用更新的备份）。 Restored, but not proved."
        )


def not_behind(head: Head) -> None:
    """Errors: LogRefused naming both sizes when a checkpoint kept outside the database is larger than the log."""
    not_unproved()
    try:
        known = outside.known()
    except (OSError, ValueError) as error:
        raise LogRefused(
            f"数据库外的检查点读不出，拒绝写入：{error}。请换成完好的，或移走。 A checkpoint outside cannot be read."
        ) from error
    for name, one in known:
        if one.origin == head.origin and one.size > head.size:
            raise LogRefused(
                f"检查点 {name} 签署于第 {one.size} 条，而日志只有 {head.size} 条：数据库已被回退，拒绝写入。"
                f" A checkpoint of size {one.size} exists; this log has {head.size} entries."
            )


@contextmanager
def locked(*, commits: bool = False) -> Iterator[Log]:
    """Lock the head until the surrounding transaction ends. Must be called inside one, after all other work.

    ``commits``: nothing is left to do but to commit, so the transaction may end with the block already.
    Errors: LogRefused if the clock stands more than five seconds behind the last entry, the log ends before a checkpoint
    that lies outside, or was restored and not proved.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("the log is written inside the transaction of the record")
    row = rows.locked_head() or head()
    not_behind(row)
    at = now()
    if at < row.last_at:
        if row.last_at - at > CLOCK_SLACK:
            raise LogRefused(
                f"系统时钟（{at:%Y-%m-%d %H:%M:%S} UTC）早于最后一条记录（{row.last_at:%Y-%m-%d %H:%M:%S} UTC），拒绝写入：请校准时钟后重试。"
                " The clock is behind the last entry: set it right, then try again."
            )
        at = row.last_at
    log = Log(row, at, CompactRange(row.size, [bytes.fromhex(n) for n in row.nodes]))
    yield log
    row.last_at = at
    row.nodes = [n.hex() for n in log.tree.nodes]
    with rows.together(commits=commits):
        for write in log.deferred:
            write()
        log.flush()
        rows.store(row)


def establish(origin: str, facts: Facts) -> None:
    """Write the head and entry 0 (``ledger.genesis``). Errors: LogRefused if there is a log already."""
    with transaction.atomic():
        if Head.objects.filter(pk=1).exists():
            raise LogRefused("证据日志已经存在。 The evidence log exists already.")
        Head.objects.create(id=1, origin=origin, last_at=now())
        with locked() as log:
            k = log.next_record("ledger.genesis")
            log.append("ledger.genesis", k, 1, "genesis", {**facts, "origin": origin})


@dataclass(frozen=True)
class Version:
    """One version of a record as the log holds it: ``facts`` maps names to values, salts left out."""

    seq: int
    date: str
    act: str
    ver: int
    facts: dict[str, Any]


def _version(entry: Entry, content: str) -> Version:
    """What was put among the sealed facts and has no digest in the entry was never said, and is not read."""
    header, digests = json.loads(entry.header), json.loads(entry.digests)
    facts = {name: one and one[1] for name, one in json.loads(content).items() if name in digests}
    return Version(entry.seq, header["d"], header["act"], entry.ver, facts)


def versions(type_: str, k: int) -> list[Version]:
    """Every version of one record, oldest first."""
    entries = list(Entry.objects.filter(type=type_, k=k).order_by("ver"))
    contents = dict(
        SealedFacts.objects.filter(seq__in=[e.seq for e in entries]).values_list("seq", "content")
    )
    return [_version(e, contents[e.seq]) for e in entries]


def in_force(type_: str, ks: Sequence[int], size: int) -> dict[int, Version]:
    """The version in force at size ``size`` of each of the given records: the highest with ``seq < size``."""
    found: dict[int, Entry] = {}
    for start in range(0, len(ks), CHUNK):
        chunk = Entry.objects.filter(type=type_, k__in=ks[start : start + CHUNK], seq__lt=size)
        for entry in chunk.order_by("ver"):
            found[entry.k] = entry
    out: dict[int, Version] = {}
    entries = list(found.values())
    for start in range(0, len(entries), CHUNK):
        part = entries[start : start + CHUNK]
        contents = dict(
            SealedFacts.objects.filter(seq__in=[e.seq for e in part]).values_list("seq", "content")
        )
        out.update({e.k: _version(e, contents[e.seq]) for e in part})
    return out
