"""Full text of editions that are or were in force."""

from __future__ import annotations

from typing import Any


def index(edition: Any) -> None:
    """Take in the paragraphs of an edition."""
