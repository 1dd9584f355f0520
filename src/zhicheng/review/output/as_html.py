"""One HTML page: the list of findings, then the text with the places marked. No script, nothing fetched."""

from __future__ import annotations

from collections import defaultdict
from html import escape

from zhicheng.review.document import Block, Document
from zhicheng.review.finding import Finding
from zhicheng.review.output import NAMES, SEVERITY_NAMES
from zhicheng.review.reviewing import Review

_STYLE = """
body{font-family:"Noto Sans SC","Microsoft YaHei","PingFang SC",sans-serif;margin:0 auto;max-width:76rem;padding:1rem;line-height:1.6}
table{border-collapse:collapse;width:100%}td,th{border:1px solid #ccc;padding:.3rem .5rem;vertical-align:top;text-align:left}
.error{border-left:.3rem solid #c0392b}.question{border-left:.3rem solid #d68910}.note{border-left:.3rem solid #2471a3}
.finding{padding:.2rem .6rem;margin:.2rem 0 .2rem 2rem;background:#f7f7f7;font-size:.9rem}mark{background:#fde8a8}
.nowrap{white-space:nowrap}
"""


def as_html(review: Review) -> str:
    """The page as a string; open it from a disk, send it by mail, print it."""
    document = review.document
    by_block: dict[int, list[Finding]] = defaultdict(list)
    for one in review.findings:
        by_block[one.block].append(one)
    counts = "，".join(f"{SEVERITY_NAMES[one]} {count}" for one, count in review.counts.items())  # type: ignore[index]
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(document.name)} 检查结果</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(document.name)} 检查结果</h1><p>{counts}</p>"
        + _list(review)
        + "<h2>正文与问题</h2>"
        + _text(document, by_block)
        + "</body></html>\n"
    )


def _list(review: Review) -> str:
    rows = "".join(
        f'<tr class="{one.severity}"><td class="nowrap">{SEVERITY_NAMES[one.severity]}</td>'
        f'<td class="nowrap">{one.check} {NAMES[one.check]}</td><td class="nowrap"><a href="#b{one.block}">{_place(one)}</a></td>'
        f"<td>{escape(one.section)}</td><td>{escape(one.quote)}</td><td>{escape(one.message)}</td><td>{escape(one.fix)}</td></tr>"
        for one in review.findings
    )
    heads = "".join(f"<th>{name}</th>" for name in ("程度", "检查", "位置", "章节", "原文", "问题", "改法"))
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _place(one: Finding) -> str:
    if one.line is not None:
        return f"第 {one.line} 行"
    return f"第 {one.page} 页" if one.page is not None else "正文"


def _text(document: Document, by_block: dict[int, list[Finding]]) -> str:
    pieces: list[str] = []
    table: int | None = None
    for block in document.blocks:
        if block.kind == "figure":
            continue
        if block.table != table:
            pieces.append("</table>" if table is not None else "")
            pieces.append("<table>" if block.table is not None else "")
            table = block.table
        pieces.append(_block(block, by_block.get(block.index, [])))
    if table is not None:
        pieces.append("</table>")
    return "".join(pieces)


def _block(block: Block, findings: list[Finding]) -> str:
    notes = "".join(
        f'<div class="finding {one.severity}">{SEVERITY_NAMES[one.severity]} {one.check} {escape(one.message)} {escape(one.fix)}</div>'
        for one in findings
    )
    if block.kind == "row":
        cells = "".join(f"<td>{_marked(cell, findings)}</td>" for cell in block.cells)
        under = f'<tr><td colspan="{len(block.cells)}">{notes}</td></tr>' if notes else ""
        return f'<tr id="b{block.index}">{cells}</tr>{under}'
    tag = f"h{min(block.level + 1, 6)}" if block.kind == "heading" else "p"
    return f'<{tag} id="b{block.index}">{_marked(block.text, findings)}</{tag}>{notes}'


def _marked(text: str, findings: list[Finding]) -> str:
    """The text with the first place of each quote marked."""
    spans: list[tuple[int, int]] = []
    for one in findings:
        at = text.find(one.quote) if one.quote and not one.quote.endswith("…") else -1
        if at >= 0 and not any(start < at + len(one.quote) and at < end for start, end in spans):
            spans.append((at, at + len(one.quote)))
    pieces: list[str] = []
    last = 0
    for start, end in sorted(spans):
        pieces += [escape(text[last:start]), "<mark>", escape(text[start:end]), "</mark>"]
        last = end
    return "".join(pieces) + escape(text[last:])
