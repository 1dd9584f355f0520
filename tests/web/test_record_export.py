"""A record with pictures as PDF and as a workbook with native charts."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.processes.test_spc import running
from tests.processes.test_study import CASES, study
from zhicheng.core.process import registry

if TYPE_CHECKING:
    from tests.house import House


def fetched(house: House, record: Any, name: str, role: str = "quality_manager") -> Any:
    from django.test import Client

    from tests.web.conftest import PASSWORD, accounts
    from zhicheng.core.account import Account

    if not Account.objects.exists():
        accounts(house)
    client = Client()
    client.post("/login", {"username": role, "password": PASSWORD})
    return client.get(f"/{record._meta.app_label}.{record._meta.model_name}/{record.number}/{name}")


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_a_study_as_a_workbook_has_results_data_and_native_charts(house: House) -> None:
    record = study(house, "gauge_crossed")
    answer = fetched(house, record, "export.xlsx")
    assert answer.status_code == 200
    found = sheets(answer.content)
    facts = next(iter(found.values()))
    assert [record.results[0]["name"], float(record.results[0]["value"])] in [row[:2] for row in facts]
    data = next(rows for name, rows in found.items() if name.startswith("数据文件"))
    assert len(data) == 91
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        charts = [name for name in archive.namelist() if name.startswith("xl/charts/chart")]
        assert len(charts) >= 4
        assert b"barChart" in archive.read(charts[0])


def test_a_study_as_pdf_has_its_results_and_vectors(house: House) -> None:
    record = study(house, "capability")
    answer = fetched(house, record, "export.pdf")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")
    assert len(answer.content) > 30_000
    assert answer["Content-Disposition"].endswith(f'"{record.number}.pdf"')


@pytest.mark.parametrize("kind", CASES)
def test_every_picture_becomes_a_native_chart(kind: str, house: House) -> None:
    from zhicheng.exchange.record_book import record_to_xlsx
    from zhicheng.reports.record_sheet import SheetPicture

    pictures = registry["study.study"].pictures(study(house, kind))  # type: ignore[misc]
    drawn = tuple(SheetPicture(p.title, p.note, p.option) for p in pictures)
    content = record_to_xlsx(_bare(drawn))
    assert len(sheets(content)) == 1 + len(drawn)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert sum(n.startswith("xl/charts/chart") for n in archive.namelist()) == len(drawn)


def _bare(pictures: Any) -> Any:
    import datetime as dt

    from zhicheng.reports.record_sheet import RecordSheet

    return RecordSheet(
        "某厂", "统计研究", "YJ-1", "外径", "草稿", "第 1 版", (), pictures, (), "证据日志条目 #1", "zh", dt.date(2026, 11, 28), {},
    )  # fmt: skip


def test_equal_records_give_equal_bytes_and_a_rare_name_still_prints(house: House) -> None:
    from dataclasses import replace

    from zhicheng.reports.record_sheet import SheetPicture, record_pdf

    on = running(house)
    pictures = registry.of(on).pictures(on)  # type: ignore[misc]
    sheet = _bare(tuple(SheetPicture(p.title, p.note, p.option) for p in pictures))
    first = record_pdf(sheet)
    assert first == record_pdf(sheet)
    assert b"pdfaid" in first
    assert record_pdf(replace(sheet, called="𠮷田")).startswith(b"%PDF")


def test_a_record_without_pictures_is_not_exported(house: House) -> None:
    assert fetched(house, house.supplier, "export.pdf").status_code == 404
    assert fetched(house, study(house, "bias"), "export.xlsx", role="reader").status_code in (403, 404)
