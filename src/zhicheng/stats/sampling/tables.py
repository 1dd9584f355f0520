"""The tables of GB/T 2828.1-2012 (ISO 2859-1:1999): code letters, master tables, double and multiple plans.

The numbers are data (``data/*.csv``). Each cell carries how well it is known: ``two_sources`` where at least two independent
transcriptions agree and none of ISO 2859-1:1999 differs, ``one_source`` where only one gives it, ``disputed`` where they differ.
None was compared with the printed standard (未核对原文).
"""

from __future__ import annotations

import csv
import operator
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Literal

LEVELS = ("S-1", "S-2", "S-3", "S-4", "I", "II", "III")
SEVERITIES = ("normal", "tightened", "reduced")
PLAN_TYPES = ("single", "double", "multiple")
LETTERS = "ABCDEFGHJKLMNPQRS"
"""Sample size code letters; I and O are not used, S stands only in the tightened table."""

DATA = Path(__file__).parent / "data"

STANDARD = "GB/T 2828.1-2012"
EDITION = "GB/T 2828.1-2012（等同 ISO 2859-1:1999；已有 ISO 2859-1:2026，未采用）"
LARGEST_PERCENT = Decimal(10)
"""AQLs above 10 are numbers of nonconformities per 100 items, never per cent."""

Severity = Literal["normal", "tightened", "reduced"]
PlanType = Literal["single", "double", "multiple"]
Confidence = Literal["two_sources", "one_source", "disputed"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a master table for single sampling: an arrow (``down``, ``up``) or an acceptance number; "" where none stands."""

    arrow: str
    ac: int | None
    confidence: Confidence
    alternative: str


@dataclass(frozen=True, slots=True)
class Stage:
    """What decides after one sample: accept at ``ac`` or fewer in all so far (None: acceptance is not permitted yet), not at ``re`` or more."""

    ac: int | None
    re: int


@dataclass(frozen=True, slots=True)
class StageNumbers:
    """The acceptance and rejection numbers of a double or multiple plan, with how well they are known."""

    stages: tuple[Stage, ...]
    confidence: Confidence
    alternative: str


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (DATA / name).read_text("utf-8")
    return csv.DictReader(text.splitlines())


@cache
def preferred_aqls() -> tuple[str, ...]:
    """The 26 preferred AQLs as the standard prints them, from "0.010" to "1000"."""
    return tuple(column for column in next(_rows("single_normal.csv")) if column not in ("letter", "n"))


def printed_aql(aql: str | float | Decimal) -> str:
    """The preferred AQL that ``aql`` names, as the standard prints it: ``printed_aql(1) == "1.0"``.

    Errors: ValueError for anything that is not one of the 26 preferred values; a value between two is never rounded.
    """
    try:
        value = Decimal(str(aql))
        found = [text for text in preferred_aqls() if Decimal(text) == value]
    except InvalidOperation:
        found = []
    if not found:
        raise ValueError(
            f"AQL “{aql}”不是 GB/T 2828.1 的优先值：请从 {'、'.join(preferred_aqls())} 中选择，不要取两值之间的数。"
        )
    return found[0]


def checked_level(level: str) -> str:
    """The inspection level as the standard writes it; Ⅱ, G-II, S2 and 2 are understood."""
    text = str(level).strip().upper().replace("Ⅰ", "I").replace("Ⅱ", "II").replace("Ⅲ", "III")
    text = text.removeprefix("G").removeprefix("-")
    text = {"1": "I", "2": "II", "3": "III"}.get(text, text)
    if len(text) == 2 and text[0] == "S":
        text = f"S-{text[1]}"
    if text not in LEVELS:
        raise ValueError(f"检验水平“{level}”不存在：一般水平为 I、II、III，特殊水平为 S-1、S-2、S-3、S-4。")
    return text


def whole_number(value: object) -> int | None:
    """A whole number given as any integer type or as a float without a fraction; None for anything else."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        return None
    return operator.index(value)


def checked_lot_size(lot_size: object) -> int:
    """The lot size as a whole number of at least 2."""
    whole = whole_number(lot_size)
    if whole is None:
        raise ValueError(f"批量须是整数（单位产品数），不是 {lot_size!r}。")
    if whole < 2:
        raise ValueError(f"批量为 {lot_size}：抽样表从批量 2 开始；只有一件时直接检验这一件，没有批可抽。")
    return whole


@cache
def _bands() -> tuple[dict[str, str], ...]:
    return tuple(_rows("code_letters.csv"))


def code_letter(lot_size: int, level: str = "II") -> str:
    """The sample size code letter: GB/T 2828.1 table 1.

    ``lot_size``: number of items in the lot, at least 2; ``level``: inspection level.

    >>> code_letter(1000, "II")
    'J'
    """
    lot_size, level = checked_lot_size(lot_size), checked_level(level)
    for band in _bands():
        if not band["lot_max"] or lot_size <= int(band["lot_max"]):
            return band[level]
    raise AssertionError("the last band of table 1 is open")


@cache
def _single(severity: str) -> tuple[dict[str, int], dict[tuple[str, str], Cell]]:
    disputes = {
        (row["letter"], row["aql"]): _dispute(row)
        for row in _rows("disputed.csv")
        if row["severity"] == severity
    }
    sizes: dict[str, int] = {}
    cells: dict[tuple[str, str], Cell] = {}
    for row in _rows(f"single_{severity}.csv"):
        letter = row["letter"]
        sizes[letter] = int(row["n"])
        for aql in preferred_aqls():
            text, dispute = row[aql], disputes.get((letter, aql), "")
            arrow = {"v": "down", "^": "up"}.get(text, "")
            ac = int(text) if text.isdigit() else None
            cells[letter, aql] = Cell(arrow, ac, "disputed" if dispute else "two_sources", dispute)
    return sizes, cells


def _dispute(row: dict[str, str]) -> str:
    return f"{row['alternative']}|{row['why']}"


def cell(severity: str, letter: str, aql: str) -> Cell:
    """One cell of tables 2-A (normal), 2-B (tightened) or 2-C (reduced), unresolved."""
    return _single(severity)[1][letter, aql]


def letters_of(severity: str) -> str:
    """The code letters that have a row in the master table of this severity, in order."""
    return "".join(_single(severity)[0])


def single_size(severity: str, letter: str) -> int:
    """Sample size of the single plan of a code letter."""
    return _single(severity)[0][letter]


@cache
def _stage_sizes() -> dict[str, dict[str, str]]:
    return {row["letter"]: row for row in _rows("stage_sizes.csv")}


def stage_size(plan_type: str, severity: str, letter: str) -> int | str:
    """Size of each sample of a double or multiple plan; "single" or "double" where the table says to use that plan instead."""
    column = plan_type + ("_reduced" if severity == "reduced" else "")
    text = _stage_sizes()[letter][column]
    return int(text) if text.isdigit() else text


@cache
def _numbers() -> dict[tuple[str, str, int], StageNumbers]:
    def known(text: str) -> Confidence:
        return "two_sources" if text == "two_sources" else "one_source"

    return {
        (row["plan_type"], row["severity"], int(row["single_ac"])): StageNumbers(
            parse_stages(row["numbers"]), known(row["confidence"]), row["alternative"]
        )
        for row in _rows("stage_numbers.csv")
    }


def parse_stages(text: str) -> tuple[Stage, ...]:
    """Stages written as ``Ac/Re;Ac/Re``, with ``-`` where acceptance is not permitted yet."""
    pairs = (pair.split("/") for pair in text.split(";"))
    return tuple(Stage(None if ac == "-" else int(ac), int(re)) for ac, re in pairs)


def stage_numbers(plan_type: str, severity: str, single_ac: int) -> StageNumbers:
    """Numbers of the double or multiple plan that stands where the single table has ``single_ac``.

    Along a diagonal of tables 3 and 4 the numbers are the same; only the sample size changes with the letter.
    """
    return _numbers()[plan_type, severity, single_ac]
