"""Transformations that make values nearly normal: Box–Cox and Johnson SB, SL, SU. They carry specification limits with them.

Source: Box, Cox (1964), J. Royal Statistical Society B 26; Johnson (1949), Biometrika 36; Slifker, Shapiro (1980), Technometrics
22 (the family and its parameters from four quantiles); Chou, Polansky, Mason (1998), J. Quality Technology 30 (choosing z by
the best normality test).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from zhicheng.stats.normality import anderson_darling
from zhicheng.stats.observations import FloatArray, Unusable, place, sample


@dataclass(frozen=True, slots=True)
class BoxCox:
    """y = (x^λ − 1)/λ, or ln x where λ = 0; ``lam`` is λ, shape (characteristics…)."""

    lam: FloatArray
    log_likelihood: FloatArray

    def __call__(self, x: Any) -> FloatArray:
        """Transform values of shape (…, values), or a limit a characteristic with one value each. Errors: Unusable for x ≤ 0."""
        values = np.asarray(x, dtype=np.float64)
        if (values <= 0).any():
            raise Unusable("Box–Cox 变换只用于大于 0 的值和规格限：请先加上一个常数，或改用 Johnson 变换。")
        lam = self.lam[..., None] if self.lam.ndim else self.lam
        return _power_of_logs(np.log(values), np.asarray(lam))


def _likelihood(logs: FloatArray, lam: FloatArray) -> FloatArray:
    """The profile log-likelihood of λ (Box, Cox 1964, formula 8) of values whose logarithms have mean 0, without constants.

    The Jacobian (λ − 1)·Σ ln x is then 0 whatever λ is.
    """
    n = logs.shape[-1]
    y = _power_of_logs(logs, lam[..., None])
    return np.asarray(-n / 2 * np.log(y.var(axis=-1)))


def _power_of_logs(logs: FloatArray, lam: FloatArray) -> FloatArray:
    safe = np.where(np.abs(lam) < 1e-9, 1.0, lam)
    return np.asarray(np.where(np.abs(lam) < 1e-9, logs, np.expm1(safe * logs) / safe))


def box_cox(data: Any, *, lam: float | None = None, rounded: bool = False, widest: float = 5.0) -> BoxCox:
    """λ by maximum likelihood within ±``widest``, for one or many characteristics (…, values); or the λ that is given.

    ``rounded``: the nearest half (0.5, 0, −1 …), as practice likes. Errors: Unusable for values ≤ 0 (with their place), or a
    likelihood that still grows at the edge. Example: for values whose logarithm is normal λ is near 0.
    """
    x = sample(data, least=3)
    wrong = np.argwhere(x <= 0)
    if wrong.size:
        raise Unusable(f"{place(wrong[0])}是 {x[tuple(wrong[0])]:g}：Box–Cox 变换只用于大于 0 的值。")
    # dividing by the geometric mean changes neither the shape of the likelihood nor λ, and keeps powers small
    raw = np.log(x)
    middle = raw.mean(axis=-1, keepdims=True)
    logs = raw - middle
    if lam is None:
        found = _golden(logs, widest)
        if (np.abs(found) > widest - 1e-3).any():
            raise Unusable(
                f"Box–Cox 的 λ 到了 ±{widest:g} 的边上：这批数据不宜用幂变换，请改用 Johnson 变换或百分位法。"
            )
        if rounded:
            found = np.round(found * 2) / 2
    else:
        found = np.full(x.shape[:-1], float(lam))
    value = _likelihood(logs, found) - x.shape[-1] * middle[..., 0]
    return BoxCox(np.asarray(found), np.asarray(value))


def _golden(logs: FloatArray, widest: float) -> FloatArray:
    """Golden section for all characteristics at once: in practice the profile likelihood has one summit."""
    ratio = (math.sqrt(5) - 1) / 2
    low, high = np.full(logs.shape[:-1], -widest), np.full(logs.shape[:-1], widest)
    left, right = high - ratio * (high - low), low + ratio * (high - low)
    at_left, at_right = _likelihood(logs, left), _likelihood(logs, right)
    for _round in range(48):
        better = at_left > at_right
        low, high = np.where(better, low, left), np.where(better, right, high)
        new_left, new_right = high - ratio * (high - low), low + ratio * (high - low)
        at_left, at_right = _likelihood(logs, new_left), _likelihood(logs, new_right)
        left, right = new_left, new_right
    return np.asarray((low + high) / 2)


@dataclass(frozen=True, slots=True)
class Johnson:
    """z = γ + η·g((x − ε)/λ): g is arsinh for SU, ln(u/(1−u)) for SB, ln for SL (λ = 1). ``z`` is the spacing that was chosen."""

    family: Literal["SB", "SL", "SU"]
    gamma: float
    eta: float
    epsilon: float
    lam: float
    z: float
    p_value: float

    def __call__(self, x: Any) -> FloatArray:
        """Transform values. Errors: Unusable for a value outside the support of SB or SL."""
        u = (np.asarray(x, dtype=np.float64) - self.epsilon) / self.lam
        if self.family == "SU":
            return np.asarray(self.gamma + self.eta * np.arcsinh(u))
        top = self.epsilon + self.lam if self.family == "SB" else math.inf
        if (u <= 0).any() or (self.family == "SB" and (u >= 1).any()):
            raise Unusable(
                f"有值或规格限在 Johnson {self.family} 变换的定义域（{self.epsilon:g}, {top:g}）之外：请改用百分位法。"
            )
        inner = np.log(u / (1 - u)) if self.family == "SB" else np.log(u)
        return np.asarray(self.gamma + self.eta * inner)


def johnson(data: Any, *, family: Literal["SB", "SL", "SU"] | None = None) -> Johnson:
    """The Johnson transformation of one characteristic, chosen as Chou et al. do: z from 0.25 to 1.25, best Anderson–Darling.

    Quantiles at Φ(±z), Φ(±3z) by (i − ½)/n with linear interpolation, as Slifker and Shapiro. ``family``: only this one.
    Errors: Unusable for fewer than 20 values, many characteristics, or when no candidate exists.
    Example: for normal data the p-value of the transformed values is high whatever the family.
    """
    from scipy import special

    x = sample(data, least=20)
    if x.ndim > 1:
        raise Unusable("Johnson 变换一次只拟合一个特性：请逐个调用。")
    best: Johnson | None = None
    least = math.inf
    for z in np.arange(0.25, 1.2501, 0.01):
        four = np.quantile(x, special.ndtr(z * np.array([-3.0, -1.0, 1.0, 3.0])), method="hazen").tolist()
        for candidate in _candidates(float(z), four, family):
            try:
                y = candidate(x)
            except Unusable:
                continue
            if not np.isfinite(y).all() or np.ptp(y) == 0:
                continue
            test = anderson_darling(y)
            if float(test.modified) < least:
                least = float(test.modified)
                best = _with_p(candidate, float(test.p_value))
    if best is None:
        raise Unusable("找不到合适的 Johnson 变换（值太少或重复太多）：请改用百分位法。")
    return best


def _with_p(found: Johnson, p: float) -> Johnson:
    from dataclasses import replace

    return replace(found, p_value=p)


def _candidates(z: float, four: list[float], family: Literal["SB", "SL", "SU"] | None) -> list[Johnson]:
    """The families that the four quantiles at −3z, −z, z, 3z allow (Slifker, Shapiro 1980)."""
    x1, x2, x3, x4 = four
    m, n, p = x4 - x3, x2 - x1, x3 - x2
    if min(m, n, p) <= 0:
        return []
    middle, ratio = (x2 + x3) / 2, m * n / (p * p)
    found = []
    if ratio > 1:
        a, b, root = m / p, n / p, math.sqrt(ratio - 1)
        eta = 2 * z / math.acosh((a + b) / 2)
        gamma = eta * math.asinh((b - a) / (2 * root))
        lam = 2 * p * root / ((a + b - 2) * math.sqrt(a + b + 2))
        found.append(Johnson("SU", gamma, eta, middle + p * (b - a) / (2 * (a + b - 2)), lam, z, math.nan))
    elif ratio < 1:
        a, b = p / m, p / n
        product, excess = (1 + a) * (1 + b), a * b - 1
        eta = z / math.acosh(math.sqrt(product) / 2)
        gamma = eta * math.asinh((b - a) * math.sqrt(product - 4) / (2 * excess))
        lam = p * math.sqrt((product - 2) ** 2 - 4) / excess
        epsilon = middle - lam / 2 + p * (b - a) / (2 * excess)
        found.append(Johnson("SB", gamma, eta, epsilon, lam, z, math.nan))
    if m > p:
        a = m / p
        eta = 2 * z / math.log(a)
        gamma = eta * math.log((a - 1) / (p * math.sqrt(a)))
        found.append(Johnson("SL", gamma, eta, middle - p / 2 * (a + 1) / (a - 1), 1.0, z, math.nan))
    return [one for one in found if family in (None, one.family)]
