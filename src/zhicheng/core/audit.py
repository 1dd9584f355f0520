"""``zhicheng audit``: re-read the whole log and compare every typed row with its last entry.

Any edit behind the application's back is found and named: record, fact, entry.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from zhicheng.core.audit_files import Files, Version, file_findings
from zhicheng.core.audit_parts import (
    BLANKING,
    EntrySeen,
    Erased,
    Finding,
    RowSeen,
    contents_of,
    looking,
    row_findings,
    rows_since,
    spans,
)
from zhicheng.core.hands import Do
from zhicheng.core.process import Process, registry
from zhicheng.ledger import keys, log
from zhicheng.ledger.models import Checkpoint, Entry, Head, SealedFacts
from zhicheng.proof.tree import CompactRange
from zhicheng.proof.verify import Refused, VerifierKey, parse_note, verify_note

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
    findings = [*auditor.read(progress), *file_findings(auditor.files, auditor.erased, auditor.size)]
    return Audit(auditor.size, auditor.rows, findings)


class Auditor:
    """Reads the log and the rows from where it stands; asked again, only what was written since."""

    def __init__(self) -> None:
        self.tree = CompactRange(0, [])
        self.size = 0
        """How many entries were read: the next one must have this number."""
        self.rows = 0
        self.last: dict[str, dict[int, tuple[int, int]]] = {}
        """For each type and record the version and number of its last entry."""
        self.opened: dict[str, int] = {}
        self.files: dict[Version, Files] = {}
        """The files that entries name."""
        self.erased: Erased = {}

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
        marks = {c.size: c for c in Checkpoint.objects.filter(size__lte=head.size)}
        known = keys.history()
        there = spans(Entry.objects.filter(seq__lt=head.size), "seq", self.size)
        for part in look("entries", ((first, min(beyond, head.size)) for first, beyond in there)):
            for entry in part:
                if entry.seq != self.size:
                    yield Finding(
                        "missing_entry",
                        _("日志缺少第 %(a)s 至 %(b)s 条。") % {"a": self.size, "b": entry.seq - 1},
                        seq=self.size,
                    )
                    self.size = entry.seq
                yield from entry.findings
                if entry.readable:
                    yield from self._follows(entry)
                if entry.files:
                    self.files[entry.type, entry.k, entry.ver] = Files(entry.seq, entry.files)
                self.tree.append(entry.leaf)
                self.size += 1
                if mark := marks.get(self.size):
                    yield from _mark(mark, self.tree, known)
            progress(self.size, head.size)
        beyond = Entry.objects.order_by("-seq").values_list("seq", flat=True).first()
        if beyond is not None and beyond >= log.head().size:
            yield Finding("beyond", _("第 %s 条在表头之外：是绕过系统插入的。") % beyond, seq=beyond)
        if self.size != head.size:
            yield Finding(
                "truncated",
                _("日志应有 %(a)s 条，实有 %(b)s 条：末尾的记录被删去。") % {"a": head.size, "b": self.size},
                seq=self.size,
            )
        elif [n.hex() for n in self.tree.nodes] != head.nodes:
            yield Finding("root", _("由各条算出的树根与表头不符。"))
        longest = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first()
        if longest is not None and longest > log.head().size:
            yield Finding(
                "lost", _("第 %s 条处签署过检查点，而日志没有那么长：数据库被回退。") % longest, seq=longest
            )

    def _follows(self, entry: EntrySeen) -> Iterator[Finding]:
        """Whether version and number go on where the record and its type stood."""
        record = f"{entry.type}/{entry.k}"
        records = self.last.setdefault(entry.type, {})
        if records.get(entry.k, (0, 0))[0] + 1 != entry.ver:
            yield Finding(
                "version",
                _("%(r)s 的版本不连续（第 %(s)s 条）。") % {"r": record, "s": entry.seq},
                record,
                seq=entry.seq,
            )
        if entry.ver == 1:
            self.opened[entry.type] = self.opened.get(entry.type, 0) + 1
            if self.opened[entry.type] != entry.k:
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
                if row.k not in records:
                    name = f"{process.name}/{row.k}"
                    yield Finding(
                        "added",
                        _("%(n)s（%(r)s）没有日志记录：是绕过系统插入的。") % {"n": row.number, "r": name},
                        name,
                    )
                elif row.seq == records[row.k][1]:
                    yield from row.findings
                else:
                    yield from _astray(process, row.k, records[row.k][1], self.erased)
        for k, (_ver, seq) in records.items():
            if seq >= since and k not in present:
                yield Finding(
                    "removed",
                    _("%(t)s/%(k)s 有日志而无记录：被绕过系统删除。") % {"t": process.name, "k": k},
                    f"{process.name}/{k}",
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


def _mark(mark: Checkpoint, tree: CompactRange, known: list[tuple[int, VerifierKey]]) -> Iterator[Finding]:
    if tree.root().hex() != mark.root:
        yield Finding(
            "checkpoint", _("前 %s 条与当时签署的检查点不符：历史被改写。") % mark.size, seq=mark.size - 1
        )
    try:
        signed = bool(verify_note(parse_note(mark.note.encode()), [keys.at(mark.size, known)]))
    except Refused:
        signed = False
    if not signed:
        yield Finding(
            "signature", _("大小为 %s 的检查点签名无效或密钥已被更换。") % mark.size, seq=mark.size - 1
        )
