"""GC21 修约：全文一种修约规则，同一列、同一指标小数位数相同。"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from zhicheng.review.document import Document, Table
from zhicheng.review.facts.statements import Statement, statements
from zhicheng.review.facts.tables import cell_number, number_columns
from zhicheng.review.finding import Finding, found
from zhicheng.review.profile import Profile

_FIX = "按 GB/T 8170 定一个修约规则（如百分数保留一位小数），全文照用。"


def rounding(document: Document, profile: Profile) -> Iterator[Finding]:
    """Decimals that differ within a column, or between two statements of one indicator."""
    for table in document.tables:
        for _, name, cells in number_columns(table):
            measured = [cell for cell in cells if cell.unit == "%" or "率" in name]
            exact = [cell for cell in measured if cell.value in (0, 100) and cell.decimals == 0]
            rest = [cell for cell in measured if cell not in exact]
            counts = Counter(cell.decimals for cell in rest)
            if len(rest) < 3 or len(counts) < 2:
                continue
            usual, share = counts.most_common(1)[0]
            if share * 2 <= len(rest):
                yield found(
                    "GC21",
                    "question",
                    rest[0].row,
                    f"“{name}”一列的小数位数不一（{'、'.join(f'{n} 位' for n in sorted(counts))}）。",
                    _FIX,
                    rest[0].span,
                )
                continue
            for cell in rest:
                if cell.decimals != usual:
                    yield found(
                        "GC21",
                        "question",
                        cell.row,
                        f"“{name}”一列保留 {usual} 位小数，这里是 {cell.decimals} 位。",
                        _FIX,
                        cell.span,
                    )
        yield from _along_rows(table)
    yield from _statements(document)


def _along_rows(table: Table) -> Iterator[Finding]:
    """Years along the top: the decimals of one indicator's row."""
    names = table.header.plain_cells
    years = [column for column, name in enumerate(names) if re.fullmatch(r"(?:19|20)\d{2}年?度?", name)]
    if len(years) < 2:
        return
    for row in table.body:
        cells = [
            cell for column in years if (cell := cell_number(row, column)) and cell.value not in (0, 100)
        ]
        rated = re.search(r"率|满意度|比", row.plain_cells[0]) or any(cell.unit == "%" for cell in cells)
        decimals = sorted({cell.decimals for cell in cells})
        if rated and len(cells) >= 2 and len(decimals) > 1:
            yield found(
                "GC21",
                "question",
                row,
                f"“{row.plain_cells[0]}”各年的小数位数不一（{'、'.join(f'{n} 位' for n in decimals)}）。",
                _FIX,
            )


def _statements(document: Document) -> Iterator[Finding]:
    by_name: dict[str, list[Statement]] = defaultdict(list)
    for one in statements(document):
        if one.kind == "actual" and one.unit == "%" and one.block.kind != "row" and one.value not in (0, 100):
            by_name[one.name].append(one)
    for name, same in by_name.items():
        decimals = {one.decimals for one in same}
        values = {round(one.value, min(decimals)) for one in same}
        if len(decimals) > 1 and len(values) < len(same):
            last = same[-1]
            yield found(
                "GC21",
                "question",
                last.block,
                f"“{name}”各处的小数位数不同（{'、'.join(f'{n} 位' for n in sorted(decimals))}）。",
                _FIX,
                (last.start, last.end),
            )
