"""The data of a study as a table: names of columns, cells with their place in the file, numbers said with sheet, row and column.

A first row that has text above a column of numbers names the columns; a table without any number is named by its first row.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from zhicheng.core.language import listed

MOST_CELLS = 400_000
NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?(?:[eE][+-]?\d+)?|[+-]?\.\d+(?:[eE][+-]?\d+)?")


def refused(sentence: str, field: str = "data") -> ValidationError:
    """A refusal that stands at a field of the form."""
    return ValidationError({field: [sentence]})


@dataclass(frozen=True, slots=True)
class Table:
    """``names`` of the columns, ``rows`` (number of the row in the file, cells). ``named``: whether the file itself names the columns."""

    names: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Any, ...]], ...]
    sheet: str
    named: bool

    def place(self, row: int, at: int) -> str:
        """A cell in words."""
        sheet = _("工作表“%s”") % self.sheet if self.sheet else ""
        return _("%(sheet)s第 %(row)s 行“%(column)s”列") % {
            "sheet": sheet,
            "row": row,
            "column": self.names[at],
        }

    def find(self, text: str) -> int:
        """The column of that name, or of that number counted from 1. Errors: ValidationError."""
        wanted = _folded(text)
        for at, name in enumerate(self.names):
            if _folded(name) == wanted:
                return at
        if text.isascii() and text.isdigit() and 1 <= int(text) <= len(self.names):
            return int(text) - 1
        raise refused(
            _("没有列“%(name)s”：有 %(names)s。") % {"name": text, "names": listed(self.names)}, "columns"
        )

    def chosen(self, text: str) -> list[int]:
        """The columns that a person names, in that order."""
        return [self.find(one.strip()) for one in re.split("[,，、;；]", text) if one.strip()]

    def numeric(self) -> list[int]:
        """Columns of nothing but numbers and blanks; one that only counts 1, 2, 3 … is no data unless there is no other."""
        found, counters = list[int](), list[int]()
        for at in range(len(self.names)):
            cells = [cell for _row, row in self.rows if not blank(cell := row[at])]
            numbers = [number_of(cell) for cell in cells]
            if cells and None not in numbers:
                counts = len(cells) > 2 and numbers == list(range(1, len(cells) + 1))
                (counters if counts else found).append(at)
        return found or counters

    def numbers(self, at: int) -> list[float]:
        """The numbers of a column down to its last filled cell. Errors: ValidationError for a gap or a text, with its place."""
        last = max((i for i, (_row, row) in enumerate(self.rows) if not blank(row[at])), default=-1)
        return [self.number(number, row, at) for number, row in self.rows[: last + 1]]

    def number(self, number: int, row: Sequence[Any], at: int) -> float:
        """The number of a cell. Errors: ValidationError with its place."""
        cell = row[at]
        if blank(cell):
            raise refused(_("%s是空的：请补上，或删去这一行。") % self.place(number, at))
        found = number_of(cell)
        if found is None:
            raise refused(
                _("%(place)s不是数（“%(cell)s”）：请更正，或在“数据列”里只选数据列。")
                % {"place": self.place(number, at), "cell": str(cell)[:40]}
            )
        return found

    def matrix(self, at: Sequence[int]) -> list[list[float]]:
        """Rows of the columns. Errors: ValidationError for a gap or a text, with its place."""
        return [[self.number(number, row, one) for one in at] for number, row in self.rows]

    def texts(self, at: int) -> list[str]:
        """The cells of a column as text. Errors: ValidationError for a gap, with its place."""
        found = []
        for number, row in self.rows:
            if blank(row[at]):
                raise refused(_("%s是空的：请补上，或删去这一行。") % self.place(number, at))
            found.append(text_of(row[at]))
        return found


def blank(cell: Any) -> bool:
    """Whether a cell holds nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def number_of(cell: Any) -> float | None:
    """The finite number in a cell, also one that stands as text with full-width digits or thousands separators."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return float(cell) if math.isfinite(cell) else None
    if not isinstance(cell, str):
        return None
    text = unicodedata.normalize("NFKC", cell).replace("\u2212", "-").strip()
    if not NUMBER.fullmatch(text):
        return None
    value = float(text.replace(",", ""))
    return value if math.isfinite(value) else None


def text_of(cell: Any) -> str:
    """A cell as a label: a whole number without decimals."""
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, dt.date | dt.datetime) else str(cell).strip()


def _folded(text: str) -> str:
    return re.sub(r"[\s_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def read(data: bytes, file_name: str, sheet: str = "") -> Table:
    """The table of a file's bytes. Errors: ValidationError with a sentence for what is no table or would take too much memory."""
    from zhicheng.core.containers import FileRefused  # a large library: only who reads a file loads it
    from zhicheng.core.tables import Faulty, load, open_workbook

    try:
        book = open_workbook(load(data, file_name), file_name)
        if sheet and book.kind == "xlsx" and sheet not in book.names:
            raise refused(
                _("没有工作表“%(s)s”：有 %(all)s。") % {"s": sheet, "all": listed(book.names)}, "sheet"
            )
        if not book.names:
            raise refused(_("“%s”里没有可见的工作表。") % file_name)
        name = sheet if sheet and book.kind == "xlsx" else book.names[0]
        kept, cells = list[tuple[int, list[Any]]](), 0
        for number, row in book.table(name):
            for at, cell in enumerate(row):
                if isinstance(cell, Faulty):
                    raise refused(
                        _("工作表“%(s)s”第 %(r)s 行第 %(c)s 列：%(why)s")
                        % {"s": name, "r": number, "c": at + 1, "why": cell.sentence}
                    )
            if all(blank(cell) for cell in row):
                continue
            kept.append((number, list(row)))
            cells += len(row)
            if cells > MOST_CELLS:
                raise refused(_("数据超过 %s 个单元格：请缩小范围后再作研究。") % MOST_CELLS)
    except FileRefused as error:
        raise refused(str(error)) from error
    if not kept:
        raise refused(_("“%s”里没有内容。") % file_name)
    return _shaped(kept, name)


def _shaped(kept: list[tuple[int, list[Any]]], sheet: str) -> Table:
    used = {at for _number, row in kept for at, cell in enumerate(row) if not blank(cell)}
    columns = range(min(used), max(used) + 1)
    rows = [(number, tuple(row[at] if at < len(row) else "" for at in columns)) for number, row in kept]
    first, body = rows[0][1], rows[1:]
    named = _names(first, [row for _number, row in body])
    if named and not body:
        raise refused(_("只有列名，没有数据。"))
    names = [
        text_of(cell) if named and not blank(cell) else _("第%s列") % at for at, cell in enumerate(first, 1)
    ]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        names = [
            f"{name}（{_('第%s列') % at}）" if name in twice else name for at, name in enumerate(names, 1)
        ]
    return Table(tuple(names), tuple(body if named else rows), sheet, named)


def _names(first: Sequence[Any], body: Iterable[Sequence[Any]]) -> bool:
    """Whether the first row names the columns: text above numbers, or a table of texts only."""
    rows = list(body)
    any_number = False
    for at, cell in enumerate(first):
        below = [row[at] for row in rows if not blank(row[at])]
        counted = bool(below) and all(number_of(one) is not None for one in below)
        any_number = any_number or counted or number_of(cell) is not None
        if counted and not blank(cell) and number_of(cell) is None:
            return True
    return not any_number
