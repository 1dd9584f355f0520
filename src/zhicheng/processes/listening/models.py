"""Channels, findings, needs and expectations, negotiations."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhicheng.core.fields import Column, RowsField
from zhicheng.core.organisation import Standing
from zhicheng.core.records import Record
from zhicheng.processes.customer.models import Customer, CustomerClass, Kind
from zhicheng.processes.satisfaction.choices import Factor


class Channel(Record):
    """A way of learning from customers: whom it reaches, for what, how often, who goes it (J-4.3.1, T-6.3.1, T-6.3.4).

    Each year it is judged whether it told us anything (T-6.3.3). The department is the one in charge.
    """

    State = Standing
    method = models.CharField(_("了解方法"), max_length=60)
    way = models.CharField(_("方式"), max_length=60, blank=True)
    target = models.CharField(_("对象"), max_length=120)
    purpose = models.CharField(_("了解内容"), max_length=300)
    frequency = models.CharField(_("频次"), max_length=40)
    evaluations = RowsField(
        _("年度评价"),
        columns=(
            Column("year", _("年度"), "integer", required=True),
            Column("effective", _("有效"), "boolean", required=True),
            Column("note", _("说明")),
        ),
    )

    class Meta(Record.Meta):
        verbose_name = _("了解顾客的渠道")

    @property
    def title(self) -> str:
        return f"{self.method} {self.way}".strip()

    def derive(self, today: dt.date) -> None:
        years = [row["year"] for row in self.evaluations]
        if len(set(years)) != len(years):
            raise ValidationError({"evaluations": _("同一年度只评价一次。")})


class Finding(Record):
    """What was learned on one occasion, and what was done about it: everything goes through sales (J-6.2.6)."""

    class State(models.TextChoices):
        RECORDED = "recorded", _("待处理")
        HANDLED = "handled", _("已处理")
        NOTED = "noted", _("存档备查")

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+", verbose_name=_("了解顾客的渠道"))
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("顾客")
    )
    factor = models.CharField(_("购买因素"), max_length=20, choices=Factor.choices, blank=True)
    learned = models.TextField(_("了解到的情况"))
    person = models.ForeignKey(
        "core.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("了解人")
    )
    action = models.TextField(_("处理情况"), blank=True)

    class Meta(Record.Meta):
        verbose_name = _("顾客信息")
        indexes = [models.Index(fields=["occurred_on", "k"])]


class Need(Record):
    """What a segment of customers needs and expects, and what moves it to buy (J-4.3.2, J-4.3.4, T-6.3.2)."""

    State = Standing
    segment = models.CharField(_("顾客群"), max_length=60)
    kind = models.CharField(_("顾客性质"), max_length=20, choices=Kind.choices, blank=True)
    customer_class = models.CharField(_("顾客分类"), max_length=20, choices=CustomerClass.choices, blank=True)
    needs = models.TextField(_("需求与期望"))
    factors = RowsField(
        _("购买因素的重要程度"),
        columns=(
            Column("factor", _("购买因素"), "choice", choices=tuple(Factor.choices), required=True),
            Column("importance", _("重要程度"), "integer", required=True),
        ),
    )
    used_in = models.CharField(_("用于"), max_length=300, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("需求与期望")

    @property
    def title(self) -> str:
        return self.segment

    def derive(self, today: dt.date) -> None:
        if not self.factors:
            return
        named = [row["factor"] for row in self.factors]
        shares = [row["importance"] for row in self.factors]
        if len(set(named)) != len(named):
            raise ValidationError({"factors": _("每个购买因素只写一行。")})
        if min(shares) < 0 or sum(shares) != 100:
            raise ValidationError({"factors": _("重要程度合计应为 100，现为 %s。") % sum(shares)})


class Negotiation(Record):
    """A requirement beyond what we can do, talked over with the customer before anything is promised (C-7.9.2)."""

    class State(models.TextChoices):
        OPEN = "open", _("协商中")
        SETTLED = "settled", _("已达成一致")
        DECLINED = "declined", _("未达成")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", verbose_name=_("顾客"))
    requirement = models.TextField(_("顾客的要求"))
    limit = models.TextField(_("能力差距"))
    offer = models.TextField(_("我方方案"), blank=True)
    outcome = models.TextField(_("协商结果"), blank=True)

    class Meta(Record.Meta):
        verbose_name = pgettext_lazy("process", "要求协商")
