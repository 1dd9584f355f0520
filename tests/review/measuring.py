"""Recall and precision per check: clean reports are reviewed, then spoiled by each mutation and reviewed again."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from tests.review.enterprises import TRADES, enterprise
from tests.review.mutations import MUTATIONS, Mutation
from tests.review.reports import STYLES, Piece, as_html, as_markdown, as_text, report
from zhicheng.review import Document, Finding, from_text, read, review
from zhicheng.review.document import Plain

FORMS = ("text", "markdown", "html")
# What a planted error makes wrong for another check, too: a wrong share adds up to no 100 %, and so on.
FOLLOWS = {
    ("GC03", "share_in_table"), ("GC03", "empty_cell"), ("GC06", "heading_number"), ("GC06", "sections_out_of_order"), ("GC17", "lost_heading"),
}  # fmt: skip


@dataclass
class Tally:
    """Counts of one check."""

    planted: int = 0
    found: int = 0
    found_as_error: int = 0
    errors: int = 0
    false_errors: int = 0


@dataclass
class Measured:
    """All counts: per check, per mutation, and what was said of clean reports."""

    checks: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    mutations: dict[tuple[str, str], Tally] = field(default_factory=lambda: defaultdict(Tally))
    styles: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    clean: Counter[str] = field(default_factory=Counter)
    clean_findings: Counter[tuple[str, str]] = field(default_factory=Counter)
    reports: int = 0


def parsed(pieces: list[Piece], form: str) -> Document:
    """The pieces written in a form and read again."""
    if form == "markdown":
        return from_text(as_markdown(pieces), "report.md")
    if form == "html":
        return read(as_html(pieces).encode(), "report.html")
    return from_text(as_text(pieces))


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.check, finding.quote, finding.message


def _shape(finding: Finding) -> tuple[str, str]:
    return finding.check, finding.quote


def places(document: Document, pieces: list[Piece]) -> dict[int, int]:
    """Block to piece: both are in the same order, blocks may be fewer."""
    found: dict[int, int] = {}
    place = 0
    for block in document.blocks:
        for ahead in range(place, min(place + 6, len(pieces))):
            if Plain.of(pieces[ahead].text.split("\t")[0]).text[:20] == block.plain.split("\t")[0][:20] or (
                Plain.of(pieces[ahead].text).text[:12] == block.plain[:12]
            ):
                found[block.index] = ahead
                place = ahead + 1
                break
    return found


def measure(
    seeds: range, per_report: int | None = None, mutations: list[tuple[str, str, Mutation]] = MUTATIONS
) -> Measured:
    """Review a clean report for each seed and its spoiled forms (all mutations, or some drawn at random)."""
    measured = Measured()
    for seed in seeds:
        rng = random.Random(seed)
        one = enterprise(rng, list(TRADES)[seed % len(TRADES)])
        style = STYLES[(seed + seed // len(TRADES)) % len(STYLES)]
        form = FORMS[seed % len(FORMS)]
        pieces = report(one, style, rng)
        before = review(parsed(pieces, form)).findings
        measured.reports += 1
        for finding in before:
            measured.clean[finding.severity] += 1
            measured.clean_findings[(finding.check, finding.severity)] += 1
        known = {_shape(finding) for finding in before}
        chosen = mutations if per_report is None else rng.sample(mutations, per_report)
        for check, name, mutation in chosen:
            spoiled = mutation(pieces, rng, one)
            if spoiled is None or spoiled[0] == pieces:
                continue
            _count(measured, (check, name, style), *spoiled, form, known)
    return measured


def _count(
    measured: Measured, planted: tuple[str, str, str], pieces: list[Piece], where: set[int], form: str,
    known: set[tuple[str, str]],
) -> None:  # fmt: skip
    check, name, style = planted
    document = parsed(pieces, form)
    at = places(document, pieces)
    new = [finding for finding in review(document).findings if _shape(finding) not in known]
    hits = [finding for finding in new if finding.check == check and at.get(finding.block) in where]
    for tally in (measured.checks[check], measured.mutations[(check, name)], measured.styles[style]):
        tally.planted += 1
        tally.found += bool(hits)
        tally.found_as_error += any(finding.severity == "error" for finding in hits)
    for finding in new:
        if finding.severity == "error":
            measured.checks[finding.check].errors += 1
            follows = finding.check == check or (finding.check, name) in FOLLOWS
            measured.checks[finding.check].false_errors += not (at.get(finding.block) in where or follows)
