"""What lies as files beside the database and decides whether its log may be written on: checkpoints, and a restoring not proved yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from zhicheng.proof.verify import Checkpoint, parse_checkpoint, parse_note


def folder() -> Path:
    """Where they lie: our own last one, and whatever else an administrator puts there (``*.txt``)."""
    return Path(settings.HOME) / "checkpoints"


def latest() -> Path:
    """Our own last checkpoint: the cheapest anchor."""
    return folder() / "latest.txt"


def known() -> tuple[tuple[str, Checkpoint], ...]:
    """Name of the file and checkpoint of each; read again when one came, went or was replaced.

    Errors: ValueError with the sentence why a file cannot be read, beginning with its name.
    """
    marks = []
    for path in (folder(), latest()):
        try:
            found = path.stat()
        except FileNotFoundError:
            marks.append((0, 0))
        else:
            marks.append((found.st_mtime_ns, found.st_ino))
    return _read(str(folder()), *marks)


@lru_cache(maxsize=4)
def _read(where: str, *marks: tuple[int, int]) -> tuple[tuple[str, Checkpoint], ...]:
    found = []
    for path in sorted(Path(where).glob("*.txt")):
        try:
            found.append((path.name, parse_checkpoint(parse_note(path.read_bytes()).text)))
        except ValueError as error:
            raise ValueError(f"{path.name}：{error}") from error
    return tuple(found)


def unproved() -> Path:
    """Lies there from before a restored database is put in its place until it is proved."""
    return Path(settings.HOME) / "restore-unproved"


_proving: list[None] = []


@contextmanager
def proving() -> Iterator[None]:
    """While a restored database is being proved, and what was erased since erased again, this process may write."""
    _proving.append(None)
    try:
        yield
    finally:
        _proving.pop()


def usable() -> bool:
    """Whether no restoring was left unfinished or unproved."""
    return bool(_proving) or not unproved().exists()
