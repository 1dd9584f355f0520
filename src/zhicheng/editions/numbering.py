"""The names of editions: ``V1.0`` and ``A/1`` are two spellings of the same edition.

A version is ``V<major>.<minor>`` from V1.0; an edition is the letter of the major and the revision within it, counted from 1
(V1.0 = A/1, V1.1 = A/2, V2.0 = B/1) or, as many firms do, from 0 (V1.0 = A/0). Source: the versions of a service company's
quality manual (requirements K-0.5, K-0.6).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

VERSION = re.compile(r"V?([1-9]\d{0,3})\.(\d{1,4})", re.IGNORECASE)
LETTERED = re.compile(r"([A-Z]{1,3})\s*/\s*(\d{1,4})", re.IGNORECASE)
LETTERS = 26


class UnknownEdition(ValueError):
    """The text names no edition of the scheme."""


@dataclass(frozen=True, order=True, slots=True)
class Edition:
    """An edition as the two numbers of its version: ``Edition(2, 1)`` is V2.1. ``major`` counts from 1, ``minor`` from 0."""

    major: int
    minor: int = 0

    def __post_init__(self) -> None:
        if self.major < 1 or self.minor < 0:
            raise UnknownEdition(f"{self.major}.{self.minor}")

    @property
    def version(self) -> str:
        """As a version: ``V2.1``."""
        return f"V{self.major}.{self.minor}"

    def next(self, *, major: bool) -> Edition:
        """The edition after this one: major V+1.0, minor V+0.1. After V1.9 comes V1.10, not V2.0: that would be a major one."""
        return Edition(self.major + 1) if major else Edition(self.major, self.minor + 1)


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a firm writes its editions: with a letter or as a version, and the number of the first revision (1, or 0)."""

    lettered: bool = True
    first: int = 1

    @classmethod
    def starting(cls, text: str) -> Scheme:
        """The scheme of a firm whose first edition is written so: ``A/1``, ``A/0`` or ``V1.0``. Errors: UnknownEdition."""
        folded = _folded(text)
        if folded in ("A/1", "A/0"):
            return cls(True, int(folded[-1]))
        if folded == "V1.0":
            return cls(False)
        raise UnknownEdition(text)

    def write(self, edition: Edition) -> str:
        """The edition as the firm writes it."""
        if not self.lettered:
            return edition.version
        return f"{_letters(edition.major)}/{edition.minor + self.first}"

    def read(self, text: str) -> Edition:
        """The edition that a text names, in either spelling. Errors: UnknownEdition."""
        folded = _folded(text)
        if found := VERSION.fullmatch(folded):
            return Edition(int(found[1]), int(found[2]))
        if (found := LETTERED.fullmatch(folded)) and int(found[2]) >= self.first:
            return Edition(_number(found[1]), int(found[2]) - self.first)
        raise UnknownEdition(text)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().upper()


def _letters(major: int) -> str:
    """A to Z, then AA, AB and on, as columns of a sheet are named."""
    letters = ""
    while major:
        major, rest = divmod(major - 1, LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * LETTERS + ord(letter) - ord("A") + 1
    return number
