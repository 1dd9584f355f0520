"""消息: who sees which messages, what is shown of them, and what a person decides there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from zhicheng.core.authority import SYSTEM
from zhicheng.core.process import registry
from zhicheng.core.writers import open_record
from zhicheng.messages import channels
from zhicheng.messages.models import MailAddress, Message
from zhicheng.messages.queueing import announce, queue

if TYPE_CHECKING:
    from django.test import Client

    from tests.house import House

    Enter = Callable[[str], Client]

AT = "/messages"
TOKEN = "0123456789abcdef"


@pytest.fixture
def group() -> Iterator[None]:
    """A group robot."""
    channels.path().unlink(missing_ok=True)
    channels.add("group", "wecom", {"url": f"https://robot.example.com/send?key={TOKEN}"})
    yield
    channels.path().unlink(missing_ok=True)


def unclear(n: int = 0, **more: Any) -> Message:
    (one,) = announce(f"k/{n}", "late", words=f"第 {n} 件待检", channel="group", **more)
    Message.objects.filter(pk=one.pk).update(state="unclear", last_error="broken", next_at=None)
    return one


def administrator(house: House, enter: Enter) -> Client:
    open_record(
        registry["org.role"], {"person": house.people["inspector"], "role": "administrator"}, by=SYSTEM
    )
    return enter("inspector")


def text(client: Client, address: str = AT) -> str:
    return client.get(address).content.decode()


@pytest.mark.parametrize("role", ["inspector", "general_manager", "reader", "stranger"])
def test_others_are_refused(house: House, enter: Enter, role: str) -> None:
    client, one = enter(role), unclear()
    assert client.get(AT).status_code == 403
    assert client.post(AT, {"act": "withdraw", "pk": one.pk}).status_code == 403
    assert AT not in text(client, "/")
    assert Message.objects.get().state == "unclear"


def test_the_page_says_what_waits_and_why_and_shows_no_secret(
    house: House, enter: Enter, group: None
) -> None:
    lot = house.lot()
    unclear(1, about=lot)
    queue("m", "lot", to="somebody@example.com", subject="来货待检", body="私人内容", about=lot)
    client = enter("quality_manager")
    shown = text(client)
    for part in (
        "第 1 件待检",
        "交出之后连接断开",
        "robot.example.com ••••cdef",
        "s•••@example.com",
        lot.number,
    ):
        assert part in shown
    for secret in (TOKEN, "somebody@", "私人内容", "收件邮箱"):
        assert secret not in shown
    assert f'href="{AT}"' in text(client, "/")
    assert "第 1 件待检" in text(client, f"{AT}?which=unclear&channel=group")
    assert "第 1 件待检" not in text(client, f"{AT}?which=sent")
    assert "来货待检" in text(client, f"{AT}?channel=-")


@pytest.mark.parametrize(
    ("act", "state"), [("try_again", "queued"), ("take_as_sent", "sent"), ("withdraw", "withdrawn")]
)
def test_what_is_unclear_is_decided_once(
    house: House, enter: Enter, group: None, act: str, state: str
) -> None:
    one, client = unclear(), enter("quality_manager")
    form = {"act": act, "pk": one.pk, "token": "t", "which": "unclear", "shown": "group"}
    for _twice in range(2):
        assert client.post(AT, form).headers["Location"] == f"{AT}?which=unclear&channel=group"
    one.refresh_from_db()
    assert (one.state, one.decided_by) == (state, "quality_manager")
    assert "quality_manager" in text(client, f"{AT}?which=all")


def test_what_went_on_meanwhile_is_not_decided(house: House, enter: Enter, group: None) -> None:
    one, client = unclear(), enter("quality_manager")
    Message.objects.filter(pk=one.pk).update(state="sent")
    answer = client.post(AT, {"act": "withdraw", "pk": one.pk, "token": "t"})
    assert answer.status_code == 422
    assert "不能再这样处理" in answer.content.decode()
    for wrong in (
        {"act": "withdraw", "pk": "9" * 30},
        {"act": "withdraw", "pk": "x"},
        {"act": "burn", "pk": one.pk},
    ):
        assert client.post(AT, {**wrong, "token": "u"}).status_code == 404


def test_who_is_of_one_site_decides_of_its_messages_only(house: House, enter: Enter, group: None) -> None:
    here = registry["org.site"].model.objects.get()
    there = open_record(registry["org.site"], {"name": "分厂"}, by=SYSTEM)
    open_record(
        registry["org.role"],
        {"person": house.people["inspector"], "role": "quality_manager", "site": there},
        by=SYSTEM,
    )
    mine, other, none = unclear(1, site=there), unclear(2, site=here), unclear(3)
    client = enter("inspector")
    shown = text(client)
    assert "第 1 件" in shown
    assert "第 2 件" not in shown
    assert "第 3 件" not in shown
    answers = [
        client.post(AT, {"act": "withdraw", "pk": m.pk, "token": f"t{m.pk}"}).status_code
        for m in (mine, other, none)
    ]
    assert answers == [302, 404, 404]


def test_a_test_is_queued_for_the_channel(house: House, enter: Enter, group: None) -> None:
    channels.add("mail", "mail", {"host": "mail.example.com", "from": "q@example.com"})
    client = enter("quality_manager")
    for name in ("group", "mail"):
        assert client.post(AT, {"act": "test", "channel": name, "token": f"t-{name}"}).status_code == 302
    told = {m.channel: (m.person, m.urgent) for m in Message.objects.all()}
    assert told == {"group": (None, True), "mail": (house.people["quality_manager"], True)}
    assert client.post(AT, {"act": "test", "channel": "none", "token": "t"}).status_code == 422


def test_an_administrator_registers_an_address_and_what_waited_for_it_is_due(
    house: House, enter: Enter
) -> None:
    client, person = administrator(house, enter), house.people["quality_manager"]
    (one,) = queue("k", "lot", person=person, subject="来货待检", body="看。")
    Message.objects.filter(pk=one.pk).update(state="failed", last_error="no_address", next_at=None)

    def send(number: str, address: str, token: str) -> int:
        form = {"act": "address", "person": number, "address": address, "token": token}
        return int(client.post(AT, form).status_code)

    assert send(person.number, "not one", "a") == 422
    assert send("RY-9999", "q@example.com", "b") == 422
    assert not MailAddress.objects.exists()
    assert send(person.staff_number, "q@example.com", "c") == 302
    one.refresh_from_db()
    assert one.next_at is not None
    assert "q@example.com" in text(client)
    assert send(person.number, "", "d") == 302
    assert not MailAddress.objects.exists()


def test_a_quality_manager_registers_no_address(house: House, enter: Enter) -> None:
    form = {
        "act": "address",
        "person": house.people["inspector"].number,
        "address": "a@example.com",
        "token": "t",
    }
    assert enter("quality_manager").post(AT, form).status_code == 403
    assert not MailAddress.objects.exists()


@pytest.mark.skipif(os.name != "posix", reason="rights of files as POSIX has them")
def test_a_file_that_others_can_read_is_named(house: House, enter: Enter, group: None) -> None:
    channels.path().chmod(0o644)
    assert "chmod 600" in text(enter("quality_manager"))


def test_queries_do_not_grow_with_the_messages(
    house: House, enter: Enter, group: None, django_assert_max_num_queries: Any
) -> None:
    client, lot = enter("quality_manager"), house.lot()
    for n in range(3):
        queue(f"m/{n}", "lot", person=house.people["inspector"], subject="来货", body="看。", about=lot)
    client.get(AT)
    with django_assert_max_num_queries(60) as few:
        client.get(AT)
    for n in range(3, 40):
        queue(f"m/{n}", "lot", person=house.people["inspector"], subject="来货", body="看。", about=lot)
        unclear(n, about=lot)
    with django_assert_max_num_queries(len(few)):
        client.get(AT)
