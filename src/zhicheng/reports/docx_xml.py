"""The parts of WordprocessingML that the library has no call for: fields, bookmarks, links, and bytes
without a clock.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any, cast

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Length
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def element(tag: str, **attributes: str) -> Any:
    """A WordprocessingML element with attributes of the same namespace."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def add_field(paragraph: Paragraph, instruction: str, shown: str) -> None:
    """A field with the text that stands until Word updates it."""
    open_field(paragraph, instruction)
    paragraph.add_run(shown)
    close_field(paragraph)


def open_field(paragraph: Paragraph, instruction: str) -> None:
    """Begin a field whose shown part is what follows, over one paragraph or several."""
    _append(paragraph.add_run(), element("fldChar", fldCharType="begin"))
    code = element("instrText")
    code.set(qn("xml:space"), "preserve")
    code.text = f" {instruction} "
    _append(paragraph.add_run(), code)
    _append(paragraph.add_run(), element("fldChar", fldCharType="separate"))


def close_field(paragraph: Paragraph) -> None:
    _append(paragraph.add_run(), element("fldChar", fldCharType="end"))


def add_bookmark(paragraph: Paragraph, name: str, number: int) -> None:
    """A bookmark around what the paragraph holds so far."""
    start, end = element("bookmarkStart", id=str(number), name=name), element("bookmarkEnd", id=str(number))
    content = [child for child in paragraph._p if child.tag != qn("w:pPr")]
    if content:
        content[0].addprevious(start)
    else:
        paragraph._p.append(start)
    paragraph._p.append(end)


def add_link(paragraph: Paragraph, bookmark: str) -> Any:
    """A link to a bookmark; runs go into what is returned through `add_run_to`."""
    link = element("hyperlink", anchor=bookmark, history="1")
    paragraph._p.append(link)
    return link


def add_run_to(paragraph: Paragraph, parent: Any, text: str) -> Run:
    """A run at the end of the paragraph, or inside a link of it."""
    run = paragraph.add_run(text)
    if parent is not None:
        parent.append(run._r)
    return run


def underline(run: Run, line: str) -> None:
    """A light grey line below: `single`, `dash` or `dotted`."""
    cast(Any, run._r).get_or_add_rPr().append(element("u", val=line, color="999999"))


def add_row(
    table: Table, widths: Sequence[int], style_id: str, *, head: bool = False
) -> tuple[Paragraph, ...]:
    """A row that stays whole, with one styled paragraph a cell; a head is repeated on every page.

    Made element by element: the library looks through all styles for each cell, which takes long in long tables.
    """
    row, paragraphs = element("tr"), []
    properties = element("trPr")
    properties.append(element("cantSplit"))
    if head:
        properties.append(element("tblHeader"))
    row.append(properties)
    for width in widths:
        cell, about, paragraph = element("tc"), element("tcPr"), element("p")
        about.append(element("tcW", w=str(Length(width).twips), type="dxa"))
        set_style(paragraph, style_id)
        cell.append(about)
        cell.append(paragraph)
        row.append(cell)
        paragraphs.append(Paragraph(paragraph, table))
    table._tbl.append(row)
    return tuple(paragraphs)


def set_style(paragraph: Any, style_id: str) -> None:
    paragraph.get_or_add_pPr().style = style_id


def describe_picture(run: Run, words: str) -> None:
    """The text that stands for a picture to those who do not see it."""
    for properties in cast(Any, run._r).iter(qn("wp:docPr")):
        properties.set("descr", words)


def update_fields_on_opening(document: Document) -> None:
    """Ask Word to fill in page numbers when the document is opened."""
    settings = cast(Any, document.settings.element)
    for old in settings.findall(qn("w:updateFields")):
        settings.remove(old)
    following = [
        f"w:{tag}"
        for tag in ("hdrShapeDefaults", "footnotePr", "endnotePr", "compat", "rsids", "themeFontLang")
    ]
    first = next((child for child in settings if child.tag in {qn(tag) for tag in following}), None)
    made = element("updateFields", val="true")
    if first is None:
        settings.append(made)
    else:
        first.addprevious(made)


def count_pages_from_one(section: Section) -> None:
    properties = cast(Any, section._sectPr)
    for old in properties.findall(qn("w:pgNumType")):
        properties.remove(old)
    properties.insert_element_before(
        element("pgNumType", start="1"), "w:cols", "w:titlePg", "w:textDirection", "w:bidi", "w:docGrid"
    )


def restart_number(document: Document, style_name: str) -> int | None:
    """A new list instance that counts from 1, by the numbering of a list style; None where the style has
    none.
    """
    style = cast(Any, document.styles[style_name].element)
    number = style.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
    if number is None:
        return None
    numbering = cast(Any, document.part.numbering_part).element
    base = next(one for one in numbering.num_lst if str(one.numId) == number.get(qn("w:val")))
    made = numbering.add_num(base.abstractNumId.val)
    made.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(made.numId)


def number_paragraph(paragraph: Paragraph, number: int) -> None:
    properties = cast(Any, paragraph._p).get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = number


def bytes_without_clock(document: Document) -> bytes:
    """The document as a zip whose members carry one fixed time, so that equal documents are equal bytes."""
    saved, fixed = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as read, zipfile.ZipFile(fixed, "w") as written:
        for member in sorted(
            read.infolist(), key=lambda one: (one.filename != "[Content_Types].xml", one.filename)
        ):
            info = zipfile.ZipInfo(member.filename, ZIP_TIME)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
            written.writestr(info, read.read(member))
    return fixed.getvalue()


def _append(run: Run, child: Any) -> None:
    run._r.append(child)
