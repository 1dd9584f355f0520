"""Whose report it is: the enterprise's names and its trade."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from zhicheng.review.document import Block, Document, per_document

NAME = re.compile(
    r"[\u4e00-\u9fff]{2,12}(?:\([\u4e00-\u9fff]{2,6}\))?[\u4e00-\u9fff]{0,14}?(?:股份有限公司|集团有限公司|有限责任公司|有限公司)"
)
LEAD = re.compile(
    r"^.*(?:为|由|与|和|及|是|在|对|向|给|经|获|的|系|因|以|至|从|让|享|到|同|称|被|将|于|自|本|即|委托|客户|供应商|作为|成立|通过|来自|合作|获得|授予)(?=[\u4e00-\u9fff]{6,})"
)


@dataclass(frozen=True, slots=True)
class Named:
    """A company's name at a place."""

    name: str
    block: Block
    start: int
    end: int


@per_document
def company_names(document: Document) -> tuple[Named, ...]:
    """Every full company name in the report."""
    names = []
    for block in document.blocks:
        for match in NAME.finditer(block.plain):
            whole = match.group()
            lead = LEAD.match(whole)
            cut = lead.end() if lead and len(whole) - lead.end() >= 8 else 0
            if re.search(r"改制|变更|更名|整体|年", whole[cut:]):
                continue
            names.append(Named(whole[cut:], block, match.start() + cut, match.end()))
    return tuple(names)


@per_document
def own_name(document: Document) -> str:
    """The enterprise that reports: the name on the cover, else the one named most often; ``""`` if none."""
    names = company_names(document)
    cover = [named.name for named in names if named.block.index <= 12 and len(named.block.plain) <= 40]
    if cover:
        return cover[0]
    counted = Counter(named.name for named in names).most_common(1)
    return counted[0][0] if counted else ""


@lru_cache(maxsize=1)
def trades() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Trades by name: the words that name an enterprise of the trade, and the words that only the trade uses."""
    rows = csv.DictReader(
        files("zhicheng.review.facts").joinpath("trades.csv").read_text("utf-8").splitlines()
    )
    return {row["trade"]: (frozenset(row["names"].split()), frozenset(row["terms"].split())) for row in rows}


_KIN = (
    frozenset({"制药", "医疗器械", "食品"}),
    frozenset({"化工", "塑料橡胶", "涂料"}),
    frozenset({"机械", "钢铁冶金", "空分制氮", "汽车零部件", "能源电力", "燃气仪表"}),
    frozenset({"纺织", "化工"}),
    frozenset({"电子", "光学仪器", "燃气仪表", "能源电力"}),
    frozenset({"家具木业", "造纸印刷"}),
    frozenset({"电线电缆", "塑料橡胶", "能源电力"}),
)
_EVERYWHERE = frozenset(
    {"检测认证", "机械", "物流运输", "软件", "建筑"}
)  # words of these occur in every report


@dataclass(frozen=True, slots=True)
class Trade:
    """The trades judged to be the enterprise's own, and how often terms of each trade occur."""

    own: frozenset[str]
    counts: dict[str, Counter[str]]

    @property
    def familiar(self) -> frozenset[str]:
        """The own trades and those that share words with them."""
        return self.own.union(*(kin for kin in _KIN if kin & self.own))


@per_document
def trade_of(document: Document) -> Trade:
    """The enterprise's trades, from its name, its introduction and the terms it uses most."""
    text = document.text
    name = own_name(document)
    made = "".join(
        sentence.text
        for sentence in document.sentences[:400]
        if re.search(
            r"主营|从事|专业生产|产品(?:有|包括|广泛)|集[^，。]*研发|是一家|生产的|工艺流程|工序|生产过程包括",
            sentence.text,
        )
    )
    counts: dict[str, Counter[str]] = {}
    own: set[str] = set()
    for trade, (names, terms) in trades().items():
        counts[trade] = Counter({term: text.count(term) for term in terms if term in text})
        if any(word in name for word in names) or (
            trade not in _EVERYWHERE and (any(word in made for word in terms) or len(counts[trade]) >= 6)
        ):
            own.add(trade)
    if not own:
        best = max(counts, key=lambda one: len(counts[one]))
        if len(counts[best]) >= 4:
            own.add(best)
    return Trade(frozenset(own), counts)
