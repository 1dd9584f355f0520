"""The pieces of a report as the document that ``zhicheng.review`` examines, with the piece behind every block."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from zhicheng.reports.drawn import (
    Drawn,
    DrawnCallout,
    DrawnChart,
    DrawnHeading,
    DrawnList,
    DrawnParagraph,
    DrawnSignOff,
    DrawnTable,
    Runs,
)
from zhicheng.reports.layout import Layout
from zhicheng.review.document import Document
from zhicheng.review.reading.structure import Builder

COMPUTED = "\ufffc"
"""Stands in ``Reviewed.typed`` where a figure, a target, a declared fact or a reference stands in the text."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A report as blocks. ``pieces`` gives for each block the ordinal of its piece in the layout (-1: the cover);
    ``typed`` the block's text with everything that nobody typed replaced by ``COMPUTED``, cells between tabs.
    """

    document: Document
    pieces: tuple[int, ...]
    typed: tuple[str, ...]


@dataclass(slots=True)
class _Adapter:
    builder: Builder
    pieces: list[int] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    at: int = -1

    def note(self, typed: str = "") -> None:
        """Say of the blocks added last where they come from."""
        new = len(self.builder.blocks) - len(self.pieces)
        self.pieces += [self.at] * new
        self.typed += [typed] * new

    def line(self, text: str, typed: str = "") -> None:
        self.builder.line(text, styled=True)
        self.note(typed)

    def lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.line(line)

    def row(self, cells: tuple[str, ...], typed: tuple[str, ...]) -> None:
        self.builder.add("row", "\t".join(cells), cells=cells)
        self.note("\t".join(typed))

    def caption(self, piece: DrawnTable | DrawnChart) -> None:
        if piece.label:
            number = piece.label.lstrip("图表附")
            self.builder.add("caption", f"{piece.label}\u3000{words(piece.caption)}", number=number)
            self.note()

    def piece(self, piece: Drawn) -> None:
        if isinstance(piece, DrawnHeading):
            self.builder.heading(f"{piece.number}{words(piece.runs)}", piece.level)
            self.note(typed_only(piece.runs))
        elif isinstance(piece, DrawnParagraph):
            self.line(words(piece.runs), typed_only(piece.runs))
        elif isinstance(piece, DrawnList):
            for n, item in enumerate(piece.items, 1):
                self.builder.add("item", words(item), number=f"{n}." if piece.ordered else "•")
                self.note(typed_only(item))
        elif isinstance(piece, DrawnCallout):
            self.line(f"{piece.title}：{words(piece.runs)}", typed_only(piece.runs))
        elif isinstance(piece, DrawnTable):
            self.table(piece)
        elif isinstance(piece, DrawnChart):
            self.builder.add("figure", "")
            self.caption(piece)
            self.under(piece)
        elif isinstance(piece, DrawnSignOff):
            self.sign_off(piece)

    def table(self, piece: DrawnTable) -> None:
        self.builder.end_table()
        self.caption(piece)
        heads = tuple(column.title for column in piece.columns)
        self.row(heads, heads)
        for row in piece.rows:
            self.row(tuple(words(cell) for cell in row), tuple(typed_only(cell) for cell in row))
        self.builder.end_table()
        self.under(piece)

    def under(self, piece: DrawnTable | DrawnChart) -> None:
        """The author's note; definitions and counts stand there by rule and are nobody's words."""
        if piece.note:
            self.line(words(piece.note), typed_only(piece.note))

    def sign_off(self, piece: DrawnSignOff) -> None:
        for one in piece.rows:
            cells = (one.role, one.name, one.signed_on, one.meaning)
            self.row(cells, (COMPUTED,) * len(cells))
        self.builder.end_table()


def reviewed(layout: Layout) -> Reviewed:
    """A laid-out report as the checks see it: cover, text, tables and captions, without the small numbers F1.

    Annex and proof page are left out: they repeat every number by rule and hold no word of the author.
    """
    report = layout.report
    adapter = _Adapter(Builder(report.title, "report"))
    adapter.builder.add("title", report.title)
    adapter.note()
    adapter.lines((report.enterprise, *(f"{label}：{said}" for label, said in layout.cover_lines)))
    for at, piece in enumerate(layout.pieces):
        if at not in layout.appended:
            adapter.at = at
            adapter.piece(piece)
    return Reviewed(adapter.builder.document(), tuple(adapter.pieces), tuple(adapter.typed))


def words(runs: Runs) -> str:
    """The characters of runs as they are printed."""
    return "".join(run.text for run in runs)


def typed_only(runs: Runs) -> str:
    """The characters that somebody typed; a computed number is ``COMPUTED``."""
    return "".join(run.text if run.kind == "text" else COMPUTED for run in runs)
