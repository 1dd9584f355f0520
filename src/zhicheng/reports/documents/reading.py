"""An edition to be read on a page: its paragraphs or a comparison, its questions, who has not read it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import Q

from zhicheng.processes.document.models import Document, Reading, choices_of
from zhicheng.processes.document.reading import NOW, unread
from zhicheng.processes.document.text import plain_of
from zhicheng.reports.documents.comparing import Line, compare, lines_of

MOST, OWN = 100, 50
"""Names that are shown of those who have not read it."""


class Text:
    """The page's text of an edition; ``beside`` is an earlier or later one to compare with."""

    def __init__(self, edition: Any, beside: Any = None) -> None:
        self.edition, self.beside = edition, beside

    @cached_property
    def lines(self) -> list[Line]:
        """Paragraphs; compared, from the older to the newer edition."""
        if self.beside is None:
            lines = plain_of(self.edition)
            return list(lines_of(lines, lines))
        older, newer = sorted((self.edition, self.beside), key=lambda one: one.order)
        return compare(older, newer)

    @property
    def differs(self) -> bool:
        """Whether anything is not the same in both."""
        return any(line.how != "same" for line in self.lines)

    @property
    def readable(self) -> bool:
        """Whether reading it can be confirmed now."""
        return self.edition.state in NOW

    @property
    def questions(self) -> list[tuple[int, str, list[tuple[int, str]]]]:
        """Number, question and numbered choices."""
        rows = enumerate(self.edition.questions, 1)
        return [(i, row["question"], list(enumerate(choices_of(row), 1))) for i, row in rows]

    @cached_property
    def unread(self) -> tuple[list[Any], int]:
        """Who must read it and has not, at most a hundred, and how many they are."""
        rows = unread(self.edition)
        return list(rows[:MOST]), rows.count()

    def own(self, person: Any) -> Any:
        """The reading that this person confirmed and passed."""
        return Reading.objects.filter(edition=self.edition, person=person, passed=True).order_by("-k").first()


def to_read(rows: Any, person: Any) -> tuple[list[Any], bool]:
    """The editions among ``rows`` that this person has to read and has not, the newest first, at most fifty, and whether there are
    more: as ``processes.document.reading.audience`` has it, for one person."""
    if person is None:
        return [], False
    own = person.department.name if person.department else None
    named = Document.objects.exclude(audience=[]).values_list("k", "audience")
    for_others = [k for k, audience in named if own not in {row["department"] for row in audience}]
    for_own = {k for k, _audience in named} - set(for_others)
    everybody = Q(document__department=None) | Q(document__in=for_own)
    if person.department_id:
        everybody |= Q(document__department=person.department_id)
    done = Reading.objects.filter(person=person, passed=True).values("edition_id")
    mine = rows.filter(everybody, state__in=NOW).exclude(pk__in=done).exclude(document__in=for_others)
    shown = mine.order_by("-effective_on", "-k")
    found = list(shown.only("number", "code", "name", "edition", "state", "effective_on")[: OWN + 1])
    return found[:OWN], len(found) > OWN
