"""The third example: twenty documents with their editions, sixteen branches, and people who may do what they are qualified for."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pypdf
import pytest
from django.db import transaction

from examples.field_service import documents, load
from tests.examples.apart import loaded_apart
from zhicheng.core.authority import Actor
from zhicheng.core.organisation import Person
from zhicheng.core.process import registry
from zhicheng.core.writers import Refused, open_record, perform, today_of
from zhicheng.ledger import log
from zhicheng.metrics.definition import metrics
from zhicheng.metrics.evaluate import figure
from zhicheng.processes.document.reading import unread
from zhicheng.reports.document import Heading, plain
from zhicheng.reports.documents.manual import manual_file
from zhicheng.reports.documents.practice import practice
from zhicheng.reports.edition import edition

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

LONGEST_LOAD = 60
"""Seconds: generous, so that a busy machine does not fail; a quiet one needs about a fifth."""


@pytest.fixture(scope="module")
def loaded(migrated_template: str, django_db_blocker: DjangoDbBlocker) -> Iterator[float]:
    """The example, loaded once into a database and home of its own; yields the seconds that it took."""
    with loaded_apart("field_service", load.load, migrated_template, django_db_blocker) as seconds:
        yield seconds


@pytest.fixture
def undone(loaded: float) -> Iterator[None]:
    """What a test does is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def rows(process: str) -> Any:
    return registry[process].model.objects


def actor(staff_number: str) -> Actor:
    return Actor(Person.objects.get(staff_number=staff_number), "test", proved_at=log.now())


@pytest.mark.proves("K-0.8", "K-1.1")
def test_the_twenty_documents_are_in_force_with_the_editions_that_the_source_prints(loaded: float) -> None:
    listed = [row for row in load.EXAMPLE.table("documents") if not row["ended_on"]]
    found = rows("document.document").order_by("place")
    assert [(d.code, d.name, d.edition, d.category, d.place) for d in found] == [
        (row["doc_no"], row["title"], row["edition"], row["category"], int(row["seq"])) for row in listed
    ]
    assert len(listed) == 20
    assert {d.state for d in found} == {"in_force"}
    assert [d.place for d in found if not d.controlled] == [2, 3, 4, 5, 19, 20]
    spares = rows("document.edition").filter(code=documents.SPARES).order_by("minor")
    assert [(e.edition, e.edition_version, e.state) for e in spares] == [
        ("A/1", "V1.0", "superseded"), ("A/2", "V1.1", "superseded"), ("A/3", "V1.2", "in_force"),
    ]  # fmt: skip
    assert set(rows("document.edition").exclude(state="submitted").values_list("provenance", flat=True)) == {
        "reconstructed"
    }


@pytest.mark.proves("K-0.1", "K-5.3.1")
def test_the_major_edition_names_the_quality_managers_of_all_sixteen_branches(loaded: float) -> None:
    made = rows("document.edition").get(code="QES-012-2025", state="submitted")
    managers = rows("org.appointment").filter(kind="quality_manager", state="active")
    assert (made.edition, made.kind, made.proposed) == ("B/1", "major", "major")
    assert {row["person"] for row in made.present} == {a.person.number for a in managers}
    assert len({a.site_id for a in managers}) == len(made.present) == 16
    assert documents.in_force("QES-012-2025").edition == "A/1"


def test_a_regional_quality_manager_acts_in_the_own_branch_only(undone: None) -> None:
    own, other = (rows("org.site").get(name=f"{name}分公司") for name in ("岚溪", "霁川"))
    manager, reporter = actor("4101"), actor("3007")
    void = [
        open_record(registry["complaint.complaint"], {**complaint(), "site": site}, by=reporter)
        for site in (own, other)
    ]
    perform(void[0], "void", {}, by=manager, version=1, reason="误登")
    with pytest.raises(Refused, match="超出您的场所"):
        perform(void[1], "void", {}, by=manager, version=1, reason="误登")


def complaint() -> dict[str, Any]:
    return {"channel": "phone", "description": "站点电源告警未消除", "complainant": "值班人员"}


@pytest.mark.proves("K-5.5.10")
def test_whose_licence_lapsed_does_not_go_up_until_it_is_renewed(undone: None) -> None:
    lapsed, quality = actor("4205"), load.EXAMPLE.actor("quality_manager")
    visit = [{"arrived": log.now().isoformat(), "engineer": lapsed.person.name, "done": "更换模块"}]  # type: ignore[union-attr]
    one = open_record(
        registry["complaint.complaint"], {**complaint(), "site": lapsed.person.site}, by=lapsed  # type: ignore[union-attr]
    )  # fmt: skip
    one = perform(one, "need_visit", {}, by=lapsed, version=one.version)
    with pytest.raises(Refused, match="邓一川的“高处作业证”已于 2025-08-31 到期"):
        perform(one, "arrive", {"visits": visit}, by=lapsed, version=one.version)
    held = rows("competence.qualification").get(person=lapsed.person, skill__name="高处作业证")
    anew = {"obtained_on": today_of(None), "certificate_number": "GC-4205-2"}
    perform(held, "renew", anew, by=quality, version=held.version)
    assert perform(one, "arrive", {"visits": visit}, by=lapsed, version=one.version).arrived_at


@pytest.mark.proves("J-2.6.2", "J-3.2.9")
def test_figures_of_documents_and_people_come_from_the_records(loaded: float) -> None:
    values = {
        name: str(figure(metrics[name], load.FIRST, load.LAST).value)
        for name in (
            "documents_in_force", "documents_controlled", "editions_issued", "readings_passed", "qualifications_lapsed",
            "training_fulfilment", "persons_trained", "training_pass_rate",
        )
    }  # fmt: skip
    assert values == {
        "documents_in_force": "20",
        "documents_controlled": "70.00",
        "editions_issued": "22",
        "readings_passed": "75.00",
        "qualifications_lapsed": "2",
        "training_fulfilment": "40.00",
        "persons_trained": "31",
        "training_pass_rate": "96.77",
    }


def test_who_passed_the_training_is_qualified_and_who_failed_the_reading_reads_again(loaded: float) -> None:
    skill = rows("competence.skill").get(name="客户工单系统操作")
    trained = set(
        rows("competence.qualification").filter(skill=skill).values_list("person__staff_number", flat=True)
    )
    assert len(trained) == 14
    assert not trained & {"4219", "4231"}
    left = set(unread(documents.in_force(documents.SPARES)).values_list("staff_number", flat=True))
    assert "4201" in left
    assert not left & {"4101", "4102", "3005"}


@pytest.mark.proves("K-0.8", "K-0.9")
def test_the_manual_has_contents_and_the_header_of_each_document_on_its_pages(loaded: float) -> None:
    data = manual_file(rows("document.edition").all(), load.LAST)
    pages = [re.sub(r"\s+", "", page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(data)).pages]
    contents, *rest = pages[1:]
    starts = 0
    for n, document in enumerate(rows("document.document").order_by("place"), 1):
        name, code = re.sub(r"\s+", "", document.name), document.code or "—"
        label = f"{document.edition}（{document.edition_version}）"
        before, starts = (
            starts,
            next(i for i, page in enumerate(rest, 1) if name in page and "事项姓名日期" in page),
        )
        assert starts > before
        assert f"{n}{code}{label}{name}{starts}" in contents
        for number in (starts, starts + 1):
            page = rest[number - 1]
            assert page.count(f"第{number}页") == 2  # in the header and at the foot
            for said in (name, f"编号{code}", f"版次{label}", f"生效日期{document.effective_on}", "受控"):
                assert said in page
        for said in ("没有在系统中签署", "总部各部门和十六个分公司", f"解释权{document.interpreter}"):
            assert said in rest[starts - 1]


@pytest.mark.proves("C-7.1.1")
def test_clauses_are_held_against_the_records_of_the_processes_that_they_name(loaded: float) -> None:
    bound = rows("document.document").get(code="QES-010-2025")
    found = practice(bound, load.FIRST, load.LAST, lambda process: rows(process.name).all())
    assert [(one.row["clause"], one.count("done"), one.count("waiting")) for one in found] == [
        ("2 计划", 1, 0), ("3 实施", 2, 0), ("4 评定", 2, 0), ("5 效果", 1, 1),
    ]  # fmt: skip


def test_the_report_on_documents_and_people_is_approved_without_an_error(loaded: float) -> None:
    made = edition(rows("report.report").get(state="approved"))
    assert [one.sentence for one in made.examined if one.finding.severity == "error"] == []
    headings = [b for b in made.drawn.document.blocks if isinstance(b, Heading) and b.level == 1]
    assert [plain(h.inlines) for h in headings if h.numbered] == ["文件", "人员"]
    assert "judge=yes" not in (load.HERE / "report.md").read_text("utf-8")


def test_it_loads_once_and_in_time(loaded: float) -> None:
    assert loaded < LONGEST_LOAD
    before = log.head().size
    load.load()
    assert log.head().size == before
    goals = {o.metric for o in rows("objective.objective").all()}
    assert goals == {g["metric"] for g in load.EXAMPLE.table("goals") if g["metric"]}
    told = (load.HERE / "README.md").read_text("utf-8").partition("## 目标")[2]
    assert [g["goal"] for g in load.EXAMPLE.table("goals") if g["goal"] not in told] == []
