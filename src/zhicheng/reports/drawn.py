"""The pieces that the renderers draw: words and numbers as final characters, nothing left to look up.

`asdict` of a piece is what the Typst template reads, so fields here are plain data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from zhicheng.reports.document import Align, Signature

RunKind = Literal["text", "figure", "target", "declared", "ref"]


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one kind. `mark` is the number set small behind them (F1); `goal` the anchor they lead
    to.
    """

    text: str
    kind: RunKind = "text"
    strong: bool = False
    mark: str = ""
    goal: str = ""


TableSize = Literal["normal", "small", "tiny"]
Runs: TypeAlias = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class DrawnHeading:
    level: int
    number: str
    runs: Runs
    anchor: str
    kind: str = "heading"


@dataclass(frozen=True, slots=True)
class DrawnParagraph:
    runs: Runs
    kind: str = "paragraph"


@dataclass(frozen=True, slots=True)
class DrawnList:
    items: tuple[Runs, ...]
    ordered: bool
    kind: str = "list"


@dataclass(frozen=True, slots=True)
class DrawnColumn:
    """A head, with its unit in brackets where it has one; `weight` is the share of the width, in
    thousandths.
    """

    title: str
    align: Align
    weight: int


@dataclass(frozen=True, slots=True)
class DrawnTable:
    """`label` is 表1 or empty; `unit` the line 单位：… where many columns share one unit.

    `anchors` holds, per row, the anchor that the row is (annex rows), or nothing.
    """

    label: str
    caption: Runs
    columns: tuple[DrawnColumn, ...]
    rows: tuple[tuple[Runs, ...], ...]
    notes: tuple[str, ...]
    note: Runs = ()
    anchor: str = ""
    anchors: tuple[str, ...] = ()
    size: TableSize = "normal"
    unit: str = ""
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class DrawnChart:
    """`option` is the ECharts option; `alt` says in words what is plotted; `picture` counts charts from 0."""

    label: str
    caption: Runs
    option: dict[str, Any]
    alt: str
    picture: int
    notes: tuple[str, ...]
    note: Runs = ()
    anchor: str = ""
    kind: str = "chart"


@dataclass(frozen=True, slots=True)
class DrawnCallout:
    sort: str
    title: str
    runs: Runs
    kind: str = "callout"


@dataclass(frozen=True, slots=True)
class DrawnSignOff:
    rows: tuple[Signature, ...]
    kind: str = "sign_off"


@dataclass(frozen=True, slots=True)
class DrawnNotes:
    """Small lines in the annex for figures that no table or chart explains."""

    lines: tuple[str, ...]
    kind: str = "notes"


@dataclass(frozen=True, slots=True)
class DrawnProof:
    """The proof page; checkpoint and fingerprint are empty in a draft. `qr` is an SVG."""

    checkpoint: str
    fingerprint: str
    qr: str
    how: tuple[str, ...]
    limits: str
    kind: str = "proof"


@dataclass(frozen=True, slots=True)
class DrawnPageBreak:
    kind: str = "page_break"


Drawn: TypeAlias = (
    DrawnHeading
    | DrawnParagraph
    | DrawnList
    | DrawnTable
    | DrawnChart
    | DrawnCallout
    | DrawnSignOff
    | DrawnNotes
    | DrawnProof
    | DrawnPageBreak
)
