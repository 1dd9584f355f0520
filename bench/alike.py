"""How long the look-up of complaints like the one being typed takes among many.

Limit: 95th percentile of the whole request under 50 ms at 100,000 complaints. The database is a fresh SQLite file, or with
ZHICHENG_DATABASE=postgresql://… that PostgreSQL database (empty). Rows are copies of one complaint, written by one SQL statement.

Usage: ``python bench/alike.py [complaints]``
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "src")]
LIMIT_MS, ROUNDS = 50, 60
CUSTOMERS = 200
BUSY = "KH-00001"
TYPED: tuple[dict[str, str], ...] = (
    {"batch": "B-77"},
    {"serial": "S-100"},
    {"customer": BUSY, "product": "XH-001", "category": "appearance"},
    {"customer": BUSY, "product": "XH-001", "batch": "B-77", "category": "performance", "defect_code": "D-3"},
    {
        "customer": BUSY,
        "product": "XH-001",
        "batch": "none",
        "category": "performance",
        "defect_code": "none",
    },
)
"""What stands in the form, from one fact to all; the last finds nothing by batch and defect."""


def set_up(home: Path) -> Any:
    """An installation with customers, one complaint and an account; returns that account."""
    from bench import kills

    house = kills.set_up(home)
    from tests.processes.test_complaint import complain, customer
    from zhicheng.core.account import Account

    buyers = [customer(house, name=f"顾客 {i}") for i in range(CUSTOMERS)]
    complain(house, buyers[0], product=house.product, category="performance")
    return Account.objects.make("bench", "a-long-password", house.people["after_sales"])


def multiply(wanted: int) -> None:
    """Fill the table up to so many complaints over three years, all of one product: the hardest case for an index on it."""
    from django.db import connection

    from bench.lists import copy_first
    from zhicheng.core.process import registry

    text = "CAST({} AS TEXT)"
    day = "date('now', '-' || (n % 1095) || ' days')"
    if connection.vendor == "postgresql":
        day = "CURRENT_DATE - (n % 1095)"
    new = {
        "number": f"'TS-2017-' || {text.format('n')}",
        "occurred_on": day,
        "customer_id": f"1 + n % {CUSTOMERS}",
        "batch": f"'B-' || {text.format('n % 500')}",
        "serial": f"'S-' || {text.format('n')}",
        "defect_code": f"'D-' || {text.format('n % 40')}",
        "category": "CASE n % 3 WHEN 0 THEN 'performance' WHEN 1 THEN 'appearance' ELSE 'packaging' END",
        "state": "CASE WHEN n % 20 = 0 THEN 'received' ELSE 'closed' END",
    }
    copy_first(registry["complaint.complaint"].model, wanted, new)


def main() -> int:
    """Print a line for each form: median and 95th percentile; fail over the limit."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    slow = 0
    with tempfile.TemporaryDirectory() as home:
        account = set_up(Path(home))
        multiply(wanted)
        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        client = Client()
        client.force_login(account)
        for typed in TYPED:
            times = []
            for _round in range(ROUNDS + 1):
                start = time.perf_counter()
                answer = client.get("/complaint.complaint/alike", typed)
                times.append((time.perf_counter() - start) * 1000)
                if answer.status_code != 200:
                    raise SystemExit(f"{typed}: {answer.status_code}")
            with CaptureQueriesContext(connection) as queries:
                client.get("/complaint.complaint/alike", typed)
            found = answer.content.decode().count("<li>")
            p95 = statistics.quantiles(times[1:], n=20)[-1]
            slow += p95 > LIMIT_MS
            print(
                f"{statistics.median(times[1:]):6.1f} ms, p95 {p95:6.1f}, {len(queries)} queries, {found} found: {typed}"
            )
        connection.close()
    print("over the limit" if slow else f"under {LIMIT_MS} ms")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
