"""Lines read by the shape of an earlier one are read as the strict reader reads them, and refused as it refuses."""

from __future__ import annotations

import random
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from tests.proof.build import Case, good_house
from tests.proof.fuzz import spoil
from zhicheng.proof import verify as v
from zhicheng.proof.canonical import facts_digest

SALT, OUTER = b"1" * 32, b"2" * 32
ROUNDS = 4000
RAW = [
    b'"open"', b'""', '"中文，¥"'.encode(), b'"]"', b'"a\\"b"', b'"a\\u0041"', b'"\\n"', b'"a\x01"', b'"a\x7f"',
    b'"\xff"', b'"\xed\xa0\x80"', b'"\\ud800"', b"0", b"-0", b"00", b"01", b"-1", b"1.0", b"1e3", b"1 ", b"999999999999999",
    b"9007199254740991", b"9007199254740992", b"true", b"false", b"null", b"True", b"NaN", b"[]", b'[{"a":1}]', b"[1]",
    b"{}", b"", b'"a","b"', b'"a"],"z":["' + SALT + b'","b"',
]  # fmt: skip


def line(raw: bytes, name: bytes = b"a", names: tuple[bytes, ...] = (b"a", b"b"), seq: bytes = b"3", tail: bytes = b"") -> bytes:  # fmt: skip
    """An opened line as somebody would write it who may write anything: its seals fit whatever it says."""
    seal = sha256(b'["' + SALT + b'","' + name + b'",' + raw + b"]").hexdigest().encode()
    digests = b",".join(b'"' + one + b'":"' + (seal if one == name else b"0" * 64) + b'"' for one in names)
    facts = b'"' + name + b'":["' + SALT + b'",' + raw + b"]"
    return (
        b'{"digests":{'
        + digests
        + b'},"facts":{'
        + facts
        + b'},"outer":"'
        + OUTER
        + b'","seq":'
        + seq
        + b"}"
        + tail
    )


def told(read, data: bytes) -> tuple[object, ...]:
    """All that a reader says of a line: what it holds, types included, or which refusal with which words."""
    try:
        opened = read(data)
    except v.Refused as error:
        return type(error), error.zh, error.where
    facts = [(name, type(one), one) for name, one in opened.facts.items()]
    return opened.seq, opened.names, facts, opened.digest


def strictly(data: bytes) -> tuple[object, ...]:
    return told(lambda one: v.read_facts(one, "here"), data)


def by_shape(reader: v.OpenedReader, data: bytes) -> tuple[object, ...]:
    return told(lambda one: reader.read(one, lambda: "here"), data)


@pytest.fixture
def reader() -> v.OpenedReader:
    """A reader that has seen lines of the plainest shapes."""
    reader = v.OpenedReader()
    for data in (line(b'"x"'), line(b'"x"', b"b"), line(b"1", names=(b"a",))):
        reader.read(data, lambda: "here")
    assert len(reader.shapes) == 3
    return reader


@pytest.mark.parametrize("raw", RAW)
def test_every_way_to_write_a_value(reader, raw):
    for data in (line(raw), line(raw, b"b"), line(raw, names=(b"a",))):
        assert by_shape(reader, data) == strictly(data)
        assert by_shape(reader, data) == strictly(data)


@pytest.mark.parametrize("raw", [b'"open"', '"中文"'.encode(), b"0", b"-12", b"true", b"false", b"null"])
def test_plain_values_are_read_by_their_shape(reader, raw):
    found = reader.shapes[0].read(line(raw, names=reader_names(reader)))
    assert found is not None
    assert found.digest == facts_digest(OUTER.decode(), {"a": digest_in(line(raw, names=(b"a",)))})


def reader_names(reader: v.OpenedReader) -> tuple[bytes, ...]:
    """The names of the shape seen last."""
    return tuple(one.encode() for one in reader.shapes[0].names)


def digest_in(data: bytes) -> str:
    """The digest of the only fact of a line."""
    return data[len(b'{"digests":{"a":"') :][:64].decode()


@pytest.mark.parametrize("seq", [b"0", b"-1", b"01", b"3.0", b'"3"', b"999999999999999", b"9007199254740992"])
def test_every_way_to_write_a_number(reader, seq):
    assert by_shape(reader, line(b"1", seq=seq)) == strictly(line(b"1", seq=seq))


def test_other_names_spaces_and_lengths(reader):
    for data in (
        line(b"1", names=(b"b", b"a")), line(b"1", names=(b"a", b"a")), line(b"1", names=(b"a", b"c")),
        line(b"1", b"z"), line(b"1", tail=b" "), line(b"1", tail=b"\r"), b" " + line(b"1"), line(b"1")[:-1],
        line(b"1").replace(b"2" * 32, b"G" * 32), line(b"1").replace(b"1" * 32, b"1" * 31),
        line(b'"' + b"x" * v.OPENED_LINE_LIMIT + b'"'), b"", line(b"1").upper(),
    ):  # fmt: skip
        assert by_shape(reader, data) == strictly(data)


def test_a_shape_whose_seal_does_not_fit_is_left_to_the_strict_reader(reader):
    data = line(b'"x"').replace(b'"x"', b'"y"')
    assert all(shape.read(data) is None for shape in reader.shapes)
    assert by_shape(reader, data)[0] is v.Untrue


def test_spoiled_lines_are_read_alike(tmp_path: Path):
    Case(good_house()).bundle(tmp_path)
    with zipfile.ZipFile(next(tmp_path.glob("*.zip"))) as archive:
        lines = archive.read("opened.jsonl").splitlines()
    chance = random.Random(5)
    reader, by_a_shape = v.OpenedReader(), 0
    for _ in range(ROUNDS):
        data = chance.choice(lines)
        if chance.random() < 0.7:
            data = spoil(data, chance)
        said = by_shape(reader, data)
        assert said == strictly(data)
        by_a_shape += any(shape.read(data) is not None for shape in reader.shapes)
    assert by_a_shape > ROUNDS // 10


def test_shapes_are_bounded():
    reader = v.OpenedReader()
    for number in range(reader.SHAPES + 20):
        reader.read(line(b"1", names=(b"a", f"b_{number}".encode())), lambda: "")
    assert len(reader.shapes) == reader.SHAPES
    many = tuple(sorted(f"n_{number}".encode() for number in range(reader.NAMES + 1)))
    reader = v.OpenedReader()
    reader.read(line(b"1", many[0], many), lambda: "")
    assert reader.shapes == []
