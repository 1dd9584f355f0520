"""Working days of a site: its calendar records over the statutory calendar, with an honest fallback."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import chinese_calendar

from zhicheng.core.organisation import Standing
from zhicheng.core.parameters import SiteCalendar


@dataclass(frozen=True)
class Day:
    """Whether a day is worked, and whether that is known (False: a year without data, Monday to Friday assumed)."""

    working: bool
    known: bool


@lru_cache(maxsize=8192)
def statutory(day: dt.date) -> Day:
    """The State Council's calendar (moved working days included) as carried by chinesecalendar; Monday to Friday beyond it."""
    try:
        return Day(chinese_calendar.is_workday(day), True)
    except NotImplementedError:
        return Day(day.weekday() < 5, False)


def exceptions(site: int | None, year: int) -> dict[dt.date, bool]:
    """The site's own exceptions in a year: date to worked or not."""
    rows = SiteCalendar.objects.filter(year=year, state=Standing.ACTIVE)
    rows = rows.filter(site=None) if site is None else rows.filter(site_id=site)
    return {dt.date.fromisoformat(e["day"]): e["working"] for row in rows for e in row.exceptions}


def working_days(first: dt.date, last: dt.date, site: int | None = None) -> list[dt.date]:
    """The worked days from ``first`` to ``last``, both included."""
    own = {d: w for year in range(first.year, last.year + 1) for d, w in exceptions(site, year).items()}
    days = (first + dt.timedelta(days=i) for i in range((last - first).days + 1))
    return [d for d in days if own.get(d, statutory(d).working)]


def after_working_days(start: dt.datetime, days: int, site: int | None = None) -> tuple[dt.datetime, bool]:
    """The same time of day ``days`` working days later, and whether every year on the way was known."""
    moment, left, known = start, days, True
    own: dict[int, dict[dt.date, bool]] = {}
    while left:
        moment += dt.timedelta(days=1)
        day = moment.date()
        worked = own.setdefault(day.year, exceptions(site, day.year)).get(day)
        default = statutory(day)
        known = known and (worked is not None or default.known)
        left -= worked if worked is not None else default.working
    return moment, known
