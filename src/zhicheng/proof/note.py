"""Keys, checkpoints and signed notes (C2SP signed-note.md, tlog-checkpoint.md): what signing needs."""

import base64
import hashlib
import os

from zhicheng.proof.verify import (
    COSIGNATURE_ALGORITHM,
    ED25519_ALGORITHM,
    Refused,
    VerifierKey,
    fingerprint_of,
    key_id,
    parse_checkpoint,
    parse_note,
    rotation_statement,
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


def vkey_of(key: VerifierKey) -> str:
    """A public key as text again."""
    return f"{key.name}+{key.id.hex()}+{base64.b64encode(ED25519_ALGORITHM + key.public).decode()}"


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


def _signed(private_key: bytes, message: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(private_key).sign(message)


def rotation(origin: str, seq: int, old: bytes, new: bytes) -> dict[str, str]:
    """The facts of the ``ledger.key`` entry ``seq`` that hands the log from one private key to another (format §2)."""
    vkeys = make_vkey(origin, old), make_vkey(origin, new)
    statement = rotation_statement(origin, seq, *vkeys)
    signatures = [base64.b64encode(_signed(key, statement)).decode() for key in (old, new)]
    return {"old": vkeys[0], "new": vkeys[1], "signed_old": signatures[0], "signed_new": signatures[1]}


def witness_key(name: str, private_key: bytes) -> tuple[str, bytes]:
    """A witness's public key as text and its four-byte id (C2SP tlog-cosignature)."""
    key = COSIGNATURE_ALGORITHM + public_key(private_key)
    mark = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    return f"{name}+{mark.hex()}+{base64.b64encode(key).decode()}", mark


def cosign(note: str, name: str, private_key: bytes, at: int) -> str:
    """The note with a witness's line added; ``at``: seconds since 1970. Errors: Refused if the note is malformed."""
    text = parse_note(note.encode()).text
    signature = _signed(private_key, f"cosignature/v1\ntime {at}\n{text}".encode())
    line = witness_key(name, private_key)[1] + at.to_bytes(8, "big") + signature
    return f"{note}\u2014 {name} {base64.b64encode(line).decode()}\n"
