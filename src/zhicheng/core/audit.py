"""``zhicheng audit``: re-read the whole log and compare every typed row with its last entry.

Any edit behind the application's back is found and named: record, fact, entry.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from zhicheng.core.facts import NOT_FACTS, facts_of
from zhicheng.core.files import Attachment, path_of
from zhicheng.core.process import Process, registry
from zhicheng.ledger import keys, log
from zhicheng.ledger.models import Checkpoint, Entry, SealedFacts
from zhicheng.ledger.sealed import Shapes
from zhicheng.proof.canonical import digests_text, facts_digest, seal, seals, text_digest
from zhicheng.proof.tree import CompactRange, leaf_hash
from zhicheng.proof.verify import Refused, VerifierKey, parse_note, read_header, verify_note

CHUNK = 2000
BLANKING = Q(header__contains='"act":"erase"') | Q(header__contains='"act":"dispose"')


@dataclass(frozen=True)
class Finding:
    """One thing that does not hold. ``seq`` is the entry concerned, ``record`` its ``type/k``, ``fact`` the fact, where known."""

    code: str
    sentence: str
    record: str = ""
    fact: str = ""
    seq: int | None = None

    def data(self) -> dict[str, Any]:
        """As plain data for ``--format json``."""
        return asdict(self)


class EntryRow(NamedTuple):
    """An entry's columns."""

    seq: int
    leaf: bytes
    header: str
    digests: str
    outer_salt: str
    type: str
    k: int
    ver: int


@dataclass
class Audit:
    """What was read and what was found."""

    entries: int = 0
    rows: int = 0
    findings: list[Finding] | None = None


def audit(progress: Callable[[int, int], None] = lambda done, total: None) -> Audit:
    """Read everything once. The log must be set up (LogRefused otherwise)."""
    auditor = Auditor()
    findings = [*auditor.read(progress), *_files()]
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
        self.erased: dict[tuple[str, int], dict[str, int]] = {}
        self.shapes = Shapes()

    def read(self, progress: Callable[[int, int], None] = lambda done, total: None) -> list[Finding]:
        """Every new entry, then every row that it wrote. The log must be set up (LogRefused otherwise)."""
        since = self.size
        found = list(self._entries(progress))
        for process in registry.all():
            found += self._rows(process, since)
        return found

    def _entries(self, progress: Callable[[int, int], None]) -> Iterator[Finding]:
        # What is written while the audit reads is left to the next one.
        head = log.head()
        marks = {c.size: c for c in Checkpoint.objects.filter(size__lte=head.size)}
        known, self.erased = keys.history(), erasures()
        while True:
            rows = Entry.objects.filter(seq__gte=self.size, seq__lt=head.size).order_by("seq")
            entries = [EntryRow(*row) for row in rows.values_list(*EntryRow._fields)[:CHUNK]]
            if not entries:
                break
            contents = _contents(
                SealedFacts.objects.filter(seq__gte=entries[0].seq, seq__lte=entries[-1].seq)
            )
            for entry in entries:
                if entry.seq != self.size:
                    yield Finding(
                        "missing_entry",
                        _("日志缺少第 %(a)s 至 %(b)s 条。") % {"a": self.size, "b": entry.seq - 1},
                        seq=self.size,
                    )
                    self.size = entry.seq
                yield from self._entry(entry, contents.get(entry.seq))
                self.tree.append(leaf_hash(entry.header.encode()))
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

    def _entry(self, entry: EntryRow, content: str | None) -> Iterator[Finding]:
        record = f"{entry.type}/{entry.k}"
        try:
            header = read_header(entry.header.encode())
            whole, sealed = self._whole(entry, header.facts, content or "{}")
            digests = {} if whole else json.loads(entry.digests)
        except (Refused, ValueError) as error:
            yield Finding(
                "unreadable",
                _("第 %(s)s 条无法读取：%(e)s") % {"s": entry.seq, "e": error},
                record,
                seq=entry.seq,
            )
            return
        if leaf_hash(entry.header.encode()) != bytes(entry.leaf):
            yield Finding(
                "leaf", _("第 %s 条的公开头被改动：与其叶哈希不符。") % entry.seq, record, seq=entry.seq
            )
        if (header.seq, header.type, header.k, header.ver) != (entry.seq, entry.type, entry.k, entry.ver):
            yield Finding("index", _("第 %s 条的索引列与公开头不符。") % entry.seq, record, seq=entry.seq)
        if not whole:
            if header.facts != facts_digest(entry.outer_salt, digests):
                yield Finding(
                    "digests", _("第 %s 条的事实摘要与公开头不符。") % entry.seq, record, seq=entry.seq
                )
            yield from _sealed(entry, digests, sealed, self.erased.get((entry.type, entry.k), {}))
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

    def _whole(self, entry: EntryRow, facts: str, content: str) -> tuple[bool, Mapping[str, Any]]:
        """Whether all facts are there and lead to the header's digest: then nothing need be looked at singly.

        Otherwise the facts as well. Errors: ValueError where they cannot be read.
        """
        if (entry.type, entry.k) in self.erased:
            return False, json.loads(content)
        digests = self.shapes.digests(content)
        if digests == entry.digests and text_digest(entry.outer_salt, digests) == facts:
            return True, {}
        sealed = json.loads(content)
        with suppress(Refused, ValueError, TypeError):
            digests = digests_text(seals(sealed))
            if digests == entry.digests and text_digest(entry.outer_salt, digests) == facts:
                self.shapes.learn(list(sealed))
                return True, sealed
        return False, sealed

    def _rows(self, process: Process, since: int) -> Iterator[Finding]:
        present: set[int] = set()
        records = self.last.get(process.name, {})
        written = process.model.objects.filter(seq__gte=since) if since else process.model.objects.all()
        rows = written.order_by("k").iterator(CHUNK)
        while part := list(islice(rows, CHUNK)):
            self.rows += len(part)
            present.update(row.k for row in part)
            seqs = [records[row.k][1] for row in part if row.k in records]
            contents = _contents(SealedFacts.objects.filter(seq__in=seqs))
            for row in part:
                if (
                    row.seq >= self.size
                    and Entry.objects.filter(seq=row.seq, type=process.name, k=row.k).exists()
                ):
                    continue  # written while the audit read
                if row.k in records:
                    seq = records[row.k][1]
                    yield from _row(process, row, seq, contents.get(seq))
                    continue
                name = f"{process.name}/{row.k}"
                yield Finding(
                    "added",
                    _("%(n)s（%(r)s）没有日志记录：是绕过系统插入的。") % {"n": row.number, "r": name},
                    name,
                )
        for k, (_ver, seq) in records.items():
            if seq >= since and k not in present:
                yield Finding(
                    "removed",
                    _("%(t)s/%(k)s 有日志而无记录：被绕过系统删除。") % {"t": process.name, "k": k},
                    f"{process.name}/{k}",
                )


def _contents(sealed: QuerySet[SealedFacts]) -> dict[int, str]:
    return dict(sealed.values_list("seq", "content"))


def erasures() -> dict[tuple[str, int], dict[str, int]]:
    """For each record with erased facts: the entry of the last erasure of each."""
    out: dict[tuple[str, int], dict[str, int]] = {}
    for entry in Entry.objects.filter(BLANKING).order_by("seq"):
        content = SealedFacts.objects.filter(seq=entry.seq).values_list("content", flat=True).first()
        named = json.loads(content or "{}").get("_erased") or ["", ""]
        for name in str(named[1]).split(","):
            out.setdefault((entry.type, entry.k), {})[name] = entry.seq
    return out


def _sealed(
    entry: EntryRow, digests: Mapping[str, str], sealed: Mapping[str, Any], erased: Mapping[str, int]
) -> Iterator[Finding]:
    """Every sealed fact against its digest; a blank one only where a later entry erased it."""
    record = f"{entry.type}/{entry.k}"
    for name, digest in digests.items():
        if name in sealed and sealed[name] is None:
            if entry.seq > erased.get(name, -1):
                yield Finding(
                    "blanked", _("%(r)s 第 %(v)s 版的事实“%(n)s”被清空，而没有依法删除的条目（日志第 %(s)s 条）。")
                    % {"r": record, "v": entry.ver, "n": name, "s": entry.seq}, record, name, entry.seq,
                )  # fmt: skip
            continue
        if entry.seq < erased.get(name, -1):
            yield Finding(
                "not_erased", _("%(r)s 第 %(v)s 版的事实“%(n)s”已依法删除，却还在（日志第 %(s)s 条）：恢复备份后须重新删除。")
                % {"r": record, "v": entry.ver, "n": name, "s": entry.seq}, record, name, entry.seq,
            )  # fmt: skip
        if name not in sealed or not _opens(sealed[name], name, digest):
            yield Finding(
                "fact", _("%(r)s 第 %(v)s 版的事实“%(n)s”被改动（日志第 %(s)s 条）。")
                % {"r": record, "v": entry.ver, "n": name, "s": entry.seq}, record, name, entry.seq,
            )  # fmt: skip


def _opens(opening: Any, name: str, digest: str) -> bool:
    try:
        salt, value = opening
        return seal(salt, name, value) == digest
    except (Refused, ValueError, TypeError):
        return False


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


def _row(process: Process, row: Any, seq: int, content: str | None) -> Iterator[Finding]:
    """One row against the last entry of its record."""
    name = f"{process.name}/{row.k}"
    if row.seq != seq:
        yield Finding(
            "pointer",
            _("%(n)s（%(r)s）所指的日志条目不对。") % {"n": row.number, "r": name},
            name,
            seq=seq,
        )
    try:
        sealed = json.loads(content or "{}")
    except ValueError:
        return  # named as an entry already
    current = facts_of(row)
    for fact, one in sealed.items():
        if one and fact in current and fact not in NOT_FACTS and not _same(current[fact], one[1]):
            yield Finding(
                "edited", _("%(n)s（%(r)s）的“%(f)s”被绕过系统改动：日志第 %(s)s 条记为 %(a)r，现为 %(b)r。")
                % {"n": row.number, "r": name, "f": fact, "s": seq, "a": one[1], "b": current[fact]}, name, fact, seq,
            )  # fmt: skip


def _same(a: Any, b: Any) -> bool:
    return a is b or (type(a) is type(b) and bool(a == b))


def _files() -> Iterator[Finding]:
    for one in Attachment.objects.order_by("pk").iterator(CHUNK):
        path, record = path_of(one.sha256), f"{one.type}/{one.k}"
        if not path.exists():
            yield Finding(
                "file_missing", _("%(r)s 的附件“%(n)s”不见了。") % {"r": record, "n": one.name}, record
            )
            continue
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != one.sha256:
                yield Finding(
                    "file_changed", _("%(r)s 的附件“%(n)s”被改动。") % {"r": record, "n": one.name}, record
                )
