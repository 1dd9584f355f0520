"""Composing one edition of a report from its template and the records as of a checkpoint."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from zhicheng.core.files import path_of
from zhicheng.core.language import CHINESE
from zhicheng.ledger import checkpoints, keys, log
from zhicheng.reports.document import Document
from zhicheng.reports.document_json import to_json
from zhicheng.reports.examining import Placed, examine
from zhicheng.reports.gate import Problem, problems
from zhicheng.reports.numbers import Numbers
from zhicheng.reports.records import Records
from zhicheng.reports.report import Cover, Proof, Report
from zhicheng.reports.template import compose


class NoTemplate(ValueError):
    """The report has no text yet."""


@dataclass(frozen=True)
class Edition:
    """A composed edition: what the renderers draw, its numbers, and, asked for when needed, what stands in the way."""

    report: Any
    drawn: Report
    numbers: Numbers
    records: Records
    data: Mapping[str, Any]

    @cached_property
    def examined(self) -> tuple[Placed, ...]:
        """What the review finds in it."""
        return examine(self.report, self.drawn, self.numbers)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Why it may not be published (empty: it may)."""
        return tuple(problems(self.report, self.numbers, self.records, self.examined))


def template_text(report: Any) -> str:
    """The Markdown of a report. Errors: NoTemplate."""
    path = path_of(report.template) if report.template else None
    if path is None or not path.exists():
        raise NoTemplate(_("报告还没有正文：请上传正文（Markdown）。"))
    return path.read_text("utf-8")


def enterprise() -> str:
    """The enterprise's name, as the log's first entry has it."""
    return str(log.versions("ledger.genesis", 1)[0].facts["enterprise"])


def edition(
    report: Any, checkpoint: checkpoints.Signed | None = None, issued_on: dt.date | None = None
) -> Edition:
    """Compose a report as of a checkpoint (None: a draft as of now, which says so on every page).

    Errors: NoTemplate, and ``template.TemplateError`` with every placeholder that does not resolve.
    """
    size = checkpoint.size if checkpoint else log.head().size
    numbers = Numbers(report.period_from, report.period_to, size)
    records = Records(report, numbers)
    text = template_text(report)
    with translation.override(CHINESE):  # whoever asks: the same log gives the same document
        document = compose(text, records)
    drawn = drawn_of(report, document, numbers, issued_on, checkpoint)
    data = {
        "v": 1,
        "origin": log.head().origin,
        "enterprise": drawn.enterprise,
        "title": document.title,
        "edition": report.edition,
        "record": {"type": "report.report", "k": report.k},
        "period": {"from": report.period_from.isoformat(), "to": report.period_to.isoformat()},
        "issued_on": drawn.issued_on.isoformat(),
        "fingerprint": keys.fingerprint(size).replace(" ", ""),
        "checkpoint_a": {"size": size, "root": checkpoint.root if checkpoint else ""},
        "figures": numbers.entries,
        "targets": numbers.target_entries,
        "declared": numbers.declared_entries,
        "document": to_json(document),
    }
    return Edition(report, drawn, numbers, records, data)


def drawn_of(
    report: Any,
    document: Document,
    numbers: Numbers,
    issued_on: dt.date | None = None,
    checkpoint: checkpoints.Signed | None = None,
) -> Report:
    """A composed document with its numbers and cover, as the renderers take it."""
    return Report(
        document=document,
        enterprise=enterprise(),
        edition=report.edition,
        period_from=report.period_from,
        period_to=report.period_to,
        issued_on=issued_on or report.issued_on or dt.datetime.now(dt.UTC).date(),
        figures=tuple(numbers.figures),
        targets=tuple(numbers.targets),
        declared=tuple(numbers.declared),
        notes=dict(numbers.notes),
        cover=Cover((("报告编号", report.number),)),
        proof=Proof(checkpoint.note, keys.fingerprint(checkpoint.size)) if checkpoint else None,
    )
