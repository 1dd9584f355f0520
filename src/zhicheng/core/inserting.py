"""Inserting rows fast and, where there are many, in bounded memory; for the writers and ``core.bulk``, inside their transaction."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any

from django.db import connection, models

from zhicheng.core.fields import ScaledField
from zhicheng.core.records import held

SPILL_PAGES = 40_000
"""SQLite keeps what an import writes in memory up to so many pages of 4 KiB, so that readers are not locked out."""
AS_THEY_ARE = (
    models.CharField,
    models.TextField,
    models.IntegerField,
    models.BooleanField,
    models.ForeignKey,
)
"""Kinds of fields whose cleaned values every database takes as they are."""


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let SQLite write to disk before the commit when an import outgrows its share of memory.

    What was read stays to the end, so the garbage collector is kept from looking through it again and again.
    """
    gc.freeze()
    try:
        _spill(str(SPILL_PAGES))
        yield
    finally:
        gc.unfreeze()
        _spill("OFF")


def _spill(threshold: str) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_spill={threshold}")


def insert(model: Any, records: list[Any]) -> None:
    """Insert rows with one prepared statement; ``save`` and ``bulk_create`` would compile every row anew."""
    held("insert")
    fields = model._meta.concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(f.column) for f in fields)
    marks = ", ".join(["%s"] * len(fields))
    prepared = [(f.attname, _preparation(f)) for f in fields]
    values = [
        [getattr(r, name) if prepare is None else prepare(getattr(r, name)) for name, prepare in prepared]
        for r in records
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})", values)
    for record in records:
        record._state.adding = False


def _preparation(f: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    """What makes a field's values such as the database takes; None where they are so already."""
    if isinstance(f, ScaledField):
        return f.get_prep_value
    if isinstance(f, AS_THEY_ARE):
        return None
    prepare = partial(f.get_db_prep_save, connection=connection)
    # Dates and times repeat from row to row.
    return lru_cache(None)(prepare) if isinstance(f, models.DateField) else prepare
