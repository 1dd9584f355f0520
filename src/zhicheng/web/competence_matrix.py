"""People × skills: who has what until when, what the post demands and is missing, what lapses next."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from zhicheng.core.authority import may_read, visible
from zhicheng.core.organisation import Post, Standing
from zhicheng.core.process import registry
from zhicheng.web.acting import actor, outside, signed_in
from zhicheng.web.addresses import of_record
from zhicheng.web.exchange_pages import XLSX
from zhicheng.web.record_export import saved

TITLE = gettext_lazy("能力矩阵")
SHOWN, LISTED, SOON = 30, 12, dt.timedelta(days=90)
SIGNS = {"ok": "●", "soon": "◐", "lapsed": "▲", "stopped": "■", "missing": "○"}
"""Each standing has its own sign, so that no colour has to be told from another."""


Drawn = TypeVar("Drawn")
Draw: TypeAlias = Callable[[str, dt.date | None, str], Drawn]
"""Makes a cell of how one person stands in one skill (``ok``, ``soon``, ``lapsed``, ``stopped``, or ``missing``: the post demands
it), until when, and the number of the qualification. Of the thousands on a page nothing else is kept."""
MANY = 1 << 32


class Matrix:
    """The people and skills that were asked for, and how each stands in each today."""

    def __init__(self, request: HttpRequest) -> None:
        by = actor(request)
        if outside(by) or not may_read(by, registry["competence.qualification"]):
            raise PermissionDenied
        self.today = timezone.localdate()
        self.asked = {n: request.GET.get(n, "") for n in ("department", "post", "kind", "q")}
        people = visible(by, registry["org.person"]).filter(state=Standing.ACTIVE)
        for name in ("department", "post"):
            if self.asked[name]:
                people = people.filter(**{f"{name}__number": self.asked[name]})
        if self.asked["q"]:
            people = people.filter(name__contains=self.asked["q"])
        self.people = people.order_by("department_id", "k").select_related("department", "post")
        skills = registry["competence.skill"].model.objects.filter(state=Standing.ACTIVE)
        if self.asked["kind"]:
            skills = skills.filter(kind=self.asked["kind"])
        self.skills: list[Any] = list(skills.only("k", "number", "name", "kind").order_by("kind", "k"))
        self.kinds = registry["competence.skill"].model._meta.get_field("kind").flatchoices

    def rows(self, people: Sequence[Any], draw: Draw[Drawn]) -> list[tuple[Any, list[Drawn | None]]]:
        """The people with a cell for each skill (None: neither held nor demanded)."""
        held = self._held([p.k for p in people], draw)
        at = {skill.number: i for i, skill in enumerate(self.skills)}
        found = []
        for person in people:
            cells = [held.get(person.k * MANY + skill.k) for skill in self.skills]
            for row in person.post.required if person.post else ():
                i = at.get(row["number"])
                if i is not None and cells[i] is None:
                    cells[i] = draw("missing", None, "")
            found.append((person, cells))
        return found

    def _held(self, people: Iterable[int], draw: Draw[Drawn]) -> dict[int, Drawn]:
        rows = registry["competence.qualification"].model.objects.filter(person_id__in=people)
        facts = rows.values_list("person_id", "skill_id", "state", "obtained_on", "valid_until", "number")
        return {
            person * MANY + skill: draw(self._standing(state, since, until), until, number)
            for person, skill, state, since, until, number in facts.iterator(chunk_size=500)
        }

    def _standing(self, state: str, since: dt.date, until: dt.date | None) -> str:
        if state != "valid" or since > self.today:
            return "stopped"
        if until is None or until > self.today + SOON:
            return "ok"
        return "lapsed" if until < self.today else "soon"

    @property
    def lapsing(self) -> Any:
        """The first qualifications of these people that have lapsed or lapse soon, one more than are listed.

        ``Exists`` keeps the database at the index of the dates, which gives the first few at once.
        """
        rows = registry["competence.qualification"].model.objects.filter(
            Exists(self.people.order_by().filter(k=OuterRef("person_id"))),
            state="valid",
            valid_until__lte=self.today + SOON,
        )
        if self.asked["kind"]:
            rows = rows.filter(kind=self.asked["kind"])
        first = rows.order_by("valid_until", "k").values_list("k", flat=True)[: LISTED + 1]
        model = registry["competence.qualification"].model
        return (
            model.objects.filter(k__in=list(first))
            .select_related("person", "skill")
            .order_by("valid_until", "k")
        )


def _drawn(standing: str, until: dt.date | None, number: str) -> str:
    """One cell; made by hand, because a template takes far longer for the thousands of a page. It holds nothing typed by people."""
    said = f"{SIGNS[standing]}{f'<i>{until:%y-%m-%d}</i>' if until else ''}"
    if not number:
        return f'<td class="{standing}">{said}</td>'
    return f'<td class="{standing}"><a href="/competence.qualification/{number}/">{said}</a></td>'


def _drawn_rows(rows: Iterable[tuple[Any, list[str | None]]]) -> SafeString:
    out = []
    for person, cells in rows:
        head = format_html(
            '<th scope="row"><a href="{}">{}</a> <span class="quiet">{}</span></th>',
            of_record(person),
            person.name,
            person.post.name if person.post else "",
        )
        out.append(f"<tr>{conditional_escape(head)}{''.join(c or '<td></td>' for c in cells)}</tr>")
    return mark_safe("".join(out))  # every part is escaped above


def _page(request: HttpRequest, count: int) -> int:
    asked = request.GET.get("page", "1")
    last = max((count - 1) // SHOWN + 1, 1)
    return min(max(int(asked), 1), last) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1


@require_safe
@signed_in
def matrix_page(request: HttpRequest) -> HttpResponse:
    """The matrix, thirty people at a time."""
    matrix, by = Matrix(request), actor(request)
    count = matrix.people.count()
    page = _page(request, count)
    people = list(matrix.people[(page - 1) * SHOWN : page * SHOWN])
    lapsing = list(matrix.lapsing)
    asked = {n: v for n, v in matrix.asked.items() if v}
    values = {
        "title": TITLE,
        "matrix": matrix,
        "count": count,
        "rows": _drawn_rows(matrix.rows(people, _drawn)),
        "lapsing": [(q, q.valid_until < matrix.today) for q in lapsing[:LISTED]],
        "more": len(lapsing) > LISTED,
        "departments": visible(by, registry["org.department"]).filter(state=Standing.ACTIVE).order_by("k"),
        "posts": Post.objects.filter(state=Standing.ACTIVE).order_by("k"),
        "query": urlencode(asked),
        "first": (page - 1) * SHOWN + 1,
        "last": min(page * SHOWN, count),
        "before": urlencode({**asked, "page": page - 1}) if page > 1 else "",
        "after": urlencode({**asked, "page": page + 1}) if page * SHOWN < count else "",
        "legend": _legend(),
    }
    return render(request, "web/competence_matrix.html", values)


def _legend() -> list[tuple[str, str, str]]:
    words = {
        "ok": _("有效"),
        "soon": _("90 天内到期"),
        "lapsed": _("已到期"),
        "stopped": _("暂停或取消"),
        "missing": _("岗位要求而没有"),
    }
    return [(name, SIGNS[name], word) for name, word in words.items()]


@require_safe
@signed_in
def matrix_xlsx(request: HttpRequest) -> HttpResponse:
    """The whole matrix as a workbook."""
    from zhicheng.exchange.workbooks import BookWriter  # a large library: only who exports loads it

    matrix, stream = Matrix(request), io.BytesIO()
    writer = BookWriter(stream)
    sheet = writer.sheet(str(TITLE))
    heads = (_("工号"), _("姓名"), _("部门"), _("岗位"), *(s.name for s in matrix.skills))
    for column, text in enumerate(heads):
        sheet.write_string(0, column, text, writer.formats["head"])
    sheet.freeze_panes(1, 2)
    words = {name: word for name, _sign, word in _legend()}
    people = list(matrix.people)
    for start in range(0, len(people), SHOWN):
        part = matrix.rows(people[start : start + SHOWN], lambda *cell: cell)
        for line, (person, cells) in enumerate(part, start + 1):
            department, post = (x.title if x else "" for x in (person.department, person.post))
            writer.row(sheet, line, (person.staff_number, person.name, department, post))
            for column, cell in enumerate(cells, 4):
                if cell is not None:
                    writer.cell(sheet, line, column, _written(cell[0], cell[1], words))
    writer.close()
    return saved(stream.getvalue(), f"{TITLE} {matrix.today:%Y-%m-%d}.xlsx", XLSX)


def _written(standing: str, until: dt.date | None, words: dict[str, str]) -> Any:
    """A date where it holds until then; else in words."""
    if standing in ("ok", "soon") and until:
        return until
    return f"{words[standing]} {until or ''}".strip()


urls = [
    path("people/matrix", matrix_page, name="competence_matrix"),
    path("people/matrix.xlsx", matrix_xlsx, name="competence_matrix_xlsx"),
]
