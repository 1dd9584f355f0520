"""Clauses of a document bound to steps of the work: what a row may name, in words or by its code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhicheng.core.fields import Column
from zhicheng.core.language import in_each, listed
from zhicheng.core.process import Process, registry

OPEN = "open"


@dataclass(frozen=True)
class WorkColumn(Column):
    """A column that names a kind of record, or one of its steps as ``kind/step``; people read and type the words."""

    def shown(self, value: Any) -> Any:
        """In words."""
        name, _sep, step = str(value or "").partition("/")
        process = registry.get(name)
        if process is None:
            return value or ""
        return step_title(process, step) if step else str(process.title)


def bound(document: Any) -> None:
    """See that each clause names a kind of record and steps of it; words become codes. Errors: ValidationError with the row."""
    for i, row in enumerate(document.clauses, 1):
        process = process_of(row["process"])
        if process is None:
            said = _("第 %(i)s 行：没有名为“%(w)s”的记录种类。") % {"i": i, "w": row["process"]}
            raise ValidationError({"clauses": [said]})
        row["process"] = process.name
        for column in ("step", "after"):
            name = _step(process, row[column], i)
            row[column] = f"{process.name}/{name}" if name else None
        if row["hours"] is not None and row["hours"] <= 0:
            raise ValidationError({"clauses": [_("第 %s 行：时限须大于 0 小时。") % i]})


def process_of(text: str) -> Process | None:
    """The kind of record of this name or title."""
    return registry.get(text) or next((p for p in registry.all() if text in in_each(p.title)), None)


def act_of(row: dict[str, Any], column: str = "step") -> str:
    """The act that a clause names: opening the record where it names none."""
    return (row[column] or "").partition("/")[2] or OPEN


def _step(process: Process, text: str | None, row: int) -> str | None:
    """The act that a cell names, in words or as stored (None: opening the record). Errors: ValidationError."""
    text = (text or "").removeprefix(f"{process.name}/")
    if not text or text == OPEN or text in in_each(process.open_title or _("登记")):
        return None
    for step in process.transitions:
        if text == step.name or text in in_each(step.title):
            return step.name
    names = listed(str(t.title) for t in process.transitions)
    said = _("第 %(i)s 行：%(p)s没有“%(s)s”这一步；有：登记、%(all)s。")
    raise ValidationError({"clauses": [said % {"i": row, "p": process.title, "s": text, "all": names}]})


def step_title(process: Process, name: str | None) -> str:
    """A step in words."""
    if not name or name == OPEN:
        return str(process.open_title or _("登记"))
    step = process.acts.get(name)
    return str(step.title) if step else name


def unruled(document: Any, successor: Any) -> list[Process]:
    """The kinds of record that the document rules and that the successor (None: nobody) does not."""
    kept = successor.rules if successor is not None else frozenset[str]()
    return list(_processes(document.rules - kept))


def _processes(names: Any) -> Iterator[Process]:
    for name in sorted(names):
        if (process := registry.get(name)) is not None:
            yield process
