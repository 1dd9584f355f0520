"""One POST over HTTP, and what can be known of it afterwards: delivered, surely not, or unclear."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from zhicheng.messages.reasons import NotSent, Unclear

TIMEOUT = 15
"""Seconds for each step of a connection."""
LONGEST_ANSWER = 64 * 1024
GATEWAY = frozenset({502, 504})
"""Answers of something in between, which does not know what the receiver did."""


class _NoRedirect(HTTPRedirectHandler):
    """A token is not carried to another address."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


def post(url: str, data: bytes, headers: Mapping[str, str]) -> bytes:
    """Post JSON; returns the answer's body. Errors: NotSent, Unclear.

    ``urlopen`` wraps whatever fails until the request is written in URLError: then the receiver has nothing, or not all of it.
    What fails while waiting for the answer comes as it is: then the receiver may have acted.
    """
    request = Request(
        url, data, {"Content-Type": "application/json; charset=utf-8", "User-Agent": "zhicheng", **headers}
    )
    try:
        with build_opener(_NoRedirect).open(request, timeout=TIMEOUT) as answer:
            body: bytes = answer.read(LONGEST_ANSWER)
            return body
    except HTTPError as error:
        error.close()
        if error.code in GATEWAY:
            raise Unclear(f"gateway:{error.code}") from None
        raise NotSent(f"status:{error.code}") from None
    except URLError as error:
        raise NotSent("tls" if isinstance(error.reason, ssl.SSLError) else "unreachable") from None
    except (OSError, http.client.HTTPException):
        raise Unclear("broken") from None


def packed(payload: Any) -> bytes:
    """JSON as it is sent: Chinese as it is, in UTF-8."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
