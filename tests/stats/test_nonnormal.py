"""Fitted distributions, the quantile method and transformations: against R, JASP, SciPy, by hand and by simulation."""

from collections.abc import Callable
from typing import Any, get_args

import numpy as np
import pytest
from scipy import stats

from tests.stats.published import DIAMETERS
from zhicheng.stats import (
    Unusable,
    anderson_darling,
    box_cox,
    capability,
    fit_distribution,
    goodness_of_fit,
    johnson,
    nonnormal_performance,
    transformed_capability,
)
from zhicheng.stats.distributions import Distribution

SCIPY: dict[str, tuple[Any, dict[str, float]]] = {
    "normal": (stats.norm, {}),
    "lognormal": (stats.lognorm, {"floc": 0}),
    "weibull": (stats.weibull_min, {"floc": 0}),
    "gamma": (stats.gamma, {"floc": 0}),
    "exponential": (stats.expon, {"floc": 0}),
    "logistic": (stats.logistic, {}),
    "loglogistic": (stats.fisk, {"floc": 0}),
    "largest_extreme": (stats.gumbel_r, {}),
    "smallest_extreme": (stats.gumbel_l, {}),
    "rayleigh": (stats.rayleigh, {"floc": 0}),
    "half_normal": (stats.halfnorm, {"floc": 0}),
}


def test_weibull_of_the_diameters_as_r_prints_it() -> None:
    """R qualityTools 1.55, pcr(x, "weibull", lsl = 0, usl = 12)."""
    found = nonnormal_performance(DIAMETERS, lsl=0, usl=12, distribution="weibull")
    assert float(found.fitted.parameters["shape"]) == pytest.approx(4.13179207708894, rel=1e-6)
    assert float(found.fitted.parameters["scale"]) == pytest.approx(7.78727492899461, rel=1e-6)
    assert found.pp is not None
    assert float(found.pp) == pytest.approx(1.11887881838271, rel=1e-4)
    assert float(found.ppk) == pytest.approx(0.942251862564163, rel=1e-4)
    assert float(found.expected_total) == pytest.approx(0.00255569494127839, rel=1e-5)
    assert float(np.asarray(found.observed_above)) == 0.01


def test_normal_of_the_diameters_as_r_prints_it() -> None:
    """R qualityTools 1.55, pcr(x, "normal"); the same as Pp and Ppk of the normal method."""
    found = nonnormal_performance(DIAMETERS, lsl=0, usl=12, distribution="normal")
    assert found.pp is not None
    assert float(found.pp) == pytest.approx(1.07737924374926, rel=1e-6)
    assert float(found.ppk) == pytest.approx(0.883450979874397, rel=1e-6)
    assert float(found.expected_total) == pytest.approx(0.00408878021371247, rel=1e-6)
    plain = capability(DIAMETERS, lsl=0, usl=12)
    assert float(plain.ppk.value) == pytest.approx(float(found.ppk), rel=1e-9)
    by_share = nonnormal_performance(DIAMETERS, lsl=0, usl=12, distribution="normal", method="nonconformance")
    assert float(by_share.ppk) == pytest.approx(float(found.ppk), rel=1e-9)


@pytest.mark.parametrize(
    ("part", "shape", "scale"),
    [(slice(0, 40), 4.04074076167675, 7.82155648), (slice(40, 100), 4.18662734, 7.76307854)],
)
def test_weibull_of_stages_as_jasp_prints_it(part: slice, shape: float, scale: float) -> None:
    """JASP test LF5.4, verified with Minitab: stages of 40 and 60 values."""
    found = fit_distribution(DIAMETERS[part], "weibull").parameters
    assert (float(found["shape"]), float(found["scale"])) == pytest.approx((shape, scale), rel=2e-4)


def test_weibull_with_a_threshold_as_jasp_prints_it() -> None:
    """JASP test LF7.4, verified with Minitab: shape 2.916, scale 5.842, threshold 1.880; its likelihood is no better than ours."""
    found = fit_distribution(DIAMETERS[:40], "weibull3")
    jasp = stats.weibull_min.logpdf(
        DIAMETERS[:40], 2.91649603464548, loc=1.88000690348087, scale=5.84160971651428
    ).sum()
    assert float(found.log_likelihood) >= float(jasp) - 1e-9
    assert float(found.parameters["threshold"]) == pytest.approx(1.88, abs=0.02)
    assert float(found.parameters["shape"]) == pytest.approx(2.9165, rel=0.01)


@pytest.mark.parametrize("name", SCIPY)
def test_fit_and_curves_agree_with_scipy(name: Distribution) -> None:
    law, options = SCIPY[name]
    x = np.random.default_rng(12).gamma(4.0, 1.5, 300)
    fitted = fit_distribution(x, name)
    theirs = law.fit(x, **options)
    assert float(fitted.log_likelihood) >= float(law.logpdf(x, *theirs).sum()) - 1e-6
    q = np.array([0.00135, 0.3, 0.5, 0.9, 0.99865])
    assert fitted.ppf(q).tolist() == pytest.approx(law.ppf(q, *theirs).tolist(), rel=2e-3, abs=2e-3)
    assert fitted.cdf(fitted.ppf(q)).tolist() == pytest.approx(q.tolist(), rel=1e-9)
    points = np.array([0.5, 4.0, 11.0])
    assert (fitted.cdf(points) + fitted.sf(points)).tolist() == pytest.approx([1.0] * 3)


@pytest.mark.parametrize("name", [n for n in get_args(Distribution) if not n.endswith("3")])
def test_many_samples_are_each_as_one_alone(name: Distribution) -> None:
    x = np.random.default_rng(13).gamma(4.0, 1.5, (3, 60))
    together = fit_distribution(x, name)
    for row in range(3):
        alone = fit_distribution(x[row], name)
        for key, value in alone.parameters.items():
            assert float(together.parameters[key][row]) == pytest.approx(float(value), rel=1e-8)
    many = nonnormal_performance(x, usl=[15.0, 16.0, 17.0], distribution=name)
    assert float(many.ppk[2]) == pytest.approx(
        float(nonnormal_performance(x[2], usl=17.0, distribution=name).ppk), rel=1e-7
    )


def test_anderson_darling_as_jasp_prints_it() -> None:
    """JASP test LF1.8: A² 0.43, p 0.30 for the 100 diameters."""
    found = anderson_darling(DIAMETERS)
    assert (round(float(found.statistic), 2), round(float(found.p_value), 2)) == (0.43, 0.30)
    theirs = stats.anderson(DIAMETERS, "norm", method="interpolate").statistic
    assert float(found.statistic) == pytest.approx(float(theirs), rel=1e-9)


def test_p_values_of_normality_are_uniform_under_normality() -> None:
    p = anderson_darling(np.random.default_rng(14).normal(size=(4000, 30))).p_value
    for share in (0.01, 0.05, 0.25, 0.5):
        assert (p < share).mean() == pytest.approx(share, abs=0.02)
    assert float(anderson_darling(np.random.default_rng(14).exponential(size=200)).p_value) < 1e-6


def test_goodness_of_fit_accepts_the_right_and_refuses_the_wrong() -> None:
    x = np.random.default_rng(15).weibull(1.5, 200) * 10
    right = goodness_of_fit(fit_distribution(x, "weibull"), x, replicates=199)
    wrong = goodness_of_fit(fit_distribution(x, "normal"), x, replicates=199)
    assert right.p_value > 0.05
    assert wrong.p_value <= 0.01
    assert goodness_of_fit(fit_distribution(x, "weibull"), x, replicates=199) == right


def test_box_cox_agrees_with_scipy() -> None:
    x = np.random.default_rng(16).lognormal(1.0, 0.5, (3, 200))
    ours = box_cox(x)
    for row in range(3):
        _y, lam = stats.boxcox(x[row])
        assert float(ours.lam[row]) == pytest.approx(float(lam), abs=1e-4)
        assert float(ours.log_likelihood[row]) == pytest.approx(
            float(stats.boxcox_llf(lam, x[row])), rel=1e-6
        )
    assert ours(x)[1].tolist() == pytest.approx(
        stats.boxcox(x[1], lmbda=float(ours.lam[1])).tolist(), rel=1e-6
    )
    assert box_cox(x, rounded=True).lam.tolist() == [0.0, 0.0, 0.0]


def test_box_cox_of_lambda_one_changes_no_index() -> None:
    found = transformed_capability(DIAMETERS, lsl=0.5, usl=12, lam=1.0).capability
    assert float(found.ppk.value) == pytest.approx(float(capability(DIAMETERS, lsl=0.5, usl=12).ppk.value))


def test_a_transformation_finds_the_share_outside_that_was_put_there() -> None:
    """Lognormal: the share above exp(1 + 0.5·3) is Φ(−3)."""
    x = np.random.default_rng(19).lognormal(1.0, 0.5, 3000)
    found = transformed_capability(x, usl=float(np.exp(2.5))).capability
    assert float(found.ppk.value) == pytest.approx(1.0, abs=0.05)
    by_quantiles = nonnormal_performance(x, usl=float(np.exp(2.5)), distribution="lognormal")
    assert float(by_quantiles.expected_total) == pytest.approx(0.00135, rel=0.25)


@pytest.mark.parametrize(
    ("family", "make"),
    [
        ("SU", lambda z: 3 + 2 * np.sinh((z - 0.5) / 1.2)),
        ("SB", lambda z: 1 + 5 / (1 + np.exp(-(z - 0.3) / 0.8))),
        ("SL", lambda z: 2 + np.exp((z + 1) / 1.5)),
    ],
)
def test_johnson_makes_its_own_families_normal(family: Any, make: Callable[[Any], Any]) -> None:
    z = stats.norm.ppf((np.arange(1, 401) - 0.5) / 400)
    x = make(z)
    found = johnson(x, family=family)
    assert found.family == family
    assert np.corrcoef(found(x), z)[0, 1] > 0.9999
    assert float(np.abs(found(x) - z).max()) < 0.35
    assert johnson(x).p_value >= found.p_value


def test_johnson_refuses_limits_outside_its_support() -> None:
    x = 1 + 5 * np.random.default_rng(20).beta(2, 2, 300)
    assert johnson(x).family == "SB"
    with pytest.raises(Unusable, match="定义域"):
        transformed_capability(x, lsl=-5.0, usl=5.9, by="johnson")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: fit_distribution([1.0, 0.0, 2.0], "weibull"), "第 2 个值是 0"),
        (lambda: fit_distribution([1.0, 2.0, 3.0], "cauchy"), "不认识的分布"),  # type: ignore[arg-type]
        (lambda: fit_distribution([1.0, 1.0, 1.0]), "全都相同"),
        (lambda: nonnormal_performance([1.0, 2.0, 3.0]), "没有规格限"),
        (lambda: nonnormal_performance([1.0, 2.0, 3.0], usl=4, method="guess"), "方法"),  # type: ignore[arg-type]
        (lambda: box_cox([1.0, -2.0, 3.0]), "大于 0"),
        (lambda: johnson(list(range(10))), "至少要 20"),
        (lambda: anderson_darling([1.0, 2.0, 3.0]), "至少要 8"),
        (lambda: goodness_of_fit(fit_distribution(DIAMETERS, "weibull3"), DIAMETERS), "三参数"),
    ],
)
def test_what_cannot_be_done_is_refused(call: Callable[[], object], says: str) -> None:
    with pytest.raises(Unusable, match=says):
        call()
