"""Judging a figure against a target: by the printed value, and never by reconstructed records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from zhicheng.metrics.definition import Condition, Defined
from zhicheng.metrics.evaluate import counting
from zhicheng.proof.verify import NO_RECORDS


def reaches(operator: str, target: Decimal, value: str) -> bool | None:
    """Whether a printed value reaches a target (``ge`` or ``le``); None where there are no records."""
    if value == NO_RECORDS:
        return None
    return Decimal(value) >= target if operator == "ge" else Decimal(value) <= target


def reconstructed(metric: Defined, first: dt.date, last: dt.date, slice_: Sequence[Condition]) -> bool:
    """Whether any counting record is reconstructed: its split is an assumption, by which nothing may be judged."""
    return any(
        counting(one, first, last, slice_).filter(provenance="reconstructed").exists()
        for one in metric.counted
    )
