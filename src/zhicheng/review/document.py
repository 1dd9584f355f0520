"""A report as the checks see it: blocks in reading order, each with its place.

A reader (:mod:`zhicheng.review.reading`) turns a file into a :class:`Document`; nothing after that knows formats.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Literal, TypeVar
from weakref import WeakKeyDictionary

Kind = Literal["title", "heading", "contents", "caption", "paragraph", "item", "row", "figure"]

_HALF: dict[int, int | str] = {
    code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B) if chr(code - 0xFEE0).isalnum()
}
_HALF |= {
    ord("（"): "(",
    ord("）"): ")",
    ord("％"): "%",
    ord("／"): "/",
    ord("﹣"): "-",
    ord("㎡"): "²",
    ord("\u3000"): " ",
    ord("\xa0"): " ",
}


@dataclass(frozen=True, slots=True)
class Plain:
    """Text made comparable: full width letters and digits halved, spaces dropped unless between two Latin words.

    ``offsets[i]`` is where the i-th character of ``text`` stood in the text as read.

    >>> Plain.of("距西湖 １５ 公里").text
    '距西湖15公里'
    """

    text: str
    offsets: tuple[int, ...]

    @classmethod
    def of(cls, raw: str) -> Plain:
        halved = raw.translate(_HALF)
        kept: list[str] = []
        offsets: list[int] = []
        for place, char in enumerate(halved):
            if char == "\t" or not char.isspace():
                kept.append(char)
                offsets.append(place)
                continue
            before, after = halved[:place].rstrip()[-1:], halved[place:].lstrip()[:1]
            latin = before.isascii() and before.isalnum() and after.isascii() and after.isalnum()
            if latin and kept and kept[-1] != " ":
                kept.append(" ")
                offsets.append(place)
        return cls("".join(kept), tuple(offsets))


@dataclass(frozen=True, eq=False)
class Block:
    """One piece of a document: a heading, paragraph, list item, caption, table row or line of the contents.

    ``line`` is 1-based and known for text input only; ``page`` where the format has pages. ``cells`` holds a row's
    cells, ``table`` the ordinal of its table. ``number`` is a list or heading number as printed; ``path`` the
    headings above.
    """

    index: int
    kind: Kind
    text: str
    line: int | None = None
    page: int | None = None
    level: int = 0
    number: str = ""
    cells: tuple[str, ...] = ()
    table: int | None = None
    path: tuple[str, ...] = ()
    raw: str = ""
    drawn: bool = False

    @cached_property
    def _plain(self) -> Plain:
        return Plain.of("\t".join(self.cells) if self.cells else self.text)

    @cached_property
    def plain(self) -> str:
        """The text without spaces and full-width forms; cells of a row stand between tabs."""
        return self._plain.text

    @cached_property
    def plain_cells(self) -> tuple[str, ...]:
        return tuple(self.plain.split("\t")) if self.cells else ()

    def cell_start(self, column: int) -> int:
        """Where the given cell begins in ``plain``."""
        return sum(len(cell) + 1 for cell in self.plain_cells[:column])

    @property
    def section(self) -> str:
        return " > ".join(self.path)

    def quote(self, start: int, end: int) -> str:
        """The text as read that stands at ``plain[start:end]``."""
        offsets = self._plain.offsets
        if not offsets or start >= len(offsets) or end <= start:
            return ""
        whole = "\t".join(self.cells) if self.cells else self.text
        return whole[offsets[start] : offsets[min(end, len(offsets)) - 1] + 1].replace("\t", " ")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one table, its caption and the ordinal it has in the document."""

    ordinal: int
    rows: tuple[Block, ...]
    caption: Block | None

    @property
    def header(self) -> Block:
        return self.rows[0]

    @property
    def body(self) -> tuple[Block, ...]:
        return self.rows[1:]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or a part of one ended by a semicolon or by a cell; ``start`` is its place in ``block.plain``."""

    block: Block
    start: int
    text: str
    ended: bool


@dataclass(frozen=True, eq=False)
class Document:
    """A parsed report. ``format`` is docx, pdf, html, markdown or text; ``name`` the file's name.

    ``marks`` are remains of markup that reading took out, each with the ordinal of its block; ``anchors`` say, for a
    Word document, which paragraph of the file each block came from.
    """

    name: str
    format: str
    blocks: tuple[Block, ...]
    pages: int | None = None
    marks: tuple[tuple[int, str], ...] = field(default=())
    anchors: tuple[int, ...] = field(default=())

    @cached_property
    def text(self) -> str:
        """All text without the contents, plain, one block a line."""
        return "\n".join(block.plain for block in self.blocks if block.kind != "contents")

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        rows: dict[int, list[Block]] = {}
        for block in self.blocks:
            if block.kind == "row" and block.table is not None:
                rows.setdefault(block.table, []).append(block)
        return tuple(Table(n, tuple(blocks), self._caption_of(blocks[0])) for n, blocks in rows.items())

    def _caption_of(self, first: Block) -> Block | None:
        """The caption just above a table, or just above its one line of introduction."""
        for block in reversed(self.blocks[max(0, first.index - 3) : first.index]):
            if block.kind == "caption":
                return block
            if block.kind in ("heading", "row"):
                return None
        return None

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        return tuple(sentence for block in self.blocks for sentence in _sentences(block))

    @property
    def prose(self) -> Iterator[Block]:
        """Blocks that carry sentences: paragraphs and list items."""
        return (block for block in self.blocks if block.kind in ("paragraph", "item"))

    @property
    def headings(self) -> Iterator[Block]:
        return (block for block in self.blocks if block.kind == "heading")


_PART = re.compile(r"[^。！？；;\t\n]+[。！？；;]?")


def _sentences(block: Block) -> Iterator[Sentence]:
    if block.kind in ("contents", "figure"):
        return
    for part in _PART.finditer(block.plain):
        text = part.group()
        yield Sentence(block, part.start(), text, text[-1] in "。！？；;")


Result = TypeVar("Result")


def per_document(work: Callable[[Document], Result]) -> Callable[[Document], Result]:
    """Remember what a pure function said about a document, as long as the document lives."""
    known: WeakKeyDictionary[Document, Result] = WeakKeyDictionary()

    @wraps(work)
    def remembered(document: Document) -> Result:
        if document not in known:
            known[document] = work(document)
        return known[document]

    return remembered
