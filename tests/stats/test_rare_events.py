"""g and t charts: by hand, against SciPy's distributions, and by simulation."""

import numpy as np
import pytest
from scipy import stats

from tests.stats.published import DAYS_BETWEEN, HOURS_BETWEEN
from zhicheng.stats import Unusable, apply_limits, g_chart, t_chart


def test_g_chart_by_hand() -> None:
    """Benneyan (2001): ḡ ± 3√(ḡ(ḡ+1)), not below 0."""
    chart = g_chart([2, 4, 3, 3])
    assert float(chart.centre[0]) == 3
    assert float(chart.upper[0]) == pytest.approx(3 + 3 * 12**0.5)
    assert float(chart.lower[0]) == 0
    trials = g_chart([3, 5, 4, 4], counting="trials")
    assert float(trials.upper[0]) == pytest.approx(4 + 3 * 12**0.5)
    assert float(trials.lower[0]) == 1


def test_quantiles_of_the_geometric_distribution() -> None:
    chart = g_chart([20, 40, 30, 30], method="quantile", probability=0.99)
    p = 1 / 31
    # SciPy counts from 1, the chart from 0
    assert float(chart.lower[0]) == stats.geom.ppf(0.005, p) - 1
    assert float(chart.upper[0]) == stats.geom.ppf(0.995, p) - 1
    assert apply_limits(chart.limits, [1000, 30]).beyond.tolist() == [True, False]


def test_t_chart_by_nelsons_power() -> None:
    """y = t^0.2777; limits of y turned back into time."""
    times = np.array([1.0, 8.0, 27.0, 2.0, 5.0])
    chart = t_chart(times)
    y = times ** (1 / 3.6)
    sigma = np.abs(np.diff(y)).mean() / 1.1283791670955126
    assert float(chart.upper[0]) == pytest.approx((y.mean() + 3 * sigma) ** 3.6)
    assert float(chart.centre[0]) == pytest.approx(y.mean() ** 3.6)
    assert apply_limits(chart.limits, [1e6]).beyond.tolist() == [True]


def test_t_chart_by_quantiles() -> None:
    times = np.random.default_rng(4).exponential(10.0, 400)
    exponential = t_chart(times, method="exponential", probability=0.98)
    assert float(exponential.upper[0]) == pytest.approx(stats.expon.ppf(0.99, scale=times.mean()))
    weibull = t_chart(times, method="weibull", probability=0.98)
    shape, _where, scale = stats.weibull_min.fit(times, floc=0)
    assert float(weibull.upper[0]) == pytest.approx(stats.weibull_min.ppf(0.99, shape, scale=scale), rel=1e-3)
    assert float(weibull.centre[0]) == pytest.approx(stats.weibull_min.ppf(0.5, shape, scale=scale), rel=1e-3)


@pytest.mark.parametrize(
    ("times", "lines"), [(HOURS_BETWEEN, (1.34, 16.25, 40.06)), (DAYS_BETWEEN, (0.14, 4.39, 15.21))]
)
def test_weibull_t_chart_as_jasp_draws_it(
    times: tuple[float, ...], lines: tuple[float, float, float]
) -> None:
    """JASP, charts 7 and 8 of its tests of rare event charts: lower limit, centre line, upper limit."""
    chart = t_chart(times, method="weibull")
    found = tuple(round(float(line[0]), 2) for line in (chart.lower, chart.centre, chart.upper))
    assert found == lines
    assert not chart.beyond.any()


def test_limits_hold_their_share_of_points() -> None:
    random = np.random.default_rng(9)
    g = g_chart(random.geometric(0.001, 20_000) - 1, method="quantile", probability=0.98)
    t = t_chart(random.exponential(3.0, 20_000), method="exponential", probability=0.98)
    assert g.beyond.mean() == pytest.approx(0.02, abs=0.004)
    assert t.beyond.mean() == pytest.approx(0.02, abs=0.004)


def test_zones_are_refused() -> None:
    with pytest.raises(Unusable, match="只能判超出控制限"):
        t_chart([1.0, 2.0, 3.0]).signals()
    with pytest.raises(Unusable, match="只能判超出控制限"):
        g_chart([1, 2, 3]).signals()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: g_chart([1, 2.5]), "第 2 个值是 2.5"),
        (lambda: g_chart([0, 0, 0]), "没有变差"),
        (lambda: g_chart([0, 2], counting="trials"), "不小于 1"),
        (lambda: t_chart([1.0, 0.0]), "第 2 个值是 0"),
        (lambda: t_chart([3.0]), "只有 1 个间隔"),
        (lambda: t_chart([2.0, 2.0, 2.0]), "没有变差"),
        (lambda: t_chart([1.0, 2.0], method="poisson"), "方法"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_drawn_is_refused(call, says: str) -> None:
    with pytest.raises(Unusable, match=says):
        call()
