"""Shewhart charts of individual values: X and moving range.

Source: GB/T 17989.2-2020 and ISO 7870-2, clauses on individuals charts (未核对原文); Montgomery, section 6.4.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from zhicheng.stats import constants as k
from zhicheng.stats import sigma as sg
from zhicheng.stats.limits import ControlChart, Limits, drawn, given
from zhicheng.stats.observations import FloatArray, Unusable, numbers, positive, share
from zhicheng.stats.variables import IMR

SOURCE = "GB/T 17989.2-2020 / ISO 7870-2，单值—移动极差控制图（未核对原文）"


def _estimated(
    chart: str, values: FloatArray, centre: Any, sigma: Any, estimator: str, span: int, rest: dict[str, Any]
) -> Limits:
    convention = rest.get("constants", "exact")
    if sigma is not None:
        found, estimator = given(sigma, " σ"), "given"
    else:
        if values.shape[-1] < 2:
            raise Unusable("只有 1 个值，不能估计控制限：至少要 2 个（建议 20 个以上）。")
        found = sg.estimate_individual(values, cast(sg.IndividualEstimator, estimator), span, convention)
    flat = np.atleast_1d(found)
    if (flat <= 0).any():
        where = f"（特性 {int(np.flatnonzero(flat.ravel() <= 0)[0]) + 1}）" if flat.size > 1 else ""
        raise Unusable(f"数据{where}没有变差，σ 为 0，画不出控制限：请检查量具的分辨力或数据来源。")
    middle = np.asarray(values.mean(axis=-1)) if centre is None else given(centre, "中心线")
    probability = rest.get("probability")
    return Limits(
        chart=chart,
        centre=middle,
        sigma=found,
        estimator=estimator,
        subgroups=values.shape[-1],
        observations=values.shape[-1],
        size=1,
        nsigma=None if probability is not None else positive(rest.get("nsigma", 3.0), "控制限的倍数 nsigma"),
        probability=None if probability is None else share(probability, "控制限内的概率"),
        constants=convention,
        parameters={"span": span},
        source=SOURCE,
    )


def i_chart(
    data: Any,
    *,
    limits: Limits | None = None,
    centre: Any = None,
    sigma: Any = None,
    estimator: str = "MR",
    span: int = 2,
    nsigma: float = 3.0,
    probability: float | None = None,
    constants: k.Convention = "exact",
) -> ControlChart:
    """The individuals chart: values about their mean, limits ± nsigma·σ; σ from the moving range unless given.

    Data (…, values) in the order of time. With span 2 the limits are X̄ ± 2.66·R̄m. Errors: Unusable for one value, values
    without variation, NaN, infinite or text. Example: ``float(i_chart([1, 3, 2]).limits.centre)`` is 2.
    """
    values = numbers(data, "数据")
    rest = {"nsigma": nsigma, "probability": probability, "constants": constants}
    held = limits.expect("i") if limits else _estimated("i", values, centre, sigma, estimator, span, rest)
    return drawn(held, values, held.sigma[..., None], 2 if limits else 1)


def mr_chart(
    data: Any,
    *,
    limits: Limits | None = None,
    sigma: Any = None,
    estimator: str = "MR",
    span: int = 2,
    nsigma: float = 3.0,
    constants: k.Convention = "exact",
) -> ControlChart:
    """The moving range chart: ranges of ``span`` values in a row about d2·σ (R̄m), limits ± nsigma·d3·σ, not below 0.

    Point i is the range that ends at value i + span − 1. Neighbouring ranges share values: run rules are refused.
    Errors: as ``i_chart``. Example: ``mr_chart([1, 3, 2]).statistic.tolist()`` is ``[2.0, 1.0]``.
    """
    values = numbers(data, "数据")
    rest = {"nsigma": nsigma, "constants": constants}
    held = limits.expect("mr") if limits else _estimated("mr", values, None, sigma, estimator, span, rest)
    width = int(held.parameters["span"])
    convention = held.constants
    if limits is None:
        held = _recentred(held, np.asarray(held.sigma * k.d2(width, convention)))
    error = held.sigma[..., None] * k.d3(width, convention)
    statistic = sg.moving_ranges(values, width)
    return drawn(held, statistic, error, 2 if limits else 1, floor=0.0, independent=False)


def _recentred(limits: Limits, centre: FloatArray) -> Limits:
    from dataclasses import replace

    return replace(limits, centre=centre)


def i_mr(data: Any, **options: Any) -> IMR:
    """The pair of individual values and moving range. Options and errors: as ``i_chart`` (without frozen limits: freeze each).

    Example: ``float(i_mr([1, 3, 2]).mr.limits.centre)`` is 1.5.
    """
    shared = {name: value for name, value in options.items() if name not in ("centre", "probability")}
    return IMR(i_chart(data, **options), mr_chart(data, **shared))
