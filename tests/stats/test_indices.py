"""Capability of normal characteristics against qcc and JASP, by simulation, and what must hold for any data."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tests.stats.published import DIAMETERS, PISTON_RINGS
from zhicheng.stats import QCC, Conventions, Unusable, capability
from zhicheng.stats.index_intervals import chi_ratio

# R qcc 3.0, processCapability(qcc(diameter[1:25,], "xbar"), spec.limits = c(73.95, 74.05)): value, 2.5 %, 97.5 %
MIDDLE = {
    "cp": (1.7032806092559, 1.49141088992072, 1.91482637762929),
    "cpl": (1.74334176918515, 1.55476454822974, 1.93191899014056),
    "cpu": (1.66321944932665, 1.48270982126942, 1.84372907738388),
    "cpk": (1.66321944932665, 1.44812896099511, 1.87830993765819),
    "cpm": (1.69111113310692, 1.48011332243927, 1.90178557705556),
    "pp": (1.6550863376768, 1.44921146542526, 1.86064642514888),
    "ppl": (1.69401396833852, 1.51040679915507, 1.87762113752196),
    "ppu": (1.61615870701507, 1.4403745472707, 1.79194286675945),
    "ppk": (1.61615870701507, 1.40669896147519, 1.82561845255496),
    "ppm_taguchi": (1.64391424889008, 1.43888422448742, 1.84863014469386),
}
# the same with target 74.02
OFF = {
    "cpm": (0.785595682139196, 0.655592093820643, 0.915359185652205),
    "ppm_taguchi": (0.780704582982378, 0.651862589546282, 0.909308982383425),
}
# R qcc 3.0, tests/testthat/test-capability.R: three subgroups of four, limits 9.9 and 10.1
SMALL = [[10.00, 10.02, 9.98, 10.01], [10.03, 9.99, 10.01, 10.00], [9.97, 10.04, 10.02, 9.99]]
SMALL_UPPER = {
    "cpu": (1.304033, 0.820114, 1.787953),
    "cpk": (1.304033, 0.727408, 1.880659),
    "ppk": (1.531968, 0.864608, 2.199329),
}


@pytest.mark.parametrize(("target", "expected"), [(None, MIDDLE), (74.02, {**MIDDLE, **OFF})])
def test_piston_rings_as_qcc_prints_them(
    target: float | None, expected: dict[str, tuple[float, float, float]]
) -> None:
    found = capability(
        PISTON_RINGS[:25], lsl=73.95, usl=74.05, target=target, conventions=QCC, constants="table"
    )
    for name, values in expected.items():
        index = getattr(found, name)
        assert (float(index.value), float(index.lower), float(index.upper)) == pytest.approx(
            values, rel=1e-9
        ), name
    assert float(found.sigma_overall) == pytest.approx(0.0100699681262914, rel=1e-9)
    assert [float(np.asarray(share)) for share in (found.observed_below, found.observed_above)] == [0, 0]


def test_one_limit_as_qcc_asserts_it() -> None:
    found = capability(SMALL, usl=10.1, conventions=QCC, constants="table")
    for name, values in SMALL_UPPER.items():
        index = getattr(found, name)
        assert (float(index.value), float(index.lower), float(index.upper)) == pytest.approx(
            values, abs=1e-6
        ), name
    missing = ("cp", "cpl", "cpm", "cpmk", "pp", "ppl", "ppm_taguchi", "observed_below")
    assert all(getattr(found, name) is None for name in missing)
    lower = capability(SMALL, lsl=9.9, conventions=QCC, constants="table")
    assert float(lower.ppk.value) == pytest.approx(1.693228, abs=1e-6)


def test_diameters_as_jasp_prints_them() -> None:
    """JASP tests LF1.2 to LF1.5, verified with Minitab; subgroups of 5, limits 0 and 12, target 6."""
    found = capability(DIAMETERS.reshape(20, 5), lsl=0, usl=12, target=6, constants="table")
    assert float(found.sigma_overall) == pytest.approx(1.85635681000733, rel=1e-12)
    assert float(found.sigma_within) == pytest.approx(1.76268271711092, rel=1e-6)
    assert found.cp is not None
    assert found.cpl is not None
    assert found.cpu is not None
    assert found.ppm_taguchi is not None
    rounded = [
        round(float(i.value), 2)
        for i in (found.cp, found.cpl, found.cpu, found.cpk, found.ppk, found.ppm_taguchi)
    ]
    assert rounded == [1.13, 1.34, 0.93, 0.93, 0.88, 0.93]
    assert float(found.expected_overall_below or 0) * 1e6 == pytest.approx(68.39, abs=0.005)
    assert float(found.expected_overall_above or 0) * 1e6 == pytest.approx(4020.39, abs=0.005)
    assert float(found.expected_within_below or 0) * 1e6 == pytest.approx(29.52, abs=0.005)
    assert float(found.expected_within_above or 0) * 1e6 == pytest.approx(2625.65, abs=0.005)
    assert float(found.observed_above or 0) == 0.01


def test_the_interval_of_boyles() -> None:
    """JASP's intervals of 90 % for the diameters: Cpm 0.83 to 1.04 (ν of Boyles with the square), Pp 0.95 to 1.2, Ppk 0.77 to 1."""
    both = capability(DIAMETERS, lsl=0, usl=12, target=6, confidence=0.9)
    found, pp = both.ppm_taguchi, both.pp
    assert found is not None
    assert pp is not None
    assert (round(float(pp.lower), 2), round(float(pp.upper), 2)) == (0.95, 1.2)
    assert (round(float(both.ppk.lower), 2), round(float(both.ppk.upper), 2)) == (0.77, 1.0)
    # JASP divides Σ(x−T)² by n, we add s² (n − 1) and the square of the bias: 0.3 % apart
    assert (float(found.lower), float(found.upper)) == pytest.approx((0.83, 1.04), abs=0.0055)
    delta = ((both.mean - 6) / both.sigma_overall) ** 2
    freedom = 100 * (1 + delta) ** 2 / (1 + 2 * delta)
    assert float(found.upper / found.value) == pytest.approx(
        float(np.sqrt(stats.chi2.ppf(0.95, freedom) / freedom))
    )


@pytest.mark.parametrize(
    ("name", "estimator"),
    [
        ("cp", "UWAVE-R"),
        ("cp", "RMSDF"),
        ("cpk", "UWAVE-SD"),
        ("pp", "UWAVE-R"),
        ("ppk", "UWAVE-R"),
        ("cpm", "POOLED"),
    ],
)
def test_intervals_cover_as_often_as_they_say(name: str, estimator: str) -> None:
    """2,000 studies of 25 × 5, all at once: 95 % intervals hold the true value in 93.5 to 96.5 %."""
    x = np.random.default_rng(17).normal(0.3, 1.0, (2000, 25, 5))
    found = getattr(capability(x, lsl=-4, usl=4, target=0.0, estimator=estimator), name)
    true = {"cp": 8 / 6, "pp": 8 / 6, "cpk": 3.7 / 3, "ppk": 3.7 / 3, "cpm": 8 / 6 / 1.09**0.5}[name]
    assert ((found.lower <= true) & (true <= found.upper)).mean() == pytest.approx(0.95, abs=0.015)


def test_moving_ranges_cover_too() -> None:
    x = np.random.default_rng(18).normal(size=(2000, 100))
    found = capability(x, lsl=-4, usl=4, of="individuals").cp
    assert found is not None
    assert ((found.lower <= 8 / 6) & (found.upper >= 8 / 6)).mean() == pytest.approx(0.95, abs=0.015)


def test_the_polynomial_of_chi_is_exact() -> None:
    for low, high in ((5.0, 1e6), (99.9, 100.1), (400.0, 2000.0)):
        freedom = np.random.default_rng(1).uniform(low, high, 500)
        for q in (0.0005, 0.025, 0.975):
            assert np.allclose(
                chi_ratio(freedom, q), np.sqrt(stats.chi2.ppf(q, freedom) / freedom), rtol=1e-11, atol=0
            )


def test_conventions_differ_as_named() -> None:
    within, total = (
        capability(PISTON_RINGS[:25], lsl=73.95, usl=74.05, conventions=Conventions(freedom=f)).cp
        for f in ("within", "total")
    )
    assert within is not None
    assert total is not None
    assert float(within.value) == float(total.value)
    assert float(within.lower) < float(total.lower)
    wide = capability(PISTON_RINGS[:25], lsl=73.95, usl=74.05, conventions=Conventions(nsigma=4.0))
    assert float(wide.cpk.value) == pytest.approx(
        float(capability(PISTON_RINGS[:25], lsl=73.95, usl=74.05).cpk.value) * 3 / 4
    )


def test_known_sigma_and_centre_are_used() -> None:
    found = capability(PISTON_RINGS[:25], lsl=73.95, usl=74.05, sigma=0.01, centre=74.0)
    assert found.cp is not None
    assert float(found.cp.value) == pytest.approx(0.1 / 0.06)
    assert float(found.cpk.value) == pytest.approx(0.05 / 0.03)
    assert found.estimator == "given"


def test_unequal_subgroups_are_as_equal_ones_where_they_are_equal() -> None:
    rows = [list(row) for row in PISTON_RINGS[:25]]
    whole = capability(rows, lsl=73.95, usl=74.05)
    shorter = capability([rows[0][:4], *rows[1:]], lsl=73.95, usl=74.05)
    assert shorter.observations == whole.observations - 1
    values = np.concatenate([rows[0][:4], *rows[1:]])
    assert float(shorter.mean) == pytest.approx(values.mean())
    assert float(shorter.sigma_overall) == pytest.approx(values.std(ddof=1))


VALUES = st.lists(st.integers(-500, 500).map(float), min_size=5, max_size=30).filter(
    lambda v: len(set(v)) > 1
)


@settings(max_examples=60, deadline=None)
@given(VALUES, st.floats(0.1, 50), st.floats(-1000, 1000))
def test_units_do_not_matter(values: list[float], scale: float, shift: float) -> None:
    one = capability(values, lsl=-600, usl=700, target=20)
    other = capability(
        [scale * v + shift for v in values],
        lsl=-600 * scale + shift,
        usl=700 * scale + shift,
        target=20 * scale + shift,
    )
    for name in ("cp", "cpk", "cpm", "pp", "ppk"):
        a, b = getattr(one, name), getattr(other, name)
        assert [float(v) for v in (a.value, a.lower, a.upper)] == pytest.approx(
            [float(v) for v in (b.value, b.lower, b.upper)], rel=1e-6
        )


@settings(max_examples=40, deadline=None)
@given(VALUES)
def test_indices_stand_in_the_order_that_their_names_promise(values: list[float]) -> None:
    found = capability(values, lsl=-600, usl=600)
    assert found.pp is not None
    assert found.ppm_taguchi is not None
    assert float(found.ppk.value) <= float(found.pp.value) + 1e-12
    assert float(found.ppm_taguchi.value) <= float(found.pp.value) + 1e-12
    assert float(found.pp.lower) < float(found.pp.value) < float(found.pp.upper)


def test_many_characteristics_are_each_as_one_alone() -> None:
    x = np.random.default_rng(8).normal(size=(2, 3, 20, 4))
    usl = np.array([[3.0, 4.0, 5.0], [3.5, 4.5, 5.5]])
    many = capability(x, lsl=-3, usl=usl)
    for a in range(2):
        for b in range(3):
            alone = capability(x[a, b], lsl=-3, usl=float(usl[a, b]))
            assert float(many.cpk.value[a, b]) == pytest.approx(float(alone.cpk.value))
            assert many.cpm is not None
            assert alone.cpm is not None
            assert float(many.cpm.upper[a, b]) == pytest.approx(float(alone.cpm.upper))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({}, "没有规格限"),
        ({"lsl": 5, "usl": 5}, "应小于规格上限"),
        ({"lsl": 5, "usl": 1}, "应小于规格上限"),
        ({"usl": float("nan")}, "规格上限"),
        ({"usl": 5, "confidence": 1.0}, "置信水平"),
        ({"usl": 5, "sigma": 0.0}, "应大于 0"),
        ({"usl": 5, "estimator": "GUESS"}, "不认识的 σ 估计方法"),
        ({"usl": [5, 6]}, "1 个特性"),
    ],
)
def test_wrong_options_are_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises(Unusable, match=says):
        capability([1.0, 2.0, 3.0, 2.0], **options)


def test_the_interval_of_minitab() -> None:
    """JASP, processCapabilityTableWithin: χ² with 0.9·k(n−1) degrees of freedom."""
    found = capability(DIAMETERS.reshape(20, 5), lsl=0, usl=12, conventions=Conventions(freedom="minitab")).cp
    assert found is not None
    assert float(found.lower / found.value) == pytest.approx(float(np.sqrt(stats.chi2.ppf(0.025, 72) / 72)))
