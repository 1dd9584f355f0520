"""Which requirement is proved by which test: ``python -m tests.traceability`` writes ``docs/traceability.md``.

A test names what it proves with ``@pytest.mark.proves("ID", …)``; the marks are read from the sources, no test is run.
``docs/requirements.csv`` holds the requirements and, for what is not or not wholly proved, the reason.
"""

from __future__ import annotations

import ast
import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
TABLE, PAGE = ROOT / "docs" / "requirements.csv", ROOT / "docs" / "traceability.md"
MODULES = {
    "M01": "组织、职责、授权、任命",
    "M02": "文件、版本、记录",
    "M03": "方针、目标、KPI",
    "M05": "供方、采购",
    "M06": "检验、放行",
    "M07": "不合格、纠正、改进",
    "M08": "生产过程、追溯",
    "M10": "投诉、售后、三包",
    "M11": "顾客、满意度",
    "M13": "诚信、道德、信用",
    "M14": "教育、培训、资质",
    "M16": "标准、专利、法规、证书",
    "M18": "质量诚信报告",
    "M21": "体系有效性",
    "M23": "来源之外",
    "E01": "证据日志与核对",
    "E02": "签署、留存、密钥",
    "E03": "可靠性、访问、验证",
}
WHOLE = ("M01", "M02", "M03", "M05", "M06", "M08", "M10", "M11", "M14", "M16", "M18", "E01", "E02", "E03")
"""The modules of which every requirement stands in the table; of the others only single ones."""


@dataclass(frozen=True)
class Requirement:
    """One line of ``docs/requirements.csv``. ``reason``: what is still missing (empty: nothing)."""

    id: str
    module: str
    term: str
    description: str
    reason: str


def requirements() -> list[Requirement]:
    """Every requirement in the order of the table."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [Requirement(**row) for row in csv.DictReader(file)]


def proofs(folder: Path = ROOT / "tests") -> dict[str, list[str]]:
    """The names of the tests that claim to prove a requirement, by its id."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        module = path.relative_to(ROOT).as_posix()
        for name, ids in marked(ast.parse(path.read_text("utf-8"))):
            for one in ids:
                found.setdefault(one, []).append(f"{module}::{name}")
    return found


def marked(tree: ast.AST) -> Iterator[tuple[str, list[str]]]:
    """Functions whose decorators are ``pytest.mark.proves(…)``, with the ids named there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            ids = [
                str(ast.literal_eval(argument))
                for decorator in node.decorator_list
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.proves"
                for argument in decorator.args
            ]
            if ids:
                yield node.name, ids


def status(requirement: Requirement, proved: Mapping[str, Sequence[str]]) -> str:
    """``proved`` (nothing is missing), ``partly`` (a proof, and a reason why not wholly) or ``open``."""
    if requirement.id not in proved:
        return "open"
    return "partly" if requirement.reason else "proved"


WORDS = {"proved": "已证明", "partly": "部分", "open": "未做"}


def page() -> str:
    """The content of ``docs/traceability.md``."""
    rows, found = requirements(), proofs()
    total = Counter(status(r, found) for r in rows)
    lines = [
        "# 需求与证明",
        "",
        "本页由 `python -m tests.traceability` 生成，请勿手改：需求在 `requirements.csv`，证明在测试的 `proves` 标记里。",
        "",
        "“已证明”：列出的测试证明了整条。“部分”：只证明了一部分，缺什么写在后面。“未做”：没有测试，原因写在后面。",
        "测试是否通过由 `make test` 决定，本页不重复。",
        "",
        f"共 {len(rows)} 条：已证明 {total['proved']}，部分 {total['partly']}，未做 {total['open']}。",
        f"{'、'.join(WHOLE)} 列全；其他模块只列单条，没有列出的都没有证明。",
        "",
        "English: generated. A requirement is proved by named tests (已证明), proved in part (部分), or open (未做); what is",
        "missing stands behind it. Nothing is claimed of modules and requirements that are not listed.",
        "",
        "| 模块 | 条数 | 已证明 | 部分 | 未做 |",
        "|---|---:|---:|---:|---:|",
    ]
    used = [m for m in MODULES if any(r.module == m for r in rows)]
    for module in used:
        count = Counter(status(r, found) for r in rows if r.module == module)
        part = "" if module in WHOLE else "（只列单条）"
        lines.append(
            f"| {module} {MODULES[module]}{part} | {sum(count.values())} | {count['proved']} | {count['partly']} | {count['open']} |"
        )
    for module in used:
        lines += [
            "",
            f"## {module} {MODULES[module]}",
            "",
            "| 编号 | 需求 | 状态 | 证明与说明 |",
            "|---|---|---|---|",
        ]
        lines += [_row(r, found) for r in rows if r.module == module]
    return "\n".join(lines) + "\n"


def _row(requirement: Requirement, found: Mapping[str, Sequence[str]]) -> str:
    term = requirement.term + (f"<br>{requirement.description}" if requirement.description else "")
    shown = [f"`{name.removeprefix('tests/')}`" for name in found.get(requirement.id, ())]
    if requirement.reason:
        shown.append(("说明：" if shown else "") + requirement.reason)
    return f"| {requirement.id} | {term} | {WORDS[status(requirement, found)]} | {'<br>'.join(shown)} |"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
