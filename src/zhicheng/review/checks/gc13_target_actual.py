"""GC13 目标与实际：每个目标有同指标、同口径的实际值；说“达成”的确已达成。"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from zhicheng.review.document import Block, Document, Sentence, Table
from zhicheng.review.facts.quantities import QUANTITY, Quantity, quantity_of
from zhicheng.review.facts.statements import Statement, statements
from zhicheng.review.finding import Finding, found, place
from zhicheng.review.profile import Profile

_LOWER = re.compile(
    r"废品|不合格|不良|投诉|返工|返修|退货|流失|差错|事故|故障|报废|损失|缺陷|漏检|错检|违约|隐患|次品|ppm|PPM|能耗|电耗|成本|罚款|延误|逾期|客诉|离职|污染|排放"
)
_ATTAINED = re.compile(r"达成|完成|达标|达到目标|已达到|实现目标|合格|是|√|✓|超额|优于目标|满足")
_MISSED = re.compile(r"未(?:达|完成|实现)|没有(?:达|完成)|不达标|低于目标|否|×|✗|略低|差距|未能")


def target_actual(document: Document, profile: Profile) -> Iterator[Finding]:
    """Actual values against targets, and the verdicts on them; targets without results."""
    for table in document.tables:
        yield from _rows(table)
    for sentence in document.sentences:
        if sentence.block.kind != "row":
            yield from _sentence(sentence)
    yield from _without_results(document)
    yield from _elsewhere(document)


def met(target: Quantity, actual: Decimal, name: str) -> bool:
    """Whether the actual value meets the target; without a sign the sense of the indicator decides.

    >>> met(quantity_of(QUANTITY.search("≤2%")), Decimal("2.5"), "投诉率")
    False
    """
    lower = target.bound == "<=" or (not target.bound and bool(_LOWER.search(name)))
    return actual <= target.value if lower else actual >= target.value


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where a table has its targets, what came about, and the verdict."""

    target: int
    actual: int
    verdict: int | None


def _columns(names: tuple[str, ...]) -> _Columns | None:
    def first(pattern: str, taken: tuple[int | None, ...] = ()) -> int | None:
        places = (i for i, name in enumerate(names) if i > 0 and i not in taken and re.search(pattern, name))
        return next(places, None)

    target = first("目标|指标值|要求值|计划值|标准值")
    actual = first("实际|完成值|实绩|结果|实现值|完成情况|达成值|实测", (target,))
    if target is None or actual is None:
        return None
    return _Columns(target, actual, first("是否|达成情况|判定|结论|评价|达标", (target, actual)))


def _rows(table: Table) -> Iterator[Finding]:
    names = table.header.plain_cells
    columns = _columns(names)
    if columns is None:
        return
    for row in table.body:
        if len(row.cells) != len(names):
            continue
        target = QUANTITY.search(row.plain_cells[columns.target])
        actual = QUANTITY.search(row.plain_cells[columns.actual])
        if target and actual:
            yield from _verdict(row, quantity_of(target), quantity_of(actual), columns)
        elif target and row.plain_cells[columns.actual] in ("", "-", "—", "/", "无"):
            yield found("GC13", "error", row, f"目标“{row.plain_cells[columns.target]}”没有实际值。",
                        "填上同口径的实际值，或说明为何没有。")  # fmt: skip


def _verdict(row: Block, target: Quantity, actual: Quantity, columns: _Columns) -> Iterator[Finding]:
    cells = row.plain_cells
    start = row.cell_start(columns.actual)
    span = (start, start + len(cells[columns.actual]))
    said = f"目标“{target.text}”，实际“{actual.text}”"
    if target.unit and actual.unit and target.unit != actual.unit:
        yield found("GC13", "error", row, f"{said}：单位不同，不能比较。", "用同一单位。", span)
        return
    name = next((cell for cell in cells if re.search(r"[\u4e00-\u9fff]{3,}", cell)), cells[0])
    reached = met(target, actual.value, name)
    verdict = cells[columns.verdict] if columns.verdict is not None else ""
    missed = bool(_MISSED.search(verdict))
    if not reached and _ATTAINED.search(verdict) and not missed:
        yield found(
            "GC13",
            "error",
            row,
            f"{said}，没有达到，却判为“{verdict}”。",
            "改正判定，并说明原因和措施。",
            span,
        )
    elif reached and missed:
        yield found("GC13", "error", row, f"{said}，已经达到，却判为“{verdict}”。", "改正判定。", span)
    elif not reached and not verdict:
        yield found("GC13", "question", row, f"{said}，没有达到，文中没有说明？", "说明原因和措施。", span)


_BOTH = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{2,12}(?:率|满意度|数|得分|次数))?(?:的)?(?:年度)?(?:质量)?目标值?(?:[为是定在:：]{0,3})(?P<target>(?:不低于|不高于|不大于|不小于|≥|≤|>|<)?\d[\d.]*(?:%|分|起|次|件|‰)(?:以上|以下|以内)?)"
    r"[，,、；]?(?:[^，。；]{0,14}[，,])?(?:[^，。；]{0,10})?(?:实际|实际值|全年|年度|完成|实现|结果|达到|实绩)[^，。；\d]{0,12}(?P<actual>\d[\d.]*(?:%|分|起|次|件|‰))(?P<rest>[^。；]{0,30})"
)


def _sentence(sentence: Sentence) -> Iterator[Finding]:
    for match in _BOTH.finditer(sentence.text):
        target_match, actual_match = QUANTITY.search(match["target"]), QUANTITY.search(match["actual"])
        if not target_match or not actual_match:
            continue
        target, actual = quantity_of(target_match), quantity_of(actual_match)
        span = (sentence.start + match.start(), sentence.start + match.end())
        if target.unit != actual.unit:
            continue
        name = match["name"] or sentence.text[: match.start("target")]
        reached = met(target, actual.value, name)
        rest = match["rest"]
        missed = bool(_MISSED.search(rest))
        attained = bool(re.search(r"达成|达到|完成|达标|实现|超额|优于|满足", rest)) and not missed
        if not reached and attained:
            yield found(
                "GC13",
                "error",
                sentence.block,
                f"目标 {target.text}，实际 {actual.text}，没有达到，却说已达到。",
                "改正结论，并说明原因和措施。",
                span,
            )
        elif reached and missed:
            yield found(
                "GC13",
                "error",
                sentence.block,
                f"目标 {target.text}，实际 {actual.text}，已经达到，却说没有达到。",
                "改正结论。",
                span,
            )
        elif not reached and not missed:
            yield found(
                "GC13",
                "question",
                sentence.block,
                f"实际 {actual.text} 没有达到目标 {target.text}。",
                "说明原因和措施。",
                span,
            )


def _without_results(document: Document) -> Iterator[Finding]:
    """Targets of which no result is told anywhere."""
    stated = statements(document)
    actual = {one.name[-4:] for one in stated if one.kind == "actual"}
    has_column = any(re.search(r"实际|完成|实绩|结果|达成", table.header.plain) for table in document.tables)
    targets = [one for one in stated if one.kind == "target" and one.unit in ("%", "分", "‰")]
    missing = [one for one in targets if one.name[-4:] not in actual]
    if has_column or len(targets) < 3 or len(missing) * 2 < len(targets):
        return
    first = missing[0]
    yield found("GC13", "question", first.block, f"有 {len(missing)} 个目标（如“{first.name}”）在全文没有实际值。",
                "给出同指标、同口径、同期间的实际值和达成情况。", (first.start, first.end))  # fmt: skip


def _kin(name: str) -> str:
    """A name without the syllables in which names of one indicator differ."""
    return re.sub(r"产品|成品|检验|交验|一次性?|年度|公司|质量", "", name)


def _elsewhere(document: Document) -> Iterator[Finding]:
    """A target here, a result of the same indicator there that does not meet it, and not a word on it."""
    stated = statements(document)
    latest: dict[tuple[str, str], Statement] = {}
    for one in stated:
        if one.kind == "actual" and not one.scope and len(_kin(one.name)) >= 3:
            key = (_kin(one.name), one.unit)
            known = latest.get(key)
            if known is None or (one.year or 0) > (known.year or 0):
                latest[key] = one
    for target in stated:
        actual = (
            latest.get((_kin(target.name), target.unit))
            if target.kind == "target" and not target.scope
            else None
        )
        if (
            actual is None
            or actual.block is target.block
            or (target.block.table is not None and actual.block.table == target.block.table)
        ):
            continue
        lower = target.bound == "<=" or (not target.bound and bool(_LOWER.search(target.name)))
        reached = actual.value <= target.value if lower else actual.value >= target.value
        if not reached and not _MISSED.search(actual.block.plain):
            yield found("GC13", "question", actual.block, f"“{actual.said}”没有达到{place(target.block)}的目标“{target.said}”，文中没有说明？",
                        "说明原因和措施，或说明两者口径不同。", (actual.start, actual.end))  # fmt: skip
