"""Who may come where: every address and operation, each method, everybody at the door, records in and out of scope.

What is expected follows from the definitions (readers, opens, amends, roles of the steps, scope); the few addresses that
belong to no process stand in ``TABLE``. An address, operation or method that is in neither fails here. What is not
granted is refused and writes nothing; what is granted to read is 200; nothing is ever a server error.

Each role is tried as held for the first site only, on records of that site, of the second and of none; and as held
everywhere, on those of the second. Roles to which the record would be granted nowhere take turns at the other places, and those who
come without a role, but for who is not signed in, take turns at every address. The forms of steps and their drafts are shown to whoever sees the record: there the
roles take turns, and everybody tries to send every one. What a granted write is asked for is left out or wrong on purpose, so that it stops after its authority was
judged; what it writes all the same is undone. All of it is tried on SQLite; on PostgreSQL, where only the questions to
the database are others, everybody tries every ninth address and operation, each starting at another. ``ZHICHENG_MATRIX=every`` leaves no
cell out and takes no turns (``make matrix``, a part of ``make release-pack``). How refusals look is seen in ``test_attacks``; here they are said in a word.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.template import loader
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.access.town import (
    HERE,
    LIMITED_TO_NOTHING_ELSE,
    NOWHERE,
    PUBLISHED,
    THERE,
    WHO,
    Town,
    Who,
    build,
)
from tests.databases import some
from zhicheng.config import urls
from zhicheng.core.process import Process, registry
from zhicheng.core.roles import Role
from zhicheng.ledger import log
from zhicheng.web.acts import elsewhere

EVERY_CELL = os.environ.get("ZHICHENG_MATRIX") == "every"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
DOOR = {"nobody": "/login", "inactive": "/login", "one_time": "/account/first"}
"""Where a page sends those who may not come in at all."""
REFUSED = frozenset({403, 404})
NOT_HERE = frozenset({405})
GRANTED_AND_WRITTEN = 201
NOTHING_WRITTEN = frozenset({401, 405})

QDAS = ("study.study", "spc.subgroup")
OF_RECORDS = frozenset({"record", "attachment", "amend", "act"})

Expected = Callable[[Who], frozenset[int]]


@dataclass(frozen=True)
class Address:
    """One address with what each method answers to whom; a method that is not named is 405 for everybody."""

    name: str
    path: str
    methods: Mapping[str, Expected]
    place: str = HERE
    turns: bool = False
    """Decided as the record's page is: roles take turns."""

    @property
    def of_record(self) -> bool:
        return self.name in OF_RECORDS or self.place != HERE

    def tempts(self, who: Who) -> bool:
        """Whether anything here were granted to these roles if they were held everywhere."""
        everywhere = replace(who, limited=False)
        return any(expected(everywhere) - REFUSED for expected in self.methods.values())


def open_to_all(*said: int) -> Expected:
    """Nobody is asked who they are."""
    return lambda who: frozenset(said)


def granted(to: Callable[[Who], bool], *said: int, otherwise: frozenset[int] = REFUSED) -> Expected:
    """For those who are signed in and to whom it is granted."""

    def expected(who: Who) -> frozenset[int]:
        if who.standing in DOOR:
            return frozenset({302})
        return frozenset(said) if to(who) else otherwise

    return expected


def reading(expected: Expected) -> dict[str, Expected]:
    return {"GET": expected, "HEAD": expected}


def signed_in(who: Who) -> bool:
    return True


def insider(who: Who) -> bool:
    return who.insider


def administrator(who: Who) -> bool:
    return who.may({"administrator"})


def reads(name: str, who: Who) -> bool:
    return who.may(registry[name].readers)


def sees(process: Process, place: str, who: Who) -> bool:
    """Whether the record at this place is in sight."""
    if not who.may(process.readers) or (who.limited and place == THERE):
        return False
    return who.insider or place == PUBLISHED


def decides(process: Process, place: str, roles: Any, who: Who, *, confined: bool = False) -> bool:
    """Whether somebody of these roles may write the record at this place; ``confined``: by a step that decides for others."""
    if not sees(process, place, who) or not who.may(roles):
        return False
    if not who.limited or not (confined or process.confined):
        return True
    return place in (HERE, PUBLISHED) and process.name not in LIMITED_TO_NOTHING_ELSE


# Pages of no process


def table(town: Town) -> Iterator[Address]:
    """The addresses that belong to no process, each with who may do what there."""
    yield Address("work", "/", reading(granted(signed_in, 200)))
    yield Address("login", "/login", {"GET": open_to_all(200), "POST": open_to_all(403)})
    yield Address("logout", "/logout", {"POST": open_to_all(302)})
    yield Address("switch", "/switch", {
        "GET": granted(lambda w: w.insider, 200), "POST": granted(lambda w: w.insider, 403)})  # fmt: skip
    yield Address("prove", "/prove", {"GET": granted(signed_in, 200), "POST": granted(signed_in, 403)})
    own = {"GET": granted(signed_in, 200), "POST": granted(signed_in, 404)}
    yield Address("own_account", "/account", own)
    yield Address("first_password", "/account/first", {"GET": _first, "POST": _first})
    yield Address("accounts", "/accounts", reading(granted(administrator, 200)))
    for place in (HERE, THERE, NOWHERE):
        number = town.records["org.person"][place].number
        manages = partial(_manages, place)
        methods = {"GET": granted(manages, 200), "POST": granted(lambda w: False)}
        yield Address("account_page", f"/accounts/{number}", methods, place)
    told = granted(lambda w: w.may({"administrator", "quality_manager"}), 200)
    kept = granted(lambda w: w.may({"administrator", "quality_manager"}), 404)
    yield Address("messages", "/messages", {"GET": told, "POST": kept})
    yield Address("search", "/search?q=x", reading(granted(signed_in, 200)))
    yield Address("set_language", "/i18n/setlang/", dict.fromkeys(METHODS, open_to_all(302)))
    yield Address("cockpit", "/cockpit", reading(granted(insider, 200)))
    yield Address("cockpit_readiness", "/cockpit/readiness", reading(granted(insider, 200)))
    aged = granted(partial(reads, "nonconformity.nonconformity"), 200)
    yield Address("cockpit_records", "/cockpit/records/age?low=0", reading(aged))
    period = "from=2020-01-01&to=2020-12-31"
    figure = granted(partial(reads, "inspection.lot"), 200)
    yield Address("figure", f"/figure/incoming_acceptance?{period}", reading(figure))
    counted = granted(lambda w: w.insider and reads("complaint.complaint", w), 200)
    for name, ending in (("", ""), ("_pdf", ".pdf"), ("_xlsx", ".xlsx")):
        yield Address(f"complaint_month{name}", f"/complaints/month{ending}?period=2020-01", reading(counted))
    yield from _of_documents(town)
    for name, ending in (("", ""), ("_xlsx", ".xlsx")):
        yield Address(f"competence_matrix{name}", f"/people/matrix{ending}", reading(granted(insider, 200)))
    for place, record in town.records["org.person"].items():
        reads_files = granted(partial(_reads_files, place), 200)
        yield Address("person_file", f"/people/{record.number}/file", reading(reads_files), place)
    session = registry["competence.session"]
    for place, record in town.records["competence.session"].items():
        trains = granted(partial(decides, session, place, session.opens), 200)
        yield Address("attendance", f"/trainings/{record.number}/sign-in", reading(trains), place)
        closed = granted(lambda w: False)  # nobody signs in before the trainer opens the list
        yield Address(
            "present", f"/trainings/{record.number}/present/x", {**reading(closed), "POST": closed}, place
        )
    yield from _of_reports(town)
    yield from _of_reviews(town)
    yield from _of_surveys(town)
    for name, path, said in (
        ("public_report", "/public/reports/X", 404),
        ("public_figure", "/public/reports/X/figures/F1", 404),
        ("public_file", "/public/reports/X/files/report.pdf", 404),
        ("verify", "/verify", 200),
        ("verify_program", "/verify/verify.py", 200),
        ("verify_offline", "/verify/verify.html", 200),
        ("log_checkpoint", "/log/checkpoint", 404),  # nothing is signed yet
        ("log_presentation", "/log/presentation", 404),
    ):
        methods = reading(open_to_all(said))
        yield Address(name, path, methods | ({"POST": open_to_all(400)} if name == "verify" else {}))
    yield Address("log_cosignature", "/log/cosignature", {"POST": open_to_all(403)})
    yield Address("log_entry", "/log/0", reading(granted(insider, 200)))
    for place in (HERE, THERE):
        record = town.records["inspection.lot"][place]
        seen = granted(partial(sees, registry["inspection.lot"], place), 200)
        yield Address("log_entry", f"/log/{record.seq}", reading(seen), place)
    from zhicheng.core.drafts import Draft
    from zhicheng.core.import_jobs import ImportJob

    sent = partial(granted, lambda w: w.name == "quality_manager")
    job = f"/imports/{ImportJob.objects.get().pk}"
    yield Address("import_job", job, {**reading(sent(200)), "POST": sent(302)})
    mine = granted(lambda w: w.name == "quality_manager", 302)
    yield Address("discard_draft", f"/drafts/{Draft.objects.get().pk}/discard", {"POST": mine})
    yield Address("parameters", "/core.parameter/", reading(granted(partial(reads, "core.parameter"), 200)))


def _reads_files(place: str, who: Who) -> bool:
    """Of other people; one's own file is open to everybody (``tests/web/test_competence_pages.py``)."""
    return sees(registry["org.person"], place, who) and who.may(registry["competence.session"].opens)


def _first(who: Who) -> frozenset[int]:
    """The page of the one-time password: for who has one; others are led away."""
    return frozenset({200, 422} if who.standing == "one_time" else {302})


def _manages(place: str, who: Who) -> bool:
    return administrator(who) and (not who.limited or place == HERE)


def _of_documents(town: Town) -> Iterator[Address]:
    """Files of another kind than PDF and DOCX are asked for: who sees the edition is told that there is none, and nothing is drawn."""
    yield Address("document_search", "/documents/search?q=质量", reading(granted(insider, 200)))
    yield Address("document_manual", "/documents/manual.pdf", reading(granted(insider, 404)))
    for place, record in town.records["document.edition"].items():
        seen, at = partial(sees, registry["document.edition"], place), f"/documents/editions/{record.number}"
        yield Address("document_text", at, reading(granted(seen, 200)), place)
        yield Address("document_confirm", f"{at}/confirm", {"POST": granted(seen, 302)}, place)
        yield Address("document_file", f"{at}/file.txt", reading(granted(seen, 404)), place)
    for place, record in town.records["document.document"].items():
        seen = partial(sees, registry["document.document"], place)
        yield Address(
            "document_in_force", f"/documents/{record.number}/text", reading(granted(seen, 404)), place
        )
        yield Address(
            "document_practice", f"/documents/{record.number}/practice", reading(granted(seen, 200)), place
        )


def _of_reports(town: Town) -> Iterator[Address]:
    process = registry["report.report"]
    for place, record in town.records["report.report"].items():
        seen = partial(sees, process, place)
        yield Address("reader", f"/reports/{record.number}/read", reading(granted(seen, 200, 409)), place)
        # what cannot be composed has no figures
        figure = granted(seen, 200, 404)
        yield Address("reader_figure", f"/reports/{record.number}/figures/F1", reading(figure), place)
        methods = {"GET": granted(seen, 200), "POST": granted(seen, 422)}
        yield Address("publication", f"/reports/{record.number}/publication", methods, place)
        gone = granted(seen, 302)  # no finding is named: whoever sees the report is led back to its page
        yield Address(
            "dismiss_finding", f"/reports/{record.number}/publication/dismiss", {"POST": gone}, place
        )
    # leads to the page above, which asks who comes
    yield Address("sign_report", "/report.report/X/sign", dict.fromkeys(METHODS, open_to_all(302)))


def _of_reviews(town: Town) -> Iterator[Address]:
    """Everybody may have a file examined. A result is found by its signed text only; a kept one of which the file is not here is not
    found by anybody (``tests/web/test_review_page.py`` has the one that is)."""
    yield Address("review", "/review", {**reading(granted(signed_in, 200)), "POST": granted(signed_in, 400)})
    yield Address("review_checks", "/review/checks", reading(granted(signed_in, 200)))
    none = granted(signed_in, 404)
    yield Address("review_result", "/review/result?t=x", reading(none))
    yield Address("review_download", "/review/result/json?t=x", reading(none))
    yield Address("keep_review", "/review/keep", {"POST": none})
    for place, record in town.records["review.review"].items():
        at = f"/review/kept/{record.number}"
        yield Address("kept_review", at, reading(none), place)
        yield Address("kept_review_download", f"{at}/json", reading(none), place)
        yield Address("dismiss_kept", f"{at}/dismiss", {"POST": none}, place)


def _of_surveys(town: Town) -> Iterator[Address]:
    """A wrong link is one for everybody, and at last one too many. Our own list is for who sees invitations."""
    wrong = open_to_all(404, 429)
    unfilled = open_to_all(422, 429)
    yield Address("complain", "/c", {**reading(open_to_all(200)), "POST": unfilled})
    yield Address("follow_complaint", "/c/x", reading(wrong))
    yield Address("answer_survey", "/s/x", {**reading(wrong), "POST": wrong})
    asks = partial(reads, "satisfaction.invitation")
    yield Address("survey_links", "/surveys", reading(granted(asks, 200)))
    for place, record in town.records["satisfaction.survey"].items():
        seen = partial(_seen_by_askers, place)
        yield Address("survey_links_of", f"/surveys/{record.number}", reading(granted(seen, 200)), place)


def _seen_by_askers(place: str, who: Who) -> bool:
    return reads("satisfaction.invitation", who) and sees(registry["satisfaction.survey"], place, who)


# Pages of every process


def of_processes(town: Town) -> Iterator[Address]:
    """The addresses that each process has, expected from its definition."""
    for process in registry.all():
        at, reader = f"/{process.name}/", granted(partial(reads, process.name), 200)
        opens = partial(_opens, process)
        imports = partial(_imports, process)
        if process.name != "core.parameter":  # has a list of its own
            yield Address("list", at, reading(reader))
        yield Address("choose", f"{at}choose?q=x", reading(reader))
        if process.alike is not None:
            yield Address("alike", f"{at}alike?{process.alike.facts[0]}=x", reading(reader))
        yield Address("export", f"{at}export", reading(reader))
        yield Address("template", f"{at}template", reading(granted(imports, 200)))
        yield Address("import", f"{at}import", {
            **reading(granted(imports, 200)), "POST": granted(imports, 422)})  # fmt: skip
        qdas = partial(_reads_qdas, process)
        forms = {**reading(granted(qdas, 200)), "POST": granted(qdas, 422)}
        yield Address("qdas", f"{at}qdas", forms, turns=process.name not in QDAS)
        yield Address("new", f"{at}new", {**reading(granted(opens, 200)), "POST": granted(opens, 422)})
        yield Address("keep_draft", f"/drafts/{process.name}/open", {"POST": granted(opens, 200)})
        for place, record in town.records[process.name].items():
            yield from _of_record(town, process, place, record.number)


def _opens(process: Process, who: Who) -> bool:
    return who.may(process.readers) and who.may(process.opens)


def _imports(process: Process, who: Who) -> bool:
    return _opens(process, who) and bool(process.importable)


def _reads_qdas(process: Process, who: Who) -> bool:
    return _opens(process, who) and process.name in QDAS


def _of_record(town: Town, process: Process, place: str, number: str) -> Iterator[Address]:
    at = f"/{process.name}/{number}/"
    seen = partial(sees, process, place)
    yield Address("record", at, reading(granted(seen, 200)), place)
    attached = granted(lambda w: seen(w) and w.insider, 200)
    yield Address("attachment", f"{at}files/{town.file}", reading(attached), place)
    if process.pictures is not None:
        drawn = reading(attached)
        yield Address("pictures", f"{at}pictures", drawn, place, turns=True)
        yield Address("record_pdf", f"{at}export.pdf", drawn, place, turns=True)
        yield Address("record_xlsx", f"{at}export.xlsx", drawn, place, turns=True)
    amends = partial(decides, process, place, process.amends or process.opens)
    if process.name == "complaint.complaint":
        for ending in ("docx", "xlsx"):
            yield Address(f"eight_d_{ending}", f"{at}8d.{ending}", reading(attached), place, turns=True)
        yield Address("eight_d", f"{at}8d", {
            **reading(granted(amends, 200)), "POST": granted(amends, 422)}, place)  # fmt: skip
    yield Address("amend", f"{at}amend", {
        **reading(granted(amends, 200)), "POST": granted(amends, 422)}, place)  # fmt: skip
    yield Address("keep_draft", f"/drafts{at}amend", {"POST": granted(seen, 200)}, place, turns=True)
    for step in process.transitions:
        if (process.name, step.name) == ("report.report", "sign"):
            continue  # it has an address of its own
        if elsewhere(process, step):
            none = granted(lambda w: False)
            yield Address("act", at + step.name, {**reading(none), "POST": none}, place)
            continue
        does = partial(
            decides, process, place, step.roles_for(town.records[process.name][place]), confined=step.confined
        )
        form = granted(seen, 200)
        yield Address("act", at + step.name, {"POST": granted(does, 422)}, place)
        yield Address("act", at + step.name, reading(form), place, turns=True)
        yield Address("keep_draft", f"/drafts{at}{step.name}", {"POST": form}, place, turns=True)


# Trying them

DECIDED_AS_ANOTHER = ("choose", "export", "template", "keep_draft")
"""As the list, the import and the form of a new record, at which everybody is tried: here one of three."""
DRAWN_FOR = 12
"""For one of so many people a page is drawn, at each address for another; the others get a word once it was granted."""


@pytest.fixture
def town(db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    for status in sorted(REFUSED):
        said = partial(HttpResponse, "refused", status=status)
        handler = lambda request, exception, said=said: said()  # noqa: E731
        monkeypatch.setattr(urls, f"handler{status}", handler, raising=False)
    return build()


class Trial:
    """Sends requests, undoes what they wrote, and collects what was answered otherwise than expected."""

    def __init__(self, town: Town) -> None:
        self.size = log.head().size
        self.cells = 0
        self.faults: list[str] = []
        self.draws = True
        self._draw = loader.render_to_string
        logging.disable(logging.CRITICAL)  # thousands of refusals are no news

    def send(self, client: Client, method: str, path: str, **more: Any) -> Any:
        """The answer. The browser keeps its cookies as they were, the database what it held."""
        self.cells += 1
        if method in ("GET", "HEAD"):
            return client.generic(method, path, **more)
        cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        with transaction.atomic():
            answer = client.generic(method, path, **more)
            wrote = answer.status_code not in NOTHING_WRITTEN and log.head().size != self.size
            if wrote and answer.status_code != GRANTED_AND_WRITTEN:
                self.faults.append(f"{method} {path}: wrote into the log, answering {answer.status_code}")
            transaction.set_rollback(True)
        client.cookies.clear()
        client.cookies.load(cookies)
        return answer

    def drawn(self, *page: Any, **more: Any) -> str:
        """In place of Django's own, where drawing every page for everybody would take minutes."""
        return self._draw(*page, **more) if self.draws else "granted"

    def judge(self, who: Who, method: str, path: str, answer: Any, expected: frozenset[int]) -> None:
        if answer.status_code not in expected:
            self.faults.append(f"{who.name}: {method} {path} is {answer.status_code}, not {sorted(expected)}")

    def end(self) -> None:
        logging.disable(logging.NOTSET)
        print(f"{self.cells} cells")
        assert not self.faults, f"{len(self.faults)} of {self.cells}:\n" + "\n".join(self.faults[:60])


def pertains(who: Who, address: Address | Operation, n: int = 0) -> bool:
    """Whether this one is tried by this person; ``n`` counts the addresses, for those at which roles take turns."""
    if EVERY_CELL:
        return True
    turn = n + WHO.index(who)
    if connection.vendor == "postgresql" and turn % 9:
        return False
    if who.standing in DOOR or not who.roles:
        return address.place == HERE and (who.name == "nobody" or turn % 4 == 0)
    if address.turns:
        return who.limited and turn % len(Role) == 0
    if turn % 3 and isinstance(address, Address) and address.name in DECIDED_AS_ANOTHER:
        return False
    if not address.of_record:
        return not who.limited
    if address.place != HERE and turn % 4 and not address.tempts(who):
        return False
    shown = isinstance(address, Operation) or address.name not in ("act", "amend", "attachment")
    return who.limited or (address.place in (THERE, PUBLISHED) and shown)


def every(town: Town) -> list[Address]:
    return [*table(town), *of_processes(town)]


def names(patterns: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Name and route of every page address."""
    for one in patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            if not route.startswith("api/"):
                yield from names(one.url_patterns, route)
        else:
            assert isinstance(one, URLPattern)
            yield one.name or f"(unnamed {route})", route


@pytest.mark.proves("E-11.1")
def test_no_address_is_forgotten(town: Town) -> None:
    there = {name for name, _route in names(get_resolver().url_patterns)}
    assert there == {a.name for a in every(town)}


@pytest.mark.proves("E-11.1")
@pytest.mark.parametrize("half", [0, 1])
def test_every_page_for_everybody(half: int, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    trial = Trial(town)
    monkeypatch.setattr(loader, "render_to_string", trial.drawn)
    addresses = every(town)
    for who in WHO[half::2]:
        client = town.client(who)
        for n, address in enumerate(addresses):
            if not pertains(who, address, n):
                continue
            for method, expected in address.methods.items():
                if method not in ("GET", "POST"):
                    continue
                trial.draws = (n + WHO.index(who)) % DRAWN_FOR == 0
                answer = trial.send(client, method, address.path)
                trial.judge(who, method, address.path, answer, expected(who))
                led = answer.get("Location", "") if address.name not in LEAD_AWAY else ""
                if who.standing in DOOR and led and not led.startswith(DOOR[who.standing]):
                    trial.faults.append(f"{who.name}: {address.path} leads to {led}")
    trial.end()


LEAD_AWAY = ("logout", "set_language", "sign_report", "first_password")
TRIED_ALL_METHODS = ("nobody", "quality_manager")


def test_every_method_of_every_page(town: Town) -> None:
    """What a page does not do, it does for nobody: 405 whoever asks."""
    trial = Trial(town)
    answered: dict[str, dict[str, Expected]] = {}
    for address in every(town):
        if address.place == HERE:
            answered.setdefault(address.path, {}).update(address.methods)
    for who in WHO:
        if who.name not in TRIED_ALL_METHODS:
            continue
        client = town.client(who)
        for path, methods in some(answered.items(), 4):
            for method in METHODS:
                if method in methods and method in ("GET", "POST"):
                    continue
                answer = trial.send(client, method, path)
                trial.judge(
                    who, method, path, answer, methods[method](who) if method in methods else NOT_HERE
                )
    trial.end()


# The API


@dataclass(frozen=True)
class Operation:
    """One operation on one record (or none), and to whom it is granted; ``said``: what it then answers."""

    method: str
    path: str
    grants: Callable[[Who], bool]
    body: Any = None
    place: str = HERE
    of_record: bool = True
    turns: bool = False

    def tempts(self, who: Who) -> bool:
        return self.grants(replace(who, limited=False))


def document(town: Town) -> dict[str, Any]:
    answer = town.client(WHO[0]).get("/api/v1/openapi.json")
    return json.loads(answer.content)  # type: ignore[no-any-return]


def operations(town: Town) -> dict[str, list[Operation]]:
    """What is tried for each operation, by its id."""
    period = "from=2020-01-01&to=2020-12-31"
    lots = partial(reads, "inspection.lot")
    at = "/api/v1/metrics"
    tried = {
        # of the metrics the list holds those that the caller may read
        "metrics_list": [Operation("GET", at, signed_in)],
        "metrics_value": [Operation("GET", f"{at}/incoming_acceptance?{period}", lots)],
        "metrics_records": [Operation("GET", f"{at}/incoming_acceptance/records?{period}", lots)],
    }
    for process in registry.all():
        tried |= _of_process(town, process)
    return tried


def _of_process(town: Town, process: Process) -> dict[str, list[Operation]]:
    at, key = f"/api/v1/{process.name}", process.name.replace(".", "_")
    rows = list(town.records[process.name].items())
    found = {
        f"{key}_list": [Operation("GET", at, partial(reads, process.name))],
        f"{key}_get": [
            Operation("GET", f"{at}/{r.number}", partial(sees, process, p), None, p) for p, r in rows
        ],
        f"{key}_history": [
            Operation("GET", f"{at}/{r.number}/history", partial(sees, process, p), None, p) for p, r in rows
        ],
        f"{key}_open": list(_opening(town, process)),
    }
    if process.amendable:
        body = {"version": 99, "facts": {}}
        found[f"{key}_amend"] = [
            Operation("PATCH", f"{at}/{r.number}", partial(decides, process, p, process.amends or process.opens), body, p)
            for p, r in rows
        ]  # fmt: skip
    for step in process.transitions:
        found[f"{key}_{step.name}"] = [
            Operation(
                "POST", f"{at}/{r.number}/{step.name}", partial(decides, process, p, step.roles_for(r), confined=step.confined),
                _step(process, step), p,
            )
            for p, r in rows
        ]  # fmt: skip
    return found


def _opening(town: Town, process: Process) -> Iterator[Operation]:
    """With facts of the right form that no record can have; the place decides."""
    from tests.samples import facts

    given = facts(process, town.company) if process.asks else {}
    given = {**given, "late_reason": "\n" * 190 + "x", "occurred_on": "2999-01-01"}
    for place in (HERE, THERE, NOWHERE):
        site = town.place(place)
        body = {"facts": {**given, "site": site.number if site else None}}
        yield Operation("POST", f"/api/v1/{process.name}", partial(_may_open_at, process, place), body, place)


def _may_open_at(process: Process, place: str, who: Who) -> bool:
    if not _opens(process, who):
        return False
    if not who.limited or place == HERE:
        return not (who.limited and process.name in LIMITED_TO_NOTHING_ELSE)
    return place == NOWHERE and not process.confined


def _step(process: Process, step: Any) -> dict[str, Any]:
    from tests.test_every_process import _body

    return {**_body(step), "version": 99}


@pytest.mark.proves("E-11.1")
def test_no_operation_is_forgotten(town: Town) -> None:
    described = {one["operationId"] for path in document(town)["paths"].values() for one in path.values()}
    assert described == set(operations(town))
    for path, methods in document(town)["paths"].items():
        assert set(methods) <= {"get", "post", "patch"}, path
    routes = set()
    for one in get_resolver("zhicheng.api.urls").url_patterns:
        if isinstance(one, URLResolver):
            routes |= {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(p.pattern)) for p in one.url_patterns}
    paths = {path.removeprefix("/api/v1/") for path in document(town)["paths"]}
    assert routes - paths == {"", "openapi.json"}  # the documents themselves: for anybody
    assert paths <= routes


@pytest.mark.proves("E-11.1")
def test_every_operation_for_everybody(town: Town) -> None:
    tried = [one for several in operations(town).values() for one in several]
    trial = Trial(town)
    for who in WHO:
        client = town.api(who)
        for n, one in enumerate(tried):
            if not pertains(who, one, n):
                continue
            given = (
                {} if one.body is None else {"data": json.dumps(one.body), "content_type": "application/json"}
            )
            answer = trial.send(client, one.method, one.path, **given)
            code = json.loads(answer.content).get("error", "")
            if who.standing in DOOR:
                right = answer.status_code == 401
            elif not one.grants(who):
                right = (answer.status_code, code) in ((403, "forbidden"), (404, "not_found"))
            elif one.method == "GET":
                right = answer.status_code == 200
            else:  # authority was judged; what came after was made to fail
                right = answer.status_code in (201, 409, 422) or code in ("password", "locked")
            if not right:
                trial.faults.append(
                    f"{who.name} ({'granted' if one.grants(who) else 'not granted'}): "
                    f"{one.method} {one.path} is {answer.status_code} {code}"
                )
    trial.end()


def test_methods_that_no_operation_has(town: Town) -> None:
    trial = Trial(town)
    paths = document(town)["paths"]
    for who in WHO:
        if who.name not in TRIED_ALL_METHODS:
            continue
        client = town.api(who)
        for path, described in paths.items():
            real = path.replace("{number}", "X").replace("{name}", "incoming_acceptance")
            for method in METHODS:
                if method.lower() not in described:
                    answer = trial.send(client, method, real)
                    trial.judge(who, method, real, answer, NOT_HERE)
    trial.end()
