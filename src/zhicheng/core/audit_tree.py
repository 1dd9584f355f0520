"""The tree of an audit: what the entries give, held against everything that states what it was.

Checkpoints, the entries that logged them, the head, and the tiles, which keep the leaves that were there when a checkpoint was signed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from zhicheng.core.audit_parts import EntrySeen, Finding
from zhicheng.ledger import keys, tiles
from zhicheng.ledger.models import Checkpoint, Entry, Head, Tile
from zhicheng.proof.tree import CompactRange, root_of
from zhicheng.proof.verify import Refused, VerifierKey, parse_checkpoint, parse_note, verify_note


class Tree:
    """Grows by the entries; where something states another tree, the place is looked for."""

    def __init__(self) -> None:
        self.grown = CompactRange()
        self.size = 0
        """How many entries there were, those that are missing included."""
        self._sure = 0
        """Up to here the tree was what a statement says."""
        self._lost = False
        """Whether the tree is another since then, and what is stated further on tells nothing new."""
        self._other: list[tuple[int, str]] = []
        """Entries since then, with their records, that are not what a tile kept."""
        self._leaves = _Leaves()

    def gap(self, beyond: int) -> None:
        """The entries up to this one are missing: where tiles have their leaves the tree goes on."""
        for seq in range(self.size, beyond):
            kept = self._leaves.at(seq)
            if not kept:
                self._lost = True
                break
            self.grown.append(kept)
        self.size = beyond

    def append(self, entry: EntrySeen) -> None:
        """The next entry."""
        kept = self._leaves.at(entry.seq)
        if kept and kept != entry.leaf:
            self._other.append((entry.seq, f"{entry.type}/{entry.k}"))
        self.grown.append(entry.leaf)
        self.size += 1

    def logged(self, entry: EntrySeen) -> Iterator[Finding]:
        """An entry that logged a checkpoint: it stands right behind what was signed."""
        if entry.stated != (entry.seq, self.grown.root().hex()):
            said = (
                _("第 %s 条登记的检查点与它前面的各条不符：历史被改写，或这一条是后来放进来的。") % entry.seq
            )
            yield Finding("checkpoint", said, f"{entry.type}/{entry.k}", seq=entry.seq)
            yield from self._places(entry.seq, None)
            self._lost = True

    def mark(self, mark: Checkpoint, origin: str, known: list[tuple[int, VerifierKey]]) -> Iterator[Finding]:
        """A checkpoint of the table, where the tree has its size."""
        signed, nodes = _is_signed(mark, origin, known), _range(mark.size, mark.nodes)
        if nodes is None or nodes.root().hex() != mark.root:
            nodes = None
            said = _("大小为 %s 的检查点所存的节点与它的树根不符。") % mark.size
            yield Finding("checkpoint", said, seq=mark.size - 1)
        if self.grown.root().hex() == mark.root:
            yield from self._met(mark.size)
        else:
            said = _("前 %s 条与当时签署的检查点不符：历史被改写。") % mark.size
            yield Finding("checkpoint", said, seq=mark.size - 1)
            yield from self._places(mark.size, nodes)
            if nodes and signed:
                self.grown, self._lost = nodes, False  # what follows is judged by itself
            else:
                self._lost = True
        if not signed:
            said = _("大小为 %s 的检查点签名无效或密钥已被更换。") % mark.size
            yield Finding("signature", said, seq=mark.size - 1)

    def head(self, head: Head) -> Iterator[Finding]:
        """Where the log stands."""
        if self.grown.to_hex() == head.nodes:
            yield from self._met(head.size)
            return
        yield Finding("root", _("由各条算出的树根与表头不符。"))
        yield from self._places(head.size, _range(head.size, head.nodes))
        self._lost = True

    def _met(self, size: int) -> Iterator[Finding]:
        for first, beyond in _runs(seq for seq, _record in self._other):
            said = _("瓦片里第 %(a)s 至 %(b)s 条的叶哈希被改动：证明会不成立。") % {
                "a": first,
                "b": beyond - 1,
            }
            yield Finding("tile", said, seq=first)
        self._other, self._sure, self._lost = [], size, False

    def _places(self, size: int, stated: CompactRange | None) -> Iterator[Finding]:
        """Which entries are others, as closely as what was kept tells."""
        records = dict(self._other)
        if self._other:
            places = list(_runs(records))
        elif self._lost:
            places = []  # entries are missing, or it was said already
        elif stated is None or self.grown.size != size:
            places = [(self._sure, size)]
        else:
            places = _differing(self.grown, stated, self._sure)
        for first, beyond in places:
            record = records.get(first, "")
            if beyond - first == 1:
                record = record or _record_of(first)
                said = _("第 %(a)s 条（%(r)s）不是签署时的那一条：被改写。") % {"a": first, "r": record}
            else:
                said = _("第 %(a)s 至 %(b)s 条不全是签署时的各条：被改写、插入或删去。")
                said %= {"a": first, "b": beyond - 1}
            yield Finding("rewritten", said, record, seq=first)
        self._other, self._sure = [], size


def tile_findings() -> Iterator[Finding]:
    """Tiles above the lowest, which the entries are held against, are made of those below them."""
    for tile in Tile.objects.filter(level__gt=0).order_by("level", "index"):
        first = tile.index * Tile.WIDTH
        beyond = first + len(tile.hashes) // tiles.HASH
        below = Tile.objects.filter(level=tile.level - 1, index__gte=first, index__lt=beyond).order_by(
            "index"
        )
        made = b"".join(
            root_of(tiles.split(bytes(one))) for one in below.values_list("hashes", flat=True).iterator()
        )
        if made != bytes(tile.hashes):
            said = _("第 %(l)s 层第 %(i)s 块瓦片与下一层不符：被改动，证明会不成立。")
            yield Finding("tile", said % {"l": tile.level, "i": tile.index})


class _Leaves:
    """The leaves that tiles keep."""

    def __init__(self) -> None:
        self._index, self._hashes = -1, b""

    def at(self, seq: int) -> bytes:
        """An entry's leaf, empty where no tile has it."""
        index, place = divmod(seq, Tile.WIDTH)
        if index != self._index:
            found = Tile.objects.filter(level=0, index=index).values_list("hashes", flat=True).first()
            self._index, self._hashes = index, bytes(found or b"")
        return self._hashes[place * tiles.HASH : (place + 1) * tiles.HASH]


def _is_signed(mark: Checkpoint, origin: str, known: list[tuple[int, VerifierKey]]) -> bool:
    """Whether the checkpoint's note states what its row says and is signed by the key of its time."""
    try:
        note = parse_note(mark.note.encode())
        stated = parse_checkpoint(note.text)
        as_it_says = (stated.origin, stated.size, stated.root.hex()) == (origin, mark.size, mark.root)
        return as_it_says and bool(verify_note(note, [keys.at(mark.size, known)]))
    except Refused:
        return False


def _range(size: int, nodes: Sequence[str]) -> CompactRange | None:
    """The tree of these nodes, unless somebody made them something else."""
    try:
        return CompactRange.from_hex(size, nodes)
    except (Refused, ValueError, TypeError):
        return None


def _differing(one: CompactRange, other: CompactRange, first: int) -> list[tuple[int, int]]:
    """Stretches of entries, from the first on, over which nodes of two trees of one size differ."""
    places: list[tuple[int, int]] = []
    start, bit = 0, 1 << one.size.bit_length()
    for a, b in zip(one.nodes, other.nodes, strict=True):
        while not bit & one.size:
            bit >>= 1
        if a != b and start + bit > first:
            if places and places[-1][1] == start:
                places[-1] = (places[-1][0], start + bit)
            else:
                places.append((max(start, first), start + bit))
        start, bit = start + bit, bit >> 1
    return places


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Rising numbers as stretches: the first, and the one behind the last."""
    run: tuple[int, int] | None = None
    for number in numbers:
        if run and run[1] == number:
            run = (run[0], number + 1)
            continue
        if run:
            yield run
        run = (number, number + 1)
    if run:
        yield run


def _record_of(seq: int) -> str:
    found = Entry.objects.filter(seq=seq).values_list("type", "k").first()
    return f"{found[0]}/{found[1]}" if found else ""
