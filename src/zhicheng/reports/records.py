"""What a template's placeholders stand for, answered from the records as of checkpoint A (``resolver.Resolver``).

Settings of a placeholder: ``month=2017-03``, ``quarter=1`` or ``year=2017`` narrow the period; every other ``key=value`` is a condition on a
dimension of the metric (``family=roots``; ``family=!roots`` is everything but).
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zhicheng.core.facts import field_of, shown
from zhicheng.core.fields import moment_of
from zhicheng.core.organisation import Person
from zhicheng.core.process import registry
from zhicheng.core.roles import Role
from zhicheng.core.zones import zone_of
from zhicheng.ledger import log
from zhicheng.metrics.definition import Condition
from zhicheng.metrics.evaluate import counting
from zhicheng.processes.report.workflow import approvers
from zhicheng.reports.control_charts import control_chart
from zhicheng.reports.document import (
    Chart,
    ChartSpec,
    Column,
    FigureRef,
    Inlines,
    Limit,
    Series,
    Signature,
    SignOff,
    Table,
    TargetRef,
    Text,
)
from zhicheng.reports.numbers import Numbers
from zhicheng.reports.resolver import Unresolved
from zhicheng.reports.values import NOTHING

RESERVED = frozenset(
    {
        "metric",
        "by",
        "total",
        "month",
        "quarter",
        "year",
        "state",
        "columns",
        "kind",
        "caption",
        "note",
        "title",
        "part",
    }
)

STANDING = frozenset({"active", "in_force", "withdrawing"})
"""The states of what is in force."""
NARROWING = frozenset({"kind", "level"})
"""Facts by which a register's rows are chosen."""


def _text(value: Any) -> Inlines:
    return (Text("" if value is None else str(value)),)


@dataclass
class Records:
    """The resolver of one report. ``report`` is its record; ``numbers`` collects what is asked for."""

    report: Any
    numbers: Numbers
    sums: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def figure(self, name: str, params: Mapping[str, str]) -> str:
        """A figure of a metric."""
        first, last = self._period(params)
        return self.numbers.figure(name, self._slice(name, params), first, last)

    def target(self, name: str, params: Mapping[str, str]) -> str:
        """The target of an objective: by its number, or by metric and slice in the report's year."""
        objective = self._objective(name, params)
        actual = (
            self.numbers.figure(objective.metric, self._conditions(objective))
            if params.get("judge") == "yes"
            else None
        )
        return self.numbers.target(objective, actual)

    def declared(self, name: str, params: Mapping[str, str]) -> str:
        """A declared fact of this period, by name; the latest one that was checked."""
        model = registry["report.declared"].model
        rows = model.objects.filter(
            name=name, period_from__lte=self.numbers.last, period_to__gte=self.numbers.first
        )
        fact = rows.exclude(state="withdrawn").order_by("-k").first()
        if fact is None:
            raise Unresolved(f"本报告期没有名为 {name} 的声明事实", f"no declared fact {name} in the period")
        people = {"open": "", "check": ""}
        for version in log.versions("report.declared", fact.k):
            if version.act in people:
                people[version.act] = _person(str(version.facts.get("_by")))
        return self.numbers.declare(fact, people["open"], people["check"])

    def table(self, name: str, params: Mapping[str, str]) -> Table:
        """``breakdown`` (metric, by, total) or ``objectives`` (level)."""
        makers = {"breakdown": self._breakdown, "objectives": self._objectives}
        if name not in makers:
            raise Unresolved(f"没有表 {name}，可用：{'、'.join(makers)}", f"no table {name}")
        return makers[name](params)

    def _breakdown(self, params: Mapping[str, str]) -> Table:
        metric = self.numbers.metric(params.get("metric", ""))
        by = params.get("by", "")
        if by not in metric.dimensions:
            raise Unresolved(f"指标 {metric.name} 没有维度 {by}", f"{metric.name} has no dimension {by}")
        base = self._slice(metric.name, params)
        labels = metric.labels_read().get(by, {})
        present = self._values(metric, by)
        values = [v for v in labels if v in present] or present
        parts = [(labels.get(v, v), self.numbers.figure(metric.name, (*base, (by, "is", v)))) for v in values]
        rows = [self._row(label, no) for label, no in parts]
        if params.get("total") != "no":
            whole = self.numbers.figure(metric.name, base)
            self.sums.append((whole, tuple(no for _label, no in parts)))
            rows.append(self._row("合计", whole, strong=True))
        field_ = field_of(registry[metric.counted[0].type], by)
        head = str(field_.verbose_name) if field_ is not None else by
        return Table(
            (
                Column(head),
                Column(params.get("denominator", "检验数"), "right"),
                Column(params.get("numerator", "合格数"), "right"),
                Column(metric.title[0], "right", metric.unit),
            ),
            tuple(rows),
        )

    def _row(self, label: str, no: str, *, strong: bool = False) -> tuple[Inlines, ...]:
        parts = ("denominator", "numerator", "bare")
        return ((Text(label, strong),), *((FigureRef(no, part, strong),) for part in parts))

    def _values(self, metric: Any, by: str) -> list[str]:
        first, last = self.numbers.first, self.numbers.last
        rows = [counting(one, first, last).order_by() for one in metric.counted]
        return sorted({str(v) for one in rows for v in one.values_list(by, flat=True).distinct()})

    def _objectives(self, params: Mapping[str, str]) -> Table:
        rows = []
        judged = params.get("judge") == "yes"
        for objective in self._in_force(params):
            actual = self.numbers.figure(objective.metric, self._conditions(objective)) if judged else None
            no = self.numbers.target(objective, actual)
            cells: tuple[Inlines, ...] = (_text(objective.name), (TargetRef(no, "condition"),))
            if judged:
                cells = (*cells, (FigureRef(str(actual), "value"),), (TargetRef(no, "met"),))
            rows.append(cells)
        head = (Column("目标"), Column("要求", "right"))
        return Table((*head, Column("实际", "right"), Column("结果")) if judged else head, tuple(rows))

    def _in_force(self, params: Mapping[str, str]) -> list[Any]:
        rows = (
            registry["objective.objective"]
            .model.objects.filter(year=self.numbers.last.year)
            .exclude(state="draft")
        )
        return list(
            rows.filter(level=params["level"]).order_by("k") if "level" in params else rows.order_by("k")
        )

    def _objective(self, name: str, params: Mapping[str, str]) -> Any:
        wanted = self._slice(name, params) if "-" not in name else ()
        for objective in self._in_force({}):
            if objective.number == name or (
                objective.metric == name and self._conditions(objective) == wanted
            ):
                return objective
        raise Unresolved(f"本年度没有目标 {name}", f"no objective {name} this year")

    @staticmethod
    def _conditions(objective: Any) -> tuple[Condition, ...]:
        return tuple((row["fact"], row["op"], row["value"]) for row in objective.slice)

    def register(self, name: str, params: Mapping[str, str]) -> Table:
        """The rows of a register in force, with the columns asked for (``columns=name,kind``): of a register by its short name
        (``standard``), or of any kind of record that is in force or ended (``complaint.promise``, ``document.document``)."""
        process = registry.get(f"register.{name}") or registry.get(name)
        standing = STANDING & set(process.states) if process else set()
        if process is None or not standing:
            raise Unresolved(f"没有台账 {name}", f"no register {name}")
        names = [n for n in params.get("columns", "").split(",") if n] or [
            n for n in process.columns if n not in ("number", "state")
        ]
        wrong = [n for n in names if field_of(process, n) is None or n not in process.may_open]
        if wrong:
            raise Unresolved(
                f"台账 {name} 没有列 {'、'.join(wrong)}", f"register {name} has no column {wrong}"
            )
        rows = process.model.objects.filter(
            state__in=standing, occurred_on__lte=self.numbers.last, seq__lt=self.numbers.size
        )
        for name_ in NARROWING & set(params):
            if name_ not in process.may_open:
                raise Unresolved(f"台账 {name} 不能按 {name_} 选", f"register {name} has no {name_}")
            rows = rows.filter(**{name_: params[name_]})
        heads = tuple(Column(str(field_of(process, n).verbose_name)) for n in names)  # type: ignore[union-attr]
        cells = tuple(
            tuple(_text(shown(process, n, _plain(getattr(r, n))) or NOTHING) for n in names)
            for r in rows.order_by("occurred_on", "k")
        )
        if not cells:
            raise Unresolved(f"台账 {name} 在本报告期没有记录", f"register {name} has no records")
        return Table(
            (Column("序号", "right"), *heads), tuple((_text(i), *row) for i, row in enumerate(cells, 1))
        )

    def chart(self, name: str, params: Mapping[str, str]) -> Chart:
        """A metric by ``monthly`` or ``yearly`` parts of the period, and what it comes to over the whole; ``control``: a control
        chart by its number."""
        if name == "control":
            return Chart(control_chart(params, *self._period(params), self.numbers.size))
        makers = {"monthly": (_months, "{0.month}月", "全年"), "yearly": (_years, "{0.year}年", "整个报告期")}
        if name not in makers:
            raise Unresolved(f"没有图 {name}，可用：{'、'.join((*makers, 'control'))}", f"no chart {name}")
        parts, label, whole = makers[name]
        metric = self.numbers.metric(params.get("metric", ""))
        slice_ = self._slice(metric.name, params)
        spans = list(parts(self.numbers.first, self.numbers.last))
        figures = tuple(self.numbers.figure(metric.name, slice_, a, b) for a, b in spans)
        spec = ChartSpec(
            "line",
            tuple(label.format(a) for a, _b in spans),
            (Series(metric.title[0], figures),),
            metric.unit,
            (Limit(whole, figure=self.numbers.figure(metric.name, slice_)),),
        )
        return Chart(spec)

    def sign_off(self, name: str, params: Mapping[str, str]) -> SignOff:
        """Who signed, in the order of signing; roles that have not signed yet stay open."""
        signed = {row["role"]: row for row in self.report.approvals}
        rows = []
        for role in approvers(self.report):
            row = signed.get(role, {})
            rows.append(
                Signature(
                    str(Role(role).label),
                    str(row.get("name", "")),
                    self._when(row),
                    str(row.get("meaning", "")),
                )
            )
        return SignOff(tuple(rows))

    def _when(self, row: Mapping[str, Any]) -> str:
        """Day and time of a signature; before the time was kept, the day."""
        if "at" not in row:
            return str(row.get("on", ""))
        return f"{moment_of(row['at']).astimezone(zone_of(self.report.site)):%Y-%m-%d %H:%M}"

    def _slice(self, metric: str, params: Mapping[str, str]) -> tuple[Condition, ...]:
        out: list[Condition] = []
        for name, value in params.items():
            if name in RESERVED or name in ("judge", "level", "numerator", "denominator"):
                continue
            out.append((name, "is_not", value[1:]) if value.startswith("!") else (name, "is", value))
        return tuple(out)

    def _period(self, params: Mapping[str, str]) -> tuple[dt.date, dt.date]:
        if "month" in params:
            try:
                first = dt.date.fromisoformat(f"{params['month']}-01")
            except ValueError:
                raise Unresolved(
                    f"月份写作 2017-03，不是 {params['month']}", "a month is written 2017-03"
                ) from None
            return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
        if "quarter" in params:
            if params["quarter"] not in ("1", "2", "3", "4"):
                raise Unresolved(f"季度为 1 至 4，不是 {params['quarter']}", "a quarter is 1 to 4")
            year, last_month = self.numbers.last.year, 3 * int(params["quarter"])
            end = calendar.monthrange(year, last_month)[1]
            return dt.date(year, last_month - 2, 1), dt.date(year, last_month, end)
        if "year" in params:
            given = params["year"]
            if not (given.isascii() and given.isdigit() and len(given) == 4):
                raise Unresolved(f"年份写作 2017，不是 {given}", "a year is written 2017")
            return dt.date(int(given), 1, 1), dt.date(int(given), 12, 31)
        return self.numbers.first, self.numbers.last


def _months(first: dt.date, last: dt.date) -> Any:
    at = first
    while at <= last:
        end = at.replace(day=calendar.monthrange(at.year, at.month)[1])
        yield at, min(end, last)
        at = end + dt.timedelta(days=1)


def _years(first: dt.date, last: dt.date) -> Any:
    for year in range(first.year, last.year + 1):
        yield max(first, dt.date(year, 1, 1)), min(last, dt.date(year, 12, 31))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _person(ref: str) -> str:
    found = Person.objects.filter(pk=ref.rpartition("/")[2]).first() if "/" in ref else None
    return found.name if found else ""
