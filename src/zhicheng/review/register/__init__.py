"""The dated register of standards, laws and authorities against which citations are judged.

The CSV files beside this module carry facts only, each with its source; ``confidence`` says how far it may be
trusted: ``source`` (a public source was read), ``memory`` or ``doubtful`` (未核对原文: gives questions, never errors).
A user's CSV with the columns of one of them extends it; the same code or name in it replaces a row of ours.
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
    text = files("zhicheng.review.register").joinpath(f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


FORMS = {
    "standards": ("code", "title", "status", "replaced_by", "published", "effective", "confidence", "source"),
    "editions": ("family", "editions", "confidence", "source"),
    "laws": ("name", "status", "from", "until", "replaced_by", "confidence", "source"),
    "authorities": ("name", "until", "now", "confidence", "source"),
}
"""The columns of each file; those of a user's file tell what it holds."""
STATUSES = {
    "standards": ("current", "superseded", "withdrawn", "draft", "never_existed"),
    "laws": ("current", "repealed", "never", "abbreviation"),
}
DAYS = {"standards": ("published", "effective"), "laws": ("from", "until"), "authorities": ("until",)}


def _of_user(path: Path) -> tuple[str, list[dict[str, str]]]:
    """What a user's file holds, and its rows. Errors: RegisterRefused."""
    try:
        rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RegisterRefused(f"登记表 {path.name} 读不了：{error}。请用 UTF-8 的 CSV 文件。") from error
    heads = set(rows[0]) if rows else set()
    kind = next((kind for kind, columns in FORMS.items() if set(columns) <= heads), None)
    if kind is None:
        wanted = "；".join(f"{kind}：{','.join(columns)}" for kind, columns in FORMS.items())
        raise RegisterRefused(f"登记表 {path.name} 第 1 行的列不对：应是以下之一（{wanted}）。")
    for number, row in enumerate(rows, start=2):
        _check_row(f"{path.name} 第 {number} 行", kind, row)
    return kind, rows


def _check_row(where: str, kind: str, row: dict[str, str]) -> None:
    missing = [column for column in FORMS[kind] if row.get(column) is None]
    if missing:
        raise RegisterRefused(f"{where}缺少 {'、'.join(missing)} 列。")
    statuses = STATUSES.get(kind)
    if statuses and row["status"] not in statuses:
        raise RegisterRefused(f"{where}的 status 应是 {'、'.join(statuses)} 之一。")
    if kind == "editions" and not re.fullmatch(r"\d{4}( \d{4})*", row["editions"]):
        raise RegisterRefused(f"{where}的 editions 应是用空格分开的年份，如 2008 2016。")
    whole = kind == "authorities"
    for column in DAYS.get(kind, ()):
        try:
            day = day_of(row[column])
        except ValueError:
            day = None
        written = r"\d{4}-\d{2}-\d{2}" if whole else r"(\d{4}(-\d{2}(-\d{2})?)?)?"
        if not re.fullmatch(written, row[column]) or (row[column] and day is None):
            allowed = "2016-12-30" if whole else "2016-12-30、2016-12 或 2016"
            raise RegisterRefused(f"{where}的 {column} 应写成 {allowed}。")


def register(extensions: tuple[Path, ...] = ()) -> Register:
    """The register with the user's extensions, read anew when one of their files has changed.

    :raises RegisterRefused: an extension cannot be read.
    """
    try:
        changed = tuple(path.stat().st_mtime_ns for path in extensions)
    except OSError as error:
        raise RegisterRefused(f"登记表打不开：{error.filename}。请核对检查方案里的 registers。") from error
    return _register(extensions, changed)


@lru_cache(maxsize=8)
def _register(extensions: tuple[Path, ...], changed: tuple[int, ...]) -> Register:
    found = {kind: _rows(kind) for kind in FORMS}
    for path in extensions:
        kind, rows = _of_user(path)
        found[kind] += rows  # the same name again replaces a row of ours
    columns = FORMS["standards"]
    standards = {
        key_of(row["code"]): Standard(**{name: row[name] for name in columns}) for row in found["standards"]
    }
    editions = {
        row["family"]: (frozenset(int(year) for year in row["editions"].split()), row["confidence"])
        for row in found["editions"]
    }
    laws = {
        row["name"]: Law(row["name"], row["status"], row["from"], row["until"], row["replaced_by"],
                         row["confidence"], row["source"])
        for row in found["laws"]
    }  # fmt: skip
    known = {row["name"]: row for row in found["authorities"]}
    authorities = tuple(
        Authority(row["name"], datetime.date.fromisoformat(row["until"]), row["now"])
        for row in sorted(known.values(), key=lambda row: -len(row["name"]))
    )
    return Register(standards, editions, laws, authorities)
