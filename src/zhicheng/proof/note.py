"""Keys, checkpoints and signed notes (C2SP signed-note.md, tlog-checkpoint.md): what signing needs."""

import base64
import os

from zhicheng.proof.verify import (
    ED25519_ALGORITHM,
    Refused,
    fingerprint_of,
    key_id,
    parse_checkpoint,
    parse_note,
)


def new_key() -> bytes:
    """A new private key: 32 random bytes (RFC 8032 §5.1.5)."""
    return os.urandom(32)


def public_key(private_key: bytes) -> bytes:
    """The 32 bytes of the public key that belongs to a private key."""
    # Imported here so that reading and verifying need the standard library only.
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def make_vkey(name: str, private_key: bytes) -> str:
    """The log's public verifier key as text, ``name+id+base64``, in which ``name`` is the log's origin."""
    public = public_key(private_key)
    return f"{name}+{key_id(name, public).hex()}+{base64.b64encode(ED25519_ALGORITHM + public).decode()}"


def fingerprint(private_key: bytes) -> str:
    """The fingerprint printed in every report: 64 hex digits in groups of four (format §3)."""
    return fingerprint_of(public_key(private_key))


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """The text of a checkpoint: origin, size and root, a line each. Errors: Refused."""
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    parse_checkpoint(text)
    return text


def sign_note(text: str, name: str, private_key: bytes) -> str:
    """The note over ``text`` with the signature line of key ``name``. Errors: Refused if malformed."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if not text.endswith("\n"):
        raise Refused("签名文本须以换行结尾", "the text of a note ends in a newline")
    key = Ed25519PrivateKey.from_private_bytes(private_key)
    mark = key_id(name, key.public_key().public_bytes_raw())
    line = base64.b64encode(mark + key.sign(text.encode())).decode()
    note = f"{text}\n\u2014 {name} {line}\n"
    if parse_note(note.encode()).text != text:
        raise Refused("签名文本不合格式", "malformed note")
    return note
