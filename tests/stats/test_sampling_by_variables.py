"""Sampling by variables: OC, estimates, decisions, look-ups of Z1.9."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from zhicheng.stats.sampling.oc import acceptance_probability, attribute_plan
from zhicheng.stats.sampling.variables import (
    estimated_share,
    k_for,
    matching_variables_plan,
    share_for_k,
    variables_acceptance,
    variables_decision,
    variables_oc,
)
from zhicheng.stats.sampling.z19 import z19_plan


def test_curves_like_r_and_jasp():
    # R AcceptanceSampling OCvar(n=20, k=1.96, s.type="unknown")
    found = variables_oc(20, 1.96, [0.001, 0.01, 0.05, 0.15])
    assert found == pytest.approx(
        [0.998031762108003, 0.844211477649526, 0.229413938259888, 0.00828522192052772], abs=1e-9
    )
    # JASP acceptance sampling, n=3, k=1.046
    assert variables_oc(3, 1.046, [0.2, 0.5], sigma="known").round(4).tolist() == [0.3617, 0.035]
    assert variables_oc(3, 1.046, [0.2, 0.5]).round(4).tolist() == [0.4664, 0.1059]


@pytest.mark.parametrize("sigma", ["known", "unknown"])
def test_curve_against_simulation(sigma):
    rng, n, k, p = np.random.default_rng(3), 15, 1.6, 0.08
    limit = stats.norm.isf(p)
    draws = rng.standard_normal((60_000, n))
    spread = 1.0 if sigma == "known" else draws.std(axis=1, ddof=1)
    accepted = (limit - draws.mean(axis=1)) / spread >= k
    assert accepted.mean() == pytest.approx(variables_acceptance(n, k, p, sigma=sigma), abs=0.008)


def test_k_for_is_the_inverse_of_the_curve():
    for sigma in ("known", "unknown"):
        assert variables_acceptance(
            30, k_for(30, 0.02, 0.9, sigma=sigma), 0.02, sigma=sigma
        ) == pytest.approx(0.9, abs=1e-9)


def test_estimated_share_of_the_example_of_mil_std_414():
    """Five specimens 197, 188, 184, 205, 201; U=209 and L=180; printed with Q to two places: 2.19 % and 0.66 %."""
    values = [197, 188, 184, 205, 201]
    found = estimated_share(195, float(np.std(values, ddof=1)), 5, lower=180, upper=209)
    assert (round(found.q_upper, 2), round(found.q_lower, 2)) == (1.59, 1.70)
    printed = estimated_share(0, 1, 5, lower=-1.70, upper=1.59)
    assert (round(100 * printed.above, 2), round(100 * printed.below, 2)) == (2.19, 0.66)


def test_estimate_is_unbiased():
    rng = np.random.default_rng(11)
    draws = rng.standard_normal((2000, 10))
    for sigma in ("known", "unknown"):
        found = [
            estimated_share(
                float(row.mean()),
                1.0 if sigma == "known" else float(row.std(ddof=1)),
                10,
                upper=1.5,
                sigma=sigma,
            ).total
            for row in draws
        ]
        assert np.mean(found) == pytest.approx(stats.norm.sf(1.5), abs=0.005)


def test_decisions_with_one_and_two_limits():
    # JASP: n=24, mean 1.5, s 1, L=0.1: Q=1.4 against k=1.309 accepts
    values = 1.5 + stats.norm.ppf((np.arange(24) + 0.5) / 24)
    values = 1.5 + (values - values.mean()) / values.std(ddof=1)
    found = variables_decision(values, 1.309, lower=0.1)
    assert found.accepted
    assert found.estimate.q_lower == pytest.approx(1.4)
    assert not variables_decision(values, 1.309, lower=0.5, sigma=2.4).accepted
    both = variables_decision(values, 1.309, lower=0.1, upper=2.9, control="combined")
    assert both.p_star == pytest.approx(share_for_k(24, 1.309))
    assert not both.accepted  # each limit alone would be met
    assert variables_decision(values, 1.309, lower=0.1, upper=2.9).accepted
    assert "不接收" in both.sentence
    with pytest.raises(ValueError, match="至少给出一个规范限"):
        variables_decision(values, 1.3)
    with pytest.raises(ValueError, match="须小于上规范限"):
        variables_decision(values, 1.3, lower=3, upper=1)
    with pytest.raises(ValueError, match="全都相同"):
        variables_decision([1.0, 1.0, 1.0], 1.3, upper=2)
    with pytest.raises(ValueError, match="known"):
        variables_oc(10, 1.5, [0.1], sigma="s")


def test_matching_plan_protects_like_the_attribute_plan_with_fewer_items():
    plan = attribute_plan(80, 2)
    found = matching_variables_plan(80, 2)
    assert found.n < 80
    assert variables_acceptance(found.n, found.k, found.p_95) == pytest.approx(0.95, abs=1e-6)
    assert variables_acceptance(found.n, found.k, found.p_10) <= 0.10
    assert acceptance_probability(plan, found.p_95) == pytest.approx(0.95, abs=1e-6)


@pytest.mark.parametrize(
    ("lot", "aql", "level", "severity", "sigma", "n", "k", "m"),
    [
        # R AQLSchemes 1.7-2 AAZ19
        (281, 1, "II", "normal", "unknown", 20, 1.82585554022201, 0.0293),
        (501, 1, "II", "normal", "unknown", 35, 1.89399992521671, 0.0266),
        (501, 1, "II", "tightened", "unknown", 35, 2.02993592673133, 0.0187),
        (91, 2.5, "I", "normal", "unknown", 7, 1.32587743781799, 0.084),
        (501, 1, "II", "reduced", "unknown", 15, 1.65376774350689, 0.0432),
        (501, 1, "II", "normal", "known", 12, 1.87816356852736, 0.0249),
        (1201, 4, "III", "normal", "unknown", 75, 1.46265515904728, 0.071),
    ],
)
def test_z19_like_r(lot, aql, level, severity, sigma, n, k, m):
    found = z19_plan(lot, aql, level=level, severity=severity, sigma=sigma)
    assert found.n == n
    assert found.m == pytest.approx(m)
    assert found.k == pytest.approx(k, rel=1e-10)
    assert "未核对原文" in found.source


def test_z19_tables_are_ordered_and_give_the_printed_k():
    """k from M against k of form 1 as textbooks reprint table B-1 of Z1.9 (letters H, J, K, L at AQL 1.0)."""
    printed = {281: 1.82, 501: 1.89, 1201: 1.93, 3201: 1.98}
    for lot, k in printed.items():
        assert z19_plan(lot, "1.0").k == pytest.approx(k, abs=0.011)
    for severity in ("normal", "tightened", "reduced"):
        for sigma in ("known", "unknown"):
            for lot in (100, 1000, 20000):
                ms = [
                    z19_plan(lot, aql, severity=severity, sigma=sigma).m
                    for aql in ("0.25", "1.0", "4.0", "10")
                ]
                assert ms == sorted(ms)
    with pytest.raises(ValueError, match="没有 AQL"):
        z19_plan(100, 15)
    with pytest.raises(ValueError, match="检验水平"):
        z19_plan(100, 1, level="S-1")
    assert math.isfinite(z19_plan(8, 10).k)
