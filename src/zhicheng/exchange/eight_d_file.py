"""A filled-in 8D, DOCX or XLSX, as rows of texts. Nothing in the file is executed, computed or fetched."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree  # type: ignore[import-untyped]

from zhicheng.core.containers import (
    DAMAGED,
    ENTRY,
    MEMBERS_LIMIT,
    OLD_OFFICE,
    RATIO_LIMIT,
    RATIO_MATTERS_FROM,
    FileRefused,
)
from zhicheng.core.tables import Faulty, load, open_workbook
from zhicheng.exchange import cells
from zhicheng.exchange.columns import FileColumn

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LARGEST_DOCUMENT = 20 * 2**20
"""Of the unpacked main part of a Word document: an 8D has a few hundred thousand bytes."""
MOST_ROWS = 2000
MOST_COLUMNS = 30
HIDDEN = frozenset({f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}delText", f"{W}pPr", f"{W}rPr"})
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
FETCHING = ("DDE", "INCLUDETEXT", "INCLUDEPICTURE", "IMPORT", "LINK")
"""Fields of Word that start or fetch something."""

Rows = list[list[str]]


def rows_of(data: bytes, file_name: str) -> Rows:
    """The file's rows: a paragraph outside tables is a row of one text. Errors: FileRefused."""
    load(data, file_name)
    if not data.startswith(b"PK\x03\x04"):
        raise FileRefused(_no_kind(data, file_name))
    if data.count(ENTRY) > 2 * MEMBERS_LIMIT:
        raise FileRefused(_swollen(file_name))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = _checked(package, file_name)
            if "word/document.xml" in names:
                return _word(package.read("word/document.xml"), file_name)
    except DAMAGED as error:
        raise FileRefused(
            _("“%s”已损坏、未传完或加了密码，打不开：请打开后重新另存。") % file_name
        ) from error
    if "xl/workbook.xml" not in names:
        raise FileRefused(_no_kind(data, file_name))
    return _sheets(data, file_name)


def _no_kind(data: bytes, file_name: str) -> str:
    if data.startswith(OLD_OFFICE):
        return (
            _("“%s”是旧式的 .doc、.xls 或加了密码的文件：请取消密码，另存为 .docx 或 .xlsx 后再上传。")
            % file_name
        )
    return _("“%s”不是 Word（.docx）或 Excel（.xlsx）文件：请上传填好的 8D 报告。") % file_name


def _swollen(file_name: str) -> str:
    return _("“%s”解压后大得不合常理，为安全起见不予打开：请删去多余内容后重新另存。") % file_name


def _checked(package: zipfile.ZipFile, file_name: str) -> set[str]:
    """The parts of the package; refused when it carries a program or would fill the memory."""
    members = package.infolist()
    names = {m.filename for m in members}
    if any("vbaproject" in n.lower() or n.lower().endswith((".bas", ".xlm")) for n in names) or any(
        n.startswith("xl/macrosheets/") for n in names
    ):
        raise FileRefused(_("“%s”带有宏：请另存为不带宏的 .docx 或 .xlsx 后再上传。") % file_name)
    swollen = any(
        m.file_size > RATIO_MATTERS_FROM and m.file_size > RATIO_LIMIT * max(1, m.compress_size)
        for m in members
    )
    main = next((m.file_size for m in members if m.filename == "word/document.xml"), 0)
    if swollen or len(members) > MEMBERS_LIMIT or main > LARGEST_DOCUMENT:
        raise FileRefused(_swollen(file_name))
    return names


def _sheets(data: bytes, file_name: str) -> Rows:
    book = open_workbook(data, file_name)
    found: Rows = []
    for name in book.names:
        for _number, row in book.table(name):
            found.append([_cell(value) for value in row[:MOST_COLUMNS]])
            if len(found) > MOST_ROWS:
                raise FileRefused(_too_long(file_name))
    return found


def _cell(value: Any) -> str:
    if isinstance(value, Faulty) or cells.blank(value):
        return ""
    column = FileColumn("", "", "text")
    return cells.text(column, value)


def _too_long(file_name: str) -> str:
    return _("“%(f)s”超过 %(n)s 行，不像一份 8D 报告：请只上传这一份报告。") % {
        "f": file_name,
        "n": MOST_ROWS,
    }


def _word(part: bytes, file_name: str) -> Rows:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise FileRefused(
            _("“%s”中含有文档类型或实体声明，为安全起见不予打开：请重新另存为 .docx。") % file_name
        )
    try:
        root = etree.fromstring(part, parser)
    except etree.XMLSyntaxError as error:
        raise FileRefused(
            _("“%s”已损坏、未传完或加了密码，打不开：请打开后重新另存。") % file_name
        ) from error
    if any(_fetches(node) for node in root.iter(f"{W}instrText", f"{W}fldSimple")):
        raise FileRefused(
            _("“%s”中有会启动程序或取外部文件的域（如 DDE）：请删去这些域后再上传。") % file_name
        )
    body = root.find(f"{W}body")
    found: Rows = []
    for row in _blocks(body) if body is not None else ():
        found.append(row)
        if len(found) > MOST_ROWS:
            raise FileRefused(_too_long(file_name))
    return found


def _fetches(node: Any) -> bool:
    words = (node.text or node.get(f"{W}instr") or "").upper().split()
    return bool(words) and words[0].startswith(FETCHING)


def _blocks(parent: Any) -> Iterator[list[str]]:
    for child in parent:
        if child.tag == f"{W}p":
            yield [_text(child)]
        elif child.tag == f"{W}tbl":
            yield from _table(child)
        elif child.tag == f"{W}sdt":
            content = child.find(f"{W}sdtContent")
            yield from _blocks(content) if content is not None else ()
        elif child.tag in (f"{W}ins", f"{W}smartTag", f"{W}customXml"):
            yield from _blocks(child)


def _table(table: Any) -> Iterator[list[str]]:
    """The table's rows; a table inside a cell is read as the lines of that cell."""
    for row in table.iterchildren(f"{W}tr", f"{W}sdt", f"{W}ins"):
        for line in [row] if row.tag == f"{W}tr" else row.iter(f"{W}tr"):
            found = []
            for cell in (c for c in line.iter(f"{W}tc") if _owner(c) is line):
                merged = cell.find(f"{W}tcPr/{W}vMerge")
                again = merged is not None and merged.get(f"{W}val") != "restart"
                found.append("" if again else "\n".join(_text(p) for p in cell.iter(f"{W}p")).strip("\n"))
            yield found[:MOST_COLUMNS]


def _owner(cell: Any) -> Any:
    parent = cell.getparent()
    while parent is not None and parent.tag != f"{W}tr":
        parent = parent.getparent()
    return parent


def _text(paragraph: Any) -> str:
    pieces: list[str] = []
    for node in _visible(paragraph):
        if node.tag == f"{W}t":
            pieces.append(node.text or "")
        elif node.tag == f"{W}tab":
            pieces.append("\t")
        elif node.tag in (f"{W}br", f"{W}cr"):
            pieces.append("\n")
        elif node.tag == f"{W}noBreakHyphen":
            pieces.append("-")
    return unicodedata.normalize("NFC", "".join(pieces))


def _visible(node: Any) -> Iterator[Any]:
    for child in node:
        if not isinstance(child.tag, str) or child.tag in HIDDEN or child.tag == FALLBACK:
            continue
        yield child
        if child.tag != f"{W}p":  # a paragraph in a text box is one of its own
            yield from _visible(child)
