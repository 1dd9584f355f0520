"""Records that belong to a record: those it names, and those that name it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from zhicheng.core.authority import Actor, may_read, visible
from zhicheng.core.facts import fact_fields
from zhicheng.core.process import Process, registry
from zhicheng.web.addresses import of_process, of_record

SHOWN = 4


@dataclass(frozen=True)
class Chip:
    """One related record: how it is related, its title, where it is."""

    how: str
    title: str
    href: str


def related(process: Process, record: Any, by: Actor) -> list[Chip]:
    """Chips of what the record names and of the newest that name it, as far as the person may see them."""
    return _named(record, by) + _naming(process, record, by)


def _named(record: Any, by: Actor) -> list[Chip]:
    chips = []
    for f in fact_fields(registry.of(record).model):
        other = getattr(record, f.name) if isinstance(f, models.ForeignKey) else None
        if other is not None and may_read(by, registry.of(other)):
            chips.append(Chip(str(f.verbose_name), other.title, of_record(other)))
    subject = getattr(record, "subject", "")
    source, _sep, k = str(subject).rpartition("/")
    other_process = registry.get(source)
    if other_process and k.isdigit() and may_read(by, other_process):
        other = visible(by, other_process).filter(k=int(k)).first()
        if other is not None:
            chips.append(Chip(str(other_process.title), other.title, of_record(other)))
    return chips


def _naming(process: Process, record: Any, by: Actor) -> list[Chip]:
    chips = []
    for other in registry.all():
        condition = _points_at(other, process, record)
        if condition is None or not may_read(by, other):
            continue
        rows = list(visible(by, other).filter(condition).order_by("-k")[: SHOWN + 1])
        chips += [Chip(str(other.title), r.number, of_record(r)) for r in rows[:SHOWN]]
        if len(rows) > SHOWN:
            names = [n for n in other.filters if _refers(other, n, process)]
            href = f"{of_process(other)}?{names[0]}={record.number}" if names else of_process(other)
            chips.append(Chip(str(other.title), _("更多"), href))
    return chips


def _refers(other: Process, name: str, process: Process) -> bool:
    f = other.model._meta.get_field(name)
    return isinstance(f, models.ForeignKey) and f.related_model is process.model


def _points_at(other: Process, process: Process, record: Any) -> models.Q | None:
    """What makes a record of the other process one that names this one; None if it has no such fact."""
    fields = fact_fields(other.model)
    names = [f.name for f in fields if _refers(other, f.name, process)]
    condition = models.Q()
    for name in names:
        condition |= models.Q(**{name: record})
    if "subject" in {f.name for f in fields} and {"subject_number"} & {f.name for f in fields}:
        names.append("subject")
        condition |= models.Q(subject=f"{process.name}/{record.k}")
    return condition if names else None
