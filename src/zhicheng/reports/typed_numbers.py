"""Figures against records: a number that somebody typed where the records give another one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.utils.translation import gettext as _

from zhicheng.core.language import spoken
from zhicheng.core.process import registry
from zhicheng.metrics.definition import Defined, everything
from zhicheng.reports.as_reviewed import COMPUTED, Reviewed
from zhicheng.reports.numbers import Numbers
from zhicheng.review.document import Block, Plain
from zhicheng.review.finding import Finding, Severity, found

CHECK = "RECORDS"
_CLAUSE = re.compile(r"[^。；;！？\n]+")
_ELSEWHERE = re.compile(
    r"目标|指标|要求|不低于|不小于|不超过|以上|以下|≥|≤|>|<|计划|承诺|力争|上年|去年|上一年|同比|上期|同行|行业|国家|规定"
)
"""What says that the number is aimed at, or belongs to another year or another house."""
_PART = re.compile(r"其中|月|季|半年|除|分别|各|某|单项")
"""What says that the number may be of a part, which a program cannot tell for certain."""
_YEAR = re.compile(r"(?:19|20)\d{2}")
_REACH = 14
"""Characters between the name of a metric and its number, as in 批合格率（全年）达到了 97.7 %."""


@dataclass(frozen=True, slots=True)
class Names:
    """What a metric is called in the text: its title, and the names of objectives that are measured by it."""

    metric: Defined
    words: tuple[str, ...]


def typed_numbers(reviewed: Reviewed, numbers: Numbers) -> list[Finding]:
    """A finding for each typed number beside a metric's name and unit that is not what the records come to.

    An error where the clause speaks of the whole period, a question where it may speak of a part of it, and where the
    period has no records. Numbers put in by ``{{figure …}}`` are never typed.
    """
    known = _named(numbers)
    blocks = reviewed.document.blocks
    prose = [
        finding
        for block, typed in zip(blocks, reviewed.typed, strict=True)
        if typed and block.kind in ("paragraph", "item")
        for clause in _CLAUSE.finditer(typed)
        for finding in _in_clause(block, clause.group(), known, numbers)
    ]
    return prose + [
        f for table in reviewed.document.tables for f in _in_table(table.rows, reviewed, known, numbers)
    ]


def _named(numbers: Numbers) -> list[Names]:
    years = {numbers.first.year, numbers.last.year}
    process = registry.get("objective.objective")
    objectives: dict[str, set[str]] = {}
    if process is not None:
        for one in process.model.objects.filter(year__in=years):
            if not one.slice:  # an objective for one product type names no number of the house
                objectives.setdefault(one.metric, set()).add(one.name)
    return [
        Names(m, tuple(sorted({m.title[0], *objectives.get(m.name, ())}, key=len, reverse=True)))
        for m in everything()
    ]


def _in_clause(block: Block, clause: str, known: list[Names], numbers: Numbers) -> Iterator[Finding]:
    for names in known:
        at = re.compile(
            rf"(?:{'|'.join(re.escape(w) for w in names.words)})[^{COMPUTED}\d。；;，,、]{{0,{_REACH}}}?"
            rf"(?P<n>\d+(?:\.\d+)?)\s*{_unit(names.metric.unit)}"
        ).search(clause)
        if at is None or _elsewhere(clause, numbers):
            continue
        part = bool(_PART.search(clause)) or _of_a_part(clause, names.metric)
        yield from _judged(block, names.metric, at["n"], at.group(), numbers, part=part)


def _in_table(
    rows: tuple[Block, ...], reviewed: Reviewed, known: list[Names], numbers: Numbers
) -> Iterator[Finding]:
    heads = rows[0].cells
    for row in rows[1:]:
        cells = reviewed.typed[row.index].split("\t")
        for names in known:
            if not any(cell.strip() in names.words for cell in cells):
                continue
            for head, cell in zip(heads, cells, strict=False):
                number = re.fullmatch(rf"\s*(\d+(?:\.\d+)?)\s*(?:{_unit(names.metric.unit)})?\s*", cell)
                speaks = re.search(r"实际|实绩|完成|结果|达成|本年|本期|取值", head)
                if number and speaks and not _elsewhere(head, numbers):
                    yield from _judged(row, names.metric, number[1], cell.strip(), numbers, part=False)


def _unit(unit: str) -> str:
    return "[%％]" if unit == "%" else re.escape(unit)


def _elsewhere(text: str, numbers: Numbers) -> bool:
    """Whether the words speak of a target, of others, or of a year outside the report's period."""
    years = {int(y) for y in _YEAR.findall(text)}
    return bool(_ELSEWHERE.search(text)) or bool(
        years - set(range(numbers.first.year, numbers.last.year + 1))
    )


def _of_a_part(clause: str, metric: Defined) -> bool:
    """Whether the clause names a value of one of the metric's dimensions."""
    labels = metric.labels_read()
    words = {w for d in metric.dimensions for code, w in labels.get(d, {}).items() if code}
    return any(word and word in clause for word in words)


def _judged(
    block: Block, metric: Defined, typed: str, quoted: str, numbers: Numbers, *, part: bool
) -> Iterator[Finding]:
    value = numbers.value_of(metric)
    said: dict[str, str | None] = {
        "title": spoken(metric.title),
        "typed": typed,
        "unit": metric.unit,
        "name": metric.name,
    }
    said |= {"first": _day(numbers.first), "last": _day(numbers.last), "value": value}
    if value is not None and (_same(typed, value) or (part and _known_elsewhere(metric, typed, numbers))):
        return
    if value is None:
        message = _("“%(title)s”在 %(first)s 至 %(last)s 没有记录，这里写的是 %(typed)s %(unit)s。") % said
        severity: Severity = "question"
    else:
        message = (
            _(
                "“%(title)s”由记录计算为 %(value)s %(unit)s（%(first)s 至 %(last)s），这里写的是 %(typed)s %(unit)s。"
            )
            % said
        )
        severity = "question" if part else "error"
    fix = _("改用占位符 {{figure %(name)s}}，由记录计算；确是另一个数，请写明它是什么。") % said
    span = _span(block, quoted)
    yield found(CHECK, severity, block, message, fix, span)


def _span(block: Block, quoted: str) -> tuple[int, int] | None:
    plain = Plain.of(quoted).text
    at = block.plain.find(plain)
    return (at, at + len(plain)) if at >= 0 else None


def _known_elsewhere(metric: Defined, typed: str, numbers: Numbers) -> bool:
    """Whether some figure of the report, over a part or a shorter period, has this value."""
    return any(e["metric"] == metric.name and _same(typed, e["value"]) for e in numbers.entries)


def _same(typed: str, value: str) -> bool:
    """Whether a typed number is the value, rounded to as many places as were typed."""
    try:
        number, computed = Decimal(typed), Decimal(value)
    except InvalidOperation:
        return False
    return number == computed.quantize(Decimal(1).scaleb(int(number.as_tuple().exponent)), ROUND_HALF_UP)


def _day(day: dt.date) -> str:
    return day.isoformat()
