"""Opening a record, taking a step, changing facts: the three writers as forms."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from zhicheng.core.authority import Actor, refusal, step_refusal
from zhicheng.core.process import Process, Transition
from zhicheng.core.writers import Refused, Stale, amend, open_record, perform
from zhicheng.ledger import log
from zhicheng.web import form_drafts
from zhicheng.web.acting import actor, prove, reads
from zhicheng.web.acts import Sentence, act_of, elsewhere, sentence
from zhicheng.web.addresses import of_process, of_record
from zhicheng.web.alike import listening
from zhicheng.web.finding import whole_number
from zhicheng.web.form_drafts import AMEND, OPEN
from zhicheng.web.forms import Form, change_form, open_form, step_form, today
from zhicheng.web.once import once
from zhicheng.web.record_page import find, groups_of

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
ERRORS = (ValidationError, Refused, Stale, log.LogRefused)


@get_or_post
@reads
def new(request: HttpRequest, process: Process) -> HttpResponse:
    """Open a record."""
    by = actor(request)
    if by.person is not None and not by.roles & process.opens:
        missing = refusal(by, process.opens, None)
        raise PermissionDenied(str(missing.sentence) if missing else "")
    form = open_form(process, by)
    if request.method == "POST":
        try:
            facts = {n: v for n, v in form.read(request).items() if v not in (None, "", [])}
            return HttpResponseRedirect(once(request, lambda: _opened(request, process, facts, form, by)))
        except ERRORS as error:
            form.take(error)
    else:
        form.prefill(**{n: request.GET[n] for n in form.inputs if n in request.GET})
        form.sentences = _unqualified(process, by)
    title = process.open_title or _("新建%s") % process.title
    possible = request.method == "POST" or not form.sentences
    return _page(request, process, form, title, act=OPEN, again=process.rail != "settings", possible=possible)


def _unqualified(process: Process, by: Actor) -> list[Sentence]:
    """Why the person is not qualified to open one at the own site: said before anything is filled in."""
    probe = process.model(state=process.start, site=getattr(by.person, "site", None))
    return [sentence(m, None, by) for m in by.clearance.judge(process, OPEN, probe).missing]


def _opened(request: HttpRequest, process: Process, facts: dict[str, Any], form: Form, by: Actor) -> str:
    """Open it and say where to go: to the record, or to the next entry with what the next one shares."""
    site = getattr(by.person, "site", None)
    if process.working_date == "occurred_on" and site is not None:
        facts.setdefault("site", site)  # what happens, happens at the site of the one who enters it
    record = open_record(process, facts, by=by, files=form.files)
    form_drafts.drop(request, process, OPEN)
    if "again" not in request.POST:
        return f"{of_record(record)}?made=1"
    messages.success(request, _("已保存 %s。") % record.number)
    shared = {n: form.inputs[n].value for n in process.key[:-1] if n in form.inputs}
    if "occurred_on" in form.inputs:
        shared["occurred_on"] = form.inputs["occurred_on"].value
    return f"{of_process(process, 'new')}?{urlencode(shared)}"


@sensitive_post_parameters("password", "pin", "badge")
@get_or_post
@reads
def step(request: HttpRequest, process: Process, number: str, act: str) -> HttpResponse:
    """Take a step of the record."""
    by = actor(request)
    record = find(process, number, by)
    taken = process.acts.get(act)
    if taken is None or elsewhere(process, taken):
        raise Http404(_("没有“%s”这一步。") % act)
    if request.method == "POST" and (other := step_refusal(by, taken, record)):
        raise PermissionDenied(str(other.sentence))
    form = step_form(process, taken, record, by)
    if request.method == "POST":
        try:
            asked = form.read(request)
            signer = _signer(request, taken, by)
            return HttpResponseRedirect(
                once(request, lambda: _taken(request, record, taken, asked, form, signer))
            )
        except ERRORS as error:
            record = find(process, number, by)
            if isinstance(error, Stale):
                form.compare(record)
            form.record = record
            form.take(error)
    else:
        form.sentences = list(act_of(process, record, taken, by).why_not)
    possible = request.method == "POST" or not form.sentences
    signed = groups_of(process, record, by) if taken.meaning else []  # nobody signs what is not in sight
    more = {"step": taken, "possible": possible, "signed": signed}
    return _page(request, process, form, taken.title, act=taken.name, **more)


def _signer(request: HttpRequest, taken: Transition, by: Actor) -> Actor:
    """Who signs: the person, proved in this very request. Errors: ValidationError when the proof fails."""
    if not taken.meaning:
        return by
    proved = prove(request)
    if proved is None:
        raise ValidationError(_("未能验证身份：密码不对，或工牌与 PIN 不对。连续失败 10 次会暂停 15 分钟。"))
    return proved


def _taken(
    request: HttpRequest, record: Any, taken: Transition, asked: dict[str, Any], form: Form, signer: Actor
) -> str:
    version = _version(request)
    done = perform(
        record, taken.name, asked, by=signer, version=version, reason=form.reason, files=form.files
    )
    form_drafts.drop(request, form.process, taken.name, done)
    said = {"n": done.number, "t": taken.title, "s": done.state_label}
    messages.success(request, _("%(n)s 已%(t)s，现为“%(s)s”。") % said)
    return "/" if request.POST.get("then") == "work" else of_record(done)


def _version(request: HttpRequest) -> int:
    version = whole_number(request.POST.get("version", ""))
    if version is None:
        raise ValidationError(_("表单不完整：请刷新后重做。"))
    return version


@get_or_post
@reads
def change(request: HttpRequest, process: Process, number: str) -> HttpResponse:
    """Change facts that may be changed in the present state, or add files."""
    by = actor(request)
    record = find(process, number, by)
    missing = refusal(by, process.amends or process.opens, record)
    if missing:
        raise PermissionDenied(str(missing.sentence))
    form = change_form(process, record, by)
    if request.method == "POST":
        try:
            changes = form.touched(form.read(request))
            return HttpResponseRedirect(once(request, lambda: _changed(request, record, changes, form, by)))
        except ERRORS as error:
            fresh = find(process, number, by)
            if isinstance(error, Stale):
                form.compare(fresh)
            form.record = fresh
            form.take(error)
    title = _("更改") if form.fields else _("添加附件")
    return _page(request, process, form, title, act=AMEND, changing=True)


def _changed(request: HttpRequest, record: Any, changes: dict[str, Any], form: Form, by: Actor) -> str:
    version = _version(request)
    done = amend(record, changes, by=by, version=version, reason=form.reason, files=form.files)
    form_drafts.drop(request, form.process, AMEND, done)
    if done.version == version:
        messages.info(request, _("没有任何改动。"))
    return of_record(done)


def _page(
    request: HttpRequest, process: Process, form: Form, title: Any, *, act: str, **more: Any
) -> HttpResponse:
    draft = None if request.method == "POST" else form_drafts.recall(request, form, act)
    typed_in = form.fields or getattr(more.get("step"), "reason", False)
    wrong = bool(form.sentences or form.reason_errors or any(i.errors for i in form.inputs.values()))
    values = {
        "process": process,
        "form": form,
        "record": form.record,
        "title": title,
        "wrong": wrong,
        "today": today(form.record),
        "possible": True,
        "alike": listening(process) if form.record is None else "",
        "draft": draft,
        "keep": form_drafts.address(process, act, form.record) if typed_in else "",
        "then": request.POST.get("then") or request.GET.get("then", ""),
        "back": of_record(form.record) if form.record is not None else of_process(process),
        **more,
    }
    return render(
        request, "web/entry.html", values, status=422 if request.method == "POST" and wrong else 200
    )
