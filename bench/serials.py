"""How long it takes to find the shipment of a serial number among a million, and to read them all into the index.

Limit: median under 10 ms. The database is a fresh SQLite file, or with ZHICHENG_DATABASE=postgresql://… that
PostgreSQL database (empty). Most units stand alone, a thousand ranges of a thousand each among them; rows are copies of one
shipment, written around the log, which the index does not read.

Usage: ``python bench/serials.py [serial numbers]``
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "src")]
LIMIT_MS, ROUNDS, ROWS, RANGES = 10, 500, 200, 1000


def set_up(home: Path) -> Any:
    """An installation with one shipment."""
    from bench import kills

    house = kills.set_up(home)
    from tests.house import today
    from zhicheng.core.authority import SYSTEM
    from zhicheng.core.process import registry
    from zhicheng.core.writers import open_record

    buyer = {"name": "甲", "kind": "direct", "customer_class": "general", "region": "abroad"}
    facts = {
        "document": "FH", "line": 1, "customer": open_record(registry["customer.customer"], buyer, by=SYSTEM),
        "product": house.product, "quantity": "1000000", "unit": "台", "occurred_on": today(),
    }  # fmt: skip
    return open_record(registry["delivery.shipment"], facts, by=SYSTEM)


def multiply(shipment: Any, serials: int) -> None:
    """Shipments of 200 single serial numbers each, and others of ten ranges of a thousand."""
    from django.db import transaction

    from zhicheng.core.inserting import insert
    from zhicheng.core.records import writing

    lists = [
        [{"first": f"A{n:09d}", "last": None} for n in range(start, min(start + ROWS, serials))]
        for start in range(0, serials, ROWS)
    ]
    lists += [
        [
            {"first": f"A{n * 1000 + 10**8:09d}", "last": f"A{n * 1000 + 999 + 10**8:09d}"}
            for n in range(i, i + 10)
        ]
        for i in range(0, RANGES, 10)
    ]
    made = []
    for k, rows in enumerate(lists, 2):
        one = shipment.copy()
        one.k = one.line = k
        one.seq, one.number, one.business_key = shipment.seq + k, f"FH-{k}", f"FH|{k}"
        one.serial_numbers = rows
        made.append(one)
    with transaction.atomic(), writing():
        insert(type(shipment), made)


def measure(serials: int) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds over numbers that are there, in ranges and not there."""
    from zhicheng.processes.delivery.finding import shipment_of_serial

    taken = []
    rnd = random.Random(1)
    for i in range(ROUNDS):
        n = rnd.randrange(serials) if i % 3 else 10**8 + rnd.randrange(RANGES * 1000)
        text = f"A{n:09d}" if i % 10 else f"A{n + 5 * 10**8:09d}"
        start = time.perf_counter()
        found = shipment_of_serial(text)
        taken.append(1000 * (time.perf_counter() - start))
        assert bool(found) is bool(i % 10)
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


def main() -> int:
    """Fill, read the index, find."""
    serials = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as home:
        multiply(set_up(Path(home)), serials)
        from zhicheng.processes.delivery.finding import catch_up

        start = time.perf_counter()
        read = catch_up()
        print(f"index of {read} shipments read in {time.perf_counter() - start:.1f} s")
        usual, worst = measure(serials)
    print(
        f"one of {serials} serial numbers: median {usual:.2f} ms (limit {LIMIT_MS} ms), 95th percentile {worst:.2f} ms"
    )
    return 0 if usual < LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
