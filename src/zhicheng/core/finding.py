"""Searching a kind of record for words: anywhere in the searched facts, or at their beginning where there are many records."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from zhicheng.core.process import Process

MANY = 20_000
MOST_WORDS = 6
LONGEST = 2000
LAST_CHARACTER = "\U0010ffff"


def matching(rows: QuerySet[Any], process: Process, text: str) -> QuerySet[Any]:
    """The rows in which every word of ``text`` stands in one of the process's searched facts.

    Beyond 20,000 records a word is looked for at the beginning of indexed facts, so that an index can find it.
    """
    if len(text) > LONGEST:  # no fact that is searched holds it, and a database refuses such a pattern
        return rows.none()
    many = is_large(process)
    for word in text.replace("\0", "").split()[:MOST_WORDS]:
        one = Q()
        for name in process.search:
            one |= _beginning(process, name, word) if many else Q(**{f"{name}__icontains": word})
        rows = rows.filter(one)
    return rows


def is_large(process: Process) -> bool:
    """Whether there are more than 20,000: the highest record number tells, since numbers are dense."""
    last = process.model.objects.order_by("-k").values_list("k", flat=True).first()
    return bool(last and last > MANY)


def _beginning(process: Process, name: str, word: str) -> Q:
    field: Any = process.model._meta.get_field(name)
    if not (field.unique or field.db_index):
        return Q(**{f"{name}__icontains": word})
    if connection.vendor == "postgresql":
        return Q(**{f"{name}__startswith": word})
    # SQLite's LIKE with ESCAPE uses no index; its text order is by code point, so a range is exact.
    return Q(**{f"{name}__gte": word, f"{name}__lt": word + LAST_CHARACTER})
