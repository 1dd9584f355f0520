"""Switching: hand-worked sequences, a slow replay that is obviously right, what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhicheng.stats.sampling.skip_lot import (
    SkipLotPolicy,
    SkipLotState,
    check_policy,
    is_inspected,
    replay_skip_lot,
    skip_lot_step,
)
from zhicheng.stats.sampling.switching import (
    Decision,
    InspectedLot,
    Scheme,
    SwitchingRules,
    one_step_tighter,
    replay_switching,
)

SCHEME = Scheme(
    "1.0"
)  # lots of 2000: K, normal 125 3/4, tightened 2/3, reduced 50 2/3; one step tighter (0.65): 2/3


def lots(*counts, **options):
    return [InspectedLot(2000, count, **options) for count in counts]


def severities(steps):
    return [step.severity_next for step in steps]


def test_two_of_five_moves_to_tightened_and_a_window_of_five_forgets():
    steps = replay_switching(SCHEME, lots(4, 0, 0, 0, 4))
    assert severities(steps) == ["normal"] * 4 + ["tightened"]
    assert "有 2 批不接收" in steps[-1].sentence
    assert replay_switching(SCHEME, lots(4, 0, 0, 0, 0, 4))[-1].severity_next == "normal"
    assert replay_switching(SCHEME, lots(4, 4))[-1].severity_next == "tightened"


def test_five_accepted_in_a_row_return_to_normal_with_a_new_score_and_window():
    steps = replay_switching(SCHEME, lots(4, 4, 0, 0, 3, 0, 0, 0, 0, 0, 4, 1))
    assert severities(steps)[1:9] == ["tightened"] * 8
    assert steps[9].severity_next == "normal"
    assert (steps[9].clause, steps[9].score) == ("9.3.2", None)
    assert steps[10].severity_next == "normal"  # the two lots before tightened inspection no longer count
    assert (steps[11].score, steps[11].severity_next) == (3, "normal")


def test_five_not_accepted_on_tightened_discontinue_even_with_accepted_ones_between():
    steps = replay_switching(SCHEME, lots(4, 4, 3, 0, 3, 0, 3, 0, 0, 3, 0, 0, 0, 0, 3))
    assert steps[-1].severity_next == "discontinued"
    assert steps[-1].clause == "9.4"
    assert "累计 5 批" in steps[-1].sentence
    with pytest.raises(ValueError, match="已暂停"):
        replay_switching(SCHEME, [*lots(4, 4, 3, 3, 3, 3, 3), *lots(0)])
    again = replay_switching(
        SCHEME, [*lots(4, 4, 3, 3, 3, 3, 3), Decision("resume", "模具已更换"), *lots(0, 0, 0, 0, 0)]
    )
    assert severities(again)[-6:] == ["tightened"] * 5 + ["normal"]
    assert "模具已更换" in again[7].sentence


def test_score_of_plans_with_ac_of_two_or_more():
    steps = replay_switching(SCHEME, lots(0, 2, 3, 1, 4, 0))
    # 3 is accepted (Ac 3) but would not be with the AQL one step tighter (Ac 2)
    assert [step.score for step in steps] == [3, 6, 0, 3, 0, 3]


def test_score_of_ac_one_and_ac_zero():
    one = replay_switching(Scheme("2.5"), [InspectedLot(150, count) for count in (0, 1, 2, 0)])
    assert [step.score for step in one] == [2, 4, 0, 2]
    zero = replay_switching(Scheme("0.65"), [InspectedLot(150, count) for count in (0, 0, 1, 0)])
    assert [step.score for step in zero] == [2, 4, 0, 2]


def test_score_of_double_and_multiple_plans():
    double = Scheme("1.0", plan_type="double")  # J: 50 0/3, 50 3/4
    steps = replay_switching(
        double, [InspectedLot(1000, [0]), InspectedLot(1000, [1, 0]), InspectedLot(1000, [0])]
    )
    assert [step.score for step in steps] == [3, 0, 3]
    multiple = Scheme("1.0", plan_type="multiple")  # J: 20 each, #/2 0/3 0/3 1/3 3/4
    steps = replay_switching(
        multiple, [InspectedLot(1000, [0, 0]), InspectedLot(1000, [1, 0, 0, 0]), InspectedLot(1000, [0, 0])]
    )
    assert [step.score for step in steps] == [3, 0, 3]
    assert "第 4 个样本" in steps[1].sentence


def test_reduced_needs_the_score_steady_production_and_agreement():
    assert replay_switching(SCHEME, lots(*[0] * 9, reduced_approved=True))[-1].severity_next == "normal"
    ten = replay_switching(SCHEME, lots(*[0] * 10, reduced_approved=True))
    assert (ten[-1].score, ten[-1].severity_next) == (30, "reduced")
    refused = replay_switching(SCHEME, lots(*[0] * 11))
    assert (refused[-1].score, refused[-1].severity_next) == (33, "normal")
    assert "负责部门同意尚未满足" in refused[-1].sentence
    unsteady = replay_switching(SCHEME, lots(*[0] * 10, reduced_approved=True, steady=False))
    assert "生产稳定尚未满足" in unsteady[-1].sentence


def test_reduced_ends_with_a_lot_not_accepted_irregular_production_or_a_decision():
    ten = lots(*[0] * 10, reduced_approved=True)
    steps = replay_switching(
        SCHEME, [*ten, InspectedLot(2000, 2), InspectedLot(2000, 3), InspectedLot(2000, 0)]
    )
    assert severities(steps)[-3:] == ["reduced", "normal", "normal"]
    assert steps[-3].plan is not None
    assert (steps[-3].plan.n, steps[-3].plan.ac, steps[-3].score) == ((50,), (2,), None)
    assert steps[-1].score == 3
    assert replay_switching(SCHEME, [*ten, InspectedLot(2000, 0, steady=False)])[-1].severity_next == "normal"
    assert replay_switching(SCHEME, [*ten, Decision("normal", "停产三周")])[-1].severity_next == "normal"


def test_lots_submitted_again_never_count():
    steps = replay_switching(SCHEME, [*lots(4), *lots(4, original=False), *lots(0), *lots(0, original=False)])
    assert severities(steps) == ["normal"] * 4
    assert [step.score for step in steps] == [0, 0, 3, 3]
    assert "只有初次检验" in steps[1].sentence
    tight = replay_switching(SCHEME, [*lots(4, 4), *lots(*[0] * 4), *lots(0, original=False)])
    assert tight[-1].severity_next == "tightened"


def test_conventions_can_be_chosen():
    assert one_step_tighter("0.010") is None
    literal = Scheme("100", rules=SwitchingRules(tighter_plan="code_letter"))
    # F at 100 leads up to E n=13; F at 65 has n=20: not comparable
    assert replay_switching(literal, [InspectedLot(150, 0)])[0].score == 0
    assert replay_switching(Scheme("100"), [InspectedLot(150, 0)])[0].score == 3
    counting = Scheme("1.0", rules=SwitchingRules(reduced_lot_counts=True))
    ten = lots(*[0] * 10, reduced_approved=True)
    assert replay_switching(counting, [*ten, *lots(3, 4)])[-1].severity_next == "tightened"
    assert replay_switching(SCHEME, [*ten, *lots(3, 4)])[-1].severity_next == "normal"


def test_decisions_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="没有暂停"):
        replay_switching(SCHEME, [Decision("resume", "好了")])
    with pytest.raises(ValueError, match="只有放宽检验"):
        replay_switching(SCHEME, [Decision("normal", "好了")])
    with pytest.raises(ValueError, match="理由"):
        replay_switching(SCHEME, [Decision("resume", " ")])
    with pytest.raises(ValueError, match="起始严格度"):
        replay_switching(Scheme("1.0", start="strict"), [])


def slow(counts, agreed):
    """The rules told from the whole history for each lot, without a running state; lots of 2000, AQL 1.0."""
    limits = {"normal": 3, "tightened": 2, "reduced": 2}
    told, start, severity = [], 0, "normal"
    for at in range(len(counts)):
        good = [c <= limits[severity] for c in counts[start : at + 1]]
        following = severity
        if severity == "normal":
            score = 0
            for c in counts[start : at + 1]:
                score = score + 3 if c <= 2 else 0
            if good[-5:].count(False) >= 2:
                following = "tightened"
            elif score >= 30 and agreed[at]:
                following = "reduced"
        elif severity == "tightened":
            if len(good) >= 5 and all(good[-5:]):
                following = "normal"
            elif good.count(False) >= 5:
                following = "discontinued"
        elif not good[-1]:
            following = "normal"
        told.append(following)
        if following == "discontinued":
            return told
        if following != severity:
            start, severity = at + 1, following
    return told


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0, 0, 0, 0, 1, 2, 3, 4, 5]), st.booleans()), max_size=60))
def test_like_the_slow_replay(entries):
    told = slow([count for count, _agreed in entries], [agreed for _count, agreed in entries])
    used = entries[: len(told)]
    steps = replay_switching(
        SCHEME, [InspectedLot(2000, count, reduced_approved=agreed) for count, agreed in used]
    )
    assert severities(steps) == told
    assert all(step.sentence.endswith("。") for step in steps)


QUALIFIED = SkipLotPolicy(enabled=True, material_class="B", supplier_qualified=True, product_qualified=True)


def test_skip_lot_is_off_by_default_and_refused_for_class_a():
    with pytest.raises(ValueError, match="没有启用"):
        check_policy(SkipLotPolicy())
    with pytest.raises(ValueError, match="A 类物料不得跳批"):
        check_policy(SkipLotPolicy(True, "a", True, True))
    with pytest.raises(ValueError, match="资格"):
        skip_lot_step(SkipLotPolicy(True, "B", True, False), SkipLotState(), accepted=True)
    with pytest.raises(ValueError, match="频率"):
        check_policy(SkipLotPolicy(True, "B", True, True, first_frequency=6))


def test_skip_lot_qualifies_lengthens_and_is_interrupted():
    steps = replay_skip_lot(QUALIFIED, [True] * 10)
    assert (steps[8].after.frequency, steps[9].after.state, steps[9].after.frequency) == (1, "skip_lot", 2)
    steps = replay_skip_lot(QUALIFIED, [True] * 60)
    assert [step.after.frequency for step in steps][9::10] == [2, 3, 4, 5, 5, 5]
    steps = replay_skip_lot(QUALIFIED, [*[True] * 12, False, *[True] * 4])
    assert steps[12].after == SkipLotState("interrupted")
    assert (steps[15].after.state, steps[16].after.state) == ("interrupted", "skip_lot")
    assert replay_skip_lot(QUALIFIED, [*[True] * 9, False, True])[-1].after.accepted_in_a_row == 1


def test_one_lot_of_each_block_is_drawn_and_cannot_be_foreseen():
    for frequency in (2, 3, 4, 5):
        drawn = [is_inspected("供方/物料", at, frequency, b"key") for at in range(frequency * 200)]
        blocks = [drawn[at : at + frequency] for at in range(0, len(drawn), frequency)]
        assert all(block.count(True) == 1 for block in blocks)
        places = [block.index(True) for block in blocks]
        assert min(places.count(place) for place in range(frequency)) > 200 / frequency / 2
    assert all(is_inspected("x", at, 1, b"") for at in range(3))
    with pytest.raises(ValueError, match="密钥"):
        is_inspected("x", 0, 2, b"")
