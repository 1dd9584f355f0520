"""One message of several, for a recipient who would otherwise get a flood."""

from __future__ import annotations

import datetime as dt
import uuid

from zhicheng.messages import public, settings
from zhicheng.messages.holding import DIGEST
from zhicheng.messages.models import Message


def gathered(parts: list[Message], now: dt.datetime) -> Message:
    """A digest of messages to one recipient, which from now on go with it: each subject, and the link to its record."""
    first, count = parts[0], len(parts)
    words = f"{count} 条消息"
    made = Message.objects.create(
        key=f"{DIGEST}/{uuid.uuid4()}",
        kind=DIGEST,
        site=first.site,
        channel=first.channel,
        person=first.person,
        to=first.to,
        subject=words if first.subject else "",
        body=_body(parts) if first.subject else "",
        public={"words": words, "lines": [m.public for m in parts]},
        attempts=max(one.attempts for one in parts),
        queued_at=now,
        next_at=now,
    )
    Message.objects.filter(pk__in=[m.pk for m in parts]).update(part_of=made)
    return made


def dissolved(digest: Message, code: str, next_at: dt.datetime | None) -> None:
    """Undo a digest that surely reached nobody: its parts wait as before, and go next time with what has come meanwhile."""
    digest.parts.update(
        part_of=None,
        state=Message.State.FAILED,
        last_error=code,
        attempts=digest.attempts,
        next_at=next_at,
        gather=True,
    )
    digest.delete()


def _body(parts: list[Message]) -> str:
    url = settings.site_url(parts[0].site_id)
    lines = []
    for one in parts:
        link = public.link_of(one.public, url)
        lines.append(f"· {one.subject}" + (f"\n  {link}" if link else ""))
    return "\n".join(lines)
