"""Training: the yearly plan at three levels, attendance, test, the qualification that follows, the effect verified later (M14)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests.house import House, today
from tests.processes.test_competence import DAY, QUALIFICATION, VERDICT, certify, rule, skill
from tests.processes.test_document import draft, in_force, issued
from zhicheng.core.authority import SYSTEM
from zhicheng.core.clocks import ClockRow
from zhicheng.core.process import registry
from zhicheng.core.writers import Refused, amend, open_record
from zhicheng.ledger import log
from zhicheng.metrics.definition import metrics
from zhicheng.metrics.evaluate import figure
from zhicheng.processes.competence.training_workflow import order_retraining, retraining_due

PLAN, SESSION = registry["competence.plan"], registry["competence.session"]


def plan(
    house: House, *courses: str, level: str = "company", by: str = "quality_manager", **more: Any
) -> Any:
    items = [{"course": c, "month": n, "audience": "全员"} for n, c in enumerate(courses, 1)]
    facts = {"year": today().year, "level": level, "items": items, **more}
    return open_record(PLAN, facts, by=house.actor(by))


def session(house: House, course: str = "质量诚信教育", who: tuple[str, ...] = (), **more: Any) -> Any:
    rows = [{"person": house.people[role].staff_number} for role in who]
    facts = {"course": course, "held_on": today(), "hours": "2.5", "attendees": rows, **more}
    return open_record(SESSION, facts, by=house.actor("quality_manager"))


def held(house: House, made: Any, scores: dict[str, int | None]) -> Any:
    """The session after sign-in, with who came; those in ``scores`` only."""
    made = house.perform(made, "begin", "quality_manager")
    rows = [{**r, "present": r["person"] in _numbers(house, scores)} for r in made.attendees]
    return house.perform(made, "end_sign_in", "quality_manager", {"attendees": rows})


def _numbers(house: House, roles: Any) -> dict[str, str]:
    return {house.people[role].number: role for role in roles}


def assessed(house: House, made: Any, scores: dict[str, int | None], **more: Any) -> Any:
    made = held(house, made, scores)
    known = _numbers(house, scores)
    rows = [{**r, "score": scores.get(known.get(r["person"], ""))} for r in made.attendees]
    return house.perform(made, "assess", "quality_manager", {"attendees": rows, **more})


@pytest.mark.proves("J-2.6.1", "J-3.2.9", "T-3.4.1")
@pytest.mark.parametrize("level", ["company", "department", "workshop"])
def test_a_plan_at_each_level_is_approved_and_fulfilled_by_what_is_held(house: House, level: str) -> None:
    place = {} if level == "company" else {"department": department(house)}
    if place:
        with pytest.raises(ValidationError, match="须写明部门"):
            plan(house, "课", level=level)
    made = plan(house, "质量诚信教育", "标准宣贯", level=level, by="department_head", **place)
    approver = "general_manager" if level == "company" else "quality_manager"
    if level == "company":
        with pytest.raises(Refused, match="总经理"):
            house.perform(made, "approve", "quality_manager")
    made = house.perform(made, "approve", approver)
    year = dt.date(today().year, 1, 1), dt.date(today().year, 12, 31)
    assert figure(metrics["training_fulfilment"], *year).value == "0.00"
    done = assessed(house, session(house, who=("inspector",), plan=made, level=level), {"inspector": None})
    made = house.fresh(made)
    assert (made.items[0]["session"], made.items[1]["session"], made.done) == (done.number, None, 1)
    assert figure(metrics["training_fulfilment"], *year).value == "50.00"
    with pytest.raises(Refused, match="没有这一项"):
        assessed(house, session(house, "别的课", ("inspector",), plan=made), {"inspector": None})


def department(house: House) -> Any:
    return open_record(registry["org.department"], {"name": "生产部"}, by=house.actor("quality_manager"))


def test_a_plan_says_what_and_when_and_only_sessions_say_what_was_held(house: House) -> None:
    with pytest.raises(ValidationError, match="1 至 12"):
        plan(house, *"abcdefghijklm")
    with pytest.raises(ValidationError, match="没有编号或名称为“焊接”"):
        plan(house, items=[{"course": "焊接", "month": 3, "skill": "焊接"}])
    empty = plan(house, by="department_head")
    with pytest.raises(Refused, match="先写明培训项目"):
        house.perform(empty, "approve", "general_manager")
    claimed = plan(house, items=[{"course": "课", "month": 3, "session": "PX-1"}])
    assert (claimed.items[0]["session"], claimed.done) == (None, 0)


@pytest.mark.proves("X-2.2.2", "J-3.2.10", "J-4.2.17")
def test_the_test_decides_and_has_its_reward_or_penalty(house: House) -> None:
    """X-2.2.2: training goes with a test; J-3.2.10: excellent is rewarded, absent or failed is penalised."""
    made = session(house, who=("inspector", "production", "sales", "purchasing"), pass_mark=60)
    with pytest.raises(Refused, match="还没有成绩：人员3"):
        assessed(house, made, {"inspector": None, "production": 60, "sales": 59})
    made = house.fresh(made)
    rows = [{**r, "score": score} for r, score in zip(made.attendees, (95, 60, 59, None), strict=True)]
    made = house.perform(made, "assess", "quality_manager", {"attendees": rows})
    said = [(r["present"], r["passed"], r["consequence"]) for r in made.attendees]
    assert said == [
        (True, True, "reward"), (True, True, "none"), (True, False, "penalty"), (False, False, "penalty"),
    ]  # fmt: skip
    assert (made.invited, made.present, made.passed, made.rewarded, made.penalised) == (4, 3, 2, 1, 2)
    values = {
        n: figure(metrics[n], today(), today()).value
        for n in ("persons_trained", "training_hours", "training_pass_rate")
    }
    assert values == {"persons_trained": "3", "training_hours": "7.5", "training_pass_rate": "66.67"}


@pytest.mark.proves("K-5.5.10", "K-0.16", "T-3.4.2")
def test_who_passes_is_qualified_and_may_take_the_step(house: House) -> None:
    wanted = skill(house, "内审员", "auditor", months=36)
    rule(house, wanted)
    certify(house, "inspector", wanted, certificate_number="旧", obtained_on="2020-01-01")
    lot = house.lot()
    with pytest.raises(Refused, match="到期"):
        house.perform(lot, "judge", "inspector", VERDICT)
    made = session(house, who=("inspector", "production"), skill=wanted, external_trainer="认证机构")
    made = assessed(house, made, {"inspector": None, "production": None})
    house.perform(lot, "judge", "inspector", VERDICT)
    old, new = QUALIFICATION.model.objects.order_by("k")
    assert (old.version, old.certificate_number, old.obtained_on) == (2, made.number, today())
    assert (new.person, new.issuer) == (house.people["production"], "认证机构")
    assert new.valid_until > today() + 1000 * DAY
    renewal = log.versions("competence.qualification", old.k)[-1]
    assert (renewal.act, renewal.facts["_cause"]) == ("renew", made.seq)


@pytest.mark.proves("X-3.2.1", "K-5.5.11")
@pytest.mark.parametrize("hour", [3, 15, 17, 23])
def test_the_effect_is_verified_later_by_a_date(
    house: House, hour: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K-5.5.11: a customer's new requirement is learned, and later checked on the spot; days are those of the site, not of UTC."""
    moment = dt.datetime(2031, 5, 6, hour, 30, tzinfo=dt.UTC)
    monkeypatch.setattr(log, "now", lambda: moment)
    made = session(house, "顾客新要求", ("inspector",), document_number="KH-REQ-7", edition="A/1")
    made = assessed(house, made, {"inspector": None}, verify_by=today() + 10 * DAY)
    running = ClockRow.objects.get(type="competence.session", k=made.k)
    assert (running.stopped_at, (running.due_at - running.started_at).days) == (None, 10)
    with pytest.raises(ValidationError):
        house.perform(made, "verify_effect", "department_head", {"effect": "effective"})
    asked = {"effect": "effective", "effect_note": "现场抽查 5 人，均能按新要求操作"}
    made = house.perform(made, "verify_effect", "department_head", asked)
    assert made.state == "verified"
    running.refresh_from_db()
    assert running.stopped_at is not None
    assert figure(metrics["training_effective"], today(), today()).value == "100.00"


def test_attendees_are_named_once_by_number_staff_number_or_name(house: House) -> None:
    made = session(house, who=("inspector",))
    person = house.people["inspector"]
    assert made.attendees[0]["person"] == person.number
    by = house.actor("quality_manager")
    for rows, said in (
        ([{"person": person.number}, {"person": person.name}], "写了两次"),
        ([{"person": "查无此人"}], "没有编号或名称"),
        ([{"person": person.number, "score": 101}], "0 与 100"),
    ):
        with pytest.raises(ValidationError, match=said):
            amend(made, {"attendees": rows}, by=by, version=1, reason="x")
    open_record(registry["org.person"], {"name": person.name, "staff_number": "8000"}, by=SYSTEM)
    with pytest.raises(ValidationError, match="有多个"):
        amend(made, {"attendees": [{"person": person.name}]}, by=by, version=1, reason="x")
    nobody = held(house, made, {})
    with pytest.raises(Refused, match="没有人到场"):
        house.perform(nobody, "assess", "quality_manager", {"attendees": nobody.attendees})
    assert house.perform(nobody, "cancel", "quality_manager", reason="讲师有事").state == "cancelled"


def test_a_new_edition_makes_retraining_due_for_those_who_have_not_passed_it(house: House) -> None:
    people = [house.people[r] for r in ("inspector", "production")]
    first = session(house, who=("inspector", "production"), document_number="QES-008", edition="A/1")
    assessed(house, first, {"inspector": None})
    assert retraining_due("QES-008", "A/1", people) == [people[1]]
    assert retraining_due("QES-008", "A/2", people) == people


@pytest.mark.proves("K-5.5.11")
def test_a_document_in_a_new_edition_calls_those_who_were_trained_on_it(house: House) -> None:
    of, one = in_force(house)
    made = session(house, who=("inspector", "production"), document_number=of.code, edition=one.edition)
    assert SESSION.model.objects.count() == 1, "nobody was trained on the document when it came into force"
    assessed(house, made, {"inspector": None})
    two = house.fresh(issued(house, draft(house, house.fresh(of))))
    called = SESSION.model.objects.get(document_number=of.code, edition=two.edition)
    assert [row["person"] for row in called.attendees] == [house.people["inspector"].number]
    assert (called.state, called.held_on) == ("planned", today() + 30 * DAY)


def test_nobody_assesses_himself_into_a_qualification(house: House) -> None:
    made = session(house, who=("quality_manager",), skill=skill(house))
    with pytest.raises(Refused, match="自己的资质"):
        assessed(house, made, {"quality_manager": None})


@pytest.mark.proves("K-5.5.11")
def test_what_issues_an_edition_orders_the_training_on_it(house: House) -> None:
    """The process of documents calls it as an effect; here any record that is opened stands for the document issued."""
    people = [house.people[r] for r in ("inspector", "production")]
    made: list[Any] = []

    def issued(record: Any, by: Any) -> None:
        made.append(
            order_retraining(by, "QES-008", "A/2", "作业人员资质管理制度 A/2", people, today() + 14 * DAY)
        )

    document = dataclasses.replace(registry["competence.skill"], opened=issued)
    stands = open_record(document, {"name": "代文件", "kind": "test"}, by=house.actor("quality_manager"))
    (ordered,) = made
    assert (ordered.state, ordered.document_number, ordered.edition) == ("planned", "QES-008", "A/2")
    assert [row["name"] for row in ordered.attendees] == [p.name for p in people]
    assert log.versions("competence.session", ordered.k)[0].facts["_cause"] == stands.seq
    assessed(house, house.fresh(ordered), {"inspector": None, "production": None})
    open_record(document, {"name": "再代", "kind": "test"}, by=house.actor("quality_manager"))
    assert made[1] is None
