"""Find what is false, stale or contradictory in a quality-integrity report.

Pure: no Django, no network, no language model. ``read`` turns a file into a document, ``review`` holds it against
thirty-one checks (docs/review), each finding names its check, place, reason and remedy.
"""

from __future__ import annotations

from zhicheng.review.document import Document
from zhicheng.review.finding import Finding
from zhicheng.review.profile import Profile, ProfileRefused, load_profile
from zhicheng.review.reading import NotReadable, from_text, read
from zhicheng.review.register import RegisterRefused
from zhicheng.review.reviewing import Review, review

__all__ = [
    "Document",
    "Finding",
    "NotReadable",
    "Profile",
    "ProfileRefused",
    "RegisterRefused",
    "Review",
    "from_text",
    "load_profile",
    "read",
    "review",
]
