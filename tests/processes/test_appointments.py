"""Appointments: by notice, quality people with consent one level up and by conditions; the register of quality managers (M01)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests.house import House, today
from tests.processes.test_competence import DAY, certify, skill
from zhicheng.core import bulk
from zhicheng.core.authority import SYSTEM, Actor
from zhicheng.core.process import registry
from zhicheng.core.writers import Refused, amend, open_record, perform
from zhicheng.ledger import log

APPOINTMENT = registry["org.appointment"]
FIT = {"education": "college", "years": 3, "assessed_on": today() - DAY}


def proposed(house: House, kind: str = "quality_manager", **more: Any) -> Any:
    """A quality manager of the branch, proposed by the general manager."""
    facts = {
        "kind": kind, "person": house.people["inspector"], "occurred_on": today(), "region": "华南", "site": branch(), **FIT, **more,
    }  # fmt: skip
    return open_record(APPOINTMENT, facts, by=house.actor("general_manager"))


def branch() -> Any:
    sites = registry["org.site"].model.objects
    return sites.filter(name="华南分公司").first() or open_record(
        registry["org.site"], {"name": "华南分公司"}, by=SYSTEM
    )


NOTICE = {
    "notice_number": "中港通知字〔2023〕HR-008号",
    "issuer": "人力资源部",
    "secrecy": "general",
    "urgency": "urgent",
}


@pytest.mark.proves("K-5.5.6", "K-5.4.1")
def test_a_quality_manager_is_appointed_and_removed_with_consent_one_level_up(house: House) -> None:
    made = proposed(house)
    assert made.state == "awaiting"
    with pytest.raises(Refused, match="待上级质量部门同意"):
        house.perform(made, "issue", "general_manager", NOTICE)
    local = open_record(registry["org.person"], {"name": "分公司质量经理", "staff_number": "7001"}, by=SYSTEM)
    role = {"person": local, "role": "quality_manager", "site": branch()}
    open_record(registry["org.role"], role, by=SYSTEM)
    with pytest.raises(Refused, match="上一级质量管理部门"):
        perform(made, "consent", by=Actor(local, "test", proved_at=log.now()), version=1)
    made = house.perform(made, "consent", "quality_manager")
    assert made.consented_by == house.people["quality_manager"]
    assert (
        log.versions("org.appointment", made.k)[-1].facts["_signed"][0]["meaning"] == "上级质量部门同意任命"
    )
    with pytest.raises(ValidationError, match="不能为空"):
        house.perform(made, "issue", "general_manager", {"issuer": "人力资源部"})
    made = house.perform(made, "issue", "general_manager", NOTICE)
    assert (made.state, made.notice_number, made.get_urgency_display()) == (
        "active",
        NOTICE["notice_number"],
        "紧急",
    )
    with pytest.raises(Refused, match="解除须先征得上一级"):
        house.perform(made, "dismiss", "general_manager", reason="调任")
    made = house.perform(made, "consent_to_removal", "chief_quality_officer", reason="调任总部")
    assert house.perform(made, "dismiss", "general_manager", reason="调任").state == "ended"


def test_for_the_company_only_the_chief_quality_officer_is_above(house: House) -> None:
    made = proposed(house, site=None)
    with pytest.raises(Refused, match="公司的由首席质量官"):
        house.perform(made, "consent", "quality_manager")
    assert house.perform(made, "consent", "chief_quality_officer").state == "consented"
    own = proposed(house, person=house.people["quality_manager"])
    with pytest.raises(Refused, match="自己的任免"):
        house.perform(own, "consent", "quality_manager")
    declined = house.perform(own, "decline_appointment", "chief_quality_officer", reason="年限不足")
    assert declined.state == "declined"


@pytest.mark.proves("K-5.5.5")
@pytest.mark.parametrize(
    ("lacks", "said"),
    [
        ({"education": "below"}, "大专及以上"),
        ({"education": ""}, "大专及以上"),
        ({"years": 0}, "满 1 年"),
        ({"years": None}, "满 1 年"),
        ({"assessed_on": None}, "质量部门考核"),
    ],
)
def test_the_conditions_are_checked_before_consent(house: House, lacks: dict[str, Any], said: str) -> None:
    made = proposed(house, kind="quality_engineer", **lacks)
    with pytest.raises(Refused, match=said):
        house.perform(made, "consent", "quality_manager")


@pytest.mark.proves("K-5.5.5")
def test_the_skills_of_the_post_are_a_condition_as_well(house: House) -> None:
    wanted = skill(house, "QA 认证")
    by = house.actor("quality_manager")
    post = open_record(
        registry["org.post"], {"name": "质量经理", "required": [{"skill": wanted.name}]}, by=by
    )
    made = proposed(house, post=post)
    with pytest.raises(Refused, match="岗位“质量经理”要求的能力没有资质：QA 认证"):
        house.perform(made, "consent", "quality_manager")
    certify(house, "inspector", wanted)
    assert house.perform(made, "consent", "quality_manager").state == "consented"


@pytest.mark.proves("K-5.3.1")
def test_the_register_of_quality_managers_comes_from_a_table(house: House) -> None:
    by = house.actor("general_manager")
    rows = [
        (1, {"kind": "quality_manager", "person": house.people[role].number, "region": region, "full_time": full, "years": years,
             "certification": certified, "assistants": assistants, "occurred_on": today()})
        for role, region, full, years, certified, assistants in (
            ("inspector", "广东", True, 8, "certified", 2),
            ("production", "广西", False, 3, "in_progress", 1),
        )
    ]  # fmt: skip
    checked = bulk.check(APPOINTMENT, [(n, facts) for n, (_one, facts) in enumerate(rows, 1)], by=by)
    assert not checked.errors
    bulk.write(checked, by=by, file_name="画像.xlsx", file_sha256="0" * 64)
    found = APPOINTMENT.model.objects.filter(kind="quality_manager", state="active").order_by("k")
    assert [(a.region, a.full_time, a.years, a.get_certification_display(), a.assistants) for a in found] == [
        ("广东", True, 8, "是", 2), ("广西", False, 3, "认证中", 1),
    ]  # fmt: skip


@pytest.mark.proves("K-5.3.1")
def test_nobody_is_of_the_quality_organisation_without_an_appointment(house: House) -> None:
    person = house.people["sales"]
    facts = {"key": "org.appointed_roles", "value": "quality_manager, inspector"}
    with pytest.raises(ValidationError, match="不是"):
        open_record(registry["core.parameter"], {**facts, "value": "boss"}, by=house.actor("quality_manager"))
    open_record(registry["core.parameter"], facts, by=house.actor("quality_manager"))
    role = {"person": person, "role": "inspector"}
    with pytest.raises(Refused, match="“检验员”须先有任命"):
        open_record(registry["org.role"], role, by=SYSTEM)
    open_record(registry["org.role"], {**role, "role": "after_sales"}, by=SYSTEM)
    several = {"kind": "organisation", "occurred_on": today(), **NOTICE, "appointees": [
        {"person": person.name, "post": "质检工程师"}, {"person": house.people["purchasing"].staff_number, "post": "委员"},
    ]}  # fmt: skip
    made = open_record(APPOINTMENT, several, by=house.actor("general_manager"))
    assert (made.state, [row["name"] for row in made.appointees]) == (
        "active",
        [person.name, house.people["purchasing"].name],
    )
    open_record(registry["org.role"], role, by=SYSTEM)


def test_what_was_consented_to_is_not_turned_into_something_else(house: House) -> None:
    by = house.actor("general_manager")
    facts = {"kind": "committee_member", "person": house.people["sales"], "occurred_on": today()}
    member = open_record(APPOINTMENT, facts, by=by)
    with pytest.raises(Refused, match="不能更改"):
        amend(member, {"kind": "quality_manager"}, by=by, version=1, reason="x")
    amend(member, {"kind": "committee_chair"}, by=by, version=1, reason="升任")
    rows = [{"person": house.people["sales"].number, "post": "QC"}]
    with pytest.raises(ValidationError, match="每人一份"):
        proposed(house, appointees=rows)
