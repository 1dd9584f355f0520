"""Whoever holds the log's key, at work on the bundle of a real database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from zhicheng.ledger import keys
from zhicheng.proof import note as notes
from zhicheng.proof.canonical import facts_digest, jcs, seal
from zhicheng.proof.tree import CompactRange, leaf_hash
from zhicheng.proof.verify import parse_checkpoint, parse_note

NOTES = ("checkpoint-a.txt", "checkpoint-b.txt")


class Forger:
    """Changes entries of a bundle and makes anew every leaf, root, hash and signature that follows from them."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self.parts = dict(parts)
        self.headers: list[dict[str, Any]] = [json.loads(one) for one in parts["headers.jsonl"].splitlines()]
        self.opened: dict[int, dict[str, Any]] = {
            one["seq"]: one for one in map(json.loads, parts["opened.jsonl"].splitlines())
        }

    def seqs(self, type_: str, act: str) -> list[int]:
        """The entries of a type and an act."""
        return [h["seq"] for h in self.headers if (h["type"], h["act"]) == (type_, act)]

    def fact(self, seq: int, name: str) -> Any:
        """An opened fact of an entry."""
        return self.opened[seq]["facts"][name][1]

    def change(self, seq: int, **facts: Any) -> None:
        """Other values of facts of an entry."""
        line = self.opened[seq]
        for name, value in facts.items():
            salt = line["facts"][name][0]
            line["facts"][name] = [salt, value]
            line["digests"][name] = seal(salt, name, value)
        self.headers[seq]["facts"] = facts_digest(line["outer"], line["digests"])

    def hide(self, seq: int, name: str) -> None:
        """Open a fact of an entry no more."""
        del self.opened[seq]["facts"][name]

    def members(self) -> dict[str, bytes]:
        """The bundle's members, which agree with one another throughout."""
        a = parse_checkpoint(parse_note(self.parts["checkpoint-a.txt"]).text)
        report = json.loads(self.parts["report.json"])
        tree, lines = CompactRange(), []
        roots: dict[int, str] = {}
        for seq, header in enumerate(self.headers):
            if header["type"] == "ledger.checkpoint":
                self.change(seq, root=roots[self.fact(seq, "size")])
            if (header["type"], header["act"]) == ("report.report", "publish") and seq >= a.size:
                report["checkpoint_a"]["root"] = roots[a.size]
                self.change(seq, a_root=roots[a.size], report_json=hashlib.sha256(jcs(report)).hexdigest())
            lines.append(jcs(header))
            tree.append(leaf_hash(lines[-1]))
            roots[seq + 1] = tree.root().hex()
        for name in NOTES:
            size = parse_checkpoint(parse_note(self.parts[name]).text).size
            text = notes.checkpoint_text(a.origin, size, bytes.fromhex(roots[size]))
            self.parts[name] = notes.sign_note(text, a.origin, keys.private()).encode()
        self.parts["report.json"] = jcs(report)
        self.parts["headers.jsonl"] = b"".join(one + b"\n" for one in lines)
        self.parts["opened.jsonl"] = b"".join(jcs(one) + b"\n" for _, one in sorted(self.opened.items()))
        return self.parts
