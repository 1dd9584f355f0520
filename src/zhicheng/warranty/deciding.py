"""The decision on a warranty claim from its facts and the terms that may apply (X-5.3.1 to X-5.3.4).

A term of n days counts from the day after shipping, so day n is the last; one of months or years ends on the day of the
same number, or on the last day of a shorter month (Civil Code, articles 201 and 202, 未核对原文: 29 February and one year
end on 28 February). The extension of article 203 (a last day on a holiday) is not applied.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

REMEDIES = ("refund", "replacement", "repair", "paid")
"""From the most to the least that a customer may ask for."""
UNITS = ("day", "month", "year")
BASES = ("promise", "contract", "law")
CONDITIONS = ("none", "unrepairable", "two_repairs")
EXCLUSIONS = ("misuse", "human_damage", "disaster", "contamination")
"""Wrong installation or use; damage by people; natural or accidental disaster; dirt in pipe or gas (X-5.3.4)."""


@dataclass(frozen=True)
class Term:
    """A remedy (``refund``, ``replacement`` or ``repair``) for a length of time from shipping, where its condition holds.

    ``unrepairable``: the unit cannot be repaired to conforming; if it was never installed, a third party's verdict that it
    does not conform stands for that. ``two_repairs``: it was repaired twice and fails again. ``clause`` says where it stands.
    """

    remedy: str
    length: int
    unit: str
    clause: str
    basis: str = "promise"
    condition: str = "none"

    def __post_init__(self) -> None:
        known = self.remedy in REMEDIES[:3] and self.unit in UNITS and self.basis in BASES
        if not known or self.condition not in CONDITIONS or self.length < 1:
            raise ValueError(self)


@dataclass(frozen=True)
class Case:
    """What is known of the unit; None is not known. ``third_party`` is ``conforming`` or ``nonconforming``.

    An exclusion without evidence does not count: who invokes it proves it.
    """

    shipped_on: dt.date
    reported_on: dt.date
    installed: bool | None = None
    repairable: bool | None = None
    third_party: str | None = None
    repairs: int = 0
    exclusion: str | None = None
    evidence: bool = False

    def __post_init__(self) -> None:
        if self.reported_on < self.shipped_on:
            raise ValueError("reported before it was shipped")
        if self.exclusion not in (None, *EXCLUSIONS) or self.third_party not in (
            None,
            "conforming",
            "nonconforming",
        ):
            raise ValueError(self)


@dataclass(frozen=True)
class Considered:
    """One term with its last day, whether the claim came in time, and whether its condition holds (None: not known)."""

    term: Term
    last_day: dt.date
    in_time: bool
    holds: bool | None


@dataclass(frozen=True)
class Decision:
    """The remedy and why: ``within`` (``term`` until ``last_day``), ``excluded``, ``conforming``, ``expired`` (``last_day`` is
    that of the longest term), ``unmet`` (in time, but the conditions do not hold) or ``no_term``. ``open_facts`` are the facts not yet known that could give the customer more."""

    remedy: str
    why: str
    term: Term | None = None
    last_day: dt.date | None = None
    open_facts: tuple[str, ...] = ()
    considered: tuple[Considered, ...] = ()


def last_day(shipped_on: dt.date, length: int, unit: str) -> dt.date:
    """The last day of a term. Errors: OverflowError behind the year 9999."""
    if unit == "day":
        return shipped_on + dt.timedelta(days=length)
    months = shipped_on.month - 1 + (12 * length if unit == "year" else length)
    year, month = shipped_on.year + months // 12, months % 12 + 1
    if year > dt.MAXYEAR:
        raise OverflowError(year)
    return dt.date(year, month, min(shipped_on.day, calendar.monthrange(year, month)[1]))


def _holds(term: Term, case: Case) -> bool | None:
    if term.condition == "two_repairs":
        return case.repairs >= 2
    if term.condition == "unrepairable":
        if case.installed is False:
            return None if case.third_party is None else True
        if case.repairable is False:
            return True
        if case.installed is None and case.third_party == "nonconforming":
            return True
        return None if case.repairable is None else False
    return True


def _asked(case: Case) -> str:
    """The fact that decides whether the unit is to be replaced."""
    return "third_party" if case.installed is False else "repairable"


def decide(case: Case, terms: Iterable[Term]) -> Decision:
    """What is owed: the most favourable remedy of which a term is in time and its condition holds.

    Of several terms for one remedy the one that runs longest is named: so a better contract or the law wins over the
    promise; with the same last day the promise is named before contract and law.
    """
    seen = []
    for term in sorted(terms, key=lambda t: (REMEDIES.index(t.remedy), BASES.index(t.basis))):
        last = last_day(case.shipped_on, term.length, term.unit)
        seen.append(Considered(term, last, case.reported_on <= last, _holds(term, case)))
    considered = tuple(seen)
    if case.third_party == "conforming":
        return Decision("paid", "conforming", considered=considered)
    if case.exclusion and case.evidence:
        return Decision("paid", "excluded", considered=considered)
    asked = ("evidence",) if case.exclusion else ()
    open_facts = asked
    for remedy in REMEDIES[:3]:
        ours = [one for one in considered if one.term.remedy == remedy and one.in_time]
        owed = [one for one in ours if one.holds]
        if owed:
            best = max(owed, key=lambda one: one.last_day)
            return Decision(remedy, "within", best.term, best.last_day, open_facts, considered)
        if any(one.holds is None for one in ours) and _asked(case) not in open_facts:
            open_facts = (*open_facts, _asked(case))
    if not considered:
        return Decision("paid", "no_term", open_facts=open_facts)
    longest = max(considered, key=lambda one: one.last_day)
    why = "unmet" if longest.in_time else "expired"
    return Decision("paid", why, longest.term, longest.last_day, open_facts, considered)
