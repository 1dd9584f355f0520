"""Where grams are looked up: an FTS5 table of SQLite, an array with a GIN index of PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.db import migrations

MAKE = {
    "sqlite": [
        "CREATE VIRTUAL TABLE document_grams USING fts5(grams, content='', detail=none, tokenize='ascii')"
    ],
    "postgresql": [
        "ALTER TABLE document_paragraph ADD COLUMN grams text[]",
        "CREATE INDEX document_paragraph_grams ON document_paragraph USING gin (grams)",
    ],
}
UNMAKE = {
    "sqlite": ["DROP TABLE document_grams"],
    "postgresql": ["ALTER TABLE document_paragraph DROP COLUMN grams"],
}


def make(apps: Any, editor: Any) -> None:
    for statement in MAKE[editor.connection.vendor]:
        editor.execute(statement)


def unmake(apps: Any, editor: Any) -> None:
    for statement in UNMAKE[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("document", "0001_initial")]
    operations = [migrations.RunPython(make, unmake)]
