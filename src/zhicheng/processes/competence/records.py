"""Skills, who has them until when, which step demands which, and the second signature for one shift."""

import calendar
import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhicheng.core.fields import MomentField
from zhicheng.core.language import marked
from zhicheng.core.organisation import Person, Standing
from zhicheng.core.process import Process, registry
from zhicheng.core.records import Record

ALWAYS_OPEN = ("competence.", "org.", "core.")
"""Kinds of records that no rule may close: or nobody could mend what a rule demands in error."""
LONGEST_VALIDITY = 600


class SkillKind(models.TextChoices):
    """How one comes by it."""

    EDUCATION = "education", _("学历")
    TRAINING = "training", _("培训")
    CERTIFICATE = "certificate", _("证书")
    TEST = "test", _("考核")
    LICENCE = "licence", _("特种设备作业人员证")
    AUDITOR = "auditor", _("审核员资格")


NUMBERED = frozenset({SkillKind.CERTIFICATE.value, SkillKind.LICENCE.value, SkillKind.AUDITOR.value})
"""What is proved by a paper with a number."""


def months_after(day: dt.date, months: int) -> dt.date:
    """The day before the same day so many months later: a year from 1 March ends on the last of February."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last)) - dt.timedelta(days=1 if day.day <= last else 0)


class Skill(Record):
    """Something that a person must be able to do, and how long that holds (months; None: for good)."""

    State = Standing
    name = models.CharField(_("能力"), max_length=80)
    kind = models.CharField(_("类别"), max_length=20, choices=SkillKind.choices)
    months = models.IntegerField(
        _("有效期"), null=True, blank=True, help_text=_("月；不填则长期有效。填写资质时可以另定到期日。")
    )
    basis = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("能力")

    @property
    def title(self) -> str:
        return self.name

    def derive(self, today: dt.date) -> None:
        if self.months is not None and not 1 <= self.months <= LONGEST_VALIDITY:
            raise ValidationError({"months": _("有效期须在 1 至 %s 个月之间。") % LONGEST_VALIDITY})


def holding(state: str, since: dt.date, until: dt.date | None, day: dt.date) -> bool:
    """Whether a qualification in this state, of these dates, counts on that day."""
    return state == "valid" and since <= day and (until is None or day <= until)


class Qualification(Record):
    """That a person has a skill, since when and until when (None: for good), on which paper. There is one for each person and
    skill; renewed, it is the same with the next version. It lapses by the calendar, without anybody's doing."""

    class State(models.TextChoices):
        VALID = "valid", _("有效")
        SUSPENDED = "suspended", _("暂停资格")
        WITHDRAWN = "withdrawn", _("取消资格")

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("人员"))
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+", verbose_name=_("能力"))
    obtained_on = models.DateField(_("取得日期"))
    valid_until = models.DateField(
        _("有效期至"), null=True, blank=True, help_text=_("不填则按能力的有效期计算。")
    )
    certificate_number = models.CharField(_("证书编号"), max_length=80, blank=True)
    issuer = models.CharField(_("发证机构"), max_length=160, blank=True)
    kind = models.CharField(_("类别"), max_length=20, choices=SkillKind.choices, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("资质")
        indexes = [
            models.Index(fields=["person", "skill"]),
            models.Index(fields=["state", "valid_until", "k"]),
            models.Index(fields=["valid_until"]),
            models.Index(fields=["occurred_on", "k"]),
        ]

    @property
    def title(self) -> str:
        return f"{self.person.name} · {self.skill.name}"

    @property
    def advice(self) -> str:
        if self.state == self.State.VALID and self.valid_until and self.valid_until < timezone.localdate():
            return str(_("已于 %s 到期。") % self.valid_until)
        return ""

    def holds(self, day: dt.date) -> bool:
        """Whether the person is qualified on that day."""
        return holding(self.state, self.obtained_on, self.valid_until, day)

    def derive(self, today: dt.date) -> None:
        self.kind = self.skill.kind
        if self.obtained_on > today:
            raise ValidationError({"obtained_on": _("取得日期不能在今天之后。")})
        if self.valid_until is None and self.skill.months:
            self.valid_until = months_after(self.obtained_on, self.skill.months)
        if self.valid_until is not None and self.valid_until < self.obtained_on:
            raise ValidationError({"valid_until": _("有效期至早于取得日期。")})
        if self.kind in NUMBERED and not self.certificate_number:
            said = _("“%s”须写明证书编号。") % self.skill.get_kind_display()
            raise ValidationError({"certificate_number": said})


def step_choices() -> list[tuple[str, str]]:
    """Every step for which a skill may be demanded: ``type/act`` and its words."""
    found = []
    for process in registry.all():
        if process.name.startswith(ALWAYS_OPEN):
            continue
        found += [
            (f"{process.name}/{act}", marked(process.title, word))
            for act, word in _act_words(process).items()
        ]
    return found


def _act_words(process: Process) -> dict[str, Any]:
    words: dict[str, Any] = {"open": process.open_title or _("登记")} if process.opens else {}
    words |= {step.name: step.title for step in process.transitions if step.roles != frozenset()}
    return {**words, "amend": _("更改")} if process.amendable else words


def step_words(step: str) -> str:
    """A step in words; one that the program no longer has as it was written."""
    name, _sep, act = step.partition("/")
    process = registry.get(name)
    return marked(process.title, _act_words(process).get(act, act)) if process else step


class Rule(Record):
    """That a step may be taken only by who has the skill, or the other one named, from ``occurred_on`` until ``until``.
    Several rules for one step demand each its own."""

    State = Standing
    occurred_on = models.DateField(_("开始日期"))
    step = models.CharField(_("步骤"), max_length=100, choices=step_choices)
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+", verbose_name=_("须具备的能力"))
    alternative = models.ForeignKey(
        Skill, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("或具备")
    )
    until = models.DateField(_("截止日期"), null=True, blank=True)
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    process = models.CharField(max_length=60, blank=True, editable=False, verbose_name=_("单据"))
    skill_name = models.CharField(_("能力"), max_length=80, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("上岗要求")
        indexes = [models.Index(fields=["process", "state"])]

    @property
    def title(self) -> str:
        return f"{step_words(self.step)} · {self.skill_name}"

    def derive(self, today: dt.date) -> None:
        self.process = self.step.partition("/")[0]
        self.skill_name = self.skill.name
        if self.until is not None and self.until < self.occurred_on:
            raise ValidationError({"until": _("截止日期早于开始日期。")})
        if self.alternative_id is not None and self.alternative_id == self.skill_id:
            raise ValidationError({"alternative": _("与须具备的能力相同。")})


class Cover(Record):
    """Somebody not qualified works one shift under the eyes of a qualified second person, who signs for it. ``uses`` counts the
    acts that were possible by it alone."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("待第二人签字")
        SIGNED = "signed", _("已签字")
        DECLINED = "declined", _("不同意代签")

    class Shift(models.TextChoices):
        DAY = "day", _("白班")
        MIDDLE = "middle", _("中班")
        NIGHT = "night", _("夜班")

    occurred_on = models.DateField(_("班次日期"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("当班人"))
    rule = models.ForeignKey(Rule, models.PROTECT, related_name="+", verbose_name=_("上岗要求"))
    shift = models.CharField(_("班次"), max_length=10, choices=Shift.choices, default=Shift.DAY)
    ends_at = MomentField(_("下班时间"))
    reason = models.CharField(_("代签的原因"), max_length=300)
    signer = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("第二签字人"),
        editable=False,
    )
    uses = models.IntegerField(_("凭此办理的次数"), default=0, editable=False)

    class Meta(Record.Meta):
        verbose_name = pgettext_lazy("process", "第二人签字")
        indexes = [models.Index(fields=["person", "state", "ends_at"])]

    @property
    def title(self) -> str:
        return f"{self.person.name} · {self.rule.title}"

    @property
    def advice(self) -> str:
        if self.state == self.State.REQUESTED:
            return str(_("须由另一名有资质的人签字，到下班时间为止有效。"))
        return ""
