"""Alarms of clocks as messages: who must act is told before the time is up, the next levels when it is and after."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import ForeignKey
from django.utils.translation import gettext_lazy as _

from zhicheng.core import clocks
from zhicheng.core.clocks import Alarm
from zhicheng.core.facts import fact_fields
from zhicheng.core.organisation import Site
from zhicheng.core.process import Process, registry
from zhicheng.core.records import Record
from zhicheng.messages.queueing import Notice, notify

SOON, LATE = _("时限将到"), _("已逾期")
WHOLE = 100


def sweep(now: dt.datetime) -> int:
    """Each minute: tell what has come. Alarms of records that are gone or sealed are passed over."""
    return clocks.sweep(now, tell)


def tell(alarms: list[Alarm]) -> None:
    """Queue the messages of alarms, all in few statements."""
    by_type: dict[str, list[Alarm]] = defaultdict(list)
    for alarm in alarms:
        by_type[alarm.row.type].append(alarm)
    for name, several in by_type.items():
        process = registry[name]
        named = [
            f.name for f in fact_fields(process.model) if isinstance(f, ForeignKey)
        ]  # titles say who and what
        records = process.model.objects.select_related(*named).in_bulk([a.row.k for a in several])
        notify(_notices(process, several, records))


def _notices(process: Process, alarms: Iterable[Alarm], records: dict[int, Record]) -> Iterable[Notice]:
    titles = {c.name: c.title for c in process.clocks}
    sites: dict[int, Any] = Site.objects.in_bulk({a.row.site for a in alarms if a.row.site is not None})
    for alarm in alarms:
        record = records.get(alarm.row.k)
        if record is None:
            continue
        late = alarm.percent >= WHOLE
        yield Notice(
            key=alarm.key,
            kind="late" if late else "due_soon",
            words=LATE if late else SOON,
            what=titles.get(alarm.row.name, alarm.row.name),
            about=record,
            roles=(alarm.role,) if alarm.role else actors(process, alarm),
            site=sites.get(alarm.row.site) if alarm.row.site is not None else None,
            due=alarm.row.due_at,
            urgent=late,
            to_groups=late,
        )


def actors(process: Process, alarm: Alarm) -> tuple[str, ...]:
    """The roles that may take the steps by which the clock stops, without those that a later level tells anyway."""
    clock = next((c for c in process.clocks if c.name == alarm.row.name), None)
    steps = [t for t in process.transitions if clock is not None and t.name in clock.stops]
    roles = {r for t in steps if not callable(t.roles) for r in t.roles}
    return tuple(sorted(roles - alarm.levels or roles))
