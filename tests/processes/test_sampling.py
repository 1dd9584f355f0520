"""Sampling drives incoming inspection: the plan is proposed, the verdict follows from the counts, the series switches and says why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ValidationError

from zhicheng.core.process import registry
from zhicheng.core.writers import Refused, amend, open_record
from zhicheng.ledger import log

if TYPE_CHECKING:
    from tests.house import House

SERIES = registry["sampling.series"]


@pytest.fixture
def sampled(house: House) -> House:
    """A house whose bought parts are sampled at AQL 1.0, level II, single plans."""
    item = house.items["bought_part"]
    facts = {"aql": "1.0", "characteristics": []}
    house.items["bought_part"] = amend(
        item, facts, by=house.actor("quality_manager"), version=item.version, reason="按抽样检验"
    )
    return house


def received(house: House, document: str, quantity: str = "2000", **more: Any) -> Any:
    return house.lot(document, item=house.items["bought_part"], quantity=quantity, **more)


def judged(house: House, document: str, bad: int, quantity: str = "2000") -> Any:
    """A lot judged with so many nonconforming items in the sample that its plan asks for."""
    lot = received(house, document, quantity)
    counts = {"sample_size": str(lot.plan_stages[0]["n"]), "nonconforming": str(bad)}
    return house.perform(lot, "judge", "inspector", counts)


def series() -> Any:
    return SERIES.model.objects.get()


def test_a_plan_is_proposed_on_receipt_and_the_verdict_follows_from_the_counts(sampled: House) -> None:
    lot = received(sampled, "PO-1")
    assert (lot.severity, lot.plan_stages) == ("normal", [{"n": 125, "ac": 3, "re": 4}])
    assert "字码 K" in lot.plan
    assert lot.advice == lot.plan
    assert "GB/T 2828.1-2012 表 2-A" in lot.plan_basis
    good = sampled.perform(lot, "judge", "inspector", {"sample_size": "125", "nonconforming": "3"})
    assert (good.verdict, good.state) == ("accepted", "accepted")
    bad = judged(sampled, "PO-2", 4)
    assert (bad.verdict, bad.state) == ("rejected", "rejected")
    assert bad.nonconformity.rule == "lot_rejected"


def test_a_verdict_against_the_counts_is_refused_with_the_plan(sampled: House) -> None:
    lot, size = received(sampled, "PO-1"), log.head().size
    for asked, said in (
        ({"sample_size": "125", "nonconforming": "4", "verdict": "accepted"}, "按方案应为“不接收”"),
        ({"sample_size": "80", "nonconforming": "0"}, "按方案应检 125 件"),
        ({"sample_size": "125", "nonconforming": "0.5"}, "须为整数"),
    ):
        with pytest.raises(ValidationError, match=said):
            sampled.perform(lot, "judge", "inspector", asked)
    assert log.head().size == size + 0


@pytest.mark.proves("J-4.2.8")
def test_every_unit_is_every_unit_and_every_lot_is_a_sample(sampled: House) -> None:
    item = sampled.items["raw_material"]
    quality = sampled.actor("quality_manager")
    with pytest.raises(ValidationError, match="全检是每一件都检"):
        amend(item, {"ruling": "every_unit", "aql": "1.0"}, by=quality, version=item.version, reason="试")
    item = amend(item, {"ruling": "every_unit"}, by=quality, version=item.version, reason="全检")
    lot = sampled.lot("PO-9", item=item)
    assert lot.plan == ""
    with pytest.raises(ValidationError, match="检验数量应为 100"):
        sampled.perform(
            lot, "judge", "inspector", {"sample_size": "20", "nonconforming": "0", "verdict": "accepted"}
        )
    asked = {"sample_size": "100", "nonconforming": "0", "verdict": "accepted"}
    assert sampled.perform(lot, "judge", "inspector", asked).verdict == "accepted"


def test_without_a_plan_the_inspector_gives_the_verdict(house: House) -> None:
    with pytest.raises(ValidationError, match="请填写检验结论"):
        house.perform(house.lot(), "judge", "inspector", {"sample_size": "10", "nonconforming": "0"})


def test_what_cannot_be_counted_in_items_has_no_plan(sampled: House) -> None:
    with pytest.raises(ValidationError, match="不能按件抽样"):
        received(sampled, "PO-1", "12.5")


def test_two_of_five_tighten_and_five_in_a_row_return(sampled: House) -> None:
    """GB/T 2828.1, 9.3.1 and 9.3.2, lot by lot; the next lot's plan is the tightened one, and every step says why."""
    for n, bad in enumerate((0, 4, 0, 5)):
        judged(sampled, f"PO-{n}", bad)
    found = series()
    assert (found.state, found.clause, found.lots) == ("tightened", "9.3.1", 4)
    assert "2 批不接收" in found.explanation
    lot = received(sampled, "PO-t")
    assert (lot.severity, lot.plan_stages[0]["ac"]) == ("tightened", 2)
    sampled.perform(lot, "judge", "inspector", {"sample_size": "125", "nonconforming": "2"})
    for n in range(4):
        judged(sampled, f"PO-5{n}", 0)
    assert (series().state, series().clause) == ("normal", "9.3.2")


def test_five_lots_not_accepted_stop_sampling_until_action_is_confirmed(sampled: House) -> None:
    for n in range(2):
        judged(sampled, f"PO-a{n}", 9)
    for n in range(5):
        judged(sampled, f"PO-b{n}", 9)
    found = series()
    assert found.state == "discontinued"
    lot = received(sampled, "PO-c")
    assert lot.plan == ""
    with pytest.raises(Refused, match="已暂停抽样检验"):
        sampled.perform(lot, "judge", "inspector", {"sample_size": "125", "nonconforming": "0"})
    sampled.perform(found, "resume", "quality_manager", reason="改进有效")
    assert (series().state, series().explanation.count("改进有效")) == ("tightened", 1)
    done = sampled.perform(lot, "judge", "inspector", {"sample_size": "125", "nonconforming": "0"})
    assert done.severity == "tightened"


def test_reduced_inspection_needs_the_score_and_the_authority(sampled: House) -> None:
    for n in range(10):
        judged(sampled, f"PO-{n}", 0)
    found = series()
    assert (found.state, found.score) == ("normal", 30)
    assert "负责部门同意尚未满足" in found.explanation
    sampled.perform(found, "agree_to_reduced", "quality_manager")
    judged(sampled, "PO-x", 0)
    assert series().state == "reduced"
    lot = received(sampled, "PO-y")
    assert (lot.severity, lot.plan_stages[0]["n"]) == ("reduced", 50)
    sampled.perform(lot, "judge", "inspector", {"sample_size": "50", "nonconforming": "9"})
    assert (series().state, series().clause) == ("normal", "9.3.4")


def test_a_lot_submitted_again_does_not_move_the_series(sampled: House) -> None:
    lot = judged(sampled, "PO-1", 9)
    before = series()
    nc = lot.nonconformity
    nc = sampled.perform(nc, "contain", "inspector", {"containment": "隔离"})
    nc = sampled.perform(
        nc,
        "dispose",
        "quality_manager",
        {"disposition": "return", "disposition_reason": "退回供方"},
    )
    nc = sampled.perform(nc, "carry_out", "purchasing", {"work_done": "已退"})
    sampled.perform(sampled.fresh(lot), "settle", "inspector")
    again = judged(sampled, "PO-1", 9)
    assert again.submission == 2
    after = series()
    assert (after.lots, after.recent, after.score) == (before.lots, before.recent, before.score)
    assert "只有初次检验的批计入" in after.explanation


def test_double_sampling_is_decided_by_the_sample_that_decides(house: House) -> None:
    item = house.items["bought_part"]
    facts = {"aql": "1.0", "plan_type": "double", "characteristics": []}
    house.items["bought_part"] = amend(
        item, facts, by=house.actor("quality_manager"), version=item.version, reason="二次抽样"
    )
    lot = received(house, "PO-1")
    assert [row["n"] for row in lot.plan_stages] == [80, 80]
    with pytest.raises(ValidationError, match="逐个样本"):
        house.perform(lot, "judge", "inspector", {})
    done = house.perform(lot, "judge", "inspector", {"samples": [{"nonconforming": 2}, {"nonconforming": 1}]})
    assert (done.verdict, done.sample_size, done.nonconforming) == ("accepted", 160, 3)


def test_a_critical_characteristic_counts_as_not_accepted(sampled: House) -> None:
    item = sampled.items["bought_part"]
    facts = {
        "characteristics": [{"name": "外径", "unit": "mm", "lower": "9.9", "upper": "10.1", "critical": True}]
    }
    item = amend(item, facts, by=sampled.actor("quality_manager"), version=item.version, reason="加特性")
    sampled.items["bought_part"] = item
    lot = received(sampled, "PO-1")
    asked = {
        "sample_size": "125",
        "nonconforming": "0",
        "measurements": [{"characteristic": "外径", "value": "10.4"}],
    }
    assert sampled.perform(lot, "judge", "inspector", asked).verdict == "rejected"
    assert series().recent == "0"


def test_each_lot_leaves_one_step_of_the_series_with_the_lot_as_cause(sampled: House) -> None:
    lot = judged(sampled, "PO-1", 0)
    judged(sampled, "PO-2", 0)
    versions = log.versions("sampling.series", 1)
    assert [(v.act, v.facts["lot"]) for v in versions] == [
        ("open", lot.number),
        ("count_lot", "LL-2026-00002"),
    ]
    assert versions[0].facts["_cause"] == lot.seq


def test_the_series_can_be_replayed_from_the_lots(sampled: House) -> None:
    from zhicheng.processes.inspection.replay import departures

    counts = (0, 4, 0, 5, 0, 2, 0, 0, 0, 0, 3, 0)
    for n, bad in enumerate(counts):
        judged(sampled, f"PO-{n}", bad)
    assert departures(series()) == []
    from zhicheng.core.records import writing

    with writing():
        SERIES.model.objects.update(score=29)
    assert departures(series())


def test_a_series_opened_by_hand_waits_for_its_first_lot(sampled: House) -> None:
    facts = {
        "supplier": sampled.supplier,
        "item": sampled.items["bought_part"],
        "aql": "1.0",
        "level": "II",
        "plan_type": "single",
    }
    opened = open_record(SERIES, facts, by=sampled.actor("quality_manager"))
    judged(sampled, "PO-1", 0)
    assert (series().pk, series().lots) == (opened.pk, 1)


BASIS = {"supplier_basis": "质量体系审核合格，两年无不接收批", "product_basis": "定型产品，连续供货 30 批"}


def reclassed(house: House, **facts: Any) -> None:
    item = house.items["bought_part"]
    by = house.actor("quality_manager")
    house.items["bought_part"] = amend(item, facts, by=by, version=item.version, reason="变更")


@pytest.fixture
def skipped(sampled: House) -> House:
    """A series under skip-lot sampling: agreed to after its first lot, ten lots accepted since."""
    reclassed(sampled, risk_class="B")
    judged(sampled, "PO-0", 0)
    sampled.perform(series(), "agree_to_skipping", "quality_manager", BASIS)
    for n in range(1, 11):
        assert judged(sampled, f"PO-{n}", 0).skip == ""
    return sampled


def test_skip_lot_is_off_until_it_is_agreed_to_with_both_grounds(sampled: House) -> None:
    reclassed(sampled, risk_class="B")
    for n in range(12):
        assert judged(sampled, f"PO-{n}", 0).skip == ""
    assert series().skipping == ""
    with pytest.raises(ValidationError):
        sampled.perform(series(), "agree_to_skipping", "quality_manager", {"supplier_basis": "审核合格"})
    with pytest.raises(Refused):
        sampled.perform(series(), "agree_to_skipping", "inspector", BASIS)


def test_skip_lot_is_refused_for_class_a_and_critical_characteristics(sampled: House) -> None:
    judged(sampled, "PO-0", 0)
    for facts, said in (
        ({"risk_class": "A"}, "A 类物料不得跳批检验"),
        ({"risk_class": "B", "characteristics": [{"name": "外径", "critical": True}]}, "关键特性“外径”"),
    ):
        reclassed(sampled, **facts)
        with pytest.raises(Refused, match=said):
            sampled.perform(series(), "agree_to_skipping", "quality_manager", BASIS)


def test_one_lot_in_two_is_inspected_and_the_rest_released_as_skipped(skipped: House) -> None:
    from tests.house import today
    from zhicheng.metrics.evaluate import compute
    from zhicheng.processes.inspection.metrics import INCOMING
    from zhicheng.processes.inspection.replay import departures

    assert (series().skipping, series().frequency) == ("skip_lot", 2)
    before = compute(INCOMING, today(), today()).denominator
    lots = [received(skipped, f"PO-s{n}") for n in range(8)]
    assert [{one.skip for one in lots[at : at + 2]} for at in (0, 2, 4, 6)] == [{"inspect", "skip"}] * 4
    passed = [one for one in lots if one.skip == "skip"]
    assert {(one.state, one.plan, one.verdict) for one in passed} == {("skipped", "", "")}
    assert "本批免检（跳批）" in passed[0].advice
    with pytest.raises(Refused):
        skipped.perform(passed[0], "judge", "inspector", {"sample_size": "125", "nonconforming": "0"})
    done = skipped.perform(passed[0], "release_skipped", "inspector")
    assert (done.state, done.verdict, done.first_verdict) == ("released_skipped", "", None)
    assert compute(INCOMING, today(), today()).denominator == before
    looked = next(one for one in lots if one.skip == "inspect")
    assert looked.plan_stages
    assert departures(series()) == []


def test_a_lot_not_accepted_ends_skipping_also_for_lots_that_wait(skipped: House) -> None:
    from zhicheng.processes.inspection.replay import departures

    lots = [received(skipped, f"PO-s{n}") for n in range(2)]
    passed, looked = sorted(lots, key=lambda one: one.skip == "inspect")
    skipped.perform(looked, "judge", "inspector", {"sample_size": "125", "nonconforming": "9"})
    assert (series().skipping, series().frequency) == ("interrupted", 1)
    with pytest.raises(Refused, match="刚刚中断"):
        skipped.perform(series(), "draw_lot", "quality_manager", {"drawn_for": "PO-x"}, through="inspection")
    with pytest.raises(Refused, match="须改为检验"):
        skipped.perform(passed, "release_skipped", "inspector")
    again = skipped.perform(passed, "inspect_skipped", "inspector", reason="跳批中断")
    assert (again.state, again.skip) == ("received", "inspect")
    skipped.perform(again, "judge", "inspector", {"sample_size": "125", "nonconforming": "0"})
    assert received(skipped, "PO-n").skip == ""
    assert departures(series()) == []


def test_a_change_of_the_item_ends_skipping_when_the_next_lot_arrives(skipped: House) -> None:
    from zhicheng.processes.inspection.replay import departures

    reclassed(skipped, risk_class="A")
    lot = received(skipped, "PO-s")
    assert (lot.state, lot.skip, series().skipping) == ("received", "inspect", "")
    assert "A 类物料不得跳批检验" in lot.skip_basis
    assert departures(series()) == []


def test_a_draw_that_the_log_does_not_draw_is_found(skipped: House) -> None:
    from zhicheng.core.records import writing
    from zhicheng.processes.inspection.replay import departures
    from zhicheng.processes.sampling import skipping

    received(skipped, "PO-s0")
    assert departures(series()) == []
    honest = skipping.drawn_by
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(skipping, "drawn_by", lambda *given: not honest(*given))
        received(skipped, "PO-s1")
    assert "与按日志抽取的结果不同" in departures(series())[0]
    with writing():
        SERIES.model.objects.update(skip_accepted=7)
    assert len(departures(series())) == 2


def test_the_series_is_looked_up_once_for_a_judged_lot(sampled: House) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    judged(sampled, "PO-0", 0)
    lot = received(sampled, "PO-1")
    with CaptureQueriesContext(connection) as asked:
        sampled.perform(lot, "judge", "inspector", {"sample_size": "125", "nonconforming": "0"})
    looked = [
        q
        for q in asked.captured_queries
        if 'FROM "sampling_series"' in q["sql"] and '"plan_type" =' in q["sql"]
    ]
    assert len(looked) == 1
