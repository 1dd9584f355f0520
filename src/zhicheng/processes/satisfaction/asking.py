"""Invitations by mail: each goes out once, is reminded of once before the survey ends, and nobody who answered hears from us again.

Letters are rows of the outbox under keys of their own, so that a sweep that runs twice asks once.
"""

from __future__ import annotations

import datetime as dt
from itertools import islice
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from zhicheng.core import parameters
from zhicheng.core.language import recorded
from zhicheng.core.process import ParameterSpec
from zhicheng.core.writers import today_of
from zhicheng.ledger import log
from zhicheng.messages.models import Message
from zhicheng.messages.queueing import queue
from zhicheng.messages.settings import Amount, site_url
from zhicheng.processes.satisfaction.records import Invitation, Sending, Survey

INVITE, REMIND = "survey_invitation", "survey_reminder"
"""Kinds of message."""
TYPE = "satisfaction.invitation"
REMIND_DAYS = "satisfaction.remind_days"
SPECS = (
    ParameterSpec(
        REMIND_DAYS,
        _("调查截止前几天提醒未答复的人"),
        Amount(3),
        Amount,
        _("天"),
        _("由系统发邮件的调查；每份邀请只提醒一次，0 则在截止当天提醒"),
    ),
)
AT_ONCE = 500
A_DAY = dt.timedelta(days=1)
"""Whoever was asked only yesterday is not yet reminded."""
WAITING = (Message.State.QUEUED, Message.State.FAILED, Message.State.UNCLEAR)


def sweep(now: dt.datetime) -> None:
    """Each minute: letters that are no longer wanted are withdrawn, new invitations go out, the silent are reminded."""
    _call_off_what_is_over()
    if not site_url():
        return  # a letter without a link asks nobody; the page of links says so
    asked = Exists(_letters(INVITE))
    for invitation in islice((one for one in _open().exclude(asked) if one.mail), AT_ONCE):
        _write(invitation, INVITE)
    long_ago = Exists(_letters(INVITE).filter(state=Message.State.SENT, sent_at__lte=now - A_DAY))
    silent = _open().filter(long_ago).exclude(Exists(_letters(REMIND)))
    for invitation in islice((one for one in silent if one.mail and _nearly_over(one.survey)), AT_ONCE):
        _write(invitation, REMIND)


def called_off(invitation: Invitation) -> None:
    """It was answered or withdrawn: what still waits to be sent about it is not sent."""
    _call_off(Message.objects.filter(about=f"{TYPE}/{invitation.k}", kind__in=(INVITE, REMIND)))


def called_off_all(survey: Survey) -> None:
    """It takes no more answers: nobody is asked any more."""
    about = Invitation.objects.filter(survey=survey).annotate(named=_named("k")).values("named")
    _call_off(Message.objects.filter(about__in=about, kind__in=(INVITE, REMIND)))


def _call_off_what_is_over() -> None:
    """A survey may end while the mail server is away, or be answered while an attempt was under way."""
    waiting = Message.objects.filter(kind__in=(INVITE, REMIND), state__in=WAITING, part_of=None)
    open_ = {f"{TYPE}/{k}" for k in _open().values_list("k", flat=True)} if waiting.exists() else set()
    over = [one.pk for one in waiting.only("pk", "about") if one.about not in open_]
    _call_off(Message.objects.filter(pk__in=over))


def _call_off(rows: QuerySet[Message]) -> None:
    rows.filter(state__in=WAITING).update(
        state=Message.State.WITHDRAWN, next_at=None, claim="", last_error="called_off"
    )


def _open() -> QuerySet[Invitation]:
    """Invitations that wait for an answer, of running surveys whose letters the system sends."""
    running = {"survey__state": Survey.State.RUNNING, "survey__sending": Sending.MAIL}
    rows = Invitation.objects.filter(
        state=Invitation.State.INVITED, survey__closes_on__gte=today_of(None), **running
    )
    return rows.select_related("survey", "customer").order_by("k")


def _named(k: str) -> Any:
    return Concat(Value(f"{TYPE}/"), Cast(F(k), CharField()))


def _letters(kind: str) -> QuerySet[Message]:
    """The letter of this kind to an invitation, by its key."""
    key = Concat(Value(f"{TYPE}/"), Cast(OuterRef("k"), CharField()), Value(f"/{kind}"))
    return Message.objects.filter(key=key)


def _nearly_over(survey: Survey) -> bool:
    left = (survey.closes_on - today_of(survey)).days
    return left <= int(parameters.value(REMIND_DAYS))


def _write(invitation: Invitation, kind: str) -> None:
    """Queue a letter. It names the survey, its last day and the link, and whom of us it comes from."""
    survey, house = invitation.survey, _enterprise()
    said = {
        "survey": survey.name,
        "house": house,
        "who": invitation.recipient or invitation.customer.name,
        "day": survey.closes_on,
        "link": f"{site_url()}{invitation.address}",
        "why": f"{survey.introduction}\n\n" if survey.introduction else "",
    }
    subjects = {
        INVITE: _("%(house)s：请您评价（%(survey)s）"),
        REMIND: _("%(house)s：还在等您的评价（%(survey)s）"),
    }
    body = _(
        "%(who)s：您好！\n\n%(why)s请在 %(day)s 之前打开下面的链接打分，不用登录：\n\n%(link)s\n\n"
        "这个链接只供您使用，只收一份答卷；答过之后不会再收到提醒。\n\n%(house)s"
    )
    queue(
        f"{TYPE}/{invitation.k}/{kind}",
        kind,
        subject=recorded(subjects[kind]) % said,
        body=recorded(body) % said,
        to=invitation.mail,
        about=invitation,
    )


def _enterprise() -> str:
    genesis = log.versions("ledger.genesis", 1)
    return str(genesis[0].facts.get("enterprise", "")) if genesis else ""
