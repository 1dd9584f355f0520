"""The single inspections of 2019 to 2021, drawn so that every printed rate holds; how many there were is invented.

Each year 200 incoming lots and eight batches of fifty units. Deterministic: the same rows on every machine.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from examples.drawing import Draw
from examples.loading import Example

UNITS = 50
FIRST_BATCH, BETWEEN = 12, 28
"""Working days before the first batch of a year, and from one batch to the next."""


@dataclass(frozen=True)
class Presented:
    """A batch with the first verdict of each unit (None: accepted, else the defect), and where its units went."""

    product: str
    customer: str
    document: str
    day: dt.date
    released: dt.date
    shipped: dt.date
    inspector: str
    units: tuple[str | None, ...]

    def serial(self, unit: int) -> str:
        """The serial number of a unit, counted from 1."""
        return f"{self.document}-{unit:02d}"

    def accepted(self) -> Iterator[tuple[int, int]]:
        """The accepted units as ranges of neighbours."""
        good = [n for n, defect in enumerate(self.units, 1) if defect is None]
        for _apart, run in groupby(enumerate(good), key=lambda one: one[1] - one[0]):
            units = [unit for _at, unit in run]
            yield units[0], units[-1]


def rejected(example: Example, year: int, kind: str) -> tuple[int, int]:
    """How many were inspected and how many of them rejected."""
    row = next(r for r in example.table("totals") if (r["year"], r["kind"]) == (str(year), kind))
    return int(row["inspected"]), int(row["inspected"]) - int(row["accepted"])


def inspectors(example: Example) -> list[str]:
    """Names of the inspectors."""
    return [p["name"] for p in example.table("people") if p["roles"] == "inspector"]


def lots(example: Example, year: int, days: Sequence[dt.date]) -> Iterator[dict[str, Any]]:
    """The incoming lots of a year, in the order of their days, as rows of a file."""
    inspected, bad = rejected(example, year, "incoming")
    draw, people = Draw(f"optics lots {year}"), inspectors(example)
    items, suppliers = example.table("items"), example.table("suppliers")
    codes = [d["code"] for d in example.table("defects") if d["where"] == "incoming"]
    wrong = draw.some(bad, inspected)
    for i in range(inspected):
        item = items[i % len(items)]
        quantity = draw.one((50, 100, 200, 500))
        fails = i in wrong
        yield {
            "ERP 单据号": f"JH{year}-{i + 1:03d}",
            "行号": 1,
            "供方": draw.one([s for s in suppliers if s["kind"] == item["purchase_kind"]])["name"],
            "物料": item["code"],
            "数量": quantity,
            "发生日期": days[i * len(days) // inspected],
            "检验数量": min(quantity, 20),
            "不合格数量": 1 + draw.below(4) if fails else 0,
            "检验结论": "不接收" if fails else "接收",
            "状态": "不接收待处置" if fails else "已放行",
            "检验员": draw.one(people),
            "缺陷代码": draw.one(codes) if fails else "",
        }


def batches(example: Example, year: int, days: Sequence[dt.date]) -> Iterator[Presented]:
    """The batches presented in a year."""
    inspected, bad = rejected(example, year, "final")
    plan = example.table("batches")
    draw, people = Draw(f"optics batches {year}"), inspectors(example)
    codes = [d["code"] for d in example.table("defects") if d["where"] == "final"]
    wrong = draw.some(bad, inspected)
    for n, row in enumerate(plan):
        at = FIRST_BATCH + BETWEEN * n
        first = n * UNITS
        units = tuple(draw.one(codes) if first + u in wrong else None for u in range(UNITS))
        document = f"CJ{year}-{n + 1:02d}"
        yield Presented(
            row["product"],
            row["customer"],
            document,
            days[at],
            days[at + 1],
            days[at + 3],
            draw.one(people),
            units,
        )
