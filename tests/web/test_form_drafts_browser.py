"""Drafts on the server in a real browser: saved while typing at a desk, one offer and not two, left alone on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.house import today
from tests.web.conftest import PASSWORD
from tests.web.test_browser import OFFICE, PHONE, enter, fits, peopled

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request

    from tests.house import House

__all__ = ["peopled"]


def test_what_is_typed_at_a_desk_is_found_again_elsewhere(live_site: str, peopled: House, page: Page) -> None:
    from zhicheng.core.drafts import Draft
    from zhicheng.core.process import registry

    enter(page, live_site, "inspector", OFFICE)
    page.goto(f"{live_site}/inspection.lot/new")
    page.get_by_label("ERP 单据号").press_sequentially("PO-DESK")
    page.get_by_text("草稿已保存").wait_for()
    assert Draft.objects.get().values["values"]["document"] == "PO-DESK"
    page.goto(f"{live_site}/inspection.lot/new")
    page.get_by_text("有未保存的草稿").wait_for()
    assert not page.get_by_text("本机有未发送的内容").is_visible(), "one offer, not two"
    page.get_by_label("ERP 单据号").press_sequentially("OTHER")
    page.wait_for_timeout(2600)
    assert Draft.objects.get().values["values"]["document"] == "PO-DESK", "what is offered is not overwritten"
    page.get_by_role("button", name="丢弃").and_(page.locator("[data-forget] button")).click()
    page.get_by_role("heading", name="登记来货").wait_for()
    assert not page.get_by_text("草稿（").is_visible()
    assert not page.get_by_text("本机有未发送的内容").is_visible(), "the copy on the device went with it"
    assert not Draft.objects.exists()

    page.get_by_label("ERP 单据号").press_sequentially("PO-DESK")
    page.get_by_text("草稿已保存").wait_for()
    page.evaluate("localStorage.clear()")  # as if on another machine
    page.goto(live_site)
    page.get_by_role("heading", name="未保存的草稿").wait_for()
    assert fits(page)
    resume = page.get_by_role("link", name="继续")
    resume.focus()
    page.keyboard.press("Enter")
    page.get_by_text("已恢复").wait_for()
    assert fits(page)
    assert page.get_by_label("ERP 单据号").input_value() == "PO-DESK"
    page.get_by_label("供方").select_option(label="甲铸造厂")
    page.get_by_label("物料").select_option(index=1)
    page.get_by_label("数量").fill("3")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("登记下一件").wait_for()
    assert registry["inspection.lot"].model.objects.get().document == "PO-DESK"
    page.wait_for_timeout(2500)
    assert not Draft.objects.exists(), "nothing comes in after the form was saved"


def test_a_password_is_not_sent_with_a_draft_and_rows_are(live_site: str, peopled: House, page: Page) -> None:
    from zhicheng.core.drafts import Draft
    from zhicheng.core.process import registry
    from zhicheng.core.writers import open_record

    lot = peopled.judged("V-1")
    enter(page, live_site, "chief_quality_officer", OFFICE)
    bodies: list[str] = []

    def note(request: Request) -> None:
        if "/drafts/" in request.url:
            bodies.append((request.post_data_buffer or b"").decode("utf-8", "replace"))

    page.on("request", note)
    page.goto(f"{live_site}/inspection.lot/{lot.number}/veto")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_label("原因").press_sequentially("缺陷未清")
    page.get_by_text("草稿已保存").wait_for()
    assert any("缺陷未清" in body for body in bodies)
    assert not any(PASSWORD in body or 'name="password"' in body for body in bodies)
    page.context.clear_cookies()

    given = {"product": peopled.product, "document": "S-9", "quantity": 1, "occurred_on": today()}
    batch = open_record(registry["inspection.batch"], given, by=peopled.actor("production"))
    enter(page, live_site, "inspector", OFFICE)
    page.goto(f"{live_site}/inspection.batch/{batch.number}/judge_units")
    page.get_by_label("编号 1", exact=True).evaluate(
        """e => { const d = new DataTransfer(); d.setData('text/plain', 'A1\\t接收\\nA2');
        e.dispatchEvent(new ClipboardEvent('paste', {clipboardData: d, bubbles: true, cancelable: true})) }"""
    )
    page.get_by_text("草稿已保存").wait_for()  # a paste is a change, though no key was pressed
    units = Draft.objects.get(type="inspection.batch").values["values"]["units"]
    assert [u["serial"] for u in units] == ["A1", "A2"]


def test_a_phone_keeps_its_own_draft_and_offers_that_of_the_desk(
    live_site: str, peopled: House, page: Page
) -> None:
    from zhicheng.core.account import Account
    from zhicheng.core.drafts import Draft

    enter(page, live_site, "inspector", PHONE)
    page.goto(f"{live_site}/inspection.lot/new")
    page.get_by_label("ERP 单据号").press_sequentially("PO-PHONE")
    page.wait_for_timeout(2600)
    assert not Draft.objects.exists()
    page.goto(f"{live_site}/inspection.lot/new")
    assert page.get_by_text("本机有未发送的内容").is_visible()
    inspector = Account.objects.get(username="inspector")
    values = {"values": {"document": "PO-DESK"}, "was": {}, "reason": "", "token": ""}
    Draft.objects.create(account=inspector, type="inspection.lot", act="open", values=values)
    page.goto(f"{live_site}/inspection.lot/new")
    assert page.get_by_text("有未保存的草稿").is_visible()
    assert not page.get_by_text("本机有未发送的内容").is_visible()
    assert fits(page)
    page.get_by_role("link", name="恢复").click()
    page.get_by_text("已恢复").wait_for()
    assert page.get_by_label("ERP 单据号").input_value() == "PO-DESK"
    assert fits(page)
