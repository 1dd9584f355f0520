"""Numbers of headings, tables and charts by house style, and the mentions of them in the text."""

from __future__ import annotations

from dataclasses import replace

from zhicheng.reports.document import (
    Block,
    Callout,
    Chart,
    CrossRef,
    Document,
    Heading,
    Inline,
    Inlines,
    ListBlock,
    Paragraph,
    Table,
    plain,
)
from zhicheng.reports.house_style import HouseStyle


class UnknownReference(LookupError):
    """The text mentions tables, charts or sections that do not exist; `names` lists them."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        listed = "、".join(names)
        super().__init__(f"引用的表、图或章节不存在：{listed} / no such table, chart or section: {listed}")


def numbering(document: Document, style: HouseStyle) -> Document:
    """The document with every number filled in. Raises UnknownReference, naming all that cannot be
    resolved.
    """
    counted, labels = _count(document.blocks, style)
    missing = tuple(
        dict.fromkeys(
            one.to for one in document.inlines() if isinstance(one, CrossRef) and one.to not in labels
        )
    )
    if missing:
        raise UnknownReference(missing)
    return replace(document, blocks=tuple(_with_labels(block, labels) for block in counted))


def _count(blocks: tuple[Block, ...], style: HouseStyle) -> tuple[list[Block], dict[str, str]]:
    labels: dict[str, str] = {}
    levels = [0, 0, 0, 0]
    tables = charts = 0
    counted: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading):
            block = _count_heading(block, levels, style)
            if block.name:
                labels[f"section:{block.name}"] = block.number + plain(block.inlines)
        elif isinstance(block, Table) and block.caption:
            tables += 1
            block = replace(block, number=tables)
            labels[f"table:{block.name}"] = f"{style.word('table')}{tables}"
        elif isinstance(block, Chart):
            charts += 1
            block = replace(block, number=charts)
            labels[f"chart:{block.name}"] = f"{style.word('chart')}{charts}"
        counted.append(block)
    return counted, labels


def _count_heading(heading: Heading, levels: list[int], style: HouseStyle) -> Heading:
    if not heading.numbered:
        return replace(heading, number="")
    levels[heading.level - 1] += 1
    for below in range(heading.level, len(levels)):
        levels[below] = 0
    return replace(heading, number=style.heading_number(heading.level, levels[heading.level - 1]))


def _labelled(inlines: Inlines, labels: dict[str, str]) -> Inlines:
    def fill(one: Inline) -> Inline:
        return replace(one, shown=labels[one.to]) if isinstance(one, CrossRef) else one

    return tuple(fill(one) for one in inlines)


def _with_labels(block: Block, labels: dict[str, str]) -> Block:
    if isinstance(block, (Heading, Paragraph, Callout)):
        return replace(block, inlines=_labelled(block.inlines, labels))
    if isinstance(block, ListBlock):
        return replace(block, items=tuple(_labelled(item, labels) for item in block.items))
    if isinstance(block, Table):
        rows = tuple(tuple(_labelled(cell, labels) for cell in row) for row in block.rows)
        return replace(
            block,
            rows=rows,
            caption=_labelled(block.caption, labels),
            note=_labelled(block.note, labels),
        )
    if isinstance(block, Chart):
        return replace(block, caption=_labelled(block.caption, labels), note=_labelled(block.note, labels))
    return block
