"""Markdown, line by line, so that every finding keeps its line."""

from __future__ import annotations

import re

from zhicheng.review.document import Document
from zhicheng.review.reading.structure import Builder
from zhicheng.review.reading.text import decoded, without_marks

_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*$")
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_DIVIDER = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?")


def read_markdown(data: bytes, name: str) -> Document:
    """Read Markdown: headings, tables, lists, pictures; code blocks are left out."""
    builder = Builder(name, "markdown")
    fenced = False
    for number, raw in enumerate(re.split(r"\r\n|\n|\r", decoded(data)), start=1):
        if re.match(r"\s*(?:```|~~~)", raw):
            fenced = not fenced
            continue
        if fenced or not raw.strip() or re.fullmatch(r"\s*(?:[-*_]\s*){3,}", raw):
            if not raw.strip():
                builder.end_table()
            continue
        _line(builder, raw, number)
    return builder.document()


def _line(builder: Builder, raw: str, number: int) -> None:
    if _IMAGE.search(raw):
        builder.add("figure", "", line=number)
    text = _LINK.sub(r"\1", _IMAGE.sub("", raw))
    text, mark = without_marks(text)
    text = re.sub(r"(?<!\w)[*_`]{1,2}([^*_`]+)[*_`]{1,2}(?!\w)", r"\1", text)
    if mark:
        builder.mark(mark)
    heading = _HEADING.fullmatch(text.strip())
    if heading:
        builder.heading(heading[2], len(heading[1]), line=number)
    elif text.strip().startswith("|") and text.strip().endswith("|"):
        if not _DIVIDER.fullmatch(text.strip()):
            cells = tuple(
                cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", text.strip()[1:-1])
            )
            builder.add("row", text.strip(), line=number, cells=cells)
    elif text.strip():
        builder.line(re.sub(r"^\s*>\s?", "", text).strip(), line=number, styled=True)
