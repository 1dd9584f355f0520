"""How a bundle is read: which sentence is said of what is malformed or does not fit, and at which line."""

from __future__ import annotations

import io
import zlib
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.proof.build import LOT, PDF, Case, House, fingerprint, good_house, zipped
from zhicheng.proof import verify as v
from zhicheng.proof.bundle import write_bundle
from zhicheng.proof.canonical import jcs

NEW = bytes(range(1, 33))


def verdict(case: Case, folder: Path, report: bytes | None = PDF, **held: Any) -> v.Verdict:
    return v.verify_bundle(case.bundle(folder), report, fingerprint(), v.Held(**held))


def written(members: dict[str, bytes], folder: Path) -> v.Verdict:
    """The verdict on these members, the manifest made for them."""
    write_bundle(folder / "bundle.zip", members)
    return v.verify_bundle((folder / "bundle.zip").read_bytes(), PDF, fingerprint())


def red(found: v.Verdict) -> list[tuple[str, str]]:
    """Code and place of everything false, in order."""
    return [(one.code, one.where) for one in found.findings if one.level == "red"]


def said(found: v.Verdict, code: str, lang: str = "en") -> list[str]:
    return [getattr(one.say, lang) for one in found.findings if one.code == code]


def refused(found: v.Verdict) -> tuple[str, str]:
    """What is said of an unreadable bundle, and where."""
    assert found.exit == 2
    (one,) = found.findings
    return one.say.en.removesuffix("."), one.where


@pytest.fixture
def members() -> dict[str, bytes]:
    return Case(good_house()).members()


# The container


def container(headers: bytes) -> tuple[io.BytesIO, v.Container]:
    stream = io.BytesIO(zipped(list(v.MEMBERS), {"headers.jsonl": headers}))
    return stream, v.Container(stream)


def test_a_line_longer_than_a_piece_is_given_up_at_the_end_of_the_piece() -> None:
    """A piece is 1 MiB; a line that ends within it is left to whoever reads the line."""
    whole = b"x" * (2**20 - 1)
    assert list(container(whole + b"\n")[1].lines("headers.jsonl", 100)) == [whole]
    with pytest.raises(v.Refused, match="a line longer than 100 bytes"):
        list(container(whole + b"x\n")[1].lines("headers.jsonl", 100))
    longest = [b"x" * (2**20 - 101), b"y" * 100]
    assert list(container(b"\n".join([*longest, b""]))[1].lines("headers.jsonl", 100)) == longest


class Asked(io.BytesIO):
    """A file that remembers how much was asked for at a time."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.sizes: list[int] = []

    def read(self, size: int | None = -1, /) -> bytes:
        self.sizes.append(-1 if size is None else size)
        return super().read(size)


def test_the_large_members_are_read_1_mib_at_a_time() -> None:
    content = (b"x" * 99 + b"\n") * 25_000
    stream = Asked(zipped(list(v.MEMBERS), {"headers.jsonl": content}))
    large = v.Container(stream)
    stream.sizes.clear()
    assert large.sums("headers.jsonl") == (zlib.crc32(content), sha256(content).hexdigest())
    assert stream.sizes == [2**20, 2**20, len(content) - 2 * 2**20]
    stream.sizes.clear()
    assert len(list(large.lines("headers.jsonl", 100))) == 25_000
    assert stream.sizes == [2**20, 2**20, len(content) - 2 * 2**20]


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (45, "the bundle has a broken directory"),
        (46, "the bundle has a member 「」 that is not of the format"),
        (2026, "the bundle has a member 「」 that is not of the format"),
        (2027, "the bundle has a directory that does not fit the file (cut short?)"),
    ],
)
def test_a_directory_has_records_of_46_bytes_and_more_and_ends_within_2_kib(size: int, words: str) -> None:
    end = b"PK\5\6" + bytes(8) + size.to_bytes(4, "little") + bytes(6)
    assert refused(v.verify_bundle(bytes(size) + end, PDF, fingerprint())) == (words, "bundle.zip")


def test_a_file_that_is_cut_short_while_it_is_read_ends_where_it_was_cut() -> None:
    stream, cut = container(b"one\ntwo\nthree\n")
    stream.truncate(cut.members["headers.jsonl"].start + 6)
    lines = cut.lines("headers.jsonl", 100)
    assert next(lines) == b"one"
    with pytest.raises(v.Refused, match="the last line has no newline") as error:
        next(lines)
    assert error.value.where == "headers.jsonl:2"
    assert cut.sums("headers.jsonl") == (zlib.crc32(b"one\ntw"), sha256(b"one\ntw").hexdigest())


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"x": 1}, "manifest.json"),
        ({"v": 2}, "manifest.json"),
        ({"v": True}, "manifest.json"),
        ({"members": ["members", "v"]}, "manifest.json"),
        ({"members": {}}, "members"),
        (["members", "v"], "manifest.json"),
        ({}, ""),
    ],
)
def test_a_manifest_has_its_two_keys_and_every_other_member(
    members: dict[str, bytes], changed: Any, what: str
) -> None:
    stated = {name: {"sha256": sha256(one).hexdigest(), "size": len(one)} for name, one in members.items()}
    manifest = {"v": 1, "members": stated, **changed} if isinstance(changed, dict) else changed
    data = zipped(list(v.MEMBERS), {**members, "manifest.json": jcs(manifest)})
    found = v.verify_bundle(data, PDF, fingerprint())
    if what:
        assert refused(found) == (f"「{what}」 is malformed", "manifest.json")
    else:
        assert found.exit == 0


def test_a_changed_member_that_cannot_be_read_is_false_and_why_is_said(members: dict[str, bytes]) -> None:
    stated = {name: {"sha256": sha256(one).hexdigest(), "size": len(one)} for name, one in members.items()}
    contents = {**members, "manifest.json": jcs({"v": 1, "members": stated}), "report.json": b"{}"}
    found = v.verify_bundle(zipped(list(v.MEMBERS), contents), PDF, fingerprint())
    assert found.exit == 1
    assert red(found) == [("member.changed", "report.json"), ("unreadable", "report.json")]
    assert said(found, "member.changed") == ["report.json is not what manifest.json states: it was changed."]
    assert said(found, "unreadable") == ["「report.json」 is malformed."]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (lambda key: key + b"\n", "「key.txt」 is malformed"),
        (lambda key: b"\n" + key[:-1], "「key.txt」 is malformed"),
        (lambda key: key[:-1] + b"=\n", "key.txt is not a verifier key"),
    ],
)
def test_what_is_wrong_with_the_member_of_the_key_is_said(
    members: dict[str, bytes], tmp_path: Path, changed: Any, words: str
) -> None:
    found = written({**members, "key.txt": changed(members["key.txt"])}, tmp_path)
    assert refused(found) == (words, "key.txt")


def test_a_member_that_is_not_what_the_zip_states_is_false(members: dict[str, bytes]) -> None:
    """The manifest states it as it is, the zip another checksum."""
    stated = {name: {"sha256": sha256(one).hexdigest(), "size": len(one)} for name, one in members.items()}
    contents = {**members, "manifest.json": jcs({"v": 1, "members": stated})}
    for wrong in ("manifest.json", "opened.jsonl"):
        records: list[v.Member] = []
        data = b""
        for name in v.MEMBERS:
            crc = zlib.crc32(contents[name]) ^ (name == wrong)
            records.append(v.Member(name, len(data), len(contents[name]), crc))
            data += v.local_record(records[-1]) + contents[name]
        found = v.verify_bundle(data + v.end_record(records), PDF, fingerprint())
        assert (found.exit, red(found)) == (1, [("member.checksum", wrong)])
        assert said(found, "member.checksum") == [f"{wrong} differs from the zip's checksum."]


# The log


def test_a_header_that_is_none_is_named_by_its_line(tmp_path: Path) -> None:
    case = Case(good_house(), spoil_headers=lambda lines: [*lines[:4], lines[4] + b" ", *lines[5:]])
    assert refused(verdict(case, tmp_path))[1] == "headers.jsonl:5"


@pytest.mark.parametrize(
    ("old", "new", "said_of"),
    [
        (b'"k":2', b'"k":4', "inspection.lot/4 version 1"),
        (b'"ver":1', b'"ver":2', "inspection.lot/2 version 2"),
        (b'"k":2', b'"k":1', "inspection.lot/1 version 1"),
        (b'"k":2,"seq":4,"type":"inspection.lot","v":1,"ver":1', b'"k":1,"seq":4,"type":"inspection.lot","v":1,"ver":3', "inspection.lot/1 version 3"),
    ],
)  # fmt: skip
def test_a_number_that_does_not_follow_on_is_named_by_its_line_and_nothing_is_recomputed(
    tmp_path: Path, old: bytes, new: bytes, said_of: str
) -> None:
    def renumbered(lines: list[bytes]) -> list[bytes]:
        assert old in lines[4]
        return [*lines[:4], lines[4].replace(old, new), *lines[5:]]

    found = verdict(Case(good_house(), spoil_headers=renumbered), tmp_path)
    assert red(found)[0] == ("headers.number", "headers.jsonl:5")
    assert [code for code, _ in red(found)] == ["headers.number", "root.b", "root.a"]
    assert said(found, "headers.number") == [f"{said_of} does not follow the entries before it."]
    assert said(found, "figures.skipped") == ["The log does not fit: no figure was recomputed."]
    assert found.data["figures"] == []


def test_an_entry_that_is_not_where_it_should_be_is_named_by_its_line(tmp_path: Path) -> None:
    """The opened entries behind it are not called beyond the log: they were not looked for."""
    found = verdict(Case(good_house(), spoil_headers=lambda lines: [*lines[:5], *lines[6:]]), tmp_path)
    assert red(found)[0] == ("headers.gap", "headers.jsonl:6")
    assert [code for code, _ in red(found)] == ["headers.gap", "headers.number_of", "root.b", "root.a"]
    assert said(found, "headers.gap") == [
        "Line 6 should hold entry 5 and holds 6: removed, inserted or swapped."
    ]
    assert said(found, "headers.gap", "zh")[0].startswith("第 6 行应是第 5 号条目，却是第 6 号")


def test_a_day_that_falls_is_named_by_its_line_and_does_not_count_for_the_next(tmp_path: Path) -> None:
    def backdated(lines: list[bytes]) -> list[bytes]:
        assert b'"d":"2017-12-31"' in lines[5]
        return [*lines[:5], lines[5].replace(b"2017-12-31", b"2017-05-04"), *lines[6:]]

    found = verdict(Case(good_house(), spoil_headers=backdated), tmp_path)
    assert red(found)[0] == ("headers.day", "headers.jsonl:6")
    assert len(said(found, "headers.day")) == 1


def test_a_log_of_no_entries_is_narrowed_down_to_entry_0(members: dict[str, bytes], tmp_path: Path) -> None:
    found = written({**members, "headers.jsonl": b"", "opened.jsonl": b""}, tmp_path)
    assert found.exit == 1
    assert "a header between entries 0 and 0 was changed" in said(found, "root.b")[0]


def test_a_change_before_the_first_checkpoint_is_narrowed_down_from_entry_0(tmp_path: Path) -> None:
    def changed(lines: list[bytes]) -> list[bytes]:
        return [lines[0].replace(b'"d":"2016-12-01"', b'"d":"2016-11-30"'), *lines[1:]]

    found = verdict(Case(good_house(), spoil_headers=changed), tmp_path)
    assert "a header between entries 0 and 1 was changed" in said(found, "root.b")[0]


def test_a_key_replaced_right_behind_a_does_not_sign_a(tmp_path: Path) -> None:
    """Where A is not logged, the publish entry stands behind it and the rotation next: still the old key's time."""
    found = verdict(Case(good_house(), log_a=False, after=lambda house: house.rotate(NEW)), tmp_path)
    assert (found.exit, red(found)) == (0, [])
    days = said(found, "key.rotated")
    assert days == [
        "The log's key was replaced on 2018-03-01, each time signed by the old key and the new one."
    ]


@pytest.mark.parametrize(
    ("at", "also"), [(0, ["ledger.closed", "genesis.origin"]), (4, ["facts.withheld", "facts.withheld"])]
)
def test_opened_facts_that_are_not_those_of_the_header_count_as_not_opened(
    tmp_path: Path, at: int, also: list[str]
) -> None:
    """With another outer salt every seal still holds, and the digest is another one."""

    def resalted(lines: list[bytes]) -> list[bytes]:
        outer = sha256(f"{at}".encode()).hexdigest()[:32].encode()
        assert outer in lines[at]
        return [*lines[:at], lines[at].replace(outer, b"0" * 32), *lines[at + 1 :]]

    found = verdict(Case(good_house(), spoil_opened=resalted), tmp_path)
    assert red(found)[0] == ("opened.header", f"opened.jsonl:{at + 1}")
    assert [code for code, _ in red(found)][1:] == also
    assert said(found, "opened.header") == [
        f"Entry {at}: the header does not match the opened facts (one of them was changed)."
    ]


# Imports


def imported(opened: int, stated: int, **spoiled: Any) -> House:
    house = good_house()
    house.take_in(stated, **spoiled)
    for i in range(opened):
        house.lot("2017-03-03", "accepted", provenance="imported", document=i)
    return house


def test_an_import_at_the_end_of_the_log_is_not_left_open(tmp_path: Path) -> None:
    case = Case(good_house(), after=lambda house: house.take_in(2))
    found = verdict(case, tmp_path)
    assert red(found) == [("import.short", f"seq {len(case.house.entries) - 1}")]
    assert said(found, "import.short") == ["2 of the records that the import says it opened are not there."]


def test_of_a_log_that_does_not_fit_nothing_is_said_of_its_last_import(tmp_path: Path) -> None:
    case = Case(imported(2, 3), spoil_headers=lambda lines: [*lines[:13], *lines[14:]])
    found = verdict(case, tmp_path)
    assert {"headers.gap"} <= {code for code, _ in red(found)}
    assert said(found, "import.short") == []


def test_an_import_record_that_is_amended_takes_nothing_in(tmp_path: Path) -> None:
    house = imported(1, 1)
    house.write("core.import", "amend", 1, note="补记")
    found = verdict(Case(house), tmp_path)
    assert (found.exit, red(found)) == (0, [])


def test_an_entry_that_is_not_of_the_import_ends_it(tmp_path: Path) -> None:
    house = imported(1, 2)
    last = len(house.entries) - 1
    house.lot("2017-03-03", "accepted")
    found = verdict(Case(house), tmp_path)
    assert red(found) == [("import.short", f"seq {last}")]
    assert said(found, "import.short") == ["1 of the records that the import says it opened are not there."]


def test_what_an_import_took_in_are_first_versions(tmp_path: Path) -> None:
    house = good_house()
    house.take_in(1)
    at = len(house.entries)
    house.write(LOT, "import", 1, provenance="imported")
    found = verdict(Case(house), tmp_path)
    assert red(found) == [("import.short", f"seq {at - 1}"), ("import.stray", f"seq {at} {LOT}/1")]


@pytest.mark.parametrize(
    ("rows", "numbers"),
    [
        ({"rows_read": 4}, (4, [3, 0, 0])),
        ({"rows_refused": 1}, (3, [3, 0, 1])),
        ({"rows_read": "3"}, (-1, [3, 0, 0])),
        ({"rows_unchanged": -1, "rows_read": 2}, (2, [3, -1, 0])),
    ],
)
def test_an_import_whose_rows_do_not_add_up_took_in_nothing(
    tmp_path: Path, rows: dict[str, Any], numbers: tuple[int, list[int]]
) -> None:
    """What stands behind it is then behind no import, each entry by itself. -1 is printed for what is no number of rows."""
    found = verdict(Case(imported(3, 3, **rows)), tmp_path)
    assert [code for code, _ in red(found)] == ["import.sum", *["import.stray"] * 3]
    read, rest = numbers
    assert said(found, "import.sum") == [
        f"The rows of the import do not add up: read {read}, opened, unchanged, refused {rest}."
    ]
    assert said(found, "import.sum", "zh") == [
        f"导入记录的行数不相加：读取 {read}，新建、未变、拒绝 {rest}。"
    ]


# Checkpoints that the log holds


@pytest.mark.parametrize(("root", "false"), [(sha256(b"").hexdigest(), []), ("0" * 64, [("checkpoint.root", "size 0")])])  # fmt: skip
def test_a_checkpoint_of_nothing_has_the_root_of_the_empty_tree(
    tmp_path: Path, root: str, false: list[Any]
) -> None:
    house = good_house()
    house.write("ledger.checkpoint", "sign", size=0, root=root, occasion="hourly")
    assert red(verdict(Case(house), tmp_path)) == false


@pytest.mark.parametrize(("size", "root"), [("4", "0" * 64), (4, 7), (999, "0" * 64), (-1, "0" * 64)])
def test_a_malformed_checkpoint_entry_is_not_compared_as_well(tmp_path: Path, size: Any, root: Any) -> None:
    house = good_house()
    house.write("ledger.checkpoint", "sign", size=size, root=root, occasion="hourly")
    assert red(verdict(Case(house), tmp_path)) == [("checkpoint.facts", f"seq {len(good_house().entries)}")]
