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
    sql, _, prepared = _statements(model, connection.vendor)
    values = [_values(record, prepared) for record in records]
    with connection.cursor() as cursor:
        if len(values) == 1:
            cursor.execute(sql, values[0])
        else:
            cursor.executemany(sql, values)
    for record in records:
        record._state.adding = False


def update(model: Any, record: Any) -> None:
    """Write all columns of a row that the caller has locked; ``save`` would compile the statement anew and wait for a count."""
    held("update")
    _, sql, prepared = _statements(model, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*_values(record, prepared), record.pk])


Preparations = tuple[tuple[str, Callable[[Any], Any] | None], ...]


@lru_cache(None)
def _statements(model: Any, vendor: str) -> tuple[str, str, Preparations]:
    """For a kind of database: how to insert a row, how to update one by its key, and how its values are prepared."""
    fields, quote = model._meta.concrete_fields, connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    columns = [quote(f.column) for f in fields]
    insert_ = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(fields))})"
    update_ = f"UPDATE {table} SET {', '.join(f'{one} = %s' for one in columns)} WHERE {key} = %s"
    return insert_, update_, tuple((f.attname, _preparation(f)) for f in fields)


def _values(record: Any, prepared: Preparations) -> list[Any]:
    return [getattr(record, n) if prepare is None else prepare(getattr(record, n)) for n, prepare in prepared]


def _preparation(f: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    """What makes a field's values such as the database takes; None where they are so already."""
    if isinstance(f, ScaledField):
        return f.get_prep_value
    if isinstance(f, AS_THEY_ARE):
        return None
    prepare = partial(f.get_db_prep_save, connection=connection)
    # Dates and times repeat from row to row.
    return lru_cache(4096)(prepare) if isinstance(f, models.DateField) else prepare
