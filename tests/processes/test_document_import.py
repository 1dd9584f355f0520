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

LIST = """类别,序号,编号,版本,名称,层级,生效日期,失效日期,最近审视日期
总纲,1,QES-001-2025,A/1,质量管理总纲,手册,2025-01-01,,2026-01-15
预案机制及制度,11,QES-007-2025,A/1,备品备件管理规定,程序文件,2025-01-01,2025-05-31,
预案机制及制度,11,QES-007-2025,A/3,备品备件管理规定,程序文件,2025/6/1,,
质量日常管理,19,N/A,/,质量例行管理动作,表单,,,
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


@pytest.mark.proves("K-0.8")
def test_a_folder_and_its_list_are_taken_in_with_every_edition_and_its_text(
    house: House, folder: Path
) -> None:
    done = taken(folder, LIST.replace("2025/6/1", "2025-06-01"))
    assert (done.documents, done.editions, done.faults) == (3, 3, [])
    rules = DOCUMENT.model.objects.get(code="QES-007-2025")
    assert (rules.state, rules.edition, rules.edition_version, rules.controlled) == (
        "in_force", "A/3", "V1.2", True,
    )  # fmt: skip
    assert (str(rules.effective_on), str(rules.review_due_on)) == ("2025-06-01", "2026-06-01")
    assert str(DOCUMENT.model.objects.get(code="QES-001-2025").review_due_on) == "2027-01-15"
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
        ("2025-01-01,,2026", "某日,,2026", 2, "日期写作"),
        ("A/3", "A/1", 4, "与第 3 行是同一份文件的同一版"),
        ("名称", "叫法", 1, "须有“文件名称”列"),
        ("2025-06-01,", ",", 4, "须有生效日期"),
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


def test_editions_of_a_sheet_come_into_force_with_the_next_minute(house: House) -> None:
    from tests.house import today
    from tests.processes.test_document import document, draft
    from zhicheng.core import bulk
    from zhicheng.ledger import log
    from zhicheng.processes.document import force

    of = document(house)
    facts = {
        "document": of.number,
        "edition": "B/2",
        "summary": "原有",
        "effective_on": "2025-01-01",
        "state": "issued",
    }
    old = {**facts, "edition": "B/1", "state": "superseded"}
    checked = bulk.check(EDITION, [(1, facts), (2, old)], by=house.actor("department_head"))
    assert checked.errors == []
    bulk.write(checked, by=house.actor("department_head"), file_name="版本.xlsx", file_sha256="0" * 64)
    assert house.fresh(of).state == "preparing"
    assert force.sweep(log.now()) == 1
    of = house.fresh(of)
    assert (of.state, of.edition, str(of.effective_on)) == ("in_force", "B/2", "2025-01-01")
    assert of.review_due_on < today()
    older = bulk.check(EDITION, [(1, {**facts, "edition": "A/9"})], by=house.actor("department_head"))
    assert "不能由旧版替代新版" in older.errors[0].sentence
    made = draft(house, of)
    same = bulk.check(EDITION, [(1, {**facts, "edition": made.edition})], by=house.actor("department_head"))
    assert "已有在编的版本" in same.errors[0].sentence
    wrong = bulk.check(EDITION, [(1, {**facts, "state": "in_force"})], by=house.actor("department_head"))
    assert "不能导入" in wrong.errors[0].sentence
