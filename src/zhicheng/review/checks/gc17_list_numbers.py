"""GC17 编号：列表编号连续、不重复，上下级对得上，没有别处带来的编号。"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from zhicheng.review.document import Block, Document
from zhicheng.review.finding import Finding, Severity, found, place
from zhicheng.review.profile import Profile

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_CHINESE = [
    "",
    "一",
    "二",
    "三",
    "四",
    "五",
    "六",
    "七",
    "八",
    "九",
    "十",
    "十一",
    "十二",
    "十三",
    "十四",
    "十五",
    "十六",
    "十七",
    "十八",
    "十九",
    "二十",
]
_FIX = "按次序重新编号。"


def value_of(number: str) -> tuple[str, int] | None:
    """The style of a printed number and its value.

    >>> value_of("(3)"), value_of("四"), value_of("②")
    (('(1)', 3), ('一', 4), ('①', 2))
    """
    bare = re.sub(r"[()第章节篇部分、.．\s]", "", number)
    if number in _CIRCLED and number:
        return "①", _CIRCLED.index(number) + 1
    if bare in _CHINESE and bare:
        style = "第一" if number.startswith("第") else "(一)" if "(" in number else "一"
        return style, _CHINESE.index(bare)
    if bare.isdigit():
        style = "(1)" if number.startswith("(") else "1)" if number.endswith(")") else "1"
        return style, int(bare)
    return None


def list_numbers(document: Document, profile: Profile) -> Iterator[Finding]:
    """Numbers of headings, of list items, and inside paragraphs and cells."""
    yield from _headings(document)
    yield from _items(document)
    for block in document.blocks:
        if block.kind in ("row", "paragraph", "item"):
            yield from _inside(block)


def _headings(document: Document) -> Iterator[Finding]:
    """Each style of number counts on under its parent."""
    last: dict[str, tuple[int, Block]] = {}
    order: list[str] = []
    for block in document.headings:
        if re.fullmatch(r"\d+(?:\.\d+)+", block.number):
            yield from _decimal(block, last)
            continue
        told = value_of(block.number) if block.number else None
        if told is None:
            if block.level == 1 and not block.number:
                last = {style: one for style, one in last.items() if style in ("一", "第一")}
            continue
        style, value = told
        if style in order:
            for deeper in order[order.index(style) + 1 :]:
                last.pop(deeper, None)
        else:
            order.append(style)
        yield from _next(block, style, value, last)
        last[style] = (value, block)


def _next(block: Block, style: str, value: int, last: dict[str, tuple[int, Block]]) -> Iterator[Finding]:
    before, where = last.get(style, (0, None))
    if value == before + 1 or (where is None and style in ("1", "1)", "(1)") and value == 1):
        return
    if where is not None and value == before:
        yield found(
            "GC17",
            "error",
            block,
            f"编号重复：{place(where)}的“{where.plain[:16]}”已是 {where.number}。",
            _FIX,
        )
    elif where is None:
        severity: Severity = "question" if style == "1" else "error"
        yield found("GC17", severity, block, f"这一级的第一个编号是“{block.number}”，不是从头编起。", _FIX)
    elif value == 1 and style not in ("一", "第一"):
        return
    elif value != 1 or style in ("一", "第一"):
        yield found(
            "GC17",
            "error",
            block,
            f"编号不连续：前一个是“{where.number}”（{place(where)}），这里是“{block.number}”。",
            _FIX,
        )


def _decimal(block: Block, last: dict[str, tuple[int, Block]]) -> Iterator[Finding]:
    *parents, own = [int(part) for part in block.number.split(".")]
    key = ".".join(map(str, parents)) + "."
    before, where = last.get(key, (0, None))
    chapter = last.get("第一") or last.get("一") or last.get("1")
    if len(parents) == 1 and chapter and parents[0] != chapter[0]:
        yield found("GC17", "error", block, f"编号“{block.number}”与所在的第 {chapter[0]} 章不符。", _FIX)
    elif own != before + 1:
        already = f"前一个是“{where.number}”" if where else "这一级第一个"
        wrong = "编号重复" if where and own == before else "编号不连续"
        yield found("GC17", "error", block, f"{wrong}：{already}，这里是“{block.number}”。", _FIX)
    last[key] = (own, block)


def _items(document: Document) -> Iterator[Finding]:
    """Runs of numbered items; a paragraph between may belong to the item above."""
    last: dict[str, tuple[int, Block]] = {}
    path: tuple[str, ...] = ()
    for block in document.blocks:
        if block.kind == "heading" or block.path != path:
            last, path = {}, block.path
        if block.kind != "item" or not (told := value_of(block.number)):
            continue
        style, value = told
        before, where = last.get(style, (0, None))
        inner = [
            one
            for match in re.finditer(r"(?<=[；;。\s])(\d{1,2})[)）]", block.plain[3:])
            if (one := int(match.group(1)))
        ]
        if where is not None and value == before and value != 1:
            yield found(
                "GC17",
                "error",
                block,
                f"列表编号重复：{place(where)}已有 {where.number}。",
                _FIX,
                (0, min(20, len(block.plain))),
            )
        elif value != before + 1 and value != 1:
            since = f"前一项是 {where.number}" if where else "第一项"
            yield found(
                "GC17",
                "error",
                block,
                f"列表编号不连续：{since}，这里是 {block.number}。",
                _FIX,
                (0, min(20, len(block.plain))),
            )
        last[style] = (max([value, *inner]), block)


_INSIDE = (
    ("①", re.compile(rf"([{_CIRCLED}])")),
    ("1)", re.compile(r"(?:^|(?<=[；;。\t：:，]))(\d{1,2})[)）](?=[\u4e00-\u9fff])")),
    ("(1)", re.compile(r"(?:^|(?<=[；;。\t：:，]))\((\d{1,2})\)(?=[\u4e00-\u9fff])")),
)


def _inside(block: Block) -> Iterator[Finding]:
    for style, pattern in _INSIDE:
        marks = list(pattern.finditer(block.plain))
        if len(marks) < 2:
            continue
        values = [_CIRCLED.index(mark.group(1)) + 1 if style == "①" else int(mark.group(1)) for mark in marks]
        if values[0] != 1 and style == "①" and block.kind != "row":
            continue
        for place_of, (before, value) in enumerate(itertools.pairwise(values), start=1):
            mark = marks[place_of]
            span = (mark.start(), min(mark.end() + 14, len(block.plain)))
            between = block.plain[marks[place_of - 1].end() : mark.start()]
            if value == before + 1:
                continue
            if value == 1 and "\t" in between:
                continue
            if value == 1:
                yield found(
                    "GC17",
                    "question",
                    block,
                    "编号在同一格（段）里又从头开始：是不是两个列表并在了一起？",
                    "分成两项，或接着编号。",
                    span,
                )
            elif value == before:
                yield found("GC17", "error", block, f"编号重复：{mark.group()}。", _FIX, span)
            else:
                yield found(
                    "GC17",
                    "error",
                    block,
                    f"编号不连续：{marks[place_of - 1].group()} 之后是 {mark.group()}。",
                    _FIX,
                    span,
                )
        yield from _lost_numbers(block, marks)


def _lost_numbers(block: Block, marks: list[re.Match[str]]) -> Iterator[Finding]:
    """After the last number, further items of the same form without numbers."""
    tail = re.split(r"[\t。]", block.plain[marks[-1].end() :])[0]
    parts = [part for part in re.split(r"[；;]", tail) if part]
    bodies = [
        re.split(r"[；;]", block.plain[mark.end() : nxt.start()])[0]
        for mark, nxt in itertools.pairwise(marks)
    ]
    ended = all(re.search(r"[；;]$", block.plain[: mark.start()]) for mark in marks[1:])
    like = [
        part
        for part in parts[1:]
        if re.search(r"\d", part) and re.search(r"[≥≤%]|率", part) and len(part) < 40
    ]
    if bodies and ended and like:
        at = block.plain.find(like[0], marks[-1].end())
        yield found("GC17", "question", block, f"{marks[-1].group()} 之后的各项没有编号（“{like[0]}”等 {len(like)} 项）：是不是两个列表并在了一起？",
                    "接着编号，或分成两个列表。", (at, at + len(like[0])))  # fmt: skip
