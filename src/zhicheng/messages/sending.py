"""Sending what is due: claimed and committed before the network is touched, settled afterwards.

A claim is a row in ``sending`` with the attempt's own mark. Who dies meanwhile leaves it there: after ``DEAD_AFTER`` it is tried again
with the same id where the receiver can drop a repeat, and put before a person where it cannot (a group robot).
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections import Counter
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from zhicheng.ledger import log
from zhicheng.messages import channels, mail, public, robots, settings, webhook
from zhicheng.messages.channels import Channel
from zhicheng.messages.digest import dissolved, gathered
from zhicheng.messages.holding import DIGEST, WAITING, companions, hold, put_off
from zhicheng.messages.models import Message
from zhicheng.messages.reasons import NotSent, Unclear

BACKOFF = (1, 5, 15, 60, 240)
"""Minutes until the next attempt after the first, second … failure; then always the last."""
DEAD_AFTER = dt.timedelta(minutes=10)
"""No attempt takes this long: every step of a connection has its time limit."""
AT_ONCE = 200
State = Message.State


@dataclass(frozen=True)
class Attempt:
    """A message claimed at a moment, its channel as it was then, and the mark of the claim."""

    message: Message
    channel: Channel | None
    mark: str
    at: dt.datetime


def deliver(now: dt.datetime | None = None, *, most: int = AT_ONCE) -> Counter[str]:
    """Send what is due, at most ``most`` messages; returns how many came to which state.

    May run in several processes at once. Must not be called inside a transaction (RuntimeError): the claim has to be committed
    before anything leaves the house.
    """
    outcome: Counter[str] = Counter()
    at = now or log.now()
    if not _due(at).exists() and not _dead(at).exists():
        return outcome
    outcome.update(recover(at))
    for _one in range(most):
        attempt = claim(now or log.now())
        if attempt is None:
            break
        outcome[_carried_out(attempt)] += 1
    return outcome


def _due(now: dt.datetime) -> QuerySet[Message]:
    return Message.objects.filter(state__in=WAITING, next_at__lte=now, part_of=None)


def _dead(now: dt.datetime) -> QuerySet[Message]:
    return Message.objects.filter(state=State.SENDING, claimed_at__lte=now - DEAD_AFTER, part_of=None)


def recover(now: dt.datetime) -> Counter[str]:
    """Take up what a process left in ``sending`` when it died; returns how many came to which state."""
    found: Counter[str] = Counter()
    book = _book()
    with transaction.atomic(durable=True):
        for message in _dead(now).select_for_update(skip_locked=True):
            channel = _channel(book, message)
            again = channel is not None and channel.repeatable
            state = State.FAILED if again else State.UNCLEAR
            _set(message, state=state, next_at=now if again else None, last_error="died", doubtful=True)
            found[str(state)] += 1
    return found


def claim(now: dt.datetime) -> Attempt | None:
    """Mark the next message that may go now as being sent, or several as one; None when nothing may go."""
    book = _book()
    with transaction.atomic(durable=True):
        while True:
            due = _due(now).order_by("-urgent", "next_at", "pk").select_for_update(skip_locked=True)
            message = due.first()
            if message is None:
                return None
            channel = _channel(book, message)
            if wait := hold(message, channel, now):
                put_off(message, wait, now)
                continue
            together = companions(message, channel, now)
            if len(together) > 1:
                message = gathered(together, now)
            mark, tried = uuid.uuid4().hex, message.attempts + 1
            _set(message, state=State.SENDING, claim=mark, claimed_at=now, attempts=tried, next_at=None)
            return Attempt(message, channel, mark, now)


def _carried_out(attempt: Attempt) -> str:
    """Send, and write down what came of it; returns the state."""
    try:
        _send(attempt)
    except NotSent as error:
        return _settled(attempt, State.FAILED, error.code, None if error.final else _next(attempt))
    except Unclear as error:
        return _doubtful(attempt, error.code)
    except Exception as error:  # noqa: BLE001 (whatever it is, the message must not stay in `sending`)
        # no traceback: it may hold an address with a token
        logging.getLogger(__name__).error("message %s: %s", attempt.message.pk, type(error).__name__)
        return _doubtful(attempt, f"fault:{type(error).__name__}"[:60])
    return _settled(attempt, State.SENT, "", None)


def _doubtful(attempt: Attempt, code: str) -> str:
    if attempt.channel is not None and attempt.channel.repeatable:
        return _settled(attempt, State.FAILED, code, _next(attempt), doubt=True)
    return _settled(attempt, State.UNCLEAR, code, None, doubt=True)


def _next(attempt: Attempt) -> dt.datetime:
    return attempt.at + dt.timedelta(minutes=BACKOFF[min(attempt.message.attempts, len(BACKOFF)) - 1])


def _send(attempt: Attempt) -> None:
    """Errors: NotSent, Unclear."""
    message, channel, at = attempt.message, attempt.channel, attempt.at
    if channel is None:
        raise NotSent(_why_none(message))
    url = settings.site_url(message.site_id)
    if channel.kind == channels.MAIL:
        if not (to := message.to or _address_of(message)):
            raise NotSent("no_address", final=True)
        mail.send(channel, message, to, at, url)
    elif channel.kind == channels.WEBHOOK:
        webhook.send(channel, message, at, url)
    else:
        robots.send(channel, public.text(message.public, url, robots.LONGEST), at)


def _why_none(message: Message) -> str:
    try:
        channels.load()
    except channels.ChannelRefused:
        return "channels"
    return f"no_channel:{message.channel}" if message.channel else "no_mail"


def _address_of(message: Message) -> str:
    mine = getattr(message.person, "mail_address", None)
    return mine.address if mine else ""


def _book() -> dict[str, Channel]:
    """The channels; none while their file cannot be read, which each message that waits then says."""
    try:
        return channels.load()
    except channels.ChannelRefused:
        return {}


def _channel(book: dict[str, Channel], message: Message) -> Channel | None:
    return book.get(message.channel) if message.channel else channels.house_mail(book)


def _settled(
    attempt: Attempt, state: str, code: str, next_at: dt.datetime | None, *, doubt: bool = False
) -> str:
    """Write the outcome, unless somebody else has taken the message up since (this process was thought dead)."""
    with transaction.atomic(durable=True):
        mine = Message.objects.filter(pk=attempt.message.pk, claim=attempt.mark)
        message = mine.filter(state__in=(State.SENDING, State.UNCLEAR)).select_for_update().first()
        if message is None:
            return str(state)
        doubtful = message.doubtful or doubt
        if message.kind == DIGEST and state == State.FAILED and not doubtful:
            dissolved(message, code, next_at)
        else:
            sent_at = attempt.at if state == State.SENT else None
            _set(message, state=state, last_error=code, next_at=next_at, sent_at=sent_at, doubtful=doubtful)
    return str(state)


def _set(message: Message, **values: object) -> None:
    """Change a message, and state and outcome of whatever goes with it."""
    for name, value in values.items():
        setattr(message, name, value)
    message.save(update_fields=list(values))
    shared = {name: value for name, value in values.items() if name in ("state", "sent_at", "last_error")}
    message.parts.update(**shared)
