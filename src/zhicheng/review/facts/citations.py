"""Citations of standards and laws as a report writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from zhicheng.review.document import Block, Document, per_document

_PREFIX = (
    r"GB/T|GB/Z|GBT|GB|JJF|JJG|ISO/IEC|ISO/TS|ISO/TR|ISO|IEC|OHSAS|IATF|CNAS-CC|CNAS-CL|DB\d{2}/T|DB\d{2}"
    r"|T/[A-Z]{2,10}|(?:JB|HG|SB|QB|YB|YS|SJ|YD|NY|SN|HJ|AQ|JT|JG|CJ|DL|SH|SY|FZ|LY|MT|TB|WB|WS|YY|JC|XB|SL|GA|GH|RB)/T"
    r"|(?:JB|HG|SB|QB|YB|YS|SJ|YD|NY|SN|HJ|AQ|YY|JC|FZ|WS|RB)(?=\d{3})"
)
CITATION = re.compile(
    rf"(?<![A-Za-z/])(?P<prefix>{_PREFIX})(?P<gap>[-– ]?)(?P<number>\d{{3,6}}(?:\.\d{{1,2}})?(?:-\d{{1,2}}(?!\d))?)"
    r"(?:(?P<joint>[:：]|-{1,2}|—{1,2}|–|－)(?P<year>(?:19|20)\d{2})(?!\d))?"
)
LAW = re.compile(
    r"《(?:(?P<state>中华人民共和国)|(?P<lead>[\u4e00-\u9fff\d年新]{0,4}?))(?P<name>[\u4e00-\u9fff]{1,20}(?:法典|法|条例|总则|通则))》"
)
_CLASSES = {
    "国家标准": "国家",
    "行业标准": "行业",
    "团体标准": "团体",
    "地方标准": "地方",
    "企业标准": "企业",
    "国际标准": "国际",
}


@dataclass(frozen=True, slots=True)
class Citation:
    """A standard as cited. ``code`` is the spelling of the register without year (``GB/T 19001``)."""

    code: str
    year: int | None
    gap: str
    joint: str
    prefix: str
    title: str
    called: str
    block: Block
    start: int
    end: int
    text: str


def family_of(prefix: str, number: str) -> str:
    """The register's spelling of a family.

    >>> family_of("GBT", "19001")
    'GB/T 19001'
    """
    spelled = {"GBT": "GB/T"}.get(prefix, prefix)
    return f"{spelled} {number}"


def class_of(prefix: str) -> str:
    """Which class of standard a prefix belongs to: 国家, 行业, 团体, 地方, 企业, 国际, 计量, or ``""``."""
    if prefix.startswith(("GB",)):
        return "国家"
    if prefix.startswith("T/"):
        return "团体"
    if prefix.startswith("DB"):
        return "地方"
    if prefix.startswith(("ISO", "IEC", "IATF", "OHSAS")):
        return "国际"
    if prefix.startswith(("JJ", "CNAS")):
        return "计量"
    return "行业"


@per_document
def citations(document: Document) -> tuple[Citation, ...]:
    """All standards cited, in order."""
    return tuple(
        citation for block in document.blocks if block.kind != "contents" for citation in _in_block(block)
    )


def _in_block(block: Block) -> Iterator[Citation]:
    for match in CITATION.finditer(block.plain):
        before, after = block.plain[: match.start()], block.plain[match.end() :]
        titled = re.match(r"[\s(]?《([^《》]{2,60})》", after) or re.match(
            r"\s?([\u4e00-\u9fff][\u4e00-\u9fff、()（）/\s]{3,30}?)(?=[\t。；;，,)]|$)", after
        )
        preceding = re.search(r"《([^《》]{2,60})》[\s(]?$", before)
        title = preceding or titled
        called = re.search(
            r"(国家标准|行业标准|团体标准|地方标准|企业标准|国际标准)(?:《[^《》]{2,60}》)?[\s(:：]{0,2}$",
            before,
        )
        together = (
            re.match(r"[^。；]{0,80}?等(国家|行业|团体|地方|企业|国际)标准", after)
            if called is None
            else None
        )
        yield Citation(
            family_of(match["prefix"], match["number"]),
            int(match["year"]) if match["year"] else None,
            match["gap"],
            match["joint"] or "",
            match["prefix"],
            title.group(1) if title else "",
            _CLASSES[called.group(1)] if called else together.group(1) if together else "",
            block,
            match.start(),
            match.end(),
            match.group(),
        )
