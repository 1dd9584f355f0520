"""The page on which a customer answers a survey, found by the link of the invitation alone; and the list of links for us."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import segno
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from zhicheng.core.authority import ANYBODY, may_read, visible
from zhicheng.core.language import marked
from zhicheng.core.process import Process, registry
from zhicheng.core.writers import Refused, open_record, today_of
from zhicheng.messages.models import Message
from zhicheng.messages.reasons import said
from zhicheng.messages.settings import site_url
from zhicheng.web.acting import actor, signed_in
from zhicheng.web.public import enterprise, guard, limited, looks_human, notice, secret, too_often
from zhicheng.web.record_page import find

SURVEY, INVITATION, RESPONSE = (f"satisfaction.{name}" for name in ("survey", "invitation", "response"))
LEAST, MOST = 0, 100
SHOWN = 200


@dataclass
class Question:
    """One question of the form, with what was given and what is wrong with it."""

    no: int
    text: str
    given: str = ""
    wrong: str = ""

    @property
    def name(self) -> str:
        """The name of its field."""
        return f"q{self.no}"

    def read(self, form: Mapping[str, Any]) -> dict[str, int] | None:
        """The answer; None when there is none that counts, and then ``wrong`` says why."""
        self.given = str(form.get(self.name, "")).strip()
        if not self.given:
            self.wrong = _("请打分。")
        elif not (self.given.isascii() and self.given.isdigit() and LEAST <= int(self.given[:9]) <= MOST):
            self.wrong = _("请填 0 至 100 的整数。")
        else:
            return {"no": self.no, "score": int(self.given)}
        return None


def _standing(request: HttpRequest, invitation: Any) -> HttpResponse | None:
    """What is said of a link that takes no answer now; None if it takes one."""
    if invitation.state == "answered":
        return notice(request, 200, _("谢谢"), _("这份问卷已经收到您的答复。每个链接只答一次。"))
    survey = invitation.survey
    if invitation.state != "invited" or not survey.open_on(today_of(survey)):
        said = _("这次调查已经结束，或者邀请已撤回。谢谢您的关心；有意见请直接联系我们。")
        return notice(request, 410, _("调查已结束"), said)
    return None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The questions, and the answers when they are sent. The token is the only thing that leads here."""
    found = registry[INVITATION].model.objects.select_related("survey").filter(token=token).first()
    if found is None:
        if limited(request, "wrong_link"):
            return notice(request, 429, _("请稍后再试"), too_often())
        said = _("没有这份问卷：链接可能不完整。请重新扫描二维码，或复制完整的链接。")
        return notice(request, 404, _("链接不对"), said)
    standing = _standing(request, found)
    if standing is not None:
        return standing
    questions = [Question(n, row["question"]) for n, row in enumerate(found.survey.questions, 1)]
    if request.method != "POST":
        return _form(request, found, questions)
    return _taken(request, found, questions)


def _taken(request: HttpRequest, invitation: Any, questions: list[Question]) -> HttpResponse:
    if limited(request, "answer"):
        return notice(request, 429, _("请稍后再试"), too_often())
    answers = [q.read(request.POST) for q in questions]
    if None in answers:
        fault = _("还有没打分的问题，或分数不在 0 至 100 之间：见下面标出的。")
        return _form(request, invitation, questions, fault)
    if fault := looks_human(request.POST):
        return _form(request, invitation, questions, fault)
    facts = {
        "invitation": invitation,
        "answers": answers,
        "comment": request.POST.get("comment", ""),
        "respondent": request.POST.get("respondent", ""),
    }
    try:
        open_record(registry[RESPONSE], facts, by=ANYBODY)
    except ValidationError as error:
        return _form(request, invitation, questions, " ".join(error.messages))
    except Refused:  # answered a moment ago by another window, or closed meanwhile
        invitation = registry[INVITATION].model.objects.select_related("survey").get(pk=invitation.pk)
        return _standing(request, invitation) or _form(request, invitation, questions)
    return HttpResponseRedirect(request.path)


def _form(request: HttpRequest, invitation: Any, questions: list[Question], fault: str = "") -> HttpResponse:
    values = {
        "survey": invitation.survey,
        "questions": questions,
        "fault": fault,
        "comment": request.POST.get("comment", ""),
        "respondent": request.POST.get("respondent", ""),
        "enterprise": enterprise(),
        **guard(),
    }
    return secret(render(request, "web/public_survey.html", values, status=422 if fault else 200))


# Our own list of links


def _invitations(request: HttpRequest) -> Process:
    """The kind of record, for who may see it: who sees a link could answer by it."""
    process = registry[INVITATION]
    if not may_read(actor(request), process):
        raise PermissionDenied(_("您的角色看不到“%s”。") % process.title)
    return process


@require_safe
@signed_in
def links(request: HttpRequest) -> HttpResponse:
    """The running surveys that the person may see."""
    process = _invitations(request)
    surveys = visible(actor(request), registry[SURVEY]).filter(state="running").order_by("-k")
    return render(request, "web/survey_links.html", {"surveys": surveys, "process": process})


@require_safe
@signed_in
def links_of(request: HttpRequest, number: str) -> HttpResponse:
    """Every open invitation of a survey with its link and QR code, to be sent or printed."""
    by, process = actor(request), _invitations(request)
    survey = find(registry[SURVEY], number, by)
    rows = visible(by, process).filter(survey=survey).select_related("customer").order_by("k")
    opened = rows.filter(state="invited")
    shown = list(opened[:SHOWN])
    told = _letters(shown)
    by_mail = survey.sending == "mail"
    values = {
        "survey": survey,
        "process": process,
        "invited": rows.exclude(state="withdrawn").count(),
        "answered": rows.filter(state="answered").count(),
        "more": max(opened.count() - SHOWN, 0),
        "links": [_link(request, one, told.get(one.k, []), by_mail) for one in shown],
        "by_mail": by_mail,
        "by_hand": sum(not one.mail for one in shown) if by_mail else 0,
        "no_address": by_mail and not site_url(),
    }
    return render(request, "web/survey_links_of.html", values)


def _letters(invitations: list[Any]) -> dict[int, list[Message]]:
    """What was written to each invitation, the first letter first."""
    about = {f"{INVITATION}/{one.k}": one.k for one in invitations}
    found: dict[int, list[Message]] = {}
    for message in Message.objects.filter(about__in=about).order_by("queued_at", "pk"):
        found.setdefault(about[message.about], []).append(message)
    return found


def _letter_words(letter: Message, again: bool) -> str:
    """What became of a letter."""
    parts = [str(letter.get_state_display())]
    if letter.sent_at:
        parts.append(f"{timezone.localtime(letter.sent_at):%Y-%m-%d %H:%M}")
    elif letter.last_error:
        parts.append(said(letter.last_error))
    return marked(_("提醒") if again else _("邀请"), " · ".join(parts))


def _link(request: HttpRequest, invitation: Any, letters: list[Message], by_mail: bool) -> dict[str, Any]:
    address = request.build_absolute_uri(invitation.address)
    drawn = segno.make(address, error="m", micro=False).svg_inline(border=2, omitsize=True)
    return {
        "invitation": invitation,
        "address": address,
        "letters": [_letter_words(one, at > 0) for at, one in enumerate(letters)],
        "by_hand": not letters and (not by_mail or not invitation.mail),
        "qr": mark_safe(drawn),
    }  # drawn by us, of our own address


urls = [
    path("s/<str:token>", answer, name="answer_survey"),
    path("surveys", links, name="survey_links"),
    path("surveys/<str:number>", links_of, name="survey_links_of"),
]
