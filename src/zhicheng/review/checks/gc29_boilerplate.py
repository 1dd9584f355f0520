"""GC29 套话：与其他企业的报告逐字相同的部分超过限度。"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from zhicheng.review.document import Block, Document
from zhicheng.review.facts.citations import CITATION
from zhicheng.review.finding import Finding, found
from zhicheng.review.profile import Profile

SIZE = 8


def boilerplate(document: Document, profile: Profile, compare: Sequence[Document] = ()) -> Iterator[Finding]:
    """Paragraphs whose runs of eight characters are found in another report; nothing without ``compare``."""
    shared = float(profile.number("GC29", "shared", 0.6))
    shortest = int(profile.number("GC29", "shortest", 40))
    others = [(other.name, _all_shingles(other)) for other in compare]
    if not others:
        return
    total = same = 0
    for block in document.prose:
        bare = _bare(block.plain)
        if len(bare) < shortest:
            continue
        mine = _shingles(bare)
        total += len(mine)
        name, count = max(((name, len(mine & theirs)) for name, theirs in others), key=lambda one: one[1])
        same += count
        if count >= shared * len(mine):
            yield found("GC29", "question", block, f"这段话有 {count * 100 // len(mine)}% 与《{name}》逐字相同。",
                        "写成本公司自己的做法和数据。", (0, min(40, len(block.plain))))  # fmt: skip
    if total and same >= float(profile.number("GC29", "whole", 0.3)) * total:
        yield found(
            "GC29",
            "question",
            document.blocks[0],
            f"全文有 {same * 100 // total}% 与所比较的报告逐字相同。",
            "写成本公司自己的做法和数据。",
        )


def _bare(text: str) -> str:
    """Without citations of standards and punctuation: those are rightly the same everywhere."""
    return re.sub(r"[^\u4e00-\u9fffA-Za-z0-9]", "", re.sub(r"《[^》]*》", "", CITATION.sub("", text)))


def _shingles(bare: str) -> frozenset[str]:
    return frozenset(bare[i : i + SIZE] for i in range(max(0, len(bare) - SIZE + 1)))


def _all_shingles(document: Document) -> frozenset[str]:
    blocks: list[Block] = list(document.prose)
    return frozenset().union(*(_shingles(_bare(block.plain)) for block in blocks)) if blocks else frozenset()
