"""A test over one channel: the way from queue to receiver, without a record."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhicheng.core.organisation import Person
from zhicheng.messages import channels
from zhicheng.messages.models import Message
from zhicheng.messages.queueing import announce, queue

KIND = "test"
WORDS = _("试发：收到这一条，说明通道可用。")


def queued(name: str, key: str, *, to: str = "", person: Person | None = None) -> Message:
    """Queue a test; a mail goes to an address or a person. Errors: ChannelRefused, ValueError for a mail to nobody."""
    channel = channels.load().get(name)
    if channel is None:
        raise channels.ChannelRefused(f"没有名为 {name} 的通道。用 zhicheng messages list 看有哪些。")
    if not channel.to_people:
        return announce(key, KIND, words=WORDS, channel=name, urgent=True)[0]
    if not to and person is None:
        raise ValueError("邮件通道须写明试发到哪个地址（--to）。")
    given = {"person": person} if not to else {"to": to}
    return queue(key, KIND, subject=WORDS, body=WORDS, channel=name, urgent=True, **given)[0]
