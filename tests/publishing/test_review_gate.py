"""The review at the gate: an error keeps a report from being published, a typed number is held against the records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.metrics.test_evaluate import year
from tests.publishing.test_publish import TEXT, approved, drafted
from tests.web.conftest import enter
from zhicheng.core.process import registry
from zhicheng.core.writers import Refused, open_record
from zhicheng.reports import publish as publishing
from zhicheng.reports.edition import edition
from zhicheng.reports.kept_reviews import dismiss

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.house import House

__all__ = ["enter"]


def with_words(words: str) -> str:
    return TEXT.replace("# 签署", f"{words}\n\n# 签署")


def found(house: House, words: str, check: str = "RECORDS", **facts: Any) -> list[tuple[str, str]]:
    """Severity and quote of what a check finds in a draft with these words."""
    examined = edition(drafted(house, with_words(words), **facts)).examined
    return [(one.finding.severity, one.finding.quote) for one in examined if one.finding.check == check]


def written(report: Any) -> dict[str, int]:
    """The files of an edition, with the time of their writing."""
    return {str(p): p.stat().st_mtime_ns for p in publishing.folder_of(report).rglob("*")}


def test_an_error_blocks_with_its_sentence_and_place(house: House) -> None:
    year(house, 40, 21)
    report = approved(house, with_words("公司设备设备运行正常。"))
    before = written(report)
    with pytest.raises(publishing.NotPublishable) as closed:
        publishing.publish(report, by=house.actor("quality_manager"))
    assert written(report) == before, (
        "another test's files of the same number may lie there; this one adds none"
    )
    (problem,) = closed.value.problems
    assert problem.code == "review"
    for said in ("GC11", "产品质量水平", "设备设备", "改法"):
        assert said in problem.sentence
    assert house.fresh(report).state == "approved"
    assert not registry["report.report"].model.objects.filter(state="published").exists()


def test_a_dismissed_error_blocks_no_more_when_two_agreed(house: House) -> None:
    year(house, 40, 22)
    report = approved(house, with_words("公司设备设备运行正常。"))
    (one,) = [p for p in edition(report).examined if p.blocks]
    lighter = {**one.finding.as_json(), "severity": "question"}
    dismiss(lighter, "当作疑问", by=house.actor("quality_manager"), report=report)
    assert any(p.blocks for p in edition(report).examined), "a lighter dismissal covers no error"
    model = registry["review.dismissal"].model
    house.perform(model.objects.get(), "withdraw", "quality_manager", reason="重来")
    proposed = dismiss(one.finding.as_json(), "引用原话", by=house.actor("quality_manager"), report=report)
    assert any(p.blocks for p in edition(report).examined)
    house.perform(proposed, "confirm", "general_manager")
    done = publishing.publish(report, by=house.actor("quality_manager"))
    assert done.report.state == "published"
    with pytest.raises(Refused, match="不能再处理"):
        dismiss(one.finding.as_json(), "晚了", by=house.actor("quality_manager"), report=done.report)


def test_a_typed_number_that_differs_from_its_metric_is_an_error(house: House) -> None:
    year(house, 60, 23)
    value = edition(drafted(house)).numbers.entries[0]["value"]
    wrong = found(house, "全年进货检验批合格率达到 12.34%。")
    assert wrong == [("error", "进货检验批合格率达到 12.34%")]
    assert found(house, f"全年进货检验批合格率达到 {value}%。") == []
    assert found(house, f"全年进货检验批合格率约 {float(value):.0f}%。") == [], "rounded as typed"
    assert found(house, "进货检验批合格率 {{figure incoming_acceptance}}。") == []


def test_what_is_aimed_at_or_of_another_year_is_no_typed_number(house: House) -> None:
    year(house, 60, 24)
    for words in (
        "进货检验批合格率目标 99.5%。",
        "进货检验批合格率不低于 99.5%。",
        "2015 年进货检验批合格率 12.34%。",
        "行业进货检验批合格率为 12.34%。",
    ):
        assert found(house, words) == [], words
    assert found(house, "其中原材料进货检验批合格率 12.34%。") == [("question", "进货检验批合格率 12.34%")]
    assert found(house, "成品一次检验合格率 95.00%。") == [("question", "成品一次检验合格率 95.00%")]


def test_an_objective_gives_a_metric_its_house_name_and_tables_are_read(house: House) -> None:
    year(house, 60, 25)
    facts = {
        "name": "来料合格率",
        "level": "company",
        "year": 2017,
        "metric": "incoming_acceptance",
        "operator": "ge",
        "target": "99.5",
    }
    open_record(registry["objective.objective"], facts, by=house.actor("quality_manager"))
    assert found(house, "来料合格率为 12.34%。") == [("error", "来料合格率为 12.34%")]
    table = "| 项目 | 目标 | 实际 |\n|---|---|---|\n| 来料合格率 | 99.5% | 12.34% |"
    assert found(house, table) == [("error", "12.34%")]


def test_questions_are_shown_and_dismissed_on_the_publication_page(
    house: House, enter: Callable[[str], Client]
) -> None:
    year(house, 40, 26)
    report = drafted(house, with_words("公司设备设备运行正常。\n\n其中原材料进货检验批合格率 12.34%。"))
    quality, page = enter("quality_manager"), f"/reports/{report.number}/publication"
    shown = quality.get(page)
    question = next(one for one in shown.context["findings"] if one.check == "RECORDS")
    assert "设备设备" in shown.content.decode()
    assert "不算问题" in shown.content.decode()
    margin = quality.get(f"/reports/{report.number}/read").content.decode()
    assert margin.count('<aside class="review-warning') == len(shown.context["findings"])
    assert 'class="review-warning error"' in margin
    quality.post(f"{page}/dismiss", {"mark": question.mark, "grounds": "分组的数"})
    after = quality.get(page)
    assert "分组的数" in after.content.decode()
    assert not next(one for one in after.context["findings"] if one.check == "RECORDS").standing
    less = quality.get(f"/reports/{report.number}/read").content.decode()
    assert less.count('<aside class="review-warning') == len(shown.context["findings"]) - 1
    assert enter("reader").post(f"{page}/dismiss", {"mark": question.mark}).status_code in (403, 404)
    inspector = enter("inspector")
    assert "不算问题</summary>" not in inspector.get(page).content.decode()
