"""A form over some facts of a record: made from the definition, filled again from what was sent, errors at their fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from zhicheng.core import parameters
from zhicheng.core.authority import Actor
from zhicheng.core.fields import RowsField
from zhicheng.core.files import Stored
from zhicheng.core.language import marked
from zhicheng.core.process import Process, Transition
from zhicheng.core.writers import Refused, Stale, today_of
from zhicheng.ledger.log import LogRefused
from zhicheng.web import uploads
from zhicheng.web.acts import Sentence, sentence
from zhicheng.web.finding import typed
from zhicheng.web.inputs import Input, frozen, given, input_of, posted, suggest
from zhicheng.web.once import token
from zhicheng.web.showing import written


class Form:
    """The facts that one page asks for."""

    def __init__(
        self,
        process: Process,
        names: Iterable[str],
        by: Actor,
        record: Any = None,
        required: Iterable[str] = (),
    ) -> None:
        self.process, self.by, self.record = process, by, record
        needed = set(required)
        self.fields: dict[str, Any] = {n: process.model._meta.get_field(n) for n in names}
        self.inputs = {
            n: input_of(f, by, record, required=n in needed and not isinstance(f, models.BooleanField))
            for n, f in self.fields.items()
        }
        for n, (other, values) in process.concerns.items():
            if n in self.inputs and other in self.inputs:
                self.inputs[n].when, self.inputs[n].values = other, " ".join(sorted(values))
        self.sentences: list[Sentence] = []
        self.files: list[Stored] = []
        self.reason = ""
        self.reason_errors: list[str] = []
        self.token = token()
        self.version: int | None = None  # another than the record's: of a draft that was written before
        for one in self.inputs.values():
            if one.kind == "rows":
                suggest(one, record)

    def prefill(self, **values: str) -> None:
        """Start with these values, as an input holds them."""
        for name, value in values.items():
            if name in self.inputs and value:
                self.inputs[name].value = value

    def ask_late(self) -> None:
        """Let the page ask for the reason as soon as the date is too far back."""
        if "late_reason" in self.inputs and "occurred_on" in self.inputs:
            self.inputs["occurred_on"].late_after = parameters.value("core.late_days")
            self.inputs["occurred_on"].help = ""

    def read(self, request: HttpRequest) -> dict[str, Any]:
        """What was sent, for the writers. Errors: ValidationError by field; the inputs keep what was typed."""
        self.reason = typed(request.POST, "reason")
        self.token = request.POST.get("token") or self.token
        facts: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        for name, f in self.fields.items():
            one = self.inputs[name]
            one.value = posted(f, request.POST)
            if one.suggested:  # a suggested row that nobody filled in says nothing
                one.value = [r for r in one.value if {k: v for k, v in r.items() if v} not in one.suggested]
            if one.kind == "file" and (sent := request.FILES.get(name)):
                self.files.append(uploads.stored(sent))
                one.value = self.files[-1].sha256
            one.was = request.POST.get(f"was-{name}", one.was)
            if one.required and not one.value:
                errors[name] = [_("不能为空。")]
                continue
            try:
                facts[name] = given(f, one.value, self.by)
            except ValidationError as error:
                errors[name] = error.messages
        try:
            self.files += uploads.received(request)
        except ValidationError as error:
            errors["files"] = error.messages
        if errors:
            raise ValidationError(errors)
        return facts

    def touched(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Of the facts that were read, those that the person changed since the form was first shown."""
        return {n: v for n, v in facts.items() if frozen(self.inputs[n].value) != self.inputs[n].was}

    def take(self, error: ValidationError | Refused | Stale | LogRefused) -> None:
        """Put an error where it belongs: at its field, or on top as a sentence."""
        if isinstance(error, Refused):
            self.sentences += [sentence(m, self.record, self.by) for m in error.missing]
        elif isinstance(error, Stale):
            said = {"n": error.record.number, "now": error.record.version}
            self.sentences.append(
                Sentence(
                    _(
                        "%(n)s 已由他人改为第 %(now)s 版。您填的内容还在，他人改过的旁边注明了现值：核对后可再次提交。"
                    )
                    % said
                )
            )
        elif isinstance(error, LogRefused):
            self.sentences.append(Sentence(str(error)))
        elif not hasattr(error, "error_dict"):
            self.sentences += [Sentence(m) for m in error.messages]
        else:
            for name, messages in error.message_dict.items():
                if name in self.inputs:
                    self.inputs[name].errors += messages
                elif name == "reason":
                    self.reason_errors += messages
                else:
                    self.sentences += [Sentence(self._named(name, m)) for m in messages]

    def _named(self, name: str, message: str) -> str:
        if name in (NON_FIELD_ERRORS, "files"):
            return message
        fields = {f.name: f for f in self.process.model._meta.concrete_fields}
        return marked(fields[name].verbose_name, message) if name in fields else message

    def compare(self, fresh: Any) -> None:
        """After somebody else changed the record: what the person typed stays, with the present value beside it;
        what the person had not touched shows the present value."""
        for name, f in self.fields.items():
            mine = self.inputs[name]
            now = input_of(f, self.by, fresh)
            if frozen(mine.value) == mine.was:
                mine.value = now.value
            elif frozen(now.value) != mine.was:
                rows = isinstance(f, RowsField)
                mine.present = _("%s 行") % len(now.value) if rows else _present(f, fresh)
            mine.was = now.was
        self.record = fresh

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Files that were stored with an earlier sending."""
        return uploads.keep(self.files)

    def parts(self) -> list[tuple[Any, list[Input], bool]]:
        """The groups, each with whether it is folded: on a new record, unless something in it is wrong or was filled in."""
        new, folded = self.record is None, {str(title) for title in self.process.folded}
        return [
            (title, part, new and str(title) in folded and not any(one.errors or one.touched for one in part))
            for title, part in self.groups()
        ]

    def groups(self) -> list[tuple[Any, list[Input]]]:
        """The inputs in the groups of the definition; what stands in no group comes with the first."""
        left = dict(self.inputs)
        found = []
        for title, names in self.process.groups:
            if part := [left.pop(n) for n in names if n in left]:
                found.append((title, part))
        if left:
            title, part = found[0] if found else ("", [])
            found[:1] = [(title, [*part, *left.values()])]
        return found


def _present(f: Any, record: Any) -> str:
    value = getattr(record, f.name)
    if isinstance(f, models.ForeignKey):
        return value.title if value is not None else _("（空）")
    return written(f, value) or _("（空）")


def today(record: Any = None) -> str:
    """Today's date at the record's site, as an input holds it."""
    return today_of(record).isoformat()


def open_form(process: Process, by: Actor) -> Form:
    """What a new record is asked for, and what else may be said of it in its first state."""
    more = [n for n in process.amendable.get(process.start, ()) if n not in process.asks]
    dated = process.working_date == "occurred_on" and "occurred_on" in process.asks
    form = Form(
        process, (*process.asks, *more, *(("late_reason",) if dated else ())), by, required=_asked(process)
    )
    if "occurred_on" in form.inputs:
        form.prefill(occurred_on=today(by.person))
    form.ask_late()
    return form


def _asked(process: Process) -> list[str]:
    """The facts that must be given: a fact with a default of its own may be left as it is."""
    fields: dict[str, Any] = {n: process.model._meta.get_field(n) for n in process.asks}
    return [n for n, f in fields.items() if not f.blank]


def step_form(process: Process, taken: Transition, record: Any, by: Actor) -> Form:
    """What a step of a record asks for."""
    return Form(process, taken.asks, by, record, required=set(taken.asks) - taken.optional)


def change_form(process: Process, record: Any, by: Actor) -> Form:
    """The facts that may be changed in the record's present state."""
    names = process.amendable.get(record.state, ())
    fields: dict[str, Any] = {n: process.model._meta.get_field(n) for n in names}
    required = [n for n, f in fields.items() if not f.blank and not isinstance(f, models.BooleanField)]
    return Form(process, names, by, record, required=required)
