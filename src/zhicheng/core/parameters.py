"""Parameters that an administrator may set: each a record, so every figure's limits are dated."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhicheng.core.fields import Column, RowsField
from zhicheng.core.organisation import Standing
from zhicheng.core.process import ParameterSpec, registry
from zhicheng.core.records import Record

SEMICOLON, CONFIRMED = r"[;\uff1b]", ("已核对", "checked")
CORE_PARAMETERS = (
    ParameterSpec("core.late_days", _("补录须说明原因的天数"), 3, int, _("天"), _("R-2.2")),
    ParameterSpec("core.file_limit_mb", _("单个文件上限"), 50, int, "MB"),
    ParameterSpec("core.witnesses", _("见证人公钥"), [], list, "", _("日志的见证人，JSON 列表")),
    ParameterSpec("core.timestamp_url", _("时间戳服务地址"), "", str, "", _("RFC 3161；留空则不盖时间戳")),
    ParameterSpec("core.import_row_limit", _("一次导入的行数上限"), 200_000, int, _("行")),
)


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
    source = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("工作日历")

    @property
    def title(self) -> str:
        return f"{self.year}"


def specs() -> dict[str, ParameterSpec]:
    """Every declared parameter by key."""
    declared = {s.key: s for s in CORE_PARAMETERS}
    for process in registry.all():
        years, ground = process.retention
        key = f"retention.{process.name}"
        declared[key] = ParameterSpec(
            key,
            format_lazy("{} {}", _("保存期限"), process.title),
            Retention(f"{years};{ground}"),
            Retention,
            "",
            _("写作“年数;依据”，核对过原文的再加“;已核对”"),
        )
        declared.update({s.key: s for s in process.parameters})
    return declared


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
