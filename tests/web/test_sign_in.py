"""Signing in, lock-out, changing places, signing with a password."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.web.conftest import PASSWORD, PIN
from zhicheng.core.access import badge_digest
from zhicheng.core.account import Account, SecurityEvent
from zhicheng.ledger import log

if TYPE_CHECKING:
    from django.test import Client

    from tests.house import House

Enter = Callable[[str], "Client"]


def test_the_right_password_leads_to_where_one_wanted_to_go(enter: Enter, client: Client) -> None:
    where = "/inspection.lot/?state=received"
    answer = client.get(where)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login?next=/inspection.lot/")
    answer = client.post("/login", {"username": "inspector", "password": PASSWORD, "next": where})
    assert answer["Location"] == where
    assert "测试仪表有限公司" in client.get("/").content.decode()


def test_nobody_is_led_to_another_site(enter: Enter, client: Client) -> None:
    given = {"username": "inspector", "password": PASSWORD, "next": "https://example.org/"}
    assert client.post("/login", given)["Location"] == "/"


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(enter: Enter, client: Client) -> None:
    said = [
        client.post("/login", {"username": name, "password": "no"}).content.decode().split("alert")[1][:60]
        for name in ("inspector", "nobody")
    ]
    assert said[0] == said[1]
    assert SecurityEvent.objects.filter(username="nobody").exists()


def test_ten_failures_lock_for_fifteen_minutes(enter: Enter, client: Client) -> None:
    for _i in range(10):
        assert client.post("/login", {"username": "inspector", "password": "no"}).status_code == 403
    right = {"username": "inspector", "password": PASSWORD}
    assert client.post("/login", right).status_code == 403
    account = Account.objects.get(username="inspector")
    assert account.locked_until is not None
    assert dt.timedelta(minutes=14) < account.locked_until - log.now() <= dt.timedelta(minutes=15)
    Account.objects.update(locked_until=log.now())
    assert client.post("/login", right).status_code == 302
    assert SecurityEvent.objects.filter(username="inspector", what="locked out").count() == 1


def test_an_account_of_somebody_who_left_is_no_way_in(enter: Enter, house: House, client: Client) -> None:
    from zhicheng.core.authority import SYSTEM
    from zhicheng.core.writers import perform

    inside = enter("inspector")
    perform(house.people["inspector"], "end", by=SYSTEM, version=1, reason="离职")
    assert client.post("/login", {"username": "inspector", "password": PASSWORD}).status_code == 403
    assert inside.get("/inspection.lot/").status_code == 302


def test_a_badge_or_a_name_with_the_pin_changes_places(enter: Enter) -> None:
    Account.objects.filter(username="quality_manager").update(badge=badge_digest("B-77"))
    client = enter("inspector")
    assert client.post("/switch", {"badge": "B-77", "pin": "0000"}).status_code == 403
    assert client.post("/switch", {"badge": "B-77", "pin": PIN})["Location"] == "/"
    assert client.session["_auth_user_id"] == str(Account.objects.get(username="quality_manager").pk)
    client.post("/switch", {"username": "inspector", "pin": PIN})
    assert client.session["_auth_user_id"] == str(Account.objects.get(username="inspector").pk)


def test_switching_is_no_way_in_for_strangers(enter: Enter, client: Client) -> None:
    answer = client.post("/switch", {"username": "inspector", "pin": PIN})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login")


def test_a_signature_needs_the_password_or_badge_and_pin(enter: Enter, house: House) -> None:
    lot = house.judged()
    client = enter("quality_manager")
    path = f"/inspection.lot/{lot.number}/release"
    form = {"version": "2"}
    assert "签署" in client.get(path).content.decode()
    for wrong in ({}, {"password": "no"}, {"badge": "B-77", "pin": PIN}):
        answer = client.post(path, form | wrong)
        assert answer.status_code == 422
        assert "未能验证身份" in answer.content.decode()
    assert house.fresh(lot).state == "accepted"
    Account.objects.filter(username="quality_manager").update(badge=badge_digest("B-77"))
    assert client.post(path, form | {"badge": "B-77", "pin": PIN}).status_code == 302
    assert house.fresh(lot).state == "released"
    (signed,) = log.versions("inspection.lot", lot.k)[-1].facts["_signed"]
    assert signed["person"] == f"org.person/{house.people['quality_manager'].k}"
