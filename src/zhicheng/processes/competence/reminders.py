"""Reminders before a qualification lapses: each step of the parameter once, to the person and to who keeps qualifications."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_lazy as _

from zhicheng.core import parameters
from zhicheng.core.organisation import Standing
from zhicheng.core.roles import Role
from zhicheng.core.zones import zone_of
from zhicheng.messages.models import Message
from zhicheng.messages.queueing import Notice, notify, queue
from zhicheng.processes.competence.records import Qualification

KIND = "lapsing"
TOLD_AT_ONCE = 500
KEEPERS = (Role.QUALITY_MANAGER.value,)


class RemindDays(str):
    """Days before the end at which to remind, as ``90,30,7``."""

    def __new__(cls, text: str) -> RemindDays:
        """Errors: ValueError unless whole numbers from 0 to 1000, the largest first."""
        made = super().__new__(cls, text.strip())
        steps = made.steps
        if not steps or list(steps) != sorted(set(steps), reverse=True) or steps[0] > 1000 or steps[-1] < 0:
            raise ValueError(text)
        return made

    @property
    def steps(self) -> tuple[int, ...]:
        """The numbers of days, the largest first."""
        return tuple(map(int, parameters.parted(self)))


_looked: list[dt.datetime] = []


def sweep(now: dt.datetime) -> None:
    """Each minute, but looking only once in an hour: qualifications lapse by the day."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    if _looked != [hour]:
        look(now)
        _looked[:] = [hour]


def look(now: dt.datetime) -> int:
    """Tell what has come near its end; returns for how many. Told twice it is the same message, and of several steps that
    passed while nothing ran only the last is told."""
    today = now.astimezone(zone_of()).date()
    told = 0
    steps = RemindDays(parameters.value("competence.remind_days")).steps
    for days, nearer in zip(steps, (*steps[1:], -1), strict=True):
        rows = Qualification.objects.filter(
            state=Qualification.State.VALID,
            valid_until__gte=today + dt.timedelta(days=nearer + 1),
            valid_until__lte=today + dt.timedelta(days=days),
            person__state=Standing.ACTIVE,
        )
        told += sum(_tell(part, days) for part in _untold(rows.values_list("k", "valid_until"), days))
    return told


def _key(k: int, until: dt.date | None, days: int) -> str:
    return f"{KIND}/{k}/{until}/{days}"


def _untold(rows: Iterable[tuple[int, dt.date]], days: int) -> Iterator[list[int]]:
    """The numbers of those of whom this step was not told yet, so many at once."""
    keys = {f"{_key(k, until, days)}/person": k for k, until in rows}
    names = list(keys)
    for start in range(0, len(names), TOLD_AT_ONCE):
        part = names[start : start + TOLD_AT_ONCE]
        known = set(Message.objects.filter(key__in=part).values_list("key", flat=True))
        if ks := [keys[name] for name in part if name not in known]:
            yield ks


def _tell(ks: list[int], days: int) -> int:
    whole = Qualification.objects.select_related("person", "skill", "site").in_bulk(ks)
    notices = []
    for q in whole.values():
        key = _key(q.k, q.valid_until, days)
        subject = _("您的“%(s)s”将于 %(d)s 到期") % {"s": q.skill.name, "d": q.valid_until}
        queue(f"{key}/person", KIND, person=q.person, subject=subject, body=subject, about=q)
        what = q.skill.get_kind_display()
        notices.append(Notice(key, KIND, _("资质将到期"), what, q, KEEPERS, q.site, None))
    notify(notices)
    return len(notices)
