"""Customers, their offices and what was shipped to them: J-4.3.3, J-6.2.6, T-6.2.1, T-6.2.2, X-6.1.2, X-6.1.6."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from tests.house import House, today
from zhicheng.core import bulk
from zhicheng.core.process import registry
from zhicheng.core.writers import Refused, amend, open_record
from zhicheng.processes.delivery.finding import (
    catch_up,
    customers_with_batch,
    reindex,
    shipment_of_serial,
)
from zhicheng.processes.delivery.models import SerialRange
from zhicheng.processes.delivery.serials import Range, Serial, Unreadable, overlapping

CUSTOMER, SHIPMENT = registry["customer.customer"], registry["delivery.shipment"]


def customer(house: House, name: str = "华东燃气公司", **facts: Any) -> Any:
    given = {
        "name": name,
        "kind": "direct",
        "customer_class": "important",
        "region": "home_province",
        **facts,
    }
    return open_record(CUSTOMER, given, by=house.actor("sales"))


def facts(house: House, buyer: Any, document: str = "FH-1", **more: Any) -> dict[str, Any]:
    return {
        "document": document, "line": 1, "customer": buyer, "product": house.product, "quantity": "100", "unit": "台",
        "occurred_on": today(), **more,
    }  # fmt: skip


def ship(house: House, buyer: Any, document: str = "FH-1", **more: Any) -> Any:
    return open_record(SHIPMENT, facts(house, buyer, document, **more), by=house.actor("sales"))


def serials(*rows: tuple[str, str | None]) -> list[dict[str, Any]]:
    return [{"first": first, "last": last} for first, last in rows]


# Serial numbers alone


@given(st.text(max_size=12), st.integers(0, 10**9), st.integers(0, 500), st.integers(0, 1200))
def test_a_range_holds_just_the_numbers_from_first_to_last(prefix: str, low: int, span: int, at: int) -> None:
    prefix = f"{prefix.strip()}-"
    one = Range.read(f"{prefix}{low:012d}", f"{prefix}{low + span:012d}")
    serial = (
        Serial.read(f"{prefix}{low + at - 300:012d}")
        if low + at >= 300
        else Serial.read(f"{prefix}{low:012d}")
    )
    inside = low <= serial.number <= low + span
    assert (serial in one) is inside
    assert len(one) == span + 1
    # What the index asks: every range around a number begins within its level of it.
    assert not inside or serial.number - 2**one.level + 1 <= one.low <= serial.number


@pytest.mark.parametrize("text", ["A-0012", "00012", "ABC", "20200001X", "Ⅳ-7", "a 12", "１２３", "9" * 40])
def test_a_serial_is_written_back_as_it_was_read_folded(text: str) -> None:
    import unicodedata

    assert str(Serial.read(text)) == unicodedata.normalize("NFKC", text).upper().replace(" ", "")


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        (" ", None, "empty"),
        ("9" * 41, None, "long"),
        ("A1", "A10", "unlike"),
        ("A1", "B2", "unlike"),
        ("A9", "A1", "turned"),
        ("A0000000", "A9999999", "large"),
    ],
)
def test_what_is_no_serial_says_why(first: str, last: str | None, why: str) -> None:
    with pytest.raises(Unreadable) as caught:
        Range.read(first, last)
    assert caught.value.why == why


def test_ranges_that_share_a_serial_are_found() -> None:
    apart = [Range.read("A10", "A19"), Range.read("B10", "B19"), Range.read("A20", "A29"), Range.read("A100")]
    assert overlapping(apart) is None
    assert str(overlapping([*apart, Range.read("a15")])) == "A15"


# Customers


@pytest.mark.proves("T-6.2.1", "T-6.2.2", "J-4.3.3", "J-6.2.6")
def test_a_customer_is_classed_by_what_was_assessed_and_each_once(house: House) -> None:
    made = customer(house, kind="indirect", product_segment="工商业表", sales_channel="经销商")
    rows = [{"criterion": "credit", "level": "high", "basis": "三年无拖欠"}]
    made = amend(
        made,
        {"assessment": rows, "customer_class": "strategic"},
        by=house.actor("sales"),
        version=1,
        reason="年度评定",
    )
    assert (made.kind, made.customer_class, made.assessment[0]["level"]) == ("indirect", "strategic", "high")
    with pytest.raises(ValidationError, match="信誉"):
        amend(made, {"assessment": rows * 2}, by=house.actor("sales"), version=2, reason="年度评定")
    with pytest.raises(Refused, match=made.number):
        customer(house)
    with pytest.raises(Refused):
        open_record(
            CUSTOMER,
            {"name": "乙", "kind": "direct", "customer_class": "general", "region": "abroad"},
            by=house.actor("inspector"),
        )


@pytest.mark.proves("X-6.1.2", "X-6.1.6")
def test_the_service_file_of_a_customer_shows_what_names_it(house: House, client: Any) -> None:
    from zhicheng.web.relations import related

    office = open_record(
        registry["customer.office"],
        {"name": "杭州办事处", "region": "home_province", "hotline": "0571-12345678", "hours": "24 小时"},
        by=house.actor("after_sales"),
    )
    buyer = customer(house, office=office)
    sent = ship(house, buyer)
    chips = related(CUSTOMER, buyer, house.actor("after_sales"))
    assert [c.title for c in chips] == ["杭州办事处", sent.number]


# Shipments


def test_a_shipment_copies_what_it_is_counted_by_and_refuses_what_cannot_be(house: House) -> None:
    sent = ship(house, customer(house), serial_numbers=serials(("A001", "A100")))
    assert (sent.region, sent.customer_class, sent.product_type, sent.family) == (
        "home_province",
        "important",
        "TBQZ",
        "turbine",
    )
    buyer = sent.customer
    for given_rows, said in (
        (serials(("A1", "A10")), "位数须相同"),
        (serials(("A001", "A100"), ("A050", None)), "A050"),
        (serials(("A001", "A101")), "多于发货数量"),
    ):
        with pytest.raises(ValidationError, match=said):
            ship(house, buyer, "FH-2", serial_numbers=given_rows)
    with pytest.raises(ValidationError, match="数量须大于 0"):
        ship(house, buyer, "FH-2", quantity="0")
    terms = [{"kind": "repair", "length": 0, "unit": "year", "contract": "HT-1"}]
    with pytest.raises(ValidationError, match="期限须大于 0"):
        ship(house, buyer, "FH-2", terms=terms)
    with pytest.raises(Refused, match=sent.number):
        ship(house, buyer)


def test_customers_of_a_batch_are_found_with_what_they_got(house: House) -> None:
    first, second = customer(house), customer(house, "华南燃气公司")
    ship(house, first, "FH-1", batch="P2020-1", quantity="3")
    ship(house, second, "FH-2", batch="P2020-1", quantity="20")
    ship(house, first, "FH-3", batch="P2020-1", quantity="4.5")
    ship(house, first, "FH-4", batch="P2020-2", quantity="900")
    void = ship(house, second, "FH-5", batch="P2020-1", quantity="100")
    house.perform(void, "void", "sales", reason="录错")
    held = customers_with_batch("P2020-1")
    assert [(h.customer, h.quantity, h.unit) for h in held] == [
        (second, Decimal(20), "台"),
        (first, Decimal("7.5"), "台"),
    ]
    assert held[0].shipped_on == today()
    assert customers_with_batch("P9") == customers_with_batch("") == []


def test_a_serial_finds_its_shipment_however_it_is_written(house: House) -> None:
    buyer = customer(house)
    sent = ship(house, buyer, serial_numbers=serials(("A-0101", "A-0190"), ("B7", None)))
    other = ship(house, buyer, "FH-2", serial_numbers=serials(("A-0191", "A-0200")))
    for text, found in (
        ("A-0101", sent), ("a-0190", sent), ("Ａ－０１５０", sent), (" A-01 55 ", sent), ("B7", sent), ("A-0191", other),
        ("A-0100", None), ("A-0201", None), ("A-101", None), ("B07", None), ("", None), ("B", None), ("9" * 99, None),
    ):  # fmt: skip
        assert shipment_of_serial(text) == found, text


def test_the_index_follows_corrections_voids_imports_and_second_shipments(house: House) -> None:
    buyer, by = customer(house), house.actor("sales")
    sent = ship(
        house, buyer, serial_numbers=serials(("A1", "A5")), occurred_on=today() - dt.timedelta(days=2)
    )
    assert shipment_of_serial("A3") == sent
    sent = amend(sent, {"serial_numbers": serials(("A1", "A2"))}, by=by, version=1, reason="更正")
    assert shipment_of_serial("A3") is None
    row = {
        **facts(house, buyer.number, "FH-9", product=house.product.number),
        "serial_numbers": serials(("A2", "A9")),
    }
    checked = bulk.check(SHIPMENT, [(1, row)], by=by)
    assert not checked.errors
    bulk.write(checked, by=by, file_name="发货.xlsx", file_sha256="0" * 64)
    later = shipment_of_serial("A2")
    assert later.document == "FH-9"  # the last shipment of a unit counts
    house.perform(later, "void", "sales", reason="录错")
    assert shipment_of_serial("A2") == sent
    assert shipment_of_serial("A9") is None
    held = set(SerialRange.objects.values_list("shipment", "low", "high"))
    assert catch_up() == 0
    assert reindex() == 2
    assert set(SerialRange.objects.values_list("shipment", "low", "high")) == held
