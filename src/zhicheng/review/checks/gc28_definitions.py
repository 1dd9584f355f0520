"""GC28 定义：指标、等级、区间、缩写都说得清是什么。"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from zhicheng.review.document import Block, Document, Table
from zhicheng.review.finding import Finding, found
from zhicheng.review.profile import Profile

_VAGUE = re.compile(
    r"(?:合理|可控|较低|较高|一定|适当|正常|允许|规定|可接受|预期)的?(?:范围|水平|程度|区间|限度|幅度)(?:之?内|以内)?(?=[，。；、]|$)"
)
_VAGUE_VERB = re.compile(r"(?:降|控制|保持|维持|处|提升|提高|稳定|限制|达)(?:至|在|于|到)?$")
_GRADED = re.compile(
    r"(?:从未|未|没有|无|零|杜绝)(?:发生|出现|有)?(?:过)?(?:任何)?(重大|较大|严重|特大|重要)(?:的)?((?:质量|安全|环境|顾客|客户|服务|产品|设备)*(?:投诉|事故|问题|事件|失信))"
)
_GRADED_ZERO = re.compile(
    r"(重大|较大|严重|特大)(?:的)?((?:质量|安全|环境|顾客|客户|服务|产品|设备)*(?:投诉|事故|问题|事件|失信))(?:[数率])?[为是]?(?:零|0)(?!\.)"
)
_KNOWN_TEXT = (
    "ISO IEC GB JB HG QB SB YB DB OHSAS IATF PDCA ERP OA MES CRM PLM KPI QC QA QCC CEO GM PPM AI IT APP PDF WORD EXCEL PPT QQ CPU LED LCD USB SPC FMEA MSA SOP CAD CAE UPS AAA AA CCC CE UL"
    " ROHS REACH FDA GMP HACCP CNAS CMA CCRC OEM ODM VIP NO ID DN PN MPA KW KV HZ WTO EU USA PVC PE PP PET ABS CNC PLC MM CM KG PH COD VOC VOCS WIFI GPS RFID POS SUV DIY CQO CTO CFO CIO TS TR GBT JJF JJG WWW COM"
    " HTTP HTTPS CN ZL AQL IP SGS TUV BV DNV II III IV VI EHS QMS EMS AB BOM ECN ICT SQE IQC IPQC FQC OQC RD HR ISBN PSA NBR EPDM CAPA PPAP APQP CPK MTBF OEE TPM"
)
_KNOWN = frozenset(_KNOWN_TEXT.split())


def definitions(document: Document, profile: Profile) -> Iterator[Finding]:
    """Vague ranges, undefined grades of trouble, letters and abbreviations without meaning, mislabelled columns."""
    yield from _vague(document)
    yield from _graded(document)
    yield from _letters(document)
    yield from _abbreviations(document)
    yield from _bases(document)
    for table in document.tables:
        yield from _header_is_a_value(document, table)


def _vague(document: Document) -> Iterator[Finding]:
    for block in document.blocks:
        if block.kind not in ("paragraph", "item", "row"):
            continue
        for match in _VAGUE.finditer(block.plain):
            lead = block.plain[: match.start()]
            if _VAGUE_VERB.search(lead[-6:]):
                yield found("GC28", "question", block, f"“{match.group()}”没有数值，说不出是否做到。", "写出界限，例如“逾期率 ≤ 2%”。",
                            (max(0, match.start() - 12), match.end()))  # fmt: skip


def _graded(document: Document) -> Iterator[Finding]:
    """No grave complaint, without a word on what is grave."""
    text = document.text
    for block in document.prose:
        for match in (*_GRADED.finditer(block.plain), *_GRADED_ZERO.finditer(block.plain)):
            grade, what = match.group(1), re.sub(r"^(?:顾客|客户|产品)+", "", match.group(2))
            core = what[-2:]
            defined = re.search(
                rf"{grade}[\u4e00-\u9fff]{{0,6}}{core}(?:[（(]?(?:是指|指的是|指|定义为|:|：|——)|的(?:定义|判定|界定|划分|标准))",
                text,
            ) or re.search(rf"{core}(?:分为|划分为|等级|分级)[^。]{{0,40}}{grade}", text)
            if not defined:
                yield found(
                    "GC28",
                    "question",
                    block,
                    f"“{grade}{match.group(2)}”没有定义，也没有{core}的件数，无法核实。",
                    f"定义怎样算{grade}，并给出各级的件数。",
                    match.span(),
                )


_LONE = re.compile(
    r"(?<![A-Za-z0-9/\-.、“])([A-Z])(?=[\u4e00-\u9fff]{2,})(?![类级型款版座区栋组栏档系轮股图线站]|类|柱)"
)


def _letters(document: Document) -> Iterator[Finding]:
    """A single letter before a noun: Z 知识管理体系."""
    for block in document.blocks:
        if block.kind not in ("paragraph", "item"):
            continue
        for match in _LONE.finditer(block.plain):
            if re.match(
                r"[\u4e00-\u9fff]{0,4}(?:管理|体系|认证|标准|系统|产品|指标|部|项目)",
                block.plain[match.end() :],
            ):
                yield found(
                    "GC28",
                    "question",
                    block,
                    f"字母“{match.group(1)}”没有说明是什么意思。",
                    "写出全称。",
                    (match.start(), match.end() + 6),
                )


_ABBREVIATION = re.compile(r"(?<![A-Za-z0-9/\-.])([A-Z]{2,6})(?![A-Za-z0-9/\-.]|\s?\d)")


def _abbreviations(document: Document) -> Iterator[Finding]:
    """An abbreviation that is neither general nor written out anywhere."""
    counts: Counter[str] = Counter()
    first: dict[str, tuple[Block, tuple[int, int]]] = {}
    for block in document.blocks:
        if block.kind == "contents":
            continue
        for match in _ABBREVIATION.finditer(block.plain):
            name = match.group(1)
            if name in _KNOWN or (block.kind == "row" and len(name) <= 2):
                continue
            counts[name] += 1
            first.setdefault(name, (block, match.span()))
    text = document.text
    for name, (block, span) in first.items():
        explained = re.search(
            rf"[\u4e00-\u9fff\w]{{2,20}}[(（“]{name}[)）”]|{name}[)）]?[(（][^)）]{{2,40}}[)）]|{name}(?:即|是指|指|:|：|——)",
            text,
        )
        if not explained:
            yield found("GC28", "note", block, f"缩写“{name}”没有写出全称。", "第一次出现时写出全称。", span)


def _header_is_a_value(document: Document, table: Table) -> Iterator[Finding]:
    """A column headed by one of its own values: 一般性 over 一般 and 严重."""
    heads = [table.header, *[row for row in table.body[:1] if not any(row.cells[:3])]]
    for head in heads:
        for column, name in enumerate(head.plain_cells):
            stem = re.sub(r"[性度]$", "", name)
            if len(stem) < 2 or stem == name:
                continue
            values = [row.plain_cells for row in table.body if row is not head and len(row.plain_cells) >= 2]
            spoken = Counter(cell for cells in values for cell in cells if len(cell) <= 4)
            if spoken[stem] >= 2:
                others = [
                    value
                    for value in spoken
                    if value != stem
                    and value in ("严重", "轻微", "重大", "较大", "高", "低", "中", "特别", "可忽略")
                ]
                if others:
                    start = head.cell_start(column)
                    yield found(
                        "GC28",
                        "question",
                        head,
                        f"列名“{name}”是这一列的一个取值（“{stem}”）；列名应是所评的量，如“严重性”。",
                        "改正列名，并定义各等级。",
                        (start, start + len(name)),
                    )


_BASELESS = re.compile(r"(?:顾客|客户|用户|产品)?(?:投诉率|客诉率|退货率|返修率|流失率|事故率|抱怨率)")


def _bases(document: Document) -> Iterator[Finding]:
    """Rates of which the words do not say what is divided by what: complaints per order, per piece, per customer?"""
    told: set[str] = set()
    text = document.text
    for block in document.blocks:
        if block.kind not in ("row", "paragraph", "item"):
            continue
        for match in _BASELESS.finditer(block.plain):
            name = match.group()
            if name in told or not re.match(r"[^，。；\t]{0,6}[\t]?[≤≥<>]?\d", block.plain[match.end() :]):
                continue
            told.add(name)
            core = name[-3:]
            if not re.search(
                rf"{core}(?:[=＝(]|是指|指|为[^，。]{{0,10}}(?:与|除以|÷|/|占))|{core}[^。]{{0,4}}[=＝]", text
            ):
                yield found(
                    "GC28",
                    "question",
                    block,
                    f"“{name}”没有说明分母（按订单、件数还是客户数）。",
                    "给出计算公式。",
                    match.span(),
                )
