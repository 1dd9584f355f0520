"""The yearly evaluation of satisfaction (顾客满意度报告): the months, the year, the two rules shown apart, the trend."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from zhicheng.core import parameters
from zhicheng.core.fields import Column, RowsField, ScaledField
from zhicheng.core.language import CHINESE
from zhicheng.core.process import ParameterSpec
from zhicheng.core.records import Record
from zhicheng.processes.satisfaction.choices import Stage
from zhicheng.processes.satisfaction.evaluating import (
    TREND_YEARS,
    Scope,
    all_met,
    met,
    month_row,
    months_of,
    whole,
)
from zhicheng.processes.satisfaction.records import Response

FLOOR, TARGET = "satisfaction.month_floor", "satisfaction.year_target"
SPECS = (
    ParameterSpec(FLOOR, _("月度满意度下限"), 85, int, _("分"), "K-4.5"),
    ParameterSpec(TARGET, _("年度满意度目标"), 95, int, _("分"), "K-4.5.2"),
)
ALL = "all"
STAGES = ((ALL, _("全部阶段")), *Stage.choices)
COUNTS = (
    Column("invited", _("邀请"), "integer"),
    Column("answered", _("已答复"), "integer"),
    Column("rate", _("答复率"), "scaled", places=2),
    Column("responses", _("收到答卷"), "integer"),
    Column("mean", _("满意度"), "scaled", places=2),
)


class Met(models.TextChoices):
    """Whether a rule is met."""

    YES = "yes", _("达标")
    NO = "no", _("不达标")
    NONE = "none", _("没有答卷")

    @classmethod
    def of(cls, value: bool | None) -> str:
        """The word for a judgement."""
        return str(cls.NONE if value is None else cls.YES if value else cls.NO)


class Evaluation(Record):
    """One year's satisfaction, in one stage or in all: figures by the metrics at the last write, judged by two rules.

    The month's rule (K-4.5) asks every month of every service class that had responses; the year's (K-4.5.2) the mean over all
    responses of the year. A year can pass the one and fail the other, so they stand apart and nothing sums them up.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("拟定")
        CONFIRMED = "confirmed", _("已确认")

    year = models.IntegerField(_("年度"))
    stage = models.CharField(_("阶段"), max_length=20, choices=STAGES, default=ALL)
    months = RowsField(
        _("各月"),
        columns=(
            Column("month", _("月份")),
            Column("service_class", _("服务品类")),
            *COUNTS,
            Column("met", _("达标"), "boolean"),
        ),
        editable=False,
    )
    trend = RowsField(_("三年趋势"), columns=(Column("year", _("年度"), "integer"), *COUNTS), editable=False)
    month_floor = ScaledField(_("月度满意度下限"), places=2, editable=False)
    year_target = ScaledField(_("年度满意度目标"), places=2, editable=False)
    basis = models.CharField(_("参数版本"), max_length=120, editable=False)
    invited = models.IntegerField(_("邀请"), editable=False)
    answered = models.IntegerField(_("已答复"), editable=False)
    rate = ScaledField(_("答复率"), places=2, unit="%", null=True, editable=False)
    responses = models.IntegerField(_("收到答卷"), editable=False)
    mean = ScaledField(_("年度满意度"), places=2, null=True, editable=False)
    months_met = models.CharField(_("每月达标"), max_length=5, choices=Met.choices, editable=False)
    year_met = models.CharField(_("全年达标"), max_length=5, choices=Met.choices, editable=False)
    verdict = models.CharField(_("评价"), max_length=300, editable=False)
    analysis = models.TextField(_("分析与改进"), blank=True)

    class Meta(Record.Meta):
        verbose_name = _("满意度评价")

    @property
    def title(self) -> str:
        return f"{self.year} {self.get_stage_display()}".strip()

    @property
    def advice(self) -> str:
        return self.verdict if self.state == self.State.DRAFT else ""

    def derive(self, today: dt.date) -> None:
        self._check_year(today)

    def _check_year(self, today: dt.date) -> None:
        if self.year is not None and not 2000 <= self.year <= today.year:
            raise ValidationError({"year": _("年度须在 2000 与今年之间。")})

    def evaluate(self, today: dt.date) -> None:
        """Read the figures as they are now, and judge them by the parameters in force. Errors: ValidationError (the year)."""
        self._check_year(today)
        self.month_floor, floor_from = parameters.value_and_version(FLOOR, self.site_id)
        self.year_target, target_from = parameters.value_and_version(TARGET, self.site_id)
        self.basis = f"{FLOOR} {floor_from}; {TARGET} {target_from}"
        scope: Scope = (("stage", "is", self.stage),) if self.stage != ALL else ()
        columns = self._meta.get_field("months")
        self.months = columns.clean_rows(self._month_rows(scope))  # type: ignore[union-attr]
        years = range(self.year - TREND_YEARS + 1, self.year + 1)
        rows = [{"year": y, **vars(whole(y, scope))} for y in years]
        self.trend = self._meta.get_field("trend").clean_rows(rows)  # type: ignore[union-attr]
        this = whole(self.year, scope)
        self.invited, self.answered, self.responses = this.invited, this.answered, this.responses
        self.mean, self.rate = this.mean, this.rate
        self.months_met = Met.of(all_met([row["met"] for row in self.months]))
        self.year_met = Met.of(met(this.mean, self.year_target))
        with translation.override(CHINESE):  # what is recorded
            self.verdict = self._verdict()

    def _month_rows(self, scope: Scope) -> list[dict[str, object]]:
        days = (dt.date(self.year, 1, 1), dt.date(self.year, 12, 31))
        given = Response.objects.filter(occurred_on__range=days, state=Response.State.RECEIVED)
        given = given.filter(stage=self.stage) if self.stage != ALL else given
        classes = sorted(set(given.values_list("service_class", flat=True))) or [""]
        rows = []
        for about in classes:
            within: Scope = (*scope, ("service_class", "is", about)) if len(classes) > 1 else scope
            for n, one in enumerate(months_of(self.year, within), 1):
                rows.append(month_row(f"{self.year}-{n:02d}", one, self.month_floor, about))
        return rows

    def _verdict(self) -> str:
        word = {
            "yes": (say("每月达标"), say("全年达标")),
            "no": (say("有月份不达标"), say("全年不达标")),
            "none": (say("各月没有答卷"), say("全年没有答卷")),
        }
        facts = {
            "month": word[self.months_met][0],
            "floor": self.month_floor,
            "year": word[self.year_met][1],
            "target": self.year_target,
            "mean": "—" if self.mean is None else self.mean,
            "answered": self.answered,
            "rate": "—" if self.rate is None else self.rate,
            "invited": self.invited,
            "responses": self.responses,
        }
        sentence = say(
            "%(month)s（下限 %(floor)s），%(year)s（目标 %(target)s，均值 %(mean)s）；邀请 %(invited)s 份，已答复 %(answered)s 份，答复率 %(rate)s%%，本年收到答卷 %(responses)s 份。"
        )
        return str(sentence % facts)
