"""What a document says held against what the records show: who did the step, in what time, how often not, entered when (C-7.1).

Nothing is judged but what both sides say: a clause that names no role or no limit is not held against it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeAlias

from django.db.models import Q, QuerySet

from zhicheng.core.organisation import RoleAssignment, Standing
from zhicheng.core.process import Process, registry
from zhicheng.core.records import Provenance
from zhicheng.core.roles import Role
from zhicheng.ledger.models import Entry, SealedFacts
from zhicheng.processes.document.binding import OPEN, act_of, step_title

MOST = 600
"""Records of a kind that are looked at; the newest of the period."""
CHUNK = 400
DONE, OTHER, LATE, MISSING, WAITING, BACKFILLED = "done", "other", "late", "missing", "waiting", "backfilled"
WHATS = (DONE, OTHER, LATE, MISSING, WAITING, BACKFILLED)
Rows: TypeAlias = "Callable[[Process], QuerySet[Any] | None]"


@dataclass(frozen=True, slots=True)
class Act:
    """One entry of a record: what was done, by whom, with which role, when."""

    name: str
    by: str
    role: str
    at: dt.datetime


@dataclass
class Finding:
    """A clause with the records that show how it is lived: numbers of records by what was found."""

    no: int
    row: dict[str, Any]
    process: Process
    seen: bool = True
    total: int = 0
    cut: bool = False
    records: dict[str, list[int]] = field(default_factory=lambda: {what: [] for what in WHATS})
    hours: list[float] = field(default_factory=list)

    @property
    def step(self) -> str:
        """The step in words."""
        return step_title(self.process, act_of(self.row))

    @property
    def role(self) -> str:
        """Who should take it, in words."""
        return str(Role(self.row["role"]).label) if self.row["role"] else ""

    @property
    def after(self) -> str:
        """The step from which the time counts, in words."""
        return (
            step_title(self.process, act_of(self.row, "after"))
            if self.row["hours"] and self.row["step"]
            else ""
        )

    @property
    def median(self) -> float | None:
        """The hours that the middle one took (None: nothing to measure)."""
        ordered = sorted(self.hours)
        return round(ordered[len(ordered) // 2], 1) if ordered else None

    def count(self, what: str) -> int:
        """How many records show this."""
        return len(self.records[what])


def practice(document: Any, first: dt.date, last: dt.date, rows: Rows) -> list[Finding]:
    """Every clause of the document with what the records of the period show; ``rows`` gives those that the reader may see."""
    findings = [
        Finding(no, row, process)
        for no, row in enumerate(document.clauses, 1)
        if (process := registry.get(row["process"])) is not None
    ]
    by_process: dict[str, list[Finding]] = {}
    for one in findings:
        by_process.setdefault(one.process.name, []).append(one)
    for name, several in by_process.items():
        _look(registry[name], several, rows(registry[name]), first, last)
    return findings


def _look(
    process: Process, findings: list[Finding], rows: QuerySet[Any] | None, first: dt.date, last: dt.date
) -> None:
    if rows is None:
        for one in findings:
            one.seen = False
        return
    entered = rows.filter(provenance=Provenance.ENTERED)  # what was imported was not done here
    chosen = entered.filter(occurred_on__gte=first, occurred_on__lte=last).order_by("-k")
    records = list(chosen.values_list("k", "state", "late")[: MOST + 1])
    holders = {one.row["role"]: _holders(one.row["role"]) for one in findings}
    done = _acts(process, [k for k, _state, _late in records[:MOST]], findings)
    for one in findings:
        one.total, one.cut = min(len(records), MOST), len(records) > MOST
        for k, state, late in records[:MOST]:
            _judge(one, k, done.get(k, {}), holders[one.row["role"]], ended=state in process.final, late=late)


def _judge(
    one: Finding, k: int, acts: dict[str, Act], holders: frozenset[str], *, ended: bool, late: bool
) -> None:
    name = act_of(one.row)
    act = acts.get(name)
    if act is None:
        if name != OPEN:
            one.records[MISSING if ended else WAITING].append(k)
        return
    one.records[DONE].append(k)
    if late:
        one.records[BACKFILLED].append(k)
    if one.row["role"] and act.role != one.row["role"] and act.by not in holders:
        one.records[OTHER].append(k)
    since = acts.get(act_of(one.row, "after"))
    if one.row["step"] and since is not None:
        hours = (act.at - since.at).total_seconds() / 3600
        one.hours.append(hours)
        if one.row["hours"] and hours > one.row["hours"]:
            one.records[LATE].append(k)


def _holders(role: str | None) -> frozenset[str]:
    """Who holds the role now: a person of two roles did the step as the one that is named, too."""
    if not role:
        return frozenset()
    rows = RoleAssignment.objects.filter(role=role, state=Standing.ACTIVE)
    return frozenset(f"org.person/{k}" for k in rows.values_list("person_id", flat=True))


def _acts(process: Process, ks: list[int], findings: list[Finding]) -> dict[int, dict[str, Act]]:
    """The first time that each act that some clause names was done, by record."""
    wanted = {act_of(one.row, column) for one in findings for column in ("step", "after")}
    marks = {f'"act":"{name}"': name for name in wanted}
    either = Q()
    for mark in marks:
        either |= Q(header__contains=mark)
    found: dict[int, dict[str, Act]] = {}
    source = iter(ks)
    while part := list(islice(source, CHUNK)):
        entries = Entry.objects.filter(either, type=process.name, k__in=part).order_by("seq")
        named = {
            seq: (k, next(name for mark, name in marks.items() if mark in header))
            for seq, k, header in entries.values_list("seq", "k", "header")
        }
        for seq, act in _read(named):
            found.setdefault(named[seq][0], {}).setdefault(act.name, act)
    return found


def _read(named: dict[int, tuple[int, str]]) -> Iterator[tuple[int, Act]]:
    contents = SealedFacts.objects.filter(seq__in=named).order_by("seq").values_list("seq", "content")
    for seq, content in contents:
        facts = json.loads(content)
        by, role, at = (str((facts.get(n) or ("", ""))[1] or "") for n in ("_by", "_authority", "_at"))
        if at:
            yield seq, Act(named[seq][1], by, role, dt.datetime.fromisoformat(at))
