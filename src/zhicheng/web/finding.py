"""Finding records: the one search over everything, and choosing a record for a reference."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhicheng.core.authority import Actor, may_read, visible
from zhicheng.core.finding import matching
from zhicheng.core.process import Process, registry
from zhicheng.web.acting import actor, reads, signed_in
from zhicheng.web.addresses import of_record

SHOWN = 6
CHOICES = 20


def typed(given: QueryDict, name: str) -> str:
    """What a person typed, without spaces around it and without NUL, which no text of a database holds."""
    return given.get(name, "").replace("\0", "").strip()


def whole_number(text: str) -> int | None:
    """A number as an address or form holds it; None for anything else, also for digits that no database takes."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def numbered(by: Actor, number: str) -> Any:
    """The record with exactly this number, if the person may see it."""
    for process in registry.all():
        if may_read(by, process):
            found = visible(by, process).filter(number__iexact=number).first()
            if found:
                return found
    return None


@require_safe
@signed_in
def search(request: HttpRequest) -> HttpResponse:
    """Numbers, documents and names over everything that the person may see; a full number opens its record."""
    by, words = actor(request), typed(request.GET, "q")
    found: list[tuple[Process, list[Any], bool]] = []
    if words:
        record = numbered(by, words)
        if record is not None:
            return HttpResponseRedirect(of_record(record))
        for process in registry.all():
            if may_read(by, process):
                rows = list(matching(visible(by, process), process, words).order_by("-k")[: SHOWN + 1])
                if rows:
                    found.append((process, rows[:SHOWN], len(rows) > SHOWN))
    return render(request, "web/search.html", {"everywhere": words, "found": found})


@require_safe
@reads
def choose(request: HttpRequest, process: Process) -> HttpResponse:
    """Options for a reference: records still in force whose number or name holds what was typed."""
    words = typed(request.GET, request.GET.get("field", "q"))
    rows = visible(actor(request), process).exclude(state__in=process.final)
    rows = matching(rows, process, words).order_by("-k")[:CHOICES]
    return render(request, "web/choices.html", {"records": rows})
