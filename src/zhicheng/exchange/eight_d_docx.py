"""The 8D form as a Word document: A4, one ruled table, in the type of the reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast

from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from zhicheng.exchange.eight_d import DISCIPLINES, TEAM, TEAM_HEADS, TITLE, Discipline, Filled
from zhicheng.reports import docx_styles as styles
from zhicheng.reports import docx_xml as xml
from zhicheng.reports.house_style import house_style
from zhicheng.reports.printable import UNPRINTABLE

HOUSE_STYLE = "official_2013"
HEAD_FILL, LABEL_FILL = "D9E4F0", "F3F6FA"
MARGIN = Mm(18)
LABEL_SHARE = 0.22
ROOM = Mm(16)
"""How high an empty answer is at least, so that it can be filled in by hand."""
SPARE_MEMBERS = 3


def eight_d_docx(form: Filled) -> bytes:
    """The form as DOCX; equal forms give equal bytes."""
    document = styles.reference_document(house_style(HOUSE_STYLE))
    section = document.sections[0]
    section.left_margin = section.right_margin = MARGIN
    section.top_margin = section.bottom_margin = Mm(16)
    width = Length((section.page_width or 0) - 2 * MARGIN)
    _head(document, form)
    table = _table(document, width)
    for discipline in DISCIPLINES:
        _discipline(table, width, discipline, form)
    document.add_paragraph(style=styles.CELL)  # Word wants something after a table
    _properties(document, form)
    return xml.bytes_without_clock(document)


def _head(document: Document, form: Filled) -> None:
    title = document.add_paragraph(style=styles.CELL)
    run = title.add_run(" ".join(TITLE))
    run.bold, run.font.size = True, Pt(16)
    below = document.add_paragraph(style=styles.CELL)
    below.add_run(UNPRINTABLE.sub("", f"{form.number}　{form.enterprise}　{form.printed_on:%Y-%m-%d}"))


def _table(document: Document, width: Length) -> Table:
    table: Table = document.add_table(rows=0, cols=4)
    table.style = "Table Grid"
    table.autofit = False
    for column, share in zip(table.columns, _shares(4), strict=True):
        column.width = Length(int(width * share))
    return table


def _shares(cells: int) -> tuple[float, ...]:
    half = 0.5 - LABEL_SHARE
    shares = {1: (1.0,), 2: (LABEL_SHARE, 1 - LABEL_SHARE), 4: (LABEL_SHARE, half, LABEL_SHARE, half)}
    return shares[cells]


def _discipline(table: Table, width: Length, discipline: Discipline, form: Filled) -> None:
    _row(table, width, [discipline.title], head=True)
    answers = [(f"{i.zh} {i.en}", form.texts.get(i.name, ""), i.name) for i in discipline.items]
    if discipline.code == "D0":
        for left, right in zip(answers[::2], answers[1::2], strict=True):
            _row(table, width, [*left[:2], *right[:2]])
    elif discipline.items[0].name == TEAM:
        _row(table, width, [" ".join(head) for head in TEAM_HEADS], labels={0, 1})
        spare = [("", "")] * max(0, SPARE_MEMBERS - len(form.team))
        for member in (*form.team, *spare):
            _row(table, width, member, labels=set())
    else:
        moments = [a for a in answers if a[2].endswith("_at")]
        for label, text, name in answers:
            if name.endswith("_at"):
                continue
            _row(table, width, [label, text], room=ROOM)
        if len(moments) == 2:
            _row(table, width, [*moments[0][:2], *moments[1][:2]])
        else:
            for label, text, _name in moments:
                _row(table, width, [label, text])


def _row(
    table: Table,
    width: Length,
    texts: Sequence[str],
    *,
    head: bool = False,
    labels: set[int] | None = None,
    room: Length | None = None,
) -> None:
    """A row of one, two or four cells over the table's four columns; labels are shaded."""
    row = cast(Any, xml.element("tr"))
    about = xml.element("trPr")
    if head:
        about.append(xml.element("cantSplit"))
    if room is not None:
        about.append(xml.element("trHeight", val=str(room.twips), hRule="atLeast"))
    row.append(about)
    marked = set(range(0, len(texts), 2)) if labels is None else labels
    for at, (text, share) in enumerate(zip(texts, _shares(len(texts)), strict=True)):
        span = {1: (4,), 2: (1, 3), 4: (1, 1, 1, 1)}[len(texts)][at]
        fill = HEAD_FILL if head else LABEL_FILL if at in marked else ""
        row.append(_cell(table, text, Length(int(width * share)), span, fill, head=head))
    table._tbl.append(row)


def _cell(table: Table, text: str, width: Length, span: int, fill: str, *, head: bool) -> Any:
    cell, about = xml.element("tc"), xml.element("tcPr")
    about.append(xml.element("tcW", w=str(width.twips), type="dxa"))
    if span > 1:
        about.append(xml.element("gridSpan", val=str(span)))
    if fill:
        about.append(xml.element("shd", val="clear", color="auto", fill=fill))
    cell.append(about)
    for line in UNPRINTABLE.sub("", text).split("\n"):
        paragraph = Paragraph(xml.element("p"), table)
        xml.set_style(paragraph._p, _style_id(table))
        if head:  # a title does not stand alone at the foot of a page
            paragraph.paragraph_format.keep_with_next = True
        run = paragraph.add_run()
        run.bold = head or None
        piece = xml.element("t")
        piece.set(qn("xml:space"), "preserve")
        piece.text = line
        run._r.append(piece)
        cell.append(paragraph._p)
    return cell


def _style_id(table: Table) -> str:
    return str(cast(Any, table.part).document.styles[styles.CELL].style_id)


def _properties(document: Document, form: Filled) -> None:
    about = document.core_properties
    about.title, about.author = f"{TITLE[0]} {form.number}", UNPRINTABLE.sub("", form.enterprise)
    about.last_modified_by, about.comments = about.author, ""
    about.created = about.modified = dt.datetime.combine(form.printed_on, dt.time())
    about.revision = 1
