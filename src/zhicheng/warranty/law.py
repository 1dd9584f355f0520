"""Terms that the law sets where it applies: a rule table with source and confidence.

The Product Quality Law obliges the seller to repair, replace or take back (article 40) and leaves terms to promise and
contract, so it adds no row. None of the texts was compared with the original.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zhicheng.warranty.deciding import Term

UNVERIFIED = "未核对原文"
CONSUMER, LISTED = "consumer", "listed"
"""For whom a row is: bought for daily life by a consumer; goods in the catalogue of the 三包 rule, too."""


@dataclass(frozen=True)
class LawTerm:
    """One row of the table. ``applies_to`` is ``consumer`` or ``listed`` (which needs a consumer as well)."""

    term: Term
    applies_to: str
    confidence: str = UNVERIFIED


def _law(remedy: str, length: int, clause: str, applies_to: str) -> LawTerm:
    return LawTerm(Term(remedy, length, "day", clause, "law"), applies_to)


LAW: tuple[LawTerm, ...] = (
    _law("refund", 7, "消费者权益保护法第二十四条", CONSUMER),
    _law("refund", 7, "部分商品修理更换退货责任规定第九条", LISTED),
    _law("replacement", 15, "部分商品修理更换退货责任规定第十条", LISTED),
)


def in_force(*, consumer: bool, listed: bool) -> Iterator[LawTerm]:
    """The rows that apply to a purchase."""
    for row in LAW:
        if consumer and (row.applies_to == CONSUMER or listed):
            yield row
