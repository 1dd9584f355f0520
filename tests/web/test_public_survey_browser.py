"""A survey answered on a phone, in the browsers of WeChat and WeCom as far as they can be emulated: their user agents and sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.processes.test_satisfaction import RESPONSE, customer, invite, survey
from tests.web.test_browser import enter, fits, peopled, small

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.house import House

__all__ = ["peopled"]
ANDROID = "Mozilla/5.0 (Linux; Android 12; M2 Build/X; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/107.0 Mobile Safari/537.36"
AGENTS = {
    "wechat": f"{ANDROID} XWEB/5127 MMWEBSDK/20221012 MicroMessenger/8.0.30.2260 WeChat/arm64 NetType/4G Language/zh_CN",
    "wecom": f"{ANDROID} wxwork/4.1.3 MicroMessenger/7.0.1 NetType/WIFI Language/zh",
}
SMALL: Any = {"width": 360, "height": 640}


@pytest.mark.parametrize("agent", AGENTS)
def test_a_survey_is_answered_on_a_small_phone(
    live_site: str, peopled: House, chromium: Browser, agent: str
) -> None:
    long = {
        "question": "贵公司对我方产品在恶劣环境下长期运行的准确度与稳定性是否满意" * 3,
        "factor": "quality",
        "weight": 1,
    }
    invitation = invite(
        peopled,
        survey(peopled, long, *({"question": q, "weight": 1} for q in ("服务", "交期"))),
        customer(peopled),
    )
    context = chromium.new_context(
        user_agent=AGENTS[agent], viewport=SMALL, is_mobile=True, has_touch=True, locale="zh-CN"
    )
    context.set_default_timeout(10_000)
    faults: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" and "422" not in m.text else None)
    try:
        _answer(page, f"{live_site}{invitation.address}")
        assert not page.context.cookies() or all(c["name"] != "sessionid" for c in page.context.cookies())
    finally:
        context.close()
    assert not faults
    made = RESPONSE.model.objects.get()
    assert (made.score, made.comment, made.recorded) == (90, "包装要改进", False)


def _answer(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("heading", name="2020 年满意度调查").wait_for()
    assert fits(page)
    assert [one for one in small(page) if 'name="website"' not in one] == []
    assert not page.get_by_label("网址（请留空）").is_visible() or _away(page)
    page.get_by_label("1. 贵公司").fill("100")
    page.get_by_label("2. 服务").fill("80")
    page.get_by_label("意见与建议").fill("包装要改进")
    page.wait_for_timeout(3100)  # a person reads
    page.get_by_role("button", name="提交").tap()
    page.get_by_text("请打分。").wait_for()
    assert fits(page)
    assert page.get_by_label("1. 贵公司").input_value() == "100", "what was given is kept"
    page.get_by_label("3. 交期").fill("90")
    page.wait_for_timeout(3100)
    page.get_by_role("button", name="提交").tap()
    page.get_by_text("已经收到您的答复").wait_for()
    assert fits(page)
    page.reload()
    page.get_by_text("已经收到您的答复").wait_for()


def _away(page: Page) -> bool:
    """Whether the field that no person fills in lies outside the screen."""
    box: Any = page.get_by_label("网址（请留空）").bounding_box()
    return box is None or box["x"] + box["width"] <= 0


def test_the_links_are_printed_from_the_office_and_the_answer_is_known_as_the_publics(
    live_site: str, peopled: House, page: Page
) -> None:
    invitation = invite(peopled, survey(peopled), customer(peopled))
    enter(page, live_site, "sales", SMALL)
    page.goto(f"{live_site}/surveys")
    page.get_by_role("link", name="2020 年满意度调查").click()
    page.get_by_text(invitation.address).wait_for()
    assert fits(page)
    code: Any = page.locator(".link-qr svg").bounding_box()
    assert code["width"] > 120, "large enough for a phone's camera"
    guest = page.context.browser.new_context(viewport=SMALL)  # type: ignore[union-attr]
    try:
        other = guest.new_page()
        other.goto(page.locator("code").inner_text())
        for n in (1, 2, 3):
            other.locator(f"#q{n}").fill("95")
        other.wait_for_timeout(3100)
        other.get_by_role("button", name="提交").click()
        other.get_by_text("已经收到您的答复").wait_for()
    finally:
        guest.close()
    made = RESPONSE.model.objects.get()
    page.goto(f"{live_site}/satisfaction.response/{made.number}/")
    page.get_by_text("公众（网上填写）").first.wait_for()
    assert fits(page)
