"""Control charts in a real browser: drawn, marked, zoomed, saved; on a phone too."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bench.charts import fill
from tests.processes.test_spc import collect, running, take
from tests.web.test_browser import OFFICE, PHONE, enter, fits, peopled  # noqa: F401  (a fixture)

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.house import House


@pytest.fixture
def charted(peopled: House) -> Any:  # noqa: F811
    on = running(peopled)
    collect(peopled, on, 10, seed=7)
    take(peopled, on, [10.1, 10.1, 10.09, 10.11, 10.1])
    return on


@pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["office", "phone"])
def test_a_chart_is_drawn_with_limits_and_marks_and_can_be_saved(
    size: Any, live_site: str, charted: Any, page: Page, tmp_path: Path
) -> None:
    enter(page, live_site, "quality_manager", size)
    page.goto(f"{live_site}/spc.chart/{charted.number}/")
    page.get_by_role("heading", name="X̄ 外径").wait_for()
    page.get_by_role("heading", name="R 外径").wait_for()
    drawn = page.locator(".picture").first.locator("svg")
    assert "UCL" in (drawn.text_content() or "")
    assert fits(page)
    page.mouse.move(*_middle(page))
    with page.expect_download() as saved:
        page.get_by_role("button", name="存为数据").first.click()
    text = Path(saved.value.path()).read_text("utf-8-sig")
    assert len(text.splitlines()) == 1 + 36
    with page.expect_download() as saved:
        page.get_by_role("button", name="存为图片").first.click()
    assert Path(saved.value.path()).read_bytes()[:4] == b"\x89PNG"
    page.screenshot(path=tmp_path / "chart.png", full_page=True)


def _middle(page: Page) -> tuple[float, float]:
    box = page.locator(".picture .canvas").first.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_chart_without_subgroups_says_so(live_site: str, peopled: House, page: Page) -> None:  # noqa: F811
    from tests.processes.test_spc import chart

    on = chart(peopled)
    enter(page, live_site, "quality_manager", OFFICE)
    page.goto(f"{live_site}/spc.chart/{on.number}/")
    page.get_by_text("还没有数据可画").wait_for()


def test_of_many_points_each_can_be_reached(live_site: str, charted: Any, page: Page) -> None:
    """More than 2000 points are drawn on a canvas from plain numbers; labels come once, every value can be saved, extremes are seen."""
    fill(charted, 2500)
    enter(page, live_site, "quality_manager", OFFICE)
    page.goto(f"{live_site}/spc.chart/{charted.number}/")
    page.locator('[data-pictures][data-drawn="2"]').wait_for()
    assert page.locator(".picture canvas").count() >= 2
    data = page.request.get(f"{live_site}/spc.chart/{charted.number}/pictures").json()
    assert "data" not in data[1]["option"]["xAxis"]
    for at, option in enumerate(one["option"] for one in data):
        with page.expect_download() as saved:
            page.get_by_role("button", name="存为数据").nth(at).click()
        lines = Path(saved.value.path()).read_text("utf-8-sig").splitlines()[1:]
        assert [line.split(",")[0] for line in lines] == data[0]["option"]["xAxis"]["data"]
        assert [float(line.split(",")[1]) for line in lines] == option["series"][0]["data"]
