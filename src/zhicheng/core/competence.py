"""Whether somebody is qualified for a step: asked in one place by the writers, and by every page that shows what may be done.

What qualifies whom are records above the core (``processes.competence``), whose judge is put in by ``config.processes``. Without
one everybody is qualified for what the role allows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.translation import gettext as _

from zhicheng.core.language import listed
from zhicheng.core.process import Missing, Process, registry

if TYPE_CHECKING:
    from zhicheng.core.authority import Actor
    from zhicheng.core.records import Record
    from zhicheng.core.writers import Write


@dataclass(frozen=True)
class Judged:
    """What is missing (nothing: the step may be taken), and the second signatures by which alone it may."""

    missing: tuple[Missing, ...] = ()
    covers: tuple[Record, ...] = ()


QUALIFIED = Judged()


class Clearance(Protocol):
    """What one person is qualified for, read at most once: made anew for every write, and kept for a page."""

    def judge(self, process: Process, act: str, record: Record) -> Judged:
        """Whether the person may take the step (``open``, ``amend`` or a transition's name) of the record."""

    def used(self, cover: Record, write: Write) -> None:
        """Note within the write that it rests on this second signature."""


class _Everybody:
    def judge(self, process: Process, act: str, record: Record) -> Judged:
        return QUALIFIED

    def used(self, cover: Record, write: Write) -> None:
        raise NotImplementedError("nothing asks for a second signature")


_makers: list[Callable[[Actor, bool], Clearance]] = []


def install(make: Callable[[Actor, bool], Clearance]) -> None:
    """Put in what judges: a function of the actor and of whether many steps will be asked about (a page) or few (a write)."""
    _makers[:] = [make]


def clearance(actor: Actor, *, many: bool = False) -> Clearance:
    """What the actor is qualified for. The system itself and the public are not judged."""
    if actor.person is None or not _makers:
        return _Everybody()
    return _makers[0](actor, many)


SKILL, QUALIFICATION = "competence.skill", "competence.qualification"


def skill_named(text: str) -> Any:
    """The skill of this number or name that is in use, or None."""
    process = registry.get(SKILL)
    rows = process.model.objects.exclude(state__in=process.final) if process else None
    if rows is None:
        return None
    text = text.strip()
    return rows.filter(number=text).first() or rows.filter(name=text).first()


def lacking(person: Any, post: Any, day: dt.date) -> Missing | None:
    """What the post demands and the person is not qualified in on that day."""
    process = registry.get(QUALIFICATION)
    demanded = {row["number"]: row["skill"] for row in post.required}
    if not demanded or process is None:
        return None
    held = process.model.objects.filter(person=person, skill__number__in=demanded).select_related("skill")
    names = [
        name
        for number, name in demanded.items()
        if number not in {q.skill.number for q in held if q.holds(day)}
    ]
    if not names:
        return None
    return Missing(_("岗位“%(p)s”要求的能力没有资质：%(n)s。") % {"p": post.name, "n": listed(names)}, person)
