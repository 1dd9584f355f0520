"""One person's file: post, roles, qualifications, every training with hours and result, appointments (全员培训档案, J-4.2.17)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import TextField
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhicheng.core.authority import visible
from zhicheng.core.organisation import Appointment, RoleAssignment
from zhicheng.core.process import registry
from zhicheng.web.acting import actor, signed_in
from zhicheng.web.record_page import find

PERSON, SESSION, QUALIFICATION = "org.person", "competence.session", "competence.qualification"
LISTED = 200


@dataclass(frozen=True)
class Training:
    """What one training was to the person."""

    session: Any
    score: Any
    result: str
    consequence: str


def trainings(person: Any) -> list[Training]:
    """The trainings on whose list the person stands, the latest first."""
    process = registry[SESSION]
    rows = process.model.objects.annotate(named=Cast("attendees", TextField()))
    rows = rows.filter(named__contains=f'"{person.number}"').exclude(state="cancelled")
    columns = {c.name: c for c in process.model._meta.get_field("attendees").columns}
    found = []
    for session in rows.order_by("-held_on", "-k")[:LISTED]:
        row = next((r for r in session.attendees if r["person"] == person.number), None)
        if row is not None:
            said = columns["consequence"].shown(row["consequence"]) if row["consequence"] != "none" else ""
            score = "" if row["score"] is None else str(row["score"])
            found.append(Training(session, score, _result(session, row), str(said)))
    return found


def _result(session: Any, row: Any) -> str:
    if session.state not in ("assessed", "verified"):
        return str(session.state_label)
    if not row["present"]:
        return _("缺席")
    return _("合格") if row["passed"] else _("不合格")


def may_see(request: HttpRequest, person: Any) -> bool:
    """The person's own file, and those of others for who plans and assesses trainings."""
    by = actor(request)
    own = by.person is not None and by.person.pk == person.pk
    return own or bool(by.roles & registry[SESSION].opens)


@require_safe
@signed_in
def file_page(request: HttpRequest, number: str) -> HttpResponse:
    """The file of one person."""
    by, process = actor(request), registry[PERSON]
    own = by.person if by.person is not None and by.person.number == number else None
    person = own or find(process, number, by)
    if not may_see(request, person):
        raise PermissionDenied(_("别人的档案由质量经理、部门负责人和管理员查看。"))
    held = registry[QUALIFICATION].model.objects.filter(person=person).select_related("skill", "person")
    given = trainings(person)
    values = {
        "about": person,
        "qualifications": held.order_by("kind", "k"),
        "trainings": given,
        "hours": sum(t.session.hours or 0 for t in given if t.result in (_("合格"), _("不合格"))),
        "roles": RoleAssignment.objects.filter(person=person)
        .select_related("site", "department", "stands_in_for")
        .order_by("-k"),
        "appointments": visible(by, registry["org.appointment"]).filter(person=person).order_by("-k")
        if own is None
        else Appointment.objects.filter(person=person).order_by("-k"),
    }
    return render(request, "web/person_file.html", values)


urls = [path("people/<str:number>/file", file_page, name="person_file")]
