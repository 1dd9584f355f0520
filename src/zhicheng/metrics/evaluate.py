"""Computing a metric in the database, as of now or as of an earlier size of the log.

Equal to the verifier's evaluation over facts (``zhicheng.proof.verify``) by property tests.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, Count, F, Q, QuerySet, Sum
from django.db.models.functions import Cast

from zhicheng.core.fields import ScaledField
from zhicheng.core.process import Process, registry
from zhicheng.ledger import log
from zhicheng.metrics.definition import Condition, Measure, Metric
from zhicheng.proof import verify

COMPARE = {"ge": "gte", "le": "lte", "gt": "gt", "lt": "lt"}


@dataclass(frozen=True)
class Counts:
    """What a metric comes to: integer numerator and denominator (None for counts and sums)."""

    numerator: int
    denominator: int | None

    def text(self, metric: Metric) -> str:
        """The printed value without unit; the one function that divides and rounds is the verifier's."""
        return verify.figure_text(self.numerator, self.denominator, metric.data())


def _literal(field: Any, value: Any) -> Any:
    if isinstance(field, ScaledField):
        return Decimal(value).scaleb(-field.places)
    return value


def condition(process: Process, one: Condition) -> Q:
    """A metric's condition as a database filter, with the same meaning for null as in the format."""
    name, op, value = one
    field: Any = process.model._meta.get_field(name)
    if op == "is_null":
        return Q(**{f"{name}__isnull": True})
    if op == "not_null":
        return Q(**{f"{name}__isnull": False})
    if op in ("in", "not_in"):
        inside = Q(**{f"{name}__in": [_literal(field, v) for v in value]})
        return inside if op == "in" else ~inside & Q(**{f"{name}__isnull": False})
    literal = _literal(field, value)
    if op == "is":
        return Q(**{name: literal})
    if op == "is_not":
        return ~Q(**{name: literal}) & Q(**{f"{name}__isnull": False})
    return Q(**{f"{name}__{COMPARE[op]}": literal})


def conditions(process: Process, given: Iterable[Condition]) -> Q:
    """All of them together."""
    together = Q()
    for one in given:
        together &= condition(process, one)
    return together


def counting(
    metric: Metric,
    first: dt.date,
    last: dt.date,
    slice_: Sequence[Condition] = (),
    rows: QuerySet[Any] | None = None,
) -> QuerySet[Any]:
    """The rows that count in the period, as they stand now: what a drill-down lists."""
    process = registry[metric.type]
    rows = process.model.objects.all() if rows is None else rows
    return rows.filter(
        conditions(process, (*metric.where, *slice_)),
        state__in=metric.states,
        **{f"{metric.placed_by}__gte": first, f"{metric.placed_by}__lte": last},
    )


def _aggregate(process: Process, measure: Measure, name: str) -> dict[str, Any]:
    """Expressions for one measure: its total and, for a sum, how many of its facts are missing."""
    only = conditions(process, measure.where)
    if measure.of == "count":
        return {name: Count("k", filter=only) if only else Count("k")}
    missing = Q(**{f"{measure.fact}__isnull": True})
    return {
        name: Sum(Cast(F(str(measure.fact)), BigIntegerField()), filter=only or None),
        f"{name}_missing": Count("k", filter=only & missing),
    }


def compute(
    metric: Metric, first: dt.date, last: dt.date, slice_: Sequence[Condition] = (), size: int | None = None
) -> Counts:
    """The metric over a period (both days included), as of now or as of ``size`` entries of the log.

    Errors: ValueError if a fact to be summed is missing on a counting record.
    """
    process = registry[metric.type]
    settled = process.model.objects.all() if size is None else process.model.objects.filter(seq__lt=size)
    rows = counting(metric, first, last, slice_, settled)
    wanted = _aggregate(process, metric.numerator, "n")
    if metric.denominator:
        wanted |= _aggregate(process, metric.denominator, "d")
    totals = rows.aggregate(**wanted)
    if totals.get("n_missing") or totals.get("d_missing"):
        raise ValueError(f"{metric.name}: a record that counts lacks the fact to be summed")
    numerator, denominator = totals["n"] or 0, (totals["d"] or 0) if metric.denominator else None
    if size is not None:
        earlier = _changed_since(metric, first, last, slice_, size)
        numerator += earlier.numerator
        denominator = None if denominator is None else denominator + (earlier.denominator or 0)
    return Counts(numerator, denominator)


def _changed_since(
    metric: Metric, first: dt.date, last: dt.date, slice_: Sequence[Condition], size: int
) -> Counts:
    """The share of records that were written again after ``size``: their version then, from the log."""
    process = registry[metric.type]
    changed = list(process.model.objects.filter(seq__gte=size).values_list("k", flat=True))
    versions = log.in_force(metric.type, changed, size)
    n, d = verify.measure_all(
        metric.data(),
        [list(c) for c in slice_],
        first.isoformat(),
        last.isoformat(),
        (v.facts for v in versions.values()),
    )
    return Counts(n, d)


@dataclass(frozen=True)
class Figure:
    """A computed figure with what it takes to compute it again."""

    metric: Metric
    first: dt.date
    last: dt.date
    slice: tuple[Condition, ...]
    counts: Counts

    @property
    def value(self) -> str:
        """The printed value without unit."""
        return self.counts.text(self.metric)


def figure(
    metric: Metric, first: dt.date, last: dt.date, slice_: Sequence[Condition] = (), size: int | None = None
) -> Figure:
    """Compute and keep together with its definition."""
    return Figure(metric, first, last, tuple(slice_), compute(metric, first, last, slice_, size))
