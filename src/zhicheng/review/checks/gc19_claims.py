"""GC19 主张与证据：最高级、绝对化、领先的说法要有数字或出处；广告法第九条的禁用语。"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from zhicheng.review.document import Block, Document, Table
from zhicheng.review.facts.quantities import QUANTITY, quantity_of
from zhicheng.review.facts.statements import statements
from zhicheng.review.finding import Finding, found, place
from zhicheng.review.profile import Profile

_LAW = "《广告法》第九条第三项不许使用“国家级”“最高级”“最佳”等用语"
_FORBIDDEN = re.compile(
    r"国家级(?!高新|重点|企业技术|科技|专精|火炬|实验室|检测|工程|项目|课题|开发区|经济|绿色|知识产权|非物质|贫困|标准化|众创)"
    r"|世界级(?!名校)|全球第一|世界第一|全国第一|国内第一|行业第一|销量第一|排名第一|全网第一|同行第一|质量第一品牌|第一品牌"
    r"|最佳(?!实践|状态|工况|雇主|员工|组合|匹配|供应商|方案奖|操作)|最高级(?!管理)|最先进|最优质|最好(?:的)?(?:产品|质量|服务)|最具(?:影响力|竞争力)|顶级|极品|绝无仅有|史无前例|前无古人|独一无二|万无一失|零缺陷率|100%满意|绝对(?:保证|可靠|安全|领先)|永不|唯一(?:一家|的?(?:企业|厂家|供应商|品牌))|最大的?(?:生产|制造|供应|企业|基地)"
)
_LEADING = re.compile(
    r"(?:世界|国际|国内|全国|全球|行业|同行|省内|亚洲|业内)(?:技术|产品)?(?:一流|领先|先进)(?:水平|地位)?|领军企业|龙头企业|行业标杆|著名品牌|知名品牌|首家|首创|填补[^，。；]{0,8}空白|遥遥领先|领先者|领导者|名列前茅|享誉(?:海内外|国内外|全国|业界)|(?:位居|位列|稳居|居)(?:全国|世界|国内|行业|全省|同行业?)(?:首位|第一|前[列茅三])|享有(?:较高|很高|极高|良好)?(?:的)?(?:声誉|美誉|盛誉)|深受(?:广大)?(?:用户|客户|顾客)(?:的)?(?:好评|信赖|青睐|喜爱)|畅销|零缺陷(?!管理|理念|目标|工程|活动)|好评如潮"
)
_EVIDENCE = re.compile(
    r"\d|经[^，。；]{2,20}(?:鉴定|评定|认定|查新|检测)|根据[^，。；]{2,20}(?:统计|调查|报告)|证书|授予|荣获|认定为|评为|《|数据来源|见表|附件"
)
_GOAL = re.compile(
    r"成为|打造|争创|力争|致力|努力|目标|愿景|迈向|建设|追求|争取|方针|创[^，。]{0,4}一流|朝着|理念|使命|与国内|标准|比较|对比|对标|借鉴|引进|瞄准|水平为|分析|跟踪|学习|采用|接轨|理论|设备|规划"
)


def claims(document: Document, profile: Profile) -> Iterator[Finding]:
    """Absolute words, claims of being first or leading, and benchmarks or complaints that speak against them."""
    for block in document.blocks:
        if block.kind == "contents":
            continue
        yield from _absolute(block)
        if block.kind in ("paragraph", "item"):
            yield from _leading(block)
    for table in document.tables:
        yield from _benchmark(table, document)
    yield from _never(document)
    yield from _shares(document)


def _absolute(block: Block) -> Iterator[Finding]:
    for match in _FORBIDDEN.finditer(block.plain):
        clause = re.split(r"[，。；\t]", block.plain[: match.start()])[-1]
        goal = bool(
            re.search(
                r"成为|打造|争创|愿景|努力|建设|追求|目标|迈向",
                clause + block.path[-1] if block.path else clause,
            )
        ) or block.plain.startswith("愿景")
        after = block.plain[match.end() : match.end() + 10]
        if match.group().startswith("最佳") and re.match(r"[^，。；]{0,6}奖", after):
            continue
        yield found("GC19", "question" if goal or block.kind != "paragraph" else "error", block,
                    f"“{match.group()}”是绝对化用语：{_LAW}。", "改为有数据或出处的说法，或删去。", _clause(block, match))  # fmt: skip


def _clause(block: Block, match: re.Match[str]) -> tuple[int, int]:
    start = max(block.plain.rfind(mark, 0, match.start()) for mark in "，。；\t") + 1
    return max(start, match.start() - 20), min(len(block.plain), match.end() + 12)


def _leading(block: Block) -> Iterator[Finding]:
    for match in _LEADING.finditer(block.plain):
        start = max(block.plain.rfind(mark, 0, match.start()) for mark in "。；") + 1
        sentence = re.split(r"[。；]", block.plain[start:])[0]
        clause = (
            re.split(r"[，。；]", block.plain[: match.start()])[-1]
            + block.plain[match.start() : match.end() + 6]
        )
        if _EVIDENCE.search(sentence) or _GOAL.search(clause):
            continue
        yield found(
            "GC19",
            "question",
            block,
            f"“{match.group()}”没有数字、出处或证书支持。",
            "写出依据（排名、鉴定、第三方调查），或改为可证实的说法。",
            _clause(block, match),
        )


_LESS = re.compile(
    r"疵点|微粒|释放|挥发|回缩|杂质|残留|电阻|变形|耗|噪声|噪音|泄漏|误差|偏差|成本|时间|周期|排放|振动|温升|损耗|不良|故障|返修|重量|含量(?:限|上限)"
)
_MORE = re.compile(r"纯度|效率|寿命|强度|精度等级|合格率|回收率|满意度|产量|可靠|MTBF|硬度")


def _benchmark(table: Table, document: Document) -> Iterator[Finding]:
    """Our own figure worse than the one that the table calls advanced, in a report that claims to lead."""
    names = table.header.plain_cells
    own = next(
        (
            i
            for i, name in enumerate(names)
            if i and re.search(r"本企业|本公司|本组织|企业水平|自身|我公司", name)
        ),
        None,
    )
    others = [
        i
        for i, name in enumerate(names)
        if i and i != own and re.search(r"国内|国际|行业|标杆|竞争|同行|先进", name)
    ]
    if own is None or not others:
        return
    boast = re.search(r"领先|一流|最低|领军|最优|龙头", document.text)
    for row in table.body:
        cells = row.plain_cells
        if len(cells) != len(names):
            continue
        mine = _last_value(cells[own])
        for other in others:
            theirs = _last_value(cells[other])
            if mine is None or theirs is None or mine[1] != theirs[1]:
                continue
            less = bool(_LESS.search(cells[0]))
            if not less and not _MORE.search(cells[0]):
                continue
            worse = mine[0] > theirs[0] if less else mine[0] < theirs[0]
            if worse:
                against = f"，而文中称“{boast.group()}”" if boast else ""
                yield found("GC19", "question", row, f"“{cells[0]}”本企业 {mine[2]}，{names[other]} {theirs[2]}：比它差{against}。",
                            "核对数值；属实就不称领先。", (row.cell_start(other), row.cell_start(other) + len(cells[other])))  # fmt: skip
                break


def _last_value(cell: str) -> tuple[Decimal, str, str] | None:
    found_values = [quantity_of(match) for match in QUANTITY.finditer(cell)]
    with_unit = [one for one in found_values if one.unit]
    chosen = (with_unit or found_values)[-1:] if found_values else []
    return (chosen[0].value, chosen[0].unit, chosen[0].text) if chosen else None


_NEVER = re.compile(
    r"(?:从未|未|没有|无)(?:发生|出现|收到)过?(?:任何|一起|重大)?(?:的)?(?:顾客|客户|用户|质量)*(投诉|退货|召回|质量事故|安全事故|事故)|零(投诉|退货|事故|召回)"
)


def _never(document: Document) -> Iterator[Finding]:
    """No complaints, says one sentence; so many of them, another."""
    counted = [
        one
        for one in statements(document)
        if one.name == "顾客投诉数" and one.value > 0 and one.kind == "actual"
    ]
    for block in document.prose:
        for match in _NEVER.finditer(block.plain):
            what = match.group(1) or match.group(2)
            if "重大" in match.group() or re.search(
                r"重大|较大|严重", block.plain[max(0, match.start() - 8) : match.end()]
            ):
                continue
            if what == "投诉" and counted and counted[0].block is not block:
                yield found(
                    "GC19",
                    "error",
                    block,
                    f"这里说没有投诉，{place(counted[0].block)}说“{counted[0].said}”。",
                    "按投诉登记改正。",
                    match.span(),
                )


_EVERYBODY = re.compile(
    r"(?:\d{2,3}%|百分之百|100%|全部|所有)的?(?:中高层|管理者|管理人员|干部|员工|客户|顾客|经理)[^，。；]{0,12}(?:认为|表示|具有|满意|认同|具备|属于)"
)


def _shares(document: Document) -> Iterator[Finding]:
    """N % of the managers find …: of how many, asked when?"""
    for block in document.prose:
        for match in _EVERYBODY.finditer(block.plain):
            if not re.search(r"调查|问卷|访谈|样本|份|评估|测评", block.plain):
                yield found(
                    "GC19",
                    "question",
                    block,
                    f"“{match.group()}”没有说明怎样得来（人数、调查方法、时间）。",
                    "写出调查的样本、方法和时间。",
                    match.span(),
                )
