"""Canonical JSON, seals, tree, notes: properties that must hold for every input."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhicheng.proof import note
from zhicheng.proof import verify as v
from zhicheng.proof.canonical import facts_digest, header_bytes, jcs, seal
from zhicheng.proof.tree import (
    EMPTY_ROOT,
    CompactRange,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SAFE = st.integers(1 - 2**53, 2**53 - 1)
SCALAR = st.none() | st.booleans() | SAFE | TEXT
NAME = st.from_regex(r"_?[a-z][a-z0-9_]{0,8}", fullmatch=True)
KEY = st.text(st.characters(max_codepoint=127), max_size=6)
FACT = SCALAR | st.lists(st.dictionaries(KEY, SCALAR, max_size=3), max_size=3)
JSON = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEY, inner, max_size=4)
)
SALT = st.binary(min_size=16, max_size=16).map(bytes.hex)


@pytest.mark.proves("E-1.2")
@given(JSON)
def test_strict_reader_reads_what_jcs_writes(value):
    assert v.same(v.parse_strict(jcs(value)), value)


@given(JSON)
def test_the_library_encoder_and_jcs_agree_on_ascii_keys(value):
    assert v._encode(value).encode() == jcs(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_read_back_as_the_same_double(number):
    text = v.es6_number(number)
    assert float(text) == number
    assert "e" not in text or abs(number) >= 1e21 or abs(number) < 1e-6


@pytest.mark.proves("E-1.2")
@pytest.mark.parametrize(
    "value", [math.nan, math.inf, 2**53, -(2**53), "\ud800", {1: 2}, object(), {"a": {"\udc00": 1}}]
)
def test_jcs_refuses(value):
    with pytest.raises(v.Refused):
        jcs(value)


def test_keys_sort_by_utf16_units():
    assert jcs({"\ufb33": 1, "\U00020bb7": 2}) == '{"\U00020bb7":2,"\ufb33":1}'.encode()


@given(SALT, NAME, FACT)
def test_a_seal_is_the_hash_of_the_canonical_triple(salt, name, value):
    assert seal(salt, name, value) == hashlib.sha256(jcs([salt, name, value])).hexdigest()


@given(SALT, st.dictionaries(NAME, st.binary(min_size=32, max_size=32).map(bytes.hex), max_size=30))
def test_the_facts_digest_is_the_hash_of_the_canonical_pair(outer, digests):
    assert facts_digest(outer, digests) == hashlib.sha256(jcs([outer, digests])).hexdigest()


@pytest.mark.parametrize(
    ("salt", "name", "value"),
    [
        ("0" * 31, "a", 1),
        ("0" * 31 + "G", "a", 1),
        ("0" * 32, "A", 1),
        ("0" * 32, "1a", 1),
        ("0" * 32, 'a"', 1),
        ("0" * 32, "a", 1.5),
        ("0" * 32, "a", 2**53),
        ("0" * 32, "a", "\ud800"),
        ("0" * 32, "a", {"b": 1}),
        ("0" * 32, "a", [{"b": [1]}]),
        ("0" * 32, "a", [{}] * 201),
        ("0" * 32, "a", "长" * 30000),
    ],
)
def test_seal_refuses_what_the_format_does_not_allow(salt, name, value):
    with pytest.raises(v.Refused):
        seal(salt, name, value)


HEADER: dict[str, Any] = {
    "seq": 417,
    "d": "2026-11-20",
    "type": "inspection.lot",
    "k": 12,
    "ver": 3,
    "act": "accept",
    "facts": "ab" * 32,
}


def test_headers_are_canonical_and_read_back():
    data = header_bytes(**HEADER)
    assert data == jcs({"v": 1, **HEADER})
    assert v.read_header(data) == v.Header(**HEADER)


@pytest.mark.parametrize(
    "change",
    [
        {"d": "2026-02-30"},
        {"type": "lot"},
        {"type": "Inspection.lot"},
        {"act": "Accept"},
        {"k": 0},
        {"ver": 0},
        {"seq": -1},
        {"facts": "AB" * 32},
        {"act": 'x","y":"'},
        {"seq": 2**53},
    ],
)
def test_headers_refuse(change):
    with pytest.raises(v.Refused):
        header_bytes(**{**HEADER, **change})


def opened_line(**changes):
    salt, outer = "1" * 32, "2" * 32
    value = {
        "seq": 3,
        "outer": outer,
        "digests": {"a": seal(salt, "a", 1)},
        "facts": {"a": [salt, 1]},
        **changes,
    }
    return jcs(value)


def test_opened_facts_match_their_seals():
    found = v.read_facts(opened_line())
    assert (found.seq, found.names, found.facts) == (3, ("a",), {"a": 1})
    assert found.digest == facts_digest("2" * 32, {"a": seal("1" * 32, "a", 1)})
    for spoiled in (
        {"facts": {"a": ["1" * 32, 2]}},
        {"facts": {"a": ["1" * 32, True]}},
        {"facts": {"b": ["1" * 32, 1]}},
    ):
        with pytest.raises(v.Untrue):
            v.read_facts(opened_line(**spoiled))


@pytest.mark.parametrize(
    "change",
    [
        {"outer": "x"},
        {"seq": "3"},
        {"seq": -1},
        {"digests": {"A": "0" * 64}},
        {"digests": {"a": 1}},
        {"x": 1},
    ],
)
def test_opened_lines_refuse(change):
    with pytest.raises(v.Refused):
        v.read_facts(opened_line(**change))


@pytest.mark.proves("E-1.1")
def test_every_small_tree_and_every_spoiled_proof():
    leaves = [leaf_hash(bytes([i])) for i in range(24)]
    for size in range(1, 25):
        some = leaves[:size]
        root = root_of(some)
        for i in range(size):
            proof = inclusion_proof(some, i)
            assert v.verify_inclusion(i, size, some[i], proof, root)
            for at in range(len(proof)):
                spoiled = [*proof[:at], leaf_hash(proof[at]), *proof[at + 1 :]]
                assert not v.verify_inclusion(i, size, some[i], spoiled, root)
            assert not v.verify_inclusion(i, size, some[i], [*proof, root], root)
            first, steps = root_of(some[: i + 1]), consistency_proof(some, i + 1)
            assert v.verify_consistency(i + 1, size, first, root, steps)
            for at in range(len(steps)):
                spoiled = [*steps[:at], leaf_hash(steps[at]), *steps[at + 1 :]]
                assert not v.verify_consistency(i + 1, size, first, root, spoiled)
    assert not v.verify_consistency(0, 5, EMPTY_ROOT, root_of(leaves[:5]), [])


@given(st.integers(0, 300), st.integers(0, 50))
def test_a_compact_range_can_be_kept_and_taken_up_again(size, more):
    leaves = [leaf_hash(i.to_bytes(2, "big")) for i in range(size + more)]
    tree = CompactRange()
    for one in leaves[:size]:
        tree.append(one)
    again = CompactRange.from_hex(tree.size, json.loads(json.dumps(tree.to_hex())))
    for one in leaves[size:]:
        again.append(one)
    assert (again.size, again.root()) == (size + more, root_of(leaves))
    assert len(again.nodes) <= 64
    with pytest.raises(v.Refused):
        CompactRange(size + 1 if size % 2 == 0 else size - 1, tree.nodes)


def test_signing_and_reading_back():
    key = note.new_key()
    vkey = v.parse_vkey(note.make_vkey("example.org/quality", key))
    text = note.checkpoint_text("example.org/quality", 7, root_of([]))
    signed = note.sign_note(text, "example.org/quality", key)
    parsed = v.parse_note(signed.encode())
    assert v.verify_note(parsed, [vkey]) == ["example.org/quality"]
    assert v.parse_checkpoint(parsed.text) == v.Checkpoint("example.org/quality", 7, EMPTY_ROOT)
    assert v.fingerprint_of(vkey.public) == note.fingerprint(key)
    for at in range(len(text)):
        changed = signed[:at] + chr(ord(signed[at]) ^ 1) + signed[at + 1 :]
        with pytest.raises(v.Refused):
            v.verify_note(v.parse_note(changed.encode()), [vkey])


@pytest.mark.proves("E-1.3")
@given(st.binary(max_size=40), st.binary(min_size=32, max_size=32))
def test_ed25519_agrees_with_the_library(message, seed):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert v.verify_ed25519(public, message, signature)
    assert not v.verify_ed25519(public, message + b"x", signature)
    beyond = signature[:32] + (int.from_bytes(signature[32:], "little") + v._L).to_bytes(32, "little")
    assert not v.verify_ed25519(public, message, beyond)


@pytest.mark.parametrize(
    "text", ["a", "a+b+c", "a+00000000+AAAA", "", "a b+00000000+" + "A" * 44, "+00000000+"]
)
def test_malformed_keys_are_refused(text):
    with pytest.raises(v.Refused):
        v.parse_vkey(text)


@pytest.mark.parametrize(
    "text", ["", "a\n", "a\n\n", "a\n\n\u2014 x AAAAAAA=", "a\tb\n\n\u2014 x AAAAAAA=\n", "a\n\n- x AAAA\n"]
)
def test_malformed_notes_are_refused(text):
    with pytest.raises(v.Refused):
        v.parse_note(text.encode())


@given(st.text(max_size=60))
def test_escaped_text_holds_no_control_or_format_characters(text):
    import unicodedata

    shown = v.quoted(text)
    assert shown[0] == "「"
    assert shown[-1] == "」"
    assert all(one == " " or unicodedata.category(one)[0] not in "CZ" for one in shown)
    assert shown.count("」") == 1
