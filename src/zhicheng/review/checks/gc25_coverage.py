"""GC25 覆盖：说“全部”的都有，清单的每一项都有它的另一半。"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zhicheng.review.document import Block, Document, Table
from zhicheng.review.facts.organisation import DEPARTMENT, NOT_DEPARTMENTS, departments_described
from zhicheng.review.finding import Finding, found, place
from zhicheng.review.profile import Profile

_SYSTEMS = (
    ("质量管理体系", re.compile(r"ISO\s?9001|GB/T\s?19001|质量管理体系")),
    ("环境管理体系", re.compile(r"ISO\s?14001|GB/T\s?24001|环境管理体系")),
    ("职业健康安全管理体系", re.compile(r"ISO\s?45001|GB/T\s?45001|OHSAS\s?18001|GB/T\s?28001|职业健康安全管理体系")),
    ("能源管理体系", re.compile(r"ISO\s?50001|GB/T\s?23331|能源管理体系")),
    ("信息安全管理体系", re.compile(r"ISO/IEC\s?27001|ISO\s?27001|GB/T\s?22080|信息安全管理体系")),
    ("知识产权管理体系", re.compile(r"GB/T\s?29490|知识产权(?:合规)?管理体系")),
    ("测量管理体系", re.compile(r"ISO\s?10012|GB/T\s?19022|测量管理体系")),
    ("服务认证", re.compile(r"GB/T\s?27922|售后服务(?:评价)?认证")),
)  # fmt: skip


def coverage(document: Document, profile: Profile) -> Iterator[Finding]:
    """Claims of completeness against what the tables hold; certificates claimed against certificates listed."""
    yield from _whole_process(document)
    yield from _certificates(document)
    yield from _departments_with_targets(document)


def _whole_process(document: Document) -> Iterator[Finding]:
    """全过程 in the sentence before, one process in the table."""
    for table in document.tables:
        names = table.header.plain_cells
        column = next(
            (
                i
                for i, name in enumerate(names)
                if re.search(r"过程名称|过程|环节|工序|阶段", name) and len(name) <= 6
            ),
            None,
        )
        if column is None:
            continue
        before = document.blocks[max(0, table.header.index - 3) : table.header.index]
        claim = next(
            (
                block
                for block in before
                if re.search(r"全过程|所有过程|各过程|各个?环节|全部过程", block.plain)
            ),
            None,
        )
        if claim is None:
            continue
        ordinal = next((i for i, name in enumerate(names) if name in ("序号", "编号")), None)
        processes = {
            row.plain_cells[column]
            for row in table.body
            if len(row.cells) == len(names) and row.plain_cells[column]
        }
        if ordinal is not None:
            numbers = {row.plain_cells[ordinal] for row in table.body if row.plain_cells[ordinal].isdigit()}
            if len(numbers) == 1 and len(table.body) >= 3:
                processes = set(list(processes)[:1])
        if len(processes) == 1:
            spot = table.caption or table.header
            yield found(
                "GC25",
                "question",
                spot,
                f"{place(claim)}说是全过程，表里只有“{next(iter(processes))[:16]}”一个过程。",
                "补上其余过程，或改正说法。",
            )


def _certificates(document: Document) -> Iterator[Finding]:
    listed_in = [table for table in document.tables if _is_certificate_table(table)]
    if not listed_in:
        return
    listed = "\n".join(row.plain for table in listed_in for row in table.body)
    told: set[str] = set()
    for block in document.prose:
        for match in re.finditer(r"(?:通过|获得|取得|持有)了?[^。；]{0,80}(?:认证|证书)", block.plain):
            for name, pattern in _SYSTEMS:
                if (
                    name not in told
                    and pattern.search(match.group())
                    and not pattern.search(listed)
                    and not re.search(
                        r"计划|拟|准备|将|正在",
                        match.group() + block.plain[max(0, match.start() - 6) : match.start()],
                    )
                ):
                    told.add(name)
                    yield found(
                        "GC25",
                        "question",
                        block,
                        f"这里说通过了{name}认证，证书清单（{place(listed_in[0].header)}）里没有。",
                        "补上证书，或改正说法。",
                        match.span(),
                    )


def _is_certificate_table(table: Table) -> bool:
    head = table.header.plain + (table.caption.plain if table.caption else "")
    return bool(re.search(r"证书", head)) and bool(re.search(r"认证|体系|范围|有效", head))


def _departments_with_targets(document: Document) -> Iterator[Finding]:
    """A table of targets by department that leaves a department out, or has one that does not exist."""
    described = departments_described(document)
    if len(described) < 3:
        return
    for table in document.tables:
        if not re.match(r"部门|责任部门", table.header.plain_cells[0]) or "目标" not in table.header.plain:
            continue
        held: dict[str, Block] = {}
        for row in table.body:
            for match in DEPARTMENT.finditer(row.plain_cells[0]):
                if match.group() not in NOT_DEPARTMENTS:
                    held.setdefault(match.group(), row)
        own = {name for name, mention in described.items() if mention.block.table != table.ordinal}
        if len(held) < 3 or len(own) < 3:
            continue
        for name in own - set(held):
            if name.endswith(("部", "科", "处")):
                yield found(
                    "GC25",
                    "question",
                    table.caption or table.header,
                    f"目标表里没有“{name}”（{place(described[name].block)}所述的部门）。",
                    "补上该部门的目标，或说明不设。",
                )
