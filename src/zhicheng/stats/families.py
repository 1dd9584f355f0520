"""Families of distributions: maximum likelihood, cumulative and survival functions, quantiles, densities.

Source: Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions. A parameter has the shape of the characteristics.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy import special

from zhicheng.stats.observations import FloatArray, Unusable

Parameters: TypeAlias = Mapping[str, FloatArray]
Curve: TypeAlias = Callable[[FloatArray, Parameters], FloatArray]

CHINESE: Mapping[str, str] = {
    "normal": "正态", "lognormal": "对数正态", "weibull": "威布尔", "gamma": "伽马", "exponential": "指数", "logistic": "逻辑斯谛",
    "loglogistic": "对数逻辑斯谛", "largest_extreme": "最大极值", "smallest_extreme": "最小极值", "rayleigh": "瑞利",
    "half_normal": "半正态", "weibull3": "三参数威布尔", "lognormal3": "三参数对数正态",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Family:
    """A distribution of a standard variable z = (x − location)/scale or of x itself: fit, cdf, survival, quantile, log density."""

    fit: Callable[[FloatArray], dict[str, FloatArray]]
    cdf: Curve
    sf: Curve
    ppf: Curve
    logpdf: Curve
    above: float | None = None


def _like(x: FloatArray, value: FloatArray) -> FloatArray:
    return np.asarray(value)[..., None] if np.ndim(value) else np.asarray(value)


# The normal family, of x or of ln x


def _normal_fit(x: FloatArray) -> dict[str, FloatArray]:
    return {"mean": np.asarray(x.mean(axis=-1)), "sd": np.asarray(x.std(axis=-1))}


def _z(x: FloatArray, p: Parameters) -> FloatArray:
    return np.asarray((x - _like(x, p["mean"])) / _like(x, p["sd"]))


def _normal_logpdf(x: FloatArray, p: Parameters) -> FloatArray:
    z = _z(x, p)
    return np.asarray(-0.5 * z * z - np.log(_like(x, p["sd"])) - 0.5 * np.log(2 * np.pi))


def _lognormal_fit(x: FloatArray) -> dict[str, FloatArray]:
    y = np.log(x)
    return {"meanlog": np.asarray(y.mean(axis=-1)), "sdlog": np.asarray(y.std(axis=-1))}


def _log(x: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), -np.inf)


def _normal_of_log(p: Parameters) -> Parameters:
    return {"mean": p["meanlog"], "sd": p["sdlog"]}


# Weibull, gamma and kin: shape and scale


def weibull_estimate(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Maximum likelihood of shape and scale of the two-parameter Weibull distribution, along the last axis.

    The shape solves Σxᵏ ln x / Σxᵏ − 1/k = mean ln x (Newton's method; the left side grows in k, so there is one solution).
    """
    logs = np.log(x)
    highest = logs.max(axis=-1, keepdims=True)
    centred = logs - highest
    mean = centred.mean(axis=-1)
    shape = np.asarray(1.2 / np.maximum(logs.std(axis=-1), 1e-12))
    for _round in range(100):
        power = np.exp(_like(x, shape) * centred)
        total, first = power.sum(axis=-1), (power * centred).sum(axis=-1)
        second = (power * centred * centred).sum(axis=-1)
        ratio = first / total
        value = ratio - 1 / shape - mean
        slope = second / total - ratio * ratio + 1 / shape**2
        new = np.maximum(shape - value / slope, shape / 3)
        done = np.abs(new - shape) <= 1e-13 * new
        shape = np.asarray(new)
        if done.all():
            break
    power = np.exp(_like(x, shape) * centred)
    scale = np.exp(highest[..., 0]) * power.mean(axis=-1) ** (1 / shape)
    return shape, np.asarray(scale)


def _weibull_fit(x: FloatArray) -> dict[str, FloatArray]:
    shape, scale = weibull_estimate(x)
    return {"shape": shape, "scale": scale}


def _weibull_power(x: FloatArray, p: Parameters) -> FloatArray:
    return np.asarray((np.maximum(x, 0.0) / _like(x, p["scale"])) ** _like(x, p["shape"]))


def _weibull_logpdf(x: FloatArray, p: Parameters) -> FloatArray:
    k, c = _like(x, p["shape"]), _like(x, p["scale"])
    return np.asarray(np.log(k / c) + (k - 1) * (_log(x) - np.log(c)) - _weibull_power(x, p))


def _gamma_fit(x: FloatArray) -> dict[str, FloatArray]:
    mean = x.mean(axis=-1)
    s = np.log(mean) - np.log(x).mean(axis=-1)
    shape = np.asarray((3 - s + np.sqrt((s - 3) ** 2 + 24 * s)) / (12 * s))
    for _round in range(50):
        step = (np.log(shape) - special.psi(shape) - s) / (1 / shape - special.polygamma(1, shape))
        new = np.maximum(shape - step, shape / 3)
        done = np.abs(new - shape) <= 1e-13 * new
        shape = np.asarray(new)
        if done.all():
            break
    return {"shape": shape, "scale": np.asarray(mean / shape)}


def _gamma_logpdf(x: FloatArray, p: Parameters) -> FloatArray:
    k, c = _like(x, p["shape"]), _like(x, p["scale"])
    return np.asarray((k - 1) * _log(x) - x / c - k * np.log(c) - special.gammaln(k))


def _scaled(x: FloatArray, p: Parameters) -> FloatArray:
    return np.asarray(np.maximum(x, 0.0) / _like(x, p["scale"]))


# Location and scale: logistic and the extreme values


def _standard(x: FloatArray, p: Parameters) -> FloatArray:
    return np.asarray((x - _like(x, p["location"])) / _like(x, p["scale"]))


def _logistic_fit(x: FloatArray) -> dict[str, FloatArray]:
    location, scale = x.mean(axis=-1), x.std(axis=-1) * np.sqrt(3) / np.pi
    return _newton(x, location, scale, lambda z: -np.tanh(z / 2), lambda z: -0.5 / np.cosh(z / 2) ** 2)


def _newton(
    x: FloatArray, location: FloatArray, scale: FloatArray, score: Callable[[FloatArray], FloatArray], slope: Callable[[FloatArray], FloatArray]
) -> dict[str, FloatArray]:  # fmt: skip
    """Maximum likelihood of location and ln scale; ``score`` is d ln f/dz of the standard density, ``slope`` its derivative."""
    location, logs = np.asarray(location, dtype=np.float64), np.asarray(np.log(scale), dtype=np.float64)
    n = x.shape[-1]
    for _round in range(200):
        size = np.exp(logs)
        z = (x - _like(x, location)) / _like(x, size)
        first, second = score(z), slope(z)
        g1, g2 = -first.sum(axis=-1) / size, -(first * z).sum(axis=-1) - n
        h11, h12 = second.sum(axis=-1) / size**2, (first + second * z).sum(axis=-1) / size
        h22 = (first * z + second * z * z).sum(axis=-1)
        determinant = h11 * h22 - h12 * h12
        ok = (determinant > 0) & (h11 < 0)
        safe = np.where(ok, determinant, 1.0)
        d1 = np.where(ok, (h22 * g1 - h12 * g2) / safe, -g1 * size**2 / n)
        d2 = np.where(ok, (h11 * g2 - h12 * g1) / safe, -g2 / n)
        d1, d2 = np.clip(d1, -size, size), np.clip(d2, -1.0, 1.0)
        location, logs = location - d1, logs - d2
        if (np.abs(d1) <= 1e-12 * size).all() and (np.abs(d2) <= 1e-12).all():
            break
    return {"location": np.asarray(location), "scale": np.asarray(np.exp(logs))}


def _logistic_logpdf(x: FloatArray, p: Parameters) -> FloatArray:
    z = np.abs(_standard(x, p))
    return np.asarray(-z - 2 * np.log1p(np.exp(-z)) - np.log(_like(x, p["scale"])))


def _smallest_fit(x: FloatArray) -> dict[str, FloatArray]:
    """If t is Weibull, ln t has the smallest extreme value distribution; shift first, so that nothing overflows."""
    middle, spread = x.mean(axis=-1, keepdims=True), x.std(axis=-1, keepdims=True)
    shape, scale = weibull_estimate(np.exp((x - middle) / spread))
    width = spread[..., 0]
    return {
        "location": np.asarray(middle[..., 0] + width * np.log(scale)),
        "scale": np.asarray(width / shape),
    }


def _largest_fit(x: FloatArray) -> dict[str, FloatArray]:
    turned = _smallest_fit(-x)
    return {"location": -turned["location"], "scale": turned["scale"]}


def _smallest_logpdf(x: FloatArray, p: Parameters) -> FloatArray:
    z = _standard(x, p)
    return np.asarray(z - np.exp(z) - np.log(_like(x, p["scale"])))


def _largest_logpdf(x: FloatArray, p: Parameters) -> FloatArray:
    z = _standard(x, p)
    return np.asarray(-z - np.exp(-z) - np.log(_like(x, p["scale"])))


def _rms_fit(x: FloatArray, half: float) -> dict[str, FloatArray]:
    return {"scale": np.asarray(np.sqrt((x * x).mean(axis=-1) * half))}


def _threshold_fit(x: FloatArray, inner: str) -> dict[str, FloatArray]:
    """A lower threshold by profile likelihood: the local maximum below the least value.

    The likelihood grows without bound as the threshold nears the least value; that end is no estimate and is not taken.
    """
    from scipy import optimize

    if x.ndim > 1:
        raise Unusable("三参数分布一次只拟合一个特性：请逐个调用。")
    family, least, spread = FAMILIES[inner], float(x.min()), float(np.ptp(x))

    def loss(logs: float) -> float:
        shifted = x - least + np.exp(logs) * spread
        return -float(family.logpdf(shifted, family.fit(shifted)).sum())

    grid = np.linspace(np.log(1e-3), np.log(30.0), 41)
    values = np.array([loss(float(g)) for g in grid])
    valleys = np.flatnonzero((values[1:-1] < values[:-2]) & (values[1:-1] < values[2:])) + 1
    if not valleys.size:
        raise Unusable(
            "这批数据定不出门限参数（似然没有内部极大）：请改用两参数分布，或给出已知的门限后减去它。"
        )
    best = int(valleys[np.argmin(values[valleys])])
    found = optimize.minimize_scalar(
        loss, bounds=(grid[best - 1], grid[best + 1]), method="bounded", options={"xatol": 1e-10}
    )
    threshold = least - float(np.exp(found.x)) * spread
    return {**family.fit(x - threshold), "threshold": np.asarray(threshold)}


def _shifted(curve: Curve) -> Curve:
    return lambda x, p: curve(x - _like(x, p["threshold"]), p)


def _shifted_ppf(curve: Curve) -> Curve:
    return lambda q, p: np.asarray(curve(q, p) + _like(q, p["threshold"]))


def _logit(q: FloatArray) -> FloatArray:
    return np.asarray(np.log(q) - np.log1p(-q))


FAMILIES: dict[str, Family] = {
    "normal": Family(
        _normal_fit,
        lambda x, p: special.ndtr(_z(x, p)),
        lambda x, p: special.ndtr(-_z(x, p)),
        lambda q, p: _like(q, p["mean"]) + _like(q, p["sd"]) * special.ndtri(q),
        _normal_logpdf,
    ),
    "lognormal": Family(
        _lognormal_fit,
        lambda x, p: special.ndtr(_z(_log(x), _normal_of_log(p))),
        lambda x, p: special.ndtr(-_z(_log(x), _normal_of_log(p))),
        lambda q, p: np.exp(_like(q, p["meanlog"]) + _like(q, p["sdlog"]) * special.ndtri(q)),
        lambda x, p: _normal_logpdf(_log(x), _normal_of_log(p)) - _log(x),
        above=0.0,
    ),
    "weibull": Family(
        _weibull_fit,
        lambda x, p: -np.expm1(-_weibull_power(x, p)),
        lambda x, p: np.exp(-_weibull_power(x, p)),
        lambda q, p: _like(q, p["scale"]) * (-np.log1p(-q)) ** (1 / _like(q, p["shape"])),
        _weibull_logpdf,
        above=0.0,
    ),
    "gamma": Family(
        _gamma_fit,
        lambda x, p: special.gammainc(_like(x, p["shape"]), _scaled(x, p)),
        lambda x, p: special.gammaincc(_like(x, p["shape"]), _scaled(x, p)),
        lambda q, p: _like(q, p["scale"]) * special.gammaincinv(_like(q, p["shape"]), q),
        _gamma_logpdf,
        above=0.0,
    ),
    "exponential": Family(
        lambda x: {"scale": np.asarray(x.mean(axis=-1))},
        lambda x, p: -np.expm1(-_scaled(x, p)),
        lambda x, p: np.exp(-_scaled(x, p)),
        lambda q, p: -_like(q, p["scale"]) * np.log1p(-q),
        lambda x, p: -x / _like(x, p["scale"]) - np.log(_like(x, p["scale"])),
        above=0.0,
    ),
    "logistic": Family(
        _logistic_fit,
        lambda x, p: special.expit(_standard(x, p)),
        lambda x, p: special.expit(-_standard(x, p)),
        lambda q, p: _like(q, p["location"]) + _like(q, p["scale"]) * _logit(q),
        _logistic_logpdf,
    ),
    "loglogistic": Family(
        lambda x: _logistic_fit(np.log(x)),
        lambda x, p: special.expit(_standard(_log(x), p)),
        lambda x, p: special.expit(-_standard(_log(x), p)),
        lambda q, p: np.exp(_like(q, p["location"]) + _like(q, p["scale"]) * _logit(q)),
        lambda x, p: _logistic_logpdf(_log(x), p) - _log(x),
        above=0.0,
    ),
    "largest_extreme": Family(
        _largest_fit,
        lambda x, p: np.exp(-np.exp(-_standard(x, p))),
        lambda x, p: -np.expm1(-np.exp(-_standard(x, p))),
        lambda q, p: _like(q, p["location"]) - _like(q, p["scale"]) * np.log(-np.log(q)),
        _largest_logpdf,
    ),
    "smallest_extreme": Family(
        _smallest_fit,
        lambda x, p: -np.expm1(-np.exp(_standard(x, p))),
        lambda x, p: np.exp(-np.exp(_standard(x, p))),
        lambda q, p: _like(q, p["location"]) + _like(q, p["scale"]) * np.log(-np.log1p(-q)),
        _smallest_logpdf,
    ),
    "rayleigh": Family(
        lambda x: _rms_fit(x, 0.5),
        lambda x, p: -np.expm1(-0.5 * _scaled(x, p) ** 2),
        lambda x, p: np.exp(-0.5 * _scaled(x, p) ** 2),
        lambda q, p: _like(q, p["scale"]) * np.sqrt(-2 * np.log1p(-q)),
        lambda x, p: _log(x) - 2 * np.log(_like(x, p["scale"])) - 0.5 * (x / _like(x, p["scale"])) ** 2,
        above=0.0,
    ),
    "half_normal": Family(
        lambda x: _rms_fit(x, 1.0),
        lambda x, p: special.erf(_scaled(x, p) / np.sqrt(2)),
        lambda x, p: special.erfc(_scaled(x, p) / np.sqrt(2)),
        lambda q, p: _like(q, p["scale"]) * np.sqrt(2) * special.erfinv(q),
        lambda x, p: (
            0.5 * np.log(2 / np.pi) - np.log(_like(x, p["scale"])) - 0.5 * (x / _like(x, p["scale"])) ** 2
        ),
        above=0.0,
    ),
}
for _name, _inner in (("weibull3", "weibull"), ("lognormal3", "lognormal")):
    FAMILIES[_name] = Family(
        lambda x, inner=_inner: _threshold_fit(x, inner),  # type: ignore[misc]
        _shifted(FAMILIES[_inner].cdf),
        _shifted(FAMILIES[_inner].sf),
        _shifted_ppf(FAMILIES[_inner].ppf),
        _shifted(FAMILIES[_inner].logpdf),
    )
