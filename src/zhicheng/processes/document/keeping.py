"""A document over the years: registered, reviewed each year, obsolete through approval."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhicheng.core import parameters
from zhicheng.core.language import listed, recorded
from zhicheng.core.process import Limit, Missing, Span, registry, transition
from zhicheng.core.roles import Role
from zhicheng.core.working_time import MONTH
from zhicheng.core.writers import Write
from zhicheng.core.zones import zone_of
from zhicheng.processes.document.binding import unruled
from zhicheng.processes.document.choices import Level, ReviewResult
from zhicheng.processes.document.editing import AUTHORS, LEADERS, OPEN
from zhicheng.processes.document.force import SERVICE
from zhicheng.processes.document.models import Document, Edition
from zhicheng.processes.document.parameters import REVIEW_MONTHS, SERIES

D = Document.State
REVIEWERS = frozenset({Role.QUALITY_MANAGER.value, Role.CHIEF_QUALITY_OFFICER.value})


def registered(document: Document, by: Write) -> None:
    """Give a document of the house its number; an external one brings its own."""
    if document.code:
        return
    if document.level == Level.EXTERNAL:
        raise ValidationError({"code": [_("外来文件须写它自己的编号。")]})
    taken = Document.objects.exclude(code="").values_list("code", flat=True)
    series = parameters.value(SERIES, document.site_id)
    document.code = series.next(document.occurred_on.year, taken)


def due_on(since: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of that month."""
    years, month = divmod(since.month - 1 + months, 12)
    year = since.year + years
    return dt.date(year, month + 1, min(since.day, calendar.monthrange(year, month + 1)[1]))


def set_due(document: Document, since: dt.date) -> None:
    """Count the time to the next review from a day."""
    document.review_due_on = due_on(since, parameters.value(REVIEW_MONTHS, document.site_id))


def review_span(document: Document) -> Span | None:
    """The clock of the yearly review: from the last confirmation, until the document is obsolete."""
    if document.confirmed_on is None or document.state == D.OBSOLETE:
        return None
    months, rule = parameters.value_and_version(REVIEW_MONTHS, document.site_id)
    zone = zone_of(document.site)
    since = dt.datetime.combine(document.confirmed_on, dt.time(), zone).astimezone(dt.UTC)
    return Span(since, Limit(months, MONTH, rule))


@transition(
    _("版本生效"), D.PREPARING, D.IN_FORCE, D.WITHDRAWING, to=D.IN_FORCE, roles=(),
    asks=("edition", "edition_version", "effective_on", "copies_out"), through=SERVICE,
)  # fmt: skip
def enter_force(document: Document, by: Write) -> None:
    """An edition came into force."""
    set_due(document, max(filter(None, (document.effective_on, document.reviewed_on))))


@transition(
    _("年度审视"), D.IN_FORCE, to=D.IN_FORCE, roles=REVIEWERS, asks=("result", "note"), optional=("note",)
)
def review(document: Document, by: Write) -> None:
    """Is the document still right? If not, a minor edition is begun at once."""
    row = {
        "on": by.today.isoformat(),
        "by": by.person.name if by.person else "",
        "result": document.result,
        "note": document.note or None,
    }
    document.reviews = [*document.reviews, row]
    document.reviewed_on = by.today
    set_due(document, by.today)
    if document.result == ReviewResult.REVISE and not _being_made(document):
        edition = registry["document.edition"]
        said = document.note or recorded(_("年度审视后修订"))
        by.open(edition, document=document, summary=said, yearly_review=True)
    document.result, document.note = "", ""


def _being_made(document: Document) -> Any:
    return Edition.objects.filter(document=document, state__in=[s.value for s in OPEN]).first()


def none_being_made(document: Document) -> Missing | None:
    """No next edition is on its way."""
    other = _being_made(document)
    return Missing(_("还有在编的版本 %s：先作废它，或等它生效。") % other.edition, other) if other else None


def succeeded(document: Document) -> Missing | None:
    """A document that rules running processes leaves only when another in force rules them (C-7.1.1)."""
    successor = document.successor
    if successor is not None and successor.pk == document.pk:
        return Missing(_("替代文件不能是它自己。"), document)
    if successor is not None and successor.state != D.IN_FORCE:
        return Missing(_("替代文件“%s”还没有现行有效的版本。") % successor.title, successor)
    left = unruled(document, successor)
    if not left:
        return None
    names = listed(str(process.title) for process in left)
    if successor is None:
        return Missing(_("这份文件规定着正在运行的过程（%s）：须先指定替代文件。") % names, document)
    said = _("替代文件“%(d)s”没有规定：%(p)s。请先在它的“条款、步骤与记录”里写明。")
    return Missing(said % {"d": successor.title, "p": names}, successor)


@transition(
    _("申请作废"), D.IN_FORCE, to=D.WITHDRAWING, roles=AUTHORS, asks=("successor",), optional=("successor",),
    requires=(none_being_made,), checks=(succeeded,), reason=True,
)  # fmt: skip
def propose_withdrawal(document: Document, by: Write) -> None:
    """The document is no longer needed; until that is approved it holds."""


@transition(
    _("批准作废"), D.WITHDRAWING, to=D.OBSOLETE, roles=LEADERS, requires=(none_being_made, succeeded),
    four_eyes=("propose_withdrawal",), meaning=_("批准作废"), confined=True,
)  # fmt: skip
def withdraw(document: Document, by: Write) -> None:
    """The document is obsolete, its edition with it; controlled copies are to be withdrawn."""
    edition = Edition.objects.filter(document=document, state=Edition.State.IN_FORCE).first()
    if edition is not None:
        document.copies_out += edition.copies_out
        by.perform(edition, "fall")
    document.review_due_on = None


@transition(_("不同意作废"), D.WITHDRAWING, to=D.IN_FORCE, roles=LEADERS, reason=True)
def keep_in_force(document: Document, by: Write) -> None:
    """The document is still needed."""
    document.successor = None


@transition(
    _("不再编制"), D.PREPARING, to=D.OBSOLETE, roles=AUTHORS, requires=(none_being_made,), reason=True
)
def give_up(document: Document, by: Write) -> None:
    """It was registered, and no edition of it will be issued."""


@transition(
    _("确认收回旧版"), Edition.State.SUPERSEDED, Edition.State.OBSOLETE, roles=AUTHORS, asks=("copies",)
)
def withdraw_copies(edition: Edition, by: Write) -> None:
    """Controlled copies came back, each with its day; those still out are counted at the document."""
    document = Document.objects.select_for_update().get(pk=edition.document_id)
    was = Edition.objects.get(pk=edition.pk).copies_out
    if edition.copies_out > was:
        raise ValidationError({"copies": [_("已失效的版本不能再分发受控份。")]})
    if edition.copies_out != was:
        now = document.copies_out - was + edition.copies_out
        by.change(document, "copies_withdrawn", copies_out=now)
