"""Counting time to a promise: calendar time, working days or the hours of shifts, with what is paused left out.

Pure: a calendar is given as two functions of a day. Days are days of the place (``zone``): midnight, month and year turn there.
A limit in working days counts the whole 24 hours of each working day, so that what begins at ten on a Friday with two
working days ends at ten on Tuesday; what begins on a day off begins to count at the next working day's first minute. A
limit in working hours counts only inside shifts.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias
from zoneinfo import ZoneInfo

HOUR, DAY, MONTH, WORKING_HOUR, WORKING_DAY = "hour", "day", "month", "working_hour", "working_day"
UNITS = (HOUR, DAY, MONTH, WORKING_HOUR, WORKING_DAY)
ONE_DAY = dt.timedelta(days=1)
LONGEST = 4000
"""Days that are walked at most: a calendar that never works ends there."""

Pieces: TypeAlias = "list[tuple[dt.datetime, dt.datetime]]"


@dataclass(frozen=True)
class Shift:
    """A stretch of work in minutes after the midnight on which its day begins; over 1,440 it ends on the next day."""

    start: int
    end: int


@dataclass(frozen=True)
class Calendar:
    """The days and shifts of a place. ``works`` says of a day whether it is worked and whether that is known."""

    zone: ZoneInfo
    works: Callable[[dt.date], tuple[bool, bool]]
    shifts: Callable[[dt.date], Iterable[Shift]]


@dataclass(frozen=True)
class Due:
    """When a limit ends, and whether every day on the way was known."""

    at: dt.datetime
    known: bool


class NeverWorks(ValueError):
    """The calendar has no working time within eleven years: the limit never ends."""


def due(
    start: dt.datetime,
    amount: int,
    unit: str,
    calendar: Calendar,
    pauses: Iterable[tuple[dt.datetime, dt.datetime]] = (),
) -> Due:
    """The moment at which ``amount`` units after ``start`` are used up.

    ``start`` and ``pauses`` are aware; the answer is in UTC. Errors: ValueError (a unit that is none, a negative amount),
    NeverWorks.
    """
    if unit not in UNITS or amount < 0:
        raise ValueError(f"{amount} {unit}")
    if unit == MONTH:
        local = start.astimezone(calendar.zone)
        left = _months_later(local, amount) - local
    else:
        left = dt.timedelta(hours=amount if unit in (HOUR, WORKING_HOUR) else 24 * amount)
    return _after(start, left, unit, calendar, pauses)


def used(
    start: dt.datetime,
    end: dt.datetime,
    unit: str,
    calendar: Calendar,
    pauses: Iterable[tuple[dt.datetime, dt.datetime]] = (),
) -> dt.timedelta:
    """How much time counts from ``start`` to ``end`` (zero if it lies before)."""
    total, stops = dt.timedelta(0), _merged(pauses)
    zone, first = calendar.zone, start.astimezone(calendar.zone).date() - ONE_DAY
    for day, pieces, _known in _days(first, unit, calendar):
        if dt.datetime.combine(day, dt.time(), zone) > end:
            return total
        for a, b in _without(pieces, stops):
            total += max(min(b, end) - max(a, start), dt.timedelta(0))
    return total


def _after(
    start: dt.datetime,
    left: dt.timedelta,
    unit: str,
    calendar: Calendar,
    pauses: Iterable[tuple[dt.datetime, dt.datetime]],
) -> Due:
    stops, known = _merged(pauses), True
    start = start.astimezone(dt.UTC)
    if not left:
        return Due(start, True)
    first = start.astimezone(calendar.zone).date()
    # A shift that began yesterday may still run.
    for day, pieces, sure in _days(first - ONE_DAY, unit, calendar):
        known = known and (sure or day < first)
        for a, b in _without(pieces, stops):
            a = max(a, start)
            if b - a >= left:
                return Due(a + left, known)
            left -= max(b - a, dt.timedelta(0))
    raise NeverWorks


def _days(first: dt.date, unit: str, calendar: Calendar) -> Iterator[tuple[dt.date, Pieces, bool]]:
    """Each day from ``first`` with the stretches of it that count, in UTC and in order, and whether the day is known."""
    for i in range(LONGEST):
        day = first + dt.timedelta(days=i)
        if unit in (HOUR, DAY, MONTH):
            yield day, [(_at(day, 0, calendar.zone), _at(day, 1440, calendar.zone))], True
            continue
        works, known = calendar.works(day)
        shifts = (Shift(0, 1440),) if unit == WORKING_DAY else calendar.shifts(day)
        pieces = (
            [(_at(day, s.start, calendar.zone), _at(day, s.end, calendar.zone)) for s in shifts]
            if works
            else []
        )
        yield day, sorted(pieces), known


def _at(day: dt.date, minutes: int, zone: ZoneInfo) -> dt.datetime:
    local = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minutes)
    return local.replace(tzinfo=zone).astimezone(dt.UTC)


def _merged(pauses: Iterable[tuple[dt.datetime, dt.datetime]]) -> Pieces:
    """Pauses in order, those that touch made one, empty ones dropped."""
    merged: Pieces = []
    for a, b in sorted((a.astimezone(dt.UTC), b.astimezone(dt.UTC)) for a, b in pauses):
        if merged and a <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        elif b > a:
            merged.append((a, b))
    return merged


def _without(pieces: Pieces, stops: Pieces) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The stretches with the pauses cut out."""
    for a, b in pieces:
        for s, e in stops:
            if e <= a or s >= b:
                continue
            if s > a:
                yield a, s
            a = max(a, e)
        if b > a:
            yield a, b


def _months_later(local: dt.datetime, amount: int) -> dt.datetime:
    """The same day and time of a later month, or that month's last day where it has no such day."""
    year, month = divmod(local.year * 12 + local.month - 1 + amount, 12)
    day = min(local.day, months.monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day)
