"""One record on paper: its facts, its pictures as vectors, its signatures; PDF/A like a report, in the same type."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from zhicheng.reports.assets import PACKAGED, Assets
from zhicheng.reports.charts import draw_charts
from zhicheng.reports.glyphs import without_glyph
from zhicheng.reports.printable import UNPRINTABLE, printable
from zhicheng.reports.render_pdf import TIMEOUT_SECONDS, set_pdf

TEMPLATE = Path(__file__).with_name("record.typ")


@dataclass(frozen=True, slots=True)
class SheetTable:
    """Child rows of a fact: heads with whether the column is of numbers, and rows of texts."""

    title: str
    heads: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class SheetGroup:
    """A heading with its facts (title, text) and tables."""

    title: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[SheetTable, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetPicture:
    """A picture of the record: title, sentence below it, ECharts option."""

    title: str
    note: str
    option: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SheetSignature:
    """Who did or signed what, and when, as written."""

    matter: str
    name: str
    at: str
    how: str = ""


@dataclass(frozen=True, slots=True)
class RecordSheet:
    """A record as it is exported. Texts are in the language of the reader; ``words`` are the few words of the form itself."""

    enterprise: str
    title: str
    number: str
    called: str
    state: str
    version: str
    groups: tuple[SheetGroup, ...]
    pictures: tuple[SheetPicture, ...]
    signatures: tuple[SheetSignature, ...]
    evidence: str
    language: str
    printed_on: dt.date
    words: dict[str, str]


def record_pdf(sheet: RecordSheet, *, assets: Assets = PACKAGED, timeout: float = TIMEOUT_SECONDS) -> bytes:
    """The record as PDF/A-2b, or plain PDF where a font lacks one of its characters; equal sheets give equal bytes.

    Raises RenderingFailed, AssetsMissing, and the errors of ``draw_charts``.
    """
    assets.check()
    options = [one.option for one in sheet.pictures]
    drawn = [UNPRINTABLE.sub("", one) for one in draw_charts(options, assets.echarts)]
    clean = printable(replace(sheet, pictures=()))
    data = asdict(clean) | {
        "pictures": [
            {"title": UNPRINTABLE.sub("", one.title), "note": UNPRINTABLE.sub("", one.note), "svg": svg}
            for one, svg in zip(sheet.pictures, drawn, strict=True)
        ],
        "printed_on": [sheet.printed_on.year, sheet.printed_on.month, sheet.printed_on.day],
    }
    text = json.dumps(data, ensure_ascii=False)
    archival = not without_glyph([text], assets)
    return set_pdf(TEMPLATE, text, assets=assets, archival=archival, day=sheet.printed_on, timeout=timeout)
