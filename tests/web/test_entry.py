"""Forms: what they ask, what they refuse, that they count once and lose nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from tests.house import today
from tests.web.conftest import PASSWORD, accounts
from zhicheng.core.process import registry
from zhicheng.core.writers import amend
from zhicheng.ledger import log

if TYPE_CHECKING:
    from django.test import Client

    from tests.house import House

Enter = Callable[[str], "Client"]
LOT = registry["inspection.lot"]


def asked(house: House, **more: Any) -> dict[str, Any]:
    item = house.items["raw_material"]
    return {
        "supplier": house.supplier.number,
        "document": "PO-77",
        "line": "1",
        "item": f"{item.number} {item.title}",
        "quantity": "12.5",
        "occurred_on": str(today()),
        "token": "t-1",
        **more,
    }


def test_a_form_asks_what_the_definition_asks(house: House, enter: Enter) -> None:
    form = enter("inspector").get("/inspection.lot/new").context["form"]
    assert [n for n, i in form.inputs.items() if i.required] == list(LOT.asks)
    assert "verdict" not in form.inputs, "the verdict belongs to a later step"
    assert form.inputs["occurred_on"].value == str(today())
    assert form.inputs["quantity"].step == "0.001"


def test_opening_and_going_on_with_the_next(house: House, enter: Enter) -> None:
    client = enter("inspector")
    answer = client.post("/inspection.lot/new", asked(house, again="1"))
    lot = LOT.model.objects.get()
    assert (lot.number in answer["Location"], lot.quantity) == (False, 12.5)
    follow = client.get(answer["Location"])
    assert f"已保存 {lot.number}" in follow.content.decode()
    values = {n: i.value for n, i in follow.context["form"].inputs.items()}
    assert (values["supplier"], values["document"]) == (house.supplier.number, "PO-77")
    assert values["quantity"] == ""


def test_the_second_sending_of_a_form_leads_to_the_record_of_the_first(house: House, enter: Enter) -> None:
    client = enter("inspector")
    first = client.post("/inspection.lot/new", asked(house))
    second = client.post("/inspection.lot/new", asked(house, document="PO-78"))
    assert first["Location"] == second["Location"]
    assert LOT.model.objects.count() == 1


def test_errors_stand_at_their_fields_and_nothing_typed_is_lost(house: House, enter: Enter) -> None:
    client = enter("inspector")
    answer = client.post("/inspection.lot/new", asked(house, document="", quantity="0.1234", item="没有的"))
    assert answer.status_code == 422
    inputs = answer.context["form"].inputs
    assert inputs["document"].errors == ["不能为空。"]
    assert "没有编号或名称" in inputs["item"].errors[0]
    assert inputs["quantity"].value == "0.1234"
    answer = client.post("/inspection.lot/new", asked(house, quantity="-1"))
    assert answer.context["form"].inputs["quantity"].errors == ["数量须大于 0。"]
    answer = client.post("/inspection.lot/new", asked(house, occurred_on="2017-03-08"))
    assert "补录" in answer.content.decode()
    assert answer.context["form"].inputs["late_reason"].errors
    assert not LOT.model.objects.exists()


def test_a_refusal_stands_on_top_with_a_link(house: House, enter: Enter) -> None:
    lot = house.lot("PO-77")
    page = enter("inspector").post("/inspection.lot/new", asked(house)).content.decode()
    assert "尚未办结，不能重复登记" in page
    assert f'href="/inspection.lot/{lot.number}/"' in page


def test_a_step_demands_what_it_asks_for(house: House, enter: Enter) -> None:
    lot = house.lot()
    client = enter("inspector")
    path = f"/inspection.lot/{lot.number}/judge"
    answer = client.post(path, {"version": "1", "sample_size": "5", "nonconforming": "0"})
    assert answer.context["form"].inputs["verdict"].errors == [
        "没有抽样方案（物料未设 AQL）：请填写检验结论。"
    ]
    assert house.fresh(lot).version == 1
    given = {"version": "1", "sample_size": "5", "nonconforming": "0", "verdict": "accepted"}
    assert client.post(path, given)["Location"] == f"/inspection.lot/{lot.number}/"
    assert house.fresh(lot).state == "accepted"


def test_rows_are_read_back_and_judged_by_the_items_limits(house: House, enter: Enter) -> None:
    lot = house.lot()
    client = enter("inspector")
    path = f"/inspection.lot/{lot.number}/judge"
    measurements = client.get(path).context["form"].inputs["measurements"]
    assert measurements.value == [{"characteristic": "外径"}]
    assert '"upper": 10.1' in measurements.limits
    rows = {
        "measurements-rows": ["0", "1"],
        "measurements-0-characteristic": "外径",
        "measurements-0-value": "10.25",
        "measurements-1-characteristic": "",
    }
    given = {"version": "1", "sample_size": "5", "nonconforming": "0", "verdict": "accepted"}
    assert client.post(path, given | rows).status_code == 302
    fresh = house.fresh(lot)
    assert fresh.measurements == [{"characteristic": "外径", "value": 102500, "conforms": False}]
    assert fresh.state == "rejected", "a critical characteristic failed"
    assert "10.25" in client.get(f"/inspection.lot/{lot.number}/").content.decode()


def test_units_are_suggested_and_shown_again_for_the_second_verdict(house: House, enter: Enter) -> None:
    from zhicheng.core.writers import open_record, perform

    given = {"product": house.product, "document": "S-1", "quantity": 2, "occurred_on": today()}
    batch = open_record(registry["inspection.batch"], given, by=house.actor("production"))
    client = enter("inspector")
    form = client.get(f"/inspection.batch/{batch.number}/judge_units").context["form"]
    assert len(form.inputs["units"].value) == 2
    units = [{"serial": "1", "verdict": "accepted"}, {"serial": "2", "verdict": "rejected", "reworked": True}]
    batch = perform(batch, "judge_units", {"units": units}, by=house.actor("inspector"), version=1)
    shown = client.get(f"/inspection.batch/{batch.number}/reinspect_units").context["form"].inputs["units"]
    assert shown.value[1] == {
        "serial": "2",
        "verdict": "rejected",
        "defect": "",
        "reworked": "true",
        "reverdict": "",
    }


def test_a_stale_form_shows_mine_beside_theirs(house: House, enter: Enter) -> None:
    lot = house.lot(quantity="100")
    client = enter("inspector")
    path = f"/inspection.lot/{lot.number}/amend"
    shown = client.get(path).context["form"].inputs
    was = {f"was-{n}": i.was for n, i in shown.items()}
    amend(lot, {"quantity": "150", "note": "缺一箱"}, by=house.actor("purchasing"), version=1, reason="点数")
    mine = {"version": "1", "quantity": "140", "unit": "件", "note": "", "reason": "我点的"}
    answer = client.post(path, mine | was)
    assert answer.status_code == 422
    assert "已由他人改为第 2 版" in answer.content.decode()
    inputs = answer.context["form"].inputs
    assert (inputs["quantity"].value, inputs["quantity"].present) == ("140", "150")
    assert (inputs["note"].value, inputs["note"].present) == ("缺一箱", None), "untouched: the present value"
    assert answer.context["record"].version == 2
    again = {n: i.value for n, i in inputs.items()} | {f"was-{n}": i.was for n, i in inputs.items()}
    assert client.post(path, again | {"version": "2", "reason": "我点的"}).status_code == 302
    fresh = house.fresh(lot)
    assert (fresh.quantity, fresh.note, fresh.version) == (140, "缺一箱", 3)


def test_changing_what_was_said_needs_a_reason_and_no_change_leaves_no_entry(
    house: House, enter: Enter
) -> None:
    lot = house.lot(quantity="100")
    client = enter("inspector")
    path = f"/inspection.lot/{lot.number}/amend"
    inputs = client.get(path).context["form"].inputs
    same = (
        {n: i.value for n, i in inputs.items()}
        | {f"was-{n}": i.was for n, i in inputs.items()}
        | {"version": "1"}
    )
    assert client.post(path, same).status_code == 302
    assert house.fresh(lot).version == 1
    answer = client.post(path, same | {"quantity": "90"})
    assert answer.context["form"].reason_errors
    assert client.post(path, same | {"quantity": "90", "reason": "少十件"}).status_code == 302
    assert log.versions("inspection.lot", lot.k)[-1].facts["_reason"] == "少十件"


def test_files_survive_a_form_that_comes_back_and_are_never_a_page(house: House, enter: Enter) -> None:
    client = enter("inspector")
    page = BytesIO(b"<script>alert(1)</script>")
    page.name = "evil.html"
    answer = client.post("/inspection.lot/new", asked(house, document="", files=page))
    kept = [text for _name, text in answer.context["form"].kept]
    assert len(kept) == 1
    client.post("/inspection.lot/new", asked(house, kept=kept))
    lot = LOT.model.objects.get()
    (file,) = log.versions("inspection.lot", lot.k)[0].facts["_files"]
    answer = client.get(f"/inspection.lot/{lot.number}/files/{file['sha256']}")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert b"".join(answer) == b"<script>alert(1)</script>"
    assert (
        client.get(f"/inspection.lot/{house.lot('other').number}/files/{file['sha256']}").status_code == 404
    )


def test_a_fact_that_is_a_file_is_sent_as_one(house: House, enter: Enter) -> None:
    from hashlib import sha256

    client = enter("quality_manager")
    form = {
        "name": "报告",
        "house_style": "official_2013",
        "period_from": "2020-01-01",
        "period_to": "2020-12-31",
        "edition": "1",
    }
    text = BytesIO("# 正文".encode())
    text.name = "report.md"
    assert client.post("/report.report/new", form | {"template": text}).status_code == 302
    report = registry["report.report"].model.objects.get()
    assert report.template == sha256("# 正文".encode()).hexdigest()
    (file,) = log.versions("report.report", report.k)[0].facts["_files"]
    assert file["sha256"] == report.template
    shown = client.get(f"/report.report/{report.number}/amend").context["form"].inputs
    was = {f"was-{n}": i.was for n, i in shown.items()} | {n: i.value for n, i in shown.items()}
    sent = {**was, "version": "1", "name": "新名", "reason": "更名"}
    assert client.post(f"/report.report/{report.number}/amend", sent).status_code == 302
    assert (house.fresh(report).template, house.fresh(report).name) == (report.template, "新名")


def test_a_step_that_is_not_possible_shows_sentences_and_no_form(house: House, enter: Enter) -> None:
    lot = house.judged("N-2", "rejected")
    client = enter("inspector")
    page = client.get(f"/inspection.lot/{lot.number}/settle").content.decode()
    assert "先完成处置" in page
    assert 'name="version"' not in page
    assert client.post(f"/inspection.lot/{lot.number}/settle", {"version": "2"}).status_code == 422
    assert client.get(f"/inspection.lot/{lot.number}/nothing").status_code == 404


def test_a_double_click_makes_one_record(fresh_database: str) -> None:
    """Two sendings at the same moment, on connections of their own."""
    from django.db import connection
    from django.test import Client

    from tests.house import build

    house = build()
    accounts(house)
    client = Client()
    client.post("/login", {"username": "inspector", "password": PASSWORD})
    given, answers = asked(house), []

    def send() -> None:
        other = Client()
        other.cookies = client.cookies
        answers.append(other.post("/inspection.lot/new", given)["Location"])
        connection.close()

    threads = [threading.Thread(target=send) for _i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1
    assert LOT.model.objects.count() == 1
