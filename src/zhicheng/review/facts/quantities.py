"""Numbers with units as Chinese reports write them: 1.2 万元, 98.5%, ≥90 分, 近 20000 平方米, 十六家."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

UNITS = (
    "平方米|平方公里|立方米|公里|千米|毫米|厘米|米|m²|m2|m³|mm²|mm|km|亩|万元|亿元|元|吨|千克|公斤|克|kg|kWh/m³|kWh|kW|MPa|min|小时|分钟|工作日"
    "|个月|周年|年|月|日|天|批次|批|人次|人|名|位|件次|件|台套|台|套|项次|项|次|起|家|个|种|只|条|份|户|处|座|辆|款|张|篇|部|场|期|倍"
    "|%|％|‰|分|ppm|PPM|℃"
)
NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
QUANTITY = re.compile(
    rf"(?P<about>约为?|近|超过?|逾|达到?|接近|将近|不少于|不低于|不大于|不超过|不高于|至少|≥|≤|>|<|＞|＜|>=|<=)?"
    rf"(?<![\d.A-Za-z/-])(?P<number>{NUMBER})(?P<more>余|多|几)?(?P<scale>百万|千万|万|亿)?(?P<more2>余|多)?"
    rf"(?P<unit>个(?=工作日|月|小时)|)(?P<unit2>{UNITS})?(?P<after>以上|以下|以内|左右|余|多)?"
)
_SCALE = {"万": 10000, "亿": 100000000, "百万": 1000000, "千万": 10000000}
_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit. ``value`` has the scale worked in (1.2 万元 is 12000 元); ``bound`` is ``>=`` or
    ``<=`` for a limit; ``about`` says that the report does not mean the number exactly."""

    value: Decimal
    unit: str
    decimals: int
    bound: str
    about: bool
    start: int
    end: int
    text: str


def quantities(text: str) -> Iterator[Quantity]:
    """The quantities of a text in order.

    >>> [(str(q.value), q.unit) for q in quantities("产值1.1亿元，合格率98.50%")]
    [('110000000.0', '元'), ('98.50', '%')]
    """
    for match in QUANTITY.finditer(text):
        yield quantity_of(match)


def quantity_of(match: re.Match[str]) -> Quantity:
    """The quantity that a match of :data:`QUANTITY` says."""
    number = match["number"].replace(",", "")
    unit = (match["unit2"] or "").replace("％", "%")
    scale = _SCALE.get(match["scale"] or "", 1)
    if unit in ("万元", "亿元"):
        scale, unit = scale * _SCALE[unit[0]], "元"
    unit = {
        "m2": "平方米",
        "m²": "平方米",
        "千克": "kg",
        "公斤": "kg",
        "名": "人",
        "位": "人",
        "批次": "批",
        "PPM": "ppm",
    }.get(unit, unit)
    before, after = match["about"] or "", match["after"] or ""
    bound = ""
    if before in ("≥", ">", "＞", ">=", "不少于", "不低于", "至少") or after == "以上":
        bound = ">="
    elif before in ("≤", "<", "＜", "<=", "不大于", "不超过", "不高于") or after in ("以下", "以内"):
        bound = "<="
    about = bool(match["more"] or match["more2"] or after in ("左右", "余", "多")) or before in (
        "约", "约为", "近", "超", "超过", "逾", "接近", "将近",
    )  # fmt: skip
    decimals = len(number.partition(".")[2])
    return Quantity(
        Decimal(number) * scale, unit, decimals, bound, about, match.start(), match.end(), match.group()
    )


def chinese_count(text: str) -> int | None:
    """A small number in Chinese or Arabic numerals.

    >>> chinese_count("十六"), chinese_count("两"), chinese_count("12")
    (16, 2, 12)
    """
    if text.isascii() and text.isdigit():
        return int(text)
    if not text or any(char not in _DIGITS and char != "十" for char in text):
        return None
    if "十" not in text:
        return _DIGITS[text] if len(text) == 1 else None
    tens, _, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1:
        return None
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def number_of(cell: str) -> tuple[Decimal, str, int] | None:
    """Value, unit and decimals of a cell that holds one number and nothing else.

    >>> number_of("98.5%")
    (Decimal('98.5'), '%', 1)
    """
    match = re.fullmatch(
        rf"(?:≥|≤|>|<|约)?({NUMBER})(%|‰|[\u4e00-\u9fffa-zA-Z/²³]{{0,5}})", cell.replace("％", "%")
    )
    if not match:
        return None
    number = match.group(1).replace(",", "")
    return Decimal(number), match.group(2), len(number.partition(".")[2])
