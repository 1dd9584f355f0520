"""Pareto analysis: categories by falling frequency, with cumulative shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zhicheng.stats.readings import positive


@dataclass(frozen=True, slots=True)
class Pareto:
    """A Pareto table, one entry for each category from the most to the least frequent: ``frequency``, ``cum_frequency``, and in per
    cent ``percentage`` and ``cum_percentage``. ``vital``: how many of the first categories together reach the share asked for."""

    order: tuple[str, ...]
    frequency: tuple[float, ...]
    cum_frequency: tuple[float, ...]
    percentage: tuple[float, ...]
    cum_percentage: tuple[float, ...]
    total: float
    vital: int


def pareto(
    counts: Mapping[str, float], *, vital_share: float = 0.8, other: str = "", least: float = 0.0
) -> Pareto:
    """The Pareto table of counts (or costs) by category; equal ones stay in the order given.

    ``vital_share``: share that the vital few reach. ``other``: name of a rest category, which stands last whatever its size; with
    ``least`` (a share) categories smaller than it are gathered there. Errors: ValueError for negative counts or a sum of 0.

    >>> found = pareto({"划伤": 8, "尺寸": 27, "色差": 5})
    >>> found.order, found.vital
    (('尺寸', '划伤', '色差'), 2)
    """
    if not counts:
        raise ValueError("没有类别：排列图至少须有一类。")
    bad = [name for name, value in counts.items() if not 0 <= value < float("inf")]
    total = float(sum(counts.values())) if not bad else 0.0
    if bad or total == 0:
        which = f"“{bad[0]}”的频数须是不小于 0 的数" if bad else "各类频数合计为 0"
        raise ValueError(f"{which}，不能作排列图。")
    if not 0 < positive(vital_share, "关键少数的比例") <= 1:
        raise ValueError("关键少数的比例须大于 0、不大于 1。")
    kept = {
        name: value
        for name, value in counts.items()
        if name != other and (not other or value >= least * total)
    }
    order = sorted(kept, key=lambda name: -kept[name])
    values = [float(kept[name]) for name in order]
    rest = total - sum(values)
    if other and rest > 0:
        order, values = [*order, other], [*values, rest]
    running, cumulated = 0.0, []
    for value in values:
        running += value
        cumulated.append(running)
    vital = next(at for at, value in enumerate(cumulated, 1) if value >= vital_share * total - 1e-9 * total)
    return Pareto(
        tuple(order),
        tuple(values),
        tuple(cumulated),
        tuple(100 * value / total for value in values),
        tuple(100 * value / total for value in cumulated),
        total,
        vital,
    )
