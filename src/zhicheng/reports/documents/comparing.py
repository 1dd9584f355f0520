"""Two editions side by side: paragraphs that stay, go, come or change, and what changes inside a paragraph."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from zhicheng.processes.document.text import plain_of

SAME, GONE, NEW, CHANGED = "same", "gone", "new", "changed"
CELLS = " | "
"""What stands between the cells of a row, as the text is read."""
ALIKE = 0.5
"""From this share of common characters on, a paragraph that went and one that came are one that changed."""
LONGEST, MOST_PAIRS = 2000, 2500


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph. ``old`` and ``new`` are runs of (text, whether it differs)."""

    how: str
    old: tuple[tuple[str, bool], ...] = ()
    new: tuple[tuple[str, bool], ...] = ()
    heading: bool = False

    @property
    def cells(self) -> list[str]:
        """Of a row of a table that stays, its cells; else none."""
        text = "".join(said for said, _differs in self.new)
        return text.split(CELLS) if self.how == SAME and not self.heading and CELLS in text else []


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
    """What took the place of some paragraphs: at each place first what went, then what came."""
    twins, at = _twins(old, new), 0
    for i, text in enumerate(new):
        ahead = next((one for one in twins[i:] if one is not None), len(old))
        yield from (_whole(GONE, gone) for gone in old[at:ahead])
        at = max(at, ahead)
        if twins[i] is None:
            yield _whole(NEW, text)
        else:
            yield _changed(old[at], text)
            at += 1
    yield from (_whole(GONE, gone) for gone in old[at:])


def _twins(old: list[str], new: list[str]) -> list[int | None]:
    """For each new paragraph the old one that it was, in order; none where so many changed that looking would take long."""
    if len(old) * len(new) > MOST_PAIRS:
        return [None] * len(new)
    found, first = list[int | None](), 0
    for text in new:
        twin = next((i for i in range(first, len(old)) if _alike(old[i], text)), None)
        first = first if twin is None else twin + 1
        found.append(twin)
    return found


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
