"""GC01 事实唯一（续）：方针、愿景、价值观等说法，分类与职责，各处须一致。"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from zhicheng.review.document import Block, Document
from zhicheng.review.facts.organisation import DEPARTMENT, NOT_DEPARTMENTS
from zhicheng.review.facts.quantities import chinese_count
from zhicheng.review.facts.words import bigrams
from zhicheng.review.finding import Finding, found, place
from zhicheng.review.profile import Profile

_FIELD = r"质量方针|环境方针|服务方针|服务宗旨|核心价值观|企业精神|企业愿景|企业使命|经营理念|质量理念|企业宗旨|愿景|使命|服务理念|管理方针|质量观|人才理念|企业口号"
_QUOTED = re.compile(rf"({_FIELD})(?:为|是|:|：)?(?:——)?[“\"「『]([^”\"」』]{{4,40}})[”\"」』]")
_QUOTED_FIRST = re.compile(rf"[“\"「『]([^“”\"「」『』]{{4,40}})[”\"」』](?:[^，。；“”]{{0,6}})?的({_FIELD})")
_PLAIN = re.compile(rf"({_FIELD})(?:为|是|:|：)(?![“\"「『])([^“”。；;，\t]{{4,40}})(?=[。；;]|$)")
_AS_FIELD = re.compile(rf"[“\"「『]([^“”\"「」『』]{{4,40}})[”\"」』]为({_FIELD})")
_SAME = {"企业愿景": "愿景", "企业使命": "使命"}
_FIX = "以正式发布的文件为准，各处写成同一说法。"


@dataclass(frozen=True, slots=True)
class Saying:
    field: str
    text: str
    block: Block
    start: int
    end: int

    @property
    def bare(self) -> str:
        return re.sub(r"[\s，、。；;:：,.“”·]", "", self.text)


def sayings_agree(document: Document, profile: Profile) -> Iterator[Finding]:
    """A motto, class list or duty said once so and once otherwise."""
    said = list(_sayings(document))
    yield from _same_field(said)
    yield from _like_fields(said)
    yield from _striving(document, said)
    yield from _classes(document)
    yield from _duties(document)


def _sayings(document: Document) -> Iterator[Saying]:
    for block in document.blocks:
        if block.kind in ("contents", "heading", "caption"):
            continue
        if block.kind == "row" and len(block.plain_cells) == 2 and re.fullmatch(_FIELD, block.plain_cells[0]):
            name, text = block.plain_cells
            if len(text) >= 4:
                yield Saying(
                    _SAME.get(name, name), text, block, block.cell_start(1), block.cell_start(1) + len(text)
                )
            continue
        for pattern, field, value in (
            (_QUOTED, 1, 2),
            (_QUOTED_FIRST, 2, 1),
            (_PLAIN, 1, 2),
            (_AS_FIELD, 2, 1),
        ):
            for match in pattern.finditer(block.plain):
                yield Saying(
                    _SAME.get(match[field], match[field]),
                    match[value],
                    block,
                    match.start(value),
                    match.end(value),
                )


def _same_field(said: list[Saying]) -> Iterator[Finding]:
    first: dict[str, Saying] = {}
    for saying in said:
        known = first.setdefault(saying.field, saying)
        if saying.bare in known.bare or known.bare in saying.bare:
            continue
        yield found("GC01", "error", saying.block,
                    f"{saying.field}在这里是“{saying.text}”，{place(known.block)}是“{known.text}”：同一说法有两个版本。", _FIX,
                    (saying.start, saying.end))  # fmt: skip
        yield found("GC01", "note", known.block,
                    f"{known.field}在这里是“{known.text}”，与{place(saying.block)}的“{saying.text}”不一致。", _FIX,
                    (known.start, known.end))  # fmt: skip


def _items(text: str) -> list[str]:
    return [item for item in re.split(r"[、，,;；·\s]+", text) if item]


def _like_fields(said: list[Saying]) -> Iterator[Finding]:
    """Values and spirit are lists of like words: half the same and half not is a slip more often than meant."""
    kin = {"核心价值观", "企业精神", "经营理念", "企业宗旨", "服务宗旨"}
    first: dict[str, Saying] = {}
    for saying in said:
        if saying.field in kin:
            first.setdefault(saying.field, saying)
    listed = [
        (saying, set(_items(saying.text))) for saying in first.values() if len(_items(saying.text)) >= 3
    ]
    for place_of, (later, words) in enumerate(listed):
        for earlier, others in listed[:place_of]:
            if words != others and len(words & others) * 2 >= min(len(words), len(others)):
                a, b = sorted((earlier, later), key=lambda one: one.block.index)
                yield found("GC01", "question", b.block,
                            f"{b.field}“{b.text}”与{place(a.block)}的{a.field}“{a.text}”大半相同而不全同，是否应一致？", _FIX,
                            (b.start, b.end))  # fmt: skip


_STRIVE = re.compile(
    r"(?:成为|打造成?|建设成?|为|向|的)?([^，。；、]{2,30}?(?:企业|品牌|供应商|服务商|公司|制造商))(?:的?目标)?而?(?:不懈)?(?:努力|奋斗|迈进|前进)"
)


def _striving(document: Document, said: list[Saying]) -> Iterator[Finding]:
    vision = next((saying for saying in said if saying.field == "愿景"), None)
    if vision is None:
        return
    for block in document.prose:
        for match in _STRIVE.finditer(block.plain):
            goal = re.split(r"成为|打造|建设|的", match[1])[-1][-14:]
            if len(bigrams(goal) & bigrams(vision.text)) * 3 < len(bigrams(goal)) * 2:
                yield found("GC01", "question", block,
                            f"这里的奋斗目标与{place(vision.block)}的愿景“{vision.text}”不同。", _FIX, match.span())  # fmt: skip


_INTO = re.compile(
    r"(?:将|把)?([\u4e00-\u9fff]{2,6}?)(?:按[^，。；]{1,20})?分为([^。；]{2,60}?)(?:等)?(?:共)?([一二两三四五六七八九十\d]{1,2})(?:大?类|种|级|个等级|个级别|个层次)"
)


def _classes(document: Document) -> Iterator[Finding]:
    """分为 A、B 两类 in the text, other classes in the table of the same thing."""
    for block in document.prose:
        for match in _INTO.finditer(block.plain):
            thing, members = (
                match[1][-2:],
                {one.strip("“”") for one in re.split(r"[、，和及与]", match[2]) if one},
            )
            count = chinese_count(match[3])
            if count is None or len(members) < 2:
                continue
            for table in document.tables:
                head = table.header.plain_cells[0]
                if not re.fullmatch(rf"{thing}(?:类型|类别|分类|种类|等级|级别|层次)", head):
                    continue
                listed = {row.plain_cells[0] for row in table.body if row.plain_cells[0]}
                if len(listed) != count and not listed <= members:
                    yield found("GC01", "question", block,
                                f"这里把{thing}分为{match[3]}类（{'、'.join(sorted(members))}），"
                                f"{place(table.header)}的表列出 {len(listed)} 类（{'、'.join(sorted(listed))}）。",
                                "统一分类，或写明两种分类的关系。", match.span())  # fmt: skip


_ABOUT = re.compile(
    r"对([^，。；]{2,16}?)(?:存在的|的)?(原因|问题|共性问题|效果|记录|不合格品|投诉)?(?:进行|的)(分析|验证|评审|处置|审核|考核|归档|检定|评价)"
)
_DUTIES = re.compile(r"(问题|投诉|不合格品?|整改|原因|效果|事故|供方|供应商|计量器具|合同|文件|记录)")


def _duties(document: Document) -> Iterator[Finding]:
    """The same duty given to two departments: who analyses problems, who verifies."""
    given: dict[tuple[str, str], dict[str, list[tuple[Block, int, int]]]] = defaultdict(dict)
    for sentence in document.sentences:
        department: str | None = None
        for clause in re.finditer(r"[^，]+", sentence.text):
            named = [m for m in DEPARTMENT.finditer(clause.group()) if m.group() not in NOT_DEPARTMENTS]
            acting = [m for m in named if re.match(r"(?:负责|牵头|组织|对|进行)", clause.group()[m.end() :])]
            if acting and not clause.group()[acting[0].end() :].startswith("对接"):
                department = acting[0].group()
            elif named:
                department = None
            duty = _ABOUT.search(clause.group())
            if department and duty:
                things = _DUTIES.findall(duty.group(1) + (duty.group(2) or ""))
                for thing in things[:1]:
                    span = (sentence.start + clause.start(), sentence.start + clause.end())
                    given[(thing, duty.group(3))].setdefault(department, []).append((sentence.block, *span))
    for (thing, act), departments in given.items():
        if len(departments) < 2:
            continue
        (one, places), *others = sorted(departments.items(), key=lambda item: item[1][0][0].index)
        for other, elsewhere in others:
            for at, (block, start, end) in enumerate(elsewhere):
                yield found("GC01", "note" if at else "question", block,
                            f"“{thing}”的{act}这里归{other}，{place(places[0][0])}归{one}：同一职责两个部门。",
                            "写明各自的范围，或改为同一部门。", (start, end))  # fmt: skip
        for block, start, end in places:
            yield found("GC01", "note", block, f"“{thing}”的{act}这里归{one}，{place(others[0][1][0][0])}归{others[0][0]}。",
                        "写明各自的范围，或改为同一部门。", (start, end))  # fmt: skip
