"""Documents on paper: header on every page, mark by state, pictures and tables, the same bytes whenever they are fetched again."""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
import zipfile
import zlib
from typing import Any

import pypdf
import pytest

from tests.house import House, today
from tests.processes.test_document import document, draft, issued
from zhicheng.core.files import store
from zhicheng.core.process import registry
from zhicheng.core.writers import Refused, amend, open_record
from zhicheng.processes.document import rendering
from zhicheng.processes.document.text import paragraphs
from zhicheng.reports.documents import issuing
from zhicheng.reports.documents.drawing import manual_pdf
from zhicheng.reports.documents.sheet import sheet_of

TEXT = """# 1 目的

规定**进货检验**的职责（见 [标准](https://example.org)）。

| 步骤 | 由谁 | 时限 |
|---|---|---:|
| 检验判定 | 检验员 | 24 |

![检验流程](流程.png)

- 先登记
- 后判定

1. 准备
   - 样本
     1. 编号
2. 检验

> 摘自标准

---

# 2 附则

本制度由质量部解释。
"""


def _png() -> bytes:
    """A picture of four pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    rows = b"\0" + b"\x20\x60\xa0" * 2
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows * 2))
        + chunk(b"IEND", b"")
    )


def pages(pdf: bytes) -> list[str]:
    return [re.sub(r"\s+", "", page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def drafted(house: House, **more: Any) -> Any:
    of = document(house, scope="总部和各区域服务中心", interpreter="质量部", for_audits=True)
    made = draft(house, of, text="", **more)
    picture = store(io.BytesIO(_png()), "流程.png", "image/png")
    by = house.actor("department_head")
    return amend(made, {"text": TEXT}, by=by, version=made.version, reason="正文", files=[picture])


@pytest.mark.proves("K-0.9", "K-1.2", "T-0.1")
def test_an_issued_edition_carries_its_header_and_mark_and_is_the_same_for_ever(house: House) -> None:
    made = drafted(house)
    draft_pages = pages(issuing.file_of(made, "pdf"))
    assert all("草稿" in page for page in draft_pages)
    done = issued(house, made)
    pdf, word = issuing.file_of(done, "pdf"), issuing.file_of(done, "docx")
    found = pages(pdf)
    assert len(found) == 3  # sign-off, text, what comes after the line
    people = [house.people[role].name for role in ("department_head", "quality_manager", "general_manager")]
    for page in found:
        for said in ("质量检查制度", done.code, "A/1", done.effective_on.isoformat(), "受控", *people):
            assert said in page
    assert "适用范围总部和各区域服务中心；可用于第二方、第三方审核解释权质量部" in found[0]
    assert "检验判定" in found[1]
    assert "检验流程" in found[1]
    assert "1.准备–样本1.编号2.检验摘自标准" in found[1]
    parts = zipfile.ZipFile(io.BytesIO(word))
    head = next(parts.read(n).decode() for n in parts.namelist() if re.fullmatch(r"word/header\d\.xml", n))
    for said in ("质量检查制度", done.code, "A/1", "受控", *people):
        assert said in head
    assert "![" not in parts.read("word/document.xml").decode()
    assert "质量部解释" in "".join(paragraphs(word, "x.docx"))
    later = issued(house, draft(house, house.fresh(done).document, text="# 1 新\n\n改了。"), on=today())
    old = house.fresh(done)
    assert (old.state, later.state) == ("superseded", "in_force")
    assert issuing.file_of(old, "pdf") == pdf
    assert issuing.file_of(old, "docx") == word
    assert all("作废" in page for page in pages(issuing.file_of(old, "pdf", as_it_is=True)))
    assert issuing.DRAW["pdf"](sheet_of(later)) == issuing.file_of(later, "pdf")


def test_what_cannot_be_drawn_is_said_with_its_line_before_anybody_signs(house: House) -> None:
    made = draft(house, document(house), text="# 1\n\n![图](没有.png)\n\n##### 五级\n")
    with pytest.raises(Refused, match=r"第 3 行：没有名为“没有.png”的图片附件.*第 5 行：标题最多四级"):
        house.perform(made, "submit", "department_head", {"kind": "first"})


@pytest.mark.proves("K-0.8", "K-1.1")
def test_the_manual_lists_every_document_with_the_page_on_which_it_begins(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "_set", {})
    entries = []
    for n, category in enumerate(("总纲", "预案机制及制度", "预案机制及制度")):
        made = document(house, name=f"文件{n}", category=category)
        entries.append((category, sheet_of(issued(house, draft(house, made)), mark=f"d{n}")))
    found = pages(manual_pdf(entries, "服务质量体系手册", dt.date(2026, 1, 1)))
    contents = found[1]
    assert "总纲1QES-001" in contents
    for n in range(3):
        page = next(
            i for i, text in enumerate(found[2:], 1) if f"文件{n}QES" in text and "事项姓名日期" in text
        )
        assert re.search(rf"文件{n}{page}(?:{n + 2}QES|预案|i$)", contents)


def test_an_uploaded_word_file_is_read_and_drawn_with_a_note_of_its_original(house: House) -> None:
    typed = issued(house, drafted(house))
    word = store(io.BytesIO(issuing.file_of(typed, "docx")), "制度.docx", issuing.WORD)
    facts = {"document": document(house, name="另一份"), "summary": "上传", "source": word.sha256}
    made = open_record(registry["document.edition"], facts, by=house.actor("department_head"), files=[word])
    assert made.source_name == "制度.docx"
    done = issued(house, made)
    found = "".join(pages(issuing.file_of(done, "pdf")))
    assert "由“制度.docx”提取" in found
    assert "本制度由质量部解释" in found
