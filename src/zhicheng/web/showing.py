"""How values stand on a page: text, alignment, links, the tone of a state."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from zhicheng.core.fields import RowsField, ScaledField
from zhicheng.core.language import sentence
from zhicheng.core.process import Process, registry
from zhicheng.core.records import Record
from zhicheng.web.addresses import of_record

TROUBLE = frozenset({"rejected", "suspended"})
STOPPED = frozenset({"void", "ended", "refused", "withdrawn", "scrapped", "returned", "superseded"})
NUMERIC = (models.IntegerField, models.DecimalField, models.FloatField)


@dataclass(frozen=True)
class Cell:
    """One value for a page: its text, how it stands, and where it leads."""

    text: str
    kind: str = "text"
    href: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Head:
    """The head of a column: name of the fact, title, unit (said once, here), kind for alignment."""

    name: str
    title: str
    unit: str
    kind: str


def tone(record: Any) -> str:
    """The tone of a record's state: start, going, done, stopped or trouble."""
    process = registry.of(record)
    if record.state in TROUBLE:
        return "trouble"
    if record.state in STOPPED:
        return "stopped"
    if record.state in process.final or (record.state == process.start and not _leads_on(process)):
        return "done"
    return "start" if record.state == process.start else "going"


def _leads_on(process: Process) -> bool:
    """Whether a record in its first state still waits for something (a thing in force until it ends does not)."""
    return any(process.start in t.sources and not t.reason for t in process.transitions)


def kind_of(f: models.Field[Any, Any]) -> str:
    """How the values of a field stand: number, date, state, reference, rows, flag, number of a record, or text."""
    if f.name in ("state", "number"):
        return f.name
    if isinstance(f, models.ForeignKey):
        return "reference"
    if isinstance(f, RowsField):
        return "rows"
    if isinstance(f, NUMERIC) and not f.choices and f.name not in ("year", "line"):
        return "numeric"
    if isinstance(f, models.DateField):
        return "date"
    return "flag" if isinstance(f, models.BooleanField) else "text"


def head(process: Process, name: str) -> Head:
    """The head of the column for a fact."""
    f: Any = process.model._meta.get_field(name)
    return Head(name, str(f.verbose_name), str(getattr(f, "unit", "") or ""), kind_of(f))


def written(f: models.Field[Any, Any], value: Any) -> str:
    """A Python value as people write it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(f, ScaledField) or isinstance(value, Decimal):
        return f"{Decimal(value).normalize():f}" if value else "0"
    if f.choices:
        return str(dict(f.flatchoices).get(value, value))
    if isinstance(value, dt.datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if f.editable else sentence(value)  # nobody typed it here: ours, or a copy


def cell(record: Record | Any, name: str) -> Cell:
    """The value of a fact of a record, for a list or a record's page."""
    f: Any = record._meta.get_field(name)
    kind, value = kind_of(f), getattr(record, name)
    if kind == "state":
        return Cell(record.state_label, kind, tone=tone(record))
    if kind == "number":
        return Cell(record.number, kind, of_record(record))
    if kind == "reference":
        return Cell(value.title, kind, of_record(value)) if value is not None else Cell("", kind)
    if kind == "rows":
        return Cell(_("%s 行") % len(value) if value else "", kind)
    if kind == "flag":
        return Cell(_("是") if value else "", kind)
    return Cell(written(f, value), kind)
