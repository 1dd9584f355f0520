"""What was erased, in a file outside the database, so that it is erased again from whatever database is put back.

A line says which facts of which record, up to which moment, on what ground; never what they said. The log of the database says the same
of every erasure that it has, so a list that was lost is made anew from it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhicheng.ledger import durable
from zhicheng.ledger.models import Entry, SealedFacts

ERASE, DISPOSE = "erase", "dispose"
BLANKING = Q(header__contains=f'"act":"{ERASE}"') | Q(header__contains=f'"act":"{DISPOSE}"')
"""The entries by which facts were blanked."""
CHUNK = 500
FILE = "erasures.jsonl"


@dataclass(frozen=True)
class Gone:
    """Facts of a record that were blanked in every version before ``ver``, written up to ``at`` (UTC, as in the log).

    A line of a former release has neither. Both are asked for: after an older database was put back, later entries have their versions
    and nothing of what was erased.
    """

    type: str
    k: int
    names: tuple[str, ...]
    ground: str
    act: str = ERASE
    at: str = ""
    ver: int = 0
    files: tuple[str, ...] = ()
    """SHA-256 of the files that went, where ``_files`` is named and others of the record stayed."""


@dataclass(frozen=True)
class Kept:
    """One version of a record as the log holds it."""

    ver: int
    content: str

    @cached_property
    def facts(self) -> dict[str, Any]:
        """Values by name (None: blanked)."""
        return _values(self.content)

    def may_say(self, name: str) -> bool:
        """Whether the fact is neither left out nor blanked, judged by the text alone: most of what was erased is never read."""
        return f'"{name}"' in self.content and f'"{name}":null' not in self.content


class ListUnreadable(Exception):
    """The list of erasures was damaged; the message says where."""


def path() -> Path:
    """Where the list lies."""
    return Path(settings.HOME) / FILE


def read(file: Path | None = None) -> list[Gone]:
    """The lines of a list (that of this installation). A last line that was not finished is none: its erasure is in the log.
    Errors: ListUnreadable."""
    file = file or path()
    if not file.exists():
        return []
    *whole, begun = file.read_text("utf-8", errors="replace").split("\n")
    out = []
    for i, line in enumerate([*whole, begun], 1):
        try:
            out += [_of(json.loads(line))] if line.strip() else []
        except (ValueError, TypeError, KeyError):
            if i > len(whole):
                break
            said = _("依法删除的清单 %(f)s 第 %(n)s 行无法读取：请从另一份拷贝补回。") % {"f": file, "n": i}
            raise ListUnreadable(said) from None
    return out


def _of(line: dict[str, Any]) -> Gone:
    from zhicheng.core.erasure import erasable
    from zhicheng.core.process import registry

    process = registry.get(line["type"])
    # former releases did not say which act it was
    more = process is not None and set(line["names"]) - erasable(process)
    act = line.get("act") or (DISPOSE if more else ERASE)
    names, files = tuple(sorted(line["names"])), tuple(sorted(line.get("files", ())))
    at, ver = line.get("at", ""), int(line.get("ver", 0))
    return Gone(line["type"], int(line["k"]), names, line["ground"], act, at, ver, files)


def note(*more: Gone) -> None:
    """Add lines, on the disk when this returns."""
    if not _finished():
        unite(more)
        return
    with path().open("a", encoding="utf-8") as file:
        _write(file, more)


def _finished() -> bool:
    """Whether the last line was written to its end, or there is none."""
    if not path().exists() or not path().stat().st_size:
        return True
    with path().open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read() == b"\n"


def _write(file: TextIO, lines: Iterable[Gone]) -> None:
    for one in lines:
        said = {name: value for name, value in asdict(one).items() if value}
        file.write(json.dumps(said, ensure_ascii=False) + "\n")
    durable.written(file)


def unite(more: Iterable[Gone]) -> None:
    """Add those lines that the list does not have; it is replaced as a whole, on the disk when this returns. Errors: ListUnreadable."""
    held = read()
    lines = dict.fromkeys([*held, *more])
    if len(lines) == len(held) and _finished():
        return
    partial = path().with_name(FILE + ".part")
    with partial.open("w", encoding="utf-8") as file:
        _write(file, lines)
    partial.replace(path())


def logged() -> list[Gone]:
    """Every erasure and disposal of this database's log, in its order."""
    entries = Entry.objects.filter(BLANKING).exclude(type__startswith="ledger.").order_by("seq")
    rows = list(entries.values_list("seq", "type", "k", "ver", "header"))
    out = []
    for part in _parts(rows):
        contents = _contents([seq for seq, *_rest in part])
        for seq, type_, k, ver, header in part:
            facts = _values(contents.get(seq, "{}"))
            names = _parted(facts.get("_erased"))
            if names:  # a text that merely looks like one
                act, ground = json.loads(header)["act"], facts.get("_ground") or ""
                files = _parted(facts.get("_erased_files"))
                out.append(Gone(type_, k, names, ground, act, facts["_at"], ver, files))
    return out


def _parted(text: Any) -> tuple[str, ...]:
    return tuple(sorted(one for one in str(text or "").split(",") if one))


def _parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[i : i + CHUNK] for i in range(0, len(rows), CHUNK))


def _contents(seqs: Sequence[int]) -> dict[int, str]:
    return dict(SealedFacts.objects.filter(seq__in=seqs).values_list("seq", "content"))


def _values(content: str) -> dict[str, Any]:
    return {name: one and one[1] for name, one in json.loads(content).items()}


def histories(type_: str, ks: Sequence[int]) -> Iterator[tuple[int, list[Kept]]]:
    """Every version of each of the records, oldest first."""
    for part in _parts(sorted(set(ks))):
        entries = Entry.objects.filter(type=type_, k__in=part).order_by("k", "ver")
        rows = list(entries.values_list("k", "ver", "seq"))
        contents: dict[int, str] = {}
        for some in _parts(rows):
            contents |= _contents([seq for _k, _ver, seq in some])
        for k, own in groupby(rows, key=lambda row: row[0]):
            yield k, [Kept(ver, contents.get(seq, "{}")) for _k, ver, seq in own]


def lines(done: list[Gone]) -> list[Gone]:
    """The list outside and what the log has of erasures (``logged``): of former releases' lines only those that it has not.
    Errors: ListUnreadable."""
    covered = {(one.type, one.k, one.ground, name) for one in done for name in one.names}
    outside = (
        one
        for one in read()
        if one.at or any((one.type, one.k, one.ground, name) not in covered for name in one.names)
    )
    return list(dict.fromkeys([*outside, *done]))


def outstanding(among: Iterable[Gone] | None = None) -> list[Gone]:
    """Erasures (of all ``lines``) whose facts this database has all the same, as after a backup was put back.
    Errors: ListUnreadable."""
    by_type: dict[str, dict[int, list[Gone]]] = {}
    for one in lines(logged()) if among is None else among:
        by_type.setdefault(one.type, {}).setdefault(one.k, []).append(one)
    return [
        one
        for type_, records in by_type.items()
        for k, versions in histories(type_, list(records))
        for one in records[k]
        if _there(one, versions)
    ]


def _there(gone: Gone, versions: list[Kept]) -> bool:
    """Whether a version up to the moment of the erasure still says what was erased."""
    before = (
        one
        for one in versions
        if (not gone.ver or one.ver < gone.ver) and any(map(one.may_say, gone.names))
        if not gone.at or str(one.facts.get("_at")) <= gone.at
    )
    if not gone.files:
        return any(one.facts.get(name) for one in before for name in gone.names)
    files = set(gone.files)
    named = {row["sha256"] for one in before for row in one.facts.get("_files") or ()}
    return bool(files & named)
