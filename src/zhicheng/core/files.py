"""Attached files: stored once under their SHA-256 in the installation's folder, before the entry that names them."""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import models

from zhicheng.ledger import durable


class Attachment(models.Model):
    """Where an attached file belongs; its hash stands in the log entry of that version."""

    type = models.CharField(max_length=60)
    k = models.BigIntegerField()
    ver = models.IntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [models.Index(fields=["type", "k"])]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Stored:
    """A file in the store, ready to be attached by a writer."""

    name: str
    sha256: str
    size: int
    media_type: str = ""


def folder() -> Path:
    """The store's folder."""
    return Path(settings.HOME) / "files"


def path_of(sha256: str) -> Path:
    """Where the file of this hash lies."""
    return folder() / sha256[:2] / sha256


def sweep(kept: set[str], older_than: float) -> int:
    """Remove stored files that nothing names and that are older than a moment (seconds since 1970); returns how many.

    ``kept`` are hashes named outside attachments. A file is stored before its entry commits, so young ones stay.
    """
    removed = 0
    for path in folder().glob("*/*") if folder().exists() else ():
        young = path.stat().st_mtime > older_than
        if young or path.name in kept or Attachment.objects.filter(sha256=path.name).exists():
            continue
        path.unlink()
        removed += 1
    return removed


def store(stream: BinaryIO, name: str, media_type: str = "") -> Stored:
    """Write the stream to the store (temporary file, fsync, rename, fsync of the folders) and return its hash and size.

    When a record names the file, it is on the disk under its name.
    """
    folder().mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder(), delete=False) as out:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
            size += len(chunk)
            out.write(chunk)
        durable.written(out)
    target = path_of(digest.hexdigest())
    target.parent.mkdir(exist_ok=True)
    Path(out.name).replace(target)
    durable.sync(target.parent)
    durable.sync(folder())
    # what the sender calls it, as a database can hold it
    called = Path(name.replace("\0", "").replace("\\", "/")).name[:200]
    return Stored(called, digest.hexdigest(), size, media_type.replace("\0", "")[:100])
