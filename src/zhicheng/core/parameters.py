"""Parameters that an administrator may set: each a record, so every figure's limits are dated."""

from __future__ import annotations

import datetime as dt
import functools
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhicheng.core.fields import Column, RowsField
from zhicheng.core.organisation import Standing
from zhicheng.core.process import ParameterSpec, Process, registry
from zhicheng.core.records import Record
from zhicheng.core.roles import Role
from zhicheng.core.working_time import Shift

COMMA = r"[,\uff0c]"
SEMICOLON, CONFIRMED = r"[;\uff1b]", ("已核对", "checked")


CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
MIDNIGHT = 24 * 60


def _minutes(text: str) -> int:
    found = CLOCK.fullmatch(unicodedata.normalize("NFKC", text).strip())
    minutes = int(found[1]) * 60 + int(found[2]) if found else MIDNIGHT + 1
    if minutes > MIDNIGHT:
        raise ValueError(_("“%s”不是时刻：写作 08:00。") % text)
    return minutes


def shifts_of(rows: Iterable[tuple[str, str]]) -> tuple[Shift, ...]:
    """Shifts from their begins and ends as ``08:00``; one that ends before it begins ends on the next day.
    Errors: ValueError with a sentence (no time of day, shifts that overlap)."""
    shifts = []
    for begins, ends in rows:
        start, end = _minutes(begins), _minutes(ends)
        shifts.append(Shift(start, end if end > start else end + MIDNIGHT))
    shifts.sort(key=lambda s: s.start)
    following = [*shifts[1:], *(Shift(s.start + MIDNIGHT, s.end + MIDNIGHT) for s in shifts[:1])]
    if any(a.end > b.start for a, b in zip(shifts, following, strict=True)):
        raise ValueError(_("班次互相重叠。"))
    return tuple(shifts)


class Shifts(str):
    """The shifts of a working day as ``08:00-12:00,13:00-17:00``."""

    def __new__(cls, text: str) -> Shifts:
        """Errors: ValueError unless it is such a list, without overlaps."""
        made = super().__new__(cls, text.strip())
        if not made.shifts:
            raise ValueError(text)
        return made

    @property
    def shifts(self) -> tuple[Shift, ...]:
        """The shifts in order."""
        rows = (one.partition("-")[::2] for one in re.split(r"[,\uff0c]", self) if one.strip())
        return shifts_of(rows)


class Escalation(str):
    """Who is told when a clock runs out: ``80=;100=quality_manager``, per cent of the time and role (none: who must act)."""

    def __new__(cls, text: str) -> Escalation:
        """Errors: ValueError unless the per cents rise and every role exists."""
        made = super().__new__(cls, text.strip())
        shares = [share for share, _role in made.steps]
        if not shares or shares != sorted(set(shares)) or shares[0] <= 0 or shares[-1] > 10_000:
            raise ValueError(text)
        if {role for _share, role in made.steps} - {"", *Role.values}:
            raise ValueError(text)
        return made

    @property
    def steps(self) -> tuple[tuple[int, str], ...]:
        """Per cent and role, in order."""
        parts = [one.partition("=") for one in re.split(SEMICOLON, self) if one.strip()]
        return tuple((int(share), role.strip()) for share, _sign, role in parts)


def parted(text: str) -> tuple[str, ...]:
    """What a parameter lists between commas, of either width."""
    return tuple(one.strip() for one in re.split(COMMA, text) if one.strip())


class Retention(str):
    """How long records of a kind are kept: ``years;ground``, and ``;checked`` once somebody read the law's own text."""

    def __new__(cls, text: str) -> Retention:
        """Errors: ValueError unless it begins with a number of years and names a ground."""
        made = super().__new__(cls, text.strip())
        if not 0 < made.years <= 100 or not made.ground:
            raise ValueError(text)
        return made

    @property
    def _parts(self) -> list[str]:
        return [one.strip() for one in re.split(SEMICOLON, self)]

    @property
    def years(self) -> int:
        """The number of years."""
        return int(self._parts[0])

    @property
    def ground(self) -> str:
        """The law or rule that asks for it."""
        return self._parts[1] if len(self._parts) > 1 else ""

    @property
    def confirmed(self) -> bool:
        """Whether somebody checked the wording."""
        return len(self._parts) > 2 and self._parts[2] in CONFIRMED


CORE_PARAMETERS = (
    ParameterSpec("core.late_days", _("补录须说明原因的天数"), 3, int, _("天"), _("R-2.2")),
    ParameterSpec("core.file_limit_mb", _("单个文件上限"), 50, int, "MB"),
    ParameterSpec("core.witnesses", _("见证人公钥"), [], list, "", _("日志的见证人，JSON 列表")),
    ParameterSpec("core.timestamp_url", _("时间戳服务地址"), "", str, "", _("RFC 3161；留空则不盖时间戳")),
    ParameterSpec("core.shifts", _("班次"), "08:00-12:00,13:00-17:00", Shifts, "", _("工作日历没有写班次时")),
    ParameterSpec(
        "core.escalation",
        _("时限升级"),
        "80=;100=quality_manager;150=chief_quality_officer;200=general_manager",
        Escalation,
        "",
        _("写作“已用百分比=角色”，角色留空为应办的人"),
    ),
    ParameterSpec("core.import_row_limit", _("一次导入的行数上限"), 200_000, int, _("行")),
    ParameterSpec("core.import_at_once", _("当场导入的行数"), 5_000, int, _("行"), _("更多的在后台导入")),
)


class Parameter(Record):
    """One parameter's value, for a site or for all."""

    State = Standing
    key = models.CharField(_("参数"), max_length=80)
    value = models.CharField(_("值"), max_length=500)

    class Meta(Record.Meta):
        verbose_name = _("参数")

    @property
    def title(self) -> str:
        spec = specs().get(self.key)
        return str(spec.title) if spec else self.key

    def derive(self, today: dt.date) -> None:
        spec = specs().get(self.key)
        if spec is None:
            raise ValidationError({"key": _("没有名为“%s”的参数。") % self.key})
        try:
            read(spec, self.value)
        except ValueError:
            raise ValidationError(
                {"value": _("“%(v)s”不是%(k)s的合法取值。") % {"v": self.value, "k": spec.title}}
            ) from None


class MonthClose(Record):
    """A month of a site closed by sign-off: what is entered for it afterwards is marked."""

    State = Standing
    month = models.CharField(_("月份"), max_length=7)

    class Meta(Record.Meta):
        verbose_name = _("月度关账")

    @property
    def title(self) -> str:
        return f"{self.month}"

    def derive(self, today: dt.date) -> None:
        try:
            first = dt.date.fromisoformat(f"{self.month}-01")
            ends = (first + dt.timedelta(days=32)).replace(day=1)
        except (ValueError, OverflowError):
            raise ValidationError({"month": _("月份写作 2017-03。")}) from None
        if ends > today:
            raise ValidationError({"month": _("%s尚未结束，不能关账。") % self.month})


class SiteCalendar(Record):
    """A site's days that differ from Monday to Friday in one year: holidays, moved working days, closures."""

    State = Standing
    year = models.IntegerField(_("年份"))
    exceptions = RowsField(
        _("例外日"),
        columns=(
            Column("day", _("日期"), "date", required=True),
            Column("working", _("上班"), "boolean", required=True),
            Column("note", _("说明")),
        ),
    )
    shifts = RowsField(
        _("班次"),
        columns=(
            Column("name", _("班次")),
            Column("begins", _("开始"), required=True),
            Column("ends", _("结束"), required=True),
        ),
        help_text=_("写作 08:00；结束早于开始的，到次日为止。不填则按参数“班次”。"),
    )
    source = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("工作日历")

    @property
    def title(self) -> str:
        return f"{self.year}"

    def derive(self, today: dt.date) -> None:
        for row in self.exceptions:
            if not row["day"].startswith(f"{self.year}-"):
                said = _("%(day)s不在%(year)s年：每年一份日历。") % {"day": row["day"], "year": self.year}
                raise ValidationError({"exceptions": [said]})
        try:
            shifts_of((row["begins"], row["ends"]) for row in self.shifts)
        except ValueError as error:
            raise ValidationError({"shifts": [str(error)]}) from None


def retention_key(process: Process) -> str:
    """The parameter that states a kind's retention."""
    return f"retention.{process.name}"


_declared: dict[str, ParameterSpec] = {}


def declare(*more: ParameterSpec) -> None:
    """Add parameters that belong to no process; ``config.processes`` calls this."""
    _declared.update({s.key: s for s in more})


def specs() -> Mapping[str, ParameterSpec]:
    """Every declared parameter by key."""
    return _specs(tuple(map(id, registry.all())), len(_declared), get_language())


@functools.lru_cache(maxsize=4)
def _specs(processes: tuple[int, ...], more: int, language: str | None) -> Mapping[str, ParameterSpec]:
    """Made anew when a process or a parameter was added, and in each language: every clock and form asks for some."""
    declared = {s.key: s for s in CORE_PARAMETERS} | _declared
    for process in registry.all():
        if not process.retention.always:
            key = retention_key(process)
            declared[key] = ParameterSpec(
                key,
                format_lazy("{} {}", _("保存期限"), process.title),
                Retention(f"{process.retention.years};{process.retention.ground}"),
                Retention,
                "",
                _("写作“年数;依据”，核对过原文的再加“;已核对”"),
            )
        declared.update({s.key: s for s in process.parameters})
    return MappingProxyType(declared)


def read(spec: ParameterSpec, text: str) -> Any:
    """A parameter's text as its kind. Errors: ValueError."""
    if spec.kind in (list, dict):
        value = json.loads(text)
        if not isinstance(value, spec.kind):
            raise ValueError(text)
        return value
    return spec.kind(text)


def value(key: str, site: int | None = None) -> Any:
    """The value in force: the site's, else the company's, else the declared default."""
    return value_and_version(key, site)[0]


def value_and_version(key: str, site: int | None = None) -> tuple[Any, str]:
    """The value in force and where it comes from (``number v2`` or ``default``), to be copied into what it decides."""
    spec = specs()[key]
    rows = {r.site_id: r for r in Parameter.objects.filter(key=key, state=Standing.ACTIVE)}
    row = rows.get(site) or rows.get(None)
    return (read(spec, row.value), f"{row.number} v{row.version}") if row else (spec.default, "default")
