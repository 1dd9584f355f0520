"""GC22 日期：写法统一，日期存在，先后合理，号码里的年份与日期相符。"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from zhicheng.review.document import Block, Document, Table
from zhicheng.review.facts.citations import CITATION
from zhicheng.review.facts.dates import dates_in, issue_date, periods_in, report_date
from zhicheng.review.finding import Finding, found
from zhicheng.review.profile import Profile

_FORM = re.compile(r"(?<![\d.])((?:19|20)\d{2})([-./年])(\d{1,2})([-./月])(\d{1,2})(日?)(?!\d)")
_FIX = "统一写作 2023-08-28（GB/T 7408）。"


def dates(document: Document, profile: Profile) -> Iterator[Finding]:
    """Dates that do not exist, are written in two ways, or come in an impossible order."""
    for block in document.blocks:
        if block.kind == "contents":
            continue
        yield from _impossible(block)
        yield from _reversed(block)
    for table in document.tables:
        yield from _forms(table)
        yield from _order(table)
        yield from _numbers(table, document)
        yield from _issued(table)
        yield from _out_of_range(table)
        yield from _expired(table, document)
    yield from _prose_forms(document)
    yield from _future(document)


def _impossible(block: Block) -> Iterator[Finding]:
    for match in _FORM.finditer(block.plain):
        month, day = int(match[3]), int(match[5])
        if not 1 <= month <= 12 or not 1 <= day <= _days(int(match[1]), month):
            yield found("GC22", "error", block, f"没有“{match.group()}”这一天。", "核对日期。", match.span())
    for match in re.finditer(r"(?<!\d)((?:19|20)\d{2})年(\d{1,2})月(?!\d)", block.plain):
        if not 1 <= int(match[2]) <= 12:
            yield found("GC22", "error", block, f"没有“{match.group()}”这个月。", "核对月份。", match.span())


def _days(year: int, month: int) -> int:
    import calendar

    return calendar.monthrange(year, month)[1] if 1 <= month <= 12 else 0


def _reversed(block: Block) -> Iterator[Finding]:
    for period in periods_in(block):
        if period.last < period.first:
            yield found(
                "GC22", "error", block, "起止日期颠倒。", "核对起止日期。", (period.start, period.end)
            )
    for match in re.finditer(
        r"((?:19|20)\d{2}-\d{1,2}-\d{1,2})(?:至|到|[~～—]{1,2})((?:19|20)\d{2}-\d{1,2}-\d{1,2})", block.plain
    ):
        first, last = (tuple(int(part) for part in match[n].split("-")) for n in (1, 2))
        if last < first:
            yield found("GC22", "error", block, "起止日期颠倒。", "核对起止日期。", match.span())


def _form_of(match: re.Match[str]) -> str:
    padded = len(match[3]) == 2 and len(match[5]) == 2
    short = len(match[3]) == 1 or len(match[5]) == 1
    return (
        f"{match[2]}{'0' if padded and (match[3][0] == '0' or match[5][0] == '0') else '' if short else '?'}"
    )


def _forms(table: Table) -> Iterator[Finding]:
    """In one column, dates with and without leading zeros or with other separators."""
    for column in range(len(table.header.cells)):
        cells = [(row, match) for row in table.body if column < len(row.plain_cells)
                 and (match := _FORM.fullmatch(row.plain_cells[column]))]  # fmt: skip
        if len(cells) < 2:
            continue
        separators = Counter(match[2] for _, match in cells)
        usual = separators.most_common(1)[0][0]
        has_padded = any(re.search(r"\D0\d", match.group()) for _, match in cells)
        for row, match in cells:
            start = row.cell_start(column)
            span = (start, start + len(match.group()))
            if match[2] != usual and separators[match[2]] < separators[usual]:
                yield found(
                    "GC22", "error", row, f"日期“{match.group()}”的写法与同列其他日期不同。", _FIX, span
                )
            elif has_padded and (len(match[3]) == 1 or len(match[5]) == 1) and match[2] != "年":
                yield found(
                    "GC22",
                    "error",
                    row,
                    f"日期“{match.group()}”没有补零，与同列其他日期的写法不同。",
                    _FIX,
                    span,
                )


def _order(table: Table) -> Iterator[Finding]:
    """Issued after it expires: two columns of dates in one row."""
    names = table.header.plain_cells
    first = next(
        (
            i
            for i, name in enumerate(names)
            if re.search(r"发证|颁发|颁证|获证|开始|起始|申请日|生效|签发", name)
        ),
        None,
    )
    last = next(
        (
            i
            for i, name in enumerate(names)
            if re.search(r"有效期|到期|截止|失效|授权公告|公开|终止", name) and i != first
        ),
        None,
    )
    if first is None or last is None:
        return
    for row in table.body:
        if len(row.cells) != len(names):
            continue
        one, other = _FORM.search(row.plain_cells[first]), _FORM.search(row.plain_cells[last])
        if one and other and _key(other) < _key(one):
            start = row.cell_start(last)
            yield found(
                "GC22",
                "error",
                row,
                f"“{names[last]}”{other.group()} 早于“{names[first]}”{one.group()}。",
                "核对两个日期。",
                (start, start + len(row.plain_cells[last])),
            )


def _key(match: re.Match[str]) -> tuple[int, int, int]:
    year, month, day = (int(part) for part in re.findall(r"\d+", match.group()))
    return year, month, day


_APPLICATION = re.compile(r"(?:ZL|CN)?((?:19|20)\d{2})[1238]\d{7}\.?[\dX]")


def _numbers(table: Table, document: Document) -> Iterator[Finding]:
    """A patent's number holds the year of application; its grant comes later, and before the report."""
    day = report_date(document)
    for row in table.body:
        number = _APPLICATION.search(row.plain)
        if number is None:
            continue
        year = int(number[1])
        for match in _FORM.finditer(row.plain):
            if int(match[1]) < year:
                yield found(
                    "GC22",
                    "error",
                    row,
                    f"申请号是 {year} 年的，日期却是 {match.group()}。",
                    "核对申请号与日期。",
                    match.span(),
                )
            elif day is not None and _key(match) > (day.year, day.month, day.day):
                yield found(
                    "GC22",
                    "error",
                    row,
                    f"日期 {match.group()} 晚于报告日期 {day}。",
                    "核对日期。",
                    match.span(),
                )
        kind = {"1": "发明", "2": "实用新型", "3": "外观设计"}.get(number.group().lstrip("ZLCN")[4])
        said = next(
            (
                cell
                for cell in row.plain_cells
                if cell in ("发明", "实用新型", "外观设计", "发明专利", "实用新型专利", "外观专利")
            ),
            None,
        )
        if kind and said and not said.startswith(kind[:2]):
            yield found(
                "GC22",
                "error",
                row,
                f"申请号 {number.group()} 是{kind}，这里写“{said}”。",
                "核对申请号与类型。",
                number.span(),
            )


_LOOSE = re.compile(r"(?<![\d.])((?:19|20)\d{2})(?:\.|-|/|年)(\d{1,2})(?:\.|-|/|月)(\d{1,2})日?(?!\d)")


def _issued(table: Table) -> Iterator[Finding]:
    """A standard's number holds the year of its issue: the date of issue beside it must agree."""
    names = table.header.plain_cells
    about = table.header.plain + (table.caption.plain if table.caption else "")
    if "标准" not in about or re.search(r"证书|认证|有效|检验|检测", about):
        return
    for row in table.body:
        number = CITATION.search(row.plain)
        if number is None or not number["year"] or len(row.cells) != len(names):
            continue
        for column, cell in enumerate(row.plain_cells):
            match = _LOOSE.fullmatch(cell)
            if match and "实施" not in names[column] and match[1] != number["year"]:
                start = row.cell_start(column)
                yield found(
                    "GC22",
                    "question",
                    row,
                    f"标准号 {number.group()} 的年号与日期 {cell} 不同（若是实施日期，请在表头写明）。",
                    "核对年号与日期。",
                    (start, start + len(cell)),
                )


def _out_of_range(table: Table) -> Iterator[Finding]:
    """Dates of a table outside the years that its caption names."""
    named = (
        re.search(r"((?:19|20)\d{2})年?(?:[-—~～至到]{1,2})((?:19|20)\d{2})年?", table.caption.plain)
        if table.caption
        else None
    )
    if named is None or not int(named[1]) < int(named[2]):
        return
    for row in table.body:
        for match in _LOOSE.finditer(row.plain):
            if not int(named[1]) <= int(match[1]) <= int(named[2]):
                yield found(
                    "GC22",
                    "question",
                    row,
                    f"日期 {match.group()} 不在表题所说的 {named[1]} 至 {named[2]} 年之内。",
                    "核对日期或表题。",
                    match.span(),
                )


def _expired(table: Table, document: Document) -> Iterator[Finding]:
    """Certificates that had run out on the report's date."""
    day = report_date(document)
    names = table.header.plain_cells
    column = next((i for i, name in enumerate(names) if re.search(r"有效期|到期|截止|届满", name)), None)
    if day is None or column is None:
        return
    for row in table.body:
        if len(row.cells) != len(names):
            continue
        dates_there = list(_LOOSE.finditer(row.plain_cells[column]))
        if dates_there and _key(dates_there[-1]) < (day.year, day.month, day.day):
            start = row.cell_start(column)
            yield found(
                "GC22",
                "question",
                row,
                f"有效期到 {dates_there[-1].group()}，报告日期 {day} 时已过期。",
                "换成现行证书，或说明已换证。",
                (start, start + len(row.plain_cells[column])),
            )


def _prose_forms(document: Document) -> Iterator[Finding]:
    """Two ways of writing dates in running text."""
    written: dict[str, list[tuple[Block, re.Match[str]]]] = {}
    for block in document.prose:
        for match in _FORM.finditer(block.plain):
            written.setdefault(match[2], []).append((block, match))
    if len(written) < 2:
        return
    usual = max(written, key=lambda one: len(written[one]))
    for separator, places in written.items():
        if separator != usual and len(places) * 2 <= len(written[usual]):
            for block, match in places[:3]:
                yield found(
                    "GC22", "note", block, f"日期“{match.group()}”的写法与其他处不同。", _FIX, match.span()
                )


def _future(document: Document) -> Iterator[Finding]:
    """Something done on a day after the report."""
    day = report_date(document)
    if day is None or issue_date(document) is None:
        return
    for block in document.prose:
        for date in dates_in(block):
            clause = re.split(r"[。；]", block.plain[max(0, date.start - 16) : date.end + 24])[0]
            done = re.search(
                r"(?:完成|通过|获得|取得|荣获|召开|开展|举行|发布|签订|建成|投产|通过了|获批)",
                block.plain[date.end : date.end + 20],
            )
            if (
                date.valid
                and date.day
                and date.last > day
                and done
                and not re.search(r"有效|至|计划|将|预计|到期|截止|目标", clause)
            ):
                yield found(
                    "GC22",
                    "error",
                    block,
                    f"{date.text} 晚于报告日期 {day}，却写成已完成的事。",
                    "核对日期。",
                    (date.start, date.end),
                )
