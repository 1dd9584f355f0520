"""The matrix, the sign-in by QR code and a person's file on a screen and a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.house import today
from tests.processes.test_competence import DAY, certify, skill
from tests.processes.test_training import session
from tests.web.test_browser import OFFICE, PHONE, enter, fits, peopled, small
from tests.web.test_competence_pages import post

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.house import House

__all__ = ["peopled"]


def test_a_training_is_signed_in_to_and_seen_in_file_and_matrix(
    live_site: str, peopled: House, page: Page
) -> None:
    names = ("外观检验", "涡轮流量计装配", "压力容器焊接", "内部审核", "叉车", "钳工", "应急放行培训")
    skills = [skill(peopled, n) for n in names]
    post(peopled, "inspector", skills[0], skills[2])
    certify(peopled, "inspector", skills[1], valid_until=today() + 20 * DAY)
    certify(peopled, "production", skills[0], valid_until=today() - DAY)
    made = session(
        peopled, "涡轮流量计装配作业指导书 A/2", ("inspector", "sales"), skill=skills[0], place="一车间"
    )
    made = peopled.perform(made, "begin", "quality_manager")

    enter(page, live_site, "quality_manager", OFFICE)
    page.goto(f"{live_site}/competence.session/{made.number}/")
    page.get_by_role("link", name="签到二维码").click()
    page.get_by_role("heading", name="已签到").wait_for()
    assert fits(page)
    board = page.locator("code").text_content() or ""

    phone = page.context.browser.new_context(locale="zh-CN").new_page()  # type: ignore[union-attr]
    enter(phone, live_site, "inspector", PHONE)
    phone.goto(board)
    assert fits(phone)
    assert small(phone) == []
    phone.get_by_role("button", name="人员3 签到").click()
    phone.get_by_text("人员3 已签到").wait_for()
    page.locator(".names .chip", has_text="人员3").first.wait_for()  # the board asked anew by itself
    page.get_by_role("heading", name="已签到 1").wait_for()

    sizes: tuple[Any, ...] = (OFFICE, PHONE)
    for size in sizes:
        page.set_viewport_size(size)
        for address in ("people/matrix", f"people/{peopled.people['inspector'].number}/file"):
            page.goto(f"{live_site}/{address}")
            assert fits(page), address
    page.goto(f"{live_site}/competence.session/{made.number}/end_sign_in")
    inside = page.get_by_label("备注 1", exact=True).bounding_box()
    assert inside is not None
    assert inside["x"] + inside["width"] < PHONE["width"], "every column of a row is within a phone's screen"
    page.set_viewport_size(sizes[0])
    page.goto(f"{live_site}/people/matrix")
    page.locator("tr", has_text="人员3").locator("td.missing").first.wait_for()
    phone.context.close()
