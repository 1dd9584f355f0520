"""The styles of the DOCX: made in code, so that they can be had as a reference document, edited in Word and
given back.

Every style names an East Asian font that both Word and WPS carry (宋体, 黑体). A reference document's own
styles are kept; only what it lacks is added.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from zhicheng.reports.house_style import HouseStyle

BODY, CAPTION, NOTE = "报告正文", "Caption", "图表注"
CELL, SMALL_CELL = "表格文字", "表格小字"
COVER_TITLE, COVER_LINE, CONTENTS_TITLE = "Title", "封面文字", "目录标题"
BOX, CODE = "提示框", "校验文字"
TABLE = "报告三线表"
BULLETS, NUMBERS = "List Bullet", "List Number"
HEAD_SIZES = (16, 14, 12, 10.5)
A4 = (Mm(210), Mm(297))
TABLE_ID = "ReportTable"
TABLE_XML = (
    f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="{TABLE_ID}">'
    f'<w:name w:val="{TABLE}"/>'
    '<w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/><w:qFormat/><w:tblPr><w:tblBorders>'
    '<w:top w:val="single" w:sz="8" w:space="0" w:color="333333"/>'
    '<w:bottom w:val="single" w:sz="8" w:space="0" w:color="333333"/>'
    '<w:insideH w:val="single" w:sz="4" w:space="0" w:color="CCCCCC"/></w:tblBorders>'
    '<w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders>'
    '<w:bottom w:val="single" w:sz="6" w:space="0" w:color="666666"/>'
    "</w:tcBorders></w:tcPr></w:tblStylePr></w:style>"
)
BOX_XML = (
    f'<w:pBdr {nsdecls("w")}><w:left w:val="single" w:sz="18" w:space="8" w:color="{{accent}}"/></w:pBdr>',
    f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="F5F5F5"/>',
)


def reference_document(style: HouseStyle) -> Document:
    """An empty document with page, fonts and styles of a house style: what `render_docx` draws on by
    default.
    """
    document = docx.Document()
    _page(document, style)
    _default_fonts(document, style)
    for level in range(1, 5):
        # The library's own template colours its headings; ours are black and start from the house style.
        _heading(cast(ParagraphStyle, document.styles[f"Heading {level}"]), level, style)
    for name in (CAPTION, COVER_TITLE, BULLETS, NUMBERS):
        _MAKERS[name](cast(ParagraphStyle, document.styles[name]), style)
    complete_styles(document, style)
    return document


def complete_styles(document: Document, style: HouseStyle) -> None:
    """Add the styles that a document lacks; those that it has stay as they are."""
    having = {one.name for one in document.styles}
    for name, make in _MAKERS.items():
        if name not in having:
            made = cast(ParagraphStyle, document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH))
            made.base_style = document.styles["Normal"]
            make(made, style)
    for level in range(1, 5):
        if f"Heading {level}" not in having:
            made = cast(
                ParagraphStyle, document.styles.add_style(f"Heading {level}", WD_STYLE_TYPE.PARAGRAPH, True)
            )
            _heading(made, level, style)
    for level in range(1, style.contents_depth + 1):
        if f"toc {level}" not in having:
            _contents_entry(document, level)
    if TABLE not in having:
        cast(Any, document.styles.element).append(parse_xml(TABLE_XML))


def _page(document: Document, style: HouseStyle) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = A4
    section.top_margin, section.bottom_margin = Mm(style.page["top_mm"]), Mm(style.page["bottom_mm"])
    section.left_margin, section.right_margin = Mm(style.page["left_mm"]), Mm(style.page["right_mm"])
    section.header_distance, section.footer_distance = Mm(15), Mm(12)


def _default_fonts(document: Document, style: HouseStyle) -> None:
    fonts = style.docx_fonts
    defaults = cast(Any, document.styles.element).find(qn("w:docDefaults"))
    for run in defaults.iter(qn("w:rPr")):
        _name_fonts(run, fonts["latin"], fonts["body"])
        language = run.find(qn("w:lang"))
        if language is not None:
            language.set(qn("w:eastAsia"), "zh-CN")
    normal = cast(ParagraphStyle, document.styles["Normal"])
    _fonts(normal, style, "body", 10.5)


def _fonts(made: ParagraphStyle, style: HouseStyle, kind: str, size: float) -> None:
    latin = style.docx_fonts["latin_head" if kind == "head" else "latin"]
    _name_fonts(cast(Any, made.element).get_or_add_rPr(), latin, style.docx_fonts[kind])
    for link in cast(Any, made.element).findall(qn("w:link")):
        # The library's template links character styles whose colour some viewers mix in.
        made.element.remove(link)
    made.font.size = Pt(size)
    made.font.color.rgb = RGBColor(0, 0, 0)


def _name_fonts(properties: Any, latin: str, east_asian: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        # A theme font would win over the names below.
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{name}"), latin)
    fonts.set(qn("w:eastAsia"), east_asian)


def _spacing(made: ParagraphStyle, before: float, after: float, line: float) -> None:
    made.paragraph_format.space_before, made.paragraph_format.space_after = Pt(before), Pt(after)
    made.paragraph_format.line_spacing = line


def _heading(made: ParagraphStyle, level: int, style: HouseStyle) -> None:
    _fonts(made, style, "head", HEAD_SIZES[level - 1])
    made.font.bold = level > 2
    made.font.italic = False
    _spacing(made, 18 if level == 1 else 12, 8 if level == 1 else 6, 1.25)
    made.paragraph_format.keep_with_next = True


def _body(made: ParagraphStyle, style: HouseStyle) -> None:
    _fonts(made, style, "body", 10.5)
    _spacing(made, 0, 3, 1.5)
    made.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    made.paragraph_format.first_line_indent = Pt(21)
    # In characters too: Word and WPS then keep two characters when the size is changed.
    cast(Any, made.element).pPr.ind.set(qn("w:firstLineChars"), "200")


def _caption(made: ParagraphStyle, style: HouseStyle) -> None:
    _fonts(made, style, "head", 10)
    made.font.bold = False
    _spacing(made, 8, 4, 1.2)
    made.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _note(made: ParagraphStyle, style: HouseStyle) -> None:
    _fonts(made, style, "body", 8)
    made.font.color.rgb = RGBColor(0x55, 0x55, 0x55)
    _spacing(made, 2, 0, 1.1)


def _cell(made: ParagraphStyle, style: HouseStyle) -> None:
    _fonts(made, style, "body", 9)
    _spacing(made, 2, 2, 1.1)


def _small_cell(made: ParagraphStyle, style: HouseStyle) -> None:
    _fonts(made, style, "body", 7.5)
    _spacing(made, 1, 1, 1.05)


def _cover_title(made: ParagraphStyle, style: HouseStyle) -> None:
    _fonts(made, style, "head", 28)
    _spacing(made, 160, 12, 1.2)
    borders = cast(Any, made.element).get_or_add_pPr().find(qn("w:pBdr"))
    if borders is not None:
        borders.getparent().remove(borders)


def _cover_line(made: ParagraphStyle, style: HouseStyle) -> None:
    _fonts(made, style, "body", 12)
    _spacing(made, 4, 4, 1.2)
    made.paragraph_format.tab_stops.add_tab_stop(Mm(38))


def _contents_title(made: ParagraphStyle, style: HouseStyle) -> None:
    _fonts(made, style, "head", 16)
    _spacing(made, 0, 12, 1.2)


def _box(made: ParagraphStyle, style: HouseStyle) -> None:
    _fonts(made, style, "body", 10)
    _spacing(made, 6, 8, 1.3)
    made.paragraph_format.left_indent = Mm(3)
    border, shade = (parse_xml(xml.format(accent=style.accent.lstrip("#"))) for xml in BOX_XML)
    properties = cast(Any, made.element).get_or_add_pPr()
    properties.insert_element_before(border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    properties.insert_element_before(shade, "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def _code(made: ParagraphStyle, style: HouseStyle) -> None:
    _fonts(made, style, "body", 9)
    _name_fonts(cast(Any, made.element).get_or_add_rPr(), "Consolas", style.docx_fonts["body"])
    _spacing(made, 0, 0, 1.15)


def _list(made: ParagraphStyle, style: HouseStyle) -> None:
    _fonts(made, style, "body", 10.5)
    _spacing(made, 0, 2, 1.4)


def _contents_entry(document: Document, level: int) -> None:
    made = cast(ParagraphStyle, document.styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH, True))
    made.base_style = document.styles["Normal"]
    made.font.bold = level == 1
    _spacing(made, 5 if level == 1 else 1, 1, 1.2)
    made.paragraph_format.left_indent = Pt(18 * (level - 1))
    section = document.sections[0]
    width = (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)
    made.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


_MAKERS: dict[str, Callable[[ParagraphStyle, HouseStyle], None]] = {
    BODY: _body,
    CAPTION: _caption,
    NOTE: _note,
    CELL: _cell,
    SMALL_CELL: _small_cell,
    COVER_TITLE: _cover_title,
    COVER_LINE: _cover_line,
    CONTENTS_TITLE: _contents_title,
    BOX: _box,
    CODE: _code,
    BULLETS: _list,
    NUMBERS: _list,
}
