"""What tells a finding again, and the findings of a kept result."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from zhicheng.core.files import path_of


def fingerprint(finding: Mapping[str, Any]) -> str:
    """Of check, section and quote: the same finding in the next edition, or in the same file read again, has the same.

    ``finding`` is in the form of ``--format json`` (docs/review/README.md).

    >>> fingerprint({"check": "GC11", "section": "前言", "quote": "的的"})[:8]
    '48998d89'
    """
    parts = (finding["check"], finding["section"], finding["quote"])
    return hashlib.sha256("\n".join(str(part) for part in parts).encode()).hexdigest()[:32]


def result_of(review: Any) -> dict[str, Any]:
    """The kept result of a review: text and findings. Errors: FileNotFoundError when the store has lost it."""
    return dict(json.loads(path_of(review.result).read_text("utf-8")))


def fingerprints(result: Mapping[str, Any]) -> dict[str, str]:
    """The severity of every finding of a result, by fingerprint; of twins the gravest."""
    grave = ("note", "question", "error")
    found: dict[str, str] = {}
    for one in result["findings"]:
        mark = fingerprint(one)
        if grave.index(one["severity"]) >= grave.index(found.get(mark, "note")):
            found[mark] = one["severity"]
    return found
