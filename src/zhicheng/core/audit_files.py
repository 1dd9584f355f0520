"""The attached files of an audit: what the log's entries and the records name, against the table of attachments and the store."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from django.utils.translation import gettext as _

from zhicheng.core.audit_parts import CHUNK, FILES, Erased, Finding, Named
from zhicheng.core.erasure import file_facts
from zhicheng.core.files import Attachment, path_of
from zhicheng.core.gone import BLANKING
from zhicheng.ledger.models import Entry

Version: TypeAlias = tuple[str, int, int]
"""A record's type and number, and the version."""


class Files(NamedTuple):
    """The files that an entry names; None if it cannot be read."""

    seq: int
    files: tuple[Named, ...] | None


class Place(NamedTuple):
    """Where a file is named: record, fact, entry, and what people call it."""

    record: str
    fact: str
    seq: int
    name: str
    gone: bool = False
    """Whether the files were erased by law and only their hash was left."""


def file_findings(named: Mapping[Version, Files], erased: Erased, size: int) -> Iterator[Finding]:
    """What does not hold of the files that the first ``size`` entries name and of those that the records name now.

    ``erased``: where ``_files`` was erased, the files are gone lawfully.
    """
    yield from _attachments(named, erased, size)
    places: dict[str, list[Place]] = defaultdict(list)
    for (type_, k, _ver), (seq, files) in named.items():
        for file in files or ():
            places[file.sha256].append(Place(f"{type_}/{k}", FILES, seq, file.name))
    for place, sha256 in _columns(erased):
        places[sha256].append(place)
    for sha256, by in places.items():
        yield from _stored(sha256, by, size)


def _attachments(named: Mapping[Version, Files], erased: Erased, size: int) -> Iterator[Finding]:
    """The table of attachments, by which pages find the files, against the entries.

    An erasure that took some of a record's files names those that stay, once each, in place of the earlier versions.
    """
    listed: dict[Version, list[Named]] = {version: [] for version in named}
    again = {
        (type_, k): ver
        for (type_, k, ver), (seq, _files) in named.items()
        if erased.get((type_, k), {}).get(FILES) == seq
    }
    rows = Attachment.objects.order_by("pk").values_list("type", "k", "ver", *Named._fields)
    for type_, k, ver, *file in rows.iterator(CHUNK):
        stays, one = again.get((type_, k), 0), Named(*file)
        if ver >= stays:
            listed.setdefault((type_, k, ver), []).append(one)
        elif one not in listed[type_, k, stays]:
            listed[type_, k, stays].append(one)
    for version in sorted(listed):
        yield from _compared(version, listed[version], named.get(version), size)


def _compared(version: Version, listed: Sequence[Named], due: Files | None, size: int) -> Iterator[Finding]:
    if due and due.files is None:
        return  # the entry is named
    missing = Counter(due.files or () if due else ())
    missing.subtract(listed)
    if not any(missing.values()):
        return
    type_, k, ver = version
    at = Entry.objects.filter(type=type_, k=k, ver=ver).values_list("seq", flat=True)
    seq, record = due.seq if due else at.first(), f"{type_}/{k}"
    if due is None and seq is not None and seq >= size:
        return  # written while the audit read
    for one, times in missing.items():
        words = {"r": record, "n": one.name, "s": seq}
        if times < 0:
            said = _("%(r)s 的附件“%(n)s”没有日志记录：是绕过系统添加或替换的。")
            yield Finding("file_added", said % words, record, FILES, seq)
        elif times > 0 and not _gone_since(record, size):
            said = _("%(r)s 的附件“%(n)s”在日志第 %(s)s 条，却不在附件表里：被绕过系统移除或替换。")
            yield Finding("file_removed", said % words, record, FILES, seq)


def _gone_since(record: str, size: int) -> bool:
    """Whether the record's files were erased by law while the audit read."""
    type_, _sep, k = record.rpartition("/")
    later = Entry.objects.filter(type=type_, k=int(k), seq__gte=size)
    return later.filter(BLANKING).exists()


def _columns(erased: Erased) -> Iterator[tuple[Place, str]]:
    """Files that records name in a fact of their own. An earlier version's may have been swept away, unless it was attached."""
    for process, name in file_facts():
        called = process.model._meta.get_field(name).verbose_name
        rows = process.model.objects.exclude(**{name: ""}).order_by("k")
        for k, seq, number, sha256 in rows.values_list("k", "seq", "number", name).iterator(CHUNK):
            gone = FILES in erased.get((process.name, k), {})
            yield Place(f"{process.name}/{k}", name, seq, f"{number} {called}", gone), sha256


def _stored(sha256: str, places: list[Place], size: int) -> Iterator[Finding]:
    """The file in the store; it is read once, however often it is named."""
    found = _hash_of(sha256)
    for place in places if found != sha256 else ():
        if found is None:
            if place.gone or _gone_since(place.record, size):
                continue
            said = _("%(r)s 的附件“%(n)s”不见了（日志第 %(s)s 条）。")
        else:
            said = _("%(r)s 的附件“%(n)s”被改动（日志第 %(s)s 条）。")
        code = "file_missing" if found is None else "file_changed"
        words = {"r": place.record, "n": place.name, "s": place.seq}
        yield Finding(code, said % words, place.record, place.fact, place.seq)


def _hash_of(sha256: str) -> str | None:
    path = path_of(sha256)
    try:
        if not path.is_file():  # what is named may be anything that somebody wrote into the database
            return None
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
