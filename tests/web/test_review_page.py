"""The review page: a dropped file, its findings beside the text, downloads, hostile files; kept, dismissed, compared."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from zhicheng.core.process import registry
from zhicheng.reports import review_apart
from zhicheng.web import review_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.house import House

    Enter = Callable[[str], Client]

REPORT = """质量诚信报告
一、前言
公司设备设备运行正常。
本年度检验 200 批，合格 150 批，合格率 98%。
"""
MENDED = REPORT.replace("设备设备", "设备")


def sent(client: Client, text: str | bytes = REPORT, name: str = "某厂 <b>报告</b>.txt", **more: Any) -> Any:
    data = text.encode() if isinstance(text, str) else text
    return client.post("/review", {"report": SimpleUploadedFile(name, data), **more})


def kept(client: Client, text: str = REPORT, **more: str) -> Any:
    """The record of a file that is examined and kept."""
    page = client.get(sent(client, text)["Location"])
    answer = client.post("/review/keep", {"t": page.context["t"], "name": "某厂报告", **more})
    number = answer["Location"].rpartition("/")[2]
    return registry["review.review"].model.objects.get(number=number)


def test_findings_stand_beside_the_text(enter: Enter) -> None:
    client = enter("inspector")
    assert "放入一份报告" in client.get("/review").content.decode()
    page = client.get(sent(client, date="2024-03-31")["Location"])
    text = page.content.decode()
    assert {"GC11", "GC02"} <= {one.check for one in page.context["findings"]}
    assert '<mark class="is-error"><a href="#f' in text
    doubled = next(one for one in page.context["findings"] if one.check == "GC11")
    assert (doubled.place, doubled.severity) == ("第 3 行", "error")
    assert f'href="#b{doubled.finding["block"]}"' in text
    assert f'id="b{doubled.finding["block"]}"' in text
    assert doubled.finding["fix"] in text
    assert "按报告日期 2024-03-31" in text
    assert "<b>报告</b>" not in text, "a file's name is no markup"
    assert "保存为记录" not in text, "an inspector keeps no reviews"
    assert 'id="GC11"' in client.get("/review/checks").content.decode()


def test_findings_are_downloaded(enter: Enter) -> None:
    client = enter("inspector")
    where = sent(client, name="甲.md")["Location"].replace("/review/result?", "/review/result/{}?")
    listed = json.loads(client.get(where.format("json")).content)["findings"]
    assert {"check", "severity", "line", "page", "section", "quote", "message", "fix"} == set(listed[0])
    html = client.get(where.format("html"))
    assert "attachment" in html["Content-Disposition"]
    assert listed[0]["check"] in html.content.decode()
    for form, part in (("xlsx", "xl/workbook.xml"), ("docx", "word/comments.xml")):
        with zipfile.ZipFile(io.BytesIO(client.get(where.format(form)).content)) as package:
            assert part in package.namelist()
    assert client.get(where.format("exe")).status_code == 404
    assert client.get(where.format("json") + "x").status_code == 404


HOSTILE = (
    (b" ", "a.txt", "文件是空的"),
    (b"%PDF-1.7 broken", "a.pdf", "PDF 已损坏"),
    (b"PK\x03\x04broken", "a.docx", "已损坏"),
    (b"\xd0\xcf\x11\xe0old", "a.doc", "旧式的 Word"),
)


def test_what_is_no_report_is_said_in_a_sentence(enter: Enter) -> None:
    client = enter("inspector")
    for data, name, said in HOSTILE:
        answer = sent(client, data, name)
        assert answer.status_code == 400, name
        assert said in answer.content.decode(), name


def test_large_slow_and_busy_are_refused(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    client = enter("inspector")
    assert "请放入一份报告" in client.post("/review", {}).content.decode()
    assert "应写成" in sent(client, date="昨天").content.decode()
    with monkeypatch.context() as little:
        little.setattr(review_apart, "SECONDS", 0.01)
        assert "已停止" in sent(client).content.decode()
    with monkeypatch.context() as busy:
        busy.setattr(review_page, "PATIENCE", 0.01)
        with review_page._one_at_a_time:
            assert "正在审查另一份报告" in sent(client).content.decode()
    monkeypatch.setattr(review_page, "LIMIT", 10)
    assert "文件超过" in sent(client).content.decode()


def test_a_child_without_memory_leaves_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(review_apart.NotExamined, match="请重新保存"):
        review_apart.examine_file(b"x", "a.txt")


@pytest.mark.django_db
def test_strangers_sign_in_first(client: Client) -> None:
    for address in ("/review", "/review/result?t=x", "/review/checks", "/review/kept/BSC-2026-001"):
        assert "/login" in client.get(address)["Location"]


def test_readers_from_outside_see_no_kept_reviews(house: House, enter: Enter) -> None:
    record = kept(enter("quality_manager"))
    assert enter("reader").get(f"/review/kept/{record.number}").status_code == 404
    assert record.number not in enter("reader").get("/review").content.decode()


def test_kept_dismissed_and_not_counted(house: House, enter: Enter) -> None:
    quality, chief = enter("quality_manager"), enter("general_manager")
    record = kept(quality)
    address = f"/review/kept/{record.number}"
    assert record.number in quality.get("/review").content.decode()
    assert "看正文与问题" in quality.get(f"/review.review/{record.number}/").content.decode()
    shown = quality.get(address).context["findings"]
    doubled = next(one for one in shown if one.check == "GC11")
    assert quality.post(f"{address}/dismiss", {"mark": "0" * 32, "grounds": "x"}).status_code == 404
    quality.post(f"{address}/dismiss", {"mark": doubled.mark, "grounds": ""})
    assert registry["review.dismissal"].model.objects.count() == 0, "a reason is due"
    quality.post(f"{address}/dismiss", {"mark": doubled.mark, "grounds": "引用原话"})
    dismissal = registry["review.dismissal"].model.objects.get()
    assert (dismissal.state, dismissal.rule, dismissal.review_id) == ("proposed", "GC11", record.pk)
    assert house.fresh(record).errors == record.errors
    assert chief.post(f"/review.dismissal/{dismissal.number}/confirm", {"version": "1"}).status_code == 302
    after = house.fresh(record)
    assert (after.errors, after.dismissed) == (record.errors - 1, 1)
    page = quality.get(address)
    assert page.context["set_aside"] == 1
    assert "引用原话" in page.content.decode()
    assert json.loads(quality.get(f"{address}/json").content)["findings"]


def test_a_mended_edition_is_compared_with_the_last(house: House, enter: Enter) -> None:
    quality = enter("quality_manager")
    first = kept(quality)
    second = kept(quality, MENDED, previous=first.number)
    assert (second.previous_id, second.mended, second.new) == (first.pk, 1, 0)
    assert second.remaining == first.errors + first.questions + first.notes - 1
    page = quality.get(f"/review/kept/{second.number}").content.decode()
    assert "已改好 1" in page
    worse = kept(quality, REPORT, previous=second.number)
    assert (worse.new, worse.mended) == (1, 0)
    assert "新出现" in quality.get(f"/review/kept/{worse.number}").content.decode()
