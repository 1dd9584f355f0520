"""Work handed over in one step: when somebody leaves or changes, for good; while somebody is away, in that person's place."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhicheng.core import access, retention
from zhicheng.core.account import Account
from zhicheng.core.appointments import appointed
from zhicheng.core.authority import refusal
from zhicheng.core.fields import MAX_ROWS
from zhicheng.core.handover import Handover, owned, roles_of
from zhicheng.core.language import recorded
from zhicheng.core.organisation import RoleAssignment, Standing
from zhicheng.core.process import Missing, Process, registry, transition
from zhicheng.core.records import Record
from zhicheng.core.roles import Role
from zhicheng.core.writers import Refused, Write

ADMIN = frozenset({Role.ADMINISTRATOR.value})
PROPOSERS = ADMIN | {Role.QUALITY_MANAGER.value, Role.GENERAL_MANAGER.value, Role.DEPARTMENT_HEAD.value}


def _within(by: Write, record: Record) -> None:
    """Nobody hands over what lies beyond the own scope. Errors: Refused."""
    if missing := refusal(by.actor, ADMIN, record):
        raise Refused([missing])


@transition(_("移交"), Handover.State.PROPOSED, to=Handover.State.DONE, roles=ADMIN)
def hand_over(handover: Any, by: Write) -> None:
    """Everything at once: open records, roles; a leaver's roles end, and so does the way in."""
    rows = list[dict[str, Any]]()
    stand_in = handover.kind == Handover.Kind.STAND_IN
    if not stand_in:
        for process, record, names in list(owned(handover.person)):
            rows.append(_record(handover, by, process, record, names))
    handover.records = len(rows)
    for assignment in list(roles_of(handover.person)):
        rows.append(_role(handover, by, assignment, stand_in))
    handover.roles = len(rows) - handover.records
    handover.items = rows[:MAX_ROWS]
    if handover.kind == Handover.Kind.LEAVING and handover.person.state == Standing.ACTIVE:
        _within(by, handover.person)
        by.change(handover.person, "end", state=Standing.ENDED)  # what is handed over here is not saved yet
        if account := Account.objects.filter(person=handover.person, is_active=True).first():
            own = Account.objects.filter(person=by.person).first() if by.person is not None else None
            access.disable(account, own.username if own else by.actor.ref)


def _record(
    handover: Any, by: Write, process: Process, record: Any, names: tuple[str, ...]
) -> dict[str, Any]:
    _within(by, record)
    try:
        by.change(record, "hand_over", **dict.fromkeys(names, handover.successor))
    except ValidationError as error:  # said with the record that it is about
        raise Refused([Missing(" ".join(error.messages), record)]) from None
    facts = " ".join(recorded(record._meta.get_field(name).verbose_name) for name in names)
    what = f"{facts} {record.title}"[:200]
    return {"kind": recorded(process.title), "number": record.number, "what": what}


def _role(handover: Any, by: Write, assignment: RoleAssignment, stand_in: bool) -> dict[str, Any]:
    """The role goes to the successor: for good, or for a time beside the one who is away."""
    _within(by, assignment)
    process = registry.of(RoleAssignment)
    place = {"role": assignment.role, "site": assignment.site, "department": assignment.department}
    until, since = assignment.until, by.today
    if stand_in:
        until = min(handover.until, until) if until else handover.until
        since = max(handover.occurred_on, by.today)
    else:
        by.perform(assignment, "revoke")
    if not _has(handover.successor, place, until, own=not stand_in):
        behalf = handover.person if stand_in else None
        facts = {**place, "until": until, "stands_in_for": behalf, "occurred_on": since}
        given = by.open(process, person=handover.successor, **facts)
        if missing := appointed(given):  # type: ignore[arg-type]
            raise Refused([missing])
    return {
        "kind": recorded(process.title),
        "number": assignment.number,
        "what": recorded(Role(assignment.role).label),
    }


def _has(person: Any, place: dict[str, Any], until: dt.date | None, *, own: bool) -> bool:
    """Whether the person holds this role there as long already; ``own``: not in another's place."""
    rows = RoleAssignment.objects.filter(person=person, state=Standing.ACTIVE, **place)
    rows = rows.filter(stands_in_for=None) if own else rows
    return any(row.until is None or (until is not None and row.until >= until) for row in rows)


@transition(_("不移交"), Handover.State.PROPOSED, to=Handover.State.CALLED_OFF, roles=PROPOSERS, reason=True)
def call_off(handover: Any, by: Write) -> None:
    """It is not needed after all."""


ASKED = ("kind", "person", "successor", "occurred_on", "until", "reason", "site")
HANDOVER = Process(
    name="org.handover",
    model=Handover,
    title=_("交接与代理"),
    series="JJ-{year}-{seq:03d}",
    opens=PROPOSERS,
    start=Handover.State.PROPOSED.value,
    final=frozenset({Handover.State.DONE.value, Handover.State.CALLED_OFF.value}),
    asks=("kind", "person", "successor", "occurred_on"),
    transitions=(hand_over, call_off),
    amendable={Handover.State.PROPOSED.value: ASKED},
    may_open=("occurred_on", "state", "kind", "records", "roles"),
    columns=("number", "occurred_on", "kind", "person", "successor", "until", "records", "roles", "state"),
    filters=("state", "kind", "person"),
    search=("number",),
    groups=((_("交接与代理"), (*ASKED, "records", "roles")), (_("移交清单"), ("items",))),
    retention=retention.HOUSE.ending(Handover.State.DONE, Handover.State.CALLED_OFF, until="until"),
    rail="people",
    working_date="",
    confined=True,
    help=_("离职、调岗：未办结的记录和角色一步移交给接手人。临时代理：在起止日期内代行角色，日志写明代谁。"),
)
