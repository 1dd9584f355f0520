"""From a typed row to the facts that the log seals, and back for display."""

from __future__ import annotations

import datetime as dt
import unicodedata
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhicheng.core.fields import RowsField, ScaledField
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
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str):
        if len(value.encode()) > LONGEST_TEXT:
            raise TextTooLong(_("%(field)s超过 4 KiB：请改为附件。") % {"field": f.verbose_name})
        return unicodedata.normalize("NFC", str(value))
    return value


def facts_of(record: Record) -> dict[str, Any]:
    """All facts of a row. References stand as ``type/k``; decimals as scaled integers."""
    return {f.name: encode(f, getattr(record, f.attname)) for f in fact_fields(type(record))}


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
