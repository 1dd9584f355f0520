"""Examine a file of unknown origin in a process of its own, with little memory and time: what breaks there breaks nothing here.

The parent calls :func:`examine_file`; ``python -m zhicheng.reports.review_apart`` is the child. It loads no Django, opens no
database, and answers on its standard output.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from zhicheng.core.apart import answer, ask, limit

if TYPE_CHECKING:
    from zhicheng.review import Document, Review

SECONDS: Final = 60
MEMORY: Final = 3 * 2**30
"""Address space of the child: a 64 MB file with its parts unpacked, and the libraries."""
FORMS: Final = ("page", "json", "html", "xlsx", "docx")


class NotExamined(ValueError):
    """The file was not examined; the message says why, for the person who gave it."""


def examine_file(data: bytes, name: str, date: dt.date | None = None, form: str = "page") -> bytes:
    """Review a file apart and answer in a form: ``page`` (text and findings, JSON), ``json``, ``html``, ``xlsx``, ``docx``.

    ``name``: the file's name, whose ending tells the format; ``date``: the report's date, where not to be found in it.
    Errors: NotExamined with a sentence (not readable, too long, out of memory).
    """
    head = json.dumps({"name": name, "date": date.isoformat() if date else None, "form": form}).encode()
    return ask(
        "zhicheng.reports.review_apart",
        head + b"\n" + data,
        fault=NotExamined,
        seconds=SECONDS,
        late=f"审查超过 {SECONDS} 秒，已停止。请拆分文件，或在自己的电脑上用 zhicheng review。",
        broken="这个文件在审查时出错或占用内存过多，已停止。请重新保存后再试。",
    )


def page(review: Review) -> dict[str, Any]:
    """Text and findings as plain data: what the page shows beside each other, and what is kept."""
    document = review.document
    return {
        "v": 1,
        "name": document.name,
        "format": document.format,
        "pages": document.pages,
        "counts": review.counts,
        "findings": [{**one.as_json(), "block": one.block} for one in review.findings],
        "blocks": [_block(document, at) for at in range(len(document.blocks))],
    }


def _block(document: Document, at: int) -> dict[str, Any]:
    block = document.blocks[at]
    said: Mapping[str, Any] = {
        "kind": block.kind,
        "text": block.text if not block.cells else "",
        "cells": list(block.cells),
        "level": block.level,
        "line": block.line,
        "page": block.page,
        "table": block.table,
    }
    return {name: value for name, value in said.items() if value not in ("", [], None, 0) or name == "table"}


def _answer(data: bytes, name: str, date: dt.date | None, form: str) -> bytes:
    from zhicheng.review import Profile, read, review

    done = review(read(data, name), Profile(date=date))
    if form == "page":
        return json.dumps(page(done), ensure_ascii=False, separators=(",", ":")).encode()
    if form == "html":
        from zhicheng.review.output.as_html import as_html

        return as_html(done).encode()
    if form == "xlsx":
        from zhicheng.review.output.as_xlsx import as_xlsx

        return as_xlsx(done)
    if form == "docx":
        from zhicheng.review.output.as_docx import as_docx

        return as_docx(done, data if done.document.format == "docx" else None)
    from zhicheng.review.output.as_json import as_json

    return as_json(done).encode()


def main() -> int:
    """The child: a line of JSON and the file on the standard input, the answer or a sentence on the standard output."""
    limit(SECONDS, MEMORY)
    head = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    from zhicheng.review import NotReadable

    date = dt.date.fromisoformat(head["date"]) if head["date"] else None
    return answer(lambda: _answer(data, head["name"], date, head["form"]), NotReadable)


if __name__ == "__main__":
    sys.exit(main())
