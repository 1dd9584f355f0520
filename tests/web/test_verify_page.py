"""The verify page: plain sentences in green, amber and red; caps; nothing that a stranger could break."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.metrics.test_evaluate import year
from tests.publishing.test_publish import approved
from zhicheng.ledger import keys
from zhicheng.proof import verify
from zhicheng.proof.offline import verify_html
from zhicheng.reports import publish as publishing
from zhicheng.web import verify_page

if TYPE_CHECKING:
    from tests.house import House


@pytest.fixture
def published(house: House) -> publishing.Published:
    """A published report on a year of lots."""
    year(house, 40, 1)
    return publishing.publish(approved(house), by=house.actor("quality_manager"))


def given(published: publishing.Published, *names: str, **more: Any) -> Any:
    fields = {"bundle.zip": "bundle", "report.pdf": "report"}
    files = {fields[n]: SimpleUploadedFile(n, (published.folder / n).read_bytes()) for n in names}
    return Client(enforce_csrf_checks=True).post("/verify", {**files, **more})


@pytest.mark.django_db
def test_anybody_sees_the_form_and_gets_the_program() -> None:
    text = Client().get("/verify").content.decode()
    assert "独立的办法" in text
    program: Any = Client().get("/verify/verify.py")
    assert b"".join(program.streaming_content) == open(verify.__file__, "rb").read()  # noqa: SIM115, PTH123
    assert "离线核对网页" in text
    offline = Client().get("/verify/verify.html")
    assert (offline.content, "attachment" in offline["Content-Disposition"]) == (verify_html(), True)


def test_bundle_report_and_key_are_green(published: publishing.Published) -> None:
    page = given(published, "bundle.zip", "report.pdf", key=keys.fingerprint())
    assert page.context["result"]["tone"] == "green"
    assert "全部证明" in page.content.decode()


def test_what_is_said_of_many_numbers_alike_stands_once(published: publishing.Published) -> None:
    result = given(published, "bundle.zip").context["result"]
    codes = [(one["level"], one["text"]) for one in result["findings"]]
    assert len(codes) == len(set(codes))
    assert any(one["others"] for one in result["findings"])


def test_without_the_key_it_is_amber(published: publishing.Published) -> None:
    assert given(published, "bundle.zip", "report.pdf").context["result"]["tone"] == "amber"
    assert given(published, "bundle.zip", key=keys.fingerprint()).context["result"]["tone"] == "amber"


def test_another_report_or_key_or_a_changed_bundle_is_red(published: publishing.Published) -> None:
    assert given(published, "bundle.zip", "report.pdf", key="ab" * 32).context["result"]["tone"] == "red"
    data = (published.folder / "bundle.zip").read_bytes().replace(b'"accepted"', b'"rejected"', 1)
    changed = SimpleUploadedFile("bundle.zip", data)
    assert Client().post("/verify", {"bundle": changed}).context["result"]["tone"] == "red"
    other = SimpleUploadedFile("report.pdf", b"%PDF-1.7 other")
    bundle = SimpleUploadedFile("bundle.zip", (published.folder / "bundle.zip").read_bytes())
    assert Client().post("/verify", {"bundle": bundle, "report": other}).context["result"]["tone"] == "red"


@pytest.mark.django_db
@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip" * 100, b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_bundle_is_said_in_a_sentence(data: bytes) -> None:
    page = Client().post("/verify", {"bundle": SimpleUploadedFile("x.zip", data or b"-")})
    assert page.context["result"]["tone"] == "red"
    assert page.context["result"]["verdict"]


@pytest.mark.django_db
def test_too_large_and_missing_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "请放入证明包" in Client().post("/verify", {}).content.decode()
    monkeypatch.setattr(verify_page, "BUNDLE_LIMIT", 10)
    large = SimpleUploadedFile("x.zip", b"x" * 11)
    assert Client().post("/verify", {"bundle": large}).status_code == 400
    monkeypatch.setattr(verify_page, "FORM_ROOM", 0)
    monkeypatch.setattr(verify_page, "REPORT_LIMIT", 0)
    refused = Client().post("/verify", {"bundle": SimpleUploadedFile("x.zip", b"x" * 5)})
    assert "文件太大" in refused.content.decode()


@pytest.mark.django_db
def test_what_a_bundle_says_is_never_markup() -> None:
    said = verify_page.shown(verify.unreadable("<script>x</script>", "<b>"))
    assert said["tone"] == "red"
    page = Client().post("/verify", {"bundle": SimpleUploadedFile("<b>.zip", b"x"), "key": "<script>"})
    assert "<script>x" not in page.content.decode()
    assert 'value="<script>' not in page.content.decode()
