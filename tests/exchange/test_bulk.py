"""Many rows at once: the log is never asked to hold what it cannot, and queries do not grow with the rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from tests.house import House
from zhicheng.core import bulk, references
from zhicheng.core.audit import audit
from zhicheng.core.authority import SYSTEM
from zhicheng.core.process import registry
from zhicheng.core.references import References
from zhicheng.core.writers import Refused, open_record
from zhicheng.ledger import log

LOTS, STANDARDS = registry["inspection.lot"], registry["register.standard"]


def lot(house: House, n: int = 1, **facts: Any) -> dict[str, Any]:
    return {
        "supplier": house.supplier.name,
        "document": f"PO-{n}",
        "line": 1,
        "item": house.items["raw_material"].title,
        "quantity": "10",
        "occurred_on": dt.date(2017, 3, 8),
        **facts,
    }


def faults(house: House, **facts: Any) -> list[tuple[str, str]]:
    found = bulk.check(LOTS, [(2, lot(house, **facts))], by=SYSTEM)
    return [(e.fact, e.sentence) for e in found.errors]


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("quantity", "Infinity"), ("quantity", "NaN"), ("quantity", "1e30"), ("quantity", "9999999999999999"), ("note", "甲\x00乙"),
        ("note", "\ud800"), ("line", "9" * 30), ("document", "长" * 41), ("occurred_on", dt.date(2999, 1, 1)),
        ("state", "released"), ("item", "没有"), ("quantity", ValidationError("读不出")),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_before_anything_is_written(
    house: House, fact: str, value: Any
) -> None:
    assert [name for name, _sentence in faults(house, **{fact: value})] == [fact]


def test_a_text_or_rows_over_the_limit_of_a_fact(house: House) -> None:
    item = {
        "code": "X",
        "name": "n",
        "purchase_kind": "bought_part",
        "risk_class": "A",
        "occurred_on": "2017-01-03",
    }
    rows = [{"name": "长" * 200} for _ in range(150)]
    found = bulk.check(registry["supplier.item"], [(2, {**item, "characteristics": rows})], by=SYSTEM)
    assert [e.fact for e in found.errors] == ["characteristics"]
    supplier = {"name": "乙", "risk_class": "A", "risk_analysis": "长" * 1400, "occurred_on": "2017-01-03"}
    found = bulk.check(registry["supplier.supplier"], [(2, supplier)], by=SYSTEM)
    assert [e.fact for e in found.errors] == ["risk_analysis"]


def test_things_without_a_date_of_their_own_get_todays(house: House) -> None:
    found = bulk.check(registry["org.person"], [(2, {"name": "新人", "staff_number": "7001"})], by=SYSTEM)
    assert not found.errors
    bulk.write(found, by=SYSTEM, file_name="a", file_sha256="0" * 64)
    assert registry["org.person"].model.objects.get(staff_number="7001").version == 1


def test_who_may_not_open_may_not_import(house: House) -> None:
    with pytest.raises(Refused):
        bulk.check(LOTS, [], by=house.actor("general_manager"))


def queries(house: House, n: int) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        found = bulk.check(LOTS, ((i, lot(house, i)) for i in range(n)), by=SYSTEM)
    assert len(found.ready) == n
    return len(captured)


def test_queries_do_not_grow_with_the_rows(house: House) -> None:
    assert queries(house, 900) == queries(house, 3)


def test_entries_and_rows_agree_after_a_long_import(house: House) -> None:
    before = log.head().size
    found = bulk.check(LOTS, ((i, lot(house, i)) for i in range(1, 2204)), by=SYSTEM)
    run = bulk.write(found, by=SYSTEM, file_name="a", file_sha256="0" * 64, source="旧台账")
    assert log.head().size == before + 2204
    assert not audit().findings
    version = log.versions(LOTS.name, 2203)[0]
    assert (version.act, version.facts["_cause"]) == ("import", run.seq)
    assert LOTS.model.objects.get(k=2203).number.endswith("02203")


def test_a_failure_leaves_nothing(house: House) -> None:
    found = bulk.check(LOTS, [(i, lot(house, i)) for i in range(1, 4)], by=SYSTEM)
    found.ready[2].quantity = None
    before = log.head().size
    with pytest.raises(IntegrityError):
        bulk.write(found, by=SYSTEM, file_name="a", file_sha256="0" * 64)
    assert (log.head().size, LOTS.model.objects.count()) == (before, 0)


def test_a_title_is_found_among_many_by_its_first_word(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(references, "TITLES_READ", 1)
    field: Any = LOTS.model._meta.get_field("item")
    assert References().find(field, house.items["bought_part"].title) == house.items["bought_part"]
    with pytest.raises(ValidationError):
        References().find(field, "M-bought_part 别的")


def test_several_submissions_are_compared_with_the_last(house: House) -> None:
    first = house.judged("PO-1")
    house.perform(first, "release", "inspector")
    second = house.lot("PO-1", quantity="77")
    assert second.submission == 2
    same = bulk.check(LOTS, [(2, lot(house, quantity="77", occurred_on=second.occurred_on))], by=SYSTEM)
    assert same.unchanged == 1
    other = bulk.check(LOTS, [(2, lot(house, quantity="100", occurred_on=second.occurred_on))], by=SYSTEM)
    assert "数量不同" in other.errors[0].sentence


def test_a_standard_opened_by_hand_is_unchanged_for_an_import(house: House) -> None:
    facts = {
        "standard_number": "GB/T 1",
        "name": "甲",
        "kind": "国家标准",
        "occurred_on": dt.date(2017, 1, 3),
    }
    open_record(STANDARDS, facts, by=house.actor("quality_manager"))
    assert bulk.check(STANDARDS, [(2, {**facts, "standard_number": " ｇｂ/t 1 "})], by=SYSTEM).errors, (
        "written otherwise"
    )
    assert bulk.check(STANDARDS, [(2, facts)], by=SYSTEM).unchanged == 1
