"""Names of facts in words, for lists that name facts and not values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from zhicheng.core.facts import field_of
from zhicheng.core.language import listed
from zhicheng.core.process import registry


@dataclass(frozen=True)
class Disclosed:
    """One counted kind of record: its title, the facts opened in words, the smallest group that they form."""

    title: Any
    facts: str
    smallest: int | None


def disclosure_rows(opened: Iterable[Mapping[str, Any]]) -> list[Disclosed]:
    """The list of what a public bundle opens, in words."""
    out = []
    for row in opened:
        process = registry[row["type"]]
        names = [field_of(process, name) for name in str(row["facts"]).split(",")]
        words = listed(str(f.verbose_name) for f in names if f is not None)
        out.append(Disclosed(process.title, words, row["smallest"]))
    return out
