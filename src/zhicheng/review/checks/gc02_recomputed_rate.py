"""GC02 率可复算：率、占比与其分子分母相符。"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import permutations

from zhicheng.review.document import Block, Document, Sentence, Table
from zhicheng.review.facts.quantities import QUANTITY, Quantity, quantity_of
from zhicheng.review.facts.tables import RATE_NAME, Cell, cell_number, full_rows, is_total, number_columns
from zhicheng.review.finding import Finding, found
from zhicheng.review.profile import Profile

_FIX = "按分子、分母重新计算；若口径不同，请写出分子、分母各是什么。"
_RATE_WORD = re.compile(r"[\u4e00-\u9fff]{2,10}率|占(?:比|[\u4e00-\u9fff]{0,8}的?)")
_COUNT_UNITS_TEXT = (
    "批 件 台 台套 套 项 人 份 个 起 次 家 只 条 户 种 人次 件次 项次 张 款 辆 部 期 场 吨 kg 米"
)
_COUNT_UNITS = frozenset(_COUNT_UNITS_TEXT.split())
_GROWTH = re.compile(r"增长|提高|提升|上升|下降|降低|同比|环比|增幅|减少|增加")


def recomputed_rate(document: Document, profile: Profile) -> Iterator[Finding]:
    """Rates in sentences and tables that their own counts do not give."""
    for sentence in document.sentences:
        if sentence.block.kind != "row":
            yield from _in_sentence(sentence)
    for table in document.tables:
        yield from _in_table(table)
        yield from _in_rows(table)


def holds(part: Decimal, whole: Decimal, percent: Decimal, decimals: int) -> bool:
    """Whether part ÷ whole is the percentage as far as its decimals say, rounded or cut.

    >>> holds(Decimal(196), Decimal(200), Decimal("98"), 0)
    True
    """
    if whole == 0:
        return False
    return abs(part / whole * 100 - percent) < Decimal(1).scaleb(-decimals)


def _in_sentence(sentence: Sentence) -> Iterator[Finding]:
    text = sentence.text
    if "%" not in text or _GROWTH.search(text):
        return
    numbers = [quantity_of(match) for match in QUANTITY.finditer(text)]
    counts = [one for one in numbers if one.unit in _COUNT_UNITS and not one.about and not one.bound]
    rates = [one for one in numbers if one.unit == "%" and not one.bound and not one.about]
    for rate in rates:
        words = list(_RATE_WORD.finditer(text[: rate.start]))
        if not words or rate.start - words[-1].end() > 6:
            continue
        unit_groups = {one.unit for one in counts if one.end <= rate.start or len(counts) == 2}
        pairs = [
            [one for one in counts if one.unit == unit and one.end <= rate.start][-3:] for unit in unit_groups
        ]
        for near in pairs:
            if len(near) >= 2 and not _some_pair(near, rate):
                certain = len(near) == 2 and len(rates) == 1 and not words[-1].group().startswith("占")
                shown = "、".join(one.text for one in near)
                yield found(
                    "GC02", "error" if certain else "question", sentence.block,
                    f"“{words[-1].group()}{rate.text}”与同句的 {shown} 算不拢{_computed(near)}。", _FIX,
                    (sentence.start + near[0].start, sentence.start + rate.end),
                )  # fmt: skip
                break


def _computed(near: list[Quantity]) -> str:
    if len(near) != 2 or not max(one.value for one in near):
        return ""
    low, high = sorted(one.value for one in near)
    return f"（{low} ÷ {high} = {low / high * 100:.2f}%）"


def _some_pair(near: list[Quantity], rate: Quantity) -> bool:
    for part, whole in permutations(near, 2):
        if part.value <= whole.value and (
            holds(part.value, whole.value, rate.value, rate.decimals)
            or holds(whole.value - part.value, whole.value, rate.value, rate.decimals)
        ):
            return True
    return False


def _in_table(table: Table) -> Iterator[Finding]:
    columns = list(number_columns(table))
    counts = [
        (column, name)
        for column, name, cells in columns
        if not RATE_NAME.search(name) and cells[0].unit != "%"
    ]
    for column, name, cells in columns:
        if (
            not (RATE_NAME.search(name) or cells[0].unit == "%")
            or _GROWTH.search(name)
            or re.search("目标|指标", name)
        ):
            continue
        if re.search(r"占比|比例|比重|份额", name) and counts:
            yield from _shares(table, column, name, counts)
            continue
        yield from _ratios(table, column, name, counts)


def _shares(table: Table, column: int, name: str, counts: list[tuple[int, str]]) -> Iterator[Finding]:
    rows = [row for row in full_rows(table) if not is_total(row)]
    for count, count_name in counts:
        pairs = [(cell_number(row, count), cell_number(row, column)) for row in rows]
        both = [(part, share) for part, share in pairs if part and share]
        if len(both) != len(rows) or len(both) < 2:
            continue
        whole = sum((part.value for part, _ in both), Decimal(0))
        wrong = [
            (part, share) for part, share in both if not holds(part.value, whole, share.value, share.decimals)
        ]
        if len(wrong) * 2 <= len(both):
            for part, share in wrong:
                yield _wrong(
                    share,
                    f"{name} {share.value}%",
                    part.value,
                    whole,
                    f"{count_name} {part.value}，合计 {whole}",
                    "error",
                )
            return


def _ratios(table: Table, column: int, name: str, counts: list[tuple[int, str]]) -> Iterator[Finding]:
    """Find the two columns that give the rate in most rows; where the names tell them, no majority is needed."""
    rows = [row for row in full_rows(table) if cell_number(row, column)]
    best: tuple[int, list[tuple[Cell, Cell, Cell]], tuple[str, str]] | None = None
    for (a, a_name), (b, b_name) in permutations(counts, 2):
        triples = [(part, whole, rate) for row in rows
                   if (part := cell_number(row, a)) and (whole := cell_number(row, b)) and (rate := cell_number(row, column))]  # fmt: skip
        if not triples or any(part.value > whole.value for part, whole, _ in triples):
            continue
        right = sum(_rate_holds(*triple) for triple in triples)
        if best is None or right > len(best[1]) - best[0]:
            wrong = [triple for triple in triples if not _rate_holds(*triple)]
            named = _named(name, a_name, b_name)
            if named or (right * 2 > len(triples) and right >= 2):
                best = (len(wrong), triples, (a_name, b_name))
    if best is None:
        return
    for part, whole, rate in best[1]:
        if not _rate_holds(part, whole, rate):
            yield _wrong(rate, f"{name} {rate.value}%", part.value, whole.value,
                         f"{best[2][0]} {part.value}，{best[2][1]} {whole.value}", "error")  # fmt: skip


def _rate_holds(part: Cell, whole: Cell, rate: Cell) -> bool:
    return holds(part.value, whole.value, rate.value, rate.decimals) or holds(
        whole.value - part.value, whole.value, rate.value, rate.decimals
    )


def _named(rate: str, part: str, whole: str) -> bool:
    stem = re.sub(r"率.*|\(.*", "", rate)[-2:]
    return bool(
        stem
        and stem in part
        and re.search(r"总|检验|送检|抽检|应|收到|受理|交付|计划|参加|抽查|发出", whole)
        and stem not in whole
    )


def _wrong(rate: Cell, said: str, part: Decimal, whole: Decimal, shown: str, severity: str) -> Finding:
    computed = part / whole * 100 if whole else Decimal(0)
    return found("GC02", "error" if severity == "error" else "question", rate.row,
                 f"{said} 与本行的数算不拢：{shown}，得 {computed:.2f}%。", _FIX, rate.span)  # fmt: skip


_OF = re.compile(
    r"([\u4e00-\u9fffA-Z]{1,12}?)(?:数量|数)?占([\u4e00-\u9fff]{2,12}?)(?:总?数|总?量)?的?(?:比例?|比重|百分比|%)?"
)


def _in_rows(table: Table) -> Iterator[Finding]:
    """Measures down the side and years along the top: A类供应商占供应商总数比 against the rows of both."""
    named = {
        row.plain_cells[0] or row.plain_cells[min(1, len(row.plain_cells) - 1)]: row for row in table.body
    }
    for name, row in named.items():
        match = _OF.fullmatch(name)
        if match is None:
            continue
        part, whole = (_row_about(named, match[1]), _row_about(named, match[2]))
        if part is None or whole is None or row in (part, whole):
            continue
        for column in range(1, len(row.plain_cells)):
            triple = [cell_number(one, column) for one in (part, whole, row)]
            a, b, rate = triple
            if a and b and rate and b.value and not _rate_holds(a, b, rate):
                yield _wrong(
                    rate, f"“{name}”{rate.value}%", a.value, b.value, f"{a.value} ÷ {b.value}", "error"
                )


def _row_about(named: dict[str, Block], about: str) -> Block | None:
    """The one row whose name begins with these words and that is no share itself."""
    stem = re.sub(r"[类级型]$", "", about)
    rows = [row for name, row in named.items() if name.startswith(stem) and "占" not in name]
    if len(rows) > 1:
        rows = [row for row in rows if re.search(r"总数|总量|合计", row.plain_cells[0])] or rows
    return rows[0] if len(rows) == 1 else None
