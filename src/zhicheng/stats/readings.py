"""Numbers as they come in: whether they can be computed with at all, said before anything is computed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def spaced(name: str) -> str:
    """A name with a space after it when it ends in a letter or sign that Chinese text sets apart."""
    return name if "\u4e00" <= name[-1:] <= "\u9fff" else f"{name} "


def array(values: ArrayLike, name: str) -> Floats:
    """``values`` as floats, all finite.

    Errors: ValueError with a Chinese sentence that names the first value that is text, missing or infinite and where it stands.
    """
    try:
        found = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(
            f"{name}里有不是数的内容，或各行长短不一：{_first_text(values)}请改正后再算。"
        ) from None
    bad = ~np.isfinite(found)
    if bad.any():
        where = np.argwhere(bad)[0]
        place = "第 " + "、".join(str(int(at) + 1) for at in where) + " 个" if found.ndim else "这个"
        what = "缺失（NaN）" if np.isnan(found[tuple(where)]) else "无穷大"
        raise ValueError(f"{spaced(name)}{place}值{what}：请补上或去掉后再算。")
    return found


def _first_text(values: Any) -> str:
    if isinstance(values, Sequence) and not isinstance(values, str):
        for at, value in enumerate(values, 1):
            if isinstance(value, str):
                return f"第 {at} 个是“{value}”；"
            if value is None:
                return f"第 {at} 个是空的；"
    return ""


def sample(values: ArrayLike, name: str = "数据", least: int = 2, *, varied: bool = False) -> Floats:
    """One sample: a vector of at least ``least`` finite values; ``varied``: not all the same."""
    found = array(values, name)
    if found.ndim != 1:
        raise ValueError(f"{spaced(name)}须是一列数，现在是 {found.ndim} 维。")
    if found.size < least:
        raise ValueError(f"{spaced(name)}只有 {found.size} 个值，至少须有 {least} 个。")
    if varied and np.ptp(found) == 0:
        raise ValueError(f"{spaced(name)}的值全都相同（{found[0]:g}），没有变差可算：请检查分辨力与记录。")
    return found


def share(value: float, name: str) -> float:
    """A probability or share strictly between 0 and 1."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.floating)) or not 0 < value < 1:
        raise ValueError(f"{spaced(name)}须大于 0 且小于 1（百分数请先除以 100），不是 {value!r}。")
    return float(value)


def count(value: Any, name: str, least: int = 0) -> int:
    """A whole number of at least ``least``."""
    whole = isinstance(value, (int, np.integer)) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole or value < least:
        raise ValueError(f"{spaced(name)}须是不小于 {least} 的整数，不是 {value!r}。")
    return int(value)


def positive(value: float, name: str) -> float:
    """A finite number above 0."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)) or not 0 < value < np.inf:
        raise ValueError(f"{spaced(name)}须大于 0，不是 {value!r}。")
    return float(value)
