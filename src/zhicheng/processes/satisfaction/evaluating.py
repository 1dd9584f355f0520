"""The year's figures by the declared metrics, and the two rules: every month, and the year."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from zhicheng.metrics.definition import Condition
from zhicheng.metrics.evaluate import compute
from zhicheng.metrics.judgement import reaches
from zhicheng.processes.satisfaction.metrics import MEAN, RATE
from zhicheng.proof.verify import NO_RECORDS

TREND_YEARS = 3
Scope = tuple[Condition, ...]


@dataclass(frozen=True)
class Figures:
    """One period: how many were invited and answered, that rate (%), how many responses came, their mean (None: none)."""

    invited: int
    answered: int
    rate: Decimal | None
    responses: int
    mean: Decimal | None


def figures(first: dt.date, last: dt.date, scope: Scope = ()) -> Figures:
    """The figures of a period, as the metrics print them."""
    rate, mean = compute(RATE, first, last, scope), compute(MEAN, first, last, scope)
    printed = [None if text == NO_RECORDS else Decimal(text) for text in (rate.text(RATE), mean.text(MEAN))]
    return Figures(rate.denominator or 0, rate.numerator, printed[0], mean.denominator or 0, printed[1])


def months_of(year: int, scope: Scope = ()) -> list[Figures]:
    """The twelve months of a year."""
    return [
        figures(dt.date(year, m, 1), dt.date(year, m, calendar.monthrange(year, m)[1]), scope)
        for m in range(1, 13)
    ]


def whole(year: int, scope: Scope = ()) -> Figures:
    """A whole year."""
    return figures(dt.date(year, 1, 1), dt.date(year, 12, 31), scope)


def met(mean: Decimal | None, least: Decimal) -> bool | None:
    """Whether a printed mean reaches the least; None without responses."""
    return None if mean is None else reaches("ge", least, str(mean))


def all_met(months: list[bool | None]) -> bool | None:
    """The rule of the months: met when every month that had responses reached it; None if none had."""
    judged = [one for one in months if one is not None]
    return all(judged) if judged else None


def month_row(month: str, one: Figures, least: Decimal, about: str = "") -> dict[str, Any]:
    """A month as a row of the evaluation."""
    return {
        "month": month,
        "service_class": about or None,
        "invited": one.invited,
        "answered": one.answered,
        "rate": one.rate,
        "responses": one.responses,
        "mean": one.mean,
        "met": met(one.mean, least),
    }
