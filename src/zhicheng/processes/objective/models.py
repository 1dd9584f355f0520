"""An objective: which metric, for whom, compared how with which target, in which year."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhicheng.core.fields import Column, RowsField, ScaledField
from zhicheng.core.records import Record
from zhicheng.metrics.definition import defined, metric_choices


class Operator(models.TextChoices):
    """How actual is compared with target."""

    AT_LEAST = "ge", "≥"
    AT_MOST = "le", "≤"


class Objective(Record):
    """A quality objective for one year. Its target is a fact of the log, so lowering it later is dated."""

    class State(models.TextChoices):
        DRAFT = "draft", _("拟定")
        APPROVED = "approved", _("已批准")
        CLOSED = "closed", _("已结束")

    class Level(models.TextChoices):
        COMPANY = "company", _("公司")
        DEPARTMENT = "department", _("部门")
        TYPE = "type", _("产品型号")

    name = models.CharField(_("目标"), max_length=120)
    level = models.CharField(_("层级"), max_length=20, choices=Level.choices)
    year = models.IntegerField(_("年度"))
    metric = models.CharField(_("指标"), max_length=60, choices=metric_choices)
    slice = RowsField(
        _("范围"),
        columns=(
            Column("fact", _("维度"), required=True),
            Column("op", _("运算")),
            Column("value", _("取值"), required=True),
        ),
    )
    operator = models.CharField(_("比较"), max_length=2, choices=Operator.choices, default=Operator.AT_LEAST)
    target = ScaledField(_("目标值"), places=2)
    owner = models.ForeignKey(
        "core.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("责任人")
    )
    source = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("质量目标")

    @property
    def title(self) -> str:
        return f"{self.year} {self.name}"

    def derive(self, today: dt.date) -> None:
        metric = defined(self.metric)
        allowed = set(metric.dimensions) if metric else set()
        for row in self.slice:
            row["op"] = row["op"] or "is"
            if row["fact"] not in allowed:
                raise ValidationError(
                    {"slice": _("指标“%(m)s”没有维度“%(f)s”。") % {"m": self.metric, "f": row["fact"]}}
                )

    @property
    def conditions(self) -> list[list[object]]:
        """The slice as metric conditions."""
        return [[row["fact"], row["op"], row["value"]] for row in self.slice]
