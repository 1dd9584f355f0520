"""Q-DAS ASCII transfer format (ISO/TR 11462-5): DFQ, or DFD with DFX, in and out. Pure functions on bytes.

A description part of K-fields (``K2002/1 Diameter``) and a value part: one line a measured unit, characteristics separated by
0x0F, the fields of a reading by 0x14 in the order of K0001, K0002, K0004 to K0008, K0010 to K0012; or lines ``K0001/1 12.0``. Numbers are kept as
decimals, so that reading what was written gives the same. The keys and their order are from public files and readers of the
format, the standard itself was not compared (未核对原文). One part a file; fields that are not known here are kept as they stand.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

BETWEEN_CHARACTERISTICS, BETWEEN_FIELDS = "\x0f", "\x14"
FIELD = re.compile(r"(K\d{4})(?:/(\d{1,5}))?(?:[ \t](.*))?")
MOMENT = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})/(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?")
PLAIN_NUMBER = re.compile(r"[+-]?\d{0,30}(?:[.,]\d{0,30})?(?:[eE][+-]?\d{1,3})?")
VALID, INVALID = 0, 255
"""Attributes of a reading (K0002): counted, and not to be counted."""
ADDITIONAL = ("K0005", "K0006", "K0007", "K0008", "K0010", "K0011", "K0012")
"""After value, attribute and moment: events, batch, cavity, operator, machine, process parameter, gauge."""
READING = ("K0001", "K0002", "K0004", *ADDITIONAL)
MOST_CHARACTERISTICS = 10_000


class Unreadable(ValueError):
    """The file is not in this format, or damaged; the message says where."""


@dataclass(frozen=True, slots=True)
class Characteristic:
    """K2xxx of one characteristic: ``name`` K2002, ``unit`` K2142, ``nominal`` K2101, limits K2110 and K2111 (or from the allowances K2112
    and K2113), ``decimals`` K2022. ``fields`` has every K2xxx field as it stood."""

    name: str
    unit: str = ""
    nominal: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    decimals: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured value with its attribute, moment and additional fields (by key, only those that are filled)."""

    value: Decimal
    attribute: int = VALID
    at: dt.datetime | None = None
    additional: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QdasFile:
    """A part with its characteristics and rows of readings, one row a measured unit, one place a characteristic (None: not measured)."""

    part: Mapping[str, str]
    characteristics: tuple[Characteristic, ...]
    rows: tuple[tuple[Reading | None, ...], ...]

    def values(self, at: int) -> list[Decimal]:
        """The readings of a characteristic (from 0) that count, in order."""
        found = (row[at] for row in self.rows)
        return [one.value for one in found if one is not None and one.attribute == VALID]


def decode(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, GB 18030 or Windows-1252. Errors: Unreadable.

    Without a mark, text that is not UTF-8 counts as Chinese when its high bytes stand in pairs of GB 2312, else as Western.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    runs = re.findall(rb"[\x80-\xff]+", data)
    if all(len(run) % 2 == 0 and min(run) >= 0xA1 for run in runs):
        try:
            return data.decode("gb18030")
        except UnicodeDecodeError:
            pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"第 {error.start} 字节起不是 UTF-8、GB 18030 或 Windows-1252 的文字：请核对文件。"
        ) from None


def read_qdas(description: bytes, values: bytes | None = None) -> QdasFile:
    """A DFQ file, or a DFD file with its DFX file. Errors: Unreadable with the line.

    >>> one = read_qdas(b"K0100 1\\nK1001 P\\nK2002/1 Diameter\\nK2110/1 9,9\\n10.01\\x140\\x145.7.2006/10:48:7\\n9.98\\n")
    >>> one.characteristics[0].lower, one.values(0)
    (Decimal('9.9'), [Decimal('10.01'), Decimal('9.98')])
    """
    reader = _Reader()
    for part in (description, values):
        if part is not None:
            reader.take(decode(part))
    return reader.finish()


class _Reader:
    """Goes through the lines; the first line that is no description begins the values."""

    def __init__(self) -> None:
        self.declared = 0
        self.part: dict[str, str] = {}
        self.common: dict[str, str] = {}
        self.described: dict[int, dict[str, str]] = {}
        self.rows: list[list[dict[str, str]]] = []

    def take(self, text: str) -> None:
        # only these end a line: str.splitlines would also split at the separators' neighbours 0x1c to 0x1e
        for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
            if not line.strip(" \t\x00\x1a"):
                continue
            if found := FIELD.fullmatch(line):
                self._field(number, found[1], int(found[2] or 0), (found[3] or "").strip())
            else:
                self._values(number, line)

    def _field(self, number: int, key: str, at: int, text: str) -> None:
        if key == "K0100":
            if not text.isdigit() or not 0 < int(text) <= MOST_CHARACTERISTICS:
                raise Unreadable(f"第 {number} 行：K0100 应是特性的个数，现在是“{text}”。")
            self.declared = int(text)
        elif not self.declared:
            raise Unreadable(f"第 {number} 行：第一个字段须是 K0100（特性的个数），不是 {key}。")
        elif key.startswith("K1"):
            if at > 1:
                raise Unreadable(f"第 {number} 行：文件里有几种零件（{key}/{at}）：请按零件分成几个文件。")
            self.part[key] = text
        elif key.startswith("K2"):
            self._check(number, key, at)
            (self.common if at == 0 and self.declared > 1 else self.described.setdefault(at or 1, {}))[
                key
            ] = text
        elif key in READING:
            self._reading(number, key, at, text)

    def _check(self, number: int, key: str, at: int) -> None:
        if at > self.declared:
            raise Unreadable(f"第 {number} 行：{key}/{at} 超出 K0100 声明的 {self.declared} 个特性。")

    def _reading(self, number: int, key: str, at: int, text: str) -> None:
        """Readings as lines of their own: K0001 begins a new row when the characteristic already has one in it; ``/0`` is for all."""
        self._check(number, key, at)
        places = range(self.declared) if at == 0 else (at - 1,)
        texts = text.split(BETWEEN_CHARACTERISTICS) if at == 0 and key == "K0001" else [text] * len(places)
        if key == "K0001" and (not self.rows or any("K0001" in self.rows[-1][one] for one in places)):
            self.rows.append([{} for _ in range(self.declared)])
        if not self.rows:
            raise Unreadable(f"第 {number} 行：{key} 之前没有测得值。")
        for place, one in zip(places, texts, strict=False):
            self.rows[-1][place][key] = one.strip()

    def _values(self, number: int, line: str) -> None:
        if not self.declared:
            raise Unreadable(f"第 {number} 行：第一个字段须是 K0100（特性的个数）：这不是 Q-DAS 文件。")
        groups = line.split(BETWEEN_CHARACTERISTICS)
        if len(groups) > self.declared:
            raise Unreadable(f"第 {number} 行有 {len(groups)} 个特性的值，K0100 声明了 {self.declared} 个。")
        row: list[dict[str, str]] = [{} for _ in range(self.declared)]
        for at, group in enumerate(groups):
            row[at] = dict(zip(READING, (one.strip() for one in group.split(BETWEEN_FIELDS)), strict=False))
            value = row[at].get("K0001", "")
            if value and number_of(value) is None:
                raise Unreadable(f"第 {number} 行第 {at + 1} 个特性的值“{value[:40]}”不是数。")
        self.rows.append(row)

    def finish(self) -> QdasFile:
        if not self.declared:
            raise Unreadable("没有 K0100：这不是 Q-DAS 文件。")
        characteristics = tuple(
            characteristic({**self.common, **self.described.get(at, {})}, at)
            for at in range(1, self.declared + 1)
        )
        rows = tuple(tuple(_made(one) for one in row) for row in self.rows)
        return QdasFile(dict(self.part), characteristics, rows)


def number_of(text: str) -> Decimal | None:
    """A number with decimal point or comma; None for anything else."""
    if not PLAIN_NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


def characteristic(fields: Mapping[str, str], at: int) -> Characteristic:
    """A characteristic from its K2xxx fields. Errors: Unreadable for a limit that is no number.

    Allowances (K2112, K2113) stand for limits that are not given: nominal plus the allowance with its sign.
    """

    def number(key: str) -> Decimal | None:
        text = fields.get(key, "")
        found = number_of(text) if text else None
        if text and found is None:
            raise Unreadable(f"{key}/{at} 应是数，现在是“{text[:40]}”。")
        return found

    nominal, lower, upper = number("K2101"), number("K2110"), number("K2111")
    if nominal is not None:
        below, above = number("K2112"), number("K2113")
        lower = nominal + below if lower is None and below is not None else lower
        upper = nominal + above if upper is None and above is not None else upper
    decimals = fields.get("K2022", "")
    name = fields.get("K2002") or fields.get("K2001") or f"特性 {at}"
    places = int(decimals) if decimals.isdigit() and len(decimals) < 3 else None
    return Characteristic(name, fields.get("K2142", ""), nominal, lower, upper, places, dict(fields))


def _made(fields: Mapping[str, str]) -> Reading | None:
    value = number_of(fields.get("K0001", "")) if fields.get("K0001") else None
    if value is None:
        return None
    attribute = fields.get("K0002", "")
    known = int(attribute) if attribute.isdigit() and len(attribute) < 6 else VALID
    more = {key: fields[key] for key in ADDITIONAL if fields.get(key)}
    return Reading(value, known, _moment(fields.get("K0004", "")), more)


def _moment(text: str) -> dt.datetime | None:
    found = MOMENT.fullmatch(text)
    if found is None:
        return None
    day, month, year, hour, minute = (int(found[at]) for at in range(1, 6))
    try:
        return dt.datetime(year, month, day, hour, minute, int(found[6] or 0))  # noqa: DTZ001 - the format has local times
    except ValueError:
        return None


def write_dfq(file: QdasFile, encoding: str = "utf-8-sig") -> bytes:
    """One DFQ file; ``encoding``: utf-8-sig (with mark), gb18030 or cp1252. Errors: ValueError for a character that it lacks."""
    return _encoded([*_description(file), *_value_lines(file)], encoding)


def write_dfd_dfx(file: QdasFile, encoding: str = "utf-8-sig") -> tuple[bytes, bytes]:
    """The description and the values as two files. Errors: as ``write_dfq``."""
    return _encoded(_description(file), encoding), _encoded(_value_lines(file), encoding)


def _encoded(lines: Iterator[str] | Sequence[str], encoding: str) -> bytes:
    text = "".join(f"{line}\r\n" for line in lines)
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        raise ValueError(
            f"编码 {encoding} 没有字符“{text[error.start]}”：请改用 UTF-8 或 GB 18030。"
        ) from None


def _description(file: QdasFile) -> Iterator[str]:
    yield f"K0100 {len(file.characteristics)}"
    for key in sorted(file.part or {"K1001": ""}):
        yield f"{key} {_clean((file.part or {}).get(key, ''))}".rstrip()
    for at, one in enumerate(file.characteristics, 1):
        own: dict[str, object] = {
            "K2001": at, "K2004": 0, **one.fields, "K2002": one.name, "K2142": one.unit, "K2101": one.nominal, "K2110": one.lower,
            "K2111": one.upper, "K2022": one.decimals,
        }  # fmt: skip
        for key in sorted(own):
            if own[key] not in (None, ""):
                yield f"{key}/{at} {_shown(own[key])}"


def _value_lines(file: QdasFile) -> Iterator[str]:
    for row in file.rows:
        yield BETWEEN_CHARACTERISTICS.join("" if one is None else _reading_text(one) for one in row)


def _reading_text(one: Reading) -> str:
    moment = "" if one.at is None else f"{one.at.day}.{one.at.month}.{one.at.year}/{one.at:%H:%M:%S}"
    parts = [
        _shown(one.value),
        str(one.attribute),
        moment,
        *(_clean(one.additional.get(key, "")) for key in ADDITIONAL),
    ]
    while len(parts) > 2 and not parts[-1]:
        parts.pop()
    return BETWEEN_FIELDS.join(parts)


def _shown(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else _clean(str(value))


def _clean(text: str) -> str:
    """A text without what would end its line or field."""
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text).strip()
