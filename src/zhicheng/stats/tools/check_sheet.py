"""Check sheet: tallies of what was seen, by category and by time, place or machine."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckSheet:
    """A tally: counts[row][column] with the totals of both."""

    rows: tuple[Hashable, ...]
    columns: tuple[Hashable, ...]
    counts: tuple[tuple[int, ...], ...]
    row_totals: tuple[int, ...]
    column_totals: tuple[int, ...]
    total: int


def check_sheet(
    entries: Iterable[tuple[Hashable, Hashable] | tuple[Hashable, Hashable, int]],
    *,
    rows: Iterable[Hashable] = (),
    columns: Iterable[Hashable] = (),
) -> CheckSheet:
    """Tally entries (row, column) or (row, column, how many).

    ``rows``, ``columns``: shown first and even when nothing was counted there; what is not among them follows in order of appearance.
    Errors: ValueError for a number that is not a whole one of at least 0.

    >>> check_sheet([("划伤", "早班"), ("划伤", "晚班", 2)], rows=["划伤", "色差"]).counts
    ((1, 2), (0, 0))
    """
    across, down = dict.fromkeys(columns), dict.fromkeys(rows)
    tally: dict[tuple[Hashable, Hashable], int] = {}
    for row, column, *rest in entries:
        number = rest[0] if rest else 1
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise ValueError(f"检查表“{row}”“{column}”处的个数须是不小于 0 的整数，不是 {number!r}。")
        down.setdefault(row)
        across.setdefault(column)
        tally[row, column] = tally.get((row, column), 0) + number
    counts = tuple(tuple(tally.get((row, column), 0) for column in across) for row in down)
    sums = tuple(sum(line) for line in counts)
    by_column = tuple(sum(line[at] for line in counts) for at in range(len(across)))
    return CheckSheet(tuple(down), tuple(across), counts, sums, by_column, sum(sums))
