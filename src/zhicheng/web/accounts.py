"""账号: for system administrators. Who may sign in, with which badge; what a person may do comes from roles alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import segno
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from zhicheng.core import access
from zhicheng.core.account import Account, SecurityEvent
from zhicheng.core.authority import enclosed
from zhicheng.core.finding import matching
from zhicheng.core.organisation import Person, RoleAssignment, Standing
from zhicheng.core.process import registry
from zhicheng.core.roles import Role
from zhicheng.ledger import log
from zhicheng.web.acting import account_of, actor, administers
from zhicheng.web.finding import typed
from zhicheng.web.once import once, token
from zhicheng.web.own_account import scope_words

LISTED = 200
EVENTS = 30


@dataclass(frozen=True)
class Standpoint:
    """How it stands with somebody's way in: the word, and its tone (see ``.state``)."""

    word: str
    tone: str


@dataclass
class Row:
    """A person, the account if there is one, and the roles held today."""

    person: Any
    account: Account | None
    roles: list[str] = field(default_factory=list)

    @property
    def state(self) -> Standpoint:
        """Whether this person can sign in, and if not, why."""
        account = self.account
        if account is None:
            return Standpoint(_("没有账号"), "none")
        if self.person.state != Standing.ACTIVE:
            return Standpoint(_("人员已终止"), "stopped")
        if not account.is_active:
            return Standpoint(_("停用"), "stopped")
        if account.locked_until and account.locked_until > log.now():
            return Standpoint(_("锁定"), "trouble")
        if account.temporary_until is not None:
            lapsed = account.temporary_until <= log.now()
            return Standpoint(
                _("一次性密码过期") if lapsed else _("待改密码"), "trouble" if lapsed else "start"
            )
        return Standpoint(_("可登录"), "done")


def people(request: HttpRequest) -> Any:
    """The people whose accounts this administrator manages: still here or with an account, within the scope of the role,
    and with no role beyond it, now or to come: who hands out a password could otherwise act with it."""
    scope = enclosed(h for h in actor(request).holdings if h.role == Role.ADMINISTRATOR)
    rows = Person.objects.filter(scope).select_related("account")
    if scope:
        held = RoleAssignment.objects.filter(
            Q(until=None) | Q(until__gte=timezone.localdate()), state=Standing.ACTIVE
        )
        rows = rows.exclude(pk__in=held.exclude(scope).values("person_id"))
    return rows.filter(Q(state=Standing.ACTIVE) | Q(account__isnull=False))


def rows_of(found: list[Any]) -> list[Row]:
    """People with their roles, in one more query."""
    today = timezone.localdate()
    held = RoleAssignment.objects.filter(
        Q(until=None) | Q(until__gte=today),
        person__in=[p.pk for p in found],
        state=Standing.ACTIVE,
        occurred_on__lte=today,
    ).order_by("role")
    roles: dict[Any, list[str]] = {}
    for k, role in held.values_list("person_id", "role").distinct():
        roles.setdefault(k, []).append(str(Role(role).label))
    return [Row(p, getattr(p, "account", None), roles.get(p.pk, [])) for p in found]


@never_cache
@require_safe
@administers
def account_list(request: HttpRequest) -> HttpResponse:
    """Everybody, with or without an account."""
    words, which = typed(request.GET, "q"), request.GET.get("which", "")
    rows = people(request)
    if which == "without":
        rows = rows.filter(account=None)
    elif which == "disabled":
        rows = rows.filter(account__is_active=False)
    elif which == "locked":
        rows = rows.filter(account__locked_until__gt=log.now())
    if words:
        rows = matching(rows, registry.of(Person), words) | rows.filter(account__username__icontains=words)
    found = list(rows.order_by("staff_number")[: LISTED + 1])
    values = {
        "table": rows_of(found[:LISTED]),
        "more": len(found) > LISTED,
        "words": words,
        "which": which,
        "choices": (
            ("", _("全部")),
            ("without", _("没有账号")),
            ("disabled", _("停用")),
            ("locked", _("锁定")),
        ),
    }
    return render(request, "web/accounts.html", values)


@dataclass(frozen=True)
class Once:
    """What is shown once, right after it was made: a one-time password, or a badge's code."""

    what: str
    text: str


def _add(request: HttpRequest, row: Row, by: str) -> Once:
    account, password = access.add(row.person, typed(request.POST, "username") or row.person.staff_number, by)
    row.account = account
    return Once("password", password)


def _reset(request: HttpRequest, row: Row, by: str) -> Once:
    return Once("password", access.reset(_other(request, row), by))


def _disable(request: HttpRequest, row: Row, by: str) -> None:
    access.disable(_other(request, row), by)
    messages.success(request, _("账号已停用，登录与令牌即刻失效。"))


def _enable(request: HttpRequest, row: Row, by: str) -> None:
    access.enable(_known(row), by)
    messages.success(request, _("账号已启用。"))


def _unlock(request: HttpRequest, row: Row, by: str) -> None:
    access.unlock(_known(row), by)
    messages.success(request, _("账号已解锁。"))


def _register(request: HttpRequest, row: Row, by: str) -> None:
    access.register_badge(_known(row), typed(request.POST, "code"), by)
    messages.success(request, _("工牌已登记；原来的工牌不再有效。"))


def _print(request: HttpRequest, row: Row, by: str) -> Once:
    return Once("badge", access.issue_badge(_known(row), by))


def _withdraw(request: HttpRequest, row: Row, by: str) -> None:
    access.withdraw_badge(_known(row), by)
    messages.success(request, _("工牌已收回，不再有效。"))


def _revoke(request: HttpRequest, row: Row, by: str) -> None:
    pk = request.POST.get("pk", "")
    found = _known(row).tokens.filter(pk=pk).first() if pk.isascii() and pk.isdigit() else None
    if found is None:
        raise Http404
    access.revoke_token(found, by)
    messages.success(request, _("令牌“%s”已吊销。") % found.name)


def _known(row: Row) -> Account:
    if row.account is None:
        raise ValidationError(_("%s 还没有账号。") % row.person.name)
    return row.account


def _other(request: HttpRequest, row: Row) -> Account:
    """The account, unless it is the administrator's own."""
    account = _known(row)
    if account.pk == account_of(request).pk:
        raise ValidationError(_("这是您自己的账号：不能停用，密码请在“我的账号”更换。"))
    return account


ACTS: dict[str, Callable[[HttpRequest, Row, str], Once | None]] = {
    "add": _add,
    "reset": _reset,
    "disable": _disable,
    "enable": _enable,
    "unlock": _unlock,
    "register": _register,
    "print": _print,
    "withdraw": _withdraw,
    "revoke": _revoke,
}


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
@administers
def account_page(request: HttpRequest, number: str) -> HttpResponse:
    """One person's account; ``act`` says what is to be done with it."""
    person = people(request).filter(number=number).first()
    if person is None:
        raise Http404(_("没有编号为“%s”的人员，或不在您的范围内。") % number)
    (row,) = rows_of([person])
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        act = ACTS.get(request.POST.get("act", ""))
        if act is None:
            raise Http404
        try:
            return _done(request, row, act)
        except ValidationError as error:
            errors = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    values = {**_values(row), "errors": errors, "own": person.pk == account_of(request).person_id}
    values["username"] = typed(request.POST, "username") or person.staff_number
    return render(request, "web/account.html", values, status=422 if errors else 200)


def _done(
    request: HttpRequest, row: Row, act: Callable[[HttpRequest, Row, str], Once | None]
) -> HttpResponse:
    """Do it once, however often the form is sent; what is shown once is shown by this answer alone."""
    shown: Once | None = None
    fresh = False

    def write() -> str:
        nonlocal shown, fresh
        shown, fresh = act(request, row, account_of(request).username), True
        return request.path

    address = once(request, write)
    if not fresh:
        messages.info(request, _("这一步已经办过；只显示一次的内容不能再看，需要时请重做。"))
    if shown is None:
        return HttpResponseRedirect(address)
    values = {"row": row, "once": shown}
    if shown.what == "badge":
        drawn = segno.make(shown.text, error="m", micro=False).svg_inline(border=2, omitsize=True)
        values["qr"] = mark_safe(drawn)  # drawn by us, of our own letters
    return render(request, "web/account_once.html", values)


def event_words(what: str) -> str:
    """A security event as people say it; an unknown one as it stands."""
    words = {
        "account added": _("建立账号"),
        "password reset": _("重设密码"),
        "password changed": _("更换密码"),
        "PIN set": _("设定 PIN"),
        "sessions ended": _("退出其他登录"),
        "disabled": _("停用"),
        "enabled": _("启用"),
        "unlocked": _("解锁"),
        "badge registered": _("登记工牌"),
        "badge withdrawn": _("收回工牌"),
        "token made": _("签发令牌"),
        "token revoked": _("吊销令牌"),
        "locked out": _("连续失败，锁定 15 分钟"),
        "sign-in failed": _("登录失败"),
        "sign-in failed: locked": _("登录失败：锁定中"),
        "sign-in failed: not active": _("登录失败：已停用"),
        "sign-in failed: password lapsed": _("登录失败：一次性密码过期"),
        "switch failed": _("换人失败"),
        "switch failed: locked": _("换人失败：锁定中"),
        "signature failed": _("签署时验证失败"),
        "signature failed: locked": _("签署时验证失败：锁定中"),
        "reauthentication": _("再次验证失败"),
        "reauthentication failed": _("再次验证失败"),
        "reauthentication failed: locked": _("再次验证失败：锁定中"),
        "api_signature": _("接口签署时验证失败"),
    }
    return words.get(what, what)


def _values(row: Row) -> dict[str, Any]:
    account, now = row.account, log.now()
    if account is None:
        return {"row": row, "token": token()}
    events = SecurityEvent.objects.filter(username=account.username).order_by("-pk")[:EVENTS]
    return {
        "row": row,
        "token": token(),
        "locked": bool(account.locked_until and account.locked_until > now),
        "tokens": [
            (t, scope_words(t.scopes), bool(t.expires_at and t.expires_at <= now))
            for t in account.tokens.order_by("-pk")
        ],
        "events": [(e, event_words(e.what)) for e in events],
    }


urls = [
    path("accounts", account_list, name="accounts"),
    path("accounts/<str:number>", account_page, name="account_page"),
]
