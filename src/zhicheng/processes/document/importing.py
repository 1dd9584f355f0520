"""A firm's existing documents at once: a list in Excel or CSV, and the folder in which their files lie.

The list has a row for each edition. Everything is read and judged first; one fault, and nothing is written. Taken in again, it adds
only what is new.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from zhicheng.core import bulk
from zhicheng.core.authority import SYSTEM
from zhicheng.core.files import store
from zhicheng.core.language import in_each, listed
from zhicheng.core.process import registry
from zhicheng.core.records import Provenance
from zhicheng.core.tables import load, open_workbook
from zhicheng.editions import Edition as Name
from zhicheng.editions import UnknownEdition
from zhicheng.processes.document.choices import Level
from zhicheng.processes.document.deciding import scheme
from zhicheng.processes.document.force import begin
from zhicheng.processes.document.index import index
from zhicheng.processes.document.models import Document, Edition
from zhicheng.processes.document.text import ENDINGS, keep_plain

HEADS: dict[str, tuple[str, ...]] = {
    "code": ("文件编号", "编号", "doc_no", "number"),
    "name": ("文件名称", "名称", "title", "name"),
    "level": ("文件层级", "层级", "level"),
    "category": ("类别", "category"),
    "place": ("目录序号", "序号", "seq"),
    "edition": ("版次", "版本", "版本号", "version", "edition"),
    "effective_on": ("生效日期", "实施日期", "effective_on"),
    "ended_on": ("失效日期", "ended_on"),
    "reviewed_on": ("最近审视日期", "审视日期", "reviewed_on"),
    "summary": ("修订说明", "summary"),
    "file": ("正文文件", "文件", "file"),
}
"""What a column may be called."""
NONE = frozenset({"", "/", "-", "—", "无", "n/a", "na"})
"""What stands in a cell for nothing."""


@dataclass
class Row:
    """A line of the list: its number in the file and what it says; ``path`` is the text's file."""

    number: int
    facts: dict[str, Any]
    name: Name | None = None
    path: Path | None = None


@dataclass
class Taken:
    """What a list comes to: documents and editions written, those that were there, and faults by row (then nothing is written)."""

    documents: int = 0
    editions: int = 0
    unchanged: int = 0
    without_text: list[str] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)


def take_in(
    folder: Path,
    listing: Path,
    *,
    effective_on: dt.date | None = None,
    progress: Callable[[int], None] = lambda n: None,
    provenance: str = Provenance.IMPORTED,
    source: str = "",
) -> Taken:
    """Take in a folder by its list; ``effective_on`` is the day of editions for which the list names none, ``provenance`` and
    ``source`` say where they come from. Errors: ``core.containers.FileRefused`` for a list that cannot be read."""
    taken = Taken()
    rows = list(_read(listing, taken))
    files = {path.name: path for path in sorted(folder.rglob("*")) if path.suffix.lower() in ENDINGS}
    known = scheme()
    for row in rows:
        _judge(row, known, files, taken)
        row.facts["effective_on"] = row.facts["effective_on"] or effective_on
    _twice(rows, taken)
    if not taken.faults:
        with transaction.atomic():
            _write(rows, _Origin(listing, provenance, source), taken, progress)
            if taken.faults:
                transaction.set_rollback(True)
    return taken


class _Origin:
    """Where the rows come from, as each of the two imports states it."""

    def __init__(self, listing: Path, provenance: str, source: str) -> None:
        self.name, self.provenance, self.source = listing.name, provenance, source
        self.sha256 = hashlib.sha256(listing.read_bytes()).hexdigest()

    def check(self, process: str, given: Iterable[tuple[int, Mapping[str, Any]]]) -> bulk.Checked:
        return bulk.check(registry[process], given, by=SYSTEM, provenance=self.provenance)

    def write(self, checked: bulk.Checked) -> None:
        bulk.write(checked, by=SYSTEM, file_name=self.name, file_sha256=self.sha256, source=self.source)


def _read(listing: Path, taken: Taken) -> Iterable[Row]:
    book = open_workbook(load(listing, listing.name), listing.name)
    heads: dict[int, str] = {}
    for number, cells in book.table(book.names[0]):
        texts = [str(cell).strip() if cell is not None else "" for cell in cells]
        if not heads:
            heads = {at: name for at, text in enumerate(texts) if (name := _head(text))}
            if {"name"} - set(heads.values()):
                taken.faults.append(
                    (number, _("第一行须有“文件名称”列；可有：%s。") % listed(v[0] for v in HEADS.values()))
                )
                return
        elif any(texts):
            yield Row(number, {name: _cell(cells, at) for at, name in heads.items()})


def _head(text: str) -> str:
    return next((name for name, words in HEADS.items() if text.casefold() in words), "")


def _cell(cells: Any, at: int) -> Any:
    value = cells[at] if at < len(cells) else ""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if value is None or str(value).strip().casefold() in NONE:
        return ""
    return value if isinstance(value, dt.date | int) else str(value).strip()


def _judge(row: Row, known: Any, files: Mapping[str, Path], taken: Taken) -> None:
    facts = row.facts
    if not facts.get("name"):
        taken.faults.append((row.number, _("文件名称不能为空。")))
    facts["level"] = _level(str(facts.get("level") or ""))
    if not facts["level"]:
        words = listed(str(label) for label in Level.labels)
        taken.faults.append((row.number, _("文件层级不认识：用 %s。") % words))
    for name in ("effective_on", "ended_on", "reviewed_on"):
        if (day := _day(facts.get(name))) is None:
            taken.faults.append((row.number, _("日期写作 2025-01-31，不是“%s”。") % facts[name]))
        facts[name] = day or None
    if label := str(facts.get("edition") or ""):
        try:
            row.name = known.read(label)
        except UnknownEdition:
            said = {"e": label, "a": known.write(Name(1))}
            taken.faults.append((row.number, _("“%(e)s”不是版次：写作 %(a)s 或 V1.0。") % said))
    _file(row, files, taken)


def _level(text: str) -> str:
    """The level that a word names; a list without levels is of procedures."""
    if not text:
        return Level.PROCEDURE.value
    return next((value for value, label in Level.choices if text in (value, *in_each(label))), "")


def _day(value: Any) -> dt.date | str | None:
    """A date, an empty text for none, None for what is no date."""
    if not value or isinstance(value, dt.date):
        return value or ""
    try:
        return dt.date.fromisoformat(str(value).replace("/", "-").replace(".", "-"))
    except ValueError:
        return None


def _file(row: Row, files: Mapping[str, Path], taken: Taken) -> None:
    named = str(row.facts.get("file") or "")
    if named:
        row.path = files.get(Path(named).name)
        if row.path is None:
            taken.faults.append((row.number, _("文件夹里没有“%s”（.md、.docx 或 .pdf）。") % named))
        return
    code, name = str(row.facts.get("code") or ""), str(row.facts.get("name") or "")
    found = [path for called, path in files.items() if code and code in called]
    found = found or [path for called, path in files.items() if name and name in called]
    if len(found) > 1 and row.facts.get("edition"):
        label = str(row.facts["edition"]).replace("/", "")
        found = [
            path for path in found if label in path.stem.replace("/", "").replace("-", "")[len(code) :]
        ] or found
    if len(found) > 1:
        said = {"n": len(found), "f": listed(path.name for path in found[:3])}
        taken.faults.append(
            (row.number, _("文件夹里有 %(n)s 个文件像是它（%(f)s…）：请在“正文文件”列写明。") % said)
        )
    row.path = found[0] if len(found) == 1 else None


def _twice(rows: list[Row], taken: Taken) -> None:
    """The same edition twice; one number for two names."""
    names, editions = dict[str, str](), dict[tuple[str, Any], int]()
    for row in rows:
        code, name = str(row.facts.get("code") or ""), str(row.facts.get("name") or "")
        if code and names.setdefault(code, name) != name:
            said = {"c": code, "a": names[code], "b": name}
            taken.faults.append((row.number, _("文件编号“%(c)s”有两个名称：“%(a)s”和“%(b)s”。") % said))
        first = editions.setdefault((code or name, row.name), row.number)
        if first != row.number:
            taken.faults.append((row.number, _("与第 %s 行是同一份文件的同一版。") % first))


def _write(rows: list[Row], origin: _Origin, taken: Taken, progress: Callable[[int], None]) -> None:
    first = {(_key(row)): row for row in reversed(rows)}
    stated = ("code", "name", "level", "category", "place", "reviewed_on")
    given = [
        (row.number, {n: row.facts.get(n) or None for n in stated if row.facts.get(n)} | since)
        for row, since in zip(reversed(first.values()), _since(rows, reversed(first)), strict=True)
    ]
    documents = origin.check("document.document", given)
    taken.faults += [(e.row, e.sentence) for e in documents.errors]
    if taken.faults:
        return
    taken.documents, taken.unchanged = len(documents.ready), documents.unchanged
    if documents.ready:
        origin.write(documents)
    by_key = {
        (d.code, d.name): d for d in Document.objects.filter(name__in={row.facts["name"] for row in rows})
    }
    _write_editions(rows, by_key, origin, taken, progress)


def _since(rows: list[Row], keys: Iterable[tuple[str, str]]) -> Iterable[dict[str, Any]]:
    """Since when each document is there: the day of its first edition, unless it was taken in before."""
    known = set(Document.objects.values_list("code", "name"))
    begun: dict[tuple[str, str], list[dt.date]] = {}
    for row in rows:
        if row.facts["effective_on"]:
            begun.setdefault(_key(row), []).append(row.facts["effective_on"])
    for key in keys:
        days = begun.get(key, [])
        yield {"occurred_on": min(days)} if days and key not in known else {}


def _key(row: Row) -> tuple[str, str]:
    return str(row.facts.get("code") or ""), str(row.facts["name"])


def _write_editions(
    rows: list[Row],
    by_key: Mapping[Any, Any],
    origin: _Origin,
    taken: Taken,
    progress: Callable[[int], None],
) -> None:
    there = set(Edition.objects.exclude(state="void").values_list("document_id", "major", "minor"))
    newest = {_key(row): row for row in sorted(rows, key=_order) if row.name and not row.facts["ended_on"]}
    given = []
    for n, row in enumerate(rows):
        document = by_key[_key(row)]
        if row.name is None or (document.k, row.name.major, row.name.minor) in there:
            taken.unchanged += row.name is not None
            continue
        state = "issued" if newest.get(_key(row)) is row else "superseded"
        try:
            given.append((row.number, {**_text(row, taken), **_stated(row, document, state)}))
        except ValidationError as error:
            taken.faults.append((row.number, " ".join(error.messages)))
        progress(n + 1)
    editions = origin.check("document.edition", given)
    taken.faults += [(e.row, e.sentence) for e in editions.errors]
    if taken.faults or not editions.ready:
        return
    origin.write(editions)
    taken.editions = len(editions.ready)
    for edition in sorted(editions.ready, key=lambda e: (e.document_id, e.order)):
        if edition.state == "superseded":
            index(edition)
        else:
            begin(edition)


def _order(row: Row) -> tuple[int, int]:
    return (row.name.major, row.name.minor) if row.name else (0, 0)


def _stated(row: Row, document: Any, state: str) -> dict[str, Any]:
    return {
        "document": document,
        "edition": row.facts["edition"],
        "summary": row.facts.get("summary") or _("原有文件录入"),
        "effective_on": row.facts["effective_on"],
        "ended_on": row.facts["ended_on"],
        "state": state,
    }


def _text(row: Row, taken: Taken) -> dict[str, Any]:
    if row.path is None:
        taken.without_text.append(row.facts["name"])
        return {}
    data = row.path.read_bytes()
    kept = store(io.BytesIO(data), row.path.name)
    return {
        "source": kept.sha256,
        "source_name": kept.name,
        "plain": keep_plain(data, row.path.name, apart=False),
    }
