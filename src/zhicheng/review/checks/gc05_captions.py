"""GC05 图表：编号连续不重复，一种编法，每处引用都指得到对的图表。"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from zhicheng.review.document import Block, Document
from zhicheng.review.facts.words import bigrams
from zhicheng.review.finding import Finding, found, place
from zhicheng.review.profile import Profile
from zhicheng.review.reading.structure import CAPTION

_NUMBER = r"(?:[A-Z]|\d{1,2})[-.·—]\d{1,3}|\d{1,3}"
_REFERENCE = re.compile(
    rf"(?:见|如|参见|详见|具体见|按|列于|示于|根据|依据|由|从|在|与|及|和|、|即)?(?P<kind>图表|附表|附图|表|图)(?P<number>{_NUMBER})(?![\d.]*[%年月个家项台])"
)
_KIND = {"表格": "表", "附表": "附表", "附图": "附图", "图表": "图表", "表": "表", "图": "图"}


def captions(document: Document, profile: Profile) -> Iterator[Finding]:
    """Numbers of tables and figures, and references to them."""
    series: dict[str, list[tuple[str, Block]]] = defaultdict(list)
    for block in document.blocks:
        if block.kind == "caption":
            match = CAPTION.search(block.plain)
            if match and not re.search(r"^续|[(（]续[)）]|续表", block.plain):
                series[_KIND[match.group(1)]].append((match.group(2), block))
    yield from _mixed(series)
    merged = _merged(series)
    for kind, numbered in merged.items():
        yield from _continuous(kind, numbered)
    yield from _references(document, series)


def _mixed(series: dict[str, list[tuple[str, Block]]]) -> Iterator[Finding]:
    """图表 8 between 表 7 and 表 9 is one series with two names."""
    if not (series.get("图表") and (series.get("表") or series.get("图"))):
        return
    rare = "图表" if len(series["图表"]) <= len(series.get("表", [])) else "表"
    for number, block in series[rare]:
        yield found("GC05", "question", block, f"“{rare} {number}”与其余的“{'表' if rare == '图表' else '图表'}”是两种编法。",
                    "全文用一种编法：表与图各自编号，或都称图表。")  # fmt: skip


def _merged(series: dict[str, list[tuple[str, Block]]]) -> dict[str, list[tuple[str, Block]]]:
    merged = {kind: list(numbered) for kind, numbered in series.items()}
    if merged.get("图表") and merged.get("表"):
        both = merged["表"] + merged.pop("图表")
        merged["表"] = sorted(both, key=lambda one: one[1].index)
    return merged


def _continuous(kind: str, numbered: list[tuple[str, Block]]) -> Iterator[Finding]:
    chapters: dict[str, list[tuple[int, str, Block]]] = defaultdict(list)
    for number, block in numbered:
        head, _, tail = re.sub(r"[.·—]", "-", number).rpartition("-")
        chapters[head].append((int(tail), number, block))
    if "" in chapters and len(chapters) > 1:
        minority = chapters[""] if len(chapters[""]) * 2 < len(numbered) else [
            one for head, listed in chapters.items() if head for one in listed
        ]  # fmt: skip
        for _, number, block in minority:
            yield found(
                "GC05",
                "error",
                block,
                f"“{kind} {number}”的编号方式与其他{kind}不同。",
                "全文用一种编号方式。",
            )
        return
    for listed in chapters.values():
        seen: dict[int, Block] = {}
        last = 0
        for value, number, block in listed:
            if value in seen:
                yield found(
                    "GC05",
                    "error",
                    block,
                    f"编号“{kind} {number}”重复，{place(seen[value])}已用过。",
                    "重新编号，并改正文中的引用。",
                )
            elif value != last + 1 and value not in range(1, last):
                missing = f"，缺 {kind} {_missing(last, value)}" if value > last + 1 else ""
                yield found("GC05", "error", block, f"编号不连续：{'前一个是 ' + str(last) if last else '第一个'}，这里是 {kind} {number}{missing}。",
                            "重新编号，或补上缺少的图表。")  # fmt: skip
            elif value < last:
                yield found(
                    "GC05",
                    "error",
                    block,
                    f"编号次序颠倒：{kind} {number} 排在 {kind} {last} 之后。",
                    "按出现的次序编号。",
                )
            seen.setdefault(value, block)
            last = max(last, value)


def _missing(last: int, value: int) -> str:
    return str(last + 1) if value == last + 2 else f"{last + 1} 至 {value - 1}"


def _references(document: Document, series: dict[str, list[tuple[str, Block]]]) -> Iterator[Finding]:
    if not series:
        return
    objects = {
        (kind, re.sub(r"[.·—]", "-", number)): block
        for kind, numbered in series.items()
        for number, block in numbered
    }
    for block in document.blocks:
        if block.kind in ("caption", "contents", "heading"):
            continue
        for match in _REFERENCE.finditer(block.plain):
            kind, number = _KIND[match["kind"]], re.sub(r"[.·—]", "-", match["number"])
            before = block.plain[: match.start("kind")]
            if re.search(r"[代报仪钟水电气发列手图]$", before) or not _points(match, block):
                continue
            target = objects.get((kind, number))
            if target is None:
                other = next(
                    (objects[(k, number)] for k in ("表", "图", "图表") if (k, number) in objects), None
                )
                hint = f"；{place(other)}有“{other.plain}”" if other else ""
                yield found(
                    "GC05",
                    "error",
                    block,
                    f"引用的“{match['kind']} {number}”不存在{hint}。",
                    "改正编号，或补上图表。",
                    match.span(),
                )
            else:
                yield from _topic(block, match, target, objects)


def _points(match: re.Match[str], block: Block) -> bool:
    after = block.plain[match.end() : match.end() + 4]
    lead = match.group()[: match.start("kind") - match.start()]
    return (
        bool(lead)
        or bool(re.match(r"所示|中|所列|为|列出|给出|显示|[。，；)]|$", after))
        or block.plain[: match.start()].endswith(("(", "（"))
    )


def _topic(
    block: Block, match: re.Match[str], target: Block, objects: dict[tuple[str, str], Block]
) -> Iterator[Finding]:
    """见表 5 where 表 5 is about something else and another table is about just this."""
    sentence = (
        re.split(r"[。；]", block.plain[: match.start()])[-1]
        + re.split(r"[。；]", block.plain[match.end() :])[0]
    )
    about = bigrams(sentence)
    weak = {
        "公司",
        "情况",
        "如下",
        "分析",
        "管理",
        "质量",
        "统计",
        "一览",
        "览表",
        "主要",
        "产品",
        "企业",
        "具体",
        "体见",
    }

    def likeness(caption: Block) -> int:
        return len((bigrams(CAPTION.sub(r"\3", caption.plain)) & about) - weak)

    best = max(objects.values(), key=likeness)
    if (
        likeness(target) == 0
        and likeness(best) >= 3
        and best is not target
        and abs(target.index - block.index) > 3
    ):
        yield found("GC05", "question", block,
                    f"这里引用“{target.plain}”，而句中所说更像“{best.plain}”（{place(best)}）。", "核对引用的编号。", match.span())  # fmt: skip
