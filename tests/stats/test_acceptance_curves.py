"""OC curves, risks, rectifying inspection and the finder: against printed tables, R and JASP, simulation, and properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhicheng.stats.sampling.acceptance import single_acceptance
from zhicheng.stats.sampling.finder import find_plan, find_variables_plan
from zhicheng.stats.sampling.oc import (
    AttributePlan,
    acceptance_probability,
    attribute_plan,
    operating_characteristic,
    quality_at,
    risks,
)
from zhicheng.stats.sampling.plans import sampling_plan
from zhicheng.stats.sampling.rectification import outgoing_limit, rectified, rectified_variables

SIX_STAGES = AttributePlan((46,) * 6, (0, 1, 2, 3, 4, 6), (3, 3, 4, 5, 6, 7))
DOUBLE = AttributePlan((50, 50), (0, 3), (3, 4))


def test_like_r_acceptance_sampling():
    # R AcceptanceSampling 1.0.11: OC2c
    curve = operating_characteristic(SIX_STAGES, [0.01, 0.05, 0.15]).pa
    assert curve == pytest.approx([0.927793839979463, 0.125802108333003, 0.000569216101347465], rel=1e-11)
    assert acceptance_probability(attribute_plan(10, 3), 0.3) == pytest.approx(0.6496107184, rel=1e-12)
    poisson = operating_characteristic(attribute_plan(125, 3), [0.05, 0.3], distribution="poisson").pa
    assert poisson == pytest.approx([0.130250354727926, 4.93265973993583e-13], rel=1e-9)
    # JASP acceptance sampling, hypergeometric N=100, n=50, c=2
    found = operating_characteristic(
        attribute_plan(50, 2), [0.05, 0.15], distribution="hypergeometric", lot_size=100
    )
    assert found.pa.round(4).tolist() == [0.5, 0.0019]


def test_quality_at_printed_points_of_the_poisson_curve():
    """Cameron's table of np at Pa 0.95 and 0.10, as textbooks print it."""
    for ac, high, low in ((0, 0.0513, 2.303), (1, 0.355, 3.890), (2, 0.818, 5.322), (3, 1.366, 6.681)):
        plan = attribute_plan(100, ac)
        assert 100 * quality_at(plan, 0.95, distribution="poisson") == pytest.approx(high, abs=6e-4)
        assert 100 * quality_at(plan, 0.10, distribution="poisson") == pytest.approx(low, abs=6e-4)


def test_outgoing_limit_has_the_factors_of_dodge_and_romig():
    for ac, y in ((0, 0.3679), (1, 0.8400), (2, 1.371), (3, 1.942)):
        limit = outgoing_limit(attribute_plan(1000, ac), distribution="poisson")
        assert 1000 * limit.aoql == pytest.approx(y, abs=6e-4)


def test_rectifying_inspection_like_montgomery():
    found = rectified(attribute_plan(89, 2), [0.005, 0.025], lot_size=10000)
    assert found.aoq == pytest.approx([0.00490439665498309, 0.0152447138292579], rel=1e-11)
    assert found.ati == pytest.approx([191.206690033818, 3902.11446829685], rel=1e-11)
    limit = outgoing_limit(attribute_plan(89, 2), lot_size=10000)
    assert limit.aoql >= found.aoq.max()
    assert limit.aoql == pytest.approx(0.01525, abs=1e-5)
    removed = rectified(attribute_plan(89, 2), [0.025], lot_size=10000, nonconforming="remove")
    assert removed.aoq[0] > found.aoq[1]
    large = rectified(attribute_plan(89, 2), [0.025], lot_size=None)
    assert large.aoq[0] == pytest.approx(0.025 * large.pa[0])
    variables = rectified_variables(24, 1.309, [0.05], lot_size=1000, sigma="known")
    assert variables.ati[0] == pytest.approx(24 + (1 - variables.pa[0]) * 976)


@pytest.mark.parametrize("plan", [DOUBLE, SIX_STAGES, attribute_plan(80, 2)])
def test_curves_against_simulation(plan):
    rng, p, lots = np.random.default_rng(20241128), 0.03, 40_000
    total = np.zeros(lots, dtype=int)
    open_, accepted, inspected = np.ones(lots, dtype=bool), np.zeros(lots, dtype=bool), np.zeros(lots)
    for n, ac, re in zip(plan.n, plan.ac, plan.re, strict=True):
        total += np.where(open_, rng.binomial(n, p, lots), 0)
        inspected += n * open_
        accepted |= open_ & (total <= ac)
        open_ &= (total > ac) & (total < re)
    curve = operating_characteristic(plan, [p])
    spread = 4 * np.sqrt(curve.pa[0] * (1 - curve.pa[0]) / lots)
    assert accepted.mean() == pytest.approx(curve.pa[0], abs=spread)
    whole = np.where(accepted, inspected, 2000)
    ati = rectified(plan, [p], lot_size=2000).ati[0]
    assert whole.mean() == pytest.approx(ati, abs=4 * whole.std() / np.sqrt(lots))
    assert inspected.mean() == pytest.approx(curve.asn[0], abs=4 * inspected.std() / np.sqrt(lots) + 1e-9)


def test_double_plan_of_a_finite_lot_against_simulation():
    rng, lots, size, bad = np.random.default_rng(7), 20_000, 150, 6
    first = rng.hypergeometric(bad, size - bad, 50, lots)
    second = rng.hypergeometric(bad - first, size - 50 - (bad - first), 50)
    accepted = (first <= 0) | ((first < 3) & (first + second <= 3))
    found = acceptance_probability(DOUBLE, bad / size, distribution="hypergeometric", lot_size=size)
    assert accepted.mean() == pytest.approx(found, abs=0.015)


plans = st.integers(1, 300).flatmap(
    lambda n: st.tuples(st.just(n), st.integers(0, min(n - 1, 20)) if n > 1 else st.just(0))
)


@settings(max_examples=60, deadline=None)
@given(plans)
def test_curve_falls_from_one_and_agrees_with_the_plain_sum(plan):
    n, ac = plan
    p = np.linspace(0, 1, 41)
    pa = operating_characteristic(attribute_plan(n, ac), p).pa
    assert pa[0] == 1
    assert (np.diff(pa) <= 1e-12).all()
    assert pa[8] == pytest.approx(single_acceptance(n, ac, p[8]), rel=1e-9, abs=1e-12)


def test_double_and_multiple_plans_of_the_standard_protect_like_the_single_ones():
    """ISO 2859-1 matches them; a slip in a transcribed number shows as a distance. Measured greatest distance 0.08."""
    p = np.linspace(0.001, 0.3, 60)
    for lot, aql in ((1000, "1.0"), (2000, "1.5"), (2000, "2.5"), (5000, "4.0"), (1000, "6.5"), (600, "10")):
        single = operating_characteristic(sampling_plan(lot, aql), p).pa
        for plan_type in ("double", "multiple"):
            other = operating_characteristic(sampling_plan(lot, aql, plan_type=plan_type), p)
            assert np.abs(other.pa - single).max() < 0.08, (lot, aql, plan_type)


def test_found_plans_like_r_and_jasp():
    binomial = find_plan(0.05, 0.95, 0.15, 0.075)
    assert (binomial.n, binomial.ac) == (80, 7)
    assert binomial.pa_at_producer == pytest.approx(0.953408472514767, rel=1e-10)
    finite = find_plan(0.05, 0.95, 0.15, 0.10, distribution="hypergeometric", lot_size=1000)
    assert (finite.n, finite.ac, round(finite.pa_at_producer, 4), round(finite.pa_at_consumer, 4)) == (
        67,
        6,
        0.9564,
        0.0994,
    )
    tiny = find_plan(0.01, 0.9, 0.99, 0.05)
    assert (tiny.n, tiny.ac) == (1, 0)
    poisson = find_plan(0.05, 0.95, 0.15, 0.10, distribution="poisson")
    assert (poisson.n, poisson.ac, round(poisson.pa_at_producer, 4), round(poisson.pa_at_consumer, 4)) == (
        79,
        7,
        0.9518,
        0.0963,
    )
    known, unknown = (
        find_variables_plan(0.05, 0.95, 0.15, 0.10, sigma="known"),
        find_variables_plan(0.05, 0.95, 0.15, 0.10),
    )
    assert (known.n, round(known.k, 3), unknown.n, round(unknown.k, 3)) == (24, 1.309, 44, 1.311)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.005, 0.08), st.floats(2.5, 6), st.floats(0.90, 0.97), st.floats(0.05, 0.15))
def test_found_plan_meets_both_risks_and_no_smaller_one_does(p, ratio, good, bad):
    found = find_plan(p, good, p * ratio, bad)
    assert found.pa_at_producer >= good
    assert found.pa_at_consumer <= bad
    shorter = found.n - 1
    if shorter:
        either = [
            single_acceptance(shorter, ac, p) >= good and single_acceptance(shorter, ac, p * ratio) <= bad
            for ac in range(min(shorter, found.ac + 3))
        ]
        assert not any(either)


def test_risks_and_refusals():
    found = risks(attribute_plan(80, 7), 0.05, 0.15)
    assert (round(found.producer_risk, 4), round(found.consumer_risk, 4)) == (0.0466, 0.0727)
    with pytest.raises(ValueError, match="须小于使用方"):
        risks(attribute_plan(80, 7), 0.15, 0.05)
    with pytest.raises(ValueError, match="Re 须等于 Ac"):
        AttributePlan((10,), (1,), (3,))
    with pytest.raises(ValueError, match="多余"):
        AttributePlan((10, 10), (0, 1), (1, 2))
    with pytest.raises(ValueError, match="累计数"):
        AttributePlan((10, 10), (2, 1), (4, 2))
    with pytest.raises(ValueError, match="拒收数 Re"):
        attribute_plan([10, 10], [0, 1])
    with pytest.raises(ValueError, match="整数"):
        attribute_plan(10.5, 1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="0 到 1"):
        acceptance_probability(attribute_plan(10, 1), 5)
    with pytest.raises(ValueError, match="不能是分数"):
        acceptance_probability(attribute_plan(10, 1), 0.015, distribution="hypergeometric", lot_size=100)
    with pytest.raises(ValueError, match="批量"):
        acceptance_probability(attribute_plan(10, 1), 0.1, distribution="hypergeometric")
    with pytest.raises(ValueError, match="缺失"):
        operating_characteristic(attribute_plan(10, 1), [0.1, float("nan")])
    with pytest.raises(ValueError, match="须大于生产方"):
        find_plan(0.1, 0.95, 0.05, 0.1)
    census = find_plan(0.01, 0.999, 0.02, 0.001, distribution="hypergeometric", lot_size=100)
    assert (census.n, census.ac) == (
        100,
        1,
    )  # two lots so near each other are told apart only by looking at each item
    with pytest.raises(ValueError, match="没有方案"):
        find_plan(0.01, 0.99, 0.0101, 0.01)
    with pytest.raises(ValueError, match="不能是分数"):
        find_plan(0.015, 0.95, 0.15, 0.1, distribution="hypergeometric", lot_size=100)
    with pytest.raises(ValueError, match="台阶"):
        quality_at(attribute_plan(10, 1), 0.5, distribution="hypergeometric")
