"""A plan is approved, then closed; a session is opened for sign-in, held, assessed, its effect verified."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhicheng.core import parameters, retention
from zhicheng.core.organisation import Person, Standing
from zhicheng.core.process import Clock, Limit, Missing, ParameterSpec, Process, Span, registry, transition
from zhicheng.core.roles import INTERNAL, Role
from zhicheng.core.working_time import DAY
from zhicheng.core.writers import Refused, Write, day_of
from zhicheng.processes.competence.records import NUMBERED, Qualification, months_after
from zhicheng.processes.competence.training import (
    Consequence,
    Level,
    Plan,
    Session,
    new_row,
    row_of,
    unscored,
)
from zhicheng.processes.competence.workflow import KEEPERS, QUALIFICATION

P, S = Plan.State, Session.State
LEADERS = frozenset({Role.GENERAL_MANAGER.value})
TRAINERS = KEEPERS | {Role.ADMINISTRATOR.value, Role.GENERAL_MANAGER.value}
EFFECT_DAYS = ParameterSpec("competence.effect_days", _("培训效果的验证期限"), 90, int, _("天"), "X-3.2.1")
RETRAINING_DAYS = ParameterSpec(
    "competence.retraining_days", _("文件换版后再培训的期限"), 30, int, _("天"), "K-5.5.11"
)
EXCELLENT = ParameterSpec("competence.excellent_score", _("培训奖励的成绩"), 90, int, _("分"), "J-3.2.10")


def _approvers(plan: Any) -> frozenset[str]:
    """The company's plan is the general manager's; of departments and workshops the quality manager's as well."""
    return LEADERS if plan.level == Level.COMPANY else LEADERS | {Role.QUALITY_MANAGER.value}


def has_items(plan: Plan) -> Missing | None:
    """A plan says what will be trained."""
    return None if plan.items else Missing(_("先写明培训项目。"), plan)


@transition(_("批准"), P.DRAFT, to=P.APPROVED, roles=_approvers, requires=(has_items,), four_eyes=("open",))
def approve(plan: Plan, by: Write) -> None:
    """The plan stands; from now on sessions fulfil its lines."""


@transition(_("结束计划"), P.APPROVED, to=P.CLOSED, roles=TRAINERS, reason=True)
def close_plan(plan: Plan, by: Write) -> None:
    """The year is over: what was not held is explained."""


PLANNED = ("year", "level", "department", "items")
PLAN = Process(
    name="competence.plan",
    model=Plan,
    title=_("培训计划"),
    series="PXJH-{seq:03d}",
    opens=TRAINERS,
    start=P.DRAFT.value,
    final=frozenset({P.CLOSED.value}),
    asks=("year", "level"),
    transitions=(approve, close_plan),
    amendable={P.DRAFT.value: PLANNED},
    may_open=("occurred_on", "state", "year", "level", "planned", "done", "starts_on", "provenance"),
    columns=("number", "year", "level", "department", "planned", "done", "state"),
    filters=("state", "level", "department"),
    search=("number",),
    groups=((_("培训计划"), (*PLANNED, "planned", "done")),),
    retention=retention.HOUSE,
    rail="people",
    working_date="",
    help=_("公司、部门、车间三级，每年各一份；每一项由为它举办的培训兑现。"),
)


# Sessions


@transition(_("开始签到"), S.PLANNED, to=S.OPEN, roles=TRAINERS)
def begin(session: Session, by: Write) -> None:
    """Show the QR code; who scans it is present."""


@transition(_("签到"), S.OPEN, to=S.OPEN, roles=INTERNAL, through="attendance")
def sign_in(session: Session, by: Write) -> None:
    """The person who scanned the code is there; somebody not invited is added."""
    if by.person is None:
        return
    row = row_of(session, by.person.number)
    if row is None:
        row = new_row(by.person)
        session.attendees = [*session.attendees, row]
    if row["came_at"] is None:
        row.update(came_at=by.at.strftime("%Y-%m-%dT%H:%M:%SZ"), present=True)  # type: ignore[attr-defined]


@transition(_("结束签到"), S.OPEN, to=S.HELD, roles=TRAINERS, asks=("attendees",))
def end_sign_in(session: Session, by: Write) -> None:
    """Tick who came without a phone. The code serves no more."""


def somebody_came(session: Session) -> Missing | None:
    """Nobody trained, nothing to assess."""
    return None if session.present else Missing(_("没有人到场：请在参加人中注明，或取消培训。"), session)


def scores_complete(session: Session) -> Missing | None:
    """Whoever came was tested, where there is a test."""
    names = unscored(session)
    return Missing(_("还没有成绩：%s。") % names) if names else None


@transition(
    _("评定"), S.HELD, to=S.ASSESSED, roles=TRAINERS, asks=("attendees", "verify_by"), optional=("verify_by",),
    requires=(somebody_came,), checks=(scores_complete,),
)  # fmt: skip
def assess(session: Session, by: Write) -> None:
    """Who passed is qualified; who was absent or failed, and who excelled, has its consequence (J-3.2.10)."""
    excellent = parameters.value("competence.excellent_score", session.site_id)
    for row in session.attendees:
        came, score = bool(row["present"]), row["score"]
        row["passed"] = came and (session.pass_mark is None or score >= session.pass_mark)
        if not row["consequence"]:
            row["consequence"] = _consequence(row["passed"], score, excellent)
    session.assessed_at = by.at
    if session.verify_by is None:
        days = parameters.value("competence.effect_days", session.site_id)
        session.verify_by = session.held_on + dt.timedelta(days=days)
    if session.skill is not None:
        _qualify(session, by)
    if session.plan is not None:
        _fulfil(session, by)


def _consequence(passed: bool, score: int | None, excellent: int) -> str:
    if not passed:
        return Consequence.PENALTY.value
    rewarded = score is not None and score >= excellent
    return Consequence.REWARD.value if rewarded else Consequence.NONE.value


def _qualify(session: Any, by: Write) -> None:
    """Each who passed gets the qualification, or has it renewed."""
    passed = [row["person"] for row in session.attendees if row["passed"]]
    people = Person.objects.filter(number__in=passed)
    held = {q.person_id: q for q in Qualification.objects.filter(skill=session.skill, person__in=people)}
    until = months_after(session.held_on, session.skill.months) if session.skill.months else None
    facts: dict[str, Any] = {"obtained_on": session.held_on, "valid_until": until}
    if session.skill.kind in NUMBERED:
        facts["certificate_number"] = session.number
    for person in people:
        had = held.get(person.pk)
        if had is None:
            facts |= {"issuer": session.external_trainer}
            by.open(QUALIFICATION, person=person, skill=session.skill, **facts)
        elif had.obtained_on <= session.held_on:
            by.perform(had, "renew" if had.state == Qualification.State.VALID else "requalify", **facts)


def _fulfil(session: Any, by: Write) -> None:
    """The plan's line says by which session it was held. Errors: Refused."""
    plan = Plan.objects.get(pk=session.plan_id)
    items = [dict(row) for row in plan.items]
    line = session.plan_line
    if line is None:
        line = next((n for n, row in enumerate(items, 1) if row["course"] == session.course), 0)
    if not 1 <= line <= len(items):
        raise Refused([Missing(_("培训计划里没有这一项：请写明计划第几项。"), plan)])
    if plan.state != P.APPROVED:
        raise Refused([Missing(_("培训计划尚未批准，或已结束。"), plan)])
    items[line - 1]["session"] = session.number
    by.change(plan, "fulfil", items=items)


@transition(
    _("验证效果"), S.ASSESSED, to=S.VERIFIED, roles=TRAINERS, asks=("effect", "effect_note")
)  # fmt: skip
def verify_effect(session: Session, by: Write) -> None:
    """Look later whether it shows in the work: by checks on site, questions, results (X-3.2.1, K-5.5.11)."""
    session.verified_at = by.at


@transition(_("取消培训"), S.PLANNED, S.OPEN, S.HELD, to=S.CANCELLED, roles=TRAINERS, reason=True)
def cancel(session: Session, by: Write) -> None:
    """It is not held; the plan's line stays open."""


def effect_span(session: Any) -> Span | None:
    """The effect is due by the day that was set."""
    if session.assessed_at is None or session.verify_by is None:
        return None
    days = max((session.verify_by - day_of(session.assessed_at, session)).days, 0)
    return Span(session.assessed_at, Limit(days, DAY, "competence.effect_days"), session.verified_at)


COURSE = ("course", "level", "held_on", "hours", "place", "trainer", "external_trainer", "department")
ABOUT = ("document_number", "edition", "skill", "pass_mark", "plan", "plan_line")
SESSION = Process(
    name="competence.session",
    model=Session,
    title=_("培训"),
    series="PX-{year}-{seq:04d}",
    opens=TRAINERS,
    start=S.PLANNED.value,
    final=frozenset({S.VERIFIED.value, S.CANCELLED.value}),
    asks=("course", "held_on"),
    transitions=(begin, sign_in, end_sign_in, assess, verify_effect, cancel),
    amendable={
        S.PLANNED.value: (*COURSE, *ABOUT, "attendees"),
        S.OPEN.value: (*COURSE, *ABOUT, "attendees"),
        S.HELD.value: (*COURSE, *ABOUT, "attendees"),
    },
    clocks=(Clock("effect", _("验证培训效果"), stops=frozenset({"verify_effect"}), span=effect_span),),
    may_open=(
        "occurred_on", "state", "level", "held_on", "hours", "invited", "present", "passed", "rewarded", "penalised",
        "person_hours", "effect", "provenance",
    ),
    personal=frozenset({"attendees"}),
    columns=("number", "held_on", "course", "level", "department", "present", "passed", "state"),
    filters=("state", "level", "skill", "held_on"),
    search=("number", "course", "document_number"),
    groups=(
        (_("培训"), COURSE),
        (_("内容与考核"), ABOUT),
        (_("参加人"), ("attendees", "invited", "present", "passed", "rewarded", "penalised")),
        (_("培训效果"), ("verify_by", "effect", "effect_note")),
    ),
    owners=("trainer",),
    retention=retention.STAFF,
    rail="people",
    working_date="",
    parameters=(EFFECT_DAYS, RETRAINING_DAYS, EXCELLENT),
    help=_("扫码签到、考试、评定；合格的人得到资质；到期验证效果。"),
)  # fmt: skip
TRAINING = (PLAN, SESSION)


def trained_on(document_number: str) -> list[Person]:
    """Who passed a training on some edition of the document and still works here."""
    numbers: set[str] = set()
    for attendees in Session.objects.filter(
        document_number=document_number, state__in=(S.ASSESSED, S.VERIFIED)
    ).values_list("attendees", flat=True):
        numbers |= {row["person"] for row in attendees if row["passed"]}
    return list(Person.objects.filter(number__in=numbers, state=Standing.ACTIVE).order_by("k"))


def retrain(edition: Any, by: Write) -> None:
    """What follows when an edition of a document comes into force: whoever was trained on the document is trained again."""
    people = trained_on(edition.code) if edition.code else []
    if people:
        day = edition.effective_on + dt.timedelta(days=parameters.value(RETRAINING_DAYS.key))
        order_retraining(by, edition.code, edition.edition, edition.title, people, day)


def retraining_due(document_number: str, edition: str, people: Any) -> list[Person]:
    """Of these people, those who have not passed a training on this edition of the document."""
    trained: set[str] = set()
    for attendees in Session.objects.filter(
        document_number=document_number, edition=edition, state__in=(S.ASSESSED, S.VERIFIED)
    ).values_list("attendees", flat=True):
        trained |= {row["person"] for row in attendees if row["passed"]}
    return [person for person in people if person.number not in trained]


def order_retraining(
    by: Write, document_number: str, edition: str, title: str, people: Any, day: dt.date
) -> Any:
    """Open a training on a new edition for those who need it, as a consequence of the present act (a document issued).

    Returns the session, or None where nobody needs it.
    """
    due = retraining_due(document_number, edition, people)
    if not due:
        return None
    return by.open(
        registry["competence.session"],
        course=title,
        document_number=document_number,
        edition=edition,
        held_on=day,
        attendees=[new_row(person) for person in due],
    )
