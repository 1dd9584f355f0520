"""What a study finds: result rows as text, a verdict with its criterion, notes and pictures. Numbers are rounded here and nowhere else."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from zhicheng.core.pictures import Picture
from zhicheng.processes.study.models import Outcome

DIGITS = 6
"""Significant digits of a result."""


@dataclass(frozen=True, slots=True)
class Result:
    """One line: a name, the value as text, an interval where there is one, a unit."""

    name: str
    value: str
    low: str = ""
    high: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """All that comes out. ``observations``: how many values were used."""

    observations: int
    results: list[Result]
    verdict: str
    criterion: str
    outcome: str = Outcome.NONE.value
    notes: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)


def shown(value: Any, digits: int = DIGITS) -> str:
    """A number as a record keeps it: so many significant digits, "∞" and "—" where there is no number."""
    if value is None:
        return "—"
    number = float(value)
    if math.isnan(number):
        return "—"
    if math.isinf(number):
        return "∞" if number > 0 else "-∞"
    text = f"{number:.{digits}g}"
    return "0" if text == "-0" else text


def probability(value: Any) -> str:
    """A p-value: below 0.0001 only that."""
    number = float(value)
    return "—" if math.isnan(number) else "<0.0001" if number < 0.0001 else f"{number:.4f}"


def result(name: str, value: Any, interval: Any = None, unit: str = "") -> Result:
    """A line of a number with its interval (low, high)."""
    low, high = ("", "") if interval is None else (shown(interval[0]), shown(interval[1]))
    return Result(name, shown(value), low, high, unit)


def index(name: str, one: Any) -> list[Result]:
    """A capability index with its interval; no line where a limit is missing."""
    return [] if one is None else [result(name, one.value, (one.lower, one.upper))]


def percent(name: str, fraction: Any) -> list[Result]:
    """A share of 1 in per cent; no line where a limit is missing."""
    return [] if fraction is None else [result(name, 100 * float(fraction), unit="%")]


def p_line(name: str, value: Any) -> Result:
    """A line of a p-value."""
    return Result(name, probability(value))


def confidence_note(share: float) -> str:
    """What the intervals mean."""
    return _("区间的置信水平为 %s%%。") % shown(100 * share)
