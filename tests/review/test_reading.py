"""Every format gives the same document; what cannot be read is refused with a sentence."""

from __future__ import annotations

import io
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
import typst
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement

from tests.review.enterprises import enterprise
from tests.review.reports import Piece, as_html, as_markdown, as_text, report
from zhicheng.review import Document, NotReadable, from_text, read, review

PIECES = report(enterprise(random.Random(11), "阀门"), "gbt31870", random.Random(11))


def as_docx(pieces: list[Piece]) -> bytes:
    """The pieces as a Word document with heading styles and real tables."""
    document = docx.Document()
    table = None
    for piece in pieces:
        if piece.kind == "row":
            if table is None or piece.tag.endswith(":0"):
                table = document.add_table(0, len(piece.cells))
            for cell, text in zip(table.add_row().cells, piece.cells, strict=True):
                cell.text = text
            continue
        table = None
        if piece.kind == "heading":
            document.add_heading(piece.text, piece.level)
        else:
            document.add_paragraph(piece.text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


FORMS: dict[str, Callable[[list[Piece]], Document]] = {
    "utf-8": lambda pieces: from_text(as_text(pieces)),
    "gbk": lambda pieces: read(as_text(pieces).encode("gb18030"), "报告.txt"),
    "utf-16": lambda pieces: read(as_text(pieces).encode("utf-16"), "报告.txt"),
    "markdown": lambda pieces: from_text(as_markdown(pieces), "报告.md"),
    "html": lambda pieces: read(as_html(pieces).encode(), "报告.html"),
    "docx": lambda pieces: read(as_docx(pieces), "报告.docx"),
}


@pytest.mark.parametrize("form", list(FORMS))
def test_headings_tables_captions_and_contents_are_recovered(form: str) -> None:
    document = FORMS[form](PIECES)
    kinds = [block.kind for block in document.blocks]
    assert kinds.count("heading") == sum(piece.kind == "heading" for piece in PIECES)
    assert kinds.count("row") == sum(piece.kind == "row" for piece in PIECES)
    assert kinds.count("caption") == sum(piece.kind == "caption" for piece in PIECES)
    assert kinds.count("contents") == sum(piece.kind == "contents" for piece in PIECES)
    inside = next(block for block in document.blocks if "首席质量官" in block.plain)
    assert inside.path == ("三、企业质量管理", "(一)质量管理机构")


@pytest.mark.parametrize("form", list(FORMS))
def test_the_same_errors_are_found_in_every_format(form: str) -> None:
    spoiled = [
        Piece(
            one.kind,
            one.text.replace("四个方面", "三个方面").replace("《计量法》", "《经济法》"),
            one.cells,
            one.level,
            one.tag,
        )
        for one in PIECES
    ]
    errors = [one for one in review(FORMS[form](spoiled)).findings if one.severity == "error"]
    assert sorted(one.check for one in errors) == ["GC03", "GC04"]
    lined = form in ("utf-8", "gbk", "utf-16", "markdown")
    assert all((one.line is not None) == lined for one in errors)


def test_lines_are_counted_from_one() -> None:
    (finding,) = review(from_text("第一行。\n\n公司设备设备运行正常。\n")).findings
    assert (finding.line, finding.quote) == (3, "设备设备")


def test_pages_of_a_word_document_follow_its_breaks() -> None:
    document = docx.Document()
    document.add_paragraph("第一页的内容。").add_run().add_break(WD_BREAK.PAGE)
    paragraph = document.add_paragraph()
    paragraph.add_run()._r.append(OxmlElement("w:lastRenderedPageBreak"))
    paragraph.add_run("公司设备设备运行正常。")
    document.add_paragraph("公司产品产品合格。")
    out = io.BytesIO()
    document.save(out)
    assert [one.page for one in review(read(out.getvalue(), "报告.docx")).findings] == [1, 2]


def test_merged_cells_keep_their_columns() -> None:
    page = "<table><tr><td>部门</td><td>指标</td></tr><tr><td rowspan=2>生产部</td><td>甲</td></tr><tr><td>乙</td></tr></table>"
    rows = [block.cells for block in read(page.encode(), "a.html").blocks]
    assert rows == [("部门", "指标"), ("生产部", "甲"), ("生产部", "乙")]


def test_a_pdf_is_read_in_lines_cells_and_pages(tmp_path: Path) -> None:
    source = "#set page(height: 8cm)\n公司设备设备运行正常。\n#table(columns: 2, [指标], [目标], [合格率], [≥98%])\n#pagebreak()\n公司产品产品合格。"
    fonts = Path(__file__).parents[2] / "src/zhicheng/reports/fonts"
    written = tmp_path / "报告.typ"
    written.write_text('#set text(font: "Noto Sans SC")\n' + source, "utf-8")
    pdf: bytes = typst.compile(str(written), font_paths=[str(fonts)])
    document = read(pdf, "报告.pdf")
    assert [block.cells for block in document.blocks if block.kind == "row"] == [
        ("指标", "目标"),
        ("合格率", "≥98%"),
    ]
    assert [(one.check, one.page) for one in review(document).findings] == [("GC11", 1), ("GC11", 2)]


def _package(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "cccccccccc"><!ENTITY d "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&d;</w:t></w:r></w:p></w:body></w:document>'


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "a.txt", "空"),
        (b"\x00\x01\x02\x03", "a.txt", "不是文本"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "a.txt", "不是文本"),
        (b"%PDF-1.7 nothing", "a.pdf", "损坏"),
        (b"PK\x03\x04 nothing", "a.docx", "损坏"),
        (b"hello", "a.docx", "不是 Word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc", ".docx"),
        (_package(xl__workbook_xml=b"<a/>"), "a.docx", "Excel"),
        (_package(word__document_xml=b"<a"), "a.docx", "损坏"),
        (_package(word__document_xml=b"<a/>"), "a.docx", "损坏"),
        (_package(word__document_xml=b" " * 300_000_000), "a.docx", "不正常"),
        (ENTITIES and _package(word__document_xml=ENTITIES), "a.docx", "没有文字"),
        (b"<html><body><script>1</script></body></html>", "a.html", "没有文字"),
        (b"\n \n\t\n", "a.txt", "空"),
        (b"---\n---\n", "a.txt", "没有文字"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(data: bytes, name: str, says: str) -> None:
    with pytest.raises(NotReadable, match=says) as refused:
        read(data, name)
    assert str(refused.value).endswith("。")


def test_a_scan_and_a_locked_pdf_are_refused() -> None:
    import pypdf

    writer = pypdf.PdfWriter()
    for _ in range(3):
        writer.add_blank_page(200, 200)
    blank = io.BytesIO()
    writer.write(blank)
    with pytest.raises(NotReadable, match="扫描件"):
        read(blank.getvalue(), "a.pdf")
    writer.encrypt("secret")
    locked = io.BytesIO()
    writer.write(locked)
    with pytest.raises(NotReadable, match="密码"):
        read(locked.getvalue(), "a.pdf")


def test_a_missing_file_is_refused(tmp_path) -> None:
    with pytest.raises(NotReadable, match="打不开"):
        read(tmp_path / "没有.docx")


@pytest.mark.parametrize("seed", range(6))
def test_damaged_text_never_gives_a_trace(seed: int) -> None:
    """Characters cut out, doubled and strewn in: the review may find what it likes, it must not fall over."""
    rng = random.Random(seed)
    text = list(as_text(PIECES))
    for _ in range(400):
        place = rng.randrange(len(text))
        text[place : place + rng.randrange(3)] = rng.choice(
            ["", "\t", "\n", "（", "表9", "%", "1", "、", "《", "年13月", "\x0b", "𠮷", "2023-02-31"]
        )
    review(from_text("".join(text)))


@pytest.mark.parametrize(
    "endless",
    [
        "1",
        "的",
        "(",
        "，",
        "供销部、",
        "公司质量管理体系认证合格率",
        "2023年1月至2023年2月",
        "合格率98%，",
        "《法",
        "24小时内响应",
        "①甲；",
        "<p ",
        "90分以上为优，",
    ],
)
def test_endless_runs_hold_no_check_up(endless: str) -> None:
    """Quadratic or worse would take minutes here."""
    began = time.process_time()
    review(from_text("质量诚信报告\n" + endless * (30000 // len(endless))))
    assert time.process_time() - began < 8
