"""What is in force: an edition comes into force on its day, in the same write as the one before it goes out of force."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhicheng.core.authority import SYSTEM
from zhicheng.core.process import Missing, transition
from zhicheng.core.writers import Refused, Stale, Write, perform, today_of
from zhicheng.processes.document.index import index
from zhicheng.processes.document.models import Document, Edition

E, D = Edition.State, Document.State
SERVICE = "documents"
Follower = Any
_followers: list[Follower] = []


def when_in_force(follower: Follower) -> Follower:
    """Have a function ``(edition, by)`` called in the write by which an edition comes into force, as the effect of that step:
    so retraining becomes due (``by.open``). It may not change the edition or its document. Usable as a decorator."""
    if follower not in _followers:
        _followers.append(follower)
    return follower


def come_into_force(edition: Edition, by: Write) -> None:
    """Put the edition in force and its predecessor out of it. The document's row is locked first: of two editions that would
    come into force at once, the second sees the first. Errors: Refused where a later one is in force."""
    document = Document.objects.select_for_update().get(pk=edition.document_id)
    before = Edition.objects.filter(document=document, state=E.IN_FORCE).exclude(pk=edition.pk).first()
    out = document.copies_out
    if before is not None and before.order >= edition.order:
        said = _("现行的 %(b)s 不早于 %(e)s：不能由旧版替代新版。")
        raise Refused([Missing(said % {"b": before.edition, "e": edition.edition}, before)])
    if before is not None:
        out += before.copies_out
        by.perform(before, "supersede")
    by.perform(
        document,
        "enter_force",
        edition=edition.edition,
        edition_version=edition.edition_version,
        effective_on=edition.effective_on,
        copies_out=out,
    )
    edition.state = E.IN_FORCE
    index(edition)
    for follower in _followers:
        follower(edition, by)


@transition(_("生效"), E.ISSUED, roles=(), through=SERVICE)
def take_effect(edition: Edition, by: Write) -> None:
    """Its day has come."""
    come_into_force(edition, by)


@transition(_("被新版替代"), E.IN_FORCE, to=E.SUPERSEDED, roles=(), through=SERVICE)
def supersede(edition: Edition, by: Write) -> None:
    """Another edition came into force; controlled copies of this one are to be withdrawn."""
    edition.ended_on = by.today


@transition(_("随文件作废"), E.IN_FORCE, to=E.OBSOLETE, roles=(), through=SERVICE)
def fall(edition: Edition, by: Write) -> None:
    """The document became obsolete and its edition with it."""
    edition.ended_on = by.today


def sweep(now: dt.datetime) -> int:
    """Each minute: editions whose day has come at their site come into force; returns how many."""
    day = now.date() + dt.timedelta(days=1)  # somewhere it may be tomorrow already
    due = Edition.objects.filter(state=E.ISSUED, effective_on__lte=day).select_related("site")
    return sum(begin(one) for one in due.order_by("effective_on", "major", "minor", "k"))


def begin(edition: Edition) -> bool:
    """Put an issued edition in force if its day has come at its site; one that cannot be is logged and tried again."""
    if edition.effective_on is None or edition.effective_on > today_of(edition):
        return False
    try:
        perform(edition, "take_effect", by=SYSTEM, version=edition.version, through=SERVICE)
    except (Refused, Stale, ValidationError):
        logging.getLogger(__name__).exception("%s cannot come into force", edition.number)
        return False
    return True
