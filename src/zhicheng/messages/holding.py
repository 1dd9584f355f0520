"""When a message may go: quiet hours, a pause after the last one, a robot's limit; and which go as one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from zhicheng.core import parameters
from zhicheng.core.zones import zone_of
from zhicheng.messages.channels import ROBOTS, WEBHOOK, Channel
from zhicheng.messages.models import Message

A_MINUTE = 18
"""Messages to one robot in a minute; WeCom and DingTalk take 20 and then refuse."""
MOST = 200
"""Messages in one digest."""
WAITING = (Message.State.QUEUED, Message.State.FAILED)


@dataclass(frozen=True)
class Hold:
    """Wait until then; ``gather``: to go as one with what comes meanwhile."""

    until: dt.datetime
    gather: bool


def quiet_until(at: dt.datetime, zone: dt.tzinfo, start: dt.time, end: dt.time) -> dt.datetime | None:
    """The end of the quiet hours that hold at a moment, or None. ``start`` after ``end``: across midnight; equal: never quiet."""
    local = at.astimezone(zone)
    now = local.time()
    inside = start <= now < end if start < end else now >= start or now < end
    if start == end or not inside:
        return None
    day = local.date() + dt.timedelta(days=0 if now < end else 1)
    return dt.datetime.combine(day, end, zone).astimezone(dt.UTC)


def hold(message: Message, channel: Channel | None, now: dt.datetime) -> Hold | None:
    """Whether the message must wait. Machines never sleep and are told each thing by itself; urgent ones wait for a robot's limit only."""
    if channel is not None and channel.kind in ROBOTS and (until := _limited(channel, now)):
        return Hold(until, gather=not message.urgent)
    if message.urgent or message.kind == DIGEST or (channel is not None and channel.kind == WEBHOOK):
        return None
    site = message.site_id
    start, end = (parameters.value(f"messages.quiet_{name}", site).time for name in ("from", "until"))
    if until := quiet_until(now, zone_of(message.site), start, end):
        return Hold(until, gather=True)
    pause = dt.timedelta(minutes=parameters.value("messages.digest_minutes", site))
    last = _same_recipient(message).filter(state=Message.State.SENT, urgent=False, sent_at__gt=now - pause)
    if message.state == Message.State.QUEUED and (sent := last.order_by("-sent_at").first()) and sent.sent_at:
        return Hold(sent.sent_at + pause, gather=True)
    return None


DIGEST = "digest"


def _limited(channel: Channel, now: dt.datetime) -> dt.datetime | None:
    minute = dt.timedelta(minutes=1)
    sent = Message.objects.filter(channel=channel.name, sent_at__gt=now - minute, part_of=None).order_by(
        "-sent_at"
    )
    times = list(sent.values_list("sent_at", flat=True)[:A_MINUTE])
    return times[-1] + minute if len(times) == A_MINUTE and times[-1] else None


def put_off(message: Message, wait: Hold, now: dt.datetime) -> None:
    """Let a message wait, and all for the same recipient that would have to wait like it."""
    rows = Message.objects.filter(pk=message.pk)
    if not message.urgent:
        alike = {"state": message.state, "urgent": False, "site": message.site_id, "part_of": None}
        rows |= _same_recipient(message).filter(next_at__lte=now, **alike)
    # Those that another sender holds are his to judge: waiting for them, each for the other's, would be a deadlock.
    free = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True))
    Message.objects.filter(pk__in=free).update(next_at=wait.until, gather=wait.gather)


def _same_recipient(message: Message) -> QuerySet[Message]:
    return Message.objects.filter(channel=message.channel, person=message.person_id, to=message.to)


def companions(message: Message, channel: Channel | None, now: dt.datetime) -> list[Message]:
    """The messages with which this one goes as one, itself included; only itself when it goes alone.

    One that may have been delivered goes alone, under its own id: in a digest the receiver could not know it for a repeat. So does
    a letter to an address outside: a digest lists subjects and links for those who have an account.
    """
    alone = message.urgent or message.kind == DIGEST or message.doubtful or bool(message.to)
    if alone or channel is None or channel.kind == WEBHOOK:
        return [message]
    ready = Q(next_at__lte=now) | Q(gather=True) | Q(state=Message.State.FAILED)
    rows = _same_recipient(message).filter(
        ready, state__in=WAITING, urgent=False, doubtful=False, part_of=None, site=message.site_id
    )
    rows = rows.exclude(kind=DIGEST).exclude(next_at=None).order_by("queued_at", "pk")
    found = list(rows.select_for_update(skip_locked=True)[:MOST])
    over = parameters.value("messages.digest_over", message.site_id)
    together = len(found) > over or (len(found) > 1 and any(m.gather for m in found))
    return found if together and message in found else [message]
