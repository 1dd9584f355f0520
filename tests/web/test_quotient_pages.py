"""Complaints per thousand units shipped on pages: as an objective, by month and family, and leading to what it divides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.metrics.test_quotient import RATE, shipped, year, yesterday
from zhicheng.core.process import registry
from zhicheng.core.writers import open_record
from zhicheng.web.cockpit_parts import objectives
from zhicheng.web.complaint_month import Period, per_thousand

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.house import House


def test_an_objective_may_be_set_for_it_and_is_judged_on_the_cockpit(
    house: House, enter: Callable[[str], Client]
) -> None:
    shipped(house)
    facts = {
        "name": "每千台投诉不多于 2 件",
        "level": "company",
        "year": yesterday().year,
        "metric": RATE,
        "operator": "le",
        "target": "2",
    }
    quality = house.actor("quality_manager")
    one = open_record(registry["objective.objective"], facts, by=quality)
    house.perform(one, "approve", "general_manager")
    page = enter("quality_manager").get(f"/cockpit?year={yesterday().year}").content.decode()
    assert "每千台投诉不多于 2 件" in page
    assert "1.67" in page
    assert "2/1200" in page


@pytest.mark.proves("J-2.7.2")
def test_complaints_of_a_hundred_deliveries_are_held_to_their_objective(house: House) -> None:
    """J-2.7.2: at most 2 %. Two complaints of two deliveries are more."""
    shipped(house)
    facts = {
        "name": "客户投诉率",
        "level": "department",
        "year": yesterday().year,
        "metric": "complaints_per_delivery",
        "operator": "le",
        "target": "2",
    }
    one = open_record(registry["objective.objective"], facts, by=house.actor("quality_manager"))
    house.perform(one, "approve", "general_manager")
    (row,) = objectives(house.actor("quality_manager"), yesterday().year)
    assert (row.value, row.counts, row.met) == ("100.00", "2/2", False)


def test_its_page_leads_to_the_records_of_both(house: House, enter: Callable[[str], Client]) -> None:
    shipped(house)
    client, (first, last) = enter("quality_manager"), year()
    at = f"/figure/{RATE}?from={first}&to={last}&slice=family:turbine"
    page = client.get(at).content.decode()
    for part in ("complaints", "shipped_quantity"):
        address = f"/figure/{part}?from={first}&amp;to={last}&amp;slice=family%3Aturbine"
        assert address in page
    value = client.get(f"{at}&value=1").content.decode()
    assert "1.67" in value
    assert "1200" in value
    assert client.get(f"/figure/{RATE}?from={first}&to={last}&slice=channel:phone").status_code == 404


def test_the_month_table_gives_it_by_product_family(house: House, enter: Callable[[str], Client]) -> None:
    """J-6.2.3: with what is divided, each number leading to its records."""
    shipped(house)
    period = Period(yesterday().year, yesterday().month, 1)
    table = per_thousand(period)
    assert [n.text for n in table.total] == ["2", "1200", "1.67"]
    assert [[n.text for n in row] for _word, row in table.rows] == [["2", "1200", "1.67"]]
    client = enter("quality_manager")
    for one in table.total:
        assert client.get(one.address).status_code == 200
    assert "每千台投诉数" in client.get(f"/complaints/month?period={period.key}").content.decode()
