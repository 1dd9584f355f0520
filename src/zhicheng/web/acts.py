"""What may be done with a record now, and for what may not, the sentence why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zhicheng.core.authority import Actor, may_read, refusal, step_refusal
from zhicheng.core.process import Missing, Process, Transition, registry
from zhicheng.core.writers import blocked
from zhicheng.web.addresses import of_record


@dataclass(frozen=True)
class Sentence:
    """Why not, and where it can be mended (empty: nowhere in particular)."""

    text: str
    href: str = ""
    at: str = ""


@dataclass(frozen=True)
class Act:
    """One step from the present state: possible when ``why_not`` is empty."""

    step: Transition
    href: str
    why_not: tuple[Sentence, ...]

    @property
    def direct(self) -> bool:
        """Whether it can be done with one press: nothing asked, nothing signed, no second person involved."""
        s = self.step
        return not (s.asks or s.reason or s.meaning or s.four_eyes)


def acts(process: Process, record: Any, by: Actor) -> list[Act]:
    """Every step that leads from the present state, in the order of the definition.

    Left out: the system's own, those with a page of their own, and exceptional ones (those that demand a reason) of other people's roles.
    """
    return [
        act_of(process, record, step, by)
        for step in process.transitions
        if record.state in step.sources
        and not step.through
        and not elsewhere(process, step)
        and step.roles_for(record)
        and not (step.reason and step_refusal(by, step, record))
    ]


def elsewhere(process: Process, step: Transition) -> bool:
    """Whether a step asks for what no person types (hashes, counts): it has a page of its own."""
    return not all(process.model._meta.get_field(n).editable for n in step.asks)


def act_of(process: Process, record: Any, step: Transition, by: Actor) -> Act:
    """One step with its sentences."""
    missing = blocked(process, step, record, by)
    return Act(step, of_record(record, step.name), tuple(sentence(m, record, by) for m in missing))


def sentence(missing: Missing, record: Any, by: Actor) -> Sentence:
    """A missing thing for the page: with a link to what mends it, if the person may see that."""
    at = missing.at
    if at is None or not may_read(by, registry.of(at)):
        return Sentence(str(missing.sentence))
    if record is not None and registry.of(at) is registry.of(record) and at.pk == record.pk:
        return (
            Sentence(str(missing.sentence), of_record(at, "amend"))
            if amends(at, by)
            else Sentence(str(missing.sentence))
        )
    return Sentence(str(missing.sentence), of_record(at), at.number)


def amends(record: Any, by: Actor) -> bool:
    """Whether the person may change facts of the record in its present state."""
    process = registry.of(record)
    return (
        bool(process.amendable.get(record.state))
        and refusal(by, process.amends or process.opens, record) is None
    )
