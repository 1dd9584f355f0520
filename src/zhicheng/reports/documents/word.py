"""An edition as DOCX: its header on every page, the mark across it, the sign-off page, its text."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Length
from docx.table import Table

from zhicheng.reports import docx_styles as styles
from zhicheng.reports import docx_xml as xml
from zhicheng.reports.document import Document
from zhicheng.reports.documents.body import STYLE, Picture
from zhicheng.reports.documents.sheet import NOTHING, Sheet
from zhicheng.reports.drawn import Drawn
from zhicheng.reports.house_style import house_style
from zhicheng.reports.layout import Layout
from zhicheng.reports.render_docx import Writer
from zhicheng.reports.report import Report

MARK = (
    f'<w:pict {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
    'path="m@7,l@8,m@5,21600l@6,21600e"><v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="ZhichengMark" type="#_x0000_t136" style="position:absolute;margin-left:0;margin-top:0;width:320pt;height:140pt;'
    "rotation:315;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
    'mso-position-vertical:center;mso-position-vertical-relative:margin" o:allowincell="f" fillcolor="#e6e6e6" stroked="f">'
    '<v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string="{mark}"/></v:shape></w:pict>'
)


@dataclass(slots=True)
class _DocumentWriter(Writer):
    """Draws a controlled document; what it has in common with a report is drawn as in one."""

    def head(self, sheet: Sheet) -> None:
        """Header and footer of every page (K-0.9)."""
        section = self.document.sections[0]
        head, one = section.header, sheet.head
        table: Any = head.add_table(3, 3, self.width)
        table.style = self.document.styles["Table Grid"]
        cells = (
            (one.enterprise, one.name, f"编号 {one.code}"),
            (f"版次 {one.edition}", f"生效日期 {one.effective_on}", ""),
            (f"编制 {one.compiled}", f"审核 {one.reviewed}", f"批准 {one.approved}"),
        )
        for row, texts in zip(table.rows, cells, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.width = Length(self.width // 3)
                cell.paragraphs[0].style = self.document.styles[styles.NOTE]
                cell.paragraphs[0].add_run(text).bold = text == one.name or None
        _page(table.rows[1].cells[2].paragraphs[0])
        anchor = head.paragraphs[0]
        anchor._p.getparent().append(anchor._p)  # after the table: Word wants a paragraph there
        anchor.add_run()._r.append(parse_xml(MARK.format(mark=sheet.mark)))
        foot = section.footer.paragraphs[0]
        foot.style, foot.alignment = self.document.styles[styles.NOTE], WD_ALIGN_PARAGRAPH.CENTER
        foot.add_run(f"{sheet.mark}　")
        _page(foot)

    def front(self, sheet: Sheet) -> None:
        """The sign-off page."""
        one = sheet.head
        self.line(one.name, styles.COVER_TITLE)
        known = [said for said in (one.code, one.edition) if said != NOTHING]
        self.line("　".join(known), styles.COVER_LINE)
        self.rows(("事项", "姓名", "日期"), sheet.signed, (40, 30, 30))
        if sheet.order:
            said = f"本文件由 {sheet.order} 号实施令颁布，自 {one.effective_on} 起生效。"
            self.line(said, styles.BODY)
        if sheet.scope:
            self.line(f"适用范围：{sheet.scope}", styles.BODY)
        if sheet.interpreter:
            self.line(f"解释权：{sheet.interpreter}", styles.BODY)
        self.rows(("版次", "生效日期", "修订说明"), sheet.history, (15, 22, 63))
        if sheet.note:
            self.line(sheet.note, styles.NOTE)
        self.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def rows(
        self, heads: tuple[str, ...], rows: tuple[tuple[str, ...], ...], weights: tuple[int, ...]
    ) -> None:
        """A ruled table of plain texts."""
        texts = [heads, *rows]
        table: Table = self.document.add_table(rows=len(texts), cols=len(heads))
        table.style = self.document.styles["Table Grid"]
        for line, shown in zip(table.rows, texts, strict=True):
            for cell, text, weight in zip(line.cells, shown, weights, strict=True):
                cell.width = Length(self.width * weight // 100)
                cell.paragraphs[0].style = self.document.styles[styles.CELL]
                cell.paragraphs[0].add_run(text).bold = shown is heads or None
        self.line("", styles.NOTE)

    def picture(self, picture: Picture) -> None:
        """A picture with its caption."""
        paragraph = self.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run()
        run.add_picture(io.BytesIO(picture.data), width=Length(self.width * picture.share // 100))
        xml.describe_picture(run, picture.caption)
        if picture.caption:
            self.line(picture.caption, styles.CAPTION)


def _page(paragraph: Any) -> None:
    paragraph.add_run("第 ")
    xml.add_field(paragraph, "PAGE", "1")
    paragraph.add_run(" 页 共 ")
    xml.add_field(paragraph, "NUMPAGES", "1")
    paragraph.add_run(" 页")


def document_docx(sheet: Sheet) -> bytes:
    """One edition as DOCX; equal sheets give equal bytes."""
    style, day = house_style(STYLE), sheet.dated
    drawn: tuple[Drawn, ...] = tuple(one for one in sheet.pieces if not isinstance(one, Picture))
    tree = Document(sheet.head.name, (), house_style=STYLE)
    report = Report(tree, sheet.head.enterprise, sheet.head.edition, day, day, day)
    document = styles.reference_document(style)
    writer = _DocumentWriter(document, Layout(report, style, (), drawn), ())
    writer.head(sheet)
    writer.front(sheet)
    for piece in sheet.pieces:
        if isinstance(piece, Picture):
            writer.picture(piece)
        else:
            writer.piece(piece)
    _properties(document, sheet)
    return xml.bytes_without_clock(document)


def _properties(document: Any, sheet: Sheet) -> None:
    properties = document.core_properties
    moment = dt.datetime.combine(sheet.dated, dt.time())
    properties.title = f"{sheet.head.code} {sheet.head.name}"
    properties.author = properties.last_modified_by = sheet.head.enterprise
    properties.version, properties.comments = sheet.head.edition, ""
    properties.created = properties.modified = moment
    properties.revision = 1
