"""Which edition the next one is: the name that it gets and the kind that the rules propose."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhicheng.core import parameters
from zhicheng.core.language import recorded
from zhicheng.editions import (
    Change,
    Changes,
    Edition,
    Kind,
    Proposal,
    Reason,
    Scheme,
    UnknownEdition,
    propose,
)
from zhicheng.processes.document.choices import Level
from zhicheng.processes.document.parameters import APPROVERS, FIRST_EDITION, LIMIT, WORK_APPROVERS

WHY = {
    Reason.FIRST: _("这份文件还没有版本：为首版。"),
    Reason.WHOLE: _("整体流程变动：建议大版本。"),
    Reason.SYSTEM: _("顾客 IT 系统切换：建议大版本。"),
    Reason.ADDED_OR_DROPPED: _("有新增或取消的流程，不论几个：建议大版本。"),
    Reason.MANY: _("变动的流程有 %(n)s 个，达到 %(limit)s 个：建议大版本。"),
    Reason.YEARLY: _("年度审视带来的修订，变动的流程 %(n)s 个，不到 %(limit)s 个：建议小版本。"),
    Reason.FEW: _("变动的流程 %(n)s 个，不到 %(limit)s 个：建议小版本。"),
}
DRAFT, VOID = "draft", "void"


def scheme(site: int | None = None) -> Scheme:
    """How this firm writes its editions."""
    return Scheme.starting(parameters.value(FIRST_EDITION, site))


def signers(edition: Any) -> list[str]:
    """The roles that sign, in order; work instructions and forms have an order of their own."""
    work = edition.document.level in (Level.INSTRUCTION, Level.FORM)
    return list(parameters.value(WORK_APPROVERS if work else APPROVERS, edition.site_id))


def last(edition: Any) -> Edition | None:
    """The newest other edition of the document, void ones excepted."""
    rows = type(edition).objects.filter(document=edition.document_id).exclude(state=VOID)
    rows = rows.exclude(pk=edition.pk) if edition.pk else rows
    found = rows.order_by("-major", "-minor").values_list("major", "minor").first()
    return Edition(*found) if found else None


def proposal(edition: Any, before: Edition | None, limit: int) -> Proposal:
    """What the rules propose for what the draft says it changes."""
    named = tuple((row["process"], Change(row["change"])) for row in edition.changes)
    given = Changes(
        named, edition.whole, edition.customer_system, edition.yearly_review, first=before is None
    )
    return propose(given, major_from=limit)


def decide(edition: Any) -> None:
    """Name the edition. A draft follows the rules and what a person confirmed; one that was decided keeps its name.
    Errors: ValidationError for a name that is none, and for a kind below what the rules propose."""
    if edition.state != DRAFT:
        _named(edition)
        return
    before, limit = last(edition), parameters.value(LIMIT, edition.site_id)
    found = proposal(edition, before, limit)
    edition.proposed = found.kind.value
    edition.proposed_why = recorded(WHY[found.reason]) % {"n": found.count, "limit": limit}
    edition.kind = confirmed(edition, found)
    major = (edition.kind or edition.proposed) == Kind.MAJOR
    now = before.next(major=major) if before else Edition(1)
    _write(edition, now, scheme(edition.site_id))


def confirmed(edition: Any, found: Proposal) -> str:
    """The kind that a person confirmed, as far as it can stand. Errors: ValidationError."""
    kind = Kind(edition.kind) if edition.kind else None
    if kind is None:
        return ""
    if found.kind is Kind.FIRST or kind is Kind.FIRST:
        return (
            found.kind.value if found.kind is Kind.FIRST else _refuse(_("这份文件已有版本，不能再作首版。"))
        )
    if found.kind is Kind.MAJOR and kind is Kind.MINOR:
        return _refuse(_("按规则须为大版本（%s），不能改为小版本。") % edition.proposed_why)
    return kind.value


def _refuse(sentence: Any) -> str:
    raise ValidationError({"kind": [sentence]})


def _named(edition: Any) -> None:
    if not edition.edition or edition.edition_version:
        return  # decided before
    known = scheme(edition.site_id)
    try:
        _write(edition, known.read(edition.edition), known)
    except UnknownEdition:
        said = _("“%(e)s”不是版次：写作 %(a)s 或 V1.0。") % {
            "e": edition.edition,
            "a": known.write(Edition(1)),
        }
        raise ValidationError({"edition": [said]}) from None


def _write(edition: Any, now: Edition, known: Scheme) -> None:
    edition.major, edition.minor = now.major, now.minor
    edition.edition, edition.edition_version = known.write(now), now.version
