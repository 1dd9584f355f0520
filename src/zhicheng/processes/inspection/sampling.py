"""The sampling plan of an incoming lot: proposed on receipt, binding at the verdict, counted to its supplier's series.

The plan comes from the item (AQL, level, type of plan), the lot's size and the state of the series (``processes.sampling``);
the verdict follows from the counts, and the series says by which clause the next lot is inspected.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhicheng.core.language import recorded, sentence
from zhicheng.core.process import Missing
from zhicheng.core.writers import Write
from zhicheng.processes.inspection.models import Lot, Verdict
from zhicheng.processes.sampling.models import Series
from zhicheng.processes.sampling.workflow import SERIES
from zhicheng.processes.supplier.models import Item
from zhicheng.stats.sampling.plans import CONFIDENCE_WORDS, SamplingPlan, judge, sampling_plan


def sampling_goes_on(lot: Lot) -> Missing | None:
    """While sampling inspection of the series is discontinued no lot of it is judged (GB/T 2828.1, clause 9.4)."""
    series = lot.series
    if series is None or series.state != Series.State.DISCONTINUED:
        return None
    return Missing(_("该供方此物料已暂停抽样检验：确认供方改进有效并恢复之前，不能判定。"), series)


def plan_of(lot: Lot, series: Series | None) -> SamplingPlan | None:
    """The plan that the item asks for now; None without an AQL. Errors: ValidationError where the tables have none."""
    item = lot.item
    if not item.aql or lot.quantity is None:
        return None
    if lot.quantity != int(lot.quantity) or lot.quantity < 2:
        raise ValidationError(
            {"quantity": _("%s 不能按件抽样：抽样方案（AQL）要求批量为不小于 2 的整数件。") % lot.quantity}
        )
    severity = series.state if series else Series.State.NORMAL
    if severity == Series.State.DISCONTINUED:
        return None
    try:
        return sampling_plan(
            int(lot.quantity), item.aql, level=item.level, severity=severity, plan_type=item.plan_type
        )
    except ValueError as error:
        raise ValidationError({"quantity": sentence(error)}) from error


def propose(lot: Lot, by: Write) -> None:
    """When it is to be inspected, and when its quantity is changed before the verdict: write the plan that holds now into the lot."""
    if lot.state == Lot.State.RECEIVED:
        write_plan(lot)


def write_plan(lot: Lot) -> SamplingPlan | None:
    """The plan that holds now, written into the lot. Errors: ValidationError where there can be none."""
    plan = plan_of(lot, lot.series)
    lot.severity = plan.severity if plan else ""
    lot.aql = plan.aql if plan else ""
    lot.plan = recorded(plan.sentence)[:300] if plan else ""
    lot.plan_basis = _basis(plan) if plan else ""
    stages = zip(plan.n, plan.ac, plan.re, strict=True) if plan else ()
    lot.plan_stages = [{"n": n, "ac": ac, "re": re} for n, ac, re in stages]
    return plan


def _basis(plan: SamplingPlan) -> str:
    said = {"s": plan.standard, "t": plan.table, "c": CONFIDENCE_WORDS[plan.confidence]}
    return (recorded(_("%(s)s 表 %(t)s；%(c)s")) % said)[:200]


def follow_plan(lot: Lot) -> None:
    """Let the verdict follow from the counts, refuse another, and count the lot to its series.

    Errors: ValidationError for counts that do not fit the plan or a verdict that does not follow from them.
    """
    plan = write_plan(lot)
    if plan is None:
        _all_given(lot)
        return
    counts = _counts(lot, plan)
    try:
        verdict = judge(plan, counts)
    except ValueError as error:
        raise ValidationError({"samples" if len(plan.n) > 1 else "nonconforming": sentence(error)}) from error
    follows = Verdict.ACCEPTED if verdict.accepted else Verdict.REJECTED
    if lot.verdict and lot.verdict != follows:
        raise ValidationError(
            {"verdict": _("不合格 %(c)s，按方案应为“%(v)s”：%(p)s")
             % {"c": verdict.count, "v": follows.label, "p": plan.sentence}}
        )  # fmt: skip
    lot.verdict = follows
    lot.nonconforming = Decimal(verdict.count)


def _all_given(lot: Lot) -> None:
    """Without a plan the inspector says how many were looked at, how many failed, and the verdict."""
    empty = [n for n in ("sample_size", "nonconforming") if getattr(lot, n) is None]
    errors: dict[str, Any] = {n: _("不能为空。") for n in empty}
    if not lot.verdict:
        errors["verdict"] = _("没有抽样方案（物料未设 AQL）：请填写检验结论。")
    if (
        lot.item.ruling == Item.Ruling.EVERY_UNIT
        and "sample_size" not in errors
        and lot.sample_size != lot.quantity
    ):
        errors["sample_size"] = _("全检须每一件都检：检验数量应为 %s。") % lot.quantity
    if errors:
        raise ValidationError(errors)


def _counts(lot: Lot, plan: SamplingPlan) -> list[int]:
    """What was counted in each sample, and from it the number inspected."""
    if len(plan.n) == 1:
        n = plan.n_inspected
        if lot.sample_size != n:
            raise ValidationError(
                {"sample_size": _("按方案应检 %(n)s 件：%(p)s") % {"n": n, "p": plan.sentence}}
            )
        if lot.nonconforming is None or lot.nonconforming != int(lot.nonconforming):
            raise ValidationError({"nonconforming": _("按件抽样，不合格数量须为整数。")})
        return [int(lot.nonconforming)]
    counts = [int(row["nonconforming"]) for row in lot.samples]
    if not counts:
        raise ValidationError({"samples": _("请逐个样本填写不合格数：%s") % plan.sentence})
    lot.sample_size = Decimal(min(sum(plan.n[: len(counts)]), int(lot.quantity)))
    return counts


def count_to_series(lot: Lot, by: Write) -> None:
    """Tell the series that this lot was judged; the first lot of a series opens it.

    A lot rejected for a critical characteristic although its counts would pass is counted as not accepted.
    """
    if not lot.plan_stages:
        return
    counts = [int(row["nonconforming"]) for row in lot.samples] or [int(lot.nonconforming or 0)]
    if lot.verdict == Verdict.REJECTED:
        at = len(counts) - 1
        counts[at] += max(0, lot.plan_stages[at]["re"] - sum(counts))
    counted = {
        "lot": lot.number, "lot_size": int(lot.quantity), "counts": ",".join(map(str, counts)),
        "original": lot.submission == 1,
    }  # fmt: skip
    item, series = lot.item, lot.series
    if series is None:
        of = {name: getattr(item, name) for name in ("aql", "level", "plan_type")}
        by.open(SERIES, supplier=lot.supplier, item=item, **of, **counted)
    else:
        by.perform(series, "count_lot", **counted)
