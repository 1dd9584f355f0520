"""Qualifications, what steps demand, and the training plan of the year with two trainings held."""

from __future__ import annotations

from typing import Any

from examples.loading import Example, Progress
from zhicheng.core.process import registry
from zhicheng.core.records import Provenance
from zhicheng.core.writers import open_record, perform

RULES_SINCE = "2025-03-03"
ABSENT, FAILED = "4231", "4219"
"""Staff numbers of who did not come to the first training, and who failed its test."""


def take_in(example: Example, progress: Progress) -> None:
    """Qualifications and rules from their files; plan and trainings step by step."""
    by = example.actor("quality_manager")
    example.take_in_table(
        "competence.qualification", "qualifications", by, progress, Provenance.RECONSTRUCTED
    )
    example.take_in_table(
        "competence.rule", "rules", by, progress, Provenance.RECONSTRUCTED, occurred_on=RULES_SINCE
    )
    plan = _plan(example)
    engineers = [e["staff_number"] for e in example.table("engineers") if e["post"] == "登高工程师"]
    managers = [b["staff_number"] for b in example.table("branches")]
    scores = {number: 78 + (i * 7) % 22 for i, number in enumerate(engineers)}
    scores = {n: max(score, 80) for n, score in scores.items() if n != ABSENT} | {FAILED: 65}
    facts = {"course": "客户工单系统操作", "held_on": "2025-04-18", "hours": "4", "place": "总部培训室", "external_trainer": "顾客系统讲师（虚构）"}  # fmt: skip
    skill = registry["competence.skill"].model.objects.get(name="客户工单系统操作")
    _held(example, {**facts, "skill": skill, "pass_mark": 80, "plan": plan}, engineers, scores)
    facts = {
        "course": "备品备件管理规定 A/3 宣贯",
        "held_on": "2025-07-04",
        "hours": "2",
        "place": "远程会议",
    }
    edition = {"document_number": "QES-007-2025", "edition": "A/3", "plan": plan}
    session = _held(example, {**facts, **edition}, managers, dict.fromkeys(managers))
    told = {"effect": "effective", "effect_note": "十月到四个分公司看坏件区：均单独存放、标识齐全。"}
    perform(session, "verify_effect", told, by=by, version=session.version)


def _plan(example: Example) -> Any:
    items = [{k: v or None for k, v in row.items()} for row in example.table("plan")]
    facts = {"year": 2025, "level": "company", "items": items, "occurred_on": "2025-01-15"}
    plan = open_record(registry["competence.plan"], facts, by=example.actor("quality_manager"))
    return perform(plan, "approve", {}, by=example.actor("general_manager"), version=plan.version)


def _held(example: Example, facts: dict[str, Any], invited: list[str], scores: dict[str, Any]) -> Any:
    """Open a training, sign its people in and assess it; who has no entry in ``scores`` did not come."""
    by = example.actor("quality_manager")
    rows = [{"person": number} for number in invited]
    given = {**facts, "attendees": rows, "occurred_on": facts["held_on"]}
    session = open_record(registry["competence.session"], given, by=by)
    session = perform(session, "begin", {}, by=by, version=session.version)
    came = [
        {**row, "present": number in scores, "score": scores.get(number)}
        for number, row in zip(invited, session.attendees, strict=True)
    ]
    session = perform(session, "end_sign_in", {"attendees": came}, by=by, version=session.version)
    return perform(session, "assess", {"attendees": session.attendees}, by=by, version=session.version)
