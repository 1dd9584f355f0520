"""``Idempotency-Key``: a request sent twice acts once, and the second answer is the first."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from zhicheng.api.caller import Caller
from zhicheng.api.models import KeptAnswer
from zhicheng.api.problems import Problem

KEPT_FOR = dt.timedelta(hours=24)
PARAMETER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "pattern": "^[!-~]{1,100}$"},
    "description": "a key of your own; the same request sent again within 24 hours gets the first answer and acts once",
}


def once(request: HttpRequest, caller: Caller, act: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer of ``act``, or the kept one if this key was used before.

    Errors: Problem 400 for a key that is none, 409 for a key used with another request. Failures are not kept: nothing was
    written, so the request may be sent again.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return act()
    if not re.fullmatch(r"[!-~]{1,100}", key):
        said = _("须为 1 至 100 个可见的 ASCII 字符。")
        raise Problem(400, "shape", said, {"Idempotency-Key": [said]})
    # Keyed, because the body may hold a password.
    digest = salted_hmac(
        "zhicheng.api.idempotency",
        f"{request.method} {request.path}\n".encode() + request.body,
        algorithm="sha256",
    ).hexdigest()
    KeptAnswer.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()
    if kept := _kept(caller, key, digest):
        return kept
    try:
        with transaction.atomic():
            with transaction.atomic():
                row = KeptAnswer.objects.create(
                    account=caller.account, key=key, digest=digest, at=timezone.now()
                )
            response = act()
            row.status, row.body = response.status_code, response.content.decode()
            row.save(update_fields=["status", "body"])
            return response
    except IntegrityError:
        # The same key was written by a request that ran at the same time.
        if kept := _kept(caller, key, digest):
            return kept
        raise


def _kept(caller: Caller, key: str, digest: str) -> HttpResponse | None:
    row = KeptAnswer.objects.filter(account=caller.account, key=key).first()
    if row is None:
        return None
    if row.digest != digest:
        raise Problem(409, "key_reused", _("这个 Idempotency-Key 已用于另一个请求：请换一个。"))
    return HttpResponse(
        row.body,
        status=row.status,
        content_type="application/json; charset=utf-8",
        headers={"Idempotency-Replayed": "true"},
    )
