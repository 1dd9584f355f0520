"""A file is written in the language of who asks for it, and read in either."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from tests.exchange.office import LOT, LOT_HEADS, lots, workbook
from tests.house import House
from tests.test_catalogue import CHINESE
from zhicheng.core import bulk
from zhicheng.core.authority import SYSTEM
from zhicheng.core.facts import facts_of
from zhicheng.core.process import Process, registry
from zhicheng.exchange.columns import columns, fold, import_columns
from zhicheng.exchange.errors import error_sheet
from zhicheng.exchange.export import rows_to_csv, rows_to_xlsx
from zhicheng.exchange.imports import FileRefused, read
from zhicheng.exchange.template import template

ZH, EN = "zh-hans", "en"
WAYS = [(ZH, ZH), (ZH, EN), (EN, ZH), (EN, EN)]
LOT_ENGLISH = (
    "Supplier",
    "ERP document no.",
    "Line",
    "Item",
    "Quantity",
    "Unit",
    "Date",
    "Quantity inspected",
    "Nonconforming quantity",
    "Verdict",
)


def importable() -> list[Process]:
    return [p for p in registry.all() if p.importable]


def cells_of(data: bytes) -> list[str]:
    """Every text of a workbook: names of sheets, cells, notes."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    found = list(book.sheetnames)
    for sheet in book:
        for cell in (c for row in sheet.iter_rows() for c in row):
            found += [str(cell.value or ""), cell.comment.text if cell.comment else ""]
    return found


def ready(process: Process, data: bytes, name: str) -> list[Any]:
    checked = bulk.check(process, read(process, data, name), by=SYSTEM)
    assert not checked.errors, checked.errors
    return checked.ready


@pytest.mark.parametrize(("made", "used"), WAYS)
def test_a_template_of_either_language_is_known_in_the_other(house: House, made: str, used: str) -> None:
    assert importable()
    for process in importable():
        with translation.override(made):
            data = template(process)
        assert made == ZH or not [t for t in cells_of(data) if CHINESE.search(t)]
        with translation.override(used), pytest.raises(FileRefused) as refused:
            read(process, data, "x.xlsx")
        # all heads are known, and the example row is no record
        assert str(refused.value) == {ZH: "“x.xlsx”只有表头，没有数据行。", EN: "“x.xlsx” has column heads but no rows."}[used]  # fmt: skip


def test_no_two_columns_or_choices_are_called_alike_in_any_language(house: House) -> None:
    for process in importable():
        for group in (import_columns(process), *(c.rows for c in import_columns(process))):
            owners: dict[str, str] = {}
            for column in group:
                # only a term without a Chinese character, such as AQL, is called alike in both languages
                alike = len({fold(t) for t in column.titles}) < len(column.titles)
                assert not alike or column.title.isascii(), column
                for title in column.titles:
                    assert owners.setdefault(fold(title), column.name) == column.name, (process.name, title)
                codes: dict[str, str] = {}
                for code, label in column.labels:
                    assert codes.setdefault(fold(label), code) == code, (process.name, column.name, label)


@pytest.mark.parametrize("language", [ZH, EN])
def test_heads_and_words_of_either_language_may_be_mixed(house: House, language: str) -> None:
    accepted = (*LOT[:-1], "Accepted")
    with translation.override(language):
        for heads, row in (
            (LOT_HEADS, LOT),
            (LOT_ENGLISH, accepted),
            ((*LOT_HEADS[:4], *LOT_ENGLISH[4:]), LOT),
            ((*LOT_ENGLISH[:4], *LOT_HEADS[4:]), accepted),
        ):
            found = ready(registry["inspection.lot"], lots(row, heads=heads), "x.xlsx")
            assert [(r.document, r.verdict) for r in found] == [("PO-1", "accepted")]


@pytest.mark.parametrize(("made", "used"), WAYS)
def test_what_is_exported_in_one_language_is_imported_in_the_other(
    house: House, made: str, used: str
) -> None:
    batch = {
        "product": house.product, "document": "S-1", "quantity": 2, "occurred_on": dt.date(2017, 3, 8), "state": "released",
        "released_on": dt.date(2017, 3, 9),
        "units": [{"serial": "1", "verdict": "accepted", "reworked": True}, {"serial": "2", "verdict": "rejected", "defect": "D"}],
    }  # fmt: skip
    objective = {"name": "目标", "level": "type", "year": 2017, "metric": "first_pass", "target": "98.5",
                 "slice": [{"fact": "family", "op": "is", "value": "a"}]}  # fmt: skip
    for name, facts in (("inspection.batch", batch), ("objective.objective", objective)):
        process = registry[name]
        found = bulk.check(process, [(2, facts)], by=SYSTEM)
        assert not found.errors, found.errors
        names = process.import_columns
        before = {n: facts_of(found.ready[0])[n] for n in names}
        with translation.override(made):
            files = [
                rows_to_xlsx(process, found.ready, names).read(),
                b"".join(rows_to_csv(process, found.ready, names)),
            ]
        if made == EN:
            heads = [c.value for c in next(openpyxl.load_workbook(io.BytesIO(files[0])).worksheets[0].rows)]
            with translation.override(EN):
                wanted = [c.title for c in columns(process, names) if c.kind != "rows"]
            assert [h for h in heads if h != "No."] == wanted
        with translation.override(used):
            for data, kind in zip(files, ("xlsx", "csv"), strict=True):
                again = ready(process, data, f"往返.{kind}")
                assert {n: facts_of(again[0])[n] for n in names} == before


def test_refused_rows_come_back_in_the_readers_language_and_are_read_in_the_other(house: House) -> None:
    process = registry["inspection.lot"]
    bad = (*LOT[:4], "many", *LOT[5:])
    with translation.override(EN):
        sheet = read(process, lots(bad), "lots.xlsx")
        checked = bulk.check(process, sheet, by=SYSTEM)
        said = sheet.sentence(checked.errors[0])
        data = error_sheet(checked, sheet)
    assert said.startswith("“lots.xlsx”, sheet “进货检验批” E2 (Quantity): “many” is not a number")
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert page["K1"].value == "Reason of refusal"
    assert page["K2"].value.startswith("E2 Quantity: “many” is not a number")
    page["E2"] = 50
    out = io.BytesIO()
    page.parent.save(out)
    assert ready(process, out.getvalue(), "x.xlsx")[0].quantity == 50


def test_a_head_that_is_not_known_is_answered_in_the_readers_language(house: House) -> None:
    process = registry["inspection.lot"]
    with translation.override(EN), pytest.raises(FileRefused, match=r"Is “Quantity” meant\?") as refused:
        read(
            process, lots(LOT, heads=("Supplier", *LOT_ENGLISH[1:4], "Quantiti", *LOT_ENGLISH[5:])), "x.xlsx"
        )
    assert "“Quantiti” at E1 is no column" in str(refused.value)


def test_what_a_cell_says_is_recorded_alike_in_any_language(house: House) -> None:
    data = workbook(
        {"标准": [["标准号", "标准名称", "类别", "发生日期"], ["GB 1", True, "国家标准", "2017-03-08"]]}
    )
    for language in (ZH, EN):
        with translation.override(language):
            assert ready(registry["register.standard"], data, "x.xlsx")[0].name == "是"
