"""National algorithms for those who must use them: SM3 digests and SM2 signatures with SM3 (GB/T 32905, GB/T 32918.2).

An SM2 line may stand on a checkpoint beside the Ed25519 line; readers that do not know it ignore it by rule. The arithmetic is Python's
and not constant in time: sign only where nobody else runs programs.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable

from zhicheng.proof.verify import Curve, Refused, curve_add, curve_multiply, parse_note

CURVE = Curve(
    0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF,
    0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93,
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
    0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123,
)
"""The recommended curve (GB/T 32918.5); like NIST's its a is -3."""
USER = b"1234567812345678"
"""The user id where none was agreed (GB/T 35276)."""
ALGORITHM = b"\xff SM2-SM3\n"
"""C2SP signed-note: 0xff and a name of one's own for an algorithm without a number."""
BASE = (CURVE.x, CURVE.y)


def sm3(data: bytes) -> bytes:
    """The 32-byte digest (GB/T 32905)."""
    from cryptography.hazmat.primitives.hashes import SM3, Hash

    digest = Hash(SM3())
    digest.update(data)
    return digest.finalize()


def _bytes(number: int) -> bytes:
    return number.to_bytes(32, "big")


def public_key(private: int) -> bytes:
    """The uncompressed public point: 0x04, x, y. Errors: Refused for a number that is no private key."""
    if not 0 < private < CURVE.n - 1:
        raise Refused("不是 SM2 私钥", "not an SM2 private key")
    x, y = curve_multiply(CURVE, private, BASE) or (0, 0)
    return b"\x04" + _bytes(x) + _bytes(y)


def new_key() -> int:
    """A private key: 1 to n - 2."""
    while True:
        number = int.from_bytes(os.urandom(32), "big")
        if 0 < number < CURVE.n - 1:
            return number


def _digest(public: bytes, message: bytes, user: bytes) -> int:
    """e = SM3(Z || M), Z = SM3 over length and user id, curve and public key (GB/T 32918.2 §5.5, §6.1)."""
    parts = [(8 * len(user)).to_bytes(2, "big"), user, _bytes(CURVE.p - 3), _bytes(CURVE.b), _bytes(CURVE.x)]
    z = sm3(b"".join([*parts, _bytes(CURVE.y), public[1:]]))
    return int.from_bytes(sm3(z + message), "big")


def sign(private: int, message: bytes, user: bytes = USER, k: Callable[[], int] = new_key) -> bytes:
    """The signature r || s (64 bytes; GB/T 32918.2 §6.1). ``k`` gives the one-time number; only tests pass another."""
    e = _digest(public_key(private), message, user)
    while True:
        once = k()
        x, _y = curve_multiply(CURVE, once, BASE) or (0, 0)
        r = (e + x) % CURVE.n
        s = pow(1 + private, -1, CURVE.n) * (once - r * private) % CURVE.n
        if r and r + once != CURVE.n and s:
            return _bytes(r) + _bytes(s)


def verify(public: bytes, message: bytes, signature: bytes, user: bytes = USER) -> bool:
    """Whether the signature is that key's over the message (GB/T 32918.2 §7.1)."""
    if len(signature) != 64 or len(public) != 65 or public[0] != 4:
        return False
    x, y = int.from_bytes(public[1:33], "big"), int.from_bytes(public[33:], "big")
    if max(x, y) >= CURVE.p or (y * y - x * x * x + 3 * x - CURVE.b) % CURVE.p:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    t = (r + s) % CURVE.n
    if not 0 < r < CURVE.n or not 0 < s < CURVE.n or not t:
        return False
    point = curve_add(CURVE, curve_multiply(CURVE, s, BASE), curve_multiply(CURVE, t, (x, y)))
    return point is not None and (_digest(public, message, user) + point[0]) % CURVE.n == r


def key_id(name: str, public: bytes) -> bytes:
    """The four bytes that mark an SM2 line of key ``name`` (C2SP signed-note)."""
    return sm3(name.encode() + b"\n" + ALGORITHM + public)[:4]


def signature_line(note: str, name: str, private: int) -> str:
    """The line that an SM2 key adds to a note, with its newline."""
    text = parse_note(note.encode()).text
    data = key_id(name, public_key(private)) + sign(private, text.encode())
    return f"\u2014 {name} {base64.b64encode(data).decode()}\n"


def verify_note(note: str, name: str, public: bytes) -> bool:
    """Whether the SM2 key of this name signed the note."""
    parsed = parse_note(note.encode())
    mark = key_id(name, public)
    lines = [signature for one, id_, signature in parsed.signatures if (one, id_) == (name, mark)]
    return bool(lines) and all(verify(public, parsed.text.encode(), one) for one in lines)
