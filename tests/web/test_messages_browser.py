"""消息 on a screen and a phone: what waits, why, and the buttons that decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.test_browser import OFFICE, enter, fits, peopled, small

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.house import House

__all__ = ["peopled"]


def test_a_quality_manager_decides_what_is_unclear(live_site: str, peopled: House, page: Page) -> None:
    from zhicheng.messages import channels
    from zhicheng.messages.models import Message
    from zhicheng.messages.queueing import announce, queue

    channels.add("quality-group", "wecom", {"url": "https://robot.example.com/send?key=0123456789abcdef"})
    channels.add("office", "mail", {"host": "mail.example.com", "from": "quality@example.com"})
    lot = peopled.lot()
    (one,) = announce("k", "late", words="待检超过一天", about=lot, channel="quality-group", urgent=True)
    Message.objects.filter(pk=one.pk).update(state="unclear", last_error="broken", next_at=None, attempts=1)
    (late,) = queue(
        "m", "late", person=peopled.people["inspector"], subject="来货待检", body="请检验。", about=lot
    )
    Message.objects.filter(pk=late.pk).update(state="failed", last_error="unreachable", attempts=3)

    enter(page, live_site, "quality_manager", OFFICE)
    page.goto(f"{live_site}/messages")
    page.get_by_role("heading", name="消息", exact=True).wait_for()
    assert fits(page)
    page.get_by_text("不知对方是否收到").wait_for()
    page.set_viewport_size({"width": 390, "height": 844})
    assert fits(page)
    assert small(page) == []
    page.get_by_role("button", name="视为已发").click()
    page.get_by_text("已记为已发，不会再发。").wait_for()
    page.get_by_role("link", name="已发").click()
    page.get_by_text("由 quality_manager 决定").wait_for()
    assert Message.objects.get(pk=one.pk).state == "sent"
