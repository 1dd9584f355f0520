"""What is particular to inspection: suppliers, verdicts, holds, release, urgent release."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ValidationError

from tests.house import today
from zhicheng.core import bulk
from zhicheng.core.authority import SYSTEM
from zhicheng.core.process import registry
from zhicheng.core.writers import Refused, amend, blocked, open_record

if TYPE_CHECKING:
    from tests.house import House


def batch(house: House, units: list[tuple[str, str]] | None = None, document: str = "SJD-1") -> Any:
    """A batch presented by production; judged when units (verdict, defect) are given."""
    facts = {
        "product": house.product,
        "document": document,
        "quantity": len(units or [1]),
        "occurred_on": today(),
    }
    opened = open_record(registry["inspection.batch"], facts, by=house.actor("production"))
    if not units:
        return opened
    rows = [{"serial": f"{document}-{i}", "verdict": v, "defect": d} for i, (v, d) in enumerate(units)]
    return house.perform(opened, "judge_units", "inspector", {"units": rows})


@pytest.mark.proves("J-4.2.7")
def test_a_lot_is_received_from_approved_suppliers_only(house: House) -> None:
    suspended = house.perform(house.supplier, "suspend", "quality_manager", reason="质量事故")
    house.supplier = suspended
    with pytest.raises(Refused, match="不是合格供方"):
        house.lot()


@pytest.mark.proves("J-4.2.5", "J-4.2.6", "T-4.2.2")
@pytest.mark.parametrize(
    ("risk_class", "facts", "missing"),
    [
        ("A", {"qualified_until": "2099-01-01"}, "现场审核"),
        ("B", {"qualified_until": "2099-01-01"}, "风险分析"),
        ("C", {}, "资质"),
    ],
)
def test_what_a_supplier_must_show_follows_from_the_material_class(
    house: House, risk_class: str, facts: dict[str, str], missing: str
) -> None:
    given = {"name": "乙厂", "risk_class": risk_class, **facts}
    supplier = open_record(registry["supplier.supplier"], given, by=house.actor("purchasing"))
    with pytest.raises(Refused, match=missing):
        house.perform(supplier, "approve", "quality_manager", {"grade": "B"})
    more = {"qualified_until": "2099-01-01", "audited_on": today(), "risk_analysis": "低"}
    supplier = amend(supplier, more, by=house.actor("purchasing"), version=1, reason="补充资质")
    assert house.perform(supplier, "approve", "quality_manager", {"grade": "B"}).state == "approved"


@pytest.mark.proves("J-4.2.11")
def test_an_outsourcing_supplier_signs_the_agreement_first(house: House) -> None:
    given = {"name": "外协厂", "risk_class": "C", "qualified_until": "2099-01-01", "outsourcing": True}
    supplier = open_record(registry["supplier.supplier"], given, by=house.actor("purchasing"))
    with pytest.raises(Refused, match="阳光协议"):
        house.perform(supplier, "approve", "quality_manager", {"grade": "B"})


@pytest.mark.proves("J-4.2.5")
def test_purchase_kind_risk_class_and_supplier_grade_are_three_facts(house: House) -> None:
    lot = house.lot()
    assert (lot.purchase_kind, lot.risk_class, lot.supplier.grade) == ("raw_material", "A", "A")


@pytest.mark.proves("J-4.2.8", "X-5.2.1", "X-5.2.2", "J-3.2.4", "J-4.2.12")
def test_an_uninspected_or_rejected_lot_is_not_released(house: House) -> None:
    lot = house.lot()
    with pytest.raises(Refused, match="待检"):
        house.perform(lot, "release", "inspector")
    rejected = house.judged("PO-2", "rejected")
    with pytest.raises(Refused, match="接收待放行"):
        house.perform(rejected, "release", "inspector")
    with pytest.raises(Refused, match="先完成处置"):
        house.perform(rejected, "settle", "inspector")


@pytest.mark.proves("J-3.2.5", "X-2.1.2")
def test_a_rejected_lot_is_reworked_reinspected_and_released(house: House) -> None:
    lot = house.judged(verdict="rejected")
    nc = lot.nonconformity
    assert (nc.source, nc.rule, nc.quantity) == ("incoming", "lot_rejected", 100)
    nc = house.perform(nc, "contain", "inspector", {"containment": "红牌，隔离区"})
    with pytest.raises(Refused, match="质量经理"):
        house.perform(nc, "dispose", "production", {"disposition": "rework", "disposition_reason": "可返工"})
    asked = {"disposition": "rework", "disposition_reason": "可返工"}
    nc = house.perform(nc, "dispose", "quality_manager", asked)
    with pytest.raises(Refused, match="复检合格"):
        house.perform(nc, "carry_out", "production", {"work_done": "x"})
    nc = house.perform(nc, "rework", "production", {"work_done": "去毛刺"})
    with pytest.raises(Refused, match="复检全部"):
        house.perform(nc, "reinspect", "inspector", {"reinspected": "99", "reinspected_conforming": "99"})
    failed = house.perform(
        nc, "reinspect", "inspector", {"reinspected": "100", "reinspected_conforming": "98"}
    )
    assert failed.state == "contained"
    nc = house.perform(failed, "dispose", "quality_manager", asked)
    nc = house.perform(nc, "rework", "production", {"work_done": "再次去毛刺"})
    nc = house.perform(nc, "reinspect", "inspector", {"reinspected": "100", "reinspected_conforming": "100"})
    nc = house.perform(nc, "close", "quality_manager", {"cause": "刀具磨损", "effect": "后续三批合格"})
    settled = house.perform(house.fresh(lot), "settle", "inspector")
    assert (settled.state, settled.first_verdict) == ("released", "rejected")


@pytest.mark.parametrize(
    ("disposition", "state"), [("sort", "sorted"), ("return", "returned"), ("scrap", "scrapped")]
)
def test_the_lot_goes_the_way_of_its_disposition(house: House, disposition: str, state: str) -> None:
    lot = house.judged(verdict="rejected")
    nc = house.perform(lot.nonconformity, "contain", "inspector", {"containment": "隔离"})
    nc = house.perform(
        nc, "dispose", "quality_manager", {"disposition": disposition, "disposition_reason": "按程序"}
    )
    if disposition == "sort":
        nc = house.perform(nc, "rework", "production", {"work_done": "全数挑选"})
        house.perform(nc, "reinspect", "inspector", {"reinspected": "80", "reinspected_conforming": "80"})
    else:
        house.perform(nc, "carry_out", "purchasing", {"work_done": "已办"})
    assert house.perform(house.fresh(lot), "settle", "inspector").state == state


def test_a_concession_is_signed_and_never_counts_as_accepted(house: House) -> None:
    lot = house.judged(verdict="rejected")
    nc = house.perform(lot.nonconformity, "contain", "inspector", {"containment": "隔离"})
    with pytest.raises(Refused, match="签署"):
        house.perform(
            nc, "dispose", "quality_manager", {"disposition": "concession", "disposition_reason": "x"}
        )
    nc = house.perform(nc, "concede", "quality_manager", {"disposition_reason": "不影响使用"})
    nc = house.perform(nc, "carry_out", "purchasing", {"work_done": "限用于 A 产品"})
    settled = house.perform(house.fresh(lot), "settle", "inspector")
    assert (settled.state, settled.first_verdict) == ("conceded", "rejected")


@pytest.mark.proves("J-3.1.7")
def test_a_veto_of_the_chief_quality_officer_blocks_release_until_lifted(house: House) -> None:
    lot = house.judged()
    with pytest.raises(ValidationError, match="原因"):
        house.perform(lot, "veto", "chief_quality_officer")
    with pytest.raises(Refused, match="首席质量官"):
        house.perform(lot, "veto", "quality_manager", reason="x")
    lot = house.perform(lot, "veto", "chief_quality_officer", reason="疑似混料")
    process = registry.of(lot)
    (sentence,) = [
        str(m.sentence) for m in blocked(process, process.acts["release"], lot, house.actor("inspector"))
    ]
    assert "一票否决" in sentence
    with pytest.raises(Refused, match="一票否决"):
        house.perform(lot, "release", "inspector")
    lot = house.perform(lot, "lift_veto", "chief_quality_officer", reason="复核无误")
    assert house.perform(lot, "release", "inspector").state == "released"


@pytest.mark.proves("J-3.1.12")
def test_a_critical_characteristic_outside_its_limits_rejects_the_lot(house: House) -> None:
    lot = house.lot()
    asked = {
        "sample_size": "5",
        "nonconforming": "0",
        "verdict": "accepted",
        "measurements": [{"characteristic": "外径", "value": "10.2"}],
    }
    lot = house.perform(lot, "judge", "inspector", asked)
    assert (lot.verdict, lot.first_verdict) == ("rejected", "rejected")
    assert lot.nonconformity.severity == "critical"
    assert lot.measurements[0]["conforms"] is False


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"sample_size": "101", "nonconforming": "0"}, "来货数量"),
        ({"sample_size": "10", "nonconforming": "11"}, "不能大于检验数量"),
        ({"sample_size": "10", "nonconforming": "-1"}, "不能为负"),
        ({"sample_size": "abc", "nonconforming": "0"}, "不是数"),
        ({"sample_size": "1.0001", "nonconforming": "0"}, "小数"),
    ],
)
def test_impossible_counts_are_refused(house: House, asked: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        house.perform(house.lot(), "judge", "inspector", {**asked, "verdict": "accepted"})


def test_an_unknown_unit_is_refused(house: House) -> None:
    with pytest.raises(ValidationError, match="单位"):
        house.lot(unit="桶")


@pytest.mark.proves("R-2.1")
def test_urgent_release_is_granted_by_authority_and_stays_listed_until_closed(house: House) -> None:
    lot = house.lot()
    facts = {"lot": lot, "reason": "停线", "quantity": "20", "marking": "黄牌，流转卡登记"}
    urgent = open_record(registry["inspection.urgent_release"], facts, by=house.actor("production"))
    with pytest.raises(Refused, match="首席质量官"):
        house.perform(urgent, "grant", "quality_manager")
    urgent = house.perform(urgent, "grant", "chief_quality_officer")
    with pytest.raises(Refused, match="先补检"):
        house.perform(urgent, "close_urgent", "inspector", {"follow_up": "x"})
    house.perform(
        lot, "judge", "inspector", {"sample_size": "10", "nonconforming": "0", "verdict": "accepted"}
    )
    urgent = house.fresh(urgent)
    assert house.perform(urgent, "close_urgent", "inspector", {"follow_up": "补检合格"}).state == "closed"


@pytest.mark.proves("R-2.1")
def test_urgent_release_is_never_for_a_failed_or_vetoed_lot(house: House) -> None:
    process = registry["inspection.urgent_release"]
    facts = {"reason": "停线", "quantity": "20", "marking": "黄牌"}
    failed = house.judged(verdict="rejected")
    urgent = open_record(process, {"lot": failed, **facts}, by=house.actor("production"))
    with pytest.raises(Refused, match="待检的来料"):
        house.perform(urgent, "grant", "chief_quality_officer")
    vetoed = house.perform(house.lot("PO-2"), "veto", "chief_quality_officer", reason="疑似假冒")
    urgent = open_record(process, {"lot": vetoed, **facts}, by=house.actor("production"))
    with pytest.raises(Refused, match="否决"):
        house.perform(urgent, "grant", "chief_quality_officer")


@pytest.mark.proves("X-5.1.2", "T-7.2.1")
def test_first_pass_counts_the_first_verdict_only(house: House) -> None:
    judged = batch(house, [("accepted", ""), ("rejected", "D01"), ("rejected", "D02")])
    assert (judged.presented, judged.accepted_first, judged.rejected_first) == (3, 1, 2)
    with pytest.raises(Refused, match="尚未返工复检"):
        house.perform(judged, "ship", "inspector", {"released_on": today()})
    rows = [
        {**u, "reworked": True, "reverdict": "accepted"} if u["verdict"] == "rejected" else u
        for u in judged.units
    ]
    again = house.perform(judged, "reinspect_units", "inspector", {"units": rows})
    assert (again.presented, again.accepted_first, again.rejected_first) == (3, 1, 2)
    shipped = house.perform(again, "ship", "inspector", {"released_on": today()})
    assert (shipped.released, shipped.released_conforming) == (3, 3)


def test_several_units_with_one_defect_open_a_nonconformity_by_rule(house: House) -> None:
    judged = batch(house, [("rejected", "D01")] * 3 + [("accepted", "")])
    assert judged.nonconformity.rule == "defects_per_shift"
    assert judged.nonconformity.quantity == 3
    assert batch(house, [("rejected", "D01")] * 2, "SJD-2").nonconformity is None
    manager = house.actor("quality_manager")
    open_record(registry["core.parameter"], {"key": "inspection.defects_per_shift", "value": "2"}, by=manager)
    assert batch(house, [("rejected", "D01")] * 2, "SJD-3").nonconformity is not None


def test_units_must_add_up(house: House) -> None:
    opened = batch(house)
    rows = [{"serial": s, "verdict": "accepted"} for s in ("1", "2")]
    with pytest.raises(ValidationError, match="不符"):
        house.perform(opened, "judge_units", "inspector", {"units": rows})
    facts = {"product": house.product, "document": "SJD-9", "quantity": 51, "occurred_on": today()}
    with pytest.raises(ValidationError, match="50"):
        open_record(registry["inspection.batch"], facts, by=house.actor("production"))


def test_reinspection_never_rewrites_a_first_verdict(house: House) -> None:
    judged = batch(house, [("accepted", ""), ("rejected", "D01")])
    better = [{**u, "verdict": "accepted", "defect": None} for u in judged.units]
    with pytest.raises(ValidationError, match="不能再改"):
        house.perform(judged, "reinspect_units", "inspector", {"units": better})


@pytest.mark.proves("X-2.1.5")
def test_who_presented_a_batch_does_not_judge_it(house: House) -> None:
    both = house.people["production"]
    open_record(registry["org.role"], {"person": both, "role": "inspector"}, by=SYSTEM)
    opened = batch(house)
    with pytest.raises(Refused, match="另一人"):
        house.perform(
            opened, "judge_units", "production", {"units": [{"serial": "1", "verdict": "accepted"}]}
        )


def test_a_verdict_cannot_be_stated_on_opening(house: House) -> None:
    with pytest.raises(ValidationError, match="没有这一项"):
        house.lot(verdict="accepted", by="purchasing")


def test_judging_without_a_verdict_is_refused(house: House) -> None:
    with pytest.raises(ValidationError) as refused:
        house.perform(house.lot(), "judge", "inspector", {})
    assert set(refused.value.message_dict) == {"sample_size", "nonconforming", "verdict"}


def test_papers_that_lapsed_block_receipt_and_approval(house: House) -> None:
    lapsed = today() - dt.timedelta(days=1)
    amend(
        house.supplier,
        {"qualified_until": lapsed},
        by=house.actor("purchasing"),
        version=2,
        reason="核对资质",
    )
    house.supplier = house.fresh(house.supplier)
    with pytest.raises(Refused, match="到期"):
        house.lot()
    assert house.lot("PO-2", occurred_on=lapsed).supplier == house.supplier
    suspended = house.perform(house.supplier, "suspend", "quality_manager", reason="资质到期")
    with pytest.raises(Refused, match="到期"):
        house.perform(suspended, "approve", "quality_manager", {"grade": "A"})


def test_an_import_is_judged_like_an_entry(house: House) -> None:
    suspended = house.perform(house.supplier, "suspend", "quality_manager", reason="质量事故")
    row = {
        "supplier": suspended,
        "document": "D",
        "item": house.items["raw_material"],
        "quantity": 1,
        "occurred_on": today(),
    }
    checked = bulk.check(registry["inspection.lot"], [(2, row)], by=house.actor("inspector"))
    assert ["不是合格供方" in e.sentence for e in checked.errors] == [True]


def test_units_under_concession_leave_but_do_not_conform(house: House) -> None:
    judged = batch(house, [("accepted", ""), ("rejected", "D01")])
    rows = [{**u, "reverdict": "conceded"} if u["verdict"] == "rejected" else u for u in judged.units]
    again = house.perform(judged, "reinspect_units", "inspector", {"units": rows})
    shipped = house.perform(again, "ship", "inspector", {"released_on": today()})
    assert (shipped.released, shipped.released_conforming) == (2, 1)


def test_only_a_standing_veto_is_lifted(house: House) -> None:
    with pytest.raises(Refused, match="无须解除"):
        house.perform(house.lot(), "lift_veto", "chief_quality_officer", reason="x")
