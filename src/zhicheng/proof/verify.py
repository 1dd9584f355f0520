"""Verify a report of 质诚 Zhicheng: ``python verify.py bundle.zip --report report.pdf --key FINGERPRINT``.

One file, standard library only, no network, Python 3.8 or later; it imports nothing else of the project, so
that somebody with nothing but Python can read and run it. What it reads is described byte by byte in
docs/evidence-format.md (cited below as "format §n").

Exit: 0 everything proved, 1 something is false, 2 unreadable, 3 nothing false but something was not checked.
"""
# ruff: noqa: B905, FURB161 - this file keeps to the grammar and library of Python 3.8

from __future__ import annotations

import base64
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    Point = tuple[int, int, int, int]

sha256 = hashlib.sha256


class Refused(ValueError):
    """Bytes that are not what the format asks for; the message says why, ``where`` says where."""

    def __init__(self, zh: str, en: str, where: str = "") -> None:
        super().__init__(zh + " / " + en)
        self.zh = zh
        self.en = en
        self.where = where


# Canonical JSON (RFC 8785) and its strict reader (format §1)

INTEGER_LIMIT = 2**53
TEXT_LIMIT = 64 * 1024


def es6_number(value: float) -> str:
    """A double as ECMAScript writes it (RFC 8785 §3.2.2.3). Refuses NaN and the infinities."""
    if value != value or value in (float("inf"), float("-inf")):
        raise Refused("不是有限的数", "not a finite number")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    point = len(whole) + int(exponent or 0)
    digits = whole + fraction
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    digits = stripped.rstrip("0")
    if len(digits) <= point <= 21:
        return sign + digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    tail = "." + digits[1:] if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{tail}e{point - 1:+d}"


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


def _canonical(value: Any) -> str:
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, int):
        if not -INTEGER_LIMIT < value < INTEGER_LIMIT:
            raise Refused("整数超出 ±(2^53-1)", "integer beyond 2^53 - 1")
        return str(int(value))
    if isinstance(value, float):
        return es6_number(value)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([_canonical(one) for one in value]) + "]"
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise Refused("JSON 的键必须是文字", "a key of JSON is a string")
        pairs = [encode_basestring(key) + ":" + _canonical(value[key]) for key in sorted(value, key=_utf16)]
        return "{" + ",".join(pairs) + "}"
    raise Refused("不是 JSON 值", "not a value of JSON")


def jcs(value: Any) -> bytes:
    """The canonical bytes of a JSON value: RFC 8785 in full, floats included.

    Errors: Refused for NaN, infinities, integers of 2^53 and more, unpaired surrogates, and what is not JSON.
    """
    try:
        return _canonical(value).encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("含有不成对的代理字符", "unpaired surrogate") from None
    except RecursionError:
        raise Refused("嵌套过深", "nested too deeply") from None


def _no_float(text: str) -> Any:
    raise Refused("不许有小数：" + text[:20], "no floats: " + text[:20])


def _bounded_integer(text: str) -> int:
    if len(text) > 17 or not -INTEGER_LIMIT < int(text) < INTEGER_LIMIT:
        raise Refused("整数超出 ±(2^53-1)", "integer beyond 2^53 - 1")
    return int(text)


_decode = json.JSONDecoder(
    parse_float=_no_float, parse_int=_bounded_integer, parse_constant=_no_float, strict=True
).decode
_encode = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
).encode


def _ascii_keys(value: Any) -> bool:
    if isinstance(value, dict):
        return all(key.isascii() and _ascii_keys(one) for key, one in value.items())
    if isinstance(value, list):
        return all(_ascii_keys(one) for one in value)
    return True


def _load(data: bytes, where: str) -> Any:
    """Decode and demand that writing it again gives the same bytes: no duplicate keys, no ``-0``.

    The library's encoder writes strings as RFC 8785 asks and sorts by code point; that is the order of UTF-16
    units as long as keys are ASCII, which the callers demand.
    """
    try:
        value = _decode(data.decode("utf-8"))
        again = _encode(value).encode("utf-8")
    except Refused as error:
        raise Refused(error.zh, error.en, where) from None
    except RecursionError:
        raise Refused("嵌套过深", "nested too deeply", where) from None
    except ValueError as error:
        raise Refused("不是 JSON：" + str(error)[:80], "not JSON: " + str(error)[:80], where) from None
    if again != data:
        at = next((i for i, (a, b) in enumerate(zip(again, data)) if a != b), min(len(again), len(data)))
        raise Refused(f"不是规范的 JSON（自第 {at} 字节起）", f"not canonical JSON (from byte {at})", where)
    return value


def parse_strict(data: bytes, limit: int = TEXT_LIMIT, where: str = "") -> Any:
    """Read canonical JSON without floats and with ASCII keys (format §1).

    Errors: Refused for anything longer than ``limit`` bytes, duplicate keys, floats, ``-0``, integers of 2^53 and
    more, unpaired surrogates, and any text that does not serialise back to the same bytes.
    """
    if len(data) > limit:
        raise Refused(f"超过 {limit} 字节", f"longer than {limit} bytes", where)
    value = _load(data, where)
    if not _ascii_keys(value):
        raise Refused("键必须是 ASCII", "keys are ASCII", where)
    return value


def same(a: Any, b: Any) -> bool:
    """Type-strict equality of two facts: ``1``, ``True`` and ``"1"`` differ (format §1)."""
    return type(a) is type(b) and bool(a == b)


# The entry (format §2)

_HEADER = re.compile(
    rb'\{"act":"([a-z][a-z_]*)","d":"([0-9]{4}-[0-9]{2}-[0-9]{2})","facts":"([0-9a-f]{64})",'
    rb'"k":([1-9][0-9]{0,15}),"seq":(0|[1-9][0-9]{0,15}),"type":"([a-z][a-z_]*(?:\.[a-z][a-z_]*)+)",'
    rb'"v":1,"ver":([1-9][0-9]{0,15})\}'
)
_SALT = re.compile(r"[0-9a-f]{32}")
_HEX = re.compile(r"[0-9a-f]{64}")
_FACT_NAME = re.compile(r"_?[a-z][a-z0-9_]*")
_TYPE = re.compile(r"[a-z][a-z_]*(?:\.[a-z][a-z_]*)+")
_WORD = re.compile(r"[a-z][a-z0-9_]*")
HEADER_KEYS = ("act", "d", "facts", "k", "seq", "type", "v", "ver")


@dataclass(frozen=True)
class Header:
    """The public part of an entry: number, date, record type, number within the type, version, act, facts digest."""

    seq: int
    d: str
    type: str
    k: int
    ver: int
    act: str
    facts: str


def is_date(text: Any) -> bool:
    """Whether ``text`` is a day of the calendar written YYYY-MM-DD."""
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def read_header(data: bytes, where: str = "") -> Header:
    """Read the canonical header of one entry (format §2). Errors: Refused."""
    match = _HEADER.fullmatch(data)
    if match is None or len(data) > TEXT_LIMIT:
        value = parse_strict(data, where=where)
        if not isinstance(value, dict) or tuple(sorted(value)) != HEADER_KEYS:
            raise Refused("条目头的键不对", "the header's keys are not those of the format", where)
        raise Refused("条目头的值不合格式", "a value of the header is not of the format", where)
    act, d, facts, k, seq, type_, ver = match.groups()
    header = Header(int(seq), d.decode(), type_.decode(), int(k), int(ver), act.decode(), facts.decode())
    if not is_date(header.d) or max(header.seq, header.k, header.ver) >= INTEGER_LIMIT:
        raise Refused("条目头的日期或编号无效", "the header's date or number is not valid", where)
    return header


def check_fact(value: Any) -> None:
    """Refuse what cannot be a fact: scalars, or a list of at most 200 rows of scalars (format §1)."""
    if isinstance(value, list):
        if len(value) > 200:
            raise Refused("列表事实超过 200 行", "a list fact of more than 200 rows")
        for row in value:
            if not isinstance(row, dict) or any(isinstance(one, (list, dict, float)) for one in row.values()):
                raise Refused("列表事实的行不合格式", "a row of a list fact is not an object of scalars")
    elif value is not None and not isinstance(value, (str, int)):
        raise Refused("不是事实的类型", "not the type of a fact")


@dataclass(frozen=True)
class Opened:
    """An opened entry: its number, the names of all its facts, and name and value of those that are open."""

    seq: int
    names: tuple[str, ...]
    facts: dict[str, Any]
    digest: str


def _check_seal(name: str, opening: Any, digests: Mapping[str, Any], where: str) -> Any:
    if not isinstance(opening, list) or len(opening) != 2 or not isinstance(opening[0], str):
        raise Refused(
            f"公开的事实 {quoted(name)} 不合格式", f"opened fact {quoted(name)} is malformed", where
        )
    salt, value = opening
    text = (
        '["'
        + salt
        + '","'
        + name
        + '",'
        + (encode_basestring(value) if type(value) is str else _encode(value))
    )
    if sha256((text + "]").encode("utf-8")).hexdigest() != digests.get(name) or not _SALT.fullmatch(salt):
        raise SealBroken(
            f"公开的事实 {quoted(name)} 与日志中的封印不符",
            f"fact {quoted(name)} does not match its seal",
            where,
        )
    if not isinstance(value, str):
        check_fact(value)
    return value


class SealBroken(Refused):
    """An opened fact or the set of digests is not what the log sealed: false, not merely unreadable."""


_known_names: dict[tuple[str, ...], tuple[str, ...]] = {}


def _fact_names(digests: Mapping[str, Any], where: str) -> tuple[str, ...]:
    names = tuple(digests)
    known = _known_names.get(names)
    if known is None:
        if not all(_FACT_NAME.fullmatch(name) for name in names):
            raise Refused("事实名不合格式", "a fact's name is not of the format", where)
        if len(_known_names) > 10000:
            _known_names.clear()
        known = _known_names[names] = names
    return known


def read_facts(line: bytes, where: str = "", limit: int = 2**20) -> Opened:
    """Read one opened entry and check every opened fact against its seal (format §5).

    ``digest`` of the result is the facts digest that the entry's header must carry.
    Errors: SealBroken when a fact is not the sealed one; Refused when the line is not of the format.
    """
    if len(line) > limit:
        raise Refused(f"一行超过 {limit} 字节", f"a line longer than {limit} bytes", where)
    value = _load(line, where)
    if not isinstance(value, dict) or tuple(value) != ("digests", "facts", "outer", "seq"):
        raise Refused("公开条目的键不对", "the opened entry's keys are not those of the format", where)
    digests, facts, outer, seq = value["digests"], value["facts"], value["outer"], value["seq"]
    if not isinstance(digests, dict) or not isinstance(facts, dict) or type(seq) is not int or seq < 0:
        raise Refused("公开条目不合格式", "the opened entry is malformed", where)
    names = _fact_names(digests, where)
    hexes = "".join(one if type(one) is str and len(one) == 64 else "!" for one in digests.values())
    if not isinstance(outer, str) or not _SALT.fullmatch(outer) or hexes.strip("0123456789abcdef"):
        raise Refused(
            "公开条目的盐或摘要不合格式", "a salt or digest of the opened entry is malformed", where
        )
    # The line is canonical and the digests hold only names and hex: their text is a slice of the line.
    digests_text = line[11 : line.index(b'},"facts":{') + 1] if names else b"{}"
    digest = sha256(b'["' + outer.encode() + b'",' + digests_text + b"]").hexdigest()
    return Opened(seq, names, {n: _check_seal(n, facts[n], digests, where) for n in facts}, digest)


# Tree (RFC 6962 §2.1)

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash of a leaf: SHA-256 of 0x00 and the bytes (RFC 6962 §2.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256 of 0x01, left and right (RFC 6962 §2.1)."""
    return sha256(b"\x01" + left + right).digest()


class CompactRange:
    """A tree that is only appended to: its size and the roots of its perfect subtrees, at most 64.

    ``nodes`` are 32 bytes each, largest subtree first, as many as ``size`` has bits set; otherwise Refused.
    """

    __slots__ = ("nodes", "size")

    def __init__(self, size: int = 0, nodes: Sequence[bytes] = ()) -> None:
        if size < 0 or len(nodes) != bin(size).count("1") or any(len(one) != 32 for one in nodes):
            raise Refused("树的节点与大小不符", "the nodes do not fit the size of the tree")
        self.size = size
        self.nodes = list(nodes)

    @classmethod
    def from_hex(cls, size: int, nodes: Sequence[str]) -> CompactRange:
        """The range from its size and hex nodes as kept by ``to_hex``. Errors: ValueError."""
        return cls(size, [bytes.fromhex(one) for one in nodes])

    def to_hex(self) -> list[str]:
        """The nodes in hex, largest subtree first."""
        return [one.hex() for one in self.nodes]

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash."""
        nodes, merge = self.nodes, self.size
        while merge & 1:
            leaf = sha256(b"\x01" + nodes.pop() + leaf).digest()
            merge >>= 1
        nodes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Root of the tree as it stands; of the empty tree ``EMPTY_ROOT``."""
        if not self.nodes:
            return EMPTY_ROOT
        root = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            root = node_hash(node, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Root over leaf hashes, read as a stream."""
    tree = CompactRange()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def _hashes(*lists: Sequence[bytes]) -> bool:
    return all(len(one) == 32 for some in lists for one in some)


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether ``leaf`` is number ``index`` of the tree of ``size`` leaves (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or not _hashes([leaf, root], proof):
        return False
    node, last, result = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            result = node_hash(step, result)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, step)
        node, last = node >> 1, last >> 1
    return last == 0 and result == root


def verify_consistency(size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of ``size2`` begins with that of ``size1`` (RFC 9162 §2.1.4.2). Size 0: False."""
    if not 0 < size1 <= size2:
        return False
    if size1 == size2:
        return not proof and root1 == root2
    if not _hashes([root1, root2], proof):
        return False
    path = list(proof)
    if size1 & (size1 - 1) == 0:
        path.insert(0, root1)
    if not path:
        return False
    node, last = size1 - 1, size2 - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, step)
        node, last = node >> 1, last >> 1
    return last == 0 and first == root1 and second == root2


# Ed25519 (RFC 8032 §5.1), verification only; nothing here is secret, so nothing needs constant time

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_SQRT_MINUS_1 = pow(2, (_P - 1) // 4, _P)
_NEUTRAL: Point = (0, 1, 1, 0)


def _add(a: Point, b: Point) -> Point:
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    m, n = (y1 - x1) * (y2 - x2) % _P, (y1 + x1) * (y2 + x2) % _P
    c, d = 2 * t1 * t2 * _D % _P, 2 * z1 * z2 % _P
    e, f, g, h = n - m, d - c, d + c, n + m
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _multiply(scalar: int, point: Point) -> Point:
    result = _NEUTRAL
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _decode_point(data: bytes) -> Point | None:
    """The point of 32 bytes, or None: y not reduced, no such point, x = 0 written as odd (RFC 8032 §5.1.3)."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= _P:
        return None
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * pow(v, 3, _P) * pow(u * pow(v, 7, _P), (_P - 5) // 8, _P) % _P
    if v * x * x % _P != u:
        x = x * _SQRT_MINUS_1 % _P
    if v * x * x % _P != u or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


def _encode_point(point: Point) -> bytes:
    inverse = pow(point[2], _P - 2, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


_BASE = _decode_point((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little")) or _NEUTRAL


def verify_ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` (64 bytes) over ``message`` was made by ``public`` (RFC 8032 §5.1.7), strictly.

    S of the order or more, points not in canonical form and public keys of small order are refused.
    """
    if len(public) != 32 or len(signature) != 64:
        return False
    key = _decode_point(public)
    s = int.from_bytes(signature[32:], "little")
    if key is None or s >= _L or _encode_point(_multiply(8, key)) == _encode_point(_NEUTRAL):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _L
    minus = (_P - key[0], key[1], 1, _P - key[3])
    return _encode_point(_add(_multiply(s, _BASE), _multiply(k, minus))) == signature[:32]


# Signed notes and checkpoints (C2SP signed-note.md, tlog-checkpoint.md; format §3)

ED25519_ALGORITHM = b"\x01"
SIGNATURES_LIMIT = 100
NOTE_LIMIT = TEXT_LIMIT


def _base64(text: str) -> bytes | None:
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        return None
    return data if base64.b64encode(data).decode() == text else None


def _is_key_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(one.isspace() for one in name)


def key_id(name: str, public: bytes) -> bytes:
    """The four bytes that mark a signature: head of SHA-256 of name, newline, algorithm and public key."""
    return sha256(name.encode() + b"\n" + ED25519_ALGORITHM + public).digest()[:4]


def fingerprint_of(public: bytes) -> str:
    """The fingerprint printed in reports: hex SHA-256 of 0x01 and public key, in groups of four (format §3)."""
    text = sha256(ED25519_ALGORITHM + public).hexdigest()
    return " ".join(text[i : i + 4] for i in range(0, 64, 4))


def plain_fingerprint(text: str) -> str:
    """A fingerprint as typed, without spaces and in lower case. Errors: Refused if not 64 hex digits."""
    plain = "".join(text.split()).lower()
    if not _HEX.fullmatch(plain):
        raise Refused("密钥指纹应为 64 位十六进制", "a key's fingerprint is 64 hex digits", "--key")
    return plain


@dataclass(frozen=True)
class VerifierKey:
    """A log's public key: name (= origin of the log), the four-byte id and the 32 bytes of the key."""

    name: str
    id: bytes
    public: bytes


def parse_vkey(text: str) -> VerifierKey:
    """Read ``name+hash+base64`` (C2SP signed-note.md). Errors: Refused, also if the hash is not the key's."""
    parts = text.split("+", 2)
    key = _base64(parts[2]) if len(parts) == 3 else None
    if key is None or not _is_key_name(parts[0]) or not re.fullmatch("[0-9a-fA-F]{8}", parts[1]):
        raise Refused("公钥文字不合格式", "malformed verifier key")
    if len(key) != 33 or key[:1] != ED25519_ALGORITHM:
        raise Refused("不是 Ed25519 公钥", "not an Ed25519 key")
    if key_id(parts[0], key[1:]).hex() != parts[1].lower():
        raise Refused("公钥与其标识不符", "the key does not match its id")
    return VerifierKey(parts[0], key_id(parts[0], key[1:]), key[1:])


@dataclass(frozen=True)
class Note:
    """A signed note: the signed text (ends in a newline) and (name, key id, signature) of each line."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]


def _signature_line(line: str) -> tuple[str, bytes, bytes]:
    name, _, encoded = line[2:].partition(" ")
    data = _base64(encoded)
    if not line.startswith("\u2014 ") or not _is_key_name(name) or data is None or len(data) < 5:
        raise Refused("签名行不合格式", "malformed signature line")
    return name, data[:4], data[4:]


def parse_note(data: bytes) -> Note:
    """Take a signed note apart (C2SP signed-note.md). Errors: Refused."""
    try:
        text = data.decode("utf-8") if len(data) <= NOTE_LIMIT else ""
    except UnicodeDecodeError:
        raise Refused("签名文本不是 UTF-8", "the note is not UTF-8") from None
    body, blank, lines = text.rpartition("\n\n")
    if not blank or not lines.endswith("\n") or any(one < " " and one != "\n" for one in text):
        raise Refused("签名文本不合格式", "malformed note")
    rows = lines[:-1].split("\n")
    if len(rows) > SIGNATURES_LIMIT:
        raise Refused("签名行过多", "too many signatures")
    return Note(body + "\n", tuple(_signature_line(row) for row in rows))


def verify_note(note: Note, keys: Sequence[VerifierKey]) -> list[str]:
    """Names of the given keys that signed the note; lines of unknown keys are ignored.

    Errors: Refused when a line claims a given key and its signature is wrong.
    """
    known = {(key.name, key.id): key for key in keys}
    verified: list[str] = []
    for name, id_, signature in note.signatures:
        key = known.pop((name, id_), None)
        if key is None:
            continue
        if not verify_ed25519(key.public, note.text.encode(), signature):
            raise Refused("签名无效：" + quoted(name), "invalid signature: " + quoted(name))
        verified.append(name)
    return verified


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint states: the log's origin, its number of entries and the root of its tree."""

    origin: str
    size: int
    root: bytes


def parse_checkpoint(text: str, strict: bool = True) -> Checkpoint:
    """Read a checkpoint's text (C2SP tlog-checkpoint.md). Errors: Refused.

    ``strict`` demands exactly three lines and a root of 32 bytes, as this format has it.
    """
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0] or not re.fullmatch("0|[1-9][0-9]{0,19}", lines[1]):
        raise Refused("检查点不合格式", "malformed checkpoint")
    root, size = _base64(lines[2]), int(lines[1])
    if root is None or size >= 2**64:
        raise Refused("检查点不合格式", "malformed checkpoint")
    if strict and (len(lines) != 4 or lines[3] or len(root) != 32):
        raise Refused(
            "检查点不合格式：应为三行，根为 32 字节", "a checkpoint has three lines and a root of 32 bytes"
        )
    return Checkpoint(lines[0], size, root)


# Text that came with the bundle

_SHOWN_LIMIT = 300


def escaped(text: str, limit: int = _SHOWN_LIMIT) -> str:
    """Foreign text on one line: control, format (bidi), private and unassigned characters as ``\\uXXXX``."""
    out = []
    for one in text[:limit]:
        if one in "\\「」" or (one != " " and unicodedata.category(one)[0] in "CZ"):
            out.append(f"\\u{ord(one):04x}" if ord(one) < 0x10000 else f"\\U{ord(one):08x}")
        else:
            out.append(one)
    return "".join(out) + ("…" if len(text) > limit else "")


def quoted(text: Any, limit: int = _SHOWN_LIMIT) -> str:
    """Foreign text escaped and between 「 and 」, so that nobody takes it for the verifier's own words."""
    return (
        "「" + escaped(text if isinstance(text, str) else json.dumps(text, ensure_ascii=False), limit) + "」"
    )
