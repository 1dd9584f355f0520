"""顾客回馈处理统计表 (J-6.2.3): the complaints of a month or quarter by common problem and by channel, each number with its records."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from zhicheng.core.authority import may_read
from zhicheng.core.language import spoken
from zhicheng.core.process import Process, registry
from zhicheng.metrics.definition import Metric, metrics, quotients
from zhicheng.metrics.evaluate import Counts, grouped
from zhicheng.web.acting import actor, outside, signed_in
from zhicheng.web.drilldown import figure_address, readable
from zhicheng.web.exchange_pages import XLSX
from zhicheng.web.record_export import saved

COMPLAINT, PROBLEM, CHANNEL = "complaint.complaint", "category", "channel"
PER_THOUSAND, FAMILY = "complaints_per_thousand", "family"
TITLE = gettext_lazy("顾客回馈处理统计表")
COLUMNS = (
    ("complaints", gettext_lazy("接到")),
    ("complaints_accepted_in_time", gettext_lazy("及时受理")),
    ("complaints_ours", gettext_lazy("我方责任")),
    ("complaints_corrected", gettext_lazy("纠正预防措施")),
    ("complaints_effective", gettext_lazy("验证有效")),
    ("complaints_called_back", gettext_lazy("电话回访")),
    ("complaints_closed", gettext_lazy("已关闭")),
    ("complaints_recurring", gettext_lazy("重复发生")),
    ("complaint_cost", gettext_lazy("费用（元）")),
)
"""The columns: metrics, each under its short name. A share is written as counts, kept of judged."""


@dataclass(frozen=True)
class Period:
    """A month or a quarter of a year."""

    year: int
    at: int
    months: int

    @classmethod
    def read(cls, text: str) -> Period:
        """``2026-11`` or ``2026-Q4``; nothing: the month that ended last. Errors: Http404."""
        if not text:
            last = timezone.localdate().replace(day=1) - dt.timedelta(days=1)
            return cls(last.year, last.month, 1)
        year, _sep, at = text.partition("-")
        quarter = at.startswith("Q")
        number = at.removeprefix("Q")
        if not (year.isascii() and year.isdigit() and number.isascii() and number.isdigit()):
            raise Http404
        most = 4 if quarter else 12
        if len(number) > 2 or not (1 <= int(number) <= most and len(year) == 4 and 1900 < int(year) < 9000):
            raise Http404
        return cls(int(year), int(number), 3 if quarter else 1)

    @property
    def key(self) -> str:
        """As in the address."""
        return f"{self.year}-Q{self.at}" if self.months == 3 else f"{self.year}-{self.at:02d}"

    @property
    def words(self) -> str:
        """As people say it."""
        said = {"y": self.year, "n": self.at}
        return _("%(y)s 年第 %(n)s 季度") % said if self.months == 3 else _("%(y)s 年 %(n)s 月") % said

    @property
    def first(self) -> dt.date:
        """The first day."""
        return dt.date(self.year, (self.at - 1) * self.months + 1, 1)

    @property
    def last(self) -> dt.date:
        """The last day."""
        return self.beside(1).first - dt.timedelta(days=1)

    def beside(self, step: int) -> Period:
        """The one so many before or after."""
        most = 12 // self.months
        years, at = divmod(self.at - 1 + step, most)
        return Period(self.year + years, at + 1, self.months)

    @property
    def quarter(self) -> Period:
        """The quarter in which it lies."""
        return Period(self.year, (self.first.month - 1) // 3 + 1, 3)


@dataclass(frozen=True)
class Number:
    """One cell: what is printed, and the address of its records (empty: there are none)."""

    text: str
    address: str = ""


@dataclass(frozen=True)
class Table:
    """Heads (text, explanation), a row for each problem that may be complained of, and the row of totals."""

    heads: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, tuple[Number, ...]], ...]
    total: tuple[Number, ...]


def handling(period: Period) -> Table:
    """What was done about the complaints of the period, by problem."""
    process = registry[COMPLAINT]
    columns, total = [], []
    for name, _title in COLUMNS:
        metric = metrics[name]
        found = grouped(metric, period.first, period.last, (PROBLEM,))
        columns.append(
            [_number(metric, period, found.get((v,)), (PROBLEM, v)) for v, _w in _choices(process, PROBLEM)]
        )
        total.append(_number(metric, period, _added(found.values(), metric)))
    words = [word for _v, word in _choices(process, PROBLEM)]
    heads = tuple((str(title), spoken(metrics[name].source)) for name, title in COLUMNS)
    rows = zip(words, zip(*columns, strict=True), strict=True)
    return Table(heads, tuple(rows), tuple(total))


def channels(period: Period) -> Table:
    """How the complaints of the period came, by problem; the last column is their number."""
    process, metric = registry[COMPLAINT], metrics["complaints"]
    found = grouped(metric, period.first, period.last, (PROBLEM, CHANNEL))
    ways = _choices(process, CHANNEL)

    def line(*problem: str) -> tuple[Number, ...]:
        mine = {key: counts for key, counts in found.items() if key[0] in problem or not problem}
        where = [(PROBLEM, one) for one in problem]
        cells = [
            _number(
                metric,
                period,
                _added((c for k, c in mine.items() if k[1] == way), metric),
                *where,
                (CHANNEL, way),
            )
            for way, _word in ways
        ]
        return (*cells, _number(metric, period, _added(mine.values(), metric), *where))

    heads = (*((word, "") for _way, word in ways), (_("合计"), ""))
    rows = tuple((word, line(problem)) for problem, word in _choices(process, PROBLEM))
    return Table(heads, rows, line())


def per_thousand(period: Period) -> Table:
    """Complaints per thousand units shipped in the period, by product family, with what is divided."""
    quotient = quotients[PER_THOUSAND]
    top, bottom = quotient.counted
    counts = grouped(quotient, period.first, period.last, (FAMILY,))
    words = quotient.labels_read().get(FAMILY, {})

    def line(of: Counts, *family: str) -> tuple[Number, ...]:
        slice_ = [(FAMILY, "is", one) for one in family]
        texts = (
            (top, Counts(of.numerator, None).text(top)),
            (bottom, Counts(of.denominator or 0, None).text(bottom)),
            (quotient, of.text(quotient) if of.denominator else ""),
        )
        return tuple(
            Number(text, figure_address(one.name, period.first, period.last, slice_) if text else "")
            for one, text in texts
        )

    rows = [
        (words.get(str(key[0]), str(key[0])) or _("未填"), line(of, str(key[0])))
        for key, of in sorted(counts.items(), key=lambda pair: -pair[1].numerator)
    ]
    whole = Counts(
        sum(c.numerator for c in counts.values()), sum(c.denominator or 0 for c in counts.values())
    )
    heads = ((_("接到"), spoken(top.source)), (_("发货（台）"), spoken(bottom.source)))
    return Table((*heads, (_("每千台"), spoken(quotient.source))), tuple(rows), line(whole))


def _tables(request: HttpRequest, period: Period) -> list[tuple[str, str, Table]]:
    """The tables of a period, each with its title and the head of its first column; by shipments for who may read these."""
    found = [
        (_("处理情况"), _("问题类别"), handling(period)),
        (_("渠道"), _("问题类别"), channels(period)),
    ]
    if all(may_read(actor(request), registry[m.type]) for m in quotients[PER_THOUSAND].counted):
        found.append((_("每千台投诉数"), _("产品族"), per_thousand(period)))
    return found


def _choices(process: Process, name: str) -> list[tuple[str, str]]:
    return [(str(v), str(word)) for v, word in process.model._meta.get_field(name).flatchoices]


def _added(found: Any, metric: Metric) -> Counts:
    none = Counts(0, 0 if metric.denominator else None)
    return reduce(
        lambda a, b: Counts(
            a.numerator + b.numerator, None if a.denominator is None else a.denominator + (b.denominator or 0)
        ),
        found,
        none,
    )


def _number(metric: Metric, period: Period, counts: Counts | None, *where: tuple[str, str]) -> Number:
    counts = counts or _added((), metric)
    counted = counts.numerator if counts.denominator is None else counts.denominator
    if not counted:
        return Number("" if counts.denominator is not None else "0")
    text = f"{counts.numerator}/{counts.denominator}" if metric.denominator else counts.text(metric)
    slice_ = [(name, "is", value) for name, value in where]
    return Number(text, figure_address(metric.name, period.first, period.last, slice_))


def _period(request: HttpRequest) -> Period:
    """The period asked for. Errors: PermissionDenied for who may not read complaints, Http404."""
    readable(request, COMPLAINT)
    if outside(actor(request)):
        raise PermissionDenied
    return Period.read(request.GET.get("period", ""))


@require_safe
@signed_in
def month_page(request: HttpRequest) -> HttpResponse:
    """The table of one month or quarter."""
    period = _period(request)
    now = timezone.localdate()
    values = {
        "title": TITLE,
        "period": period,
        "before": period.beside(-1),
        "after": period.beside(1) if period.last < now else None,
        "running": period.last >= now,
        "tables": _tables(request, period),
    }
    return render(request, "web/complaint_month.html", values)


def _sheet(request: HttpRequest) -> tuple[str, Any]:
    from zhicheng.reports.record_sheet import RecordSheet, SheetGroup, SheetTable

    period = _period(request)
    groups = []
    for title, by, table in _tables(request, period):
        lines = (*table.rows, (_("合计"), table.total))
        heads = ((by, False), *((text, True) for text, _why in table.heads))
        rows = tuple((word, *(n.text for n in numbers)) for word, numbers in lines)
        groups.append(SheetGroup(title, (), (SheetTable(title, heads, rows),)))
    rate = quotients[PER_THOUSAND]
    notes = tuple((str(short), spoken(metrics[name].source)) for name, short in COLUMNS)
    notes += ((spoken(rate.title), spoken(rate.source)),)
    groups.append(SheetGroup(_("口径"), notes))
    return period.key, RecordSheet(
        enterprise=request.session.get("house", ""),
        title=str(TITLE),
        number=period.key,
        called=period.words,
        state=_("按接到日期统计"),
        version=_("截至 %s") % timezone.localdate(),
        groups=tuple(groups),
        pictures=(),
        signatures=(),
        evidence=_("由投诉记录计算"),
        language=(translation.get_language() or "zh").split("-")[0],
        printed_on=timezone.localdate(),
        words={},
    )


@require_safe
@signed_in
def month_pdf(request: HttpRequest) -> HttpResponse:
    """The table on paper."""
    from zhicheng.reports.record_sheet import record_pdf  # large libraries: only who exports loads them

    key, sheet = _sheet(request)
    return saved(record_pdf(sheet), f"{TITLE} {key}.pdf", "application/pdf")


@require_safe
@signed_in
def month_xlsx(request: HttpRequest) -> HttpResponse:
    """The table as a workbook."""
    from zhicheng.exchange.record_book import record_to_xlsx

    key, sheet = _sheet(request)
    return saved(record_to_xlsx(sheet), f"{TITLE} {key}.xlsx", XLSX)


urls = [
    path("complaints/month", month_page, name="complaint_month"),
    path("complaints/month.pdf", month_pdf, name="complaint_month_pdf"),
    path("complaints/month.xlsx", month_xlsx, name="complaint_month_xlsx"),
]
