"""How long list pages and drill-downs take over a million records, against the same pages over ten thousand.

Limit: 95th percentile under 60 ms and flat in the number of rows. The database is a fresh SQLite file, or with
ZHICHENG_DATABASE=postgresql://… that PostgreSQL database (empty). Rows are copies of one lot, written by one SQL statement: the log is not
read by a list.

Usage: ``python bench/lists.py [records]``
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "src")]
LIMIT_MS, ROUNDS = 60, 60
PAGES = (
    "/inspection.lot/",
    "/inspection.lot/?before=2017-06-01.5000",
    "/inspection.lot/?state=rejected",
    "/inspection.lot/?state=accepted&before=2017-06-01.5000",
    "/inspection.lot/?purchase_kind=raw_material&state=rejected",
    "/inspection.lot/?occurred_on_from=2017-03-01&occurred_on_to=2017-03-31",
    "/inspection.lot/?verdict=rejected&occurred_on_from=2017-06-01&occurred_on_to=2017-06-30",
    "/inspection.lot/?q=PO-77",
    "/figure/incoming_acceptance?from=2017-01-01&to=2017-12-31",
    "/figure/incoming_acceptance?from=2017-05-01&to=2017-05-31&slice=purchase_kind:bought_part",
)


def set_up(home: Path) -> Any:
    """An installation with one lot and an account; returns that account."""
    from bench import kills

    house = kills.set_up(home)
    house.judged(verdict="accepted")
    from zhicheng.core.account import Account

    return Account.objects.make("bench", "a-long-password", house.people["quality_manager"])


def multiply(wanted: int) -> None:
    """Fill the table up to so many lots: days of 2017, kinds and states in turn."""
    from django.db import connection

    from zhicheng.core.process import registry

    text = "CAST({} AS TEXT)"
    day = "date('2017-01-01', '+' || (n % 365) || ' days')"
    if connection.vendor == "postgresql":
        day = "DATE '2017-01-01' + (n % 365)"
    kinds = "CASE n % 3 WHEN 0 THEN 'raw_material' WHEN 1 THEN 'outside_processing' ELSE 'bought_part' END"
    bad = "n % 40 = 0"
    new = {
        "number": f"'LL-2017-' || {text.format('n')}",
        "business_key": f"'B' || {text.format('n')}",
        "document": f"'PO-' || {text.format('n')}",
        "occurred_on": day,
        "purchase_kind": kinds,
        "state": f"CASE WHEN {bad} THEN 'rejected' ELSE 'accepted' END",
        "verdict": f"CASE WHEN {bad} THEN 'rejected' ELSE 'accepted' END",
        "first_verdict": f"CASE WHEN {bad} THEN 'rejected' ELSE 'accepted' END",
    }
    copy_first(registry["inspection.lot"].model, wanted, new)


def copy_first(model: Any, wanted: int, new: Mapping[str, str]) -> None:
    """Fill a table up to so many rows by one SQL statement: copies of the record with ``k`` = 1, but for the columns in ``new``,
    whose SQL may use ``n``, the copy's own ``k``."""
    from django.db import connection

    have, quote = model.objects.count(), connection.ops.quote_name
    table, columns = quote(model._meta.db_table), [f.column for f in model._meta.concrete_fields]
    given = {"k": "n", "seq": "n", **new}
    series = f"WITH RECURSIVE s(n) AS (SELECT {have + 1} UNION ALL SELECT n + 1 FROM s WHERE n < {wanted})"
    insert = f"INSERT INTO {table} ({', '.join(map(quote, columns))})"
    picked = ", ".join(given.get(c, f"{table}.{quote(c)}") for c in columns)
    both = (series, insert) if connection.vendor == "postgresql" else (insert, series)
    with connection.cursor() as cursor:
        cursor.execute(f"{' '.join(both)} SELECT {picked} FROM s, {table} WHERE {table}.k = 1")
        cursor.execute("ANALYZE")


def measure(account: Any) -> dict[str, list[float]]:
    """Milliseconds of each page, one after the other, through the whole of Django."""
    from django.test import Client

    client = Client()
    client.force_login(account)
    out: dict[str, list[float]] = {}
    for page in PAGES:
        times = []
        for _round in range(ROUNDS + 1):
            start = time.perf_counter()
            answer = client.get(page)
            times.append((time.perf_counter() - start) * 1000)
            if answer.status_code != 200:
                raise SystemExit(f"{page}: {answer.status_code}")
        out[page] = times[1:]
    return out


def main() -> None:
    """Print a line for each page: 95th percentile at ten thousand and at the wanted number, and their ratio."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as home:
        account = set_up(Path(home))
        from django.db import connection

        multiply(10_000)
        small = measure(account)
        start = time.perf_counter()
        multiply(wanted)
        print(f"{connection.vendor}: {wanted} lots made in {time.perf_counter() - start:.0f} s")
        large = measure(account)
        worst = 0.0
        for page in PAGES:
            few, many = (statistics.quantiles(t[page], n=20)[-1] for t in (small, large))
            worst = max(worst, many)
            print(
                f"{page:<95} p95 {few:6.1f} ms at 10000, {many:6.1f} ms at {wanted}, ratio {many / few:.2f}"
            )
        print(f"worst p95 {worst:.1f} ms, limit {LIMIT_MS} ms: {'kept' if worst < LIMIT_MS else 'MISSED'}")
        connection.close()


if __name__ == "__main__":
    main()
