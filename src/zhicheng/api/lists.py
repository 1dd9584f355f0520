"""Lists: declared filters, search, pages by key. Newest first; ``before`` and ``after`` are cursors, not offsets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from pydantic_core import PydanticCustomError

from zhicheng.api import shapes
from zhicheng.api.problems import Problem
from zhicheng.core import paging
from zhicheng.core.authority import Actor, visible
from zhicheng.core.cleaning import clean_value
from zhicheng.core.finding import matching
from zhicheng.core.process import Process

LONGEST_PAGE = 500
PAGING = ("before", "after", "limit")


def parameters_of(process: Process) -> list[dict[str, Any]]:
    """The query parameters of a process's list, for the schema."""
    out = [_parameter("q", {"type": "string", "maxLength": 100}, "search in: " + ", ".join(process.search))]
    for name in process.filters:
        f: Any = process.model._meta.get_field(name)
        _check, schema = _filter(process, f)
        out.append(_parameter(name, schema, str(f.verbose_name)))
        if isinstance(f, models.DateField):
            out += [_parameter(f"{name}_{end}", schema, str(f.verbose_name)) for end in ("from", "to")]
    return [*out, *paging_parameters()]


def paging_parameters() -> list[dict[str, Any]]:
    """``before``, ``after`` and ``limit``, for the schema."""
    key = {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\.[0-9]{1,18}$"}
    return [
        _parameter("before", key, "only records older than this cursor"),
        _parameter("after", key, "only records newer than this cursor"),
        _parameter("limit", {"type": "integer", "minimum": 1, "maximum": LONGEST_PAGE, "default": 50}, ""),
    ]


def _parameter(name: str, schema: dict[str, Any], words: str) -> dict[str, Any]:
    return {"in": "query", "name": name, "required": False, "schema": schema, "description": words}


def _filter(process: Process, f: Any) -> tuple[shapes.Check, dict[str, Any]]:
    if f.name == "state":
        codes = list(process.states)
        return shapes.choice(codes), {"type": "string", "enum": codes}
    if f.choices:
        codes = [code for code, _label in f.flatchoices]
        return shapes.choice(codes), {"type": "string", "enum": codes}
    if isinstance(f, models.BooleanField):
        return _truth, {"type": "boolean"}
    if isinstance(f, models.IntegerField):
        return _whole, {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1}
    if isinstance(f, models.DateField):
        return shapes.date, {"type": "string", "format": "date"}
    if isinstance(f, models.ForeignKey):
        return shapes.reference, {"type": "string", "maxLength": 90}
    return shapes.text(200), {"type": "string", "maxLength": 200}


def _truth(value: str) -> bool:
    if value not in ("true", "false"):
        raise shapes.wrong(_("应为 true 或 false。"))
    return value == "true"


def _whole(value: str) -> int:
    sign = value.startswith("-")
    if not (value[sign:].isascii() and value[sign:].isdigit() and len(value) < 16):
        raise shapes.wrong(_("应为整数。"))
    return shapes.integer(int(value))


class Query:
    """A request's query, read by declared checks; every fault is kept and said at once."""

    def __init__(self, request: HttpRequest) -> None:
        self.given, self.faults = request.GET, dict[str, list[str]]()
        self.known: set[str] = set()

    def read(self, name: str, check: shapes.Check, default: Any = None) -> Any:
        """One parameter's value, or the default when it is not given."""
        self.known.add(name)
        value = self.given.get(name)
        if value is None or value == "":
            return default
        try:
            return check(value)
        except PydanticCustomError as error:
            self.faults[name] = [str((error.context or {}).get("sentence", ""))]
        except ValidationError as error:
            self.faults[name] = error.messages
        return default

    def end(self) -> None:
        """Refuse unknown parameters and what was at fault. Errors: Problem 400."""
        for name in set(self.given) - self.known:
            self.faults[name[:60]] = [_("没有这一项。")]
        if self.faults:
            raise Problem(400, "shape", _("请求的形式不对：请见各项的说明。"), self.faults)


def _narrowed(process: Process, query: Query, rows: QuerySet[Any]) -> QuerySet[Any]:
    for name in process.filters:
        f: Any = process.model._meta.get_field(name)
        check, _schema = _filter(process, f)
        value = query.read(name, check)
        if value is not None and isinstance(f, models.ForeignKey):
            value = query.read(name, lambda v, f=f: clean_value(f, v))  # type: ignore[misc]
        if value is not None:
            rows = rows.filter(**{name: value})
        if isinstance(f, models.DateField):
            for end, lookup in (("from", "gte"), ("to", "lte")):
                if (day := query.read(f"{name}_{end}", shapes.date)) is not None:
                    rows = rows.filter(**{f"{name}__{lookup}": day})
    if words := query.read("q", shapes.text(100)):
        rows = matching(rows, process, words)
    return rows


def _cursor(value: str) -> paging.Cursor:
    found = paging.Cursor.read(value)
    if found is None:
        raise shapes.wrong(_("应为上一页给出的游标。"))
    return found


def page(
    query: Query, rows: QuerySet[Any], by: str = "occurred_on", related: Sequence[str] = ()
) -> tuple[list[Any], str | None, str | None]:
    """One page by date and key, newest first, with the cursors of the older and the newer page (None: there is none)."""
    before, after = query.read("before", _cursor), query.read("after", _cursor)
    limit = query.read("limit", _whole, 50)
    if not 1 <= limit <= LONGEST_PAGE:
        query.faults["limit"] = [_("应在 1 与 %s 之间。") % LONGEST_PAGE]
    query.end()
    found = paging.page(rows, before=before, after=after, size=limit, by=by, related=related)
    return found.rows, str(found.older) if found.older else None, str(found.newer) if found.newer else None


def listed(
    request: HttpRequest, process: Process, actor: Actor, related: list[str]
) -> tuple[list[Any], Any, Any]:
    """The rows of a list within the actor's scope. Errors: Problem 400."""
    query = Query(request)
    rows = _narrowed(process, query, visible(actor, process))
    return page(query, rows, related=related)
