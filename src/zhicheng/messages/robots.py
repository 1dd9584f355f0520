"""Group robots of WeCom, DingTalk and Feishu: what each is posted, how it is signed, and what its answer means.

Read from the operators' descriptions of their custom robots: WeCom document path 91770 (text at most 2,048 bytes, 20 messages a
minute), DingTalk "custom robot access" (20,000 bytes, 20 a minute, signature over ``timestamp\\nsecret`` in milliseconds), Feishu
"custom bot usage guide" (signature in seconds with ``timestamp\\nsecret`` as the key of an empty text, in the body). All three answer
HTTP 200 when they refuse: only the code inside tells.
"""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import json
from typing import Any
from urllib.parse import urlencode

from zhicheng.messages.channels import Channel
from zhicheng.messages.posting import packed, post
from zhicheng.messages.reasons import NotSent, Unclear

LONGEST = 2000
RATE = frozenset({45009, 130101, 410100, 11232})
WRONG_ADDRESS = frozenset({93000, 300001, 19001})
WRONG_SIGNATURE = frozenset({310000, 19021, 19022, 19024})


def send(channel: Channel, text: str, at: dt.datetime) -> None:
    """Show a text in the group. Errors: NotSent, Unclear."""
    url, payload = request_of(channel, text, at)
    understood(post(url, packed(payload), {}))


def request_of(channel: Channel, text: str, at: dt.datetime) -> tuple[str, dict[str, Any]]:
    """Address and payload for a text at a moment."""
    url, secret = channel.settings["url"], channel.settings["secret"]
    if channel.kind == "feishu":
        payload: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
        if secret:
            seconds = int(at.timestamp())
            payload |= {"timestamp": str(seconds), "sign": _sealed(f"{seconds}\n{secret}", "")}
        return url, payload
    if channel.kind == "dingtalk" and secret:
        milliseconds = int(at.timestamp() * 1000)
        signature = _sealed(secret, f"{milliseconds}\n{secret}")
        url += f"&{urlencode({'timestamp': milliseconds, 'sign': signature})}"
    return url, {"msgtype": "text", "text": {"content": text}}


def _sealed(key: str, text: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), text.encode(), "sha256")).decode()


def understood(answer: bytes) -> None:
    """Errors: NotSent when the robot refused, Unclear when this is no robot's answer."""
    try:
        said = json.loads(answer)
        code = next(said[name] for name in ("errcode", "code", "StatusCode") if name in said)
        code = int(code)
    except (ValueError, TypeError, StopIteration):
        raise Unclear("answer") from None
    if code:
        raise NotSent(f"{_named(code)}:{code}")


def _named(code: int) -> str:
    for name, codes in (("rate", RATE), ("robot_address", WRONG_ADDRESS), ("signature", WRONG_SIGNATURE)):
        if code in codes:
            return name
    return "robot"
