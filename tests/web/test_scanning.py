"""Codes read by the camera: only where the browser can, into the field beside the button, and the camera is let go."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.conftest import CHROMIUM_FLAGS
from tests.house import today
from tests.web.test_browser import OFFICE, PHONE, enter, fits, peopled, small

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.house import House

__all__ = ["peopled"]

CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
DETECTOR = """
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ["code_128", "qr_code"]; }
  async detect(source) { return window.code && source.videoWidth ? [{ rawValue: window.code }] : []; }
};
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (asked) => (window.stream = await open(asked));
"""


@pytest.fixture
def camera(chromium: Browser) -> Iterator[Page]:
    """A page of a browser with a camera and a detector that reads ``window.code``; a script that failed fails the test."""
    faults: list[str] = []
    browser = chromium.browser_type.launch(
        executable_path=shutil.which("chromium"), args=[*CHROMIUM_FLAGS, *CAMERA]
    )
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.add_init_script(DETECTOR)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda m: faults.append(m.text) if "Content Security Policy" in m.text else None)
    yield page
    browser.close()
    assert not faults, faults


def let_go(page: Page) -> None:
    """Wait until the camera is off: a dialog tells of its closing only after the key that closed it was answered."""
    for _ in range(
        100
    ):  # not wait_for_function: it evaluates text in the page, which the page's policy forbids
        if page.evaluate("window.stream.getTracks().every(t => t.readyState === 'ended')"):
            return
        page.wait_for_timeout(50)
    raise AssertionError("the camera is still on")


def test_without_a_detector_there_is_no_button(live_site: str, peopled: House, page: Page) -> None:
    page.add_init_script("delete window.BarcodeDetector")
    enter(page, live_site, "inspector", PHONE)
    page.goto(f"{live_site}/inspection.lot/new")
    assert page.locator("[data-scan]").count() > 0
    assert page.get_by_role("button", name="扫码").count() == 0


def test_a_detector_that_reads_no_format_gets_no_button(live_site: str, peopled: House, page: Page) -> None:
    page.add_init_script(
        "window.BarcodeDetector = class { static async getSupportedFormats() { return []; } }"
    )
    enter(page, live_site, "inspector", PHONE)
    page.goto(f"{live_site}/inspection.lot/new")
    assert page.get_by_role("button", name="扫码").count() == 0


def test_a_code_lands_in_the_document_number_on_a_phone(live_site: str, peopled: House, camera: Page) -> None:
    enter(camera, live_site, "inspector", PHONE)
    camera.goto(f"{live_site}/inspection.lot/new")
    button = camera.locator("main").get_by_role("button", name="扫码")
    button.wait_for()
    assert fits(camera)
    assert small(camera) == []
    button.focus()
    camera.keyboard.press("Enter")
    camera.get_by_text("对准画面").wait_for()
    assert camera.locator("#scan video").evaluate("v => v.videoWidth") > 0, "the camera's picture is shown"
    assert fits(camera)
    camera.keyboard.press("Escape")
    assert not camera.locator("#scan").is_visible()
    let_go(camera)
    button.click()
    camera.get_by_text("对准画面").wait_for()
    camera.evaluate("window.code = 'P'.repeat(41)")
    camera.get_by_text("读到的内容太长").wait_for()
    camera.evaluate("window.code = ' PO-2026-0042 '")
    camera.locator("#scan").wait_for(state="hidden")
    field = camera.get_by_label("ERP 单据号")
    assert field.input_value() == "PO-2026-0042"
    assert camera.evaluate("document.activeElement.id") == "document"
    let_go(camera)


def test_serial_numbers_are_read_row_by_row(live_site: str, peopled: House, camera: Page) -> None:
    from zhicheng.core.process import registry
    from zhicheng.core.writers import open_record

    given = {"product": peopled.product, "document": "S-9", "quantity": 2, "occurred_on": today()}
    batch = open_record(registry["inspection.batch"], given, by=peopled.actor("production"))
    enter(camera, live_site, "inspector", OFFICE)
    camera.goto(f"{live_site}/inspection.batch/{batch.number}/judge_units")
    camera.get_by_role("button", name="加一行").click()
    for row, code in ((1, "TBQZ-001"), (3, "TBQZ-003")):
        camera.evaluate(f"window.code = '{code}'")
        camera.locator("tbody tr").nth(row - 1).get_by_role("button", name="扫码").click()
        camera.locator("#scan").wait_for(state="hidden")
        assert camera.get_by_label(f"编号 {row}", exact=True).input_value() == code
    assert camera.get_by_label("编号 2", exact=True).input_value() == ""
    assert fits(camera)


def test_the_search_reads_a_code_and_searches_at_once(live_site: str, peopled: House, camera: Page) -> None:
    lot = peopled.lot("PO-SCAN")
    enter(camera, live_site, "inspector", PHONE)
    button = camera.locator(".top-search").get_by_role("button", name="扫码")
    for code in (lot.number, f"{live_site}/inspection.lot/{lot.number}/"):
        camera.goto(live_site)
        camera.evaluate(f"window.code = '{code}'")
        button.click()
        camera.get_by_role("heading", name=lot.number).wait_for()
        assert fits(camera)
    camera.goto(live_site)
    camera.evaluate("window.code = 'https://example.org/evil'")
    button.click()
    camera.wait_for_url("**/search?q=*")
    assert camera.url.startswith(live_site), "an address elsewhere is searched for, never opened"


def test_a_refused_camera_says_what_can_be_done(live_site: str, peopled: House, camera: Page) -> None:
    refuse = (
        "() => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', '%s'); }; }"
    )
    enter(camera, live_site, "inspector", PHONE)
    for name, words in (("NotAllowedError", "没有得到使用摄像头的许可"), ("NotFoundError", "摄像头打不开")):
        camera.goto(f"{live_site}/inspection.lot/new")
        camera.evaluate(refuse % name)
        camera.locator("main").get_by_role("button", name="扫码").click()
        camera.get_by_text(words).wait_for()
        camera.get_by_role("button", name="取消").click()
        assert not camera.locator("#scan").is_visible()
