"""What a public bundle opens: the facts of each counted type, and the smallest group of records that they form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from zhicheng.core.process import registry
from zhicheng.metrics.definition import metrics, quotients
from zhicheng.proof.verify import IMPORT_FACTS

IMPORT = "core.import"
"""Its counts of rows are always opened: whoever hides refused rows is found out (docs/evidence-format.md §2)."""


@dataclass
class Opening:
    """What is opened of one counted type: ``placing`` and ``always`` of every version; ``figures`` facts where placed in a
    period; ``whole`` of every version of a record that a target or declared fact names, so that a changed target is seen."""

    type: str
    placing: set[str] = field(default_factory=set)
    figures: list[tuple[frozenset[str], str, dt.date, dt.date]] = field(default_factory=list)
    whole: dict[int, set[str]] = field(default_factory=dict)

    def named(self, k: int) -> set[str]:
        """Facts opened because a target or declared fact names this record."""
        return self.whole.get(k, set())

    @property
    def always(self) -> set[str]:
        """Facts opened of every version."""
        return (self.placing or {"occurred_on"}) | {"state", "provenance", "judged_at_once"}

    def facts(self) -> list[str]:
        """Every fact that this type opens anywhere, in order, as far as the type has it."""
        names = self.always | {n for facts, *_rest in self.figures for n in facts}
        names |= {n for extra in self.whole.values() for n in extra}
        own = {f.name for f in registry[self.type].model._meta.concrete_fields}
        return sorted(names & own)


def openings(data: Mapping[str, Any]) -> dict[str, Opening]:
    """From ``report.json``: what must be opened of which type."""
    out: dict[str, Opening] = {}

    def of(type_: str) -> Opening:
        return out.setdefault(type_, Opening(type_))

    for figure in data["figures"]:
        if figure["metric"] in quotients:
            continue  # reads no records: the two figures that it divides are in the report
        metric = metrics[figure["metric"]]
        opening = of(metric.type)
        opening.placing.add(metric.placed_by)
        read = {metric.placed_by, "state", *(c[0] for c in (*metric.where, *figure["slice"]))}
        for measure in (metric.numerator, metric.denominator):
            if measure:
                read |= {c[0] for c in measure.where} | ({measure.fact} if measure.fact else set())
        read |= {metric.failed[0]} if metric.failed else set()
        period = dt.date.fromisoformat(figure["from"]), dt.date.fromisoformat(figure["to"])
        opening.figures.append((frozenset(read), metric.placed_by, *period))
    for entry in data["targets"]:
        record = entry["record"]
        of(record["type"]).whole.setdefault(record["k"], set()).add(entry["fact"])
    for entry in data["declared"]:
        record = entry["record"]
        of(record["type"]).whole.setdefault(record["k"], set()).update((entry["fact"], "unit", "evidence"))
    return out


def disclosed(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The list that the last signer approves: type, facts, and the smallest group of records that share all opened values."""
    rows = [
        {"type": o.type, "facts": ",".join(o.facts()), "smallest": _smallest(o)}
        for o in openings(data).values()
    ]
    return [*rows, {"type": IMPORT, "facts": ",".join(IMPORT_FACTS), "smallest": None}]


def _smallest(opening: Opening) -> int | None:
    """How many records at least look alike in what is opened (None: no records)."""
    process = registry[opening.type]
    placed = Q()
    for _facts, by, first, last in opening.figures:
        placed |= Q(**{f"{by}__gte": first, f"{by}__lte": last})
    rows = process.model.objects.filter(placed) if opening.figures else process.model.objects.all()
    groups = rows.order_by().values(*opening.facts()).annotate(group=Count("k")).order_by("group")
    first_group = groups.first()
    return int(first_group["group"]) if first_group else None
