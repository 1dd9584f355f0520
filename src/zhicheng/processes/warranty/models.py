"""Terms that the firm promises, and claims: a failed unit from its serial number to what was done."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhicheng.core.fields import ScaledField
from zhicheng.core.language import CHINESE
from zhicheng.core.organisation import Standing
from zhicheng.core.records import Record
from zhicheng.processes.customer.models import Customer, Region
from zhicheng.processes.delivery.models import Shipment, TermKind, TermUnit
from zhicheng.processes.warranty.choices import Condition, Exclusion, Remedy, Verdict, YesNo
from zhicheng.processes.warranty.deciding import decision_of, explained


class Term(Record):
    """A term of the firm's own promise, for what ships from ``occurred_on`` until ``until``: what was promised at shipping
    stays promised. ``clause`` is where it was made public."""

    State = Standing
    kind = models.CharField(_("三包"), max_length=20, choices=TermKind.choices)
    length = models.IntegerField(_("期限"))
    unit = models.CharField(_("单位"), max_length=10, choices=TermUnit.choices)
    condition = models.CharField(_("条件"), max_length=20, choices=Condition.choices, default=Condition.NONE)
    family = models.CharField(_("产品族"), max_length=40, blank=True)
    clause = models.CharField(_("条款出处"), max_length=200)
    wording = models.CharField(_("条款原文"), max_length=400, blank=True)
    until = models.DateField(_("截止日期"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("三包承诺")

    @property
    def title(self) -> str:
        return f"{self.get_kind_display()} {self.length} {self.get_unit_display()}"

    def derive(self, today: dt.date) -> None:
        if self.length is not None and not 1 <= self.length <= 10_000:
            raise ValidationError({"length": _("期限须在 1 与 10000 之间。")})


class Claim(Record):
    """A failed unit, reported on ``occurred_on``. ``proposal`` to ``proposed_until`` follow from the facts and the terms of the
    shipping date at every write until the decision; the decision may give more, with its reason, and never less.

    A complaint that the claim belongs to is named by its number; ``subject`` (``type/k``) follows.
    """

    class State(models.TextChoices):
        REPORTED = "reported", _("待鉴定")
        EXAMINED = "examined", _("待判定")
        DECIDED = "decided", _("待执行")
        CARRIED_OUT = "carried_out", _("待关闭")
        CLOSED = "closed", _("已关闭")
        VOID = "void", _("作废")

    serial = models.CharField(_("出厂编号"), max_length=40, db_index=True)
    shipment = models.ForeignKey(
        Shipment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("发货")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("顾客")
    )
    product = models.ForeignKey(
        "inspection.ProductType",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("产品型号"),
    )
    shipped_on = models.DateField(_("发货日期"), null=True, blank=True)
    proof_of_purchase = models.CharField(_("购买凭证"), max_length=200, blank=True)
    subject = models.CharField(_("投诉"), max_length=80, blank=True, editable=False)
    subject_number = models.CharField(_("投诉编号"), max_length=60, blank=True)
    fault = models.TextField(_("故障描述"))
    consumer = models.BooleanField(_("消费者购买"), default=False)
    listed = models.BooleanField(_("国家三包目录内"), default=False)
    installed = models.CharField(_("已安装"), max_length=5, choices=YesNo.choices, blank=True)
    repairable = models.CharField(_("能修复合格"), max_length=5, choices=YesNo.choices, blank=True)
    repairs = models.IntegerField(_("已修理次数"), default=0)
    third_party = models.CharField(_("第三方判定"), max_length=20, choices=Verdict.choices, blank=True)
    third_party_report = models.CharField(_("第三方机构与报告编号"), max_length=200, blank=True)
    exclusion = models.CharField(_("除外情形"), max_length=20, choices=Exclusion.choices, blank=True)
    exclusion_evidence = models.TextField(_("除外证据"), blank=True)
    proposal = models.CharField(_("应予"), max_length=20, choices=Remedy.choices, blank=True, editable=False)
    proposal_reason = models.CharField(_("判定说明"), max_length=600, blank=True, editable=False)
    proposal_clause = models.CharField(_("依据条款"), max_length=240, blank=True, editable=False)
    proposed_until = models.DateField(_("期限至"), null=True, blank=True, editable=False)
    decision = models.CharField(_("决定"), max_length=20, choices=Remedy.choices, blank=True)
    decision_reason = models.CharField(_("决定理由"), max_length=300, blank=True)
    work_done = models.TextField(_("执行情况"), blank=True)
    new_serial = models.CharField(_("更换后的出厂编号"), max_length=40, blank=True)
    cost = ScaledField(_("费用"), places=2, unit="元", null=True, blank=True)
    customer_answer = models.TextField(_("顾客确认"), blank=True)
    region = models.CharField(_("区域"), max_length=20, choices=Region.choices, blank=True, editable=False)
    family = models.CharField(_("产品族"), max_length=40, blank=True, editable=False)
    product_type = models.CharField(_("型号"), max_length=40, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = pgettext_lazy("process", "三包")
        indexes = [
            models.Index(fields=["occurred_on", "k"]),
            models.Index(fields=["state", "occurred_on", "k"]),
            models.Index(fields=["subject"]),
        ]

    @property
    def title(self) -> str:
        return f"{self.number} {self.serial}"

    @property
    def advice(self) -> str:
        if self.state in (self.State.REPORTED, self.State.EXAMINED):
            return self.proposal_reason
        return ""

    @property
    def proposed(self) -> bool:
        """Whether the proposal still follows the facts."""
        return self.state in (self.State.REPORTED, self.State.EXAMINED)

    def derive(self, today: dt.date) -> None:
        if self.shipment is not None:
            self.shipped_on = self.shipment.shipped_on
            self.customer = self.customer or self.shipment.customer  # an end user may claim
            self.product = self.shipment.product
        self.region = self.customer.region if self.customer else ""
        self.family = self.product.family if self.product else ""
        self.product_type = self.product.code if self.product else ""
        self._check()
        if self.proposed:
            self._propose()

    def _check(self) -> None:
        if self.shipped_on and self.shipped_on > self.occurred_on:
            raise ValidationError(
                {"shipped_on": _("发货日期 %s 在报修日期之后：请检查出厂编号或日期。") % self.shipped_on}
            )
        if self.shipment is not None and not self.shipment.has(self.serial):
            raise ValidationError(
                {"shipment": _("发货 %s 列出的编号里没有这个出厂编号：请更正其一。") % self.shipment.number}
            )
        if self.repairs is not None and self.repairs < 0:
            raise ValidationError({"repairs": _("已修理次数不能为负。")})
        if self.third_party and not self.third_party_report:
            raise ValidationError({"third_party_report": _("请写明第三方机构与报告编号。")})
        if self.cost is not None and self.cost < 0:
            raise ValidationError({"cost": _("费用不能为负。")})

    def _propose(self) -> None:
        with translation.override(CHINESE):  # what is recorded
            owed = decision_of(self)
            self.proposal_reason = explained(self, owed)
        self.proposal = owed.remedy if owed else ""
        self.proposal_clause = owed.term.clause if owed and owed.term and owed.why == "within" else ""
        self.proposed_until = owed.last_day if owed else None
