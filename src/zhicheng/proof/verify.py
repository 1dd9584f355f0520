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
import struct
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any, BinaryIO

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

    Errors: Refused for anything longer than ``limit`` bytes, duplicate keys, floats, ``-0``, integers of 2^53
    and more, unpaired surrogates, and any text that does not serialise back to the same bytes.
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
    """The public part of an entry: number, date, type, number within the type, version, act, facts digest."""

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
    """The point of 32 bytes, or None: y not reduced, no such point, odd x = 0 (RFC 8032 §5.1.3)."""
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
    """The fingerprint as printed: hex SHA-256 of 0x01 and the public key, in groups of four (format §3)."""
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


# Metrics (format §4)

NO_RECORDS = "无记录"
OPERATORS = ("is", "is_not", "in", "not_in", "ge", "le", "gt", "lt", "is_null", "not_null")
FORMS = ("count", "sum", "share", "ratio", "mean")
ROUNDINGS = ("half_up", "gbt8170")
METRIC_KEYS = ["denominator", "dimensions", "fact_places", "failed", "form", "labels", "name", "numerator", "placed_by", "places", "round", "scale", "settle_days", "source", "states", "title", "type", "unit", "v", "where"]


@dataclass(frozen=True)
class Condition:
    """One condition on a fact: ``[fact, operator, value]``."""

    fact: str
    op: str
    value: Any


@dataclass(frozen=True)
class Part:
    """Numerator or denominator: ``count`` adds 1, ``sum`` adds ``fact``, over versions that meet ``where``."""

    of: str
    fact: str | None
    where: tuple[Condition, ...]


@dataclass(frozen=True)
class Metric:
    """A metric as defined in format §4; ``raw`` is the object that it was read from."""

    name: str
    title: Mapping[str, str]
    unit: str
    type: str
    placed_by: str
    states: tuple[str, ...]
    where: tuple[Condition, ...]
    form: str
    numerator: Part
    denominator: Part | None
    scale: int
    fact_places: int
    round: str
    places: int
    settle_days: int
    dimensions: tuple[str, ...]
    failed: tuple[str, Any] | None
    source: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]]
    raw: Mapping[str, Any]


class FactMissing(Refused):
    """A fact that a figure reads is not open, or not of the kind that the definition needs."""


def _shape(condition: bool, what: str, where: str) -> None:
    if not condition:
        raise Refused(f"{quoted(what)} 不合格式", f"{quoted(what)} is malformed", where)


def _whole(value: Any, low: int, high: int) -> bool:
    return type(value) is int and low <= value <= high


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _words(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())


def _scalar(value: Any) -> bool:
    return value is None or isinstance(value, (str, int))


def parse_conditions(value: Any, where: str = "") -> tuple[Condition, ...]:
    """Read a list of ``[fact, operator, value]`` (format §4). Errors: Refused."""
    _shape(isinstance(value, list), "where", where)
    out = []
    for row in value:
        _shape(isinstance(row, list) and len(row) == 3, "where", where)
        fact, op, given = row
        _shape(isinstance(fact, str) and bool(_FACT_NAME.fullmatch(fact)) and op in OPERATORS, "where", where)
        if op in ("in", "not_in"):
            _shape(
                isinstance(given, list) and all(_scalar(one) and one is not None for one in given),
                fact,
                where,
            )
        elif op in ("is_null", "not_null"):
            _shape(given is None, fact, where)
        elif op in ("ge", "le", "gt", "lt"):
            _shape(type(given) in (int, str), fact, where)
        else:
            _shape(_scalar(given) and given is not None, fact, where)
        out.append(Condition(fact, op, given))
    return tuple(out)


def _parse_part(value: Any, where: str) -> Part:
    _shape(isinstance(value, dict) and sorted(value) == ["fact", "of", "where"], "numerator", where)
    of, fact = value["of"], value["fact"]
    if of == "sum":
        _shape(isinstance(fact, str) and bool(_FACT_NAME.fullmatch(fact)), "sum", where)
    else:
        _shape(of == "count" and fact is None, "count", where)
    return Part(of, fact, parse_conditions(value["where"], where))


def parse_metric(value: Any, where: str = "") -> Metric:
    """Read a metric: all keys present, no others (format §4). Errors: Refused, naming what is malformed."""
    _shape(isinstance(value, dict) and sorted(value) == METRIC_KEYS, "metric", where)
    m: dict[str, Any] = value
    _shape(m["v"] == 1 and type(m["v"]) is int, "v", where)
    _shape(isinstance(m["name"], str) and bool(_WORD.fullmatch(m["name"])), "name", where)
    _shape(isinstance(m["type"], str) and bool(_TYPE.fullmatch(m["type"])), "type", where)
    _shape(isinstance(m["placed_by"], str) and bool(_FACT_NAME.fullmatch(m["placed_by"])), "placed_by", where)
    for key in ("title", "source"):
        _shape(_words(m[key]), key, where)
    for key in ("states", "dimensions"):
        _shape(_texts(m[key]), key, where)
    _shape(isinstance(m["unit"], str) and m["form"] in FORMS and m["round"] in ROUNDINGS, "form", where)
    _shape(_whole(m["scale"], 1, 10**12) and _whole(m["places"], 0, 12), "scale", where)
    _shape(_whole(m["fact_places"], 0, 12) and _whole(m["settle_days"], 0, 3660), "settle_days", where)
    _shape(
        isinstance(m["labels"], dict) and all(_words(one) for one in m["labels"].values()), "labels", where
    )
    _shape((m["denominator"] is None) == (m["form"] in ("count", "sum")), "denominator", where)
    failed = m["failed"]
    if failed is not None:
        _shape(isinstance(failed, list) and len(failed) == 2 and isinstance(failed[0], str), "failed", where)
        _shape(_scalar(failed[1]) and failed[1] is not None, "failed", where)
    return Metric(
        name=m["name"],
        title=m["title"],
        unit=m["unit"],
        type=m["type"],
        placed_by=m["placed_by"],
        states=tuple(m["states"]),
        where=parse_conditions(m["where"], where),
        form=m["form"],
        numerator=_parse_part(m["numerator"], where),
        denominator=None if m["denominator"] is None else _parse_part(m["denominator"], where),
        scale=m["scale"],
        fact_places=m["fact_places"],
        round=m["round"],
        places=m["places"],
        settle_days=m["settle_days"],
        dimensions=tuple(m["dimensions"]),
        failed=None if failed is None else (failed[0], failed[1]),
        source=m["source"],
        labels=m["labels"],
        raw=m,
    )


def facts_read(metric: Metric, slice_: Sequence[Condition] = ()) -> tuple[str, ...]:
    """Names of all facts that a figure of this metric reads, sorted (format §4)."""
    parts = [metric.numerator] + ([metric.denominator] if metric.denominator else [])
    names = {metric.placed_by, "state"}
    for conditions in (metric.where, slice_, *(part.where for part in parts)):
        names.update(one.fact for one in conditions)
    names.update(part.fact for part in parts if part.fact)
    return tuple(sorted(names))


def _fact(facts: Mapping[str, Any], name: str) -> Any:
    try:
        return facts[name]
    except KeyError:
        raise FactMissing(f"事实 {name} 未公开", f"fact {name} is not open") from None


def _among(value: Any, given: Sequence[Any]) -> bool:
    return any(same(value, one) for one in given)


def holds(condition: Condition, facts: Mapping[str, Any]) -> bool:
    """Whether a condition holds; null meets none but ``is_null``, and equality is type-strict (format §1, §4).

    Errors: FactMissing when the fact is absent, is a list, or is of another kind than an order needs.
    """
    value, op, given = _fact(facts, condition.fact), condition.op, condition.value
    if value is None:
        return op == "is_null"
    if op == "is":
        return same(value, given)
    if op == "not_null":
        return True
    if op == "is_null":
        return False
    if op == "is_not":
        return not same(value, given)
    if op == "in":
        return _among(value, given)
    if op == "not_in":
        return not _among(value, given)
    if type(value) is not type(given) or type(value) not in (int, str):
        raise FactMissing(f"事实 {condition.fact} 类型不对", f"fact {condition.fact} is of the wrong type")
    return bool({"ge": value >= given, "le": value <= given, "gt": value > given, "lt": value < given}[op])


def all_hold(conditions: Sequence[Condition], facts: Mapping[str, Any]) -> bool:
    """Whether every condition holds."""
    return all(holds(one, facts) for one in conditions)


def placed(metric: Metric, period: tuple[str, str], facts: Mapping[str, Any]) -> bool:
    """Whether the placing date lies in the period, both ends included; a null date does not."""
    day = _fact(facts, metric.placed_by)
    if day is not None and not isinstance(day, str):
        raise FactMissing(f"事实 {metric.placed_by} 不是日期", f"fact {metric.placed_by} is not a date")
    return day is not None and period[0] <= day <= period[1]


def counts(
    metric: Metric, slice_: Sequence[Condition], period: tuple[str, str], facts: Mapping[str, Any]
) -> bool:
    """Whether a record's version counts: placed in the period, in a state that counts, all conditions hold."""
    if not placed(metric, period, facts) or _fact(facts, "state") not in metric.states:
        return False
    return all_hold(metric.where, facts) and all_hold(slice_, facts)


def _added(part: Part | None, facts: Mapping[str, Any]) -> int | None:
    """What a counting version adds to one part; None if it is not of that part."""
    if part is None or not all_hold(part.where, facts):
        return None
    if part.fact is None:
        return 1
    value = _fact(facts, part.fact)
    if type(value) is not int:
        raise FactMissing(f"求和的事实 {part.fact} 不是整数", f"summed fact {part.fact} is not an integer")
    return int(value)


def contribution(
    metric: Metric, slice_: Sequence[Condition], period: tuple[str, str], facts: Mapping[str, Any]
) -> tuple[int | None, int | None]:
    """What a version adds to numerator and denominator; None where it is not counted at all."""
    if not counts(metric, slice_, period, facts):
        return None, None
    return _added(metric.numerator, facts), _added(metric.denominator, facts)


@dataclass(frozen=True)
class Measured:
    """A figure as computed: integer numerator and denominator (None for count and sum), and its printed text."""

    numerator: int
    denominator: int | None
    value: str


def measure(
    metric: Metric,
    slice_: Sequence[Condition],
    period: tuple[str, str],
    versions: Iterable[Mapping[str, Any]],
) -> tuple[int, int | None]:
    """Integer numerator and denominator over the facts of the versions in force, one for each record.

    ``period`` is (first day, last day). The denominator is None for ``count`` and ``sum``.
    Errors: FactMissing when a fact that the definition reads is absent or of the wrong kind.
    """
    numerator = denominator = 0
    for facts in versions:
        top, bottom = contribution(metric, slice_, period, facts)
        numerator += top or 0
        denominator += bottom or 0
    return numerator, None if metric.denominator is None else denominator


def evaluate(
    metric: Metric,
    slice_: Sequence[Condition],
    period: tuple[str, str],
    versions: Iterable[Mapping[str, Any]],
) -> Measured:
    """As ``measure``, with the printed text."""
    numerator, denominator = measure(metric, slice_, period, versions)
    return Measured(numerator, denominator, figure_text(numerator, denominator, metric))


def _rounded(top: int, bottom: int, rule: str) -> int:
    """``top / bottom`` as the nearest integer: halves away from zero, or to even (GB/T 8170)."""
    if bottom < 0:
        top, bottom = -top, -bottom
    whole, rest = divmod(abs(top), bottom)
    if 2 * rest > bottom or (2 * rest == bottom and (rule == "half_up" or whole % 2)):
        whole += 1
    return -whole if top < 0 else whole


def decimal_text(units: int, places: int) -> str:
    """A scaled integer as a decimal with exactly ``places`` places: ``(9770, 2)`` is ``97.70``."""
    digits = str(abs(units)).rjust(places + 1, "0")
    text = digits[:-places] + "." + digits[-places:] if places else digits
    return "-" + text if units < 0 else text


def figure_text(numerator: int, denominator: int | None, metric: Metric) -> str:
    """The printed text of a figure: the one place that divides and rounds, with integers only (format §4).

    An empty denominator prints ``无记录``. A share below 1 never prints as the full scale, nor one above 0 as 0.
    """
    if metric.form in ("count", "sum"):
        top, bottom = numerator, 10**metric.fact_places
    elif not denominator:
        return NO_RECORDS
    else:
        top = numerator * metric.scale
        bottom = denominator * (1 if metric.form == "share" else 10**metric.fact_places)
    units = _rounded(top * 10**metric.places, bottom, metric.round)
    full = metric.scale * 10**metric.places
    if metric.form == "share" and denominator is not None and 0 < numerator < denominator and full > 1:
        units = max(1, min(units, full - 1))
    return decimal_text(units, metric.places)


# A definition in words, made from its data and not from its name


@dataclass(frozen=True)
class Say:
    """The same sentence in Chinese and in English."""

    zh: str
    en: str


_SIGNS = {"ge": "≥", "le": "≤", "gt": ">", "lt": "<"}


def _named(metric: Metric, fact: str, value: Any = None) -> str:
    """Raw name of a fact, or raw value, with the label that the definition gives it."""
    label = metric.labels.get(fact, {}).get("" if value is None else str(value))
    raw = fact if value is None else quoted(value) if isinstance(value, str) else json.dumps(value)
    return raw + f"（{quoted(label)}）" if label else raw


def _condition_words(metric: Metric, one: Condition) -> Say:
    fact = _named(metric, one.fact)
    if one.op in ("in", "not_in"):
        values = "、".join(_named(metric, one.fact, value) for value in one.value)
        if one.op == "in":
            return Say(f"{fact} 为 {values} 之一", f"{fact} is one of {values}")
        return Say(f"{fact} 已填且不为 {values}", f"{fact} is filled and none of {values}")
    if one.op == "is_null":
        return Say(f"{fact} 未填", f"{fact} is empty")
    if one.op == "not_null":
        return Say(f"{fact} 已填", f"{fact} is filled")
    value = _named(metric, one.fact, one.value)
    if one.op == "is":
        return Say(f"{fact} 为 {value}", f"{fact} is {value}")
    if one.op == "is_not":
        return Say(f"{fact} 已填且不为 {value}", f"{fact} is filled and not {value}")
    return Say(f"{fact} {_SIGNS[one.op]} {value}", f"{fact} {_SIGNS[one.op]} {value}")


def _part_words(metric: Metric, part: Part) -> Say:
    words = [_condition_words(metric, one) for one in part.where]
    zh = "，".join(one.zh for one in words)
    en = " and ".join(one.en for one in words)
    if part.fact is None:
        return Say(
            f"其中 {zh} 的记录数" if zh else "上述记录数",
            f"the number of those in which {en}" if en else "their number",
        )
    fact = _named(metric, part.fact)
    return Say(
        f"其中 {zh} 的记录的 {fact} 之和" if zh else f"上述记录的 {fact} 之和",
        f"the sum of {fact} over those in which {en}" if en else f"the sum of their {fact}",
    )


def _arithmetic_words(metric: Metric) -> Say:
    rule_zh = "四舍五入" if metric.round == "half_up" else "按 GB/T 8170 修约"
    rule_en = "half away from zero" if metric.round == "half_up" else "by GB/T 8170"
    scaled = metric.form != "share" and metric.fact_places
    unit_zh = f"（事实以 10 的 -{metric.fact_places} 次方为单位）" if scaled else ""
    unit_en = f" (facts count in units of 10^-{metric.fact_places})" if scaled else ""
    times = f" × {metric.scale}" if metric.form in ("share", "ratio", "mean") and metric.scale != 1 else ""
    zh = "取分子" if metric.denominator is None else f"分子 ÷ 分母{times}"
    en = "take the numerator" if metric.denominator is None else f"numerator / denominator{times}"
    return Say(
        f"{zh}{unit_zh}，{rule_zh}到 {metric.places} 位小数，单位 {quoted(metric.unit)}。",
        f"{en}{unit_en}, rounded {rule_en} to {metric.places} places, unit {quoted(metric.unit)}.",
    )


def definition_words(metric: Metric, slice_: Sequence[Condition] = ()) -> Say:
    """The definition as sentences, made from its data; text of the bundle is quoted."""
    words = [_condition_words(metric, one) for one in (*metric.where, *slice_)]
    states = "、".join(_named(metric, "state", one) for one in metric.states)
    top = _part_words(metric, metric.numerator)
    bottom = None if metric.denominator is None else _part_words(metric, metric.denominator)
    last, placing = _arithmetic_words(metric), _named(metric, metric.placed_by)
    zh = [f"取 {metric.type} 的每条记录，{placing} 在期内，状态为 {states} 之一"]
    en = [f"Of every {metric.type} whose {placing} lies in the period and whose state is one of {states}"]
    zh += [one.zh for one in words]
    en += [one.en for one in words]
    tail_zh = f"。分子：{top.zh}。" + (f"分母：{bottom.zh}。" if bottom else "") + last.zh
    tail_en = f". Numerator: {top.en}. " + (f"Denominator: {bottom.en}. " if bottom else "") + last.en
    return Say("，且 ".join(zh) + tail_zh, ", and ".join(en) + tail_en)


# The container (format §5)

MEMBERS = (
    "manifest.json",
    "checkpoint-a.txt",
    "checkpoint-b.txt",
    "key.txt",
    "headers.jsonl",
    "opened.jsonl",
    "definitions.json",
    "report.json",
)
MEMBER_LIMITS = {
    "manifest.json": TEXT_LIMIT,
    "checkpoint-a.txt": NOTE_LIMIT,
    "checkpoint-b.txt": NOTE_LIMIT,
    "key.txt": 1024,
    "headers.jsonl": 2**31,
    "opened.jsonl": 2**31,
    "definitions.json": 2**26,
    "report.json": 2**26,
}
OPENED_LINE_LIMIT = 2**20
REPORT_LIMIT = 2**30
ZIP_DATE = (1 << 5) | 1
ZIP_ATTRIBUTES = 0o100644 << 16


@dataclass(frozen=True)
class Member:
    """A member of the zip file: where its local header begins, its size and the checksum that the zip states."""

    name: str
    offset: int
    size: int
    crc: int

    @property
    def start(self) -> int:
        """Where its content begins."""
        return self.offset + 30 + len(self.name)


def local_record(member: Member) -> bytes:
    """The zip's local header of a stored member, with the fixed fields of format §5 (APPNOTE 4.3.7)."""
    name = member.name.encode("ascii")
    fields = (b"PK\3\4", 20, 0, 0, 0, ZIP_DATE, member.crc, member.size, member.size, len(name), 0)
    return struct.pack("<4s5H3L2H", *fields) + name


def central_record(member: Member) -> bytes:
    """The zip's directory record of a stored member, with the fixed fields of format §5 (APPNOTE 4.3.12)."""
    name = member.name.encode("ascii")
    head = (b"PK\1\2", 3 << 8 | 20, 20, 0, 0, 0, ZIP_DATE, member.crc, member.size, member.size)
    tail = (len(name), 0, 0, 0, 0, ZIP_ATTRIBUTES, member.offset)
    return struct.pack("<4s6H3L5H2L", *head, *tail) + name


def end_record(members: Sequence[Member]) -> bytes:
    """The directory of all members and the record that ends the file (APPNOTE 4.3.16)."""
    directory = b"".join(central_record(one) for one in members)
    start = members[-1].start + members[-1].size if members else 0
    count = len(members)
    return directory + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), start, 0)


def _broken(zh: str, en: str, where: str = "bundle.zip") -> Refused:
    return Refused("证明包" + zh, "the bundle " + en, where)


class Container:
    """The members of a bundle, found by rebuilding every byte of the zip that is not content."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.members = {one.name: one for one in self._directory()}

    def _directory(self) -> list[Member]:
        size = self.stream.seek(0, 2)
        tail = self._bytes(max(0, size - 2048), min(size, 2048))
        end = tail[-22:]
        if len(end) < 22 or end[:4] != b"PK\5\6":
            raise _broken("不是完整的 zip 文件（可能被截断）", "is not a whole zip file (cut short?)")
        directory, start = struct.unpack("<2L", end[12:20])
        if directory + 22 > len(tail) or start + directory + 22 != size:
            raise _broken(
                "的目录与文件大小不符（可能被截断）",
                "has a directory that does not fit the file (cut short?)",
            )
        members = self._parse_directory(tail[-22 - directory : -22])
        self._check_frame(members, tail[-22 - directory :], start)
        return members

    def _parse_directory(self, data: bytes) -> list[Member]:
        members: list[Member] = []
        while data:
            if len(data) < 46:
                raise _broken("的目录残缺", "has a broken directory")
            crc, _, size = struct.unpack("<3L", data[16:28])
            length = struct.unpack("<H", data[28:30])[0]
            name = data[46 : 46 + length].decode("latin-1")
            if name in [one.name for one in members]:
                raise _broken(f"有重复的成员 {quoted(name)}", f"has the member {quoted(name)} twice")
            if name not in MEMBER_LIMITS:
                raise _broken(
                    f"有不该有的成员 {quoted(name)}", f"has a member {quoted(name)} that is not of the format"
                )
            if size > MEMBER_LIMITS[name]:
                raise _broken(f"的成员 {name} 过大", f"has a member {name} beyond the limit")
            offset = members[-1].start + members[-1].size if members else 0
            members.append(Member(name, offset, size, crc))
            data = data[46 + length :]
        if tuple(one.name for one in members) != MEMBERS:
            raise _broken("缺少成员或次序不对", "lacks a member or has them in another order")
        return members

    def _check_frame(self, members: list[Member], end: bytes, start: int) -> None:
        for one in members:
            record = local_record(one)
            if self._bytes(one.offset, len(record)) != record:
                raise _broken(
                    f"在 {one.name} 之前的 zip 头不是规定的字节", f"has other bytes before {one.name}"
                )
        if end_record(members) != end or members[-1].start + members[-1].size != start:
            raise _broken("的 zip 目录不是规定的字节", "has other bytes in its zip directory")

    def _bytes(self, offset: int, size: int) -> bytes:
        self.stream.seek(offset)
        return self.stream.read(size)

    def read(self, name: str) -> bytes:
        """The whole content of a member."""
        return self._bytes(self.members[name].start, self.members[name].size)

    def sums(self, name: str) -> tuple[int, str]:
        """CRC-32 and hex SHA-256 of a member's content, read in pieces."""
        member, crc, digest = self.members[name], 0, sha256()
        self.stream.seek(member.start)
        left = member.size
        while left:
            piece = self.stream.read(min(left, 2**20))
            if not piece:
                break
            crc = zlib.crc32(piece, crc)
            digest.update(piece)
            left -= len(piece)
        return crc, digest.hexdigest()

    def lines(self, name: str, limit: int) -> Iterator[bytes]:
        """The lines of a member without their newline, read in pieces; every line ends in a newline."""
        member, rest, number = self.members[name], b"", 0
        at, end = member.start, member.start + member.size
        while at < end:
            piece = self._bytes(at, min(end - at, 2**20))
            at += len(piece)
            if not piece:
                break
            lines = (rest + piece).split(b"\n")
            rest = lines.pop()
            number += len(lines)
            yield from lines
            if len(rest) > limit:
                where = f"{name}:{number + 1}"
                raise Refused(f"一行超过 {limit} 字节", f"a line longer than {limit} bytes", where)
        if rest:
            raise Refused("最后一行没有换行", "the last line has no newline", f"{name}:{number + 1}")
