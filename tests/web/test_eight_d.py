"""The 8D on the complaint's page: handed out, compared, taken over fact by fact (T-6.4.7)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.exchange.test_eight_d import FACTS, content_for, identified, worked_on
from zhicheng.core.files import Attachment, folder
from zhicheng.exchange.eight_d_docx import eight_d_docx
from zhicheng.exchange.eight_d_reading import read_eight_d
from zhicheng.ledger import log

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.house import House


def upload(client: Client, record: Any, content: bytes, name: str = "8D 顾客.docx") -> Any:
    sent = SimpleUploadedFile(name, content)
    return client.post(f"/complaint.complaint/{record.number}/8d", {"upload": sent})


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def kept() -> int:
    return sum(1 for path in folder().glob("*/*"))


@pytest.mark.parametrize("ending", ["docx", "xlsx"])
def test_the_8d_is_handed_out_to_insiders(ending: str, house: House, enter: Callable[[str], Client]) -> None:
    one = worked_on(house)
    answer = enter("inspector").get(f"/complaint.complaint/{one.number}/8d.{ending}")
    assert answer.status_code == 200
    assert read_eight_d(answer.content, "8D", one.number).texts["solution"] == "更换密封圈"
    assert enter("reader").get(f"/complaint.complaint/{one.number}/8d.{ending}").status_code in (403, 404)
    assert (
        enter("inspector").get(f"/supplier.supplier/{house.supplier.number}/8d.{ending}").status_code == 404
    )


def test_what_is_ticked_is_written_once_with_reason_and_file(
    house: House, enter: Callable[[str], Client]
) -> None:
    full, one = worked_on(house), identified(house)
    client = enter("after_sales")
    said = client.get(f"/complaint.complaint/{one.number}/").content.decode()
    assert f"/complaint.complaint/{one.number}/8d.docx" in said
    looked = upload(client, one, content_for(eight_d_docx, full, one.number))
    page = looked.content.decode()
    assert looked.status_code == 200
    assert "图纸公差改为 ±0.05" in page
    assert house.fresh(one).version == one.version, "looking writes nothing"
    sent: dict[str, Any] = {n: hidden(page, n) for n in ("file", "token", "version")}
    sent |= {"take": ["containment", "team"], "reason": "供方填回", "confirm": "1"}
    before = log.head().size
    for _twice in range(2):
        answer = client.post(f"/complaint.complaint/{one.number}/8d", sent)
        assert answer.status_code == 302
    assert log.head().size == before + 1
    fresh = house.fresh(one)
    assert (fresh.containment, fresh.team) == (FACTS["containment"], house.fresh(full).team)
    assert fresh.cause == "", "not ticked, not taken"
    assert Attachment.objects.get(type="complaint.complaint", k=one.k).name == "8D 顾客.docx"
    assert log.versions("complaint.complaint", one.k)[-1].facts["_reason"] == "供方填回"


def test_what_is_refused_leaves_no_trace(house: House, enter: Callable[[str], Client]) -> None:
    full, one = worked_on(house), identified(house)
    client, before, files = enter("after_sales"), log.head().size, kept()
    other = upload(client, one, content_for(eight_d_docx, full, full.number))
    assert (other.status_code, f"写的是投诉 {full.number}" in other.content.decode()) == (422, True)
    assert upload(client, one, b"MZ\x90", "8D.docx").status_code == 422
    assert client.post(f"/complaint.complaint/{one.number}/8d", {}).status_code == 422
    assert (log.head().size, kept()) == (before, files)
    assert enter("production").get(f"/complaint.complaint/{one.number}/8d").status_code == 403


def test_moments_and_what_another_changed_are_not_overwritten(
    house: House, enter: Callable[[str], Client]
) -> None:
    from dataclasses import replace

    from zhicheng.exchange.eight_d import filled

    one = worked_on(house)
    form = filled(one)
    texts = {**form.texts, "carried_out_at": "2020-01-01 08:00", "effect": "有效"}
    client = enter("after_sales")
    page = upload(client, one, eight_d_docx(replace(form, texts=texts))).content.decode()
    assert "不能从文件采用" in page
    assert "2020-01-01 08:00" in page
    sent = {n: hidden(page, n) for n in ("file", "token", "version")} | {
        "take": ["effect", "carried_out_at"],
        "confirm": "1",
    }
    house.perform(house.fresh(one), "contain", "after_sales", {"containment": "另一人"})
    answer = client.post(f"/complaint.complaint/{one.number}/8d", sent)
    assert answer.status_code == 422
    assert "已由他人改为" in answer.content.decode()
    fresh = house.fresh(one)
    assert (fresh.containment, fresh.effect, fresh.carried_out_at) == ("另一人", FACTS["effect"], None)
