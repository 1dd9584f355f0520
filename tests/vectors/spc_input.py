"""What is given in a case, and results as plain JSON."""

from __future__ import annotations

import math
from typing import Any

Given = dict[str, Any]


def given(case: Given) -> Given:
    """The input of a case."""
    found = case.get("input", case)
    assert isinstance(found, dict)
    return found


def first(of: Given, *names: str, default: Any = None) -> Any:
    """The first of several names that is given (and not None)."""
    return next((of[name] for name in names if of.get(name) is not None), default)


def plain(value: Any) -> Any:
    """A result as JSON knows it: what is not a finite number is null."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
