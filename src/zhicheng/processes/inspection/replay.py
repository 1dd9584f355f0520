"""Replaying the switching of a series from the lots themselves: does it stand where its lots lead?"""

from __future__ import annotations

from django.utils.translation import gettext as _

from zhicheng.core.language import sentence
from zhicheng.ledger import log
from zhicheng.processes.inspection.models import Lot
from zhicheng.processes.inspection.replay_skipping import counts_a_lot, skip_departures
from zhicheng.processes.sampling.models import Series
from zhicheng.processes.sampling.workflow import scheme_of
from zhicheng.stats.sampling.switching import Decision, InspectedLot, SwitchingState, replay_switching

DECISIONS = {"resume": "resume", "back_to_normal": "normal"}


def departures(series: Series) -> list[str]:
    """Sentences, one for each place where the series departs from what the rules make of its lots; empty if it does not.

    The order of lots and decisions is that of the log. The counts are those of the lots' own records.
    """
    versions = log.versions("sampling.series", series.k)
    counted = [v.facts["lot"] for v in versions if counts_a_lot(v)]
    lots = {lot.number: lot for lot in Lot.objects.filter(number__in=counted).select_related("item")}
    found, entries = [], list[InspectedLot | Decision]()
    for version in versions:
        if version.act in DECISIONS:
            entries.append(Decision(DECISIONS[version.act], version.facts.get("_reason", "")))  # type: ignore[arg-type]
        elif counts_a_lot(version):
            number, facts = version.facts["lot"], version.facts
            given = [int(one) for one in facts["counts"].split(",")]
            found += _unlike(number, given, lots.get(number))
            entries.append(
                InspectedLot(
                    facts["lot_size"],
                    given,
                    facts["original"],
                    facts["steady"],
                    facts["reduced_approved"],
                    number,
                )
            )
    try:
        steps = replay_switching(scheme_of(series), entries)
    except ValueError as error:
        return [*found, sentence(error)]
    found += skip_departures(series, versions, [step.judgement for step in steps if step.judgement])
    reached = steps[-1].after if steps else SwitchingState()
    if reached != series.switching:
        found.append(
            _("%(n)s 的状态与按各批重放的结果不同：记为 %(a)s，重放得 %(b)s。")
            % {"n": series.number, "a": series.switching, "b": reached}
        )
    return found


def _unlike(number: str, counts: list[int], lot: Lot | None) -> list[str]:
    if lot is None:
        return [_("计入的批 %s 没有记录。") % number]
    verdict = lot.first_verdict if lot.submission == 1 else lot.verdict
    passed = sum(counts) < (lot.plan_stages[len(counts) - 1]["re"] if lot.plan_stages else 0)
    own = [int(row["nonconforming"]) for row in lot.samples] or [int(lot.nonconforming or 0)]
    if passed != (verdict == "accepted") or (passed and own != counts):
        return [_("计入的批 %(n)s 的计数 %(c)s 与该批的记录不符。") % {"n": number, "c": counts}]
    return []
