"""``zhicheng review``: list what does not hold in a report. Needs no database and never loads Django."""

from __future__ import annotations

import datetime
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

if TYPE_CHECKING:
    from zhicheng.review import Review

FORMATS = ("text", "json", "html", "xlsx", "docx")


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="输出格式"
)
@click.option(
    "--output", type=click.Path(path_type=Path), help="写到文件（多份报告时写到文件夹）；xlsx、docx 必须给出"
)
@click.option("--profile", "profile_path", type=click.Path(path_type=Path), help="检查方案（TOML）")
@click.option(
    "--date", type=click.DateTime(["%Y-%m-%d"]), help="报告日期；引用按这一天判断，不给就从报告里找"
)
@click.option(
    "--fail-on", type=click.Choice(("error", "question", "note")), help="有这样或更重的问题时退出码为 1"
)
@click.option(
    "--compare", multiple=True, type=click.Path(path_type=Path), help="其他企业的报告，查逐字相同（可多次）"
)
def review(
    files: tuple[Path, ...],
    form: str,
    output: Path | None,
    profile_path: Path | None,
    date: datetime.datetime | None,
    fail_on: str | None,
    compare: tuple[Path, ...],
) -> None:
    """检查报告里不实、过时、矛盾之处。Find what is false, stale or contradictory in a report.

    FILES 是 DOCX、PDF、HTML、Markdown 或 TXT。退出码：0 检查完；1 有 --fail-on 所说的问题；2 文件或方案读不了。
    """
    from zhicheng.review import NotReadable, Profile, ProfileRefused, RegisterRefused, load_profile, read
    from zhicheng.review import review as reviewed

    if form in ("xlsx", "docx") and output is None:
        raise click.UsageError(f"{form} 不能打印在屏幕上，请用 --output 给出文件名。")
    failed = False
    try:
        profile = load_profile(profile_path) if profile_path else Profile()
        if date is not None:
            profile = replace(profile, date=date.date())
        others = [read(path) for path in compare]
    except (NotReadable, ProfileRefused, RegisterRefused) as error:
        click.secho(str(error), fg="red", err=True)
        sys.exit(2)
    unreadable = False
    for path in files:
        try:
            done = reviewed(read(path), profile, compare=others)
            _write(done, path, form, output, several=len(files) > 1)
        except (NotReadable, RegisterRefused) as error:
            click.secho(f"{path.name}：{error}", fg="red", err=True)
            unreadable = True
            continue
        except OSError as error:
            click.secho(f"写不了：{error.strerror}：{error.filename}", fg="red", err=True)
            unreadable = True
            continue
        failed = failed or bool(fail_on and done.at_least(fail_on))  # type: ignore[arg-type]
    sys.exit(2 if unreadable else 1 if failed else 0)


def _write(done: Review, path: Path, form: str, output: Path | None, *, several: bool) -> None:
    content = _rendered(done, path, form, to_terminal=output is None)
    if output is None:
        click.echo(cast(str, content), nl=False)
        return
    target = output / f"{path.stem}.{form}" if several or output.is_dir() else output
    if several:
        output.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        target.write_bytes(content)
    else:
        target.write_text(content, "utf-8")
    click.echo(f"{path.name} → {target}", err=True)


def _rendered(done: Review, path: Path, form: str, *, to_terminal: bool) -> str | bytes:
    if form == "json":
        from zhicheng.review.output.as_json import as_json

        return as_json(done)
    if form == "html":
        from zhicheng.review.output.as_html import as_html

        return as_html(done)
    if form == "xlsx":
        from zhicheng.review.output.as_xlsx import as_xlsx

        return as_xlsx(done)
    if form == "docx":
        from zhicheng.review.output.as_docx import as_docx

        return as_docx(done, path.read_bytes() if done.document.format == "docx" else None)
    from zhicheng.review.output.as_text import as_text

    return as_text(done, colour=to_terminal and sys.stdout.isatty())
