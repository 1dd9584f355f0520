"""Valid facts for opening a record of any process, made from its model's fields."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Iterator
from typing import Any

from django.db import models

from tests.api.company import TODAY, Company
from zhicheng.core.authority import SYSTEM
from zhicheng.core.fields import RowsField, ScaledField
from zhicheng.core.parameters import specs
from zhicheng.core.process import Process, registry
from zhicheng.core.records import writing
from zhicheng.core.writers import open_record, perform
from zhicheng.ledger import log
from zhicheng.ledger.models import SealedFacts

_numbers: Iterator[int] = itertools.count(1)

PARTICULAR: dict[str, dict[str, Any]] = {
    "org.appointment": {"kind": "four_eyes_exception"},
    "objective.objective": {"metric": "incoming_acceptance"},
    "report.report": {"period_from": "2020-01-01", "period_to": "2020-12-31"},
    "report.declared": {"period_from": "2020-01-01", "period_to": "2020-12-31"},
    "study.study": {"kind": "bias", "reference": "6", "data": "值\n5.8\n5.9\n6.1\n6.3"},
    "inspection.urgent_release": {"quantity": "1"},
    "sampling.series": {"level": "II"},
    "competence.plan": {"year": 2026, "level": "company"},
    "complaint.complaint": {"complainant": "某顾客", "received_at": f"{TODAY}T00:00:00+08:00"},
}
"""What cannot be guessed from the field."""


def value(f: models.Field[Any, Any], company: Company, n: int) -> Any:
    """A value for a field, different for every ``n`` where it can be."""
    if isinstance(f, models.ForeignKey):
        return _related(f, company)
    if isinstance(f, RowsField):
        return []
    if isinstance(f, ScaledField):
        return "5"
    if f.choices:
        return next(code for code, _label in f.flatchoices if code)
    if isinstance(f, models.BooleanField):
        return False
    if isinstance(f, models.IntegerField):
        return 1 if f.name in ("quantity", "line") else 2000 + n
    if isinstance(f, models.DateField):
        return TODAY.isoformat()
    if f.name == "month":
        return f"{1990 + n // 12 % 30}-{n % 12 + 1:02d}"
    text = f"T{n}"
    return text[-(getattr(f, "max_length", None) or len(text)) :]


def _site(n: int) -> Any:
    """A site of its own for every ``n``: a parameter has one value at a site."""
    return open_record(registry["org.site"], {"name": f"场所 {n} {next(_numbers)}"}, by=SYSTEM).number


def _running_survey() -> str:
    """A survey that takes answers."""
    survey = registry["satisfaction.survey"]
    running = survey.model.objects.filter(state="running").first()
    if running is None:
        asked = {"name": "T", "stage": "yearly", "closes_on": "2099-12-31"}
        made = open_record(survey, {**asked, "questions": [{"question": "T", "weight": 1}]}, by=SYSTEM)
        running = perform(made, "start", by=SYSTEM, version=1)
    return str(running.number)


def _related(f: models.ForeignKey[Any, Any], company: Company) -> str:
    process = registry.of(f.related_model)
    known = {
        "supplier.supplier": company.supplier,
        "supplier.item": company.item,
        "inspection.product": company.product,
    }
    if process.name in known:
        return str(known[process.name].number)
    existing = process.model.objects.first()
    return str((existing or opened(process, company)).number)


OF_PEOPLE = ("competence.qualification", "competence.rule", "competence.cover", "org.handover")


def _of_people(name: str, n: int) -> dict[str, Any]:
    """What cannot be guessed of records about people."""
    if name == "competence.cover":
        return {"ends_at": (log.now() + dt.timedelta(hours=8)).isoformat()}
    if name == "org.handover":  # from one newcomer to the other
        new = [{"name": f"新人 {n}{end}", "staff_number": f"N{n}{end}"} for end in "ab"]
        one, other = (open_record(registry["org.person"], facts, by=SYSTEM).number for facts in new)
        return {"kind": "transfer", "person": one, "successor": other}
    made = open_record(registry["competence.skill"], {"name": f"能力 {n}", "kind": "test"}, by=SYSTEM)
    return {"skill": made.number}  # one for each skill


def _of_satisfaction(name: str, company: Company, n: int) -> dict[str, Any]:
    if name == "satisfaction.invitation":
        return {"survey": _running_survey(), "line": next(_numbers)}
    if name == "satisfaction.response":
        invitation = opened(registry["satisfaction.invitation"], company)
        return {"invitation": invitation.number, "answers": [{"no": 1, "score": 90}]}
    if name == "satisfaction.evaluation":
        return {"year": 2000 + n % 20, "stage": ("all", "before", "during", "after", "yearly")[n // 20 % 5]}
    return PARTICULAR.get(name, {})


def facts(process: Process, company: Company) -> dict[str, Any]:
    """Facts with which one more record of this process can be opened."""
    n = next(_numbers)
    asked: dict[str, Any] = {
        name: value(process.model._meta.get_field(name), company, n) for name in process.asks
    }
    if process.name == "core.parameter":
        whole = [s for s in specs().values() if s.kind is int]
        return {"key": whole[n % len(whole)].key, "value": "3", "site": _site(n // len(whole))}
    if process.name == "core.disposal":
        ended_long_ago(opened(registry["inspection.lot"], company), "released")
        return {"process": "inspection.lot", "before": "2005-01-01"}
    if process.name == "core.erasure":
        return {**asked, "subject_number": company.actor("inspector").person.number}  # type: ignore[union-attr]
    if process.name == "spc.chart":  # of a characteristic that the item has, one chart each
        item = {**facts(registry["supplier.item"], company), "characteristics": [{"name": "T"}]}
        made = open_record(registry["supplier.item"], item, by=SYSTEM)
        return {**asked, "item": made.number, "characteristic": "T", "size": 2}
    if process.name == "spc.subgroup":
        return {**asked, "values": [{"value": "1"}, {"value": "2"}]}
    if process.name.startswith("satisfaction."):
        return {**asked, **_of_satisfaction(process.name, company, n)}
    if process.name == "document.edition":  # of a document of its own: only one is being made at a time
        return {**asked, "document": opened(registry["document.document"], company).number}
    if process.name == "document.reading":
        edition = opened(registry["document.edition"], company)
        put(edition, "in_force")
        return {"edition": edition.number}
    if process.name in OF_PEOPLE:
        return {**asked, **_of_people(process.name, n)}
    if process.name == "org.role":
        asked["occurred_on"] = str(TODAY - dt.timedelta(days=n))
    return {**asked, **PARTICULAR.get(process.name, {})}


def opened(process: Process, company: Company) -> Any:
    """One more record of this process; of a kind that only the system writes, too."""
    given = facts(process, company)
    if process.asks:
        return open_record(process, given, by=SYSTEM)
    return open_record(
        process, {f: value(process.model._meta.get_field(f), company, 1) for f in _needed(process)}, by=SYSTEM
    )


def _needed(process: Process) -> list[str]:
    return [
        f.name
        for f in process.model._meta.concrete_fields
        if f.editable and not f.blank and not f.has_default() and f.name != "occurred_on"
    ]


def ended_long_ago(record: Any, state: str) -> None:
    """Put the record, and what the log says of it, into the past around the writers: only to have something to dispose of."""
    past = "2001-01-01T00:00:00Z"
    with writing():
        type(record).objects.filter(pk=record.pk).update(state=state, occurred_on=past[:10], opened_at=past)
    sealed = SealedFacts.objects.get(seq=record.seq)
    content = json.loads(sealed.content)
    content["state"][1], content["_at"][1] = state, past
    SealedFacts.objects.filter(seq=record.seq).update(content=json.dumps(content))


def put(record: Any, state: str) -> None:
    """Put the row into a state around the writers: only to see what is refused there."""
    with writing():
        type(record).objects.filter(pk=record.pk).update(state=state)
    record.state = state
