"""What a ruling on inspection means: sampling, every lot, every unit. The words are kept apart: 批批检验 is not 全检."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class InspectionRule(StrEnum):
    """How lots of a material are inspected."""

    SKIP_LOT = "skip_lot"
    """跳批检验: some lots pass without inspection; those that are inspected are sampled (GB/T 2828.3)."""
    EVERY_LOT = "every_lot"
    """批批检验: each lot is inspected, by a sample of its items. It does not say that each item is."""
    EVERY_UNIT = "every_unit"
    """全检: each item of each lot is inspected."""


@dataclass(frozen=True, slots=True)
class RuleWords:
    """The word of a rule and what it does and does not promise, for screens and reports."""

    word: str
    meaning: str


WORDS = {
    InspectionRule.SKIP_LOT: RuleWords(
        "跳批检验", "只检验部分批；被检验的批按抽样方案检验，其余批不检验即接收"
    ),
    InspectionRule.EVERY_LOT: RuleWords("批批检验", "每一批都检验，每批按抽样方案抽取样本，不是每一件都检验"),
    InspectionRule.EVERY_UNIT: RuleWords("全检", "每一批的每一件都检验"),
}
_SPELLINGS = {
    "跳批": InspectionRule.SKIP_LOT,
    "跳批检验": InspectionRule.SKIP_LOT,
    "批批检": InspectionRule.EVERY_LOT,
    "批批检验": InspectionRule.EVERY_LOT,
    "逐批检验": InspectionRule.EVERY_LOT,
    "逐批检查": InspectionRule.EVERY_LOT,
    "全检": InspectionRule.EVERY_UNIT,
    "全数检验": InspectionRule.EVERY_UNIT,
    "100%检验": InspectionRule.EVERY_UNIT,
    "百分之百检验": InspectionRule.EVERY_UNIT,
}


def inspection_rule(word: str) -> InspectionRule:
    """The rule that a word names; words that could mean either are refused.

    >>> inspection_rule("批批检验").value
    'every_lot'
    """
    text = word.strip().replace(" ", "").replace("％", "%")
    if text in _SPELLINGS:
        return _SPELLINGS[text]
    raise ValueError(
        f"“{word}”说不清是哪一种：每批都检、每批抽样的写“批批检验”，每一件都检的写“全检”，部分批免检的写“跳批检验”。"
    )


def units_inspected(rule: InspectionRule, lot_size: int, sample_size: int) -> int:
    """How many items of an inspected lot are inspected under a rule."""
    return lot_size if rule is InspectionRule.EVERY_UNIT else min(sample_size, lot_size)
