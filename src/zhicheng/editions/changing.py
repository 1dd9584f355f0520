"""Whether the next edition is major or minor, from what changes (requirements K-0.1 to K-0.4).

Major: the whole process changes; as many processes as a limit (five) or more change; one is added or dropped, whatever the
count; the customer's IT system is switched. Minor: fewer change, or the yearly review brings it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MAJOR_FROM = 5


class Kind(StrEnum):
    """The kinds of an edition."""

    FIRST = "first"
    MAJOR = "major"
    MINOR = "minor"


class Change(StrEnum):
    """What happens to a process."""

    CHANGED = "changed"
    ADDED = "added"
    DROPPED = "dropped"


class Reason(StrEnum):
    """Why a kind is proposed, the weightiest first."""

    FIRST = "first"
    WHOLE = "whole"
    SYSTEM = "system"
    ADDED_OR_DROPPED = "added_or_dropped"
    MANY = "many"
    YEARLY = "yearly"
    FEW = "few"


@dataclass(frozen=True, slots=True)
class Changes:
    """What an edition changes: processes by name (each once), and the three things that stand apart from the count."""

    processes: tuple[tuple[str, Change], ...] = ()
    whole: bool = False
    customer_system: bool = False
    yearly_review: bool = False
    first: bool = False

    @property
    def count(self) -> int:
        """How many processes are concerned, each counted once."""
        return len({name for name, _change in self.processes})


@dataclass(frozen=True, slots=True)
class Proposal:
    """The kind that the rules give, why, and how many processes were counted."""

    kind: Kind
    reason: Reason
    count: int = 0


def propose(changes: Changes, *, major_from: int = MAJOR_FROM) -> Proposal:
    """The kind of the edition that brings these changes; ``major_from`` processes or more make a major one."""
    count = changes.count
    if changes.first:
        return Proposal(Kind.FIRST, Reason.FIRST, count)
    if changes.whole:
        return Proposal(Kind.MAJOR, Reason.WHOLE, count)
    if changes.customer_system:
        return Proposal(Kind.MAJOR, Reason.SYSTEM, count)
    if any(change is not Change.CHANGED for _name, change in changes.processes):
        return Proposal(Kind.MAJOR, Reason.ADDED_OR_DROPPED, count)
    if count >= major_from:
        return Proposal(Kind.MAJOR, Reason.MANY, count)
    return Proposal(Kind.MINOR, Reason.YEARLY if changes.yearly_review else Reason.FEW, count)
