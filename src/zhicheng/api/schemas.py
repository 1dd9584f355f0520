"""Request and answer models of each process, made from its model's fields."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.db import models
from ninja import Schema
from pydantic import ConfigDict, create_model

from zhicheng.api import shapes
from zhicheng.api.shown import shown_fields
from zhicheng.core.facts import fact_fields
from zhicheng.core.process import Process, Transition


class Strict(Schema):
    """A request: what it does not know is an error."""

    model_config = ConfigDict(extra="forbid")


class Reference(Schema):
    """A record by its kind and number."""

    type: str
    number: str


class MissingOut(Schema):
    """One reason why something is not possible, and where it can be mended."""

    sentence: str
    record: Reference | None


class ProblemOut(Schema):
    """Every error: a code for programs, a sentence for people, sentences by fact, what is missing."""

    error: str
    message: str
    fields: dict[str, list[str]]
    missing: list[MissingOut]


class ActOut(Schema):
    """One step of a record and whether it is possible now."""

    act: str
    title: str
    asks: list[str]
    optional: list[str]
    reason: bool
    password: bool
    possible: bool
    missing: list[MissingOut]


class SignedOut(Schema):
    """A signature on an entry."""

    name: str | None
    meaning: str | None
    at: str | None


class EntryOut(Schema):
    """One entry of a record's history; ``changes`` holds the facts that it set."""

    entry: int
    date: str
    version: int
    act: str
    title: str
    at: str | None
    by: str | None
    authority: str | None
    means: str | None
    reason: str | None
    cause: int | None
    signed: list[SignedOut]
    changes: dict[str, Any]
    state: str | None


class HistoryOut(Schema):
    """A record's entries, oldest first."""

    items: list[EntryOut]


PROBLEMS: dict[Any, Any] = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 503), ProblemOut)

VERSION = shapes.annotated(
    shapes.integer,
    {"type": "integer", "minimum": 1, "maximum": shapes.SAFE},
    description="the version that you saw",
)
REASON = shapes.annotated(shapes.text(1000), {"type": "string", "maxLength": 1000})
PASSWORD = shapes.annotated(
    shapes.text(200),
    {"type": "string", "maxLength": 200, "format": "password"},
    description="the account's password: the signature's re-authentication, never stored or logged",
)


def name_of(process: Process, what: str) -> str:
    """The name of a schema, such as ``InspectionLotOpen``."""
    return "".join(part.title() for part in re.split(r"[._]", process.name)) + what


def openable(process: Process) -> tuple[str, ...]:
    """What may be given when a record is opened: what is asked, what may be amended at the start, and place and date.

    Verdicts and other facts of later steps are given by those steps only.
    """
    wanted = {*process.asks, *process.amendable.get(process.start, ())}
    wanted |= {"site", "department", "occurred_on", "late_reason"}
    return tuple(f.name for f in fact_fields(process.model) if f.editable and f.name in wanted)


def facts_model(name: str, process: Process, names: Iterable[str], required: Iterable[str]) -> type[Strict]:
    """A model of the named facts."""
    fields: dict[str, Any] = {}
    needed = set(required)
    for one in names:
        f: models.Field[Any, Any] = process.model._meta.get_field(one)
        check, schema = shapes.of_field(f)
        kind = shapes.annotated(check, schema, title=str(f.verbose_name))
        must = one in needed and not f.blank and not f.has_default() and one != "occurred_on"
        fields[one] = (kind, ...) if must else (kind, None)
    return create_model(name, __base__=Strict, **fields)


def open_model(process: Process) -> type[Strict]:
    """The body of POST to a process."""
    facts = facts_model(name_of(process, "OpenFacts"), process, openable(process), process.asks)
    return create_model(name_of(process, "Open"), __base__=Strict, facts=(facts, ...))


def amend_model(process: Process) -> type[Strict]:
    """The body of PATCH: facts that some state lets be amended."""
    names = {n for allowed in process.amendable.values() for n in allowed}
    given = [f.name for f in fact_fields(process.model) if f.name in names]
    facts = facts_model(name_of(process, "AmendFacts"), process, given, ())
    return create_model(
        name_of(process, "Amend"),
        __base__=Strict,
        version=(VERSION, ...),
        reason=(REASON, ""),
        facts=(facts, ...),
    )


def act_model(process: Process, step: Transition) -> type[Strict]:
    """The body of POST of one step."""
    base = name_of(process, "".join(p.title() for p in step.name.split("_")))
    facts = facts_model(f"{base}Facts", process, step.asks, set(step.asks) - step.optional)
    needs = any(f.is_required() for f in facts.model_fields.values())
    extra: dict[str, Any] = {"password": (PASSWORD, ...)} if step.meaning else {}
    return create_model(
        base,
        __base__=Strict,
        version=(VERSION, ...),
        reason=(REASON, ...) if step.reason else (REASON, ""),
        facts=(facts, ...) if needs else (facts, facts()),
        **extra,
    )


def record_model(process: Process) -> type[Schema]:
    """A record in an answer."""
    fields: dict[str, Any] = {}
    for f in shown_fields(process):
        _check, schema = shapes.of_field(f)
        words = {"title": str(f.verbose_name)}
        # what was written before a rule or code was changed is still shown as it was
        loose = {k: v for k, v in schema.items() if k not in ("enum", "maxLength", "pattern", "maxItems")}
        loose = {"type": ["array"]} if schema.get("type") == "array" else loose
        fields[f.name] = (shapes.annotated(lambda v: v, loose, **words), None)
    facts = create_model(name_of(process, "Facts"), __base__=Schema, **fields)
    return create_model(
        name_of(process, "Record"),
        __base__=Schema,
        type=(str, ...),
        number=(str, ...),
        title=(str, ...),
        version=(int, ...),
        entry=(int, ...),
        state=(str, ...),
        state_label=(str, ...),
        facts=(facts, ...),
    )


def one_model(process: Process, record: type[Schema]) -> type[Schema]:
    """A record with what can be done with it."""
    return create_model(
        name_of(process, "One"), __base__=record, acts=(list[ActOut], ...), amendable=(list[str], ...)
    )


def list_model(process: Process, record: type[Schema]) -> type[Schema]:
    """A page of a list: ``before`` and ``after`` are the cursors of the next older and newer page."""
    return create_model(
        name_of(process, "List"),
        __base__=Schema,
        items=(list[record], ...),  # type: ignore[valid-type]
        before=(str | None, ...),
        after=(str | None, ...),
    )
