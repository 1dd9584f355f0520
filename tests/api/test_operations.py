"""Opening, amending and acting over the API: what is written, what is refused and how it is said."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.api.company import PASSWORD, TODAY, Caller, Company, lot_facts
from zhicheng.api.models import KeptAnswer
from zhicheng.core.account import Account, ApiToken, SecurityEvent
from zhicheng.core.authority import SYSTEM
from zhicheng.core.process import registry
from zhicheng.core.writers import open_record
from zhicheng.ledger.log import head
from zhicheng.ledger.models import Entry, SealedFacts


def opened_lot(company: Company, document: str = "PO-1") -> Any:
    status, lot = company.api("inspector").post("inspection.lot", {"facts": lot_facts(company, document)})
    assert status == 201, lot
    return lot


def test_opening_amending_and_acting_leave_one_entry_each(company: Company) -> None:
    api, size = company.api("inspector"), head().size
    lot = opened_lot(company)
    assert head().size == size + 1
    assert lot["facts"]["quantity"] == "12.500"
    assert lot["facts"]["supplier"] == company.supplier.number
    path = f"inspection.lot/{lot['number']}"
    status, amended = api.patch(path, {"version": 1, "reason": "点错", "facts": {"quantity": "13"}})
    assert (status, amended["version"], amended["facts"]["quantity"]) == (200, 2, "13.000")
    assert head().size == size + 2
    judged = {"version": 2, "facts": {"sample_size": "5", "nonconforming": "0", "verdict": "accepted"}}
    status, after = api.post(f"{path}/judge", judged)
    assert (status, after["state"]) == (200, "accepted")
    assert head().size == size + 3
    assert [e.type for e in Entry.objects.filter(seq__gte=size)] == ["inspection.lot"] * 3


def test_a_consequence_is_one_more_entry_that_names_its_cause(company: Company) -> None:
    lot, size = opened_lot(company), head().size
    body = {"version": 1, "facts": {"sample_size": "5", "nonconforming": "1", "verdict": "rejected"}}
    status, after = company.api("inspector").post(f"inspection.lot/{lot['number']}/judge", body)
    assert status == 200
    assert head().size == size + 2
    number = after["facts"]["nonconformity"]
    status, history = company.api("inspector").get(f"nonconformity.nonconformity/{number}/history")
    assert status == 200
    assert history["items"][0]["cause"] == size


def test_possible_and_impossible_steps_are_said(company: Company) -> None:
    lot = opened_lot(company)
    status, one = company.api("inspector").get(f"inspection.lot/{lot['number']}")
    assert status == 200
    acts = {act["act"]: act for act in one["acts"]}
    assert acts["judge"]["possible"]
    assert not acts["release"]["possible"]
    assert "待检" in acts["release"]["missing"][0]["sentence"]
    assert one["amendable"] == ["quantity", "unit", "note"]


def test_stale_duplicate_and_refused_are_409(company: Company) -> None:
    api, lot = company.api("inspector"), opened_lot(company)
    path = f"inspection.lot/{lot['number']}"
    facts = {"sample_size": "5", "nonconforming": "0", "verdict": "accepted"}
    status, said = api.post(f"{path}/judge", {"version": 7, "facts": facts})
    assert (status, said["error"]) == (409, "stale")
    status, said = api.post("inspection.lot", {"facts": lot_facts(company)})
    assert (status, said["error"]) == (409, "duplicate")
    assert said["missing"][0]["record"] == {"type": "inspection.lot", "number": lot["number"]}
    status, said = api.post(f"{path}/settle", {"version": 1})
    assert (status, said["error"]) == (409, "refused")
    assert "待检" in said["missing"][0]["sentence"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"quantity": 1.5}, "quantity"),
        ({"quantity": "1.23456"}, "quantity"),
        ({"quantity": "NaN"}, "quantity"),
        ({"quantity": "9" * 40}, "quantity"),
        ({"line": True}, "line"),
        ({"line": 2**70}, "line"),
        ({"document": "a\x00b"}, "document"),
        ({"document": "\ud800"}, "document"),
        ({"document": "长" * 41}, "document"),
        ({"occurred_on": "2017-3-8"}, "occurred_on"),
        ({"occurred_on": "2017-02-30"}, "occurred_on"),
        ({"occurred_on": 1}, "occurred_on"),
        ({"supplier": {"k": 1}}, "supplier"),
        ({"supplier": "supplier.supplier/²"}, "supplier"),
        ({"verdict": "accepted"}, "verdict"),
        ({"state": "released"}, "state"),
        ({"provenance": "imported"}, "provenance"),
    ],
)
def test_what_a_fact_cannot_be_is_said_by_field(company: Company, given: dict[str, Any], field: str) -> None:
    size = head().size
    status, said = company.api("inspector").post("inspection.lot", {"facts": {**lot_facts(company), **given}})
    assert status == 400, said
    assert said["fields"][field]
    assert head().size == size


def test_what_the_rules_refuse_is_422_by_field(company: Company) -> None:
    api = company.api("inspector")
    tomorrow = str(TODAY + dt.timedelta(days=1))
    long_ago = str(TODAY - dt.timedelta(days=9))
    for given, field in (
        ({"supplier": "GF-9999"}, "supplier"), ({"quantity": "-1"}, "quantity"), ({"unit": "吨"}, "unit"),
        ({"occurred_on": tomorrow}, "occurred_on"), ({"occurred_on": long_ago}, "late_reason"),
    ):  # fmt: skip
        status, said = api.post("inspection.lot", {"facts": {**lot_facts(company), **given}})
        assert status == 422, said
        assert said["fields"][field]
    status, said = api.patch(
        f"inspection.lot/{opened_lot(company)['number']}", {"version": 1, "facts": {"quantity": "1"}}
    )
    assert status == 422
    assert said["fields"]["reason"]


@pytest.mark.parametrize(
    "body", ["{bad", "[]", "1", '{"facts": NaN}', "[" * 100_000, "\x80", '{"facts": 1}', "{}"]
)
def test_bad_bodies_are_answered_in_a_sentence(company: Company, body: str) -> None:
    status, said = company.api("inspector").post("inspection.lot", body)
    assert status == 400
    assert said["message"]


def test_a_huge_body_is_answered_in_a_sentence(company: Company) -> None:
    status, said = company.api("inspector").post(
        "inspection.lot", '{"facts": {"note": "' + "x" * (6 * 2**20) + '"}}'
    )
    assert (status, said["error"]) == (413, "too_big")


def test_a_signature_needs_the_password_which_is_kept_nowhere(company: Company) -> None:
    api, lot = company.api("inspector"), opened_lot(company)
    path = f"inspection.lot/{lot['number']}"
    api.post(
        f"{path}/judge",
        {"version": 1, "facts": {"sample_size": "5", "nonconforming": "0", "verdict": "accepted"}},
    )
    status, said = api.post(f"{path}/release", {"version": 2})
    assert status == 400
    assert said["fields"]["password"]
    status, said = api.post(f"{path}/release", {"version": 2, "password": "wrong"})
    assert (status, said["error"]) == (403, "password")
    assert SecurityEvent.objects.filter(username="inspector").count() == 1
    status, after = api.post(
        f"{path}/release", {"version": 2, "password": PASSWORD}, **{"Idempotency-Key": "r1"}
    )
    assert (status, after["state"]) == (200, "released")
    _status, history = api.get(f"{path}/history")
    assert history["items"][-1]["signed"][0]["meaning"] == "放行"
    assert not SealedFacts.objects.filter(content__contains=PASSWORD).exists()
    assert not KeptAnswer.objects.filter(body__contains=PASSWORD).exists()


def test_wrong_passwords_lock_for_a_while(company: Company) -> None:
    api, lot = company.api("chief_quality_officer"), opened_lot(company)
    for _ in range(10):
        api.post(f"inspection.lot/{lot['number']}/veto", {"version": 1, "reason": "试", "password": "wrong"})
    status, said = api.post(
        f"inspection.lot/{lot['number']}/veto", {"version": 1, "reason": "试", "password": PASSWORD}
    )
    assert (status, said["error"]) == (403, "locked")


def test_the_same_key_opens_one_record(company: Company) -> None:
    api, body = company.api("inspector"), {"facts": lot_facts(company)}
    first = api.post("inspection.lot", body, **{"Idempotency-Key": "once"})
    size = head().size
    assert api.post("inspection.lot", body, **{"Idempotency-Key": "once"}) == first
    assert head().size == size
    other = {"facts": lot_facts(company, "PO-2")}
    status, said = api.post("inspection.lot", other, **{"Idempotency-Key": "once"})
    assert (status, said["error"]) == (409, "key_reused")
    KeptAnswer.objects.update(at=timezone.now() - dt.timedelta(hours=25))
    assert api.post("inspection.lot", other, **{"Idempotency-Key": "once"})[0] == 201
    assert api.post("inspection.lot", other, **{"Idempotency-Key": "é" * 3})[0] == 400


def test_a_failure_is_not_kept_under_its_key(company: Company) -> None:
    api = company.api("inspector")
    wrong = {"facts": {**lot_facts(company), "quantity": "-1"}}
    assert api.post("inspection.lot", wrong, **{"Idempotency-Key": "k"})[0] == 422
    assert api.post("inspection.lot", {"facts": lot_facts(company)}, **{"Idempotency-Key": "k"})[0] == 201


def test_tokens_reach_as_far_as_their_scopes(company: Company) -> None:
    facts = {"facts": lot_facts(company)}
    reading = company.api("inspector", "*:read")
    assert reading.get("inspection.lot")[0] == 200
    assert reading.post("inspection.lot", facts)[1]["error"] == "scope"
    lots = company.api("inspector", "inspection.lot inspection.batch:read")
    assert lots.post("inspection.lot", facts)[0] == 201
    assert lots.get("inspection.batch")[0] == 200
    assert lots.get("supplier.supplier")[0] == 403
    assert lots.get("metrics/nonconformities", **{"from": "2020-01-01", "to": "2020-12-31"})[0] == 403
    assert {m["type"] for m in lots.get("metrics")[1]["items"]} == {"inspection.lot", "inspection.batch"}


def test_expired_unknown_and_closed_are_401(company: Company) -> None:
    past = timezone.now() - dt.timedelta(seconds=1)
    assert (
        Caller(ApiToken.issue(company.accounts["inspector"], "old", "*", expires_at=past)).get("metrics")[0]
        == 401
    )
    assert Caller("zc_nobody").get("metrics")[0] == 401
    assert Caller("").get("metrics")[0] == 401
    api = company.api("inspector")
    Account.objects.filter(username="inspector").update(is_active=False)
    assert api.get("metrics")[0] == 401


def test_a_session_needs_the_csrf_token_to_write(company: Company) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(company.accounts["inspector"])
    assert client.get("/api/v1/inspection.lot").status_code == 200
    body = json.dumps({"facts": lot_facts(company)})
    refused = client.post("/api/v1/inspection.lot", body, content_type="application/json")
    assert (refused.status_code, refused.json()["error"]) == (403, "csrf")
    client.cookies["csrftoken"] = "a" * 32
    accepted = client.post(
        "/api/v1/inspection.lot", body, content_type="application/json", headers={"X-CSRFToken": "a" * 32}
    )
    assert accepted.status_code == 201


def test_a_person_of_one_site_sees_and_writes_only_there(company: Company) -> None:
    other = open_record(registry["org.site"], {"name": "分厂"}, by=SYSTEM)
    person = open_record(registry["org.person"], {"name": "乙", "staff_number": "900"}, by=SYSTEM)
    open_record(registry["org.role"], {"person": person, "role": "inspector", "site": other}, by=SYSTEM)
    api = Caller(ApiToken.issue(Account.objects.make("elsewhere", PASSWORD, person), "t", "*"))
    everywhere = company.api("inspector")
    status, lot = everywhere.post("inspection.lot", {"facts": lot_facts(company, site="CS-01")})
    assert status == 201
    assert api.get("inspection.lot")[1]["items"] == []
    assert api.get(f"inspection.lot/{lot['number']}")[0] == 404
    assert api.post(f"inspection.lot/{lot['number']}/settle", {"version": 1})[0] == 404
    status, said = api.post("inspection.lot", {"facts": lot_facts(company, "PO-2", site="CS-01")})
    assert (status, said["error"]) == (403, "forbidden")
    assert api.post("inspection.lot", {"facts": lot_facts(company, "PO-3", site="CS-02")})[0] == 201


def test_lists_filter_search_and_turn_pages(company: Company) -> None:
    api = company.api("inspector")
    for i in range(7):
        opened_lot(company, f"PO-{i}")
    first = api.get("inspection.lot", limit=3)[1]
    assert [r["facts"]["document"] for r in first["items"]] == ["PO-6", "PO-5", "PO-4"]
    second = api.get("inspection.lot", limit=3, before=first["before"])[1]
    assert [r["facts"]["document"] for r in second["items"]] == ["PO-3", "PO-2", "PO-1"]
    back = api.get("inspection.lot", limit=3, after=second["after"])[1]
    assert back["items"] == first["items"]
    assert len(api.get("inspection.lot", q="po-5")[1]["items"]) == 1
    assert len(api.get("inspection.lot", supplier=company.supplier.number, state="received")[1]["items"]) == 7
    assert api.get("inspection.lot", occurred_on_to="2000-01-01")[1]["items"] == []
    status, said = api.get("inspection.lot", colour="red", limit=0, state="x", before="-")
    assert status == 400
    assert set(said["fields"]) == {"colour", "limit", "state", "before"}


def test_metrics_give_value_counts_and_records(company: Company) -> None:
    api = company.api("inspector")
    for document, bad in (("a", "0"), ("b", "0"), ("c", "1")):
        lot = opened_lot(company, document)
        verdict = "rejected" if bad == "1" else "accepted"
        facts = {"sample_size": "2", "nonconforming": bad, "verdict": verdict}
        assert api.post(f"inspection.lot/{lot['number']}/judge", {"version": 1, "facts": facts})[0] == 200
    period = {"from": str(TODAY), "to": str(TODAY)}
    status, said = api.get("metrics/incoming_acceptance", **period, slice="purchase_kind:raw_material")
    assert (status, said["numerator"], said["denominator"], said["value"]) == (200, 2, 3, "66.67")
    assert len(api.get("metrics/incoming_acceptance/records", **period)[1]["items"]) == 3
    assert api.get("metrics/incoming_acceptance", **{"from": "2020-02-01", "to": "2020-01-01"})[0] == 400
    assert api.get("metrics/nothing", **period)[0] == 404


def test_answers_are_chinese_as_written_and_addresses_that_are_none_are_said(company: Company) -> None:
    client = company.api("inspector").client
    assert "接收" in client.get("/api/v1/metrics").content.decode()
    assert client.get("/api/v1/nowhere").json()["error"] == "not_found"
    assert client.get("/api/v1/inspection.lot/%00").json()["error"] == "not_found"
    assert client.delete("/api/v1/inspection.lot").status_code == 405
