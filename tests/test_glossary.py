"""Every word that the interface shows for a state, a role, a step or a kind of record stands in the glossary or is ordinary."""

from __future__ import annotations

import re
from pathlib import Path

from django.utils import translation

from zhicheng.core.process import registry
from zhicheng.core.roles import Role

GLOSSARY = Path(__file__).parent.parent / "docs" / "glossary.md"

ORDINARY = frozenset(
    {
        "不批准", "专利", "人员", "岗位", "已批准", "已审核", "已结束", "待批准", "总经理", "批准", "未批准", "有效", "标准", "生产",
        "终止", "结束", "证书", "部门", "采购",
    }
)  # fmt: skip
"""Words that need no explanation."""


def rows() -> list[list[str]]:
    """The cells of every row of the glossary's tables."""
    lines = GLOSSARY.read_text("utf-8").splitlines()
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [row for row in cells if row[0] != "中文" and not set(row[0]) <= set("-: ")]


def terms() -> list[str]:
    """Every Chinese term of the glossary."""
    return [term for row in rows() for term in row[0].split("、")]


def shown() -> set[str]:
    """Titles of kinds of record, states, steps, meanings of signatures, and roles, in Chinese."""
    with translation.override("zh-hans"):
        words = {str(r.label) for r in Role}
        for p in registry.all():
            words |= {str(p.title), str(p.open_title), *(str(label) for label in p.states.values())}
            words |= {str(text) for step in p.transitions for text in (step.title, step.meaning)}
    return words - {""}


def test_every_word_of_the_interface_is_in_the_glossary_or_ordinary() -> None:
    assert shown() - set(terms()) - ORDINARY == set()


def test_ordinary_words_are_in_use_and_not_explained_as_well() -> None:
    assert set(ORDINARY) - shown() == set()
    assert ORDINARY & set(terms()) == set()


def test_no_term_stands_twice_and_each_has_its_english() -> None:
    every = terms()
    assert sorted(t for t in set(every) if every.count(t) > 1) == []
    assert all(len(row) == 4 and row[1] and row[3] for row in rows())
    assert not [row[1] for row in rows() if re.search("[\u4e00-\u9fff]", row[1])]
