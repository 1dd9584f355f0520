"""Who calls: a person by token or by the session of the pages, and how far the token reaches."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import APIKeyCookie, HttpBearer

from zhicheng.api.problems import Problem
from zhicheng.core.account import Account, ApiToken, SecurityEvent
from zhicheng.core.authority import ASSIGNMENT, Actor, held_today, may_read
from zhicheng.core.organisation import Person, Standing
from zhicheng.core.prepared import Prepared
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


_ACCOUNT, _PERSON = (
    [f.attname for f in model._meta.concrete_fields if f.attname in wanted]
    for model, wanted in (
        (Account, {"id", "username", "password", "is_active", "locked_until", "failures"}),
        (Person, {"k", "name", "state", "site_id", "department_id"}),
    )
)
_PREFIXED = (
    *(f"account__{name}" for name in _ACCOUNT),
    *(f"account__person__{name}" for name in _PERSON),
    *(f"account__person__assignments__{name}" for name in ASSIGNMENT),
)
_TOKENS = Prepared(
    lambda digest: (
        ApiToken.objects.filter(digest=digest)
        .order_by("account__person__assignments__k")
        .values_list("scopes", "expires_at", *_PREFIXED)
    )
)
"""Token, account, person and, a row each, the person's roles: one query for each request."""


class BearerToken(HttpBearer):
    """``Authorization: Bearer zc_…``."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """The caller of an unexpired token, looked up by its hash."""
        rows = _TOKENS.values(ApiToken.hash(token.strip()))
        if not rows:
            return None
        scopes, expires_at, *rest = rows[0]
        person_at, roles_at = 2 + len(_ACCOUNT), 2 + len(_ACCOUNT) + len(_PERSON)
        account = Account.from_db(connection.alias, _ACCOUNT, rest[: len(_ACCOUNT)])
        account.person = Person.from_db(connection.alias, _PERSON, rows[0][person_at:roles_at])
        if (expires_at and expires_at <= timezone.now()) or not _usable(account):
            return None
        held = held_today(row[roles_at:] for row in rows if row[roles_at] is not None)
        return Caller(account, Actor(account.person, "api", held=held), frozenset(scopes.split()))


class SessionCookie(APIKeyCookie):
    """The session of the pages; every write must carry their CSRF token."""

    param_name = settings.SESSION_COOKIE_NAME

    def _get_key(self, request: HttpRequest) -> str | None:
        # Without a session the answer is "sign in", not a word about CSRF.
        if not request.COOKIES.get(self.param_name) or not request.user.is_authenticated:
            return None
        return super()._get_key(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller | None:
        """The signed-in account, once it has a password of its own."""
        if not key or not request.user.is_authenticated:
            return None
        account = request.user
        usable = _usable(account) and not account.must_change
        return Caller(account, Actor(account.person, "web")) if usable else None


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
    if account.must_change:  # somebody else knows it too
        raise Problem(403, "password", _("这是一次性密码：请先登录更换。"), {"password": [_("须先更换。")]})
    if account.failures:
        Account.objects.filter(pk=account.pk).update(failures=0)
    return Actor(caller.actor.person, caller.actor.means, log.now())
