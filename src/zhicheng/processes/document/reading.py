"""Read and understood: who read an edition, and the short test about it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhicheng.core import parameters
from zhicheng.core.language import listed
from zhicheng.core.organisation import Person, Standing
from zhicheng.core.process import Missing
from zhicheng.core.writers import Refused, Write
from zhicheng.processes.document.models import Edition, Reading
from zhicheng.processes.document.parameters import PASS

NOW = (Edition.State.ISSUED, Edition.State.IN_FORCE)


def readable_now(reading: Reading) -> Missing | None:
    """Only what is issued is read and confirmed."""
    if reading.edition.state in NOW:
        return None
    said = _("“%(e)s”是“%(s)s”：只确认已颁布或现行有效的版本。")
    return Missing(said % {"e": reading.edition.title, "s": reading.edition.state_label}, reading.edition)


def judged(reading: Reading, by: Write) -> None:
    """Who reads is who is signed in; the answers are judged at once. Errors: ValidationError."""
    reading.person = by.person
    questions = reading.edition.questions
    given = {row["question"]: row["answer"] for row in reading.answers}
    if set(given) - set(range(1, len(questions) + 1)):
        raise ValidationError({"answers": [_("没有这一题。")]})
    if unanswered := [str(i) for i in range(1, len(questions) + 1) if i not in given]:
        raise ValidationError({"answers": [_("还没有回答第 %s 题。") % listed(unanswered)]})
    reading.asked = len(questions)
    reading.right = sum(row["answer"] == given[i] for i, row in enumerate(questions, 1))
    enough = parameters.value(PASS, reading.edition.document.site_id)
    reading.passed = reading.right * 100 >= enough * reading.asked


def unchanged(reading: Reading, by: Write) -> None:
    """What was confirmed stays; who reads again confirms again. Errors: Refused."""
    raise Refused([Missing(_("阅读确认不能更改：请重新阅读并确认。"), reading.edition)])


def audience(edition: Edition) -> QuerySet[Any]:
    """Who must read an edition: the departments that the document names, else its own, else everybody."""
    document = edition.document
    people = Person.objects.filter(state=Standing.ACTIVE).order_by("k")
    if document.audience:
        return people.filter(department__name__in=[row["department"] for row in document.audience])
    return people.filter(department=document.department_id) if document.department_id else people


def unread(edition: Edition) -> QuerySet[Any]:
    """Who must read it and has not, or failed the test."""
    done = Reading.objects.filter(edition=edition, passed=True).values("person_id")
    return audience(edition).exclude(Q(pk__in=done))
