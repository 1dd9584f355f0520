"""A document on the office screen and on the phone: drafted in a form, found, compared, read, held against the records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.processes.test_document import draft, in_force, issued
from tests.web.test_browser import OFFICE, PHONE, enter, fits, peopled  # noqa: F401  (a fixture)
from zhicheng.core.writers import amend
from zhicheng.processes.document import rendering

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.house import House

TEXT = """# 1 目的

规定进货检验批的登记、判定和放行，使未经检验的来料不被使用。

# 2 职责

检验员在二十四小时内判定，质量经理放行。

# 3 记录

登记记录由质量部保存三年，用于内部审核和管理评审。
"""


def test_a_document_is_drafted_found_compared_and_read(
    live_site: str,
    peopled: House,  # noqa: F811
    page: Page,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rendering, "_set", {})
    of, first = in_force(peopled)
    clauses = [
        {"clause": "5.1 登记", "process": "进货检验批", "role": "purchasing", "form": "QR-01"},
        {"clause": "5.2 判定", "process": "进货检验批", "step": "检验判定", "role": "inspector", "hours": 24},
    ]
    by = peopled.actor("department_head")
    of = amend(of, {"clauses": clauses}, by=by, version=of.version)
    second = issued(peopled, draft(peopled, of, text=TEXT))
    peopled.judged("PO-7")
    peopled.lot("PO-8")
    enter(page, live_site, "quality_manager", OFFICE)
    addresses = {
        "document": f"/document.document/{of.number}/",
        "edition": f"/document.edition/{second.number}/",
        "new": f"/document.edition/new?document={of.number}",
        "list": "/document.document/",
        "search": "/documents/search?q=检验员",
        "text": f"/documents/editions/{second.number}?with={first.number}",
        "practice": f"/documents/{of.number}/practice?clause=2&what=waiting",
    }
    sizes: Any = (OFFICE, PHONE)
    for width in sizes:
        page.set_viewport_size(width)
        for name, address in addresses.items():
            page.goto(f"{live_site}{address}")
            page.screenshot(path=tmp_path / f"{name}-{width['width']}.png", full_page=True)
            assert fits(page), (name, width)
    page.goto(f"{live_site}{addresses['text']}")
    page.get_by_role("button", name="我已阅读并理解").click()
    page.get_by_text("您已于").wait_for()
