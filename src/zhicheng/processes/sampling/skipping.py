"""Skip-lot sampling of a series (GB/T 2828.3, ISO 2859-3): agreed to by signature, off by default; the draw of the lots inspected."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhicheng.core.language import CHINESE, recorded
from zhicheng.core.process import Missing, transition
from zhicheng.core.roles import Role
from zhicheng.core.writers import Write
from zhicheng.ledger.models import Entry
from zhicheng.processes.sampling.models import Drawn, Series, Skipping
from zhicheng.processes.supplier.models import Item, Supplier
from zhicheng.stats.sampling.skip_lot import (
    REFUSED_CLASSES,
    SkipLotPolicy,
    SkipLotState,
    is_inspected,
    skip_lot_step,
)

S = Series.State
QUALITY = frozenset({Role.QUALITY_MANAGER.value, Role.CHIEF_QUALITY_OFFICER.value})
SKIPPABLE = (S.NORMAL, S.REDUCED)
"""Severities under which lots may be skipped: never while inspection is tightened or discontinued."""


def may_be_skipped(series: Series) -> Missing | None:
    """Skip-lot is refused for material of class A, for critical characteristics and where every unit is inspected; the supplier
    must be approved."""
    item, supplier = series.item, series.supplier
    if item.risk_class in REFUSED_CLASSES:
        return Missing(_("%s 类物料不得跳批检验：每一批都要检。") % item.risk_class, item)
    if item.ruling == Item.Ruling.EVERY_UNIT:
        return Missing(_("物料规定全检，每一件都检，不得跳批检验。"), item)
    critical = [row["name"] for row in item.characteristics if row["critical"]]
    if critical:
        return Missing(_("物料有关键特性“%s”，不得跳批检验：每一批都要检。") % critical[0], item)
    if supplier.state != Supplier.State.APPROVED:
        return Missing(_("供方“%s”不是合格供方，不得跳批检验。") % supplier.name, supplier)
    return None


def refusal(series: Series) -> str:
    """Why the series may not be skipped now, as it is recorded; empty if it may."""
    with translation.override(CHINESE):
        missing = may_be_skipped(series)
        return str(missing.sentence) if missing else ""


def not_skipping_yet(series: Series) -> Missing | None:
    """Skip-lot is agreed to once, until it ends."""
    return Missing(_("已经同意跳批检验。"), series) if series.skipping else None


def skipping_agreed(series: Series) -> Missing | None:
    """Only what was agreed to can end."""
    return None if series.skipping else Missing(_("没有同意过跳批检验。"), series)


def lots_are_skipped(series: Series) -> Missing | None:
    """There is a draw only while lots are skipped; it may have ended a moment ago, by another's verdict."""
    if series.skipping == Skipping.SKIP_LOT:
        return None
    return Missing(_("跳批检验刚刚中断或停止：请重新登记，本批检验。"), series)


def policy_of(series: Series) -> SkipLotPolicy:
    """The rules that the series is skipped by."""
    return SkipLotPolicy(
        enabled=bool(series.skipping),
        material_class=series.item.risk_class,
        supplier_qualified=bool(series.supplier_basis),
        product_qualified=bool(series.product_basis),
    )


def count_skipping(series: Series, *, accepted: bool) -> None:
    """What one inspected lot of its first submission does to skip-lot, after it was counted to the severity."""
    if not series.skipping or not series.original:
        return
    if series.state not in SKIPPABLE:
        series.stand(
            None, recorded(_("转为“%s”，跳批检验终止：再用须重新批准。")) % recorded(S(series.state).label)
        )
        return
    if refused := refusal(series):
        series.stand(None, refused)
        return
    step = skip_lot_step(policy_of(series), series.skip_state, accepted=accepted)
    series.stand(step.after, step.sentence)


def drawn_by(entry: int, series: str, position: int, frequency: int) -> bool:
    """Whether the lot at this position of a series is inspected, drawn by the salt of that entry of the log."""
    salt = Entry.objects.values_list("outer_salt", flat=True).get(seq=entry)
    return is_inspected(series, position, frequency, bytes.fromhex(salt))


@transition(
    _("同意跳批检验"), *SKIPPABLE, roles=QUALITY, asks=("supplier_basis", "product_basis"),
    requires=(not_skipping_yet, may_be_skipped), meaning=_("同意跳批检验"),
)  # fmt: skip
def agree_to_skipping(series: Series, by: Write) -> None:
    """Supplier and product are qualified, each on a stated ground. Every lot is inspected until ten in a row are accepted; from then on one
    in two, later one in three to five; a lot not accepted brings back the inspection of every lot (counts not compared with the
    printed GB/T 2828.3)."""
    needed = SkipLotPolicy().lots_to_qualify
    series.stand(SkipLotState(), recorded(_("已同意跳批检验：批批检验连续 %s 批接收后开始跳批。")) % needed)


@transition(_("停止跳批检验"), *SKIPPABLE, roles=QUALITY, requires=(skipping_agreed,), reason=True)
def end_skipping(series: Series, by: Write) -> None:
    """Material, process, place or anything else changed: every lot is inspected again, until skip-lot is agreed to anew."""
    series.stand(None, by.changes[by.current].reason)


@transition(
    _("跳批条件失效"), *SKIPPABLE, roles=QUALITY, asks=("skip_explanation",), requires=(skipping_agreed,), through="inspection",
)  # fmt: skip
def skipping_lapsed(series: Series, by: Write) -> None:
    """A lot arrived while item or supplier no longer allow skipping: every lot is inspected again."""
    series.stand(None, series.skip_explanation)


@transition(
    _("抽取被检批"), *SKIPPABLE, roles=QUALITY, asks=("drawn_for",), requires=(lots_are_skipped,), through="inspection",
)  # fmt: skip
def draw_lot(series: Series, by: Write) -> None:
    """A lot arrived: the draw says whether it is inspected. Nobody chooses; a block of lots is drawn by the entry before its first."""
    entry: Any = series.draw_entry
    if series.position % series.frequency == 0 or entry is None:
        entry = series.seq
    series.draw_entry = entry
    inspected = drawn_by(entry, series.number, series.position, series.frequency)
    series.drawn = Drawn.INSPECT if inspected else Drawn.SKIP
    series.position += 1


def irregular(series: Series) -> None:
    """Production is irregular: what calls for normal instead of reduced inspection ends skip-lot, too."""
    if series.skipping:
        series.stand(None, recorded(_("已恢复正常检验，跳批检验终止：再用须重新批准。")))


STEPS = (agree_to_skipping, end_skipping, skipping_lapsed, draw_lot)
SHOWN = (
    "skipping", "supplier_basis", "product_basis", "frequency", "skip_accepted", "position", "drawn_for", "drawn", "draw_entry",
    "skip_explanation",
)  # fmt: skip
