"""Finding the row of heads and which column holds which fact; saying exactly what is wrong with it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from zhicheng.core.containers import FileRefused
from zhicheng.core.language import in_each, listed
from zhicheng.core.process import Process
from zhicheng.core.tables import Faulty, Table, Workbook, letters_of
from zhicheng.exchange.cells import blank
from zhicheng.exchange.columns import SERIAL, FileColumn, fold, other_titles, sheet_name
from zhicheng.exchange.escape import unescaped

LOOKED_AT = 10
UNIT = re.compile(r"\([^()]*\)$")


@dataclass(frozen=True)
class Heads:
    """The row of heads (from 1), the column of each fact by position (from 0), and heads that are passed over."""

    row: int
    columns: dict[int, FileColumn]
    ignored: tuple[str, ...] = ()
    positions: dict[str, int] | None = None
    serial: int | None = None

    def position(self, name: str) -> int | None:
        """Where a fact stands (from 0); None if the file has no such column."""
        if self.positions is not None:
            return self.positions.get(name)
        return next((at for at, c in self.columns.items() if c.name == name), None)

    @classmethod
    def match(
        cls, table: Table, columns: Sequence[FileColumn], others: frozenset[str], file_name: str
    ) -> Heads:
        """The heads of a table. Errors: FileRefused for unknown, double, nameless and missing columns."""
        row, cells = _best_row(table, columns)
        where = _("“%s”") % file_name + (_("工作表“%s”") % table.name if table.name else "")
        if not row:
            wanted = listed(c.title for c in columns if c.required)
            raise FileRefused(_("%(w)s的前 %(n)s 行里没有表头：请从模板复制表头，至少要有%(cols)s。") % {"w": where, "n": LOOKED_AT, "cols": wanted})  # fmt: skip
        found: dict[int, FileColumn] = {}
        ignored: list[str] = []
        serial: int | None = None
        for at, head in enumerate(cells):
            if blank(head):
                _refuse_nameless(table, row, at, where)
                continue
            column = _column(head, columns)
            if column is None and fold(head) in others:
                ignored.append(str(head))
                serial = at if fold(head) in {fold(t) for t in in_each(SERIAL)} else serial
            elif column is None:
                raise FileRefused(_unknown(where, f"{letters_of(at + 1)}{row}", str(head), columns))
            elif column in found.values():
                raise FileRefused(_("%(w)s有两列都是“%(c)s”（第二列在 %(at)s）：请删去一列。") % {"w": where, "c": column.title, "at": f"{letters_of(at + 1)}{row}"})  # fmt: skip
            else:
                found[at] = column
        missing = [c.title for c in columns if c.required and c not in found.values()]
        if missing:
            raise FileRefused(_("%(w)s第 %(n)s 行的表头缺少必填的列：%(cols)s。请补上，或从模板重新填写。") % {"w": where, "n": row, "cols": listed(missing)})  # fmt: skip
        return cls(row, found, tuple(ignored), serial=serial)


def find_heads(
    process: Process, book: Workbook, columns: Sequence[FileColumn], file_name: str
) -> tuple[Table, Heads]:
    """The table that holds the records and its heads. Errors: FileRefused."""
    others = other_titles(process)
    children = {name for c in columns if c.kind == "rows" for name in sheets_of(c)}
    if book.kind == "xlsx":
        columns = [
            c for c in columns if c.kind != "rows" or not sheets_of(c) & set(book.names)
        ]  # they have a sheet of their own
    names = [n for n in book.names if n not in children] or list(book.names)
    if not names:
        raise FileRefused(_("“%s”没有可见的工作表。") % file_name)
    own = {sheet_name(title) for title in in_each(process.title)}
    with_title = [n for n in names if n in own]
    tables = [book.table(n) for n in with_title or names]
    scores = [(_score(_best_row(t, columns)[1], columns), -i) for i, t in enumerate(tables)]
    table = tables[-max(scores)[1]]
    return table, Heads.match(table, columns, others, file_name)


def sheets_of(column: FileColumn) -> set[str]:
    """What the worksheet of a fact that is rows may be called."""
    return {sheet_name(title) for title in column.titles}


def _column(head: Any, columns: Sequence[FileColumn]) -> FileColumn | None:
    """The column that a head names: by title or fact, a unit in brackets after it is allowed."""
    given = fold(unescaped(head.sentence if isinstance(head, Faulty) else head))
    for wanted in (given, UNIT.sub("", given)):
        for column in columns:
            if wanted in {fold(word) for word in (*column.titles, column.name)}:
                return column
    return None


def _score(cells: Sequence[Any], columns: Sequence[FileColumn]) -> int:
    return len({c.name for c in (_column(h, columns) for h in cells if not blank(h)) if c})


def _best_row(table: Table, columns: Sequence[FileColumn]) -> tuple[int, Sequence[Any]]:
    """The first of the first rows with most known heads; (0, ()) if none has any."""
    best: tuple[int, Sequence[Any]] = (0, ())
    most = 0
    for number, cells in islice(table, LOOKED_AT):
        score = _score(cells, columns)
        if score > most:
            most, best = score, (number, cells)
    return best


def _refuse_nameless(table: Table, row: int, at: int, where: str) -> None:
    for number, cells in islice(table, row, row + 50):
        if at < len(cells) and not blank(cells[at]):
            raise FileRefused(_("%(w)s的 %(head)s 没有列名，而 %(cell)s 有内容：请填上列名或清空该列。") % {"w": where, "head": f"{letters_of(at + 1)}{row}", "cell": f"{letters_of(at + 1)}{number}"})  # fmt: skip


def _unknown(where: str, cell: str, head: str, columns: Sequence[FileColumn]) -> str:
    near = difflib.get_close_matches(head, [c.title for c in columns], 1, 0.5)
    hint = _("是否应为“%s”？") % near[0] if near else _("可用的列：%s。") % listed(c.title for c in columns)
    return _("%(w)s的 %(cell)s“%(head)s”不是本表的列：%(hint)s不需要的列请删去。") % {
        "w": where,
        "cell": cell,
        "head": head[:40],
        "hint": hint,
    }
