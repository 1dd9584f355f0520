"""How numbers are shown."""

from __future__ import annotations

from datetime import date

import pytest

from zhicheng.reports.house_style import chinese_number, house_style
from zhicheng.reports.notes import count_line, note_lines, number_ranges
from zhicheng.reports.values import Declared, Figure, Target, Then, UnknownPart, figure_from_json, scaled

YEAR = (date(2017, 1, 1), date(2017, 12, 31))


def figure(
    numerator: int = 11319, denominator: int | None = 11585, value: str = "97.70", **more: object
) -> Figure:
    return Figure("F1", "进货检验批合格率", "%", *YEAR, numerator, denominator, value, **more)  # type: ignore[arg-type]


def test_each_part_of_a_figure_is_shown_as_in_report_json():
    one = figure(then=Then(11300, 11585, "97.54"))
    shown = [one.shown(part) for part in ("value", "bare", "numerator", "denominator", "then")]
    assert shown == ["97.70 %", "97.70", "11319", "11585", "97.54 %"]


def test_a_figure_without_records_says_so_and_shows_no_percentage():
    empty = figure(0, 0, "无记录", then=Then(0, 0, "无记录"))
    assert [empty.shown(part) for part in ("value", "bare", "then")] == ["无记录"] * 3
    assert empty.shown("denominator") == "0"


def test_a_figure_without_settled_checkpoint_has_no_value_then():
    assert figure().shown("then") == "当时未取值"


def test_a_count_has_no_denominator_and_a_sum_is_shown_with_its_places():
    assert figure(143, None, "143").shown("denominator") == ""
    assert figure(12345, None, "123.45", places=2).shown("numerator") == "123.45"


@pytest.mark.parametrize(
    ("value", "places", "text"), [(9800, 2, "98.00"), (-5, 2, "-0.05"), (7, 0, "7"), (0, 1, "0.0")]
)
def test_scaled_integers(value: int, places: int, text: str):
    assert scaled(value, places) == text


def test_target_and_declared():
    target = Target("T1", "合格率", "%", 9650, 2, "ge", "F1", met=False)
    assert [target.shown(part) for part in ("value", "bare", "condition", "met")] == [
        "96.50 %", "96.50", "≥ 96.50 %", "未达成",
    ]  # fmt: skip
    assert Declared("D1", "在册员工", "386", "人").shown() == "386 人"


@pytest.mark.parametrize("value", [figure(), Target("T1", "", "", 1), Declared("D1", "", "1")])
def test_an_unknown_part_is_refused(value: Figure | Target | Declared):
    with pytest.raises(UnknownPart):
        value.shown("rounded")


def test_a_figure_is_read_from_its_entry_in_report_json():
    entry = {
        "no": "F1", "metric": "incoming", "from": "2017-01-01", "to": "2017-12-31", "slice": [], "full_only": True,
        "numerator": 11319, "denominator": 11585, "value": "97.70",
        "then": {"size": 9, "numerator": 11319, "denominator": 11585, "value": "97.70"},
    }  # fmt: skip
    read = figure_from_json(entry, name="进货检验批合格率", unit="%")
    assert read == figure(then=Then(11319, 11585, "97.70", 9), full_only=True)


def test_notes_that_read_the_same_are_said_once():
    notes = {"F1": ("定义甲", "更正 0"), "F2": ("定义甲", "更正 3"), "F3": ("定义甲", "更正 0")}
    assert note_lines(["F1", "F2", "F3"], notes) == ("F1–F3 定义甲", "F1、F3 更正 0", "F2 更正 3")
    assert number_ranges(["F10", "F2", "F9", "F3", "F11"]) == "F2、F3、F9–F11"


def test_counts_are_listed_for_shares_only():
    style = house_style("official_2013")
    line = count_line([figure(), figure(143, None, "143"), figure(0, 0, "无记录")], style)
    assert line == "计数（分子/分母）：F1\u00a011319/11585，F1\u00a0无记录。"
    assert count_line([], style) == ""


def test_a_style_like_another_states_only_what_differs():
    """T-0.2: the eight chapters after GB/T 29467."""
    style, like = house_style("gbt29467_eight"), house_style("official_2013")
    assert [style.heading_number(level, 8) for level in (1, 2, 3, 4)] == ["八、", "（八）", "8、", "8）"]
    assert (style.words, style.page, style.proof_how) == (like.words, like.page, like.proof_how)
    assert style.accent != like.accent


def test_heading_numbers_of_the_house_style():
    style = house_style("official_2013")
    assert [style.heading_number(level, 12) for level in (1, 2, 3, 4)] == [
        "十二、",
        "（十二）",
        "12.",
        "（12）",
    ]
    assert [chinese_number(count) for count in (1, 10, 11, 20, 99)] == ["一", "十", "十一", "二十", "九十九"]
