"""GC24 编审批：编制、审核、批准不是同一人，签署不空缺，日期不颠倒。"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zhicheng.review.document import Block, Document
from zhicheng.review.finding import Finding, found
from zhicheng.review.profile import Profile

_ROLES = "编制|编写|拟制|校对|审核|审查|复核|批准|审批|签发"
_ROLE = re.compile(
    rf"({_ROLES})(?:人|者|人员)?(?:签字|签名)?(?:[:：]|\t)[ ]?([^:：\t，。；]{{0,12}}?)(?=(?:{_ROLES})|日期|[\t，。；]|$)"
)
_BLANK = re.compile(r"^[_—\-/\s]*$|^(?:日期|审核|批准|编制|年月日)")
_SAME_ROLE = {"编写": "编制", "拟制": "编制", "审查": "审核", "复核": "审核", "审批": "批准", "签发": "批准"}


def authority(document: Document, profile: Profile) -> Iterator[Finding]:
    """Sign-off lines and tables, and sentences that give several of the roles to one post."""
    yield from _signed(document)
    yield from _columns(document)
    yield from _by_one(document)


def _name(text: str) -> str:
    return re.sub(
        r"(?:编制|编写|拟制|校对|审核|审查|复核|批准|审批|签发|日期|\d|[-/.年月日_\s()]).*$", "", text
    )


def _signed(document: Document) -> Iterator[Finding]:
    signed: dict[str, tuple[str, Block, tuple[int, int]]] = {}
    for block in document.blocks:
        if block.kind in ("contents", "heading") or len(block.plain) > 80:
            continue
        for match in _ROLE.finditer(block.plain):
            role = _SAME_ROLE.get(match[1], match[1])
            name = _name(match[2])
            if "\t" in match[0] and not _beside(document, block, role):
                continue  # a cell of another table, such as 型式批准 broken over two lines of a PDF
            if _BLANK.match(match[2]) or not name:
                yield found(
                    "GC24",
                    "error",
                    block,
                    f"“{match[1]}”没有签名。",
                    "由有权的人签名并写日期。",
                    match.span(),
                )
            elif re.fullmatch(r"[\u4e00-\u9fff]{2,4}", name) and role not in signed:
                signed[role] = (name, block, match.span())
    yield from _same(signed)


def _beside(document: Document, block: Block, role: str) -> bool:
    """Whether another of the roles stands in the same row or in the rows around it, as in a sign-off table."""
    near = document.blocks[max(block.index - 3, 0) : block.index + 4]
    roles = {_SAME_ROLE.get(one[1], one[1]) for other in near for one in _ROLE.finditer(other.plain)}
    return bool(roles - {role})


def _same(signed: dict[str, tuple[str, Block, tuple[int, int]]]) -> Iterator[Finding]:
    for first, second in (("编制", "审核"), ("审核", "批准"), ("编制", "批准")):
        if first in signed and second in signed and signed[first][0] == signed[second][0]:
            name, block, span = signed[second]
            yield found(
                "GC24",
                "error",
                block,
                f"{first}与{second}是同一人“{name}”。",
                "由不同的人编制、审核、批准；人少时写明例外及其批准。",
                span,
            )
            return


def _columns(document: Document) -> Iterator[Finding]:
    for table in document.tables:
        names = [
            _SAME_ROLE.get(name.rstrip("人者"), name.rstrip("人者")) for name in table.header.plain_cells
        ]
        roles = [i for i, name in enumerate(names) if name in ("编制", "审核", "批准")]
        if len(roles) < 2:
            continue
        for row in table.body:
            if len(row.cells) != len(names):
                continue
            signed = {
                names[i]: (
                    row.plain_cells[i],
                    row,
                    (row.cell_start(i), row.cell_start(i) + len(row.plain_cells[i])),
                )
                for i in roles
            }
            for role, (name, _, _) in signed.items():
                if _BLANK.match(name):
                    yield found("GC24", "error", row, f"“{role}”是空的。", "由有权的人签名。")
            yield from _same({role: one for role, one in signed.items() if not _BLANK.match(one[0])})


_ONE = re.compile(
    r"由(?P<who>[\u4e00-\u9fff]{2,10}?)(?:负责)?(?:编制|编写|起草)(?:、|并|和|，并)(?:负责)?(?:审核|审批|批准)"
)


def _by_one(document: Document) -> Iterator[Finding]:
    for block in document.prose:
        for match in _ONE.finditer(block.plain):
            if "、" not in match["who"]:
                yield found(
                    "GC24",
                    "question",
                    block,
                    f"编制与审批都归{match['who']}。",
                    "由不同的人编制、审核、批准。",
                    match.span(),
                )
        for match in re.finditer(
            r"(?:检验员|操作工|生产人员|生产部)(?:自行|自己)?(?:审核|批准|放行)[^，。；]{0,10}(?:本人|自己)",
            block.plain,
        ):
            yield found(
                "GC24", "question", block, "由同一人做事并放行。", "由有权的另一人放行。", match.span()
            )
