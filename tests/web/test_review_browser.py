"""The review in a real browser: text and findings side by side in the office, one below the other on a phone, filtered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.test_browser import OFFICE, PHONE, enter, fits, peopled

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.house import House

__all__ = ["peopled"]

REPORT = """# 质量诚信报告（2023 年度）

## 一、前言

公司设备设备运行正常，严格执行《中华人民共和国合同法》。

## 二、质量水平

本年度检验 200 批，合格 150 批，合格率 98%。实际值见“产品质量”一节。我公司是国内最佳的仪表企业。

| 项目 | 目标 | 实际 |
|---|---|---|
| 出厂合格率 | 100% |  |

见表 9。
"""


def test_a_dropped_report_is_read_beside_its_findings(
    live_site: str, peopled: House, page: Page, tmp_path: Path
) -> None:
    file = tmp_path / "某厂质量诚信报告.md"
    file.write_text(REPORT, "utf-8")
    enter(page, live_site, "quality_manager", OFFICE)
    page.goto(f"{live_site}/review")
    assert fits(page)
    page.set_input_files("input[name=report]", file)
    page.get_by_text("某厂质量诚信报告.md").wait_for()
    page.get_by_role("button", name="审查", exact=True).click()
    finding = page.locator(".finding", has_text="GC11").first
    finding.wait_for()
    assert fits(page)
    text, listed = page.locator(".text").bounding_box(), page.locator(".found-list").bounding_box()
    assert text is not None
    assert listed is not None
    assert listed["x"] > text["x"] + text["width"] - 1, "the findings stand beside the text"
    assert page.locator("mark.is-error", has_text="设备设备").is_visible()
    finding.locator(".place").click()
    assert page.locator(".block:target mark").first.is_visible()
    everything = page.locator(".finding:visible").count()
    page.locator("input[data-severity=error]").uncheck()
    assert page.locator(".finding.is-error:visible").count() == 0
    assert 0 < page.locator(".finding:visible").count() < everything
    page.locator("input[data-severity=error]").check()
    page.locator("select[data-check]").select_option("GC11")
    assert set(page.locator(".finding:visible").evaluate_all("all => all.map(one => one.dataset.check)")) == {
        "GC11"
    }
    page.locator("select[data-check]").select_option("")
    page.get_by_text("保存为记录").click()
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_role("heading", name="BSC-").wait_for()
    page.screenshot(path=str(tmp_path / "office.png"))
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert fits(page)
    text, listed = page.locator(".text").bounding_box(), page.locator(".found-list").bounding_box()
    assert text is not None
    assert listed is not None
    assert listed["y"] >= text["y"] + text["height"], "the findings stand below the text"
    page.locator(".finding summary", has_text="不算问题").first.click()
    page.locator(".finding details[open] textarea").fill("引用原话")
    page.locator(".finding details[open] button").click()
    page.get_by_text("引用原话").wait_for()
    assert fits(page)
    page.screenshot(path=str(tmp_path / "phone.png"), full_page=True)
