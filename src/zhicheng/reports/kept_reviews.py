"""Reviews of files as records: kept with their result, compared with the last edition, findings dismissed with a reason."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from zhicheng import __version__
from zhicheng.core.authority import Actor
from zhicheng.core.files import Stored
from zhicheng.core.process import registry
from zhicheng.core.writers import open_record, perform
from zhicheng.processes.review.fingerprint import fingerprint, result_of
from zhicheng.proof.canonical import jcs
from zhicheng.reports.examining import DISMISSAL
from zhicheng.review.checks import CHECKS

REVIEW = "review.review"
SERVICE = "review"
FILE, RESULT = 0, 1
"""The order of the attached files: the report, and the result as JSON."""


@dataclass(frozen=True)
class Comparison:
    """How the findings of a report stand to those of its last edition, as fingerprints with how often each occurs."""

    new: Counter[str]
    mended: Counter[str]
    remaining: Counter[str]

    @classmethod
    def of(cls, before: Mapping[str, Any], now: Mapping[str, Any]) -> Comparison:
        """Compare two results; findings are the same when check, section and quote are."""
        earlier, later = (Counter(fingerprint(one) for one in result["findings"]) for result in (before, now))
        return cls(later - earlier, earlier - later, later & earlier)


def profile_digest(date: dt.date | None) -> str:
    """SHA-256 of what decided the result beside the file: the release, the checks that ran, and the given date."""
    profile = {
        "release": __version__,
        "checks": [check.id for check in CHECKS],
        "date": date.isoformat() if date else None,
    }
    return hashlib.sha256(jcs(profile)).hexdigest()


def keep(
    file: Stored, kept_result: Stored, result: Mapping[str, Any], name: str, *, by: Actor, date: dt.date | None = None, previous: Any = None
) -> Any:  # fmt: skip
    """Keep a review: the file, its result, the counts. Errors: Refused, ValidationError, LogRefused."""
    facts: dict[str, Any] = {
        "file": file.sha256,
        "file_name": file.name,
        "result": kept_result.sha256,
        "profile": profile_digest(date),
        "release": __version__,
        "errors": result["counts"]["error"],
        "questions": result["counts"]["question"],
        "notes": result["counts"]["note"],
        "dismissed": 0,
    }
    if date:
        facts["report_date"] = date
    if previous is not None:
        compared = Comparison.of(result_of(previous), result)
        facts |= {kind: getattr(compared, kind).total() for kind in ("new", "mended", "remaining")}
    with transaction.atomic():
        opened = open_record(
            registry[REVIEW],
            {"name": name, **({"previous": previous} if previous is not None else {})},
            by=by,
        )
        return perform(
            opened,
            "examine",
            facts,
            by=by,
            version=opened.version,
            files=(file, kept_result),
            through=SERVICE,
        )


def dismiss(finding: Mapping[str, Any], grounds: str, *, by: Actor, **subject: Any) -> Any:
    """Dismiss one finding of a subject (``review=…`` or ``report=…``), with the reason. An error then waits for a second person.

    Errors: Refused (role, already dismissed, report out), ValidationError (no reason).
    """
    facts = {
        "rule": finding["check"],
        "severity": finding["severity"],
        "section": str(finding["section"])[:400],
        "quote": str(finding["quote"])[:200],
        "message": str(finding["message"])[:1000],
        "fingerprint": fingerprint(finding),
        "grounds": grounds.strip(),
        **subject,
    }
    return open_record(registry[DISMISSAL], facts, by=by)
