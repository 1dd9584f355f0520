"""Examine a file of unknown origin in a process of its own, with little memory and time: what breaks there breaks nothing here.

The parent calls :func:`examine_file`; ``python -m zhicheng.reports.review_apart`` is the child. It loads no Django, opens no
database, and answers on its standard output.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
import subprocess
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from zhicheng.review import Document, Review

SECONDS: Final = 60
MEMORY: Final = 3 * 2**30
"""Address space of the child: a 64 MB file with its parts unpacked, and the libraries."""
FORMS: Final = ("page", "json", "html", "xlsx", "docx")
SAID: Final = 3
"""The child's exit code when it answers with a sentence for the person."""


class NotExamined(ValueError):
    """The file was not examined; the message says why, for the person who gave it."""


def examine_file(data: bytes, name: str, date: dt.date | None = None, form: str = "page") -> bytes:
    """Review a file apart and answer in a form: ``page`` (text and findings, JSON), ``json``, ``html``, ``xlsx``, ``docx``.

    ``name``: the file's name, whose ending tells the format; ``date``: the report's date, where not to be found in it.
    Errors: NotExamined with a sentence (not readable, too long, out of memory).
    """
    head = json.dumps({"name": name, "date": date.isoformat() if date else None, "form": form}).encode()
    command = [sys.executable, "-m", "zhicheng.reports.review_apart"]
    try:
        done = subprocess.run(
            command, input=head + b"\n" + data, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NotExamined(
            f"审查超过 {SECONDS} 秒，已停止。请拆分文件，或在自己的电脑上用 zhicheng review。"
        ) from error
    if done.returncode == SAID:
        raise NotExamined(done.stdout.decode("utf-8", "replace"))
    if done.returncode:
        raise NotExamined("这个文件在审查时出错或占用内存过多，已停止。请重新保存后再试。")
    return done.stdout


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


def _limit() -> None:
    """Little memory and time, where the system can be asked for it (not on Windows: there only the parent's clock holds)."""
    if importlib.util.find_spec("resource") is None:
        return
    resource = importlib.import_module("resource")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    """The child: a line of JSON and the file on the standard input, the answer or a sentence on the standard output."""
    _limit()
    head = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    from zhicheng.review import NotReadable

    date = dt.date.fromisoformat(head["date"]) if head["date"] else None
    try:
        answer = _answer(data, head["name"], date, head["form"])
    except NotReadable as error:
        sys.stdout.buffer.write(str(error).encode())
        return SAID
    sys.stdout.buffer.write(answer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
