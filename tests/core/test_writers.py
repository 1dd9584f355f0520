"""The three writers: what they refuse, what they leave in the log."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from tests.house import today
from zhicheng.config.doctor import doctor
from zhicheng.core.audit import audit
from zhicheng.core.authority import SYSTEM, Actor
from zhicheng.core.process import registry
from zhicheng.core.records import OutsideWriters
from zhicheng.core.writers import Refused, Stale, amend, migrate, open_record, perform, today_of
from zhicheng.ledger import log
from zhicheng.ledger.models import Entry, Head

if TYPE_CHECKING:
    from tests.house import House


def entries() -> int:
    return Head.objects.get(pk=1).size


def test_opening_leaves_one_entry_with_every_fact(house: House) -> None:
    before = entries()
    lot = house.lot()
    assert entries() == before + 1
    (version,) = log.versions("inspection.lot", lot.k)
    assert version.act == "open"
    assert version.facts["quantity"] == 100_000
    assert version.facts["supplier"] == f"supplier.supplier/{house.supplier.k}"
    assert version.facts["_by"] == f"org.person/{house.people['inspector'].k}"
    assert version.facts["_authority"] == "inspector"
    assert version.facts["_means"] == "test"
    at = dt.datetime.strptime(version.facts["_at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
    assert dt.timedelta(0) <= log.now() - at < dt.timedelta(minutes=1)
    assert lot.seq == version.seq == before


def test_nothing_is_written_when_anything_is_refused(house: House) -> None:
    before = entries()
    with pytest.raises(ValidationError) as refused:
        house.lot(quantity="-5", document="")
    assert "document" in refused.value.message_dict
    with pytest.raises(ValidationError):
        house.lot(quantity="0")
    assert entries() == before
    assert not registry["inspection.lot"].model.objects.exists()


def test_a_stale_version_is_refused_and_says_so(house: House) -> None:
    lot = house.lot()
    amend(lot, {"note": "一"}, by=house.actor("inspector"), version=1)
    with pytest.raises(Stale, match="第 2 版"):
        amend(lot, {"note": "二"}, by=house.actor("inspector"), version=1)
    with pytest.raises(Stale):
        perform(lot, "judge", {"verdict": "accepted"}, by=house.actor("inspector"), version=1)


def test_changing_what_was_said_needs_a_reason(house: House) -> None:
    lot = house.lot()
    with pytest.raises(ValidationError, match="原因"):
        amend(lot, {"quantity": "90"}, by=house.actor("inspector"), version=1)
    lot = amend(lot, {"quantity": "90"}, by=house.actor("inspector"), version=1, reason="点数有误")
    last = log.versions("inspection.lot", lot.k)[-1]
    assert (last.act, last.facts["_reason"], last.facts["quantity"]) == ("amend", "点数有误", 90_000)


def test_amending_nothing_writes_nothing(house: House) -> None:
    lot = house.lot()
    before = entries()
    assert amend(lot, {"quantity": "100"}, by=house.actor("inspector"), version=1).version == 1
    assert entries() == before


@pytest.mark.parametrize("role", ["stranger", "reader", "general_manager"])
def test_a_stranger_is_told_who_may(house: House, role: str) -> None:
    with pytest.raises(Refused, match=r"须由.*检验员"):
        house.lot(by=role)


def test_scope_limits_a_role_to_its_site(house: House) -> None:
    other = open_record(registry["org.site"], {"name": "二厂"}, by=SYSTEM)
    person = open_record(registry["org.person"], {"name": "丙", "staff_number": "0777"}, by=SYSTEM)
    open_record(registry["org.role"], {"person": person, "role": "inspector", "site": other}, by=SYSTEM)
    by = Actor(person, "test")
    first = registry["org.site"].model.objects.order_by("k").first()
    facts = {
        "supplier": house.supplier,
        "document": "PO-7",
        "line": 1,
        "item": house.items["raw_material"],
        "quantity": "1",
    }
    with pytest.raises(Refused, match="范围"):
        open_record(registry["inspection.lot"], {**facts, "site": first}, by=by)
    assert open_record(registry["inspection.lot"], {**facts, "site": other}, by=by).site == other


def test_ended_and_future_roles_count_for_nothing(house: House) -> None:
    person = open_record(registry["org.person"], {"name": "丁", "staff_number": "0888"}, by=SYSTEM)
    role = registry["org.role"]
    open_record(
        role, {"person": person, "role": "inspector", "occurred_on": today() + dt.timedelta(1)}, by=SYSTEM
    )
    ended = {"occurred_on": today() - dt.timedelta(9), "until": today() - dt.timedelta(1)}
    open_record(role, {"person": person, "role": "purchasing", **ended}, by=SYSTEM)
    assert Actor(person, "test").roles == frozenset()


@pytest.mark.proves("C-7.6.1")
def test_nothing_writes_around_the_writers(house: House) -> None:
    lot = house.lot()
    rows = type(lot).objects
    before = entries()
    for attempt in (
        lot.save,
        lot.delete,
        rows.all().delete,
        lambda: rows.update(note="x"),
        lambda: rows.create(number="x"),
        lambda: rows.bulk_create([lot]),
        lambda: rows.bulk_update([lot], ["note"]),
        lambda: type(lot)._base_manager.filter(pk=lot.pk).update(note="x"),
        lambda: rows.get_or_create(number="nope"),
    ):
        with pytest.raises(OutsideWriters):
            attempt()
    assert entries() == before


@pytest.mark.parametrize(
    "statement", ["UPDATE ledger_entry SET ver = 9 WHERE seq = 0", "DELETE FROM ledger_entry WHERE seq = 0"]
)
def test_the_database_refuses_to_change_the_log(house: House, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.proves("R-2.2")
def test_late_entry_is_allowed_marked_and_needs_its_reason(house: House) -> None:
    long_ago = today() - dt.timedelta(days=30)
    with pytest.raises(ValidationError, match="补录"):
        house.lot(occurred_on=long_ago)
    lot = house.lot(occurred_on=long_ago, late_reason="单据遗失后找回")
    assert lot.late
    assert not house.lot("PO-2", occurred_on=today() - dt.timedelta(days=3)).late
    with pytest.raises(ValidationError, match="之后"):
        house.lot("PO-3", occurred_on=today() + dt.timedelta(days=1))


@pytest.mark.proves("R-2.2")
def test_a_month_is_closed_by_sign_off_and_later_entries_are_marked(house: House) -> None:
    month = today().replace(day=1) - dt.timedelta(days=1)
    facts = {"month": f"{month:%Y-%m}"}
    open_record(registry["core.month_close"], facts, by=house.actor("quality_manager"))
    lot = house.lot(occurred_on=month, late_reason="补录")
    assert lot.after_close
    assert not house.lot("PO-2").after_close
    with pytest.raises(ValidationError, match="尚未结束"):
        open_record(
            registry["core.month_close"], {"month": f"{today():%Y-%m}"}, by=house.actor("quality_manager")
        )


def test_an_effect_is_logged_with_its_cause_and_the_authority_behind_it(house: House) -> None:
    before = entries()
    lot = house.judged(verdict="rejected")
    assert entries() == before + 3
    judged = log.versions("inspection.lot", lot.k)[-1]
    opened = log.versions("nonconformity.nonconformity", lot.nonconformity.k)[0]
    assert opened.facts["_cause"] == judged.seq
    assert opened.facts["_authority"] == "inspector"
    assert opened.facts["subject"] == f"inspection.lot/{lot.k}"
    assert judged.facts["nonconformity"] == f"nonconformity.nonconformity/{lot.nonconformity.k}"


def test_when_the_effect_fails_nothing_at_all_is_written(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    lot = house.lot()
    before = entries()
    monkeypatch.setattr("zhicheng.core.clocks.turn", lambda *_a: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        house.perform(
            lot, "judge", "inspector", {"sample_size": "1", "nonconforming": "1", "verdict": "rejected"}
        )
    assert entries() == before
    assert house.fresh(lot).state == "received"
    assert not registry["nonconformity.nonconformity"].model.objects.exists()


@pytest.mark.proves("E-6.1")
def test_a_signature_needs_fresh_proof_and_names_the_version_signed(house: House) -> None:
    lot = house.judged()
    unproved = house.actor("inspector", proved=False)
    with pytest.raises(Refused, match="重新验证身份"):
        perform(lot, "release", {}, by=unproved, version=2)
    old = Actor(house.people["inspector"], "test", proved_at=log.now() - dt.timedelta(minutes=10))
    with pytest.raises(Refused, match="重新验证身份"):
        perform(lot, "release", {}, by=old, version=2)
    lot = house.perform(lot, "release", "inspector")
    (signed,) = log.versions("inspection.lot", lot.k)[-1].facts["_signed"]
    judged = Entry.objects.get(type="inspection.lot", k=lot.k, ver=2)
    assert signed["leaf"] == bytes(judged.leaf).hex()
    assert signed["name"] == house.people["inspector"].name


@pytest.mark.proves("E-6.1")
def test_four_eyes_and_its_declared_exception(house: House) -> None:
    facts = {"source": "production", "product": "表体", "description": "裂纹", "quantity": "2"}
    quality = house.actor("quality_manager")
    nc = open_record(registry["nonconformity.nonconformity"], facts, by=quality)
    nc = house.perform(nc, "contain", "inspector", {"containment": "红色标签，隔离区 3"})
    with pytest.raises(Refused, match="另一人"):
        house.perform(nc, "concede", "quality_manager", {"disposition_reason": "不影响使用"})
    manager = house.actor("general_manager")
    open_record(registry["org.appointment"], {"kind": "four_eyes_exception"}, by=manager)
    nc = house.perform(nc, "concede", "quality_manager", {"disposition_reason": "不影响使用"})
    assert log.versions("nonconformity.nonconformity", nc.k)[-1].facts["_four_eyes"] == "excepted"


def test_the_same_document_line_opens_the_next_submission_only_after_the_last_was_decided(
    house: House,
) -> None:
    first = house.judged(" po-１ ", verdict="rejected")
    assert first.submission == 1
    with pytest.raises(Refused, match="尚未办结"):
        house.lot("PO-1")
    voided = house.perform(first, "void", "quality_manager", reason="误录")
    again = house.lot("PO-1")
    assert (voided.state, again.submission) == ("void", 2)


def test_unknown_facts_and_facts_of_other_steps_are_refused(house: House) -> None:
    with pytest.raises(ValidationError, match="没有这一项"):
        house.lot(colour="red")
    with pytest.raises(ValidationError, match="没有这一项"):
        house.lot(first_verdict="accepted")
    with pytest.raises(ValidationError, match="不涉及"):
        house.perform(house.lot("PO-8"), "judge", "inspector", {"verdict": "accepted", "document": "X"})


def test_the_clock_set_back_is_refused_and_a_small_step_is_bridged(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = Head.objects.get(pk=1).last_at
    monkeypatch.setattr(log, "now", lambda: last - dt.timedelta(seconds=3))
    house.lot()
    assert Head.objects.get(pk=1).last_at == last
    monkeypatch.setattr(log, "now", lambda: last - dt.timedelta(seconds=30))
    with pytest.raises(log.LogRefused, match="时钟"):
        house.lot("PO-2")


def test_a_clock_that_ran_ahead_blocks_until_the_time_is_there_and_is_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written in between stands with the time that the clock said: nothing inside can tell; a time stamp brackets it."""
    start = Head.objects.get(pk=1).last_at
    monkeypatch.setattr(log, "now", lambda: start + dt.timedelta(days=2))
    house.lot()
    monkeypatch.setattr(log, "now", lambda: start + dt.timedelta(hours=1))
    with pytest.raises(log.LogRefused, match="早于最后一条记录"):
        house.lot("PO-2")
    assert next(line for line in doctor() if line.what.startswith("时钟")).right is False
    monkeypatch.setattr(log, "now", lambda: start + dt.timedelta(days=2, seconds=1))
    house.lot("PO-2")
    assert audit().findings == []


def test_a_second_said_twice_and_an_hour_said_twice_leave_the_log_in_order(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A leap second (the clock stands, or steps back one) and the end of summer time, which UTC does not have, in every zone."""
    new_year = dt.datetime(2036, 12, 31, 23, 59, 58, tzinfo=dt.UTC)
    autumn = dt.datetime(2037, 11, 1, 5, 30, tzinfo=dt.UTC)  # 01:30 in New York, for the first time
    moments = [new_year + dt.timedelta(seconds=n) for n in (0, 1, 1, 0, 2)]
    moments += [autumn + dt.timedelta(minutes=n) for n in (0, 29, 60, 90)]
    written = []
    for n, moment in enumerate(moments):
        monkeypatch.setattr(log, "now", lambda moment=moment: moment)
        with timezone.override("America/New_York"):
            lot = house.lot(f"PO-{n}", occurred_on=today_of(None))
        written.append(log.versions("inspection.lot", lot.k)[0])
    stamps = [one.facts["_at"] for one in written]
    assert stamps == sorted(stamps)
    assert [one.date for one in written] == sorted(one.date for one in written)
    assert stamps[3] == "2036-12-31T23:59:59Z", "a second back is bridged, not written"
    assert stamps[5] < stamps[7], "half past one, twice"
    assert audit().findings == []


def test_an_upgrade_that_changes_values_writes_its_own_entry(house: House) -> None:
    lot = house.lot()
    moved = migrate(lot, {"note": "旧码 A1"}, reason="0.2.0：缺陷代码换新")
    assert (moved.note, moved.version) == ("旧码 A1", 2)
    last = log.versions("inspection.lot", lot.k)[-1]
    assert (last.act, last.facts["_by"], last.facts["_reason"]) == (
        "migrate",
        "system",
        "0.2.0：缺陷代码换新",
    )
    assert audit().findings == []
