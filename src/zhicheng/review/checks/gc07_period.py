"""GC07 期间：标题年度、前言年度、报告期、数据年度与发布日期彼此相符。"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator

from zhicheng.review.document import Block, Document
from zhicheng.review.facts.dates import Period, issue_date, periods_in, report_date, title_year
from zhicheng.review.finding import Finding, found, place
from zhicheng.review.profile import Profile

_FIX = "确定一个报告期，封面、前言、报告范围和数据都按它写。"
_BASIS = re.compile(
    r"(?:结合|根据|基于|依据|反映|总结|汇总|描述了?|介绍了?|展示了?|覆盖|报告了)[^，。；]{0,14}?((?:19|20)\d{2})年度?"
    r"|本报告(?:为|是|所述为?)[^，。；]{0,10}?((?:19|20)\d{2})年度(?![^，。；]{0,8}(?:发布|首次))"
    r"|数据(?:截至|截止到?)((?:19|20)\d{2})年"
    r"|((?:19|20)\d{2})年度(?:的)?(?:企业)?(?:质量)?(?:诚信|信用|工作|体系)[^，。；]{0,12}(?:情况|报告)"
)
_SCOPED = re.compile(r"报告|期间|范围|数据|时间")


def periods(document: Document, profile: Profile) -> Iterator[Finding]:
    """Years and ranges of the title, preface, scope statement, data and issue date."""
    declared = _declared(document)
    stated = list(_stated_years(document))
    yield from _range_itself(declared)
    yield from _against_range(declared, stated, document)
    yield from _among_years(stated, declared)
    yield from _issue(document, declared, stated)
    yield from _data(document, declared, stated)
    yield from _undated_amounts(document)


def _declared(document: Document) -> Period | None:
    """The range that the report says it covers."""
    for block in document.blocks[:160]:
        if block.kind in ("row", "contents"):
            continue
        for period in periods_in(block):
            around = block.plain[max(0, period.start - 40) : period.end + 30]
            if (
                _SCOPED.search(around)
                and re.search(r"本报告|报告期|报告时间|时间范围|数据", block.plain)
                and period.months >= 6
            ):
                return period
    return None


def _stated_years(document: Document) -> Iterator[tuple[int, Block, tuple[int, int]]]:
    """Years that say which year the report is about."""
    titled = title_year(document)
    if titled is not None:
        yield titled[0], titled[1], (titled[2], titled[2] + 4)
    for block in document.blocks[:80]:
        if block.kind in ("paragraph", "item") and "报告" in block.plain:
            for match in _BASIS.finditer(block.plain):
                year = next(group for group in match.groups() if group)
                tail = block.plain[match.end() : match.end() + 16]
                if not re.search(r"GB|标准|《", match.group()) and not re.search(r"指南|规范|公告|号", tail):
                    yield int(year), block, match.span()


def _range_itself(declared: Period | None) -> Iterator[Finding]:
    if declared is None:
        return
    span = (declared.start, declared.end)
    if declared.last < declared.first:
        yield found("GC07", "error", declared.block, "报告期的终点早于起点。", _FIX, span)
    elif declared.months % 12:
        yield found(
            "GC07",
            "question",
            declared.block,
            f"报告期是 {declared.months} 个月，不是整年；与按年的数据怎样对应？",
            _FIX,
            span,
        )


def _against_range(
    declared: Period | None, stated: list[tuple[int, Block, tuple[int, int]]], document: Document
) -> Iterator[Finding]:
    if declared is None:
        return
    for year, block, span in stated:
        covered = declared.first.year <= year <= declared.last.year
        if not covered:
            yield found("GC07", "error", block,
                        f"这里说的是 {year} 年，而报告期（{place(declared.block)}）是 {declared.first:%Y-%m} 至 {declared.last:%Y-%m}。", _FIX, span)  # fmt: skip


def _among_years(
    stated: list[tuple[int, Block, tuple[int, int]]], declared: Period | None
) -> Iterator[Finding]:
    if declared is not None or len(stated) < 2:
        return
    first = stated[0]
    for year, block, span in stated[1:]:
        if year != first[0] and block is not first[1]:
            yield found(
                "GC07",
                "error",
                block,
                f"这里说的是 {year} 年，{place(first[1])}说的是 {first[0]} 年。",
                _FIX,
                span,
            )


def _issue(
    document: Document, declared: Period | None, stated: list[tuple[int, Block, tuple[int, int]]]
) -> Iterator[Finding]:
    issued = issue_date(document)
    if issued is None:
        return
    last = declared.last if declared else None
    if last is not None and issued.last < last:
        yield found(
            "GC07",
            "error",
            issued.block,
            f"发布日期 {issued.text} 早于报告期的终点 {last}。",
            _FIX,
            (issued.start, issued.end),
        )
    elif stated and not declared and issued.last < datetime.date(stated[0][0], 12, 1):
        severity = "error" if issued.year < stated[0][0] else "question"
        yield found("GC07", "error" if severity == "error" else "question", issued.block,
                    f"发布日期 {issued.text} 早于所报告的 {stated[0][0]} 年度结束。", _FIX, (issued.start, issued.end))  # fmt: skip
    for block in document.blocks[-6:]:
        for match in re.finditer(r"((?:19|20)\d{2})年(\d{1,2})月(?:\d{1,2}日)?$", block.plain):
            if (
                match.start() <= 14
                and not re.search(r"期间|[至到]|—", block.plain)
                and (int(match[1]), int(match[2])) != (issued.year, issued.month)
                and block is not issued.block
            ):
                yield found(
                    "GC07",
                    "error",
                    block,
                    f"落款日期与封面日期 {issued.text} 不同。",
                    "统一封面与落款的日期。",
                    match.span(),
                )


_FUTURE = re.compile(r"计划|将|预计|到|目标|规划|力争|至|有效期|截止|展望|争取|实施|未来|届满|远景")


def _data(
    document: Document, declared: Period | None, stated: list[tuple[int, Block, tuple[int, int]]]
) -> Iterator[Finding]:
    """Results of a year that had not come, and tables of another year than the report's."""
    day = report_date(document)
    latest = (
        (day.year if issue_date(document) else day.year + 1) if day else 0
    )  # a report of a year comes out in the next
    end = declared.last.year if declared else None
    if end is None and stated:
        end = stated[0][0]
    dated = {
        table.ordinal
        for table in document.tables
        if re.search(r"有效|到期|截止|期限|计划|目标|规划|届满", table.header.plain)
    }
    for block in document.blocks:
        if block.kind in ("contents", "title") or (block.table is not None and block.table in dated):
            continue
        for match in re.finditer(r"(?<![\d.\-:—A-Z/])((?:19|20)\d{2})年", block.plain):
            year = int(match[1])
            before = re.split(r"[。；]", block.plain[: match.start()])[-1]
            after = re.split(r"[，。；]", block.plain[match.end() :])[0]
            if day is not None and year > latest and not _FUTURE.search(before + after):
                yield found(
                    "GC07",
                    "question" if block.kind == "row" else "error",
                    block,
                    f"{year} 年晚于报告日期 {day}，却写成已有的事实。",
                    "核对年份；计划请写明是计划。",
                    match.span(),
                )
    if end is None:
        return
    for block in document.blocks:
        if block.kind == "caption":
            years = [int(year) for year in re.findall(r"((?:19|20)\d{2})年", block.plain)]
            if (
                years
                and max(years) < end
                and not (declared and declared.first.year <= max(years))
                and not re.search("历年|近|至|-|—", block.plain)
            ):
                yield found(
                    "GC07",
                    "question",
                    block,
                    f"表题写 {max(years)} 年，报告期到 {end} 年：是否用了旧数据？",
                    _FIX,
                )
    yield from _quarter_years(document, end)


def _quarter_years(document: Document, end: int) -> Iterator[Finding]:
    """One odd year among result sentences that are all of the report's year."""
    said: list[tuple[int, Block, tuple[int, int]]] = []
    for sentence in document.sentences:
        if sentence.block.kind not in ("paragraph", "item"):
            continue
        match = re.match(
            r"(?:报告期内[，,]?)?((?:19|20)\d{2})年(?:度)?(?!\d{1,2}月|起|以来|成立|月)", sentence.text
        )
        if match and re.search(r"\d+(?:\.\d+)?(?:%|批|件|人|次|起|分|项)", sentence.text):
            said.append(
                (
                    int(match[1]),
                    sentence.block,
                    (sentence.start + match.start(1), sentence.start + match.end(1)),
                )
            )
    counts = Counter(year for year, _, _ in said)
    if not counts or counts.most_common(1)[0][1] < 3:
        return
    usual = counts.most_common(1)[0][0]
    for year, block, span in said:
        if year != usual and counts[year] == 1 and usual == end and year < end:
            yield found(
                "GC07",
                "question",
                block,
                f"其余结果都是 {usual} 年的，这里是 {year} 年的。",
                "核对年份，或写明是往年数据。",
                span,
            )


def _undated_amounts(document: Document) -> Iterator[Finding]:
    """A table of donations, complaints or results of which nothing says the period."""
    for table in document.tables:
        header = table.header.plain
        if not re.search(r"捐赠|捐款|投诉|次数|销售|产值|抽检|批次|培训人次", header):
            continue
        context = header + (table.caption.plain if table.caption else "")
        first = table.rows[0].index
        near = "".join(block.plain for block in document.blocks[max(0, first - 3) : first])
        cells = "".join(row.plain for row in table.body)
        if not re.search(r"\d{4}年?|本年|报告期|年度|月", context + near + cells) and re.search(r"\d", cells):
            yield found(
                "GC07",
                "question",
                table.caption or table.header,
                "表中的数没有说明是哪个期间的。",
                "在表题或表头写明期间。",
            )
