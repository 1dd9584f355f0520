"""The log's tree (RFC 6962 §2.1): what appending and proving needs, on top of the verifier's own hashing."""

from collections.abc import Sequence

from zhicheng.proof.verify import EMPTY_ROOT, CompactRange, leaf_hash, node_hash, root_of

__all__ = [
    "EMPTY_ROOT",
    "CompactRange",
    "consistency_proof",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "root_of",
]


def _split(size: int) -> int:
    """The largest power of two below ``size`` (RFC 6962 §2.1)."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of leaf ``index`` in the tree over the leaf hashes, lowest first (RFC 6962 §2.1.1).

    Errors: IndexError when there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    start, end, path = 0, len(leaves), []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(root_of(leaves[middle:end]))
            end = middle
        else:
            path.append(root_of(leaves[start:middle]))
            start = middle
    return path[::-1]


def consistency_proof(leaves: Sequence[bytes], size: int) -> list[bytes]:
    """The proof that the tree over ``leaves`` begins with its first ``size`` leaves (RFC 6962 §2.1.2).

    Errors: IndexError unless 1 <= size <= len(leaves).
    """
    if not 0 < size <= len(leaves):
        raise IndexError(size)
    start, end, whole, path = 0, len(leaves), True, []
    while start + size < end:
        middle = start + _split(end - start)
        if start + size <= middle:
            path.append(root_of(leaves[middle:end]))
            end = middle
        else:
            path.append(root_of(leaves[start:middle]))
            size -= middle - start
            start, whole = middle, False
    if not whole:
        path.append(root_of(leaves[start:end]))
    return path[::-1]
