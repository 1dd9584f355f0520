"""House styles: how headings are numbered, what the fixed words are, and the few measures that renderers
share.

A style is data: one JSON file in `house_styles/`, named in the front matter of a template. A style `like` another states
only what differs from it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

CHINESE_DIGITS = "零一二三四五六七八九"


class UnknownHouseStyle(LookupError):
    """No house style has that name."""


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """Patterns of heading numbers by level, words by key, accent colour, page margins in mm, fonts for
    Word.
    """

    name: str
    headings: tuple[str, ...]
    contents_depth: int
    accent: str
    page: Mapping[str, int]
    docx_fonts: Mapping[str, str]
    words: Mapping[str, str]
    proof_how: tuple[str, ...]

    def word(self, key: str, **parts: str) -> str:
        return self.words[key].format(**parts) if parts else self.words[key]

    def heading_number(self, level: int, count: int) -> str:
        """The number as printed before a heading: 三、 （三） 3. （3）."""
        return self.headings[level - 1].format(cn=chinese_number(count), n=count)


def chinese_number(count: int) -> str:
    """1 to 99 in Chinese numerals: 十二, 二十."""
    tens, ones = divmod(count, 10)
    if tens == 0:
        return CHINESE_DIGITS[ones]
    head = "十" if tens == 1 else CHINESE_DIGITS[tens] + "十"
    return head + (CHINESE_DIGITS[ones] if ones else "")


@cache
def house_style(name: str) -> HouseStyle:
    """The house style of that name. Raises UnknownHouseStyle."""
    folder = resources.files("zhicheng.reports") / "house_styles"
    known = sorted(one.name.removesuffix(".json") for one in folder.iterdir() if one.name.endswith(".json"))
    if name not in known:
        raise UnknownHouseStyle(
            f"没有体例 {name}，可用：{'、'.join(known)} / no house style {name}: {', '.join(known)}"
        )
    return _from_data(_read(name))


def _read(name: str) -> dict[str, Any]:
    data = json.loads((resources.files("zhicheng.reports") / f"house_styles/{name}.json").read_text("utf-8"))
    if "like" not in data:
        return dict(data)
    other = _read(data.pop("like"))
    return {**other, **data, "words": {**other["words"], **data.get("words", {})}}


def _from_data(data: dict[str, Any]) -> HouseStyle:
    words = dict(data["words"])
    return HouseStyle(
        name=data["name"],
        headings=tuple(data["headings"]),
        contents_depth=data["contents_depth"],
        accent=data["accent"],
        page=data["page"],
        docx_fonts=data["docx_fonts"],
        proof_how=tuple(words.pop("proof_how")),
        words=words,
    )
