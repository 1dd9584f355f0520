"""What a person meets in a real browser: a phone in the hall, the office screen, the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web.conftest import PASSWORD, accounts

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.house import House

PHONE = {"width": 390, "height": 844}
OFFICE = {"width": 1366, "height": 768}


@pytest.fixture
def peopled(live_site: str) -> House:
    """The served enterprise."""
    from tests.house import build

    house = build()
    accounts(house)
    return house


def enter(page: Page, site: str, role: str, size: Any) -> None:
    page.set_viewport_size(size)
    page.goto(f"{site}/login")
    page.get_by_label("用户名").fill(role)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="我的工作").wait_for()


def fits(page: Page) -> bool:
    """Whether nothing makes the page wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def small(page: Page) -> list[str]:
    """What a thumb would miss: visible things to press in the content that are lower than 44 pixels."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll('main .btn, main .pick label, main form.entry input:not([type=hidden]):not([type=radio]), main form.entry select')]
            .filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 80))"""
        )
    )


def test_a_lot_is_entered_and_judged_on_a_phone(live_site: str, peopled: House, page: Page) -> None:
    from zhicheng.core.process import registry

    enter(page, live_site, "inspector", PHONE)
    assert not page.locator("#rail").is_visible()
    page.get_by_role("button", name="菜单").click()
    page.get_by_role("link", name="进货检验批").click()
    page.get_by_role("link", name="登记来货").first.click()
    page.get_by_role("heading", name="登记来货").wait_for()
    assert fits(page)
    assert small(page) == []
    page.get_by_label("供方").select_option(label="甲铸造厂")
    page.get_by_label("ERP 单据号").fill("PO-2017")
    page.get_by_label("物料").select_option(index=1)
    page.get_by_label("数量").fill("120")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("登记下一件").wait_for()
    assert fits(page)
    lot = registry["inspection.lot"].model.objects.get()
    page.get_by_role("link", name="检验判定").click()
    page.get_by_role("heading", name="检验判定").wait_for()
    page.get_by_label("检验数量").fill("10")
    page.get_by_label("不合格数量").fill("0")
    page.get_by_text("接收", exact=True).click()
    value = page.get_by_label("测得值 1")
    value.fill("10.25")
    assert "out" in (value.get_attribute("class") or ""), "out of its limits before saving"
    assert page.get_by_text("超差").is_visible()
    value.fill("10.05")
    assert page.locator("[data-said]").first.text_content() == "合格"
    assert fits(page)
    assert small(page) == []
    page.get_by_role("button", name="检验判定").click()
    page.get_by_text("已检验判定").wait_for()
    lot.refresh_from_db()
    assert (lot.state, lot.measurements[0]["conforms"]) == ("accepted", True)


def test_a_record_on_the_office_screen(live_site: str, peopled: House, page: Page) -> None:
    lot = peopled.judged("B-1", "rejected")
    enter(page, live_site, "quality_manager", OFFICE)
    page.goto(f"{live_site}/inspection.lot/{lot.number}/")
    assert fits(page)
    assert page.get_by_text("先完成处置").is_visible()
    history = page.get_by_role("heading", name="经过").bounding_box()
    facts = page.get_by_role("heading", name="来货").bounding_box()
    assert history is not None
    assert facts is not None
    assert history["x"] > facts["x"] + 400, "history stands to the right of the facts"
    assert history["y"] < OFFICE["height"] / 2
    page.emulate_media(media="print")
    assert not page.locator(".rail").is_visible()
    assert page.locator(".print-head").is_visible()
    assert page.locator(".print-foot").is_visible()


def test_the_keyboard_is_enough(live_site: str, peopled: House, page: Page) -> None:
    lots = [peopled.lot(f"K-{n}") for n in range(3)]
    enter(page, live_site, "inspector", OFFICE)
    page.goto(f"{live_site}/inspection.lot/")
    for key in ("j", "j", "j", "k"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=lots[1].number).wait_for()
    page.keyboard.press("/")
    page.keyboard.type(lots[0].number)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=lots[0].number).wait_for()
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("Escape")
    page.goto(f"{live_site}/inspection.lot/")
    page.keyboard.press("n")
    page.get_by_role("heading", name="登记来货").wait_for()


def test_rows_are_added_pasted_and_filled(live_site: str, peopled: House, page: Page) -> None:
    from tests.house import today
    from zhicheng.core.process import registry
    from zhicheng.core.writers import open_record

    given = {"product": peopled.product, "document": "S-9", "quantity": 2, "occurred_on": today()}
    batch = open_record(registry["inspection.batch"], given, by=peopled.actor("production"))
    enter(page, live_site, "inspector", OFFICE)
    page.goto(f"{live_site}/inspection.batch/{batch.number}/judge_units")
    page.get_by_label("编号 1", exact=True).evaluate(
        """e => { const d = new DataTransfer(); d.setData('text/plain', 'A1\\t接收\\nA2\\t不接收\\tD7\\nA3');
        e.dispatchEvent(new ClipboardEvent('paste', {clipboardData: d, bubbles: true, cancelable: true})) }"""
    )
    assert page.get_by_label("编号 3", exact=True).input_value() == "A3"
    page.get_by_role("button", name="删去这一行").nth(2).click()
    page.get_by_role("button", name="其余填").click()
    page.get_by_role("button", name="检验判定").click()
    page.get_by_text("已检验判定").wait_for()
    batch.refresh_from_db()
    assert [(u["serial"], u["verdict"], u["defect"]) for u in batch.units] == [
        ("A1", "accepted", None),
        ("A2", "rejected", "D7"),
    ]


def test_what_was_typed_without_a_network_stays_on_the_phone(
    live_site: str, peopled: House, page: Page
) -> None:
    from zhicheng.core.process import registry

    enter(page, live_site, "inspector", PHONE)
    page.goto(f"{live_site}/inspection.lot/new")
    page.get_by_label("供方").select_option(label="甲铸造厂")
    page.get_by_label("ERP 单据号").fill("PO-OFF")
    page.get_by_label("物料").select_option(index=1)
    page.get_by_label("数量").fill("7")
    page.context.set_offline(True)
    page.get_by_role("button", name="保存", exact=True).click()
    assert page.get_by_text("未发送：没有网络").is_visible()
    page.context.set_offline(False)
    page.goto(f"{live_site}/inspection.lot/new")
    page.get_by_role("button", name="恢复").click()
    assert page.get_by_label("ERP 单据号").input_value() == "PO-OFF"
    page.get_by_role("button", name="保存并登记下一件").click()
    page.get_by_text("已保存").wait_for()
    assert registry["inspection.lot"].model.objects.get().document == "PO-OFF"
    assert not page.get_by_text("本机有未发送的内容").is_visible()


def test_a_reference_among_many_is_looked_up_while_typing(
    live_site: str, peopled: House, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhicheng.web.inputs.LISTED", 0)
    enter(page, live_site, "inspector", OFFICE)
    page.goto(f"{live_site}/inspection.lot/new")
    page.get_by_label("供方").press_sequentially("铸造")
    page.wait_for_selector(f'#list-supplier option[value^="{peopled.supplier.number}"]', state="attached")
