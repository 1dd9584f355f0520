"""Requirements of the business that the code satisfies and no other test names: duties, appointments, targets, registers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ValidationError

from tests.house import today
from tests.processes.test_inspection import batch
from tests.publishing.test_publish import drafted
from zhicheng.core.process import registry
from zhicheng.core.writers import Refused, amend, open_record
from zhicheng.ledger import log
from zhicheng.reports.edition import edition
from zhicheng.reports.numbers import Numbers
from zhicheng.reports.records import Records
from zhicheng.reports.template import TemplateError

if TYPE_CHECKING:
    from tests.house import House

ACCEPTED, REJECTED = ("accepted", ""), ("rejected", "D01")


def numbers() -> Numbers:
    """The numbers of this year, as of now."""
    year = today().year
    return Numbers(dt.date(year, 1, 1), dt.date(year, 12, 31), log.head().size)


def objective(house: House, name: str, metric: str, target: str, **facts: Any) -> Any:
    """A target drafted by the quality manager and approved by the general manager."""
    given = {
        "name": name,
        "level": "company",
        "year": today().year,
        "metric": metric,
        "operator": "ge",
        "target": target,
        **facts,
    }
    draft = open_record(registry["objective.objective"], given, by=house.actor("quality_manager"))
    return house.perform(draft, "approve", "general_manager")


def department(house: House, name: str, duties: list[dict[str, str]] | None = None) -> Any:
    given = {"name": name, "duties": duties or []}
    return open_record(registry["org.department"], given, by=house.actor("quality_manager"))


def cells(table: Any) -> list[list[str]]:
    """The plain texts of a table's cells; a number that is named stands as its no."""
    return [
        ["".join(getattr(one, "text", "") or getattr(one, "no", "") for one in cell) for cell in row]
        for row in table.rows
    ]


@pytest.mark.proves("J-3.1.2", "J-3.1.3", "J-3.1.4", "J-3.1.5", "J-3.1.6", "T-3.1.1")
@pytest.mark.parametrize(
    "name", ["综合部", "生产管理部", "供销部", "生产部", "财务部", "销售部", "采购部", "品质部"]
)
def test_a_department_keeps_its_duties_and_the_evidence_they_leave(house: House, name: str) -> None:
    duties = [{"duty": "供方评价", "evidence": "供方记录", "requirement": "T-3.1.1"}]
    made = department(house, name, duties)
    assert made.duties == duties
    with pytest.raises(ValidationError, match="职责"):
        department(house, f"{name}二", [{"evidence": "没有写职责"}])
    manager = house.actor("quality_manager")
    with pytest.raises(ValidationError, match="原因"):
        amend(made, {"duties": []}, by=manager, version=1)
    amend(made, {"duties": []}, by=manager, version=1, reason="职责调整")
    first, second = log.versions("org.department", made.k)
    assert (first.facts["duties"], second.facts["duties"]) == (duties, [])


@pytest.mark.proves("T-4.0.1", "X-2.1.1", "J-3.1.8")
@pytest.mark.parametrize(
    "kind",
    ["integrity_officer", "representative", "committee_chair", "committee_member", "chief_quality_officer"],
)
def test_an_appointment_is_the_general_managers_and_ends_with_a_reason(house: House, kind: str) -> None:
    facts = {
        "kind": kind,
        "person": house.people["quality_manager"],
        "occurred_on": today(),
        "duties": "全面负责",
    }
    process = registry["org.appointment"]
    with pytest.raises(Refused, match="总经理"):
        open_record(process, facts, by=house.actor("quality_manager"))
    made = open_record(process, facts, by=house.actor("general_manager"))
    assert log.versions("org.appointment", made.k)[0].facts["_authority"] == "general_manager"
    with pytest.raises(ValidationError, match="原因"):
        house.perform(made, "dismiss", "general_manager")
    assert house.perform(made, "dismiss", "general_manager", reason="调任").state == "ended"


@pytest.mark.proves("J-3.1.9")
def test_a_safety_letter_is_kept_for_each_department(house: House) -> None:
    for name in ("一车间", "二车间"):
        facts = {
            "kind": "safety_letter",
            "person": house.people["department_head"],
            "department": department(house, name),
            "occurred_on": today(),
            "duties": "本部门产品质量安全",
        }
        letter = open_record(registry["org.appointment"], facts, by=house.actor("general_manager"))
        assert letter.department.name == name


@pytest.mark.proves("J-3.1.7")
def test_a_veto_blocks_shipping_and_is_logged_with_its_reason(house: House) -> None:
    judged = batch(house, [ACCEPTED])
    vetoed = house.perform(judged, "veto_batch", "chief_quality_officer", reason="疑似错装")
    with pytest.raises(Refused, match="一票否决"):
        house.perform(vetoed, "ship", "inspector", {"released_on": today()})
    last = log.versions("inspection.batch", judged.k)[-1]
    assert (last.act, last.facts["_reason"], last.facts["_authority"]) == (
        "veto_batch",
        "疑似错装",
        "chief_quality_officer",
    )


@pytest.mark.proves("X-2.1.5", "J-5.4.1")
def test_production_gives_no_verdict_and_decides_no_disposition(house: House) -> None:
    asked = {"sample_size": "10", "nonconforming": "0", "verdict": "accepted"}
    with pytest.raises(Refused, match="检验员"):
        house.perform(house.lot(), "judge", "production", asked)
    with pytest.raises(Refused, match="检验员"):
        house.perform(batch(house), "judge_units", "production", {"units": []})
    nc = house.judged("PO-2", "rejected").nonconformity
    nc = house.perform(nc, "contain", "production", {"containment": "隔离"})
    with pytest.raises(Refused, match="质量经理"):
        house.perform(nc, "dispose", "production", {"disposition": "scrap", "disposition_reason": "x"})


@pytest.mark.proves("J-3.2.4", "X-5.2.2")
def test_uninspected_units_do_not_leave_the_works(house: House) -> None:
    with pytest.raises(Refused, match="待检"):
        house.perform(batch(house), "ship", "inspector", {"released_on": today()})


@pytest.mark.proves("X-2.1.4")
def test_the_quality_department_takes_part_in_approving_a_supplier(house: House) -> None:
    facts = {"name": "丙厂", "risk_class": "C", "qualified_until": "2099-01-01"}
    process = registry["supplier.supplier"]
    by_purchasing = open_record(process, facts, by=house.actor("purchasing"))
    with pytest.raises(Refused, match="质量经理"):
        house.perform(by_purchasing, "approve", "purchasing", {"grade": "A"})
    assert house.perform(by_purchasing, "approve", "quality_manager", {"grade": "A"}).state == "approved"
    own = open_record(process, {**facts, "name": "丁厂"}, by=house.actor("quality_manager"))
    with pytest.raises(Refused, match="另一人"):
        house.perform(own, "approve", "quality_manager", {"grade": "A"})


@pytest.mark.proves("J-2.4", "J-2.9.4", "J-2.5.4", "T-3.3.1")
@pytest.mark.parametrize(
    ("metric", "target", "value", "met"),
    [
        ("first_pass", "90", "75.00", False),
        ("first_pass", "95", "75.00", False),
        ("first_pass", "75", "75.00", True),
        ("incoming_acceptance", "98", "50.00", False),
        ("incoming_acceptance", "50", "50.00", True),
        ("outgoing", "100", "100.00", True),
    ],
)
def test_a_target_is_judged_by_records(house: House, metric: str, target: str, value: str, met: bool) -> None:
    house.judged("PO-1")
    house.judged("PO-2", "rejected")
    batch(house, [ACCEPTED, ACCEPTED, ACCEPTED, REJECTED])
    shipped = batch(house, [ACCEPTED, ACCEPTED, REJECTED, ACCEPTED], "SJD-2")
    again = [{**u, "reworked": True, "reverdict": "accepted"} if u["defect"] else u for u in shipped.units]
    shipped = house.perform(shipped, "reinspect_units", "inspector", {"units": again})
    house.perform(shipped, "ship", "inspector", {"released_on": today()})
    made = objective(house, "目标", metric, target)
    found = numbers()
    no = found.figure(metric)
    assert found.entries[0]["value"] == value
    found.target(made, no)
    assert found.target_entries[0]["met"] is met


@pytest.mark.proves("X-2.2.1")
def test_each_product_type_has_its_own_target(house: House) -> None:
    other = open_record(
        registry["inspection.product"],
        {"code": "LWQ", "name": "腰轮流量计", "family": "roots"},
        by=house.actor("quality_manager"),
    )
    batch(house, [ACCEPTED, ACCEPTED, ACCEPTED, REJECTED])
    house.product = other
    batch(house, [ACCEPTED, REJECTED], "SJD-2")
    found, judged = numbers(), {}
    for code, target in (("TBQZ", "70"), ("LWQ", "70")):
        slice_ = [{"fact": "product_type", "op": "is", "value": code}]
        made = objective(house, code, "first_pass", target, level="type", slice=slice_)
        no = found.figure("first_pass", (("product_type", "is", code),))
        found.target(made, no)
        judged[code] = (found.entries[-1]["value"], found.target_entries[-1]["met"])
    assert judged == {"TBQZ": ("75.00", True), "LWQ": ("50.00", False)}


@pytest.mark.proves("X-3.1.5")
def test_a_departments_target_is_set_by_two_people_and_then_stands(house: House) -> None:
    facts = {
        "name": "采购合格率",
        "level": "department",
        "department": department(house, "供销部"),
        "year": today().year,
        "metric": "incoming_acceptance",
        "operator": "ge",
        "target": "98",
    }
    draft = open_record(registry["objective.objective"], facts, by=house.actor("department_head"))
    with pytest.raises(Refused, match="总经理"):
        house.perform(draft, "approve", "department_head")
    approved = house.perform(draft, "approve", "general_manager")
    with pytest.raises(Refused, match="不能更改"):
        amend(approved, {"target": "90"}, by=house.actor("department_head"), version=2, reason="x")


@pytest.mark.proves("X-5.1.1")
def test_incoming_lots_are_counted_by_purchase_kind_and_add_up(house: House) -> None:
    for i, (kind, verdict) in enumerate(
        [("raw_material", "accepted"), ("raw_material", "rejected"), ("outside_processing", "accepted"),
         ("bought_part", "accepted"), ("bought_part", "accepted"), ("bought_part", "rejected")]
    ):  # fmt: skip
        house.judged(f"PO-{i}", verdict, item=house.items[kind])
    found = numbers()
    table = Records(None, found).table("breakdown", {"metric": "incoming_acceptance", "by": "purchase_kind"})
    heads = [row[0] for row in cells(table)]
    counts = [(e["denominator"], e["numerator"], e["value"]) for e in found.entries]
    assert dict(zip(heads, counts, strict=True)) == {
        "原材料": (2, 1, "50.00"),
        "外协件": (1, 1, "100.00"),
        "外购件": (3, 2, "66.67"),
        "合计": (6, 4, "66.67"),
    }


@pytest.mark.proves("X-5.1.2")
def test_units_are_counted_by_product_family_and_add_up(house: House) -> None:
    batch(house, [ACCEPTED, ACCEPTED, REJECTED])
    house.product = open_record(
        registry["inspection.product"],
        {"code": "LWQ", "name": "腰轮流量计", "family": "roots"},
        by=house.actor("quality_manager"),
    )
    batch(house, [ACCEPTED], "SJD-2")
    found = numbers()
    Records(None, found).table("breakdown", {"metric": "first_pass", "by": "family"})
    assert sorted((e["denominator"], e["numerator"]) for e in found.entries) == [(1, 1), (3, 2), (4, 3)]


@pytest.mark.proves("T-3.3.1", "X-5.1.3")
def test_what_leaves_is_told_apart_from_what_passed_at_first(house: House) -> None:
    judged = batch(house, [ACCEPTED, REJECTED])
    with pytest.raises(Refused, match="尚未返工复检"):
        house.perform(judged, "ship", "inspector", {"released_on": today()})
    again = [{**u, "reverdict": "accepted"} if u["verdict"] == "rejected" else u for u in judged.units]
    judged = house.perform(judged, "reinspect_units", "inspector", {"units": again})
    house.perform(judged, "ship", "inspector", {"released_on": today()})
    found = numbers()
    found.figure("first_pass")
    found.figure("outgoing")
    assert [e["value"] for e in found.entries] == ["50.00", "100.00"]


@pytest.mark.proves("T-3.3.1", "X-5.1.3")
def test_a_unit_that_fails_after_release_lowers_the_outgoing_rate_and_opens_its_nonconformity(
    house: House,
) -> None:
    left = house.perform(batch(house, [ACCEPTED] * 4), "ship", "inspector", {"released_on": today()})
    serial = left.units[2]["serial"]
    found = {"returned": [{"serial": serial, "defect": "D01"}]}
    with pytest.raises(Refused, match="质量经理"):
        house.perform(left, "found_after_release", "production", found, reason="顾客退回")
    for wrong, why in (
        ([{"serial": "no such"}], "没有放行过"),
        ([], "不能为空"),
        ([*found["returned"] * 2], "每台写一行"),
    ):
        with pytest.raises(ValidationError, match=why):
            house.perform(
                left, "found_after_release", "quality_manager", {"returned": wrong}, reason="顾客退回"
            )
    left = house.perform(left, "found_after_release", "quality_manager", found, reason="顾客退回")
    assert (left.released, left.released_conforming, left.state) == (4, 3, "released")
    opened = registry["nonconformity.nonconformity"].model.objects.get(subject_number=left.number)
    assert (opened.quantity, opened.rule, opened.source) == (1, "customer", "delivery")
    figures = numbers()
    figures.figure("outgoing")
    assert figures.entries[0]["value"] == "75.00"
    for again in (found["returned"], [{"serial": left.units[0]["serial"]}]):
        with pytest.raises(ValidationError, match=r"不能删去|请加上"):
            house.perform(left, "found_after_release", "quality_manager", {"returned": again}, reason="再报")


@pytest.mark.proves("J-2.4", "J-2.9.4", "X-2.2.1", "X-5.1.2")
def test_reinspection_cannot_change_a_first_verdict(house: House) -> None:
    judged = batch(house, [ACCEPTED, REJECTED])
    for change in ({"verdict": "accepted"}, {"defect": "D09"}):
        with pytest.raises(ValidationError):
            house.perform(
                judged,
                "reinspect_units",
                "inspector",
                {"units": [judged.units[0], {**judged.units[1], **change}]},
            )


@pytest.mark.proves("X-5.2.3")
def test_a_unit_is_found_with_its_day_shift_type_and_inspector(house: House) -> None:
    opened = open_record(
        registry["inspection.batch"],
        {
            "product": house.product,
            "document": "SJD-1",
            "quantity": 1,
            "shift": "白班",
            "occurred_on": today(),
        },
        by=house.actor("production"),
    )
    rows = [{"serial": "20170308-001", "verdict": "accepted"}]
    house.perform(opened, "judge_units", "inspector", {"units": rows})
    kept = log.versions("inspection.batch", opened.k)[-1].facts
    assert kept["units"][0]["serial"] == "20170308-001"
    assert (kept["occurred_on"], kept["shift"], kept["product_type"]) == (str(today()), "白班", "TBQZ")
    assert kept["inspector"] == f"org.person/{house.people['inspector'].k}"


CERTIFICATE = {
    "name": "质量管理体系认证证书",
    "kind": "管理体系",
    "certificate_number": "ZS-1",
    "issuer": "认证机构",
    "scope": "气体流量计的设计与生产",
    "valid_until": dt.date(2099, 12, 31),
    "checked_on": dt.date(2017, 6, 1),
}
STANDARD = {"standard_number": "JB/T 1", "name": "气体流量计", "kind": "行业标准", "role": "主持"}
PATENT = {"patent_number": "ZL 2016 1 0000001.0", "name": "流量计", "kind": "发明"}
HONOUR = {"name": "质量奖", "issuer": "市政府", "level": "市级"}


@pytest.mark.proves(
    "X-4.1.1", "T-3.4.5", "J-3.2.12", "J-5.1.1", "J-6.1.1", "J-5.3.1", "T-5.3.1", "X-4.3.2", "X-5.4.1", "C-3.1",
    "C-3.2", "T-6.1.4",
)  # fmt: skip
@pytest.mark.parametrize(
    ("name", "facts"),
    [("certificate", CERTIFICATE), ("standard", STANDARD), ("patent", PATENT), ("honour", HONOUR)],
)
def test_a_register_lists_what_is_in_force_with_its_date(
    house: House, name: str, facts: dict[str, Any]
) -> None:
    process = registry[f"register.{name}"]
    manager, day = house.actor("quality_manager"), dt.date(2017, 3, 8)
    with pytest.raises(Refused):
        open_record(process, {**facts, "occurred_on": day}, by=house.actor("purchasing"))
    made = open_record(process, {**facts, "occurred_on": day}, by=manager)
    with pytest.raises(Refused, match="已经登记"):
        open_record(process, {**facts, "occurred_on": day}, by=manager)
    ((serial, *shown),) = cells(
        Records(None, numbers()).register(name, {"columns": ",".join([*facts, "occurred_on"])})
    )
    assert serial == "1"
    assert shown == [*(str(v) for v in facts.values()), "2017-03-08"]
    with pytest.raises(ValidationError, match="原因"):
        amend(made, {"name": "改名"}, by=manager, version=1)
    house.perform(made, "end", "quality_manager", reason="不再有效")
    with pytest.raises(LookupError, match="没有记录"):
        Records(None, numbers()).register(name, {})


@pytest.mark.proves("X-5.4.2")
def test_what_lapses_soon_is_told_beforehand(house: House) -> None:
    from zhicheng.web.cockpit_parts import lapses

    process, manager = registry["register.certificate"], house.actor("quality_manager")
    soon = {
        "name": "营业执照",
        "kind": "执照",
        "occurred_on": today(),
        "valid_until": today() + dt.timedelta(days=10),
    }
    far = {**soon, "name": "型式批准证书", "valid_until": today() + dt.timedelta(days=900)}
    made = open_record(process, soon, by=manager)
    open_record(process, far, by=manager)
    assert [(one.record.k, one.days) for one in lapses(manager)] == [(made.k, 10)]
    with pytest.raises(ValidationError, match="早于发证日期"):
        open_record(process, {**far, "name": "x", "valid_until": today() - dt.timedelta(days=1)}, by=manager)


@pytest.mark.proves("J-0.6")
def test_tables_are_numbered_and_what_refers_to_none_is_refused(house: House) -> None:
    house.judged()
    text = """---
title: 质量诚信报告
house_style: official_2013
---
# 检验
见{{ref table:incoming}}。

{{table breakdown metric=incoming_acceptance by=purchase_kind as=incoming caption="进货检验"}}
"""
    period = {"period_from": f"{today().year - 1}-01-01", "period_to": f"{today().year - 1}-12-31"}
    drawn = edition(drafted(house, text, **period)).drawn.document
    shown = [one.shown for one in drawn.inlines() if hasattr(one, "shown") and isinstance(one.shown, str)]
    assert "表1" in shown
    with pytest.raises(TemplateError, match="引用"):
        edition(drafted(house, text.replace("ref table:incoming", "ref table:none"), **period))
