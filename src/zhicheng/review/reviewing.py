"""Run the checks over a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from zhicheng.review.checks import CHECKS
from zhicheng.review.checks.gc29_boilerplate import boilerplate
from zhicheng.review.document import Document
from zhicheng.review.finding import SEVERITIES, Finding, Severity
from zhicheng.review.profile import Profile


@dataclass(frozen=True, slots=True)
class Review:
    """What was found in a document, in the order of the text."""

    document: Document
    findings: tuple[Finding, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many findings of each severity."""
        counted = Counter(finding.severity for finding in self.findings)
        return {severity: counted[severity] for severity in SEVERITIES}

    def at_least(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings of this severity and graver ones."""
        return tuple(
            finding
            for finding in self.findings
            if SEVERITIES.index(finding.severity) <= SEVERITIES.index(severity)
        )


def review(document: Document, profile: Profile | None = None, *, compare: Sequence[Document] = ()) -> Review:
    """Hold a document against every check that the profile has on.

    ``compare`` are other reports, for GC29. Nothing is fetched; the same document and profile give the same findings.

    :raises RegisterRefused: an extension of the register that the profile names cannot be read.

    >>> from zhicheng.review import from_text, review
    >>> [f.check for f in review(from_text("公司设备设备运行正常。")).findings]
    ['GC11']
    """
    chosen = profile or Profile()
    found: dict[tuple[object, ...], Finding] = {}
    for check in CHECKS:
        if check.id in chosen.off:
            continue
        findings = [one for function in check.functions for one in function(document, chosen)]
        if check.id == "GC29":
            findings += boilerplate(document, chosen, compare)
        for one in findings:
            capped = replace(one, severity=chosen.capped(one))
            found.setdefault((one.check, one.block, one.quote, one.message), capped)
    ordered = sorted(found.values(), key=lambda one: (one.block, SEVERITIES.index(one.severity), one.check))
    return Review(document, tuple(ordered))
