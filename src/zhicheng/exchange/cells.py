"""One cell of a file as a fact, by the declared kind of its column.

Calamine gives every number as float and a midnight as a date; CSV gives text only; people write full-width digits.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from zhicheng.core.language import listed
from zhicheng.exchange.columns import FileColumn, fold

EXACT = 10**15
"""Excel keeps 15 digits; a longer number in a number cell has lost some."""
LONGEST = 24
NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:[, ]\d{3})+)(?:\.\d+)?|[+-]?\.\d+")
DAY = re.compile(r"(\d{4})\s*([-/.年])\s*(\d{1,2})\s*([-/.月])\s*(\d{1,2})\s*日?(?:[T\s]+[\d:.]+)?")
PLAIN_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
SERIALS = range(20_000, 80_000)
FIRST_SERIAL = dt.date(1899, 12, 30)
YES = frozenset({"是", "有", "对", "y", "yes", "true", "1", "√", "✓", "✔"})
NO = frozenset({"否", "无", "不", "n", "no", "false", "0", "×", "✗", "x"})
NOISE = 1e-9


def blank(value: Any) -> bool:
    """Whether a cell holds nothing."""
    return value is None or (isinstance(value, str) and not value.strip())


def plain(value: Any) -> Any:
    """Text without full-width digits and marks, for everything that is no free text."""
    if not isinstance(value, str):
        return value
    return unicodedata.normalize("NFKC", value).replace("\u2212", "-").strip()


def read_cell(column: FileColumn, value: Any) -> Any:
    """The cell as a fact that ``core.bulk.check`` takes, or the ValidationError that says what is wrong with it."""
    try:
        return READERS[column.kind](column, value)
    except ValidationError as error:
        return error


def _wrong(sentence: str, **words: Any) -> ValidationError:
    return ValidationError(sentence % words if words else sentence)


def text(column: FileColumn, value: Any) -> str:
    """Text as it stands; a number or date as it reads."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.strip())
    if isinstance(value, bool):
        return "是" if value else "否"  # becomes part of a record, whatever the page speaks
    if isinstance(value, int | float):
        if abs(value) >= EXACT:
            raise _wrong(
                _("“%(v)s”超过 15 位，Excel 的数字单元格已丢失末尾几位：请把该列设为文本格式后重新填写。"),
                v=f"{value:.0f}",
            )
        return str(int(value)) if value == int(value) else format(Decimal(repr(value)), "f")
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def number(column: FileColumn, value: Any) -> Decimal:
    """A number given as number or as text with full-width digits or thousands separators."""
    value = plain(value)
    if isinstance(value, str):
        if not NUMBER.fullmatch(value):
            raise _wrong(_("“%(v)s”不是数：请只填数字，单位写在表头或单位列。"), v=value)
        digits = value.replace(",", "").replace(" ", "")
        if len(digits) > LONGEST:
            raise _wrong(_("“%(v)s”位数太多。"), v=value[:40])
        return Decimal(digits)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < EXACT:
        return Decimal(repr(value))
    raise _wrong(_("“%(v)s”不是数：请检查该单元格的格式。"), v=text(column, value))


def decimal(column: FileColumn, value: Any) -> Decimal:
    """A number with the column's places; what binary arithmetic of a formula adds beyond them falls away."""
    given = number(column, value)
    if isinstance(value, float):
        rounded = round(given, column.places)
        if abs(rounded - given) <= Decimal(NOISE) * max(Decimal(1), abs(given)):
            return rounded
    return given


def integer(column: FileColumn, value: Any) -> int:
    """A whole number."""
    given = number(column, value)
    if given != int(given):
        raise _wrong(_("“%(v)s”应是整数。"), v=plain(value))
    return int(given)


def boolean(column: FileColumn, value: Any) -> bool:
    """是 or 否, in the usual spellings."""
    word = text(column, value).strip().casefold() if not isinstance(value, bool) else ""
    word = unicodedata.normalize("NFKC", word)
    if value is True or word in YES:
        return True
    if value is False or word in NO:
        return False
    raise _wrong(_("“%(v)s”应填“是”或“否”。"), v=value)


def date(column: FileColumn, value: Any) -> dt.date:
    """A day: a date cell, Excel's serial number, or text in one of the usual forms."""
    value = plain(value)
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(int(value)) if value == int(value) else str(int(value // 1))
    found = _day(value) if isinstance(value, str) else None
    if found is None:
        raise _wrong(_("“%(v)s”不是日期：请写作 2017-03-08、2017/3/8、2017年3月8日或 20170308。"), v=value)
    return found


def moment(column: FileColumn, value: Any) -> dt.datetime:
    """A moment in the time of the house: a cell with date and time, or text such as 2017-03-08 14:30."""
    value = plain(value)
    if isinstance(value, dt.datetime):
        return value
    day, _space, clock = str(value).replace("T", " ").partition(" ")
    try:
        time = dt.time.fromisoformat(clock.strip().zfill(5)) if clock.strip() else dt.time()
    except ValueError:
        raise _wrong(_("“%(v)s”不是时刻：请写作 2017-03-08 14:30。"), v=value) from None
    return dt.datetime.combine(date(column, value if isinstance(value, dt.date) else day), time)


def _day(value: str) -> dt.date | None:
    if value.isdecimal() and len(value) == 5 and int(value) in SERIALS:
        return FIRST_SERIAL + dt.timedelta(days=int(value))
    match = PLAIN_DAY.fullmatch(value)
    parts = match.groups() if match else None
    if parts is None and (match := DAY.fullmatch(value)):
        parts = (match[1], match[3], match[5])
    try:
        return dt.date(*(int(p) for p in parts)) if parts else None
    except ValueError:
        return None


def choice(column: FileColumn, value: Any) -> str:
    """One of the column's values, given as word or as code."""
    wanted = fold(text(column, value))
    for code, label in column.labels:
        if wanted in (fold(label), fold(code)):
            return code
    offered = listed(label for _code, label in column.choices[:12])
    raise _wrong(_("“%(v)s”不在可选范围内，可填：%(offered)s。"), v=value, offered=offered)


READERS: dict[str, Callable[[FileColumn, Any], Any]] = {
    "time": moment,
    "text": text, "reference": text, "decimal": decimal, "integer": integer, "boolean": boolean, "date": date, "choice": choice,
}  # fmt: skip
