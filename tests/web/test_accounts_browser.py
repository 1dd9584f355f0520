"""Accounts in a real browser: the administrator's phone, the new person's keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.conftest import PASSWORD
from tests.web.test_browser import PHONE, enter, fits, peopled, small

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.house import House

__all__ = ["peopled"]
NEW = "another 质诚 7 words"


def test_an_account_is_made_on_a_phone_and_its_password_changed_by_keyboard(
    live_site: str, peopled: House, page: Page
) -> None:
    from zhicheng.core.account import Account
    from zhicheng.core.authority import SYSTEM
    from zhicheng.core.organisation import Person
    from zhicheng.core.process import registry
    from zhicheng.core.writers import open_record

    Account.objects.make("administrator", PASSWORD, Person.objects.get(staff_number="0001"))
    newcomer = open_record(registry["org.person"], {"name": "新来的人", "staff_number": "7001"}, by=SYSTEM)
    open_record(registry["org.role"], {"person": newcomer, "role": "inspector"}, by=SYSTEM)

    enter(page, live_site, "administrator", PHONE)
    page.locator(".top-person summary").click()
    page.get_by_role("link", name="账号", exact=True).click()
    page.get_by_role("heading", name="账号").wait_for()
    assert fits(page)
    page.get_by_role("link", name="没有账号").click()
    page.get_by_role("link", name="新来的人").click()
    assert fits(page)
    assert small(page) == []
    page.get_by_role("button", name="建立账号").click()
    one_time = page.locator("[data-secret]").text_content() or ""
    assert fits(page)
    page.get_by_role("link", name="返回账号").click()
    page.get_by_text("待改密码").wait_for()
    page.get_by_role("button", name="制作二维码工牌").click()
    code = page.locator(".badge-card svg").bounding_box()
    assert code is not None
    assert code["width"] > 120, "large enough for a scanner"
    assert fits(page)
    page.emulate_media(media="print")
    assert page.locator(".badge-card").is_visible()
    assert not page.locator("p.note").is_visible()
    page.emulate_media(media="screen")
    page.context.clear_cookies()

    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"{live_site}/login")
    for text in ("7001", one_time):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="设定您自己的密码").wait_for()
    page.goto(f"{live_site}/inspection.lot/")
    page.get_by_role("heading", name="设定您自己的密码").wait_for()
    page.get_by_label("一次性密码").focus()
    for text in (one_time, "short", "short"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("密码至少 8 位").wait_for()
    assert page.evaluate("document.activeElement.id") == "new", "the field to be mended has the focus"
    page.get_by_label("一次性密码").focus()
    for text in (one_time, NEW, NEW):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="我的工作").wait_for()


def test_the_own_account_on_phone_and_desk(live_site: str, peopled: House, page: Page) -> None:
    enter(page, live_site, "inspector", PHONE)
    page.goto(f"{live_site}/account")
    page.get_by_text("做一个令牌").click()
    page.get_by_text("只给选定的").click()
    assert fits(page)
    assert small(page) == []
    page.get_by_label("进货检验批").select_option(label="读写")
    page.get_by_label("用途").fill("ERP")
    page.locator("#token-current").fill(PASSWORD)
    page.get_by_role("button", name="做令牌").click()
    page.get_by_text("只显示这一次").wait_for()
    assert (page.locator("[data-secret]").text_content() or "").startswith("zc_")
    assert fits(page)
    page.set_viewport_size({"width": 1366, "height": 768})
    page.reload()  # sends the form again: no second token, and nothing shown
    assert not page.locator("[data-secret]").is_visible()
    assert page.get_by_role("button", name="吊销令牌 ERP").count() == 1
    assert fits(page)
