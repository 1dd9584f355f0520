"""Reading a file of records: heads matched to facts, cells to values, child rows to their record.

``core.bulk.check`` takes the ``Sheet`` as its rows, ``core.bulk.write`` writes what it found ready. Nothing is
written here.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from zhicheng.core import parameters
from zhicheng.core.bulk import RowError
from zhicheng.core.containers import FileRefused
from zhicheng.core.language import marked
from zhicheng.core.process import Process
from zhicheng.core.tables import Cells, Faulty, Table, Workbook, letters_of, load, open_workbook
from zhicheng.exchange.cells import blank, plain, read_cell, text
from zhicheng.exchange.columns import FileColumn, fold, import_columns, key_columns
from zhicheng.exchange.escape import unescaped
from zhicheng.exchange.heads import Heads, find_heads, sheets_of
from zhicheng.exchange.template import is_example

__all__ = ["FileRefused", "Sheet", "read"]


@dataclass
class Sheet:
    """A file's records: iterate it for (row number, {fact: value}); a cell that cannot be read is its ValidationError.

    ``heads`` maps positions of columns (from 0) to facts; ``ignored`` are heads of facts that an import does not read;
    ``children`` the child tables by fact. It can be iterated again.
    """

    process: Process
    file_name: str
    sha256: str
    kind: str
    table: Table
    heads: Heads
    children: dict[str, ChildTable] = field(default_factory=dict)
    count: int = 0
    """How many data rows the file has."""

    def __iter__(self) -> Iterator[tuple[int, dict[str, Any]]]:
        for number, cells in self.rows():
            yield number, self._facts(number, cells)

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """The data rows as they stand in the file: blank rows and the template's example are passed over."""
        columns = dict(self.heads.columns)
        if self.heads.serial is not None:
            columns[self.heads.serial] = key_columns(self.process)[0]
        return _data_rows(self.table, self.heads.row, columns)

    def key_of(self, number: int, cells: Cells) -> str:
        """By what the child rows name this row: its business key, or its serial number."""
        at = [self.heads.position(c.name) for c in key_columns(self.process)]
        values = [cells[i] if i is not None and i < len(cells) else "" for i in at]
        return _folded(values) if self.process.key else _folded([_serial(self.heads, number, cells)])

    def cell(self, row: int, fact: str) -> str:
        """Where a fact of a row stands: ``C12``, or the row alone."""
        position = self.heads.position(fact)
        return _("第 %s 行") % row if position is None else f"{letters_of(position + 1)}{row}"

    def sentence(self, error: RowError) -> str:
        """A refusal as one sentence: which file, sheet, cell and column, and what to do."""
        place = _("“%s”") % self.file_name
        if self.table.name:
            place += _("工作表“%s”") % self.table.name
        title = next((c.title for c in self.heads.columns.values() if c.name == error.fact), "")
        where = f"{place} {self.cell(error.row, error.fact)}"
        return marked(
            _("%(where)s（%(title)s）") % {"where": where, "title": title} if title else where, error.sentence
        )

    def _facts(self, number: int, cells: Cells) -> dict[str, Any]:
        facts: dict[str, Any] = {}
        width = len(cells)
        for at, column in self.heads.columns.items():
            value = cells[at] if at < width else ""
            if isinstance(value, Faulty):
                facts[column.name] = ValidationError(value.sentence)
            elif value is not None and value != "" and not blank(value):
                value = unescaped(value) if self.kind == "csv" else value
                facts[column.name] = (
                    _json_rows(column, value) if column.kind == "rows" else read_cell(column, value)
                )
        for name, child in self.children.items():
            rows = child.rows_of(self.key_of(number, cells))
            if rows is not None:
                facts[name] = rows
        return facts


class ChildTable:
    """The child rows of one fact, by the key of their record."""

    def __init__(self, column: FileColumn, keys: tuple[FileColumn, ...], table: Table, heads: Heads) -> None:
        self.column, self.table, self.heads = column, table, heads
        self.key_positions = [heads.position(k.name or k.title) or 0 for k in keys]
        self.keys = keys
        self._rows: dict[str, list[Any] | ValidationError] = {}
        self._used: set[str] = set()
        self.first_row: dict[str, int] = {}
        self._read()

    def rows_of(self, key: str) -> list[Any] | ValidationError | None:
        """The rows of one record, or what is wrong with them; None where it has none."""
        return self._rows.get(key)

    def unclaimed(self, keys: set[str]) -> list[tuple[int, str]]:
        """Row numbers and keys of child rows whose record is not in the file."""
        return [(self.first_row[k], k) for k in self._rows if k not in keys]

    def data(self) -> Iterator[tuple[int, str, Cells]]:
        """Row number, key of the record, and cells of every child row."""
        columns = {**self.heads.columns, **dict(zip(self.key_positions, self.keys, strict=True))}
        for number, cells in _data_rows(self.table, self.heads.row, columns):
            yield number, _folded(cells[i] if i < len(cells) else "" for i in self.key_positions), cells

    def _read(self) -> None:
        for number, key, cells in self.data():
            self.first_row.setdefault(key, number)
            before = self._rows.setdefault(key, [])
            row = self._row(number, cells)
            if isinstance(before, list):
                if isinstance(row, ValidationError):
                    self._rows[key] = row
                else:
                    before.append(row)

    def _row(self, number: int, cells: Cells) -> dict[str, Any] | ValidationError:
        row: dict[str, Any] = {}
        for at, column in self.heads.columns.items():
            value = cells[at] if at < len(cells) else ""
            found: Any = ValidationError(value.sentence) if isinstance(value, Faulty) else None
            if found is None and not blank(value):
                found = read_cell(column, value)
            elif found is None and column.required:
                found = ValidationError(_("不能为空。"))
            if isinstance(found, ValidationError):
                where = f"{letters_of(at + 1)}{number}"
                return ValidationError(
                    _("工作表“%(t)s”%(where)s（%(c)s）：%(why)s")
                    % {"t": self.table.name, "where": where, "c": column.title, "why": found.messages[0]}
                )
            if found is not None:
                row[column.name] = _scalar(found)
        return row


def read(process: Process, source: Path | str | bytes, file_name: str) -> Sheet:
    """Open a file of records for ``core.bulk.check``. Errors: FileRefused with the sentence for the person who made it."""
    data = load(source, file_name)
    book = open_workbook(data, file_name)
    columns = import_columns(process)
    table, heads = find_heads(process, book, columns, file_name)
    sheet = Sheet(process, file_name, hashlib.sha256(data).hexdigest(), book.kind, table, heads)
    _refuse_merged(sheet)
    _check_rows(sheet)
    if book.kind == "xlsx":
        for column in columns:
            name = next((n for n in book.names if n in sheets_of(column)), None)
            if column.kind == "rows" and name is not None:
                sheet.children[column.name] = _child(sheet, book, column, name)
        _refuse_unclaimed(sheet)
    return sheet


def _data_rows(table: Table, heads: int, columns: Mapping[int, FileColumn]) -> Iterator[tuple[int, Cells]]:
    """Rows below the heads that hold something; the template's example is passed over."""
    for number, cells in table:
        if number > heads and not all(blank(c) for c in cells) and not is_example(cells, columns):
            yield number, cells


def _child(sheet: Sheet, book: Workbook, column: FileColumn, name: str) -> ChildTable:
    keys = key_columns(sheet.process)
    table = book.table(name)
    own = tuple(FileColumn(k.name or k.title, k.title, "text", required=True, also=k.also) for k in keys)
    heads = Heads.match(table, (*own, *column.rows), frozenset(), sheet.file_name)
    positions = {c.name: at for at, c in heads.columns.items()}
    child = Heads(
        heads.row,
        {at: c for at, c in heads.columns.items() if c in column.rows},
        heads.ignored,
        positions,
    )
    return ChildTable(column, keys, table, child)


def _refuse_merged(sheet: Sheet) -> None:
    for (top, left), (bottom, right) in sheet.table.merged:
        if bottom + 1 > sheet.heads.row:
            area = f"{letters_of(left + 1)}{top + 1}:{letters_of(right + 1)}{bottom + 1}"
            raise FileRefused(
                _(
                    "“%(f)s”工作表“%(t)s”的 %(area)s 是合并单元格，读不出每一行的值：请取消合并，并在每一行填上各自的内容。"
                )
                % {"f": sheet.file_name, "t": sheet.table.name, "area": area}
            )


def _check_rows(sheet: Sheet) -> None:
    limit = parameters.value("core.import_row_limit")
    count = 0
    for count, (_number, _cells) in enumerate(sheet.rows(), 1):
        if count > limit:
            raise FileRefused(
                _("“%(f)s”超过 %(m)s 行：请分成几个文件导入，或请管理员调整“一次导入的行数上限”。")
                % {"f": sheet.file_name, "m": limit}
            )
    sheet.count = count
    if not count:
        raise FileRefused(_("“%s”只有表头，没有数据行。") % sheet.file_name)


def _refuse_unclaimed(sheet: Sheet) -> None:
    if not sheet.children:
        return
    keys = {sheet.key_of(number, cells) for number, cells in sheet.rows()}
    for child in sheet.children.values():
        for number, key in child.unclaimed(keys):
            raise FileRefused(
                _("“%(f)s”工作表“%(t)s”第 %(n)s 行的“%(k)s”在工作表“%(main)s”中没有对应的行：请核对。")
                % {
                    "f": sheet.file_name,
                    "t": child.table.name,
                    "n": number,
                    "k": key.replace("|", " "),
                    "main": sheet.table.name,
                }
            )


def _serial(heads: Heads, number: int, cells: Cells) -> Any:
    at = heads.serial
    return cells[at] if at is not None and at < len(cells) else number


def _folded(values: Iterable[Any]) -> str:
    words = (plain(text(_TEXT, v)) if not isinstance(v, Faulty) else "" for v in values)
    return "|".join(str(w).upper() for w in words)


_TEXT = FileColumn("", "", "text")


def _json_rows(column: FileColumn, value: Any) -> list[dict[str, Any]] | ValidationError:
    """Child rows as one cell of a CSV file: a JSON list of objects named by the child columns' titles or names."""
    try:
        given = json.loads(str(value))
    except ValueError:
        given = None
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        example = json.dumps([{c.title: "…" for c in column.rows[:2]}], ensure_ascii=False)
        return ValidationError(
            _("应是这样的写法：%s；也可以改用 .xlsx，另起一个工作表填写。") % example.replace("%", "%%")
        )
    rows = []
    for i, row in enumerate(given, 1):
        read_row = _json_row(column, row)
        if isinstance(read_row, ValidationError):
            return ValidationError(_("第 %(i)s 项：%(why)s") % {"i": i, "why": read_row.messages[0]})
        rows.append(read_row)
    return rows


def _json_row(column: FileColumn, row: Mapping[str, Any]) -> dict[str, Any] | ValidationError:
    known = {fold(word): c for c in column.rows for word in (*c.titles, c.name)}
    out: dict[str, Any] = {}
    for title, value in row.items():
        child = known.get(fold(title))
        if child is None:
            near = difflib.get_close_matches(title, [c.title for c in column.rows], 1)
            hint = _("是否应为“%s”？") % near[0] if near else ""
            return ValidationError(_("没有名为“%s”的项。") % title + hint)
        if blank(value):
            continue
        found = read_cell(child, value)
        if isinstance(found, ValidationError):
            return ValidationError(marked(child.title, found.messages[0]))
        out[child.name] = _scalar(found)
    return out


def _scalar(value: Any) -> Any:
    """A cell's value as a rows field takes it: numbers and dates as text, so that nothing is rounded."""
    if isinstance(value, bool | int | str):
        return value
    return unicodedata.normalize("NFC", f"{value:f}" if hasattr(value, "as_tuple") else value.isoformat())
