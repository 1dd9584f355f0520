"""Give results the names and shapes that a case asks for: lower case or not, one number or one for each point."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from zhicheng.stats import Unusable

Results = dict[str, Any]


def plain(value: Any) -> Any:
    """Arrays become lists, numbers of NumPy plain numbers; what is not finite becomes null."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _key(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


def as_expected(results: Results, expected: Any) -> Results:
    """The results, and beside them what ``expected`` calls by another spelling or holds in another shape."""
    found = plain(results)
    if not isinstance(expected, dict):
        return dict(found)
    by_key = {_key(name): value for name, value in found.items()}
    for name, wanted in expected.items():
        value = found.get(name, by_key.get(_key(name)))
        if isinstance(wanted, dict) and not isinstance(value, dict):
            value = by_key.get(_key(f"{name}_by_method"), value)
        if value is None:
            continue
        found[name] = _shaped(value, wanted)
    return dict(found)


def _shaped(value: Any, wanted: Any) -> Any:
    if isinstance(wanted, dict) and isinstance(value, dict):
        return as_expected(value, wanted)
    if isinstance(wanted, list) and isinstance(value, (int, float)) and not isinstance(value, bool):
        return [value] * len(wanted)
    if (
        isinstance(wanted, (int, float))
        and isinstance(value, list)
        and value
        and all(v == value[0] for v in value)
    ):
        return value[0]
    return value


def first(given: dict[str, Any], *names: str) -> Any:
    """The first of these inputs that the case has (and is not null)."""
    return next((given[name] for name in names if given.get(name) is not None), None)


def needed(given: dict[str, Any], *names: str) -> Any:
    """As ``first``. Errors: Unusable when the case has none of them."""
    found = first(given, *names)
    if found is None:
        raise Unusable(f"案例缺少输入 {' / '.join(names)}：现有 {'、'.join(given)}。")
    return found
