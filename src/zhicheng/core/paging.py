"""Pages of any number of records: by key (date, then number of the record), newest first, never by offset."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet


@dataclass(frozen=True)
class Cursor:
    """Where a page begins or ends: the date that orders the list and the record's ``k``; as text ``2017-03-08.417``."""

    day: dt.date
    k: int

    def __str__(self) -> str:
        return f"{self.day.isoformat()}.{self.k}"

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """The cursor of a text, or None when it is none."""
        day, dot, k = text.partition(".")
        try:
            return cls(dt.date.fromisoformat(day), int(k)) if dot and k.isascii() and len(k) < 19 else None
        except ValueError:
            return None


@dataclass(frozen=True)
class Page:
    """One page: its records newest first, and the cursors of its neighbours (None: there is none)."""

    rows: list[Any]
    newer: Cursor | None
    older: Cursor | None


def page(
    rows: QuerySet[Any],
    *,
    before: Cursor | None = None,
    after: Cursor | None = None,
    size: int = 50,
    by: str = "occurred_on",
    related: Sequence[str] = (),
    deferred: Sequence[str] = (),
) -> Page:
    """One page of ``rows`` by the date fact ``by``: what stands before or after a cursor, or the newest.

    Keys are found first, by an index on (``by``, ``k``); only then the page's rows are read with what they show.
    """
    backwards = after is not None
    bound = after if backwards else before
    found = rows if bound is None else rows.filter(_beyond(by, bound, newer=backwards))
    order = (by, "k") if backwards else (f"-{by}", "-k")
    keys = list(found.order_by(*order).values_list(by, "k")[: size + 1])
    more, keys = len(keys) > size, keys[:size]
    if backwards:
        keys.reverse()
    if not keys:
        return Page([], None, None)
    first, last = Cursor(*keys[0]), Cursor(*keys[-1])
    return Page(
        _read(rows, [k for _day, k in keys], related, deferred),
        first if (more if backwards else before is not None) else None,
        last if (backwards or more) else None,
    )


def _beyond(by: str, at: Cursor, *, newer: bool) -> Q:
    """Rows strictly newer or older than a cursor, written so that an index on the date bounds the scan."""
    if newer:
        return Q(**{f"{by}__gte": at.day}) & (Q(**{f"{by}__gt": at.day}) | Q(k__gt=at.k))
    return Q(**{f"{by}__lte": at.day}) & (Q(**{f"{by}__lt": at.day}) | Q(k__lt=at.k))


def _read(rows: QuerySet[Any], keys: list[int], related: Sequence[str], deferred: Sequence[str]) -> list[Any]:
    chosen = rows.model._default_manager.filter(k__in=keys)
    chosen = chosen.select_related(*related) if related else chosen
    by_key = {r.k: r for r in (chosen.defer(*deferred) if deferred else chosen)}
    return [by_key[k] for k in keys if k in by_key]


def counted(rows: QuerySet[Any], most: int = 10_000) -> tuple[int, bool]:
    """How many rows there are, up to ``most``, and whether there are more."""
    n = rows.order_by().values("k")[: most + 1].count()
    return min(n, most), n > most
