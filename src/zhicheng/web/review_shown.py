"""A result of the review as the page shows it: the text with its marked places, and the findings in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from zhicheng.reports.examining import Placed, fingerprint
from zhicheng.review.output import NAMES

SHOWN = 4000
"""Blocks of text on the page; of longer reports the rest is shown only around findings."""
SEVERITIES = ("error", "question", "note")


def severity_words() -> dict[str, str]:
    """The three severities, as people say them."""
    return {"error": _("错误"), "question": _("疑问"), "note": _("提示")}


def check_name(check: str) -> str:
    """The name of a check beside its id."""
    return _("数字与记录") if check == "RECORDS" else NAMES.get(check, "")


@dataclass(frozen=True)
class Shown:
    """One finding on the page. ``dismissal`` is what a person decided; ``standing`` says that it counts; ``fresh`` that it is new."""

    no: int
    finding: Mapping[str, Any]
    mark: str
    dismissal: Any = None
    fresh: bool = False

    @property
    def severity(self) -> str:
        return str(self.finding["severity"])

    @property
    def word(self) -> str:
        """The severity in words."""
        return severity_words()[self.severity]

    @property
    def check(self) -> str:
        return str(self.finding["check"])

    @property
    def name(self) -> str:
        """The name of the check."""
        return check_name(self.check)

    @property
    def standing(self) -> bool:
        """Whether it counts: not dismissed, or not yet by the second person."""
        return self.dismissal is None or bool(self.dismissal.state != "dismissed")

    @property
    def place(self) -> str:
        """Line or page, where the format has them."""
        if self.finding["line"] is not None:
            return _("第 %s 行") % str(self.finding["line"])
        return _("第 %s 页") % str(self.finding["page"]) if self.finding["page"] is not None else ""


@dataclass(frozen=True)
class Piece:
    """Characters of the text; ``no`` is the finding that quotes them (0: none)."""

    text: str
    no: int = 0
    severity: str = ""


@dataclass(frozen=True)
class Line:
    """A block of the text with its cells (one cell where it is no row) and the findings at it."""

    at: int
    kind: str
    level: int
    where: str
    cells: tuple[tuple[Piece, ...], ...]
    row: bool
    findings: tuple[Shown, ...]


def findings_of(
    result: Mapping[str, Any], dismissed: Mapping[str, Any] | None = None, fresh: Counter[str] | None = None
) -> list[Shown]:
    """The findings of a result, numbered from 1; ``fresh`` are fingerprints that the last edition did not have."""
    out = []
    for no, one in enumerate(result["findings"], 1):
        mark = fingerprint(one)
        out.append(Shown(no, one, mark, (dismissed or {}).get(mark), bool(fresh and fresh[mark])))
    return out


def placed(examined: Sequence[Placed]) -> list[Shown]:
    """What the review finds in a report of our own, in the same form."""
    return [
        Shown(
            no,
            {**one.finding.as_json(), "block": one.piece},
            fingerprint(one.finding.as_json()),
            one.dismissal,
        )
        for no, one in enumerate(examined, 1)
    ]


def counts_of(findings: list[Shown]) -> list[tuple[str, str, int]]:
    """Severity, its word and how many findings stand."""
    words = severity_words()
    return [(s, words[s], sum(f.severity == s and f.standing for f in findings)) for s in SEVERITIES]


def checks_of(findings: list[Shown]) -> list[tuple[str, str, int]]:
    """Each check that found something: id, name and how often."""
    counted = Counter(f.check for f in findings)
    return [(check, check_name(check), counted[check]) for check in sorted(counted)]


def text_of(result: Mapping[str, Any], findings: list[Shown]) -> list[Line]:
    """The text, block by block, with the quoted places marked."""
    at: dict[int, list[Shown]] = defaultdict(list)
    for one in findings:
        at[one.finding["block"]].append(one)
    lines = []
    for index, block in enumerate(result["blocks"]):
        if block["kind"] == "figure" or (index >= SHOWN and index not in at):
            continue
        lines.append(_line(index, block, at.get(index, [])))
    return lines


def _line(index: int, block: Mapping[str, Any], findings: list[Shown]) -> Line:
    cells = block.get("cells") or [block.get("text", "")]
    where = ""
    if "line" in block:
        where = str(block["line"])
    elif "page" in block:
        where = _("%s 页") % block["page"]
    row = block["kind"] in ("row", "contents") and len(cells) > 1
    return Line(
        index, block["kind"], block.get("level", 0), where, tuple(marked(cell, findings) for cell in cells), row, tuple(findings)
    )  # fmt: skip


def marked(text: str, findings: list[Shown]) -> tuple[Piece, ...]:
    """A text cut at the places that findings quote; where quotes overlap the first stands."""
    spans: list[tuple[int, int, Shown]] = []
    for one in findings:
        quote = str(one.finding["quote"]).rstrip("…")
        start = text.find(quote) if quote else -1
        end = start + len(quote)
        if start >= 0 and not any(s < end and start < e for s, e, _one in spans):
            spans.append((start, end, one))
    pieces, last = [], 0
    for start, end, one in sorted(spans, key=lambda span: span[0]):
        pieces += [Piece(text[last:start]), Piece(text[start:end], one.no, one.severity)]
        last = end
    return tuple(p for p in (*pieces, Piece(text[last:])) if p.text)
