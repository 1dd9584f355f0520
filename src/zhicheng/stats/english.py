"""English for the sentences of the statistics, which are written in Chinese.

The methods know no catalogue of translations, so a finished sentence is recognised by its form: ``english("数据是空的：请至少给出一个值。")``. What
was put into it is looked up likewise; names and words of others stay as they are. Nothing but the standard library is needed.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from zhicheng.stats.english_texts import TEXTS

CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e]")
"""A Chinese character or sign."""
LETTERS = re.compile("[\u4e00-\u9fff]")
PLACE = re.compile(r"\{(\d*)\}")
LONGEST = 600
"""Characters of a line that is looked at; none of ours comes near it."""
MOST_COMMAS, DEEPEST = 4, 4
"""Where a line is cut at most, and how often what was put in is looked into: none of ours needs more."""
PUNCTUATION = str.maketrans(
    {"（": " (", "）": ")", "，": ", ", "；": "; ", "：": ": ", "。": ". ", "、": ", "}
)


def english(text: str) -> str:
    """The sentence in English, each line for itself; what is none of ours comes back as it was."""
    return "\n".join(_line(one) for one in text.split("\n"))


@lru_cache(maxsize=2000)
def _line(text: str) -> str:
    if len(text) > LONGEST or not CHINESE.search(text):
        return text
    return _said(text, DEEPEST) or text


def _said(text: str, depth: int) -> str:
    """By a form of ours, the most particular first, or in parts: what leaves no Chinese is preferred. Empty if nothing is ours."""
    exact, forms = _forms()
    if text in exact or depth == 0:
        return exact.get(text, "")
    first = ""
    for pattern, part, said in forms:
        if part in text and (found := pattern.fullmatch(text)):
            filled = _filled(said, [_put_in(one, depth - 1) for one in found.groups()])
            if not CHINESE.search(filled):
                return filled
            first = first or filled
    parts = _in_parts(text, depth - 1)
    return parts if parts and not CHINESE.search(parts) else first or parts


def _put_in(text: str, depth: int) -> str:
    """What stands in a place: a sentence, a word or a list of ours, or something of others."""
    if not LETTERS.search(text):
        return text.translate(PUNCTUATION)
    return _said(text, depth) or ", ".join(_said(one, depth) or one for one in text.split("、"))


def _in_parts(text: str, depth: int) -> str:
    """Sentences one after the other; or a name, a colon and what is said of it; empty where a part is none of ours."""
    sentences = [one.strip() for one in re.split(r"(?<=。)", text) if one.strip()]
    if len(sentences) > 1:
        return _joined(sentences, " ", depth)
    if "；" in text:
        return _joined(text.split("；"), "; ", depth)
    commas = [one.start() for one in re.finditer("，", text) if one.start()]
    for at in commas[:MOST_COMMAS]:  # a sentence and what is added to it
        said, more = _said(text[:at], depth), _said(text[at:], depth)
        if said and more:
            return said + more
    head, colon, rest = text.partition("：")
    said = _said(rest, depth) if colon else ""
    return f"{_said(head, depth) or head}: {said}" if said else ""


def _joined(parts: list[str], joint: str, depth: int) -> str:
    said = [_said(one, depth) or one for one in parts]
    ours = any(one != part for one, part in zip(said, parts, strict=True))
    return joint.join(said).translate(PUNCTUATION).strip() if ours else ""


def _filled(form: str, values: list[str]) -> str:
    """A form with its places filled, in order or by number."""
    rest = iter(range(len(values)))
    return PLACE.sub(lambda place: values[int(place[1]) if place[1] else next(rest)], form)


@cache
def _forms() -> tuple[dict[str, str], list[tuple[re.Pattern[str], str, str]]]:
    """Whole texts; and of those with places pattern, longest part and English, the longest first."""
    exact: dict[str, str] = {}
    forms: list[tuple[int, re.Pattern[str], str, str]] = []
    for texts in TEXTS.values():
        for chinese, said in texts.items():
            if "{}" not in chinese:
                exact[chinese] = said
                continue
            parts = chinese.split("{}")
            pattern = re.compile("(.*?)".join(re.escape(part) for part in parts))
            forms.append((sum(map(len, parts)), pattern, max(parts, key=len), said))
    ordered = sorted(forms, key=lambda one: -one[0])
    return exact, [one[1:] for one in ordered]
