"""What a signature is here: asked for anew each time, of its person alone, shown with name, meaning and time, bound to what was signed."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from tests.core.test_audit import found, sql
from tests.web.conftest import PASSWORD, PIN
from zhicheng.core import access
from zhicheng.core.account import Account
from zhicheng.core.process import registry
from zhicheng.ledger import log

if TYPE_CHECKING:
    from django.test import Client

    from tests.house import House

Enter = Callable[[str], "Client"]


def form_of(client: Client, path: str) -> dict[str, str]:
    """What the page's form holds before anything is typed."""
    html = client.get(path).content.decode()
    names = {"version", "token"}
    fields = {n: re.search(rf'name="{n}" value="([^"]*)"', html) for n in names}
    return {n: m[1] for n, m in fields.items() if m}


def test_a_signature_shows_name_meaning_and_time_on_the_record_and_in_print(
    house: House, enter: Enter
) -> None:
    lot = house.judged()
    client = enter("quality_manager")
    path = f"/inspection.lot/{lot.number}/"
    assert (
        client.post(path + "release", {**form_of(client, path + "release"), "password": PASSWORD}).status_code
        == 302
    )
    (signed,) = log.versions("inspection.lot", lot.k)[-1].facts["_signed"]
    assert set(signed) == {"person", "name", "meaning", "at", "leaf"}
    html = client.get(path).content.decode()
    foot = html.partition("print-foot")[2].partition("</footer>")[0]
    at = dt.datetime.fromisoformat(signed["at"]).astimezone(dt.timezone(dt.timedelta(hours=8)))
    for part in (foot, html.partition("print-foot")[0]):  # on paper, and on the screen in the history
        assert house.people["quality_manager"].name in part
        assert signed["meaning"] in part
        assert f"{at:%H:%M}" in part
    said = client.get(f"/api/v1/inspection.lot/{lot.number}/history").json()["items"][-1]["signed"]
    assert said == [{n: signed[n] for n in ("name", "meaning", "at")}]


@pytest.mark.proves("E-6.1")
@pytest.mark.parametrize("what", ["altered", "moved", "removed", "added"])
def test_a_signature_altered_moved_or_removed_is_found(what: str, house: House) -> None:
    first, second = (
        house.perform(house.judged(document), "release", "inspector") for document in ("PO-1", "PO-2")
    )

    def sealed(record: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT content FROM ledger_sealedfacts WHERE seq = %s", [record.seq])
            return json.loads(cursor.fetchone()[0])

    unsigned = house.judged("PO-3")
    target = unsigned if what == "added" else first
    content = sealed(target)
    salt, rows = sealed(first)["_signed"]
    if what == "altered":
        content["_signed"] = [salt, [{**rows[0], "name": "别人"}]]
    elif what == "moved":
        content["_signed"] = sealed(second)["_signed"]
    elif what == "added":
        content["_signed"] = [salt, rows]
    else:
        del content["_signed"]
    assert found() == []
    sql("UPDATE ledger_sealedfacts SET content = %s WHERE seq = %s", json.dumps(content), target.seq)
    assert {(f.code, f.record, f.fact, f.seq) for f in found()} == {
        ("fact", f"inspection.lot/{target.k}", "_signed", target.seq)
    }
    assert "_signed" not in log.versions("inspection.lot", unsigned.k)[-1].facts


@pytest.mark.proves("E-6.1")
def test_every_signature_asks_again_and_nothing_given_before_serves(house: House, enter: Enter) -> None:
    """Not a password given at sign-in, nor for the signature before, nor that of somebody else, nor a form sent again."""
    one, two = house.judged("PO-1"), house.judged("PO-2")
    client = enter("quality_manager")
    session = client.session
    session["proved"] = log.now().timestamp()
    session.save()
    first, second = (f"/inspection.lot/{lot.number}/release" for lot in (one, two))
    form = {**form_of(client, first), "password": PASSWORD}
    assert client.post(first, form).status_code == 302
    size = log.head().size
    assert client.post(second, form_of(client, second)).status_code == 422  # without
    assert client.post(second, {**form_of(client, second), "password": "wrong"}).status_code == 422
    # the form of the first signature once more leads to its record and writes nothing, and serves for no other record
    assert client.post(first, form)["Location"] == f"/inspection.lot/{one.number}/"
    replayed = client.post(second, {**form, "version": "2"})
    assert (replayed.status_code, replayed["Location"]) == (302, f"/inspection.lot/{one.number}/")
    # somebody else's password, badge and PIN
    other = Account.objects.get(username="inspector")
    access.change_password(other, "another's own words", "inspector")
    access.register_badge(other, "BADGE-OF-ANOTHER", "inspector")
    assert (
        client.post(second, {**form_of(client, second), "password": "another's own words"}).status_code == 422
    )
    badge = {"badge": "BADGE-OF-ANOTHER", "pin": PIN}
    assert client.post(second, {**form_of(client, second), **badge}).status_code == 422
    assert log.head().size == size
    assert house.fresh(two).state == "accepted"


def test_the_form_of_one_session_serves_in_no_other(house: House, enter: Enter) -> None:
    """Sent by somebody without the role it is refused; by somebody with it, it is their own act under their own name."""
    lot = house.judged()
    path = f"/inspection.lot/{lot.number}/release"
    form = {**form_of(enter("quality_manager"), path), "password": PASSWORD}
    assert another("purchasing").post(path, form).status_code == 403
    assert house.fresh(lot).state == "accepted"
    assert another("inspector").post(path, form).status_code == 302
    assert (
        log.versions("inspection.lot", lot.k)[-1].facts["_signed"][0]["name"]
        == house.people["inspector"].name
    )


def another(username: str) -> Client:
    """A second browser, somebody else's."""
    from django.test import Client

    client = Client()
    client.force_login(
        Account.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def test_signing_wrongly_ten_times_locks_the_signature_too(house: House, enter: Enter) -> None:
    lot = house.judged()
    client = enter("quality_manager")
    path = f"/inspection.lot/{lot.number}/release"
    for _ in range(10):
        assert client.post(path, {**form_of(client, path), "password": "wrong"}).status_code == 422
    assert client.post(path, {**form_of(client, path), "password": PASSWORD}).status_code == 422
    api = client.post(
        f"/api/v1/inspection.lot/{lot.number}/release",
        json.dumps({"version": 2, "password": PASSWORD}),
        content_type="application/json",
    )
    assert (api.status_code, api.json()["error"]) == (403, "locked")
    assert house.fresh(lot).state == "accepted"


def test_an_account_is_one_persons_and_no_name_is_given_twice(house: House, enter: Enter) -> None:
    from django.core.exceptions import ValidationError

    enter("inspector")
    person = house.people["inspector"]
    with pytest.raises(ValidationError, match="已有账号"):
        access.add(person, "second", "test")
    from zhicheng.core.authority import SYSTEM
    from zhicheng.core.writers import open_record

    new = open_record(registry["org.person"], {"name": "新人", "staff_number": "8800"}, by=SYSTEM)
    for name in ("inspector", "INSPECTOR"):
        with pytest.raises(ValidationError, match="已被使用"):
            access.add(new, name, "test")
    access.disable(Account.objects.get(username="inspector"), "test")
    with pytest.raises(ValidationError, match="已被使用"):
        access.add(new, "inspector", "test")
    assert new.number != person.number
