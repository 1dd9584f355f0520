"""Expanded gauge R&R: more factors than part and operator (gauge, laboratory, day …), unequal or missing repetitions.

Henderson's method 1 in its sequential form: sums of squares of the effects in the order given, set equal to their expectations.
Source: Searle, Casella and McCulloch, Variance Components (1992), chapter 5; AIAG MSA, 4th edition, chapter III (expanded studies).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from zhicheng.stats.readings import Floats, positive, sample


@dataclass(frozen=True, slots=True)
class Effect:
    """One random effect: its name (factors joined by ×), degrees of freedom, sum of squares, estimated variance (0 when the estimate
    is negative), share of the total variance and of the total standard deviation in per cent."""

    name: str
    df: int
    ss: float
    variance: float
    pct_contribution: float
    pct_study_variation: float
    pct_tolerance: float


@dataclass(frozen=True, slots=True)
class ExpandedStudy:
    """Result: the effects in order, repeatability, and GRR, which is all but the effects of parts alone."""

    effects: tuple[Effect, ...]
    repeatability: Effect
    grr_variance: float
    part_variance: float
    total_variance: float
    pct_grr: float
    ndc_raw: float


def gauge_rr_expanded(
    values: ArrayLike,
    factors: Mapping[str, Sequence[object]],
    effects: Sequence[Sequence[str]],
    *,
    part: str = "part",
    k_study: float = 6.0,
    tolerance: float | None = None,
) -> ExpandedStudy:
    """Variance components of any random model of one value a row.

    ``factors``: name → level of each row; ``effects``: each a list of factor names, such as ``[["part"], ["operator"], ["part",
    "operator"]]``; a nested factor is written with what it is nested in. ``part``: the factor whose own effect is not gauge variation.
    Errors: ValueError for unknown factors, columns of other length, effects without degrees of freedom, nothing left for repeatability.

    >>> rows = {"part": [1, 1, 2, 2, 1, 1, 2, 2], "operator": ["A"] * 4 + ["B"] * 4}
    >>> found = gauge_rr_expanded([1.0, 1.2, 2.0, 2.2, 1.1, 1.3, 2.2, 2.0], rows, [["part"], ["operator"]])
    >>> round(found.repeatability.variance, 5)
    0.017
    """
    y = sample(values, "测量数据", 4, varied=True)
    designs = {" × ".join(names): _indicator(names, factors, y.size) for names in effects}
    if not designs or part not in factors:
        raise ValueError(f"须至少有一个效应，且因子中须有零件“{part}”。")
    bases = _sequential_bases(designs)
    used = 1 + sum(base.shape[1] for base in bases.values())
    if used >= y.size:
        raise ValueError("没有剩下自由度估计重复性：请增加重复测量，或去掉高阶交互作用。")
    ss = {name: float(((base.T @ y) ** 2).sum()) for name, base in bases.items()}
    fitted = sum(ss.values())
    error_df = y.size - used
    error = float(((y - y.mean()) ** 2).sum() - fitted) / error_df
    variances = _solve(designs, bases, ss, error)
    grr = error + sum(value for name, value in variances.items() if name != part)
    total = grr + variances.get(part, 0.0)
    width = np.nan if tolerance is None else positive(tolerance, "公差")

    def line(name: str, df: int, square: float, variance: float) -> Effect:
        sd = variance**0.5
        return Effect(
            name,
            df,
            square,
            variance,
            100 * variance / total,
            100 * sd / total**0.5,
            100 * k_study * sd / width,
        )

    lines = tuple(line(name, bases[name].shape[1], ss[name], variances[name]) for name in designs)
    part_variance = variances.get(part, 0.0)
    ndc = 1.41 * (part_variance / grr) ** 0.5 if grr > 0 else np.nan
    residual = line("重复性", error_df, error * error_df, error)
    return ExpandedStudy(lines, residual, grr, part_variance, total, 100 * (grr / total) ** 0.5, float(ndc))


def _indicator(names: Sequence[str], factors: Mapping[str, Sequence[object]], rows: int) -> Floats:
    unknown = [name for name in names if name not in factors]
    if unknown or not names:
        raise ValueError(f"效应里的因子“{'、'.join(unknown)}”没有数据：请给出每行的水平。")
    if any(len(factors[name]) != rows for name in names):
        raise ValueError("各因子的行数须与测量值相同。")
    keys = list(zip(*(factors[name] for name in names), strict=True))
    levels = {key: at for at, key in enumerate(dict.fromkeys(keys))}
    found = np.zeros((rows, len(levels)))
    found[np.arange(rows), [levels[key] for key in keys]] = 1.0
    return found


def _sequential_bases(designs: Mapping[str, Floats]) -> dict[str, Floats]:
    """Orthonormal bases of what each effect adds to those before it (and to the mean)."""
    rows = next(iter(designs.values())).shape[0]
    before = np.full((rows, 1), rows**-0.5)
    found: dict[str, Floats] = {}
    for name, design in designs.items():
        left = design - before @ (before.T @ design)
        u, singular, _v = np.linalg.svd(left, full_matrices=False)
        base = u[:, singular > 1e-9 * max(1.0, float(singular.max(initial=0.0)))]
        if base.shape[1] == 0:
            raise ValueError(f"效应“{name}”没有自由度：它的水平只有一个，或已被前面的效应完全包含。")
        found[name] = base
        before = np.hstack([before, base])
    return found


def _solve(
    designs: Mapping[str, Floats], bases: Mapping[str, Floats], ss: Mapping[str, float], error: float
) -> dict[str, float]:
    """Set the sequential sums of squares equal to their expectations; each effect still shows in the ones before it."""
    names = list(designs)
    weights = np.array(
        [[float(((bases[row].T @ designs[col]) ** 2).sum()) for col in names] for row in names]
    )
    right = np.array([ss[name] - bases[name].shape[1] * error for name in names])
    found = np.linalg.solve(weights, right)
    return {name: max(float(value), 0.0) for name, value in zip(names, found, strict=True)}
