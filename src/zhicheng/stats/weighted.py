"""Charts with a memory: EWMA, tabular CUSUM and moving average, for subgroup means or individual values.

Source: ISO 7870-4 (CUSUM) and ISO 7870-6 (EWMA) (未核对原文); Roberts (1959), Technometrics 1; Page (1954), Biometrika 41; Lucas
and Crosier (1982), Technometrics 24 (fast initial response); Montgomery, chapter 9; NIST/SEMATECH e-Handbook 6.3.2.

Data: one dimension is individual values; two or more are subgroups (…, subgroups, n) unless ``of="individuals"``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

import numpy as np

from zhicheng.stats import constants as k
from zhicheng.stats import sigma as sg
from zhicheng.stats.limits import ROUNDING, ControlChart, Limits, drawn, given, reach
from zhicheng.stats.observations import (
    BoolArray,
    FloatArray,
    IntArray,
    Unusable,
    numbers,
    positive,
    subgroups,
)

Of: TypeAlias = Literal["subgroups", "individuals"]
SOURCE = {
    "ewma": "ISO 7870-6，EWMA 控制图（未核对原文）；Roberts (1959)",
    "cusum": "ISO 7870-4，累积和控制图（未核对原文）；Page (1954)",
    "moving_average": "Montgomery，第 9 章，移动平均控制图",
}


def _points(data: Any, of: Of | None) -> tuple[FloatArray, FloatArray, IntArray]:
    """Plotted means, the values themselves (one column for individuals), and the sizes."""
    plain = of == "individuals" or (of is None and not _nested(data))
    if plain:
        values = numbers(data, "数据")
        return values, values[..., None], np.ones(values.shape, dtype=np.int64)
    values, sizes = subgroups(data)
    return sg.means(values, sizes), values, sizes


def _nested(data: Any) -> bool:
    if isinstance(data, (list, tuple)):
        return bool(data) and isinstance(data[0], (list, tuple, np.ndarray))
    return np.ndim(data) > 1


def _held(
    chart: str,
    x: FloatArray,
    values: FloatArray,
    sizes: IntArray,
    known: tuple[Any, Any],
    estimator: str | None,
    constants: k.Convention,
    nsigma: float | None,
    parameters: dict[str, float],
) -> Limits:
    """The limits of phase I: centre and sigma as given, or estimated from the data."""
    centre, sigma = known
    single = bool((sizes == 1).all())
    method = estimator or ("MR" if single else "UWAVE-R")
    if sigma is not None:
        found, method = given(sigma, " σ"), "given"
    elif single:
        found = sg.estimate_individual(x, cast(sg.IndividualEstimator, method), 2, constants)
    else:
        found = sg.estimate(values, sizes, sg.known(method), constants)
    if (found <= 0).any():
        raise Unusable("σ 为 0，画不出控制限：请检查数据是否全都相同，或给出 σ。")
    weight = sizes if (sizes != sizes.flat[0]).any() else np.ones_like(sizes)
    middle = (x * weight).sum(axis=-1) / weight.sum(axis=-1) if centre is None else given(centre, "中心线")
    return Limits(
        chart=chart,
        centre=np.asarray(middle),
        sigma=found,
        estimator=method,
        subgroups=x.shape[-1],
        observations=int(sizes.reshape(-1, sizes.shape[-1])[0].sum()),
        size=int(sizes.flat[0]) if (sizes == sizes.flat[0]).all() else None,
        nsigma=nsigma,
        constants=constants,
        parameters=parameters,
        source=SOURCE[chart],
    )


@dataclass(frozen=True, slots=True)
class Ewma:
    """The EWMA chart: ``chart`` with the limits of each point, and the limits that they approach."""

    chart: ControlChart
    weight: float
    asymptotic_lower: FloatArray
    asymptotic_upper: FloatArray


def ewma(
    data: Any,
    *,
    weight: float = 0.2,
    limits: Limits | None = None,
    centre: Any = None,
    sigma: Any = None,
    estimator: str | None = None,
    nsigma: float = 3.0,
    constants: k.Convention = "exact",
    of: Of | None = None,
    start: Any = None,
) -> Ewma:
    """The EWMA chart z_i = λ·x̄_i + (1−λ)·z_(i−1), z_0 = ``start`` (default: centre), ``weight`` λ in (0, 1].

    Limits centre ± nsigma·σ/√n_i·√(λ/(2−λ)·(1−(1−λ)^(2i))). Errors: Unusable for λ outside (0, 1], data as elsewhere.
    Example: with λ 0.5, centre 10, σ 2 and nsigma 2, the values 11, 13, 12 give z = 10.5, 11.75, 11.875.
    """
    x, values, sizes = _points(data, of)
    if limits:
        held = limits.expect("ewma")
    else:
        if positive(weight, "EWMA 的权 λ") > 1:
            raise Unusable(f"EWMA 的权 λ 应在 0 与 1 之间，现在是 {weight}。")
        distance = positive(nsigma, "控制限的倍数 nsigma")
        held = _held(
            "ewma", x, values, sizes, (centre, sigma), estimator, constants, distance, {"weight": weight}
        )
    lam = held.parameters["weight"]
    z = np.empty_like(x)
    last = np.asarray(held.centre if start is None else given(start, "起始值")) + np.zeros(x.shape[:-1])
    for i in range(x.shape[-1]):
        last = lam * x[..., i] + (1 - lam) * last
        z[..., i] = last
    order = np.arange(1, x.shape[-1] + 1)
    error = held.sigma[..., None] / np.sqrt(sizes) * np.sqrt(lam / (2 - lam) * (1 - (1 - lam) ** (2 * order)))
    final = reach(held) * held.sigma / math.sqrt(int(sizes.flat[-1])) * math.sqrt(lam / (2 - lam))
    chart = drawn(held, z, error, 2 if limits else 1, independent=False)
    return Ewma(chart, lam, np.asarray(held.centre - final), np.asarray(held.centre + final))


@dataclass(frozen=True, slots=True)
class Cusum:
    """The tabular CUSUM, in standard errors of the plotted mean: ``positive`` and ``negative`` sums, both ≥ 0.

    ``h`` decision interval, ``k`` reference value, ``head_start``; ``upper``, ``lower``: points whose sum exceeds h.
    ``positive_since``, ``negative_since``: how many points in a row the sum has been above 0 (N⁺, N⁻): when the shift began.
    """

    positive: FloatArray
    negative: FloatArray
    positive_since: IntArray
    negative_since: IntArray
    upper: BoolArray
    lower: BoolArray
    h: float
    k: float
    head_start: float
    limits: Limits
    phase: Literal[1, 2]


def cusum(
    data: Any,
    *,
    h: float = 5.0,
    k: float = 0.5,
    head_start: float = 0.0,
    limits: Limits | None = None,
    centre: Any = None,
    sigma: Any = None,
    estimator: str | None = None,
    constants: k.Convention = "exact",
    of: Of | None = None,
) -> Cusum:
    """The tabular CUSUM of z_i = (x̄_i − centre)/(σ/√n_i): C⁺_i = max(0, C⁺_(i−1) + z_i − k), C⁻_i = max(0, C⁻_(i−1) − z_i − k).

    Both start at ``head_start`` (fast initial response: h/2). ``k`` is half the shift to be found, in standard errors. The sums
    go on from phase I into phase II when the whole series is given with frozen limits.
    Errors: Unusable unless h > 0, k ≥ 0, 0 ≤ head_start < h. Example: 1.5, 0.5, 0.6 with centre 0, σ 1, k 0.5 give 1, 1, 1.1.
    """
    x, values, sizes = _points(data, of)
    if limits:
        held = limits.expect("cusum")
    else:
        positive(h, "判定距 h")
        if not (math.isfinite(k) and k >= 0):
            raise Unusable(f"参考值 k 应不小于 0，现在是 {k}。")
        if not 0 <= head_start < h:
            raise Unusable(f"起始值 head_start 应不小于 0 且小于 h = {h}，现在是 {head_start}。")
        parameters = {"h": h, "k": k, "head_start": head_start}
        held = _held("cusum", x, values, sizes, (centre, sigma), estimator, constants, None, parameters)
    h, k, head_start = (held.parameters[name] for name in ("h", "k", "head_start"))
    z = (x - held.centre[..., None]) / (held.sigma[..., None] / np.sqrt(sizes))
    line = h * (1 + ROUNDING)
    up, up_since = _sums(z - k, head_start)
    down, down_since = _sums(-z - k, head_start)
    return Cusum(
        up, down, up_since, down_since, up > line, down > line, h, k, head_start, held, 2 if limits else 1
    )  # fmt: skip


def _sums(steps: FloatArray, head_start: float) -> tuple[FloatArray, IntArray]:
    sums, since = np.empty_like(steps), np.empty(steps.shape, dtype=np.int64)
    last, length = np.full(steps.shape[:-1], head_start), np.zeros(steps.shape[:-1], dtype=np.int64)
    for i in range(steps.shape[-1]):
        last = np.maximum(0.0, last + steps[..., i])
        length = np.where(last > 0, length + 1, 0)
        sums[..., i], since[..., i] = last, length
    return sums, since


def moving_average(
    data: Any,
    *,
    span: int = 3,
    limits: Limits | None = None,
    centre: Any = None,
    sigma: Any = None,
    estimator: str | None = None,
    nsigma: float = 3.0,
    constants: k.Convention = "exact",
    of: Of | None = None,
) -> ControlChart:
    """The moving average chart: the mean of the last ``span`` plotted means; the first points average what there is.

    Limits centre ± nsigma·√(Σ σ²/n_j)/w over the w points averaged (σ/√(n·w) with equal n). Errors: Unusable for a span
    below 2 or longer than the data. Example: ``moving_average([1, 2, 3], span=2).statistic.tolist()`` is [1.0, 1.5, 2.5].
    """
    x, values, sizes = _points(data, of)
    if limits:
        held = limits.expect("moving_average")
    else:
        if isinstance(span, bool) or int(span) != span or not 2 <= span <= x.shape[-1]:
            raise Unusable(f"移动平均的跨度应为 2 到点数 {x.shape[-1]} 的整数，现在是 {span}。")
        distance = positive(nsigma, "控制限的倍数 nsigma")
        parameters = {"span": float(span)}
        held = _held(
            "moving_average", x, values, sizes, (centre, sigma), estimator, constants, distance, parameters
        )
    width = int(held.parameters["span"])
    used = np.minimum(np.arange(1, x.shape[-1] + 1), width)
    averages = _window_sums(x, width) / used
    error = held.sigma[..., None] * np.sqrt(_window_sums(1.0 / sizes, width)) / used
    return drawn(held, averages, error, 2 if limits else 1, independent=False)


def _window_sums(x: FloatArray, width: int) -> FloatArray:
    padded = np.concatenate([np.zeros((*x.shape[:-1], width - 1)), x], axis=-1)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, width, axis=-1).sum(axis=-1))
