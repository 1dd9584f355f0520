"""GC09 外来词汇：别的行业、产品、公司的词留在报告里。"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from zhicheng.review.document import Block, Document
from zhicheng.review.facts.enterprise import company_names, own_name, trade_of
from zhicheng.review.finding import Finding, found
from zhicheng.review.profile import Profile

_SHORT = re.compile(r"(?:股份有限公司|集团有限公司|有限责任公司|有限公司)$")
_OTHERS = re.compile(
    r"客户|供应商|供方|合作|颁|认证|检测|认证机构|评估|银行|大学|研究院|委托|经销商|代理|股东|控股|集团|母公司|子公司|隶属|荣获|授予|参股|收购|合资|前身|起诉|发证"
)


def foreign_vocabulary(document: Document, profile: Profile) -> Iterator[Finding]:
    """Terms of other trades, names of other companies, products that are not the company's."""
    yield from _trade_terms(document, profile)
    yield from _companies(document)
    yield from _products(document)


def _trade_terms(document: Document, profile: Profile) -> Iterator[Finding]:
    trade = trade_of(document)
    if not trade.own:
        return
    own_terms = {term for name in trade.own for term in trade.counts.get(name, {})}
    rare = int(profile.number("GC09", "rare", 3))
    for name, counts in trade.counts.items():
        if name in trade.familiar:
            continue
        foreign = {
            term: count
            for term, count in counts.items()
            if term not in own_terms and term not in profile.terms
        }
        if sum(foreign.values()) > max(rare * 3, 6):
            continue  # too frequent to be a remnant: the enterprise works in this trade, too
        for term, count in foreign.items():
            if count > rare:
                continue
            for block in document.blocks:
                at = block.plain.find(term) if block.kind != "contents" else -1
                if at >= 0 and not _within_longer(block.plain, at, term, own_terms):
                    yield found("GC09", "question", block,
                                f"“{term}”是{name}业的词，本报告的行业是{'、'.join(sorted(trade.own))}：是否从别的报告带来？",
                                "确认；不是本公司的内容就改掉，是就加进检查方案的 terms。", (at, at + len(term)))  # fmt: skip


def _within_longer(text: str, at: int, term: str, own: set[str]) -> bool:
    return any(term in one and text[max(0, at - len(one)) : at + len(one)].find(one) >= 0 for one in own)


def _companies(document: Document) -> Iterator[Finding]:
    own = own_name(document)
    if not own:
        return
    bare = _SHORT.sub("", own)
    for named in company_names(document):
        if named.name == own or own in named.name or named.name in own:
            continue
        likeness = SequenceMatcher(None, own, named.name).ratio()
        if abs(len(named.name) - len(own)) <= 2 and likeness >= 0.8:
            slip = (
                len(named.name) == len(own) and sum(a != b for a, b in zip(named.name, own, strict=True)) == 1
            )
            yield found(
                "GC09",
                "error" if slip else "question",
                named.block,
                f"公司名称写成“{named.name}”，本公司是“{own}”。",
                f"改为“{own}”。",
                (named.start, named.end),
            )
            continue
        around = named.block.plain[max(0, named.start - 16) : named.end + 16]
        if named.block.kind != "row" and not _OTHERS.search(around) and bare[:2] not in named.name[:2]:
            yield found("GC09", "question", named.block, f"出现另一家公司“{named.name}”：是否从别的报告带来？",
                        f"若指本公司，改为“{own}”；若确指另一家，写明关系。", (named.start, named.end))  # fmt: skip
        elif (
            named.block.kind != "row"
            and re.match(r"(?:建立|制定|坚持|通过了|始终|质量|成立|全体)", named.block.plain[named.end :])
            and not _OTHERS.search(around[:16])
        ):
            yield found(
                "GC09",
                "question",
                named.block,
                f"“{named.name}”在这里像是报告的主体，而本公司是“{own}”。",
                f"改为“{own}”。",
                (named.start, named.end),
            )


_AS = re.compile(
    r"(?:作为|身为|是)([\u4e00-\u9fffA-Z]{3,14}?)(?:行业|领域|制造|生产)?的?(?:龙头|领军|领先|骨干|标杆|知名|头部)企业"
)


def _products(document: Document) -> Iterator[Finding]:
    """As the leader in X, where X is not among what the introduction says that the company makes."""
    intro = "".join(block.plain for block in _introduction(document))
    if len(intro) < 60:
        return
    for block in document.prose:
        for match in _AS.finditer(block.plain):
            thing = re.sub(r"^(?:国内|省内|国际|全国|全球|本市|行业内|本行业)|的$", "", match[1])
            if (
                len(thing) >= 3
                and not re.search(r"行业|国家|省|市|地区|区域", thing)
                and thing[-2:] not in intro
            ):
                yield found("GC09", "question", block, f"这里称“{thing}”，公司简介的产品里没有：是否从别的报告带来，或产品说法不一？",
                            "与公司简介的产品说法一致。", match.span())  # fmt: skip


def _introduction(document: Document) -> list[Block]:
    return [block for block in document.prose if block.path and re.search(r"简介|概况|介绍", block.path[-1])]
