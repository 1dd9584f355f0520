"""From a typed row to the facts that the log seals, and back for display."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhicheng.core.fields import RowsField, ScaledField, moment_text
from zhicheng.core.process import Process, registry
from zhicheng.core.records import Record

NOT_FACTS = frozenset({"k", "version", "seq", "business_key"})
LONGEST_TEXT = 4096


class TextTooLong(ValueError):
    """A text over 4 KiB belongs in an attachment."""


@cache
def fact_fields(model: type[Record]) -> tuple[models.Field[Any, Any], ...]:
    """The model's fields that are facts, in the model's order."""
    return tuple(f for f in model._meta.concrete_fields if f.name not in NOT_FACTS)


def encode(f: models.Field[Any, Any], value: Any) -> Any:
    """One field's value as a fact (docs/evidence-format.md §1). ``value`` is the attribute named by ``attname``."""
    if value is None:
        return None
    if isinstance(f, models.ForeignKey):
        return f"{registry.of(f.related_model).name}/{value}"
    if isinstance(f, ScaledField):
        return f.get_prep_value(value)
    if isinstance(value, dt.datetime):
        return moment_text(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str):
        if len(value.encode()) > LONGEST_TEXT:
            raise TextTooLong(_("%(field)s超过 4 KiB：请改为附件。") % {"field": f.verbose_name})
        return unicodedata.normalize("NFC", str(value))
    return value


@cache
def _columns(
    model: type[Record],
) -> tuple[tuple[str, str, models.Field[Any, Any], Callable[[Any], Any] | None], ...]:
    """Name, attribute and field of every fact, and what encodes any value of the field that is not None."""

    def special(f: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
        if isinstance(f, models.ForeignKey):
            prefix = registry.of(f.related_model).name + "/"
            return lambda value: f"{prefix}{value}"
        return f.get_prep_value if isinstance(f, ScaledField) else None

    return tuple((f.name, f.attname, f, special(f)) for f in fact_fields(model))


def facts_of(record: Record) -> dict[str, Any]:
    """All facts of a row, each as ``encode`` has it. References stand as ``type/k``; decimals as scaled integers."""
    out: dict[str, Any] = {}
    for name, attname, f, special in _columns(type(record)):
        value = getattr(record, attname)
        kind = type(value)
        if value is None or kind is bool:
            pass
        elif special is not None:
            value = special(value)
        elif kind is not int and (kind is not str or len(value) > LONGEST_TEXT or not value.isascii()):
            value = encode(f, value)
        out[name] = value
    return out


def field_of(process: Process, name: str) -> models.Field[Any, Any] | None:
    """The model field behind a fact, or None for facts of the entry and facts that a former version had."""
    return next((f for f in fact_fields(process.model) if f.name == name), None)


def shown(process: Process, name: str, value: Any) -> Any:
    """A logged fact as a person reads it: labels for codes, numbers of records for references."""
    f = field_of(process, name)
    if value is None or value == "":
        return ""
    if name == "state":
        return process.states.get(value, value)
    if isinstance(f, models.ForeignKey):
        k = str(value).rpartition("/")[2]
        model: Any = f.related_model
        other = model.objects.filter(pk=k).first()
        return other.title if other else value
    if isinstance(f, ScaledField):
        return Decimal(value).scaleb(-f.places)
    if isinstance(f, RowsField):
        return [[c.shown(row.get(c.name)) for c in f.columns] for row in value]
    if f is not None and f.choices:
        return dict(f.flatchoices).get(value, value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return value
