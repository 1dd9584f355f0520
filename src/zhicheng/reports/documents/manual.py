"""All documents in force as one PDF, in the order of the contents."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from zhicheng.processes.document.models import Edition
from zhicheng.reports.documents.drawing import manual_pdf
from zhicheng.reports.documents.sheet import sheet_of

TITLE = "质量管理体系文件汇编"
LAST = 1_000_000


class NothingInForce(LookupError):
    """There is no edition in force that has a text."""


def manual_file(rows: QuerySet[Any], on: dt.date) -> bytes:
    """The manual of the editions in force among ``rows``: by place in the contents, then by number. Errors: NothingInForce,
    ValidationError, RenderingFailed."""
    found = rows.filter(state=Edition.State.IN_FORCE).exclude(plain="").select_related("document")
    editions = sorted(found, key=_place)
    if not editions:
        raise NothingInForce
    entries = [(one.document.category, sheet_of(one, mark=f"d{i}")) for i, one in enumerate(editions)]
    return manual_pdf(entries, TITLE, on)


def _place(edition: Any) -> tuple[int, str, int]:
    place = edition.document.place
    return (LAST if place is None else place, edition.code, edition.pk)
