"""The yearly training plan at three levels, and the sessions with attendance, test, result and effect."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhicheng.core import naming
from zhicheng.core.fields import Column, RowsField, ScaledField
from zhicheng.core.language import listed
from zhicheng.core.organisation import Person
from zhicheng.core.records import Record
from zhicheng.processes.competence.records import Skill

BEST = 100


class Level(models.TextChoices):
    """Who trains whom (三级质量诚信教育培训, J-3.2.9)."""

    COMPANY = "company", _("公司")
    DEPARTMENT = "department", _("部门")
    WORKSHOP = "workshop", _("车间、班组")


class Plan(Record):
    """What is to be trained in one year at one level. A line is fulfilled by the session that was held for it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("拟定")
        APPROVED = "approved", _("已批准")
        CLOSED = "closed", _("已结束")

    year = models.IntegerField(_("年度"))
    level = models.CharField(_("层级"), max_length=20, choices=Level.choices)
    items = RowsField(
        _("培训项目"),
        columns=(
            Column("course", _("课程"), required=True),
            Column("month", _("月份"), "integer", required=True),
            Column("audience", _("对象")),
            Column("skill", _("能力")),
            Column("hours", _("学时"), "scaled", places=1),
            Column("session", _("实施")),
        ),
    )
    planned = models.IntegerField(_("计划项数"), default=0, editable=False)
    done = models.IntegerField(_("已实施项数"), default=0, editable=False)
    starts_on = models.DateField(_("开始日期"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("培训计划")

    @property
    def title(self) -> str:
        where = self.department.name if self.department_id and self.department else self.get_level_display()
        return f"{self.year} {where}"

    def derive(self, today: dt.date) -> None:
        if not 2000 <= self.year <= 2100:
            raise ValidationError({"year": _("年度写作 2026。")})
        if self.level != Level.COMPANY and self.department_id is None:
            raise ValidationError({"department": _("部门和车间的计划须写明部门。")})
        if any(not 1 <= row["month"] <= 12 for row in self.items):
            raise ValidationError({"items": _("月份写 1 至 12。")})
        named = naming.found(
            Skill, naming.SKILL, [row["skill"] for row in self.items if row["skill"]], "items"
        )
        for row in self.items:
            row["skill"] = named[row["skill"].strip()].name if row["skill"] else None
            if self.state == self.State.DRAFT:
                row["session"] = None  # what was held is said by the session
        self.planned = len(self.items)
        self.done = sum(row["session"] is not None for row in self.items)
        self.starts_on = dt.date(self.year, 1, 1)


class Consequence(models.TextChoices):
    """培训奖惩 (J-3.2.10)."""

    REWARD = "reward", _("奖励")
    PENALTY = "penalty", _("处罚")
    NONE = "none", pgettext_lazy("consequence", "无")


ATTENDEES = (
    Column("person", _("人员"), required=True),
    Column("name", _("姓名")),
    Column("came_at", _("签到时间"), "moment"),
    Column("present", _("到场"), "boolean"),
    Column("score", _("成绩"), "integer"),
    Column("passed", _("合格"), "boolean"),
    Column("consequence", _("奖惩"), "choice", choices=tuple(Consequence.choices)),
    Column("note", _("备注")),
)


class Session(Record):
    """One training: course, trainer, on which document; who came, how they did in the test, and whether it worked."""

    class State(models.TextChoices):
        PLANNED = "planned", _("待培训")
        OPEN = "open", _("签到中")
        HELD = "held", _("待评定")
        ASSESSED = "assessed", _("待验证效果")
        VERIFIED = "verified", _("效果已验证")
        CANCELLED = "cancelled", _("培训取消")

    class Effect(models.TextChoices):
        EFFECTIVE = "effective", _("有效")
        PARTLY = "partly", _("部分有效")
        NOT = "not", _("无效")

    course = models.CharField(_("课程"), max_length=160)
    level = models.CharField(_("层级"), max_length=20, choices=Level.choices, default=Level.COMPANY)
    held_on = models.DateField(_("培训日期"))
    hours = ScaledField(_("学时"), places=1, null=True, blank=True)
    place = models.CharField(_("地点"), max_length=120, blank=True)
    trainer = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("内部讲师")
    )
    external_trainer = models.CharField(_("外部讲师、机构"), max_length=160, blank=True)
    document_number = models.CharField(_("培训的文件编号"), max_length=60, blank=True)
    edition = models.CharField(_("文件版次"), max_length=20, blank=True)
    skill = models.ForeignKey(
        Skill,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("取得的能力"),
        help_text=_("合格的人得到这项资质，或换发。"),
    )
    pass_mark = models.IntegerField(
        _("合格分"), null=True, blank=True, help_text=_("不填则不考试，到场即合格。")
    )
    plan = models.ForeignKey(
        Plan, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("培训计划")
    )
    plan_line = models.IntegerField(
        _("计划第几项"), null=True, blank=True, help_text=_("不填则按课程名称找。")
    )
    attendees = RowsField(_("参加人"), columns=ATTENDEES)
    verify_by = models.DateField(_("效果验证期限"), null=True, blank=True)
    effect = models.CharField(_("培训效果"), max_length=20, choices=Effect.choices, blank=True)
    effect_note = models.TextField(_("怎样验证的"), blank=True)
    assessed_at = models.DateTimeField(null=True, blank=True, editable=False, verbose_name=_("评定时间"))
    verified_at = models.DateTimeField(null=True, blank=True, editable=False, verbose_name=_("验证时间"))
    invited = models.IntegerField(_("应到"), default=0, editable=False)
    present = models.IntegerField(_("实到"), default=0, editable=False)
    passed = models.IntegerField(_("合格人数"), default=0, editable=False)
    rewarded = models.IntegerField(_("奖励人数"), default=0, editable=False)
    penalised = models.IntegerField(_("处罚人数"), default=0, editable=False)
    person_hours = ScaledField(_("人学时"), places=1, default=0, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("培训")
        indexes = [models.Index(fields=["document_number", "edition"]), models.Index(fields=["held_on"])]

    @property
    def title(self) -> str:
        return f"{self.course} {self.edition}".strip()

    def derive(self, today: dt.date) -> None:
        if self.pass_mark is not None and not 0 < self.pass_mark <= BEST:
            raise ValidationError({"pass_mark": _("合格分须在 1 与 100 之间。")})
        if self.hours is not None and self.hours <= 0:
            raise ValidationError({"hours": _("学时须大于 0。")})
        if self.edition and not self.document_number:
            raise ValidationError({"document_number": _("写了版次，须写明文件编号。")})
        self._name()
        came = [row for row in self.attendees if row["present"]]
        self.invited, self.present = len(self.attendees), len(came)
        self.passed = sum(bool(row["passed"]) for row in self.attendees)
        self.rewarded = sum(row["consequence"] == Consequence.REWARD for row in self.attendees)
        self.penalised = sum(row["consequence"] == Consequence.PENALTY for row in self.attendees)
        self.person_hours = (self.hours or 0) * self.present

    def _name(self) -> None:
        """Each attendee once, by number and name."""
        named = naming.found(Person, naming.PERSON, [row["person"] for row in self.attendees], "attendees")
        seen: set[str] = set()
        for row in self.attendees:
            person = named[row["person"].strip()]
            row["person"], row["name"] = person.number, person.name
            if person.number in seen:
                raise ValidationError({"attendees": _("%s 写了两次。") % person.name})
            seen.add(person.number)
            row["present"] = bool(row["present"] or row["came_at"])
            if row["score"] is not None and not 0 <= row["score"] <= BEST:
                raise ValidationError({"attendees": _("%s 的成绩须在 0 与 100 之间。") % person.name})


def unscored(session: Session) -> str:
    """The names of those who came and have no score, where there is a test."""
    if session.pass_mark is None:
        return ""
    return listed(row["name"] for row in session.attendees if row["present"] and row["score"] is None)


def new_row(person: Person, **more: Any) -> dict[str, Any]:
    """A row of the list of attendees."""
    return {c.name: None for c in ATTENDEES} | {"person": person.number, "name": person.name} | more


def row_of(session: Session, number: str) -> Mapping[str, Any] | None:
    """The row of a person, by number."""
    return next((row for row in session.attendees if row["person"] == number), None)
