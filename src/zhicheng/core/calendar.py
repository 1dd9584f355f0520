"""Working days and shifts of a site: its calendar records over the house's over the statutory calendar, with an honest fallback."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

import chinese_calendar
from django.conf import settings

from zhicheng.core import parameters, working_time
from zhicheng.core.organisation import Site, Standing
from zhicheng.core.parameters import SiteCalendar
from zhicheng.core.working_time import Shift


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


@dataclass(frozen=True)
class Year:
    """One year of a site: exceptions by day, the shifts of a working day, whether a calendar was loaded for it."""

    days: dict[dt.date, bool]
    shifts: tuple[Shift, ...]
    loaded: bool


def year_of(site: int | None, year: int) -> Year:
    """The year's calendar: the house's records, over them the site's own."""
    rows = SiteCalendar.objects.filter(year=year, state=Standing.ACTIVE)
    found = sorted((r for r in rows if r.site_id in (None, site)), key=lambda r: r.site_id is not None)
    days = {dt.date.fromisoformat(e["day"]): e["working"] for row in found for e in row.exceptions}
    stated = [row.shifts for row in found if row.shifts]
    if stated:
        shifts = parameters.shifts_of((s["begins"], s["ends"]) for s in stated[-1])
    else:
        shifts = parameters.Shifts(parameters.value("core.shifts", site)).shifts
    return Year(days, shifts, bool(found))


@dataclass
class SiteTime:
    """A site's calendar as read in one piece of work; each year is read once."""

    site: int | None
    _years: dict[int, Year] = field(default_factory=dict)

    def day(self, day: dt.date) -> Day:
        """Whether it is worked: by the site, by the house, by law, or Monday to Friday."""
        year = self._year(day.year)
        own, default = year.days.get(day), statutory(day)
        if own is not None:
            return Day(own, True)
        return Day(default.working, default.known or year.loaded)

    @cached_property
    def calendar(self) -> working_time.Calendar:
        """What limits are counted with (``core.working_time``)."""
        zone = settings.TIME_ZONE
        if self.site is not None:
            zone = Site.objects.filter(pk=self.site).values_list("time_zone", flat=True).first() or zone

        def works(day: dt.date) -> tuple[bool, bool]:
            found = self.day(day)
            return found.working, found.known

        return working_time.Calendar(ZoneInfo(zone), works, lambda day: self._year(day.year).shifts)

    def _year(self, year: int) -> Year:
        if year not in self._years:
            self._years[year] = year_of(self.site, year)
        return self._years[year]


def working_days(first: dt.date, last: dt.date, site: int | None = None) -> list[dt.date]:
    """The worked days from ``first`` to ``last``, both included."""
    place = SiteTime(site)
    days = (first + dt.timedelta(days=i) for i in range((last - first).days + 1))
    return [d for d in days if place.day(d).working]
