"""Anybody complains by a link, follows it by another, and learns nothing of others (M10, J-6.2.7)."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from django.core import signing
from django.test import Client

from tests.processes.test_complaint import TOPU, complain, customer, promise
from zhicheng.core.process import registry
from zhicheng.ledger import log
from zhicheng.web import public
from zhicheng.web.public_complaint import link_of

if TYPE_CHECKING:
    from tests.house import House

COMPLAINT = registry["complaint.complaint"]


def form(seconds: float = 10, **more: Any) -> dict[str, Any]:
    """A filled-in form that was shown so many seconds ago."""
    shown = signing.dumps(time.time() - seconds, salt=public.SALT)
    return {
        "description": "气泡",
        "complainant": "李某",
        "contact": "13900000000",
        "shown": shown,
        "website": "",
        **more,
    }


def complaints() -> int:
    return int(COMPLAINT.model.objects.count())


def test_who_has_no_account_complains_and_follows_it(house: House) -> None:
    promise(house, TOPU)
    client = Client(enforce_csrf_checks=True)
    page = client.get("/c")
    assert page.status_code == 200
    assert "测试仪表有限公司" in page.content.decode()
    assert client.post("/c", form()).status_code == 403  # no CSRF token
    token = {"csrfmiddlewaretoken": client.cookies["csrftoken"].value}
    sent = client.post("/c", {**form(product=house.product.code), **token})
    made = COMPLAINT.model.objects.get()
    assert sent.headers["Location"] == link_of(made)
    assert (made.channel, made.contact, made.product) == ("public", "13900000000", house.product)
    facts = log.versions("complaint.complaint", made.k)[0].facts
    assert (facts["_by"], facts["_authority"]) == ("public", "public")
    shown = Client().get(link_of(made))
    text = shown.content.decode()
    assert made.number in text
    assert "不迟于" in text
    assert "13900000000" not in text  # whoever the link is passed on to learns nobody's number
    house.perform(made, "answer", "after_sales", {"reply": "换新一台"})
    text = Client().get(link_of(made)).content.decode()
    assert "已答复" in text
    assert "换新一台" in text


def test_what_the_house_writes_for_itself_is_not_shown(house: House) -> None:
    complaint = complain(house, customer(house), complainant="李某")
    asked = {"finding": "内部核查", "responsibility": "ours", "category": "other", "severity": "minor"}
    complaint = house.perform(complaint, "identify", "after_sales", asked)
    house.perform(complaint, "contain", "inspector", {"containment": "内部遏制"})
    text = Client().get(link_of(complaint)).content.decode()
    assert "内部核查" not in text
    assert "内部遏制" not in text
    assert complaint.customer.name not in text


@pytest.mark.parametrize("link", ["/c/TS-2026-0001", "/c/TS-2026-0001:abc", "/c/x:y"])
def test_a_guessed_link_leads_nowhere(house: House, link: str) -> None:
    complain(house, customer(house))
    assert Client().get(link).status_code == 404


def test_the_same_form_sent_twice_is_one_complaint(house: House) -> None:
    client = Client()
    first, second = (client.post("/c", form()) for _n in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert complaints() == 1
    client.post("/c", form(description="另一件事"))
    assert complaints() == 2
    client.post("/c", form(description="另一件"))  # other words, though the last began with them
    assert complaints() == 3
    for _n in range(2):
        client.post("/c", form(description="又一件", product="不存在的型号"))
    assert complaints() == 4


def test_windows_that_send_at_once_make_one_complaint(fresh_database: str) -> None:
    from django.db import connection

    from tests.house import build

    build()
    links: list[str] = []
    given = form()

    def send() -> None:
        links.append(Client().post("/c", given).headers["Location"])
        connection.close()

    threads = [threading.Thread(target=send) for _i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(links), len(set(links))) == (4, 1)
    assert complaints() == 1


@pytest.mark.parametrize(
    ("spoiled", "sentence"),
    [
        ({"description": ""}, "请填写"),
        ({"contact": ""}, "请填写"),
        ({"contact": "1" * 121}, "最多 120 个字"),
        ({"website": "http://spam"}, "没有提交"),
        ({"shown": "x"}, "太久或不完整"),
    ],
)
def test_what_is_missing_or_written_by_a_machine_is_said_and_kept(
    house: House, spoiled: Any, sentence: str
) -> None:
    answer = Client().post("/c", form(**spoiled))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "李某" in answer.content.decode()  # what was typed stays
    assert complaints() == 0


def test_one_address_cannot_flood(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(public.MOST_OF, "complain", 2)
    client = Client()
    said = [client.post("/c", form(description=f"第 {n} 件")).status_code for n in range(3)]
    assert said == [302, 302, 429]
    assert complaints() == 2


def test_a_product_we_do_not_know_stays_in_the_words(house: House) -> None:
    Client().post("/c", form(product="不存在的型号"))
    made = COMPLAINT.model.objects.get()
    assert made.product is None
    assert made.description == "气泡\n不存在的型号"


def test_markup_is_shown_as_text(house: House) -> None:
    complaint = complain(house, customer(house))
    house.perform(complaint, "answer", "after_sales", {"reply": "<script>alert(1)</script>"})
    assert "<script>alert" not in Client().get(link_of(complaint)).content.decode()
