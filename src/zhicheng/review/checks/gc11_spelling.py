"""GC11 文字：错别字、重复的字词、查找替换留下的破句、标点。"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from zhicheng.review.document import Block, Document
from zhicheng.review.facts.words import commonness, is_word, sounding_like, words
from zhicheng.review.finding import Finding, Severity, found
from zhicheng.review.profile import Profile


def spelling(document: Document, profile: Profile) -> Iterator[Finding]:
    """Confusables, doubled words, damage of search and replace, punctuation."""
    for block in document.blocks:
        if block.kind == "contents":
            continue
        yield from _confusables(block)
        yield from _doubled(block)
        yield from _listed_twice(block)
        yield from _punctuation(block)
        yield from _acronyms(block)
        if block.kind in ("paragraph", "item", "row"):
            yield from _by_sound(block, profile)


@lru_cache(maxsize=1)
def _lexicon() -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    text = files("zhicheng.review.facts").joinpath("confusables.csv").read_text("utf-8")
    rows = {row["wrong"]: (row["right"], row["certain"]) for row in csv.DictReader(text.splitlines())}
    return re.compile("|".join(sorted(map(re.escape, rows), key=len, reverse=True))), rows


def _confusables(block: Block) -> Iterator[Finding]:
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
    r"目的的|(?:有|标)的的|的的确|罢了了|为了了解|对对方|一一对对|在在职|和和谐|以以(?:人|客|质)|从从(?:业|事)|及及时|和和"
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
    for match in _TWICE.finditer(text):
        part = match.group(1)
        if _ABAB.match(part) or len(set(part)) == 1 or "\t" in part:
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
_MEANT = {
    "FEMA": "FMEA",
    "PCDA": "PDCA",
    "PDAC": "PDCA",
    "HCACP": "HACCP",
    "HACPP": "HACCP",
    "APPQ": "APQP",
    "OHASS": "OHSAS",
    "OHSMS": "",
}


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


_FREE = frozenset(
    "的了和与及在是为对将并把被从由使向于到以或等其该各每本可能应须要需有无不未已均都也还更最很再又就才而且但因所之者上下中内外前后间时期年月日个人大小多少高低新老好坏"
    "次项件台套批种类家名位条份套点面线体部处科室司厂站所局院校市省县区国村镇路号级层度量率值数额元吨米克升秒分第一二三四五六七八九十百千万亿零两半双"
    "做作用给让叫请看听说讲写读学教问答来去走进出入回过起开关收放送取得拿交换买卖生产销售设立建成提升降增减加乘除共同按照依据经通过至自此那这哪谁何如若则即便仅只约近超达满及时曾将正我你他她它们您贵吗呢吧啊"
    "质检测试验修配装运存储备供需求方法式样型款色味形状态势力气水电火土木金银铜铁油煤钢板管线轴阀泵机器具模架箱柜盒袋瓶罐包桶盘片块粒粉液剂药物品料材件车船房屋楼堂馆店铺"
    "受控着重防治改善抓紧落实严格强化细化深化优化简化净化转化变化美化标准化化性学家员工长师友客商户网信息图表书报刊证照码签章印记录档案卷册页章节款段句字词语言文明礼貌"
)


def _by_sound(block: Block, profile: Profile) -> Iterator[Finding]:
    """Two single characters that make no word, where one of like sound makes a common word of them: 始总 for 始终."""
    threshold = profile.number("GC11", "commonness", 300)
    runs = re.finditer(r"[\u4e00-\u9fff]{3,}", block.plain)
    for run in runs:
        cut = words(run.group())
        place = run.start()
        for first, second in itertools.pairwise(cut):
            here = place
            place += len(first)
            if len(first) != 1 or len(second) != 1 or first == second or first + second in _MODERN:
                continue
            if first in _FREE and second in _FREE:
                continue
            if _names_a_person(block.plain, here):
                continue
            better = _better(first, second, int(threshold))
            if better:
                yield found("GC11", "question", block, f"“{first}{second}”不成词，是否“{better}”之误？", f"若是，改为“{better}”。",
                            (max(0, here - 2), here + 4))  # fmt: skip


_TITLE = re.compile(
    r"(?:编制|编写|审核|审查|批准|审批|签发|签字|签名|总经理|经理|董事长|书记|主任|部长|厂长|组长|代表人?|负责人|联系人|姓名|作者|发明人)(?:人|者)?[:：]?.{0,2}$"
)


def _names_a_person(text: str, at: int) -> bool:
    """Whether what stands here follows a post or a sign-off, or is followed by 先生: names make no words."""
    return bool(_TITLE.search(text[max(0, at - 8) : at])) or bool(
        re.match(r".{2,3}(?:先生|女士|同志|担任)", text[at:])
    )


@lru_cache(maxsize=20000)
def _better(first: str, second: str, threshold: int) -> str:
    candidates = []
    if second not in _PARTICLES:
        candidates += [first + other for other in sounding_like(second)] if first not in _PARTICLES else []
    if first not in _PARTICLES:
        candidates += [other + second for other in sounding_like(first)] if second not in _PARTICLES else []
    good = [(commonness(word), word) for word in candidates if is_word(word)]
    best = max(good, default=(0, ""))
    return best[1] if best[0] >= threshold else ""


_MODERN_TEXT = "微信 微博 云端 网购 物联 快充 直播 点赞 扫码 智控 智造 数智 数控 碳纤 双碳 专精 特新 品控 品管 质管 质控 管控 空分 制氮 制氧 富氧 压铸 拧紧 焊装 涂装 总装 供销 购销 产销 研产"
_MODERN = frozenset(_MODERN_TEXT.split())
_PARTICLES = frozenset(
    "的了和与及在是为对将并把被从由使向于到以或等其该各每本可应须要需有无不未已均都也还更最很再又就才而且但因所之者我你他它们上下中内外前后间时年月日个这那此某第两二三四五六七八九十百千万亿一"
)
