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


SAME = {
    "pvalue": "p",
    "confint": "ci",
    "interval": "ci",
    "confidenceinterval": "ci",
    "c": "ac",
    "r": "re",
    "samplesize": "n",
    "acceptancenumber": "ac",
    "rejectionnumber": "re",
    "paccept": "pa",
    "variance": "var",
    "stdev": "sd",
    "pctstudyvariation": "pctstudyvar",
    "percentstudyvar": "pctstudyvar",
    "percentcontribution": "pctcontribution",
    "percenttolerance": "pcttolerance",
    "operators": "operator",
    "parts": "part",
    "parttopart": "part",
    "partoperator": "interaction",
    "error": "repeatability",
    "gaugerr": "grr",
    "totalgrr": "grr",
}


def key_of(name: str) -> str:
    """A name without case and signs, and one word for those that mean the same."""
    bare = "".join(sign for sign in name.lower() if sign.isalnum())
    return SAME.get(bare, bare)


def named(found: Any, asked: Any) -> Any:
    """What was found under the names that are asked for, where they differ in spelling only; values are never looked at."""
    if isinstance(asked, list) and isinstance(found, list) and asked:
        return [named(one, asked[min(at, len(asked) - 1)]) for at, one in enumerate(found)]
    if not isinstance(asked, dict) or not isinstance(found, dict):
        return found
    spelled = {key_of(name): name for name in reversed(found)}
    shown = dict(found)
    for name, below in asked.items():
        own = name if name in found else spelled.get(key_of(name))
        if own is not None:
            shown[name] = named(found[own], below)
    return shown
