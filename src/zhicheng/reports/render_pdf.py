"""The report as PDF, set by Typst in a child process.

The child is needed twice over: a template that does not end is stopped by the clock, and the compiler's
cache, which grows with every document, ends with the process. The request goes in as JSON on standard
input, the files come back as base64 on standard output; no file is written on the way.
"""

from __future__ import annotations

import base64
import datetime
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from zhicheng.reports.assets import PACKAGE, PACKAGED, Assets
from zhicheng.reports.charts import draw_charts
from zhicheng.reports.glyphs import undrawable
from zhicheng.reports.layout import Layout, lay_out
from zhicheng.reports.report import Report

TEMPLATE = Path(__file__).with_name("report.typ")
PICTURES = Path(__file__).with_name("pictures.typ")
TIMEOUT_SECONDS = 120
PICTURE_PPI = 220
STANDARD = "a-2b"


class RenderingFailed(RuntimeError):
    """The typesetter refused the report or did not finish in time; the message is its own."""


class UndrawableCharacters(UserWarning):
    """The fonts lack characters of the report: they stand as empty boxes in a PDF that is not PDF/A."""


def render_pdf(report: Report, *, assets: Assets = PACKAGED, timeout: float = TIMEOUT_SECONDS) -> bytes:
    """The report as PDF/A-2b; equal reports give equal bytes.

    Warns with UndrawableCharacters. Raises RenderingFailed, AssetsMissing, and what `layout.lay_out` raises.
    """
    assets.check()
    layout = lay_out(report)
    return pdf_of(layout, draw_charts(layout.options, assets.echarts), assets=assets, timeout=timeout)


def pdf_of(
    layout: Layout, pictures: Sequence[str], *, assets: Assets, timeout: float = TIMEOUT_SECONDS
) -> bytes:
    """The PDF of a layout whose charts are already drawn as SVG."""
    lacking = undrawable(layout, assets)
    if lacking:
        listed = " ".join(f"{char} (U+{ord(char):04X})" for char in lacking)
        message = f"字体缺少以下字符，PDF 中成为空框：{listed} / characters without a glyph: {listed}"
        warnings.warn(message, UndrawableCharacters, stacklevel=2)
    text = json.dumps(_template_data(layout, pictures), ensure_ascii=False)
    day = layout.report.issued_on
    return set_pdf(TEMPLATE, text, assets=assets, archival=not lacking, day=day, timeout=timeout)


def png_of(pictures: Sequence[str], *, assets: Assets, timeout: float = TIMEOUT_SECONDS) -> tuple[bytes, ...]:
    """Each SVG as a PNG, with the same fonts as in the PDF."""
    if not pictures:
        return ()
    request = {
        "template": str(PICTURES),
        "fonts": str(assets.fonts),
        "data": json.dumps({"pictures": list(pictures)}, ensure_ascii=False),
        "format": "png",
    }
    return typeset(request, timeout)


def _template_data(layout: Layout, pictures: Sequence[str]) -> dict[str, Any]:
    report, style = layout.report, layout.style
    language, _, region = report.document.language.partition("-")
    issued = report.issued_on
    return {
        "title": report.title,
        "enterprise": report.enterprise,
        "edition": report.edition,
        "draft": report.proof is None,
        "date": [issued.year, issued.month, issued.day],
        "lang": language,
        "region": region.lower() or None,
        "cover": layout.cover_lines,
        "subtitle": report.cover.subtitle,
        "foot": report.cover.foot,
        "pieces": [asdict(piece) for piece in layout.pieces],
        "pictures": list(pictures),
        "words": dict(style.words),
        "accent": style.accent,
        "page": dict(style.page),
        "depth": style.contents_depth,
    }


def set_pdf(
    template: Path, text: str, *, assets: Assets, archival: bool, day: datetime.date, timeout: float
) -> bytes:
    """The PDF of a template and its data (JSON text), dated on a day. PDF/A allows no character without a glyph: a rare name
    must not hold up the file, which then is not ``archival``. Raises RenderingFailed."""
    request = {
        "template": str(template),
        "standard": STANDARD if archival else None,
        "fonts": str(assets.fonts),
        "data": text,
        "format": "pdf",
        "issued_on": day.isoformat(),
    }
    return typeset(request, timeout)[0]


# The child process


def typeset(request: dict[str, Any], timeout: float) -> tuple[bytes, ...]:
    """The files of one request, set in a child process. Raises RenderingFailed."""
    command = [sys.executable, "-m", "zhicheng.reports.render_pdf"]
    # The child must find this very package, however the parent was started.
    paths = [str(PACKAGE.parent), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8"}
    try:
        done = subprocess.run(
            command, input=json.dumps(request).encode(), capture_output=True, env=environment, timeout=timeout
        )
    except subprocess.TimeoutExpired as error:
        raise RenderingFailed(
            f"排版超过 {timeout:g} 秒 / typesetting took more than {timeout:g} s"
        ) from error
    if done.returncode != 0:
        raise RenderingFailed(done.stderr.decode("utf-8", "replace").strip())
    answer = json.loads(done.stdout)
    for message in answer["warnings"]:
        warnings.warn(message, stacklevel=2)
    return tuple(base64.b64decode(one) for one in answer["files"])


def _compile(request: dict[str, Any]) -> dict[str, Any]:
    import typst

    issued = request.get("issued_on")
    moment = issued and datetime.datetime.fromisoformat(issued).replace(tzinfo=datetime.UTC)
    options: dict[str, Any]
    if request["format"] == "pdf":
        options = {"pdf_standards": request["standard"] or [], "timestamp": moment}
    else:
        options = {"ppi": PICTURE_PPI}
    result, noticed = typst.compile_with_warnings(
        Path(request["template"]),
        format=request["format"],
        font_paths=[request["fonts"]],
        ignore_system_fonts=True,
        sys_inputs={"data": request["data"]},
        **options,
    )
    files = result if isinstance(result, list) else [result]
    return {
        "files": [base64.b64encode(one or b"").decode() for one in files],
        "warnings": [str(one.message) for one in noticed],
    }


def main() -> int:
    """Read one request, write one answer; a refusal of the typesetter goes to standard error with exit code
    1.
    """
    import typst

    try:
        answer = _compile(json.load(sys.stdin))
    except typst.TypstError as error:
        sys.stderr.write(f"{error.message}\n{error.diagnostic}\n")
        return 1
    json.dump(answer, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
