"""Plans of GB/T 2828.1-2012 (ISO 2859-1:1999): from lot size, level, AQL and severity to the plan that is really used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import SupportsIndex

from zhicheng.stats.sampling import tables

SEVERITY_WORDS = {"normal": "正常检验", "tightened": "加严检验", "reduced": "放宽检验"}
PLAN_TYPE_WORDS = {"single": "一次抽样", "double": "二次抽样", "multiple": "多次抽样"}
CONFIDENCE_WORDS = {
    "two_sources": "两个以上独立来源一致",
    "one_source": "只有一个来源",
    "disputed": "来源不一致，有争议",
}
SOURCES = {
    "single": "ISO 2859-1:1999 的两份公开转录与 R AQLSchemes（MIL-STD-105E，放宽检验按 1999 版取消间隙换算）逐格对照；未核对原文",
    "double": "ISO 2859-1:1999 的一份公开转录与 R AQLSchemes（MIL-STD-105E）逐格对照；未核对原文",
    "multiple": "ISO 2859-1:1999 的一份公开转录（五次）；105E 为七次，不能对照；未核对原文",
}
_TABLES = {"single": "2", "double": "3", "multiple": "4"}
_PARTS = {"normal": "A", "tightened": "B", "reduced": "C"}


@dataclass(frozen=True, slots=True)
class SamplingPlan:
    """A plan, with how it was found.

    ``n``: sizes of the samples; ``ac``, ``re``: acceptance and rejection numbers for the cumulative count after each (``ac`` None:
    acceptance is not permitted yet). ``code_letter`` is that of table 1, ``code_letter_used`` where the arrows led, one entry of
    ``arrow_moves`` for each row. ``plan_type_used`` differs from ``plan_type`` where the table sends to another type.
    ``full_inspection``: the (first) sample is not smaller than the lot, so each item is inspected; ``n_inspected`` is the greatest
    number of items that can come to be inspected. ``alternatives`` are the other readings where the cell is disputed.
    """

    lot_size: int
    level: str
    aql: str
    severity: str
    plan_type: str
    plan_type_used: str
    code_letter: str
    code_letter_used: str
    arrow_moves: tuple[str, ...]
    n: tuple[int, ...]
    ac: tuple[int | None, ...]
    re: tuple[int, ...]
    full_inspection: bool
    n_inspected: int
    table: str
    standard: str
    edition: str
    source: str
    confidence: str
    alternatives: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The plan in one Chinese sentence."""
        words = f"{SEVERITY_WORDS[self.severity]}，{PLAN_TYPE_WORDS[self.plan_type_used]}，字码 {self.code_letter}"
        if self.arrow_moves:
            words += f"，按箭头用 {self.code_letter_used}"
        if self.full_inspection:
            return f"{words}：样本量 {self.n[0]} 不小于批量 {self.lot_size}，须全检这 {self.lot_size} 件，Ac={self.ac[0]}、Re={self.re[0]}。"
        stages = zip(self.n, self.ac, self.re, strict=True)
        parts = [f"n={n}、Ac={'不可接收' if ac is None else ac}、Re={re}" for n, ac, re in stages]
        return f"{words}：{'；'.join(parts)}。"


@dataclass(frozen=True, slots=True)
class Resolved:
    """Where the arrows of a master table lead: letter, single acceptance number, moves, confidence, other readings."""

    letter: str
    ac: int
    moves: tuple[str, ...]
    confidence: str
    alternatives: tuple[str, ...]


def resolve(severity: str, letter: str, aql: str) -> Resolved:
    """Follow the arrows of table 2 from a cell to the plan they point to, sample size and all."""
    letters, at, moves = tables.letters_of(severity), letter, []
    cell = tables.cell(severity, at, aql)
    confidence, others = cell.confidence, _readings(severity, at, aql, cell.alternative)
    while cell.arrow:
        moves.append(cell.arrow)
        at = letters[letters.index(at) + (1 if cell.arrow == "down" else -1)]
        cell = tables.cell(severity, at, aql)
        if cell.confidence == "disputed":
            confidence, others = cell.confidence, _readings(severity, at, aql, cell.alternative)
    if cell.ac is None:
        raise ValueError(
            f"{SEVERITY_WORDS[severity]}表中字码 {letter}、AQL {aql} 没有方案：请另选 AQL 或检验水平。"
        )
    return Resolved(at, cell.ac, tuple(moves), confidence, others)


def _readings(severity: str, letter: str, aql: str, alternative: str) -> tuple[str, ...]:
    """The other reading of a disputed cell, resolved to a plan, with who reads so."""
    if not alternative:
        return ()
    text, _bar, why = alternative.partition("|")
    if text.isdigit():
        at, ac = letter, int(text)
    else:
        letters = tables.letters_of(severity)
        below = resolve(severity, letters[letters.index(letter) + 1], aql)
        at, ac = below.letter, below.ac
    return (f"字码 {at} n={tables.single_size(severity, at)} Ac={ac} Re={ac + 1}（{why}）",)


def sampling_plan(
    lot_size: SupportsIndex,
    aql: str | float | Decimal,
    *,
    level: str = "II",
    severity: str = "normal",
    plan_type: str = "single",
    expression: str = "",
) -> SamplingPlan:
    """The plan of GB/T 2828.1-2012 (tables 1 and 2-A to 4-C) for a lot, arrows resolved.

    ``lot_size``: items in the lot (at least 2); ``aql``: one of the preferred values, per cent nonconforming or nonconformities per
    100 items; ``level``: S-1 to S-4, I, II, III; ``severity``: normal, tightened, reduced; ``plan_type``: single, double, multiple;
    ``expression``: "percent" or "per_hundred" to have it checked that AQLs above 10 are per 100 items ("" leaves it open).

    Errors: ValueError with a Chinese sentence for anything that is not in the tables.

    >>> plan = sampling_plan(150, "1.5")
    >>> plan.code_letter, plan.code_letter_used, plan.n, plan.ac, plan.re
    ('F', 'G', (32,), (1,), (2,))
    """
    _check(severity, plan_type, expression, aql)
    size, printed = tables.checked_lot_size(lot_size), tables.printed_aql(aql)
    level = tables.checked_level(level)
    letter = tables.code_letter(size, level)
    found = resolve(severity, letter, printed)
    used, n, numbers = _stages(plan_type, severity, found)
    full = n >= size
    confidence, others = found.confidence, found.alternatives
    if used != "single":  # a dispute about the single plan does not touch the numbers of tables 3 and 4
        confidence = numbers.confidence
        others = (numbers.alternative,) if numbers.alternative else ()
    return SamplingPlan(
        size,
        level,
        printed,
        severity,
        plan_type,
        used,
        letter,
        found.letter,
        found.moves,
        (n,) * len(numbers.stages),
        tuple(stage.ac for stage in numbers.stages),
        tuple(stage.re for stage in numbers.stages),
        full,
        min(size, n * len(numbers.stages)),
        f"{_TABLES[used]}-{_PARTS[severity]}",
        tables.STANDARD,
        tables.EDITION,
        SOURCES[used],
        confidence,
        others,
    )


def _check(severity: str, plan_type: str, expression: str, aql: str | float | Decimal) -> None:
    if severity not in tables.SEVERITIES:
        raise ValueError(
            f"检验严格度“{severity}”不存在：normal（正常）、tightened（加严）或 reduced（放宽）。"
        )
    if plan_type not in tables.PLAN_TYPES:
        raise ValueError(f"抽样类型“{plan_type}”不存在：single（一次）、double（二次）或 multiple（多次）。")
    if expression not in ("", "percent", "per_hundred"):
        raise ValueError(
            f"质量表示方式“{expression}”不存在：percent（不合格品百分数）或 per_hundred（每百单位产品不合格数）。"
        )
    if expression == "percent" and Decimal(tables.printed_aql(aql)) > tables.LARGEST_PERCENT:
        raise ValueError(
            f"AQL {aql} 大于 10，只能是每百单位产品不合格数，不能是不合格品百分数：请改用 per_hundred 或较小的 AQL。"
        )


def _stages(plan_type: str, severity: str, found: Resolved) -> tuple[str, int, tables.StageNumbers]:
    """Type, size of each sample and numbers; a table without a plan in this cell sends to the double or the single plan."""
    if plan_type != "single" and found.ac > 0:
        size = tables.stage_size(plan_type, severity, found.letter)
        if size == "double":
            plan_type, size = "double", tables.stage_size("double", severity, found.letter)
        if isinstance(size, int):
            return plan_type, size, tables.stage_numbers(plan_type, severity, found.ac)
    single = tables.Stage(found.ac, found.ac + 1)
    return (
        "single",
        tables.single_size(severity, found.letter),
        tables.StageNumbers((single,), "two_sources", ""),
    )


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a lot is accepted, and after which sample (counted from 1) with which cumulative count that was decided."""

    accepted: bool
    sample: int
    count: int


def judge(plan: SamplingPlan, nonconforming: SupportsIndex | Sequence[SupportsIndex]) -> Judgement:
    """Judge a lot by what was counted in its samples, in order: nonconforming items, or nonconformities.

    ``nonconforming``: the count of the single sample, or one count for each sample that was drawn.
    Errors: ValueError for a negative count, more items than the sample has (percent nonconforming), samples missing or too many.

    >>> judge(sampling_plan(1000, "1.0"), 2)
    Judgement(accepted=True, sample=1, count=2)
    """
    counts = list(nonconforming) if isinstance(nonconforming, Sequence) else [nonconforming]
    total = 0
    for at, (ac, re) in enumerate(zip(plan.ac, plan.re, strict=True)):
        if at >= len(counts):
            raise ValueError(
                f"累计 {total} 个，介于 Ac 与 Re 之间，须抽第 {at + 1} 个样本（{plan.n[at]} 件）后才能判定。"
            )
        total += _count(counts[at], plan, at)
        accepted = ac is not None and total <= ac
        if accepted or total >= re:
            if len(counts) > at + 1:
                raise ValueError(f"第 {at + 1} 个样本已能判定，不应再抽第 {at + 2} 个样本：请核对记录。")
            return Judgement(accepted, at + 1, total)
    raise AssertionError("the last sample always decides")


def _count(count: object, plan: SamplingPlan, at: int) -> int:
    whole = tables.whole_number(count)
    if whole is None or whole < 0:
        raise ValueError(f"第 {at + 1} 个样本的不合格（品）数须是不小于 0 的整数，不是 {count!r}。")
    size = plan.lot_size if plan.full_inspection else plan.n[at]
    if whole > size and Decimal(plan.aql) <= tables.LARGEST_PERCENT:
        raise ValueError(f"第 {at + 1} 个样本只有 {size} 件，却记了 {whole} 件不合格品：请核对。")
    return whole
