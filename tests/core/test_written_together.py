"""Rows, entries and head are written in one go at the end of a write; they stand or fall together, whatever fails."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.house import House, build
from zhicheng.core import writers
from zhicheng.core.audit import audit
from zhicheng.core.inserting import update
from zhicheng.core.process import registry
from zhicheng.core.records import OutsideWriters, writing
from zhicheng.ledger import log
from zhicheng.ledger.models import Entry
from zhicheng.processes.inspection.models import Lot


def test_a_write_is_committed_when_the_writer_returns(fresh_database: str) -> None:
    house = build()
    lot = house.lot("LH-1")
    house.perform(
        lot, "judge", "inspector", {"sample_size": "10", "nonconforming": "2", "verdict": "rejected"}
    )
    connection.close()
    found = Lot.objects.get(pk=lot.pk)
    assert (found.state, found.version) == ("rejected", 2)
    assert found.nonconformity is not None
    assert not audit().findings


def test_a_row_that_the_database_refuses_takes_everything_with_it(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = build()
    lot = house.lot("LH-1")
    size, entries = log.head().size, Entry.objects.count()
    monkeypatch.setattr(writers, "next_number", lambda process, record, writer: lot.number)
    with pytest.raises(IntegrityError):
        house.lot("LH-2")
    assert (log.head().size, Entry.objects.count(), Lot.objects.count()) == (size, entries, 1)
    monkeypatch.undo()
    assert house.lot("LH-3").seq == size
    assert not audit().findings


def test_inside_a_larger_transaction_nothing_is_committed_early(fresh_database: str) -> None:
    house = build()
    size = log.head().size

    def two() -> None:
        with transaction.atomic():
            house.lot("LH-1")
            house.lot("LH-2")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        two()
    assert (log.head().size, Lot.objects.count()) == (size, 0)


def test_what_waits_for_the_commit_sees_the_record(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, seen = build(), []
    opened = registry["inspection.lot"].opened

    def told(record: Any, by: Any) -> None:
        opened(record, by)
        transaction.on_commit(lambda: seen.append((connection.in_atomic_block, Lot.objects.count())))

    monkeypatch.setitem(registry["inspection.lot"].__dict__, "opened", told)
    house.lot("LH-1")
    assert seen == [(False, 1)]


def test_update_writes_every_column_and_only_inside_the_writers(house: House) -> None:
    lot = house.lot("LH-1")
    lot.note, lot.quantity = "改", lot.quantity * 2
    with pytest.raises(OutsideWriters):
        update(Lot, lot)
    with writing():
        update(Lot, lot)
    found = Lot.objects.get(pk=lot.pk)
    assert {f.attname: getattr(found, f.attname) for f in Lot._meta.concrete_fields} == {
        f.attname: getattr(lot, f.attname) for f in Lot._meta.concrete_fields
    }


def test_the_log_commits_with_its_block_only_where_that_is_asked(fresh_database: str) -> None:
    build()
    size = log.head().size

    def fails() -> None:
        with transaction.atomic():
            with log.locked() as one:
                one.append("ledger.test", one.next_record("ledger.test"), 1, "open", {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    connection.close()
    assert (log.head().size, Entry.objects.count()) == (size, size)


@pytest.mark.parametrize(("ahead", "taken"), [(5_000, True), (5_001, False)])
def test_a_clock_may_stand_five_seconds_behind_the_last_entry(
    ahead: int, taken: bool, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = log.head().last_at - dt.timedelta(milliseconds=ahead)
    monkeypatch.setattr(log, "now", lambda: at)
    if not taken:
        with pytest.raises(log.LogRefused, match="时钟"), transaction.atomic(), log.locked():
            pass
        return
    with transaction.atomic(), log.locked() as one:
        assert one.at == log.head().last_at, "time does not run back in the log"
