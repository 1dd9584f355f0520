"""Who may do what, judged in one place: role, scope (site, department), date."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhicheng.core import competence
from zhicheng.core.language import listed
from zhicheng.core.organisation import Person, RoleAssignment, Standing
from zhicheng.core.prepared import NUMBER, Prepared
from zhicheng.core.process import Missing, Process, Transition, registry
from zhicheng.core.records import Record
from zhicheng.core.roles import PUBLIC, Role
from zhicheng.core.zones import zone_of
from zhicheng.ledger import log

FRESH = dt.timedelta(minutes=2)
"""How long a full re-authentication counts for a signature."""

PUBLISHED = frozenset({"published", "superseded"})
"""The states of which a reader from outside sees records."""


@dataclass(frozen=True)
class Holding:
    """One role that a person holds now, with its scope (None: everywhere)."""

    role: str
    site: int | None
    department: int | None
    behalf: int | None = None
    """The person in whose place it is held, for a time."""

    def covers(self, record: Record | None, *, confined: bool = False) -> bool:
        """Whether the record lies in the scope. A record without site or department lies in every scope, but of a
        ``confined`` process or for a ``confined`` step only in that of a role without limits: what it decides, it decides for all."""
        if record is None:
            return True
        if confined or registry.of(record).confined:
            site, department = record.reach
            return self.site in (None, site) and self.department in (None, department)
        at_site = self.site is None or record.site_id in (None, self.site)
        return at_site and (self.department is None or record.department_id in (None, self.department))


ASSIGNMENT = ("role", "site_id", "department_id", "state", "occurred_on", "until", "stands_in_for_id")
_ASSIGNED = Prepared(
    lambda k: RoleAssignment.objects.filter(person_id=k).order_by("k").values_list(*ASSIGNMENT), NUMBER
)


def held_today(assignments: Iterable[tuple[Any, ...]]) -> tuple[Holding, ...]:
    """The roles that hold today, from rows of ``ASSIGNMENT``."""
    today = log.now().astimezone(zone_of()).date()
    return tuple(
        Holding(role, site, department, behalf)
        for role, site, department, state, since, until, behalf in assignments
        if state == Standing.ACTIVE and since <= today and (until is None or until >= today)
    )


@dataclass(frozen=True)
class Actor:
    """Somebody who acts: a person (None: the system itself), by which means, and when last fully authenticated."""

    person: Person | None
    means: str = "web"
    proved_at: dt.datetime | None = field(default=None, compare=False)
    held: tuple[Holding, ...] | None = field(default=None, compare=False)
    """The roles held today, where whoever found the person has read them already."""

    @cached_property
    def holdings(self) -> tuple[Holding, ...]:
        """The roles held today."""
        if self.person is None:
            return ()
        return self.held if self.held is not None else held_today(_ASSIGNED.values(self.person.k))

    @property
    def roles(self) -> frozenset[str]:
        """The names of the roles held today."""
        return frozenset(h.role for h in self.holdings)

    @cached_property
    def clearance(self) -> competence.Clearance:
        """What the person is qualified for, for pages; a write judges anew."""
        return competence.clearance(self, many=True)

    @property
    def outsider(self) -> bool:
        """Whether it is somebody without an account, on a public page."""
        return self.person is None and self.means == PUBLIC

    @property
    def ref(self) -> str:
        """How the log names this actor: a person, ``public``, or ``system``."""
        if self.person:
            return f"org.person/{self.person.k}"
        return PUBLIC if self.outsider else "system"

    @property
    def freshly_proved(self) -> bool:
        """Whether password or PIN was given just now, as a signature demands."""
        return self.proved_at is not None and log.now() - self.proved_at < FRESH


SYSTEM = Actor(None, "cli")
ANYBODY = Actor(None, PUBLIC)
"""Who fills in a public page. The log names ``public`` as author, by authority ``public``: neither a person of the house, who
could answer for it, nor ``system``, which may do everything and would make an answer from outside look like our own program's
work. It may do what names ``PUBLIC`` among its roles and nothing else; whom the answer comes from is a fact of the record (its
invitation), because the log cannot know."""


def authority(
    actor: Actor, roles: Iterable[str], record: Record | None, *, confined: bool = False
) -> str | None:
    """The role by which the actor may act on the record, or None. The system may do all (set-up and sweeps only)."""
    if actor.outsider:
        return PUBLIC if PUBLIC in roles else None
    if actor.person is None:
        return "system"
    held = holding(actor, roles, record, confined=confined)
    return held.role if held else None


def holding(
    actor: Actor, roles: Iterable[str], record: Record | None, *, confined: bool = False
) -> Holding | None:
    """The role held by which the actor may act on the record: one of the own before one held in another's place."""
    wanted = frozenset(roles)
    held = [h for h in actor.holdings if h.role in wanted and h.covers(record, confined=confined)]
    return next((h for h in held if h.behalf is None), held[0] if held else None)


def step_refusal(actor: Actor, step: Transition, record: Record) -> Missing | None:
    """As ``refusal``, for a step of the record."""
    return refusal(actor, step.roles_for(record), record, confined=step.confined)


def refusal(
    actor: Actor, roles: Iterable[str], record: Record | None, *, confined: bool = False
) -> Missing | None:
    """None if the actor may; otherwise the sentence that says who may."""
    if authority(actor, roles, record, confined=confined):
        return None
    names = listed(Role(r).label if r != PUBLIC else _("公众（网上填写）") for r in sorted(roles))
    if actor.roles & frozenset(roles) and record is not None and (confined or registry.of(record).confined):
        said = _("超出您的场所或部门范围：请写明您范围内的场所或部门，其余须由范围更大的%(names)s办理。")
        return Missing(said % {"names": names})
    if actor.roles & frozenset(roles):
        return Missing(_("超出您的场所或部门范围：须由本范围的%(names)s办理。") % {"names": names})
    return Missing(_("须由%(names)s办理，您没有这一角色。") % {"names": names})


def may_read(actor: Actor, process: Process) -> bool:
    """Whether the actor may see records of this kind at all."""
    if actor.person is None:
        return not actor.outsider
    return bool(actor.roles & process.readers)


def enclosed(holdings: Iterable[Holding]) -> Q:
    """What lies wholly in the scope of one of the roles: nothing without site where the role has one."""
    scope = Q(pk__in=[])
    for h in holdings:
        limits = {"site_id": h.site, "department_id": h.department}
        limits = {name: k for name, k in limits.items() if k is not None}
        if not limits:
            return Q()
        scope |= Q(**limits)
    return scope


def visible(actor: Actor, process: Process) -> QuerySet[Any]:
    """The records of a process within the actor's scope: the one queryset that pages, API and export start from."""
    rows: QuerySet[Any] = process.model.objects.all()
    if actor.person is None:
        return rows.none() if actor.outsider else rows
    holdings = [h for h in actor.holdings if h.role in process.readers]
    if not holdings:
        return rows.none()
    inside = [h for h in holdings if h.role != Role.READER]
    if not inside:
        rows = rows.filter(state__in=PUBLISHED)
    holdings = inside or holdings
    if any(h.site is None and h.department is None for h in holdings):
        return rows
    scope = Q()
    for h in holdings:
        one = Q()
        if h.site is not None:
            one &= Q(site_id=h.site) | Q(site_id=None)
        if h.department is not None:
            one &= Q(department_id=h.department) | Q(department_id=None)
        scope |= one
    return rows.filter(scope)
