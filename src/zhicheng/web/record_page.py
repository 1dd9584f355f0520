"""The page of a record: facts, state, what may be done and what not, history, related records, files, clocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhicheng.core.authority import Actor, refusal, visible
from zhicheng.core.clocks import ClockRow
from zhicheng.core.facts import fact_fields
from zhicheng.core.fields import PastedField, RowsField
from zhicheng.core.files import Attachment
from zhicheng.core.pictures import Picture
from zhicheng.core.process import Process, registry
from zhicheng.ledger import log
from zhicheng.web import acts as possible
from zhicheng.web.acting import actor, outside, reads
from zhicheng.web.addresses import of_record
from zhicheng.web.history import Line, history
from zhicheng.web.relations import related
from zhicheng.web.showing import Cell, cell, written

PICTURES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
LONG = 60


@dataclass(frozen=True)
class Fact:
    """One fact on the page; child rows come as a table of heads and lines."""

    name: str
    title: str
    cell: Cell
    unit: str = ""
    wide: bool = False
    heads: tuple[tuple[str, bool], ...] = ()
    lines: tuple[tuple[tuple[str, bool], ...], ...] = ()


@dataclass(frozen=True)
class Step:
    """One step of the state's line: passed, now or ahead."""

    title: str
    when: str


def find(process: Process, number: str, by: Actor) -> Any:
    """The record with this number. Errors: Http404 if there is none that the person may see."""
    references = [f.name for f in fact_fields(process.model) if isinstance(f, models.ForeignKey)]
    record = visible(by, process).select_related(*references).filter(number=number).first()
    if record is None:
        raise Http404(_("没有编号为“%(n)s”的%(p)s，或不在您的范围内。") % {"n": number, "p": process.title})
    return record


def facts(process: Process, record: Any, names: tuple[str, ...]) -> list[Fact]:
    """The facts of one group."""
    found = []
    for name in names:
        f: Any = process.model._meta.get_field(name)
        other, values = process.concerns.get(name, ("", frozenset()))
        if isinstance(f, PastedField) or (other and getattr(record, other) not in values):
            continue
        if isinstance(f, RowsField):
            if rows := getattr(record, name):
                found.append(_table(f, rows))
            continue
        value = cell(record, name)
        wide = isinstance(f, models.TextField) or len(value.text) > LONG
        unit = str(getattr(f, "unit", "") or "")
        found.append(Fact(name, str(f.verbose_name), value, unit, wide))
    return found


def _table(f: RowsField, rows: list[dict[str, Any]]) -> Fact:
    """Child rows; a column in which no row has anything is left out."""
    columns = [
        (c, c.kind in ("integer", "scaled"))
        for c in f.columns
        if any(row.get(c.name) is not None for row in rows)
    ]
    heads = tuple((str(c.title), numeric) for c, numeric in columns)
    lines = tuple(tuple((written(f, c.shown(row.get(c.name))), n) for c, n in columns) for row in rows)
    return Fact(f.name, str(f.verbose_name), Cell(""), wide=True, heads=heads, lines=lines)


def groups_of(process: Process, record: Any, by: Actor) -> list[tuple[Any, list[Fact]]]:
    """The groups of the definition, or all facts, but of the later ones only those in which something is stated; readers
    from outside see what may be opened."""
    groups = process.groups or (
        (process.title, tuple(f.name for f in fact_fields(process.model) if f.editable)),
    )
    shown = {n for _title, names in groups for n in names}
    rest = tuple(n for n in ("occurred_on", "site", "department", "late_reason") if n not in shown)
    rest = tuple(
        n
        for n in rest
        if getattr(record, n) not in (None, "") and (n != "occurred_on" or process.working_date)
    )
    first, others = groups[0], groups[1:]
    found: list[tuple[Any, list[Fact]]] = []
    for title, names in ((first[0], (*first[1], *rest)), *others):
        if outside(by):
            names = tuple(n for n in names if n in process.may_open)
        group = facts(process, record, names)
        if group and (not found or any(f.lines or f.cell.text for f in group)):
            found.append((title, group))
    return found


def steps_of(process: Process, record: Any, lines: list[Line]) -> list[Step]:
    """The states that it went through, the present one, and the ordinary way ahead as far as it is decided."""
    passed: list[str] = []
    for line in reversed(lines):
        if line.state and (not passed or passed[-1] != line.state):
            passed.append(line.state)
    words = process.states
    steps = [Step(str(words.get(s, s)), "passed") for s in passed[:-1]]
    steps.append(Step(record.state_label, "now"))
    state, seen = record.state, {*passed, record.state}
    while state not in process.final:
        ahead = next(
            (t for t in process.transitions if state in t.sources and not t.reason and t.to not in seen), None
        )
        if ahead is None or (ahead.to is None and state != record.state):
            break
        if ahead.to is None:
            steps.append(Step(_("由“%s”决定") % ahead.title, "ahead"))
            break
        steps.append(Step(str(words.get(ahead.to, ahead.to)), "ahead"))
        state = ahead.to
        seen.add(state)
    return steps


@require_safe
@reads
def record_page(request: HttpRequest, process: Process, number: str) -> HttpResponse:
    """The record's page."""
    by = actor(request)
    record = find(process, number, by)
    stranger = outside(by)
    lines = [] if stranger else history(process, record.k)
    steps = [] if stranger else possible.acts(process, record, by)
    ready = [a for a in steps if not a.why_not]
    files = [] if stranger else list(Attachment.objects.filter(type=process.name, k=record.k).order_by("pk"))
    values = {
        "process": process,
        "record": record,
        "groups": groups_of(process, record, by),
        "lines": lines,
        "steps": steps_of(process, record, lines),
        "main": next((a for a in ready if not a.step.reason), None),
        "ready": ready,
        "blocked": [a for a in steps if a.why_not],
        "amends": possible.amends(record, by),
        "attaches": refusal(by, process.amends or process.opens, record) is None,
        "chips": [] if stranger else related(process, record, by),
        "files": [(f, f.media_type in PICTURES) for f in files],
        "clocks": _clocks(process, record),
        "signatures": [s for line in reversed(lines) for s in line.signed],
        "opener": lines[-1] if lines else None,
        "next": request.GET.get("made") == "1",
        "here": of_record(record),
        "pictures": process.pictures is not None and not stranger,
        "files_shown": bool(by.roles & registry["competence.session"].opens) or record == by.person,
    }
    return render(request, "web/record.html", values)


@require_safe
@reads
def pictures(request: HttpRequest, process: Process, number: str) -> HttpResponse:
    """What the process draws of the record, as data for the page's script."""
    by = actor(request)
    record = find(process, number, by)
    if process.pictures is None or outside(by):
        raise Http404
    found = _labels_once(process.pictures(record))
    return JsonResponse(
        found, safe=False, json_dumps_params={"ensure_ascii": False, "separators": (",", ":")}
    )


def _labels_once(drawn: list[Picture]) -> list[dict[str, Any]]:
    """Pictures as data; one that has the labels of the picture before it says so instead of carrying them again."""
    found, before = list[dict[str, Any]](), None
    for one in drawn:
        option, axis = one.option, one.option["xAxis"]
        labels = axis.get("data")
        if labels is not None and labels == before:
            option = option | {"xAxis": {name: value for name, value in axis.items() if name != "data"}}
        before = labels
        found.append({"title": one.title, "note": one.note, "option": option})
    return found


def _clocks(process: Process, record: Any) -> list[dict[str, Any]]:
    titles, now = {c.name: c.title for c in process.clocks}, log.now()
    rows = ClockRow.objects.filter(type=process.name, k=record.k).order_by("started_at") if titles else []
    return [
        {"title": titles.get(r.name, r.name), "row": r, "late": r.late_by(now), "paused": r.paused_at(now)}
        for r in rows
    ]
