"""The operations of one process: list, one, history, open, amend, and one for each step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import NinjaAPI

from zhicheng.api import schemas, shown
from zhicheng.api.caller import Caller, admit, proved
from zhicheng.api.idempotency import PARAMETER, once
from zhicheng.api.lists import listed, parameters_of
from zhicheng.api.problems import Problem, answer
from zhicheng.core.authority import Actor, refusal, step_refusal, visible
from zhicheng.core.cleaning import clean_value
from zhicheng.core.process import Missing, Process, Transition, registry
from zhicheng.core.records import Record
from zhicheng.core.writers import Refused, amend, open_record, perform


def find(process: Process, number: str, actor: Actor) -> Any:
    """The record of this number within the actor's scope. Errors: Http404."""
    # A database would choke on it; no number holds one.
    if "\x00" in number or len(number) > 60:
        raise Http404
    record = visible(actor, process).select_related(*shown.related(process)).filter(number=number).first()
    if record is None:
        raise Http404
    return record


def _forbidden(missing: Missing) -> Problem:
    return Problem(403, "forbidden", missing.sentence, missing=[missing])


def _opening_refused(process: Process, facts: dict[str, Any], actor: Actor, error: Refused) -> Problem:
    """Why opening was refused: out of scope, registered already, or a requirement."""
    probe = process.model()
    for name in ("site", "department"):
        if facts.get(name):
            field: Any = process.model._meta.get_field(name)
            setattr(probe, name, clean_value(field, facts[name]))
    if outside := refusal(actor, process.opens, probe):
        return _forbidden(outside)
    twin = any(m.at is not None and isinstance(m.at, process.model) for m in error.missing)
    return Problem(409, "duplicate" if twin else "refused", error, missing=error.missing)


def opened(process: Process, facts: dict[str, Any], actor: Actor) -> Any:
    """Open a record. Errors: Problem, ValidationError."""
    if missing := refusal(actor, process.opens, None):
        raise _forbidden(missing)
    try:
        return open_record(process, facts, by=actor)
    except Refused as error:
        raise _opening_refused(process, facts, actor, error) from None


def acted(process: Process, step: Transition, record: Record, body: Any, caller: Caller) -> Any:
    """Take a step. Errors: Problem, Refused, Stale, ValidationError."""
    if missing := step_refusal(caller.actor, step, record):
        raise _forbidden(missing)
    actor = proved(caller, body.password) if step.meaning else caller.actor
    asked = body.facts.model_dump(exclude_unset=True)
    return perform(record, step.name, asked, by=actor, version=body.version, reason=body.reason)


def amended(process: Process, record: Record, body: Any, actor: Actor) -> Any:
    """Change facts. Errors: Problem, Refused, Stale, ValidationError."""
    if missing := refusal(actor, process.amends or process.opens, record):
        raise _forbidden(missing)
    changes = body.facts.model_dump(exclude_unset=True)
    if not changes:
        raise ValidationError(_("没有给出要更改的内容。"))
    return amend(record, changes, by=actor, version=body.version, reason=body.reason)


def _typed(operation: Callable[..., HttpResponse], model: Any) -> Callable[..., HttpResponse]:
    """Give the operation's ``body`` the process's own model: the library reads it from the annotations."""
    operation.__annotations__["body"] = model
    operation.__annotations__["request"] = HttpRequest
    if "number" in operation.__annotations__:
        operation.__annotations__["number"] = str
    return operation


def add(api: NinjaAPI, process: Process) -> None:
    """Every operation of a process. Titles in the schema are Chinese."""
    with translation.override("zh-hans"):
        record = schemas.record_model(process)
        one = schemas.one_model(process, record)
        _add_reading(api, process, record, one)
        _add_opening(api, process, record)
        if process.amendable:
            _add_amending(api, process, one)
        for step in process.transitions:
            _add_act(api, process, step, one)


def _add_reading(api: NinjaAPI, process: Process, record: Any, one: Any) -> None:
    tags, path, title = [process.name], f"/{process.name}", str(process.title)
    related = shown.related(process)

    def list_records(request: HttpRequest) -> HttpResponse:
        caller = admit(request, process)
        found, older, newer = listed(request, process, caller.actor, related)
        items = [shown.record_json(process, r) for r in found]
        return answer({"items": items, "before": older, "after": newer})

    def get_record(request: HttpRequest, number: str) -> HttpResponse:
        caller = admit(request, process)
        return answer(shown.one_json(process, find(process, number, caller.actor), caller.actor))

    def get_history(request: HttpRequest, number: str) -> HttpResponse:
        caller = admit(request, process)
        return answer({"items": shown.history_json(process, find(process, number, caller.actor))})

    problems = schemas.PROBLEMS
    key = process.name.replace(".", "_")
    api.get(
        path, response={200: schemas.list_model(process, record), **problems}, tags=tags, summary=f"{title}：列表",
        operation_id=f"{key}_list", openapi_extra={"parameters": parameters_of(process)},
    )(list_records)  # fmt: skip
    api.get(
        path + "/{number}", response={200: one, **problems}, tags=tags, summary=f"{title}：一条",
        operation_id=f"{key}_get",
    )(get_record)  # fmt: skip
    api.get(
        path + "/{number}/history", response={200: schemas.HistoryOut, **problems}, tags=tags,
        summary=f"{title}：历史", operation_id=f"{key}_history",
    )(get_history)  # fmt: skip


def _add_opening(api: NinjaAPI, process: Process, record_out: Any) -> None:
    def open_one(request: HttpRequest, body: Any) -> HttpResponse:
        caller = admit(request, process, write=True)

        def act() -> HttpResponse:
            facts = body.facts.model_dump(exclude_unset=True)
            record = opened(process, facts, caller.actor)
            return answer(shown.record_json(process, record), 201)

        return once(request, caller, act)

    with_key = {"parameters": [PARAMETER]}
    api.post(
        f"/{process.name}", response={201: record_out, **schemas.PROBLEMS}, tags=[process.name],
        summary=f"{process.title}：{process.open_title or _('登记')}",
        operation_id=f"{process.name.replace('.', '_')}_open", openapi_extra=with_key,
    )(_typed(open_one, schemas.open_model(process)))  # fmt: skip


def _add_amending(api: NinjaAPI, process: Process, one: Any) -> None:
    def amend_one(request: HttpRequest, number: str, body: Any) -> HttpResponse:
        caller = admit(request, process, write=True)
        record = amended(process, find(process, number, caller.actor), body, caller.actor)
        return answer(shown.one_json(process, record, caller.actor))

    api.patch(
        f"/{process.name}/{{number}}", response={200: one, **schemas.PROBLEMS}, tags=[process.name],
        summary=f"{process.title}：更改", operation_id=f"{process.name.replace('.', '_')}_amend",
    )(_typed(amend_one, schemas.amend_model(process)))  # fmt: skip


def _add_act(api: NinjaAPI, process: Process, step: Transition, one: Any) -> None:
    def act_on(request: HttpRequest, number: str, body: Any) -> HttpResponse:
        caller = admit(request, process, write=True)
        record = find(process, number, caller.actor)

        def act() -> HttpResponse:
            written = acted(process, step, record, body, caller)
            return answer(shown.one_json(process, written, caller.actor))

        return once(request, caller, act)

    api.post(
        f"/{process.name}/{{number}}/{step.name}", response={200: one, **schemas.PROBLEMS}, tags=[process.name],
        summary=f"{process.title}：{step.title}", description=step.help,
        operation_id=f"{process.name.replace('.', '_')}_{step.name}", openapi_extra={"parameters": [PARAMETER]},
    )(_typed(act_on, schemas.act_model(process, step)))  # fmt: skip


def add_all(api: NinjaAPI) -> None:
    """The operations of every registered process."""
    for process in registry.all():
        add(api, process)
