"""Charts of counted features against qcc and by hand; the light p chart of the cockpit must agree with the general one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tests.stats.published import CIRCUITS, DYED_CLOTH, ORANGE_JUICE
from zhicheng.stats import (
    apply_limits,
    c_chart,
    in_stages,
    laney_p,
    laney_u,
    np_chart,
    p_chart,
    share_chart,
    u_chart,
)

PHASE1, PHASE2 = ORANGE_JUICE[:30], ORANGE_JUICE[30:]


def test_orange_juice_as_qcc_prints_it() -> None:
    """R qcc 3.0, qcc(D[trial], sizes = size[trial], type = "p") and "np"."""
    p = p_chart(PHASE1, 50)
    assert (float(p.centre[0]), float(p.lower[0]), float(p.upper[0])) == pytest.approx(
        (0.2313333, 0.05242755, 0.4102391), rel=1e-6
    )
    assert float(np.asarray(p.standard_error)[0]) == pytest.approx(0.05963526, rel=1e-6)
    n = np_chart(PHASE1, 50)
    assert (float(n.centre[0]), float(n.lower[0]), float(n.upper[0])) == pytest.approx(
        (11.56667, 2.621377, 20.51196), rel=1e-6
    )
    assert (np.flatnonzero(p.beyond) + 1).tolist() == (np.flatnonzero(n.beyond) + 1).tolist() == [15, 23]


def test_without_the_explained_points_as_qcc_prints_it() -> None:
    kept = [x for i, x in enumerate(PHASE1, 1) if i not in (15, 23)]
    limits = p_chart(kept, 50).limits
    assert float(limits.centre) == pytest.approx(0.215)
    chart = apply_limits(limits, PHASE2, 50)
    assert (float(chart.lower[0]), float(chart.upper[0])) == pytest.approx((0.04070284, 0.3892972), rel=1e-6)


def test_circuits_as_qcc_prints_them() -> None:
    c = c_chart(CIRCUITS)
    assert (float(c.centre[0]), float(c.limits.sigma)) == pytest.approx((19.8461538461538, 4.45490222632931))
    assert (float(c.lower[0]), float(c.upper[0])) == pytest.approx((6.48144716716591, 33.2108605251418))
    assert (np.flatnonzero(c.beyond) + 1).tolist() == [6, 20]
    kept = [x for i, x in enumerate(CIRCUITS, 1) if i not in (6, 20)]
    u = u_chart(kept, 100)
    assert (float(u.centre[0]), float(u.lower[0]), float(u.upper[0])) == pytest.approx(
        (0.1966667, 0.06362532, 0.329708), rel=1e-6
    )


def test_dyed_cloth_as_qcc_prints_it() -> None:
    chart = u_chart(*DYED_CLOTH)
    assert float(chart.centre[0]) == pytest.approx(1.42325581395349)
    assert chart.lower[:3].tolist() == pytest.approx(
        [0.291473930126865, 0.157885199983939, 0.430617436636932]
    )
    assert chart.upper[-2:].tolist() == pytest.approx([2.45642659386604, 2.43555230512913])
    assert not chart.beyond.any()


def test_laney_by_hand() -> None:
    """p̄ = 0.2, standard errors 0.04: z = −1, 1, −1, 1; moving ranges 2; σz = 2/1.128."""
    chart = laney_p([16, 24, 16, 24], 100)
    assert chart.limits.parameters["sigma_z"] == pytest.approx(2 / 1.1283791670955126)
    assert float(chart.upper[0]) == pytest.approx(0.2 + 3 * 0.04 * 2 / 1.1283791670955126)
    assert apply_limits(chart.limits, [16, 99], 100).beyond.tolist() == [False, True]
    u = laney_u([16, 24, 16, 24], 10)
    assert u.limits.parameters["sigma_z"] == pytest.approx(2 * 0.4 / 0.44721 / 1.12838, rel=1e-4)
    assert float(u.upper[0]) == pytest.approx(2 + 3 * u.limits.parameters["sigma_z"] * (2 / 10) ** 0.5)
    assert apply_limits(u.limits, [16, 99], 10).beyond.tolist() == [False, True]


def test_laney_of_many_is_each_as_one_alone() -> None:
    x = np.array([[16, 24, 16, 24], [10, 12, 15, 9]])
    many = laney_p(x, 100)
    for row in range(2):
        assert many.upper[row].tolist() == pytest.approx(laney_p(x[row], 100).upper.tolist())
    assert apply_limits(many.limits, x + 20, 100).beyond.all(axis=1).tolist() == [False, True]


def test_laney_is_the_plain_chart_when_the_binomial_holds() -> None:
    x = np.random.default_rng(2).binomial(400, 0.1, 4000)
    assert laney_p(x, 400).limits.parameters["sigma_z"] == pytest.approx(1.0, abs=0.03)
    wide = np.random.default_rng(2).binomial(400, np.random.default_rng(3).beta(20, 180, 4000))
    assert laney_p(wide, 400).limits.parameters["sigma_z"] > 1.5


def test_probability_limits_are_quantiles_of_the_distribution() -> None:
    c = c_chart([4, 6], centre=5.0, probability=0.99)
    assert (float(c.lower[0]), float(c.upper[0])) == (
        stats.poisson.ppf(0.005, 5),
        stats.poisson.isf(0.005, 5),
    )
    n = np_chart([4, 6], 30, centre=0.2, probability=0.99)
    assert (float(n.lower[0]), float(n.upper[0])) == (
        stats.binom.ppf(0.005, 30, 0.2),
        stats.binom.isf(0.005, 30, 0.2),
    )
    p = p_chart([4, 6], 30, centre=0.2, probability=0.99)
    assert float(p.upper[0]) == pytest.approx(float(n.upper[0]) / 30)
    u = u_chart([4, 6], 2, centre=2.5, probability=0.99)
    assert float(u.upper[0]) == pytest.approx(float(c.upper[0]) / 2)


def test_stages_take_the_sizes_of_their_samples() -> None:
    staged = in_stages(p_chart, [1, 2, 1, 9, 8, 9], [3], sizes=[10, 10, 10, 20, 20, 20])
    assert [round(float(one.centre[0]), 3) for one in staged.charts] == [0.133, 0.433]


COUNTS = st.lists(st.tuples(st.integers(0, 40), st.integers(40, 90)), min_size=6, max_size=15)


@settings(max_examples=60, deadline=None)
@given(COUNTS)
def test_the_light_chart_of_the_cockpit_is_the_same_chart(samples: list[tuple[int, int]]) -> None:
    light = share_chart(samples)
    full = p_chart([x for x, _n in samples], [n for _x, n in samples])
    assert light.centre == pytest.approx(float(full.limits.centre))
    lower, upper = (np.broadcast_to(line, (len(samples),)) for line in (full.lower, full.upper))
    for at, point in enumerate(light.points):
        assert point is not None
        assert (point.lower, point.upper) == pytest.approx((lower[at], upper[at]), abs=1e-12)
        assert bool(point.rule) == bool(full.beyond[at])


@pytest.mark.parametrize(
    ("n", "middle", "high", "low"),
    [(100, 20, 32, 8), (225, 45, 63, 27), (225, 180, 198, 162), (400, 320, 344, 296)],
)
def test_a_share_on_its_limit_is_inside_whatever_the_last_bit_says(
    n: int, middle: int, high: int, low: int
) -> None:
    """Samples whose limits are fractions that binary numbers cannot hold: p̄ ± 3·se is exactly high/n and low/n."""
    assert not p_chart([high, low, *[middle] * 6], n).beyond.any()
    assert not np_chart([high, low, *[middle] * 6], n).beyond.any()
    assert p_chart([high + 1, low - 1, *[middle] * 6], n).beyond.tolist()[:2] == [True, True]


def test_many_characteristics_at_once() -> None:
    x = np.array([[1, 3, 2], [4, 4, 10]])
    chart = p_chart(x, [20, 25, 30])
    assert chart.centre[:, 0].tolist() == pytest.approx([6 / 75, 18 / 75])
    assert c_chart(x).centre[:, 0].tolist() == [2, 6]
