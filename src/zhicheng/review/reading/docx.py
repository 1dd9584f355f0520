"""Word documents: the package is read as XML, nothing in it is executed or fetched."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from zhicheng.review.document import Document
from zhicheng.review.reading.refusals import NotReadable
from zhicheng.review.reading.structure import Builder

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LARGEST_PART = 200 * 1024 * 1024
MOST_PARTS = 10_000
_DIRECTORY_LINE = b"PK\x01\x02"
_DAMAGED = "这个 Word 文件已损坏，打不开。请用 Word 打开后另存为新的 .docx 再检查。"


def _parsed(data: bytes) -> _Element:
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise NotReadable(_DAMAGED) from error


def part(package: zipfile.ZipFile, name: str) -> bytes | None:
    """A part of the package, refused when unpacking it would fill the memory."""
    try:
        info = package.getinfo(name)
    except KeyError:
        return None
    if info.flag_bits & 1:
        raise NotReadable("这个 Word 文件加了密码。请去掉密码再检查。")
    if info.file_size > LARGEST_PART or info.file_size > 1000 * max(info.compress_size, 1):
        raise NotReadable("这个 Word 文件解开后大得不正常，没有读取。请用 Word 另存为新的 .docx 再检查。")
    try:
        return package.read(info)
    except (zipfile.BadZipFile, OSError, RuntimeError, EOFError, NotImplementedError, ValueError) as error:
        raise NotReadable(_DAMAGED) from error


def opened(data: bytes) -> zipfile.ZipFile:
    """The package.

    :raises NotReadable: it is no package, or not one of Word.
    """
    if data.count(_DIRECTORY_LINE) > MOST_PARTS:  # before the library makes an object of every one
        raise NotReadable("这个压缩文件里的文件多得不正常，没有读取。请用 Word 另存为新的 .docx 再检查。")
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        names = set(package.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, EOFError) as error:
        raise NotReadable(_DAMAGED) from error
    if "word/document.xml" not in names:
        kind = (
            "Excel" if "xl/workbook.xml" in names else "PowerPoint" if "ppt/presentation.xml" in names else ""
        )
        raise NotReadable(
            f"这是 {kind} 文件，不是报告。请选择 Word、PDF、HTML 或文本。"
            if kind
            else "这个压缩文件不是 Word 文档。请选择 .docx。"
        )
    return package


def read_docx(data: bytes, name: str) -> Document:
    """Read a Word document; pages are counted by the breaks that Word last wrote."""
    package = opened(data)
    body_part = part(package, "word/document.xml") or b""
    body = _parsed(body_part).find(f"{W}body")
    if body is None:
        raise NotReadable(_DAMAGED)
    styles_part = part(package, "word/styles.xml")
    return _Reader(name, _styles(_parsed(styles_part)) if styles_part else {}).read(body)


def _styles(root: _Element) -> dict[str, tuple[str, int]]:
    """Style id to (kind, level): heading by name or outline level, toc, caption, title."""
    styles: dict[str, tuple[str, int]] = {}
    for style in root.iter(f"{W}style"):
        name_element = style.find(f"{W}name")
        name = (name_element.get(f"{W}val") or "").lower() if name_element is not None else ""
        identifier = style.get(f"{W}styleId") or ""
        outline = style.find(f"{W}pPr/{W}outlineLvl")
        heading = re.fullmatch(r"(?:heading|标题) ?(\d)", name)
        contents = re.fullmatch(r"(?:toc|目录) ?(\d)", name)
        if heading:
            styles[identifier] = ("heading", int(heading[1]))
        elif contents:
            styles[identifier] = ("contents", int(contents[1]))
        elif name in ("caption", "题注"):
            styles[identifier] = ("caption", 0)
        elif name in ("title", "标题"):
            styles[identifier] = ("title", 0)
        elif (
            outline is not None
            and (outline.get(f"{W}val") or "9").isdigit()
            and int(outline.get(f"{W}val") or 9) < 9
        ):
            styles[identifier] = ("heading", int(outline.get(f"{W}val") or 0) + 1)
    return styles


class _Reader:
    def __init__(self, name: str, styles: dict[str, tuple[str, int]]) -> None:
        self.builder = Builder(name, "docx")
        self.styles = styles
        self.page = 1
        self.pages_known = False
        self.rendered = False  # Word has laid the pages out and written where they break
        self.anchors: list[int] = []
        self.ordinal = -1

    def read(self, body: _Element) -> Document:
        self.rendered = next(body.iter(f"{W}lastRenderedPageBreak"), None) is not None
        self.pages_known = self.rendered or any(one.get(f"{W}type") == "page" for one in body.iter(f"{W}br"))
        self._children(body)
        document = self.builder.document(self.page if self.pages_known else None)
        return Document(
            document.name, "docx", document.blocks, document.pages, document.marks, tuple(self.anchors)
        )

    def _children(self, parent: _Element) -> None:
        for child in parent:
            if child.tag == f"{W}p":
                self._paragraph(child)
            elif child.tag == f"{W}tbl":
                self._table(child)
            elif child.tag == f"{W}sdt":
                content = child.find(f"{W}sdtContent")
                if content is not None:
                    self._children(content)
            elif child.tag in (f"{W}ins", f"{W}smartTag", f"{W}customXml"):
                self._children(child)

    def _anchor(self) -> None:
        while len(self.anchors) < len(self.builder.blocks):
            self.anchors.append(max(self.ordinal, 0))

    def _paragraph(self, paragraph: _Element) -> None:
        self.ordinal += 1
        text, breaks = self._text(paragraph)
        inner = sum(1 for _ in paragraph.iter(f"{W}p")) - 1
        page = self.page if self.pages_known else None
        kind, level = self._style(paragraph)
        if text.strip():
            self._emit(text, kind, level, page, paragraph)
        if next(paragraph.iter(f"{W}drawing", f"{W}pict", f"{W}object"), None) is not None:
            self.builder.add("figure", "", page=page)
        self._anchor()
        self.ordinal += inner
        self.page += breaks

    def _emit(self, text: str, kind: str, level: int, page: int | None, paragraph: _Element) -> None:
        numbered = paragraph.find(f"{W}pPr/{W}numPr") is not None
        if kind == "contents":
            title, _, number = text.strip().rpartition("\t")
            title = (title or number).replace("\t", " ").strip(" .…·")
            cells = (title, number.strip()) if title != number and number.strip().isdigit() else (title,)
            from zhicheng.review.reading.structure import heading_of

            told = heading_of(re.sub(r"\s", "", title))
            self.builder.add(
                "contents", title, page=page, level=level, number=told[1] if told else "", cells=cells
            )
        elif kind == "heading" and len(text) <= 80:
            self.builder.heading(text.strip(), level, page=page)
        elif kind == "title":
            self.builder.add("title", text.strip(), page=page)
        elif numbered and kind == "":
            self.builder.add("item", text.strip(), page=page)
        else:
            self.builder.line(text.replace("\t", " " if kind != "" or "目" not in text else "\t"), page=page)

    def _style(self, paragraph: _Element) -> tuple[str, int]:
        outline = paragraph.find(f"{W}pPr/{W}outlineLvl")
        if (
            outline is not None
            and (outline.get(f"{W}val") or "").isdigit()
            and int(outline.get(f"{W}val") or 9) < 9
        ):
            return "heading", int(outline.get(f"{W}val") or 0) + 1
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        return self.styles.get(style.get(f"{W}val") or "", ("", 0)) if style is not None else ("", 0)

    def _text(self, paragraph: _Element) -> tuple[str, int]:
        """The visible text of a paragraph, and how many page breaks lie in it."""
        pieces: list[str] = []
        breaks = 0
        for node in _visible(paragraph):
            if node.tag == f"{W}t":
                pieces.append(node.text or "")
            elif node.tag == f"{W}tab":
                pieces.append("\t")
            elif node.tag == f"{W}noBreakHyphen":
                pieces.append("-")
            elif node.tag == f"{W}lastRenderedPageBreak":
                breaks += 1
            elif node.tag == f"{W}br":
                paged = node.get(f"{W}type") == "page"
                breaks += paged and not self.rendered
                pieces.append("" if paged else "\n")
        return "".join(pieces), breaks

    def _table(self, table: _Element) -> None:
        self.builder.end_table()
        above: list[str] = []
        for row in table.iter(f"{W}tr"):
            if _nearest_table(row) is not table:
                continue
            first = self.ordinal + 1
            cells: list[str] = []
            for cell in (one for one in row if one.tag == f"{W}tc"):
                self._cell(cell, cells, above)
            self.ordinal += sum(1 for _ in row.iter(f"{W}p"))
            if any(cells):
                self.builder.add(
                    "row", "\t".join(cells), page=self.page if self.pages_known else None, cells=tuple(cells)
                )
                while len(self.anchors) < len(self.builder.blocks):
                    self.anchors.append(first)
            above = cells
        self.builder.end_table()

    def _cell(self, cell: _Element, cells: list[str], above: list[str]) -> None:
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        merged = cell.find(f"{W}tcPr/{W}vMerge")
        text = " ".join(
            piece
            for one in cell.iter(f"{W}p")
            if (piece := self._text(one)[0].replace("\t", " ").replace("\n", " ").strip())
        )
        if merged is not None and merged.get(f"{W}val") != "restart" and len(above) > len(cells):
            text = text or above[len(cells)]
        cells.append(text)
        width = span.get(f"{W}val") or "1" if span is not None else "1"
        cells.extend([""] * (min(int(width), 64) - 1 if width.isdigit() else 0))


def _nearest_table(row: _Element) -> Any:
    parent = row.getparent()
    while parent is not None and parent.tag != f"{W}tbl":
        parent = parent.getparent()
    return parent


_UNSEEN = frozenset((f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}delText", f"{W}rPr", f"{W}pPr",
                     "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"))  # fmt: skip


def _visible(node: _Element) -> Iterator[_Element]:
    for child in node:
        if not isinstance(child.tag, str) or child.tag in _UNSEEN:
            continue
        yield child
        yield from _visible(child)
