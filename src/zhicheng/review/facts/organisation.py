"""Departments and posts: who is described as part of the organisation, and who is named elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from zhicheng.review.document import Block, Document, per_document

_WORDS = (
    "总经理|总经办|综合|管理|生产|供销|采购|销售|营销|市场|质量|品质|质管|质检|质保|品管|品保|技术|研发|开发|设计|工程|设备|人力资源|人事|行政|财务|物流"
    "|仓储|储运|计划|安全|环保|环境|信息|信息化|客服|客户服务|客户|售后服务|售后|服务|国际|贸易|外贸|内贸|法务|审计|企管|企划|运营|工艺|装配|制造|检验|检测"
    "|计量|标准化|体系|后勤|保卫|战略|发展|投资|项目|商务|培训|资材|物资|供应链|供应|电子商务|总装|机加工|加工|注塑|冲压|包装|成品|动力|机修|维修|模具"
    "|党群|党委|工会|办公|稽核|督查|策划|合规|知识产权|成本|证券|经营|一|二|三|四"
)
_SUFFIX = (
    "部(?!门|分|件|位|署|长|级|队|委|令)|科(?!技|学|研|长)|中心|办公室|车间|处(?!理|置|罚|于|方|所|长|在)"
)
DEPARTMENT = re.compile(rf"(?:(?:{_WORDS}){{1,4}})(?:{_SUFFIX})")
GENERIC = re.compile(
    r"(?:(?:设计|生产|工艺|技术|质量|销售|采购|检验|供应|财务|综合|管理|品质|研发|设备|法务)(?:管理)?)部门"
)
NOT_DEPARTMENTS = {"管理中心", "服务中心", "技术中心", "检测中心", "研发中心", "办公室", "生产车间", "加工车间", "包装车间", "成本中心",
                   "工程技术中心", "技术研发中心", "一部", "二部", "三部", "四部", "培训中心", "信息中心", "项目部", "工程技术研究中心",
                   "总经理办公室", "三科", "国家企业技术中心", "一车间", "二车间", "三车间", "四车间", "计量中心", "信息化部"}  # fmt: skip
QUALITY = re.compile(r"质量(?!安全领导)|品质|质管|质检|质保|品管|品保|检验|检测|QA|QC|QM")
POST = re.compile(
    r"(?:总经理助理|常务副总经理|常务副总|副总经理|总工程师|副总工程师|管理者代表|首席质量官|质量授权人|质量受权人|质量负责人|质量总监|生产总监|技术总监"
    r"|营销总监|财务总监|质量经理|生产经理|安全总监|食品安全总监|质量安全总监|质量安全员|董事会秘书|总会计师|总质量师|厂长|副厂长|技术负责人|授权签字人)"
)
BODY = re.compile(
    r"(?:股东大会|股东会|董事会|监事会|经营管理委员会|质量管理委员会|技术委员会|薪酬委员会|审计委员会|职工代表大会)"
)
ORGANISED = re.compile(r"机构|组织|职责|部门|架构|团队|岗位|管理层")
PEER = re.compile(r"(?:市|省|区|县|国家|局|协会|行业|政府|大学|学院|客户|供应商|供方|集团|研究院)$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A department, post or body named at a place."""

    name: str
    block: Block
    start: int
    end: int


@per_document
def departments_described(document: Document) -> dict[str, Mention]:
    """Departments that the report sets out with duties: ``综合部——负责…``, a row, or a list under 机构 or 职责."""
    described: dict[str, Mention] = {}
    for block in document.blocks:
        if block.kind in ("contents", "caption"):
            continue
        for mention in _mentions(DEPARTMENT, block):
            if mention.name not in described and _described_here(mention):
                described[mention.name] = mention
    for table in document.tables:
        if not re.search(r"职责|职能|机构", table.header.plain):
            continue
        for row in table.body:
            for mention in _mentions(DEPARTMENT, row):
                if mention.start < len(row.plain_cells[0]) + 6:
                    described.setdefault(mention.name, mention)
    for name, mention in _listed(document):
        described.setdefault(name, mention)
    return described


def _described_here(mention: Mention) -> bool:
    block = mention.block
    if block.kind == "heading":
        return block.plain.endswith(mention.name)
    lead = re.sub(r"^[-*•●\d()、.．①-⑳\s]*", "", block.plain[: mention.start])
    after = block.plain[mention.end :]
    return not lead and bool(re.match(r"(?:——?|—|:|：|-{1,2}|\(.{1,12}\)[:：])", after))


def _listed(document: Document) -> Iterator[tuple[str, Mention]]:
    """公司设有综合部、生产部、质量部…: the sentence that sets the departments up."""
    for sentence in document.sentences:
        if not re.search(r"(?:下设|设有|设立|设置|内设|组成|由)", sentence.text):
            continue
        found = list(DEPARTMENT.finditer(sentence.text))
        if len(found) < 3 or not re.search(r"(?:下设|设有|内设|设立了?|设置了?).{0,30}部", sentence.text):
            continue
        for match in found:
            yield (
                match.group(),
                Mention(
                    match.group(),
                    sentence.block,
                    sentence.start + match.start(),
                    sentence.start + match.end(),
                ),
            )


def _mentions(pattern: re.Pattern[str], block: Block) -> Iterator[Mention]:
    for match in pattern.finditer(block.plain):
        name = match.group()
        if name in NOT_DEPARTMENTS or PEER.search(block.plain[: match.start()][-3:]):
            continue
        yield Mention(name, block, match.start(), match.end())


@per_document
def department_mentions(document: Document) -> tuple[Mention, ...]:
    """Every department named in the body."""
    return tuple(
        mention
        for block in document.blocks
        if block.kind != "contents"
        for mention in _mentions(DEPARTMENT, block)
    )


@per_document
def post_mentions(document: Document) -> tuple[Mention, ...]:
    """Every post and governing body named in the body."""
    return tuple(
        Mention(match.group(), block, match.start(), match.end())
        for block in document.blocks
        if block.kind not in ("contents", "heading")
        for pattern in (POST, BODY)
        for match in pattern.finditer(block.plain)
    )


@per_document
def organisation_blocks(document: Document) -> frozenset[int]:
    """Ordinals of the blocks that describe the organisation: under a heading that says so."""
    return frozenset(
        block.index
        for block in document.blocks
        if block.path and any(ORGANISED.search(title) for title in block.path[-2:])
    )
