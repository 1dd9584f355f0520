"""CUSUM charts in use: two one-sided sums of single values, in standard errors (``zhicheng.stats.cusum``).

The sums begin at 0 with the limits that are frozen, and anew behind each subgroup that gave a signal: its cause is looked for, and
what follows is judged without it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from zhicheng.processes.spc.models import FINE, ControlChart, Subgroup, fine

UP, DOWN = 1, 0
"""Numbers of the two tests, as a record keeps them: C⁺ (the mean rose) and C⁻ (it fell) above the decision interval."""
UNIT = "σ"


@dataclass(frozen=True)
class Point:
    """A subgroup as the sums take it."""

    number: str
    value: float
    counts: bool
    edition: int
    signals: str


def points(chart: ControlChart, since: int = 0) -> list[Point]:
    """The subgroups of a chart in order; ``since``: those numbered higher only."""
    rows = Subgroup.objects.filter(chart=chart, k__gt=since, location__isnull=False).order_by("k")
    names = ("number", "location", "state", "edition", "signals")
    return [
        Point(number, float(value), state == Subgroup.State.TAKEN, edition, signals)
        for number, value, state, edition, signals in rows.values_list(*names)
    ]


def before(chart: ControlChart) -> list[list[float]]:
    """The values with which a new one is added up: since the last signal under the limits that hold."""
    own = Subgroup.objects.filter(chart=chart, edition=chart.edition)
    last = own.exclude(signals="").order_by("-k").first()
    since = points(chart, last.k if last else 0)
    return [[one.value] for one in since if one.counts and one.edition == chart.edition]


def sums(values: Sequence[float], frozen: str = "") -> Any:
    """The sums of these values: by frozen limits, else by what the values themselves give. Errors: ``stats.Unusable``."""
    from zhicheng import stats

    held = stats.Limits.from_data(json.loads(frozen)) if frozen else None
    return stats.cusum(list(values), limits=held)


def completed(found: Any) -> tuple[list[int], list[str]]:
    """Numbers and sentences of the tests that the last value completes."""
    numbers, said = [], []
    since = {"n": int(found.positive_since[-1]), "h": f"{found.h:g}"}
    if bool(found.upper[-1]):
        numbers.append(UP)
        said.append(_("C⁺ 超过判定距 %(h)s：均值偏高，已连续 %(n)s 个子组") % since)
    since["n"] = int(found.negative_since[-1])
    if bool(found.lower[-1]):
        numbers.append(DOWN)
        said.append(_("C⁻ 超过判定距 %(h)s：均值偏低，已连续 %(n)s 个子组") % since)
    return numbers, said


def finding(found: Any) -> list[str]:
    """What phase I shows: which values lie beyond the decision interval."""
    said = []
    for name, beyond in (("C⁺", found.upper), ("C⁻", found.lower)):
        at = [str(i) for i, one in enumerate(beyond.reshape(-1).tolist(), 1) if one]
        if at:
            said.append(
                _("%(c)s 有 %(n)s 点超过判定距，先是第 %(i)s 个子组") % {"c": name, "n": len(at), "i": at[0]}
            )
    return said


def line(found: Any) -> dict[str, Any]:
    """The limits for people: the centre in the value's unit, and how the sums judge."""
    held = found.limits
    return {
        "chart": "CUSUM",
        "centre": int(fine(float(held.centre)).scaleb(FINE)),
        "lower": None,
        "upper": None,
        "estimator": f"{held.estimator}; h = {found.h:g}, k = {found.k:g}",
        "subgroups": held.subgroups,
    }


def plotted(chart: ControlChart, frozen: str) -> dict[str, tuple[float, float]]:
    """C⁺ and C⁻ of every subgroup that counts, by its number, as they were added up: under each edition of the limits for itself
    (imported subgroups, which nothing judges, are of none)."""
    out: dict[str, tuple[float, float]] = {}
    runs: dict[int, list[Point]] = {}
    for one in points(chart):
        run = runs.setdefault(one.edition, [])
        if one.counts:
            run.append(one)
        if one.signals:
            out |= _of_run(runs.pop(one.edition), frozen)
    for run in runs.values():
        out |= _of_run(run, frozen)
    return out


def _of_run(run: list[Point], frozen: str) -> dict[str, tuple[float, float]]:
    if not run:
        return {}
    found = sums([one.value for one in run], frozen)
    both = zip(found.positive.tolist(), found.negative.tolist(), strict=True)
    return {one.number: pair for one, pair in zip(run, both, strict=True)}
