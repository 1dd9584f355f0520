"""A house with a mail channel, a robot of each kind and a webhook, all of which end at servers of the test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.messages import receivers

if TYPE_CHECKING:
    from tests.house import House

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOON = dt.datetime(2026, 11, 27, 4, 0, tzinfo=dt.UTC)
"""Twelve o'clock in Shanghai, for what needs no database."""


@pytest.fixture
def post() -> Iterator[receivers.Post]:
    with receivers.post() as made:
        yield made


@pytest.fixture
def mail_server() -> Iterator[receivers.MailServer]:
    with receivers.mail_server() as made:
        yield made


@pytest.fixture
def book(post: receivers.Post, mail_server: receivers.MailServer) -> Iterator[Any]:
    """The channels: mail, wecom, dingtalk, feishu, erp. Each robot takes only the kind of its own name, the webhook ``erp``."""
    from zhicheng.messages import channels

    channels.path().unlink(missing_ok=True)
    given = {"host": "127.0.0.1", "port": mail_server.port, "security": "none", "from": "quality@example.com"}
    channels.add("mail", "mail", given)
    for kind, query in (("wecom", "?key="), ("dingtalk", "?access_token="), ("feishu", "/")):
        url, secret = f"{post.url}/{kind}{query}0123456789abcdef", "SECsign"
        channels.add(kind, kind, {"url": url, "secret": secret}, (kind,))
    channels.add("erp", "webhook", {"url": f"{post.url}/erp", "secret": SECRET}, ("erp",))
    yield channels
    channels.path().unlink(missing_ok=True)


@pytest.fixture
def reached(house: House) -> House:
    """The house; the inspector and the quality manager have a mail address."""
    from zhicheng.messages.models import MailAddress

    for role in ("inspector", "quality_manager"):
        MailAddress.objects.create(person=house.people[role], address=f"{role}@example.com")
    return house


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time of queueing and sending, which stands still at noon until it is moved."""
    made = Clock()
    monkeypatch.setattr("zhicheng.ledger.log.now", lambda: made.now)
    return made


class Clock:
    """A clock of the test's own, which begins at noon tomorrow in Shanghai: nothing may be entered before what is in the log."""

    def __init__(self) -> None:
        tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
        self.now = tomorrow.replace(hour=4, minute=0, second=0, microsecond=0)

    def on(self, **by: float) -> dt.datetime:
        """Move on by so many minutes, hours …; returns the new time."""
        self.now += dt.timedelta(**by)
        return self.now
