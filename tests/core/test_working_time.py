"""Time to a promise, against a slow and obviously right count of minutes (M10: J-6.2.1, J-6.2.2, T-6.4.1 to T-6.4.8)."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhicheng.core.working_time import (
    DAY,
    HOUR,
    MONTH,
    WORKING_DAY,
    WORKING_HOUR,
    Calendar,
    Due,
    NeverWorks,
    Shift,
    due,
    used,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOLIDAYS = {dt.date(2019, 10, d) for d in range(1, 8)} | {dt.date(2020, 1, 1)}
MOVED = {dt.date(2019, 9, 29), dt.date(2019, 10, 12)}
"""National day of 2019: seven days off, two weekend days worked for it."""


def works(day: dt.date) -> tuple[bool, bool]:
    return day not in HOLIDAYS and (day in MOVED or day.weekday() < 5), day.year < 2020


DAY_SHIFTS = (Shift(8 * 60, 12 * 60), Shift(13 * 60, 17 * 60))
NIGHT = (Shift(22 * 60, 30 * 60),)
PLACE = Calendar(SHANGHAI, works, lambda _day: DAY_SHIFTS)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        ("2019-09-27 15:30", 2, HOUR, "2019-09-27 17:30"),
        ("2019-12-31 23:30", 24, HOUR, "2020-01-01 23:30"),
        ("2019-09-27 10:00", 2, WORKING_DAY, "2019-09-30 10:00"),  # the Sunday is worked
        ("2019-09-30 10:00", 2, WORKING_DAY, "2019-10-09 10:00"),  # seven days off
        ("2019-10-05 10:00", 2, WORKING_DAY, "2019-10-10 00:00"),  # begins on a day off
        ("2019-10-11 16:00", 3, WORKING_DAY, "2019-10-15 16:00"),  # the Saturday is worked
        ("2019-09-26 16:00", 2, WORKING_HOUR, "2019-09-27 09:00"),
        ("2019-09-26 11:00", 3, WORKING_HOUR, "2019-09-26 15:00"),
        ("2019-09-26 20:00", 1, WORKING_HOUR, "2019-09-27 09:00"),
        ("2019-01-31 09:00", 1, MONTH, "2019-02-28 09:00"),
        ("2019-12-05 09:00", 1, MONTH, "2020-01-05 09:00"),
        ("2019-12-30 09:00", 3, DAY, "2020-01-02 09:00"),
    ],
)
def test_the_ends_of_limits_by_hand(start: str, amount: int, unit: str, end: str) -> None:
    assert due(at(start), amount, unit, PLACE).at == at(end)


def test_a_limit_that_runs_into_a_year_without_data_says_so() -> None:
    assert due(at("2019-12-31 09:00"), 1, WORKING_DAY, PLACE).known is False
    assert due(at("2019-12-30 09:00"), 1, WORKING_DAY, PLACE).known is True
    assert due(at("2019-12-31 09:00"), 48, HOUR, PLACE).known is True


def test_a_night_shift_belongs_to_the_day_on_which_it_begins() -> None:
    night = Calendar(SHANGHAI, works, lambda _day: NIGHT)
    # Friday's shift runs into Saturday, on which none begins; the next one begins on Monday.
    assert due(at("2019-09-21 01:00"), 6, WORKING_HOUR, night).at == at("2019-09-23 23:00")


def test_what_never_works_is_said() -> None:
    never = Calendar(SHANGHAI, lambda _day: (False, True), lambda _day: DAY_SHIFTS)
    with pytest.raises(NeverWorks):
        due(at("2019-09-27 15:30"), 1, WORKING_DAY, never)
    with pytest.raises(ValueError, match="week"):
        due(at("2019-09-27 15:30"), 1, "week", PLACE)


def counts(minute: dt.datetime, unit: str, calendar: Calendar) -> bool:
    """Whether this one minute counts: looked up, not computed."""
    local = minute.astimezone(calendar.zone)
    if unit in (HOUR, DAY):
        return True
    if unit == WORKING_DAY:
        return calendar.works(local.date())[0]
    for back in (0, 1):
        day = local.date() - dt.timedelta(days=back)
        into = local.hour * 60 + local.minute + 1440 * back
        if calendar.works(day)[0] and any(s.start <= into < s.end for s in calendar.shifts(day)):
            return True
    return False


def slowly(
    start: dt.datetime,
    minutes: int,
    unit: str,
    calendar: Calendar,
    pauses: list[tuple[dt.datetime, dt.datetime]],
) -> dt.datetime:
    """Minute by minute until as many have counted."""
    moment = start
    while minutes:
        if counts(moment, unit, calendar) and not any(a <= moment < b for a, b in pauses):
            minutes -= 1
        moment += dt.timedelta(minutes=1)
    return moment


STARTS = st.integers(0, 112 * 1440).map(lambda minutes: at("2019-09-20") + dt.timedelta(minutes=minutes))
SHIFTS = st.sampled_from((DAY_SHIFTS, NIGHT, (Shift(0, 1440),), (Shift(360, 840), Shift(840, 1320))))
PAUSES = st.lists(st.tuples(st.integers(-300, 6000), st.integers(0, 3000)), max_size=3)


@settings(max_examples=150, deadline=None)
@given(STARTS, st.integers(0, 3), st.sampled_from((HOUR, DAY, WORKING_HOUR, WORKING_DAY)), SHIFTS, PAUSES)
def test_every_limit_ends_when_its_last_minute_has_counted(
    start: dt.datetime, amount: int, unit: str, shifts: tuple[Shift, ...], gaps: list[tuple[int, int]]
) -> None:
    calendar = Calendar(SHANGHAI, works, lambda _day: shifts)
    minute = dt.timedelta(minutes=1)
    pauses = [(start + a * minute, start + (a + n) * minute) for a, n in gaps]
    found = due(start, amount, unit, calendar, pauses).at
    minutes = amount * 60 * (1 if unit in (HOUR, WORKING_HOUR) else 24)
    assert found == slowly(start, minutes, unit, calendar, pauses)
    assert used(start, found, unit, calendar, pauses) == minutes * minute


@settings(deadline=None)
@given(STARTS, st.integers(1, 5), st.sampled_from((HOUR, WORKING_HOUR, WORKING_DAY)), st.integers(0, 5000))
def test_starting_again_on_the_way_changes_nothing(
    start: dt.datetime, amount: int, unit: str, later: int
) -> None:
    """What a restart does: the time used so far and the rest make the same end."""
    whole = due(start, amount, unit, PLACE).at
    moment = min(start + dt.timedelta(minutes=later), whole)
    assert used(start, moment, unit, PLACE) + used(moment, whole, unit, PLACE) == used(
        start, whole, unit, PLACE
    )


@settings(deadline=None)
@given(STARTS, st.integers(1, 5), st.sampled_from((HOUR, WORKING_HOUR, WORKING_DAY)))
def test_no_time_is_due_before_it_starts_and_a_pause_never_shortens(
    start: dt.datetime, amount: int, unit: str
) -> None:
    plain = due(start, amount, unit, PLACE)
    paused = due(
        start,
        amount,
        unit,
        PLACE,
        [(start + dt.timedelta(minutes=20), start + dt.timedelta(days=3))],
    )
    assert start < plain.at <= paused.at
    assert isinstance(plain, Due)
