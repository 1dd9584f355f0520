"""Full text of editions that are or were in force, found by pairs of characters: no extension of the database is needed.

A paragraph that stays from edition to edition is kept once, with the first and the last edition in which it stands: forty
thousand editions of five thousand documents repeat themselves. SQLite looks grams up in an FTS5 table, PostgreSQL in a GIN index
over an array; both only name candidates, in which the words are then looked for as they were typed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models, transaction

from zhicheng.processes.document.grams import folded, grams
from zhicheng.processes.document.text import plain_of

MOST_CANDIDATES = 800
SHOWN = 3
"""Paragraphs that are shown of a document."""


class Paragraph(models.Model):
    """A paragraph of a document and in which editions it stands (``Edition.order``; ``last`` None: up to the newest)."""

    document = models.BigIntegerField()
    first = models.IntegerField()
    last = models.IntegerField(null=True)
    heading = models.CharField(max_length=200, blank=True)
    text = models.TextField()

    class Meta:
        app_label = "document"
        indexes = [models.Index(fields=["document", "last"])]

    def __str__(self) -> str:
        return self.text[:40]


@dataclass
class Hit:
    """A document in which the words stand, with some of the paragraphs."""

    document: int
    paragraphs: list[Paragraph] = field(default_factory=list)
    count: int = 0


def index(edition: Any) -> None:
    """Take in an edition's text. Editions of a document come in their order; one that is indexed already adds nothing."""
    lines = headed(plain_of(edition))
    now = Paragraph.objects.filter(document=edition.document_id, last=None)
    standing = {(p.heading, p.text): p for p in now}
    gone = [p.pk for key, p in standing.items() if key not in lines and p.first < edition.order]
    now.filter(pk__in=gone).update(last=edition.order - 1)
    keep(
        [
            Paragraph(document=edition.document_id, first=edition.order, heading=heading, text=text)
            for heading, text in lines
            if (heading, text) not in standing
        ]
    )


def headed(lines: Iterable[str]) -> dict[tuple[str, str], None]:
    """Each paragraph with the heading above it, each once, in order."""
    heading, found = "", dict[tuple[str, str], None]()
    for line in lines:
        if line.startswith("#"):
            heading = line.lstrip("# ")[:200]
        found[heading, line.lstrip("# ") if line.startswith("#") else line] = None
    return found


@transaction.atomic
def keep(made: list[Paragraph]) -> None:
    """Write new paragraphs and their grams."""
    Paragraph.objects.bulk_create(made, batch_size=500)
    found = [(one.pk, grams(one.text)) for one in made]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.executemany(
                "UPDATE document_paragraph SET grams = %s WHERE id = %s", [(g, pk) for pk, g in found]
            )
        else:
            cursor.executemany(
                "INSERT INTO document_grams (rowid, grams) VALUES (%s, %s)",
                [(pk, " ".join(g)) for pk, g in found],
            )


def search(words: str, *, former: bool = False) -> tuple[list[Hit], bool]:
    """Documents in whose text every word stands in one paragraph, and whether there are more; ``former``: in former editions too.
    Words are separated by spaces. A word of one character finds nothing."""
    wanted = [one for one in folded(words).split() if grams(one)]
    if not wanted:
        return [], False
    hits: dict[int, Hit] = {}
    rows = candidates([g for one in wanted for g in grams(one)], former=former)
    for paragraph in rows:
        text = folded(paragraph.text)
        if all(one in text for one in wanted):
            hit = hits.setdefault(paragraph.document, Hit(paragraph.document))
            hit.count += 1
            if len(hit.paragraphs) < SHOWN:
                hit.paragraphs.append(paragraph)
    return list(hits.values()), len(rows) == MOST_CANDIDATES


def candidates(wanted: list[str], *, former: bool) -> list[Paragraph]:
    """Paragraphs that have all grams, the newest first, at most ``MOST_CANDIDATES``."""
    standing = "" if former else "AND p.last IS NULL"
    columns = ", ".join(f"p.{f.column}" for f in Paragraph._meta.concrete_fields)
    if connection.vendor == "postgresql":
        where, given = "p.grams @> %s", wanted
        source = "document_paragraph p"
    else:
        where, given = "document_grams MATCH %s", " ".join(f'"{one}"' for one in wanted)  # type: ignore[assignment]
        source = "document_grams JOIN document_paragraph p ON p.id = document_grams.rowid"
    sql = f"SELECT {columns} FROM {source} WHERE {where} {standing} LIMIT {MOST_CANDIDATES}"
    return list(Paragraph.objects.raw(sql, [given]))
