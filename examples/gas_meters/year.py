"""The single records of 2017, reconstructed so that every published total holds. Deterministic: same rows on every machine.

The published report gives totals only. Days, suppliers, items, inspectors, defects and the split by product type are drawn, so
nothing is judged by them.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from examples.drawing import Draw

DATA = Path(__file__).parent / "data"
KNOWN_FAMILY = "气体腰轮流量计"
LARGEST_BATCH = 50
MONTHS = (0, 82, 70, 104, 101, 103, 105, 99, 101, 106, 96, 112, 121)
"""How busy each month is, in parts; January first, index 0 unused."""


def table(name: str) -> list[dict[str, str]]:
    """The rows of one of the example's small CSV files."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Total:
    """A published total: how many were inspected and accepted."""

    inspected: int
    accepted: int


def totals() -> dict[str, Total]:
    """The published totals by name."""
    return {r["kind"]: Total(int(r["inspected"]), int(r["accepted"])) for r in table("totals")}


def inspectors() -> list[str]:
    """Names of the inspectors."""
    return [p["name"] for p in table("people") if p["roles"] == "inspector"]


def lots(days: Sequence[dt.date]) -> Iterator[dict[str, Any]]:
    """The incoming lots of the year, in the order of their days, as rows of a file."""
    rows = [
        row for kind in ("raw_material", "outside_processing", "bought_part") for row in _lots_of(kind, days)
    ]
    rows.sort(key=lambda r: (r["发生日期"], r["物料"], r["供方"]))
    for i, row in enumerate(rows, 1):
        yield {"ERP 单据号": f"RK{row['发生日期']:%y%m%d}-{i:05d}", "行号": 1, **row}


def _lots_of(kind: str, days: Sequence[dt.date]) -> Iterator[dict[str, Any]]:
    total, draw = totals()[kind], Draw(kind)
    suppliers = [s for s in table("suppliers") if s["kind"] == kind]
    items = [i for i in table("items") if i["purchase_kind"] == kind]
    defects = [d for d in table("defects") if d["where"] == "incoming"]
    picked = [draw.one(suppliers) for _ in range(total.inspected)]
    bad = _likely(draw, total.inspected - total.accepted, [int(s["quality"]) for s in picked])
    weights = [MONTHS[d.month] for d in days]
    people = inspectors()
    for i, supplier in enumerate(picked):
        quantity = draw.one((20, 40, 60, 100, 150, 200, 300, 500, 800))
        sample = min(quantity, draw.one((8, 13, 20, 32, 50)))
        day = draw.one(days, weights)
        yield {
            "供方": supplier["name"],
            "物料": items[draw.below(len(items))]["code"],
            "数量": quantity,
            "发生日期": day,
            "检验数量": sample,
            "不合格数量": 1 + draw.below(max(1, sample // 4)) if i in bad else 0,
            "检验结论": "不接收" if i in bad else "接收",
            "状态": "不接收待处置" if i in bad else "已放行",
            "检验员": draw.one(people),
            "缺陷代码": draw.one(defects, [int(d["weight"]) for d in defects])["code"] if i in bad else "",
        }


def _likely(draw: Draw, n: int, weights: Sequence[int]) -> set[int]:
    """``n`` different positions, the heavier the likelier."""
    keys = sorted(range(len(weights)), key=lambda i: draw.below(1_000_000) * 100 // weights[i])
    return set(keys[:n])


@dataclass(frozen=True)
class Presented:
    """One batch: a product type and a day, with the first verdict of each unit (None: accepted, else the defect)."""

    product: str
    document: str
    day: dt.date
    released: dt.date
    inspector: str
    units: tuple[str | None, ...]

    def serial(self, unit: int) -> str:
        """The serial number of a unit, counted from 1."""
        return f"{self.document}-{unit:02d}"


def batches(days: Sequence[dt.date]) -> Iterator[Presented]:
    """The batches presented for first inspection, in the order of their days."""
    plan = [p for known in (True, False) for p in _plan(known, days)]
    plan.sort(key=lambda p: (p[0], p[1]))
    draw, people = Draw("batches"), inspectors()
    for i, (day, product, units) in enumerate(plan, 1):
        later = [d for d in days if d >= day][: 1 + draw.below(3)]
        yield Presented(product, f"SJ{day:%y%m%d}-{i:04d}", day, later[-1], draw.one(people), units)


def _plan(known: bool, days: Sequence[dt.date]) -> Iterator[tuple[dt.date, str, tuple[str | None, ...]]]:
    total = totals()["known_family" if known else "other_families"]
    products = [p for p in table("products") if (p["family"] == KNOWN_FAMILY) is known]
    draw = Draw("known" if known else "others")
    defects = [d for d in table("defects") if d["where"] == "final"]
    weights = [int(d["weight"]) for d in defects]
    bad = draw.some(total.inspected - total.accepted, total.inspected)
    shares = [total.inspected * int(p["weight"]) // sum(int(q["weight"]) for q in products) for p in products]
    shares[0] += total.inspected - sum(shares)
    unit = 0
    busy = [MONTHS[d.month] for d in days]
    for product, share in zip(products, shares, strict=True):
        for day, size in _sizes(draw, share, days, busy):
            verdicts = tuple(
                draw.one(defects, weights)["code"] if unit + i in bad else None for i in range(size)
            )
            unit += size
            yield day, product["code"], verdicts


def _sizes(
    draw: Draw, units: int, days: Sequence[dt.date], busy: Sequence[int]
) -> Iterator[tuple[dt.date, int]]:
    """A number of units as batches of at most fifty, each on a day."""
    left = units
    while left:
        size = min(left, LARGEST_BATCH - draw.below(30))
        left -= size
        yield draw.one(days, busy), size
