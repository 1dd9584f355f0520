"""Whoever is not qualified, or no longer, cannot take the step; the way out is a second signature for one shift (M14)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.house import House, today
from zhicheng.core import bulk, minutely
from zhicheng.core.authority import SYSTEM
from zhicheng.core.process import registry
from zhicheng.core.writers import Refused, amend, open_record, perform
from zhicheng.ledger import log
from zhicheng.messages.models import Message
from zhicheng.metrics.definition import metrics
from zhicheng.metrics.evaluate import figure
from zhicheng.processes.competence import reminders
from zhicheng.web.acts import acts

SKILL, QUALIFICATION, RULE, COVER = (
    registry[f"competence.{name}"] for name in ("skill", "qualification", "rule", "cover")
)
JUDGE = "inspection.lot/judge"
VERDICT = {"sample_size": "10", "nonconforming": "0", "verdict": "accepted"}
DAY = dt.timedelta(days=1)


def skill(house: House, name: str = "外观检验", kind: str = "test", **more: Any) -> Any:
    return open_record(SKILL, {"name": name, "kind": kind, **more}, by=house.actor("quality_manager"))


def rule(house: House, wanted: Any, step: str = JUDGE, **more: Any) -> Any:
    facts = {"step": step, "skill": wanted, "occurred_on": today(), **more}
    return open_record(RULE, facts, by=house.actor("quality_manager"))


def certify(house: House, role: str, wanted: Any, **more: Any) -> Any:
    facts = {"person": house.people[role], "skill": wanted, "obtained_on": today() - 30 * DAY, **more}
    by = "department_head" if role == "quality_manager" else "quality_manager"
    return open_record(QUALIFICATION, facts, by=house.actor(by))


def cover(house: House, wanted: Any, role: str = "inspector", **more: Any) -> Any:
    facts = {
        "person": house.people[role], "rule": wanted, "ends_at": log.now() + dt.timedelta(hours=8), "reason": "持证人请假",
        "occurred_on": today(), **more,
    }  # fmt: skip
    return open_record(COVER, facts, by=house.actor(role))


@pytest.mark.proves("K-5.5.10", "J-4.2.15")
def test_who_was_never_qualified_or_has_lapsed_cannot_take_the_step(house: House) -> None:
    """K-5.5.10: the sentence says why and leads to where it can be mended, on the page as in the writer."""
    wanted, lot = skill(house), house.lot()
    rule(house, wanted)
    inspector = house.actor("inspector")
    with pytest.raises(Refused, match="人员3没有“外观检验”的资质") as caught:
        perform(lot, "judge", VERDICT, by=inspector, version=1)
    assert caught.value.missing[0].at == wanted
    held = certify(house, "inspector", wanted, valid_until=today() - DAY)
    with pytest.raises(Refused, match=f"已于 {today() - DAY} 到期") as caught:
        perform(lot, "judge", VERDICT, by=inspector, version=1)
    assert caught.value.missing[0].at == held
    (shown,) = [
        a for a in acts(registry["inspection.lot"], lot, house.actor("inspector")) if a.step.name == "judge"
    ]
    assert (shown.why_not[0].at, "到期" in shown.why_not[0].text) == (held.number, True)
    held = house.perform(
        held, "renew", "quality_manager", {"obtained_on": today(), "valid_until": today() + 365 * DAY}
    )
    assert acts(registry["inspection.lot"], lot, house.actor("inspector"))[0].why_not == ()
    held = house.perform(held, "suspend", "quality_manager", reason="抽查不合格")
    with pytest.raises(Refused, match="现为“暂停资格”"):
        perform(lot, "judge", VERDICT, by=inspector, version=1)
    house.perform(held, "reinstate", "quality_manager", reason="复训合格")
    assert perform(lot, "judge", VERDICT, by=inspector, version=1).state == "accepted"


def test_a_rule_holds_from_its_day_at_its_site_for_either_skill_and_until_it_ends(house: House) -> None:
    first, second = skill(house), skill(house, "精密测量")
    there = open_record(registry["org.site"], {"name": "二厂"}, by=SYSTEM)
    rule(house, first, occurred_on=today() + DAY)
    rule(house, skill(house, "别处"), site=there)
    rule(house, skill(house, "从前"), occurred_on=today() - 9 * DAY, until=today() - DAY)
    house.judged("PO-1")
    made = rule(house, skill(house, "量具使用"), alternative=second)
    with pytest.raises(Refused, match="量具使用”或“精密测量"):
        house.judged("PO-2")
    certify(house, "inspector", second)
    house.judged("PO-3")
    house.perform(made, "end", "quality_manager", reason="改由设备判定")
    other = house.lot("PO-4", site=there)
    with pytest.raises(Refused, match="别处"):
        house.perform(other, "judge", "inspector", VERDICT)
    with pytest.raises(Refused, match="已经登记为"):
        rule(house, made.skill)


def test_opening_amending_and_importing_are_judged_as_well(house: House) -> None:
    lot, wanted = house.lot("PO-0"), skill(house)
    rule(house, wanted, "inspection.lot/open")
    rule(house, wanted, "inspection.lot/amend")
    with pytest.raises(Refused, match="外观检验"):
        house.lot("PO-1")
    with pytest.raises(Refused, match="外观检验"):
        amend(lot, {"quantity": "99"}, by=house.actor("inspector"), version=1, reason="点错")
    row = {
        "supplier": house.supplier.number, "document": "PO-2", "line": 1, "item": house.items["raw_material"].number,
        "quantity": "1", "occurred_on": today(),
    }  # fmt: skip
    by = house.actor("inspector")
    checked = bulk.check(registry["inspection.lot"], [(1, row)], by=by)
    assert [e.sentence for e in checked.errors if "外观检验" in e.sentence]
    certify(house, "quality_manager", wanted)
    covered = cover(house, RULE.model.objects.get(step="inspection.lot/open"))
    house.perform(covered, "countersign", "quality_manager")
    checked = bulk.check(registry["inspection.lot"], [(1, row)], by=by)
    assert [e.sentence for e in checked.errors] == ["凭第二人签字只能逐件办理，不能导入。"]
    certify(house, "inspector", wanted)
    assert not bulk.check(registry["inspection.lot"], [(1, row)], by=by).errors
    house.lot("PO-3")


def test_no_rule_can_lock_out_those_who_keep_rules_and_rights() -> None:
    steps = [value for value, _words in RULE.model._meta.get_field("step").flatchoices]
    assert JUDGE in steps
    assert "inspection.lot/open" in steps
    assert not [s for s in steps if s.startswith(("competence.", "org.", "core."))]


@pytest.mark.proves("K-5.5.10")
def test_a_qualified_second_person_signs_for_one_shift_and_each_use_is_counted(house: House) -> None:
    wanted, lot = skill(house), house.lot()
    made = rule(house, wanted)
    certify(house, "quality_manager", wanted)
    asked = cover(house, made)
    with pytest.raises(Refused, match="人员3没有"):
        house.perform(lot, "judge", "inspector", VERDICT)
    with pytest.raises(Refused, match="另一人"):
        house.perform(asked, "countersign", "inspector")
    with pytest.raises(Refused, match="您没有“外观检验”的有效资质"):
        house.perform(asked, "countersign", "production")
    signed = house.perform(asked, "countersign", "quality_manager")
    assert signed.signer == house.people["quality_manager"]
    judged = house.perform(lot, "judge", "inspector", VERDICT)
    entry = log.versions("inspection.lot", judged.k)[-1]
    assert entry.facts["_cover"] == signed.number
    used = log.versions("competence.cover", signed.k)[-1]
    assert (used.act, used.facts["uses"], used.facts["_cause"]) == ("use", 1, entry.seq)
    house.judged("PO-2")
    assert [figure(metrics[n], today(), today()).value for n in ("second_signatures", "covered_acts")] == [
        "1",
        "2",
    ]
    refused = house.perform(cover(house, made, "production"), "decline", "quality_manager", reason="不放心")
    assert refused.state == "declined"


def test_a_second_signature_is_for_one_shift_only(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    made = rule(house, skill(house))
    with pytest.raises(ValidationError, match="不超过 12 小时"):
        cover(house, made, ends_at=log.now() + dt.timedelta(hours=13))
    with pytest.raises(ValidationError, match="已过"):
        cover(house, made, ends_at=log.now() - dt.timedelta(minutes=1))
    certify(house, "quality_manager", made.skill)
    house.perform(cover(house, made), "countersign", "quality_manager")
    house.judged("PO-1")
    lot = house.lot("PO-2")
    after, now = dt.timedelta(hours=9), log.now
    monkeypatch.setattr(log, "now", lambda: now() + after)
    with pytest.raises(Refused, match="没有“外观检验”"):
        house.perform(lot, "judge", "inspector", VERDICT)


def test_a_qualification_is_kept_once_for_each_person_and_skill_and_by_somebody_else(house: House) -> None:
    wanted = skill(house, months=24)
    held = certify(house, "inspector", wanted, obtained_on="2020-03-01")
    assert held.valid_until == dt.date(2022, 2, 28)
    assert figure(metrics["qualifications_lapsed"], dt.date(2022, 1, 1), dt.date(2022, 2, 28)).value == "1"
    with pytest.raises(Refused, match=held.number):
        certify(house, "inspector", wanted)
    own = {"person": house.people["quality_manager"], "skill": wanted, "obtained_on": today()}
    with pytest.raises(Refused, match="自己的资质"):
        open_record(QUALIFICATION, own, by=house.actor("quality_manager"))
    held = house.perform(
        held, "renew", "quality_manager", {"obtained_on": "2022-01-15", "valid_until": held.valid_until}
    )
    assert held.valid_until == dt.date(2024, 1, 14)
    held = house.perform(held, "withdraw", "quality_manager", reason="违规操作")
    held = house.perform(held, "requalify", "quality_manager", {"obtained_on": today()}, reason="重新考核")
    assert (held.state, held.holds(today())) == ("valid", True)
    for wrong, said in (
        ({"obtained_on": today() + DAY}, "今天之后"),
        ({"obtained_on": today(), "valid_until": today() - DAY}, "早于取得日期"),
    ):
        with pytest.raises(ValidationError, match=said):
            certify(house, "production", wanted, **wrong)
    with pytest.raises(ValidationError, match="证书编号"):
        certify(house, "production", skill(house, "叉车", "licence"))
    certify(
        house, "production", skill(house, "内审员", "auditor"), certificate_number="IA-1", issuer="认证机构"
    )


def test_without_rules_a_write_asks_once_more_and_a_page_not_for_each_record(house: House) -> None:
    rows = [house.lot(f"PO-{n}") for n in range(4)]
    process, by = registry["inspection.lot"], house.actor("inspector")
    with CaptureQueriesContext(connection) as asked:
        house.perform(rows[0], "judge", "inspector", VERDICT)
    assert len([q for q in asked if "competence_" in q["sql"]]) == 1
    wanted = skill(house)
    rule(house, wanted)
    certify(house, "inspector", wanted)
    with CaptureQueriesContext(connection) as asked:
        for lot in rows[1:]:
            acts(process, lot, by)
    assert len([q for q in asked if "competence_" in q["sql"]]) == 2


@pytest.mark.proves("K-5.5.10")
def test_whoever_is_concerned_is_reminded_at_each_step_once_before_it_lapses(house: House) -> None:
    held = certify(house, "inspector", skill(house), valid_until=today() + 25 * DAY)
    certify(house, "production", held.skill, valid_until=today() + 200 * DAY)
    assert minutely.name_of(reminders.sweep) in minutely.tasks()
    assert [reminders.look(log.now()) for _again in range(2)] == [1, 0]
    told = Message.objects.filter(kind="lapsing")
    assert {m.person for m in told} == {house.people["inspector"], house.people["quality_manager"]}
    assert f"将于 {held.valid_until} 到期" in told.get(person=house.people["inspector"]).subject
    assert reminders.look(log.now() + 19 * DAY) == 1  # seven days before
    assert reminders.look(log.now() + 26 * DAY) == 0  # it is over, and the page says so
    house.perform(
        held, "renew", "quality_manager", {"obtained_on": today(), "valid_until": today() + 26 * DAY}
    )
    assert reminders.look(log.now()) == 1  # another end is another matter


@pytest.mark.parametrize("text", ["7,30", "", "a", "30,30", "-1", "2000"])
def test_the_days_of_reminders_fall(text: str) -> None:
    with pytest.raises(ValueError):
        reminders.RemindDays(text)
    assert reminders.RemindDays("90，30,7").steps == (90, 30, 7)
