"""The annex 数字一览: every figure, target and declared fact of a report in one place, with where it
stands.
"""

from __future__ import annotations

from zhicheng.reports.document import (
    Align,
    Column,
    DeclaredRef,
    FigureRef,
    Inlines,
    Table,
    TargetRef,
    Text,
)
from zhicheng.reports.house_style import HouseStyle
from zhicheng.reports.report import Report
from zhicheng.reports.values import NOTHING, Declared, Figure, Target


def figure_table(report: Report, style: HouseStyle) -> Table:
    """One row a figure: number, name, period, numerator, denominator, value, value at the time."""
    return Table(
        columns=_columns(
            style, "no", "name", "period", "numerator>", "denominator>", "value>", "then>", "unit="
        ),
        rows=tuple(_figure_row(one, style) for one in report.figures),
    )


def target_table(report: Report, style: HouseStyle) -> Table:
    return Table(
        columns=_columns(style, "no", "name", "condition>", "figure>", "met="),
        rows=tuple(_target_row(one) for one in report.targets),
    )


def declared_table(report: Report, style: HouseStyle) -> Table:
    columns = _columns(style, "no", "name", "value>")
    people = tuple(Column(style.word(key)) for key in ("declared_by", "checked_by", "evidence"))
    return Table(
        columns=(*columns, *people),
        rows=tuple(_declared_row(one, style) for one in report.declared),
    )


def _columns(style: HouseStyle, *keys: str) -> tuple[Column, ...]:
    aligns: dict[str, Align] = {">": "right", "=": "center"}
    return tuple(Column(style.word(f"annex_{key.rstrip('>=')}"), aligns.get(key[-1], "left")) for key in keys)


def _text(text: str) -> Inlines:
    return (Text(text),)


def _figure_row(figure: Figure, style: HouseStyle) -> tuple[Inlines, ...]:
    name = f"{figure.name}（{style.word('annex_full_only')}）" if figure.full_only else figure.name
    then = figure.shown("then").removesuffix(figure.unit).rstrip()
    return (
        _text(figure.no),
        _text(name),
        _text(f"{figure.period_from} – {figure.period_to}"),
        (FigureRef(figure.no, "numerator"),),
        _text(NOTHING) if figure.denominator is None else (FigureRef(figure.no, "denominator"),),
        (FigureRef(figure.no, "bare"),),
        # A value that has changed since its period was settled catches the eye.
        (Text(then, strong=figure.then is not None and figure.then.value != figure.value),),
        _text(figure.unit),
    )


def _target_row(target: Target) -> tuple[Inlines, ...]:
    return (
        _text(target.no),
        _text(target.name),
        (TargetRef(target.no, "condition"),),
        (FigureRef(target.figure, "value"),) if target.figure else (),
        (TargetRef(target.no, "met"),),
    )


def _declared_row(declared: Declared, style: HouseStyle) -> tuple[Inlines, ...]:
    evidence = f"{declared.evidence[:16]}…" if declared.evidence else style.word("no_evidence")
    return (
        _text(declared.no),
        _text(declared.name),
        (DeclaredRef(declared.no),),
        _text(declared.declared_by),
        _text(declared.checked_by),
        _text(evidence),
    )
