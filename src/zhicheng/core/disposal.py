"""Disposal of records whose retention period is over: listed one by one, approved by another, and exactly these blanked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhicheng.core import gone, parameters
from zhicheng.core.fields import MAX_ROWS, Column, RowsField, moment_of
from zhicheng.core.language import CHINESE, listed
from zhicheng.core.process import Missing, Process, registry
from zhicheng.core.records import Record
from zhicheng.core.writers import day_of, today_of
from zhicheng.core.zones import zone_of
from zhicheng.ledger.models import Entry

MOST = 2000
"""Records of one list: ten in each row of it."""
NAMED = 5


def disposable_kinds() -> list[tuple[str, Any]]:
    """The kinds of records that are not kept for ever."""
    return [(process.name, process.title) for process in registry.all() if not process.retention.always]


class Disposal(Record):
    """A list of records of one kind whose retention period is over: listed, approved, blanked."""

    class State(models.TextChoices):
        LISTED = "listed", _("待批准")
        DONE = "done", _("已处置")
        REFUSED = "refused", _("未批准")

    process = models.CharField(_("记录种类"), max_length=60, choices=disposable_kinds)
    before = models.DateField(
        _("结束日期早于"), help_text=_("这一天以前结束、保存期限已满、还没有处置的，逐条列出。")
    )
    count = models.IntegerField(_("条数"), default=0, editable=False)
    period = models.CharField(_("保存期限与依据"), max_length=300, blank=True, editable=False)
    records = RowsField(
        _("所列记录"),
        columns=(Column("ended_on", _("结束日期（各条中最晚的）"), "date"), Column("numbers", _("编号"))),
        editable=False,
    )

    class Meta(Record.Meta):
        verbose_name = _("到期处置")

    @property
    def title(self) -> str:
        return f"{self.number} {self.get_process_display()}"

    @property
    def reach(self) -> tuple[int | None, int | None]:
        return None, None  # it lists the records of every site

    @property
    def numbers(self) -> list[str]:
        """The numbers of the records that were listed."""
        return [number for row in self.records for number in row["numbers"].split()]

    def derive(self, today: dt.date) -> None:
        if self.state != self.State.LISTED or self.records:
            return
        process = registry[self.process]
        kept = retention(process)
        with translation.override(CHINESE):  # it is recorded
            self.period = said(kept)[:300]
        first = over_before(kept, today)
        if self.before > first:
            raise ValidationError(
                {"before": _("保存期限 %(y)s 年未满：最晚只能处置 %(d)s 以前结束的。") % {"y": kept.years, "d": first}}
            )  # fmt: skip
        found = due(process, self.before)
        if not found:
            raise ValidationError({"before": _("没有在此之前结束、还没有处置的记录。")})
        self.count = len(found)
        self.records = _rows(found)


def _rows(found: Sequence[tuple[str, dt.date]]) -> list[dict[str, Any]]:
    """The records by their ends, one in a row while there is room."""
    found = sorted(found, key=lambda one: (one[1], one[0]))
    each = -(-len(found) // MAX_ROWS)
    parts = [found[i : i + each] for i in range(0, len(found), each)]
    return [
        {"ended_on": part[-1][1].isoformat(), "numbers": " ".join(number for number, _day in part)}
        for part in parts
    ]


def retention(process: Process) -> parameters.Retention:
    """How many years records of this kind are kept, on what ground, and whether somebody checked the text of the law."""
    stated: parameters.Retention = parameters.value(parameters.retention_key(process))
    return stated


def said(stated: parameters.Retention) -> str:
    """A retention parameter in words."""
    words = _("%(y)s 年，%(g)s") if stated.confirmed else _("%(y)s 年，%(g)s（未核对原文）")
    return words % {"y": stated.years, "g": stated.ground}


def over_before(kept: parameters.Retention, today: dt.date) -> dt.date:
    """The period of what ended before this date is over."""
    return today.replace(year=today.year - kept.years, day=min(today.day, 28))


def due(process: Process, before: dt.date) -> list[tuple[str, dt.date]]:
    """Numbers and ends of records that ended before a date and are not disposed of yet, the oldest numbers first, at most ``MOST``."""
    kept = process.retention
    over = models.Q(state__in=kept.ends or process.final)
    if kept.until:
        over |= models.Q(**{f"{kept.until}__lt": before})
    began = dt.datetime.combine(before, dt.time.min, zone_of())
    rows = process.model.objects.filter(over, occurred_on__lt=before, opened_at__lt=began)
    waiting = list(rows.exclude(k__in=_disposed(process)).order_by("k").values_list("k", flat=True))
    found: list[tuple[str, dt.date]] = []
    for i in range(0, len(waiting), gone.CHUNK):
        part = list(process.model.objects.filter(k__in=waiting[i : i + gone.CHUNK]).order_by("k"))
        ended = ends(process, part)
        found += [(r.number, ended[r.k]) for r in part if r.k in ended and ended[r.k] < before]
        if len(found) >= MOST:
            break
    return found[:MOST]


def _disposed(process: Process) -> models.QuerySet[Entry, Any]:
    return Entry.objects.filter(type=process.name, header__contains=f'"act":"{gone.DISPOSE}"').values_list(
        "k", flat=True
    )


def ends(process: Process, rows: Iterable[Any]) -> dict[int, dt.date]:
    """The day on which each of the records ended (``Retention``); those that have not are left out."""
    kept, by_k, out = process.retention, {row.k: row for row in rows}, {}
    for k, versions in gone.histories(process.name, list(by_k)):
        row = by_k[k]
        until = _day(getattr(row, kept.until)) if kept.until else None
        if row.state not in (kept.ends or process.final) and until is None:
            continue
        since = next(
            (i for i in range(len(versions) - 1, 0, -1) if versions[i - 1].facts.get("state") != row.state), 0
        )
        days = [row.occurred_on, _day(row.opened_at), until, _day(moment_of(versions[since].facts["_at"]))]
        if row.state not in (kept.ends or process.final):
            days.pop()  # the date ended it, whatever its state
        out[k] = max(day for day in days if day is not None)
    return out


def _day(value: Any) -> dt.date | None:
    return day_of(value, None) if isinstance(value, dt.datetime) else value


def still_due(disposal: Disposal) -> Missing | None:
    """Every listed record is as it was when it was listed, and its retention period is over."""
    process = registry[disposal.process]
    kept = retention(process)
    first = over_before(kept, today_of(None))
    since = Entry.objects.only("seq").get(type="core.disposal", k=disposal.k, ver=1).seq
    rows = listed_records(disposal)
    if not rows:
        return Missing(_("没有列出各条记录（旧版本所列）：请不批准，另列一份。"))
    disposed = set(_disposed(process).filter(k__in=[r.k for r in rows]))
    ended = ends(process, rows)
    for sentence, some in (
        (_("已由另一份处置：%(n)s。"), [r for r in rows if r.k in disposed]),
        (_("列单以后有改动：%(n)s。请不批准，另列一份。"), [r for r in rows if r.seq > since]),
        (
            _("保存期限现为 %(y)s 年，尚未满：%(n)s。"),
            [r for r in rows if r.k not in ended or ended[r.k] >= first],
        ),
    ):
        if some:
            more = _("等 %s 条") % len(some) if len(some) > NAMED else ""
            named = f"{listed(r.number for r in some[:NAMED])}{more}"
            return Missing(sentence % {"n": named, "y": kept.years}, some[0])
    return None


def listed_records(disposal: Disposal, *, lock: bool = False) -> list[Any]:
    """The rows of the listed records; ``lock``: nobody changes them before this transaction ends."""
    rows = registry[disposal.process].model.objects.order_by("k")
    rows = rows.select_for_update() if lock else rows
    numbers, found = disposal.numbers, list[Any]()
    for i in range(0, len(numbers), gone.CHUNK):
        found += rows.filter(number__in=numbers[i : i + gone.CHUNK])
    return found
