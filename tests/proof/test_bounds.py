"""Each limit of the format is held to the byte, and each refusal says which rule was broken."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest

from tests.authority import Authority
from tests.proof.build import PDF, Case, fingerprint, good_house, zipped
from tests.proof.test_time_stamps import MESSAGE, token
from zhicheng.proof import note as notes
from zhicheng.proof import verify as v
from zhicheng.proof.canonical import jcs

KEY = bytes(range(32))


# Texts


def test_json_of_the_longest_length() -> None:
    longest = b'"' + b"a" * 98 + b'"'
    assert v.parse_strict(longest, 100) == "a" * 98
    with pytest.raises(v.Refused, match="longer than 99 bytes"):
        v.parse_strict(longest, 99)
    assert v.TEXT_LIMIT == 65536


def test_whole_numbers_of_the_largest_size() -> None:
    for number in (2**53 - 1, -(2**53 - 1), 0):
        assert v.parse_strict(str(number).encode()) == number
        assert v.jcs(number) == str(number).encode()
    for number in (2**53, -(2**53), 10**17, 10**40):
        with pytest.raises(v.Refused, match="beyond"):
            v.parse_strict(str(number).encode())
        with pytest.raises(v.Refused, match="beyond"):
            v.jcs(number)


def test_json_nested_as_deep_as_may_be() -> None:
    def nested(levels: int) -> bytes:
        return b"[" * levels + b"]" * levels

    assert v.parse_strict(nested(v.DEPTH_LIMIT + 1)) is not None
    with pytest.raises(v.Refused, match="at most 100 levels"):
        v.parse_strict(nested(v.DEPTH_LIMIT + 2))
    with pytest.raises(v.Refused, match="nested too deeply"):
        v.parse_strict(nested(30_000))
    with pytest.raises(v.Refused, match="keys are ASCII"):
        v.parse_strict('{"é":1}'.encode())
    inside: Any = []
    for _ in range(100_000):
        inside = [inside]
    with pytest.raises(v.Refused, match="nested too deeply"):
        v.jcs(inside)


def header(**changed: Any) -> bytes:
    facts = {
        "act": "open",
        "d": "2017-01-02",
        "facts": "0" * 64,
        "k": 1,
        "seq": 0,
        "type": "a.b",
        "v": 1,
        "ver": 1,
    }
    return jcs({**facts, **changed})


def test_headers_at_their_bounds() -> None:
    longest = header(type="a." + "b" * (v.TEXT_LIMIT - len(header()) + 1))
    assert len(longest) == v.TEXT_LIMIT
    assert v.read_header(longest).k == 1
    with pytest.raises(v.Refused, match="longer than 65536"):
        v.read_header(header(type="a." + "b" * (v.TEXT_LIMIT - len(header()) + 2)))
    for name in ("seq", "k", "ver"):
        assert getattr(v.read_header(header(**{name: 2**53 - 1})), name) == 2**53 - 1
        with pytest.raises(v.Refused):
            v.read_header(
                header().replace(
                    f'"{name}":{1 if name != "seq" else 0}'.encode(), f'"{name}":{2**53}'.encode()
                )
            )


def test_a_note_of_the_longest_length() -> None:
    end = notes.sign_note("x\n", "n", KEY).split("\n\n")[1]
    for more, fits in ((0, True), (1, False)):
        text = "x" * (v.NOTE_LIMIT - len(end.encode()) - 2 + more) + "\n"
        note = (text + "\n" + end).encode()
        assert len(note) == v.NOTE_LIMIT + more
        if fits:
            assert v.parse_note(note).text == text
        else:
            with pytest.raises(v.Refused, match="malformed note"):
                v.parse_note(note)


def test_an_opened_line_of_the_longest_length() -> None:
    where = lambda: "here"  # noqa: E731
    salt, outer = "1" * 32, "2" * 32

    def line(text: str) -> bytes:
        digest = v._hexdigest(jcs([salt, "a", text]))
        return jcs({"digests": {"a": digest}, "facts": {"a": [salt, text]}, "outer": outer, "seq": 0})

    for more, fits in ((0, True), (1, False)):
        text = "t" * (v.OPENED_LINE_LIMIT - len(line("")) + more)
        assert len(line(text)) == v.OPENED_LINE_LIMIT + more
        for reader in (v.OpenedReader(), taught(line("other"))):
            if fits:
                assert reader.read(line(text), where).facts == {"a": text}
            else:
                with pytest.raises(v.Refused):
                    reader.read(line(text), where)


def taught(line: bytes) -> v.OpenedReader:
    """A reader that has seen a line of this shape."""
    reader = v.OpenedReader()
    reader.read(line, lambda: "before")
    return reader


def test_a_time_beyond_the_calendar_is_cut_not_a_crash() -> None:
    assert v._utc(0) == "1970-01-01 00:00"
    assert v._utc(10**18) == v._utc(2**37) == "6325-04-08 15:04"


def test_findings_of_a_kind_are_kept_up_to_a_number() -> None:
    found = v.Findings()
    for n in range(v.Findings.KEPT):
        found.amber("a", str(n), str(n))
    assert [one.say.en for one in found.all()] == [str(n) for n in range(20)]
    found.amber("a", "more", "more")
    assert len(found.all()) == 21
    assert found.all()[-1].say.en == "21 of this kind in all."
    assert not found.false


def test_lists_for_reading_end_where_they_say() -> None:
    numerals = [("1", "words")] * v.NUMERALS_SHOWN
    assert len(v._numeral_lines(numerals)) == v.NUMERALS_SHOWN
    assert v._numeral_lines([*numerals, ("2", "x")])[-1].en.startswith(f"{v.NUMERALS_SHOWN + 1} in all")
    one = v.Adjustment("a.b/1", "0", "1", ((1, "2017-01-01", "amend"),))
    assert len(v._changes(v.Say("改", "changed"), [one] * v.CHANGES_SHOWN)) == v.CHANGES_SHOWN + 1
    assert "json" in v._changes(v.Say("改", "changed"), [one] * (v.CHANGES_SHOWN + 1))[-1].en


# The container


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return Case(good_house()).bundle(tmp_path_factory.mktemp("bounds"))


def said(data: bytes) -> str:
    found = v.verify_bundle(data, PDF, fingerprint())
    assert found.exit == 2
    return found.findings[0].say.en


def test_each_way_in_which_a_container_is_none_is_said(bundle: bytes) -> None:
    contents = {name: v.Container(io.BytesIO(bundle)).read(name) for name in v.MEMBERS}
    assert zipped(list(v.MEMBERS), contents) == bundle
    names = list(v.MEMBERS)
    for data, words in (
        (b"", "is not a whole zip file"),
        (bundle[:-1], "is not a whole zip file"),
        (bundle[:-22] + b"PK\5\7" + bundle[-18:], "is not a whole zip file"),
        (bundle[:-10] + b"\xff\xff\0\0" + bundle[-6:], "does not fit the file"),
        (b"x" + bundle, "does not fit the file"),
        (zipped([*names, "report.json"], contents), "has the member 「report.json」 twice"),
        (zipped([*names, "evil"], contents), "has a member 「evil」 that is not of the format"),
        (zipped(names[:-1], contents), "lacks a member or has them in another order"),
        (zipped(names[::-1], contents), "lacks a member or has them in another order"),
        (zipped([], {}), "lacks a member"),
        (b"PK\3\5" + bundle[4:], "has other bytes before manifest.json"),
        (bundle[:-1] + b"\1", "has other bytes in its zip directory"),
    ):
        assert words in said(data), words
    start = len(zipped(names, contents)) - len(
        v.end_record(list(v.Container(io.BytesIO(bundle)).members.values()))
    )
    torn = bytearray(bundle[:start] + bundle[start : start + 20] + bundle[-22:])
    torn[-10:-6] = (20).to_bytes(4, "little")
    assert "has a broken directory" in said(bytes(torn))


@pytest.mark.parametrize("name", ["manifest.json", "key.txt", "report.json"])
def test_a_member_of_the_largest_size(bundle: bytes, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(v.Container(io.BytesIO(bundle)).read(name))
    monkeypatch.setitem(v.MEMBER_LIMITS, name, size)
    assert v.verify_bundle(bundle, PDF, fingerprint()).exit == 0
    monkeypatch.setitem(v.MEMBER_LIMITS, name, size - 1)
    assert f"has a member {name} beyond the limit" in said(bundle)


def test_a_line_is_given_up_before_its_end_is_looked_for(bundle: bytes) -> None:
    """Read in pieces of 1 MiB: what is longer than its limit is not collected."""
    names = list(v.MEMBERS)
    contents = {name: v.Container(io.BytesIO(bundle)).read(name) for name in names}
    long = zipped(names, {**contents, "headers.jsonl": b"a\n" + b"x" * 3_000_000 + b"\n"})
    lines = v.Container(io.BytesIO(long)).lines("headers.jsonl", 100)
    assert next(lines) == b"a"
    with pytest.raises(v.Refused, match="a line longer than 100 bytes") as refused:
        next(lines)
    assert refused.value.where == "headers.jsonl:2"
    short = zipped(names, {**contents, "headers.jsonl": b"a\nb"})
    with pytest.raises(v.Refused, match="no newline") as refused:
        list(v.Container(io.BytesIO(short)).lines("headers.jsonl", 100))
    assert refused.value.where == "headers.jsonl:2"


def test_the_limits_are_those_of_the_format() -> None:
    assert list(v.MEMBER_LIMITS.values()) == [65536, 65536, 65536, 1024, 2**31, 2**31, 2**26, 2**26, 2**26]
    assert v.REPORT_LIMIT == 2**30
    assert v.OPENED_LINE_LIMIT == 2**20


def test_a_report_of_the_largest_size(tmp_path: Any, bundle: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = tmp_path / "report.pdf"
    paper.write_bytes(PDF)
    monkeypatch.setattr(v, "REPORT_LIMIT", len(PDF))
    assert v.verify_bundle(bundle, paper, fingerprint()).exit == 0
    monkeypatch.setattr(v, "REPORT_LIMIT", len(PDF) - 1)
    assert "too large" in said_of(bundle, paper)


def said_of(data: bytes, paper: Any) -> str:
    # the second one has no limit of its own: a browser holds what it was given already
    found = getattr(v.verify_bundle, "__wrapped__", v.verify_bundle)(data, paper, fingerprint())
    assert found.exit == 2
    return str(found.findings[0].say.en)


# Tokens


@pytest.fixture(scope="module")
def stamped(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return token(Authority(tmp_path_factory.mktemp("tsa")), MESSAGE)


def test_each_way_in_which_a_token_is_none_is_said(stamped: bytes) -> None:
    content = v.Der(stamped).parts()
    fields = content[1].parts()[0].parts()
    signer = fields[-1].parts()[0].parts()

    def swapped(old: bytes, new: bytes, first: int = 0) -> bytes:
        at = stamped.index(old, first)
        assert len(old) == len(new)
        return stamped[:at] + new + stamped[at + len(old) :]

    def other_tag(element: v.Der, tag: int) -> bytes:
        return swapped(element.raw, bytes([tag]) + element.raw[1:])

    tst = fields[2].parts()[0]
    for data, words in (
        (swapped(content[0].raw, content[0].raw[:-1] + b"\x01"), "no SignedData"),
        (other_tag(content[1], 0xA1), "no SignedData"),
        (swapped(tst.raw, tst.raw[:-1] + b"\x05"), "no TSTInfo"),
        (other_tag(fields[-1], 0x30), "not one signer"),
        (other_tag(signer[3], 0xA1), "no signed attributes"),
        (stamped + b"\0", "bytes behind the end"),
        (b"\x30\x00", "structure"),
        (b"", "cut short"),
    ):
        with pytest.raises(v.Refused, match=words):
            v.Token(data)
    assert v.Token(stamped).time.startswith("20")


# Receipts


def receipt(house: Any, seq: int) -> dict[str, Any]:
    """What somebody was given for an entry, under the log's checkpoint as it stands."""
    from zhicheng.proof.tree import inclusion_proof

    leaves = [v.leaf_hash(one.header) for one in house.entries]
    note = house.checkpoint()
    proof = inclusion_proof(leaves, seq)
    return {
        "note": note,
        "header": house.entries[seq].header.decode(),
        "proof": [base64.b64encode(one).decode() for one in proof],
    }


def test_a_receipt_counts_only_for_the_entry_that_it_is_for(tmp_path: Any) -> None:
    house = good_house()
    good = receipt(house, 3)
    case = Case(house)

    def found(one: dict[str, Any]) -> v.Verdict:
        kept = [
            (
                "receipt.json",
                json.dumps(one, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode(),
            )
        ]
        return v.verify_bundle(data, PDF, fingerprint(), v.Held(since=kept))

    data = case.bundle(tmp_path)
    sound = found(good)
    assert (sound.exit, [one.code for one in sound.findings if one.level == "red"]) == (0, [])
    other = {**good, "header": house.entries[4].header.decode()}
    assert "receipt.false" in [one.code for one in found(other).findings if one.level == "red"]
    short = {**good, "proof": good["proof"][:-1]}
    assert "receipt.false" in [one.code for one in found(short).findings if one.level == "red"]
