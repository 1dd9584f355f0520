"""Characters that the report's fonts cannot draw: named before they come out as empty boxes on paper.

The fonts carry every character of the basic plane that Chinese names use, but few beyond (𠮷). Their tables
are read here directly: the `cmap` formats 4 and 12 of OpenType are short.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from zhicheng.reports.assets import PACKAGED, Assets
from zhicheng.reports.layout import Layout


def undrawable(layout: Layout, assets: Assets = PACKAGED) -> tuple[str, ...]:
    """The characters of a report that a font lacks, each once, sorted. Raises AssetsMissing."""
    return without_glyph(_texts(layout), assets)


def without_glyph(texts: Iterable[str], assets: Assets = PACKAGED) -> tuple[str, ...]:
    """The characters of these texts that a font lacks, each once, sorted. Raises AssetsMissing."""
    assets.check()
    wanted = {char for text in texts for char in text if not char.isspace() and char.isprintable()}
    return tuple(
        sorted(char for char in wanted if any(ord(char) not in covered(one) for one in assets.font_files))
    )


def _texts(layout: Layout) -> Iterator[str]:
    report = layout.report
    yield from (report.title, report.enterprise, report.edition, report.cover.subtitle, report.cover.foot)
    yield from _strings(layout.cover_lines)
    yield from _strings(layout.pieces)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for one in fields(value):
            yield from _strings(getattr(value, one.name))
    elif isinstance(value, dict):
        yield from _strings(list(value.values()))
    elif isinstance(value, Iterable):
        for one in value:
            yield from _strings(one)


@cache
def covered(font: Path) -> frozenset[int]:
    """The code points that a TrueType font has a glyph for. Raises ValueError for another kind of file."""
    data = font.read_bytes()
    count = struct.unpack_from(">H", data, 4)[0]
    tables = {
        data[at : at + 4]: struct.unpack_from(">I", data, at + 8)[0] for at in range(12, 12 + 16 * count, 16)
    }
    if b"cmap" not in tables:
        raise ValueError(f"{font.name}: no cmap table")
    start = tables[b"cmap"]
    subtables = struct.unpack_from(">H", data, start + 2)[0]
    points: set[int] = set()
    for at in range(start + 4, start + 4 + 8 * subtables, 8):
        offset = start + struct.unpack_from(">I", data, at + 4)[0]
        form = struct.unpack_from(">H", data, offset)[0]
        if form == 4:
            points.update(_format_4(data, offset))
        elif form == 12:
            points.update(_format_12(data, offset))
    return frozenset(points)


def _format_4(data: bytes, offset: int) -> Iterator[int]:
    segments = struct.unpack_from(">H", data, offset + 6)[0] // 2
    ends = struct.unpack_from(f">{segments}H", data, offset + 14)
    starts = struct.unpack_from(f">{segments}H", data, offset + 16 + 2 * segments)
    for first, last in zip(starts, ends, strict=True):
        # The last segment only closes the table.
        if first != 0xFFFF:
            yield from range(first, last + 1)


def _format_12(data: bytes, offset: int) -> Iterator[int]:
    groups = struct.unpack_from(">I", data, offset + 12)[0]
    for at in range(offset + 16, offset + 16 + 12 * groups, 12):
        first, last = struct.unpack_from(">II", data, at)
        yield from range(first, last + 1)
