"""The OpenAPI document is true: whatever it allows is answered as it says, and nothing makes the server fail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bench.api_fuzz import aim
from tests.api.company import Company, lot_facts
from tests.databases import some
from tests.reliability.running import bench
from tests.samples import opened
from zhicheng.core.account import ApiToken
from zhicheng.core.authority import SYSTEM
from zhicheng.core.process import registry
from zhicheng.core.roles import Role
from zhicheng.core.writers import open_record

EXAMPLES = 1
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]


@pytest.fixture
def described(company: Company) -> Iterator[Any]:
    """The schema as the application gives it, on a company with a record of each kind."""
    for process in registry.all():
        if process.asks:
            opened(process, company)
    # As Django's own test client does: the end of a request must not close the connection that the test rolls back.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


SHORT = hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck),
    phases=[hypothesis.Phase.generate],
)


@pytest.mark.proves("E-11.4")
def test_whatever_the_schema_allows_is_answered_as_it_says(described: Any, company: Company) -> None:
    person = company.people["quality_manager"]
    for role in set(Role.values) - {"quality_manager"}:
        open_record(registry["org.role"], {"person": person, "role": role}, by=SYSTEM)
    token = ApiToken.issue(company.accounts["quality_manager"], "fuzz", "*")
    headers = {"Authorization": f"Bearer {token}"}
    said: set[int] = set()
    for found in some(described.get_all_operations(), 4):
        operation = found.ok()

        @SHORT
        @hypothesis.given(case=operation.as_strategy())
        def call(case: Any) -> None:
            aim(case)
            answer = case.call_and_validate(headers=headers, checks=CHECKS)
            said.add(answer.status_code)

        call()
    every = {200, 201, 400, 404, 409, 422}
    assert every <= said if connection.vendor == "sqlite" else 200 in said


@pytest.mark.proves("E-11.4")
def test_a_minute_of_calls_by_everybody_makes_nothing_fail(fresh_database: str) -> None:
    """The short form of ``bench/api_fuzz.py``; on PostgreSQL for a few seconds, in which a slow machine asks little."""
    whole = connection.vendor == "sqlite"
    found = bench("api_fuzz.py", "--seconds", "60" if whole else "5", database=fresh_database)
    assert found["faults"] == 0
    assert found["calls"] > (100 if whole else 10)
    assert ({"200", "400", "403", "404"} if whole else {"403"}) <= set(found["answers"])


def test_each_process_has_its_own_paths_and_fields(company: Company) -> None:
    document = company.api("inspector").get("openapi.json")[1]
    for process in registry.all():
        assert set(document["paths"][f"/api/v1/{process.name}"]) == {"get", "post"}
        for step in process.transitions:
            assert f"/api/v1/{process.name}/{{number}}/{step.name}" in document["paths"]
    facts = document["components"]["schemas"]["InspectionLotOpenFacts"]
    assert facts["properties"]["quantity"]["title"] == "数量"
    assert "verdict" not in facts["properties"]
    assert set(facts["required"]) == set(lot_facts(company)) - {"line", "occurred_on"}
