"""Bias, linearity, stability, type-1 and attribute studies: figures printed by JASP, Minitab, R and textbooks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhicheng.stats.msa.attribute_agreement import attribute_agreement
from zhicheng.stats.msa.bias import bias_study, linearity_study, stability_study
from zhicheng.stats.msa.kappa import (
    cohen_kappa,
    fleiss_kappa,
    fleiss_kappa_by_category,
    kappa_from_table,
    kendall_tau,
    kendall_w,
)
from zhicheng.stats.msa.type1 import type1_study

# JASP quality control 38c84de5, msaAttributeKappa: 15 parts, three trials; Y yes, N no
STANDARD = "YNYYYNYNNYNYYYY"
RATINGS = {
    "EG": [
        "YYY",
        "NNN",
        "YYY",
        "YNN",
        "YYY",
        "YYY",
        "YYY",
        "NNN",
        "NNN",
        "YYY",
        "NNN",
        "YYY",
        "YYY",
        "NNN",
        "YYY",
    ],
    "BL": [
        "YYY",
        "NNN",
        "YYY",
        "YNN",
        "YYY",
        "YYY",
        "NNN",
        "NNN",
        "NNN",
        "YYY",
        "NNN",
        "YYY",
        "YYY",
        "NNN",
        "YYY",
    ],
    "MH": [
        "YYY",
        "YYY",
        "YYY",
        "YYY",
        "YYY",
        "YYY",
        "YYY",
        "NNY",
        "YNN",
        "YYY",
        "YNY",
        "YYY",
        "YYY",
        "NNN",
        "YYY",
    ],
}


def test_attribute_study_like_jasp():
    found = attribute_agreement(RATINGS, STANDARD, positive="Y")
    assert [found.within[name].matched for name in RATINGS] == [14, 14, 12]
    assert [round(x, 3) for x in found.within["MH"].interval] == [51.911, 95.669]
    assert (found.between.matched, found.all_vs_standard.matched) == (9, 7)  # type: ignore[union-attr]
    assert [found.each_vs_standard[name].matched for name in RATINGS] == [12, 11, 9]
    shown = {
        name: (round(x.effectiveness, 2), round(x.miss_rate, 2), round(x.false_alarm_rate, 2))
        for name, x in found.effectiveness.items()
    }
    assert shown == {"EG": (80, 16.67, 20), "BL": (73.33, 26.67, 20), "MH": (60, 10, 66.67)}
    assert found.effectiveness["EG"].words == ("临界", "不可接受", "不可接受")
    cohen = {name: found.cohen_vs_standard[name].kappa for name in RATINGS}
    assert cohen == pytest.approx({"BL": 0.492307692307692, "EG": 0.612903225806452, "MH": 0.264150943396226})
    within = {name: found.fleiss_within[name].kappa for name in RATINGS}
    assert within == pytest.approx({"BL": 0.91, "EG": 0.905462184873949, "MH": 0.543918918918919})
    assert found.fleiss_between.kappa == pytest.approx(0.641666666666666)
    versus = {"BL": 0.48608895977317, "EG": 0.612918660287081, "MH": 0.220151828847481}
    assert found.fleiss_vs_standard == pytest.approx(versus)


def test_kappas_of_textbooks():
    # Fleiss (1971) as reprinted: 10 subjects, 14 raters, 5 categories, kappa 0.210
    table = [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]  # fmt: skip
    ratings = [[category for category, times in enumerate(row) for _ in range(times)] for row in table]
    assert round(fleiss_kappa(ratings).kappa, 3) == 0.210
    assert len(fleiss_kappa_by_category(ratings)) == 5
    # Fleiss, Levin and Paik, table 18.1: kappa 0.68, standard error 0.076 under chance; for the interval 0.0877 by the delta method
    found = kappa_from_table([[75, 1, 4], [5, 4, 1], [0, 0, 10]])
    assert (round(found.kappa, 2), round(found.se, 3), round(found.se_null, 3)) == (0.68, 0.088, 0.076)
    assert round(kappa_from_table([[20, 5], [10, 15]]).kappa, 2) == 0.40


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("ab")), min_size=6, max_size=60))
def test_two_category_kappa_has_no_use_of_weights_and_is_symmetric(pairs):
    first, second = [a for a, _b in pairs], [b for _a, b in pairs]
    if len(set(first + second)) < 2:
        return
    kappa = cohen_kappa(first, second)
    assert cohen_kappa(first, second, weights="quadratic").kappa == pytest.approx(kappa.kappa)
    assert cohen_kappa(second, first).kappa == pytest.approx(kappa.kappa)
    assert kappa.kappa <= 1


def test_interval_of_kappa_covers_in_simulation():
    rng, covered, n = np.random.default_rng(8), 0, 150
    p = np.array([[0.4, 0.1], [0.1, 0.4]])
    for _ in range(400):
        low, high = kappa_from_table(rng.multinomial(n, p.ravel()).reshape(2, 2)).interval
        covered += low <= 0.6 <= high
    assert covered / 400 == pytest.approx(0.95, abs=0.035)


def test_kendall():
    # perfect agreement, and the textbook case of ties
    assert kendall_w([[1, 1], [2, 2], [3, 3]]).w == pytest.approx(1)
    # Siegel and Castellan: three raters, six applicants, W = 0.16
    ranks = [[1, 1, 6], [6, 5, 3], [3, 6, 2], [2, 4, 5], [5, 2, 4], [4, 3, 1]]
    found = kendall_w(ranks)
    assert round(found.w, 2) == 0.16
    assert found.df == 5
    assert kendall_tau([1, 2, 3], [1, 2, 3])[0] == pytest.approx(1)


def test_linearity_of_the_aiag_example():
    """AIAG figure III-B 4, as JASP and Minitab print it: bias = 0.7367 − 0.1317·reference, R² 0.7143, mean bias −0.0533."""
    # biases of AIAG table III-B 4 by reference
    biases = {
        2: [0.7, 0.5, 0.4, 0.5, 0.7, 0.3, 0.5, 0.5, 0.4, 0.4, 0.6, 0.4],
        4: [1.1, -0.1, 0.2, 1.0, -0.2, -0.1, -0.1, -0.1, -0.1, 0.0, 0.1, -0.2],
        6: [-0.2, -0.3, -0.1, -0.1, 0.0, 0.1, 0.0, 0.1, 0.4, 0.3, 0.0, 0.1],
        8: [-0.4, -0.3, -0.2, -0.3, -0.2, -0.2, -0.2, -0.3, -0.2, -0.5, -0.4, -0.3],
        10: [-0.9, -0.7, -0.5, -0.7, -0.6, -0.5, -0.5, -0.5, -0.4, -0.8, -0.7, -0.6],
    }
    x = [reference for reference, found in biases.items() for _ in found]
    y = [reference + bias for reference, found in biases.items() for bias in found]
    found = linearity_study(x, y, process_variation=1)
    fit = found.regression
    assert (fit.intercept, fit.slope) == pytest.approx((0.736666666666666, -0.131666666666667))
    assert (fit.intercept_se, fit.slope_se) == pytest.approx((0.0725242725916125, 0.0109334454718107))
    assert (fit.s, fit.r_squared) == pytest.approx((0.239539788646537, 0.714318415932242))
    assert found.average_bias == pytest.approx(-0.0533333333333334)
    assert found.average_bias_p == pytest.approx(0.0899196050780288)
    assert found.pct_linearity == pytest.approx(13.1666666666667)
    ps = [one.p for one in found.parts]
    assert ps == pytest.approx(
        [
            2.87233310444284e-08,
            0.353991325267683,
            0.667130710762814,
            6.41948050554358e-07,
            1.55444480380029e-08,
        ]
    )


def test_bias_and_stability():
    found = bias_study([5.8, 5.7, 5.9, 5.9, 6.0, 6.1, 6.0, 6.1, 6.4, 6.3, 6.0, 6.1, 6.2, 5.6, 6.0], 6.0)
    # AIAG table III-B 1: mean 6.0067, bias 0.0067, s 0.21202
    assert (round(found.mean, 4), round(found.bias, 4), round(found.sd, 5)) == (6.0067, 0.0067, 0.21202)
    assert found.interval[0] < 0 < found.interval[1]
    steady = np.random.default_rng(1).normal(10, 0.1, (20, 5))
    assert stability_study(steady, 10.0).beyond == ()
    drifting = steady + np.linspace(0, 0.6, 20)[:, None]
    drift = stability_study(drifting)
    assert drift.beyond
    assert drift.slope_p < 1e-6
    assert drift.p_between < 1e-6


def test_type_1_study_like_minitab():
    values = [
        -4, -4.1, -4.1, -4.1, -4.1, -3.9, -3.9, -3.9, -4.1, -4.2, -3.9, -4.2, -4, -3.8, -3.9, -3.9, -3.9, -3.9, -4.6, -4.3, -3.9, -3.7,
        -3.7, -3.9, -4, -5, -3.9, -3.8, -3.7, -3.8, -3.7, -3.8, -3.6, -3.5, -3.6, -3.6, -3.4, -5.1, -3.5, -4, -4.5, -3.5, -5.1, -5,
        -3.5, -3.5, -3.5, -3.6, -3.6, -3.5,
    ]  # fmt: skip
    found = type1_study(values, -4, 15)
    assert (round(found.cg, 2), round(found.cgk, 2)) == (1.19, 1.15)
    assert (round(found.pct_var_repeatability, 1), round(found.pct_var_repeatability_and_bias, 2)) == (
        16.8,
        17.43,
    )
    assert found.t == pytest.approx(0.909105737620191)
    assert found.p == pytest.approx(0.367744349288333)
    assert found.bias_interval == pytest.approx((-0.0653668220476193, 0.17336682204762))
    assert found.resolution_ok is None
    assert type1_study(values, -4, 15, resolution=1.0).resolution_ok is False
    assert type1_study(values, -4, 15, spread=4).cg == pytest.approx(found.cg * 1.5)
    with pytest.raises(ValueError, match="全都相同"):
        type1_study([1.0, 1.0], 1.0, 2.0)


def test_broken_studies_are_refused_in_words():
    with pytest.raises(ValueError, match="至少须 2 位评价者"):
        attribute_agreement({"A": ["YY"]})
    with pytest.raises(ValueError, match="次数须相同"):
        attribute_agreement({"A": ["YY", "Y"], "B": ["YY", "YY"]})
    with pytest.raises(ValueError, match="一一对应"):
        attribute_agreement({"A": ["YY"], "B": ["YN"]}, ["Y", "N"])
    with pytest.raises(ValueError, match="不在评级里"):
        attribute_agreement({"A": ["YY"], "B": ["YN"]}, ["Y"], positive="坏")
    with pytest.raises(ValueError, match="同一类"):
        cohen_kappa("YYY", "YYY")
    with pytest.raises(ValueError, match="缺失"):
        cohen_kappa(["Y", None], ["Y", "N"])
    with pytest.raises(ValueError, match="2 次测量"):
        linearity_study([1, 2, 3, 4], [1, 2, 3, 4])
    with pytest.raises(ValueError, match="3 个时段"):
        stability_study([[1, 2], [2, 3]])
    with pytest.raises(ValueError, match="Kendall"):
        kendall_w([[1, 2]])
