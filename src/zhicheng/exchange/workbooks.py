"""Writing worksheets in which no text ever becomes a formula, row by row, so that memory does not grow with the rows."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import IO, Any

import xlsxwriter  # type: ignore[import-untyped]
from django.utils.translation import gettext as _
from xlsxwriter.exceptions import XlsxWriterException  # type: ignore[import-untyped]

from zhicheng.core.tables import letters_of
from zhicheng.exchange.cells import EXACT
from zhicheng.exchange.columns import FileColumn, sheet_name
from zhicheng.exchange.escape import dangerous

LAST_ROW = 1_048_575
LONGEST_LIST = 255
WIDTHS = {"date": 12, "time": 17, "boolean": 8, "integer": 10, "decimal": 12, "choice": 14}
FORMATS: dict[str, dict[str, Any]] = {
    "head": {"bold": True, "bg_color": "#E8EEF5", "border": 1, "text_wrap": True, "valign": "vcenter"},
    "duty": {"bold": True, "bg_color": "#FCE9D9", "border": 1, "text_wrap": True, "valign": "vcenter"},
    "text": {"num_format": "@"},
    "quoted": {"num_format": "@", "quote_prefix": True},
    "date": {"num_format": "yyyy-mm-dd"},
    "time": {"num_format": "yyyy-mm-dd hh:mm"},
    "example": {"italic": True, "font_color": "#808080"},
    "wrong": {"bg_color": "#FFD7D7"},
    "wrong_date": {"bg_color": "#FFD7D7", "num_format": "yyyy-mm-dd"},
    "wrong_quoted": {"bg_color": "#FFD7D7", "num_format": "@", "quote_prefix": True},
    "reason": {"font_color": "#B00020", "text_wrap": True},
    "note": {"text_wrap": True, "valign": "top"},
}


class BookWriter:
    """One workbook being written; ``close`` finishes it. Rows of a sheet must come in order."""

    def __init__(self, stream: IO[bytes], *, streaming: bool = True) -> None:
        options = {
            "constant_memory": streaming,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = xlsxwriter.Workbook(stream, options)
        self.formats = {name: self.book.add_format(settings) for name, settings in FORMATS.items()}

    def sheet(self, name: str) -> Any:
        """A new worksheet."""
        return self.book.add_worksheet(sheet_name(name))

    def heads(self, sheet: Any, columns: Sequence[FileColumn], *, duties: bool = True) -> None:
        """Heads of the columns, kept in sight; required ones are marked where the sheet is to be filled in."""
        for at, column in enumerate(columns):
            duty = duties and column.required
            title = f"{column.title}*" if duty else column.title
            sheet.set_column(at, at, max(WIDTHS.get(column.kind, 18), width_of(title) + 2))
            sheet.write_string(0, at, title, self.formats["duty" if duty else "head"])
        sheet.freeze_panes(1, 0)

    def cell(self, sheet: Any, row: int, at: int, value: Any, marked: str = "") -> None:
        """One value by its Python type. ``marked`` is ``wrong`` for a cell to be corrected."""
        plain = self.formats[marked] if marked else None
        if value is None or value == "":
            if marked:
                sheet.write_blank(row, at, None, plain)
        elif isinstance(value, dt.datetime):
            sheet.write_datetime(row, at, value, self.formats["time"])
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, at, value, self.formats[f"{marked}_date" if marked else "date"])
        elif _exact(value):
            sheet.write_number(row, at, value, plain)
        else:
            text = str(value)
            quoted = self.formats[f"{marked}_quoted" if marked else "quoted"]
            sheet.write_string(row, at, text, quoted if dangerous(text) else plain)

    def row(self, sheet: Any, row: int, values: Iterable[Any]) -> None:
        """One row of values."""
        for at, value in enumerate(values):
            self.cell(sheet, row, at, value)

    def choose(self, sheet: Any, at: int, labels: Sequence[str], hidden: Any, place: int) -> None:
        """A drop-down below the example row; a long list stands in column ``place`` of the hidden sheet."""
        source: Any = list(labels)
        if len(",".join(labels)) > LONGEST_LIST:
            for i, label in enumerate(labels):
                hidden.write_string(i, place, label)
            letters = letters_of(place + 1)
            source = f"='{hidden.get_name()}'!${letters}$1:${letters}${len(labels)}"
        sheet.data_validation(
            2,
            at,
            LAST_ROW,
            at,
            {
                "validate": "list",
                "source": source,
                "error_title": _("不在可选范围内"),
                "error_message": _("请从下拉列表中选择。"),
            },
        )

    def close(self) -> None:
        """Finish the file. Errors: OSError when it cannot be written."""
        try:
            self.book.close()
        except XlsxWriterException as error:
            raise OSError(str(error)) from error


def width_of(text: str) -> int:
    """How many columns of type a text takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _exact(value: Any) -> bool:
    """Whether a number cell keeps the value as it is."""
    return (
        isinstance(value, int | float | Decimal) and not isinstance(value, bool) and abs(float(value)) < EXACT
    )
