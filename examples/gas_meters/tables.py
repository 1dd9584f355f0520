"""The example's small tables, read from ``data``."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of ``data/<name>.csv``. Errors: FileNotFoundError."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


def total(figure: str, slice_: str = "") -> tuple[int, int]:
    """A published total: inspected and accepted. Errors: KeyError."""
    for row in table("totals"):
        if (row["figure"], row["slice"]) == (figure, slice_):
            return int(row["inspected"]), int(row["accepted"])
    raise KeyError((figure, slice_))
