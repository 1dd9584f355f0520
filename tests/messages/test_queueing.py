"""The outbox is part of the writer's transaction, idempotent by its key, and tells everybody nothing personal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from django.utils.translation import gettext_lazy

from zhicheng.core.process import registry
from zhicheng.messages import public
from zhicheng.messages.models import Message
from zhicheng.messages.queueing import announce, queue

if TYPE_CHECKING:
    from tests.house import House
    from tests.messages import receivers
    from tests.messages.conftest import Clock

SAID: dict[str, Any] = {"subject": "来货待检", "body": "请检验。"}


def test_what_is_rolled_back_is_told_to_nobody(
    reached: House, book: Any, mail_server: receivers.MailServer, clock: Clock
) -> None:
    from zhicheng.messages.sending import deliver

    with transaction.atomic():
        queue("k", "lot", person=reached.people["inspector"], **SAID)
        announce("k", "wecom", words="来货待检")
        transaction.set_rollback(True)
    assert not Message.objects.exists()
    assert not deliver()
    assert not mail_server.letters


def test_the_same_key_is_one_message(reached: House, book: Any) -> None:
    lot = reached.lot()
    for _again in range(2):
        (one,) = queue("lot/1/late", "lot", person=reached.people["inspector"], about=lot, **SAID)
        announce("lot/1/late", "wecom", words="来货待检", about=lot)
    assert Message.objects.count() == 2
    assert one.about == "inspection.lot/1"
    assert one.public["path"] == f"/inspection.lot/{lot.number}/"


def test_a_role_is_everybody_who_holds_it_now(reached: House) -> None:
    (one,) = queue("k", "lot", role="quality_manager", **SAID)
    assert one.person == reached.people["quality_manager"]
    with pytest.raises(ValueError, match="conductor"):
        queue("k", "lot", role="conductor", **SAID)


def test_a_role_that_nobody_holds_loses_no_message(house: House, clock: Clock) -> None:
    from zhicheng.core.authority import SYSTEM
    from zhicheng.core.writers import open_record
    from zhicheng.messages.deciding import Undecidable, decide

    (one,) = queue("k", "lot", role="release_authority", **SAID)
    assert (one.state, one.next_at) == (Message.State.FAILED, None)
    with pytest.raises(Undecidable, match="没有人担任“紧急放行授权人”"):
        decide(one.pk, "try_again", "admin")
    person = house.people["inspector"]
    open_record(registry["org.role"], {"person": person, "role": "release_authority"}, by=SYSTEM)
    decide(one.pk, "try_again", "admin")
    queue("k", "lot", role="release_authority", **SAID)
    rows = Message.objects.order_by("pk").values_list("person_id", "state", "key")
    assert list(rows) == [(None, "withdrawn", "k/-"), (person.pk, "queued", f"k/{person.pk}")]


def test_exactly_one_recipient_and_a_channel_of_its_kind(house: House, book: Any) -> None:
    person = house.people["inspector"]
    wrongs: tuple[dict[str, Any], ...] = (
        {},
        {"person": person, "role": "inspector"},
        {"to": "not an address"},
        {"to": "a@b.c\nBcc: x@y.z"},
    )
    for wrong in wrongs:
        with pytest.raises(ValueError):
            queue("k", "lot", **SAID, **wrong)
    with pytest.raises(ValueError, match="reaches people"):
        announce("k", "lot", words="来货待检", channel="mail")
    with pytest.raises(ValueError, match="characters"):
        queue("k" * 201, "lot", person=person, **SAID)
    assert not Message.objects.exists()


def test_everybody_who_takes_the_kind_is_told(house: House, book: Any) -> None:
    book.remove("feishu")
    book.add("all", "wecom", {"url": "https://example.com/send?key=1"})
    names = {m.channel for m in announce("k", "wecom", words="来货待检")}
    assert names == {"wecom", "all"}


def test_a_file_of_channels_that_cannot_be_read_stops_no_write(house: House, book: Any) -> None:
    book.path().chmod(0o644)
    assert announce("k", "wecom", words="来货待检") == []


# Nothing personal to everybody


@pytest.mark.parametrize(
    "words",
    ["人员3 没有答复", "工号 0003", "看 name 一栏", "姓名：某", "staff_number 错", "工号: 见记录"],
)
def test_words_with_a_personal_fact_are_refused(house: House, book: Any, words: str) -> None:
    """The record's values, the fact's name, its title as a label; the refusal does not repeat the value."""
    person = house.people["inspector"]
    assert person.name == "人员3"
    with pytest.raises(public.Personal) as caught:
        announce("k", "wecom", words=words, about=person)
    assert "人员3" not in str(caught.value)
    assert "0003" not in str(caught.value)
    assert not Message.objects.exists()


def test_personal_facts_of_records_that_it_names_are_refused(house: House, book: Any) -> None:
    role = registry["org.role"].model.objects.get(person=house.people["inspector"])
    with pytest.raises(public.Personal):
        announce("k", "wecom", words="人员3 停职", about=role)
    announce("k", "wecom", words="角色到期", about=role)


def test_contacts_of_a_complaint_and_of_its_customer_are_refused() -> None:
    """Rows of contacts too, and nothing else of the complaint."""
    complaints, customers = (registry[name].model for name in ("complaint.complaint", "customer.customer"))
    customer = customers(
        k=1, name="某燃气公司", contacts=[{"name": "王工", "phone": "13800000000", "post": None}]
    )
    complaint = complaints(k=1, number="KS-1", complainant="李四", contact="0571-88888888", customer=customer)
    for words in ("王工催促", "请回 13800000000", "李四来电", "电话 0571-88888888", "联系方式：见系统"):
        with pytest.raises(public.Personal):
            public.facts(words, complaint, "")
    facts = public.facts("两小时内首次答复，联系方式见系统", complaint, "")
    assert (facts["number"], facts["path"]) == ("KS-1", "/complaint.complaint/KS-1/")


def test_a_text_of_ours_stands_whatever_somebody_is_called(house: House, book: Any) -> None:
    """A write must not fail because a person is called by a word of the program."""
    from zhicheng.core.authority import SYSTEM
    from zhicheng.core.writers import open_record

    person = open_record(registry["org.person"], {"name": "待检", "staff_number": "88"}, by=SYSTEM)
    (one,) = announce("k", "wecom", words=gettext_lazy("待检"), about=person)
    assert one.public["words"] == "待检"


def test_a_robot_is_given_number_kind_words_due_and_link(
    house: House, book: Any, post: receivers.Post, clock: Clock
) -> None:
    import json

    from zhicheng.core.authority import SYSTEM
    from zhicheng.core.writers import open_record
    from zhicheng.messages.sending import deliver

    open_record(
        registry["core.parameter"], {"key": "messages.site_url", "value": "https://q.example.com/"}, by=SYSTEM
    )
    lot = house.lot()
    (one,) = announce("k", "wecom", words="来货待检", about=lot, due=clock.now)
    assert (one.subject, one.body, one.to, one.person) == ("", "", "", None)
    deliver()
    text = json.loads(post.arrived[0].body)["text"]["content"]
    due = f"{clock.now:%Y-%m-%d} 12:00"
    assert text.splitlines() == [
        f"【质诚】进货检验批 {lot.number}：来货待检",
        f"到期：{due}",
        f"https://q.example.com/inspection.lot/{lot.number}/",
    ]


def test_a_long_list_is_cut_at_what_a_robot_takes() -> None:
    lines = [
        {"title": "投诉", "number": f"KS-{n:04d}", "words": "两小时内首次答复已到期"} for n in range(200)
    ]
    text = public.text({"words": "200 条消息", "lines": lines})
    assert len(text.encode()) <= 2000
    shown = text.count("KS-")
    assert text.endswith(f"另有 {200 - shown} 条，见系统。")
    with pytest.raises(ValueError, match="characters"):
        public.facts("字" * 121, None, "")
