"""Who calls: a person by token or by the session of the pages, and how far the token reaches."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import APIKeyCookie, HttpBearer

from zhicheng.api.problems import Problem
from zhicheng.core.account import Account, ApiToken, SecurityEvent
from zhicheng.core.authority import Actor, may_read
from zhicheng.core.organisation import Standing
from zhicheng.core.process import Process
from zhicheng.ledger import log

TRIES = 10
LOCKED_FOR = dt.timedelta(minutes=15)


@dataclass(frozen=True)
class Caller:
    """An authenticated account, what its token allows (None: a session, everything its roles allow)."""

    account: Account
    actor: Actor
    scopes: frozenset[str] | None = None

    def reaches(self, process: Process, write: bool) -> bool:
        """Whether the token's scopes hold this kind of record, for reading or writing."""
        if self.scopes is None or self.scopes & {"*", process.name}:
            return True
        return not write and bool(self.scopes & {"*:read", f"{process.name}:read"})


def _usable(account: Account) -> bool:
    return account.is_active and account.person.state == Standing.ACTIVE


_TOKENS = ApiToken.objects.select_related("account__person").only(
    "scopes", "expires_at", "account__username", "account__is_active", "account__locked_until", "account__failures",
    "account__password", "account__person__state", "account__person__name",
)  # fmt: skip


class BearerToken(HttpBearer):
    """``Authorization: Bearer zc_…``."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """The caller of an unexpired token, looked up by its hash."""
        row = next(iter(_TOKENS.filter(digest=ApiToken.hash(token.strip()))[:1]), None)
        if row is None or (row.expires_at and row.expires_at <= timezone.now()) or not _usable(row.account):
            return None
        return Caller(row.account, Actor(row.account.person, "api"), frozenset(row.scopes.split()))


class SessionCookie(APIKeyCookie):
    """The session of the pages; every write must carry their CSRF token."""

    param_name = settings.SESSION_COOKIE_NAME

    def _get_key(self, request: HttpRequest) -> str | None:
        # Without a session the answer is "sign in", not a word about CSRF.
        if not request.COOKIES.get(self.param_name) or not request.user.is_authenticated:
            return None
        return super()._get_key(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller | None:
        """The signed-in account."""
        if not key or not request.user.is_authenticated:
            return None
        account = request.user
        return Caller(account, Actor(account.person, "web")) if _usable(account) else None


AUTH: list[Any] = [BearerToken(), SessionCookie()]


def caller_of(request: HttpRequest) -> Caller:
    """The authenticated caller of an operation."""
    return cast(Caller, request.auth)  # type: ignore[attr-defined]


def admit(request: HttpRequest, process: Process, *, write: bool = False) -> Caller:
    """The caller, if token and roles let it see (or write) this kind of record. Errors: Problem 403."""
    caller = caller_of(request)
    if not caller.reaches(process, write):
        raise Problem(
            403, "scope", _("令牌的范围不含“%(p)s”的%(w)s。") % {
                "p": process.title, "w": _("写入") if write else _("读取")}
        )  # fmt: skip
    if not may_read(caller.actor, process):
        raise Problem(403, "forbidden", _("您没有查看“%s”的角色。") % process.title)
    return caller


def proved(caller: Caller, password: str) -> Actor:
    """The actor as re-authenticated for a signature. Errors: Problem 403 for a wrong password or a locked account."""
    account, now = caller.account, timezone.now()
    if account.locked_until and account.locked_until > now:
        raise Problem(403, "locked", _("密码多次不对，账号暂时锁定：请稍后重试。"))
    if not account.check_password(password):
        rows = Account.objects.filter(pk=account.pk)
        rows.update(failures=F("failures") + 1)
        rows.filter(failures__gte=TRIES).update(failures=0, locked_until=now + LOCKED_FOR)
        SecurityEvent.note(account.username, "api_signature")
        raise Problem(403, "password", _("密码不对，没有签署。"), {"password": [_("密码不对。")]})
    if account.failures:
        Account.objects.filter(pk=account.pk).update(failures=0)
    return Actor(caller.actor.person, caller.actor.means, log.now())
