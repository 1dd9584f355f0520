"""Read the words of an uploaded file in a process of its own, with little memory and time: what breaks there breaks nothing here.

The child, ``python -m zhicheng.processes.document.apart``, loads no Django, opens no database, and answers on its standard output.
"""

from __future__ import annotations

import json
import sys
from typing import Final

from zhicheng.core.apart import answer, ask, limit

SECONDS: Final = 20
"""The writer waits, and with it others who write."""
MEMORY: Final = 2 * 2**30


class Unread(ValueError):
    """The file was not read; the message says why, for the person who gave it."""


def lines_apart(data: bytes, name: str) -> list[str]:
    """``lines`` in a process of its own. Errors: Unread."""
    said = ask(
        "zhicheng.processes.document.apart",
        data,
        arguments=[name],
        fault=Unread,
        seconds=SECONDS,
        late=f"读取超过 {SECONDS} 秒，已停止：请拆分文件，或另存为 .docx。",
        broken="这个文件在读取时出错或占用内存过多，已停止：请重新保存后再试。",
    )
    return [str(one) for one in json.loads(said)]


def lines(data: bytes, name: str) -> list[str]:
    """The paragraphs of a Markdown, Word or PDF file; a heading begins with ``#`` for each level, cells stand between bars.
    Errors: Unread."""
    from zhicheng.review.reading import NotReadable, read  # large libraries: only who reads a file loads them

    try:
        document = read(data, name)
    except NotReadable as error:
        raise Unread(str(error)) from error
    found = []
    for block in document.blocks:
        text = " | ".join(block.cells) if block.cells else f"{block.number} {block.text}".strip()
        text = " ".join(text.split())
        if text and block.kind != "contents":
            found.append(
                f"{'#' * max(1, block.level)} {text}" if block.kind in ("heading", "title") else text
            )
    return found


def main() -> int:
    """The child: the file on the standard input, its name as argument."""
    limit(SECONDS, MEMORY)
    return answer(lambda: json.dumps(lines(sys.stdin.buffer.read(), sys.argv[1])).encode(), Unread)


if __name__ == "__main__":
    sys.exit(main())
