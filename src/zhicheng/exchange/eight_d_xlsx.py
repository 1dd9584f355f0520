"""The 8D form as a workbook: one sheet that prints on A4."""

from __future__ import annotations

import io
from typing import Any

from zhicheng.exchange.eight_d import DISCIPLINES, TEAM, TEAM_HEADS, TITLE, Filled
from zhicheng.exchange.escape import dangerous
from zhicheng.exchange.workbooks import BookWriter, width_of

WIDTHS = (24, 30, 24, 30)
ANSWER_WIDTH = sum(WIDTHS[1:])
LINE = 15.6
ROOM = 3
SPARE_MEMBERS = 3
FONT = {"font_name": "宋体", "font_size": 10, "text_wrap": True, "valign": "top", "border": 1}


def eight_d_xlsx(form: Filled) -> bytes:
    """The form as XLSX; no text in it is ever computed."""
    stream = io.BytesIO()
    writer = BookWriter(stream, streaming=False)
    _Sheet(writer).write(form)
    writer.close()
    return stream.getvalue()


class _Sheet:
    """The one sheet, filled from above."""

    def __init__(self, writer: BookWriter) -> None:
        self.page, self.at = writer.sheet(TITLE[0]), 0
        make = writer.book.add_format
        self.title = make({"font_name": "黑体", "bold": True, "font_size": 16})
        self.plain = make({"font_name": "宋体", "font_size": 10})
        self.head = make({**FONT, "font_name": "黑体", "bold": True, "bg_color": "#D9E4F0"})
        self.label = make({**FONT, "bg_color": "#F3F6FA"})
        self.text = make({**FONT, "num_format": "@"})
        self.quoted = make({**FONT, "num_format": "@", "quote_prefix": True})
        for column, width in enumerate(WIDTHS):
            self.page.set_column(column, column, width)
        self.page.set_paper(9)
        self.page.fit_to_pages(1, 0)
        self.page.set_margins(left=0.6, right=0.6, top=0.6, bottom=0.6)
        self.page.set_footer("&C&P / &N")

    def write(self, form: Filled) -> None:
        """Everything."""
        self.page.write_string(0, 0, " ".join(TITLE), self.title)
        self.page.set_row(0, 24)
        said = f"{form.number}　{form.enterprise}　{form.printed_on:%Y-%m-%d}"
        self.page.write_string(1, 0, said, self.plain)
        self.at = 2
        for discipline in DISCIPLINES:
            self.page.merge_range(self.at, 0, self.at, 3, discipline.title, self.head)
            self.at += 1
            answers = [(f"{i.zh} {i.en}", form.texts.get(i.name, ""), i.name) for i in discipline.items]
            if discipline.code == "D0":
                for left, right in zip(answers[::2], answers[1::2], strict=True):
                    self._pairs(left, right)
            elif discipline.items[0].name == TEAM:
                self._wide(" ".join(TEAM_HEADS[0]), " ".join(TEAM_HEADS[1]), forms=(self.label, self.label))
                spare = [("", "")] * max(0, SPARE_MEMBERS - len(form.team))
                for name, part in (*form.team, *spare):
                    self._wide(name, part, forms=(self._form(name), self._form(part)))
            else:
                for label, text, name in answers:
                    self._wide(label, text, room=1 if name.endswith("_at") else ROOM)

    def _form(self, text: str) -> Any:
        return self.quoted if dangerous(text) else self.text

    def _put(self, column: int, text: str, form: Any) -> None:
        if text:
            self.page.write_string(self.at, column, text, form)
        else:
            self.page.write_blank(self.at, column, None, form)

    def _pairs(self, *answers: tuple[str, str, str]) -> None:
        for at, (label, text, _name) in enumerate(answers):
            self._put(2 * at, label, self.label)
            self._put(2 * at + 1, text, self._form(text))
        self._height(1, *((text, WIDTHS[1]) for _label, text, _name in answers))

    def _wide(self, left: str, text: str, *, room: int = 1, forms: tuple[Any, Any] | None = None) -> None:
        """A cell, and one over the three others; ``forms`` where the first is no label."""
        first, form = forms or (self.label, self._form(text))
        self._put(0, left, first)
        self.page.merge_range(self.at, 1, self.at, 3, "", form)
        self._put(1, text, form)
        self._height(room, (left, WIDTHS[0]), (text, ANSWER_WIDTH))

    def _height(self, least: int, *texts: tuple[str, int]) -> None:
        """Merged cells do not grow by themselves: as many lines as the longest text takes."""
        lines = [sum(max(1, -(-width_of(one) // (w - 2))) for one in t.split("\n")) for t, w in texts]
        self.page.set_row(self.at, LINE * min(26, max(least, *lines, 1)))
        self.at += 1
