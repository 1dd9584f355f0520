"""Run published vectors of the evidence log's building blocks: ``python run_ledger.py FILE.json…``.

Prints a JSON line ``{"id", "ok", "got"}`` for every case and, last, ``N passed, N failed``; exit 1 if any failed.
A file has ``file`` (its kind) and ``cases``; kinds: merkle_*, jcs_*, signed_note, checkpoint, ed25519, cosignature, rfc3161, tlog_tiles, sm3, sm2. The case
of a kind that is not known fails.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.vectors.es6_sequence import hash_of  # noqa: E402
from zhicheng.proof import national  # noqa: E402
from zhicheng.proof import verify as v  # noqa: E402
from zhicheng.proof.note import sign_note  # noqa: E402
from zhicheng.proof.tree import consistency_proof, inclusion_proof, leaf_hash, node_hash, root_of  # noqa: E402

Case = dict[str, Any]
Outcome = tuple[bool, Any]


def unbase64(text: str) -> bytes:
    return base64.b64decode(text)


def base64s(hashes: list[bytes]) -> list[str]:
    return [base64.b64encode(one).decode() for one in hashes]


def text_of(case: Case) -> bytes:
    """The input of a JSON case as bytes, however the case holds it."""
    if "input_hex" in case:
        return bytes.fromhex(case["input_hex"])
    if "input_b64" in case:
        return unbase64(case["input_b64"])
    return str(case["input_utf8"]).encode("utf-8", "surrogatepass")


# Merkle trees


def merkle_hasher(case: Case) -> Outcome:
    given = [bytes.fromhex(one) for one in case["in_hex"]]
    ops: dict[str, Callable[..., bytes]] = {
        "empty": lambda: v.EMPTY_ROOT,
        "leaf": leaf_hash,
        "node": node_hash,
    }
    got = ops[case["op"]](*given).hex()
    return got == case["want_hex"], got


def merkle_roots(case: Case) -> Outcome:
    got = root_of(leaf_hash(bytes.fromhex(one)) for one in case["leaves_hex"]).hex()
    return got == case["root_hex"], got


def merkle_inclusion(case: Case) -> Outcome:
    proof = [unbase64(one) for one in case["proof"] or []]
    leaf, root = unbase64(case["leafHash"]), unbase64(case["root"])
    got = v.verify_inclusion(case["leafIdx"], case["treeSize"], leaf, proof, root)
    return got is not case["wantErr"], got


def merkle_consistency(case: Case) -> Outcome:
    proof = [unbase64(one) for one in case["proof"] or []]
    roots = unbase64(case["root1"]), unbase64(case["root2"])
    got = v.verify_consistency(case["size1"], case["size2"], *roots, proof)
    return got is not case["wantErr"], got


def large_entry(i: int) -> bytes:
    return f'{{"i":{i},"k":"质量"}}'.encode()


@cache
def large_leaves(size: int) -> list[bytes]:
    return [leaf_hash(large_entry(i)) for i in range(size)]


def merkle_large(case: Case) -> Outcome:
    leaves = large_leaves(case["size"])
    root = root_of(leaves)
    if base64s([root])[0] != case["root"]:
        return False, {"root": base64s([root])[0]}
    for one in case.get("inclusion", []):
        proof = inclusion_proof(leaves, one["i"])
        if base64s(proof) != one["proof"] or not v.verify_inclusion(
            one["i"], len(leaves), leaves[one["i"]], proof, root
        ):
            return False, {"inclusion": one["i"], "proof": base64s(proof)}
    for one in case.get("consistency", []):
        proof, first = consistency_proof(leaves, one["m"]), root_of(leaves[: one["m"]])
        right = base64s([first])[0] == one["root_m"] and base64s(proof) == one["proof"]
        if not right or not v.verify_consistency(one["m"], len(leaves), first, root, proof):
            return False, {"consistency": one["m"], "proof": base64s(proof)}
    return True, case["root"]


# Accumulators: one rolling hash over every tree of up to 130 leaves

LARGEST = 130
BYTES = [leaf_hash(bytes([i])) for i in range(LARGEST)]


@cache
def part_root(start: int, end: int) -> bytes:
    return root_of(BYTES[start:end])


@cache
def inclusion(index: int, start: int, end: int) -> tuple[bytes, ...]:
    """The audit path within the leaves from ``start`` to ``end`` (RFC 6962 §2.1.1)."""
    return tuple(inclusion_proof(BYTES[start:end], index - start))


def subtree_consistency(start: int, end: int, low: int, high: int, whole: bool = True) -> list[bytes]:
    """The proof that [start, end) is a subtree of [low, high) (draft-ietf-plants-merkle-tree-certs)."""
    if (start, end) == (low, high):
        return [] if whole else [part_root(low, high)]
    middle = low + (1 << ((high - low - 1).bit_length() - 1))
    if end <= middle:
        return [*subtree_consistency(start, end, low, middle, whole), part_root(middle, high)]
    if start >= middle:
        return [*subtree_consistency(start, end, middle, high, whole), part_root(low, middle)]
    return [*subtree_consistency(middle, end, middle, high, False), part_root(low, middle)]


def subtrees(end: int) -> Iterator[int]:
    """The starts of all valid subtrees that end before leaf ``end``."""
    for start in range(end + 1):
        size = end - start
        if size == 0 or start % (1 << (size - 1).bit_length()) == 0:
            yield start


def line(head: str, proof: list[bytes] | tuple[bytes, ...] = ()) -> str:
    return head + "".join(" " + one.hex() for one in proof) + "\n"


def plain_root() -> Iterator[str]:
    for n in range(LARGEST + 1):
        yield line(f"{n} {part_root(0, n).hex()}")


def plain_inclusion(size_first: bool = False) -> Iterator[str]:
    for n in range(LARGEST + 1):
        for index in range(n):
            yield line(f"{n} {index}" if size_first else f"{index} {n}", inclusion(index, 0, n))


def plain_consistency() -> Iterator[str]:
    for n in range(LARGEST + 1):
        for m in range(1, n + 1):
            yield line(f"{m} {n}", consistency_proof(BYTES[:n], m))


def subtree_hash() -> Iterator[str]:
    for end in range(LARGEST + 1):
        for start in subtrees(end):
            yield line(f"[{start}, {end}) {part_root(start, end).hex()}")


def subtree_inclusion() -> Iterator[str]:
    for end in range(LARGEST + 1):
        for start in subtrees(end):
            for index in range(start, end):
                yield line(f"{index} [{start}, {end})", inclusion(index, start, end))


def subtree_consistencies() -> Iterator[str]:
    for n in range(LARGEST + 1):
        for end in range(n + 1):
            for start in subtrees(end):
                proof = subtree_consistency(start, end, 0, n) if start < end else []
                yield line(f"[{start}, {end}) {n}", proof)


def accumulator(case: Case) -> Iterator[str]:
    """The lines that a case folds, told from its id (``plain-…``, ``subtree-…``) and the order in its line."""
    subtree, name = case["id"].startswith("subtree"), case["id"]
    if "consistency" in name:
        return subtree_consistencies() if subtree else plain_consistency()
    if "inclusion" in name:
        return subtree_inclusion() if subtree else plain_inclusion(case.get("line", "").startswith("n "))
    if "root" in name or "hash" in name:
        return subtree_hash() if subtree else plain_root()
    raise ValueError("no such accumulator here")


def merkle_accumulators(case: Case) -> Outcome:
    digest = hashlib.sha256()
    for one in accumulator(case):
        digest.update(one.encode())
    return digest.hexdigest() == case["want"], digest.hexdigest()


# Canonical JSON


def _integer(text: str) -> int | float:
    """JSON knows only doubles (RFC 8785 §3.2.2.3): what no integer of ours can hold is read as one."""
    number = int(text)
    return number if abs(number) < v.INTEGER_LIMIT and (number or text[0] != "-") else float(text)


def jcs_file(case: Case) -> Outcome:
    got = v.jcs(json.loads(text_of(case).decode("utf-8"), parse_int=_integer)).hex()
    return got == case["want_hex"], got


def _number(bits: str) -> str | None:
    try:
        return v.jcs(struct.unpack(">d", bytes.fromhex(bits.zfill(16)))[0]).decode()
    except v.Refused:
        return None


def jcs_numbers(case: Case) -> Outcome:
    got = _number(case.get("ieee_hex") or case["x"])
    return got == case["want"], got


def jcs_numbers_sha256(case: Case) -> Outcome:
    size, digest = hash_of(case["lines"])
    return (size, digest) == (case["bytes"], case["sha256"]), {"bytes": size, "sha256": digest}


def jcs_refuse(case: Case) -> Outcome:
    try:
        return False, repr(v.parse_strict(text_of(case)))
    except v.Refused as error:
        return True, error.en


# Notes, checkpoints, signatures


def _keys(texts: list[str]) -> list[v.VerifierKey]:
    return [v.parse_vkey(one) for one in texts]


def _opened(data: bytes, vkeys: list[str]) -> list[str]:
    try:
        return v.verify_note(v.parse_note(data), _keys(vkeys))
    except v.Refused:
        return []


def signed_note(case: Case) -> Outcome:
    if "want" in case:
        name, _, seed = case["skey_test_only"].split("+", 2)[2].split("+", 2)
        got = sign_note(case["text"], name, unbase64(seed)[1:])
        return got == case["want"], got
    if "vkey" in case:
        try:
            return case["ok"], _keys([case["vkey"]])[0].name
        except v.Refused as error:
            return not case["ok"], error.en
    data = unbase64(case["note_b64"]) if case.get("note_b64") else str(case["note"]).encode()
    verified = _opened(data, case["vkeys"])
    return bool(verified) is case["ok"] and verified == case["verified"], verified


def checkpoint(case: Case) -> Outcome:
    try:
        found = v.parse_checkpoint(case["text"], strict=False)
    except v.Refused as error:
        return not case["ok"], error.en
    got = {"origin": found.origin, "size": found.size, "hash_b64": base64s([found.root])[0]}
    return case["ok"] and all(case[name] == one for name, one in got.items()), got


def ed25519(case: Case) -> Outcome:
    public, message, signature = (bytes.fromhex(case[one]) for one in ("pk_hex", "msg_hex", "sig_hex"))
    got = "valid" if v.verify_ed25519(public, message, signature) else "invalid"
    return got == case["result"], got


def cosignature(case: Case) -> Outcome:
    """The log's signature and the witness's must both verify."""
    note = str(case["note"])
    logged = bool(_opened(note.encode(), [case["log_vkey"]]))
    try:
        seen = v.verify_cosignature(v.parse_note(note.encode()), v.parse_witness(case["witness_vkey"]))
    except v.Refused:
        seen = None
    return (logged and seen is not None) is case["ok"], {"log": logged, "witness": seen}


def rfc3161(case: Case) -> Outcome:
    """The whole chain is given, leaf first; only its root is trusted. A pinned signer must be the one that signed."""
    try:
        token = v.Token(v.Der(unbase64(case["tsr_b64"])).parts()[1].raw)
        chain = v.read_certificates(str(case["chain_pem"]).encode())
        got = v.verify_token(token, unbase64(case["data_b64"]), chain[-1:], chain[:-1])
        pinned = case.get("pin_signer_name")
        if got and pinned:
            signer = token.signer(chain)
            got = signer is not None and pinned.partition("=")[2].encode() in signer.subject
    except v.Refused as error:
        return not case["ok"], error.en
    return got is case["ok"], got


def tlog_tiles(case: Case) -> Outcome:
    """Tiles of height 8 over the leaves of merkle_large, as the log keeps whole ones (C2SP tlog-tiles)."""
    kind = case["kind"]
    if kind == "path":
        got: Any = tile_path(case["n"])
        return got == case["want"], got
    if kind == "counts":
        got = {"full": [], "partial_width": []}
        size = case["size"]
        while size:
            got["full"].append(size >> 8)
            got["partial_width"].append(size & 255)
            size >>= 8
        return got == case["want"], got
    if kind == "tiles":
        got = tiles_of(case["size"])
        return got == (case["full_tiles_per_level"], case["last_tiles_sha256"]), got
    first, last = case["range"]
    data = b"".join(struct.pack(">H", len(one)) + one for one in map(large_entry, range(first, last)))
    got = hashlib.sha256(data).hexdigest()
    return got == case["sha256"], got


def tile_path(index: int) -> str:
    """The index of a tile as its path: groups of three digits, all but the last marked x."""
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03d}")
    return "/".join(groups)


def tiles_of(size: int) -> tuple[list[int], dict[str, str]]:
    """For each level the number of whole tiles, and the digest of the last whole and of the partial one."""
    hashes, level, whole, last = [leaf_hash(large_entry(i)) for i in range(size)], 0, [], {}
    while hashes:
        full, rest = divmod(len(hashes), 256)
        whole.append(full)
        if full:
            last[f"tile/{level}/{tile_path(full - 1)}"] = _digest(hashes[256 * (full - 1) : 256 * full])
        if rest:
            last[f"tile/{level}/{tile_path(full)}.p/{rest}"] = _digest(hashes[256 * full :])
        hashes = [root_of_perfect(hashes[256 * i : 256 * (i + 1)]) for i in range(full)]
        level += 1
    return whole, last


def root_of_perfect(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = [node_hash(a, b) for a, b in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def _digest(hashes: list[bytes]) -> str:
    return hashlib.sha256(b"".join(hashes)).hexdigest()


def sm3(case: Case) -> Outcome:
    got = national.sm3(bytes.fromhex(case["msg_hex"]) * case.get("times", 1)).hex()
    return got == case["want_hex"], got


def sm2(case: Case) -> Outcome:
    """Verification; where the one-time number is given, signing must give the same r and s."""
    public, message = bytes.fromhex(case["pub_hex"]), bytes.fromhex(case["msg_hex"])
    user = str(case["user_id"]).encode()
    signature = bytes.fromhex(case["r"].zfill(64) + case["s"].zfill(64))
    got = national.verify(public, message, signature, user)
    if "k_test_only" in case:
        private = int(case["private_test_only"], 16)
        made = national.sign(private, message, user, lambda: int(case["k_test_only"], 16))
        return got is case["ok"] and made == signature, made.hex()
    return got is case["ok"], got


KINDS: dict[str, Callable[[Case], Outcome]] = {
    "merkle_hasher": merkle_hasher,
    "merkle_roots": merkle_roots,
    "merkle_inclusion": merkle_inclusion,
    "merkle_consistency": merkle_consistency,
    "merkle_large": merkle_large,
    "merkle_accumulators": merkle_accumulators,
    "jcs_files": jcs_file,
    "jcs_chinese": jcs_file,
    "jcs_numbers_appendix_b": jcs_numbers,
    "jcs_numbers_es6": jcs_numbers,
    "jcs_numbers_sha256": jcs_numbers_sha256,
    "jcs_refuse": jcs_refuse,
    "signed_note": signed_note,
    "checkpoint": checkpoint,
    "ed25519": ed25519,
    "cosignature": cosignature,
    "rfc3161": rfc3161,
    "tlog_tiles": tlog_tiles,
    "sm3": sm3,
    "sm2": sm2,
}


def run(path: Path) -> Iterator[dict[str, Any]]:
    """The outcome of every case of a file."""
    data = json.loads(path.read_text("utf-8"))
    kind = KINDS.get(data.get("file", path.stem))
    for case in data["cases"]:
        try:
            ok, got = (False, "no such kind here") if kind is None else kind(case)
        except Exception as error:  # noqa: BLE001 - a case that breaks the code is a failed case
            ok, got = False, f"{type(error).__name__}: {error}"
        yield {"id": case["id"], "ok": ok, "got": got}


def main(paths: list[str]) -> int:
    """Run the files; the last line tells how many cases passed and failed."""
    passed = failed = 0
    for path in paths:
        for outcome in run(Path(path)):
            print(json.dumps(outcome, ensure_ascii=True), flush=True)
            passed, failed = passed + outcome["ok"], failed + (not outcome["ok"])
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
