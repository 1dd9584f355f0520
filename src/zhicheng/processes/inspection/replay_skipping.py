"""Replaying skip-lot sampling of a series from the log: was each lot drawn as the log draws it, and does the rest follow?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from zhicheng.ledger import log
from zhicheng.ledger.models import Entry
from zhicheng.processes.sampling.models import Drawn, Series
from zhicheng.processes.sampling.skipping import SKIPPABLE, drawn_by
from zhicheng.stats.sampling.plans import Judgement
from zhicheng.stats.sampling.skip_lot import SkipLotPolicy, SkipLotState, skip_lot_step

ENDS = frozenset({"end_skipping", "skipping_lapsed", "back_to_normal"})
AGREED = SkipLotPolicy(enabled=True, supplier_qualified=True, product_qualified=True)


def counts_a_lot(version: log.Version) -> bool:
    """Whether this version of a series counts a judged lot."""
    return version.act == "count_lot" or (version.act == "open" and bool(version.facts["lot"]))


@dataclass
class _Stand:
    """Where skip-lot stands in the replay; ``state`` None: not agreed to."""

    state: SkipLotState | None = None
    position: int = 0
    entry: int | None = None

    def go(self, state: SkipLotState | None) -> None:
        """Stand there; another frequency begins to count its lots anew."""
        shape = self.state and (self.state.state, self.state.frequency)
        if shape != (state and (state.state, state.frequency)):
            self.position, self.entry = 0, None
        self.state = state


def skip_departures(
    series: Series, versions: Sequence[log.Version], judged: Sequence[Judgement]
) -> list[str]:
    """Sentences, one for each place where skip-lot departs from the rules; ``judged``: the verdicts of the counted lots in order.

    That skipping ended because item or supplier no longer allowed it is taken from the log: it leads to more inspection, never to less.
    """
    stand, found, verdicts, before = _Stand(), list[str](), iter(judged), 0
    for version in versions:
        if version.act == "agree_to_skipping":
            stand.go(SkipLotState())
        elif version.act in ENDS:
            stand.go(None)
        elif version.act == "draw_lot":
            found += _draw(series, version, stand, before)
        elif counts_a_lot(version):
            _count(version, stand, accepted=next(verdicts).accepted)
        before = version.seq
    if stand.state != (series.skip_state if series.skipping else None):
        found.append(_("%s 的跳批检验与重放的结果不同。") % series.number)
    return found


def _count(version: log.Version, stand: _Stand, *, accepted: bool) -> None:
    if stand.state is None or not version.facts["original"]:
        return
    if version.facts["state"] not in SKIPPABLE or not version.facts["skipping"]:
        stand.go(None)
        return
    stand.go(skip_lot_step(AGREED, stand.state, accepted=accepted).after)


def _draw(series: Series, version: log.Version, stand: _Stand, before: int) -> list[str]:
    """One draw: by the right entry, with the right outcome, and the lot was treated so. ``before``: the entry before this one."""
    facts = version.facts
    if stand.state is None or stand.state.state != "skip_lot":
        return [_("%(n)s 在没有跳批时抽取了 %(l)s。") % {"n": series.number, "l": facts["drawn_for"]}]
    if stand.position % stand.state.frequency == 0 or stand.entry is None:
        stand.entry = before
    inspected = drawn_by(stand.entry, series.number, stand.position, stand.state.frequency)
    stand.position += 1
    drawn = Drawn.INSPECT if inspected else Drawn.SKIP
    if (facts["drawn"], facts["draw_entry"]) != (drawn, stand.entry) or _lot(facts) != drawn:
        return [
            _("%(l)s 是否检验与按日志抽取的结果不同：应为“%(d)s”。")
            % {"l": facts["drawn_for"], "d": drawn.label}
        ]
    return []


def _lot(facts: dict[str, Any]) -> Any:
    """What the lot itself was registered with: the cause of the draw."""
    cause = Entry.objects.get(seq=facts["_cause"])
    return next(v.facts["skip"] for v in log.versions(cause.type, cause.k) if v.seq == cause.seq)
