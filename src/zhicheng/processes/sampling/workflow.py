"""Switching between normal, tightened and reduced inspection: each lot judged is a step, each decision a signature."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhicheng.core import retention
from zhicheng.core.language import sentence
from zhicheng.core.process import Missing, Process, transition
from zhicheng.core.roles import Role
from zhicheng.core.writers import Write
from zhicheng.processes.sampling import skipping
from zhicheng.processes.sampling.models import Series
from zhicheng.stats.sampling.switching import Decision, InspectedLot, Scheme, switching_step

S = Series.State
QUALITY = frozenset({Role.QUALITY_MANAGER.value, Role.CHIEF_QUALITY_OFFICER.value})
RUNNING = (S.NORMAL, S.TIGHTENED, S.REDUCED)


def not_agreed_yet(series: Series) -> Missing | None:
    """Reduced inspection is agreed to once, until that is taken back."""
    return Missing(_("已经同意放宽检验。"), series) if series.reduced_approved else None


def agreed(series: Series) -> Missing | None:
    """Only what was agreed to can be taken back."""
    return None if series.reduced_approved else Missing(_("没有同意过放宽检验，无须撤回。"), series)


def scheme_of(series: Series) -> Scheme:
    """What stays the same for the series."""
    return Scheme(series.aql, series.level, series.plan_type)


def inspected(series: Series) -> InspectedLot:
    """The lot that the series counts, as the rules take it."""
    counts = [int(one) for one in series.counts.split(",")]
    return InspectedLot(
        series.lot_size or 0, counts, series.original, series.steady, series.reduced_approved, series.lot
    )


def begin(series: Series, by: Write) -> None:
    """A series that its first lot opens counts that lot at once; one opened by hand waits for it."""
    if series.lot:
        _count(series)


def _count(series: Series) -> None:
    try:
        step = switching_step(scheme_of(series), series.switching, inspected(series))
    except ValueError as error:
        raise ValidationError({"counts": sentence(error)}) from error
    series.lots += series.original
    series.follow(step.after, step.clause, step.sentence)
    skipping.count_skipping(series, accepted=bool(step.judgement and step.judgement.accepted))


@transition(
    _("计入一批"), *RUNNING, roles=QUALITY, asks=("lot", "lot_size", "counts", "original"), through="inspection",
)  # fmt: skip
def count_lot(series: Series, by: Write) -> None:
    """A lot was judged: the rules say what the next one is inspected by, and why. Only judging a lot does this."""
    _count(series)


@transition(_("同意放宽检验"), *RUNNING, roles=QUALITY, requires=(not_agreed_yet,), meaning=_("同意放宽检验"))
def agree_to_reduced(series: Series, by: Write) -> None:
    """The responsible authority finds reduced inspection desirable; it begins when the score is reached and production is steady."""
    series.reduced_approved = True


@transition(_("撤回同意"), S.NORMAL, S.TIGHTENED, roles=QUALITY, requires=(agreed,), reason=True)
def take_back_agreement(series: Series, by: Write) -> None:
    """Reduced inspection is not wanted any longer."""
    series.reduced_approved = False


@transition(_("恢复正常检验"), S.REDUCED, to=S.NORMAL, roles=QUALITY, reason=True)
def back_to_normal(series: Series, by: Write) -> None:
    """Production is irregular or delayed, or other conditions call for normal inspection (clause 9.3.4)."""
    _decide(series, "normal", by)
    series.reduced_approved = False
    skipping.irregular(series)


@transition(
    _("恢复抽样检验"),
    S.DISCONTINUED,
    to=S.TIGHTENED,
    roles=QUALITY,
    reason=True,
    meaning=_("确认供方改进有效"),
)
def resume(series: Series, by: Write) -> None:
    """The supplier's action proved effective: inspection goes on, tightened (clause 9.4)."""
    _decide(series, "resume", by)


def _decide(series: Series, what: Any, by: Write) -> None:
    step = switching_step(scheme_of(series), series.switching, Decision(what, by.changes[by.current].reason))
    series.follow(step.after, step.clause, step.sentence)


SERIES = Process(
    name="sampling.series",
    model=Series,
    title=_("抽样转移"),
    series="CY-{seq:04d}",
    opens=QUALITY,
    start=S.NORMAL.value,
    asks=("supplier", "item", "aql", "level", "plan_type"),
    opened=begin,
    transitions=(count_lot, agree_to_reduced, take_back_agreement, back_to_normal, resume, *skipping.STEPS),
    key=("supplier", "item", "aql", "level", "plan_type"),
    may_open=("occurred_on", "state", "score", "lots", "provenance"),
    columns=("number", "item", "supplier", "aql", "level", "plan_type", "score", "lots", "state"),
    filters=("state", "supplier", "item"),
    groups=(
        (_("系列"), ("supplier", "item", "aql", "level", "plan_type")),
        (_("转移"), ("score", "recent", "accepted_in_a_row", "not_accepted", "steady", "reduced_approved", "lots")),
        (_("最近一批"), ("lot", "lot_size", "counts", "original", "clause", "explanation")),
        (_("跳批检验"), skipping.SHOWN),
    ),
    retention=retention.always(_("转移状态由历来各批推出，没有终点：以后每一批的抽样方案都要由它说明。")),
    rail="inspection",
    working_date="",
    help=_(
        "同一供方同一物料的批按 GB/T 2828.1 转移规则在正常、加严、放宽之间转移，每一批都写明依据的条款与计数。第一批判定后自动建立。跳批检验（GB/T 2828.3）未经同意不用，A 类物料与关键特性不得用。条款未核对原文。"
    ),
)  # fmt: skip
