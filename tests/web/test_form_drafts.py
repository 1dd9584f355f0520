"""Unsent forms on the server: kept while typing, offered again, personal, gone when saved, discarded or old."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from tests.house import today
from tests.web.conftest import PASSWORD, PIN
from zhicheng.core import drafts
from zhicheng.core.drafts import Draft
from zhicheng.core.process import registry
from zhicheng.core.writers import amend, perform
from zhicheng.ledger.models import Entry

if TYPE_CHECKING:
    from django.test import Client

    from tests.house import House

Enter = Callable[[str], "Client"]
OPEN = "/drafts/inspection.lot/open"


def asked(house: House, **more: Any) -> dict[str, Any]:
    return {
        "supplier": house.supplier.number, "document": "PO-77", "line": "1", "quantity": "12.5",
        "occurred_on": str(today()), "token": "t-1", **more,
    }  # fmt: skip


def values(answer: Any) -> dict[str, Any]:
    return {n: i.value for n, i in answer.context["form"].inputs.items()}


def shown(client: Client, path: str) -> dict[str, Any]:
    """What a form posts as it stands."""
    inputs = client.get(path).context["form"].inputs
    return {n: i.value for n, i in inputs.items()} | {f"was-{n}": i.was for n, i in inputs.items()}


def test_an_unsent_form_is_kept_offered_and_gone_when_saved(house: House, enter: Enter) -> None:
    client = enter("inspector")
    entries = Entry.objects.count()
    assert "草稿已保存" in client.post(OPEN, asked(house)).content.decode()
    assert client.post(OPEN, asked(house, document="PO-78")).status_code == 200
    draft = Draft.objects.get()
    assert (draft.account.username, draft.type, draft.k, draft.act) == (
        "inspector", "inspection.lot", 0, "open")  # fmt: skip
    assert Entry.objects.count() == entries, "outside the log"
    page = client.get("/inspection.lot/new")
    assert values(page)["document"] == "", "offered, not put in unasked"
    assert "有未保存的草稿" in page.content.decode()
    home = client.get("/").content.decode()
    assert "未保存的草稿" in home
    assert "ERP 单据号：PO-78" in home
    resume = page.context["draft"].resume
    assert f'href="{resume}"' in home
    restored = client.get(resume)
    assert "已恢复" in restored.content.decode()
    assert (values(restored)["document"], values(restored)["quantity"]) == ("PO-78", "12.5")
    item = house.items["raw_material"].number
    sent = client.post("/inspection.lot/new", asked(house, document="PO-78", item=item))
    assert sent.status_code == 302
    assert not Draft.objects.exists()
    assert "未保存的草稿" not in client.get("/").content.decode()


def test_a_form_as_it_was_at_first_leaves_no_draft(house: House, enter: Enter) -> None:
    client = enter("inspector")
    client.post(OPEN, asked(house))
    blank = {"occurred_on": str(today()), "line": "1"}
    first = {n: v for n, v in values(client.get("/inspection.lot/new")).items() if isinstance(v, str)}
    assert client.post(OPEN, first | blank | {"line": first["line"]}).content == b""
    assert not Draft.objects.exists()


def test_passwords_and_files_never_reach_a_draft(house: House, enter: Enter) -> None:
    lot = house.judged()
    client = enter("quality_manager")
    secret = {"password": PASSWORD, "badge": "B-77", "pin": PIN, "kept": "x", "files": "y", "version": "2"}
    given = {"release_note": "x", "note": "x", "reason": "因为"}
    client.post(f"/drafts/inspection.lot/{lot.number}/release", secret | given)
    client.post(f"/drafts/inspection.lot/{lot.number}/void", secret | given)
    (draft,) = Draft.objects.filter(act="void")
    assert draft.values["reason"] == "因为"
    kept = str(list(Draft.objects.values_list("values", flat=True)))
    for value in (PASSWORD, "B-77", PIN):
        assert value not in kept
    assert set(draft.values) == {"values", "was", "reason", "token"}


def test_a_draft_is_its_persons_alone(house: House, enter: Enter) -> None:
    client, other = enter("inspector"), enter("purchasing")
    client.post(OPEN, asked(house))
    draft = Draft.objects.get()
    assert "草稿" not in other.get("/inspection.lot/new").content.decode()
    assert "草稿" not in other.get("/").content.decode()
    assert values(other.get("/inspection.lot/new?draft=restore"))["document"] == ""
    assert other.post(f"/drafts/{draft.pk}/discard").status_code == 404
    other.post(OPEN, asked(house, document="theirs"))
    assert Draft.objects.count() == 2
    assert values(client.get("/inspection.lot/new?draft=restore"))["document"] == "PO-77"


def test_discarding_leads_back_to_the_form_or_home(house: House, enter: Enter) -> None:
    client = enter("inspector")
    lot = house.lot("PO-1")
    for path, back in ((OPEN, "/inspection.lot/new"), (f"/drafts/inspection.lot/{lot.number}/judge", f"/inspection.lot/{lot.number}/judge")):  # fmt: skip
        client.post(path, asked(house, version="1", sample_size="5"))
        draft = Draft.objects.get()
        assert client.post(f"/drafts/{draft.pk}/discard", {"then": "form"})["Location"] == back
        assert "草稿（" not in client.get(back).content.decode()
        client.post(path, asked(house, version="1", sample_size="5"))
        assert client.post(f"/drafts/{Draft.objects.get().pk}/discard", {"then": "work"})["Location"] == "/"
        assert not Draft.objects.exists()


def test_rows_come_back_as_rows(house: House, enter: Enter) -> None:
    lot = house.lot()
    client = enter("inspector")
    rows = {
        "measurements-rows": ["0", "3"],
        "measurements-0-characteristic": "外径",
        "measurements-0-value": "10.02",
        "measurements-3-characteristic": "内径",
        "measurements-3-value": "4",
    }
    client.post(f"/drafts/inspection.lot/{lot.number}/judge", {"version": "1", "sample_size": "5"} | rows)
    restored = client.get(f"/inspection.lot/{lot.number}/judge?draft=restore")
    assert [(r["characteristic"], r["value"]) for r in values(restored)["measurements"]] == [
        ("外径", "10.02"), ("内径", "4")]  # fmt: skip
    assert values(restored)["sample_size"] == "5"
    given = {"version": "1", "sample_size": "5", "nonconforming": "0", "verdict": "accepted"}
    client.post(f"/inspection.lot/{lot.number}/judge", given)
    assert not Draft.objects.exists()


def test_a_draft_on_a_record_that_moved_on_is_refused_as_stale_and_overwrites_nothing(
    house: House, enter: Enter
) -> None:
    lot = house.lot(quantity="100")
    client = enter("inspector")
    path = f"/inspection.lot/{lot.number}/amend"
    client.post(
        f"/drafts/inspection.lot/{lot.number}/amend",
        shown(client, path) | {"version": "1", "quantity": "140", "reason": "我点的"},
    )
    amend(lot, {"quantity": "150", "note": "缺一箱"}, by=house.actor("purchasing"), version=1, reason="点数")
    page = client.get(path)
    assert "写草稿时是第 1 版，现为第 2 版" in page.content.decode()
    restored = client.get(f"{path}?draft=restore")
    inputs = restored.context["form"].inputs
    (version,) = re.findall(r'name="version" value="(\d+)"', restored.content.decode())
    sent = {n: i.value for n, i in inputs.items()} | {f"was-{n}": i.was for n, i in inputs.items()}
    assert (version, sent["quantity"], sent["note"]) == ("1", "140", "")
    reason = {"reason": restored.context["form"].reason}
    answer = client.post(path, sent | {"version": version} | reason)
    assert answer.status_code == 422
    assert "已由他人改为第 2 版" in answer.content.decode()
    after = answer.context["form"].inputs
    assert (after["quantity"].value, after["quantity"].present) == ("140", "150")
    assert (after["note"].value, after["note"].present) == ("缺一箱", None), "untouched: the present value"
    assert Draft.objects.exists(), "kept until it is saved"
    again = {n: i.value for n, i in after.items()} | {f"was-{n}": i.was for n, i in after.items()}
    assert client.post(path, again | reason | {"version": "2"}).status_code == 302
    fresh = house.fresh(lot)
    assert (fresh.quantity, fresh.note) == (140, "缺一箱")
    assert not Draft.objects.exists()


def test_a_draft_of_a_step_that_is_over_still_shows_what_it_says(house: House, enter: Enter) -> None:
    lot = house.lot()
    client = enter("inspector")
    path = f"/inspection.lot/{lot.number}/judge"
    client.post(f"/drafts{path}", {"version": "1", "sample_size": "7"})
    given = {"sample_size": "10", "nonconforming": "0", "verdict": "accepted"}
    perform(lot, "judge", given, by=house.actor("inspector"), version=1)
    page = client.get(path).content.decode()
    assert "现在还不能办理" in page
    assert "检验数量：7" in page
    assert "丢弃" in page
    assert ">恢复<" not in page


def test_a_draft_that_arrives_after_its_form_was_saved_is_dropped(house: House, enter: Enter) -> None:
    client = enter("inspector")
    item = house.items["raw_material"].number
    assert client.post("/inspection.lot/new", asked(house, item=item)).status_code == 302
    assert client.post(OPEN, asked(house)).content == b""
    assert not Draft.objects.exists()
    client.post(OPEN, asked(house, token="t-2"))
    Draft.objects.update(values={"values": {"document": "late"}, "token": "t-1"})
    assert "草稿" not in client.get("/inspection.lot/new").content.decode()
    assert not Draft.objects.exists()


def test_drafts_go_after_thirty_days(house: House, enter: Enter) -> None:
    client = enter("inspector")
    client.post(OPEN, asked(house))
    Draft.objects.update(updated_at=timezone.now() - dt.timedelta(days=29))
    assert drafts.purge() == 0
    assert "草稿" in client.get("/").content.decode()
    Draft.objects.update(updated_at=timezone.now() - dt.timedelta(days=31))
    assert "草稿" not in client.get("/").content.decode()
    assert drafts.purge() == 1
    client.post(OPEN, asked(house))
    Draft.objects.update(updated_at=timezone.now() - dt.timedelta(days=31))
    assert "草稿" not in client.get("/inspection.lot/new").content.decode()


def test_who_may_not_open_or_see_keeps_no_draft(house: House, enter: Enter) -> None:
    lot = house.lot()
    assert enter("production").post(OPEN, asked(house)).status_code == 403
    assert enter("reader").post(f"/drafts/inspection.lot/{lot.number}/judge", {}).status_code == 403
    client = enter("inspector")
    for path in (
        "/drafts/inspection.lot/judge",
        f"/drafts/inspection.lot/{lot.number}/nothing",
        "/drafts/inspection.lot/LL-0000-00000/judge",
        "/drafts/no.such/open",
    ):
        assert client.post(path, asked(house)).status_code == 404
    assert client.get(OPEN).status_code == 405
    assert not Draft.objects.exists()


def test_a_draft_whose_record_is_out_of_sight_can_still_be_discarded(house: House, enter: Enter) -> None:
    client = enter("inspector")
    client.post(OPEN, asked(house))
    Draft.objects.update(k=999_999)
    page = client.get("/").content.decode()
    assert "记录已不在您的范围内" in page
    assert client.post(f"/drafts/{Draft.objects.get().pk}/discard", {"then": "form"})["Location"] == "/"


def test_a_text_that_is_too_long_is_not_kept_and_says_so(house: House, enter: Enter) -> None:
    answer = enter("inspector").post(OPEN, asked(house, note="长" * 100_000))
    assert "没有保存在服务器上" in answer.content.decode()
    assert not Draft.objects.exists()


@pytest.mark.parametrize("role", ["inspector", "quality_manager"])
def test_more_drafts_do_not_ask_the_database_more_often(
    role: str, house: House, enter: Enter, django_assert_max_num_queries: Any
) -> None:
    client = enter(role)
    for n in range(8):
        lot = house.lot(f"N-{n}")
        client.post(f"/drafts/inspection.lot/{lot.number}/void", {"version": "1", "reason": f"r{n}"})
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as many:
        assert "r7" in client.get("/").content.decode()
    Draft.objects.exclude(pk=Draft.objects.order_by("-pk")[0].pk).delete()
    with CaptureQueriesContext(connection) as one:
        client.get("/")
    assert len(many) == len(one)
    assert registry["inspection.lot"].acts["void"].reason
