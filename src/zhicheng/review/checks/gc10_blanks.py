"""GC10 空缺：空的引号、XX、待填、没说完的句子、有题无表、空的单元格。"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zhicheng.review.document import Block, Document, Table
from zhicheng.review.finding import Finding, Severity, found
from zhicheng.review.profile import Profile

_BLANK = (
    (re.compile(r"(?:联系人|联系电话|电话|传真|地址|邮编|邮箱|网址|负责人)[:：](?=[，。；、]|$)"), "没有填写", "填上内容。"),
    (re.compile(r"(?:第[XxＸ×](?=[页章节条])|(?:见|如)[表图][XxＸ×](?![A-Za-z]))"), "还是占位的 X", "填上真实的编号。"),
    (re.compile(r"[“\"「『《][\s]*[”\"」』》]|\([\s]*\)|【[\s]*】"), "括号或引号是空的", "填上内容，或删去。"),
    (re.compile(r"(?<![A-Za-zX×])(?:[XＸ]{2,}|[x]{3,}|[×]{2,}|[Xx]{2}(?=年|月|日|公司|部|人|%|万|号|标准))(?![A-Za-z])"), "还是占位的 XX", "填上真实的内容。"),
    (re.compile(r"_{3,}|…{4,}|\.{7,}|＿{2,}|—{6,}"), "留着待填的空白", "填上真实的内容，或删去。"),
    (re.compile(r"(?:待补充|待填写?|待定(?!点)|此处(?:填写|插入|补充|添加)|请(?:填写|补充|插入)|TBD|TODO|(?<![A-Za-z])todo|样例文字|示例文字|\[[^\]]{0,10}(?:填|名称|日期|插入)[^\]]{0,10}\]|某某|\{\{[^}]*\}\}|\$\{[^}]*\})"), "还是模板的提示语", "换成真实的内容。"),
    (re.compile(r"(?<!\d)(?:19|20)(?:XX|xx|××|__)(?=年)|(?<![\d一-龥])年月日"), "日期没有填", "填上日期。"),
    (re.compile(r"(?:为|达到|达|共|约)(?:%|万元|人|项|次)(?=[，。；、])"), "少了数字", "填上数字。"),
)  # fmt: skip


def blanks(document: Document, profile: Profile) -> Iterator[Finding]:
    """Placeholders, unfinished sentences, captions without their object, headings without text, empty cells."""
    for block in document.blocks:
        if block.kind == "contents" or _form(block):
            continue
        for pattern, wrong, fix in _BLANK:
            for match in pattern.finditer(block.plain):
                yield found(
                    "GC10", "error", block, f"{wrong}：“{match.group()[:20]}”。", fix, _around(block, match)
                )
    yield from _unfinished(document)
    yield from _captions(document)
    yield from _empty_headings(document)
    yield from _lost_pictures(document)
    for table in document.tables:
        if _form(table.header):
            continue
        yield from _cells(table)
        yield from _fields(table)


def _form(block: Block) -> bool:
    """Whether the block belongs to a form for the reader to fill in, such as the feedback form at the end."""
    return any(re.search(r"反馈|意见表|调查表|回执|问卷|征求意见", title) for title in block.path)


def _around(block: Block, match: re.Match[str]) -> tuple[int, int]:
    return max(0, match.start() - 8), min(len(block.plain), match.end() + 8)


def _unfinished(document: Document) -> Iterator[Finding]:
    """A paragraph that ends in a comma, and is not continued by the next."""
    blocks = document.blocks
    for place, block in enumerate(blocks):
        if block.kind not in ("paragraph", "item") or len(block.plain) < 6:
            continue
        after = blocks[place + 1] if place + 1 < len(blocks) else None
        end = block.plain[-1]
        if end in "，、," and (after is None or after.kind not in ("paragraph", "item")):
            yield found(
                "GC10",
                "error",
                block,
                "这段话以逗号或顿号结束，没有说完。",
                "把话说完，或改为句号。",
                (max(0, len(block.plain) - 24), len(block.plain)),
            )
        elif end in "：:" and (after is None or after.kind == "heading"):
            yield found(
                "GC10",
                "error",
                block,
                "冒号之后没有内容。",
                "补上所列的内容，或改为句号。",
                (max(0, len(block.plain) - 24), len(block.plain)),
            )


def _captions(document: Document) -> Iterator[Finding]:
    blocks = document.blocks
    pictured = document.format in ("docx", "html", "markdown")
    for place, block in enumerate(blocks):
        if block.kind == "caption" and pictured and re.match(r"(?:附)?图\d", block.plain) and not block.drawn:
            yield found("GC10", "error", block, "有图题，没有图。", "补上图，或删去图题。")
        if block.kind != "caption" or not re.match(r"(?:\d{1,2}[)）])?(?:表|附表)", block.plain):
            continue
        near = blocks[max(0, place - 1) : place] + blocks[place + 1 : place + 4]
        if not any(one.kind in ("row", "figure") for one in near):
            yield found(
                "GC10",
                "error" if document.format != "pdf" else "question",
                block,
                "有表题，没有表。",
                "补上表，或删去表题。",
            )


def _empty_headings(document: Document) -> Iterator[Finding]:
    blocks = document.blocks
    for place, block in enumerate(blocks):
        if block.kind != "heading" or block.plain in ("目录", "目次"):
            continue
        after = blocks[place + 1] if place + 1 < len(blocks) else None
        if (after is None or (after.kind == "heading" and after.level <= block.level)) and block.number:
            yield found("GC10", "error", block, "标题之下没有内容。", "补上内容，或删去标题。")


_MAY_BE_EMPTY = re.compile(r"备注|说明|备\s*注|签|意见|附注|是否|完成情况")


_PICTURE = re.compile(
    r"[^，。；：\d]{2,18}(?:示意图|流程图|架构图|机构图|结构图|组织图|文件结构|证书|认证书|照片)"
)


def _lost_pictures(document: Document) -> Iterator[Finding]:
    """A short line that can only be the title of a picture, and no picture near it."""
    blocks = document.blocks
    for at, block in enumerate(blocks):
        if block.kind != "paragraph" or not _PICTURE.fullmatch(block.plain):
            continue
        near = blocks[max(0, at - 4) : at + 4]
        if not any(one.kind in ("figure", "row") for one in near):
            yield found(
                "GC10",
                "question",
                block,
                f"“{block.plain}”像是图的题目，近旁没有图，也没有图号。",
                "补上图和编号。",
            )


_NEEDED = re.compile(
    r"编号|号码|证书号|名称|日期|时间|数量|金额|批数|[人件台次]数|率$|目标|实际|颁发|机构|有效期|版本|应检|已检|类型|需求|内容"
)


def _cells(table: Table) -> Iterator[Finding]:
    """An empty cell in a column that is filled elsewhere, in a table that is not merged."""
    width = len(table.header.cells)
    rows = [row for row in table.body if len(row.cells) == width]
    if len(rows) < 2 or len(rows) != len(table.body) or width < 2:
        return
    empty = [(row, column) for row in rows for column, cell in enumerate(row.plain_cells) if not cell]
    if len(empty) > max(1, len(rows) * width // 12):
        return  # merged cells or a form
    often = {column for column in range(width) if sum(one[1] == column for one in empty) >= 3}
    for row, column in empty:
        name = table.header.plain_cells[column]
        if column == 0 or column in often or _MAY_BE_EMPTY.search(name):
            continue
        severity: Severity = "error" if _NEEDED.search(name) else "question"
        yield found(
            "GC10",
            severity,
            row,
            f"“{name}”一格是空的。",
            "填上内容；没有就写“无”或“—”。",
            (0, len(row.plain)),
        )


_AWARD = re.compile(r"获奖|荣誉|奖项|颁奖|颁发|表彰|证书名称|认证项目|资质名称")
_WHEN = re.compile(r"时间|日期|年份|年度|有效期|年月|届|授予年")


def _fields(table: Table) -> Iterator[Finding]:
    """Awards and certificates that no column dates."""
    header = table.header.plain
    if not _AWARD.search(header) or _WHEN.search(header) or len(table.body) < 1:
        return
    undated = [row for row in table.body if not re.search(r"(?:19|20)\d{2}", row.plain)]
    if not undated:
        return
    first = undated[0]
    quoted = next((cell for cell in first.plain_cells if len(cell) > 2), first.plain)
    at = first.plain.find(quoted)
    yield found("GC10", "question", first, f"荣誉、证书没有日期或有效期（共 {len(undated)} 项），无法判断是否仍有效。",
                "加一列获得日期或有效期，并写全颁发机构。", (at, at + len(quoted)))  # fmt: skip
