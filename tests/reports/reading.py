"""Reads the three files of a report back as text, without the white space that layout puts in."""

from __future__ import annotations

import io
from html.parser import HTMLParser
from pathlib import Path

import docx
from docx.oxml.ns import qn
from pypdf import PdfReader

CALLOUT_SIGNS = "◇○□△"


def tight(text: str) -> str:
    return "".join(text.split())


def pdf_pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def pdf_text(path: Path) -> str:
    return tight("".join(pdf_pages(path.read_bytes())))


def docx_text(path: Path) -> str:
    """All text of the body in order, without the front (cover and contents) and the signs before boxes."""
    body = docx.Document(str(path)).element.body
    children = list(body)
    front = next(
        at for at, one in enumerate(children) if one.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None
    )
    words = (node.text or "" for child in children[front + 1 :] for node in child.iter(qn("w:t")))
    return tight("".join(words).translate({ord(sign): None for sign in CALLOUT_SIGNS}))


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.goals: list[str] = []
        self.inside: list[str] = []
        self.main: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.goals.append(value or "")
        if tag in ("main", "svg"):
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if self.inside == ["main"]:
            self.main.append(data)


def html_page(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text("utf-8"))
    return page


def html_text(path: Path) -> str:
    """The text of the report itself, without cover, contents and what charts say."""
    return tight("".join(html_page(path).main))
