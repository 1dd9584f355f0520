"""GC03 合计与枚举：合计等于各部分之和，列举的个数与所说的个数相同，占比之和为 100%。"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from zhicheng.review.document import Block, Document, Sentence, Table
from zhicheng.review.facts.quantities import QUANTITY, Quantity, chinese_count, quantity_of
from zhicheng.review.facts.tables import (
    RATE_NAME,
    TOTAL,
    Cell,
    cell_number,
    full_rows,
    is_total,
    number_columns,
)
from zhicheng.review.finding import Finding, found
from zhicheng.review.profile import Profile

_FIX = "核对各部分与合计；不可相加的数（如人次与人数）请注明。"


def sums(document: Document, profile: Profile) -> Iterator[Finding]:
    """Totals of tables and sentences, counted lists, and shares that do not add up."""
    for table in document.tables:
        yield from _columns(table)
        yield from _rows(table)
        yield from _named_total(table)
        yield from _shares(table)
    for sentence in document.sentences:
        if sentence.block.kind != "row":
            yield from _parts(sentence)
        if sentence.block.kind not in ("heading", "caption"):
            yield from _counted(sentence)
    for block in document.prose:
        yield from _share_sentence(block)


def _columns(table: Table) -> Iterator[Finding]:
    totals = [row for row in full_rows(table) if is_total(row)]
    if not totals:
        return
    last = totals[-1]
    between = [row for row in full_rows(table) if row.index < last.index and not is_total(row)]
    for column, name, _ in number_columns(table):
        total = cell_number(last, column)
        cells = [cell for row in between if (cell := cell_number(row, column))]
        if total is None or len(cells) < 2 or RATE_NAME.search(name) or total.unit in ("%", "分"):
            continue
        if re.search(r"平均|均值|单价|得分|评分|满意度|率", name):
            continue
        whole = sum((cell.value for cell in cells), Decimal(0))
        if abs(whole - total.value) > _slack(cells, total):
            yield found(
                "GC03",
                "error",
                last,
                f"“{name}”一列合计写 {total.value}，各行相加得 {whole}。",
                _FIX,
                total.span,
            )


def _slack(cells: list[Cell], total: Cell) -> Decimal:
    """Rounded parts may miss the total by half a unit of the last digit each."""
    decimals = max([cell.decimals for cell in cells] + [total.decimals])
    return Decimal(0) if decimals == 0 else Decimal(len(cells)).scaleb(-decimals) / 2


def _rows(table: Table) -> Iterator[Finding]:
    names = table.header.plain_cells
    totals = [
        column for column, name in enumerate(names) if TOTAL.match(name) or name.startswith(("合计", "总计"))
    ]
    if len(totals) != 1:
        return
    column = totals[0]
    for row in full_rows(table):
        total = cell_number(row, column)
        others = [
            cell for place in range(1, column) if (cell := cell_number(row, place)) and names[place] != "序号"
        ]
        if total is None or len(others) < 2 or any(cell.unit == "%" for cell in others) or total.unit == "%":
            continue
        whole = sum((cell.value for cell in others), Decimal(0))
        if abs(whole - total.value) > _slack(others, total):
            yield found(
                "GC03",
                "error",
                row,
                f"“{names[column]}”写 {total.value}，本行各项相加得 {whole}。",
                _FIX,
                total.span,
            )


def _named_total(table: Table) -> Iterator[Finding]:
    """供应商总数 under A类供应商数量, B类供应商数量 …: a total that has a name of its own."""
    rows = full_rows(table)
    for place, row in enumerate(rows):
        match = re.fullmatch(r"([\u4e00-\u9fff]{2,8})(?:总数|总量|合计|总计)", row.plain_cells[0])
        if match is None:
            continue
        parts = []
        for above in reversed(rows[:place]):
            if match[1] not in above.plain_cells[0] or RATE_NAME.search(above.plain_cells[0]):
                break
            parts.append(above)
        if len(parts) < 2:
            continue
        for column in range(1, len(row.plain_cells)):
            total, cells = cell_number(row, column), [cell_number(part, column) for part in parts]
            present = [cell for cell in cells if cell]
            if total is None or len(present) != len(parts) or re.search(r"率|%", total.unit):
                continue
            whole = sum((cell.value for cell in present), Decimal(0))
            if whole != total.value:
                yield found(
                    "GC03",
                    "error",
                    row,
                    f"“{row.plain_cells[0]}”写 {total.value}，上面 {len(parts)} 行相加得 {whole}。",
                    _FIX,
                    total.span,
                )


def _shares(table: Table) -> Iterator[Finding]:
    for _, name, cells in number_columns(table):
        if not re.search(r"占比|比例|比重|份额", name) or len(cells) < 3:
            continue
        whole = sum((cell.value for cell in cells), Decimal(0))
        if whole > 101 or 85 < whole < 99:
            severity = "error" if re.search(r"占比|比重", name) else "question"
            yield found("GC03", "error" if severity == "error" else "question", cells[-1].row,
                        f"“{name}”一列相加得 {whole}%，不是 100%。", _FIX, cells[-1].span)  # fmt: skip


_WHOLE = re.compile(
    r"(?:共|合计|总计|总共|共有|共计|累计|现有|拥有|总数为?)(?:[^，。；\d]{0,16}?)(?=\d)|(?:员工|职工|专利|设备|投诉|人员)(?:总数|共)?(?=\d)|(?:开展|组织|举办|完成|收到|受理|进行|实施|参加|召开|处理|发生|检验|检查|抽查|培训)[^，。；\d]{0,12}?(?=\d)"
)
_OF_THESE = re.compile(r"[，,:：(](?:其中|包括|分别为|分别是|含)?[:：]?")


def _parts(sentence: Sentence) -> Iterator[Finding]:
    """共 480 人，其中生产 300 人、技术 120 人、管理 50 人."""
    text = sentence.text
    for lead in _WHOLE.finditer(text):
        number = QUANTITY.match(text, lead.end())
        if not number:
            continue
        whole = quantity_of(number)
        rest = text[whole.end :]
        marker = re.search(r"其中|包括|分别", rest)
        if not marker or marker.start() > 14 or not whole.unit:
            continue
        tail = re.split(r"[)。；;]|另外|此外|同比|比上年|较上年|全部|均", rest[marker.end() :])[0]
        parts = [q for m in QUANTITY.finditer(tail) if (q := quantity_of(m)).unit == whole.unit]
        if len(parts) < 2 or any(part.about for part in parts) or whole.about:
            continue
        total = sum((part.value for part in parts), Decimal(0))
        if total == whole.value:
            continue
        exact = marker.group() != "其中" or total > whole.value
        if exact or len(parts) >= 3 or total >= whole.value * Decimal("0.9"):
            yield found("GC03", "error" if exact else "question", sentence.block,
                        f"总数写 {whole.text}，所列 {len(parts)} 部分相加得 {total}{whole.unit}。", _FIX,
                        (sentence.start + lead.start(), sentence.start + whole.end + marker.end() + parts[-1].end))  # fmt: skip


_COUNTED = re.compile(
    r"(?P<etc>等)?(?P<count>[一二两三四五六七八九十]{1,2}|\d{1,2})"
    r"(?P<what>个方面|大方面|大类|类|大系列|个系列|项|种|大体系|个体系|个部门|个环节|大环节|个过程|个阶段|大要素|个要素|大利益)"
)


def _counted(sentence: Sentence) -> Iterator[Finding]:
    """A、B、C 四个方面: four are said, three are named."""
    for match in _COUNTED.finditer(sentence.text):
        count = chinese_count(match["count"])
        listed = re.split(r"[，,。：:；\t]", sentence.text[: match.start()])[-1]
        if count is None or count < 2 or "、" not in listed or listed[-1] in "、第每近约前后及和与":
            continue
        named, inner = _named(listed)
        tail = sentence.text[match.end() : match.end() + 6]
        if re.match(r"以上|标准|制度|认证|(?:的)?其[中他]", tail) or (match["etc"] and count >= named):
            continue
        if named <= count <= named + inner:
            continue
        certain = inner == 0 and abs(count - named) <= 3 and match["what"] != "项"
        start = match.start() - len(listed)
        yield found("GC03", "error" if certain else "question", sentence.block,
                    f"这里说{match['count']}{match['what']}，列出的是 {named} 个。", "补全或改正个数。",
                    (sentence.start + start, sentence.start + match.end()))  # fmt: skip


def _named(listed: str) -> tuple[int, int]:
    """How many things a list names, and how many more if 和 and 及 inside an item join two."""
    items = listed.split("、")
    last = items[-1]
    joined = len(re.findall(r"(?<!总)[和及与](?!谐|平|解|睦)", last[:-1]))
    inner = sum(len(re.findall(r"[和及与]", item)) for item in items[:-1])
    return len(items) + (1 if joined else 0), inner + max(joined - 1, 0)


def _share_sentence(block: Block) -> Iterator[Finding]:
    """Parts in per cent of one whole, given with 分别 or 其余: 60%、30%、20%."""
    for match in re.finditer(
        r"(?:占比分别为|分别占(?:总数|总额|总量)?(?:的)?)((?:\d+(?:\.\d+)?%[、，和及]?){3,})", block.plain
    ):
        values: list[Quantity] = [quantity_of(one) for one in QUANTITY.finditer(match[1])]
        whole = sum((value.value for value in values), Decimal(0))
        if whole > 101 or 90 < whole < 99:
            yield found(
                "GC03",
                "error" if whole > 101 else "question",
                block,
                f"各部分的占比相加得 {whole}%，不是 100%。",
                _FIX,
                match.span(),
            )
