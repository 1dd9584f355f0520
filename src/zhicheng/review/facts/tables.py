"""What the columns of a table mean: named by the header, with numbers where there are numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from zhicheng.review.document import Block, Table
from zhicheng.review.facts.quantities import number_of

TOTAL = re.compile(r"^(?:合计|总计|小计|共计|总数|总和|累计|全年|全年合计|合\s*计)$")
RATE_NAME = re.compile(r"率|占比|比例|比重|百分比|份额|完好度|%")
ORDINAL = re.compile(r"^(?:序号|编号|No\.?|NO\.?|号)$")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that holds one number."""

    row: Block
    column: int
    value: Decimal
    unit: str
    decimals: int

    @property
    def span(self) -> tuple[int, int]:
        start = self.row.cell_start(self.column)
        return start, start + len(self.row.plain_cells[self.column])


def header_names(table: Table) -> tuple[str, ...]:
    """The names of the columns."""
    return table.header.plain_cells


def full_rows(table: Table) -> list[Block]:
    """Rows below the header with as many cells as it has."""
    width = len(table.header.cells)
    return [row for row in table.body if len(row.cells) == width]


def cell_number(row: Block, column: int) -> Cell | None:
    """The number of a cell, if it holds just one."""
    if column >= len(row.plain_cells):
        return None
    number = number_of(row.plain_cells[column])
    return Cell(row, column, *number) if number else None


def is_total(row: Block) -> bool:
    """Whether the row is a total: 合计, 总计 … in one of its first two cells."""
    return any(TOTAL.match(cell) for cell in row.plain_cells[:2])


def number_columns(table: Table) -> Iterator[tuple[int, str, list[Cell]]]:
    """Columns of numbers (most of their cells are numbers), without the column of ordinals and the totals."""
    rows = [row for row in full_rows(table) if not is_total(row)]
    for column, name in enumerate(header_names(table)):
        if ORDINAL.match(name) or re.search(r"年份|年度|日期|时间|电话|证书号|编号|代码", name):
            continue
        cells = [cell for row in rows if (cell := cell_number(row, column))]
        if len(cells) >= 1 and len(cells) * 10 >= len(rows) * 7:
            yield column, name, cells
