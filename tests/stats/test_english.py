"""Every sentence of the statistics has its English, in one place, and is recognised with whatever was put into it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from zhicheng import stats
from zhicheng.stats.english import PLACE, english
from zhicheng.stats.english_texts import TEXTS

FOLDER = Path(stats.__file__).parent
CHINESE = re.compile("[\u4e00-\u9fff]")
ASKED = frozenset({"批批检验", "全检", "跳批检验"})
"""Words that must be typed in Chinese, and are named as such."""
NO_TEXT = frozenset({"一", "鿿"})
"""The ends of a range of characters."""


def texts(path: Path) -> Iterator[str]:
    """Every text of a module but its docstrings, with ``{}`` for what is put in."""
    tree = ast.parse(path.read_text("utf-8"))
    prose = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    inside = {id(v) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for v in n.values}
    for node in ast.walk(tree):
        if id(node) in prose | inside:
            continue
        if isinstance(node, ast.JoinedStr):
            parts = [v.value if isinstance(v, ast.Constant) else "{}" for v in node.values]
            yield "".join(str(p) for p in parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_no_sentence_is_without_its_english_and_none_is_left_over() -> None:
    known = {text for of in TEXTS.values() for text in of}
    ours = {
        text
        for path in FOLDER.rglob("*.py")
        if not path.name.startswith("english")
        for text in texts(path)
        if CHINESE.search(text) and text not in NO_TEXT
    }
    assert ours - known == set()
    assert known - ours == set()


def test_the_english_holds_the_same_places_and_no_chinese() -> None:
    for of in TEXTS.values():
        for chinese, said in of.items():
            assert len(PLACE.findall(chinese)) == len(PLACE.findall(said)), chinese
            left = re.sub("|".join(ASKED), "", said)
            assert not CHINESE.search(left), chinese


@pytest.mark.parametrize(
    ("chinese", "said"),
    [
        ("数据是空的：请至少给出一个值。", "the data are empty: give at least one value."),
        ("数据没有变差，σ 为 0，画不出控制限：请检查量具的分辨力或数据来源。",
         "The data do not vary: σ is 0 and there are no control limits. Check the resolution of the gauge or where the data come from."),
        ("数据（特性 3）没有变差，σ 为 0，画不出控制限：请检查量具的分辨力或数据来源。",
         "The data (characteristic 3) do not vary: σ is 0 and there are no control limits. Check the resolution of the gauge or where the data come from."),
        ("准则 1（1 点落在控制限外）：第 5 点", "test 1 (1 point beyond the control limits): points 5"),
        ("准则 2（连续 9 点在中心线同一侧）：第 9、10 点；准则 1（1 点落在控制限外）：第 5 点",
         "test 2 (9 points in a row on one side of the centre line): points 9, 10; test 1 (1 point beyond the control limits): points 5"),
        ("不认识的分布 x：可用 正态、威布尔。", "Unknown distribution x: available are normal, Weibull."),
        ("外径：准则 1（1 点落在控制限外）：第 5 点", "外径: test 1 (1 point beyond the control limits): points 5"),
        ("某人写的话，不是我们的。", "某人写的话，不是我们的。"),
        ("GRR 12.5 %", "GRR 12.5 %"),
        ("正态\n外径", "normal\n外径"),
    ],
)  # fmt: skip
def test_a_sentence_is_recognised_with_what_was_put_in(chinese: str, said: str) -> None:
    assert english(chinese) == said


def test_what_the_methods_really_say_is_english() -> None:
    import numpy as np

    rng = np.random.default_rng(7)
    found: list[str] = []
    for call in (
        lambda: stats.i_mr([]), lambda: stats.i_mr([1.0]), lambda: stats.i_mr([2.0] * 9), lambda: stats.i_mr([1, float("nan"), 2]),
        lambda: stats.xbar_r([[1, 2], [1]]), lambda: stats.p_chart([5, 3], [4, 9]), lambda: stats.capability(rng.normal(size=30)),
        lambda: stats.capability(rng.normal(size=30), lsl=2, usl=1), lambda: stats.sampling_plan(1, "1.0"),
        lambda: stats.sampling_plan(1200, "1.1"), lambda: stats.mean_test([1.0, 1.0, 1.0], 1.0),
        lambda: stats.pareto({}), lambda: stats.ewma([1.0, 2.0, 3.0], weight=3),
    ):  # fmt: skip
        with pytest.raises((ValueError, TypeError)) as error:
            call()
        found.append(str(error.value))
    said = [one for one in found if CHINESE.search(one)]
    assert len(said) >= 10
    assert [one for one in said if CHINESE.search(english(one))] == []
    study = stats.capability_study(rng.normal(size=40), lsl=-3, usl=3)
    plan = stats.sampling_plan(1200, "1.0")
    truth = stats.repeated_readings([round(x, 1) for x in rng.normal(size=80)], resolution=0.1)
    for text in (*study.notes, plan.sentence, truth.sentence, stats.RULE_SETS["nelson"]().source):
        assert not CHINESE.search(english(text)), text


def test_it_needs_neither_numpy_nor_django() -> None:
    code = (
        "import sys; from zhicheng.stats.english import english; english('数据是空的：请至少给出一个值。');"
        "print(sorted({'numpy', 'scipy', 'django'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
