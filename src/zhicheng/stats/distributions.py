"""Distributions of measured values: maximum likelihood, probabilities and quantiles, for one or many characteristics.

Parametrisation and likelihood: Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions. A fitted parameter has the
shape of the characteristics. Named as on a quality engineer's screen: rayleigh for positions, half_normal for flatness.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from zhicheng.stats.families import CHINESE, FAMILIES, Parameters
from zhicheng.stats.observations import FloatArray, Unusable, place, sample

Distribution: TypeAlias = Literal[
    "normal", "lognormal", "weibull", "gamma", "exponential", "logistic", "loglogistic",
    "largest_extreme", "smallest_extreme", "rayleigh", "half_normal", "weibull3", "lognormal3",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fitted:
    """A distribution with its parameters. ``cdf``, ``sf`` (1 − cdf, exact in the far tail) and ``ppf`` take (…, values)."""

    distribution: Distribution
    parameters: Parameters
    log_likelihood: FloatArray

    def cdf(self, x: Any) -> FloatArray:
        """The share below x."""
        return np.asarray(FAMILIES[self.distribution].cdf(np.asarray(x, dtype=np.float64), self.parameters))

    def sf(self, x: Any) -> FloatArray:
        """The share above x."""
        return np.asarray(FAMILIES[self.distribution].sf(np.asarray(x, dtype=np.float64), self.parameters))

    def ppf(self, q: Any) -> FloatArray:
        """The value that the share q stays below."""
        return np.asarray(FAMILIES[self.distribution].ppf(np.asarray(q, dtype=np.float64), self.parameters))


def fit_distribution(
    data: Any, distribution: Distribution = "normal", *, normal_sd: Literal["ml", "sample"] = "ml"
) -> Fitted:
    """Fit by maximum likelihood, along the last axis of (…, values), at least three values, not all equal.

    ``normal_sd``: the sd of the normal distribution is that of maximum likelihood (n), or of the sample (n − 1). Errors: Unusable for an unknown distribution, values that the
    distribution cannot have (with their place), data that ``sample`` refuses.
    Example: ``float(fit_distribution([1, 2, 3], "exponential").parameters["scale"])`` is 2.
    """
    if distribution not in get_args(Distribution):
        raise Unusable(f"不认识的分布 {distribution!r}：可用 {'、'.join(get_args(Distribution))}。")
    x = sample(data, least=3)
    family = FAMILIES[distribution]
    if family.above is not None:
        wrong = np.argwhere(x <= family.above)
        if wrong.size:
            raise Unusable(
                f"{place(wrong[0])}是 {x[tuple(wrong[0])]:g}：{CHINESE[distribution]}分布的值应大于 {family.above:g}，请换一种分布。"
            )
    parameters = family.fit(x)
    if distribution == "normal" and normal_sd == "sample":
        parameters["sd"] = np.asarray(x.std(axis=-1, ddof=1))
    return Fitted(distribution, parameters, np.asarray(family.logpdf(x, parameters).sum(axis=-1)))
