"""``zhicheng spc``: control charts and capability of a table of measurements. Needs no database and never loads Django."""

from __future__ import annotations

import csv
import json
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from zhicheng.stats.limits import ControlChart
    from zhicheng.stats.studies import CapabilityStudy

CHARTS = ("xbar-r", "xbar-s", "median-r", "i-mr", "p", "np", "c", "u", "laney-p", "laney-u", "g", "t")
SHOWN = 6
"""Significant digits on the screen; JSON has all."""


class Unreadable(ValueError):
    """The file or its columns cannot be used; the message says where."""


@dataclass(frozen=True)
class Table:
    """A sheet: names of columns, and rows of cells (None: empty); ``first`` is the number of the first row in the file."""

    names: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    first: int


def read_table(path: Path, sheet: str | None) -> Table:
    """A sheet of a workbook (the first unless named), or a CSV file in UTF-8 or GB 18030. A first row of texts gives names."""
    cells = _csv(path) if path.suffix.lower() in (".csv", ".txt") else _sheet(path, sheet)
    kept = [(number, row) for number, row in enumerate(cells, 1) if any(c is not None for c in row)]
    if not kept:
        raise Unreadable(f"{path.name} 里没有内容。")
    width = max(len(row) for _number, row in kept)
    rows = [tuple(row) + (None,) * (width - len(row)) for _number, row in kept]
    named = any(isinstance(c, str) for c in rows[0])
    names = [str(c) if named and c is not None else f"第{i}列" for i, c in enumerate(rows[0], 1)]
    body = rows[1:] if named else rows
    if not body:
        raise Unreadable(f"{path.name} 只有标题，没有数据。")
    return Table(tuple(names), tuple(body), kept[1][0] if named else kept[0][0])


def _csv(path: Path) -> list[list[object]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    sample = text[:4096]
    delimiter = max((",", ";", "\t"), key=sample.count)
    return [[_cell(c) for c in row] for row in csv.reader(text.splitlines(), delimiter=delimiter)]


def _cell(text: str) -> object:
    stripped = text.strip()
    if not stripped:
        return None
    try:
        return float(stripped)
    except ValueError:
        return stripped


def _sheet(path: Path, sheet: str | None) -> list[list[object]]:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
    except Exception as error:
        raise Unreadable(f"{path.name} 打不开：{error}。可用 .xlsx、.xls、.xlsb、.ods、.csv。") from error
    if sheet is not None and sheet not in book.sheet_names:
        raise Unreadable(f"没有工作表“{sheet}”：有 {'、'.join(book.sheet_names)}。")
    found = book.get_sheet_by_name(sheet if sheet is not None else book.sheet_names[0])
    return [[None if c == "" else c for c in row] for row in found.to_python(skip_empty_area=False)]


def column(table: Table, name: str) -> int:
    """The column of that name, or of that number counted from 1."""
    if name in table.names:
        return table.names.index(name)
    if name.isdigit() and 1 <= int(name) <= len(table.names):
        return int(name) - 1
    raise Unreadable(f"没有列“{name}”：有 {'、'.join(table.names)}。")


def numeric(table: Table) -> list[int]:
    """The columns that hold numbers, and nothing but numbers and blanks; one that only counts 1, 2, 3 … is no data."""

    def holds(at: int) -> bool:
        cells = [row[at] for row in table.rows if row[at] is not None]
        numbers = bool(cells) and all(isinstance(c, (int, float)) and not isinstance(c, bool) for c in cells)
        return numbers and (len(cells) < 3 or cells != list(range(1, len(cells) + 1)))

    return [at for at in range(len(table.names)) if holds(at)]


def values(table: Table, at: Sequence[int]) -> list[list[float]]:
    """Rows of the columns; blanks at the end of a row make it shorter, a row of blanks is left out. Errors: Unreadable for a text."""
    out = []
    for number, row in enumerate(table.rows, table.first):
        picked = []
        for one in at:
            cell = row[one]
            if cell is None:
                continue
            if isinstance(cell, bool) or not isinstance(cell, (int, float)):
                raise Unreadable(
                    f"第 {number} 行“{table.names[one]}”列不是数（{cell!r}）：请更正，或用 --columns 只选数据列。"
                )
            picked.append(float(cell))
        if picked:
            out.append(picked)
    return out


@dataclass(frozen=True)
class Analysis:
    """What is printed: charts with the tests that fired, and capability when there are limits of specification."""

    columns: tuple[str, ...]
    title: str
    reason: str
    points: int
    charts: tuple[ControlChart, ...]
    signals: tuple[tuple[str, ...], ...]
    flags: tuple[dict[str, list[int]], ...]
    study: CapabilityStudy | None

    @property
    def stable(self) -> bool:
        """No test fired on any chart."""
        return not any(self.signals)


def analyse(
    columns: tuple[str, ...], data: list[list[float]], sizes: list[float] | None, chart: str | None, rules: str, lsl: float | None, usl: float | None, target: float | None
) -> Analysis:  # fmt: skip
    """Draw the chart, proposed if none is named, judge it, and study the capability against limits of specification."""
    from typing import cast

    from zhicheng.stats import RULE_SETS, Unusable, beyond_limits, capability_study
    from zhicheng.stats.proposals import TITLES, ChartName, draw_charts, propose_chart

    series: Any = [row[0] for row in data] if all(len(row) == 1 for row in data) else data
    proposal = propose_chart(series if sizes is not None else data, sizes)
    name = cast(ChartName, chart) if chart else proposal.chart
    if name not in ("xbar-r", "xbar-s", "median-r") and series is data:
        raise Unusable(
            f"{TITLES[name]}每行只要一个值，现在有 {max(map(len, data))} 列：请用 --columns 选一列。"
        )
    if name in ("xbar-r", "xbar-s", "median-r") and series is not data:
        raise Unusable(f"{TITLES[name]}每行要有一个子组：请选几列，或用 --subgroup 给出子组大小。")
    charts = draw_charts(name, series, sizes)
    judged = [
        one.signals(
            RULE_SETS[rules]() if one.independent and one.chart not in ("r", "s") else beyond_limits()
        )
        for one in charts
    ]
    study = None
    if lsl is not None or usl is not None:
        if sizes is not None or name in ("c", "g", "t"):
            raise Unusable("计数数据没有规格限：请去掉 --lsl、--usl。")
        if series is data and len({len(row) for row in data}) > 1:
            raise Unusable("子组大小不等，能力研究要等大的子组或单列数据：请补齐缺的值。")
        study = capability_study(series, lsl=lsl, usl=usl, target=target)
    return Analysis(
        columns, TITLES[name], "指定" if chart else proposal.reason, len(data), charts, tuple(tuple(s.sentences()) for s in judged),
        tuple({test: points for test, points in s.found().items() if points} for s in judged), study,
    )  # fmt: skip


def as_json(found: Analysis) -> dict[str, Any]:
    """The analysis as plain data; ``limits`` can be frozen and applied to later data."""
    import numpy as np

    from zhicheng.stats.proposals import TITLES

    def line(one: ControlChart, values: Any) -> list[float]:
        return [float(v) for v in np.broadcast_to(values, one.statistic.shape)]

    charts = [
        {
            "chart": one.chart, "title": TITLES[one.chart], "statistic": line(one, one.statistic), "centre": line(one, one.centre),
            "lower": line(one, one.lower), "upper": line(one, one.upper), "signals": flags, "sentences": list(said),
            "limits": one.limits.to_data(),
        }
        for one, flags, said in zip(found.charts, found.flags, found.signals, strict=True)
    ]  # fmt: skip
    out: dict[str, Any] = {
        "columns": list(found.columns), "chart": found.title, "reason": found.reason, "points": found.points, "in_control": found.stable, "charts": charts,
    }  # fmt: skip
    if found.study:
        out["capability"] = _study_json(found.study)
    return out


def _study_json(study: CapabilityStudy) -> dict[str, Any]:
    c = study.capability
    out: dict[str, Any] = {
        "headline": study.headline, "value": study.value, "grade": study.grade, "stable": study.stable, "normal": study.normal,
        "normality_p": float(study.normality.p_value), "notes": list(study.notes), "mean": float(c.mean), "confidence": c.confidence,
        "sigma_within": float(c.sigma_within), "sigma_overall": float(c.sigma_overall), "observations": c.observations,
        "time_model": study.model.model if study.model else None,
    }  # fmt: skip
    for name in ("cp", "cpl", "cpu", "cpk", "cpm", "pp", "ppl", "ppu", "ppk"):
        index = getattr(c, name)
        out[name] = None if index is None else [float(v) for v in (index.value, index.lower, index.upper)]
    for name in ("expected_within_below", "expected_within_above", "expected_overall_below", "expected_overall_above", "observed_below", "observed_above"):  # fmt: skip
        share = getattr(c, name)
        out[name] = None if share is None else float(share)
    return out


def _number(value: float) -> str:
    return f"{value:.{SHOWN}g}"


def _padded(text: str, width: int) -> str:
    return text + " " * max(1, width - sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text))


def _line(one: Any) -> str:
    import numpy as np

    least, most = float(np.min(one)), float(np.max(one))
    return _number(least) if least == most else f"{_number(least)} … {_number(most)}（随样本量变）"


def as_text(found: Analysis) -> Iterator[str]:
    """The analysis in lines for a screen."""
    from zhicheng.stats.proposals import TITLES
    from zhicheng.stats.sigma import METHODS

    yield f"数据列：{'、'.join(found.columns)}"
    yield f"{found.title}（{found.reason}）；{found.points} 个点，控制限由这些点算出（第一阶段）"
    for one, said in zip(found.charts, found.signals, strict=True):
        yield f"\n{TITLES[one.chart]}"
        for label, value in (("上控制限", one.upper), ("中心线", one.centre), ("下控制限", one.lower)):
            yield f"  {_padded(label, 12)}{_line(value)}"
        if one.limits.estimator in METHODS and one.limits.sigma.ndim == 0:
            yield f"  {_padded('σ', 12)}{_number(float(one.limits.sigma))}（{METHODS[one.limits.estimator]}）"
        yield from (f"  {sentence}" for sentence in said) if said else ("  没有判异信号",)
    yield f"依据：{found.charts[0].limits.source}"
    yield f"\n判定：{'受控（没有判异信号）' if found.stable else '不受控：请查明上述各点的原因'}"
    if found.points < 20:
        yield f"注意：只有 {found.points} 个点，建议 20 个以上再固定控制限。"
    if found.study:
        yield from _study_text(found.study)


def _study_text(study: CapabilityStudy) -> Iterator[str]:
    c = study.capability
    yield f"\n过程能力（{c.observations} 个值；区间为 {c.confidence:.0%} 置信）"
    for name, index in (("Cp", c.cp), ("Cpk", c.cpk), ("Cpm", c.cpm), ("Pp", c.pp), ("Ppk", c.ppk)):
        if index is not None:
            yield f"  {_padded(name, 12)}{float(index.value):.3f}  [{float(index.lower):.3f}, {float(index.upper):.3f}]"
    for label, below, above in (
        ("预期不合格率", c.expected_overall_below, c.expected_overall_above), ("实测不合格率", c.observed_below, c.observed_above),
    ):  # fmt: skip
        total = sum(float(share) for share in (below, above) if share is not None)
        yield f"  {_padded(label, 14)}{total:.4%}"
    verdict = "未见与正态不符" if study.normal else "与正态不符"
    yield f"  {_padded('正态检验', 12)}Anderson–Darling p = {float(study.normality.p_value):.3g}（{verdict}）"
    yield f"判定：{study.headline} = {study.value:.3f}，{study.grade}（惯用界限 1.00 / 1.33 / 1.67，合同另有要求的从其要求）"
    yield from (f"注意：{note}" for note in study.notes)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--sheet", help="工作表（默认第一个）")
@click.option("--columns", help="数据列的名称或序号，用逗号分开；几列即一个子组（默认所有全是数的列）")
@click.option("--sizes", help="样本量所在的列（计数图）")
@click.option("--subgroup", type=click.IntRange(2), help="把一列数按顺序每几个作一个子组")
@click.option("--chart", type=click.Choice(CHARTS), help="控制图（默认按数据建议）")
@click.option("--rules", type=click.Choice(("nelson", "western_electric", "iso7870_2", "limits")), default="nelson", show_default=True, help="判异准则")  # fmt: skip
@click.option("--lsl", type=float, help="规格下限")
@click.option("--usl", type=float, help="规格上限")
@click.option("--target", type=float, help="目标值")
@click.option(
    "--format",
    "form",
    type=click.Choice(("table", "json")),
    default="table",
    show_default=True,
    help="输出的样式",
)
def spc(
    file: Path, sheet: str | None, columns: str | None, sizes: str | None, subgroup: int | None, chart: str | None, rules: str,
    lsl: float | None, usl: float | None, target: float | None, form: str,
) -> None:  # fmt: skip
    """控制图与过程能力：读 Excel 或 CSV，给出控制限、判异信号和能力判定。Control charts and capability of a table."""
    try:
        used, data, counts = _chosen(read_table(file, sheet), columns, sizes, subgroup)
        found = analyse(used, data, counts, chart, rules, lsl, usl, target)
    except ValueError as error:
        click.secho(str(error), fg="red", err=True)
        sys.exit(1)
    if form == "json":
        click.echo(json.dumps(as_json(found), ensure_ascii=False, indent=1))
    else:
        for text in as_text(found):
            click.echo(text)


def _chosen(
    table: Table, columns: str | None, sizes: str | None, subgroup: int | None
) -> tuple[tuple[str, ...], list[list[float]], list[float] | None]:
    size_at = column(table, sizes) if sizes else None
    at = (
        [column(table, name.strip()) for name in columns.split(",")]
        if columns
        else [c for c in numeric(table) if c != size_at]
    )
    names = tuple(table.names[one] for one in at)
    if not at:
        raise Unreadable(f"没有全是数的列：有 {'、'.join(table.names)}。请更正数据，或用 --columns 指明。")
    if size_at is not None:
        if len(at) != 1:
            raise Unreadable("计数图要一列计数和一列样本量：请用 --columns 指明计数的列。")
        pairs = values(table, [at[0], size_at])
        if short := [i for i, row in enumerate(pairs) if len(row) != 2]:
            raise Unreadable(f"第 {short[0] + 1} 个样本的计数或样本量是空的：请补上或删去这一行。")
        return names, [[x] for x, _n in pairs], [n for _x, n in pairs]
    data = values(table, at)
    if subgroup is None:
        return names, data, None
    flat = [x for row in data for x in row]
    if len(at) > 1:
        raise Unreadable("--subgroup 只用于一列数据：请用 --columns 选一列。")
    if len(flat) % subgroup:
        raise Unreadable(f"{len(flat)} 个值不能分成每组 {subgroup} 个：多出 {len(flat) % subgroup} 个。")
    return names, [flat[i : i + subgroup] for i in range(0, len(flat), subgroup)], None
