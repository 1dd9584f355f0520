"""One record as a workbook: its facts, each picture as the numbers it shows with a native chart, and the data file it rests on."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from zhicheng.core.pictures import Option
from zhicheng.core.tables import Faulty
from zhicheng.exchange.workbooks import BookWriter, width_of
from zhicheng.reports.record_sheet import RecordSheet, SheetPicture

NUMERIC = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,12})?(?:e[+-]?\d{1,2})?", re.IGNORECASE)
WIDEST = 60
COLOURS = ("#1F4E79", "#7A7A7A", "#4D4D4D", "#A6A6A6")
DASHES = ("solid", "dash", "round_dot", "long_dash_dot")
CHART_AT, CHART_SIZE = 1, {"width": 720, "height": 360}


def record_to_xlsx(sheet: RecordSheet, tables: Sequence[tuple[str, Iterable[Sequence[Any]]]] = ()) -> bytes:
    """The record's workbook. ``tables``: further sheets by name, rows of cells as they stand in a file (its data)."""
    stream = io.BytesIO()
    writer = BookWriter(stream, streaming=False)
    _facts(writer, sheet)
    for at, picture in enumerate(sheet.pictures, 1):
        _picture(writer, picture, f"{at} {picture.title}")
    for name, rows in tables:
        page = writer.sheet(name)
        for number, row in enumerate(rows):
            writer.row(page, number, [_("（错误值）") if isinstance(cell, Faulty) else cell for cell in row])
    writer.close()
    return stream.getvalue()


def _facts(writer: BookWriter, sheet: RecordSheet) -> None:
    page, at = writer.sheet(sheet.title), 0
    head = writer.formats["head"]
    widths = dict[int, int]()

    def put(*cells: str, form: Any = None) -> None:
        nonlocal at
        for column, text in enumerate(cells):
            widths[column] = min(
                WIDEST, max(widths.get(column, 0), max(map(width_of, text.split("\n")), default=0))
            )
            if form is not None:
                page.write_string(at, column, text, form)
            else:
                writer.cell(page, at, column, number_or_text(text))
        at += 1

    put(sheet.number, sheet.called)
    put(sheet.state, sheet.version)
    put(sheet.enterprise, sheet.evidence)
    for group in sheet.groups:
        at += 1
        put(group.title, form=head)
        for title, text in group.facts:
            put(title, text)
        for table in group.tables:
            put(*(title for title, _numeric in table.heads), form=head)
            for row in table.rows:
                put(*row)
    if sheet.signatures:
        at += 1
        put(*(sheet.words[key] for key in ("matter", "name", "at", "how")), form=head)
        for one in sheet.signatures:
            put(one.matter, one.name, one.at, one.how)
    for column, width in widths.items():
        page.set_column(column, column, width + 2)


def number_or_text(text: str) -> Any:
    """A text that is wholly a number that Excel keeps, as a number."""
    return float(text) if NUMERIC.fullmatch(text) else text


def plain(point: Any) -> Any:
    """A point of a series without its look; None for a gap."""
    value = point.get("value") if isinstance(point, dict) else point
    return None if value in ("-", None) else value


def _picture(writer: BookWriter, picture: SheetPicture, name: str) -> None:
    page, option = writer.sheet(name), picture.option
    labels = option["xAxis"].get("data")
    chart, width = (
        _by_label(writer, page, option, labels) if labels is not None else _in_plane(writer, page, option)
    )
    chart.set_title({"name": picture.title, "overlay": False})
    chart.set_size(CHART_SIZE)
    page.insert_chart(CHART_AT, width + 1, chart)
    page.write_string(CHART_AT + 19, width + 1, picture.note)


def _limits(option: Option, axis: str) -> list[tuple[str, float]]:
    drawn: list[Option] = next((one["markLine"]["data"] for one in option["series"] if "markLine" in one), [])
    return [(one["label"]["formatter"], one[axis]) for one in drawn if axis in one]


def _by_label(writer: BookWriter, page: Any, option: Option, labels: Sequence[str]) -> tuple[Any, int]:
    """Columns: the labels, each series, each limit as a constant; a column or line chart of them."""
    columns = [(str(one.get("name", "")), [plain(p) for p in one["data"]], one) for one in option["series"]]
    constant = [(name, [value] * len(labels), None) for name, value in _limits(option, "yAxis")]
    _table(writer, page, ["", *(name for name, *_r in (*columns, *constant))],
           [list(labels), *(values for _n, values, _o in (*columns, *constant))])  # fmt: skip
    bars = any(one["type"] == "bar" for _n, _v, one in columns)
    chart = writer.book.add_chart({"type": "column" if bars else "line"})
    lines = writer.book.add_chart({"type": "line"}) if bars else chart
    for at, (name, _values, one) in enumerate((*columns, *constant)):
        kind = "line" if one is None else one["type"]
        second = bool(one and one.get("yAxisIndex"))
        target = chart if kind == "bar" else lines
        target.add_series(
            _series(page, name, at, len(labels), limit=one is None, bar=kind == "bar", second=second)
        )
    if bars and len(columns) + len(constant) > sum(1 for _n, _v, one in columns if one["type"] == "bar"):
        chart.combine(lines)
    return chart, len(columns) + len(constant) + 1


def _series(
    page: Any, name: str, at: int, count: int, *, limit: bool, bar: bool, second: bool
) -> dict[str, Any]:
    sheet, column = page.get_name(), at + 1
    made: dict[str, Any] = {
        "name": name,
        "categories": [sheet, 1, 0, max(count, 1), 0],
        "values": [sheet, 1, column, max(count, 1), column],
    }
    colour = "#555555" if limit else COLOURS[at % len(COLOURS)]
    if bar:
        return {**made, "fill": {"color": colour}}
    dash = "dash" if limit else DASHES[at % len(DASHES)]
    made["line"] = {"color": colour, "width": 1.0 if limit else 1.5, "dash_type": dash}
    return {**made, "y2_axis": True} if second else made


def _in_plane(writer: BookWriter, page: Any, option: Option) -> tuple[Any, int]:
    """Two columns a series; points and lines of a scatter chart. Upright limits are lines of two points."""
    shown = [one for one in option["series"] if one.get("itemStyle", {}).get("opacity") != 0]
    points = [[tuple(p[:2]) for p in map(plain, one["data"]) if p is not None] for one in shown]
    top = max((y for one in points for _x, y in one), default=1.0)
    low, high = (f((x for one in points for x, _y in one), default=0.0) for f in (min, max))
    named = [(str(one.get("name", "")), pts, one["type"]) for one, pts in zip(shown, points, strict=True)]
    named += [(name, [(value, 0.0), (value, top)], "limit") for name, value in _limits(option, "xAxis")]
    named += [(name, [(low, value), (high, value)], "limit") for name, value in _limits(option, "yAxis")]
    heads = [text for name, _p, _k in named for text in (f"{name} x", f"{name} y")]
    _table(writer, page, heads, [[p[axis] for p in pts] for _n, pts, _k in named for axis in (0, 1)])
    chart = writer.book.add_chart({"type": "scatter"})
    sheet = page.get_name()
    for at, (name, pts, kind) in enumerate(named):
        last, colour = max(len(pts), 1), "#555555" if kind == "limit" else COLOURS[at % len(COLOURS)]
        made: dict[str, Any] = {
            "name": name, "categories": [sheet, 1, 2 * at, last, 2 * at], "values": [sheet, 1, 2 * at + 1, last, 2 * at + 1],
        }  # fmt: skip
        if kind == "scatter":
            made |= {
                "marker": {
                    "type": "circle",
                    "size": 5,
                    "fill": {"color": colour},
                    "border": {"color": colour},
                }
            }
        else:
            dash = "dash" if kind == "limit" else "solid"
            made |= {"marker": {"type": "none"}, "line": {"color": colour, "width": 1.25, "dash_type": dash}}
        chart.add_series(made)
    chart.set_x_axis({"name": str(option["xAxis"].get("name", ""))})
    return chart, len(heads)


def _table(writer: BookWriter, page: Any, heads: Sequence[str], columns: Sequence[Sequence[Any]]) -> None:
    for at, (head, values) in enumerate(zip(heads, columns, strict=True)):
        page.write_string(0, at, head, writer.formats["head"])
        page.set_column(at, at, min(24, width_of(head) + 4))
        for row, value in enumerate(values, 1):
            writer.cell(page, row, at, value)
