"""Taking turns across processes: whoever holds a name is alone with it until the transaction ends.

On SQLite a transaction begins IMMEDIATE (``settings``): whoever is in one is alone already.
"""

from __future__ import annotations

import zlib

from django.db import connection

_SPACE = 0x7A63  # "zc": our locks apart from those of others in the same database


def wait_for(name: str) -> None:
    """Hold the name, after whoever holds it now. Must be called in a transaction, before what must not be done twice is read."""
    _call("SELECT pg_advisory_xact_lock(%s, %s)", name)


def free(name: str) -> bool:
    """Hold the name if nobody does now; whether it is held."""
    return _call("SELECT pg_try_advisory_xact_lock(%s, %s)", name) is not False


def _call(statement: str, name: str) -> object:
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute(statement, [_SPACE, zlib.crc32(name.encode()) - 2**31])
        return cursor.fetchone()[0]
