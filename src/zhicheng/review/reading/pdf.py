"""PDF with text, read by PDFium. Lines are put together from the boxes of text, wide gaps become cells."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from zhicheng.review.document import Document, Plain
from zhicheng.review.reading.refusals import NotReadable
from zhicheng.review.reading.structure import CAPTION, CONTENTS_LINE, ITEM, Builder, heading_of

MOST_PAGES = 1500
CELL_GAP = 0.75  # of a line's height; more than any space in running text, less than the padding of two cells
FEWEST_CHARACTERS = 15  # a page on average; less is a scan


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    left: float
    right: float
    top: float
    height: float


def read_pdf(data: bytes, name: str) -> Document:
    """Read a PDF.

    :raises NotReadable: it is encrypted, damaged, a scan without text, or has more than 1500 pages.
    """
    import pypdfium2  # type: ignore[import-untyped]

    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise NotReadable("这个 PDF 加了密码。请去掉密码再检查。") from error
        raise NotReadable("这个 PDF 已损坏，打不开。请重新导出再检查。") from error
    try:
        if len(pdf) > MOST_PAGES:
            raise NotReadable(f"这个 PDF 有 {len(pdf)} 页，超过 {MOST_PAGES} 页。请拆分后再检查。")
        pages = [_lines(pdf[number]) for number in range(len(pdf))]
    except pypdfium2.PdfiumError as error:
        raise NotReadable("这个 PDF 有读不了的页。请重新导出再检查。") from error
    finally:
        pdf.close()
    if sum(len(line.text) for lines in pages for line in lines) < FEWEST_CHARACTERS * max(1, len(pages)):
        raise NotReadable(
            "这个 PDF 里几乎没有文字，像是扫描件。请先做文字识别（OCR），或用原来的 Word 文件检查。"
        )
    return _document(name, _without_running_heads(pages))


_UNSEEN = frozenset((0xAD, 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)))
_Char = tuple[float, float, float, float, str]


def _lines(page: Any) -> list[_Line]:
    """The lines of a page from top to bottom, in columns of cells where wide gaps part them."""
    from pypdfium2.raw import FPDFText_GetUnicode as unicode_of  # type: ignore[import-untyped]

    text = page.get_textpage()
    chars: list[_Char] = []
    for number in range(text.count_chars()):
        code = unicode_of(text, number)
        if code <= 32 or code in _UNSEEN or code > 0x10FFFF:
            continue  # spaces are told from the gaps
        char = chr(code)
        if not char.isspace():
            chars.append((*text.get_charbox(number, loose=True), char))
    text.close()
    page.close()
    lines: list[list[_Char]] = []
    for one in sorted(chars, key=lambda each: -(each[1] + each[3])):
        middle = (one[1] + one[3]) / 2
        last = lines[-1][-1] if lines else None
        if (
            last is not None
            and abs((last[1] + last[3]) / 2 - middle) < max(last[3] - last[1], one[3] - one[1]) * 0.4
        ):
            lines[-1].append(one)
        else:
            lines.append([one])
    return [_joined(sorted(line)) for line in lines]


def _joined(chars: list[_Char]) -> _Line:
    height = max(char[3] - char[1] for char in chars)
    pieces = [chars[0][4]]
    for before, char in pairwise(chars):
        gap = char[0] - before[2]
        pieces.append("\t" if gap > height * CELL_GAP else " " if gap > height * 0.15 else "")
        pieces.append(char[4])
    return _Line("".join(pieces), chars[0][0], chars[-1][2], chars[0][3], height)


def _without_running_heads(pages: list[list[_Line]]) -> list[list[_Line]]:
    """Drop page numbers, and lines that stand first or last on many pages."""
    if len(pages) < 3:
        return [[line for line in lines if not _is_page_number(line.text)] for lines in pages]
    edges = Counter(
        _shape(line.text)
        for lines in pages
        for line in {id(one): one for one in (*lines[:1], *lines[-1:])}.values()
    )
    often = {shape for shape, count in edges.items() if count * 2 > len(pages) and count >= 3}
    kept = []
    for lines in pages:
        edge = {id(one) for one in (*lines[:2], *lines[-2:])}
        kept.append([line for line in lines
                     if not (id(line) in edge and (_shape(line.text) in often or _is_page_number(line.text)))])  # fmt: skip
    return kept


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", re.sub(r"\s", "", text))


def _is_page_number(text: str) -> bool:
    return bool(
        re.fullmatch(
            r"\s*(?:第\s*)?[-—–]?\s*\d{1,4}\s*[-—–]?\s*(?:页)?(?:\s*(?:/|，?共)\s*\d{1,4}\s*页?)?\s*", text
        )
    )


def _document(name: str, pages: list[list[_Line]]) -> Document:
    builder = Builder(name, "pdf")
    everything = [line for lines in pages for line in lines]
    right_edge = _usual_right([line for line in everything if "\t" not in line.text])
    held: list[tuple[str, int]] = []

    def flush() -> None:
        if held:
            builder.line("".join(text for text, _ in held), page=held[0][1])
            held.clear()

    for number, lines in enumerate(pages, start=1):
        for line in lines:
            plain = Plain.of(line.text).text
            starts = bool(heading_of(plain) or ITEM.match(plain) or CAPTION.fullmatch(plain))
            if CONTENTS_LINE.match(line.text.strip()):
                flush()
                builder.line(line.text.strip(), page=number)
                continue
            if "\t" in line.text:
                flush()
                builder.line(line.text, page=number)
                continue
            if starts:
                flush()
            held.append((line.text.strip(), number))
            full = line.right > right_edge - 3 * line.height
            if not full or re.search(r"[。！？；：:;]$", plain) or (starts and heading_of(plain)):
                flush()
    flush()
    return builder.document(len(pages))


def _usual_right(lines: list[_Line]) -> float:
    """Where full lines end."""
    rights = sorted(line.right for line in lines)
    if not rights:
        return 0.0
    return median(rights[len(rights) * 3 // 4 :])
