"""``zhicheng qdas IN OUT``: between Q-DAS files and tables. Needs no database."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import click

from zhicheng.exchange.qdas import (
    Characteristic,
    QdasFile,
    Reading,
    Unreadable,
    decode,
    number_of,
    read_qdas,
    write_dfd_dfx,
    write_dfq,
)

ENCODINGS = ("utf-8-sig", "gb18030", "cp1252")


def read_any(path: Path) -> QdasFile:
    """A .dfq file, a .dfd file with the .dfx file beside it, or a .csv table (a column a characteristic). Errors: Unreadable."""
    kind = path.suffix.lower()
    if kind in (".dfd", ".dfx"):
        beside = {one.suffix.lower(): one for one in path.parent.iterdir() if one.stem == path.stem}
        if ".dfd" not in beside:
            raise Unreadable(f"{path.name} 旁边没有同名的 .dfd 文件。")
        values = beside[".dfx"].read_bytes() if ".dfx" in beside else None
        return read_qdas(beside[".dfd"].read_bytes(), values)
    return from_table(path.read_bytes()) if kind == ".csv" else read_qdas(path.read_bytes())


def from_table(data: bytes) -> QdasFile:
    """A CSV table whose first row names the characteristics. Errors: Unreadable with row and column."""
    rows = [row for row in csv.reader(io.StringIO(decode(data).removeprefix("\ufeff"))) if any(row)]
    if len(rows) < 2:
        raise Unreadable("表格须有一行特性名和至少一行数据。")
    names = [name.strip() or f"特性 {at}" for at, name in enumerate(rows[0], 1)]
    return QdasFile(
        {}, tuple(map(Characteristic, names)), tuple(_row(n, row, names) for n, row in enumerate(rows[1:], 2))
    )


def _row(number: int, row: list[str], names: list[str]) -> tuple[Reading | None, ...]:
    made: list[Reading | None] = []
    for name, cell in zip(names, [*row, *[""] * len(names)], strict=False):
        value = number_of(cell.strip()) if cell.strip() else None
        if cell.strip() and value is None:
            raise Unreadable(f"第 {number} 行“{name}”列不是数（“{cell[:40]}”）。")
        made.append(None if value is None else Reading(value))
    return tuple(made)


def write_any(file: QdasFile, path: Path, encoding: str) -> list[Path]:
    """Write by the suffix: .dfq, .dfd (and .dfx beside it) or .csv; returns the files. Errors: Unreadable, ValueError."""
    kind = path.suffix.lower()
    if kind == ".dfq":
        path.write_bytes(write_dfq(file, encoding))
        return [path]
    if kind in (".dfd", ".dfx"):
        two = (path.with_suffix(".dfd"), path.with_suffix(".dfx"))
        for one, content in zip(two, write_dfd_dfx(file, encoding), strict=True):
            one.write_bytes(content)
        return list(two)
    if kind == ".csv":
        stream = io.StringIO()
        rows = [
            ["" if one is None or one.attribute else f"{one.value:f}" for one in row] for row in file.rows
        ]
        csv.writer(stream).writerows([[one.name for one in file.characteristics], *rows])
        path.write_bytes(b"\xef\xbb\xbf" + stream.getvalue().encode())
        return [path]
    raise Unreadable(f"不认识的输出格式“{path.suffix}”：可用 .dfq、.dfd、.csv。")


@click.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--encoding", type=click.Choice(ENCODINGS), default="utf-8-sig", show_default=True, help="输出的编码"
)
def qdas(source: Path, target: Path, encoding: str) -> None:
    """Q-DAS 文件（.dfq、.dfd 与 .dfx）与表格（.csv）互相转换。Between Q-DAS files and tables."""
    try:
        file = read_any(source)
        written = write_any(file, target, encoding)
    except (ValueError, OSError) as error:
        click.secho(str(error), fg="red", err=True)
        sys.exit(1)
    said = f"{len(file.characteristics)} 个特性，{len(file.rows)} 行测得值"
    click.echo(f"{said}：{'、'.join(one.name for one in written)}")
