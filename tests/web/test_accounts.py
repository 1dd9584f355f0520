"""Accounts: what everybody does with the own one, and what a system administrator does with those of others."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from tests.web.conftest import PASSWORD, PIN
from zhicheng.core import access
from zhicheng.core.account import Account, ApiToken, SecurityEvent
from zhicheng.core.authority import SYSTEM
from zhicheng.core.organisation import Person
from zhicheng.core.process import registry
from zhicheng.core.writers import open_record, perform
from zhicheng.ledger import log

if TYPE_CHECKING:
    from tests.house import House

Enter = Callable[[str], Client]
NEW = "another 质诚 7 words"


def signed(username: str, password: str = PASSWORD) -> Client:
    """A client that came in by the sign-in page."""
    client = Client()
    client.post("/login", {"username": username, "password": password})
    return client


def inside(client: Client) -> bool:
    """Whether the session still opens pages."""
    return client.get("/").status_code == 200


@pytest.fixture
def administrator(house: House, enter: Enter) -> Client:
    """The system administrator's client, who just gave the password."""
    Account.objects.make("administrator", PASSWORD, Person.objects.get(staff_number="0001"))
    return signed("administrator")


def do(client: Client, person: Any, act: str, **more: Any) -> Any:
    return client.post(f"/accounts/{person.number}", {"act": act, **more})


def secret(answer: Any) -> str:
    """What a page shows once."""
    (found,) = re.findall(r"data-secret>([^<]+)<", answer.content.decode())
    return str(found)


def events(username: str) -> list[tuple[str, str]]:
    return list(SecurityEvent.objects.filter(username=username).order_by("pk").values_list("what", "by"))


def test_changing_the_password_asks_for_the_present_one_and_ends_other_sessions(enter: Enter) -> None:
    here, there = signed("inspector"), signed("inspector")
    form = {"act": "password", "current": PASSWORD, "new": NEW, "again": NEW}
    for wrong, field in (
        ({"current": "no"}, "current"),
        ({"again": "other"}, "again"),
        ({"new": "1234567", "again": "1234567"}, "new"),
        ({"new": "password", "again": "password"}, "new"),
        ({"new": PASSWORD, "again": PASSWORD}, "new"),
    ):
        answer = here.post("/account", form | wrong)
        assert answer.status_code == 422
        assert set(answer.context["errors"]) == {field}
        assert all(re.fullmatch(r"[^a-zA-Z]+。", str(s)) for s in answer.context["errors"][field])
    assert inside(there)
    assert here.post("/account", form).status_code == 302
    assert inside(here)
    assert not inside(there)
    assert not inside(signed("inspector"))
    assert inside(signed("inspector", NEW))
    assert ("password changed", "inspector") in events("inspector")


def test_guessing_the_present_password_locks_like_signing_in(enter: Enter) -> None:
    client = enter("inspector")
    form = {"act": "password", "current": "no", "new": NEW, "again": NEW}
    for _i in range(10):
        assert client.post("/account", form).status_code == 422
    assert client.post("/account", form | {"current": PASSWORD}).status_code == 422, "locked"
    assert Account.objects.get(username="inspector").check_password(PASSWORD)


@pytest.mark.parametrize(
    "pin", ["123", "123456789", "12a4", "1234", "4321", "0000", "7890", "9012", "1212", "474747", "777777", "２５８１"]
)  # fmt: skip
def test_trivial_pins_are_refused(pin: str, enter: Enter) -> None:
    client = enter("inspector")
    answer = client.post("/account", {"act": "pin", "current": PASSWORD, "pin": pin, "again": pin})
    assert answer.context["errors"].keys() == {"pin"}
    assert Account.objects.get(username="inspector").check_pin(PIN), "the former one stays"


def test_the_own_staff_number_is_no_pin(house: House, enter: Enter) -> None:
    assert access.trivial("2581", "AB2581")
    assert not access.trivial("2581", "AB2582")


def test_a_pin_is_set_with_the_password_and_serves_at_the_terminal(enter: Enter) -> None:
    client = enter("inspector")
    form = {"act": "pin", "current": PASSWORD, "pin": "2581", "again": "2581"}
    assert client.post("/account", form | {"current": "no"}).status_code == 422
    assert client.post("/account", form | {"again": "2580"}).status_code == 422
    assert client.post("/account", form).status_code == 302
    other = enter("quality_manager")
    assert other.post("/switch", {"username": "inspector", "pin": "2581"}).status_code == 302


def test_a_token_is_shown_once_and_reaches_what_was_chosen(house: House, enter: Enter) -> None:
    client = enter("inspector")
    form = {
        "act": "token", "token": "t-1", "name": "ERP", "days": "90", "reach": "some", "current": PASSWORD,
        "scope-inspection.lot": "write", "scope-supplier.supplier": "read",
    }  # fmt: skip
    assert client.post("/account", form | {"current": "no"}).status_code == 422
    answer = client.post("/account", form)
    token = secret(answer)
    row = ApiToken.objects.get()
    assert row.scopes.split() == ["inspection.lot", "supplier.supplier:read"]
    assert row.expires_at is not None
    assert dt.timedelta(days=89) < row.expires_at - log.now() <= dt.timedelta(days=90)
    bearer: Any = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    assert Client().get("/api/v1/inspection.lot", **bearer).status_code == 200
    assert Client().get("/api/v1/inspection.batch", **bearer).status_code == 403
    again = client.post("/account", form)
    assert (again.status_code, ApiToken.objects.count()) == (302, 1), "a second sending makes no second token"
    page = client.get("/account").content.decode()
    assert "ERP" in page
    assert "进货检验批（读写）" in page
    assert token not in page
    assert token[-4:] not in page
    assert row.digest not in page
    assert client.post("/account", {"act": "revoke", "pk": row.pk}).status_code == 302
    assert Client().get("/api/v1/inspection.lot", **bearer).status_code == 401
    assert [what for what, _by in events("inspector")][-2:] == ["token made", "token revoked"]


def test_a_token_gets_no_more_than_its_person_has(house: House, enter: Enter) -> None:
    client = enter("inspector")
    form = {"act": "token", "name": "x", "days": "90", "reach": "some", "current": PASSWORD}
    for more, field in (
        ({"scope-core.parameter": "write"}, "reach"),
        ({}, "reach"),
        ({"scope-inspection.lot": "read", "days": "9999"}, "days"),
        ({"scope-inspection.lot": "read", "name": " "}, "name"),
    ):
        answer = client.post("/account", form | more)
        assert set(answer.context["errors"]) == {field}
    assert enter("reader").post("/account", form | {"scope-inspection.lot": "read"}).status_code == 422
    assert not ApiToken.objects.exists()
    kinds = {p.name: writes for p, writes, _how in client.get("/account").context["kinds"]}
    assert (kinds["inspection.lot"], kinds["core.parameter"]) == (True, False)


def test_nobody_revokes_the_token_of_another(enter: Enter) -> None:
    client = enter("production")
    ApiToken.issue(Account.objects.get(username="quality_manager"), "theirs")
    pk = ApiToken.objects.get().pk
    assert client.post("/account", {"act": "revoke", "pk": pk}).status_code == 404
    assert ApiToken.objects.exists()


def test_sessions_elsewhere_end_on_request(enter: Enter) -> None:
    here, there = signed("inspector"), signed("inspector")
    assert here.post("/account", {"act": "others"}).status_code == 302
    assert inside(here)
    assert not inside(there)


def test_only_system_administrators_see_accounts(house: House, enter: Enter, administrator: Client) -> None:
    person = house.people["inspector"]
    for role in (*house.people,):
        client = enter_as(role)
        assert client.get("/accounts").status_code == 403
        assert client.get(f"/accounts/{person.number}").status_code == 403
        assert do(client, person, "disable").status_code == 403
        assert 'href="/accounts"' not in client.get("/").content.decode()
    assert Client().get("/accounts").status_code == 302
    assert Account.objects.get(username="inspector").is_active
    page = administrator.get("/accounts")
    assert {row.person.name for row in page.context["table"]} >= {"管理员", "人员2", "外人"}
    assert 'href="/accounts"' in page.content.decode()


def enter_as(role: str) -> Client:
    client = Client()
    client.force_login(
        Account.objects.get(username=role), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def test_the_password_is_asked_again_after_ten_idle_minutes(house: House, administrator: Client) -> None:
    assert administrator.get("/accounts").status_code == 200
    session = administrator.session
    session["proved"] = log.now().timestamp() - 601
    session.save()
    person = house.people["inspector"]
    answer = do(administrator, person, "disable")
    assert answer["Location"] == f"/prove?next=%2Faccounts%2F{person.number}"
    assert Account.objects.get(username="inspector").is_active, "nothing was done"
    back = {"next": f"/accounts/{person.number}"}
    assert administrator.post("/prove", back | {"password": "no"}).status_code == 403
    assert administrator.post("/prove", back | {"password": PASSWORD})["Location"] == back["next"]
    assert administrator.get("/accounts").status_code == 200


def test_who_came_by_pin_gives_the_password_first(house: House, enter: Enter, administrator: Client) -> None:
    access.set_pin(Account.objects.get(username="administrator"), "2581", "x")
    client = enter("inspector")
    client.post("/switch", {"username": "administrator", "pin": "2581"})
    assert client.get("/accounts")["Location"].startswith("/prove")


def test_a_new_account_starts_with_a_password_that_must_be_changed(
    house: House, administrator: Client
) -> None:
    person = open_record(registry["org.person"], {"name": "新人", "staff_number": "7001"}, by=SYSTEM)
    open_record(registry["org.role"], {"person": person, "role": "inspector"}, by=SYSTEM)
    assert "没有账号" in administrator.get("/accounts", {"which": "without"}).content.decode()
    for wrong in ("a", "with space", "INSPECTOR"):
        assert do(administrator, person, "add", username=wrong).status_code == 422
    answer = do(administrator, person, "add", token="t-1")
    one_time = secret(answer)
    assert answer["Cache-Control"].count("no-store") == 1
    assert do(administrator, person, "add", token="t-1").status_code == 302, "shown once"
    assert one_time not in administrator.get(f"/accounts/{person.number}").content.decode()
    assert events("7001") == [("account added", "administrator")]

    client = signed("7001", one_time)
    for address in ("/", "/inspection.lot/", "/cockpit", "/account", "/search?q=x", "/switch"):
        assert client.get(address)["Location"] == "/account/first"
    assert client.get("/api/v1/inspection.lot").status_code == 401
    page = client.get("/account/first").content.decode()
    assert "一次性密码" in page
    same = {"current": one_time, "new": one_time, "again": one_time}
    assert client.post("/account/first", same).status_code == 422
    given = {"current": one_time, "new": NEW, "again": NEW}
    assert client.post("/account/first", given)["Location"] == "/"
    assert inside(client)
    assert client.get("/api/v1/inspection.lot").status_code == 200
    assert Account.objects.get(username="7001").temporary_until is None


def test_a_one_time_password_lapses(house: House, administrator: Client) -> None:
    one_time = secret(do(administrator, house.people["inspector"], "reset"))
    early = signed("inspector", one_time)
    Account.objects.filter(username="inspector").update(temporary_until=log.now())
    answer = Client().post("/login", {"username": "inspector", "password": one_time})
    assert answer.status_code == 403
    assert "一次性密码已过期" in answer.content.decode()
    wrong = Client().post("/login", {"username": "inspector", "password": "no"}).content.decode()
    assert "过期" not in wrong, "told only to who knows it"
    given = {"current": one_time, "new": NEW, "again": NEW}
    assert early.post("/account/first", given).status_code == 422


def test_a_reset_ends_sessions_and_nothing_is_signed_with_it(house: House, administrator: Client) -> None:
    lot = house.judged()
    client = signed("quality_manager")
    one_time = secret(do(administrator, house.people["quality_manager"], "reset"))
    assert not inside(client)
    client = signed("quality_manager", one_time)
    sent = {"version": "2", "password": one_time}
    assert client.post(f"/inspection.lot/{lot.number}/release", sent)["Location"] == "/account/first"
    token = ApiToken.issue(Account.objects.get(username="quality_manager"), "x", "*")
    answer = Client().post(
        f"/api/v1/inspection.lot/{lot.number}/release", {"version": 2, "password": one_time},
        content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {token}", HTTP_IDEMPOTENCY_KEY="k-1",
    )  # fmt: skip
    assert answer.status_code == 403
    assert "一次性密码" in answer.json()["message"]
    assert house.fresh(lot).state == "accepted"
    assert ("password reset", "administrator") in events("quality_manager")


def test_disabling_shuts_every_way_in_at_once(house: House, administrator: Client) -> None:
    account = Account.objects.get(username="inspector")
    token = ApiToken.issue(account, "x")
    client = signed("inspector")
    assert do(administrator, house.people["inspector"], "disable").status_code == 302
    assert not inside(client)
    assert not inside(signed("inspector"))
    bearer: Any = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    assert Client().get("/api/v1/inspection.lot", **bearer).status_code == 401
    assert do(administrator, house.people["inspector"], "enable").status_code == 302
    assert not inside(client), "a session from before stays shut"
    assert inside(signed("inspector"))
    assert events("inspector")[0] == ("disabled", "administrator")
    assert events("inspector")[-1] == ("enabled", "administrator")


def test_no_administrator_disables_or_resets_the_own_account(administrator: Client) -> None:
    own = Person.objects.get(staff_number="0001")
    for act in ("disable", "reset"):
        answer = do(administrator, own, act)
        assert answer.status_code == 422
        assert "您自己的账号" in answer.content.decode()
    assert inside(signed("administrator"))


def test_a_locked_account_is_found_and_unlocked(house: House, administrator: Client) -> None:
    for _i in range(10):
        Client().post("/login", {"username": "inspector", "password": "no"})
    assert not inside(signed("inspector"))
    listed = administrator.get("/accounts", {"which": "locked"})
    assert [row.state.word for row in listed.context["table"]] == ["锁定"]
    page = administrator.get(f"/accounts/{house.people['inspector'].number}").content.decode()
    assert "连续失败" in page
    assert do(administrator, house.people["inspector"], "unlock").status_code == 302
    assert inside(signed("inspector"))


def test_a_badge_is_registered_replaced_and_withdrawn(house: House, administrator: Client) -> None:
    person = house.people["inspector"]
    terminal = signed("production")

    def serves(code: str) -> bool:
        return bool(terminal.post("/switch", {"badge": code, "pin": PIN}).status_code == 302)

    assert do(administrator, person, "register", code="abc").status_code == 422
    assert do(administrator, person, "register", code=" B-100 ").status_code == 302
    assert Account.objects.get(username="inspector").badge == access.badge_digest("B-100")
    taken = do(administrator, house.people["purchasing"], "register", code="B-100")
    assert "已登记给另一个人" in taken.content.decode()
    assert serves("B-100")
    answer = do(administrator, person, "print", token="t-2")
    code = secret(answer)
    page = answer.content.decode()
    assert "<svg" in page
    assert person.name in page
    assert do(administrator, person, "print", token="t-2").status_code == 302, "a reload makes no other card"
    assert serves(code)
    assert not serves("B-100"), "the former badge serves no more"
    assert do(administrator, person, "withdraw").status_code == 302
    assert not serves(code)
    assert code not in administrator.get(f"/accounts/{person.number}").content.decode()
    assert [w for w, by in events("inspector") if by == "administrator"] == [
        "badge registered", "badge registered", "badge withdrawn"]  # fmt: skip


def test_a_token_of_somebody_is_revoked_by_the_administrator(house: House, administrator: Client) -> None:
    ApiToken.issue(Account.objects.get(username="inspector"), "旧程序")
    pk = ApiToken.objects.get().pk
    assert do(administrator, house.people["purchasing"], "revoke", pk=pk).status_code == 404
    assert do(administrator, house.people["inspector"], "revoke", pk=pk).status_code == 302
    assert not ApiToken.objects.exists()
    assert ("token revoked", "administrator") in events("inspector")


def test_an_administrator_of_one_site_manages_its_people_only(house: House, administrator: Client) -> None:
    from zhicheng.core.organisation import Site

    home = Site.objects.get()
    away = open_record(registry["org.site"], {"name": "二厂"}, by=SYSTEM)
    local = house.people["stranger"]
    open_record(registry["org.role"], {"person": local, "role": "administrator", "site": away}, by=SYSTEM)
    client = signed("stranger")
    own = open_record(
        registry["org.person"], {"name": "二厂人", "staff_number": "8001", "site": away}, by=SYSTEM
    )
    other = open_record(
        registry["org.person"], {"name": "总部人", "staff_number": "8002", "site": home}, by=SYSTEM
    )
    assert client.get(f"/accounts/{own.number}").status_code == 200
    assert client.get(f"/accounts/{other.number}").status_code == 404
    assert do(client, other, "add").status_code == 404
    names = {row.person.name for row in client.get("/accounts").context["table"]}
    assert ("二厂人" in names, "总部人" in names) == (True, False)


def test_somebody_who_left_stays_listed_while_there_is_an_account(
    house: House, administrator: Client
) -> None:
    perform(house.people["inspector"], "end", by=SYSTEM, version=1, reason="离职")
    rows = {row.person.pk: row.state.word for row in administrator.get("/accounts").context["table"]}
    assert rows[house.people["inspector"].pk] == "人员已终止"


def test_the_list_asks_the_database_no_more_often_for_more_people(
    house: House, administrator: Client, django_assert_max_num_queries: Any
) -> None:
    for n in range(20):
        open_record(registry["org.person"], {"name": f"多{n}", "staff_number": f"9{n:03d}"}, by=SYSTEM)
    with django_assert_max_num_queries(12):
        assert len(administrator.get("/accounts").context["table"]) > 20


def test_an_erased_person_leaves_no_name_among_events_and_drafts(house: House, administrator: Client) -> None:
    from zhicheng.core.drafts import Draft

    do(administrator, house.people["inspector"], "disable")
    own = Account.objects.get(username="administrator")
    Draft.objects.create(account=own, type="inspection.lot", act="open", values={"values": {"note": "私事"}})
    access.forget(own.person)
    assert not Draft.objects.exists()
    assert not SecurityEvent.objects.filter(by="administrator").exists()
    assert SecurityEvent.objects.filter(username="inspector", by=f"~{own.person.pk}").exists()
