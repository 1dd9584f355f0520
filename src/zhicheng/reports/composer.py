"""The walk through a template's Markdown, block by block and word by word, to the blocks of the document
tree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from markdown_it.tree import SyntaxTreeNode

from zhicheng.reports.document import (
    ALIGNS,
    CALLOUT_KINDS,
    Align,
    Block,
    Callout,
    Chart,
    Column,
    CrossRef,
    DeclaredRef,
    FigureRef,
    Heading,
    Inline,
    Inlines,
    ListBlock,
    PageBreak,
    Paragraph,
    ProofBlock,
    SignOff,
    Table,
    TargetRef,
    Text,
    plain,
)
from zhicheng.reports.placeholders import Malformed, Placeholder, markdown, parse_placeholder
from zhicheng.reports.resolver import Resolver, Unresolved
from zhicheng.reports.values import DECLARED_PARTS, FIGURE_PARTS, TARGET_PARTS

DEEPEST_HEADING = 4
HEADING_TAG = re.compile(r"\s*\{(-)?\s*(?:#([\w.-]+))?\}\s*$")
IDEOGRAPHIC_SPACE = "\u3000"


@dataclass(slots=True)
class Composer:
    """Walks the Markdown once. `offset` lines stand above it; `report` takes each problem: line, Chinese,
    English.
    """

    resolver: Resolver
    offset: int
    report: Callable[[int, str, str], None]
    names: set[str] = field(default_factory=set)
    mentioned: list[tuple[int, str]] = field(default_factory=list)
    line: int = 0
    caption: tuple[int, str, str] | None = None

    def blocks(self, body: str) -> tuple[Block, ...]:
        found: list[Block] = []
        for node in SyntaxTreeNode(markdown().parse(body)).children:
            self.line = self._line_of(node)
            block = self._block(node)
            if block is not None:
                found.append(block)
        self._check_caption_used(None)
        for line, to in self.mentioned:
            if to not in self.names:
                self._problem(f"引用的 {to} 不存在", f"no {to} to refer to", line)
        return tuple(found)

    def _line_of(self, node: SyntaxTreeNode) -> int:
        return (node.map[0] if node.map else 0) + self.offset + 1

    def _problem(self, zh: str, en: str, line: int = 0) -> None:
        self.report(line or self.line, zh, en)

    # Blocks

    def _block(self, node: SyntaxTreeNode) -> Block | None:
        self._check_caption_used(node)
        if node.type == "paragraph":
            return self._paragraph(node.children[0])
        if node.type == "heading":
            return self._heading(node)
        if node.type in ("bullet_list", "ordered_list"):
            return self._list(node)
        if node.type == "table":
            return self._pipe_table(node)
        self._problem(f"不支持的 Markdown：{node.type}", f"Markdown not supported: {node.type}")
        return None

    def _check_caption_used(self, node: SyntaxTreeNode | None) -> None:
        if self.caption and (node is None or node.type != "table"):
            self._problem("caption 后面必须紧跟表格", "caption must be followed by a table", self.caption[0])
            self.caption = None

    def _paragraph(self, inline: SyntaxTreeNode) -> Block | None:
        first = inline.children[0] if inline.children else None
        placeholder = self._parsed(first) if first and first.type == "placeholder" else None
        if placeholder is None or not placeholder.is_block:
            inlines = _trimmed(self._inlines(inline))
            return Paragraph(inlines) if inlines else None
        if placeholder.verb == "callout":
            return self._callout(placeholder, inline)
        if len(inline.children) > 1:
            self._problem(
                f"{placeholder.verb} 必须独占一段，前后各空一行", f"{placeholder.verb} must stand alone"
            )
            return None
        return self._resolved(placeholder)

    def _callout(self, placeholder: Placeholder, inline: SyntaxTreeNode) -> Block | None:
        if placeholder.name not in CALLOUT_KINDS:
            known = "、".join(CALLOUT_KINDS)
            self._problem(f"没有说明框 {placeholder.name}，可用：{known}", f"no callout {placeholder.name}")
            return None
        words = self._inlines(inline, skip_first=True)
        return Callout(placeholder.name, _trimmed(words))

    def _resolved(self, placeholder: Placeholder) -> Block | None:
        if placeholder.verb == "caption":
            self.caption = (self.line, placeholder.name, " ".join(placeholder.words))
            return None
        if placeholder.verb in ("proof", "page_break"):
            return ProofBlock() if placeholder.verb == "proof" else PageBreak()
        params = dict(placeholder.params)
        name = params.pop("as", placeholder.name)
        caption, note = params.pop("caption", ""), params.pop("note", "")
        try:
            block = self._ask(placeholder, params)
        except Unresolved as error:
            self._problem(error.zh, error.en)
            return None
        if isinstance(block, SignOff):
            return block
        self._take_name("chart" if isinstance(block, Chart) else "table", name)
        block = replace(block, name=name)
        block = replace(block, caption=(Text(caption),)) if caption else block
        return replace(block, note=(Text(note),)) if note else block

    def _ask(self, placeholder: Placeholder, params: Mapping[str, str]) -> Table | Chart | SignOff:
        if placeholder.verb == "table":
            return self.resolver.table(placeholder.name, params)
        if placeholder.verb == "register":
            return self.resolver.register(placeholder.name, params)
        if placeholder.verb == "chart":
            return self.resolver.chart(placeholder.name, params)
        return self.resolver.sign_off(placeholder.name, params)

    def _take_name(self, kind: str, name: str) -> None:
        label = f"{kind}:{name}"
        if label in self.names:
            self._problem(f"{label} 重复，请用 as= 另起名称", f"{label} occurs twice: name one with as=")
        self.names.add(label)

    def _heading(self, node: SyntaxTreeNode) -> Block | None:
        level = int(node.tag[1:])
        if level > DEEPEST_HEADING:
            self._problem("标题最多四级", "headings go four levels deep")
            return None
        inlines = self._inlines(node.children[0])
        tag = HEADING_TAG.search(inlines[-1].text) if inlines and isinstance(inlines[-1], Text) else None
        if tag is None:
            return Heading(level, inlines)
        last = cast(Text, inlines[-1])
        inlines = _trimmed((*inlines[:-1], replace(last, text=last.text[: tag.start()])))
        if tag[2]:
            self._take_name("section", tag[2])
        return Heading(level, inlines, name=tag[2] or "", numbered=not tag[1])

    def _list(self, node: SyntaxTreeNode) -> Block:
        items: list[Inlines] = []
        for item in node.children:
            self.line = self._line_of(item)
            if [child.type for child in item.children] != ["paragraph"]:
                self._problem("列表项只能是一段文字", "a list item is one paragraph")
                continue
            items.append(_trimmed(self._inlines(item.children[0].children[0])))
        return ListBlock(tuple(items), ordered=node.type == "ordered_list")

    def _pipe_table(self, node: SyntaxTreeNode) -> Block:
        rows = [row for part in node.children for row in part.children]
        cells: list[tuple[Inlines, ...]] = []
        for row in rows:
            self.line = self._line_of(row)
            cells.append(tuple(self._inlines(cell.children[0]) for cell in row.children))
        heads = [
            Column(plain(words), _align(cell)) for words, cell in zip(cells[0], rows[0].children, strict=True)
        ]
        table = Table(tuple(heads), tuple(cells[1:]))
        if self.caption is None:
            return table
        _, name, words = self.caption
        self.caption = None
        self._take_name("table", name)
        return replace(table, name=name, caption=(Text(words or name),))

    # Text

    def _inlines(self, inline: SyntaxTreeNode, *, skip_first: bool = False) -> Inlines:
        found: list[Inline] = []
        start = self.line
        for child in inline.children[1:] if skip_first else inline.children:
            self._inline(child, found, strong=False)
        self.line = start
        return _merged(found)

    def _inline(self, node: SyntaxTreeNode, found: list[Inline], *, strong: bool) -> None:
        if node.type in ("text", "code_inline"):
            found.append(Text(node.content, strong))
        elif node.type in ("softbreak", "hardbreak"):
            self.line += 1
            found.append(Text("\n", strong))
        elif node.type in ("strong", "em"):
            for child in node.children:
                self._inline(child, found, strong=True)
        elif node.type == "link":
            for child in node.children:
                self._inline(child, found, strong=strong)
            found.append(Text(f"（{node.attrs.get('href', '')}）", strong))
        elif node.type == "placeholder":
            found += self._reference(node, strong=strong)
        elif node.type == "unclosed":
            self._problem("占位符 {{ 没有在本行用 }} 结束", "placeholder {{ without }} on its line")
        else:
            self._problem(f"不支持的 Markdown：{node.type}", f"Markdown not supported: {node.type}")

    def _parsed(self, node: SyntaxTreeNode) -> Placeholder | None:
        try:
            return parse_placeholder(node.content)
        except Malformed:
            # Reported when the same node is walked as text.
            return None

    def _reference(self, node: SyntaxTreeNode, *, strong: bool) -> list[Inline]:
        try:
            placeholder = parse_placeholder(node.content)
            if placeholder.is_block:
                raise Malformed(
                    f"{placeholder.verb} 必须独占一段，前后各空一行", f"{placeholder.verb} must stand alone"
                )
            return [self._referred(placeholder, strong=strong)]
        except (Malformed, Unresolved) as error:
            self._problem(error.zh, error.en)
            return []

    def _referred(self, placeholder: Placeholder, *, strong: bool) -> Inline:
        name, params = placeholder.name, dict(placeholder.params)
        if placeholder.verb == "ref":
            self.mentioned.append((self.line, name))
            return CrossRef(name)
        part = params.pop("part", "value")
        if placeholder.verb == "figure":
            return FigureRef(self.resolver.figure(name, params), _known(part, FIGURE_PARTS), strong)
        if placeholder.verb == "target":
            return TargetRef(self.resolver.target(name, params), _known(part, TARGET_PARTS), strong)
        return DeclaredRef(self.resolver.declared(name, params), _known(part, DECLARED_PARTS), strong)


def _known(part: str, parts: tuple[str, ...]) -> str:
    if part not in parts:
        raise Malformed(f"没有 part={part}，可用：{'、'.join(parts)}", f"no part={part}")
    return part


def _align(cell: SyntaxTreeNode) -> Align:
    style = str(cell.attrs.get("style", ""))
    return next((align for align in ALIGNS if style.endswith(align)), "left")


def _merged(inlines: list[Inline]) -> Inlines:
    """Neighbouring texts of one weight as one; a line break is a space, and between Chinese characters
    nothing.
    """
    merged: list[Inline] = []
    for one in inlines:
        before = merged[-1] if merged else None
        if isinstance(one, Text) and isinstance(before, Text) and one.strong == before.strong:
            merged[-1] = replace(before, text=before.text + one.text)
        else:
            merged.append(one)
    return tuple(replace(one, text=_unbroken(one.text)) if isinstance(one, Text) else one for one in merged)


def _unbroken(text: str) -> str:
    return re.sub(r"(?<=[\u2e80-\uffef])\n(?=[\u2e80-\uffef])", "", text).replace("\n", " ")


def _trimmed(inlines: Inlines) -> Inlines:
    """Without white space at both ends: renderers indent, whatever was typed to indent."""
    trimmed = list(inlines)
    if trimmed and isinstance(trimmed[0], Text):
        trimmed[0] = replace(trimmed[0], text=trimmed[0].text.lstrip(IDEOGRAPHIC_SPACE + " "))
    if trimmed and isinstance(trimmed[-1], Text):
        trimmed[-1] = replace(trimmed[-1], text=trimmed[-1].text.rstrip(IDEOGRAPHIC_SPACE + " "))
    return tuple(one for one in trimmed if not isinstance(one, Text) or one.text)
