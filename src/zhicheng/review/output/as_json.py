"""The stable JSON form, documented in docs/review/README.md."""

from __future__ import annotations

import json

from zhicheng.review.reviewing import Review


def as_json(review: Review) -> str:
    """``{"findings": [{"check", "severity", "line", "page", "section", "quote", "message", "fix"}]}``."""
    return (
        json.dumps({"findings": [one.as_json() for one in review.findings]}, ensure_ascii=False, indent=2)
        + "\n"
    )
