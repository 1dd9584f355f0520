"""While a record is being entered: what may be the same, entered before; only what the person may read."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhicheng.core.authority import Actor, visible
from zhicheng.core.cleaning import clean_value
from zhicheng.core.process import Process
from zhicheng.web.acting import actor, reads
from zhicheng.web.addresses import of_record
from zhicheng.web.finding import typed
from zhicheng.web.inputs import given

MOST = 5


@require_safe
@reads
def alike(request: HttpRequest, process: Process) -> HttpResponse:
    """At most five records like what is typed so far, each with why."""
    if process.alike is None:
        raise Http404
    by = actor(request)
    facts = _facts(process, request, by)
    found = islice(process.alike.find(facts, visible(by, process)), MOST) if facts else ()
    rows = [(record, why, of_record(record)) for record, why in found]
    return render(request, "web/alike.html", {"found": rows})


def _facts(process: Process, request: HttpRequest, by: Actor) -> dict[str, Any]:
    """What is given and can be understood; half a word is nothing yet."""
    facts: dict[str, Any] = {}
    for name in process.alike.facts if process.alike else ():
        f: Any = process.model._meta.get_field(name)
        text = typed(request.GET, name)
        if not text:
            continue
        try:
            facts[name] = given(f, text, by) if isinstance(f, models.ForeignKey) else clean_value(f, text)
        except ValidationError:
            continue
    return facts


def listening(process: Process) -> str:
    """The inputs by which records are found, as a selector (empty: none)."""
    return ", ".join(f"[name={name}]" for name in process.alike.facts) if process.alike else ""
