"""A report is signed where its disclosure is shown, and published behind the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.metrics.test_evaluate import year
from tests.publishing.test_publish import TEXT, drafted, verdict
from tests.web.conftest import PASSWORD
from zhicheng.core.process import registry
from zhicheng.ledger import keys
from zhicheng.reports import publish as publishing

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.house import House

    Enter = Callable[[str], Client]


def page(number: str) -> str:
    return f"/reports/{number}/publication"


@pytest.mark.proves("J-0.5")
def test_signed_in_turn_and_published_on_the_page(house: House, enter: Enter) -> None:
    year(house, 40, 31)
    report = drafted(house)
    quality, chief = enter("quality_manager"), enter("general_manager")
    assert "须由" in chief.get(page(report.number)).content.decode()
    shown = quality.get(page(report.number)).content.decode()
    assert "首次检验结论" in shown
    wrong = quality.post(page(report.number), {"version": "1", "password": "wrong"})
    assert wrong.status_code == 422
    assert quality.post(page(report.number), {"version": "1", "password": PASSWORD}).status_code == 302
    refused = chief.post(page(report.number), {"version": "2", "password": PASSWORD})
    assert "勾选" in refused.content.decode()
    asked = {"version": "2", "password": PASSWORD, "small_groups": "1"}
    assert chief.post(page(report.number), asked).status_code == 302
    assert house.fresh(report).state == "approved"
    stale = quality.post(page(report.number), {"version": "2", "password": PASSWORD})
    assert "他人改动" in stale.content.decode()
    assert quality.post(page(report.number), {"version": "3", "password": PASSWORD}).status_code == 302
    done = publishing.Published(house.fresh(report), publishing.folder_of(report))
    assert verdict(done, keys.fingerprint()).exit == 0
    assert quality.get(f"/report.report/{report.number}/sign")["Location"] == page(report.number)


def test_what_stands_in_the_way_is_said(house: House, enter: Enter) -> None:
    year(house, 10, 32)
    report = drafted(house, TEXT.replace("# 签署", "{{figure first_pass}}\n\n# 签署"))
    assert "没有记录" in enter("quality_manager").get(page(report.number)).content.decode()
    broken = drafted(house, TEXT.replace("# 签署", "{{figure nothing}}\n\n# 签署"), edition="2")
    assert "nothing" in enter("quality_manager").get(page(broken.number)).content.decode()


def test_a_stranger_sees_no_draft(house: House, enter: Enter) -> None:
    report = drafted(house)
    assert enter("reader").get(page(report.number)).status_code in (403, 404)
    assert (
        enter("inspector").post(page(report.number), {"version": "1", "password": PASSWORD}).status_code
        == 422
    )
    assert registry["report.report"].model.objects.get().state == "draft"


def test_files_lost_in_a_crash_are_written_again(house: House) -> None:
    from tests.publishing.test_publish import approved

    year(house, 30, 33)
    done = publishing.publish(approved(house), by=house.actor("quality_manager"))
    pdf = (done.folder / "report.pdf").read_bytes()
    for file in done.folder.iterdir():
        file.unlink()
    again = publishing.rebuild(done.report)
    assert (again.folder / "report.pdf").read_bytes() == pdf
    assert verdict(again, keys.fingerprint()).exit == 0
