"""Characters that must not reach paper: controls, lone surrogates, and marks that turn the direction of writing.

Spreadsheets hand such characters on unseen. XML and PDF/A refuse the first two kinds; the third can make a number read
backwards. They are left out of what is drawn, never of what is recorded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")

UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def printable(value: T) -> T:
    """The same value without unprintable characters in any of its strings, however deep."""
    return _without(value)  # type: ignore[no-any-return]


def _without(value: Any) -> Any:
    if isinstance(value, str):
        return UNPRINTABLE.sub("", value)
    if isinstance(value, tuple):
        return tuple(_without(one) for one in value)
    if isinstance(value, Mapping):
        return {_without(key): _without(one) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _without(getattr(value, one.name)) for one in fields(value)})
    return value
