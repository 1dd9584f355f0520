"""Queries compiled once. Django builds a queryset's SQL anew at every use, which costs more than the database needs to answer.

For the few queries of every write; everything else uses querysets.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.db import connection, models
from django.db.models.sql.compiler import SQLCompiler

TEXT: Final = "\x01given"
NUMBER: Final = -(2**62)
"""They stand for what is given while the query is compiled."""


class Prepared:
    """A queryset that depends on one value: ``make(value)`` is compiled at first use and kept for each kind of database."""

    def __init__(self, make: Callable[[Any], models.QuerySet[Any, Any]], mark: str | int = TEXT) -> None:
        self._make, self._mark = make, mark
        self._compiled: dict[str, tuple[str, tuple[Any, ...], list[tuple[int, Any, Any]], list[str]]] = {}

    def _statement(self) -> tuple[str, tuple[Any, ...], list[tuple[int, Any, Any]], list[str]]:
        kept = self._compiled.get(connection.vendor)
        if kept is None:
            compiler: SQLCompiler = self._make(self._mark).query.get_compiler(connection=connection)
            sql, given = compiler.as_sql()
            if self._mark not in given:
                raise ValueError("the queryset does not depend on what is given")
            expressions = [one for one, _sql, _alias in compiler.select]
            converters = [
                (i, expression, converts)
                for i, (converts, expression) in compiler.get_converters(expressions).items()
            ]
            names = [getattr(getattr(one, "target", None), "attname", "") for one in expressions]
            kept = self._compiled[connection.vendor] = (sql, tuple(given), converters, names)
        return kept

    def values(self, given: str | int) -> list[tuple[Any, ...]]:
        """The rows of a ``values_list`` queryset."""
        sql, marked, converters, _names = self._statement()
        with connection.cursor() as cursor:
            cursor.execute(sql, [given if one == self._mark else one for one in marked])
            rows = cursor.fetchall()
        return [_converted(row, converters) for row in rows] if converters else list(rows)

    def first(self, model: Any, given: str | int) -> Any:
        """The first row of a queryset of whole models, or None."""
        rows = self.values(given)
        return model.from_db(connection.alias, self._statement()[3], rows[0]) if rows else None


def _converted(row: tuple[Any, ...], converters: list[tuple[int, Any, Any]]) -> tuple[Any, ...]:
    values = list(row)
    for i, expression, converts in converters:
        for convert in converts:
            values[i] = convert(values[i], expression, connection)
    return tuple(values)
