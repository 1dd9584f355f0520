"""Two editions side by side: paragraphs that stay, go, come or change, and what changes inside a paragraph."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from zhicheng.processes.document.text import plain_of

SAME, GONE, NEW, CHANGED = "same", "gone", "new", "changed"
ALIKE = 0.5
"""From this share of common characters on, a paragraph that went and one that came are one that changed."""
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph. ``old`` and ``new`` are runs of (text, whether it differs)."""

    how: str
    old: tuple[tuple[str, bool], ...] = ()
    new: tuple[tuple[str, bool], ...] = ()
    heading: bool = False


def compare(before: Any, after: Any) -> list[Line]:
    """The paragraphs of two editions in order."""
    return list(lines_of(plain_of(before), plain_of(after)))


def lines_of(old: list[str], new: list[str]) -> Iterator[Line]:
    """The same for two lists of paragraphs."""
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield from (_whole(SAME, one) for one in new[c:d])
        else:
            yield from _replaced(old[a:b], new[c:d])


def _replaced(old: list[str], new: list[str]) -> Iterator[Line]:
    left = list(old)
    for text in new:
        twin = next((one for one in left if _alike(one, text)), None)
        if twin is None:
            yield _whole(NEW, text)
            continue
        for gone in left[: left.index(twin)]:
            yield _whole(GONE, gone)
        left = left[left.index(twin) + 1 :]
        yield _changed(twin, text)
    for gone in left:
        yield _whole(GONE, gone)


def _alike(old: str, new: str) -> bool:
    if max(len(old), len(new)) > LONGEST:
        return False
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _whole(how: str, text: str) -> Line:
    run = ((text.lstrip("# ") if text.startswith("#") else text, False),)
    heading = text.startswith("#")
    return Line(how, run if how == GONE else (), () if how == GONE else run, heading)


def _changed(old: str, new: str) -> Line:
    heading = new.startswith("#")
    old, new = (one.lstrip("# ") if one.startswith("#") else one for one in (old, new))
    before, after = list[tuple[str, bool]](), list[tuple[str, bool]]()
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if a < b:
            before.append((old[a:b], tag != "equal"))
        if c < d:
            after.append((new[c:d], tag != "equal"))
    return Line(CHANGED, tuple(before), tuple(after), heading)
