"""Who draws the issued edition: set by ``config.processes``, because drawing is done by a room above this one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from zhicheng.core.files import Stored

Drawer: TypeAlias = "Callable[[Any], tuple[Stored, Stored]]"
"""Draws an edition as it is being issued: its PDF and its DOCX, stored. Errors: ValidationError naming what cannot be drawn."""
Judge: TypeAlias = "Callable[[Any], list[str]]"
"""Says what of a typed text cannot be drawn, a sentence each (empty: all can)."""
_set: dict[str, Any] = {}


def use(draw: Drawer, faults: Judge) -> None:
    """Set who draws."""
    _set.update(draw=draw, faults=faults)


def draw(edition: Any) -> tuple[Stored, Stored] | None:
    """The PDF and DOCX of an edition; None where nobody draws. Errors: ValidationError."""
    return _set["draw"](edition) if _set else None


def faults(edition: Any) -> list[str]:
    """What of the text cannot be drawn."""
    return _set["faults"](edition) if _set else []
