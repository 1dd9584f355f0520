"""A statistical study: what was asked, the data file it rests on, what came out. Computed values are never typed."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhicheng.core.fields import Column, FileHashField, PastedField, RowsField, ScaledField
from zhicheng.core.records import Record

PLACES = 6
"""Decimals of limits, tolerances and reference values."""
RESULTS = (
    Column("name", _("名称"), required=True),
    Column("value", _("值"), required=True),
    Column("low", _("区间下限")),
    Column("high", _("区间上限")),
    Column("unit", _("单位")),
)


class Kind(models.TextChoices):
    """What is studied."""

    CAPABILITY = "capability", _("过程能力")
    GAUGE_CROSSED = "gauge_crossed", _("量具 R&R（交叉，方差分析）")
    GAUGE_RANGE = "gauge_range", _("量具 R&R（均值极差法）")
    GAUGE_NESTED = "gauge_nested", _("量具 R&R（嵌套）")
    TYPE1 = "type1", _("1 型量具研究（Cg、Cgk）")
    BIAS = "bias", _("偏倚")
    LINEARITY = "linearity", _("线性")
    STABILITY = "stability", _("稳定性")
    AGREEMENT = "agreement", _("计数型一致性")
    TOLERANCE = "tolerance", _("统计容许区间")
    HISTOGRAM = "histogram", _("直方图与正态性检验")
    CORRELATION = "correlation", _("散布图与相关")
    PARETO = "pareto", _("排列图")
    RUN_CHART = "run_chart", _("链图")
    RECORD_TRUTH = "record_truth", _("记录真实性信号")


class Method(models.TextChoices):
    """How a capability index is found."""

    NORMAL = "normal", _("正态")
    BOX_COX = "box-cox", _("Box–Cox 变换")
    JOHNSON = "johnson", _("Johnson 变换")
    QUANTILE = "quantile", _("百分位法")


class Distribution(models.TextChoices):
    """What the quantile method fits."""

    WEIBULL = "weibull", _("威布尔分布")
    LOGNORMAL = "lognormal", _("对数正态分布")
    GAMMA = "gamma", _("伽马分布")
    EXPONENTIAL = "exponential", _("指数分布")
    RAYLEIGH = "rayleigh", _("瑞利分布")
    HALF_NORMAL = "half_normal", _("半正态分布")
    LARGEST_EXTREME = "largest_extreme", _("最大极值分布")
    SMALLEST_EXTREME = "smallest_extreme", _("最小极值分布")


class Side(models.TextChoices):
    """Which sides an interval bounds."""

    TWO = "two", _("双侧")
    LOWER = "lower", _("只有下限")
    UPPER = "upper", _("只有上限")


class Outcome(models.TextChoices):
    """The verdict in one word."""

    MET = "met", _("满足")
    CONDITIONAL = "conditional", _("有条件")
    UNMET = "unmet", _("不满足")
    NONE = "none", _("不作判定")


GAUGES = frozenset({Kind.GAUGE_CROSSED, Kind.GAUGE_RANGE, Kind.GAUGE_NESTED})
PLAYS: dict[str, frozenset[str]] = {
    "method": frozenset({Kind.CAPABILITY}),
    "distribution": frozenset({Kind.CAPABILITY}),
    "lower": frozenset({Kind.CAPABILITY, Kind.HISTOGRAM, Kind.RECORD_TRUTH, *GAUGES}),
    "upper": frozenset({Kind.CAPABILITY, Kind.HISTOGRAM, Kind.RECORD_TRUTH, *GAUGES}),
    "target": frozenset({Kind.CAPABILITY}),
    "tolerance": frozenset({*GAUGES, Kind.TYPE1}),
    "process_variation": frozenset({Kind.BIAS, Kind.LINEARITY}),
    "reference": frozenset({Kind.TYPE1, Kind.BIAS, Kind.STABILITY}),
    "resolution": frozenset({Kind.TYPE1, Kind.RECORD_TRUTH, Kind.HISTOGRAM}),
    "positive": frozenset({Kind.AGREEMENT}),
    "side": frozenset({Kind.TOLERANCE}),
    "parametric": frozenset({Kind.TOLERANCE}),
    "coverage": frozenset({Kind.TOLERANCE}),
    "confidence": frozenset(Kind) - {Kind.PARETO, Kind.RUN_CHART, Kind.RECORD_TRUTH, Kind.HISTOGRAM, Kind.STABILITY, Kind.GAUGE_RANGE, Kind.GAUGE_NESTED},
    "size": frozenset({Kind.CAPABILITY}),
}  # fmt: skip
"""In which kinds a fact plays a part; elsewhere it is emptied, so that a record says nothing that did not count."""


class Study(Record):
    """One study. ``data`` is only how a table is pasted: the effect stores it as the file ``data_file`` names and empties it.

    ``results``, ``verdict``, ``outcome``, ``criterion``, ``notes`` and ``observations`` are computed from that file and from what
    was asked, and can be computed again (``computing.recomputed``). Percent: ``confidence``, ``coverage``.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待批准")
        KEPT = "kept", _("已批准")
        VOID = "void", pgettext_lazy("state", "作废")

    kind = models.CharField(_("研究种类"), max_length=20, choices=Kind.choices)
    subject = models.CharField(_("研究名称"), max_length=120, help_text=_("研究什么：如“外径，三号车床”。"))
    item = models.ForeignKey(
        "supplier.Item", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("物料")
    )
    characteristic = models.CharField(_("特性"), max_length=80, blank=True)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    data = PastedField(
        _("粘贴数据"),
        help_text=_("在 Excel 中选中数据（连同列名）复制，粘贴在这里；或在下面上传文件，二者取一。"),
    )
    data_file = FileHashField(
        _("数据文件"), help_text=_(".xlsx 或 .csv；保存后所附文件的指纹（SHA-256）是记录的一项。")
    )
    sheet = models.CharField(_("工作表"), max_length=40, blank=True, help_text=_("留空则用第一张表。"))
    columns = models.CharField(
        _("数据列"), max_length=200, blank=True,
        help_text=_("列名或列号，用逗号分开；留空则自动选取。量具研究依次为零件、操作者、测量值（可有几列）；一致性研究依次为零件、评价者、评级。"),
    )  # fmt: skip
    size = models.IntegerField(
        _("子组大小"), null=True, blank=True, help_text=_("只有一列数据时，按先后每几个作一个子组；留空则作单值。几列数据时每行即一个子组。")
    )  # fmt: skip
    lower = ScaledField(_("规格下限"), places=PLACES, null=True, blank=True)
    upper = ScaledField(_("规格上限"), places=PLACES, null=True, blank=True)
    target = ScaledField(_("目标值"), places=PLACES, null=True, blank=True)
    tolerance = ScaledField(
        _("公差"),
        places=PLACES,
        null=True,
        blank=True,
        help_text=_("公差带的全宽；量具研究留空而两个规格限都有时，取其差。"),
    )
    reference = ScaledField(_("参考值"), places=PLACES, null=True, blank=True)
    process_variation = ScaledField(
        _("过程变差"), places=PLACES, null=True, blank=True, help_text=_("过程的 6σ；给出则算偏倚、线性占过程变差的百分数。")
    )  # fmt: skip
    resolution = ScaledField(
        _("分辨力"), places=PLACES, null=True, blank=True, help_text=_("量具能分辨的最小一步。")
    )
    confidence = ScaledField(_("置信水平"), places=2, unit="%", null=True, blank=True, default=95)
    coverage = ScaledField(_("覆盖率"), places=4, unit="%", null=True, blank=True, default=99)
    side = models.CharField(_("侧"), max_length=10, choices=Side.choices, default=Side.TWO, blank=True)
    parametric = models.BooleanField(
        _("按正态分布"), default=True, help_text=_("否则用非参数（次序统计量）的容许区间。")
    )
    method = models.CharField(
        _("方法"), max_length=10, choices=Method.choices, default=Method.NORMAL, blank=True
    )
    distribution = models.CharField(
        _("分布"), max_length=20, choices=Distribution.choices, default=Distribution.WEIBULL, blank=True, help_text=_("只用于百分位法。")
    )  # fmt: skip
    positive = models.CharField(
        _("要检出的类别"), max_length=40, blank=True, help_text=_("如“不合格”；给出则算漏判率与误判率。")
    )
    observations = models.IntegerField(_("数据个数"), default=0, editable=False)
    results = RowsField(_("结果"), columns=RESULTS, editable=False)
    outcome = models.CharField(
        _("判定"), max_length=12, choices=Outcome.choices, default=Outcome.NONE, editable=False
    )
    verdict = models.TextField(_("结论"), blank=True, editable=False)
    criterion = models.TextField(_("判据与来源"), blank=True, editable=False)
    notes = models.TextField(_("说明"), blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("统计研究")

    @property
    def title(self) -> str:
        return f"{self.get_kind_display()} · {self.subject}"

    @property
    def advice(self) -> str:
        return self.verdict.split("\n")[0] if self.state != self.State.VOID else ""

    def derive(self, today: dt.date) -> None:
        if self.characteristic and self.item is None:
            raise ValidationError(
                {"item": _("说明了特性，也须选物料；不属于某一物料的，把特性写进研究名称。")}
            )
        if self.item is not None and self.characteristic:
            known = {row["name"]: row for row in self.item.characteristics}
            if self.characteristic not in known:
                raise ValidationError(
                    {"characteristic": _("物料没有名为“%s”的特性：先在物料里登记。") % self.characteristic}
                )
            self.unit = self.unit or known[self.characteristic]["unit"] or ""
