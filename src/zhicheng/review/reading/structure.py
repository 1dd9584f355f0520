"""From lines to blocks: headings, captions, list items, rows and the contents, told by how they are written.

Readers that know more (a Word heading style, an HTML table) say so; the rest is told from the text itself.
"""

from __future__ import annotations

import re
from dataclasses import replace

from zhicheng.review.document import Block, Document, Kind, Plain

CHINESE_NUMBER = "一二三四五六七八九十百"
STANDING_HEADINGS = re.compile(
    r"(前言|序言|引言|目录|总经理(声明|致辞|寄语)|董事长(声明|致辞|寄语)|高层致辞|(领导|总经理|董事长)?致辞|编制说明|报告(说明|结语|编制说明)|结语"
    r"|展望|附录|附件|附件[一二三四五六七八九十\d]+|责任声明|公司简介|企业简介|企业概况|读者(意见)?反馈表?|意见反馈表?)"
)
_HEADINGS = (
    (1, re.compile(rf"(第[{CHINESE_NUMBER}\d]+[章篇部]分?)[ 、:：]?(.{{1,40}})")),
    (2, re.compile(rf"(第[{CHINESE_NUMBER}\d]+节)[ 、:：]?(.{{1,40}})")),
    (1, re.compile(rf"([{CHINESE_NUMBER}]{{1,3}})[、.．](.{{1,40}})")),
    (2, re.compile(rf"(\([{CHINESE_NUMBER}]{{1,3}}\))[、.．]?(.{{1,40}})")),
    (3, re.compile(r"(\d{1,2})[、.．](?!\d)(.{1,40})")),
    (4, re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,3})[、.．]?(?![\d%‰])([\u4e00-\u9fffA-Z].{1,40})")),
)
CAPTION = re.compile(r"(图表|附表|附图|表格|表|图)((?:[A-Z]|\d{1,2})[-.·—]\d{1,3}|\d{1,3})[:：、.]?(.{0,60})")
ITEM = re.compile(
    r"(?:[-*•●·◆■□➢]\s*)?(\(\d{1,2}\)|\d{1,2}\)|[①-⑳]|\d{1,2}[、.．](?!\d)|[a-z]\)|\([a-z]\)|[-*•●·◆■□➢])(?=.)"
)
CONTENTS_LINE = re.compile(r"^(.{1,60}?)(?:[.．…·\-—_ \t]{2,}|\t+)\s*[(（]?(\d{1,3})[)）]?$")
_CONTENTS_LOOSE = re.compile(r"^(.{2,60}?[^\d\W])\s*(\d{1,3})$")
_ENDS = "。；;！？，,：:"


def heading_of(plain: str) -> tuple[int, str] | None:
    """Level and printed number when the line is written as a heading is, else ``None``.

    >>> heading_of("(二)质量管理体系")
    (2, '(二)')
    >>> heading_of("1、公司按期完成了检定工作。") is None
    True
    """
    if STANDING_HEADINGS.fullmatch(plain):
        return 1, ""
    if not plain or plain[-1] in _ENDS or "\t" in plain or len(plain) > 46:
        return None
    for level, pattern in _HEADINGS:
        match = pattern.fullmatch(plain)
        if match and not re.search(r"[。；;！？]", match.group(2)):
            depth = match.group(1).count(".") + 1 if level == 4 else level
            return depth, match.group(1)
    return None


class Builder:
    """Gathers blocks; keeps the heading path, the ordinal of tables and whether the contents is open."""

    def __init__(self, name: str, form: str) -> None:
        self.name, self.form = name, form
        self.blocks: list[Block] = []
        self.marks: list[tuple[int, str]] = []
        self._path: list[tuple[int, str]] = []
        self._table = -1
        self._in_table = False
        self._in_contents = False
        self._contents_seen = 0
        self._titled = False
        self._listed: dict[str, int] = {}  # titles of the contents without a number, and their levels

    def add(self, kind: Kind, text: str, *, line: int | None = None, page: int | None = None, level: int = 0,
            number: str = "", cells: tuple[str, ...] = (), raw: str = "", drawn: bool = False) -> Block:  # fmt: skip
        """Append a block of a known kind."""
        text, cells = _bounded(text), tuple(_bounded(cell) for cell in cells)
        if kind == "heading":
            self._open(level, Plain.of(text).text)
        if kind != "row":
            self._in_table = False
        elif not self._in_table:
            self._table += 1
            self._in_table = True
        block = Block(
            len(self.blocks), kind, text, line, page, level, number, cells,
            self._table if kind == "row" else None, tuple(title for _, title in self._path), raw, drawn,
        )  # fmt: skip
        self.blocks.append(block)
        return block

    def _open(self, level: int, title: str) -> None:
        while self._path and self._path[-1][0] >= level:
            self._path.pop()
        self._path.append((level, title))

    def end_table(self) -> None:
        """What follows is another table, even when nothing stands between."""
        self._in_table = False

    def mark(self, what: str) -> None:
        """Remember that the next block carried marks of extraction (tags, formula markup)."""
        self.marks.append((len(self.blocks), what))

    def heading(self, text: str, level: int, *, line: int | None = None, page: int | None = None) -> None:
        """A heading of which the format says that it is one."""
        plain = Plain.of(text).text
        self._in_contents = plain in ("目录", "目次")
        told = heading_of(plain)
        self.add("heading", text, line=line, page=page, level=level, number=told[1] if told else "")

    def line(
        self, text: str, *, line: int | None = None, page: int | None = None, styled: bool = False
    ) -> None:
        """A line of which only the text is known; ``styled`` where the format would have told headings itself."""
        plain = Plain.of(text).text
        if not plain:
            return
        if self._contents_line(text, plain, line, page):
            return
        whole = plain.replace("\t", "")
        if "\t" in plain and whole in self._listed:
            text, plain = text.replace("\t", " "), whole
        if "\t" in text.strip():
            cells = tuple(cell.strip() for cell in text.rstrip("\n").split("\t"))
            self.add("row", text, line=line, page=page, cells=cells, raw=text)
            return
        self._classify(text.strip(), plain, line, page, styled)

    def _contents_line(self, text: str, plain: str, line: int | None, page: int | None) -> bool:
        if plain in ("目录", "目次"):
            self._in_contents, self._contents_seen = True, 0
            self.add("heading", text.strip(), line=line, page=page, level=1)
            return True
        if not self._in_contents:
            return False
        match = CONTENTS_LINE.match(text.strip()) or _CONTENTS_LOOSE.match(text.strip())
        if match:
            self._contents_seen += 1
            title = Plain.of(match.group(1).replace("\t", " ")).text.strip(".…·")
            told = heading_of(title)
            if told is None:
                self._listed[title] = 2
            self.add(
                "contents", match.group(1).strip(" .…·\t").replace("\t", " "), line=line, page=page, level=told[0] if told else 0,
                number=told[1] if told else "", cells=(match.group(1).strip(" .…·\t").replace("\t", " "), match.group(2)),
            )  # fmt: skip
            return True
        self._in_contents = False
        return False

    def _classify(self, text: str, plain: str, line: int | None, page: int | None, styled: bool) -> None:
        caption = CAPTION.fullmatch(re.sub(r"^\d{1,2}[)）]", "", plain))
        if (
            caption
            and plain[-1] not in "。；;，"
            and not re.match(r"(所示|中|显示|列|为|可)", caption.group(3))
        ):
            self.add("caption", text, line=line, page=page, number=caption.group(2))
            return
        told = heading_of(plain)
        spaced = (
            re.match(r"(\d{1,2})\s+(?=[\u4e00-\u9fff])", text)
            if told is None and self.form != "pdf"
            else None
        )
        if spaced:
            told = heading_of(f"{spaced[1]}、{plain[len(spaced[1]) :]}")
        if told is None and plain in self._listed:
            self.add("heading", text, line=line, page=page, level=self._listed.pop(plain))
            return
        if told and not (styled and told[0] > 2):
            self.add("heading", text, line=line, page=page, level=told[0], number=told[1])
            return
        item = ITEM.match(plain)
        if item:
            inner = ITEM.match(plain, item.end()) if item.group(1) in "-*•●·◆■□➢" else None
            self.add("item", text, line=line, page=page, number=(inner or item).group(1))
            return
        if not self._titled and len(plain) <= 30 and plain.endswith("报告") and not self._path:
            self._titled = True
            self.add("title", text, line=line, page=page)
            return
        self.add("paragraph", text, line=line, page=page)

    def document(self, pages: int | None = None) -> Document:
        """The document; front matter before the first heading has no path."""
        blocks = _captions_drawn(_releveled(self.blocks))
        return Document(self.name, self.form, tuple(blocks), pages, tuple(self.marks))


_ENDLESS = re.compile(r"(\d{40})\d+|([A-Za-z]{60})[A-Za-z]+|(([^\w\s])\4{40})\4+|((.{1,12}?)\6{60})\6+")


def _bounded(text: str) -> str:
    """Runs that no report has (forty digits, sixty times the same words) are cut, so that no input can hold a check up."""
    return _ENDLESS.sub(lambda run: next(group for group in run.groups() if group) + "…", text)


def _releveled(blocks: list[Block]) -> list[Block]:
    """Where chapters are numbered 1、 and sections 1.1, and nothing 一、, the chapters are the first level."""
    numbered = [block for block in blocks if block.kind in ("heading", "contents") and block.number]
    chinese = any(re.search(rf"[{CHINESE_NUMBER}]", block.number) for block in numbered)
    if chinese or not any(block.number.isdigit() for block in numbered):
        return blocks
    path: list[tuple[int, str]] = []
    again: list[Block] = []
    for block in blocks:
        level = block.level
        if block.kind in ("heading", "contents") and block.number:
            level = block.number.count(".") + 1
        if block.kind == "heading":
            path = [*(one for one in path if one[0] < level), (level, block.plain)]
        again.append(replace(block, level=level, path=tuple(title for _, title in path)))
    return again


def _captions_drawn(blocks: list[Block]) -> list[Block]:
    """Say of a caption of a figure whether a picture stands next to it, where the format tells."""
    pictures = {block.index for block in blocks if block.kind == "figure"}
    return [
        replace(block, drawn=bool(pictures & {block.index - 1, block.index - 2, block.index + 1}))
        if block.kind == "caption"
        else block
        for block in blocks
    ]
