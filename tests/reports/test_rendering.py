"""The three files: the same numbers, the same bytes each time, and nothing in the data that acts."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from pypdf import PdfReader

from tests.reports.reading import docx_text, html_page, html_text, pdf_pages, pdf_text, tight
from tests.reports.sample import CHECKPOINT, FINGERPRINT, sample_report
from zhicheng.reports.assets import Assets, AssetsMissing
from zhicheng.reports.document import Column, DeclaredRef, FigureRef, Paragraph, Table, TargetRef, Text
from zhicheng.reports.docx_styles import reference_document
from zhicheng.reports.glyphs import undrawable
from zhicheng.reports.house_style import house_style
from zhicheng.reports.layout import lay_out, qr_svg
from zhicheng.reports.render_docx import render_docx
from zhicheng.reports.render_html import render_html
from zhicheng.reports.render_pdf import RenderingFailed, UndrawableCharacters, render_pdf
from zhicheng.reports.rendering import render_all
from zhicheng.reports.report import Report
from zhicheng.reports.values import NOTHING

HOSTILE = '#panic() $x$ <script>alert(1)</script> {{figure}} \\u{41} *强* `raw` @ref <F1> & "引" {a|b} %s'


@pytest.fixture(scope="session")
def texts(files: dict[str, Path]) -> dict[str, str]:
    return {"pdf": pdf_text(files["pdf"]), "docx": docx_text(files["docx"]), "html": html_text(files["html"])}


def small(*blocks: Any) -> Report:
    """A report of a few blocks over the sample's numbers."""
    report = sample_report()
    return replace(report, document=replace(report.document, blocks=blocks))


# The same numbers everywhere


def test_docx_and_html_carry_the_same_text_from_first_to_last_word(texts: dict[str, str]):
    assert texts["docx"] == texts["html"]


def paragraphs(report: Report) -> Iterator[str]:
    for block in report.document.blocks:
        if isinstance(block, Paragraph) and any(isinstance(one, FigureRef) for one in block.inlines):
            words = []
            for one in block.inlines:
                if isinstance(one, Text):
                    words.append(one.text)
                elif isinstance(one, (FigureRef, TargetRef, DeclaredRef)):
                    words.append(report.value(one.no).shown(one.part) + one.no)
                else:
                    words.append(one.shown)
            yield tight("".join(words))


@pytest.mark.parametrize("kind", ["pdf", "docx", "html"])
def test_figures_in_sentences_are_shown_with_their_numbers(report: Report, texts: dict[str, str], kind: str):
    sentences = list(paragraphs(report))
    assert len(sentences) >= 3
    for sentence in sentences:
        assert sentence in texts[kind]


@pytest.mark.parametrize("kind", ["pdf", "docx", "html"])
def test_the_annex_lists_every_figure_with_counts_and_both_values(
    report: Report, texts: dict[str, str], kind: str
):
    for one in report.figures:
        then = one.shown("then").removesuffix(one.unit)
        row = [one.no, one.name, f"{one.period_from}–{one.period_to}", one.shown("numerator")]
        row += [one.shown("denominator") or NOTHING, one.shown("bare"), then, one.unit]
        assert tight("".join(row)) in texts[kind], one.no


@pytest.mark.parametrize("kind", ["pdf", "docx", "html"])
def test_notes_stand_under_the_first_table_or_chart_and_once(texts: dict[str, str], kind: str):
    text = texts[kind]
    once = tight(
        "F1–F4 定义：首次提交且已有首次结论的进货批中，首次结论为接收的批所占的比例；按检验日期计入期间。"
    )
    assert text.count(once) == 1
    assert tight("F11 更正 3 条，迟录 1 条，作废 0 条；导入 99.68 %，补录重构 0.00 %。") in text
    assert tight("计数（分子/分母）：F5 912/934，F6 851/870") in text
    assert "F32无记录" in text


@pytest.mark.parametrize("kind", ["pdf", "docx", "html"])
def test_what_is_not_proved_is_called_so(texts: dict[str, str], kind: str):
    for words in ("本期未纳入系统", "声明事实", "补录重构", "无记录", "无证据文件"):
        assert words in texts[kind]


@pytest.mark.parametrize("kind", ["pdf", "docx", "html"])
def test_the_proof_page_carries_checkpoint_and_fingerprint(texts: dict[str, str], kind: str):
    assert tight(CHECKPOINT) in texts[kind]
    assert tight(FINGERPRINT) in texts[kind]


# The same bytes each time


def test_equal_reports_give_equal_bytes(files: dict[str, Path], tmp_path: Path):
    again = render_all(sample_report(), tmp_path)
    for kind, path in files.items():
        assert again[kind].read_bytes() == path.read_bytes(), kind


def test_the_only_date_inside_is_the_date_of_issue(files: dict[str, Path]):
    information = PdfReader(files["pdf"]).metadata
    assert information is not None
    assert information.creation_date is not None
    assert information.creation_date.date().isoformat() == "2018-03-20"
    assert docx.Document(str(files["docx"])).core_properties.created.isoformat()[:10] == "2018-03-20"
    with zipfile.ZipFile(files["docx"]) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# Nothing in the data acts


@pytest.fixture(scope="module")
def hostile() -> Report:
    words = (Text(HOSTILE),)
    table = Table((Column(HOSTILE, unit=HOSTILE),), ((words,),), words, words, name=HOSTILE)
    report = small(Paragraph(words), table)
    return replace(
        report,
        enterprise=HOSTILE,
        edition=HOSTILE,
        document=replace(report.document, title=HOSTILE),
        notes={"F1": (HOSTILE,)},
    )


def test_markup_in_data_stays_text_in_the_pdf(hostile: Report):
    text = tight("".join(pdf_pages(render_pdf(hostile))))
    assert text.count(tight(HOSTILE)) >= 5


def test_markup_in_data_stays_text_in_the_docx(hostile: Report, tmp_path: Path):
    path = tmp_path / "hostile.docx"
    path.write_bytes(render_docx(hostile))
    assert docx_text(path).count(tight(HOSTILE)) >= 5


def test_markup_in_data_stays_text_in_the_html(hostile: Report, tmp_path: Path):
    path = tmp_path / "hostile.html"
    path.write_text(render_html(hostile), "utf-8")
    assert html_text(path).count(tight(HOSTILE)) >= 5
    assert "script" not in html_page(path).tags


def test_characters_that_cannot_be_printed_are_left_out(tmp_path: Path):
    words = "甲\x00乙\x0b丙\u202e丁\ud800戊\x85"
    report = replace(small(Paragraph((Text(words),))), enterprise=words, notes={"F1": (words,)})
    paths = render_all(report, tmp_path)
    for text in (pdf_text(paths["pdf"]), docx_text(paths["docx"]), html_text(paths["html"])):
        assert "甲乙丙丁戊" in text


# Each file for itself


def test_long_tables_repeat_their_head_and_say_that_they_go_on(files: dict[str, Path]):
    pages = [tight(page) for page in pdf_pages(files["pdf"].read_bytes())]
    having = [page for page in pages if "准确度证书编号" in page]
    assert len(having) == 2
    assert "续表3计量器具型式批准证书" not in having[0]
    assert "续表3计量器具型式批准证书" in having[1]


def test_the_pdf_has_contents_bookmarks_links_and_page_labels(files: dict[str, Path]):
    reader = PdfReader(files["pdf"])
    pages = [tight(page) for page in pdf_pages(files["pdf"].read_bytes())]
    assert re.search(r"五、产品质量责任\.+4", pages[1])
    assert [str(one["/Title"]) for one in reader.outline if not isinstance(one, list)][:3] == [
        "编制说明", "一、质量理念", "二、内部质量管理",
    ]  # fmt: skip
    assert reader.page_labels[2] == "1"
    assert f"第1页共{len(pages) - 2}页" in pages[2]
    assert any("/Annots" in page for page in reader.pages)


def test_the_pdf_is_archivable_and_carries_its_fonts(files: dict[str, Path]):
    content = files["pdf"].read_bytes()
    metadata = PdfReader(io.BytesIO(content)).xmp_metadata
    assert metadata is not None
    assert b"pdfaid:part" in metadata.stream.get_data()
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in PdfReader(io.BytesIO(content)).pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    assert fonts
    assert all("NotoSansSC" in name for name in fonts)


def test_the_docx_has_real_headings_filled_contents_and_fields(files: dict[str, Path]):
    document = docx.Document(str(files["docx"]))
    heads = [one.text for one in document.paragraphs if one.style and one.style.name == "Heading 1"]
    assert heads[:3] == ["编制说明", "一、质量理念", "二、内部质量管理"]
    entries = [one for one in document.paragraphs if one.style and one.style.name == "toc 1"]
    assert entries[1]._p.xpath("string(.)").endswith("一、质量理念")
    codes = {tight(node.text or "") for node in document.element.body.iter(qn("w:instrText"))}
    assert {'TOC\\o"1-3"\\h\\z\\u', "SEQ表\\*ARABIC", "SEQ图\\*ARABIC"} <= codes
    foot = {tight(node.text or "") for node in document.sections[1].footer._element.iter(qn("w:instrText"))}
    assert foot == {"PAGE", "SECTIONPAGES"}
    assert document.settings.element.find(qn("w:updateFields")) is not None


def test_every_table_of_the_docx_repeats_its_head(files: dict[str, Path]):
    document = docx.Document(str(files["docx"]))
    assert len(document.tables) == 8
    for table in document.tables:
        assert table.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None


def test_links_of_the_docx_lead_somewhere(files: dict[str, Path]):
    body = docx.Document(str(files["docx"])).element.body
    marks = [one.get(qn("w:name")) for one in body.iter(qn("w:bookmarkStart"))]
    assert len(marks) == len(set(marks))
    assert {one.get(qn("w:anchor")) for one in body.iter(qn("w:hyperlink"))} <= set(marks)


def test_the_styles_of_the_docx_name_east_asian_fonts(files: dict[str, Path]):
    styles = docx.Document(str(files["docx"])).styles
    for name, font in (("Normal", "宋体"), ("Heading 1", "黑体"), ("Caption", "黑体")):
        fonts = styles[name].element.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
        assert fonts.get(qn("w:eastAsia")) == font
        assert fonts.get(qn("w:eastAsiaTheme")) is None


def test_a_reference_document_lends_its_styles_and_not_its_text(report: Report, tmp_path: Path):
    own = reference_document(house_style("official_2013"))
    own.add_paragraph("公司模板自带文字")
    own.styles["Heading 1"].font.size = docx.shared.Pt(30)
    own.save(str(tmp_path / "own.docx"))
    path = tmp_path / "drawn.docx"
    path.write_bytes(render_docx(report, reference=tmp_path / "own.docx"))
    drawn = docx.Document(str(path))
    assert drawn.styles["Heading 1"].font.size == docx.shared.Pt(30)
    assert "公司模板自带文字" not in docx_text(path)
    assert "公司模板自带文字" not in "".join(one.text for one in drawn.paragraphs)


def test_a_bare_reference_document_gets_the_styles_that_it_lacks(report: Report, tmp_path: Path):
    docx.Document().save(str(tmp_path / "bare.docx"))
    names = {
        one.name
        for one in docx.Document(io.BytesIO(render_docx(report, reference=tmp_path / "bare.docx"))).styles
    }
    assert {"报告正文", "报告三线表", "图表注", "toc 1"} <= names


def test_the_html_stands_alone_and_its_links_lead_somewhere(files: dict[str, Path]):
    page = html_page(files["html"])
    source = files["html"].read_text("utf-8")
    assert '<html lang="zh-CN">' in source
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert not re.search(r"(src|href)=\"(https?:)?//", source)
    assert len(page.ids) == len(set(page.ids))
    assert {f"F{at}" for at in range(1, 36)} <= set(page.ids)
    assert {goal.removeprefix("#") for goal in page.goals} <= set(page.ids)
    assert source.count('role="img"') == 4
    assert [tag for tag in page.tags if tag == "h1"] == ["h1"]


# Drafts, odd characters, failures


def test_a_draft_says_so_and_shows_no_checkpoint(tmp_path: Path):
    paths = render_all(sample_report(draft=True), tmp_path)
    pages = [tight(page) for page in pdf_pages(paths["pdf"].read_bytes())]
    assert all("草稿·未发布" in page for page in pages)
    assert "草稿没有检查点" in html_text(paths["html"])
    assert "签署密钥指纹" not in docx_text(paths["docx"])


def test_rare_characters_of_names_are_drawn_and_those_beyond_are_named(tmp_path: Path):
    report = small(Paragraph((Text("张堃、李镕、王龘、①℃ ≥ — 𠮷野"),)))
    assert undrawable(lay_out(report)) == ("𠮷",)
    with pytest.warns(UndrawableCharacters, match="U\\+20BB7"):
        paths = render_all(report, tmp_path)
    assert "张堃、李镕、王龘、①℃≥—" in pdf_text(paths["pdf"])


def test_every_word_of_the_house_style_can_be_drawn(report: Report):
    style = house_style("official_2013")
    everything = Paragraph((Text("".join((*style.words.values(), *style.proof_how, "◇○□△续表"))),))
    assert undrawable(lay_out(small(everything))) == ()
    assert undrawable(lay_out(report)) == ()


def test_a_report_without_numbers_has_no_annex_and_still_a_proof_page(tmp_path: Path):
    report = replace(small(Paragraph((Text("只有文字"),))), figures=(), targets=(), declared=())
    paths = render_all(report, tmp_path)
    for text in (pdf_text(paths["pdf"]), docx_text(paths["docx"]), html_text(paths["html"])):
        assert "只有文字" in text
        assert "数字一览" not in text
        assert "核对本报告" in text


def test_the_clock_stops_a_typesetter_that_does_not_end(report: Report):
    with pytest.raises(RenderingFailed, match="排版超过"):
        render_pdf(report, timeout=0.01)


def test_missing_fonts_are_named(report: Report, tmp_path: Path):
    with pytest.raises(AssetsMissing, match=r"NotoSansSC-Regular\.ttf"):
        render_pdf(report, assets=Assets(fonts=tmp_path))


def test_the_code_holds_the_checkpoint_and_no_address():
    assert qr_svg(CHECKPOINT) == qr_svg(CHECKPOINT)
    assert "http" not in CHECKPOINT
    assert qr_svg(CHECKPOINT).startswith("<svg")
