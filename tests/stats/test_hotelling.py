"""Hotelling's T² against qcc, Montgomery's example as JASP prints it, and what must hold for any data."""

import json
from typing import Literal

import numpy as np
import pytest
from scipy import stats

from tests.stats.published import BOILER, STRENGTH_AND_DIAMETER
from zhicheng.stats import T2Limits, Unusable, t2_chart


def test_burner_temperatures_as_qcc_prints_them() -> None:
    """R qcc 2.7, mqcc(boiler, type = "T2.single", confidence.level = 0.999)."""
    chart = t2_chart(BOILER, probability=0.999)
    expected = [13.963961741563, 9.77908358221635, 5.47267145606804, 14.7409796510924, 6.57578637861476]
    assert chart.statistic[:5].tolist() == pytest.approx(expected, rel=1e-9)
    assert chart.upper == pytest.approx(17.4170466005846, rel=1e-9)
    assert (np.flatnonzero(chart.beyond) + 1).tolist() == [9]


def test_strength_and_diameter_as_jasp_prints_them() -> None:
    """JASP, test of Montgomery's example 1: confidence (1 − 0.0027)², limit 8.28592787636626, covariance."""
    chart = t2_chart(STRENGTH_AND_DIAMETER, probability=(1 - 0.0027) ** 2)
    assert chart.upper == pytest.approx(8.28592787636626, rel=1e-9)
    assert chart.limits.mean.tolist() == pytest.approx([115.5875, 1.058])
    assert chart.limits.covariance[0].tolist() == pytest.approx([0.147188157894736, -0.00146842105263156])
    assert not chart.beyond.any()


def test_units_do_not_matter() -> None:
    turned = BOILER @ np.random.default_rng(1).normal(size=(8, 8)) + 5
    assert t2_chart(turned).statistic.tolist() == pytest.approx(t2_chart(BOILER).statistic.tolist(), rel=1e-6)


def test_one_characteristic_is_the_square_of_the_standardised_value() -> None:
    x = BOILER[:, 0]
    z = (x - x.mean()) / x.std(ddof=1)
    assert t2_chart(x[:, None]).statistic.tolist() == pytest.approx((z * z).tolist())


def test_contributions_are_what_leaving_out_takes_away() -> None:
    chart = t2_chart(BOILER)
    for left_out in (0, 5):
        rest = t2_chart(np.delete(BOILER, left_out, axis=1)).statistic
        assert (chart.statistic - rest).tolist() == pytest.approx(
            chart.contributions[:, left_out].tolist(), abs=1e-8
        )


def test_later_points_are_judged_by_frozen_limits() -> None:
    first = t2_chart(BOILER)
    frozen = T2Limits.from_data(json.loads(json.dumps(first.limits.to_data())))
    later = t2_chart(BOILER + 30, limits=frozen)
    m, p = BOILER.shape
    limit = p * (m + 1) * (m - 1) / (m * (m - p)) * stats.f.ppf(0.9973, p, m - p)
    assert later.upper == pytest.approx(limit)
    assert later.phase == 2
    assert later.beyond.all()


def test_limits_of_subgroups_by_montgomery() -> None:
    """Montgomery, equations 11.19 and 11.21."""
    x = np.random.default_rng(2).normal(size=(20, 10, 2))
    chart = t2_chart(x, probability=0.999)
    m, n, p = x.shape
    f = stats.f.ppf(0.999, p, m * n - m - p + 1)
    assert chart.upper == pytest.approx(p * (m - 1) * (n - 1) / (m * n - m - p + 1) * f)
    assert chart.limits.upper_phase2 == pytest.approx(p * (m + 1) * (n - 1) / (m * n - m - p + 1) * f)
    covariance = np.mean([np.cov(one.T) for one in x], axis=0)
    away = x.mean(axis=1) - x.mean(axis=(0, 1))
    expected = [n * a @ np.linalg.inv(covariance) @ a for a in away]
    assert chart.statistic.tolist() == pytest.approx(expected)


@pytest.mark.parametrize("covariance", ["sample", "differences"])
def test_the_limit_holds_its_share_in_control(covariance: Literal["sample", "differences"]) -> None:
    random = np.random.default_rng(6)
    outside = [
        t2_chart(random.normal(size=(60, 3)), probability=0.95, covariance=covariance).beyond.mean()
        for _ in range(300)
    ]
    assert np.mean(outside) == pytest.approx(0.05, abs=0.008)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (np.ones((3, 4)), "不够 4 个特性"),
        (np.column_stack([np.arange(9.0), 2 * np.arange(9.0)]), "奇异"),
        (np.column_stack([np.arange(9.0), np.ones(9)]), "特性 2 没有变差"),
        ([[1.0, 2.0], [3.0, np.nan]], "缺失"),
        ([1.0, 2.0, 3.0], "至少有 2 维"),
    ],
)
def test_what_cannot_be_judged_is_refused(data, says: str) -> None:
    with pytest.raises(Unusable, match=says):
        t2_chart(data)


def test_limits_of_other_data_are_refused() -> None:
    with pytest.raises(Unusable, match="8 个特性"):
        t2_chart(BOILER[:, :3], limits=t2_chart(BOILER).limits)
