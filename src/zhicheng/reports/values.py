"""The numbers of a report: figures from records, targets, and declared facts; and how each is shown.

A value is never typed into the text. The text names it (`F1`, `T1`, `D1`) and every renderer asks here what
to print, so that the PDF, the DOCX, the HTML and the verifier show the same characters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

NO_RECORDS = "无记录"
NO_VALUE_THEN = "当时未取值"
NOTHING = "—"
"""Stands in a cell that has no value: an empty one reads as forgotten."""
OPERATOR_SIGNS = {"ge": "≥", "le": "≤", "gt": ">", "lt": "<", "is": "="}
VERDICTS = {True: "达成", False: "未达成", None: "未判定"}

FIGURE_PARTS = ("value", "bare", "numerator", "denominator", "then")
TARGET_PARTS = ("value", "bare", "condition", "met")
DECLARED_PARTS = ("value", "bare")


class UnknownPart(ValueError):
    """A part was asked for that this kind of value does not have."""


def scaled(value: int, places: int) -> str:
    """The decimal text of an integer that was scaled by 10^places: `scaled(9800, 2)` is `98.00`."""
    if places <= 0:
        return str(value)
    sign, digits = ("-" if value < 0 else ""), str(abs(value)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def with_unit(text: str, unit: str) -> str:
    """A number and its unit, one space between; the number alone where there is no unit."""
    return f"{text} {unit}" if unit else text


@dataclass(frozen=True, slots=True)
class Then:
    """What a figure came to at the first checkpoint after its period had settled."""

    numerator: int
    denominator: int | None
    value: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """A number computed from records.

    `value` is the printed text without unit, as in report.json. `numerator` and `denominator` are integers;
    when they are sums of a decimal fact, `places` and `places_below` say how many places they were scaled by.
    `name` and `unit` are words.
    """

    no: str
    name: str
    unit: str
    period_from: date
    period_to: date
    numerator: int
    denominator: int | None
    value: str
    then: Then | None = None
    places: int = 0
    full_only: bool = False
    places_below: int = 0

    def shown(self, part: str = "value") -> str:
        """The text of one part: value, bare, numerator, denominator or then.

        Raises UnknownPart for any other name. A figure without a single record shows 无记录; a figure that
        has no denominator (a count, a sum) shows an empty text for it.
        """
        if part == "value":
            return with_unit(self.value, self.unit) if self.has_value else NO_RECORDS
        if part == "bare":
            return self.value if self.has_value else NO_RECORDS
        if part == "numerator":
            return scaled(self.numerator, self.places)
        if part == "denominator":
            return self._shown_denominator()
        if part == "then":
            return self._shown_then()
        raise UnknownPart(f"{self.no}: {part}")

    def _shown_denominator(self) -> str:
        """Most count in it; a quotient may divide by a sum, of which the zeros behind the point say nothing."""
        if self.denominator is None:
            return ""
        text = scaled(self.denominator, self.places_below)
        return text.rstrip("0").rstrip(".") if self.places_below else text

    @property
    def has_value(self) -> bool:
        return self.denominator != 0 and self.value != NO_RECORDS

    def _shown_then(self) -> str:
        if self.then is None:
            return NO_VALUE_THEN
        if self.then.denominator == 0 or self.then.value == NO_RECORDS:
            return NO_RECORDS
        return with_unit(self.then.value, self.unit)


@dataclass(frozen=True, slots=True)
class Target:
    """What was aimed at: a scaled integer of an objective's record, and whether the figure met it."""

    no: str
    name: str
    unit: str
    value: int
    places: int = 0
    operator: str = "ge"
    figure: str | None = None
    met: bool | None = None

    def shown(self, part: str = "value") -> str:
        """The text of one part: value, bare, condition (with its sign, `≥ 98.00 %`) or met. Raises
        UnknownPart.
        """
        if part == "value":
            return with_unit(scaled(self.value, self.places), self.unit)
        if part == "bare":
            return scaled(self.value, self.places)
        if part == "condition":
            return f"{OPERATOR_SIGNS.get(self.operator, self.operator)} {self.shown()}"
        if part == "met":
            return VERDICTS[self.met]
        raise UnknownPart(f"{self.no}: {part}")


@dataclass(frozen=True, slots=True)
class Declared:
    """A number that somebody stated and somebody checked; `evidence` is the hash of the file that supports
    it.
    """

    no: str
    name: str
    value: str
    unit: str = ""
    evidence: str | None = None
    declared_by: str = ""
    checked_by: str = ""

    def shown(self, part: str = "value") -> str:
        """The text of one part: value or bare. Raises UnknownPart."""
        if part == "value":
            return with_unit(self.value, self.unit)
        if part == "bare":
            return self.value
        raise UnknownPart(f"{self.no}: {part}")


def figure_from_json(entry: Mapping[str, Any], *, name: str, unit: str, places: int = 0) -> Figure:
    """A figure from its entry in report.json; its words come from the metric's definition. Raises KeyError,
    ValueError.
    """
    then = entry["then"]
    return Figure(
        no=entry["no"],
        name=name,
        unit=unit,
        period_from=date.fromisoformat(entry["from"]),
        period_to=date.fromisoformat(entry["to"]),
        numerator=entry["numerator"],
        denominator=entry["denominator"],
        value=entry["value"],
        then=None
        if then is None
        else Then(then["numerator"], then["denominator"], then["value"], then["size"]),
        places=places,
        full_only=entry["full_only"],
    )
