"""Statements of fact: which property of what, in which period, has which value, and where it is said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from zhicheng.review.document import Block, Document, Sentence, Table, per_document
from zhicheng.review.facts.organisation import DEPARTMENT
from zhicheng.review.facts.quantities import QUANTITY, Quantity, quantity_of

_RATE = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{1,16}?(?:率|满意度|满意度得分|综合得分))(?P<of>\([^()]{1,20}\))?"
    r"(?P<joint>(?:平均分?|得分|指数|目标值?|实际值?|全年|年度|最终|已|均|也|则|分别|稳定|持续|提升|提高|上升|下降|降低|控制|保持|维持|[为是达到在至了:：=|]){0,8})"
    r"(?=(?:约|≥|≤|>|<|＞|＜|不低于|不少于|不大于|不超过|不高于|近|超过)?\d)"
)
_LEADS = re.compile(
    r"^.*(?:公司|企业|全年|年度|年|月|季度|期内|期间|其中|实现了?|使得?|我们|主要|确保|保证|保持|完成|力争|达到|截至|以来|以及|并且|目前|共|我厂|本厂|全厂|的|和|与|及|了|在|从|对|由|将|把|让|其|该)(?=[\u4e00-\u9fff]{2,})"
)
_TARGET = re.compile(r"目标|指标值|要求|力争|应达|须达|计划|争取|考核值|标准为|不低于|不高于|承诺")
_YEAR = re.compile(r"((?:19|20)\d{2})年?")
_PART = re.compile(
    r"(?:[一二三四1-4]季度|上半年|下半年|(?<!\d)\d{1,2}月|省内|省外|国内|国外|海外|市内|市外|出口|内销|一线|夜间|节假日|重大|较大|特别|一般|严重|轻微|紧急|普通|潜在"
    r"|[A-E]类|[一二三1-3]级|[\u4e00-\u9fff]{1,6}(?:车间|分厂|系列|机型|型号|线))"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """``name`` has ``value`` in ``unit``; ``kind`` tells a target from what came about; ``scope`` narrows it down
    (departments, regions, parts of the year); ``year`` is the period where the sentence or table names one."""

    name: str
    kind: Literal["target", "actual"]
    scope: frozenset[str]
    year: int | None
    value: Decimal
    unit: str
    bound: str
    about: bool
    decimals: int
    block: Block
    start: int
    end: int

    @property
    def said(self) -> str:
        """The statement in the report's words; from a table, its name and value."""
        if self.block.kind == "row" and "\t" in self.block.plain[self.start : self.end]:
            return f"{self.name}{self.value}{self.unit}"
        return self.block.quote(self.start, self.end)


COUNTED: tuple[tuple[str, str, str], ...] = (
    ("注册资本", r"注册资(?:本|金)(?:总额)?(?:人民币)?[为是达:：]{0,2}", "元"),
    ("占地面积", r"(?:总)?占地(?:总?面积)?[为是达:：]{0,2}", "平方米|亩"),
    ("建筑面积", r"(?:总)?建筑(?:总)?面积[为是达:：]{0,2}", "平方米"),
    (
        "员工总数",
        r"(?:现有|在职|共有|拥有|全体|在册)?(?:员工|职工)(?:总数|总人数|人数)?[为是达共有:：]{0,2}",
        "人",
    ),
    (
        "专利总数",
        r"(?:拥有|取得|获得|累计|授权|有效|各类|共有|获|国家|的)(?:有效|授权|国家)?专利(?:合计|总数)?(?:共|共计|累计)?",
        "项|件",
    ),
    ("发明专利数", r"发明专利(?:授权)?(?:共|共计)?", "项|件"),
    ("实用新型专利数", r"实用新型(?:专利)?(?:共|共计)?", "项|件"),
    ("软件著作权数", r"(?:软件著作权|软著)(?:共|共计)?", "项|件|个"),
    ("技术人员数", r"(?:专业|工程)?技术人员(?:共|共计|有)?", "人"),
    ("研发人员数", r"研发人员(?:共|共计|有)?", "人"),
    ("管理人员数", r"(?<!质量)管理人员(?:共|共计|有)?", "人"),
    ("检验人员数", r"(?:专职)?(?:检验|质检)(?:人员|员)(?:共|共计|有)?", "人"),
    ("销售收入", r"(?:年)?(?:销售收入|营业收入|销售额|主营业务收入)(?:达到?|为|实现|约)?", "元"),
    ("产值", r"(?:工业)?(?:总)?产值(?:达到?|为|约)?", "元"),
    ("研发投入", r"研发(?:投入|费用|经费)(?:达到?|为|约|共)?", "元"),
    ("服务网点数", r"(?:服务网点|售后网点|服务中心|办事处)(?:共|共有|达到?)?", "个|家"),
    ("分支机构数", r"(?:分公司|分支机构|子公司)(?:共|共有|达到?)?", "个|家"),
    ("合格供方数", r"合格(?:供方|供应商)(?:共|共有|共计)?", "家|个"),
    ("顾客投诉数", r"(?:顾客|客户|用户|质量)?投诉(?:共|共计|总数)?", "起|件|次|条"),
    ("检测设备数", r"(?:检测|检验|计量)(?:设备|仪器|器具)(?:共|共有|共计)?", "台|台套|套|件"),
)
_AFTER = {
    "员工总数": r"名?(?:余名)?(?:在职|在册)?(?:员工|职工)(?!大会|中|参|代表|满意|培训)",
    "专利总数": r"(?:有效|授权|国家)?专利(?!技术|产品)",
    "发明专利数": r"(?:国家|授权)?发明专利",
    "实用新型专利数": r"实用新型",
    "技术人员数": r"(?:专业|工程)?技术人员",
    "研发人员数": r"研发人员",
    "服务网点数": r"(?:售后)?服务网点|办事处",
    "分支机构数": r"分公司|分支机构",
    "合格供方数": r"合格(?:供方|供应商)",
    "检测设备数": r"(?:检测|检验|计量)(?:设备|仪器|器具)",
}


LONGEST = 1500  # characters of a sentence; what is longer is none


@per_document
def statements(document: Document) -> tuple[Statement, ...]:
    """What the report states in numbers, sentence by sentence and row by row."""
    stated: list[Statement] = []
    for sentence in document.sentences:
        if sentence.block.kind in ("contents", "heading", "caption") or len(sentence.text) > LONGEST:
            continue
        stated.extend(_rates(sentence))
        stated.extend(_counts(sentence))
    for table in document.tables:
        stated.extend(_of_table(table))
    return tuple(sorted(stated, key=lambda one: (one.block.index, one.start)))


_HEAD_YEAR = re.compile(r"(?<!\d)((?:19[89]|20[0-5])\d)(?!\d)")
_INDICATOR_NAME = re.compile(r"[\u4e00-\u9fff]{2,14}(?:率|满意度|满意度得分|得分)")


def _of_table(table: Table) -> Iterator[Statement]:
    """Indicators named in one cell and valued in others, under 目标, 实际 or a year."""
    names = table.header.plain_cells
    for row in table.body:
        cells = row.plain_cells
        named = next((i for i, cell in enumerate(cells[:3]) if _INDICATOR_NAME.fullmatch(cell)), None)
        if named is None or len(cells) != len(names):
            continue
        lead = DEPARTMENT.findall("".join(cells[:named]))
        for column in range(named + 1, len(cells)):
            number = QUANTITY.fullmatch(cells[column])
            head = names[column]
            if number is None or not re.search(
                r"目标|指标|实际|完成|结果|要求|实绩|达成|(?:19|20)\d{2}|本期|本年", head
            ):
                continue
            quantity = quantity_of(number)
            unit = quantity.unit or next(
                (cell for cell in cells[named + 1 : column] if cell in ("%", "分", "‰", "ppm")), ""
            )
            if cells[named].endswith("率") and not unit and quantity.value > 100:
                continue  # a count beside a rate's name: a row whose head stands on the page before
            year = _HEAD_YEAR.search(head)
            start = row.cell_start(column)
            target = bool(quantity.bound) or bool(re.search(r"目标|指标|要求", head))
            yield Statement(
                cells[named], "target" if target else "actual", frozenset(lead), int(year[1]) if year else None,
                quantity.value, unit, quantity.bound, quantity.about, quantity.decimals, row,
                row.cell_start(named), start + len(cells[column]),
            )  # fmt: skip


def _scope(sentence: Sentence, start: int) -> tuple[frozenset[str], int | None]:
    """What narrows the statement down, from the clause before it and the first cell of its row; and its year."""
    before = sentence.text[:start]
    clause = re.split(r"[，,、]", before)[-1] if start else ""
    named = set(_PART.findall(clause)) | set(DEPARTMENT.findall(clause))
    if sentence.block.kind == "row":
        lead = sentence.block.plain_cells[0]
        named |= set(DEPARTMENT.findall(lead)) or (
            {lead} if len(lead) <= 12 and not lead.isdigit() else set()
        )
    years = _YEAR.findall(before)
    if not years:
        ahead = sentence.block.plain[: sentence.start]
        years = _YEAR.findall(ahead)[-1:] if sentence.block.kind != "row" else []
    return frozenset(named), int(years[-1]) if years else None


def _rates(sentence: Sentence) -> Iterator[Statement]:
    for match in _RATE.finditer(sentence.text):
        number = QUANTITY.search(sentence.text, match.end())
        if number is None or number.start() != match.end():
            number = QUANTITY.match(sentence.text, match.end())
        if number is None:
            continue
        quantity = quantity_of(number)
        if quantity.unit not in ("%", "分", "‰", "ppm"):
            continue
        name = _rate_name(match["name"])
        if len(name) < 3:
            continue
        scope, year = _scope(sentence, match.start() + len(match["name"]) - len(name))
        if match["of"]:
            scope |= {match["of"]}
        clause = re.split(r"[，,]", sentence.text[: match.end()])[-1]
        target = bool(quantity.bound) or bool(_TARGET.search(clause))
        name_start = sentence.start + match.start() + len(match["name"]) - len(name)
        yield _statement(name, target, scope, year, quantity, sentence, name_start)


def _rate_name(raw: str) -> str:
    """A rate's own name, without the words of the sentence before it.

    >>> _rate_name("公司全年产品出厂合格率")
    '产品出厂合格率'
    """
    lead = _LEADS.match(raw)
    return raw[lead.end() :] if lead else raw


def _statement(
    name: str,
    target: bool,
    scope: frozenset[str],
    year: int | None,
    quantity: Quantity,
    sentence: Sentence,
    start: int,
) -> Statement:
    return Statement(
        name, "target" if target else "actual", scope, year, quantity.value, quantity.unit, quantity.bound,
        quantity.about, quantity.decimals, sentence.block, start, sentence.start + quantity.end,
    )  # fmt: skip


_COUNTS = [
    (name, re.compile(rf"(?:{pattern})(?=(?:约为?|近|超过?|逾|达到?)?\d)"), frozenset(units.split("|")))
    for name, pattern, units in COUNTED
]
_AFTERS = [
    (name, re.compile(rf"的?(?:{pattern})"), frozenset(units.split("|")))
    for name, _, units in COUNTED
    if (pattern := _AFTER.get(name))
]
_NARROWED = re.compile(
    r"(?:新增|其中|新|引进|招聘|参加|培训|共计处理|申请|受理|年内|当年|本年|困难|优秀|女|本科|大专|高级|转让|每|人均|维护)[\u4e00-\u9fff]{0,6}(?<!覆盖全部)(?<!覆盖全体)(?<!覆盖)$"
)


_WORTH = re.compile(
    r"(?=.*\d).*(?:资本|资金|面积|占地|员工|职工|专利|实用新型|著作权|软著|人员|质检|检验员|收入|销售额|产值|研发|网点|服务中心|办事处|公司|机构|供方|供应商|投诉|设备|仪器|器具)"
)


def _counts(sentence: Sentence) -> Iterator[Statement]:
    text = sentence.text
    if not _WORTH.search(text):
        return
    for name, pattern, units in _COUNTS:
        for match in pattern.finditer(text):
            number = QUANTITY.match(text, match.end())
            if number is None or _NARROWED.search(text[: match.start()]):
                continue
            if (quantity := quantity_of(number)).unit in units:
                yield from _count(name, quantity, sentence, match.start())
    for number in QUANTITY.finditer(text):
        quantity = quantity_of(number)
        for name, pattern, units in _AFTERS:
            whole = not _NARROWED.search(text[: number.start()])
            if whole and quantity.unit in units and pattern.match(text, number.end()):
                yield from _count(name, quantity, sentence, number.start())


def _count(name: str, quantity: Quantity, sentence: Sentence, start: int) -> Iterator[Statement]:
    scope, year = _scope(sentence, start)
    if name in ("注册资本", "占地面积", "建筑面积"):
        year = None
    if sentence.block.kind == "row" and len(sentence.block.cells) > 2:
        return
    clause = re.split(r"[，,]", sentence.text[:start])[-1]
    yield _statement(
        name, bool(_TARGET.search(clause)), scope, year, quantity, sentence, sentence.start + start
    )
