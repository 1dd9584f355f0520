"""What is written out is what is seen, computes nothing, and comes back the same through an import."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from typing import Any

import openpyxl
import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exchange.office import LOT, lots
from tests.house import House
from zhicheng.core import bulk
from zhicheng.core.authority import SYSTEM
from zhicheng.core.facts import facts_of
from zhicheng.core.process import Process, registry
from zhicheng.core.writers import business_key
from zhicheng.exchange.columns import import_columns
from zhicheng.exchange.export import rows_to_csv, rows_to_xlsx, template
from zhicheng.exchange.imports import FileRefused, read

FORMULAS = ("（示例）", "=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "'=", "''+")
# What a clean-up of text leaves alone; NUL and half characters are refused before.
words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20).map(
    lambda t: " ".join(t.split()) or "无"
)
nasty = st.one_of(words, st.tuples(st.sampled_from(FORMULAS), words).map("".join).map(str.strip))
days = st.dates(dt.date(1970, 1, 1), dt.date(2026, 1, 1))
quantities = (
    st.integers(1, 10**12).map(lambda n: f"{n // 1000}.{n % 1000:03d}").filter(lambda q: float(q) > 0)
)
units = st.lists(st.tuples(nasty, st.sampled_from(["accepted", "rejected"]), nasty | st.none()), min_size=1, max_size=5, unique_by=lambda u: u[0])  # fmt: skip
boxed = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def taken(process: Process, rows: Any) -> list[Any]:
    """The records that a check finds ready; a database without any of them."""
    found = bulk.check(process, rows, by=SYSTEM)
    assert not found.errors, found.errors
    return found.ready


def same_through_files(process: Process, *facts: dict[str, Any]) -> None:
    """Export, then import into a database without these records: equal importable facts, in both kinds of file."""
    records = taken(process, enumerate(facts, 2))
    names = process.import_columns
    before = [{n: facts_of(r)[n] for n in names} for r in records]
    text = b"".join(rows_to_csv(process, records, names))
    for data in (rows_to_xlsx(process, records, names).read(), text):
        again = taken(process, read(process, data, "往返"))
        assert [{n: facts_of(r)[n] for n in names} for r in again] == before
    for row in csv.reader(io.StringIO(text.decode("utf-8-sig"))):
        assert not any(cell[:1] in tuple("=+-@\t\r＝＋－＠") for cell in row if cell)


@boxed
@given(st.lists(st.tuples(nasty, nasty, days), min_size=1, max_size=4, unique_by=lambda r: r[0].upper()))
def test_texts_and_dates(house: House, rows: Any) -> None:
    process = registry["register.standard"]
    facts = [{"standard_number": a, "name": b, "kind": "国家标准", "occurred_on": d} for a, b, d in rows]
    keys = {business_key(process, r) for r in bulk.check(process, enumerate(facts), by=SYSTEM).ready}
    if len(keys) == len(facts):
        same_through_files(process, *facts)


@boxed
@given(nasty, quantities, days, st.booleans())
def test_lots(house: House, document: str, quantity: str, day: dt.date, late: bool) -> None:
    same_through_files(
        registry["inspection.lot"],
        {
            "supplier": house.supplier, "item": house.items["bought_part"], "document": document, "line": 7, "quantity": quantity,
            "occurred_on": day, "inspector": house.people["inspector"], "note": document,
            **({"sample_size": quantity, "nonconforming": "0", "verdict": "accepted", "judged_on": day} if late else {}),
        },
    )  # fmt: skip


@boxed
@given(nasty, units, days, st.booleans())
def test_batches_with_their_units(house: House, document: str, rows: Any, day: dt.date, gone: bool) -> None:
    same_through_files(
        registry["inspection.batch"],
        {
            "product": house.product, "document": document, "quantity": len(rows), "occurred_on": day,
            "units": [{"serial": s, "verdict": v, "defect": d, "reworked": v == "rejected"} for s, v, d in rows],
            **({"state": "released", "released_on": day} if gone else {}),
        },
    )  # fmt: skip


@boxed
@given(st.lists(st.tuples(nasty, nasty | st.none()), min_size=0, max_size=4), nasty)
def test_rows_of_a_department(house: House, duties: Any, name: str) -> None:
    rows = [{"duty": d, "evidence": e} for d, e in duties]
    same_through_files(registry["org.department"], {"name": name, "duties": rows})


def test_records_without_business_key_are_numbered(house: House) -> None:
    slices: list[list[dict[str, str]]] = [
        [{"fact": "family", "op": "is", "value": "a"}],
        [],
        [{"fact": "product_type", "op": "is_not", "value": "=b"}],
    ]
    facts = [
        {
            "name": f"目标{i}",
            "level": "type",
            "year": 2017,
            "metric": "first_pass",
            "target": "98.5",
            "slice": s,
        }
        for i, s in enumerate(slices)
    ]
    same_through_files(registry["objective.objective"], *facts)


@boxed
@given(nasty, st.booleans(), days | st.none())
def test_booleans_states_and_what_is_left_blank(house: House, name: str, flag: bool, day: Any) -> None:
    same_through_files(
        registry["supplier.supplier"],
        {"name": name, "risk_class": "A", "grade": "C", "outsourcing": flag, "audited_on": day, "occurred_on": dt.date(2017, 1, 3), "state": "approved"},
    )  # fmt: skip


def test_a_worksheet_holds_no_formula_and_the_words_that_people_see(house: House) -> None:
    process = registry["inspection.lot"]
    found = bulk.check(process, read(process, lots(LOT), "a.xlsx"), by=SYSTEM)
    bulk.write(found, by=SYSTEM, file_name="a", file_sha256="0" * 64)
    names = (*process.columns, "note", "opened_at", "late")
    record = process.model.objects.get()
    data = rows_to_xlsx(process, process.model.objects.all(), names).read()
    book = openpyxl.load_workbook(io.BytesIO(data))
    heads, row = ([c.value for c in r] for r in book["进货检验批"].rows)
    seen = dict(zip(heads, row, strict=True))
    shown = tuple(str(seen[h]) for h in ("采购类别", "状态", "供方", "发生日期", "补录"))
    assert shown == ("原材料", "接收待放行", "甲铸造厂", "2017-03-08 00:00:00", "否")
    opened = timezone.localtime(record.opened_at).replace(tzinfo=None)
    assert abs(seen["登记时间"] - opened).total_seconds() < 1
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not any(b"<f>" in archive.read(n) for n in archive.namelist() if n.startswith("xl/worksheets"))


def test_a_number_that_is_too_long_for_a_cell_is_text(house: House) -> None:
    process = registry["inspection.lot"]
    (record,) = taken(process, [(2, dict(zip(("supplier", "document", "line", "item", "quantity", "unit", "occurred_on"), LOT, strict=False)))])  # fmt: skip
    record.quantity = 9007199254740991
    data = rows_to_xlsx(process, [record], ("quantity",)).read()
    assert openpyxl.load_workbook(io.BytesIO(data)).active["A2"].value == "9007199254740991"


@pytest.mark.parametrize("process", [p for p in registry.all() if p.import_columns], ids=lambda p: p.name)
def test_a_template_explains_itself_and_is_empty(db: None, process: Process) -> None:
    data = template(process)
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book.worksheets[0]
    columns = [c for c in import_columns(process) if c.kind != "rows"]
    heads = [c.value for c in page[1]]
    assert heads[-len(columns) :] == [c.title + "*" * c.required for c in columns]
    assert len(set(heads)) == len(heads), "a head names one column"
    assert all(c.comment for c in page[1])
    assert page["A2"].value.startswith("（示例）")
    lists = {str(v.sqref).split("2")[0].rstrip("0123456789:") for v in page.data_validations.dataValidation}
    assert len(lists) == sum(bool(c.choices) or c.kind == "boolean" for c in columns)
    assert {c.title for c in import_columns(process) if c.kind == "rows"} <= set(book.sheetnames)
    with pytest.raises(FileRefused, match="没有数据行"):
        read(process, data, "模板.xlsx")


def test_a_filled_template_is_imported(house: House) -> None:
    process = registry["inspection.batch"]
    book = openpyxl.load_workbook(io.BytesIO(template(process)))
    book.worksheets[0].append(["TBQZ", "SJ-1", "早班", 1, None, None, dt.date(2017, 3, 8), "已检待放行"])
    book["逐台结果"].append(["SJ-1", "007", "接收"])
    out = io.BytesIO()
    book.save(out)
    (record,) = taken(process, read(process, out.getvalue(), "填好.xlsx"))
    assert (record.state, record.units[0]["serial"], record.accepted_first) == ("judged", "007", 1)
