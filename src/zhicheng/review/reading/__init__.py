"""Read a report: DOCX, PDF, HTML, Markdown or plain text."""

from __future__ import annotations

from pathlib import Path

from zhicheng.review.document import Document
from zhicheng.review.reading.refusals import NotReadable
from zhicheng.review.reading.text import read_text

LARGEST = 64 * 1024 * 1024
LONGEST = 5_000_000
__all__ = ["NotReadable", "from_text", "read"]


def from_text(text: str, name: str = "report.txt") -> Document:
    """A document from text in memory; Markdown when the name ends in ``.md``."""
    return read(text.encode(), name)


def read(source: Path | str | bytes, name: str | None = None) -> Document:
    """Read a report from a path or from bytes; the name's ending tells the format, the content may correct it.

    :raises NotReadable: with a sentence for the person who gave the file: it is missing, too large, encrypted, a scan,
        damaged, or of another format.
    """
    data, called = _bytes(source, name)
    if not data.strip():
        raise NotReadable("文件是空的。请选择有内容的报告。")
    if len(data) > LARGEST:
        raise NotReadable(
            f"文件有 {len(data) // 2**20} MB，超过 {LARGEST // 2**20} MB。请压缩图片或拆分后再检查。"
        )
    document = _parsed(data, called)
    if not document.blocks:
        raise NotReadable("文件里没有文字。若是扫描件或图片，请先做文字识别（OCR）。")
    if sum(len(block.text) for block in document.blocks) > LONGEST:
        raise NotReadable(f"文字超过 {LONGEST // 10000} 万字，不像一份报告。请拆分后再检查。")
    return document


def _bytes(source: Path | str | bytes, name: str | None) -> tuple[bytes, str]:
    if isinstance(source, bytes):
        return source, name or "report"
    path = Path(source)
    try:
        if path.stat().st_size > LARGEST:
            raise NotReadable(f"{path.name} 超过 {LARGEST // 2**20} MB。请压缩图片或拆分后再检查。")
        return path.read_bytes(), name or path.name
    except OSError as error:
        raise NotReadable(f"{path.name} 打不开：{error.strerror}。请核对路径和权限。") from error


def _parsed(data: bytes, name: str) -> Document:
    ending = name.rpartition(".")[2].lower()
    if data.startswith(b"%PDF") or (ending == "pdf"):
        from zhicheng.review.reading.pdf import read_pdf

        return read_pdf(data, name)
    if data.startswith(b"PK"):
        from zhicheng.review.reading.docx import read_docx

        return read_docx(data, name)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise NotReadable("这是旧式的 Word 文件（.doc）或加了密的文件。请去掉密码，另存为 .docx 再检查。")
    if ending == "docx":
        raise NotReadable(f"{name} 不是 Word 文件，或已损坏。请重新保存为 .docx。")
    if ending in ("html", "htm", "xhtml") or data.lstrip()[:200].lower().startswith(
        (b"<!doctype html", b"<html")
    ):
        from zhicheng.review.reading.html import read_html

        return read_html(data, name)
    if ending in ("md", "markdown"):
        from zhicheng.review.reading.markdown import read_markdown

        return read_markdown(data, name)
    return read_text(data, name)
