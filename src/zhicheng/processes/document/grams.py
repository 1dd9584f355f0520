"""A text as grams for searching: neighbouring characters in pairs, words of letters and digits whole.

Chinese has no spaces between words, and most words have two characters: every pair of neighbours is indexed, so any run of two
characters or more is found without a dictionary. A gram is written in hexadecimal, so that no database folds or splits it.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

PARTS = re.compile(r"[^\W_]+")
UNITS = re.compile(r"[0-9a-z]+|[^\W_]")


def folded(text: str) -> str:
    """A text as it is compared: full-width forms, case and white space do not count."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def grams(text: str) -> list[str]:
    """The distinct grams of a text, in the order of their first appearance."""
    found: dict[str, None] = {}
    for part in PARTS.findall(folded(text)):
        units = UNITS.findall(part)
        for unit in units:
            if len(unit) > 1:
                found[_hex(unit)] = None
        for a, b in pairwise(units):
            found[_hex(a + b)] = None
    return list(found)


def too_short(text: str) -> bool:
    """Whether a text to be searched has nothing that is indexed, such as one character."""
    return not grams(text)


def _hex(gram: str) -> str:
    return gram.encode("utf-16-be").hex()
