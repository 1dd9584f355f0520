"""The p chart of a few samples in whole numbers, without NumPy: what a page of months can afford. ``counts.p_chart`` is the general one.

Source: GB/T 17989.2 (ISO 7870-2), Shewhart control charts, p chart; not compared with the text of the standard.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

MIN_POINTS = 6
"""With fewer samples no limits are drawn: they would say more than the data."""


class TooFew(ValueError):
    """There are not enough samples for limits."""


@dataclass(frozen=True, slots=True)
class Point:
    """One sample: its share and the limits that hold for its size. ``rule`` is the rule that it broke (0: none)."""

    share: float
    lower: float
    upper: float
    rule: int


@dataclass(frozen=True, slots=True)
class ProportionChart:
    """A p chart: the centre and, for each sample in order, a point (None for a sample without units)."""

    centre: float
    points: tuple[Point | None, ...]

    @property
    def beyond(self) -> tuple[int, ...]:
        """Which samples lie beyond their limits (rule 1), counted from 0."""
        return tuple(at for at, point in enumerate(self.points) if point and point.rule == 1)


def share_chart(counts: Sequence[tuple[int, int]]) -> ProportionChart:
    """The p chart of samples ``(x, n)``: x of n units have the feature. The limits come from these very samples (phase I).

    Centre p̄ = Σx / Σn; limits of a sample of size n: p̄ ± 3·√(p̄(1−p̄)/n), cut at 0 and 1. Rule 1 is broken by a share beyond
    its limits; it is judged on integers, so that no rounding decides. Samples with n = 0 are left out.

    Errors: ValueError unless 0 ≤ x ≤ n everywhere, TooFew with fewer than six samples that have units.
    """
    if any(not 0 <= x <= n for x, n in counts):
        raise ValueError("a sample (x, n) needs 0 <= x <= n")
    if sum(n > 0 for _x, n in counts) < MIN_POINTS:
        raise TooFew(f"at least {MIN_POINTS} samples are needed")
    hits, units = sum(x for x, _n in counts), sum(n for _x, n in counts)
    centre = hits / units
    spread = 3 * math.sqrt(hits * (units - hits)) / units

    def point(x: int, n: int) -> Point:
        reach = spread / math.sqrt(n)
        broken = (x * units - n * hits) ** 2 > 9 * n * hits * (units - hits)
        return Point(x / n, max(centre - reach, 0.0), min(centre + reach, 1.0), int(broken))

    return ProportionChart(centre, tuple(point(x, n) if n else None for x, n in counts))
