"""Many records at once: the same rules as ``open_record`` in one transaction, entries written in chunks.

An imported record is "imported, not signed here": act ``import``, no clocks, no messages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from zhicheng.core.authority import Actor, authority, refusal
from zhicheng.core.facts import fact_fields, facts_of
from zhicheng.core.imports import ImportRun
from zhicheng.core.process import Process, registry
from zhicheng.core.records import Provenance, writing
from zhicheng.core.writers import Refused, business_key, clean_value, next_number, today_of
from zhicheng.ledger import log

CHUNK = 1000


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


class References:
    """Related records by number or reference, looked up once for a whole file."""

    def __init__(self) -> None:
        self._maps: dict[Any, dict[str, Any]] = {}

    def find(self, f: models.ForeignKey[Any, Any], value: Any) -> Any:
        """The related record. Errors: ValidationError naming what was looked for."""
        if value in (None, ""):
            if not f.null:
                raise ValidationError(_("不能为空。"))
            return None
        model: Any = f.related_model
        if isinstance(value, model):
            return value
        if model not in self._maps:
            name = registry.of(model).name
            self._maps[model] = {}
            for r in model.objects.all():
                self._maps[model][r.number] = self._maps[model][f"{name}/{r.k}"] = r
                self._maps[model].setdefault(r.title, r)
        found = self._maps[model].get(str(value).strip())
        if found is None:
            raise ValidationError(
                _("没有编号或名称为“%(v)s”的%(m)s。"), params={"v": value, "m": model._meta.verbose_name}
            )
        return found


def check(
    process: Process,
    rows: Iterable[tuple[int, Mapping[str, Any]]],
    *,
    by: Actor,
    provenance: str = Provenance.IMPORTED,
    progress: Callable[[int], None] = lambda n: None,
) -> Checked:
    """Parse and judge every row (numbered as in the file); nothing is written.

    A row whose business key exists with equal importable facts is *unchanged*; with other facts it is refused.
    Errors: Refused when the actor may not open such records at all.
    """
    missing = refusal(by, process.opens, None)
    if missing:
        raise Refused([missing])
    out = Checked(process)
    references, seen = References(), set[str]()
    known = _known(process)
    today = today_of(None)
    for number, given in rows:
        out.read += 1
        if out.read % CHUNK == 0:
            progress(out.read)
        record, errors = _one(process, given, references, provenance)
        if not errors:
            errors = _judge(process, record, today, by)
        if not errors and process.key:
            errors = _keys(process, record, seen, known, out)
        if errors is None:
            out.unchanged += 1
        elif errors:
            out.errors += [RowError(number, fact, str(sentence)) for fact, sentence in errors]
        else:
            out.ready.append(record)
    return out


def _one(
    process: Process, given: Mapping[str, Any], references: References, provenance: str
) -> tuple[Any, list[tuple[str, Any]]]:
    record = process.model(state=process.start, version=0, seq=-1, provenance=provenance)
    errors: list[tuple[str, Any]] = []
    fields = {f.name: f for f in fact_fields(process.model)}
    for name, value in given.items():
        if name == "state":
            if value not in process.importable:
                errors.append((name, _("不能导入“%s”状态的记录。") % process.states.get(value, value)))
            record.state = value
            continue
        f = fields[name]
        try:
            if isinstance(f, models.ForeignKey):
                setattr(record, name, references.find(f, value))
            else:
                setattr(record, name, clean_value(f, value))
        except ValidationError as error:
            errors += [(name, m) for m in error.messages]
    errors += [
        (name, _("不能为空。"))
        for name in process.asks
        if not fields[name].blank and getattr(record, fields[name].attname) in (None, "")
    ]
    return record, errors


def _judge(process: Process, record: Any, today: Any, by: Actor) -> list[tuple[str, Any]] | None:
    if record.occurred_on is None:
        return [("occurred_on", _("不能为空。"))]
    if record.occurred_on > today and process.working_date == "occurred_on":
        return [("occurred_on", _("日期在今天之后。"))]
    scope = refusal(by, process.opens, record)
    if scope:
        return [("", scope.sentence)]
    try:
        record.derive(today)
    except ValidationError as error:
        if hasattr(error, "error_dict"):
            return [(name, m) for name, messages in error.message_dict.items() for m in messages]
        return [("", m) for m in error.messages]
    return []


def _known(process: Process) -> dict[str, int]:
    """Business keys that exist, each with its record's number in the order of opening (last submission)."""
    if not process.key:
        return {}
    rows = (
        process.model.objects.order_by("submission")
        if hasattr(process.model, "submission")
        else process.model.objects.all()
    )
    return dict(rows.values_list("business_key", "k"))


def _keys(
    process: Process, record: Any, seen: set[str], known: Mapping[str, int], out: Checked
) -> list[tuple[str, Any]] | None:
    record.business_key = key = business_key(process, record)
    if hasattr(record, "submission"):
        record.submission = 1
    if key in seen:
        return [(process.key[-1], _("文件内重复：同一单据行出现了两次。"))]
    seen.add(key)
    if key not in known:
        return []
    old = process.model.objects.get(k=known[key])
    names = set(process.import_columns)
    differing = [
        str(f.verbose_name)
        for f in fact_fields(process.model)
        if f.name in names and getattr(old, f.attname) != getattr(record, f.attname)
    ]
    if not differing:
        return None
    return [
        (
            process.key[-1],
            _("%(n)s 已登记此单据行，但%(what)s不同：请在页面上更正，不能由导入覆盖。")
            % {"n": old.number, "what": "、".join(differing)},
        )
    ]


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
    with transaction.atomic(), writing():
        first: Any = ImportRun(
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
            cause = _place(run, first, "open", entry, writer)
            first.save(force_insert=True)
            for start in range(0, len(checked.ready), CHUNK):
                part = checked.ready[start : start + CHUNK]
                for record in part:
                    _place(process, record, "import", {**entry, "_cause": cause}, writer)
                process.model.objects.bulk_create(part)
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
