"""Who acts: the signed-in person as an ``Actor``, pages for people of the house, and identity proved for a signature."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from zhicheng.core.access import badge_digest
from zhicheng.core.account import Account, SecurityEvent
from zhicheng.core.authority import Actor, may_read
from zhicheng.core.organisation import Standing
from zhicheng.core.process import Process
from zhicheng.core.roles import Role
from zhicheng.ledger import log

FAILURES = 10
PAUSE = dt.timedelta(minutes=15)
IDLE = dt.timedelta(minutes=10)
"""How long the password counts for pages that hand out ways in, from one use of them to the next."""

View = Callable[..., HttpResponseBase]


def actor(request: HttpRequest) -> Actor:
    """The person of this request as an actor; made once for each request."""
    made: Actor | None = getattr(request, "_zhicheng_actor", None)
    if made is None:
        made = Actor(account_of(request).person, "web")
        request._zhicheng_actor = made  # type: ignore[attr-defined]
    return made


def account_of(request: HttpRequest) -> Account:
    """The account that is signed in. Only for pages behind ``signed_in``."""
    return cast(Account, request.user)


def signed_in(view: View, *, first: bool = False) -> View:
    """Only for people who are signed in, have an active account and still work here; others go to the sign-in page.

    Who came with a one-time password gets to the page ``first`` alone, where it is changed.
    """

    @functools.wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if not (user.is_authenticated and user.is_active and user.person.state == Standing.ACTIVE):
            return redirect_to_login(request.get_full_path())
        if user.must_change and not first:
            return HttpResponseRedirect(reverse("first_password"))
        return view(request, *args, **kwargs)

    return page


def administers(view: View) -> View:
    """Only for system administrators who gave their password lately: such pages hand out ways in for others."""

    @functools.wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if Role.ADMINISTRATOR.value not in actor(request).roles:
            raise PermissionDenied(_("账号由系统管理员管理，您没有这一角色。"))
        now = log.now().timestamp()
        if not 0 <= now - request.session.get("proved", 0) < IDLE.total_seconds():
            back = request.get_full_path() if request.method == "GET" else request.path
            return HttpResponseRedirect(f"{reverse('prove')}?{urlencode({'next': back})}")
        request.session["proved"] = now
        return view(request, *args, **kwargs)

    return signed_in(page)


def reads(view: View) -> View:
    """A page about one process, for those who may read it. The view takes ``(request, process, …)``."""

    @functools.wraps(view)
    def page(request: HttpRequest, process: Process, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_read(actor(request), process):
            raise PermissionDenied(_("您的角色看不到“%s”。") % process.title)
        return view(request, process, *args, **kwargs)

    return signed_in(page)


def outside(by: Actor) -> bool:
    """Whether the person is only a reader from outside, who sees what was published and nothing of how it came about."""
    return by.person is not None and by.roles <= {Role.READER.value}


def admit(account: Account, correct: bool, what: str) -> bool:
    """Count a try to prove who one is. Ten failures in a row lock the account for fifteen minutes, right answers included."""
    now = log.now()
    if account.locked_until and account.locked_until > now:
        SecurityEvent.note(account.username, f"{what}: locked")
        return False
    rows = Account.objects.filter(pk=account.pk)
    if correct:
        if account.failures:
            rows.update(failures=0, locked_until=None)
        return True
    SecurityEvent.note(account.username, what)
    rows.update(failures=F("failures") + 1)
    if rows.filter(failures__gte=FAILURES).update(failures=0, locked_until=now + PAUSE):
        SecurityEvent.note(account.username, "locked out")
    return False


def prove(request: HttpRequest) -> Actor | None:
    """The acting person, proved just now by the password, or by badge and PIN, in this very request; None if not."""
    account = account_of(request)
    account.refresh_from_db()
    password, badge = request.POST.get("password", ""), request.POST.get("badge", "")
    if password:
        correct = account.check_password(password)
    else:
        own = bool(badge) and account.badge == badge_digest(badge)
        correct = own and account.check_pin(request.POST.get("pin", ""))
    if not admit(account, correct, "signature failed"):
        return None
    return Actor(account.person, "web", proved_at=log.now())
