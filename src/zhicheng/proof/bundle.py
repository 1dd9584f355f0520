"""Writing a bundle: exactly the container of docs/evidence-format.md §5, so that rebuilding it gives equal bytes."""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias, cast

from zhicheng.proof.verify import (
    ANCHORS,
    MEMBER_LIMITS,
    MEMBERS,
    Member,
    Refused,
    end_record,
    jcs,
    local_record,
)

__all__ = ["MEMBERS", "jsonl", "opened_line", "write_bundle"]

Content: TypeAlias = bytes | Path | Iterable[bytes]

_PIECE: Final = 2**20
_MANIFEST: Final = MEMBERS[0]


def opened_line(
    seq: int, outer: str, digests: Mapping[str, str], facts: Mapping[str, tuple[str, Any]]
) -> bytes:
    """One line of opened.jsonl without its newline: ``facts`` maps the opened names to (salt, value) (format §5)."""
    opened = {name: [salt, value] for name, (salt, value) in facts.items()}
    return jcs({"digests": dict(digests), "facts": opened, "outer": outer, "seq": seq})


def jsonl(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines as the content of a ``.jsonl`` member: each followed by a newline, the last one too."""
    for line in lines:
        yield line + b"\n"


def _pieces(content: Content) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
    elif isinstance(content, Path):
        with content.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
    else:
        yield from content


def _spool(content: Content, file: BinaryIO, name: str) -> tuple[int, int, str]:
    """Append the content to a file; its size, CRC-32 and hex SHA-256."""
    size, crc, digest = 0, 0, sha256()
    for piece in _pieces(content):
        size += len(piece)
        crc = zlib.crc32(piece, crc)
        digest.update(piece)
        file.write(piece)
    if size > MEMBER_LIMITS[name]:
        raise Refused(f"成员 {name} 过大", f"member {name} is beyond the limit")
    return size, crc, digest.hexdigest()


def write_bundle(path: Path | str, members: Mapping[str, Content]) -> None:
    """Write the bundle of the given members; ``manifest.json`` is made here.

    ``members`` holds exactly the other seven names of format §5 and perhaps the anchors, each as bytes, as the path of a
    file or as an iterable of pieces. The same contents always give the same bytes; an interrupted write leaves no bundle.
    Errors: Refused when a member is missing, unknown or beyond its limit; OSError.
    """
    target = Path(path)
    names = [*MEMBERS[1:], *([ANCHORS] if ANCHORS in members else [])]
    if sorted(members) != sorted(names):
        raise Refused("证明包的成员不对", "the bundle's members are not those of the format")
    body, partial = target.with_name(target.name + ".body"), target.with_name(target.name + ".part")
    try:
        with body.open("wb") as spool:
            sums = {name: _spool(members[name], cast(BinaryIO, spool), name) for name in names}
        _assemble(partial, body, sums)
        partial.replace(target)
    finally:
        body.unlink(missing_ok=True)
        partial.unlink(missing_ok=True)


def _assemble(partial: Path, body: Path, sums: Mapping[str, tuple[int, int, str]]) -> None:
    stated = {name: {"sha256": digest, "size": size} for name, (size, _, digest) in sums.items()}
    manifest = jcs({"v": 1, "members": stated})
    written: list[Member] = []
    with partial.open("wb") as out, body.open("rb") as spool:
        for name in (_MANIFEST, *sums):
            size, crc, _ = (len(manifest), zlib.crc32(manifest), "") if name == _MANIFEST else sums[name]
            member = Member(name, out.tell(), size, crc)
            out.write(local_record(member))
            if name == _MANIFEST:
                out.write(manifest)
            else:
                _copy(spool, out, size)
            written.append(member)
        out.write(end_record(written))


def _copy(source: BinaryIO, out: BinaryIO, size: int) -> None:
    while size:
        piece = source.read(min(size, _PIECE))
        out.write(piece)
        size -= len(piece)
