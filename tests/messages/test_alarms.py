"""A clock that runs out is told to whoever must act, then to the next levels; groups learn nothing personal (T-6.4.1)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from tests.processes.test_complaint import TOPU, complain, customer, promise
from zhicheng.core import minutely
from zhicheng.core.clocks import ClockRow
from zhicheng.messages import alarms
from zhicheng.messages.models import Message

if TYPE_CHECKING:
    from tests.house import House


def _told(kind: str) -> set[Any]:
    return {m.person and m.person.k for m in Message.objects.filter(kind=kind)}


@pytest.mark.proves("T-6.5.1")
def test_who_must_act_is_told_before_and_the_next_levels_after(reached: House, book: Any) -> None:
    promise(reached, TOPU)
    complaint = complain(reached, customer(reached, "abroad"), complainant="张某人", contact="13800000000")
    due = ClockRow.objects.get(k=complaint.k, name="respond").due_at
    alarms.sweep(due - dt.timedelta(minutes=20))
    people = reached.people
    assert _told("due_soon") == {people["sales"].k, people["after_sales"].k}
    alarms.sweep(due + dt.timedelta(minutes=1))
    alarms.sweep(due + dt.timedelta(minutes=2))
    assert _told("late") == {people["quality_manager"].k}
    (late,) = Message.objects.filter(kind="late")
    assert (late.urgent, late.public["words"]) == (True, "回应顾客 已逾期")
    assert late.subject == f"投诉 {complaint.number}：回应顾客 已逾期"
    alarms.sweep(due + dt.timedelta(hours=5))
    assert _told("late") >= {people["chief_quality_officer"].k, people["general_manager"].k}


def test_a_group_hears_of_what_is_late_and_nothing_personal(reached: House, book: Any, post: Any) -> None:
    book.add("floor", "wecom", {"url": f"{post.url}/wecom?key=0123456789abcdef", "secret": ""}, ("late",))
    promise(reached, TOPU)
    complaint = complain(
        reached, customer(reached), complainant="张某人", contact="13800000000", description="张某人来电"
    )
    due = ClockRow.objects.get(k=complaint.k, name="respond").due_at
    alarms.sweep(due + dt.timedelta(minutes=1))
    (told,) = Message.objects.filter(channel="floor")
    said = told.public_body
    assert complaint.number in said
    assert "回应顾客 已逾期" in said
    assert "张某人" not in said
    assert "13800000000" not in said


def test_the_sweep_is_among_what_is_done_each_minute() -> None:
    assert minutely.name_of(alarms.sweep) in minutely.tasks()


def test_a_level_that_nobody_holds_is_seen_and_not_lost(house: House) -> None:
    from zhicheng.core.authority import SYSTEM
    from zhicheng.core.organisation import RoleAssignment
    from zhicheng.core.writers import perform

    for assignment in RoleAssignment.objects.filter(role__in=("sales", "after_sales")):
        perform(assignment, "revoke", by=SYSTEM, version=assignment.version, reason="离职")
    promise(house, TOPU)
    from zhicheng.core.process import registry
    from zhicheng.core.writers import open_record

    facts = {"channel": "public", "description": "不亮", "complainant": "某人"}
    complaint = open_record(registry["complaint.complaint"], facts, by=house.actor("inspector"))
    due = ClockRow.objects.get(k=complaint.k, name="respond").due_at
    alarms.sweep(due - dt.timedelta(minutes=20))
    (lost,) = Message.objects.filter(kind="due_soon")
    assert (lost.state, lost.last_error) == ("failed", "no_holder:after_sales")
