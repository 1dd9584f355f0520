"""Where the inspection of a supplier's lots of an item stands under the switching rules of GB/T 2828.1."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhicheng.core.records import Record
from zhicheng.processes.supplier.models import PLAN_TYPES, Item
from zhicheng.stats.sampling.switching import SwitchingState

COUNTED = {"1": True, "0": False}


class Series(Record):
    """The lots of one supplier and item under one AQL, level and type of plan. Its state is the severity of the next lot.

    Every judged lot is one step (``count_lot``) with the clause applied and the sentence that explains it, so that the whole
    series can be replayed from the lots. ``recent`` holds the outcomes that still count on normal inspection, oldest first:
    1 accepted, 0 not.
    """

    class State(models.TextChoices):
        NORMAL = "normal", _("正常检验")
        TIGHTENED = "tightened", _("加严检验")
        REDUCED = "reduced", _("放宽检验")
        DISCONTINUED = "discontinued", _("暂停抽样检验")

    supplier = models.ForeignKey(
        "supplier.Supplier", models.PROTECT, related_name="+", verbose_name=_("供方")
    )
    item = models.ForeignKey("supplier.Item", models.PROTECT, related_name="+", verbose_name=_("物料"))
    aql = models.CharField("AQL", max_length=8)
    level = models.CharField(_("检验水平"), max_length=4)
    plan_type = models.CharField(_("抽样类型"), max_length=10, choices=PLAN_TYPES)
    score = models.IntegerField(_("转移得分"), default=0, editable=False)
    recent = models.CharField(_("近几批结果"), max_length=20, blank=True, editable=False)
    accepted_in_a_row = models.IntegerField(_("加严时连续接收批数"), default=0, editable=False)
    not_accepted = models.IntegerField(_("加严时累计不接收批数"), default=0, editable=False)
    steady = models.BooleanField(_("生产稳定"), default=True, editable=False)
    reduced_approved = models.BooleanField(_("同意放宽检验"), default=False, editable=False)
    lots = models.IntegerField(_("已计批数"), default=0, editable=False)
    lot = models.CharField(_("最近一批"), max_length=40, blank=True, editable=False)
    lot_size = models.IntegerField(_("批量"), null=True, blank=True, editable=False)
    counts = models.CharField(_("各样本不合格数"), max_length=60, blank=True, editable=False)
    original = models.BooleanField(_("初次提交"), default=True, editable=False)
    clause = models.CharField(_("所用条款"), max_length=20, blank=True, editable=False)
    explanation = models.CharField(_("转移说明"), max_length=300, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("抽样转移")

    @property
    def title(self) -> str:
        return f"{self.item.title} · {self.supplier.name}"

    @property
    def advice(self) -> str:
        return self.explanation

    @property
    def switching(self) -> SwitchingState:
        """The state as the switching rules know it."""
        return SwitchingState(
            self.state,
            self.score,
            tuple(COUNTED[one] for one in self.recent),
            self.accepted_in_a_row,
            self.not_accepted,
        )

    def follow(self, state: SwitchingState, clause: str, sentence: str) -> None:
        """Stand where a step of the rules led, and say why."""
        self.state, self.score = state.severity, state.score
        self.recent = "".join("1" if one else "0" for one in state.recent)
        self.accepted_in_a_row, self.not_accepted = state.accepted_in_a_row, state.not_accepted
        self.clause, self.explanation = clause, sentence[:300]


def series_of(supplier: Any, item: Item) -> Series | None:
    """The series to which the next lot of this supplier and item belongs; None before its first lot is judged."""
    found: Series | None = Series.objects.filter(
        supplier=supplier, item=item, aql=item.aql, level=item.level, plan_type=item.plan_type
    ).first()
    return found
