"""The log's key: a file outside the database, made at the start, replaced by an entry that the old and the new key sign."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction

from zhicheng.ledger import durable, log
from zhicheng.proof import national
from zhicheng.proof import note as notes
from zhicheng.proof.verify import VerifierKey, fingerprint_of, parse_vkey

TYPE = "ledger.key"


def path() -> Path:
    """The log's private key."""
    return Path(settings.HOME) / "log.key"


def _next_path() -> Path:
    return path().with_name("log.key.next")


def make() -> bytes:
    """Make the log's key unless there is one; returns the 32 bytes of the private key."""
    if not path().exists():
        path().parent.mkdir(parents=True, exist_ok=True)
        _write(path(), notes.new_key())
    return private()


def _write(where: Path, key: bytes) -> None:
    fd = os.open(where, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "w") as file:
        file.write(base64.b64encode(key).decode() + "\n")
        durable.written(file)


def _read(where: Path) -> bytes:
    if open_to_others(where):
        raise log.LogRefused(
            f"密钥文件 {where.name} 可被他人读取：请运行 chmod 600。 The key file is readable by others."
        )
    return base64.b64decode(where.read_text("ascii"))


def open_to_others(where: Path) -> bool:
    """Whether another user of this machine may read or write the file (POSIX; elsewhere not asked)."""
    return os.name == "posix" and bool(where.stat().st_mode & 0o077)


def private() -> bytes:
    """Read the log's key. Errors: LogRefused when the file is missing, readable by others, or not the key in force."""
    if not path().exists():
        raise log.LogRefused(
            f"找不到日志密钥 {path().name}，不能签署检查点：请从备份恢复密钥文件。 The log's key file is missing."
        )
    return _read(path())


def vkey() -> str:
    """The public verifier key in force (C2SP vkey)."""
    return notes.make_vkey(log.head().origin, private())


def fingerprint(size: int | None = None) -> str:
    """The fingerprint of the key in force now, or at this size of the log: what a report prints."""
    return notes.fingerprint(private()) if size is None else fingerprint_of(at(size, history()).public)


def history() -> list[tuple[int, VerifierKey]]:
    """Every key of the log with the size of the log from which it signs, oldest first."""
    replaced = list(rotations())
    first = replaced[0][1]["old"] if replaced else vkey()
    return [(0, parse_vkey(first)), *((seq + 1, parse_vkey(facts["new"])) for seq, facts in replaced)]


def at(size: int, known: list[tuple[int, VerifierKey]]) -> VerifierKey:
    """Of ``history()``, the key that signs a checkpoint of this size."""
    return next(key for since, key in reversed(known) if since <= size)


def rotations() -> Iterator[tuple[int, dict[str, str]]]:
    """Sequence number and facts of every replacement of the key."""
    count = int(log.head().records.get(TYPE, 0))
    for k in range(1, count + 1):
        version = log.versions(TYPE, k)[0]
        yield version.seq, version.facts


def national_path() -> Path:
    """The private SM2 key, where national algorithms were asked for."""
    return Path(settings.HOME) / "log.sm2.key"


def make_national() -> str:
    """Make an SM2 key unless there is one; from now on every checkpoint carries its line too. Returns the public key in hex."""
    if not national_path().exists():
        _write(national_path(), national.new_key().to_bytes(32, "big"))
    return national.public_key(int.from_bytes(_read(national_path()), "big")).hex()


def with_national(note: str) -> str:
    """The note with the SM2 line added, if there is an SM2 key."""
    if not national_path().exists():
        return note
    private = int.from_bytes(_read(national_path()), "big")
    return note + national.signature_line(note, f"{log.head().origin}/sm2", private)


def rotate(ground: str) -> str:
    """Replace the log's key; returns the new fingerprint. Errors: LogRefused.

    The new key lies beside the old one before the entry is written, so that a crash at any moment leaves a key that the
    log knows: ``settle`` puts it in its place. All of it with the log locked: another process that settles waits.
    """
    settle()
    with transaction.atomic(), log.locked() as writer:
        old, new = private(), notes.new_key()
        _next_path().unlink(missing_ok=True)
        _write(_next_path(), new)
        durable.sync(path().parent)
        facts = notes.rotation(writer.head.origin, writer.next_seq, old, new)
        writer.append(TYPE, writer.next_record(TYPE), 1, "rotate", {**facts, "ground": ground})
    settle()
    return fingerprint()


def _named_last() -> str:
    """The vkey that the log names last; "" while the first key was never replaced."""
    last = max(rotations(), default=None)
    return last[1]["new"] if last else ""


def check() -> None:
    """Whether the log's key is at hand, if only beside its place (an interrupted replacement). Changes nothing.

    Errors: LogRefused.
    """
    named, origin = _named_last(), log.head().origin
    kept = _read(_next_path()) if _next_path().exists() else None
    if (
        named
        and named != notes.make_vkey(origin, private())
        and not (kept and named == notes.make_vkey(origin, kept))
    ):
        raise log.LogRefused(
            "密钥文件不是日志最后登记的密钥，拒绝签署：请从备份恢复。 The key file is not the key that the log names last."
        )


def settle() -> None:
    """Finish a replacement that was interrupted: the key that the log names last is the key. Errors: LogRefused."""
    if _next_path().exists():
        with transaction.atomic(), log.locked():  # nobody is in the middle of a replacement
            check()
            if _next_path().exists():
                if notes.make_vkey(log.head().origin, _read(_next_path())) == _named_last():
                    _next_path().replace(path())
                else:
                    _next_path().unlink()
                durable.sync(path().parent)
    check()
