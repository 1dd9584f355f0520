"""Clocks: time limits as rows with a due time, started and stopped by acts of the record."""

import datetime as dt
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhicheng.core import parameters
from zhicheng.core.calendar import after_working_days
from zhicheng.core.process import Process
from zhicheng.core.records import Record


class ClockRow(models.Model):
    """One running or stopped clock of a record. Its start, due time and stop stand in the record's log entries too."""

    type = models.CharField(max_length=60)
    k = models.BigIntegerField()
    name = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    calendar_known = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["stopped_at", "due_at"]), models.Index(fields=["type", "k"])]
        verbose_name = _("时限")

    def __str__(self) -> str:
        return f"{self.type}/{self.k} {self.name}"

    def late_by(self, at: dt.datetime) -> dt.timedelta:
        """How far past due at a moment (or at its stop); zero when in time."""
        return max((self.stopped_at or at) - self.due_at, dt.timedelta(0))


def turn(process: Process, record: Record, act: str, at: dt.datetime) -> list[dict[str, Any]]:
    """Start and stop the record's clocks for an act; returns what changed, as rows for the log entry."""
    changed: list[dict[str, Any]] = []
    for clock in process.clocks:
        row = None
        if act == clock.starts:
            row = _start(process, record, clock, at)
        elif act in clock.stops:
            row = ClockRow.objects.filter(
                type=process.name, k=record.k, name=clock.name, stopped_at=None
            ).first()
            if row:
                row.stopped_at = at
                row.save(update_fields=["stopped_at"])
        if row:
            changed.append(
                {
                    "clock": clock.name,
                    "started": _text(row.started_at),
                    "due": _text(row.due_at),
                    "stopped": _text(row.stopped_at) if row.stopped_at else None,
                }
            )
    return changed


def _start(process: Process, record: Record, clock: Any, at: dt.datetime) -> ClockRow:
    amount = parameters.value(clock.within, record.site_id)
    known = True
    if clock.working_time:
        due, known = after_working_days(at, amount, record.site_id)
    else:
        due = at + dt.timedelta(hours=amount)
    return ClockRow.objects.create(
        type=process.name, k=record.k, name=clock.name, started_at=at, due_at=due, calendar_known=known
    )


def _text(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
