"""消息: what went out, what did not and why, and what a person decides of it. For system administrators and quality managers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages as notices
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db.models import Count, Max, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from zhicheng.core.roles import Role
from zhicheng.messages import channels, deciding, settings, trial
from zhicheng.messages.models import MailAddress, Message
from zhicheng.messages.reasons import said
from zhicheng.web.accounts import people
from zhicheng.web.acting import account_of, actor, signed_in
from zhicheng.web.finding import typed
from zhicheng.web.once import once, token

ROLES = frozenset({Role.ADMINISTRATOR.value, Role.QUALITY_MANAGER.value})
LISTED = 200
State = Message.State
OPEN = (State.QUEUED, State.SENDING, State.FAILED, State.UNCLEAR)
TONES = {
    State.QUEUED: "start", State.SENDING: "going", State.SENT: "done",
    State.FAILED: "trouble", State.UNCLEAR: "trouble", State.WITHDRAWN: "stopped",
}  # fmt: skip
CHOICES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "": (gettext_lazy("未办完"), OPEN),
    "unclear": (State.UNCLEAR.label, (State.UNCLEAR,)),
    "failed": (State.FAILED.label, (State.FAILED,)),
    "sent": (State.SENT.label, (State.SENT,)),
    "withdrawn": (State.WITHDRAWN.label, (State.WITHDRAWN,)),
    "all": (gettext_lazy("全部"), tuple(State)),
}
KINDS: dict[str, Any] = {
    "mail": gettext_lazy("邮件"), "wecom": gettext_lazy("企业微信群机器人"), "dingtalk": gettext_lazy("钉钉群机器人"),
    "feishu": gettext_lazy("飞书群机器人"), "webhook": "Webhook",
}  # fmt: skip
WAYS: dict[str, tuple[Any, str]] = {
    "try_again": (gettext_lazy("重发"), "repeat"),
    "take_as_sent": (gettext_lazy("视为已发"), "check"),
    "withdraw": (gettext_lazy("撤回"), "x"),
}


@dataclass(frozen=True)
class Row:
    """One message as the list shows it."""

    message: Message
    what: str
    path: str
    number: str
    to: str
    tone: str
    why: str
    ways: list[tuple[str, Any, str]]


@dataclass(frozen=True)
class ChannelRow:
    """One channel, masked, and how it fares."""

    channel: channels.Channel
    kind: Any
    waiting: int
    last: Any


def _seen(request: HttpRequest) -> QuerySet[Message]:
    """The messages in this person's scope: of their sites where the role has one, all where it has none."""
    holdings = [h for h in actor(request).holdings if h.role in ROLES]
    if any(h.site is None and h.department is None for h in holdings):
        return Message.objects.all()
    return Message.objects.filter(site__in=[h.site for h in holdings if h.site and h.department is None])


def _row(message: Message) -> Row:
    facts = message.public
    what = message.subject or facts.get("words", "")
    ways = [(way, *WAYS[way]) for way in deciding.open_to(message)]
    why = said(message.last_error) if message.last_error and message.state != State.SENT else ""
    return Row(
        message, what, facts.get("path", ""), facts.get("number", ""), _recipient(message), TONES[State(message.state)], why, ways
    )  # fmt: skip


def _recipient(message: Message) -> str:
    if message.person is not None:
        return message.person.name
    name, sep, domain = message.to.partition("@")
    return f"{name[:1]}•••{sep}{domain}" if message.to else ""


def _channel_rows(rows: QuerySet[Message]) -> list[ChannelRow]:
    """Every channel with what waits for it. Errors: ChannelRefused."""
    book = channels.load()
    house = channels.house_mail(book)
    counts: dict[str, dict[str, Any]] = {}
    waiting = Count("pk", filter=Q(state__in=OPEN, part_of=None))
    for name, waits, last in rows.values_list("channel").annotate(waiting=waiting, last=Max("sent_at")):
        counts[name] = {"waiting": waits, "last": last}
    out = []
    for channel in book.values():
        own = [counts[n] for n in {channel.name, "" if channel == house else channel.name} if n in counts]
        last = max((one["last"] for one in own if one["last"]), default=None)
        out.append(ChannelRow(channel, KINDS[channel.kind], sum(one["waiting"] for one in own), last))
    return out


def _mine(request: HttpRequest) -> Message:
    pk = request.POST.get("pk", "")
    found = _seen(request).filter(pk=pk).first() if pk.isascii() and pk.isdigit() and len(pk) < 18 else None
    if found is None:
        raise Http404
    return found


def _decide(request: HttpRequest) -> None:
    message, way = _mine(request), request.POST["act"]
    try:
        deciding.decide(message.pk, way, account_of(request).username)
    except deciding.Undecidable as error:
        raise ValidationError(str(error)) from None
    done = {
        "try_again": _("已排队，几秒内发送。"),
        "take_as_sent": _("已记为已发，不会再发。"),
        "withdraw": _("已撤回，不会发送；需要时仍可重发。"),
    }
    notices.success(request, done[way])


def _test(request: HttpRequest) -> None:
    name, mine = typed(request.POST, "channel"), request.POST.get("token", "")
    try:
        known = name in channels.load()
    except channels.ChannelRefused as error:
        raise ValidationError(str(error)) from None
    if not known or not mine:
        raise ValidationError(_("没有名为“%s”的通道。") % name)
    trial.queued(name, f"test/{mine[:100]}", person=actor(request).person)
    notices.success(request, _("试发已排队：几秒后刷新本页看结果。邮件发给您本人登记的邮箱。"))


def _address(request: HttpRequest) -> None:
    if Role.ADMINISTRATOR.value not in actor(request).roles:
        raise PermissionDenied(_("收件邮箱由系统管理员登记。"))
    number, address = typed(request.POST, "person"), typed(request.POST, "address")
    person = people(request).filter(Q(number=number) | Q(staff_number=number)).first()
    if person is None:
        raise ValidationError(_("没有编号或工号为“%s”的人员，或不在您的范围内。") % number)
    if not address:
        MailAddress.objects.filter(person=person).delete()
        notices.success(request, _("%s 的邮箱已删除。") % person.name)
        return
    try:
        validate_email(address)
    except ValidationError:
        raise ValidationError(_("“%s”不是完整的邮箱地址，如 name@example.com。") % address) from None
    MailAddress.objects.update_or_create(person=person, defaults={"address": address})
    deciding.mended(person.pk)
    notices.success(request, _("%s 的邮箱已登记。") % person.name)


ACTS: dict[str, Callable[[HttpRequest], None]] = {
    **dict.fromkeys(deciding.WAYS, _decide),
    "test": _test,
    "address": _address,
}


@never_cache
@require_http_methods(["GET", "POST"])
@signed_in
def messages_page(request: HttpRequest) -> HttpResponseBase:
    """The page; ``act`` says what is to be done."""
    if not actor(request).roles & ROLES:
        raise PermissionDenied(_("消息由系统管理员和质量经理查看，您没有这两种角色。"))
    if request.method == "GET":
        return _shown(request)
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404

    def write() -> str:
        act(request)
        chosen = {"which": typed(request.POST, "which"), "channel": typed(request.POST, "shown")}
        kept = {name: value for name, value in chosen.items() if value}
        return request.path + (f"?{urlencode(kept)}" if kept else "")

    try:
        return HttpResponseRedirect(once(request, write))
    except ValidationError as error:
        return _shown(request, error.messages)


def _shown(request: HttpRequest, errors: list[str] | None = None) -> HttpResponse:
    given = request.POST if errors else request.GET
    which = given.get("which", "") if given.get("which", "") in CHOICES else ""
    seen, channel = _seen(request), typed(given, "shown" if errors else "channel")
    rows = seen.filter(state__in=CHOICES[which][1])
    if channel:
        rows = rows.filter(channel="" if channel == "-" else channel)
    found = list(rows.select_related("person", "site").order_by("-queued_at", "-pk")[: LISTED + 1])
    refused, table = "", []
    try:
        table = _channel_rows(seen)
    except channels.ChannelRefused as error:
        refused = str(error)
    counts = dict(seen.values_list("state").annotate(Count("pk")))
    values = {
        "table": [_row(m) for m in found[:LISTED]],
        "more": len(found) > LISTED,
        "which": which,
        "choices": [(key, word, sum(counts.get(s, 0) for s in states)) for key, (word, states) in CHOICES.items()],
        "channel": channel,
        "channels": table,
        "refused": refused,
        "linked": bool(settings.site_url()),
        "addresses": _addresses(request),
        "errors": errors or [],
        "token": token(),
    }  # fmt: skip
    return render(request, "web/messages.html", values, status=422 if errors else 200)


def _addresses(request: HttpRequest) -> list[MailAddress] | None:
    """The registered addresses of people whom this administrator manages; None for others."""
    if Role.ADMINISTRATOR.value not in actor(request).roles:
        return None
    rows = MailAddress.objects.filter(person__in=people(request)).select_related("person")
    return list(rows.order_by("person__staff_number")[:LISTED])


urls = [path("messages", messages_page, name="messages")]
