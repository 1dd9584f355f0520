"""The result of a test of a hypothesis, and the words that all tests share."""

from __future__ import annotations

import math
from dataclasses import dataclass

from zhicheng.stats.readings import share

ALTERNATIVES = ("two-sided", "less", "greater")


@dataclass(frozen=True, slots=True)
class HypothesisTest:
    """A test: ``statistic`` with its degrees of freedom (NaN where none), p-value, the ``estimate`` of what is asked and its confidence
    interval (one-sided alternatives give a one-sided interval; NaN where the method has none)."""

    name: str
    statistic: float
    df: float
    df_2: float
    p: float
    estimate: float
    interval: tuple[float, float]
    alternative: str
    confidence: float

    @property
    def sentence(self) -> str:
        """What the p-value says at the significance level 1 − confidence, in Chinese: a difference is shown or is not, never "proved equal"."""
        level = 1 - self.confidence
        shown = self.p < level
        told = "差异显著" if shown else "没有足够证据说明有差异（不等于证明相同）"
        return f"{self.name}：p={self.p:.4g}，{'小于' if shown else '不小于'}显著性水平 {level:g}，{told}。"


def check_alternative(alternative: str) -> str:
    """``alternative`` if it is one of the three, or ValueError."""
    if alternative not in ALTERNATIVES:
        raise ValueError(f"备择假设“{alternative}”：two-sided（不等）、less（小于）或 greater（大于）。")
    return alternative


def tail_alpha(confidence: float, alternative: str) -> float:
    """Probability left out at each bound of the interval that goes with an alternative."""
    alpha = 1 - share(confidence, "置信水平")
    return alpha / 2 if check_alternative(alternative) == "two-sided" else alpha


def bounds(
    low: float, high: float, alternative: str, least: float = -math.inf, most: float = math.inf
) -> tuple[float, float]:
    """Open the side of an interval that a one-sided alternative does not bound."""
    if alternative == "less":
        return least, high
    if alternative == "greater":
        return low, most
    return max(low, least), min(high, most)
