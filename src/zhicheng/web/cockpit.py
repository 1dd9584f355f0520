"""The cockpit: objectives, rates, defects, clocks, what lapses, what is open, and how far the year's report is."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhicheng.core.authority import Actor, may_read, visible
from zhicheng.core.clocks import ClockRow
from zhicheng.core.language import spoken
from zhicheng.core.process import registry
from zhicheng.ledger import log
from zhicheng.metrics.definition import everything
from zhicheng.metrics.evaluate import counting
from zhicheng.reports.edition import NoTemplate
from zhicheng.reports.template import TemplateError
from zhicheng.web import cockpit_parts as parts
from zhicheng.web import drilldown
from zhicheng.web.acting import actor, outside, signed_in
from zhicheng.web.charts import first_and_last
from zhicheng.web.drafts import draft, faults_of

REPORTS = "report.report"
LISTED = 8


def _insider(request: HttpRequest) -> Actor:
    by = actor(request)
    if outside(by):
        raise PermissionDenied(_("驾驶舱只供本企业人员使用。"))
    return by


def _year(request: HttpRequest, known: list[int]) -> int:
    given = request.GET.get("year", "")
    return int(given) if given.isascii() and given.isdigit() and 1900 <= int(given) <= 9000 else known[0]


@require_safe
@signed_in
def cockpit(request: HttpRequest) -> HttpResponse:
    """The page. The report's readiness is asked for afterwards, because it composes the whole report."""
    by = _insider(request)
    known = parts.years(by)
    year = _year(request, known)
    rates = parts.rates(by, year)
    defects = parts.defects(by, year)
    values = {
        "year": year,
        "years": sorted({*known, year}, reverse=True),
        "today": timezone.localdate(),
        "objectives": parts.objectives(by, year),
        "rates": rates,
        "defects": defects,
        "charts": [
            {"key": c.key, "option": c.option, "addresses": c.addresses} for c, months in rates if months
        ]
        + ([{"key": "defects", "option": defects.option, "addresses": defects.addresses}] if defects else []),
        "clocks": parts.clocks(by, year),
        "lapses": parts.lapses(by),
        "ages": parts.ages(by),
        "lapse_days": parts.LAPSE_WITHIN.days,
    }
    return render(request, "web/cockpit.html", values)


@require_safe
@signed_in
def records(request: HttpRequest, what: str) -> HttpResponse:
    """The records behind a number that is no metric: ``clock`` (type, name, how, year) or ``age`` (low, high)."""
    by, given = _insider(request), request.GET
    try:
        process, rows, title = _clock(by, given) if what == "clock" else _age(by, given)
    except (KeyError, ValueError):
        raise Http404 from None
    if not may_read(by, process):
        raise PermissionDenied(_("您的角色看不到“%s”。") % process.title)
    values = {"title": title, **drilldown.table(request, process, rows)}
    return render(request, "web/cockpit_records.html", values)


def _clock(by: Actor, given: Any) -> tuple[Any, Any, str]:
    process = registry[given["type"]]
    clock = next((c for c in process.clocks if c.name == given["name"]), None)
    which = {"kept": parts.KEPT, "late": parts.late(), "running": parts.running()}[given["how"]]
    words = {"kept": _("按时"), "late": _("逾期"), "running": _("进行中")}[given["how"]]
    if clock is None:
        raise ValueError(given["name"])
    year = int(given["year"])
    ks = ClockRow.objects.filter(which, type=process.name, name=clock.name).values("k")
    title = _("%(y)s 年 %(c)s %(w)s") % {"y": year, "c": clock.title, "w": words}
    return process, parts.placed(by, process, year).filter(k__in=ks), title


def _age(by: Actor, given: Any) -> tuple[Any, Any, str]:
    process = registry[parts.NONCONFORMITIES]
    low, high = int(given["low"]), int(given["high"]) if given.get("high") else None
    if not 0 <= low <= 36500 or (high is not None and not low <= high <= 36500):
        raise ValueError(given["low"])
    rows = visible(by, process).exclude(state__in=process.final).filter(parts.aged(low, high))
    title = _("未关闭的不合格品，发生 %(a)s 天以上") % {"a": low}
    return process, rows, title


@require_safe
@signed_in
def readiness(request: HttpRequest) -> HttpResponse:
    """How far this year's report is: which figures have their records and which are missing."""
    by = _insider(request)
    year = _year(request, parts.years(by))
    values: dict[str, Any] = {"year": year, **_of_report(by, year)}
    if "figures" not in values:
        values["metrics"] = _of_metrics(by, year)
    return render(request, "web/cockpit_readiness.html", values)


def _of_report(by: Actor, year: int) -> dict[str, Any]:
    process, (first, last) = registry.get(REPORTS), first_and_last(year)
    if process is None or not may_read(by, process):
        return {}
    rows = visible(by, process).filter(period_from__lte=last, period_to__gte=first).exclude(state="void")
    report = rows.order_by("-k").first()
    if report is None:
        return {}
    try:
        composed = draft(report, log.head().size)
    except (NoTemplate, TemplateError) as error:
        return {"report": report, "faults": faults_of(error)[:LISTED]}
    missing = [f for f in composed.numbers.figures if not f.has_value]
    problems = [p for p in composed.problems if p.code not in ("no_records", "unsigned")]
    return {
        "report": report,
        "figures": len(composed.numbers.figures),
        "ready": len(composed.numbers.figures) - len(missing),
        "missing": missing[:LISTED],
        "more": max(len(missing) - LISTED, 0),
        "problems": problems[:LISTED],
    }


def _of_metrics(by: Actor, year: int) -> list[dict[str, Any]]:
    first, last = first_and_last(year)
    return [
        {
            "title": spoken(m.title),
            "count": sum(counting(one, first, last).count() for one in m.counted),
            "address": drilldown.figure_address(m.name, first, last),
        }
        for m in everything()
        if all(may_read(by, registry[one.type]) for one in m.counted)
    ]


urls = [
    path("cockpit", cockpit, name="cockpit"),
    path("cockpit/readiness", readiness, name="cockpit_readiness"),
    path("cockpit/records/<str:what>", records, name="cockpit_records"),
    *drilldown.urls,
]
