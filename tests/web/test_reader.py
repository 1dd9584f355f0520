"""Reading a report: what stands behind each number, for the house and in public; and files that were changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from tests.metrics.test_evaluate import year
from tests.publishing.test_publish import approved, drafted
from zhicheng.reports import publish as publishing
from zhicheng.web.reader import changed_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.house import House


@pytest.fixture
def published(house: House) -> publishing.Published:
    """A published report on a year of lots."""
    year(house, 40, 1)
    return publishing.publish(approved(house), by=house.actor("quality_manager"))


def test_a_draft_is_read_by_the_house_only(house: House, enter: Callable[[str], Client]) -> None:
    year(house, 40, 1)
    draft = drafted(house)
    inside = enter("quality_manager")
    page = inside.get(f"/reports/{draft.number}/read")
    assert page.status_code == 200
    assert "草稿" in page.content.decode()
    assert 'class="figure"' in page.content.decode()
    behind = inside.get(f"/reports/{draft.number}/figures/F1").content.decode()
    assert "LL-20" in behind
    assert Client().get(f"/public/reports/{draft.number}").status_code == 404
    assert Client().get(f"/public/reports/{draft.number}/figures/F1").status_code == 404
    assert Client().get(f"/public/reports/{draft.number}/files/report.pdf").status_code == 404
    assert Client().get(f"/reports/{draft.number}/read").status_code == 302


def test_readers_from_outside_do_not_read_drafts(house: House, enter: Callable[[str], Client]) -> None:
    draft = drafted(house)
    outsider = enter("reader")
    assert outsider.get(f"/reports/{draft.number}/read").status_code == 404
    assert outsider.get(f"/reports/{draft.number}/figures/F1").status_code == 404


def test_a_draft_that_cannot_be_composed_says_why(house: House, enter: Callable[[str], Client]) -> None:
    draft = drafted(house, "---\ntitle: x\n---\n{{figure nothing}}\n")
    page = enter("quality_manager").get(f"/reports/{draft.number}/read")
    assert page.status_code == 409
    assert "nothing" in page.content.decode()


def test_the_public_page_shows_the_published_file_and_no_records(published: publishing.Published) -> None:
    number = published.report.number
    text = Client().get(f"/public/reports/{number}").content.decode()
    original = (published.folder / "report.html").read_text("utf-8")
    main = original[original.index("<main>") : original.index("</main>")]
    assert main in text
    assert "核对" in text
    behind = Client().get(f"/public/reports/{number}/figures/F1").content.decode()
    assert "分子" in behind
    assert "verify.py" in behind
    assert "LL-20" not in behind
    assert Client().get(f"/public/reports/{number}/figures/F99").status_code == 404
    assert Client().get(f"/public/reports/{number}/figures/x").status_code == 404


def test_public_files_are_those_published_and_no_others(published: publishing.Published) -> None:
    number = published.report.number
    for name in ("report.pdf", "report.docx", "report.html", "bundle.zip", "verify.py", "verify.html"):
        answer: Any = Client().get(f"/public/reports/{number}/files/{name}")
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content) == (published.folder / name).read_bytes()
        assert "attachment" in answer["Content-Disposition"]
    for name in ("report.json", "..", "%2e%2e%2fsecret.key", "report.pdf.part"):
        assert Client().get(f"/public/reports/{number}/files/{name}").status_code == 404


def test_a_changed_file_is_said(published: publishing.Published) -> None:
    assert changed_files(published.report) == []
    file = published.folder / "report.html"
    file.write_text(file.read_text("utf-8").replace("接收", "拒收"), "utf-8")
    assert changed_files(published.report) == ["report.html"]
    assert "哈希不符" in Client().get(f"/public/reports/{published.report.number}").content.decode()


def test_a_superseded_edition_points_to_the_new_one(house: House, published: publishing.Published) -> None:
    second = approved(house, edition="2", supersedes=published.report)
    done = publishing.publish(second, by=house.actor("quality_manager"))
    text = Client().get(f"/public/reports/{published.report.number}").content.decode()
    assert f"/public/reports/{done.report.number}" in text


def test_records_changed_after_the_checkpoint_are_said(
    house: House, published: publishing.Published, enter: Callable[[str], Client]
) -> None:
    client = enter("quality_manager")
    address = f"/reports/{published.report.number}/figures/F1"
    assert "又有更改" not in client.get(address).content.decode()
    from zhicheng.core.process import registry

    lots = registry["inspection.lot"].model.objects.filter(occurred_on__year=2017)
    lot = lots.filter(state="accepted").first()
    house.perform(lot, "release", "quality_manager")
    assert "1 条在检查点之后又有更改" in client.get(address).content.decode()
