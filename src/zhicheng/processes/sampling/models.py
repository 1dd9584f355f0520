"""Where the inspection of a supplier's lots of an item stands under the switching rules of GB/T 2828.1."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhicheng.core.records import Record
from zhicheng.processes.supplier.models import PLAN_TYPES, Item
from zhicheng.stats.sampling.skip_lot import SkipLotState
from zhicheng.stats.sampling.switching import SwitchingState

COUNTED = {"1": True, "0": False}


class Skipping(models.TextChoices):
    """Where skip-lot sampling of a series stands (GB/T 2828.3); empty: it was not agreed to, every lot is inspected."""

    LOT_BY_LOT = "lot_by_lot", _("积累资格，批批检验")
    SKIP_LOT = "skip_lot", _("跳批")
    INTERRUPTED = "interrupted", _("已中断，批批检验")


class Drawn(models.TextChoices):
    """What the draw says of a lot that arrives while lots are skipped."""

    INSPECT = "inspect", _("本批检验")
    SKIP = "skip", _("本批免检（跳批）")


class Series(Record):
    """The lots of one supplier and item under one AQL, level and type of plan. Its state is the severity of the next lot.

    Every judged lot is one step (``count_lot``) with the clause applied and the sentence that explains it, so that the whole
    series can be replayed from the lots. ``recent`` holds the outcomes that still count on normal inspection, oldest first:
    1 accepted, 0 not.

    ``skipping`` to ``skip_explanation`` are skip-lot sampling (GB/T 2828.3), off until it is agreed to: one lot in ``frequency`` is
    inspected. Of each lot that arrives meanwhile the draw (``draw_lot``) says whether: by the salt of the log entry
    ``draw_entry``, which nobody knew beforehand and everybody can check afterwards (``stats.sampling.skip_lot.is_inspected``).
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
    skipping = models.CharField(
        _("跳批检验"), max_length=12, choices=Skipping.choices, blank=True, editable=False
    )
    supplier_basis = models.TextField(_("供方资格认定依据"), blank=True)
    product_basis = models.TextField(_("产品资格认定依据"), blank=True)
    frequency = models.IntegerField(_("几批检一批"), default=1, editable=False)
    skip_accepted = models.IntegerField(_("跳批规则下连续接收批数"), default=0, editable=False)
    position = models.IntegerField(_("此频率下已到批数"), default=0, editable=False)
    draw_entry = models.BigIntegerField(_("抽取依据的日志条目"), null=True, blank=True, editable=False)
    drawn_for = models.CharField(_("最近抽取的来货"), max_length=60, blank=True, editable=False)
    drawn = models.CharField(_("抽取结果"), max_length=8, choices=Drawn.choices, blank=True, editable=False)
    skip_explanation = models.CharField(_("跳批说明"), max_length=300, blank=True, editable=False)

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

    @property
    def skip_state(self) -> SkipLotState:
        """The state as the rules of skip-lot know it; only where it was agreed to."""
        return SkipLotState(self.skipping, self.frequency, self.skip_accepted)  # type: ignore[arg-type]

    def stand(self, state: SkipLotState | None, sentence: str) -> None:
        """Stand where a step of skip-lot led (None: off), and say why; another frequency begins to count its lots anew."""
        before = (self.skipping, self.frequency)
        self.skipping = state.state if state else ""
        self.frequency, self.skip_accepted = (state.frequency, state.accepted_in_a_row) if state else (1, 0)
        if before != (self.skipping, self.frequency):
            self.position, self.draw_entry = 0, None
        self.skip_explanation = sentence[:300]

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
