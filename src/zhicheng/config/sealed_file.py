"""A file sealed with a passphrase: scrypt (RFC 7914) makes the key, ChaCha20-Poly1305 (RFC 8439) seals pieces of 64 KiB.

Layout: ``ZCSEAL1\\n``, 16 bytes of salt, then for each piece its sealed bytes (length + 16). The nonce counts the pieces and marks the
last one, so that a piece changed, moved or cut off is found.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MARK: Final = b"ZCSEAL1\n"
PIECE: Final = 64 * 1024
TAG: Final = 16
COST: Final = 2**16


class Unsealable(Exception):
    """The file is none of ours, the passphrase is wrong, or the file was changed or cut off."""


def _cipher(passphrase: str, salt: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(Scrypt(salt, 32, COST, 8, 1).derive(passphrase.encode()))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class Sealer:
    """A writable stream that seals what is written to ``out``; ``close`` must be called to mark the end."""

    def __init__(self, out: BinaryIO, passphrase: str) -> None:
        salt = os.urandom(16)
        self._out, self._cipher = out, _cipher(passphrase, salt)
        self._kept, self._number = bytearray(), 0
        out.write(MARK + salt)

    def write(self, data: bytes) -> int:
        """Seal whole pieces; the rest waits."""
        self._kept += data
        while len(self._kept) > PIECE:
            self._piece(bytes(self._kept[:PIECE]), last=False)
            del self._kept[:PIECE]
        return len(data)

    def _piece(self, data: bytes, *, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._number, last), data, MARK))
        self._number += 1

    def close(self) -> None:
        """Seal the rest and mark it as the last piece."""
        self._piece(bytes(self._kept), last=True)


class Opener:
    """A readable stream of what was sealed. Errors: Unsealable, on opening or when a piece does not hold."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        if file.read(len(MARK)) != MARK:
            raise Unsealable("不是备份文件。 Not a backup.")
        self._pieces = self._opened(file, _cipher(passphrase, file.read(16)))
        self._kept = bytearray(next(self._pieces, b""))

    @staticmethod
    def _opened(file: BinaryIO, cipher: ChaCha20Poly1305) -> Iterator[bytes]:
        piece, number = file.read(PIECE + TAG), 0
        while True:
            following = file.read(PIECE + TAG)
            try:
                yield cipher.decrypt(_nonce(number, not following), piece, MARK)
            except InvalidTag:
                what = (
                    "口令不对。 Wrong passphrase."
                    if not number
                    else f"第 {number + 1} 块被改动或截断。 Changed or cut off."
                )
                raise Unsealable(what) from None
            if not following:
                return
            piece, number = following, number + 1

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes, all that is left for -1."""
        while size < 0 or len(self._kept) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._kept += piece
        taken = bytes(self._kept if size < 0 else self._kept[:size])
        del self._kept[: len(taken)]
        return taken
