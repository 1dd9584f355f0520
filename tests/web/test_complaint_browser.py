"""A complaint is received on a small phone, by keyboard, in few fields (M10, J-6.2.7); its double shows while it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.processes.test_complaint import complain, customer
from tests.web.test_browser import enter, fits, peopled, small

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.house import House

__all__ = ["peopled"]
SMALL = {"width": 360, "height": 740}
MOST_TABS = 12
"""Fields and buttons that the keyboard passes from the channel to the button that saves."""


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()"))


def test_a_complaint_is_received_on_a_phone_by_keyboard(live_site: str, peopled: House, page: Page) -> None:
    """Four facts are typed: who, what was said, which product, which batch; the rest stands folded below."""
    from zhicheng.core.process import registry

    buyer = customer(peopled)
    first = complain(peopled, buyer, product=peopled.product, batch="B-17")
    enter(page, live_site, "inspector", SMALL)
    page.goto(f"{live_site}/complaint.complaint/new")
    assert fits(page)
    assert [one for one in small(page) if 'type="checkbox"' not in one] == []  # its label is what is pressed
    names = page.locator("form.entry .field:visible [name]").evaluate_all(
        "all => [...new Set(all.map(e => e.name))]"
    )
    assert names == [
        "channel",
        "customer",
        "complainant",
        "contact",
        "description",
        "product",
        "batch",
        "category",
    ]
    assert page.get_by_label("涉及数量").is_hidden()
    assert page.get_by_text("附件与照片").bounding_box()["y"] < 2 * SMALL["height"]  # type: ignore[index]

    typed = {"customer": "ArrowDown", "description": "表面有划痕", "product": "ArrowDown", "batch": "B-17"}
    page.locator("#channel").focus()
    touched, passed = [], list[str]()
    while focused(page) != "保存":
        name = focused(page)
        if name in typed:
            touched.append(name)
            press = page.keyboard.press if typed[name] == "ArrowDown" else page.keyboard.type
            press(typed[name])
        page.keyboard.press("Tab")
        passed.append(name)
        assert len(passed) <= MOST_TABS, passed
    assert touched == ["customer", "description", "product", "batch"]
    double = page.get_by_role("link", name=f"可能重复 {first.number}")
    double.wait_for()
    assert double.get_attribute("href") == f"/complaint.complaint/{first.number}/"
    assert fits(page)
    page.keyboard.press("Enter")
    page.get_by_text("登记下一件").wait_for()
    made = registry["complaint.complaint"].model.objects.order_by("-k").first()
    assert made is not None
    assert (made.k != first.k, made.customer, made.batch, made.product) == (
        True,
        buyer,
        "B-17",
        peopled.product,
    )


def test_what_is_folded_opens_and_stays_open_when_something_in_it_is_wrong(
    live_site: str, peopled: House, page: Page
) -> None:
    enter(page, live_site, "inspector", SMALL)
    page.goto(f"{live_site}/complaint.complaint/new")
    page.get_by_label("投诉人").fill("张女士")
    page.get_by_label("投诉内容").fill("漏水")
    page.get_by_text("补充", exact=True).click()
    page.get_by_label("涉及数量").fill("-1")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("涉及数量须大于 0").wait_for()
    assert page.get_by_label("涉及数量").is_visible()
    assert fits(page)
