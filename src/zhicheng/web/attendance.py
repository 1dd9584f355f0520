"""Signing in to a training: the trainer shows a QR code, who scans it and is signed in presses one button."""

from __future__ import annotations

from typing import Any

import segno
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zhicheng.core.authority import refusal
from zhicheng.core.process import Missing, registry
from zhicheng.core.writers import Refused, Stale, perform
from zhicheng.web.acting import actor, outside, signed_in
from zhicheng.web.record_page import find

SESSION, OPEN = "competence.session", "open"
TRIES = 8
"""Many scan at the same moment: whoever comes second tries again."""


def code_of(session: Any) -> str:
    """What the QR code holds: only this installation can tell it, and neither record, log nor API does."""
    return salted_hmac("zhicheng.attendance", session.number).hexdigest()[:20]


@require_safe
@signed_in
def sign_in_page(request: HttpRequest, number: str) -> HttpResponse:
    """The QR code and who has come, for the trainer's screen; with ``?part`` only the list, which the page asks for anew."""
    by, process = actor(request), registry[SESSION]
    if outside(by):
        raise PermissionDenied
    session = find(process, number, by)
    if missing := refusal(by, process.opens, session):
        raise PermissionDenied(str(missing.sentence))
    address = request.build_absolute_uri(reverse("present", args=(session.number, code_of(session))))
    values = {
        "session": session,
        "open": session.state == OPEN,
        "came": [row for row in session.attendees if row["present"]],
        "waited": [row for row in session.attendees if not row["present"]],
        "address": address,
    }
    if "part" in request.GET:
        return render(request, "web/attendance_list.html", values)
    # drawn by us, of our own address
    values["qr"] = mark_safe(segno.make(address, error="m", micro=False).svg_inline(border=2, omitsize=True))
    return render(request, "web/attendance.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def present(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """What the code leads to: the person who is signed in on this phone is present. Errors: Http404 for an old code."""
    by = actor(request)
    if outside(by):
        raise PermissionDenied
    session = _by_code(request, number, code)
    if request.method == "POST":
        try:
            _come(request, number, code)
        except Refused as error:
            messages.error(request, " ".join(str(m.sentence) for m in error.missing))
        return HttpResponseRedirect(request.path)
    row = next((r for r in session.attendees if by.person and r["person"] == by.person.number), None)
    came = row is not None and row["present"]
    return render(request, "web/present.html", {"session": session, "came": came, "row": row})


def _by_code(request: HttpRequest, number: str, code: str) -> Any:
    session = find(registry[SESSION], number, actor(request))
    if session.state != OPEN or not constant_time_compare(code_of(session), code):
        raise Http404(_("签到码已失效：请扫讲师屏幕上现在的二维码。"))
    return session


def _come(request: HttpRequest, number: str, code: str) -> None:
    """Note that the person is there, after others who did it at the same moment. Errors: Refused."""
    for _try in range(TRIES):
        session = _by_code(request, number, code)
        try:
            perform(session, "sign_in", by=actor(request), version=session.version, through="attendance")
        except Stale:
            continue
        return
    raise Refused([Missing(_("同时签到的人太多：请再按一次。"))])


urls = [
    path("trainings/<str:number>/sign-in", sign_in_page, name="attendance"),
    path("trainings/<str:number>/present/<str:code>", present, name="present"),
]
