"""Skills and rules are registers; qualifications are renewed, suspended, withdrawn; a second signature is signed or declined."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhicheng.core import parameters, retention
from zhicheng.core.definitions import end, resume
from zhicheng.core.organisation import Standing
from zhicheng.core.process import Missing, ParameterSpec, Process, transition
from zhicheng.core.roles import INTERNAL, Role
from zhicheng.core.writers import Refused, Write, four_eyes_excepted
from zhicheng.processes.competence.clearing import qualified
from zhicheng.processes.competence.records import Cover, Qualification, Rule, Skill
from zhicheng.processes.competence.reminders import RemindDays

ACTIVE = Standing.ACTIVE.value
Q, C = Qualification.State, Cover.State
RULERS = frozenset({Role.ADMINISTRATOR.value, Role.QUALITY_MANAGER.value})
KEEPERS = frozenset({Role.QUALITY_MANAGER.value, Role.DEPARTMENT_HEAD.value})
SHIFT_HOURS = ParameterSpec(
    "competence.shift_hours", _("第二人签字的最长时数"), 12, int, _("小时"), _("一个班次")
)
REMIND_DAYS = ParameterSpec(
    "competence.remind_days",
    _("资质到期前提醒的天数"),
    RemindDays("90,30,7"),
    RemindDays,
    _("天"),
    _("逗号分开，从多到少"),
)

SKILL_FACTS = ("name", "kind", "months", "basis")
SKILL = Process(
    name="competence.skill",
    model=Skill,
    title=_("能力"),
    series="NL-{seq:03d}",
    opens=KEEPERS,
    start=ACTIVE,
    final=frozenset({Standing.ENDED.value}),
    asks=("name", "kind"),
    transitions=(end,),
    amendable={ACTIVE: SKILL_FACTS},
    may_open=("occurred_on", "state", "name", "kind", "months", "provenance"),
    columns=("number", *SKILL_FACTS, "state"),
    filters=("state", "kind"),
    search=("number", "name"),
    key=("name",),
    groups=((_("能力"), SKILL_FACTS),),
    importable=frozenset({ACTIVE}),
    import_columns=SKILL_FACTS,
    retention=retention.HOUSE,
    rail="people",
    working_date="",
    help=_("人要会做的事：学历、培训、证书、考核、特种设备作业人员证、审核员资格，各自有效多久。"),
)
RULE_FACTS = ("step", "skill", "alternative", "occurred_on", "until", "basis", "site")
RULE = Process(
    name="competence.rule",
    model=Rule,
    title=_("上岗要求"),
    series="SG-{seq:03d}",
    opens=RULERS,
    start=ACTIVE,
    final=frozenset(),
    asks=("step", "skill", "occurred_on"),
    transitions=(end, resume),
    amendable={ACTIVE: RULE_FACTS},
    may_open=("occurred_on", "state", "step", "provenance"),
    columns=("number", *RULE_FACTS, "state"),
    filters=("state", "skill"),
    search=("number",),
    key=("step", "skill", "site"),
    groups=((_("上岗要求"), RULE_FACTS),),
    importable=frozenset({ACTIVE}),
    import_columns=RULE_FACTS,
    retention=retention.HOUSE.ending(Standing.ENDED, until="until"),
    rail="people",
    working_date="",
    confined=True,
    help=_("哪一步须有哪一项能力才能办理，从何时起。没有资质或已到期的，当天即不能办理。"),
)


# Qualifications


def not_of_oneself(qualification: Any, by: Write) -> None:
    """Nobody certifies himself, but in a firm that declared it is too small for two people. Errors: Refused."""
    own = by.person is not None and by.person.pk == qualification.person_id
    if own and not four_eyes_excepted(qualification):
        raise Refused([Missing(_("不能登记或恢复自己的资质：请另一人办理。"))])


RENEWED = ("obtained_on", "valid_until", "certificate_number", "issuer")


def _anew(qualification: Qualification, by: Write) -> None:
    """The old end does not hold for what was obtained anew. Errors: ValidationError where nothing says the new one."""
    not_of_oneself(qualification, by)
    until = qualification.valid_until
    if until is None or until.isoformat() != by.before.get("valid_until"):
        return
    if not qualification.skill.months:
        raise ValidationError({"valid_until": _("请填写新的有效期至。")})
    qualification.valid_until = None


@transition(_("换发"), Q.VALID, to=Q.VALID, roles=KEEPERS, asks=RENEWED, optional=RENEWED[1:])
def renew(qualification: Qualification, by: Write) -> None:
    """It was obtained again: retrained, examined or issued anew."""
    _anew(qualification, by)


@transition(_("暂停资格"), Q.VALID, to=Q.SUSPENDED, roles=KEEPERS, reason=True)
def suspend(qualification: Qualification, by: Write) -> None:
    """From now on the person may not take the steps that demand it."""


@transition(_("恢复资格"), Q.SUSPENDED, to=Q.VALID, roles=KEEPERS, reason=True)
def reinstate(qualification: Qualification, by: Write) -> None:
    """The ground of the suspension is gone."""
    not_of_oneself(qualification, by)


@transition(_("取消资格"), Q.VALID, Q.SUSPENDED, to=Q.WITHDRAWN, roles=KEEPERS, reason=True)
def withdraw(qualification: Qualification, by: Write) -> None:
    """It no longer counts."""


@transition(
    _("重新取得"), Q.SUSPENDED, Q.WITHDRAWN, to=Q.VALID, roles=KEEPERS, asks=RENEWED, optional=RENEWED[1:], reason=True
)  # fmt: skip
def requalify(qualification: Qualification, by: Write) -> None:
    """The person learned or passed it again after it was taken away."""
    _anew(qualification, by)


FACTS = ("person", "skill", *RENEWED)
QUALIFICATION = Process(
    name="competence.qualification",
    model=Qualification,
    title=_("资质"),
    series="ZZ-{seq:05d}",
    opens=KEEPERS,
    start=Q.VALID.value,
    final=frozenset(),
    asks=("person", "skill", "obtained_on"),
    transitions=(renew, suspend, reinstate, withdraw, requalify),
    opened=not_of_oneself,
    amended=not_of_oneself,
    amendable={Q.VALID.value: RENEWED, Q.SUSPENDED.value: RENEWED},
    may_open=("occurred_on", "state", "kind", "obtained_on", "valid_until", "provenance"),
    personal=frozenset({"certificate_number"}),
    columns=("number", "person", "skill", "obtained_on", "valid_until", "certificate_number", "state"),
    filters=("state", "kind", "skill", "person", "valid_until"),
    search=("number",),
    key=("person", "skill"),
    groups=((_("资质"), FACTS),),
    importable=frozenset({Q.VALID.value}),
    import_columns=FACTS,
    retention=retention.STAFF.ending(Q.WITHDRAWN, until="valid_until"),
    rail="people",
    working_date="",
    parameters=(REMIND_DAYS,),
    help=_("谁有哪一项能力，到哪天为止；证书扫描件作为附件。到期由日期决定，不必有人去改。"),
)


# A second signature for one shift


def shift_to_come(cover: Cover, by: Write) -> None:
    """One shift, not a week. Errors: ValidationError."""
    hours = parameters.value("competence.shift_hours", cover.site_id)
    if cover.ends_at <= by.at:
        raise ValidationError({"ends_at": _("下班时间已过。")})
    if cover.ends_at > by.at + dt.timedelta(hours=hours):
        raise ValidationError({"ends_at": _("只能代签一个班次：从现在起不超过 %s 小时。") % hours})


@transition(
    _("第二人签字"), C.REQUESTED, to=C.SIGNED, roles=INTERNAL, meaning=_("对当班操作负责")
)  # fmt: skip
def countersign(cover: Cover, by: Write) -> None:
    """A second person, qualified in own right, stands for what is done in this shift."""
    shift_to_come(cover, by)
    if by.person is None or by.person.pk == cover.person_id:
        raise Refused([Missing(_("须由当班人以外的另一人签字。"))])
    if not qualified(by.person, cover.rule, by.today):
        said = _("您没有“%s”的有效资质，不能代签。") % cover.rule.skill.name
        raise Refused([Missing(said, cover.rule)])
    cover.signer = by.person


@transition(_("不同意"), C.REQUESTED, to=C.DECLINED, roles=INTERNAL, reason=True)
def decline(cover: Cover, by: Write) -> None:
    """Nobody stands for it: the step waits for somebody qualified."""


COVERED = ("person", "rule", "shift", "ends_at", "reason")
COVER = Process(
    name="competence.cover",
    model=Cover,
    title=pgettext_lazy("process", "第二人签字"),
    series="DQ-{year}-{seq:04d}",
    opens=INTERNAL,
    start=C.REQUESTED.value,
    final=frozenset({C.SIGNED.value, C.DECLINED.value}),
    asks=("person", "rule", "ends_at", "reason", "occurred_on"),
    transitions=(countersign, decline),
    opened=shift_to_come,
    amendable={C.REQUESTED.value: COVERED},
    may_open=("occurred_on", "state", "shift", "uses", "provenance"),
    columns=("number", "occurred_on", "person", "rule", "shift", "signer", "uses", "state"),
    filters=("state", "person", "occurred_on"),
    search=("number",),
    groups=((pgettext_lazy("process", "第二人签字"), (*COVERED, "signer", "uses")),),
    retention=retention.HOUSE,
    rail="people",
    parameters=(SHIFT_HOURS,),
    help=_("没有资质的人当班急需时，由有资质的另一人签字负责，只管一个班次；每用一次都记下并计数。"),
)
COMPETENCE = (SKILL, QUALIFICATION, RULE, COVER)
