"""Queueing: a row in the caller's transaction. What is rolled back was never told to anybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.functional import Promise

from zhicheng.core.authority import ASSIGNMENT, held_today
from zhicheng.core.language import recorded
from zhicheng.core.organisation import Person, RoleAssignment, Site, Standing
from zhicheng.core.process import registry
from zhicheng.core.records import Record
from zhicheng.core.roles import Role
from zhicheng.core.zones import zone_of
from zhicheng.ledger import log
from zhicheng.messages import channels, public
from zhicheng.messages.models import Message

LONGEST_SUBJECT = LONGEST_KEY = 200


def queue(
    key: str,
    kind: str,
    *,
    subject: str | Promise,
    body: str | Promise,
    person: Person | None = None,
    role: str = "",
    to: str = "",
    channel: str = "",
    about: Record | None = None,
    site: Site | None = None,
    due: dt.datetime | None = None,
    urgent: bool = False,
) -> list[Message]:
    """Queue a mail to one of: a person, everybody who holds a role (for this site), an address. Returns the messages.

    ``key`` names the occasion, such as ``complaint.complaint/7/first_reply/late``: queued twice it is one message to each.
    ``channel`` names a mail channel; none: the house's. Errors: ValueError unless exactly one recipient is named.
    """
    if [person is not None, bool(role), bool(to)].count(True) != 1:
        raise ValueError("name one of person, role and to")
    if to and not channels.ADDRESS.fullmatch(to):
        raise ValueError("to is a mail address")
    site = site or getattr(about, "site", None)
    given = {
        "kind": kind,
        "about": _reference(about),
        "site": site,
        "channel": channel,
        "subject": " ".join(recorded(subject).split())[:LONGEST_SUBJECT],
        "body": recorded(body),
        "public": public.facts("", about, public.due_text(due, zone_of(site))),
        "urgent": urgent,
    }
    if to:
        return [_made(key, to=to, **given)]
    if person is not None:
        return [_made(key, person=person, **given)]
    holders = holders_of(role, site)
    if holders:
        return [_made(f"{key}/{one.k}", person=one, **given) for one in holders]
    # nobody to tell is a thing to be seen, not a message to be lost
    return [
        _made(f"{key}/-", state=Message.State.FAILED, next_at=None, last_error=f"no_holder:{role}", **given)
    ]


def announce(
    key: str,
    kind: str,
    *,
    words: str | Promise,
    about: Record | None = None,
    due: dt.datetime | None = None,
    channel: str = "",
    site: Site | None = None,
    urgent: bool = False,
) -> list[Message]:
    """Queue for group robots and webhooks: every one that takes this kind of message, or the named one. Returns the messages.

    They are told kind of record, number, ``words``, due time and link. Errors: ``public.Personal`` (a ValueError) when the words
    hold a personal fact; ValueError when ``channel`` names one for people.
    """
    site = site or getattr(about, "site", None)
    facts = public.facts(words, about, public.due_text(due, zone_of(site)))
    book = _book()
    if channel and channel in book and book[channel].to_people:
        raise ValueError(f"{channel} reaches people: use queue")
    names = [channel] if channel else [c.name for c in book.values() if _takes(c, kind)]
    return [
        _made(
            f"{key}@{name}",
            kind=kind,
            about=_reference(about),
            site=site,
            channel=name,
            public=facts,
            urgent=urgent,
        )
        for name in names
    ]


@dataclass(frozen=True)
class Notice:
    """One of many things to be told at once about records: by mail to everybody who holds one of the roles, and to groups.

    ``words`` say what happened and ``what`` names the thing it happened to, both texts of ours; the rest is as in ``queue``.
    """

    key: str
    kind: str
    words: Promise
    what: Any
    about: Record
    roles: tuple[str, ...]
    site: Site | None
    due: dt.datetime | None
    urgent: bool = False
    to_groups: bool = False
    people: tuple[Person, ...] = ()
    """Told besides those who hold the roles."""


def notify(notices: Iterable[Notice]) -> None:
    """Queue many at once, in few statements. What was queued before under the same key stays as it is."""
    held, book, now = cache(holders_of), _book(), log.now()
    rows: list[Message] = []
    for one in notices:
        people = {person.k: person for role in one.roles for person in held(role, one.site)}
        people |= {person.k: person for person in one.people}
        rows += _messages_of(one, people, book, now)
    Message.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def _messages_of(
    one: Notice, people: dict[int, Person], book: dict[str, channels.Channel], now: dt.datetime
) -> Iterator[Message]:
    due = public.due_text(one.due, zone_of(one.site))
    facts = public.facts(one.words, one.about, due)
    facts["words"] = f"{recorded(one.what)} {facts['words']}"
    shared: dict[str, Any] = {
        "kind": one.kind, "about": _reference(one.about), "site": one.site, "public": facts, "urgent": one.urgent,
        "queued_at": now, "next_at": now,
    }  # fmt: skip
    subject = public.heading(facts)[:LONGEST_SUBJECT]
    body = f"{subject}\n{due}\n{one.about.title}"
    for person in people.values():
        yield Message(key=f"{one.key}/{person.k}", person=person, subject=subject, body=body, **shared)
    if not people:
        lost = {**shared, "next_at": None}
        yield Message(key=f"{one.key}/-", subject=subject, body=body, state=Message.State.FAILED,
                      last_error=f"no_holder:{one.roles[0] if one.roles else ''}", **lost)  # fmt: skip
    if one.to_groups:
        for channel in book.values():
            if _takes(channel, one.kind):
                yield Message(key=f"{one.key}@{channel.name}", channel=channel.name, **shared)


def holders_of(role: str, site: Site | None) -> list[Person]:
    """The people who hold a role today, everywhere or for this site. Errors: ValueError for an unknown role."""
    wanted = Role(role)
    rows = RoleAssignment.objects.filter(role=wanted, state=Standing.ACTIVE, person__state=Standing.ACTIVE)
    found: dict[int, Person] = {}
    for row in rows.select_related("person").order_by("k"):
        assigned = tuple(getattr(row, name) for name in ASSIGNMENT)
        if held_today([assigned]) and row.site_id in (None, site.k if site else None):
            found[row.person_id] = row.person
    return list(found.values())


def _book() -> dict[str, channels.Channel]:
    """The channels; none while their file cannot be read: a write of a record must not fail for it (the page says why)."""
    try:
        return channels.load()
    except channels.ChannelRefused:
        return {}


def _takes(channel: channels.Channel, kind: str) -> bool:
    return not channel.to_people and (not channel.takes or kind in channel.takes)


def _reference(about: Record | None) -> str:
    return f"{registry.of(about).name}/{about.k}" if about is not None else ""


def _made(key: str, **given: Any) -> Message:
    if len(key) > LONGEST_KEY:
        raise ValueError(f"a key has at most {LONGEST_KEY} characters, with what names the recipient")
    now = log.now()
    values = {"queued_at": now, "next_at": now, **given}
    return Message.objects.get_or_create(key=key, defaults=values)[0]
