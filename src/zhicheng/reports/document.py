"""The document tree of a report: plain data that names its numbers instead of typing them.

`to_json` gives the object that stands under `document` in report.json. Everything that a reader sees as
words is an object with the key `text`, also captions, heads, cells and labels: a verifier that walks the
tree meets every numeral that was typed. Numbers that were computed, aimed at or declared are objects with
`figure`, `target`, `declared`. Numbers of headings, tables and charts are filled in by `numbering` and are
no text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Align = Literal["left", "center", "right"]
ChartType = Literal["line", "bar", "pareto"]
CalloutKind = Literal["reconstructed", "declared", "not_included", "note"]

ALIGNS: tuple[Align, ...] = ("left", "center", "right")
CHART_TYPES: tuple[ChartType, ...] = ("line", "bar", "pareto")
CALLOUT_KINDS: tuple[CalloutKind, ...] = ("reconstructed", "declared", "not_included", "note")


@dataclass(frozen=True, slots=True)
class Text:
    """Running text."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class FigureRef:
    """A figure by its number; `part` as in `values.FIGURE_PARTS`."""

    no: str
    part: str = "value"
    strong: bool = False


@dataclass(frozen=True, slots=True)
class TargetRef:
    """A target by its number; `part` as in `values.TARGET_PARTS`."""

    no: str
    part: str = "value"
    strong: bool = False


@dataclass(frozen=True, slots=True)
class DeclaredRef:
    """A declared fact by its number; `part` as in `values.DECLARED_PARTS`."""

    no: str
    part: str = "value"
    strong: bool = False


@dataclass(frozen=True, slots=True)
class CrossRef:
    """A mention of a table, chart or section by name (`table:incoming`); `shown` (表3) is filled in by
    numbering.
    """

    to: str
    shown: str = ""


Inline: TypeAlias = Text | FigureRef | TargetRef | DeclaredRef | CrossRef
Inlines: TypeAlias = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 4; `number` is filled in unless `numbered` is false."""

    level: int
    inlines: Inlines
    name: str = ""
    numbered: bool = True
    number: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    inlines: Inlines


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A list, ordered or bulleted; items are inlines, without lists inside."""

    items: tuple[Inlines, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head. The unit stands once, here, and not in the cells."""

    title: str
    align: Align = "left"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table; numbered when it has a caption. Every row has as many cells as there are columns."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    caption: Inlines = ()
    note: Inlines = ()
    name: str = ""
    number: int = 0

    def __post_init__(self) -> None:
        for at, row in enumerate(self.rows, 1):
            if len(row) != len(self.columns):
                raise ValueError(
                    f"table {self.name or '?'}: row {at} has {len(row)} cells, not {len(self.columns)}"
                )


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart: its name, and the numbers of the figures along the axis."""

    name: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """A line across a chart at a target (`T1`) or at a figure (`F9`)."""

    name: str
    target: str = ""
    figure: str = ""


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """What a chart shows: labels along the axis, and series of as many figures each."""

    type: ChartType
    x: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    limits: tuple[Limit, ...] = ()

    def __post_init__(self) -> None:
        for one in self.series:
            if len(one.figures) != len(self.x):
                raise ValueError(
                    f"chart series {one.name}: {len(one.figures)} figures for {len(self.x)} labels"
                )


@dataclass(frozen=True, slots=True)
class ControlLimit:
    """A line of a control chart: its word, its value as printed, and where it runs: one scaled integer, or one for each point."""

    word: str
    shown: str
    at: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ControlSpec:
    """A control chart: subgroups by number, their values (scaled by ``10**places``; None: a gap), the frozen limits of an ``edition``
    and, for points that completed tests, the tests. Its values are measurements of records and no figures: no bundle proves them.
    """

    name: str
    x: tuple[str, ...]
    values: tuple[int | None, ...]
    places: int
    edition: int
    unit: str = ""
    limits: tuple[ControlLimit, ...] = ()
    marks: tuple[tuple[int, str], ...] = ()

    def __post_init__(self) -> None:
        if len(self.values) != len(self.x) or any(len(one.at) not in (1, len(self.x)) for one in self.limits):
            raise ValueError(
                f"control chart {self.name}: values and limits do not fit {len(self.x)} subgroups"
            )


@dataclass(frozen=True, slots=True)
class Chart:
    spec: ChartSpec | ControlSpec
    caption: Inlines = ()
    note: Inlines = ()
    name: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Callout:
    """A box that says how far something is known: reconstructed, declared, not_included, or a plain note."""

    kind: CalloutKind
    inlines: Inlines = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """One field of a sign-off: the role, and once signed the name and the local date. Empty fields are
    signed by hand.
    """

    role: str
    name: str = ""
    signed_on: str = ""
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class SignOff:
    rows: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class ProofBlock:
    """Where the proof page stands; its content is the report's checkpoint and fingerprint."""


@dataclass(frozen=True, slots=True)
class PageBreak:
    pass


Block: TypeAlias = (
    Heading | Paragraph | ListBlock | Table | Chart | Callout | SignOff | ProofBlock | PageBreak
)


@dataclass(frozen=True, slots=True)
class Document:
    """A title, a language, a house style by name, and the blocks in order."""

    title: str
    blocks: tuple[Block, ...]
    language: str = "zh-CN"
    house_style: str = "official_2013"

    def inlines(self) -> Iterator[Inline]:
        """Every inline of the tree in reading order."""
        for block in self.blocks:
            yield from block_inlines(block)


def block_inlines(block: Block) -> Iterator[Inline]:
    """Every inline of a block in reading order; of a chart, also what it plots, as references."""
    if isinstance(block, (Heading, Paragraph, Callout)):
        yield from block.inlines
    elif isinstance(block, ListBlock):
        for item in block.items:
            yield from item
    elif isinstance(block, Table):
        yield from block.caption
        for row in block.rows:
            for cell in row:
                yield from cell
        yield from block.note
    elif isinstance(block, Chart):
        yield from block.caption
        if isinstance(block.spec, ChartSpec):
            yield from plotted(block.spec)
        yield from block.note


def plotted(spec: ChartSpec) -> Iterator[Inline]:
    """The figures and targets that a chart draws, as references."""
    for series in spec.series:
        for no in series.figures:
            yield FigureRef(no, "bare")
    for limit in spec.limits:
        yield TargetRef(limit.target) if limit.target else FigureRef(limit.figure)


def plain(inlines: Inlines) -> str:
    """The running text alone, for names and anchors: references are left out."""
    return "".join(one.text for one in inlines if isinstance(one, Text))
