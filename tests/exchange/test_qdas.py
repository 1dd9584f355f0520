"""Q-DAS ASCII files: as public examples have them, in every encoding, and back again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhicheng.exchange.qdas import (
    INVALID,
    Characteristic,
    QdasFile,
    Reading,
    Unreadable,
    decode,
    read_qdas,
    write_dfd_dfx,
    write_dfq,
)

# The structure of public files: header fields as exporters of coordinate measuring machines write them, a decimal comma,
# allowances instead of limits, one-sided limits, a field for all characteristics, DC4 and SI between fields.
DFD = "\r\n".join([
    "K0100 3", "K1001/1 4711-A", "K1002/1 Shaft 12 mm", "K1086/1 Op 20 turning",
    "K2001/1 1", "K2002/1 Diameter", "K2142/1 mm", "K2101/1 12.000", "K2110/1 11.98", "K2111/1 12,02", "K2404/1 0.001",
    "K2001/2 2", "K2002/2 Length", "K2101/2 50.0", "K2112/2 -0.1", "K2113/2 0.3",
    "K2001/3 3", "K2002/3 Flatness", "K2111/3 0.05", "K2022/0 3",
])  # fmt: skip
DFX = "\r\n".join([
    "12.001\x140\x145.7.2006/10:48:7\x0f50.02\x140\x145.7.2006/10:48:7\x0f0.021\x140\x145.7.2006/10:48:7",
    "12,003\x140\x145.7.2006/10:49:17\x14\x14Charge 7\x14\x14Anna\x0f50.05\x14255\x0f0.019",
])  # fmt: skip


@pytest.mark.parametrize("together", [True, False], ids=["dfq", "dfd and dfx"])
def test_a_file_is_read_with_limits_values_and_additional_fields(together: bool) -> None:
    parts = (f"{DFD}\r\n{DFX}\r\n".encode(),) if together else (DFD.encode(), DFX.encode())
    found = read_qdas(*parts)
    assert found.part["K1001"] == "4711-A"
    diameter, length, flatness = found.characteristics
    assert (diameter.name, diameter.unit, diameter.lower, diameter.upper) == (
        "Diameter",
        "mm",
        Decimal("11.98"),
        Decimal("12.02"),
    )
    assert (length.lower, length.upper) == (Decimal("49.9"), Decimal("50.3"))
    assert (flatness.lower, flatness.upper, flatness.decimals) == (None, Decimal("0.05"), 3)
    assert diameter.fields["K2404"] == "0.001"
    assert found.values(0) == [Decimal("12.001"), Decimal("12.003")]
    assert found.values(1) == [Decimal("50.02")], "an invalid reading does not count"
    second = found.rows[1][0]
    assert second is not None
    assert second.at == dt.datetime(2006, 7, 5, 10, 49, 17)  # noqa: DTZ001
    assert second.additional == {"K0006": "Charge 7", "K0008": "Anna"}


def test_readings_as_fields_of_their_own() -> None:
    text = "K0100 2\nK1001 P\nK2002/1 a\nK2002/2 b\nK0001/1 1.5\nK0002/1 0\nK0001/2 7\nK0001/1 1.6\nK0004/1 5.7.2006/10:48:07\nK0001/2 8\nK0001/0 1.7\x0f9\n"
    found = read_qdas(text.encode())
    assert (found.values(0), found.values(1)) == (
        [Decimal("1.5"), Decimal("1.6"), Decimal("1.7")],
        [Decimal(7), Decimal(8), Decimal(9)],
    )


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("外径 直径", "gb18030"),
        ("Wälzlager Größe µm", "cp1252"),
        ("外径 Größe", "utf-8"),
        ("外径 Größe", "utf-16"),
        ("外径", "utf-8-sig"),
    ],
)
def test_the_encoding_is_found(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).removeprefix("\ufeff") == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "没有 K0100"),
        ("hello\n", "不是 Q-DAS 文件"),
        ("K1001 P\nK0100 1\n", "第一个字段须是 K0100"),
        ("K0100 x\n", "特性的个数"),
        ("K0100 1\nK1001 P\nK2002/2 b\n", "第 3 行：K2002/2 超出"),
        ("K0100 1\nK1001 P\nK2002/1 a\n1.0\x0f2.0\n", "第 4 行有 2 个特性的值"),
        ("K0100 1\nK1001 P\nK2002/1 a\nabc\n", "“abc”不是数"),
        ("K0100 1\nK1001/2 P\n", "几种零件"),
        ("K0100 1\nK1001 P\nK2110/1 x\n", "K2110/1 应是数"),
    ],
)
def test_what_is_not_such_a_file_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said.replace("(", r"\(")):
        read_qdas(text.encode())


def test_a_character_that_the_encoding_lacks_is_named() -> None:
    with pytest.raises(ValueError, match="没有字符“外”"):
        write_dfq(QdasFile({}, (Characteristic("外径"),), ()), "cp1252")


words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), max_size=12).map(str.strip)
numbers = st.decimals(-1000, 1000, places=4)
START, END = dt.datetime(1990, 1, 1), dt.datetime(2090, 1, 1)  # noqa: DTZ001 - the format has local times
moments = st.none() | st.datetimes(START, END).map(lambda t: t.replace(microsecond=0))
additional = st.dictionaries(st.sampled_from(("K0005", "K0006", "K0008", "K0012")), words.filter(bool))
readings = st.none() | st.builds(Reading, numbers, st.sampled_from((0, INVALID)), moments, additional)


@st.composite
def files(draw: st.DrawFn) -> QdasFile:
    count = draw(st.integers(1, 4))
    named = [
        Characteristic(draw(words.filter(bool)), draw(words), draw(st.none() | numbers), draw(st.none() | numbers), draw(st.none() | numbers))
        for _ in range(count)
    ]  # fmt: skip
    rows = draw(st.lists(st.tuples(*[readings] * count).filter(any), max_size=5))
    return QdasFile({"K1001": draw(words.filter(bool))}, tuple(named), tuple(rows))


@given(files())
@settings(max_examples=30)
def test_what_is_written_is_read_back(file: QdasFile) -> None:
    for found in (read_qdas(write_dfq(file)), read_qdas(*write_dfd_dfx(file))):
        assert found.part == file.part
        assert found.rows == file.rows
        for mine, theirs in zip(found.characteristics, file.characteristics, strict=True):
            assert (mine.name, mine.unit, mine.nominal, mine.lower, mine.upper) == (
                theirs.name, theirs.unit, theirs.nominal, theirs.lower, theirs.upper,
            )  # fmt: skip


def test_chinese_in_gb18030_comes_back() -> None:
    file = QdasFile({"K1001": "壳体"}, (Characteristic("外径", "毫米"),), ((Reading(Decimal("10.010")),),))
    found = read_qdas(write_dfq(file, "gb18030"))
    assert (found.part, found.characteristics[0].name, found.rows) == ({"K1001": "壳体"}, "外径", file.rows)
