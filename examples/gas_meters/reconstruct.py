"""Single records that add up to the published totals of 2017. None of them happened as it stands here.

Everything follows from one seeded generator, of which only ``random()`` is used: the same rows on every machine
and every version of Python. Only integer counts, comparisons and products of its numbers decide.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any, TypeVar

from examples.gas_meters.tables import table, total

SEED = 2017
FIRST, LAST = dt.date(2017, 1, 1), dt.date(2017, 12, 31)
KINDS = ("raw_material", "outside_processing", "bought_part")
INSPECTORS = tuple(r["staff_number"] for r in table("people") if r["roles"] == "inspector")
INCOMING_INSPECTORS, FINAL_INSPECTORS = INSPECTORS[:5], INSPECTORS[5:]
LARGEST_BATCH = 50
USUAL_BATCH = 40
BAD_DAY = 0.12
T = TypeVar("T")
Row = dict[str, Any]


def pick(rng: Random, among: Sequence[T], weights: Sequence[float]) -> T:
    """One of several by weight."""
    left = rng.random() * sum(weights)
    for one, weight in zip(among, weights, strict=True):
        left -= weight
        if left < 0:
            return one
    return among[-1]


def chosen(rng: Random, n: int, weights: Sequence[float]) -> set[int]:
    """Exactly ``n`` different positions; heavier ones are the likelier."""
    keys = sorted((rng.random() / weight, i) for i, weight in enumerate(weights))
    return {i for _key, i in keys[:n]}


def shares(n: int, weights: Sequence[float]) -> list[int]:
    """``n`` split in proportion to the weights, the largest remainders rounded up."""
    whole = sum(weights)
    exact = [n * w / whole for w in weights]
    parts = [int(e) for e in exact]
    rest = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in rest[: n - sum(parts)]:
        parts[i] += 1
    return parts


def day_weights(rng: Random, days: Sequence[dt.date]) -> list[float]:
    """How busy each day was: quiet around the spring festival, busier in autumn."""
    return [(0.55 if d.month in (1, 2) else 1.15 if d.month >= 9 else 1.0) * (0.6 + 0.8 * rng.random()) for d in days]  # fmt: skip


def lots(days: Sequence[dt.date]) -> list[Row]:
    """The incoming lots of the year in the order of their days: facts of ``inspection.lot``."""
    rng = Random(SEED)
    rows: list[Row] = []
    busy = day_weights(rng, days)
    for kind in KINDS:
        inspected, accepted = total("incoming_acceptance", kind)
        of_kind = [_lot(rng, kind, days, busy) for _ in range(inspected)]
        rejected = chosen(rng, inspected - accepted, [1.0 / row.pop("_risk") for row in of_kind])
        for i, row in enumerate(of_kind):
            _judge(rng, row, rejected=i in rejected)
        rows += of_kind
    rows.sort(key=lambda r: r["occurred_on"])
    _document(rows)
    _date_verdicts(rng, rows, days)
    return rows


def _lot(rng: Random, kind: str, days: Sequence[dt.date], busy: Sequence[float]) -> Row:
    items = [i for i in table("items") if i["purchase_kind"] == kind]
    item = pick(rng, items, [float(i["weight"]) for i in items])
    suppliers = [s for s in table("suppliers") if s["kind"] == kind]
    place = items.index(item)
    ours = [suppliers[(place * 2 + k) % len(suppliers)] for k in range(3)]
    supplier = pick(rng, ours, (5, 3, 2))
    least, most = int(item["least"]), int(item["most"])
    quantity = least + int(rng.random() * (most - least + 1))
    quantity -= quantity % 10 if quantity > 100 else 0
    risk = {"A": 0.8, "B": 1.0, "C": 1.6}[supplier["grade"]]
    return {
        "supplier": supplier["name"],
        "item": item["code"],
        "quantity": quantity,
        "unit": item["unit"],
        "occurred_on": pick(rng, days, busy),
        "inspector": INCOMING_INSPECTORS[int(rng.random() * len(INCOMING_INSPECTORS))],
        "_risk": 1.0 / risk,
        "_item": item,
    }


def _judge(rng: Random, row: Row, *, rejected: bool) -> None:
    item = row.pop("_item")
    row["sample_size"] = row["quantity"] if item["ruling"] == "every_unit" else _sample(row["quantity"])
    row["verdict"] = "rejected" if rejected else "accepted"
    row["nonconforming"] = 0
    if rejected:
        row["nonconforming"] = 1 + int(rng.random() * max(1, row["sample_size"] // 6))
        row["defect_code"] = _defect(rng, item["defects"].split())


def _sample(quantity: int) -> int:
    """How many are looked at: more of a larger lot, never more than there are. Not taken from any standard."""
    steps = ((50, 8), (150, 20), (500, 32), (1200, 50))
    return min(quantity, next((n for most, n in steps if quantity <= most), 80))


def _defect(rng: Random, codes: Sequence[str]) -> str:
    weights = {d["code"]: float(d["weight"]) for d in table("defects")}
    return pick(rng, codes, [weights[c] for c in codes])


def _document(rows: Sequence[Row]) -> None:
    """Number the delivery notes: one for each supplier and day, a line for each lot."""
    notes: dict[tuple[dt.date, str], str] = {}
    lines: Counter[str] = Counter()
    per_day: Counter[dt.date] = Counter()
    for row in rows:
        key = (row["occurred_on"], row["supplier"])
        if key not in notes:
            per_day[row["occurred_on"]] += 1
            notes[key] = f"SH{row['occurred_on']:%y%m%d}-{per_day[row['occurred_on']]:02d}"
        row["document"] = notes[key]
        lines[notes[key]] += 1
        row["line"] = lines[notes[key]]


def _date_verdicts(rng: Random, rows: Sequence[Row], days: Sequence[dt.date]) -> None:
    """The verdict came the same day, or on the next working day of the year."""
    later = dict(zip(days, [*days[1:], days[-1]], strict=True))
    for row in rows:
        row["judged_on"] = later[row["occurred_on"]] if rng.random() < 0.3 else row["occurred_on"]


def batches(days: Sequence[dt.date]) -> list[Row]:
    """The batches presented in the year, each with a row for every unit: facts of ``inspection.batch``."""
    rng = Random(SEED + 1)
    rows = [row for product in table("types") for row in _of_type(rng, product, days)]
    rows.sort(key=lambda r: (r["occurred_on"], r["document"]))
    return rows


def _of_type(rng: Random, product: dict[str, str], days: Sequence[dt.date]) -> list[Row]:
    presented, accepted = int(product["presented"]), int(product["accepted"])
    counts = shares(presented, _presented_on(rng, presented, days))
    rows = [row for day, n in zip(days, counts, strict=True) for row in _of_day(rng, product["code"], day, n, set(days))]  # fmt: skip
    units: list[Row] = [unit for row in rows for unit in row["units"]]
    # Some days go wrong together: a batch has its own likelihood of failure.
    likelihood = [w for row in rows for w in [4.0 if rng.random() < BAD_DAY else 1.0] * row["quantity"]]
    failed = chosen(rng, presented - accepted, likelihood)
    codes = [d["code"] for d in table("defects") if d["scope"] == "finished"]
    for i, unit in enumerate(units):
        unit["serial"] = f"{product['code']}-17{i + 1:05d}"
        unit["verdict"] = "rejected" if i in failed else "accepted"
        if i in failed:
            unit["defect"] = _defect(rng, codes)
    return rows


def _presented_on(rng: Random, presented: int, days: Sequence[dt.date]) -> list[float]:
    """Weights of the days for one type: small types are not presented every day."""
    share = min(1.0, presented / (len(days) * 16))
    weights = day_weights(rng, days)
    return [w if rng.random() < share else 0.0 for w in weights]


def _of_day(rng: Random, code: str, day: dt.date, n: int, worked: set[dt.date]) -> Iterator[Row]:
    """One type's units of one day, in batches of a usual size."""
    parts = shares(n, [1.0] * -(-n // USUAL_BATCH)) if n else []
    for i, part in enumerate(parts, 1):
        choices = [d for k in range(3) if (d := day + dt.timedelta(days=k)) in worked]
        yield {
            "product": code,
            "document": f"SJ{day:%y%m%d}-{code}-{i}",
            "shift": "早班" if i % 2 else "中班",
            "quantity": part,
            "units": [{} for _ in range(part)],
            "inspector": FINAL_INSPECTORS[int(rng.random() * len(FINAL_INSPECTORS))],
            "occurred_on": day,
            "released_on": choices[int(rng.random() * len(choices))],
            "state": "released",
        }


MAKERS: dict[str, Callable[[Sequence[dt.date]], list[Row]]] = {
    "inspection.lot": lots,
    "inspection.batch": batches,
}
