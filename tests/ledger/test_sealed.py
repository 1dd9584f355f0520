"""Sealed facts read by their shape give the digests that the strict reader gives, or are left to it."""

from __future__ import annotations

import json
import random

import pytest

from tests.proof.fuzz import spoil
from zhicheng.ledger.sealed import Sealed, Shapes
from zhicheng.proof.canonical import Refused, digests_text, seals

SALT = "1" * 32
PLAIN = ["", "开", 'a"b', "a\\b", "\n", "a\x7f", 0, -1, 999999999999999, 10**15, 2**53 - 1, True, False, None, [], [{"a": 1}]]  # fmt: skip


def strictly(content: str) -> str | None:
    try:
        return digests_text(seals(json.loads(content)))
    except (Refused, ValueError, TypeError, AttributeError):
        return None


def written(**facts: object) -> str:
    return json.dumps(
        {n: [SALT, one] for n, one in sorted(facts.items())}, ensure_ascii=False, separators=(",", ":")
    )


def taught() -> Shapes:
    shapes = Shapes()
    shapes.learn(["_at", "a", "b"])
    shapes.learn(["a"])
    return shapes


@pytest.mark.parametrize("value", PLAIN)
def test_every_kind_of_value(value: object) -> None:
    for content in (written(a=value), written(a=value, b=1, _at="x"), written(a=1, b=value, _at=value)):
        found = taught().digests(content)
        plain = not isinstance(value, str | list | int) or value in ("", "开", "a\x7f", []) or (
            isinstance(value, int) and abs(value) < 10**15
        )  # fmt: skip
        assert found == (strictly(content) if plain else None)


@pytest.mark.parametrize("raw", ["1.0", "-0", "01", "1e3", "NaN", " 1", '"\\u0041"', '"a\x01"', "[ ]", "1]"])
def test_what_is_not_canonical_is_left_to_the_strict_reader(raw: str) -> None:
    assert taught().digests(f'{{"a":["{SALT}",{raw}]}}') is None
    assert taught().digests(f'{{"a": ["{SALT}",1]}}') is None
    assert taught().digests(f'{{"a":["{SALT[:-1]}",1]}}') is None
    assert taught().digests('{"a":["' + SALT + '","\ud800"]}') is None


def test_spoiled_facts_never_read_otherwise() -> None:
    chance, shapes = random.Random(1), taught()
    whole, read = written(a="接收", b=12, _at="2026-11-28T00:00:00Z").encode(), 0
    for _ in range(3000):
        content = spoil(whole, chance).decode("utf-8", "replace")
        found = shapes.digests(content)
        assert found is None or found == strictly(content)
        read += found is not None
    assert read > 0


def test_names_that_are_no_names_make_no_shape() -> None:
    shapes = Shapes()
    for names in (["b", "a"], ["A"], ["a.*"], [], [f"n{i:03}" for i in range(Shapes.NAMES + 1)]):
        shapes.learn(names)
    assert shapes._shapes == []
    assert Sealed(["a"]).digests(written(a=1).encode()) == strictly(written(a=1))


def test_a_shape_learnt_again_takes_no_place_of_another() -> None:
    shapes = Shapes()
    for _ in range(Shapes.MOST + 1):
        shapes.learn(["a"])
    shapes.learn(["b"])
    content = {"b": ["0" * 32, 1]}
    assert shapes.digests(json.dumps(content, separators=(",", ":"))) is not None
