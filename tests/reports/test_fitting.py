"""Widths of columns, size of type, and small print that would outgrow its table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reports.sample import sample_report
from zhicheng.reports.document import Column, FigureRef, Table, Text
from zhicheng.reports.drawn import DrawnNotes, DrawnTable, Run
from zhicheng.reports.fitting import fitted, shared_unit, width
from zhicheng.reports.layout import Layout, lay_out


def test_numbers_keep_their_room_and_words_wrap():
    columns = (Column("名称"), *(Column(f"{month} 月", "right") for month in range(1, 13)))
    rows = [((Run("某型号" * 20),), *((Run("97.70", mark="F1"),) for _ in range(12)))]
    drawn, size = fitted(columns, rows)
    assert size == "tiny"
    assert len({one.weight for one in drawn[1:]}) == 1
    assert drawn[0].weight > drawn[1].weight


def test_a_narrow_table_is_set_in_the_usual_size():
    drawn, size = fitted((Column("项目"), Column("数", "right", "批")), [((Run("甲"),), (Run("1"),))])
    assert (size, [one.title for one in drawn]) == ("normal", ["项目", "数（批）"])
    assert 998 <= sum(one.weight for one in drawn) <= 1002


def test_one_long_text_wraps_before_the_whole_table_gets_small():
    columns = (Column("名称"), Column("编号"), Column("日期"))
    _, size = fitted(
        columns, [((Run("很长的名称" * 12),), (Run("GB/T 32201-2015"),), (Run("2015-12-10"),))] * 3
    )
    assert size == "normal"


def test_numbers_with_words_at_their_right_get_a_little_more_room():
    columns = (Column("序号", "right"), Column("名称"), Column("数", "right"))
    serial, _, number = fitted(columns, [((Run("1"),), (Run("某种物料"),), (Run("12"),))])[0]
    alone, _, _ = fitted((columns[0], *columns[2:], columns[1]), [((Run("1"),), (Run("12"),), (Run("甲"),))])[
        0
    ]
    assert serial.weight > number.weight
    assert alone.weight != serial.weight


def test_a_table_without_rows_has_heads_only():
    assert [one.title for one in fitted((Column("甲"), Column("乙")), [])[0]] == ["甲", "乙"]


@pytest.mark.parametrize(
    ("units", "shared"),
    [(("%", "%", "%"), "%"), (("%", "%"), ""), (("%", "%", "批"), ""), (("", "", ""), "")],
)
def test_a_unit_of_many_columns_stands_above_the_table(units: tuple[str, ...], shared: str):
    assert shared_unit([Column("月", "right", unit) for unit in units]) == shared


def test_chinese_characters_are_two_wide():
    assert width("GB/T 质量") == 9


def wide() -> Layout:
    """One table of three columns of the same unit, over three hundred figures, each with a note of its own."""
    report = sample_report()
    figures = tuple(replace(report.figures[0], no=f"F{at}") for at in range(1, 301))
    rows = tuple(tuple((FigureRef(f"F{at + step}", "bare"),) for step in range(3)) for at in range(1, 301, 3))
    table = Table(tuple(Column(f"{at}", "right", "%") for at in range(3)), rows, (Text("题"),))
    notes = {one.no: ("共同的定义。", f"更正 {one.no} 次。") for one in figures}
    return lay_out(
        replace(report, figures=figures, notes=notes, document=replace(report.document, blocks=(table,)))
    )


def test_small_print_that_would_outgrow_its_table_goes_to_the_annex():
    layout = wide()
    table = next(one for one in layout.pieces if isinstance(one, DrawnTable))
    assert table.unit == "单位：%"
    assert [one.title for one in table.columns] == ["0", "1", "2"]
    assert table.notes[0] == "F1–F300 共同的定义。"
    assert table.notes[-2:] == ("F8–F300 的其余说明见附录。", "计数（分子/分母）：F1–F300 见附录。")
    assert len(table.notes) == 10
    (annex,) = (one for one in layout.pieces if isinstance(one, DrawnNotes))
    assert "F300 更正 F300 次。" in annex.lines
    assert "F7 更正 F7 次。" not in annex.lines
