"""Proofs from the log agree with those made of all leaves."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.house import House
from zhicheng.ledger import checkpoints, log, tiles
from zhicheng.ledger.models import Entry, Tile
from zhicheng.proof import tree
from zhicheng.proof.verify import verify_consistency, verify_inclusion

LEAVES = [hashlib.sha256(bytes([i % 256, i // 256])).digest() for i in range(700)]


@pytest.fixture
def leaves(db: None) -> list[bytes]:
    """Seven hundred entries without facts."""
    Entry.objects.bulk_create(
        Entry(seq=i, leaf=leaf, header="", digests="", outer_salt="", type="t", k=i + 1, ver=1)
        for i, leaf in enumerate(LEAVES)
    )
    return LEAVES


@pytest.mark.proves("E-1.1")
@pytest.mark.django_db
@pytest.mark.parametrize("kept", [0, 255, 256, 600, 700])
def test_proofs_are_those_over_all_leaves_however_many_tiles_are_kept(leaves: list[bytes], kept: int) -> None:
    tiles.extend(kept)
    assert Tile.objects.filter(level=0).count() == kept // 256
    for size in (1, 2, 255, 256, 257, 511, 512, 513, 699, 700):
        whole = leaves[:size]
        root = tree.root_of(whole)
        assert tiles.root(size) == root
        for at in {0, size // 3, size - 1}:
            proof = tiles.inclusion(at, size)
            assert proof == tree.inclusion_proof(whole, at)
            assert verify_inclusion(at, size, leaves[at], proof, root)
        for first in {1, size // 2 or 1, size}:
            proof = tiles.consistency(first, size)
            assert proof == tree.consistency_proof(whole, first)
            assert verify_consistency(first, size, tree.root_of(leaves[:first]), root, proof)


@pytest.mark.django_db
def test_a_proof_under_a_checkpoint_is_one_question_to_the_database(
    leaves: list[bytes], django_assert_num_queries: Any
) -> None:
    for size in (512, 700):
        tiles.extend(size)
        for at in (0, 300, size - 1):
            with django_assert_num_queries(1):
                assert tiles.inclusion(at, size) == tree.inclusion_proof(leaves[:size], at)


@given(st.integers(1, 90), st.data())
@settings(max_examples=150)
def test_ranges_are_put_together_of_perfect_nodes(size: int, data: st.DataObject) -> None:
    whole = LEAVES[:size]

    def perfect(height: int, index: int) -> bytes:
        return tree.root_of(whole[index << height : (index + 1) << height])

    at, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))

    def root(start: int, end: int) -> bytes:
        return tree.range_root(start, end, perfect)

    assert tree.inclusion_path(at, size, root) == tree.inclusion_proof(whole, at)
    assert tree.consistency_path(first, size, root) == tree.consistency_proof(whole, first)


def test_a_checkpoint_keeps_the_tiles_that_became_whole(house: House) -> None:
    for i in range(60):
        house.judged(f"PO-{i}")
    signed = checkpoints.sign("on_demand")
    while log.head().size < 600:
        house.judged(f"MORE-{log.head().size}")
    signed = checkpoints.sign("on_demand")
    assert Tile.objects.filter(level=0).count() == signed.size // 256
    assert tiles.root(signed.size).hex() == signed.root


@pytest.mark.django_db
def test_the_last_tile_above_the_leaves_grows_with_every_checkpoint(leaves: list[bytes]) -> None:
    for size in (100, 300, 300, 511, 512, 700):
        tiles.extend(size)
        above = [bytes(one) for one in Tile.objects.filter(level=1).values_list("hashes", flat=True)]
        assert above == [
            b"".join(tree.root_of(leaves[i : i + 256]) for i in range(0, size - 255, 256)) for _ in above
        ]
        assert len(above) == (size >= 256)
        whole = [
            bytes(one)
            for one in Tile.objects.filter(level=0).order_by("index").values_list("hashes", flat=True)
        ]
        assert whole == [b"".join(leaves[i : i + 256]) for i in range(0, size - 255, 256)]
        assert tiles.inclusion(0, 700) == tree.inclusion_proof(leaves, 0)


@pytest.mark.django_db
def test_a_node_two_levels_above_the_leaves_is_put_together_of_what_is_kept() -> None:
    """Of 65,536 entries no tile above the leaves is kept yet, or some."""
    leaves = [hashlib.sha256(b"%d" % i).digest() for i in range(65_536)]
    whole = tree.root_of(leaves)
    Tile.objects.bulk_create(
        Tile(level=0, index=i, hashes=b"".join(leaves[256 * i : 256 * i + 256])) for i in range(256)
    )
    assert tiles.Nodes().perfect(16, 0) == whole
    tiles.extend(65_536)
    assert [(one.level, one.index, len(one.hashes)) for one in Tile.objects.filter(level__gt=0).order_by("level")] == [
        (1, 0, 256 * 32),
        (2, 0, 32),
    ]  # fmt: skip
    assert tiles.Nodes().perfect(16, 0) == whole
