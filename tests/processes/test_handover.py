"""A leaver's open work is handed over in one step; a stand-in acts in another's place for a time, and the log says for whom."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests.house import House, today
from tests.processes.test_competence import DAY
from tests.processes.test_training import session
from zhicheng.core.account import Account
from zhicheng.core.authority import SYSTEM, Actor, may_read
from zhicheng.core.process import registry
from zhicheng.core.writers import Refused, open_record, perform
from zhicheng.ledger import log
from zhicheng.web.history import history

HANDOVER = registry["org.handover"]
OBJECTIVE = {
    "name": "目标",
    "level": "company",
    "metric": "incoming_acceptance",
    "operator": "ge",
    "target": "98",
}


def administrator() -> Actor:
    person = registry["org.person"].model.objects.get(staff_number="0001")
    return Actor(person, "test", proved_at=log.now())


def handover(house: House, kind: str, person: str, successor: str, **more: Any) -> Any:
    facts = {
        "kind": kind, "person": house.people[person], "successor": house.people[successor], "occurred_on": today(), **more,
    }  # fmt: skip
    return open_record(HANDOVER, facts, by=house.actor("quality_manager"))


def newcomer(house: House) -> Any:
    made = open_record(registry["org.person"], {"name": "新人", "staff_number": "6001"}, by=SYSTEM)
    house.people["newcomer"] = made
    return made


def test_a_leavers_open_work_passes_to_the_successor_in_one_step(house: House, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    leaver, follower = house.people["quality_manager"], newcomer(house)
    account = Account.objects.make("leaver", "measured twice 质诚", leaver)
    goal = {**OBJECTIVE, "year": today().year, "owner": leaver}
    open_goal = open_record(registry["objective.objective"], goal, by=house.actor("quality_manager"))
    training = session(house, trainer=leaver)
    cancelled = house.perform(session(house, trainer=leaver), "cancel", "quality_manager", reason="x")
    made = handover(house, "leaving", "quality_manager", "newcomer")
    assert made.advice == "将移交 2 条未办结的记录、1 个角色。"
    with pytest.raises(Refused, match="系统管理员"):
        house.perform(made, "hand_over", "quality_manager")
    with pytest.raises(Refused, match="还有 2 条未办结的记录"):
        perform(leaver, "end", by=administrator(), version=leaver.version, reason="离职")
    done = perform(made, "hand_over", by=administrator(), version=1)
    assert (done.state, done.records, done.roles) == ("done", 2, 1)
    assert [row["number"] for row in done.items[:2]] == [open_goal.number, training.number]
    assert house.fresh(open_goal).owner == house.fresh(training).trainer == follower
    assert house.fresh(cancelled).trainer == leaver
    entry = log.versions("objective.objective", open_goal.k)[-1]
    assert (entry.act, entry.facts["_cause"]) == ("hand_over", done.seq)
    assert Actor(follower, "test").roles == {"quality_manager"}
    assert Actor(leaver, "test").roles == frozenset()
    account.refresh_from_db()
    assert (house.fresh(leaver).state, account.is_active) == ("ended", False)


def test_who_changes_post_stays(house: House) -> None:
    newcomer(house)
    house.perform(
        handover(house, "transfer", "sales", "newcomer"), "call_off", "quality_manager", reason="不调了"
    )
    made = handover(house, "transfer", "sales", "newcomer")
    perform(made, "hand_over", by=administrator(), version=1)
    assert house.fresh(house.people["sales"]).state == "active"
    assert Actor(house.people["newcomer"], "t").roles == {"sales"}
    assert Actor(house.people["sales"], "t").roles == frozenset()


def test_a_stand_in_acts_in_anothers_place_until_the_day_and_the_log_says_for_whom(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    follower, away = newcomer(house), house.people["inspector"]
    made = handover(house, "stand_in", "inspector", "newcomer", until=today() + 3 * DAY)
    assert made.advice == "将代理 1 个角色。"
    perform(made, "hand_over", by=administrator(), version=1)
    lot = house.lot()
    asked = {"sample_size": "10", "nonconforming": "0", "verdict": "accepted"}
    lot = perform(lot, "judge", asked, by=Actor(follower, "test"), version=1)
    entry = log.versions("inspection.lot", lot.k)[-1].facts
    assert (entry["_by"], entry["_behalf"], entry["_authority"]) == (
        f"org.person/{follower.k}", f"org.person/{away.k}", "inspector",
    )  # fmt: skip
    assert history(registry["inspection.lot"], lot.k)[0].behalf == away.name
    other = open_record(registry["org.person"], {"name": "同岗", "staff_number": "6003"}, by=SYSTEM)
    open_record(registry["org.role"], {"person": other, "role": "inspector"}, by=SYSTEM)
    house.people["other"] = other
    again = handover(house, "stand_in", "other", "newcomer", until=today() + DAY)
    assert perform(again, "hand_over", by=administrator(), version=1).roles == 1  # held as long already
    own = house.judged("PO-2")
    assert "_behalf" not in log.versions("inspection.lot", own.k)[-1].facts
    assert may_read(Actor(follower, "test"), registry["inspection.lot"])
    now = log.now
    monkeypatch.setattr(log, "now", lambda: now() + 4 * DAY)
    assert Actor(follower, "test").roles == frozenset()
    assert Actor(away, "test").roles == {"inspector"}


def test_ones_own_role_comes_before_one_held_for_another(house: House) -> None:
    made = handover(house, "stand_in", "quality_manager", "inspector", until=today())
    perform(made, "hand_over", by=administrator(), version=1)
    lot = house.lot()
    house.perform(
        lot, "judge", "inspector", {"sample_size": "10", "nonconforming": "2", "verdict": "rejected"}
    )
    assert "_behalf" not in log.versions("inspection.lot", lot.k)[-1].facts
    open_record(
        registry["competence.skill"], {"name": "代办", "kind": "test"}, by=house.actor("inspector")
    )  # by the quality manager's role
    assert log.versions("competence.skill", 1)[0].facts["_behalf"].startswith("org.person/")


def test_nobody_hands_over_what_lies_beyond_the_own_scope(house: House) -> None:
    newcomer(house)
    site = open_record(registry["org.site"], {"name": "二厂"}, by=SYSTEM)
    local = open_record(registry["org.person"], {"name": "分厂管理员", "staff_number": "6002"}, by=SYSTEM)
    open_record(registry["org.role"], {"person": local, "role": "administrator", "site": site}, by=SYSTEM)
    made = handover(house, "leaving", "inspector", "newcomer", site=site)
    with pytest.raises(Refused, match="范围"):
        perform(made, "hand_over", by=Actor(local, "test"), version=1)
    assert Actor(house.people["inspector"], "t").roles == {"inspector"}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"successor": "inspector"}, "不能是本人"),
        ({"kind": "stand_in"}, "须写明截止日期"),
        ({"kind": "stand_in", "until": today() - DAY}, "早于开始日期"),
    ],
)
def test_a_handover_names_another_and_its_end(house: House, facts: dict[str, Any], said: str) -> None:
    given = {"kind": "leaving", "person": "inspector", "successor": "sales", **facts}
    with pytest.raises(ValidationError, match=said):
        handover(house, **given)
