"""The cockpit: numbers equal to the metrics, each with its records; and what a person from outside does not see."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.metrics.test_evaluate import year
from zhicheng.core.authority import SYSTEM
from zhicheng.core.clocks import ClockRow
from zhicheng.core.process import registry
from zhicheng.core.writers import open_record
from zhicheng.metrics.definition import metrics
from zhicheng.metrics.evaluate import compute
from zhicheng.web import charts, cockpit_parts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.house import House


def objective(house: House, metric: str = "incoming_acceptance", target: str = "50", **more: Any) -> Any:
    facts = {
        "name": "进货合格",
        "level": "company",
        "year": 2017,
        "metric": metric,
        "operator": "ge",
        "target": target,
    }
    row = open_record(registry["objective.objective"], {**facts, **more}, by=house.actor("quality_manager"))
    return house.perform(row, "approve", "general_manager")


def nonconformity(house: House, **more: Any) -> Any:
    facts = {
        "source": "production", "product": "表", "description": "漏", "quantity": "1", "defect_code": "漏气", **more,
    }  # fmt: skip
    return open_record(registry["nonconformity.nonconformity"], facts, by=house.actor("inspector"))


@pytest.mark.parametrize("name", sorted(metrics))
def test_months_in_one_query_equal_each_month_computed(name: str, house: House) -> None:
    year(house, 80, 3)
    metric = metrics[name]
    with CaptureQueriesContext(connection) as asked:
        series = charts.monthly(metric, 2017)
    assert len(asked) == 1
    for month in range(1, 13):
        assert series.months[month - 1] == compute(metric, *charts.first_and_last(2017, month))


def test_slices_narrow_the_months_too(house: House) -> None:
    year(house, 80, 4)
    slice_ = (("purchase_kind", "is_not", "raw_material"),)
    series = charts.monthly(metrics["incoming_acceptance"], 2017, slice_)
    assert series.months[5] == compute(
        metrics["incoming_acceptance"], *charts.first_and_last(2017, 6), slice_
    )


def test_the_page_shows_objectives_rates_defects_and_opens_their_records(
    house: House, enter: Callable[[str], Client]
) -> None:
    year(house, 60, 1)
    objective(house)
    objective(
        house,
        target="99.99",
        name="太高",
        slice=[{"fact": "purchase_kind", "op": "is", "value": "raw_material"}],
    )
    nonconformity(house)
    client = enter("quality_manager")
    page = client.get("/cockpit", {"year": "2017"})
    text = page.content.decode()
    assert page.status_code == 200
    whole = compute(metrics["incoming_acceptance"], *charts.first_and_last(2017))
    assert f"{whole.numerator}/{whole.denominator}" in text
    assert "达成" in text
    assert "未达成" in text
    address = next(
        row.address
        for row in cockpit_parts.objectives(house.actor("quality_manager"), 2017)
        if row.record.name == "太高"
    )
    assert "slice=purchase_kind:raw_material" in unquote(address)
    behind = client.get(address).content.decode()
    assert "首次检验结论" in behind
    assert "LL-2017-" in behind


def test_charts_are_data_not_script(house: House, enter: Callable[[str], Client]) -> None:
    year(house, 20, 1)
    text = enter("quality_manager").get("/cockpit", {"year": "2017"}).content.decode()
    assert '<script id="charts" type="application/json">' in text
    assert "onclick" not in text


def test_drilling_down_turns_pages_and_counts_what_the_figure_counts(
    house: House, enter: Callable[[str], Client]
) -> None:
    year(house, 200, 2)
    client = enter("quality_manager")
    whole = compute(metrics["incoming_acceptance"], *charts.first_and_last(2017))
    seen: set[str] = set()
    address = "/figure/incoming_acceptance?from=2017-01-01&to=2017-12-31"
    while address:
        page = client.get(address)
        seen |= {record.number for record, _cells in page.context["table"]}
        older = page.context["page"].older
        address = f"/figure/incoming_acceptance{older}" if older else ""
    assert len(seen) == whole.denominator


@pytest.mark.parametrize(
    "address",
    [
        "/figure/nothing?from=2017-01-01&to=2017-12-31", "/figure/first_pass", "/figure/first_pass?from=x&to=2017-01-01",
        "/figure/first_pass?from=2017-01-01&to=2017-12-31&slice=secret:1", "/cockpit/records/clock",
        "/cockpit/records/age?low=-1", "/cockpit/records/clock?type=x.y&name=a&how=late&year=2017",
    ],
)  # fmt: skip
def test_addresses_that_are_none_are_not_found(
    address: str, house: House, enter: Callable[[str], Client]
) -> None:
    assert enter("quality_manager").get(address).status_code == 404


def test_clocks_and_ages_open_their_records(house: House, enter: Callable[[str], Client]) -> None:
    nc = nonconformity(house)
    now = dt.datetime.now(dt.UTC)
    ClockRow.objects.filter(k=nc.k).update(due_at=now - dt.timedelta(hours=1))
    client = enter("quality_manager")
    by = house.actor("quality_manager")
    assert [(c.kept, c.late, c.running) for c in cockpit_parts.clocks(by, now.year)] == [(0, 1, 0)]
    late = (
        f"/cockpit/records/clock?type=nonconformity.nonconformity&name=containment&how=late&year={now.year}"
    )
    assert nc.number in client.get(late).content.decode()
    assert cockpit_parts.ages(by)[0].count == 1
    assert nc.number in client.get("/cockpit/records/age?low=0&high=7").content.decode()
    assert nc.number not in client.get("/cockpit/records/age?low=8&high=30").content.decode()


def test_what_lapses_is_listed_soonest_first(house: House) -> None:
    soon, gone = (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=d) for d in (20, -5))
    for name, day in (("后", soon), ("先", gone)):
        facts = {"name": name, "kind": "许可", "valid_until": day, "occurred_on": "2015-01-01"}
        open_record(registry["register.certificate"], facts, by=SYSTEM)
    found = cockpit_parts.lapses(house.actor("quality_manager"))
    assert [one.record.name for one in found] == ["先", "后"]
    assert found[0].days < 0


def test_readiness_says_what_is_missing(house: House, enter: Callable[[str], Client]) -> None:
    from tests.publishing.test_publish import drafted

    client = enter("quality_manager")
    assert "还没有登记报告" in client.get("/cockpit/readiness", {"year": "2017"}).content.decode()
    drafted(house)
    text = client.get("/cockpit/readiness", {"year": "2017"}).content.decode()
    assert "没有记录" in text
    drafted(house, "---\ntitle: x\n---\n{{figure nothing}}\n", name="坏")
    assert "nothing" in client.get("/cockpit/readiness", {"year": "2017"}).content.decode()


def test_readers_from_outside_and_strangers_stay_out(house: House, enter: Callable[[str], Client]) -> None:
    outsider = enter("reader")
    for address in ("/cockpit", "/cockpit/readiness", "/figure/first_pass?from=2017-01-01&to=2017-12-31"):
        assert outsider.get(address).status_code == 403
        assert Client().get(address).status_code == 302


def test_more_rows_do_not_ask_the_database_more_often(house: House, enter: Callable[[str], Client]) -> None:
    client = enter("quality_manager")
    year(house, 20, 1)
    client.get("/cockpit", {"year": "2017"})
    with CaptureQueriesContext(connection) as few:
        client.get("/cockpit", {"year": "2017"})
    year(house, 60, 2)
    with CaptureQueriesContext(connection) as many:
        client.get("/cockpit", {"year": "2017"})
    assert len(many) == len(few)
