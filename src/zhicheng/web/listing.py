"""The list of any process: filters as words, pages by key, never a full count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhicheng.core import paging
from zhicheng.core.authority import Actor, visible
from zhicheng.core.fields import RowsField
from zhicheng.core.finding import is_large
from zhicheng.core.process import Process
from zhicheng.exchange.qdas_records import INTO
from zhicheng.web import filters as filtering
from zhicheng.web.acting import actor, reads
from zhicheng.web.addresses import of_process
from zhicheng.web.finding import typed
from zhicheng.web.showing import Head, cell, head

PAGE = 50
COUNTED = 10_000
FEW = 1000
"""How far a narrowed list of a large table is counted: a count must not cost more than the page."""


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


def page_of(
    rows: QuerySet[Any],
    request: HttpRequest,
    process: Process,
    columns: tuple[str, ...],
    by: str = "occurred_on",
) -> Page:
    """One page by date and key, with what the columns need; long child rows that are not shown stay away."""
    fields = [process.model._meta.get_field(name) for name in columns]
    every = process.model._meta.concrete_fields
    found = paging.page(
        rows,
        before=paging.Cursor.read(request.GET.get("before", "")),
        after=paging.Cursor.read(request.GET.get("after", "")),
        size=PAGE,
        by=by,
        related=[f.name for f in fields if isinstance(f, models.ForeignKey)],
        deferred=[f.name for f in every if isinstance(f, RowsField) and f not in fields],
    )
    return Page(
        found.rows,
        _neighbour(request, "after", found.newer) if found.newer else "",
        _neighbour(request, "before", found.older) if found.older else "",
    )


def _neighbour(request: HttpRequest, name: str, at: paging.Cursor) -> str:
    address = request.GET.copy()
    for old in ("before", "after"):
        address.pop(old, None)
    address[name] = str(at)
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
    page = page_of(rows, request, process, columns)
    heads: list[Head] = [head(process, name) for name in columns]
    opens = may_open(by, process)
    query = request.GET.copy()
    for name in ("before", "after"):
        query.pop(name, None)
    said = filtering.words_of(filters, request.GET, words)
    most = FEW if said and is_large(process) else COUNTED
    count, more = paging.counted(rows, most) if page.rows else (0, False)
    values = {
        "process": process,
        "heads": heads,
        "table": [(record, [(h, cell(record, h.name)) for h in heads]) for record in page.rows],
        "page": page,
        "count": count,
        "more": more,
        "filters": filters,
        "words": words,
        "said": said,
        "query": query.urlencode(),
        "list": of_process(process),
        "opens": opens,
        "imports": bool(process.importable) and opens,
        "qdas": process.name in INTO and opens,
        "asked": [head(process, name).title for name in process.asks],
    }
    return render(request, "web/list.html", values)
