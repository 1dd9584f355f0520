"""A firm's folder and its list are taken in at once, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.processes.test_document import DOCUMENT, EDITION, undrawn  # noqa: F401
from zhicheng.processes.document.importing import Taken, take_in
from zhicheng.processes.document.index import search

if TYPE_CHECKING:
    from pathlib import Path

    from tests.house import House

LIST = """类别,序号,编号,版本,名称,层级,生效日期,失效日期
总纲,1,QES-001-2025,A/1,质量管理总纲,手册,2025-01-01,
预案机制及制度,11,QES-007-2025,A/1,备品备件管理规定,程序文件,2025-01-01,2025-05-31
预案机制及制度,11,QES-007-2025,A/3,备品备件管理规定,程序文件,2025/6/1,
质量日常管理,19,N/A,/,质量例行管理动作,表单,,
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "files"
    made.mkdir()
    (made / "QES-001-2025 质量管理总纲.md").write_text("# 1 总则\n\n顾客满意是我们的目标。\n", "utf-8")
    (made / "QES-007-2025 备品备件 A1.md").write_text("# 1 领用\n\n领用须登记旧账本。\n", "utf-8")
    (made / "QES-007-2025 备品备件 A3.md").write_text("# 1 领用\n\n领用须扫码登记。\n", "utf-8")
    return made


def taken(folder: Path, text: str) -> Taken:
    listing = folder.parent / "list.csv"
    listing.write_text(text, "utf-8")
    return take_in(folder, listing)


@pytest.mark.proves("K-0.8", "X-2.1.3")
def test_a_folder_and_its_list_are_taken_in_with_every_edition_and_its_text(
    house: House, folder: Path
) -> None:
    done = taken(folder, LIST.replace("2025/6/1", "2025-06-01"))
    assert (done.documents, done.editions, done.faults) == (3, 3, [])
    rules = DOCUMENT.model.objects.get(code="QES-007-2025")
    assert (rules.state, rules.edition, rules.edition_version, rules.controlled) == (
        "in_force", "A/3", "V1.2", True,
    )  # fmt: skip
    assert str(rules.effective_on) == "2025-06-01"
    old, now = EDITION.model.objects.filter(document=rules).order_by("minor")
    assert (old.state, now.state, now.provenance) == ("superseded", "in_force", "imported")
    assert [hit.document for hit in search("扫码登记")[0]] == [rules.k]
    assert search("旧账本")[0] == []
    assert [hit.document for hit in search("旧账本", former=True)[0]] == [rules.k]
    unnumbered = DOCUMENT.model.objects.get(name="质量例行管理动作")
    assert (unnumbered.code, unnumbered.state, unnumbered.controlled) == ("", "preparing", False)
    again = taken(folder, LIST.replace("2025/6/1", "2025-06-01"))
    assert (again.documents, again.editions, again.unchanged) == (0, 0, 6)


@pytest.mark.parametrize(
    ("old", "new", "row", "said"),
    [
        ("A/3", "第三版", 4, "不是版次"),
        ("手册", "总册", 2, "文件层级不认识"),
        ("2025-01-01,\n预", "某日,\n预", 2, "日期写作"),
        ("A/3", "A/1", 4, "与第 3 行是同一份文件的同一版"),
        ("名称", "叫法", 1, "须有“文件名称”列"),
        ("A/3,备品", "A/3,另外的", 4, "有两个名称"),
    ],
)
def test_one_fault_in_the_list_and_nothing_is_written(
    house: House, folder: Path, old: str, new: str, row: int, said: str
) -> None:
    text = LIST.replace("2025/6/1", "2025-06-01").replace(old, new, 1)
    done = taken(folder, text)
    assert any(number == row and said in sentence for number, sentence in done.faults), done.faults
    assert DOCUMENT.model.objects.count() == EDITION.model.objects.count() == 0


def test_a_file_that_cannot_be_told_is_asked_for(house: House, folder: Path) -> None:
    (folder / "QES-001-2025 质量管理总纲 副本.md").write_text("x", "utf-8")
    done: Any = taken(folder, LIST.replace("2025/6/1", "2025-06-01"))
    assert [number for number, _said in done.faults] == [2]
    assert "2 个文件像是它" in done.faults[0][1]
    head, first, *rest = LIST.replace("2025/6/1", "2025-06-01").splitlines()
    named = "\n".join(
        [f"{head},正文文件", f"{first},QES-001-2025 质量管理总纲.md", *(f"{one}," for one in rest)]
    )
    assert taken(folder, named).faults == []
