"""A disk in memory that remembers what was not yet synced, as a file system for SQLite (apsw's VFS shim).

Every file is what is durable plus the writes and truncations since its last sync. ``after_power_cut`` makes one state that
the disk may be in when power fails now: of every write not yet synced each sector is kept, dropped or torn (a prefix
of it, or rubbish in what was written); a truncation not yet synced happened or not. A new file exists for certain once it was synced (SQLite's own Unix file
system syncs the folder then); a deleted one may come back until the next sync of any file (a journalling file system). Bytes beside a write do not change
(what SQLite assumes by default, SQLITE_POWERSAFE_OVERWRITE).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import apsw

Fault = Callable[[str, str], None]
"""Called before each write, truncation, sync and deletion with its kind and the file's name; may raise."""


class Ignored(Exception):
    """Raised by a fault to let an operation claim success and do nothing."""


@dataclass
class File:
    """One file: as programs see it, as it is for certain on the disk, and what is between."""

    now: bytearray = field(default_factory=bytearray)
    durable: bytearray | None = None
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    """Writes at an offset; None: truncated to that size."""

    def sync(self) -> None:
        self.durable, self.pending = bytearray(self.now), []

    def write(self, data: bytes, offset: int) -> None:
        _put(self.now, data, offset)
        self.pending.append((offset, data))

    def truncate(self, size: int) -> None:
        del self.now[size:]
        self.pending.append((size, None))

    def after_power_cut(self, chance: random.Random, sector: int) -> bytes | None:
        """What a power cut may leave of it; None: no such file."""
        if self.durable is None and (not self.pending or chance.random() < 0.5):
            return None
        left = bytearray(self.durable or b"")
        for offset, data in self.pending:
            if data is None:
                if chance.random() < 0.5:
                    del left[offset:]
                continue
            at = 0
            while at < len(data):
                end = min(len(data), at + sector - (offset + at) % sector)
                _tear(left, data[at:end], offset + at, chance)
                at = end
        return bytes(left)


def _put(content: bytearray, data: bytes, offset: int) -> None:
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


def _tear(content: bytearray, piece: bytes, offset: int, chance: random.Random) -> None:
    """One sector's share of a write: kept, dropped, or torn."""
    fate = chance.random()
    if fate < 0.45:
        _put(content, piece, offset)
    elif fate < 0.55:
        _put(content, piece[: chance.randrange(len(piece))], offset)
    elif fate < 0.6:
        _put(content, chance.randbytes(len(piece)), offset)


class Disk:
    """Files by name, and what is done before each operation on them."""

    def __init__(self, sector: int = 4096) -> None:
        self.sector = sector
        self.files: dict[str, File] = {}
        self.gone: dict[str, File] = {}
        """Deleted, but not for certain."""
        self.before: Fault = lambda kind, name: None

    def load(self, name: str, content: bytes) -> None:
        """A file that lies on the disk for certain."""
        self.files[name] = File(bytearray(content), bytearray(content))

    def after_power_cut(self, chance: random.Random) -> dict[str, bytes]:
        """Every file that the disk may hold when power fails now."""
        left = {}
        for name, file in [*self.gone.items(), *self.files.items()]:
            if name in self.gone and self.gone[name] is file and chance.random() < 0.5:
                continue
            content = file.after_power_cut(chance, self.sector)
            if content is not None:
                left[name] = content
        return left


class Handle:
    """An open file, with the methods that SQLite calls. One connection only: locks are granted."""

    def __init__(self, disk: Disk, name: str, file: File) -> None:
        self.disk, self.name, self.file = disk, name, file

    def xRead(self, amount: int, offset: int) -> bytes:
        return bytes(self.file.now[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        with suppress(Ignored):
            self.disk.before("write", self.name)
            self.file.write(bytes(data), offset)

    def xTruncate(self, size: int) -> None:
        with suppress(Ignored):
            self.disk.before("truncate", self.name)
            self.file.truncate(size)

    def xSync(self, flags: int) -> None:
        with suppress(Ignored):
            self.disk.before("sync", self.name)
            self.file.sync()
            self.disk.gone.clear()

    def xFileSize(self) -> int:
        return len(self.file.now)

    def xClose(self) -> None:
        pass

    def xLock(self, level: int) -> None:
        pass

    def xUnlock(self, level: int) -> None:
        pass

    def xCheckReservedLock(self) -> bool:
        return False

    def xFileControl(self, op: int, pointer: int) -> bool:
        return False

    def xSectorSize(self) -> int:
        return self.disk.sector

    def xDeviceCharacteristics(self) -> int:
        return apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE


class Shim(apsw.VFS):
    """The disk under a name that a connection can ask for."""

    def __init__(self, disk: Disk, name: str) -> None:
        self.disk, self.name = disk, name
        super().__init__(name, base="")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> Handle:  # type: ignore[override]
        text = (
            name.filename()
            if isinstance(name, apsw.URIFilename)
            else name or f"temporary-{len(self.disk.files)}"
        )
        flags[1] = flags[0]
        return Handle(self.disk, text, self.disk.files.setdefault(text, File()))

    def xFullPathname(self, name: str) -> str:
        return name

    def xAccess(self, pathname: str, flags: int) -> bool:
        return pathname in self.disk.files

    def xDelete(self, filename: str, syncdir: bool) -> None:
        if filename not in self.disk.files:
            raise apsw.IOError
        self.disk.before("delete", filename)
        file = self.disk.files.pop(filename)
        if syncdir:
            self.disk.gone.pop(filename, None)
        else:
            self.disk.gone[filename] = file

    def connect(self, name: str) -> apsw.Connection:
        """A connection to the database of this name on the disk."""
        return apsw.Connection(name, vfs=self.name, statementcachesize=0)
