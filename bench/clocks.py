"""The minute's sweep over 100,000 open clocks and 我的工作 with 10,000 open clocks, against their limits.

Limits: the sweep under 2 s while a minute's share falls due (100,000 clocks that are due over ten working days: about 21 a minute; tried
with 1,000), the page under 100 ms (95th percentile). Printed besides: all due at once. The database is a fresh SQLite file, or with
ZHICHENG_DATABASE=postgresql://… that PostgreSQL database (empty). Clocks and complaints are copies of one, written by SQL.

Usage: ``python bench/clocks.py``
"""

from __future__ import annotations

import datetime as dt
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "src")]
CLOCKS, OPEN, DUE = 100_000, 10_000, 1_000
SWEEP_LIMIT_S, PAGE_LIMIT_MS, ROUNDS = 2.0, 100, 40


def set_up(home: Path) -> Any:
    """An installation with one complaint and an account; returns both."""
    from bench import kills

    house = kills.set_up(home)
    from tests.processes.test_complaint import TOPU, complain, customer, promise
    from zhicheng.core.account import Account

    promise(house, TOPU)
    complaint = complain(house, customer(house))
    return complaint, Account.objects.make("bench", "a-long-password", house.people["after_sales"])


def multiply(complaint: Any, wanted: int) -> None:
    """Copies of the complaint, each with one running clock; due one after the other over ten days from tomorrow."""
    from bench.lists import copy_first
    from zhicheng.core.clocks import ClockRow

    model = type(complaint)
    have = model.objects.count()
    copy_first(model, wanted, {"seq": "10000000 + n", "number": "'TS-2026-' || CAST(n AS TEXT) || '-'"})
    start, clocks = dt.datetime.now(dt.UTC).replace(microsecond=0), []
    for n in range(have + 1, wanted + 1):
        due = start + dt.timedelta(days=1, seconds=8.64 * n)
        clocks.append(
            ClockRow(
                type="complaint.complaint", k=n, name="respond", started_at=start, due_at=due, amount=4,
                next_at=start + (due - start) * 0.8,
            )
        )  # fmt: skip
    ClockRow.objects.bulk_create(clocks, batch_size=1000)


def pages(account: Any) -> list[float]:
    """How long the home page takes, in milliseconds."""
    from django.test import Client

    client, taken = Client(), []
    client.force_login(account)
    for _round in range(ROUNDS):
        began = time.perf_counter()
        answer = client.get("/")
        taken.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200
    return sorted(taken[2:])


def swept(moment: dt.datetime) -> tuple[float, int]:
    """How long one sweep takes, and what it told."""
    from zhicheng.core import minutely
    from zhicheng.messages.models import Message

    before, began = Message.objects.count(), time.perf_counter()
    failed = minutely.run(moment)
    taken = time.perf_counter() - began
    assert not failed, failed
    return taken, Message.objects.count() - before


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as home:
        complaint, account = set_up(Path(home))
        from django.db import connection

        from zhicheng.core.clocks import ClockRow

        multiply(complaint, OPEN)
        taken = pages(account)
        worst = taken[int(len(taken) * 0.95) - 1]
        print(
            f"{connection.vendor}: home page with {ClockRow.objects.filter(stopped_at=None).count():,} open clocks: "
            f"median {statistics.median(taken):.0f} ms, p95 {worst:.0f} ms (limit {PAGE_LIMIT_MS}: {worst / PAGE_LIMIT_MS:.2f})"
        )
        multiply(complaint, CLOCKS)
        due = list(
            ClockRow.objects.filter(stopped_at=None).order_by("next_at").values_list("next_at", flat=True)
        )
        nothing, _told = swept(due[0] - dt.timedelta(hours=1))
        seconds, told = swept(due[DUE])
        print(
            f"sweep of {len(due):,} clocks: none due {nothing * 1000:.0f} ms; {DUE:,} due {seconds:.2f} s, {told:,} messages "
            f"(limit {SWEEP_LIMIT_S:.0f} s: {seconds / SWEEP_LIMIT_S:.2f})"
        )
        seconds, told = swept(due[-1])
        print(f"all at once: {seconds:.1f} s, {told:,} messages")


if __name__ == "__main__":
    main()
