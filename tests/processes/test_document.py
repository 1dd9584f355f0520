"""Documents and their editions: by rule, signed in order, in force one at a time, obsolete through approval (M02)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.house import House, today
from zhicheng.core import minutely
from zhicheng.core.authority import SYSTEM, Actor
from zhicheng.core.process import registry
from zhicheng.core.writers import Refused, amend, open_record, perform
from zhicheng.ledger import log
from zhicheng.messages.models import Message
from zhicheng.processes.document import force, rendering

DOCUMENT, EDITION, READING = (registry[f"document.{name}"] for name in ("document", "edition", "reading"))
TEXT = "# 1 目的\n\n规定进货检验的职责。\n\n# 2 职责\n\n检验员判定，质量经理放行。\n"
SEVERAL = [{"process": name, "change": "changed"} for name in "甲乙丙丁戊"]


@pytest.fixture(autouse=True)
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is issued here is not drawn: that is tried in ``tests/publishing/test_documents.py``."""
    monkeypatch.setattr(rendering, "_set", {})


def document(house: House, **more: Any) -> Any:
    facts = {"name": "质量检查制度", "level": "procedure", "category": "预案机制及制度", **more}
    return open_record(DOCUMENT, facts, by=house.actor("department_head"))


def draft(house: House, of: Any, **more: Any) -> Any:
    facts = {"document": of, "summary": "首次编制", "text": TEXT, **more}
    return open_record(EDITION, facts, by=house.actor("department_head"))


def approved(house: House, edition: Any, kind: str = "") -> Any:
    asked = {"kind": kind or edition.proposed}
    edition = house.perform(edition, "submit", "department_head", asked)
    edition = house.perform(edition, "sign", "quality_manager")
    return house.perform(edition, "sign", "general_manager")


def issued(house: House, edition: Any, kind: str = "", on: dt.date | None = None) -> Any:
    return house.perform(
        approved(house, edition, kind), "issue", "general_manager", {"effective_on": on or today()}
    )


def in_force(house: House, **more: Any) -> tuple[Any, Any]:
    of = document(house, **more)
    edition = issued(house, draft(house, of))
    return house.fresh(of), house.fresh(edition)


@pytest.mark.proves("K-0.8", "J-3.2.1")
def test_documents_are_numbered_by_rule_and_stand_in_four_levels_and_as_external(house: House) -> None:
    year = today().year
    first, second = document(house), document(house, name="质量培训制度", level="manual")
    assert (first.code, second.code) == (f"QES-001-{year}", f"QES-002-{year}")
    own = document(house, name="旧制度", code="GL-07")
    assert (own.code, document(house, name="第三").code) == ("GL-07", f"QES-003-{year}")
    with pytest.raises(ValidationError, match="它自己的编号"):
        document(house, name="某标准", level="external")
    assert document(house, name="某标准", level="external", code="GB/T 19001-2016").level == "external"
    with pytest.raises(ValidationError, match="已经用过"):
        document(house, name="别的", code="GL-07")


@pytest.mark.proves("K-0.5", "K-0.6")
def test_editions_follow_the_rules_from_the_processes_ticked(house: House) -> None:
    of = document(house)
    first = draft(house, of)
    assert (first.edition, first.edition_version, first.proposed) == ("A/1", "V1.0", "first")
    issued(house, first)
    second = draft(house, of, changes=SEVERAL[:4])
    assert (second.edition, second.proposed) == ("A/2", "minor")
    assert "4 个" in second.advice
    by, version = house.actor("department_head"), second.version
    second = amend(second, {"changes": SEVERAL}, by=by, version=version, reason="又涉及一个")
    assert (second.edition, second.edition_version, second.proposed) == ("B/1", "V2.0", "major")
    with pytest.raises(ValidationError, match="不能改为小版本"):
        house.perform(second, "submit", "department_head", {"kind": "minor"})
    third = issued(house, second)
    assert third.state == "in_force"
    assert house.fresh(first).state == "superseded"
    raised = draft(house, of, changes=SEVERAL[:1])
    assert house.perform(raised, "submit", "department_head", {"kind": "major"}).edition == "C/1"


@pytest.mark.proves("K-0.1", "K-0.2")
def test_a_major_edition_names_every_regional_quality_manager_as_present(house: House) -> None:
    of, _first = in_force(house)
    site = open_record(registry["org.site"], {"name": "华南"}, by=SYSTEM)
    regional = open_record(registry["org.person"], {"name": "区域甲", "staff_number": "Q1"}, by=SYSTEM)
    given_role = {"person": regional, "role": "quality_manager", "site": site}
    open_record(registry["org.role"], given_role, by=SYSTEM)
    made = draft(house, of, changes=[{"process": "上门服务", "change": "added"}])
    assert made.proposed == "major"
    with pytest.raises(Refused, match="区域甲"):
        house.perform(made, "submit", "department_head", {"kind": "major"})
    with pytest.raises(ValidationError, match="不是一位已登记人员"):
        house.perform(made, "submit", "department_head", {"kind": "major", "present": [{"person": "没有"}]})
    asked = {"kind": "major", "present": [{"person": "区域甲"}]}
    done = house.perform(made, "submit", "department_head", asked)
    assert done.present == [{"person": regional.number, "name": "区域甲"}]


def test_who_leads_one_site_neither_signs_nor_calls_off_what_holds_for_all(house: House) -> None:
    site = open_record(registry["org.site"], {"name": "华南"}, by=SYSTEM)
    regional = open_record(registry["org.person"], {"name": "区域甲", "staff_number": "Q1"}, by=SYSTEM)
    for role in ("quality_manager", "general_manager"):
        open_record(registry["org.role"], {"person": regional, "role": role, "site": site}, by=SYSTEM)
    by = Actor(regional, "test", proved_at=log.now())
    of = document(house)
    wide, own = (house.perform(draft(house, d, **place), "submit", "department_head", {"kind": "first"})
                 for d, place in ((of, {}), (document(house, name="华南的", site=site), {"site": site})))  # fmt: skip
    with pytest.raises(Refused, match="超出您的场所"):
        perform(wide, "sign", {}, by=by, version=wide.version)
    assert perform(own, "sign", {}, by=by, version=own.version).approvals[0]["name"] == "区域甲"
    wide = house.perform(house.perform(wide, "sign", "quality_manager"), "sign", "general_manager")
    later = {"effective_on": today() + dt.timedelta(days=9)}
    with pytest.raises(Refused, match="超出您的场所"):
        perform(wide, "issue", later, by=by, version=wide.version)
    wide = house.perform(wide, "issue", "general_manager", later)
    with pytest.raises(Refused, match="超出您的场所"):
        perform(wide, "call_off", {}, by=by, version=wide.version, reason="试")


@pytest.mark.proves("K-0.7", "T-0.1", "K-0.10")
def test_it_is_signed_in_order_by_others_than_its_author_and_issued_by_order(house: House) -> None:
    of = document(house)
    made = house.perform(draft(house, of), "submit", "department_head", {"kind": "first"})
    with pytest.raises(Refused, match="质量经理"):
        house.perform(made, "sign", "general_manager")
    made = house.perform(made, "sign", "quality_manager")
    made = house.perform(made, "sign", "general_manager")
    assert [(row["role"], row["meaning"]) for row in made.approvals] == [
        ("quality_manager", "审核"), ("general_manager", "批准"),
    ]  # fmt: skip
    with pytest.raises(ValidationError, match="早于今天"):
        house.perform(made, "issue", "general_manager", {"effective_on": today() - dt.timedelta(days=1)})
    done = house.perform(made, "issue", "general_manager", {"effective_on": today() + dt.timedelta(days=9)})
    assert done.state == "issued"
    assert done.order_number == f"SSL-{today().year}-001"
    assert (done.issued_on, done.signatory) == (today(), house.people["general_manager"].name)
    assert house.fresh(of).state == "preparing"


def test_work_instructions_have_signers_of_their_own_and_the_order_is_a_parameter(house: House) -> None:
    of = document(house, level="instruction")
    made = open_record(
        EDITION, {"document": of, "summary": "x", "text": TEXT}, by=house.actor("quality_manager")
    )
    made = house.perform(made, "submit", "quality_manager", {"kind": "first"})
    assert EDITION.acts["sign"].roles_for(made) == {"department_head"}
    value = '["chief_quality_officer"]'
    open_record(registry["core.parameter"], {"key": "document.work_approvers", "value": value}, by=SYSTEM)
    done = house.perform(made, "sign", "chief_quality_officer")
    assert (done.state, done.approvals[0]["meaning"]) == ("approved", "批准")


def test_departments_concerned_countersign_before_the_first_signature(house: House) -> None:
    by = house.actor("quality_manager")
    department = open_record(registry["org.department"], {"name": "销售部"}, by=by)
    of = document(house)
    with pytest.raises(ValidationError, match="没有名为"):
        draft(house, of, countersigns=[{"department": "无此部"}])
    made = draft(house, of, countersigns=[{"department": "销售部", "name": "冒名"}])
    made = house.perform(made, "submit", "department_head", {"kind": "first"})
    assert made.countersigns[0]["name"] is None
    with pytest.raises(Refused, match="还没有会签：销售部"):
        house.perform(made, "sign", "quality_manager")
    with pytest.raises(Refused, match="不用会签"):
        house.perform(made, "countersign", "sales")
    seller = house.people["sales"]
    amend(seller, {"department": department}, by=by, version=seller.version)
    house.people["sales"] = house.fresh(seller)
    made = house.perform(made, "countersign", "sales")
    assert made.countersigns[0]["name"] == seller.name
    made = house.perform(made, "sign", "quality_manager")
    back = house.perform(made, "send_back", "general_manager", reason="有错字")
    assert (back.state, back.approvals, back.countersigns[0]["on"]) == ("draft", [], None)


@pytest.mark.proves("K-0.3")
def test_the_approved_edition_stays_in_force_until_the_next_ones_day(house: House) -> None:
    of, first = in_force(house)
    later = today() + dt.timedelta(days=3)
    second = issued(house, draft(house, of, changes=SEVERAL[:1]), on=later)
    assert (second.state, house.fresh(first).state) == ("issued", "in_force")
    assert house.fresh(of).edition == "A/1"
    at = dt.datetime.combine(later, dt.time(4), dt.UTC)
    assert force.sweep(at - dt.timedelta(days=9)) == 0
    assert force.sweep(at) == 0  # by the calendar of its site, its day has not come
    from zhicheng.core.records import writing

    with writing():
        EDITION.model.objects.filter(pk=second.pk).update(effective_on=today())
    assert "zhicheng.processes.document.force.sweep" in minutely.tasks()
    assert force.sweep(at) == 1
    assert force.sweep(at) == 0
    assert (house.fresh(first).state, house.fresh(first).ended_on) == ("superseded", today())
    assert (house.fresh(second).state, house.fresh(of).edition) == ("in_force", "A/2")


def test_only_one_edition_is_being_made_at_a_time(house: House) -> None:
    of = document(house)
    made = draft(house, of)
    with pytest.raises(Refused, match=made.number):
        draft(house, of)
    house.perform(made, "void", "department_head", reason="重来")
    assert draft(house, of).edition == "A/1"


def test_a_text_is_needed_and_must_be_readable(house: House) -> None:
    of = document(house)
    bare = draft(house, of, text="")
    with pytest.raises(Refused, match="还没有正文"):
        house.perform(bare, "submit", "department_head", {"kind": "first"})
    with pytest.raises(ValidationError, match="没有收到正文文件"):
        amend(bare, {"source": "0" * 64}, by=house.actor("department_head"), version=1)
    told = amend(bare, {"text": TEXT}, by=house.actor("department_head"), version=1)
    assert (told.source_name, told.text, told.pasted("text")) == ("text.md", "", TEXT.strip())


@pytest.mark.proves("K-0.4")
def test_the_yearly_review_runs_against_a_clock_and_begins_a_minor_edition(house: House) -> None:
    from zhicheng.core.clocks import ClockRow

    of, _first = in_force(house)
    clock = ClockRow.objects.get(type="document.document", k=of.k)
    assert clock.stopped_at is None
    assert (clock.due_at.date() - today()).days in range(363, 368)
    done = house.perform(of, "review", "quality_manager", {"result": "revise", "note": "补充例外"})
    assert done.reviews[0]["result"] == "revise"
    assert (done.reviewed_on, done.review_due_on.year) == (today(), today().year + 1)
    made = EDITION.model.objects.get(document=of, state="draft")
    assert (made.proposed, made.edition, made.summary) == ("minor", "A/2", "补充例外")
    again = house.perform(done, "review", "quality_manager", {"result": "keep"})
    assert len(again.reviews) == 2


@pytest.mark.proves("C-7.1.1")
def test_what_rules_a_running_process_leaves_only_with_a_successor(house: House) -> None:
    of, edition = in_force(house)
    clause = {"clause": "5.1 检验判定", "process": "进货检验批", "step": "检验判定", "role": "inspector"}
    by = house.actor("department_head")
    with pytest.raises(ValidationError, match="没有“放飞”这一步"):
        amend(of, {"clauses": [{**clause, "step": "放飞"}]}, by=by, version=of.version)
    of = amend(of, {"clauses": [clause]}, by=by, version=of.version)
    assert (of.clauses[0]["process"], of.clauses[0]["step"]) == ("inspection.lot", "inspection.lot/judge")
    with pytest.raises(Refused, match="须先指定替代文件"):
        house.perform(of, "propose_withdrawal", "department_head", reason="不用了")
    other, _edition = in_force(house, name="新检查制度")
    asked = {"successor": other}
    with pytest.raises(Refused, match="没有规定：进货检验批"):
        house.perform(of, "propose_withdrawal", "department_head", asked, reason="不用了")
    amend(other, {"clauses": [clause]}, by=by, version=other.version)
    of = house.perform(
        of, "propose_withdrawal", "department_head", {"successor": house.fresh(other)}, reason="不用了"
    )
    assert (of.state, house.fresh(edition).state) == ("withdrawing", "in_force")
    gone = house.perform(of, "withdraw", "general_manager")
    assert (gone.state, gone.controlled, house.fresh(edition).state) == ("obsolete", False, "obsolete")
    with pytest.raises(Refused, match="已作废"):
        draft(house, gone)


@pytest.mark.proves("J-2.6.2", "T-0.1")
def test_a_document_is_controlled_once_the_copies_of_the_former_edition_are_back(house: House) -> None:
    of, first = in_force(house)
    assert of.controlled
    by = house.actor("department_head")
    copies = [
        {"number": "01", "holder": "质量部", "kind": "controlled", "given_on": today().isoformat()},
        {"number": "02", "holder": "车间", "kind": "controlled"},
        {"number": "03", "holder": "顾客", "kind": "reference"},
    ]
    with pytest.raises(ValidationError, match="写了两次"):
        amend(first, {"copies": [*copies, copies[0]]}, by=by, version=first.version)
    first = amend(first, {"copies": copies}, by=by, version=first.version)
    issued(house, draft(house, of))
    assert (house.fresh(of).copies_out, house.fresh(of).controlled) == (2, False)
    first = house.fresh(first)
    back = [{**row, "withdrawn_on": today().isoformat()} for row in first.copies[:1]]
    first = house.perform(first, "withdraw_copies", "department_head", {"copies": [*back, *first.copies[1:]]})
    assert house.fresh(of).copies_out == 1
    done = [{**row, "withdrawn_on": today().isoformat()} for row in first.copies]
    house.perform(first, "withdraw_copies", "department_head", {"copies": done})
    assert (house.fresh(of).copies_out, house.fresh(of).controlled) == (0, True)


@pytest.mark.proves("K-0.4")
def test_who_must_read_an_edition_and_has_not(house: House) -> None:
    from zhicheng.processes.document.reading import unread

    of, edition = in_force(house)
    question = {"question": "谁判定？", "choices": "检验员 / 销售", "answer": 1}
    by = house.actor("department_head")
    with pytest.raises(ValidationError, match="不在选项里"):
        amend(edition, {"questions": [{**question, "answer": 3}]}, by=by, version=edition.version)
    edition = amend(edition, {"questions": [question]}, by=by, version=edition.version)
    reader = house.actor("inspector")
    assert reader.person in unread(edition)
    told = Message.objects.filter(kind="document", person=reader.person)
    assert told.get().about == f"document.edition/{edition.k}"
    assert "QES-001" in told.get().subject
    assert "须阅读并确认" in told.get().subject
    with pytest.raises(ValidationError, match="还没有回答第 1 题"):
        open_record(READING, {"edition": edition}, by=reader)
    wrong = open_record(READING, {"edition": edition, "answers": [{"question": 1, "answer": 2}]}, by=reader)
    assert (wrong.passed, wrong.person) == (False, reader.person)
    assert reader.person in unread(edition)
    right = open_record(READING, {"edition": edition, "answers": [{"question": 1, "answer": 1}]}, by=reader)
    assert (right.passed, right.right, right.asked) == (True, 1, 1)
    assert reader.person not in unread(edition)
    with pytest.raises(Refused, match="不能更改"):
        amend(right, {"answers": []}, by=reader, version=1)
    made = draft(house, of)
    with pytest.raises(Refused, match="只确认已颁布"):
        open_record(READING, {"edition": made}, by=reader)


ACTS = st.lists(
    st.sampled_from(["draft", "issue_now", "issue_later", "void", "sweep", "withdraw"]), max_size=7
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(ACTS)
def test_at_most_one_edition_is_in_force_whatever_is_done(house: House, acts: list[str]) -> None:
    of = document(house, name=f"文件{DOCUMENT.model.objects.count()}")
    model = EDITION.model
    for act in acts:
        open_one = model.objects.filter(document=of, state__in=["draft", "issued"]).first()
        try:
            if act == "draft":
                draft(house, house.fresh(of))
            elif act.startswith("issue") and open_one and open_one.state == "draft":
                days = 0 if act == "issue_now" else 5
                issued(house, open_one, on=today() + dt.timedelta(days=days))
            elif act == "void" and open_one and open_one.state == "draft":
                house.perform(open_one, "void", "department_head", reason="x")
            elif act == "sweep":
                force.sweep(dt.datetime.combine(today(), dt.time(4), dt.UTC) + dt.timedelta(days=9))
            elif act == "withdraw":
                going = house.perform(house.fresh(of), "propose_withdrawal", "department_head", reason="x")
                house.perform(going, "withdraw", "general_manager")
        except Refused:
            pass
        now = house.fresh(of)
        held = list(model.objects.filter(document=of, state="in_force"))
        assert len(held) == (now.state in ("in_force", "withdrawing"))
        assert [e.edition for e in held] == ([now.edition] if held else [])


@pytest.mark.proves("J-2.6.2")
def test_figures_count_documents_by_their_last_confirmation(house: House) -> None:
    from zhicheng.metrics.definition import metrics
    from zhicheng.metrics.evaluate import figure

    of, first = in_force(house)
    document(house, name="还在编")
    other, _edition = in_force(house, name="第二份", category="总纲")
    copies = [{"number": "01", "holder": "质量部", "kind": "controlled"}]
    amend(first, {"copies": copies}, by=house.actor("department_head"), version=first.version)
    issued(house, draft(house, of))
    house.perform(other, "review", "quality_manager", {"result": "keep"})
    now = today()

    def value(name: str, *conditions: Any) -> str:
        return str(figure(metrics[name], now, now, conditions).value)

    assert (value("documents_in_force"), value("documents_controlled")) == ("2", "50.00")
    assert value("documents_controlled", ("category", "is", "总纲")) == "100.00"
    assert (value("documents_reviewed"), value("editions_issued")) == ("1", "3")
    before = now - dt.timedelta(days=1)
    assert figure(metrics["documents_in_force"], before, before).value == "0"


@pytest.mark.proves("K-0.8", "J-3.2.1")
def test_the_register_of_documents_in_force_stands_in_a_report(house: House) -> None:
    from types import SimpleNamespace

    from zhicheng.reports.records import Records
    from zhicheng.reports.resolver import Unresolved

    in_force(house)
    document(house, name="还在编")
    numbers: Any = SimpleNamespace(first=today(), last=today(), size=10**9)
    records = Records(None, numbers)
    columns = {"columns": "code,name,edition,effective_on"}
    table = records.register("document.document", columns)
    assert [cell[0].text for cell in table.rows[0]][2:4] == ["质量检查制度", "A/1"]  # type: ignore[union-attr]
    assert len(table.rows) == 1
    with pytest.raises(Unresolved, match="没有记录"):
        records.register("document.document", {**columns, "level": "manual"})


def test_what_comes_into_force_can_make_other_things_due(house: House) -> None:
    seen: list[Any] = []
    force.when_in_force(follower := lambda edition, by: seen.append((edition.edition, by.today)))
    try:
        in_force(house)
    finally:
        force._followers.remove(follower)
    assert seen == [("A/1", today())]


@pytest.mark.proves("K-0.6")
@pytest.mark.parametrize(
    ("first", "names"), [("A/0", ("A/0", "A/1", "B/0")), ("V1.0", ("V1.0", "V1.1", "V2.0"))]
)
def test_a_firm_that_starts_elsewhere_sets_it_once(house: House, first: str, names: tuple[str, ...]) -> None:
    spec = {"key": "document.first_edition", "value": first}
    open_record(registry["core.parameter"], spec, by=SYSTEM)
    of, one = in_force(house)
    two = issued(house, draft(house, of))
    three = issued(house, draft(house, house.fresh(of), whole=True))
    assert (one.edition, two.edition, three.edition) == names
    assert three.edition_version == "V2.0"
    with pytest.raises(ValidationError):
        open_record(registry["core.parameter"], {"key": "document.series", "value": "无序号"}, by=SYSTEM)
