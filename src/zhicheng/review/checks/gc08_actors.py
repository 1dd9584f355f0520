"""GC08 部门与岗位：文中出现的部门、岗位、机构都在组织机构中有名有职责。"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from zhicheng.review.document import Document
from zhicheng.review.facts.enterprise import own_name
from zhicheng.review.facts.organisation import (
    GENERIC,
    QUALITY,
    Mention,
    department_mentions,
    departments_described,
    organisation_blocks,
    post_mentions,
)
from zhicheng.review.finding import Finding, found
from zhicheng.review.profile import Profile

_FIX = "在组织机构一节补上其职责，或改为已有的部门或岗位。"


def actors(document: Document, profile: Profile) -> Iterator[Finding]:
    """Departments and posts that the organisation section does not know; inspection without a quality department."""
    described = departments_described(document)
    if len(described) >= 3:
        yield from _departments(document, described)
        yield from _generic(document, described)
    yield from _posts(document)
    yield from _inspection(document, described)
    yield from _meeting(document)


def _departments(document: Document, described: dict[str, Mention]) -> Iterator[Finding]:
    seen: Counter[str] = Counter()
    for mention in department_mentions(document):
        if mention.name in described or mention.block.kind in ("heading", "title"):
            continue
        if any(mention.name.endswith(name) and mention.name != name for name in described) and re.match(
            r"(?:公司|本公司|由|各)", mention.block.plain[max(0, mention.start - 2) : mention.start]
        ):
            continue
        seen[mention.name] += 1
        if seen[mention.name] > 3:
            continue
        near = _variant(mention.name, described)
        hint = f"，是否就是“{near}”" if near else ""
        yield found("GC08", "question", mention.block,
                    f"“{mention.name}”不在组织机构所列的部门（{'、'.join(list(described)[:8])}）中{hint}？", _FIX,
                    (mention.start, mention.end))  # fmt: skip


def _variant(name: str, described: dict[str, Mention]) -> str:
    for known in described:
        inner, outer = known[:-1], name[:-1]
        if inner in outer or outer in inner or set(inner) == set(outer):
            return known
    return ""


def _posts(document: Document) -> Iterator[Finding]:
    organised = organisation_blocks(document)
    mentions = post_mentions(document)
    if not organised:
        return
    known = {mention.name for mention in mentions if mention.block.index in organised}
    known |= {
        mention.name
        for mention in mentions
        if re.search(
            r"(?:设立|任命|设置|担任|聘任|兼任|建立|明确)",
            mention.block.plain[max(0, mention.start - 8) : mention.end + 6],
        )
        or re.match(r"(?:[:：]|\t|由[\u4e00-\u9fff]{2,4}担任)", mention.block.plain[mention.end :])
    }
    seen: set[str] = set()
    for mention in mentions:
        if mention.name in known or mention.name in seen or mention.block.kind == "caption":
            continue
        seen.add(mention.name)
        yield found(
            "GC08",
            "question",
            mention.block,
            f"“{mention.name}”在组织机构中没有介绍，也没有职责。",
            _FIX,
            (mention.start, mention.end),
        )


_INSPECTS = re.compile(r"检验(?:准确|及时)率|检测(?:准确|及时)率|漏检率|错检率|检验规程|最终检验")


def _inspection(document: Document, described: dict[str, Mention]) -> Iterator[Finding]:
    """Inspection held against production alone, with no quality department among those described."""
    if len(described) < 3 or any(QUALITY.search(name) for name in described):
        return
    for block in document.blocks:
        if block.kind != "row" or not re.match(
            r"(?:生产|制造|总装|装配)[\u4e00-\u9fff]{0,3}(?:部|车间)", block.plain
        ):
            continue
        match = _INSPECTS.search(block.plain)
        if match:
            yield found("GC08", "question", block,
                        f"检验类指标“{match.group()}”归{block.plain_cells[0]}，组织机构中没有独立的质量或检验部门。",
                        "设独立于生产的检验职责，或说明怎样保证检验的独立。", match.span())  # fmt: skip
            return


_CENTRE = re.compile(
    r"(?:^|(?<=[。；]))(?:公司)?((?:企业)?(?:技术|研发|检测|营销|管理)中心)(?=拥有|负责|配备|承担|设有|现有)"
)


def _generic(document: Document, described: dict[str, Mention]) -> Iterator[Finding]:
    """设计部门, 工艺部门 and 技术中心 as actors, where no department described has to do with them."""
    seen: set[str] = set()
    for block in document.prose:
        for match in (*GENERIC.finditer(block.plain), *_CENTRE.finditer(block.plain)):
            name = match.group(match.lastindex or 0)
            stem = re.sub(r"(?:管理)?部门$|中心$|^企业", "", name)
            if name in seen or any(stem in known for known in described):
                continue
            seen.add(name)
            yield found(
                "GC08", "question", block, f"“{name}”对不上组织机构所列的任何部门。", _FIX, match.span()
            )


def _meeting(document: Document) -> Iterator[Finding]:
    """股东大会 belongs to a company limited by shares; of a limited company it is 股东会."""
    own = own_name(document)
    if not own.endswith("有限公司") or "股份" in own:
        return
    for block in document.blocks:
        at = block.plain.find("股东大会")
        if at >= 0 and block.kind != "contents":
            yield found(
                "GC08",
                "question",
                block,
                "“股东大会”是股份有限公司的机构；本公司是有限责任公司，应为“股东会”。",
                "改为“股东会”。",
                (at, at + 4),
            )
            return
