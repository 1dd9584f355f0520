"""Proofs from the log: that an entry is in it, and that an older checkpoint is its beginning."""

from __future__ import annotations

from django.db.models import Max

from zhicheng.ledger.models import Entry, Tile
from zhicheng.proof.tree import consistency_path, inclusion_path, node_hash, range_root

WIDTH, HEIGHT = Tile.WIDTH, 8
_HASH = 32


def _fold(hashes: list[bytes]) -> bytes:
    """The root of a whole tile or of an aligned part of it (a power of two of hashes)."""
    while len(hashes) > 1:
        hashes = [node_hash(a, b) for a, b in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def _leaves(start: int, end: int) -> list[bytes]:
    rows = Entry.objects.filter(seq__gte=start, seq__lt=end).order_by("seq").values_list("leaf", flat=True)
    return [bytes(one) for one in rows]


class Nodes:
    """The tree's nodes, read from tiles; what was read is kept as long as the object lives."""

    def __init__(self) -> None:
        self._tiles: dict[tuple[int, int], list[bytes] | None] = {}

    def _tile(self, level: int, index: int) -> list[bytes] | None:
        if (level, index) not in self._tiles:
            row = Tile.objects.filter(level=level, index=index).values_list("hashes", flat=True).first()
            data = None if row is None else bytes(row)
            self._tiles[level, index] = data and [data[i : i + _HASH] for i in range(0, len(data), _HASH)]  # type: ignore[assignment]
        return self._tiles[level, index]

    def perfect(self, height: int, index: int) -> bytes:
        """The node over leaves ``index << height`` to ``(index + 1) << height``, which must be in the log."""
        level, above = divmod(height, HEIGHT)
        first, count = index << above, 1 << above
        tile = self._tile(level, first // WIDTH)
        if tile is not None:
            return _fold(tile[first % WIDTH : first % WIDTH + count])
        if level == 0:
            return _fold(_leaves(first, first + count))
        return _fold([self._above(level, one) for one in range(first, first + count)])

    def _above(self, level: int, index: int) -> bytes:
        """The node over the tile ``index`` one level below."""
        below = self._tile(level - 1, index)
        start = index * WIDTH
        if below is None and level == 1:
            below = _leaves(start, start + WIDTH)
        elif below is None:
            below = [self._above(level - 1, one) for one in range(start, start + WIDTH)]
        return _fold(below)

    def root(self, start: int, end: int) -> bytes:
        """The root over the entries from start to end, as proofs need it."""
        return range_root(start, end, self.perfect)


def inclusion(seq: int, size: int) -> list[bytes]:
    """The proof that entry ``seq`` is in the tree of the first ``size`` entries. Errors: IndexError."""
    return inclusion_path(seq, size, Nodes().root)


def consistency(first: int, size: int) -> list[bytes]:
    """The proof that the tree of ``size`` entries begins with the first ``first``. Errors: IndexError."""
    return consistency_path(first, size, Nodes().root)


def root(size: int) -> bytes:
    """The root of the first ``size`` entries."""
    return Nodes().root(0, size)


def extend(size: int) -> None:
    """Keep the tiles that became whole with the first ``size`` entries."""
    nodes, level = Nodes(), 0
    while (whole := size >> (HEIGHT * (level + 1))) > 0:
        last = Tile.objects.filter(level=level).aggregate(last=Max("index"))["last"]
        new = []
        for index in range(0 if last is None else last + 1, whole):
            at = index * WIDTH
            hashes = (
                _leaves(at, at + WIDTH)
                if level == 0
                else [nodes.perfect(level * HEIGHT, one) for one in range(at, at + WIDTH)]
            )
            new.append(Tile(level=level, index=index, hashes=b"".join(hashes)))
        Tile.objects.bulk_create(new, batch_size=100)
        level += 1
