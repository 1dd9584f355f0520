"""Customers and the service offices that look after them. How a customer stands to us, its class and its region are three facts."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhicheng.core.fields import Column, RowsField
from zhicheng.core.organisation import Standing
from zhicheng.core.records import Record


class Kind(models.TextChoices):
    """Whether the customer buys from us or from one who did (J-4.3.3)."""

    DIRECT = "direct", _("直接顾客")
    INDIRECT = "indirect", _("间接顾客")


class CustomerClass(models.TextChoices):
    """How much depends on the customer (T-6.2.1); the third dimension beside product and sales channel (T-6.2.2)."""

    STRATEGIC = "strategic", _("战略客户")
    IMPORTANT = "important", _("重要客户")
    GENERAL = "general", _("一般客户")
    POTENTIAL = "potential", _("潜在客户")


class Region(models.TextChoices):
    """Where the customer is, as promises of service distinguish it (T-6.4.2, T-6.6.1)."""

    HOME_PROVINCE = "home_province", _("省内")
    OTHER_PROVINCE = "other_province", _("省外")
    ABROAD = "abroad", _("国外")


class Criterion(models.TextChoices):
    """By what a customer is classed (T-6.2.1)."""

    POTENTIAL = "potential", _("发展潜力")
    BRAND = "brand_influence", _("品牌影响力")
    VOLUME = "order_volume", _("订单量")
    STABILITY = "stability", _("稳定性")
    CREDIT = "credit", _("信誉")
    LATENT_NEED = "latent_need", _("潜在需求")


LEVELS = (("high", _("高")), ("medium", _("中")), ("low", _("低")))


class Office(Record):
    """A service office or technical service centre, with its hotline: it answers first for its customers (X-6.1.4, X-6.1.6)."""

    State = Standing
    name = models.CharField(_("网点名称"), max_length=120)
    region = models.CharField(_("区域"), max_length=20, choices=Region.choices)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    hotline = models.CharField(_("服务热线"), max_length=60)
    hours = models.CharField(_("服务时间"), max_length=60, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("服务网点")

    @property
    def title(self) -> str:
        return self.name


class Customer(Record):
    """A customer and the head of its service file (J-6.2.6, X-6.1.2): what was delivered, complained of, answered and asked
    names the customer and is found from here."""

    State = Standing
    name = models.CharField(_("顾客名称"), max_length=120)
    kind = models.CharField(_("顾客性质"), max_length=20, choices=Kind.choices, default=Kind.DIRECT)
    customer_class = models.CharField(
        _("顾客分类"), max_length=20, choices=CustomerClass.choices, default=CustomerClass.GENERAL
    )
    assessment = RowsField(
        _("分类评定"),
        columns=(
            Column("criterion", _("评定项目"), "choice", choices=tuple(Criterion.choices), required=True),
            Column("level", _("高低"), "choice", choices=LEVELS, required=True),
            Column("basis", _("依据")),
        ),
    )
    region = models.CharField(_("区域"), max_length=20, choices=Region.choices)
    product_segment = models.CharField(_("产品特性细分"), max_length=60, blank=True)
    sales_channel = models.CharField(_("销售渠道"), max_length=60, blank=True)
    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("服务网点")
    )
    contacts = RowsField(
        _("联系人"),
        columns=(
            Column("name", _("姓名"), required=True),
            Column("phone", _("电话")),
            Column("mail", _("邮箱")),
            Column("wechat", _("微信")),
            Column("post", _("职务")),
        ),
    )
    note = models.CharField(_("备注"), max_length=300, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("顾客")
        indexes = [models.Index(fields=["name"])]

    @property
    def title(self) -> str:
        return self.name

    def derive(self, today: dt.date) -> None:
        judged = [row["criterion"] for row in self.assessment]
        twice = [c for c in dict.fromkeys(judged) if judged.count(c) > 1]
        if twice:
            raise ValidationError(
                {
                    "assessment": _("评定项目“%s”写了两次：每个项目一行。")
                    % dict(Criterion.choices).get(twice[0])
                }
            )
