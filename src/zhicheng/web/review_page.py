"""The review page: drop a report, anybody's, and see beside its text what does not hold; keep it, dismiss with a reason."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import threading
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhicheng.core.authority import Actor, may_read, refusal, visible
from zhicheng.core.files import Stored, path_of, store
from zhicheng.core.process import registry
from zhicheng.core.writers import Refused, Stale
from zhicheng.ledger.log import LogRefused
from zhicheng.reports.examining import pending
from zhicheng.reports.kept_reviews import REVIEW, Comparison, dismiss, keep
from zhicheng.reports.review_apart import NotExamined, examine_file
from zhicheng.review.checks import CHECKS
from zhicheng.web.acting import actor, outside, signed_in
from zhicheng.web.finding import typed
from zhicheng.web.review_shown import checks_of, counts_of, findings_of, text_of

LIMIT = 32 * 2**20
FORM_ROOM = 2**20
SALT = "zhicheng.review"
KEPT_FOR = 24 * 3600
PATIENCE = 20.0
"""Seconds that a file waits for the one before it."""
LISTED = 10
TYPES = {
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
REFUSALS = (Refused, Stale, LogRefused, ValidationError)
_one_at_a_time = threading.Semaphore(1)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def review_page(request: HttpRequest) -> HttpResponse:
    """The form; posting examines the file and leads to its result."""
    fault = ""
    if request.method == "POST":
        try:
            return HttpResponseRedirect(f"{reverse('review_result')}?{urlencode({'t': _examined(request)})}")
        except NotExamined as error:
            fault = str(error)
    values = {"fault": fault, "date": request.POST.get("date", ""), "kept": _kept(actor(request))[:LISTED]}
    return render(request, "web/review.html", values, status=400 if fault else 200)


def _kept(by: Actor) -> Any:
    process = registry[REVIEW]
    if not may_read(by, process) or outside(by):
        return process.model.objects.none()
    return visible(by, process).filter(state="examined").order_by("-k")


def _examined(request: HttpRequest) -> str:
    """Examine the file that was sent; returns the signed text by which its result is found. Errors: NotExamined."""
    sent = request.FILES.get("report")
    if not isinstance(sent, UploadedFile):
        raise NotExamined(_("请放入一份报告（DOCX、PDF、HTML、Markdown 或 TXT）。"))
    if (sent.size or 0) > LIMIT:
        raise NotExamined(
            _("文件超过 %s MB：请压缩图片，或在自己的电脑上用 zhicheng review。") % (LIMIT // 2**20)
        )
    date, data = _date(typed(request.POST, "date")), sent.read()
    answer = _apart(data, sent.name or "report", date, "page")
    file = store(io.BytesIO(data), sent.name or "report", sent.content_type or "")
    result = store(io.BytesIO(answer), "review.json", "application/json")
    said = [
        file.name,
        file.sha256,
        file.size,
        file.media_type,
        result.sha256,
        result.size,
        date.isoformat() if date else "",
    ]
    return signing.dumps(said, salt=SALT)


def _date(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise NotExamined(_("报告日期应写成 2024-03-31 这样。")) from None


def _apart(data: bytes, name: str, date: dt.date | None, form: str) -> bytes:
    """Examine in a process of its own, one at a time. Errors: NotExamined."""
    if not _one_at_a_time.acquire(timeout=PATIENCE):
        raise NotExamined(_("正在审查另一份报告：请稍后再试，或在自己的电脑上用 zhicheng review。"))
    try:
        return examine_file(data, name, date, form)
    finally:
        _one_at_a_time.release()


# A result that is not kept


def _held(text: str) -> tuple[Stored, Stored, dt.date | None]:
    """File, result and date behind a signed text. Errors: Http404 when it is not ours, too old, or swept."""
    try:
        name, sha256, size, media_type, result, result_size, date = signing.loads(
            text, salt=SALT, max_age=KEPT_FOR
        )
    except signing.BadSignature:
        raise Http404(_("审查结果只保留一天：请重新放入文件。")) from None
    if not path_of(sha256).is_file() or not path_of(result).is_file():
        raise Http404(_("审查结果只保留一天：请重新放入文件。"))
    held = (
        Stored(name, sha256, size, media_type),
        Stored("review.json", result, result_size, "application/json"),
    )
    return *held, dt.date.fromisoformat(date) if date else None


@require_safe
@signed_in
def result_page(request: HttpRequest) -> HttpResponse:
    """Text and findings of a file just examined."""
    file, result, date = _held(request.GET.get("t", ""))
    by = actor(request)
    values = _beside(_read(result), {}) | {
        "name": file.name,
        "date": date,
        "t": request.GET["t"],
        "downloads": [(form, f"{reverse('review_download', args=[form])}?{urlencode({'t': request.GET['t']})}") for form in TYPES],
        "keeps": refusal(by, registry[REVIEW].opens, None) is None,
        "earlier": _kept(by)[:50],
    }  # fmt: skip
    return render(request, "web/review_result.html", values)


@require_safe
@signed_in
def download(request: HttpRequest, form: str) -> HttpResponse:
    """The findings as a file."""
    file, result, date = _held(request.GET.get("t", ""))
    return _file(file, result, date, form)


def _read(result: Stored) -> dict[str, Any]:
    return dict(json.loads(path_of(result.sha256).read_text("utf-8")))


def _file(file: Stored, result: Stored, date: dt.date | None, form: str) -> HttpResponse:
    if form not in TYPES:
        raise Http404
    if form == "json":  # as --format json has it: what the page needs besides is left out
        findings = [{k: v for k, v in one.items() if k != "block"} for one in _read(result)["findings"]]
        answer = json.dumps({"findings": findings}, ensure_ascii=False, indent=2).encode()
    else:
        try:
            answer = _apart(path_of(file.sha256).read_bytes(), file.name, date, form)
        except NotExamined as error:
            return HttpResponse(str(error), status=503, content_type="text/plain; charset=utf-8")
    name = _("%s 审查结果") % re.sub(r"\.[A-Za-z]{2,8}$", "", file.name)
    response = HttpResponse(answer, content_type=TYPES[form])
    held = FileResponse(as_attachment=True, filename=f"{name}.{form}").headers
    response.headers["Content-Disposition"] = held.get("Content-Disposition", "attachment")
    return response


def _beside(
    result: dict[str, Any], dismissed: dict[str, Any], before: Comparison | None = None
) -> dict[str, Any]:
    findings = findings_of(result, dismissed, before.new if before else None)
    return {
        "findings": findings,
        "counts": counts_of(findings),
        "set_aside": sum(not one.standing for one in findings),
        "checks": checks_of(findings),
        "lines": text_of(result, findings),
        "longer": len(result["blocks"]),
        "pages": result["pages"],
        "format": result["format"],
    }


# A kept review


@require_POST
@signed_in
def keep_result(request: HttpRequest) -> HttpResponse:
    """Keep a result as a record."""
    file, result, date = _held(request.POST.get("t", ""))
    by, previous = actor(request), None
    if number := typed(request.POST, "previous"):
        previous = _kept(by).filter(number=number).first()
    name = typed(request.POST, "name")[:200] or file.name
    try:
        kept = keep(file, result, _read(result), name, by=by, date=date, previous=previous)
    except REFUSALS as error:
        return _refused(request, error, f"{reverse('review_result')}?{urlencode({'t': request.POST['t']})}")
    return HttpResponseRedirect(reverse("kept_review", args=[kept.number]))


def _refused(request: HttpRequest, error: Exception, back: str) -> HttpResponse:
    from django.contrib import messages

    said = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
    messages.error(request, said)
    return HttpResponseRedirect(back)


def _record(request: HttpRequest, number: str) -> Any:
    record = None if "\x00" in number else _kept(actor(request)).filter(number=number).first()
    if record is None or not path_of(record.result).is_file():
        raise Http404(_("没有编号为“%s”的报告审查，或不在您的范围内。") % number)
    return record


@require_safe
@signed_in
def kept_page(request: HttpRequest, number: str) -> HttpResponse:
    """A kept review: text and findings, what was dismissed, and what changed since the last edition."""
    record = _record(request, number)
    result = json.loads(path_of(record.result).read_text("utf-8"))
    earlier = record.previous
    before = None
    if earlier is not None and path_of(earlier.result).is_file():
        was = json.loads(path_of(earlier.result).read_text("utf-8"))
        before = Comparison.of(was, result)
        gone = [one for one in findings_of(was) if before.mended[one.mark]]
    values = _beside(result, pending(review=record), before) | {
        "record": record,
        "name": record.name,
        "date": record.report_date,
        "downloads": [(form, reverse("kept_review_download", args=[number, form])) for form in TYPES],
        "dismisses": refusal(actor(request), registry["review.dismissal"].opens, None) is None,
        "dismiss_to": reverse("dismiss_kept", args=[number]),
        "compared": before is not None,
        "gone": gone if before is not None else [],
    }
    return render(request, "web/review_result.html", values)


@require_safe
@signed_in
def kept_download(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """The findings of a kept review as a file."""
    record = _record(request, number)
    if not path_of(record.file).is_file():
        raise Http404
    file, result = Stored(record.file_name, record.file, 0), Stored("review.json", record.result, 0)
    return _file(file, result, record.report_date, form)


@require_POST
@signed_in
def dismiss_kept(request: HttpRequest, number: str) -> HttpResponse:
    """Dismiss a finding of a kept review."""
    record = _record(request, number)
    result = json.loads(path_of(record.result).read_text("utf-8"))
    mark, back = request.POST.get("mark", ""), reverse("kept_review", args=[number])
    one = next((f for f in findings_of(result) if f.mark == mark), None)
    if one is None:
        raise Http404
    try:
        dismiss(one.finding, typed(request.POST, "grounds"), by=actor(request), review=record)
    except REFUSALS as error:
        return _refused(request, error, back)
    return HttpResponseRedirect(f"{back}#f{one.no}")


@require_safe
@signed_in
def checks_page(request: HttpRequest) -> HttpResponse:
    """Every check: what it holds the text against."""
    import sys

    checks = [
        (check.id, check.name, [sys.modules[f.__module__].__doc__ or "" for f in check.functions])
        for check in CHECKS
    ]
    return render(request, "web/review_checks.html", {"checks": checks})


urls = [
    path("review", review_page, name="review"),
    path("review/result", result_page, name="review_result"),
    path("review/result/<str:form>", download, name="review_download"),
    path("review/keep", keep_result, name="keep_review"),
    path("review/checks", checks_page, name="review_checks"),
    path("review/kept/<str:number>", kept_page, name="kept_review"),
    path("review/kept/<str:number>/dismiss", dismiss_kept, name="dismiss_kept"),
    path("review/kept/<str:number>/<str:form>", kept_download, name="kept_review_download"),
]
