"""HTML: headings, paragraphs, lists, tables, captions and pictures; scripts and styles are left out."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from zhicheng.review.document import Document
from zhicheng.review.reading.structure import CAPTION, Builder
from zhicheng.review.reading.text import decoded

_SKIPPED_TEXT = "script style head noscript template svg math nav button select option textarea"
_SKIPPED = frozenset(_SKIPPED_TEXT.split())
_BLOCKS_TEXT = "p div section article li dt dd blockquote figcaption caption pre address header footer main ul ol tr table h1 h2 h3 h4 h5 h6"
_BLOCKS = frozenset(_BLOCKS_TEXT.split())


def read_html(data: bytes, name: str) -> Document:
    """Read HTML; the declared character set is followed where Python knows it."""
    declared = re.search(rb"charset=[\"']?([A-Za-z0-9_-]{3,20})", data[:4096])
    text = ""
    if declared:
        try:
            text = data.decode(declared[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            text = ""
    parser = _Parser(name)
    parser.feed(text or decoded(data))
    parser.close()
    parser.flush()
    return parser.builder.document()


class _Parser(HTMLParser):
    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.builder = Builder(name, "html")
        self.pieces: list[str] = []
        self.skipping = 0
        self.level = 0
        self.item = False
        self.row: list[str] | None = None
        self.cell: list[str] | None = None
        self.spans: tuple[int, int] = (1, 1)
        self.merged: dict[int, tuple[int, str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("svg", "canvas", "object") and self.cell is None and not self.skipping:
            self.flush()
            self.builder.add("figure", "")
        if tag in _SKIPPED:
            self.skipping += 1
            return
        if tag == "br":
            self.handle_data("\n")
        elif tag == "img" and self.cell is None:
            self.flush()
            self.builder.add("figure", "")
        elif tag == "table":
            self.flush()
            self.builder.end_table()
            self.merged = {}
        elif tag == "tr":
            self.row = []
        elif tag in ("td", "th") and self.row is not None:
            known = dict(attrs)
            self.cell = []
            self.spans = (_number(known.get("colspan")), _number(known.get("rowspan")))
        elif tag in _BLOCKS and self.cell is None:
            self.flush()
            self.level = int(tag[1]) if re.fullmatch(r"h[1-6]", tag) else 0
            self.item = tag == "li"

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self.skipping = max(0, self.skipping - 1)
        elif tag in ("td", "th") and self.cell is not None:
            self._end_cell()
        elif tag == "tr" and self.row is not None:
            self._merge_left()
            if any(self.row):
                self.builder.add("row", "\t".join(self.row), cells=tuple(self.row))
            self.row = self.cell = None
        elif tag == "table":
            self.builder.end_table()
        elif tag in _BLOCKS and self.cell is None:
            self.flush()
            self.level, self.item = 0, False

    def _end_cell(self) -> None:
        if self.row is None or self.cell is None:
            return
        self._merge_left()
        text = re.sub(r"\s+", " ", "".join(self.cell)).strip()
        columns, rows = self.spans
        if rows > 1:
            self.merged[len(self.row)] = (rows - 1, text)
        self.row.append(text)
        self.row.extend([""] * (columns - 1))
        self.cell = None

    def _merge_left(self) -> None:
        """Put the text of cells that reach down from rows above where they stand."""
        while self.row is not None and len(self.row) in self.merged:
            left, text = self.merged[len(self.row)]
            if left <= 1:
                del self.merged[len(self.row)]
            else:
                self.merged[len(self.row)] = (left - 1, text)
            self.row.append(text)

    def handle_data(self, data: str) -> None:
        if self.skipping:
            return
        (self.pieces if self.cell is None else self.cell).append(data)

    def flush(self) -> None:
        """End the block at hand."""
        text = re.sub(r"[ \t\r\n]+", " ", "".join(self.pieces)).strip()
        self.pieces.clear()
        if not text:
            return
        if self.level and not CAPTION.fullmatch(re.sub(r"\s", "", text)):
            self.builder.heading(text, self.level)
        elif self.item:
            if re.match(r"[(\d①-⑳]", text):
                self.builder.line(text, styled=True)
            else:
                self.builder.add("item", text)
        else:
            self.builder.line(text)


def _number(value: str | None) -> int:
    return min(int(value), 64) if value and value.isdigit() and int(value) else 1
