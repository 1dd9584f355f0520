"""The 8D of a complaint as DOCX and XLSX, both ways (T-6.4.7)."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from hypothesis import strategies as st

from tests.processes.test_complaint import complain, customer
from zhicheng.core.containers import FileRefused
from zhicheng.core.process import registry
from zhicheng.core.writers import amend
from zhicheng.exchange.eight_d import filled
from zhicheng.exchange.eight_d_changes import differences
from zhicheng.exchange.eight_d_docx import eight_d_docx
from zhicheng.exchange.eight_d_reading import Reader, read_eight_d
from zhicheng.exchange.eight_d_xlsx import eight_d_xlsx

if TYPE_CHECKING:
    from tests.house import House

MAKERS = {"docx": eight_d_docx, "xlsx": eight_d_xlsx}
COMPLAINT = registry["complaint.complaint"]
CUSTOMER = registry["customer.customer"]
FACTS = {
    "containment": "库存 200 台隔离\n在途 50 台召回；D3 之后复查",
    "cause": "- 密封圈压缩量不足\n\n- 图纸公差过宽",
    "escape": "出厂检验未做 -20 ℃ 试验",
    "solution": "更换密封圈",
    "corrective_action": "原因",
    "work_done": "3 月 8 日起更换 200 台 <全部> & 复验",
    "effect": "三个月无再发",
    "prevention": "图纸公差改为 ±0.05",
    "recognition": "检验班发现",
    "team": [{"name": "张三", "part": "组长"}, {"name": "李 四", "part": ""}],
}


def identified(house: House, **facts: Any) -> Any:
    """A complaint on which an 8D can be written."""
    buyer = CUSTOMER.model.objects.first() or customer(house)
    one = complain(house, buyer, product=house.product, batch="B-17", quantity="200", **facts)
    asked = {"finding": "属实", "responsibility": "ours", "category": "performance", "severity": "major"}
    return house.perform(one, "identify", "after_sales", asked)


def worked_on(house: House) -> Any:
    one = identified(house)
    return amend(one, FACTS, by=house.actor("quality_manager"), version=one.version, reason="8D")


def changes(record: Any, content: bytes, name: str) -> dict[str, Any]:
    read = read_eight_d(content, name, record.number)
    return {d.name: d.value for d in differences(record, read, COMPLAINT.amendable[record.state]) if d.open}


@pytest.mark.parametrize("kind", MAKERS)
def test_what_is_handed_out_comes_back_equal(kind: str, house: House) -> None:
    """T-6.4.7: exported, not changed: no difference; taken over by an empty complaint: the same facts."""
    full = worked_on(house)
    content = MAKERS[kind](filled(full, "某厂"))
    read = read_eight_d(content, f"8D.{kind}", full.number)
    assert (read.numbers, read.left) == ([full.number], [])
    assert differences(full, read, COMPLAINT.amendable[full.state]) == []

    blank = identified(house)
    content = content_for(MAKERS[kind], full, blank.number)
    taken = changes(blank, content, f"8D.{kind}")
    assert taken.keys() == FACTS.keys()
    blank = amend(blank, taken, by=house.actor("quality_manager"), version=blank.version)
    for name in FACTS:
        assert getattr(blank, name) == getattr(full, name), name


def content_for(maker: Any, record: Any, number: str) -> bytes:
    from dataclasses import replace

    form = filled(record)
    return bytes(maker(replace(form, number=number, texts={**form.texts, "number": number})))


@pytest.mark.parametrize("kind", MAKERS)
def test_what_an_engineer_changes_in_an_office_program_is_the_difference(kind: str, house: House) -> None:
    one = worked_on(house)
    content = MAKERS[kind](filled(one))
    stream = io.BytesIO(content)
    if kind == "docx":
        import docx

        document = docx.Document(stream)
        cell = next(r.cells[-1] for r in document.tables[0].rows if r.cells[0].text.startswith("遏制措施"))
        cell.text = "全部召回"
        team = next(r for r in document.tables[0].rows if r.cells[0].text == "张三")
        team.cells[-1].text = "设计"
        stream = io.BytesIO()
        document.save(stream)
    else:
        import openpyxl

        book = openpyxl.load_workbook(stream)
        for row in book.active.iter_rows():
            if str(row[0].value).startswith("遏制措施"):
                row[1].value = "全部召回"
            if row[0].value == "张三":
                row[1].value = "设计"
        stream = io.BytesIO()
        book.save(stream)
    taken = changes(one, stream.getvalue(), f"8D.{kind}")
    assert taken == {
        "containment": "全部召回",
        "team": [{"name": "张三", "part": "设计"}, {"name": "李 四", "part": ""}],
    }


CUSTOMERS_OWN = (
    ("8D Report", "No. Q-17"),
    ("D4 Root Cause Analysis",),
    ("Root cause of occurrence", "Seal too thin", "Escape point:", "No cold test"),
    ("D1: Establish the Team",),
    ("No.", "Name", "Dept.", "Role", "Phone"),
    ("1", "Mr. Lee", "QA", "Leader", "123"),
    ("2", "Ms. Wu", "R&D", "Design", "456"),
    ("D3 Interim Containment Actions", "Action", "Owner", "Due date"),
    ("", "Sort stock", "Lee", "2026-11-02"),
    ("", "Stop shipping", "Wu", "2026-11-03"),
    ("D2 Problem Description",),
    ("Leaks at -20 °C",),
    ("防止再发",),
    ("公差改小",),
    ("D5：选择永久纠正措施：换密封圈",),
    ("D6 执行与确认", "已全部更换"),
)


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_the_customers_own_form_is_read_in_any_order_and_with_more_columns(kind: str, house: House) -> None:
    one = identified(house)
    stream = io.BytesIO()
    if kind == "docx":
        import docx

        document = docx.Document()
        for row in CUSTOMERS_OWN:
            if len(row) == 1:
                document.add_paragraph(row[0])
                continue
            table = document.add_table(rows=1, cols=len(row))
            for cell, text in zip(table.rows[0].cells, row, strict=True):
                cell.text = text
        document.save(stream)
    else:
        import openpyxl

        book = openpyxl.Workbook()
        for row in CUSTOMERS_OWN:
            book.active.append(row)
        book.save(stream)
    read = read_eight_d(stream.getvalue(), f"own.{kind}", one.number)
    assert read.numbers == []
    assert read.team == [("Mr. Lee", "Leader"), ("Ms. Wu", "Design")]
    assert read.texts == {
        "cause": "Seal too thin",
        "escape": "No cold test",
        "containment": "Sort stock\nStop shipping",
        "description": "Leaks at -20 °C",
        "prevention": "公差改小",
        "solution": "换密封圈",
        "work_done": "已全部更换",
    }
    assert {"Lee", "2026-11-03", "R&D"} <= set(read.left), "what has no place is shown, not lost"


def zipped(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return stream.getvalue()


def with_part(content: bytes, name: str, data: bytes) -> bytes:
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, data)
    return stream.getvalue()


def with_text(content: bytes, old: bytes, new: bytes) -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as read,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for member in read.infolist():
            out.writestr(member.filename, read.read(member).replace(old, new))
    return stream.getvalue()


def test_what_is_no_8d_or_not_safe_is_refused_in_a_sentence(house: House) -> None:
    one = worked_on(house)
    docx_, xlsx = (MAKERS[kind](filled(one)) for kind in ("docx", "xlsx"))
    bomb = zipped(**{"word/document.xml": b"<w>" + b" " * 30_000_000})
    field = b"<w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText><w:t "
    for content, name, said in (
        (b"", "a.docx", "是空文件"),
        (b"%PDF-1.7 x", "a.pdf", "不是 Word"),
        (b"\xd0\xcf\x11\xe0 old", "a.doc", "旧式"),
        (docx_[:3000], "a.docx", "已损坏"),
        (zipped(**{"x.txt": b"x"}), "a.zip", "不是 Word"),
        (bomb, "a.docx", "大得不合常理"),
        (with_part(docx_, "word/vbaProject.bin", b"x"), "a.docm", "带有宏"),
        (with_part(xlsx, "xl/vbaProject.bin", b"x"), "a.xlsm", "带有宏"),
        (with_text(docx_, b"<w:t ", field), "a.docx", "DDE"),
        (with_text(docx_, b"<w:document", b"<!DOCTYPE x><w:document"), "a.docx", "实体声明"),
        (content_for(eight_d_docx, one, "TS-2001-9999"), "a.docx", "TS-2001-9999"),
        (content_for(eight_d_xlsx, one, "TS-2001-9999"), "a.xlsx", "TS-2001-9999"),
        (with_text(docx_, "更换密封圈".encode(), b"=cmd|' /C calc'!A0"), "a.docx", "像是公式"),
        (with_text(xlsx, "更换密封圈".encode(), b"@SUM(A1)"), "a.xlsx", "像是公式"),
        (with_text(docx_, "李 四".encode(), b"+cmd|x"), "a.docx", "像是公式"),
    ):
        with pytest.raises(FileRefused, match=said):
            read_eight_d(content, name, one.number)
    import docx

    stream = io.BytesIO()
    letter = docx.Document()
    letter.add_paragraph("会议通知")
    letter.save(stream)
    with pytest.raises(FileRefused, match="找不到 D1 至 D8"):
        read_eight_d(stream.getvalue(), "通知.docx", one.number)


def test_no_text_becomes_a_formula_in_the_workbook(house: House) -> None:
    one = identified(house, defect_code="=1+1")
    content = MAKERS["xlsx"](filled(one))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet


def test_equal_forms_give_equal_documents(house: House) -> None:
    form = filled(worked_on(house))
    assert eight_d_docx(form) == eight_d_docx(form)


WORDS = st.sampled_from(
    ["", " ", "D1 小组", "D3 临时措施", "D4: Root Cause", "D9", "D 5", "遏制措施 Containment", "姓名", "分工", "措施", "负责人", "日期", "团队",
     "Root Cause", "流出原因：没有试验", "隔离 200 台", "张三、李四", "D2 型密封圈破裂", "a\nb", "D8 祝贺团队\n很好", "：", "0"]
)  # fmt: skip


@hypothesis.given(st.lists(st.lists(WORDS, max_size=5), max_size=12))
def test_any_rows_are_read_and_nothing_is_made_up(rows: list[list[str]]) -> None:
    """Whatever the form looks like: no failure, and every text read stands in it."""
    read = Reader().read(rows)
    everything = "\n".join(cell for row in rows for cell in row)
    for text in [*read.texts.values(), *read.left, *(one for row in read.team for one in row)]:
        for line in text.split("\n"):
            assert all(piece in everything for piece in line.split(" ")), (line, rows)
