"""What holds for every registered process, through the writers and over the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.company import Company, found
from tests.kept import kept
from tests.samples import facts, opened, put
from zhicheng.core.process import Process, registry
from zhicheng.core.roles import Role
from zhicheng.core.writers import Refused, amend, open_record, perform
from zhicheng.ledger.log import head

NAMES = [p.name for p in registry.all()]
every_process = pytest.mark.parametrize("name", NAMES)


@pytest.fixture
def company(db: None) -> Company:
    """A small company on an empty log."""
    return kept(found)


def refused(write: Any) -> str:
    """The sentence with which a write is refused; nothing was logged."""
    size = head().size
    with pytest.raises(Refused) as caught:
        write()
    assert head().size == size
    sentence = str(caught.value)
    assert sentence
    return sentence


@every_process
def test_a_stranger_is_refused_on_every_verb(name: str, company: Company) -> None:
    process = registry[name]
    record, stranger, api = opened(process, company), company.actor("stranger"), company.api("stranger")
    given = facts(process, company)
    refused(lambda: open_record(process, given, by=stranger))
    refused(lambda: amend(record, {}, by=stranger, version=1))
    for step in process.transitions:
        for source in step.sources:
            put(record, source)
            refused(lambda: perform(record, step.name, {}, by=stranger, version=1))  # noqa: B023
    size = head().size
    calls = [
        api.get(name),
        api.get(f"{name}/{record.number}"),
        api.get(f"{name}/{record.number}/history"),
        api.post(name, {"facts": given if process.asks else {}}),
    ]
    if process.amendable:
        calls.append(api.patch(f"{name}/{record.number}", {"version": 1, "facts": {}}))
    for status, said in calls:
        assert status == 403, said
        assert said["message"]
    for step in process.transitions:
        status, said = api.post(f"{name}/{record.number}/{step.name}", _body(step))
        assert status == 403, said
    assert head().size == size


def _body(step: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"version": 1, "reason": "试", "facts": {}}
    if step.meaning:
        body["password"] = "-"
    process = next(p for p in registry.all() if step in p.transitions)
    for name in step.asks:
        f = process.model._meta.get_field(name)
        kind = f.get_internal_type()
        given: dict[str, Any] = {
            "DateField": "2020-01-01",
            "DateTimeField": "2020-01-01T00:00:00Z",
            "JSONField": [],
            "BooleanField": False,
            "BigIntegerField": "1",
            "IntegerField": 1,
        }
        codes = [c for c, _label in getattr(f, "flatchoices", ()) if c]
        body["facts"][name] = codes[0] if codes else given.get(kind, "x")
        if kind == "BigIntegerField" and not hasattr(f, "places"):
            body["facts"][name] = 1
    return body


@every_process
def test_each_step_in_each_wrong_state_is_refused_with_a_sentence(name: str, company: Company) -> None:
    process = registry[name]
    if not process.transitions:
        return
    record = opened(process, company)
    actors = {r: company.actor(r) for r in Role.values}
    for state in process.states:
        put(record, state)
        for step in process.transitions:
            if state in step.sources or step.through:
                continue
            may = sorted(step.roles_for(record) & set(actors)) or ["general_manager"]
            sentence = refused(lambda: perform(record, step.name, {}, by=actors[may[0]], version=1))  # noqa: B023
            assert str(process.states[state]) in sentence or not step.roles


@every_process
def test_a_list_asks_the_database_as_often_for_many_rows_as_for_one(name: str, company: Company) -> None:
    process = registry[name]
    who = next(iter(sorted(process.readers - {Role.READER.value})))
    api = company.api(who)
    opened(process, company)
    if not process.asks:
        return
    with CaptureQueriesContext(connection) as few:
        status, first = api.get(name)
    assert status == 200
    for _ in range(4):
        opened(process, company)
    with CaptureQueriesContext(connection) as many:
        _status, second = api.get(name)
    assert len(second["items"]) == len(first["items"]) + 4
    assert len(many) == len(few)


@every_process
def test_what_may_be_opened_exists_and_is_not_personal(name: str) -> None:
    process = registry[name]
    fields = {f.name for f in process.model._meta.concrete_fields}
    assert set(process.may_open) <= fields
    assert not set(process.may_open) & process.personal
    assert not any(
        f.is_relation and f.related_model._meta.label == "core.Person"
        for f in process.model._meta.concrete_fields
        if f.name in process.may_open
    )


@every_process
def test_every_state_can_be_reached_from_the_start(name: str) -> None:
    process = registry[name]
    states = set(process.states)
    used = {process.start, *process.final, *process.amendable}
    for step in process.transitions:
        used |= step.sources | ({step.to} if step.to else set())
    assert used <= states
    assert states <= reachable(process), f"never reached: {states - reachable(process)}"


def reachable(process: Process) -> set[str]:
    """States that some steps lead to. Where an effect sets the state, it may be any that no step names as its target."""
    named = {step.to for step in process.transitions if step.to}
    found, before = {process.start}, set[str]()
    while found != before:
        before = set(found)
        for step in process.transitions:
            if step.sources & found:
                found |= {step.to} if step.to else set(process.states) - named
        if process.importable:
            found |= process.importable
    return found
