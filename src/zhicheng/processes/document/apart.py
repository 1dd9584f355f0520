"""Read the words of an uploaded file in a process of its own, with little memory and time: what breaks there breaks nothing here.

The child, ``python -m zhicheng.processes.document.apart``, loads no Django, opens no database, and answers on its standard output.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import subprocess
import sys
from typing import Final

SECONDS: Final = 20
"""The writer waits, and with it others who write."""
MEMORY: Final = 2 * 2**30
SAID: Final = 3
"""The child's exit code when it answers with a sentence for the person."""


class Unread(ValueError):
    """The file was not read; the message says why, for the person who gave it."""


def lines_apart(data: bytes, name: str) -> list[str]:
    """``lines`` in a process of its own. Errors: Unread."""
    command = [sys.executable, "-m", "zhicheng.processes.document.apart", name]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise Unread(f"读取超过 {SECONDS} 秒，已停止：请拆分文件，或另存为 .docx。") from error
    if done.returncode == SAID:
        raise Unread(done.stdout.decode("utf-8", "replace"))
    if done.returncode:
        raise Unread("这个文件在读取时出错或占用内存过多，已停止：请重新保存后再试。")
    return [str(one) for one in json.loads(done.stdout)]


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


def _limit() -> None:
    """Little memory and time, where the system can be asked for it."""
    if importlib.util.find_spec("resource") is None:
        return
    resource = importlib.import_module("resource")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    """The child: the file on the standard input, its name as argument."""
    _limit()
    try:
        found = lines(sys.stdin.buffer.read(), sys.argv[1])
    except Unread as error:
        sys.stdout.buffer.write(str(error).encode())
        return SAID
    sys.stdout.buffer.write(json.dumps(found).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
