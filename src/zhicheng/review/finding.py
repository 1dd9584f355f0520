"""What a check says: one finding, its place, what is wrong and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from zhicheng.review.document import Block

Severity = Literal["error", "question", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "question", "note")
LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold.

    ``check`` is GC01 to GC30 or CHAPTERS. ``severity``: ``error`` where it is certain, ``question`` where a person
    has to look, ``note`` for what only helps the reader (such as the other place of a contradiction). ``line`` is
    1-based and given for text input; ``page`` where the format has pages; ``section`` names the headings above;
    ``quote`` is taken from the report; ``message`` says what is wrong and against what; ``fix`` how to mend it.
    ``block`` is the ordinal of the block in the document, for marking the place.
    """

    check: str
    severity: Severity
    line: int | None
    page: int | None
    section: str
    quote: str
    message: str
    fix: str
    block: int

    def as_json(self) -> Mapping[str, object]:
        """The finding in the stable form of ``--format json``.

        >>> Finding("GC11", "error", 3, None, "前言", "的的", "叠字。", "删去一个。", 0).as_json()["line"]
        3
        """
        return {
            "check": self.check,
            "severity": self.severity,
            "line": self.line,
            "page": self.page,
            "section": self.section,
            "quote": self.quote,
            "message": self.message,
            "fix": self.fix,
        }


def found(
    check: str,
    severity: Severity,
    block: Block,
    message: str,
    fix: str,
    span: tuple[int, int] | None = None,
) -> Finding:
    """A finding at a place: ``span`` is where in ``block.plain``; without it the block's beginning is quoted."""
    start, end = span or (0, len(block.plain))
    quote = block.quote(start, end).strip() or block.text.strip()
    if len(quote) > LONGEST_QUOTE:
        quote = quote[:LONGEST_QUOTE] + "…"
    return Finding(
        check,
        severity,
        block.line,
        block.page,
        block.section,
        re.sub(r"\s+", " ", quote),
        message,
        fix,
        block.index,
    )


def place(block: Block) -> str:
    """Where a block stands, in words, for messages that name another place."""
    if block.line is not None:
        return f"第 {block.line} 行"
    if block.page is not None:
        return f"第 {block.page} 页"
    return f"“{block.path[-1]}”一节" if block.path else "正文"
