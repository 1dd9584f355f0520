"""The report as DOCX, to be edited in Word and WPS: real headings, fields, repeated table heads, styles by
name.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import docx
import segno
from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Length, Mm, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

from zhicheng.reports import docx_styles as styles
from zhicheng.reports import docx_xml as xml
from zhicheng.reports.assets import PACKAGED, Assets
from zhicheng.reports.charts import draw_charts
from zhicheng.reports.drawn import (
    Drawn,
    DrawnCallout,
    DrawnChart,
    DrawnHeading,
    DrawnList,
    DrawnNotes,
    DrawnPageBreak,
    DrawnParagraph,
    DrawnProof,
    DrawnSignOff,
    DrawnTable,
    Run,
    Runs,
)
from zhicheng.reports.layout import Layout, lay_out
from zhicheng.reports.render_pdf import png_of
from zhicheng.reports.report import Report

ALIGNMENTS = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
LINES = {"figure": "single", "target": "dash", "declared": "dotted"}
SIGNS = {"reconstructed": "◇", "declared": "○", "not_included": "□", "note": "△"}
GREY = RGBColor(0x77, 0x77, 0x77)
WIDE_SPACE = "\u3000"
SIGN_OFF_HEADS = ("sign_off", "signature", "date", "callout_note")
SIGN_OFF_WEIGHTS = (190, 260, 210, 340)


def render_docx(report: Report, *, reference: Path | None = None, assets: Assets = PACKAGED) -> bytes:
    """The report as DOCX; equal reports give equal bytes.

    `reference` is a document whose styles and page are used instead of ours; its text is left out. Raises
    AssetsMissing, RenderingFailed for the charts' pictures, and what `layout.lay_out` raises.
    """
    assets.check()
    layout = lay_out(report)
    return docx_of(
        layout, png_of(draw_charts(layout.options, assets.echarts), assets=assets), reference=reference
    )


def docx_of(layout: Layout, pictures: Sequence[bytes], *, reference: Path | None = None) -> bytes:
    """The DOCX of a layout whose charts are already drawn as PNG."""
    document = styles.reference_document(layout.style) if reference is None else _opened(reference)
    styles.complete_styles(document, layout.style)
    writer = Writer(document, layout, pictures)
    writer.cover()
    writer.contents()
    writer.body()
    _properties(document, layout.report)
    xml.update_fields_on_opening(document)
    return xml.bytes_without_clock(document)


def _opened(reference: Path) -> Document:
    document = docx.Document(str(reference))
    body = document.element.body
    for child in list(body):
        if child.tag != qn("w:sectPr"):
            body.remove(child)
    return document


def _properties(document: Document, report: Report) -> None:
    properties = document.core_properties
    moment = datetime.datetime.combine(report.issued_on, datetime.time())
    properties.title, properties.author = report.title, report.enterprise
    properties.last_modified_by, properties.comments = report.enterprise, ""
    properties.language, properties.version = report.document.language, report.edition
    properties.created = properties.modified = moment
    properties.revision = 1


@dataclass(frozen=True, slots=True)
class _Ruled:
    """A table with the widths of its columns and the style of its cells."""

    table: Table
    widths: list[Length]
    style_id: str


@dataclass(slots=True)
class Writer:
    document: Document
    layout: Layout
    pictures: Sequence[bytes]
    bookmarks: dict[str, str] = field(default_factory=dict)
    bookmark_count: int = 0

    @property
    def report(self) -> Report:
        return self.layout.report

    @property
    def width(self) -> Length:
        section = self.document.sections[-1]
        return Length((section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0))

    def word(self, key: str) -> str:
        return self.layout.style.word(key)

    # Front

    def cover(self) -> None:
        report = self.report
        self.line(report.enterprise, styles.COVER_LINE)
        if report.proof is None:
            self.line(self.word("draft"), styles.COVER_LINE)
        self.line(report.title, styles.COVER_TITLE)
        if report.cover.subtitle:
            self.line(report.cover.subtitle, styles.COVER_LINE)
        for at, (name, shown) in enumerate(self.layout.cover_lines):
            line = self.line(f"{name}\t{shown}", styles.COVER_LINE)
            if at == 0:
                line.paragraph_format.space_before = Mm(90)
        if report.cover.foot:
            self.line(report.cover.foot, styles.NOTE)

    def contents(self) -> None:
        """A contents field, filled with the headings; Word adds the page numbers when it opens the
        document.
        """
        title = self.line(self.word("contents"), styles.CONTENTS_TITLE)
        title.paragraph_format.page_break_before = True
        depth = self.layout.style.contents_depth
        entries = [
            (one, self.document.add_paragraph(style=f"toc {one.level}")) for one in self.layout.headings
        ]
        if not entries:
            return
        xml.open_field(entries[0][1], f'TOC \\o "1-{depth}" \\h \\z \\u')
        for heading, paragraph in entries:
            link = xml.add_link(paragraph, self.bookmark(heading.anchor))
            xml.add_run_to(paragraph, link, _numbered(heading) + "".join(run.text for run in heading.runs))
        xml.close_field(entries[-1][1])

    def body(self) -> None:
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        xml.count_pages_from_one(section)
        section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
        self.head_and_foot(section.header.paragraphs[0], section.footer.paragraphs[0])
        after_break = True
        for piece in self.layout.pieces:
            # The section begins on a new page already.
            if isinstance(piece, DrawnPageBreak) and after_break:
                continue
            self.piece(piece)
            after_break = isinstance(piece, DrawnPageBreak)

    def head_and_foot(self, head: Paragraph, foot: Paragraph) -> None:
        report = self.report
        tabs = head.paragraph_format.tab_stops
        tabs.add_tab_stop(self.width, WD_TAB_ALIGNMENT.RIGHT)
        draft = f"{WIDE_SPACE}{self.word('draft')}" if report.proof is None else ""
        edition = f"{self.word('edition')} {report.edition}"
        head.style = foot.style = self.document.styles[styles.NOTE]
        head.add_run(f"{report.enterprise}\t{report.title}{WIDE_SPACE}{edition}{draft}")
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        before, _, rest = self.word("page").partition("{page}")
        between, _, after = rest.partition("{pages}")
        foot.add_run(before)
        xml.add_field(foot, "PAGE", "1")
        foot.add_run(between)
        xml.add_field(foot, "SECTIONPAGES", "1")
        foot.add_run(after)

    # Text

    def line(self, text: str, style: str) -> Paragraph:
        return self.document.add_paragraph(text, style=style)

    def runs(self, paragraph: Paragraph, runs: Runs) -> None:
        for run in runs:
            self.run(paragraph, run)

    def run(self, paragraph: Paragraph, run: Run) -> None:
        if run.kind == "text":
            paragraph.add_run(run.text).bold = run.strong or None
            return
        link = xml.add_link(paragraph, self.bookmark(run.goal)) if run.goal else None
        # A number and its unit stay on one line.
        words = xml.add_run_to(paragraph, link, run.text.replace(" ", "\u00a0"))
        words.bold = run.strong or None
        if run.kind in LINES:
            xml.underline(words, LINES[run.kind])
        if run.mark:
            mark = xml.add_run_to(paragraph, link, run.mark)
            mark.font.superscript = True
            mark.font.color.rgb = GREY

    def bookmark(self, anchor: str) -> str:
        """A name that Word takes: letters and digits, whatever the anchor is called."""
        return self.bookmarks.setdefault(anchor, f"zc{len(self.bookmarks) + 1:04d}")

    def mark(self, paragraph: Paragraph, anchor: str) -> None:
        if anchor:
            self.bookmark_count += 1
            xml.add_bookmark(paragraph, self.bookmark(anchor), self.bookmark_count)

    # Pieces

    def piece(self, piece: Drawn) -> None:
        if isinstance(piece, DrawnHeading):
            self.heading(piece)
        elif isinstance(piece, DrawnParagraph):
            self.runs(self.document.add_paragraph(style=styles.BODY), piece.runs)
        elif isinstance(piece, DrawnList):
            self.list(piece)
        elif isinstance(piece, DrawnTable):
            self.table(piece)
        elif isinstance(piece, DrawnChart):
            self.chart(piece)
        elif isinstance(piece, DrawnCallout):
            self.callout(piece)
        elif isinstance(piece, DrawnSignOff):
            self.sign_off(piece)
        elif isinstance(piece, DrawnNotes):
            for line in piece.lines:
                self.line(line, styles.NOTE)
        elif isinstance(piece, DrawnProof):
            self.proof(piece)
        else:
            self.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def heading(self, piece: DrawnHeading) -> None:
        paragraph = self.document.add_paragraph(style=f"Heading {piece.level}")
        paragraph.add_run(_numbered(piece))
        self.runs(paragraph, piece.runs)
        self.mark(paragraph, piece.anchor)

    def list(self, piece: DrawnList) -> None:
        style = styles.NUMBERS if piece.ordered else styles.BULLETS
        number = xml.restart_number(self.document, style) if piece.ordered else None
        for item in piece.items:
            paragraph = self.document.add_paragraph(style=style)
            self.runs(paragraph, item)
            if number is not None:
                xml.number_paragraph(paragraph, number)

    def callout(self, piece: DrawnCallout) -> None:
        paragraph = self.document.add_paragraph(style=styles.BOX)
        paragraph.add_run(f"{SIGNS[piece.sort]} {piece.title}").bold = True
        if piece.runs:
            paragraph.add_run(WIDE_SPACE)
            self.runs(paragraph, piece.runs)

    def caption(self, piece: DrawnTable | DrawnChart, kind: str) -> Paragraph:
        """表 and its number as a field, so that a table added in Word is counted."""
        paragraph = self.document.add_paragraph(style=styles.CAPTION)
        word = self.word(kind)
        paragraph.add_run(word)
        xml.add_field(paragraph, f"SEQ {word} \\* ARABIC", piece.label.removeprefix(word))
        self.mark(paragraph, piece.anchor)
        paragraph.add_run(WIDE_SPACE)
        self.runs(paragraph, piece.caption)
        return paragraph

    def table(self, piece: DrawnTable) -> None:
        if piece.label:
            self.caption(piece, "table").paragraph_format.keep_with_next = True
        if piece.unit:
            unit = self.line(piece.unit, styles.NOTE)
            unit.alignment, unit.paragraph_format.keep_with_next = WD_ALIGN_PARAGRAPH.RIGHT, True
        cell = styles.CELL if piece.size == "normal" else styles.SMALL_CELL
        table = self.ruled([one.weight for one in piece.columns], cell)
        self.row(table, [(Run(one.title, strong=True),) for one in piece.columns], piece, head=True)
        for at, row in enumerate(piece.rows):
            paragraphs = self.row(table, row, piece)
            if at < len(piece.anchors):
                self.mark(paragraphs[0], piece.anchors[at])
        self.notes(piece)

    def row(
        self, table: _Ruled, cells: Sequence[Runs], piece: DrawnTable | None = None, *, head: bool = False
    ) -> tuple[Paragraph, ...]:
        paragraphs = xml.add_row(table.table, table.widths, table.style_id, head=head)
        for at, (paragraph, runs) in enumerate(zip(paragraphs, cells, strict=True)):
            if piece and piece.columns[at].align != "left":
                paragraph.alignment = ALIGNMENTS[piece.columns[at].align]
            self.runs(paragraph, runs)
        return paragraphs

    def ruled(self, weights: Sequence[int], style: str) -> _Ruled:
        """A table without rows, as wide as the page's text."""
        table: Table = self.document.add_table(rows=0, cols=len(weights))
        table.style = self.document.styles[styles.TABLE]
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        total = sum(weights) or 1
        widths = [Length(self.width * weight // total) for weight in weights]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        return _Ruled(table, widths, self.document.styles[style].style_id)

    def chart(self, piece: DrawnChart) -> None:
        paragraph = self.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        run = paragraph.add_run()
        run.add_picture(io.BytesIO(self.pictures[piece.picture]), width=self.width)
        xml.describe_picture(run, piece.alt)
        self.caption(piece, "chart").paragraph_format.keep_with_next = bool(piece.notes)
        self.notes(piece)

    def notes(self, piece: DrawnTable | DrawnChart) -> None:
        if piece.note:
            paragraph = self.line(f"{self.word('note')}：", styles.NOTE)
            self.runs(paragraph, piece.note)
        for line in piece.notes:
            self.line(line, styles.NOTE)
        if not piece.notes and not piece.note:
            # Two tables without anything between them would grow together in Word.
            self.line("", styles.NOTE)

    def sign_off(self, piece: DrawnSignOff) -> None:
        table = self.ruled(SIGN_OFF_WEIGHTS, styles.CELL)
        self.row(table, [(Run(self.word(key), strong=True),) for key in SIGN_OFF_HEADS], head=True)
        for one in piece.rows:
            self.row(table, [(Run(text),) for text in (one.role, one.name, one.signed_on, one.meaning)])
        self.line("", styles.NOTE)

    def proof(self, piece: DrawnProof) -> None:
        if piece.checkpoint:
            self.line(self.word("proof_checkpoint"), styles.CAPTION).alignment = WD_ALIGN_PARAGRAPH.LEFT
            for line in piece.checkpoint.rstrip("\n").split("\n"):
                self.line(line, styles.CODE)
            self.line(self.word("proof_fingerprint"), styles.CAPTION).alignment = WD_ALIGN_PARAGRAPH.LEFT
            self.line(piece.fingerprint, styles.CODE)
            run = self.document.add_paragraph().add_run()
            run.add_picture(io.BytesIO(_qr_png(piece.checkpoint)), width=Mm(42))
            xml.describe_picture(run, self.word("proof_checkpoint"))
            self.line(self.word("proof_qr"), styles.NOTE)
        self.list(DrawnList(tuple((Run(step),) for step in piece.how), ordered=len(piece.how) > 1))
        self.line(piece.limits, styles.NOTE)


def _numbered(heading: DrawnHeading) -> str:
    gap = " " if heading.number and heading.number[-1] not in "、）" else ""
    return f"{heading.number}{gap}"


def _qr_png(text: str) -> bytes:
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=6, border=2)
    return out.getvalue()
