"""What a person decides of a message that stands: send it again, take it as sent, withdraw it; and what is forgotten in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from zhicheng.core import parameters
from zhicheng.ledger import log
from zhicheng.messages.models import Message
from zhicheng.messages.queueing import holders_of
from zhicheng.messages.reasons import said

State = Message.State
WAYS: dict[str, frozenset[str]] = {
    "try_again": frozenset({State.FAILED, State.UNCLEAR, State.WITHDRAWN}),
    "take_as_sent": frozenset({State.UNCLEAR}),
    "withdraw": frozenset({State.QUEUED, State.FAILED, State.UNCLEAR}),
}
"""What may be decided of a message in which state."""
FORGOTTEN_AT_ONCE = 2000
NOBODY = "no_holder:"


class Undecidable(Exception):
    """The message has gone on meanwhile; the text says to where."""


def open_to(message: Message) -> list[str]:
    """What may be decided of a message now; what goes in a digest is decided of the digest."""
    if message.part_of_id:
        return []
    forgotten = message.state == State.WITHDRAWN and not (message.subject or message.public)
    return [way for way, states in WAYS.items() if message.state in states and not forgotten]


def decide(pk: int, way: str, by: str) -> Message:
    """Decide of a message; ``by`` is the account's name. Errors: Undecidable, Message.DoesNotExist."""
    with transaction.atomic():
        message = Message.objects.select_for_update().get(pk=pk)
        if way not in open_to(message):
            raise Undecidable(_("这条消息现在是“%s”，不能再这样处理。") % message.get_state_display())
        now = log.now()
        message.decided_by, message.decided_at = by, now
        message.claim = ""  # an attempt thought lost may not settle it any more
        _DONE[way](message, now)
        message.save()
        message.parts.update(state=message.state, sent_at=message.sent_at, last_error=message.last_error)
    return message


def _again(message: Message, now: dt.datetime) -> None:
    if message.last_error.startswith(NOBODY):
        _to_holders(message, now)
    else:
        message.state, message.next_at, message.attempts = State.QUEUED, now, 0


def _to_holders(message: Message, now: dt.datetime) -> None:
    """Whoever holds the role by now gets what nobody held it for, each a message of their own. Errors: Undecidable while nobody does."""
    holders = holders_of(message.last_error.removeprefix(NOBODY), message.site)
    if not holders:
        raise Undecidable(said(message.last_error))
    same = ("kind", "about", "site", "channel", "subject", "body", "public", "urgent")
    values = {name: getattr(message, name) for name in same}
    for one in holders:
        key = f"{message.key.removesuffix('-')}{one.k}"
        Message.objects.get_or_create(key=key, defaults={**values, "person": one, "next_at": now})
    _withdrawn(message, now)


def _taken(message: Message, now: dt.datetime) -> None:
    message.state, message.sent_at, message.next_at = State.SENT, message.claimed_at or now, None


def _withdrawn(message: Message, now: dt.datetime) -> None:
    message.state, message.next_at = State.WITHDRAWN, None


_DONE: dict[str, Callable[[Message, dt.datetime], None]] = {
    "try_again": _again,
    "take_as_sent": _taken,
    "withdraw": _withdrawn,
}


def mended(person: int) -> int:
    """A mail address was registered: what waited for it is due; returns how many messages."""
    waiting = Message.objects.filter(person=person, state=State.FAILED, last_error="no_address", part_of=None)
    return waiting.update(next_at=log.now(), attempts=0)


def forget(now: dt.datetime) -> int:
    """Empty what was done with long ago: its key stays, so that it is never sent again. Returns how many."""
    before = now - dt.timedelta(days=parameters.value("messages.kept_days"))
    done = Message.objects.filter(state__in=(State.SENT, State.WITHDRAWN), queued_at__lt=before)
    found = done.exclude(subject="", body="", to="", person=None, public={}).values_list("pk", flat=True)
    rows = Message.objects.filter(pk__in=list(found[:FORGOTTEN_AT_ONCE]))
    return rows.update(subject="", body="", to="", person=None, public={})
