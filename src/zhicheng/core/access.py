"""Acts on accounts, for pages and commands alike: each leaves an event that says who did it to whom.

They judge what is given (ValidationError, with sentences by field). Who may do them is asked before, of roles.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
from itertools import pairwise

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from zhicheng.core.account import Account, ApiToken, SecurityEvent
from zhicheng.core.organisation import Person
from zhicheng.ledger import log

ONE_TIME_FOR = dt.timedelta(days=7)
"""How long a password serves that was handed over."""
PLAIN = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits of which none reads like another."""
USERNAME = re.compile(r"[\w.@+-]{2,60}")
PIN = re.compile(r"[0-9]{4,8}")
SHORTEST_BADGE = 4


def _said(groups: int, length: int) -> str:
    return "-".join("".join(secrets.choice(PLAIN) for _i in range(length)) for _g in range(groups))


def trivial(pin: str, staff_number: str = "") -> bool:
    """Whether a PIN is among the first that somebody would try: one digit, a run, a part said twice, the staff number."""
    parts = [pin[:n] for n in range(1, len(pin) // 2 + 1)]
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    said_again = any(part * (len(pin) // len(part)) == pin for part in parts)
    return steps in ({1}, {9}) or said_again or staff_number.endswith(pin)


def check_pin(pin: str, staff_number: str = "") -> None:
    """Errors: ValidationError for what is no PIN, or one that is easily guessed."""
    if not PIN.fullmatch(pin):
        raise ValidationError({"pin": [_("PIN 须是 4 至 8 位数字。")]})
    if trivial(pin, staff_number):
        raise ValidationError({"pin": [_("这个 PIN 太容易猜：不要用 1234、0000、1212 一类，也不要用工号。")]})


def check_password(password: str, account: Account | None = None) -> None:
    """Errors: ValidationError with a sentence for each validator of the settings that refuses it."""
    words = {
        "password_too_short": _("密码至少 %(min_length)s 位。"),
        "password_too_common": _("这个密码太常见，容易被猜到。"),
    }
    try:
        validate_password(password, account)
    except ValidationError as error:
        said = [
            words[one.code] % (one.params or {}) if one.code in words else one.messages[0]
            for one in error.error_list
        ]
        raise ValidationError({"new": said}) from error


def add(person: Person, username: str, by: str) -> tuple[Account, str]:
    """A login for a person who has none; returns it with its one-time password."""
    if not USERNAME.fullmatch(username):
        raise ValidationError({"username": [_("用户名须是 2 至 60 个字母、数字或 . @ + - _，不含空格。")]})
    if Account.objects.filter(username__iexact=username).exists():
        raise ValidationError({"username": [_("用户名“%s”已被使用。") % username]})
    if Account.objects.filter(person=person).exists():
        raise ValidationError({"username": [_("%s 已有账号。") % person.name]})
    password = _said(3, 4)
    account = Account.objects.make(username, password, person)
    _lend(account, password)
    SecurityEvent.note(username, "account added", by)
    return account, password


def _lend(account: Account, password: str) -> None:
    account.set_password(password)
    account.temporary_until = log.now() + ONE_TIME_FOR
    account.failures, account.locked_until = 0, None
    account.save(update_fields=["password", "temporary_until", "failures", "locked_until"])


def reset(account: Account, by: str) -> str:
    """A one-time password in place of a forgotten one; every session ends. Returns it."""
    password = _said(3, 4)
    _lend(account, password)
    SecurityEvent.note(account.username, "password reset", by)
    return password


def change_password(account: Account, password: str, by: str) -> None:
    """A password that only its person knows. Sessions made with the former one end."""
    check_password(password, account)
    if account.check_password(password):
        raise ValidationError({"new": [_("新密码与原来的相同。")]})
    account.set_password(password)
    account.temporary_until = None
    account.save(update_fields=["password", "temporary_until"])
    SecurityEvent.note(account.username, "password changed", by)


def set_pin(account: Account, pin: str, by: str) -> None:
    """The PIN with which the person takes over a shared terminal."""
    check_pin(pin, account.person.staff_number)
    account.pin = make_password(pin)
    account.save(update_fields=["pin"])
    SecurityEvent.note(account.username, "PIN set", by)


def end_sessions(account: Account, by: str) -> None:
    """Every session ends."""
    account.generation += 1
    account.save(update_fields=["generation"])
    SecurityEvent.note(account.username, "sessions ended", by)


def disable(account: Account, by: str) -> None:
    """No way in any more: neither password, PIN, token nor a session that is open."""
    account.is_active, account.generation = False, account.generation + 1
    account.save(update_fields=["is_active", "generation"])
    SecurityEvent.note(account.username, "disabled", by)


def enable(account: Account, by: str) -> None:
    """The account serves again."""
    account.is_active = True
    account.save(update_fields=["is_active"])
    SecurityEvent.note(account.username, "enabled", by)


def unlock(account: Account, by: str) -> None:
    """The pause after too many failures ends now."""
    account.failures, account.locked_until = 0, None
    account.save(update_fields=["failures", "locked_until"])
    SecurityEvent.note(account.username, "unlocked", by)


def badge_digest(code: str) -> str:
    """How a badge's code is kept."""
    return hashlib.sha256(code.strip().encode()).hexdigest()


def register_badge(account: Account, code: str, by: str) -> None:
    """The badge that the person carries, in place of a former one; only its hash is kept."""
    if len(code.strip()) < SHORTEST_BADGE:
        raise ValidationError({"code": [_("工牌编码至少 %s 位。") % SHORTEST_BADGE]})
    digest = badge_digest(code)
    if Account.objects.filter(badge=digest).exclude(pk=account.pk).exists():
        raise ValidationError({"code": [_("这张工牌已登记给另一个人。")]})
    account.badge = digest
    account.save(update_fields=["badge"])
    SecurityEvent.note(account.username, "badge registered", by)


def issue_badge(account: Account, by: str) -> str:
    """A new badge, its code made here; returns the code, which is not kept."""
    code = "ZC-" + _said(4, 5)
    register_badge(account, code, by)
    return code


def withdraw_badge(account: Account, by: str) -> None:
    """The badge serves no more."""
    account.badge = None
    account.save(update_fields=["badge"])
    SecurityEvent.note(account.username, "badge withdrawn", by)


def issue_token(account: Account, name: str, scopes: str, days: int, by: str) -> str:
    """A token for the API; returns its text, which is not kept."""
    token = ApiToken.issue(account, name, scopes, expires_at=log.now() + dt.timedelta(days=days))
    SecurityEvent.note(account.username, "token made", by)
    return token


def revoke_token(token: ApiToken, by: str) -> None:
    """The token serves no more."""
    token.delete()
    SecurityEvent.note(token.account.username, "token revoked", by)


def forget(person: Person) -> None:
    """A person's data were erased by law: the account, which lies outside the log, keeps nothing of it either."""
    account = Account.objects.filter(person=person).first()
    if account is None:
        return
    SecurityEvent.objects.filter(username=account.username).update(username=f"~{person.k}")
    SecurityEvent.objects.filter(by=account.username).update(by=f"~{person.k}")
    account.tokens.all().delete()
    account.drafts.all().delete()
    account.username, account.is_active = f"~{person.k}", False
    account.badge, account.pin = None, ""
    account.set_unusable_password()
    account.save()
