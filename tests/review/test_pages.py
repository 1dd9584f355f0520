"""Every check has its page, and the page's examples hold: the wrong one is found, the right one is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from zhicheng.review import from_text, review
from zhicheng.review.checks import CHECKS

PAGES = Path(__file__).parents[2] / "docs" / "review"
WITHOUT_EXAMPLE = {"GC29", "CHAPTERS"}  # they need a second report or a whole one; tested in test_checks.py


def _examples(check: str) -> list[str]:
    return re.findall(r"```text\n(.*?)\n```", (PAGES / f"{check}.md").read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("check", [check.id for check in CHECKS])
def test_a_page_says_what_how_and_what_not(check: str) -> None:
    page = (PAGES / f"{check}.md").read_text("utf-8")
    assert page.startswith(f"# {check} ")
    assert all(part in page for part in ("## 查什么", "## 怎样判断", "## 看不到什么"))
    assert f"[{check}]({check}.md)" in (PAGES / "README.md").read_text("utf-8")


@pytest.mark.parametrize("check", [check.id for check in CHECKS if check.id not in WITHOUT_EXAMPLE])
def test_the_wrong_example_is_found_and_the_right_one_is_not(check: str) -> None:
    wrong, right = _examples(check)
    found = [
        one for one in review(from_text(wrong)).findings if one.check == check and one.severity != "note"
    ]
    assert found, f"{check} does not find its own example"
    assert all(one.line for one in found)
    assert [
        one.message
        for one in review(from_text(right)).findings
        if one.check == check and one.severity != "note"
    ] == []
