"""What every test begins with is written by the writers once and laid down again, as rows, for each further test.

Only for tests within a transaction that begin with an empty log, as those with ``db`` do.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.db import connection

from tests.house import today
from zhicheng.ledger import keys, log

T = TypeVar("T")
_NOW = log.now


@dataclass
class _Kept:
    rows: dict[str, Any]
    key: bytes
    made: bytes


_kept: dict[Any, _Kept] = {}


def kept(make: Callable[[], T]) -> T:
    """What ``make`` gives, in a database as it leaves it. It is made anew on another day, and by another clock than the real one."""
    if log.now is not _NOW:
        return make()
    at = (make, today())
    if at not in _kept:
        before = {table for table in _tables() if _filled(table)}
        made = make()
        rows = {table: _read(table) for table in _tables() if table not in before and _filled(table)}
        _kept[at] = _Kept(rows, keys.path().read_bytes(), pickle.dumps(made))
        return made
    known = _kept[at]
    _lay_key(known.key)
    for table, rows in known.rows.items():
        _lay(table, rows)
    again: T = pickle.loads(known.made)
    return again


def _lay_key(key: bytes) -> None:
    path = keys.path()
    if not path.exists() or path.read_bytes() != key:
        Path(settings.HOME).mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        keys.make()  # with the rights that it must have
        path.write_bytes(key)


def _tables() -> list[str]:
    return [
        model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed
    ]


def _filled(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT 1 FROM "{table}" LIMIT 1')
        return cursor.fetchone() is not None


def _read(table: str) -> Any:
    """All rows, as the database gives them to itself."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                return b"".join(bytes(part) for part in copy)
        names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
        # behind a sign, the driver takes no column for a date
        listed = ", ".join(f'+"{name}"' for name in names)
        return connection.connection.execute(f'SELECT {listed} FROM "{table}"').fetchall()


def _lay(table: str, rows: Any) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                copy.write(rows)
            return
        marks = ",".join("?" * len(rows[0]))
        connection.connection.executemany(f'INSERT INTO "{table}" VALUES ({marks})', rows)
