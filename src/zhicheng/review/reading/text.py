"""Plain text, in UTF-8 (with or without a mark), UTF-16 with a mark, or GB 18030."""

from __future__ import annotations

import html
import re

from zhicheng.review.document import Document
from zhicheng.review.reading.refusals import NotReadable
from zhicheng.review.reading.structure import Builder

TAG = re.compile(
    r"</?(?:ul|ol|li|p|br|b|i|u|strong|em|span|div|table|tr|td|th|sub|sup|font|a|h[1-6])\b[^<>]{0,200}>",
    re.IGNORECASE,
)
AUTOLINK = re.compile(r"<(https?://[^<>\s]+)>")
ENTITY = re.compile(r"&(?:nbsp|amp|lt|gt|quot|ldquo|rdquo|mdash|#\d{2,5});")
FORMULA = re.compile(r"\$([^$\n]{1,60})\$")
SIGNS = {
    r"\leq": "≤",
    r"\le": "≤",
    r"\geq": "≥",
    r"\ge": "≥",
    r"\%": "%",
    r"\times": "×",
    r"\pm": "±",
    r"\sim": "~",
}
RULE = re.compile(r"[-=_*~\s|:]{3,}")


def decoded(data: bytes) -> str:
    """The text of a file whose encoding is not told.

    :raises NotReadable: it is not text in UTF-8, UTF-16 or GB 18030.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise NotReadable(
        "这个文件不是文本（UTF-8 或 GBK）。请把报告另存为 DOCX、PDF、HTML、Markdown 或 TXT 再检查。"
    )


def without_marks(text: str) -> tuple[str, str]:
    """A line without tags and formula markup, and the first mark that was taken out, or ``""``.

    >>> without_marks(r"废品率 $\\leq 1\\%$")
    ('废品率 ≤ 1%', '$\\\\leq 1\\\\%$')
    """
    first = TAG.search(text) or ENTITY.search(text) or FORMULA.search(text)
    mark = first.group() if first and (first.re is not FORMULA or "\\" in first.group()) else ""
    plain = AUTOLINK.sub(r"\1", text)
    plain = TAG.sub(" ", plain)
    plain = FORMULA.sub(lambda m: _formula(m.group(1)) if "\\" in m.group(1) else m.group(), plain)
    return html.unescape(plain.replace("**", "")), mark


def _formula(inner: str) -> str:
    for sign, char in SIGNS.items():
        inner = inner.replace(sign, char)
    return inner


def read_text(data: bytes, name: str) -> Document:
    """Read plain text. Rows are lines with tabs; a form feed begins a page."""
    text = decoded(data)
    builder = Builder(name, "text")
    page = 1 if "\f" in text else None
    for number, raw in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if page is not None:
            page += raw.count("\f")
        line, mark = without_marks(raw.replace("\f", ""))
        if not line.strip() or RULE.fullmatch(line):
            continue
        if mark:
            builder.mark(mark)
        builder.line(line, line=number, page=page)
    return builder.document(page)
