"""``zhicheng spc``: reading tables, proposing a chart, and saying the verdict."""

import csv
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from tests.stats.published import CIRCUITS, ORANGE_JUICE, PISTON_RINGS
from zhicheng.spc_cli import spc
from zhicheng.stats import Limits, apply_limits


def write(path: Path, rows: Sequence[Sequence[object]], encoding: str = "utf-8-sig") -> Path:
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file).writerows(rows)
    return path


def book(path: Path, rows: Sequence[Sequence[object]], title: str = "数据") -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    made.save(path)
    return path


def run(*arguments: object) -> Any:
    return CliRunner().invoke(spc, [str(a) for a in arguments])


@pytest.fixture
def rings(tmp_path: Path) -> Path:
    rows = [[i, *map(float, row)] for i, row in enumerate(PISTON_RINGS, 1)]
    return book(tmp_path / "活塞环.xlsx", [["序号", "x1", "x2", "x3", "x4", "x5"], *rows])


def test_a_workbook_of_subgroups(rings: Path) -> None:
    done = run(rings)
    assert done.exit_code == 0
    assert "数据列：x1、x2、x3、x4、x5\n" in done.output
    assert "均值—极差图（每个子组 5 个值" in done.output
    assert "判定：不受控" in done.output
    assert "准则 1（1 点落在控制限外）：第 38、39 点" in done.output
    assert "（R̄/d2）" in done.output
    assert "依据：GB/T 17989.2-2020" in done.output


def test_json_carries_limits_that_can_be_frozen(rings: Path) -> None:
    found = json.loads(run(rings, "--format", "json", "--lsl", 73.9, "--usl", 74.1).output)
    xbar, r = found["charts"]
    assert (xbar["chart"], r["chart"]) == ("xbar", "r")
    assert len(xbar["statistic"]) == len(xbar["upper"]) == 40
    again = apply_limits(Limits.from_data(xbar["limits"]), PISTON_RINGS)
    assert float(again.upper[0]) == pytest.approx(xbar["upper"][0])
    assert [i + 1 for i, v in enumerate(again.beyond) if v] == xbar["signals"]["nelson1"]
    assert found["capability"]["headline"] == "Ppk"
    assert found["capability"]["ppk"][0] == pytest.approx(found["capability"]["value"])
    assert found["in_control"] is False


def test_capability_is_said_with_its_grounds(rings: Path) -> None:
    said = run(rings, "--lsl", 73.9, "--usl", 74.1).output
    for part in (
        "过程能力（200 个值",
        "Cpk",
        "Anderson–Darling p =",
        "判定：Ppk =",
        "过程未显示稳定",
        "未核对原文",
    ):
        assert part in said


def test_one_column_is_individuals_or_is_cut_into_subgroups(tmp_path: Path) -> None:
    file = write(tmp_path / "x.csv", [["直径"], *[[f"{v:.3f}"] for v in PISTON_RINGS.ravel()]])
    assert "单值—移动极差图" in run(file).output
    cut = run(file, "--subgroup", 5, "--format", "json")
    assert json.loads(cut.output)["charts"][0]["statistic"][0] == pytest.approx(74.0102)
    assert "分成每组 7 个：多出 4 个" in run(file, "--subgroup", 7).output


def test_counts_with_sizes_in_chinese_encoding(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["日期", "不合格数", "样本量"],
        *[[f"1月{i}日", x, 50] for i, x in enumerate(ORANGE_JUICE[:30], 1)],
    ]
    file = write(tmp_path / "p.csv", rows, "gb18030")
    done = run(file, "--columns", "不合格数", "--sizes", "样本量", "--chart", "p", "--rules", "limits")
    assert done.exit_code == 0
    assert "第 15、23 点" in done.output
    assert "0.410239" in done.output
    even = write(tmp_path / "even.csv", [["不合格数", "样本量"], *[[2, 50]] * 5])
    assert "不合格品率 p 图" in run(even, "--columns", "不合格数", "--sizes", "样本量").output
    circuits = write(tmp_path / "c.csv", [[x] for x in CIRCUITS])
    assert "第 6、20 点" in run(circuits, "--chart", "c", "--rules", "limits").output


def test_unequal_subgroups_are_rows_of_their_own_length(tmp_path: Path) -> None:
    file = book(tmp_path / "u.xlsx", [["a", "b", "c"], [1, 2, 3], [2, 3, None], [1, 3, 2], [2, 2, 4]])
    assert "子组大小不等" in run(file).output
    assert "随样本量变" in run(file).output
    assert "请补齐" in run(file, "--usl", 9).output


@pytest.mark.parametrize(
    ("rows", "arguments", "says"),
    [
        ([["a", "b"], [1, 2], [2, "坏"]], ["--columns", "a,b"], "第 3 行“b”列不是数（'坏'）"),
        ([["a"], [1], [2]], ["--columns", "z"], "没有列“z”：有 a"),
        ([["a"], [5], [5], [5]], [], "没有变差"),
        ([["a"]], [], "没有数据"),
        ([["a"], ["甲"]], [], "没有全是数的列"),
        (
            [["a", "n"], [3, 10], [11, 10]],
            ["--columns", "a", "--sizes", "n", "--chart", "p"],
            "不合格数 11 大于样本量 10",
        ),
        (
            [["a", "n"], [3, 10], [1, 10]],
            ["--columns", "a", "--sizes", "n", "--usl", "3"],
            "计数数据没有规格限",
        ),
        ([["a", "b"], [1, 2], [2, 3]], ["--chart", "i-mr"], "每行只要一个值"),
        ([["a"], [1.5], [2], [3]], ["--chart", "xbar-r"], "要有一个子组"),
        ([["a"], [1.5], [2], [3]], ["--chart", "p"], "要有样本量"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    tmp_path: Path, rows: Sequence[Sequence[object]], arguments: list[str], says: str
) -> None:
    done = run(write(tmp_path / "t.csv", rows), *arguments)
    assert done.exit_code == 1
    assert says in done.output


def test_a_file_that_is_no_workbook_and_a_missing_sheet(tmp_path: Path, rings: Path) -> None:
    broken = tmp_path / "b.xlsx"
    broken.write_bytes(b"no")
    assert "打不开" in run(broken).output
    assert "没有工作表“二”：有 数据" in run(rings, "--sheet", "二").output


def test_the_whole_process_is_quick_and_loads_no_django(rings: Path) -> None:
    """The limit is 2.5 s on a quiet machine; a busy one must not fail the test, so only twice that does."""
    code = "import sys; from zhicheng.spc_cli import spc; spc(standalone_mode=False); print([m for m in ('django', 'scipy.stats') if m in sys.modules])"
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, str(rings), "--usl", "74.1"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip().endswith("[]")
    assert time.perf_counter() - start < 5
