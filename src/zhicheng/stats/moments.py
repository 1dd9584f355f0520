"""Means, standard deviations within and overall, and counts beyond limits: what capability indices are made of."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

import numpy as np

from zhicheng.stats import constants as k
from zhicheng.stats import sigma as sg
from zhicheng.stats.observations import FloatArray, IntArray, Unusable, numbers, slices, subgroups

Of: TypeAlias = Literal["subgroups", "individuals"]


@dataclass(frozen=True, slots=True)
class Moments:
    """What the data say, before any limit is looked at; ``freedom`` of sigma within."""

    mean: FloatArray
    within: FloatArray
    overall: FloatArray
    estimator: str
    observations: int
    subgroups: int
    freedom: float
    below: FloatArray | None
    above: FloatArray | None


def moments(
    data: Any,
    lower: FloatArray | None = None,
    upper: FloatArray | None = None,
    *,
    of: Of | None = None,
    estimator: str | None = None,
    constants: k.Convention = "exact",
) -> Moments:
    """Mean, both sigmas and counts beyond limits, block by block so that each value is fetched from memory once."""
    plain = of == "individuals" or (of is None and not (_nested(data)))
    sizes: IntArray | None = None
    if plain:
        values = numbers(data, "数据")
    else:
        values, sizes = subgroups(data)
    if plain or sizes is None:
        method = estimator or "MR"
        rows = values.reshape(-1, values.shape[-1])
        shape, groups, size = values.shape[:-1], values.shape[-1], 1
        if groups < 2:
            raise Unusable("只有 1 个值，不能估计标准差：至少要 2 个。")
    else:
        groups, size = values.shape[-2:]
        method = sg.known(estimator or ("UWAVE-R" if size < 10 else "UWAVE-SD"))
        shape = values.shape[:-2]
        if (sizes != size).any():
            return _unequal(values, sizes, lower, upper, method, constants)
        if size < 2:
            raise Unusable("子组只含 1 个值，不能估计组内标准差：请用 of='individuals'。")
        rows = values.reshape(-1, groups * size)
    out = _blocks(rows, groups, size, method, constants, lower, upper)
    mean, within, overall, below, above = (None if one is None else one.reshape(shape) for one in out)
    assert mean is not None
    assert within is not None
    assert overall is not None
    _varies(within, overall)
    freedom = _freedom(method, groups, size)
    return Moments(mean, within, overall, method, groups * size, groups, freedom, below, above)


def _nested(data: Any) -> bool:
    if isinstance(data, (list, tuple)):
        return bool(data) and isinstance(data[0], (list, tuple, np.ndarray))
    return np.ndim(data) > 1


def _varies(within: FloatArray, overall: FloatArray) -> None:
    flat = np.atleast_1d(np.minimum(within, overall)).ravel()
    wrong = np.flatnonzero(flat <= 0)
    if wrong.size:
        where = f"（特性 {int(wrong[0]) + 1}）" if flat.size > 1 else ""
        raise Unusable(f"数据{where}没有变差，σ 为 0，能力指数无意义：请检查量具的分辨力或数据来源。")


def _blocks(
    rows: FloatArray, groups: int, size: int, method: str, constants: k.Convention, lower: FloatArray | None, upper: FloatArray | None
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray | None, FloatArray | None]:  # fmt: skip
    count, n = rows.shape
    mean, within, overall = np.empty(count), np.empty(count), np.empty(count)
    below = None if lower is None else np.empty(count)
    above = None if upper is None else np.empty(count)
    sides = [
        (out, _column(limit, count), sign) for out, limit, sign in ((below, lower, -1), (above, upper, 1))
    ]
    equal_sizes = np.full((1, groups), size, dtype=np.int64)
    for block in slices(count, n):
        x = rows[block]
        mean[block] = centre = x.mean(axis=-1)
        away = x - centre[:, None]
        np.sqrt(np.einsum("ij,ij->i", away, away) / (n - 1), out=overall[block])
        if size == 1:
            within[block] = sg.estimate_individual(x, cast(sg.IndividualEstimator, method), 2, constants)
        else:
            within[block] = sg.estimate(x.reshape(-1, groups, size), equal_sizes, sg.known(method), constants)
        for out, limit, sign in sides:
            if out is not None and limit is not None:
                line = limit[block, None]
                out[block] = np.count_nonzero(x > line if sign > 0 else x < line, axis=-1) / n
    return mean, within, overall, below, above


def _column(limit: FloatArray | None, count: int) -> FloatArray | None:
    if limit is None:
        return None
    try:
        return np.asarray(np.broadcast_to(np.asarray(limit).ravel() if np.ndim(limit) else limit, (count,)))
    except ValueError as error:
        raise Unusable(
            f"有 {count} 个特性，却给了 {np.size(limit)} 个规格限：应只给一个，或逐个给出。"
        ) from error


def _unequal(
    values: FloatArray, sizes: IntArray, lower: FloatArray | None, upper: FloatArray | None, method: sg.Estimator, constants: k.Convention
) -> Moments:  # fmt: skip
    """One characteristic, or many, with subgroups of unequal size: NaN stand for what is not there."""
    total = sizes.sum(axis=-1)
    mean = np.nansum(values, axis=(-2, -1)) / total
    away = values - mean[..., None, None]
    overall = np.sqrt(np.nansum(away * away, axis=(-2, -1)) / (total - 1))
    within = sg.estimate(values, sizes, method, constants)
    _varies(within, np.asarray(overall))

    def beyond(limit: FloatArray | None, sign: int) -> FloatArray | None:
        if limit is None:
            return None
        line = np.asarray(limit)[..., None, None]
        return np.asarray((sign * (values - line) > 0).sum(axis=(-2, -1)) / total)

    count = int(np.asarray(total).flat[0])
    freedom = _freedom(method, values.shape[-2], count / values.shape[-2])
    return Moments(
        np.asarray(mean), within, np.asarray(overall), method, count, values.shape[-2], freedom, beyond(lower, -1), beyond(upper, 1)
    )  # fmt: skip


def _freedom(method: str, groups: int, size: float) -> float:
    """What sigma within rests on. For s̄/c4 and R̄/d2: ν of a χ with the same relative spread, 1/(2·cv²) (Patnaik 1950)."""
    if method in ("RMSDF", "POOLED"):
        return groups * (size - 1)
    if method in ("SD", "SD-RAW"):
        return groups - 1
    if method in ("MR", "MEDIAN-MR"):
        return 0.62 * (groups - 1)
    n = max(2, round(size))
    cv = k.d3(n) / k.d2(n) if method.endswith("-R") else math.sqrt(1 - k.c4(n) ** 2) / k.c4(n)
    return groups / (2 * cv * cv)
