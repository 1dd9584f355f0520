"""GC06 目录：目录与正文标题的文字、次序、层次、编号一致，页码递增。"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from zhicheng.review.document import Block, Document
from zhicheng.review.finding import Finding, Severity, found, place
from zhicheng.review.profile import Profile
from zhicheng.review.reading.structure import STANDING_HEADINGS

_FIX = "更新目录（在文字处理软件里按标题样式自动生成），使其与正文一致。"


def contents(document: Document, profile: Profile) -> Iterator[Finding]:
    """The contents against the headings of the body."""
    entries = [block for block in document.blocks if block.kind == "contents"]
    if len(entries) < 3:
        return
    headings = [block for block in document.headings if block.index > entries[-1].index]
    yield from _pages(entries)
    yield from _against(entries, headings)
    yield from _left_out(entries, headings)


def _text(block: Block) -> str:
    return re.sub(r"[\s、.．,，]", "", _whole(block))


def _whole(block: Block) -> str:
    return block.plain_cells[0] if block.kind == "contents" and block.cells else block.plain


def _bare(block: Block) -> str:
    """The title without its number."""
    return re.sub(
        r"^(?:第?[一二三四五六七八九十百\d]+[章节篇部分]*|\([一二三四五六七八九十\d]+\)|\d+(?:\.\d+)*)?[、.．:：\s]*",
        "",
        _whole(block),
    )


def _pages(entries: list[Block]) -> Iterator[Finding]:
    last = 0
    for entry in entries:
        page = int(entry.cells[1]) if len(entry.cells) > 1 and entry.cells[1].isdigit() else last
        if page < last:
            yield found(
                "GC06", "error", entry, f"目录的页码倒退：前一条是第 {last} 页，这里是第 {page} 页。", _FIX
            )
        last = max(last, page)


def _against(entries: list[Block], headings: list[Block]) -> Iterator[Finding]:
    used = -1
    for entry in entries:
        match = _find(entry, headings, used)
        if match is None:
            earlier = _find(entry, headings, -1)
            if earlier is not None:
                yield found(
                    "GC06",
                    "error" if entry.number else "question",
                    entry,
                    f"目录里“{entry.plain_cells[0]}”的次序与正文不同（正文在{place(headings[earlier])}）。",
                    _FIX,
                )
                continue
            yield from _unmatched(entry, headings)
            continue
        heading = headings[match]
        used = match
        if entry.number and heading.number and _digits(entry.number) != _digits(heading.number):
            yield found(
                "GC06",
                "error",
                entry,
                f"目录写“{entry.plain_cells[0]}”，正文（{place(heading)}）写“{heading.plain}”：编号不同。",
                _FIX,
            )
        elif entry.level and heading.level and entry.level != heading.level and entry.number:
            yield found(
                "GC06",
                "question",
                entry,
                f"“{_bare(entry)}”在目录里是第 {entry.level} 层，在正文是第 {heading.level} 层。",
                _FIX,
            )


def _digits(number: str) -> str:
    return re.sub(r"[()第章节篇部分、.\s]", "", number)


def _find(entry: Block, headings: list[Block], after: int) -> int | None:
    for place_of in range(after + 1, len(headings)):
        if _text(headings[place_of]) == _text(entry):
            return place_of
    for place_of in range(after + 1, len(headings)):
        if _bare(headings[place_of]) == _bare(entry):
            return place_of
    return None


def _unmatched(entry: Block, headings: list[Block]) -> Iterator[Finding]:
    near = max(
        headings, key=lambda one: SequenceMatcher(None, _bare(one), _bare(entry)).ratio(), default=None
    )
    likeness = SequenceMatcher(None, _bare(near), _bare(entry)).ratio() if near else 0
    same_number = near is not None and _digits(near.number) == _digits(entry.number)
    if near is not None and (likeness >= 0.75 or (likeness >= 0.5 and same_number)):
        yield found(
            "GC06",
            "error",
            entry,
            f"目录写“{entry.plain_cells[0]}”，正文（{place(near)}）写“{near.plain}”。",
            _FIX,
        )
    else:
        yield found(
            "GC06",
            "error",
            entry,
            f"目录里的“{entry.plain_cells[0]}”在正文没有对应的标题。",
            "补上这一节或其标题，或从目录删去。",
        )


def _left_out(entries: list[Block], headings: list[Block]) -> Iterator[Finding]:
    levels = {entry.level for entry in entries if entry.number}
    listed = {_bare(entry) for entry in entries}
    there = {_bare(heading) for heading in headings}
    unmatched = [bare for bare in listed if bare not in there]
    for heading in headings:
        standing = STANDING_HEADINGS.fullmatch(heading.plain) and not heading.number
        if heading.level not in levels or standing or _bare(heading) in listed:
            continue
        near = max((SequenceMatcher(None, one, _bare(heading)).ratio() for one in unmatched), default=0)
        if near < 0.5:
            severity: Severity = "error" if heading.level == 1 else "question"
            yield found("GC06", severity, heading, f"正文的“{heading.plain}”不在目录里。", _FIX)
