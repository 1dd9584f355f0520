"""GC26 合理：比率不超过 100%，部分不大于整体，数值在可能的范围之内。"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from zhicheng.review.document import Block, Document
from zhicheng.review.facts.dates import report_date
from zhicheng.review.facts.quantities import QUANTITY, quantity_of
from zhicheng.review.facts.statements import Statement, statements
from zhicheng.review.finding import Finding, found, place
from zhicheng.review.profile import Profile

_BOUNDED = re.compile(
    r"(?:合格率|及格率|满意率|满意度|(?<!计划)(?<!任务)(?<!目标)(?<!销售)(?<!产量)(?<!产值)完成率|处理率|及时率|履约率|履行率|准确率|完好率|受控率|评审率|评价率|覆盖率|检定率|校准率|关闭率|整改率|合格品率|成品率|直通率|废品率|不合格率|投诉率|流失率|到货率|准时率|达标率|持证率|参与率|出勤率|通过率|纯度|占有率|占比|回收率|利用率|返工率|退货率)"
    r"(?:[为是达到均在至:：=≥≤约\t]|得分|综合|总体|平均|高达|提升|保持|分别){0,6}"
)
_GROWTH = re.compile(r"增长|提高|提升了|上升|下降|降低|完成计划|增幅|超额")


def plausibility(document: Document, profile: Profile) -> Iterator[Finding]:
    """Values out of bounds, parts above their whole, and years before the enterprise was founded."""
    for block in document.blocks:
        if block.kind != "contents":
            yield from _bounds(block)
    for table in document.tables:
        for column, name in enumerate(table.header.plain_cells):
            if _BOUNDED.search(name) and not _GROWTH.search(name):
                yield from _column(table.body, column, name, len(table.header.cells))
    yield from _parts(document)
    yield from _founding(document)
    yield from _low(document)
    for block in document.prose:
        for match in _THEN.finditer(block.plain):
            if int(match[2]) < int(match[1]):
                yield found(
                    "GC26",
                    "error",
                    block,
                    f"成立于 {match[1]} 年，{match[2]} 年却已{match[3]}：先后颠倒。",
                    "核对年份。",
                    match.span(),
                )


def _bounds(block: Block) -> Iterator[Finding]:
    for match in _BOUNDED.finditer(block.plain):
        number = QUANTITY.match(block.plain, match.end())
        if number is None:
            continue
        quantity = quantity_of(number)
        clause = re.split(r"[，。；]", block.plain[: match.start()])[-1]
        if quantity.unit == "%" and quantity.value > 100 and not _GROWTH.search(clause + match.group()):
            yield found(
                "GC26",
                "error",
                block,
                f"“{match.group().strip()}”超过 100%（{quantity.text}）。",
                "核对数值。",
                (match.start(), number.end()),
            )
        elif quantity.unit == "分" and quantity.value > 100 and "满意度" in match.group():
            yield found(
                "GC26",
                "error",
                block,
                f"满意度 {quantity.text} 超过满分 100 分。",
                "核对数值，或写明满分。",
                (match.start(), number.end()),
            )
    for match in re.finditer(r"(?<![\d.])-\d+(?:\.\d+)?%", block.plain):
        lead = block.plain[max(0, match.start() - 10) : match.start()]
        if re.search(r"(?:合格|满意|完成|及时)率[为是:：\t]?$", lead):
            yield found(
                "GC26", "error", block, f"比率不会是负数（{match.group()}）。", "核对数值。", match.span()
            )
    for match in re.finditer(
        r"(?<![\d.])(\d+\.\d+)(人|名|台|家|起|件|次|批)(?![/\u4e00-\u9fff]*(?:平均|每))", block.plain
    ):
        lead = block.plain[max(0, match.start() - 10) : match.start()]
        if not re.search(r"平均|人均|每|万|约", lead) and not match[1].endswith(".0"):
            yield found(
                "GC26",
                "error",
                block,
                f"“{match.group()}”：个数不会有小数。",
                "核对数值或单位。",
                match.span(),
            )


def _column(rows: tuple[Block, ...], column: int, name: str, width: int) -> Iterator[Finding]:
    for row in rows:
        if len(row.cells) != width:
            continue
        match = re.fullmatch(r"(\d+(?:\.\d+)?)%?", row.plain_cells[column])
        if match and Decimal(match[1]) > 100:
            start = row.cell_start(column)
            yield found(
                "GC26",
                "error",
                row,
                f"“{name}”超过 100%（{match.group()}）。",
                "核对数值。",
                (start, start + len(match.group())),
            )


_WHOLES = (
    ("员工总数", ("技术人员数", "研发人员数", "管理人员数", "检验人员数")),
    ("专利总数", ("发明专利数", "实用新型专利数")),
    ("销售收入", ("研发投入",)),
)


def _parts(document: Document) -> Iterator[Finding]:
    stated: dict[str, Statement] = {}
    for one in statements(document):
        if one.kind == "actual":
            stated.setdefault(one.name, one)
    for whole, parts in _WHOLES:
        for part in parts:
            if whole in stated and part in stated and stated[part].value > stated[whole].value:
                one, total = stated[part], stated[whole]
                yield found(
                    "GC26",
                    "error",
                    one.block,
                    f"“{one.said}”多于整体“{total.said}”（{place(total.block)}）。",
                    "核对两个数。",
                    (one.start, one.end),
                )
    kinds = [stated[name] for name in ("发明专利数", "实用新型专利数") if name in stated]
    if len(kinds) == 2 and "专利总数" in stated and stated["专利总数"].block is not kinds[0].block:
        total, parts_sum = stated["专利总数"], kinds[0].value + kinds[1].value
        if parts_sum > total.value * (Decimal("1.2") if total.about else 1) and total.value >= max(
            one.value for one in kinds
        ):
            yield found(
                "GC26",
                "question",
                total.block,
                f"专利总数“{total.said}”少于发明与实用新型之和 {parts_sum}（{place(kinds[0].block)}）。",
                "核对专利数与统计时点。",
                (total.start, total.end),
            )
    site, built = stated.get("占地面积"), stated.get("建筑面积")
    if site and built and site.unit == built.unit and built.value > site.value * 5:
        yield found(
            "GC26",
            "question",
            built.block,
            f"建筑面积“{built.said}”超过占地面积“{site.said}”五倍。",
            "核对两个面积。",
            (built.start, built.end),
        )


_FOUNDED = re.compile(r"(?:成立|创建|创办|始建|创立)于((?:19|20)\d{2})年")
_THEN = re.compile(
    r"(?:成立|始建|创建|创办|创立)于((?:19|20)\d{2})年[^。；\d]{0,12}((?:19|20)\d{2})年(?:\d{1,2}月)?[^。；\d]{0,6}(改制|更名|通过|获得|被评为|被认定|搬迁|上市|取得|建成)"
)
_EVENT = re.compile(
    r"((?:19|20)\d{2})年(?:\d{1,2}月)?(?:[，,])?(?:公司|本公司)?(?:首次|再次)?(?:通过|获得|取得|荣获|建立|被评为|被认定)"
)


def _founding(document: Document) -> Iterator[Finding]:
    """Certified before it was founded, or founded after the report."""
    founded: tuple[int, Block] | None = None
    day = report_date(document)
    for block in document.prose:
        match = _FOUNDED.search(block.plain)
        if (
            match
            and founded is None
            and not re.search("前身", block.plain[max(0, match.start() - 12) : match.end() + 12])
        ):
            founded = (int(match[1]), block)
            if day is not None and founded[0] > day.year:
                yield found(
                    "GC26", "error", block, f"成立时间晚于报告日期 {day}。", "核对成立时间。", match.span()
                )
    if founded is None or re.search("前身", document.text):
        return
    for block in document.prose:
        for match in _EVENT.finditer(block.plain):
            if int(match[1]) < founded[0]:
                yield found(
                    "GC26",
                    "error",
                    block,
                    f"{match[1]} 年早于公司成立（{founded[0]} 年，{place(founded[1])}）。",
                    "核对年份。",
                    match.span(),
                )


def _low(document: Document) -> Iterator[Finding]:
    """A pass or satisfaction rate so low, or a loss so high, that a digit is more likely lost."""
    for one in statements(document):
        if one.unit != "%" or one.about or one.kind != "actual":
            continue
        good = re.search(
            r"(?:合格率|满意度|满意率|及时率|履约率|准确率|完好率|检定率)$", one.name
        ) and not re.search(r"不合格率$", one.name)
        bad = re.search(r"(?:废品率|不合格率|投诉率|退货率|不良率)$", one.name)
        if (good and one.value < 50) or (bad and one.value > 50):
            yield found(
                "GC26",
                "question",
                one.block,
                f"“{one.said}”少见：是否漏了一位数字，或写反了？",
                "核对数值。",
                (one.start, one.end),
            )
