"""GC12 量的类型：同一指标一种单位，等级在其等级体系之内，对比的是同一种量，同比环比有基数。"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from zhicheng.review.document import Block, Document, Table
from zhicheng.review.facts.citations import CITATION
from zhicheng.review.facts.statements import Statement, statements
from zhicheng.review.facts.words import bigrams
from zhicheng.review.finding import Finding, found, place
from zhicheng.review.profile import Profile


def measures(document: Document, profile: Profile) -> Iterator[Finding]:
    """Units, scales, comparability, and columns that hold things of another kind."""
    yield from _two_units(document)
    for block in document.blocks:
        if block.kind != "contents":
            yield from _spelled_units(block)
            yield from _scales(block)
            yield from _growth(block)
    for table in document.tables:
        yield from _benchmarks(table)
        yield from _column_kinds(table)
        yield from _column_units(table)


def _two_units(document: Document) -> Iterator[Finding]:
    by_name: dict[str, dict[str, list[Statement]]] = defaultdict(lambda: defaultdict(list))
    for statement in statements(document):
        if statement.unit in ("%", "分", "‰", "ppm") and statement.name.endswith(("率", "满意度", "得分")):
            by_name[re.sub(r"(?:综合|平均|总体)?得分$", "", statement.name)][statement.unit].append(statement)
    for name, units in by_name.items():
        if len(units) < 2:
            continue
        (one, first), (other, second) = sorted(units.items(), key=lambda item: item[1][0].block.index)[:2]
        if {one, other} <= {"%", "‰", "ppm"} and name.endswith("率") and "满意" not in name:
            continue
        for statement, unit, against in ((first[0], one, second[0]), (second[0], other, first[0])):
            yield found("GC12", "question", statement.block,
                        f"“{name}”在这里以“{unit}”计，{place(against.block)}以“{against.unit}”计：量的类型不同，不能相比。",
                        "统一计量方法，或改成两个名称并各给定义。", (statement.start, statement.end))  # fmt: skip


# A number stands free: what is glued to letters or signs is a type or a key in base64.
_UNIT_SLIPS = (
    (re.compile(r"(?<![A-Za-z\d+/=.,])[\d.,]*\d\s?(KG|Kg|kG|KGS)(?![A-Za-z\d+=])"), "kg"),
    (re.compile(r"(?<![A-Za-z\d+/=.,])[\d.,]*\d\s?(KW|Kw)(?![A-Za-z\d+=])"), "kW"),
    (re.compile(r"(?<![A-Za-z\d+/=.,])[\d.,]*\d\s?(KWH|Kwh|kwh|KWh|kWH)(?![A-Za-z\d+=])"), "kWh"),
    (re.compile(r"(?<![A-Za-z\d+/=.,])[\d.,]*\d\s?(KM|Km)(?![A-Za-z\d+=])"), "km"),
    (re.compile(r"(?<![A-Za-z\d+/=.,])[\d.,]*\d\s?(MM|Mm)(?![A-Za-z\d+=])"), "mm"),
    (re.compile(r"(?<![A-Za-z\d+/=.,])[\d.,]*\d\s?(Mpa|MPA|mpa)(?![A-Za-z\d+=])"), "MPa"),
    (re.compile(r"\d\s?(Hz|HZ|hz)(?<!Hz)(?![A-Za-z])"), "Hz"),
    (re.compile(r"\d\s?(公分|市斤|英寸|公斤力|马力)"), "法定计量单位"),
)


def _spelled_units(block: Block) -> Iterator[Finding]:
    for pattern, right in _UNIT_SLIPS:
        for match in pattern.finditer(block.plain):
            yield found(
                "GC12",
                "error",
                block,
                f"单位“{match.group(1)}”写法不对，应为“{right}”。",
                f"改为“{right}”。",
                match.span(),
            )
    for match in re.finditer(
        r"(?:面积|占地|厂房|用房)[^，。；\d]{0,8}[\d,.]+(?:余|多)?(米|m)(?![²2³³/a-z\u4e00-\u9fff])",
        block.plain,
    ):
        yield found("GC12", "error", block, "面积的单位写成了长度。", "改为“平方米”。", match.span())


_SCALES: tuple[tuple[str, re.Pattern[str], frozenset[str], str], ...] = (
    ("纳税信用等级", re.compile(r"纳税信用(?:等级|级别)?[^，。；\t]{0,4}?[为评被是]{0,2}[\t“\"]?(?:省|市|国家)?(A{1,4}[+-]?|[A-E]|M)级?"),
     frozenset({"A", "B", "M", "C", "D"}), "A、B、M、C、D"),
    ("安全生产标准化", re.compile(r"安全生产标准化([一二三四五六])级"), frozenset({"一", "二", "三"}), "一、二、三级"),
    ("海关信用", re.compile(r"海关[^，。；\t]{0,6}?(A{2,4}|A)类?企业(?![\u4e00-\u9fff]*(?:2018|以前))"), frozenset(), "高级认证企业等"),
    ("售后服务星级", re.compile(r"售后服务[^，。；\t]{0,10}?([一二三四五六七八九])星级"), frozenset({"三", "四", "五"}), "达标级、三星、四星、五星"),
    ("企业信用等级", re.compile(r"信用等级[^，。；\t]{0,4}?(A{4,})"), frozenset(), "AAA 为最高"),
    ("专业技术职称", re.compile(r"(特级|超级)工程师"), frozenset(), "正高级、高级、中级、助理"),
)  # fmt: skip


def _scales(block: Block) -> Iterator[Finding]:
    for what, pattern, members, listed in _SCALES:
        for match in pattern.finditer(block.plain):
            if match.group(1) not in members:
                yield found("GC12", "question" if what == "海关信用" else "error", block,
                            f"“{what}”的等级是 {listed}，没有“{match.group(1)}”。", "按证书或通报改正。", match.span())  # fmt: skip
    if (
        block.kind == "row"
        and len(block.cells) >= 3
        and any(cell in ("纳税信用", "纳税信用等级") for cell in block.plain_cells)
    ):
        match_row = re.search(r"A{2,4}", block.plain)
        if match_row and not re.search(r"纳税信用[^，。；\t]{0,4}\t?(?:省|市)?A{2,4}", block.plain):
            yield found(
                "GC12",
                "error",
                block,
                f"“纳税信用等级”的等级是 A、B、M、C、D，没有“{match_row.group()}”。",
                "按税务机关的评价改正。",
                match_row.span(),
            )


_COMPARED = re.compile(
    r"(?:同比|环比|(?:与|和|同|比|较)(?:上年|去年|上一年|前一年|往年|上年度)(?:同期)?(?:相比|比较)?)[^。；\d]{0,12}?"
    r"(?:增长|提高|提升|上升|下降|降低|减少|增加|改善|好转)(?!了?(?:约|近|超过?)?[\d一二三四五六七八九十百])"
)


def _growth(block: Block) -> Iterator[Finding]:
    """同比增长 with no figure, or per cent of a rate where points are meant."""
    if block.kind not in ("paragraph", "item"):
        return
    for match in _COMPARED.finditer(block.plain):
        clause = re.split(r"[，。；]", block.plain[match.end() :])[0]
        before = re.split(r"[。；]", block.plain[: match.start()])[-1]
        if (
            not re.search(r"\d", clause)
            and len(re.findall(r"\d+(?:\.\d+)?(?:%|分|件|起|次|人|万元)", before)) < 2
        ):
            yield found(
                "GC12",
                "question",
                block,
                f"“{match.group()}”没有数，也没有上期的基数。",
                "写出本期、上期的数和变化量。",
                match.span(),
            )


_OWN = re.compile(r"本企业|本公司|企业水平|公司水平|本组织|自身|我公司|自评")
_OTHER = re.compile(r"国内|国际|行业|标杆|竞争|同行|先进|平均")


def _benchmarks(table: Table) -> Iterator[Finding]:
    """A row that sets two unlike things side by side: our tests against another's wiring."""
    names = table.header.plain_cells
    own = next((i for i, name in enumerate(names) if _OWN.search(name) and i > 0), None)
    others = [i for i, name in enumerate(names) if _OTHER.search(name) and i != own and i > 0]
    if own is None or not others:
        return
    for row in table.body:
        cells = row.plain_cells
        if len(cells) != len(names):
            continue
        for other in others:
            mine, theirs = cells[own], cells[other]
            if len(mine) < 6 or len(theirs) < 6 or "," in (mine, theirs):
                continue
            weak = bigrams(cells[0])
            if (
                bigrams(mine)
                and bigrams(theirs)
                and not (bigrams(mine) & bigrams(theirs)) - weak
                and len(bigrams(theirs)) >= 4
            ):
                start = row.cell_start(other)
                yield found("GC12", "question", row, f"“{cells[0]}”一行中“{names[own]}”与“{names[other]}”说的不是同一件事，不可相比。",
                            "对同一个量给出各自的值和单位。", (start, start + len(theirs)))  # fmt: skip
                break


_LAWISH = re.compile(
    r"(?:[\u4e00-\u9fff]{2,12}(?:法|条例)|《[^》]+》|[\u4e00-\u9fff]{2,10}标准)(?:[，、,]|$)"
)
_LAW_COLUMN = re.compile(r"依据|法规|法律|标准|要求|内容|文件|制度|名称|规范|准则|界定|方法")
_INDICATOR = re.compile(r"(?:测量)?指标$|指标名称|监测指标|考核指标")


def _column_kinds(table: Table) -> Iterator[Finding]:
    """Laws in a column of control elements; one target among bare indicators."""
    names = table.header.plain_cells
    rows = [row for row in table.body if len(row.cells) == len(names)]
    for column, name in enumerate(names):
        cells = [(row, row.plain_cells[column]) for row in rows if row.plain_cells[column]]
        if len(cells) < 3:
            continue
        if column > 0 and not _LAW_COLUMN.search(name):
            lawish = [
                (row, cell)
                for row, cell in cells
                if _LAWISH.match(cell) and len(cell) <= 30 and not cell.endswith("方法")
            ]
            if 0 < len(lawish) * 3 <= len(cells) + 2:
                for row, cell in lawish:
                    start = row.cell_start(column)
                    yield found(
                        "GC12",
                        "question",
                        row,
                        f"“{name}”一列里写的是法规或标准名称，不是{name}。",
                        f"写出{name}本身；依据另列一栏。",
                        (start, start + len(cell)),
                    )
        if column > 0 and _INDICATOR.search(name):
            valued = [
                (row, cell)
                for row, cell in cells
                if re.search(r"\d+(?:\.\d+)?\s*(?:%|分|次|起|件)", cell) and not CITATION.search(cell)
            ]
            if 0 < len(valued) * 3 <= len(cells):
                for row, cell in valued:
                    start = row.cell_start(column)
                    yield found(
                        "GC12",
                        "question",
                        row,
                        f"“{name}”一列只有这里带目标值，其余各行没有可测量的值。",
                        "指标与目标值分两列，各行都写全。",
                        (start, start + len(cell)),
                    )


def _column_units(table: Table) -> Iterator[Finding]:
    """One column, several units."""
    for column, name in enumerate(table.header.plain_cells):
        units: dict[str, list[Block]] = defaultdict(list)
        for row in table.body:
            if len(row.cells) != len(table.header.cells):
                continue
            match = re.fullmatch(
                r"(?:≥|≤|约)?\d[\d,.]*(%|‰|分|万元|元|亿元|吨|kg|mm|cm|m|批|件|台|人|起)",
                row.plain_cells[column],
            )
            if match:
                units[match.group(1)].append(row)
        counted = sorted(units.items(), key=lambda item: len(item[1]))
        if len(counted) == 2 and len(counted[0][1]) == 1 and len(counted[1][1]) >= 3:
            row = counted[0][1][0]
            start = row.cell_start(column)
            if re.search(r"指标|目标|项目|名称", table.header.plain_cells[0]) and counted[0][0] not in (
                "万元",
                "元",
                "亿元",
                "kg",
                "吨",
                "mm",
                "cm",
                "m",
            ):
                continue  # a list of different measures has different units
            yield found(
                "GC12",
                "error",
                row,
                f"“{name}”一列的单位是“{counted[1][0]}”，只有这一格是“{counted[0][0]}”。",
                "统一单位。",
                (start, start + len(row.plain_cells[column])),
            )
