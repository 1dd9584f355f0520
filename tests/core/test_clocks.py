"""Clocks as rows: swept, escalated, counted anew when a calendar is loaded (T-6.4.2, X-6.1.4)."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.house import House
from zhicheng.core import clocks
from zhicheng.core.authority import SYSTEM
from zhicheng.core.calendar import SiteTime
from zhicheng.core.clocks import Alarm, ClockRow, Place, sweep
from zhicheng.core.parameters import Escalation, Parameter, shifts_of
from zhicheng.core.process import Limit, Span, registry
from zhicheng.core.writers import amend, open_record, perform

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def row(
    since: dt.datetime, amount: int = 10, unit: str = "hour", name: str = "reply", k: int = 1
) -> ClockRow:
    made = ClockRow(type="complaint.complaint", k=k, name=name)
    made.set(Span(since, Limit(amount, unit, "SX-001 v1")), Place(None))
    made.save()
    return made


class Told:
    """What was told, in order."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.roles: list[str] = []

    def __call__(self, alarms: list[Alarm]) -> None:
        self.keys += [a.key for a in alarms]
        self.roles += [a.role for a in alarms]


def test_each_level_is_told_once_whenever_the_sweep_runs(db: None) -> None:
    start = at("2026-03-02 08:00")
    row(start)
    told = Told()
    for hours in (0, 7, 8, 8, 9, 10, 11):
        sweep(start + dt.timedelta(hours=hours), told)
    assert told.roles == ["", "quality_manager"]
    sweep(start + dt.timedelta(days=3), told)  # it stood still over the third and fourth
    assert told.roles == ["", "quality_manager", "chief_quality_officer", "general_manager"]
    assert sweep(start + dt.timedelta(days=9), told) == 0
    assert len(set(told.keys)) == 4


def test_a_stopped_clock_and_one_in_time_tell_nothing(db: None) -> None:
    start, told = at("2026-03-02 08:00"), Told()
    stopped = row(start)
    stopped.stopped_at = start + dt.timedelta(hours=1)
    stopped.save()
    row(start + dt.timedelta(days=1), k=2)
    assert sweep(start + dt.timedelta(hours=20), told) == 0
    assert told.keys == []


def test_what_cannot_be_told_is_told_at_the_next_sweep(fresh_database: None) -> None:
    """The level is climbed in the transaction that tells: whoever dies between leaves it as it was."""
    start, told = at("2026-03-02 08:00"), Told()
    row(start)

    def dies(_alarms: list[Alarm]) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        sweep(start + dt.timedelta(hours=9), dies)
    sweep(start + dt.timedelta(hours=9), told)
    assert told.roles == [""]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(1, 60)), min_size=1, max_size=6),
    st.lists(st.integers(0, 900), min_size=1, max_size=8),
)
def test_after_any_sweeps_just_what_had_come_was_told(
    db: None, given_clocks: Any, moments: list[int]
) -> None:
    """Across midnights, months and new year: the alarms told are those that a plain list of all alarms has up to the last sweep."""
    start = at("2026-12-20 10:00")
    with transaction.atomic():
        ClockRow.objects.all().delete()
        rows = [row(start + dt.timedelta(hours=h), n, k=i) for i, (h, n) in enumerate(given_clocks)]
        told = Told()
        for hours in sorted(moments):
            sweep(start + dt.timedelta(hours=hours), told)
    last = start + dt.timedelta(hours=max(moments))
    expected = {
        Alarm(r, percent, role).key
        for r in rows
        for percent, role in Escalation(
            "80=;100=quality_manager;150=chief_quality_officer;200=general_manager"
        ).steps
        if r.started_at + (r.due_at - r.started_at) * percent / 100 <= last
    }
    assert sorted(told.keys) == sorted(expected)


def calendar(year: int, **facts: Any) -> Any:
    return open_record(registry["core.calendar"], {"year": year, **facts}, by=SYSTEM)


def test_a_year_without_data_is_guessed_said_and_counted_anew_when_loaded(house: House) -> None:
    """Monday to Friday until the calendar of the year is there."""
    friday = at("2031-10-03 09:00")
    clock = row(friday, 2, "working_day")
    assert (clock.due_at, clock.calendar_known) == (at("2031-10-07 09:00"), False)
    days = [{"day": f"2031-10-{n:02d}", "working": False} for n in range(4, 9)]
    loaded = calendar(2031, exceptions=days)
    clocks.recount()
    clock.refresh_from_db()
    assert (clock.due_at, clock.calendar_known) == (at("2031-10-10 09:00"), True)
    again = [{"day": "2031-10-06", "working": False}]
    loaded = amend(loaded, {"exceptions": again}, by=SYSTEM, version=loaded.version, reason="更正")
    clocks.recount()
    clock.refresh_from_db()
    assert clock.due_at == at("2031-10-08 09:00")
    perform(loaded, "end_calendar", by=SYSTEM, version=loaded.version, reason="重录")
    clocks.recount()
    clock.refresh_from_db()
    assert (clock.due_at, clock.calendar_known) == (at("2031-10-07 09:00"), False)


def test_a_site_works_by_its_own_calendar_over_the_house_s(house: House) -> None:
    site = open_record(registry["org.site"], {"name": "乌鲁木齐", "time_zone": "Asia/Urumqi"}, by=SYSTEM)
    calendar(
        2031,
        exceptions=[{"day": "2031-10-06", "working": False}],
        shifts=[{"begins": "08:00", "ends": "16:00"}],
    )
    calendar(
        2031,
        site=site,
        exceptions=[{"day": "2031-10-06", "working": True}],
        shifts=[{"begins": "10:00", "ends": "18:00"}],
    )
    here, there = SiteTime(None), SiteTime(site.k)
    day = dt.date(2031, 10, 6)
    assert (here.day(day).working, there.day(day).working) == (False, True)
    started = at("2031-10-06 09:00")
    limit = Limit(2, "working_hour")
    assert clocks.due(started, limit, here).at == at("2031-10-07 10:00")
    assert clocks.due(started, limit, there).at == at(
        "2031-10-06 14:00"
    )  # ten o'clock there is noon in Shanghai


@pytest.mark.parametrize("shifts", [[{"begins": "8", "ends": "12:00"}], [{"begins": "08:00", "ends": "25:00"}],
                                    [{"begins": "08:00", "ends": "12:00"}, {"begins": "11:00", "ends": "13:00"}],
                                    [{"begins": "22:00", "ends": "06:00"}, {"begins": "05:00", "ends": "09:00"}]])  # fmt: skip
def test_shifts_that_are_none_are_refused(db: None, shifts: Any) -> None:
    with pytest.raises(ValidationError):
        calendar(2031, shifts=shifts)


def test_shifts_are_read_in_any_width_and_run_over_midnight() -> None:
    found = shifts_of([("22\uff1a00", "06:00"), ("6:00", "14:00"), ("14:00", "22:00")])
    assert [(s.start, s.end) for s in found] == [(360, 840), (840, 1320), (1320, 1800)]


@pytest.mark.parametrize("text", ["", "100=;80=", "100=chef", "0=", "x=;100=", "20000="])
def test_an_escalation_that_is_none_is_refused(db: None, text: str) -> None:
    facts = {"key": "core.escalation", "value": text}
    with pytest.raises(ValidationError):
        open_record(registry["core.parameter"], facts, by=SYSTEM)
    assert not Parameter.objects.exists()


def test_two_sweeps_at_once_tell_nothing_twice(fresh_database: None) -> None:
    """PostgreSQL passes over the rows that the other has taken; SQLite lets one write after the other."""
    start = at("2026-03-02 08:00")
    for k in range(40):
        row(start, k=k)
    told: list[str] = []
    lock = threading.Barrier(2)

    def one() -> None:
        mine = Told()
        lock.wait()
        sweep(start + dt.timedelta(hours=9), mine)
        told.extend(mine.keys)
        connection.close()

    threads = [threading.Thread(target=one) for _n in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(told) == len(set(told)) == 40
