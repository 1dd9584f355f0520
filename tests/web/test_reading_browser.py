"""Cockpit, reader and verify page in a real browser, on the office screen and on a phone, under the content policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.test_browser import OFFICE, enter, fits

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.house import House
    from zhicheng.reports.publish import Published


@pytest.fixture
def published(live_site: str) -> Published:
    """The served enterprise with a year and a published report."""
    from tests.house import build
    from tests.metrics.test_evaluate import year
    from tests.publishing.test_publish import approved
    from tests.web.conftest import accounts
    from zhicheng.reports.publish import publish

    house: House = build()
    accounts(house)
    year(house, 60, 1)
    return publish(approved(house), by=house.actor("quality_manager"))


def test_the_cockpit_draws_and_opens_what_stands_behind(
    live_site: str, published: Published, page: Page
) -> None:
    enter(page, live_site, "quality_manager", OFFICE)
    page.goto(f"{live_site}/cockpit?year=2017")
    page.locator("[data-chart=incoming_acceptance] svg").wait_for()
    page.get_by_text("个数字已有记录").wait_for()
    assert fits(page)
    page.locator(".months a").first.click()
    page.locator("p.number", has_text="分母").wait_for()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_site}/cockpit?year=2017")
    page.locator("[data-chart=incoming_acceptance] svg").wait_for()
    assert fits(page)


def test_a_stranger_reads_asks_and_verifies(live_site: str, published: Published, page: Page) -> None:
    for width in (1366, 390):
        page.set_viewport_size({"width": width, "height": 768})
        page.goto(f"{live_site}/public/reports/{published.report.number}")
        page.locator("a.figure").first.click()
        drawer = page.locator("#drawer")
        drawer.get_by_text("如何自己核对").wait_for()
        box = drawer.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        page.keyboard.press("Escape")
        assert not drawer.is_visible()
    page.get_by_role("link", name="核对", exact=True).click()
    page.set_input_files("input[name=bundle]", published.folder / "bundle.zip")
    page.set_input_files("input[name=report]", published.folder / "report.pdf")
    page.get_by_role("button", name="核对").click()
    page.get_by_text("未发现不实").wait_for()
    assert fits(page)
