"""What stands behind a number: its definition in words, its counts, and the records, a page at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import CharField, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhicheng.core.authority import may_read, visible
from zhicheng.core.language import listed, marked, spoken, word
from zhicheng.core.process import Process, registry
from zhicheng.metrics.definition import Condition, Defined, Metric, Quotient, defined
from zhicheng.metrics.evaluate import counting, figure
from zhicheng.proof import verify
from zhicheng.web.acting import actor, signed_in
from zhicheng.web.listing import columns_of, page_of
from zhicheng.web.showing import cell, head

QUOTES = str.maketrans("「」", "“”")
"""The verifier marks what others wrote by Chinese quotation marks; an English sentence on a page has its own."""

MOST_CONDITIONS = 12


def figure_address(metric: str, first: dt.date, last: dt.date, slice_: Iterable[Condition] = ()) -> str:
    """Where a figure's records are listed. In ``slice`` a value after ``!`` means everything but it."""
    query: list[tuple[str, str]] = [("from", first.isoformat()), ("to", last.isoformat())]
    query += [("slice", f"{name}:{'!' if op == 'is_not' else ''}{value}") for name, op, value in slice_]
    return f"/figure/{metric}?{urlencode(query)}"


def definition(metric: Defined, slice_: Sequence[Condition] = ()) -> str:
    """The definition in words, made from its data by the verifier, in the reader's language."""
    conditions = verify.parse_conditions([list(c) for c in slice_])
    if isinstance(metric, Quotient):
        parts = {one.name: _parsed(one) for one in metric.counted}
        quotient = verify.parse_quotient({**metric.data(), "unit": word(metric.unit)}, parts)
        said = verify.quotient_words(quotient, conditions)
    else:
        said = verify.definition_words(_parsed(metric), conditions)
    return spoken((said.zh, said.en.translate(QUOTES)))


def _parsed(metric: Metric) -> verify.Metric:
    data = metric.data()
    labels = {fact: {k: word(v) for k, v in words.items()} for fact, words in data["labels"].items()}
    return verify.parse_metric({**data, "labels": labels, "unit": word(metric.unit)})


def day_of(text: str) -> dt.date:
    """A day in an address. Errors: Http404."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Http404 from None


def _slice(processes: Sequence[Process], given: Sequence[str]) -> tuple[Condition, ...]:
    """Conditions from the address: any coded or short text fact that all of them have may narrow a list of records."""
    out: list[Condition] = []
    own = [{f.name for f in p.model._meta.concrete_fields if isinstance(f, CharField)} for p in processes]
    names = set.intersection(*own)
    for one in given[:MOST_CONDITIONS]:
        name, _sep, value = one.partition(":")
        if name not in names or "\x00" in value:
            raise Http404
        out.append((name, "is_not", value[1:]) if value.startswith("!") else (name, "is", value))
    return tuple(out)


def table(
    request: HttpRequest, process: Process, rows: QuerySet[Any], by: str = "occurred_on"
) -> dict[str, Any]:
    """The rows of a page, as the process's list shows them."""
    columns = columns_of(process)
    page = page_of(rows, request, process, columns, by)
    heads = [head(process, name) for name in columns]
    return {
        "process": process,
        "heads": heads,
        "page": page,
        "table": [(record, [(h, cell(record, h.name)) for h in heads]) for record in page.rows],
    }


def readable(request: HttpRequest, name: str) -> Process:
    """The process of this name. Errors: PermissionDenied for those who may not read it."""
    process = registry[name]
    if not may_read(actor(request), process):
        raise PermissionDenied(_("您的角色看不到“%s”。") % process.title)
    return process


@require_safe
@signed_in
def figure_page(request: HttpRequest, name: str) -> HttpResponse:
    """One figure and its counting records."""
    metric = defined(name)
    if metric is None:
        raise Http404
    processes = [readable(request, one.type) for one in metric.counted]
    process = processes[0]
    first, last = day_of(request.GET.get("from", "")), day_of(request.GET.get("to", ""))
    slice_ = _slice(processes, request.GET.getlist("slice"))
    if "value" in request.GET:
        return _value(request, metric, first, last, slice_)
    query = request.GET.copy()
    query["value"] = "1"
    values: dict[str, Any] = {
        "metric": metric,
        "value_at": f"{request.path}?{query.urlencode()}",
        "title": spoken(metric.title),
        "source": spoken(metric.source),
        "first": first,
        "last": last,
        "slice": slice_words(metric, process, slice_),
        "definition": definition(metric, slice_),
    }
    if isinstance(metric, Quotient):
        parts = zip((_("分子"), _("分母")), metric.counted, strict=True)
        values["parts"] = [
            (side, spoken(one.title), spoken(one.source), figure_address(one.name, first, last, slice_))
            for side, one in parts
        ]
        return render(request, "web/figure_quotient.html", values)
    rows = counting(metric, first, last, slice_, visible(actor(request), process))
    return render(
        request, "web/cockpit_figure.html", {**values, **table(request, process, rows, metric.placed_by)}
    )


def _value(
    request: HttpRequest, metric: Defined, first: dt.date, last: dt.date, slice_: tuple[Condition, ...]
) -> HttpResponse:
    """The figure itself, asked for after the page: adding up a million records takes longer than listing fifty."""
    try:
        computed, fault = figure(metric, first, last, slice_), ""
    except ValueError as error:
        computed, fault = None, str(error)
    divided = computed.counts.fraction(metric).split("/") if computed and isinstance(metric, Quotient) else ()
    values = {"metric": metric, "figure": computed, "fault": fault, "divided": divided}
    return render(request, "web/figure_value.html", values)


def slice_words(metric: Defined, process: Process, slice_: Sequence[Condition]) -> str:
    """The slice as a person says it."""
    words = []
    for name, op, value in slice_:
        f: Any = process.model._meta.get_field(name)
        shown = process.states.get(value) if name == "state" else dict(f.flatchoices).get(value)
        said = shown or value or _("未填")
        words.append(f"{f.verbose_name} ≠ {said}" if op == "is_not" else marked(f.verbose_name, said))
    return listed(words)


urls = [path("figure/<str:name>", figure_page, name="figure")]
