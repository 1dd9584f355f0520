"""Pages of documents: found by their text, compared, read and confirmed, held against the records."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from tests.house import House, today
from tests.processes.test_document import draft, in_force, issued, undrawn  # noqa: F401
from zhicheng.core.process import registry
from zhicheng.core.writers import amend, open_record
from zhicheng.reports.documents.comparing import lines_of
from zhicheng.reports.documents.practice import practice

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_a_search_shows_where_the_words_stand_and_says_what_is_too_short(
    house: House, enter: Callable[[str], Client]
) -> None:
    of, edition = in_force(house)
    reader = enter("production")
    found = reader.get("/documents/search", {"q": "检验员判定"})
    assert f"/documents/editions/{edition.number}" in found.content.decode()
    assert "<mark>检验员判定</mark>" in found.content.decode()
    assert of.code in text_of(reader.get("/documents/search", {"q": of.code}))
    assert of.code in text_of(reader.get("/documents/search", {"q": "检查制度"}))
    assert "没有找到" in text_of(reader.get("/documents/search", {"q": "没有这样的话"}))
    assert "一个字太少" in text_of(reader.get("/documents/search", {"q": "检"}))


def test_two_editions_are_compared_paragraph_by_paragraph(
    house: House, enter: Callable[[str], Client]
) -> None:
    of, first = in_force(house)
    text = "# 1 目的\n\n规定进货检验的职责和时限。\n\n# 3 附则\n\n由质量部解释。\n"
    second = issued(house, draft(house, house.fresh(of), text=text))
    page = enter("sales").get(f"/documents/editions/{second.number}", {"with": first.number}).content.decode()
    assert "<ins>和时限</ins>" in page
    assert "<del>2</del>" in page or "<del>2 职责</del>" in page
    assert "<ins>由质量部解释。</ins>" in page
    original = enter("sales").get(f"/documents/editions/{second.number}/file.original")
    assert original.content.decode() == text.strip()
    assert "text.md" in original["Content-Disposition"]
    old = enter("sales").get(f"/documents/editions/{first.number}").content.decode()
    assert "file.pdf?mark=1" in old
    same = lines_of(["甲", "乙"], ["甲", "乙"])
    assert {line.how for line in same} == {"same"}
    (row,) = lines_of(["作业 | 须持"], ["作业 | 须持"])
    assert row.cells == ["作业", "须持"]
    assert [line.cells for line in lines_of([], ["作业 | 须持"])] == [[]], "what is new is marked as a whole"


def test_what_went_came_and_changed_is_told_apart() -> None:
    old = ["# 一", "检验员在二十四小时内判定。", "留样三个月。"]
    new = ["# 一", "检验员在四十八小时内判定。", "不留样的写明理由并报批准。"]
    lines = list(lines_of(old, new))
    assert [line.how for line in lines] == ["same", "changed", "gone", "new"]
    assert "".join(text for text, _differs in lines[1].old) == old[1]
    assert "".join(text for text, _differs in lines[1].new) == new[1]


@pytest.mark.proves("K-0.4")
def test_reading_is_confirmed_on_the_page_with_its_questions(
    house: House, enter: Callable[[str], Client]
) -> None:
    of, edition = in_force(house)
    question = {"question": "谁判定？", "choices": "检验员/销售", "answer": 1}
    by = house.actor("department_head")
    edition = amend(edition, {"questions": [question]}, by=by, version=edition.version)
    client, at = enter("sales"), f"/documents/editions/{edition.number}"
    name = house.people["sales"].name
    assert edition.title in text_of(client.get("/documents/search"))
    assert client.get(f"/documents/{of.number}/text")["Location"] == at
    manager = house.actor("quality_manager")
    department = open_record(registry["org.department"], {"name": "生产部"}, by=manager)
    other, _edition = in_force(house, name="只给生产部", audience=[{"department": "生产部"}])
    assert other.name not in text_of(client.get("/documents/search"))
    seller = house.people["sales"]
    amend(seller, {"department": department}, by=manager, version=seller.version)
    assert other.name in text_of(client.get("/documents/search"))
    assert name in text_of(client.get(at))
    missed = text_of(client.post(f"{at}/confirm", {"q1": "2"}, follow=True))
    assert "答对 0/1" in missed
    done = client.post(f"{at}/confirm", {"q1": "1"}, follow=True)
    assert "已确认阅读" in text_of(done)
    assert "我已阅读并理解" not in text_of(done)
    assert edition.title not in text_of(client.get("/documents/search"))
    left = text_of(done).split("人没有确认")[1]
    assert name not in left


@pytest.mark.proves("C-7.1", "C-7.1.1")
def test_what_a_document_says_is_held_against_what_the_records_show(
    house: House, enter: Callable[[str], Client]
) -> None:
    of, _edition = in_force(house)
    clauses = [
        {"clause": "5.1 登记", "process": "进货检验批", "role": "purchasing", "form": "QR-01"},
        {
            "clause": "5.2 判定",
            "process": "inspection.lot",
            "step": "检验判定",
            "role": "inspector",
            "hours": 24,
        },
        {"clause": "5.3 放行", "process": "inspection.lot", "step": "放行入库", "role": "quality_manager"},
    ]
    of = amend(of, {"clauses": clauses}, by=house.actor("department_head"), version=of.version)
    house.judged("PO-1")
    lot = house.lot("PO-2")

    def rows(process: Any) -> Any:
        return process.model.objects.all()

    first, second, third = practice(of, today(), today(), rows)
    assert (first.total, first.count("done"), first.count("other")) == (2, 2, 2)
    assert (second.count("done"), second.count("other"), second.count("late")) == (1, 0, 0)
    assert second.records["waiting"] == [lot.k]
    assert second.median == 0.0
    assert (third.count("done"), third.count("waiting"), third.count("missing")) == (0, 2, 0)
    client = enter("quality_manager")
    page = client.get(f"/documents/{of.number}/practice", {"clause": "2", "what": "waiting"})
    assert lot.number in text_of(page)
    assert "检验判定" in text_of(page)
    assert lot.number not in text_of(client.get(f"/documents/{of.number}/practice"))
    assert practice(of, today(), today(), lambda process: None)[0].seen is False


def test_the_form_of_a_draft_begins_with_the_text_as_it_is(
    house: House, enter: Callable[[str], Client]
) -> None:
    of, _edition = in_force(house)
    made = draft(house, of)
    page = enter("department_head").get(f"/document.edition/{made.number}/amend").content.decode()
    assert "检验员判定，质量经理放行。" in page
