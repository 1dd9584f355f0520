"""A new edition is told to everybody who has to read it, in the write by which it is issued (K-0.4)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhicheng.core.language import recorded
from zhicheng.messages.queueing import announce, queue
from zhicheng.processes.document.reading import unread

MOST = 1000
KIND = "document"
WORDS = _("已颁布，须阅读并确认")
SUBJECT, BODY = _("请阅读：%(d)s"), _("%(d)s 自 %(on)s 起生效。修订：%(s)s")


def tell(edition: Any) -> int:
    """Queue a message to each reader, and one to the groups; returns to how many people."""
    said = {"d": edition.title, "on": edition.effective_on, "s": edition.summary}
    readers = list(unread(edition)[:MOST])
    for person in readers:
        queue(
            f"document.edition/{edition.k}/read/{person.k}",
            KIND,
            subject=recorded(SUBJECT) % said,
            body=recorded(BODY) % said,
            person=person,
            about=edition,
        )
    announce(f"document.edition/{edition.k}/read", KIND, words=WORDS, about=edition)
    return len(readers)
