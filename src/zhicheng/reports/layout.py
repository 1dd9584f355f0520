"""From a report to the pieces that are drawn: numbers resolved, notes placed, annex and proof page
appended.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import segno

from zhicheng.reports.annex import declared_table, figure_table, target_table
from zhicheng.reports.charts import (
    Option,
    chart_option,
    control_note,
    control_option,
    control_words,
    describe,
)
from zhicheng.reports.document import (
    Block,
    Callout,
    Chart,
    ControlSpec,
    CrossRef,
    FigureRef,
    Heading,
    Inline,
    Inlines,
    ListBlock,
    Paragraph,
    ProofBlock,
    SignOff,
    Table,
    TargetRef,
    Text,
    block_inlines,
)
from zhicheng.reports.drawn import (
    Drawn,
    DrawnCallout,
    DrawnChart,
    DrawnHeading,
    DrawnList,
    DrawnNotes,
    DrawnPageBreak,
    DrawnParagraph,
    DrawnProof,
    DrawnSignOff,
    DrawnTable,
    Run,
    RunKind,
    Runs,
)
from zhicheng.reports.fitting import fitted, shared_unit
from zhicheng.reports.house_style import HouseStyle, house_style
from zhicheng.reports.notes import count_line, gather, most_shared, note_lines, number_ranges
from zhicheng.reports.numbering import numbering
from zhicheng.reports.printable import printable
from zhicheng.reports.report import Report, UnknownNumbers
from zhicheng.reports.values import Figure

NOTE_LINES = 8
CALLOUT_WORDS = {"note": "callout_note"}


@dataclass(frozen=True, slots=True)
class Layout:
    """The cover's lines, the pieces in order and the house style. ``appended`` are the ordinals of the pieces that no author
    wrote: annex and proof page.
    """

    report: Report
    style: HouseStyle
    cover_lines: tuple[tuple[str, str], ...]
    pieces: tuple[Drawn, ...]
    appended: frozenset[int] = frozenset()

    @property
    def headings(self) -> tuple[DrawnHeading, ...]:
        """The headings that the contents list."""
        depth = self.style.contents_depth
        return tuple(one for one in self.pieces if isinstance(one, DrawnHeading) and one.level <= depth)

    @property
    def options(self) -> tuple[Option, ...]:
        """The charts' options, in the order of `DrawnChart.picture`."""
        return tuple(one.option for one in self.pieces if isinstance(one, DrawnChart))


def lay_out(report: Report) -> Layout:
    """The pieces of a report. Raises UnknownNumbers, UnknownReference, UnknownHouseStyle, UnknownPart."""
    report = printable(report)
    missing = report.missing_numbers()
    if missing:
        raise UnknownNumbers(missing)
    style = house_style(report.document.house_style)
    numbered = numbering(report.document, style)
    setter = Setter(report, style)
    blocks = numbered.blocks
    if not any(isinstance(block, ProofBlock) for block in blocks):
        # No report goes without annex and proof page: where the author named no place, they come last.
        blocks = (*blocks, ProofBlock())
    pieces: list[Drawn] = []
    appended: set[int] = set()
    for block in blocks:
        before = len(pieces)
        pieces += setter.closing() if isinstance(block, ProofBlock) else [setter.piece(block)]
        if isinstance(block, ProofBlock):
            appended.update(range(before, len(pieces)))
    return Layout(report, style, _cover_lines(report, style), tuple(pieces), frozenset(appended))


def _cover_lines(report: Report, style: HouseStyle) -> tuple[tuple[str, str], ...]:
    span = style.word("period_span", start=str(report.period_from), end=str(report.period_to))
    return (
        (style.word("period"), span),
        *report.cover.lines,
        (style.word("edition"), report.edition),
        (style.word("issued_on"), str(report.issued_on)),
    )


@dataclass(slots=True)
class Setter:
    """Walks the blocks once and remembers which figures have had their note."""

    report: Report
    style: HouseStyle
    noted: set[str] = field(default_factory=set)
    sections: int = 0
    charts: int = 0

    def piece(self, block: Block) -> Drawn:
        if isinstance(block, Heading):
            self.sections += 1
            return DrawnHeading(block.level, block.number, self.runs(block.inlines), self._section(block))
        if isinstance(block, Paragraph):
            return DrawnParagraph(self.runs(block.inlines))
        if isinstance(block, ListBlock):
            return DrawnList(tuple(self.runs(item) for item in block.items), block.ordered)
        if isinstance(block, Table):
            return self.table(block)
        if isinstance(block, Chart):
            return self.chart(block)
        if isinstance(block, Callout):
            title = self.style.word(CALLOUT_WORDS.get(block.kind, block.kind))
            return DrawnCallout(block.kind, title, self.runs(block.inlines))
        if isinstance(block, SignOff):
            return DrawnSignOff(block.rows)
        return DrawnPageBreak()

    def _section(self, heading: Heading) -> str:
        return f"section-{heading.name or self.sections}"

    # Text

    def runs(self, inlines: Inlines) -> Runs:
        return tuple(self.run(one) for one in inlines)

    def run(self, inline: Inline) -> Run:
        if isinstance(inline, Text):
            return Run(inline.text, strong=inline.strong)
        if isinstance(inline, CrossRef):
            return Run(inline.shown, "ref", goal=inline.to.replace(":", "-"))
        shown = self.report.value(inline.no).shown(inline.part)
        if isinstance(inline, FigureRef):
            return Run(shown, "figure", inline.strong, inline.no, inline.no)
        kind: RunKind = "target" if isinstance(inline, TargetRef) else "declared"
        return Run(shown, kind, inline.strong, inline.no, inline.no)

    # Tables and charts

    def table(self, table: Table) -> DrawnTable:
        rows = tuple(_marked_once(tuple(self.runs(cell) for cell in row)) for row in table.rows)
        unit = shared_unit(table.columns)
        columns, size = fitted(table.columns, rows, with_units=not unit)
        label = f"{self.style.word('table')}{table.number}" if table.number else ""
        return DrawnTable(
            label=label,
            caption=self.runs(table.caption),
            columns=columns,
            size=size,
            unit=self.style.word("unit_line", unit=unit) if unit else "",
            rows=rows,
            notes=self.notes(table),
            note=self.runs(table.note),
            anchor=_anchor("table", table.name or str(table.number)) if label else "",
        )

    def chart(self, chart: Chart) -> DrawnChart:
        self.charts += 1
        spec = chart.spec
        notes: tuple[str, ...]
        if isinstance(spec, ControlSpec):
            option, alt, notes = control_option(spec), control_words(spec), (control_note(spec),)
        else:
            option, alt, notes = (
                chart_option(self.report, spec),
                describe(self.report, spec),
                self.notes(chart),
            )
        return DrawnChart(
            label=f"{self.style.word('chart')}{chart.number}",
            caption=self.runs(chart.caption),
            option=option,
            alt=alt,
            picture=self.charts - 1,
            notes=notes,
            note=self.runs(chart.note),
            anchor=_anchor("chart", chart.name or str(chart.number)),
        )

    def notes(self, block: Table | Chart) -> tuple[str, ...]:
        """Notes of the figures that appear here first; counts of those whose counts the block does not show.

        What would outgrow the block is left to the annex, and said to be there.
        """
        first = [no for no in _figures_of(block) if no not in self.noted]
        gathered = gather(first, self.report.notes)
        kept = most_shared(gathered, NOTE_LINES)
        left = {no for numbers, line in gathered if line not in kept for no in numbers}
        self.noted.update(no for no in first if no not in left)
        lines = [f"{number_ranges(numbers)} {line}" for numbers, line in gathered if line in kept]
        if left:
            lines.append(self.style.word("notes_in_annex", numbers=number_ranges(left)))
        beside = _with_counts(block)
        uncounted = [self.report.value(no) for no in first if no not in beside]
        counts = count_line((one for one in uncounted if isinstance(one, Figure)), self.style)
        return (*lines, counts) if counts else tuple(lines)

    # What every report ends with

    def annex(self) -> list[Drawn]:
        report, style = self.report, self.style
        if not (report.figures or report.targets or report.declared):
            return []
        unnoted = [one.no for one in report.figures if one.no not in self.noted]
        sample = report.figures[0].no if report.figures else "F1"
        pieces: list[Drawn] = [DrawnPageBreak(), self._head(1, "annex", "annex")]
        pieces.append(DrawnParagraph((Run(style.word("annex_intro", sample=sample)),)))
        for key, table, numbers in self._annex_tables():
            if numbers:
                pieces += [self._head(2, f"annex_{key}", f"annex-{key}"), self._annex_table(table, numbers)]
        lines = note_lines(unnoted, report.notes)
        if lines:
            pieces += [self._head(2, "annex_notes", "annex-notes"), DrawnNotes(lines)]
        return pieces

    def _annex_tables(self) -> Iterator[tuple[str, Table, tuple[str, ...]]]:
        report, style = self.report, self.style
        yield "figures", figure_table(report, style), tuple(one.no for one in report.figures)
        yield "targets", target_table(report, style), tuple(one.no for one in report.targets)
        yield "declared", declared_table(report, style), tuple(one.no for one in report.declared)

    def _annex_table(self, table: Table, numbers: tuple[str, ...]) -> DrawnTable:
        rows = tuple(tuple(self._unmarked(cell) for cell in row) for row in table.rows)
        columns, _ = fitted(table.columns, rows)
        return DrawnTable("", (), columns, rows, notes=(), anchors=numbers, size="small")

    def _unmarked(self, inlines: Inlines) -> Runs:
        """Here the row's first cell is the number: nothing to underline or mark."""
        return tuple(Run(run.text, strong=run.strong) for run in self.runs(inlines))

    def _head(self, level: int, word: str, name: str) -> DrawnHeading:
        return DrawnHeading(level, "", (Run(self.style.word(word)),), f"section-{name}")

    def closing(self) -> list[Drawn]:
        return [*self.annex(), *self.proof()]

    def proof(self) -> list[Drawn]:
        proof, style = self.report.proof, self.style
        limits = style.word("proof_limits")
        if proof is None:
            drawn = DrawnProof("", "", "", (style.word("proof_missing"),), limits)
        else:
            qr = qr_svg(proof.checkpoint)
            drawn = DrawnProof(proof.checkpoint, proof.fingerprint, qr, style.proof_how, limits)
        return [DrawnPageBreak(), self._head(1, "proof", "proof"), drawn]


def qr_svg(text: str) -> str:
    """A QR code of the text as an SVG, dark on white, without a size of its own."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, border=2, light="#fff", omitsize=True
    )
    return out.getvalue().decode("utf-8").strip()


def _anchor(kind: str, name: str) -> str:
    return f"{kind}-{name}"


def _figures_of(block: Table | Chart) -> tuple[str, ...]:
    numbers = (one.no for one in block_inlines(block) if isinstance(one, FigureRef))
    return tuple(dict.fromkeys(numbers))


def _with_counts(block: Table | Chart) -> set[str]:
    """Figures whose numerator and denominator both stand in the block."""
    parts: dict[str, set[str]] = {}
    for one in block_inlines(block):
        if isinstance(one, FigureRef):
            parts.setdefault(one.no, set()).add(one.part)
    return {no for no, having in parts.items() if {"numerator", "denominator"} <= having}


def _marked_once(row: tuple[Runs, ...]) -> tuple[Runs, ...]:
    """In a row, each number carries its mark once, at the last cell that shows it: there the value stands."""
    seen: set[str] = set()
    marked: list[Runs] = []
    for cell in reversed(row):
        runs: list[Run] = []
        for run in reversed(cell):
            runs.append(replace(run, mark="") if run.mark in seen else run)
            seen.add(run.mark)
        marked.append(tuple(reversed(runs)))
    return tuple(reversed(marked))
