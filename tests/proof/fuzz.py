"""What is spoiled and given to each part of the verifier: one function a target, one spoiled input a call.

A call returns whether the input was taken. Errors: anything but ``Refused`` is a crash; AssertionError is a false acceptance.
``tests/proof/test_fuzz.py`` and ``bench/fuzz.py`` turn the handle.
"""

from __future__ import annotations

import base64
import copy
import random
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from tests.proof.build import KEY, ORIGIN, PDF, Case, fingerprint, good_house, metric
from zhicheng.proof import note as notes
from zhicheng.proof import verify as v
from zhicheng.proof.bundle import write_bundle
from zhicheng.proof.tree import consistency_proof, inclusion_proof, leaf_hash, root_of

PIECES = [b'"', b"{", b"]", b",", b"\n", b"0", b"-", b"1.5", b"null", b"\xff", b"\\u"]


def spoil(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one to three small things done to them."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(out) + 1)
        kind = chance.randrange(5)
        if kind == 0 and at < len(out):
            out[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            out[at : at + chance.randrange(1, 40)] = b""
        elif kind == 2:
            start = chance.randrange(len(out) + 1)
            out[at:at] = out[start : start + chance.randrange(1, 60)]
        elif kind == 3:
            out[at : at + 1] = chance.choice(PIECES)
        else:
            out[at : at + 8] = chance.randbytes(8)
    return bytes(out)


@dataclass(frozen=True)
class Whole:
    """A sound bundle and its members."""

    data: bytes
    members: dict[str, bytes]


@cache
def whole() -> Whole:
    """The example's bundle."""
    with tempfile.TemporaryDirectory() as folder:
        data = Case(good_house()).bundle(Path(folder))
    with zipfile.ZipFile(BytesIO(data)) as archive:
        members = {one: archive.read(one) for one in archive.namelist() if one != "manifest.json"}
    return Whole(data, members)


@cache
def lines(name: str) -> list[bytes]:
    return whole().members[name].splitlines()


@contextmanager
def unsigned() -> Iterator[None]:
    """Signatures are tried by ``note``; in whole bundles they would only take time."""
    kept = v.verify_ed25519
    v.verify_ed25519 = lambda public, message, signature: True
    try:
        yield
    finally:
        v.verify_ed25519 = kept


def judged(data: bytes) -> v.Verdict:
    with unsigned():
        found = v.verify_bundle(data, PDF, fingerprint())
    assert not any("cannot be processed" in one.say.en for one in found.findings), found.findings
    assert found.text()
    return found


def bundle(chance: random.Random) -> bool:
    """A whole bundle: proved only as it was."""
    spoiled = spoil(whole().data, chance)
    found = judged(spoiled)
    assert (found.exit == 0) == (spoiled == whole().data)
    return found.exit == 0


def member(chance: random.Random) -> bool:
    """A member in a sound container: proved only as it was, but for signatures, which are not looked at."""
    members = whole().members
    name = chance.choice(sorted(members))
    spoiled = spoil(members[name], chance)
    with tempfile.TemporaryDirectory() as folder:
        write_bundle(Path(folder) / "b.zip", {**members, name: spoiled})
        found = judged((Path(folder) / "b.zip").read_bytes())
    assert found.exit in (1, 2) or spoiled == members[name] or name.startswith(("checkpoint", "key")), name
    return found.exit == 0


def strict(chance: random.Random) -> bool:
    """The strict reader of JSON: what it takes is canonical."""
    spoiled = spoil(chance.choice(lines("headers.jsonl") + lines("opened.jsonl")), chance)
    value = v.parse_strict(spoiled)
    assert v.jcs(value) == spoiled
    return True


def header(chance: random.Random) -> bool:
    """A header: what is taken says the same again."""
    spoiled = spoil(chance.choice(lines("headers.jsonl")), chance)
    assert v.jcs({"v": 1, **v.read_header(spoiled)._asdict()}) == spoiled
    return True


def facts(chance: random.Random) -> bool:
    """An opened entry."""
    v.read_facts(spoil(chance.choice(lines("opened.jsonl")), chance))
    return True


def note(chance: random.Random) -> bool:
    """A signed note: what is taken says the same again; of every tenth, that no other text is signed by the log's key."""
    sound = whole().members["checkpoint-a.txt"]
    spoiled = spoil(sound, chance)
    found = v.parse_note(spoiled)
    signatures = [(name, base64.b64encode(id_ + data).decode()) for name, id_, data in found.signatures]
    said = "".join(f"\u2014 {name} {blob}\n" for name, blob in signatures)
    assert f"{found.text}\n{said}".encode() == spoiled
    if chance.random() >= 0.1:
        return True
    signed = v.verify_note(found, [v.parse_vkey(notes.make_vkey(ORIGIN, KEY))])
    assert not signed or found.text == v.parse_note(sound).text
    return bool(signed)


def checkpoint(chance: random.Random) -> bool:
    """A checkpoint's text: what is taken says the same again."""
    text = v.parse_note(whole().members["checkpoint-a.txt"]).text
    spoiled = spoil(text.encode(), chance).decode("utf-8", "surrogateescape")
    found = v.parse_checkpoint(spoiled)
    assert f"{found.origin}\n{found.size}\n{base64.b64encode(found.root).decode()}\n" == spoiled
    return True


LEAVES = [leaf_hash(bytes([i])) for i in range(70)]


def proof(chance: random.Random) -> bool:
    """Inclusion and consistency: no other leaf, root or hash on the way is taken, whatever size and index are claimed."""
    size = chance.randint(1, len(LEAVES))
    index, first = chance.randrange(size), chance.randint(1, size)
    root, old = root_of(LEAVES[:size]), root_of(LEAVES[:first])
    included = chance.random() < 0.5
    way = inclusion_proof(LEAVES[:size], index) if included else consistency_proof(LEAVES[:size], first)
    parts = [LEAVES[index] if included else old, root, *way]
    kind, at = chance.randrange(4), chance.randrange(len(parts))
    if kind == 0:
        spoiled = bytearray(parts[at])
        spoiled[chance.randrange(32)] ^= 1 << chance.randrange(8)
        parts[at] = bytes(spoiled)
    elif kind == 1:
        parts.insert(chance.randint(2, len(parts)), chance.choice([*parts, b"", chance.randbytes(32)]))
    elif kind == 2 and way:
        del parts[chance.randrange(2, len(parts))]
    else:
        index, first = (chance.choice([-1, 0, 1, size, 2 * size, chance.randrange(1 << 70)]) for _ in "12")
        size = chance.choice([0, size, chance.randrange(1 << 70)])
    start, end, *path = parts
    if included:
        taken = v.verify_inclusion(index, size, start, path, end)
    else:
        taken = v.verify_consistency(first, size, start, end, path)
    assert not taken or kind == 3 or (kind == 2 and not way), (included, size, index, first, kind)
    return taken


VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    -1,
    2**53 - 1,
    "",
    "accepted",
    "rejected",
    "2017-05-05",
    "x",
    [],
    [{"a": 1}],
]


def figure(chance: random.Random) -> bool:
    """The evaluator of figures: a spoiled definition over facts of any kind; a share is a share."""
    defined: Any = copy.deepcopy(metric())
    holder, key = defined, chance.choice(sorted(defined))
    while isinstance(holder[key], dict | list) and holder[key] and chance.random() < 0.7:
        holder = holder[key]
        key = chance.choice(sorted(holder)) if isinstance(holder, dict) else chance.randrange(len(holder))
    holder[key] = chance.choice([*VALUES, *v.OPERATORS, *v.FORMS, *v.ROUNDINGS, "count", "sum", "quantity"])
    parsed = v.parse_metric(defined)
    row = {"occurred_on": "2017-05-05", "state": "accepted", "submission": 1, "first_verdict": "accepted",
           "purchase_kind": "raw", "quantity": 10}  # fmt: skip
    rows = [
        {name: chance.choice(VALUES) if chance.random() < 0.1 else value for name, value in row.items()}
        for _ in range(5)
    ]
    found = v.evaluate(parsed, v.parse_conditions([]), ("2017-01-01", "2017-12-31"), rows)
    if parsed.form == "share" and parsed.numerator.of == parsed.denominator.of == "count":  # type: ignore[union-attr]
        assert found.denominator is not None
        assert 0 <= found.numerator <= found.denominator
    return True


def definitions(chance: random.Random) -> bool:
    """definitions.json."""
    v.parse_definitions(v.parse_strict(spoil(whole().members["definitions.json"], chance), 2**20))
    return True


def report(chance: random.Random) -> bool:
    """report.json."""
    v.parse_report(v.parse_strict(spoil(whole().members["report.json"], chance), 2**20))
    return True


Target = Callable[[random.Random], bool]
FAST: tuple[Target, ...] = (strict, header, facts, note, checkpoint, proof, figure, definitions, report)
SLOW: tuple[Target, ...] = (bundle, member)


def attempt(target: Target, chance: random.Random) -> bool:
    """Whether one spoiled input was taken; refused is not taken."""
    try:
        return target(chance)
    except v.Refused:
        return False
