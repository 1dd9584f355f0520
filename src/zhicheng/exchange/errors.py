"""The refused rows of an import as a workbook: reasons beside the cells, to correct and import again."""

from __future__ import annotations

import io
from typing import Any

from django.utils.translation import gettext as _

from zhicheng.core.bulk import Checked, RowError
from zhicheng.core.language import marked
from zhicheng.core.tables import Cells, Faulty, letters_of
from zhicheng.exchange.columns import REASON, FileColumn
from zhicheng.exchange.imports import Sheet
from zhicheng.exchange.workbooks import BookWriter


def error_sheet(checked: Checked, sheet: Sheet) -> bytes:
    """The rows that ``check`` refused, as XLSX with the heads of the file: wrong cells coloured, with a note each."""
    by_row: dict[int, list[RowError]] = {}
    for error in checked.errors:
        by_row.setdefault(error.row, []).append(error)
    stream = io.BytesIO()
    writer = BookWriter(stream, streaming=False)
    positions = sorted(sheet.heads.columns)
    columns = [sheet.heads.columns[at] for at in positions]
    main = writer.sheet(sheet.table.name or str(sheet.process.title))
    writer.heads(main, [*columns, FileColumn("", str(REASON), "text")])
    main.set_column(len(columns), len(columns), 60)
    keys: set[str] = set()
    row = 0
    for number, cells in sheet.rows():
        if number in by_row:
            row += 1
            keys.add(sheet.key_of(number, cells))
            values = [cells[at] if at < len(cells) else "" for at in positions]
            _refused(writer, main, row, columns, values, by_row[number], sheet)
    for child in sheet.children.values():
        _children(writer, child, keys)
    writer.close()
    return stream.getvalue()


def _refused(
    writer: BookWriter,
    main: Any,
    row: int,
    columns: list[FileColumn],
    values: list[Any],
    errors: list[RowError],
    sheet: Sheet,
) -> None:
    """One refused row; each reason names the cell of this file, where it is to be mended."""
    reasons = []
    for at, (column, value) in enumerate(zip(columns, values, strict=True)):
        mine = [e.sentence for e in errors if e.fact == column.name]
        value = "" if isinstance(value, Faulty) else value
        writer.cell(main, row, at, value, "wrong" if mine else "")
        if mine:
            main.write_comment(row, at, "\n".join(mine), {"x_scale": 2})
            reasons.append(marked(f"{letters_of(at + 1)}{row + 1} {column.title}", _("；").join(mine)))
    known = {c.name for c in columns}
    reasons += [e.sentence for e in errors if e.fact not in known]
    main.write_string(row, len(columns), "\n".join(reasons), writer.formats["reason"])


def _children(writer: BookWriter, child: Any, keys: set[str]) -> None:
    """The child rows of the refused records, as they stood."""
    width: list[tuple[int, FileColumn]] = sorted(child.heads.columns.items(), key=lambda one: one[0])
    own = [FileColumn(k.title, k.title, "text", required=True) for k in child.keys]
    out = writer.sheet(child.table.name)
    writer.heads(out, [*own, *(c for _at, c in width)])
    row = 0
    for _number, key, cells in child.data():
        if key in keys:
            row += 1
            values: Cells = [cells[at] if at < len(cells) else "" for at in child.key_positions]
            rest = [cells[at] if at < len(cells) else "" for at, _c in width]
            writer.row(out, row, ["" if isinstance(v, Faulty) else v for v in (*values, *rest)])
