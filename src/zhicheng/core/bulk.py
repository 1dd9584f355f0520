"""Many records at once: the same rules as ``open_record`` in one transaction, entries written in chunks.

An imported record is "imported, not signed here": act ``import``, no clocks, no messages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeAlias

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from zhicheng.core import competence
from zhicheng.core.authority import Actor, authority, holding, refusal
from zhicheng.core.cleaning import clean_value
from zhicheng.core.facts import fact_fields, facts_of
from zhicheng.core.imports import ImportRun
from zhicheng.core.inserting import insert, undisturbed
from zhicheng.core.language import listed
from zhicheng.core.process import Missing, Process, registry
from zhicheng.core.records import Provenance, writing
from zhicheng.core.references import References
from zhicheng.core.writers import (
    Refused,
    business_key,
    closed_months,
    in_closed_month,
    next_number,
    today_of,
)
from zhicheng.ledger import log

CHUNK = 1000
LONGEST_KEY = 160
REMEMBERED = 20_000

Fault: TypeAlias = tuple[str, Any]


@dataclass(frozen=True)
class RowError:
    """Why one row was refused: the row's number in the file, the fact (empty: the whole row), the sentence."""

    row: int
    fact: str
    sentence: str


@dataclass
class Checked:
    """Rows parsed and judged before anything is written."""

    process: Process
    ready: list[Any] = field(default_factory=list)
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    read: int = 0


def check(
    process: Process,
    rows: Iterable[tuple[int, Mapping[str, Any]]],
    *,
    by: Actor,
    provenance: str = Provenance.IMPORTED,
    progress: Callable[[int], None] = lambda n: None,
) -> Checked:
    """Parse and judge every row (numbered as in the file); nothing is written.

    A row whose business key exists and whose stated facts are equal is *unchanged*; with other facts it is refused.
    A fact may be given as a ValidationError: what the file's reader found wrong with the cell.
    Errors: Refused when the actor may not open such records at all.
    """
    missing = refusal(by, process.opens, None)
    if missing:
        raise Refused([missing])
    checking = _Checking(process, by, provenance)
    source = iter(rows)
    while part := list(islice(source, CHUNK)):
        checking.take(part)
        progress(checking.out.read)
    return checking.out


class _Checking:
    """One check in progress: what was read, what is known, values already cleaned."""

    def __init__(self, process: Process, by: Actor, provenance: str) -> None:
        self.process, self.by, self.provenance = process, by, provenance
        self.out = Checked(process)
        self.references, self.seen = References(), dict[str, int]()
        self.today, self.closed = today_of(None), closed_months()
        self.cleared = competence.clearance(by)
        self.fields: dict[str, Any] = {f.name: f for f in fact_fields(process.model)}
        self.foreign = [f for f in self.fields.values() if isinstance(f, models.ForeignKey)]
        self.cleaned: dict[Any, Any] = {}
        self.needed = [
            (name, self.fields[name].attname) for name in process.asks if not self.fields[name].blank
        ]

    def take(self, part: list[tuple[int, Mapping[str, Any]]]) -> None:
        """Judge some rows: references and business keys are looked up for all of them together."""
        self.references.prepare(self.foreign, [given for _number, given in part])
        judged = [(number, given, *self._one(given)) for number, given in part]
        known = self._known([r.business_key for _n, _g, r, faults in judged if not faults])
        for number, given, record, faults in judged:
            self.out.read += 1
            if not faults and self.process.key:
                repeated = self._repeated(number, record, given, known)
                if repeated is None:
                    self.out.unchanged += 1
                    continue
                faults = repeated
            if faults:
                self.out.errors += [RowError(number, fact, str(sentence)) for fact, sentence in faults]
            else:
                self.out.ready.append(record)

    def _one(self, given: Mapping[str, Any]) -> tuple[Any, list[Fault]]:
        process = self.process
        record: Any = process.model(state=process.start, version=0, seq=-1, provenance=self.provenance)
        faults: list[Fault] = []
        for name, value in given.items():
            try:
                setattr(record, name, self._clean(name, value))
            except ValidationError as error:
                faults += [(name, m) for m in error.messages]
        faults += [
            (name, _("不能为空。"))
            for name, attname in self.needed
            if getattr(record, attname) in (None, "") and name not in {n for n, _s in faults}
        ]
        return record, faults or self._judge(record)

    def _clean(self, name: str, value: Any) -> Any:
        """One given value as the field's value; short repeated ones are cleaned once. Errors: ValidationError."""
        if isinstance(value, ValidationError):
            raise value
        if name == "state":
            if value not in self.process.importable:
                raise ValidationError(_("不能导入“%s”状态的记录。") % self.process.states.get(value, value))
            return value
        f = self.fields[name]
        if isinstance(f, models.ForeignKey):
            return self.references.find(f, value)
        if isinstance(value, list | dict):
            return clean_value(f, value)
        key = (name, type(value), value)
        if key not in self.cleaned:
            if len(self.cleaned) > REMEMBERED:
                self.cleaned.clear()
            self.cleaned[key] = clean_value(f, value)
        value = self.cleaned[key]
        return list(value) if isinstance(value, list) else value

    def _judge(self, record: Any) -> list[Fault]:
        process = self.process
        if record.occurred_on is None:
            if process.working_date == "occurred_on":
                return [("occurred_on", _("不能为空。"))]
            record.occurred_on = self.today
        if record.occurred_on > self.today and process.working_date == "occurred_on":
            return [("occurred_on", _("日期在今天之后。"))]
        scope = refusal(self.by, process.opens, record)
        if scope:
            return [("", scope.sentence)]
        try:
            record.derive(self.today)
        except ValidationError as error:
            if hasattr(error, "error_dict"):
                return [(name, m) for name, messages in error.message_dict.items() for m in messages]
            return [("", m) for m in error.messages]
        unmet = [m for m in (requirement(record) for requirement in process.open_requires) if m]
        judged = self.cleared.judge(process, "open", record)
        unmet += judged.missing
        if judged.covers:
            unmet.append(Missing(_("凭第二人签字只能逐件办理，不能导入。"), judged.covers[0]))
        if unmet:
            return [("", m.sentence) for m in unmet]
        record.after_close = bool(self.closed) and in_closed_month(record, self.closed)
        return self._key(record) if process.key else []

    def _key(self, record: Any) -> list[Fault]:
        record.business_key = business_key(self.process, record)
        if hasattr(record, "submission"):
            record.submission = 1
        if len(record.business_key) <= LONGEST_KEY:
            return []
        return [(self.process.key[-1], _("单据号等合起来超过 %s 个字符。") % LONGEST_KEY)]

    def _known(self, keys: list[str]) -> dict[str, Any]:
        """The records that have these business keys already (of several submissions the last)."""
        if not self.process.key:
            return {}
        rows = self.process.model.objects.filter(business_key__in=keys)
        if hasattr(self.process.model, "submission"):
            rows = rows.order_by("submission")
        return {r.business_key: r for r in rows}

    def _repeated(
        self, number: int, record: Any, given: Mapping[str, Any], known: Mapping[str, Any]
    ) -> list[Fault] | None:
        """What is wrong with the row's business key; None if the record exists as the row states it."""
        last, key = self.process.key[-1], record.business_key
        first = self.seen.setdefault(key, number)
        if first != number:
            return [(last, _("文件内重复：与第 %s 行是同一条。") % first)]
        old = known.get(key)
        if old is None:
            return []
        differing = [
            str(f.verbose_name)
            for name, f in self.fields.items()
            if given.get(name) not in (None, "") and getattr(old, f.attname) != getattr(record, f.attname)
        ]
        if not differing:
            return None
        what = {"n": old.number, "what": listed(differing)}
        return [(last, _("%(n)s 已登记此单据行，但%(what)s不同：请在页面上更正，不能由导入覆盖。") % what)]


def write(
    checked: Checked,
    *,
    by: Actor,
    file_name: str,
    file_sha256: str,
    source: str = "",
    progress: Callable[[int], None] = lambda n: None,
) -> ImportRun:
    """Write what ``check`` found ready, in one transaction, with the import's own record first."""
    process = checked.process
    role = authority(by, process.opens, None) or ""
    run = registry.of(ImportRun)
    with undisturbed(), transaction.atomic(), writing():
        first = ImportRun(
            state="done",
            process=process.name,
            file_name=file_name[:200],
            file_sha256=file_sha256,
            rows_read=checked.read,
            rows_opened=len(checked.ready),
            rows_unchanged=checked.unchanged,
            rows_refused=len({e.row for e in checked.errors}),
            reconstructed=any(r.provenance == Provenance.RECONSTRUCTED for r in checked.ready[:1]),
            source=source[:300],
            occurred_on=today_of(None),
        )
        with log.locked() as writer:
            entry = {
                "_by": by.ref,
                "_at": writer.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "_authority": role,
                "_means": by.means,
            }
            held = holding(by, process.opens, None)
            if held is not None and held.behalf is not None:
                entry["_behalf"] = f"org.person/{held.behalf}"
            cause = _place(run, first, "open", entry, writer)
            first.save(force_insert=True)
            for start in range(0, len(checked.ready), CHUNK):
                part = checked.ready[start : start + CHUNK]
                for record in part:
                    _place(process, record, "import", {**entry, "_cause": cause}, writer)
                insert(process.model, part)
                writer.flush()
                progress(start + len(part))
    return first


def _place(process: Process, record: Any, act: str, entry: Mapping[str, Any], writer: log.Log) -> int:
    """Number one record and append its entry; the row itself is saved by the caller."""
    record.k = writer.next_record(process.name)
    record.version = 1
    record.opened_at = writer.at
    record.number = next_number(process, record, writer)
    record.seq = writer.next_seq
    return writer.append(process.name, record.k, 1, act, {**facts_of(record), **entry})
