"""Files, and the names of files, that outlive a power cut."""

import os
from pathlib import Path
from typing import IO, Any


def written(file: IO[Any]) -> None:
    """Have what was written to the open file on the disk when this returns."""
    file.flush()
    os.fsync(file.fileno())


def mark(path: Path) -> None:
    """Lay an empty file there, by which a later start knows what was begun."""
    with path.open("wb") as file:
        written(file)


def sync(folder: Path) -> None:
    """Have the folder's names on the disk when this returns (POSIX; Windows has no such call and writes them through)."""
    if os.name == "posix":
        fd = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
