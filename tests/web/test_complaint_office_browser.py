"""A complaint on the office screen: its clocks, what contradicts, and the next step in 我的工作 (J-6.2.1, T-6.4.1)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.processes.test_complaint import TOPU, complain, customer, promise
from tests.web.test_browser import OFFICE, enter, fits, peopled  # noqa: F401  (a fixture)

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.house import House


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
