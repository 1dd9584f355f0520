"""The numbers of one report, computed at its checkpoint A and at E: figures, targets, declared facts, each numbered once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from zhicheng.core.process import registry
from zhicheng.metrics import evaluate
from zhicheng.metrics.definition import Condition, Defined, Metric, Quotient, defined, everything
from zhicheng.metrics.judgement import reaches, reconstructed
from zhicheng.reports.resolver import Unresolved
from zhicheng.reports.values import Declared, Figure, Target, Then


@dataclass
class Numbers:
    """Collects the numbers that a report names. ``size`` is A's: everything is computed as of that size of the log."""

    first: dt.date
    last: dt.date
    size: int
    figures: list[Figure] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    declared: list[Declared] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    target_entries: list[dict[str, Any]] = field(default_factory=list)
    declared_entries: list[dict[str, Any]] = field(default_factory=list)
    notes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    outside: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    history: evaluate.History = field(default_factory=evaluate.History)
    _settled: dict[tuple[int, dt.date], int | None] = field(default_factory=dict)
    _known: dict[Any, str] = field(default_factory=dict)

    def metric(self, name: str) -> Defined:
        """The metric or quotient of that name. Errors: Unresolved."""
        found = defined(name)
        if found is None:
            raise Unresolved(
                f"没有指标 {name}，可用：{'、'.join(m.name for m in everything())}", f"no metric {name}"
            )
        return found

    def figure(
        self,
        name: str,
        slice_: Sequence[Condition] = (),
        first: dt.date | None = None,
        last: dt.date | None = None,
    ) -> str:
        """The number (F…) of a metric over a slice and period; computed once. A quotient brings the figures of both that it
        divides, so that whoever verifies the report finds them proved. Errors: Unresolved."""
        metric, first, last = self.metric(name), first or self.first, last or self.last
        unknown = {c[0] for c in slice_} - set(metric.dimensions)
        if unknown:
            raise Unresolved(
                f"指标 {name} 没有维度 {'、'.join(sorted(unknown))}", f"{name} has no dimension {unknown}"
            )
        key = (name, repr(list(slice_)), first, last)
        if key not in self._known:
            if isinstance(metric, Quotient):
                for one in metric.counted:
                    self.figure(one.name, slice_, first, last)
            self._known[key] = no = f"F{len(self.figures) + 1}"
            self._compute(no, metric, tuple(slice_), first, last)
        return self._known[key]

    def _compute(
        self, no: str, metric: Defined, slice_: tuple[Condition, ...], first: dt.date, last: dt.date
    ) -> None:
        now = evaluate.compute(metric, first, last, slice_, self.size, self.history)
        settled = self._settled_size(metric, last)
        then = None
        if settled is not None:
            counts = evaluate.compute(metric, first, last, slice_, settled, self.history)
            then = Then(counts.numerator, counts.denominator, counts.text(metric), settled)
        words = _slice_words(metric, slice_)
        title = metric.title[0] + (f"（{words}）" if words else "")
        self._keep(no, title, evaluate.Figure(metric, first, last, slice_, now), then)
        if isinstance(metric, Quotient):
            parts = [self.figure(one.name, slice_, first, last) for one in metric.counted]
            self.notes[no] = (f"定义：{metric.source[0]}。", f"由 {parts[0]} ÷ {parts[1]} 算出。")
        else:
            self.notes[no] = _notes(metric, first, last, slice_, settled, self.size, self.history)

    def value_of(self, metric: Defined) -> str | None:
        """What a metric comes to over the whole period, without naming it in the report; None without records."""
        try:
            counts = self._counts(metric)
        except ValueError:
            return None
        return None if counts.denominator == 0 else counts.text(metric)

    def _counts(self, metric: Defined) -> evaluate.Counts:
        return evaluate.compute(metric, self.first, self.last, (), self.size, self.history)

    def _settled_size(self, metric: Defined, last: dt.date) -> int | None:
        """E's size, looked for once for each last day."""
        key = (metric.settle_days, last)
        if key not in self._settled:
            self._settled[key] = evaluate.settled_size(metric, last, self.size)
        return self._settled[key]

    def _keep(self, no: str, title: str, computed: evaluate.Figure, then: Then | None) -> None:
        """Add a computed figure as the renderers take it and as it stands in report.json."""
        metric, first, last, now = computed.metric, computed.first, computed.last, computed.counts
        if first < self.first or last > self.last:
            self.outside.append(no)
        value = computed.value
        counts = (now.numerator, now.denominator)
        places = [one.fact_places for one in metric.counted]
        below = places[1] if isinstance(metric, Quotient) else 0
        self.figures.append(
            Figure(
                no, title, metric.unit, first, last, *counts, value, then, places[0], places_below=below
            )
        )  # fmt: skip
        self.entries.append(
            {
                "no": no,
                "metric": metric.name,
                "from": first.isoformat(),
                "to": last.isoformat(),
                "slice": [list(c) for c in computed.slice],
                "full_only": False,
                "numerator": now.numerator,
                "denominator": now.denominator,
                "value": value,
                "then": None
                if then is None
                else {
                    "size": then.size,
                    "numerator": then.numerator,
                    "denominator": then.denominator,
                    "value": then.value,
                },
            }
        )

    def target(self, objective: Any, actual: str | None) -> str:
        """The number (T…) of an objective's target, judged against the figure ``actual`` (None: not judged)."""
        key = ("target", objective.k, actual)
        if key in self._known:
            return self._known[key]
        self._known[key] = no = f"T{len(self.targets) + 1}"
        metric = self.metric(objective.metric)
        value = int(objective.target.scaleb(2))
        met = self._met(objective, actual)
        self.targets.append(
            Target(no, objective.name, metric.unit, value, 2, objective.operator, actual, met)
        )
        self.target_entries.append(
            {
                "no": no,
                "figure": actual,
                "record": {"type": "objective.objective", "k": objective.k, "ver": objective.version},
                "fact": "target",
                "value": value,
                "places": 2,
                "operator": objective.operator,
                "met": met,
            }
        )
        return no

    def _met(self, objective: Any, actual: str | None) -> bool | None:
        if actual is None:
            return None
        entry = self.entries[int(actual[1:]) - 1]
        period = dt.date.fromisoformat(entry["from"]), dt.date.fromisoformat(entry["to"])
        if reconstructed(self.metric(entry["metric"]), *period, [tuple(c) for c in entry["slice"]]):
            self.assumed.append(actual)
        return reaches(objective.operator, objective.target, entry["value"])

    def declare(self, fact: Any, declared_by: str, checked_by: str) -> str:
        """The number (D…) of a declared fact."""
        key = ("declared", fact.k)
        if key not in self._known:
            self._known[key] = no = f"D{len(self.declared) + 1}"
            self.declared.append(
                Declared(
                    no, fact.subject, fact.value, fact.unit, fact.evidence or None, declared_by, checked_by
                )
            )
            self.declared_entries.append(
                {
                    "no": no,
                    "record": {"type": "report.declared", "k": fact.k},
                    "fact": "value",
                    "value": fact.value,
                    "unit": fact.unit,
                    "evidence": fact.evidence or None,
                }
            )
        return self._known[key]


def _slice_words(metric: Defined, slice_: Sequence[Condition]) -> str:
    labels = metric.labels_read()
    words = []
    for name, op, value in slice_:
        shown = labels.get(name, {}).get(str(value), str(value))
        words.append(f"除{shown}外" if op == "is_not" else shown)
    return "、".join(words)


def _notes(
    metric: Metric,
    first: dt.date,
    last: dt.date,
    slice_: tuple[Condition, ...],
    then: int | None,
    now: int,
    history: evaluate.History,
) -> tuple[str, ...]:
    """What stands under the table that first uses a figure: definition, corrections, late entries, withdrawals, origin."""
    rows = evaluate.counting(metric, first, last, slice_)
    period = {f"{metric.placed_by}__gte": first, f"{metric.placed_by}__lte": last}
    everything = registry[metric.type].model.objects.filter(**period)
    total = rows.count()
    changed = (
        len(evaluate.adjustments(metric, first, last, slice_, then, now, history)) if then is not None else 0
    )
    shares = {p: rows.filter(provenance=p).count() for p in ("imported", "reconstructed")}
    lines = [f"定义：{metric.source[0]}。"]
    facts = [
        f"计入 {total} 条记录",
        f"期后调整 {changed} 条" if then is not None else "无当期取值（日志始于报告期之后）",
        f"补录 {rows.filter(late=True).count()} 条",
        f"作废 {everything.filter(state='void').count()} 条",
    ]
    alone = rows.filter(four_eyes_excepted=True).count()
    facts += [f"双人复核例外 {alone} 条"] if alone else []
    facts += [f"导入 {shares['imported']} 条"] if shares["imported"] else []
    facts += [f"重构 {shares['reconstructed']} 条"] if shares["reconstructed"] else []
    return (*lines, "；".join(facts) + "。")
