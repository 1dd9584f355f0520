"""Skip-lot sampling on receipt: the draw says whether the lot is inspected; a skipped lot is released as skipped, never as accepted."""

from django.utils.translation import gettext_lazy as _

from zhicheng.core.language import recorded
from zhicheng.core.process import Missing
from zhicheng.core.writers import Write
from zhicheng.processes.inspection.models import Lot
from zhicheng.processes.inspection.sampling import propose
from zhicheng.processes.sampling.models import Drawn, Series, Skipping
from zhicheng.processes.sampling.skipping import SKIPPABLE, refusal


def receive(lot: Lot, by: Write) -> None:
    """Draw where lots are skipped, and propose the plan of a lot that is inspected. A lot submitted again is always inspected."""
    series = lot.series
    if lot.submission == 1 and series is not None and series.skipping:
        _draw(lot, series, by)
    propose(lot, by)


def _draw(lot: Lot, series: Series, by: Write) -> None:
    refused = refusal(series)
    if refused:
        lot.skip, lot.skip_basis = Drawn.INSPECT, refused[:200]
        lot.series = by.perform(series, "skipping_lapsed", skip_explanation=lot.skip_basis)  # type: ignore[assignment]
        return
    if series.skipping != Skipping.SKIP_LOT or series.state not in SKIPPABLE:
        return
    drawn: Series = by.perform(series, "draw_lot", drawn_for=f"{lot.document}-{lot.line}")  # type: ignore[assignment]
    lot.series, lot.skip = drawn, drawn.drawn
    said = {"f": drawn.frequency, "n": drawn.position, "e": drawn.draw_entry}
    lot.skip_basis = (recorded(_("每 %(f)s 批检 1 批，第 %(n)s 批，按日志条目 #%(e)s 抽取")) % said)[:200]
    if lot.skip == Drawn.SKIP:
        lot.state = Lot.State.SKIPPED


def still_skipping(lot: Lot) -> Missing | None:
    """A lot that waits for its release is inspected after all once the series no longer skips lots."""
    series = lot.series
    if series is not None and series.skipping == Skipping.SKIP_LOT:
        return None
    return Missing(_("跳批检验已中断或停止：本批须改为检验。"), series or lot)


def inspect_after_all(lot: Lot, by: Write) -> None:
    """The lot is inspected although the draw let it pass."""
    lot.skip, lot.state = Drawn.INSPECT, Lot.State.RECEIVED
    lot.skip_basis = (recorded(_("抽定免检，改为检验：%s")) % by.changes[by.current].reason)[:200]
    propose(lot, by)
