"""A file as rows of raw cells: XLSX through calamine, CSV in UTF-8, GB18030 or UTF-16. Nothing is interpreted here."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from python_calamine import CalamineError, CalamineWorkbook

from zhicheng.core import parameters
from zhicheng.core.containers import FileRefused, check_workbook, kind_of
from zhicheng.core.language import in_each

Cells: TypeAlias = Sequence[Any]
LONGEST_CSV_CELL = 1 << 20
HIDDEN_HELP = (gettext_lazy("填写说明"), gettext_lazy("选项"))
DELIMITERS = (",", "\t", ";", "|")

csv.field_size_limit(LONGEST_CSV_CELL)


@dataclass(frozen=True)
class Faulty:
    """A cell that the file itself declares unusable, and why."""

    sentence: str


class Table:
    """One sheet of raw cells. Iterating gives (row number as the office program shows it, cells from column A)."""

    name = ""
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()

    def __iter__(self) -> Iterator[tuple[int, Cells]]:
        raise NotImplementedError


class SheetTable(Table):
    """A worksheet, parsed once by calamine and kept by it, far smaller than as Python objects."""

    def __init__(self, workbook: Any, name: str, faults: dict[str, str]) -> None:
        self.name = name
        self._sheet = workbook.get_sheet_by_name(name)
        self._faults = {position(cell): sentence for cell, sentence in faults.items()}
        self.merged = tuple(self._sheet.merged_cell_ranges or ())

    def __iter__(self) -> Iterator[tuple[int, Cells]]:
        start = self._sheet.start
        if start is None:
            return
        left = [""] * start[1]
        by_row: dict[int, list[tuple[int, str]]] = {}
        for (row, column), sentence in self._faults.items():
            by_row.setdefault(row, []).append((column, sentence))
        for number, cells in enumerate(self._sheet.iter_rows(), 1):
            if left:
                cells = [*left, *cells]
            for column, sentence in by_row.get(number, ()):
                cells = [*cells, *[""] * (column - len(cells))]
                cells[column - 1] = Faulty(sentence)
            yield number, cells


class TextTable(Table):
    """A CSV file, decoded and split anew at each iteration."""

    def __init__(self, data: bytes, encoding: str, delimiter: str) -> None:
        self._data, self._encoding, self._delimiter = data, encoding, delimiter

    def __iter__(self) -> Iterator[tuple[int, Cells]]:
        stream = io.TextIOWrapper(io.BytesIO(self._data), self._encoding, newline="")
        yield from enumerate(csv.reader(stream, delimiter=self._delimiter), 1)


@dataclass
class Workbook:
    """The tables of a file by name, opened when asked for; a CSV file has one without name."""

    names: tuple[str, ...]
    kind: str
    file_name: str
    _book: Any = None
    _text: TextTable | None = None
    _faults: dict[str, dict[str, str]] | None = None

    def table(self, name: str) -> Table:
        """The table of that name. Errors: FileRefused."""
        if self._text is not None:
            return self._text
        try:
            return SheetTable(self._book, name, (self._faults or {}).get(name, {}))
        except CalamineError as error:
            raise FileRefused(_damaged(self.file_name)) from error


def position(cell: str) -> tuple[int, int]:
    """Row and column (from 1) of a cell such as C12."""
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(cell[len(letters) :]), column


def letters_of(column: int) -> str:
    """The letters of a column (from 1): 28 is AB."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def load(source: Path | str | bytes, file_name: str) -> bytes:
    """The file's bytes. Errors: FileRefused for an empty file and one over the limit."""
    limit = parameters.value("core.file_limit_mb")
    size = len(source) if isinstance(source, bytes) else Path(source).stat().st_size
    if size > limit * 2**20:
        raise FileRefused(
            _("“%(f)s”有 %(n).1f MB，超过上限 %(m)s MB：请分成几个文件导入，或请管理员调整“单个文件上限”。")
            % {"f": file_name, "n": size / 2**20, "m": limit}
        )
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    if not data.strip():
        raise FileRefused(_("“%s”是空文件。") % file_name)
    return data


def open_workbook(data: bytes, file_name: str) -> Workbook:
    """The file's tables. Errors: FileRefused."""
    rows_limit = parameters.value("core.import_row_limit")
    if kind_of(data[:65536], file_name) == "csv":
        return Workbook(("",), "csv", file_name, _text=_open_text(data, file_name))
    faults = check_workbook(data, file_name, rows_limit)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except CalamineError as error:
        raise FileRefused(_damaged(file_name)) from error
    visible = [s.name for s in book.sheets_metadata if str(s.visible).endswith("Visible")]
    helping = {name for title in HIDDEN_HELP for name in in_each(title)}
    worksheets = [n for n in visible or book.sheet_names if n not in helping]
    return Workbook(tuple(worksheets), "xlsx", file_name, _book=book, _faults=faults)


def _damaged(file_name: str) -> str:
    return _("“%s”打不开：请在 Excel 中打开后重新另存为 .xlsx。") % file_name


def _open_text(data: bytes, file_name: str) -> TextTable:
    encoding = _encoding(data, file_name)
    head = data[:65536].decode(encoding, errors="ignore").split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=head.count)
    table = TextTable(data, encoding, delimiter)
    number = 0
    try:
        for number, _cells in table:  # noqa: B007 - the number is for the message
            pass
    except csv.Error as error:
        raise FileRefused(
            _("“%(f)s”第 %(n)s 行之后读不下去：多半是引号不成对，或一个单元格太长。请检查后重新保存为 CSV。")
            % {"f": file_name, "n": number}
        ) from error
    return table


def _encoding(data: bytes, file_name: str) -> str:
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            for start in range(0, len(data), 1 << 20):
                decoder.decode(data[start : start + (1 << 20)])
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise FileRefused(
        _("“%s”的文字编码既不是 UTF-8 也不是 GBK：请在 Excel 中另存为“CSV UTF-8”或 .xlsx。") % file_name
    )
