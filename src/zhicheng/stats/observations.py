"""What every method asks of its data: numbers, finite, in a shape that it knows. What is wrong is said with its place."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
IntArray: TypeAlias = npt.NDArray[np.int64]
Missing: TypeAlias = Literal["refuse", "omit"]

IN_CACHE = 65_536
"""How many numbers are worked on at once: half a megabyte, which a core keeps near itself."""

_PLACES = {1: ("第 {} 个值",), 2: ("子组 {}", "第 {} 个值"), 3: ("特性 {}", "子组 {}", "第 {} 个值")}


class Unusable(ValueError):
    """The data or a parameter cannot give what was asked; the message says what is wrong, where, and how to mend it."""


def place(at: Sequence[int]) -> str:
    """An index, counted from 0, in words that count from 1: ``(2, 0)`` is 子组 3 第 1 个值."""
    words = _PLACES.get(len(at))
    if words is None:
        return f"下标 {tuple(int(i) + 1 for i in at)}"
    return " ".join(word.format(int(i) + 1) for word, i in zip(words, at, strict=True))


def numbers(values: Any, name: str, *, missing: Missing = "refuse", dimensions: int = 1) -> FloatArray:
    """The values as an array of finite numbers with at least so many dimensions; NaN stays where ``missing`` is "omit".

    Errors: Unusable for text, None, booleans, infinite numbers, NaN (unless omitted), nothing at all or too few dimensions.
    """
    array = _as_array(values, name)
    if not array.size:
        raise Unusable(f"{name}是空的：请至少给出一个值。")
    if array.ndim < dimensions:
        raise Unusable(f"{name}应至少有 {dimensions} 维，现在只有 {array.ndim} 维：请按子组分行给出。")
    total = float(array.sum())
    if not math.isfinite(total):
        _refuse_unfinite(array, name, missing)
    return array


def _as_array(values: Any, name: str) -> FloatArray:
    if isinstance(values, np.ndarray) and values.dtype.kind in "iuf":
        return values.astype(np.float64, copy=False)
    try:
        flat = np.asarray(
            values, dtype=object
        )  # as objects, or a single text would turn all values into texts
    except ValueError as error:
        raise Unusable(f"{name}各行长短不一：请补齐，或把缺的位置留空并设 missing='omit'。") from error
    for at, value in np.ndenumerate(flat):
        if isinstance(value, (list, tuple)):
            raise Unusable(f"{name}各行长短不一：请补齐，或把缺的位置留空并设 missing='omit'。")
        if value is not None and (isinstance(value, (str, bytes, bool, np.bool_)) or not _is_number(value)):
            raise Unusable(f"{name}的{place(at)}不是数（{value!r}）：请改为数值后重算。")
    return np.array([np.nan if v is None else float(v) for v in flat.flat]).reshape(flat.shape)


def _is_number(value: object) -> bool:
    try:
        float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return True


def _refuse_unfinite(array: FloatArray, name: str, missing: Missing) -> None:
    infinite = np.argwhere(np.isinf(array))
    if infinite.size:
        raise Unusable(f"{name}的{place(infinite[0])}是无穷大：请更正后重算。")
    absent = np.argwhere(np.isnan(array))
    if absent.size and missing == "refuse":
        raise Unusable(
            f"{name}的{place(absent[0])}缺失（NaN）：请补上或去掉；确要略过缺失值，请设 missing='omit'。"
        )


def subgroups(values: Any, name: str = "数据", *, missing: Missing = "refuse") -> tuple[FloatArray, IntArray]:
    """Subgroups as rows of the last two axes, and how many values each has.

    Accepts an array of shape (…, subgroups, n), or a list of lists of unequal length for one characteristic, which is
    padded with NaN. Errors: as ``numbers``; a subgroup without a value.
    """
    ragged = _ragged(values)
    if ragged is not None:
        values, missing = ragged, "omit"
    data = numbers(values, name, missing=missing, dimensions=2)
    sizes = np.full(data.shape[:-1], data.shape[-1], dtype=np.int64)
    if missing == "omit":
        sizes = np.count_nonzero(~np.isnan(data), axis=-1)
        empty = np.argwhere(sizes == 0)
        if empty.size:
            raise Unusable(
                f"{name}的{place((*empty[0], 0)).removesuffix(' 第 1 个值')} 没有值：请去掉这个子组。"
            )
    return data, sizes


def _ragged(values: Any) -> list[list[Any]] | None:
    """Rows of unequal length, padded with None; None when the rows are equal or are not rows."""
    if not isinstance(values, (list, tuple)) or not values:
        return None
    if not all(isinstance(row, (list, tuple, np.ndarray)) and len(row) for row in values):
        return None
    if any(isinstance(one, (list, tuple, np.ndarray)) for row in values for one in row):
        return None
    longest = max(len(row) for row in values)
    if all(len(row) == longest for row in values):
        return None
    return [[*row, *[None] * (longest - len(row))] for row in values]


def sample(values: Any, name: str = "数据", *, least: int = 2, missing: Missing = "refuse") -> FloatArray:
    """One or many samples along the last axis, at least ``least`` values each, not all equal.

    Errors: as ``numbers``; too few values; values that are all equal.
    """
    data = numbers(values, name, missing=missing)
    if data.shape[-1] < least:
        raise Unusable(f"{name}只有 {data.shape[-1]} 个值，至少要 {least} 个。")
    same = np.argwhere(np.atleast_1d(np.ptp(data, axis=-1) == 0)) if missing == "refuse" else np.empty(0)
    if same.size:
        where = f"（特性 {int(same[0][0]) + 1}）" if data.ndim > 1 else ""
        raise Unusable(f"{name}{where}的值全都相同，没有变差可估计：请检查量具的分辨力或数据来源。")
    return data


def positive(value: float, name: str) -> float:
    """A parameter that must be a finite number above 0."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.floating, np.integer)):
        raise Unusable(f"{name}应为数，现在是 {value!r}。")
    if not (math.isfinite(value) and value > 0):
        raise Unusable(f"{name}应大于 0，现在是 {value}。")
    return float(value)


def share(value: float, name: str) -> float:
    """A parameter that must lie between 0 and 1, both excluded."""
    if not 0 < positive(value, name) < 1:
        raise Unusable(f"{name}应在 0 与 1 之间，现在是 {value}。")
    return float(value)


def slices(characteristics: int, each: int) -> Iterator[slice]:
    """Blocks of characteristics of ``each`` numbers that fit in a core's cache."""
    step = max(1, IN_CACHE // max(each, 1))
    for start in range(0, characteristics, step):
        yield slice(start, min(start + step, characteristics))
