"""Complaints per thousand units shipped: a metric divided by another, in the database, on its pages and as an objective."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from tests.house import today
from tests.metrics.test_evaluate import over_facts
from tests.processes.test_complaint import ago, complain, customer
from tests.processes.test_delivery import ship
from zhicheng.ledger import log
from zhicheng.metrics.definition import Measure, Metric, Quotient, declare, defined, metrics, quotients
from zhicheng.metrics.evaluate import compute, grouped
from zhicheng.metrics.judgement import reconstructed
from zhicheng.proof import verify
from zhicheng.web.charts import monthly

if TYPE_CHECKING:
    from tests.house import House

RATE = "complaints_per_thousand"


def yesterday() -> dt.date:
    """The day of everything here: a report's period has to be over."""
    return today() - dt.timedelta(days=1)


def shipped(house: House) -> Any:
    """Three complaints (one void) and 1,200 of two deliveries this month, one of them by the metre."""
    buyer = customer(house)
    received = {"received_at": ago(days=1), "product": house.product, "quantity": "1"}
    made = [complain(house, buyer, **received) for _ in range(3)]
    house.perform(made[2], "void", "quality_manager", reason="误登记")
    ship(house, buyer, quantity="1200", occurred_on=yesterday())
    ship(house, buyer, "FH-2", quantity="500", unit="米", occurred_on=yesterday())
    return buyer


def year() -> tuple[dt.date, dt.date]:
    return yesterday().replace(month=1, day=1), yesterday().replace(month=12, day=31)


def test_the_quotient_is_of_what_its_two_metrics_count(house: House) -> None:
    shipped(house)
    rate = quotients[RATE]
    for slice_ in ((), (("family", "is", "turbine"),), (("family", "is", "roots"),)):
        counts = compute(rate, *year(), slice_)
        parts = [
            over_facts(one, [list(c) for c in slice_], *year(), log.head().size)[0] for one in rate.counted
        ]
        assert [counts.numerator, counts.denominator] == parts
        assert counts == compute(rate, *year(), slice_, log.head().size)
    assert compute(rate, *year()).text(rate) == "1.67"
    assert compute(rate, *year()).fraction(rate) == "2/1200"
    assert compute(rate, *year(), (("family", "is", "roots"),)).text(rate) == verify.NO_RECORDS
    whole = grouped(rate, *year(), ("family",))
    assert {key[0]: c.text(rate) for key, c in whole.items()} == {"turbine": "1.67"}
    months = monthly(rate, yesterday().year)
    assert months.text(yesterday().month - 1) == "1.67"
    assert sum(c.numerator for c in months.months) == 2
    assert not reconstructed(rate, *year(), ())


def test_what_cannot_be_divided_is_refused_at_the_start() -> None:
    def rate(**changes: Any) -> Quotient:
        given = {
            "name": "bad",
            "title": ("坏", "bad"),
            "unit": "",
            "numerator": "complaints",
            "denominator": "shipped_quantity",
        }
        return Quotient(**{**given, **changes})

    late = Metric(
        "late", ("晚", "late"), "", "delivery.shipment", ("shipped",), "count", Measure(), settle_days=1
    )
    for wrong, why in (
        (rate(denominator="nothing"), "unknown"),
        (rate(denominator=RATE), "unknown"),
        (rate(numerator="complaints_closed"), "no count or sum"),
        (rate(dimensions=("channel",)), "channel"),
    ):
        with pytest.raises(ValueError, match=why):
            declare(wrong)
    try:
        declare(late)
        with pytest.raises(ValueError, match="settle"):
            declare(rate(denominator="late"))
    finally:
        del metrics["late"]
    assert defined("bad") is None
