"""Plans of GB/T 2828.1 as used: published cases, arrows, whole lots, disputed cells, judging."""

from __future__ import annotations

import numpy as np
import pytest

from zhicheng.stats.sampling.acceptance import single_acceptance
from zhicheng.stats.sampling.inspection_rule import WORDS, InspectionRule, inspection_rule, units_inspected
from zhicheng.stats.sampling.plans import judge, sampling_plan


@pytest.mark.parametrize(
    ("lot", "level", "aql", "severity", "used", "moves", "n", "ac"),
    [
        # published tables 2-A to 2-C of ISO 2859-1:1999, as several transcriptions and MIL-STD-105E have them
        (1000, "II", "1.0", "normal", "J", 0, 80, 2),
        (150, "II", "1.5", "normal", "G", 1, 32, 1),
        (100000, "S-4", "0.65", "normal", "J", 0, 80, 1),
        (100000, "I", "0.40", "normal", "L", 0, 200, 2),
        (280, "II", "2.5", "normal", "G", 0, 32, 2),
        (281, "II", "2.5", "normal", "H", 0, 50, 3),
        (20, "II", "10", "reduced", "D", 1, 3, 1),
        (1000, "II", "1.0", "tightened", "J", 0, 80, 1),
        (2000, "II", "1.0", "tightened", "K", 0, 125, 2),
        (500001, "III", "0.025", "tightened", "S", 1, 3150, 1),
        (40000, "II", "0.25", "normal", "N", 0, 500, 3),
    ],
)
def test_published_single_plans(lot, level, aql, severity, used, moves, n, ac):
    plan = sampling_plan(lot, aql, level=level, severity=severity)
    assert (plan.code_letter_used, plan.n, plan.ac, plan.re) == (used, (n,), (ac,), (ac + 1,))
    assert plan.arrow_moves == ("down",) * moves


def test_arrow_takes_the_sample_size_with_it_and_counts_rows():
    plan = sampling_plan(5, "0.010")
    assert (plan.code_letter, plan.code_letter_used, len(plan.arrow_moves)) == ("A", "Q", 14)
    assert plan.full_inspection
    assert plan.n == (1250,)
    assert plan.n_inspected == 5
    assert "全检" in plan.sentence
    up = sampling_plan(100000, "1000", level="II")
    assert set(up.arrow_moves) == {"up"}
    assert up.code_letter_used == "B"


def test_sample_as_large_as_the_lot_means_each_item():
    assert sampling_plan(80, "0.65", level="III").full_inspection is False
    small = sampling_plan(8, "1.5")
    assert (small.n, small.full_inspection, small.n_inspected) == ((8,), True, 8)


@pytest.mark.parametrize(
    ("lot", "aql", "severity", "plan_type", "n", "ac", "re"),
    [
        (1000, "1.0", "normal", "double", 50, (0, 3), (3, 4)),
        (2000, "1.5", "normal", "double", 80, (2, 6), (5, 7)),
        (2000, "4.0", "normal", "double", 80, (5, 12), (9, 13)),
        (2000, "1.0", "tightened", "double", 80, (0, 3), (3, 4)),
        (2000, "6.5", "tightened", "double", 80, (6, 15), (10, 16)),
        (1000, "1.0", "normal", "multiple", 20, (None, 0, 0, 1, 3), (2, 3, 3, 3, 4)),
        (2000, "1.0", "reduced", "double", 32, (0, 3), (3, 4)),
    ],
)
def test_double_and_multiple_plans(lot, aql, severity, plan_type, n, ac, re):
    plan = sampling_plan(lot, aql, severity=severity, plan_type=plan_type)
    assert (set(plan.n), plan.ac, plan.re) == ({n}, ac, re)


def test_without_a_double_plan_the_single_one_is_used_and_said():
    plan = sampling_plan(1000, "0.15", plan_type="double")
    assert (plan.plan_type, plan.plan_type_used, plan.n, plan.ac) == ("double", "single", (80,), (0,))
    multiple = sampling_plan(12, "25", plan_type="multiple")
    assert multiple.plan_type_used == "double"
    assert multiple.table == "3-A"


def test_disputed_cells_show_both_readings():
    plan = sampling_plan(8, "10", severity="tightened")
    assert (plan.confidence, plan.n, plan.ac) == ("disputed", (2,), (0,))
    assert "n=8 Ac=1" in plan.alternatives[0]
    reduced = sampling_plan(2000, "2.5", severity="reduced")
    assert (reduced.confidence, reduced.ac) == ("disputed", (5,))
    assert "Ac=4" in reduced.alternatives[0]
    changed = sampling_plan(2000, "2.5", plan_type="double")
    assert changed.confidence == "one_source"
    assert "3/7;8/9" in changed.alternatives[0]
    assert sampling_plan(1000, "1.0").confidence == "two_sources"
    assert "2026" in plan.edition


def test_wrong_input_is_refused_in_words():
    with pytest.raises(ValueError, match="大于 10"):
        sampling_plan(1000, "15", expression="percent")
    with pytest.raises(ValueError, match="严格度"):
        sampling_plan(1000, "1.0", severity="strict")
    with pytest.raises(ValueError, match="抽样类型"):
        sampling_plan(1000, "1.0", plan_type="triple")
    with pytest.raises(ValueError, match="表示方式"):
        sampling_plan(1000, "1.0", expression="ppm")


def test_judging_single_double_and_multiple():
    single = sampling_plan(1000, "1.0")
    assert judge(single, 2).accepted
    assert not judge(single, 3).accepted
    assert judge(sampling_plan(np.int64(1000), "1.0"), np.int64(2)) == judge(single, 2)
    double = sampling_plan(1000, "1.0", plan_type="double")
    assert judge(double, [0]).sample == 1
    assert judge(double, [2, 1]) == judge(double, (2, 1))
    assert judge(double, [2, 1]).accepted
    assert not judge(double, [2, 2]).accepted
    assert not judge(double, [3]).accepted
    with pytest.raises(ValueError, match="须抽第 2 个样本"):
        judge(double, [1])
    with pytest.raises(ValueError, match="不应再抽"):
        judge(double, [0, 0])
    with pytest.raises(ValueError, match="不小于 0 的整数"):
        judge(single, -1)
    with pytest.raises(ValueError, match="只有 80 件"):
        judge(single, 81)
    with pytest.raises(ValueError, match="不小于 0 的整数"):
        judge(single, [True])
    multiple = sampling_plan(1000, "1.0", plan_type="multiple")
    assert judge(multiple, [0, 0]).sample == 2
    assert not judge(multiple, [2]).accepted


def test_nonconformities_may_outnumber_the_items():
    assert not judge(sampling_plan(100, "100"), 60).accepted


def test_rules_of_inspection_are_never_mixed_up():
    assert inspection_rule("批批检验") is InspectionRule.EVERY_LOT
    assert inspection_rule("100％检验") is InspectionRule.EVERY_UNIT
    assert "不是每一件" in WORDS[InspectionRule.EVERY_LOT].meaning
    assert units_inspected(InspectionRule.EVERY_LOT, 1000, 80) == 80
    assert units_inspected(InspectionRule.EVERY_UNIT, 1000, 80) == 1000
    with pytest.raises(ValueError, match="说不清"):
        inspection_rule("全批检验")


def test_acceptance_without_numpy_is_right():
    # R: pbinom(2, 80, 0.01), ppois(2, 0.8), phyper(2, 10, 990, 80)
    assert single_acceptance(80, 2, 0.01) == pytest.approx(0.953447, abs=1e-6)
    assert single_acceptance(80, 2, 0.01, "poisson") == pytest.approx(0.9525774, abs=1e-7)
    assert single_acceptance(10, 3, 0.1) == pytest.approx(0.9872048016, rel=1e-12)
    assert single_acceptance(3150, 1, 0.0) == 1.0
    with pytest.raises(ValueError, match="不是整数"):
        single_acceptance(10, 0, 0.015, "hypergeometric", 100)
