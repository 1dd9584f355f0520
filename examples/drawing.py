"""Numbers that look drawn and are the same on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """Numbers that look drawn and are the same everywhere: SHA-256 of a name and a counter."""

    def __init__(self, name: str) -> None:
        self._name, self._count = name, 0

    def below(self, n: int) -> int:
        """An integer from 0 to n - 1."""
        self._count += 1
        digest = hashlib.sha256(f"{self._name}/{self._count}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % n

    def one(self, values: Sequence[T], weights: Sequence[int] | None = None) -> T:
        """One of the values, by weight."""
        if weights is None:
            return values[self.below(len(values))]
        at = self.below(sum(weights))
        for value, weight in zip(values, weights, strict=True):
            at -= weight
            if at < 0:
                return value
        raise AssertionError("weights")

    def some(self, n: int, of: int) -> set[int]:
        """``n`` different integers below ``of``."""
        left = list(range(of))
        for i in range(n):
            j = i + self.below(of - i)
            left[i], left[j] = left[j], left[i]
        return set(left[:n])
