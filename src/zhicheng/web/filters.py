"""Filters of a list, from the process's definition: read from the address, shown as words, applied to a queryset."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from zhicheng.core.authority import Actor, visible
from zhicheng.core.finding import matching
from zhicheng.core.language import marked
from zhicheng.core.process import Process, registry
from zhicheng.web.addresses import of_process
from zhicheng.web.finding import typed, whole_number

FROM, TO = "_from", "_to"
YES, NO = "true", "false"


@dataclass(frozen=True)
class Word:
    """One filter in force as a person says it, and the address of the list without it."""

    text: str
    without: str


@dataclass
class Filter:
    """One filter: what may be chosen and what is chosen now."""

    name: str
    title: str
    kind: str
    value: str = ""
    low: str = ""
    high: str = ""
    options: list[tuple[str, str]] = field(default_factory=list)
    lookup: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The names that this filter has in the address."""
        return (self.name + FROM, self.name + TO) if self.kind == "date" else (self.name,)

    @property
    def said(self) -> str:
        """The filter in words; empty when nothing is chosen."""
        if self.kind == "date":
            if self.low and self.high:
                return _("%(t)s %(a)s 至 %(b)s") % {"t": self.title, "a": self.low, "b": self.high}
            if self.low:
                return _("%(t)s自 %(a)s") % {"t": self.title, "a": self.low}
            return _("%(t)s至 %(b)s") % {"t": self.title, "b": self.high} if self.high else ""
        word = dict(self.options).get(self.value, self.value)
        return marked(self.title, word) if self.value else ""


def filters_of(process: Process, given: QueryDict) -> list[Filter]:
    """The process's filters with what the address holds; a value that is none of the choices is left out."""
    found = []
    for name in process.filters:
        f: Any = process.model._meta.get_field(name)
        title = str(f.verbose_name)
        if name == "state":
            options = [(k, str(v)) for k, v in process.states.items()]
            found.append(Filter(name, title, "choice", given.get(name, ""), options=options))
        elif f.choices:
            options = [(str(k), str(v)) for k, v in f.flatchoices]
            found.append(Filter(name, title, "choice", given.get(name, ""), options=options))
        elif isinstance(f, models.BooleanField):
            found.append(
                Filter(name, title, "choice", given.get(name, ""), options=[(YES, _("是")), (NO, _("否"))])
            )
        elif isinstance(f, models.ForeignKey):
            lookup = of_process(registry.of(f.related_model), "choose")
            found.append(Filter(name, title, "reference", typed(given, name), lookup=lookup))
        elif isinstance(f, models.DateField):
            low, high = (_date(given.get(name + end, "")) for end in (FROM, TO))
            found.append(Filter(name, title, "date", low=low, high=high))
        else:
            found.append(Filter(name, title, "text", typed(given, name)))
    for one in found:
        if one.kind == "choice" and one.value not in dict(one.options):
            one.value = ""
    return found


def _date(text: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def apply(
    rows: QuerySet[Any], process: Process, filters: list[Filter], words: str, by: Actor
) -> QuerySet[Any]:
    """The rows that pass every filter and hold the searched words."""
    for one in filters:
        f: Any = process.model._meta.get_field(one.name)
        if one.kind == "date":
            limits = {f"{one.name}__gte": one.low, f"{one.name}__lte": one.high}
            rows = rows.filter(**{k: v for k, v in limits.items() if v})
        elif not one.value:
            continue
        elif one.kind == "reference":
            number = one.value.split()[0]
            other = visible(by, registry.of(f.related_model)).filter(number=number).first()
            one.value = f"{number} {other.title}" if other and other.title != number else one.value
            rows = rows.filter(**{one.name: other}) if other else rows.none()
        elif isinstance(f, models.BooleanField):
            rows = rows.filter(**{one.name: one.value == YES})
        elif one.kind == "text" and isinstance(f, models.IntegerField):
            whole = whole_number(one.value)
            rows = rows.none() if whole is None else rows.filter(**{one.name: whole})
        else:
            rows = rows.filter(**{one.name: one.value})
    return matching(rows, process, words) if words else rows


def words_of(filters: list[Filter], given: QueryDict, words: str) -> list[Word]:
    """What is in force, each with the address that drops it."""
    found = [Word(one.said, _without(given, *one.keys)) for one in filters if one.said]
    if words:
        found.append(Word(_("含“%s”") % words, _without(given, "q")))
    return found


def _without(given: QueryDict, *names: str) -> str:
    rest = given.copy()
    for name in (*names, "before", "after"):
        rest.pop(name, None)
    return "?" + rest.urlencode()
