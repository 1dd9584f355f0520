"""``zhicheng messages`` and ``zhicheng sweep`` as an administrator types them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from zhicheng import cli
from zhicheng.messages.models import Message
from zhicheng.messages.queueing import announce

if TYPE_CHECKING:
    from tests.house import House
    from tests.messages import receivers


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(cli.main, arguments, input=typed)


def test_a_channel_is_added_shown_masked_and_removed(house: House, book: Any) -> None:
    made = run("messages", "add", "group", "--kind", "dingtalk", typed="https://example.com/send?access_token=0123456789abcdef\nSECabc\n")  # fmt: skip
    assert made.exit_code == 0, made.output
    listed = run("messages", "list")
    assert "example.com ••••cdef" in listed.output
    for secret in ("0123456789abcdef", "SECabc"):
        assert secret not in made.output + listed.output
    assert book.load()["group"].settings["secret"] == "SECabc"
    assert run("messages", "remove", "group").exit_code == 0
    refused = run("messages", "remove", "group")
    assert refused.exit_code == 1
    assert "没有名为 group 的通道" in refused.output


def test_a_webhook_without_a_secret_is_given_one_that_is_shown_once(house: House, book: Any) -> None:
    made = run(
        "messages", "add", "crm", "--kind", "webhook", "--takes", "late", typed="https://example.com/in\n\n"
    )
    secret = book.load()["crm"].settings["secret"]
    assert secret in made.output
    assert secret not in run("messages", "list").output
    assert book.load()["crm"].takes == ("late",)


def test_a_mail_channel_asks_for_the_password(house: House, book: Any) -> None:
    made = run("messages", "add", "office", "--kind", "mail", "--host", "mail.example.com", "--from", "q@example.com", "--username", "q", typed="hunter2\n")  # fmt: skip
    assert made.exit_code == 0, made.output
    assert "hunter2" not in made.output
    assert book.load()["office"].settings["password"] == "hunter2"
    assert book.load()["office"].settings["port"] == 587


def test_a_test_says_what_came_of_it(
    house: House, book: Any, post: receivers.Post, mail_server: receivers.MailServer
) -> None:
    assert run("messages", "test", "wecom").exit_code == 0
    post.answers = [(200, b'{"errcode":93000}')]
    refused = run("messages", "test", "wecom")
    assert refused.exit_code == 1
    assert "机器人地址无效（93000）" in refused.output
    assert run("messages", "test", "mail").exit_code == 1
    assert run("messages", "test", "mail", "--to", "me@example.com").exit_code == 0
    assert [to for to, _letter in mail_server.letters] == ["me@example.com"]
    assert run("messages", "test", "nowhere").exit_code == 1


def test_a_sweep_does_the_minutes_tasks_and_sends(
    house: House, book: Any, post: receivers.Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce("k", "wecom", words="来货待检", urgent=True)
    done = run("sweep")
    assert (done.exit_code, done.output.strip()) == (0, "已发 sent 1")
    assert len(post.arrived) == 1
    assert "没有到时候" in run("messages", "send").output
    assert Message.objects.get().state == "sent"
    from zhicheng.core import minutely

    monkeypatch.setattr(minutely, "_TASKS", {"mine.broken": lambda _now: 1 / 0})
    broken = run("sweep")
    assert broken.exit_code == 1
    assert "mine.broken" in broken.output


def test_the_doctor_says_what_waits_and_that_others_can_read_the_secrets(house: House, book: Any) -> None:
    from zhicheng.config.doctor import doctor

    one = announce("k", "wecom", words="来货待检")[0]
    Message.objects.filter(pk=one.pk).update(state="unclear")

    def line() -> Any:
        return next(line for line in doctor() if line.what.startswith("消息"))

    assert (line().how, line().right) == ("5 个通道；不明（须由人决定） 1", None)
    book.path().chmod(0o644)
    assert line().right is False
