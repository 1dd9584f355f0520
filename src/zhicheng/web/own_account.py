"""我的账号: own password, PIN, API tokens and sessions; and the page where a one-time password is changed."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from zhicheng.core import access
from zhicheng.core.account import Account, ApiToken
from zhicheng.core.authority import Actor, may_read
from zhicheng.core.process import Process, registry
from zhicheng.core.roles import Role
from zhicheng.ledger import log
from zhicheng.web.acting import account_of, actor, admit, outside, signed_in
from zhicheng.web.finding import typed
from zhicheng.web.once import once, token

DAYS = (30, 90, 180, 365)
USUAL_DAYS = 90
LONGEST = ApiToken._meta.get_field("scopes").max_length or 0


def may_write(by: Actor, process: Process) -> bool:
    """Whether the person may open, change or take on such records somewhere."""
    steps = {r for t in process.transitions if not callable(t.roles) for r in t.roles}
    own = any(callable(t.roles) for t in process.transitions)  # a parameter says who: the writers judge
    return own or bool(by.roles & (process.opens | process.amends | steps))


def scope_words(scopes: str) -> list[str]:
    """What a token reaches, as people say it."""
    words = []
    for scope in scopes.split():
        name, _sep, only = scope.partition(":")
        process = registry.get(name)
        title = _("全部") if name == "*" else str(process.title if process else name)
        words.append(_("%s（只读）") % title if only == "read" else _("%s（读写）") % title)
    return words


def _current(request: HttpRequest, account: Account) -> None:
    """Errors: ValidationError unless the current password was given; failures count towards the lock-out."""
    given = request.POST.get("current", "")
    if not admit(account, account.check_password(given), "reauthentication failed"):
        raise ValidationError({"current": [_("现在的密码不对；连续失败 10 次会暂停 15 分钟。")]})


def _twice(request: HttpRequest, name: str) -> str:
    given = request.POST.get(name, "")
    if given != request.POST.get("again", ""):
        raise ValidationError({"again": [_("两次输入的不一样。")]})
    return given


def _password(request: HttpRequest, account: Account) -> str:
    _current(request, account)
    access.change_password(account, _twice(request, "new"), account.username)
    update_session_auth_hash(request, account)
    messages.success(request, _("密码已更换；您在别处的登录都已退出。"))
    return ""


def _pin(request: HttpRequest, account: Account) -> str:
    if outside(actor(request)):
        raise Http404
    _current(request, account)
    access.set_pin(account, _twice(request, "pin"), account.username)
    messages.success(request, _("PIN 已设定。"))
    return ""


def _others(request: HttpRequest, account: Account) -> str:
    access.end_sessions(account, account.username)
    update_session_auth_hash(request, account)
    messages.success(request, _("您在别处的登录都已退出。"))
    return ""


def _revoke(request: HttpRequest, account: Account) -> str:
    pk = request.POST.get("pk", "")
    found = account.tokens.filter(pk=pk).first() if pk.isascii() and pk.isdigit() else None
    if found is None:
        raise Http404
    access.revoke_token(found, account.username)
    messages.success(request, _("令牌“%s”已吊销。") % found.name)
    return ""


def _token(request: HttpRequest, account: Account) -> str:
    """Make a token; returns its text, to be shown once."""
    _current(request, account)
    by, name, days = actor(request), typed(request.POST, "name"), request.POST.get("days", "")
    if not name or len(name) > 60:
        raise ValidationError({"name": [_("请写明用途，最多 60 个字。")]})
    if days not in map(str, DAYS):
        raise ValidationError({"days": [_("请选择有效期。")]})
    scopes = _scopes(request, by)
    made = ""

    def write() -> str:
        nonlocal made
        made = access.issue_token(account, name, scopes, int(days), account.username)
        return request.path

    once(request, write)
    if not made:
        messages.info(request, _("这个令牌已经显示过一次，不能再看。丢了请吊销后另做一个。"))
    return made


def _scopes(request: HttpRequest, by: Actor) -> str:
    reach = request.POST.get("reach", "")
    if reach in ("*", "*:read"):
        return reach
    chosen = []
    for process in registry.all():
        how = request.POST.get(f"scope-{process.name}", "")
        if how == "write" and may_read(by, process) and may_write(by, process):
            chosen.append(process.name)
        elif how == "read" and may_read(by, process):
            chosen.append(f"{process.name}:read")
        elif how:
            raise ValidationError({"reach": [_("您不能把“%s”的这一权限给令牌。") % process.title]})
    if not chosen:
        raise ValidationError({"reach": [_("请至少选择一种记录。")]})
    scopes = " ".join(chosen)
    if len(scopes) > LONGEST:
        raise ValidationError({"reach": [_("选得太多：请改用“全部”。")]})
    return scopes


ACTS: dict[str, Callable[[HttpRequest, Account], str]] = {
    "password": _password,
    "pin": _pin,
    "token": _token,
    "revoke": _revoke,
    "others": _others,
}
secrets_posted = sensitive_post_parameters("current", "new", "again", "pin")


@never_cache
@secrets_posted
@require_http_methods(["GET", "POST"])
@signed_in
def own_account(request: HttpRequest) -> HttpResponse:
    """The page; ``act`` says which of its forms was sent."""
    account, errors, made, act = account_of(request), {}, "", request.POST.get("act", "")
    if request.method == "POST":
        if act not in ACTS:
            raise Http404
        try:
            made = ACTS[act](request, account)
            if not made:
                return HttpResponseRedirect(request.path)
        except ValidationError as error:
            errors = error.message_dict
    values = {**_values(request, account), "errors": errors, "act": act, "made": made}
    return render(request, "web/own_account.html", values, status=422 if errors else 200)


def _values(request: HttpRequest, account: Account) -> dict[str, Any]:
    by, now = actor(request), log.now()
    tokens = account.tokens.order_by("-pk")
    return {
        "account": account,
        "roles": [Role(r).label for r in sorted(by.roles)],
        "tokens": [(t, scope_words(t.scopes), bool(t.expires_at and t.expires_at <= now)) for t in tokens],
        "kinds": [
            (p, may_write(by, p), request.POST.get(f"scope-{p.name}", ""))
            for p in registry.all()
            if may_read(by, p)
        ],
        "days": DAYS,
        "chosen_days": request.POST.get("days") or str(USUAL_DAYS),
        "reach": request.POST.get("reach") or "*:read",
        "name": typed(request.POST, "name"),
        "token": token(),
    }


@never_cache
@secrets_posted
@require_http_methods(["GET", "POST"])
@functools.partial(signed_in, first=True)
def first_password(request: HttpRequest) -> HttpResponse:
    """Choose a password of one's own in place of the one-time password: before that nothing else opens."""
    account, errors = account_of(request), {}
    if account.temporary_until is None:
        return HttpResponseRedirect(reverse("own_account"))
    lapsed = account.temporary_until <= log.now()
    if request.method == "POST" and not lapsed:
        try:
            _password(request, account)
            return HttpResponseRedirect("/")
        except ValidationError as error:
            errors = error.message_dict
    values = {"errors": errors, "lapsed": lapsed, "account": account}
    return render(request, "web/first_password.html", values, status=422 if errors or lapsed else 200)


urls = [
    path("account", own_account, name="own_account"),
    path("account/first", first_password, name="first_password"),
]
