"""Signed webhooks after Standard Webhooks 1.0.0: ``webhook-id``, ``webhook-timestamp``, ``webhook-signature``."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
from typing import Any

from zhicheng.core.fields import moment_text
from zhicheng.messages import public
from zhicheng.messages.channels import Channel, key_of
from zhicheng.messages.models import Message
from zhicheng.messages.posting import packed, post


def send(channel: Channel, message: Message, at: dt.datetime, site_url: str) -> None:
    """Tell a machine. A repeat has the same ``webhook-id`` and the same body, so that it can be dropped. Errors: NotSent, Unclear."""
    body = packed(payload_of(message, site_url))
    post(channel.settings["url"], body, headers_of(channel.settings["secret"], str(message.uid), body, at))


def headers_of(secret: str, uid: str, body: bytes, at: dt.datetime) -> dict[str, str]:
    """The three headers; the signature is over ``id.timestamp.body``."""
    seconds = int(at.timestamp())
    signature = hmac.digest(key_of(secret), f"{uid}.{seconds}.".encode() + body, "sha256")
    return {
        "webhook-id": uid,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }


def payload_of(message: Message, site_url: str) -> dict[str, Any]:
    """What a machine is told: the public facts, nothing personal."""
    facts = message.public
    return {
        "type": message.kind,
        "timestamp": moment_text(message.queued_at),
        "data": {
            "record": message.about,
            **{name: facts.get(name, "") for name in ("process", "title", "number", "words", "due")},
            "link": public.link_of(facts, site_url),
            "urgent": message.urgent,
        },
    }
