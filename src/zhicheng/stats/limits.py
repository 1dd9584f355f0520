"""Control limits as an object of their own, and the chart that they judge.

Phase I estimates ``Limits`` from data; ``to_data`` freezes them as plain data; phase II applies them to later data unchanged.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from zhicheng.stats.observations import BoolArray, FloatArray, Unusable

if TYPE_CHECKING:
    from zhicheng.stats.judging import Signals
    from zhicheng.stats.rules import RuleSet

ROUNDING = 1e-12
"""Means and limits are sums of binary fractions: a point that lies on a line must not be judged by the last bit."""
FORMAT = 1
"""The version of the plain data of frozen limits."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What phase I found and phase II holds fixed.

    ``chart`` name of the chart; ``centre`` centre line and ``sigma`` process standard deviation, shape (characteristics…);
    ``nsigma`` distance of limits in standard errors, or None where ``probability`` (share of in-control points inside) rules;
    ``estimator`` how sigma was found ("given": not estimated); ``subgroups``, ``observations``, ``size`` (None: unequal) of
    phase I; ``constants`` exact or table; ``parameters`` what else the chart needs (λ, h, k …); ``source`` standard.
    """

    chart: str
    centre: FloatArray
    sigma: FloatArray
    estimator: str
    subgroups: int
    observations: int
    size: int | None
    nsigma: float | None = 3.0
    probability: float | None = None
    constants: Literal["exact", "table"] = "exact"
    parameters: Mapping[str, float] = field(default_factory=dict)
    source: str = ""

    def __post_init__(self) -> None:
        if not (np.isfinite(self.centre).all() and np.isfinite(self.sigma).all()):
            raise Unusable("控制限的中心线或 σ 不是有限数：请检查估计所用的数据。")
        if (np.asarray(self.sigma) < 0).any():
            raise Unusable("σ 不能为负：请检查给定的 σ。")

    def to_data(self) -> dict[str, Any]:
        """Plain data (numbers, texts, lists) that JSON can hold; ``from_data`` reads it back to the last digit."""
        return {
            "format": FORMAT,
            "chart": self.chart,
            "centre": np.asarray(self.centre).tolist(),
            "sigma": np.asarray(self.sigma).tolist(),
            "estimator": self.estimator,
            "subgroups": self.subgroups,
            "observations": self.observations,
            "size": self.size,
            "nsigma": self.nsigma,
            "probability": self.probability,
            "constants": self.constants,
            "parameters": dict(self.parameters),
            "source": self.source,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Limits:
        """Frozen limits read back. Errors: Unusable for another format or a missing part."""
        if data.get("format") != FORMAT:
            raise Unusable(f"控制限的格式是 {data.get('format')!r}，本程序只认 {FORMAT}。")
        try:
            return cls(
                chart=str(data["chart"]),
                centre=np.asarray(data["centre"], dtype=np.float64),
                sigma=np.asarray(data["sigma"], dtype=np.float64),
                estimator=str(data["estimator"]),
                subgroups=int(data["subgroups"]),
                observations=int(data["observations"]),
                size=None if data["size"] is None else int(data["size"]),
                nsigma=None if data["nsigma"] is None else float(data["nsigma"]),
                probability=None if data["probability"] is None else float(data["probability"]),
                constants=data["constants"],
                parameters={str(name): float(value) for name, value in data["parameters"].items()},
                source=str(data["source"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise Unusable(f"冻结的控制限不完整或写坏了：{error}。请用 to_data 的输出。") from error

    def expect(self, chart: str) -> Limits:
        """These limits, if they are of that chart. Errors: Unusable if they are of another."""
        if self.chart != chart:
            raise Unusable(f"这是 {self.chart} 图的控制限，不能用于 {chart} 图。")
        return self


@dataclass(frozen=True, slots=True)
class ControlChart:
    """Points and the limits that judge them. All arrays broadcast to the shape of ``statistic``: (characteristics…, points).

    ``standard_error`` is the standard deviation of the plotted statistic: zones are thirds of the distance from the centre to
    the limits; None where the statistic has no such zones. ``phase`` is 1 when the limits come from these very points.
    ``independent`` False: neighbouring points share data (EWMA, moving average), so runs mean nothing.
    """

    chart: str
    statistic: FloatArray
    centre: FloatArray
    lower: FloatArray
    upper: FloatArray
    standard_error: FloatArray | None
    limits: Limits
    phase: Literal[1, 2]
    independent: bool = True

    @property
    def beyond(self) -> BoolArray:
        """Which points lie outside the limits (a point on a limit is inside)."""
        return np.asarray(
            (self.statistic > self.upper + self.rounding) | (self.statistic < self.lower - self.rounding)
        )

    @property
    def rounding(self) -> FloatArray:
        """How near to a line counts as on it: what the rounding of sums can do, far below any gauge's resolution."""
        return np.asarray(ROUNDING * (np.abs(self.centre) + (self.upper - self.lower)))

    def signals(self, rules: RuleSet | None = None) -> Signals:
        """The tests of a rule set (default: the eight of Nelson, GB/T 17989.2), judged on these points in order."""
        from zhicheng.stats.judging import judge
        from zhicheng.stats.rules import nelson

        return judge(self, nelson() if rules is None else rules)


def reach(limits: Limits) -> float:
    """How many standard errors from the centre the limits of a normal statistic stand."""
    if limits.probability is not None:
        from scipy import special

        return float(special.ndtri(0.5 + limits.probability / 2))
    if limits.nsigma is None or not (math.isfinite(limits.nsigma) and limits.nsigma > 0):
        raise Unusable(f"控制限的倍数 nsigma 应大于 0，现在是 {limits.nsigma}。")
    return limits.nsigma


def drawn(
    limits: Limits,
    statistic: FloatArray,
    error: FloatArray,
    phase: Literal[1, 2],
    *,
    centre: FloatArray | None = None,
    floor: float | None = None,
    ceiling: float | FloatArray | None = None,
    independent: bool = True,
    between: tuple[FloatArray, FloatArray] | None = None,
) -> ControlChart:
    """A Shewhart chart: limits at ``reach`` standard errors, or ``between`` two given ones, cut at what the statistic can be."""
    middle = limits.centre[..., None] if centre is None else centre
    if between is None:
        distance = reach(limits) * error
        lower, upper = middle - distance, middle + distance
    else:
        lower, upper = between
    if floor is not None:
        lower = np.maximum(lower, floor)
    if ceiling is not None:
        upper = np.minimum(upper, ceiling)
    return ControlChart(
        chart=limits.chart,
        statistic=statistic,
        centre=np.asarray(middle),
        lower=np.asarray(lower),
        upper=np.asarray(upper),
        standard_error=error,
        limits=limits,
        phase=phase,
        independent=independent,
    )


def given(value: Any, name: str) -> FloatArray:
    """A known centre or sigma, one number or one for each characteristic."""
    found = np.asarray(value)
    if found.dtype.kind not in "iuf" or not np.isfinite(found).all():
        raise Unusable(f"给定的{name}应为有限数，现在是 {value!r}。")
    return found.astype(np.float64)
