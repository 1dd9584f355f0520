"""Unsent forms kept on the server: saved while the person types, offered again, gone when saved or discarded."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from zhicheng.core.authority import Actor, may_read, visible
from zhicheng.core.drafts import KEPT_FOR, Draft
from zhicheng.core.fields import RowsField
from zhicheng.core.language import marked
from zhicheng.core.process import Process, registry
from zhicheng.web.acting import account_of, actor, reads, signed_in
from zhicheng.web.acts import elsewhere
from zhicheng.web.addresses import of_process, of_record
from zhicheng.web.finding import typed, whole_number
from zhicheng.web.forms import Form, change_form, open_form, step_form
from zhicheng.web.inputs import frozen, posted
from zhicheng.web.listing import may_open
from zhicheng.web.record_page import find

OPEN, AMEND = "open", "amend"
LARGEST = 200_000
LISTED = 20


def address(process: Process, act: str, record: Any = None) -> str:
    """Where the draft of a form is sent to."""
    if record is None:
        return reverse("keep_draft", args=(process, act))
    return reverse("keep_draft", args=(process, record.number, act))


def form_address(process: Process, act: str, record: Any = None) -> str:
    """Where the form itself stands."""
    return of_process(process, "new") if record is None else of_record(record, act)


def _form(process: Process, act: str, record: Any, by: Actor) -> Form:
    """The form as it would be shown now. Errors: Http404 if there is none, PermissionDenied if it is not this person's."""
    if record is None:
        if act != OPEN:
            raise Http404
        if not may_open(by, process):
            raise PermissionDenied
        return open_form(process, by)
    if act == AMEND:
        return change_form(process, record, by)
    step = process.acts.get(act)
    if step is None or elsewhere(process, step):
        raise Http404
    return step_form(process, step, record, by)


@sensitive_post_parameters("password", "pin", "badge")
@require_POST
@reads
def keep(request: HttpRequest, process: Process, act: str, number: str = "") -> HttpResponse:
    """Take what stands in the form now; a form as it was at first leaves no draft."""
    by = actor(request)
    record = find(process, number, by) if number else None
    form = _form(process, act, record, by)
    named = _named(request, process, act, record)
    if request.POST.get("token", "") in request.session.get("made", {}):
        return HttpResponse("")  # it was saved while this was on its way
    first = {n: frozen(one.value) for n, one in form.inputs.items()}
    kept = {n: f for n, f in form.fields.items() if form.inputs[n].kind != "file"}
    given = {n: posted(f, request.POST) for n, f in kept.items()}
    was = {n: request.POST.get(f"was-{n}", first[n]) for n in kept}
    reason = typed(request.POST, "reason")
    if not reason and all(frozen(given[n]) == first[n] for n in kept):
        Draft.objects.filter(**named).delete()
        return HttpResponse("")
    values = {"values": given, "was": was, "reason": reason, "token": request.POST.get("token", "")}
    if len(json.dumps(values)) > LARGEST:
        return render(request, "web/draft_kept.html", {"too_long": True})
    version = whole_number(request.POST.get("version", "")) or 0
    now = timezone.now()
    fresh = {"values": values, "version": version, "updated_at": now}
    Draft.objects.update_or_create(**named, defaults=fresh)
    return render(request, "web/draft_kept.html", {"at": now})


def _named(request: HttpRequest, process: Process, act: str, record: Any = None) -> dict[str, Any]:
    k = 0 if record is None else record.k
    return {"account": account_of(request), "type": process.name, "k": k, "act": act}


def drop(request: HttpRequest, process: Process, act: str, record: Any = None) -> None:
    """The form was saved."""
    Draft.objects.filter(**_named(request, process, act, record)).delete()


@require_POST
@signed_in
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """The person wants it no more."""
    draft = get_object_or_404(Draft, pk=pk, account=account_of(request))
    back = "/"
    process = registry.get(draft.type)
    if request.POST.get("then") == "form" and process is not None and may_read(actor(request), process):
        record = visible(actor(request), process).filter(k=draft.k).first()
        if record is not None or not draft.k:
            back = form_address(process, draft.act, record)
    draft.delete()
    return HttpResponseRedirect(back)


@dataclass(frozen=True)
class Kept:
    """A draft for the page: since when, where it goes on, what it says; ``moved``: versions then and now, if others came between."""

    pk: int
    at: dt.datetime
    resume: str
    title: Any
    process: Process | None
    record: Any
    said: list[str]
    restored: bool = False
    moved: tuple[int, int] | None = None

    @property
    def stamp(self) -> int:
        """The time as JavaScript counts it, to be compared with what this device kept."""
        return int(self.at.timestamp() * 1000)

    @property
    def path(self) -> str:
        """The form's address, by which this device knows its own copy."""
        return self.resume.partition("?")[0]


def recall(request: HttpRequest, form: Form, act: str) -> Kept | None:
    """The draft of this form, if there is one; put into the form if the address asks for it."""
    process, record = form.process, form.record
    draft = Draft.objects.filter(**_named(request, process, act, record)).first()
    if draft is None or _over(request, draft):
        return None
    restored = request.GET.get("draft") == "restore"
    if restored:
        for name, value in draft.values.get("values", {}).items():
            if name in form.inputs:
                form.inputs[name].value = value
                form.inputs[name].was = draft.values.get("was", {}).get(name, form.inputs[name].was)
        form.reason = draft.values.get("reason", "")
        form.version = draft.version or None
    return _kept(draft, process, record, restored)


def _over(request: HttpRequest, draft: Draft) -> bool:
    """Whether the draft is too old, or came in when its form had just been saved: then it is removed."""
    saved = draft.values.get("token") and draft.values["token"] in request.session.get("made", {})
    if saved or draft.updated_at < timezone.now() - KEPT_FOR:
        draft.delete()
        return True
    return False


def _kept(draft: Draft, process: Process, record: Any, restored: bool = False) -> Kept:
    step = process.acts.get(draft.act)
    title = step.title if step else _("更改") if draft.act == AMEND else process.open_title or _("新建")
    moved = (
        (draft.version, record.version) if record is not None and record.version != draft.version else None
    )
    resume = f"{form_address(process, draft.act, record)}?draft=restore"
    said = _said(process, draft.values)
    return Kept(draft.pk, draft.updated_at, resume, title, process, record, said, restored, moved)


def _said(process: Process, values: dict[str, Any]) -> list[str]:
    """What the draft says that was not there before, fact by fact."""
    fields = {f.name: f for f in process.model._meta.concrete_fields}
    words = []
    for name, value in values.get("values", {}).items():
        f: Any = fields.get(name)
        if f is None or not value or frozen(value) == values.get("was", {}).get(name):
            continue
        if isinstance(f, RowsField):
            words.append(marked(f.verbose_name, _("%s 行") % len(value)))
        else:
            words.append(marked(f.verbose_name, dict(f.flatchoices).get(value, value)))
    if values.get("reason"):
        words.append(marked(_("原因"), values["reason"]))
    return words


def mine(request: HttpRequest) -> list[Kept]:
    """Every draft of the person, newest first, for 我的工作."""
    by, found = actor(request), []
    young = Draft.objects.filter(account=account_of(request), updated_at__gte=timezone.now() - KEPT_FOR)
    drafts = list(young.order_by("-updated_at")[:LISTED])
    wanted: dict[str, list[int]] = {}
    for draft in drafts:
        wanted.setdefault(draft.type, []).append(draft.k)
    records = {
        (name, r.k): r
        for name, ks in wanted.items()
        if (process := registry.get(name)) and may_read(by, process) and any(ks)
        for r in visible(by, process).filter(k__in=ks)
    }
    for draft in drafts:
        process, record = registry.get(draft.type), records.get((draft.type, draft.k))
        lost = process is None or (record is None if draft.k else not may_open(by, process))
        if process is None or lost:
            title = process.title if process else draft.type
            found.append(Kept(draft.pk, draft.updated_at, "", title, None, None, []))
        else:
            found.append(_kept(draft, process, record))
    return found
