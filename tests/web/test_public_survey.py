"""The public page of a survey: found by its link alone, answered once, and what it does against machines."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from django.core import signing
from django.test import Client

from tests.processes.test_satisfaction import INVITATION, RESPONSE, customer, invite, survey
from zhicheng.ledger import log
from zhicheng.web import public
from zhicheng.web.models import PublicUse

if TYPE_CHECKING:
    from tests.house import House


@pytest.fixture
def invitation(house: House) -> Any:
    return invite(house, survey(house, introduction="约一分钟"), customer(house), recipient="王工")


def form(seconds: float = 10, **more: Any) -> dict[str, Any]:
    """A filled-in form that was shown so many seconds ago."""
    shown = signing.dumps(time.time() - seconds, salt=public.SALT)
    return {
        "q1": "90",
        "q2": "60",
        "q3": "100",
        "comment": "包装要改进",
        "shown": shown,
        "website": "",
        **more,
    }


def answered() -> int:
    return int(RESPONSE.model.objects.count())


def test_a_customer_answers_by_the_link_without_an_account(house: House, invitation: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get(invitation.address)
    text = page.content.decode()
    assert page.status_code == 200
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in page.headers["Cache-Control"]
    assert "sessionid" not in client.cookies
    assert all(word in text for word in ("测试仪表有限公司", "约一分钟", "产品质量", "交货及时"))
    assert "王工" not in text  # whoever the link is passed on to learns nothing of anybody
    assert "华东燃气" not in text
    assert client.post(invitation.address, form()).status_code == 403  # no CSRF token
    token = {"csrfmiddlewaretoken": client.cookies["csrftoken"].value}
    sent = client.post(invitation.address, {**form(respondent="李"), **token}, follow=True)
    assert sent.redirect_chain == [(invitation.address, 302)]
    assert "已经收到您的答复" in sent.content.decode()
    made = RESPONSE.model.objects.get()
    assert (made.score, made.comment, made.respondent, made.recorded) == (85, "包装要改进", "李", False)
    facts = log.versions("satisfaction.response", made.k)[0].facts
    assert (facts["_by"], facts["_means"]) == ("public", "public")


def test_what_cannot_be_taken_is_said_at_the_question_and_kept(invitation: Any, client: Client) -> None:
    for wrong in ("", "101", "-1", "9.5", "九十", "٩٠", "9" * 400, "1e2"):
        answer = client.post(invitation.address, form(q2=wrong))
        text = answer.content.decode()
        assert answer.status_code == 422, wrong
        assert "见下面标出的" in text
        assert "包装要改进" in text
        assert text.count('aria-invalid="true"') == 1
    long = client.post(invitation.address, form(comment="长" * 1001))
    assert long.status_code == 422
    assert answered() == 0
    assert client.post(invitation.address, form(q2=" 100 ")).status_code == 302


def test_a_used_a_withdrawn_an_over_and_a_wrong_link_each_say_so(
    house: House, invitation: Any, client: Client
) -> None:
    asked, whom = invitation.survey, invitation.customer
    client.post(invitation.address, form())
    used = client.get(invitation.address)
    assert (used.status_code, "每个链接只答一次" in used.content.decode()) == (200, True)
    assert client.post(invitation.address, form()).status_code == 200
    assert answered() == 1
    gone = invite(house, asked, whom, 2)
    house.perform(gone, "withdraw_invitation", "sales", reason="重复")
    open_still = invite(house, asked, whom, 3)
    house.perform(house.fresh(asked), "finish", "sales")
    for link in (gone.address, open_still.address):
        for over in (client.get(link), client.post(link, form())):
            assert (over.status_code, "调查已经结束" in over.content.decode()) == (410, True)
    for link in (invitation.address[:-1], f"{invitation.address}x", "/s/x", "/s/%00"):
        missing = client.get(link)
        assert (missing.status_code, "链接可能不完整" in missing.content.decode()) == (404, True)
    assert answered() == 1


def test_a_second_window_that_is_sent_later_is_told_that_the_answer_was_received(
    house: House, invitation: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhicheng.web import public_survey

    first = public.looks_human

    def meanwhile(given: Any) -> str:
        monkeypatch.setattr(public_survey, "looks_human", first)
        assert Client().post(invitation.address, form()).status_code == 302
        return first(given)

    monkeypatch.setattr(public_survey, "looks_human", meanwhile)
    late = client.post(invitation.address, form())
    assert (late.status_code, "已经收到您的答复" in late.content.decode()) == (200, True)
    assert answered() == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"website": "http://spam"}, "清空"),
        ({"seconds": 1}, "提交得太快"),
        ({"seconds": 25 * 3600}, "放了太久"),
        ({"shown": "x"}, "放了太久"),
        ({"shown": ""}, "放了太久"),
        ({"shown": signing.dumps("x", salt="other")}, "放了太久"),
    ],
)
def test_a_form_that_no_person_filled_in_is_not_taken(
    invitation: Any, client: Client, given: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if given.get("seconds", 0) > public.SLOWEST:  # signed then
        monkeypatch.setattr(time, "time", lambda real=time.time: real() - 25 * 3600)
        given = {"shown": signing.dumps(time.time(), salt=public.SALT)}
        monkeypatch.undo()
    answer = client.post(invitation.address, form(**given))
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert answered() == 0


def test_an_address_that_sends_too_often_is_told_to_wait_and_others_are_not(
    house: House, invitation: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public, "MOST", 2)
    monkeypatch.setitem(public.MOST_OF, "wrong_link", 2)
    client = Client()
    assert [client.post(invitation.address, form(q1="")).status_code for _ in range(3)] == [422, 422, 429]
    assert [client.get("/s/wrong").status_code for _ in range(3)] == [404, 404, 429]
    assert client.get(invitation.address).status_code == 200  # reading is not limited
    assert Client(REMOTE_ADDR="192.0.2.7").post(invitation.address, form()).status_code == 302
    assert "127.0.0.1" not in str(list(PublicUse.objects.values_list("address", flat=True)))
    later = log.now() + public.WITHIN * 1.01
    monkeypatch.setattr(log, "now", lambda: later)
    assert not public.limited(client.get(invitation.address).wsgi_request, "answer")
    assert PublicUse.objects.count() == 1  # former ones are forgotten


def test_the_links_are_shown_with_their_codes_to_who_asks_and_to_nobody_else(
    house: House, enter: Any, invitation: Any
) -> None:
    from zhicheng.core.account import Account

    sales, inspector = enter("sales"), Client()
    backend = "django.contrib.auth.backends.ModelBackend"
    inspector.force_login(Account.objects.get(username="inspector"), backend=backend)
    number = invitation.survey.number
    assert number in sales.get("/surveys").content.decode()
    page = sales.get(f"/surveys/{number}").content.decode()
    assert f"http://testserver{invitation.address}" in page
    assert page.count("<svg") >= 1
    assert "邀请 1 份，已答复 0 份" in page
    assert inspector.get("/surveys").status_code == 403
    assert inspector.get(f"/surveys/{number}").status_code == 403
    assert inspector.get(f"/satisfaction.invitation/{invitation.number}/").status_code == 403
    assert Client().get("/surveys").status_code == 302
    Client().post(invitation.address, form())
    assert invitation.address not in sales.get(f"/surveys/{number}").content.decode()
    assert str(INVITATION.title) in sales.get("/").content.decode()


def test_of_eight_windows_that_send_at_once_one_is_taken(fresh_database: str) -> None:
    from django.db import connection

    from tests.house import build

    house = build()
    link = invite(house, survey(house), customer(house)).address
    said: list[int] = []

    def send() -> None:
        said.append(Client().post(link, form()).status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == [200] * 7 + [302]
    assert answered() == 1
