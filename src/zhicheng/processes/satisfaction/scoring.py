"""Scores as exact fractions: the weighted mean of the answers of one response, and of those on one factor. No Django."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

LEAST, MOST = 0, 100
PLACES = 2


def rounded(value: Fraction) -> Decimal:
    """Half up to two places."""
    hundredths = (value * 10**PLACES * 2 + 1) // 2
    return Decimal(int(hundredths)).scaleb(-PLACES)


def mean(scored: Iterable[tuple[int, int]]) -> Decimal | None:
    """The mean of scores (0 to 100) with their weights (1 and more); None without any."""
    total = weights = 0
    for score, weight in scored:
        total += score * weight
        weights += weight
    return rounded(Fraction(total, weights)) if weights else None
