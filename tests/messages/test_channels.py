"""Each channel's payload as its operator describes it, signatures, and what is made of every answer; secrets stay in their file."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.messages import receivers
from tests.messages.conftest import NOON, SECRET
from zhicheng.messages.reasons import SENTENCES, NotSent, Unclear, said

if TYPE_CHECKING:
    from zhicheng.messages.models import Message

MILLISECONDS, SECONDS = 1795752000000, 1795752000


def robot(kind: str, post: receivers.Post, secret: str = "SECsign") -> Any:
    from zhicheng.messages.channels import Channel

    query = {"wecom": "?key=0123456789abcdef", "dingtalk": "?access_token=0123456789abcdef"}.get(
        kind, "/0123"
    )
    return Channel("group", kind, {"url": f"{post.url}/{kind}{query}", "secret": secret})


def message(**given: Any) -> Message:
    from zhicheng.messages.models import Message

    public = {"words": "两小时内答复", "process": "x.y", "title": "投诉", "number": "KS-1", "path": "/x.y/KS-1/", "due": "2026-11-27 14:00"}  # fmt: skip
    return Message(**{"kind": "late", "about": "x.y/1", "public": public, "queued_at": NOON, **given})


def test_wecom_is_posted_a_text(post: receivers.Post) -> None:
    from zhicheng.messages import robots

    robots.send(robot("wecom", post), "【质诚】投诉", NOON)
    (one,) = post.arrived
    assert one.query == {"key": "0123456789abcdef"}
    assert one.headers["content-type"].startswith("application/json")
    assert json.loads(one.body) == {"msgtype": "text", "text": {"content": "【质诚】投诉"}}


def test_dingtalk_is_signed_in_the_address(post: receivers.Post) -> None:
    """The signature was computed apart: printf '1795752000000\\nSECsign' | openssl dgst -sha256 -hmac SECsign -binary | base64."""
    from zhicheng.messages import robots

    robots.send(robot("dingtalk", post), "到期", NOON)
    (one,) = post.arrived
    assert one.query == {
        "access_token": "0123456789abcdef",
        "timestamp": str(MILLISECONDS),
        "sign": "GU+sCfxwJ6iHVu8IWrLXCPfH8dTLspXS26zyy5gtBDE=",
    }
    assert json.loads(one.body) == {"msgtype": "text", "text": {"content": "到期"}}


def test_feishu_is_signed_in_the_body(post: receivers.Post) -> None:
    """Timestamp and secret are the key, the text is empty; computed apart by openssl with the key in hex."""
    from zhicheng.messages import robots

    post.answers = [(200, b'{"code":0,"msg":"success","data":{}}')]
    robots.send(robot("feishu", post), "到期", NOON)
    assert json.loads(post.arrived[0].body) == {
        "timestamp": str(SECONDS),
        "sign": "DgulCL94WkxMvHowQCBZY2W6hER7bs5zNzy07R68roI=",
        "msg_type": "text",
        "content": {"text": "到期"},
    }


def test_a_robot_without_a_secret_is_not_signed(post: receivers.Post) -> None:
    from zhicheng.messages import robots

    for kind in ("dingtalk", "feishu"):
        url, payload = robots.request_of(robot(kind, post, secret=""), "到期", NOON)
        assert "sign" not in url
        assert "sign" not in payload


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((200, b'{"errcode":93000,"errmsg":"invalid webhook url"}'), "robot_address:93000"),
        ((200, b'{"errcode":45009,"errmsg":"api freq out of limit"}'), "rate:45009"),
        ((200, b'{"errcode":310000,"errmsg":"sign not match"}'), "signature:310000"),
        ((200, b'{"code":19021,"msg":"sign match fail"}'), "signature:19021"),
        ((200, b'{"code":12345,"msg":"secret in here"}'), "robot:12345"),
        ((500, b"oops"), "status:500"),
        ((404, b""), "status:404"),
        ((302, b""), "status:302"),
    ],
)
def test_a_refusal_is_no_delivery_though_http_says_200(
    post: receivers.Post, answer: tuple[int, bytes], code: str
) -> None:
    from zhicheng.messages import robots

    post.answers = [answer]
    with pytest.raises(NotSent) as caught:
        robots.send(robot("wecom", post), "到期", NOON)
    assert caught.value.code == code
    assert len(post.arrived) == 1, "a token follows no redirection"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (receivers.DROP, "broken"),
        (receivers.HANG, "broken"),
        ((504, b""), "gateway:504"),
        ((200, b"<html>sign in to the guest network</html>"), "answer"),
        ((200, b"[]"), "answer"),
    ],
)
def test_what_may_have_arrived_is_unclear(
    post: receivers.Post, monkeypatch: pytest.MonkeyPatch, answer: tuple[int, bytes], code: str
) -> None:
    from zhicheng.messages import robots

    monkeypatch.setattr("zhicheng.messages.posting.TIMEOUT", 0.3)
    post.answers = [answer]
    with pytest.raises(Unclear) as caught:
        robots.send(robot("wecom", post), "到期", NOON)
    assert caught.value.code == code


def test_nobody_there_is_surely_not_sent() -> None:
    from zhicheng.messages import posting

    with receivers.post() as gone:
        pass
    with pytest.raises(NotSent, match="unreachable"):
        posting.post(gone.url, b"{}", {})


def test_the_webhook_signature_is_that_of_the_standard() -> None:
    """The vector that the libraries of Standard Webhooks are tested with."""
    from zhicheng.messages import webhook

    at = dt.datetime.fromtimestamp(1614265330, dt.UTC)
    headers = webhook.headers_of(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', at)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_webhook_tells_the_public_facts_signed(post: receivers.Post) -> None:
    from zhicheng.messages import webhook
    from zhicheng.messages.channels import Channel

    one, channel = message(), Channel("erp", "webhook", {"url": f"{post.url}/erp", "secret": SECRET})
    webhook.send(channel, one, NOON, "https://quality.example.com")
    webhook.send(channel, one, NOON + dt.timedelta(hours=1), "https://quality.example.com")
    first, second = post.arrived
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == str(one.uid)
    assert first.body == second.body, "a repeat is the same message"
    for request in post.arrived:
        signed = f"{one.uid}.{request.headers['webhook-timestamp']}.".encode() + request.body
        key = base64.b64decode(SECRET.removeprefix("whsec_"))
        mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert request.headers["webhook-signature"] == f"v1,{mac}"
    assert json.loads(first.body) == {
        "type": "late",
        "timestamp": "2026-11-27T04:00:00Z",
        "data": {
            "record": "x.y/1", "process": "x.y", "title": "投诉", "number": "KS-1", "words": "两小时内答复",
            "due": "2026-11-27 14:00", "link": "https://quality.example.com/x.y/KS-1/", "urgent": False,
        },
    }  # fmt: skip


# Mail


def mail_channel(server: receivers.MailServer, **more: Any) -> Any:
    from zhicheng.messages.channels import Channel

    given = {"host": "127.0.0.1", "port": server.port, "security": "none", "from": "quality@example.com"}
    return Channel("mail", "mail", {**given, "username": "", "password": "", **more})


def letter(**given: Any) -> Message:
    return message(subject="投诉 KS-1\n两小时内答复", body="请答复。", **given)


def test_a_letter_arrives_with_its_own_id(mail_server: receivers.MailServer) -> None:
    from zhicheng.messages import mail

    one = letter()
    for _again in range(2):
        mail.send(mail_channel(mail_server), one, "a@example.com", NOON, "https://q.example.com")
    (to, first), (_to, second) = mail_server.letters
    assert (to, first["To"], first["From"]) == ("a@example.com", "a@example.com", "quality@example.com")
    assert first["Subject"] == "投诉 KS-1 两小时内答复"
    assert first.get_content().split() == ["请答复。", "https://q.example.com/x.y/KS-1/"]
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Message-ID"] == second["Message-ID"] == f"<{one.uid}@example.com>"


@pytest.mark.parametrize(
    ("answers", "code", "final"),
    [
        ({"RCPT": "550 no such user a@example.com"}, "address:550", True),
        ({"RCPT": "451 greylisted"}, "address:451", False),
        ({"TAKEN": "552 too much"}, "smtp:552", False),
        ({"AUTH": "535 wrong"}, "login:535", False),
    ],
)
def test_a_mail_server_that_refuses(
    mail_server: receivers.MailServer, answers: dict[str, str], code: str, final: bool
) -> None:
    from zhicheng.messages import mail

    mail_server.answers = answers
    channel = mail_channel(mail_server, username="robot", password="hunter2")
    with pytest.raises(NotSent) as caught:
        mail.send(channel, letter(), "a@example.com", NOON, "")
    assert (caught.value.code, caught.value.final) == (code, final)


def test_a_farewell_that_fails_is_no_failure(mail_server: receivers.MailServer) -> None:
    from zhicheng.messages import mail

    for farewell in ("drop", "500 what"):
        mail_server.answers = {"QUIT": farewell}
        mail.send(mail_channel(mail_server), letter(), "a@example.com", NOON, "")
    assert len(mail_server.letters) == 2


def test_a_connection_cut_after_the_letter_is_unclear(mail_server: receivers.MailServer) -> None:
    from zhicheng.messages import mail

    mail_server.answers = {"DATA": "drop"}
    with pytest.raises(Unclear, match="broken"):
        mail.send(mail_channel(mail_server), letter(), "a@example.com", NOON, "")


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_the_password_travels_only_to_a_server_that_is_trusted(
    security: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhicheng.config import lan_authority
    from zhicheng.messages import mail

    certificate, key = lan_authority.server_certificate(["127.0.0.1"])
    kept = receivers.MailServer(certificate=(str(certificate), str(key)))
    with receivers.mail_server(kept, implicit_tls=security == "tls") as server:
        channel = mail_channel(server, security=security, username="robot", password="hunter2")
        with pytest.raises(NotSent, match="tls"):
            mail.send(channel, letter(), "a@example.com", NOON, "")
        assert server.logins == []
        monkeypatch.setenv("SSL_CERT_FILE", str(lan_authority.folder() / "root.crt"))
        mail.send(channel, letter(), "a@example.com", NOON, "")
        assert server.logins == [("robot", "hunter2")]
        assert len(server.letters) == 1


def test_without_starttls_nothing_is_said_in_the_clear(mail_server: receivers.MailServer) -> None:
    from zhicheng.messages import mail

    channel = mail_channel(mail_server, security="starttls", username="robot", password="hunter2")
    with pytest.raises(NotSent, match="tls"):
        mail.send(channel, letter(), "a@example.com", NOON, "")
    assert mail_server.logins == []


# The file of the channels


def test_secrets_are_kept_in_a_file_of_the_owner_and_shown_masked(book: Any) -> None:
    assert book.path().stat().st_mode & 0o777 == 0o600
    kept = book.path().read_text("utf-8")
    for channel in book.load().values():
        assert "0123456789abcdef" not in channel.masked + repr(channel)
        assert SECRET not in channel.masked + repr(channel)
    assert "0123456789abcdef" in kept
    assert book.load()["wecom"].masked == "127.0.0.1 ••••cdef"


def test_a_file_that_others_can_read_is_refused(book: Any) -> None:
    book.path().chmod(0o644)
    with pytest.raises(book.ChannelRefused, match="chmod 600"):
        book.load()


def test_a_damaged_file_is_refused(book: Any) -> None:
    book.path().write_text('{"mail": 1}')
    with pytest.raises(book.ChannelRefused, match="已损坏"):
        book.load()


@pytest.mark.parametrize(
    ("name", "kind", "given", "said"),
    [
        ("Group!", "wecom", {"url": "https://x.example"}, "小写字母"),
        ("mail", "wecom", {"url": "https://x.example"}, "已有"),
        ("a", "wecom", {"url": "http://x.example/send?key=1"}, "https"),
        ("a", "wecom", {"url": "x.example/send"}, "完整"),
        ("a", "dingtalk", {"url": "https://user:pw@x.example/"}, "完整"),
        ("a", "feishu", {"url": "https://x.example/ a"}, "完整"),
        ("a", "webhook", {"url": "https://x.example", "secret": "short"}, "whsec_"),
        ("a", "mail", {"host": "h", "from": "nobody"}, "发件地址"),
        ("a", "mail", {"host": "h", "from": "a@b.example", "security": "none", "username": "u"}, "不加密"),
        ("a", "mail", {"host": "h", "from": "a@b.example", "port": 70000}, "端口"),
        ("a", "pigeon", {}, "通道种类"),
    ],
)
def test_a_channel_that_cannot_work_is_refused(
    book: Any, name: str, kind: str, given: dict[str, Any], said: str
) -> None:
    before = book.load()
    with pytest.raises(book.ChannelRefused, match=said):
        book.add(name, kind, given)
    assert book.load() == before


def test_every_reason_is_a_sentence_and_takes_its_detail() -> None:
    for code in SENTENCES:
        sentence = said(f"{code}:42")
        assert sentence.endswith("。")
        assert "%" not in sentence
    assert "42" in said("status:42")
    assert "质量经理" in said("no_holder:quality_manager")
