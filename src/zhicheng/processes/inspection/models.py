"""What is inspected: incoming lots by ERP document line, and batches presented for the first time."""

import datetime as dt
from collections import Counter
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhicheng.core.fields import Column, RowsField, ScaledField
from zhicheng.core.language import listed, marked
from zhicheng.core.organisation import Standing
from zhicheng.core.records import Record
from zhicheng.processes.sampling.models import Drawn, Series, series_of
from zhicheng.processes.supplier.models import Grade, PurchaseKind


class Verdict(models.TextChoices):
    """The verdict of an inspection: 接收 or 不接收 (GB/T 2828.1)."""

    ACCEPTED = "accepted", _("接收")
    REJECTED = "rejected", _("不接收")


SEVERITIES = [("normal", _("正常检验")), ("tightened", _("加严检验")), ("reduced", _("放宽检验"))]
STAGES = (
    Column("n", _("样本量"), "integer"),
    Column("ac", _("接收数 Ac"), "integer"),
    Column("re", _("拒收数 Re"), "integer"),
)


class Lot(Record):
    """An incoming lot: one line of a supplier's delivery document, opened on receipt, before its verdict.

    ``first_verdict`` is decided once; concession, sorting and rework never change it. ``submission`` counts the times that
    the same document line was presented. ``severity`` to ``plan_stages`` are the sampling plan that its verdict follows
    (``processes.inspection.sampling``); without an AQL at its item they are empty, and the inspector gives the verdict.
    ``skip`` says what the draw of skip-lot sampling said of it; a lot that was skipped has no verdict, then and later.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("待检")
        ACCEPTED = "accepted", _("接收待放行")
        REJECTED = "rejected", _("不接收待处置")
        RELEASED = "released", _("已放行")
        CONCEDED = "conceded", pgettext_lazy("state", "让步接收")
        SORTED = "sorted", _("挑选后接收")
        RETURNED = "returned", _("已退货")
        SCRAPPED = "scrapped", _("已报废")
        SKIPPED = "skipped", _("免检待放行")
        RELEASED_SKIPPED = "released_skipped", _("跳批放行")
        VOID = "void", _("作废")

    supplier = models.ForeignKey(
        "supplier.Supplier", models.PROTECT, related_name="+", verbose_name=_("供方")
    )
    document = models.CharField(_("ERP 单据号"), max_length=40, db_index=True)
    line = models.IntegerField(_("行号"), default=1)
    submission = models.IntegerField(_("提交次数"), default=1, editable=False)
    item = models.ForeignKey("supplier.Item", models.PROTECT, related_name="+", verbose_name=_("物料"))
    purchase_kind = models.CharField(
        _("采购类别"), max_length=20, choices=PurchaseKind.choices, editable=False
    )
    risk_class = models.CharField(_("物料风险类别"), max_length=1, choices=Grade.choices, editable=False)
    quantity = ScaledField(_("数量"), places=3)
    unit = models.CharField(_("单位"), max_length=10, blank=True)
    sample_size = ScaledField(_("检验数量"), places=3, null=True, blank=True)
    nonconforming = ScaledField(_("不合格数量"), places=3, null=True, blank=True)
    defects = models.IntegerField(
        _("缺陷数"),
        null=True,
        blank=True,
        help_text=_("检验的各件上发现的缺陷总数，一件可有几处；用于 u 图，可不填。"),
    )
    severity = models.CharField(
        _("检验严格度"), max_length=12, choices=SEVERITIES, blank=True, editable=False
    )
    aql = models.CharField("AQL", max_length=8, blank=True, editable=False)
    plan = models.CharField(_("抽样方案"), max_length=300, blank=True, editable=False)
    plan_basis = models.CharField(_("方案依据"), max_length=200, blank=True, editable=False)
    plan_stages = RowsField(_("各样本"), columns=STAGES, editable=False)
    skip = models.CharField(_("跳批抽取"), max_length=8, choices=Drawn.choices, blank=True, editable=False)
    skip_basis = models.CharField(_("跳批依据"), max_length=200, blank=True, editable=False)
    samples = RowsField(
        _("各样本结果"), columns=(Column("nonconforming", _("不合格数"), "integer", required=True),)
    )
    measurements = RowsField(
        _("测量值"),
        columns=(
            Column("characteristic", _("特性"), required=True),
            Column("value", _("测得值"), "scaled", places=4, required=True),
            Column("conforms", _("合格"), "boolean"),
        ),
    )
    verdict = models.CharField(_("检验结论"), max_length=20, choices=Verdict.choices, blank=True)
    first_verdict = models.CharField(  # noqa: DJ001 - null is "not yet judged" in facts
        _("首次检验结论"), max_length=20, choices=Verdict.choices, null=True, blank=True, editable=False
    )
    judged_on = models.DateField(_("检验日期"), null=True, blank=True, editable=False)
    judged_at_once = models.BooleanField(_("登记即判定"), default=False, editable=False)
    inspector = models.ForeignKey(
        "core.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("检验员")
    )
    defect_code = models.CharField(_("缺陷代码"), max_length=30, blank=True)
    note = models.CharField(_("备注"), max_length=300, blank=True)
    nonconformity = models.ForeignKey(
        "nonconformity.Nonconformity",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("不合格品"),
    )
    vetoed = models.BooleanField(_("一票否决"), default=False, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("进货检验批")
        constraints = [models.UniqueConstraint(fields=["business_key", "submission"], name="lot_submission")]
        indexes = [
            models.Index(fields=["occurred_on", "k"]),
            models.Index(fields=["state", "occurred_on", "k"]),
            models.Index(fields=["purchase_kind", "state", "occurred_on", "k"]),
            models.Index(fields=["verdict", "occurred_on", "k"]),
            models.Index(fields=["provenance", "occurred_on", "k"]),
            models.Index(fields=["supplier", "occurred_on", "k"]),
            # Everything that the incoming figure reads, so that a year is added up from the index alone.
            models.Index(fields=["occurred_on", "purchase_kind", "state", "first_verdict", "submission"]),
        ]

    @property
    def title(self) -> str:
        return f"{self.number} {self.document}-{self.line}"

    @property
    def advice(self) -> str:
        if self.state not in (self.State.RECEIVED, self.State.SKIPPED):
            return ""
        drawn = marked(self.get_skip_display(), self.skip_basis) if self.skip else ""
        return " ".join(one for one in (drawn, self.plan) if one)

    @cached_property
    def series(self) -> Series | None:
        """The series to which the lot counts, looked up once for a lot in hand; None without an AQL or before its first lot."""
        return series_of(self.supplier, self.item) if self.item.aql else None

    def derive(self, today: dt.date) -> None:
        self.purchase_kind = self.item.purchase_kind
        self.risk_class = self.item.risk_class
        self.unit = self.unit or self.item.unit
        if self.unit != self.item.unit:
            raise ValidationError(
                {"unit": _("单位“%(u)s”与物料的单位“%(v)s”不同。") % {"u": self.unit, "v": self.item.unit}}
            )
        if self.quantity is not None and self.quantity <= 0:
            raise ValidationError({"quantity": _("数量须大于 0。")})
        if self.sample_size is not None and not 0 <= self.sample_size <= self.quantity:
            raise ValidationError({"sample_size": _("检验数量须在 0 与来货数量之间。")})
        if self.nonconforming is not None and not 0 <= self.nonconforming <= (self.sample_size or 0):
            raise ValidationError({"nonconforming": _("不合格数量不能为负，也不能大于检验数量。")})
        if self.defects is not None and self.defects < max(0, self.nonconforming or 0):
            raise ValidationError(
                {"defects": _("缺陷数不能为负，也不能少于不合格数量：一件不合格品至少有一处缺陷。")}
            )
        if self.verdict and self.first_verdict is None:
            self.first_verdict = self.verdict
            self.judged_on = self.judged_on or (self.occurred_on if self.version == 0 else today)
        if self.version == 0 and self.state == self.State.RELEASED and self.verdict != Verdict.ACCEPTED:
            raise ValidationError({"state": _("只有接收的批可以是已放行。")})
        if self.verdict and self.state == self.State.RECEIVED:
            self.state = self.State.ACCEPTED if self.verdict == Verdict.ACCEPTED else self.State.REJECTED


class ProductType(Record):
    """A product type with its family; batches copy both."""

    State = Standing
    code = models.CharField(_("型号代码"), max_length=40, unique=True)
    name = models.CharField(_("型号名称"), max_length=120)
    family = models.CharField(_("产品族"), max_length=40)

    class Meta(Record.Meta):
        verbose_name = _("产品型号")

    @property
    def title(self) -> str:
        return self.name


CONCEDED = "conceded"
UNIT_COLUMNS = (
    Column("serial", _("编号"), required=True),
    Column("verdict", _("首次结论"), "choice", choices=tuple(Verdict.choices), required=True),
    Column("defect", _("缺陷代码")),
    Column("reworked", _("返工"), "boolean"),
    Column("reverdict", _("复检结论"), "choice", choices=(*Verdict.choices, ("conceded", _("让步")))),
)
RETURNED_COLUMNS = (
    Column("serial", _("编号"), required=True),
    Column("defect", _("缺陷代码")),
    Column("note", _("情况")),
)


class Batch(Record):
    """Units presented together for their first inspection (a type and a day, at most 50), one row a unit.

    ``presented``, ``accepted_first`` and ``rejected_first`` count first verdicts of first submissions; rework and re-inspection of a unit are
    written into its row and never change them.
    """

    class State(models.TextChoices):
        PRESENTED = "presented", _("待检")
        JUDGED = "judged", _("已检待放行")
        RELEASED = "released", _("已放行")
        VOID = "void", _("作废")

    LARGEST = 50
    product = models.ForeignKey(ProductType, models.PROTECT, related_name="+", verbose_name=_("产品型号"))
    product_type = models.CharField(_("型号"), max_length=40, editable=False)
    family = models.CharField(_("产品族"), max_length=40, editable=False)
    document = models.CharField(_("送检单号"), max_length=40, db_index=True)
    submission = models.IntegerField(_("提交次数"), default=1, editable=False)
    shift = models.CharField(_("班次"), max_length=10, blank=True)
    quantity = models.IntegerField(_("送检数量"))
    units = RowsField(_("逐台结果"), columns=UNIT_COLUMNS)
    returned = RowsField(_("出厂后不合格"), columns=RETURNED_COLUMNS)
    presented = models.IntegerField(_("首次检验数"), default=0, editable=False)
    accepted_first = models.IntegerField(_("一次合格数"), default=0, editable=False)
    rejected_first = models.IntegerField(_("一次不合格数"), default=0, editable=False)
    judged_on = models.DateField(_("检验日期"), null=True, blank=True, editable=False)
    judged_at_once = models.BooleanField(_("登记即判定"), default=False, editable=False)
    inspector = models.ForeignKey(
        "core.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("检验员")
    )
    released_on = models.DateField(_("放行日期"), null=True, blank=True)
    released = models.IntegerField(_("放行数"), null=True, blank=True, editable=False)
    released_conforming = models.IntegerField(_("放行合格数"), null=True, blank=True, editable=False)
    vetoed = models.BooleanField(_("一票否决"), default=False, editable=False)
    nonconformity = models.ForeignKey(
        "nonconformity.Nonconformity",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("不合格品"),
    )

    class Meta(Record.Meta):
        verbose_name = _("成品送检批")
        verbose_name_plural = _("成品送检批")
        constraints = [
            models.UniqueConstraint(fields=["business_key", "submission"], name="batch_submission")
        ]
        indexes = [
            models.Index(fields=["occurred_on", "k"]),
            models.Index(fields=["state", "occurred_on", "k"]),
            models.Index(fields=["family", "occurred_on", "k"]),
            models.Index(fields=["product_type", "occurred_on", "k"]),
            models.Index(fields=["released_on", "k"]),
        ]

    @property
    def title(self) -> str:
        return f"{self.number} {self.product_type}"

    def derive(self, today: dt.date) -> None:
        self.product_type, self.family = self.product.code, self.product.family
        if self.quantity is None or not 1 <= self.quantity <= self.LARGEST:
            raise ValidationError({"quantity": _("每批送检 1 至 %s 台：更多请分批。") % self.LARGEST})
        if self.units:
            self._count(today)
        if self.state != self.State.PRESENTED and self.state != self.State.VOID and not self.units:
            raise ValidationError({"units": _("已检或已放行的批须有逐台结果。")})
        if self.state == self.State.RELEASED and self.released is None:
            if not self.released_on:
                raise ValidationError({"released_on": _("已放行的批须有放行日期。")})
            self.count_release()

    def _count(self, today: dt.date) -> None:
        if len(self.units) != self.quantity:
            raise ValidationError(
                {
                    "units": _("逐台结果 %(n)s 行，与送检数量 %(q)s 不符。")
                    % {"n": len(self.units), "q": self.quantity}
                }
            )
        twice = [s for s, n in Counter(u["serial"] for u in self.units).items() if n > 1]
        if twice:
            raise ValidationError({"units": _("编号重复：%s。") % listed(twice[:5])})
        accepted = sum(u["verdict"] == Verdict.ACCEPTED for u in self.units)
        self.presented, self.accepted_first = len(self.units), accepted
        self.rejected_first = self.presented - accepted
        self.judged_on = self.judged_on or (self.occurred_on if self.version == 0 else today)
        if self.state == self.State.PRESENTED:
            self.state = self.State.JUDGED

    def count_release(self) -> None:
        """Units accepted in the end leave, and those under concession; those conform that were accepted and were not found out later."""
        returned = {row["serial"] for row in self.returned}
        left = [u for u in self.units if final(u) in (Verdict.ACCEPTED, CONCEDED)]
        self.released = len(left)
        self.released_conforming = sum(
            final(u) == Verdict.ACCEPTED and u["serial"] not in returned for u in left
        )


def final(unit: dict[str, str | None]) -> str | None:
    """The verdict of a unit that stands: that of the re-inspection, else the first."""
    return unit.get("reverdict") or unit.get("verdict")


class UrgentRelease(Record):
    """Uninspected incoming material let into production by a named authority (R-2.1): never for shipping."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("待批准")
        GRANTED = "granted", _("已放行未闭环")
        REFUSED = "refused", _("未批准")
        CLOSED = "closed", _("已闭环")

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+", verbose_name=_("进货检验批"))
    reason = models.TextField(_("放行理由"))
    quantity = ScaledField(_("放行数量"), places=3)
    marking = models.TextField(_("标识与追溯办法"))
    follow_up = models.TextField(_("闭环说明"), blank=True)

    class Meta(Record.Meta):
        verbose_name = _("紧急放行")

    @property
    def title(self) -> str:
        return f"{self.number} {self.lot.document}"

    def derive(self, today: dt.date) -> None:
        if self.quantity is not None and not 0 < self.quantity <= self.lot.quantity:
            raise ValidationError(
                {"quantity": _("放行数量须大于 0，且不超过该批的 %s。") % self.lot.quantity}
            )
