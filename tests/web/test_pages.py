"""Lists, records, work and search: who sees what, at which price."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.house import today
from zhicheng.core.authority import SYSTEM
from zhicheng.core.process import registry
from zhicheng.core.writers import open_record

if TYPE_CHECKING:
    from django.test import Client

    from tests.house import House

Enter = Callable[[str], "Client"]
PAGES = ("", "new", "choose", "export", "template", "import")


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_strangers_are_refused_on_every_verb(house: House, client: Client) -> None:
    lot = house.lot()
    paths = ["/", "/search?q=a", "/switch", *(f"/{p.name}/{page}" for p in registry.all() for page in PAGES)]
    acts = ["", "amend", "files/00", *registry["inspection.lot"].acts]
    paths += [f"/inspection.lot/{lot.number}/{act}" for act in acts]
    for path in paths:
        for verb in ("get", "post", "put", "patch", "delete", "head", "options"):
            answer = getattr(client, verb)(path)
            assert answer.status_code in (302, 405), (verb, path, answer.status_code)
            if answer.status_code == 302:
                assert answer["Location"].startswith("/login"), (verb, path)
    assert house.fresh(lot).version == 1


def test_a_person_without_any_role_sees_no_record(house: House, enter: Enter) -> None:
    lot = house.lot()
    client = enter("stranger")
    assert client.get("/").status_code == 200
    for process in registry.all():
        assert client.get(f"/{process.name}/").status_code == 403
    assert client.get(f"/inspection.lot/{lot.number}/").status_code == 403
    assert client.get(f"/search?q={lot.number}").context["found"] == []


def test_a_reader_from_outside_sees_published_reports_and_nothing_else(house: House, enter: Enter) -> None:
    from tests.samples import put
    from zhicheng.core.authority import SYSTEM
    from zhicheng.core.writers import open_record

    given = {
        "house_style": "official_2013",
        "period_from": "2020-01-01",
        "period_to": "2020-12-31",
        "edition": "1",
    }
    draft = open_record(registry["report.report"], {**given, "name": "草稿"}, by=SYSTEM)
    published = open_record(registry["report.report"], {**given, "name": "公开的报告"}, by=SYSTEM)
    put(published, "published")
    client = enter("reader")
    seen = client.get("/report.report/").content.decode()
    assert "公开的报告" in seen
    assert "草稿" not in seen
    assert client.get(f"/report.report/{draft.number}/").status_code == 404
    page = client.get(f"/report.report/{published.number}/").content.decode()
    assert "公开的报告" in page
    assert "经过" not in page
    assert client.get("/inspection.lot/").status_code == 403
    assert client.get("/switch").status_code == 403


def test_every_list_and_empty_form_opens(house: House, enter: Enter) -> None:
    client, roles = enter("quality_manager"), house.actor("quality_manager").roles
    for process in registry.all():
        assert client.get(f"/{process.name}/").status_code == 200, process.name
        expected = 200 if roles & process.opens else 403
        assert client.get(f"/{process.name}/new").status_code == expected, process.name


def test_the_number_of_queries_of_a_list_does_not_grow_with_its_rows(house: House, enter: Enter) -> None:
    client = enter("quality_manager")
    house.judged("A", "rejected")
    few = queries(client, "/inspection.lot/"), queries(client, "/nonconformity.nonconformity/")
    for n in range(12):
        house.judged(f"B{n}", "rejected")
    assert (queries(client, "/inspection.lot/"), queries(client, "/nonconformity.nonconformity/")) == few


def test_pages_of_a_list_go_by_key_and_meet(
    house: House, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhicheng.web.listing.PAGE", 3)
    numbers = [house.lot(f"P{n}").number for n in range(8)][::-1]
    client, seen, path, page = enter("inspector"), [], "/inspection.lot/", None
    while path:
        page = client.get(path).context["page"]
        seen += [r.number for r in page.rows]
        path = page.older and f"/inspection.lot/{page.older}"
    assert seen == numbers
    assert page is not None
    back = client.get(f"/inspection.lot/{page.newer}").context["page"]
    assert [r.number for r in back.rows] == numbers[3:6]


def test_filters_are_words_in_the_address(house: House, enter: Enter) -> None:
    lot, other = house.judged("AX-1", "rejected"), house.lot("AX-2")
    client = enter("inspector")
    day = today()
    path = f"/inspection.lot/?state=rejected&occurred_on_from={day}&supplier={house.supplier.number}&q=ax"
    answer = client.get(path)
    assert [r.number for r in answer.context["page"].rows] == [lot.number]
    said = [w.text for w in answer.context["said"]]
    assert said == [
        "状态：不接收待处置",
        f"供方：{house.supplier.number} 甲铸造厂",
        f"发生日期自 {day}",
        "含“ax”",
    ]
    without = next(w.without for w in answer.context["said"] if w.text.startswith("状态"))
    assert {r.number for r in client.get(f"/inspection.lot/{without}").context["page"].rows} == {
        lot.number,
        other.number,
    }
    assert "没有符合这些条件" in client.get("/inspection.lot/?q=nothing").content.decode()
    assert (
        client.get("/inspection.lot/?state=%27&occurred_on_from=x&before=x&supplier=%20").status_code == 200
    )


def test_a_record_says_why_not_with_a_link_to_what_mends_it(house: House, enter: Enter) -> None:
    lot = house.judged("N-1", "rejected")
    page = enter("inspector").get(f"/inspection.lot/{lot.number}/").content.decode()
    nc = lot.nonconformity
    assert f"不合格品 {nc.number} 尚在“待隔离”：先完成处置。" in page
    assert f'href="/nonconformity.nonconformity/{nc.number}/"' in page
    assert f'href="/inspection.lot/{lot.number}/settle"' not in page


def test_a_record_shows_what_changed_and_who_did_it(house: House, enter: Enter) -> None:
    from zhicheng.core.writers import amend

    lot = house.lot(quantity="100")
    amend(lot, {"quantity": "120"}, by=house.actor("inspector"), version=1, reason="点数更正")
    page = enter("general_manager").get(f"/inspection.lot/{lot.number}/").content.decode()
    assert "<del>100</del> → <ins>120</ins>" in page
    assert "点数更正" in page
    assert house.people["inspector"].name in page


def test_every_parameter_stands_on_one_page_with_its_value_in_force(house: House, enter: Enter) -> None:
    from zhicheng.core.authority import SYSTEM
    from zhicheng.core.parameters import specs
    from zhicheng.core.writers import open_record

    client = enter("quality_manager")
    page = client.get("/core.parameter/").context
    table, kept = {r.key: r for r in page["table"]}, {r.key: stated for r, stated in page["kept"]}
    assert set(table) | set(kept) == set(specs())
    assert kept["retention.inspection.lot"].years == 10
    assert (table["core.late_days"].value, table["core.late_days"].record) == ("3", None)
    assert table["report.approvers"].value == "质量经理、总经理"
    form = client.get(table["core.late_days"].href).context["form"]
    assert form.inputs["key"].value == "core.late_days"
    record = open_record(registry["core.parameter"], {"key": "core.late_days", "value": "5"}, by=SYSTEM)
    table = {r.key: r for r in client.get("/core.parameter/").context["table"]}
    assert (table["core.late_days"].value, table["core.late_days"].record) == ("5", record)
    assert table["core.late_days"].href == f"/core.parameter/{record.number}/amend"


def test_search_opens_a_full_number_and_lists_the_rest(house: House, enter: Enter) -> None:
    lot = house.lot("ZX-900")
    client = enter("inspector")
    assert client.get(f"/search?q={lot.number.lower()}")["Location"] == f"/inspection.lot/{lot.number}/"
    page = client.get("/search?q=zx-9").content.decode()
    assert lot.number in page
    assert "没有找到" in client.get("/search?q=%00nothing").content.decode()


def test_work_lists_what_my_roles_can_do_and_no_imports(house: House, enter: Enter) -> None:
    from tests.samples import put
    from zhicheng.core.records import writing

    lot, imported = house.lot("W-1"), house.lot("W-2")
    with writing():
        type(imported).objects.filter(pk=imported.pk).update(provenance="imported")
    rejected = house.judged("W-3", "rejected")
    put(house.lot("W-4"), "released")
    client = enter("inspector")
    page = client.get("/").content.decode()
    assert lot.number in page
    assert imported.number not in page
    tasks = {t.record.number: t for _when, part in client.get("/").context["groups"] for t in part}
    assert tasks[lot.number].act.step.name == "judge"
    assert tasks[rejected.number].when == "waiting"
    assert tasks[rejected.nonconformity.number].clock
    assert "没有等您办理的事" in enter_again(client, "general_manager")


def enter_again(client: Client, role: str) -> str:
    from zhicheng.core.account import Account

    client.force_login(
        Account.objects.get(username=role), backend="django.contrib.auth.backends.ModelBackend"
    )
    return str(client.get("/").content.decode())


def test_what_is_not_there_is_said_in_plain_words(house: House, enter: Enter) -> None:
    client = enter("inspector")
    assert "没有编号为“LL-1”的进货检验批" in client.get("/inspection.lot/LL-1/").content.decode()
    assert client.get("/nothing.here/").status_code == 404
    answer = client.get("/org.site/new")
    assert answer.status_code == 403
    assert "须由系统管理员办理" in answer.content.decode()
    assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_what_is_to_be_erased_and_what_to_be_disposed_of_is_said_in_words(house: House, enter: Enter) -> None:
    """Whoever approves an erasure reads what goes; the kind of record to dispose of is chosen by its name."""
    person = open_record(
        registry["org.person"], {"name": "张三丰收", "staff_number": "工号八零零一"}, by=SYSTEM
    )
    facts = {"subject_number": person.number, "names": "工号", "ground": "个人信息保护法第四十七条"}
    asked = open_record(registry["core.erasure"], facts, by=house.actor("quality_manager"))
    client = enter("quality_manager")
    page = client.get(f"/core.erasure/{asked.number}/").content.decode()
    assert re.search(r"删除的是.{1,200}>\s*工号\s*<", page, re.DOTALL)
    form = client.get("/core.disposal/new").context["form"]
    offered = dict(form.inputs["process"].options)
    assert offered["inspection.lot"] == "进货检验批"
    assert "core.erasure" not in offered, "these records are always kept"
