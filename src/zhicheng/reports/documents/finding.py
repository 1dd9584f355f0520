"""What a search of documents finds, as a page shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from zhicheng.processes.document.grams import folded, too_short
from zhicheng.processes.document.index import Paragraph, search
from zhicheng.processes.document.models import Edition

MOST = 50
ROUND = 60
"""Characters that are shown on each side of what was found."""
__all__ = ["MOST", "Found", "Snippet", "found", "too_short"]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A paragraph with what was found in it: runs of (text, whether it was looked for), and the heading above."""

    heading: str
    runs: tuple[tuple[str, bool], ...]
    former: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A document, the edition whose text is shown, and where the words stand."""

    document: Any
    edition: Any
    snippets: tuple[Snippet, ...]


def found(words: str, rows: QuerySet[Any], *, former: bool = False) -> tuple[list[Found], bool]:
    """Documents among ``rows`` in whose code, name or text the words stand, and whether there are more."""
    hits, more = search(words, former=former)
    by_text = {hit.document: hit for hit in hits}
    named = Q()
    for word in words.split()[:6]:
        named &= Q(code__icontains=word) | Q(name__icontains=word)
    rows = rows.only("number", "code", "name", "state")
    titled = list(rows.filter(named).order_by("code", "k")[: MOST + 1]) if words.split() else []
    known = {d.k for d in titled}
    wanted = [k for k in by_text if k not in known][: MOST + 1]
    read = rows.filter(k__in=wanted)
    read = read if former else read.exclude(state="obsolete")
    documents = [*titled, *sorted(read, key=lambda d: (d.code, d.k))]
    editions = _editions([d.k for d in documents[:MOST]])
    shown = []
    for document in documents[:MOST]:
        hit = by_text.get(document.k)
        snippets = tuple(snippet(one, words) for one in hit.paragraphs) if hit else ()
        shown.append(Found(document, editions.get(document.k), snippets))
    return shown, more or len(documents) > MOST


def _editions(ks: list[int]) -> dict[int, Any]:
    """The edition in force of each document, else its newest that was."""
    rows = Edition.objects.filter(document__in=ks).only("number", "edition", "state", "document")
    found = {e.document_id: e for e in rows.filter(state="in_force")}
    left = rows.filter(document__in=set(ks) - set(found), state__in=("superseded", "obsolete"))
    return {e.document_id: e for e in left.order_by("major", "minor")} | found


def snippet(paragraph: Paragraph, words: str) -> Snippet:
    """The part of a paragraph round what was looked for."""
    text = paragraph.text
    places = [
        m.start() for word in folded(words).split() for m in re.finditer(re.escape(word), text.casefold())
    ]
    start = max(0, min(places, default=0) - ROUND)
    end = min(len(text), max(places, default=0) + ROUND) if places else min(len(text), 2 * ROUND)
    cut = text[start:end] if end - start <= 4 * ROUND else text[start : start + 4 * ROUND]
    cut = f"{'…' if start else ''}{cut}{'…' if end < len(text) else ''}"
    return Snippet(paragraph.heading, _marked(cut, words), paragraph.last is not None)


def _marked(text: str, words: str) -> tuple[tuple[str, bool], ...]:
    wanted = "|".join(re.escape(word) for word in folded(words).split())
    if not wanted:
        return ((text, False),)
    pieces = re.split(f"({wanted})", text, flags=re.IGNORECASE)
    return tuple((piece, i % 2 == 1) for i, piece in enumerate(pieces) if piece)
