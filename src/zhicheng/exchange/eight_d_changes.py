"""Where a filled-in 8D says something else than the complaint, fact by fact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from zhicheng.core.fields import RowsField
from zhicheng.exchange.eight_d import DISCIPLINES, TEAM, said, team_text
from zhicheng.exchange.eight_d_reading import Read


@dataclass(frozen=True)
class Difference:
    """One fact: its discipline, what the complaint says, what the file says, and what a writer would be given for it.

    ``open``: whether it may be taken over in the present state; moments and what the house itself knows never are."""

    name: str
    code: str
    title: str
    present: str
    given: str
    value: Any
    open: bool


def differences(record: Any, read: Read, amendable: Iterable[str]) -> list[Difference]:
    """In the order of the form. What is empty in the file is no difference: it deletes nothing."""
    may, found = set(amendable), []
    for discipline in DISCIPLINES:
        for item in discipline.items:
            f = record._meta.get_field(item.name)
            rows = isinstance(f, RowsField)
            given = team_text(read.team) if item.name == TEAM else read.texts.get(item.name, "")
            present = said(record, item.name)
            if item.name == "number" or not given.strip() or compared(given) == compared(present):
                continue
            value: Any = [{"name": n, "part": part} for n, part in read.team] if rows else given.strip()
            plain = rows or (not f.choices and f.get_internal_type() in ("CharField", "TextField"))
            title = str(f.verbose_name)
            found.append(
                Difference(
                    item.name, discipline.code, title, present, given, value, plain and item.name in may
                )
            )
    return found


def compared(text: str) -> str:
    """A text for comparing: an office program adds and drops spaces at the ends of lines."""
    return "\n".join(line.strip() for line in text.replace("\r\n", "\n").strip().split("\n"))
