"""The text of an edition as blocks of the document tree: Markdown as it was typed, or the paragraphs read from a file."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeAlias
from urllib.parse import unquote

from docx.image.exceptions import UnrecognizedImageError
from docx.image.image import Image
from markdown_it.tree import SyntaxTreeNode

from zhicheng.core.files import Attachment, path_of
from zhicheng.processes.document.text import TYPE, plain_of
from zhicheng.reports.composer import Composer
from zhicheng.reports.document import Block, Column, Document, Heading, PageBreak, Paragraph, Table, Text
from zhicheng.reports.drawn import Drawn, DrawnHeading, DrawnTable
from zhicheng.reports.house_style import house_style
from zhicheng.reports.layout import Setter
from zhicheng.reports.numbering import UnknownReference, numbering
from zhicheng.reports.placeholders import markdown
from zhicheng.reports.report import Report
from zhicheng.reports.resolver import Unresolved

STYLE = "official_2013"
DEEPEST = 4
LISTS = ("bullet_list", "ordered_list")
MARKS, INDENT = ("• ", "– ", "· "), "\u3000\u3000"
WIDE_PIXELS = 900
"""A picture so wide, or wider, is as wide as the text; a narrower one keeps its proportion to it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the text: its bytes, size in pixels and the words below it."""

    data: bytes
    media_type: str
    width: int
    height: int
    caption: str

    @property
    def share(self) -> int:
        """Its width in per cent of the text's."""
        return max(10, min(100, self.width * 100 // WIDE_PIXELS))


@dataclass(frozen=True, slots=True)
class DrawnPicture:
    """A picture as the typesetter takes it: raster data inside an SVG."""

    svg: str
    caption: str
    share: int
    kind: str = "picture"


Piece: TypeAlias = Drawn | Picture
Part: TypeAlias = Block | Picture


class _Numbers:
    """What a document has none of: figures, targets and tables of records."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def none(*_given: Any) -> Any:
            raise Unresolved("文件正文不能引用数字（{{…}}）", "a document refers to no figures")

        return none


@dataclass(slots=True)
class _Composer(Composer):
    """Composes a document's Markdown: headings keep the numbers that they were typed with; a picture stands alone."""

    pictures: Mapping[str, Picture] = field(default_factory=dict)

    def blocks(self, body: str) -> Any:
        found: list[Part] = []
        for node in SyntaxTreeNode(markdown().parse(body)).children:
            found += self._several(node)
        self._check_caption_used(None)
        return tuple(found)

    def _several(self, node: SyntaxTreeNode) -> Iterator[Part]:
        """A node as blocks: what a report has no shape for, such as lists in lists, becomes paragraphs with their marks."""
        self.line = self._line_of(node)
        if node.type in LISTS and any(len(item.children) != 1 for item in node.children):
            yield from self._outline(node, 0)
        elif node.type == "blockquote":
            for child in node.children:
                yield from self._several(child)
        elif node.type in ("fence", "code_block"):
            yield from (Paragraph((Text(line),)) for line in node.content.splitlines() if line.strip())
        elif (block := self._block(node)) is not None:
            yield block

    def _outline(self, node: SyntaxTreeNode, depth: int) -> Iterator[Part]:
        for n, item in enumerate(node.children, int(node.attrs.get("start", 1))):
            mark = f"{n}. " if node.type == "ordered_list" else MARKS[min(depth, len(MARKS) - 1)]
            for child in item.children:
                if child.type in LISTS:
                    yield from self._outline(child, depth + 1)
                elif child.type == "paragraph":
                    self.line = self._line_of(child)
                    inlines = self._inlines(child.children[0])
                    yield Paragraph((Text(INDENT * depth + mark), *inlines))
                    mark = ""
                else:
                    yield from self._several(child)

    def _heading(self, node: SyntaxTreeNode) -> Block | None:
        block = Composer._heading(self, node)
        return replace(block, numbered=False) if isinstance(block, Heading) else block

    def _paragraph(self, inline: SyntaxTreeNode) -> Any:
        if [child.type for child in inline.children] == ["image"]:
            return self._picture(inline.children[0])
        return Composer._paragraph(self, inline)

    def _block(self, node: SyntaxTreeNode) -> Any:
        return PageBreak() if node.type == "hr" else Composer._block(self, node)

    def _picture(self, node: SyntaxTreeNode) -> Picture | None:
        name = unquote(str(node.attrs.get("src", "")))
        found = self.pictures.get(name)
        if found is None:
            self._problem(f"没有名为“{name}”的图片附件（PNG 或 JPEG）", f"no picture {name} is attached")
            return None
        return replace(found, caption=node.content)


def parts(edition: Any) -> tuple[list[Part], list[str]]:
    """The text of an edition as blocks, and what of it cannot be drawn, a sentence each."""
    typed = (
        edition.source_name.endswith(".md") and path_of(edition.source).is_file() if edition.source else False
    )
    if not typed:
        return list(_read(plain_of(edition))), []
    return composed(path_of(edition.source).read_text("utf-8"), pictures_of(edition))


def composed(text: str, pictures: Mapping[str, Picture]) -> tuple[list[Part], list[str]]:
    """Markdown as blocks, and its faults."""
    faults: list[str] = []

    def report(line: int, zh: str, _en: str) -> None:
        faults.append(f"第 {line} 行：{zh}。")

    resolver: Any = _Numbers()
    composer = _Composer(resolver, 0, report, pictures=pictures)
    return list(composer.blocks(text)), faults


def pictures_of(edition: Any) -> dict[str, Picture]:
    """The pictures attached to an edition by name; of two of one name the later."""
    found = {}
    for one in Attachment.objects.filter(type=TYPE, k=edition.k).order_by("pk"):
        if one.media_type in ("image/png", "image/jpeg") and path_of(one.sha256).is_file():
            data = path_of(one.sha256).read_bytes()
            try:
                image = Image.from_blob(data)
            except UnrecognizedImageError:
                continue
            found[one.name] = Picture(data, one.media_type, image.px_width, image.px_height, "")
    return found


def _read(lines: Iterable[str]) -> Iterable[Block]:
    rows: list[list[str]] = []
    for line in [*lines, ""]:
        cells = line.split(" | ")
        if rows and len(cells) != len(rows[0]):
            yield from _table(rows)
            rows = []
        if len(cells) > 1:
            rows.append(cells)
        elif line.startswith("#"):
            level = min(DEEPEST, len(line) - len(line.lstrip("#")))
            yield Heading(level, (Text(line.lstrip("# ")),), numbered=False)
        elif line:
            yield Paragraph((Text(line),))


def _table(rows: list[list[str]]) -> Iterable[Block]:
    if len(rows) == 1:
        yield Paragraph((Text(" | ".join(rows[0])),))
        return
    cells = tuple(tuple((Text(cell),) for cell in row) for row in rows[1:])
    yield Table(tuple(Column(title) for title in rows[0]), cells)


def laid_out(found: list[Part], title: str, mark: str = "") -> list[Piece]:
    """Blocks as pieces that are drawn; ``mark`` keeps anchors of several documents apart. Errors: UnknownReference."""
    blocks = tuple(one for one in found if not isinstance(one, Picture))
    day = date(2000, 1, 1)
    document = Document(title, blocks, house_style=STYLE)
    style = house_style(STYLE)
    numbered = iter(numbering(document, style).blocks)
    setter = Setter(Report(document, "", "", day, day, day), style)
    return [one if isinstance(one, Picture) else _apart(setter.piece(next(numbered)), mark) for one in found]


def _apart(piece: Drawn, mark: str) -> Drawn:
    if not mark:
        return piece
    if isinstance(piece, DrawnHeading | DrawnTable) and piece.anchor:
        return replace(piece, anchor=f"{mark}-{piece.anchor}")
    return piece


def faults_of(edition: Any) -> list[str]:
    """What of an edition's text cannot be drawn, a sentence each."""
    found, faults = parts(edition)
    if faults:
        return faults
    try:
        laid_out(found, edition.name)
    except UnknownReference as error:
        return [str(error).split(" / ")[0] + "。"]
    return []


def as_svg(picture: Picture) -> DrawnPicture:
    """A picture for the typesetter."""
    data = base64.b64encode(picture.data).decode()
    size = f'width="{picture.width}" height="{picture.height}"'
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {picture.width} {picture.height}" {size}>'
        f'<image {size} href="data:{html.escape(picture.media_type)};base64,{data}"/></svg>'
    )
    return DrawnPicture(svg, picture.caption, picture.share)


__all__ = ["DrawnPicture", "Picture", "Piece", "as_svg", "faults_of", "laid_out", "parts"]
