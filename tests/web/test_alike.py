"""Duplicates and repeats are found while typing: complaints, nonconformities, customers (M10)."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.house import today
from tests.processes.test_complaint import ago, complain, customer
from zhicheng.core.account import Account
from zhicheng.core.authority import SYSTEM
from zhicheng.core.process import registry
from zhicheng.core.writers import open_record
from zhicheng.processes.complaint.alike import alike

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.house import House

COMPLAINT = registry["complaint.complaint"]
MOST_QUERIES = 12
"""Of one request: session, account and roles, the references typed, and at most five look-ups."""


def shown(client: Client, process: str = "complaint.complaint", **typed: Any) -> list[tuple[str, str]]:
    """Numbers with why, as the page shows them."""
    answer = client.get(f"/{process}/alike", typed)
    assert answer.status_code == 200
    found = re.findall(r'<a href="/[a-z.]+/([^/"]+)/"[^>]*><b>([^<]+)</b>', answer.content.decode())
    return [(number, why) for number, why in found]


def test_the_same_lately_and_the_same_again(house: House, enter: Callable[[str], Client]) -> None:
    buyer, other = customer(house), customer(house, "abroad")
    late = {"late_reason": "补录"}
    facts = {"product": house.product, "category": "performance"}
    fresh = complain(house, buyer, batch="B-1", serial="S-1", **facts)
    earlier = complain(house, buyer, batch="B-1", received_at=ago(days=40), **facts, **late)
    others = complain(house, other, batch="B-2", **facts)
    apart = complain(house, other, batch="B-3", category="packaging")
    client = enter("inspector")
    typed = {"customer": f"{buyer.number} {buyer.title}", "product": house.product.number, "batch": "B-1"}
    assert shown(client, **typed) == [(fresh.number, "可能重复"), (earlier.number, "再次发生")]
    typed["category"] = "performance"
    assert shown(client, **typed)[-1] == (others.number, "再次发生")
    assert shown(client, serial="S-1") == [(fresh.number, "可能重复")]
    assert shown(client, batch="B-3") == [(apart.number, "再次发生")]
    for nothing in (
        {},
        {"customer": buyer.number},
        {"category": "performance"},
        {"batch": "B-9"},
        {"customer": "没有"},
    ):
        assert shown(client, **nothing) == []
    house.perform(fresh, "merge", "after_sales", {"duplicate_of": earlier})
    assert shown(client, serial="S-1") == [], "what was a duplicate itself is none to point at"


def test_at_most_five_and_few_queries(house: House, enter: Callable[[str], Client]) -> None:
    buyer = customer(house)
    facts = {
        "product": house.product,
        "batch": "B-1",
        "serial": "S-1",
        "category": "performance",
        "defect_code": "D1",
    }
    for _i in range(8):
        complain(house, buyer, **facts)
    client = enter("inspector")
    typed = {**facts, "customer": buyer.number, "product": house.product.number}
    shown(client, **typed)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(shown(client, **typed)) == 5
    assert len(queries) <= MOST_QUERIES


def test_only_what_the_person_may_read(house: House, enter: Callable[[str], Client]) -> None:
    """A role held for one site does not show complaints of another."""
    sites = registry["org.site"]
    here = sites.model.objects.order_by("k").first()
    there = open_record(sites, {"name": "二厂"}, by=SYSTEM)
    complain(house, customer(house), batch="B-1", site=there)
    complain(house, customer(house, "abroad"), batch="B-2", site=here)
    limited = {"person": house.people["stranger"], "role": "inspector", "site": here}
    open_record(registry["org.role"], limited, by=SYSTEM)
    assert shown(enter("inspector"), batch="B-1")
    stranger = Client()
    stranger.force_login(Account.objects.get(username="stranger"))
    assert shown(stranger, batch="B-2")
    assert shown(stranger, batch="B-1") == []
    reader = Client()
    reader.force_login(Account.objects.get(username="reader"))
    assert reader.get("/complaint.complaint/alike?batch=B-1").status_code == 403
    assert stranger.get("/inspection.lot/alike").status_code == 404


def test_open_nonconformities_of_the_product_and_names_like_this_one(
    house: House, enter: Callable[[str], Client]
) -> None:
    found = {
        "source": "production", "product": "壳体", "batch": "B-1", "defect_code": "D7", "description": "裂纹",
        "quantity": "1", "occurred_on": today(),
    }  # fmt: skip
    one = open_record(registry["nonconformity.nonconformity"], found, by=house.actor("inspector"))
    client = enter("inspector")
    at = "nonconformity.nonconformity"
    assert shown(client, at, product="壳体", batch="B-1") == [(one.number, "同批未关闭")]
    assert shown(client, at, product="壳体", batch="B-2", defect_code="D7") == [
        (one.number, "同一缺陷未关闭")
    ]
    assert shown(client, at, product="壳体") == shown(client, at, batch="B-1") == []
    buyer = customer(house, name="杭州华润燃气有限公司")
    client = Client()
    client.force_login(Account.objects.get(username="sales"))
    assert shown(client, "customer.customer", name="华润燃气") == [(buyer.number, "名称相近")]
    assert shown(client, "customer.customer", name="杭州华润燃气有限公司") == [(buyer.number, "名称相同")]
    assert shown(client, "customer.customer", name="杭州华润（集团）股份有限公司") == [
        (buyer.number, "名称相近")
    ]
    assert shown(client, "customer.customer", name="有限公司") == []


@pytest.mark.parametrize("by", ["serial", "batch", "defect_code", "category"])
def test_each_look_up_finds_its_rows_by_an_index(by: str, house: House) -> None:
    given = {"serial": "S", "batch": "B", "defect_code": "D", "category": "performance"}
    facts = {by: given[by], "product": house.product, "customer": customer(house)}
    with CaptureQueriesContext(connection) as queries:
        list(alike(facts, COMPLAINT.model.objects.all()))
    assert queries.captured_queries
    for query in queries.captured_queries:
        plan = planned(query["sql"])
        assert plan
        if connection.vendor == "postgresql":
            assert all("Index Scan" in line and "Index Cond" in line for line in plan), plan
        else:
            assert all("USING" in line and "INDEX" in line and line.startswith("SEARCH") for line in plan), (
                plan
            )


def planned(sql: str) -> list[str]:
    """How the database would read complaints for a statement; PostgreSQL, which scans a small table whatever its indexes, is told not to."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}")
            lines = [row[0].strip() for row in cursor.fetchall()]
            return [f"{a} {b}" for a, b in pairwise(lines) if " on complaint_" in a]
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [row[-1] for row in cursor.fetchall() if "complaint_complaint" in row[-1]]
