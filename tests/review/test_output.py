"""The forms in which findings are given, and the command."""

from __future__ import annotations

import io
import json
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner

from zhicheng.review import from_text, read, review
from zhicheng.review.output.as_docx import as_docx
from zhicheng.review.output.as_html import as_html
from zhicheng.review.output.as_json import as_json
from zhicheng.review.output.as_text import as_text
from zhicheng.review.output.as_xlsx import as_xlsx
from zhicheng.review_cli import review as command

TEXT = "一、概况\n公司设备设备运行正常，<b>坚实</b>的的基础。\n二、管理\n公司投入XX万元。\n表1 指标\n指标\t目标\n=1+1\t合格率合格率\n"


def test_json_has_just_the_documented_fields() -> None:
    data = json.loads(as_json(review(from_text(TEXT))))
    assert list(data) == ["findings"]
    assert {tuple(one) for one in data["findings"]} == {
        ("check", "severity", "line", "page", "section", "quote", "message", "fix")
    }
    first = next(one for one in data["findings"] if one["quote"] == "设备设备")
    assert (first["check"], first["severity"], first["line"], first["page"], first["section"]) == (
        "GC11",
        "error",
        2,
        None,
        "一、概况",
    )


def test_html_escapes_the_report_and_fetches_nothing() -> None:
    page = as_html(review(from_text("公司设备设备&lt;script&gt;alert(1)&lt;/script&gt;正常。")))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "http" not in page
    assert "<mark>设备设备</mark>" in page


def test_a_report_cannot_steer_the_terminal() -> None:
    listed = as_text(review(from_text("公司设备设备\x1b[2J正常\x1b]0;x\x07。")))
    assert "\x1b" not in listed
    assert "错误 GC11" in listed
    assert "\x1b[31m" in as_text(review(from_text(TEXT)), colour=True)


def test_excel_holds_texts_not_formulas() -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(review(from_text(TEXT)))))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0][:3] == ("程度", "检查", "行")
    assert len(rows) == 1 + len(review(from_text(TEXT)).findings)
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)


def _word() -> bytes:
    document = docx.Document()
    document.add_heading("一、概况", 1)
    paragraph = document.add_paragraph("公司")
    paragraph.add_run("设备").bold = True
    paragraph.add_run("设备运行正常。")
    table = document.add_table(2, 2)
    for cell, text in zip(
        (*table.rows[0].cells, *table.rows[1].cells), ("项目", "内容", "投入", "XX万元"), strict=True
    ):
        cell.text = text
    document.add_paragraph("公司产品产品合格。")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_comments_stand_in_the_word_document_at_their_places() -> None:
    original = _word()
    commented = docx.Document(io.BytesIO(as_docx(review(read(original, "报告.docx")), original)))
    assert [paragraph.text for paragraph in commented.paragraphs] == [
        one.text for one in docx.Document(io.BytesIO(original)).paragraphs
    ]
    comments = [one.text for one in commented.comments]
    assert len(comments) == 3
    namespace = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    marked = [
        "".join(text.text or "" for text in start.getparent().iter(f"{namespace}t"))
        for start in commented.element.body.iter(f"{namespace}commentRangeStart")
    ]
    assert marked == ["公司设备设备运行正常。", "投入", "公司产品产品合格。"]


def test_text_becomes_a_commented_word_document() -> None:
    commented = docx.Document(io.BytesIO(as_docx(review(from_text(TEXT)))))
    assert len(list(commented.comments)) == len(review(from_text(TEXT)).findings)
    assert [cell.text for cell in commented.tables[0].rows[0].cells] == ["指标", "目标"]


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "报告.txt"
    path.write_text(TEXT, "utf-8")
    return path


def test_exit_codes(report: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke
    clean = tmp_path / "好.txt"
    clean.write_text("公司设备运行正常。", "utf-8")
    assert run(command, [str(report)]).exit_code == 0
    assert run(command, [str(report), "--fail-on", "error"]).exit_code == 1
    assert run(command, [str(clean), "--fail-on", "note"]).exit_code == 0
    missing = run(command, [str(tmp_path / "没有.txt"), str(report)])
    assert (missing.exit_code, "打不开" in missing.output, "GC11" in missing.output) == (2, True, True)
    assert run(command, [str(report), "--format", "docx"]).exit_code == 2
    assert run(command, [str(report), "--date", "2023-13-01"]).exit_code == 2


@pytest.mark.parametrize("form", ["json", "html", "xlsx", "docx", "text"])
def test_every_format_is_written_to_a_file(report: Path, tmp_path: Path, form: str) -> None:
    target = tmp_path / f"结果.{form}"
    done = CliRunner().invoke(command, [str(report), "--format", form, "--output", str(target)])
    assert done.exit_code == 0
    assert target.stat().st_size > 300


def test_several_reports_go_into_a_folder(report: Path, tmp_path: Path) -> None:
    other = tmp_path / "乙.txt"
    other.write_text("公司产品产品合格。", "utf-8")
    folder = tmp_path / "结果"
    assert (
        CliRunner()
        .invoke(command, [str(report), str(other), "--format", "json", "--output", str(folder)])
        .exit_code
        == 0
    )
    assert sorted(path.name for path in folder.iterdir()) == ["乙.json", "报告.json"]


def test_a_profile_and_reports_to_compare_are_read(report: Path, tmp_path: Path) -> None:
    profile = tmp_path / "p.toml"
    profile.write_text('off = ["GC11", "GC10"]', "utf-8")
    done = CliRunner().invoke(
        command, [str(report), "--profile", str(profile), "--format", "json", "--compare", str(report)]
    )
    assert {one["check"] for one in json.loads(done.output)["findings"]} <= {"GC30", "GC28"}
    profile.write_text("off = 1", "utf-8")
    assert CliRunner().invoke(command, [str(report), "--profile", str(profile)]).exit_code == 2
