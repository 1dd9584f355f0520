"""The report reader: a report as it will be read, each figure opening what stands behind it; and its public page."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from zhicheng.core.authority import may_read, visible
from zhicheng.core.language import spoken, word
from zhicheng.core.process import registry
from zhicheng.ledger import log
from zhicheng.metrics.definition import Quotient, defined
from zhicheng.metrics.evaluate import Counts, counting
from zhicheng.proof import verify
from zhicheng.reports.edition import NoTemplate, edition
from zhicheng.reports.publish import FILES, folder_of, stored
from zhicheng.reports.render_html import render_html
from zhicheng.reports.template import TemplateError
from zhicheng.web.acting import actor, outside, signed_in
from zhicheng.web.drafts import draft, faults_of
from zhicheng.web.drilldown import definition, figure_address
from zhicheng.web.middleware import STYLED
from zhicheng.web.review_shown import Shown, placed

REPORTS = "report.report"
ISSUED = frozenset({"published", "superseded"})
HASHED = {"report.pdf": "pdf", "report.docx": "docx", "report.html": "html"}
DOWNLOADS = tuple(name for name in FILES if name != "report.json")
BEHIND = 12


@dataclass(frozen=True)
class Reading:
    """A report on the page: its document as HTML, its numbers as in report.json, and who reads."""

    report: Any
    html: str
    data: dict[str, Any]
    public: bool

    @property
    def issued(self) -> bool:
        """Whether it is a published edition; a draft is composed from the records as they are now."""
        return self.report.state in ISSUED


def _report(request: HttpRequest, number: str) -> Any:
    """The record, for people of the house and readers from outside. Errors: Http404."""
    by, process = actor(request), registry[REPORTS]
    if not may_read(by, process) or "\x00" in number:
        raise Http404
    report = visible(by, process).filter(number=number).first()
    if report is None or (outside(by) and report.state not in ISSUED):
        raise Http404
    return report


def _issued(number: str) -> Any:
    """A published report, for anybody. Errors: Http404, also when its files are gone."""
    rows = registry[REPORTS].model.objects.filter(state__in=ISSUED)
    report = None if "\x00" in number else rows.filter(number=number).first()
    if report is None or not (folder_of(report) / "report.html").is_file():
        raise Http404
    return report


def _reading(report: Any, *, public: bool) -> Reading:
    """Errors: NoTemplate and TemplateError for a draft that cannot be composed."""
    if report.state in ISSUED and (folder_of(report) / "report.html").is_file():
        html = (folder_of(report) / "report.html").read_text("utf-8")
        return Reading(report, html, stored(report), public)
    composed = edition(report)
    beside = {} if public else _warnings(placed(composed.examined))
    return Reading(report, render_html(composed.drawn, beside=beside), dict(composed.data), public)


def _warnings(findings: list[Shown]) -> dict[int, str]:
    """The findings that stand, as HTML for the margin beside their pieces; those of the cover at the first piece."""
    beside: dict[int, str] = {}
    for one in findings:
        if one.standing:
            at = max(one.finding["block"], 0)
            beside[at] = beside.get(at, "") + render_to_string("web/reader_warning.html", {"one": one})
    return beside


def changed_files(report: Any) -> list[str]:
    """Published files whose hash is no longer the one in the log."""
    return [
        name for name, fact in HASHED.items() if _sha256(folder_of(report) / name) != getattr(report, fact)
    ]


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


def _page(request: HttpRequest, reading: Reading) -> HttpResponse:
    """The report's own document with a bar above it and a drawer beside it."""
    report = reading.report
    newer = registry[REPORTS].model.objects.filter(supersedes=report, state__in=ISSUED).first()
    base = f"/public/reports/{report.number}" if reading.public else f"/reports/{report.number}"
    values = {
        "report": report,
        "reading": reading,
        "base": base,
        "files": DOWNLOADS if reading.issued else (),
        "changed": changed_files(report) if reading.issued else [],
        "newer": newer,
        "newer_address": _address(newer, reading.public) if newer else "",
    }
    head = render_to_string("web/reader_head.html", values, request)
    bar = render_to_string("web/reader_bar.html", values, request)
    drawer = render_to_string("web/reader_drawer.html", values, request)
    html = reading.html.replace("</head>", f"{head}</head>", 1).replace("<body>", f"<body>{bar}", 1)
    before, _end, after = html.rpartition("</body>")
    return HttpResponse(f"{before}{drawer}</body>{after}", headers={"Content-Security-Policy": STYLED})


def _address(report: Any, public: bool) -> str:
    return reverse("public_report" if public else "reader", args=[report.number])


@require_safe
@signed_in
def read(request: HttpRequest, number: str) -> HttpResponse:
    """The reader for people who are signed in."""
    report = _report(request, number)
    try:
        return _page(request, _reading(report, public=outside(actor(request))))
    except (NoTemplate, TemplateError) as error:
        values = {"report": report, "faults": faults_of(error)[:40]}
        return render(request, "web/reader_fault.html", values, status=409)


@require_safe
def public(request: HttpRequest, number: str) -> HttpResponse:
    """The public page of a published report."""
    return _page(request, _reading(_issued(number), public=True))


@require_safe
def download(request: HttpRequest, number: str, name: str) -> HttpResponseBase:
    """A file of a published report, as it was published."""
    report = _issued(number)
    file = folder_of(report) / name
    if name not in DOWNLOADS or not file.is_file():
        raise Http404
    return FileResponse(file.open("rb"), as_attachment=True, filename=_download_name(report, name))


def _download_name(report: Any, name: str) -> str:
    return name if name in ("verify.py", "verify.html") else f"{report.number}-{name}"


@require_safe
@signed_in
def figure(request: HttpRequest, number: str, no: str) -> HttpResponse:
    """What stands behind a number, for the drawer."""
    report = _report(request, number)
    written = report.state in ISSUED and (folder_of(report) / "report.json").is_file()
    data = stored(report) if written else _draft_data(report)
    return render(
        request, "web/reader_figure.html", behind(request, report, data, no, outside(actor(request)))
    )


@require_safe
def public_figure(request: HttpRequest, number: str, no: str) -> HttpResponse:
    """The same for readers from outside: no records, but how to check."""
    report = _issued(number)
    return render(request, "web/reader_figure.html", behind(request, report, stored(report), no, True))


def _draft_data(report: Any) -> dict[str, Any]:
    try:
        return draft(report, log.head().size).data
    except (NoTemplate, TemplateError):
        raise Http404 from None


def behind(request: HttpRequest, report: Any, data: dict[str, Any], no: str, public: bool) -> dict[str, Any]:
    """Definition, counts, records, checkpoint of one number of a report. Errors: Http404."""
    kinds = {"F": "figures", "T": "targets", "D": "declared"}
    entry = next((e for e in data.get(kinds.get(no[:1], ""), ()) if e["no"] == no), None)
    if entry is None:
        raise Http404
    values = {"no": no, "kind": no[0], "entry": entry, "report": report, "public": public, "data": data}
    values["issued"] = report.state in ISSUED
    if no[0] == "F":
        values |= _figure(request, report, entry, public)
    elif no[0] == "T":
        values["target"] = verify.decimal_text(entry["value"], entry["places"])
        values["record"] = None if public else _record(entry)
    else:
        values["record"] = None if public else _record(entry)
    return values


def _record(entry: dict[str, Any]) -> Any:
    process = registry.get(entry["record"]["type"])
    return process.model.objects.filter(pk=entry["record"]["k"]).first() if process else None


def _figure(request: HttpRequest, report: Any, entry: dict[str, Any], public: bool) -> dict[str, Any]:
    metric = defined(entry["metric"])
    slice_ = tuple((str(n), str(op), v) for n, op, v in entry["slice"])
    values: dict[str, Any] = {"metric": metric}
    if metric is None:
        return values
    values |= {"title": spoken(metric.title), "unit": word(metric.unit), "source": spoken(metric.source)}
    values["definition"] = definition(metric, slice_)
    counts = Counts(entry["numerator"], entry["denominator"])
    values["fraction"] = counts.fraction(metric).replace("/", " / ")
    if public or not all(may_read(actor(request), registry[one.type]) for one in metric.counted):
        return values
    first, last = (dt.date.fromisoformat(entry[end]) for end in ("from", "to"))
    address = figure_address(metric.name, first, last, slice_)
    if isinstance(metric, Quotient):
        return {**values, "address": address, "quotient": True}
    rows = counting(metric, first, last, slice_, visible(actor(request), registry[metric.type]))
    size = report.a_size
    values |= {
        "records": list(rows.order_by("-k")[:BEHIND]),
        "address": address,
        "changed_since": rows.filter(seq__gte=size).count() if size else 0,
    }
    return values


urls = [
    path("reports/<str:number>/read", read, name="reader"),
    path("reports/<str:number>/figures/<str:no>", figure, name="reader_figure"),
    path("public/reports/<str:number>", public, name="public_report"),
    path("public/reports/<str:number>/figures/<str:no>", public_figure, name="public_figure"),
    path("public/reports/<str:number>/files/<str:name>", download, name="public_file"),
]
