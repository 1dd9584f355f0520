"""Figures by month for pages: chart options by the report's own builder, and small trend lines as SVG."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Any

from django.db.models import BigIntegerField, Count, F, Sum
from django.db.models.functions import Cast, ExtractMonth
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from zhicheng.core.language import listed, spoken, word
from zhicheng.core.process import Process, registry
from zhicheng.metrics.definition import Condition, Defined, Measure, Metric, Quotient
from zhicheng.metrics.evaluate import Counts, conditions, counting, divided
from zhicheng.reports.charts import Option, chart_option
from zhicheng.reports.document import ChartSpec, Document, Limit, Series
from zhicheng.reports.report import Report
from zhicheng.reports.values import Figure, Target

DRAWN = (gettext_noop("累计占比"), gettext_noop("无记录"))
"""Words that the report's charts bring with them."""
SPARK_WIDTH, SPARK_HEIGHT = 96, 22


@dataclass(frozen=True)
class Monthly:
    """A metric in each month of a year (index 0: January)."""

    metric: Defined
    year: int
    slice: tuple[Condition, ...]
    months: tuple[Counts, ...]

    def text(self, at: int) -> str:
        """The printed value of a month."""
        return self.months[at].text(self.metric)

    def value(self, at: int) -> float | None:
        """The value of a month as a number; None without records."""
        counts = self.months[at]
        if counts.denominator == 0 or (counts.denominator is None and not counts.numerator):
            return None
        return float(self.text(at))


def first_and_last(year: int, month: int | None = None) -> tuple[dt.date, dt.date]:
    """The first and last day of a year or of one of its months (1 to 12)."""
    if month is None:
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return dt.date(year, month, 1), following - dt.timedelta(days=1)


def monthly(metric: Defined, year: int, slice_: Sequence[Condition] = ()) -> Monthly:
    """Every month of the year in one query (of a quotient in two); equal to ``evaluate.compute`` month by month."""
    if isinstance(metric, Quotient):
        top, bottom = (dict(enumerate(monthly(one, year, slice_).months)) for one in metric.counted)
        return Monthly(metric, year, tuple(slice_), tuple(divided(top, bottom).values()))
    process = registry[metric.type]
    wanted = {"n": _total(process, metric.numerator)}
    if metric.denominator:
        wanted["d"] = _total(process, metric.denominator)
    rows = counting(metric, *first_and_last(year), slice_).order_by()
    grouped = rows.annotate(_month=ExtractMonth(metric.placed_by)).values("_month").annotate(**wanted)
    found = {row["_month"]: row for row in grouped}
    months = tuple(_counts(metric, found.get(month, {})) for month in range(1, 13))
    return Monthly(metric, year, tuple(slice_), months)


def _total(process: Process, measure: Measure) -> Any:
    only = conditions(process, measure.where)
    if measure.of == "count":
        return Count("k", filter=only) if only else Count("k")
    return Sum(Cast(F(str(measure.fact)), BigIntegerField()), filter=only or None)


def _counts(metric: Metric, row: Mapping[str, Any]) -> Counts:
    return Counts(row.get("n") or 0, (row.get("d") or 0) if metric.denominator else None)


def month_names() -> list[str]:
    """January to December as axis labels."""
    return [
        _("1月"), _("2月"), _("3月"), _("4月"), _("5月"), _("6月"),
        _("7月"), _("8月"), _("9月"), _("10月"), _("11月"), _("12月"),
    ]  # fmt: skip


def by_month(series: Monthly, target: tuple[str, int] | None = None, around: Sequence[float] = ()) -> Option:
    """A line over the months, with the target (operator, scaled by 100) as a thin line with its value at the end.

    ``around``: more values that the axis must hold.
    """
    metric = series.metric
    title, unit = spoken(metric.title), word(metric.unit)
    figures = tuple(
        Figure(
            f"F{at + 1}", title, unit, *first_and_last(series.year, at + 1), one.numerator,
            one.denominator, one.text(metric), None, metric.counted[0].fact_places,
        )
        for at, one in enumerate(series.months)
    )  # fmt: skip
    targets = (Target("T1", title, unit, target[1], 2, target[0], None, None),) if target else ()
    spec = ChartSpec(
        "line",
        tuple(month_names()),
        (Series(title, tuple(f.no for f in figures)),),
        unit,
        (Limit(pgettext("line", "目标"), target="T1"),) if target else (),
    )
    return _option(spec, figures, targets, around)


def pareto(
    name: str,
    unit: str,
    counts: Sequence[tuple[str, Decimal]],
    year: int,
    rest: tuple[str, Decimal] | None = None,
) -> Option:
    """Bars in falling order with their running share; ``rest`` is everything else together, last whatever its size."""
    first, last = first_and_last(year)
    figures = tuple(
        Figure(f"F{i}", label, unit, first, last, int(n), None, _plain(n))
        for i, (label, n) in enumerate(counts, 1)
    )
    spec = ChartSpec(
        "pareto", tuple(c[0] for c in counts), (Series(name, tuple(f.no for f in figures)),), unit
    )
    option = _option(spec, figures, (), [float(rest[1])] if rest else ())
    if rest:
        bars, shares = option["series"]
        option["xAxis"]["data"].append(rest[0])
        bars["data"].append({"value": float(rest[1]), "label": {"show": True, "formatter": _plain(rest[1])}})
        total = sum(n for _label, n in counts) + rest[1]
        running = accumulate(n for _label, n in (*counts, rest))
        shares["data"] = [round(float(n / total * 100), 4) for n in running]
    return option


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}" if number else "0"


def _option(
    spec: ChartSpec,
    figures: tuple[Figure, ...],
    targets: tuple[Target, ...],
    around: Sequence[float] = (),
) -> Option:
    day = figures[0].period_from if figures else dt.date(2000, 1, 1)
    report = Report(Document("", ()), "", "", day, day, day, figures, targets)
    option: Option = _spoken(chart_option(report, spec, around))
    return option


def _spoken(part: Any) -> Any:
    """A chart's option with the report's own words in the reader's language."""
    if isinstance(part, dict):
        return {k: _spoken(v) for k, v in part.items()}
    if isinstance(part, list):
        return [_spoken(v) for v in part]
    return word(part) if part in DRAWN else part


def spark(series: Monthly) -> SafeString:
    """A small trend line; months without records are gaps. Its numbers stand in the title."""
    values = [series.value(at) for at in range(12)]
    known = [v for v in values if v is not None]
    if not known:
        return format_html('<span class="quiet">{}</span>', _("无记录"))
    low, span = min(known), (max(known) - min(known)) or 1.0
    points = [
        None if v is None else (4 + at * (SPARK_WIDTH - 8) / 11, SPARK_HEIGHT - 4 - (v - low) / span * (SPARK_HEIGHT - 8))
        for at, v in enumerate(values)
    ]  # fmt: skip
    words = listed(f"{n} {series.text(at)}" for at, n in enumerate(month_names()) if values[at] is not None)
    last = next(p for p in reversed(points) if p is not None)
    return format_html(
        '<svg class="spark" viewBox="0 0 96 22" width="{}" height="{}" role="img" aria-label="{}"><title>{}</title><path d="{}"/>'
        '<circle cx="{}" cy="{}" r="2.2"/></svg>',
        SPARK_WIDTH, SPARK_HEIGHT, words, words, _path(points), round(last[0], 1), round(last[1], 1),
    )  # fmt: skip


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    parts, pen = [], "M"
    for point in points:
        if point is None:
            pen = "M"
            continue
        parts.append(f"{pen}{point[0]:.1f} {point[1]:.1f}")
        pen = "L"
    return "".join(parts)
