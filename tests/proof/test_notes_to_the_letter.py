"""Ed25519, keys, signed notes and checkpoints: what is read, and the exact words when it is refused."""

from __future__ import annotations

import base64
from hashlib import sha256
from pathlib import Path

import pytest

from tests.proof.build import KEY, ORIGIN, PDF, Case, fingerprint, good_house
from tests.proof.test_parts_to_the_letter import LEAF, refused
from zhicheng.proof import note as notes
from zhicheng.proof import verify as v
from zhicheng.proof.bundle import write_bundle

OTHER = bytes(range(1, 33))


# Ed25519 (RFC 8032, strict as format §3 asks)


def signed(message: bytes, key: bytes = KEY) -> bytes:
    return notes._signed(key, message)


def test_a_signature_has_64_bytes_and_a_key_32() -> None:
    public, signature = notes.public_key(KEY), signed(b"text")
    assert v.verify_ed25519(public, b"text", signature)
    for changed in (signature + b"\0", signature[:-1], b"", signature[:32]):
        assert not v.verify_ed25519(public, b"text", changed)
    assert not v.verify_ed25519(public[:-1], b"text", signature)
    # over the same bytes in all: R, key and message, cut at another place
    assert v.verify_ed25519(public, b"\0text", signed(b"\0text"))
    assert not v.verify_ed25519(public + b"\0", b"text", signed(b"\0text"))


@pytest.mark.parametrize(
    "point",
    [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    ],
)
def test_a_key_of_small_order_signs_nothing(point: str) -> None:
    """With such a key anybody can write a signature that holds for some messages: R neutral, S zero."""
    public, neutral = bytes.fromhex(point), b"\1" + bytes(31)
    for n in range(64):
        assert not v.verify_ed25519(public, str(n).encode(), neutral + bytes(32))


# Keys (format §3)


def vkey(name: str, algorithm: bytes, public: bytes, id_: str | None = None) -> str:
    """A key as text whose id fits, whatever is in it; or with another id."""
    key = algorithm + public
    mark = sha256(name.encode() + b"\n" + key).hexdigest()[:8] if id_ is None else id_
    return f"{name}+{mark}+{base64.b64encode(key).decode()}"


PLUS = b"\0\0" + b"\xfb\xef\xbe" * 10
"""A key whose base64 has a plus in it."""


def test_a_key_is_cut_at_the_first_two_pluses_only() -> None:
    for algorithm, parse in ((b"\x01", v.parse_vkey), (b"\x04", v.parse_witness)):
        text = vkey("example.org/q", algorithm, PLUS)
        assert text.count("+") > 2
        found = parse(text)
        assert (found.name, found.id.hex(), found.public) == ("example.org/q", text.split("+")[1], PLUS)
        name, id_, key = text.split("+", 2)
        assert parse(f"{name}+{id_.upper()}+{key}") == found


@pytest.mark.parametrize(
    ("text", "en"),
    [
        ("", "malformed verifier key"),
        ("a+00000000", "malformed verifier key"),
        ("a+00000000+!", "malformed verifier key"),
        (vkey("a", b"\x01", bytes(32)) + "====", "malformed verifier key"),
        (vkey("a", b"\x01", bytes(31))[:-1], "malformed verifier key"),
        (vkey("", b"\x01", bytes(32)), "malformed verifier key"),
        (vkey("a b", b"\x01", bytes(32)), "malformed verifier key"),
        (vkey("a\u00a0b", b"\x01", bytes(32)), "malformed verifier key"),
        (vkey("a\u3000", b"\x01", bytes(32)), "malformed verifier key"),
        (vkey("a", b"\x01", bytes(32), "0000000"), "malformed verifier key"),
        (vkey("a", b"\x01", bytes(32), "000000000"), "malformed verifier key"),
        (vkey("a", b"\x01", bytes(32), "0000000g"), "malformed verifier key"),
        (vkey("a", b"\x02", bytes(32)), "not an Ed25519 key"),
        (vkey("a", b"\x04", bytes(32)), "not an Ed25519 key"),
        (vkey("a", b"\x01", bytes(31)), "not an Ed25519 key"),
        (vkey("a", b"\x01", bytes(33)), "not an Ed25519 key"),
        (vkey("a", b"\x01", bytes(32), "00000000"), "the key does not match its id"),
    ],
)
def test_a_text_that_is_no_key_of_a_log_is_refused_with_the_reason(text: str, en: str) -> None:
    assert refused(v.parse_vkey, text).en == en


@pytest.mark.parametrize(
    ("text", "en"),
    [
        ("", "not a witness's key"),
        ("a+00000000", "not a witness's key"),
        ("a+00000000+!", "not a witness's key"),
        (vkey("", b"\x04", bytes(32)), "not a witness's key"),
        (vkey("a b", b"\x04", bytes(32)), "not a witness's key"),
        (vkey("a", b"\x01", bytes(32)), "not a witness's key"),
        (vkey("a", b"\x04", bytes(31)), "not a witness's key"),
        (vkey("a", b"\x04", bytes(33)), "not a witness's key"),
        (vkey("a", b"\x04", bytes(32), "00000000"), "the key does not match its id"),
    ],
)
def test_a_text_that_is_no_key_of_a_witness_is_refused_with_the_reason(text: str, en: str) -> None:
    found = refused(v.parse_witness, text)
    assert (found.en, found.where) == (en, "--witness")


def test_a_fingerprint_is_printed_in_groups_of_four_and_read_in_any_spelling() -> None:
    text = v.fingerprint_of(bytes(32))
    plain = sha256(b"\x01" + bytes(32)).hexdigest()
    assert text.split(" ") == [plain[n : n + 4] for n in range(0, 64, 4)]
    for typed in (text, plain, text.upper(), f" {plain[:30]}\n{plain[30:]}\t"):
        assert v.plain_fingerprint(typed) == plain
    for typed in ("", plain[:63], plain + "0", plain[:63] + "g"):
        found = refused(v.plain_fingerprint, typed)
        assert (found.en, found.where) == ("a key's fingerprint is 64 hex digits", "--key")


# Notes (C2SP signed-note, format §3)


def note(line: str, body: str = "text\n") -> bytes:
    return f"{body}\n{line}\n".encode()


FIVE, FOUR = base64.b64encode(b"idid\x07").decode(), base64.b64encode(b"idid").decode()


def test_the_shortest_signature_has_an_id_and_one_byte() -> None:
    found = v.parse_note(note(f"\u2014 a {FIVE}"))
    assert found == v.Note("text\n", (("a", b"idid", b"\x07"),))


@pytest.mark.parametrize(
    "line",
    [
        f"- a {FIVE}", f"-- a {FIVE}", f"\u2014a {FIVE}", f"\u2014 a {FOUR}", "\u2014 a ", "\u2014 a", "\u2014",
        f"\u2014  {FIVE}", f"\u2014 a+b {FIVE}", f"\u2014 a\u00a0b {FIVE}", f"\u2014 a  {FIVE}", f"\u2014 a {FIVE[:-1]}",
        f"\u2014 a {FIVE}!", f"\u2014 a {FIVE} ", "\u2014 a aWRpZAf=", "\u2014 a aWRpZAi=", "\u2014 a é",
    ],
)  # fmt: skip
def test_a_line_that_is_no_signature_is_refused(line: str) -> None:
    assert refused(v.parse_note, note(line)).en == "malformed signature line"
    good = f"\u2014 a {FIVE}"
    assert refused(v.parse_note, note(f"{good}\n{line}")).en == "malformed signature line"


@pytest.mark.parametrize(
    "data",
    [
        f"text\n\u2014 a {FIVE}\n".encode(), f"text\n\n\u2014 a {FIVE}".encode(), b"text\n\n", b"\n\n",
        note(f"\u2014 a {FIVE}", "te\txt\n"), note(f"\u2014 a {FIVE}", "te\x1fxt\n"), note(f"\u2014 a {FIVE}", "te\rxt\n"),
        note(f"\u2014 a {FIVE}\r"), note(f"\u2014 a {FIVE}", "\0\n"),
    ],
)  # fmt: skip
def test_a_text_that_is_no_note_is_refused(data: bytes) -> None:
    assert refused(v.parse_note, data).en == "malformed note"


def test_a_note_is_utf8_with_spaces_and_blank_lines_in_its_text() -> None:
    assert refused(v.parse_note, b"\xff\n\n").en == "the note is not UTF-8"
    found = v.parse_note(note(f"\u2014 a {FIVE}", "质诚 log\n\nmore\n"))
    assert found.text == "质诚 log\n\nmore\n"


def test_a_note_has_up_to_100_signatures() -> None:
    lines = "\n".join([f"\u2014 a {FIVE}"] * 100)
    assert len(v.parse_note(note(lines)).signatures) == 100
    assert refused(v.parse_note, note(f"{lines}\n\u2014 a {FIVE}")).en == "too many signatures"


def test_a_line_that_claims_a_known_key_must_be_right_and_others_are_not_looked_at() -> None:
    good = notes.sign_note("text\n", "a", KEY)
    key = v.parse_vkey(notes.make_vkey("a", KEY))
    line = good.splitlines()[-1] + "\n"
    stranger = notes.sign_note("text\n", "a", OTHER).splitlines()[-1] + "\n"
    assert v.verify_note(v.parse_note(good.encode()), [key]) == ["a"]
    assert v.verify_note(v.parse_note((good + line + stranger).encode()), [key]) == ["a"]
    assert v.verify_note(v.parse_note(good.encode()), []) == []
    wrong = base64.b64encode(key.id + bytes(64)).decode()
    for text in (f"{good}\u2014 a {wrong}\n", note(f"\u2014 a {wrong}").decode()):
        found = refused(v.verify_note, v.parse_note(text.encode()), [key])
        assert found.en == "invalid signature: 「a」"


def test_a_replaced_key_is_handed_on_by_both_keys_and_for_this_log_alone() -> None:
    facts, old = notes.rotation(ORIGIN, 9, KEY, OTHER), v.parse_vkey(notes.make_vkey(ORIGIN, KEY))
    assert v.rotation_holds(ORIGIN, 9, facts, old)
    statement = f"{ORIGIN}\nrotate\n9\n{facts['old']}\n{facts['new']}\n".encode()
    assert v.rotation_statement(ORIGIN, 9, facts["old"], facts["new"]) == statement
    elsewhere = notes.rotation("example.org/q", 9, KEY, OTHER)
    foreign = v.parse_vkey(notes.make_vkey("example.org/q", KEY))
    assert not v.rotation_holds(ORIGIN, 9, elsewhere, foreign), "another log's"
    assert not v.rotation_holds(ORIGIN, 8, facts, old), "another entry's"
    assert not v.rotation_holds(ORIGIN, 9, facts, v.parse_vkey(notes.make_vkey(ORIGIN, OTHER))), (
        "not in force"
    )
    renamed = notes.make_vkey("example.org/q", OTHER)
    statement = v.rotation_statement(ORIGIN, 9, facts["old"], renamed)
    both = [base64.b64encode(signed(statement, one)).decode() for one in (KEY, OTHER)]
    assert not v.rotation_holds(ORIGIN, 9, {"old": facts["old"], "new": renamed, "signed_old": both[0], "signed_new": both[1]}, old)  # fmt: skip
    for name in facts:
        for value in ("", "AAAA", None, 1, base64.b64encode(bytes(64)).decode()):
            assert not v.rotation_holds(ORIGIN, 9, {**facts, name: value}, old), (name, value)
        assert not v.rotation_holds(ORIGIN, 9, {one: x for one, x in facts.items() if one != name}, old), name
    for one, other in (("signed_old", "signed_new"), ("signed_new", "signed_old")):
        assert not v.rotation_holds(ORIGIN, 9, {**facts, one: facts[other]}, old)


# Cosignatures (C2SP tlog-cosignature, format §3)


def test_the_latest_time_of_a_witness_counts() -> None:
    text, name = notes.sign_note("text\n", "a", KEY), "w.example/1"
    witness = v.parse_witness(f" {notes.witness_key(name, OTHER)[0]}\n")

    def times(*at: int) -> int | None:
        return v.verify_cosignature(v.parse_note(cosigned(text, name, *at).encode()), witness)

    assert times() is None
    assert times(0) == 0
    assert times(1_500_000_000) == 1_500_000_000
    assert times(2**63, 5) == times(5, 2**63) == 2**63
    assert times(7, 0) == 7


def cosigned(text: str, name: str, *times: int) -> str:
    for at in times:
        text = notes.cosign(text, name, OTHER, at)
    return text


@pytest.mark.parametrize("data", [bytes(8), bytes(71), bytes(72), bytes(73), b"\0"])
def test_a_cosignature_that_is_none_is_refused(data: bytes) -> None:
    text, id_ = notes.witness_key("w.example/1", OTHER)
    wrong = note(f"\u2014 w.example/1 {base64.b64encode(id_ + data).decode()}")
    found = refused(v.verify_cosignature, v.parse_note(wrong), v.parse_witness(text))
    assert found.en == "invalid cosignature: 「w.example/1」"
    good = v.parse_note(notes.cosign(notes.sign_note("text\n", "a", KEY), "w.example/1", OTHER, 5).encode())
    longer = v.Note(
        good.text, (*good.signatures[:-1], (*good.signatures[-1][:2], good.signatures[-1][2] + data))
    )
    assert refused(v.verify_cosignature, longer, v.parse_witness(text)).en.startswith("invalid cos")


# Checkpoints (C2SP tlog-checkpoint, format §3)


@pytest.mark.parametrize("more", ["x", "more\n", "\n"])
def test_a_checkpoint_of_this_log_has_three_lines(more: str) -> None:
    text = f"{ORIGIN}\n5\n{base64.b64encode(LEAF).decode()}\n"
    assert v.parse_checkpoint(text) == v.Checkpoint(ORIGIN, 5, LEAF)
    found = refused(v.parse_checkpoint, text + more)
    assert found.en == "a checkpoint has three lines and a root of 32 bytes"
    assert v.parse_checkpoint(text + more, strict=False) == v.Checkpoint(ORIGIN, 5, LEAF)


@pytest.mark.parametrize("root", [LEAF[:31], LEAF + b"0", b""])
def test_a_root_of_another_length_is_none(root: bytes) -> None:
    text = f"{ORIGIN}\n5\n{base64.b64encode(root).decode()}\n"
    assert refused(v.parse_checkpoint, text).en.startswith("a checkpoint has three lines")


# The same through a whole bundle, where the second verifier has its say too


@pytest.fixture(scope="module")
def members() -> dict[str, bytes]:
    return Case(good_house()).members()


def exit_with(members: dict[str, bytes], name: str, data: str, folder: Path) -> int:
    """What becomes of the bundle with another text for one member."""
    write_bundle(folder / "b.zip", {**members, name: data.encode()})
    return v.verify_bundle((folder / "b.zip").read_bytes(), PDF, fingerprint()).exit


@pytest.mark.parametrize(
    ("name", "exit_"),
    [
        ("a", 1), ("a\ufeffb", 1), ("a\u200bb", 1), ("a\0b", 2), ("a\x1fb", 2), ("a\x7fb", 1), ("a\u0085b", 2), ("a\u00a0b", 2), ("a\u2028b", 2), ("a\u3000", 2),
        ("a\tb", 2), ("a\x0bb", 2), ("a\x1cb", 2), (f"{ORIGIN}\x1f", 2), ("", 2),
    ],
)  # fmt: skip
def test_a_key_of_another_name_is_false_and_one_of_a_name_that_is_none_unreadable(
    members: dict[str, bytes], name: str, exit_: int, tmp_path: Path
) -> None:
    text = vkey(name, b"\x01", notes.public_key(KEY)) + "\n"
    assert exit_with(members, "key.txt", text, tmp_path) == exit_


@pytest.mark.parametrize("member", ["checkpoint-a.txt", "checkpoint-b.txt"])
@pytest.mark.parametrize(
    ("line", "exit_"),
    [
        (f"\u2014 a {FIVE}\n", 0), (f"\u2014 a\ufeffb {FIVE}\n", 0), (f"\u2014 \U0001f600 {FIVE}\n", 0), (f"\u2014 a {FIVE}\n" * 99, 0),
        (f"\u2014 a {FIVE}\n" * 100, 2), (f"\u2014 a+b {FIVE}\n", 2), (f"\u2014 a\u0085b {FIVE}\n", 2), (f"\u2014 a\u00a0b {FIVE}\n", 2),
        (f"\u2014 a {FOUR}\n", 2), (f"\u2014  {FIVE}\n", 2), (f"\u2014 a {FIVE}!\n", 2), ("\u2014 a aWRpZAf=\n", 2), (f"- a {FIVE}\n", 2),
        ("\n", 2), (f"\u2014 a {FIVE}\r\n", 2), (f"\u2014 a {FIVE}", 2),
    ],
)  # fmt: skip
def test_a_further_line_of_a_checkpoint_is_a_signature_or_the_checkpoint_is_unreadable(
    members: dict[str, bytes], member: str, line: str, exit_: int, tmp_path: Path
) -> None:
    assert exit_with(members, member, members[member].decode() + line, tmp_path) == exit_
