"""A statistical study in a real browser: pasted, seen with verdict and pictures, exported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.processes.test_study import CASES
from tests.web.test_browser import OFFICE, enter, fits, peopled  # noqa: F401  (a fixture)

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.house import House


def test_a_gauge_study_is_pasted_and_seen(live_site: str, peopled: House, page: Page, tmp_path: Path) -> None:  # noqa: F811
    enter(page, live_site, "inspector", OFFICE)
    page.goto(f"{live_site}/study.study/new")
    page.get_by_label("研究种类").select_option(value="gauge_crossed")
    assert page.get_by_label("公差", exact=True).is_visible()
    assert not page.get_by_label("参考值").is_visible(), "asked only where the kind needs it"
    page.get_by_label("研究种类").select_option(value="bias")
    assert page.get_by_label("参考值").is_visible()
    page.get_by_label("研究种类").select_option(value="gauge_crossed")
    page.get_by_label("研究名称").fill("外径千分尺")
    page.get_by_label("粘贴数据").fill(CASES["gauge_crossed"][1])
    page.screenshot(path=tmp_path / "form.png", full_page=True)
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_role("heading", name="变差的组成").wait_for()
    page.get_by_role("heading", name="全部测量值（按零件）").wait_for()
    assert page.get_by_text("有条件接受").first.is_visible()
    assert fits(page)
    page.screenshot(path=tmp_path / "record.png", full_page=True)
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    page.get_by_role("heading", name="变差的组成").wait_for()
    page.screenshot(path=tmp_path / "phone.png")
    assert fits(page)
