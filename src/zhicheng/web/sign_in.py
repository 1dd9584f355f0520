"""Signing in and out, and changing places at a shared terminal."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login, logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from zhicheng.core.access import badge_digest
from zhicheng.core.account import Account, SecurityEvent
from zhicheng.core.organisation import Standing
from zhicheng.ledger import log
from zhicheng.web.acting import account_of, actor, admit, outside, signed_in

BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page. A wrong name and a wrong password are answered alike."""
    username = request.POST.get("username", "").strip()
    failed = ""
    if request.method == "POST":
        failed = _("未能登录：用户名或密码不对；连续失败 10 次会暂停 15 分钟。")
        account = Account.objects.select_related("person").filter(username=username).first()
        if account is None:
            Account().set_password(request.POST.get("password", ""))  # takes as long as a known name
            SecurityEvent.note(username, "sign-in failed: unknown name")
        elif admit(account, account.check_password(request.POST.get("password", "")), "sign-in failed"):
            lapsed = account.temporary_until is not None and account.temporary_until <= log.now()
            if lapsed:  # told only to who knows it
                SecurityEvent.note(username, "sign-in failed: password lapsed")
                failed = _("一次性密码已过期：请系统管理员重设。")
            elif account.is_active and account.person.state == Standing.ACTIVE:
                return _enter(request, account, proved=True)
            else:
                SecurityEvent.note(username, "sign-in failed: not active")
    values = {"username": username, "failed": failed, "next": _next(request)}
    return render(request, "web/sign_in.html", values, status=403 if failed else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave."""
    logout(request)
    return HttpResponseRedirect("/login")


@never_cache
@sensitive_post_parameters("pin", "badge")
@require_http_methods(["GET", "POST"])
@signed_in
def switch(request: HttpRequest) -> HttpResponse:
    """Another person takes over this terminal: badge, or chosen name, and PIN. The former person is signed out by it."""
    if outside(actor(request)):
        raise PermissionDenied(_("外部读者不能在此换人。"))
    accounts = Account.objects.select_related("person").filter(is_active=True, person__state=Standing.ACTIVE)
    failed = ""
    if request.method == "POST":
        badge = request.POST.get("badge", "").strip()
        chosen = {"badge": badge_digest(badge)} if badge else {"username": request.POST.get("username", "")}
        account = accounts.filter(**chosen).first()
        if account and admit(account, account.check_pin(request.POST.get("pin", "")), "switch failed"):
            return _enter(request, account)
        if account is None:
            SecurityEvent.note("" if badge else chosen["username"], "switch failed: unknown")
        failed = _("未能换人：工牌或 PIN 不对；连续失败 10 次会暂停 15 分钟。")
    values = {
        "people": accounts.exclude(pin="").order_by("person__staff_number")[:60],
        "failed": failed,
        "chosen": request.POST.get("username", ""),
        "next": _next(request),
    }
    return render(request, "web/switch.html", values, status=403 if failed else 200)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@signed_in
def prove_again(request: HttpRequest) -> HttpResponse:
    """The password once more, before pages that hand out ways in."""
    failed = ""
    if request.method == "POST":
        account = account_of(request)
        if admit(
            account, account.check_password(request.POST.get("password", "")), "reauthentication failed"
        ):
            request.session["proved"] = log.now().timestamp()
            return HttpResponseRedirect(_next(request))
        failed = _("密码不对；连续失败 10 次会暂停 15 分钟。")
    values = {"failed": failed, "next": _next(request)}
    return render(request, "web/prove.html", values, status=403 if failed else 200)


def _next(request: HttpRequest) -> str:
    address = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if safe else "/"


def _enter(request: HttpRequest, account: Account, *, proved: bool = False) -> HttpResponse:
    login(request, account, backend=BACKEND)
    request.session["proved"] = log.now().timestamp() if proved else 0
    genesis: Any = log.versions("ledger.genesis", 1)
    # kept in the session, so that no page has to ask the log for them
    request.session["house"] = genesis[0].facts.get("enterprise", "") if genesis else ""
    request.session["site"] = account.person.site.title if account.person.site else ""
    return HttpResponseRedirect(_next(request))
