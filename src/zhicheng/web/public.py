"""What every page for people without an account does against machines: a limit for each address, and a form that says whether
a person filled it in. No third party is asked, nothing is kept that identifies anybody."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from zhicheng.ledger import log
from zhicheng.web.models import PublicUse

WITHIN = dt.timedelta(minutes=10)
MOST = 60
MOST_OF: dict[str, int] = {"wrong_link": 30}
"""So many uses from one address in ten minutes; many people of one firm share an address."""
SALT = "zhicheng.web.public"
QUICKEST, SLOWEST = 3, 24 * 3600
"""Seconds from showing a form to sending it, for a person."""
TRAP, STAMP = "website", "shown"
"""Names of the field that no person sees and of the one that says when the form was shown."""


def limited(request: HttpRequest, what: str) -> bool:
    """Whether this address has used a page too often of late; if not, this use is counted.

    Kept in the database, so that several processes count together. Behind a proxy that does not hand on addresses all
    visitors share one.
    """
    now = log.now()
    address = salted_hmac(SALT, request.META.get("REMOTE_ADDR", "")).hexdigest()
    PublicUse.objects.filter(at__lt=now - WITHIN).delete()
    if PublicUse.objects.filter(address=address, what=what).count() >= MOST_OF.get(what, MOST):
        return True
    PublicUse.objects.create(address=address, what=what, at=now)
    return False


def too_often() -> str:
    """What is said to an address that is limited."""
    return _("这个网络地址上的提交太频繁：请十分钟后再试。")


def guard() -> dict[str, str]:
    """For the template ``web/public_guard.html``: when the form is shown, signed."""
    return {"trap": TRAP, "stamp": STAMP, "shown": signing.dumps(time.time(), salt=SALT)}


def looks_human(form: Mapping[str, Any]) -> str:
    """Empty if a person may have filled in the form; otherwise what to do, said alike to people and machines."""
    try:
        shown = float(signing.loads(str(form.get(STAMP, "")), salt=SALT, max_age=SLOWEST))
    except (signing.BadSignature, ValueError, TypeError):
        return _("这张表已经放了太久或不完整：请检查填写的内容，再提交一次。")
    if form.get(TRAP):
        return _("没有提交：请把看不见的“网址”一栏清空再提交。")
    if time.time() - shown < QUICKEST:
        return _("提交得太快：请看一遍填写的内容，过几秒再提交。")
    return ""


def notice(request: HttpRequest, status: int, title: str, sentence: str) -> HttpResponse:
    """A page that says one thing."""
    values = {"title": title, "sentence": sentence, "enterprise": enterprise()}
    return secret(render(request, "web/public_said.html", values, status=status))


def secret(response: HttpResponse) -> HttpResponse:
    """The link is a secret of its receiver: no search engine keeps it (other sites are not told addresses anyway)."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def enterprise() -> str:
    """Whose pages these are."""
    genesis: Any = log.versions("ledger.genesis", 1)
    return str(genesis[0].facts.get("enterprise", "")) if genesis else ""
