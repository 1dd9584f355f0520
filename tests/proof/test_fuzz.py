"""Spoiled inputs: no crash, no false acceptance, and never the last-resort sentence.

Ten thousand for each part that takes microseconds. Whole bundles take milliseconds and are verified by both verifiers: fewer here,
many in ``bench/fuzz.py``, which turns the same handle a million times.
"""

from __future__ import annotations

import random

import pytest

from tests.proof import fuzz
from zhicheng.proof import verify as v

ROUNDS = 10_000
BUNDLES = {"bundle": 1_200, "member": 800}


@pytest.mark.parametrize("target", fuzz.FAST, ids=lambda one: one.__name__)
def test_spoiled_parts(target):
    chance = random.Random(1)
    taken = sum(fuzz.attempt(target, chance) for _ in range(ROUNDS))
    assert taken < ROUNDS


@pytest.mark.parametrize("target", fuzz.SLOW, ids=lambda one: one.__name__)
def test_spoiled_bundles(target):
    chance = random.Random(2)
    for _ in range(BUNDLES[target.__name__]):
        fuzz.attempt(target, chance)


def test_a_false_acceptance_and_a_crash_are_seen(monkeypatch):
    def tried(target: fuzz.Target) -> None:
        chance = random.Random(3)
        for _ in range(300):
            fuzz.attempt(target, chance)

    monkeypatch.setattr(v, "verify_inclusion", lambda *given: True)
    with pytest.raises(AssertionError):
        tried(fuzz.proof)
    monkeypatch.setattr(v, "verify_note", lambda note, keys: ["log"])
    with pytest.raises(AssertionError):
        tried(fuzz.note)
    monkeypatch.setattr(v, "parse_strict", lambda data: {"a": 1}[data])
    with pytest.raises(KeyError):
        tried(fuzz.strict)
