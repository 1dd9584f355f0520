"""The one value that all three renderers take: the document tree, its numbers, its cover and its proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from zhicheng.reports.document import DeclaredRef, Document, FigureRef, TargetRef
from zhicheng.reports.values import Declared, Figure, Target


class UnknownNumbers(LookupError):
    """The text names figures, targets or declared facts that the report does not carry; `numbers` lists
    them.
    """

    def __init__(self, numbers: tuple[str, ...]) -> None:
        self.numbers = numbers
        listed = "、".join(numbers)
        super().__init__(
            f"正文引用了报告中没有的数字：{listed} / the text names numbers that the report lacks: {listed}"
        )


@dataclass(frozen=True, slots=True)
class Cover:
    """What the cover adds to title, enterprise, edition and dates: lines of label and content, and a line
    below.
    """

    lines: tuple[tuple[str, str], ...] = ()
    subtitle: str = ""
    foot: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """The signed checkpoint A as text, and the fingerprint of the key that signed it (groups of 4)."""

    checkpoint: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report ready to be drawn.

    `notes` holds for each figure number the sentences that stand under the table or chart that first uses
    it: definition in words, corrections, late entries, withdrawals, imported and reconstructed shares.
    Without `proof` it is a draft and says so on every page.
    """

    document: Document
    enterprise: str
    edition: str
    period_from: date
    period_to: date
    issued_on: date
    figures: tuple[Figure, ...] = ()
    targets: tuple[Target, ...] = ()
    declared: tuple[Declared, ...] = ()
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cover: Cover = Cover()
    proof: Proof | None = None

    @property
    def title(self) -> str:
        return self.document.title

    @property
    def values(self) -> tuple[Figure | Target | Declared, ...]:
        return (*self.figures, *self.targets, *self.declared)

    def value(self, no: str) -> Figure | Target | Declared:
        """The figure, target or declared fact of that number. Raises UnknownNumbers."""
        for one in self.values:
            if one.no == no:
                return one
        raise UnknownNumbers((no,))

    def missing_numbers(self) -> tuple[str, ...]:
        """Numbers that the text names and the report lacks, each once, in reading order."""
        known = {one.no for one in self.values}
        missing = (
            one.no
            for one in self.document.inlines()
            if isinstance(one, (FigureRef, TargetRef, DeclaredRef)) and one.no not in known
        )
        return tuple(dict.fromkeys(missing))
