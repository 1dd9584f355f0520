"""Names of files that outlive a power cut."""

import os
from pathlib import Path


def sync(folder: Path) -> None:
    """Have the folder's names on the disk when this returns (POSIX; Windows has no such call and writes them through)."""
    if os.name == "posix":
        fd = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
