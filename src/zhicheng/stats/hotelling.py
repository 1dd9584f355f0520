"""Hotelling's T² chart: several characteristics that go together, individual observations or subgroups.

Source: ISO 7870-7 (未核对原文); Mason, Young (2002), Multivariate Statistical Process Control with Industrial Applications;
Tracy, Young, Mason (1992), J. Quality Technology 24; Sullivan, Woodall (1996), J. Quality Technology 28 (successive
differences); Montgomery, chapter 11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeAlias

import numpy as np
from scipy import special

from zhicheng.stats.observations import BoolArray, FloatArray, Unusable, numbers, share

Covariance: TypeAlias = Literal["sample", "differences"]
USUAL = 0.9973
"""The share of points in control within the limit, unless another is asked for."""


@dataclass(frozen=True, slots=True)
class T2Limits:
    """What phase I found: mean vector, covariance, how many observations or subgroups of which size; ``probability`` inside.

    ``upper_phase1`` judges the very points of phase I, ``upper_phase2`` later ones (of the same subgroup size).
    """

    mean: FloatArray
    covariance: FloatArray
    estimator: Covariance | Literal["pooled"]
    subgroups: int
    size: int
    probability: float
    upper_phase1: float
    upper_phase2: float

    def to_data(self) -> dict[str, Any]:
        """Plain data that JSON can hold."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        return {name: v.tolist() if isinstance(v, np.ndarray) else v for name, v in plain.items()}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> T2Limits:
        """Frozen limits read back. Errors: Unusable for a missing part."""
        try:
            return cls(
                mean=np.asarray(data["mean"], dtype=np.float64),
                covariance=np.asarray(data["covariance"], dtype=np.float64),
                estimator=data["estimator"],
                subgroups=int(data["subgroups"]),
                size=int(data["size"]),
                probability=float(data["probability"]),
                upper_phase1=float(data["upper_phase1"]),
                upper_phase2=float(data["upper_phase2"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise Unusable(f"冻结的 T² 控制限不完整：{error}。请用 to_data 的输出。") from error


@dataclass(frozen=True, slots=True)
class T2Chart:
    """The T² of each point, the upper limit that judges it (there is no lower one), and which points lie beyond.

    ``contributions``: how much T² falls when a characteristic is left out, shape (points, characteristics): where to look first.
    """

    statistic: FloatArray
    upper: float
    beyond: BoolArray
    contributions: FloatArray
    limits: T2Limits
    phase: Literal[1, 2]


def t2_chart(
    data: Any,
    *,
    limits: T2Limits | None = None,
    covariance: Covariance = "sample",
    probability: float = USUAL,
) -> T2Chart:
    """Hotelling's T². Data: (observations, characteristics), or (subgroups, n, characteristics).

    Phase I, individual: T² ≤ (m−1)²/m · Beta(p/2, (m−p−1)/2); with ``covariance="differences"`` the covariance comes from
    successive differences (it is not inflated by shifts) and the limit from simulation. Phase II: T² ≤
    p(m+1)(m−1)/(m(m−p)) · F(p, m−p). Subgroups: pooled covariance, p(m∓1)(n−1)/(mn−m−p+1) · F(p, mn−m−p+1), − in phase I.
    Errors: Unusable when there are no more observations than characteristics, or the covariance is singular.
    Example: with one characteristic, T² is the square of the standardised value.
    """
    x = numbers(data, "数据", dimensions=2)
    if x.ndim > 3:
        raise Unusable(f"T² 图的数据应为（观测, 特性）或（子组, n, 特性），现在有 {x.ndim} 维。")
    held = limits or _estimate(x, covariance, share(probability, "控制限内的概率"))
    points = x if x.ndim == 2 else x.mean(axis=1)
    size = 1 if x.ndim == 2 else x.shape[1]
    if points.shape[1] != held.mean.size or size != held.size:
        raise Unusable(
            f"控制限用于 {held.mean.size} 个特性、每组 {held.size} 个，数据却有 {points.shape[1]} 个特性、每组 {size} 个。"
        )
    away = points - held.mean
    inverse = np.linalg.inv(held.covariance)
    statistic = size * np.einsum("ij,jk,ik->i", away, inverse, away)
    # leaving out characteristic j lowers T² by (inverse·away)_j² / inverse_jj
    contributions = size * (away @ inverse) ** 2 / np.diag(inverse)
    upper = held.upper_phase2 if limits else held.upper_phase1
    return T2Chart(statistic, upper, statistic > upper, contributions, held, 2 if limits else 1)


def _estimate(x: FloatArray, covariance: Covariance, inside: float) -> T2Limits:
    if x.ndim == 3:
        m, n, p = x.shape
        _enough(m * (n - 1), p, f"{m} 个子组、每组 {n} 个")
        away = x - x.mean(axis=1, keepdims=True)
        pooled = np.einsum("mni,mnj->ij", away, away) / (m * (n - 1))
        df = m * n - m - p + 1
        f = _f_quantile(inside, p, df) * p * (n - 1) / df
        return _checked(x.mean(axis=(0, 1)), pooled, "pooled", m, n, inside, f * (m - 1), f * (m + 1))
    m, p = x.shape
    _enough(m - 2, p, f"{m} 个观测")
    mean = x.mean(axis=0)
    if covariance == "differences":
        steps = np.diff(x, axis=0)
        found = steps.T @ steps / (2 * (m - 1))
        first = _simulated(m, p, inside)
    elif covariance == "sample":
        away = x - mean
        found = away.T @ away / (m - 1)
        first = float((m - 1) ** 2 / m * special.betaincinv(p / 2, (m - p - 1) / 2, inside))
    else:
        raise Unusable(f"covariance 应为 'sample' 或 'differences'，现在是 {covariance!r}。")
    later = p * (m + 1) * (m - 1) / (m * (m - p)) * _f_quantile(inside, p, m - p)
    return _checked(mean, found, covariance, m, 1, inside, first, later)


SIMULATED = 200_000
"""How many points of processes in control the limit for successive differences is read from."""


@lru_cache(maxsize=32)
def _simulated(m: int, p: int, inside: float) -> float:
    """The quantile of T² with the covariance of successive differences, for m observations of p characteristics in control.

    By simulation with a fixed seed: the Beta approximation with f = 2(m−1)²/(3m−4) that is often cited gave 0.9 % of points outside
    where 5 % were meant (m = 60, p = 3). Only m and p matter, for T² does not change with units.
    """
    if inside > 0.9995:
        raise Unusable(
            "逐差协方差的控制限由模拟得出，概率最高 0.9995：请降低概率，或用 covariance='sample'。"
        )
    studies = max(200, SIMULATED // m)
    random, found = np.random.default_rng(20260128), []
    for start in range(0, studies, 500):
        x = random.normal(size=(min(500, studies - start), m, p))
        away, steps = x - x.mean(axis=1, keepdims=True), np.diff(x, axis=1)
        inverse = np.linalg.inv(np.swapaxes(steps, 1, 2) @ steps / (2 * (m - 1)))
        found.append(np.einsum("smi,sij,smj->sm", away, inverse, away, optimize=True).ravel())
    return float(np.quantile(np.concatenate(found), inside))


def _f_quantile(below: float, first: float, second: float) -> float:
    return float(special.fdtri(first, second, below))


def _enough(freedom: int, p: int, what: str) -> None:
    if freedom <= p:
        raise Unusable(f"{what}，不够 {p} 个特性求协方差：观测应多于特性。")


def _checked(
    mean: FloatArray, covariance: FloatArray, estimator: Covariance | Literal["pooled"], m: int, n: int, inside: float, first: float, second: float
) -> T2Limits:  # fmt: skip
    spread = np.sqrt(np.diag(covariance))
    if (spread == 0).any():
        raise Unusable(f"特性 {int(np.flatnonzero(spread == 0)[0]) + 1} 没有变差：请去掉它。")
    if np.linalg.cond(covariance / np.outer(spread, spread)) > 1e12:
        raise Unusable("协方差矩阵奇异：有特性几乎是其他特性的线性组合，请去掉重复的特性。")
    return T2Limits(mean, covariance, estimator, m, n, inside, float(first), float(second))
