"""The Word document with a comment at each place; other formats are first written as a plain Word document."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from zhicheng.review.finding import Finding
from zhicheng.review.output import NAMES, SEVERITY_NAMES
from zhicheng.review.reading.docx import LARGEST_PART
from zhicheng.review.reading.refusals import NotReadable
from zhicheng.review.reviewing import Review

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

AUTHOR = "质诚检查"


def as_docx(review: Review, original: bytes | None = None) -> bytes:
    """The commented document's bytes.

    ``original`` are the bytes of the Word file that was reviewed; its text and layout stay as they are.

    :raises NotReadable: the original cannot be opened for writing.
    """
    document, paragraphs = _original(review, original) if original is not None else _written(review)
    for one in review.findings:
        paragraph = paragraphs.get(one.block)
        if paragraph is None:
            continue
        runs = paragraph.runs or [paragraph.add_run("")]
        document.add_comment(_around(one, paragraph) or runs, _comment(one), author=AUTHOR, initials="质")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _comment(one: Finding) -> str:
    text = f"{SEVERITY_NAMES[one.severity]} {one.check} {NAMES[one.check]}：{one.message} 改法：{one.fix}"
    return "".join(char if char.isprintable() else " " for char in text)


def _around(one: Finding, paragraph: Paragraph) -> list[Run]:
    """The runs that hold the quote."""
    text = "".join(run.text for run in paragraph.runs)
    at = text.find(one.quote.rstrip("…")) if one.quote else -1
    if at < 0:
        return []
    chosen: list[Run] = []
    place = 0
    for run in paragraph.runs:
        after = place + len(run.text)
        if place < at + len(one.quote.rstrip("…")) and at < after:
            chosen.append(run)
        place = after
    return chosen


def _original(review: Review, original: bytes) -> tuple[WordDocument, dict[int, Paragraph]]:
    import docx
    from docx.text.paragraph import Paragraph as WordParagraph

    try:
        with zipfile.ZipFile(io.BytesIO(original)) as package:
            if any(info.file_size > LARGEST_PART for info in package.infolist()):
                raise NotReadable("这个 Word 文件解开后大得不正常，没有写批注。")
        document = docx.Document(io.BytesIO(original))
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise NotReadable("这个 Word 文件写不了批注。请用 Word 另存为新的 .docx 再试。") from error
    elements = list(
        document.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p")
    )
    anchors = review.document.anchors
    return document, {
        index: WordParagraph(elements[anchor], document._body)
        for index, anchor in enumerate(anchors)
        if anchor < len(elements)
    }


def _written(review: Review) -> tuple[WordDocument, dict[int, Paragraph]]:
    """The text of a report of another format as Word paragraphs and tables."""
    import docx

    document = docx.Document()
    paragraphs: dict[int, Paragraph] = {}
    current: int | None = None
    word_table = None
    for block in review.document.blocks:
        if block.kind == "row":
            if block.table != current or word_table is None:
                width = max(len(row.cells) for row in review.document.blocks if row.table == block.table)
                word_table = document.add_table(0, width, style="Table Grid")
                current = block.table
            cells = word_table.add_row().cells
            for cell, text in zip(cells, block.cells, strict=False):
                cell.text = _clean(text)
            paragraphs[block.index] = cells[0].paragraphs[0]
        elif block.kind == "heading":
            paragraphs[block.index] = document.add_heading(_clean(block.text), min(max(block.level, 1), 9))
        elif block.kind != "figure":
            paragraphs[block.index] = document.add_paragraph(_clean(block.text))
    return document, paragraphs


def _clean(text: str) -> str:
    """Without characters that XML does not allow."""
    return "".join(char for char in text if char.isprintable() or char in "\t\n")
