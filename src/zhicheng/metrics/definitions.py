"""The definitions in force, as they are hashed, logged and shipped: metrics, graphs, what may be opened."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction

import zhicheng
from zhicheng.core.process import registry
from zhicheng.ledger import log
from zhicheng.metrics.definition import everything
from zhicheng.proof.canonical import jcs


def definitions() -> dict[str, Any]:
    """The content of ``definitions.json`` (docs/evidence-format.md §5)."""
    return {
        "v": 1,
        "release": zhicheng.__version__,
        "metrics": {m.name: m.data() for m in everything()},
        "types": {p.name: {"may_open": list(p.may_open), "graph": p.graph()} for p in registry.all()},
    }


def digests() -> dict[str, str]:
    """The facts of a ``ledger.define`` entry: the release and one digest for each metric and record type."""
    data = definitions()
    facts = {"release": str(data["release"])}
    for name, metric in data["metrics"].items():
        facts[f"metric_{name}"] = hashlib.sha256(jcs(metric)).hexdigest()
    for name, process in data["types"].items():
        facts[f"type_{name.replace('.', '__')}"] = hashlib.sha256(
            jcs([name, process["may_open"], process["graph"]])
        ).hexdigest()
    return facts


def log_definitions() -> bool:
    """Write a ``define`` entry if the definitions differ from those last logged; returns whether it did.

    Called at every start, so that a formula chosen afterwards is dated.
    """
    now = digests()
    logged = log.versions("ledger.define", 1)
    if logged and logged[-1].facts == now:
        return False
    with transaction.atomic(), log.locked() as writer:
        if not logged:
            writer.next_record("ledger.define")
        writer.append("ledger.define", 1, len(logged) + 1, "define", now)
    return True
