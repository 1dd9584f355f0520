"""The report as one HTML file: no script, no outside file, charts as inline SVG, fit for reading aloud and
for print.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib import resources

from zhicheng.reports.assets import PACKAGED, Assets
from zhicheng.reports.charts import draw_charts
from zhicheng.reports.drawn import (
    Drawn,
    DrawnCallout,
    DrawnChart,
    DrawnHeading,
    DrawnList,
    DrawnNotes,
    DrawnParagraph,
    DrawnProof,
    DrawnSignOff,
    DrawnTable,
    Run,
    Runs,
)
from zhicheng.reports.layout import Layout, lay_out
from zhicheng.reports.report import Report

MARKED = ("figure", "target", "declared")
SHORT_CELL = 24


def render_html(report: Report, *, assets: Assets = PACKAGED, beside: Mapping[int, str] | None = None) -> str:
    """The report as an HTML document. Raises AssetsMissing and what `layout.lay_out` raises.

    `beside` is HTML that a reader's page wants after pieces, by their ordinal in the layout.
    """
    assets.check()
    layout = lay_out(report)
    return html_of(layout, draw_charts(layout.options, assets.echarts), beside)


def html_of(layout: Layout, pictures: Sequence[str], beside: Mapping[int, str] | None = None) -> str:
    """The HTML of a layout whose charts are already drawn as SVG."""
    report = layout.report
    style = (resources.files("zhicheng.reports") / "report.css").read_text("utf-8")
    added = beside or {}
    body = "\n".join(
        _piece(piece, layout, pictures) + added.get(at, "") for at, piece in enumerate(layout.pieces)
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(report.document.language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(report.title)} · {escape(report.enterprise)}</title>\n"
        f"<style>\n:root {{ --accent: {escape(layout.style.accent)} }}\n{style}</style>\n</head>\n<body>\n"
        f"{_cover(layout)}\n{_contents(layout)}\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _cover(layout: Layout) -> str:
    report, cover = layout.report, layout.report.cover
    draft = f'<p class="draft">{_word(layout, "draft")}</p>' if report.proof is None else ""
    subtitle = f'<p class="subtitle">{escape(cover.subtitle)}</p>' if cover.subtitle else ""
    foot = f'<p class="foot">{escape(cover.foot)}</p>' if cover.foot else ""
    lines = "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in layout.cover_lines)
    return (
        f'<header class="cover">{draft}<p class="enterprise">{escape(report.enterprise)}</p>'
        f"<h1>{escape(report.title)}</h1>{subtitle}<dl>{lines}</dl>{foot}</header>"
    )


def _contents(layout: Layout) -> str:
    word = _word(layout, "contents")
    items = "".join(
        f'<li class="level-{one.level}"><a href="#{escape(one.anchor)}">{_heading_words(one)}</a></li>'
        for one in layout.headings
    )
    return f'<nav aria-label="{word}"><p class="nav-title">{word}</p><ol>{items}</ol></nav>'


def _word(layout: Layout, key: str) -> str:
    return escape(layout.style.word(key))


# Text


def _run(run: Run) -> str:
    words = escape(run.text)
    if run.kind == "ref":
        words = f'<a class="ref" href="#{escape(run.goal)}">{words}</a>'
    elif run.kind in MARKED:
        words = f'<a class="{run.kind}" href="#{escape(run.goal)}">{words}</a>'
        words += f"<sup>{escape(run.mark)}</sup>" if run.mark else ""
    return f"<strong>{words}</strong>" if run.strong else words


def _runs(runs: Runs) -> str:
    return "".join(_run(run) for run in runs)


def _heading_words(heading: DrawnHeading) -> str:
    gap = " " if heading.number and heading.number[-1] not in "、）" else ""
    return f"{escape(heading.number)}{gap}{''.join(escape(run.text) for run in heading.runs)}"


# Pieces


def _piece(piece: Drawn, layout: Layout, pictures: Sequence[str]) -> str:
    if isinstance(piece, DrawnHeading):
        # The cover holds the h1.
        tag = f"h{piece.level + 1}"
        gap = " " if piece.number and piece.number[-1] not in "、）" else ""
        return f'<{tag} id="{escape(piece.anchor)}">{escape(piece.number)}{gap}{_runs(piece.runs)}</{tag}>'
    if isinstance(piece, DrawnParagraph):
        return f"<p>{_runs(piece.runs)}</p>"
    if isinstance(piece, DrawnList):
        tag = "ol" if piece.ordered else "ul"
        return f"<{tag}>{''.join(f'<li>{_runs(item)}</li>' for item in piece.items)}</{tag}>"
    if isinstance(piece, DrawnTable):
        return _table(piece, layout)
    if isinstance(piece, DrawnChart):
        return _chart(piece, layout, pictures[piece.picture])
    if isinstance(piece, DrawnCallout):
        words = f"<span>{_runs(piece.runs)}</span>" if piece.runs else ""
        return f'<p class="callout {piece.sort}"><strong>{escape(piece.title)}</strong>{words}</p>'
    if isinstance(piece, DrawnSignOff):
        return _sign_off(piece, layout)
    if isinstance(piece, DrawnNotes):
        return f'<div class="notes">{_lines(piece.lines)}</div>'
    return _proof(piece, layout) if isinstance(piece, DrawnProof) else '<div class="page-break"></div>'


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _notes(piece: DrawnTable | DrawnChart, layout: Layout) -> str:
    note = f'<p class="note">{_word(layout, "note")}：{_runs(piece.note)}</p>' if piece.note else ""
    if not note and not piece.notes:
        return ""
    return f'<div class="notes">{note}{_lines(piece.notes)}</div>'


def _table(piece: DrawnTable, layout: Layout) -> str:
    unit = f'<span class="unit">{escape(piece.unit)}</span>' if piece.unit else ""
    caption = f"<caption>{_caption(piece)}{unit}</caption>" if piece.label or unit else ""
    columns = "".join(f'<col style="width:{column.weight / 10:.1f}%">' for column in piece.columns)
    heads = "".join(f'<th scope="col" class="{one.align}">{escape(one.title)}</th>' for one in piece.columns)
    rows = "".join(_row(piece, at) for at in range(len(piece.rows)))
    size = "" if piece.size == "normal" else f' class="{piece.size}"'
    anchor = f' id="{escape(piece.anchor)}"' if piece.anchor else ""
    return (
        f'<div class="table"{anchor}><div class="scroll"><table{size}>{caption}<colgroup>{columns}</colgroup>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{_notes(piece, layout)}</div>"
    )


def _row(piece: DrawnTable, at: int) -> str:
    anchor = f' id="{escape(piece.anchors[at])}"' if at < len(piece.anchors) else ""
    pairs = zip(piece.columns, piece.rows[at], strict=True)
    cells = "".join(f'<td class="{column.align}{_short(runs)}">{_runs(runs)}</td>' for column, runs in pairs)
    return f"<tr{anchor}>{cells}</tr>"


def _short(runs: Runs) -> str:
    """Codes and dates are not torn apart at their hyphens."""
    text = "".join(run.text for run in runs)
    return " short" if text.isascii() and len(text) <= SHORT_CELL else ""


def _caption(piece: DrawnTable | DrawnChart) -> str:
    return f"{escape(piece.label)}\u3000{_runs(piece.caption)}"


def _chart(piece: DrawnChart, layout: Layout, picture: str) -> str:
    return (
        f'<figure id="{escape(piece.anchor)}">'
        f'<div role="img" aria-label="{escape(piece.alt)}">{picture}</div>'
        f"<figcaption>{_caption(piece)}</figcaption>{_notes(piece, layout)}</figure>"
    )


def _sign_off(piece: DrawnSignOff, layout: Layout) -> str:
    keys = ("sign_off", "signature", "date", "callout_note")
    heads = "".join(f'<th scope="col">{_word(layout, key)}</th>' for key in keys)
    rows = "".join(
        f'<tr><th scope="row">{escape(one.role)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in (one.name, one.signed_on, one.meaning))
        + "</tr>"
        for one in piece.rows
    )
    return f'<table class="sign-off"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _proof(piece: DrawnProof, layout: Layout) -> str:
    how = "".join(f"<li>{escape(step)}</li>" for step in piece.how)
    limits = f'<p class="limits">{escape(piece.limits)}</p>'
    if not piece.checkpoint:
        return f"{_lines(piece.how)}{limits}"
    qr = piece.qr.replace("<svg ", f'<svg role="img" aria-label="{_word(layout, "proof_checkpoint")}" ', 1)
    return (
        f'<section class="proof"><div><h3>{_word(layout, "proof_checkpoint")}</h3>'
        f"<pre>{escape(piece.checkpoint)}</pre>"
        f"<h3>{_word(layout, 'proof_fingerprint')}</h3><pre>{escape(piece.fingerprint)}</pre></div>"
        f'<div class="qr">{qr}<p>{_word(layout, "proof_qr")}</p></div></section><ol>{how}</ol>{limits}'
    )
