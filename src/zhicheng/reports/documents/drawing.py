"""Editions as PDF: one with its sign-off page, or all that are in force as one manual with contents."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from zhicheng.reports.assets import PACKAGED, Assets
from zhicheng.reports.documents.body import STYLE, Picture, Piece, as_svg
from zhicheng.reports.documents.sheet import Sheet
from zhicheng.reports.glyphs import without_glyph
from zhicheng.reports.house_style import house_style
from zhicheng.reports.render_pdf import TIMEOUT_SECONDS, set_pdf

TEMPLATE = Path(__file__).parents[1] / "controlled.typ"
LONG = 600


def document_pdf(sheet: Sheet, *, assets: Assets = PACKAGED) -> bytes:
    """One edition as PDF/A-2b (plain PDF where a font lacks a character); equal sheets give equal bytes. Raises RenderingFailed,
    AssetsMissing."""
    return _pdf([("", sheet)], None, sheet.dated, assets, TIMEOUT_SECONDS)


def manual_pdf(
    entries: Sequence[tuple[str, Sheet]], title: str, on: dt.date, *, assets: Assets = PACKAGED
) -> bytes:
    """Several editions as one manual: cover, contents with the page on which each begins, each with its sign-off page. ``entries``
    are the category and the sheet of each. Raises RenderingFailed, AssetsMissing."""
    cover = {"title": title, "enterprise": entries[0][1].head.enterprise, "on": on.isoformat()}
    return _pdf(entries, cover, on, assets, LONG)


def _pdf(
    entries: Sequence[tuple[str, Sheet]],
    cover: dict[str, str] | None,
    dated: dt.date,
    assets: Assets,
    timeout: float,
) -> bytes:
    assets.check()
    style = house_style(STYLE)
    data: dict[str, Any] = {
        "cover": cover,
        "documents": [{"category": category, **_data(sheet)} for category, sheet in entries],
        "title": cover["title"] if cover else entries[0][1].head.name,
        "enterprise": entries[0][1].head.enterprise,
        "date": [dated.year, dated.month, dated.day],
        "pictures": [],
        "words": dict(style.words),
        "accent": style.accent,
        "page": dict(style.page),
    }
    text = json.dumps(data, ensure_ascii=False)
    archival = not without_glyph([text], assets)
    return set_pdf(TEMPLATE, text, assets=assets, archival=archival, day=dated, timeout=timeout)


def _data(sheet: Sheet) -> dict[str, Any]:
    return {
        "head": asdict(sheet.head),
        "mark": sheet.mark,
        "order": sheet.order,
        "signed": sheet.signed,
        "history": sheet.history,
        "scope": sheet.scope,
        "interpreter": sheet.interpreter,
        "note": sheet.note,
        "pieces": [_piece(one) for one in sheet.pieces],
    }


def _piece(piece: Piece) -> dict[str, Any]:
    return asdict(as_svg(piece) if isinstance(piece, Picture) else piece)
