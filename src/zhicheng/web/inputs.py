"""Inputs made from model fields: what a form shows for a fact, and what it reads back. The writers judge; nothing is judged twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from zhicheng.core.authority import Actor, visible
from zhicheng.core.fields import (
    MAX_ROWS,
    Column,
    FileHashField,
    MomentField,
    PastedField,
    RowsField,
    ScaledField,
)
from zhicheng.core.finding import matching
from zhicheng.core.parameters import Parameter, specs
from zhicheng.core.process import registry
from zhicheng.web.addresses import of_process
from zhicheng.web.finding import typed
from zhicheng.web.showing import written

SCANNED = frozenset({"document", "serial", "subject_number"})
"""Facts whose value stands as a code on paper or on the thing: a camera can read it."""
FEW = 6
LISTED = 30
WIDE = 120


@dataclass
class Input:
    """One fact on a form. ``value`` is what stands in it now: a text, or for child rows a list of texts by column."""

    name: str
    title: str
    kind: str
    value: Any = ""
    was: str = ""
    required: bool = False
    unit: str = ""
    step: str = ""
    help: str = ""
    wide: bool = False
    length: int | None = None
    options: list[tuple[str, str]] = field(default_factory=list)
    lookup: str = ""
    columns: tuple[Column, ...] = ()
    limits: str = ""
    fill: tuple[str, str, str] | None = None
    errors: list[str] = field(default_factory=list)
    present: str | None = None
    late_after: int | None = None
    clearable: bool = False
    suggested: list[dict[str, str]] = field(default_factory=list)
    when: str = ""
    values: str = ""

    @property
    def touched(self) -> bool:
        """Whether it holds something else than at first."""
        return frozen(self.value) != self.was

    @property
    def rows(self) -> list[list[tuple[Column, str]]]:
        """Child rows as cells in the order of the columns."""
        return [[(c, row.get(c.name, "")) for c in self.columns] for row in self.value or []]

    @property
    def blank_row(self) -> list[tuple[Column, str]]:
        """An empty row, from which the page makes new ones."""
        return [(c, "") for c in self.columns]


def input_of(f: Any, by: Actor, record: Any = None, *, required: bool = False) -> Input:
    """The input for a field, filled from the record."""
    made = Input(f.name, str(f.verbose_name), _kind(f), required=required, help=str(f.help_text or ""))
    made.unit = str(getattr(f, "unit", "") or "") or _unit_beside(f, record)
    made.clearable = bool(f.blank or f.null) and not required
    made.length = getattr(f, "max_length", None)
    made.wide = isinstance(f, models.TextField | RowsField) or (
        made.kind == "text" and (made.length or 0) > WIDE
    )
    if isinstance(f, ScaledField):
        made.step = str(Decimal(1).scaleb(-f.places))
    if isinstance(f, RowsField):
        made.columns = f.columns
        made.fill = next(
            (
                (c.name, str(c.choices[0][0]), str(c.choices[0][1]))
                for c in f.columns
                if c.required and c.choices
            ),
            None,
        )
    elif made.kind == "reference":
        _offer(made, f, by)
    elif f.choices:
        made.options = [(str(k), str(v)) for k, v in f.flatchoices]
    elif f.model is Parameter and f.name == "key":  # its choices are declared by processes, not by the field
        made.kind, made.options = "select", [(k, str(s.title)) for k, s in specs().items()]
    made.value = raw(f, getattr(record, f.name) if record is not None else _default(f))
    if made.kind == "paste" and hasattr(record, "pasted"):
        made.value = record.pasted(f.name)
    if made.kind == "reference" and made.value and not made.lookup:
        made.value = made.value.split()[0]
        if made.value not in dict(made.options):
            made.options.append((made.value, getattr(record, f.name).title))
    made.was = frozen(made.value)
    return made


def _kind(f: Any) -> str:
    if isinstance(f, RowsField):
        return "rows"
    if isinstance(f, models.ForeignKey):
        return "reference"
    if isinstance(f, FileHashField):
        return "file"
    if isinstance(f, models.BooleanField):
        return "flag"
    if isinstance(f, MomentField):
        return "moment"
    if isinstance(f, models.DateField):
        return "date"
    if f.choices:
        return "pick" if len(f.flatchoices) <= FEW else "select"
    if isinstance(f, ScaledField):
        return "scaled"
    if isinstance(f, models.IntegerField):
        return "integer"
    if isinstance(f, PastedField):
        return "paste"
    return "long" if isinstance(f, models.TextField) else "text"


def _unit_beside(f: Any, record: Any) -> str:
    """The unit of a quantity whose record says it in a fact of its own."""
    return str(getattr(record, "unit", "") or "") if isinstance(f, ScaledField) else ""


def _default(f: Any) -> Any:
    return f.get_default() if f.has_default() else None


def _offer(made: Input, f: Any, by: Actor) -> None:
    """Few records are listed; many are looked up while typing."""
    process = registry.of(f.related_model)
    rows = visible(by, process).exclude(state__in=process.final)
    listed = list(rows.order_by("number")[: LISTED + 1])
    if len(listed) <= LISTED:
        made.options = [(r.number, r.title) for r in listed]
    else:
        made.lookup = of_process(process, "choose")


def raw(f: Any, value: Any) -> Any:
    """A Python value as it stands in an input."""
    if isinstance(f, RowsField):
        return [{c.name: _cell(c, row.get(c.name)) for c in f.columns} for row in value or []]
    if value is None or value == "":
        return ""
    if isinstance(f, models.ForeignKey):
        return f"{value.number} {value.title}"
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(f, MomentField):
        return f"{timezone.localtime(value):%Y-%m-%dT%H:%M}"
    return str(value) if f.choices else written(f, value)


def _cell(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.kind == "boolean":
        return "true" if value else "false"
    if column.kind == "moment":
        return str(column.shown(value)).replace(" ", "T")
    if column.kind == "text":
        return str(column.shown(value))
    return f"{column.shown(value).normalize():f}" if column.kind == "scaled" else str(value)


def frozen(value: Any) -> str:
    """An input's value as one text, to see later whether the person touched it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def posted(f: Any, data: QueryDict) -> Any:
    """What was sent for a field, in the form that an input holds. Empty child rows fall away."""
    if not isinstance(f, RowsField):
        return typed(data, f.name)
    rows = []
    for i in data.getlist(f"{f.name}-rows")[: MAX_ROWS + 1]:
        row = {c.name: typed(data, f"{f.name}-{i}-{c.name}") for c in f.columns}
        if any(row.values()):
            rows.append(row)
    return rows


def given(f: Any, value: Any, by: Actor) -> Any:
    """An input's value for the writers. Errors: ValidationError when a reference names nothing, or more than one thing."""
    if isinstance(f, models.BooleanField):
        return value in ("true", "on", "1")
    if isinstance(f, models.ForeignKey) and value:
        return _referred(f, str(value), by)
    return None if value == "" and f.null else value


def _referred(f: Any, text: str, by: Actor) -> Any:
    process = registry.of(f.related_model)
    rows = visible(by, process)
    found = rows.filter(number=text.split()[0]).first()
    if found is not None:
        return found
    several = list(matching(rows.exclude(state__in=process.final), process, text)[:2])
    if len(several) == 1:
        return several[0]
    if several:
        raise ValidationError(
            _("“%(v)s”对应不止一个%(m)s：请从列表中选择。") % {"v": text, "m": process.title}
        )
    raise ValidationError(_("没有编号或名称为“%(v)s”的%(m)s。") % {"v": text, "m": process.title})


def limits_of(record: Any) -> Mapping[str, dict[str, Any]]:
    """Limits of what is measured on the record's item, by characteristic, as numbers and as people write them."""
    item = getattr(record, "item", None)
    columns = {c.name: c for c in getattr(_field(item, "characteristics"), "columns", ())}
    found = {}
    for row in getattr(item, "characteristics", None) or []:
        low, high = (columns[n].shown(row.get(n)) for n in ("lower", "upper"))
        low, high = (None if v == "" else v for v in (low, high))
        unit = str(row.get("unit") or "")
        if low is not None and high is not None:
            text = f"{low.normalize():f} – {high.normalize():f} {unit}"
        else:
            text = (
                f"≥ {low.normalize():f} {unit}"
                if low is not None
                else f"≤ {high.normalize():f} {unit}"
                if high is not None
                else unit
            )
        text += _("　关键") if row.get("critical") else ""
        found[str(row["name"])] = {
            "lower": None if low is None else float(low),
            "upper": None if high is None else float(high),
            "text": text,
        }
    return found


def _field(record: Any, name: str) -> Any:
    return (
        next((f for f in record._meta.concrete_fields if f.name == name), None)
        if record is not None
        else None
    )


def suggest(made: Input, record: Any) -> None:
    """Rows that surely come: one for each characteristic of the item, one for each unit presented."""
    names = {c.name for c in made.columns}
    if "characteristic" in names and (limits := limits_of(record)):
        made.limits = json.dumps(limits, ensure_ascii=False)
        made.suggested = [{"characteristic": name} for name in limits]
        made.value = made.value or made.suggested
    quantity = getattr(record, "quantity", None)
    if "serial" in names and not made.value and isinstance(quantity, int):
        made.value = [{} for _i in range(min(quantity, MAX_ROWS))]
