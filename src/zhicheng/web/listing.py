"""The list of any process: filters as words, pages by key, never a full count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhicheng.core.authority import Actor, visible
from zhicheng.core.fields import RowsField
from zhicheng.core.process import Process
from zhicheng.web import filters as filtering
from zhicheng.web.acting import actor, reads
from zhicheng.web.addresses import of_process
from zhicheng.web.finding import typed
from zhicheng.web.showing import Head, cell, head

PAGE = 50
COUNTED = 10_000


@dataclass(frozen=True)
class Page:
    """One page of rows and the addresses of its neighbours (empty: none)."""

    rows: list[Any]
    newer: str
    older: str


def columns_of(process: Process) -> tuple[str, ...]:
    """The columns: those of the definition, with the state wherever there is more than one."""
    columns = process.columns or ("number", "occurred_on")
    return columns if "state" in columns or len(process.states) < 2 else (*columns, "state")


def chosen(request: HttpRequest, process: Process) -> tuple[QuerySet[Any], list[filtering.Filter], str]:
    """The visible records that the address asks for, its filters, and its search words. Export uses the same."""
    by, words = actor(request), typed(request.GET, "q")
    filters = filtering.filters_of(process, request.GET)
    rows = filtering.apply(visible(by, process), process, filters, words, by)
    return rows, filters, words


def with_columns(rows: QuerySet[Any], process: Process, columns: tuple[str, ...]) -> QuerySet[Any]:
    """The rows with what the columns need, in one query; long child rows that are not shown stay away."""
    fields = [process.model._meta.get_field(name) for name in columns]
    related = [f.name for f in fields if isinstance(f, models.ForeignKey)]
    unseen = [
        f.name for f in process.model._meta.concrete_fields if isinstance(f, RowsField) and f not in fields
    ]
    rows = rows.select_related(*related) if related else rows
    return rows.defer(*unseen) if unseen else rows


def page_of(rows: QuerySet[Any], request: HttpRequest) -> Page:
    """One page by key: the newest, or what stands before or after a key."""
    before, after = (request.GET.get(n, "") for n in ("before", "after"))
    if after.isdigit():
        part = list(rows.filter(k__gt=int(after)).order_by("k")[: PAGE + 1])
        newer, older, part = len(part) > PAGE, True, part[:PAGE][::-1]
    else:
        newer = before.isdigit()
        part = list((rows.filter(k__lt=int(before)) if newer else rows).order_by("-k")[: PAGE + 1])
        older, part = len(part) > PAGE, part[:PAGE]
    if not part:
        return Page([], "", "")
    return Page(
        part,
        _neighbour(request, "after", part[0].k) if newer else "",
        _neighbour(request, "before", part[-1].k) if older else "",
    )


def _neighbour(request: HttpRequest, name: str, k: int) -> str:
    address = request.GET.copy()
    for old in ("before", "after"):
        address.pop(old, None)
    address[name] = str(k)
    return "?" + address.urlencode()


def may_open(by: Actor, process: Process) -> bool:
    """Whether the person may open such records somewhere."""
    return by.person is None or bool(by.roles & process.opens)


@require_safe
@reads
def listing(request: HttpRequest, process: Process) -> HttpResponse:
    """The list page."""
    by = actor(request)
    rows, filters, words = chosen(request, process)
    columns = columns_of(process)
    page = page_of(with_columns(rows, process, columns), request)
    heads: list[Head] = [head(process, name) for name in columns]
    opens = may_open(by, process)
    query = request.GET.copy()
    for name in ("before", "after"):
        query.pop(name, None)
    values = {
        "process": process,
        "heads": heads,
        "table": [(record, [(h, cell(record, h.name)) for h in heads]) for record in page.rows],
        "page": page,
        "count": rows.order_by()[: COUNTED + 1].count() if page.rows else 0,
        "counted": COUNTED,
        "filters": filters,
        "words": words,
        "said": filtering.words_of(filters, request.GET, words),
        "query": query.urlencode(),
        "list": of_process(process),
        "opens": opens,
        "imports": bool(process.importable) and opens,
        "asked": [head(process, name).title for name in process.asks],
    }
    return render(request, "web/list.html", values)
