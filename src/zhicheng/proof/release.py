"""The validation pack of a release: is it as it was signed, and is what is installed the program that was tested?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from zhicheng.proof import note as notes
from zhicheng.proof.verify import (
    Refused,
    fingerprint_of,
    parse_note,
    parse_vkey,
    plain_fingerprint,
    verify_note,
)

ORIGIN = "zhicheng-release"
SIGNED = ("validation.json", "validation.md")
WITHIN = "src/zhicheng/"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def sign(folder: Path, version: str, key: bytes) -> str:
    """A signed note over the digests of the pack's files; ``key``: the 32 bytes of the release key."""
    digests = "".join(f"{_digest(folder / name)}  {name}\n" for name in SIGNED)
    return notes.sign_note(f"{ORIGIN}\n{version}\n{digests}", ORIGIN, key)


def faults(folder: Path, fingerprint: str) -> Iterator[str]:
    """In what the pack is not as the release key of this fingerprint signed it; nothing: it is.

    Errors: OSError when a file cannot be read, Refused when one is malformed.
    """
    note = parse_note((folder / "signature.txt").read_bytes())
    key = parse_vkey((folder / "key.txt").read_text("utf-8").strip())
    if plain_fingerprint(fingerprint) != plain_fingerprint(fingerprint_of(key.public)):
        yield "签名的密钥不是这个指纹的。 The key is not that of the fingerprint."
    try:
        signed = verify_note(note, [key])
    except Refused:
        signed = []
    if not signed:
        yield "签名不成立。 The signature does not hold."
    stated = dict(line.split("  ")[::-1] for line in note.text.splitlines()[2:] if "  " in line)
    for name in SIGNED:
        if not stated.get(name) or stated[name] != _digest(folder / name):
            yield f"{name} 不是签名的那一份。 {name} is not as signed."


def differing(folder: Path, package: Path) -> Iterator[str]:
    """Files of the installed package that are not those of the release: changed, missing or added (programs only)."""
    stated: dict[str, str] = json.loads((folder / "validation.json").read_text("utf-8"))["files"]
    ours = {name.removeprefix(WITHIN): digest for name, digest in stated.items() if name.startswith(WITHIN)}
    for name, digest in sorted(ours.items()):
        if (found := _digest(package / name)) != digest:
            yield f"{name}：{'被改 changed' if found else '缺 missing'}"
    for path in sorted(package.rglob("*.py")):
        if (name := path.relative_to(package).as_posix()) not in ours:
            yield f"{name}：多出 added"
