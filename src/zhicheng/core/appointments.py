"""Appointing and removing: by notice, quality people only with the consent of the quality department one level up."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhicheng.core import competence, parameters, retention
from zhicheng.core.organisation import Appointment, RoleAssignment
from zhicheng.core.process import Missing, ParameterSpec, Process, transition
from zhicheng.core.roles import Role
from zhicheng.core.writers import Refused, Write, today_of

S = Appointment.State
LEADERS = frozenset({Role.GENERAL_MANAGER.value})
QUALITY = frozenset({Role.CHIEF_QUALITY_OFFICER.value, Role.QUALITY_MANAGER.value})
EDUCATED = frozenset({e.value for e in Appointment.Education} - {Appointment.Education.BELOW.value})


class RoleNames(str):
    """Roles, separated by commas; or nothing."""

    def __new__(cls, text: str) -> RoleNames:
        """Errors: ValueError for a role that does not exist."""
        made = super().__new__(cls, text.strip())
        if made.roles - set(Role.values):
            raise ValueError(text)
        return made

    @property
    def roles(self) -> frozenset[str]:
        """The roles named."""
        return frozenset(parameters.parted(self))


YEARS = ParameterSpec("org.quality_years", _("质量人员任职的最低年限"), 1, int, _("年"), "K-5.5.5")
APPOINTED = ParameterSpec(
    "org.appointed_roles", _("须先有任命的角色"), RoleNames(""), RoleNames, "",
    _("如 quality_manager,chief_quality_officer；留空则不要求"),
)  # fmt: skip


def awaits(appointment: Any, by: Write) -> None:
    """Whoever needs no consent is appointed at once, by the notice."""
    if not appointment.needs_consent:
        appointment.state = S.ACTIVE


def same_person(appointment: Any, by: Write) -> None:
    """What was consented to is not turned into something else afterwards. Errors: Refused."""
    before = Appointment.objects.get(pk=appointment.pk)
    if appointment.state != S.ACTIVE or not (before.needs_consent or appointment.needs_consent):
        return
    if (before.kind, before.person_id) != (appointment.kind, appointment.person_id):
        raise Refused([Missing(_("任命的职务和人不能更改：请解除后另行任命。"))])


# K-5.5.5: the conditions


def educated(appointment: Any) -> Missing | None:
    """College degree or above."""
    if appointment.education in EDUCATED:
        return None
    return Missing(_("任职条件：学历须为大专及以上。"), appointment)


def experienced(appointment: Any) -> Missing | None:
    """Some years of work in quality."""
    least = parameters.value("org.quality_years", appointment.site_id)
    if appointment.years is not None and appointment.years >= least:
        return None
    return Missing(_("任职条件：质量工作须满 %s 年。") % least, appointment)


def assessed(appointment: Any) -> Missing | None:
    """Assessed by the quality department."""
    if appointment.assessed_on is not None:
        return None
    return Missing(_("任职条件：须经质量部门考核，请写明考核日期。"), appointment)


def skilled(appointment: Any) -> Missing | None:
    """Qualified in what the post demands."""
    person, post = appointment.person, appointment.post or (appointment.person and appointment.person.post)
    if person is None or post is None:
        return None
    return competence.lacking(person, post, today_of(appointment))


def removal_consented(appointment: Any) -> Missing | None:
    """K-5.5.6: nor is anybody removed without consent."""
    if not appointment.needs_consent or appointment.removal_consented_by_id is not None:
        return None
    return Missing(_("解除须先征得上一级质量管理部门同意。"), appointment)


def for_quality_people(appointment: Any) -> Missing | None:
    """Others are removed without it."""
    return None if appointment.needs_consent else Missing(_("这一任命不须上级质量部门同意。"))


def _one_level_up(appointment: Any, by: Write) -> None:
    """Errors: Refused unless the person answers for quality above the place of the appointment, and is not the one concerned."""
    if by.person is None:
        return
    if by.person.pk == appointment.person_id:
        raise Refused([Missing(_("不能同意自己的任免。"))])
    held = [h for h in by.actor.holdings if h.role in QUALITY]
    local = appointment.site_id is not None or appointment.department_id is not None
    above = [
        h
        for h in held
        if h.site is None and h.department is None and (local or h.role != Role.QUALITY_MANAGER)
    ]
    if not above:
        said = _("须由上一级质量管理部门同意：分支机构的由公司质量经理或首席质量官，公司的由首席质量官。")
        raise Refused([Missing(said)])


CONDITIONS = (educated, experienced, assessed, skilled)


@transition(
    _("同意任命"), S.AWAITING, to=S.CONSENTED, roles=QUALITY, requires=CONDITIONS, four_eyes=("open",),
    meaning=_("上级质量部门同意任命"),
)  # fmt: skip
def consent(appointment: Any, by: Write) -> None:
    """The quality department one level up agrees, having looked at the conditions (K-5.5.5, K-5.5.6)."""
    _one_level_up(appointment, by)
    appointment.consented_by = by.person


@transition(_("不同意任命"), S.AWAITING, to=S.DECLINED, roles=QUALITY, reason=True)
def decline_appointment(appointment: Any, by: Write) -> None:
    """Somebody else must be proposed."""
    _one_level_up(appointment, by)


NOTICE = ("notice_number", "issuer", "secrecy", "urgency")


@transition(_("发文任命"), S.CONSENTED, to=S.ACTIVE, roles=LEADERS, asks=NOTICE, optional=NOTICE[1:])
def issue(appointment: Any, by: Write) -> None:
    """The notice is issued: the person is appointed (K-5.4.1)."""


@transition(
    _("同意解除"), S.ACTIVE, to=S.ACTIVE, roles=QUALITY, requires=(for_quality_people,), reason=True,
    meaning=_("上级质量部门同意解除"),
)  # fmt: skip
def consent_to_removal(appointment: Any, by: Write) -> None:
    """The quality department one level up agrees that the person leaves the office (K-5.5.6)."""
    _one_level_up(appointment, by)
    appointment.removal_consented_by = by.person


@transition(_("解除任命"), S.ACTIVE, to=S.ENDED, roles=LEADERS, requires=(removal_consented,), reason=True)
def dismiss(appointment: Any, by: Write) -> None:
    """The appointment ends."""


def appointed(assignment: RoleAssignment) -> Missing | None:
    """K-5.3.1: nobody belongs to the quality organisation without an appointment, where the parameter demands it."""
    demanded = RoleNames(parameters.value("org.appointed_roles", assignment.site_id)).roles
    if assignment.role not in demanded or is_member(assignment.person):
        return None
    return Missing(_("“%s”须先有任命：请先登记任命。") % assignment.get_role_display(), assignment.person)


def is_member(person: Any) -> bool:
    """Whether an appointment in force makes the person a member of the quality organisation."""
    rows = Appointment.objects.filter(state=S.ACTIVE, kind__in=Appointment.OF_THE_ORGANISATION)
    if rows.filter(person=person).exists():
        return True
    several = rows.filter(kind=Appointment.Kind.ORGANISATION).values_list("appointees", flat=True)
    return any(row["person"] == person.number for listed in several for row in listed)


WHAT = ("kind", "person", "appointees", "occurred_on", "until", "duties", "site", "department")
WHO = (
    "region", "post", "full_time", "education", "years", "certification", "assistants", "assessed_on",
)  # fmt: skip
FIELDS = (*WHAT, *NOTICE, *WHO)
APPOINTMENT = Process(
    name="org.appointment",
    model=Appointment,
    title=_("任命与责任书"),
    series="RM-{year}-{seq:03d}",
    opens=LEADERS,
    start=S.AWAITING.value,
    final=frozenset({S.ENDED.value, S.DECLINED.value}),
    asks=("kind", "occurred_on"),
    transitions=(dismiss, consent, decline_appointment, issue, consent_to_removal),
    opened=awaits,
    amended=same_person,
    amendable={S.AWAITING.value: FIELDS, S.ACTIVE.value: FIELDS},
    may_open=(
        "occurred_on", "state", "kind", "region", "full_time", "years", "certification", "assistants", "provenance",
    ),
    columns=(
        "number", "kind", "person", "region", "post", "department", "full_time", "years", "certification", "assistants",
        "notice_number", "state",
    ),
    filters=("state", "kind", "certification", "department"),
    search=("number", "notice_number", "region"),
    groups=((_("任命"), WHAT), (_("发文"), NOTICE), (_("质量人员"), (*WHO, "consented_by", "removal_consented_by"))),
    folded=(_("发文"), _("质量人员")),
    personal=frozenset({"appointees", "education"}),
    importable=frozenset({S.ACTIVE.value}),
    import_columns=FIELDS,
    retention=retention.HOUSE.ending(S.ENDED, S.DECLINED, until="until"),
    rail="people",
    working_date="",
    confined=True,
    parameters=(YEARS, APPOINTED),
    help=_("质量经理、质检工程师的任免须先征得上一级质量管理部门同意，并核对学历、年限与考核。"),
)  # fmt: skip
