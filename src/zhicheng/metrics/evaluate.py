"""Computing a metric in the database, as of now or as of an earlier size of the log.

Equal to the verifier's evaluation over facts (``zhicheng.proof.verify``) by property tests.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, Count, F, Q, QuerySet, Sum
from django.db.models.functions import Cast

from zhicheng.core.fields import ScaledField
from zhicheng.core.process import Process, registry
from zhicheng.ledger import log
from zhicheng.ledger.models import Entry
from zhicheng.metrics.definition import Condition, Defined, Measure, Metric, Quotient
from zhicheng.proof import verify

COMPARE = {"ge": "gte", "le": "lte", "gt": "gt", "lt": "lt"}


@dataclass(frozen=True)
class Counts:
    """What a metric comes to: integer numerator and denominator (None for counts and sums)."""

    numerator: int
    denominator: int | None

    def text(self, metric: Defined) -> str:
        """The printed value without unit; what divides and rounds is the verifier's."""
        if isinstance(metric, Quotient):
            parts = {one.name: verify.parse_metric(one.data()) for one in metric.counted}
            parsed = verify.parse_quotient(metric.data(), parts)
            return verify.quotient_text(self.numerator, self.denominator or 0, parsed)
        return verify.figure_text(self.numerator, self.denominator, verify.parse_metric(metric.data()))

    def fraction(self, metric: Defined) -> str:
        """What is divided by what, for people: of a quotient as the quantities that its two metrics print."""
        if not isinstance(metric, Quotient):
            return f"{self.numerator}/{self.denominator}"
        top, bottom = metric.counted
        return f"{_plain(self.numerator, top)}/{_plain(self.denominator or 0, bottom)}"


def _plain(value: int, metric: Metric) -> str:
    """A scaled integer of a metric without the zeros that its places may leave."""
    text = verify.decimal_text(value, metric.fact_places)
    return text.rstrip("0").rstrip(".") if metric.fact_places else text


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
    metric: Defined,
    first: dt.date,
    last: dt.date,
    slice_: Sequence[Condition] = (),
    size: int | None = None,
    history: History | None = None,
) -> Counts:
    """The metric over a period (both days included), as of now or as of ``size`` entries of the log.

    Errors: ValueError if a fact to be summed is missing on a counting record.
    """
    if isinstance(metric, Quotient):
        top, bottom = (compute(one, first, last, slice_, size, history) for one in metric.counted)
        return Counts(top.numerator, bottom.numerator)
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
        earlier = _changed_since(metric, first, last, slice_, size, history or History())
        numerator += earlier.numerator
        denominator = None if denominator is None else denominator + (earlier.denominator or 0)
    return Counts(numerator, denominator)


def grouped(
    metric: Defined, first: dt.date, last: dt.date, names: Sequence[str], slice_: Sequence[Condition] = ()
) -> dict[tuple[Any, ...], Counts]:
    """The metric over a period for each combination of values of these facts that occurs, in one query; equal to ``compute``
    with that combination as slice.

    Errors: ValueError if a fact to be summed is missing on a counting record.
    """
    if isinstance(metric, Quotient):
        tops, bottoms = (grouped(one, first, last, names, slice_) for one in metric.counted)
        return divided(tops, bottoms)
    process = registry[metric.type]
    wanted = _aggregate(process, metric.numerator, "n")
    if metric.denominator:
        wanted |= _aggregate(process, metric.denominator, "d")
    found = {}
    for row in counting(metric, first, last, slice_).order_by().values(*names).annotate(**wanted):
        if row.get("n_missing") or row.get("d_missing"):
            raise ValueError(f"{metric.name}: a record that counts lacks the fact to be summed")
        denominator = (row["d"] or 0) if metric.denominator else None
        found[tuple(row[name] for name in names)] = Counts(row["n"] or 0, denominator)
    return found


def divided(tops: Mapping[Any, Counts], bottoms: Mapping[Any, Counts]) -> dict[Any, Counts]:
    """The counts of a quotient from those of its numerator and of its denominator, under every key that either has."""
    none = Counts(0, None)
    return {
        key: Counts(tops.get(key, none).numerator, bottoms.get(key, none).numerator)
        for key in {**tops, **bottoms}
    }


def _parsed(
    metric: Metric, slice_: Sequence[Condition]
) -> tuple[verify.Metric, tuple[verify.Condition, ...]]:
    return verify.parse_metric(metric.data()), verify.parse_conditions([list(c) for c in slice_])


class History:
    """Former versions of records that were written again after some size of the log, read once for many figures.

    Only the facts that a metric may read are kept.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, int, int], dict[int, dict[str, Any]]] = {}

    def at(self, type_: str, since: int, size: int) -> dict[int, dict[str, Any]]:
        """Of the records written again at ``since`` or later: the facts of the version in force at ``size``, by number."""
        key = (type_, since, size)
        if key not in self._kept:
            changed = list(registry[type_].model.objects.filter(seq__gte=since).values_list("k", flat=True))
            read = set(registry[type_].may_open)
            versions = log.in_force(type_, changed, size)
            self._kept[key] = {
                k: {n: value for n, value in v.facts.items() if n in read} for k, v in versions.items()
            }
        return self._kept[key]


def _changed_since(
    metric: Metric,
    first: dt.date,
    last: dt.date,
    slice_: Sequence[Condition],
    size: int,
    history: History,
) -> Counts:
    """The share of records that were written again after ``size``: their version then, from the log."""
    parsed, conditions_ = _parsed(metric, slice_)
    period = (first.isoformat(), last.isoformat())
    then = history.at(metric.type, size, size).values()
    return Counts(*verify.measure(parsed, conditions_, period, then))


def adjustments(
    metric: Metric,
    first: dt.date,
    last: dt.date,
    slice_: Sequence[Condition],
    then: int,
    now: int,
    history: History | None = None,
) -> list[int]:
    """Numbers of the records that contribute differently at size ``then`` and at size ``now``."""
    history = history or History()
    earlier, later = history.at(metric.type, then, then), history.at(metric.type, then, now)
    parsed, conditions_ = _parsed(metric, slice_)
    period = (first.isoformat(), last.isoformat())

    def share(facts: dict[str, Any] | None) -> Any:
        return verify.contribution(parsed, conditions_, period, facts) if facts else (None, None)

    return [k for k in {**earlier, **later} if share(earlier.get(k)) != share(later.get(k))]


def settled_size(metric: Defined, last: dt.date, below: int) -> int | None:
    """The size of the log at E: signed in the first checkpoint entry at least ``settle_days`` after the period's last day.

    Only checkpoint entries before ``below`` count; None when there is none.
    """
    due = (last + dt.timedelta(days=metric.settle_days)).isoformat()
    for entry in Entry.objects.filter(type="ledger.checkpoint", seq__lt=below).order_by("seq"):
        if json.loads(entry.header)["d"] >= due:
            return int(log.versions("ledger.checkpoint", entry.k)[0].facts["size"])
    return None


@dataclass(frozen=True)
class Figure:
    """A computed figure with what it takes to compute it again."""

    metric: Defined
    first: dt.date
    last: dt.date
    slice: tuple[Condition, ...]
    counts: Counts

    @property
    def value(self) -> str:
        """The printed value without unit."""
        return self.counts.text(self.metric)


def figure(
    metric: Defined, first: dt.date, last: dt.date, slice_: Sequence[Condition] = (), size: int | None = None
) -> Figure:
    """Compute and keep together with its definition."""
    return Figure(metric, first, last, tuple(slice_), compute(metric, first, last, slice_, size))
