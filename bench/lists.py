"""How long list pages and drill-downs take over a million records, against the same pages over ten thousand.

Limit: 95th percentile under 60 ms and flat in the number of rows. The database is a fresh SQLite file, or with
ZHICHENG_DATABASE=postgresql://… that PostgreSQL database (empty). Rows are copies of one lot, written by one SQL statement: the log is not
read by a list.

Usage: ``python bench/lists.py [records]``
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

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


def set_up() -> Any:
    """An installation with one lot and an account; returns that account."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "zhicheng.config.settings"
    sys.path.insert(0, str(Path(__file__).parent.parent))
    import django

    django.setup()
    from django.core.management import call_command

    from tests.house import build
    from zhicheng.core.account import Account

    call_command("migrate", verbosity=0)
    house = build()
    house.judged(verdict="accepted")
    return Account.objects.make("bench", "a-long-password", house.people["quality_manager"])


def multiply(wanted: int) -> None:
    """Fill the table up to so many lots: days of 2017, kinds and states in turn."""
    from django.db import connection

    from zhicheng.core.process import registry

    model = registry["inspection.lot"].model
    have = model.objects.count()
    columns = [f.column for f in model._meta.concrete_fields]
    text = "CAST({} AS TEXT)"
    day = "date('2017-01-01', '+' || (n % 365) || ' days')"
    if connection.vendor == "postgresql":
        day = "DATE '2017-01-01' + (n % 365)"
    kinds = "CASE n % 3 WHEN 0 THEN 'raw_material' WHEN 1 THEN 'outside_processing' ELSE 'bought_part' END"
    bad = "n % 40 = 0"
    new = {
        "k": "n",
        "seq": "n",
        "number": f"'LL-2017-' || {text.format('n')}",
        "business_key": f"'B' || {text.format('n')}",
        "document": f"'PO-' || {text.format('n')}",
        "occurred_on": day,
        "purchase_kind": kinds,
        "state": f"CASE WHEN {bad} THEN 'rejected' ELSE 'accepted' END",
        "verdict": f"CASE WHEN {bad} THEN 'rejected' ELSE 'accepted' END",
        "first_verdict": f"CASE WHEN {bad} THEN 'rejected' ELSE 'accepted' END",
    }
    series = f"WITH RECURSIVE s(n) AS (SELECT {have + 1} UNION ALL SELECT n + 1 FROM s WHERE n < {wanted})"
    picked = ", ".join(new.get(c, f"inspection_lot.{c}") for c in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{series} INSERT INTO inspection_lot ({', '.join(columns)}) "
            f"SELECT {picked} FROM s, inspection_lot WHERE inspection_lot.k = 1"
            if connection.vendor == "postgresql"
            else f"INSERT INTO inspection_lot ({', '.join(columns)}) {series} "
            f"SELECT {picked} FROM s, inspection_lot WHERE inspection_lot.k = 1"
        )
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
        os.environ["ZHICHENG_HOME"] = home
        account = set_up()
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
