"""What an audit does with a part of the log or of a table, knowing nothing of the rest: several processes can share it.

What only the whole tells (no number left out, versions in order, the tree, each row at its record's last entry) is in ``audit``.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import compress, product
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import ForeignKey, QuerySet
from django.utils.translation import gettext as _

from zhicheng.core.erasure import blank_row
from zhicheng.core.facts import NOT_FACTS, facts_of
from zhicheng.core.hands import Do, hands, shared
from zhicheng.core.process import Process, registry
from zhicheng.core.writers import business_key
from zhicheng.ledger.models import Entry, SealedFacts
from zhicheng.ledger.sealed import Shapes
from zhicheng.proof.canonical import digests_text, facts_digest, seal, seals, text_digest
from zhicheng.proof.tree import leaf_hash
from zhicheng.proof.verify import Header, Refused, read_header

CHUNK = 2000
MANY = 50_000
"""From so many new entries on, other processes share the work: each takes a second to begin."""
FILES = "_files"
LOGGED = "ledger.checkpoint"
Erased = Mapping[tuple[str, int], Mapping[str, int]]
"""For each record with erased facts, the entry of the last erasure of each."""


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


class Named(NamedTuple):
    """A file as an entry's ``_files`` has it."""

    name: str
    sha256: str
    size: int


class EntrySeen(NamedTuple):
    """What an entry is by its columns, the hash of its header as it stands, and what does not hold.

    ``day``: of its header, where that can be read. ``files``: those that it names (None: it cannot be read). ``stated``: the size and root that one says it logged the checkpoint of.
    """

    seq: int
    leaf: bytes
    type: str
    k: int
    ver: int
    day: str
    files: tuple[Named, ...] | None
    stated: tuple[Any, Any] | None
    findings: list[Finding]


class RowSeen(NamedTuple):
    """A row held against the entry to which it points."""

    k: int
    version: int
    seq: int
    number: str
    findings: list[Finding]


class Looker:
    """Looks at one part after the other."""

    def __init__(self, erased: Erased) -> None:
        self.erased, self.shapes = erased, Shapes()

    def entries(self, first: int, beyond: int) -> list[EntrySeen]:
        """The entries from number ``first`` up to, but not, ``beyond``."""
        rows = Entry.objects.filter(seq__gte=first, seq__lt=beyond).order_by("seq")
        contents = contents_of(SealedFacts.objects.filter(seq__gte=first, seq__lt=beyond))
        entries = [EntryRow(*row) for row in rows.values_list(*EntryRow._fields)]
        return [self._entry(entry, contents.get(entry.seq)) for entry in entries]

    def rows(self, name: str, since: int, first: int, beyond: int) -> list[RowSeen]:
        """The rows of a process from ``k`` ``first`` up to, but not, ``beyond`` that were written from entry ``since`` on."""
        process = registry[name]
        found = list(rows_since(process, since).filter(k__gte=first, k__lt=beyond).order_by("k"))
        contents = contents_of(SealedFacts.objects.filter(seq__in=[row.seq for row in found]))
        return [
            RowSeen(
                row.k,
                row.version,
                row.seq,
                row.number,
                list(row_findings(process, row, row.seq, contents.get(row.seq), self.erased)),
            )
            for row in found
        ]

    def _entry(self, entry: EntryRow, content: str | None) -> EntrySeen:
        leaf, day, files = leaf_hash(entry.header.encode()), "", None
        stated = _stated(content or "{}") if entry.type == LOGGED else None
        try:
            header = read_header(entry.header.encode())
            whole, sealed = self._whole(entry, header.facts, content or "{}")
            digests = {} if whole else _facts_in(entry.digests)
        except (Refused, ValueError) as error:
            said = _("第 %(s)s 条无法读取：%(e)s") % {"s": entry.seq, "e": error}
            findings = [Finding("unreadable", said, f"{entry.type}/{entry.k}", seq=entry.seq)]
        else:
            findings, files, day = list(_header(entry, leaf, header)), _files_in(sealed), header.d
            if not whole:
                findings += self._facts(entry, header, digests, sealed)
        return EntrySeen(entry.seq, leaf, entry.type, entry.k, entry.ver, day, files, stated, findings)

    def _facts(
        self, entry: EntryRow, header: Header, digests: Mapping[str, str], sealed: Mapping[str, Any]
    ) -> Iterator[Finding]:
        digest = ""
        with suppress(Refused):  # a salt or a name that the format does not have leads nowhere
            digest = facts_digest(entry.outer_salt, digests)
        if header.facts != digest:
            yield Finding(
                "digests",
                _("第 %s 条的事实摘要与公开头不符。") % entry.seq,
                f"{entry.type}/{entry.k}",
                seq=entry.seq,
            )
        yield from _sealed(entry, digests, sealed, self.erased.get((entry.type, entry.k), {}))

    def _whole(self, entry: EntryRow, facts: str, content: str) -> tuple[bool, Mapping[str, Any]]:
        """Whether all facts are there and lead to the header's digest: then nothing need be looked at singly.

        Otherwise the facts as well, and also when they are not of a shape seen before (one with files never is). Errors: ValueError where they cannot be read.
        """
        if (entry.type, entry.k) in self.erased:
            return False, _facts_in(content)
        digests = self.shapes.digests(content)
        if digests == entry.digests and text_digest(entry.outer_salt, digests) == facts:
            return True, {}
        sealed = _facts_in(content)
        with suppress(Refused, ValueError, TypeError):
            digests = digests_text(seals(sealed))
            if digests == entry.digests and text_digest(entry.outer_salt, digests) == facts:
                self.shapes.learn(list(sealed))
                return True, sealed
        return False, sealed


def _facts_in(text: str) -> dict[str, Any]:
    """An object by name. Errors: ValueError."""
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError(_("不是事实"))
    return found


def contents_of(sealed: QuerySet[SealedFacts]) -> dict[int, str]:
    """The sealed facts by entry."""
    return dict(sealed.values_list("seq", "content"))


def rows_since(process: Process, since: int) -> QuerySet[Any]:
    """The rows of a process that were written from this entry on."""
    rows: QuerySet[Any] = process.model.objects.all()
    return rows.filter(seq__gte=since) if since else rows


def spans(rows: QuerySet[Any], column: str, first: int) -> Iterator[tuple[int, int]]:
    """Stretches of numbers, each no longer than a chunk, in which all rows from ``first`` on lie; a gap is passed over."""
    while True:
        at = rows.filter(**{f"{column}__gte": first}).order_by(column).values_list(column, flat=True).first()
        if at is None:
            return
        first = at + CHUNK
        yield at, first


def _header(entry: EntryRow, leaf: bytes, header: Header) -> Iterator[Finding]:
    record = f"{entry.type}/{entry.k}"
    if leaf != bytes(entry.leaf):
        yield Finding(
            "leaf", _("第 %s 条的公开头被改动：与其叶哈希不符。") % entry.seq, record, seq=entry.seq
        )
    if (header.seq, header.type, header.k, header.ver) != (entry.seq, entry.type, entry.k, entry.ver):
        yield Finding("index", _("第 %s 条的索引列与公开头不符。") % entry.seq, record, seq=entry.seq)


def _sealed(
    entry: EntryRow, digests: Mapping[str, str], sealed: Mapping[str, Any], erased: Mapping[str, int]
) -> Iterator[Finding]:
    """Every sealed fact against its digest; a blank one only where a later entry erased it, none that the entry never had."""
    record = f"{entry.type}/{entry.k}"
    for name in sorted(sealed.keys() - digests.keys()):
        yield Finding(
            "fact", _("%(r)s 第 %(v)s 版本来没有事实“%(n)s”，是后来添加的（日志第 %(s)s 条）。")
            % {"r": record, "v": entry.ver, "n": name, "s": entry.seq}, record, name, entry.seq,
        )  # fmt: skip
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


def _files_in(sealed: Mapping[str, Any]) -> tuple[Named, ...]:
    """The files that the facts name; what is not of their form does not open either, and is named as a fact."""
    try:
        _salt, rows = sealed[FILES]
        return tuple(Named(str(row["name"]), str(row["sha256"]), int(row["size"])) for row in rows)
    except (KeyError, TypeError, ValueError):
        return ()


def _stated(content: str) -> tuple[Any, Any] | None:
    """Size and root of the checkpoint that was logged."""
    try:
        facts = _facts_in(content)
        return facts["size"][1], facts["root"][1]
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def _opens(opening: Any, name: str, digest: str) -> bool:
    try:
        salt, value = opening
        return seal(salt, name, value) == digest
    except (Refused, ValueError, TypeError):
        return False


def row_findings(
    process: Process, row: Any, seq: int, content: str | None, erased: Erased
) -> Iterator[Finding]:
    """One row against an entry of its record, which should be the last."""
    name = f"{process.name}/{row.k}"
    if row.seq != seq:
        yield Finding(
            "pointer",
            _("%(n)s（%(r)s）所指的日志条目不对。") % {"n": row.number, "r": name},
            name,
            seq=seq,
        )
    try:
        sealed = _facts_in(content or "{}")
    except ValueError:
        return  # named as an entry already
    current = facts_of(row)
    gone = [fact for fact in erased.get((process.name, row.k), {}) if fact not in sealed]
    due = {fact: one[1] for fact, one in sealed.items() if one and fact not in NOT_FACTS}
    for fact, value in {**due, **_blank(row, gone)}.items():
        if fact not in current or _same(current[fact], value):
            continue
        said = (
            _("%(n)s（%(r)s）的“%(f)s”已依法删除，却又有内容（日志第 %(s)s 条）。")
            if fact in gone
            else _("%(n)s（%(r)s）的“%(f)s”被绕过系统改动：日志第 %(s)s 条记为 %(a)r，现为 %(b)r。")
        )
        words = {"n": row.number, "r": name, "f": fact, "s": seq, "a": value, "b": current[fact]}
        yield Finding("edited", said % words, name, fact, seq)
    yield from _key_findings(process, row, seq, erased.get((process.name, row.k), {}))


def edited(process: Process, row: Any, column: str, seq: int, value: Any) -> Finding:
    """A column that is no fact and should have this value."""
    said = _("%(n)s（%(r)s）的“%(f)s”被绕过系统改动：按日志应为 %(a)r，现为 %(b)r。")
    name = f"{process.name}/{row.k}"
    words = {"n": row.number, "r": name, "f": column, "a": value, "b": getattr(row, column)}
    return Finding("edited", said % words, name, column, seq)


def _key_findings(process: Process, row: Any, seq: int, erased: Mapping[str, int]) -> Iterator[Finding]:
    """The business key, which is made when a record is opened, stays when its facts are amended, and goes when they are erased."""
    if row.business_key == (business_key(process, row) if process.key else ""):
        return
    first = row.copy()
    first.business_key = ""
    if gone := set(process.key) & erased.keys():
        blank_row(first, gone)
    elif process.key and not _as_opened(process, first):
        return  # the entry is named
    else:
        keys = [business_key(process, one) for one in _unstated(process, first)] if process.key else [""]
        first.business_key = row.business_key if row.business_key in keys else keys[0]
    if row.business_key != first.business_key:
        yield edited(process, row, "business_key", seq, first.business_key)


def _as_opened(process: Process, row: Any) -> bool:
    """Give the row the facts of its key that the entry by which it was opened has; whether it could be read."""
    opened = Entry.objects.filter(type=process.name, k=row.k, ver=1).values("seq")
    try:
        facts = _facts_in(next(iter(contents_of(SealedFacts.objects.filter(seq__in=opened)).values()), "{}"))
        for f, value in [(process.model._meta.get_field(name), facts[name][1]) for name in process.key]:
            plain = (
                int(value.rpartition("/")[2]) if isinstance(f, ForeignKey) and value is not None else value
            )
            setattr(row, getattr(f, "attname", f.name), plain)
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
    return True


def _unstated(process: Process, row: Any) -> Iterator[Any]:
    """The row, and as it was when what need not be stated was not yet derived: the key is made before."""
    free = [process.model._meta.get_field(name) for name in process.key if name not in process.asks]
    for some in product((False, True), repeat=len(free)):
        one = row.copy()
        for f in compress(free, some):
            setattr(one, f.attname, f.get_default())
        yield one


def _blank(row: Any, gone: Collection[str]) -> dict[str, Any]:
    """What the columns of erased facts hold when they are blank."""
    if not gone:
        return {}
    blank = row.copy()
    blank_row(blank, gone)
    return {fact: value for fact, value in facts_of(blank).items() if fact in gone}


def _same(a: Any, b: Any) -> bool:
    return a is b or (type(a) is type(b) and bool(a == b))


@contextmanager
def looking(erased: Erased, entries: int) -> Iterator[Do]:
    """How so many entries are looked at: by several processes, or here when they are few.

    Within a transaction it is done here: nobody else would see what it sees.
    """
    if entries < MANY or hands() == 1 or connection.in_atomic_block:
        looker = Looker(erased)
        yield lambda method, parts: (getattr(looker, method)(*part) for part in parts)
        return
    with shared(f"{__name__}.Looker", erased) as do:
        yield do
