"""The channels of this installation: ``messages.json`` in its home, readable by its owner only.

Addresses of robots carry a token and mail accounts a password, so none of it is in the database, the log or on a page: pages and
commands show a channel masked.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings

from zhicheng.ledger import durable

MAIL: Final = "mail"
WEBHOOK: Final = "webhook"
ROBOTS: Final = ("wecom", "dingtalk", "feishu")
KINDS: Final = (MAIL, *ROBOTS, WEBHOOK)
SECURITY: Final = ("starttls", "tls", "none")
PREFIX: Final = "whsec_"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+")


class ChannelRefused(ValueError):
    """A channel that cannot be used; the message says what is wrong and never holds a secret."""


@dataclass(frozen=True)
class Channel:
    """A way out: its name, kind, which kinds of message it takes (none named: all), and its settings, which are secret."""

    name: str
    kind: str
    settings: Mapping[str, Any] = field(repr=False)
    takes: tuple[str, ...] = ()

    @property
    def to_people(self) -> bool:
        """Whether it reaches single people (mail), not a group or a machine."""
        return self.kind == MAIL

    @property
    def repeatable(self) -> bool:
        """Whether a receiver can drop a repeat by its id: not a robot, which shows whatever it is sent."""
        return self.kind not in ROBOTS

    @property
    def masked(self) -> str:
        """What may be shown: where it goes, and the last letters of its token."""
        if self.kind == MAIL:
            return f"{self.settings['from']} → {self.settings['host']}:{self.settings['port']}"
        parts = urlsplit(self.settings["url"])
        token = dict(parse_qsl(parts.query)) or {"": parts.path.rpartition("/")[2]}
        last = next(iter(token.values()))
        return f"{parts.hostname} ••••{last[-4:] if len(last) > 11 else ''}"


def path() -> Path:
    """The file of the channels."""
    return Path(settings.HOME) / "messages.json"


def load() -> dict[str, Channel]:
    """Every channel by name. Errors: ChannelRefused when the file is readable by others or damaged."""
    where = path()
    if not where.exists():
        return {}
    if os.name == "posix" and where.stat().st_mode & 0o077:
        raise ChannelRefused(
            f"{where.name} 可被他人读取：请运行 chmod 600。 The channels' file is readable by others."
        )
    try:
        kept = json.loads(where.read_text("utf-8"))
        return {
            name: Channel(name, c["kind"], c["settings"], tuple(c.get("takes", ())))
            for name, c in sorted(kept.items())
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ChannelRefused(f"{where.name} 已损坏：请从备份恢复，或删除后重新添加通道。 Damaged.") from None


def _save(channels: Mapping[str, Channel]) -> None:
    data = {
        c.name: {"kind": c.kind, "settings": dict(c.settings), "takes": list(c.takes)}
        for c in channels.values()
    }
    where = path()
    where.parent.mkdir(parents=True, exist_ok=True)
    partial = where.with_name(where.name + ".tmp")
    partial.unlink(missing_ok=True)
    fd = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8") as file:
        json.dump(data, file, ensure_ascii=False, indent=1)
        durable.written(file)
    partial.replace(where)


def add(name: str, kind: str, given: Mapping[str, Any], takes: tuple[str, ...] = ()) -> Channel:
    """Keep a channel. Errors: ChannelRefused."""
    channels = load()
    if not NAME.fullmatch(name):
        raise ChannelRefused("通道名只能用小写字母、数字、- 和 _，最多 40 个，如 quality-group。")
    if name in channels:
        raise ChannelRefused(f"已有名为 {name} 的通道：先用 zhicheng messages remove {name} 删除。")
    if kind not in KINDS:
        raise ChannelRefused(f"通道种类是 {'、'.join(KINDS)} 之一。")
    channel = Channel(name, kind, _mail(given) if kind == MAIL else _posted(kind, given), takes)
    _save({**channels, name: channel})
    return channel


def remove(name: str) -> None:
    """Forget a channel; what waits for it stays and says so. Errors: ChannelRefused."""
    channels = load()
    if name not in channels:
        raise ChannelRefused(f"没有名为 {name} 的通道。用 zhicheng messages list 看有哪些。")
    _save({n: c for n, c in channels.items() if n != name})


def house_mail(channels: Mapping[str, Channel]) -> Channel | None:
    """The mail channel for messages that name none: the one called mail, else the first."""
    mails = [c for c in channels.values() if c.kind == MAIL]
    return next((c for c in mails if c.name == MAIL), mails[0] if mails else None)


def _mail(given: Mapping[str, Any]) -> dict[str, Any]:
    out = {k: str(given.get(k) or "").strip() for k in ("host", "from", "username")}
    if not out["host"] or not ADDRESS.fullmatch(out["from"]):
        raise ChannelRefused("邮件通道须写明服务器（--host）和发件地址（--from，如 quality@example.com）。")
    security = given.get("security") or "starttls"
    if security not in SECURITY:
        raise ChannelRefused(f"--security 是 {'、'.join(SECURITY)} 之一。")
    port = int(given.get("port") or {"starttls": 587, "tls": 465, "none": 25}[security])
    if not 0 < port < 65536:
        raise ChannelRefused("端口在 1 到 65535 之间。")
    password = str(given.get("password") or "")
    if out["username"] and security == "none" and not _is_loopback(out["host"]):
        raise ChannelRefused("不加密的连接不能带密码登录：请改用 --security starttls 或 tls。")
    return {**out, "port": port, "security": security, "password": password}


def _posted(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    url, secret = str(given.get("url") or "").strip(), str(given.get("secret") or "").strip()
    try:
        parts = urlsplit(url)
        whole = bool(parts.hostname) and parts.port != 0 and not parts.username
    except ValueError:
        whole = False
    if (
        not whole
        or parts.scheme not in ("http", "https")
        or not url.isascii()
        or any(c.isspace() for c in url)
    ):
        raise ChannelRefused("地址须是完整的 https:// 网址，从机器人设置页或接收系统复制。")
    if kind != WEBHOOK:
        if parts.scheme != "https" and not _is_loopback(str(parts.hostname)):
            raise ChannelRefused("机器人的地址带有令牌，须用 https://。")
        return {"url": url, "secret": secret}
    secret = secret or PREFIX + base64.b64encode(os.urandom(32)).decode()
    key_of(secret)
    return {"url": url, "secret": secret}


def key_of(secret: str) -> bytes:
    """The key behind a webhook's secret (Standard Webhooks: ``whsec_`` and base64, 24 to 64 bytes). Errors: ChannelRefused."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not 24 <= len(key) <= 64:
        raise ChannelRefused("签名密钥写作 whsec_ 加 24 至 64 字节的 base64；留空则自动生成。")
    return key


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
