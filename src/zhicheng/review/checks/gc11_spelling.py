"""GC11 文字：错别字、重复的字词、查找替换留下的破句、标点。"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from zhicheng.review.document import Block, Document
from zhicheng.review.facts.organisation import departments_described
from zhicheng.review.facts.words import words
from zhicheng.review.finding import Finding, Severity, found
from zhicheng.review.profile import Profile


def spelling(document: Document, profile: Profile) -> Iterator[Finding]:
    """Confusables, doubled words, damage of search and replace, punctuation."""
    yield from _departments_in_words(document)
    for block in document.blocks:
        if block.kind == "contents":
            continue
        yield from _confusables(block)
        yield from _doubled(block)
        yield from _listed_twice(block)
        yield from _punctuation(block)
        yield from _acronyms(block)


@lru_cache(maxsize=1)
def _lexicon() -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    text = files("zhicheng.review.facts").joinpath("confusables.csv").read_text("utf-8")
    rows = {row["wrong"]: (row["right"], row["certain"]) for row in csv.DictReader(text.splitlines())}
    return re.compile("|".join(sorted(map(re.escape, rows), key=len, reverse=True))), rows


_TWIN = re.compile(r"(?<![自知利克异律舍为体])[己巳](?=[\u4e00-\u9fff])(?!见|任|方|身|所|欲|有|为|未)")


def _confusables(block: Block) -> Iterator[Finding]:
    for twin in _TWIN.finditer(block.plain):
        yield found(
            "GC11",
            "error",
            block,
            f"“{twin.group()}”应为“已”。",
            "改为“已”。",
            (max(0, twin.start() - 4), twin.end() + 4),
        )
    pattern, rows = _lexicon()
    for match in pattern.finditer(block.plain):
        right, certain = rows[match.group()]
        start, end = match.span()
        at = right.find(match.group())
        if at >= 0 and block.plain[start - at : start - at + len(right)] == right:
            continue
        if _crossed(block.plain, start, end):
            continue
        severity: Severity = "error" if certain == "yes" else "question" if certain == "no" else "note"
        wrong = (
            f"“{match.group()}”应为“{right}”。"
            if certain == "yes"
            else f"“{match.group()}”通常写作“{right}”。"
        )
        yield found("GC11", severity, block, wrong, f"改为“{right}”。", (start, end))


def _crossed(text: str, start: int, end: int) -> bool:
    """Whether a word of the sentence reaches over an edge of the span, as 经济 does in 以经济: then it is no slip."""
    begin = max(0, start - 6)
    place = begin
    for word in words(text[begin : end + 6]):
        after = place + len(word)
        if (place < start < after) or (place < end < after):
            return True
        place = after
    return False


_FUNCTION = re.compile(
    r"(的的|了了(?!解)|和和(?!气)|在在|是是(?!非)|与与|及及(?!时)|为为|对对|将将(?!来)|并并|把把|被被|从从|由由|使使|向向|于于|到到(?!达)|以以)"
)
_FUNCTION_OK = re.compile(
    r"目的的|(?:有|标)的的|的的确|罢了了|为了了解|对对方|一一对对|在在职|和和谐|以以(?:人|客|质)|从从(?:业|事)|及及时"
)
_TWICE = re.compile(r"([\u4e00-\u9fff]{2,8})\1")
_ABAB = re.compile(
    r"^(?:考虑|讨论|研究|学习|了解|交流|检查|意思|打听|试试|看看|常常|天天|家家|人人|处处|层层|环环|事事|时时|步步|批批|件件|人人|一对|一丝|面对面|点点|实实|方方|面面)$"
)


def _doubled(block: Block) -> Iterator[Finding]:
    text = block.plain
    for match in _FUNCTION.finditer(text):
        around = text[max(0, match.start() - 1) : match.end() + 2]
        if (_FUNCTION_OK.search(around) and match.group() != "的的") or re.search(
            r"目的的|标的的|有的的", around
        ):
            continue
        yield found(
            "GC11",
            "error",
            block,
            f"“{match.group()}”重复了一个字。",
            f"删去一个“{match.group()[0]}”。",
            (max(0, match.start() - 6), match.end() + 6),
        )
    for match in re.finditer(r"(?<=\d)(次|件|台|批|项|家|份|起|种|套|吨|名|元|年|月|日)\1", text):
        yield found(
            "GC11",
            "error",
            block,
            f"量词“{match.group(1)}”写了两遍。",
            f"删去一个“{match.group(1)}”。",
            (max(0, match.start() - 6), match.end()),
        )
    for match in _TWICE.finditer(text):
        part = match.group(1)
        if _ABAB.match(part) or re.match(r"一.$|.一$", part) or len(set(part)) == 1 or "\t" in part:
            continue
        around = text[max(0, match.start() - 6) : match.end() + 6]
        cut = words(around)
        twice = any(a == b and len(a) >= 2 for a, b in itertools.pairwise(cut))
        phrase = len(part) >= 4
        yield found(
            "GC11",
            "error" if twice or phrase else "question",
            block,
            f"“{part}”连着出现了两次。",
            f"删去一个“{part}”，或补上标点。",
            match.span(),
        )


_ENUMERATION = re.compile(r"[^、，。；;:：\s\t()（）“”]{1,14}(?:、[^、，。；;:：\s\t()（）“”]{1,14}){1,30}")


def _listed_twice(block: Block) -> Iterator[Finding]:
    """The same member twice in one enumeration: 供销部、生产部、供销部."""
    for match in _ENUMERATION.finditer(block.plain):
        items = match.group().split("、")
        last = re.split(r"[和及与]|具体|为|等|负责", items[-1])
        first = re.split(r"[和及与由]|为|对|将|有|以|按|括|在|从|是|了|公司", items[0])[-1]
        members = [first, *items[1:-1], *([last[0]] if last else [])]
        seen: dict[str, int] = {}
        for place, member in enumerate(members):
            if len(member) >= 2 and member in seen and not member.isdigit():
                start = match.start() + sum(len(item) + 1 for item in items[:place])
                yield found(
                    "GC11",
                    "error",
                    block,
                    f"并列的各项中“{member}”出现了两次。",
                    "删去一个，或改为漏写的那一项。",
                    (match.start(), max(match.end(), start)),
                )
                break
            seen[member] = place


def _departments_in_words(document: Document) -> Iterator[Finding]:
    """各级质量生产管理部门: a department of one's own inside the words for an authority, left by search and replace."""
    names = [name for name in departments_described(document) if name.endswith("部") and len(name) >= 4]
    if not names:
        return
    damaged = re.compile(
        rf"(?:各级|国家|政府|省级|市级|上级|当地)[^，。；]{{0,6}}?(?:{'|'.join(map(re.escape, names))})门"
    )
    for block in document.prose:
        for match in damaged.finditer(block.plain):
            yield found(
                "GC11",
                "question",
                block,
                f"“{match.group()}”里有本公司的部门名：是不是查找替换改坏了？",
                "改回主管部门的名称。",
                match.span(),
            )


_PUNCTUATION = re.compile(
    r"[，,]{2,}|。{2}(?!。)|[；;]{2,}|、{2,}|：{2,}|，。|。，|、。|；。|。；|，、|、，|：。|，；|；，"
)


def _punctuation(block: Block) -> Iterator[Finding]:
    text = block.plain
    for match in _PUNCTUATION.finditer(text):
        if re.search(r"[\u4e00-\u9fff]", text[max(0, match.start() - 3) : match.start()]):
            yield found(
                "GC11",
                "error",
                block,
                f"标点“{match.group()}”连用。",
                "只留一个标点。",
                (max(0, match.start() - 8), match.end() + 4),
            )
    if block.kind in ("paragraph", "item"):
        body = re.sub(r"^[-*•●]?\s*(?:\d{1,2}|[a-zA-Z]|[一二三四五六七八九十]{1,3})[)）]", "", text)
        body = re.sub(r"(?<=[；;。:：，\s])(?:\d{1,2}|[a-z])[)）]", "", body)
        for left, right in (("(", ")"), ("“", "”"), ("《", "》"), ("【", "】")):
            if body.count(left) != body.count(right) and (
                left != "(" or body.count(left) > body.count(right)
            ):
                at = text.rfind(left) if body.count(left) > body.count(right) else text.rfind(right)
                yield found(
                    "GC11",
                    "question",
                    block,
                    f"“{left}{right}”不成对。",
                    "补上另一半，或删去多余的。",
                    (max(0, at - 6), at + 10),
                )
    if re.search(r"[\u4e00-\u9fff],[\u4e00-\u9fff]", text) and block.kind in ("paragraph", "item"):
        comma = re.search(r"[\u4e00-\u9fff],[\u4e00-\u9fff]", text)
        if comma and text.count("，") >= 1:
            yield found(
                "GC11",
                "note",
                block,
                "中文里用了半角逗号。",
                "改为“，”。",
                (max(0, comma.start() - 6), comma.end() + 6),
            )


_KNOWN = (
    "FMEA",
    "PDCA",
    "APQP",
    "PPAP",
    "HACCP",
    "IATF",
    "OHSAS",
    "ISO",
    "CNAS",
    "CMA",
    "ERP",
    "MES",
    "PLM",
    "KPI",
    "QCC",
    "SPC",
    "MSA",
    "EHS",
    "CCC",
    "RoHS",
    "REACH",
    "CRM",
    "OEM",
    "ODM",
    "SOP",
    "CNCA",
    "AQL",
)
_LATIN = re.compile(r"(?<![A-Za-z])[A-Z]{4,6}(?![A-Za-z])")


def _acronyms(block: Block) -> Iterator[Finding]:
    """Letters of a known acronym in a wrong order."""
    for match in _LATIN.finditer(block.plain):
        said = match.group()
        if said in _KNOWN:
            continue
        meant = next((known for known in _KNOWN if sorted(known) == sorted(said) and len(known) >= 4), None)
        if meant:
            yield found(
                "GC11",
                "error",
                block,
                f"“{said}”应为“{meant}”（字母次序错）。",
                f"改为“{meant}”。",
                match.span(),
            )
