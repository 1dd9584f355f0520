"""A small enterprise for tests: one person for each role, approved suppliers, items, a product."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zhicheng.core.authority import SYSTEM, Actor
from zhicheng.core.files import Stored
from zhicheng.core.process import registry
from zhicheng.core.setup import Enterprise, establish
from zhicheng.core.writers import open_record, perform
from zhicheng.ledger import log
from zhicheng.metrics.definitions import log_definitions

ROLES = (
    "quality_manager",
    "inspector",
    "general_manager",
    "chief_quality_officer",
    "purchasing",
    "production",
    "department_head",
    "reader",
    "sales",
    "after_sales",
)


@dataclass
class House:
    """What tests act with. ``actor(role)`` is a person who holds that role and just proved who they are."""

    people: dict[str, Any]
    supplier: Any
    items: dict[str, Any]
    product: Any

    def actor(self, role: str, *, proved: bool = True) -> Actor:
        return Actor(self.people[role], "test", proved_at=log.now() if proved else None)

    def lot(
        self, document: str = "PO-1", *, by: str = "inspector", files: Sequence[Stored] = (), **facts: Any
    ) -> Any:
        given = {
            "supplier": self.supplier,
            "document": document,
            "line": 1,
            "item": self.items["raw_material"],
            "quantity": "100",
            "occurred_on": today(),
            **facts,
        }
        return open_record(registry["inspection.lot"], given, by=self.actor(by), files=files)

    def judged(self, document: str = "PO-1", verdict: str = "accepted", **facts: Any) -> Any:
        lot = self.lot(document, **facts)
        asked = {
            "sample_size": "10",
            "nonconforming": "0" if verdict == "accepted" else "2",
            "verdict": verdict,
        }
        return self.perform(lot, "judge", "inspector", asked)

    def perform(self, record: Any, act: str, role: str, asked: Any = None, **more: Any) -> Any:
        return perform(record, act, asked or {}, by=self.actor(role), version=record.version, **more)

    def fresh(self, record: Any) -> Any:
        return type(record).objects.get(pk=record.pk)


def today() -> dt.date:
    """Today in the house's time zone."""
    from zhicheng.core.writers import today_of

    return today_of(None)


def build() -> House:
    """Establish an installation and people it, through the writers only."""
    establish(Enterprise("测试仪表有限公司", "91330000TEST000001", "总部"), "管理员")
    log_definitions()
    people = {}
    for i, role in enumerate(ROLES, 2):
        person = open_record(
            registry["org.person"], {"name": f"人员{i}", "staff_number": f"{i:04d}"}, by=SYSTEM
        )
        open_record(registry["org.role"], {"person": person, "role": role}, by=SYSTEM)
        people[role] = person
    stranger = open_record(registry["org.person"], {"name": "外人", "staff_number": "9999"}, by=SYSTEM)
    people["stranger"] = stranger
    supplier = open_record(
        registry["supplier.supplier"],
        {"name": "甲铸造厂", "risk_class": "C", "qualified_until": "2099-01-01"},
        by=Actor(people["purchasing"], "test"),
    )
    quality = Actor(people["quality_manager"], "test", proved_at=log.now())
    supplier = perform(supplier, "approve", {"grade": "A"}, by=quality, version=1)
    items = {
        kind: open_record(
            registry["supplier.item"],
            {"code": f"M-{kind}", "name": "壳体", "purchase_kind": kind, "risk_class": "A", "unit": "件",
             "ruling": "every_lot",
             "characteristics": [{"name": "外径", "unit": "mm", "lower": "9.9", "upper": "10.1", "critical": True}]},
            by=quality,
        )
        for kind in ("raw_material", "outside_processing", "bought_part")
    }  # fmt: skip
    product = open_record(
        registry["inspection.product"],
        {"code": "TBQZ", "name": "涡轮流量计", "family": "turbine"},
        by=quality,
    )
    return House(people, supplier, items, product)
