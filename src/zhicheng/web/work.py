"""我的工作: what the person must do, sorted by when it hurts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from zhicheng.core.authority import Actor, may_read, visible
from zhicheng.core.clocks import ClockRow
from zhicheng.core.facts import fact_fields
from zhicheng.core.fields import RowsField
from zhicheng.core.process import Clock, Process, Transition, registry
from zhicheng.core.records import Provenance
from zhicheng.ledger import log
from zhicheng.web import form_drafts
from zhicheng.web.acting import actor, outside, signed_in
from zhicheng.web.acts import Act, act_of, elsewhere
from zhicheng.web.listing import may_open
from zhicheng.web.showing import cell

SHOWN = 50


@dataclass
class Task:
    """One record that waits for this person: what to do, until when, or why it cannot be done yet."""

    process: Process
    record: Any
    act: Act
    due: dt.datetime | None = None
    clock: Any = ""
    late: dt.timedelta = dt.timedelta(0)
    stops: frozenset[str] = frozenset()
    """The steps that stop the clock: they come first."""

    @property
    def about(self) -> str:
        """What the record's references in the list say: whose goods, which product."""
        cells = (cell(self.record, n) for n in self.process.columns)
        return " · ".join(c.text for c in cells if c.kind == "reference" and c.text)

    @property
    def when(self) -> str:
        """late, today, later, open (no clock) or waiting (something is missing first)."""
        if self.act.why_not:
            return "waiting"
        if self.due is None:
            return "open"
        if self.late:
            return "late"
        return "today" if timezone.localtime(self.due).date() == timezone.localdate() else "later"


def mine(process: Process, by: Actor) -> list[Transition]:
    """The ordinary steps of a process that the person's roles may take. Steps that demand a reason are exceptions, not
    work; so is one that leads back to where it starts."""
    roles = by.roles
    return [
        t
        for t in process.transitions
        if not t.reason
        and not elsewhere(process, t)
        and t.sources != {t.to}
        and (callable(t.roles) or t.roles & roles)
    ]


def tasks(by: Actor) -> list[Task]:
    """At most fifty records to be worked on, those with running clocks first."""
    steps = {p.name: own for p in registry.all() if may_read(by, p) and (own := mine(p, by))}
    clocks = _clocks(list(steps))
    found = [t for name, own in steps.items() for t in _running(by, registry[name], own, clocks)]
    if len(found) < SHOWN:
        found += [t for name, own in steps.items() for t in _others(by, registry[name], own, clocks)]
    now = log.now()
    found.sort(key=lambda t: (t.due is None, t.due or now, -t.record.seq))
    return [judged for t in found[:SHOWN] if (judged := _judge(t, steps[t.process.name], by))]


def _running(
    by: Actor, process: Process, own: list[Transition], clocks: dict[tuple[str, int], ClockRow]
) -> Iterator[Task]:
    """Tasks whose clock runs: of those the earliest."""
    ks = [k for kind, k in clocks if kind == process.name][:SHOWN]
    if not ks:
        return
    now = log.now()
    for record in _rows(by, process, own).filter(k__in=ks):
        clock = clocks[process.name, record.k]
        turned = next((c for c in process.clocks if c.name == clock.name), Clock(clock.name, clock.name))
        task = _task(process, record, own)
        task.due, task.clock, task.late, task.stops = (
            clock.due_at,
            turned.title,
            clock.late_by(now),
            turned.stops,
        )
        yield task


def _others(
    by: Actor, process: Process, own: list[Transition], clocks: dict[tuple[str, int], ClockRow]
) -> Iterator[Task]:
    """The newest tasks without a clock."""
    rows = _rows(by, process, own).order_by("-k")[: SHOWN + len(clocks)]
    yield from (_task(process, r, own) for r in rows if (process.name, r.k) not in clocks)


def _task(process: Process, record: Any, own: list[Transition]) -> Task:
    return Task(process, record, Act(next(t for t in own if record.state in t.sources), "", ()))


def _clocks(names: list[str]) -> dict[tuple[str, int], ClockRow]:
    rows = ClockRow.objects.filter(stopped_at=None, type__in=names).order_by("due_at")[: 4 * SHOWN]
    earliest: dict[tuple[str, int], ClockRow] = {}
    for row in rows:  # of several clocks of a record the earliest counts
        earliest.setdefault((row.type, row.k), row)
    return earliest


def _rows(by: Actor, process: Process, own: list[Transition]) -> Any:
    """The records on which the person may have a step to take."""
    states = {s for t in own for s in t.sources} - process.final
    rows = visible(by, process).filter(state__in=states, provenance=Provenance.ENTERED)
    fields = fact_fields(process.model)
    references = [f.name for f in fields if isinstance(f, models.ForeignKey)]
    return rows.select_related(*references).defer(*(f.name for f in fields if isinstance(f, RowsField)))


def _judge(task: Task, own: list[Transition], by: Actor) -> Task | None:
    """The first step that is possible now; else the first with the sentence why not; nothing if it is somebody else's."""
    steps = [t for t in own if task.record.state in t.sources and t.roles_for(task.record) & by.roles]
    steps.sort(key=lambda t: t.name not in task.stops)
    judged: Act | None = None
    for step in steps:
        act = act_of(task.process, task.record, step, by)
        judged = judged if judged and act.why_not else act
        if not act.why_not:
            break
    if judged is None:
        return None
    task.act = judged
    return task


@require_safe
@signed_in
def work(request: HttpRequest) -> HttpResponse:
    """The home page."""
    by = actor(request)
    found = [] if outside(by) else tasks(by)
    groups = [
        (when, part)
        for when in ("late", "today", "later", "open", "waiting")
        if (part := [t for t in found if t.when == when])
    ]
    values = {
        "drafts": form_drafts.mine(request),
        "groups": groups,
        "full": len(found) >= SHOWN,
        "opens": [p for p in registry.all() if p.working_date and p.rail != "settings" and may_open(by, p)],
        "reads": [p for p in registry.all() if may_read(by, p)] if outside(by) else [],
    }
    return render(request, "web/work.html", values)
