"""Signing checkpoints, and the guard that refuses to write on a log that lost entries."""

import datetime as dt
import hashlib
import json
import os
from dataclasses import dataclass

from django.db import transaction

from zhicheng.ledger import keys, log, outside, tiles
from zhicheng.ledger.models import Checkpoint, Entry
from zhicheng.proof import note as notes
from zhicheng.proof.canonical import jcs
from zhicheng.proof.tree import CompactRange, leaf_hash
from zhicheng.proof.verify import Refused, parse_checkpoint, parse_note, verify_note


@dataclass(frozen=True)
class Signed:
    """A checkpoint: size of the tree, its root in hex, and the whole signed note."""

    size: int
    root: str
    note: str


def _reread(last: Checkpoint | None, head_tree: CompactRange, size: int) -> None:
    """Recompute the rows since the last checkpoint before signing: a flipped bit must be found now, not by a reader."""
    tree = CompactRange(last.size, [bytes.fromhex(n) for n in last.nodes]) if last else CompactRange(0, [])
    for entry in Entry.objects.filter(seq__gte=tree.size, seq__lt=size).order_by("seq").iterator(2000):
        leaf = bytes(entry.leaf)
        try:
            header = json.loads(entry.header)
            digest = hashlib.sha256(jcs([entry.outer_salt, json.loads(entry.digests)])).hexdigest()
            stated = (leaf_hash(entry.header.encode()), header["facts"], header["seq"])
        except (Refused, ValueError, TypeError, LookupError):
            stated, digest = None, ""
        if stated != (leaf, digest, entry.seq):
            raise log.LogRefused(
                f"日志第 {entry.seq} 条与其摘要不符，拒绝签署：请运行 zhicheng audit。 Entry {entry.seq} does not match."
            )
        tree.append(leaf)
    if tree.size != size or tree.root() != head_tree.root():
        raise log.LogRefused(
            "日志内容与表头不符，拒绝签署：请运行 zhicheng audit。 The log does not match its head."
        )


def _signed_by_us(last: Checkpoint | None) -> None:
    """A key file that is not the log's must not sign: the last checkpoint tells.

    Nor is anything signed that goes on from other nodes than those whose root was signed then.
    """
    if last is None:
        if Entry.objects.filter(type="ledger.checkpoint").exists():
            raise log.LogRefused(
                "日志登记过检查点，检查点表却是空的，拒绝签署：请运行 zhicheng audit。 The checkpoints that the log names are gone."
            )
        return
    try:
        note = parse_note(last.note.encode())
        stated, nodes = parse_checkpoint(note.text), CompactRange.from_hex(last.size, last.nodes)
        as_signed = (stated.size, stated.root) == (last.size, nodes.root())
        known = verify_note(note, [keys.at(last.size, keys.history())])
    except (Refused, ValueError, TypeError):
        as_signed, known = True, []
    if not as_signed:
        raise log.LogRefused(
            "上一个检查点的节点不是当时签署的，拒绝签署：请运行 zhicheng audit。 The last checkpoint is not what was signed."
        )
    if not known:
        raise log.LogRefused(
            "密钥文件不是签署上一个检查点的密钥，拒绝签署：请从备份恢复密钥文件。 The key file is not the log's key."
        )


def sign(occasion: str) -> Signed:
    """Sign the log as it stands and log that it was signed (``ledger.checkpoint``), in one transaction.

    ``occasion``: ``hourly``, ``publication``, ``on_demand``. Errors: LogRefused if the rows do not recompute, or the log is not
    the one of which checkpoints lie outside.
    """
    keys.settle()
    key = keys.private()
    with transaction.atomic():
        with log.locked() as writer:
            head = writer.head
            last = Checkpoint.objects.order_by("-size").first()
            guard()
            _signed_by_us(last)
            _reread(last, writer.tree, head.size)
            root = writer.tree.root()
            size = head.size
            text = notes.checkpoint_text(head.origin, size, root)
            signed = Signed(size, root.hex(), keys.with_national(notes.sign_note(text, head.origin, key)))
            if not last or last.size < size:
                tiles.extend(size)
                nodes = [n.hex() for n in writer.tree.nodes]
                Checkpoint.objects.create(
                    size=size,
                    root=signed.root,
                    nodes=nodes,
                    note=signed.note,
                    signed_at=writer.at,
                    occasion=occasion,
                )
            k = writer.next_record("ledger.checkpoint")
            writer.append(
                "ledger.checkpoint", k, 1, "sign", {"size": size, "root": signed.root, "occasion": occasion}
            )
            head.stirred = False
        transaction.on_commit(lambda: _keep(signed))
    return signed


def _keep(signed: Signed) -> None:
    """Lay it outside, unless a later one of this log lies there already (signed at the same time by another process)."""
    path, ours = outside.latest(), parse_checkpoint(parse_note(signed.note.encode()).text)
    for name, there in outside.known():
        if name == path.name and there.origin == ours.origin and there.size > ours.size:
            return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(signed.note, "utf-8")
    temporary.replace(path)


def sign_if_due(every: dt.timedelta = dt.timedelta(hours=1)) -> Signed | None:
    """Sign when anything was written and the last checkpoint is older than ``every``."""
    last = Checkpoint.objects.order_by("-size").first()
    if not log.head().stirred or (last and log.now() - last.signed_at < every):
        return None
    return sign("hourly")


def guard() -> None:
    """Refuse to go on when a checkpoint kept outside the database is larger than the log or has another root.

    Errors: LogRefused naming both sizes. Such a log is recovered from a backup, or opens ``<origin>/2``.
    """
    head = log.head()
    log.not_behind(head)
    for name, one in outside.known():
        if (
            one.origin != head.origin
            or Checkpoint.objects.filter(size=one.size, root=one.root.hex()).exists()
        ):
            continue
        tree = CompactRange(0, [])
        earlier = Entry.objects.filter(seq__lt=one.size).order_by("seq")
        for leaf in earlier.values_list("leaf", flat=True).iterator(5000):
            tree.append(bytes(leaf))
        if tree.root() != one.root:
            raise log.LogRefused(
                f"日志与检查点 {name} 不一致，拒绝写入：请运行 zhicheng audit。 The log differs from a checkpoint."
            )
