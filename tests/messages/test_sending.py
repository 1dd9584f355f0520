"""Never lost, never twice: retries, a process that dies on the way, several workers at once, what a person decides."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction

from tests.messages import receivers
from zhicheng.messages import deciding, sending
from zhicheng.messages.models import MailAddress, Message
from zhicheng.messages.queueing import announce, queue
from zhicheng.messages.sending import DEAD_AFTER, deliver

if TYPE_CHECKING:
    from tests.house import House
    from tests.messages.conftest import Clock

SAID: dict[str, Any] = {"subject": "来货待检", "body": "请检验。"}


def robot(n: int = 0, **more: Any) -> Message:
    return announce(f"r/{n}", "wecom", words="来货待检", **more)[0]


def mail(house: House, n: int = 0) -> Message:
    return queue(f"m/{n}", "lot", person=house.people["inspector"], **SAID)[0]


def test_a_refusal_is_tried_again_at_growing_distances(
    house: House, book: Any, post: receivers.Post, clock: Clock
) -> None:
    one, begun = robot(urgent=True), clock.now
    post.answers = [(500, b"")] * 7
    tries = []
    for _minute in range(60 * 14):
        before = len(post.arrived)
        deliver(clock.on(minutes=1))
        if len(post.arrived) > before:
            tries.append(int((clock.now - begun).total_seconds() / 60))
    distances = [b - a for a, b in pairwise(tries)]
    assert distances == [1, 5, 15, 60, 240, 240, 240]
    one.refresh_from_db()
    assert (one.state, one.attempts, one.last_error, one.next_at) == ("sent", 8, "", None)


def test_an_outage_ends_in_one_letter_not_in_a_flood(
    reached: House, book: Any, mail_server: receivers.MailServer, clock: Clock
) -> None:
    """Nothing listens; twenty messages come meanwhile; when it does again they go once, together."""
    kept = book.load()["mail"]
    book.remove("mail")
    book.add("mail", "mail", {**kept.settings, "port": 1})
    for n in range(20):
        mail(reached, n)
        deliver(clock.on(minutes=1))
    assert set(Message.objects.values_list("last_error", flat=True)) <= {"unreachable", ""}
    assert not mail_server.letters
    book.remove("mail")
    book.add("mail", "mail", dict(kept.settings))
    for _hour in range(5):
        deliver(clock.on(hours=1))
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
    (_to, letter) = mail_server.letters[-1]
    assert str(letter["Subject"]) == "20 条消息"
    assert letter.get_content().count("来货待检") == 20
    assert len(mail_server.letters) == 1


def test_where_a_robot_may_have_shown_it_a_person_decides(
    house: House, book: Any, post: receivers.Post, clock: Clock
) -> None:
    one = robot()
    post.answers = [receivers.DROP]
    assert deliver() == {"unclear": 1}
    assert not deliver(clock.on(days=1))
    assert len(post.arrived) == 1
    one.refresh_from_db()
    assert deciding.open_to(one) == ["try_again", "take_as_sent", "withdraw"]
    taken = deciding.decide(one.pk, "take_as_sent", "admin")
    assert (taken.state, taken.decided_by, taken.decided_at) == ("sent", "admin", clock.now)
    with pytest.raises(deciding.Undecidable, match="已发"):
        deciding.decide(one.pk, "try_again", "admin")
    assert not deliver(clock.on(days=1))


def test_a_letter_that_may_have_arrived_goes_again_with_its_own_id_and_alone(
    reached: House, book: Any, mail_server: receivers.MailServer, clock: Clock
) -> None:
    """In a digest the receiver could not know it for a repeat."""
    one = mail(reached)
    mail_server.answers = {"DATA": "drop"}
    assert deliver() == {"failed": 1}
    for n in range(1, 6):
        mail(reached, n)
    mail_server.answers = {}
    deliver(clock.on(minutes=1))
    deliver(clock.on(minutes=15))
    ids = [str(letter["Message-ID"]) for _to, letter in mail_server.letters]
    assert ids.count(f"<{one.uid}@example.com>") == 1
    one.refresh_from_db()
    assert (one.part_of, one.state) == (None, "sent")


class Died(BaseException):
    """The process is gone: nothing of ours runs any more."""


@pytest.mark.parametrize("when", ["before", "after"])
def test_who_dies_on_the_way_leaves_a_letter_to_go_again_and_a_robot_message_to_a_person(
    reached: House,
    book: Any,
    post: receivers.Post,
    mail_server: receivers.MailServer,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    when: str,
) -> None:
    letter, shown = mail(reached), robot()
    real = sending._send

    def dies(attempt: Any) -> None:
        if when == "after":
            real(attempt)
        raise Died

    monkeypatch.setattr(sending, "_send", dies)
    for _each in range(2):
        with pytest.raises(Died):
            deliver()
    monkeypatch.setattr(sending, "_send", real)
    assert set(Message.objects.values_list("state", flat=True)) == {"sending"}
    assert not deliver(clock.now + DEAD_AFTER - dt.timedelta(seconds=1)), "it may still be under way"
    clock.on(seconds=DEAD_AFTER.total_seconds())
    deliver()
    letter.refresh_from_db()
    shown.refresh_from_db()
    assert (letter.state, shown.state, shown.last_error) == ("sent", "unclear", "died")
    assert {str(m["Message-ID"]) for _to, m in mail_server.letters} == {f"<{letter.uid}@example.com>"}
    assert len(post.arrived) == (when == "after"), "a robot is told once at most"


def test_whoever_was_thought_dead_overrules_nobody(
    house: House, book: Any, post: receivers.Post, clock: Clock
) -> None:
    one = robot()
    slow = sending.claim(clock.now)
    assert slow
    sending.recover(clock.on(hours=1))
    deciding.decide(one.pk, "withdraw", "admin")
    sending._settled(slow, "sent", "", None)
    one.refresh_from_db()
    assert one.state == "withdrawn"


def test_a_slow_one_that_comes_back_clears_what_was_unclear(house: House, book: Any, clock: Clock) -> None:
    one = robot()
    slow = sending.claim(clock.now)
    assert slow
    sending.recover(clock.on(hours=1))
    sending._settled(slow, "sent", "", None)
    one.refresh_from_db()
    assert one.state == "sent"


def test_without_an_address_it_waits_for_one(
    house: House, book: Any, mail_server: receivers.MailServer, clock: Clock
) -> None:
    one = mail(house)
    assert deliver() == {"failed": 1}
    one.refresh_from_db()
    assert (one.last_error, one.next_at) == ("no_address", None)
    MailAddress.objects.create(person=house.people["inspector"], address="late@example.com")
    assert deciding.mended(house.people["inspector"].pk) == 1
    deliver()
    assert [to for to, _letter in mail_server.letters] == ["late@example.com"]


def test_a_channel_that_is_gone_loses_nothing(
    house: House, book: Any, post: receivers.Post, clock: Clock
) -> None:
    one, kept = robot(), book.load()["wecom"]
    book.remove("wecom")
    deliver()
    one.refresh_from_db()
    assert (one.state, one.last_error) == ("failed", "no_channel:wecom")
    book.add("wecom", "wecom", kept.settings)
    deliver(clock.on(minutes=1))
    assert len(post.arrived) == 1


def test_no_reason_and_no_log_line_holds_an_address_or_token(
    reached: House,
    book: Any,
    post: receivers.Post,
    mail_server: receivers.MailServer,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from django.apps import apps

    secrets = ("0123456789abcdef", "SECsign", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    mail_server.answers = {"RCPT": "550 inspector@example.com is unknown"}
    post.answers = [(200, b'{"errcode":93000,"errmsg":"url ?key=0123456789abcdef is wrong"}')]
    mail(reached)
    robot()
    with caplog.at_level(logging.DEBUG):
        deliver()
        monkeypatch.setattr("zhicheng.messages.robots.understood", lambda _b: 1 / 0)
        deliver(clock.on(hours=1))
    kept = "\n".join(str(row) for model in apps.get_models() if model._meta.managed for row in model._base_manager.values_list())  # fmt: skip
    assert not [one for one in secrets if one in kept + caplog.text]
    assert "inspector@example.com" not in caplog.text
    assert not Message.objects.filter(last_error__contains="@").exists()
    assert "ZeroDivisionError" in caplog.text


def test_what_was_done_with_long_ago_is_emptied_and_never_sent_again(
    reached: House, book: Any, mail_server: receivers.MailServer, clock: Clock
) -> None:
    mail(reached)
    deliver()
    clock.on(days=89)
    assert not deciding.forget(clock.now)
    clock.on(days=2)
    assert deciding.forget(clock.now) == 1
    assert not deciding.forget(clock.now)
    one = Message.objects.get()
    assert (one.subject, one.body, one.to, one.person, one.public, one.state) == (
        "",
        "",
        "",
        None,
        {},
        "sent",
    )
    mail(reached)
    deliver()
    assert len(mail_server.letters) == 1


def test_what_waits_is_never_forgotten(reached: House, book: Any, clock: Clock) -> None:
    mail(reached)
    assert not deciding.forget(clock.on(days=400))


def test_a_digest_is_decided_as_one(house: House, book: Any, post: receivers.Post, clock: Clock) -> None:
    post.answers = [receivers.DROP]
    parts = [robot(n) for n in range(5)]
    assert deliver() == {"unclear": 1}
    digest = Message.objects.get(kind="digest")
    parts[0].refresh_from_db()
    assert (parts[0].state, deciding.open_to(parts[0])) == ("unclear", [])
    deciding.decide(digest.pk, "try_again", "admin")
    assert deliver() == {"sent": 1}
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
    assert len(post.arrived) == 2


# Real commits


def at_once(workers: int, work: Callable[[], object]) -> None:
    """Do the same in several threads, each with a connection of its own, from the same moment on; what fails there fails here."""
    together = threading.Barrier(workers)

    def one() -> None:
        together.wait()
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(one) for _each in range(workers)]:
            done.result()


def test_the_claim_is_committed_before_anything_leaves(fresh_database: str, book: Any) -> None:
    announce("r", "wecom", words="来货待检", urgent=True)
    with transaction.atomic(), pytest.raises(RuntimeError):
        deliver()
    assert Message.objects.get().state == "queued"


def test_many_workers_at_once_send_each_message_once(
    fresh_database: str, book: Any, post: receivers.Post
) -> None:
    count = 60
    for n in range(count):
        announce(f"e/{n}", "erp", words=f"第 {n} 件", urgent=True)
    at_once(4, deliver)
    ids = [one.headers["webhook-id"] for one in post.arrived]
    assert len(ids) == len(set(ids)) == count
    assert set(Message.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_many_workers_at_once_put_each_message_into_one_letter(
    fresh_database: str, book: Any, mail_server: receivers.MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhicheng.messages.holding.quiet_until", lambda *_args: None)
    count = 40
    for n in range(count):
        queue(f"m/{n}", "lot", to="a@example.com", subject=f"<{n}>", body="看。")
    at_once(4, deliver)
    told = [
        n
        for n in range(count)
        for _to, m in mail_server.letters
        if f"<{n}>" in f"{m['Subject']} {m.get_content()}"
    ]
    waiting = Message.objects.filter(state="queued").count()
    assert len(told) == len(set(told)) == count - waiting
    assert mail_server.letters


def test_the_same_key_queued_by_many_at_once_is_one_message(fresh_database: str, book: Any) -> None:
    def queued() -> None:
        with transaction.atomic():
            announce("one", "wecom", words="来货待检")

    at_once(6, queued)
    assert Message.objects.count() == 1
