"""Warranty claims: from a serial number to what is owed, decided and done (X-5.3.1 to X-5.3.4, C-4.1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests.house import House, today
from zhicheng.core.process import registry
from zhicheng.core.writers import Refused, amend, open_record
from zhicheng.ledger import log
from zhicheng.web.relations import related

TERM, CLAIM = registry["warranty.term"], registry["warranty.claim"]
LATE = {"late_reason": "补录"}
ABBREVIATED = "T/X 承诺"
REMEDIES = CLAIM.model._meta.get_field("proposal").choices


def promise(house: House, **more: Any) -> None:
    """The three terms of the source: 90 days, 1 year, 2 years."""
    for kind, length, unit, condition in (
        ("refund", 90, "day", "none"),
        ("replacement", 1, "year", "unrepairable"),
        ("repair", 2, "year", "none"),
    ):
        facts = {
            "kind": kind, "length": length, "unit": unit, "condition": condition, "clause": f"{ABBREVIATED} {kind}",
            "occurred_on": "2015-01-01", **more,
        }  # fmt: skip
        open_record(TERM, facts, by=house.actor("quality_manager"))


def shipped(house: House, days: int, document: str = "FH-1", **more: Any) -> Any:
    buyer = registry["customer.customer"].model.objects.first() or open_record(
        registry["customer.customer"],
        {"name": "华东燃气", "kind": "direct", "customer_class": "important", "region": "other_province"},
        by=house.actor("sales"),
    )
    facts = {
        "document": document, "line": 1, "customer": buyer, "product": house.product, "quantity": "10", "unit": "台",
        "serial_numbers": [{"first": f"{document}-01", "last": f"{document}-10"}],
        "occurred_on": today() - dt.timedelta(days=days), **LATE, **more,
    }  # fmt: skip
    return open_record(registry["delivery.shipment"], facts, by=house.actor("sales"))


def claimed(house: House, serial: str = "FH-1-03", **more: Any) -> Any:
    facts = {"serial": serial, "fault": "不走字", "occurred_on": today(), **more}
    return open_record(CLAIM, facts, by=house.actor("after_sales"))


def examined(house: House, claim: Any, **found: Any) -> Any:
    return house.perform(claim, "examine", "inspector", {"installed": "yes", **found})


@pytest.mark.proves("X-5.3.1", "X-5.3.2", "X-5.3.3")
@pytest.mark.parametrize(
    ("days", "found", "remedy", "clause"),
    [
        (90, {}, "refund", "refund"),
        (91, {}, "repair", "repair"),
        (91, {"repairable": "no"}, "replacement", "replacement"),
        (91, {"installed": "no"}, "repair", "repair"),
        (
            91,
            {"installed": "no", "third_party": "nonconforming", "third_party_report": "省院 1 号"},
            "replacement",
            "replacement",
        ),
        (500, {"repairable": "no"}, "repair", "repair"),
        (800, {}, "paid", ""),
    ],
)
def test_what_is_owed_follows_from_serial_number_and_examination(
    house: House, days: int, found: dict[str, Any], remedy: str, clause: str
) -> None:
    promise(house)
    sent = shipped(house, days)
    claim = claimed(house)
    assert (claim.shipment, claim.customer, claim.shipped_on) == (sent, sent.customer, sent.shipped_on)
    claim = examined(house, claim, **found)
    assert claim.proposal == remedy
    assert (
        claim.proposal_clause.startswith(f"{ABBREVIATED} {clause}（SB-")
        if clause
        else not claim.proposal_clause
    )
    assert str(sent.shipped_on) in claim.proposal_reason
    assert str(dict(REMEDIES)[remedy]) in claim.proposal_reason
    assert claim.advice == claim.proposal_reason


@pytest.mark.proves("X-5.3.4")
def test_an_exclusion_without_evidence_is_no_exclusion(house: House) -> None:
    promise(house)
    shipped(house, 10)
    facts = {"key": "warranty.exclusions_clause", "value": "002:327"}
    open_record(registry["core.parameter"], facts, by=house.actor("quality_manager"))
    claim = examined(house, claimed(house), exclusion="contamination")
    assert claim.proposal == "refund"
    assert "尚无证据" in claim.proposal_reason
    claim = examined(house, claim, exclusion="contamination", exclusion_evidence="过滤网照片 3 张")
    assert claim.proposal == "paid"
    assert "管道沾污或气质沾污" in claim.proposal_reason
    assert "002:327" in claim.proposal_reason


def test_a_better_contract_and_the_law_win_over_the_promise(house: House) -> None:
    promise(house)
    terms = [{"kind": "refund", "length": 6, "unit": "month", "contract": "HT-2020-7"}]
    shipped(house, 120, terms=terms)
    claim = claimed(house)
    assert (claim.proposal, claim.proposal_clause) == ("refund", "合同 HT-2020-7")
    shipped(house, 5, "FH-2", terms=[])
    consumer = claimed(house, "FH-2-01", consumer=True)
    assert consumer.proposal_clause.startswith(ABBREVIATED)  # 90 days are better than the law's seven


def test_the_law_stands_where_the_firm_promised_nothing_and_says_that_it_was_not_compared(
    house: House,
) -> None:
    shipped(house, 7)
    nothing = claimed(house)
    assert nothing.proposal == "paid"
    assert "没有适用的三包条款" in nothing.proposal_reason
    claim = claimed(house, "FH-1-04", consumer=True)
    assert claim.proposal == "refund"
    assert "法律规定" in claim.proposal_reason
    assert "未核对原文" in claim.proposal_clause


def test_what_was_promised_at_shipping_stays_promised(house: House) -> None:
    promise(house, family="turbine")
    promise(house, family="other")
    refund = TERM.model.objects.filter(kind="refund", family="turbine").get()
    ending = {"until": today() - dt.timedelta(days=60)}
    house.perform(refund, "withdraw_term", "quality_manager", ending, reason="改为 60 天")
    shipped(house, 61)
    shipped(house, 59, "FH-2")
    assert claimed(house).proposal == "refund"
    assert claimed(house, "FH-2-01").proposal == "repair"


@pytest.mark.proves("C-4.1")
def test_a_claim_goes_from_report_to_close_and_gives_never_less_than_owed(house: House) -> None:
    promise(house)
    sent = shipped(house, 100)
    with pytest.raises(ValidationError, match="没有编号为 KS-7 的投诉"):
        claimed(house, subject_number="KS-7")
    told = {"channel": "phone", "description": "不走字", "customer": sent.customer, "occurred_on": today()}
    complaint = open_record(registry["complaint.complaint"], told, by=house.actor("after_sales"))
    claim = examined(house, claimed(house, subject_number=complaint.number))
    assert claim.subject == f"complaint.complaint/{complaint.k}"
    assert claim.number in [
        c.title for c in related(registry["complaint.complaint"], complaint, house.actor("after_sales"))
    ]
    with pytest.raises(Refused, match="不能低于应予的“免费维修”"):
        house.perform(claim, "confirm", "after_sales", {"decision": "paid"})
    with pytest.raises(Refused, match="须写明理由"):
        house.perform(claim, "confirm", "after_sales", {"decision": "replacement"})
    claim = house.perform(claim, "confirm", "after_sales", {"decision": "repair"})
    claim = house.perform(claim, "repair_failed", "after_sales", reason="复检仍不合格")
    assert (claim.state, claim.proposal, claim.repairs, claim.decision) == ("examined", "replacement", 1, "")
    claim = house.perform(claim, "confirm", "after_sales", {"decision": "replacement"})
    with pytest.raises(Refused, match="没有修理"):
        house.perform(claim, "repair_failed", "after_sales", reason="x")
    with pytest.raises(Refused, match="更换后的出厂编号"):
        house.perform(claim, "carry_out", "after_sales", {"work_done": "已换"})
    done = {"work_done": "已换", "new_serial": "FH-9-01", "cost": "356.40"}
    claim = house.perform(claim, "carry_out", "after_sales", done)
    claim = house.perform(claim, "close", "after_sales", {"customer_answer": "11 月 3 日电话确认"})
    assert claim.state == "closed"
    acts = [v.act for v in log.versions("warranty.claim", claim.k)]
    assert acts == ["open", "examine", "confirm", "repair_failed", "confirm", "carry_out", "close"]


def test_a_serial_number_that_was_never_shipped_says_what_is_needed(house: House) -> None:
    promise(house)
    claim = examined(house, claimed(house, "X-1"))
    assert "X-1 没有查到发货记录" in claim.proposal_reason
    with pytest.raises(Refused, match="先查明发货"):
        house.perform(claim, "confirm", "after_sales", {"decision": "repair"})
    by = house.actor("after_sales")
    claim = amend(
        claim, {"shipped_on": today() - dt.timedelta(days=400)}, by=by, version=claim.version, reason="补充"
    )
    assert claim.proposal == "repair"
    with pytest.raises(Refused, match="购买凭证"):
        house.perform(claim, "confirm", "after_sales", {"decision": "repair"})
    claim = amend(claim, {"proof_of_purchase": "发票 0012"}, by=by, version=claim.version, reason="补充")
    with pytest.raises(Refused, match="先写明顾客"):
        house.perform(claim, "confirm", "after_sales", {"decision": "repair"})


def test_contradictions_are_refused(house: House) -> None:
    sent = shipped(house, 3)
    with pytest.raises(ValidationError, match="没有这个出厂编号"):
        claimed(house, "FH-2-01", shipment=sent)
    with pytest.raises(ValidationError, match="在报修日期之后"):
        claimed(house, occurred_on=today() - dt.timedelta(days=4), **LATE)
    with pytest.raises(ValidationError, match="第三方机构与报告编号"):
        examined(house, claimed(house), third_party="conforming")
    with pytest.raises(ValidationError, match="期限须在"):
        promise(house, length=0)


def test_terms_corrected_after_the_examination_are_judged_anew(house: House) -> None:
    promise(house)
    shipped(house, 100)
    claim = examined(house, claimed(house))
    refund = TERM.model.objects.get(kind="refund")
    amend(refund, {"length": 120}, by=house.actor("quality_manager"), version=1, reason="录错")
    with pytest.raises(Refused, match="请重新鉴定"):
        house.perform(claim, "confirm", "after_sales", {"decision": "repair"})
    assert examined(house, claim).proposal == "refund"
