"""Serial numbers as text: what comes before the number, its width, the number; and ranges of them. No Django here."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 40
LARGEST_RANGE = 1_000_000
"""Units in one range; more is a slip of the pen."""
LEVELS = (0, 4, 8, 12, 16, 20)
_PARTS = re.compile(r"(?P<prefix>.*?)(?P<digits>[0-9]{0,18})", re.DOTALL)


class Unreadable(ValueError):
    """Not a serial number or range: ``why`` is ``empty``, ``long``, ``unlike`` (first and last), ``turned`` or ``large``."""

    def __init__(self, why: str, text: str) -> None:
        self.why, self.text = why, text
        super().__init__(f"{why}: {text}")


@dataclass(frozen=True, order=True)
class Serial:
    """One serial number: ``A-0012`` is the prefix ``A-``, width 4 and number 12. Upper case, width of signs folded (NFKC)."""

    prefix: str
    width: int
    number: int

    @classmethod
    def read(cls, text: str) -> Serial:
        """Errors: Unreadable."""
        folded = "".join(unicodedata.normalize("NFKC", text).upper().split())
        if not folded:
            raise Unreadable("empty", text)
        if len(folded) > LONGEST:
            raise Unreadable("long", text)
        found = _PARTS.fullmatch(folded)
        assert found is not None  # the pattern takes any text
        digits = found["digits"]
        return cls(found["prefix"], len(digits), int(digits or "0"))

    def __str__(self) -> str:
        return self.prefix + (f"{self.number:0{self.width}d}" if self.width else "")


@dataclass(frozen=True)
class Range:
    """The serial numbers from ``low`` to ``high`` of one prefix and width, both included."""

    prefix: str
    width: int
    low: int
    high: int

    @classmethod
    def read(cls, first: str, last: str | None = None) -> Range:
        """One serial, or all from the first to the last. Errors: Unreadable."""
        low = Serial.read(first)
        high = Serial.read(last) if last else low
        if (low.prefix, low.width) != (high.prefix, high.width):
            raise Unreadable("unlike", f"{first}–{last}")
        if high.number < low.number:
            raise Unreadable("turned", f"{first}–{last}")
        if high.number - low.number >= LARGEST_RANGE:
            raise Unreadable("large", f"{first}–{last}")
        return cls(low.prefix, low.width, low.number, high.number)

    def __len__(self) -> int:
        return self.high - self.low + 1

    def __contains__(self, serial: object) -> bool:
        return (
            isinstance(serial, Serial)
            and (serial.prefix, serial.width) == (self.prefix, self.width)
            and self.low <= serial.number <= self.high
        )

    @property
    def level(self) -> int:
        """One of ``LEVELS``: the range spans at most ``2**level`` numbers, so that a database finds the ranges around a
        number in an index, among the few that begin so close before it."""
        bits = (self.high - self.low).bit_length()
        return next(level for level in LEVELS if bits <= level)


def overlapping(ranges: list[Range]) -> Serial | None:
    """A serial number that stands in two of the ranges, if there is one."""
    last: Range | None = None
    for one in sorted(ranges, key=lambda r: (r.prefix, r.width, r.low)):
        if last and (last.prefix, last.width) == (one.prefix, one.width) and one.low <= last.high:
            return Serial(one.prefix, one.width, one.low)
        last = one
    return None
