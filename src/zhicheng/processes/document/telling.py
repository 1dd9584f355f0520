"""A new edition is told to everybody who has to read it, in the write by which it is issued (K-0.4)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhicheng.messages.queueing import Notice, notify
from zhicheng.processes.document.reading import unread

MOST = 5000
KIND = "document"
WORDS = _("已颁布，须阅读并确认")


def tell(edition: Any) -> int:
    """Queue a message to each reader, and one to the groups; returns to how many people."""
    readers = tuple(unread(edition)[:MOST])
    if readers:
        notice = Notice(
            key=f"document.edition/{edition.k}/read",
            kind=KIND,
            words=WORDS,
            what=edition.title,
            about=edition,
            roles=(),
            site=edition.site,
            due=None,
            to_groups=True,
            people=readers,
        )
        notify([notice])
    return len(readers)
