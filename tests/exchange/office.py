"""Files as an office makes them."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import openpyxl

LOT_HEADS = (
    "供方",
    "ERP 单据号",
    "行号",
    "物料",
    "数量",
    "单位",
    "发生日期",
    "检验数量",
    "不合格数量",
    "检验结论",
)
LOT = ("甲铸造厂", "PO-1", 1, "M-raw_material", 100, "件", "2017-03-08", 10, 0, "接收")


def workbook(
    sheets: Mapping[str, Sequence[Sequence[Any]]], change: Callable[[Any], None] | None = None
) -> bytes:
    """An Excel file of these sheets; ``change`` may do more to it before it is saved."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def lots(*rows: Sequence[Any], heads: Sequence[str] = LOT_HEADS, change: Any = None) -> bytes:
    """A file of incoming lots."""
    return workbook({"进货检验批": [heads, *rows]}, change)
