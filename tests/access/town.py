"""Everybody who may come to the door, two sites, and a record of each kind at each: what the matrix of rights is tried on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from tests.api.company import PASSWORD, TODAY, Company, found
from tests.samples import facts, opened, put
from zhicheng.core.account import Account, ApiToken
from zhicheng.core.authority import SYSTEM
from zhicheng.core.drafts import Draft
from zhicheng.core.files import Attachment, store
from zhicheng.core.import_jobs import ImportJob
from zhicheng.core.process import Process, registry
from zhicheng.core.roles import INTERNAL, Role
from zhicheng.core.writers import open_record
from zhicheng.ledger import log

BACKEND = "django.contrib.auth.backends.ModelBackend"
HERE, THERE, NOWHERE, PUBLISHED = "here", "there", "nowhere", "published"


@dataclass(frozen=True)
class Who:
    """Somebody at the door: by which roles, held everywhere or at the first site only, in which standing."""

    name: str
    roles: frozenset[str] = frozenset()
    limited: bool = False
    standing: str = "works"  # or nobody, one_time, inactive

    @property
    def insider(self) -> bool:
        return bool(self.roles - {Role.READER.value})

    def may(self, roles: Any) -> bool:
        return bool(self.roles & frozenset(roles))


WHO: tuple[Who, ...] = (
    *(Who(r, frozenset({r})) for r in Role.values),
    *(Who(f"{r} of one site", frozenset({r}), limited=True) for r in Role.values),
    Who("nobody", standing="nobody"),
    Who("without a role"),
    Who("whose roles ended"),
    Who("with a one-time password", INTERNAL, standing="one_time"),
    Who("inactive", INTERNAL, standing="inactive"),
)
LIMITED_TO_NOTHING_ELSE = ("org.site", "core.erasure", "core.disposal")
"""Decided by what the record says, not by its own site: the records tried here reach beyond every limited role."""


@dataclass
class Town:
    """The company with its sites, accounts, clients and records."""

    company: Company
    here: Any
    there: Any
    accounts: dict[str, Account] = field(default_factory=dict)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    file: str = ""

    def place(self, name: str) -> Any:
        return {HERE: self.here, PUBLISHED: self.here, THERE: self.there, NOWHERE: None}[name]

    def client(self, who: Who) -> Client:
        """A browser in which this person is signed in, the password given a moment ago."""
        client = Client(raise_request_exception=False)
        if who.standing != "nobody":
            client.force_login(self.accounts[who.name], backend=BACKEND)
            session = client.session
            session["proved"] = log.now().timestamp()
            session.save()
        return client

    def api(self, who: Who) -> Client:
        """A program with a token that reaches everything; a one-time password is tried by its session instead."""
        if who.standing in ("nobody", "one_time"):
            return self.client(who)
        token = ApiToken.issue(self.accounts[who.name], "matrix", "*")
        return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {token}"})


def build() -> Town:
    """Found the company, people the town, open a record of each kind at each place."""
    company = found()
    first = registry["org.site"].model.objects.get()
    town = Town(company, first, open_record(registry["org.site"], {"name": "二厂"}, by=SYSTEM))
    for n, who in enumerate(WHO):
        if who.standing != "nobody":
            town.accounts[who.name] = _account(town, who, n)
    town.file = store(_stream(), "图.png", "image/png").sha256
    for process in registry.all():
        town.records[process.name] = {place: _record(town, process, place) for place in _places(process)}
    quality = town.accounts["quality_manager"]
    sent = store(_stream(), "型号.csv")
    ImportJob.objects.create(
        account=quality, process="inspection.product", file_name=sent.name, file_sha256=sent.sha256,
        file_size=sent.size, provenance="imported", language="zh-hans",
    )  # fmt: skip
    Draft.objects.create(
        account=quality, type="inspection.lot", k=0, act="open", values={}, updated_at=log.now()
    )
    return town


def _stream() -> Any:
    import io

    return io.BytesIO(b"\x89PNG\r\n\x1a\n")


def _account(town: Town, who: Who, n: int) -> Account:
    if who.name in town.company.accounts:
        return town.company.accounts[who.name]
    person = open_record(registry["org.person"], {"name": who.name, "staff_number": f"9{n:03d}"}, by=SYSTEM)
    place = {"site": town.here} if who.limited else {}
    for role in who.roles:
        open_record(registry["org.role"], {"person": person, "role": role, **place}, by=SYSTEM)
    if who.name == "whose roles ended":
        yesterday = TODAY - dt.timedelta(days=1)
        for role in INTERNAL:
            given = {"person": person, "role": role, "occurred_on": "2020-01-01", "until": yesterday}
            open_record(registry["org.role"], given, by=SYSTEM)
    account = Account.objects.make(f"who{n}", PASSWORD, person)
    account.is_active = who.standing != "inactive"
    account.temporary_until = log.now() + dt.timedelta(days=3) if who.standing == "one_time" else None
    account.save()
    return account


def _places(process: Process) -> tuple[str, ...]:
    confined = process.confined or any(step.confined for step in process.transitions)
    nowhere = (NOWHERE,) if confined and process.name not in LIMITED_TO_NOTHING_ELSE else ()
    published = (PUBLISHED,) if Role.READER.value in process.readers else ()
    return (HERE, THERE, *nowhere, *published)


def _record(town: Town, process: Process, place: str) -> Any:
    if process.asks:
        given = {**facts(process, town.company), "site": town.place(place)}
        record = open_record(process, given, by=SYSTEM)
    else:
        record = opened(process, town.company)
        from zhicheng.core.records import writing

        with writing():
            type(record).objects.filter(pk=record.pk).update(site=town.place(place))
    if place == PUBLISHED:
        put(record, "published")
    Attachment.objects.create(
        type=process.name, k=record.k, ver=1, sha256=town.file, name="图.png", size=8, media_type="image/png"
    )
    return record
