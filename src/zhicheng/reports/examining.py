"""The review of our own report before it is published: what does not hold, where, and what was dismissed with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from zhicheng.core.process import registry
from zhicheng.processes.review.fingerprint import fingerprint
from zhicheng.reports.as_reviewed import reviewed
from zhicheng.reports.layout import lay_out
from zhicheng.reports.numbers import Numbers
from zhicheng.reports.report import Report
from zhicheng.reports.typed_numbers import typed_numbers
from zhicheng.review.finding import Finding
from zhicheng.review.profile import Profile
from zhicheng.review.reviewing import review

__all__ = ["DISMISSAL", "Placed", "examine", "fingerprint", "pending"]
DISMISSAL = "review.dismissal"


@dataclass(frozen=True)
class Placed:
    """A finding, the ordinal of the piece of the report beside which it belongs (-1: the cover), and its dismissal if any."""

    finding: Finding
    piece: int
    dismissal: Any = None

    @property
    def counts(self) -> bool:
        """Whether it still stands."""
        return self.dismissal is None or self.dismissal.state != "dismissed"

    @property
    def blocks(self) -> bool:
        """Whether it keeps the report from being published."""
        return self.counts and self.finding.severity == "error"

    @property
    def sentence(self) -> str:
        """What is wrong, where, and how to mend it."""
        said = {"check": self.finding.check, "place": self.finding.section or _("封面")}
        said |= {"quote": self.finding.quote, "message": self.finding.message, "fix": self.finding.fix}
        return _("审查 %(check)s，“%(place)s”，“%(quote)s”：%(message)s改法：%(fix)s") % said


def pending(**subject: Any) -> dict[str, Any]:
    """Dismissals of a subject (``report=…`` or ``review=…``) that are not withdrawn, by the fingerprint of their finding."""
    process = registry.get(DISMISSAL)
    if process is None:
        return {}
    rows = process.model.objects.filter(**subject).exclude(state="withdrawn").order_by("k")
    return {one.fingerprint: one for one in rows}


def examine(record: Any, drawn: Report, numbers: Numbers) -> tuple[Placed, ...]:
    """Hold a composed report against every check at its date, and its typed numbers against the records.

    ``record`` is the report's record, whose dismissals count. In the order of the text.
    """
    document = reviewed(lay_out(drawn))
    findings = [
        *review(document.document, Profile(date=drawn.issued_on)).findings,
        *typed_numbers(document, numbers),
    ]
    known = pending(report=record)
    return tuple(
        Placed(one, document.pieces[one.block], _dismissal(one, known))
        for one in sorted(findings, key=lambda one: one.block)
    )


def _dismissal(finding: Finding, known: Mapping[str, Any]) -> Any:
    """The dismissal that covers a finding: that of an error needs two people, and only such a one covers an error."""
    one = known.get(fingerprint(finding.as_json()))
    return one if one is not None and (finding.severity != "error" or one.severity == "error") else None
