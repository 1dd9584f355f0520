"""Dates, periods and the date of the report itself."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from zhicheng.review.document import Block, Document, per_document
from zhicheng.review.facts.quantities import chinese_count

DATE = re.compile(
    r"(?<![\d.])((?:19|20)\d{2})(年|[-./])(\d{1,2})(?:(月|[-./])(?:(\d{1,2})日?)?)?(?![\d.-]*%)"
)
RANGE = re.compile(
    r"((?:19|20)\d{2})年?(?:[-./]?(\d{1,2})月)?(?:(\d{1,2})日)?(?:起)?(?:至|到|[-—–~～]{1,2})((?:19|20)\d{2})年(?:(\d{1,2})月)?(?:(\d{1,2})日)?"
)
YEAR = re.compile(r"(?<![\d.\-/A-Z])((?:19|20)\d{2})(?=年(?!\d))")


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as written: ``day`` is 0 where only a month is given; ``valid`` is false for 31 June."""

    year: int
    month: int
    day: int
    block: Block
    start: int
    end: int
    text: str

    @property
    def valid(self) -> bool:
        if not 1 <= self.month <= 12:
            return False
        return self.day == 0 or 1 <= self.day <= calendar.monthrange(self.year, self.month)[1]

    @property
    def last(self) -> datetime.date:
        """The day, or the last day of the month; only for a valid date."""
        return datetime.date(self.year, self.month, self.day or calendar.monthrange(self.year, self.month)[1])


@dataclass(frozen=True, slots=True)
class Period:
    """From one month to another; without months the whole years."""

    first: datetime.date
    last: datetime.date
    block: Block
    start: int
    end: int

    @property
    def months(self) -> int:
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1


_WRITTEN = re.compile(
    r"(二[〇○零OＯ0][一二三四五六七八九〇○零]{2})年(十[一二]|[一二三四五六七八九十])月(?:([一二三]?十?[一二三四五六七八九十])日)?"
)
_DIGIT = {"〇": "0", "○": "0", "零": "0", "O": "0", "Ｏ": "0", "0": "0", "一": "1", "二": "2", "三": "3", "四": "4", "五": "5",
          "六": "6", "七": "7", "八": "8", "九": "9"}  # fmt: skip


def dates_in(block: Block) -> Iterator[Dated]:
    """The dates and months written in a block, in Arabic or Chinese numerals."""
    for written in _WRITTEN.finditer(block.plain):
        year = int("".join(_DIGIT[char] for char in written[1]))
        yield Dated(year, chinese_count(written[2]) or 0, chinese_count(written[3] or "") or 0, block,
                    written.start(), written.end(), written.group())  # fmt: skip
    for match in DATE.finditer(block.plain):
        joined = match[2]
        if joined != "年" and match[4] is None:
            continue  # "2023.08" and "2016-1" alone are numbers as often as dates
        if joined != "年" and (match[4] != joined or match[5] is None):
            continue
        if joined == "年" and match[4] != "月":
            continue
        day = int(match[5]) if match[5] else 0
        yield Dated(int(match[1]), int(match[3]), day, block, match.start(), match.end(), match.group())


def periods_in(block: Block) -> Iterator[Period]:
    """The periods written in a block: 2022年1月至2022年12月, 2020-2022年."""
    for match in RANGE.finditer(block.plain):
        first_month, last_month = int(match[2] or 1), int(match[5] or 12)
        if not (1 <= first_month <= 12 and 1 <= last_month <= 12):
            continue
        last = calendar.monthrange(int(match[4]), last_month)[1]
        yield Period(
            datetime.date(int(match[1]), first_month, 1),
            datetime.date(int(match[4]), last_month, last),
            block,
            match.start(),
            match.end(),
        )


def front(document: Document) -> list[Block]:
    """The cover: what stands before the contents, the first heading or the first long paragraph."""
    cover: list[Block] = []
    for block in document.blocks[:25]:
        if block.kind in ("heading", "contents") and cover and not block.plain.endswith("报告"):
            break
        if len(block.plain) > 60:
            break
        cover.append(block)
    return cover


def closing(document: Document) -> list[Block]:
    """The last few short blocks, where a report is signed and dated."""
    return [block for block in document.blocks[-6:] if len(block.plain) <= 60]


@per_document
def issue_date(document: Document) -> Dated | None:
    """The date printed on the cover or under the end of the report."""
    for block in (*front(document), *reversed(closing(document))):
        if len(DATE.findall(block.plain)) > 1 or RANGE.search(block.plain):
            continue  # a period
        for date in dates_in(block):
            alone = len(block.plain) <= 24 or re.search(r"(发布|编制|日期|签发|批准|出具)", block.plain)
            if date.valid and alone:
                return date
    return None


@per_document
def title_year(document: Document) -> tuple[int, Block, int] | None:
    """The year in the report's title (2022年度质量诚信报告), its block and place."""
    for block in front(document):
        match = re.search(r"((?:19|20)\d{2})年?度?(?=.{0,20}报告)", block.plain)
        if match:
            return int(match[1]), block, match.start()
    return None


@per_document
def report_date(document: Document) -> datetime.date | None:
    """The day at which citations are judged: the issue date, else the end of the title's year."""
    issued = issue_date(document)
    if issued is not None:
        return issued.last
    titled = title_year(document)
    if titled is not None:
        return datetime.date(titled[0], 12, 31)
    ends = [
        period.last
        for block in document.blocks[:60]
        if re.search(r"报告期|报告范围|报告时间|本报告", block.plain)
        for period in periods_in(block)
    ]
    return max(ends) if ends else None
