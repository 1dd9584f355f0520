"""Control charts of measured characteristics, their subgroups and the signals that fired."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhicheng.core.fields import Column, DataField, RowsField, ScaledField
from zhicheng.core.language import sentence
from zhicheng.core.records import Record

PLACES = 4
"""Decimals of a measured value, as at the characteristics of items."""
FINE = 6
"""Decimals of what is computed from values."""
LINES = (
    Column("chart", _("图")),
    Column("centre", _("中心线"), "scaled", places=FINE),
    Column("lower", _("下控制限"), "scaled", places=FINE),
    Column("upper", _("上控制限"), "scaled", places=FINE),
    Column("estimator", _("σ 的估计")),
    Column("subgroups", _("子组数"), "integer"),
)

VALUES = (
    Column("value", _("测得值"), "scaled", places=PLACES, required=True),
    Column("inspected", _("检验数"), "integer"),
)


def fine(value: float) -> Decimal:
    """A computed number as a record keeps it."""
    return round(Decimal(repr(value)), FINE)


class ControlChart(Record):
    """A control chart of one characteristic (GB/T 17989.2). Phase I collects subgroups; phase II judges by frozen limits.

    ``limits`` and ``spread_limits`` are the frozen limits as plain data (``zhicheng.stats.Limits.to_data``), written by freezing a
    proposal and by nothing else; ``edition`` counts them. ``proposed`` and ``proposed_spread`` wait for approval; the frozen ones
    judge until then. ``lines`` shows the limits that hold (where they differ with the number inspected: those of the last subgroup),
    ``proposed_lines`` those proposed. A chart is of a characteristic of an ``item`` or counts a ``product`` type. ``from_lots``: a chart
    of counts takes a subgroup of each judged incoming lot of the item, or of each judged batch of the product.
    """

    class State(models.TextChoices):
        COLLECTING = "collecting", _("阶段一：积累数据")
        PROPOSED = "proposed", _("控制限待批准")
        RUNNING = "running", _("阶段二：使用中")
        ENDED = "ended", pgettext_lazy("state", "停用")

    class Kind(models.TextChoices):
        XBAR_R = "xbar_r", "X̄-R"
        XBAR_S = "xbar_s", "X̄-s"
        I_MR = "i_mr", "I-MR"
        P = "p", _("p（不合格品率）")
        NP = "np", _("np（不合格品数）")
        C = "c", _("c（不合格数）")
        U = "u", _("u（单位不合格数）")
        LANEY_P = "laney_p", "Laney p′"
        LANEY_U = "laney_u", "Laney u′"
        EWMA = "ewma", "EWMA"
        CUSUM = "cusum", _("CUSUM（累积和）")

    class Rules(models.TextChoices):
        NELSON = "nelson", _("八项判异准则（GB/T 17989.2，Nelson）")
        WESTERN_ELECTRIC = "western_electric", "Western Electric"
        ISO = "iso7870_2", _("ISO 7870-2（未核对原文）")
        BEYOND = "limits", _("只判超出控制限")

    COUNTED = frozenset({Kind.P, Kind.NP, Kind.C, Kind.U, Kind.LANEY_P, Kind.LANEY_U})
    """Charts of counts: a subgroup is one count with the number inspected, and there is no chart of spread."""
    SINGLE = frozenset({Kind.I_MR, Kind.EWMA, Kind.CUSUM})
    """Charts of single values."""
    REMEMBERING = frozenset({Kind.EWMA, Kind.CUSUM})
    """Each point holds those before it, so only its limits judge it: EWMA runs on from the first subgroup that counts, CUSUM from
    the freezing of its limits or the last signal."""
    SHARES = frozenset({Kind.P, Kind.LANEY_P})
    OF_ITEMS = frozenset({*SHARES, Kind.NP})
    PER_UNIT = frozenset({*SHARES, Kind.U, Kind.LANEY_U})
    OF_DEFECTS = frozenset({Kind.U, Kind.LANEY_U})
    FED = OF_ITEMS | OF_DEFECTS
    """What lots may feed: nonconforming items, or their defects; the number inspected differs, so not c."""

    item = models.ForeignKey(
        "supplier.Item", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("物料")
    )
    product = models.ForeignKey(
        "inspection.ProductType",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("产品型号"),
        help_text=_("物料与产品型号只填一个；产品型号只有计数的控制图。"),
    )
    characteristic = models.CharField(_("特性"), max_length=80)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    kind = models.CharField(_("控制图"), max_length=10, choices=Kind.choices, default=Kind.XBAR_R)
    size = models.IntegerField(_("子组大小"), default=5)
    from_lots = models.BooleanField(
        _("取自检验批"),
        default=False,
        help_text=_("每判一批自动登记一个子组：物料取自进货检验批，产品型号取自成品送检批。"),
    )
    rules = models.CharField(_("判异准则"), max_length=20, choices=Rules.choices, default=Rules.NELSON)
    phase1_from = models.DateField(_("估计用数据起"), null=True, blank=True)
    phase1_to = models.DateField(_("估计用数据止"), null=True, blank=True)
    edition = models.IntegerField(_("控制限版次"), default=0, editable=False)
    frozen_on = models.DateField(_("冻结日期"), null=True, blank=True, editable=False)
    limits = DataField(_("位置图控制限数据"))
    spread_limits = DataField(_("离散图控制限数据"))
    lines = RowsField(_("控制限"), columns=LINES, editable=False)
    proposed = DataField(_("建议的位置图控制限数据"))
    proposed_spread = DataField(_("建议的离散图控制限数据"))
    proposed_lines = RowsField(_("建议的控制限"), columns=LINES, editable=False)
    finding = models.CharField(_("阶段一结论"), max_length=300, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("控制图")

    @property
    def title(self) -> str:
        return f"{(self.item or self.product).title} · {self.characteristic}"  # type: ignore[union-attr]

    @property
    def advice(self) -> str:
        return self.finding if self.state == self.State.PROPOSED else ""

    def derive(self, today: dt.date) -> None:
        if (self.item is None) == (self.product is None):
            raise ValidationError({"item": _("物料与产品型号须填一个，且只填一个。")})
        if self.from_lots:
            self._fed()
        if self.kind in self.COUNTED:
            self.size, self.unit = 1, ""
            return  # what is counted need not be measured
        if self.kind in self.REMEMBERING:
            self.rules = self.Rules.BEYOND  # its points share data: runs mean nothing
        if self.kind in self.SINGLE:
            self.size = 1
        elif not 2 <= (self.size or 0) <= 25:
            raise ValidationError({"size": _("X̄ 图的子组大小为 2 至 25；单值请用 I-MR 图。")})
        if self.item is None:
            raise ValidationError({"kind": _("产品型号没有测量的特性：请用 p、np、c、u 或 Laney 图。")})
        known = {row["name"]: row for row in self.item.characteristics}
        if self.characteristic not in known:
            raise ValidationError(
                {"characteristic": _("物料没有名为“%s”的特性：先在物料里登记。") % self.characteristic}
            )
        self.unit = known[self.characteristic]["unit"] or ""

    def _fed(self) -> None:
        """Which charts lots and batches can feed. Errors: ValidationError."""
        if self.kind in self.OF_ITEMS or (self.item is not None and self.kind in self.OF_DEFECTS):
            return
        if self.item is None:
            said = _("成品送检批逐台记结论，只计不合格品：请用 p、np 或 Laney p′ 图。")
        else:
            said = _(
                "检验批计不合格品用 p、np 或 Laney p′ 图，计缺陷用 u 或 Laney u′ 图；各批检验数不同，不能用 c 图。"
            )
        raise ValidationError({"from_lots": said})


class Subgroup(Record):
    """Values measured together, in the order of measuring; judged by the limits that were frozen when it arrived.

    ``location`` is the mean (or the value, or of counts what the chart plots), ``spread`` the range or standard deviation (of single values it is drawn from neighbours).
    ``signals`` lists the tests that
    this subgroup completed, ``edition`` the limits that judged it (0: none yet).
    """

    class State(models.TextChoices):
        TAKEN = "taken", _("计入")
        EXCLUDED = "excluded", _("不计入估计")

    chart = models.ForeignKey(ControlChart, models.PROTECT, related_name="+", verbose_name=_("控制图"))
    values = RowsField(_("测得值"), columns=VALUES)
    source = models.CharField(_("来自"), max_length=60, blank=True, editable=False)
    source_number = models.CharField(_("来自编号"), max_length=40, blank=True, editable=False)
    location = ScaledField(_("均值或单值"), places=FINE, null=True, blank=True, editable=False)
    spread = ScaledField(_("极差或标准差"), places=FINE, null=True, blank=True, editable=False)
    edition = models.IntegerField(_("控制限版次"), default=0, editable=False)
    signals = models.CharField(_("判异"), max_length=60, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("子组")
        indexes = [models.Index(fields=["chart", "k"])]

    @property
    def title(self) -> str:
        return f"{self.number} {self.source_number}".strip()

    def derive(self, today: dt.date) -> None:
        if len(self.values) != self.chart.size:
            raise ValidationError(
                {
                    "values": _("控制图 %(c)s 的子组大小是 %(n)s，这里有 %(m)s 个值。")
                    % {"c": self.chart.number, "n": self.chart.size, "m": len(self.values)}
                }
            )
        if self.chart.kind in ControlChart.COUNTED:
            self.location = fine(self._counted())
            return
        values = [row["value"] / 10**PLACES for row in self.values]
        mean = sum(values) / len(values)
        self.location = fine(mean)
        if self.chart.kind == ControlChart.Kind.XBAR_R:
            self.spread = fine(max(values) - min(values))
        elif self.chart.kind == ControlChart.Kind.XBAR_S:
            self.spread = fine((sum((one - mean) ** 2 for one in values) / (len(values) - 1)) ** 0.5)

    def _counted(self) -> float:
        """What a chart of counts plots. Errors: ValidationError for a count or a number inspected that cannot be."""
        row, kind = self.values[0], self.chart.kind
        count, inspected = row["value"] / 10**PLACES, row.get("inspected")
        if count < 0 or count != int(count):
            raise ValidationError({"values": _("计数须为不小于 0 的整数，这里是 %s。") % count})
        if kind != ControlChart.Kind.C and not (inspected and inspected > 0):
            raise ValidationError({"values": _("请填写检验数（大于 0 的整数）。")})
        if kind in ControlChart.OF_ITEMS and count > inspected:
            raise ValidationError(
                {"values": _("不合格品数 %(c)g 大于检验数 %(n)s。") % {"c": count, "n": inspected}}
            )
        return float(count / inspected if kind in ControlChart.PER_UNIT else count)


class Signal(Record):
    """A special cause that a test points to: found out, acted on, closed by another."""

    class State(models.TextChoices):
        OPEN = "open", _("待查明")
        EXPLAINED = "explained", _("已查明")
        CLOSED = "closed", _("已关闭")

    chart = models.ForeignKey(ControlChart, models.PROTECT, related_name="+", verbose_name=_("控制图"))
    subgroup = models.ForeignKey(Subgroup, models.PROTECT, related_name="+", verbose_name=_("子组"))
    tests = models.CharField(_("准则"), max_length=60)
    description = models.CharField(_("信号"), max_length=300)
    assignable = models.BooleanField(_("有特殊原因"), default=False)
    cause = models.TextField(_("原因"), blank=True)
    action = models.TextField(_("措施"), blank=True)

    class Meta(Record.Meta):
        verbose_name = _("判异信号")

    @property
    def title(self) -> str:
        return f"{self.number} {sentence(self.description)}"

    @property
    def advice(self) -> str:
        return sentence(self.description) if self.state == self.State.OPEN else ""
