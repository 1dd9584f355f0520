"""The columns of a process's file: what they are called, what they hold, which must be filled in.

A file is written in the language of who asks for it and read in any: each column knows what it is called in the others.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhicheng.core.facts import fact_fields
from zhicheng.core.fields import Column, RowsField, ScaledField
from zhicheng.core.language import CHINESE, ENGLISH, in_each
from zhicheng.core.process import Process

REASON = _("错误原因")
SERIAL = _("序号")
LONGEST_SHEET_NAME = 31
CHILD_KINDS = {"scaled": "decimal", "moment": "time"}


@dataclass(frozen=True)
class FileColumn:
    """One column: ``name`` of the fact, ``title`` in the head, ``kind`` of its cells.

    Kinds: text, integer, decimal (with ``places``), boolean, date, choice, reference, rows (with ``rows``: child columns).
    """

    name: str
    title: str
    kind: str
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    places: int = 0
    refers_to: str = ""
    rows: tuple[FileColumn, ...] = ()
    also: tuple[FileColumn, ...] = ()
    """The same column in the other language."""

    @property
    def titles(self) -> tuple[str, ...]:
        """What the head may be called, the reader's language first."""
        return (self.title, *(c.title for c in self.also))

    @property
    def labels(self) -> tuple[tuple[str, str], ...]:
        """Codes and words of the choices, the reader's language first."""
        return (*self.choices, *(choice for c in self.also for choice in c.choices))


def sheet_name(title: Any) -> str:
    """The name of the worksheet of this title: an office program allows so many characters."""
    return str(title)[:LONGEST_SHEET_NAME]


def fold(text: Any) -> str:
    """A head or label as it is compared: NFKC, without white space and marks of duty, lower case."""
    plain = unicodedata.normalize("NFKC", str(text)).replace("(必填)", "").replace("*", "")
    return "".join(plain.split()).casefold()


def import_columns(process: Process) -> tuple[FileColumn, ...]:
    """The columns that a file of this process may have, in the order of the process."""
    return columns(process, process.import_columns)


def columns(process: Process, names: Iterable[str]) -> tuple[FileColumn, ...]:
    """Columns for the named facts, titled for the reader. Errors: KeyError for a name that is no fact."""
    fields = {f.name: f for f in fact_fields(process.model)}
    return tuple(_in_each(partial(_column, process, fields[name])) for name in names)


def _in_each(make: Callable[[], FileColumn]) -> FileColumn:
    """A column in the reader's language that knows the same one in the other."""
    mine, others = translation.get_language(), []
    for code in (CHINESE, ENGLISH):
        if code != mine:
            with translation.override(code):
                others.append(make())
    return replace(make(), also=tuple(others))


def key_columns(process: Process) -> tuple[FileColumn, ...]:
    """The columns by which child rows name their record; a process without business key has a serial number."""
    if process.key:
        return columns(process, process.key)
    return (_in_each(lambda: FileColumn("", str(SERIAL), "text", required=True)),)


def other_titles(process: Process) -> frozenset[str]:
    """Folded heads that an exported file may have and an import does not read: derived facts, reasons of an error sheet."""
    fields = fact_fields(process.model)
    titles = [f.verbose_name for f in fields] + [REASON, SERIAL]
    return frozenset(fold(t) for t in (*(f.name for f in fields), *(t for o in titles for t in in_each(o))))


def _column(process: Process, f: models.Field[Any, Any]) -> FileColumn:
    default = f.has_default() and f.get_default() not in (None, "")
    required = not f.blank and not f.null and not default and f.name in (*process.asks, process.working_date)
    choices: tuple[tuple[str, str], ...] = ()
    refers_to = ""
    if f.name == "state":
        choices = tuple((s, str(label)) for s, label in process.states.items() if s in process.importable)
    elif f.choices:
        choices = tuple((str(v), str(label)) for v, label in f.flatchoices)
    if isinstance(f, models.ForeignKey):
        refers_to = str(f.related_model._meta.verbose_name)
    return FileColumn(
        name=f.name,
        title=str(f.verbose_name),
        kind=_kind(f, bool(choices)),
        required=required,
        choices=choices,
        places=getattr(f, "places", 0),
        refers_to=refers_to,
        rows=tuple(_in_each(partial(_child, c)) for c in f.columns) if isinstance(f, RowsField) else (),
    )


def _kind(f: models.Field[Any, Any], has_choices: bool) -> str:
    if isinstance(f, models.ForeignKey):
        return "reference"
    if isinstance(f, RowsField):
        return "rows"
    if isinstance(f, ScaledField):
        return "decimal"
    if has_choices:
        return "choice"
    kinds = {
        models.DateTimeField: "time",
        models.DateField: "date",
        models.BooleanField: "boolean",
        models.IntegerField: "integer",
    }
    return next((kind for cls, kind in kinds.items() if isinstance(f, cls)), "text")


def _child(c: Column) -> FileColumn:
    return FileColumn(
        name=c.name,
        title=str(c.title),
        kind=CHILD_KINDS.get(c.kind, c.kind),
        required=c.required,
        choices=tuple((str(v), str(label)) for v, label in c.choices),
        places=c.places,
    )
