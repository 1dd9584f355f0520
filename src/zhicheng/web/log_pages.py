"""The evidence log seen from outside: its checkpoint, what a witness is shown, cosignatures taken; and one entry with its proof."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from zhicheng.core import parameters
from zhicheng.core.authority import may_read, visible
from zhicheng.core.process import registry
from zhicheng.ledger import anchors, log
from zhicheng.ledger.models import Checkpoint, Entry
from zhicheng.proof.verify import Refused, leaf_hash, parse_witness
from zhicheng.web.acting import actor, outside, signed_in

LONGEST_NOTE = 16 * 1024
TEXT = "text/plain; charset=utf-8"


def _plain(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text, content_type=TEXT, status=status)


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The last signed checkpoint with its cosignatures: for anybody, it names no record."""
    last = Checkpoint.objects.order_by("-size").first()
    return _plain(anchors.note_of(last)) if last else _plain("no checkpoint yet\n", 404)


@require_safe
def presentation(request: HttpRequest) -> HttpResponse:
    """What a witness is shown, ``since`` the size that it saw last."""
    since = request.GET.get("since", "0")
    if not (since.isascii() and since.isdigit() and len(since) < 16):
        return _plain("since: a number of entries\n", 400)
    try:
        return JsonResponse(anchors.presentation(int(since)))
    except log.LogRefused as error:
        return _plain(f"{error}\n", 404)


@csrf_exempt
@require_POST
def cosignature(request: HttpRequest) -> HttpResponse:
    """Take a cosigned checkpoint from a witness that an administrator registered. No session: the signature is the proof."""
    if int(request.headers.get("Content-Length") or 0) > LONGEST_NOTE:
        return _plain("too long\n", 413)
    try:
        note = request.body.decode()
        known = [parse_witness(str(one)) for one in parameters.value("core.witnesses")]
        witness = next((one for one in known if f"\u2014 {one.name} " in note), None)
        if witness is None:
            return _plain("no witness of this log: an administrator registers its key first\n", 403)
        anchors.take_cosignature(note, witness)
    except (log.LogRefused, Refused, UnicodeDecodeError) as error:
        return _plain(f"{error}\n", 422)
    return _plain("taken\n")


@require_safe
@signed_in
def entry(request: HttpRequest, seq: int) -> HttpResponse:
    """One entry with the proof that it is in the log; ``?receipt`` saves both as a file."""
    found = Entry.objects.filter(seq=seq).first()
    if found is None:
        raise Http404(_("没有第 %s 条。") % seq)
    by, process = actor(request), registry.get(found.type)
    record = visible(by, process).filter(k=found.k).first() if process and may_read(by, process) else None
    if outside(by) or (process is not None and record is None):
        raise PermissionDenied(_("您看不到这条记录。"))
    values: dict[str, Any] = {
        "entry": found,
        "record": record,
        "header": json.loads(found.header),
        "leaf": leaf_hash(found.header.encode()).hex(),
    }
    try:
        values["receipt"] = receipt = anchors.receipt(seq)
        values["checkpoint"] = receipt["note"].split("\n")[:3]
    except log.LogRefused:
        receipt = None
    if "receipt" in request.GET and receipt is not None:
        response = JsonResponse(
            receipt, json_dumps_params={"ensure_ascii": False, "sort_keys": True, "separators": (",", ":")}
        )
        response.headers["Content-Disposition"] = f'attachment; filename="receipt-{seq}.json"'
        return response
    return render(request, "web/log_entry.html", values)


urls = [
    path("log/checkpoint", checkpoint, name="log_checkpoint"),
    path("log/presentation", presentation, name="log_presentation"),
    path("log/cosignature", cosignature, name="log_cosignature"),
    path("log/<int:seq>", entry, name="log_entry"),
]
