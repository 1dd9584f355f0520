"""Listening to customers: channels, what came of each, needs by segment, negotiation, and what is only declared (M11)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests.house import House, today
from tests.processes.test_satisfaction import customer
from zhicheng.core import bulk
from zhicheng.core.files import Stored
from zhicheng.core.process import registry
from zhicheng.core.writers import Refused, amend, open_record
from zhicheng.metrics.definition import metrics
from zhicheng.metrics.evaluate import figure
from zhicheng.web.relations import related

CHANNEL, FINDING, NEED, NEGOTIATION = (
    registry[f"listening.{name}"] for name in ("channel", "finding", "need", "negotiation")
)


def channel(house: House, **more: Any) -> Any:
    facts = {
        "method": "市场走访", "way": "售后服务", "target": "顾客", "purpose": "产品、质量、价格、服务方式", "frequency": "不定期",
        **more,
    }  # fmt: skip
    return open_record(CHANNEL, facts, by=house.actor("sales"))


@pytest.mark.proves("J-4.3.1", "T-6.3.1", "T-6.3.4")
def test_channels_come_from_a_table_and_each_shows_what_came_of_it(house: House) -> None:
    by = house.actor("sales")
    department = open_record(
        registry["org.department"], {"name": "供销部"}, by=house.actor("quality_manager")
    )
    rows = [
        ("市场走访", "售前服务", "顾客", "了解市场信息、需求情况", "不定期", department.number),
        ("新品发布会", "", "所有顾客", "产品需求", "每年", department.number),
        ("电话询问", "", "一般顾客", "了解产品信息", "每日进行", None),
    ]
    names = ("method", "way", "target", "purpose", "frequency", "department")
    checked = bulk.check(
        CHANNEL, [(n, dict(zip(names, row, strict=True))) for n, row in enumerate(rows, 1)], by=by
    )
    assert not checked.errors
    bulk.write(checked, by=by, file_name="表6.xlsx", file_sha256="0" * 64)
    visits = CHANNEL.model.objects.get(way="售前服务")
    assert visits.department == department
    buyer = customer(house)
    found = open_record(
        FINDING,
        {
            "channel": visits,
            "customer": buyer,
            "factor": "delivery",
            "learned": "希望三天内到货",
            "occurred_on": today(),
        },
        by=house.actor("general_manager"),
    )
    assert [chip.title for chip in related(CHANNEL, visits, by) if chip.how == "顾客信息"] == [found.number]
    assert found.number in [chip.title for chip in related(registry["customer.customer"], buyer, by)]
    with pytest.raises(ValidationError, match="不能为空"):
        house.perform(found, "handle", "sales")
    done = house.perform(found, "handle", "department_head", {"action": "改为隔日发货"})
    assert done.state == "handled"
    other = open_record(FINDING, {"channel": visits, "learned": "无", "occurred_on": today()}, by=by)
    assert house.perform(other, "file_away", "sales", reason="与产品无关").state == "noted"
    assert figure(metrics["customer_findings"], today(), today()).value == "2"
    assert (
        figure(metrics["customer_findings"], today(), today(), (("factor", "is", "delivery"),)).value == "1"
    )


@pytest.mark.proves("T-6.3.3")
def test_each_channel_is_evaluated_once_a_year(house: House) -> None:
    made = channel(house)
    by, once = house.actor("sales"), [{"year": 2020, "effective": True, "note": "两条改进"}]
    made = amend(made, {"evaluations": once}, by=by, version=1)
    assert made.evaluations[0]["effective"] is True
    with pytest.raises(ValidationError, match="只评价一次"):
        amend(made, {"evaluations": once * 2}, by=by, version=2, reason="x")
    with pytest.raises(Refused, match=made.number):
        channel(house)


@pytest.mark.proves("J-4.3.2", "J-4.3.4", "T-6.3.2")
def test_needs_stand_by_segment_with_what_moves_it_to_buy(house: House) -> None:
    facts = {
        "segment": "重点经销商", "kind": "direct", "customer_class": "important", "needs": "及时供货能力，区域独家",
        "used_in": "年度供货策划",
        "factors": [{"factor": "delivery", "importance": 60}, {"factor": "price", "importance": 40}],
    }  # fmt: skip
    made = open_record(NEED, facts, by=house.actor("sales"))
    assert made.title == "重点经销商"
    for factors, said in (
        ([{"factor": "price", "importance": 99}], "合计应为 100，现为 99"),
        ([{"factor": "price", "importance": 50}] * 2, "只写一行"),
        ([{"factor": "price", "importance": 120}, {"factor": "brand", "importance": -20}], "合计应为 100"),
    ):
        with pytest.raises(ValidationError, match=said):
            amend(made, {"factors": factors}, by=house.actor("sales"), version=1, reason="x")


@pytest.mark.proves("C-7.9.2")
def test_what_is_beyond_us_is_negotiated_before_it_is_promised(house: House) -> None:
    facts = {
        "customer": customer(house),
        "requirement": "精度 0.2 级",
        "limit": "装置只到 0.5 级",
        "occurred_on": today(),
    }
    made = open_record(NEGOTIATION, facts, by=house.actor("sales"))
    with pytest.raises(ValidationError):
        house.perform(made, "settle", "sales", {"outcome": "同意"})
    done = house.perform(made, "settle", "sales", {"offer": "0.5 级，附修正曲线", "outcome": "顾客接受"})
    assert done.state == "settled"
    other = open_record(NEGOTIATION, facts, by=house.actor("sales"))
    assert house.perform(other, "decline", "sales", {"outcome": "顾客另选供方"}).state == "declined"


@pytest.mark.proves("T-7.3.2")
def test_a_market_share_is_declared_with_its_evidence_and_checked_by_another(house: House) -> None:
    declared = registry["report.declared"]
    facts = {
        "name": "market_share_province", "subject": "省内市场占有率", "value": "4.5", "unit": "%", "period_from": "2020-01-01",
        "period_to": "2020-12-31",
    }  # fmt: skip
    bare = open_record(declared, facts, by=house.actor("quality_manager"))
    with pytest.raises(Refused, match="证据"):
        house.perform(bare, "check", "general_manager")
    proof = Stored("a" * 64, "行业协会年报.pdf", 10, "application/pdf")
    made = open_record(
        declared, {**facts, "name": "market_share"}, by=house.actor("quality_manager"), files=[proof]
    )
    with pytest.raises(Refused, match="双人复核"):
        house.perform(made, "check", "quality_manager")
    assert house.perform(made, "check", "general_manager").state == "checked"
