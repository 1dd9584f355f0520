"""Suppliers and items. Purchase kind, material risk class and supplier grade are three facts."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhicheng.core.fields import Column, RowsField
from zhicheng.core.organisation import Standing
from zhicheng.core.records import Record
from zhicheng.stats.sampling.tables import LEVELS, preferred_aqls


class Grade(models.TextChoices):
    """A, B or C: of a material by its risk to quality (J-4.2.5), of a supplier by performance (T-6.1.1)."""

    A = "A", "A"
    B = "B", "B"
    C = "C", "C"


class PurchaseKind(models.TextChoices):
    """How a material is bought (X-5.1.1)."""

    RAW_MATERIAL = "raw_material", _("原材料")
    OUTSIDE_PROCESSING = "outside_processing", _("外协件")
    BOUGHT_PART = "bought_part", _("外购件")


class Supplier(Record):
    """An external provider and its quality file. Purchase is possible from approved ones only (J-4.2.7)."""

    class State(models.TextChoices):
        CANDIDATE = "candidate", _("待评价")
        APPROVED = "approved", _("合格供方")
        SUSPENDED = "suspended", _("暂停")
        ENDED = "ended", pgettext_lazy("state", "终止")

    name = models.CharField(_("供方名称"), max_length=120, unique=True)
    grade = models.CharField(_("供方等级"), max_length=1, choices=Grade.choices, blank=True)
    risk_class = models.CharField(_("所供物料类别"), max_length=1, choices=Grade.choices, default=Grade.B)
    qualified_until = models.DateField(_("资质有效期至"), null=True, blank=True)
    audited_on = models.DateField(_("现场审核日期"), null=True, blank=True)
    risk_analysis = models.TextField(_("风险分析"), blank=True)
    outsourcing = models.BooleanField(_("外协供方"), default=False)
    agreement_on = models.DateField(_("阳光协议签署日期"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("供方")

    @property
    def title(self) -> str:
        return self.name


AQLS = [(one, one) for one in preferred_aqls()]
PLAN_TYPES = [("single", _("一次抽样")), ("double", _("二次抽样")), ("multiple", _("多次抽样"))]
CHARACTERISTICS = (
    Column("name", _("特性"), required=True),
    Column("unit", _("单位")),
    Column("lower", _("下限"), "scaled", places=4),
    Column("upper", _("上限"), "scaled", places=4),
    Column("critical", _("关键"), "boolean"),
)


class Item(Record):
    """A material: how it is bought, its risk class, how it is inspected, its characteristics with limits.

    ``ruling``: 批批检验 looks at every lot, by a sample where an ``aql`` is given; 全检 looks at every unit and knows no sample.
    """

    State = Standing

    class Ruling(models.TextChoices):
        EVERY_LOT = "every_lot", _("批批检验")
        EVERY_UNIT = "every_unit", _("全检")

    code = models.CharField(_("物料代码"), max_length=40, unique=True)
    name = models.CharField(_("物料名称"), max_length=120)
    purchase_kind = models.CharField(_("采购类别"), max_length=20, choices=PurchaseKind.choices)
    risk_class = models.CharField(_("物料风险类别"), max_length=1, choices=Grade.choices)
    unit = models.CharField(_("计量单位"), max_length=10, default="件")
    ruling = models.CharField(_("检验方式"), max_length=20, choices=Ruling.choices, default=Ruling.EVERY_LOT)
    aql = models.CharField("AQL", max_length=8, choices=AQLS, blank=True)
    level = models.CharField(
        _("检验水平"), max_length=4, choices=[(one, one) for one in LEVELS], default="II"
    )
    plan_type = models.CharField(_("抽样类型"), max_length=10, choices=PLAN_TYPES, default="single")
    characteristics = RowsField(_("检验特性"), columns=CHARACTERISTICS)

    class Meta(Record.Meta):
        verbose_name = _("物料")

    @property
    def title(self) -> str:
        return f"{self.code} {self.name}"

    def derive(self, today: dt.date) -> None:
        if self.aql and self.ruling == self.Ruling.EVERY_UNIT:
            raise ValidationError(
                {"aql": _("全检是每一件都检，没有抽样方案：请去掉 AQL，或把检验方式改为批批检验。")}
            )
        for row in self.characteristics:
            if row["lower"] is not None and row["upper"] is not None and row["lower"] > row["upper"]:
                raise ValidationError({"characteristics": _("特性“%s”的下限大于上限。") % row["name"]})
