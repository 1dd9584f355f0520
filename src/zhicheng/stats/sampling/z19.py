"""Look-ups of ANSI/ASQ Z1.9 (MIL-STD-414, inspection by variables): n, k and M by code letter and AQL.

Z1.9 is not GB/T 6378.1 (ISO 3951-1): code letters, n and k differ. The numbers come from one source (R AQLSchemes, MIL-STD-414
converted); they were not compared with the printed standard (未核对原文).
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from scipy import stats

from zhicheng.stats.sampling.tables import DATA, SEVERITIES, checked_lot_size

LEVELS = ("S-3", "S-4", "I", "II", "III")
SOURCE = "ANSI/ASQ Z1.9（MIL-STD-414），取自 R AQLSchemes；只有一个来源，未核对原文"


@dataclass(frozen=True, slots=True)
class Z19Plan:
    """A plan of Z1.9: n items; M the largest allowable estimated share nonconforming; k the acceptance constant that corresponds to M."""

    code_letter: str
    aql: str
    severity: str
    sigma: str
    n: int
    k: float
    m: float
    source: str
    confidence: str


def _rows(name: str) -> list[dict[str, str]]:
    text = (DATA / f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def _letters() -> list[dict[str, str]]:
    return _rows("z19_code_letters")


@cache
def _table(sigma: str, *, reduced: bool) -> dict[str, dict[str, str]]:
    return {row["letter"]: row for row in _rows(f"z19_{sigma}{'_reduced' if reduced else ''}")}


def z19_plan(
    lot_size: int,
    aql: str | float | Decimal,
    *,
    level: str = "II",
    severity: str = "normal",
    sigma: str = "unknown",
) -> Z19Plan:
    """The Z1.9 plan for a lot (M method; form k by the relation of k to M).

    ``aql``: 0.10 to 10 per cent; ``level``: S-3, S-4, I, II, III; ``severity``: normal, tightened, reduced; ``sigma``: "unknown"
    (variability unknown, standard deviation method) or "known".

    >>> found = z19_plan(501, 1.0)
    >>> found.code_letter, found.n, round(found.k, 3), found.m
    ('J', 35, 1.894, 0.0266)
    """
    size = checked_lot_size(lot_size)
    if level not in LEVELS:
        raise ValueError(f"Z1.9 的检验水平为 {'、'.join(LEVELS)}，没有“{level}”。")
    if severity not in SEVERITIES or sigma not in ("known", "unknown"):
        raise ValueError("严格度须为 normal、tightened、reduced，σ 须为 known 或 unknown。")
    letter = next(row[level] for row in _letters() if not row["lot_max"] or size <= int(row["lot_max"]))
    row = _table(sigma, reduced=severity == "reduced")[letter]
    columns = [column for column in row if column != "letter"]
    aqls = [column for column in columns if not column.startswith("tightened")]
    printed = next((text for text in aqls if Decimal(text) == Decimal(str(aql))), "")
    if not printed:
        raise ValueError(f"Z1.9 没有 AQL “{aql}”：请从 {'、'.join(aqls)} 中选择。")
    # tightened inspection uses the column of the next smaller AQL
    at = columns.index(printed) - (severity == "tightened")
    n_text, m_text = row[columns[at]].split("/")
    n, m = int(n_text), float(Decimal(m_text) / 100)
    return Z19Plan(letter, printed, severity, sigma, n, _k(n, m, sigma), m, SOURCE, "one_source")


def _k(n: int, m: float, sigma: str) -> float:
    if sigma == "known":
        return math.sqrt((n - 1) / n) * float(stats.norm.isf(m))
    return (1 - 2 * float(stats.beta.ppf(m, n / 2 - 1, n / 2 - 1))) * (n - 1) / math.sqrt(n)
