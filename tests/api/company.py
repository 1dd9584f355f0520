"""A small company for tests: people with their roles, one supplier, one item, one product."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.test import Client

from zhicheng.core.account import Account, ApiToken
from zhicheng.core.authority import SYSTEM, Actor
from zhicheng.core.process import registry
from zhicheng.core.roles import Role
from zhicheng.core.setup import Enterprise, establish
from zhicheng.core.writers import open_record, perform
from zhicheng.metrics.definitions import log_definitions

TODAY = dt.datetime.now(dt.UTC).astimezone(dt.timezone(dt.timedelta(hours=8))).date()
PASSWORD = "correct horse 质诚"


@dataclass
class Company:
    """What the tests act on."""

    people: dict[str, Any]
    accounts: dict[str, Account]
    supplier: Any
    item: Any
    product: Any

    def actor(self, who: str, **proof: Any) -> Actor:
        """A person as an actor."""
        return Actor(self.people[who], "api", **proof)

    def api(self, who: str, scopes: str = "*") -> Caller:
        """A client with a token of that person."""
        return Caller(ApiToken.issue(self.accounts[who], "tests", scopes))


class Caller:
    """Calls the API and gives back status and decoded answer."""

    def __init__(self, token: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {token}"} if token else {})

    def get(self, path: str, **query: Any) -> tuple[int, Any]:
        """GET."""
        return self._said(self.client.get(f"/api/v1/{path}", query))

    def post(self, path: str, body: Any, **headers: str) -> tuple[int, Any]:
        """POST JSON."""
        return self._said(self._send("post", path, body, headers))

    def patch(self, path: str, body: Any) -> tuple[int, Any]:
        """PATCH JSON."""
        return self._said(self._send("patch", path, body, {}))

    def _send(self, verb: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        text = body if isinstance(body, str) else json.dumps(body)
        send = getattr(self.client, verb)
        return send(f"/api/v1/{path}", text, content_type="application/json", headers=headers)

    @staticmethod
    def _said(response: Any) -> tuple[int, Any]:
        return response.status_code, json.loads(response.content)


def found() -> Company:
    """Set up the log and open the company's first records."""
    establish(Enterprise("示例表具有限公司", "91330000EXAMPLE001", "总部"), "管理员")
    log_definitions()
    people, accounts = {}, {}
    for n, role in enumerate([*Role.values, "stranger"], 100):
        person = open_record(
            registry["org.person"], {"name": f"{role} 某", "staff_number": str(n)}, by=SYSTEM
        )
        if role != "stranger":
            open_record(registry["org.role"], {"person": person, "role": role}, by=SYSTEM)
        people[role] = person
        accounts[role] = Account.objects.make(role, PASSWORD, person)
    supplier = open_record(
        registry["supplier.supplier"],
        {"name": "甲铸件厂", "risk_class": "C", "qualified_until": "2090-01-01"},
        by=SYSTEM,
    )
    supplier = perform(supplier, "approve", {"grade": "A"}, by=SYSTEM, version=1)
    item = open_record(
        registry["supplier.item"],
        {
            "code": "M1", "name": "壳体", "purchase_kind": "raw_material", "risk_class": "A", "unit": "件",
            "ruling": "every_lot",
        },
        by=SYSTEM,
    )  # fmt: skip
    product = open_record(
        registry["inspection.product"],
        {"code": "G4", "name": "膜式燃气表 G4", "family": "膜式燃气表"},
        by=SYSTEM,
    )
    return Company(people, accounts, supplier, item, product)


def lot_facts(company: Company, document: str = "PO-1", **more: Any) -> dict[str, Any]:
    """The facts of an incoming lot as JSON."""
    return {
        "supplier": company.supplier.number, "document": document, "line": 1, "item": company.item.number,
        "quantity": "12.5", "occurred_on": TODAY.isoformat(), **more,
    }  # fmt: skip
