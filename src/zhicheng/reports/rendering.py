"""All three files of a report at once: laid out once, charts drawn once."""

from __future__ import annotations

from pathlib import Path

from zhicheng.reports.assets import PACKAGED, Assets
from zhicheng.reports.charts import draw_charts
from zhicheng.reports.layout import lay_out
from zhicheng.reports.render_docx import docx_of
from zhicheng.reports.render_html import html_of
from zhicheng.reports.render_pdf import pdf_of, png_of
from zhicheng.reports.report import Report


def render_all(
    report: Report,
    folder: Path,
    *,
    stem: str = "report",
    reference: Path | None = None,
    assets: Assets = PACKAGED,
) -> dict[str, Path]:
    """Write `stem`.pdf, .docx and .html into an existing folder; answers their paths by `pdf`, `docx`,
    `html`.

    Equal reports give equal bytes. `reference` is a document whose styles the DOCX uses. Warns with
    UndrawableCharacters; raises AssetsMissing, RenderingFailed, and what `layout.lay_out` raises.
    """
    assets.check()
    layout = lay_out(report)
    pictures = draw_charts(layout.options, assets.echarts)
    files = {
        "pdf": pdf_of(layout, pictures, assets=assets),
        "docx": docx_of(layout, png_of(pictures, assets=assets), reference=reference),
        "html": html_of(layout, pictures).encode(),
    }
    paths = {kind: folder / f"{stem}.{kind}" for kind in files}
    for kind, content in files.items():
        paths[kind].write_bytes(content)
    return paths
