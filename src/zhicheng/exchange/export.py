"""Writing records as people see them: XLSX and CSV that an import reads back, and templates to fill in."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import IO, Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from zhicheng.core.containers import FileRefused
from zhicheng.core.facts import fact_fields
from zhicheng.core.process import Process
from zhicheng.exchange.columns import SERIAL, FileColumn, columns, key_columns
from zhicheng.exchange.escape import escaped
from zhicheng.exchange.template import template
from zhicheng.exchange.workbooks import LAST_ROW, BookWriter

__all__ = ["rows_to_csv", "rows_to_xlsx", "template"]

IN_MEMORY = 8 * 2**20
FETCHED = 2000
GATHERED = 1 << 16


class _Shown:
    """How each fact of a process is shown in a cell."""

    def __init__(self, process: Process, names: Sequence[str]) -> None:
        self.process = process
        self.columns = columns(process, names)
        fields = {f.name: f for f in fact_fields(process.model)}
        self.fields = [fields[c.name] for c in self.columns]
        self.words = [
            {k: str(v) for k, v in process.states.items()} if f.name == "state" else dict(f.flatchoices)
            for f in self.fields
        ]

    def values(self, record: Any) -> list[Any]:
        """The cells of one record; child rows stay rows."""
        return [self._value(f, words, record) for f, words in zip(self.fields, self.words, strict=True)]

    def _value(self, f: models.Field[Any, Any], words: dict[Any, Any], record: Any) -> Any:
        value = getattr(record, f.attname)
        if value is None or value == "":
            return None
        if isinstance(value, dt.datetime):
            # A cell has no zone: the time as the page shows it.
            return timezone.localtime(value).replace(tzinfo=None)
        if isinstance(f, models.ForeignKey):
            return str(getattr(record, f.name).title)
        if isinstance(value, bool):
            return _("是") if value else _("否")
        return str(words[value]) if value in _keys(words) else value

    def children(self, column: FileColumn, value: Any) -> Iterator[list[Any]]:
        """The child rows of a fact, cell by cell."""
        f: Any = next(f for f in self.fields if f.name == column.name)
        for row in value or ():
            yield [_plain(c.shown(row.get(c.name))) for c in f.columns]


def _keys(words: dict[Any, Any]) -> Any:
    return words.keys() if words else ()


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else str(value)


def _fetched(process: Process, rows: Iterable[Any], names: Sequence[str]) -> Iterable[Any]:
    """Records with what their references are called, a chunk at a time."""
    if not isinstance(rows, models.QuerySet):
        return rows
    foreign = [n for n in names if isinstance(process.model._meta.get_field(n), models.ForeignKey)]
    return rows.select_related(*foreign).iterator(chunk_size=FETCHED)


def rows_to_xlsx(process: Process, rows: Iterable[Any], names: Sequence[str]) -> IO[bytes]:
    """Records as a workbook, from its beginning: one sheet of records, one for each fact that is itself rows.

    Errors: FileRefused when there are more rows than a worksheet holds.
    """
    shown = _Shown(process, names)
    stream = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller closes it
    writer = BookWriter(stream)
    keyed = [c for c in key_columns(process) if c.name]
    own = _Shown(process, [c.name for c in keyed])
    inner = [c for c in shown.columns if c.kind == "rows"]
    flat = [i for i, c in enumerate(shown.columns) if c.kind != "rows"]
    serial = bool(inner) and not keyed
    main = writer.sheet(str(process.title))
    heads = [shown.columns[i] for i in flat]
    writer.heads(main, [FileColumn("", str(SERIAL), "integer"), *heads] if serial else heads, duties=False)
    sheets = {c.name: _ChildSheet(writer, c, key_columns(process)) for c in inner}
    for number, record in enumerate(_fetched(process, rows, names), 1):
        if number > LAST_ROW:
            raise FileRefused(_("超过 %s 行，一张工作表放不下：请缩小范围或导出为 CSV。") % LAST_ROW)
        values = shown.values(record)
        writer.row(main, number, [*([number] if serial else []), *(values[i] for i in flat)])
        key = own.values(record) if keyed else [number]
        for column, value in zip(shown.columns, values, strict=True):
            if column.name in sheets:
                sheets[column.name].write(key, shown.children(column, value))
    writer.close()
    stream.seek(0)
    return stream


class _ChildSheet:
    """The sheet of child rows of one fact: first the key of the record, then the row."""

    def __init__(self, writer: BookWriter, column: FileColumn, keys: Sequence[FileColumn]) -> None:
        self.writer, self.sheet, self.at = writer, writer.sheet(column.title), 0
        writer.heads(self.sheet, [*keys, *column.rows], duties=False)

    def write(self, key: Sequence[Any], rows: Iterable[Sequence[Any]]) -> None:
        """The rows of one record."""
        for row in rows:
            self.at += 1
            if self.at > LAST_ROW:
                raise FileRefused(_("明细超过 %s 行，一张工作表放不下：请缩小范围或导出为 CSV。") % LAST_ROW)
            self.writer.row(self.sheet, self.at, [*key, *row])


def rows_to_csv(process: Process, rows: Iterable[Any], names: Sequence[str]) -> Iterator[bytes]:
    """Records as CSV for Excel (UTF-8 with byte order mark), piece by piece; facts that are rows as JSON."""
    shown = _Shown(process, names)
    buffer = io.StringIO()
    # Quoted throughout: whatever separator a reader assumes, no second cell begins inside a text.
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow([c.title for c in shown.columns])
    for record in _fetched(process, rows, names):
        cells = zip(shown.columns, shown.values(record), strict=True)
        writer.writerow([_csv_cell(shown, c, value) for c, value in cells])
        if buffer.tell() > GATHERED:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    data = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return data


def _csv_cell(shown: _Shown, column: FileColumn, value: Any) -> str:
    if value is None:
        return ""
    if column.kind == "rows":
        titles = [c.title for c in column.rows]
        rows = [
            {t: str(v) for t, v in zip(titles, row, strict=True) if v != ""}
            for row in shown.children(column, value)
        ]
        return json.dumps(rows, ensure_ascii=False) if rows else ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, dt.datetime) else value.isoformat()
    return _text_cell(value)


def _text_cell(value: Any) -> str:
    return escaped(value) if isinstance(value, str) else str(value)
