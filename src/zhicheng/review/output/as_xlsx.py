"""An Excel list that a person can filter, sort and tick off."""

from __future__ import annotations

import io

from zhicheng.review.output import NAMES, SEVERITY_NAMES
from zhicheng.review.reviewing import Review

_COLUMNS = (
    ("程度", 8),
    ("检查", 18),
    ("行", 6),
    ("页", 6),
    ("章节", 28),
    ("原文", 44),
    ("问题", 60),
    ("改法", 40),
    ("处理", 14),
)
_FILLS = {"error": "#F8D7DA", "question": "#FFF3CD", "note": "#D1ECF1"}


def as_xlsx(review: Review) -> bytes:
    """The workbook's bytes. Texts are written as texts: nothing in a report becomes a formula or a link."""
    import xlsxwriter  # type: ignore[import-untyped]

    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("检查结果")
        head = book.add_format({"bold": True, "bg_color": "#DDDDDD", "border": 1})
        wrapped = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        fills = {
            severity: book.add_format({"bg_color": colour, "valign": "top", "border": 1})
            for severity, colour in _FILLS.items()
        }
        for column, (name, width) in enumerate(_COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name, head)
        for row, one in enumerate(review.findings, start=1):
            sheet.write_string(row, 0, SEVERITY_NAMES[one.severity], fills[one.severity])
            sheet.write_string(row, 1, f"{one.check} {NAMES[one.check]}", wrapped)
            for column, number in ((2, one.line), (3, one.page)):
                if number is None:
                    sheet.write_blank(row, column, None, wrapped)
                else:
                    sheet.write_number(row, column, number, wrapped)
            for column, text in enumerate((one.section, one.quote, one.message, one.fix, ""), start=4):
                sheet.write_string(row, column, text, wrapped)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, len(review.findings)), len(_COLUMNS) - 1)
    return out.getvalue()
