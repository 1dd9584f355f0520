"""Complaints against what the house promised (M10): the promises of three enterprises as they print them."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from tests.house import House
from zhicheng.core.authority import SYSTEM
from zhicheng.core.clocks import ClockRow
from zhicheng.core.process import registry
from zhicheng.core.writers import Refused, amend, open_record
from zhicheng.processes.complaint.models import Complaint, Promise

COMPLAINT, PROMISE, CUSTOMER = (
    registry[n] for n in ("complaint.complaint", "complaint.promise", "customer.customer")
)
SHANGHAI = ZoneInfo("Asia/Shanghai")

JUKE = (
    ("identify", "all", 2, "hour", "received_at"),
    ("carry_out", "all", 24, "hour", "agreed_at"),
)
TOPU = (
    ("reply", "domestic", 24, "hour", "received_at"),
    ("reply", "abroad", 72, "hour", "received_at"),
    ("reply", "abroad", 48, "hour", "received_at"),
    ("respond", "all", 4, "hour", "received_at"),
    ("visit", "home_province", 2, "working_day", "visit_needed_at"),
    ("visit", "other_province", 4, "working_day", "visit_needed_at"),
    ("plan", "all", 3, "working_day", "cause_confirmed_at"),
    ("report", "all", 3, "working_day", "identified_at"),
    ("resample", "all", 10, "working_day", "agreed_at"),
    ("corrective", "all", 3, "day", "identified_at"),
)
TANCY = (
    ("reply", "office", 2, "hour", "received_at"),
    ("visit", "office", 24, "hour", "received_at"),
    ("coordinate", "company", 1, "hour", "received_at"),
    ("reply", "company", 2, "hour", "received_at"),
    ("visit", "company", 48, "hour", "received_at"),
)


def promise(house: House, rules: Any) -> list[Any]:
    """Put an enterprise's promises in force."""
    names = ("stage", "scope", "amount", "unit", "since")
    return [
        open_record(
            PROMISE,
            {**dict(zip(names, rule, strict=True)), "source": "服务承诺"},
            by=house.actor("quality_manager"),
        )
        for rule in rules
    ]


def customer(house: House, region: str = "home_province", **facts: Any) -> Any:
    given = {
        "name": f"顾客 {region}",
        "kind": "direct",
        "customer_class": "general",
        "region": region,
        **facts,
    }
    return open_record(CUSTOMER, given, by=house.actor("sales"))


def ago(**span: int) -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0) - dt.timedelta(**span)


def complain(house: House, buyer: Any = None, by: str = "inspector", **facts: Any) -> Any:
    given = {"channel": "phone", "description": "表面有划痕", "customer": buyer, **facts}
    return open_record(COMPLAINT, given, by=house.actor(by))


def row(complaint: Any, stage: str) -> Any:
    return next((r for r in complaint.promises if r["stage"] == stage), None)


def clock(complaint: Any, stage: str) -> ClockRow | None:
    return ClockRow.objects.filter(type="complaint.complaint", k=complaint.k, name=stage).first()


@pytest.mark.proves("J-6.2.7", "J-6.2.6")
def test_anybody_receives_a_complaint_with_what_was_said_and_by_whom(house: House) -> None:
    """J-6.2.7: every channel; J-6.2.6: it stands in the customer's file."""
    assert {c for c, _label in Complaint.Channel.choices} >= {
        "phone",
        "fax",
        "mail",
        "qq",
        "wechat",
        "survey",
        "call_centre",
        "public",
    }
    buyer = customer(house)
    complaint = complain(house, buyer)
    assert (complaint.state, complaint.region, complaint.handled_by) == (
        "received",
        "home_province",
        "company",
    )
    assert complaint.occurred_on == dt.datetime.now(SHANGHAI).date()
    with pytest.raises(Refused, match="须写明顾客"):
        complain(house, None)
    with pytest.raises(ValidationError, match=r"还没有到|在今天.*之后"):  # in the evening it is tomorrow
        complain(house, buyer, received_at=ago(hours=-2))
    with pytest.raises(ValidationError, match="补录"):
        complain(house, buyer, received_at=ago(days=9))
    assert complain(house, buyer, received_at=ago(days=9), late_reason="纸面登记").late


@pytest.mark.proves("J-6.2.1", "J-6.2.2")
def test_the_first_enterprise_identifies_in_two_hours_and_acts_a_day_after_consent(house: House) -> None:
    """J-6.2.1, J-6.2.2."""
    promise(house, JUKE)
    complaint = complain(house, customer(house), received_at=ago(hours=3))
    running = clock(complaint, "identify")
    assert running is not None
    assert running.due_at == complaint.received_at + dt.timedelta(hours=2)
    assert clock(complaint, "carry_out") is None
    asked = {"finding": "属实", "responsibility": "ours", "category": "appearance", "severity": "minor"}
    complaint = house.perform(complaint, "identify", "after_sales", asked)
    assert complaint.identify_kept == complaint.accepted_in_time == "missed"
    complaint = house.perform(complaint, "contain", "after_sales", {"containment": "库存隔离"})
    complaint = house.perform(complaint, "analyse", "quality_manager", {"cause": "包装磨损"})
    complaint = house.perform(complaint, "agree", "after_sales", {"solution": "换货"})
    running = clock(complaint, "carry_out")
    assert running is not None
    assert running.due_at == complaint.agreed_at + dt.timedelta(hours=24)
    with pytest.raises(Refused, match="只能在"):
        house.perform(complaint, "close", "quality_manager")
    complaint = house.perform(complaint, "carry_out", "production", {"work_done": "已换货", "cost": "120.50"})
    assert complaint.carry_out_kept == "kept"
    complaint = house.perform(
        complaint, "confirm_effect", "quality_manager", {"effective": False, "effect": "仍有划痕"}
    )
    assert complaint.state == "contained"


@pytest.mark.proves("T-6.4.1", "T-6.4.2", "T-6.4.3", "T-6.4.7", "T-6.4.8")
def test_the_second_enterprise_counts_working_days_and_regions(house: House) -> None:
    """T-6.4.1, T-6.4.2, T-6.4.3, T-6.4.7, T-6.4.8, T-6.6.1."""
    promise(house, TOPU)
    near, far, abroad = (
        complain(house, customer(house, r)) for r in ("home_province", "other_province", "abroad")
    )
    assert [(row(c, "reply")["amount"], row(c, "respond")["amount"]) for c in (near, far)] == [
        (24, 4),
        (24, 4),
    ]
    assert row(near, "visit") is None
    assert row(near, "report") is None
    near, far, abroad = (house.perform(c, "need_visit", "after_sales") for c in (near, far, abroad))
    assert [row(c, "visit")["amount"] for c in (near, far, abroad)] == [2, 4, None]
    assert row(near, "visit")["unit"] == "working_day"
    assert "“到达现场”对“国外”没有规定时限" in abroad.advice
    assert clock(abroad, "visit") is None


@pytest.mark.proves("T-4.3.1", "T-6.6.1")
def test_two_printed_limits_of_one_stage_are_a_conflict_until_one_is_chosen(house: House) -> None:
    """T-4.3.1 (72 h) against T-6.6.1 (48 h)."""
    rules = promise(house, TOPU)
    within, between, beyond = (
        complain(
            house,
            customer(house, "abroad", name=f"海外 {n}"),
            received_at=ago(hours=n),
            late_reason="电话补录",
        )
        for n in (10, 60, 80)
    )
    assert (row(within, "reply")["amount"], row(within, "reply")["other"][:5]) == (48, "72 小时")
    assert "互相矛盾" in within.advice
    assert "互相矛盾" in rules[1].advice
    found = [
        house.perform(c, "answer", "after_sales", {"reply": "换新"}).reply_kept
        for c in (within, between, beyond)
    ]
    assert found == ["kept", "disputed", "missed"]
    later = complain(house, customer(house, "abroad", name="海外再"))
    house.perform(rules[2], "end", "quality_manager", reason="以 72 小时为准")
    later = house.perform(later, "respond", "after_sales", {"response": "收到"})
    assert (row(later, "reply")["amount"], row(later, "reply")["other"]) == (72, None)


@pytest.mark.proves("X-6.1.4", "X-6.1.5")
def test_the_third_enterprise_tells_offices_from_the_company(house: House) -> None:
    """X-6.1.4, X-6.1.5."""
    promise(house, TANCY)
    office = open_record(
        registry["customer.office"],
        {"name": "杭州办事处", "region": "home_province", "hotline": "0571"},
        by=house.actor("sales"),
    )
    here = complain(house, customer(house, "home_province", name="甲", office=office))
    there = complain(house, customer(house, "other_province", name="乙"))
    assert [row(here, s) and row(here, s)["amount"] for s in ("coordinate", "reply")] == [None, 2]
    assert [row(there, s)["amount"] for s in ("coordinate", "reply")] == [1, 2]
    here, there = (house.perform(c, "need_visit", "after_sales") for c in (here, there))
    assert (row(here, "visit")["amount"], row(there, "visit")["amount"]) == (24, 48)
    running = clock(there, "visit")
    assert running is not None
    assert running.due_at == there.received_at + dt.timedelta(hours=48)


def test_waiting_for_the_customer_needs_the_message_and_ends_by_itself(house: House) -> None:
    """Gross and net; a public promise is measured gross."""
    promise(house, [("plan", "all", 24, "hour", "received_at"), ("close", "all", 10, "day", "received_at")])
    public = Promise.objects.get(stage="close")
    amend(
        public, {"public": True}, by=house.actor("quality_manager"), version=public.version, reason="已登报"
    )
    complaint = complain(house, customer(house), received_at=ago(hours=20))
    first = clock(complaint, "plan")
    with pytest.raises(ValidationError, match="不能为空"):
        house.perform(complaint, "wait", "after_sales", {"pause_until": ago(hours=-5)})
    asked = {"pause_message": "请寄回样品", "pause_until": ago(hours=-5)}
    complaint = house.perform(complaint, "wait", "after_sales", asked)
    paused, gross = clock(complaint, "plan"), clock(complaint, "close")
    assert first
    assert paused
    assert gross
    assert dt.timedelta(hours=4, minutes=59) < paused.due_at - first.due_at <= dt.timedelta(hours=5)
    assert gross.due_at == complaint.received_at + dt.timedelta(days=10)
    assert paused.paused_at(ago(hours=-1))
    assert not paused.paused_at(ago(hours=-6))
    with pytest.raises(Refused, match="已在等待"):
        house.perform(complaint, "wait", "after_sales", asked)
    complaint = house.perform(complaint, "go_on", "after_sales")
    again = clock(complaint, "plan")
    assert again
    assert again.due_at - first.due_at < dt.timedelta(minutes=1)
    with pytest.raises(ValidationError, match="之内"):
        house.perform(complaint, "wait", "after_sales", {"pause_message": "等", "pause_until": ago(days=-11)})


@pytest.mark.proves("T-6.4.4", "T-6.4.5", "T-6.5.1", "X-6.1.1", "X-6.1.3", "T-8.3")
def test_a_whole_complaint_from_the_call_to_the_call_back(house: House) -> None:
    """T-6.4.4, T-6.4.5, T-6.5.1, X-6.1.1, X-6.1.3: nothing is closed that was promised and not done."""
    promise(house, TOPU)
    complaint = complain(house, customer(house), product=house.product, batch="B-7", quantity="3")
    complaint = house.perform(complaint, "respond", "after_sales", {"response": "收到"})
    asked = {"finding": "属实", "responsibility": "ours", "category": "performance", "severity": "major"}
    complaint = house.perform(complaint, "identify", "after_sales", asked)
    complaint = house.perform(complaint, "open_nonconformity", "after_sales")
    opened = complaint.nonconformity
    assert (opened.batch, opened.found_by_customer, opened.rule, opened.quantity) == (
        "B-7",
        True,
        "customer",
        3,
    )
    with pytest.raises(Refused, match="已开出"):
        house.perform(complaint, "open_nonconformity", "after_sales")
    complaint = house.perform(complaint, "contain", "inspector", {"containment": "同批停发"})
    complaint = house.perform(
        complaint, "analyse", "quality_manager", {"cause": "灌胶不足", "escape": "抽检未及"}
    )
    complaint = house.perform(complaint, "send_plan", "after_sales", {"solution": "换新并全检"})
    complaint = house.perform(
        complaint, "agree", "after_sales", {"solution": "换新并全检", "resample_wanted": True}
    )
    complaint = house.perform(complaint, "carry_out", "production", {"work_done": "已换新"})
    complaint = house.perform(
        complaint, "confirm_effect", "quality_manager", {"effective": True, "effect": "复测合格"}
    )
    with pytest.raises(ValidationError, match="不能为空"):
        house.perform(complaint, "follow_up", "after_sales", {"calls": []})
    call = {"at": ago(minutes=0).isoformat(), "satisfied": True, "said": "满意"}
    complaint = house.perform(complaint, "follow_up", "after_sales", {"calls": [call]})
    with pytest.raises(Refused, match="明确答复、重新送样、组织实施纠正和预防措施"):
        house.perform(complaint, "close", "quality_manager")
    complaint = house.perform(complaint, "answer", "after_sales", {"reply": "换新"})
    complaint = house.perform(complaint, "resample", "after_sales")
    owner = house.people["production"]
    complaint = house.perform(
        complaint,
        "correct",
        "quality_manager",
        {"corrective_action": "加检灌胶量", "corrective_owner": owner},
    )
    complaint = house.perform(complaint, "close", "quality_manager")
    assert (complaint.state, complaint.corrective_kept, complaint.resample_kept, complaint.reply_kept) == (
        "closed",
        "kept",
        "kept",
        "kept",
    )
    assert all(c.stopped_at for c in ClockRow.objects.filter(type="complaint.complaint", k=complaint.k))


@pytest.mark.proves("T-6.4.5")
def test_what_is_not_of_our_making_is_explained_and_agreed_at_once(house: House) -> None:
    """T-6.4.5: responsibility is told apart first."""
    promise(
        house,
        [("contain", "all", 8, "hour", "received_at"), ("corrective", "all", 3, "day", "identified_at")],
    )
    complaint = complain(house, customer(house))
    assert clock(complaint, "contain") is not None
    asked = {
        "finding": "安装时管道未吹扫",
        "responsibility": "customer",
        "category": "installation",
        "severity": "minor",
    }
    complaint = house.perform(complaint, "identify", "after_sales", asked)
    complaint = house.perform(complaint, "explain", "after_sales", {"solution": "有偿清洗"})
    assert complaint.state == "agreed"
    assert clock(complaint, "contain") is None
    complaint = house.perform(complaint, "carry_out", "production", {"work_done": "已清洗"})
    complaint = house.perform(
        complaint, "confirm_effect", "quality_manager", {"effective": True, "effect": "正常"}
    )
    call = {"at": ago(minutes=0).isoformat(), "satisfied": True, "said": "满意"}
    complaint = house.perform(complaint, "follow_up", "after_sales", {"calls": [call]})
    assert (
        house.perform(complaint, "close", "quality_manager").state == "closed"
    )  # no corrective action is owed


def test_a_site_s_own_promise_holds_there_and_nowhere_else(house: House) -> None:
    site = open_record(registry["org.site"], {"name": "第二工厂"}, by=SYSTEM)
    promise(house, [("reply", "all", 24, "hour", "received_at")])
    own = {
        "stage": "reply",
        "scope": "all",
        "amount": 8,
        "unit": "hour",
        "since": "received_at",
        "source": "公告",
        "site": site,
    }
    open_record(PROMISE, own, by=SYSTEM)
    buyer = customer(house)
    here, there = complain(house, buyer), complain(house, buyer, site=site)
    assert [(row(c, "reply")["amount"], row(c, "reply")["other"]) for c in (here, there)] == [
        (24, None),
        (8, None),
    ]


def test_a_visit_is_called_off_with_a_reason(house: House) -> None:
    """T-6.4.2: nobody need go where word or letter settled it after all."""
    promise(house, TOPU)
    complaint = house.perform(complain(house, customer(house)), "need_visit", "after_sales")
    with pytest.raises(ValidationError, match="须说明原因"):
        house.perform(complaint, "call_off_visit", "after_sales")
    complaint = house.perform(complaint, "call_off_visit", "after_sales", reason="电话指导后解决")
    assert clock(complaint, "visit") is None
    with pytest.raises(Refused, match="尚未确定"):
        house.perform(complaint, "arrive", "after_sales", {"visits": []})


def test_a_promise_made_later_does_not_judge_what_was_done_before(house: House) -> None:
    complaint = complain(house, customer(house), received_at=ago(hours=5))
    complaint = house.perform(complaint, "respond", "after_sales", {"response": "收到"})
    assert complaint.respond_kept == ""
    rule = promise(house, [("reply", "all", 24, "hour", "received_at")])[0]
    complaint = house.perform(complaint, "need_visit", "after_sales")
    amend(rule, {"amount": 1}, by=house.actor("quality_manager"), version=rule.version, reason="收紧")
    complaint = house.perform(complaint, "answer", "after_sales", {"reply": "换新"})
    assert (row(complaint, "reply")["amount"], complaint.reply_kept) == (24, "kept")


@pytest.mark.proves("C-7.10.1")
def test_the_same_problem_of_the_same_product_again_is_recurring(house: House) -> None:
    """C-7.10.1."""
    buyer = customer(house)
    asked = {"finding": "属实", "responsibility": "ours", "category": "performance", "severity": "major"}
    found = [
        house.perform(
            complain(house, buyer, product=house.product, defect_code=code), "identify", "after_sales", asked
        ).recurring
        for code in ("M01", "M01", "M02")
    ]
    assert found == [False, True, False]


def test_a_complaint_entered_twice_counts_once(house: House) -> None:
    first, second = (complain(house, customer(house, name=f"顾客{n}")) for n in "甲乙")
    with pytest.raises(Refused, match="哪一条"):
        house.perform(second, "merge", "after_sales", {"duplicate_of": second})
    second = house.perform(second, "merge", "after_sales", {"duplicate_of": first})
    assert second.state == "duplicate"
    assert second.ended_at
    with pytest.raises(Refused, match="哪一条"):
        house.perform(first, "merge", "after_sales", {"duplicate_of": second})


def test_a_late_closing_stops_every_clock_of_a_void_one(house: House) -> None:
    promise(house, TOPU)
    complaint = complain(house, customer(house))
    complaint = house.perform(complaint, "void", "quality_manager", reason="登记错误")
    running = ClockRow.objects.filter(type="complaint.complaint", k=complaint.k, stopped_at=None)
    assert not running.exists()
    assert complaint.respond_kept == ""


@pytest.mark.proves("T-6.1.3")
def test_the_figures_of_complaints_follow_from_their_records(house: House) -> None:
    """Received, accepted in time, closed, recurring, cost; what is void or a duplicate counts in none."""
    from zhicheng.metrics.definition import metrics
    from zhicheng.metrics.evaluate import compute

    promise(house, TOPU)
    buyer = customer(house)
    prompt, late, twice, void = (
        complain(house, buyer, product=house.product, received_at=ago(hours=n)) for n in (1, 9, 1, 1)
    )
    for one in (prompt, late):
        house.perform(one, "respond", "after_sales", {"response": "收到"})
    house.perform(twice, "merge", "after_sales", {"duplicate_of": prompt})
    house.perform(void, "void", "quality_manager", reason="登记错误")
    first, last = ago(hours=10).astimezone(SHANGHAI).date(), dt.datetime.now(SHANGHAI).date()
    found = {
        n: compute(metrics[n], first, last)
        for n in ("complaints", "complaints_accepted_in_time", "complaints_closed")
    }
    assert found["complaints"].numerator == 2
    in_time = found["complaints_accepted_in_time"]
    assert (in_time.numerator, in_time.denominator) == (1, 2)
    assert (found["complaints_closed"].numerator, found["complaints_closed"].denominator) == (0, 2)
