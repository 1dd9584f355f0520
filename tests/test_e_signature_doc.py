"""Every test that ``docs/e-signature.md`` names exists, and every point has a test or says what is lacking."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs/e-signature.md").read_text("utf-8")
PART_11 = (
    *(f"11.10({letter})" for letter in "abcdefghijk"),
    "11.50(a)", "11.50(b)", "11.70", "11.100(a)", "11.100(b)", "11.100(c)",
    "11.200(a)(1)", "11.200(a)(2)", "11.200(a)(3)", "11.200(b)",
    *(f"11.300({letter})" for letter in "abcde"),
)  # fmt: skip


def rows() -> list[list[str]]:
    lines = [line for line in TEXT.splitlines() if line.startswith("| ") and not line.startswith("| 条 ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_named_test_exists() -> None:
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", TEXT)
    assert len(named) > 40
    missing = [
        f"{path}::{name}"
        for path, name in named
        if f"def {name}(" not in (ROOT / "tests" / path).read_text("utf-8")
    ]
    assert missing == []


def test_every_point_stands_with_a_test_or_an_honest_gap() -> None:
    points = {point: (what, tests) for point, _asked, what, tests in rows()}
    assert set(PART_11) <= set(points)
    assert {
        "第十三条（一）",
        "第十三条（二）",
        "第十三条（三）",
        "第十三条（四）",
        "第十四条",
        "第十六条",
    } <= set(points)
    bare = [
        p for p, (what, tests) in points.items() if not tests and "**" not in what and what != "不用生物特征"
    ]
    assert bare == []


def test_the_chinese_law_is_said_to_be_unchecked() -> None:
    assert "## 电子签名法（未核对原文）" in TEXT
