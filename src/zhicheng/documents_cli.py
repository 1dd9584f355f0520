"""``zhicheng documents``: take in a firm's existing documents."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from zhicheng.config.loading import fail, load


@click.group()
def documents() -> None:
    """文件：录入已有的文件。Documents of the system."""


@documents.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("listing", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--effective", type=click.DateTime(["%Y-%m-%d"]), help="清单里没有写生效日期的版本的生效日期")
def import_(folder: Path, listing: Path, effective: dt.datetime | None) -> None:
    """按清单（Excel 或 CSV，每个版次一行）录入文件夹里的文件；有一处不对就什么也不写。

    Take in the files of FOLDER by the list LISTING, a row for each edition; one fault, and nothing is written.
    """
    load()
    from zhicheng.core.containers import FileRefused
    from zhicheng.ledger.log import LogRefused
    from zhicheng.processes.document.importing import take_in

    try:
        taken = take_in(folder, listing, effective_on=effective.date() if effective else None)
    except (FileRefused, LogRefused) as error:
        fail(error)
    if taken.faults:
        for row, sentence in taken.faults[:50]:
            click.echo(f"第 {row} 行：{sentence}", err=True)
        fail(f"{len(taken.faults)} 处不对，什么也没有写。 Nothing was written.")
    click.echo(
        f"文件 {taken.documents} 份，版本 {taken.editions} 个，原有不变 {taken.unchanged}。"
        f" {taken.documents} documents, {taken.editions} editions, {taken.unchanged} unchanged."
    )
    if taken.without_text:
        click.echo(f"没有找到正文文件的有 {len(taken.without_text)} 个：{'、'.join(taken.without_text[:20])}")
