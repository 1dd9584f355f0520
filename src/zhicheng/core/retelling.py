"""What was recorded in Chinese by a text of ours, told in English: recognised by the form that the catalogue knows.

Records and log keep a finished sentence and not what it was made of. On a page in English it is looked up again: whole, or with what
was put into it. What statistics say they translate themselves (``zhicheng.stats.english``); what people wrote stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.utils.translation import trans_real

from zhicheng.stats.english import DEEPEST, LETTERS, LONGEST, english

PLACE = re.compile(r"%\((\w+)\)[-+.\d]*[sdrfg]|%[-+.\d]*([sdrfg])")
LEAST, ENOUGH = 1, 3
"""Chinese characters that a form has of its own: with fewer than enough it is taken only where all that was put in is ours or nobody's."""


@dataclass(frozen=True)
class Form:
    """A text with places: how it is recognised, the longest part that stands in it, the English, the names of its places, and how many
    characters, and Chinese ones, are its own."""

    pattern: re.Pattern[str]
    part: str
    said: str
    names: tuple[str, ...]
    own: int
    letters: int


def retold(text: str) -> str:
    """A recorded text in English, line by line."""
    return "\n".join(_line(one) for one in text.split("\n"))


@lru_cache(maxsize=4000)
def _line(text: str) -> str:
    return text if len(text) > LONGEST else _told(text, DEEPEST)


def _told(text: str, depth: int) -> str:
    """A text or a part of one; what is not ours comes back as it was."""
    if not LETTERS.search(text):
        return text
    whole, forms = _catalogue()
    if text in whole:
        return whole[text]
    said = english(text)
    if depth == 0 or not LETTERS.search(said):
        return said
    return _formed(text, forms, depth - 1) or _in_parts(text, depth - 1) or said


def _formed(text: str, forms: list[Form], depth: int) -> str:
    for form in forms:
        if form.part in text and (found := form.pattern.fullmatch(text)):
            values = [_value(one, depth) for one in found.groups()]
            if form.letters >= ENOUGH or not any(LETTERS.search(one) for one in values):
                return _filled(form, values)
    return ""


def _value(text: str, depth: int) -> str:
    """What was put into a form: one text, or several listed."""
    said = _told(text, depth)
    if "、" not in text or not LETTERS.search(said):
        return said
    return ", ".join(_told(one, depth) for one in text.split("、"))


def _in_parts(text: str, depth: int) -> str:
    """Sentences one after the other, what is said of a named thing, or pieces that are all ours; empty where nothing of it is."""
    sentences = [one for one in re.split(r"(?<=。)", text) if one]
    if len(sentences) > 1:
        return " ".join(_told(one, depth).strip() for one in sentences)
    head, colon, rest = text.partition("：")
    if colon and not LETTERS.search(said := _told(rest, depth)):
        return f"{_told(head, depth)}: {said}"
    for sign, joint in (("，", ", "), (" ", " ")):
        parts = text.rstrip("。").split(sign)
        pieces = [_told(one, depth) for one in parts] if len(parts) > 1 else [text]
        if not any(LETTERS.search(one) for one in pieces):
            return joint.join(pieces) + "." * text.endswith("。")
    return ""


def _filled(form: Form, values: list[str]) -> str:
    given = dict(zip(form.names, values, strict=True))
    rest = iter(values)
    filled = PLACE.sub(
        lambda place: given[place[1]] if place[1] else next(rest), form.said.replace("%%", "\0")
    )
    return filled.replace("\0", "%")


@cache
def _catalogue() -> tuple[Mapping[str, str], list[Form]]:
    """The English catalogue: whole texts, and forms with places, the most particular first."""
    known: Any = trans_real.translation("en")._catalog  # type: ignore[attr-defined]
    whole: dict[str, str] = {}
    forms: list[Form] = []
    for key, said in known.items():
        text = key[0] if isinstance(key, tuple) else key
        chinese = text.rpartition("\x04")[2]
        if not LETTERS.search(chinese) or not said:
            continue
        if not PLACE.search(chinese):
            whole.setdefault(chinese.replace("%%", "%"), said.replace("%%", "%"))
        else:
            forms.append(_form(chinese, said))
    forms = [one for one in forms if one.letters >= LEAST]
    return whole, sorted(forms, key=lambda one: -one.own)


def _form(chinese: str, said: str) -> Form:
    parts, names, at = [], [], 0
    for number, place in enumerate(PLACE.finditer(chinese)):
        parts.append(chinese[at : place.start()].replace("%%", "%"))
        names.append(place[1] or str(number))
        at = place.end()
    parts.append(chinese[at:].replace("%%", "%"))
    pattern = re.escape(parts[0])
    for at, (name, part) in enumerate(zip(names, parts[1:], strict=True)):
        pattern += (".*?" if name in names[:at] else "(.*?)") + re.escape(part)
    own = "".join(parts)
    letters = len(LETTERS.findall(own))
    return Form(
        re.compile(pattern), max(parts, key=len), said, tuple(dict.fromkeys(names)), len(own), letters
    )
