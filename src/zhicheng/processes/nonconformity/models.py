"""The nonconformity: something does not meet a requirement. Sources refer to themselves by ``subject`` (``type/k``)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhicheng.core.fields import ScaledField
from zhicheng.core.records import Record


class Disposition(models.TextChoices):
    """What is done with a nonconforming product (ISO 9000, 3.12.4 ff.)."""

    REWORK = "rework", _("返工")
    REPAIR = "repair", _("返修")
    CONCESSION = "concession", _("让步接收")
    SORT = "sort", _("挑选")
    REGRADE = "regrade", _("降级")
    SCRAP = "scrap", _("报废")
    RETURN = "return", _("退货")


class Nonconformity(Record):
    """A nonconforming product (不合格品) from where it was found to its verified end."""

    class State(models.TextChoices):
        OPEN = "open", _("待隔离")
        CONTAINED = "contained", _("待处置")
        DISPOSED = "disposed", _("处置中")
        REWORKED = "reworked", _("待复检")
        VERIFIED = "verified", _("待关闭")
        CLOSED = "closed", _("已关闭")
        VOID = "void", _("作废")

    class Source(models.TextChoices):
        INCOMING = "incoming", _("进货检验")
        PRODUCTION = "production", _("生产检验")
        FINISHED = "finished", _("成品检验")
        DELIVERY = "delivery", _("交付或使用后")
        RETURNED = "returned", pgettext_lazy("source", "退货")
        ENVIRONMENT = "environment", _("环境")
        SAFETY = "safety", _("职业健康安全")

    class Severity(models.TextChoices):
        CRITICAL = "critical", _("关键")
        MAJOR = "major", _("重要")
        MINOR = "minor", _("一般")

    class Rule(models.TextChoices):
        LOT_REJECTED = "lot_rejected", _("来料不接收")
        CRITICAL = "critical_characteristic", _("关键特性不合格")
        PER_SHIFT = "defects_per_shift", _("同班同缺陷达到台数")
        CUSTOMER = "customer", _("顾客发现")

    source = models.CharField(_("来源"), max_length=20, choices=Source.choices)
    subject = models.CharField(_("对象"), max_length=80, blank=True)
    subject_number = models.CharField(_("对象编号"), max_length=60, blank=True)
    product = models.CharField(_("产品或物料"), max_length=120)
    batch = models.CharField(_("批号"), max_length=60, blank=True)
    defect_code = models.CharField(_("缺陷代码"), max_length=30, blank=True)
    description = models.TextField(_("不合格描述"))
    severity = models.CharField(
        _("严重程度"), max_length=20, choices=Severity.choices, default=Severity.MAJOR
    )
    quantity = ScaledField(_("不合格数量"), places=3)
    unit = models.CharField(_("单位"), max_length=10, default="件")
    found_by_customer = models.BooleanField(_("顾客发现"), default=False)
    rule = models.CharField(_("触发规则"), max_length=60, choices=Rule.choices, blank=True, editable=False)
    containment = models.TextField(_("标识与隔离"), blank=True)
    disposition = models.CharField(_("处置"), max_length=20, choices=Disposition.choices, blank=True)
    disposition_reason = models.TextField(_("处置理由"), blank=True)
    cause = models.TextField(_("原因"), blank=True)
    responsible = models.ForeignKey(
        "core.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("责任部门")
    )
    work_done = models.TextField(_("返工返修说明"), blank=True)
    reinspected = ScaledField(_("复检数量"), places=3, null=True, blank=True)
    reinspected_conforming = ScaledField(_("复检合格数量"), places=3, null=True, blank=True)
    effect = models.TextField(_("效果验证"), blank=True)

    class Meta(Record.Meta):
        verbose_name = _("不合格品")
        indexes = [
            models.Index(fields=["occurred_on", "k"]),
            models.Index(fields=["state", "occurred_on", "k"]),
            models.Index(fields=["product", "state"]),
        ]

    @property
    def title(self) -> str:
        return f"{self.number} {self.product}"

    def derive(self, today: dt.date) -> None:
        if self.found_by_customer and not self.rule:
            self.rule = self.Rule.CUSTOMER
        if self.quantity is not None and self.quantity <= 0:
            raise ValidationError({"quantity": _("不合格数量须大于 0。")})
        if self.reinspected is not None and self.reinspected_conforming is not None:
            if self.reinspected_conforming > self.reinspected:
                raise ValidationError({"reinspected_conforming": _("复检合格数量大于复检数量。")})
            if self.reinspected_conforming < 0 or self.reinspected > self.quantity:
                raise ValidationError({"reinspected": _("复检数量须在 0 与不合格数量之间。")})
