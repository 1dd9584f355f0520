"""The dated register of standards, laws and authorities against which citations are judged.

The CSV files beside this module carry facts only, each with its source; ``confidence`` says how far it may be
trusted: ``source`` (a public source was read), ``memory`` or ``doubtful`` (未核对原文: gives questions, never errors).
A user's CSV of the same columns as ``standards.csv`` extends it; the same code in it replaces a row of ours.
"""

from __future__ import annotations

import csv
import datetime
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path


class RegisterRefused(ValueError):
    """A user's register cannot be read; the message tells what is wrong and how to mend it."""


@dataclass(frozen=True, slots=True)
class Standard:
    """One edition of a standard. ``status``: current, superseded, withdrawn, draft or never_existed."""

    code: str
    title: str
    status: str
    replaced_by: str
    published: str
    effective: str
    confidence: str
    source: str


@dataclass(frozen=True, slots=True)
class Law:
    """A law or regulation. ``status``: current, repealed, never (no such law) or abbreviation."""

    name: str
    status: str
    since: str
    until: str
    replaced_by: str
    confidence: str
    source: str


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority that was merged or renamed: until when the name was right, and its name now."""

    name: str
    until: datetime.date
    now: str


@dataclass(frozen=True, slots=True)
class Register:
    """Everything that citations are held against; ``editions`` maps a family to all its years and the confidence."""

    standards: dict[str, Standard]
    editions: dict[str, tuple[frozenset[int], str]]
    laws: dict[str, Law]
    authorities: tuple[Authority, ...]


def key_of(code: str) -> str:
    """A code in one spelling, for comparison.

    >>> key_of("GB/T19001—2016") == key_of("GB/T 19001-2016")
    True
    """
    return re.sub(r"[\s:：—–－-]+", "-", re.sub(r"(?<=[A-Z])\s*(?=\d)", " ", code.upper())).replace(" ", "-")


def day_of(text: str, *, latest: bool = False) -> datetime.date | None:
    """A date, month or year of the register as a day: its first, or its last where ``latest``."""
    parts = [int(part) for part in text.split("-")] if text else []
    if not parts:
        return None
    if len(parts) == 3:
        return datetime.date(*parts)
    if len(parts) == 1:
        return datetime.date(parts[0], 12, 31) if latest else datetime.date(parts[0], 1, 1)
    month = datetime.date(parts[0], parts[1], 28)
    if not latest:
        return month.replace(day=1)
    return (month + datetime.timedelta(days=4)).replace(day=1) - datetime.timedelta(days=1)


def _rows(name: str) -> list[dict[str, str]]:
    text = files("zhicheng.review.register").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


COLUMNS = ("code", "title", "status", "replaced_by", "published", "effective", "confidence", "source")
STATUSES = ("current", "superseded", "withdrawn", "draft", "never_existed")


def _of_user(path: Path) -> list[dict[str, str]]:
    try:
        rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RegisterRefused(f"标准登记表 {path.name} 读不了：{error}。请用 UTF-8 的 CSV 文件。") from error
    for number, row in enumerate(rows, start=2):
        missing = [column for column in COLUMNS if row.get(column) is None]
        if missing:
            raise RegisterRefused(f"{path.name} 第 {number} 行缺少 {'、'.join(missing)} 列。")
        if row["status"] not in STATUSES:
            raise RegisterRefused(f"{path.name} 第 {number} 行的 status 应是 {'、'.join(STATUSES)} 之一。")
        for column in ("published", "effective"):
            if not re.fullmatch(r"(\d{4}(-\d{2}(-\d{2})?)?)?", row[column]):
                raise RegisterRefused(
                    f"{path.name} 第 {number} 行的 {column} 应写成 2016-12-30、2016-12 或 2016。"
                )
    return rows


def register(extensions: tuple[Path, ...] = ()) -> Register:
    """The register with the user's extensions, read anew when one of their files has changed.

    :raises RegisterRefused: an extension cannot be read.
    """
    try:
        changed = tuple(path.stat().st_mtime_ns for path in extensions)
    except OSError as error:
        raise RegisterRefused(
            f"标准登记表打不开：{error.filename}。请核对检查方案里的 registers。"
        ) from error
    return _register(extensions, changed)


@lru_cache(maxsize=8)
def _register(extensions: tuple[Path, ...], changed: tuple[int, ...]) -> Register:
    rows = _rows("standards.csv") + [row for path in extensions for row in _of_user(path)]
    standards = {key_of(row["code"]): Standard(**{name: row[name] for name in COLUMNS}) for row in rows}
    editions = {
        row["family"]: (frozenset(int(year) for year in row["editions"].split()), row["confidence"])
        for row in _rows("editions.csv")
    }
    laws = {
        row["name"]: Law(row["name"], row["status"], row["from"], row["until"], row["replaced_by"],
                         row["confidence"], row["source"])
        for row in _rows("laws.csv")
    }  # fmt: skip
    authorities = tuple(
        Authority(row["name"], datetime.date.fromisoformat(row["until"]), row["now"])
        for row in sorted(_rows("authorities.csv"), key=lambda row: -len(row["name"]))
    )
    return Register(standards, editions, laws, authorities)
