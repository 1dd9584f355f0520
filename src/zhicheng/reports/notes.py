"""The small print under tables and charts: what a figure is and what it was counted from, said once.

Twelve monthly figures share one definition. Lines that read the same are therefore said once, in front of
them the figures that they hold for: `F10–F21 定义：…`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from zhicheng.reports.house_style import HouseStyle
from zhicheng.reports.values import NO_RECORDS, Figure

COUNTS_IN_LINE = 36
NO_BREAK_SPACE = "\u00a0"


def number_ranges(numbers: Iterable[str]) -> str:
    """Numbers with runs of three and more drawn together: F1, F3, F4, F5 becomes `F1、F3–F5`."""
    ordered = sorted(set(numbers), key=_order)
    runs: list[list[str]] = []
    for no in ordered:
        follows = runs and _order(no)[1] == _order(runs[-1][-1])[1] + 1
        if follows and _order(no)[0] == _order(runs[-1][-1])[0]:
            runs[-1].append(no)
        else:
            runs.append([no])
    return "、".join("、".join(run) if len(run) < 3 else f"{run[0]}–{run[-1]}" for run in runs)


def gather(
    numbers: Iterable[str], notes: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Each note line of these figures once, in the order of first appearance, with the figures that it holds for."""
    gathered: dict[str, list[str]] = {}
    for no in numbers:
        for line in notes.get(no, ()):
            gathered.setdefault(line, []).append(no)
    return tuple((tuple(having), line) for line, having in gathered.items())


def most_shared(gathered: Iterable[tuple[tuple[str, ...], str]], most: int) -> frozenset[str]:
    """The lines that hold for the most figures, so many at most."""
    ranked = sorted(gathered, key=lambda one: -len(one[0]))
    return frozenset(line for _, line in ranked[:most])


def note_lines(numbers: Iterable[str], notes: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The notes of these figures, equal lines said once: `F10–F21 定义：…`."""
    return tuple(f"{number_ranges(having)} {line}" for having, line in gather(numbers, notes))


def count_line(figures: Iterable[Figure], style: HouseStyle) -> str:
    """`计数（分子/分母）：F10 943/965，…`, for figures whose counts do not stand beside them; many stand in the annex."""
    counted = [figure for figure in figures if figure.denominator is not None]
    if not counted:
        return ""
    if len(counted) > COUNTS_IN_LINE:
        numbers = number_ranges(figure.no for figure in counted)
        return style.word("counts_in_annex", numbers=numbers)
    return f"{style.word('counts')}：{'，'.join(_counts(figure) for figure in counted)}。"


def _counts(figure: Figure) -> str:
    shown = f"{figure.shown('numerator')}/{figure.shown('denominator')}" if figure.has_value else NO_RECORDS
    return f"{figure.no}{NO_BREAK_SPACE}{shown}"


def _order(no: str) -> tuple[str, int]:
    return no[:1], int(no[1:]) if no[1:].isdigit() else 0
