"""The cockpit's control chart as a browser draws it: on the office screen, on a phone, on grey paper, by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.test_browser import OFFICE, enter, fits, peopled
from tests.web.test_control import lots

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.house import House

__all__ = ["peopled"]

CHART = "[data-chart=incoming_acceptance] svg"


def test_limits_and_marks_are_drawn_and_read(live_site: str, peopled: House, page: Page) -> None:
    lots(peopled, {month: (2 if month == 3 else 9, 10) for month in range(1, 8)})
    enter(page, live_site, "quality_manager", OFFICE)
    page.goto(f"{live_site}/cockpit?year=2017")
    chart = page.locator(CHART)
    chart.wait_for()
    words = [t.strip() for t in chart.locator("text").all_text_contents()]
    assert "1" in words, "the number of the rule stands at the point"
    assert any(w.startswith("上限 ") for w in words)
    assert any(w.startswith("下限 ") for w in words)
    assert any(w.startswith("中心线 ") for w in words)
    box = chart.bounding_box()
    assert box is not None
    for label in ("上限", "中心线", "下限"):
        place = chart.locator("text", has_text=label).bounding_box()
        assert place is not None
        assert place["x"] + place["width"] <= box["x"] + box["width"] + 1, "nothing is cut at the right"
    colours = set(
        chart.evaluate(
            "s => [...s.querySelectorAll('path[stroke], text')].map(e => e.getAttribute('stroke') || e.getAttribute('fill'))"
        )
    )
    saturated = [
        c for c in colours if c and c.startswith("#") and len(c) == 7 and len({c[1:3], c[3:5], c[5:7]}) > 1
    ]
    assert set(saturated) <= {"#1f4e79"}, "one accent and greys"
    assert fits(page)
    month = page.locator(".months .beyond a")
    month.focus()
    page.keyboard.press("Enter")
    page.locator("p.number", has_text="分母").wait_for()
    assert "from=2017-03-01" in page.url

    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_site}/cockpit?year=2017")
    page.locator(CHART).wait_for()
    small = [t.strip() for t in page.locator(CHART).locator("text").all_text_contents()]
    assert "1" in small, "still marked where other labels have no room"
    assert "20.00" not in small
    assert fits(page)
