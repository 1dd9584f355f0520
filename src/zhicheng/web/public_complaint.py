"""The page on which anybody complains without an account, and the page that shows what became of it, found by its link alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from zhicheng.core import turns
from zhicheng.core.authority import ANYBODY
from zhicheng.core.files import Attachment, Stored
from zhicheng.core.finding import matching
from zhicheng.core.process import registry
from zhicheng.core.writers import Refused, open_record
from zhicheng.ledger import log
from zhicheng.web import public_photos
from zhicheng.web.finding import typed
from zhicheng.web.public import enterprise, guard, limited, looks_human, notice, secret, too_often

COMPLAINT = "complaint.complaint"
SALT = "zhicheng.web.public_complaint"
SAME = dt.timedelta(minutes=10)
"""The same words from the same contact within this time are one complaint, sent twice."""
ASKED = (
    ("description", gettext_lazy("发生了什么"), 2000),
    ("complainant", gettext_lazy("怎么称呼您"), 60),
    ("contact", gettext_lazy("电话或邮箱，用来答复您"), 120),
    ("product", gettext_lazy("产品型号（可不填）"), 60),
    ("serial", gettext_lazy("出厂编号或批号（可不填）"), 60),
)
NEEDED = frozenset({"description", "contact"})
TOLD = (
    ("received_at", gettext_lazy("已收到"), ""),
    ("responded_at", gettext_lazy("已回应"), "response"),
    ("replied_at", gettext_lazy("已答复"), "reply"),
    ("arrived_at", gettext_lazy("已到现场"), ""),
    ("plan_sent_at", gettext_lazy("处理方案"), "solution"),
    ("carried_out_at", gettext_lazy("方案已实施"), ""),
    ("closed_at", gettext_lazy("已办结"), ""),
)
"""What the complainant is told: a moment, its words, and the text that was meant for them."""


@dataclass
class Field:
    """One input of the form."""

    name: str
    title: Any
    longest: int
    given: str = ""
    wrong: str = ""

    @property
    def needed(self) -> bool:
        """Whether it must be filled in."""
        return self.name in NEEDED


def link_of(complaint: Any) -> str:
    """Where its complainant follows it: only who was given the link finds it."""
    return reverse("follow_complaint", args=[signing.Signer(salt=SALT).sign(complaint.number)])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: HttpRequest) -> HttpResponse:
    """The form, and what is sent with it."""
    fields = [Field(*one, given=typed(request.POST, one[0])) for one in ASKED]
    if request.method != "POST":
        return _form(request, fields)
    if limited(request, "complain"):
        return notice(request, 429, _("请稍后再试"), too_often())
    for field in fields:
        if field.needed and not field.given:
            field.wrong = _("请填写。")
        elif len(field.given) > field.longest:
            field.wrong = _("最多 %s 个字。") % field.longest
    photos = public_photos.sent(request)
    unfit = public_photos.fault(photos)
    if unfit or any(f.wrong for f in fields):
        return _form(request, fields, _("还有没填好的：见下面标出的。"), unfit)
    if fault := looks_human(request.POST):
        return _form(request, fields, fault)
    facts = _stated({f.name: f.given for f in fields})
    try:
        made = _once(facts, public_photos.kept(photos))
    except ValidationError as error:
        return _form(request, fields, " ".join(error.messages))
    except Refused as refused:
        return _form(request, fields, str(refused))
    return HttpResponseRedirect(link_of(made))


def _once(facts: dict[str, Any], photos: list[Stored]) -> Any:
    """The complaint of these words: the one that was opened by them a moment ago, or a new one. Two sendings at the same moment
    take turns, so that the second finds what the first has opened. Errors: ValidationError, Refused."""
    with transaction.atomic():
        turns.wait_for(f"{COMPLAINT} {facts['contact']} {facts['description']}")
        return _sent_before(facts, photos) or open_record(
            registry[COMPLAINT], facts, by=ANYBODY, files=photos
        )


def _stated(given: dict[str, str]) -> dict[str, Any]:
    """The facts of the record. A product that we know is named; otherwise the words of the complainant stay in what was said."""
    words, products = given["product"], registry["inspection.product"]
    facts = {**given, "channel": "public", "product": None}
    known = list(matching(products.model.objects.all(), products, words)[:2]) if words else []
    if len(known) == 1:
        facts["product"] = known[0]
    elif words:
        facts["description"] = f"{given['description']}\n{words}"
    return facts


def _sent_before(facts: dict[str, Any], photos: list[Stored]) -> Any:
    """What was opened by the same words, if it has these photographs too: one that is new is not lost."""
    same = {name: facts[name] for name in ("channel", "contact", "description")}
    rows = registry[COMPLAINT].model.objects.filter(opened_at__gte=log.now() - SAME, **same)
    new = {one.sha256 for one in photos}
    return next(
        (one for one in rows.order_by("-k") if new <= set(_photos(one).values_list("sha256", flat=True))),
        None,
    )


def _photos(complaint: Any) -> QuerySet[Attachment]:
    return Attachment.objects.filter(type=COMPLAINT, k=complaint.k, ver=1)


def _form(request: HttpRequest, fields: list[Field], fault: str = "", unfit: str = "") -> HttpResponse:
    """The form. A browser does not send photographs again by itself: whoever had chosen some is told to."""
    lost = bool(fault) and bool(public_photos.sent(request))
    values = {
        "fields": fields,
        "fault": fault,
        "unfit": unfit or (_("照片须重新选择。") if lost else ""),
        "photos": public_photos.told(),
        "photo_field": public_photos.FIELD,
        "photo_kinds": ",".join(public_photos.KINDS),
        "enterprise": enterprise(),
        **guard(),
    }
    return secret(render(request, "web/public_complaint.html", values, status=422 if fault else 200))


@never_cache
@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """What became of one complaint; nothing else of the house, nothing of others."""
    try:
        number = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        if limited(request, "wrong_link"):
            return notice(request, 429, _("请稍后再试"), too_often())
        return _nothing(request)
    complaint = registry[COMPLAINT].model.objects.filter(number=number).first()
    if complaint is None or complaint.state == "void":
        return _nothing(request)
    told = [
        {"at": getattr(complaint, name), "title": title, "text": getattr(complaint, text) if text else ""}
        for name, title, text in TOLD
        if getattr(complaint, name) is not None
    ]
    values = {
        "complaint": complaint,
        "told": told,
        "promised": _promised(complaint),
        "photos": _photos(complaint).count() if complaint.channel == "public" else 0,
        "enterprise": enterprise(),
    }
    return secret(render(request, "web/public_follow.html", values))


def _nothing(request: HttpRequest) -> HttpResponse:
    return notice(request, 404, _("链接不对"), _("没有这条投诉：链接可能不完整。请复制完整的链接。"))


def _promised(complaint: Any) -> list[dict[str, Any]]:
    """What is still to come and by when."""
    if complaint.ended_at is not None:
        return []
    stages = dict(next(c for c in complaint._meta.get_field("promises").columns if c.name == "stage").choices)
    shown = {"respond", "reply", "visit", "plan", "carry_out", "report", "resample"}
    rows = [r for r in complaint.promises if r["due"] and not r["done"] and r["stage"] in shown]
    return [{"title": stages[r["stage"]], "due": dt.datetime.fromisoformat(r["due"])} for r in rows]


urls = [
    path("c", complain, name="complain"),
    path("c/<str:token>", follow, name="follow_complaint"),
]
