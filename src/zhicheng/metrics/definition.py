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
            "labels": {f: dict(words) for f, words in self._labels().items()},
        }

    def _labels(self) -> dict[str, dict[str, str]]:
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


metrics: dict[str, Metric] = {}
"""Every metric of this installation by name, filled by ``config.processes``."""


def declare(*declared: Metric) -> None:
    """Add metrics. Errors: ValueError if one reads a fact that its process does not let be opened, or a personal one."""
    for metric in declared:
        process = registry[metric.type]
        closed = metric.facts_read() - set(process.may_open)
        if closed:
            raise ValueError(f"metric {metric.name} reads facts that may not be opened: {sorted(closed)}")
        unknown = set(metric.states) - set(process.states)
        if unknown:
            raise ValueError(f"metric {metric.name} counts unknown states: {sorted(unknown)}")
        metrics[metric.name] = metric


def metric_choices() -> Sequence[tuple[str, str]]:
    """Names and titles, for choosing."""
    return [(m.name, spoken(m.title)) for m in metrics.values()]
