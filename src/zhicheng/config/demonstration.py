"""``zhicheng demo``: an example enterprise loaded through the public import path, its report published and verified.

The product knows no example: it is a folder with ``load.py`` whose ``load(progress)`` does the loading.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from zhicheng.core import setup
from zhicheng.core.process import registry
from zhicheng.ledger import keys
from zhicheng.proof import verify
from zhicheng.reports import publish as publishing

Say = Callable[[str], None]
WORDS = {0: "全部证明", 1: "有不实之处", 2: "无法读取", 3: "无不实之处，但有未核对的"}


class NoExample(Exception):
    """The example's folder is missing or is none."""


def _module(example: Path) -> ModuleType:
    path = (example / "load.py").resolve()
    if not path.exists():
        raise NoExample(
            f"找不到示例 {example}：请在源码目录中运行。 No example there: run it in the source folder."
        )
    root = str(path.parents[2])
    if root not in sys.path:
        sys.path.insert(0, root)
    return importlib.import_module(f"{path.parents[1].name}.{path.parent.name}.load")


def run(example: Path, *, say: Say) -> None:
    """Load once, publish once, verify, and print the accounts."""
    module = _module(example)
    setup.migrate()
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        transient=False,
    ) as bars:
        tasks: dict[str, Any] = {}

        def progress(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        module.load(progress)
        report = registry["report.report"].model.objects.order_by("k").first()
        if report is not None and report.state == "approved":
            steps = {
                "checkpoint": "签署检查点",
                "figures": "计算数字",
                "render": "生成 PDF、DOCX、HTML",
                "bundle": "写证明包",
            }
            order = list(steps)
            published = publishing.publish(
                report,
                by=module.publisher(),
                progress=lambda step: progress("发布报告", order.index(step) + 1, len(order)),
            )
            report = published.report
    if report is not None and report.state == "published":
        _verified(report, say)
    say("")
    say("示例账号（密码公开，只能在本机使用）：")
    for username, password, role in module.ACCOUNTS:
        say(f"  {username:<12}{password:<24}{role}")


def _verified(report: Any, say: Say) -> None:
    """Verify as a stranger would, and say how to see every line of it."""
    folder, key = publishing.folder_of(report), keys.fingerprint()
    verdict = verify.verify_bundle(folder / "bundle.zip", (folder / "report.pdf").read_bytes(), key)
    figures = len(publishing.stored(report)["figures"])
    say(f"报告 {report.number}（PDF、DOCX、HTML、证明包、核对程序）在 {folder}")
    say(f"已用指纹核对，重算 {figures} 个数字：{WORDS[verdict.exit]}。逐行查看：")
    say(f'  python {folder}/verify.py {folder}/bundle.zip --report {folder}/report.pdf --key "{key}"')
