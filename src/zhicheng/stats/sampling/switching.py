"""Switching of GB/T 2828.1-2012 (ISO 2859-1:1999) clauses 9.3 and 9.4 over the real sequence of lots; replayable, each step explained.

Only original lots count; a lot submitted again never does. What the sources leave open is a named convention in ``SwitchingRules``.
The clauses were not compared with the printed standard (未核对原文).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from zhicheng.stats.sampling import tables
from zhicheng.stats.sampling.plans import (
    SEVERITY_WORDS,
    Judgement,
    SamplingPlan,
    judge,
    resolve,
    sampling_plan,
)

DISCONTINUED = "discontinued"
STATE_WORDS = {**SEVERITY_WORDS, DISCONTINUED: "暂停抽样检验"}
REDUCED_NEEDS = "生产稳定、负责部门同意"


@dataclass(frozen=True, slots=True)
class SwitchingRules:
    """The numbers of clauses 9.3 and 9.4 and the conventions where the sources differ or are silent.

    ``tighter_plan``: for "would it be accepted with the AQL one step tighter?", the tighter cell is read in the row of the letter
    ``"letter_used"`` after arrows (default: always the same sample size), or of the ``"code_letter"`` of table 1, where another
    sample size means that it cannot be shown and the score is reset.
    ``window_restarts``: after a switch to normal only lots inspected since then count to the "2 of 5" (default); False counts the lots
    before, too. ``reduced_lot_counts``: the lot not accepted on reduced inspection, that led back to normal, counts to the "2 of 5".
    """

    not_accepted: int = 2
    of_consecutive: int = 5
    accepted_to_normal: int = 5
    score_to_reduced: int = 30
    not_accepted_to_discontinue: int = 5
    tighter_plan: Literal["letter_used", "code_letter"] = "letter_used"
    window_restarts: bool = True
    reduced_lot_counts: bool = False


@dataclass(frozen=True, slots=True)
class Scheme:
    """What stays the same for a series of lots of one supplier and item."""

    aql: str
    level: str = "II"
    plan_type: str = "single"
    start: str = "normal"
    rules: SwitchingRules = field(default_factory=SwitchingRules)


@dataclass(frozen=True, slots=True)
class InspectedLot:
    """One lot as inspected: its size, what was counted (one count, or one for each sample), and what else the rules ask for.

    ``original`` False: submitted again after it was not accepted. ``steady``: production was steady. ``reduced_approved``: the
    responsible authority agrees to reduced inspection.
    """

    lot_size: int
    nonconforming: int | Sequence[int]
    original: bool = True
    steady: bool = True
    reduced_approved: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Something decided between lots: ``resume`` after effective action of the supplier (clause 9.4), or ``normal``: back to normal
    from reduced because production is irregular or for another reason (clause 9.3.4)."""

    what: Literal["resume", "normal"]
    reason: str


@dataclass(frozen=True, slots=True)
class SwitchingState:
    """Where a series stands. ``recent`` are the last outcomes that count on normal inspection, ``accepted_in_a_row`` and
    ``not_accepted`` those of the present run of tightened inspection."""

    severity: str = "normal"
    score: int = 0
    recent: tuple[bool, ...] = ()
    accepted_in_a_row: int = 0
    not_accepted: int = 0


@dataclass(frozen=True, slots=True)
class SwitchingStep:
    """One lot or decision: the plan it was judged by, the outcome, the score after it (None unless normal), the state that follows,
    the clause that was applied and the sentence that explains it with its counts."""

    entry: InspectedLot | Decision
    severity: str
    plan: SamplingPlan | None
    judgement: Judgement | None
    score: int | None
    after: SwitchingState
    clause: str
    sentence: str

    @property
    def severity_next(self) -> str:
        """Severity of the next lot: normal, tightened, reduced, or discontinued."""
        return self.after.severity

    @property
    def switched(self) -> bool:
        """Whether this step changed the severity."""
        return self.after.severity != self.severity


def switching_step(scheme: Scheme, state: SwitchingState, entry: InspectedLot | Decision) -> SwitchingStep:
    """The step that one lot or decision makes from a state.

    Errors: ValueError for a lot while sampling inspection is discontinued, a decision that the state does not allow, counts that do
    not fit the plan.

    >>> switching_step(Scheme("1.0"), SwitchingState(), InspectedLot(2000, 1)).sentence
    '接收（1 ≤ Ac=3），AQL 严一级（0.65，Ac=2）仍可接收，转移得分 +3 = 3；继续正常检验。'
    """
    if isinstance(entry, Decision):
        return _decide(state, entry)
    if state.severity == DISCONTINUED:
        raise ValueError("抽样检验已暂停（9.4）：须先确认供方改进有效并记录“恢复”，再从加严检验开始。")
    plan = sampling_plan(
        entry.lot_size,
        scheme.aql,
        level=scheme.level,
        severity=state.severity,
        plan_type=scheme.plan_type,
    )
    verdict = judge(plan, entry.nonconforming)
    step = SwitchingStep(entry, state.severity, plan, verdict, None, state, "9.3", "")
    if not entry.original:
        said = f"再次提交的批{'接收' if verdict.accepted else '不接收'}：只有初次检验的批计入转移规则，状态不变。"
        score = state.score if state.severity == "normal" else None
        return replace(step, score=score, sentence=said)
    return {"normal": _normal, "tightened": _tightened, "reduced": _reduced}[state.severity](
        scheme, state, step, entry
    )


def replay_switching(scheme: Scheme, entries: Iterable[InspectedLot | Decision]) -> list[SwitchingStep]:
    """The steps of a series from its start, in the order in which lots were inspected and decisions made.

    >>> [step.severity_next for step in replay_switching(Scheme("1.0"), [InspectedLot(2000, 4), InspectedLot(2000, 5)])]
    ['normal', 'tightened']
    """
    if scheme.start not in tables.SEVERITIES:
        raise ValueError(f"起始严格度“{scheme.start}”不存在：normal、tightened 或 reduced。")
    state, steps = SwitchingState(scheme.start), []
    for entry in entries:
        step = switching_step(scheme, state, entry)
        steps.append(step)
        state = step.after
    return steps


def _normal(scheme: Scheme, state: SwitchingState, step: SwitchingStep, lot: InspectedLot) -> SwitchingStep:
    rules, (plan, verdict) = scheme.rules, _judged(step)
    recent = (*state.recent, verdict.accepted)[-rules.of_consecutive :]
    bad = recent.count(False)
    score, why = _score(scheme, state.score, plan, verdict)
    if bad >= rules.not_accepted:
        after = SwitchingState("tightened", recent=() if rules.window_restarts else recent)
        said = f"{_outcome(plan, verdict)}，连续 {len(recent)} 批初次检验中有 {bad} 批不接收（不多于 {rules.of_consecutive} 批中有 {rules.not_accepted} 批），从下一批起转加严检验，转移得分归零。"
        return replace(step, score=0, after=after, clause="9.3.1", sentence=said)
    after = replace(state, score=score, recent=recent)
    said, clause = f"{_outcome(plan, verdict)}，{why}", "9.3.3.2"
    if score < rules.score_to_reduced:
        return replace(step, score=score, after=after, clause=clause, sentence=f"{said}；继续正常检验。")
    lacking = [
        word
        for word, met in zip(REDUCED_NEEDS.split("、"), (lot.steady, lot.reduced_approved), strict=True)
        if not met
    ]
    if lacking:
        said += f"，已达 {rules.score_to_reduced} 分，但{'、'.join(lacking)}尚未满足；继续正常检验。"
        return replace(step, score=score, after=after, clause="9.3.3.1", sentence=said)
    said += f"，达到 {rules.score_to_reduced} 分，且{REDUCED_NEEDS}，从下一批起转放宽检验。"
    after = SwitchingState("reduced", score=score, recent=() if rules.window_restarts else recent)
    return replace(step, score=score, after=after, clause="9.3.3.1", sentence=said)


def _judged(step: SwitchingStep) -> tuple[SamplingPlan, Judgement]:
    if step.plan is None or step.judgement is None:
        raise AssertionError("a lot has a plan and a judgement")
    return step.plan, step.judgement


def _score(scheme: Scheme, score: int, plan: SamplingPlan, verdict: Judgement) -> tuple[int, str]:
    """The switching score after a lot on normal inspection, and why (9.3.3.2)."""
    if not verdict.accepted:
        return 0, "转移得分归零"
    if plan.plan_type_used != "single":
        within = 1 if plan.plan_type_used == "double" else 3
        if verdict.sample <= within:
            return score + 3, f"在第 {verdict.sample} 个样本接收，转移得分 +3 = {score + 3}"
        return 0, f"到第 {verdict.sample} 个样本才接收（须在第 {within} 个以内），转移得分归零"
    ac = plan.ac[0]
    assert ac is not None
    if ac < 2:
        return score + 2, f"Ac 为 {ac}，转移得分 +2 = {score + 2}"
    tighter = one_step_tighter(plan.aql)
    assert tighter  # at 0.010 every acceptance number is 0
    row = plan.code_letter_used if scheme.rules.tighter_plan == "letter_used" else plan.code_letter
    found = resolve("normal", row, tighter)
    size = tables.single_size("normal", found.letter)
    if size != plan.n[0]:
        return 0, f"AQL 严一级（{tighter}）的样本量为 {size}，不能由本样本证明仍可接收，转移得分归零"
    if verdict.count > found.ac:
        return 0, f"AQL 严一级（{tighter}，Ac={found.ac}）时不会接收，转移得分归零"
    return score + 3, f"AQL 严一级（{tighter}，Ac={found.ac}）仍可接收，转移得分 +3 = {score + 3}"


def _outcome(plan: SamplingPlan, verdict: Judgement) -> str:
    at = verdict.sample - 1
    which = f"第 {verdict.sample} 个样本累计 " if len(plan.n) > 1 else ""
    if verdict.accepted:
        return f"接收（{which}{verdict.count} ≤ Ac={plan.ac[at]}）"
    return f"不接收（{which}{verdict.count} ≥ Re={plan.re[at]}）"


def _tightened(
    scheme: Scheme, state: SwitchingState, step: SwitchingStep, lot: InspectedLot
) -> SwitchingStep:
    rules, (plan, verdict) = scheme.rules, _judged(step)
    outcome = _outcome(plan, verdict)
    row = state.accepted_in_a_row + 1 if verdict.accepted else 0
    bad = state.not_accepted + (not verdict.accepted)
    recent = (
        state.recent if rules.window_restarts else (*state.recent, verdict.accepted)[-rules.of_consecutive :]
    )
    if row >= rules.accepted_to_normal:
        said = f"{outcome}，加严检验连续 {row} 批接收，从下一批起恢复正常检验，转移得分从 0 起。"
        after = SwitchingState("normal", recent=recent)
        return replace(step, after=after, clause="9.3.2", sentence=said)
    after = replace(state, accepted_in_a_row=row, not_accepted=bad, recent=recent)
    if bad >= rules.not_accepted_to_discontinue:
        said = f"{outcome}，加严检验累计 {bad} 批不接收，暂停抽样检验，直到供方改进并经负责部门确认有效。"
        return replace(step, after=replace(after, severity=DISCONTINUED), clause="9.4", sentence=said)
    said = f"{outcome}，加严检验连续接收 {row} 批（须 {rules.accepted_to_normal} 批），累计不接收 {bad} 批（满 {rules.not_accepted_to_discontinue} 批暂停）；继续加严检验。"
    return replace(step, after=after, clause="9.3.2", sentence=said)


def _reduced(scheme: Scheme, state: SwitchingState, step: SwitchingStep, lot: InspectedLot) -> SwitchingStep:
    plan, verdict = _judged(step)
    outcome = _outcome(plan, verdict)
    if verdict.accepted and lot.steady:
        return replace(step, clause="9.3.4", sentence=f"{outcome}；继续放宽检验。")
    reason = "放宽检验有一批不接收" if not verdict.accepted else "生产不正常或停滞"
    counted = (verdict.accepted,) if scheme.rules.reduced_lot_counts else ()
    after = SwitchingState("normal", recent=(*state.recent, *counted)[-scheme.rules.of_consecutive :])
    said = f"{outcome}，{reason}，从下一批起恢复正常检验，转移得分从 0 起。"
    return replace(step, after=after, clause="9.3.4", sentence=said)


def _decide(state: SwitchingState, entry: Decision) -> SwitchingStep:
    if not entry.reason.strip():
        raise ValueError("决定须写明理由，才能在记录中重现。")
    if entry.what == "resume":
        if state.severity != DISCONTINUED:
            raise ValueError(f"现在是{STATE_WORDS[state.severity]}，没有暂停，不需要恢复。")
        after, clause = SwitchingState("tightened"), "9.4"
        said = f"供方改进经确认有效（{entry.reason}），从加严检验恢复，累计数从 0 起。"
    elif entry.what == "normal":
        if state.severity != "reduced":
            raise ValueError(f"现在是{STATE_WORDS[state.severity]}，只有放宽检验能由决定恢复正常检验。")
        after, clause = SwitchingState("normal"), "9.3.4"
        said = f"{entry.reason}，恢复正常检验，转移得分从 0 起。"
    else:
        raise ValueError(f"决定“{entry.what}”不存在：resume（恢复）或 normal（恢复正常检验）。")
    return SwitchingStep(entry, state.severity, None, None, None, after, clause, said)


def one_step_tighter(aql: str | float | Decimal) -> str | None:
    """The preferred AQL one step below; None for 0.010, which has none.

    >>> one_step_tighter(1.0)
    '0.65'
    """
    aqls = tables.preferred_aqls()
    at = aqls.index(tables.printed_aql(aql))
    return aqls[at - 1] if at else None
