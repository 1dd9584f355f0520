"""The parts of the cockpit: each a few queries, each number with the address of its records."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Count, F, Max, Min, Q, Sum
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zhicheng.core.authority import Actor, may_read, visible
from zhicheng.core.clocks import ClockRow
from zhicheng.core.language import spoken, word
from zhicheng.core.process import Process, registry
from zhicheng.metrics.definition import Condition, Defined, defined, metrics
from zhicheng.metrics.evaluate import compute
from zhicheng.metrics.judgement import reaches, reconstructed
from zhicheng.reports.charts import Option
from zhicheng.web import control
from zhicheng.web.charts import Monthly, by_month, first_and_last, month_names, monthly, pareto, spark
from zhicheng.web.drilldown import figure_address

OBJECTIVES, NONCONFORMITIES = "objective.objective", "nonconformity.nonconformity"
RATES = ("incoming_acceptance", "first_pass")
LAPSE_WITHIN = dt.timedelta(days=90)
SHOWN = 6
BARS = 10
"""How many bars a Pareto chart has at most, the rest together counted as one."""
AGES = ((0, 7), (8, 30), (31, 90), (91, None))
Slice = tuple[Condition, ...]


@dataclass(frozen=True)
class ObjectiveRow:
    """One objective of the year with what was reached."""

    record: Any
    target: str
    unit: str
    value: str
    counts: str
    met: bool | None
    assumed: bool
    address: str
    trend: SafeString


@dataclass(frozen=True)
class Chart:
    """A chart with the address behind each of its points."""

    key: str
    title: str
    option: Option
    addresses: list[str]
    note: tuple[str, ...] = ()


@dataclass(frozen=True)
class Month:
    """One month of a rate: its printed value (empty without records), counts, limits and whether it lies beyond them."""

    name: str
    value: str
    counts: str
    address: str
    limits: tuple[str, str] | None = None
    beyond: bool = False


def years(by: Actor) -> list[int]:
    """The years of which there are records that figures count, newest first."""
    found: set[int] = set()
    for type_ in {m.type for m in metrics.values()}:
        process = registry[type_]
        if may_read(by, process):
            ends = process.model.objects.aggregate(a=Min("occurred_on"), b=Max("occurred_on"))
            if ends["a"]:
                found |= set(range(ends["a"].year, ends["b"].year + 1))
    return sorted(found or {timezone.localdate().year}, reverse=True)[:20]


def objectives(by: Actor, year: int) -> list[ObjectiveRow]:
    """Objectives in force in the year."""
    process = registry.get(OBJECTIVES)
    if process is None or not may_read(by, process):
        return []
    rows = visible(by, process).filter(year=year, state__in=("approved", "closed"))
    known = ((row, defined(row.metric)) for row in rows.order_by("level", "k")[:24])
    return [_objective(row, metric) for row, metric in known if metric]


def _objective(row: Any, metric: Defined) -> ObjectiveRow:
    slice_: Slice = tuple((str(n), str(op), v) for n, op, v in row.conditions)
    first, last = first_and_last(row.year)
    counts, value, met, assumed = "", _("缺少可加的事实"), None, False
    try:
        reached = compute(metric, first, last, slice_)
        value = reached.text(metric)
        if reached.denominator is not None:
            counts = reached.fraction(metric)
        assumed = reconstructed(metric, first, last, slice_)
        met = None if assumed else reaches(row.operator, row.target, value)
    except ValueError:
        pass
    return ObjectiveRow(
        row,
        f"{row.get_operator_display()} {row.target.normalize():f}",
        word(metric.unit),
        value,
        counts,
        met,
        assumed,
        figure_address(metric.name, first, last, slice_),
        spark(monthly(metric, row.year, slice_)),
    )


def rates(by: Actor, year: int) -> list[tuple[Chart, list[Month]]]:
    """The pass rates by month with their control limits: the chart, and each month (none: a year without records)."""
    out = []
    for name in RATES:
        metric = metrics.get(name)
        if metric is None or not may_read(by, registry[metric.type]):
            continue
        series = monthly(metric, year)
        addresses = [figure_address(name, *first_and_last(year, at + 1)) for at in range(12)]
        title = spoken(metric.title)
        limits, target = control.control(series), _target(name, year)
        option = by_month(series, target, control.around(limits))
        control.draw(option, limits, target)
        chart = Chart(name, title, option, addresses, tuple(limits.note()))
        out.append((chart, _months(series, limits, addresses) if limits.known else []))
    return out


def _months(series: Monthly, limits: control.Control, addresses: list[str]) -> list[Month]:
    return [
        Month(
            name,
            "" if series.value(at) is None else series.text(at),
            f"{c.numerator}/{c.denominator}",
            addresses[at],
            limits.limits(at),
            at in limits.beyond,
        )
        for at, (name, c) in enumerate(zip(month_names(), series.months, strict=True))
    ]


def _target(metric: str, year: int) -> tuple[str, int] | None:
    """The company's target for a metric as a whole."""
    process = registry.get(OBJECTIVES)
    if process is None:
        return None
    rows = process.model.objects.filter(
        year=year, metric=metric, state__in=("approved", "closed"), level="company"
    )
    row = next((r for r in rows if not r.slice), None)
    return (row.operator, int(row.target.scaleb(2))) if row else None


def defects(by: Actor, year: int) -> Chart | None:
    """Nonconformities of the year by defect, in falling order: in units where all share one, else in records."""
    process, metric = registry.get(NONCONFORMITIES), metrics.get("nonconformities")
    if process is None or metric is None or not may_read(by, process):
        return None
    first, last = first_and_last(year)
    rows = visible(by, process).filter(occurred_on__range=(first, last), state__in=metric.states)
    held = {"n": Count("k"), "q": Sum("quantity"), "low": Min("unit"), "high": Max("unit")}
    counted = list(rows.order_by().values("defect_code").annotate(**held))
    if not counted:
        return None
    units = {str(row[end]) for row in counted for end in ("low", "high")}
    if len(units) == 1 and "" not in units and all(row["q"] is not None for row in counted):
        (unit,), of = units, "q"
        note = _("按数量（%s）。") % word(unit)
    else:
        unit, of = metric.unit, "n"
        note = _("按记录数：各记录的计量单位不一，数量不能相加。")
    bars = sorted(
        ((str(row["defect_code"]), Decimal(row[of])) for row in counted), key=lambda b: (-b[1], b[0])
    )
    bars, others = (bars, []) if len(bars) <= BARS else (bars[: BARS - 1], bars[BARS - 1 :])
    rest = (_("其余 %s 种") % len(others), sum((n for _c, n in others), Decimal(0))) if others else None
    shown = [(code or _("未填"), n) for code, n in bars]
    option = pareto(word(_("不合格品")), word(unit), shown, year, rest)
    slices: list[Slice] = [(("defect_code", "is", code),) for code, _n in bars]
    if others:
        slices.append(tuple(("defect_code", "is_not", code) for code, _n in bars))
    addresses = [figure_address(metric.name, first, last, one) for one in slices]
    return Chart("defects", _("不合格品按缺陷"), option, addresses, (note,))


@dataclass(frozen=True)
class ClockCount:
    """How a clock was kept in the year."""

    title: str
    process: Any
    name: str
    kept: int
    late: int
    running: int


def clocks(by: Actor, year: int) -> list[ClockCount]:
    """Clocks of the year's records: kept, late (running ones past due included), still running in time."""
    out = []
    for process in registry.all():
        if not process.clocks or not may_read(by, process):
            continue
        rows = ClockRow.objects.filter(type=process.name, k__in=placed(by, process, year).values("k"))
        counted = {
            r["name"]: r
            for r in rows.order_by().values("name").annotate(
                kept=Count("pk", filter=KEPT), late=Count("pk", filter=late()), running=Count("pk", filter=running())
            )
        }  # fmt: skip
        for clock in process.clocks:
            if row := counted.get(clock.name):
                counts = row["kept"], row["late"], row["running"]
                out.append(ClockCount(str(clock.title), process, clock.name, *counts))
    return out


KEPT = Q(stopped_at__lte=F("due_at"))


def late() -> Q:
    """Stopped after due, or running past due."""
    return Q(stopped_at__gt=F("due_at")) | Q(stopped_at=None, due_at__lt=timezone.now())


def running() -> Q:
    """Running and not yet due."""
    return Q(stopped_at=None, due_at__gte=timezone.now())


def placed(by: Actor, process: Process, year: int) -> models.QuerySet[Any]:
    """The records of a year that the person may see: as everywhere, the date of the event places them, not the entry's."""
    return visible(by, process).filter(occurred_on__range=first_and_last(year))


@dataclass(frozen=True)
class Lapse:
    """Something in force that ends soon or has ended unnoticed."""

    record: Any
    until: dt.date
    days: int


def lapses(by: Actor) -> list[Lapse]:
    """What is about to lapse (facts whose name ends in ``_until``), soonest first."""
    today, found = timezone.localdate(), []
    for process in registry.all():
        names = [
            f.name
            for f in process.model._meta.concrete_fields
            if isinstance(f, models.DateField) and f.name.endswith("_until")
        ]
        for name in names if may_read(by, process) else ():
            rows = visible(by, process).exclude(state__in=process.final)
            soon = rows.filter(**{f"{name}__lte": today + LAPSE_WITHIN}).order_by(name)[:SHOWN]
            found += [Lapse(r, until := getattr(r, name), (until - today).days) for r in soon]
    return sorted(found, key=lambda one: one.until)[:SHOWN]


@dataclass(frozen=True)
class Age:
    """Open nonconformities of one span of age."""

    words: str
    count: int
    low: int
    high: int | None


def ages(by: Actor) -> list[Age]:
    """Open nonconformities by age in days, in one query."""
    process = registry.get(NONCONFORMITIES)
    if process is None or not may_read(by, process):
        return []
    spans = {f"a{low}": Count("k", filter=aged(low, high)) for low, high in AGES}
    found = visible(by, process).exclude(state__in=process.final).aggregate(**spans)
    return [
        Age(
            _("%(a)s–%(b)s 天") % {"a": low, "b": high} if high else _("%s 天以上") % low,
            found[f"a{low}"],
            low,
            high,
        )
        for low, high in AGES
    ]


def aged(low: int, high: int | None) -> Q:
    """Occurred between ``low`` and ``high`` days ago."""
    today = timezone.localdate()
    since = Q() if high is None else Q(occurred_on__gte=today - dt.timedelta(days=high))
    return since & Q(occurred_on__lte=today - dt.timedelta(days=low))
