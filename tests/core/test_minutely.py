"""What runs each minute: a transaction for each task, a failure that stops no other, one process at a time."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection

from zhicheng.core import minutely
from zhicheng.core.drafts import Draft

NOW = dt.datetime(2026, 11, 27, 4, 0, tzinfo=dt.UTC)


@pytest.fixture
def none_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minutely, "_TASKS", {})


def test_a_task_that_fails_is_undone_and_stops_no_other(
    house: Any, none_else: None, caplog: pytest.LogCaptureFixture
) -> None:
    from zhicheng.core.account import SecurityEvent

    seen: list[dt.datetime] = []

    def broken(now: dt.datetime) -> None:
        SecurityEvent.objects.create(username="x", what="broken")
        raise ValueError("no")

    minutely.every_minute(broken)
    minutely.every_minute(seen.append)
    minutely.every_minute(seen.append)
    assert minutely.run(NOW) == [minutely.name_of(broken)]
    assert seen == [NOW], "registered twice is one task"
    assert not SecurityEvent.objects.filter(what="broken").exists()
    assert "broken failed" in caplog.text


def test_two_processes_never_run_a_task_at_the_same_moment(fresh_database: str, none_else: None) -> None:
    within, most = 0, 0
    lock = threading.Lock()

    @minutely.every_minute
    def slow(now: dt.datetime) -> None:
        nonlocal within, most
        with lock:
            within += 1
            most = max(most, within)
        Draft.objects.count()
        threading.Event().wait(0.05)
        with lock:
            within -= 1

    def work() -> None:
        try:
            for _again in range(5):
                assert minutely.run() == []
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _each in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_serving_runs_the_registered_tasks() -> None:
    from zhicheng.messages import deciding

    assert minutely.name_of(deciding.forget) in minutely.tasks()
