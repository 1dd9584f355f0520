"""What a text of ours recorded in Chinese is told in English on an English page, with what was put in; what people wrote is not."""

from __future__ import annotations

import random
import re
import time

import pytest
from django.utils import translation

from zhicheng.core.language import recorded, sentence
from zhicheng.core.retelling import retold

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("chinese", "said"),
    [
        ("没有判异信号。", "There are no signals."),
        ("区间的置信水平为 95%。", "The confidence level of the intervals is 95%."),
        ("控制图 KZ-0001 已停用。", "Control chart KZ-0001 is out of use."),
        ("KZ-0001 外径：准则 1（1 点落在控制限外）", "KZ-0001 外径: test 1 (1 point beyond the control limits)"),
        ("零件 F", "part F"),
        ("外径，三号车床", "外径，三号车床"),
        ("没有判异信号。\n外径", "There are no signals.\n外径"),
        ("正常检验，一次抽样，字码 J：n=80 Ac=2 Re=3", "normal inspection, single sampling, code letter J: n=80 Ac=2 Re=3"),
    ],
)  # fmt: skip
def test_a_recorded_text_is_recognised_by_the_form_of_the_catalogue(chinese: str, said: str) -> None:
    assert retold(chinese) == said


def test_only_a_page_in_english_retells() -> None:
    with translation.override("en"):
        assert sentence("没有判异信号。") == "There are no signals."
        assert recorded("没有判异信号。") == "没有判异信号。"
    assert sentence("没有判异信号。") == "没有判异信号。"


def test_no_text_of_a_stranger_keeps_a_page_waiting() -> None:
    chance = random.Random(3)
    begun = time.perf_counter()
    for signs in ("，：；。、（）第点是外径 x1", "，外", "：外", "。点", "外 "):
        retold("".join(chance.choice(signs) for _ in range(590)))
    retold("长" * 100_000)
    assert time.perf_counter() - begun < 2
