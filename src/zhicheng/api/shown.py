"""Records and their history as JSON: dates ISO, scaled decimals as strings, references as numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import models

from zhicheng.core.authority import Actor, authority
from zhicheng.core.facts import fact_fields
from zhicheng.core.fields import RowsField, ScaledField, moment_text
from zhicheng.core.process import Missing, Process, registry
from zhicheng.core.records import Record
from zhicheng.core.writers import blocked
from zhicheng.ledger import log

BESIDE = frozenset({"number", "state"})
"""Facts that stand beside ``facts`` in the JSON of a record."""


def reference(record: Record) -> dict[str, str]:
    """A record as others refer to it."""
    return {"type": registry.of(record).name, "number": record.number}


@cache
def _shown_fields(model: type[Record]) -> tuple[models.Field[Any, Any], ...]:
    return tuple(f for f in fact_fields(model) if f.name not in BESIDE)


def shown_fields(process: Process) -> tuple[models.Field[Any, Any], ...]:
    """The fields under ``facts``."""
    return _shown_fields(process.model)


def related(process: Process) -> list[str]:
    """Foreign keys to be fetched with the rows."""
    return [f.name for f in shown_fields(process) if isinstance(f, models.ForeignKey)]


def scaled(value: int | None, places: int) -> str | None:
    """A scaled integer as a decimal string."""
    return None if value is None else f"{Decimal(value).scaleb(-places):f}"


def _rows(f: RowsField, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    places = {c.name: c.places for c in f.columns if c.kind == "scaled"}
    return [
        {n: scaled(v, places[n]) if n in places and isinstance(v, int) else v for n, v in row.items()}
        for row in rows
    ]


def value_of(f: models.Field[Any, Any], record: Record) -> Any:
    """One fact of a row."""
    if isinstance(f, models.ForeignKey):
        other = getattr(record, f.name)
        return other.number if other is not None else None
    value = getattr(record, f.attname)
    if value is None:
        return None
    if isinstance(f, ScaledField):
        return f"{Decimal(value).quantize(Decimal(1).scaleb(-f.places)):f}"
    if isinstance(f, RowsField):
        return _rows(f, value)
    if isinstance(value, dt.datetime):
        return moment_text(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def record_json(process: Process, record: Record) -> dict[str, Any]:
    """A record as lists and writes give it."""
    return {
        "type": process.name,
        "number": record.number,
        "title": str(record.title),
        "version": record.version,
        "entry": record.seq,
        "state": record.state,
        "state_label": str(process.states.get(record.state, record.state)),
        "facts": {f.name: value_of(f, record) for f in shown_fields(process)},
    }


def _missing(found: Sequence[Missing]) -> list[dict[str, Any]]:
    return [
        {"sentence": str(m.sentence), "record": reference(m.at) if m.at is not None else None} for m in found
    ]


def acts_json(process: Process, record: Record, actor: Actor) -> list[dict[str, Any]]:
    """Every step with what it asks, and the sentences why it is not possible now (none: possible)."""
    acts = []
    for step in process.transitions:
        missing = _missing(blocked(process, step, record, actor))
        acts.append(
            {
                "act": step.name,
                "title": str(step.title),
                "asks": list(step.asks),
                "optional": sorted(step.optional),
                "reason": step.reason,
                "password": bool(step.meaning),
                "possible": not missing,
                "missing": missing,
            }
        )
    return acts


def amendable(process: Process, record: Record, actor: Actor) -> list[str]:
    """The facts that the caller may amend now."""
    may = authority(actor, process.amends or process.opens, record)
    return list(process.amendable.get(record.state, ())) if may else []


def one_json(process: Process, record: Record, actor: Actor) -> dict[str, Any]:
    """A record with what can be done with it."""
    return {
        **record_json(process, record),
        "acts": acts_json(process, record, actor),
        "amendable": amendable(process, record, actor),
    }


# History


def history_json(process: Process, record: Record) -> list[dict[str, Any]]:
    """Every entry of the record, oldest first: act, who, when, why, and the facts that it changed."""
    versions = log.versions(process.name, record.k)
    numbers = _Numbers(process, versions)
    out: list[dict[str, Any]] = []
    before: dict[str, Any] = {}
    for v in versions:
        own = {n: x for n, x in v.facts.items() if not n.startswith("_")}
        out.append(
            {
                "entry": v.seq,
                "date": v.date,
                "version": v.ver,
                "act": v.act,
                "title": str(_act_title(process, v.act)),
                "at": v.facts.get("_at"),
                "by": numbers.person(v.facts.get("_by")),
                "authority": v.facts.get("_authority"),
                "means": v.facts.get("_means"),
                "reason": v.facts.get("_reason"),
                "cause": v.facts.get("_cause"),
                "signed": [
                    {k: row.get(k) for k in ("name", "meaning", "at")} for row in v.facts.get("_signed") or ()
                ],
                "changes": {
                    n: numbers.shown(n, x)
                    for n, x in own.items()
                    if n not in BESIDE and (n not in before or before[n] != x)
                },
                "state": own.get("state"),
            }
        )
        before = own
    return out


def _act_title(process: Process, act: str) -> Any:
    step = process.acts.get(act)
    return step.title if step else (process.open_title or act if act == "open" else act)


class _Numbers:
    """Logged references as numbers, looked up once for a whole history."""

    def __init__(self, process: Process, versions: Sequence[log.Version]) -> None:
        self.fields = {f.name: f for f in fact_fields(process.model)}
        wanted: dict[str, set[int]] = {}
        for v in versions:
            for name, value in v.facts.items():
                refers = name == "_by" or isinstance(self.fields.get(name), models.ForeignKey)
                if refers and isinstance(value, str) and "/" in value:
                    type_, _sep, k = value.rpartition("/")
                    wanted.setdefault(type_, set()).add(int(k))
        self.found: dict[str, str] = {}
        for type_, ks in wanted.items():
            other = registry.get(type_)
            rows = other.model.objects.filter(k__in=ks).values_list("k", "number") if other else ()
            self.found |= {f"{type_}/{k}": number for k, number in rows}

    def person(self, ref: Any) -> Any:
        return self.found.get(ref, ref)

    def shown(self, name: str, value: Any) -> Any:
        f = self.fields.get(name)
        if isinstance(f, models.ForeignKey):
            return self.found.get(value, value)
        if isinstance(f, ScaledField) and isinstance(value, int):
            return scaled(value, f.places)
        return _rows(f, value) if isinstance(f, RowsField) and isinstance(value, list) else value
