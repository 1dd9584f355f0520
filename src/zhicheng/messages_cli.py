"""``zhicheng messages``: the channels of this installation, and sending by hand. Secrets are asked for, never given as options."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

import click

from zhicheng.config.loading import fail, load

WORDS = {
    "sent": "已发 sent",
    "failed": "没发出 failed",
    "unclear": "不明 unclear",
    "queued": "待发 waiting",
    "sending": "正在发 being sent",
}


@click.group()
def messages() -> None:
    """消息：邮件、群机器人、Webhook 通道。Messages: mail, group robots, webhooks."""


def counted(outcome: Counter[str]) -> str:
    """How many came to which state."""
    said = [f"{word} {outcome[state]}" for state, word in WORDS.items() if outcome[state]]
    return "，".join(said) or "没有到时候要发的消息。 Nothing was due."


@messages.command(name="add")
@click.argument("name")
@click.option(
    "--kind",
    required=True,
    type=click.Choice(["mail", "wecom", "dingtalk", "feishu", "webhook"]),
    help="邮件、企业微信、钉钉、飞书群机器人，或签名的 Webhook",
)
@click.option("--takes", multiple=True, help="只收这些种类的消息（可多次）；不写则都收")
@click.option("--host", default="", help="邮件服务器")
@click.option("--port", type=int, default=None, help="端口；不写则按 --security")
@click.option(
    "--security", type=click.Choice(["starttls", "tls", "none"]), default="starttls", help="邮件的加密"
)
@click.option("--from", "sender", default="", help="发件地址")
@click.option("--username", default="", help="邮件登录名；不写则不登录")
def add(name: str, kind: str, takes: tuple[str, ...], sender: str, **given: Any) -> None:
    """添加通道；地址、密码、签名密钥随后询问，不显示。Add a channel; address, password and secret are asked for."""
    load()
    from zhicheng.messages import channels

    given |= {"from": sender, **_asked(kind, given["username"])}
    try:
        channel = channels.add(name, kind, given, takes)
    except channels.ChannelRefused as error:
        fail(error)
    click.echo(f"已添加 {channel.name}：{channel.masked}。 Added.")
    if kind == channels.WEBHOOK and not given["secret"]:
        click.echo(
            f"签名密钥只显示这一次，请交给接收系统： Signing secret, shown once:\n{channel.settings['secret']}"
        )


def _asked(kind: str, username: str) -> dict[str, str]:
    if kind == "mail":
        return {"password": _hidden("密码 Password")} if username else {}
    url = _hidden("地址 Address (https://…)")
    if kind == "wecom":
        return {"url": url}
    return {"url": url, "secret": _hidden("签名密钥，没有则回车 Signing secret, or Enter")}


def _hidden(what: str) -> str:
    return str(click.prompt(what, hide_input=True, default="", show_default=False))


@messages.command(name="list")
def list_() -> None:
    """列出通道，地址与密钥不显示全。List the channels, masked."""
    load()
    from zhicheng.messages import channels

    try:
        found = channels.load()
    except channels.ChannelRefused as error:
        fail(error)
    for one in found.values():
        takes = f"，只收 {'、'.join(one.takes)}" if one.takes else ""
        click.echo(f"{one.name}\t{one.kind}\t{one.masked}{takes}")
    if not found:
        click.echo("还没有通道：zhicheng messages add --help。 No channel yet.")


@messages.command(name="remove")
@click.argument("name")
def remove(name: str) -> None:
    """删除通道；等着它的消息留着，并说明原因。Remove a channel; what waits for it stays and says why."""
    load()
    from zhicheng.messages import channels

    try:
        channels.remove(name)
    except channels.ChannelRefused as error:
        fail(error)
    click.echo(f"已删除 {name}。 Removed.")


@messages.command(name="test")
@click.argument("name")
@click.option("--to", default="", help="邮件通道：试发到这个地址")
def test(name: str, to: str) -> None:
    """试发一条并说明结果。Send a test now and say what came of it."""
    load()
    from zhicheng.messages import channels, trial
    from zhicheng.messages.reasons import said
    from zhicheng.messages.sending import deliver

    try:
        message = trial.queued(name, f"test/{uuid.uuid4()}", to=to)
    except (channels.ChannelRefused, ValueError) as error:
        fail(error)
    deliver()
    message.refresh_from_db()
    if message.state != message.State.SENT:
        fail(f"{WORDS[message.state]}：{said(message.last_error)}")
    click.echo(WORDS["sent"])


@messages.command(name="send")
def send() -> None:
    """现在就发送到时候的消息。Send what is due, now."""
    load()
    from zhicheng.messages.sending import deliver

    click.echo(counted(deliver()))
