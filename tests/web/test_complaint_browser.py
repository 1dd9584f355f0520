"""A complaint in a real browser: received on a phone, followed at the office with its clocks (J-6.2.1, T-6.4.1)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.processes.test_complaint import TOPU, complain, customer, promise
from tests.web.test_browser import OFFICE, PHONE, enter, fits, peopled  # noqa: F401  (a fixture)

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.house import House


def test_a_complaint_is_received_on_a_phone(
    live_site: str,
    peopled: House,  # noqa: F811
    page: Page,
    tmp_path: Path,
) -> None:
    customer(peopled, name="远大燃气")
    promise(peopled, TOPU)
    enter(page, live_site, "inspector", PHONE)
    page.goto(f"{live_site}/complaint.complaint/new")
    page.screenshot(path=tmp_path / "phone.png", full_page=True)
    assert fits(page)
    page.get_by_label("渠道").select_option(label="微信")
    page.get_by_label("投诉内容").fill("三台表不走字")
    page.get_by_label("顾客", exact=True).select_option(label="远大燃气")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("回应顾客").first.wait_for()
    page.screenshot(path=tmp_path / "received.png", full_page=True)


def test_a_complaint_is_followed_at_the_office(
    live_site: str,
    peopled: House,  # noqa: F811
    page: Page,
    tmp_path: Path,
) -> None:
    promise(peopled, TOPU)
    complaint = complain(peopled, customer(peopled, "abroad", name="海外光学"), description="镜片有气泡")
    enter(page, live_site, "quality_manager", OFFICE)
    page.goto(f"{live_site}/complaint.complaint/{complaint.number}/")
    page.screenshot(path=tmp_path / "record.png", full_page=True)
    assert fits(page)
    assert page.get_by_text("互相矛盾").first.is_visible()
    page.goto(f"{live_site}/complaint.complaint/{complaint.number}/identify")
    page.screenshot(path=tmp_path / "identify.png", full_page=True)
    page.goto(f"{live_site}/complaint.complaint/")
    page.screenshot(path=tmp_path / "list.png", full_page=True)
    page.goto(f"{live_site}/")
    page.screenshot(path=tmp_path / "work.png", full_page=True)
    page.get_by_text("海外光学").first.wait_for()
