"""The log's tree (RFC 6962 §2.1): what appending and proving needs, on top of the verifier's own hashing."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from zhicheng.proof.verify import EMPTY_ROOT, CompactRange, leaf_hash, node_hash, root_of

__all__ = [
    "EMPTY_ROOT",
    "CompactRange",
    "consistency_path",
    "consistency_proof",
    "inclusion_path",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "range_root",
    "root_of",
]

Roots: TypeAlias = Callable[[int, int], bytes]


def _split(size: int) -> int:
    """The largest power of two below ``size`` (RFC 6962 §2.1)."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_path(index: int, size: int, root: Roots) -> list[bytes]:
    """The audit path of leaf ``index`` in a tree of ``size`` leaves, lowest first (RFC 6962 §2.1.1).

    ``root(start, end)`` gives the root over the leaves from start to end. Errors: IndexError when there is no such leaf.
    """
    if not 0 <= index < size:
        raise IndexError(index)
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(root(middle, end))
            end = middle
        else:
            path.append(root(start, middle))
            start = middle
    return path[::-1]


def consistency_path(first: int, size: int, root: Roots) -> list[bytes]:
    """The proof that a tree of ``size`` leaves begins with its first ``first`` leaves (RFC 6962 §2.1.2).

    Errors: IndexError unless 1 <= first <= size.
    """
    if not 0 < first <= size:
        raise IndexError(first)
    start, end, whole, path = 0, size, True, []
    while start + first < end:
        middle = start + _split(end - start)
        if start + first <= middle:
            path.append(root(middle, end))
            end = middle
        else:
            path.append(root(start, middle))
            first -= middle - start
            start, whole = middle, False
    if not whole:
        path.append(root(start, end))
    return path[::-1]


def range_root(start: int, end: int, perfect: Callable[[int, int], bytes]) -> bytes:
    """The root over the leaves from start to end of which ``start`` is a multiple of the largest power of two in the range.

    ``perfect(height, index)`` gives the node that stands over leaves ``index << height`` to ``(index + 1) << height``.
    """
    root: bytes | None = None
    pieces = []
    while start < end:
        height = (end - start).bit_length() - 1
        pieces.append(perfect(height, start >> height))
        start += 1 << height
    for piece in reversed(pieces):
        root = piece if root is None else node_hash(piece, root)
    return EMPTY_ROOT if root is None else root


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """``inclusion_path`` over leaf hashes that are at hand."""
    return inclusion_path(index, len(leaves), lambda start, end: root_of(leaves[start:end]))


def consistency_proof(leaves: Sequence[bytes], size: int) -> list[bytes]:
    """``consistency_path`` over leaf hashes that are at hand."""
    return consistency_path(size, len(leaves), lambda start, end: root_of(leaves[start:end]))
