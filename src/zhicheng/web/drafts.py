"""A draft's numbers as they are now, without what only a published edition needs (values then, adjustments, notes).

Composing an edition compares every record with its version of the time; a page that asks only whether records are there
should not wait for that.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import translation

from zhicheng.core.language import CHINESE, spoken
from zhicheng.metrics import evaluate
from zhicheng.metrics.definition import Condition, Defined
from zhicheng.reports.document import Document
from zhicheng.reports.edition import NoTemplate, drawn_of, template_text
from zhicheng.reports.examining import Placed, examine
from zhicheng.reports.gate import Problem, problems
from zhicheng.reports.numbers import Numbers
from zhicheng.reports.records import Records
from zhicheng.reports.template import TemplateError, compose


class Present(Numbers):
    """Collects the numbers that a text names, computed from the rows as they are now."""

    def _compute(
        self, no: str, metric: Defined, slice_: tuple[Condition, ...], first: dt.date, last: dt.date
    ) -> None:
        self._keep(no, spoken(metric.title), evaluate.figure(metric, first, last, slice_), None)

    def _counts(self, metric: Defined) -> evaluate.Counts:
        return evaluate.compute(metric, self.first, self.last)


@dataclass(frozen=True)
class Draft:
    """What a draft names, and what stands in the way of publishing it; the review of its words is made when asked for."""

    report: Any
    numbers: Present
    problems: tuple[Problem, ...]

    @cached_property
    def examined(self) -> tuple[Placed, ...]:
        """What the review finds in the draft, which it reads as it will be printed: in Chinese, whoever looks at the page."""
        with translation.override(CHINESE):
            numbers, _records, document = _composed(self.report, self.numbers.size)
            drawn = drawn_of(self.report, document, numbers)
        return examine(self.report, drawn, numbers)

    @property
    def data(self) -> dict[str, Any]:
        """The numbers as in report.json."""
        return {
            "figures": self.numbers.entries,
            "targets": self.numbers.target_entries,
            "declared": self.numbers.declared_entries,
            "checkpoint_a": {"size": self.numbers.size, "root": ""},
        }


def faults_of(error: NoTemplate | TemplateError) -> list[str]:
    """Why a report cannot be composed, a sentence each, in the reader's language."""
    return list(error.sentences()) if isinstance(error, TemplateError) else [str(error)]


def draft(report: Any, size: int) -> Draft:
    """Compose a report's text against the rows. Errors: NoTemplate, TemplateError."""
    numbers, records, _document = _composed(report, size)
    return Draft(report, numbers, tuple(problems(report, numbers, records)))


def _composed(report: Any, size: int) -> tuple[Present, Records, Document]:
    numbers = Present(report.period_from, report.period_to, size)
    records = Records(report, numbers)
    return numbers, records, compose(template_text(report), records)
