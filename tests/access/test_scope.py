"""A role for one site or department writes nothing that decides beyond it: no way from a limited role to an unlimited one.

Reproduced first: an administrator of one site could assign any role everywhere, because a record without site lies in
every scope. The same held for parameters, months, calendars, appointments, erasures, and for the accounts of people
without site or with roles beyond the site.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from zhicheng.core.authority import SYSTEM, Actor
from zhicheng.core.process import registry
from zhicheng.core.writers import Refused, amend, open_record, perform
from zhicheng.ledger import log

if TYPE_CHECKING:
    from tests.house import House

LIMITED = ("administrator", "quality_manager", "general_manager")


class Sites:
    """Two sites, a department at each, and somebody who holds the leading roles at the first only."""

    def __init__(self, house: House) -> None:
        from zhicheng.core.organisation import Site

        self.house = house
        self.here = Site.objects.get()
        self.there = open_record(registry["org.site"], {"name": "二厂"}, by=SYSTEM)
        self.person = self.somebody("分厂主管", "7001", site=self.here)
        for role in LIMITED:
            self.assign(self.person, role, site=self.here)

    def somebody(self, name: str, number: str, **place: Any) -> Any:
        return open_record(registry["org.person"], {"name": name, "staff_number": number, **place}, by=SYSTEM)

    def assign(self, person: Any, role: str, **place: Any) -> Any:
        return open_record(registry["org.role"], {"person": person, "role": role, **place}, by=SYSTEM)

    @property
    def actor(self) -> Actor:
        return Actor(self.person, "test", proved_at=log.now())


@pytest.fixture
def sites(house: House) -> Sites:
    return Sites(house)


def refused(write: Any) -> None:
    size = log.head().size
    with pytest.raises(Refused, match="范围"):
        write()
    assert log.head().size == size


DECIDING: dict[str, dict[str, Any]] = {
    "org.department": {"name": "检验科"},
    "org.person": {"name": "新人", "staff_number": "7100"},
    "org.role": {"role": "inspector"},
    "org.appointment": {"kind": "four_eyes_exception"},
    "org.handover": {"kind": "transfer"},
    "competence.rule": {"step": "inspection.lot/judge"},
    "core.parameter": {"key": "core.late_days", "value": "900"},
    "core.month_close": {"month": "2020-01"},
    "core.calendar": {"year": 2020},
    "complaint.promise": {
        "stage": "reply",
        "scope": "all",
        "amount": 2,
        "unit": "hour",
        "since": "received_at",
        "source": "公告",
    },
}
"""What may be opened for the own site only: every confined process whose records have a site of their own."""


def given(name: str, sites: Sites) -> dict[str, Any]:
    if name == "org.handover":
        new = ({"name": "新人", "staff_number": f"72{next(_numbers):02d}"} for _end in range(2))
        one, other = (open_record(registry["org.person"], facts, by=SYSTEM) for facts in new)
        return {**DECIDING[name], "person": one, "successor": other}
    if name == "competence.rule":
        facts = {"name": f"能力 {next(_numbers)}", "kind": "test"}
        return {**DECIDING[name], "skill": open_record(registry["competence.skill"], facts, by=SYSTEM)}
    return {**DECIDING[name], **({"person": sites.person} if name == "org.role" else {})}


_numbers = itertools.count(1)


def test_every_process_that_decides_for_others_is_tried_here() -> None:
    confined = {p.name for p in registry.all() if p.confined}
    assert confined == {*DECIDING, "org.site", "core.erasure", "core.disposal"}


@pytest.mark.parametrize("name", DECIDING)
def test_opening_is_for_the_own_site_only(name: str, sites: Sites) -> None:
    facts = given(name, sites)
    refused(lambda: open_record(registry[name], facts, by=sites.actor))
    refused(lambda: open_record(registry[name], {**facts, "site": sites.there}, by=sites.actor))
    opened = open_record(registry[name], {**facts, "site": sites.here}, by=sites.actor)
    assert opened.site == sites.here


@pytest.mark.parametrize("name", DECIDING)
def test_amending_and_ending_is_for_the_own_site_only(name: str, sites: Sites) -> None:
    for place in ({}, {"site": sites.there}):
        record = open_record(registry[name], {**given(name, sites), **place}, by=SYSTEM)
        step = registry[name].transitions[0].name
        refused(
            lambda: perform(record, step, {}, by=sites.actor, version=1, reason="试")  # noqa: B023
        )
        refused(
            lambda: amend(record, {"site": sites.here}, by=sites.actor, version=1, reason="试")  # noqa: B023
        )
        perform(record, step, {}, by=SYSTEM, version=1, reason="试")
        if registry[name].key:
            break  # the same key is opened once


@pytest.mark.parametrize("name", DECIDING)
def test_nothing_is_moved_out_of_the_own_site(name: str, sites: Sites) -> None:
    record = open_record(registry[name], {**given(name, sites), "site": sites.here}, by=sites.actor)
    for place in (None, sites.there):
        refused(
            lambda: amend(record, {"site": place}, by=sites.actor, version=1, reason="试")  # noqa: B023
        )


def test_no_site_is_opened_and_only_the_own_one_changed(sites: Sites) -> None:
    process = registry["org.site"]
    refused(lambda: open_record(process, {"name": "三厂"}, by=sites.actor))
    refused(lambda: open_record(process, {"name": "三厂", "site": sites.here}, by=sites.actor))
    refused(lambda: amend(sites.there, {"address": "某地"}, by=sites.actor, version=1, reason="试"))
    amend(sites.here, {"address": "某地"}, by=sites.actor, version=1)


def test_a_role_of_one_department_assigns_none_beyond_it(sites: Sites) -> None:
    own = open_record(registry["org.department"], {"name": "一科", "site": sites.here}, by=SYSTEM)
    other = open_record(registry["org.department"], {"name": "二科", "site": sites.here}, by=SYSTEM)
    person = sites.somebody("科长", "7002", department=own)
    sites.assign(person, "administrator", department=own)
    by = Actor(person, "test")
    facts = {"person": person, "role": "quality_manager"}
    for place in ({}, {"department": other}, {"site": sites.here}):
        refused(lambda: open_record(registry["org.role"], {**facts, **place}, by=by))  # noqa: B023
    assert open_record(registry["org.role"], {**facts, "department": own}, by=by)
    refused(lambda: amend(other, {"name": "三科"}, by=by, version=1, reason="试"))


def test_a_file_of_roles_is_judged_row_by_row(sites: Sites) -> None:
    from zhicheng.core import bulk

    rows = [
        (2, {"person": sites.person.number, "role": "inspector", "occurred_on": "2020-01-01"}),
        (3, {"person": sites.person.number, "role": "inspector", "occurred_on": "2020-01-01",
             "site": sites.there.number}),
        (4, {"person": sites.person.number, "role": "inspector", "occurred_on": "2020-01-01",
             "site": sites.here.number}),
    ]  # fmt: skip
    checked = bulk.check(registry["org.role"], rows, by=sites.actor)
    assert ([e.row for e in checked.errors], len(checked.ready)) == ([2, 3], 1)


def test_personal_data_are_erased_on_request_of_the_own_site_only(sites: Sites) -> None:
    process = registry["core.erasure"]
    local = sites.somebody("本厂人", "7003", site=sites.here)
    away = sites.somebody("二厂人", "7004", site=sites.there)
    nowhere = sites.somebody("总部人", "7005")
    for other in (away, nowhere):
        facts = {"subject_number": other.number, "ground": "个人信息保护法"}
        refused(lambda: open_record(process, facts, by=sites.actor))  # noqa: B023
        refused(lambda: open_record(process, {**facts, "site": sites.here}, by=sites.actor))  # noqa: B023
        request = open_record(process, facts, by=SYSTEM)
        refused(lambda: perform(request, "erase", {}, by=sites.actor, version=1))  # noqa: B023
    facts = {"subject_number": local.number, "ground": "个人信息保护法"}
    assert open_record(process, facts, by=sites.actor)


def test_disposal_reaches_every_site_and_needs_a_role_everywhere(sites: Sites) -> None:
    facts = {"process": "inspection.lot", "before": "2001-01-01", "site": sites.here}
    refused(lambda: open_record(registry["core.disposal"], facts, by=sites.actor))


def test_an_ordinary_record_is_not_moved_out_of_the_own_site(sites: Sites) -> None:
    """Posts are ordinary: without site they are everybody's, at another site they are not."""
    post = open_record(registry["org.post"], {"name": "检验员"}, by=sites.actor)
    assert "site" not in registry["org.post"].amendable["active"]
    assert amend(post, {"duties": "检验"}, by=sites.actor, version=1).version == 2


def test_accounts_are_managed_where_no_role_reaches_further(sites: Sites) -> None:
    """Who resets a password can act with it: so not that of somebody who may do more than oneself."""
    from django.test import Client

    from zhicheng.core.account import Account

    account = Account.objects.make("local", "correct horse", sites.person)
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["proved"] = log.now().timestamp()
    session.save()
    plain = sites.somebody("普通人", "7010", site=sites.here)
    sites.assign(plain, "inspector", site=sites.here)
    wide = sites.somebody("全厂管理员", "7011", site=sites.here)
    sites.assign(wide, "administrator")
    future = sites.somebody("下月总经理", "7012", site=sites.here)
    sites.assign(future, "general_manager", occurred_on="2999-01-01")
    former = sites.somebody("从前总经理", "7013", site=sites.here)
    sites.assign(former, "general_manager", occurred_on="2001-01-01", until="2001-12-31")
    nowhere = sites.house.people["general_manager"]
    found = {
        p.number: client.get(f"/accounts/{p.number}").status_code
        for p in (plain, wide, future, former, nowhere)
    }
    assert list(found.values()) == [200, 404, 404, 200, 404], found
    Account.objects.make("gm", "correct horse", nowhere)
    assert client.post(f"/accounts/{nowhere.number}", {"act": "reset"}).status_code == 404
    assert Account.objects.get(username="gm").temporary_until is None
