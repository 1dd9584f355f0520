"""A complaint from outside on a small phone, also inside WeChat and WeCom as far as they can be emulated."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.processes.test_complaint import TOPU, promise
from tests.web.test_browser import fits, peopled, small
from tests.web.test_public_photos import JPEG
from tests.web.test_public_survey_browser import AGENTS, SMALL
from zhicheng.core.process import registry

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.house import House

__all__ = ["peopled"]


@pytest.mark.parametrize("agent", AGENTS)
def test_a_complaint_is_sent_and_followed_on_a_small_phone(
    live_site: str, peopled: House, chromium: Browser, agent: str, tmp_path: Path
) -> None:
    promise(peopled, TOPU)
    context = chromium.new_context(
        user_agent=AGENTS[agent], viewport=SMALL, is_mobile=True, has_touch=True, locale="zh-CN"
    )
    context.set_default_timeout(10_000)
    faults: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    try:
        page.goto(f"{live_site}/c")
        assert fits(page)
        assert page.locator("h1").bounding_box()["y"] > page.locator("header").bounding_box()["height"]  # type: ignore[index]
        assert [one for one in small(page) if "website" not in one] == []  # what no person sees
        page.get_by_label("发生了什么").fill("望远镜有气泡")
        page.screenshot(path=tmp_path / "form.png", full_page=True)
        page.get_by_label("电话或邮箱").fill("13900000000")
        picture = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": JPEG}
        page.get_by_label("照片").set_input_files(picture)  # type: ignore[arg-type]
        page.wait_for_timeout(3100)  # quicker is a machine
        page.get_by_role("button", name="提交").click()
        page.get_by_text("已收到").wait_for()
        page.get_by_text("不迟于").first.wait_for()
        page.get_by_text("附有照片 1 张").wait_for()
        assert fits(page)
        page.screenshot(path=tmp_path / "followed.png", full_page=True)
    finally:
        context.close()
    assert not faults
    made = registry["complaint.complaint"].model.objects.get()
    assert made.description == "望远镜有气泡"
