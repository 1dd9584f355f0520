"""GC23 文件登记：文件编号唯一，一个编号一个名称，版本一致。"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zhicheng.review.document import Block, Document
from zhicheng.review.finding import Finding, found, place
from zhicheng.review.profile import Profile

_NUMBER = r"(?:Q/)?[A-Z]{2,8}(?:/[A-Z]{1,4})?(?:[-/ ][A-Z]{1,6}){0,2}[-/ .]\d{1,4}(?:[-.—]\d{1,4}){0,3}"
_STANDARD = re.compile(
    r"^(?:GB|ISO|IEC|JB|HG|SB|QB|YB|T/|DB|JJ|IATF|OHSAS|CNAS|CNCA|AQ|HJ|RB|CN\d|ZL\d|TUV|UL|CE|ASTM|DIN|EN|JIS|CCC|WD|PSA|DN|PN|IP|BVR|SGS)"
)
_NAMED = re.compile(
    rf"(?P<number>{_NUMBER})[\t、:： ]?《(?P<title>[^《》]{{3,30}})》|《(?P<title2>[^《》]{{3,30}})》[\t(、:： ]{{0,2}}(?:编号[:：为]?|文件编号[:：为]?)?(?P<number2>{_NUMBER})"
)
_TITLED_EDITION = re.compile(
    r"《([^《》]{3,30})》[^《》，。；]{0,10}?([A-Z]/\d|[A-Z]版|V\d+\.\d|第[一二三四五六七八九]版)"
)

_NOTHING = ("", "-", "—", "/", "无")
"""What stands in a cell that says nothing."""


def document_register(document: Document, profile: Profile) -> Iterator[Finding]:
    """Numbers, titles and editions of controlled documents, in text and in their register."""
    pairs = sorted(_pairs(document), key=lambda one: one[2].index)
    by_number: dict[str, tuple[str, Block]] = {}
    by_title: dict[str, tuple[str, Block]] = {}
    noted: set[int] = set()
    for number, title, block, span in pairs:
        known = by_number.setdefault(number, (title, block))
        if known[0] != title:
            yield found(
                "GC23",
                "error",
                block,
                f"编号“{number}”在这里是《{title}》，{place(known[1])}是《{known[0]}》。",
                "核对文件清单，一个编号对一份文件。",
                span,
            )
        other = by_title.setdefault(title, (number, block))
        for first in {known[1], other[1]} - {block}:
            if (known[0] != title or other[0] != number) and first.index not in noted:
                noted.add(first.index)
                yield found(
                    "GC23",
                    "note",
                    first,
                    f"与{place(block)}的“{number}”《{title}》不一致。",
                    "核对文件清单。",
                )
        if other[0] != number:
            yield found(
                "GC23",
                "error",
                block,
                f"《{title}》在这里编号“{number}”，{place(other[1])}编号“{other[0]}”。",
                "核对文件清单，一份文件一个编号。",
                span,
            )
    yield from _tables(document)
    yield from _editions(document)


def _pairs(document: Document) -> Iterator[tuple[str, str, Block, tuple[int, int]]]:
    for block in document.blocks:
        if block.kind == "contents":
            continue
        for match in _NAMED.finditer(block.plain):
            number = match["number"] or match["number2"]
            if not _STANDARD.match(number):
                yield number.replace(" ", "-"), match["title"] or match["title2"], block, match.span()
    for table in document.tables:
        columns = _columns(table.header.plain_cells)
        if columns is None:
            continue
        for row in table.body:
            if len(row.cells) == len(table.header.cells):
                number, title = (row.plain_cells[column].strip("《》") for column in columns)
                if number not in _NOTHING and title and not _STANDARD.match(number):
                    start = row.cell_start(columns[0])
                    yield number.replace(" ", "-"), title, row, (start, start + len(number))


def _columns(names: tuple[str, ...]) -> tuple[int, int] | None:
    number = next(
        (i for i, name in enumerate(names) if re.search(r"文件编号|文件号|文号|制度编号|受控号", name)), None
    )
    title = next(
        (
            i
            for i, name in enumerate(names)
            if re.search(r"文件名称|名称|文件名|制度名称", name) and i != number
        ),
        None,
    )
    return (number, title) if number is not None and title is not None else None


def _tables(document: Document) -> Iterator[Finding]:
    """A register of documents: a missing number, edition or class."""
    for table in document.tables:
        names = table.header.plain_cells
        if _columns(names) is None:
            continue
        for row in table.body:
            if len(row.cells) != len(names):
                continue
            for name, cell in zip(names, row.plain_cells, strict=True):
                if re.search(r"编号|版本|版次|密级|状态", name) and cell in _NOTHING:
                    yield found(
                        "GC23", "error", row, f"文件清单里“{name}”是空的。", "填上；没有编号的文件不受控。"
                    )


def _editions(document: Document) -> Iterator[Finding]:
    """One document with two editions."""
    first: dict[str, tuple[str, Block]] = {}
    for title, said, block, span in sorted(_said_editions(document), key=lambda one: one[2].index):
        known = first.setdefault(title, (said, block))
        if known[0] != said:
            yield found(
                "GC23",
                "error",
                block,
                f"《{title}》在这里是{said}，{place(known[1])}是{known[0]}。",
                "按现行版本统一。",
                span,
            )


def _said_editions(document: Document) -> Iterator[tuple[str, str, Block, tuple[int, int]]]:
    for block in document.blocks:
        if block.kind == "contents":
            continue
        for match in _TITLED_EDITION.finditer(block.plain):
            yield match[1], match[2], block, match.span()
    for table in document.tables:
        names = table.header.plain_cells
        columns = _columns(names)
        edition = next((i for i, name in enumerate(names) if re.search(r"版本|版次", name)), None)
        if columns is None or edition is None:
            continue
        for row in table.body:
            if len(row.cells) == len(names) and row.plain_cells[edition]:
                title, said = row.plain_cells[columns[1]].strip("《》"), row.plain_cells[edition]
                start = row.cell_start(edition)
                yield title, said, row, (start, start + len(said))
