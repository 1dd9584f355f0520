"""Cells come in many spellings and mean one thing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from zhicheng.core.tables import letters_of, position
from zhicheng.exchange.cells import read_cell
from zhicheng.exchange.columns import FileColumn, fold
from zhicheng.exchange.escape import dangerous, escaped, unescaped

DAY = FileColumn("d", "日期", "date")
WHOLE = FileColumn("n", "数", "integer")
TEXT = FileColumn("t", "文", "text")
TRUTH = FileColumn("b", "是否", "boolean")
CHOICE = FileColumn("c", "结论", "choice", choices=(("accepted", "接收"), ("rejected", "不接收")))
days = st.dates(dt.date(1960, 1, 1), dt.date(2110, 12, 31))
WIDE = str.maketrans("0123456789.,-+", "０１２３４５６７８９．，－＋")


def number(places: int) -> FileColumn:
    return FileColumn("q", "数量", "decimal", places=places)


@given(days)
def test_a_day_is_the_same_day_in_every_spelling(day: dt.date) -> None:
    serial = (day - dt.date(1899, 12, 30)).days
    spellings: list[Any] = [
        day.isoformat(), f"{day:%Y/%m/%d}", f"{day.year}/{day.month}/{day.day}", f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}", f"{day:%Y%m%d}", f" {day.isoformat()} ".translate(WIDE), f"{day.isoformat()} 00:00:00",
        day, dt.datetime.combine(day, dt.time(8, 30)), float(serial), serial, f"{serial}", int(f"{day:%Y%m%d}"),
    ]  # fmt: skip
    assert {read_cell(DAY, s) for s in spellings} == {day}


@pytest.mark.parametrize(
    "text", ["2017-13-01", "2017-02-30", "17-3-8", "2017-03", "三月八日", "2017", "12345", True, 1e9]
)
def test_what_is_no_day_is_said_to_be_none(text: Any) -> None:
    wrong = read_cell(DAY, text)
    assert isinstance(wrong, ValidationError)
    assert "2017-03-08" in wrong.messages[0]


@given(st.integers(-(10**14), 10**14))
def test_a_whole_number_in_every_spelling(n: int) -> None:
    spellings = [n, float(n), str(n), f"{n:,}", str(n).translate(WIDE), f"{n:,}".translate(WIDE), f" {n}.0 "]
    assert {read_cell(WHOLE, s) for s in spellings} == {n}
    assert read_cell(TEXT, float(n)) == str(n), "an office program's number cell for a number that is a name"


@given(st.integers(-(2**53) + 1, 2**53 - 1), st.integers(0, 4))
def test_a_decimal_keeps_its_places(scaled: int, places: int) -> None:
    value = Decimal(scaled).scaleb(-places)
    assert read_cell(number(places), f"{value:f}") == value
    assert read_cell(number(places), f"{value:,f}".translate(WIDE)) == value
    if abs(scaled) < 10**15:
        assert read_cell(number(places), float(value)) == value


def test_what_a_formula_adds_beyond_the_places_falls_away() -> None:
    assert read_cell(number(3), 0.1 + 0.2) == Decimal("0.3")
    assert read_cell(number(1), 0.26) == Decimal("0.26"), "a real third place is left for the check to refuse"


@pytest.mark.parametrize(
    "text", ["十", "10kg", "1,2,3", "1,23", "--1", "1e5", "NaN", "inf", "1/2", "=1", True]
)
def test_what_is_no_number_is_refused(text: Any) -> None:
    assert isinstance(read_cell(number(2), text), ValidationError)


def test_a_number_cell_too_long_to_be_exact_is_refused() -> None:
    wrong = read_cell(TEXT, 1.2345678901234568e17)
    assert isinstance(wrong, ValidationError)
    assert "文本格式" in wrong.messages[0]


def test_yes_and_no() -> None:
    assert [read_cell(TRUTH, v) for v in (True, "是", "Ｙ", "1", 1.0, "√", " TRUE ")] == [True] * 7
    assert [read_cell(TRUTH, v) for v in (False, "否", "n", "0", 0.0, "×")] == [False] * 6
    assert isinstance(read_cell(TRUTH, "也许"), ValidationError)


def test_a_choice_by_word_or_code() -> None:
    assert {
        read_cell(CHOICE, v) for v in ("接收", " 接 收 ", "accepted", "ACCEPTED", "ａｃｃｅｐｔｅｄ")
    } == {"accepted"}
    wrong = read_cell(CHOICE, "合格")
    assert isinstance(wrong, ValidationError)
    assert "接收、不接收" in wrong.messages[0]


@given(st.text())
def test_no_text_stays_computable_and_every_one_comes_back(text: str) -> None:
    cell = escaped(text)
    assert unescaped(cell) == text
    assert not cell[:1] or cell[0] not in "=+-@\t\r\n＝＋－＠"
    assert dangerous(text) == (cell != text)


@given(st.integers(1, 16384))
def test_letters_of_columns(column: int) -> None:
    assert position(f"{letters_of(column)}7") == (7, column)


def test_heads_are_compared_without_what_does_not_matter() -> None:
    assert {fold(t) for t in ("ERP 单据号", "ＥＲＰ单据号 *", "erp单据号（必填）", " Erp　单据号")} == {
        "erp单据号"
    }
