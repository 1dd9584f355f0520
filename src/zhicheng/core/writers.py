"""The three writers: ``open_record``, ``amend``, ``perform``. There is no other way to change a record.

Each one: lock the row; refuse a stale version; judge role, scope and requirements as they are now; write; start and
stop clocks; append one log entry for the record and one for each other record that the effect opened or changed
(with its cause); all in one transaction. Effects get a ``Write`` as ``by`` and act on other records through it.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from zhicheng.core import clocks, competence, erasure, gone, parameters
from zhicheng.core.authority import SYSTEM, Actor, authority, holding, refusal, step_refusal
from zhicheng.core.cleaning import clean_value
from zhicheng.core.facts import LONGEST_TEXT, fact_fields, facts_of
from zhicheng.core.files import Attachment, Stored
from zhicheng.core.inserting import insert, update
from zhicheng.core.language import listed, recorded
from zhicheng.core.organisation import Appointment, Standing
from zhicheng.core.parameters import MonthClose
from zhicheng.core.prepared import NUMBER, Prepared
from zhicheng.core.process import Missing, Process, Transition, nothing, registry
from zhicheng.core.records import Record, writing
from zhicheng.core.zones import zone_of
from zhicheng.ledger import log
from zhicheng.ledger.models import Entry


class Refused(Exception):
    """The act is not possible now. ``missing`` holds one sentence for each reason."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        self.missing = tuple(missing)
        super().__init__(" ".join(str(m.sentence) for m in self.missing))


class Stale(Exception):
    """The record was changed by somebody else since the form was shown."""

    def __init__(self, record: Record, seen: int) -> None:
        self.record, self.seen = record, seen
        super().__init__(
            _("%(n)s 已由他人改为第 %(now)s 版，您看到的是第 %(seen)s 版：请刷新后重做。")
            % {"n": record.number, "now": record.version, "seen": seen}
        )


@dataclass
class Change:
    """One record to be written with one entry."""

    process: Process
    record: Record
    act: str
    authority: str
    new: bool = False
    cause: int | None = None
    reason: str = ""
    signed: tuple[Any, str] | None = None
    files: tuple[Stored, ...] = ()
    exempted: bool = False
    covers: tuple[Record, ...] = ()
    behalf: int | None = None
    """Whose role it was, where it was held in another's place."""
    erased: tuple[str, ...] = ()
    erased_files: tuple[str, ...] = ()
    """The files that go, where others of the record stay."""
    seq: int = -1


@dataclass
class Write:
    """A write in progress. Effects receive it as ``by``: who acts, when, and the means to act on other records."""

    actor: Actor
    at: dt.datetime
    today: dt.date
    changes: list[Change] = field(default_factory=list)
    current: int = 0
    before: Mapping[str, Any] = field(default_factory=dict)
    """The facts of the record before this step asked for any."""
    erasures: list[gone.Gone] = field(default_factory=list)
    """What this write erases, for the list outside."""

    @property
    def person(self) -> Any:
        """The acting person (None: the system)."""
        return self.actor.person

    def open(self, process: Process, **facts: Any) -> Record:
        """Open a record as a consequence of the current one: its entry names this one as cause."""
        given = self.changes[self.current]
        place = {"site": given.record.site, "department": given.record.department}
        record = _prepare(process, {**place, **facts}, asked_only=False)
        if process.key:
            _number_submission(process, record)
        return self._consequence(process, record, "open", process.opened, new=True)

    def perform(self, record: Record, act: str, **asked: Any) -> Record:
        """Take a step of another record as a consequence: its states and requirements are judged, the authority is the cause's."""
        process = registry.of(record)
        step = process.acts[act]
        fresh = _lock(record)
        missing = [m for m in (_wrong_state(process, step, fresh), *(r(fresh) for r in step.requires)) if m]
        if missing:
            raise Refused(missing)
        _apply(fresh, asked, required=set(step.asks) - step.optional)
        return self._consequence(process, fresh, act, step.effect, to=step.to)

    def change(self, record: Record, act: str, **facts: Any) -> Record:
        """Write facts of another record that follow from this act, under an act name of their own."""
        fresh = _lock(record)
        _apply(fresh, facts, required=set())
        return self._consequence(registry.of(record), fresh, act, lambda r, by: None)

    def erase(
        self,
        record: Record,
        names: Iterable[str],
        ground: str,
        act: str = gone.ERASE,
        files: Iterable[str] = (),
    ) -> None:
        """Blank facts of a record in all its versions, with an entry that says which and on what ground. ``files``: of the attached ones
        only those of these hashes. What lies outside the log goes with it (``Process.forgets``)."""
        process, fresh = registry.of(record), _lock(record)
        origin = self.changes[self.current] if self.changes else None
        change = Change(process, fresh, act, origin.authority if origin else SYSTEM.ref)
        change.cause = self.current if origin else None
        change.erased_files = tuple(sorted(files))
        change.erased = tuple(sorted({*names, *(("_files",) if change.erased_files else ())}))
        change.reason = ground
        erasure.blank_row(fresh, change.erased)
        if process.forgets and process.personal & set(change.erased):
            process.forgets(fresh)
        self.changes.append(change)

    def _consequence(
        self,
        process: Process,
        record: Record,
        act: str,
        effect: Any,
        *,
        new: bool = False,
        to: str | None = None,
    ) -> Record:
        cause, self.current = self.current, len(self.changes)
        origin = self.changes[cause]
        self.changes.append(
            Change(process, record, act, origin.authority, new=new, cause=cause, behalf=origin.behalf)
        )
        _run(effect, record, self, to)
        self.current = cause
        return record

    def commit(self) -> None:
        """Lock the head, number and save every changed record, and append its entry. Consequences follow their cause."""
        with log.locked(commits=True) as writer:
            for offset, change in enumerate(self.changes):
                _number(change, writer, offset)
            for change in self.changes:
                _point_at_numbered(change.record)
            for change in self.changes:
                _write(change, self, writer)
        if self.erasures:
            transaction.on_commit(lambda: gone.note(*self.erasures))


def today_of(record: Record | None) -> dt.date:
    """Today's date at the record's site."""
    return day_of(log.now(), record)


def day_of(moment: dt.datetime, record: Record | None) -> dt.date:
    """The date that a moment has at the record's site."""
    return moment.astimezone(zone_of(record.site if record is not None else None)).date()


def _number(change: Change, writer: log.Log, offset: int) -> None:
    """Number all records before any is saved, so that they can refer to each other."""
    record = change.record
    if change.new:
        record.k = writer.next_record(change.process.name)
        record.version = 1
        record.opened_at = writer.at
        record.number = next_number(change.process, record, writer)
    else:
        record.version += 1
    record.seq = change.seq = writer.next_seq + offset


def _point_at_numbered(record: Record) -> None:
    """A reference to a record that this same write opens has its number only now."""
    for name, other in list(record._state.fields_cache.items()):
        attribute = record._meta.get_field(name).attname  # type: ignore[union-attr]
        if other is not None and getattr(record, attribute) is None:
            setattr(record, name, other)


def _write(change: Change, write: Write, writer: log.Log) -> None:
    process, record = change.process, change.record
    if change.new:
        writer.at_last(lambda: insert(process.model, [record]))
    else:
        writer.at_last(lambda: update(process.model, record))
    turned = clocks.turn(process, record, change.act, writer.at) if process.clocks else []
    facts = facts_of(record)
    facts["_by"] = write.actor.ref
    facts["_at"] = writer.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    facts["_authority"] = change.authority
    facts["_means"] = write.actor.means
    if change.erased:
        facts = {name: value for name, value in facts.items() if name not in change.erased}
        facts |= {"_erased": ",".join(change.erased), "_ground": change.reason}
        facts |= _blanked(change, write, str(facts["_at"]))
    elif change.reason:
        facts["_reason"] = change.reason
    if change.cause is not None:
        facts["_cause"] = write.changes[change.cause].seq
    if change.exempted:
        facts["_four_eyes"] = "excepted"
    if change.behalf is not None:
        facts["_behalf"] = f"org.person/{change.behalf}"
    if change.covers:
        facts["_cover"] = ",".join(c.number for c in change.covers)
    if turned:
        facts["_clocks"] = turned
    if change.signed:
        facts["_signed"] = [_signature(change, write, writer.at)]
    if change.files:
        facts["_files"] = [{"name": f.name, "sha256": f.sha256, "size": f.size} for f in change.files]
        Attachment.objects.bulk_create(
            Attachment(type=process.name, k=record.k, ver=record.version, **vars(f)) for f in change.files
        )
    writer.append(process.name, record.k, record.version, change.act, facts)


def _blanked(change: Change, write: Write, at: str) -> dict[str, Any]:
    """Blank the earlier versions, note it for the list outside, and say of the files which went and which stay."""
    files, name = change.erased_files, change.process.name
    stay = erasure.blank_log(name, change.record.k, change.erased, change.seq, files)
    k, ver = change.record.k, change.record.version
    write.erasures.append(gone.Gone(name, k, change.erased, change.reason, change.act, at, ver, files))
    return ({"_erased_files": ",".join(files)} if files else {}) | ({"_files": stay} if stay else {})


def _signature(change: Change, write: Write, at: dt.datetime) -> dict[str, Any]:
    meaning, leaf = change.signed or ("", "")
    return {
        "person": write.actor.ref,
        "name": write.actor.person.name if write.actor.person else "system",
        "meaning": recorded(meaning),
        "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "leaf": leaf,
    }


def next_number(process: Process, record: Record, writer: log.Log) -> str:
    """The record's number from its process's series, such as ``LL-{year}-{seq:05d}``."""
    year = record.occurred_on.year
    series = f"{process.name}/{year}" if "{year" in process.series else process.name
    return process.series.format(year=year, seq=writer.next_in_series(series))


def _lock(record: Record) -> Any:
    model: Any = type(record)
    fresh = _row(model).first(model, record.pk)
    if fresh is None:
        raise model.DoesNotExist(f"{model.__name__} {record.pk}")
    return fresh


@cache
def _row(model: Any) -> Prepared:
    """The row of a number, locked."""
    return Prepared(lambda k: model.objects.select_for_update().filter(pk=k), NUMBER)


def _apply(record: Record, given: Mapping[str, Any], required: Iterable[str]) -> None:
    """Clean given facts and set them on the record; ``required`` ones must then be filled. Errors: ValidationError by field."""
    errors: dict[str, Any] = {}
    for name, value in given.items():
        f = record._meta.get_field(name)
        try:
            setattr(record, name, clean_value(f, value))  # type: ignore[arg-type]
        except ValidationError as error:
            errors[name] = error.messages
    for name in set(required) - set(errors):
        attribute = record._meta.get_field(name).attname  # type: ignore[union-attr]
        if getattr(record, attribute, None) in (None, "", []) and not _unsaved(record, name):
            errors[name] = [_("不能为空。")]
    if errors:
        raise ValidationError(errors)


def _unsaved(record: Record, name: str) -> bool:
    """Whether a reference points to a record that this same write opens (it has no number yet)."""
    return name in record._state.fields_cache and record._state.fields_cache[name] is not None


def openable(process: Process) -> set[str]:
    """What a person may state on opening: what is asked, what may be amended at the start, place, date and late reason."""
    first = process.amendable.get(process.start, ())
    return {*process.asks, *first, "site", "department", "occurred_on", "late_reason", "provenance"}


def _prepare(process: Process, facts: Mapping[str, Any], *, asked_only: bool = True) -> Any:
    record = process.model(state=process.start, version=0, seq=-1)
    allowed = openable(process) if asked_only else {f.name for f in fact_fields(process.model)}
    unknown = set(facts) - allowed
    if unknown:
        raise ValidationError({name: [_("没有这一项。")] for name in sorted(unknown)})
    given = dict(facts)
    given.setdefault("occurred_on", today_of(None))
    _apply(record, given, required=process.asks)
    return record


def business_key(process: Process, record: Record) -> str:
    """The record's business key: its parts NFKC-folded, trimmed, upper case."""
    parts = (getattr(record, record._meta.get_field(name).attname) for name in process.key)  # type: ignore[union-attr]
    return "|".join(unicodedata.normalize("NFKC", str(p)).strip().upper() for p in parts)


def _number_submission(process: Process, record: Any) -> None:
    """Set the business key. Opening the same key again is the next submission, and only after the last one is decided;
    a kind of record without submissions is opened once, voided ones included."""
    record.business_key = business_key(process, record)
    twin = _last(process.model).first(process.model, record.business_key)
    if not hasattr(record, "submission"):
        if twin is not None:
            raise Refused([Missing(_("已经登记为 %s。") % twin.number, twin)])
        return
    if twin is None:
        record.submission = 1
        return
    if twin.state not in process.final:
        raise Refused(
            [
                Missing(
                    _("同一单据行已有 %(n)s（第 %(s)s 次提交）尚未办结，不能重复登记。")
                    % {"n": twin.number, "s": twin.submission},
                    twin,
                )
            ]
        )
    record.submission = twin.submission + 1


@cache
def _last(model: Any) -> Prepared:
    """The latest record of a business key."""
    return Prepared(lambda key: model.objects.filter(business_key=key).order_by("-k")[:1])


def check_dates(record: Record, today: dt.date) -> None:
    """Refuse a date to come; mark a late entry (its reason is due beyond the parameter) and one into a closed month."""
    if record.occurred_on > today:
        raise ValidationError(
            {
                "occurred_on": [
                    _("%(d)s在今天（%(t)s）之后，不能登记。") % {"d": record.occurred_on, "t": today}
                ]
            }
        )
    record.late = record.after_close = False
    if record.occurred_on < today:
        allowed = parameters.value("core.late_days", record.site_id)
        record.late = (today - record.occurred_on).days > allowed
        if record.late and not record.late_reason:
            raise ValidationError({"late_reason": [_("发生已超过 %s 天：请说明补录原因。") % allowed]})
    # A month that has not ended anywhere (another site may be a day ahead) cannot be closed yet.
    if f"{record.occurred_on:%Y-%m}" != f"{today + dt.timedelta(days=1):%Y-%m}":
        record.after_close = in_closed_month(record, closed_months())


def closed_months() -> set[tuple[str, int | None]]:
    """Every closed month with its site (None: all sites)."""
    return set(MonthClose.objects.filter(state=Standing.ACTIVE).values_list("month", "site_id"))


def in_closed_month(record: Record, closed: set[tuple[str, int | None]]) -> bool:
    """Whether the record happened in a month that is closed for its site."""
    month = f"{record.occurred_on:%Y-%m}"
    return (month, None) in closed or (month, record.site_id) in closed


def open_record(
    process: Process,
    facts: Mapping[str, Any],
    *,
    by: Actor,
    files: Sequence[Stored] = (),
) -> Any:
    """Open a record. Errors: Refused (role, duplicate), ValidationError (facts, by field), LogRefused."""
    with transaction.atomic(), writing():
        record = _prepare(process, facts, asked_only=by.ref != SYSTEM.ref)
        missing = refusal(by, process.opens, record)
        if missing:
            raise Refused([missing])
        write = Write(by, log.now(), today_of(record))
        if process.working_date == "occurred_on":
            check_dates(record, write.today)
        unmet = [m for m in (requirement(record) for requirement in process.open_requires) if m]
        cleared = competence.clearance(by)
        judged = cleared.judge(process, "open", record)
        if unmet or judged.missing:
            raise Refused([*unmet, *judged.missing])
        if process.key:
            _number_submission(process, record)
        change = Change(process, record, "open", "", new=True, files=tuple(files))
        _authorise(change, by, process.opens)
        write.changes.append(change)
        _run(process.opened, record, write, None)
        _rest_on(change, judged, cleared, write)
        write.commit()
    return record


def amend(
    record: Record,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    version: int,
    reason: str = "",
    files: Sequence[Stored] = (),
) -> Any:
    """Change facts that the process lets be amended in this state; the old version stays in the log.

    Errors: Stale, Refused, ValidationError. A reason is due whenever a given fact had another value before.
    """
    process = registry.of(record)
    with transaction.atomic(), writing():
        fresh = _lock(record)
        if fresh.version != version:
            raise Stale(fresh, version)
        allowed = process.amendable.get(fresh.state, ())
        missing = [m for m in (refusal(by, process.amends or process.opens, fresh),) if m]
        if set(changes) - set(allowed):
            names = listed(
                str(fresh._meta.get_field(n).verbose_name) for n in sorted(set(changes) - set(allowed))
            )
            missing.append(
                Missing(
                    _("“%(state)s”状态下不能更改%(names)s。")
                    % {"state": process.states.get(fresh.state), "names": names}
                )
            )
        cleared = competence.clearance(by)
        judged = cleared.judge(process, "amend", fresh)
        missing += judged.missing
        if missing:
            raise Refused(missing)
        before = facts_of(fresh)
        write = Write(by, log.now(), today_of(fresh))
        _apply(fresh, changes, required=())
        if outside := refusal(by, process.amends or process.opens, fresh):  # nor moved out of one's own scope
            raise Refused([outside])
        change = Change(process, fresh, "amend", "", reason=reason, files=tuple(files))
        _authorise(change, by, process.amends or process.opens)
        write.changes.append(change)
        _run(process.amended, fresh, write, None)
        after = facts_of(fresh)
        if before == after and not files:
            return fresh
        if not reason and any(before[n] not in (None, "", [], after[n]) for n in after):
            raise ValidationError({"reason": [_("更改已有内容须说明原因。")]})
        _rest_on(change, judged, cleared, write)
        write.commit()
    return fresh


def perform(
    record: Record,
    act: str,
    asked: Mapping[str, Any] | None = None,
    *,
    by: Actor,
    version: int,
    reason: str = "",
    files: Sequence[Stored] = (),
    through: str = "",
) -> Any:
    """Take one step; ``through`` is the service that calls. Errors: Stale, Refused (role, state, requirement, four eyes, signature), ValidationError."""
    process = registry.of(record)
    step = process.acts[act]
    with transaction.atomic(), writing():
        fresh = _lock(record)
        if fresh.version != version:
            raise Stale(fresh, version)
        cleared = competence.clearance(by)
        missing = blocked(process, step, fresh, by, through, cleared)
        if step.meaning and not by.freshly_proved:
            missing.append(Missing(_("“%s”须重新验证身份（密码或工牌加 PIN）后签署。") % step.title))
        if missing:
            raise Refused(missing)
        unknown = set(asked or {}) - set(step.asks)
        if unknown:
            raise ValidationError({name: [_("这一步不涉及此项。")] for name in sorted(unknown)})
        if step.reason and not reason.strip():
            raise ValidationError({"reason": [_("须说明原因。")]})
        judged = cleared.judge(process, act, fresh)
        write = Write(by, log.now(), today_of(fresh), before=facts_of(fresh))
        _apply(fresh, asked or {}, required=set(step.asks) - step.optional)
        failed = [m for m in (check(fresh) for check in step.checks) if m]
        if failed:
            raise Refused(failed)
        change = Change(process, fresh, act, "", reason=reason, files=tuple(files))
        _authorise(change, by, step.roles_for(fresh), confined=step.confined)
        change.exempted = bool(step.four_eyes) and not _independent(process, step, fresh, by)
        fresh.four_eyes_excepted = fresh.four_eyes_excepted or change.exempted
        if step.meaning:
            change.signed = (step.meaning, _leaf(process, fresh))
        write.changes.append(change)
        _run(step.effect, fresh, write, step.to)
        _rest_on(change, judged, cleared, write)
        write.commit()
    return fresh


def _authorise(change: Change, by: Actor, roles: Iterable[str], *, confined: bool = False) -> None:
    """Note by which role it was allowed, and in whose place that role is held."""
    if by.person is None:
        change.authority = authority(by, roles, change.record, confined=confined) or ""
    elif held := holding(by, roles, change.record, confined=confined):
        change.authority, change.behalf = held.role, held.behalf


def _rest_on(change: Change, judged: competence.Judged, cleared: competence.Clearance, write: Write) -> None:
    """Say in the entry, and on each second signature, that the act was possible by it alone."""
    change.covers = judged.covers
    for cover in judged.covers:
        cleared.used(cover, write)


def migrate(record: Record, facts: Mapping[str, Any], *, reason: str) -> Any:
    """For upgrades of the program that change values: the next version with act ``migrate``, by the system, saying why.

    Nothing is judged but what the record itself derives. Errors: ValidationError, LogRefused.
    """
    with transaction.atomic(), writing():
        fresh = _lock(record)
        write = Write(SYSTEM, log.now(), today_of(fresh))
        _apply(fresh, facts, required=())
        write.changes.append(Change(registry.of(record), fresh, "migrate", "system", reason=reason))
        _run(nothing, fresh, write, None)
        write.commit()
    return fresh


def erase_again() -> int:
    """Repeat the erasures that a database put back from before undid (``gone.outstanding``), and list outside whatever its log has of
    them; returns how many. Errors: ListUnreadable, LogRefused."""
    if not gone.path().exists() and not {"core.erasure", "core.disposal"} & log.head().records.keys():
        return 0  # nobody ever asked for any
    done, again = gone.logged(), 0
    gone.unite(done)
    for one in gone.outstanding(gone.lines(done)):
        if not gone.outstanding([one]):
            continue  # done with another line of the same record
        with transaction.atomic(), writing():
            write = Write(SYSTEM, log.now(), today_of(None))
            record = registry[one.type].model.objects.get(k=one.k)
            write.erase(record, one.names, one.ground, one.act, one.files)
            write.commit()
        again += 1
    return again


def _run(effect: Any, record: Record, write: Write, to: str | None) -> None:
    effect(record, write)
    if to is not None:
        record.state = to
    record.derive(write.today)
    for f in fact_fields(type(record)):
        value = getattr(record, f.attname)
        if isinstance(value, str) and len(value.encode()) > LONGEST_TEXT:
            raise ValidationError({f.name: [_("超过 4 KiB：请改为附件。")]})


def _leaf(process: Process, record: Record) -> str:
    entry = Entry.objects.only("leaf").get(type=process.name, k=record.k, ver=record.version)
    return bytes(entry.leaf).hex()


def _wrong_state(process: Process, step: Transition, record: Record) -> Missing | None:
    if record.state in step.sources:
        return None
    wanted = listed(str(process.states[s]) for s in process.states if s in step.sources)
    return Missing(
        _("只能在“%(wanted)s”状态下%(title)s，现为“%(now)s”。")
        % {"wanted": wanted, "title": step.title, "now": process.states.get(record.state, record.state)}
    )


def _independent(process: Process, step: Transition, record: Record, by: Actor) -> bool:
    """Whether somebody else did the acts that this step must be independent of."""
    if by.person is None:
        return True
    authors = {v.facts.get("_by") for v in log.versions(process.name, record.k) if v.act in step.four_eyes}
    return by.ref not in authors


def four_eyes_excepted(record: Record) -> bool:
    """Whether the firm recorded that it is too small for four eyes (an appointment, so it is dated and signed)."""
    held = Appointment.objects.filter(kind=Appointment.Kind.FOUR_EYES_EXCEPTION, state=Standing.ACTIVE)
    return held.filter(models.Q(site=None) | models.Q(site=record.site_id)).exists()


def blocked(
    process: Process,
    step: Transition,
    record: Record,
    by: Actor,
    through: str = "",
    cleared: competence.Clearance | None = None,
) -> list[Missing]:
    """Every sentence why the step is not possible now for this person (empty: possible). Pages show these.

    ``cleared``: what the person is qualified for, where it was read just now (none: what the page of the actor has read).
    """
    if step.through != through:
        return [Missing(_("“%s”由专门的页面或命令办理，不能在此直接填写。") % step.title)]
    wrong = _wrong_state(process, step, record)
    alien = step_refusal(by, step, record)
    missing = [m for m in (alien, wrong) if m]
    if wrong is None:
        missing += [m for m in (requirement(record) for requirement in step.requires) if m]
        if step.four_eyes and not _independent(process, step, record, by) and not four_eyes_excepted(record):
            missing.append(Missing(_("须由另一人办理：您已办理过本记录的前一步（双人复核）。")))
    if alien is None and wrong is None:  # whoever has not the role need not hear of certificates
        missing += (cleared or by.clearance).judge(process, step.name, record).missing
    return missing
