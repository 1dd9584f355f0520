"""Chinese words: segmentation and likeness of sound.

``rjieba`` (the Rust implementation of jieba with its dictionary) is loaded when a check first asks. Syllables come
from the order of GB 2312 level 1, where characters stand by their reading: ``syllables.csv`` names the first
character of each syllable.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from functools import lru_cache
from importlib.resources import files


def words(text: str) -> list[str]:
    """The text cut into dictionary words; what the dictionary does not know falls into single characters.

    >>> words("坚持以科技为动力")
    ['坚持', '以', '科技', '为', '动力']
    """
    import rjieba

    return list(rjieba.cut(text, False))


@lru_cache(maxsize=20000)
def is_word(text: str) -> bool:
    """Whether the dictionary has this word."""
    import rjieba

    return bool(rjieba.has_word(text))


@lru_cache(maxsize=20000)
def commonness(text: str) -> int:
    """How often a word of the dictionary occurs in its corpus; 0 for what is no word."""
    import rjieba

    return int(rjieba.suggest_freq(text)) if is_word(text) else 0


@lru_cache(maxsize=1)
def _syllables() -> tuple[list[bytes], list[str]]:
    rows = csv.DictReader(
        files("zhicheng.review.facts").joinpath("syllables.csv").read_text("utf-8").splitlines()
    )
    pairs = [(row["first"].encode("gb2312"), row["syllable"]) for row in rows]
    return [first for first, _ in pairs], [syllable for _, syllable in pairs]


@lru_cache(maxsize=8000)
def syllable(char: str) -> str:
    """The reading of a common character without tone, or ``""``.

    >>> syllable("质")
    'zhi'
    """
    try:
        code = char.encode("gb2312")
    except UnicodeEncodeError:
        return ""
    if len(code) != 2 or not b"\xb0\xa1" <= code <= b"\xd7\xf9":
        return ""
    firsts, names = _syllables()
    return names[bisect_right(firsts, code) - 1]


def _loosely(reading: str) -> str:
    """A reading without what typists mix up: flat and curled initials, front and back nasals."""
    for curled, flat in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if reading.startswith(curled):
            reading = flat + reading[2:]
    return reading[:-1] if reading.endswith("ng") else reading


@lru_cache(maxsize=1)
def _by_sound() -> dict[str, str]:
    sounds: dict[str, str] = {}
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            try:
                char = bytes((high, low)).decode("gb2312")
            except UnicodeDecodeError:
                continue
            sound = _loosely(syllable(char))
            sounds[sound] = sounds.get(sound, "") + char
    return sounds


def sounding_like(char: str) -> str:
    """Common characters that sound like this one, itself left out.

    >>> "终" in sounding_like("总")
    True
    """
    reading = syllable(char)
    return _by_sound().get(_loosely(reading), "").replace(char, "") if reading else ""


@lru_cache(maxsize=4000)
def bigrams(text: str) -> frozenset[str]:
    """The pairs of neighbouring Chinese characters of a text."""
    return frozenset(
        text[i : i + 2]
        for i in range(len(text) - 1)
        if all("\u4e00" <= c <= "\u9fff" for c in text[i : i + 2])
    )
