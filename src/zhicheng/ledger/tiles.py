"""Proofs from the log: that an entry is in it, and that an older checkpoint is its beginning."""

from __future__ import annotations

from typing import Any

from django.db import connection

from zhicheng.ledger.models import Tile
from zhicheng.proof.tree import consistency_path, inclusion_path, node_hash, range_root

WIDTH, HEIGHT = Tile.WIDTH, 8
HASH = 32


def _fold(hashes: list[bytes]) -> bytes:
    """The root of a whole tile or of an aligned part of it (a power of two of hashes)."""
    while len(hashes) > 1:
        hashes = [node_hash(a, b) for a, b in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def _rows(sql: str, *given: int) -> list[tuple[Any, ...]]:
    """A proof needs some of these, and the ORM would compile each anew."""
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


def _leaves(start: int, end: int) -> list[bytes]:
    rows = _rows("SELECT leaf FROM ledger_entry WHERE seq >= %s AND seq < %s ORDER BY seq", start, end)
    return [bytes(row[0]) for row in rows]


def split(data: bytes) -> list[bytes]:
    """The hashes of a tile's bytes."""
    return [data[i : i + HASH] for i in range(0, len(data), HASH)]


class Nodes:
    """The tree's nodes, read from tiles; what was read is kept as long as the object lives."""

    def __init__(self) -> None:
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def _tile(self, level: int, index: int) -> list[bytes]:
        """What is kept of a tile: all of it, above level 0 perhaps its beginning, or nothing."""
        if (level, index) not in self._tiles:
            self.look_up({(level, index)})
        return self._tiles[level, index]

    def look_up(self, places: set[tuple[int, int]], size: int = 0) -> None:
        """Read several tiles at once, and with them the entries behind the last whole tile of the first ``size``."""
        self._tiles |= {place: [] for place in places}
        where = " OR ".join(['level = %s AND "index" = %s'] * len(places))
        sql = f'SELECT level, "index", hashes FROM ledger_tile WHERE {where}'
        given = [number for place in places for number in place]
        edge = size - size % WIDTH
        if edge < size:
            sql += " UNION ALL SELECT -1, seq, leaf FROM ledger_entry WHERE seq >= %s AND seq < %s"
            given += [edge, size]
        leaves = {}
        for level, index, data in _rows(sql, *given):
            if level < 0:
                leaves[index] = bytes(data)
            else:
                self._tiles[level, index] = split(bytes(data))
        if leaves:
            self._tiles[0, edge // WIDTH] = [leaves[seq] for seq in sorted(leaves)]

    def perfect(self, height: int, index: int) -> bytes:
        """The node over leaves ``index << height`` to ``(index + 1) << height``, which must be in the log."""
        level, above = divmod(height, HEIGHT)
        first, count = index << above, 1 << above
        hashes = self._tile(level, first // WIDTH)[first % WIDTH : first % WIDTH + count]
        if len(hashes) == count:
            return _fold(hashes)
        if level == 0:
            return _fold(_leaves(first, first + count))
        return _fold([self._above(level, one) for one in range(first, first + count)])

    def _above(self, level: int, index: int) -> bytes:
        """The node over the tile ``index`` one level below."""
        below = self._tile(level - 1, index)
        start = index * WIDTH
        if len(below) < WIDTH and level == 1:
            below = _leaves(start, start + WIDTH)
        elif len(below) < WIDTH:
            below = [self._above(level - 1, one) for one in range(start, start + WIDTH)]
        return _fold(below)

    def root(self, start: int, end: int) -> bytes:
        """The root over the entries from start to end, as proofs need it."""
        return range_root(start, end, self.perfect)


def inclusion(seq: int, size: int) -> list[bytes]:
    """The proof that entry ``seq`` is in the tree of the first ``size`` entries. Errors: IndexError."""
    nodes = Nodes()
    heights = range(0, size.bit_length(), HEIGHT)
    nodes.look_up({(h // HEIGHT, at >> (h + HEIGHT)) for h in heights for at in (seq, size)}, size)
    return inclusion_path(seq, size, nodes.root)


def consistency(first: int, size: int) -> list[bytes]:
    """The proof that the tree of ``size`` entries begins with the first ``first``. Errors: IndexError."""
    return consistency_path(first, size, Nodes().root)


def root(size: int) -> bytes:
    """The root of the first ``size`` entries."""
    return Nodes().root(0, size)


def extend(size: int) -> None:
    """Keep the tiles of the first ``size`` entries: whole ones, and above level 0 the last as far as it goes.

    A node on the right edge of a long log would else be put together of many tiles, at every proof anew.
    """
    nodes, level = Nodes(), 0
    while (hashes := size >> (HEIGHT * level)) >= (WIDTH if level == 0 else 1):
        last = Tile.objects.filter(level=level).order_by("-index").first()
        kept = split(bytes(last.hashes)) if last and len(last.hashes) < WIDTH * HASH else []
        first = 0 if last is None else last.index + (not kept)
        new = []
        for index in range(first, -(-hashes // WIDTH)):
            at, end = index * WIDTH, min((index + 1) * WIDTH, hashes)
            if level == 0 and end - at < WIDTH:
                break
            have = kept if index == first else []
            more = range(at + len(have), end)
            added = _leaves(at, end) if level == 0 else [nodes.perfect(level * HEIGHT, one) for one in more]
            new.append(Tile(level=level, index=index, hashes=b"".join([*have, *added])))
        if kept and last and new:
            Tile.objects.filter(pk=last.pk).update(hashes=new.pop(0).hashes)
        Tile.objects.bulk_create(new, batch_size=100)
        level += 1
