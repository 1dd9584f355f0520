"""The judge of steps: which skills a step demands, whether the person has them today, or who signed for the shift."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhicheng.core.authority import Actor
from zhicheng.core.competence import QUALIFIED, Judged
from zhicheng.core.organisation import Person, Standing
from zhicheng.core.prepared import NUMBER, Prepared
from zhicheng.core.process import Missing, Process
from zhicheng.core.records import Record
from zhicheng.core.writers import Write, today_of
from zhicheng.ledger import log
from zhicheng.processes.competence.records import Cover, Qualification, Rule, Skill, holding

DEMAND = ("process", "step", "site_id", "occurred_on", "until", "k", "skill_id", "alternative_id")
Demand = tuple[str, str, int | None, dt.date, dt.date | None, int, int, int | None]
_RULES = Rule.objects.filter(state=Standing.ACTIVE)
_OF_PROCESS = Prepared(lambda name: _RULES.filter(process=name).values_list(*DEMAND))
_HELD = Prepared(
    lambda k: Qualification.objects.filter(person_id=k).values_list(
        "skill_id", "state", "obtained_on", "valid_until", "k"
    ),
    NUMBER,
)
WAY_OUT = gettext_lazy("当班急需的，可登记“第二人签字”，由有资质的人代签一个班次。")


class Held(NamedTuple):
    """A qualification of the person: what judging needs of it."""

    skill: int
    state: str
    since: dt.date
    until: dt.date | None
    k: int

    def on(self, day: dt.date) -> bool:
        """As ``Qualification.holds``."""
        return holding(self.state, self.since, self.until, day)


class Clearance:
    """One person's qualifications against the rules, each read when first needed. ``many``: all rules are read at once."""

    def __init__(self, actor: Actor, many: bool) -> None:
        self.person: Any = actor.person
        self.many = many
        self._of: dict[str, list[Demand]] = {}

    def judge(self, process: Process, act: str, record: Record) -> Judged:
        """See ``core.competence.Clearance``."""
        demands = self._demands(process.name)
        if not demands:
            return QUALIFIED
        return self._judged([d for d in demands if d[1] == f"{process.name}/{act}"], record)

    def _judged(self, demands: list[Demand], record: Record) -> Judged:
        missing, covers = list[Missing](), dict[int, Record]()
        today = today_of(record) if demands else None
        for _process, _step, site, since, until, k, skill, other in demands:
            if site not in (None, record.site_id) or today is None:
                continue
            if since > today or (until is not None and until < today):
                continue
            wanted = [skill] if other is None else [skill, other]
            held = [self._held[one] for one in wanted if one in self._held]
            if any(one.on(today) for one in held):
                continue
            cover = self._signed.get(k)
            if cover is not None:
                covers[cover.pk] = cover
            else:
                missing.append(_said(self.person, wanted, held, today))
        return Judged(tuple(missing), tuple(covers.values())) if missing or covers else QUALIFIED

    def _demands(self, name: str) -> list[Demand]:
        if self.many:
            return self._all.get(name, [])
        if name not in self._of:
            self._of[name] = _OF_PROCESS.values(name)
        return self._of[name]

    @cached_property
    def _all(self) -> dict[str, list[Demand]]:
        found: dict[str, list[Demand]] = defaultdict(list)
        for row in _RULES.values_list(*DEMAND):
            found[row[0]].append(row)
        return found

    @cached_property
    def _held(self) -> dict[int, Held]:
        """The person's qualifications by skill."""
        return {row[0]: Held(*row) for row in _HELD.values(self.person.k)}

    @cached_property
    def _signed(self) -> dict[int, Any]:
        """The second signatures that count now, by rule."""
        rows = Cover.objects.filter(person=self.person, state=Cover.State.SIGNED, ends_at__gte=log.now())
        return {c.rule_id: c for c in rows.order_by("k")}

    def used(self, cover: Any, write: Write) -> None:
        """See ``core.competence.Clearance``."""
        write.change(cover, "use", uses=cover.uses + 1)


def qualified(person: Person, rule: Any, day: dt.date) -> bool:
    """Whether the person has what the rule demands, in own right."""
    skills = [k for k in (rule.skill_id, rule.alternative_id) if k is not None]
    held = Qualification.objects.filter(person=person, skill__in=skills)
    return any(q.holds(day) for q in held)


def _said(person: Person, wanted: list[int], held: list[Held], today: dt.date) -> Missing:
    """Why the person may not: a sentence, with the qualification that lapsed or the skill that was never obtained."""
    skills = Skill.objects.in_bulk(list(wanted))
    names = _("”或“").join(skills[k].name for k in wanted)
    own = Qualification.objects.get(k=held[0].k) if held else None
    said = {"p": person.name, "s": names}
    if own is None:
        sentence = _("%(p)s没有“%(s)s”的资质。") % said
    elif own.state != Qualification.State.VALID:
        sentence = _("%(p)s的“%(s)s”现为“%(now)s”。") % {**said, "now": own.state_label}
    elif own.obtained_on > today:
        sentence = _("%(p)s的“%(s)s”自 %(d)s 起有效。") % {**said, "d": own.obtained_on}
    else:
        sentence = _("%(p)s的“%(s)s”已于 %(d)s 到期。") % {**said, "d": own.valid_until}
    return Missing(f"{sentence}{WAY_OUT}", own or next(iter(skills.values())))
