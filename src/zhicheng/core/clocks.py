"""Clocks: time limits as rows with a due time, turned by every write of the record and swept each minute.

A row says all that is needed to count again, so that a new calendar moves what still runs. What happens at a due time is
a step of the escalation: at 80 % of the time whoever must act is reminded, at its end and later the next levels are told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from zhicheng.core import parameters, working_time
from zhicheng.core.calendar import SiteTime
from zhicheng.core.fields import moment_text
from zhicheng.core.process import Clock, Limit, Process, Span
from zhicheng.core.records import Record

BATCH = 1000


class ClockRow(models.Model):
    """One running or stopped clock of a record. Its start, due time and stop stand in the record's log entries too."""

    type = models.CharField(max_length=60)
    k = models.BigIntegerField()
    name = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    calendar_known = models.BooleanField(default=True)
    amount = models.IntegerField(default=0)
    unit = models.CharField(max_length=20, default=working_time.HOUR)
    rule = models.CharField(max_length=60, blank=True)
    public = models.BooleanField(default=False)
    site = models.BigIntegerField(null=True)
    pauses = models.JSONField(default=list)
    level = models.SmallIntegerField(default=0)
    """How many steps of the escalation have been taken."""
    next_at = models.DateTimeField(null=True)
    """When the next one is due (None: no more)."""
    recount = models.BooleanField(default=False)
    """A calendar changed: count again at the next sweep."""

    class Meta:
        indexes = [
            models.Index(fields=["stopped_at", "due_at"]),
            models.Index(fields=["type", "k"]),
            models.Index(fields=["next_at"], condition=models.Q(stopped_at=None), name="core_clock_alarm"),
            models.Index(fields=["recount"], condition=models.Q(recount=True), name="core_clock_recount"),
        ]
        verbose_name = _("时限")

    def __str__(self) -> str:
        return f"{self.type}/{self.k} {self.name}"

    def late_by(self, at: dt.datetime) -> dt.timedelta:
        """How far past due at a moment (or at its stop); zero when in time."""
        return max((self.stopped_at or at) - self.due_at, dt.timedelta(0))

    def paused_at(self, at: dt.datetime) -> dt.datetime | None:
        """Until when the clock stands still at this moment; None when it runs or has stopped."""
        ends = [end for start, end in _moments(self.pauses) if start <= at < end]
        return max(ends) if ends and self.stopped_at is None and not self.public else None

    def set(self, span: Span, place: Place) -> None:
        """Follow a span: start, limit, stop, pauses; a due time that moves begins the escalation anew."""
        before = self.due_at
        self.started_at, self.stopped_at = span.since, span.until
        self.amount, self.unit = span.limit.amount, span.limit.unit
        self.rule, self.public, self.site = span.limit.rule, span.limit.public, place.site
        self.pauses = [[moment_text(a), moment_text(b)] for a, b in span.pauses]
        self.count(place)
        if self.due_at != before:
            self.level = 0
            self.climb(place.escalation)

    def count(self, place: SiteTime) -> None:
        """The due time by the calendar as it is now."""
        found = due(
            self.started_at, Limit(self.amount, self.unit, public=self.public), place, _moments(self.pauses)
        )
        self.due_at, self.calendar_known, self.recount = found.at, found.known, False

    def climb(self, steps: tuple[tuple[int, str], ...]) -> None:
        """Set when the next step of the escalation is due."""
        taken = self.level >= len(steps)
        self.next_at = (
            None if taken else self.started_at + (self.due_at - self.started_at) * steps[self.level][0] / 100
        )


class Place(SiteTime):
    """A site in one piece of work on its clocks: its calendar and its escalation, each read once."""

    @cached_property
    def escalation(self) -> tuple[tuple[int, str], ...]:
        """The steps in force: per cent of the time, and the role that is told (empty: whoever must act)."""
        return parameters.Escalation(parameters.value("core.escalation", self.site)).steps


def due(
    since: dt.datetime,
    limit: Limit,
    place: SiteTime,
    pauses: Iterable[tuple[dt.datetime, dt.datetime]] = (),
) -> working_time.Due:
    """When a limit ends at a site: by calendar or working time, pauses left out unless it was promised to the public."""
    return working_time.due(since, limit.amount, limit.unit, place.calendar, () if limit.public else pauses)


def turn(process: Process, record: Record, act: str, at: dt.datetime) -> list[dict[str, Any]]:
    """Start, move and stop the record's clocks after an act; returns what changed, as rows for the log entry."""
    changed: list[dict[str, Any]] = []
    place = Place(record.site_id)
    known: dict[str, ClockRow] | None = None
    for clock in process.clocks:
        if clock.span is not None:
            if known is None:
                known = _known(process, record)
            row = _follow(process, record, clock, known.get(clock.name), place)
        else:
            row = _act(process, record, clock, act, at, place)
        if row:
            changed.append(row)
    return changed


def _known(process: Process, record: Record) -> dict[str, ClockRow]:
    if record.version == 1:
        return {}
    return {row.name: row for row in ClockRow.objects.filter(type=process.name, k=record.k)}


def _follow(
    process: Process, record: Record, clock: Clock, row: ClockRow | None, place: Place
) -> dict[str, Any] | None:
    span = clock.span(record) if clock.span else None
    if span is None:
        if row is not None:
            row.delete()
            return {"clock": clock.name, "started": None, "due": None, "stopped": None}
        return None
    if row is None:
        row = ClockRow(type=process.name, k=record.k, name=clock.name)
        before = None
    else:
        before = _said(row), row.pauses, row.rule
    row.set(span, place)
    if before == (_said(row), row.pauses, row.rule):
        return None
    row.save()
    return _said(row)


def _act(
    process: Process, record: Record, clock: Clock, act: str, at: dt.datetime, place: Place
) -> dict[str, Any] | None:
    row = None
    if act == clock.starts:
        amount, rule = parameters.value_and_version(clock.within, record.site_id)
        unit = working_time.WORKING_DAY if clock.working_time else working_time.HOUR
        row = ClockRow(type=process.name, k=record.k, name=clock.name)
        row.set(Span(at, Limit(amount, unit, rule)), place)
        row.save()
    elif act in clock.stops:
        row = ClockRow.objects.filter(type=process.name, k=record.k, name=clock.name, stopped_at=None).first()
        if row:
            row.stopped_at = at
            row.save(update_fields=["stopped_at"])
    return _said(row) if row else None


def _said(row: ClockRow) -> dict[str, Any]:
    stopped = moment_text(row.stopped_at) if row.stopped_at else None
    return {
        "clock": row.name,
        "started": moment_text(row.started_at),
        "due": moment_text(row.due_at),
        "stopped": stopped,
    }


def _moments(pauses: Iterable[Sequence[str]]) -> list[tuple[dt.datetime, dt.datetime]]:
    return [(dt.datetime.fromisoformat(a), dt.datetime.fromisoformat(b)) for a, b in pauses]


@dataclass(frozen=True)
class Alarm:
    """A step of the escalation that has come: which clock, at which per cent of its time, who is told."""

    row: ClockRow
    percent: int
    role: str
    levels: frozenset[str] = frozenset()
    """The roles that some step of the escalation tells."""

    @property
    def key(self) -> str:
        """Names this alarm once and for all: told twice, it is the same."""
        return f"clock/{self.row.type}/{self.row.k}/{self.row.name}/{moment_text(self.row.due_at)}/{self.percent}"


def sweep(now: dt.datetime, tell: Callable[[list[Alarm]], None]) -> int:
    """Count anew what calendars have moved, and tell every alarm that has come, in batches of a transaction each.

    Who runs it twice, or on two machines at once, tells nothing twice: rows are locked, and an alarm's key is the same.
    """
    recount()
    told = 0
    while alarms := _batch(now, tell):
        told += alarms
    return told


def _running() -> Any:
    rows = ClockRow.objects.filter(stopped_at=None)
    return (
        rows.select_for_update(skip_locked=True)
        if connection.features.has_select_for_update_skip_locked
        else rows
    )


@transaction.atomic
def _batch(now: dt.datetime, tell: Callable[[list[Alarm]], None]) -> int:
    rows = list(_running().filter(next_at__lte=now).order_by("next_at")[:BATCH])
    steps = {site: Place(site).escalation for site in {row.site for row in rows}}
    levels = {site: frozenset(role for _share, role in taken) for site, taken in steps.items()}
    alarms: list[Alarm] = []
    for row in rows:
        while row.next_at is not None and row.next_at <= now:
            percent, role = steps[row.site][row.level] if row.level < len(steps[row.site]) else (0, "")
            if percent:
                alarms.append(Alarm(row, percent, role, levels[row.site]))
            row.level += 1
            row.climb(steps[row.site])
    tell(alarms)
    ClockRow.objects.bulk_update(rows, ["level", "next_at"], batch_size=250)
    return len(rows)


def recount() -> int:
    """Count the due times anew that a changed calendar may have moved; says how many moved."""
    moved, places = 0, dict[int | None, Place]()
    with transaction.atomic():
        for row in _running().filter(recount=True):
            place, before = places.setdefault(row.site, Place(row.site)), row.due_at
            row.count(place)
            if row.due_at != before:
                moved, row.level = moved + 1, 0
                row.climb(place.escalation)
            row.save()
    return moved


def calendar_changed(site: int | None, year: int) -> None:
    """Mark what runs in working time and may touch the year, to be counted anew at the next sweep."""
    rows = ClockRow.objects.filter(
        stopped_at=None, unit__in=(working_time.WORKING_DAY, working_time.WORKING_HOUR)
    )
    rows = rows if site is None else rows.filter(site=site)
    rows.filter(started_at__year__lte=year, due_at__year__gte=year - 1).update(recount=True)
