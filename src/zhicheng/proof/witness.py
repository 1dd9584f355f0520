"""A witness: somebody outside who looks at a log from time to time, sees that it only grew, and cosigns its checkpoint.

It needs no database: a folder holds the witness's key and, for each log, the last checkpoint seen. What a log shows is a
*presentation*: ``{"note", "from", "proof", "keys"}``, the newest checkpoint, the size that the witness saw last, the consistency
proof between both (base64) and the log's replacements of its key.
"""

from __future__ import annotations

import base64
import json
import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from zhicheng.proof import note as notes
from zhicheng.proof.verify import (
    Checkpoint,
    Refused,
    VerifierKey,
    parse_checkpoint,
    parse_note,
    parse_vkey,
    rotation_holds,
    verify_consistency,
    verify_note,
)

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{2,60}")


class Conflict(Refused):
    """The log shows something that cannot follow from what the witness saw: a fork, a rollback. Both notes are kept."""


@dataclass(frozen=True)
class Seen:
    """What a witness knows of a log: the key that it trusts, the note that it cosigned last, and the keys before."""

    vkey: str
    note: str
    former: Sequence[str] = ()

    @property
    def checkpoint(self) -> Checkpoint:
        """What the note states."""
        return parse_checkpoint(parse_note(self.note.encode()).text)


class Witness:
    """The witness of a folder. Errors: Refused when the folder holds none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not (folder / "witness.key").exists():
            raise Refused(
                "此文件夹里没有见证人：请先运行 zhicheng witness init",
                "no witness in this folder: run `zhicheng witness init`",
            )
        stated = json.loads((folder / "witness.key").read_text("utf-8"))
        self.name, self._key = str(stated["name"]), base64.b64decode(stated["key"])

    @classmethod
    def establish(cls, folder: Path, name: str) -> Witness:
        """Make a witness's key in a folder. Errors: Refused when there is one, or for a name that cannot stand in a note."""
        if not NAME.fullmatch(name):
            raise Refused(
                "见证人的名称用字母、数字、点、斜线和连字符，如 witness.example.org",
                "a witness's name is like witness.example.org",
            )
        if (folder / "witness.key").exists():
            raise Refused("此文件夹里已有见证人", "this folder holds a witness already")
        folder.mkdir(parents=True, exist_ok=True)
        content = json.dumps({"name": name, "key": base64.b64encode(notes.new_key()).decode()})
        fd = os.open(folder / "witness.key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w") as file:
            file.write(content)
        return cls(folder)

    @property
    def vkey(self) -> str:
        """The public key that readers pass to ``--witness``."""
        return notes.witness_key(self.name, self._key)[0]

    def seen(self, origin: str) -> Seen | None:
        """The last look at a log."""
        path = self._path(origin)
        return Seen(**json.loads(path.read_text("utf-8"))) if path.exists() else None

    def _path(self, origin: str) -> Path:
        return self.folder / f"{sha256(origin.encode()).hexdigest()[:32]}.json"

    def visit(self, shown: Mapping[str, Any], vkey: str = "", now: float | None = None) -> str:
        """Check a presentation against what was seen before and cosign its checkpoint; returns the cosigned note.

        ``vkey``: the log's key, needed at the first visit. Errors: Conflict (both notes are kept in the folder), Refused.
        """
        try:
            note, proof = str(shown["note"]), [base64.b64decode(one, validate=True) for one in shown["proof"]]
            start, rotations = int(shown["from"]), list(shown["keys"])
        except (KeyError, TypeError, ValueError):
            raise Refused("出示的内容不合格式", "malformed presentation") from None
        parsed = parse_note(note.encode())
        now_at = parse_checkpoint(parsed.text)
        before = self.seen(now_at.origin)
        if before is None and not vkey:
            raise Refused("第一次见证须给出该日志的公钥", "the first visit needs the log's public key")
        trusted = parse_vkey(before.vkey if before else vkey)
        if before and vkey and parse_vkey(vkey) != trusted:
            raise Refused("给出的公钥不是上次认定的公钥", "the key given is not the one trusted before")
        *passed, signer = _signers(now_at, rotations, trusted)
        former = [*(before.former if before else ()), *map(notes.vkey_of, passed)]
        # A log rolled back behind a replacement of its key signs with the key that it had then.
        behind = before is not None and now_at.size < before.checkpoint.size
        if not verify_note(parsed, [signer, *(parse_vkey(one) for one in former if behind)]):
            raise Refused("检查点没有该日志的签名", "the checkpoint is not signed by this log")
        if before:
            self._follows(before, now_at, note, start, proof)
        cosigned = notes.cosign(note, self.name, self._key, int(time.time() if now is None else now))
        seen = {"vkey": notes.vkey_of(signer), "note": note, "former": former}
        text = json.dumps(seen, ensure_ascii=False)
        partial = self._path(now_at.origin).with_suffix(".part")
        partial.write_text(text, "utf-8")
        partial.replace(self._path(now_at.origin))
        return cosigned

    def _follows(self, before: Seen, now: Checkpoint, note: str, start: int, proof: list[bytes]) -> None:
        last = before.checkpoint
        if now.size < last.size:
            self._keep(before, note)
            raise Conflict(
                f"日志从 {last.size} 条变成 {now.size} 条：被回退",
                f"the log went from {last.size} to {now.size} entries: rolled back",
            )
        if now.size == last.size and now.root != last.root:
            self._keep(before, note)
            raise Conflict(
                f"同样 {now.size} 条却有两个根：历史分叉", f"two roots for {now.size} entries: a fork"
            )
        if now.size == last.size:
            return
        if start != last.size:
            raise Refused(f"须出示自第 {last.size} 条起的证明", f"a proof from size {last.size} is needed")
        if last.size and not verify_consistency(last.size, now.size, last.root, now.root, proof):
            self._keep(before, note)
            raise Conflict(
                f"不能证明前 {last.size} 条没有改写",
                f"nothing proves that the first {last.size} entries were not rewritten",
            )

    def _keep(self, before: Seen, note: str) -> None:
        """Both signed notes together show to anybody that the log contradicts itself."""
        both = f"{before.note}\n{note}".encode()
        name = (
            f"conflict-{int(time.time())}-{sha256(both).hexdigest()[:12]}.txt"  # others of this second stay
        )
        (self.folder / name).write_bytes(both)


def _signers(now: Checkpoint, rotations: list[Any], trusted: VerifierKey) -> list[VerifierKey]:
    """Follow the log's replacements from the trusted key to the one in force at the checkpoint, which is last."""
    keys = [trusted]
    for one in rotations:
        seq = int(one["seq"])
        if (
            seq < now.size
            and one.get("old") == notes.vkey_of(keys[-1])
            and rotation_holds(now.origin, seq, one, keys[-1])
        ):
            keys.append(parse_vkey(str(one["new"])))
    return keys
