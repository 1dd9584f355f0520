"""The measured counts as tables in Markdown."""

from __future__ import annotations

from tests.review.measuring import Measured, Tally
from zhicheng.review.checks import CHECKS


def _share(part: int, whole: int) -> str:
    return f"{part / whole * 100:.1f}%" if whole else "—"


def _sum(measured: Measured) -> Tally:
    tally = Tally()
    for one in measured.checks.values():
        tally.planted += one.planted
        tally.found += one.found
        tally.found_as_error += one.found_as_error
        tally.errors += one.errors
        tally.false_errors += one.false_errors
    return tally


def tables(same: Measured, other: Measured) -> str:
    """Both sets of planted errors by check, the clean reports, the styles, and what was missed."""
    clean = (
        f"干净报告 {same.reports + other.reports} 份：错误 {same.clean['error'] + other.clean['error']}，"
        f"疑问 {same.clean['question'] + other.clean['question']}，提示 {same.clean['note'] + other.clean['note']}。"
    )
    lines = [
        clean,
        "",
        "| 检查 | 植入 | 找到 | 召回率 | 其中报错误 | 报出的错误 | 不是所植入的 | 错误的精确率 | 换说法植入 | 找到 | 召回率 |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for check in CHECKS:
        a, b = same.checks[check.id], other.checks[check.id]
        if a.planted or b.planted:
            lines.append(_row(f"{check.id} {check.name}", a, b))
    lines.append(_row("合计", _sum(same), _sum(other)))
    lines += [
        "",
        "按样式（第一组）："
        + "；".join(
            f"`{style}` {_share(t.found, t.planted)}（{t.planted}）"
            for style, t in sorted(same.styles.items())
        )
        + "。",
        "",
    ]
    lines += ["没有全部找到的植入方式：", ""]
    for group, measured in (("", same), ("换说法 ", other)):
        for (planted_for, name), tally in sorted(measured.mutations.items()):
            if tally.found < tally.planted:
                lines.append(f"- {group}{planted_for} `{name}`：{tally.found}/{tally.planted}")
    return "\n".join(lines) + "\n"


def _row(name: str, a: Tally, b: Tally) -> str:
    precision = _share(a.errors - a.false_errors, a.errors)
    return (
        f"| {name} | {a.planted} | {a.found} | {_share(a.found, a.planted)} | {a.found_as_error} | {a.errors} | {a.false_errors} | {precision} "
        f"| {b.planted} | {b.found} | {_share(b.found, b.planted)} |"
    )
