"""CHAPTERS 章节：GB/T 29467、GB/T 31870 所要的各部分都有，并且说了话（未核对原文）。"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from zhicheng.review.document import Block, Document
from zhicheng.review.finding import Finding, found
from zhicheng.review.profile import Profile


@dataclass(frozen=True, slots=True)
class Part:
    """A part that the report should have: words of its heading, and words by which its text shows itself."""

    name: str
    heading: re.Pattern[str]
    text: re.Pattern[str]
    standard: str


PARTS = tuple(
    Part(name, re.compile(heading), re.compile(text), standard)
    for name, heading, text, standard in (
        ("编制说明（期间、范围、真实性声明）", r"前言|编制说明|报告说明|编制规范|报告范围|责任声明", r"报告(?:期|范围|时间)|期间|真实性|虚假记载", "GB/T 31870"),
        ("高层声明或致辞", r"声明|致辞|寄语", r"(?:总经理|董事长|法定代表人).{0,10}(?:声明|承诺|致辞)", "GB/T 31870"),
        ("企业简介", r"简介|概况|关于(?:我们|企业|公司)", r"(?:公司|企业)(?:成立于|位于|坐落|是一家|主营|主要从事)", "GB/T 31870"),
        ("质量理念", r"理念|文化|方针|愿景", r"质量方针|价值观|质量理念|愿景", "GB/T 31870"),
        ("质量管理机构与职责", r"机构|组织|职责", r"首席质量官|质量负责人|职责|负责.{0,20}质量", "GB/T 31870"),
        ("质量管理体系", r"质量管理体系|体系", r"质量管理体系", "GB/T 31870"),
        ("质量安全风险管理", r"风险|应急", r"风险|应急预案|预警", "GB/T 31870"),
        ("质量诚信管理与承诺", r"诚信|承诺", r"诚信", "GB/T 29467"),
        ("标准、计量、认证、检验等质量基础", r"质量(?:管理)?基础|标准|计量|检验|认证", r"计量|检定|检验", "GB/T 31870"),
        ("产品质量水平与责任", r"产品质量|质量水平|质量责任|质量绩效", r"合格率|抽检|监督抽查|质量水平", "GB/T 31870"),
        ("售后服务与投诉处理", r"售后|服务|投诉|顾客|客户", r"投诉|售后服务", "GB/T 31870"),
        ("质量信用记录", r"信用记录|荣誉|社会认可|信用", r"信用|抽查|荣誉|处罚", "GB/T 29467"),
    )
)  # fmt: skip


def chapters(document: Document, profile: Profile) -> Iterator[Finding]:
    """Parts that are missing, that stand under no heading, or whose heading has next to nothing under it."""
    if not document.blocks or len(document.text) < profile.number("CHAPTERS", "shortest", 1500):
        return  # a fragment is no report
    headings = list(document.headings)
    text = document.text
    last = document.blocks[-1]
    for part in PARTS:
        titled = [heading for heading in headings if part.heading.search(heading.plain)]
        if not titled and not part.text.search(text):
            yield found(
                "CHAPTERS",
                "question",
                last,
                f"没有找到“{part.name}”这一部分（{part.standard}，未核对原文）。",
                "补上这一部分；确不适用就写明理由。",
            )
        elif titled and all(
            _said(document, heading) < profile.number("CHAPTERS", "least", 30) for heading in titled
        ):
            yield found(
                "CHAPTERS",
                "question",
                titled[0],
                f"“{titled[0].plain}”之下几乎没有内容（{part.standard}，未核对原文）。",
                "写出做法、措施和结果。",
            )


def _said(document: Document, heading: Block) -> int:
    length = 0
    for block in document.blocks[heading.index + 1 :]:
        if block.kind == "heading" and block.level <= heading.level:
            break
        length += len(block.plain)
    return length
