"""GC14 目标分解：各部门的目标足以保证公司的目标。"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from zhicheng.review.document import Block, Document
from zhicheng.review.facts.organisation import DEPARTMENT
from zhicheng.review.facts.statements import Statement, statements
from zhicheng.review.finding import Finding, found, place
from zhicheng.review.profile import Profile

_OPPOSITE = (
    (
        re.compile(r"废品率|不合格率|不良率|报废率|次品率"),
        re.compile(r"成品率|合格率|良品率|直通率|一次合格率"),
    ),
    (re.compile(r"投诉率"), re.compile(r"无投诉率")),
)
_BOUGHT = re.compile(r"采购|进货|来料|供方|供应商|外购|外协|文件")
_FIX = "使部门目标推得出公司目标，或写明两个指标的范围和关系。"


def cascade(document: Document, profile: Profile) -> Iterator[Finding]:
    """Department targets that are weaker than the company's, of the same or of the opposite indicator."""
    targets = [one for one in statements(document) if one.kind == "target" and one.unit == "%"]
    company = [one for one in targets if not _of_department(one)]
    departments = [one for one in targets if _of_department(one)]
    reported: set[str] = set()
    for top in company:
        for part in departments:
            key = f"{top.name}{part.name}"
            if key in reported or part.block is top.block:
                continue
            weaker = _weaker(top, part)
            if weaker:
                reported.add(key)
                yield found("GC14", "question" if top.name != part.name else "error", part.block if top.name == part.name else top.block,
                            f"公司目标“{_said(top)}”（{place(top.block)}），{_department(part.block)}的目标“{_said(part)}”（{place(part.block)}）：{weaker}。",
                            _FIX, _span(part if top.name == part.name else top))  # fmt: skip


def _span(one: Statement) -> tuple[int, int]:
    return one.start, one.end


def _said(one: Statement) -> str:
    return re.sub(r"\s", "", one.said)


def _department(block: Block) -> str:
    match = DEPARTMENT.search(block.plain)
    return match.group() if match else "部门"


def _of_department(one: Statement) -> bool:
    lead = one.block.plain_cells[0] if one.block.cells else one.block.plain[:12]
    return bool(DEPARTMENT.match(lead)) or any(DEPARTMENT.fullmatch(name) for name in one.scope)


def _weaker(top: Statement, part: Statement) -> str:
    hundred = Decimal(100)
    if top.name == part.name or top.name.endswith(part.name) or part.name.endswith(top.name):
        upper = top.bound == "<=" and part.bound == "<="
        lower = top.bound != "<=" and part.bound != "<="
        if (upper and part.value > top.value) or (lower and part.value < top.value):
            return "部门目标比公司目标宽，达到了也保证不了公司目标"
        return ""
    for bad, good in _OPPOSITE:
        if _BOUGHT.search(part.name):
            continue
        if (
            bad.search(top.name)
            and good.search(part.name)
            and part.bound != "<="
            and hundred - part.value > top.value
        ):
            return f"后者容许 {hundred - part.value}% 的损失，超过前者"
        if (
            good.search(top.name)
            and bad.search(part.name)
            and hundred - part.value < top.value
            and part.bound == "<="
        ):
            return f"前者要求损失不超过 {hundred - top.value}%，后者更宽"
    return ""
