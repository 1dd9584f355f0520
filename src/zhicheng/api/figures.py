"""Metrics: what is declared, what it comes to in a period, and the records that count."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema

from zhicheng.api import shapes, shown
from zhicheng.api.caller import admit, caller_of
from zhicheng.api.lists import Query, page, paging_parameters
from zhicheng.api.problems import Problem, answer
from zhicheng.api.schemas import PROBLEMS
from zhicheng.core.authority import may_read, visible
from zhicheng.core.fields import ScaledField
from zhicheng.core.language import listed, spoken
from zhicheng.core.process import Process, registry
from zhicheng.metrics.definition import Condition, Defined, Quotient, defined, everything
from zhicheng.metrics.evaluate import counting, figure


class MetricsOut(Schema):
    """Every metric that the caller may read, as declared (docs/evidence-format.md, Metrics)."""

    items: list[dict[str, Any]]


class FigureOut(Schema):
    """A computed figure. ``value`` is printed text; ``numerator`` and ``denominator`` are what it was divided from."""

    metric: str
    title: str
    unit: str
    period: dict[str, str]
    slice: list[list[Any]]
    numerator: int
    denominator: int | None
    value: str


class CountingOut(Schema):
    """Records that count in a figure; cursors as in lists."""

    items: list[dict[str, Any]]
    before: int | None
    after: int | None


def _parameters() -> list[dict[str, Any]]:
    day = {"type": "string", "format": "date"}
    words = "repeatable: fact:value, for the metric's dimensions"
    return [
        {"in": "query", "name": "from", "required": True, "schema": day, "description": "first day"},
        {"in": "query", "name": "to", "required": True, "schema": day, "description": "last day, included"},
        {
            "in": "query", "name": "slice", "required": False, "description": words,
            "schema": {"type": "array", "items": {"type": "string", "maxLength": 120}, "maxItems": 5},
        },
    ]  # fmt: skip


def _metric(name: str, request: HttpRequest) -> tuple[Defined, Process]:
    metric = defined(name)
    if metric is None:
        raise Http404
    processes = [registry[one.type] for one in metric.counted]
    for process in processes:
        admit(request, process)
    return metric, processes[0]


def _slice(metric: Defined, process: Process, given: list[str]) -> tuple[Condition, ...]:
    out: list[Condition] = []
    for one in given:
        fact, _sep, value = one.partition(":")
        if fact not in metric.dimensions or not value or shapes.UNFIT.search(value):
            raise shapes.wrong(_("“%(s)s”不是这个指标的维度：%(d)s。") % {
                "s": one[:60], "d": listed(metric.dimensions) or _("无")})  # fmt: skip
        f = process.model._meta.get_field(fact)
        if isinstance(f, models.IntegerField | ScaledField | models.BooleanField):
            raise shapes.wrong(_("维度“%s”不是文字。") % fact)
        out.append((fact, "is", value))
    return tuple(out)


def _asked(
    request: HttpRequest, metric: Defined, process: Process
) -> tuple[Query, dt.date, dt.date, tuple[Condition, ...]]:
    query = Query(request)
    days = {name: query.read(name, shapes.date) for name in ("from", "to")}
    for name, day in days.items():
        if day is None:
            query.faults.setdefault(name, [_("不能为空。")])
    slice_ = query.read("slice", lambda _v: _slice(metric, process, request.GET.getlist("slice")[:5]), ())
    if query.faults:
        query.known |= {"before", "after", "limit"}
        query.end()
    first, last = dt.date.fromisoformat(days["from"]), dt.date.fromisoformat(days["to"])
    if first > last:
        raise Problem(400, "shape", _("期间的终点早于起点。"), {"to": [_("期间的终点早于起点。")]})
    return query, first, last, slice_


def list_metrics(request: HttpRequest) -> HttpResponse:
    """Every metric that the caller may read, as declared."""
    caller = caller_of(request)
    readable = [
        m.data()
        for m in everything()
        if all(
            caller.reaches(registry[one.type], False) and may_read(caller.actor, registry[one.type])
            for one in m.counted
        )
    ]
    return answer({"items": readable})


def metric_value(request: HttpRequest, name: str) -> HttpResponse:
    """The metric over a period, both days included, for the whole company."""
    metric, process = _metric(name, request)
    query, first, last, slice_ = _asked(request, metric, process)
    query.end()
    try:
        computed = figure(metric, first, last, slice_)
    except ValueError as error:
        raise Problem(422, "figure", error) from None
    return answer(
        {
            "metric": metric.name,
            "title": spoken(metric.title),
            "unit": metric.unit,
            "period": {"from": first.isoformat(), "to": last.isoformat()},
            "slice": [list(c) for c in slice_],
            "numerator": computed.counts.numerator,
            "denominator": computed.counts.denominator,
            "value": computed.value,
        }
    )


def metric_records(request: HttpRequest, name: str) -> HttpResponse:
    """The records that count in the period, within the caller's scope, newest first."""
    metric, process = _metric(name, request)
    if isinstance(metric, Quotient):
        said = {"m": metric.name, "n": metric.numerator, "d": metric.denominator}
        raise Problem(
            400, "shape", _("“%(m)s”由两个指标相除，没有自己的记录：请分别查询 %(n)s 和 %(d)s。") % said
        )
    query, first, last, slice_ = _asked(request, metric, process)
    rows = visible(caller_of(request).actor, process)
    counted = counting(metric, first, last, slice_, rows)
    found, older, newer = page(query, counted, metric.placed_by, shown.related(process))
    items = [shown.record_json(process, r) for r in found]
    return answer({"items": items, "before": older, "after": newer})


def add_all(api: NinjaAPI) -> None:
    """The operations on metrics."""
    tags = ["metrics"]
    api.get(
        "/metrics",
        response={200: MetricsOut, **PROBLEMS},
        tags=tags,
        summary="指标：列表",
        operation_id="metrics_list",
    )(list_metrics)
    api.get(
        "/metrics/{name}", response={200: FigureOut, **PROBLEMS}, tags=tags, summary="指标：取值",
        operation_id="metrics_value", openapi_extra={"parameters": _parameters()},
    )(metric_value)  # fmt: skip
    api.get(
        "/metrics/{name}/records", response={200: CountingOut, **PROBLEMS}, tags=tags, summary="指标：计入的记录",
        operation_id="metrics_records",
        openapi_extra={"parameters": [*_parameters(), *paging_parameters()]},
    )(metric_records)  # fmt: skip
