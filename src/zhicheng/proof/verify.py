"""Verify a report of 质诚 Zhicheng: ``python verify.py bundle.zip --report report.pdf --key FINGERPRINT``.

One file, standard library only, no network, Python 3.8 or later; it imports nothing else of the project, so
that somebody with nothing but Python can read and run it. What it reads is described byte by byte in
docs/evidence-format.md (cited below as "format §n").

Exit: 0 everything proved, 1 something is false, 2 unreadable, 3 nothing false but something was not checked.
"""
# ruff: noqa: B905, FURB161, UP017 - this file keeps to the grammar and library of Python 3.8

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
import sys
import unicodedata
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from functools import lru_cache
from io import BytesIO
from json.encoder import encode_basestring
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

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


class Untrue(Refused):
    """Something that reads well and is false: a fact that does not match its seal, a log that does not fit."""


# Canonical JSON (RFC 8785) and its strict reader (format §1)

INTEGER_LIMIT = 2**53
TEXT_LIMIT = 64 * 1024
DEPTH_LIMIT = 100


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


def _plain(value: Any) -> bool:
    """Whether all keys are ASCII and nothing is nested deeper than the format allows."""
    level: list[Any] = [value]
    for _ in range(DEPTH_LIMIT + 1):
        if not all(key.isascii() for one in level if isinstance(one, dict) for key in one):
            return False
        inside = (
            one.values() if isinstance(one, dict) else one for one in level if isinstance(one, (dict, list))
        )
        level = [one for some in inside for one in some]
        if not level:
            return True
    return False


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
    if not _plain(value):
        raise Refused(
            "键必须是 ASCII，嵌套至多 100 层", "keys are ASCII, and at most 100 levels are nested", where
        )
    return value


def same(a: Any, b: Any) -> bool:
    """Type-strict equality of two facts: ``1``, ``True`` and ``"1"`` differ (format §1)."""
    return type(a) is type(b) and bool(a == b)


# The entry (format §2)

_HEADER = re.compile(
    rb'\{("act":"[a-z][a-z_]*","d":"[0-9]{4}-[0-9]{2}-[0-9]{2}"),"facts":"([0-9a-f]{64})",'
    rb'"k":([1-9][0-9]{0,15}),"seq":(0|[1-9][0-9]{0,15}),"type":"([a-z][a-z_]*(?:\.[a-z][a-z_]*)+)",'
    rb'"v":1,"ver":([1-9][0-9]{0,15})\}'
)
_SALT = re.compile(r"[0-9a-f]{32}")
_HEX = re.compile(r"[0-9a-f]{64}")
_HEXES = re.compile(r"[0-9a-f]*")
_FACT_NAME = re.compile(r"_?[a-z][a-z0-9_]*")
_TYPE = re.compile(r"[a-z][a-z_]*(?:\.[a-z][a-z_]*)+")
_WORD = re.compile(r"[a-z][a-z0-9_]*")
HEADER_KEYS = ("act", "d", "facts", "k", "seq", "type", "v", "ver")


class Header(NamedTuple):
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
    return isinstance(text, str) and _is_day(text)


@lru_cache(maxsize=4096)
def _is_day(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def _act_and_day(opening: bytes) -> tuple[str, str]:
    """Act and day of how a header opens, many of which open alike; the day is empty if it is none of the calendar."""
    _, _, _, act, _, _, _, day, _ = opening.decode().split('"')
    return act, day if _is_day(day) else ""


@lru_cache(maxsize=4096)
def _ascii(word: bytes) -> str:
    return word.decode()


def read_header(data: bytes, where: str = "") -> Header:
    """Read the canonical header of one entry (format §2). Errors: Refused."""
    match = _HEADER.fullmatch(data)
    if match is None or len(data) > TEXT_LIMIT:
        value = parse_strict(data, where=where)
        if not isinstance(value, dict) or tuple(sorted(value)) != HEADER_KEYS:
            raise Refused("条目头的键不对", "the header's keys are not those of the format", where)
        raise Refused("条目头的值不合格式", "a value of the header is not of the format", where)
    opening, facts, k, seq, type_, ver = match.groups()
    act, d = _act_and_day(opening)
    header = Header(int(seq), d, _ascii(type_), int(k), int(ver), act, facts.decode())
    if not d or header.seq >= INTEGER_LIMIT or header.k >= INTEGER_LIMIT or header.ver >= INTEGER_LIMIT:
        raise Refused("条目头的日期或编号无效", "the header's date or number is not valid", where)
    return header


def check_fact(value: Any) -> None:
    """Refuse what cannot be a fact: scalars, or a list of at most 200 rows of scalars (format §1)."""
    if isinstance(value, list):
        if len(value) > 200:
            raise Refused("列表事实超过 200 行", "a list fact of more than 200 rows")
        for row in value:
            scalars = isinstance(row, dict) and not any(isinstance(one, (list, dict)) for one in row.values())
            if not scalars or not all(key.isascii() for key in row):
                raise Refused("列表事实的行不合格式", "a row of a list fact is not an object of scalars")
    elif value is not None and not isinstance(value, (str, int)):
        raise Refused("不是事实的类型", "not the type of a fact")


class Opened:
    """An opened entry: its number, the names of all its facts, and name and value of those that are open.

    ``digest`` is the facts digest that its header must carry. ``shape`` and ``raw`` are given instead of ``facts``
    when the line was read by its shape: the values as they are written, each with the bracket behind it.
    """

    __slots__ = ("_facts", "digest", "names", "raw", "seq", "shape")

    def __init__(self, seq: int, names: tuple[str, ...], digest: str, facts: dict[str, Any] | None = None,
                 shape: Shape | None = None, raw: tuple[bytes, ...] = ()) -> None:  # fmt: skip
        self.seq = seq
        self.names = names
        self.digest = digest
        self._facts = facts
        self.shape = shape
        self.raw = raw

    @property
    def facts(self) -> dict[str, Any]:
        """The open facts by name."""
        if self._facts is None:
            opened = self.shape.opened if self.shape else ()
            self._facts = {name: _decode(one[:-1].decode()) for name, one in zip(opened, self.raw)}
        return self._facts


def _scalar_text(value: Any) -> str:
    """Canonical text of a value, not a string, that was read strictly; scalars, the usual case, without an encoder."""
    if value is None:
        return "null"
    if type(value) is bool:
        return "true" if value else "false"
    return str(value) if type(value) is int else _encode(value)


def _check_seals(facts: Mapping[str, Any], digests: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Name and value of every opened fact, each hashed and compared with its digest."""
    values: dict[str, Any] = {}
    for name, opening in facts.items():
        if type(opening) is not list or len(opening) != 2 or type(opening[0]) is not str:
            raise Refused(
                f"公开的事实 {quoted(name)} 不合格式", f"opened fact {quoted(name)} is malformed", where
            )
        salt, value = opening
        text = encode_basestring(value) if type(value) is str else _scalar_text(value)
        sealed = sha256(f'["{salt}","{name}",{text}]'.encode()).hexdigest()
        if len(salt) != 32 or not _HEXES.fullmatch(salt):
            raise Refused(f"{quoted(name)} 的盐不合格式", f"the salt of {quoted(name)} is malformed", where)
        if type(value) is not str:
            check_fact(value)
        if sealed != digests.get(name):
            raise Untrue(
                f"公开的事实 {quoted(name)} 与日志中的封印不符",
                f"fact {quoted(name)} does not match its seal",
                where,
            )
        values[name] = value
    return values


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


OPENED_LINE_LIMIT = 2**20


def read_facts(line: bytes, where: str = "", limit: int = OPENED_LINE_LIMIT) -> Opened:
    """Read one opened entry and check every opened fact against its seal (format §5).

    ``digest`` of the result is the facts digest that the entry's header must carry.
    Errors: Untrue when a fact is not the sealed one; Refused when the line is not of the format.
    """
    if len(line) > limit:
        raise Refused(f"一行超过 {limit} 字节", f"a line longer than {limit} bytes", where)
    value = _load(line, where)
    if not isinstance(value, dict) or tuple(value) != ("digests", "facts", "outer", "seq"):
        raise Refused("公开条目的键不对", "the opened entry's keys are not those of the format", where)
    digests, facts, outer, seq = value["digests"], value["facts"], value["outer"], value["seq"]
    if not isinstance(digests, dict) or not isinstance(facts, dict) or type(seq) is not int or seq < 0:
        raise Refused("公开条目不合格式", "the opened entry is malformed", where)
    if not all(map(str.isascii, facts)):
        raise Refused("键必须是 ASCII", "keys are ASCII", where)
    names = _fact_names(digests, where)
    hexes = "".join([one if type(one) is str and len(one) == 64 else "!" for one in digests.values()])
    if not isinstance(outer, str) or not _SALT.fullmatch(outer) or not _HEXES.fullmatch(hexes):
        raise Refused(
            "公开条目的盐或摘要不合格式", "a salt or digest of the opened entry is malformed", where
        )
    # The line is canonical and the digests hold only names and hex: their text is a slice of the line.
    digests_text = line[11 : line.index(b'},"facts":{') + 1] if names else b"{}"
    digest = sha256(b'["' + outer.encode() + b'",' + digests_text + b"]").hexdigest()
    return Opened(seq, names, digest, _check_seals(facts, digests, where))


class Shape:
    """How opened entries of one kind are written: the names of all facts and of the open ones, made a pattern.

    Nearly all lines of a log have one of few shapes. A line that the pattern matches is canonical and of the format:
    the names are those of a line that ``read_facts`` accepted, and the pattern takes only the plainest values
    (no escapes, no lists, at most 15 digits). What it does not match, or what does not match its seals, is left
    to ``read_facts``, which alone decides what is wrong with a line.
    """

    __slots__ = ("_match", "_middles", "names", "opened")

    VALUE = rb'(?:"[^"\\\x00-\x1f]*"|0|-?[1-9][0-9]{0,14}|true|false|null)'

    def __init__(self, names: tuple[str, ...], opened: tuple[str, ...]) -> None:
        hexes = {name: "([0-9a-f]{64})" if name in opened else "[0-9a-f]{64}" for name in names}
        digests = ",".join([f'"{name}":"{one}"' for name, one in hexes.items()]).encode()
        facts = b",".join(
            [b'"' + name.encode() + rb'":(\["[0-9a-f]{32}",)(' + self.VALUE + rb"\])" for name in opened]
        )
        self.names = names
        self.opened = opened
        self._middles = [f'"{name}",'.encode() for name in opened]
        self._match = re.compile(
            rb'\{"digests":(\{' + digests + rb'\}),"facts":\{' + facts
            + rb'\},"outer":"([0-9a-f]{32})","seq":(0|[1-9][0-9]{0,14})\}'
        ).fullmatch  # fmt: skip

    def read(self, line: bytes) -> Opened | None:
        """The opened entry, its seals checked; None where ``read_facts`` has to look."""
        found = self._match(line)
        if found is None:
            return None
        groups = found.groups()
        number = len(self.opened)
        raw = groups[number + 2 : -2 : 2]
        salts = groups[number + 1 : -2 : 2]
        seals = "".join([sha256(a + b + c).hexdigest() for a, b, c in zip(salts, self._middles, raw)])
        if seals.encode() != b"".join(groups[1 : number + 1]):
            return None
        digest = sha256(b'["' + groups[-2] + b'",' + groups[0] + b"]").hexdigest()
        return Opened(int(groups[-1]), self.names, digest, None, self, raw)


class OpenedReader:
    """Reads opened lines, each by the shape of an earlier one where it can."""

    SHAPES = 200
    NAMES = 200

    def __init__(self) -> None:
        self.shapes: list[Shape] = []
        self.seen: set[tuple[tuple[str, ...], tuple[str, ...]]] = set()

    def read(self, line: bytes, where: Callable[[], str]) -> Opened:
        """As ``read_facts``, with the same errors; ``where`` is asked only when it is needed."""
        if len(line) <= OPENED_LINE_LIMIT and (line.isascii() or _is_utf8(line)):
            for at, shape in enumerate(self.shapes):
                opened = shape.read(line)
                if opened is not None:
                    if at:
                        self.shapes.insert(0, self.shapes.pop(at))
                    return opened
        opened = read_facts(line, where(), OPENED_LINE_LIMIT)
        key = (opened.names, tuple(opened.facts))
        if key not in self.seen and len(self.shapes) < self.SHAPES and len(opened.names) <= self.NAMES:
            self.seen.add(key)
            self.shapes.insert(0, Shape(*key))
        return opened


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


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
        data = base64.b64decode(text.encode("ascii"))
    except ValueError:
        return None
    return data if base64.b64encode(data).decode() == text else None


def _is_key_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(one.isspace() or one < " " for one in name)


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
        key = known.get((name, id_))
        if key is None:
            continue
        if not verify_ed25519(key.public, note.text.encode(), signature):
            raise Refused("签名无效：" + quoted(name), "invalid signature: " + quoted(name))
        if name not in verified:
            verified.append(name)
    return verified


def rotation_statement(origin: str, seq: int, old: str, new: str) -> bytes:
    """What both keys sign when entry ``seq`` replaces the log's key; ``old`` and ``new`` are vkeys (format §2)."""
    return f"{origin}\nrotate\n{seq}\n{old}\n{new}\n".encode()


def _vkey_in(facts: Mapping[str, Any], name: str) -> VerifierKey:
    try:
        return parse_vkey(str(facts.get(name)))
    except Refused:
        return VerifierKey("", b"", b"")


def rotation_holds(origin: str, seq: int, facts: Mapping[str, Any], old: VerifierKey) -> bool:
    """Whether the facts of a ``ledger.key`` entry hand the log on from the key in force (format §3)."""
    new = _vkey_in(facts, "new")
    statement = rotation_statement(origin, seq, str(facts.get("old")), str(facts.get("new")))
    signatures = [_base64(str(facts.get(one))) or b"" for one in ("signed_old", "signed_new")]
    return (
        _vkey_in(facts, "old") == old
        and old.name == new.name == origin
        and verify_ed25519(old.public, statement, signatures[0])
        and verify_ed25519(new.public, statement, signatures[1])
    )


COSIGNATURE_ALGORITHM = b"\x04"


def parse_witness(text: str) -> VerifierKey:
    """Read a witness's key (C2SP tlog-cosignature; format §3). Errors: Refused."""
    parts = text.strip().split("+", 2)
    key = _base64(parts[2]) if len(parts) == 3 else None
    if key is None or not _is_key_name(parts[0]) or len(key) != 33 or key[:1] != COSIGNATURE_ALGORITHM:
        raise Refused("不是见证人的公钥", "not a witness's key", "--witness")
    id_ = sha256(parts[0].encode() + b"\n" + key).digest()[:4]
    if id_.hex() != parts[1].lower():
        raise Refused("公钥与其标识不符", "the key does not match its id", "--witness")
    return VerifierKey(parts[0], id_, key[1:])


def verify_cosignature(note: Note, witness: VerifierKey) -> int | None:
    """When the witness last cosigned the note, in seconds since 1970, or None if it did not.

    Errors: Refused when a line claims the witness's key and is wrong.
    """
    latest: int | None = None
    for name, id_, data in note.signatures:
        if (name, id_) != (witness.name, witness.id):
            continue
        time = int.from_bytes(data[:8], "big")
        message = f"cosignature/v1\ntime {time}\n{note.text}".encode()
        if not verify_ed25519(witness.public, message, data[8:]):
            raise Refused("见证签名无效：" + quoted(name), "invalid cosignature: " + quoted(name))
        latest = max(time, latest or 0)
    return latest


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


# Time stamps (RFC 3161, RFC 5816; CMS RFC 5652; X.509 RFC 5280; ECDSA FIPS 186-5; RSA RFC 8017), verification only

_OIDS = {
    "signed_data": "1.2.840.113549.1.7.2",
    "tst_info": "1.2.840.113549.1.9.16.1.4",
    "content_type": "1.2.840.113549.1.9.3",
    "message_digest": "1.2.840.113549.1.9.4",
    "signing_certificate": "1.2.840.113549.1.9.16.2.12",
    "signing_certificate_v2": "1.2.840.113549.1.9.16.2.47",
    "key_usage_extended": "2.5.29.37",
    "basic_constraints": "2.5.29.19",
    "time_stamping": "1.3.6.1.5.5.7.3.8",
    "rsa": "1.2.840.113549.1.1.1",
    "pss": "1.2.840.113549.1.1.10",
    "ec": "1.2.840.10045.2.1",
    "ed25519": "1.3.101.112",
}
_DIGESTS = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_SIGNED_DIGESTS = {
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
}
_RSA_PREFIXES = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}


class Curve(NamedTuple):
    """A prime curve y² = x³ - 3x + b over p, with base point (x, y) of order n (FIPS 186-5, SEC 2)."""

    p: int
    b: int
    x: int
    y: int
    n: int


_CURVES = {
    "1.2.840.10045.3.1.7": Curve(
        2**256 - 2**224 + 2**192 + 2**96 - 1,
        0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    ),
    "1.3.132.0.34": Curve(
        2**384 - 2**128 - 2**96 + 2**32 - 1,
        0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    ),
}


class Unknown(Refused):
    """An algorithm that this file does not know: not false, only not checked."""


def _token_broken(what: str) -> Refused:
    return Refused(f"时间戳不合格式：{what}", f"malformed time stamp: {what}")


class Der:
    """One DER element: its tag, content and all its bytes (X.690). Errors: Refused for what is not definite-length DER."""

    def __init__(self, data: bytes, start: int = 0) -> None:
        if len(data) - start < 2:
            raise _token_broken("cut short")
        self.tag, length, at = data[start], data[start + 1], start + 2
        if self.tag & 31 == 31 or length == 128 or length > 132:
            raise _token_broken("not DER")
        if length > 128:
            at += length - 128
            length = int.from_bytes(data[start + 2 : at], "big")
        self.end = at + length
        if self.end > len(data):
            raise _token_broken("cut short")
        self.body, self.raw = data[at : self.end], data[start : self.end]

    def parts(self) -> list[Der]:
        """The elements inside."""
        out: list[Der] = []
        at = 0
        while at < len(self.body):
            out.append(Der(self.body, at))
            at = out[-1].end
        return out

    def number(self) -> int:
        """An INTEGER's value."""
        return int.from_bytes(self.body, "big", signed=True)

    def oid(self) -> str:
        """An OBJECT IDENTIFIER in dotted form."""
        if self.tag != 6 or not self.body:
            raise _token_broken("no object identifier")
        arcs, value = [], 0
        for byte in self.body:
            value = value << 7 | byte & 127
            if byte < 128:
                arcs.append(value)
                value = 0
        first = min(arcs[0] // 40, 2)
        return ".".join(str(one) for one in [first, arcs[0] - 40 * first, *arcs[1:]])


def _whole_der(data: bytes) -> Der:
    element = Der(data)
    if element.end != len(data):
        raise _token_broken("bytes behind the end")
    return element


def _moment(element: Der) -> str:
    """A UTCTime or GeneralizedTime as ``YYYYMMDDHHMMSS``, so that text order is time order."""
    text = element.body.decode("ascii", "replace")
    if element.tag == 23 and re.fullmatch(r"[0-9]{12}Z", text):
        return ("19" if text[:2] >= "50" else "20") + text[:-1]
    if element.tag == 24 and re.fullmatch(r"[0-9]{14}(\.[0-9]+)?Z", text):
        return text[:14]
    raise _token_broken("time")


class Certificate:
    """What is needed of an X.509 certificate (RFC 5280 §4.1)."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        outer = _whole_der(raw).parts()
        self.signed, self.algorithm, self.signature = outer[0].raw, outer[1], outer[2].body[1:]
        fields = outer[0].parts()
        if fields[0].tag == 0xA0:
            fields = fields[1:]
        self.serial, self.issuer = fields[0].number(), fields[2].raw
        self.validity = tuple(_moment(one) for one in fields[3].parts())
        self.subject, self.key = fields[4].raw, fields[5]
        self.usages: list[str] = []
        self.usage_critical = self.authority = False
        for one in fields[6:]:
            if one.tag == 0xA3:
                self._extensions(one.parts()[0])

    def _extensions(self, listed: Der) -> None:
        for one in listed.parts():
            parts = one.parts()
            name, value = parts[0].oid(), Der(parts[-1].body)
            if name == _OIDS["key_usage_extended"]:
                self.usages = [usage.oid() for usage in value.parts()]
                self.usage_critical = len(parts) == 3 and parts[1].body == b"\xff"
            elif name == _OIDS["basic_constraints"]:
                inside = value.parts()
                self.authority = bool(inside) and inside[0].tag == 1 and inside[0].body == b"\xff"

    def signed_by(self, issuer: Certificate) -> bool:
        """Whether the issuer's key signed this certificate. Errors: Unknown."""
        digest = _SIGNED_DIGESTS.get(self.algorithm.parts()[0].oid(), "")
        return self.issuer == issuer.subject and _signed(issuer.key, digest, self.signed, self.signature)


def read_certificates(data: bytes) -> list[Certificate]:
    """The certificates of a PEM file, or the one of a DER file. Errors: Refused."""
    blocks = re.findall(b"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", data, re.DOTALL)
    try:
        found = [base64.b64decode(b"".join(one.split()), validate=True) for one in blocks] or [data]
        return [Certificate(one) for one in found]
    except (IndexError, ValueError):
        raise Refused("不是证书（PEM 或 DER）", "not a certificate (PEM or DER)", "--tsa") from None


def _signed(key: Der, digest: str, message: bytes, signature: bytes) -> bool:
    """Whether a SubjectPublicKeyInfo's key made the signature. Errors: Unknown for an algorithm not known here."""
    algorithm, bits = key.parts()
    kind = algorithm.parts()[0].oid()
    public = bits.body[1:]
    if kind == _OIDS["ed25519"]:
        return verify_ed25519(public, message, signature)
    if not digest:
        raise Unknown("不认识的签名算法", "an unknown signature algorithm")
    hashed = hashlib.new(digest, message).digest()
    if kind == _OIDS["rsa"]:
        modulus, exponent = (one.number() for one in Der(public).parts())
        return _rsa(modulus, exponent, _RSA_PREFIXES[digest] + hashed, signature)
    curve = _CURVES.get(algorithm.parts()[1].oid()) if kind == _OIDS["ec"] else None
    if curve is None:
        raise Unknown("不认识的签名算法", "an unknown signature algorithm")
    return _ecdsa(curve, public, hashed, signature)


def _rsa(modulus: int, exponent: int, info: bytes, signature: bytes) -> bool:
    """RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.2): the padded message is built, not parsed."""
    size = (modulus.bit_length() + 7) // 8
    number = int.from_bytes(signature, "big")
    if len(signature) != size or size < 256 or number >= modulus:
        return False
    padded = b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info
    return pow(number, exponent, modulus).to_bytes(size, "big") == padded


def _ecdsa(curve: Curve, public: bytes, hashed: bytes, signature: bytes) -> bool:
    """ECDSA (FIPS 186-5 §6.4.2) with an uncompressed public point."""
    size = (curve.p.bit_length() + 7) // 8
    x, y = int.from_bytes(public[1 : size + 1], "big"), int.from_bytes(public[size + 1 :], "big")
    on_curve = (y * y - x * x * x + 3 * x - curve.b) % curve.p == 0
    pair = _whole_der(signature).parts()
    if (
        len(public) != 2 * size + 1
        or public[0] != 4
        or max(x, y) >= curve.p
        or not on_curve
        or len(pair) != 2
    ):
        return False
    r, s = pair[0].number(), pair[1].number()
    if not 0 < r < curve.n or not 0 < s < curve.n:
        return False
    number = int.from_bytes(hashed, "big") >> max(0, 8 * len(hashed) - curve.n.bit_length())
    inverse = pow(s, curve.n - 2, curve.n)
    point = curve_add(
        curve,
        curve_multiply(curve, number * inverse % curve.n, (curve.x, curve.y)),
        curve_multiply(curve, r * inverse % curve.n, (x, y)),
    )
    return point is not None and point[0] % curve.n == r


def curve_add(curve: Curve, a: tuple[int, int] | None, b: tuple[int, int] | None) -> tuple[int, int] | None:
    """The sum of two points of a curve with a = -3 (None: the point at infinity)."""
    if a is None or b is None:
        return a or b
    p = curve.p
    if a[0] == b[0]:
        if (a[1] + b[1]) % p == 0:
            return None
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], p - 2, p) % p
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], p - 2, p) % p
    x = (slope * slope - a[0] - b[0]) % p
    return x, (slope * (a[0] - x) - a[1]) % p


def curve_multiply(curve: Curve, scalar: int, point: tuple[int, int]) -> tuple[int, int] | None:
    """A point taken ``scalar`` times."""
    result: tuple[int, int] | None = None
    for bit in f"{scalar:b}":
        result = curve_add(curve, result, result)
        if bit == "1":
            result = curve_add(curve, result, point)
    return result


class Token:
    """A time-stamp token (RFC 3161 §2.4.2): what it states, who signed it, and the certificates that came along."""

    def __init__(self, data: bytes) -> None:
        try:
            self._read(data)
        except (IndexError, ValueError) as error:
            if isinstance(error, Refused):
                raise
            raise _token_broken("structure") from None

    def _read(self, data: bytes) -> None:
        content = _whole_der(data).parts()
        if content[0].oid() != _OIDS["signed_data"] or content[1].tag != 0xA0:
            raise _token_broken("no SignedData")
        fields = content[1].parts()[0].parts()
        inner = fields[2].parts()
        if inner[0].oid() != _OIDS["tst_info"]:
            raise _token_broken("no TSTInfo")
        self.content = inner[1].parts()[0].body
        self.certificates: list[Certificate] = []
        for one in fields[3:-1]:
            if one.tag == 0xA0:
                self.certificates = [Certificate(c.raw) for c in one.parts() if c.tag == 0x30]
        signers = fields[-1].parts()
        if fields[-1].tag != 0x31 or len(signers) != 1:
            raise _token_broken("not one signer")
        self._signer(signers[0].parts())
        info = Der(self.content).parts()
        algorithm, self.imprint = info[2].parts()[0].parts()[0].oid(), info[2].parts()[1].body
        self.imprint_digest = _DIGESTS.get(algorithm, "")
        self.time = _moment(info[4])

    def _signer(self, parts: list[Der]) -> None:
        self.sid, self.digest = parts[1], _DIGESTS.get(parts[2].parts()[0].oid(), "")
        if parts[3].tag != 0xA0:
            raise _token_broken("no signed attributes")
        self.attributes = b"\x31" + parts[3].raw[1:]
        self.stated = {one.parts()[0].oid(): one.parts()[1].parts() for one in parts[3].parts()}
        self.algorithm, self.signature = parts[4], parts[5].body

    def signer(self, others: Sequence[Certificate]) -> Certificate | None:
        """The certificate that the token names as its signer's, among its own and others."""
        wanted = None
        if self.sid.tag == 0x30:
            issuer, serial = self.sid.parts()
            wanted = (issuer.raw, serial.number())
        for one in [*self.certificates, *others]:
            if self._names(one) and (wanted is None or wanted == (one.issuer, one.serial)):
                return one
        return None

    def _names(self, certificate: Certificate) -> bool:
        """Whether the signed attribute SigningCertificate(V2) names this certificate (RFC 5816 §2.2.1)."""
        for oid, default in (
            (_OIDS["signing_certificate_v2"], "sha256"),
            (_OIDS["signing_certificate"], "sha1"),
        ):
            if oid in self.stated:
                first = self.stated[oid][0].parts()[0].parts()[0].parts()
                digest = default
                if oid == _OIDS["signing_certificate_v2"] and first[0].tag == 0x30:
                    digest = _DIGESTS.get(first[0].parts()[0].oid(), "")
                value = next(one.body for one in first if one.tag == 4)
                return bool(digest) and hashlib.new(digest, certificate.raw).digest() == value
        return False

    def signed_rightly(self, by: Certificate) -> bool:
        """Whether the signature over the signed attributes, and through them over the content, is that certificate's."""
        if not self.digest:
            raise Unknown("不认识的摘要算法", "an unknown digest algorithm")
        kinds, sums = self.stated.get(_OIDS["content_type"]), self.stated.get(_OIDS["message_digest"])
        if not kinds or not sums or kinds[0].oid() != _OIDS["tst_info"]:
            return False
        if sums[0].body != hashlib.new(self.digest, self.content).digest():
            return False
        oid = self.algorithm.parts()[0].oid()
        if oid == _OIDS["pss"]:
            raise Unknown(
                "不认识的签名算法 RSASSA-PSS", "the signature algorithm RSASSA-PSS is not known here"
            )
        return _signed(by.key, _SIGNED_DIGESTS.get(oid, self.digest), self.attributes, self.signature)


def verify_token(
    token: Token, message: bytes, anchors: Sequence[Certificate], between: Sequence[Certificate] = ()
) -> bool:
    """Whether the token is over ``message`` and its signer is one of ``anchors`` or was certified by one of them.

    ``between``: certificates that may help to lead from signer to anchor, besides those in the token.

    False: it does not lead to them. Errors: Refused when it leads there and is wrong; Unknown when an algorithm is not known.
    """
    others = [*token.certificates, *between]
    signer = token.signer([*between, *anchors])
    if signer is None or not _leads_to(signer, others, anchors, token.time):
        return False
    if not signer.validity[0] <= token.time <= signer.validity[1]:
        raise Refused(
            "时间戳的签名证书当时不在有效期内", "the time stamp's certificate was not valid at the time"
        )
    if signer.usages != [_OIDS["time_stamping"]] or not signer.usage_critical:
        raise Refused(
            "时间戳的签名证书不是时间戳用途", "the time stamp's certificate is not for time stamping"
        )
    if not token.signed_rightly(signer):
        raise Refused("时间戳的签名无效", "the time stamp's signature is invalid")
    if not token.imprint_digest:
        raise Unknown("不认识的摘要算法", "an unknown digest algorithm")
    if token.imprint != hashlib.new(token.imprint_digest, message).digest():
        raise Refused("时间戳盖的不是这个检查点", "the time stamp is over something else")
    return True


def _leads_to(
    one: Certificate,
    between: Sequence[Certificate],
    anchors: Sequence[Certificate],
    time: str,
    depth: int = 4,
) -> bool:
    """Whether a chain of valid certificates leads from ``one`` to an anchor (RFC 5280 §6, without revocation)."""
    if any(one.raw == anchor.raw for anchor in anchors):
        return True
    if any(one.signed_by(anchor) and anchor.validity[0] <= time <= anchor.validity[1] for anchor in anchors):
        return True
    middle = [c for c in between if c.authority and c.subject == one.issuer and c.raw != one.raw]
    return depth > 0 and any(
        c.validity[0] <= time <= c.validity[1]
        and one.signed_by(c)
        and _leads_to(c, between, anchors, time, depth - 1)
        for c in middle
    )


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
METRIC_KEYS = [
    "denominator",
    "dimensions",
    "fact_places",
    "failed",
    "form",
    "labels",
    "name",
    "numerator",
    "placed_by",
    "places",
    "round",
    "scale",
    "settle_days",
    "source",
    "states",
    "title",
    "type",
    "unit",
    "v",
    "where",
]


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


QUOTIENT = "quotient"
QUOTIENT_KEYS = [
    "denominator",
    "dimensions",
    "form",
    "name",
    "numerator",
    "places",
    "round",
    "scale",
    "source",
    "title",
    "unit",
    "v",
]


@dataclass(frozen=True)
class Quotient:
    """One metric divided by another (format §4): ``top`` and ``bottom`` are counts or sums, each of records of its own type."""

    name: str
    title: Mapping[str, str]
    unit: str
    top: Metric
    bottom: Metric
    scale: int
    round: str
    places: int
    dimensions: tuple[str, ...]
    source: Mapping[str, str]
    raw: Mapping[str, Any]

    @property
    def parts(self) -> tuple[Metric, Metric]:
        """Numerator and denominator."""
        return self.top, self.bottom


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


def parse_quotient(value: Any, metrics: Mapping[str, Metric], where: str = "") -> Quotient:
    """Read a quotient of two of these metrics (format §4). Errors: Refused, naming what is malformed."""
    _shape(isinstance(value, dict) and sorted(value) == QUOTIENT_KEYS, "metric", where)
    q: dict[str, Any] = value
    _shape(same(q["v"], 1) and q["form"] == QUOTIENT, "v", where)
    _shape(isinstance(q["name"], str) and bool(_WORD.fullmatch(q["name"])), "name", where)
    for key in ("title", "source"):
        _shape(_words(q[key]), key, where)
    _shape(isinstance(q["unit"], str) and q["round"] in ROUNDINGS, "unit", where)
    _shape(_whole(q["scale"], 1, 10**12) and _whole(q["places"], 0, 12), "scale", where)
    parts = []
    for key in ("numerator", "denominator"):
        _shape(isinstance(q[key], str) and q[key] in metrics, key, where)
        parts.append(metrics[q[key]])
        _shape(parts[-1].denominator is None, key, where)
    _shape(parts[0].settle_days == parts[1].settle_days, "settle_days", where)
    _shape(_texts(q["dimensions"]), "dimensions", where)
    _shape(all(d in one.dimensions for d in q["dimensions"] for one in parts), "dimensions", where)
    return Quotient(
        name=q["name"],
        title=q["title"],
        unit=q["unit"],
        top=parts[0],
        bottom=parts[1],
        scale=q["scale"],
        round=q["round"],
        places=q["places"],
        dimensions=tuple(q["dimensions"]),
        source=q["source"],
        raw=q,
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
    for one in conditions:  # noqa: SIM110 - a plain loop takes half the time, and this is where the time goes
        if not holds(one, facts):
            return False
    return True


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


def quotient_text(numerator: int, denominator: int, quotient: Quotient) -> str:
    """The printed text of a quotient from the integers of its two metrics; ``无记录`` when there is nothing to divide by."""
    if not denominator:
        return NO_RECORDS
    top = numerator * quotient.scale * 10 ** (quotient.places + quotient.bottom.fact_places)
    units = _rounded(top, denominator * 10**quotient.top.fact_places, quotient.round)
    return decimal_text(units, quotient.places)


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
    return raw + f" ({quoted(label)})" if label else raw


def _condition_words(metric: Metric, one: Condition) -> Say:
    fact = _named(metric, one.fact)
    if one.op in ("in", "not_in"):
        values = [_named(metric, one.fact, value) for value in one.value]
        zh, en = "、".join(values), ", ".join(values)
        if one.op == "in":
            return Say(f"{fact} 为 {zh} 之一", f"{fact} is one of {en}")
        return Say(f"{fact} 已填且不为 {zh}", f"{fact} is filled and none of {en}")
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
    states = [_named(metric, "state", one) for one in metric.states]
    top = _part_words(metric, metric.numerator)
    bottom = None if metric.denominator is None else _part_words(metric, metric.denominator)
    last, placing = _arithmetic_words(metric), _named(metric, metric.placed_by)
    zh = [f"取 {metric.type} 的每条记录，{placing} 在期内，状态为 {'、'.join(states)} 之一"]
    en = [
        f"Of every {metric.type} whose {placing} lies in the period and whose state is one of {', '.join(states)}"
    ]
    zh += [one.zh for one in words]
    en += [one.en for one in words]
    tail_zh = f"。分子：{top.zh}。" + (f"分母：{bottom.zh}。" if bottom else "") + last.zh
    tail_en = f". Numerator: {top.en}. " + (f"Denominator: {bottom.en}. " if bottom else "") + last.en
    return Say("，且 ".join(zh) + tail_zh, ", and ".join(en) + tail_en)


def _divided_words(metric: Metric, lang: str) -> str:
    """A metric as part of a quotient: its name, and by what its integer counts."""
    named = f"{metric.name} ({quoted(metric.title.get(lang, metric.name))})"
    return f"({named} ÷ 10^{metric.fact_places})" if metric.fact_places else named


def quotient_words(quotient: Quotient, slice_: Sequence[Condition] = ()) -> Say:
    """The same for a quotient: what is divided by what, over which records of both."""
    rule = {"half_up": ("四舍五入", "half away from zero"), "gbt8170": ("按 GB/T 8170 修约", "by GB/T 8170")}
    rule_zh, rule_en = rule[quotient.round]
    words = [_condition_words(quotient.top, one) for one in slice_]
    only_zh = f"，两者都只取 {'，且 '.join(one.zh for one in words)} 的记录" if words else ""
    only_en = f", both only of records with {' and '.join(one.en for one in words)}" if words else ""
    times = f" × {quotient.scale}" if quotient.scale != 1 else ""
    zh, en = (" ÷ ".join(_divided_words(one, lang) for one in quotient.parts) for lang in ("zh", "en"))
    return Say(
        f"{zh}{times}，各按自己的定义、在同一期间计算{only_zh}；{rule_zh}到 {quotient.places} 位小数，单位 {quoted(quotient.unit)}。",
        f"{en}{times}, each by its own definition and over the same period{only_en};"
        f" rounded {rule_en} to {quotient.places} places, unit {quoted(quotient.unit)}.",
    )


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
ANCHORS = "anchors.jsonl"
MEMBER_LIMITS = {
    "manifest.json": TEXT_LIMIT,
    "checkpoint-a.txt": NOTE_LIMIT,
    "checkpoint-b.txt": NOTE_LIMIT,
    "key.txt": 1024,
    "headers.jsonl": 2**31,
    "opened.jsonl": 2**31,
    "definitions.json": 2**26,
    "report.json": 2**26,
    ANCHORS: 2**26,
}
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
        self._check_frame(members, tail[-22 - directory :])
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
        if tuple(one.name for one in members) not in (MEMBERS, (*MEMBERS, ANCHORS)):
            raise _broken("缺少成员或次序不对", "lacks a member or has them in another order")
        return members

    def _check_frame(self, members: list[Member], end: bytes) -> None:
        for one in members:
            record = local_record(one)
            if self._bytes(one.offset, len(record)) != record:
                raise _broken(
                    f"在 {one.name} 之前的 zip 头不是规定的字节", f"has other bytes before {one.name}"
                )
        if end_record(members) != end:
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


# Findings


@dataclass(frozen=True)
class Finding:
    """One thing found. ``level``: ok, amber (worth knowing) or red (false). ``unchecked``: could not be checked."""

    level: str
    code: str
    say: Say
    where: str = ""
    unchecked: bool = False


class Findings:
    """Collects findings; of one code the first twenty are kept in words and the rest only counted."""

    KEPT = 20

    def __init__(self) -> None:
        self.kept: list[Finding] = []
        self.number: dict[str, int] = {}

    def add(self, level: str, code: str, zh: str, en: str, where: str = "", unchecked: bool = False) -> None:
        """Add a finding; ``code`` is stable, the words are not."""
        self.number[code] = self.number.get(code, 0) + 1
        if self.number[code] <= self.KEPT:
            self.kept.append(Finding(level, code, Say(zh, en), where, unchecked))

    def red(self, code: str, zh: str, en: str, where: str = "") -> None:
        """Something stated is false."""
        self.add("red", code, zh, en, where)

    def amber(self, code: str, zh: str, en: str, where: str = "") -> None:
        """Something true that a reader should know."""
        self.add("amber", code, zh, en, where)

    def unchecked(self, code: str, zh: str, en: str, where: str = "") -> None:
        """Something that could not be checked with what was given."""
        self.add("amber", code, zh, en, where, unchecked=True)

    @property
    def false(self) -> bool:
        """Whether anything is false."""
        return any(one.level == "red" for one in self.kept)

    def all(self) -> list[Finding]:
        """The findings, with a line for each code of which not all were kept."""
        out = list(self.kept)
        for code, number in self.number.items():
            if number > self.KEPT:
                first = next(one for one in self.kept if one.code == code)
                more = Say(f"同类情况共 {number} 处。", f"{number} of this kind in all.")
                out.append(Finding(first.level, code, more, "", first.unchecked))
        return out


# The report (format §6)


@dataclass(frozen=True)
class Then:
    """A figure's value soon after the period, at the checkpoint E of ``size``."""

    size: int
    measured: Measured


@dataclass(frozen=True)
class Figure:
    """A figure as the report states it."""

    no: str
    metric: str
    period: tuple[str, str]
    slice: tuple[Condition, ...]
    full_only: bool
    stated: Measured
    then: Then | None


@dataclass(frozen=True)
class Target:
    """A target as the report states it; ``figure`` is the number of the figure that it is set for."""

    no: str
    figure: str | None
    type: str
    k: int
    ver: int
    fact: str
    value: int
    places: int
    operator: str
    met: bool | None


@dataclass(frozen=True)
class Declared:
    """A declared fact as the report states it."""

    no: str
    type: str
    k: int
    fact: str
    value: Any
    unit: str
    evidence: str | None


@dataclass(frozen=True)
class Report:
    """report.json."""

    origin: str
    enterprise: str
    title: str
    edition: str
    type: str
    k: int
    period: tuple[str, str]
    issued_on: str
    fingerprint: str
    a_size: int
    a_root: str
    figures: tuple[Figure, ...]
    targets: tuple[Target, ...]
    declared: tuple[Declared, ...]
    document: Any


REPORT_KEYS = [
    "checkpoint_a",
    "declared",
    "document",
    "edition",
    "enterprise",
    "figures",
    "fingerprint",
    "issued_on",
    "origin",
    "period",
    "record",
    "targets",
    "title",
    "v",
]
FIGURE_KEYS = [
    "denominator",
    "from",
    "full_only",
    "metric",
    "no",
    "numerator",
    "slice",
    "then",
    "to",
    "value",
]
TARGET_KEYS = ["fact", "figure", "met", "no", "operator", "places", "record", "value"]
DECLARED_KEYS = ["evidence", "fact", "no", "record", "unit", "value"]


def _object(value: Any, keys: Sequence[str], what: str) -> dict[str, Any]:
    _shape(isinstance(value, dict) and sorted(value) == list(keys), what, "report.json")
    found: dict[str, Any] = value
    return found


def _period(value: Mapping[str, Any], what: str) -> tuple[str, str]:
    first, last = value["from"], value["to"]
    _shape(is_date(first) and is_date(last) and first <= last, what, "report.json")
    return first, last


def _measured(value: Mapping[str, Any], what: str) -> Measured:
    top, bottom, text = value["numerator"], value["denominator"], value["value"]
    _shape(type(top) is int and (bottom is None or type(bottom) is int), what, "report.json")
    _shape(isinstance(text, str), what, "report.json")
    return Measured(top, bottom, text)


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and bool(_HEX.fullmatch(value))


def _record(value: Any, versioned: bool, what: str) -> tuple[str, int, int]:
    found = _object(value, ["k", "type", "ver"] if versioned else ["k", "type"], what)
    type_, k, ver = found["type"], found["k"], found.get("ver", 1)
    _shape(isinstance(type_, str) and bool(_TYPE.fullmatch(type_)), what, "report.json")
    _shape(_whole(k, 1, INTEGER_LIMIT) and _whole(ver, 1, INTEGER_LIMIT), what, "report.json")
    return type_, k, ver


def _parse_figure(value: Any, no: str) -> Figure:
    f = _object(value, FIGURE_KEYS, no)
    _shape(
        f["no"] == no and isinstance(f["metric"], str) and isinstance(f["full_only"], bool), no, "report.json"
    )
    then = None
    if f["then"] is not None:
        at = _object(f["then"], ["denominator", "numerator", "size", "value"], no)
        _shape(_whole(at["size"], 0, INTEGER_LIMIT), no, "report.json")
        then = Then(at["size"], _measured(at, no))
    slice_ = parse_conditions(f["slice"], "report.json " + no)
    return Figure(no, f["metric"], _period(f, no), slice_, f["full_only"], _measured(f, no), then)


def _parse_target(value: Any, no: str) -> Target:
    t = _object(value, TARGET_KEYS, no)
    _shape(t["no"] == no and (t["figure"] is None or isinstance(t["figure"], str)), no, "report.json")
    _shape(isinstance(t["fact"], str) and t["operator"] in ("is", *_SIGNS), no, "report.json")
    _shape(type(t["value"]) is int and _whole(t["places"], 0, 12), no, "report.json")
    _shape(t["met"] in (True, False, None) and type(t["met"]) is not int, no, "report.json")
    type_, k, ver = _record(t["record"], True, no)
    return Target(no, t["figure"], type_, k, ver, t["fact"], t["value"], t["places"], t["operator"], t["met"])


def _parse_declared(value: Any, no: str) -> Declared:
    d = _object(value, DECLARED_KEYS, no)
    _shape(d["no"] == no and isinstance(d["fact"], str) and _scalar(d["value"]), no, "report.json")
    evidence = d["evidence"]
    _shape(
        evidence is None or (isinstance(evidence, str) and bool(_HEX.fullmatch(evidence))), no, "report.json"
    )
    _shape(isinstance(d["unit"], str), no, "report.json")
    type_, k, _ = _record(d["record"], False, no)
    return Declared(no, type_, k, d["fact"], d["value"], d["unit"], evidence)


def parse_report(value: Any) -> Report:
    """Read report.json (format §6). Errors: Refused, naming what is malformed."""
    r = _object(value, REPORT_KEYS, "report.json")
    _shape(r["v"] == 1 and type(r["v"]) is int, "v", "report.json")
    for key in ("origin", "enterprise", "title", "edition", "issued_on", "fingerprint"):
        _shape(isinstance(r[key], str), key, "report.json")
    _shape(bool(_HEX.fullmatch(r["fingerprint"])) and is_date(r["issued_on"]), "fingerprint", "report.json")
    a = _object(r["checkpoint_a"], ["root", "size"], "checkpoint_a")
    _shape(_whole(a["size"], 0, INTEGER_LIMIT) and _is_hash(a["root"]), "checkpoint_a", "report.json")
    type_, k, _ = _record(r["record"], False, "record")
    for key in ("figures", "targets", "declared"):
        _shape(isinstance(r[key], list), key, "report.json")
    return Report(
        origin=r["origin"],
        enterprise=r["enterprise"],
        title=r["title"],
        edition=r["edition"],
        type=type_,
        k=k,
        period=_period(_object(r["period"], ["from", "to"], "period"), "period"),
        issued_on=r["issued_on"],
        fingerprint=r["fingerprint"],
        a_size=a["size"],
        a_root=a["root"],
        figures=tuple(_parse_figure(one, f"F{i}") for i, one in enumerate(r["figures"], 1)),
        targets=tuple(_parse_target(one, f"T{i}") for i, one in enumerate(r["targets"], 1)),
        declared=tuple(_parse_declared(one, f"D{i}") for i, one in enumerate(r["declared"], 1)),
        document=r["document"],
    )


@dataclass(frozen=True)
class Definitions:
    """definitions.json: metrics by name, and for each record type what may be opened and its state graph."""

    release: str
    metrics: Mapping[str, Metric]
    quotients: Mapping[str, Quotient]
    types: Mapping[str, Any]

    def raw(self, name: str) -> Mapping[str, Any]:
        """The object that a metric or quotient was read from."""
        return self.quotients[name].raw if name in self.quotients else self.metrics[name].raw


def _is_quotient(value: Any) -> bool:
    return isinstance(value, dict) and value.get("form") == QUOTIENT


def parse_definitions(value: Any) -> Definitions:
    """Read definitions.json (format §5). Errors: Refused."""
    where = "definitions.json"
    _shape(isinstance(value, dict) and sorted(value) == ["metrics", "release", "types", "v"], where, where)
    _shape(same(value["v"], 1) and isinstance(value["release"], str), "release", where)
    _shape(isinstance(value["metrics"], dict) and isinstance(value["types"], dict), "metrics", where)
    given = value["metrics"]
    metrics = {
        name: parse_metric(one, f"{where} {escaped(name)}")
        for name, one in given.items()
        if not _is_quotient(one)
    }
    quotients = {
        name: parse_quotient(one, metrics, f"{where} {escaped(name)}")
        for name, one in given.items()
        if _is_quotient(one)
    }
    _shape(all(name == one.name for name, one in metrics.items()), "name", where)
    _shape(all(name == one.name for name, one in quotients.items()), "name", where)
    for name, one in value["types"].items():
        _shape(isinstance(one, dict) and sorted(one) == ["graph", "may_open"], name, where)
    return Definitions(value["release"], metrics, quotients, value["types"])


# Reading the log: headers and opened entries side by side, one line at a time

PROVENANCES = ("entered", "imported", "reconstructed")


class Known:
    """The open facts of a version that figures read; one object for all versions whose facts are written alike."""

    __slots__ = ("facts", "names")

    def __init__(self, facts: dict[str, Any]) -> None:
        self.facts = facts
        self.names = tuple(facts)


NOTHING_KNOWN = Known({})


class Version:
    """One version of a record of a counted type: where it stands in the log and the facts that are open."""

    __slots__ = ("act", "d", "known", "seq")

    def __init__(self, seq: int, d: str, act: str, known: Known) -> None:
        self.seq = seq
        self.d = d
        self.act = act
        self.known = known

    @property
    def facts(self) -> dict[str, Any]:
        """The open facts by name."""
        return self.known.facts

    @property
    def names(self) -> tuple[str, ...]:
        """Their names."""
        return self.known.names


class Kind:
    """Opened entries of one type and shape: which of their facts are kept, and what is known of those seen."""

    KEPT = 20_000

    __slots__ = ("known", "positions")

    def __init__(self, shape: Shape, wanted: set[str]) -> None:
        self.positions = [at for at, name in enumerate(shape.opened) if name in wanted]
        self.known: dict[tuple[bytes, ...], Known] = {}

    def written(self, opened: Opened) -> tuple[bytes, ...]:
        """The kept values as they are written."""
        raw = opened.raw
        return tuple([raw[at] for at in self.positions])

    def keep(self, written: tuple[bytes, ...], known: Known) -> None:
        """Remember what values written so mean; forgetting costs memory and time, nothing else."""
        if len(self.known) >= self.KEPT:
            self.known.clear()
        self.known[written] = known


@dataclass
class Log:
    """What the headers and the opened entries say, after one pass over them."""

    size: int = 0
    root: bytes = EMPTY_ROOT
    broken: bool = False
    last_day: str = ""
    days: dict[str, int] = field(default_factory=dict)
    entries: dict[str, int] = field(default_factory=dict)
    latest: dict[str, list[int]] = field(default_factory=dict)
    records: dict[str, list[list[Version]]] = field(default_factory=dict)
    roots: dict[int, bytes] = field(default_factory=dict)
    system: list[tuple[Header, dict[str, Any]]] = field(default_factory=list)
    publishes: list[tuple[Header, dict[str, Any] | None]] = field(default_factory=list)
    opened_names: dict[str, set[str]] = field(default_factory=dict)
    shapes: dict[str, set[tuple[str, ...]]] = field(default_factory=dict)
    imports: list[tuple[str, int, int, int, int]] = field(default_factory=list)

    @property
    def first_day(self) -> str:
        """The day of entry 0."""
        return min(self.days) if self.days else ""

    def of(self, type_: str) -> list[tuple[Header, dict[str, Any]]]:
        """The entries of one of the log's own types, in order."""
        return [one for one in self.system if one[0].type == type_]


IMPORT_FACTS = ("process", "rows_read", "rows_opened", "rows_unchanged", "rows_refused")


class LogReader:
    """Reads headers.jsonl and opened.jsonl in step, checks every line, and keeps what the figures need."""

    def __init__(
        self,
        container: Container,
        findings: Findings,
        wanted: Mapping[str, set[str]],
        placing: Mapping[str, set[str]],
        proved: set[str],
    ) -> None:
        self.findings = findings
        self.wanted = wanted
        self.placing = placing
        self.proved = proved
        self.log = Log(records={one: [] for one in wanted})
        self.headers = container.lines("headers.jsonl", TEXT_LIMIT)
        self.opened_lines = container.lines("opened.jsonl", OPENED_LINE_LIMIT)
        self.opened_number = 0
        self.pending: Opened | None = None
        self.last_opened = -1
        self.opened_reader = OpenedReader()
        self.pool: dict[str, str] = {}
        self.kinds: dict[tuple[str, Shape], Kind] = {}
        self.import_type, self.import_left = "", 0

    def read(self, sizes: Iterable[int]) -> Log:
        """Read everything. ``sizes``: sizes of which the root is wanted besides the whole."""
        log, tree, stops = self.log, CompactRange(), set(sizes)
        self._next_opened()
        for index, line in enumerate(self.headers):
            if index in stops:
                log.roots[index] = tree.root()
            try:
                header = read_header(line)
            except Refused as error:
                error.where = f"headers.jsonl:{index + 1}"
                raise
            if header.type == "ledger.checkpoint":
                log.roots[index] = tree.root()
            tree.append(leaf_hash(line))
            if not log.broken:
                self._entry(index, header)
        log.size, log.root = tree.size, tree.root()
        log.roots[log.size] = log.root
        if not log.broken:
            self._import_ends(f"seq {log.size - 1}")
        if self.pending is not None and not log.broken:
            where = f"opened.jsonl:{self.opened_number}"
            self.findings.red(
                "opened.beyond", "公开的条目超出日志。", "An opened entry lies beyond the log.", where
            )
        while self.pending is not None:  # a line that is not of the format is found wherever it stands
            self._next_opened()
        return log

    def _next_opened(self) -> None:
        """Move to the next readable opened entry; one whose seals are broken is reported and skipped."""
        self.pending = None
        for line in self.opened_lines:
            self.opened_number += 1
            try:
                opened = self.opened_reader.read(line, self._opened_where)
            except Untrue as error:
                self.findings.red("opened.seal", error.zh + "。", error.en + ".", error.where)
                continue
            if opened.seq <= self.last_opened:
                raise Refused("公开条目的次序不对", "opened entries are out of order", self._opened_where())
            self.last_opened = opened.seq
            self.pending = opened
            return

    def _opened_where(self) -> str:
        return f"opened.jsonl:{self.opened_number}"

    def _entry(self, index: int, header: Header) -> None:
        log = self.log
        if header.seq != index:
            log.broken = True
            self.findings.red(
                "headers.gap",
                f"第 {index + 1} 行应是第 {index} 号条目，却是第 {header.seq} 号：条目被删去、插入或调换。",
                f"Line {index + 1} should hold entry {index} and holds {header.seq}: removed, inserted or swapped.",
                f"headers.jsonl:{index + 1}",
            )
            return
        if header.d < log.last_day:
            where = f"headers.jsonl:{index + 1}"
            self.findings.red(
                "headers.day", "日期早于前一条目。", "The date is before the entry above it.", where
            )
        else:
            log.last_day = header.d
        log.days[header.d] = log.days.get(header.d, 0) + 1
        log.entries[header.type] = log.entries.get(header.type, 0) + 1
        latest = log.latest.setdefault(header.type, [])
        fits = header.k <= len(latest) and latest[header.k - 1] == header.ver - 1
        if not fits and not (header.k == len(latest) + 1 and header.ver == 1):
            self.findings.red(
                "headers.number",
                f"{header.type}/{header.k} 第 {header.ver} 版的编号与前面的条目接不上。",
                f"{header.type}/{header.k} version {header.ver} does not follow the entries before it.",
                f"headers.jsonl:{index + 1}",
            )
            log.broken = True
            return
        if fits:
            latest[header.k - 1] = header.ver
        else:
            latest.append(1)
        self._facts_of(header)

    def _facts_of(self, header: Header) -> None:
        opened: Opened | None = None
        if self.pending is not None and self.pending.seq == header.seq:
            opened = self.pending
            if opened.digest != header.facts:
                self.findings.red(
                    "opened.header",
                    f"第 {header.seq} 号条目的条目头与其公开的事实不符（条目头或摘要被改）。",
                    f"Entry {header.seq}: the header does not match the opened facts (one of them was changed).",
                    f"opened.jsonl:{self.opened_number}",
                )
                opened = None  # facts that the log does not hold are not facts
            self._next_opened()
        if self.import_left or header.act == "import" or header.type == "core.import":
            self._imported(header, opened)
        if header.type in self.wanted:
            self._version(header, opened)
        if header.type.startswith("ledger."):
            self._system(header, opened)
        elif header.type == "report.report" and header.act == "publish":
            self.log.publishes.append((header, opened.facts if opened else None))

    def _system(self, header: Header, opened: Opened | None) -> None:
        if opened is None or len(opened.facts) != len(opened.names):
            self.findings.red(
                "ledger.closed",
                f"日志自身的第 {header.seq} 号条目（{header.type}）未全部公开。",
                f"Entry {header.seq} of the log itself ({header.type}) is not wholly open.",
                f"seq {header.seq}",
            )
        self.log.system.append((header, opened.facts if opened else {}))

    def _imported(self, header: Header, opened: Opened | None) -> None:
        """Behind an import stand exactly the records that it says it opened (format §2)."""
        where = f"seq {header.seq} {header.type}/{header.k}"
        if (
            header.act == "import"
            and header.ver == 1
            and header.type == self.import_type
            and self.import_left
        ):
            self.import_left -= 1
            return
        self._import_ends(f"seq {header.seq - 1}")
        if header.act == "import":
            self.findings.red(
                "import.stray",
                "导入的条目不在任何导入记录之后。",
                "An entry says it was imported and stands behind no import.",
                where,
            )
        if header.type != "core.import" or header.act != "open":
            return
        facts = opened.facts if opened else {}
        missing = [one for one in IMPORT_FACTS if one not in facts]
        if missing:
            listed = "、".join(missing)
            self.findings.red(
                "import.closed", f"导入记录未公开：{listed}。", f"The import keeps back: {listed}.", where
            )
            return
        numbers = [facts[one] if _whole(facts[one], 0, INTEGER_LIMIT) else -1 for one in IMPORT_FACTS[1:]]
        if min(numbers) < 0 or numbers[0] != sum(numbers[1:]):
            self.findings.red(
                "import.sum",
                f"导入记录的行数不相加：读取 {numbers[0]}，新建、未变、拒绝 {numbers[1:]}。",
                f"The rows of the import do not add up: read {numbers[0]}, opened, unchanged, refused {numbers[1:]}.",
                where,
            )
            return
        read, self.import_left, unchanged, refused = numbers
        self.import_type = str(facts["process"])
        self.log.imports.append((self.import_type, read, self.import_left, unchanged, refused))

    def _import_ends(self, where: str) -> None:
        if self.import_left:
            self.findings.red(
                "import.short",
                f"导入记录所称新建的记录少了 {self.import_left} 条。",
                f"{self.import_left} of the records that the import says it opened are not there.",
                where,
            )
        self.import_left = 0

    def _version(self, header: Header, opened: Opened | None) -> None:
        if opened is None:
            known = NOTHING_KNOWN
            self.log.shapes.setdefault(header.type, set()).add(())
        elif opened.shape is None:
            known = self._known(header, opened)
        else:
            key = (header.type, opened.shape)
            kind = self.kinds.get(key)
            if kind is None:
                kind = self.kinds[key] = Kind(opened.shape, self.wanted[header.type])
            written = kind.written(opened)
            found = kind.known.get(written)
            known = found if found is not None else self._known(header, opened, kind, written)
        version = Version(header.seq, header.d, header.act, known)
        records = self.log.records[header.type]
        if header.ver == 1:
            records.append([version])
        else:
            records[header.k - 1].append(version)

    def _known(
        self, header: Header, opened: Opened, kind: Kind | None = None, written: tuple[bytes, ...] = ()
    ) -> Known:
        """What an opened entry lets be known of a version; remembered by its kind unless something is wrong with it."""
        wanted, pool, facts = self.wanted[header.type], self.pool, opened.facts
        kept = {
            name: pool.setdefault(value, value) if type(value) is str else value
            for name, value in facts.items()
            if name in wanted
        }
        self.log.opened_names.setdefault(header.type, set()).update(facts)
        bad = self._bad(header, opened, kept)
        known = Known({name: value for name, value in kept.items() if name not in bad})
        self.log.shapes.setdefault(header.type, set()).add(known.names)
        if kind is not None and not bad:
            kind.keep(written, known)
        return known

    def _bad(self, header: Header, opened: Opened, facts: Mapping[str, Any]) -> list[str]:
        """Facts of the wrong kind, which count as not open, after saying so."""
        placing = self.placing[header.type]
        bad = [
            name
            for name, value in facts.items()
            if (name in placing and value is not None and not is_date(value))
            or (name == "state" and type(value) is not str)
            or (name == "provenance" and value not in PROVENANCES)
            or (name == "judged_at_once" and type(value) is not bool and value is not None)
        ]
        needed = header.type in self.proved
        if needed and "judged_at_once" in opened.names and "judged_at_once" not in opened.facts:
            bad.append("judged_at_once")
        if bad:
            listed = "、".join(bad)
            self.findings.red(
                "facts.kind",
                f"事实 {listed} 类型不对或未公开。",
                f"Facts of the wrong type or not open: {listed}.",
                f"seq {header.seq} {header.type}/{header.k} v{header.ver}",
            )
        return bad


# Recomputing figures


@dataclass(frozen=True)
class Step:
    """One line of the funnel: what was taken away (or is left), and the number of records."""

    say: Say
    records: int


class Adjustment(NamedTuple):
    """A record that contributes differently at E and at A, and the entries between that changed it."""

    record: str
    before: str
    after: str
    entries: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True)
class Recomputed:
    """Everything recomputed for one figure at one size of the log."""

    measured: Measured
    contributions: Mapping[int, tuple[int | None, int | None]]
    funnel: tuple[Step, ...]
    undecided: int
    bounds: tuple[str, str] | None
    not_part: int


@dataclass
class Result:
    """What the verifier has to say about one figure."""

    figure: Figure
    metric: Metric
    status: str = "proved"
    recomputed: Recomputed | None = None
    then: Then | None = None
    adjustments: list[Adjustment] = field(default_factory=list)
    after_a: list[Adjustment] = field(default_factory=list)
    provenance: dict[str, int] = field(default_factory=dict)
    late: int = 0
    late_imported: int = 0
    verdicts: int = 0
    at_once: int = 0
    since: str = ""


@dataclass
class Divided:
    """What the verifier has to say about a quotient; ``parts`` are the figures of its numerator and denominator, or None."""

    figure: Figure
    quotient: Quotient
    parts: tuple[Result | None, Result | None] = (None, None)
    status: str = "proved"
    recomputed: Measured | None = None
    then: Then | None = None
    since: str = ""

    def divide(self) -> None:
        """Compute the quotient of what its two figures were recomputed to, at A and at E."""
        top, bottom = self.parts
        if top is None or bottom is None or top.recomputed is None or bottom.recomputed is None:
            return
        self.recomputed = self._of(top.recomputed.measured, bottom.recomputed.measured)
        if top.then is not None and bottom.then is not None:
            self.then = Then(top.then.size, self._of(top.then.measured, bottom.then.measured))

    def _of(self, top: Measured, bottom: Measured) -> Measured:
        text = quotient_text(top.numerator, bottom.numerator, self.quotient)
        return Measured(top.numerator, bottom.numerator, text)


def version_at(versions: Sequence[Version], size: int) -> Version | None:
    """The version in force at a size of the log: the last one with ``seq < size`` (format §4)."""
    for one in reversed(versions):
        if one.seq < size:
            return one
    return None


class Census:
    """The records of one type in force at one size, in the order of the date that places them."""

    def __init__(self, records: Sequence[Sequence[Version]], size: int, placed_by: str) -> None:
        rows: list[tuple[str, int, Version]] = []
        self.total = self.undated = 0
        for k, versions in enumerate(records, 1):
            version = version_at(versions, size)
            if version is None:
                continue
            self.total += 1
            day = version.facts.get(placed_by)
            if day is None:
                self.undated += 1
            else:
                rows.append((day, k, version))
        rows.sort(key=lambda row: row[0])  # stable: within a day in the order of opening
        self.rows = rows
        self.days = [row[0] for row in rows]

    def within(self, period: tuple[str, str]) -> list[tuple[str, int, Version]]:
        """The records placed in the period, both ends included."""
        return self.rows[bisect_left(self.days, period[0]) : bisect_right(self.days, period[1])]


def _funnel(metric: Metric, slice_: Sequence[Condition], census: Census, lost: Sequence[int], states: Mapping[str, int],
            placed_: int, part: int) -> tuple[Step, ...]:  # fmt: skip
    """The way from all records of the type to the denominator, each condition and state by name."""
    out = [
        Step(Say(f"{metric.type} 的全部记录", f"all records of {metric.type}"), census.total),
        Step(Say("减去没有日期的", "less those without a date"), census.undated),
        Step(Say("减去日期不在期内的", "less those placed outside the period"), len(census.rows) - placed_),
        Step(Say("落在期内的", "placed in the period"), placed_),
    ]
    for state in sorted(states):
        name = _named(metric, "state", state)
        out.append(Step(Say(f"减去状态为 {name} 的", f"less those in state {name}"), states[state]))
    for one, number in zip((*metric.where, *slice_), lost):
        words = _condition_words(metric, one)
        out.append(Step(Say(f"减去不满足“{words.zh}”的", f'less those not meeting "{words.en}"'), number))
    for one, number in zip(_last_part(metric).where, lost[len(metric.where) + len(slice_) :]):
        words = _condition_words(metric, one)
        out.append(Step(Say(f"减去不满足“{words.zh}”的", f'less those not meeting "{words.en}"'), number))
    last = Say("计入分子的", "counted in the numerator")
    if metric.denominator is not None:
        last = Say("计入分母的", "counted in the denominator")
    return (*out, Step(last, part))


def _last_part(metric: Metric) -> Part:
    return metric.numerator if metric.denominator is None else metric.denominator


def _undecided(metric: Metric, slice_: Sequence[Condition], facts: Mapping[str, Any]) -> bool:
    """Whether a record placed in the period is undecided or voided in the sense of the bounds (format §4)."""
    if metric.failed is None:
        return False
    name = metric.failed[0]
    if name not in facts:
        return False
    if facts["state"] in metric.states and facts[name] is not None:
        return False
    others = [one for one in (*metric.where, *slice_, *_last_part(metric).where) if one.fact != name]
    return all_hold(others, facts)


def _bounds(metric: Metric, measured: Measured, undecided: int, already: int) -> tuple[str, str] | None:
    """The share with all undecided counted as failed, and with all of them counted as passed (format §4)."""
    share = metric.form == "share" and metric.numerator.fact is None and _last_part(metric).fact is None
    if not share or metric.failed is None or measured.denominator is None:
        return None
    name, good = metric.failed
    reading = [one for one in metric.numerator.where if one.fact == name]
    if not reading:
        return None
    bottom = measured.denominator + undecided - already
    without = figure_text(measured.numerator, bottom, metric)
    with_all = figure_text(measured.numerator + undecided, bottom, metric)
    return (without, with_all) if all_hold(reading, {name: good}) else (with_all, without)


class Judged:
    """What facts that were placed in the period add to a figure, or which state or condition keeps them out.

    Errors: FactMissing.
    """

    __slots__ = ("counted", "loose", "records", "state", "step")

    def __init__(self, metric: Metric, slice_: Sequence[Condition], period: tuple[str, str],
                 steps: Sequence[Condition], facts: Mapping[str, Any]) -> None:  # fmt: skip
        self.records = 0
        self.counted = contribution(metric, slice_, period, facts)
        self.loose = _undecided(metric, slice_, facts)
        self.state: str | None = None
        self.step: int | None = None
        if self.counted[0 if metric.denominator is None else 1] is not None:
            return
        if facts["state"] not in metric.states:
            self.state = facts["state"]
        else:
            self.step = next(i for i, one in enumerate(steps) if not holds(one, facts))


def recompute(
    metric: Metric, slice_: Sequence[Condition], period: tuple[str, str], census: Census
) -> Recomputed:
    """Count one figure over the records in force, keeping what each record contributes and why others do not.

    Errors: FactMissing when a fact that the definition reads is absent or of the wrong kind.
    """
    conditions = (*metric.where, *slice_)
    steps = (*conditions, *_last_part(metric).where)
    lost = [0] * len(steps)
    states: dict[str, int] = {}
    contributions: dict[int, tuple[int | None, int | None]] = {}
    undecided = already = top = bottom = not_part = part = 0
    rows = census.within(period)
    alike: dict[int, Judged] = {}  # by the object of the facts: many versions share one
    for _, k, version in rows:
        judged = alike.get(id(version.known))
        if judged is None:
            judged = alike[id(version.known)] = Judged(metric, slice_, period, steps, version.facts)
        judged.records += 1
        contributions[k] = judged.counted
    for judged in alike.values():
        number, (numerator, denominator) = judged.records, judged.counted
        top += number * (numerator or 0)
        bottom += number * (denominator or 0)
        not_part += number * (numerator is not None and denominator is None)
        undecided += number * judged.loose
        if judged.step is not None:
            lost[judged.step] += number
        elif judged.state is not None:
            states[judged.state] = states.get(judged.state, 0) + number
        else:
            part += number
            already += number * judged.loose
    whole = None if metric.denominator is None else bottom
    measured = Measured(top, whole, figure_text(top, whole, metric))
    funnel = _funnel(metric, slice_, census, lost, states, len(rows), part)
    bounds = _bounds(metric, measured, undecided, already) if undecided else None
    return Recomputed(
        measured, contributions, funnel, undecided, bounds, not_part if metric.form == "share" else 0
    )


def _contribution_text(contributions: Mapping[int, tuple[int | None, int | None]], k: int) -> str:
    if k not in contributions:
        return "不在期内 out"
    top, bottom = contributions[k]
    return (
        "0" if top is None and bottom is None else f"{top or 0}" if bottom is None else f"{top or 0}/{bottom}"
    )


def adjustments(
    type_: str,
    records: Sequence[Sequence[Version]],
    before: Recomputed,
    after: Recomputed,
    sizes: tuple[int, int],
) -> list[Adjustment]:
    """The records that contribute differently at two sizes, with the entries between (format §4)."""
    out: list[Adjustment] = []
    if before.contributions == after.contributions:
        return out
    for k in sorted(set(before.contributions) | set(after.contributions)):
        if k in before.contributions and before.contributions[k] == after.contributions.get(k, "absent"):
            continue
        between = [(one.seq, one.d, one.act) for one in records[k - 1] if sizes[0] <= one.seq < sizes[1]]
        first, second = (
            _contribution_text(before.contributions, k),
            _contribution_text(after.contributions, k),
        )
        out.append(Adjustment(f"{type_}/{k}", first, second, tuple(between)))
    return out


LATE_DAYS = 7


def _utc(seconds: int) -> str:
    """A time since 1970 as date, hour and minute."""
    return str(datetime.fromtimestamp(min(seconds, 2**37), timezone.utc))[:16]


@lru_cache(maxsize=4096)
def _days_between(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


# Numerals typed in running text

_NUMERAL = re.compile(
    r"百?[分千万]之[零〇一二三四五六七八九十百千万点两]+|[-+]?[\d０-９]+(?:[.,，．:/\-][\d０-９]+)*[%％‰]?|[零〇一二三四五六七八九十百千万亿两点]{3,}"
)
_REFERENCES = ("figure", "target", "declared")


def walk_document(tree: Any) -> Iterator[tuple[str, str]]:
    """The document tree in order: ("text", words) and (kind, number) of each named figure, target, declared fact."""
    stack = [tree]
    while stack:
        one = stack.pop()
        if isinstance(one, list):
            stack.extend(reversed(one))
        elif isinstance(one, dict):
            for key in sorted(one):
                value = one[key]
                if key == "text" and isinstance(value, str):
                    yield "text", value
                elif key in _REFERENCES and isinstance(value, str) and value:
                    yield key, value
                elif key == "figures" and isinstance(value, list):
                    for number in value:
                        yield "figure", str(number)
            stack.extend(one[key] for key in sorted(one, reverse=True))


def numerals(text: str) -> list[str]:
    """The numerals in a text: digits of any script with their separators, and longer Chinese numerals."""
    return [found.group() for found in _NUMERAL.finditer(text)]


# The verdict

NAMES = {0: "proved", 1: "false", 2: "unreadable", 3: "unchecked"}
VERDICTS = {
    0: Say("结论：全部证明。", "Verdict: everything proved."),
    1: Say("结论：有不实之处。", "Verdict: something is false."),
    2: Say("结论：无法读取。", "Verdict: unreadable."),
    3: Say("结论：未发现不实，但有未核对之处。", "Verdict: nothing false, but something was not checked."),
}
PROVED = Say(
    "已证明：算术无误；在本日志范围内没有遗漏；与所给文件绑定",
    "Proved: arithmetic, completeness within this log, binding to this file",
)
NOT_PROVED = Say(
    "未证明：记录属实；每件事都已记录；软件未经改动；不存在另一份日志",
    "Not proved: that records are true, that every event was recorded, that the software was unmodified,"
    " that there is no other log",
)
ANCHORED = Say("；您所持锚点之前的内容未被改写", ", no rewriting behind the anchors you supplied")
UNANCHORED = Say(
    "；日志没有被整个改写过（没有您认可的锚点）",
    ", that the log was not rewritten as a whole (no anchor of yours)",
)
COMPARED = Say(
    "我比较的是文件的散列值，不是页面显示的内容：请对照纸面逐行阅读以上各行。",
    "I compared file hashes, not what the pages show: read these lines against the paper.",
)


@dataclass(frozen=True)
class Section:
    """A part of the account: a title and its lines."""

    title: Say
    lines: tuple[Say, ...]


@dataclass(frozen=True)
class Verdict:
    """The outcome. ``exit`` as in the module's docstring; ``data`` is the object of ``--format json``."""

    exit: int
    findings: tuple[Finding, ...]
    sections: tuple[Section, ...]
    data: Mapping[str, Any]

    @property
    def word(self) -> str:
        """``proved``, ``false``, ``unreadable`` or ``unchecked``."""
        return NAMES[self.exit]

    def text(self, lang: str = "zh") -> str:
        """The account in plain words, verdict last. ``zh``: Chinese, key lines followed by English; or ``en``."""
        out: list[str] = []

        def add(say: Say, indent: str = "", key: bool = False) -> None:
            out.append(indent + (say.en if lang == "en" else say.zh))
            if key and lang != "en":
                out.append(indent + say.en)

        for section in self.sections:
            add(section.title)
            for line in section.lines:
                add(line, "  ")
            out.append("")
        marks = {"ok": "[=]", "amber": "[!]", "red": "[X]"}
        for one in self.findings:
            where = f" @ {escaped(one.where)}" if one.where else ""
            add(
                Say(f"{marks[one.level]} {one.say.zh}{where}", f"{marks[one.level]} {one.say.en}{where}"),
                key=True,
            )
        out.append("")
        if self.exit != 2:
            for line in self.data["closing"]:
                add(Say(line["zh"], line["en"]), key=True)
        add(VERDICTS[self.exit], key=True)
        return "\n".join(out) + "\n"


def _sentence(*parts: Say) -> Say:
    return Say("".join(one.zh for one in parts) + "。", "".join(one.en for one in parts) + ".")


def closing(exit_: int, anchored: bool) -> list[Say]:
    """The sentences that end every account of a readable bundle; ``anchored``: some anchor of the reader's counts."""
    first = _sentence(PROVED, ANCHORED) if anchored else _sentence(PROVED)
    if exit_ == 1:
        first = Say("已证明：无，因为有不实之处。", "Proved: nothing, since something is false.")
    elif exit_ == 3:
        first = Say(
            "已证明：除上面标明未核对的以外，算术无误，在本日志范围内没有遗漏。",
            "Proved: arithmetic and completeness within this log, except for what is marked above as not checked.",
        )
    return [first, _sentence(NOT_PROVED) if anchored else _sentence(NOT_PROVED, UNANCHORED), COMPARED]


# The whole verification


def _hexdigest(data: bytes) -> str:
    return sha256(data).hexdigest()


def _sliced(metric: Metric | Quotient, slice_: Sequence[Condition]) -> bool:
    return all(one.fact in metric.dimensions for one in slice_)


def _slice_bytes(slice_: Sequence[Condition]) -> bytes:
    """A slice, so that equal ones are equal bytes: ``1`` is not ``true``."""
    return jcs([[one.fact, one.op, one.value] for one in slice_])


class Held(NamedTuple):
    """What the reader brings besides report and key: own checkpoints (name, content), witnesses, time-stamping certificates."""

    since: Sequence[tuple[str, bytes]] = ()
    witnesses: Sequence[VerifierKey] = ()
    quorum: int = 0
    authorities: Sequence[Certificate] = ()


def read_receipt(data: bytes) -> tuple[Note, tuple[Header, bytes], list[bytes]]:
    """A receipt (format §7): the note, the header and its bytes, the inclusion proof. Errors: Refused."""
    value = parse_strict(data.strip(), NOTE_LIMIT)
    _shape(isinstance(value, dict) and sorted(value) == ["header", "note", "proof"], "receipt", "")
    texts = isinstance(value["header"], str) and isinstance(value["note"], str) and _texts(value["proof"])
    proof = [_base64(one) for one in value["proof"]] if texts else [None]
    _shape(None not in proof, "receipt", "")
    header = value["header"].encode()
    return parse_note(value["note"].encode()), (read_header(header), header), [one for one in proof if one]


class Anchor(NamedTuple):
    """A checkpoint that others saw: the note, what it states, the token over it, and where it was found."""

    note: Note
    checkpoint: Checkpoint
    token: bytes | None
    where: str


class Verification:
    """One run over one bundle; every method checks one thing and adds what it finds."""

    def __init__(
        self,
        container: Container,
        report: bytes | None,
        key: str | None,
        held: Held = Held(),  # noqa: B008 - immutable
    ) -> None:
        self.container = container
        self.held = held
        self.keys: list[tuple[int, str, VerifierKey]] = []
        self.anchored: list[tuple[int, Say]] = []
        self.seen: list[tuple[int, str | None]] = []
        self.pdf = report
        self.key = None if key is None else plain_fingerprint(key)
        self.findings = Findings()
        self.results: list[Result | Divided] = []
        self.numerals: list[tuple[str, str]] = []
        self.since: dict[str, str] = {}
        self.replaced: dict[str, tuple[str, str]] = {}
        self.reached = 0
        self.censuses: dict[tuple[str, int, str], Census] = {}
        self.checkpoints: list[tuple[int, str, int]] = []
        self.binding: dict[str, Any] = {
            "pdf_sha256": None if report is None else _hexdigest(report),
            "bound": None,
        }

    def run(self) -> Verdict:
        """Check everything. Errors: Refused when something cannot be read at all."""
        try:
            self._run()
        except Untrue as error:
            self.findings.red("log.false", error.zh + "。", error.en + ".", error.where)
        except Refused as error:
            # A member that was changed and cannot be read either is false, not merely unreadable (format §8).
            if not self.changed:
                raise
            self.findings.red("unreadable", error.zh + "。", error.en + ".", error.where)
        return self._verdict()

    def _json(self, member: str) -> Any:
        return parse_strict(self.container.read(member), MEMBER_LIMITS[member], member)

    def _run(self) -> None:
        self._not_given()
        self._members()
        self._notes()
        report = parse_report(self._json("report.json"))
        definitions = parse_definitions(self._json("definitions.json"))
        self.report, self.definitions = report, definitions
        self.reached = 1
        self._metrics_known()
        wanted, self.placing = self._wanted()
        self._anchors_read()
        reader = LogReader(self.container, self.findings, wanted, self.placing, self._proved_types())
        sizes = {one.checkpoint.size for one in (*self.anchors, *self.brought)}
        self.log = reader.log
        try:
            reader.read({self.a.size, report.a_size, *sizes})
        finally:
            self._keys()
        self.reached = 2
        self._roots()
        if self.log.broken:
            self.findings.unchecked(
                "figures.skipped",
                "日志接不上，数字没有复算。",
                "The log does not fit: no figure was recomputed.",
            )
            return
        self._origin()
        self._anchors()
        self._genesis()
        self._logged_checkpoints()
        self._publication()
        self._defined()
        self._open_facts()
        self._figures()
        for target in report.targets:
            self._target(target)
        for declared in report.declared:
            self._declared(declared)
        self._document()
        self._told()
        self.reached = 3

    # Container, notes and keys

    @property
    def changed(self) -> bool:
        """Whether a member is not what the manifest or the zip's checksum states."""
        return any(one in self.findings.number for one in ("member.changed", "member.checksum"))

    def _members(self) -> None:
        manifest = parse_strict(self.container.read("manifest.json"), where="manifest.json")
        rest = [one for one in self.container.members if one != "manifest.json"]
        _shape(
            isinstance(manifest, dict) and sorted(manifest) == ["members", "v"],
            "manifest.json",
            "manifest.json",
        )
        _shape(
            same(manifest["v"], 1) and isinstance(manifest["members"], dict), "manifest.json", "manifest.json"
        )
        _shape(sorted(manifest["members"]) == sorted(rest), "members", "manifest.json")
        for name, member in self.container.members.items():
            crc, digest = self.container.sums(name)
            stated = {"sha256": digest, "size": member.size}
            if name != "manifest.json" and manifest["members"][name] != stated:
                self.findings.red(
                    "member.changed",
                    f"{name} 的内容与清单 manifest.json 不符：它被改动过。",
                    f"{name} is not what manifest.json states: it was changed.",
                    name,
                )
            elif crc != member.crc:
                self.findings.red(
                    "member.checksum",
                    f"{name} 与 zip 校验和不符。",
                    f"{name} differs from the zip's checksum.",
                    name,
                )

    def _notes(self) -> None:
        line = self.container.read("key.txt")
        _shape(line.endswith(b"\n") and line.count(b"\n") == 1, "key.txt", "key.txt")
        try:
            self.vkey = parse_vkey(line[:-1].decode("utf-8"))
        except (Refused, UnicodeDecodeError) as error:
            raise Refused("key.txt 不是公钥", "key.txt is not a verifier key", "key.txt") from error
        self.fingerprint = _hexdigest(ED25519_ALGORITHM + self.vkey.public)
        self.note_a, self.a = self._note("checkpoint-a.txt")
        self.note_b, self.b = self._note("checkpoint-b.txt")

    def _note(self, name: str) -> tuple[Note, Checkpoint]:
        try:
            note = parse_note(self.container.read(name))
            return note, parse_checkpoint(note.text)
        except Refused as error:
            raise Refused(error.zh, error.en, name) from None

    # Which key was in force when (format §3)

    def _keys(self) -> None:
        """Follow the rotations, check both checkpoints against the key of their time, and the reader's fingerprint."""
        rotations = self.log.of("ledger.key")
        self.keys = [(0, "", _vkey_in(rotations[0][1], "old") if rotations else self.vkey)]
        for header, facts in rotations:
            self._rotation(header, facts, self.keys[-1][2])
            self.keys.append((header.seq + 1, header.d, _vkey_in(facts, "new")))
        if self.keys[-1][2] != self.vkey:
            self.findings.red(
                "key.last",
                "key.txt 不是日志最后在用的密钥。",
                "key.txt is not the key that the log used last.",
                "key.txt",
            )
        for name, note, checkpoint in (
            ("checkpoint-a.txt", self.note_a, self.a),
            ("checkpoint-b.txt", self.note_b, self.b),
        ):
            self._signature(name, note, self._key_at(checkpoint.size))
        self.fingerprint = _hexdigest(ED25519_ALGORITHM + self._key_at(self.a.size).public)
        self._fingerprint_given()

    def _rotation(self, header: Header, facts: Mapping[str, Any], old: VerifierKey) -> None:
        if header.act != "rotate" or not rotation_holds(self.report.origin, header.seq, facts, old):
            self.findings.red(
                "key.rotation",
                "更换密钥的条目不成立：不是接续在用的密钥，或缺少新旧两把密钥的签名。",
                "A change of key does not hold: it does not follow from the key in force, or one of the two signatures is wrong.",
                f"seq {header.seq}",
            )

    def _key_at(self, size: int) -> VerifierKey:
        return next(key for since, _, key in reversed(self.keys) if since <= size)

    def _signature(self, name: str, note: Note, key: VerifierKey) -> None:
        try:
            signed = verify_note(note, [key])
        except Refused as error:
            self.findings.red("note.signature", error.zh + "。", error.en + ".", name)
            return
        if not signed:
            self.findings.red("note.unsigned", "没有该日志密钥的签名。", "Not signed by the log's key.", name)

    def _fingerprint_given(self) -> None:
        if len(self.keys) > 1:
            days = "、".join(day for _, day, _ in self.keys[1:])
            self.findings.amber(
                "key.rotated",
                f"日志更换过密钥：{days}，每次由新旧两把密钥签署。",
                f"The log's key was replaced on {days}, each time signed by the old key and the new one.",
            )
        if self.key is None:
            return
        known = [_hexdigest(ED25519_ALGORITHM + key.public) for _, _, key in self.keys]
        if self.key not in known:
            self.findings.red(
                "key.other",
                "签名所用密钥的指纹不是您给出的指纹。",
                "The key that signed is not the one whose fingerprint you gave.",
                "key.txt",
            )
        elif known.index(self.key) + 1 < len(known):
            day = self.keys[known.index(self.key) + 1][1]
            self.findings.amber(
                "key.earlier",
                f"您给出的是早先的密钥，已于 {day} 更换；此后的签名由它签署过的更换条目接续。",
                f"You gave an earlier key, replaced on {day}; later signatures follow from it by the change that it signed.",
            )

    # The reader's own anchors (format §7)

    def _anchors_read(self) -> None:
        self.anchors: list[Anchor] = []
        self.brought: list[Anchor] = []
        if ANCHORS in self.container.members:
            for number, line in enumerate(self.container.lines(ANCHORS, 2**20), 1):
                where = f"{ANCHORS}:{number}"
                value = parse_strict(line, 2**20, where)
                _shape(isinstance(value, dict) and sorted(value) == ["note", "tsr"], ANCHORS, where)
                note, tsr = value["note"], value["tsr"]
                _shape(isinstance(note, str) and (tsr is None or isinstance(tsr, str)), ANCHORS, where)
                token = None if tsr is None else _base64(tsr)
                _shape(tsr is None or token is not None, ANCHORS, where)
                note = parse_note(note.encode())
                self.anchors.append(Anchor(note, parse_checkpoint(note.text), token, where))
            sizes = [one.checkpoint.size for one in self.anchors]
            _shape(sizes == sorted(set(sizes)), ANCHORS, ANCHORS)
        for name, content in self.held.since:
            where = f"--since {name}"
            try:
                note, header, proof = (
                    read_receipt(content) if content[:1] == b"{" else (parse_note(content), None, [])
                )
                checkpoint = parse_checkpoint(note.text)
            except Refused as error:
                raise Refused(error.zh, error.en, where) from None
            self.brought.append(Anchor(note, checkpoint, None, where))
            if header is not None and not verify_inclusion(
                header[0].seq, checkpoint.size, leaf_hash(header[1]), proof, checkpoint.root
            ):
                self.findings.red(
                    "receipt.false",
                    "回执所证明的条目不在它的检查点之下：回执被改动过。",
                    "The entry of the receipt does not stand under its checkpoint: the receipt was changed.",
                    where,
                )

    def _anchors(self) -> None:
        for one in self.anchors:
            if one.checkpoint.origin != self.report.origin or self._differs(one):
                self._anchor_false(one)
        for one in self.brought:
            self._since(one)
        own = (
            Anchor(self.note_a, self.a, None, "checkpoint-a.txt"),
            Anchor(self.note_b, self.b, None, "checkpoint-b.txt"),
        )
        if self.held.witnesses:
            self._witnessed((*self.anchors, *own))
        if self.held.authorities:
            self._stamped()
        if self.anchors and not self.held.witnesses and not self.held.authorities:
            self.findings.amber(
                "anchors.unused",
                f"证明包带有 {len(self.anchors)} 个他人见过的检查点；您没有给出见证人的公钥或时间戳证书，它们不作数。",
                f"The bundle carries {len(self.anchors)} checkpoints that others saw; without --witness or --tsa they count for nothing.",
            )
        if not self.seen:
            self.findings.amber(
                "anchors.none",
                "没有您认可的锚点（--since、--witness、--tsa）：持有密钥与数据库的人若把日志整个改写过，由此看不出来。"
                "请至少把检查点 A 与您手中报告所印的逐字对照。",
                "No anchor of yours counts (--since, --witness, --tsa): had whoever holds key and database rewritten the whole"
                " log, this would not show it. Compare at least checkpoint A with the one that your report prints.",
            )

    def _differs(self, one: Anchor) -> bool:
        return self.log.roots.get(one.checkpoint.size) != one.checkpoint.root

    def _anchor_false(self, one: Anchor) -> None:
        size = one.checkpoint.size
        self.findings.red(
            "anchor.differs",
            f"检查点（{size} 条）与本日志不符：日志在它签署之后被改写、回退，或有另一份日志。",
            f"A checkpoint of {size} entries is not of this log: the log was rewritten or rolled back, or there is another one.",
            one.where,
        )

    def _since(self, one: Anchor) -> None:
        checkpoint = one.checkpoint
        signers = [key for _, _, key in self.keys]
        try:
            signed = bool(verify_note(one.note, signers))
        except Refused:
            signed = False
        if checkpoint.origin != self.report.origin or not signed:
            self.findings.unchecked(
                "since.foreign",
                "这个检查点不是本日志的密钥签署的，没有比较。",
                "This checkpoint is not signed by a key of this log: not compared.",
                one.where,
            )
        elif checkpoint.size > self.log.size:
            self.findings.unchecked(
                "since.later",
                f"您的检查点有 {checkpoint.size} 条，比证明包（{self.log.size} 条）新，无从比较：请取更新的证明包。",
                f"Your checkpoint has {checkpoint.size} entries, more than this bundle ({self.log.size}): ask for a newer bundle.",
                one.where,
            )
        elif self._differs(one):
            self._anchor_false(one)
        else:
            words = Say(
                f"您自己保存的检查点（{checkpoint.size} 条）与本日志一致：这些条目此后没有改写。",
                f"The checkpoint that you kept ({checkpoint.size} entries) is of this log: these entries were not rewritten since.",
            )
            self.anchored.append((checkpoint.size, words))
            self._seen(checkpoint.size, None)

    def _seen(self, size: int, day: str | None) -> None:
        """An anchor counts: the day on which others say that they saw it, or None where only the log dates it."""
        if size:
            self.seen.append((size, day))

    def _witnessed(self, candidates: Sequence[Anchor]) -> None:
        """The largest size that enough of the reader's witnesses cosigned."""
        witnesses, quorum = self.held.witnesses, self.held.quorum or len(self.held.witnesses)
        best: dict[VerifierKey, tuple[int, int]] = {}
        times: dict[int, dict[VerifierKey, int]] = {}
        for one in candidates:
            for witness in witnesses:
                try:
                    time = verify_cosignature(one.note, witness)
                except Refused as error:
                    self.findings.red("witness.signature", error.zh + "。", error.en + ".", one.where)
                    continue
                if time is not None and self._differs(one):
                    self._anchor_false(one)
                elif time is not None:
                    seen = (one.checkpoint.size, time)
                    best[witness] = max(best.get(witness, seen), seen)
                    times.setdefault(one.checkpoint.size, {})[witness] = time
        sizes = sorted((size for size, _ in best.values()), reverse=True)
        reached = sizes[quorum - 1] if len(sizes) >= quorum else 0
        for witness, (size, time) in best.items():
            at = _utc(time)
            words = Say(
                f"见证人 {quoted(witness.name)} 于 {at}（UTC）见过前 {size} 条。",
                f"Witness {quoted(witness.name)} saw the first {size} entries at {at} (UTC).",
            )
            self.anchored.append((min(size, reached), words))
        first: dict[VerifierKey, int] = {}
        for size in sorted(times, reverse=True):  # whoever saw more entries saw these as well
            for witness, time in times[size].items():
                first[witness] = min(time, first.get(witness, time))
            if len(first) >= quorum:
                self._seen(size, _utc(sorted(first.values())[quorum - 1])[:10])
        if reached < self.a.size:
            self.findings.unchecked(
                "witness.quorum",
                f"您的 {len(witnesses)} 个见证人中，须有 {quorum} 个见过检查点 A（{self.a.size} 条），没有达到：没有核对。",
                f"{quorum} of your {len(witnesses)} witnesses should have seen checkpoint A ({self.a.size} entries); they have not.",
            )

    def _stamped(self) -> None:
        """The largest size under a time stamp that leads to the reader's certificates."""
        best: tuple[int, str] | None = None
        for one in self.anchors:
            if one.token is None:
                continue
            try:
                token = Token(one.token)
                if verify_token(token, one.note.text.encode(), self.held.authorities):
                    best = (one.checkpoint.size, token.time)
                    self._seen(best[0], f"{token.time[:4]}-{token.time[4:6]}-{token.time[6:8]}")
            except Unknown as error:
                self.findings.unchecked("stamp.unknown", error.zh + "。", error.en + ".", one.where)
            except Refused as error:
                self.findings.red("stamp.invalid", error.zh + "。", error.en + ".", one.where)
        if best is not None:
            time = f"{best[1][:4]}-{best[1][4:6]}-{best[1][6:8]} {best[1][8:10]}:{best[1][10:12]}"
            words = Say(
                f"时间戳证明前 {best[0]} 条在 {time}（UTC）之前已在。",
                f"A time stamp proves that the first {best[0]} entries were there by {time} (UTC).",
            )
            self.anchored.append((best[0], words))
        if best is None or best[0] < self.a.size:
            self.findings.unchecked(
                "stamp.none",
                f"没有您所给证书名下、覆盖检查点 A（{self.a.size} 条）的时间戳：没有核对。",
                f"No time stamp under the certificate that you gave covers checkpoint A ({self.a.size} entries).",
            )

    # What the figures need

    def _metrics_known(self) -> None:
        for figure in self.report.figures:
            quotient = self.definitions.quotients.get(figure.metric)
            metric = quotient or self.definitions.metrics.get(figure.metric)
            if metric is None:
                raise Untrue(
                    f"{figure.no} 的指标没有定义", f"{figure.no} has no definition", "definitions.json"
                )
            if not _sliced(metric, figure.slice):
                self.findings.red(
                    "figure.slice",
                    f"{figure.no} 按指标不允许的事实切分。",
                    f"{figure.no} is sliced by a fact that is no dimension of its metric.",
                    figure.no,
                )
        known = {one.no for one in self.report.figures}
        for target in self.report.targets:
            if target.figure is not None and target.figure not in known:
                raise Untrue(f"{target.no} 所指的数字不存在", f"{target.no} names no figure", "report.json")

    def _counted(self) -> list[Figure]:
        """The figures that count records; a quotient reads none, but stands on two of these."""
        return [one for one in self.report.figures if one.metric in self.definitions.metrics]

    def _wanted(self) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
        """For each counted type the facts to keep, and among them those that place its records."""
        wanted: dict[str, set[str]] = {}
        placing: dict[str, set[str]] = {}
        for figure in self._counted():
            metric = self.definitions.metrics[figure.metric]
            wanted.setdefault(metric.type, set()).update(facts_read(metric, figure.slice))
            placing.setdefault(metric.type, set()).add(metric.placed_by)
            if metric.failed is not None:
                wanted[metric.type].add(metric.failed[0])
        for target in self.report.targets:
            wanted.setdefault(target.type, set()).add(target.fact)
        for declared in self.report.declared:
            wanted.setdefault(declared.type, set()).update((declared.fact, "unit", "evidence"))
        for type_ in wanted:
            wanted[type_].update(placing.setdefault(type_, {"occurred_on"}))
            wanted[type_].update(("state", "provenance", "judged_at_once"))
        return wanted, placing

    # The log

    def _roots(self) -> None:
        log, findings = self.log, self.findings
        if log.size != self.b.size:
            findings.red(
                "headers.number_of",
                f"检查点 B 有 {self.b.size} 条，证明包有 {log.size} 条：条目被删去或添加。",
                f"Checkpoint B states {self.b.size} entries, the bundle has {log.size}: some were removed or added.",
                "headers.jsonl",
            )
        if log.root != self.b.root:
            good, bad = self._narrow()
            findings.red(
                "root.b",
                f"由全部条目头算出的根与检查点 B 不符：第 {good} 号至第 {bad} 号条目之间有条目头被改动、删去或添加。",
                f"The root over all headers is not that of checkpoint B: a header between entries {good} and {bad}"
                " was changed, removed or added.",
                "headers.jsonl",
            )
        if log.roots.get(self.a.size) != self.a.root:
            findings.red(
                "root.a",
                f"由前 {self.a.size} 个条目头算出的根与检查点 A 不符。",
                f"The root over the first {self.a.size} headers is not that of checkpoint A.",
                "checkpoint-a.txt",
            )

    def _narrow(self) -> tuple[int, int]:
        """Between which entries the log departs from what was signed, by the checkpoints logged in it and by A."""
        good, bad = 0, max(self.log.size - 1, 0)
        stated = [(f.get("size"), f.get("root")) for _, f in self.log.of("ledger.checkpoint")]
        stated.append((self.a.size, self.a.root.hex()))
        for size, root in sorted((s, r) for s, r in stated if type(s) is int and isinstance(r, str)):
            if size in self.log.roots and self.log.roots[size].hex() == root:
                good = max(good, size)
            elif size in self.log.roots:
                bad = min(bad, size - 1)
        return min(good, bad), bad

    def _origin(self) -> None:
        report, findings = self.report, self.findings
        names = {self.a.origin, self.b.origin, self.vkey.name, report.origin}
        if len(names) != 1:
            findings.red(
                "origin.differs",
                "检查点、密钥与报告所称的日志名称不一致："
                + "、".join(quoted(one) for one in sorted(names))
                + "。",
                "Checkpoints, key and report name different logs: "
                + ", ".join(quoted(one) for one in sorted(names))
                + ".",
                "report.json",
            )
        if re.search(r"/[0-9]+$", report.origin):
            findings.unchecked(
                "origin.reopened",
                f"日志名称 {quoted(report.origin)} 表明它是在前一份日志丢失条目之后另开的：前一份日志里有什么，无从核对。",
                f"The log {quoted(report.origin)} was opened after an earlier one lost entries:"
                " what that one held cannot be checked.",
                "report.json",
            )
        if plain_or_none(report.fingerprint) != self.fingerprint:
            findings.red(
                "key.report",
                "报告所印的密钥指纹与签名密钥不符。",
                "The fingerprint in the report is not that of the key that signed.",
                "report.json",
            )

    def _genesis(self) -> None:
        found = self.log.of("ledger.genesis")
        if len(found) != 1 or found[0][0].seq != 0 or found[0][0].act != "genesis":
            self.findings.red(
                "genesis", "第 0 号条目不是日志的开端。", "Entry 0 is not the genesis of the log.", "seq 0"
            )
            return
        facts = found[0][1]
        if facts.get("origin") != self.report.origin:
            self.findings.red(
                "genesis.origin", "日志开端所记的名称与报告不符。", "The genesis names another log.", "seq 0"
            )
        if facts.get("enterprise") != self.report.enterprise:
            self.findings.amber(
                "genesis.enterprise",
                f"日志开端所记的企业是 {quoted(facts.get('enterprise'))}，报告写的是 {quoted(self.report.enterprise)}。",
                f"The genesis names {quoted(facts.get('enterprise'))}, the report {quoted(self.report.enterprise)}.",
                "seq 0",
            )
        if facts.get("predecessor") is not None:
            self.findings.unchecked(
                "genesis.predecessor",
                f"此前另有日志 {quoted(facts.get('predecessor'))}，不在证明包内。",
                f"There is an earlier log {quoted(facts.get('predecessor'))}, which is not in the bundle.",
                "seq 0",
            )

    def _logged_checkpoints(self) -> None:
        later: dict[int, list[str]] = {}
        for header, facts in self.log.of("ledger.checkpoint"):
            size, root = facts.get("size"), facts.get("root")
            if type(size) is not int or not isinstance(root, str) or not 0 <= size <= header.seq:
                self.findings.red(
                    "checkpoint.facts",
                    "检查点条目的内容不合格式。",
                    "A checkpoint entry is malformed.",
                    f"seq {header.seq}",
                )
                continue
            self.checkpoints.append((header.seq, header.d, size))
            if size not in self.log.roots:
                later.setdefault(size, []).append(root)
            elif self.log.roots[size].hex() != root:
                self._checkpoint_differs(size)
        if later:
            self._fold_again(later)
        if self.a.size not in [size for _, _, size in self.checkpoints]:
            self.findings.amber(
                "checkpoint.a_unlogged",
                "检查点 A 没有记入日志，其签署日期不明。",
                "Checkpoint A is not in the log, so the log does not date it.",
                "checkpoint-a.txt",
            )

    def _checkpoint_differs(self, size: int) -> None:
        self.findings.red(
            "checkpoint.root",
            f"日志中记录的检查点（{size} 条）与条目头算出的根不符。",
            f"A checkpoint in the log (size {size}) has another root than the headers.",
            f"size {size}",
        )

    def _fold_again(self, wanted: Mapping[int, Sequence[str]]) -> None:
        """Compare the roots of sizes that were not foreseen, for checkpoints logged later than right after signing."""
        tree = CompactRange()
        for index, line in enumerate(self.container.lines("headers.jsonl", TEXT_LIMIT)):
            for root in wanted.get(index, ()):
                if tree.root().hex() != root:
                    self._checkpoint_differs(index)
            tree.append(leaf_hash(line))

    # Publication and binding

    def _publication(self) -> None:
        report = self.report
        own = [one for one in self.log.publishes if one[0].k == report.k]
        others = len(self.log.publishes) - len(own)
        if report.type != "report.report" or len(own) != 1:
            self.findings.red(
                "publish.number",
                f"该报告在日志中有 {len(own)} 条发布记录，应当恰有一条。",
                f"This report has {len(own)} publish entries in the log and should have exactly one.",
                f"report.report/{report.k}",
            )
        if self.pdf is not None:
            again = [
                one
                for one, facts in self.log.publishes
                if facts and facts.get("pdf") == self.binding["pdf_sha256"]
            ]
            if len(again) > 1:
                self.findings.red(
                    "publish.pdf",
                    "所给文件登记在不止一条发布记录中。",
                    "The file given stands in more than one publish entry.",
                    f"seq {again[-1].seq}",
                )
        if others:
            self.findings.amber(
                "publish.others",
                f"日志中另有 {others} 条发布记录（其他报告或版次），其内容不在证明包内。",
                f"The log holds {others} other publish entries (other reports or editions); they are not opened here.",
            )
        if own:
            self._publish_entry(own[-1][0], own[-1][1])

    def _publish_entry(self, header: Header, facts: Mapping[str, Any] | None) -> None:
        where = f"seq {header.seq}"
        names = (
            "pdf",
            "docx",
            "html",
            "report_json",
            "definitions",
            "a_size",
            "a_root",
            "edition",
            "opened_list",
            "state",
        )
        missing = [one for one in names if facts is None or one not in facts]
        if facts is None or missing:
            listed = "、".join(missing)
            self.findings.red(
                "publish.closed",
                f"发布记录未公开：{listed}。",
                f"The publish entry keeps back: {listed}.",
                where,
            )
            return
        pairs = {
            "report_json": (facts["report_json"], self.container.sums("report.json")[1]),
            "definitions": (facts["definitions"], self.container.sums("definitions.json")[1]),
            "a_size": (facts["a_size"], self.a.size),
            "a_root": (facts["a_root"], self.a.root.hex()),
            "checkpoint_a.size": (self.report.a_size, self.a.size),
            "checkpoint_a.root": (self.report.a_root, self.a.root.hex()),
            "edition": (facts["edition"], self.report.edition),
            "state": (facts["state"], "published"),
        }
        for name, (stated, found) in pairs.items():
            if not same(stated, found):
                self.findings.red(
                    "publish." + name,
                    f"发布记录或报告中的 {name} 与证明包不符（{quoted(stated)} ≠ {quoted(found)}）。",
                    f"{name} in the publish entry or report is not that of the bundle ({quoted(stated)}, {quoted(found)}).",
                    where,
                )
        if self.a.size > header.seq:
            self.findings.red(
                "publish.order",
                "发布记录早于检查点 A。",
                "The publish entry is older than checkpoint A.",
                where,
            )
        self.binding.update(seq=header.seq, date=header.d, stated=facts["pdf"])
        self._bind(facts, where)
        self._opened_list(facts["opened_list"], where)

    def _bind(self, facts: Mapping[str, Any], where: str) -> None:
        if self.pdf is None:
            return
        digest = self.binding["pdf_sha256"]
        other = [one for one in ("docx", "html") if facts[one] == digest]
        self.binding["bound"] = facts["pdf"] == digest
        if self.binding["bound"]:
            self.findings.add(
                "ok",
                "report.bound",
                "所给文件正是日志中登记发布的 PDF。",
                "The file given is the PDF whose publication was logged.",
                where,
            )
        elif other:
            self.findings.unchecked(
                "report.not_pdf",
                f"所给文件是该报告的 {other[0].upper()}，不是 PDF。",
                f"The file given is the {other[0].upper()} of this report, not its PDF.",
                where,
            )
        else:
            self.findings.red(
                "report.other",
                "所给文件不是日志中登记发布的 PDF：它被改动过，或属于另一份报告。",
                "The file given is not the PDF whose publication was logged: it was changed, or is of another report.",
                where,
            )

    def _opened_list(self, rows: Any, where: str) -> None:
        if not isinstance(rows, list):  # a list that was sealed holds rows (format §2)
            self.findings.red(
                "publish.opened_list", "公开清单不合格式。", "The list of opened facts is malformed.", where
            )
            return
        approved: dict[str, set[str]] = {}
        for row in rows:
            names = [one.strip() for one in str(row.get("facts", "")).split(",")]
            approved.setdefault(str(row.get("type")), set()).update(names)
        for type_, names_ in sorted(self.log.opened_names.items()):
            more = sorted(names_ - approved.get(type_, set()))
            if type_ in approved and more:
                listed = "、".join(more)
                self.findings.amber(
                    "opened.more",
                    f"{type_} 公开了批准清单之外的事实：{listed}。",
                    f"{type_} opens facts beyond the approved list: {listed}.",
                    where,
                )

    def _defined(self) -> None:
        entries = [one for one in self.log.of("ledger.define") if one[0].seq < self.a.size]
        if not entries:
            self.findings.red(
                "define.none",
                "检查点 A 之前日志中没有定义。",
                "No definitions were logged before A.",
                "ledger.define",
            )
            return
        for name in sorted({one.metric for one in self.report.figures}):
            fact = "metric_" + name
            digest = _hexdigest(jcs(self.definitions.raw(name)))
            if entries[-1][1].get(fact) != digest:
                self.findings.red(
                    "define.metric",
                    f"指标 {quoted(name)} 的定义与检查点 A 之前最后一次登记的定义不符。",
                    f"The definition of {quoted(name)} is not the one last logged before A.",
                    f"seq {entries[-1][0].seq}",
                )
            for header, facts in reversed(entries):
                if facts.get(fact) != digest:
                    was = facts.get(fact)
                    if isinstance(was, str):
                        self.replaced[name] = was, digest
                    break
                self.since[name] = header.d
        self._types_defined(entries[-1])

    def _types_defined(self, entry: tuple[Header, dict[str, Any]]) -> None:
        header, facts = entry
        for type_ in sorted(self.log.records):
            one = self.definitions.types.get(type_)
            logged = facts.get("type_" + type_.replace(".", "__"))
            if one is None or logged is None:
                self.findings.amber(
                    "define.type_unknown",
                    f"{type_} 的状态图没有登记在日志或定义中。",
                    f"The state graph of {type_} is not in the log or not in the definitions.",
                    f"seq {header.seq}",
                )
            elif _hexdigest(jcs([type_, one["may_open"], one["graph"]])) != logged:
                self.findings.red(
                    "define.type",
                    f"{type_} 的状态图与登记的不符。",
                    f"The state graph of {type_} is not the one logged.",
                    f"seq {header.seq}",
                )

    # Completeness and figures

    def _proved_types(self) -> set[str]:
        """Counted types of which at least one number must be proved by this bundle, not by the full one."""
        types = {one.type for one in self.report.targets} | {one.type for one in self.report.declared}
        proved = [one for one in self._counted() if not one.full_only]
        return types | {self.definitions.metrics[one.metric].type for one in proved}

    def _open_facts(self) -> None:
        """Every version of every record of a counted type opens its placing facts, state and provenance."""
        for type_ in sorted(self._proved_types()):
            needed = {"state", "provenance", *self.placing[type_]}
            self._lacking(type_, needed, "", None)

    def _lacking(self, type_: str, needed: set[str], no: str, result: Result | None) -> bool:
        """Report versions of which a needed fact is not open; for a figure only records placed in its period."""
        lacking: dict[tuple[str, ...], list[str]] = {}
        found = False
        if all(needed <= set(names) for names in self.log.shapes.get(type_, ())):
            return False
        for k, versions in enumerate(self.log.records[type_], 1):
            if result is not None and not self._ever_placed(versions, result):
                continue
            for ver, version in enumerate(versions, 1):
                lacks = lacking.get(version.names)
                if lacks is None:
                    lacks = lacking[version.names] = sorted(needed - set(version.names))
                if lacks:
                    found = True
                    if result is None or not result.figure.full_only:
                        self._withheld(lacks, no, f"seq {version.seq} {type_}/{k} v{ver}")
        return found

    @staticmethod
    def _ever_placed(versions: Sequence[Version], result: Result) -> bool:
        first, last = result.figure.period
        name = result.metric.placed_by
        # A version whose date is not open might lie in the period.
        return any(first <= (one.facts.get(name, first) or "") <= last for one in versions)

    def _withheld(self, names: Sequence[str], no: str, where: str) -> None:
        listed = "、".join(names)
        which = f"{no} 不成立：" if no else ""
        self.findings.red(
            "facts.withheld",
            f"{which}必须公开的事实未公开：{listed}。",
            f"{no + ' is false: ' if no else ''}facts that must be open are withheld: {listed}.",
            where,
        )

    def _census(self, metric: Metric, size: int) -> Census:
        key = (metric.type, size, metric.placed_by)
        if key not in self.censuses:
            self.censuses[key] = Census(self.log.records[metric.type], size, metric.placed_by)
        return self.censuses[key]

    def _figures(self) -> None:
        """Recompute what counts records, then what divides two such figures; keep them in the order of the report."""
        counted = {one.no: self._figure(one) for one in self._counted()}
        for one in self.report.figures:
            self.results.append(counted[one.no] if one.no in counted else self._quotient(one, counted))

    def _quotient(self, figure: Figure, counted: Mapping[str, Result]) -> Divided:
        """A quotient from what the figures of its two metrics, over its own period and slice, were recomputed to."""
        quotient = self.definitions.quotients[figure.metric]
        where = (figure.period, _slice_bytes(figure.slice))
        there = {
            one.metric.name: one
            for one in reversed(list(counted.values()))
            if (one.figure.period, _slice_bytes(one.figure.slice)) == where
        }
        result = Divided(figure, quotient, since=self.since.get(quotient.name, ""))
        result.parts = (there.get(quotient.top.name), there.get(quotient.bottom.name))
        result.divide()
        self._judge_quotient(result)
        if not result.since or not _sliced(quotient, figure.slice):
            result.status = "false"  # why was said above
        return result

    def _judge_quotient(self, result: Divided) -> None:
        no, quotient = result.figure.no, result.quotient
        for metric, part in zip(quotient.parts, result.parts):
            if part is None:
                result.status = "false"
                self.findings.red(
                    "figure.part",
                    f"{no}：报告里没有 {quoted(metric.name)} 在同一期间、同一范围的数字，无从相除。",
                    f"{no}: the report has no figure of {quoted(metric.name)} over the same period and slice to divide.",
                    no,
                )
            elif part.status == "false":
                result.status = "false"
                self.findings.red(
                    "figure.part",
                    f"{no}：它所依据的 {part.figure.no} 不成立。",
                    f"{no}: {part.figure.no}, on which it rests, is false.",
                    no,
                )
        if result.status == "false":
            return
        if any(part is not None and part.status == "unchecked" for part in result.parts):
            result.status = "unchecked"
            self.findings.unchecked(
                "figure.full_only",
                f"{no} 依据的数字只能用持有人的完整证明包核对，这里没有核对。",
                f"{no} rests on a figure that only the holder's full bundle proves; it was not checked here.",
                no,
            )
            return
        if result.recomputed is not None:
            self._compare(result, "A", result.figure.stated, result.recomputed)
            self._compare_then(result)

    def _figure(self, figure: Figure) -> Result:
        metric = self.definitions.metrics[figure.metric]
        result = Result(figure, metric, since=self.since.get(metric.name, ""))
        lacking = self._lacking(metric.type, set(facts_read(metric, figure.slice)), figure.no, result)
        if lacking:
            result.status = "unchecked" if figure.full_only else "false"
        else:
            try:
                self._recompute(result)
            except FactMissing as error:
                result.status = "false"
                self.findings.red(
                    "figure.facts", f"{figure.no}：{error.zh}。", f"{figure.no}: {error.en}.", figure.no
                )
        if not result.since or not _sliced(metric, figure.slice):
            result.status = (
                "false"  # why was said above: the definition is not the one in force, or forbids the slice
            )
        if result.status == "unchecked":
            self.findings.unchecked(
                "figure.full_only",
                f"{figure.no} 只能用持有人的完整证明包核对，这里没有核对。",
                f"{figure.no} is proved only by the holder's full bundle and was not checked here.",
                figure.no,
            )
        return result

    def _recompute(self, result: Result) -> None:
        figure, metric = result.figure, result.metric
        now = self._at(result, self.a.size)
        result.recomputed = now
        self._compare(result, "A", figure.stated, now.measured)
        if now.not_part:
            result.status = "false"
            self.findings.red(
                "figure.not_share",
                f"{figure.no}：有 {now.not_part} 条记录计入分子却不在分母中，这不是占比。",
                f"{figure.no}: {now.not_part} records are in the numerator and not in the denominator: not a share.",
                figure.no,
            )
        e_size = self._e_size(figure, metric)
        if e_size is not None:
            then = self._at(result, e_size)
            result.then = Then(e_size, then.measured)
            result.adjustments = adjustments(
                metric.type, self.log.records[metric.type], then, now, (e_size, self.a.size)
            )
        self._compare_then(result)
        if any(one[-1].seq >= self.a.size for one in self.log.records[metric.type]):
            later = self._at(result, self.log.size)
            span = (self.a.size, self.log.size)
            result.after_a = adjustments(metric.type, self.log.records[metric.type], now, later, span)
        self._colour(result)

    def _at(self, result: Result, size: int) -> Recomputed:
        figure, metric = result.figure, result.metric
        return recompute(metric, figure.slice, figure.period, self._census(metric, size))

    def _e_size(self, figure: Figure, metric: Metric) -> int | None:
        """The size signed in the first checkpoint entry at least ``settle_days`` after the period (format §4)."""
        for seq, day, size in self.checkpoints:
            if seq >= self.a.size:
                break
            if _days_between(figure.period[1], day) >= metric.settle_days:
                return size
        return None

    def _compare(self, result: Result | Divided, at: str, stated: Measured, found: Measured) -> None:
        if stated == found:
            return
        result.status = "false"
        self.findings.red(
            "figure.value",
            f"{result.figure.no} 不成立（检查点 {at}）：报告为 {measured_text(stated)}，复算为 {measured_text(found)}。",
            f"{result.figure.no} is false (at {at}): the report has {measured_text(stated)},"
            f" recomputed {measured_text(found)}.",
            result.figure.no,
        )

    def _compare_then(self, result: Result | Divided) -> None:
        stated, found = result.figure.then, result.then
        if stated is not None and found is not None and stated.size == found.size:
            self._compare(result, "E", stated.measured, found.measured)
        elif stated != found:
            result.status = "false"
            sizes = [("无" if one is None else str(one.size)) for one in (stated, found)]
            self.findings.red(
                "figure.then",
                f"{result.figure.no} 期后不久的值所依据的检查点不对：报告为 {sizes[0]}，应为 {sizes[1]}。",
                f"{result.figure.no}: the value from the time of the period rests on another checkpoint:"
                f" {sizes[0]}, should be {sizes[1]}.",
                result.figure.no,
            )

    def _colour(self, result: Result) -> None:
        """What a reader should know of the records behind a figure: where from, how late, how quickly judged."""
        now, metric = result.recomputed, result.metric
        if now is None:
            return
        records = self.log.records[metric.type]
        for k, (top, bottom) in now.contributions.items():
            first, current = records[k - 1][0], version_at(records[k - 1], self.a.size)
            if current is None or (top if metric.denominator is None else bottom) is None:
                continue
            source = current.facts.get("provenance", "")
            result.provenance[source] = result.provenance.get(source, 0) + 1
            day = first.facts.get(metric.placed_by) or current.facts[metric.placed_by]
            if _days_between(day, first.d) > LATE_DAYS:
                result.late += 1
                result.late_imported += source != "entered"
            at_once = current.facts.get("judged_at_once")
            result.verdicts += at_once is not None
            result.at_once += at_once is True

    # Targets, declared facts, document

    def _named_version(self, type_: str, k: int, ver: int | None) -> Version | None:
        """The named version, or the one in force at A; only what was there at A."""
        records = self.log.records[type_]
        if k > len(records):
            return None
        found = version_at(records[k - 1], self.a.size)
        if ver is None or found is None:
            return found
        return (
            records[k - 1][ver - 1]
            if ver <= len(records[k - 1]) and records[k - 1][ver - 1].seq < self.a.size
            else None
        )

    def _target(self, target: Target) -> None:
        version = self._named_version(target.type, target.k, target.ver)
        where = f"{target.no} {target.type}/{target.k} v{target.ver}"
        if version is None or target.fact not in version.facts:
            self.findings.red(
                "target.closed",
                f"{target.no} 的目标值未公开。",
                f"The value of {target.no} is not open.",
                where,
            )
            return
        if not same(version.facts[target.fact], target.value):
            self.findings.red(
                "target.value",
                f"{target.no}：报告的目标值与记录不符（{quoted(version.facts[target.fact])}）。",
                f"{target.no}: the target in the report is not the recorded one ({quoted(version.facts[target.fact])}).",
                where,
            )
        if version_at(self.log.records[target.type][target.k - 1], self.a.size) is not version:
            self.findings.amber(
                "target.later",
                f"{target.no}：该目标后来有更新的版本，报告用的是旧版本。",
                f"{target.no}: the target has a later version than the one in the report.",
                where,
            )
        met = self._met(target)
        if met is not target.met:
            self.findings.red(
                "target.met",
                f"{target.no}：是否达标与复算不符。",
                f"{target.no}: whether it is met is stated wrongly.",
                where,
            )

    def _met(self, target: Target) -> bool | None:
        if target.figure is None:
            return None
        value = next(one.stated.value for one in self.report.figures if one.no == target.figure)
        if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
            return None
        whole, _, fraction = value.partition(".")
        figure = int(whole + fraction + "0" * target.places)
        wanted = target.value * int(10 ** len(fraction))
        answers: dict[str, bool] = {
            "ge": figure >= wanted,
            "le": figure <= wanted,
            "gt": figure > wanted,
            "lt": figure < wanted,
        }
        return answers.get(target.operator, figure == wanted)

    def target_since(self, target: Target) -> tuple[str, str | None]:
        """The date of the oldest version from which the target has stood unchanged until the one named, and what stood before."""
        records = self.log.records.get(target.type, [])
        if target.k > len(records) or target.ver > len(records[target.k - 1]):
            return "", None
        since = ""
        for version in reversed(records[target.k - 1][: target.ver]):
            if target.fact not in version.facts:
                break  # not open: what stood then is not known
            value = version.facts[target.fact]
            if not same(value, target.value):
                return since, decimal_text(value, target.places) if type(value) is int else quoted(value)
            since = version.d
        return since, None

    def _declared(self, declared: Declared) -> None:
        version = self._named_version(declared.type, declared.k, None)
        where = f"{declared.no} {declared.type}/{declared.k}"
        if version is None or declared.fact not in version.facts:
            self.findings.red(
                "declared.closed",
                f"{declared.no} 的值未公开。",
                f"The value of {declared.no} is not open.",
                where,
            )
            return
        for name, stated in (
            (declared.fact, declared.value),
            ("unit", declared.unit),
            ("evidence", declared.evidence),
        ):
            if name in version.facts and not same(version.facts[name], stated):
                self.findings.red(
                    "declared.value",
                    f"{declared.no}：报告所写的 {name} 与记录不符。",
                    f"{declared.no}: {name} in the report is not the recorded one.",
                    where,
                )

    def _document(self) -> None:
        report = self.report
        known = {
            "figure": {one.no for one in report.figures},
            "target": {one.no for one in report.targets},
            "declared": {one.no for one in report.declared},
        }
        for kind, words in walk_document(report.document):
            if kind == "text":
                self.numerals += [(one, words) for one in numerals(words)]
            elif words not in known[kind]:
                self.findings.red(
                    "document.reference",
                    f"正文引用了不存在的 {quoted(words)}。",
                    f"The text names {quoted(words)}, which does not exist.",
                    "report.json",
                )

    # What a reader should know although nothing is false

    def _told(self) -> None:
        log, period = self.log, self.report.period
        if log.first_day > period[1]:
            self.findings.amber(
                "log.began_after_period",
                f"日志始于 {log.first_day}，在报告期末 {period[1]} 之后：期内的事没有一件是当时记入的。",
                f"The log began {log.first_day}, after the period ended ({period[1]}): nothing was logged as it happened.",
            )
        elif log.first_day > period[0]:
            self.findings.amber(
                "log.began_in_period",
                f"日志始于 {log.first_day}，在报告期开始 {period[0]} 之后。",
                f"The log began {log.first_day}, after the period did ({period[0]}).",
            )
        for type_ in sorted(log.records):
            self._told_sources(type_)
        self._told_imports()
        for result in self.results:
            self._told_figure(result)
        for target in self.report.targets:
            since, before = self.target_since(target)
            if since > period[0]:
                no, value = target.no, decimal_text(target.value, target.places)
                of = (
                    f"{target.figure}，" if target.figure else "",
                    f"{target.figure}, " if target.figure else "",
                )
                changed = Say(
                    f"于 {since} 由 {before} 改为 {value}", f"was changed on {since} from {before} to {value}"
                )
                new = Say(f" {value} 自 {since} 才有", f"{value} stands only since {since}")
                said = new if before is None else changed
                self.findings.amber(
                    "target.late",
                    f"{no}（{of[0]}{target.type}/{target.k}）：目标{said.zh}，晚于期初 {period[0]}。",
                    f"{no} ({of[1]}{target.type}/{target.k}): the target {said.en}, after the period began ({period[0]}).",
                )

    def _told_sources(self, type_: str) -> None:
        """How many of the records placed in the report's period came into the log as they happened."""
        period, number = self.report.period, dict.fromkeys(PROVENANCES, 0)
        placing = sorted(self.placing[type_])
        disguised = 0
        for versions in self.log.records[type_]:
            current = version_at(versions, self.a.size)
            if current is None or "provenance" not in current.facts:
                continue
            if any(period[0] <= (current.facts.get(one) or "") <= period[1] for one in placing):
                number[current.facts["provenance"]] += 1
                disguised += versions[0].act == "import" and current.facts["provenance"] == "entered"
        whole, entered = sum(number.values()), number["entered"]
        if entered < whole:
            self.findings.amber(
                "records.not_entered",
                f"{type_}：期内 {whole} 条记录，录入 {entered}，导入 {number['imported']}，重构 {number['reconstructed']}。",
                f"{type_}: {whole} records in the period, of which {entered} entered, {number['imported']} imported,"
                f" {number['reconstructed']} reconstructed.",
            )
        if disguised:
            self.findings.amber(
                "records.disguised",
                f"{type_}：{disguised} 条记录由导入而来，却标为录入。",
                f"{type_}: {disguised} records were imported and are marked as entered.",
            )

    def _told_imports(self) -> None:
        for type_ in sorted({one[0] for one in self.log.imports} & set(self.log.records)):
            runs = [one for one in self.log.imports if one[0] == type_]
            refused, read = sum(one[4] for one in runs), sum(one[1] for one in runs)
            if refused:
                self.findings.amber(
                    "import.refused",
                    f"{type_}：{len(runs)} 次导入共读取 {read} 行，其中 {refused} 行被拒绝，没有成为记录。",
                    f"{type_}: {len(runs)} imports read {read} rows, of which {refused} were refused and became no records.",
                )

    def _told_figure(self, result: Result | Divided) -> None:
        no, period = result.figure.no, result.figure.period
        if result.since > period[0]:
            old, new = self.replaced.get(result.figure.metric, ("", ""))
            changed = Say(
                f"定义（其中的限值也算）于 {result.since} 改过，散列值 {escaped(old[:12])}… → {new[:12]}…；原来的不在证明包里",
                f"the definition, limits in it included, was changed on {result.since}, hash {escaped(old[:12])}… → {new[:12]}…"
                " (the old one is not in the bundle)",
            )
            logged = Say(f"定义自 {result.since} 才登记", f"the definition was logged only {result.since}")
            said = changed if old else logged
            self.findings.amber(
                "figure.defined_late",
                f"{no}：{said.zh}，晚于期初 {period[0]}。",
                f"{no}: {said.en}, after the period began ({period[0]}).",
            )
        if isinstance(result, Divided):
            return  # the rest is told of the two figures
        if result.adjustments:
            self.findings.amber(
                "figure.adjusted",
                f"{no}：期后有 {len(result.adjustments)} 条记录被更正，当时的值与现在的值并列。",
                f"{no}: {len(result.adjustments)} records were adjusted after the period; both values are given.",
            )
        if result.after_a:
            self.findings.amber(
                "figure.changed_after_a",
                f"{no}：检查点 A 之后又有 {len(result.after_a)} 条记录变化，报告没有反映。",
                f"{no}: {len(result.after_a)} records changed after checkpoint A; the report does not show it.",
            )
        if result.status == "proved" and result.then is None:
            self.findings.amber(
                "figure.no_then",
                f"{no}：没有期后不久的值可以对照。",
                f"{no}: there is no value from the time of the period to compare with.",
            )

    # What was not given

    def _not_given(self) -> None:
        if self.key is None:
            self.findings.unchecked(
                "key.not_given",
                "没有给出密钥指纹（--key）：签名属于谁，没有核对。",
                "No fingerprint was given (--key): whose signature it is was not checked.",
            )
        if self.pdf is None:
            self.findings.unchecked(
                "report.not_given",
                "没有给出报告文件（--report）：证明包与您手中的报告是否一致，没有核对。",
                "No report was given (--report): whether the bundle is of the report in your hands was not checked.",
            )

    def _verdict(self) -> Verdict:
        found = self.findings.all()
        exit_ = 1 if self.findings.false else 3 if any(one.unchecked for one in found) else 0
        return account(self, exit_, tuple(found))


def plain_or_none(text: str) -> str | None:
    """A fingerprint without spaces, or None if it is none."""
    try:
        return plain_fingerprint(text)
    except Refused:
        return None


def measured_text(measured: Measured) -> str:
    """Value with its integers, for messages."""
    bottom = "" if measured.denominator is None else f"/{measured.denominator}"
    return f"{quoted(measured.value)} ({measured.numerator}{bottom})"


# The account: what was found, in words and as data

SOURCES = {"entered": "录入", "imported": "导入", "reconstructed": "重构"}


def _share_text(part: int, whole: int) -> str:
    """A share for reading, in percent with one place; never 100.0 for less than all, nor 0.0 for some."""
    if not whole:
        return NO_RECORDS
    units = _rounded(part * 1000, whole, "half_up")
    return decimal_text(max(1, min(units, 999)) if 0 < part < whole else units, 1) + "%"


def _span(period: tuple[str, str]) -> str:
    return f"{period[0]}…{period[1]}"


STATUSES = {
    "proved": Say("复算一致", "recomputed, agrees"),
    "false": Say("不成立", "FALSE"),
    "unchecked": Say("未核对", "not checked"),
}


def _stated_line(figure: Figure, metric: Metric | Quotient, status: str) -> Say:
    """What the report says a figure comes to, and whether it does."""
    state, stated = STATUSES[status], measured_text(figure.stated)
    zh, en = (quoted(metric.title.get(lang, metric.name)) for lang in ("zh", "en"))
    return Say(
        f"{figure.no} {zh} {_span(figure.period)}：{stated} {quoted(metric.unit)} — {state.zh}",
        f"{figure.no} {en} {_span(figure.period)}: {stated} {quoted(metric.unit)} — {state.en}",
    )


def _definition_lines(
    figure: Figure, words: Say, since: str, defined: dict[str, str]
) -> tuple[bool, list[Say]]:
    """The definition and how long it has stood; printed once: whether this is the first figure under it."""
    first = defined.setdefault(words.zh, figure.no)
    if first != figure.no:
        return False, [Say(f"  定义同 {first}。", f"  Definition as for {first}.")]
    out = [Say(f"  定义：{words.zh}", f"  Definition: {words.en}")]
    if since:
        late = since > figure.period[0]
        out.append(
            Say(
                f"  定义自 {since} 起未变，" + ("晚于期初" if late else "早于或等于期初") + "。",
                f"  The definition stands since {since}, "
                + ("after the period began." if late else "not after the period began."),
            )
        )
    return True, out


def _divided_lines(result: Divided, defined: dict[str, str]) -> list[Say]:
    """The lines of a quotient: what it divides, and what these two figures were recomputed to."""
    figure, quotient = result.figure, result.quotient
    out = [_stated_line(figure, quotient, result.status)]
    words = quotient_words(quotient, figure.slice)
    out += _definition_lines(figure, words, result.since, defined)[1]
    top, bottom = result.parts
    if top is None or bottom is None or result.recomputed is None:
        return out
    now, scale = result.recomputed, quotient.scale
    above = decimal_text(now.numerator, quotient.top.fact_places)
    below = decimal_text(now.denominator or 0, quotient.bottom.fact_places)
    sum_ = f"{top.figure.no} ({above}) ÷ {bottom.figure.no} ({below}) × {scale} = {quoted(now.value)}"
    out.append(Say(f"  由复算的两个数字相除：{sum_}", f"  From the two figures as recomputed: {sum_}"))
    if result.then is not None:
        then = measured_text(result.then.measured)
        out.append(
            Say(
                f"  期后不久（{result.then.size} 条时）的值：{then}。",
                f"  Value soon after the period (at size {result.then.size}): {then}.",
            )
        )
    return out


def _figure_lines(result: Result, defined: dict[str, str]) -> list[Say]:
    """The lines of one figure. ``defined`` holds the definitions already printed, each by the figure that it stood under."""
    figure, metric, now = result.figure, result.metric, result.recomputed
    out = [_stated_line(figure, metric, result.status)]
    first, lines = _definition_lines(figure, definition_words(metric, figure.slice), result.since, defined)
    out += lines
    if now is None:
        return out
    out += [
        Say(f"    {step.say.zh}：{step.records}", f"    {step.say.en}: {step.records}")
        for step in now.funnel
        if step.records or first
    ]
    out += _bounds_lines(result, now) + _then_lines(result) + _source_lines(result)
    return out


def _bounds_lines(result: Result, now: Recomputed) -> list[Say]:
    if result.metric.failed is None or not now.undecided:
        return []
    if now.bounds is None:
        return [
            Say(f"  未定或作废：{now.undecided} 条。", f"  Undecided or voided: {now.undecided} records.")
        ]
    failed, passed = now.bounds
    return [
        Say(
            f"  未定或作废 {now.undecided} 条：全部按不合格计为 {failed}，全部按合格计为 {passed}。",
            f"  {now.undecided} undecided or voided: {failed} if all had failed, {passed} if all had passed.",
        )
    ]


def _changes(words: Say, changes: Sequence[Adjustment]) -> list[Say]:
    out = [Say(f"  {words.zh}：{len(changes)} 条记录。", f"  {words.en}: {len(changes)} records.")]
    for one in changes[:CHANGES_SHOWN]:
        entries = "；".join(f"{d} {act} (seq {seq})" for seq, d, act in one.entries)
        line = f"    {one.record}: {one.before} → {one.after}；{entries}"
        out.append(Say(line, line))
    if len(changes) > CHANGES_SHOWN:
        out.append(Say("    其余见 --format json。", "    The rest: --format json."))
    return out


def _then_lines(result: Result) -> list[Say]:
    out: list[Say] = []
    days = result.metric.settle_days
    if result.then is None:
        out.append(
            Say(
                f"  没有期后不久的值：期末 {days} 天后、检查点 A 之前没有签署过检查点。",
                f"  No value from the time of the period: no checkpoint from {days} days after it until A.",
            )
        )
    else:
        then = measured_text(result.then.measured)
        out.append(
            Say(
                f"  期后不久（{result.then.size} 条时）的值：{then}。",
                f"  Value soon after the period (at size {result.then.size}): {then}.",
            )
        )
        words = Say("期后的更正（当时 → 现在）", "Adjustments after the period (then → now)")
        out += _changes(words, result.adjustments)
    if result.after_a:
        out += _changes(Say("检查点 A 之后的变化", "Changes after checkpoint A"), result.after_a)
    return out


def _source_lines(result: Result) -> list[Say]:
    whole = sum(result.provenance.values())
    parts = [(one, result.provenance.get(one, 0)) for one in PROVENANCES]
    zh = "，".join(f"{SOURCES[one]} {number}（{_share_text(number, whole)}）" for one, number in parts)
    en = ", ".join(f"{one} {number} ({_share_text(number, whole)})" for one, number in parts)
    out = [Say(f"  来源：{zh}。", f"  Where from: {en}.")]
    if result.late:
        out.append(
            Say(
                f"  发生 {LATE_DAYS} 天以后才记入日志：{result.late} 条（{_share_text(result.late, whole)}），"
                f"其中导入或重构 {result.late_imported} 条。",
                f"  Logged more than {LATE_DAYS} days after the event: {result.late}"
                f" ({_share_text(result.late, whole)}), {result.late_imported} of them imported or reconstructed.",
            )
        )
    if result.verdicts:
        out.append(
            Say(
                f"  开记录时或 5 分钟内即下结论：{result.at_once} / {result.verdicts}。",
                f"  Verdict given at once or within 5 minutes: {result.at_once} of {result.verdicts}.",
            )
        )
    return out


def _longest_gap(run: Verification) -> tuple[str, str, int]:
    """The longest time within the report's period without a signed checkpoint in the log."""
    first, last = run.report.period
    days = sorted({day for _, day, _ in run.checkpoints if first <= day <= last})
    marks = [first, *days, last]
    gaps = [(_days_between(a, b), a, b) for a, b in zip(marks, marks[1:])]  # noqa: RUF007 - pairwise is of Python 3.10
    days_, a, b = max(gaps, key=lambda gap: gap[0])
    return a, b, days_


class Windows(NamedTuple):
    """The reader's first anchor, its size and day, and the longest time in the period without one: from, to, days."""

    first: tuple[int, str]
    longest: tuple[str, str, int]


def _windows(run: Verification) -> Windows | None:
    """How long, within the report's period, what was written stood under no anchor of the reader's (format §7)."""
    if not run.seen:
        return None
    logged: dict[int, str] = {}
    for _, day, size in run.checkpoints:
        logged.setdefault(size, day)
    days, ends = list(run.log.days), [0]
    for number in run.log.days.values():
        ends.append(ends[-1] + number)
    stands = {size: logged.get(size) or days[bisect_left(ends, size) - 1] for size, _ in run.seen}
    start, last = run.report.period
    soonest, marks = "9999-12-31", []
    for size, seen in sorted(((size, day or stands[size]) for size, day in run.seen), reverse=True):
        soonest = min(soonest, seen)  # whoever saw more entries saw these as well
        marks.append((size, soonest))
    longest = (start, start, 0)
    for size, until in [*reversed(marks), (run.log.size, last)]:
        until = min(until, last)  # nothing behind the period is asked
        if _days_between(start, until) > longest[2]:
            longest = (start, until, _days_between(start, until))
        start = max(start, stands.get(size, start))
    return Windows(marks[-1], longest)


def _busiest(log: Log) -> tuple[str, int]:
    day = max(sorted(log.days), key=lambda one: log.days[one])
    return day, log.days[day]


def _log_lines(run: Verification) -> list[Say]:
    log, report = run.log, run.report
    if not log.days:
        return []
    out = [Say(f"共 {log.size} 条，始于 {log.first_day}。", f"{log.size} entries, begun {log.first_day}.")]
    if log.first_day > report.period[1]:
        out.append(
            Say(
                f"日志始于 {log.first_day}，在期末 {report.period[1]} 之后：期内没有任何一条是当时记入的。",
                f"The log began {log.first_day}, after the period ended ({report.period[1]}):"
                " nothing was logged while it happened.",
            )
        )
    elif log.first_day > report.period[0]:
        out.append(
            Say(
                f"日志始于期内：{report.period[0]} 至 {log.first_day} 的事都是事后记入的。",
                f"The log began within the period: what happened before {log.first_day} was logged afterwards.",
            )
        )
    day, number = _busiest(log)
    share = _share_text(number, log.size)
    out.append(
        Say(
            f"条目最多的一天：{day}，{number} 条（{share}）。",
            f"Busiest day: {day}, {number} entries ({share}).",
        )
    )
    out += [words for _, words in run.anchored]
    last = max((size for size, _ in run.anchored), default=log.size)
    if last < log.size:
        out.append(
            Say(
                f"最后一个您认可的锚点之后还有 {log.size - last} 条，持有密钥与数据库的人可以改写而不被发现。",
                f"{log.size - last} entries stand behind the last anchor of yours: whoever holds key and database could rewrite them unseen.",
            )
        )
    windows = _windows(run)
    if windows is not None:
        (size, day), (start, end, number) = windows
        out.append(
            Say(
                f"您的第一个锚点：{day}，前 {size} 条。期内最长没有锚点的时间：{start} 至 {end}，{number} 天。",
                f"First anchor of yours: {day}, {size} entries. Longest time in the period without one: {start} to {end}, {number} days.",
            )
        )
    gap = _longest_gap(run)
    out.append(
        Say(
            f"期内最长没有签署检查点的时间：{gap[0]} 至 {gap[1]}，{gap[2]} 天（据日志自己所记）。",
            f"Longest time in the period without a checkpoint: {gap[0]} to {gap[1]}, {gap[2]} days"
            " (as the log says of itself).",
        )
    )
    for type_ in sorted(log.latest):
        counted = type_ in log.records
        records, entries = len(log.latest[type_]), log.entries[type_]
        out.append(
            Say(
                f"{type_}：{records} 条记录，{entries} 个条目，{'计数，全部列出' if counted else '未计数'}",
                f"{type_}: {records} records, {entries} entries, {'counted' if counted else 'not counted'}",
            )
        )
    return out


def _target_lines(run: Verification) -> list[Say]:
    out: list[Say] = []
    met = {
        True: Say("达标", "met"),
        False: Say("未达标", "not met"),
        None: Say("无从判断", "cannot be judged"),
    }
    for one in run.report.targets:
        since = run.target_since(one)[0]
        after = since > run.report.period[0]
        value = decimal_text(one.value, one.places)
        out.append(
            Say(
                f"{one.no} 目标（{one.figure or '无对应数字'} {_SIGNS.get(one.operator, '=')} {value}）："
                f"{met[one.met].zh}；自 {since} 起未变，{'晚于期初' if after else '不晚于期初'}。",
                f"{one.no} target ({one.figure or 'no figure'} {_SIGNS.get(one.operator, '=')} {value}):"
                f" {met[one.met].en}; stands since {since}, {'' if after else 'not '}after the period began.",
            )
        )
    for fact in run.report.declared:
        evidence = f"sha256 {fact.evidence}" if fact.evidence else "—"
        shown = f"{quoted(fact.value)} {quoted(fact.unit)}"
        out.append(
            Say(
                f"{fact.no} 声明的事实，不是复算的：{shown}；依据文件 {evidence}（没有比较）。",
                f"{fact.no} declared, not computed: {shown}; evidence file {evidence} (not compared).",
            )
        )
    return out


def _binding_lines(run: Verification) -> list[Say]:
    report = run.report
    out = [
        Say(
            f"{quoted(report.title)}，{quoted(report.enterprise)}，版次 {quoted(report.edition)}，"
            f"期间 {_span(report.period)}，签发 {report.issued_on}",
            f"{quoted(report.title)}, {quoted(report.enterprise)}, edition {quoted(report.edition)},"
            f" period {_span(report.period)}, issued {report.issued_on}",
        ),
        Say(f"日志 {quoted(report.origin)}", f"Log {quoted(report.origin)}"),
        Say(
            f"检查点 A：{run.a.size} 条，根 {run.a.root.hex()}",
            f"Checkpoint A: {run.a.size} entries, root {run.a.root.hex()}",
        ),
        Say(
            f"检查点 B：{run.b.size} 条，根 {run.b.root.hex()}",
            f"Checkpoint B: {run.b.size} entries, root {run.b.root.hex()}",
        ),
        Say(
            f"密钥指纹 {fingerprint_of(run.vkey.public)}",
            f"Key fingerprint {fingerprint_of(run.vkey.public)}",
        ),
        Say(
            "指纹只说明是同一把密钥；它属于谁，要从别处得知。",
            "A fingerprint tells that it is the same key; whose key it is you must know from elsewhere.",
        ),
    ]
    if run.binding.get("seq") is not None:
        day, seq = run.binding["date"], run.binding["seq"]
        out.append(Say(f"发布记录：{day}，第 {seq} 号条目", f"Published {day}, entry {seq}"))
    return out


NUMERALS_SHOWN = 500
CHANGES_SHOWN = 50
CHANGES_KEPT = 1000


def _numeral_lines(found: Sequence[tuple[str, str]]) -> list[Say]:
    if not found:
        return [Say("没有。", "None.")]
    lines = [f"{escaped(one)} — {quoted(words, 60)}" for one, words in found[:NUMERALS_SHOWN]]
    out = [Say(one, one) for one in lines]
    if len(found) > NUMERALS_SHOWN:
        out.append(
            Say(
                f"共 {len(found)} 个，其余见 --format json。",
                f"{len(found)} in all; the rest: --format json.",
            )
        )
    return out


def _sections(run: Verification) -> tuple[Section, ...]:
    """The account in words. Parts that were not reached are left out."""
    out: list[Section] = []
    if run.reached >= 1:
        out.append(
            Section(Say("一、报告、签名与绑定", "1. Report, signatures, binding"), tuple(_binding_lines(run)))
        )
    if run.reached >= 2:
        out.append(Section(Say("二、日志", "2. The log"), tuple(_log_lines(run))))
    if run.results:
        defined: dict[str, str] = {}
        lines = tuple(
            line
            for one in run.results
            for line in (
                _divided_lines(one, defined) if isinstance(one, Divided) else _figure_lines(one, defined)
            )
        )
        out.append(Section(Say("三、复算的数字", "3. Figures recomputed"), lines))
    if run.reached >= 3:
        if run.report.targets or run.report.declared:
            title = Say("四、目标与声明的事实", "4. Targets and declared facts")
            out.append(Section(title, tuple(_target_lines(run))))
        title = Say(
            "五、正文里手写的数字（不是复算的，没有证明）",
            "5. Numerals typed in the text (neither computed nor proved)",
        )
        out.append(Section(title, tuple(_numeral_lines(run.numerals))))
    title = Say("六、发现", "6. Findings")
    none = () if run.findings.kept else (Say("没有。", "None."),)
    out.append(Section(title, none))
    return tuple(out)


def _measured_data(measured: Measured | None) -> dict[str, Any] | None:
    if measured is None:
        return None
    return {"numerator": measured.numerator, "denominator": measured.denominator, "value": measured.value}


def _changes_data(changes: Sequence[Adjustment]) -> list[dict[str, Any]]:
    return [
        {
            "record": one.record,
            "before": one.before,
            "after": one.after,
            "entries": [{"seq": seq, "d": d, "act": act} for seq, d, act in one.entries],
        }
        for one in changes[:CHANGES_KEPT]
    ]


def _then_data(then: Then | None) -> dict[str, Any] | None:
    return None if then is None else {"size": then.size, **(_measured_data(then.measured) or {})}


def _common_data(result: Result | Divided, unit: str, words: Say) -> dict[str, Any]:
    figure = result.figure
    return {
        "no": figure.no,
        "metric": figure.metric,
        "from": figure.period[0],
        "to": figure.period[1],
        "slice": [[one.fact, one.op, one.value] for one in figure.slice],
        "unit": unit,
        "status": result.status,
        "stated": _measured_data(figure.stated),
        "then": _then_data(result.then),
        "definition": {"zh": words.zh, "en": words.en},
        "defined_since": result.since or None,
        "defined_after_period_began": result.since > figure.period[0] if result.since else None,
    }


def _divided_data(result: Divided) -> dict[str, Any]:
    """A quotient: the figures that it divides instead of records of its own."""
    words = quotient_words(result.quotient, result.figure.slice)
    return {
        **_common_data(result, result.quotient.unit, words),
        "recomputed": _measured_data(result.recomputed),
        "parts": [None if one is None else one.figure.no for one in result.parts],
        "funnel": [],
        "undecided": None,
        "bounds": None,
        "adjusted_records": None,
        "adjustments": [],
        "changed_records_after_a": None,
        "changes_after_a": [],
        "provenance": {},
        "late": None,
        "verdicts": None,
    }


def _figure_data(result: Result) -> dict[str, Any]:
    figure, metric, now = result.figure, result.metric, result.recomputed
    return {
        **_common_data(result, metric.unit, definition_words(metric, figure.slice)),
        "recomputed": None if now is None else _measured_data(now.measured),
        "parts": [],
        "funnel": []
        if now is None
        else [{"zh": s.say.zh, "en": s.say.en, "records": s.records} for s in now.funnel],
        "undecided": None if now is None else now.undecided,
        "bounds": None
        if now is None or now.bounds is None
        else {"all_failed": now.bounds[0], "all_passed": now.bounds[1]},
        "adjusted_records": len(result.adjustments),
        "adjustments": _changes_data(result.adjustments),
        "changed_records_after_a": len(result.after_a),
        "changes_after_a": _changes_data(result.after_a),
        "provenance": dict(sorted(result.provenance.items())),
        "late": {"records": result.late, "imported_or_reconstructed": result.late_imported},
        "verdicts": {"at_once": result.at_once, "all": result.verdicts},
    }


def _log_data(run: Verification) -> dict[str, Any] | None:
    log = run.log
    if not log.days:
        return None
    day, number = _busiest(log)
    gap, windows = _longest_gap(run), _windows(run)
    return {
        "entries": log.size,
        "began": log.first_day,
        "began_after_period": log.first_day > run.report.period[1],
        "busiest_day": {"d": day, "entries": number},
        "longest_without_checkpoint": {"from": gap[0], "to": gap[1], "days": gap[2]},
        "first_anchor": None if windows is None else {"entries": windows.first[0], "d": windows.first[1]},
        "longest_without_anchor": None
        if windows is None
        else dict(zip(("from", "to", "days"), windows.longest)),
        "types": {
            one: {"records": len(log.latest[one]), "entries": log.entries[one], "counted": one in log.records}
            for one in sorted(log.latest)
        },
    }


def _report_data(run: Verification) -> dict[str, Any]:
    report = run.report
    return {
        "origin": report.origin,
        "enterprise": report.enterprise,
        "title": report.title,
        "edition": report.edition,
        "record": f"{report.type}/{report.k}",
        "period": {"from": report.period[0], "to": report.period[1]},
        "issued_on": report.issued_on,
        "fingerprint": run.fingerprint,
        "checkpoint_a": {"size": run.a.size, "root": run.a.root.hex()},
        "checkpoint_b": {"size": run.b.size, "root": run.b.root.hex()},
    }


def _finding_data(one: Finding) -> dict[str, Any]:
    return {
        "level": one.level,
        "code": one.code,
        "text": one.say.zh,
        "text_en": one.say.en,
        "where": one.where,
        "unchecked": one.unchecked,
    }


def _target_data(run: Verification, one: Target) -> dict[str, Any]:
    since, before = run.target_since(one)
    return {
        "no": one.no,
        "figure": one.figure,
        "record": f"{one.type}/{one.k}",
        "value": decimal_text(one.value, one.places),
        "operator": one.operator,
        "met": one.met,
        "since": since or None,
        "before": before,
        "after_period_began": since > run.report.period[0] if since else None,
    }


def _declared_data(one: Declared) -> dict[str, Any]:
    return {
        "no": one.no,
        "record": f"{one.type}/{one.k}",
        "value": one.value,
        "unit": one.unit,
        "evidence": one.evidence,
    }


def account(run: Verification, exit_: int, found: tuple[Finding, ...]) -> Verdict:
    """The verdict in words and as the object of ``--format json`` (docs/verify.md)."""
    there = run.reached >= 3
    data = {
        "format": 1,
        "verdict": NAMES[exit_],
        "exit": exit_,
        "key_given": run.key is not None,
        "report_given": run.pdf is not None,
        "report": _report_data(run) if run.reached >= 1 else None,
        "binding": run.binding,
        "log": _log_data(run) if run.reached >= 2 else None,
        "anchors": [{"entries": size, "text": words.zh, "text_en": words.en} for size, words in run.anchored],
        "figures": [
            _divided_data(one) if isinstance(one, Divided) else _figure_data(one) for one in run.results
        ],
        "targets": [_target_data(run, one) for one in run.report.targets] if there else [],
        "declared": [_declared_data(one) for one in run.report.declared] if there else [],
        "numerals": [{"numeral": one, "text": words} for one, words in run.numerals],
        "findings": [_finding_data(one) for one in found],
        "closing": [{"zh": one.zh, "en": one.en} for one in closing(exit_, bool(run.seen))],
    }
    return Verdict(exit_, found, _sections(run), data)


def unreadable(zh: str, en: str, where: str = "") -> Verdict:
    """The verdict on what cannot be read: exit 2 and one sentence."""
    finding = Finding("red", "unreadable", Say(zh, en), where)
    data = {
        "format": 1,
        "verdict": NAMES[2],
        "exit": 2,
        "findings": [_finding_data(finding)],
        "anchors": [],
        "figures": [],
        "closing": [],
    }
    return Verdict(2, (finding,), (), data)


def _read_report(report: bytes | str | Path | None) -> bytes | None:
    if report is None or isinstance(report, bytes):
        return report
    path = Path(report)
    if path.stat().st_size > REPORT_LIMIT:
        raise Refused("报告文件过大", "the report is too large", "--report")
    return path.read_bytes()


def verify_bundle(
    bundle: bytes | str | Path,
    report: bytes | str | Path | None = None,
    key: str | None = None,
    held: Held | Callable[[], Held] = Held(),  # noqa: B008 - immutable
) -> Verdict:
    """Verify a bundle (bytes or a path), the report in the reader's hands, and the fingerprint the reader knows.

    ``held``: the reader's own anchors, or what reads them. Never raises: what cannot be read, a file that is missing
    included, gives ``exit`` 2 and one sentence.
    """
    try:
        paper = _read_report(report)
        brought = held() if callable(held) else held
        with BytesIO(bundle) if isinstance(bundle, bytes) else Path(bundle).open("rb") as stream:
            return Verification(Container(stream), paper, key, brought).run()
    except Refused as error:
        return unreadable(error.zh + "。", error.en + ".", error.where)
    except OSError as error:
        reason = escaped(str(error))
        return unreadable(f"文件打不开：{reason}。", f"A file cannot be opened: {reason}.")
    except Exception as error:  # noqa: BLE001 - a reader is owed a sentence, whatever the bundle holds
        kind = type(error).__name__
        return unreadable(f"证明包无法处理（{kind}）。", f"The bundle cannot be processed ({kind}).")


def read_held(since: Sequence[str], witnesses: Sequence[str], quorum: str, tsa: Sequence[str]) -> Held:
    """The reader's anchors from the command line: paths, keys as text, a number. Errors: Refused, OSError."""
    if not re.fullmatch("|[1-9][0-9]{0,2}", quorum) or int(quorum or 0) > len(set(witnesses)):
        raise Refused(
            "--quorum 须是不超过见证人数目的数", "--quorum is a number of at most the witnesses", "--quorum"
        )
    keys = [parse_witness(one) for one in dict.fromkeys(witnesses)]
    certificates = [one for path in tsa for one in read_certificates(Path(path).read_bytes())]
    return Held([(path, Path(path).read_bytes()) for path in since], keys, int(quorum or 0), certificates)


USAGE = Say(
    "用法：python verify.py bundle.zip [--report report.pdf] [--key 指纹] [--since 检查点文件…]"
    " [--witness 公钥… [--quorum k]] [--tsa 证书…] [--format text|json] [--lang zh|en]",
    "Usage: python verify.py bundle.zip [--report report.pdf] [--key FINGERPRINT] [--since FILE…]"
    " [--witness VKEY… [--quorum K]] [--tsa CERT…] [--format text|json] [--lang zh|en]",
)
OPTIONS = {"--report": "", "--key": "", "--quorum": "", "--format": "text", "--lang": "zh"}
LISTS = ("--since", "--witness", "--tsa")


def _arguments(argv: Sequence[str]) -> tuple[str, dict[str, str], dict[str, list[str]]] | None:
    """The bundle's path, the options and those with several values, or None when the command line is not understood."""
    options, paths, rest = dict(OPTIONS), [], list(argv)
    lists: dict[str, list[str]] = {name: [] for name in LISTS}
    while rest:
        one = rest.pop(0)
        name, equals, value = one.partition("=")
        if name in LISTS:
            values = [value] if equals else []
            while not equals and rest and not rest[0].startswith("--"):
                values.append(rest.pop(0))
            if not values:
                return None
            lists[name] += values
        elif name in OPTIONS:
            if not equals and not rest:
                return None
            options[name] = value if equals else rest.pop(0)
        elif one.startswith("-"):
            return None
        else:
            paths.append(one)
    right = options["--format"] in ("text", "json") and options["--lang"] in ("zh", "en")
    return (paths[0], options, lists) if len(paths) == 1 and right else None


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; returns the exit code."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    arguments = _arguments(sys.argv[1:] if argv is None else argv)
    if arguments is None:
        print(USAGE.zh)
        print(USAGE.en)
        return 2
    path, options, lists = arguments

    def held() -> Held:
        """The reader's anchors, read where an error becomes a sentence."""
        return read_held(lists["--since"], lists["--witness"], options["--quorum"], lists["--tsa"])

    verdict = verify_bundle(path, options["--report"] or None, options["--key"] or None, held)
    if options["--format"] == "json":
        print(json.dumps(verdict.data, ensure_ascii=True, indent=1, sort_keys=True))
    else:
        print(verdict.text(options["--lang"]), end="")
    return verdict.exit


if __name__ == "__main__":
    sys.exit(main())
