"""Accounts and API tokens: plain tables outside the log. They say who logs in, never what that person may do."""

import hashlib
import secrets
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password, make_password
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhicheng.core.organisation import Person


class Accounts(BaseUserManager["Account"]):
    """Makes accounts."""

    def make(
        self, username: str, password: str, person: Person, *, example: bool = False, pin: str = ""
    ) -> "Account":
        """A new account for a person. ``example``: a demo account with a published password."""
        account = self.model(
            username=username, person=person, example=example, pin=make_password(pin) if pin else ""
        )
        account.set_password(password)
        account.save()
        return account


class Account(AbstractBaseUser):
    """A login of a person. Rights come only from that person's RoleAssignment records."""

    username = models.CharField(_("用户名"), max_length=60, unique=True)
    person = models.OneToOneField(Person, models.PROTECT, related_name="account")
    is_active = models.BooleanField(default=True)
    example = models.BooleanField(default=False)
    pin = models.CharField(
        max_length=200, blank=True, help_text="hash of the PIN for switching at a shared terminal"
    )
    badge = models.CharField(max_length=64, unique=True, null=True, help_text="SHA-256 of the badge's code")  # noqa: DJ001
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    temporary_until = models.DateTimeField(
        null=True, help_text="the password was handed over: it serves until then, and only to choose another"
    )
    generation = models.PositiveIntegerField(default=0, help_text="raised to end every session")

    USERNAME_FIELD = "username"
    objects = Accounts()

    @property
    def must_change(self) -> bool:
        """Whether the password is a one-time password, with which nothing may be done but to choose another."""
        return self.temporary_until is not None

    def get_session_auth_hash(self) -> str:
        """What a session must hold: it ends with the password and with the generation."""
        return f"{super().get_session_auth_hash()}.{self.generation}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under former secrets of the installation."""
        for former in super().get_session_auth_fallback_hash():
            yield f"{former}.{self.generation}"

    def check_pin(self, pin: str) -> bool:
        """Whether this is the account's PIN; an account without one has no valid PIN."""
        return bool(self.pin) and check_password(pin, self.pin)


class ApiToken(models.Model):
    """A token for the REST API: only its hash is kept. ``scopes``: space-separated record types, ``*`` for all; ``:read`` limits."""

    digest = models.CharField(max_length=64, unique=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    scopes = models.CharField(max_length=2000, default="*:read")
    expires_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.account.username})"

    @staticmethod
    def hash(token: str) -> str:
        """How a token is looked up: tokens are long and random, so a plain SHA-256 is enough."""
        return hashlib.sha256(token.encode()).hexdigest()

    @classmethod
    def issue(cls, account: Account, name: str, scopes: str = "*:read", **extra: Any) -> str:
        """Make a token and return its text, which is shown once and not kept."""
        token = "zc_" + secrets.token_urlsafe(32)
        cls.objects.create(digest=cls.hash(token), account=account, name=name, scopes=scopes, **extra)
        return token


class SecurityEvent(models.Model):
    """A failed login or re-authentication, or an act on an account: ``by`` (empty: nobody known) did ``what`` to ``username``.

    Capped: the oldest go when there are more than 10,000.
    """

    CAP = 10_000
    at = models.DateTimeField(auto_now_add=True)
    username = models.CharField(max_length=60)
    what = models.CharField(max_length=40)
    by = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return f"{self.at} {self.what} {self.username}"

    @classmethod
    def note(cls, username: str, what: str, by: str = "") -> None:
        """Write one event in a transaction of its own and keep the table under its cap."""
        event = cls.objects.create(username=username[:60], what=what, by=by[:60])
        if event.pk % 100 == 0:
            cls.objects.filter(pk__lte=event.pk - cls.CAP).delete()
