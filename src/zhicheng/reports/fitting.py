"""How the columns of a table share the width of the page, and how small its type must be for that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhicheng.reports.document import Column
from zhicheng.reports.drawn import DrawnColumn, Runs, TableSize

SHARING_COLUMNS = 3
WIDEST_HEAD, WIDEST_CELL = 12, 44
WRAPPING, NARROWEST_WRAPPED, COMFORTABLE = 14, 16, 26


@dataclass(frozen=True, slots=True)
class _Type:
    """A size of type: half-width characters across the page, and what gaps and hanging marks take of them."""

    size: TableSize
    capacity: int
    gap: int
    mark: int


TYPES = (_Type("normal", 89, 3, 3), _Type("small", 100, 3, 3), _Type("tiny", 116, 2, 2))


def shared_unit(columns: Sequence[Column]) -> str:
    """The one unit of a table whose columns, three or more of them, all have it: it then stands above the table."""
    units = [one.unit for one in columns if one.unit]
    return units[0] if len(units) >= SHARING_COLUMNS and len(set(units)) == 1 else ""


def fitted(
    columns: Sequence[Column], rows: Sequence[tuple[Runs, ...]], *, with_units: bool = True
) -> tuple[tuple[DrawnColumn, ...], TableSize]:
    """Heads, widths and size of type. Numbers and codes get the room they need; wordy columns share the rest."""
    heads = [f"{one.title}（{one.unit}）" if one.unit and with_units else one.title for one in columns]
    cells = [[row[at] for row in rows] for at in range(len(heads))]
    for kind in TYPES:
        wants = [
            _want(head, cell, kind) + beside
            for head, cell, beside in zip(heads, cells, _beside_words(columns), strict=True)
        ]
        # Words rather wrap, down to a comfortable width, than make the whole table small.
        if sum(min(want, COMFORTABLE) for want in wants) <= kind.capacity:
            break
    _squeeze(wants, sum(wants) - kind.capacity)
    total = sum(wants) or 1
    drawn = zip(columns, heads, wants, strict=True)
    return tuple(
        DrawnColumn(head, one.align, round(want * 1000 / total)) for one, head, want in drawn
    ), kind.size


def _beside_words(columns: Sequence[Column]) -> list[int]:
    """One more for a column that stands right and has words at its right: the two are kept apart."""
    aligns = [one.align for one in columns]
    return [int(pair == ("right", "left")) for pair in zip(aligns, (*aligns[1:], ""), strict=True)]


def _squeeze(wants: list[int], excess: int) -> None:
    """Take what is too much from the wordy columns, in proportion: their cells wrap."""
    wordy = [at for at, want in enumerate(wants) if want > WRAPPING]
    room = sum(wants[at] for at in wordy)
    for at in wordy if excess > 0 else ():
        wants[at] = max(NARROWEST_WRAPPED, wants[at] - excess * wants[at] // room)


def _want(head: str, cells: Sequence[Runs], kind: _Type) -> int:
    """The width that a column would like: nearly its longest cell, and a good part of its head."""
    widths = sorted(sum(width(run.text) for run in runs) for runs in cells)
    typical = widths[int(len(widths) * 0.9)] if widths else 0
    longest = min(widths[-1], typical + 8, WIDEST_CELL) if widths else 0
    marked = kind.mark if any(run.mark for runs in cells for run in runs) else 0
    return max(min(width(head), WIDEST_HEAD), longest) + marked + kind.gap


def width(text: str) -> int:
    """Width in half-width characters: a Chinese character counts two."""
    return sum(1 if ord(char) < 0x2E80 else 2 for char in text)
