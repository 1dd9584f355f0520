"""Pages of documents: search in their text, two editions side by side, reading and confirming, files, what is lived of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from zhicheng.core.authority import Actor, may_read, refusal, visible
from zhicheng.core.files import path_of
from zhicheng.core.process import Process, registry
from zhicheng.core.writers import Refused, open_record
from zhicheng.ledger.log import LogRefused
from zhicheng.web.acting import actor, outside, signed_in
from zhicheng.web.drilldown import day_of
from zhicheng.web.finding import typed, whole_number
from zhicheng.web.record_export import saved
from zhicheng.web.record_page import find

DOCUMENT, EDITION, READING = "document.document", "document.edition", "document.reading"
LISTED = 200
WHATS = {
    "done": gettext_lazy("已办"),
    "other": gettext_lazy("不是由文件写明的人办"),
    "late": gettext_lazy("超过时限"),
    "missing": gettext_lazy("已办结而没有办这一步"),
    "waiting": gettext_lazy("尚未办"),
    "backfilled": gettext_lazy("补录"),
}


def _reader(request: HttpRequest) -> Actor:
    """Who reads documents. Errors: PermissionDenied."""
    by = actor(request)
    if outside(by) or not may_read(by, registry[DOCUMENT]):
        raise PermissionDenied(_("您的角色看不到“%s”。") % registry[DOCUMENT].title)
    return by


def _record(request: HttpRequest, name: str, number: str) -> Any:
    """The record of this number. Errors: PermissionDenied, Http404."""
    by = _reader(request)
    if "\0" in number:
        raise Http404
    return find(registry[name], number, by)


@require_safe
@signed_in
def search_page(request: HttpRequest) -> HttpResponse:
    """Documents by what stands in them; before anything is looked for, those that the person has to read."""
    from zhicheng.reports.documents.finding import found, too_short
    from zhicheng.reports.documents.reading import to_read

    by, words = _reader(request), typed(request.GET, "q")[:200]
    former = request.GET.get("former") == "1"
    results, more = found(words, visible(by, registry[DOCUMENT]), former=former) if words else ([], False)
    values = {
        "words": words,
        "former": former,
        "found": results,
        "more": more,
        "unread": to_read(visible(by, registry[EDITION]), by.person) if not words else ([], False),
        "short": bool(words) and all(too_short(one) for one in words.split()),
    }
    return render(request, "web/documents_search.html", values)


@require_safe
@signed_in
def text_in_force(request: HttpRequest, number: str) -> HttpResponse:
    """Leads to the text that is in force. Errors: Http404 where none is."""
    document = _record(request, DOCUMENT, number)
    edition = visible(actor(request), registry[EDITION]).filter(document=document, state="in_force").first()
    if edition is None:
        raise Http404(_("“%s”还没有现行有效的版本。") % document.title)
    return HttpResponseRedirect(reverse("document_text", args=[edition.number]))


@require_safe
@signed_in
def text_page(request: HttpRequest, number: str) -> HttpResponse:
    """The text of an edition, beside another one where it is asked for, who has to read it and has not."""
    from zhicheng.reports.documents.reading import Text

    edition = _record(request, EDITION, number)
    by = actor(request)
    rows = visible(by, registry[EDITION]).filter(document=edition.document_id).exclude(pk=edition.pk)
    others = list(rows.exclude(state="void").order_by("-major", "-minor", "-k"))
    beside = next((one for one in others if one.number == request.GET.get("with", "")), None)
    text = Text(edition, beside)
    values = {
        "edition": edition,
        "others": others,
        "beside": beside,
        "text": text,
        "confirms": refusal(by, registry[READING].opens, None) is None and text.readable,
        "own": text.own(by.person),
    }
    return render(request, "web/document_text.html", values)


@require_http_methods(["POST"])
@signed_in
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """The person who is signed in read the edition and answers its questions."""
    edition = _record(request, EDITION, number)
    answers = []
    for i in range(1, len(edition.questions) + 1):
        chosen = whole_number(typed(request.POST, f"q{i}"))
        if chosen is not None:
            answers.append({"question": i, "answer": chosen})
    try:
        made = open_record(registry[READING], {"edition": edition, "answers": answers}, by=actor(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except (Refused, LogRefused) as error:
        messages.error(request, str(error))
    else:
        said = {"n": made.number, "r": made.right, "a": made.asked}
        if made.passed:
            messages.success(request, _("已确认阅读（%(n)s）。") % said)
        else:
            messages.error(request, _("答对 %(r)s/%(a)s，没有达到合格线：请再读一遍后重答。") % said)
    return HttpResponseRedirect(f"{reverse('document_text', args=[number])}#confirm")


@require_safe
@signed_in
def edition_file(request: HttpRequest, number: str, ending: str) -> HttpResponse:
    """An edition as PDF or DOCX: what was issued as it was kept; ``?mark=1`` with the mark of its present state. ``original``: the
    file that was typed or uploaded."""
    from zhicheng.reports.documents.issuing import TYPES, file_of
    from zhicheng.reports.render_pdf import RenderingFailed

    edition = _record(request, EDITION, number)
    if ending == "original" and edition.source and path_of(edition.source).is_file():
        return saved(path_of(edition.source).read_bytes(), edition.source_name, "application/octet-stream")
    if ending not in TYPES:
        raise Http404
    try:
        data = file_of(edition, ending, as_it_is=request.GET.get("mark") == "1")
    except (ValidationError, RenderingFailed) as error:
        said = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        return HttpResponse(
            _("正文不能排版：%s") % said, status=409, content_type="text/plain; charset=utf-8"
        )
    name = f"{edition.code or edition.number} {edition.name} {edition.edition}".replace("/", "-")
    return saved(data, f"{name}.{ending}", TYPES[ending])


@require_safe
@signed_in
def manual(request: HttpRequest) -> HttpResponse:
    """Every document in force as one PDF."""
    from zhicheng.reports.documents.manual import NothingInForce, manual_file
    from zhicheng.reports.render_pdf import RenderingFailed

    by = _reader(request)
    try:
        data = manual_file(visible(by, registry[EDITION]), timezone.localdate())
    except NothingInForce:
        raise Http404(_("还没有现行有效、可以汇编的文件。")) from None
    except (ValidationError, RenderingFailed) as error:
        said = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        return HttpResponse(
            _("正文不能排版：%s") % said, status=409, content_type="text/plain; charset=utf-8"
        )
    return saved(data, f"{_('质量管理体系文件汇编')} {timezone.localdate()}.pdf", "application/pdf")


@require_safe
@signed_in
def practice_page(request: HttpRequest, number: str) -> HttpResponse:
    """What the clauses of a document say against what the records of a period show."""
    from zhicheng.reports.documents.practice import practice

    document = _record(request, DOCUMENT, number)
    by, today = actor(request), timezone.localdate()
    first = _day(request, "from") or today - dt.timedelta(days=365)
    last = _day(request, "to") or today

    def rows(process: Process) -> Any:
        return visible(by, process) if may_read(by, process) else None

    findings = practice(document, first, last, rows)
    values = {
        "document": document,
        "first": first,
        "last": last,
        "rows": [(one, _cells(one)) for one in findings],
        "heads": list(WHATS.items()),
        **_behind(request, findings),
    }
    return render(request, "web/document_practice.html", values)


def _cells(finding: Any) -> list[tuple[str, int]]:
    return [(what, finding.count(what)) for what in WHATS]


def _behind(request: HttpRequest, findings: list[Any]) -> dict[str, Any]:
    """The records behind the number that is asked for."""
    no, what = whole_number(request.GET.get("clause", "")), request.GET.get("what", "")
    one = next((f for f in findings if f.no == no), None)
    if one is None or what not in WHATS:
        return {}
    ks = one.records[what]
    records = one.process.model.objects.filter(pk__in=ks[:LISTED]).order_by("-k")
    return {
        "behind": one,
        "found_what": WHATS[what],
        "records": records,
        "left": max(0, len(ks) - LISTED),
    }


def _day(request: HttpRequest, name: str) -> dt.date | None:
    """A day of the address; none given is none. Errors: Http404."""
    text = typed(request.GET, name)
    return day_of(text) if text else None


urls = [
    path("documents/search", search_page, name="document_search"),
    path("documents/manual.pdf", manual, name="document_manual"),
    path("documents/editions/<str:number>", text_page, name="document_text"),
    path("documents/editions/<str:number>/confirm", confirm, name="document_confirm"),
    path("documents/editions/<str:number>/file.<str:ending>", edition_file, name="document_file"),
    path("documents/<str:number>/text", text_in_force, name="document_in_force"),
    path("documents/<str:number>/practice", practice_page, name="document_practice"),
]
