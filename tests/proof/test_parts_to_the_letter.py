"""JSON, facts, seals and tree: the exact bytes that are read, and the exact words when they are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest

from tests.proof.build import PDF, Case, fingerprint, good_house
from zhicheng.proof import verify as v
from zhicheng.proof.canonical import facts_digest, jcs

SALT, OUTER, HASH = "1" * 32, "2" * 32, "a" * 64


def refused(read: Callable[..., Any], *given: Any, kind: type[v.Refused] = v.Refused) -> v.Refused:
    """The refusal, of just this kind."""
    with pytest.raises(kind) as found:
        read(*given)
    assert type(found.value) is kind
    return found.value


# Canonical JSON (format §1)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"), (-0.0, "0"), (-1.5, "-1.5"), (0.5, "0.5"), (10.0, "10"), (12.0, "12"), (-123.0, "-123"), (1e-6, "0.000001"), (1e-7, "1e-7"),
        (1.5e-7, "1.5e-7"), (1.25e-7, "1.25e-7"), (1e21, "1e+21"), (1.5e21, "1.5e+21"), (1.5e300, "1.5e+300"),
        (2.0**69, "590295810358705700000"), (123456.789, "123456.789"), (5e-324, "5e-324"),
    ],
)  # fmt: skip
def test_doubles_are_written_as_ecmascript_does(number: float, text: str) -> None:
    assert v.jcs(number) == text.encode()


@pytest.mark.parametrize(
    ("data", "en"),
    [
        (b'{"a":1.5}', "no floats: 1.5"),
        (b"1." + b"2" * 40, "no floats: 1." + "2" * 18),
        (b"NaN", "no floats: NaN"),
        (b"-Infinity", "no floats: -Infinity"),
        (b"9007199254740992", "integer beyond 2^53 - 1"),
        (b"-90071992547409920", "integer beyond 2^53 - 1"),
        (b"1" * 5000, "integer beyond 2^53 - 1"),
        (b'{"a": 1}', "not canonical JSON (from byte 5)"),
        (b'{"b":1,"a":2}', "not canonical JSON (from byte 2)"),
        (b'{"a":1,"a":2}', "not canonical JSON (from byte 5)"),
        (b"-0", "not canonical JSON (from byte 0)"),
        (b"1 ", "not canonical JSON (from byte 1)"),
        (b'"\\u0041"', "not canonical JSON (from byte 1)"),
        (b'"a\x01"', "not JSON: Invalid control character at: line 1 column 3 (char 2)"),
        (b"", "not JSON: Expecting value: line 1 column 1 (char 0)"),
        (b'"\\ud800"', None),
        (b'"\xff"', None),
    ],
)
def test_json_that_is_not_canonical_is_refused_with_the_reason_and_the_place(
    data: bytes, en: str | None
) -> None:
    found = refused(v.parse_strict, data, v.TEXT_LIMIT, "report.json")
    assert found.where == "report.json"
    assert found.en.startswith("not JSON: ") if en is None else found.en == en


def test_a_reason_is_given_in_both_languages_and_cut_in_both() -> None:
    found = refused(v.parse_strict, b'{"' + b"x" * 60_000 + b'":1,1}')
    assert (len(found.zh), len(found.en)) == (len("不是 JSON：") + 80, len("not JSON: ") + 80)
    found = refused(v.parse_strict, b"0." + b"1" * 99)
    assert str(found) == f"不许有小数：0.{'1' * 18} / no floats: 0.{'1' * 18}"


def test_text_beyond_ascii_is_read_and_written_as_it_is() -> None:
    data = '{"a":"质诚 ¥ 𠮷","b":["\u007f"]}'.encode()
    assert v.parse_strict(data) == {"a": "质诚 ¥ 𠮷", "b": ["\u007f"]}
    assert v.jcs(v.parse_strict(data)) == data


def test_only_a_text_is_a_day() -> None:
    assert [v.is_date(one) for one in ("2016-02-29", "2017-02-29", "2017-1-1", "", "2017-01-01 ")] == [
        True, False, False, False, False,
    ]  # fmt: skip
    for one in (None, 20170101, True, ["2017-01-01"]):
        assert v.is_date(one) is False


# Facts and their seals (format §1, §2, §5)


def line(raw: bytes, name: str = "a", **changes: Any) -> bytes:
    """An opened line whose one fact is written so, with a seal that fits; or with other parts."""
    digest = sha256(f'["{SALT}","{name}",'.encode() + raw + b"]").hexdigest()
    value = {
        "digests": {name: digest},
        "facts": {name: [SALT, v.parse_strict(raw)]},
        "outer": OUTER,
        "seq": 7,
        **changes,
    }
    return v.jcs(value)


@pytest.mark.parametrize(
    "raw", [b'"x"', b"0", b"-5", b"true", b"false", b"null", b"[]", b'[{"a":1,"b":null},{}]']
)
def test_a_fact_that_is_sealed_is_read(raw: bytes) -> None:
    for read in (v.read_facts, lambda one: v.OpenedReader().read(one, lambda: "")):
        found = read(line(raw))
        assert (found.seq, found.names, found.facts) == (7, ("a",), {"a": v.parse_strict(raw)})


def rows(number: int) -> bytes:
    return v.jcs([{"a": n} for n in range(number)])


@pytest.mark.parametrize(
    ("raw", "en"),
    [
        (rows(201), "a list fact of more than 200 rows"),
        (b"{}", "not the type of a fact"),
        (b'{"a":1}', "not the type of a fact"),
        (b"[1]", "a row of a list fact is not an object of scalars"),
        (b"[[]]", "a row of a list fact is not an object of scalars"),
        (b'["abc"]', "a row of a list fact is not an object of scalars"),
        (b'[{"a":[]}]', "a row of a list fact is not an object of scalars"),
        (b'[{"a":{}}]', "a row of a list fact is not an object of scalars"),
        (b'[{},{"a":1,"b":{}}]', "a row of a list fact is not an object of scalars"),
    ],
)
def test_what_is_no_fact_is_refused_although_its_seal_fits(raw: bytes, en: str) -> None:
    assert refused(v.read_facts, line(raw), "here").en == en


def test_a_list_fact_has_up_to_200_rows_with_ascii_keys() -> None:
    assert len(v.read_facts(line(rows(200))).facts["a"]) == 200
    assert refused(v.check_fact, [{"é": 1}]).en == "a row of a list fact is not an object of scalars"
    assert refused(v.check_fact, [{"a": 1}, {"é": 1}]).en.startswith("a row of")
    assert refused(v.check_fact, 1.5).en == "not the type of a fact"
    for one in (None, "x", 0, True, [], [{"a": None}]):
        v.check_fact(one)
        assert v.read_facts(line(v.jcs(one))).facts == {"a": one}


@pytest.mark.parametrize(
    ("change", "en"),
    [
        ({"facts": {"a": "xy"}}, "opened fact 「a」 is malformed"),
        ({"facts": {"a": {}}}, "opened fact 「a」 is malformed"),
        ({"facts": {"a": [SALT]}}, "opened fact 「a」 is malformed"),
        ({"facts": {"a": [SALT, 1, 2]}}, "opened fact 「a」 is malformed"),
        ({"facts": {"a": [1, SALT]}}, "opened fact 「a」 is malformed"),
        ({"facts": {"a": [None, 1]}}, "opened fact 「a」 is malformed"),
        ({"facts": {"a": ["1" * 31, 1]}}, "the salt of 「a」 is malformed"),
        ({"facts": {"a": ["1" * 33, 1]}}, "the salt of 「a」 is malformed"),
        ({"facts": {"a": ["1" * 31 + "A", 1]}}, "the salt of 「a」 is malformed"),
        ({"facts": {"a": ["1" * 31 + "\n", 1]}}, "the salt of 「a」 is malformed"),
        ({"facts": []}, "the opened entry is malformed"),
        ({"digests": []}, "the opened entry is malformed"),
        ({"seq": "7"}, "the opened entry is malformed"),
        ({"seq": True}, "the opened entry is malformed"),
        ({"seq": -1}, "the opened entry is malformed"),
        ({"outer": "2" * 31}, "a salt or digest of the opened entry is malformed"),
        ({"outer": "2" * 31 + "G"}, "a salt or digest of the opened entry is malformed"),
        ({"outer": 2}, "a salt or digest of the opened entry is malformed"),
        ({"digests": {"a": 1}}, "a salt or digest of the opened entry is malformed"),
        ({"digests": {"a": "a" * 63}}, "a salt or digest of the opened entry is malformed"),
        ({"digests": {"a": "A" * 64}}, "a salt or digest of the opened entry is malformed"),
        ({"digests": {"a": ["a"] * 64}}, "a salt or digest of the opened entry is malformed"),
        ({"digests": {"a": "a" * 65, "b": "a" * 63}}, "a salt or digest of the opened entry is malformed"),
        ({"digests": {"never_seen": HASH, "Never_Seen": HASH}}, "a fact's name is not of the format"),
        ({"digests": {"1a": HASH}}, "a fact's name is not of the format"),
        ({"x": 1}, "the opened entry's keys are not those of the format"),
    ],
)  # fmt: skip
def test_an_opened_line_that_is_not_of_the_format_is_refused_with_the_reason(
    change: dict[str, Any], en: str
) -> None:
    found = refused(v.read_facts, line(b"1", **change), "opened.jsonl:8")
    assert (found.en, found.where) == (en, "opened.jsonl:8")


def test_an_opened_line_that_is_no_object_is_refused() -> None:
    for data in (b"[]", b'["digests","facts","outer","seq"]', b"1", b"null"):
        assert refused(v.read_facts, data).en.startswith("the opened entry's keys")


def test_names_of_facts_that_were_never_seen_are_read() -> None:
    for name in ("seen_here_first", "_seen_here_too", "z9"):
        found = v.read_facts(line(b"1", name))
        digest = sha256(f'["{SALT}","{name}",1]'.encode()).hexdigest()
        assert found.digest == facts_digest(OUTER, {name: digest})


def test_a_line_that_opens_nothing_and_one_without_facts() -> None:
    for digests in ({}, {"a": HASH}, {"a": HASH, "b": "b" * 64}):
        for reader in (v.OpenedReader(), v.OpenedReader()):
            for seq in (0, 1, 2):
                found = reader.read(line(b"1", digests=digests, facts={}, seq=seq), lambda: "")
                assert (found.seq, found.names, found.facts) == (seq, tuple(digests), {})
                assert found.digest == facts_digest(OUTER, digests)


def test_a_value_that_is_not_the_sealed_one_is_false_and_not_malformed() -> None:
    for value in (2, True, "1", None, [{"a": 1}]):
        found = refused(v.read_facts, line(b"1", facts={"a": [SALT, value]}), "here", kind=v.Untrue)
        assert (found.en, found.where) == ("fact 「a」 does not match its seal", "here")
    found = refused(v.read_facts, line(b"1", facts={"b": [SALT, 1]}), kind=v.Untrue)
    assert found.en == "fact 「b」 does not match its seal"


def test_what_is_learned_of_the_shape_of_lines_stays_small() -> None:
    """One shape is kept once, however often the strict reader had to look; 200 in all, of up to 200 names."""
    reader = v.OpenedReader()
    for _ in range(3):
        reader.read(line(b'"a\\"b"'), lambda: "")
    assert len(reader.shapes) == 1
    assert (reader.SHAPES, reader.NAMES) == (200, 200)
    for number, kept in ((200, 1), (201, 0)):
        reader, names = v.OpenedReader(), [f"n_{n:03}" for n in range(number)]
        reader.read(line(b"1", digests=dict.fromkeys(names, HASH), facts={}), lambda: "")
        assert len(reader.shapes) == kept


# The tree (RFC 6962, format §2)

LEAF, STEP = v.leaf_hash(b"leaf"), v.leaf_hash(b"step")


@pytest.mark.parametrize(
    ("index", "size", "leaf", "proof", "root"),
    [
        (1, 1, LEAF, [], LEAF),
        (0, 0, LEAF, [], LEAF),
        (-1, 1, LEAF, [], LEAF),
        (2, 2, LEAF, [STEP], v.node_hash(STEP, LEAF)),
        (0, 1, LEAF, [STEP], v.node_hash(STEP, LEAF)),
        (0, 1, LEAF, [STEP], v.node_hash(LEAF, STEP)),
        (0, 2, LEAF, [], LEAF),
        (0, 4, LEAF, [STEP], v.node_hash(LEAF, STEP)),
        (0, 2, LEAF, [STEP, STEP], v.node_hash(STEP, v.node_hash(LEAF, STEP))),
        (0, 2, LEAF, [STEP], LEAF),
        (0, 1, LEAF[:31], [], LEAF[:31]),
        (0, 1, LEAF + b"0", [], LEAF + b"0"),
        (0, 2, LEAF, [STEP + b"0"], v.node_hash(LEAF, STEP + b"0")),
        (0, 2, LEAF, [STEP[:31]], v.node_hash(LEAF, STEP[:31])),
    ],
)
def test_no_hash_but_an_entrys_own_is_proved_to_be_in_the_tree(
    index: int, size: int, leaf: bytes, proof: list[bytes], root: bytes
) -> None:
    """A number beyond the last, a path too long or too short, or hashes of another length prove nothing."""
    assert not v.verify_inclusion(index, size, leaf, proof, root)


def test_a_path_of_one_step_from_either_side() -> None:
    assert v.verify_inclusion(0, 1, LEAF, [], LEAF)
    assert v.verify_inclusion(0, 2, LEAF, [STEP], v.node_hash(LEAF, STEP))
    assert v.verify_inclusion(1, 2, LEAF, [STEP], v.node_hash(STEP, LEAF))
    assert v.node_hash(LEAF, STEP) == sha256(b"\x01" + LEAF + STEP).digest()


@pytest.mark.parametrize(
    ("size1", "size2", "root1", "root2", "proof"),
    [
        (0, 1, v.EMPTY_ROOT, LEAF, []),
        (2, 1, LEAF, LEAF, []),
        (1, 1, LEAF, STEP, []),
        (1, 1, LEAF, LEAF, [STEP]),
        (1, 2, LEAF, LEAF, []),
        (3, 5, LEAF, STEP, []),
        (1, 4, LEAF, v.node_hash(LEAF, STEP), [STEP]),
        (1, 2, LEAF, v.node_hash(v.node_hash(LEAF, STEP), STEP), [STEP, STEP]),
        (1, 2, LEAF, v.node_hash(STEP, v.node_hash(LEAF, STEP)), [STEP, STEP]),
        (1, 2, STEP, v.node_hash(LEAF, STEP), [STEP]),
        (1, 2, LEAF, v.node_hash(STEP, LEAF), [STEP]),
        (1, 2, LEAF[:31], v.node_hash(LEAF[:31], STEP), [STEP]),
        (1, 2, LEAF, v.node_hash(LEAF, STEP[:31]), [STEP[:31]]),
    ],
)
def test_no_tree_is_proved_to_begin_with_another_that_it_does_not(
    size1: int, size2: int, root1: bytes, root2: bytes, proof: list[bytes]
) -> None:
    assert not v.verify_consistency(size1, size2, root1, root2, proof)


def test_a_tree_begins_with_itself_and_with_its_first_leaf() -> None:
    assert v.verify_consistency(1, 1, LEAF, LEAF, [])
    assert v.verify_consistency(1, 2, LEAF, v.node_hash(LEAF, STEP), [STEP])


@pytest.mark.parametrize(
    ("size", "nodes"), [(-1, [LEAF]), (1, []), (0, [LEAF]), (1, [LEAF[:31]]), (1, [LEAF + b"0"]), (3, [LEAF])]
)
def test_a_tree_is_not_taken_up_from_nodes_that_do_not_fit(size: int, nodes: list[bytes]) -> None:
    assert refused(v.CompactRange, size, nodes).en == "the nodes do not fit the size of the tree"


# The same through a whole bundle, where the second verifier has its say too


@pytest.mark.parametrize("value", [{"a": 1}, [1], [{"a": [1]}], [{"a": n} for n in range(201)]])
def test_a_bundle_that_opens_what_is_no_fact_is_not_proved(value: Any, tmp_path: Any) -> None:
    """Sealed by whoever keeps the log, so that every hash fits."""
    house, outer = good_house(), sha256(b"9").hexdigest()[:32]
    raw = jcs(value)

    def spoil(lines: list[bytes]) -> list[bytes]:
        digest = sha256(f'["{SALT}","state",'.encode() + raw + b"]").hexdigest()
        whole = {"digests": {"state": digest}, "facts": {"state": [SALT, value]}, "outer": outer, "seq": 3}
        return [jcs(whole) if b'"seq":3}' in one else one for one in lines]

    found = v.verify_bundle(Case(house, spoil_opened=spoil).bundle(tmp_path), PDF, fingerprint())
    assert found.exit == 2


@pytest.mark.parametrize("name", ["é", "状态", "état"])
def test_a_fact_whose_name_is_not_ascii_makes_the_bundle_unreadable(name: str, tmp_path: Any) -> None:
    def spoil(lines: list[bytes]) -> list[bytes]:
        first = json.loads(lines[0])
        first["facts"][name] = [SALT, 1]
        return [jcs(first), *lines[1:]]

    found = v.verify_bundle(Case(good_house(), spoil_opened=spoil).bundle(tmp_path), PDF, fingerprint())
    assert found.exit == 2
    assert "keys are ASCII" in found.findings[0].say.en
