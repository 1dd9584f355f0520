"""Quiet hours in each site's time, pauses and digests, a robot's limit: what waits, until when, and what goes as one."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhicheng.core.authority import SYSTEM
from zhicheng.core.process import registry
from zhicheng.core.writers import open_record
from zhicheng.messages.holding import A_MINUTE, quiet_until
from zhicheng.messages.models import Message
from zhicheng.messages.queueing import announce, queue
from zhicheng.messages.sending import deliver

if TYPE_CHECKING:
    from tests.house import House
    from tests.messages import receivers
    from tests.messages.conftest import Clock

NIGHT, MORNING = dt.time(21, 0), dt.time(7, 0)
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC")


@pytest.mark.parametrize(
    ("local", "until"),
    [
        ("2026-11-27 20:59", None),
        ("2026-11-27 21:00", "2026-11-28 07:00"),
        ("2026-11-27 23:59", "2026-11-28 07:00"),
        ("2026-12-31 22:00", "2027-01-01 07:00"),
        ("2026-11-28 00:00", "2026-11-28 07:00"),
        ("2026-11-28 06:59", "2026-11-28 07:00"),
        ("2026-11-28 07:00", None),
        ("2026-11-28 12:00", None),
    ],
)
def test_quiet_hours_across_midnight(local: str, until: str | None) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    found = quiet_until(dt.datetime.fromisoformat(local).replace(tzinfo=zone), zone, NIGHT, MORNING)
    assert (found and f"{found.astimezone(zone):%Y-%m-%d %H:%M}") == until


@given(
    st.integers(0, 366 * 24 * 60).map(
        lambda n: dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=n)
    ),
    st.sampled_from(ZONES),
    st.times(),
    st.times(),
)
def test_the_end_of_quiet_hours_is_the_next_one_and_is_not_quiet(
    at: dt.datetime, name: str, start: dt.time, end: dt.time
) -> None:
    """Slow and obviously right: the days around are laid out one by one, also where clocks are put forward and back."""
    zone = ZoneInfo(name)
    today = at.astimezone(zone).date()
    quiet = []
    for n in (-1, 0, 1):
        day = today + dt.timedelta(days=n)
        last = day if start < end else day + dt.timedelta(days=1)
        quiet.append((dt.datetime.combine(day, start), dt.datetime.combine(last, end)))
    local = at.astimezone(zone).replace(tzinfo=None)
    ends = [b for a, b in quiet if a <= local < b and start != end]
    expected = ends[0].replace(tzinfo=zone).astimezone(dt.UTC) if ends else None
    assert quiet_until(at, zone, start, end) == expected


def set_parameter(key: str, value: str, **scope: Any) -> None:
    open_record(registry["core.parameter"], {"key": f"messages.{key}", "value": value, **scope}, by=SYSTEM)


def mails(house: House, count: int, start: int = 0, **more: Any) -> list[Message]:
    person = house.people["inspector"]
    return [
        queue(f"m/{n}", "lot", person=person, subject=f"来货 {n}", body="请检验。", **more)[0]
        for n in range(start, start + count)
    ]


def subjects(server: receivers.MailServer) -> list[str]:
    return [str(letter["Subject"]) for _to, letter in server.letters]


def test_at_night_only_the_urgent_goes_and_in_the_morning_the_rest_as_one(
    reached: House, book: Any, mail_server: receivers.MailServer, clock: Clock
) -> None:
    clock.on(hours=9, minutes=30)  # half past nine in the evening
    mails(reached, 2)
    queue("urgent", "lot", person=reached.people["inspector"], subject="急", body="急。", urgent=True)
    deliver()
    assert subjects(mail_server) == ["急"]
    waiting = Message.objects.filter(state="queued")
    assert {(m.next_at, m.gather) for m in waiting} == {(clock.now + dt.timedelta(hours=9, minutes=30), True)}
    clock.on(hours=9, minutes=29)
    assert not deliver()
    clock.on(minutes=1)
    deliver()
    assert subjects(mail_server)[1:] == ["2 条消息"]
    assert "来货 0" in mail_server.letters[1][1].get_content()
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_each_site_has_its_own_night(
    reached: House, book: Any, mail_server: receivers.MailServer, clock: Clock
) -> None:
    berlin = open_record(registry["org.site"], {"name": "柏林", "time_zone": "Europe/Berlin"}, by=SYSTEM)
    deliver(clock.on(hours=-6))  # six in the morning in Shanghai, eleven at night or midnight in Berlin
    mails(reached, 1)
    mails(reached, 1, start=1, site=berlin)
    clock.on(hours=4)
    deliver()
    assert subjects(mail_server) == ["来货 0"]
    waiting = Message.objects.get(state="queued")
    assert waiting.next_at
    assert f"{waiting.next_at.astimezone(ZoneInfo('Europe/Berlin')):%H:%M}" == "07:00"


def test_many_at_once_go_as_one_and_few_singly(
    reached: House, book: Any, mail_server: receivers.MailServer, clock: Clock
) -> None:
    set_parameter("digest_minutes", "0")
    mails(reached, 3)
    deliver()
    assert subjects(mail_server) == ["来货 0", "来货 1", "来货 2"]
    made = mails(reached, 4, start=3)
    deliver()
    assert subjects(mail_server)[3:] == ["4 条消息"]
    digest = Message.objects.get(kind="digest")
    assert {m.part_of_id for m in Message.objects.filter(pk__in=[m.pk for m in made])} == {digest.pk}
    assert not deliver(clock.on(days=1)), "nothing goes a second time"


def test_after_one_message_the_next_wait_and_go_as_one(
    reached: House, book: Any, mail_server: receivers.MailServer, clock: Clock
) -> None:
    mails(reached, 1)
    deliver()
    clock.on(minutes=2)
    mails(reached, 2, start=1)
    deliver(clock.on(minutes=7))
    assert subjects(mail_server) == ["来货 0"]
    deliver(clock.on(minutes=1))
    assert subjects(mail_server) == ["来货 0", "2 条消息"]


def test_a_digest_is_for_one_recipient_and_one_channel(
    reached: House, book: Any, mail_server: receivers.MailServer, clock: Clock
) -> None:
    set_parameter("digest_over", "1")
    mails(reached, 2)
    for n in range(2):
        queue(f"q/{n}", "lot", person=reached.people["quality_manager"], subject=f"质量 {n}", body="看。")
    deliver()
    assert sorted(to for to, _letter in mail_server.letters) == [
        "inspector@example.com",
        "quality_manager@example.com",
    ]
    for _to, letter in mail_server.letters:
        assert not ("来货" in letter.get_content() and "质量" in letter.get_content())


def test_a_robot_gets_a_list_and_a_webhook_each_by_itself(
    house: House, book: Any, post: receivers.Post, clock: Clock
) -> None:
    lot = house.lot()
    for n in range(5):
        announce(f"r/{n}", "wecom", words=f"第 {n} 件", about=lot)
        announce(f"e/{n}", "erp", words=f"第 {n} 件", about=lot)
    clock.on(hours=10)  # a machine has no night
    deliver()
    assert [one.path for one in post.arrived] == ["/erp"] * 5
    deliver(clock.on(hours=9))
    (last,) = post.arrived[5:]
    text = json.loads(last.body)["text"]["content"]
    assert text.startswith("【质诚】5 条消息")
    assert all(f"第 {n} 件" in text for n in range(5))


def test_a_robot_gets_no_more_in_a_minute_than_it_takes(
    house: House, book: Any, post: receivers.Post, clock: Clock
) -> None:
    for n in range(A_MINUTE + 5):
        announce(f"r/{n}", "wecom", words=f"第 {n} 件", urgent=True)
    deliver()
    assert len(post.arrived) == A_MINUTE
    assert not deliver(clock.on(seconds=59))
    deliver(clock.on(seconds=2))
    assert len(post.arrived) == A_MINUTE + 5


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("quiet_from", "25:00"), ("quiet_from", "9"), ("digest_over", "-1"), ("digest_over", "x"),
        ("site_url", "q.example.com"), ("site_url", "javascript:x"),
    ],
)  # fmt: skip
def test_a_parameter_that_makes_no_sense_is_refused(house: House, key: str, value: str) -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError, match="不是"):
        set_parameter(key, value)
