"""GC18 重复：同样的段落、句子、表格、行出现两次。"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zhicheng.review.document import Block, Document
from zhicheng.review.finding import Finding, found, place
from zhicheng.review.profile import Profile

COMMON = 6  # words shared by more paragraphs than this tell nothing
_FIX = "删去一处，或改为各自该说的内容。"


def _bare(text: str) -> str:
    return re.sub(r"[\s，。；;、：:,.\"“”()]", "", re.sub(r"^[-*•]?\(?\d{1,2}[)、.]", "", text))


def duplicates(document: Document, profile: Profile) -> Iterator[Finding]:
    """Paragraphs and sentences said twice, rows and tables that are there twice."""
    shortest = int(profile.number("GC18", "shortest", 30))
    pieces = _pieces(document, shortest)
    yield from _twice(pieces)
    yield from _nearly(document, float(profile.number("GC18", "likeness", 0.8)))
    yield from _long_runs(document, int(profile.number("GC18", "run", 45)), shortest)
    yield from _rows(document)
    yield from _tables(document)


def _pieces(document: Document, shortest: int) -> list[tuple[str, Block, tuple[int, int]]]:
    """Sentences long enough that saying them twice is a slip."""
    return [
        (bare, block, match.span())
        for block in document.prose
        for match in re.finditer(r"[^。！？；;]+", block.plain)
        if len(bare := _bare(match.group())) >= shortest
    ]


def _twice(pieces: list[tuple[str, Block, tuple[int, int]]]) -> Iterator[Finding]:
    first: dict[str, tuple[Block, tuple[int, int]]] = {}
    told: set[tuple[int, int]] = set()
    for bare, block, span in pieces:
        known = first.setdefault(bare, (block, span))
        if known[0] is block and known[1] == span:
            continue
        pair = (known[0].index, block.index)
        if pair in told:
            continue
        told.add(pair)
        yield found("GC18", "error", block, f"这句话与{place(known[0])}的完全相同。", _FIX, span)
        if known[0] is not block:
            yield found("GC18", "note", known[0], f"这句话在{place(block)}又出现一次。", _FIX, known[1])


def _shingles(text: str, size: int = 6) -> frozenset[str]:
    return frozenset(text[i : i + size] for i in range(max(1, len(text) - size + 1)))


def _nearly(document: Document, likeness: float) -> Iterator[Finding]:
    """Long paragraphs that differ in a few words only."""
    held: list[tuple[Block, frozenset[str]]] = []
    index: dict[str, list[int]] = {}
    for block in document.blocks:
        bare = _bare(block.plain) if block.kind in ("paragraph", "item") else ""
        if len(bare) < 40:
            continue
        mine = _shingles(bare)
        shared: dict[int, int] = {}
        for one in mine:
            for at in index.get(one, ())[:COMMON]:
                shared[at] = shared.get(at, 0) + 1
        for at, count in shared.items():
            other, theirs = held[at]
            smaller = min(len(mine), len(theirs))
            union = len(mine) + len(theirs) - count
            if count / union >= likeness or (count >= smaller * 0.7 and smaller >= 40):
                if _bare(other.plain) == bare:
                    break
                yield found(
                    "GC18",
                    "question",
                    block,
                    f"这段话与{place(other)}的大部分相同。",
                    _FIX,
                    (0, min(40, len(block.plain))),
                )
                yield found(
                    "GC18",
                    "note",
                    other,
                    f"这段话与{place(block)}的大部分相同。",
                    _FIX,
                    (0, min(40, len(other.plain))),
                )
                break
        held.append((block, mine))
        for one in mine:
            index.setdefault(one, []).append(len(held) - 1)


def _joined(document: Document) -> list[list[Block]]:
    """Paragraphs, those that a page break cut in two put together."""
    paragraphs: list[list[Block]] = []
    for block in document.prose:
        before = paragraphs[-1][-1] if paragraphs else None
        broken = before is not None and not re.search(r"[。！？；;：:]$", before.plain)
        if before is not None and broken and before.index + 1 == block.index and block.kind == "paragraph":
            paragraphs[-1].append(block)
        else:
            paragraphs.append([block])
    return paragraphs


def _long_runs(document: Document, run: int, shortest: int) -> Iterator[Finding]:
    """A long run of the same words inside two paragraphs that are not the same sentence by sentence."""
    step = run // 3
    known: dict[str, tuple[list[Block], str, int]] = {}
    for blocks in _joined(document):
        text = _bare("".join(block.plain for block in blocks))
        for at in range(len(text) - step + 1):
            seen = known.get(text[at : at + step])
            if seen is None:
                continue
            other, earlier, start = seen
            if at + run > len(text) or text[at : at + run] != earlier[start : start + run]:
                continue
            length = _common(earlier, start, text, at)
            if not _told_already(blocks, other, shortest):
                yield found("GC18", "question", blocks[0], f"这里有 {length} 字与{place(other[0])}的相同：“{text[at : at + 20]}…”。",
                            _FIX, (0, min(40, len(blocks[0].plain))))  # fmt: skip
                yield found("GC18", "note", other[0], f"这里有 {length} 字在{place(blocks[0])}又出现。", _FIX,
                            (0, min(40, len(other[0].plain))))  # fmt: skip
                break
        for at in range(len(text) - step + 1):
            known.setdefault(text[at : at + step], (blocks, text, at))


def _common(one: str, start: int, other: str, at: int) -> int:
    length = 0
    while (
        start + length < len(one) and at + length < len(other) and one[start + length] == other[at + length]
    ):
        length += 1
    return length


def _told_already(blocks: list[Block], other: list[Block], shortest: int) -> bool:
    """Whether whole sentences are the same: then they were reported as such."""
    mine = {
        _bare(part)
        for block in blocks
        for part in re.split(r"[。！？；;]", block.plain)
        if len(_bare(part)) >= shortest
    }
    theirs = {_bare(part) for block in other for part in re.split(r"[。！？；;]", block.plain)}
    return bool(mine & theirs)


def _rows(document: Document) -> Iterator[Finding]:
    for table in document.tables:
        first: dict[str, Block] = {}
        key: dict[str, Block] = {}
        for row in table.body:
            cells = row.plain_cells
            ordinal = bool(re.fullmatch(r"\d{1,3}", cells[0]))
            rest = "\t".join(cells[1:] if ordinal else cells)
            if len(rest.replace("\t", "")) < 6:
                continue
            known = first.setdefault(rest, row)
            if known is not row:
                if document.format == "pdf" and known.page != row.page and not re.search(r"\d", rest):
                    continue  # the head of the table, printed again on the next page
                yield found("GC18", "error", row, f"这一行与{place(known)}的内容相同。", _FIX)
                continue
            code = next(
                (
                    cell
                    for cell in cells
                    if re.fullmatch(r"(?:ZL|CN)?\d{9,13}\.?[\dX]|[A-Z]{2,}[-A-Z]*\d[-\dA-Z]{6,}", cell)
                ),
                None,
            )
            if code:
                other = key.setdefault(code, row)
                if other is not row:
                    yield found(
                        "GC18",
                        "error",
                        row,
                        f"号码“{code}”与{place(other)}的重复。",
                        "核对号码。",
                        (row.plain.find(code), row.plain.find(code) + len(code)),
                    )


def _tables(document: Document) -> Iterator[Finding]:
    first: dict[str, Block] = {}
    captions: dict[str, Block] = {}
    for table in document.tables:
        body = "\n".join(row.plain for row in table.rows)
        if len(table.rows) >= 2 and len(body) >= 20:
            known = first.setdefault(body, table.header)
            if known is not table.header:
                yield found("GC18", "error", table.header, f"这张表与{place(known)}的表完全相同。", _FIX)
        if table.caption is not None:
            bare = re.sub(r"^.*?\d+(?:[-.]\d+)?[:：、.]?", "", table.caption.plain)
            if len(bare) >= 4:
                other = captions.setdefault(bare, table.caption)
                if other is not table.caption:
                    yield found(
                        "GC18",
                        "question",
                        table.caption,
                        f"表题与{place(other)}的相同。",
                        "改为说得出区别的表题。",
                    )
