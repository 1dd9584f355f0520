"""``zhicheng audit``: re-read the whole log and compare every typed row with its last entry.

Any edit behind the application's back is found and named: record, fact, entry.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from zhicheng.core.audit_files import Files, Version, file_findings
from zhicheng.core.audit_parts import (
    CHUNK,
    LOGGED,
    EntrySeen,
    Erased,
    Finding,
    RowSeen,
    contents_of,
    edited,
    looking,
    row_findings,
    rows_since,
    spans,
)
from zhicheng.core.audit_tree import Tree, tile_findings
from zhicheng.core.gone import BLANKING
from zhicheng.core.hands import Do
from zhicheng.core.process import Process, registry
from zhicheng.ledger import keys, log
from zhicheng.ledger.models import Checkpoint, Entry, Head, SealedFacts

__all__ = ("Audit", "Auditor", "Finding", "audit", "erasures")

LOWEST = -(2**63)


@dataclass
class Audit:
    """What was read and what was found."""

    entries: int = 0
    rows: int = 0
    findings: list[Finding] | None = None


def audit(progress: Callable[[int, int], None] = lambda done, total: None) -> Audit:
    """Read everything once. The log must be set up (LogRefused otherwise)."""
    auditor = Auditor()
    found = [*auditor.read(progress), *tile_findings()]
    found += file_findings(auditor.files, auditor.erased, auditor.size)
    return Audit(auditor.size, auditor.rows, found)


class Auditor:
    """Reads the log and the rows from where it stands; asked again, only what was written since."""

    def __init__(self) -> None:
        self.tree = Tree()
        self.rows = 0
        self.last: dict[str, dict[int, tuple[int, int]]] = {}
        """For each type and record the version and number of its last entry."""
        self.day = ""
        """The day of the last entry: days never fall."""
        self.opened: dict[str, int] = {}
        self.files: dict[Version, Files] = {}
        """The files that entries name."""
        self.missing: dict[int, str] = {}
        """Entries that are missing, with their records where a row tells."""
        self.erased: Erased = {}

    @property
    def size(self) -> int:
        """How many entries were read: the next one must have this number."""
        return self.tree.size

    def read(self, progress: Callable[[int, int], None] = lambda done, total: None) -> list[Finding]:
        """Every new entry, then every row that it wrote. The log must be set up (LogRefused otherwise)."""
        since, head = self.size, log.head()  # what is written while the audit reads is left to the next one
        self.erased = erasures()
        with looking(self.erased, head.size - since) as look:
            found = list(self._entries(look, head, progress))
            for process in registry.all():
                found += self._rows(look, process, since)
        return found

    def _entries(self, look: Do, head: Head, progress: Callable[[int, int], None]) -> Iterator[Finding]:
        since = self.size
        marks = {c.size: c for c in Checkpoint.objects.filter(size__lte=head.size)}
        known, logged = keys.history(), set[int]()
        there = spans(Entry.objects.filter(seq__lt=head.size), "seq", since)
        for part in look("entries", ((first, min(beyond, head.size)) for first, beyond in there)):
            for entry in part:
                if entry.seq != self.size:
                    yield from self._missing("missing_entry", entry.seq)
                yield from entry.findings
                yield from self._follows(entry)
                if entry.files != ():
                    self.files[entry.type, entry.k, entry.ver] = Files(entry.seq, entry.files)
                if entry.type == LOGGED:
                    logged.add(entry.seq)
                    yield from self._logged(entry, marks)
                self.tree.append(entry)
                if mark := marks.get(self.size):
                    yield from self.tree.mark(mark, head.origin, known)
            progress(self.size, head.size)
        yield from self._beyond(head.size)
        if self.size != head.size:
            yield from self._missing("truncated", head.size)
        yield from self.tree.head(head)
        yield from self._counted(head)
        yield from _unlogged(size for size in marks if size >= since and size not in logged)

    def _missing(self, code: str, beyond: int) -> Iterator[Finding]:
        """The entries from where the audit stands up to this one are not there: each is named by the row that points to it."""
        first = self.size
        rows = {
            seq: f"{process.name}/{k}"
            for process in registry.all()
            for k, seq in process.model.objects.filter(seq__gte=first, seq__lt=beyond).values_list("k", "seq")
        }
        self.missing |= rows
        for seq in sorted(rows):
            said = _("日志缺少第 %(s)s 条，%(r)s 的最后一条：被删去。") % {"s": seq, "r": rows[seq]}
            yield Finding(code, said, rows[seq], seq=seq)
        ends = [first - 1, *sorted(rows), beyond]
        for a, b in pairwise(ends):
            if b - a > 1:
                said = _("日志缺少第 %(a)s 至 %(b)s 条：被删去。") % {"a": a + 1, "b": b - 1}
                yield Finding(code, said, seq=a + 1)
        self.tree.gap(beyond)

    def _beyond(self, size: int) -> Iterator[Finding]:
        rows = list(Entry.objects.filter(seq__gte=size).order_by("seq").values_list("seq", "type", "k"))
        now = log.head().size  # read afterwards: what was written meanwhile is not beyond
        for seq, type_, k in rows:
            if seq >= now:
                name = f"{type_}/{k}"
                said = _("第 %(s)s 条（%(r)s）在表头之外：是绕过系统插入的。") % {"s": seq, "r": name}
                yield Finding("beyond", said, name, seq=seq)
        longest = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first()
        if longest is not None and longest > log.head().size:
            yield Finding(
                "lost", _("第 %s 条处签署过检查点，而日志没有那么长：数据库被回退。") % longest, seq=longest
            )

    def _logged(self, entry: EntrySeen, marks: Mapping[int, Checkpoint]) -> Iterator[Finding]:
        yield from self.tree.logged(entry)
        if entry.seq not in marks:
            name = f"{entry.type}/{entry.k}"
            said = _("第 %s 条登记的检查点不在检查点表里：被绕过系统删除。") % entry.seq
            yield Finding("checkpoint_removed", said, name, seq=entry.seq)

    def _counted(self, head: Head) -> Iterator[Finding]:
        """Every record that was numbered has entries: what was cut off with its row is missed here."""
        named = set(self.missing.values())
        for type_, count in head.records.items():
            seen = self.last.get(type_, {})
            if len(seen) == count:
                continue
            numbered = range(
                1, min(count, len(seen) + CHUNK) + 1
            )  # somebody may have written any number there
            for name in (f"{type_}/{k}" for k in numbered if k not in seen):
                if name not in named:
                    said = _("表头记有 %(r)s，日志里却没有它的条目：被删去。") % {"r": name}
                    yield Finding("missing_record", said, name)
            for k in sorted(k for k in seen if k > count):
                name = f"{type_}/{k}"
                said = _("%(r)s 超出表头所记的 %(n)s 条：表头被改动。") % {"r": name, "n": count}
                yield Finding("counter", said, name, seq=seen[k][1])

    def _follows(self, entry: EntrySeen) -> Iterator[Finding]:
        """Whether version and number go on where the record and its type stood, and the day where the log stood."""
        record = f"{entry.type}/{entry.k}"
        if entry.day and entry.day < self.day:
            said = _("第 %(s)s 条（%(r)s）的日期 %(d)s 早于它前面的一条。") % {
                "s": entry.seq,
                "r": record,
                "d": entry.day,
            }
            yield Finding("day", said, record, seq=entry.seq)
        self.day = entry.day or self.day
        records = self.last.setdefault(entry.type, {})
        if records.get(entry.k, (0, 0))[0] + 1 != entry.ver:
            yield Finding(
                "version",
                _("%(r)s 的版本不连续（第 %(s)s 条）。") % {"r": record, "s": entry.seq},
                record,
                seq=entry.seq,
            )
        if entry.ver == 1:
            opened = self.opened.get(entry.type, 0)
            self.opened[entry.type] = max(opened, entry.k)
            if opened + 1 != entry.k:
                yield Finding(
                    "order",
                    _("%(r)s 的序号不连续（第 %(s)s 条）。") % {"r": record, "s": entry.seq},
                    record,
                    seq=entry.seq,
                )
        records[entry.k] = (entry.ver, entry.seq)

    def _rows(self, look: Do, process: Process, since: int) -> Iterator[Finding]:
        present: set[int] = set()
        records = self.last.get(process.name, {})
        there = spans(rows_since(process, since), "k", LOWEST)
        for part in look("rows", ((process.name, since, *span) for span in there)):
            self.rows += len(part)
            for row in part:
                present.add(row.k)
                if row.seq >= self.size and _written_since(process, row):
                    continue
                if row.seq in self.missing:
                    continue  # it is the entry that is missing, and it was named
                if row.k not in records:
                    name = f"{process.name}/{row.k}"
                    yield Finding(
                        "added",
                        _("%(n)s（%(r)s）没有日志记录：是绕过系统插入的，或它的条目被删去。")
                        % {"n": row.number, "r": name},
                        name,
                    )
                    continue
                if row.seq == records[row.k][1]:
                    yield from row.findings
                else:
                    yield from _astray(process, row.k, records[row.k][1], self.erased)
                if row.version != records[row.k][0]:
                    yield edited(process, row, "version", row.seq, records[row.k][0])
        for k, (_ver, seq) in records.items():
            if seq >= since and k not in present:
                yield Finding(
                    "removed",
                    _("%(t)s/%(k)s 有日志而无记录：被绕过系统删除。") % {"t": process.name, "k": k},
                    f"{process.name}/{k}",
                    seq=seq,
                )


def erasures() -> dict[tuple[str, int], dict[str, int]]:
    """For each record with erased facts: the entry of the last erasure of each."""
    out: dict[tuple[str, int], dict[str, int]] = {}
    for entry in Entry.objects.filter(BLANKING).order_by("seq"):
        content = SealedFacts.objects.filter(seq=entry.seq).values_list("content", flat=True).first()
        named = json.loads(content or "{}").get("_erased") or ["", ""]
        for name in str(named[1]).split(","):
            out.setdefault((entry.type, entry.k), {})[name] = entry.seq
    return out


def _written_since(process: Process, row: RowSeen) -> bool:
    """Whether the row was written while the audit read."""
    return Entry.objects.filter(seq=row.seq, type=process.name, k=row.k).exists()


def _astray(process: Process, k: int, seq: int, erased: Erased) -> Iterator[Finding]:
    """What is to be said of a row that points elsewhere than to its record's last entry, which is ``seq``."""
    content = contents_of(SealedFacts.objects.filter(seq=seq)).get(seq)
    yield from row_findings(process, process.model.objects.get(k=k), seq, content, erased)


def _unlogged(sizes: Iterable[int]) -> Iterator[Finding]:
    """Checkpoints whose entry, which is written with them, is not there."""
    for size in sizes:
        if not Entry.objects.filter(
            seq=size, type=LOGGED
        ).exists():  # else it was signed while the audit read
            said = _("大小为 %s 的检查点没有登记的条目：是绕过系统放进来的，或它的条目被删去。") % size
            yield Finding("checkpoint_added", said, seq=size)
