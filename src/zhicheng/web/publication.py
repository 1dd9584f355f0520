"""Signing and publishing a report: what stands in the way, what the public bundle would disclose, the signature, the publication."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from zhicheng.core.authority import may_read, refusal, visible
from zhicheng.core.process import registry
from zhicheng.core.writers import Refused, Stale, blocked, perform
from zhicheng.ledger.log import LogRefused
from zhicheng.reports import publish as publishing
from zhicheng.reports.disclosure import disclosed
from zhicheng.reports.edition import NoTemplate
from zhicheng.reports.examining import DISMISSAL
from zhicheng.reports.kept_reviews import dismiss
from zhicheng.reports.template import TemplateError
from zhicheng.web.acting import actor, prove, signed_in
from zhicheng.web.acts import Sentence, sentence
from zhicheng.web.addresses import of_record
from zhicheng.web.drafts import Draft, draft, faults_of
from zhicheng.web.facts_shown import disclosure_rows
from zhicheng.web.finding import typed
from zhicheng.web.review_shown import placed

REPORT = "report.report"
REFUSALS = (publishing.NotPublishable, NoTemplate, LogRefused, Stale)


def _report(request: HttpRequest, number: str) -> Any:
    process = registry[REPORT]
    by = actor(request)
    rows = visible(by, process) if may_read(by, process) else process.model.objects.none()
    return get_object_or_404(rows, number=number)


def _draft(report: Any) -> tuple[Draft | None, list[str]]:
    """The draft's numbers, or why the text cannot be composed, a sentence each."""
    try:
        return draft(report, 0), []
    except (NoTemplate, TemplateError) as error:
        return None, faults_of(error)


@require_http_methods(["GET", "POST"])
@signed_in
@sensitive_post_parameters("password", "pin", "badge")
def publication(request: HttpRequest, number: str) -> HttpResponse:
    """The page; posting signs or publishes, whichever is next."""
    report = _report(request, number)
    composed, faults = (None, []) if report.state in registry[REPORT].final else _draft(report)
    opened = disclosed(composed.data) if composed else []
    refused: list[Sentence] = []
    if request.method == "POST":
        refused = _act(request, report, opened)
        if not refused:
            return HttpResponseRedirect(request.path)
    step = registry[REPORT].acts["publish" if report.state == "approved" else "sign"]
    through = publishing.SERVICE if step.name == "publish" else ""
    by = actor(request)
    values = {
        "report": report,
        "step": step,
        "here": of_record(report),
        "why_not": [sentence(m, report, by) for m in blocked(registry[REPORT], step, report, by, through)],
        "refused": refused,
        "faults": faults,
        "problems": [p for p in composed.problems if p.code != "unsigned"] if composed else [],
        "findings": placed(composed.examined) if composed else [],
        "dismisses": refusal(by, registry[DISMISSAL].opens, None) is None,
        "dismiss_to": reverse("dismiss_finding", args=[number]),
        "opened": disclosure_rows(opened),
        "small": min((row["smallest"] for row in opened if row["smallest"] is not None), default=None),
        "open": composed is not None or bool(faults),
    }
    return render(request, "web/publication.html", values, status=422 if refused else 200)


@require_POST
@signed_in
def dismiss_finding(request: HttpRequest, number: str) -> HttpResponse:
    """Dismiss a finding of the review of a draft, with the reason."""
    report = _report(request, number)
    composed, _faults = (None, []) if report.state in registry[REPORT].final else _draft(report)
    mark, back = request.POST.get("mark", ""), reverse("publication", args=[number])
    one = next((f for f in placed(composed.examined) if f.mark == mark), None) if composed else None
    if one is None:
        messages.error(request, _("这个问题已经不在了：报告或记录有改动，请看新的结果。"))
        return HttpResponseRedirect(back)
    try:
        dismiss(one.finding, typed(request.POST, "grounds"), by=actor(request), report=report)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except (Refused, LogRefused) as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(f"{back}#f{one.no}")


def _act(request: HttpRequest, report: Any, opened: list[dict[str, Any]]) -> list[Sentence]:
    """Sign or publish; returns why it was refused (empty: done)."""
    by = prove(request)
    if by is None:
        return [Sentence(_("密码、工牌或 PIN 不对：请重新输入。"))]
    if request.POST.get("version") != str(report.version):
        return [Sentence(_("报告已由他人改动：请看过新的内容再签署。"))]
    try:
        if report.state == "approved":
            publishing.publish(report, by=by)
        else:
            asked = {"opened_list": opened, "small_groups_accepted": bool(request.POST.get("small_groups"))}
            perform(report, "sign", asked, by=by, version=report.version)
    except Refused as error:
        return [sentence(m, report, by) for m in error.missing]
    except TemplateError as error:
        return [Sentence(line) for line in faults_of(error)]
    except REFUSALS as error:
        return [Sentence(line) for line in str(error).split("\n")]
    return []


def instead(request: HttpRequest, number: str) -> HttpResponse:
    """Signing a report is done where the disclosure is shown, not on the generic page."""
    return HttpResponseRedirect(f"/reports/{number}/publication")


urls = [
    path("reports/<str:number>/publication", publication, name="publication"),
    path("reports/<str:number>/publication/dismiss", dismiss_finding, name="dismiss_finding"),
]
