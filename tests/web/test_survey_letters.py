"""Survey invitations by mail: asked once, reminded once, never after an answer; by hand where there is no address (K-4.5.1)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from tests.house import today
from tests.processes.test_satisfaction import customer, invite, respond, survey
from zhicheng.core.authority import SYSTEM
from zhicheng.core.process import registry
from zhicheng.core.writers import amend, open_record
from zhicheng.ledger import log
from zhicheng.messages import mail, public
from zhicheng.messages.channels import Channel
from zhicheng.messages.holding import companions
from zhicheng.messages.models import Message
from zhicheng.processes.satisfaction.asking import INVITE, REMIND, sweep

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.house import House

SITE = "https://quality.example.com"
CONTACTS = [
    {"name": "陈工", "phone": "139", "mail": "", "wechat": "", "post": ""},
    {"name": "王工", "phone": "", "mail": "wang@customer.example", "wechat": "", "post": "采购"},
    {"name": "李工", "phone": "", "mail": "li@customer.example", "wechat": "", "post": ""},
]


@pytest.fixture
def asked(house: House) -> Any:
    """A running survey that the system sends, for thirty days; the site has its address."""
    facts = {"key": "messages.site_url", "value": SITE}
    open_record(registry["core.parameter"], facts, by=SYSTEM)
    return survey(house, sending="mail", introduction="约一分钟")


def letters(kind: str = INVITE) -> list[Message]:
    return list(Message.objects.filter(kind=kind).order_by("pk"))


def later(**span: int) -> dt.datetime:
    return log.now() + dt.timedelta(**span)


def sent(at: dt.datetime) -> None:
    Message.objects.filter(state="queued").update(state="sent", sent_at=at, next_at=None)


def test_each_invitation_goes_out_once_to_whom_it_names(house: House, asked: Any) -> None:
    whom = customer(house, contacts=CONTACTS)
    named, anybody = invite(house, asked, whom, recipient="李工"), invite(house, asked, whom, 2)
    silent = invite(house, asked, whom, 3, recipient="陈工")
    for _turn in range(2):
        sweep(log.now())
    made = {m.about: m for m in letters()}
    assert {a: m.to for a, m in made.items()} == {
        f"satisfaction.invitation/{named.k}": "li@customer.example",
        f"satisfaction.invitation/{anybody.k}": "wang@customer.example",
    }
    assert silent.mail == ""  # who has no address is not asked through a colleague
    letter = made[f"satisfaction.invitation/{named.k}"]
    assert f"{SITE}{named.address}" in letter.body
    assert all(word in letter.body for word in ("李工", "约一分钟", str(asked.closes_on), "测试仪表有限公司"))
    assert "测试仪表有限公司" in letter.subject
    assert not Message.objects.exclude(channel="").exists()  # no robot and no webhook is told
    assert "李工" not in public.text(letter.public)
    assert named.token not in public.text(letter.public)


def test_the_letter_leads_to_the_survey_alone_and_goes_alone(house: House, asked: Any) -> None:
    whom = customer(house, contacts=CONTACTS)
    for line in (1, 2):
        invite(house, asked, whom, line)
    sweep(log.now())
    first = letters()[0]
    channel = Channel("mail", "mail", {"from": "q@example.com"}, ())
    assert mail.letter_of(channel, first, first.to, log.now(), SITE).get_content().count("http") == 1
    Message.objects.update(gather=True)
    assert companions(first, channel, log.now()) == [first]


def test_the_silent_are_reminded_once_before_the_end_and_nobody_else(house: House, asked: Any) -> None:
    whom = customer(house, contacts=CONTACTS)
    silent, answered, gone = (invite(house, asked, whom, line) for line in (1, 2, 3))
    sweep(log.now())
    sent(later(days=-2))
    respond(answered, 90, 90, 90)
    house.perform(gone, "withdraw_invitation", "sales", reason="离职")
    sweep(log.now())
    assert letters(REMIND) == []  # thirty days are left
    ends = {"closes_on": today() + dt.timedelta(days=3)}
    soon = amend(asked, ends, by=house.actor("sales"), version=asked.version, reason="提前结束")
    for _turn in range(2):
        sweep(log.now())
    (reminder,) = letters(REMIND)
    assert reminder.about == f"satisfaction.invitation/{silent.k}"
    assert f"{SITE}{silent.address}" in reminder.body
    new = invite(house, soon, whom, 4)
    sweep(log.now())
    sent(log.now())
    sweep(log.now())
    assert len(letters(REMIND)) == 1  # who was asked today is not pressed today
    sweep(later(days=1, hours=1))
    assert {m.about for m in letters(REMIND)} == {reminder.about, f"satisfaction.invitation/{new.k}"}


def test_what_waits_is_called_off_by_an_answer_a_withdrawal_and_the_end(house: House, asked: Any) -> None:
    whom = customer(house, contacts=CONTACTS)
    one, two, three = (invite(house, asked, whom, line) for line in (1, 2, 3))
    sweep(log.now())
    respond(one, 90, 90, 90)
    house.perform(two, "withdraw_invitation", "sales", reason="离职")
    states = {m.about.rpartition("/")[2]: (m.state, m.last_error) for m in letters()}
    assert states == {
        str(one.k): ("withdrawn", "called_off"),
        str(two.k): ("withdrawn", "called_off"),
        str(three.k): ("queued", ""),
    }
    # an attempt was under way while the survey ended, and failed
    waiting = Message.objects.get(state="queued")
    Message.objects.filter(pk=waiting.pk).update(state="sending", next_at=None)
    house.perform(house.fresh(asked), "finish", "sales")
    Message.objects.filter(pk=waiting.pk).update(state="failed", next_at=log.now())
    sweep(log.now())
    assert house.fresh(waiting).state == "withdrawn"


def test_nothing_is_sent_for_a_survey_of_our_own_sending_or_without_our_address(house: House) -> None:
    whom = customer(house, contacts=CONTACTS)
    invite(house, survey(house), whom)
    invite(house, survey(house, sending="mail"), whom)
    sweep(log.now())
    assert letters() == []


def test_the_page_of_links_says_what_was_sent_and_what_we_must_hand_over(
    house: House, asked: Any, enter: Callable[[str], Client]
) -> None:
    whom = customer(house, contacts=CONTACTS)
    invite(house, asked, whom, recipient="王工")
    invite(house, asked, whom, 2, recipient="陈工")
    client, at = enter("sales"), f"/surveys/{asked.number}"
    assert "等着发邮件" in client.get(at).content.decode()
    sweep(log.now())
    page = client.get(at).content.decode()
    assert "其中 1 份没有邮箱" in page
    assert page.count("联系人没有邮箱：请我方发送链接") == 1
    assert "邀请：待发" in page
    assert "消息：本站网址" not in page
