"""What an office sends is taken in, or refused with a sentence that says what, where and how to mend it."""

from __future__ import annotations

import contextlib
import io
import json
import random
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter  # type: ignore[import-untyped]

from tests.exchange.office import LOT, LOT_HEADS, lots, workbook
from tests.house import House
from zhicheng.core import bulk
from zhicheng.core.authority import SYSTEM
from zhicheng.core.process import registry
from zhicheng.core.writers import open_record
from zhicheng.exchange.errors import error_sheet
from zhicheng.exchange.imports import FileRefused, Sheet, read

LOTS, BATCHES = registry["inspection.lot"], registry["inspection.batch"]


def refusal(data: bytes, name: str = "来货.xlsx") -> str:
    """Why the whole file is refused. The sentence names the file."""
    with pytest.raises(FileRefused) as refused:
        list(read(LOTS, data, name))
    assert name in str(refused.value)
    return str(refused.value)


def checked(data: bytes, name: str = "来货.xlsx", process: Any = LOTS) -> tuple[bulk.Checked, Sheet]:
    sheet = read(process, data, name)
    return bulk.check(process, sheet, by=SYSTEM), sheet


def sentences(data: bytes, name: str = "来货.xlsx", process: Any = LOTS) -> list[str]:
    """Why rows are refused."""
    found, sheet = checked(data, name, process)
    return [sheet.sentence(e) for e in found.errors]


def one_lot(**changed: Any) -> bytes:
    row = dict(zip(LOT_HEADS, LOT, strict=True)) | changed
    return lots(list(row.values()), heads=list(row))


def csv_of(data: str, encoding: str) -> bytes:
    return data.encode(encoding)


def test_a_file_is_checked_and_written(house: House) -> None:
    found, sheet = checked(
        lots(
            LOT, ("甲铸造厂", "PO-1", 2, "M-bought_part", "１，２００", "件", "2017年3月9日", 10, 3, "不接收")
        )
    )
    assert not found.errors
    run = bulk.write(found, by=SYSTEM, file_name=sheet.file_name, file_sha256=sheet.sha256)
    assert (run.rows_read, run.rows_opened) == (2, 2)
    first, second = LOTS.model.objects.order_by("k")
    assert (first.state, first.quantity, first.first_verdict) == ("accepted", 100, "accepted")
    assert (second.state, second.quantity, str(second.occurred_on)) == ("rejected", 1200, "2017-03-09")
    again, _sheet = checked(lots(LOT))
    assert (again.unchanged, again.ready, again.errors) == (1, [], [])


def test_facts_that_differ_from_the_record_are_not_overwritten(house: House) -> None:
    found, _sheet = checked(lots(LOT))
    bulk.write(found, by=SYSTEM, file_name="a", file_sha256="0" * 64)
    assert "数量不同" in sentences(one_lot(数量=90))[0]
    bare = [h for h in LOT_HEADS if h not in ("检验数量", "不合格数量", "检验结论")]
    assert checked(lots(LOT[:7], heads=bare))[0].unchanged == 1, "only what the file states is compared"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_text_files_of_every_make(house: House, encoding: str, separator: str) -> None:
    lines = [separator.join(map(str, row)) for row in (LOT_HEADS, LOT)]
    found, _sheet = checked(csv_of("\r\n".join(lines), encoding), "来货.csv")
    assert (len(found.ready), found.errors) == (1, [])


def test_references_by_number_code_name_and_title(house: House) -> None:
    item, supplier = house.items["raw_material"], house.supplier
    rows = [(s, f"PO-{n}", 1, i, *LOT[4:]) for n, (s, i) in enumerate([
        (supplier.number, item.number), (supplier.name, item.code.lower()), (f"supplier.supplier/{supplier.k}", item.title),
        (f" {supplier.name} ", f"supplier.item/{item.k}"),
    ])]  # fmt: skip
    found, _sheet = checked(lots(*rows))
    assert not found.errors
    assert {(r.supplier_id, r.item_id) for r in found.ready} == {(supplier.k, item.k)}


def test_a_name_that_several_have_is_not_guessed(house: House) -> None:
    for number in ("8001", "8002"):
        open_record(registry["org.person"], {"name": "同名", "staff_number": number}, by=SYSTEM)
    assert "多个名为“同名”" in sentences(one_lot(检验员="同名"))[0]
    assert not sentences(one_lot(检验员="8002"))


def test_child_rows_stand_in_a_sheet_of_their_own(house: House) -> None:
    heads = ["产品型号", "送检单号", "送检数量", "发生日期", "状态", "放行日期"]
    batch = ["TBQZ", "SJ-1", 2, "2017-03-08", "已放行", "2017-03-09"]
    units: list[list[Any]] = [
        ["送检单号", "编号", "首次结论", "缺陷代码"],
        ["SJ-1", 101, "接收", None],
        ["sj-1", "A2", "不接收", "F01"],
    ]
    found, _sheet = checked(workbook({"成品送检批": [heads, batch], "逐台结果": units}), process=BATCHES)
    assert not found.errors
    assert [(u["serial"], u["verdict"], u["defect"]) for u in found.ready[0].units] == [
        ("101", "accepted", None),
        ("A2", "rejected", "F01"),
    ]
    assert (found.ready[0].presented, found.ready[0].released) == (2, 1)
    units[2][2] = "好"
    why = sentences(workbook({"成品送检批": [heads, batch], "逐台结果": units}), process=BATCHES)[0]
    assert "“逐台结果”C3" in why
    units[2][0] = "SJ-9"
    with pytest.raises(FileRefused, match=r"第 3 行的“SJ-9”"):
        read(BATCHES, workbook({"成品送检批": [heads, batch], "逐台结果": units}), "x.xlsx")


def test_child_rows_in_a_text_file_are_json_with_chinese_words(house: House) -> None:
    units = json.dumps([{"编号": "1", "首次结论": "接收"}], ensure_ascii=False).replace('"', '""')
    text = "产品型号,送检单号,送检数量,发生日期,逐台结果\nTBQZ,SJ-1,1,2017-03-08,"
    found, _sheet = checked((text + f'"{units}"').encode(), "a.csv", BATCHES)
    assert not found.errors
    assert "应是这样的写法" in sentences((text + "一台合格").encode(), "a.csv", BATCHES)[0]
    wrong = units.replace("编号", "编码")
    assert "没有名为“编码”的项" in sentences((text + f'"{wrong}"').encode(), "a.csv", BATCHES)[0]


@pytest.mark.parametrize(
    ("changed", "cell", "words"),
    [
        ({"数量": "约一百"}, "E2（数量）", "不是数"),
        ({"数量": ""}, "E2", "不能为空"),
        ({"数量": 1e300}, "E2", "数"),
        ({"数量": 1.23456}, "E2", "小数超过 3 位"),
        ({"数量": -5}, "E2", "大于 0"),
        ({"行号": 1.5}, "C2", "整数"),
        ({"发生日期": "八号"}, "G2", "不是日期"),
        ({"发生日期": "2999-01-01"}, "G2", "今天之后"),
        ({"检验结论": "好"}, "J2", "可填：接收、不接收"),
        ({"物料": "没有的料"}, "D2", "没有编号或名称为“没有的料”的物料"),
        ({"供方": "乙厂"}, "A2", "供方"),
        ({"单位": "公斤"}, "F2", "与物料的单位"),
        ({"检验数量": 101}, "H2", "0 与来货数量之间"),
        ({"缺陷代码": "长" * 31}, "K2", "30"),
        ({"备注": "甲\x07乙" + "长" * 400}, "K2", "300"),
    ],
)
def test_a_wrong_cell_is_named_with_its_reason(house: House, changed: Any, cell: str, words: str) -> None:
    if "备注" in changed:
        changed = {"备注": "长" * 301}
    (sentence,) = sentences(one_lot(**changed))
    assert sentence.startswith("“来货.xlsx”工作表“进货检验批” ")
    assert cell in sentence
    assert words in sentence
    assert not LOTS.model.objects.exists(), "nothing is half written"


def test_the_same_line_twice_in_a_file(house: House) -> None:
    twice = (*LOT[:1], " po-1 ", *LOT[2:])
    assert "与第 2 行是同一条" in sentences(lots(LOT, twice))[0]


@pytest.mark.parametrize(
    ("heads", "words"),
    [
        (("供方", "ERP 单据号", "行号", "物料", "数目", "单位", "发生日期", "检验数量", "不合格数量", "检验结论"), "E1“数目”不是本表的列：是否应为“数量”"),
        (("供方", "供方", *LOT_HEADS[2:]), "有两列都是“供方”（第二列在 B1）"),
        (("甲", "乙", "丙"), "没有表头"),
        (("供方", None, *LOT_HEADS[2:]), "B1 没有列名，而 B2 有内容"),
        (LOT_HEADS[:3], "缺少必填的列：物料、数量、发生日期"),
    ],
)  # fmt: skip
def test_wrong_heads(house: House, heads: Any, words: str) -> None:
    assert words in refusal(lots(LOT[: len(heads)], heads=heads))


def test_heads_in_any_order_below_a_title_with_units_and_derived_facts(house: House) -> None:
    heads = [
        "编号",
        "document",
        "行号*",
        "物 料",
        "数量（件）",
        "供方",
        "发生日期",
        "物料风险类别",
        "错误原因",
    ]
    row = [None, "PO-1", 1, "M-raw_material", 100, "甲铸造厂", "20170308", "A", "上次的原因"]

    def title(book: Any) -> None:
        book.active.insert_rows(1)
        book.active["A1"] = "二〇一七年三月来货"
        book.active.merge_cells("A1:I1")

    found, sheet = checked(lots(row, heads=heads, change=title))
    assert (len(found.ready), found.errors) == (1, [])
    assert sheet.heads.ignored == ("编号", "物料风险类别", "错误原因")
    assert sheet.cell(3, "quantity") == "E3"


def test_merged_cells_and_empty_sheets(house: House) -> None:
    assert "A2:A3 是合并单元格" in refusal(lots(LOT, LOT, change=lambda b: b.active.merge_cells("A2:A3")))
    assert "没有数据行" in refusal(lots())
    assert "没有表头" in refusal(workbook({"空": []}))


def zipped(name: str, **parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"<x/>")
        for part, data in parts.items():
            archive.writestr(part.replace("__", "/"), data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空文件"),
        (b" \n \n", "空文件"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧版 Excel（.xls）"),
        (b"\x89PNG\r\n", "PNG"),
        (zipped("word/document.xml"), "Word 文档"),
        (zipped("a.txt"), "压缩包"),
        (zipped("xl/workbook.bin"), ".xlsb"),
        (b"PK\x03\x04 broken", "打不开"),
        (lots(LOT)[:-30], "打不开"),
        (lots(LOT).replace(b"PK\x01\x02", b"PK\x01\x03", 1), "打不开"),
        (lots(LOT)[40:70] + lots(LOT), "不是文本文件"),
        (b"PK\x03\x04" + lots(LOT)[30:], "打不开"),
        ("供方,数量".encode("utf-16") + b"\x00", "UTF-8 也不是 GBK"),
        (bytes(range(256)) * 8, "不是文本文件"),
        (b"\xff\xfa\xf5 latin \xe9\xe8 x\xff", "UTF-8 也不是 GBK"),
        ("供方,数量\n\"没有结束的引号".encode() + b"x" * (1 << 21), "读不下去"),
    ],
)  # fmt: skip
def test_files_of_other_kinds(house: House, data: bytes, words: str) -> None:
    assert words in refusal(data, "文件.xlsx")


def replaced(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            content = old.read(member)
            new.writestr(member.filename, change(content) if member.filename == part else content)
    return out.getvalue()


def test_a_file_spoiled_anywhere_is_read_or_refused_and_never_fails(house: House) -> None:
    draw = random.Random(2017)
    whole, lines = lots(LOT, LOT), "\n".join(",".join(map(str, r)) for r in (LOT_HEADS, LOT)).encode("utf-16")
    for good in [whole] * 150 + [lines] * 50:
        spoiled = bytearray(good)
        for _ in range(1 + int(draw.random() * 3)):
            at = int(draw.random() * len(spoiled))
            spoiled[at : at + int(draw.random() * 20)] = bytes([int(draw.random() * 256)])
        with contextlib.suppress(FileRefused):
            found, sheet = checked(bytes(spoiled))
            error_sheet(found, sheet)


SHEET = "xl/worksheets/sheet1.xml"


def test_bombs(house: House) -> None:
    good = lots(LOT)
    swollen = replaced(
        good, SHEET, lambda x: x.replace(b"</worksheet>", b"<!--" + bytes(30 * 2**20) + b"--></worksheet>")
    )
    assert "大得不合常理" in refusal(swollen)
    laughs = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    assert "实体声明" in refusal(replaced(good, SHEET, lambda x: laughs + x[x.index(b"<worksheet") :]))
    for disguise in (b'r="XFD1048576"', b'd=">" r = "ZZZ9"', b"x='" + b" " * 70_000 + b"' r='A1048576'"):
        far = replaced(good, SHEET, lambda x, d=disguise: x.replace(b'r="J2"', d))  # type: ignore[misc]
        assert "超出第" in refusal(far)
    empty = replaced(good, SHEET, lambda x: x.replace(b"</row>", b'<c r="XFD2" s="0"/></row>'))
    assert not checked(empty)[0].errors, "cells that are only formatted hold nothing"


@pytest.mark.parametrize("piece", [b"<c ", b'<c r="A1" ', b'r="A1" ', b'<c r="A1"><f>', b"<f ", b"<c x='"])
def test_looking_through_a_file_takes_no_more_than_its_length(house: House, piece: bytes) -> None:
    begun = time.perf_counter()
    hostile = piece * (3 * 2**20 // len(piece))
    data = replaced(lots(LOT), SHEET, lambda x: x.replace(b"<sheetData>", b"<sheetData>" + hostile))
    with contextlib.suppress(FileRefused):
        read(LOTS, data, "a.xlsx")
    assert time.perf_counter() - begun < 5


def test_a_directory_that_lies_about_sizes(house: House) -> None:
    """The directory says that the part is small; what is inflated counts."""
    swollen = replaced(lots(LOT), SHEET, lambda x: x + b"<!--" + bytes(450 * 2**20) + b"-->")
    at = 0
    small = bytearray(swollen)
    while (at := small.find(b"PK\x01\x02", at)) >= 0:
        size = struct.unpack_from("<I", small, at + 24)[0]
        if size > 2**20:
            struct.pack_into("<I", small, at + 24, 2000)
        at += 4
    assert refusal(bytes(small))


def test_limits_are_parameters(house: House) -> None:
    for key, value in (("core.import_row_limit", "2"), ("core.file_limit_mb", "1")):
        open_record(registry["core.parameter"], {"key": key, "value": value}, by=SYSTEM)
    rows = [(LOT[0], f"PO-{i}", *LOT[2:]) for i in range(3)]
    assert "超过 2 行" in refusal(lots(*rows))
    assert "超过上限 1 MB" in refusal(b"x" * (2**20 + 1), "大.csv")


def test_formulas_give_their_values_or_a_reason(house: House) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("进货检验批")
    for row in range(3):
        sheet.write_row(row, 0, LOT_HEADS if row == 0 else (LOT[0], f"PO-{row}", *LOT[2:]))
    sheet.write_formula("E2", "=60+40", None, 100)
    sheet.write_formula("E3", "=1/0", None, "#DIV/0!")
    book.close()
    found, where = checked(out.getvalue())
    assert found.ready[0].quantity == 100
    assert ["E3（数量）" in s and "错误值" in s for s in map(where.sentence, found.errors)] == [True]
    assert "E2（数量）：公式没有算出的值" in sentences(one_lot(数量="=60+40"))[0], (
        "saved by a program that computes nothing"
    )


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+86 10", "-甲", "@sum", "＝1+1", "'=1"])
def test_what_looks_like_a_formula_is_kept_as_text(house: House, text: str) -> None:
    def as_text(book: Any) -> None:
        book.active["K2"].data_type = "s"

    found, _sheet = checked(
        one_lot(备注=text)
        if text[0] != "="
        else lots((*LOT, text), heads=(*LOT_HEADS, "备注"), change=as_text)
    )
    assert (found.errors, found.ready[0].note) == ([], text)


def test_refused_rows_come_back_with_reasons_and_are_imported_when_corrected(house: House) -> None:
    bad = (LOT[0], "=PO-2", 1, "没有的料", "很多", *LOT[5:])

    def as_text(book: Any) -> None:
        book.active["B3"].data_type = "s"

    found, sheet = checked(lots(LOT, bad, change=as_text))
    assert len(found.ready) == 1
    book = openpyxl.load_workbook(io.BytesIO(error_sheet(found, sheet)))
    page = book["进货检验批"]
    assert page.max_row == 2
    assert "没有的料" in page["D2"].comment.text
    assert page["B2"].data_type == "s", "no formula is made of it"
    assert page["K1"].value == "错误原因"
    assert "D2 物料" in page["K2"].value
    assert "E2 数量" in page["K2"].value
    page["D2"], page["E2"] = "M-raw_material", 50
    out = io.BytesIO()
    book.save(out)
    again, _sheet = checked(out.getvalue(), "更正.xlsx")
    assert (len(again.ready), again.errors) == (1, [])
    assert again.ready[0].document == "=PO-2"


def test_child_rows_go_with_the_refused_row(house: House) -> None:
    heads = ["产品型号", "送检单号", "送检数量", "发生日期"]
    main: list[list[Any]] = [heads, ["TBQZ", "SJ-1", 1, "2017-03-08"], ["TBQZ", "SJ-2", 9, "2017-03-08"]]
    units: list[list[Any]] = [["送检单号", "编号", "首次结论"], ["SJ-1", "a", "接收"], ["SJ-2", "b", "接收"]]
    found, sheet = checked(workbook({"成品送检批": main, "逐台结果": units}), process=BATCHES)
    assert len(found.errors) == 1
    page = openpyxl.load_workbook(io.BytesIO(error_sheet(found, sheet)))["逐台结果"]
    assert [[c.value for c in row][:2] for row in page.rows] == [["送检单号*", "编号*"], ["SJ-2", "b"]]


def test_many_rows_from_a_path(house: House, tmp_path: Path) -> None:
    """Row numbers stay those of the file, however many chunks it takes."""
    rows = [
        (LOT[0], f"PO-{i}", *LOT[2:4], "x" if i == 2400 else 5, *LOT[5:7], 5, 0, "接收") for i in range(2500)
    ]
    path = tmp_path / "来货.xlsx"
    path.write_bytes(lots(*rows))
    sheet = read(LOTS, path, path.name)
    found = bulk.check(LOTS, sheet, by=SYSTEM)
    assert (len(found.ready), [(e.row, e.fact) for e in found.errors]) == (2499, [(2402, "quantity")])
    bulk.write(found, by=SYSTEM, file_name=path.name, file_sha256=sheet.sha256)
    assert LOTS.model.objects.count() == 2499
