"""Surveys, invitations, responses, and the yearly evaluation (K-4.5, K-4.5.1, K-4.5.2, T-3.3.3, T-6.3.2, T-7.3.1, X-2.1.7)."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from tests.house import House, today
from zhicheng.core import writers
from zhicheng.core.authority import ANYBODY, SYSTEM, may_read, visible
from zhicheng.core.process import registry
from zhicheng.core.roles import PUBLIC
from zhicheng.core.writers import Refused, amend, open_record
from zhicheng.ledger import log
from zhicheng.metrics.definition import metrics
from zhicheng.metrics.evaluate import figure
from zhicheng.processes.satisfaction.evaluating import all_met, met
from zhicheng.processes.satisfaction.scoring import mean, rounded

SURVEY, INVITATION, RESPONSE, EVALUATION = (
    registry[f"satisfaction.{name}"] for name in ("survey", "invitation", "response", "evaluation")
)
QUESTIONS = (
    {"question": "产品质量", "factor": "quality", "weight": 2},
    {"question": "外观质量", "factor": "quality", "weight": 1},
    {"question": "交货及时", "factor": "delivery", "weight": 1},
)


def survey(house: House, *questions: dict[str, Any], **more: Any) -> Any:
    facts = {
        "name": "2020 年满意度调查", "stage": "yearly", "closes_on": today() + dt.timedelta(days=30),
        "questions": list(questions or QUESTIONS), **more,
    }  # fmt: skip
    return house.perform(open_record(SURVEY, facts, by=house.actor("sales")), "start", "sales")


def customer(house: House, name: str = "华东燃气", **more: Any) -> Any:
    facts = {"name": name, "kind": "direct", "customer_class": "important", "region": "abroad", **more}
    return open_record(registry["customer.customer"], facts, by=house.actor("sales"))


def invite(house: House, asked: Any, whom: Any, line: int = 1, **more: Any) -> Any:
    facts = {"survey": asked, "customer": whom, "line": line, **more}
    return open_record(INVITATION, facts, by=house.actor("sales"))


def answers(*scores: int) -> list[dict[str, int]]:
    return [{"no": n, "score": score} for n, score in enumerate(scores, 1)]


def respond(invitation: Any, *scores: int, by: Any = ANYBODY, **more: Any) -> Any:
    return open_record(RESPONSE, {"invitation": invitation, "answers": answers(*scores), **more}, by=by)


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 100)), min_size=1, max_size=30))
def test_a_weighted_mean_is_exact_and_rounded_half_up(scored: list[tuple[int, int]]) -> None:
    exact = Fraction(sum(s * w for s, w in scored), sum(w for _s, w in scored))
    found = mean(scored)
    assert found is not None
    assert abs(Fraction(found) - exact) <= Fraction(1, 200)
    assert Fraction(found) - exact != Fraction(-1, 200)  # a half goes up
    assert min(s for s, _w in scored) <= found <= max(s for s, _w in scored)


def test_the_mean_of_nothing_is_none_and_half_a_hundredth_goes_up() -> None:
    assert mean([]) is None
    assert rounded(Fraction(845, 1000) + 84) == Decimal("84.85")
    assert rounded(Fraction(84845, 1000)) == Decimal("84.85")


@pytest.mark.proves("T-6.3.2")
def test_a_response_is_scored_by_weights_in_all_and_by_purchase_factor(house: House) -> None:
    made = respond(invite(house, survey(house), customer(house)), 90, 60, 100, comment="包装要改进")
    assert (made.score, made.quality, made.delivery, made.price) == (
        Decimal(85),
        Decimal(80),
        Decimal(100),
        None,
    )
    assert (made.stage, made.customer_class, made.region, made.kind) == (
        "yearly",
        "important",
        "abroad",
        "direct",
    )
    assert [row["question"] for row in made.answers] == [q["question"] for q in QUESTIONS]
    assert made.invitation.survey == made.survey
    value = figure(metrics["satisfaction_quality"], today(), today()).value
    assert value == "80.00"


def test_each_link_is_answered_once_by_whom_the_log_names(house: House) -> None:
    asked, whom = survey(house), customer(house)
    first, second = invite(house, asked, whom), invite(house, asked, whom, 2)
    assert len({first.token, second.token}) == 2
    assert len(first.token) >= 22
    online = respond(first, 90, 90, 90)
    entry = log.versions("satisfaction.response", online.k)[0].facts
    assert (entry["_by"], entry["_authority"], online.recorded) == ("public", "public", False)
    assert house.fresh(first).state == "answered"
    answered = log.versions("satisfaction.invitation", first.k)[-1]
    assert (answered.act, answered.facts["_by"], answered.facts["_cause"]) == ("answer", "public", online.seq)
    with pytest.raises(Refused, match="已答复"):
        respond(house.fresh(first), 10, 10, 10)
    told = respond(second, 80, 80, 80, by=house.actor("after_sales"))
    assert told.recorded
    assert log.versions("satisfaction.response", told.k)[0].facts["_by"].startswith("org.person/")


def test_an_answer_that_is_not_whole_or_out_of_scale_is_refused(house: House) -> None:
    invitation = invite(house, survey(house), customer(house))
    for scores, said in (
        ((90, 90), "全部 3 个问题"),
        ((90, 90, 90, 90), "全部 3 个"),
        ((101, 0, 0), "0 与 100"),
        ((-1, 0, 0), "0 与 100"),
    ):
        with pytest.raises(ValidationError, match=said):
            respond(invitation, *scores)
    twice = [{"no": 1, "score": 1}, {"no": 1, "score": 2}, {"no": 2, "score": 3}]
    with pytest.raises(ValidationError, match="全部 3 个问题"):
        open_record(RESPONSE, {"invitation": invitation, "answers": twice}, by=ANYBODY)
    assert house.fresh(invitation).state == "invited"


def test_a_survey_that_does_not_run_takes_neither_invitations_nor_answers(house: House) -> None:
    by, whom = house.actor("sales"), customer(house)
    draft = open_record(SURVEY, {"name": "空", "stage": "before", "closes_on": today()}, by=by)
    with pytest.raises(Refused, match="先列出问题"):
        house.perform(draft, "start", "sales")
    with pytest.raises(Refused, match="没有在进行"):
        invite(house, draft, whom)
    running = survey(house)
    invitation = invite(house, running, whom)
    with pytest.raises(Refused, match="不能更改问题"):
        amend(house.fresh(running), {"questions": []}, by=by, version=running.version, reason="x")
    over = amend(
        running, {"closes_on": today() - dt.timedelta(days=1)}, by=by, version=running.version, reason="提前"
    )
    with pytest.raises(Refused, match="没有在进行"):
        respond(house.fresh(invitation), 1, 1, 1)
    house.perform(over, "finish", "sales")
    with pytest.raises(Refused, match="没有在进行"):
        invite(house, house.fresh(over), whom, 2)
    with pytest.raises(ValidationError, match="权重须在"):
        survey(house, {"question": "x", "weight": 0})


def test_the_public_may_write_a_response_and_nothing_else(house: House) -> None:
    invitation = invite(house, survey(house), customer(house))
    facts = {"invitation": invitation, "answers": answers(1, 2, 3)}
    for name in ("score", "recorded", "customer", "provenance_"):
        with pytest.raises(ValidationError):
            open_record(RESPONSE, {**facts, name: "1"}, by=ANYBODY)
    for process in registry.all():
        assert not may_read(ANYBODY, process)
        assert not visible(ANYBODY, process).exists()
        if PUBLIC not in process.opens and process.asks:
            with pytest.raises((Refused, ValidationError)):
                open_record(process, dict.fromkeys(process.asks), by=ANYBODY)
    with pytest.raises(Refused, match="须由"):
        open_record(
            registry["customer.office"], {"name": "x", "region": "abroad", "hotline": "1"}, by=ANYBODY
        )
    with pytest.raises(Refused):
        amend(invitation, {"recipient": "x"}, by=ANYBODY, version=1)
    made = respond(invitation, 1, 2, 3)
    with pytest.raises(Refused):
        writers.perform(made, "void", {}, by=ANYBODY, version=1, reason="x")
    with pytest.raises(Refused, match="公众"):
        respond(
            invite(house, invitation.survey, invitation.customer, 2), 1, 2, 3, by=house.actor("inspector")
        )


# The year


def responses(house: House, year: int, scores: dict[int, int], **more: Any) -> Iterator[Any]:
    """A response of that score in each month, entered now for then."""
    asked = survey(house, {"question": "总体", "factor": "service", "weight": 1}, **more)
    whom = customer(house, f"{year}{more}")
    for n, (month, score) in enumerate(scores.items(), 1):
        day = dt.date(year, month, calendar.monthrange(year, month)[1])
        invitation = invite(house, asked, whom, n, occurred_on=day)
        yield respond(invitation, score, by=SYSTEM, occurred_on=day, late_reason="补录")


@pytest.mark.proves("K-4.5", "K-4.5.2", "T-3.3.3")
def test_a_year_of_85s_passes_the_months_and_fails_the_year(house: House) -> None:
    list(responses(house, 2020, dict.fromkeys(range(1, 13), 85)))
    made = open_record(EVALUATION, {"year": 2020, "stage": "all"}, by=house.actor("quality_manager"))
    assert (made.mean, made.months_met, made.year_met) == (Decimal("85.00"), "yes", "no")
    assert "每月达标（下限 85），全年不达标（目标 95，均值 85.00）" in made.verdict
    assert "已答复 12 份，答复率 100.00%" in made.verdict
    assert [row["met"] for row in made.months] == [True] * 12
    assert made.advice == made.verdict


@pytest.mark.proves("T-7.3.1", "X-2.1.7")
def test_the_report_of_a_year_shows_rate_beside_mean_and_three_years(house: House) -> None:
    list(responses(house, 2018, {5: 92}))
    list(responses(house, 2019, {5: 93}))
    list(responses(house, 2020, {2: 84, 5: 100, 7: 100}))
    silent = invite(house, survey(house, stage="after"), customer(house, "沉默"), occurred_on="2020-07-01")
    made = open_record(EVALUATION, {"year": 2020, "stage": "all"}, by=house.actor("quality_manager"))
    assert (made.months_met, made.year_met, made.mean) == ("no", "no", Decimal("94.67"))
    july, june = made.months[6], made.months[5]
    assert (july["invited"], july["answered"], july["responses"], july["mean"], july["met"]) == (
        2,
        1,
        1,
        10000,
        True,
    )
    assert (june["invited"], june["mean"], june["met"]) == (0, None, None)
    assert [(row["year"], row["mean"], row["invited"]) for row in made.trend] == [
        (2018, 9200, 1), (2019, 9300, 1), (2020, 9467, 4),
    ]  # fmt: skip
    assert (july["rate"], made.rate) == (5000, Decimal("75.00"))
    pictures = EVALUATION.pictures(made)  # type: ignore[misc]
    assert len(pictures) == 2
    assert "2020-07：1/2" in pictures[0].note
    house.perform(silent, "withdraw_invitation", "sales", reason="顾客已停业")
    with pytest.raises(Refused, match="先写分析"):
        house.perform(made, "confirm", "general_manager")
    made = house.perform(made, "update", "quality_manager")
    assert made.invited == 3
    made = amend(made, {"analysis": "二月交期迟"}, by=house.actor("quality_manager"), version=made.version)
    made = house.perform(made, "confirm", "general_manager")
    assert made.state == "confirmed"
    with pytest.raises(Refused, match=made.number):
        open_record(EVALUATION, {"year": 2020, "stage": "all"}, by=house.actor("quality_manager"))


@pytest.mark.proves("K-4.5.1")
def test_stages_and_service_classes_are_judged_apart(house: House) -> None:
    list(responses(house, 2020, {1: 100}, stage="before", service_class="维修保养"))
    list(responses(house, 2020, {1: 80}, stage="after", service_class="配送安装"))
    by = house.actor("quality_manager")
    before = open_record(EVALUATION, {"year": 2020, "stage": "before"}, by=by)
    assert (before.mean, before.months_met, before.year_met) == (Decimal(100), "yes", "yes")
    everything = open_record(EVALUATION, {"year": 2020, "stage": "all"}, by=by)
    assert (everything.mean, everything.months_met) == (Decimal(90), "no")
    assert len(everything.months) == 24
    judged = {row["service_class"]: row["met"] for row in everything.months if row["met"] is not None}
    assert judged == {"维修保养": True, "配送安装": False}
    empty = open_record(EVALUATION, {"year": 2019, "stage": "all"}, by=by)
    assert (empty.mean, empty.months_met, empty.year_met) == (None, "none", "none")


@given(st.lists(st.one_of(st.none(), st.decimals(0, 100, places=2)), max_size=24), st.integers(0, 100))
def test_the_rule_of_the_months_is_met_when_none_that_had_responses_is_below(
    months: list[Decimal | None], least: int
) -> None:
    said = all_met([met(one, Decimal(least)) for one in months])
    had = [one for one in months if one is not None]
    assert said is (None if not had else not any(one < least for one in had))


def test_void_responses_and_withdrawn_invitations_are_not_counted(house: House) -> None:
    asked, whom = survey(house), customer(house)
    trial, real = invite(house, asked, whom), invite(house, asked, whom, 2)
    house.perform(respond(trial, 0, 0, 0), "void", "quality_manager", reason="试填")
    respond(real, 90, 90, 90)
    assert figure(metrics["satisfaction_mean"], today(), today()).value == "90.00"
    assert figure(metrics["satisfaction_response_rate"], today(), today()).value == "100.00"
