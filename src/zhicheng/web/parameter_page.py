"""The list of parameters: every one that is declared, with the value in force and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhicheng.core import parameters
from zhicheng.core.authority import visible
from zhicheng.core.language import listed
from zhicheng.core.organisation import Standing
from zhicheng.core.parameters import Parameter
from zhicheng.core.process import Process, registry
from zhicheng.core.roles import Role
from zhicheng.web.acting import actor, reads
from zhicheng.web.acts import amends
from zhicheng.web.addresses import of_process, of_record
from zhicheng.web.listing import may_open

RETENTION = "retention."


@dataclass(frozen=True)
class Row:
    """One parameter: what it is, its value, the record that sets it, and where it can be changed."""

    key: str
    title: Any
    value: str
    unit: Any
    default: str
    source: Any
    site: Any = None
    record: Any = None
    href: str = ""


def rows(request: HttpRequest, process: Process) -> list[Row]:
    """Every declared parameter, and a line for each site that has a value of its own."""
    by = actor(request)
    held = visible(by, process).filter(state=Standing.ACTIVE).select_related("site").order_by("k")
    found, opens = [], may_open(by, process)
    by_key: dict[str, list[Any]] = {}
    for record in held:
        by_key.setdefault(record.key, []).append(record)
    for key, spec in parameters.specs().items():
        default = said(spec.default)
        records = by_key.get(key, [])
        if all(r.site_id for r in records):
            new = f"{of_process(process, 'new')}?key={key}" if opens else ""
            found.append(Row(key, spec.title, default, spec.unit, default, spec.source, href=new))
        for r in records:
            change = of_record(r, "amend") if amends(r, by) else ""
            value = said(parameters.read(spec, r.value))
            found.append(Row(key, spec.title, value, spec.unit, default, spec.source, r.site, r, change))
    return found


def said(value: Any) -> str:
    """A value as people read it: roles by their names."""
    if isinstance(value, list):
        return listed(str(Role(v).label) if v in Role.values else str(v) for v in value)
    return str(value)


@require_safe
def parameter_list(request: HttpRequest) -> HttpResponseBase:
    """The page."""
    return _page(request, registry.of(Parameter))


@reads
def _page(request: HttpRequest, process: Process) -> HttpResponse:
    found = rows(request, process)
    kept = [(row, parameters.Retention(row.value)) for row in found if row.key.startswith(RETENTION)]
    values = {
        "process": process,
        "table": [r for r in found if not r.key.startswith(RETENTION)],
        "kept": kept,
        "always": [p for p in registry.all() if p.retention.always],
    }
    return render(request, "web/parameters.html", values)
