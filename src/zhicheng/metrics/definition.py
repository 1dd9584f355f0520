"""Declaring a metric. Literals only; what it reads must be facts that the process lets be opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from zhicheng.core.language import spoken
from zhicheng.core.process import registry

Condition: TypeAlias = tuple[str, str, Any]


@dataclass(frozen=True)
class Measure:
    """What is added up over the versions that count: ``count``, or ``sum`` of an integer fact; with further conditions."""

    of: str = "count"
    fact: str | None = None
    where: tuple[Condition, ...] = ()

    def data(self) -> dict[str, Any]:
        """As in docs/evidence-format.md §4."""
        return {"of": self.of, "fact": self.fact, "where": [list(c) for c in self.where]}


@dataclass(frozen=True)
class Metric:
    """One declared metric (docs/evidence-format.md §4). ``title`` and ``source`` are (Chinese, English)."""

    name: str
    title: tuple[str, str]
    unit: str
    type: str
    states: tuple[str, ...]
    form: str
    numerator: Measure
    denominator: Measure | None = None
    where: tuple[Condition, ...] = ()
    placed_by: str = "occurred_on"
    scale: int = 1
    fact_places: int = 0
    round: str = "half_up"
    places: int = 0
    settle_days: int = 31
    dimensions: tuple[str, ...] = ()
    failed: tuple[str, str] | None = None
    source: tuple[str, str] = ("", "")
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def counted(self) -> tuple[Metric, ...]:
        """The metrics whose records this one counts: itself."""
        return (self,)

    def facts_read(self) -> set[str]:
        """Every fact that a figure of this metric reads, its dimensions included."""
        conditions = [
            *self.where,
            *self.numerator.where,
            *(self.denominator.where if self.denominator else ()),
        ]
        read = {self.placed_by, "state", *(c[0] for c in conditions), *self.dimensions}
        return read | {m.fact for m in (self.numerator, self.denominator) if m and m.fact}

    def data(self) -> dict[str, Any]:
        """The metric as plain data: what is logged, hashed and shipped in a bundle."""
        return {
            "v": 1,
            "name": self.name,
            "title": {"zh": self.title[0], "en": self.title[1]},
            "unit": self.unit,
            "type": self.type,
            "placed_by": self.placed_by,
            "states": list(self.states),
            "where": [list(c) for c in self.where],
            "form": self.form,
            "numerator": self.numerator.data(),
            "denominator": self.denominator.data() if self.denominator else None,
            "scale": self.scale,
            "fact_places": self.fact_places,
            "round": self.round,
            "places": self.places,
            "settle_days": self.settle_days,
            "dimensions": list(self.dimensions),
            "failed": list(self.failed) if self.failed else None,
            "source": {"zh": self.source[0], "en": self.source[1]},
            "labels": {f: dict(words) for f, words in self.labels_read().items()},
        }

    def labels_read(self) -> dict[str, dict[str, str]]:
        """Words for the facts read and their values, taken from the model's fields in Chinese."""
        from django.utils import translation

        process = registry[self.type]
        out: dict[str, dict[str, str]] = {}
        with translation.override("zh-hans"):
            for name in sorted(self.facts_read()):
                f = process.model._meta.get_field(name)
                words = {"": str(f.verbose_name)}
                values = process.states if name == "state" else dict(getattr(f, "flatchoices", ()))
                words.update({str(v): str(label) for v, label in values.items()})
                out[name] = {**words, **self.labels.get(name, {})}
        return out


@dataclass(frozen=True)
class Quotient:
    """One metric divided by another, each counting records of its own type: complaints per thousand units shipped.

    ``numerator`` and ``denominator`` name counts or sums. A figure of it stands on the figures of both over the same period
    and slice (docs/evidence-format.md §4). ``dimensions`` are facts that both may be sliced by.
    """

    name: str
    title: tuple[str, str]
    unit: str
    numerator: str
    denominator: str
    scale: int = 1
    round: str = "half_up"
    places: int = 2
    dimensions: tuple[str, ...] = ()
    source: tuple[str, str] = ("", "")
    form: str = field(default="quotient", init=False)

    @property
    def counted(self) -> tuple[Metric, ...]:
        """The metrics whose records this one counts: numerator and denominator."""
        return metrics[self.numerator], metrics[self.denominator]

    @property
    def settle_days(self) -> int:
        """As of both."""
        return metrics[self.numerator].settle_days

    def data(self) -> dict[str, Any]:
        """The quotient as plain data: what is logged, hashed and shipped in a bundle."""
        return {
            "v": 1,
            "name": self.name,
            "title": {"zh": self.title[0], "en": self.title[1]},
            "unit": self.unit,
            "form": self.form,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "scale": self.scale,
            "round": self.round,
            "places": self.places,
            "dimensions": list(self.dimensions),
            "source": {"zh": self.source[0], "en": self.source[1]},
        }

    def labels_read(self) -> dict[str, dict[str, str]]:
        """Words for the facts that it may be sliced by, and their values: those of the numerator."""
        return metrics[self.numerator].labels_read()


Defined: TypeAlias = Metric | Quotient
metrics: dict[str, Metric] = {}
"""Every metric of this installation that counts records, by name, filled by ``config.processes``."""
quotients: dict[str, Quotient] = {}
"""Every quotient of two of them, by name."""


def defined(name: str) -> Defined | None:
    """The metric or quotient of that name."""
    return metrics.get(name) or quotients.get(name)


def everything() -> tuple[Defined, ...]:
    """Every metric, then every quotient."""
    return (*metrics.values(), *quotients.values())


def declare(*declared: Defined) -> None:
    """Add metrics; a quotient after both that it names.

    Errors: ValueError if one reads a fact that its process does not let be opened, or a personal one; if a quotient names
    what is no count or sum, or what settles otherwise, or has not its dimensions.
    """
    for metric in declared:
        if isinstance(metric, Quotient):
            _declare_quotient(metric)
            continue
        process = registry[metric.type]
        closed = metric.facts_read() - set(process.may_open)
        if closed:
            raise ValueError(f"metric {metric.name} reads facts that may not be opened: {sorted(closed)}")
        unknown = set(metric.states) - set(process.states)
        if unknown:
            raise ValueError(f"metric {metric.name} counts unknown states: {sorted(unknown)}")
        metrics[metric.name] = metric


def _declare_quotient(quotient: Quotient) -> None:
    unknown = {quotient.numerator, quotient.denominator} - set(metrics)
    if unknown:
        raise ValueError(f"quotient {quotient.name} names unknown metrics: {sorted(unknown)}")
    top, bottom = quotient.counted
    if top.denominator or bottom.denominator:
        raise ValueError(f"quotient {quotient.name} divides what is no count or sum")
    if top.settle_days != bottom.settle_days:
        raise ValueError(f"quotient {quotient.name} divides metrics that settle after different days")
    foreign = set(quotient.dimensions) - (set(top.dimensions) & set(bottom.dimensions))
    if foreign:
        raise ValueError(f"quotient {quotient.name} has dimensions that not both have: {sorted(foreign)}")
    quotients[quotient.name] = quotient


def metric_choices() -> Sequence[tuple[str, str]]:
    """Names and titles, for choosing."""
    return [(m.name, spoken(m.title)) for m in everything()]
