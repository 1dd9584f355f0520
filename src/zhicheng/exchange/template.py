"""A workbook to fill in: heads with their duties, one example row, drop-downs, a note for every column."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhicheng.core.language import CHINESE, ENGLISH, in_each, listed
from zhicheng.core.process import Process
from zhicheng.core.tables import HIDDEN_HELP
from zhicheng.exchange.cells import blank
from zhicheng.exchange.columns import FileColumn, import_columns, key_columns
from zhicheng.exchange.workbooks import BookWriter, width_of

EXAMPLE_MARK = gettext_lazy("（示例）")
EXAMPLE_DAY = dt.date(2017, 3, 8)


def template(process: Process) -> bytes:
    """The template of a process as XLSX in the reader's language. The example row is marked and passed over by the import."""
    stream = io.BytesIO()
    writer = BookWriter(stream, streaming=False)
    columns = import_columns(process)
    flat = [c for c in columns if c.kind != "rows"]
    main = writer.sheet(str(process.title))
    inner = [(c, writer.sheet(c.title)) for c in columns if c.kind == "rows"]
    help_sheet, hidden = (writer.sheet(str(name)) for name in HIDDEN_HELP)
    keys = key_columns(process)
    head = flat if process.key or not inner else [*keys, *flat]
    _fill(writer, main, head, hidden)
    at = len(head)
    for column, sheet in inner:
        _fill(writer, sheet, [*keys, *column.rows], hidden, at)
        at += len(keys) + len(column.rows)
    _explain(writer, help_sheet, process, columns, keys)
    hidden.hide()
    writer.close()
    return stream.getvalue()


def _fill(
    writer: BookWriter, sheet: Any, columns: Sequence[FileColumn], hidden: Any, offset: int = 0
) -> None:
    """Heads with notes, the example row, formats and drop-downs of one sheet."""
    writer.heads(sheet, columns)
    for at, column in enumerate(columns):
        sheet.write_comment(0, at, note(column), {"x_scale": 2, "y_scale": 1.2})
        example = _example(column)
        sheet.write_string(
            1, at, f"{EXAMPLE_MARK}{example}" if at == 0 else example, writer.formats["example"]
        )
        wide = max(14, width_of(column.title) + 4)
        form = (
            column.kind
            if column.kind in ("date", "time")
            else "text"
            if column.kind in ("text", "reference")
            else None
        )
        sheet.set_column(at, at, wide, writer.formats[form] if form else None)
        labels = (
            [_("是"), _("否")] if column.kind == "boolean" else [label for _code, label in column.choices]
        )
        if labels:
            writer.choose(sheet, at, labels, hidden, offset + at)


def note(column: FileColumn) -> str:
    """What to put into the column's cells, in one or two sentences."""
    duty = _("必填。") if column.required else _("可以不填。")
    kinds = {
        "text": _("文本。"),
        "integer": _("整数。"),
        "decimal": _("数，最多 %s 位小数；单位不要写在单元格里。") % column.places,
        "boolean": _("填“是”或“否”。"),
        "date": _("日期，如 2017-03-08、2017/3/8、2017年3月8日或 20170308。"),
        "time": _("日期和时间，如 2017-03-08 14:30。"),
        "choice": _("从下拉列表中选择：%s。") % listed(label for _code, label in column.choices[:20]),
        "reference": _("填%s的编号、代码或名称，须已登记。") % column.refers_to,
        "rows": _("在工作表“%s”中逐行填写。") % column.title,
    }
    return duty + kinds[column.kind]


def is_example(cells: Sequence[Any], columns: Mapping[int, FileColumn]) -> bool:
    """Whether a row is the template's own: its first cell is exactly what the template wrote there."""
    at, first = next((i, c) for i, c in enumerate(cells) if not blank(c))
    if not isinstance(first, str) or at not in columns or not first.strip().startswith(_marks()):
        return False
    return first.strip() in _examples(columns[at])


@cache
def _marks() -> tuple[str, ...]:
    return in_each(EXAMPLE_MARK)


def _examples(column: FileColumn) -> set[str]:
    """What the first cell of the example row holds, in whatever language the template was made."""
    found = set()
    for code in (CHINESE, ENGLISH):
        with translation.override(code):
            found |= {f"{EXAMPLE_MARK}{_example(c)}" for c in (column, *column.also)}
    return found


def _example(column: FileColumn) -> str:
    if column.choices:
        return column.choices[0][1]
    examples = {
        "integer": "10",
        "decimal": "10",
        "boolean": _("否"),
        "date": EXAMPLE_DAY.isoformat(),
        "time": f"{EXAMPLE_DAY} 14:30",
        "reference": _("编号、代码或名称"),
    }
    return examples.get(column.kind, column.title)


def _explain(
    writer: BookWriter,
    sheet: Any,
    process: Process,
    columns: Sequence[FileColumn],
    keys: Sequence[FileColumn],
) -> None:
    """The sheet of notes: one line a column, and how child rows name their record."""
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90, writer.formats["note"])
    lines = [
        (str(process.title), _("第一行是表头，带 * 的列必填；以“（示例）”开头的行导入时跳过，也可以删去。")),
        *((c.title, note(c)) for c in columns),
    ]
    names = listed(k.title for k in keys)
    for column in columns:
        lines += [(f"{column.title} · {child.title}", note(child)) for child in column.rows]
        if column.rows:
            lines.append((column.title, _("每行先填所属记录的%s，与主表一致。") % names))
    for row, (title, words) in enumerate(lines):
        sheet.write_string(row, 0, title)
        sheet.write_string(row, 1, words)
