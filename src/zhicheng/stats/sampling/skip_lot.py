"""Skip-lot sampling after GB/T 2828.3 (ISO 2859-3): qualification, one lot in 2 to 5, interruption. Off by default.

The frequencies are those of the standard; the counts of lots that qualify, lengthen and restore are parameters with customary
defaults, because the text of the standard was not seen (未核对原文).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

FREQUENCIES = (2, 3, 4, 5)
REFUSED_CLASSES = ("A",)


@dataclass(frozen=True, slots=True)
class SkipLotPolicy:
    """The rules of skip-lot for one supplier and item.

    ``enabled``: off unless the responsible authority turned it on. ``material_class``: A is refused. ``supplier_qualified`` and
    ``product_qualified``: the two qualifications. ``lots_to_qualify``: lots accepted in a row, lot by lot, before skipping.
    ``first_frequency``: one lot in so many at first. ``lots_to_lengthen``: inspected lots accepted in a row before the next longer
    frequency. ``lots_to_requalify``: lots accepted in a row, lot by lot, that end an interruption.
    """

    enabled: bool = False
    material_class: str = ""
    supplier_qualified: bool = False
    product_qualified: bool = False
    lots_to_qualify: int = 10
    first_frequency: int = 2
    lots_to_lengthen: int = 10
    lots_to_requalify: int = 4


@dataclass(frozen=True, slots=True)
class SkipLotState:
    """Where a series stands: ``state`` is lot_by_lot, skip_lot or interrupted; one lot in ``frequency`` is inspected (1: every lot)."""

    state: Literal["lot_by_lot", "skip_lot", "interrupted"] = "lot_by_lot"
    frequency: int = 1
    accepted_in_a_row: int = 0


@dataclass(frozen=True, slots=True)
class SkipLotStep:
    """What one inspected lot did to the state, with the sentence that explains it."""

    accepted: bool
    before: SkipLotState
    after: SkipLotState
    sentence: str


def check_policy(policy: SkipLotPolicy) -> None:
    """Refuse a policy that may not be used, with the reason; nothing is returned.

    Errors: ValueError when skip-lot is off, the material is of class A, a qualification is missing or a number is out of range.
    """
    if policy.material_class.strip().upper() in REFUSED_CLASSES:
        raise ValueError(f"{policy.material_class.strip().upper()} 类物料不得跳批检验：须批批检验或全检。")
    if not policy.enabled:
        raise ValueError("跳批检验没有启用：须由负责部门批准后启用。")
    if not policy.supplier_qualified or not policy.product_qualified:
        raise ValueError("跳批检验须供方资格与产品资格都已认定（GB/T 2828.3）：请先完成认定。")
    if policy.first_frequency not in FREQUENCIES:
        raise ValueError(f"跳批频率须为每 2、3、4、5 批检验 1 批，不能是 {policy.first_frequency}。")
    if min(policy.lots_to_qualify, policy.lots_to_lengthen, policy.lots_to_requalify) < 1:
        raise ValueError("认定、放长、恢复所需的批数都须不小于 1。")


def skip_lot_step(policy: SkipLotPolicy, state: SkipLotState, *, accepted: bool) -> SkipLotStep:
    """The step that one inspected lot makes.

    >>> step = skip_lot_step(SkipLotPolicy(True, "B", True, True), SkipLotState("lot_by_lot", 1, 9), accepted=True)
    >>> step.after.frequency
    2
    """
    check_policy(policy)
    if not accepted:
        if state.state == "skip_lot":
            after = SkipLotState("interrupted")
            said = f"跳批中被检验的批不接收，中断跳批，恢复逐批检验，连续 {policy.lots_to_requalify} 批接收后才能再跳批。"
        else:
            after, said = (
                replace(state, accepted_in_a_row=0),
                "本批不接收，连续接收批数从 0 起，继续逐批检验。",
            )
        return SkipLotStep(False, state, after, said)
    row = state.accepted_in_a_row + 1
    if state.state == "skip_lot":
        longer = min(state.frequency + 1, FREQUENCIES[-1])
        if row >= policy.lots_to_lengthen and longer > state.frequency:
            said = f"跳批中连续 {row} 个被检验批接收，频率由每 {state.frequency} 批检 1 批放长为每 {longer} 批检 1 批。"
            return SkipLotStep(True, state, SkipLotState("skip_lot", longer), said)
        said = f"本批接收，继续每 {state.frequency} 批检 1 批。"
        return SkipLotStep(True, state, replace(state, accepted_in_a_row=row), said)
    needed = policy.lots_to_qualify if state.state == "lot_by_lot" else policy.lots_to_requalify
    if row >= needed:
        said = (
            f"逐批检验连续 {row} 批接收（须 {needed} 批），从下一批起每 {policy.first_frequency} 批检 1 批。"
        )
        return SkipLotStep(True, state, SkipLotState("skip_lot", policy.first_frequency), said)
    said = f"本批接收，逐批检验连续接收 {row} 批（须 {needed} 批）。"
    return SkipLotStep(True, state, replace(state, accepted_in_a_row=row), said)


def replay_skip_lot(policy: SkipLotPolicy, inspected: Iterable[bool]) -> list[SkipLotStep]:
    """The steps of a series of inspected lots (True: accepted) from the start."""
    state, steps = SkipLotState(), []
    for accepted in inspected:
        step = skip_lot_step(policy, state, accepted=accepted)
        steps.append(step)
        state = step.after
    return steps


def is_inspected(series: str, position: int, frequency: int, key: bytes) -> bool:
    """Whether the lot at a position (from 0) of a series is the one of its block of ``frequency`` lots that is inspected.

    The lot is drawn by HMAC-SHA-256 of series and block under a key that the supplier does not know: it cannot be foreseen without
    the key, and anybody who has it can check the draw afterwards.
    """
    if frequency == 1:
        return True
    if frequency not in FREQUENCIES or position < 0:
        raise ValueError("频率须为 1 至 5，位置须从 0 起。")
    if not key:
        raise ValueError("抽取被检验批须有供方不知道的密钥，否则供方能预知哪一批不检。")
    block = f"{series}\n{position // frequency}".encode()
    drawn = int.from_bytes(hmac.new(key, block, hashlib.sha256).digest()) % frequency
    return position % frequency == drawn
