"""The review of our own report before it is published: what does not hold, where, and what was dismissed with a reason."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from zhicheng.core.process import registry
from zhicheng.reports.as_reviewed import reviewed
from zhicheng.reports.layout import lay_out
from zhicheng.reports.numbers import Numbers
from zhicheng.reports.report import Report
from zhicheng.reports.typed_numbers import typed_numbers
from zhicheng.review.finding import Finding
from zhicheng.review.profile import Profile
from zhicheng.review.reviewing import review

DISMISSAL = "review.dismissal"
COVER = -1


@dataclass(frozen=True)
class Placed:
    """A finding, the ordinal of the piece of the report beside which it belongs, and its dismissal if it has one."""

    finding: Finding
    piece: int
    dismissal: Any = None

    @property
    def fingerprint(self) -> str:
        """Tells the finding again in another composition of the same text."""
        return fingerprint(self.finding.as_json())

    @property
    def counts(self) -> bool:
        """Whether it still stands."""
        return self.dismissal is None

    @property
    def blocks(self) -> bool:
        """Whether it keeps the report from being published."""
        return self.counts and self.finding.severity == "error"

    @property
    def sentence(self) -> str:
        """What is wrong, where, and how to mend it."""
        said = {"check": self.finding.check, "place": self.finding.section or _("封面或正文之前")}
        said |= {"quote": self.finding.quote, "message": self.finding.message, "fix": self.finding.fix}
        return _("审查 %(check)s，“%(place)s”，“%(quote)s”：%(message)s改法：%(fix)s") % said


def fingerprint(finding: Mapping[str, Any]) -> str:
    """Of check, section and quote: the same finding in the next edition, or in the same file read again, has the same.

    Parameters
    ----------
    finding:
        In the form of ``--format json`` (docs/review/README.md).

    >>> fingerprint({"check": "GC11", "section": "前言", "quote": "的的"})[:8]
    'bb4e72e7'
    """
    parts = (finding["check"], finding["section"], finding["quote"])
    return hashlib.sha256("\n".join(str(part) for part in parts).encode()).hexdigest()[:32]


def dismissals(**subject: Any) -> dict[str, Any]:
    """Dismissals in force of one subject (``report=…`` or ``review=…``), by the fingerprint of their finding."""
    process = registry.get(DISMISSAL)
    if process is None:
        return {}
    return {one.fingerprint: one for one in process.model.objects.filter(state="dismissed", **subject)}


def examine(record: Any, drawn: Report, numbers: Numbers) -> tuple[Placed, ...]:
    """Hold a composed report against every check at its date, and its typed numbers against the records.

    ``record`` is the report's record, whose dismissals count. In the order of the text.
    """
    layout = lay_out(drawn)
    document = reviewed(layout)
    findings = [
        *review(document.document, Profile(date=drawn.issued_on)).findings,
        *typed_numbers(document, numbers),
    ]
    known = dismissals(report=record) if record.pk is not None else {}
    return tuple(
        Placed(one, document.pieces[one.block], known.get(fingerprint(one.as_json())))
        for one in sorted(findings, key=lambda one: one.block)
    )
