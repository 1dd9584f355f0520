"""A survey drafted, run and closed; its invitations; responses, each once."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhicheng.core import retention
from zhicheng.core.process import Missing, Process, transition
from zhicheng.core.roles import PUBLIC, Role
from zhicheng.core.writers import Write, today_of
from zhicheng.processes.satisfaction import asking
from zhicheng.processes.satisfaction.choices import Factor
from zhicheng.processes.satisfaction.records import Invitation, Response, Survey

S, ASKED, R = Survey.State, Invitation.State, Response.State
ASKERS = frozenset({Role.SALES.value, Role.AFTER_SALES.value, Role.QUALITY_MANAGER.value})
QUALITY = frozenset({Role.QUALITY_MANAGER.value})


# Survey


def questions_set(survey: Survey) -> Missing | None:
    """A survey without questions asks nothing."""
    return None if survey.questions else Missing(_("先列出问题与权重。"), survey)


def not_past(survey: Survey) -> Missing | None:
    """A survey that is over already takes no answers."""
    if survey.closes_on < today_of(survey):
        return Missing(_("截止日期 %s 已过：先改截止日期。") % survey.closes_on, survey)
    return None


@transition(_("开始调查"), S.DRAFT, to=S.RUNNING, roles=ASKERS, requires=(questions_set, not_past))
def start(survey: Survey, by: Write) -> None:
    """From now on customers are invited and answer; the questions stand."""


@transition(_("结束调查"), S.RUNNING, to=S.CLOSED, roles=ASKERS)
def finish(survey: Survey, by: Write) -> None:
    """No more answers are taken: links say that the survey is over."""
    asking.called_off_all(survey)


@transition(_("不再调查"), S.DRAFT, to=S.CLOSED, roles=ASKERS, reason=True)
def drop(survey: Survey, by: Write) -> None:
    """It will not be run."""


SURVEY_FACTS = ("name", "stage", "service_class", "introduction", "questions", "closes_on", "sending")
SURVEY = Process(
    name="satisfaction.survey",
    model=Survey,
    title=_("满意度调查"),
    series="DC-{year}-{seq:03d}",
    opens=ASKERS,
    start=S.DRAFT.value,
    final=frozenset({S.CLOSED.value}),
    asks=("name", "stage", "closes_on"),
    transitions=(start, finish, drop),
    amendable={S.DRAFT.value: SURVEY_FACTS, S.RUNNING.value: ("introduction", "closes_on", "sending")},
    may_open=("occurred_on", "state", "name", "stage", "service_class", "closes_on", "provenance"),
    columns=("number", "name", "stage", "service_class", "occurred_on", "closes_on", "state"),
    filters=("state", "stage"),
    search=("number", "name"),
    groups=((_("满意度调查"), SURVEY_FACTS),),
    retention=retention.HOUSE,
    rail="customers",
    working_date="",
    parameters=asking.SPECS,
    help=_("拟好问题后开始调查，再登记邀请；每份邀请有自己的链接与二维码，见“调查链接”页。"),
)


# Invitations


def survey_running(record: Invitation | Response) -> Missing | None:
    """Only a running survey invites and takes answers."""
    survey = record.survey if isinstance(record, Invitation) else record.invitation.survey
    if survey.open_on(today_of(survey)):
        return None
    return Missing(_("调查“%s”没有在进行：尚未开始、已截止或已结束。") % survey.name, survey)


@transition(_("收到答卷"), ASKED.INVITED, to=ASKED.ANSWERED, roles=())
def answer(invitation: Invitation, by: Write) -> None:
    """A response came: the link takes no other. Taken by the response itself."""
    asking.called_off(invitation)


@transition(_("撤回邀请"), ASKED.INVITED, to=ASKED.WITHDRAWN, roles=ASKERS, reason=True)
def withdraw_invitation(invitation: Invitation, by: Write) -> None:
    """The link is no longer answered, and the invitation is not counted."""
    asking.called_off(invitation)


COPIED = ("stage", "service_class", "kind", "customer_class", "region")
INVITATION = Process(
    name="satisfaction.invitation",
    model=Invitation,
    title=_("调查邀请"),
    series="YQ-{year}-{seq:05d}",
    opens=ASKERS,
    start=ASKED.INVITED.value,
    final=frozenset({ASKED.ANSWERED.value, ASKED.WITHDRAWN.value}),
    asks=("survey", "customer", "line"),
    transitions=(answer, withdraw_invitation),
    open_requires=(survey_running,),
    amendable={ASKED.INVITED.value: ("recipient",)},
    may_open=("occurred_on", "state", "provenance", *COPIED),
    personal=frozenset({"recipient"}),
    columns=("number", "survey", "customer", "line", "stage", "occurred_on", "state"),
    filters=("state", "survey", "customer", "stage"),
    search=("number",),
    key=("survey", "customer", "line"),
    groups=((_("调查邀请"), ("survey", "customer", "line", "recipient")), (_("归类"), COPIED)),
    readers=ASKERS | {Role.GENERAL_MANAGER.value, Role.CHIEF_QUALITY_OFFICER.value},  # they see the links
    importable=frozenset({ASKED.INVITED.value}),
    import_columns=("survey", "customer", "line", "recipient", "occurred_on"),
    retention=retention.PRIVACY.ending(*ASKED.values),
    rail="customers",
    working_date="",
)


# Responses


def not_answered(response: Response) -> Missing | None:
    """Each link is answered once."""
    invitation = response.invitation
    if invitation.state == ASKED.INVITED:
        return None
    return Missing(
        _("邀请 %(n)s %(state)s。") % {"n": invitation.number, "state": invitation.state_label}, invitation
    )


def received(response: Response, by: Write) -> None:
    """The invitation is answered by it; who of us wrote it down for the customer is said."""
    response.recorded = by.person is not None
    by.perform(response.invitation, "answer")


@transition(_("作废"), R.RECEIVED, to=R.VOID, roles=QUALITY, reason=True)
def void(response: Response, by: Write) -> None:
    """It was a trial or no customer's answer; it stays in the log and is not counted."""


SCORES = ("score", *Factor.values)
RESPONSE = Process(
    name="satisfaction.response",
    model=Response,
    title=_("调查答卷"),
    series="DJ-{year}-{seq:05d}",
    opens=ASKERS | {PUBLIC},
    start=R.RECEIVED.value,
    final=frozenset({R.VOID.value}),
    asks=("invitation", "answers"),
    transitions=(void,),
    opened=received,
    open_requires=(not_answered, survey_running),
    open_title=_("记录答卷"),
    amends=ASKERS,
    amendable={R.RECEIVED.value: ("follow_up", "comment", "respondent")},
    may_open=("occurred_on", "state", "provenance", "recorded", *COPIED, *SCORES),
    personal=frozenset({"respondent", "comment"}),
    columns=("number", "occurred_on", "customer", "survey", "stage", "score", "recorded", "state"),
    filters=("state", "survey", "customer", "stage", "customer_class", "recorded", "occurred_on"),
    search=("number",),
    groups=(
        (_("调查答卷"), ("invitation", "survey", "customer", "recorded", "respondent")),
        (_("答案"), ("answers", "comment")),
        (_("满意度"), SCORES),
        (_("回访与改进"), ("follow_up",)),
        (_("归类"), COPIED),
    ),
    retention=retention.PRIVACY.ending(*R.values),
    rail="customers",
    help=_("顾客自己在网上填写，或由我方在电话、走访中记录；两者在日志与本页上分得清。每份邀请只收一份。"),
)
